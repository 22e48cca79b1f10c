/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/positions.h"

void
rep_position_note(struct rep_input *in, const struct rep_key *key, const struct rep_lines *lines,
    const struct rep_line *line, uint64_t n, uint64_t bad, int64_t clock_s)
{
	bool before = line->open && rep_lines_growing(lines);
	struct rep_str tail = rep_lines_tail(lines, REP_LINES_HEAD + (before ? line->s.n : 0));
	struct rep_str head = rep_lines_head(lines);

	if (before) {
		tail.n -= line->s.n < tail.n ? line->s.n : tail.n;
		if (tail.n > REP_LINES_HEAD)
			tail = rep_str_sub(tail, tail.n - REP_LINES_HEAD, tail.n);
	}
	in->offset = line->end - (before ? line->s.n : 0);
	if (tail.n > in->offset)
		tail = rep_str_sub(tail, tail.n - (size_t)in->offset, tail.n);
	in->tail_n = (uint32_t)tail.n;
	in->tail = rep_siphash(key, tail);
	/* Hash only the part of the head that was read: the rest may not be written yet. */
	if (head.n > in->offset)
		head.n = (size_t)in->offset;
	in->head_n = (uint32_t)head.n;
	in->head = rep_siphash(key, head);
	in->lines = n - (before && n > 0);
	in->bad = bad;
	in->read_s = clock_s;
}

/* True when the reader can continue after what was read of `found`. */
static bool
goes_on(struct rep_lines *lines, const struct rep_key *key, const struct rep_input *found,
    struct rep_err *err)
{
	char tail[REP_LINES_HEAD];
	size_t n;

	return rep_lines_seek(lines, found->offset, found->lines, tail, &n, err) == REP_OK &&
	    n >= found->tail_n &&
	    rep_siphash(key, (struct rep_str){ tail + n - found->tail_n, found->tail_n }) ==
	    found->tail;
}

enum rep_rc
rep_position_find(struct rep_store *store, const struct rep_key *key, struct rep_order_input *o,
    struct rep_input *in, struct rep_err *err)
{
	struct rep_str head = rep_lines_head(o->lines);
	const struct rep_input *v;
	struct rep_input found;
	enum rep_rc rc;
	size_t n;

	if ((rc = rep_store_inputs(store, &v, &n, err)) != REP_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (v[i].head_n == 0 || v[i].head_n > head.n ||
		    rep_siphash(key, rep_str_sub(head, 0, v[i].head_n)) != v[i].head)
			continue;
		found = v[i];
		if (o->once) { /* it cannot go back: every fact is looked up again */
			in->id = found.id;
			in->first_s = found.first_s;
			in->last_s = found.last_s;
			return REP_OK;
		}
		if (goes_on(o->lines, key, &found, err)) {
			memcpy(found.name, in->name, sizeof found.name);
			*in = found;
			return REP_OK;
		}
		rep_order_close(o);
		if ((rc = rep_order_open(o, err)) != REP_OK)
			return rc;
		head = rep_lines_head(o->lines);
		if ((rc = rep_store_inputs(store, &v, &n, err)) != REP_OK)
			return rc;
	}
	return REP_OK;
}
