/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/aggregate_read.h"
#include "intake/aggregate_pack.h"

static enum rep_rc
pack(struct rep_document *d, const struct rep_aggregate_reader *r, enum rep_aggregate_item item,
    struct rep_err *err)
{
	size_t before = d->pack->out.n, n;
	const struct rep_report_note *notes;
	uint64_t left;

	if (item == REP_AGGREGATE_RECORD) {
		rep_pack_record(d->pack, rep_aggregate_record(r));
	} else {
		notes = rep_aggregate_notes(r, &n, &left);
		rep_pack_end(d->pack, rep_aggregate_head(r), notes, n, left);
		rep_pack_whole(d->pack);
	}
	if (d->pack->out.full) {
		rep_pack_cut(d->pack, before);
		return rep_fail(
		    err, REP_ELIMIT, "its reports have more records than one answer can hold");
	}
	return d->packed == NULL || d->packed(d->ctx, d->pack)
	    ? REP_OK
	    : rep_fail(err, REP_EIO, "nobody wants the rest of it");
}

/* Packs what can be said now. REP_ENOTFOUND: more bytes are wanted. */
static enum rep_rc
items(struct rep_document *d, struct rep_aggregate_reader *r, struct rep_err *err)
{
	enum rep_aggregate_item item;
	enum rep_rc rc;

	while ((rc = rep_aggregate_next(r, &item, err)) == REP_OK) {
		d->aggregates += item == REP_AGGREGATE_END;
		if (d->pack != NULL && (rc = pack(d, r, item, err)) != REP_OK)
			break;
	}
	return rc;
}

enum rep_rc
rep_aggregate_piece(
    struct rep_document *d, struct rep_str bytes, bool first, bool last, struct rep_err *err)
{
	static struct rep_aggregate_reader *r; /* for as long as the worker lives */
	static bool given_up;		       /* this document: what follows is not read */
	enum rep_rc rc;

	if (r == NULL && (r = rep_aggregate_new()) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (first)
		rep_aggregate_reset(r);
	given_up = given_up && !first;
	if (given_up)
		return REP_OK;
	if (first && d->pack != NULL)
		rep_pack_drop_begun(d->pack);
	do {
		size_t n = rep_aggregate_feed(r, bytes, last);

		bytes = rep_str_sub(bytes, n, SIZE_MAX);
		rc = items(d, r, err);
	} while (rc == REP_ENOTFOUND && bytes.n > 0);
	if (rc == REP_ENOTFOUND)
		return REP_OK;
	given_up = true;
	if (d->pack != NULL)
		rep_pack_drop_begun(d->pack);
	return rc;
}

enum rep_rc
rep_aggregate_read(struct rep_document *d, struct rep_arena *a, struct rep_err *err)
{
	(void)a;
	return rep_aggregate_piece(d, d->bytes, true, true, err);
}
