/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/mail_report.h"
#include "base/time.h"
#include "cli/dmarc_parts.h"
#include "cli/dmarc_picture.h"
#include "cli/dmarc_report.h"
#include "cli/dmarc_words.h"
#include "cli/figures.h"
#include "cli/rate_text.h"
#include "cli/why_groups.h"
#include "cli/why_summary.h"

enum { HOUR = 3600, DAY = REP_DAY_S, ALSO_MOST = 4 };

/* What is counted of the whole time, and of as long a time before it. */
struct totals {
	struct rep_mail_sum now, then;
	bool compared; /* the log covers the time before */
	uint64_t complaints;
	int64_t length_s;
};

struct rep_picture_time
rep_mail_report_time(int64_t now_s, int64_t length_s)
{
	static const int64_t steps[] = { HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY,
		28 * DAY, 84 * DAY }; /* a length of time is ten years at most (base/time.h) */
	struct rep_picture_time t;
	size_t k = 0;

	while (k + 1 < REP_COUNT(steps) && length_s / steps[k] + 2 > REP_PICTURE_BUCKETS_MOST)
		k++;
	t.step_s = steps[k];
	t.from_s = now_s - length_s;
	t.from_s -= (t.from_s % t.step_s + t.step_s) % t.step_s;
	t.n = (size_t)((now_s - t.from_s) / t.step_s) + 1;
	return t;
}

void
rep_mail_sum_add(struct rep_mail_sum *sum, const struct rep_observation *o)
{
	bool person = o->class == REP_CLASS_RECIPIENT, box = o->class == REP_CLASS_MAILBOX;

	switch (o->status) {
	case REP_STATUS_SENT: sum->sent += o->count; break;
	case REP_STATUS_DEFERRED: sum->slowed += o->count; break;
	case REP_STATUS_BOUNCED:
	case REP_STATUS_EXPIRED:
		*(person ? &sum->dead : box ? &sum->full : &sum->refused) += o->count;
		break;
	default: break;
	}
}

uint64_t
rep_mail_sum_all(const struct rep_mail_sum *sum)
{
	return sum->sent + sum->refused + sum->dead + sum->full;
}

void
rep_mail_report_part(struct rep_buf *b, const char *heading)
{
	rep_buf_add(b, REP_S("\n------------------------\n"));
	if (heading != NULL)
		rep_buf_printf(b, "%s%s%s\n", rep_paint(REP_BOLD), heading, rep_unpaint());
}

static struct totals
total(const struct rep_mail_report *r)
{
	const struct rep_judge_in *in = &r->s->in;
	struct totals t = { .length_s = r->until_s - r->time.from_s };
	int64_t before_s = r->time.from_s - t.length_s;

	for (size_t i = 0; i < in->obs_n; i++) {
		const struct rep_observation *o = &in->obs[i];

		if (o->first_s >= r->time.from_s && o->first_s <= r->until_s)
			rep_mail_sum_add(&t.now, o);
		else if (o->first_s >= before_s && o->first_s < r->time.from_s)
			rep_mail_sum_add(&t.then, o);
	}
	t.compared = rep_trend_known(r->s, before_s, DAY) && rep_mail_sum_all(&t.then) > 0;
	for (size_t i = 0; i < in->complaints_n; i++)
		if (in->complaints[i].at_s >= r->time.from_s &&
		    in->complaints[i].at_s <= r->until_s &&
		    rep_feedback_counts(in->complaints[i].type))
			t.complaints += in->complaints[i].count;
	return t;
}

/* --- the answer ------------------------------------------------------------------------------------------ */

/* "2026-10-06 to 2026-11-03 10:30 UTC" */
static struct rep_str
span_text(const struct rep_mail_report *r)
{
	char from[REP_TIME_TEXT], until[REP_TIME_TEXT];

	rep_time_text(r->time.from_s, from);
	rep_time_text(r->until_s, until);
	return rep_arena_printf(r->s->arena, "%.10s to %.10s %.5s UTC", from, until, until + 11);
}

static void
counted(struct rep_buf *b, const struct rep_mail_report *r, const struct totals *t)
{
	uint64_t all = rep_mail_sum_all(&t->now);
	struct rep_arena *a = r->s->arena;
	struct rep_str when = span_text(r), now = rep_dmarc_percent(a, t->now.sent, all),
		       then = rep_dmarc_percent(a, t->then.sent, rep_mail_sum_all(&t->then));
	char n1[32], n2[32], n3[32], span[REP_TIME_TEXT];
	struct rep_buf s;

	rep_buf_init(&s, 1 << 14);
	if (all == 0) {
		rep_buf_printf(
		    &s, "No message was sent from %.*s, as far as was read.", REP_PR(when));
	} else {
		rep_buf_printf(&s, "%.*s of %s message%s %s delivered from %.*s", REP_PR(now),
		    rep_out_number(all, n1), rep_plural(all), all == 1 ? "was" : "were",
		    REP_PR(when));
		if (t->compared)
			rep_buf_printf(&s, " (%.*s in the %s before)", REP_PR(then),
			    rep_time_span(t->length_s, span));
		rep_buf_printf(&s, ". Providers refused %s; ",
		    t->now.refused == 0 ? "none" : rep_out_number(t->now.refused, n2));
		rep_buf_printf(&s, "%s went to recipients that do not exist.",
		    t->now.dead == 0 ? "none" : rep_out_number(t->now.dead, n3));
	}
	rep_out_paragraph(b, rep_buf_str(&s));
	rep_buf_fini(&s);
}

static void
figures(struct rep_buf *b, const struct rep_mail_report *r, const struct totals *t)
{
	uint64_t all = rep_mail_sum_all(&t->now);
	struct rep_arena *a = r->s->arena;
	struct rep_str sent = rep_dmarc_percent(a, t->now.sent, all),
		       dead = rep_dmarc_percent(a, t->now.dead, all);
	char n1[32], n2[32];

	if (!rep_out_structured() || all == 0 || sent.p == NULL || dead.p == NULL)
		return;
	rep_figures_begin(b);
	rep_figure(b, "good", "Delivered", sent.p, "of %s messages", rep_out_number(all, n1));
	rep_figure(b, t->now.refused > 0 ? "ours" : "all", "Refused by providers",
	    rep_out_number(t->now.refused, n1), "and %s attempts put off",
	    rep_out_number(t->now.slowed, n2));
	rep_figure(b, "all", "Recipients that do not exist", rep_out_number(t->now.dead, n1),
	    "%.*s of all messages", REP_PR(dead));
	if (r->s->in.complaints_n > 0)
		rep_figure(b, "all", "Complaints", rep_out_number(t->complaints, n1), "%s",
		    "as far as providers report them");
	else
		rep_figure(b, "all", "Complaints", "?", "%s", "not watched");
	rep_figures_end(b);
}

static bool
answer(struct rep_buf *b, const struct rep_mail_report *r, const struct totals *t)
{
	const struct rep_verdict_set *s = r->s;
	const struct rep_incident **chosen =
	    rep_arena_alloc(s->arena, (s->verdicts.incidents_n + 1) * sizeof *chosen);
	struct rep_why_group *groups;
	size_t n = 0;

	if (chosen == NULL)
		return false;
	for (size_t i = 0; i < s->verdicts.incidents_n; i++)
		chosen[i] = &s->verdicts.incidents[i];
	if (!rep_why_groups_open(
		&s->verdicts, chosen, s->verdicts.incidents_n, s->arena, &groups, &n))
		return false;
	if (n > 0) {
		struct rep_str line = rep_why_headline(s, groups[0].members, groups[0].n);
		struct rep_buf why;

		rep_buf_add(b, rep_str_c(rep_paint(REP_BOLD)));
		rep_out_wrap(b, rep_arena_printf(s->arena, "%.*s.", REP_PR(line)), 0, 0);
		rep_buf_printf(b, "%s\n", rep_unpaint());
		rep_buf_init(&why, 1 << 12);
		rep_out_sentence(
		    &why, rep_str_c(rep_why_cause(&s->verdicts, groups[0].members[0])));
		rep_buf_addc(&why, '.');
		rep_out_paragraph(b, rep_buf_str(&why));
		rep_buf_fini(&why);
	} else {
		rep_buf_printf(b,
		    "%sNo provider refuses or slows your mail now, as far as was read.%s\n",
		    rep_paint(REP_BOLD), rep_unpaint());
	}
	for (size_t i = 1; i < n && i <= ALSO_MOST; i++) {
		struct rep_str line = rep_why_headline(s, groups[i].members, groups[i].n);

		rep_out_paragraph(b, rep_arena_printf(s->arena, "Also: %.*s.", REP_PR(line)));
	}
	if (n > 1 + ALSO_MOST)
		rep_out_paragraph(b,
		    rep_arena_printf(
			s->arena, "and %zu troubles more: reputed why", n - 1 - ALSO_MOST));
	counted(b, r, t);
	figures(b, r, t);
	return true;
}

/* --- complaints -------------------------------------------------------------------------------------------- */

static enum rep_rc
complaints(struct rep_buf *b, const struct rep_mail_report *r, struct rep_err *err)
{
	const struct rep_judge_in *in = &r->s->in;
	struct rep_rates rates;
	enum rep_rc rc;

	if (in->complaints_n == 0)
		return REP_OK;
	if ((rc = rep_complaint_rates(rep_know_providers(in->know), &in->names, in->complaints,
		 in->complaints_n, in->obs, in->obs_n, r->time.from_s, r->until_s + 1, r->s->arena,
		 &rates, err)) != REP_OK)
		return rc;
	rep_mail_report_part(b, "Who complains");
	return rep_rates_near(b, in->know, &in->names, &rates, r->s->arena)
	    ? REP_OK
	    : rep_fail(err, REP_EMEM, "out of memory");
}

/* --- what receivers report --------------------------------------------------------------------------------- */

static bool
dmarc(struct rep_buf *b, const struct rep_mail_report *r)
{
	const struct rep_str all = { "", 0 };

	if (r->dmarc->any == 0)
		return true;
	rep_mail_report_part(b, NULL);
	if (rep_dmarc_no_report(b, r->dmarc, all, r->s->arena))
		return true;
	rep_dmarc_summary(b, r->dmarc, all);
	rep_dmarc_figures(b, r->dmarc);
	rep_dmarc_chart(b, r->days, r->days_n);
	if (rep_dmarc_report_trouble(r->dmarc))
		rep_dmarc_steps(b, r->dmarc, all, false, r->s->arena);
	rep_buf_addc(b, '\n');
	rep_out_paragraph(b, REP_S("All senders and receivers: reputed dmarc report --html"));
	return true;
}

/* --- what is not watched ------------------------------------------------------------------------------------ */

static void
hidden(struct rep_buf *b, const char *what, const char *hides)
{
	size_t from = b->n;

	rep_buf_printf(b, "  %-10s  %s", what, hides);
	rep_out_fit(b, from, 14);
	rep_buf_addc(b, '\n');
}

static void
not_watched(struct rep_buf *b, const struct rep_mail_report *r)
{
	const struct rep_judge_in *in = &r->s->in;

	rep_mail_report_part(b, "What is not watched, and what that hides");
	hidden(b, "SNDS",
	    "what Microsoft shows about the addresses: complaint rate, trap hits, the colour of its filter");
	hidden(b, "placement", "whether accepted mail is in the inbox or in junk");
	if (in->complaints_n == 0)
		hidden(b, "complaints", "who calls your mail spam: reputed explain fbl");
	if (r->dmarc->any == 0)
		hidden(b, "DMARC",
		    "who else sends as you, and what of your own mail fails: reputed explain dmarc");
	if (in->looked_n == 0)
		hidden(b, "DNS",
		    "what is wrong with your records, and who lists you: reputed check DOMAIN --ip IP");
	if (in->waits.at_s == 0)
		hidden(b, "queue", "what still waits, and until when: reputed queue");
}

enum rep_rc
rep_mail_report(struct rep_buf *b, const struct rep_mail_report *r, struct rep_err *err)
{
	struct totals t = total(r);
	enum rep_rc rc;

	if (!answer(b, r, &t) || !rep_mail_report_rows(b, r) || !rep_mail_report_lost(b, r) ||
	    !rep_mail_report_troubles(b, r))
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = complaints(b, r, err)) != REP_OK)
		return rc;
	if (!dmarc(b, r))
		return rep_fail(err, REP_EMEM, "out of memory");
	not_watched(b, r);
	return REP_OK;
}
