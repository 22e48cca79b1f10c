/*
 * cli/dmarc_names.c -- asks DNS who runs the addresses that nothing else names (reputed dmarc report, path).
 *
 * The answer is there before: a name adds to it. So little is waited for, and a DNS that does not work is no trouble unless
 * somebody asked for the names.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/dmarc_names.h"
#include "cli/net.h"

#include <unistd.h>

/* Judgement: PTR and the way back, each with one try elsewhere; nobody waits longer for what they did not ask for. */
enum { BUDGET_MS = 2000 };

bool
rep_dmarc_names_wanted(const struct rep_cli *c)
{
	return c->names || (!c->json && !c->csv && !c->html && isatty(STDOUT_FILENO));
}

/* Strangers first: they are shown one by one. */
static void
choose(struct rep_address_names *names, const struct rep_reports_answer *r,
    const struct rep_report_strangers *strangers)
{
	for (size_t i = 0; i < strangers->n; i++)
		rep_address_names_add(names, &strangers->v[i].ip);
	for (size_t i = 0; i < r->is.sources_n; i++) {
		const struct rep_report_source *s = &r->is.sources[i];

		if (s->name == 0 && s->who != REP_SENDER_OWN && s->who != REP_SENDER_UNKNOWN)
			rep_address_names_add(names, &s->ip);
	}
}

static bool
open_resolver(struct rep_cli *c, struct rep_resolver **out)
{
	struct rep_err err;

	if (rep_cli_resolver_within(c, BUDGET_MS, out, &err) == REP_OK)
		return true;
	if (c->names || err.rc == REP_EUSAGE)
		rep_cli_fail(c, err.rc == REP_EUSAGE ? REP_EXIT_USAGE : REP_EXIT_FAILED, &err);
	return false;
}

void
rep_dmarc_names(struct rep_cli *c, struct rep_reports_answer *r,
    const struct rep_report_strangers *strangers, struct rep_arena *a)
{
	struct rep_address_names *names = rep_arena_alloc(a, sizeof *names);
	struct rep_clouds *clouds = rep_arena_alloc(a, sizeof *clouds);
	struct rep_resolver *resolver = NULL;
	struct rep_err err;

	if (names == NULL || clouds == NULL || r->senders == NULL)
		return;
	clouds->a = a;
	choose(names, r, strangers);
	if (names->n == 0 || rep_clouds_builtin(clouds, &err) != REP_OK ||
	    !open_resolver(c, &resolver))
		return;
	if (rep_address_names_ask(names, &c->session, resolver, r->senders, clouds, a, &err) ==
	    REP_OK)
		r->names = names;
	else if (c->names)
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	rep_resolver_close(resolver);
}
