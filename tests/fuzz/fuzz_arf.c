/*
 * tests/fuzz/fuzz_arf.c -- the report part of a complaint (RFC 5965).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz_document.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str s = { (const char *)data, size };

	return fuzz_within(REP_DOC_MAIL,
	    "From: fbl@example.net\nMIME-Version: 1.0\n"
	    "Content-Type: multipart/report; report-type=feedback-report; boundary=\"b_9\"\n\n"
	    "--b_9\n\nA complaint.\n\n--b_9\nContent-Type: message/feedback-report\n\n",
	    s,
	    "\n--b_9\nContent-Type: message/rfc822\n\nFrom: news@shop.example\n"
	    "Message-ID: <1@shop.example>\n\nHello\n--b_9--\n");
}
