/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/check_run.h"
#include "cli/mx_tls.h"
#include "engine/workers.h"

#include <stdlib.h>

enum { ARENA_MAX = 96 << 20, FETCH_MS = 15000 };

static bool
turn(void *ctx, const struct rep_dns_view *v, struct rep_arena *a)
{
	struct rep_check_run *w = ctx;
	struct rep_name host;
	bool known;

	rep_findings_init(&w->findings, a);
	known = rep_audit_domain(&w->in, &w->more, v, a, &w->found, &w->findings);
	w->policy_at = NULL;
	if (w->found.policy.wanted && rep_name_join(REP_S("mta-sts"), &w->in.domain, &host)) {
		const struct rep_dns_answer *six = rep_dns_get(v, &host, REP_DNS_AAAA);

		w->policy_at = rep_dns_get(v, &host, REP_DNS_A);
		known = known && w->policy_at != NULL && six != NULL;
		if (known && w->policy_at->n == 0 && six->n > 0)
			w->policy_at = six;
	}
	return known;
}

/*
 * Fetches the MTA-STS policy when there is a record for one. Then everything is judged again with
 * it.
 */
static void
fetch_policy(struct rep_check_run *w, const struct rep_resolver *r)
{
	struct rep_audit_policy *p = &w->found.policy;
	struct rep_fetcher_params o = rep_workers_fetch();
	int left_ms = rep_resolver_left_ms(r);
	struct rep_err err;
	struct rep_str host;
	struct rep_buf b;

	if (!p->wanted)
		return;
	p->fetched = true;
	host = rep_arena_printf(w->c->arena, "mta-sts.%.*s", REP_PR(w->in.domain_text));
	if (w->policy_at == NULL || w->policy_at->n == 0) {
		p->no_address = w->policy_at == NULL || !rep_dns_failed(w->policy_at->state);
		p->failure = rep_arena_printf(w->c->arena, "address of %.*s: %s", REP_PR(host),
		    w->policy_at == NULL ? "no name" : rep_dns_state_text(w->policy_at->state));
		return;
	}
	if (left_ms == 0) {
		p->failure = rep_str_c(rep_dns_state_text(REP_DNS_LATE));
		return;
	}
	rep_buf_init(&b, REP_STS_POLICY_MAX);
	o.timeout_ms = left_ms < FETCH_MS ? left_ms : FETCH_MS;
	o.ca_file = getenv("SSL_CERT_FILE");
	if (rep_fetcher_get(&o, host.p, "/.well-known/mta-sts.txt", &w->policy_at->rr[0]->ip, &b,
		&err) == REP_OK)
		p->text = rep_arena_dup(w->c->arena, rep_buf_str(&b));
	else
		p->failure = rep_shown(w->c->arena, rep_str_c(err.msg), 300);
	rep_buf_fini(&b);
}

/* Leaves out the addresses. Returns how many are left. */
static size_t
only_domains(const struct rep_check_run *w, const struct rep_sweep_subject **s, size_t n)
{
	struct rep_sweep_subject *v = rep_arena_alloc(w->c->arena, (n + 1) * sizeof *v);
	size_t kept = 0;

	for (size_t i = 0; i < n && v != NULL; i++)
		if ((*s)[i].ip.version == 0)
			v[kept++] = (*s)[i];
	*s = v;
	return kept;
}

/* Asks the lists about the addresses, the domain, and the domains of other names that we show. */
static bool
ask_lists(struct rep_check_run *w, struct rep_resolver *r)
{
	const struct rep_sweep_subject *s;
	size_t n = rep_audit_list_subjects(&w->in, w->more.helo, &w->found, w->c->arena, &s);

	if (w->addresses_listed)
		n = only_domains(w, &s, n);
	if (n > 0 && rep_cli_sweep(w->c, r, s, n, &w->sweep))
		return true;
	if (n > 0)
		w->blind = REP_S("they could not be asked"); /* why was printed */
	return false;
}

/* Stores what was found, and gives each finding its history. */
static void
keep(struct rep_check_run *w, struct rep_arena *a)
{
	rep_looks_init(&w->kept, a, w->in.now_s);
	rep_looks_domain(&w->kept, &w->in, &w->found);
	for (size_t i = 0; i < w->in.ip_n && !w->found.gone; i++) /* else nothing was judged */
		rep_looks_ptr(
		    &w->kept, &w->ip[i], w->in.domain_text, w->more.helo, &w->found.ptr[i]);
	if (w->sweep != NULL)
		rep_looks_lists(&w->kept, w->sweep);
	rep_looks_findings(&w->kept, &w->findings, w->in.domain_text, w->sweep);
	rep_looks_store(&w->c->session, &w->kept, NULL);
	rep_looks_mark(&w->kept, &w->findings, w->in.domain_text, w->sweep);
}

bool
rep_check_begin(struct rep_check_run *w, struct rep_cli *c, const struct rep_providers *providers)
{
	struct rep_err err;

	w->c = c;
	w->in.ip = w->ip;
	w->in.providers = providers;
	w->in.now_s = rep_session_present(&c->session);
	w->in.known_n = rep_looks_known(&c->session, c->arena, &w->in.known);
	w->clouds.a = c->arena;
	w->more.clouds = &w->clouds;
	if (rep_clouds_builtin(&w->clouds, &err) == REP_OK)
		return true;
	rep_cli_fail(c, REP_EXIT_FAILED, &err);
	return false;
}

struct rep_arena *
rep_check_arena(void)
{
	return rep_arena_new(ARENA_MAX);
}

bool
rep_check_run(struct rep_check_run *w, struct rep_resolver *r, struct rep_arena *a)
{
	bool rewrites, swept;

	if (!rep_cli_evaluate(w->c, r, a, turn, w))
		return false;
	if (w->found.policy.wanted) {
		fetch_policy(w, r);
		if (!rep_cli_evaluate(w->c, r, a, turn, w))
			return false;
	}
	w->dead = rep_cli_dns_dead(w->c, r, &w->findings);
	if (w->dead) {
		w->blind = REP_S("DNS does not work");
		return true; /* the lists would not answer either */
	}
	swept = ask_lists(w, r);
	/* Last, since a server that is silent takes all the time that there is. */
	if (w->c->starttls) {
		rep_mx_tls_ask(w->c, r, w->in.now_s, w->c->arena, &w->found.mail, &w->found.tls);
		if (!rep_cli_evaluate(w->c, r, a, turn, w))
			return false;
	}
	if (swept) {
		rep_audit_lists(w->sweep, rep_looks_said(&w->c->session, a), &w->findings);
		(void)rep_sweep_blind(w->sweep, &w->blind, &rewrites);
	}
	keep(w, a);
	return true;
}
