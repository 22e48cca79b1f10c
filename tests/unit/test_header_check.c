/*
 * unit/test_header_check.c -- which fields of a header break RFC 5322, and how that is said.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "mail/header_check.h"
#include "tap.h"

#define FINE "Received: x\nDate: Tue, 3 Nov 2026 06:42:11 +0000\nFrom: A <a@b.example>\n"

static const struct {
	const char *header, *said;
} cases[] = {
	{ FINE "To: c@d.example\n", "" },
	{ FINE "To: undisclosed-recipients:;\nBcc:\nSubject:\n", "" },
	{ FINE "To:\nCc: \n", "To and Cc are empty" },
	{ FINE "To:\nCc:\nReply-To:\n", "Reply-To, To and Cc are empty" },
	{ FINE "Sender:\n", "Sender is empty" },
	{ FINE "To: nobody\n", "To is malformed" },
	{ FINE "From: B <b@b.example>\n", "From is there more than once" },
	{ FINE "SUBJECT: a\nsubject: b\nSubject: c\nMessage-ID: <1@x>\nMessage-Id: <2@x>\n",
	    "Message-ID and Subject are there more than once" },
	{ "Received: x\nTo: c@d.example\n", "there is no Date and no From" },
	{ "Received: x\nFrom: A <a@b.example>\nTo:\n", "To is empty; there is no Date" },
	{ "Received: x\nDate: yesterday\nFrom: A\n", "Date and From are malformed" },
	/* Whether this is the whole header is not known. */
	{ "Subject: x\nTo: c@d.example\n", "" },
	{ "To:\n", "To is empty" },
	{ "", "" },
};

int
main(void)
{
	struct rep_arena *a = rep_arena_new(1 << 20);
	rep_header_faults all = rep_header_faults_all();
	struct rep_buf b;

	rep_buf_init(&b, 1 << 12);
	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		struct rep_headers h = rep_headers_parse(rep_str_c(cases[i].header), a, NULL);
		rep_header_faults v = rep_header_check(&h);

		rep_buf_clear(&b);
		rep_header_faults_say(&b, v);
		is_str(rep_buf_str(&b), cases[i].said, "case %zu", i);
		ok((v & ~all) == 0, "case %zu: bits that mean something", i);
	}
	rep_buf_clear(&b);
	rep_header_faults_say(&b, all);
	ok(!b.full && b.n < 1000, "all faults at once: %zu bytes", b.n);
	rep_buf_fini(&b);
	rep_arena_free(a);
	return done();
}
