/*
 * unit/test_alarm.c -- what in the newest reports a person is told without asking: when, and the last case in which not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/alarm.h"
#include "report/tls_alarm.h"
#include "reported_world.h"

static const char OURS[] = "d:shop.example/s1=pass s:shop.example=pass";
static const char *const receivers[] = { "r1.example", "r2.example", "r3.example", "r4.example" };

enum { LAST = 59, NOW_S = BEGIN_S + (LAST + 1) * DAY_S + 12 * 3600 };

static const char *const words[] = { [REP_ALARM_BROKEN] = "broken",
	[REP_ALARM_DIFFERS] = "differs",
	[REP_ALARM_FAILS] = "fails",
	[REP_ALARM_SENDER] = "sender",
	[REP_ALARM_STEADY] = "steady",
	[REP_ALARM_FORGED] = "forged",
	[REP_ALARM_SILENT] = "silent",
	[REP_ALARM_STOPPED] = "stopped" };

/* "broken s1 +59, (silent r1.example +40)": what begins, and in brackets what can only go on; the day since when. */
static struct rep_str
alarms_at(struct reports *w, int64_t now_s)
{
	struct rep_report_alarms got;
	struct rep_buf b;

	w->now_s = now_s;
	if (!answer(w, "192.0.2.1") ||
	    rep_report_alarms(&w->reported, &w->is, now_s, w->a, &got, &w->err) != REP_OK)
		return rep_str_c(w->err.msg);
	rep_buf_init(&b, 8192);
	for (size_t i = 0; i < got.n; i++) {
		const struct rep_report_alarm *x = &got.v[i];
		char ip[REP_IP_TEXT] = "";
		struct rep_str what = rep_reported_name(&w->reported,
		    x->selector != 0	   ? x->selector
			: x->receiver != 0 ? x->receiver
					   : x->name);

		if (what.n == 0 && x->ip.version != 0)
			what = rep_str_c(rep_ip_text(&x->ip, ip));
		rep_buf_printf(&b, "%s%s%s%s%.*s +%lld%s", i > 0 ? ", " : "", x->begins ? "" : "(",
		    words[x->kind], what.n > 0 ? " " : "", REP_PR(what),
		    (long long)((x->since_s - BEGIN_S) / DAY_S), x->begins ? "" : ")");
	}
	return rep_arena_take(w->a, &b);
}

/* An ordinary day at one receiver. */
static void
ordinary(struct reports *w, const char *org, int day)
{
	report(w, org, day);
	record(w, org, day, "192.0.2.1", 10, "ds", OURS);
}

struct alarm_case;
typedef void (*alarm_day_fn)(struct reports *w, const struct alarm_case *c, int r, int day);

struct alarm_case {
	const char *name, *want;
	alarm_day_fn fn; /* adds what a receiver sees on a day besides */
	int from, until; /* of these days */
	uint64_t count;
	int receivers; /* of the first so many */
	const char *text;
};

/* --- mail of ours that fails --------------------------------------------------------------------------- */

/* Another sender of ours, whose signature has this result from a day on. */
static void
key(struct reports *w, const struct alarm_case *c, int r, int day)
{
	bool bad = day >= c->from && day <= c->until && r < c->receivers;
	struct rep_str results = rep_arena_printf(
	    w->a, "d:shop.example/s2=%s s:shop.example=pass", bad ? c->text : "pass");

	record(w, receivers[r], day, "192.0.2.2", c->count, bad ? "s" : "ds", results.p);
}

/* Our own address sends without a signature. */
static void
unsigned_mail(struct reports *w, const struct alarm_case *c, int r, int day)
{
	if (day >= c->from && day <= c->until && r < c->receivers)
		record(w, receivers[r], day, "192.0.2.1", c->count, "", c->text);
}

/* The same, and one receiver has a bad day; on the others one message in fifty fails there. */
static void
noise(struct reports *w, const struct alarm_case *c, int r, int day)
{
	bool bad = day >= c->from && day <= c->until && r < c->receivers;

	record(w, receivers[r], day, "192.0.2.2", bad ? 250 : 490, "ds",
	    "d:shop.example/s2=pass s:shop.example=pass");
	record(w, receivers[r], day, "192.0.2.2",
	    bad		 ? 250
		: r == 0 ? 10
			 : 1,
	    "s", "d:shop.example/s2=fail s:shop.example=pass");
}

/* --- others -------------------------------------------------------------------------------------------- */

static void
stranger(struct reports *w, const struct alarm_case *c, int r, int day)
{
	if (day >= c->from && day <= c->until && r < c->receivers)
		record(w, receivers[r], day, "198.51.100.7", c->count,
		    strchr(c->text, 'k') != NULL ? "d" : "", c->text);
}

/* Another address each day. */
static void
strangers(struct reports *w, const struct alarm_case *c, int r, int day)
{
	struct rep_str ip = rep_arena_printf(w->a, "198.51.100.%d", day + 1);

	if (day >= c->from && day <= c->until && r < c->receivers)
		record(w, receivers[r], day, ip.p, c->count, "", "s:shop.example=fail");
}

/* Another address of a provider that SPF allows, each few days. */
static void
pool(struct reports *w, const struct alarm_case *c, int r, int day)
{
	struct rep_str ip = rep_arena_printf(w->a, "198.51.100.%d", day / 4 + 1);

	if (day >= c->from && day <= c->until)
		record(w, receivers[r], day, ip.p, c->count, "s", "s:shop.example=pass");
}

static const struct alarm_case cases[] = {
	{ .name = "nothing happens", .want = "" },

	{ "a key is broken at all receivers", "broken s2 +59", key, 59, 59, 10, 4, "fail" },
	{ "a few messages are none", "", key, 59, 59, 4, 4, "fail" },
	{ "an error of one day is over", "(broken s2 +59)", key, 59, 59, 10, 4, "temperror" },
	{ "an error of two days is not", "broken s2 +58", key, 58, 59, 10, 4, "temperror" },
	{ "the last day on which it is recent", "broken s2 +47", key, 47, 59, 10, 4, "fail" },
	{ "what broke before can only go on", "(broken s2 +45)", key, 45, 59, 10, 4, "fail" },
	{ "what never worked did not break", "(broken s2 +0)", key, 0, 59, 10, 4, "fail" },
	{ "what was mended before the newest report", "", key, 50, 57, 10, 4, "fail" },
	{ "a week of days is known before it", "(broken s2 +6)", key, 6, 59, 10, 4, "fail" },

	{ "one receiver alone, on one day", "(differs s2 +59)", key, 59, 59, 30, 1, "fail" },
	{ "on two", "differs s2 +58", key, 58, 59, 10, 1, "fail" },
	{ "a resolver with two bad days", "(differs s2 +58)", key, 58, 59, 10, 1, "temperror" },
	{ "one bad day, and single failures before and after", "(differs s2 +59)", noise, 59, 59, 0,
	    1, "" },
	{ "two bad days", "differs s2 +58", noise, 58, 59, 0, 1, "" },
	{ "with three", "differs s2 +57", key, 57, 59, 10, 1, "temperror" },
	{ "two of four are two", "differs s2 +57, differs s2 +57", key, 57, 59, 10, 2, "fail" },

	{ "a server that does not sign any more", "fails 192.0.2.1 +58", unsigned_mail, 58, 59, 10,
	    4, "" },
	{ "and SPF of us fails", "broken +58", unsigned_mail, 58, 59, 10, 4,
	    "s:shop.example=fail" },
	{ "a part of a fifth is not enough", "", unsigned_mail, 58, 59, 2, 4, "" },
	{ "at one receiver alone", "differs r1.example +58", unsigned_mail, 58, 59, 40, 1, "" },
	{ "two weeks ago it can only go on", "(fails 192.0.2.1 +40)", unsigned_mail, 40, 59, 20, 4,
	    "" },

	{ "a service that signs as us", "sender esp.example +58", stranger, 58, 59, 2, 4,
	    "d:shop.example/k9=pass s:esp.example=pass" },
	{ "on one day it may be a test", "", stranger, 59, 59, 20, 4,
	    "d:shop.example/k9=pass s:esp.example=pass" },
	{ "at two receivers of four it may be a forwarder", "", stranger, 58, 59, 20, 2,
	    "d:shop.example/k9=pass s:esp.example=pass" },
	{ "four weeks ago it is no news", "(sender esp.example +32)", stranger, 32, 59, 2, 4,
	    "d:shop.example/k9=pass s:esp.example=pass" },
	{ "in the first quarter it is not new", "", stranger, 10, 59, 2, 4,
	    "d:shop.example/k9=pass s:esp.example=pass" },
	{ "an address with a key of ours, without a name", "sender 198.51.100.7 +57", stranger, 57,
	    59, 2, 4, "d:shop.example/k9=pass" },
	{ "a service that fails day by day", "steady esp.example +50", stranger, 50, 59, 2, 4,
	    "d:esp.example/x=pass s:esp.example=pass" },
	{ "for nine days it may be a forger", "", stranger, 51, 59, 2, 4,
	    "d:esp.example/x=pass s:esp.example=pass" },
	{ "an address that fails day by day", "steady 198.51.100.7 +50", stranger, 50, 59, 2, 4,
	    "s:shop.example=fail" },
	{ "each day another one", "", strangers, 50, 59, 2, 4, "" },
	{ "a provider with many addresses", "", pool, 0, 59, 5, 4, "" },
	{ "three new ones at once are told",
	    "sender 198.51.100.13 +48, sender 198.51.100.14 +52, "
	    "sender 198.51.100.15 +56",
	    pool, 48, 59, 5, 4, "" },

	{ "a hundred forged messages on two days", "forged +58", strangers, 58, 59, 25, 4, "" },
	{ "ninety-six", "", strangers, 58, 59, 24, 4, "" },
	{ "a hundred on one day", "(forged +59)", strangers, 59, 59, 25, 4, "" },
	{ "five hundred", "forged +59", strangers, 59, 59, 125, 4, "" },
	{ "as many each day are usual", "", strangers, 0, 59, 25, 4, "" },
	{ "since four weeks it can only go on", "(forged +32)", strangers, 32, 59, 25, 4, "" },
	{ "five days ago it is over", "", strangers, 52, 54, 25, 4, "" },
};

static void
test_cases(void)
{
	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		const struct alarm_case *c = &cases[i];
		struct reports w;

		reports_begin(&w);
		for (int day = 0; day <= LAST; day++)
			for (int r = 0; r < (int)REP_COUNT(receivers); r++) {
				ordinary(&w, receivers[r], day);
				if (c->fn != NULL)
					c->fn(&w, c, r, day);
			}
		is_str(alarms_at(&w, NOW_S), c->want, "%s", c->name);
		reports_fini(&w);
	}
}

/* Four of twelve receivers begin to fail, and one always did: so many messages of a day. */
static void
test_several(void)
{
	for (int always = 0; always <= 40; always += 20) {
		struct reports w;

		reports_begin(&w);
		for (int day = 0; day <= LAST; day++)
			for (int r = 0; r < 12; r++) {
				bool bad = r < 4 ? day >= 57 : r == 4 && always > 0;
				const char *org = rep_arena_printf(w.a, "r%d.example", r).p;

				ordinary(&w, org, day);
				record(&w, org, day, "192.0.2.2",
				    r == 4 && bad ? (uint64_t)always : 20, bad ? "s" : "ds",
				    bad ? "d:shop.example/s2=fail s:shop.example=pass"
					: "d:shop.example/s2=pass s:shop.example=pass");
			}
		is_str(alarms_at(&w, NOW_S),
		    always == 0 ? "broken s2 +57" : "(differs s2 +0), broken s2 +57",
		    "several begin to fail, one always did: %d a day", always);
		reports_fini(&w);
	}
}

/* A key breaks, and the days of the receivers begin in the evening: the report of the day before ends within it. */
static void
test_evening(void)
{
	struct reports w;

	reports_begin(&w);
	for (int day = 0; day <= LAST; day++)
		for (int r = 0; r < (int)REP_COUNT(receivers); r++) {
			w.begin_s = BEGIN_S + day * (int64_t)DAY_S - DAY_S / 3;
			ordinary(&w, receivers[r], day);
			record(&w, receivers[r], day, "192.0.2.2", 10, day >= 47 ? "s" : "ds",
			    day >= 47 ? "d:shop.example/s2=fail s:shop.example=pass"
				      : "d:shop.example/s2=pass s:shop.example=pass");
		}
	is_str(alarms_at(&w, NOW_S), "broken s2 +47", "the last day on which it is recent");
	reports_fini(&w);
}

/* Somebody new, whom one receiver reports by the week: it is dated by those who report by the day. */
static void
test_weekly(void)
{
	struct reports w;

	reports_begin(&w);
	for (int day = 0; day <= LAST; day++)
		for (int r = 0; r < (int)REP_COUNT(receivers); r++) {
			ordinary(&w, receivers[r], day);
			if (day >= 49)
				record(&w, receivers[r], day, "198.51.100.7", 2, "",
				    "s:shop.example=fail");
		}
	for (int day = 3; day <= LAST - 6; day += 7) {
		w.begin_s = BEGIN_S + day * (int64_t)DAY_S;
		w.length_s = 7 * DAY_S;
		ordinary(&w, "weekly.example", day);
		if (day + 6 >= 49)
			record(&w, "weekly.example", day, "198.51.100.7", 2, "",
			    "s:shop.example=fail");
	}
	is_str(alarms_at(&w, NOW_S), "steady 198.51.100.7 +49",
	    "a report of a week does not say on which day of it");
	reports_fini(&w);
}

/* A burst is three times the worst day before it, and a twentieth of the mail. */
static void
test_burst(void)
{
	static const struct {
		uint64_t before, now, mail;
		const char *want;
	} rows[] = { { 60, 180, 10, "forged +58" }, { 60, 179, 10, "" },
		{ 0, 100, 400, "forged +58" }, { 0, 100, 500, "" } };

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct reports w;

		reports_begin(&w);
		for (int day = 0; day <= LAST; day++) {
			uint64_t n = day >= LAST - 1 ? rows[i].now : day == 30 ? rows[i].before : 0;

			for (int r = 0; r < 4; r++) {
				ordinary(&w, receivers[r], day);
				record(
				    &w, receivers[r], day, "192.0.2.1", rows[i].mail, "ds", OURS);
			}
			if (n > 0)
				record(&w, "r1.example", day, "198.51.100.7", n, "",
				    "s:shop.example=fail");
		}
		is_str(alarms_at(&w, NOW_S), rows[i].want,
		    "%llu forged messages, %llu at most before, %llu of mail",
		    (unsigned long long)rows[i].now, (unsigned long long)rows[i].before,
		    (unsigned long long)rows[i].mail);
		reports_fini(&w);
	}
}

/* Reports of four days are late, or come no more. */
static void
test_burst_late(void)
{
	struct reports w;

	reports_begin(&w);
	for (int day = 0; day <= LAST; day++)
		for (int r = 0; r < 4; r++) {
			ordinary(&w, receivers[r], day);
			if (day == LAST)
				record(&w, receivers[r], day, "198.51.100.7", 130, "",
				    "s:shop.example=fail");
		}
	is_str(alarms_at(&w, NOW_S + 3 * DAY_S), "forged +59", "what is not known is not over");
	reports_fini(&w);
}

/* A receiver begins to report, and most of what it sees is forged. */
static void
test_newcomer(void)
{
	for (int first = 43; first <= 45; first++) {
		struct reports w;

		reports_begin(&w);
		for (int day = 0; day <= LAST; day++) {
			for (int r = 0; r < 4; r++)
				ordinary(&w, receivers[r], day);
			if (day < first)
				continue;
			report(&w, "r9.example", day);
			record(
			    &w, "r9.example", day, "198.51.100.7", 900, "", "s:shop.example=fail");
		}
		is_str(alarms_at(&w, NOW_S),
		    first == 45	      ? ""
			: first == 44 ? "(forged +44)"
				      : "(forged +43)",
		    "a new receiver, %d days ago", LAST - first);
		reports_fini(&w);
	}
}

/* --- silence ------------------------------------------------------------------------------------------- */

/* r1 reports until a day, all others until another one; asked at noon of a third. Each k-th day of r1 is left out. */
static struct rep_str
silence(int r1, int others, int day_asked, int without, const char *also, int also_from)
{
	struct reports w;
	struct rep_str got;
	static char text[200];

	reports_begin(&w);
	for (int day = 0; day <= others; day++) {
		for (int r = 0; r < 4; r++)
			if (r > 0 || (day <= r1 && (without == 0 || day % without != 0)))
				ordinary(&w, receivers[r], day);
		if (also != NULL && day >= also_from)
			ordinary(&w, also, day);
	}
	got = alarms_at(&w, BEGIN_S + day_asked * (int64_t)DAY_S + DAY_S / 2);
	snprintf(text, sizeof text, "%.*s", REP_PR(got));
	reports_fini(&w);
	return rep_str_c(text);
}

static void
test_silence(void)
{
	is_str(silence(52, 59, 60, 0, NULL, 0), "silent r1.example +52", "a week without one");
	is_str(silence(53, 59, 60, 0, NULL, 0), "", "six days are none");
	is_str(silence(30, 59, 60, 0, NULL, 0), "(silent r1.example +30)", "four weeks ago");
	is_str(silence(52, 59, 60, 8, NULL, 0), "silent r1.example +52", "24 days of 28 are daily");
	is_str(silence(52, 59, 60, 5, NULL, 0), "", "22 are not");
	is_str(silence(52, 59, 60, 0, "r9.example", 53), "",
	    "one that begins when it stops is the same under another name");
	is_str(silence(52, 59, 60, 0, "r9.example", 57), "silent r1.example +52",
	    "one that begins later is not");
	is_str(silence(59, 59, 64, 0, NULL, 0), "stopped +59", "all, for four days");
	is_str(silence(59, 59, 63, 0, NULL, 0), "", "for three");
	is_str(silence(40, 40, 59, 0, NULL, 0), "(stopped +40)", "long ago: an archive");
}

/* Its days begin at midnight, or an hour before: each of them is one. */
static void
test_hours(void)
{
	struct reports w;

	reports_begin(&w);
	for (int day = 0; day <= LAST; day++)
		for (int r = 0; r < 4; r++) {
			w.begin_s =
			    BEGIN_S + day * (int64_t)DAY_S - (r == 0 && day % 2 == 1 ? 3600 : 0);
			if (r > 0 || day <= 52)
				ordinary(&w, receivers[r], day);
		}
	is_str(alarms_at(&w, NOW_S), "silent r1.example +52", "days that begin an hour before");
	reports_fini(&w);
}

/* The only one that reports daily stops, and another one begins: daily, or now and then. */
static void
test_only(void)
{
	for (int each = 1; each <= 3; each += 2) {
		struct reports w;

		reports_begin(&w);
		for (int day = 0; day <= LAST; day++)
			if (day <= 52 || day % each == 0)
				ordinary(&w, day <= 52 ? "r1.example" : "r9.example", day);
		is_str(alarms_at(&w, NOW_S), each == 1 ? "" : "stopped +52",
		    "the only one is followed by one that reports each %d days", each);
		reports_fini(&w);
	}
}

/* Who pauses for days has nothing to report then. */
static void
test_pauses(void)
{
	struct reports w;

	for (int pause = 0; pause < 2; pause++) {
		reports_begin(&w);
		for (int day = 0; day <= LAST; day++)
			for (int r = 0; r < 4; r++)
				if (pause == 0 || day < 10 || day > 13)
					ordinary(&w, receivers[r], day);
		is_str(alarms_at(&w, NOW_S + 5 * DAY_S), pause == 0 ? "stopped +59" : "",
		    "five days, %s", pause == 0 ? "which never were" : "and four were before");
		reports_fini(&w);
	}
}

/* Weekly reports, and none at all. */
static void
test_few(void)
{
	struct reports w;

	reports_begin(&w);
	is_str(alarms_at(&w, NOW_S), "", "no report");
	reports_fini(&w);
	reports_begin(&w);
	w.length_s = 7 * DAY_S;
	for (int day = 0; day < 42; day += 7)
		ordinary(&w, "r1.example", day);
	is_str(alarms_at(&w, NOW_S), "", "who reports each week is not missed");
	reports_fini(&w);
	reports_begin(&w);
	w.length_s = 7 * DAY_S;
	for (int day = 0; day < 56; day += 7) {
		ordinary(&w, "r1.example", day);
		if (day == 49)
			record(
			    &w, "r1.example", day, "198.51.100.7", 693, "", "s:shop.example=fail");
	}
	is_str(alarms_at(&w, NOW_S - 4 * DAY_S), "", "693 in a week are 99 a day");
	reports_fini(&w);
}

/* More than are told of one domain are counted. */
static void
test_limit(void)
{
	struct rep_report_alarms got;
	struct reports w;

	reports_begin(&w);
	for (int day = 0; day <= LAST; day++)
		for (int r = 0; r < 4; r++) {
			ordinary(&w, receivers[r], day);
			for (int i = 0; i < REP_ALARM_MAX + 3 && day >= 58; i++)
				record(&w, receivers[r], day,
				    rep_arena_printf(w.a, "198.51.100.%d", i + 1).p, 5, "d",
				    rep_arena_printf(
					w.a, "d:shop.example/k%d=pass s:esp%d.example=pass", i, i)
					.p);
		}
	ok(answer(&w, "192.0.2.1") &&
		rep_report_alarms(&w.reported, &w.is, NOW_S, w.a, &got, &w.err) == REP_OK,
	    "many new senders: it answers");
	is_int((int64_t)got.n, REP_ALARM_MAX, "so many are told");
	is_int((int64_t)got.left_out, 3, "the others are counted");
	ok(!got.partial, "all of them begin");
	reports_fini(&w);
}

/* What begins takes the place of what can only go on. */
static void
test_first(void)
{
	struct rep_report_alarms got = { .v = (struct rep_report_alarm[REP_ALARM_MAX]){
					     { .begins = false } } };
	struct rep_alarm_asking q = { .out = &got };
	struct rep_report_alarm x = { .begins = false };

	for (int i = 0; i < REP_ALARM_MAX; i++)
		rep_alarm_add(&q, &x);
	ok(got.n == REP_ALARM_MAX && !got.partial, "as many as there is room for");
	rep_alarm_add(&q, &x);
	ok(got.partial && got.left_out == 0, "one more that can only go on is left out");
	x.begins = true;
	rep_alarm_add(&q, &x);
	ok(got.v[0].begins && got.left_out == 0, "one that begins takes its place");
}

/* --- TLS ------------------------------------------------------------------------------------------------- */

static struct rep_tls_answer
tls(struct rep_arena *a, int reports, int64_t successful, int64_t failed)
{
	struct rep_tls_asking *q = rep_tls_ask(REP_S(""), a);
	struct rep_tls_failure f = {
		.result = { .v = REP_TLS_EXPIRED }, .mx = REP_S("mx1.shop.example"), .count = failed
	};
	struct rep_tls_policy p = { .type = { .v = REP_TLS_STS },
		.domain = REP_S("shop.example"),
		.successful = successful,
		.failed = failed,
		.failures = &f,
		.failures_n = failed > 0 };
	struct rep_tls_answer out = { .domains_n = 0 };
	struct rep_err err;

	for (int i = 0; q != NULL && i < reports; i++)
		rep_tls_add(q,
		    &(struct rep_tls_report){ .begin_s = BEGIN_S,
			.end_s = BEGIN_S + DAY_S,
			.policies = &p,
			.policies_n = 1 },
		    REP_S("r1.example"));
	if (q == NULL || rep_tls_answer(q, &out, &err) != REP_OK)
		abort();
	return out;
}

static void
test_tls(void)
{
	static const struct {
		int reports;
		int64_t successful, failed, before, before_failed;
		const char *want, *name;
	} rows[] = {
		{ 7, 190, 10, 100, 0, "begins", "a twentieth, and ten" },
		{ 7, 191, 10, 100, 0, "goes on", "less than a twentieth" },
		{ 7, 9, 9, 100, 0, "goes on", "nine sessions" },
		{ 6, 190, 10, 100, 0, "goes on", "six reports before" },
		{ 7, 168, 32, 95, 5, "begins", "three times as much as before" },
		{ 7, 172, 28, 95, 5, "goes on", "less than that" },
		{ 7, 975, 25, 100, 0, "goes on", "half of a twentieth" },
		{ 7, 976, 24, 100, 0, "", "less than half" },
		{ 7, 100, 0, 100, 0, "", "nothing fails" },
	};
	struct rep_arena *a = rep_arena_new(16 << 20);

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_tls_answer last = tls(a, 1, rows[i].successful, rows[i].failed),
				      before = tls(a, rows[i].reports, rows[i].before,
					  rows[i].before_failed);
		size_t n;
		struct rep_tls_alarm *v = rep_tls_alarms(&last, &before, NULL, NULL, a, &n);

		if (v == NULL)
			abort();
		is_str(rep_str_c(n == 0	   ? ""
			       : v->begins ? "begins"
					   : "goes on"),
		    rows[i].want, "TLS: %s", rows[i].name);
		if (i == 0)
			is_str(v->most->host, "mx1.shop.example", "TLS: and why");
	}
	rep_arena_free(a);
}

int
main(void)
{
	test_cases();
	test_several();
	test_evening();
	test_weekly();
	test_burst();
	test_burst_late();
	test_newcomer();
	test_silence();
	test_hours();
	test_only();
	test_pauses();
	test_few();
	test_limit();
	test_first();
	test_tls();
	return done();
}
