/*
 * intake/packing.h -- numbers, strings and notes as bytes, from a worker to the engine.
 *
 * What packs the items of each kind of report is made of these: aggregate_pack.c, tls_pack.c, failure_pack.c. The bytes
 * that are unpacked come from a worker that strangers may have taken over: what makes no sense sets `bad`, and from then on
 * everything read is empty or 0. Strings that are unpacked are views of the bytes.
 *
 * Pure, except for memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_PACKING_H
#define REP_INTAKE_PACKING_H

#include "base/arena.h"
#include "base/ip.h"
#include "fact/word_list.h"
#include "intake/faults.h"

enum {
	REP_PACK_SLOTS = 64,		 /* strings that are compared with those before */
	REP_PACK_WHOLE = REP_PACK_SLOTS, /* the slot of a string that is not compared */
	REP_PACK_MAX =
	    40 << 20 /* most bytes: what a message can hold beside the rest (serve/msg.h) */
};

/* What an item is of. The numbers go between processes of one binary only. */
enum rep_packed_tag {
	REP_PACKED_RECORD = 1, /* of an aggregate report */
	REP_PACKED_END,	       /* of an aggregate report */
	REP_PACKED_TLS,
	REP_PACKED_FAILURE
};

struct rep_pack {
	struct rep_buf out;
	size_t whole; /* bytes of `out` that are whole reports */
	/* Where the string before is in `out`, and its length. */
	struct {
		size_t at, n;
	} last[REP_PACK_SLOTS];
};

void rep_pack_begin(struct rep_pack *p, size_t max);
void rep_pack_fini(struct rep_pack *p);
/* What is packed so far is whole reports. */
void rep_pack_whole(struct rep_pack *p);
/* Drops the records of a report that did not come to its end: they would be taken for those of the next. */
void rep_pack_drop_begun(struct rep_pack *p);
/* Drops what is packed; what comes then can be unpacked alone. */
void rep_pack_clear(struct rep_pack *p);
/* Drops what was packed behind the first n bytes of p->out, also when that made it full. */
void rep_pack_cut(struct rep_pack *p, size_t n);
/* When p->out is full, what was packed last is not complete, and none of it may be sent. */
void rep_pack_n(struct rep_pack *p, uint64_t v);
void rep_pack_str(struct rep_pack *p, struct rep_str s, unsigned slot);
void rep_pack_ip(struct rep_pack *p, const struct rep_ip *ip);
void rep_pack_said(struct rep_pack *p, const struct rep_said *s);
void rep_pack_notes(struct rep_pack *p, const struct rep_report_note *v, size_t n, uint64_t left);

struct rep_packed {
	struct rep_str in;
	struct rep_arena *arena; /* borrowed; for what comes in lists */
	size_t at;
	bool bad, no_room;
	struct rep_str last[REP_PACK_SLOTS];
};

/* arena: NULL where nothing but aggregate reports is wanted; others are bad then. */
void rep_packed_begin(struct rep_packed *u, struct rep_str bytes, struct rep_arena *arena);
uint64_t rep_packed_byte(struct rep_packed *u);
uint64_t rep_packed_n(struct rep_packed *u);
uint64_t rep_packed_most(struct rep_packed *u, uint64_t most); /* a number of at most `most` */
struct rep_str rep_packed_str(struct rep_packed *u, unsigned slot);
void rep_packed_ip(struct rep_packed *u, struct rep_ip *ip);
void rep_packed_word(struct rep_packed *u, const struct rep_word_list *list, struct rep_said *s);
/*
 * Room for a list of at most `most`, each of `size` bytes; the number of them, packed before it, goes to *n. Each takes a
 * byte at least, so a number beyond the bytes is bad before anything is allocated.
 */
void *rep_packed_list(struct rep_packed *u, size_t most, size_t size, size_t *n);
/* At most REP_NOTES_MAX. */
void rep_packed_notes(struct rep_packed *u, struct rep_report_note *v, size_t *n, uint64_t *left);

#endif
