/* SPDX-License-Identifier: Apache-2.0 */
#include "store/handed_few.h"
#include "base/bytes.h"

enum { HEAD = 12, ROW = 1 << REP_HANDED_FEW_BITS };

unsigned
rep_handed_few_add(struct rep_handed_few *f, uint64_t hash, int64_t hour)
{
	unsigned least = REP_HANDED_FEW_MOST;

	if (hour != f->hour && hour != f->hour - 1) {
		memset(f->n, 0, sizeof f->n);
		f->hour = hour;
	}
	for (unsigned r = 0; r < REP_HANDED_FEW_ROWS; r++) {
		size_t at = (hash >> (r * REP_HANDED_FEW_BITS)) & (ROW - 1);
		uint8_t *n = &f->n[r * ROW + at];

		*n = (uint8_t)(*n + (*n < REP_HANDED_FEW_MOST));
		least = *n < least ? *n : least;
	}
	f->dirty = true;
	return least;
}

void
rep_handed_few_pack(const struct rep_handed_few *f, struct rep_buf *b)
{
	char head[HEAD];

	rep_le_put(head, (uint64_t)f->hour, 4);
	rep_le_put(head + 4, f->lost, 4);
	rep_le_put(head + 8, (uint64_t)f->lost_hour, 4);
	rep_buf_add(b, (struct rep_str){ head, sizeof head });
	rep_buf_add(b, (struct rep_str){ (const char *)f->n, sizeof f->n });
}

bool
rep_handed_few_unpack(struct rep_handed_few *f, struct rep_str s)
{
	if (s.n != HEAD + sizeof f->n)
		return false;
	f->hour = (int64_t)rep_le(s.p, 4);
	f->lost = (uint32_t)rep_le(s.p + 4, 4);
	f->lost_hour = (int64_t)rep_le(s.p + 8, 4);
	f->dirty = false;
	memcpy(f->n, s.p + HEAD, sizeof f->n);
	return true;
}
