/*
 * tests/fuzz/fuzz_dsn.c -- the status part of a bounce (RFC 3464).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz_document.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str s = { (const char *)data, size };

	return fuzz_within(REP_DOC_MAIL,
	    "From: MAILER-DAEMON@mx1.shop.example\nMIME-Version: 1.0\n"
	    "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b_9\"\n\n"
	    "--b_9\n\nIt did not work.\n\n--b_9\nContent-Type: message/delivery-status\n\n",
	    s, "\n--b_9--\n");
}
