/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/dmarc_report.h"
#include "base/time.h"
#include "cli/dmarc_failures.h"
#include "cli/dmarc_parts.h"
#include "cli/dmarc_picture.h"
#include "cli/dmarc_words.h"
#include "cli/grid.h"
#include "cli/out.h"
#include "cli/proofs.h"

/* FIXES: what somebody does in one sitting. Judgement; --all shows the rest. */
enum { SHOWN = 12, FIXES = 5, SENTENCE = 2000, FURTHER_DAYS = 400 };

bool
rep_dmarc_report_trouble(const struct rep_reports_answer *r)
{
	for (size_t i = 0; i < r->is.sources_n; i++)
		if (rep_dmarc_to_mend(&r->is.sources[i]) || r->is.sources[i].spf_lost.is)
			return true;
	for (size_t i = 0; i < r->is.receivers_n; i++)
		if (r->is.receivers[i].silent)
			return true;
	return r->is.differs_n + r->is.broken_n > 0;
}

/* --- text: the sentence at the top --------------------------------------------------------------------- */

void
rep_dmarc_summary(struct rep_buf *out, const struct rep_reports_answer *r, struct rep_str domain)
{
	const struct rep_report_answer *is = &r->is;
	struct rep_dmarc_parts p = rep_dmarc_parts(r);
	char n1[32], n2[32], n3[32], from[REP_TIME_TEXT], until[REP_TIME_TEXT];
	struct rep_str whose = rep_str_or(domain, REP_S("all your domains"));
	struct rep_buf b;

	rep_buf_init(&b, SENTENCE);
	rep_buf_printf(&b,
	    "%s%.*s: %s message%s from %s to %s, as %s receiver%s report%s in %s report%s; ",
	    rep_paint(REP_BOLD), REP_PR(whose), rep_out_number(is->sums.messages, n1),
	    rep_plural(is->sums.messages), rep_out_day(is->from_s, from),
	    rep_out_day(is->until_s, until), rep_out_number(rep_dmarc_reporting(r), n2),
	    rep_plural(rep_dmarc_reporting(r)), rep_dmarc_reporting(r) == 1 ? "s" : "",
	    rep_out_number(is->reports, n3), rep_plural(is->reports));
	if (rep_dmarc_failed(&is->sums) == 0) {
		rep_buf_printf(
		    &b, is->sums.messages == 1 ? "it passes DMARC." : "all of them pass DMARC.");
	} else {
		rep_dmarc_add_percent(&b, is->sums.passed, is->sums.messages);
		rep_buf_printf(&b, " of them pass DMARC, %s fail%s.",
		    rep_out_number(rep_dmarc_failed(&is->sums), n1),
		    rep_dmarc_failed(&is->sums) == 1 ? "s" : "");
	}
	rep_buf_printf(&b, "%s", rep_unpaint());
	if (p.mend > 0)
		rep_buf_printf(&b,
		    " %s of them come%s from %s sender%s that may be yours: fix %s first.",
		    rep_out_number(p.mend, n1), p.mend == 1 ? "s" : "",
		    rep_out_number(p.senders, n2), rep_plural(p.senders),
		    p.senders == 1 ? "it" : "these");
	if (p.contradict > 0)
		rep_buf_printf(&b,
		    " Of %s the reports contradict themselves: a signature of the domain in From passes, and does not count. That "
		    "is not yours to fix.",
		    rep_out_number(p.contradict, n1));
	if (p.forwarded > 0)
		rep_buf_printf(&b, " %s %s forwarded by others.", rep_out_number(p.forwarded, n1),
		    p.forwarded == 1 ? "was" : "were");
	if (p.others > 0)
		rep_buf_printf(&b,
		    " %s come%s from %s domain%s that pass%s for %s: somebody else sends as you.",
		    rep_out_number(p.others, n1), p.others == 1 ? "s" : "",
		    rep_out_number(p.other_senders, n2), rep_plural(p.other_senders),
		    p.other_senders == 1 ? "es" : "",
		    p.other_senders == 1 ? "itself only" : "themselves only");
	if (p.unknown > 0) {
		rep_buf_printf(&b,
		    " %s come%s from %s address%s that nothing vouches for: forged, or a sender of yours without any "
		    "authentication. ",
		    rep_out_number(p.unknown, n1), p.unknown == 1 ? "s" : "",
		    rep_out_number(p.unknown_ips, n2), p.unknown_ips == 1 ? "" : "es");
		if (p.unknown_s > is->from_s)
			rep_buf_printf(&b, "The first are of %s. ", rep_out_day(p.unknown_s, from));
		if (p.unknown_through >= p.unknown)
			rep_buf_printf(&b, "Receivers let all of them through.");
		else if (p.unknown_stopped > 0)
			rep_buf_printf(&b, "Receivers stopped %s of them.",
			    rep_out_number(p.unknown_stopped, n3));
	}
	rep_out_paragraph(out, rep_buf_str(&b));
	rep_buf_fini(&b);
}

/* --- text: sources --------------------------------------------------------------------------------------- */

enum { WHO, NAME, ADDRESSES, MESSAGES, DMARC, DKIM, SPF, BAR, SOURCE_COLUMNS };
static const struct rep_grid_column source_columns[SOURCE_COLUMNS] = {
	[WHO] = { .title = "WHO" },
	[NAME] = { .title = "SOURCE", .names = true, .least = 16, .most = 44, .cut_head = true },
	[ADDRESSES] = { .title = "ADDRESSES", .right = true, .may_go = true },
	[MESSAGES] = { .title = "MESSAGES", .right = true },
	[DMARC] = { .title = "DMARC", .right = true },
	[DKIM] = { .title = "DKIM", .right = true },
	[SPF] = { .title = "SPF", .right = true },
	[BAR] = { .title = "COMPARED" }, /* of a page */
};

bool
rep_dmarc_sources(
    struct rep_buf *b, const struct rep_reports_answer *r, bool all, struct rep_arena *a)
{
	size_t n = all || r->is.sources_n <= SHOWN ? r->is.sources_n : SHOWN;
	uint64_t most = 0;
	struct rep_grid t;
	bool fine;

	for (size_t i = 0; i < n; i++)
		if (r->is.sources[i].sums.messages > most)
			most = r->is.sources[i].sums.messages;
	rep_grid_init(&t, source_columns, rep_out_structured() ? SOURCE_COLUMNS : BAR, a);
	for (size_t i = 0; i < n; i++) {
		const struct rep_report_source *s = &r->is.sources[i];

		rep_grid_row(&t);
		rep_grid_cell(&t, WHO, rep_str_c(rep_report_sender_word(s->who)));
		rep_grid_cell(&t, NAME, rep_dmarc_called(r, s, a));
		rep_grid_number(&t, ADDRESSES, s->ips);
		rep_grid_number(&t, MESSAGES, s->sums.messages);
		rep_grid_cell(&t, DMARC, rep_dmarc_percent(a, s->sums.passed, s->sums.messages));
		rep_grid_cell(&t, DKIM, rep_dmarc_percent(a, s->sums.dkim, s->sums.messages));
		rep_grid_cell(&t, SPF, rep_dmarc_percent(a, s->sums.spf, s->sums.messages));
		if (rep_out_structured())
			rep_grid_cell(&t, BAR, rep_dmarc_bar(a, s, most));
		rep_grid_paint(&t,
		    rep_dmarc_to_mend(s)		 ? REP_RED
			: rep_dmarc_failed(&s->sums) > 0 ? REP_YELLOW
							 : REP_GREEN);
	}
	fine = rep_grid_print(&t, b);
	if (n < r->is.sources_n)
		rep_out_more(b, r->is.sources_n - n);
	return fine;
}

void
rep_dmarc_steps(struct rep_buf *out, const struct rep_reports_answer *r, struct rep_str domain,
    bool all, struct rep_arena *a)
{
	size_t n = 0, more = 0;

	for (size_t i = 0; i < r->is.sources_n; i++) {
		const struct rep_report_source *s = &r->is.sources[i];

		if (!rep_dmarc_to_mend(s))
			continue;
		if (!all && n == FIXES) {
			more++;
			continue;
		}
		if (n++ == 0)
			rep_buf_printf(
			    out, "\n%sWhat to fix%s\n", rep_paint(REP_BOLD), rep_unpaint());
		rep_dmarc_item(
		    out, r, n, s, rep_dmarc_failed(&s->sums), s->sums.messages, domain, a);
	}
	if (more > 0)
		rep_out_more(out, more);
}

enum { RECEIVER, REPORTS, R_MESSAGES, R_DMARC, R_DKIM, R_SPF, R_STOPPED, RECEIVER_COLUMNS };
static const struct rep_grid_column receiver_columns[RECEIVER_COLUMNS] = {
	[RECEIVER] = { .title = "RECEIVER",
	    .names = true,
	    .least = 14,
	    .most = 40,
	    .cut_head = true },
	[REPORTS] = { .title = "REPORTS", .right = true, .may_go = true },
	[R_MESSAGES] = { .title = "MESSAGES", .right = true },
	[R_DMARC] = { .title = "DMARC", .right = true },
	[R_DKIM] = { .title = "DKIM", .right = true },
	[R_SPF] = { .title = "SPF", .right = true },
	[R_STOPPED] = { .title = "STOPPED", .right = true, .may_go = true },
};

bool
rep_dmarc_receivers(
    struct rep_buf *b, const struct rep_reports_answer *r, bool all, struct rep_arena *a)
{
	size_t counted = rep_dmarc_reporting(r), n = all || counted <= SHOWN ? counted : SHOWN;
	struct rep_grid t;
	bool fine;

	rep_grid_init(&t, receiver_columns, RECEIVER_COLUMNS, a);
	for (size_t i = 0; i < n; i++) {
		const struct rep_report_receiver *v = &r->is.receivers[i];

		rep_grid_row(&t);
		rep_grid_cell(&t, RECEIVER,
		    rep_str_or(rep_dmarc_receiver(r, v->name, a), REP_S("(no name)")));
		rep_grid_number(&t, REPORTS, v->reports);
		rep_grid_number(&t, R_MESSAGES, v->sums.messages);
		rep_grid_cell(&t, R_DMARC, rep_dmarc_percent(a, v->sums.passed, v->sums.messages));
		rep_grid_cell(&t, R_DKIM, rep_dmarc_percent(a, v->sums.dkim, v->sums.messages));
		rep_grid_cell(&t, R_SPF, rep_dmarc_percent(a, v->sums.spf, v->sums.messages));
		rep_grid_number(&t, R_STOPPED, v->sums.quarantined + v->sums.rejected);
	}
	fine = rep_grid_print(&t, b);
	if (n < counted)
		rep_out_more(b, counted - n);
	return fine;
}

/* Records for which there was no room: which limit that is. */
static void
left_out(struct rep_buf *b, const struct rep_reports_answer *r, struct rep_arena *a)
{
	uint64_t rows = r->reported.left_out_rows, others = r->reported.left_out - rows;
	char n1[32], n2[32];

	if (rows > 0)
		rep_out_paragraph(b,
		    rep_arena_printf(a,
			"%s record%s not counted: more than %s are in this time. Ask for less: --since 7d",
			rep_out_number(rows, n1), rows == 1 ? " is" : "s are",
			rep_out_number(REP_REPORTED_ROWS_MAX, n2)));
	if (others > 0 && r->reported.names_full)
		rep_out_paragraph(b,
		    rep_arena_printf(a,
			"%s record%s not counted: more than %s different receivers, domains and selectors are in this "
			"time. Ask for less: --since 7d",
			rep_out_number(others, n1), others == 1 ? " is" : "s are",
			rep_out_number(REP_REPORTED_NAMES_MAX, n2)));
	else if (others > 0)
		rep_out_paragraph(b,
		    rep_arena_printf(a,
			"%s record%s not counted: the others in this time take more than %d MB of memory. Ask for less: "
			"--since 7d",
			rep_out_number(others, n1), others == 1 ? " is" : "s are",
			REP_REPORTED_BYTES_MAX >> 20));
}

void
rep_dmarc_doubts(struct rep_buf *b, const struct rep_reports_answer *r, struct rep_arena *a)
{
	char n1[32], day[REP_TIME_TEXT];

	if (r->ended)
		rep_out_paragraph(b,
		    rep_arena_printf(a,
			"No report came since %s: if these are not old ones that you read again, look at the rua address "
			"and at the mailbox behind it.",
			rep_out_day(r->newest_s, day)));
	if (r->is.overlaps > 0)
		rep_out_paragraph(b,
		    rep_arena_printf(a,
			"%s of these reports cover%s a time that another one of the same receiver covers too: some messages may be counted twice.",
			rep_out_number(r->is.overlaps, n1), r->is.overlaps == 1 ? "s" : ""));
	left_out(b, r, a);
	if (r->future > 0)
		rep_out_paragraph(b,
		    rep_arena_printf(a,
			"%s report%s not counted: %s after today (the last on %s), so the clock of who wrote %s is wrong, or "
			"that of this machine.",
			rep_out_number(r->future, n1), r->future == 1 ? " is" : "s are",
			r->future == 1 ? "its time ends" : "their times end",
			rep_out_day(r->future_s, day), r->future == 1 ? "it" : "them"));
	rep_cli_unproven_text(b, r->unsure, r->unsure_messages, r->waiting, r->named);
	if (!r->has_own && r->is.sources_n > 0)
		rep_out_paragraph(b,
		    REP_S(
			"No address of yours is known, so no source is shown as your own: read a mail log, or name them (source blocks in reputed.conf)."));
}

bool
rep_dmarc_no_report(struct rep_buf *b, const struct rep_reports_answer *r, struct rep_str domain,
    struct rep_arena *a)
{
	char from[REP_TIME_TEXT], until[REP_TIME_TEXT], n1[32];
	struct rep_str whose = rep_str_or(domain, REP_S("any domain"));

	if (r->any == 0) {
		rep_out_paragraph(b,
		    REP_S(
			"No aggregate report was read yet. Read the mailbox that the rua address of your DMARC record names, or files:"));
		rep_out_command(b, 2, REP_S("reputed ingest PATH"));
		return true;
	}
	if (r->is.reports == 0) {
		if (r->any > r->unsure)
			rep_out_paragraph(b,
			    rep_arena_printf(a,
				"No report of %.*s is in the time from %s to %s; %s %s kept of other times or domains.%s",
				REP_PR(whose), rep_out_day(r->from_s, from),
				rep_out_day(r->until_s, until),
				rep_out_number(r->any - r->unsure, n1),
				r->any - r->unsure == 1 ? "is" : "are",
				r->until_s - r->from_s < FURTHER_DAYS * (int64_t)REP_DAY_S
				    ? " Look further back: --since 400d"
				    : ""));
		rep_dmarc_news_text(b, r, false, a);
		rep_dmarc_doubts(b, r, a);
		return true;
	}
	return false;
}

bool
rep_dmarc_report_text(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_strangers *strangers, struct rep_str domain, bool all,
    struct rep_arena *a)
{
	if (rep_dmarc_no_report(b, r, domain, a)) {
		rep_dmarc_failures_text(b, &r->failures, all, a);
		return true;
	}
	rep_dmarc_summary(b, r, domain);
	rep_buf_addc(b, '\n');
	if (!rep_dmarc_sources(b, r, all, a))
		return false;
	rep_dmarc_steps(b, r, domain, all, a);
	rep_dmarc_faults_text(b, r, a);
	rep_dmarc_news_text(b, r, all, a);
	rep_dmarc_failures_text(b, &r->failures, all, a);
	if (!rep_dmarc_strangers_text(b, r, strangers, "report", domain, a))
		return false;
	rep_buf_addc(b, '\n');
	if (!rep_dmarc_receivers(b, r, all, a))
		return false;
	rep_buf_addc(b, '\n');
	rep_dmarc_doubts(b, r, a);
	return true;
}
