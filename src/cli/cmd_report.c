/* reputed report: what became of the mail of some weeks, as one page. SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "cli/cli.h"
#include "cli/mail_report.h"
#include "cli/page.h"
#include "cli/reported_args.h"

enum { OUT_MAX = 64 << 20, REPORT_ARENA = 1 << 30, USUAL_S = 28 * REP_DAY_S };

/* What receivers report of the same time. */
static enum rep_rc
reported(struct rep_cli *c, struct rep_store *store, int64_t length_s, struct rep_arena *a,
    struct rep_known_senders *senders, struct rep_reports_answer *r,
    const struct rep_report_day **days, size_t *days_n, struct rep_err *err)
{
	struct rep_reports_ask ask = { .length_s = length_s, .senders = senders };
	enum rep_rc rc = rep_known_senders_load(&c->session, senders, err);

	*days_n = 0;
	*days = NULL;
	if (rc == REP_OK)
		rc = rep_reports_answer(&c->session, store, &ask, a, r, err);
	return rc == REP_OK && r->is.reports > 0
	    ? rep_report_days(&r->reported, &r->is, a, days, days_n, err)
	    : rc;
}

static enum rep_rc
make(struct rep_cli *c, struct rep_store *store, struct rep_know *know, int64_t length_s,
    struct rep_arena *a, struct rep_known_senders *senders, struct rep_verdict_set *set,
    struct rep_buf *b, struct rep_err *err)
{
	struct rep_reports_answer dmarc;
	struct rep_mail_report r = { .s = set, .dmarc = &dmarc };
	enum rep_rc rc = rep_verdicts_make(&c->session, know, store, REP_DEPTH_REASONS, set, err);

	if (rc != REP_OK ||
	    (rc = reported(c, store, length_s, a, senders, &dmarc, &r.days, &r.days_n, err)) !=
		REP_OK)
		return rc;
	if (set->totals.counted == 0 && dmarc.any == 0) {
		rep_out_nothing_read(b, set->totals.lines);
		return REP_OK;
	}
	r.until_s = set->in.now_s;
	r.time = rep_mail_report_time(r.until_s, length_s);
	return rep_mail_report(b, &r, err);
}

int
rep_cmd_report(struct rep_cli *c)
{
	struct rep_known_senders senders = { NULL, NULL };
	struct rep_verdict_set set = { 0 };
	struct rep_know *know = NULL;
	struct rep_err err = { .msg = "out of memory" };
	struct rep_store *store;
	int64_t length_s = USUAL_S;
	struct rep_arena *a;
	struct rep_buf b;

	if (c->args_n > 0) {
		rep_cli_say("report takes no argument; one provider or address: reputed why %s",
		    c->args[0]);
		return REP_EXIT_USAGE;
	}
	if (!rep_cli_since(c, &length_s))
		return c->worst;
	if (length_s < REP_DAY_S) {
		rep_cli_say("--since wants a day at least: reputed status shows less");
		return REP_EXIT_USAGE;
	}
	if ((store = rep_cli_reading(c)) == NULL)
		return c->worst;
	rep_out_structure(c->html);
	rep_buf_init(&b, OUT_MAX);
	a = rep_arena_new(REPORT_ARENA);
	if (a == NULL || rep_session_know(&c->session, &know, &err) != REP_OK ||
	    make(c, store, know, length_s, a, &senders, &set, &b, &err) != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	} else {
		if (rep_verdicts_trouble(&set))
			rep_cli_note(c, REP_EXIT_TROUBLE);
		if (!rep_page_flush(&b, "Report on mail", "From what was read up to",
			set.totals.last_s != 0 ? set.in.now_s : 0))
			rep_cli_note(c, REP_EXIT_FAILED);
	}
	rep_buf_fini(&b);
	rep_verdicts_free(&set);
	rep_know_free(know);
	rep_known_senders_fini(&senders);
	rep_arena_free(a);
	rep_store_close(store);
	return c->worst;
}
