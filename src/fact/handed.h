/*
 * fact/handed.h -- who handed mail in, and how much in which hour. Types only.
 *
 * A name is "login jo@shop.example", "client 203.0.113.7" or "uid 33": the login that the mail
 * server checked, else the address of the client when it is another host, else the local user. It
 * is what the log says, and may be a person's address.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_HANDED_H
#define REP_FACT_HANDED_H

#include "base/str.h"

enum rep_who { REP_WHO_LOGIN = 0, REP_WHO_CLIENT, REP_WHO_UID, REP_WHO_N };

/* "login", "client", "uid" */
const char *rep_who_word(enum rep_who kind);

enum { REP_WHO_NAME_MAX = 128, REP_WHO_MAX = REP_WHO_NAME_MAX + 8 };

/*
 * Writes "KIND NAME" to buf. n == 0: the name is empty, longer than REP_WHO_NAME_MAX, or has other
 * bytes than visible ASCII, so that what comes from a log can be printed.
 */
struct rep_str rep_who_text(enum rep_who kind, struct rep_str name, char buf[REP_WHO_MAX]);
/* The kind and the name of such a text. False when it is none. */
bool rep_who_split(struct rep_str who, enum rep_who *kind, struct rep_str *name);

struct rep_handed_hour {
	int64_t from_s; /* start of the hour */
	uint32_t n;	/* recipients of other hosts, each counted at the first attempt */
	bool at_most;	/* not counted: before this hour, no hour had more than n */
};

struct rep_handed {
	struct rep_str host; /* the log host, as it begins a label */
	struct rep_str who;
	/* Ascending. */
	const struct rep_handed_hour *hours;
	size_t hours_n;
};

#endif
