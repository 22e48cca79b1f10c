/*
 * What DNS says of what `setup` found: the PTR names of addresses, and who runs the mailbox that is told.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/net.h"
#include "cli/setup.h"

enum { ARENA_BYTES = 1 << 20, ASKED = 64 };

/* For one round. Names are worth no longer wait: Judgement. */
#define BUDGET_MS "5000"

struct setup_names {
	struct rep_setup *s;
	struct rep_name domain; /* n == 0: not asked */
	const struct rep_provider *provider;
};

/* The first PTR name of each source. */
static bool
turn_names(void *ctx, const struct rep_dns_view *v, struct rep_arena *a)
{
	const struct setup_names *w = ctx;
	struct rep_setup *s = w->s;
	bool known = true;

	(void)a;
	for (size_t i = 0; i < s->plan.sources_n && i < ASKED; i++) {
		const struct rep_dns_answer *ptr;
		char text[REP_NAME_TEXT];
		struct rep_name name;

		if (s->plan.sources[i].public.version == 0 || s->ptr[i].answered ||
		    !rep_name_arpa(&s->plan.sources[i].public, &name))
			continue;
		if ((ptr = rep_dns_get(v, &name, REP_DNS_PTR)) == NULL) {
			known = false;
			continue;
		}
		s->ptr[i].answered = !rep_dns_failed(ptr->state);
		if (ptr->n > 0)
			s->ptr[i].name = rep_arena_dup(
			    s->c->arena, rep_str_c(rep_name_text(ptr->rr[0]->target, text)));
	}
	return known;
}

/* Who runs the mailboxes of the domain, by the name of its first MX. */
static bool
turn_mail(void *ctx, const struct rep_dns_view *v, struct rep_arena *a)
{
	struct setup_names *w = ctx;
	const struct rep_dns_answer *mx = rep_dns_get(v, &w->domain, REP_DNS_MX);
	const struct rep_dns_rr *first[1];
	char text[REP_NAME_TEXT];

	(void)a;
	if (mx == NULL)
		return false;
	if (rep_dns_mx_first(mx, first, 1) == 1)
		w->provider = rep_provider_by_host(
		    w->s->providers, rep_str_c(rep_name_text(first[0]->target, text)));
	return true;
}

/* One round of questions. What does not answer is not said here: the check at the end says more. */
static void
ask(struct setup_names *w, rep_evaluate_turn turn)
{
	struct rep_cli *c = w->s->c;
	struct rep_resolver *r = NULL;
	struct rep_arena *a = rep_arena_new(ARENA_BYTES);
	const char *budget = c->budget_ms;
	int before = c->worst;

	if (budget == NULL)
		c->budget_ms = BUDGET_MS;
	if (a != NULL && rep_cli_resolver(c, &r))
		(void)rep_cli_evaluate(c, r, a, turn, w);
	rep_resolver_close(r);
	rep_arena_free(a);
	c->budget_ms = budget;
	if (c->worst != REP_EXIT_USAGE)
		c->worst = before;
}

void
rep_setup_names(struct rep_setup *s)
{
	struct setup_names w = { .s = s };

	if (s->plan.sources_n > 0)
		ask(&w, turn_names);
}

void
rep_setup_warn_mail(struct rep_setup *s)
{
	struct setup_names w = { .s = s };
	size_t at = rep_str_rchr(s->alert.to, '@');
	struct rep_str domain =
	    rep_str_sub(s->alert.to, at == SIZE_MAX ? 0 : at + 1, s->alert.to.n);

	if (s->providers == NULL || !rep_name_parse(domain, &w.domain))
		return;
	w.provider = rep_provider_by_domain(s->providers, domain);
	if (w.provider == NULL)
		ask(&w, turn_mail);
	if (w.provider != NULL && w.provider->kind == REP_PROVIDER_MAILBOX)
		rep_cli_say(
		    "%.*s is a mailbox at %.*s. When they refuse your mail, this alert does not "
		    "arrive either. Better is an address elsewhere, or a second way such as ntfy",
		    REP_PR(s->alert.to), REP_PR(w.provider->in_sentence));
}
