/*
 * unit/test_news.c -- what is news of an incident, after what was told of it before.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/news.h"
#include "tap.h"

static const struct rep_key key = { "a test's key...." };

enum { T = 1700000000 };

/* Replies of each episode: by the number of the incident, as they are at the moment. */
static struct rep_episode episodes_of[100][4];

static struct rep_incident
incident(int64_t id, enum rep_life life, size_t episodes, uint64_t replies)
{
	if (episodes > 0)
		episodes_of[id][episodes - 1].replies = replies;
	return (struct rep_incident){
		.id = id, .life = life, .episodes_n = episodes, .episodes = episodes_of[id]
	};
}

/* What a row has before, and what is then told; the second time all of it is known. */
static const struct {
	const char *name;
	struct {
		enum rep_life life;
		size_t episodes; /* 0: the incident was not there */
		uint64_t replies;
	} before, now;
	enum rep_news_kind want;
} rows[] = {
	{ "it began", { 0, 0, 0 }, { REP_LIFE_ACTIVE, 1, 1 }, REP_NEWS_BEGAN },
	{ "it is only suspected", { 0, 0, 0 }, { REP_LIFE_SUSPECTED, 1, 1 }, REP_NEWS_NONE },
	{ "it was suspected, and is sure", { REP_LIFE_SUSPECTED, 1, 1 }, { REP_LIFE_ACTIVE, 1, 1 },
	    REP_NEWS_BEGAN },
	{ "it was over before anybody looked", { 0, 0, 0 }, { REP_LIFE_OVER, 3, 1 },
	    REP_NEWS_NONE },
	{ "it had returned before anybody looked", { 0, 0, 0 }, { REP_LIFE_ACTIVE, 3, 1 },
	    REP_NEWS_RETURNED },
	{ "it goes on", { REP_LIFE_ACTIVE, 1, 1 }, { REP_LIFE_ACTIVE, 1, 1 }, REP_NEWS_NONE },
	{ "it is nine times as much", { REP_LIFE_ACTIVE, 1, 3 }, { REP_LIFE_ACTIVE, 1, 29 },
	    REP_NEWS_NONE },
	{ "it is ten times as much", { REP_LIFE_ACTIVE, 1, 3 }, { REP_LIFE_ACTIVE, 1, 30 },
	    REP_NEWS_GROWN },
	{ "it is over", { REP_LIFE_ACTIVE, 1, 1 }, { REP_LIFE_OVER, 1, 1 }, REP_NEWS_OVER },
	{ "it stays over", { REP_LIFE_OVER, 1, 1 }, { REP_LIFE_OVER, 1, 1 }, REP_NEWS_NONE },
	{ "it returned", { REP_LIFE_OVER, 1, 1 }, { REP_LIFE_ACTIVE, 2, 1 }, REP_NEWS_RETURNED },
	{ "it was over and returned unseen", { REP_LIFE_ACTIVE, 1, 1 }, { REP_LIFE_ACTIVE, 2, 1 },
	    REP_NEWS_RETURNED },
	{ "it was told, and is suspected", { REP_LIFE_ACTIVE, 1, 1 }, { REP_LIFE_SUSPECTED, 1, 1 },
	    REP_NEWS_NONE },
	{ "it returned and is over again unseen", { REP_LIFE_OVER, 1, 1 }, { REP_LIFE_OVER, 2, 1 },
	    REP_NEWS_NONE },
};

static void
tell(struct rep_store *store, struct rep_verdict_set *set)
{
	struct rep_err err = { .msg = "" };
	struct rep_news news;

	if (rep_store_begin(store, &err) != REP_OK ||
	    rep_news_find(set, store, &news, &err) != REP_OK) {
		ok(false, "found: %s", err.msg);
		return;
	}
	for (size_t k = 0; k < set->verdicts.incidents_n; k++) {
		news.told[k] = news.of[k] != REP_NEWS_NONE;
		news.alert[k] = news.alert[k] != 0 ? news.alert[k] : 5;
	}
	if (rep_news_told(set, &news, store, &err) != REP_OK ||
	    rep_store_commit(store, &err) != REP_OK)
		ok(false, "told: %s", err.msg);
}

static void
row(size_t k)
{
	struct rep_verdict_set set = { .arena = rep_arena_new(1 << 20) };
	/* Others around it, whose numbers begin as its own does. */
	struct rep_incident v[3] = { incident(70, REP_LIFE_ACTIVE, 1, 1),
		incident(7, rows[k].before.life, rows[k].before.episodes, rows[k].before.replies),
		incident(77, REP_LIFE_OVER, 2, 1) };
	struct rep_err err = { .msg = "" };
	struct rep_store *store = NULL;
	struct rep_news news;

	set.verdicts = (struct rep_verdicts){ .incidents = v, .incidents_n = 3 };
	if (rep_store_open_memory(0, &key, &store, &err) != REP_OK) {
		ok(false, "a store: %s", err.msg);
		return;
	}
	if (rows[k].before.episodes == 0) {
		v[1] = v[2];
		set.verdicts.incidents_n = 2;
	}
	tell(store, &set);
	v[1] = incident(7, rows[k].now.life, rows[k].now.episodes, rows[k].now.replies);
	v[2] = incident(77, REP_LIFE_OVER, 2, 1);
	set.verdicts.incidents_n = 3;
	ok(rep_news_find(&set, store, &news, &err) == REP_OK && news.of[1] == rows[k].want &&
		news.n == (rows[k].want != REP_NEWS_NONE),
	    "%s: %s", rows[k].name, rows[k].want != REP_NEWS_NONE ? "news" : "none");
	tell(store, &set);
	ok(rep_news_find(&set, store, &news, &err) == REP_OK && news.n == 0, "%s: told once",
	    rows[k].name);
	rep_store_close(store);
	rep_arena_free(set.arena);
}

/* A state that is not ours, or damaged, is as if those lines had not been told. */
static void
damaged(void)
{
	struct rep_verdict_set set = { .arena = rep_arena_new(1 << 20) };
	struct rep_incident v[2] = { incident(7, REP_LIFE_ACTIVE, 1, 1),
		incident(8, REP_LIFE_ACTIVE, 1, 1) };
	struct rep_err err = { .msg = "" };
	struct rep_store *store = NULL;
	struct rep_news news;

	set.verdicts = (struct rep_verdicts){ .incidents = v, .incidents_n = 2 };
	ok(rep_store_open_memory(0, &key, &store, &err) == REP_OK &&
		rep_store_begin(store, &err) == REP_OK &&
		rep_store_state_put(store, "told",
		    REP_S("\n7\n7 x 1\n99999999999999999999 1 1\n8 1 1\n\xff\xfe 1"),
		    &err) == REP_OK &&
		rep_store_commit(store, &err) == REP_OK &&
		rep_news_find(&set, store, &news, &err) == REP_OK && news.n == 1 &&
		news.of[0] == REP_NEWS_BEGAN && news.of[1] == REP_NEWS_NONE,
	    "of a damaged state, the lines that can be read are used");
	rep_store_close(store);
	rep_arena_free(set.arena);
}

/* What the caller did not tell is asked for again. */
static void
not_told(void)
{
	struct rep_verdict_set set = { .arena = rep_arena_new(1 << 20) };
	struct rep_incident v[1] = { incident(7, REP_LIFE_ACTIVE, 1, 1) };
	struct rep_err err = { .msg = "" };
	struct rep_store *store = NULL;
	struct rep_news news;

	set.verdicts = (struct rep_verdicts){ .incidents = v, .incidents_n = 1 };
	ok(rep_store_open_memory(0, &key, &store, &err) == REP_OK &&
		rep_store_begin(store, &err) == REP_OK &&
		rep_news_find(&set, store, &news, &err) == REP_OK &&
		rep_news_told(&set, &news, store, &err) == REP_OK &&
		rep_store_commit(store, &err) == REP_OK &&
		rep_news_find(&set, store, &news, &err) == REP_OK && news.of[0] == REP_NEWS_BEGAN,
	    "what was not told is news again");
	tell(store, &set);
	v[0] = incident(7, REP_LIFE_OVER, 1, 500);
	ok(rep_store_begin(store, &err) == REP_OK &&
		rep_news_find(&set, store, &news, &err) == REP_OK &&
		rep_news_told(&set, &news, store, &err) == REP_OK &&
		rep_store_commit(store, &err) == REP_OK &&
		rep_news_find(&set, store, &news, &err) == REP_OK && news.of[0] == REP_NEWS_OVER,
	    "also that it is over");
	rep_store_close(store);
	rep_arena_free(set.arena);
}

/* One that is gone counts as open for an hour. */
static void
gone(void)
{
	static const struct {
		int64_t after_s; /* since the row before */
		bool there;
		size_t counts; /* incidents that are gone, and count */
		enum rep_news_kind want;
		const char *name;
	} looks[] = {
		{ 0, true, 0, REP_NEWS_BEGAN, "it began" },
		{ 60, false, 1, REP_NEWS_NONE, "it is gone" },
		{ 3599, false, 1, REP_NEWS_NONE, "for not quite an hour" },
		{ 0, true, 0, REP_NEWS_NONE, "it is back: no news" },
		{ 60, false, 1, REP_NEWS_NONE, "it is gone again" },
		{ -86400, false, 1, REP_NEWS_NONE, "the clock is set back" },
		{ 3599, false, 1, REP_NEWS_NONE, "an hour begins anew" },
		{ 1, false, 0, REP_NEWS_NONE, "and is over" },
		{ 1, true, 0, REP_NEWS_BEGAN, "then it is a new one" },
	};
	struct rep_verdict_set set = { .arena = rep_arena_new(1 << 20), .in = { .now_s = T } };
	struct rep_incident v[1] = { incident(7, REP_LIFE_ACTIVE, 1, 1) };
	struct rep_err err = { .msg = "" };
	struct rep_store *store = NULL;
	struct rep_news news;

	set.verdicts.incidents = v;
	if (rep_store_open_memory(0, &key, &store, &err) != REP_OK) {
		ok(false, "a store: %s", err.msg);
		return;
	}
	for (size_t k = 0; k < REP_COUNT(looks); k++) {
		set.in.now_s += looks[k].after_s;
		set.verdicts.incidents_n = looks[k].there ? 1 : 0;
		ok(rep_news_find(&set, store, &news, &err) == REP_OK &&
			news.gone_n == looks[k].counts && (news.gone_n == 0 || news.gone[0] == 5) &&
			(looks[k].there ? news.of[0] : REP_NEWS_NONE) == looks[k].want,
		    "gone: %s", looks[k].name);
		tell(store, &set);
	}
	rep_store_close(store);
	rep_arena_free(set.arena);
}

int
main(void)
{
	for (size_t k = 0; k < REP_COUNT(rows); k++)
		row(k);
	damaged();
	not_told();
	gone();
	return done();
}
