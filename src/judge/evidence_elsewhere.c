/*
 * Evidence from other providers, and what is not known because no feed is read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "judge/account.h"
#include "judge/hearing.h"

enum { NAMED_MAX = 4, NAMED_FROM = 50 /* messages */ };

/*
 * Looks at the source at another provider. Reports a refusal there, or returns how much was
 * accepted since.
 */
static uint64_t
one_provider(struct rep_hearing *h, const struct rep_cell *x)
{
	const struct rep_incident *there = rep_hearing_trouble(h, x);
	struct rep_sums s = { 0 };
	struct rep_str p, id;

	if (there == NULL) {
		rep_index_sum(
		    h->v, x, h->e->since_s, h->until_s, REP_ANY_STREAM, h->i->trouble, &s);
		return s.accepted;
	}
	rep_index_sum(
	    h->v, x, h->e->since_s - 7 * REP_DAY_S, h->until_s, REP_ANY_STREAM, h->i->trouble, &s);
	if (s.attempts < REP_ELSEWHERE_LEAST)
		return 0;
	p = rep_provider_text(h->in, &x->key, h->a);
	id = rep_name(&h->in->names, x->key.provider);
	rep_hear_measured(h, REP_EVIDENCE_ELSEWHERE_REFUSED, rep_hearing_minutes_apart(h, there),
	    rep_arena_printf(h->a, "%.*s %s the same source at the same time", REP_PR(p),
		rep_provider_plural(p) ? "refuse or slow" : "refuses or slows"),
	    rep_arena_printf(h->a, "{\"provider\":\"%.*s\",\"attempts\":%llu,\"refused\":%llu}",
		REP_PR(id), (unsigned long long)s.attempts, (unsigned long long)s.trouble));
	return 0;
}

/* One provider is away for all own sources: could the others be reached? */
static void
meanwhile(struct rep_hearing *h)
{
	if (h->i->nobody)
		rep_hear(h, REP_EVIDENCE_NOBODY_REACHED,
		    rep_arena_printf(h->a,
			"no other provider could be reached in that time either: all they share "
			"is the way out from you (your network, firewall or resolver)"),
		    rep_arena_printf(h->a, "{\"others\":0}"));
	else if (h->i->theirs)
		rep_hear(h, REP_EVIDENCE_OTHERS_REACHED,
		    rep_arena_printf(h->a,
			"other providers accepted mail from the same servers in that time, so the "
			"way out of your network is open"),
		    rep_arena_printf(h->a, "{\"others\":1}"));
}

/* The providers that accepted most. Of equals the first stays first. */
struct most {
	struct {
		uint32_t provider;
		uint64_t n;
	} v[NAMED_MAX + 1];
	size_t n;
};

static void
note(struct most *m, uint32_t provider, uint64_t n)
{
	size_t k = m->n;

	for (; k > 0 && m->v[k - 1].n < n; k--)
		m->v[k] = m->v[k - 1];
	m->v[k].provider = provider;
	m->v[k].n = n;
	m->n += m->n < NAMED_MAX;
}

/* "; yahoo, google" */
static struct rep_str
names_of(struct rep_hearing *h, const struct most *m)
{
	struct rep_buf b;

	rep_buf_init(&b, 1 << 20);
	for (size_t k = 0; k < m->n; k++) {
		rep_buf_add(&b, k > 0 ? REP_S(", ") : REP_S("; "));
		rep_buf_add(&b, rep_name(&h->in->names, m->v[k].provider));
	}
	return rep_arena_take(h->a, &b);
}

/* What other receivers did to the same source within the hour (judge/across.h). */
static void
across(struct rep_hearing *h)
{
	const struct rep_across *x;
	struct rep_str facts;
	size_t all;

	if (h->i->across == 0)
		return;
	x = &h->v->across[h->i->across - 1];
	all = x->n + x->few_n;
	facts = rep_arena_printf(h->a, "{\"receivers\":%zu}", all);
	switch (x->is) {
	case REP_ACROSS_OWN_MAIL:
		rep_hear(h, REP_EVIDENCE_ACROSS_OWN_MAIL,
		    rep_arena_printf(h->a,
			"%zu other receivers, unrelated to this one, have refused or slowed the "
			"same source since the same hour: all they share is the mail that leaves "
			"it",
			all - 1),
		    facts);
		break;
	case REP_ACROSS_RANGE:
		rep_hear(h, REP_EVIDENCE_ACROSS_RANGE,
		    rep_arena_printf(h->a,
			"of the %zu receivers that refuse this source, one says that its range is "
			"dynamic or may not send directly; lists of such ranges say that to all "
			"receivers",
			all),
		    facts);
		break;
	case REP_ACROSS_IDENTITY:
		rep_hear(h, REP_EVIDENCE_ACROSS_IDENTITY,
		    rep_arena_printf(
			h->a, "%zu receivers refuse this source for its name (PTR or HELO)", all),
		    facts);
		break;
	case REP_ACROSS_WAY_OUT:
	case REP_ACROSS_N: break;
	}
}

/* Who handed in mail as never before, around the beginning of the trouble (judge/account.h). */
static void
account(struct rep_hearing *h)
{
	const char *when;
	char n1[32], n2[32];

	for (size_t k = 0; h->i->account && k < h->v->accounts_n; k++) {
		const struct rep_account *x = &h->v->accounts[k];

		if (x->label != h->cell->key.label)
			continue;
		when = x->peak_s < h->e->since_s - REP_ACCOUNT_BEFORE_S - REP_HOUR
		    ? "in the three days before it"
		    : "around that time";
		rep_hear_measured(h, REP_EVIDENCE_ACCOUNT,
		    (double)x->peak / (x->before > 0 ? (double)x->before : 1),
		    x->fresh
			? rep_arena_printf(h->a,
			      "%.*s submitted mail to %s recipients %s, and none in the days before",
			      REP_PR(x->of->who), rep_number_text(x->sum, n1), when)
			: rep_arena_printf(h->a,
			      "%.*s submitted mail to %s recipients in one hour %s; its busiest hour "
			      "before had %s%s",
			      REP_PR(x->of->who), rep_number_text(x->peak, n1), when,
			      rep_number_text(x->before, n2), x->at_most ? " at most" : ""),
		    rep_arena_printf(h->a, "{\"peak\":%llu,\"before\":%llu,\"sum\":%llu}",
			(unsigned long long)x->peak, (unsigned long long)x->before,
			(unsigned long long)x->sum));
	}
}

/* A source that little ever left, and none of it accepted here: they cannot know it as bad. */
static void
new_there(struct rep_hearing *h)
{
	enum { LITTLE = 100 };
	const struct rep_label_cells *of = rep_index_label(h->v, h->cell->key.label);
	uint64_t attempts = 0, accepted = 0;

	if (h->i->across != 0 || h->i->trouble != REP_TROUBLE_BLOCK || h->cell->key.route != 0)
		return;
	for (size_t k = 0; of != NULL && k < of->n && attempts <= LITTLE; k++) {
		const struct rep_cell *x = &h->v->cells[h->v->index->cell_at[of->first + k]];
		struct rep_sums s = { 0 };

		rep_index_sum(h->v, x, 0, h->until_s, REP_ANY_STREAM, h->i->trouble, &s);
		attempts += s.attempts;
		accepted += x == h->cell ? s.accepted : 0;
	}
	if (attempts == 0 || attempts > LITTLE || accepted > 0)
		return;
	rep_hear(h, REP_EVIDENCE_NEW_THERE,
	    rep_arena_printf(h->a,
		"this log shows no mail from this source that was ever accepted there, and it "
		"sent only %llu message%s in all: they do not know your mail, so either the "
		"address or its network has a bad history, or they refuse senders that they do "
		"not know",
		(unsigned long long)attempts, rep_plural(attempts)),
	    rep_arena_printf(h->a, "{\"attempts\":%llu}", (unsigned long long)attempts));
}

void
rep_evidence_elsewhere(struct rep_hearing *h)
{
	const struct rep_label_cells *of = rep_index_label(h->v, h->cell->key.label);
	struct most most = { .n = 0 };
	uint64_t accepted = 0, n;
	struct rep_str names;
	char n1[32];

	if (h->i->everywhere) { /* its subject is the provider, not this source */
		meanwhile(h);
		return;
	}
	for (size_t k = 0; of != NULL && k < of->n; k++) {
		const struct rep_cell *x = &h->v->cells[h->v->index->cell_at[of->first + k]];

		if (x->key.route != h->cell->key.route || x->key.provider == h->cell->key.provider)
			continue;
		accepted += n = one_provider(h, x);
		if (n >= NAMED_FROM &&
		    !(h->v->index->other_known && x->key.provider == h->v->index->other))
			note(&most, x->key.provider, n);
	}
	across(h);
	if (rep_judge_has(h->in, "account"))
		account(h);
	new_there(h);
	names = names_of(h, &most);
	if (accepted >= REP_ELSEWHERE_LEAST)
		rep_hear_measured(h, REP_EVIDENCE_ELSEWHERE_ACCEPTED, (double)accepted,
		    rep_arena_printf(h->a,
			"other providers accept the mail of this source (%s accepted since%.*s): "
			"weak, because complaints here would explain it as well",
			rep_number_text(accepted, n1), REP_PR(names)),
		    rep_arena_printf(h->a, "{\"accepted\":%llu}", (unsigned long long)accepted));
	else if (h->i->across == 0)
		rep_hear_unknown(h, REP_UNKNOWN_OTHER_PROVIDERS,
		    rep_arena_printf(h->a,
			"%s message%s accepted elsewhere since from this source; %d or more "
			"would show whether this provider is the only one to object",
			accepted == 0
			    ? "no"
			    : rep_arena_printf(h->a, "only %s", rep_number_text(accepted, n1)).p,
			accepted < 2 ? " was" : "s were", REP_ELSEWHERE_LEAST)
			.p,
		    REP_CAUSE_CONTENT, REP_CAUSE_AUTHENTICATION);
}

/* What no log can show: the feeds of the provider (from know), and how to get each. */
void
rep_evidence_not_watched(struct rep_hearing *h)
{
	const struct rep_provider *p = rep_provider_by_id(
	    rep_know_providers(h->in->know), rep_name(&h->in->names, h->cell->key.provider));

	if (h->i->trouble == REP_TROUBLE_FAIL)
		return;
	for (size_t n = 0; p != NULL && n < p->feeds_n; n++)
		if (!p->feeds[n].complaints || !rep_hearing_complaints(h))
			rep_hear_unknown_feed(h, &p->feeds[n]);
	if ((p == NULL || p->feeds_n == 0) && !rep_hearing_complaints(h))
		rep_hear_unknown(h, REP_UNKNOWN_COMPLAINTS,
		    "reputed knows no feedback loop of this provider; ask its postmaster whether "
		    "it reports complaints",
		    REP_CAUSE_OWN_REPUTATION, REP_CAUSE_OWN_REPUTATION);
}
