/*
 * tests/fuzz/fuzz_archive.c -- zip and gzip with any content.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz_document.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str s = { (const char *)data, size };

	return fuzz_document(REP_DOC_ZIP, s);
}
