/*
 * intake/mta.h -- a line of any mail server's log, in one struct.
 *
 * Each server is a module that takes one message apart into struct rep_mta_line, and a row of
 * the table in mta_formats.c. What follows (open queue ids, replies, labels, facts) is the same for
 * all and knows no server by name. A new server is a module and a row.
 *
 * Pure: views point into the message.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_MTA_H
#define REP_INTAKE_MTA_H

#include "base/err.h"
#include "fact/words.h"

enum rep_mta_kind {
	REP_MTA_OTHER = 0,
	REP_MTA_DELIVERY, /* an attempt at one recipient */
	REP_MTA_QUEUED,	  /* who sent the message */
	REP_MTA_EXPIRED,  /* the server gave up on all recipients that are left */
	REP_MTA_REMOVED,  /* nothing more comes of this queue id */
	REP_MTA_MESSAGE_ID,
	REP_MTA_HEADER, /* a List-Id or Feedback-ID */
	REP_MTA_SAMPLE	/* a reply that is tied to no recipient */
};

/* n == 0: not said. */
struct rep_mta_line {
	enum rep_mta_kind kind;
	struct rep_str queue_id;
	/* DELIVERY */
	struct rep_str to, orig_to;
	struct rep_str host;	/* who was spoken to; n == 0: nobody was reached */
	struct rep_str address; /* its address as logged; no address at all: a local socket */
	unsigned port;		/* 0: not said */
	enum rep_status status; /* NONE: an attempt of another kind */
	double delay_s;		/* < 0: not said */
	struct rep_str dsn;	/* enhanced code, as the server has it */
	struct rep_str text;	/* the reply, or the server's own words; SAMPLE too */
	bool asked;		/* by SMTP to another host: own words are evidence too */
	bool codeless;		/* the server logs a reply's meaning without its code */
	bool whole;		/* it ends as it should: an open last line can be used */
	/* the others */
	struct rep_str from;  /* QUEUED, EXPIRED */
	struct rep_str value; /* MESSAGE_ID, HEADER */
	bool feedback;	      /* HEADER: Feedback-ID, else List-Id */
};

/* Called for each thing a message says; another rc than REP_OK ends it. */
typedef enum rep_rc (*rep_mta_fn)(void *ctx, const struct rep_mta_line *line);

/* What a syslog tag says of its writer. */
struct rep_mta_tag {
	int daemon;	     /* the format's own number */
	struct rep_str name; /* the instance, within the tag: it names the label */
};

#endif
