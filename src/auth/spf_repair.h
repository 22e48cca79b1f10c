/*
 * auth/spf_repair.h -- what an SPF record with mistakes was meant to say.
 *
 * People type records into web forms: ipv4: for ip4:, a long dash from a word processor, two
 * records where one is allowed, a line that a zone editor joined without a space. This reads what
 * stands there and writes one record that parses, with a sentence for each thing it changed. It
 * invents nothing: what cannot be read is left out, and it says so. Whether the result is good is
 * not decided here (auth/spf_propose.h).
 *
 * Pure, and never fails: the bytes come from strangers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_SPF_REPAIR_H
#define REP_AUTH_SPF_REPAIR_H

#include "base/arena.h"
#include "dns/answer.h"

enum { REP_SPF_REPAIR_NOTES = 12 };

struct rep_spf_repair {
	struct rep_str
	    record; /* one record that parses; n == 0: nothing here is or resembles one */
	/* What was changed, a sentence each, safe to show. 0: the one record is as it was. */
	struct rep_str note[REP_SPF_REPAIR_NOTES];
	size_t notes;
	unsigned left_out; /* notes for which there was no room */
	bool unread;	   /* terms are left out, by which mail was perhaps meant to pass */
	bool guessed;	   /* one address stands for what may have been a network */
	bool several;	   /* there is more than one record, and they are joined */
	bool no_domain;	   /* the domain does not exist (NXDOMAIN) */
	bool alias;	   /* its name is an alias (CNAME), which can have no records of its own */
	/* A TXT record that was meant to be SPF and is not; n == 0: none. */
	struct rep_str resembles;
	struct rep_str beside; /* the same, where one record is read; n == 0: none */
};

/* Reads the TXT records of a domain. All of *out lives in the arena or the answer. */
void rep_spf_repair(
    const struct rep_dns_answer *txt, struct rep_arena *a, struct rep_spf_repair *out);

#endif
