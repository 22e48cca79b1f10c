/*
 * tests/fuzz/fuzz_kumo.c -- records of KumoMTA's log.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz_document.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str s = { (const char *)data, size };

	return fuzz_document(REP_DOC_EVENTS, s);
}
