/*
 * tests/fuzz/fuzz_fetched.c -- what the process that fetches a policy sends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "serve/fetcher.h"

enum { MOST = 64 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str s = { (const char *)data, size };
	struct rep_err err = { .msg = "" };
	struct rep_buf out;
	enum rep_rc rc;

	rep_buf_init(&out, MOST);
	rc = rep_fetcher_understand(s, "mta-sts.a.example", &out, &err);
	MUST(out.n <= MOST && !out.full);
	if (rc == REP_OK) /* a document lies in what was sent */
		MUST(rep_str_find(s, rep_buf_str(&out), 0) != SIZE_MAX);
	else
		MUST(out.n == 0 && rc <= REP_EUSAGE && strlen(err.msg) < sizeof err.msg);
	rep_buf_fini(&out);
	return 0;
}
