/*
 * tests/fuzz/fuzz_mbox.c -- a mailbox, split and read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz_document.h"

#include "intake/mbox.h"

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
	return fuzz_document(REP_DOC_MBOX, s);
}
