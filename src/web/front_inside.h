/*
 * web/front_inside.h -- what the files of the front share. Only they include it.
 *
 * A request is an exchange from its first line to its last byte. While something is waited for, its connection sleeps:
 * libmicrohttpd is told to suspend it, and is called again when it is resumed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_WEB_FRONT_INSIDE_H
#define REP_WEB_FRONT_INSIDE_H

#include "base/budget.h"
#include "base/ip.h"
#include "serve/web_msg.h"
#include "web/cache.h"
#include "web/door.h"
#include "web/front.h"
#include "web/logins.h"
#include "web/mhd.h"
#include "web/sessions.h"

#define REP_FRONT_COOKIE "reputed"

struct sockaddr;

_Static_assert(
    (int)REP_QUERY_N <= (int)REP_WEB_PARAMS_MAX, "a question has room for each parameter");
_Static_assert((int)REP_RESOURCE_N <= 64, "round_changed has a bit for each resource");

enum { EVENTS_KEPT = 32, EVENT_TEXT = 2048, NAME_ROOM = REP_USER_NAME_MAX + 1 };

/* Who a request is from. */
struct front_who {
	bool known, by_cookie;
	unsigned scopes;
	char name[NAME_ROOM];
};

enum front_stage {
	FRONT_NEW = 0, /* its headers are not read yet */
	FRONT_BODY,    /* its body comes */
	FRONT_WAITS,   /* for the desk: suspended */
	FRONT_READY,   /* its answer is there: resumed */
	FRONT_EVENTS,  /* it looks on */
	FRONT_DONE     /* answered */
};

struct exchange {
	struct front *f;
	struct exchange *next, *before;
	struct MHD_Connection *connection;
	bool local; /* of the place where it came in */
	enum front_stage stage;
	int64_t begun_ms;
	struct rep_arena *a;
	struct rep_door_request q;
	struct rep_door door;
	struct front_who who;
	struct rep_buf body;
	size_t posted;		  /* bytes of it that count in those of the front */
	uint64_t asked;		  /* the question of its own that it waits for; 0: none */
	bool token;		  /* that question was about its token */
	struct rep_cached *entry; /* the entry that it waits for */
	bool suspended;
	/* What it is answered with. */
	unsigned status;
	const char *type;
	struct rep_buf answer;
	struct rep_str file; /* instead of it: bytes of the program; p == NULL: none */
	bool packed;	     /* the answer is gzip */
	char etag[72];
	char cookie[200];
	int64_t retry_s;
	/* FRONT_EVENTS */
	uint64_t seen;	  /* events */
	size_t told;	  /* bytes of the next one */
	int64_t quiet_ms; /* when it was told something last */
};

/* A connection of libmicrohttpd. */
struct front_line {
	struct front_line *next, *before;
	int fd;
	int64_t since_ms; /* it has had no whole request since then */
	unsigned busy;	  /* requests that are whole and not answered */
};

struct front_token {
	unsigned char hash[REP_HASHED_BYTES];
	struct front_who who;
	int64_t until_ms; /* 0: free */
};

struct front_event {
	uint64_t nth;
	char text[EVENT_TEXT];
	size_t n;
};

struct front {
	const struct rep_front_params *o;
	struct rep_mhd mhd;
	struct MHD_Daemon *daemons[REP_FRONT_LISTEN_MAX];
	struct rep_str base, host;
	bool secure; /* the url is https: the cookie, too */
	struct exchange *all;
	struct front_line *lines;
	uint64_t last_id;
	unsigned asked; /* questions on their way */
	struct rep_buf out;
	struct rep_cache cache;
	struct rep_sessions sessions;
	struct rep_logins logins;
	struct front_token tokens[REP_FRONT_TOKENS_MAX];
	struct rep_budget tried;       /* tokens that nobody knows; in milliseconds */
	uint64_t slots[REP_WEB_SLOTS]; /* the question that each is of; 0: it is free */
	size_t posted;		       /* bytes of the bodies of SNS that are here */
	uint64_t generation;
	int64_t acted_ms; /* something was written last */
	/* Making anew what is looked at. */
	int64_t round_ms,
	    next_round_ms;	/* when it began, 0: it does not run; when the next one may */
	uint64_t round_changed; /* 1 << enum rep_resource */
	uint64_t events_n;
	struct front_event events[EVENTS_KEPT];
	unsigned viewers;
	bool gone; /* the desk is */
	int64_t now_ms;
};

/* front_ask.c: questions to the desk, and what comes back. */

/* Sends it, and returns its id. 0: too many are on their way, or it is too long. */
uint64_t front_ask(struct front *f, const struct rep_web_ask *a);
/* The same with the body of x, as REP_WEB_SNS. */
uint64_t front_ask_sns(struct front *f, const struct exchange *x);
/* Asks for the entry, if it is not on its way. False: that cannot be done now. */
bool front_ask_entry(struct front *f, struct rep_cached *e);
/* Reads what the desk has sent. */
void front_hear(struct front *f);
/* Begins, or goes on with, making anew what is looked at. */
void front_round(struct front *f);

/* front_request.c: what is done about a request. */

/* All of it is here. Afterwards it is ready, waits, or looks on. */
void front_request(struct exchange *x);
/* Answers that too much is asked for at once. */
void front_busy(struct exchange *x);
/* The answer to its own question; body: of the descriptor beside it. */
void front_answered(struct exchange *x, const struct rep_web_answer *a, struct rep_str body);
/* Its entry has an answer (or NULL: why not). */
void front_entry_there(
    struct exchange *x, const struct rep_cached *e, const struct rep_web_answer *a);
/* Its headers are here. False: it is refused already, and is ready. */
bool front_headers(struct exchange *x);

/* front_reply.c */

/* Sets the answer of an exchange: an error, JSON, or an entry. Then it is ready. */
void front_refuse(struct exchange *x, unsigned status, const char *title, const char *act,
    const char *why, ...) REP_PRINTF(5, 6);
void front_error(struct exchange *x);
void front_give(struct exchange *x, const struct rep_cached *e);
/* Gives the answer to libmicrohttpd. */
enum MHD_Result front_reply(struct exchange *x);
/* One that looks on: the response whose bytes are events. */
enum MHD_Result front_look_on(struct exchange *x);
/* Tells all who look on which paths have changed. */
void front_tell(struct front *f, uint64_t changed);
/* Wakes those who look on and have been told nothing for a while, so that proxies keep them. */
void front_beat(struct front *f);

/* front.c */

bool front_address(const struct sockaddr *from, struct rep_ip *ip);
/* Lets an exchange sleep, and wakes it. */
void front_sleep(struct exchange *x);
void front_wake(struct exchange *x);

#endif
