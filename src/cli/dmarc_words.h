/*
 * cli/dmarc_words.h -- what reputed dmarc report and path say in the same words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DMARC_WORDS_H
#define REP_CLI_DMARC_WORDS_H

#include "base/time.h"
#include "engine/reports.h"

/* A name as it was reported: for JSON. */
struct rep_str rep_dmarc_name(const struct rep_reports_answer *r, uint32_t name);
/* The same for people: strangers chose it. */
struct rep_str rep_dmarc_shown(
    const struct rep_reports_answer *r, uint32_t name, struct rep_arena *a);
/* A receiver for people, as its newest report spells it. */
struct rep_str rep_dmarc_receiver(
    const struct rep_reports_answer *r, uint32_t name, struct rep_arena *a);
/* What a source is called. */
struct rep_str rep_dmarc_called(
    const struct rep_reports_answer *r, const struct rep_report_source *s, struct rep_arena *a);

uint64_t rep_dmarc_failed(const struct rep_report_sums *s);
/* Whether it looks like a sender of ours of which mail fails, so that somebody has to mend it. */
bool rep_dmarc_to_mend(const struct rep_report_source *s);

/* "99.9 %": what is not all is never shown as all, and what is not nothing never as nothing. */
void rep_dmarc_add_percent(struct rep_buf *b, uint64_t part, uint64_t of);
struct rep_str rep_dmarc_percent(struct rep_arena *a, uint64_t part, uint64_t of);

/* Appends what is wrong with both halves of alignment of a source: a sentence without its full stop. */
void rep_dmarc_add_halves(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_source *s, struct rep_arena *a);

/* "unaligned": for programs. NULL: it does not fail. */
const char *rep_dmarc_half_word(enum rep_report_half v);

/* Appends what to do about a source (cli/dmarc_cures.c). domain: as it was asked for; empty: all. */
void rep_dmarc_add_cure(
    struct rep_buf *b, const struct rep_report_source *s, struct rep_str domain);

#endif
