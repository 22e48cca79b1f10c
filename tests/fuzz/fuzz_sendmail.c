/*
 * tests/fuzz/fuzz_sendmail.c -- messages of Sendmail, one in each line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz_mta.h"

#include "intake/sendmail.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_mta(rep_sendmail_read, (struct rep_str){ (const char *)data, size });
}
