/*
 * unit/test_advice.c -- the steps about what a look at DNS found: in which order, and what they say.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"
#include "judge/advised.h"

#define ME "203.0.113.10"
#define SHOP "shop.example"

static void
finds(struct story *s, const char *subject, const char *part, const char *id, const char *detail,
    const char *fix)
{
	s->found[s->found_n++] = (struct rep_found){ .subject = rep_str_c(subject),
		.part = rep_str_c(part),
		.id = rep_str_c(id),
		.detail = rep_str_c(detail),
		.text = REP_S("as it was seen"),
		.fix = rep_str_c(fix),
		.severity = REP_CRITICAL,
		.first_s = at(MONTH - 10),
		.last_s = at(MONTH - 10) };
}

/* A day of refusals of one class, after a month. The address is on a list, and has no PTR. */
static const struct rep_incident *
refused_while_listed(struct story *s, enum rep_class c)
{
	begin(s);
	source(s, "a", ME);
	well(s, 0, MONTH, "a", MS, SHOP "/news", 20);
	for (unsigned h = MONTH; h < MONTH + 24; h++) {
		struct rep_observation *o = said(s, h, "a", MS, SHOP "/news", c, 20);

		o->certain = true;
		o->stage = REP_STAGE_DOT;
	}
	finds(s, ME, "zen", "listed-abuse", "abuse", "Then ask for removal");
	finds(
	    s, ME, "ptr", "ptr-missing", "", "10.113.0.203.in-addr.arpa. IN PTR mx.shop.example.");
	judge(s, MONTH + 24);
	return s->v.incidents_n == 1 ? &s->v.incidents[0] : NULL;
}

/* The number of the first step that says it, from 1. 0: none does. */
static size_t
step_of(const struct rep_incident *i, const char *words)
{
	for (size_t n = 0; i != NULL && n < i->next_n; n++)
		if (rep_str_find(i->next[n].step, rep_str_c(words), 0) != SIZE_MAX)
			return n + 1;
	return 0;
}

static void
test_listing(void)
{
	static const struct {
		enum rep_class class;
		bool later, first;
		const char *what;
	} rows[] = {
		{ REP_CLASS_AUTHENTICATION, true, false, "refused for authentication" },
		{ REP_CLASS_IDENTITY, true, false, "refused for identity" },
		{ REP_CLASS_LISTED, false, true, "refused for the list" },
		{ REP_CLASS_BLOCKED, false, false, "refused without a reason" },
	};

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		struct story s;
		const struct rep_incident *i = refused_while_listed(&s, rows[r].class);
		size_t ptr = step_of(i, "fix the reverse name of " ME);
		size_t later = step_of(i, "when that is fixed, look at the listing of " ME);
		size_t now = step_of(i, "fix the listing of " ME);

		ok(ptr > 0 && (later > 0) == rows[r].later && (now > 0) != rows[r].later,
		    "listing: %s: looked at %s", rows[r].what, rows[r].later ? "later" : "now");
		ok((step_of(i, "removal") == 0) == rows[r].later, "listing: %s: a list is %sasked",
		    rows[r].what, rows[r].later ? "not " : "");
		ok(rows[r].later ? later > ptr : !rows[r].first || now < ptr,
		    "listing: %s: in its place", rows[r].what);
		end(&s);
	}
}

/* What to do, and behind it how and why. */
static void
test_parts(void)
{
	static const struct {
		const char *step, *head, *rest;
	} v[] = {
		{ "send the request: fill in each line", "send the request", "fill in each line" },
		{ "look at the list (see: here), and remove it; it is old",
		    "look at the list (see: here), and remove it", "it is old" },
		{ "find out more: ask them", "find out more", "ask them" },
		{ "wait: until it is over. Then look", "wait: until it is over", "Then look" },
		{ "write to their postmaster.", "write to their postmaster", "" },
		{ "send the delisting request. Form:", "send the delisting request", "" },
		{ "send the request: they answer. Form:", "send the request", "they answer." },
	};

	for (size_t n = 0; n < REP_COUNT(v); n++) {
		is_str(
		    rep_advised_head(rep_str_c(v[n].step)), v[n].head, "%s: what to do", v[n].step);
		is_str(rep_advised_rest(rep_str_c(v[n].step)), v[n].rest, "%s: how", v[n].step);
	}
}

int
main(void)
{
	test_parts();
	if (!story_open())
		return done();
	test_listing();
	story_close();
	return done();
}
