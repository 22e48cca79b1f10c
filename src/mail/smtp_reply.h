/*
 * mail/smtp_reply.h -- what a remote server said, split into its parts.
 *
 * A reply reaches us as the server wrote it ("550 5.7.1 Service unavailable ...",
 * RFC 5321 section 4.2) or quoted by a mail server that tells of it ("host H[A]
 * said: 550 ... (in reply to MAIL FROM command)"). rep_smtp_reply_find takes the
 * quotation off; what has no remote reply in it is the own server's word.
 *
 * Pure: no I/O, no clock, no allocation. The views in the result point into the
 * text handed in, so they live as long as that text does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_SMTP_REPLY_H
#define REP_MAIL_SMTP_REPLY_H

#include "base/err.h"
#include "base/ip.h"
#include "fact/words.h"

struct rep_smtp_reply {
	int code;	     /* 200..599; 0 when none was given */
	int enh[3];	     /* RFC 3463; enh[0] == 0 when the server sent none */
	bool multi;	     /* the first line was "ddd-": more lines follow in the text */
	struct rep_str text; /* what is left: the words for a human, still with repeated codes */
	/* From the quotation around it: */
	enum rep_stage stage;
	struct rep_str host; /* who spoke, n == 0 when not said */
	struct rep_ip host_ip;
	bool own; /* no remote reply in here: the words are our own mail server's */
};

/*
 * Parse one reply as the server wrote it. REP_ESYNTAX when it begins neither with a
 * reply code nor with an enhanced code; *r is then untouched.
 */
enum rep_rc rep_smtp_reply_parse(
    struct rep_str line, struct rep_smtp_reply *r, struct rep_err *err) REP_NODISCARD;

/*
 * The reply within any text of a mail server (Postfix, Exim, Sendmail, qmail,
 * diagnostic codes of RFC 3464). Always succeeds: where no reply is found, code is
 * 0, own is true and text is the whole.
 */
void rep_smtp_reply_find(struct rep_str text, struct rep_smtp_reply *r);

/* The stage named in "MAIL FROM", "end of DATA", "RCPT TO command" ...; NONE when none is. */
enum rep_stage rep_smtp_stage(struct rep_str words);

/* "1.2.3" at the start of s: bytes read, 0 when there is none. */
size_t rep_smtp_enhanced(struct rep_str s, int enh[3]);

#endif
