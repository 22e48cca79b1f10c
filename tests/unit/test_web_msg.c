/* Messages between the front and the desk of the page. SPDX-License-Identifier: Apache-2.0 */
#include "tap.h"

#include "serve/web_msg.h"

static struct rep_buf b;
static struct rep_msg m;
static struct rep_err err;

static void
take(void)
{
	ok(rep_web_take(rep_buf_str(&b), &m, &err) == REP_OK, "a packet is one message");
}

static void
asks(void)
{
	struct rep_web_ask q = { .kind = REP_WEB_RESOURCE, .resource = 7 }, back;
	static char big[REP_WEB_MSG_MAX];

	q.params[0] = REP_S("microsoft");
	q.params[31] = REP_S("");
	q.who = REP_S("anna");
	q.posted = REP_WEB_SLOT;
	ok(rep_web_put_ask(&b, 9, &q), "a question");
	take();
	ok(m.id == 9 && rep_web_get_ask(&m, &back, &err) == REP_OK && back.kind == q.kind &&
		back.resource == 7 && rep_str_eq(back.params[0], q.params[0]) &&
		back.params[31].p != NULL && back.params[31].n == 0 && back.params[1].p == NULL &&
		rep_str_eq(back.who, q.who) && back.body.n == 0 && back.posted == REP_WEB_SLOT,
	    "is read as it was");
	for (size_t n = 0; n < b.n; n++)
		if (rep_web_take((struct rep_str){ b.p, n }, &m, &err) == REP_OK)
			ok(false, "a packet of %zu of %zu bytes", n, b.n);
	rep_buf_addc(&b, 'x');
	ok(rep_web_take(rep_buf_str(&b), &m, &err) == REP_ESYNTAX, "a byte too many");
	rep_buf_clear(&b);
	q.params[0] = (struct rep_str){ "a\0b", 3 };
	ok(rep_web_put_ask(&b, 9, &q), "with a NUL");
	take();
	ok(rep_web_get_ask(&m, &back, &err) == REP_ESYNTAX,
	    "is refused: it is an argument of a command");
	rep_buf_clear(&b);
	q.params[0] = REP_S("");
	q.body = (struct rep_str){ big, sizeof big };
	ok(!rep_web_put_ask(&b, 9, &q), "a body that does not fit");
	rep_buf_fini(&b);
	rep_buf_init(&b, 2 * REP_WEB_MSG_MAX);
}

static void
answers(void)
{
	struct rep_web_answer a = { .outcome = REP_WEB_USAGE,
		.took_ms = 12,
		.generation = 3,
		.scopes = 5,
		.mark = UINT64_MAX,
		.status = 403,
		.name = REP_S("anna"),
		.why = REP_S("no such thing") },
			      back;
	uint64_t generation;

	rep_web_put_answer(&b, 4, &a);
	take();
	ok(rep_web_get_answer(&m, &back, &err) == REP_OK && back.outcome == a.outcome &&
		back.took_ms == 12 && back.generation == 3 && back.scopes == 5 &&
		back.mark == UINT64_MAX && back.status == 403 && rep_str_eq(back.name, a.name) &&
		rep_str_eq(back.why, a.why),
	    "an answer is read as it was");
	ok(rep_web_get_changed(&m, &generation, &err) == REP_ESYNTAX, "and is nothing else");
	b.p[REP_MSG_HEADER] = REP_WEB_OUTCOMES;
	take();
	ok(rep_web_get_answer(&m, &back, &err) == REP_ESYNTAX, "an outcome that there is not");
	rep_buf_clear(&b);
	a.status = 600;
	rep_web_put_answer(&b, 4, &a);
	take();
	ok(rep_web_get_answer(&m, &back, &err) == REP_ESYNTAX, "a status that there is not");
	rep_buf_clear(&b);
	rep_web_put_changed(&b, 77);
	take();
	ok(rep_web_get_changed(&m, &generation, &err) == REP_OK && generation == 77,
	    "what has changed");
	rep_buf_clear(&b);
}

static void
users(void)
{
	const struct rep_web_user in[2] = { { REP_S("anna"), 15, 1 }, { REP_S("bob"), 1, 2 } };
	struct rep_web_user out[2];
	struct rep_sandbox s = { .seccomp = true, .landlock = 4, .tried = true }, back;
	size_t begun = rep_web_begin_users(&b), n = 9;

	rep_web_put_user(&b, &in[0]);
	rep_web_put_user(&b, &in[1]);
	rep_web_end_users(&b, begun);
	take();
	ok(rep_web_get_users(&m, out, 2, &n, &err) == REP_OK && n == 2 &&
		rep_str_eq(out[1].name, in[1].name) && out[0].scopes == 15 && out[1].mark == 2,
	    "accounts are read as they were");
	ok(rep_web_get_users(&m, out, 1, &n, &err) == REP_ELIMIT, "more than there is room for");
	rep_buf_clear(&b);
	begun = rep_web_begin_users(&b);
	rep_web_end_users(&b, begun);
	take();
	ok(rep_web_get_users(&m, out, 2, &n, &err) == REP_OK && n == 0, "nobody");
	rep_buf_clear(&b);
	rep_web_put_ready(&b, &s);
	take();
	ok(rep_web_get_ready(&m, &back, &err) == REP_OK && back.seccomp && back.landlock == 4 &&
		back.tried && !back.user,
	    "how it is locked");
	rep_buf_clear(&b);
}

int
main(void)
{
	rep_buf_init(&b, 2 * REP_WEB_MSG_MAX);
	asks();
	answers();
	users();
	rep_buf_fini(&b);
	return done();
}
