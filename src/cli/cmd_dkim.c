/* reputed dkim verify FILE, dkim check DOMAIN. SPDX-License-Identifier: Apache-2.0 */
#include "cli/findings_show.h"
#include "cli/net.h"
#include "engine/files.h"
#include "cli/out.h"

#include <stdio.h>
#include <unistd.h>

enum { OUT_MAX = 64 << 20, ARENA_MAX = 64 << 20, MESSAGE_MAX = 48 << 20 };

struct dkim_work {
	struct rep_cli *c;
	int64_t now_s;
	/* for verify */
	struct rep_message message;
	struct rep_dkim_check check;
	/* for check */
	struct rep_audit_in in;
	struct rep_audit_dkim keys;
	struct rep_findings findings;
};

static bool
verify_turn(void *ctx, const struct rep_dns_view *v, struct rep_arena *a)
{
	struct dkim_work *w = ctx;

	return rep_dkim_verify(&w->message, w->now_s, v, NULL, a, &w->check);
}

static bool
check_turn(void *ctx, const struct rep_dns_view *v, struct rep_arena *a)
{
	struct dkim_work *w = ctx;

	rep_findings_init(&w->findings, a);
	return rep_audit_dkim(
	    &w->in, w->c->selectors.v, w->c->selectors.n, v, &w->keys, &w->findings);
}

/* --- verify ----------------------------------------------------------------------------------- */

static void
signature_json(struct rep_json *j, const struct rep_dkim_signature *s)
{
	char c[32];

	rep_json_obj(j, NULL);
	rep_json_cstr(j, "result", rep_dkim_result_text(s->result));
	rep_json_str_or_null(j, "reason", s->reason);
	rep_json_cstr(j, "cause", rep_dkim_cause_text(s->cause));
	rep_json_str_or_null(j, "domain", s->domain);
	rep_json_str_or_null(j, "selector", s->selector);
	rep_json_str_or_null(j, "identity", s->identity);
	rep_json_str_or_null(j, "algorithm", s->algorithm);
	if (s->key.bits > 0)
		rep_json_int(j, "key_bits", s->key.bits);
	else
		rep_json_null(j, "key_bits");
	snprintf(c, sizeof c, "%s/%s", s->relaxed_header ? "relaxed" : "simple",
	    s->relaxed_body ? "relaxed" : "simple");
	rep_json_cstr(j, "canonicalization", c);
	rep_json_str_or_null(j, "headers", s->headers);
	rep_json_bool(j, "from_oversigned", s->from_oversigned);
	if (s->body_limit != SIZE_MAX)
		rep_json_int(j, "unsigned_bytes", (int64_t)s->unsigned_body);
	else
		rep_json_int(j, "unsigned_bytes", 0);
	rep_json_bool(j, "testing", s->key.testing);
	if (s->signed_s >= 0 && s->signed_s < INT64_C(253402300800))
		rep_json_time(j, "signed", s->signed_s);
	else
		rep_json_null(j, "signed");
	if (s->expires_s >= 0 && s->expires_s < INT64_C(253402300800))
		rep_json_time(j, "expires", s->expires_s);
	else
		rep_json_null(j, "expires");
	rep_json_end_obj(j);
}

static void
verify_json(struct rep_buf *b, const struct dkim_work *w)
{
	const struct rep_dkim_check *k = &w->check;
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_arr(&j, "signatures");
	for (size_t i = 0; i < k->n; i++)
		signature_json(&j, &k->v[i]);
	rep_json_end_arr(&j);
	rep_json_obj(&j, "arc");
	rep_json_cstr(&j, "result", rep_dkim_result_text(k->arc.result));
	rep_json_str_or_null(&j, "reason", k->arc.reason);
	rep_json_int(&j, "sets", k->arc.sets);
	rep_json_int(&j, "oldest_pass", k->arc.oldest_pass);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

enum { LABEL = 9 }; /* columns of the word before a text */

static void
verify_text(struct rep_buf *b, const struct dkim_work *w)
{
	const struct rep_dkim_check *k = &w->check;

	if (k->n == 0)
		rep_buf_add(b, REP_S("The message has no DKIM-Signature.\n"));
	for (size_t i = 0; i < k->n; i++) {
		const struct rep_dkim_signature *s = &k->v[i];

		rep_buf_printf(b, "%s%s%s  DKIM of ",
		    rep_paint(s->result == REP_DKIM_PASS ? REP_GREEN : REP_RED),
		    rep_dkim_result_text(s->result), rep_unpaint());
		rep_net_add(b, s->domain.n > 0 ? s->domain : REP_S("(no d=)"));
		rep_buf_addc(b, '\n');
		rep_net_field(b, "why", LABEL, s->reason);
		rep_net_field(b, "selector", LABEL, s->selector);
		rep_net_field(b, "algorithm", LABEL, s->algorithm);
		if (s->key.bits > 0)
			rep_buf_printf(b, "  key       %u bits\n", s->key.bits);
		rep_buf_printf(b, "  form      %s/%s\n", s->relaxed_header ? "relaxed" : "simple",
		    s->relaxed_body ? "relaxed" : "simple");
		rep_net_field(b, "signs", LABEL, s->headers);
		if (s->answer != NULL && s->answer->server != NULL)
			rep_buf_printf(b, "  answer    %zu bytes from %s in %lld ms\n",
			    s->answer->size, s->answer->server,
			    (long long)(s->answer->took_us / 1000));
		if (s->result == REP_DKIM_PASS && !s->from_oversigned)
			rep_net_field(b, "note", LABEL,
			    REP_S("From is not oversigned, so a second From could be added"));
		rep_buf_addc(b, '\n');
	}
	if (k->skipped > 0)
		rep_buf_printf(b, "%zu more signatures were not checked.\n", k->skipped);
	if (k->arc.result != REP_DKIM_NONE) {
		rep_buf_printf(
		    b, "%s  ARC, %u sets\n", rep_dkim_result_text(k->arc.result), k->arc.sets);
		rep_net_field(b, "why", LABEL, k->arc.reason);
	}
	if (w->message.bare_lf > 0) {
		size_t from = b->n;

		rep_buf_printf(b,
		    "The file has %zu lines that end without CR; they were read as if they had it.",
		    w->message.bare_lf);
		rep_out_fit(b, from, 0);
		rep_buf_addc(b, '\n');
	}
}

static bool
read_message(struct dkim_work *w)
{
	const char *path = w->c->args[1];
	struct rep_str raw = { "", 0 };
	struct rep_err err;
	enum rep_rc rc;

	rc = rep_file_read(
	    w->c->arena, strcmp(path, "-") == 0 ? "/dev/stdin" : path, MESSAGE_MAX, &raw, &err);
	if (rc == REP_OK && (rc = rep_message_parse(raw, w->c->arena, &w->message, &err)) != REP_OK)
		(void)rep_ctx(&err, "%s", path);
	if (rc == REP_OK)
		return true;
	rep_cli_fail(w->c, rc == REP_EIO ? REP_EXIT_FAILED : REP_EXIT_BAD_INPUT, &err);
	return false;
}

/* True when at least one signature passes. An unsigned message is not verified. */
static bool
verified(const struct rep_dkim_check *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->v[i].result == REP_DKIM_PASS)
			return true;
	return false;
}

/* --- check --------------------------------------------------------------------------------------- */

static void
key_json(struct rep_json *j, const struct rep_audit_key *k)
{
	static const char *const types[] = { "rsa", "ed25519", NULL };
	static const char *const states[] = { "ok", "syntax", "revoked", "unknown" };
	bool there = k->answer->n > 0;
	char ip[REP_IP_TEXT], host[REP_NAME_TEXT];

	rep_json_obj(j, NULL);
	rep_json_str(j, "selector", k->selector);
	rep_json_cstr(j, "state",
	    there				   ? states[k->key.state]
		: rep_dns_failed(k->answer->state) ? "failed"
						   : "missing");
	rep_json_cstr(j, "type", there ? types[k->key.type] : NULL);
	if (k->key.bits > 0)
		rep_json_int(j, "bits", k->key.bits);
	else
		rep_json_null(j, "bits");
	rep_json_bool(j, "testing", k->key.testing);
	rep_json_str(j, "record", there ? k->answer->rr[0]->data : (struct rep_str){ NULL, 0 });
	rep_json_int(j, "answer_bytes", (int64_t)k->answer->size);
	rep_json_int(j, "aliases", k->answer->cnames);
	rep_json_arr(j, "name_servers");
	for (size_t i = 0; i < k->ns_n; i++) {
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "host", rep_name_text(&k->ns[i].host, host));
		rep_json_cstr(j, "ip", rep_ip_text(&k->ns[i].ip, ip));
		rep_json_cstr(j, "udp", rep_dns_state_text(k->ns[i].udp->state));
		rep_json_cstr(j, "tcp", rep_dns_state_text(k->ns[i].tcp->state));
		rep_json_real(j, "udp_ms", (double)k->ns[i].udp->took_us / 1000, 1);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_end_obj(j);
}

static void
check_json(struct rep_buf *b, const struct dkim_work *w)
{
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_str(&j, "domain", w->in.domain_text);
	rep_json_arr(&j, "keys");
	for (size_t i = 0; i < w->keys.n; i++)
		key_json(&j, &w->keys.v[i]);
	rep_json_end_arr(&j);
	rep_json_int(&j, "selectors_tried", w->keys.tried);
	rep_findings_json(&j, &w->findings);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

static void
key_text(struct rep_buf *b, const struct rep_audit_key *k)
{
	char host[REP_NAME_TEXT], ip[REP_IP_TEXT];
	size_t from = b->n;

	rep_net_add(b, k->selector);
	if (k->answer->n == 0)
		rep_buf_printf(b, "  %s", rep_dns_state_text(k->answer->state));
	else if (k->key.state == REP_DKIM_KEY_OK)
		rep_buf_printf(b, "  %s, %u bits; the answer has %zu bytes, %u aliases",
		    k->key.type == REP_DKIM_RSA ? "RSA" : "ed25519", k->key.bits, k->answer->size,
		    k->answer->cnames);
	else
		rep_buf_printf(
		    b, "  %s", k->key.state == REP_DKIM_KEY_REVOKED ? "revoked" : k->key.reason);
	rep_out_fit(b, from, 4);
	rep_buf_addc(b, '\n');
	for (size_t n = 0; n < k->ns_n; n++) {
		from = b->n;
		rep_buf_printf(b, "  %-30s %-15s UDP: %s (%lld ms)  TCP: %s",
		    rep_name_text(&k->ns[n].host, host), rep_ip_text(&k->ns[n].ip, ip),
		    rep_dns_state_text(k->ns[n].udp->state),
		    (long long)(k->ns[n].udp->took_us / 1000),
		    rep_dns_state_text(k->ns[n].tcp->state));
		rep_out_fit(b, from, 4);
		rep_buf_addc(b, '\n');
	}
}

static void
check_text(struct rep_buf *b, const struct dkim_work *w)
{
	for (size_t i = 0; i < w->keys.n; i++)
		key_text(b, &w->keys.v[i]);
	rep_buf_addc(b, '\n');
	rep_findings_text(b, &w->findings);
	if (w->findings.n == 0)
		rep_buf_add(b, REP_S("No problem found.\n"));
}

/* --- the command ------------------------------------------------------------------------------------ */

static void
run(struct dkim_work *w, bool verify, struct rep_resolver *r, struct rep_arena *a)
{
	struct rep_buf b;
	bool dead;

	if (!rep_cli_evaluate(w->c, r, a, verify ? verify_turn : check_turn, w))
		return;
	dead = rep_cli_dns_dead(w->c, r, &w->findings);
	rep_buf_init(&b, OUT_MAX);
	rep_findings_sort(&w->findings);
	if (verify && w->c->json)
		verify_json(&b, w);
	else if (w->c->json)
		check_json(&b, w);
	else if (verify && !dead)
		verify_text(&b, w);
	else if (!dead)
		check_text(&b, w);
	if (!rep_out_flush(&b))
		rep_cli_note(w->c, REP_EXIT_FAILED);
	rep_buf_fini(&b);
	if (!dead && (verify ? !verified(&w->check) : rep_findings_trouble(&w->findings)))
		rep_cli_note(w->c, REP_EXIT_TROUBLE);
}

int
rep_cmd_dkim(struct rep_cli *c)
{
	static struct dkim_work w;
	bool verify = c->args_n == 2 && strcmp(c->args[0], "verify") == 0;
	struct rep_resolver *r = NULL;
	struct rep_arena *a;

	w.c = c;
	w.now_s = c->session.now_s != 0 ? c->session.now_s : c->session.clock_s;
	if (c->args_n != 2 || (!verify && strcmp(c->args[0], "check") != 0)) {
		rep_cli_usage(c, "dkim verify FILE, or dkim check DOMAIN [--selector NAME]...");
		return REP_EXIT_USAGE;
	}
	if (verify ? !read_message(&w)
		   : !rep_cli_domain(c, c->args[1], &w.in.domain, &w.in.domain_text))
		return c->worst;
	if (!rep_cli_resolver(c, &r))
		return c->worst;
	if ((a = rep_arena_new(ARENA_MAX)) != NULL)
		run(&w, verify, r, a);
	rep_arena_free(a);
	rep_cli_resolver_close(c, r);
	return c->worst;
}
