/*
 * tests/fuzz/fuzz_journald.c -- an entry of the journal as a line: what is read from it is what the entry says; and
 * two cursors. The fields of the entry are separated by 0xff 0xff.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "engine/journald.h"
#include "intake/journal.h"

/* The next field, of which a line can hold all. */
static struct rep_str
take(struct rep_str *s)
{
	size_t n = rep_str_find(*s, REP_S("\xff\xff"), 0);
	struct rep_str out = rep_str_sub(*s, 0, n);

	*s = n == SIZE_MAX ? REP_S("") : rep_str_sub(*s, n + 2, s->n);
	return rep_str_sub(out, 0, 4096);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_str s = { (const char *)data, size };
	struct rep_journald_entry e = { .at_us = (uint64_t)size };
	struct rep_journal_entry got = { 0 };
	struct rep_str before, after, line;
	struct rep_buf b;
	uint64_t n, back;

	MUST(a != NULL);
	e.source_us = take(&s);
	e.host = take(&s);
	e.tag = take(&s);
	e.syslog_pid = take(&s);
	e.pid = take(&s);
	e.message = take(&s);
	before = take(&s);
	after = take(&s);
	rep_buf_init(&b, 1 << 20);
	rep_journald_line(&b, &e);
	line = rep_buf_str(&b);
	MUST(!b.full && line.n > 0 && rep_str_chr(line, '\n', 0) == line.n - 1);
	MUST(rep_journal_parse(line, a, &got, NULL) == REP_OK);
	MUST(rep_str_eq(got.message, e.message) && rep_str_eq(got.host, e.host));
	MUST(rep_str_starts(e.tag, got.tag));
	MUST(rep_str_eq(got.pid, e.syslog_pid.n > 0 ? e.syslog_pid : e.pid));
	if (rep_journald_lost(before, after, &n)) {
		MUST(rep_journald_lost(after, before, &back));
		MUST(n == 0 || back == 0);
	}
	(void)rep_journald_at_us(before);
	rep_buf_fini(&b);
	rep_arena_free(a);
	return 0;
}
