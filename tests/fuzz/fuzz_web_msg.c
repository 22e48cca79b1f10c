/*
 * tests/fuzz/fuzz_web_msg.c -- a packet between the front and the desk of the page, read at both ends (serve/web_msg.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "serve/web_msg.h"

static struct rep_str packet;

static void
inside(struct rep_str s)
{
	MUST(s.n == 0 || (s.p >= packet.p && s.p + s.n <= packet.p + packet.n));
	fuzz_touch(s);
}

static void
ask(const struct rep_msg *m)
{
	struct rep_web_ask q, again;
	struct rep_buf b;
	struct rep_msg back;

	if (rep_web_get_ask(m, &q, NULL) != REP_OK)
		return;
	MUST(q.kind < REP_WEB_KINDS);
	for (size_t i = 0; i < REP_WEB_PARAMS_MAX; i++)
		if (q.params[i].p != NULL)
			inside(q.params[i]);
	inside(q.who);
	inside(q.body);
	rep_buf_init(&b, 2 * REP_WEB_MSG_MAX);
	if (rep_web_put_ask(&b, m->id, &q)) {
		MUST(rep_web_take(rep_buf_str(&b), &back, NULL) == REP_OK);
		MUST(rep_web_get_ask(&back, &again, NULL) == REP_OK);
		MUST(rep_str_eq(again.body, q.body) && rep_str_eq(again.who, q.who));
		MUST(again.posted == q.posted);
	}
	rep_buf_fini(&b);
}

/* What came is written again, and read once more. */
static bool
again(struct rep_buf *b, struct rep_msg *back)
{
	return !b->full && b->n <= REP_WEB_MSG_MAX &&
	    rep_web_take(rep_buf_str(b), back, NULL) == REP_OK;
}

static void
answer(const struct rep_msg *m)
{
	struct rep_web_answer a, c;
	struct rep_msg back;
	struct rep_buf b;

	if (rep_web_get_answer(m, &a, NULL) != REP_OK)
		return;
	MUST(a.outcome < REP_WEB_OUTCOMES && a.why.n <= REP_WEB_SENTENCE_MAX);
	MUST(a.status == 0 || (a.status >= 200 && a.status <= 599));
	inside(a.why);
	inside(a.name);
	rep_buf_init(&b, 2 * REP_WEB_MSG_MAX);
	rep_web_put_answer(&b, m->id, &a);
	if (again(&b, &back)) {
		MUST(back.id == m->id && rep_web_get_answer(&back, &c, NULL) == REP_OK);
		MUST(c.outcome == a.outcome && c.took_ms == a.took_ms &&
		    c.generation == a.generation);
		MUST(c.scopes == a.scopes && c.mark == a.mark && c.status == a.status);
		MUST(rep_str_eq(c.name, a.name) && rep_str_eq(c.why, a.why));
	}
	rep_buf_fini(&b);
}

static void
users(const struct rep_msg *m)
{
	struct rep_web_user v[8], w[8];
	struct rep_msg back;
	struct rep_buf b;
	size_t n = 0, k = 0, begun;

	if (rep_web_get_users(m, v, REP_COUNT(v), &n, NULL) != REP_OK)
		return;
	MUST(n <= REP_COUNT(v));
	rep_buf_init(&b, 2 * REP_WEB_MSG_MAX);
	begun = rep_web_begin_users(&b);
	for (size_t i = 0; i < n; i++) {
		inside(v[i].name);
		rep_web_put_user(&b, &v[i]);
	}
	rep_web_end_users(&b, begun);
	if (again(&b, &back)) {
		MUST(rep_web_get_users(&back, w, REP_COUNT(w), &k, NULL) == REP_OK && k == n);
		for (size_t i = 0; i < n; i++)
			MUST(rep_str_eq(v[i].name, w[i].name) && v[i].scopes == w[i].scopes &&
			    v[i].mark == w[i].mark);
	}
	rep_buf_fini(&b);
}

static void
small(const struct rep_msg *m)
{
	uint64_t generation, same;
	struct rep_sandbox s, t;
	struct rep_msg back;
	struct rep_buf b;

	rep_buf_init(&b, REP_WEB_MSG_MAX);
	if (rep_web_get_changed(m, &generation, NULL) == REP_OK) {
		MUST(m->payload.n == 8);
		rep_web_put_changed(&b, generation);
		MUST(again(&b, &back) && rep_web_get_changed(&back, &same, NULL) == REP_OK);
		MUST(same == generation);
	} else if (rep_web_get_ready(m, &s, NULL) == REP_OK) {
		MUST(m->payload.n == 7);
		rep_web_put_ready(&b, &s);
		MUST(again(&b, &back) && rep_web_get_ready(&back, &t, NULL) == REP_OK);
		MUST(t.seccomp == s.seccomp && t.landlock == s.landlock && t.tried == s.tried &&
		    t.user == s.user);
	}
	rep_buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_msg m;

	packet = (struct rep_str){ (const char *)data, size };
	if (rep_web_take(packet, &m, NULL) != REP_OK)
		return 0;
	ask(&m);
	answer(&m);
	users(&m);
	small(&m);
	return 0;
}
