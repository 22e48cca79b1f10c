/*
 * intake/postfix.h -- what one Postfix log message says, taken apart.
 *
 * Postfix 2.3 to 3.x: short and long queue ids, any syslog_name, any daemon. Pure;
 * views point into the message.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_POSTFIX_H
#define REP_INTAKE_POSTFIX_H

#include "base/str.h"
#include "fact/words.h"

enum rep_postfix_daemon {
	REP_PF_NONE = 0, /* not Postfix, or one that says nothing of deliveries */
	REP_PF_SMTP,	 /* the only one that asks a provider */
	REP_PF_ERROR,	 /* error(8), also as `retry` */
	REP_PF_LOCAL,	 /* lmtp, local, virtual, pipe, discard: no delivery to a provider */
	REP_PF_QMGR,
	REP_PF_CLEANUP
};

enum rep_postfix_kind {
	REP_PF_OTHER = 0,
	REP_PF_DELIVERY, /* to=<..>, relay=.., status=.. */
	REP_PF_QUEUED,	 /* from=<..>, size=.., nrcpt=.. (queue active) */
	REP_PF_EXPIRED,	 /* from=<..>, status=expired */
	REP_PF_REMOVED,
	REP_PF_MESSAGE_ID,
	REP_PF_HEADER, /* a List-Id or Feedback-ID that header_checks logged */
	REP_PF_SAMPLE  /* "host H said: .." without a recipient */
};

struct rep_postfix {
	enum rep_postfix_kind kind;
	struct rep_str queue_id;
	struct rep_str to, orig_to, relay, dsn,
	    text;		/* DELIVERY; text without its brackets; SAMPLE: text */
	double delay_s;		/* < 0: not said */
	enum rep_status status; /* NONE: one of another kind (undeliverable) */
	struct rep_str from;	/* QUEUED, EXPIRED */
	struct rep_str value;	/* MESSAGE_ID, HEADER */
	bool feedback;		/* HEADER: Feedback-ID, else List-Id */
	bool whole;		/* DELIVERY: the closing bracket is there */
};

/*
 * The daemon of a syslog tag ("postfix/out-a/smtp"), and its syslog_name ("postfix/out-a");
 * REP_PF_NONE when the tag is none of interest.
 */
enum rep_postfix_daemon rep_postfix_tag(struct rep_str tag, struct rep_str *syslog_name);

/* Takes a message apart; kind OTHER when it says nothing that counts. */
void rep_postfix_parse(enum rep_postfix_daemon d, struct rep_str message, struct rep_postfix *out);

/* "mx.example.net[192.0.2.1]:25" -> name, address text, port (0: none). "none" has an empty name. */
void rep_postfix_relay(
    struct rep_str relay, struct rep_str *name, struct rep_str *address, unsigned *port);

#endif
