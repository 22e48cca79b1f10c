/*
 * tests/fuzz/fuzz_html.c -- any bytes as HTML: no markup is left, and read back it is the text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "base/html.h"
#include "base/json_out.h"

static const struct {
	const char *entity;
	char c;
} entities[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' },
	{ "&#39;", '\'' } };

/* The character that stands at *i. Goes behind it. */
static struct rep_str
read_one(struct rep_str s, size_t *i)
{
	struct rep_str one = rep_str_sub(s, *i, rep_utf8_len(s, *i));
	uint32_t code;

	MUST(one.n > 0);
	MUST(strchr("<>\"'", one.p[0]) == NULL);
	MUST(one.p[0] == '\n' || one.p[0] == '\t' || !rep_utf8_hidden(s, *i, one.n, &code));
	for (size_t k = 0; one.p[0] == '&' && k < REP_COUNT(entities); k++)
		if (rep_str_starts(rep_str_sub(s, *i, s.n), rep_str_c(entities[k].entity))) {
			*i += strlen(entities[k].entity);
			return (struct rep_str){ &entities[k].c, 1 };
		}
	MUST(one.p[0] != '&');
	*i += one.n;
	return one;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str text = { (const char *)data, size }, s;
	struct rep_buf b;
	size_t at = 0, i = 0;

	rep_buf_init(&b, 8 * size + 64);
	rep_html_add(&b, text);
	MUST(!b.full);
	s = rep_buf_str(&b);
	while (i < s.n) {
		struct rep_str one = read_one(s, &i);

		MUST(at < size);
		if (rep_str_eq(one, rep_str_sub(text, at, one.n))) {
			at += one.n;
		} else {
			size_t len = rep_utf8_len(text, at);
			uint32_t code;

			MUST(one.n == 1 && one.p[0] == '?');
			MUST(len == 0 || rep_utf8_hidden(text, at, len, &code));
			at += len == 0 ? 1 : len;
		}
	}
	MUST(at == size);
	rep_buf_fini(&b);
	return 0;
}
