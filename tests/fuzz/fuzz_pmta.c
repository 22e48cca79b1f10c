/*
 * tests/fuzz/fuzz_pmta.c -- PowerMTA's accounting CSV, and that of Signal Spam.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz_document.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str s = { (const char *)data, size };

	(void)fuzz_document(REP_DOC_SPAMCSV, s);
	return fuzz_document(REP_DOC_PMTA, s);
}
