/*
 * tests/fuzz/fuzz_opensmtpd.c -- messages of OpenSMTPD, one in each line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz_mta.h"

#include "intake/opensmtpd.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_mta(rep_opensmtpd_read, (struct rep_str){ (const char *)data, size });
}
