/*
 * tests/fuzz/fuzz_fetched.c -- what the process that fetches a policy or asks for STARTTLS sends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "serve/fetcher.h"

enum { MOST = 64 };

/* Whether a view lies in what was sent. */
static bool
within(struct rep_str view, struct rep_str s)
{
	return view.n == 0 || (view.p >= s.p && view.p + view.n <= s.p + s.n);
}

static void
shown(struct rep_str s)
{
	struct rep_starttls t = { .chain_n = 0 };
	struct rep_err err = { .msg = "" };
	enum rep_rc rc = rep_fetcher_understand_starttls(s, "mx1.a.example", &t, &err);

	if (rc != REP_OK) {
		MUST(t.chain_n == 0 && rc <= REP_EUSAGE && strlen(err.msg) < sizeof err.msg);
		return;
	}
	MUST(t.state < REP_STARTTLS_N && t.chain_n <= REP_STARTTLS_CHAIN);
	MUST((t.state == REP_STARTTLS_ENCRYPTED) == (t.chain_n > 0));
	MUST(t.until_s >= 0 && t.why.n <= REP_STARTTLS_WHY_MAX && within(t.why, s));
	MUST(t.names.n <= REP_STARTTLS_NAMES_MAX && within(t.names, s));
	MUST(rep_starttls_text(t.state)[0] != '\0');
	fuzz_touch(t.why);
	fuzz_touch(t.names);
	for (size_t i = 0; i < t.chain_n; i++) {
		MUST(t.chain[i].certificate.n > 0 && within(t.chain[i].certificate, s));
		MUST(t.chain[i].key.n > 0 && within(t.chain[i].key, s));
		fuzz_touch(t.chain[i].certificate);
		fuzz_touch(t.chain[i].key);
	}
}

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
	shown(s);
	return 0;
}
