/*
 * intake/bounce.h -- reads a mail as a bounce, a complaint or a notice, or finds that it is none.
 *
 * When there is a status part (RFC 3464), that is read. Otherwise the words of the notice are read,
 * by what most mail servers have in common: the failed address is at the start of a line or beside
 * a typical word, the reply follows, and the original message is below. No server is recognised by
 * name where several share a form.
 *
 * Pure. Runs in a worker.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_BOUNCE_H
#define REP_INTAKE_BOUNCE_H

#include "intake/document.h"
#include "base/buf.h"
#include "intake/original.h"
#include "mail/mime.h"

/* Appends what the message says to d. It appends no report when it is ordinary mail. */
enum rep_rc rep_bounce_read(struct rep_document *d, const struct rep_mime *m, struct rep_arena *a,
    struct rep_err *err) REP_NODISCARD;

/* --- of bounce.c's helpers ------------------------------------------------------------------ */

/* Limits: bytes of text, and failed addresses in it. Nobody reads more. */
enum { REP_NOTICE_MAX = 64 << 10, REP_NOTICE_ADDRS = 1000 };

/* The words of a notice: the text for a person, without the original message below it. */
struct rep_notice {
	struct rep_str text;
	struct rep_headers original; /* found below the words; n == 0: not found */
	size_t failed_n;
	enum rep_action action; /* what the words say; NONE: they say nothing */
	bool expired;
	bool more;   /* there were more failed addresses than fit */
	bool cue;    /* the words speak of a failure */
	bool strong; /* failed addresses were found by their place, not guessed */
	/*
	 * Each failed address, and the words about it: failed_n of them. It is last, and never cleared:
	 * at 32 KB that would be done three times for each mail.
	 */
	struct {
		struct rep_str addr, words;
	} failed[REP_NOTICE_ADDRS];
};

/*
 * intake/notice.c: reads the text of message `root` (0: the outer one) up to where the original
 * begins, and finds the addresses that failed.
 */
enum rep_rc rep_notice_read(const struct rep_mime *m, int root, const struct rep_original *o,
    struct rep_arena *a, struct rep_notice *n, struct rep_err *err) REP_NODISCARD;

/* The reply in the words of a notice: a view, or in the arena; n == 0 when there is none. */
struct rep_str rep_notice_reply(struct rep_str words, struct rep_arena *a);

/*
 * intake/complaint.c: true when message `root` (0: the outer one) is a complaint. Then it was read.
 */
bool rep_complaint_read(
    struct rep_document *d, const struct rep_mime *m, int root, struct rep_arena *a);

#endif
