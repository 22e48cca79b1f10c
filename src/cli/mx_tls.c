/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/mx_tls.h"
#include "cli/out.h"
#include "engine/workers.h"

#include <stdlib.h>

enum { MOST_MS = 10000 };

void
rep_mx_tls_ask(const struct rep_cli *c, const struct rep_resolver *r, int64_t now_s,
    struct rep_arena *a, const struct rep_audit_mail *m, struct rep_audit_tls *out)
{
	struct rep_fetcher_params o = rep_workers_fetch();
	char host[REP_NAME_TEXT];

	o.ca_file = getenv("SSL_CERT_FILE");
	rep_audit_tls_begin(m, out);
	for (size_t i = 0; i < out->n; i++) {
		struct rep_audit_shown *x = &out->v[i];
		int share_ms = rep_resolver_left_ms(r) / (int)(out->n - i);
		struct rep_err err;

		if (share_ms <= 0)
			return;
		o.timeout_ms = share_ms < MOST_MS ? share_ms : MOST_MS;
		if (rep_fetcher_starttls(&o, rep_name_text(&x->host, host),
			c->helo != NULL ? c->helo : "", &x->ip, now_s, a, &x->seen, &err) != REP_OK)
			x->seen.why = rep_shown(a, rep_str_c(err.msg), 300);
	}
}

static void
one_json(struct rep_json *j, struct rep_arena *a, const struct rep_audit_shown *x)
{
	const struct rep_starttls *s = &x->seen;
	bool tls = s->state == REP_STARTTLS_ENCRYPTED;
	char ip[REP_IP_TEXT], hash[REP_TLSA_HEX];

	rep_json_obj(j, NULL);
	rep_json_cstr(j, "ip", rep_ip_text(&x->ip, ip));
	rep_json_cstr(j, "state", rep_starttls_text(s->state));
	rep_json_str_or_null(j, "why", rep_shown(a, s->why, 300));
	if (tls) {
		rep_json_bool(j, "trusted", s->trusted);
		rep_json_bool(j, "named", s->named);
		rep_json_time(j, "expires", s->until_s);
		rep_json_str_or_null(j, "names", rep_shown(a, s->names, REP_STARTTLS_NAMES_MAX));
		rep_json_cstr(
		    j, "certificate_sha256", rep_tlsa_sha256(s->chain[0].certificate, hash));
		rep_json_cstr(j, "key_sha256", rep_tlsa_sha256(s->chain[0].key, hash));
	} else {
		static const char *const keys[] = { "trusted", "named", "expires", "names",
			"certificate_sha256", "key_sha256" };

		for (size_t i = 0; i < REP_COUNT(keys); i++)
			rep_json_null(j, keys[i]);
	}
	rep_json_end_obj(j);
}

void
rep_mx_tls_json(struct rep_json *j, struct rep_arena *a, const struct rep_audit_tls *t,
    const struct rep_name *host)
{
	if (!t->asked) {
		rep_json_null(j, "starttls");
		return;
	}
	rep_json_arr(j, "starttls");
	for (size_t i = 0; i < t->n; i++)
		if (rep_name_eq(&t->v[i].host, host))
			one_json(j, a, &t->v[i]);
	rep_json_end_arr(j);
}

void
rep_mx_tls_text(struct rep_buf *b, const struct rep_audit_tls *t)
{
	size_t encrypted = 0, unknown = t->more, from = b->n;

	for (size_t i = 0; i < t->n; i++) {
		encrypted += t->v[i].seen.state == REP_STARTTLS_ENCRYPTED;
		unknown += t->v[i].seen.state < REP_STARTTLS_NOT_OFFERED;
	}
	if (!t->asked)
		return;
	if (t->n == 0)
		rep_buf_add(b, REP_S("STARTTLS: there is no MX with an address to ask."));
	else
		rep_buf_printf(b, "STARTTLS: %zu of %zu addresses of MX encrypt, %zu unknown.",
		    encrypted, t->n + t->more, unknown);
	rep_out_fit(b, from, 0);
	rep_buf_addc(b, '\n');
}
