/*
 * tests/fuzz/fuzz_unpack.c -- what a worker that strangers took over might say of reports.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz_packed.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rep_unpacked item;
	static struct rep_arena *a;
	struct rep_packed u;
	enum rep_rc rc;

	if (a == NULL)
		a = rep_arena_new(64 << 20);
	rep_packed_begin(&u, (struct rep_str){ (const char *)data, size }, a);
	while ((rc = rep_packed_next(&u, &item, NULL)) == REP_OK) {
		const struct rep_aggregate_record *r = &item.record;

		if (item.tag == REP_PACKED_TLS || item.tag == REP_PACKED_FAILURE) {
			fuzz_whole(&item);
			continue;
		}
		if (item.item == REP_AGGREGATE_END) {
			MUST(item.notes_n <= REP_NOTES_MAX && item.head.pct >= -1 &&
			    item.head.pct <= 100);
			fuzz_touch(item.head.org);
			fuzz_touch(item.head.domain);
			for (size_t i = 0; i < item.notes_n; i++)
				MUST(item.notes[i].fault < REP_FAULT_N);
			continue;
		}
		MUST(r->auth_n <= REP_AGGREGATE_AUTH_MAX &&
		    r->reasons_n <= REP_AGGREGATE_REASONS_MAX);
		fuzz_touch(r->header_from);
		fuzz_touch(rep_said_text(REP_SAID_DISPOSITION, &r->disposition));
		for (size_t i = 0; i < r->auth_n; i++) {
			fuzz_touch(r->auth[i].domain);
			fuzz_touch(rep_said_text(
			    r->auth[i].dkim ? REP_SAID_DKIM : REP_SAID_SPF, &r->auth[i].result));
		}
	}
	MUST(rc == REP_ENOTFOUND || rc == REP_ESYNTAX || rc == REP_EMEM);
	return 0;
}
