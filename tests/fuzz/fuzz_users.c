/*
 * tests/fuzz/fuzz_users.c -- the file of accounts and tokens, as a damaged disk or a hand may leave it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "web/users.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rep_users u, again;
	struct rep_str text = { (const char *)data, size };
	struct rep_err err = { .msg = "" };
	struct rep_buf a, b;
	unsigned scopes = 0;

	if (rep_users_parse("f", text, &u, &err) != REP_OK) {
		MUST(u.users == 0 && u.tokens == 0 && strncmp(err.msg, "f:", 2) == 0);
		return 0;
	}
	rep_buf_init(&a, 2 << 20);
	rep_buf_init(&b, 2 << 20);
	for (size_t i = 0; i < u.users; i++) {
		MUST(rep_user_name_check(rep_str_c(u.user[i].name), &err) == REP_OK);
		MUST(rep_users_find(&u, rep_str_c(u.user[i].name)) == &u.user[i]);
		MUST(u.user[i].scopes != 0 && (u.user[i].scopes & ~(unsigned)REP_MAY_ALL) == 0);
	}
	for (size_t i = 0; i < u.tokens; i++) {
		MUST(u.token[i].scopes != 0);
		MUST(rep_users_find(&u, rep_str_c(u.token[i].name)) != NULL);
	}
	/* No text is a token whose hash stands in a file: that would be found by chance. */
	MUST(rep_users_token(&u, text, &scopes) == NULL);
	rep_users_write(&u, &a);
	MUST(rep_users_parse("f", rep_buf_str(&a), &again, &err) == REP_OK);
	rep_users_write(&again, &b);
	MUST(rep_str_eq(rep_buf_str(&a), rep_buf_str(&b)));
	rep_buf_fini(&a);
	rep_buf_fini(&b);
	return 0;
}
