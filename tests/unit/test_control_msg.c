/*
 * unit/test_control_msg.c -- messages of the control socket: what was put in is read again, and nothing else is taken.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve/control_msg.h"
#include "tap.h"

static struct rep_control_command c, back;
static struct rep_buf b;
static struct rep_err err;

static void
usual(void)
{
	memset(&c, 0, sizeof c);
	c.words[0] = REP_S("forget");
	c.words[1] = REP_S("--json");
	c.words[2] = REP_S("jo@example.com");
	c.words_n = 3;
	c.worst = 3;
	c.env[REP_CONTROL_TZ] = REP_S("Europe/Paris");
	c.env[REP_CONTROL_NO_COLOR] = REP_S("");
	c.config = (struct rep_control_file){ true, 2049, UINT64_MAX, 480, 1793750000, 999999999 };
}

static enum rep_rc
put_and_get(void)
{
	struct rep_msg m;
	enum rep_rc rc;

	rep_buf_clear(&b);
	err = (struct rep_err){ .msg = "" };
	if (!rep_control_put_command(&b, &c))
		return REP_EUSAGE;
	if ((rc = rep_control_take(rep_buf_str(&b), &m, &err)) == REP_OK)
		rc = rep_control_get_command(&m, &back, &err);
	return rc;
}

static bool
says(const char *words)
{
	return rep_str_find(rep_str_c(err.msg), rep_str_c(words), 0) != SIZE_MAX;
}

static void
command(void)
{
	usual();
	is_int(put_and_get(), REP_OK, "a command line is read again");
	is_int((int64_t)back.words_n, 3, "its words");
	is_str(back.words[0], "forget", "the command");
	is_str(back.words[2], "jo@example.com", "the last word");
	ok(back.worst == 3, "the exit code so far");
	is_str(back.env[REP_CONTROL_TZ], "Europe/Paris", "the zone");
	ok(back.env[REP_CONTROL_NO_COLOR].p != NULL && back.env[REP_CONTROL_NO_COLOR].n == 0,
	    "set and empty is not unset");
	ok(back.env[REP_CONTROL_COLUMNS].p == NULL, "unset stays unset");
	ok(back.config.named && back.config.dev == 2049 && back.config.ino == UINT64_MAX &&
		!back.know.named && back.know.size == 0,
	    "the files that are named");
	ok(back.config.size == 480 && back.config.mtime_s == 1793750000 &&
		back.config.mtime_ns == 999999999,
	    "as they were when they were read");
}

static void
limits(void)
{
	static char large[REP_CONTROL_MAX];

	usual();
	for (size_t i = 0; i < REP_CONTROL_WORDS_MAX; i++)
		c.words[i] = REP_S("a");
	c.words_n = REP_CONTROL_WORDS_MAX;
	is_int(put_and_get(), REP_OK, "as many words as fit");
	memset(large, 'a', sizeof large);
	usual();
	c.words[1] = (struct rep_str){ large, sizeof large - 200 };
	is_int(put_and_get(), REP_OK, "a long word");
	c.words[1].n = sizeof large;
	is_int(put_and_get(), REP_EUSAGE, "one that fits into no packet is not sent");
	c.words_n = 0;
	is_int(put_and_get(), REP_ESYNTAX, "no word at all");
	ok(says("does not have the form"), "which is said: %s", err.msg);
	usual();
	c.words[2] = REP_S("jo\0@example.com");
	is_int(put_and_get(), REP_ESYNTAX, "a NUL in a word");
	usual();
	c.worst = REP_CONTROL_CODE_MAX + 1;
	is_int(put_and_get(), REP_ESYNTAX, "an exit code that is none");
}

/* One that says it has more words than it may. */
static void
many(void)
{
	struct rep_msg m;
	size_t at;

	usual();
	(void)put_and_get();
	at = b.n - 3 * 4 - 6 - 6 - 14 - 4;
	b.p[at + 1] = 5; /* 1,283 */
	ok(rep_control_take(rep_buf_str(&b), &m, &err) == REP_OK &&
		rep_control_get_command(&m, &back, &err) == REP_ELIMIT,
	    "more words than may be");
	ok(says("1024 words"), "which is said: %s", err.msg);
}

static void
version(void)
{
	struct rep_msg m;

	usual();
	(void)put_and_get();
	b.p[REP_MSG_HEADER] = 9;
	ok(rep_control_take(rep_buf_str(&b), &m, &err) == REP_OK &&
		rep_control_get_command(&m, &back, &err) == REP_ESYNTAX,
	    "another version");
	ok(says("another version") && says("restart"), "which is said: %s", err.msg);
}

/* Every beginning of a message, and every one with a byte too many. */
static void
torn(void)
{
	static char copy[REP_CONTROL_MAX + 1];
	struct rep_msg m;
	unsigned taken = 0;
	size_t n;

	usual();
	(void)put_and_get();
	n = b.n;
	memcpy(copy, b.p, n);
	for (size_t i = 0; i < n; i++)
		taken += rep_control_take((struct rep_str){ copy, i }, &m, NULL) == REP_OK;
	is_int(taken, 0, "no beginning of it is a message");
	copy[n] = 0;
	is_int(rep_control_take((struct rep_str){ copy, n + 1 }, &m, &err), REP_ESYNTAX,
	    "nor with a byte more");
	is_int(rep_control_take((struct rep_str){ copy, sizeof copy }, &m, &err), REP_ELIMIT,
	    "a packet that is too long");
	ok(says("65536 bytes"), "which is said: %s", err.msg);
}

static void
zones(void)
{
	static const struct {
		const char *tz;
		bool may;
	} v[] = { { "", true }, { "UTC", true }, { "Europe/Paris", true },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", true }, { "<+0330>-3:30", true },
		{ "/etc/shadow", false }, { ":/etc/shadow", false }, { ":Europe/Paris", false },
		{ "../../../etc/shadow", false }, { "Europe/../../x", false }, { "a b", false },
		{ "Europe/Paris\n", false } };

	for (size_t i = 0; i < REP_COUNT(v); i++)
		ok(rep_control_zone(rep_str_c(v[i].tz)) == v[i].may, "zone %zu %s: %.12s", i,
		    v[i].may ? "may be" : "may not be", v[i].tz);
	usual();
	c.env[REP_CONTROL_TZ] = REP_S("/etc/shadow");
	is_int(put_and_get(), REP_ESYNTAX, "a request with such a zone is not taken");
}

static void
names(void)
{
	static char path[REP_CONTROL_NAME_MAX + 10];
	struct rep_control_names all = { .last = false };
	struct rep_control_name name;
	struct rep_msg m;
	size_t at, n = 0, put = 0;

	memset(path, 'n', sizeof path);
	rep_buf_clear(&b);
	at = rep_control_begin_names(&b, 3);
	ok(rep_control_put_name(
	       &b, &(struct rep_control_name){ REP_S("box/mail"), false, false }) &&
		rep_control_put_name(&b, &(struct rep_control_name){ REP_S("pipe"), true, true }),
	    "two names fit");
	while (rep_control_put_name(
	    &b, &(struct rep_control_name){ { path, sizeof path }, true, false }))
		put++;
	ok(put >= 10 && b.n <= REP_CONTROL_MAX, "then some long ones, until they do not");
	rep_control_end_names(&b, at, true);
	ok(rep_control_take(rep_buf_str(&b), &m, &err) == REP_OK &&
		rep_control_get_names(&m, &all, &err) == REP_OK && all.last && all.worst == 3,
	    "they are read again");
	ok(rep_control_next_name(&all, &name) && !name.given && !name.once &&
		rep_str_eq(name.name, REP_S("box/mail")),
	    "the first");
	ok(rep_control_next_name(&all, &name) && name.given && name.once, "the second");
	for (; rep_control_next_name(&all, &name); n++)
		if (name.name.n != REP_CONTROL_NAME_MAX)
			ok(false, "a long name is cut");
	is_int((int64_t)n, (int64_t)put, "and the long ones, cut");
	b.p[REP_MSG_HEADER + 2] = 4;
	ok(rep_control_take(rep_buf_str(&b), &m, &err) == REP_OK &&
		rep_control_get_names(&m, &all, &err) == REP_ESYNTAX,
	    "a flag that is none");
}

static void
answers(void)
{
	struct rep_str why;
	struct rep_msg m;
	unsigned code = 9;
	uint64_t nth = 0;

	rep_buf_clear(&b);
	rep_control_put_done(&b, 4);
	ok(rep_control_take(rep_buf_str(&b), &m, NULL) == REP_OK &&
		rep_control_get_done(&m, &code, NULL) == REP_OK && code == 4,
	    "DONE");
	ok(rep_control_get_want(&m, &nth, NULL) != REP_OK &&
		rep_control_get_no(&m, &why, NULL) != REP_OK &&
		rep_control_get_file(&m, &why, NULL) != REP_OK &&
		rep_control_get_command(&m, &back, NULL) != REP_OK,
	    "is nothing else");
	b.p[b.n - 1] = 5;
	ok(rep_control_get_done(&m, &code, NULL) != REP_OK, "DONE with a code that is none");
	rep_buf_clear(&b);
	rep_control_put_want(&b, REP_MSG_WANT_FILE, 1999999);
	ok(rep_control_take(rep_buf_str(&b), &m, NULL) == REP_OK &&
		rep_control_get_want(&m, &nth, NULL) == REP_OK && nth == 1999999,
	    "WANT_FILE");
	rep_buf_clear(&b);
	rep_control_put_no(&b, REP_MSG_REFUSED, REP_S("not you"));
	ok(rep_control_take(rep_buf_str(&b), &m, NULL) == REP_OK &&
		rep_control_get_no(&m, &why, NULL) == REP_OK && rep_str_eq(why, REP_S("not you")),
	    "REFUSED");
}

int
main(void)
{
	rep_buf_init(&b, 2 * REP_CONTROL_MAX);
	command();
	limits();
	many();
	version();
	torn();
	zones();
	names();
	answers();
	rep_buf_fini(&b);
	return done();
}
