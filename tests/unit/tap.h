/*
 * unit/tap.h -- a test prints what held: "ok 1 - name", and "1..N" at the end (TAP).
 *
 * A test is a plain main that calls these functions and returns done(). The names are the only ones
 * in the tree without rep_: they are TAP's own words, and are used only in tests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_TAP_H
#define REP_TEST_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

static unsigned tap_n, tap_failed;

static inline void tap_line(bool held, const char *fmt, va_list ap) REP_PRINTF(2, 0);
static inline void
tap_line(bool held, const char *fmt, va_list ap)
{
	printf("%sok %u - ", held ? "" : "not ", ++tap_n);
	vprintf(fmt, ap);
	putchar('\n');
	tap_failed += !held;
	fflush(stdout); /* else a child process of the test would write it again */
}

static inline bool ok(bool held, const char *fmt, ...) REP_PRINTF(2, 3);
static inline bool
ok(bool held, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_line(held, fmt, ap);
	va_end(ap);
	return held;
}

static inline bool is_int(int64_t got, int64_t want, const char *fmt, ...) REP_PRINTF(3, 4);
static inline bool
is_int(int64_t got, int64_t want, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_line(got == want, fmt, ap);
	va_end(ap);
	if (got != want)
		printf("#  got %lld, want %lld\n", (long long)got, (long long)want);
	return got == want;
}

/* want is a C string; got may be any bytes. */
static inline bool is_str(struct rep_str got, const char *want, const char *fmt, ...)
    REP_PRINTF(3, 4);
static inline bool
is_str(struct rep_str got, const char *want, const char *fmt, ...)
{
	bool same = rep_str_eq(got, rep_str_c(want));
	va_list ap;

	va_start(ap, fmt);
	tap_line(same, fmt, ap);
	va_end(ap);
	if (!same)
		printf("#  got \"%.*s\", want \"%s\"\n", REP_PR(got), want);
	return same;
}

/* For a test that cannot run here. */
static inline void skip(const char *fmt, ...) REP_PRINTF(1, 2);
static inline void
skip(const char *fmt, ...)
{
	va_list ap;

	printf("ok %u # SKIP ", ++tap_n);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

/* Prints the plan. Returns what main must return. */
static inline int
done(void)
{
	printf("1..%u\n", tap_n);
	return tap_failed == 0 ? 0 : 1;
}

#endif
