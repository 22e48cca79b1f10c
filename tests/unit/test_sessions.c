/* Sessions of the page: begin, rotate, end; limits of time and number; CSRF. SPDX-License-Identifier: Apache-2.0 */
#include "tap.h"

#include "web/sessions.h"

#include <stdlib.h>

enum { NOW = 1793688131 };

static struct rep_sessions *
table(void)
{
	return calloc(1, sizeof(struct rep_sessions));
}

static struct rep_user
account(const char *name, unsigned scopes)
{
	struct rep_user u = { .scopes = scopes };

	snprintf(u.name, sizeof u.name, "%s", name);
	return u;
}

static int64_t
rows_in_use(const struct rep_sessions *s)
{
	int64_t n = 0;

	for (size_t i = 0; i < REP_SESSIONS_MAX; i++)
		n += s->v[i].name[0] != '\0';
	return n;
}

static struct rep_web_who
who_of(const struct rep_user *user)
{
	struct rep_web_who w = { .scopes = user->scopes, .mark = rep_user_mark(user) };

	snprintf(w.name, sizeof w.name, "%s", user->name);
	return w;
}

static void
begin(struct rep_sessions *s, const struct rep_user *u, unsigned nth, int64_t now_s,
    char cookie[REP_COOKIE_TEXT])
{
	unsigned char random[REP_SESSIONS_ID_BYTES] = { 0 };
	struct rep_web_who who = who_of(u);

	memcpy(random, &nth, sizeof nth);
	(void)rep_sessions_begin(s, &who, REP_S(""), random, now_s, cookie);
}

static void
one(void)
{
	struct rep_sessions *s = table();
	struct rep_user user = account("jo", REP_MAY_READ);
	struct rep_web_who jo = who_of(&user);
	const unsigned char random[REP_SESSIONS_ID_BYTES] = { 7 },
			    other[REP_SESSIONS_ID_BYTES] = { 8 };
	char cookie[REP_COOKIE_TEXT], next[REP_COOKIE_TEXT];
	const struct rep_signed_in *x = rep_sessions_begin(s, &jo, REP_S(""), random, NOW, cookie);
	bool kept = false;

	ok(x != NULL && strlen(cookie) == 43, "a session with a cookie of 43 characters");
	x = rep_sessions_find(s, rep_str_c(cookie), NOW + 1);
	ok(x != NULL && strcmp(x->name, "jo") == 0 && x->scopes == REP_MAY_READ, "it is found");
	for (size_t i = 0; i + sizeof random <= sizeof *s; i++)
		kept = kept || memcmp((const char *)s + i, random, sizeof random) == 0;
	ok(!kept, "the table does not have its id");
	ok(rep_sessions_find(s, REP_S(""), NOW) == NULL, "no cookie is nobody's");
	ok(rep_sessions_find(s, rep_str_sub(rep_str_c(cookie), 0, 42), NOW) == NULL, "nor a part");
	ok(rep_sessions_find(s, REP_S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), NOW) == NULL,
	    "nor one of zeros, as free rows have");
	x = rep_sessions_begin(s, &jo, rep_str_c(cookie), other, NOW, next);
	ok(x != NULL && strcmp(cookie, next) != 0, "a second login makes another id");
	ok(rep_sessions_find(s, rep_str_c(cookie), NOW) == NULL, "and the old one is nobody's");
	is_int(rows_in_use(s), 1, "one session is open");
	rep_sessions_end(s, rep_str_c(cookie));
	is_int(rows_in_use(s), 1, "a logout of the old one ends nothing");
	rep_sessions_end(s, rep_str_c(next));
	ok(rep_sessions_find(s, rep_str_c(next), NOW) == NULL, "a logout ends it");
	free(s);
}

static void
times(void)
{
	static const struct {
		const char *what;
		int64_t every_s, until_s;
		bool open;
	} row[] = { { "just before 12 hours without a request", 0, 12 * 3600 - 1, true },
		{ "12 hours without a request", 0, 12 * 3600, false },
		{ "a request an hour, just before 7 days", 3600, 7 * 86400 - 1, true },
		{ "a request an hour, 7 days", 3600, 7 * 86400, false } };

	for (size_t i = 0; i < REP_COUNT(row); i++) {
		struct rep_sessions *s = table();
		struct rep_user jo = account("jo", REP_MAY_READ);
		char cookie[REP_COOKIE_TEXT];

		begin(s, &jo, 1, NOW, cookie);
		for (int64_t t = row[i].every_s; t > 0 && t < row[i].until_s; t += row[i].every_s)
			(void)rep_sessions_find(s, rep_str_c(cookie), NOW + t);
		ok((rep_sessions_find(s, rep_str_c(cookie), NOW + row[i].until_s) != NULL) ==
			row[i].open,
		    "%s: %s", row[i].what, row[i].open ? "open" : "ended");
		free(s);
	}
}

static void
clock_back(void)
{
	struct rep_sessions *s = table();
	struct rep_user jo = account("jo", REP_MAY_READ);
	char cookie[REP_COOKIE_TEXT];

	begin(s, &jo, 1, NOW, cookie);
	ok(rep_sessions_find(s, rep_str_c(cookie), NOW - 86400) != NULL,
	    "a clock that is set back by a day ends nothing");
	ok(rep_sessions_find(s, rep_str_c(cookie), NOW + 12 * 3600) == NULL,
	    "and gives nobody more time");
	free(s);
}

static void
many(void)
{
	struct rep_sessions *s = table();
	struct rep_user jo = account("jo", REP_MAY_READ), ann = account("ann", REP_MAY_READ);
	static char cookie[REP_SESSIONS_MAX + 2][REP_COOKIE_TEXT];
	unsigned n = 0;
	char anns[REP_COOKIE_TEXT];

	begin(s, &ann, 1 << 20, NOW, anns);
	for (unsigned i = 0; i < REP_SESSIONS_OF_USER_MAX + 1; i++)
		begin(s, &jo, i, NOW + 1 + i, cookie[i]);
	is_int(rows_in_use(s), REP_SESSIONS_OF_USER_MAX + 1,
	    "32 sessions of one account, and one of another");
	ok(rep_sessions_find(s, rep_str_c(cookie[0]), NOW + 99) == NULL &&
		rep_sessions_find(s, rep_str_c(cookie[1]), NOW + 99) != NULL,
	    "its oldest has ended");
	ok(rep_sessions_find(s, rep_str_c(anns), NOW + 99) != NULL, "not that of another");
	memset(s, 0, sizeof *s);
	for (unsigned i = 0; i < REP_SESSIONS_MAX + 1; i++) {
		char name[16];

		snprintf(name, sizeof name, "u%u", i / REP_SESSIONS_OF_USER_MAX);
		jo = account(name, REP_MAY_READ);
		begin(s, &jo, i, NOW + i, cookie[i]);
	}
	for (unsigned i = 0; i < REP_SESSIONS_MAX + 1; i++)
		n += rep_sessions_find(s, rep_str_c(cookie[i]), NOW + 5000) != NULL;
	is_int(n, REP_SESSIONS_MAX, "1,024 in all");
	ok(rep_sessions_find(s, rep_str_c(cookie[0]), NOW + 5000) == NULL,
	    "the one that was not used for longest has ended for one more");
	free(s);
}

static void
accounts_change(void)
{
	struct rep_sessions *s = table();
	struct rep_user v[3] = { account("jo", REP_MAY_READ), account("ann", REP_MAY_ALL),
		account("bob", REP_MAY_READ) };
	struct rep_web_who w[3];
	char cookie[3][REP_COOKIE_TEXT];
	const struct rep_signed_in *x;

	for (unsigned i = 0; i < 3; i++)
		begin(s, &v[i], i, NOW, cookie[i]);
	for (size_t i = 0; i < 3; i++)
		w[i] = who_of(&v[i]);
	is_int((int64_t)rep_sessions_refresh(s, w, 3), 0, "nothing has changed: nothing ends");
	v[0].hash[0] = 1;
	v[1].scopes = REP_MAY_READ;
	w[0] = who_of(&v[0]);
	w[1] = who_of(&v[1]);
	is_int((int64_t)rep_sessions_refresh(s, w, 2), 2,
	    "one has another password, one is gone: two sessions end");
	ok(rep_sessions_find(s, rep_str_c(cookie[0]), NOW) == NULL,
	    "the one with another password");
	ok(rep_sessions_find(s, rep_str_c(cookie[2]), NOW) == NULL, "the one that is gone");
	x = rep_sessions_find(s, rep_str_c(cookie[1]), NOW);
	ok(x != NULL && x->scopes == REP_MAY_READ, "the third may do what it may today");
	free(s);
}

static void
csrf(void)
{
	struct rep_sessions *s = table();
	struct rep_user jo = account("jo", REP_MAY_READ);
	char cookie[REP_COOKIE_TEXT], other[REP_COOKIE_TEXT], token[REP_CSRF_TEXT],
	    t2[REP_CSRF_TEXT];

	begin(s, &jo, 1, NOW, cookie);
	begin(s, &jo, 2, NOW, other);
	ok(strlen(rep_sessions_csrf(rep_str_c(cookie), token)) == 43 && strcmp(token, cookie) != 0,
	    "a CSRF token that is not the cookie");
	ok(rep_sessions_csrf_fits(rep_str_c(cookie), rep_str_c(token)), "it fits");
	ok(!rep_sessions_csrf_fits(rep_str_c(other), rep_str_c(token)), "to no other session");
	ok(!rep_sessions_csrf_fits(rep_str_c(cookie), rep_str_c(cookie)),
	    "the cookie does not fit");
	ok(!rep_sessions_csrf_fits(rep_str_c(cookie), REP_S("")) &&
		!rep_sessions_csrf_fits(REP_S(""), REP_S("")) &&
		!rep_sessions_csrf_fits(rep_str_c(cookie), rep_str_sub(rep_str_c(token), 0, 42)),
	    "nor nothing, nor a part");
	is_str(rep_str_c(rep_sessions_csrf(REP_S("x"), t2)), "", "what is no cookie has none");
	free(s);
}

int
main(void)
{
	one();
	times();
	clock_back();
	many();
	accounts_change();
	csrf();
	return done();
}
