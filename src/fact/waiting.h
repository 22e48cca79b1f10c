/*
 * fact/waiting.h -- what waits in a mail server's queue, and who keeps it from leaving. Types only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_WAITING_H
#define REP_FACT_WAITING_H

#include "base/str.h"

/* Who keeps the mail from leaving. Saved as numbers: append, never renumber. */
enum rep_wait {
	REP_WAIT_REFUSED = 0, /* the other side, or nobody could be reached */
	REP_WAIT_TRANSPORT,   /* ourselves: defer_transports, or a filter that hides the MX hosts */
	REP_WAIT_HELD,	      /* ourselves: it is in the hold queue (postsuper -h, a HOLD action) */
	REP_WAIT_NEW,	      /* nobody yet: it was not tried, or is being tried now */
	REP_WAIT_BROKEN,      /* ourselves: its transport is not there, or does not work */
	REP_WAIT_N
};
/* "refused", "deferred-transport", "held", "new", "no-transport" */
const char *rep_wait_word(enum rep_wait v);

/* Whether the mail waits because its own server does not try: then no provider refuses it. */
bool rep_wait_is_own(enum rep_wait v);

/* What waits for one provider for one reason. A message counts in each row that it belongs to. */
struct rep_waiting_mail {
	struct rep_str host;	 /* the log host; n == 0: not known (a listing of the queue) */
	struct rep_str provider; /* an id of know, or "other" */
	struct rep_str domain;	 /* for "other": of the mail host, or of the recipients */
	enum rep_wait wait;
	uint64_t messages, recipients;
	int64_t since_s;   /* since when the first of them waits for this reason; 0: not known */
	int64_t oldest_s;  /* when the oldest of the messages came in; 0: not known */
	int64_t expires_s; /* when the first is given up; 0: not known, or never by itself */
	uint64_t expiring; /* messages given up within a day */
};

/* Mail of a log host whose deliveries are not in what was read. */
struct rep_unseen {
	struct rep_str host;
	uint64_t messages, recipients;
	int64_t first_s, last_s;
	struct rep_str sender_domain; /* of one of them; n == 0: bounces, or not known */
};

/* All that is known of what waits, at one moment. */
struct rep_waits {
	const struct rep_waiting_mail *v; /* most messages first */
	size_t n;
	uint64_t left_out;  /* recipients of rows beyond the limit */
	int64_t at_s;	    /* as it was then; 0: nothing is known */
	bool listed;	    /* from a listing of the queue; false: from the log */
	int64_t lifetime_s; /* how long the server tries */
	bool asked;	    /* the server said so; false: Postfix' default */
	const struct rep_unseen *unseen;
	size_t unseen_n;
	uint64_t forwarded; /* open messages of the log whose sender is SRS0=: mail of others */
};

#endif
