/*
 * intake/bounce.h -- a message that came back by mail: bounce, complaint, notice, or none of it.
 *
 * RFC 3464 where there is one; else the words of the notice, by what most mail servers have in
 * common: the address that failed stands at the start of a line or beside a telling word, the
 * reply after it, the original message below. Nothing here knows one server by name where a
 * form is shared by several.
 *
 * Pure; runs in a worker.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_BOUNCE_H
#define REP_INTAKE_BOUNCE_H

#include "intake/document.h"
#include "base/buf.h"
#include "intake/original.h"
#include "mail/mime.h"

/* Appends what the message says to d. Reports of nothing: it is ordinary mail. */
enum rep_rc rep_bounce_read(struct rep_document *d, const struct rep_mime *m, struct rep_arena *a,
    struct rep_err *err) REP_NODISCARD;

/* --- of bounce.c's helpers ------------------------------------------------------------------ */

/* Of words for a person: more text than anybody reads, and who failed in it. */
enum { REP_NOTICE_MAX = 64 << 10, REP_NOTICE_ADDRS = 1000 };

/* The words of a notice: what a person reads, without the original message below. */
struct rep_notice {
	struct rep_str text;
	struct rep_headers original; /* found below the words; n == 0: none */
	/* Who failed, and the words that belong to each. */
	struct {
		struct rep_str addr, words;
	} failed[REP_NOTICE_ADDRS];
	size_t failed_n;
	enum rep_action action; /* as the words say it; NONE: they do not */
	bool expired;
	bool more;   /* there were more who failed than have room */
	bool cue;    /* the words speak of a failure */
	bool strong; /* who failed is told by the place, not guessed */
};

/* intake/notice.c: text of the parts of message `root` (0: the outer one), cut where the original begins; who failed. */
enum rep_rc rep_notice_read(const struct rep_mime *m, int root, const struct rep_original *o,
    struct rep_arena *a, struct rep_notice *n, struct rep_err *err) REP_NODISCARD;

/* The reply within words of a notice: a view or the arena's; n == 0 when there is none. */
struct rep_str rep_notice_reply(struct rep_str words, struct rep_arena *a);

/* intake/complaint.c: true when message `root` (0: the outer one) is a complaint, and was read. */
bool rep_complaint_read(
    struct rep_document *d, const struct rep_mime *m, int root, struct rep_arena *a);

#endif
