/*
 * engine/alert.h -- what is told to a person who is not looking.
 *
 * An alert opens, is updated, and is resolved. Each of these is a message. A message is built once, and goes to
 * every channel (act/channel.h) until that has taken it. It may arrive twice; its id tells a receiver so.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_ALERT_H
#define REP_ENGINE_ALERT_H

#include "base/str.h"

enum rep_alert_event {
	REP_ALERT_OPENED = 0,
	REP_ALERT_UPDATED,
	REP_ALERT_RESOLVED,
	REP_ALERT_TEST,	  /* asked for by a person; opens nothing */
	REP_ALERT_DIGEST, /* of a week; its alert is over at once */
	REP_ALERT_EVENTS
};

/* "opened", "updated", "resolved", "test", "digest" */
const char *rep_alert_event_word(enum rep_alert_event e);

/* All strings are borrowed, and are UTF-8 without control characters but for line ends in `text`. */
struct rep_alert_message {
	struct rep_str
	    id; /* of this message: letters, digits, '-'. The same each time it is sent */
	struct rep_str alert; /* of its alert: the same from opened to resolved */
	enum rep_alert_event event;
	int64_t at_s;	      /* when it was found */
	struct rep_str title; /* one line, without a full stop */
	struct rep_str
	    text; /* for people: what, since when, how much, what to do; ends with a line end */
	struct rep_str host; /* where reputed runs */
};

#endif
