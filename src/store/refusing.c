/* SPDX-License-Identifier: Apache-2.0 */
#include "store/refusing.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "base/hash.h"

#include <stdlib.h>

/*
 * Four places for each domain. With 32,768 places in a row, a million domains of one refusal raise
 * the smallest of four counts to about 15 (measured), so 16 refusals are seen among them.
 */
enum {
	ROWS = 4,
	WIDTH = 32768,
	COUNTS = ROWS * WIDTH,
	HEAD_BYTES = 16, /* period, named, failed */
	STATE_BYTES = HEAD_BYTES + 2 * COUNTS,
	SHIFT_MAX = 14 /* at most 16,384 refusals for a name: what a count can hold */
};

const struct rep_refusing_kind rep_refusing_domains = { { "refusing", sizeof "refusing" - 1 },
	REP_REFUSING_STEP };
const struct rep_refusing_kind rep_refusing_labels = { { "labels", sizeof "labels" - 1 },
	REP_LABELS_STEP };

void
rep_refusing_fini(struct rep_refusing *r)
{
	free(r->count);
	*r = (struct rep_refusing){ 0 };
}

static bool
make_counts(struct rep_refusing *r)
{
	return r->count != NULL || (r->count = calloc(COUNTS, sizeof *r->count)) != NULL;
}

static enum rep_rc
on_state(void *ctx, int64_t id, struct rep_str bytes)
{
	struct rep_refusing *r = ctx;

	(void)id;
	if (bytes.n != HEAD_BYTES && bytes.n != STATE_BYTES)
		return REP_OK;
	r->period = (int64_t)rep_le64(bytes.p);
	r->named = rep_le32(bytes.p + 8);
	r->failed = rep_le32(bytes.p + 12);
	if (bytes.n == HEAD_BYTES)
		return REP_OK;
	if (!make_counts(r))
		return REP_EMEM;
	for (size_t i = 0; i < COUNTS; i++)
		r->count[i] = (uint16_t)((unsigned char)bytes.p[HEAD_BYTES + 2 * i] |
		    (unsigned char)bytes.p[HEAD_BYTES + 2 * i + 1] << 8);
	return REP_OK;
}

enum rep_rc
rep_refusing_load(struct rep_refusing *r, const struct rep_refusing_kind *kind,
    struct rep_backend *b, struct rep_err *err)
{
	enum rep_rc rc;

	if (r->loaded)
		return REP_OK;
	rep_refusing_fini(r);
	r->kind = kind;
	rc = b->ops->state_get(b, kind->state, on_state, r, err);
	if (rc == REP_EMEM)
		return rep_fail(err, rc, "out of memory for counts of domains and labels");
	r->loaded = rc == REP_OK;
	return rc;
}

enum rep_rc
rep_refusing_flush(struct rep_refusing *r, struct rep_backend *b, struct rep_err *err)
{
	char head[HEAD_BYTES];
	struct rep_buf bytes;
	enum rep_rc rc;

	if (!r->dirty)
		return REP_OK;
	rep_le64_put(head, (uint64_t)r->period);
	rep_le32_put(head + 8, r->named);
	rep_le32_put(head + 12, r->failed);
	rep_buf_init(&bytes, STATE_BYTES);
	rep_buf_add(&bytes, (struct rep_str){ head, sizeof head });
	for (size_t i = 0; r->count != NULL && i < COUNTS; i++) {
		rep_buf_addc(&bytes, (char)(r->count[i] & 255));
		rep_buf_addc(&bytes, (char)(r->count[i] >> 8));
	}
	rc = bytes.full ? rep_fail(err, REP_EMEM, "out of memory for counts of domains and labels")
			: b->ops->state_put(b, r->kind->state, rep_buf_str(&bytes), err);
	rep_buf_fini(&bytes);
	r->dirty = rc != REP_OK;
	return rc;
}

/* Adds one where the count is smallest, and only there: so shared places grow least. */
static uint32_t
add_one(struct rep_refusing *r, uint64_t hash)
{
	uint16_t *at[ROWS], least = UINT16_MAX;

	for (size_t i = 0; i < ROWS; i++) {
		hash = rep_hash_mix(hash + i + 1);
		at[i] = &r->count[i * WIDTH + (hash & (WIDTH - 1))];
		least = *at[i] < least ? *at[i] : least;
	}
	for (size_t i = 0; i < ROWS; i++)
		if (*at[i] == least && least < UINT16_MAX)
			++*at[i];
	return (uint32_t)least + 1;
}

/* Facts of an earlier period count in the latest one. */
static void
go_to_period(struct rep_refusing *r, int64_t at_s)
{
	int64_t period = at_s / REP_REFUSING_PERIOD_S;

	if (period <= r->period)
		return;
	free(r->count);
	*r = (struct rep_refusing){
		.kind = r->kind, .period = period, .loaded = r->loaded, .dirty = true
	};
}

bool
rep_refusing_failed(struct rep_refusing *r, int64_t at_s)
{
	go_to_period(r, at_s);
	if (r->failed >= REP_REFUSING_STEP)
		return false;
	r->failed++;
	return r->dirty = true;
}

enum rep_rc
rep_refusing_count(
    struct rep_refusing *r, uint64_t hash, int64_t at_s, bool *named, struct rep_err *err)
{
	uint32_t shift;

	go_to_period(r, at_s);
	shift = 2 * (r->named / r->kind->step);
	*named = shift == 0;
	if (shift > 0) {
		if (!make_counts(r))
			return rep_fail(
			    err, REP_EMEM, "out of memory for counts of domains and labels");
		*named = add_one(r, hash) >= 1u << (shift < SHIFT_MAX ? shift : SHIFT_MAX);
	}
	r->named += *named;
	r->dirty = true;
	return REP_OK;
}
