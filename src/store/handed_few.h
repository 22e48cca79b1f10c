/*
 * store/handed_few.h -- who handed in mail in this hour, of all names that have no place of their own.
 *
 * Names are not kept, only counts by hash, in three rows of 8,192 (24 KB): a count-min sketch. What it says
 * of a name is never less than the truth, and more only where all three counts are shared. It begins
 * anew with each hour. One row of the database; if rep_hash() ever changes, the counts of one hour are lost.
 *
 * Inside src/store only. Pure: no disk, no clock.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_HANDED_FEW_H
#define REP_STORE_HANDED_FEW_H

#include "base/buf.h"

/* Judgement: 20,000 recipients an hour of such names are seldom more than one too many by it. */
enum { REP_HANDED_FEW_ROWS = 3, REP_HANDED_FEW_BITS = 13 };
enum {
	REP_HANDED_FEW_MOST = 255, /* a count stays there */
	REP_HANDED_FEW_BYTES = REP_HANDED_FEW_ROWS << REP_HANDED_FEW_BITS
};

struct rep_handed_few {
	int64_t hour; /* since 1970 */
	/* Names that lost their place had up to so many in an hour; when that was. 0: none had. */
	uint32_t lost;
	int64_t lost_hour;
	bool dirty;
	uint8_t n[REP_HANDED_FEW_BYTES];
};

/* Counts one recipient of a name. What it has in that hour. One hour too late counts for this one. */
unsigned rep_handed_few_add(struct rep_handed_few *f, uint64_t hash, int64_t hour);

/* As bytes, and back. False: bytes of another length; f is untouched. */
void rep_handed_few_pack(const struct rep_handed_few *f, struct rep_buf *b);
bool rep_handed_few_unpack(struct rep_handed_few *f, struct rep_str s);

#endif
