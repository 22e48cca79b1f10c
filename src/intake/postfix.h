/*
 * intake/postfix.h -- reads one Postfix log message.
 *
 * Postfix 2.3 to 3.x: short and long queue ids, any syslog_name, any daemon. Pure. The views point
 * into the message.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_POSTFIX_H
#define REP_INTAKE_POSTFIX_H

#include "intake/mta.h"

enum rep_postfix_daemon {
	REP_PF_NONE = 0, /* not Postfix, or a daemon that says nothing about deliveries */
	REP_PF_SMTP,	 /* the only one that asks a provider */
	REP_PF_ERROR,	 /* error(8), also as `retry` */
	REP_PF_LOCAL,	 /* lmtp, local, virtual, pipe, discard: not to a provider */
	REP_PF_QMGR,
	REP_PF_CLEANUP,
	REP_PF_SMTPD,  /* also submission and smtps: who handed it in */
	REP_PF_PICKUP, /* the same, by sendmail(1) */
	REP_PF_UNIT    /* journalctl -o with-unit names the unit; the message tells the daemon */
};

/*
 * The daemon in a syslog tag ("postfix/out-a/smtp"), and its syslog_name ("postfix/out-a").
 * REP_PF_NONE when the tag is of no interest.
 */
enum rep_postfix_daemon rep_postfix_tag(struct rep_str tag, struct rep_str *syslog_name);

/* Reads a message. kind is OTHER when it says nothing that counts. */
void rep_postfix_parse(enum rep_postfix_daemon d, struct rep_str message, struct rep_mta_line *out);

/*
 * Splits "mx.example.net[192.0.2.1]:25" into name, address and port (0: none). "none" gives an
 * empty name.
 */
void rep_postfix_relay(
    struct rep_str relay, struct rep_str *name, struct rep_str *address, unsigned *port);

/*
 * Who keeps a recipient waiting, by the words of the last attempt; NEW when there are none. Mail of
 * a transport in defer_transports, and mail whose MX hosts a filter hides, was given to nobody.
 */
enum rep_wait rep_postfix_waits(struct rep_str reason);

/* For the table in intake/mta_formats.c. */
bool rep_postfix_recognise(struct rep_str tag, struct rep_mta_tag *out);
enum rep_rc rep_postfix_read(int daemon, struct rep_str message, rep_mta_fn fn, void *ctx);

#endif
