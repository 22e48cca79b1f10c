/* Answers that are kept for the next who asks. SPDX-License-Identifier: Apache-2.0 */
#include "tap.h"

#include "web/cache.h"

#include <stdlib.h>

static struct rep_cache c;
static const struct rep_params none;

static char *
text(size_t n, char with)
{
	char *p = malloc(n);

	memset(p, with, n);
	return p;
}

static void
fresh(void)
{
	struct rep_params p = { .v = { { NULL, 0 } } }, back;
	struct rep_cached *e, *other;
	char etag[REP_CACHE_ETAG];

	p.v[REP_QUERY_SUBJECT] = REP_S("7");
	p.v[REP_QUERY_ALL] = REP_S("");
	e = rep_cache_want(&c, REP_RESOURCE_WHY, &p, 1000);
	other = rep_cache_want(&c, REP_RESOURCE_WHY, &none, 1000);
	ok(e != NULL && other != NULL && e != other, "two questions are two entries");
	ok(rep_cache_want(&c, REP_RESOURCE_WHY, &p, 1001) == e, "the same one is one");
	rep_cache_params(e, &back);
	ok(rep_str_eq(back.v[REP_QUERY_SUBJECT], REP_S("7")) && back.v[REP_QUERY_ALL].p != NULL &&
		back.v[REP_QUERY_TRACE].p == NULL,
	    "with its parameters");
	ok(!rep_cache_fresh(e, 1, 1001) && !rep_cache_shown(e, 1001), "it has no answer yet");
	e->asked = 12;
	ok(rep_cache_asked(&c, 12) == e && rep_cache_asked(&c, 13) == NULL, "by its question");
	ok(rep_cache_put(&c, e, text(5000, 'a'), 5000, 1, 10, 1100), "an answer is another one");
	ok(e->asked == 0 && e->gzip != NULL && e->gzip_n < 200 && strlen(e->etag) == 32,
	    "it is packed, and has a tag");
	memcpy(etag, e->etag, sizeof etag);
	ok(rep_cache_fresh(e, 1, 1100), "it is fresh");
	ok(!rep_cache_fresh(e, 2, 1100), "until the database changes");
	ok(!rep_cache_fresh(e, 1, 1100 + REP_CACHE_MINUTE_MS), "or a minute is over");
	ok(!rep_cache_shown(e, 1200), "what took a moment is not shown when it is old");
	ok(rep_cache_stale(&c, 2, INT64_MAX, 1200) == e, "it is made anew");
	ok(rep_cache_stale(&c, 2, 1100, 1200) == NULL, "not twice in a round");
	ok(rep_cache_stale(&c, 2, INT64_MAX, 1001 + REP_CACHE_HOT_MS) == NULL,
	    "not when nobody wanted it for long");
	ok(!rep_cache_put(&c, e, text(5000, 'a'), 5000, 2, 500, 1300) && strcmp(etag, e->etag) == 0,
	    "the same answer again");
	ok(rep_cache_shown(e, 1300), "what took long is shown when it is old");
	ok(!rep_cache_shown(e, 1300 + REP_CACHE_HOT_MS), "but not from last night");
	ok(rep_cache_put(&c, e, text(10, 'b'), 10, 3, 5, 1400) && e->gzip == NULL,
	    "a small one is not packed");
	rep_cache_failed(&c, e);
	ok(e->body == NULL, "of what failed nothing is shown");
	ok(rep_cache_stale(&c, 4, INT64_MAX, 1500) == NULL,
	    "what failed is not made anew by itself");
	e = rep_cache_want(&c, REP_RESOURCE_ALERTS, &none, 2000);
	(void)rep_cache_put(&c, e, text(10, 'c'), 10, 3, 5, 2000);
	ok(rep_cache_fresh(e, 3, 2000 + 10 * REP_CACHE_MINUTE_MS),
	    "what does not depend on the present stays");
	rep_cache_fini(&c);
	is_int((int64_t)c.bytes, 0, "nothing is left");
}

static void
bounds(void)
{
	struct rep_params p = { .v = { { NULL, 0 } } };
	char number[REP_CACHE_ENTRIES_MAX + 1][8];
	struct rep_cached *first, *e = NULL;

	for (int i = 0; i < REP_CACHE_ENTRIES_MAX; i++) {
		snprintf(number[i], sizeof number[i], "%d", i);
		p.v[REP_QUERY_SUBJECT] = rep_str_c(number[i]);
		e = rep_cache_want(&c, REP_RESOURCE_WHY, &p, i);
		e->asked = (uint64_t)i + 1;
	}
	p.v[REP_QUERY_SUBJECT] = REP_S("more");
	ok(rep_cache_want(&c, REP_RESOURCE_WHY, &p, 1000) == NULL, "all are on their way: no room");
	first = rep_cache_asked(&c, 6);
	rep_cache_failed(&c, first);
	ok(rep_cache_want(&c, REP_RESOURCE_WHY, &p, 1000) == first,
	    "one that is not gives its place");
	rep_cache_fini(&c);
	for (int i = 0; i < 4; i++) {
		p.v[REP_QUERY_SUBJECT] = rep_str_c(number[i]);
		e = rep_cache_want(&c, REP_RESOURCE_WHY, &p, i);
		(void)rep_cache_put(&c, e, text(20 << 20, 'a'), 20 << 20, 1, 1, i);
	}
	ok(c.bytes <= REP_CACHE_BYTES_MAX && e->body != NULL,
	    "bytes are bounded, the newest stays");
	p.v[REP_QUERY_SUBJECT] = rep_str_c(number[0]);
	ok(rep_cache_want(&c, REP_RESOURCE_WHY, &p, 9)->body == NULL, "the oldest has gone");
	rep_cache_fini(&c);
}

int
main(void)
{
	fresh();
	bounds();
	return done();
}
