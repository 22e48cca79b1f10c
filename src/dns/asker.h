/*
 * dns/asker.h -- asks DNS servers (c-ares) and takes their answers apart: what a locked process does.
 *
 * It opens no socket itself: its owner hands it one for each server, so that it can run where nothing
 * can be opened (serve/resolver.h). There is no cache, no budget, and no question is asked twice for
 * another reason than that a server was silent, failed, cut its answer or does not know EDNS.
 *
 * Questions carry EDNS (1232 bytes) and a random id; a truncated answer is asked for again over TCP.
 * A server that fails or stays silent is followed by the next one. Aliases that lead out of what
 * one server told are asked for by themselves.
 *
 * Of a server two things are kept until the end of the process, for all ways to it:
 *
 * - It does not know EDNS: it answered FORMERR without an OPT record, or NOTIMP, and the same question
 *   without EDNS got another answer (RFC 6891, 6.2.2 and 7). Questions to it carry none from then on.
 * - It is mute: it said nothing at all from the moment a question went out until its time was over.
 *   From then on other servers are asked instead of it, so that its silence is waited for once and
 *   not in each round of questions. When all are mute, the one that spoke last is asked. The next word
 *   from it ends this. One name that nobody answers for can make a good server look mute for a while;
 *   nothing is lost, because another server is asked, or this one when there is no other.
 *
 * One for each process, until its end. Not for several threads.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_DNS_ASKER_H
#define REP_DNS_ASKER_H

#include "dns/answer.h"
#include "dns/servers.h"

enum {
	REP_ASKER_WINDOW = 400,	     /* questions under way */
	REP_ASKER_DIRECT = 64,	     /* name servers asked by themselves */
	REP_ASKER_TIMEOUT_MS = 5000, /* for one question at one server, unless told */
	/* Descriptors: of each server one for UDP, one for TCP, and one of each that is closing. */
	REP_ASKER_SOCKETS = 4 * (REP_DNS_SERVERS + REP_ASKER_DIRECT)
};

/* A question. `at`: a name server asked by itself, past the servers; version 0: the servers. */
struct rep_asker_question {
	struct rep_dns_server at;
	bool tcp;	/* at: over TCP alone */
	bool unchecked; /* the servers: with CD (dns/answer.h) */
	struct rep_name name;
	uint16_t type;
};

/* Who answered last: the index of a server, or one of these. */
enum { REP_ASKER_NOBODY = 255, REP_ASKER_AT = 254 };

struct rep_asker_answer {
	struct rep_dns_answer a; /* its server is NULL */
	unsigned server;
	/* Of all answers so far: one could be read; and one was a recursing server's (RA). */
	bool any, recursed;
};

struct rep_asker_params {
	struct rep_dns_server servers[REP_DNS_SERVERS];
	unsigned servers_n;
	int timeout_ms; /* for one question at one server */
	/* A socket connected to a server, or -1 (errno). */
	int (*connected)(void *ctx, const struct rep_dns_server *to, bool tcp);
	/* Once for each question. Valid during the call. */
	void (*answered)(void *ctx, unsigned slot, const struct rep_asker_answer *answer);
	void *ctx;
};

struct rep_asker;

/* REP_EMEM when the channels cannot be set up. */
enum rep_rc rep_asker_new(
    const struct rep_asker_params *o, struct rep_asker **out, struct rep_err *err) REP_NODISCARD;

/* Takes a question; it is sent in the next turn. False: the slot is not free, or there is none. */
bool rep_asker_ask(struct rep_asker *k, unsigned slot, const struct rep_asker_question *q);

/*
 * Sends what waits, sleeps until something came, 10 ms at most while questions are under way, and
 * calls back. True: `fd` can be read, too.
 */
bool rep_asker_turn(struct rep_asker *k, int fd);

#endif
