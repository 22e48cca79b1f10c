/*
 * tests/fuzz/fuzz_aggregate.c -- an aggregate report: read, packed, unpacked.
 *
 * What is read must not depend on how the bytes come, and what is unpacked must be what was read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz_packed.h"

/* Reads all of it, in pieces of `size` bytes. */
static enum rep_rc
pack_all(struct rep_aggregate_reader *r, struct rep_str doc, size_t size, struct rep_pack *out)
{
	enum rep_aggregate_item item;
	bool fed = false;
	enum rep_rc rc;

	rep_pack_clear(out);
	rep_aggregate_reset(r);
	for (;;) {
		rc = rep_aggregate_next(r, &item, NULL);
		if (rc == REP_ENOTFOUND && (!fed || doc.n > 0)) {
			size_t n = rep_aggregate_feed(r, rep_str_sub(doc, 0, size), size >= doc.n);

			MUST(n > 0 || doc.n == 0);
			doc = rep_str_sub(doc, n, SIZE_MAX);
			fed = true;
			continue;
		}
		if (rc != REP_OK)
			return rc;
		if (item == REP_AGGREGATE_RECORD) {
			rep_pack_record(out, rep_aggregate_record(r));
		} else {
			const struct rep_report_note *v;
			uint64_t left;
			size_t n;

			v = rep_aggregate_notes(r, &n, &left);
			MUST(n <= REP_NOTES_MAX && (left == 0 || n == REP_NOTES_MAX));
			rep_pack_end(out, rep_aggregate_head(r), v, n, left);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rep_aggregate_reader *r;
	struct rep_str s = { (const char *)data, size };
	struct rep_pack whole, pieces;
	enum rep_rc rc;

	if (r == NULL)
		r = rep_aggregate_new();
	(void)rep_aggregate_begins(rep_str_sub(s, 0, 4096));
	rep_pack_begin(&whole, REP_PACK_MAX);
	rep_pack_begin(&pieces, REP_PACK_MAX);
	rc = pack_all(r, s, SIZE_MAX, &whole);
	MUST(rc == REP_ENOTFOUND || rc == REP_ESYNTAX);
	(void)fuzz_packed_again(rep_buf_str(&whole.out));
	for (size_t n = 1; n < 100 && size < 4096; n = n * 5 + 1) {
		MUST(pack_all(r, s, n, &pieces) == rc);
		MUST(rep_str_eq(rep_buf_str(&whole.out), rep_buf_str(&pieces.out)));
	}
	rep_pack_fini(&whole);
	rep_pack_fini(&pieces);
	return 0;
}
