/*
 * dns/answer.h -- the answer to a DNS question, and the interface through which evaluators ask.
 *
 * Negative answers (the server says: no such name, no such record) differ from failures (we
 * could not find out): a failure is never reported as "there is none".
 *
 * An evaluator is a pure function over a view. If the view does not have an answer yet, it
 * returns NULL. The evaluator then returns "more answers needed", and is called again from the
 * beginning when they are there. So it needs no loop, no callbacks and no state of its own, and the same
 * code runs over the network (dns/resolver.h) and over zones in memory (dns/zone.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_DNS_ANSWER_H
#define REP_DNS_ANSWER_H

#include "dns/msg.h"

enum rep_dns_state {
	REP_DNS_YES = 0,  /* there are records */
	REP_DNS_NODATA,	  /* the name is there, such a record is not */
	REP_DNS_NXDOMAIN, /* the name is not there */
	REP_DNS_SERVFAIL, /* from here on: could not find out */
	REP_DNS_REFUSED,
	REP_DNS_OTHER_RCODE,
	REP_DNS_TIMEOUT,
	REP_DNS_NETWORK,   /* no route, connection refused */
	REP_DNS_MALFORMED, /* an answer nobody can read, or to another question */
	REP_DNS_LIMIT,	   /* not asked: a limit of ours */
	REP_DNS_LATE,	   /* the time for all questions together was over */
	REP_DNS_STATE_N
};

static inline bool
rep_dns_failed(enum rep_dns_state s)
{
	return s >= REP_DNS_SERVFAIL;
}

/* A name server asked by itself, past the resolver. version 0: the resolver. */
struct rep_dns_at {
	struct rep_ip ip;
	bool tcp;
	bool unchecked; /* the resolver: also an answer whose signatures are wrong (CD) */
};

enum { REP_DNS_CHAIN_MAX = 12 };

struct rep_dns_answer {
	struct rep_name name;
	uint16_t type;
	enum rep_dns_state state;
	int rcode;		      /* -1: no answer came */
	const struct rep_dns_rr **rr; /* of the type asked, in the order of the message */
	size_t n;
	unsigned cnames; /* aliases followed */
	bool chain_loops;
	struct rep_name canonical; /* where they led */
	bool authoritative, authentic, truncated, tcp;
	size_t size;	/* bytes of the message */
	uint32_t ttl_s; /* of records the least, of a negative answer the SOA's; 0 of failures */
	int64_t took_us;
	const char *server; /* "192.0.2.53" or "192.0.2.53:5353"; NULL: none was asked */
};

struct rep_dns_view {
	/* NULL: not known yet. The answer lives as long as what is behind the view. */
	const struct rep_dns_answer *(*get)(
	    void *ctx, const struct rep_dns_at *at, const struct rep_name *name, uint16_t type);
	void *ctx;
};

static inline const struct rep_dns_answer *
rep_dns_get(const struct rep_dns_view *v, const struct rep_name *name, uint16_t type)
{
	return v->get(v->ctx, NULL, name, type);
}

/*
 * Fills `out` (name and type set) from a message: follows aliases within it, picks the records.
 * The records point into the message's arena. False: it answers another question.
 */
bool rep_dns_answer_from(
    const struct rep_dns_msg *m, struct rep_arena *a, struct rep_dns_answer *out);

/* The type of the record that leads to an address: A or AAAA. */
static inline uint16_t
rep_dns_address_type(const struct rep_ip *ip)
{
	return ip->version == 6 ? REP_DNS_AAAA : REP_DNS_A;
}

/*
 * The records of an MX answer in the order in which mail is tried: by preference, and those of one preference by name,
 * so that the order of the message changes nothing. The first `max` of them; a null MX is left out (RFC 7505). Returns
 * how many.
 */
size_t rep_dns_mx_first(const struct rep_dns_answer *mx, const struct rep_dns_rr **out, size_t max);

/* "NXDOMAIN", "no answer in time": for people. */
const char *rep_dns_state_text(enum rep_dns_state s);

#endif
