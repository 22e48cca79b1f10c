/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/positions.h"

void
rep_position_note(struct rep_input *in, const struct rep_key *key, struct rep_str head,
    const struct rep_lines_mark *mark, uint64_t n, uint64_t bad, int64_t clock_s)
{
	in->offset = mark->offset;
	in->tail_n = (uint32_t)mark->tail.n;
	in->tail = rep_siphash(key, mark->tail);
	/* Hash only the part of the head that was read: the rest may not be written yet. */
	if (head.n > in->offset)
		head.n = (size_t)in->offset;
	in->head_n = (uint32_t)head.n;
	in->head = rep_siphash(key, head);
	in->lines = n - (mark->before && n > 0);
	in->bad = bad;
	in->read_s = clock_s;
}

bool
rep_position_goes_on(struct rep_reader *reader, const struct rep_reader_input *in,
    const struct rep_key *key, const struct rep_input *found, struct rep_err *err)
{
	char tail[REP_LINES_HEAD];
	size_t n;

	return rep_reader_seek(reader, in, found->offset, found->lines, tail, &n, err) == REP_OK &&
	    n >= found->tail_n &&
	    rep_siphash(key, (struct rep_str){ tail + n - found->tail_n, found->tail_n }) ==
	    found->tail;
}

/* Whether its first bytes are those of an input that was read before. */
static bool
begins_as(
    const struct rep_reader_input *in, const struct rep_key *key, const struct rep_input *before)
{
	struct rep_str head = { in->head, in->head_n };

	return before->head_n > 0 && before->head_n <= head.n &&
	    rep_siphash(key, rep_str_sub(head, 0, before->head_n)) == before->head;
}

enum rep_rc
rep_position_find(struct rep_store *store, const struct rep_key *key, struct rep_reader *reader,
    struct rep_order_input *o, struct rep_input *in, struct rep_err *err)
{
	const struct rep_input *v;
	struct rep_input found;
	enum rep_rc rc;
	size_t n;

	if ((rc = rep_store_inputs(store, &v, &n, err)) != REP_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (!begins_as(o->reading, key, &v[i]))
			continue;
		found = v[i];
		if (o->once) { /* it cannot go back: every fact is looked up again */
			in->id = found.id;
			in->first_s = found.first_s;
			in->last_s = found.last_s;
			return REP_OK;
		}
		if (rep_position_goes_on(reader, o->reading, key, &found, err)) {
			memcpy(found.name, in->name, sizeof found.name);
			*in = found;
			return REP_OK;
		}
		rep_order_close(reader, o);
		if ((rc = rep_order_open(reader, o, 0, err)) != REP_OK)
			return rc;
		if ((rc = rep_store_inputs(store, &v, &n, err)) != REP_OK)
			return rc;
	}
	return REP_OK;
}
