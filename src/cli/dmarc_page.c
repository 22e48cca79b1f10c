/*
 * The page of dmarc report. Its lines are as cli/page.c reads them: bold begins a heading, two blanks and a word a term,
 * dashes end an article.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/dmarc_failures.h"
#include "cli/dmarc_page.h"
#include "cli/dmarc_parts.h"
#include "cli/dmarc_path.h"
#include "cli/dmarc_picture.h"
#include "cli/dmarc_report.h"
#include "cli/dmarc_words.h"
#include "cli/grid.h"
#include "cli/out.h"

static void
article(struct rep_buf *b, const char *heading)
{
	rep_buf_printf(
	    b, "\n------------------------\n%s%s%s\n", rep_paint(REP_BOLD), heading, rep_unpaint());
}

/* A term and what is said of it. */
static void
entry(struct rep_buf *b, const char *term, const char *text)
{
	rep_buf_printf(b, "  %-10s  %s\n", term, text);
}

/* --- one receiver beside the others --------------------------------------------------------------------- */

enum { WHAT, AT, HERE, ELSEWHERE, RESULT, SINCE, COLUMNS };
static const struct rep_grid_column columns[COLUMNS] = {
	[WHAT] = { .title = "WHAT" },
	[AT] = { .title = "RECEIVER", .names = true, .most = 44, .cut_head = true },
	[HERE] = { .title = "FAILS THERE", .right = true },
	[ELSEWHERE] = { .title = "FAILS ELSEWHERE", .right = true },
	[RESULT] = { .title = "IT SAYS" },
	[SINCE] = { .title = "SINCE" },
};

static struct rep_str
part(struct rep_arena *a, uint64_t failed, uint64_t of)
{
	char n1[32], n2[32];

	return rep_arena_printf(a, "%s of %s", rep_out_number(failed, n1), rep_out_number(of, n2));
}

static bool
differences(struct rep_buf *b, const struct rep_reports_answer *r, struct rep_arena *a)
{
	char since[REP_TIME_TEXT];
	struct rep_grid t;

	if (r->is.differs_n == 0)
		return true;
	rep_buf_printf(b, "\n%sHow much fails at %s, and at the others%s\n", rep_paint(REP_BOLD),
	    r->is.differs_n == 1 ? "one receiver" : "some receivers", rep_unpaint());
	rep_grid_init(&t, columns, COLUMNS, a);
	for (size_t i = 0; i < r->is.differs_n; i++) {
		const struct rep_report_differs *d = &r->is.differs[i];
		struct rep_str domain = rep_dmarc_shown(r, d->domain, a),
			       selector = rep_dmarc_shown(r, d->selector, a);
		const char *result =
		    rep_said_word(d->dkim ? REP_SAID_DKIM : REP_SAID_SPF, d->result);

		rep_grid_row(&t);
		rep_grid_cell(&t, WHAT,
		    rep_arena_printf(a, "%s of %.*s%s%.*s", d->dkim ? "DKIM" : "SPF",
			REP_PR(domain), d->dkim && selector.n > 0 ? ", selector " : "",
			REP_PR(selector)));
		rep_grid_cell(&t, AT, rep_dmarc_receiver(r, d->receiver, a));
		rep_grid_cell(&t, HERE, part(a, d->here_failed, d->here));
		rep_grid_cell(&t, ELSEWHERE, part(a, d->there_failed, d->there));
		rep_grid_cell(&t, RESULT, rep_str_c(result != NULL ? result : "not pass"));
		rep_grid_cell(&t, SINCE,
		    d->since_s > 0 ? rep_arena_printf(a, "%s", rep_out_day(d->since_s, since))
				   : REP_S("all this time"));
	}
	return rep_grid_print(&t, b);
}

/* --- what the terms mean --------------------------------------------------------------------------------- */

static void
meanings(struct rep_buf *b, const struct rep_reports_answer *r)
{
	static const char *const who[REP_SENDER_N] = {
		[REP_SENDER_OWN] = "a known address of yours",
		[REP_SENDER_FORWARDER] =
		    "it handed on mail: a mailing list, or somebody whose mail goes on to another address",
		[REP_SENDER_SIGNED] = "an address that is not known as yours, with your signature",
		[REP_SENDER_ALLOWED] =
		    "an address that is not known as yours, and your SPF record allows it",
		[REP_SENDER_SERVICE] = "it passes as somebody else, whose name is shown",
		[REP_SENDER_UNKNOWN] = "nothing passes: forged, or sent without any authentication",
	};
	_Static_assert(REP_SENDER_N == 7, "each of them has its meaning");
	bool seen[REP_SENDER_N] = { false };

	for (size_t i = 0; i < r->is.sources_n; i++)
		seen[r->is.sources[i].who] = true;
	rep_buf_addc(b, '\n');
	for (int i = 0; i < REP_SENDER_N; i++)
		if (seen[i])
			entry(b, rep_report_sender_word((enum rep_report_sender)i), who[i]);
	entry(b, "DKIM", "how much carries a valid signature of the domain in From");
	entry(b, "SPF", "how much comes from an address that the domain in From allows");
	entry(b, "DMARC", "how much passes: one of both is enough");
}

/* --- the page -------------------------------------------------------------------------------------------- */

static bool
wrong(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_strangers *strangers, struct rep_str domain, bool all,
    struct rep_arena *a)
{
	article(b, "What is wrong, and what to do");
	if (!rep_dmarc_report_trouble(r))
		rep_out_paragraph(b,
		    REP_S(
			"Nothing: no mail that may be yours fails, and no receiver sees it differently from the others."));
	if (r->ended)
		rep_out_paragraph(
		    b, REP_S("But no report comes any more: see what these figures rest on."));
	rep_dmarc_steps(b, r, domain, all, a);
	rep_dmarc_faults_text(b, r, a);
	if (!differences(b, r, a))
		return false;
	rep_dmarc_news_text(b, r, all, a);
	rep_dmarc_failures_text(b, &r->failures, all, a);
	return rep_dmarc_strangers_text(b, r, strangers, "report", domain, a);
}

/* The policy is that of one domain. */
static enum rep_rc
next_step(struct rep_buf *b, const struct rep_reports_answer *r, struct rep_str domain, bool all,
    struct rep_arena *a, struct rep_err *err)
{
	struct rep_report_path p;
	enum rep_rc rc;

	if (domain.n == 0)
		return REP_OK;
	if ((rc = rep_report_path(&r->reported, &r->is, a, &p, err)) != REP_OK)
		return rc;
	article(b, "What receivers are asked to do, and the next step");
	return rep_dmarc_path_next(b, r, &p, domain, all, a)
	    ? REP_OK
	    : rep_fail(err, REP_EMEM, "out of memory");
}

static void
basis(struct rep_buf *b, const struct rep_reports_answer *r, struct rep_arena *a)
{
	char from[REP_TIME_TEXT], until[REP_TIME_TEXT], n1[32];

	article(b, "What these figures rest on");
	rep_buf_printf(b, "  %-10s  %s to %s\n", "time", rep_out_day(r->is.from_s, from),
	    rep_out_day(r->is.until_s, until));
	entry(b, "reports", rep_out_number(r->is.reports, n1));
	entry(b, "receivers", rep_out_number(rep_dmarc_reporting(r), n1));
	rep_buf_addc(b, '\n');
	rep_out_paragraph(b,
	    REP_S(
		"Only receivers that send such reports are counted: mail to all others is not in these figures."));
	rep_dmarc_doubts(b, r, a);
}

enum rep_rc
rep_dmarc_page(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_strangers *strangers, struct rep_str domain, bool all,
    struct rep_arena *a, struct rep_err *err)
{
	const struct rep_report_day *days;
	enum rep_rc rc;
	size_t n;

	if (rep_dmarc_no_report(b, r, domain, a)) {
		rep_dmarc_failures_text(b, &r->failures, all, a);
		return REP_OK;
	}
	if ((rc = rep_report_days(&r->reported, &r->is, a, &days, &n, err)) != REP_OK)
		return rc;
	rep_dmarc_summary(b, r, domain);
	rep_dmarc_figures(b, r);
	rep_dmarc_chart(b, days, n);
	if (!wrong(b, r, strangers, domain, all, a))
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = next_step(b, r, domain, all, a, err)) != REP_OK)
		return rc;
	article(b, "Who sends");
	if (!rep_dmarc_sources(b, r, all, a))
		return rep_fail(err, REP_EMEM, "out of memory");
	meanings(b, r);
	article(b, "Who reported");
	if (!rep_dmarc_receivers(b, r, all, a))
		return rep_fail(err, REP_EMEM, "out of memory");
	rep_buf_addc(b, '\n');
	entry(b, "STOPPED", "messages that receivers put into spam folders, or rejected");
	basis(b, r, a);
	return REP_OK;
}
