/*
 * tests/fuzz/fuzz_auth_failure.c -- failure reports: the fields of RFC 6591, or behind an 'E' the text of Exim.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz_document.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str s = { (const char *)data, size };

	if (s.n > 0 && s.p[0] == 'E')
		return fuzz_within(REP_DOC_MAIL,
		    "From: dmarc@mx.example.net\nSubject: DMARC Forensic Report\n\n"
		    "A message claiming to be from you has failed the published DMARC\n"
		    "policy for your domain.\n\n",
		    rep_str_sub(s, 1, s.n), "\n");
	return fuzz_within(REP_DOC_MAIL,
	    "From: dmarc@mx.example.net\nMIME-Version: 1.0\n"
	    "Content-Type: multipart/report; report-type=feedback-report; boundary=\"b_9\"\n\n"
	    "--b_9\n\nA failure.\n\n--b_9\nContent-Type: message/feedback-report\n\n"
	    "Feedback-Type: auth-failure\n",
	    s,
	    "\n--b_9\nContent-Type: text/rfc822-headers\n\nFrom: news@shop.example\n"
	    "Message-ID: <1@shop.example>\n--b_9--\n");
}
