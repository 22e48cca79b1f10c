/*
 * tests/fuzz/fuzz_mbox.c -- a mailbox, split and read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz_document.h"

#include "intake/mbox.h"

/* Runs of any size give the same messages: where each begins, and its bytes. */
static void
in_runs(struct rep_str s, size_t run)
{
	struct rep_mbox m = { .within = false };
	struct rep_str piece, message = { s.p, 0 }, whole;
	size_t i = 0;
	bool begins;

	for (size_t at = 0; at <= s.n; at += run) {
		struct rep_str bytes = rep_str_sub(s, at, run);
		bool last = at + run >= s.n;

		while (rep_mbox_piece(&m, &bytes, &piece, &begins) ||
		    (last && rep_mbox_rest(&m, &piece, &begins))) {
			if (begins && message.n > 0) {
				MUST(rep_mbox_next(s, &i, &whole) && rep_str_eq(whole, message));
				message = (struct rep_str){ message.p + message.n, 0 };
			}
			MUST(memcmp(message.p + message.n, piece.p, piece.n) == 0);
			message.n += piece.n;
		}
	}
	if (message.n > 0)
		MUST(rep_mbox_next(s, &i, &whole) && rep_str_eq(whole, message));
	MUST(i == s.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str s = { (const char *)data, size };

	struct rep_str message;
	size_t i = 0, sum = 0;

	while (rep_mbox_next(s, &i, &message)) {
		MUST(message.n > 0);
		sum += message.n;
	}
	MUST(sum == size); /* nothing lost, nothing twice */
	for (size_t run = 1; run < 20 && size < 20000; run += 6)
		in_runs(s, run);
	return fuzz_document(REP_DOC_MBOX, s);
}
