/*
 * tests/fuzz/fuzz_srs.c -- senders that were rewritten with SRS.
 *
 * The origin is in the name, between two '=', and holds none itself. Written into another name it is
 * found again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "mail/srs.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str s = { (const char *)data, size }, origin = rep_srs_origin(s);
	size_t at;
	char *again;

	if (!rep_srs_is(s)) {
		MUST(origin.n == 0);
		return 0;
	}
	MUST(size > 5 && (data[3] == '0' || data[3] == '1'));
	if (origin.n == 0)
		return 0;
	fuzz_touch(origin);
	at = (size_t)(origin.p - s.p);
	MUST(at >= 9 && at + origin.n < size); /* "SRS0=h=d=" */
	MUST(data[at - 1] == '=' && data[at + origin.n] == '=');
	MUST(rep_str_chr(origin, '=', 0) == SIZE_MAX);
	again = malloc(origin.n + 64);
	MUST(again != NULL);
	memcpy(again, "SRS1=h=first.example=+h=d=", 26);
	memcpy(again + 26, origin.p, origin.n);
	memcpy(again + 26 + origin.n, "=", 1);
	MUST(rep_str_eq(rep_srs_origin((struct rep_str){ again, origin.n + 27 }), origin));
	free(again);
	return 0;
}
