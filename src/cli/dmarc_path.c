/*
 * cli/dmarc_path.c -- the text of reputed dmarc path.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/dmarc_path.h"
#include "cli/dmarc_report.h"
#include "cli/dmarc_words.h"
#include "cli/grid.h"
#include "cli/out.h"

enum { SENTENCE = 2000, SHOWN = 12, FIXES = 5 };

bool
rep_dmarc_path_safe(const struct rep_report_path *p)
{
	return p->steps_n == 0 || p->steps[0].verdict == REP_PATH_SAFE;
}

/* --- the sentence at the top ----------------------------------------------------------------------------- */

/* "from p=none to p=quarantine" */
static void
add_step(struct rep_buf *b, const struct rep_dmarc_changes *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct rep_dmarc_change *v = &c->v[i];

		rep_buf_printf(b, "%s", i == 0 ? "" : i + 1 < c->n ? ", " : " and ");
		if (v->to != NULL)
			rep_buf_printf(b, "from %s=%s to %s=%s", v->tag, v->from, v->tag, v->to);
		else
			rep_buf_printf(b, "to no %s=%s", v->tag, v->from);
	}
}

static const char *
lost(const struct rep_path_step *s)
{
	return s->to == REP_PUBLISHED_REJECT ? "been rejected" : "gone into spam folders";
}

static void
add_wait(struct rep_buf *b, const struct rep_report_path *p)
{
	char n1[32], n2[32];

	rep_buf_printf(b, "the reports cover %s day%s of %s receiver%s.",
	    rep_out_number((uint64_t)p->days, n1), rep_plural((uint64_t)p->days),
	    rep_out_number(p->receivers, n2), rep_plural(p->receivers));
	if (p->days < REP_PATH_DAYS) {
		uint64_t more = (uint64_t)(REP_PATH_DAYS - p->days);

		rep_buf_printf(b,
		    " Wait for %s more day%s (or ask for a longer time: --since 60d): in %d days everybody sends who sends once a month.",
		    rep_out_number(more, n1), rep_plural(more), REP_PATH_DAYS);
	}
	if (p->receivers < REP_PATH_RECEIVERS)
		rep_buf_printf(b,
		    " Reports of at least %d receivers are needed: one alone may see it wrongly.",
		    REP_PATH_RECEIVERS);
}

static size_t
to_fix(const struct rep_path_step *s)
{
	size_t n = 0;

	while (n < s->losses_n && s->losses[n].mend)
		n++;
	return n;
}

static void
add_answer(struct rep_buf *b, const struct rep_report_path *p, struct rep_str domain)
{
	const struct rep_path_step *s = &p->steps[0];
	struct rep_dmarc_changes c;
	size_t senders = to_fix(s);
	char n1[32], n2[32], n3[32];

	rep_dmarc_changes(&p->policy, &s->policy, &c);
	rep_buf_printf(b, "%.*s ", REP_PR(domain));
	switch (s->verdict) {
	case REP_PATH_SAFE:
		rep_buf_printf(b, "can go ");
		add_step(b, &c);
		rep_buf_printf(b, ": of the mail of your senders in %s days, ",
		    rep_out_number((uint64_t)p->days, n1));
		if (s->wanted == 0)
			rep_buf_printf(b, "none would have %s.", lost(s));
		else
			rep_buf_printf(b, "%s message%s would have %s, few of each sender.",
			    rep_out_number(s->wanted, n2), rep_plural(s->wanted), lost(s));
		break;
	case REP_PATH_MEND:
		rep_buf_printf(b, "is not ready to go ");
		add_step(b, &c);
		rep_buf_printf(b,
		    ": %s message%s that may be yours would have %s in %s day%s. Fix %s sender%s first.",
		    rep_out_number(s->wanted, n1), rep_plural(s->wanted), lost(s),
		    rep_out_number((uint64_t)p->days, n2), rep_plural((uint64_t)p->days),
		    rep_out_number(senders, n3), rep_plural(senders));
		break;
	case REP_PATH_FORWARDED:
		rep_buf_printf(b,
		    "should stay as it is: your own senders pass, but p=reject would have lost %s message%s that mailing "
		    "lists or forwarders changed on the way, and nothing that you do prevents that.",
		    rep_out_number(s->forwarded - s->spared, n1),
		    rep_plural(s->forwarded - s->spared));
		break;
	default:
		rep_buf_printf(b, "should wait before it goes ");
		add_step(b, &c);
		rep_buf_printf(b, ": ");
		add_wait(b, p);
		break;
	}
}

static void
present(struct rep_buf *out, const struct rep_reports_answer *r, const struct rep_report_path *p,
    struct rep_str domain, struct rep_arena *a)
{
	char from[REP_TIME_TEXT], until[REP_TIME_TEXT], n1[32], n2[32], n3[32];
	struct rep_buf b;

	rep_buf_init(&b, SENTENCE);
	if (p->steps_n == 0)
		rep_buf_printf(&b,
		    "%.*s is at p=reject, for all its mail: there is no further step. What still fails:",
		    REP_PR(domain));
	else
		add_answer(&b, p, domain);
	rep_out_paragraph(out, rep_buf_str(&b));
	if (p->steps_n == 0)
		rep_out_command(out, 2, rep_dmarc_same_time(r, "report", domain, "", a));
	rep_buf_clear(&b);
	rep_buf_printf(&b, "By %s report%s of %s receiver%s from %s to %s",
	    rep_out_number(r->is.reports, n1), rep_plural(r->is.reports),
	    rep_out_number(p->receivers, n2), rep_plural(p->receivers),
	    rep_out_day(r->is.from_s, from), rep_out_day(r->is.until_s, until));
	if (!p->known) {
		rep_buf_printf(&b, ". None of them says the policy, so it is taken for p=none.");
	} else {
		rep_buf_printf(&b, " the record is");
		if (p->since_s != 0)
			rep_buf_printf(&b, " (found since %s)", rep_out_day(p->since_s, from));
		rep_buf_addc(&b, ':');
	}
	rep_out_paragraph(out, rep_buf_str(&b));
	rep_buf_clear(&b);
	if (p->known) {
		rep_dmarc_record(&b, &p->policy);
		if (p->policy.pct >= 0 && p->policy.pct < 100)
			rep_buf_printf(&b, "; pct=%d", p->policy.pct);
		rep_out_command(out, 2, rep_buf_str(&b));
		if (p->agree < p->asked)
			rep_out_paragraph(out,
			    rep_arena_printf(a,
				"%s of %s reports of the last day found another policy: it was changed, or not all have heard of it.",
				rep_out_number(p->asked - p->agree, n1),
				rep_out_number(p->asked, n3)));
	}
	rep_buf_fini(&b);
}

/* --- a step ---------------------------------------------------------------------------------------------- */

enum { WHO, NAME, MESSAGES, FAIL, SPARED, LAST, LOSS_COLUMNS };
static const struct rep_grid_column loss_columns[LOSS_COLUMNS] = {
	[WHO] = { .title = "WHO" },
	[NAME] = { .title = "SOURCE", .names = true, .least = 16, .most = 44, .cut_head = true },
	[MESSAGES] = { .title = "MESSAGES", .right = true },
	[FAIL] = { .title = "FAIL", .right = true },
	[SPARED] = { .title = "LET THROUGH", .right = true, .may_go = true },
	[LAST] = { .title = "LAST" },
};

static bool
losses(struct rep_buf *b, const struct rep_reports_answer *r, const struct rep_path_step *s,
    bool all, struct rep_arena *a)
{
	size_t n = all || s->losses_n <= SHOWN ? s->losses_n : SHOWN;
	char last[REP_TIME_TEXT];
	struct rep_grid t;
	bool fine;

	rep_grid_init(&t, loss_columns, LOSS_COLUMNS, a);
	for (size_t i = 0; i < n; i++) {
		const struct rep_path_loss *l = &s->losses[i];
		const struct rep_report_source *from = &r->is.sources[l->source];

		rep_grid_row(&t);
		rep_grid_cell(&t, WHO, rep_str_c(rep_report_sender_word(from->who)));
		rep_grid_cell(&t, NAME, rep_dmarc_called(r, from, a));
		rep_grid_number(&t, MESSAGES, l->messages);
		rep_grid_number(&t, FAIL, l->failed);
		rep_grid_number(&t, SPARED, l->spared);
		rep_grid_cell(
		    &t, LAST, rep_arena_printf(a, "%s", rep_out_day(l->last_s - 1, last)));
		rep_grid_paint(&t, l->mend ? REP_RED : REP_YELLOW);
	}
	fine = n == 0 || rep_grid_print(&t, b);
	if (n < s->losses_n)
		rep_out_more(b, s->losses_n - n);
	return fine;
}

static bool
same_losses(const struct rep_path_step *x, const struct rep_path_step *y)
{
	if (x->losses_n != y->losses_n)
		return false;
	for (size_t i = 0; i < x->losses_n; i++)
		if (x->losses[i].source != y->losses[i].source ||
		    x->losses[i].failed != y->losses[i].failed)
			return false;
	return true;
}

static void
fixes(struct rep_buf *out, const struct rep_reports_answer *r, const struct rep_path_step *s,
    struct rep_str domain, bool all, struct rep_arena *a)
{
	size_t n = to_fix(s), shown = all || n < FIXES ? n : FIXES;

	if (n > 0)
		rep_buf_printf(
		    out, "\n%sWhat to fix first%s\n", rep_paint(REP_BOLD), rep_unpaint());
	for (size_t i = 0; i < shown; i++)
		rep_dmarc_item(out, r, i + 1, &r->is.sources[s->losses[i].source],
		    s->losses[i].failed, s->losses[i].messages, domain, a);
	if (shown < n)
		rep_out_more(out, n - shown);
}

static const char *
verdict_text(enum rep_path_verdict v)
{
	switch (v) {
	case REP_PATH_SAFE: return "safe";
	case REP_PATH_MEND: return "fix something first";
	case REP_PATH_FORWARDED: return "not advised";
	default: return "too early to say";
	}
}

/* How many would have been lost, of each kind of which there are any. */
static void
would_lose(struct rep_buf *b, const struct rep_path_step *s)
{
	const struct {
		uint64_t n;
		const char *one, *many;
	} kinds[] = { { s->wanted, "that may be yours", "that may be yours" },
		{ s->forwarded, "that was forwarded", "that were forwarded" },
		{ s->unknown, "that nothing vouches for", "that nothing vouches for" } };
	size_t left = 0, shown = 0;
	char n1[32];

	for (size_t i = 0; i < REP_COUNT(kinds); i++)
		left += kinds[i].n > 0;
	if (left == 0) {
		rep_buf_printf(b, "None would have %s.", lost(s));
		return;
	}
	for (size_t i = 0; i < REP_COUNT(kinds); i++) {
		if (kinds[i].n == 0)
			continue;
		rep_buf_printf(b, "%s%s %s",
		    shown == 0		   ? ""
			: shown + 1 < left ? ", "
					   : " and ",
		    rep_out_number(kinds[i].n, n1), kinds[i].n == 1 ? kinds[i].one : kinds[i].many);
		shown++;
	}
	rep_buf_printf(b, " would have %s.", lost(s));
	if (s->spared > 0)
		rep_buf_printf(b, " Receivers let %s of the forwarded ones through.",
		    rep_out_number(s->spared, n1));
}

static bool
step(struct rep_buf *out, const struct rep_reports_answer *r, const struct rep_report_path *p,
    size_t at, bool all, struct rep_arena *a)
{
	const struct rep_path_step *s = &p->steps[at];
	char n1[32];
	struct rep_buf b;

	rep_buf_printf(out, "\n%sStep %zu, to %s: %s%s\n", rep_paint(REP_BOLD), at + 1,
	    rep_dmarc_policy_word(s->to), verdict_text(s->verdict), rep_unpaint());
	rep_buf_init(&b, SENTENCE);
	rep_buf_printf(&b, "It is about %s message%s. ", rep_out_number(s->messages, n1),
	    rep_plural(s->messages));
	would_lose(&b, s);
	rep_out_paragraph(out, rep_buf_str(&b));
	rep_buf_fini(&b);
	if (at > 0 && same_losses(s, &p->steps[0])) {
		if (s->losses_n > 0)
			rep_buf_printf(out, "The senders are those of step 1.\n");
		return true;
	}
	return losses(out, r, s, all, a);
}

/* --- what the numbers do not decide ---------------------------------------------------------------------- */

static void
lists(struct rep_buf *out, const struct rep_report_path *p)
{
	uint64_t forwarded = 0;
	struct rep_buf b;
	char n1[32];

	for (size_t i = 0; i < p->steps_n; i++)
		if (p->steps[i].to == REP_PUBLISHED_REJECT)
			forwarded = p->steps[i].forwarded;
	if (p->steps_n == 0 || (p->lists == 0 && forwarded == 0))
		return;
	rep_buf_init(&b, SENTENCE);
	rep_buf_printf(&b, "Others hand on mail of this domain");
	if (p->lists > 0)
		rep_buf_printf(&b, " (receivers name a mailing list for %s message%s)",
		    rep_out_number(p->lists, n1), rep_plural(p->lists));
	rep_buf_printf(&b,
	    ". RFC 9989 (7.4) advises against p=reject where people write to mailing lists: their mail bounces there. Then "
	    "p=quarantine is the last step; or give the people a subdomain of their own.");
	rep_buf_addc(out, '\n');
	rep_out_paragraph(out, rep_buf_str(&b));
	rep_buf_fini(&b);
}

bool
rep_dmarc_path_next(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_path *p, struct rep_str domain, bool all, struct rep_arena *a)
{
	present(b, r, p, domain, a);
	return p->steps_n == 0 || step(b, r, p, 0, all, a);
}

bool
rep_dmarc_path_text(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_path *p, struct rep_str domain, bool all, struct rep_arena *a)
{
	if (rep_dmarc_no_report(b, r, domain, a))
		return true;
	if (!rep_dmarc_path_next(b, r, p, domain, all, a))
		return false;
	for (size_t i = 1; i < p->steps_n; i++)
		if (!step(b, r, p, i, all, a))
			return false;
	if (p->steps_n > 0) {
		fixes(b, r, &p->steps[0], domain, all, a);
		if (p->steps[0].verdict != REP_PATH_FORWARDED)
			rep_dmarc_change_text(b, p, domain, a);
	}
	lists(b, p);
	if (!rep_dmarc_strangers_text(b, r, &p->strangers, "path", domain, a))
		return false;
	if (r->is.broken_n > 0) {
		rep_buf_addc(b, '\n');
		rep_out_paragraph(b,
		    REP_S(
			"A key or a record is broken at most receivers: what passes by the other half alone fails as soon as somebody forwards it. Which one:"));
		rep_out_command(b, 2, rep_dmarc_same_time(r, "report", domain, "", a));
	}
	rep_buf_addc(b, '\n');
	rep_dmarc_doubts(b, r, a);
	return true;
}
