/*
 * tests/fuzz/fuzz_tlsa.c -- the data of a TLSA record, with any content.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "auth/tlsa.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str in = { (const char *)data, size };
	struct rep_tlsa t;

	rep_tlsa_parse(in, &t);
	MUST(t.usable == (t.why[0] == '\0'));
	MUST(memchr(t.why, '\0', sizeof t.why) != NULL);
	MUST(size > 3 ? t.data.p == in.p + 3 && t.data.n == size - 3 : t.data.n == 0);
	if (t.usable) {
		MUST(t.usage == 2 || t.usage == 3);
		MUST(t.selector <= 1 && t.matching <= 2);
		MUST(t.matching == 0 || t.data.n == 32u * t.matching);
		MUST(t.matching > 0 || (t.data.n >= 2 && (unsigned char)t.data.p[0] == 0x30));
	}
	return 0;
}
