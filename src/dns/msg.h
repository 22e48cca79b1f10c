/*
 * dns/msg.h -- DNS messages, RFC 1035: reads messages into records, and writes the queries we send.
 *
 * Messages come from the network and may be hostile: wrong lengths, names that point at
 * themselves. Every length is checked against the end of the message, and a compressed name may
 * only point backwards (RFC 1035 section 4.1.4). Records go into the caller's arena; its cap limits
 * one message. No network, no clock.
 *
 * A record whose data is not what its type says makes the message bad when it stands in the answer:
 * without it, an answer that cannot be read would be told as "there is none" (a record of SPF cut
 * short), or a set as smaller than it is (an A of 3 bytes among those of a name that SPF allows). Two
 * kinds are skipped, because nothing is lost with them, and the rest is used: a TXT without any string
 * (RDLENGTH 0), which holds no text, and whatever is broken beside the answer, in the authority or
 * additional section. Where a record ends is never guessed: a length beyond the message is the end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_DNS_MSG_H
#define REP_DNS_MSG_H

#include "base/arena.h"
#include "base/err.h"
#include "dns/name.h"

enum {
	REP_DNS_A = 1,
	REP_DNS_NS = 2,
	REP_DNS_CNAME = 5,
	REP_DNS_SOA = 6,
	REP_DNS_PTR = 12,
	REP_DNS_MX = 15,
	REP_DNS_TXT = 16,
	REP_DNS_AAAA = 28,
	REP_DNS_OPT = 41,
	REP_DNS_TLSA = 52,
	REP_DNS_CAA = 257
};

enum rep_dns_section { REP_DNS_ANSWER = 0, REP_DNS_AUTHORITY, REP_DNS_ADDITIONAL };

struct rep_dns_rr {
	const struct rep_name *name;
	uint16_t type;
	uint16_t section; /* enum rep_dns_section */
	uint32_t ttl_s;
	struct rep_ip ip;	       /* A, AAAA */
	const struct rep_name *target; /* NS, CNAME, PTR, MX; of SOA the primary server */
	unsigned number;	       /* MX: preference; SOA: the negative TTL */
	struct rep_str data;	       /* TXT: its strings joined (RFC 7208, 3.3); others: raw */
	unsigned strings;	       /* TXT: how many there were */
};

struct rep_dns_msg {
	uint16_t id;
	bool response, authoritative, truncated, authentic;
	bool edns; /* there is an OPT record: the server knows EDNS */
	int rcode; /* with the upper bits of EDNS */
	bool question;
	struct rep_name qname;
	uint16_t qtype;
	struct rep_dns_rr *rr; /* in the arena */
	size_t n;
};

/* REP_ESYNTAX: no message, or one that contradicts itself. Views point into `wire` and the arena. */
enum rep_rc rep_dns_msg_parse(struct rep_str wire, struct rep_arena *a, struct rep_dns_msg *out,
    struct rep_err *err) REP_NODISCARD;

enum { REP_DNS_QUERY_MAX = 12 + REP_NAME_MAX + 4 + 11, REP_DNS_UDP_SIZE = 1232 };

/* What a question says besides its name and type. */
enum {
	REP_DNS_RECURSE = 1, /* RD, and AD: whether the answer was validated (RFC 6840, 5.7) */
	REP_DNS_UNCHECKED =
	    2,		 /* CD: an answer also when its signatures are wrong (RFC 4035, 3.2.2) */
	REP_DNS_EDNS = 4 /* with EDNS of REP_DNS_UDP_SIZE bytes */
};

/* A question. Returns its length. */
size_t rep_dns_query_make(uint16_t id, unsigned flags, const struct rep_name *name, uint16_t type,
    unsigned char out[REP_DNS_QUERY_MAX]);

/* "TXT"; "TYPE65" for what has no name here. */
const char *rep_dns_type_text(uint16_t type, char buf[16]);
/* 0 when it is none we know. */
uint16_t rep_dns_type_parse(struct rep_str word);

#endif
