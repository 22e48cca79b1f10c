/*
 * cli/dmarc_report.h -- what the reports of receivers answer, as text, JSON and CSV (reputed dmarc report).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DMARC_REPORT_H
#define REP_CLI_DMARC_REPORT_H

#include "base/json_out.h"
#include "engine/reports.h"
#include "report/strangers.h"

/* domain: as it was asked for; empty: all. False: out of memory. */
bool rep_dmarc_report_text(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_strangers *strangers, struct rep_str domain, bool all,
    struct rep_arena *a);
/* The parts of it: the answer, in a few sentences. */
void rep_dmarc_summary(
    struct rep_buf *b, const struct rep_reports_answer *r, struct rep_str domain);
/* The table of sources, and that of receivers. False: out of memory. */
bool rep_dmarc_sources(
    struct rep_buf *b, const struct rep_reports_answer *r, bool all, struct rep_arena *a);
bool rep_dmarc_receivers(
    struct rep_buf *b, const struct rep_reports_answer *r, bool all, struct rep_arena *a);
/* What to fix. */
void rep_dmarc_steps(struct rep_buf *b, const struct rep_reports_answer *r, struct rep_str domain,
    bool all, struct rep_arena *a);
/* The parts of it about what fails where and since when; and about who is silent, who is new. */
void rep_dmarc_faults_text(
    struct rep_buf *b, const struct rep_reports_answer *r, struct rep_arena *a);
void rep_dmarc_news_text(
    struct rep_buf *b, const struct rep_reports_answer *r, bool all, struct rep_arena *a);
/* REP_EMEM. */
enum rep_rc rep_dmarc_report_json(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_strangers *strangers, struct rep_str domain, struct rep_arena *a,
    struct rep_err *err) REP_NODISCARD;
/* Addresses that nothing vouches for. command: "report", "path". False: out of memory. */
bool rep_dmarc_strangers_text(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_strangers *s, const char *command, struct rep_str domain,
    struct rep_arena *a);
void rep_dmarc_strangers_json(
    struct rep_json *j, const struct rep_reports_answer *r, const struct rep_report_strangers *s);
/* The keys of an address: its confirmed name, and who runs it. */
void rep_dmarc_address_json(
    struct rep_json *j, const struct rep_reports_answer *r, const struct rep_ip *ip);
/* The keys of a source: its service, or provider of mailboxes. */
void rep_dmarc_service_json(
    struct rep_json *j, const struct rep_reports_answer *r, const struct rep_report_source *s);
/* The keys of a source: what is wrong with each half of alignment. */
void rep_dmarc_halves_json(
    struct rep_json *j, const struct rep_reports_answer *r, const struct rep_report_source *s);
/* Says that there is no report, or none of the domain, and what to do. False: there is one. */
bool rep_dmarc_no_report(struct rep_buf *b, const struct rep_reports_answer *r,
    struct rep_str domain, struct rep_arena *a);
/* What may make the numbers wrong. */
void rep_dmarc_doubts(struct rep_buf *b, const struct rep_reports_answer *r, struct rep_arena *a);
/* REP_EMEM. */
enum rep_rc rep_dmarc_report_csv(struct rep_buf *b, const struct rep_reports_answer *r,
    struct rep_arena *a, struct rep_err *err) REP_NODISCARD;
/* Whether something is to be mended: own mail fails, a receiver differs from others, or has stopped. */
bool rep_dmarc_report_trouble(const struct rep_reports_answer *r);

#endif
