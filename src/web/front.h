/*
 * web/front.h -- the process that strangers reach: HTTP for the page and its API (web/door.h).
 *
 * It has no file, no database and no network but what is connected to it: it is locked as a worker is (serve/sandbox.h).
 * Whatever it shows, it asks the desk for (serve/web_msg.h), the other end of a socket. It keeps sessions, how often
 * passwords were tried, which tokens were good in the last minutes, and answers, for the next who asks (web/cache.h). All of that is
 * lost when it ends; then the desk starts another one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_WEB_FRONT_H
#define REP_WEB_FRONT_H

#include "base/err.h"

enum {
	REP_FRONT_LISTEN_MAX = 4,
	/* At once, for each place where it listens: 200 who look on by events, and others. */
	REP_FRONT_CONNECTIONS_MAX = 512,
	REP_FRONT_VIEWERS_MAX = 256, /* of events */
	/*
	 * A body has to be here after this, or its connection ends; headers after this and the idle time. Judgement: a
	 * phone in a train.
	 */
	REP_FRONT_REQUEST_S = 30,
	REP_FRONT_ANSWER_S =
	    300, /* an answer has to be taken after this, but for events. Judgement: 32 MB at 100 kB/s */
	REP_FRONT_IDLE_S =
	    75, /* a connection without a request: longer than proxies keep theirs (nginx: 60 s) */
	REP_FRONT_TOKENS_MAX = 64, /* that were good, and are not asked for again for a while */
	/* Bytes of bodies for /sns/ that are here at once, whole or not: anybody may send them. */
	REP_FRONT_POSTED_MAX = 64 << 20,
	REP_FRONT_MEMORY = 512 << 20
};

struct rep_front_place {
	int fd;	    /* listens already, and does not block */
	bool local; /* a path, not an address: any Host goes, and X-Forwarded-For is the proxy's */
};

struct rep_front_params {
	struct rep_front_place places[REP_FRONT_LISTEN_MAX];
	size_t places_n;
	int desk; /* a connected socket of packets that does not block */
	char *
	    slots; /* REP_WEB_SLOTS of REP_WEB_SLOT bytes, which the desk has, too (serve/web_msg.h) */
	struct rep_str url; /* as people see it, "https://host/sub", or empty */
	int64_t (*clock_s)(void);
};

/* Loads what it needs, locks itself, and serves until the desk is gone. REP_EIO. */
enum rep_rc rep_front_run(const struct rep_front_params *o, struct rep_err *err) REP_NODISCARD;

#endif
