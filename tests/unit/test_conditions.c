/*
 * unit/test_conditions.c -- which conditions hold, by what looks, logs and the machine show.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/conditions.h"
#include "story.h"

static struct rep_config cfg;
static struct rep_own own;
static struct rep_conditions got;
static struct rep_conditions_in in;

/* What holds at the end of an hour, as "kind subject (of), ...". */
static struct rep_str
held_at(struct story *s, unsigned hour)
{
	struct rep_str all = REP_S("");
	struct rep_err err = { .msg = "" };

	judge(s, hour);
	if (rep_own_find(&cfg, &s->in, arena, &own, &err) != REP_OK)
		abort();
	for (size_t i = 0; i < s->found_n; i++) /* what a look saw is own here, without mail */
		if (!rep_own_has(&own, s->found[i].subject) && own.domains_n < REP_OWN_DOMAINS)
			own.domains[own.domains_n++] = s->found[i].subject;
	in.in = &s->in;
	in.verdicts = &s->v;
	in.own = &own;
	if (rep_conditions_make(&in, arena, &got, &err) != REP_OK)
		abort();
	for (size_t i = 0; i < got.n; i++)
		all = rep_arena_printf(arena, "%.*s%s%s %.*s", REP_PR(all), i > 0 ? ", " : "",
		    rep_kind_names[got.v[i].kind], REP_PR(got.v[i].subject));
	return all;
}

/* --- looks --------------------------------------------------------------------------------------------- */

static struct rep_found *
found(struct story *s, const char *subject, const char *part, const char *id, const char *detail,
    unsigned first, unsigned clear)
{
	struct rep_found *f = &s->found[s->found_n++];

	*f = (struct rep_found){ .subject = rep_str_c(subject),
		.part = rep_str_c(part),
		.id = rep_str_c(id),
		.detail = rep_str_c(detail),
		.text = REP_S("seen"),
		.first_s = START + (int64_t)first * HOUR,
		.clear_s = clear == 0 ? 0 : START + (int64_t)clear * HOUR };
	return f;
}

static struct rep_found *
record(struct story *s, const char *id, const char *value, unsigned first, unsigned gone)
{
	struct rep_found *f =
	    found(s, "shop.example", id, id, value, first, first > 1 ? first - 1 : 0);

	f->record = true;
	f->text = rep_str_c(value);
	f->gone_s = gone == 0 ? 0 : START + (int64_t)gone * HOUR;
	return f;
}

static void
looks(void)
{
	struct story s;

	begin(&s);
	(void)found(&s, "shop.example", "spf", "spf-missing", "", 10, 0);
	is_str(held_at(&s, 100), "", "what the first look found is no news");
	s.found[0].clear_s = START + 9 * HOUR;
	is_str(held_at(&s, 100), "record-gone shop.example", "what a later look found is");
	is_str(held_at(&s, 9), "", "and was not before that look");
	s.found[0].gone_s = START + 50 * HOUR;
	is_str(held_at(&s, 100), "", "nor is it when it is gone");
	is_str(held_at(&s, 40), "record-gone shop.example", "though it was");
	end(&s);

	begin(&s);
	(void)found(&s, "shop.example", "dkim", "dkim-key-revoked", "s1", 10, 9);
	(void)found(&s, "shop.example", "dmarc", "dmarc-syntax", "", 10, 9);
	(void)found(&s, "shop.example", "dmarc", "dmarc-none", "", 10, 9);
	(void)found(&s, "203.0.113.7", "ptr", "ptr-missing", "", 10, 9);
	(void)found(&s, "203.0.113.7", "zen.spamhaus.org", "listed-abuse", "abuse", 10, 9);
	(void)found(&s, "203.0.113.7", "pbl.example", "listed-policy", "policy", 10, 9);
	source(&s, "mx1/postfix/out-a", "203.0.113.7");
	is_str(held_at(&s, 20),
	    "key-revoked shop.example, record-broken shop.example, ptr-lost 203.0.113.7, "
	    "new-listing 203.0.113.7",
	    "each finding has its kind; what is only information has none");
	end(&s);
}

static void
records(void)
{
	struct story s;

	begin(&s);
	(void)record(&s, "spf", "v=spf1 -all", 1, 20);
	(void)record(&s, "spf", "v=spf1 mx -all", 20, 0);
	is_str(
	    held_at(&s, 30), "record-changed shop.example", "a record in the place of another one");
	ok(rep_str_find(got.v[0].text, REP_S("was \"v=spf1 -all\" and is now \"v=spf1 mx -all\""),
	       0) != SIZE_MAX,
	    "the text has both: %.*s", REP_PR(got.v[0].text));
	is_str(held_at(&s, 10), "", "not before");
	is_str(held_at(&s, 20 + 8 * 24), "", "a week later it is history");
	(void)found(&s, "shop.example", "spf", "spf-syntax", "", 20, 19);
	is_str(held_at(&s, 30), "record-broken shop.example",
	    "when the new one does not work, that is told, and not that it changed");
	end(&s);

	begin(&s);
	(void)record(&s, "dkim", "s1: p=abc", 1, 30);
	(void)record(&s, "dkim", "s2: p=def", 2, 0);
	is_str(
	    held_at(&s, 31), "record-changed shop.example", "a key that goes beside another one");
	(void)found(&s, "shop.example", "dkim", "dkim-key-short", "s2", 20, 19);
	is_str(held_at(&s, 31), "record-broken shop.example, record-changed shop.example",
	    "what is told of another key says nothing of it");
	(void)found(&s, "shop.example", "dkim", "dkim-key-missing", "s1", 30, 29);
	is_str(held_at(&s, 31), "record-broken shop.example, record-gone shop.example",
	    "what is told of the same key does");
	end(&s);

	begin(&s);
	(void)record(&s, "dkim", "s1: p=abc", 1, 30);
	(void)record(&s, "dkim", "s2: p=def", 2, 30);
	is_str(held_at(&s, 31), "record-gone shop.example, record-gone shop.example",
	    "keys that go without another one");
	is_str(held_at(&s, 30 + 8 * 24), "record-gone shop.example, record-gone shop.example",
	    "and as long as there is none");
	(void)record(&s, "dkim", "s3: p=ghi", 300, 0);
	is_str(held_at(&s, 300), "", "a new one ends it");
	end(&s);

	begin(&s);
	(void)record(&s, "dkim", "s1: p=abc", 1, 30);
	(void)record(&s, "dkim", "s2: p=def", 2, 400);
	is_str(held_at(&s, 401), "record-gone shop.example", "the last one is gone, and it alone");
	end(&s);

	begin(&s);
	(void)record(&s, "mx", "10 a.example", 1, 20);
	(void)record(&s, "mx", "10 b.example", 20, 0);
	(void)found(&s, "shop.example", "mta-sts", "mta-sts-mx", "b.example", 20, 19);
	is_str(held_at(&s, 30), "record-broken shop.example, record-changed shop.example",
	    "a finding of another part whose name has this one in it");
	end(&s);

	begin(&s);
	(void)record(&s, "dkim", "s1: p=abc", 1, 0);
	is_str(held_at(&s, 700 * 24), "", "a key of 700 days");
	is_str(held_at(&s, 731 * 24), "key-old shop.example", "a key of more than two years");
	end(&s);
}

#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X350 X50 X50 X50 X50 X50 X50 X50

/* What is alike for longer than is shown is not the same. */
static void
alike(void)
{
	static char much[1001];
	struct story s;

	begin(&s);
	(void)found(&s, "shop.example", "spf", "spf-dead-include", X350 "a", 20, 19);
	(void)found(&s, "shop.example", "spf", "spf-dead-include", X350 "b", 20, 19);
	s.found[0].text = REP_S(X350);
	is_str(held_at(&s, 30), "record-broken shop.example, record-broken shop.example",
	    "two findings that are told apart by their ends");
	ok(got.n == 2 && rep_str_find(got.v[0].text, REP_S("xxx..."), 0) != SIZE_MAX,
	    "evidence that is cut says so: %.*s", REP_PR(got.v[0].text));
	end(&s);

	begin(&s);
	(void)record(&s, "spf", "v=spf1 " X350 " -all", 1, 20);
	(void)record(&s, "spf", "v=spf1 " X350 " ~all", 20, 0);
	is_str(held_at(&s, 30), "record-changed shop.example", "a long record that has changed");
	ok(got.n == 1 && rep_str_find(got.v[0].text, REP_S("x -all\" and is"), 0) != SIZE_MAX &&
		rep_str_find(got.v[0].text, REP_S("x ~all\"."), 0) != SIZE_MAX &&
		rep_str_find(got.v[0].text, REP_S("was \"...x"), 0) != SIZE_MAX,
	    "is quoted where it did: %.*s", REP_PR(got.v[0].text));
	memset(much, 'x', sizeof much - 1);
	s.found[0].text = s.found[1].text = rep_str_c(much);
	is_str(held_at(&s, 30), "record-changed shop.example", "one that is longer than is kept");
	ok(got.n == 1 &&
		rep_str_find(got.v[0].text, REP_S("but not in the part that is kept: \"xxx"), 0) !=
		    SIZE_MAX,
	    "is not said to be what it was: %.*s", REP_PR(got.v[0].text));
	end(&s);

	begin(&s);
	ok(!rep_str_eq(rep_condition_name(arena, REP_S(X350 "a")),
	       rep_condition_name(arena, REP_S(X350 "b"))),
	    "nor are two names");
	is_str(rep_condition_name(arena, REP_S("login jo")), "login jo", "a name that fits");
	end(&s);
}

/* The kinds that rep_conditions_found gives, written out once more. */
static bool
of_looks(enum rep_kind kind)
{
	static const enum rep_kind kinds[] = { REP_KIND_RECORD_GONE, REP_KIND_RECORD_BROKEN,
		REP_KIND_RECORD_CHANGED, REP_KIND_KEY_REVOKED, REP_KIND_KEY_OLD, REP_KIND_PTR_LOST,
		REP_KIND_PTR_CHANGED, REP_KIND_NEW_LISTING };
	size_t i = 0;

	while (i < REP_COUNT(kinds) && kinds[i] != kind)
		i++;
	return i < REP_COUNT(kinds);
}

static void
not_own(void)
{
	static struct rep_held v[] = {
		{ .kind = REP_KIND_RECORD_GONE, .subject = { "other.example", 13 }, .told_s = 1 },
		{ .kind = REP_KIND_RECORD_GONE,
		    .subject = { "over.example", 12 },
		    .told_s = 1,
		    .over_s = 2 },
		{ .kind = REP_KIND_RECORD_GONE, .subject = { "untold.example", 14 } },
		{ .kind = REP_KIND_NEW_LISTING, .subject = { "203.0.113.8", 11 }, .told_s = 1 },
		{ .kind = REP_KIND_LOG_SILENT, .subject = { "mx1", 3 }, .told_s = 1 },
	};
	static const struct rep_held_all held = { .v = v, .n = REP_COUNT(v) };
	static const struct rep_config named = { .n_domains = 1 };
	struct story s;

	begin(&s);
	source(&s, "mx1/postfix/out-a", "203.0.113.7");
	well(&s, 0, 200, "mx1/postfix/out-a", "google", "shop.example/news", 50);
	well(&s, 0, 20, "mx1/postfix/out-a", "google", "other.example/list", 9);
	well(&s, 0, 200, "mx1/postfix/out-a", "google", "gmail.com/jo", 50);
	judge(&s, 200);
	if (rep_own_find(&cfg, &s.in, arena, &own, NULL) != REP_OK)
		abort();
	ok(rep_own_has(&own, REP_S("shop.example")) && rep_own_has(&own, REP_S("203.0.113.7")),
	    "the domain that mail is from, and the address");
	ok(!rep_own_has(&own, REP_S("other.example")), "not one of a hundredth of the mail");
	ok(!rep_own_has(&own, REP_S("gmail.com")), "not a mailbox provider's");
	ok(!rep_own_has(&own, REP_S("203.0.113.8")), "not another address");
	rep_own_keep(&cfg, &held, &own);
	ok(rep_own_has(&own, REP_S("other.example")), "one that was told of stays an own one");
	ok(own.domains_n == 2, "one whose trouble is over, or was not told, does not");
	for (int kind = 0; kind < REP_KIND_N; kind++) {
		v[0].kind = (enum rep_kind)kind;
		own.domains_n = 0;
		rep_own_keep(&cfg, &held, &own);
		ok(own.domains_n == (of_looks(v[0].kind) ? 1 : 0), "what was told by %s %s",
		    rep_kind_names[kind],
		    of_looks(v[0].kind) ? "does it" : "names no domain to look at");
	}
	v[0].kind = REP_KIND_RECORD_GONE;
	own.domains_n = 0;
	rep_own_keep(&named, &held, &own);
	ok(own.domains_n == 0, "nor when the configuration names domains");
	end(&s);
}

/* --- mail --------------------------------------------------------------------------------------------- */

static void
accounts(void)
{
	static struct rep_handed_hour jo[] = { { START + 20 * HOUR, 3, false },
		{ START + 200 * HOUR, 12, false }, { START + 300 * HOUR, 119, false } };
	static struct rep_handed_hour old[] = { { START, 2, false } };
	struct story s;

	begin(&s);
	s.handed[0] = (struct rep_handed){ REP_S("mx1"), REP_S("login jo"), jo, 3 };
	s.handed[1] = (struct rep_handed){ REP_S("mx1"), REP_S("uid 33"), old, 1 };
	s.handed_n = 2;
	is_str(held_at(&s, 301), "", "nine times its busiest hour is not ten times");
	jo[2].n = 120;
	is_str(held_at(&s, 301), "account-unusual login jo", "ten times, and more than 100");
	is_str(held_at(&s, 299), "", "not before that hour");
	is_str(held_at(&s, 325), "", "nor a day later");
	jo[1].n = 0;
	jo[0].n = 0;
	jo[2].n = 299;
	is_str(held_at(&s, 301), "", "299 of one that had none before");
	jo[2].n = 300;
	is_str(held_at(&s, 301), "account-unusual login jo", "300 of one that had none before");
	ok(got.n == 1 &&
		rep_str_find(got.v[0].text, REP_S("In the 13 days before it had none."), 0) !=
		    SIZE_MAX,
	    "and for how long it had none");
	old[0].from_s = START + 150 * HOUR;
	jo[0].from_s = START + 150 * HOUR;
	is_str(held_at(&s, 301), "", "where nobody was known a week before, nothing is usual");
	old[0].from_s = START;
	s.handed[1].host = REP_S("mx2");
	is_str(held_at(&s, 301), "", "nor does another host say since when");
	s.handed[2] = (struct rep_handed){ REP_S("mx1"), REP_S("uid 34"), old, 1 };
	s.handed_n = 3;
	is_str(held_at(&s, 301), "account-unusual login jo", "one of the same host does");
	end(&s);
}

static void
rates(void)
{
	struct story s;

	begin(&s);
	source(&s, "mx1/postfix/out-a", "203.0.113.7");
	well(&s, 0, 168, "mx1/postfix/out-a", "google", "shop.example/news", 10);
	s.complaints[0] = (struct rep_complaint){ .at_s = START + 160 * HOUR,
		.count = 4,
		.matched = true,
		.provider = name(&s, "google"),
		.stream = name(&s, "shop.example/news") };
	s.complaints_n = 1;
	is_str(held_at(&s, 168), "", "four complaints are no rate");
	s.complaints[0].count = 5;
	is_str(held_at(&s, 168), "complaints-near Google (Gmail)",
	    "five of 1,680 messages are 0.3 %%");
	ok(got.v[0].since_s == s.in.now_s, "since when a rate is near, only what is held says");
	is_str(held_at(&s, 400), "", "in another week there were none");
	end(&s);

	begin(&s);
	source(&s, "mx1/postfix/out-a", "203.0.113.7");
	well(&s, 0, 168, "mx1/postfix/out-a", "google", "shop.example/news", 10);
	for (unsigned h = 0; h < 69; h++)
		(void)said(&s, h, "mx1/postfix/out-a", "google", "shop.example/news",
		    REP_CLASS_RECIPIENT, 1);
	is_str(held_at(&s, 168), "", "69 of 1,749 are less than 4 %%");
	(void)said(
	    &s, 70, "mx1/postfix/out-a", "google", "shop.example/news", REP_CLASS_RECIPIENT, 1);
	is_str(held_at(&s, 168), "bounces-near 203.0.113.7", "70 of 1,750 are 4 %%");
	ok(got.v[0].since_s == s.in.now_s, "not the last recipient that does not exist");
	for (unsigned h = 0; h < 168; h++)
		(void)said(&s, h, "mx1/postfix/out-a", "yahoo", "shop.example/news",
		    REP_CLASS_RECIPIENT, 5);
	is_str(held_at(&s, 168), "bounces-near 203.0.113.7", "a provider that refuses all");
	is_int(got.n == 1 ? (int64_t)rep_str_find(got.v[0].text, REP_S("70 of 1750"), 0) : -1, 0,
	    "is not counted");
	end(&s);
}

static void
relay(void)
{
	struct story s;
	struct rep_observation *o;

	begin(&s);
	well(&s, 0, 100, "mx1/postfix", "amazon-ses", "shop.example/news", 10);
	o = said(&s, 100, "mx1/postfix", "amazon-ses", "shop.example/news", REP_CLASS_CAPACITY, 49);
	o->route = name(&s, "ses");
	o->rule = name(&s, "amazon-ses.daily");
	is_str(held_at(&s, 101), "", "49 replies");
	o = said(&s, 100, "mx1/postfix", "amazon-ses", "shop.example/code", REP_CLASS_CAPACITY, 1);
	o->route = name(&s, "ses");
	is_str(held_at(&s, 101), "relay-quota ses", "50 of one relay");
	ok(rep_str_starts(got.v[0].text, REP_S("50 replies of the last two hours said so. ")),
	    "replies, and what they mean: %.*s", REP_PR(got.v[0].text));
	is_str(held_at(&s, 104), "", "two hours later there are none");
	end(&s);
}

/* --- own mail that is refused for its authentication ---------------------------------------------------- */

enum { AUTH_DAYS = 12 * 24 };

/* Two domains at google: much mail of one, 2 an hour of the other, which is a small part of it. */
static void
two_domains(struct story *s, unsigned until)
{
	begin(s);
	source(s, "mx1/postfix/out-a", "203.0.113.7");
	well(s, 0, until, "mx1/postfix/out-a", "google", "big.example/news", 300);
	well(s, 0, until, "mx1/postfix/out-a", "google", "shop.example/code", 2);
	(void)found(s, "shop.example", "spf", "spf-none", "", 1, 0); /* both are own ones */
	(void)found(s, "big.example", "spf", "spf-none", "", 1, 0);
}

/* So many of it are refused in an hour, for that or for something else. */
static struct rep_observation *
fails(struct story *s, unsigned hour, enum rep_class class, uint32_t n)
{
	struct rep_observation *o =
	    said(s, hour, "mx1/postfix/out-a", "google", "shop.example/code", class, n);

	o->rule = name(s, "google.unauthenticated");
	return o;
}

static void
authentication(void)
{
	struct story s;

	two_domains(&s, AUTH_DAYS + 24);
	(void)fails(&s, AUTH_DAYS + 2, REP_CLASS_AUTHENTICATION, 2);
	(void)fails(&s, AUTH_DAYS + 5, REP_CLASS_AUTHENTICATION, 2);
	is_str(held_at(&s, AUTH_DAYS + 6), "", "four messages are few");
	(void)fails(&s, AUTH_DAYS + 5, REP_CLASS_CONTENT, 20);
	is_str(held_at(&s, AUTH_DAYS + 6), "", "others for something else do not count");
	(void)fails(&s, AUTH_DAYS + 5, REP_CLASS_AUTHENTICATION, 1);
	is_str(held_at(&s, AUTH_DAYS + 6), "auth-refused shop.example", "five do");
	ok(got.n == 1 && got.v[0].since_s == START + (AUTH_DAYS + 2) * HOUR + 60,
	    "since the first of them");
	ok(got.n == 1 &&
		rep_str_starts(got.v[0].text,
		    REP_S("Google (Gmail) refused 5 of 73 attempts of 24 hours for "
			  "authentication: 6.8 %. On the worst of 11 days before it was 0.0 %. ")),
	    "how many, and how it was: %.*s", REP_PR(got.v[0].text));
	is_str(held_at(&s, AUTH_DAYS + 2), "", "not before");
	is_str(held_at(&s, AUTH_DAYS + 24 + 7), "", "nor a day later");
	(void)fails(&s, AUTH_DAYS - 50, REP_CLASS_AUTHENTICATION, 2);
	is_str(held_at(&s, AUTH_DAYS + 6), "", "two of 50 in a day before are more than a third");
	end(&s);

	two_domains(&s, AUTH_DAYS + 24);
	for (unsigned h = 0; h < 49; h++)
		fails(&s, AUTH_DAYS + h % 20, REP_CLASS_AUTHENTICATION, 1)->status =
		    REP_STATUS_DEFERRED;
	is_str(held_at(&s, AUTH_DAYS + 20), "", "49 replies may be two messages");
	fails(&s, AUTH_DAYS + 19, REP_CLASS_AUTHENTICATION, 1)->status = REP_STATUS_DEFERRED;
	is_str(held_at(&s, AUTH_DAYS + 20), "auth-refused shop.example", "50 are more");
	s.found[0].subject = REP_S("other.example");
	is_str(held_at(&s, AUTH_DAYS + 20), "", "a domain of somebody else that is passed on");
	end(&s);
}

/* Too little is known, or too little was sent; and what an incident tells. */
static void
authentication_known(void)
{
	static struct rep_held told = { .kind = REP_KIND_AUTH_REFUSED,
		.subject = { "shop.example", 12 },
		.of = { "google", 6 } };
	static const struct rep_held_all held = { .v = &told, .n = 1 };
	struct story s;

	two_domains(&s, 7 * 24);
	(void)fails(&s, 7 * 24 - 1, REP_CLASS_AUTHENTICATION, 9);
	is_str(held_at(&s, 7 * 24), "", "six days are no usual");
	end(&s);
	two_domains(&s, 8 * 24);
	for (unsigned h = 7 * 24; h < 8 * 24; h++)
		(void)fails(&s, h, REP_CLASS_AUTHENTICATION, 1);
	is_str(held_at(&s, 7 * 24 + 20), "auth-refused shop.example", "seven are");
	told.first_s = START + (7 * 24 + 10) * HOUR;
	in.held = &held;
	is_str(
	    held_at(&s, 8 * 24), "auth-refused shop.example", "also when one of them is its own");
	in.held = NULL;
	end(&s);

	two_domains(&s, AUTH_DAYS + 24);
	for (unsigned h = AUTH_DAYS; h < AUTH_DAYS + 24; h++)
		(void)fails(&s, h, REP_CLASS_AUTHENTICATION, 300);
	is_str(held_at(&s, AUTH_DAYS + 23), "", "where an incident tells it");
	ok(s.v.incidents_n > 0 && s.v.incidents[0].life == REP_LIFE_ACTIVE, "there is one");
	end(&s);

	/* 1 of 3 for days. */
	two_domains(&s, AUTH_DAYS + 10 * 24);
	for (unsigned h = AUTH_DAYS; h < AUTH_DAYS + 10 * 24; h++)
		(void)fails(&s, h, REP_CLASS_AUTHENTICATION, 1);
	is_str(held_at(&s, AUTH_DAYS + 10), "auth-refused shop.example", "some hours of it");
	is_str(held_at(&s, AUTH_DAYS + 40), "", "what was so yesterday is usual");
	told.first_s = START + (AUTH_DAYS + 5) * HOUR;
	in.held = &held;
	is_str(held_at(&s, AUTH_DAYS + 40), "auth-refused shop.example", "but not what was told");
	is_str(held_at(&s, AUTH_DAYS + 5 + 7 * 24), "", "a week of it is");
	end(&s);

	two_domains(&s, AUTH_DAYS);
	well(&s, AUTH_DAYS, AUTH_DAYS + 40, "mx1/postfix/out-a", "google", "big.example/news", 300);
	for (unsigned h = 0; h < 19; h++)
		(void)fails(&s, AUTH_DAYS + h, REP_CLASS_AUTHENTICATION, 1);
	is_str(held_at(&s, AUTH_DAYS + 40), "auth-refused shop.example",
	    "while nothing new was sent, it goes on");
	told.over_s = told.first_s + HOUR;
	is_str(held_at(&s, AUTH_DAYS + 40), "", "unless it was over");
	told.over_s = 0;
	well(&s, AUTH_DAYS + 39, AUTH_DAYS + 40, "mx1/postfix/out-a", "google", "shop.example/code",
	    20);
	is_str(held_at(&s, AUTH_DAYS + 40), "", "mail that is accepted ends it");
	in.held = NULL;
	end(&s);
}

/* --- the queue ------------------------------------------------------------------------------------------ */

static void
queue(void)
{
	static struct rep_queue_usual usual;
	static const struct {
		uint64_t expiring, own;
		const char *want;
	} rows[] = {
		{ 3, 0, NULL },
		{ 60, 0,
		    "60 messages will be returned within a day, the first at "
		    "2026-09-11T00:00:00Z. Most wait for: Google." },
		{ 3, 2,
		    "3 messages will be returned within a day, the first at 2026-09-11T00:00:00Z. "
		    "2 of them wait because your own server does not try. Most wait for: Google." },
		{ 1, 1,
		    "1 message will be returned within a day, the first at 2026-09-11T00:00:00Z. "
		    "1 of them waits because your own server does not try. Most wait for: "
		    "Google." },
	};
	struct story s;

	begin(&s);
	in.queue = &usual;
	in.host = REP_S("mx1");
	usual = (struct rep_queue_usual){ .at_s = START + 239 * HOUR,
		.messages = 80,
		.expires_s = START + 240 * HOUR,
		.most_wait = REP_S("Google"),
		.days_n = REP_QUEUE_DAYS_LEAST };
	for (size_t i = 0; i < usual.days_n; i++)
		usual.days[i].day = START / DAY + (int64_t)i;
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		usual.expiring = rows[i].expiring;
		usual.own = rows[i].own;
		is_str(held_at(&s, 239), rows[i].want != NULL ? "queue-expires mx1" : "",
		    "%d messages that expire, %d of them held", (int)rows[i].expiring,
		    (int)rows[i].own);
		if (rows[i].want != NULL)
			is_str(got.n == 1 ? got.v[0].text : REP_S(""), rows[i].want, "its words");
	}
	in.queue = NULL;
	end(&s);
}

/* --- a log that is silent ------------------------------------------------------------------------------ */

/* Six weeks: 20 deliveries an hour by day on working days, then silence. */
static void
office(struct story *s, unsigned weeks, unsigned until)
{
	for (unsigned h = 0; h < weeks * 168 && h < until; h++)
		if (h % 24 >= 8 && h % 24 < 18 && h / 24 % 7 < 5)
			(void)said(s, h, "mx1/postfix/out-a", "google", "shop.example/news",
			    REP_CLASS_ACCEPTED, 20);
}

static void
silence(void)
{
	struct story s;

	begin(&s);
	well(&s, 0, 6 * 168 + 12, "mx1/postfix/out-a", "google", "shop.example/news", 11);
	is_str(held_at(&s, 6 * 168 + 12), "", "mail at all hours");
	is_str(held_at(&s, 6 * 168 + 13), "log-silent mx1", "an hour without any");
	ok(got.n == 1 && got.v[0].since_s == START + (6 * 168 + 12) * HOUR - 60,
	    "since the last delivery");
	end(&s);

	begin(&s);
	well(&s, 0, 3 * 168 + 12, "mx1/postfix/out-a", "google", "shop.example/news", 11);
	is_str(held_at(&s, 3 * 168 + 15), "", "three weeks do not say what is usual");
	end(&s);

	begin(&s);
	well(&s, 0, 6 * 168 + 12, "mx1/postfix/out-a", "google", "shop.example/news", 2);
	is_str(held_at(&s, 6 * 168 + 13), "", "two an hour may be missing by chance");
	is_str(held_at(&s, 6 * 168 + 17), "log-silent mx1", "ten in five hours not");
	end(&s);

	begin(&s);
	office(&s, 7, 6 * 168 + 10);
	is_str(held_at(&s, 5 * 168 + 20), "", "an evening");
	is_str(held_at(&s, 5 * 168 + 6 * 24 + 12), "", "a Sunday");
	is_str(held_at(&s, 6 * 168 + 30), "", "a day off of a sender who rests at weekends");
	is_str(held_at(&s, 6 * 168 + 10 + 62 + 60), "", "longer than a weekend with two holidays");
	is_str(held_at(&s, 6 * 168 + 10 + 62 + 61), "log-silent mx1", "by more than half a day");
	end(&s);

	begin(&s);
	office(&s, 7, 5 * 168 + 4 * 24 + 18);
	is_str(held_at(&s, 6 * 168 + 24 + 10), "", "a holiday on Monday, seen on Tuesday");
	end(&s);
	begin(&s);
	office(&s, 7, 5 * 168 + 3 * 24 + 18);
	is_str(held_at(&s, 6 * 168 + 24 + 10), "", "four days from Friday to Monday");
	end(&s);
	begin(&s);
	office(&s, 7, 5 * 168 + 2 * 24 + 18);
	is_str(held_at(&s, 6 * 168 + 10), "", "Thursday to Sunday");
	end(&s);
}

/* A central log of many hosts, which ends. */
static void
many_hosts(void)
{
	char label[32];
	struct story s;

	begin(&s);
	for (unsigned k = 0; k < 66; k++) {
		snprintf(label, sizeof label, "mx%u/postfix", k);
		well(&s, 0, 5 * 168 + 12, label, "google", "shop.example/news", 11);
	}
	(void)held_at(&s, 5 * 168 + 13);
	is_int((int64_t)got.n, 66, "each of 66 hosts is silent");
	end(&s);
}

/* A silence that was told goes on until there is a delivery. */
static void
long_silence(void)
{
	static struct rep_held told = { .kind = REP_KIND_LOG_SILENT, .subject = { "mx1", 3 } };
	static const struct rep_held_all held = { .v = &told, .n = 1 };
	struct story s;

	begin(&s);
	well(&s, 0, 6 * 168, "mx1/postfix/out-a", "google", "shop.example/news", 11);
	is_str(held_at(&s, 7 * 168 - 1), "log-silent mx1", "a week less an hour");
	is_str(held_at(&s, 7 * 168), "log-silent mx1", "a week");
	is_str(held_at(&s, 7 * 168 + 50), "log-silent mx1", "more than a week");
	is_str(held_at(&s, 16 * 168), "", "two months say nothing of what is usual");
	in.held = &held;
	is_str(held_at(&s, 16 * 168), "log-silent mx1", "what was told before is not over");
	told.over_s = START;
	is_str(held_at(&s, 16 * 168), "", "unless it was over");
	told.over_s = 0;
	well(&s, 8 * 168, 8 * 168 + 1, "mx1/postfix/out-a", "google", "shop.example/news", 1);
	is_str(held_at(&s, 8 * 168 + 1), "", "one delivery ends it");
	in.held = NULL;
	end(&s);
}

/* --- a watched folder that is silent ------------------------------------------------------------------- */

static void
folder(void)
{
	static struct rep_folders folders = { .v = { { .path = { "/srv/bounces", 12 } } }, .n = 1 };
	struct rep_folder *f = &folders.v[0];
	struct story s;

	begin(&s);
	for (int day = 0; day < 63; day++)
		rep_folder_note(f, START + day * DAY + HOUR);
	is_str(held_at(&s, 80 * 24), "", "without a watch");
	ok(got.unknown[REP_KIND_FOLDER_SILENT], "it is not known");
	in.folders = &folders;
	is_str(held_at(&s, 68 * 24 + 23), "", "six days");
	ok(!got.unknown[REP_KIND_FOLDER_SILENT], "are known");
	is_str(held_at(&s, 69 * 24), "folder-silent /srv/bounces", "a week");
	is_str(got.n == 1 ? got.v[0].text : REP_S(""),
	    "Its newest document is of 2026-11-02T01:00:00Z, 6 days ago. In the 63 days up to then "
	    "it had documents on 63, never more than 1 day apart.",
	    "since when, and what is usual");
	rep_folder_note(f, START + 69 * DAY);
	is_str(held_at(&s, 69 * 24 + 1), "", "one document ends it");
	in.folders = NULL;
	end(&s);
}

/* --- mail that is late --------------------------------------------------------------------------------- */

/* Eight days of known hours at google, and the last hour. */
static void
late(void)
{
	static struct rep_held told = { .kind = REP_KIND_MAIL_LATE,
		.subject = { "Google (Gmail)", 14 } };
	static const struct rep_held_all held = { .v = &told, .n = 1 };
	struct rep_delays_of v = { .provider = REP_S("google"),
		.hour_s = START + 200 * HOUR,
		.late_since_s = START + 198 * HOUR,
		.messages = 70,
		.p50_s = 90,
		.p95_s = 3600 };
	struct rep_delays delays = { .done_s = START + 201 * HOUR, .v = &v, .n = 1 };
	struct story s;

	for (int day = 0; day < 8; day++)
		v.days[v.days_n++] = (struct rep_day_most){ START / DAY + day, { 5, 600 } };
	begin(&s);
	is_str(held_at(&s, 201), "", "no hour was counted");
	ok(got.unknown[REP_KIND_MAIL_LATE], "so it is not known");
	in.delays = &delays;
	is_str(held_at(&s, 201), "mail-late Google (Gmail)", "an hour that is late");
	ok(got.v[0].since_s == START + 198 * HOUR && !got.unknown[REP_KIND_MAIL_LATE],
	    "since the first one of them");
	is_str(got.v[0].text,
	    "Half of 70 messages took 90 s or more, one in twenty 1 h or more. In the worst "
	    "hour of the weeks before it was 5 s and 10 min.",
	    "how late, and how it was before");
	is_str(held_at(&s, 206), "mail-late Google (Gmail)", "six hours later");
	is_str(held_at(&s, 208), "", "after that time nothing says what is so now");
	ok(got.unknown[REP_KIND_MAIL_LATE], "while no hour is counted it is not known");
	delays.done_s = START + 208 * HOUR;
	is_str(held_at(&s, 208), "", "hours with too little mail begin nothing");
	ok(!got.unknown[REP_KIND_MAIL_LATE], "though they are counted");
	in.held = &held;
	is_str(held_at(&s, 208), "mail-late Google (Gmail)", "and end nothing");
	delays.done_s = v.hour_s + 28 * DAY + HOUR;
	is_str(held_at(&s, 200 + 28 * 24), "mail-late Google (Gmail)", "for four weeks");
	is_str(held_at(&s, 201 + 28 * 24), "", "then there is nothing to compare with");
	delays.done_s = START + 208 * HOUR;
	told.over_s = START + 207 * HOUR;
	is_str(held_at(&s, 208), "", "what was over stays so");
	told.over_s = 0;
	v.hour_s = START + 207 * HOUR;
	v.late_since_s = 0;
	is_str(held_at(&s, 208), "", "an hour that is not late ends it");
	v.provider = REP_S("other");
	v.late_since_s = v.hour_s;
	is_str(held_at(&s, 208), "mail-late other mail hosts", "small mail hosts together");
	in.held = NULL;
	in.delays = NULL;
	end(&s);
}

/* --- reports of receivers ------------------------------------------------------------------------------- */

static void
of_reports(void)
{
	static struct rep_alarm v[] = {
		{ .kind = REP_KIND_DMARC_FAILS,
		    .subject = { "shop.example", 12 },
		    .of = { "s1", 2 },
		    .text = { "It fails.", 9 },
		    .since_s = START + 90 * HOUR,
		    .begins = true },
	};
	static struct rep_held told = {
		.kind = REP_KIND_DMARC_FAILS, .subject = { "shop.example", 12 }, .of = { "s1", 2 }
	};
	static const struct rep_held_all held = { .v = &told, .n = 1 };
	static struct rep_alarms alarms = { .v = v, .n = 1 };
	struct story s;

	begin(&s);
	is_str(held_at(&s, 100), "", "reports: not known");
	ok(got.unknown[REP_KIND_DMARC_FAILS] && got.unknown[REP_KIND_TLS_FAILS],
	    "so nothing is over");
	in.alarms = &alarms;
	is_str(held_at(&s, 100), "dmarc-fails shop.example", "what begins");
	ok(got.v[0].since_s == START + 90 * HOUR && !got.unknown[REP_KIND_DMARC_FAILS],
	    "since when");
	v[0].begins = false;
	is_str(held_at(&s, 100), "", "what began long ago begins nothing");
	in.held = &held;
	is_str(held_at(&s, 100), "dmarc-fails shop.example", "what was told goes on");
	told.of = REP_S("s2");
	is_str(held_at(&s, 100), "", "another signature does not");
	told.of = REP_S("s1");
	told.over_s = START + 99 * HOUR;
	is_str(held_at(&s, 100), "", "nor does what was over");
	in.held = NULL;
	v[0].begins = true;
	alarms.unknown = true;
	is_str(held_at(&s, 100), "", "too many reports to read");
	ok(got.unknown[REP_KIND_DMARC_FAILS], "are not known");
	alarms.unknown = false;
	alarms.partial = true;
	is_str(held_at(&s, 100), "dmarc-fails shop.example", "more than are told");
	ok(got.unknown[REP_KIND_DMARC_FAILS] && got.left_out == 0,
	    "nothing of reports is over, and all else may be");
	alarms.partial = false;
	in.alarms = NULL;
	end(&s);
}

/* Reports that stopped say something only where mail was sent. From hour 700 on there is none. */
static void
reports_stopped(void)
{
	static const struct {
		const char *sender;
		uint32_t before, since;
		const char *want, *name;
	} rows[] = {
		{ "shop.example/news", 10, 10, "reports-stopped shop.example",
		    "mail is sent as ever" },
		{ "shop.example/news", 10, 1, "reports-stopped shop.example", "a tenth of it" },
		{ "shop.example/news", 11, 1, "", "less than a tenth" },
		{ "news.shop.example/x", 11, 1, "", "from below the domain" },
		{ "other.example/x", 10, 0, "reports-stopped shop.example",
		    "the log knows nothing of the domain" },
		{ "notshop.example/x", 10, 0, "reports-stopped shop.example",
		    "nor of one that ends like it" },
	};
	static struct rep_alarm v[] = { { .kind = REP_KIND_REPORTS_STOPPED,
	    .subject = { "shop.example", 12 },
	    .of = { "", 0 },
	    .text = { "None came.", 10 },
	    .since_s = START + 700 * HOUR,
	    .begins = true } };
	static const struct rep_alarms alarms = { .v = v, .n = 1 };

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct story s;

		begin(&s);
		source(&s, "mx1/postfix/out-a", "203.0.113.7");
		well(&s, 700 - 28 * 24, 700, "mx1/postfix/out-a", "google", rows[i].sender,
		    rows[i].before);
		if (rows[i].since > 0)
			well(&s, 700, 800, "mx1/postfix/out-a", "google", rows[i].sender,
			    rows[i].since);
		in.alarms = &alarms;
		is_str(held_at(&s, 800), rows[i].want, "reports stopped: %s", rows[i].name);
		in.alarms = NULL;
		end(&s);
	}
}

/* --- the machine --------------------------------------------------------------------------------------- */

static void
machine(void)
{
	static const struct {
		uint64_t free, all;
		const char *want, *what;
	} rows[] = {
		{ 0, 0, "", "not known" },
		{ (uint64_t)1 << 30, (uint64_t)20 << 30, "", "a twentieth of a disk" },
		{ ((uint64_t)1 << 30) - 1, (uint64_t)20 << 30, "disk-full /var/lib/reputed",
		    "less than a twentieth" },
		{ (uint64_t)5 << 30, (uint64_t)4000 << 30, "", "5 GiB of a large disk" },
		{ ((uint64_t)5 << 30) - 1, (uint64_t)4000 << 30, "disk-full /var/lib/reputed",
		    "less than that" },
		{ (uint64_t)255 << 20, (uint64_t)1 << 30, "disk-full /var/lib/reputed",
		    "little on a small disk" },
		{ (uint64_t)256 << 20, (uint64_t)1 << 30, "", "enough on a small disk" },
	};
	static struct rep_held told = { .kind = REP_KIND_CERTIFICATE_ENDS,
		.subject = { "/etc/tls/mx1.pem", 16 } };
	static const struct rep_held_all held = { .v = &told, .n = 1 };
	struct rep_certificates tls = {
		.v = { { .file = REP_S("/etc/tls/mx1.pem"), .ends_s = START + 15 * DAY } }, .n = 1
	};
	static const struct rep_limp limp = { { "logs are not read", 17 }, START,
		{ "Ten tries failed.", 17 } };
	struct story s;

	begin(&s);
	in.disk = REP_S("/var/lib/reputed");
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		in.disk_free = rows[i].free;
		in.disk_all = rows[i].all;
		is_str(held_at(&s, 1), rows[i].want, "disk: %s", rows[i].what);
		ok(got.unknown[REP_KIND_DISK_FULL] == (rows[i].all == 0), "known or not");
	}
	in.disk_all = 0;
	in.certificates = &tls;
	is_str(held_at(&s, 25), "", "certificates that were never read");
	ok(got.unknown[REP_KIND_CERTIFICATE_ENDS], "are not known");
	tls.at_s = START + 24 * HOUR;
	is_str(held_at(&s, 24), "", "two weeks before the end of a certificate");
	ok(!got.unknown[REP_KIND_CERTIFICATE_ENDS], "which is known");
	is_str(held_at(&s, 25), "certificate-ends /etc/tls/mx1.pem", "later");
	ok(rep_str_starts(got.v[0].text, REP_S("It expires at ")), "when it expires");
	is_str(held_at(&s, 27), "", "what was read three hours ago");
	ok(got.unknown[REP_KIND_CERTIFICATE_ENDS], "says nothing of now");
	tls.at_s = START + 24 * 20 * HOUR;
	is_str(held_at(&s, 24 * 20), "certificate-ends /etc/tls/mx1.pem", "and after its end");
	ok(rep_str_starts(got.v[0].text, REP_S("It expired at ")), "when it did");
	tls.v[0].unread = true;
	is_str(held_at(&s, 24 * 20), "", "one that cannot be read any more begins nothing");
	in.held = &held;
	is_str(held_at(&s, 24 * 20), "certificate-ends /etc/tls/mx1.pem", "and ends nothing");
	ok(rep_str_find(got.v[0].text, REP_S("cannot be read any more"), 0) != SIZE_MAX,
	    "and why it is not known");
	tls.v[0].ends_s = 0;
	is_str(held_at(&s, 24 * 20), "", "one that never could be read is no certificate");
	in.held = NULL;
	in.certificates = NULL;
	in.limps = &limp;
	in.limps_n = 1;
	is_str(held_at(&s, 1), "watch-limps logs are not read", "the watch itself");
	in.limps_n = 0;
	end(&s);
}

int
main(void)
{
	struct rep_err err;

	arena = rep_arena_new(256 << 20);
	rules_arena = rep_arena_new(1 << 20);
	know = rep_know_new();
	if (arena == NULL || rules_arena == NULL || know == NULL ||
	    rep_know_add_builtin(know, &err) != REP_OK || rep_know_ready(know, &err) != REP_OK ||
	    rep_weights_builtin(&weights, rules_arena, &err) != REP_OK)
		return 1;
	looks();
	records();
	alike();
	not_own();
	accounts();
	rates();
	relay();
	authentication();
	authentication_known();
	queue();
	silence();
	many_hosts();
	long_silence();
	folder();
	late();
	of_reports();
	reports_stopped();
	machine();
	rep_know_free(know);
	rep_arena_free(arena);
	rep_arena_free(rules_arena);
	return done();
}
