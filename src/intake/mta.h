/*
 * intake/mta.h -- one line of any mail server's log, in one struct.
 *
 * Each server has a module that splits one message into struct rep_mta_line, and a row in the table
 * in mta_formats.c. Everything after that (open queue ids, replies, labels, facts) is the same for
 * all servers, and knows none by name. A new server needs a module and a row.
 *
 * Pure. The views point into the message.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_MTA_H
#define REP_INTAKE_MTA_H

#include "base/err.h"
#include "fact/waiting.h"
#include "fact/words.h"

enum rep_mta_kind {
	REP_MTA_OTHER = 0,
	REP_MTA_DELIVERY, /* an attempt at one recipient */
	REP_MTA_QUEUED,	  /* the sender of the message */
	REP_MTA_EXPIRED,  /* the server gave up on all recipients that were left */
	REP_MTA_REMOVED,  /* this queue id does not occur again */
	REP_MTA_MESSAGE_ID,
	REP_MTA_HEADER,	   /* a List-Id or Feedback-ID */
	REP_MTA_SAMPLE,	   /* a reply that belongs to no recipient */
	REP_MTA_UNREACHED, /* a host did not answer: own words, without queue id and recipient */
	REP_MTA_HANDED	   /* who handed the message in: its first line */
};

/* n == 0: not said. */
struct rep_mta_line {
	enum rep_mta_kind kind;
	struct rep_str queue_id;
	/* DELIVERY */
	struct rep_str to, orig_to;
	struct rep_str host;	/* the host on the other side; n == 0: none was reached */
	struct rep_str address; /* as logged; none, although host is set: a local socket */
	unsigned port;		/* 0: not said */
	enum rep_status status; /* NONE: an attempt of another kind */
	double delay_s;		/* < 0: not said */
	struct rep_str dsn;	/* enhanced code, as the server logs it */
	struct rep_str
	    text;   /* the reply, or the server's own words; also for SAMPLE and UNREACHED */
	bool asked; /* by SMTP to another host: own words are evidence too */
	bool local; /* by a daemon that asks no other host */
	enum rep_wait waits; /* of a deferred one: who keeps it from leaving */
	bool codeless;	     /* the server logs what a reply means, without its code */
	bool whole;	     /* the line is complete, so an open last line can be used */
	/* For the other kinds: */
	struct rep_str from;  /* QUEUED, EXPIRED */
	unsigned recipients;  /* QUEUED: how many it is now sent to; 0: not said */
	struct rep_str value; /* MESSAGE_ID, HEADER */
	bool feedback;	      /* for HEADER: it is Feedback-ID; false: List-Id */
	/* HANDED. Also QUEUED, where one line says both. The best that is said: login, client, uid. */
	struct rep_str login, client, uid;
	struct rep_str orig_id; /* the queue id that it had before a filter gave it back */
	/*
	 * The connection that a login or a message came over, where the log says who logged in before
	 * there is a queue id: its id, or the process that wrote the line (by_process: whoever knows it
	 * puts it there). A HANDED line without queue_id is of the connection; REMOVED without queue_id
	 * ends it.
	 */
	struct rep_str session;
	bool by_process;
};

/* Called for each thing that a message says. Any rc but REP_OK ends it. */
typedef enum rep_rc (*rep_mta_fn)(void *ctx, const struct rep_mta_line *line);

/* What a syslog tag says about the program that wrote the line. */
struct rep_mta_tag {
	int daemon;	     /* a number of the format's own */
	struct rep_str name; /* the instance, a part of the tag: it names the label */
};

#endif
