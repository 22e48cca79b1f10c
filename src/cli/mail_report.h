/*
 * cli/mail_report.h -- reputed report: what became of the mail of some weeks, for somebody who decides and was not there.
 *
 * First a sentence on how it stands, then what was lost, then why, with the pictures of cli/picture.h between them. It is the
 * text of a page (cli/page.h) and can be read without the pictures. All figures are of one time, in UTC.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_MAIL_REPORT_H
#define REP_CLI_MAIL_REPORT_H

#include "cli/picture.h"
#include "engine/reports.h"
#include "judge/complaints.h"
#include "report/days.h"
#include "report/strangers.h"

struct rep_mail_report {
	const struct rep_verdict_set *s; /* with reasons */
	struct rep_picture_time time;
	int64_t until_s; /* its end: now */
	const struct rep_reports_answer *dmarc;
	const struct rep_report_day *days; /* of it */
	size_t days_n;
};

/* The time from `length_s` before now_s to now_s, in whole buckets: it begins at most one bucket earlier. */
struct rep_picture_time rep_mail_report_time(int64_t now_s, int64_t length_s);

/* Appends all of it. REP_EMEM. */
enum rep_rc rep_mail_report(
    struct rep_buf *b, const struct rep_mail_report *r, struct rep_err *err) REP_NODISCARD;

/* --- its parts, each a file of its own; false: out of memory -------------------------------------------------- */

/* What became of messages. An attempt that is put off is tried again, and is no message yet. */
struct rep_mail_sum {
	uint64_t sent, refused, dead, full,
	    slowed; /* dead: no such recipient; full: a mailbox; slowed: attempts */
};
void rep_mail_sum_add(struct rep_mail_sum *sum, const struct rep_observation *o);
/* Messages whose fate is known. */
uint64_t rep_mail_sum_all(const struct rep_mail_sum *sum);

/* Sources x providers as strips. */
bool rep_mail_report_rows(struct rep_buf *b, const struct rep_mail_report *r);
/* What providers refused, by provider and reason. */
bool rep_mail_report_lost(struct rep_buf *b, const struct rep_mail_report *r);
/* One part for each provider that had trouble. */
bool rep_mail_report_troubles(struct rep_buf *b, const struct rep_mail_report *r);
/* Begins a part of the page with its heading. */
void rep_mail_report_part(struct rep_buf *b, const char *heading);

#endif
