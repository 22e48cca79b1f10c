/*
 * cli/audit_job.c -- looks at own domains and addresses in DNS and on lists, as `reputed check` does, and stores what was
 * found.
 *
 * Each list is asked within its own limits (audit/limit.h), which count over all runs and what people ask, too. When
 * the last audit was is in the store, so a daemon that is started again and again asks no more often.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/check_run.h"
#include "cli/jobs.h"
#include "base/time.h"
#include "engine/held.h"
#include "engine/verdicts.h"

#include <stdio.h>
#include <sys/random.h>

#define STATE "audited"		  /* rep_store_state_put: seconds, in decimal */
#define DOMAINS "audited-domains" /* and what the configuration said of domains then */

/*
 * A listing or a lost record is seen within six hours. Most lists allow 2,000 questions a day: with 256 addresses, the
 * most that are looked at, four audits ask each of them half of that, and people have the rest.
 */
enum { USUALLY_S = 6 * 3600, AUDIT_AGAIN_MS = 600000 };

struct audit {
	struct rep_cli *c;
	struct rep_own own;
	const struct rep_providers *providers;
	struct rep_resolver *r;
	struct rep_str configured; /* the domains of the configuration, each with its selectors */
	bool same;		   /* they were the same at the last audit */
	bool dead;		   /* DNS does not work */
};

static int64_t
every_s(const struct rep_config *cfg)
{
	int64_t s = USUALLY_S;

	(void)rep_time_length(cfg->audit, &s);
	return s;
}

/* In nine to eleven tenths of that time. */
static int64_t
jittered_ms(int64_t s)
{
	uint16_t v = 0;

	(void)!getrandom(&v, sizeof v, 0);
	return s * 900 + s * 200 * v / UINT16_MAX;
}

/* p == NULL: out of memory. */
static struct rep_str
configured(const struct rep_config *cfg, struct rep_arena *a)
{
	struct rep_str s = REP_S("");

	for (size_t i = 0; i < cfg->n_domains; i++) {
		const struct rep_config_domain *d = &cfg->domains[i];

		s = rep_arena_printf(a, "%.*s%.*s", REP_PR(s), REP_PR(d->name));
		for (size_t k = 0; k < d->selectors.n; k++)
			s = rep_arena_printf(a, "%.*s %.*s", REP_PR(s), REP_PR(d->selectors.v[k]));
		s = rep_arena_printf(a, "%.*s\n", REP_PR(s));
	}
	return s;
}

/* One domain with up to REP_AUDIT_MAX_IPS of the addresses. */
static bool
one(struct audit *t, struct rep_str domain, size_t from, bool listed)
{
	struct rep_check_run *w = rep_arena_alloc(t->c->arena, sizeof *w);
	struct rep_str name = rep_arena_dup(t->c->arena, domain);
	struct rep_arena *a = rep_check_arena();
	bool well = w != NULL && name.p != NULL && a != NULL;

	t->c->selectors.n = 0; /* each domain has its own, from the configuration */
	if (well && rep_check_begin(w, t->c, t->providers) &&
	    rep_cli_domain(t->c, name.p, &w->in.domain, &w->in.domain_text)) {
		w->addresses_listed = listed;
		w->more.selectors = t->c->selectors.v;
		w->more.selectors_n = t->c->selectors.n;
		while (from < t->own.addresses_n && w->in.ip_n < REP_AUDIT_MAX_IPS)
			w->ip[w->in.ip_n++] = t->own.addresses[from++];
		well = rep_check_run(w, t->r, a);
		t->dead = well && w->dead;
	} else {
		well = false;
	}
	rep_arena_free(a);
	return well && !t->dead;
}

/*
 * A domain that cannot be looked at holds up no other one, and is no reason to ask all of them again: the lists give so
 * many answers a day. False: DNS does not work, or nothing could be looked at.
 */
static bool
all(struct audit *t)
{
	bool listed = false; /* lists were asked about the addresses, with some domain */

	for (size_t d = 0; d < t->own.domains_n && !t->dead; d++) {
		size_t from = 0;
		bool well = true;

		do {
			well = one(t, t->own.domains[d], from, listed) && well;
			from += REP_AUDIT_MAX_IPS;
		} while (from < t->own.addresses_n && !t->dead);
		listed = listed || well;
		if (!well && !t->dead)
			rep_cli_say("the audit: %.*s could not be looked at; it is tried again "
				    "with the next audit",
			    REP_PR(t->own.domains[d]));
	}
	return listed && !t->dead;
}

/* What is our own, by what is stored; and when the last audit was. */
static bool
prepare(struct audit *t, struct rep_verdict_set *set, int64_t *last_s)
{
	struct rep_session *s = &t->c->session;
	struct rep_store *store = NULL;
	struct rep_know *know = NULL;
	struct rep_held_all held;
	struct rep_str text;
	struct rep_err err;
	uint64_t last = 0;
	enum rep_rc rc;

	if ((rc = rep_session_know(s, &know, &err)) == REP_OK &&
	    (rc = rep_session_store(s, REP_STORE_READ_ONLY, &store, &err)) == REP_OK &&
	    (rc = rep_store_state_get(store, STATE, &text, &err)) == REP_OK) {
		(void)rep_str_u64(text, INT64_MAX, &last);
		rc = rep_store_state_get(store, DOMAINS, &text, &err);
	}
	if (rc == REP_OK) {
		t->same = rep_str_eq(text, t->configured);
		rc = rep_verdicts_make(s, know, store, REP_DEPTH_NUMBERS, set, &err);
	}
	if (rc == REP_OK &&
	    (rc = rep_own_find(s->cfg, &set->in, t->c->arena, &t->own, &err)) == REP_OK &&
	    (rc = rep_held_load(store, t->c->arena, &held, &err)) == REP_OK)
		rep_own_keep(s->cfg, &held, &t->own);
	*last_s = (int64_t)last;
	for (size_t i = 0; rc == REP_OK && i < t->own.domains_n; i++)
		t->own.domains[i] = rep_arena_dup(t->c->arena, t->own.domains[i]);
	rep_store_close(store);
	rep_know_free(know);
	if (rc != REP_OK)
		rep_cli_say("the audit: %s", err.msg);
	return rc == REP_OK;
}

static void
note(const struct audit *t)
{
	struct rep_cli *c = t->c;
	struct rep_store *store = NULL;
	struct rep_err err;
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)c->session.clock_s);
	if (rep_session_store(&c->session, 0, &store, &err) != REP_OK ||
	    rep_store_begin(store, &err) != REP_OK ||
	    rep_store_state_put(store, STATE, rep_str_c(text), &err) != REP_OK ||
	    rep_store_state_put(store, DOMAINS, t->configured, &err) != REP_OK ||
	    rep_store_commit(store, &err) != REP_OK)
		rep_cli_say("the audit: %s", err.msg);
	rep_store_close(store);
}

static bool
ask(struct audit *t)
{
	struct rep_providers *providers = rep_cli_providers(t->c);
	bool well = false;

	t->providers = providers;
	if (providers != NULL && rep_cli_resolver(t->c, &t->r))
		well = all(t);
	rep_cli_resolver_close(t->c, t->r);
	rep_providers_free(providers);
	return well;
}

void
rep_audit_job(struct rep_cli *c, unsigned failed, struct rep_job_done *done)
{
	int64_t last_s, every = every_s(&c->cfg), now_s = c->session.clock_s;
	struct rep_verdict_set set = { .arena = NULL };
	struct audit t = { .c = c, .configured = configured(&c->cfg, c->arena) };
	bool known;

	*done = (struct rep_job_done){ .in_ms = -1, .fine = true };
	if (rep_str_eq(c->cfg.audit, REP_S("off")))
		return;
	done->in_ms = jittered_ms(every);
	known = prepare(&t, &set, &last_s);
	rep_verdicts_free(&set);
	if (!known) {
		done->fine = false;
		return;
	}
	/* After a failure, and with other domains, it is made before its time. */
	if (failed == 0 && t.same && last_s <= now_s && now_s - last_s < every) {
		done->in_ms = jittered_ms(every - (now_s - last_s));
		return;
	}
	if (t.own.left_out > 0)
		rep_cli_say("the audit looks at %d domains and %d addresses; %zu more are left out",
		    REP_OWN_DOMAINS, REP_OWN_ADDRESSES, t.own.left_out);
	/* Until mail was seen, or the configuration names a domain, there is nothing to look at. */
	if (t.own.domains_n == 0) {
		done->in_ms = AUDIT_AGAIN_MS;
		return;
	}
	done->fine = ask(&t);
	done->news = true;
	if (!t.dead)
		note(&t);
}
