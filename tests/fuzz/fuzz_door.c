/*
 * tests/fuzz/fuzz_door.c -- a request as it comes over HTTP: first line and headers (web/door.h), and its body.
 *
 * The input: method and target on the first line; a header each line, by its first byte (of ":" the name of another one);
 * after an empty line the body.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "web/door.h"

static void
params(const struct rep_door *d)
{
	for (int i = 0; i < REP_QUERY_N; i++) {
		struct rep_str v = d->params.v[i];

		if (v.p == NULL)
			continue;
		MUST((rep_resources[d->resource].params & UINT32_C(1) << i) != 0);
		MUST(v.n <= REP_QUERY_TEXT_MAX && (v.n == 0 || memchr(v.p, '\0', v.n) == NULL));
		MUST(v.n == 0 || v.p[0] != '-' || i == REP_QUERY_TEXT || i == REP_QUERY_STEP);
		fuzz_touch(v);
	}
}

/* What is let in ends in one place only, for one host that is ours, and says once who it is (RFC 9112, 6.3). */
static void
one_meaning(const struct rep_door_request *q, const struct rep_door *d)
{
	struct rep_str length = q->v[REP_DOOR_LENGTH];
	uint64_t n = 0;

	MUST(q->odd == 0 && q->times[REP_DOOR_ENCODING] == 0 && q->times[REP_DOOR_LENGTH] <= 1);
	MUST(q->times[REP_DOOR_HOST] == 1 && q->times[REP_DOOR_COOKIE] <= 1);
	MUST(q->times[REP_DOOR_AUTHORIZATION] <= 1 && q->times[REP_DOOR_CSRF] <= 1);
	MUST(q->target.n > 0 && q->target.n <= REP_DOOR_TARGET_MAX);
	if (q->times[REP_DOOR_LENGTH] == 1)
		MUST(rep_str_u64(length, UINT64_MAX, &n) && n <= d->body_max);
	else
		MUST(d->body_max == 0);
}

static void
refused(const struct rep_door *d)
{
	struct rep_buf b;

	MUST(d->status >= 400 && d->status < 500 && d->title != NULL);
	rep_buf_init(&b, 1 << 16);
	rep_door_error(&b, d);
	MUST(!b.full);
	rep_buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rep_door_house house = { .base = REP_S("/sub"),
		.host = REP_S("mail.shop.example") };
	struct rep_str all = { (const char *)data, size }, line, name, password;
	struct rep_door_request q = { .times = { 0 } };
	struct rep_arena *a = rep_arena_new(REP_DOOR_ROOM);
	struct rep_door d;
	bool first = true;

	MUST(a != NULL);
	q.v[REP_DOOR_HOST] = REP_S("localhost");
	q.times[REP_DOOR_HOST] = 1;
	q.v[REP_DOOR_TYPE] = REP_S("application/json");
	while (all.n > 0) {
		size_t nl = rep_str_chr(all, '\n', 0), blank;

		line = rep_str_sub(all, 0, nl);
		all = rep_str_sub(all, nl == SIZE_MAX ? all.n : nl + 1, all.n);
		if (line.n == 0)
			break;
		if (first) {
			blank = rep_str_chr(line, ' ', 0);
			q.method = rep_str_sub(line, 0, blank);
			q.target = blank == SIZE_MAX ? (struct rep_str){ "", 0 }
						     : rep_str_sub(line, blank + 1, line.n);
			first = false;
		} else {
			int h = (unsigned char)line.p[0] % REP_DOOR_HEADERS;

			if (line.p[0] == ':') {
				q.odd += !rep_door_name(rep_str_sub(line, 1, line.n));
				continue;
			}
			q.v[h] = rep_str_sub(line, 1, line.n);
			q.times[h]++;
		}
	}
	rep_door_open(&q, &house, a, &d);
	if (d.what == REP_DOOR_REFUSE) {
		refused(&d);
	} else {
		one_meaning(&q, &d);
		/* What writes, and what is shown, is for somebody who is known. */
		MUST(d.what != REP_DOOR_ASK || d.scope != 0);
		MUST(!d.writes || d.scope != 0 || d.what == REP_DOOR_LOGOUT);
		params(&d);
		if (d.what == REP_DOOR_ASK && d.body_max > 0 && !rep_door_body(all, a, &d))
			refused(&d);
		else if (d.what == REP_DOOR_LOGIN && !rep_door_login(all, a, &d, &name, &password))
			refused(&d);
		if (d.what == REP_DOOR_ASK)
			params(&d);
	}
	(void)rep_door_gzip(q.v[REP_DOOR_ACCEPT_ENCODING]);
	(void)rep_door_matches(q.v[REP_DOOR_NONE_MATCH], REP_S("0123456789abcdef"));
	fuzz_touch(rep_door_cookie(q.v[REP_DOOR_COOKIE], REP_S("reputed")));
	rep_arena_free(a);
	return 0;
}
