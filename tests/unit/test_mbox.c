/*
 * unit/test_mbox.c -- finds where messages begin, whatever the size of the runs of bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/mbox.h"
#include "base/buf.h"
#include "tap.h"

static const char *const boxes[] = {
	"From a@shop.example Tue Nov  3 06:42:11 2026\nSubject: one\n\nx\n\n"
	"From b@shop.example Tue Nov  3 06:42:12 2026\nSubject: two\n\ny\n",
	"From a@shop.example Tue Nov  3 06:42:11 2026\r\nSubject: one\r\n\r\nx\r\n\r\n"
	"From b@shop.example Tue Nov  3 06:42:12 2026\r\nSubject: two\r\n\r\ny\r\n",
	/* no empty line before it, no date after it: ordinary text */
	"From a@shop.example Tue Nov  3 06:42:11 2026\nS: 1\n\nx\n"
	"From b@shop.example Tue Nov  3 06:42:12 2026\nS: 2\n\nFrom here on it went well\n",
	"From a Tue Nov  3 06:42:11 2026\n\n \t \nFrom b Tue Nov  3 06:42:12 2026",
	"no mailbox at all\n\nFrom",
	"\n\n\n",
	"",
};

/* Splits text that comes in runs. Puts a bar between messages. first: the size of the first run. */
static void
split(struct rep_str s, size_t first, size_t run, struct rep_buf *out)
{
	struct rep_mbox m = { .within = false };
	struct rep_str piece;
	bool begins;

	rep_buf_clear(out);
	for (size_t at = 0, n = first; at < s.n; at += n, n = run) {
		struct rep_str bytes = rep_str_sub(s, at, n);

		while (rep_mbox_piece(&m, &bytes, &piece, &begins)) {
			if (begins && out->n > 0)
				rep_buf_addc(out, '|');
			rep_buf_add(out, piece);
		}
	}
	if (rep_mbox_rest(&m, &piece, &begins)) {
		if (begins && out->n > 0)
			rep_buf_addc(out, '|');
		rep_buf_add(out, piece);
	}
}

/* The same text in memory, in one piece. */
static void
whole(struct rep_str s, struct rep_buf *out)
{
	struct rep_str message;
	size_t i = 0;

	rep_buf_clear(out);
	while (rep_mbox_next(s, &i, &message)) {
		if (out->n > 0)
			rep_buf_addc(out, '|');
		rep_buf_add(out, message);
	}
}

int
main(void)
{
	static char long_line[2000];
	struct rep_buf want, got;

	rep_buf_init(&want, 1 << 16);
	rep_buf_init(&got, 1 << 16);
	for (size_t k = 0; k <= REP_COUNT(boxes); k++) {
		struct rep_str s =
		    k < REP_COUNT(boxes) ? rep_str_c(boxes[k]) : (struct rep_str){ long_line, 0 };
		bool same = true;

		if (s.p == long_line) { /* begins like a message, and is longer */
			s.n = (size_t)snprintf(long_line, sizeof long_line,
			    "x\n\nFrom %0900d 06:42:11 2026\n\nFrom b Tue Nov  3 06:42:12 2026\n",
			    7);
		}
		whole(s, &want);
		for (size_t run = 1; run <= s.n + 1 && run < 1200; run++) {
			split(s, run, s.n + 1, &got); /* with the edge of a run at every place */
			same = same && rep_str_eq(rep_buf_str(&got), rep_buf_str(&want));
			split(s, run, run, &got);
			same = same && rep_str_eq(rep_buf_str(&got), rep_buf_str(&want));
		}
		ok(same, "mailbox %zu: the same in runs of any size", k);
	}
	whole(rep_str_c(boxes[0]), &want);
	ok(rep_str_chr(rep_buf_str(&want), '|', 0) != SIZE_MAX, "two messages are told apart");
	rep_buf_fini(&want);
	rep_buf_fini(&got);
	return done();
}
