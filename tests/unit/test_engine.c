/*
 * unit/test_engine.c -- a session gets every problem, limits are reported, a listing is kept.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/session.h"
#include "engine/files.h"
#include "engine/sources.h"
#include "engine/verdicts.h"
#include "engine/waiting.h"
#include "engine/replay.h"
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

struct told {
	unsigned n;
	enum rep_problem_kind kind;
	char text[REP_SESSION_SENTENCE + 1];
};

static void
on_problem(void *ctx, const struct rep_problem *p)
{
	struct told *t = ctx;

	t->n++;
	t->kind = p->kind;
	snprintf(t->text, sizeof t->text, "%s", p->text);
}

static void
sentences(void)
{
	static char much[3 * REP_SESSION_SENTENCE];
	struct told told = { 0 };
	struct rep_session s = { .problem = on_problem, .ctx = &told }, nobody = { .ctx = NULL };

	rep_session_say(&s, REP_PROBLEM_INPUT, "%d of %s", 3, "them");
	ok(told.n == 1 && told.kind == REP_PROBLEM_INPUT && strcmp(told.text, "3 of them") == 0,
	    "a sentence with its kind");
	memset(much, 'x', sizeof much - 1);
	rep_session_say(&s, REP_PROBLEM_NOTE, "%s", much);
	ok(strlen(told.text) == REP_SESSION_SENTENCE - 1 &&
		rep_str_ends(rep_str_c(told.text), REP_S("xx [cut]")),
	    "one that is too long says that it is cut");
	rep_session_say(&nobody, REP_PROBLEM_FAILED, "nothing");
	ok(told.n == 2, "nobody need be told");
	s.clock_s = 7;
	ok(rep_session_present(&s) == 7, "the present is the clock");
	s.now_s = 5;
	ok(rep_session_present(&s) == 5, "or the moment that was asked for");
}

static void
sources(void)
{
	struct rep_sources *s = rep_sources_new();
	struct rep_ip ip = { .version = 4 };
	bool fresh = false, all = s != NULL;

	for (unsigned i = 0; i < REP_SOURCES_MAX && all; i++) {
		ip.b[2] = (uint8_t)(i >> 8);
		ip.b[3] = (uint8_t)i;
		all = rep_sources_add(s, REP_S("mx1/postfix"), &ip, REP_KNOWN_LEARNT, &fresh) &&
		    fresh;
	}
	ok(all && !rep_sources_full(s), "as many addresses as there is room for");
	ok(rep_sources_add(s, REP_S("mx1/postfix"), &ip, REP_KNOWN_LEARNT, &fresh) && !fresh &&
		!rep_sources_full(s),
	    "one of them again");
	ok(rep_sources_add(s, REP_S("mx2/postfix"), &ip, REP_KNOWN_LEARNT, &fresh) && !fresh &&
		rep_sources_full(s) && rep_sources_public(s, REP_S("mx2/postfix")) == NULL,
	    "one more is not there, and that is known");
	rep_sources_free(s);
}

/* A recording with more incidents than it has room for. */
static void
recording(void)
{
	enum { N = REP_REPLAY_INCIDENTS + 3 };
	static struct rep_incident incidents[N];
	static struct rep_cell cell;
	static struct rep_episode episode = { .since_s = 1000 };
	struct rep_verdict_set set = { .arena = rep_arena_new(64 << 20) };
	static const struct rep_key key = { "a test's key...." };
	struct rep_err err = { .msg = "" };
	struct rep_store *store = NULL;
	struct rep_know *know = rep_know_new();
	const struct rep_told *told;
	size_t left = 0, n = 0;

	for (size_t i = 0; i < N; i++)
		incidents[i] = (struct rep_incident){ .id = (int64_t)i + 1,
			.key = rep_arena_printf(set.arena, "k%zu|||", i),
			.life = REP_LIFE_ACTIVE,
			.episodes = &episode,
			.episodes_n = 1 };
	set.in.know = know;
	set.in.now_s = 2000;
	set.in.weights = &set.weights;
	set.verdicts = (struct rep_verdicts){ .in = &set.in,
		.cells = &cell,
		.cells_n = 1,
		.incidents = incidents,
		.incidents_n = N };
	ok(rep_store_open_memory(0, &key, &store, &err) == REP_OK &&
		rep_store_begin(store, &err) == REP_OK &&
		rep_replay_record_set(&set, store, &left, &err) == REP_OK && left == 3,
	    "incidents beyond a recording are counted");
	ok(rep_store_told(store, &told, &n, &err) == REP_OK && n == REP_REPLAY_INCIDENTS + 1,
	    "the others are kept, with what they rest on");
	rep_store_close(store);
	rep_know_free(know);
	rep_arena_free(set.arena);
}

static void
files(void)
{
	char dir[] = "/tmp/test_engine.XXXXXX", path[64];
	static const char *const ends[] = { ".rules", ".guide" };
	static const char *const names[] = { "c.guide", "a.rules", "b.rules", "x.txt" };
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_err err = { .msg = "" };
	struct rep_str text;
	const char **v;
	size_t n, left;

	if (mkdtemp(dir) == NULL)
		exit(1);
	for (size_t i = 0; i < REP_COUNT(names); i++) {
		FILE *f;

		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		if ((f = fopen(path, "w")) == NULL || fputs("text", f) < 0 || fclose(f) != 0)
			exit(1);
	}
	ok(rep_files_ending(a, dir, ends, 2, 2, &v, &n, &left, &err) == REP_OK && n == 2 &&
		left == 1 && strstr(v[0], "/a.rules") != NULL && strstr(v[2], "/c.guide") != NULL,
	    "the files of a folder by name, and how many are too many");
	ok(rep_file_read(a, v[0], 4, &text, &err) == REP_OK && rep_str_eq(text, REP_S("text")),
	    "a whole file");
	ok(rep_file_read(a, v[0], 3, &text, &err) == REP_ELIMIT && strstr(err.msg, v[0]) != NULL,
	    "one that is too large is named");
	for (size_t i = 0; i < REP_COUNT(names); i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(dir);
	ok(rep_files_ending(a, dir, ends, 2, 2, &v, &n, &left, &err) == REP_ENOTFOUND,
	    "a folder that is not there");
	rep_arena_free(a);
}

/* A number of the stored listing is set to v: what is loaded then, and after a newer one. */
static void
damaged_listing(struct rep_store *store, const struct rep_queue_groups *q, struct rep_str whole,
    size_t at, int64_t v, const char *what)
{
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_waits w = { .n = 0 };
	char bytes[512];
	struct rep_err err;

	memcpy(bytes, whole.p, whole.n);
	for (size_t i = 0; i < 8; i++)
		bytes[at + i] = (char)((uint64_t)v >> 8 * i & 0xff);
	ok(rep_store_state_put(store, "listing", (struct rep_str){ bytes, whole.n }, &err) ==
		    REP_OK &&
		rep_waits_load(store, 0, a, &w, &err) == REP_OK && !w.listed,
	    "%s: it is as if there were none", what);
	ok(rep_waits_put(store, q, 2000000001, &err) == REP_OK &&
		rep_waits_load(store, 0, a, &w, &err) == REP_OK && w.listed && w.at_s == 2000000001,
	    "%s: and a new one takes its place", what);
	rep_arena_free(a);
}

/* What is stored of a listing of the queue is what is loaded, or nothing. */
static void
listing(void)
{
	enum { HEAD = 8, ROW = HEAD + 5 * 8 + 1 + 5 /* "other" */ };
	struct rep_queue_group g = { .wait = REP_WAIT_REFUSED,
		.messages = 3,
		.recipients = 5,
		.oldest_s = 1999990000,
		.expires_s = 2000300000,
		.expiring = 1 };
	struct rep_queue_groups q = { .v = &g,
		.n = 1,
		.times = { .lifetime_s = 432000, .bounce_lifetime_s = 86400, .asked = true } };
	static const struct rep_key key = { "0123456789abcde" };
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_str stored = { "", 0 };
	struct rep_store *store = NULL;
	struct rep_waits w = { .n = 0 };
	char whole[512];
	struct rep_err err;

	if (rep_store_open_memory(0, &key, &store, &err) != REP_OK ||
	    rep_store_begin(store, &err) != REP_OK ||
	    rep_waits_put(store, &q, 2000000000, &err) != REP_OK ||
	    rep_store_state_get(store, "listing", &stored, &err) != REP_OK ||
	    stored.n > sizeof whole || stored.n < ROW + 6 * 8) {
		ok(false, "a listing is stored");
		return;
	}
	memcpy(whole, stored.p, stored.n);
	stored.p = whole;
	ok(rep_waits_load(store, 0, a, &w, &err) == REP_OK && w.listed && w.n == 1 && w.asked &&
		w.at_s == 2000000000 && w.lifetime_s == 432000 && w.left_out == 0 &&
		rep_str_eq(w.v[0].provider, REP_S("other")) && w.v[0].wait == REP_WAIT_REFUSED &&
		w.v[0].messages == 3 && w.v[0].recipients == 5 && w.v[0].oldest_s == 1999990000 &&
		w.v[0].expires_s == 2000300000 && w.v[0].expiring == 1,
	    "a listing is loaded as it was stored");
	damaged_listing(store, &q, stored, HEAD, INT64_MAX, "a time without end");
	damaged_listing(store, &q, stored, HEAD + 8, INT64_MIN, "a lifetime before all time");
	damaged_listing(store, &q, stored, ROW, REP_WAIT_N, "a reason that there is not");
	damaged_listing(store, &q, stored, ROW + 8, -1, "more messages than there can be");
	damaged_listing(store, &q, stored, ROW + 24, INT64_MIN, "mail from before all time");
	for (size_t n = 0; n < stored.n; n++) {
		rep_arena_reset(a);
		if (rep_store_state_put(store, "listing", rep_str_sub(stored, 0, n), &err) !=
			REP_OK ||
		    rep_waits_load(store, 0, a, &w, &err) != REP_OK ||
		    (w.listed && (n != ROW - 6 || w.n != 0)))
			ok(false, "a listing cut after %zu bytes", n);
	}
	rep_store_close(store);
	rep_arena_free(a);
}

int
main(void)
{
	sentences();
	sources();
	recording();
	files();
	listing();
	return done();
}
