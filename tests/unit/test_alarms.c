/*
 * unit/test_alarms.c -- what reports say that a person is told: when it is found anew, and of which domains.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/alarms.h"
#include "engine/reports.h"
#include "engine/tls_reports.h"
#include "report/alarm.h"
#include "store_world.h"

enum { HOUR_S = 3600, LAST = 59, NOW_S = T - T % DAY + (LAST + 1) * DAY + 12 * HOUR_S };

static const char *const receivers[] = { "r1.example", "r2.example", "r3.example" };
static struct rep_config cfg;
static struct rep_own own;
static struct rep_arena *arena;
static struct rep_held told;
static struct rep_held_all held = { .v = &told, .n = 0 };
static char said[1000];

static void
on_problem(void *ctx, const struct rep_problem *t)
{
	(void)ctx;
	snprintf(said, sizeof said, "%s", t->text);
}

/* --- reports --------------------------------------------------------------------------------------------- */

static int64_t read_s = T; /* when they are */
static uint64_t
    forged; /* messages of one that only has what nothing vouches for; 0: it is another one */

/* A report of a day: what passes by DKIM with s1 and by SPF, and what fails. */
static void
put(struct world *w, const char *domain, const char *org, int day, enum rep_kept_trust trust,
    bool bad)
{
	static struct rep_unpacked item;
	static struct rep_reports_keep k;
	const struct rep_reporter by = { .trust = trust };
	struct rep_auth_said auth[2] = {
		{ .dkim = true,
		    .domain = rep_str_c(domain),
		    .selector = REP_S("s1"),
		    .result = { .v = bad ? REP_REPORTED_FAIL : REP_REPORTED_PASS } },
		{ .domain = rep_str_c(domain), .result = { .v = REP_REPORTED_PASS } }
	};
	char id[40];

	rep_reports_begin(&k);
	memset(&item, 0, sizeof item);
	item.item = REP_AGGREGATE_RECORD;
	item.record.count = forged > 0 ? forged : 30;
	if (!rep_ip_parse(
		forged > 0 ? REP_S("198.51.100.7") : REP_S("192.0.2.1"), &item.record.source_ip))
		abort();
	item.record.header_from = rep_str_c(domain);
	item.record.dkim.v = bad ? REP_EVALUATED_FAIL : REP_EVALUATED_PASS;
	item.record.spf.v = REP_EVALUATED_PASS;
	item.record.auth = auth;
	item.record.auth_n = 2;
	if (forged > 0) {
		item.record.dkim.v = item.record.spf.v = REP_EVALUATED_FAIL;
		item.record.auth_n = 0;
	}
	NEED(rep_reports_item(&k, w->s, &item, &by, read_s, &err));
	memset(&item, 0, sizeof item);
	item.item = REP_AGGREGATE_END;
	snprintf(id, sizeof id, "%s %d", org, day);
	item.head.pct = -1;
	item.head.report_id = rep_str_c(id);
	item.head.org = rep_str_c(org);
	item.head.domain = rep_str_c(domain);
	item.head.begin_s = T - T % DAY + day * (int64_t)DAY;
	item.head.end_s = item.head.begin_s + DAY - 1;
	item.head.records = 1;
	item.head.count = forged > 0 ? forged : 30;
	NEED(rep_reports_item(&k, w->s, &item, &by, read_s, &err));
	rep_reports_fini(&k);
}

/* All days; the signature fails from one on. */
static void
put_all(struct world *w, const char *domain, enum rep_kept_trust trust, int bad_from)
{
	begin(w);
	for (int day = 0; day <= LAST; day++)
		for (size_t r = 0; r < REP_COUNT(receivers); r++)
			put(w, domain, receivers[r], day, trust, day >= bad_from);
	commit(w);
}

static struct rep_alarms
tend(struct world *w, int64_t now_s)
{
	const struct rep_session s = { .cfg = &cfg, .problem = on_problem };
	struct rep_alarms got;

	said[0] = '\0';
	begin(w);
	NEED(rep_alarms_tend(&s, now_s, &own, &held, w->s, arena, &got, &err));
	commit(w);
	return got;
}

/* "dmarc-fails shop.example begins", ... */
static struct rep_str
text(const struct rep_alarms *v)
{
	struct rep_str all = REP_S("");

	for (size_t i = 0; i < v->n; i++)
		all = rep_arena_printf(arena, "%.*s%s%s %.*s%s", REP_PR(all), i > 0 ? ", " : "",
		    rep_kind_names[v->v[i].kind], REP_PR(v->v[i].subject),
		    v->v[i].begins ? " begins" : "");
	return all;
}

static void
set_own(const char *domain)
{
	own = (struct rep_own){ .domains_n = domain != NULL };
	if (domain != NULL)
		own.domains[0] = rep_str_c(domain);
}

/* --- which count ----------------------------------------------------------------------------------------- */

static void
test_which(void)
{
	static const struct {
		const char *own, *domain, *want, *name;
		enum rep_kept_trust trust;
	} rows[] = {
		{ "shop.example", "shop.example", "dmarc-fails shop.example begins",
		    "an own domain", REP_KEPT_GIVEN },
		{ "shop.example", "shop.example", "dmarc-fails shop.example begins", "proven",
		    REP_KEPT_PROVEN },
		{ "shop.example", "shop.example", "", "nobody knows who sent the report",
		    REP_KEPT_UNSURE },
		{ "shop.example", "other.example", "", "another domain", REP_KEPT_GIVEN },
		{ "shop.example", "notshop.example", "", "one that ends as ours does",
		    REP_KEPT_GIVEN },
		{ "news.shop.example", "shop.example", "dmarc-fails shop.example begins",
		    "mail is from below it", REP_KEPT_GIVEN },
		{ "Shop.Example", "shop.example", "dmarc-fails shop.example begins", "in any case",
		    REP_KEPT_GIVEN },
		{ NULL, "shop.example;id", "", "no domain at all", REP_KEPT_GIVEN },
		{ NULL, "-x.example", "", "an option", REP_KEPT_GIVEN },
		{ NULL, "shop.example", "dmarc-fails shop.example begins", "no own one is known",
		    REP_KEPT_GIVEN },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_alarms got;
		struct world w;

		open_world(&w, "which", false, 0);
		set_own(rows[i].own);
		put_all(&w, rows[i].domain, rows[i].trust, LAST - 1);
		got = tend(&w, NOW_S);
		is_str(text(&got), rows[i].want, "%s", rows[i].name);
		rep_store_close(w.s);
	}
	set_own("shop.example");
}

/* --- whose ----------------------------------------------------------------------------------------------- */

/* Mails that are proven, of who was heard for long, until a day; then more, read at a time. */
static void
heard_until(struct world *w, int until, int64_t more_read_s)
{
	open_world(w, "whose", false, 0);
	begin(w);
	read_s = T;
	for (int day = 0; day <= until; day++)
		for (size_t r = 0; r < REP_COUNT(receivers); r++)
			put(w, "shop.example", receivers[r], day, REP_KEPT_PROVEN, false);
	read_s = more_read_s;
}

static void
whose_end(struct world *w, const char *want, const char *name)
{
	struct rep_alarms got;

	commit(w);
	read_s = T;
	forged = 0;
	got = tend(w, NOW_S);
	is_str(text(&got), want, "%s", name);
	rep_store_close(w->s);
}

/* A stranger with a domain writes what he likes, also of days that are long over. */
static void
test_stranger(void)
{
	static const struct {
		const char *name, *org, *want;
		int64_t read_s;
	} rows[] = {
		{ "a million forged messages, says a stranger", "evil.example", "",
		    NOW_S - HOUR_S },
		{ "one of a name below it", "x7.mail.evil.example", "", NOW_S - HOUR_S },
		{ "one who began to write two weeks ago", "evil.example", "",
		    NOW_S - 16 * DAY + 1 },
		{ "one who was here before", "evil.example", "dmarc-forged shop.example begins",
		    NOW_S - 16 * DAY },
		{ "a provider that is known", "google.com", "dmarc-forged shop.example begins",
		    NOW_S - HOUR_S },
		{ "one in whose domain anybody has a mailbox", "gmx.net", "", NOW_S - HOUR_S },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct world w;

		heard_until(&w, LAST, rows[i].read_s);
		put(&w, "shop.example", rows[i].org, LAST - 20, REP_KEPT_PROVEN, false);
		forged = 1000000;
		put(&w, "shop.example", rows[i].org, LAST, REP_KEPT_PROVEN, false);
		whose_end(&w, rows[i].want, rows[i].name);
	}
}

/* More domains than receivers, with days that they made up. */
static void
test_strangers(void)
{
	for (int heard = 0; heard < 2; heard++) {
		struct world w;

		heard_until(&w, LAST, heard ? T : NOW_S - HOUR_S);
		for (int day = 30; day <= LAST; day++)
			for (int r = 0; r < 6; r++)
				put(&w, "shop.example",
				    rep_arena_printf(arena, "evil%d.example", r).p, day,
				    REP_KEPT_PROVEN, day >= LAST - 1);
		whose_end(&w, heard ? "dmarc-fails shop.example begins" : "",
		    heard ? "six who were heard for long are believed"
			  : "six strangers say that a signature fails");
	}
}

/* Nobody hides by reports of his own that those of the others stopped. */
static void
test_hidden(void)
{
	struct world w;

	heard_until(&w, LAST - 6, NOW_S - HOUR_S);
	for (int day = 20; day <= LAST; day++)
		put(&w, "shop.example", "evil.example", day, REP_KEPT_PROVEN, false);
	whose_end(
	    &w, "reports-stopped shop.example begins", "reports stopped, but those of a stranger");
	heard_until(&w, LAST - 6, T);
	for (int day = 0; day <= LAST; day += 3)
		put(&w, "shop.example", "weekly.example", day, REP_KEPT_PROVEN, false);
	whose_end(&w, "reports-stopped shop.example begins",
	    "those who reported daily stopped, and one goes on who did not");
}

/* Files of months, given today: their days count. */
static void
test_given(void)
{
	struct world w;

	heard_until(&w, -1, NOW_S - HOUR_S);
	for (int day = 0; day <= LAST; day++)
		for (size_t r = 0; r < REP_COUNT(receivers); r++)
			put(&w, "shop.example", receivers[r], day,
			    day == LAST ? REP_KEPT_PROVEN : REP_KEPT_GIVEN, day >= LAST - 1);
	whose_end(
	    &w, "dmarc-fails shop.example begins", "files of weeks, and mails since yesterday");
	heard_until(&w, -1, NOW_S - HOUR_S);
	for (int day = 0; day <= LAST; day++)
		for (size_t r = 0; r < REP_COUNT(receivers); r++)
			put(&w, "shop.example", receivers[r], day, REP_KEPT_PROVEN,
			    day >= LAST - 1);
	whose_end(&w, "", "a mailbox of weeks, read today");
}

/* An archive of last year, read now. */
static void
test_archive(void)
{
	struct rep_alarms got;
	struct world w;

	open_world(&w, "archive", false, 0);
	put_all(&w, "shop.example", REP_KEPT_GIVEN, LAST - 1);
	got = tend(&w, NOW_S + 300 * (int64_t)DAY);
	is_str(text(&got), "", "reports of last year say nothing of now");
	rep_store_close(w.s);
	open_world(&w, "archive", false, 0);
	put_all(&w, "shop.example", REP_KEPT_GIVEN, 20);
	got = tend(&w, NOW_S);
	is_str(text(&got), "dmarc-fails shop.example", "what broke six weeks ago begins nothing");
	rep_store_close(w.s);
}

/* --- when ------------------------------------------------------------------------------------------------ */

static void
test_when(void)
{
	struct rep_alarms got;
	struct world w;

	open_world(&w, "when", false, 0);
	got = tend(&w, NOW_S);
	is_int(got.made_s, 0, "without a report nothing is looked for");
	put_all(&w, "shop.example", REP_KEPT_GIVEN, LAST + 1);
	got = tend(&w, NOW_S);
	ok(got.made_s == NOW_S && got.n == 0, "new reports are looked at");
	begin(&w);
	for (size_t r = 0; r < REP_COUNT(receivers); r++)
		put(&w, "shop.example", receivers[r], LAST, REP_KEPT_PROVEN, true);
	commit(&w);
	got = tend(&w, NOW_S + HOUR_S - 1);
	ok(got.made_s == NOW_S && got.n == 0, "others not within the hour");
	got = tend(&w, NOW_S + HOUR_S);
	is_str(text(&got), "dmarc-fails shop.example begins", "but after it");
	got = tend(&w, NOW_S + 5 * HOUR_S);
	is_int(got.made_s, NOW_S + HOUR_S, "and not again without a new one");
	is_str(text(&got), "dmarc-fails shop.example begins", "what was found is kept");
	got = tend(&w, NOW_S + 12 * HOUR_S);
	is_int(got.made_s, NOW_S + 12 * HOUR_S, "on the next day it is looked again");
	got = tend(&w, NOW_S);
	is_int(got.made_s, NOW_S, "and when the clock was set back");
	begin(&w);
	NEED(rep_store_state_put(w.s, "alarms", REP_S("t 5 damaged\n"), &err));
	commit(&w);
	got = tend(&w, NOW_S);
	ok(got.made_s == NOW_S && got.n == 1, "what is damaged is found again");
	begin(&w);
	NEED(rep_store_state_put(w.s, "alarms",
	    rep_arena_printf(arena, "t %lld %llu 3 0 1\nno-kind\t\n", (long long)NOW_S,
		(unsigned long long)got.put),
	    &err));
	commit(&w);
	got = tend(&w, NOW_S);
	ok(got.n == 0 && got.left_out == 3 && got.partial, "a line that nobody can read is none");
	rep_store_close(w.s);
}

/* A report that cannot be read any more: it is said once, and nothing is known. */
static void
test_damaged(void)
{
	const struct rep_kept_report bad = { .kind = REP_KEPT_AGGREGATE,
		.trust = REP_KEPT_GIVEN,
		.begin_s = NOW_S - DAY,
		.end_s = NOW_S - 1,
		.read_s = T,
		.records = 1,
		.org = REP_S("r9.example"),
		.reporter = REP_S("r9.example"),
		.domain = REP_S("shop.example"),
		.report_id = REP_S("9"),
		.bytes = REP_S("damaged") };
	enum rep_kept_came came;
	struct rep_alarms got;
	struct world w;

	open_world(&w, "damaged", false, 0);
	put_all(&w, "shop.example", REP_KEPT_GIVEN, LAST - 1);
	begin(&w);
	NEED(rep_store_report_put(w.s, &bad, &came, &err));
	commit(&w);
	got = tend(&w, NOW_S);
	ok(got.unknown && got.n == 0, "one report is damaged: nothing is known");
	is_str(rep_str_c(said),
	    "what reports of receivers say is not told: the database is damaged (a report of "
	    "r9.example); give reputed ingest the report again",
	    "and why");
	got = tend(&w, NOW_S + DAY);
	ok(got.unknown && got.made_s == NOW_S + DAY, "it is tried again on the next day");
	is_str(rep_str_c(said), "", "and said once");
	rep_store_close(w.s);
}

/* With so many bytes for what is found. */
static enum rep_rc
tend_small(struct world *w, size_t bytes, int64_t now_s, struct rep_alarms *got)
{
	const struct rep_session s = { .cfg = &cfg, .problem = on_problem };
	struct rep_arena *a = rep_arena_new(bytes);
	enum rep_rc rc;

	if (a == NULL)
		abort();
	said[0] = '\0';
	begin(w);
	rc = rep_alarms_tend(&s, now_s, &own, &held, w->s, a, got, &err);
	commit(w);
	rep_arena_free(a);
	return rc;
}

/* A text that there is no room for: nothing is known, but the pass goes on and tells what else there is. */
static void
test_no_room(void)
{
	struct rep_alarms got = { .n = 0 };
	size_t bytes = REP_ALARMS_MAX * sizeof *got.v;
	struct world w;

	open_world(&w, "room", false, 0);
	put_all(&w, "shop.example", REP_KEPT_GIVEN, LAST - 1);
	while (tend_small(&w, bytes, NOW_S, &got) != REP_OK && bytes < 1 << 20)
		bytes += 16;
	ok(got.unknown && got.n == 0 && got.made_s == NOW_S,
	    "no room for a text: nothing is known");
	is_str(rep_str_c(said),
	    "what reports of receivers say is not told: a text of it cannot be kept", "and why");
	/* What is kept needs some bytes, too. */
	while (tend_small(&w, bytes, NOW_S + DAY, &got) != REP_OK && bytes < 1 << 20)
		bytes += 16;
	ok(got.unknown && got.made_s == NOW_S + DAY, "on the next day it is tried again");
	is_str(rep_str_c(said), "", "and said once");
	got = tend(&w, NOW_S + 2 * DAY);
	is_str(text(&got), "dmarc-fails shop.example begins", "with room it is told");
	rep_store_close(w.s);
}

/* Reports of more domains than are looked at: that is said, once. */
static void
test_many(void)
{
	struct rep_alarms got;
	struct world w;

	open_world(&w, "many", false, 0);
	set_own(NULL);
	for (int i = 0; i < REP_OWN_DOMAINS + 2; i++)
		put_all(
		    &w, rep_arena_printf(arena, "shop%d.example", i).p, REP_KEPT_GIVEN, LAST - 1);
	got = tend(&w, NOW_S);
	ok(got.n == REP_OWN_DOMAINS && got.partial, "two domains more than are looked at");
	is_str(rep_str_c(said),
	    "reports are of 2 domains more than 32, which are not looked at for news; name yours in "
	    "the configuration (domain)",
	    "which is said");
	got = tend(&w, NOW_S + DAY);
	is_str(rep_str_c(said), "", "once");
	set_own("shop.example");
	rep_store_close(w.s);
}

/* More is to be told of one domain than is told at once. */
static void
test_left_out(void)
{
	struct rep_alarms got;
	struct world w;

	open_world(&w, "left", false, 0);
	begin(&w);
	for (int day = 0; day <= LAST; day++)
		for (int r = 0; r < REP_ALARM_MAX + 4; r++)
			if (r == 0 || day < LAST - 8)
				put(&w, "shop.example", rep_arena_printf(arena, "r%d.example", r).p,
				    day, REP_KEPT_GIVEN, false);
	commit(&w);
	got = tend(&w, NOW_S);
	ok(got.n == REP_ALARM_MAX && got.left_out == 3 && got.partial,
	    "three receivers more than are told");
	is_str(rep_str_c(said),
	    "reports of receivers say more than is told at once; the last 3 are not told: reputed "
	    "dmarc report",
	    "which is said");
	got = tend(&w, NOW_S + DAY);
	is_str(rep_str_c(said), "", "once");
	rep_store_close(w.s);
}

/* A domain that less mail is from than before, so that it is no own one any more. */
static void
test_held(void)
{
	struct rep_alarms got;
	struct world w;

	open_world(&w, "held", false, 0);
	set_own("other.example");
	put_all(&w, "shop.example", REP_KEPT_GIVEN, LAST - 1);
	told = (struct rep_held){ .kind = REP_KIND_DMARC_FAILS,
		.subject = REP_S("shop.example"),
		.of = REP_S(""),
		.told_s = T };
	held.n = 1;
	got = tend(&w, NOW_S);
	is_str(
	    text(&got), "dmarc-fails shop.example begins", "something of it is told, and not over");
	told.over_s = T + 1;
	got = tend(&w, NOW_S + DAY);
	is_str(text(&got), "", "what is over keeps nothing");
	held.n = 0;
	set_own("shop.example");
	rep_store_close(w.s);
}

/* --- TLS ------------------------------------------------------------------------------------------------- */

static void
test_tls(void)
{
	struct rep_tls_kept n = { 0 };
	const struct rep_reporter by = { .trust = REP_KEPT_GIVEN };
	struct rep_alarms got;
	struct world w;

	open_world(&w, "tls", false, 0);
	begin(&w);
	for (int day = 20; day <= LAST; day++) {
		struct rep_tls_failure f = { .result = { .v = REP_TLS_EXPIRED },
			.mx = REP_S("mx1.shop.example"),
			.count = 40 };
		struct rep_tls_policy p = { .type = { .v = REP_TLS_STS },
			.domain = REP_S("shop.example"),
			.successful = 60,
			.failed = day >= LAST - 1 ? 40 : 0,
			.failures = &f,
			.failures_n = day >= LAST - 1 };
		struct rep_tls_report r = { .org = REP_S("r1.example"),
			.report_id = rep_arena_printf(arena, "%d", day),
			.begin_s = T - T % DAY + day * (int64_t)DAY,
			.end_s = T - T % DAY + (day + 1) * (int64_t)DAY - 1,
			.policies = &p,
			.policies_n = 1 };

		NEED(rep_tls_reports_keep(w.s, &r, &by, T, &n, &err));
	}
	commit(&w);
	got = tend(&w, NOW_S);
	is_str(text(&got), "tls-fails shop.example begins", "sessions that fail");
	if (got.n == 1)
		is_str(got.v[0].text,
		    "In the last days 80 of 320 sessions failed (25.0 %); before that 0.0 %. Most of them: "
		    "certificate-expired at mx1.shop.example (says r1.example).",
		    "and why");
	set_own("other.example");
	got = tend(&w, NOW_S + DAY);
	is_str(text(&got), "", "not of another domain");
	set_own("shop.example");
	rep_store_close(w.s);
}

int
main(void)
{
	make_dir();
	if ((arena = rep_arena_new(256 << 20)) == NULL)
		return 1;
	rep_config_init(&cfg, NULL);
	set_own("shop.example");
	test_which();
	test_stranger();
	test_strangers();
	test_hidden();
	test_given();
	test_archive();
	test_when();
	test_damaged();
	test_no_room();
	test_many();
	test_left_out();
	test_held();
	test_tls();
	rep_arena_free(arena);
	drop_dir();
	return done();
}
