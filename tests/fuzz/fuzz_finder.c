/*
 * tests/fuzz/fuzz_finder.c -- literals and a text: the finder against a search that is plainly right.
 *
 * Lines of the input are the literals, the last one is the text. Each occurrence of each literal is
 * reported once, and nothing else. (Equal literals are given once, as know/build.c does.)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "know/finder.h"

enum { MOST = 64, TEXT_MAX = 512 };

struct seen {
	struct rep_str literals[MOST], text;
	unsigned char times[MOST][TEXT_MAX];
};

static void
on_hit(void *ctx, uint32_t literal, size_t start)
{
	struct seen *s = ctx;

	MUST(literal < MOST && start < s->text.n);
	s->times[literal][start]++;
}

/* Adds a literal, unless it is too short, or there already. */
static uint32_t
add(struct seen *s, uint32_t n, struct rep_str literal)
{
	if (literal.n < REP_FINDER_LEAST || n == MOST)
		return n;
	for (uint32_t i = 0; i < n; i++)
		if (rep_str_eq(s->literals[i], literal))
			return n;
	s->literals[n] = literal;
	return n + 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str left = { (const char *)data, size };
	static struct seen s;
	struct rep_finder *f;
	uint32_t n = 0;
	size_t nl;

	memset(&s, 0, sizeof s);
	while ((nl = rep_str_chr(left, '\n', 0)) != SIZE_MAX) {
		n = add(&s, n, rep_str_sub(left, 0, nl));
		left = rep_str_sub(left, nl + 1, left.n);
	}
	s.text = rep_str_sub(left, 0, TEXT_MAX);
	MUST(rep_finder_new(s.literals, n, &f, NULL) == REP_OK);
	rep_finder_scan(f, s.text, on_hit, &s);
	rep_finder_free(f);
	for (uint32_t l = 0; l < n; l++)
		for (size_t i = 0; i < s.text.n; i++) {
			bool is = rep_str_starts(rep_str_sub(s.text, i, s.text.n), s.literals[l]);

			MUST(s.times[l][i] == is);
		}
	return 0;
}
