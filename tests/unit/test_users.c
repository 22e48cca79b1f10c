/* The file of accounts: what is read, what is refused, names, passwords, tokens. SPDX-License-Identifier: Apache-2.0 */
#include "tap.h"

#include "base/arena.h"
#include "web/users.h"

#include <stdlib.h>

#define SALT "000102030405060708090a0b0c0d0e0f"
/* Python: hashlib.scrypt(b"four random words", salt=bytes(range(16)), n=32768, r=8, p=3, maxmem=2**26, dklen=32) */
#define HASH "2090fb62ae6b9ce7536691f41072777398ac2bcc0a703da989e913d5402d1412"
#define OTHER "00000000000000000000000000000000000000000000000000000000000000ff"
#define HEAD "reputed-users 1\n"
#define MADE "2026-11-03T06:42:11Z"
#define JO "user jo read,act,trace,metrics " MADE " scrypt 32768 8 3 " SALT " " HASH "\n"
#define ANN "user ann read " MADE " scrypt 16384 8 5 " SALT " " OTHER "\n"
#define TOKEN "token 0123456789ab jo read,metrics " MADE " sha256 " OTHER "\n"

static struct rep_users *
users(void)
{
	return calloc(1, sizeof(struct rep_users));
}

static void
reads_and_writes(void)
{
	struct rep_users *u = users(), *again = users();
	struct rep_err err = { .msg = "" };
	struct rep_buf b, c;

	rep_buf_init(&b, REP_USERS_BYTES_MAX);
	rep_buf_init(&c, REP_USERS_BYTES_MAX);
	is_int(rep_users_parse("f", REP_S(HEAD "# note\n\n" JO TOKEN ANN), u, &err), REP_OK,
	    "a file with two accounts and a token: %s", err.msg);
	is_int((int64_t)u->users, 2, "two accounts");
	is_int((int64_t)u->tokens, 1, "one token");
	is_str(rep_str_c(u->user[0].name), "jo", "its name");
	is_int(u->user[0].scopes, REP_MAY_ALL, "its scopes");
	is_int(u->user[0].made_at_s, 1793688131, "when it was made");
	is_int(u->user[1].scopes, REP_MAY_READ, "the scopes of the other");
	is_int(u->user[1].n, 16384, "what its hash costs stands beside it");
	is_int(u->token[0].scopes, REP_MAY_READ | REP_MAY_METRICS, "of the token");
	rep_users_write(u, &b);
	is_int(
	    rep_users_parse("f", rep_buf_str(&b), again, &err), REP_OK, "what was written is read");
	rep_users_write(again, &c);
	ok(rep_str_eq(rep_buf_str(&b), rep_buf_str(&c)), "and is the same");
	is_int(rep_users_parse("f", REP_S(HEAD), u, &err), REP_OK, "a file with nobody");
	is_int((int64_t)u->users, 0, "has nobody");
	rep_buf_fini(&b);
	rep_buf_fini(&c);
	free(u);
	free(again);
}

static const struct {
	const char *name, *text, *says;
	enum rep_rc rc;
} bad[] = {
	{ "an empty file", "", "f:1: the first line is not", REP_ESYNTAX },
	{ "a newer version", "reputed-users 2\n" JO, "f:1: the first line is not", REP_ESYNTAX },
	{ "a file that was cut", HEAD "user jo read", "f:2: the last line has no end",
	    REP_ESYNTAX },
	{ "a word of another kind", HEAD "group jo\n", "f:2: neither", REP_ESYNTAX },
	{ "two blanks", HEAD "user  jo\n", "f:2: not words", REP_ESYNTAX },
	{ "a blank at the end", HEAD "user jo \n", "f:2: not words", REP_ESYNTAX },
	{ "a CR", HEAD "# x\nuser jo\r\n", "f:3: not words", REP_ESYNTAX },
	{ "too few fields", HEAD "user jo read " MADE " scrypt 32768 8 3 " SALT "\n",
	    "f:2: not user", REP_ESYNTAX },
	{ "too many fields", HEAD "user jo read " MADE " scrypt 32768 8 3 " SALT " " OTHER " x\n",
	    "f:2: not words", REP_ESYNTAX },
	{ "another hash", HEAD "user jo read " MADE " argon2 32768 8 3 " SALT " " OTHER "\n",
	    "f:2: not user", REP_ESYNTAX },
	{ "a name in capitals", HEAD "user Jo read " MADE " scrypt 32768 8 3 " SALT " " OTHER "\n",
	    "f:2: \"Jo\" cannot be a name", REP_ESYNTAX },
	{ "the same name twice", HEAD JO ANN JO, "f:4: the user jo a second time", REP_ESYNTAX },
	{ "an unknown scope", HEAD "user jo root " MADE " scrypt 32768 8 3 " SALT " " OTHER "\n",
	    "f:2: \"root\" are no scopes", REP_ESYNTAX },
	{ "a scope twice", HEAD "user jo read,read " MADE " scrypt 32768 8 3 " SALT " " OTHER "\n",
	    "f:2: \"read,read\"", REP_ESYNTAX },
	{ "a comma at the end", HEAD "user jo read, " MADE " scrypt 32768 8 3 " SALT " " OTHER "\n",
	    "f:2: \"read,\"", REP_ESYNTAX },
	{ "no time", HEAD "user jo read 2026-11-03 scrypt 32768 8 3 " SALT " " OTHER "\n",
	    "f:2: \"2026-11-03\" is no time", REP_ESYNTAX },
	{ "a cost that is too low",
	    HEAD "user jo read " MADE " scrypt 8192 8 3 " SALT " " OTHER "\n",
	    "f:2: 8192 8 3 is no cost", REP_ESYNTAX },
	{ "a cost that is no power of two",
	    HEAD "user jo read " MADE " scrypt 32769 8 3 " SALT " " OTHER "\n", "f:2: 32769",
	    REP_ESYNTAX },
	{ "a cost that has no room",
	    HEAD "user jo read " MADE " scrypt 131072 16 3 " SALT " " OTHER "\n",
	    "f:2: 131072 16 3", REP_ESYNTAX },
	{ "17 times", HEAD "user jo read " MADE " scrypt 32768 8 17 " SALT " " OTHER "\n",
	    "f:2: 32768 8 17", REP_ESYNTAX },
	{ "a short salt", HEAD "user jo read " MADE " scrypt 32768 8 3 00 " OTHER "\n",
	    "f:2: the salt or the hash of jo is damaged", REP_ESYNTAX },
	{ "a hash in capitals",
	    HEAD "user jo read " MADE " scrypt 32768 8 3 " SALT
		 " 00000000000000000000000000000000000000000000000000000000000000FF\n",
	    "f:2: the salt or the hash", REP_ESYNTAX },
	{ "a token before its user", HEAD TOKEN JO, "f:2: the token 0123456789ab does not stand",
	    REP_ESYNTAX },
	{ "a token behind another user", HEAD JO ANN TOKEN, "f:4: the token 0123456789ab does not",
	    REP_ESYNTAX },
	{ "a token twice", HEAD JO TOKEN TOKEN, "f:4: the token 0123456789ab a second time",
	    REP_ESYNTAX },
	{ "an id that is none", HEAD JO "token 0123456789xx jo read " MADE " sha256 " OTHER "\n",
	    "f:3: \"0123456789xx\" is no id", REP_ESYNTAX },
	{ "a token of another hash", HEAD JO "token 0123456789ab jo read " MADE " sha1 " OTHER "\n",
	    "f:3: not token", REP_ESYNTAX },
};

static void
refuses(void)
{
	struct rep_users *u = users();

	for (size_t i = 0; i < REP_COUNT(bad); i++) {
		struct rep_err err = { .msg = "" };
		enum rep_rc rc = rep_users_parse("f", rep_str_c(bad[i].text), u, &err);

		ok(rc == bad[i].rc && strstr(err.msg, bad[i].says) == err.msg && u->users == 0 &&
			u->tokens == 0,
		    "%s: nothing of the file is used, \"%s\"", bad[i].name, err.msg);
	}
	free(u);
}

static void
names(void)
{
	static const struct {
		const char *name;
		bool fine;
	} row[] = { { "jo", true }, { "jo@example.com", true }, { "a.b_c-d+e", true },
		{ "0", true }, { "", false }, { ".jo", false }, { "Jo", false }, { "jo jo", false },
		{ "j\xc3\xb6", false }, { "jo\n", false }, { "../x", false } };
	char longest[REP_USER_NAME_MAX + 2];
	struct rep_err err;

	for (size_t i = 0; i < REP_COUNT(row); i++)
		ok((rep_user_name_check(rep_str_c(row[i].name), &err) == REP_OK) == row[i].fine,
		    "name %zu is %s", i, row[i].fine ? "one" : "none");
	memset(longest, 'a', sizeof longest);
	ok(rep_user_name_check((struct rep_str){ longest, REP_USER_NAME_MAX }, &err) == REP_OK &&
		rep_user_name_check((struct rep_str){ longest, REP_USER_NAME_MAX + 1 }, &err) ==
		    REP_EUSAGE,
	    "64 bytes fit, 65 do not");
}

static void
passwords(void)
{
	static const struct {
		const char *what, *password;
		bool fine;
	} row[] = { { "four words", "four random words", true },
		{ "12 characters", "abcdefghijkl", true },
		{ "11 characters", "abcdefghijk", false },
		{ "12 characters of two bytes",
		    "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa9\xc3\xa8\xc3\xa0\xc3\xb1\xc3\xa7\xc3\xb8\xc3\xa5\xc3\xaa\xc3\xae",
		    true },
		{ "6 characters of two bytes", "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa9\xc3\xa8\xc3\xa0",
		    false },
		{ "nothing", "", false }, { "one letter", "aaaaaaaaaaaaaaaa", false },
		{ "two letters", "abababababababab", false },
		{ "three letters", "abcabcabcabcabca", true },
		{ "the name", "Jo@Example.com", false }, { "a tab", "abcdefghijkl\tm", false },
		{ "no UTF-8", "abcdefghijkl\xff", false } };
	char longest[REP_PASSWORD_MAX + 1];
	struct rep_err err;

	for (size_t i = 0; i < REP_COUNT(row); i++) {
		struct rep_str p = rep_str_c(row[i].password);
		enum rep_rc rc = rep_password_check(p, REP_S("jo@example.com"), &err);

		ok((rc == REP_OK) == row[i].fine &&
			(rc == REP_OK || p.n == 0 || strstr(err.msg, row[i].password) == NULL),
		    "%s: %s", row[i].what, row[i].fine ? "a password" : "none");
	}
	for (size_t i = 0; i < sizeof longest; i++)
		longest[i] = (char)('a' + i % 26);
	ok(rep_password_check((struct rep_str){ longest, REP_PASSWORD_MAX }, REP_S("jo"), &err) ==
		    REP_OK &&
		rep_password_check((struct rep_str){ longest, REP_PASSWORD_MAX + 1 }, REP_S("jo"),
		    &err) == REP_EUSAGE,
	    "256 bytes fit, 257 do not");
}

static void
logins(void)
{
	struct rep_users *u = users();
	struct rep_user *jo = NULL, *again = NULL;
	struct rep_err err = { .msg = "" };
	const unsigned char zero[REP_SALT_BYTES] = { 0 };
	uint64_t mark;

	is_int(rep_users_parse("f", REP_S(HEAD JO ANN), u, &err), REP_OK, "%s", err.msg);
	ok(rep_users_login(u, REP_S("jo"), REP_S("four random words")) == &u->user[0],
	    "the password, by a hash of another implementation");
	ok(rep_users_login(u, REP_S("JO"), REP_S("four random words")) == &u->user[0],
	    "the name in capitals");
	ok(rep_users_login(u, REP_S("jo"), REP_S("four random word")) == NULL, "a wrong password");
	ok(rep_users_login(u, REP_S("jo"), REP_S("")) == NULL, "no password");
	ok(rep_users_login(u, REP_S("ann"), REP_S("four random words")) == NULL,
	    "the password of another account");
	ok(rep_users_login(u, REP_S("bob"), REP_S("four random words")) == NULL, "no such account");
	ok(rep_users_login(u, REP_S(""), REP_S("")) == NULL, "no name");
	mark = rep_user_mark(&u->user[0]);
	ok(rep_user_password(&u->user[0], REP_S("five random words, too"), zero, &err) == REP_OK &&
		rep_users_login(u, REP_S("jo"), REP_S("four random words")) == NULL &&
		rep_users_login(u, REP_S("jo"), REP_S("five random words, too")) != NULL,
	    "another password: only that one fits");
	ok(mark != rep_user_mark(&u->user[0]), "and the mark is another");
	is_int(u->user[0].n, 32768, "at today's cost");
	is_int(rep_users_add(u, REP_S("Bob"), REP_MAY_READ, 1, &jo, &err), REP_EUSAGE,
	    "a name in capitals is not added");
	is_int(rep_users_add(u, REP_S("jo"), REP_MAY_READ, 1, &jo, &err), REP_EUSAGE,
	    "nor one that is there: %s", err.msg);
	is_int(rep_users_add(u, REP_S("bob"), REP_MAY_READ, 1, &jo, &err), REP_OK, "a new one is");
	ok(jo == &u->user[2] && rep_users_find(u, REP_S("BOB")) == jo, "and is found");
	ok(rep_users_login(u, REP_S("bob"), REP_S("")) == NULL,
	    "an account whose password was not set yet lets nobody in");
	while (u->users < REP_USERS_MAX) {
		char name[16];

		snprintf(name, sizeof name, "u%zu", u->users);
		if (rep_users_add(u, rep_str_c(name), REP_MAY_READ, 1, &again, &err) != REP_OK)
			break;
	}
	is_int((int64_t)u->users, REP_USERS_MAX, "256 have room");
	is_int(rep_users_add(u, REP_S("more"), REP_MAY_READ, 1, &again, &err), REP_ELIMIT,
	    "and no more: %s", err.msg);
	free(u);
}

static void
tokens(void)
{
	struct rep_users *u = users();
	unsigned char random[REP_TOKEN_BYTES + REP_TOKEN_ID_BYTES] = { 0 };
	char first[REP_TOKEN_TEXT], second[REP_TOKEN_TEXT], name[REP_USER_NAME_MAX + 1];
	const struct rep_user_token *t = NULL;
	struct rep_err err = { .msg = "" };
	unsigned scopes = 0;

	is_int(rep_users_parse("f", REP_S(HEAD JO ANN), u, &err), REP_OK, "%s", err.msg);
	is_int(rep_users_token_add(u, REP_S("jo"), REP_MAY_METRICS, 5, random, first, &t, &err),
	    REP_OK, "a token of one scope");
	is_str(rep_str_c(first), "rep_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "its text");
	is_str(rep_str_c(t->id), "000000000000", "its id");
	is_int(rep_users_token_add(u, REP_S("jo"), 0, 5, random, second, &t, &err), REP_EIO,
	    "the same id a second time is refused");
	memset(random, 0xff, sizeof random);
	is_int(rep_users_token_add(u, REP_S("ann"), 0, 5, random, second, &t, &err), REP_OK,
	    "a token with all that ann may do");
	is_str(rep_str_c(second), "rep___________________________________________8", "its text");
	ok(rep_users_token(u, rep_str_c(first), &scopes) == &u->token[0] &&
		scopes == REP_MAY_METRICS,
	    "the first is known");
	ok(rep_users_token(u, rep_str_c(second), &scopes) == &u->token[1] && scopes == REP_MAY_READ,
	    "the second has the scope of its account");
	second[10] = 'x';
	ok(rep_users_token(u, rep_str_c(second), &scopes) == NULL, "one that differs is not");
	ok(rep_users_token(u, rep_str_sub(rep_str_c(first), 0, 46), &scopes) == NULL &&
		rep_users_token(u, rep_str_sub(rep_str_c(first), 4, 43), &scopes) == NULL &&
		rep_users_token(u, REP_S(""), &scopes) == NULL,
	    "nor a part of one");
	memset(random, 1, sizeof random);
	is_int(rep_users_token_add(u, REP_S("ann"), REP_MAY_ACT, 5, random, second, &t, &err),
	    REP_EUSAGE, "no token may do more than its account: %s", err.msg);
	is_int(rep_users_token_add(u, REP_S("bob"), 0, 5, random, second, &t, &err), REP_ENOTFOUND,
	    "no token without an account");
	u->user[0].scopes = REP_MAY_READ;
	ok(rep_users_token(u, rep_str_c(first), &scopes) != NULL && scopes == 0,
	    "what the account lost, its token lost");
	ok(!rep_users_token_remove(u, REP_S("0"), name), "no such id");
	ok(rep_users_token_remove(u, REP_S("000000000000"), name) && strcmp(name, "jo") == 0 &&
		u->tokens == 1 && rep_users_token(u, rep_str_c(first), &scopes) == NULL,
	    "a token that was revoked is not known any more");
	is_int((int64_t)rep_users_remove(u, REP_S("ann")), 1, "an account goes with its token");
	is_int((int64_t)u->tokens, 0, "none is left");
	ok(rep_users_remove(u, REP_S("ann")) == SIZE_MAX, "it is gone");
	is_str(rep_str_c(u->user[0].name), "jo", "the other is there");
	for (size_t i = 0; i < REP_TOKENS_MAX; i++) {
		memcpy(random + REP_TOKEN_BYTES, &i, 2);
		memcpy(random, &i, 2);
		if (rep_users_token_add(u, REP_S("jo"), 0, 5, random, second, &t, &err) != REP_OK)
			break;
	}
	is_int((int64_t)u->tokens, REP_TOKENS_MAX, "1,024 tokens have room");
	random[REP_TOKEN_BYTES + 2] = 9;
	is_int(rep_users_token_add(u, REP_S("jo"), 0, 5, random, second, &t, &err), REP_ELIMIT,
	    "and no more: %s", err.msg);
	free(u);
}

/* The largest file that is written is one that is read. */
static void
full(void)
{
	struct rep_users *u = users();
	struct rep_err err = { .msg = "" };
	struct rep_buf b;

	rep_buf_init(&b, 4 << 20);
	for (size_t i = 0; i < REP_USERS_MAX; i++) {
		struct rep_user *x = &u->user[u->users++];

		*x = (struct rep_user){ .scopes = REP_MAY_ALL, .n = 131072, .r = 8, .p = 16 };
		memset(x->name, 'a', REP_USER_NAME_MAX);
		snprintf(x->name + 60, 5, "%04zu", i);
		for (size_t k = 0; k < REP_TOKENS_MAX / REP_USERS_MAX; k++) {
			struct rep_user_token *t = &u->token[u->tokens++];

			t->scopes = REP_MAY_ALL;
			memcpy(t->name, x->name, sizeof t->name);
			snprintf(t->id, sizeof t->id, "%012zx", u->tokens);
		}
	}
	rep_users_write(u, &b);
	is_int(rep_users_parse("f", rep_buf_str(&b), u, &err), REP_OK,
	    "a full file of %zu bytes: %s", b.n, err.msg);
	ok(u->users == REP_USERS_MAX && u->tokens == REP_TOKENS_MAX, "all of it is there");
	ok(b.n <= REP_USERS_BYTES_MAX, "it is within the limit");
	rep_buf_clear(&b);
	rep_buf_add(&b, REP_S(HEAD));
	while (b.n < REP_USERS_BYTES_MAX - 2)
		rep_buf_add(&b, REP_S("#\n"));
	while (b.n < REP_USERS_BYTES_MAX)
		rep_buf_addc(&b, '\n');
	is_int(rep_users_parse("f", rep_buf_str(&b), u, &err), REP_OK, "1 MB is read: %s", err.msg);
	rep_buf_addc(&b, '\n');
	is_int(rep_users_parse("f", rep_buf_str(&b), u, &err), REP_ELIMIT, "a byte more is not: %s",
	    err.msg);
	rep_buf_fini(&b);
	free(u);
}

int
main(void)
{
	reads_and_writes();
	refuses();
	names();
	passwords();
	logins();
	tokens();
	full();
	return done();
}
