/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/why.h"
#include "cli/why_groups.h"
#include "cli/why_summary.h"
#include "cli/why_steps.h"
#include "base/time.h"
#include "cli/account_text.h"
#include "cli/across_text.h"
#include "cli/given_up_text.h"
#include "cli/mind_text.h"
#include "cli/outlook.h"
#include "cli/picture.h"
#include "cli/seen_text.h"
#include "cli/waits_text.h"
#include "judge/advised.h"
#include "judge/index.h"

#include <stdio.h>
#include <string.h>

enum {
	INDENT = 11,
	IDS_MAX = 8,
	FULL_MAX = 3, /* judgement: more than three texts are not read at night */
	LINES_MAX = 10,
	LINE_INDENT = 9,
	LINE_SAID_MAX = 150,
	UNKNOWN_MAX = 3,
	SAID_MAX = 400,
	OVER_MAX = 20
};

struct teller {
	struct rep_buf *b;
	const struct rep_verdict_set *s;
	const struct rep_verdicts *v;
	const struct rep_incident **group; /* told together, [0] first; room for all */
	size_t n;
};

static const struct rep_episode *
last(const struct rep_incident *i)
{
	return &i->episodes[i->episodes_n - 1];
}

static const struct rep_cell *
cell(const struct teller *t, const struct rep_incident *i)
{
	return &t->v->cells[i->cell];
}

/* What the provider of the leading incident said last by a rule. NULL: it was not kept. */
static const struct rep_wording *
latest(const struct teller *t, uint32_t rule)
{
	const struct rep_cell_key *k = &cell(t, t->group[0])->key;

	return rep_wording_of(&t->s->in, k->provider, k->provider_domain, rule);
}

/* Its words. n == 0: they were not kept. */
static struct rep_str
said(const struct teller *t, uint32_t rule)
{
	const struct rep_wording *w = latest(t, rule);

	return w != NULL ? w->text : (struct rep_str){ "", 0 };
}

/* What is wrong with the header of a message that came back with it. n == 0: nothing is known. */
static struct rep_str
header_of(const struct teller *t, uint32_t rule)
{
	const struct rep_wording *w = latest(t, rule);
	const struct rep_rule *r = rep_know_rule(t->s->in.know, rep_name(&t->s->in.names, rule));

	return w != NULL && r != NULL ? rep_seen_header(t->s->arena, r->class, w->header_faults)
				      : (struct rep_str){ "", 0 };
}

/* Another kind of reply in the same trouble: its words, what they mean, and what to do about them. */
static void
also_said(struct teller *t, const struct rep_also *x)
{
	const struct rep_rule *r = rep_know_rule(t->s->in.know, rep_name(&t->s->in.names, x->rule));
	struct rep_str words = said(t, x->rule), header = header_of(t, x->rule);
	char n1[32];

	if (r == NULL || words.n == 0)
		return;
	rep_buf_add(t->b, REP_S("\nAlso       "));
	rep_out_wrap(t->b,
	    rep_arena_printf(t->s->arena, "%s %s: %.*s%s", rep_out_number(x->replies, n1),
		x->replies == 1 ? "reply says" : "replies say",
		words.n > SAID_MAX ? SAID_MAX : (int)words.n, words.p,
		words.n > SAID_MAX ? " ..." : ""),
	    INDENT, INDENT);
	rep_buf_add(t->b, REP_S("\nThat means "));
	rep_out_wrap(t->b, r->meaning, INDENT, INDENT);
	if (header.n > 0) {
		rep_buf_add(t->b, REP_S("\nHere       "));
		rep_out_wrap(t->b, header, INDENT, INDENT);
	}
	if (r->remedy.n > 0) {
		rep_buf_printf(t->b, "\n%*s", INDENT, "");
		rep_out_wrap(t->b,
		    rep_arena_printf(t->s->arena, "For these: %.*s", REP_PR(r->remedy)), INDENT,
		    INDENT);
	}
	rep_buf_printf(t->b, "\n%*s(%.*s)\n", INDENT, "", REP_PR(r->id));
}

static void
words_of_provider(struct teller *t)
{
	const struct rep_incident *i = t->group[0];
	const struct rep_rule *r = rep_know_rule(t->s->in.know, rep_name(&t->s->in.names, i->rule));
	struct rep_str words = said(t, i->rule), header = header_of(t, i->rule);

	if (words.n > 0) {
		rep_buf_add(t->b, REP_S("\nThey say   "));
		rep_out_wrap(t->b, rep_str_sub(words, 0, SAID_MAX), INDENT, INDENT);
		rep_buf_add(t->b, words.n > SAID_MAX ? REP_S(" ...\n") : REP_S("\n"));
	}
	if (r != NULL) {
		rep_buf_add(t->b, REP_S("That means "));
		rep_out_wrap(t->b,
		    rep_class_of_recipient(i->class) ? REP_S(REP_ADVISED_MUTE_MEANING) : r->meaning,
		    INDENT, INDENT);
		rep_buf_printf(t->b, "\n%*s", INDENT, "");
		rep_out_wrap(t->b,
		    rep_arena_printf(
			t->s->arena, "(%.*s%s)", REP_PR(r->id), i->certain ? "" : ", uncertain"),
		    INDENT, INDENT);
		rep_buf_addc(t->b, '\n');
	}
	if (header.n > 0) {
		rep_buf_add(t->b, REP_S("Here       "));
		rep_out_wrap(t->b, header, INDENT, INDENT);
		rep_buf_addc(t->b, '\n');
	}
	for (size_t n = 0; n < i->also_n; n++)
		also_said(t, &i->also[n]);
}

/* --- why --------------------------------------------------------------------------------------------- */

static void
verdict(struct teller *t)
{
	const struct rep_incident *i = t->group[0];

	rep_buf_printf(t->b, "\n%sWhy%s        ", rep_paint(REP_BOLD), rep_unpaint());
	rep_out_wrap(t->b, rep_str_c(rep_why_cause(&t->s->verdicts, i)), INDENT, INDENT);
	rep_buf_addc(t->b, '\n');
	rep_buf_printf(t->b, "%*s", INDENT, "");
	for (size_t n = 0; n < t->n && n < IDS_MAX; n++)
		rep_buf_printf(t->b, "%s%lld",
		    n == 0 ? t->n > 1 ? "incidents " : "incident " : ", ",
		    (long long)t->group[n]->id);
	if (t->n > IDS_MAX)
		rep_buf_printf(t->b, " and %zu more", t->n - IDS_MAX);
	if (i->episodes_n > 1) {
		static const char *const ordinals[] = { "", "first", "second", "third", "fourth" };
		char span[REP_TIME_TEXT];
		size_t k = i->episodes_n - 1;

		rep_time_span(last(i)->since_s - i->episodes[0].since_s, span);
		if (k < REP_COUNT(ordinals))
			rep_buf_printf(t->b, ": %s return in %s", ordinals[k], span);
		else
			rep_buf_printf(t->b, ": return number %zu in %s", k, span);
	}
	rep_buf_addc(t->b, '\n');
}

/* Similar sentences of the evidence are told once, with the number of the others. */
static void
evidence(struct teller *t, bool against)
{
	const struct rep_incident *i = t->group[0];
	bool first = true;

	for (size_t n = 0; n < i->evidence_n; n++) {
		if (i->evidence[n].against != against)
			continue;
		rep_buf_printf(t->b, "  %-8s ", first ? against ? "against" : "for" : "");
		rep_out_wrap(t->b,
		    i->evidence[n].more == 0
			? i->evidence[n].sentence
			: rep_arena_printf(t->s->arena, "%.*s; and %zu more like it",
			      REP_PR(i->evidence[n].sentence), i->evidence[n].more),
		    INDENT, INDENT + 2);
		rep_buf_addc(t->b, '\n');
		first = false;
	}
}

/* Whether it could change the verdict: it tells of a cause that is neither ruled out nor all but sure. */
static bool
could_change(const struct rep_incident *i, const struct rep_unknown *u)
{
	static const double out = 0.05, sure = 0.95;

	for (size_t k = 0; k < u->tells_n; k++)
		if (!i->cannot_be[u->tells[k]] && i->probability[u->tells[k]] > out &&
		    i->probability[u->tells[k]] < sure)
			return true;
	return false;
}

static void
not_known(struct teller *t, bool all)
{
	const struct rep_incident *i = t->group[0];
	struct rep_buf causes;
	size_t told = 0;

	for (size_t n = 0; n < i->unknown_n && (told < UNKNOWN_MAX || all); n++) {
		if (!all && !could_change(i, &i->unknown[n]))
			continue;
		rep_buf_printf(t->b, "  %-8s ", told == 0 ? "unknown" : "");
		rep_out_wrap(t->b,
		    rep_arena_printf(t->s->arena, "%s: %s", i->unknown[n].what, i->unknown[n].how),
		    INDENT, INDENT + 2);
		rep_buf_addc(t->b, '\n');
		told++;
	}
	if (i->unknown_n > told && told > 0)
		rep_buf_printf(t->b, "%*sand %zu more: reputed why %lld --all\n", INDENT, "",
		    i->unknown_n - told, (long long)i->id);
	for (int k = 0; k < REP_TOO_MANY_N; k++)
		if (i->too_many[k])
			rep_buf_printf(t->b,
			    "  %-8s there are too many %s to compare one by one: those with the "
			    "most mail were compared\n",
			    "limits", rep_too_many_word((enum rep_too_many)k));
	rep_buf_init(&causes, 1 << 12);
	for (int c = 0; c < REP_CAUSE_N; c++)
		if (i->cannot_be[c])
			rep_buf_printf(&causes, "%s%s", causes.n > 0 ? " or " : "",
			    c == REP_CAUSE_AUTHENTICATION
				? "DKIM, DMARC"
				: rep_advised_words(&t->s->verdicts, i, (enum rep_cause)c));
	if (causes.n > 0) {
		rep_buf_add(&causes, REP_S(": they had not seen any of it yet"));
		rep_buf_add(t->b, REP_S("  cannot be "));
		rep_out_wrap(t->b, rep_buf_str(&causes), INDENT + 1, INDENT + 2);
		rep_buf_addc(t->b, '\n');
	}
	rep_buf_fini(&causes);
}

/* --- trace ----------------------------------------------------------------------------------------------- */

/* What was measured, and the curve of its weight: "[minutes apart 12; 8 at 5, 4 at 60]". */
static void
trace_curve(struct rep_buf *b, const struct rep_evidence *e, int c)
{
	const struct rep_weight *w = e->weight;

	if (rep_evidence_measures[e->id] == NULL)
		return;
	rep_buf_printf(b, " [%s %.4g", rep_evidence_measures[e->id], e->measure);
	for (size_t k = 0; w->points > 1 && k < w->points; k++)
		rep_buf_printf(b, "%s %g at %g", k == 0 ? ";" : ",", w->ratio[c][k], w->at[k]);
	rep_buf_addc(b, ']');
}

/* The pieces of evidence of one family that count for a cause, and their sum. */
static void
trace_family(struct teller *t, const struct rep_incident *i, size_t f, int c)
{
	const struct rep_weights *w = t->s->in.weights;
	const struct rep_family_sum *sum = &i->families[f];
	bool any = false;

	for (size_t n = 0; n < i->evidence_n; n++) {
		const struct rep_evidence *e = &i->evidence[n];

		if (e->weight == NULL || e->again ||
		    !rep_str_eq(e->weight->family, w->families[f].name) ||
		    (e->ratio[c] >= 1 && e->ratio[c] <= 1))
			continue;
		rep_buf_printf(t->b, "%s%s %.2f", any ? ", " : "\n      x ", e->name, e->ratio[c]);
		trace_curve(t->b, e, c);
		if (e->weight->file != NULL)
			rep_buf_printf(t->b, " (%s:%u)", e->weight->file, e->weight->line);
		any = true;
	}
	if (any)
		rep_buf_printf(t->b, " = %.2f for %.*s%s", sum->used[c],
		    REP_PR(w->families[f].name),
		    sum->used[c] < sum->product[c] || sum->used[c] > sum->product[c] ? " (capped)"
										     : "");
}

static void
trace(struct teller *t, const struct rep_incident *i)
{
	const struct rep_weights *w = t->s->in.weights;

	rep_buf_printf(t->b, "\nTrace of incident %lld (%.*s)\n", (long long)i->id, REP_PR(i->key));
	for (size_t n = 0; n < w->own_n; n++)
		rep_buf_printf(t->b, "  your own weights are in use, from %s\n", w->own[n]);
	for (int c = 0; c < REP_CAUSE_N; c++) {
		rep_buf_printf(t->b, "  %-15s prior %.2f, odds %.2f",
		    rep_cause_word((enum rep_cause)c), i->prior[c],
		    i->prior[c] / (1 - i->prior[c]));
		for (size_t f = 0; f < w->families_n; f++)
			trace_family(t, i, f, c);
		if (i->cannot_be[c])
			rep_buf_add(t->b, REP_S("\n      impossible at this stage: 0.00\n"));
		else
			rep_buf_printf(t->b, "\n      probability %.2f, %s\n", i->probability[c],
			    rep_probability_words(w, i->probability[c]));
	}
	for (size_t n = 0; n < i->evidence_n; n++)
		rep_buf_printf(t->b, "  %-26s %.*s%s\n", i->evidence[n].name,
		    REP_PR(i->evidence[n].facts),
		    i->evidence[n].again ? " (the name counts once)" : "");
}

/* --- all together ------------------------------------------------------------------------------------------ */

/* What was said before, where it was something else. */
static void
said_before(struct teller *t)
{
	struct rep_str s = rep_mind_text(t->s, t->group[0]);

	if (s.n == 0)
		return;
	rep_buf_add(t->b, REP_S("  before   "));
	rep_out_wrap(t->b, s, INDENT, INDENT + 2);
	rep_buf_addc(t->b, '\n');
}

/* How much stopping would have saved. */
static void
other_course(struct teller *t)
{
	struct rep_str s = rep_ledger_text(t->s, t->group, t->n);

	if (s.n == 0)
		return;
	rep_buf_add(t->b, REP_S("  lost     "));
	rep_out_wrap(t->b, rep_arena_printf(t->s->arena, "%.*s", REP_PR(s)), INDENT, INDENT + 2);
	rep_buf_addc(t->b, '\n');
}

/* What is still to be sent there, and until when it may wait. */
static void
still_waiting(struct teller *t)
{
	struct rep_str s = rep_waits_sentence(t->s, cell(t, t->group[0]));

	if (s.n == 0)
		return;
	rep_buf_add(t->b, REP_S("  waiting  "));
	rep_out_wrap(t->b, s, INDENT, INDENT + 2);
	rep_buf_addc(t->b, '\n');
}

static void
expect(struct teller *t)
{
	struct rep_str s = rep_forecast_text(t->s, t->group[0]);

	if (s.n == 0)
		return;
	rep_buf_printf(t->b, "\n%sExpect%s     ", rep_paint(REP_BOLD), rep_unpaint());
	rep_out_wrap(t->b, s, INDENT, INDENT);
	rep_buf_addc(t->b, '\n');
}

void
rep_why_reasons(
    struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_incident **group, size_t n)
{
	struct teller t = { .b = b, .s = s, .v = &s->verdicts, .group = group, .n = n };

	verdict(&t);
	said_before(&t);
	evidence(&t, false);
	evidence(&t, true);
	not_known(&t, false);
}

static void
tell(struct teller *t, bool all, bool with_trace)
{
	rep_why_summary(t->b, t->s, t->group, t->n, true);
	rep_picture(t->b, t->s, t->group, t->n);
	words_of_provider(t);
	verdict(t);
	said_before(t);
	evidence(t, false);
	evidence(t, true);
	not_known(t, all || with_trace);
	other_course(t);
	still_waiting(t);
	expect(t);
	rep_why_steps(t->b, t->group[0]);
	for (size_t n = 0; with_trace && n < t->n; n++)
		trace(t, t->group[n]);
}

/*
 * What happened, as "... VERB SOURCE since ...". In an outage nothing was refused, so the verb
 * differs.
 */
static const char *
verb(const struct rep_incident *i, struct rep_str provider)
{
	static const char *const verbs[REP_TROUBLE_N + 1][3] = { /* one, several, in the past */
		{ "refuses", "refuse", "refused" }, { "slows", "slow", "slowed" },
		{ "refuses", "refuse", "refused" },
		{ "accepts less mail than usual from", "accept less mail than usual from",
		    "accepted less mail than usual from" },
		{ "cannot be reached from", "cannot be reached from", "could not be reached from" }
	};
	bool away = i->theirs || i->nobody || i->everywhere;
	int form = last(i)->until_s != 0 ? 2 : rep_provider_plural(provider);

	return verbs[away ? REP_TROUBLE_N : i->trouble][form];
}

/* One line for an incident that is not shown in full. */
static void
one_line(struct teller *t, const struct rep_incident *i)
{
	const struct rep_cell *c = cell(t, i);
	const struct rep_names *names = &t->s->in.names;
	struct rep_str provider = rep_provider_text(&t->s->in, &c->key, t->s->arena);
	struct rep_str rule = rep_str_or(rep_name(names, i->rule), REP_S("no rule"));
	char ip[REP_IP_TEXT], from[48], to[48], n1[32];
	struct rep_str source = i->everywhere ? REP_S("any of your addresses")
					      : rep_source_text(&t->s->in, c->key.label, ip);
	bool over = last(i)->until_s != 0;
	struct rep_buf line;

	rep_buf_init(&line, 1 << 16);
	rep_buf_printf(t->b, "  %-6lld ", (long long)i->id);
	rep_out_sentence(&line, provider);
	rep_buf_printf(&line, " %s %.*s %s %s%s%s (%s repl%s, %.*s)", verb(i, provider),
	    REP_PR(source), over ? "from" : "since", rep_when(last(i)->since_s, from),
	    over ? " to " : "", over ? rep_when(last(i)->until_s, to) : "",
	    rep_out_number(last(i)->replies, n1), last(i)->replies == 1 ? "y" : "ies",
	    REP_PR(rule));
	rep_out_wrap(t->b, rep_buf_str(&line), LINE_INDENT, LINE_INDENT);
	rep_buf_addc(t->b, '\n');
	rep_buf_fini(&line);
}

static void
over_line(struct teller *t, const struct rep_incident *i)
{
	struct rep_str s = rep_forecast_text(t->s, i);

	one_line(t, i);
	if (s.n == 0)
		return;
	rep_buf_add(t->b, REP_S("         "));
	rep_out_wrap(t->b, s, 9, 9);
	rep_buf_addc(t->b, '\n');
}

/*
 * A row in which most mail failed although no reply refuses it; or the first one, when nothing at all
 * was accepted and nothing else tells why. NULL: there is none.
 */
static const struct rep_cell *
coming_to_nothing(const struct teller *t)
{
	const uint64_t *all = t->v->totals;
	bool nothing = all[REP_STATUS_SENT] == 0 && t->s->seen.n == 0 &&
	    all[REP_STATUS_DEFERRED] + all[REP_STATUS_BOUNCED] > 0;
	const struct rep_cell *first = NULL;

	for (size_t n = 0; n < t->v->cells_n; n++) {
		const struct rep_cell *c = &t->v->cells[n];

		if (c->folded || c->incident != 0)
			continue;
		if (c->state == REP_STATE_FAILING)
			return c;
		if (nothing && first == NULL &&
		    c->count[REP_STATUS_DEFERRED] + c->count[REP_STATUS_BOUNCED] > 0)
			first = c;
	}
	return first;
}

static void
come_to_nothing(struct teller *t, const struct rep_cell *c)
{
	struct rep_str to = rep_str_eq(rep_name(&t->s->in.names, c->key.provider), REP_S("other"))
	    ? REP_S("mail hosts of no known provider (other)")
	    : rep_provider_text(&t->s->in, &c->key, t->s->arena);

	rep_buf_printf(t->b,
	    "No incident, but at least half of the mail to %.*s failed in the last 24 hours. The "
	    "reasons are below. ",
	    REP_PR(to));
}

/* The rule of most failures of a cell in the last day. 0: no rule knows them. */
static uint32_t
most_failed_by(const struct teller *t, const struct rep_cell *c, uint64_t *count)
{
	size_t n, names = t->s->in.names.n;
	const struct rep_observation *o = rep_index_obs(t->v, c, &n);
	uint64_t *sums = rep_arena_alloc(t->s->arena, (names + 1) * sizeof *sums);
	uint32_t best = 0;

	*count = 0;
	if (sums == NULL)
		return 0;
	memset(sums, 0, (names + 1) * sizeof *sums);
	for (size_t i = 0; i < n; i++) {
		if (o[i].rule == 0 || o[i].rule >= names || o[i].quoted ||
		    o[i].class == REP_CLASS_ACCEPTED || o[i].last_s <= t->s->in.now_s - REP_DAY_S)
			continue;
		sums[o[i].rule] += o[i].count;
		if (sums[o[i].rule] > *count) {
			*count = sums[o[i].rule];
			best = o[i].rule;
		}
	}
	return best;
}

/* Whether what was seen besides incidents says it, with what to do. */
static bool
is_seen(const struct teller *t, const struct rep_cell *c, uint32_t rule)
{
	for (size_t i = 0; i < t->s->seen.n; i++)
		if (t->s->seen.v[i].provider == c->key.provider && t->s->seen.v[i].rule == rule)
			return true;
	return false;
}

/* Why most mail of a row failed, when no incident and nothing that was seen besides says it. */
static void
why_failing(struct teller *t, const struct rep_cell *c)
{
	uint64_t count;
	uint32_t rule = most_failed_by(t, c, &count);
	const struct rep_rule *r = rep_know_rule(t->s->in.know, rep_name(&t->s->in.names, rule));
	char n1[32];

	if (r == NULL || is_seen(t, c, rule))
		return;
	rep_buf_printf(t->b, "\n%s%s attempt%s failed like this%s\n", rep_paint(REP_BOLD),
	    rep_out_number(count, n1), rep_plural(count), rep_unpaint());
	rep_buf_add(t->b, REP_S("  That means "));
	rep_out_wrap(t->b, r->meaning, INDENT + 2, INDENT + 2);
	if (r->remedy.n > 0) {
		rep_buf_add(t->b, REP_S("\n  Do         "));
		rep_out_wrap(t->b, r->remedy, INDENT + 2, INDENT + 2);
	}
	rep_buf_printf(t->b, "\n  More       reputed explain %.*s\n", REP_PR(r->id));
}

/* What was asked for is known, and no incident of it is open. */
static void
nothing_of(struct teller *t, const struct rep_asked *asked)
{
	uint64_t attempts, accepted;
	char n1[32], n2[32];

	if (asked->incident != 0 && !asked->code) {
		rep_buf_printf(
		    t->b, "There is no open incident %lld. ", (long long)asked->incident);
		return;
	}
	rep_asked_counts(asked, &attempts, &accepted);
	rep_buf_printf(t->b, "No incident of \"%.*s\" is open. ", REP_PR(asked->word));
	if (asked->code)
		return;
	if (attempts == 0)
		rep_buf_add(t->b,
		    REP_S("Nothing was sent there in the last 24 hours, so this does not show "
			  "whether it works. "));
	else
		rep_buf_printf(t->b, "Of %s attempt%s in the last 24 hours %s %s accepted. ",
		    rep_out_number(attempts, n1), rep_plural(attempts),
		    rep_out_number(accepted, n2), accepted == 1 ? "was" : "were");
}

static void
nothing_open(struct teller *t, const struct rep_asked *asked, size_t seen, size_t held)
{
	char when[REP_TIME_TEXT];
	const struct rep_cell *failing = coming_to_nothing(t);

	if (t->s->totals.counted == 0 && seen == 0 && held > 0)
		return;
	if (t->s->totals.counted == 0 && seen == 0) {
		rep_out_nothing_read(t->b, t->s->totals.lines);
		return;
	}
	if (asked->word.n > 0)
		nothing_of(t, asked);
	else if (failing != NULL)
		come_to_nothing(t, failing);
	else if (seen > 0) {
		if (!rep_seen_summary(t->b, t->s, NULL))
			rep_seen_failed(t->b, t->s, NULL);
	} else
		rep_buf_add(t->b,
		    held > 0 || t->s->in.waits.unseen_n > 0
			? REP_S("No provider refuses or slows what was sent, as far as this log "
				"shows. ")
			: REP_S("All well: no provider refuses or slows your mail, as far as this "
				"log shows. "));
	rep_buf_add(t->b, REP_S("Read: "));
	rep_out_count(t->b, t->s->totals.lines, "line, ", "lines, ");
	rep_out_count(t->b, t->s->totals.counted, "delivery", "deliveries");
	rep_buf_printf(t->b, ", to %s.\n", rep_time_text(t->s->totals.last_s, when));
}

/* The same, wrapped. */
static void
nothing(struct teller *t, const struct rep_asked *asked, size_t seen, size_t held)
{
	struct rep_buf *out = t->b, text;

	rep_buf_init(&text, 1 << 16);
	t->b = &text;
	nothing_open(t, asked, seen, held);
	t->b = out;
	rep_out_wrap(out, rep_buf_str(&text), 0, 0);
	rep_buf_fini(&text);
}

static void
in_a_line(struct teller *t)
{
	struct rep_str words = said(t, t->group[0]->rule),
		       part = rep_str_sub(words, 0, LINE_SAID_MAX);

	one_line(t, t->group[0]);
	if (words.n > 0) {
		rep_buf_printf(t->b, "%*s", LINE_INDENT, "");
		rep_out_wrap(t->b,
		    rep_arena_printf(t->s->arena, "They say: %.*s%s", REP_PR(part),
			words.n > LINE_SAID_MAX ? " ..." : ""),
		    LINE_INDENT, LINE_INDENT);
		rep_buf_addc(t->b, '\n');
	}
	if (t->n > 1)
		rep_buf_printf(t->b, "%*sand %zu more like it\n", LINE_INDENT, "", t->n - 1);
}

/*
 * Tells the open incidents, group by group: the worst in full, the others in a line each. `above`:
 * what several receivers show together was told before, so its parts need a line only. Returns how
 * many groups there are.
 */
static size_t
open_ones(struct teller *t, const struct rep_incident **chosen, size_t n, bool all, bool above,
    bool with_trace)
{
	struct rep_why_group *groups;
	size_t groups_n, full = 0, lines = 0, more = 0;

	if (!rep_why_groups_open(t->v, chosen, n, t->s->arena, &groups, &groups_n))
		return 0;
	for (size_t k = 0; k < groups_n; k++) {
		t->group = groups[k].members;
		t->n = groups[k].n;
		if (!all && (full == FULL_MAX || (above && t->group[0]->across != 0))) {
			if (lines < LINES_MAX)
				groups[lines++] = groups[k];
			else
				more++;
			continue;
		}
		if (full++ > 0 || above)
			rep_buf_printf(t->b, "\n%.*s\n\n", 60,
			    "------------------------------------------------------------");
		tell(t, all, with_trace);
	}
	if (lines > 0)
		rep_buf_add(t->b, REP_S("\nAlso open; one of them in full: reputed why NUMBER\n"));
	for (size_t k = 0; k < lines; k++) {
		t->group = groups[k].members;
		t->n = groups[k].n;
		in_a_line(t);
	}
	if (more > 0)
		rep_buf_printf(t->b, "  and %zu more: reputed why --all\n", more);
	return groups_n;
}

void
rep_why_text(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_incident **chosen,
    size_t n, const struct rep_asked *asked, bool with_trace)
{
	struct teller t = { .b = b, .s = s, .v = &s->verdicts };
	struct rep_seen_asked rows = { rep_asked_row, asked };
	struct rep_str what = asked->word;
	size_t over = 0, across = 0, told, held;

	if (what.n == 0) {
		across = rep_account_text(b, s);
		if (across > 0 && s->verdicts.across_n > 0)
			rep_buf_addc(b, '\n');
		across += rep_across_text(b, s);
	}
	held = rep_waits_own_text(b, s, chosen, n, asked);
	/* --all: everything stored, and all of it in full */
	told = open_ones(&t, chosen, n, s->in.window_s == 0, across > 0, with_trace);
	if (told == 0 && across == 0)
		nothing(&t, asked, rep_seen_count(s, &rows) + rep_given_up_count(s, asked), held);
	if (what.n == 0 && told == 0 && across == 0 && coming_to_nothing(&t) != NULL)
		why_failing(&t, coming_to_nothing(&t));
	(void)rep_given_up_text(b, s, asked);
	(void)rep_seen_text(b, s, &rows, what.n > 0);
	if (what.n == 0 && s->in.waits.unseen_n > 0) {
		rep_buf_addc(b, '\n');
		rep_waits_unseen_text(b, &s->in.waits);
	}
	for (size_t k = 0; k < n; k++)
		if (!rep_incident_open(chosen[k])) {
			if (over++ == 0)
				rep_buf_add(b, REP_S("\nOver now\n"));
			if (over > OVER_MAX && what.n == 0)
				continue;
			over_line(&t, chosen[k]);
			if (with_trace)
				trace(&t, chosen[k]);
		}
	if (over > OVER_MAX && what.n == 0)
		rep_buf_printf(
		    b, "  and %zu more; all of them: reputed why --json\n", over - OVER_MAX);
}
