/*
 * tests/fuzz/fuzz_packed.h -- what a worker packs of reports: unpacked, looked at, and packed again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FUZZ_PACKED_H
#define REP_FUZZ_PACKED_H

#include "fuzz.h"

#include "intake/aggregate_pack.h"

static inline void
fuzz_notes(const struct rep_report_note *v, size_t n)
{
	MUST(n <= REP_NOTES_MAX);
	for (size_t i = 0; i < n; i++) {
		MUST(v[i].fault < REP_FAULT_N);
		fuzz_touch(v[i].element);
		fuzz_touch(v[i].value);
	}
}

static inline void
fuzz_tls_policy(const struct rep_tls_policy *p)
{
	MUST(p->mx_n <= REP_TLS_STRINGS_MAX && p->strings_n <= REP_TLS_STRINGS_MAX);
	MUST(p->successful >= -1 && p->failed >= -1);
	fuzz_touch(p->domain);
	fuzz_touch(rep_word_text(&rep_tls_policy_types, &p->type));
	for (size_t i = 0; i < p->mx_n; i++)
		fuzz_touch(p->mx[i]);
	for (size_t i = 0; i < p->strings_n; i++)
		fuzz_touch(p->strings[i]);
	for (size_t i = 0; i < p->failures_n; i++) {
		MUST(p->failures[i].count >= -1);
		fuzz_touch(rep_word_text(&rep_tls_results, &p->failures[i].result));
		fuzz_touch(p->failures[i].mx);
		fuzz_touch(p->failures[i].info);
	}
}

/* A TLS report or a failure report. */
static inline void
fuzz_whole(const struct rep_unpacked *item)
{
	const struct rep_tls_report *t = &item->tls;
	const struct rep_auth_failure *f = &item->failure;

	if (item->tag == REP_PACKED_FAILURE) {
		MUST(f->at_s >= 0 && f->aligned <= REP_ALIGNED_ALL);
		fuzz_touch(f->auth_results);
		fuzz_touch(f->envelope_from);
		fuzz_touch(rep_word_text(&rep_failed_checks, &f->check));
		fuzz_notes(f->notes, f->notes_n);
		return;
	}
	MUST(t->begin_s >= 0 && t->end_s >= 0 && t->policies_n <= REP_TLS_POLICIES_MAX);
	fuzz_touch(t->org);
	fuzz_touch(t->report_id);
	fuzz_touch(t->contact);
	for (size_t i = 0; i < t->policies_n; i++)
		fuzz_tls_policy(&t->policies[i]);
	fuzz_notes(t->notes, t->notes_n);
}

/* Must give the same bytes. Returns how many reports they are. */
static inline uint64_t
fuzz_packed_again(struct rep_str packed)
{
	static struct rep_unpacked item;
	static struct rep_arena *a;
	struct rep_packed u;
	struct rep_pack out;
	uint64_t records = 0, count = 0, reports = 0;
	enum rep_rc rc;

	if (a == NULL)
		a = rep_arena_new(64 << 20);
	rep_pack_begin(&out, REP_PACK_MAX);
	rep_packed_begin(&u, packed, a);
	while ((rc = rep_packed_next(&u, &item, NULL)) == REP_OK) {
		if (item.tag == REP_PACKED_RECORD) {
			records++;
			count += item.record.count;
			rep_pack_record(&out, &item.record);
			continue;
		}
		reports++;
		if (item.tag == REP_PACKED_END) {
			MUST(item.head.records == records && item.head.count == count);
			records = count = 0;
			rep_pack_end(&out, &item.head, item.notes, item.notes_n, item.notes_left);
			continue;
		}
		fuzz_whole(&item);
		if (item.tag == REP_PACKED_TLS)
			rep_pack_tls(&out, &item.tls);
		else
			rep_pack_failure(&out, &item.failure);
	}
	MUST(rc == REP_ENOTFOUND);
	MUST(rep_str_eq(rep_buf_str(&out.out), packed));
	rep_pack_fini(&out);
	return reports;
}

#endif
