/*
 * serve/web_msg.h -- messages between the front of the page (web/front.h), which strangers reach, and the desk
 * (cli/desk.h), which reads the database for it.
 *
 * From the front: READY once, then ASK. To it: ANSWER for each ASK, in any order, with the id of it, CHANGED when the
 * database has something new, and USERS, with all accounts, at first and when they are others. The body of an answer is
 * not in the message: its descriptor is beside it. What SNS posts is not, either: it is in memory that both ends have had since
 * before the front began. A packet is one message.
 *
 * Pure. Each end takes the other for a stranger: a number outside its range, a length that does not fit, a byte too many
 * make the message bad. Views point into the packet.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_WEB_MSG_H
#define REP_SERVE_WEB_MSG_H

#include "serve/msg.h"
#include "serve/sandbox.h"

enum {
	/* Bytes of a packet: a body of REP_DOOR_BODY_MAX, or all accounts. Debian's sockets send 212,992 at once. */
	REP_WEB_MSG_MAX = 64 << 10,
	REP_WEB_PARAMS_MAX = 32,
	REP_WEB_SENTENCE_MAX = 2048,
	REP_WEB_ASKS_MAX = 64, /* of them on their way at once; the front has the others wait */
	REP_WEB_ANSWER_MAX =
	    32 << 20, /* bytes of a body; a larger one is refused, and said to be */
	REP_WEB_SLOTS =
	    32, /* messages of SNS on their way at once, in memory that both ends have */
	REP_WEB_SLOT = 1 << 20 /* bytes of each */
};

enum rep_web_kind {
	REP_WEB_RESOURCE = 0, /* a row of the API */
	REP_WEB_LOGIN,	      /* who: the name; body: the password */
	REP_WEB_TOKEN,	      /* body: the token */
	REP_WEB_SNS,	      /* who: the name; resource: the slot that has the event; posted */
	REP_WEB_KINDS
};

struct rep_web_ask {
	enum rep_web_kind kind;
	unsigned resource;			   /* REP_WEB_RESOURCE: its number */
	struct rep_str params[REP_WEB_PARAMS_MAX]; /* by number; p == NULL: not given */
	struct rep_str who;			   /* who asks, for what writes */
	struct rep_str body;
	size_t posted; /* REP_WEB_SNS: bytes in the slot */
};

enum rep_web_outcome {
	REP_WEB_FINE = 0,
	REP_WEB_USAGE,	/* asked for wrongly: why */
	REP_WEB_NONE,	/* what it is about is not there */
	REP_WEB_DENIED, /* name, password or token */
	REP_WEB_FAILED, /* could not work: why */
	REP_WEB_OUTCOMES
};

struct rep_web_answer {
	enum rep_web_outcome outcome;
	uint64_t took_ms;
	uint64_t generation; /* of the database that it was made from */
	unsigned scopes;     /* LOGIN, TOKEN: of web/users.h, REP_MAY_READ and so on */
	struct rep_str name; /* LOGIN, TOKEN: whose */
	uint64_t mark;	     /* of the account (web/users.h) */
	unsigned status;     /* SNS: of HTTP. 0: the outcome says it */
	struct rep_str why;
};

/* The message in a packet, and nothing else. REP_ESYNTAX. */
enum rep_rc rep_web_take(
    struct rep_str packet, struct rep_msg *m, struct rep_err *err) REP_NODISCARD;

/* False: it does not fit into a packet. */
bool rep_web_put_ask(struct rep_buf *out, uint64_t id, const struct rep_web_ask *a) REP_NODISCARD;
enum rep_rc rep_web_get_ask(
    const struct rep_msg *m, struct rep_web_ask *a, struct rep_err *err) REP_NODISCARD;

void rep_web_put_answer(struct rep_buf *out, uint64_t id, const struct rep_web_answer *a);
enum rep_rc rep_web_get_answer(
    const struct rep_msg *m, struct rep_web_answer *a, struct rep_err *err) REP_NODISCARD;

void rep_web_put_changed(struct rep_buf *out, uint64_t generation);
enum rep_rc rep_web_get_changed(
    const struct rep_msg *m, uint64_t *generation, struct rep_err *err) REP_NODISCARD;

/* USERS: begin, put each, end. */
struct rep_web_user {
	struct rep_str name;
	unsigned scopes;
	uint64_t mark;
};
size_t rep_web_begin_users(struct rep_buf *out);
void rep_web_put_user(struct rep_buf *out, const struct rep_web_user *u);
void rep_web_end_users(struct rep_buf *out, size_t begun);
/* All of it is looked at: v has room for `room`. */
enum rep_rc rep_web_get_users(const struct rep_msg *m, struct rep_web_user *v, size_t room,
    size_t *n, struct rep_err *err) REP_NODISCARD;

void rep_web_put_ready(struct rep_buf *out, const struct rep_sandbox *s);
enum rep_rc rep_web_get_ready(
    const struct rep_msg *m, struct rep_sandbox *s, struct rep_err *err) REP_NODISCARD;

#endif
