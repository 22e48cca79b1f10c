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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_web_answer a;
	struct rep_web_user v[8];
	struct rep_sandbox s;
	struct rep_msg m;
	uint64_t generation;
	size_t n = 0;

	packet = (struct rep_str){ (const char *)data, size };
	if (rep_web_take(packet, &m, NULL) != REP_OK)
		return 0;
	ask(&m);
	if (rep_web_get_answer(&m, &a, NULL) == REP_OK) {
		MUST(a.outcome < REP_WEB_OUTCOMES && a.why.n <= REP_WEB_SENTENCE_MAX);
		MUST(a.status == 0 || (a.status >= 200 && a.status <= 599));
		inside(a.why);
		inside(a.name);
	}
	if (rep_web_get_users(&m, v, REP_COUNT(v), &n, NULL) == REP_OK) {
		MUST(n <= REP_COUNT(v));
		for (size_t i = 0; i < n; i++)
			inside(v[i].name);
	}
	MUST(rep_web_get_changed(&m, &generation, NULL) != REP_OK || m.payload.n == 8);
	MUST(rep_web_get_ready(&m, &s, NULL) != REP_OK || m.payload.n == 7);
	return 0;
}
