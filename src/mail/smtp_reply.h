/*
 * mail/smtp_reply.h -- splits the reply of a remote server into its parts.
 *
 * A reply reaches us in one of two ways: as the server wrote it ("550 5.7.1 Service unavailable
 * ...", RFC 5321 section 4.2), or quoted by a mail server ("host H[A] said: 550 ... (in reply to
 * MAIL FROM command)"). rep_smtp_reply_find removes the quotation. Text without a remote reply is
 * what our own server says.
 *
 * Pure: no I/O, no clock, no allocation. The views in the result point into the text that was
 * handed in, and are valid as long as that text is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_SMTP_REPLY_H
#define REP_MAIL_SMTP_REPLY_H

#include "base/err.h"
#include "base/ip.h"
#include "fact/words.h"

struct rep_smtp_reply {
	int code;	     /* 200..599; 0 when there is none */
	int enh[3];	     /* RFC 3463; enh[0] == 0 when the server sent none */
	bool multi;	     /* the first line began with "ddd-": the text has more lines */
	struct rep_str text; /* the words for a person; repeated codes are still in it */
	/* From the quotation around the reply: */
	enum rep_stage stage;
	struct rep_str host; /* who spoke; n == 0 when not said */
	struct rep_ip host_ip;
	bool own; /* no remote reply in the text: the words are those of our own mail server */
};

/*
 * Parses one reply as the server wrote it. REP_ESYNTAX when it begins neither with a reply code nor
 * with an enhanced code. *r is then not changed.
 */
enum rep_rc rep_smtp_reply_parse(
    struct rep_str line, struct rep_smtp_reply *r, struct rep_err *err) REP_NODISCARD;

/*
 * Finds the reply in any text of a mail server (Postfix, Exim, Sendmail, qmail, diagnostic codes of
 * RFC 3464). Always succeeds. When there is no reply, code is 0, own is true and text is all of it.
 */
void rep_smtp_reply_find(struct rep_str text, struct rep_smtp_reply *r);

/*
 * The stage that the words name: "MAIL FROM", "end of DATA", "RCPT TO command" ... NONE when none.
 */
enum rep_stage rep_smtp_stage(struct rep_str words);

/* Reads "1.2.3" at the start of s. Returns the bytes read, 0 when there is no such code. */
size_t rep_smtp_enhanced(struct rep_str s, int enh[3]);

#endif
