/*
 * unit/test_timeline.c -- from observations to incidents, and what holds for all of them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/stay.h"
#include "judge/streams.h"
#include "story.h"

/* --- what happened -------------------------------------------------------------------------------- */

static void
test_episode(void)
{
	const struct rep_incident *i;
	struct story s;

	begin(&s);
	source(&s, "a", "203.0.113.10");
	well(&s, 0, 48, "a", MS, "x/news", 50);
	refused(&s, 48, 51, "a", MS, "x/news", S3140, 40);
	judge(&s, 51);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	if (!ok(i != NULL, "episode: a block is an incident"))
		return;
	ok(i->life == REP_LIFE_ACTIVE && i->episodes_n == 1 && i->episodes[0].until_s == 0,
	    "episode: active");
	is_int(i->episodes[0].since_s, at(48) + 60, "episode: since the first reply");
	is_int(i->episodes[0].last_s, at(51) - 60, "episode: until now the last reply");
	ok(i->episodes[0].replies == 120 && i->episodes[0].bounced == 120 &&
		i->episodes[0].deferred == 0 && i->tried_again == 119,
	    "episode: replies");
	ok(i->certain && i->stage == REP_STAGE_MAIL && i->class == REP_CLASS_BLOCKED &&
		rep_str_eq(rep_name(&s.in.names, i->rule), REP_S(S3140)),
	    "episode: its rule, stage and class");
	ok(i->streams_n == 1 && i->streams[0].bounced == 120, "episode: what was lost");
	ok(cell(&s, "a", MS)->state == REP_STATE_BLOCKED &&
		cell(&s, "a", MS)->since_s == at(48) + 60 && cell(&s, "a", MS)->incident != 0,
	    "episode: the cell is blocked");
	well(&s, 51, 54, "a", MS, "x/news", 50);
	judge(&s, 54);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && i->life == REP_LIFE_OVER && i->episodes[0].until_s == at(51) + 60,
	    "episode: over since the first message that was taken");
	ok(cell(&s, "a", MS)->state == REP_STATE_WELL && cell(&s, "a", MS)->incident == 0,
	    "episode: the cell is well");
	ok(i->next_n == 0, "episode: nothing to do any more");
	end(&s);
}

static void
test_returns(void)
{
	const struct rep_incident *i;
	struct story s;

	begin(&s);
	well(&s, 0, 24, "a", MS, "x/news", 50);
	refused(&s, 24, 26, "a", MS, "x/news", S3140, 40);
	well(&s, 26, 100, "a", MS, "x/news", 50);
	refused(&s, 100, 103, "a", MS, "x/news", S3140, 40);
	well(&s, 103, 150, "a", MS, "x/news", 50);
	refused(&s, 150, 151, "a", MS, "x/news", S3140, 40);
	judge(&s, 151);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && i->episodes_n == 3 && i->life == REP_LIFE_ACTIVE && s.v.incidents_n == 1,
	    "returns: one incident, three episodes");
	if (i != NULL && i->episodes_n == 3)
		ok(i->episodes[0].until_s == at(26) + 60 &&
			i->episodes[1].since_s == at(100) + 60 &&
			i->episodes[1].until_s == at(103) + 60 &&
			i->episodes[2].since_s == at(150) + 60,
		    "returns: each with its times");
	ok(has(i, "returns"), "returns: are evidence");
	end(&s);
	begin(&s);
	refused(&s, 0, 2, "a", MS, "x/news", S3140, 40);
	well(&s, 2, 4, "a", MS, "x/news", 50);
	refused(&s, 91 * 24 + 4, 91 * 24 + 6, "a", MS, "x/news", S3140, 40);
	judge(&s, 91 * 24 + 6);
	ok(s.v.incidents_n == 2 && s.v.incidents[0].life == REP_LIFE_ACTIVE &&
		s.v.incidents[1].life == REP_LIFE_OVER,
	    "returns: after 90 days it is another incident");
	end(&s);
}

/* One or two uncertain replies among accepted mail are no trouble. Certain ones are. */
static void
test_thresholds(void)
{
	static const struct {
		const char *name, *rule;
		uint32_t count, accepted;
		bool after; /* mail was accepted afterwards */
		enum rep_trouble trouble;
		bool there;
		enum rep_life life;
	} rows[] = {
		{ "two unsure refusals", "any.ip-blocked", 2, 50, true, REP_TROUBLE_BLOCK, false,
		    REP_LIFE_OVER },
		{ "three unsure refusals", "any.ip-blocked", 3, 50, true, REP_TROUBLE_BLOCK, true,
		    REP_LIFE_OVER },
		{ "one certain refusal", S3140, 1, 50, true, REP_TROUBLE_BLOCK, true,
		    REP_LIFE_OVER },
		{ "an unsure refusal just now", "any.ip-blocked", 1, 50, false, REP_TROUBLE_BLOCK,
		    true, REP_LIFE_SUSPECTED },
		{ "a certain refusal just now", S3140, 1, 50, false, REP_TROUBLE_BLOCK, true,
		    REP_LIFE_ACTIVE },
		{ "four slowed", S775, 4, 50, false, REP_TROUBLE_THROTTLE, false, REP_LIFE_OVER },
		{ "eight slowed", S775, 8, 50, false, REP_TROUBLE_THROTTLE, true, REP_LIFE_ACTIVE },
		{ "eight slowed of thousands", S775, 8, 5000, false, REP_TROUBLE_THROTTLE, false,
		    REP_LIFE_OVER },
		{ "two not authenticated", "microsoft-consumer.auth-515", 2, 50, false,
		    REP_TROUBLE_FAIL, false, REP_LIFE_OVER },
		{ "three not authenticated", "microsoft-consumer.auth-515", 3, 50, false,
		    REP_TROUBLE_FAIL, true, REP_LIFE_ACTIVE },
		{ "three of thousands", "microsoft-consumer.auth-515", 3, 5000, false,
		    REP_TROUBLE_FAIL, false, REP_LIFE_OVER },
	};

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		const struct rep_incident *i;
		struct story s;

		begin(&s);
		well(&s, 0, 10, "a", MS, "x/news", 50);
		(void)said(&s, 10, "a", MS, "x/news", REP_CLASS_ACCEPTED, rows[r].accepted);
		refused(&s, 10, 11, "a", MS, "x/news", rows[r].rule, rows[r].count);
		if (rows[r].after)
			well(&s, 11, 30, "a", MS, "x/news", 50);
		judge(&s, rows[r].after ? 30 : 11);
		i = incident(&s, "a", MS, rows[r].trouble);
		if (!ok(rows[r].there == (i != NULL) && (i == NULL || i->life == rows[r].life),
			"counts: %s", rows[r].name))
			printf("#  %s, %s\n", i != NULL ? "there" : "not there",
			    i != NULL ? rep_life_word(i->life) : "-");
		end(&s);
	}
}

/* A block is over when ten messages were accepted and half an hour has passed. */
static void
test_over(void)
{
	const struct rep_incident *i;
	struct story s;

	begin(&s);
	refused(&s, 0, 3, "a", MS, "x/news", S3140, 40);
	(void)said(&s, 3, "a", MS, "x/news", REP_CLASS_ACCEPTED, 9);
	judge(&s, 4);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && i->life == REP_LIFE_ACTIVE, "over: nine taken are too few");
	(void)said(&s, 4, "a", MS, "x/news", REP_CLASS_ACCEPTED, 1);
	judge(&s, 5);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && i->life == REP_LIFE_OVER && i->episodes[0].until_s == at(3) + 60,
	    "over: ten are enough");
	end(&s);
	begin(&s);
	refused(&s, 0, 6, "a", MS, "x/news", S3140, 40);
	well(&s, 0, 6, "a", MS, "x/news", 500);
	judge(&s, 6);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && i->life == REP_LIFE_ACTIVE && i->episodes_n == 1,
	    "over: not while both go on");
	end(&s);
	begin(&s);
	refused(&s, 0, 3, "a", MS, "x/news", S775, 40);
	well(&s, 3, 8, "a", MS, "x/news", 50);
	judge(&s, 8);
	i = incident(&s, "a", MS, REP_TROUBLE_THROTTLE);
	ok(i != NULL && i->life == REP_LIFE_ACTIVE, "over: throttling needs six hours");
	well(&s, 8, 10, "a", MS, "x/news", 50);
	judge(&s, 10);
	i = incident(&s, "a", MS, REP_TROUBLE_THROTTLE);
	ok(i != NULL && i->life == REP_LIFE_OVER && i->episodes[0].until_s == at(3) + 60,
	    "over: and then it is");
	end(&s);
}

static void
test_throttle_first(void)
{
	const struct rep_incident *t, *b;
	struct story s;

	begin(&s);
	well(&s, 0, 40, "a", MS, "x/news", 50);
	refused(&s, 40, 48, "a", MS, "x/news", S775, 20);
	refused(&s, 48, 52, "a", MS, "x/news", S3140, 40);
	judge(&s, 52);
	t = incident(&s, "a", MS, REP_TROUBLE_THROTTLE);
	b = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(t != NULL && t->life == REP_LIFE_OVER && t->episodes[0].until_s == at(48) + 60,
	    "throttled first: that ended where the block began");
	ok(b != NULL && b->life == REP_LIFE_ACTIVE && has(b, "throttled_first"),
	    "throttled first: is evidence");
	ok(cell(&s, "a", MS)->state == REP_STATE_BLOCKED, "throttled first: the cell is blocked");
	end(&s);
}

/* Replies about one message, link or recipient, and replies of our own server, are no trouble. */
static void
test_not_the_sender(void)
{
	static const char *const rules[] = { "google.recipient-rate", "google.rate-url-domain",
		"google.rate-message-id", "cox.urlbl011", "resolver.public" };
	struct rep_observation *o;
	struct story s;

	begin(&s);
	well(&s, 0, 10, "a", "google", "x/news", 50);
	for (size_t r = 0; r < REP_COUNT(rules); r++) {
		ok(rep_know_rule(know, rep_str_c(rules[r])) != NULL,
		    "no trouble: there is a rule %s", rules[r]);
		refused(&s, 10, 14, "a", "google", "x/news", rules[r], 40);
	}
	o = said(&s, 12, "a", "google", "x/news", REP_CLASS_BLOCKED, 40);
	o->evidence = false;
	o = said(&s, 99, "a", "google", "x/news", REP_CLASS_BLOCKED, 40);
	o->certain = true;
	judge(&s, 14);
	is_int((int64_t)s.v.incidents_n, 0,
	    "no trouble: of links, recipients, suspended mail, the future");
	end(&s);
}

static void
test_states(void)
{
	static const struct {
		const char *provider, *rule;
		enum rep_state state;
	} rows[] = {
		{ "microsoft-consumer", S3140, REP_STATE_BLOCKED },
		{ "cox", "cox.ipbl0001", REP_STATE_LISTED },
		{ "google", "google.dmarc", REP_STATE_FAILING },
		{ "yahoo", "yahoo.tss04", REP_STATE_THROTTLED },
		{ "orange", NULL, REP_STATE_WELL },
		{ "apple", "", REP_STATE_FAILING },
		{ "gmx", "-", REP_STATE_UNKNOWN },
	};
	struct story s;

	begin(&s);
	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		if (rows[r].rule == NULL) {
			well(&s, 0, 10, "a", rows[r].provider, "x/news", 50);
		} else if (rows[r].rule[0] == '-') {
			for (unsigned h = 0; h < 10; h++)
				(void)said(
				    &s, h, "a", rows[r].provider, "x/news", REP_CLASS_NETWORK, 1);
		} else if (rows[r].rule[0] == '\0') {
			for (unsigned h = 0; h < 10; h++)
				(void)said(
				    &s, h, "a", rows[r].provider, "x/news", REP_CLASS_NETWORK, 9);
		} else {
			refused(&s, 0, 10, "a", rows[r].provider, "x/news", rows[r].rule, 40);
		}
	}
	judge(&s, 10);
	for (size_t r = 0; r < REP_COUNT(rows); r++)
		ok(cell(&s, "a", rows[r].provider)->state == rows[r].state, "state: %s is %s",
		    rows[r].provider, rep_state_word(rows[r].state));
	ok(s.v.cells[0].state == REP_STATE_BLOCKED && s.v.cells[1].state == REP_STATE_LISTED,
	    "state: the worst first");
	ok(s.v.totals[REP_STATUS_SENT] == 500, "state: totals of the window");
	end(&s);
}

static void
test_window(void)
{
	struct story s;

	begin(&s);
	well(&s, 0, 100, "a", "google", "x/news", 10);
	judge(&s, 100);
	is_int(
	    (int64_t)cell(&s, "a", "google")->count[REP_STATUS_SENT], 240, "window: a day of it");
	judge(&s, 50);
	is_int((int64_t)cell(&s, "a", "google")->count[REP_STATUS_SENT], 240,
	    "window: and nothing after now");
	end(&s);
}

/* A thousand small hosts are one row. A host with trouble has its own row. */
static void
test_small_hosts(void)
{
	struct rep_observation *o;
	size_t shown = 0, folded = 0, own_row = 0;
	char domain[32];
	struct story s;

	begin(&s);
	for (unsigned d = 0; d < 50; d++) {
		snprintf(domain, sizeof domain, "small%u.example", d);
		o = said(&s, 1, "a", "other", "x/news", REP_CLASS_ACCEPTED, 3);
		o->provider_domain = name(&s, domain);
		if (d == 7) {
			o = said(&s, 2, "a", "other", "x/news", REP_CLASS_BLOCKED, 30);
			o->provider_domain = name(&s, domain);
		}
	}
	judge(&s, 3);
	for (size_t n = 0; n < s.v.cells_n; n++) {
		shown += !s.v.cells[n].folded;
		folded += s.v.cells[n].folded;
		own_row += s.v.cells[n].key.provider_domain == name(&s, "small7.example") &&
		    !s.v.cells[n].folded;
		if (!s.v.cells[n].folded && s.v.cells[n].key.provider_domain == 0)
			is_int((int64_t)s.v.cells[n].count[REP_STATUS_SENT], 147,
			    "small hosts: one row has their sum");
	}
	ok(shown == 2 && folded == 48, "small hosts: two rows");
	ok(own_row == 1 && s.v.cells[0].state == REP_STATE_BLOCKED && s.v.cells[0].incident == 1,
	    "small hosts: the one in trouble keeps its own");
	end(&s);
}

/* [since, until) of each, 0: still open; what is left, and its replies. */
static void
test_join(void)
{
	static const struct {
		const char *name;
		size_t whole, n, left;
		int64_t in[5][2], out[5][2];
		uint64_t replies[5];
	} cases[] = {
		{ "apart", 0, 2, 2, { { 50, 60 }, { 10, 20 } }, { { 10, 20 }, { 50, 60 } },
		    { 2, 1 } },
		{ "two streams at once", 0, 2, 1, { { 10, 30 }, { 20, 40 } }, { { 10, 40 } },
		    { 3 } },
		{ "one ends where the other begins", 0, 2, 2, { { 10, 20 }, { 20, 30 } },
		    { { 10, 20 }, { 20, 30 } }, { 1, 2 } },
		{ "a third that spans both", 0, 3, 1, { { 10, 20 }, { 50, 60 }, { 15, 55 } },
		    { { 10, 60 } }, { 7 } },
		{ "one is still open", 0, 2, 1, { { 10, 30 }, { 20, 0 } }, { { 10, 0 } }, { 3 } },
		{ "within one of the cell", 1, 2, 1, { { 10, 50 }, { 20, 30 } }, { { 10, 50 } },
		    { 1 } },
		{ "beside those of the cell", 2, 4, 3,
		    { { 10, 20 }, { 60, 0 }, { 30, 40 }, { 70, 80 } },
		    { { 10, 20 }, { 30, 40 }, { 60, 0 } }, { 1, 4, 2 } },
	};

	for (size_t k = 0; k < REP_COUNT(cases); k++) {
		struct rep_stay v[5] = { 0 };
		bool right = true;
		size_t n;

		for (size_t i = 0; i < cases[k].n; i++) {
			v[i].e.since_s = cases[k].in[i][0];
			v[i].e.until_s = cases[k].in[i][1];
			v[i].e.replies = UINT64_C(1) << i; /* which were joined can be read off */
		}
		n = rep_stays_join(v, cases[k].whole, cases[k].n);
		for (size_t i = 0; i < n && i < cases[k].left; i++)
			right = right && v[i].e.since_s == cases[k].out[i][0] &&
			    v[i].e.until_s == cases[k].out[i][1] &&
			    v[i].e.replies == cases[k].replies[i];
		ok(n == cases[k].left && right, "join: %s", cases[k].name);
	}
}

/* Of three streams one has enough drops, and its rows come in their order. */
static void
test_streams(void)
{
	const struct rep_observation *rows;
	struct rep_observation room[512];
	struct story s;
	size_t n;
	bool right = true;

	begin(&s);
	well(&s, 0, 40, "a", MS, "x/orders", 50);
	well(&s, 10, 40, "a", MS, "x/spring", 1);
	(void)said(&s, 20, "a", MS, "x/orders", REP_CLASS_CONTENT, 7);
	(void)said(&s, 30, "a", MS, "x/spring", REP_CLASS_CONTENT, 5);
	(void)said(&s, 31, "a", MS, "x/spring", REP_CLASS_CONTENT, 5);
	(void)said(&s, 32, "a", MS, "x/other", REP_CLASS_NETWORK, 50);
	judge(&s, 40);
	n = rep_streams_rows(&s.v, s.in.obs, s.in.obs_n, 8, room, &rows);
	for (size_t i = 0; i < n; i++)
		right = right && rows[i].stream == name(&s, "x/spring") &&
		    (i == 0 || rows[i].from_s >= rows[i - 1].from_s);
	ok(n == 32 && right, "streams: the one with enough drops, in order");
	n = rep_streams_rows(&s.v, s.in.obs, s.in.obs_n, 7, room, &rows);
	ok(n == 32 + 41, "streams: two, with fewer; never one that only could not be reached");
	n = rep_streams_rows(&s.v, s.in.obs, s.in.obs_n, 11, room, &rows);
	ok(n == 0, "streams: none");
	end(&s);
}

int
main(void)
{
	if (!story_open())
		return done();
	test_episode();
	test_returns();
	test_join();
	test_streams();
	test_thresholds();
	test_over();
	test_throttle_first();
	test_not_the_sender();
	test_states();
	test_window();
	test_small_hosts();
	story_close();
	return done();
}
