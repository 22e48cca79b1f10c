/*
 * serve/resolve_msg.h -- messages between the owner of a resolver and the process that asks DNS
 * (serve/resolver.h).
 *
 * To it: BEGIN with the servers, ASK for each question (its id is the slot), CONNECTED with a socket
 * or the reason for none. From it: BEGUN, CONNECT when it needs a socket, ANSWER.
 *
 * Pure. What comes from that process is compared with its range, because strangers may have taken it
 * over: a name that is none, a number outside its enum, a length beyond the payload, records with a
 * state that has none or of another kind than was asked make the message bad, and its sender is not
 * believed any more. The bytes of a TXT record may be any, as those of the network are.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_RESOLVE_MSG_H
#define REP_SERVE_RESOLVE_MSG_H

#include "dns/asker.h"
#include "serve/msg.h"

enum {
	/* A packet to the process: some questions, or one other message. */
	REP_RESOLVE_PACKET = 8 << 10,
	/* One question. */
	REP_RESOLVE_ASK_MAX = REP_MSG_HEADER + 32 + REP_NAME_MAX,
	/* 4,096 records (dns/msg.c), each with a name; their data is within 64 KiB. */
	REP_RESOLVE_RECORDS_MAX = 4096,
	REP_RESOLVE_MAX = 2 << 20
};

/* BEGIN. */
struct rep_resolve_begin {
	struct rep_dns_server servers[REP_DNS_SERVERS];
	unsigned servers_n;
	int timeout_ms;
};
void rep_resolve_put_begin(struct rep_buf *out, const struct rep_resolve_begin *b);
enum rep_rc rep_resolve_get_begin(
    const struct rep_msg *m, struct rep_resolve_begin *b, struct rep_err *err) REP_NODISCARD;

/* BEGUN. rc: it cannot ask, for the reason `why`. */
void rep_resolve_put_begun(struct rep_buf *out, enum rep_rc rc, struct rep_str why);
enum rep_rc rep_resolve_get_begun(const struct rep_msg *m, enum rep_rc *rc, struct rep_str *why,
    struct rep_err *err) REP_NODISCARD;

/* ASK. */
void rep_resolve_put_ask(struct rep_buf *out, unsigned slot, const struct rep_asker_question *q);
enum rep_rc rep_resolve_get_ask(
    const struct rep_msg *m, struct rep_asker_question *q, struct rep_err *err) REP_NODISCARD;

/* CONNECT, and what came of it: an errno, or 0 and the socket beside the message. */
void rep_resolve_put_connect(struct rep_buf *out, const struct rep_dns_server *to, bool tcp);
enum rep_rc rep_resolve_get_connect(const struct rep_msg *m, struct rep_dns_server *to, bool *tcp,
    struct rep_err *err) REP_NODISCARD;
void rep_resolve_put_connected(struct rep_buf *out, int error);
enum rep_rc rep_resolve_get_connected(
    const struct rep_msg *m, int *error, struct rep_err *err) REP_NODISCARD;

/* ANSWER: to the question in the slot m->id. */
void rep_resolve_put_answer(
    struct rep_buf *out, unsigned slot, const struct rep_asker_answer *answer);
/*
 * What is said of `q` by one of `servers` servers. Records are copied into the arena; when it is
 * full, the answer is REP_DNS_LIMIT. A message without records allocates nothing.
 */
enum rep_rc rep_resolve_get_answer(const struct rep_msg *m, const struct rep_asker_question *q,
    unsigned servers, struct rep_arena *a, struct rep_asker_answer *out,
    struct rep_err *err) REP_NODISCARD;

#endif
