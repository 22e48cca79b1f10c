/*
 * cli/dmarc_words.h -- what reputed dmarc report and path say in the same words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DMARC_WORDS_H
#define REP_CLI_DMARC_WORDS_H

#include "base/time.h"
#include "engine/reports.h"

/* What a stranger wrote, for people: one line, without what a terminal obeys. */
struct rep_str rep_dmarc_line(struct rep_str s, struct rep_arena *a);
/* A name as it was reported: for JSON. */
struct rep_str rep_dmarc_name(const struct rep_reports_answer *r, uint32_t name);
/* The same for people: strangers chose it. */
struct rep_str rep_dmarc_shown(
    const struct rep_reports_answer *r, uint32_t name, struct rep_arena *a);
/* "reputed dkim check shop.example --selector s1". Empty if the domain, or a selector that is there, may not be pasted. */
struct rep_str rep_dmarc_command(
    const char *command, struct rep_str domain, struct rep_str selector, struct rep_arena *a);
/* How far back without --since. */
enum { REP_DMARC_SINCE_DAYS = 30 };
/* "reputed dmarc report shop.example --since 84d --names", for the time that was asked. word: "report", "path"; more: behind all. */
struct rep_str rep_dmarc_same_time(const struct rep_reports_answer *r, const char *word,
    struct rep_str domain, const char *more, struct rep_arena *a);
/* What is said where a selector is not empty and may not be pasted. */
#define REP_DMARC_NO_SELECTOR \
	"The selector is no name that DNS can have, so there is no key to compare: correct it in the signer."
/* A receiver for people and programs, as its newest report spells it. */
struct rep_str rep_dmarc_receiver(
    const struct rep_reports_answer *r, uint32_t name, struct rep_arena *a);
/* The service by which a source is called: by its domain, or else by the name of its address. NULL: none is known. */
const struct rep_service *rep_dmarc_service(
    const struct rep_reports_answer *r, const struct rep_report_source *s);
/* The provider of mailboxes from one of which a source sends; NULL: none that is known. */
const struct rep_provider *rep_dmarc_mailbox(
    const struct rep_reports_answer *r, const struct rep_report_source *s);
/* Who runs an address, by its name; p == NULL: that is not known. */
struct rep_str rep_dmarc_runs(const struct rep_reports_answer *r, const struct rep_address_name *v);
/* Whose address it is, for people: "Amazon EC2: ec2-192-0-2-7.compute-1.amazonaws.com"; "-": it has no confirmed name. */
struct rep_str rep_dmarc_address(
    const struct rep_reports_answer *r, const struct rep_ip *ip, struct rep_arena *a);
/* What a source is called. */
struct rep_str rep_dmarc_called(
    const struct rep_reports_answer *r, const struct rep_report_source *s, struct rep_arena *a);

uint64_t rep_dmarc_failed(const struct rep_report_sums *s);
/* An own address that SPF fails for: since when, why and what to do; *command: what looks at it, or empty. */
void rep_dmarc_add_lost(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_source *s, struct rep_str *command, struct rep_arena *a);
/* Whether what fails is a signature of the domain in From that passes: then the report is wrong, and nothing is to be fixed. */
bool rep_dmarc_contradicts(const struct rep_report_source *s);
/* Whether it looks like a sender of ours of which mail fails, so that somebody has to fix it. */
bool rep_dmarc_to_mend(const struct rep_report_source *s);

/* "99.9 %": what is not all is never shown as all, and what is not nothing never as nothing. */
void rep_dmarc_add_percent(struct rep_buf *b, uint64_t part, uint64_t of);
struct rep_str rep_dmarc_percent(struct rep_arena *a, uint64_t part, uint64_t of);

/* The domain in From of what fails, for people. domain: as it was asked for; empty: all. */
struct rep_str rep_dmarc_from(const struct rep_reports_answer *r, const struct rep_report_source *s,
    struct rep_str domain, struct rep_arena *a);
/* Appends what is wrong with both halves of alignment of a source: a sentence without its full stop. */
void rep_dmarc_add_halves(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_source *s, struct rep_str domain, struct rep_arena *a);

/* "unaligned": for programs. NULL: it does not fail. */
const char *rep_dmarc_half_word(enum rep_report_half v);

/* Appends what to do about a source (cli/dmarc_cures.c): lines, each behind a line end; one that
   begins with a blank is a command, which is not wrapped. */
void rep_dmarc_add_cure(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_source *s, struct rep_str domain, struct rep_arena *a);

/* One source of those to fix, with what is wrong and what to do. nth: from 1 on. */
void rep_dmarc_item(struct rep_buf *out, const struct rep_reports_answer *r, size_t nth,
    const struct rep_report_source *s, uint64_t failed, uint64_t messages, struct rep_str domain,
    struct rep_arena *a);

/* Bytes of a paragraph about one source: names of strangers are long, and a service has two texts. */
enum { REP_DMARC_PARAGRAPH = 16384 };

#endif
