/*
 * tests/fuzz/fuzz_tls_report.c -- TLS reports (RFC 8460): JSON, whole or broken.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz_document.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str s = { (const char *)data, size };

	(void)rep_document_kind(rep_str_sub(s, 0, 4096));
	return fuzz_document(REP_DOC_TLS, s);
}
