/*
 * auth/spf_chars.h -- what was read of an SPF record with mistakes (auth/spf_repair.h): its characters, and the notes.
 *
 * Pure, and never fails: the bytes come from strangers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_SPF_CHARS_H
#define REP_AUTH_SPF_CHARS_H

#include "base/arena.h"

enum { REP_SPF_REPAIR_NOTES = 12 };

struct rep_spf_repair {
	struct rep_str
	    record; /* one record that parses; n == 0: nothing here is or resembles one, or see too_long */
	/* What was changed, a sentence each, safe to show. 0: the one record is as it was. */
	struct rep_str note[REP_SPF_REPAIR_NOTES];
	size_t notes;
	unsigned left_out; /* notes for which there was no room */
	bool unread;	   /* terms are left out, by which mail was perhaps meant to pass */
	bool too_long;	   /* it has more bytes than are read or written: then record.n == 0 */
	bool guessed;	   /* one address stands for what may have been a network */
	bool several;	   /* there is more than one record, and they are joined */
	bool no_domain;	   /* the domain does not exist (NXDOMAIN) */
	bool alias;	   /* its name is an alias (CNAME), which can have no records of its own */
	/* A TXT record that was meant to be SPF and is not; n == 0: none. */
	struct rep_str resembles;
	struct rep_str beside; /* the same, where one record is read; n == 0: none */
};

/* Adds a note, or counts it where there is no room. */
void rep_spf_note(struct rep_spf_repair *out, struct rep_arena *a, const char *fmt, ...)
    REP_PRINTF(3, 4);

/* Bytes of a term, short and safe to show, with a NUL at the end. In the arena. */
const char *rep_spf_shown(struct rep_arena *a, struct rep_str s);

/*
 * The text in ASCII, but for letters of other scripts, which stay: they are a part of a name (auth/spf_meant.h). What is
 * else not in the table and not ASCII becomes a space. `say`: with notes, and *out says if it was too long. In the arena.
 */
struct rep_str rep_spf_ascii(
    struct rep_spf_repair *out, struct rep_arena *a, struct rep_str s, bool say);

#endif
