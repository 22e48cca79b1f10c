/*
 * unit/test_reported_auth.c -- which reports become sums for the judge (engine/reported_auth.h), and the limits of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reported_auth.h"
#include "base/time.h"
#include "engine/reports.h"
#include "store_world.h"

enum { NOW = T, ARENA = 256 << 20 };

static struct rep_know *know;
static struct rep_config cfg;
static struct rep_arena *config_arena, *arena;
static struct rep_unpacked item;

/* --- a world --------------------------------------------------------------------------------------- */

struct reports_world {
	struct world w;
	struct rep_reports_keep k;
	struct rep_session session;
	struct rep_str names[4];
	struct rep_observation obs[3];
	struct rep_judge_in in;
	struct rep_reported_auth_loaded loaded;
	unsigned reports;
};

static void
open_reports(struct reports_world *x, const char *name)
{
	*x = (struct reports_world){ .session = { .cfg = &cfg },
		.names = { REP_S(""), REP_S("google"), REP_S("other"), REP_S("club.example") } };
	x->obs[0].provider = 1;
	x->obs[1].provider = 2;
	x->obs[1].provider_domain = 3;
	x->in = (struct rep_judge_in){ .now_s = NOW,
		.know = know,
		.names = { x->names, REP_COUNT(x->names) },
		.obs = x->obs,
		.obs_n = 2 };
	open_world(&x->w, name, false, 0);
	NEED(rep_store_begin(x->w.s, &err));
	rep_reports_begin(&x->k);
}

static void
close_reports(struct reports_world *x)
{
	rep_reports_fini(&x->k);
	NEED(rep_store_commit(x->w.s, &err));
	rep_store_close(x->w.s);
}

static const struct rep_reporter google = { .trust = REP_KEPT_PROVEN,
	.domain = { "google.com", 10 } };

static void
record(struct reports_world *x, const char *ip, const char *from, uint64_t count, int dkim, int spf)
{
	memset(&item, 0, sizeof item);
	item.item = REP_AGGREGATE_RECORD;
	item.record = (struct rep_aggregate_record){ .count = count,
		.dkim = { .v = (uint8_t)dkim },
		.spf = { .v = (uint8_t)spf },
		.header_from = rep_str_c(from) };
	(void)rep_ip_parse(rep_str_c(ip), &item.record.source_ip);
	NEED(rep_reports_item(&x->k, x->w.s, &item, &google, NOW, &err));
}

/* Its end; records: as its head says. */
static void
end_report(struct reports_world *x, const char *org, const struct rep_reporter *by, int64_t begin_s,
    uint64_t records, int64_t read_s)
{
	char id[16];

	snprintf(id, sizeof id, "%u", x->reports++);
	memset(&item, 0, sizeof item);
	item.item = REP_AGGREGATE_END;
	item.head = (struct rep_aggregate){ .org = rep_str_c(org),
		.domain = REP_S("Shop.Example."),
		.report_id = rep_str_c(id),
		.begin_s = begin_s,
		.end_s = begin_s == 0 ? 0 : begin_s + DAY - 1,
		.pct = -1,
		.records = records };
	NEED(rep_reports_item(&x->k, x->w.s, &item, by, read_s, &err));
}

static void
load(struct reports_world *x, int64_t read_s, int64_t end_s)
{
	struct rep_reported_auth_until until = { read_s, end_s };

	rep_arena_reset(arena);
	x->in.reported = NULL;
	x->in.reported_n = 0;
	NEED(rep_reported_auth_load(&x->session, x->w.s, until, &x->in, arena, &x->loaded, &err));
}

enum { PASS = REP_EVALUATED_PASS, FAIL = REP_EVALUATED_FAIL };
#define OWN "203.0.113.24"

/* --- whose reports, and of what ---------------------------------------------------------------------- */

static void
test_sums(void)
{
	struct reports_world x;
	const struct rep_own_reported *r;

	open_reports(&x, "sums");
	record(&x, OWN, "Shop.Example", 5, PASS, FAIL);
	record(&x, OWN, "shop.example.", 7, FAIL, PASS);
	record(&x, OWN, "shop.example", 11, PASS, PASS);
	record(&x, OWN, "shop.example", 13, FAIL, FAIL);
	record(&x, OWN, "shop.example", 17, 0, 0);		    /* it does not say */
	record(&x, "198.51.100.1", "shop.example", 19, PASS, PASS); /* not ours */
	record(&x, "", "shop.example", 23, PASS, PASS);
	record(&x, OWN, "", 29, PASS, PASS);		 /* of the domain of the policy */
	record(&x, OWN, "a\"b.example", 31, PASS, PASS); /* the same */
	record(&x, "203.0.113.25", "news.shop.example", 37, FAIL, PASS);
	end_report(&x, "google.com", &google, NOW - 3 * DAY, 10, NOW);
	load(&x, 0, 0);
	is_int((int64_t)x.in.reported_n, 2, "sums: an address and a domain are a row");
	r = &x.in.reported[0];
	ok(x.in.reported_n == 2 && rep_str_eq(r[1].domain, REP_S("shop.example")) &&
		r[1].messages == 5 + 7 + 11 + 13 + 29 + 31 && r[1].passed == 5 + 7 + 11 + 29 + 31 &&
		r[1].dkim == 5 + 11 + 29 + 31 && r[1].spf == 7 + 11 + 29 + 31,
	    "sums: of own mail only");
	ok(x.in.reported_n == 2 && rep_str_eq(r[0].domain, REP_S("news.shop.example")) &&
		rep_str_eq(r[0].registered, REP_S("shop.example")) && r[0].messages == 37 &&
		r[0].spf == 37 && r[0].passed == 37 && r[0].dkim == 0,
	    "sums: of another address, and a subdomain");
	ok(rep_str_eq(r[0].provider, REP_S("google")) && r[0].begin_s == NOW - 3 * DAY &&
		r[0].end_s == NOW - 2 * DAY - 1 && x.loaded.left_out == 0,
	    "sums: whose, and when");
	close_reports(&x);
}

/* SPF for another domain than that in From is no pass of DMARC, but a receiver that has not seen From sees it. */
static void
test_unaligned(void)
{
	static const struct rep_auth_said auth[] = {
		{ .dkim = true, .result = { .v = REP_REPORTED_PASS } },
		{ .result = { .v = REP_REPORTED_PASS } },
	};
	struct reports_world x;

	open_reports(&x, "unaligned");
	for (size_t n = 1; n <= 2; n++) {
		memset(&item, 0, sizeof item);
		item.item = REP_AGGREGATE_RECORD;
		item.record = (struct rep_aggregate_record){ .count = n == 1 ? 5 : 7,
			.dkim = { .v = FAIL },
			.spf = { .v = FAIL },
			.header_from = REP_S("shop.example"),
			.auth = auth,
			.auth_n = n };
		(void)rep_ip_parse(REP_S(OWN), &item.record.source_ip);
		NEED(rep_reports_item(&x.k, x.w.s, &item, &google, NOW, &err));
	}
	record(&x, OWN, "shop.example", 11, FAIL, PASS);
	end_report(&x, "google.com", &google, NOW - 3 * DAY, 3, NOW);
	load(&x, 0, 0);
	ok(x.in.reported_n == 1 && x.in.reported[0].messages == 23 && x.in.reported[0].spf == 11 &&
		x.in.reported[0].spf_any == 18,
	    "unaligned: SPF that passes is summed apart");
	close_reports(&x);
}

/* Whether a report becomes rows. */
static bool
counts(const char *org, struct rep_reporter by, int64_t begin_s, int64_t read_s, int64_t end_s)
{
	struct reports_world x;
	size_t n;

	open_reports(&x, "one");
	record(&x, OWN, "shop.example", 5, PASS, PASS);
	end_report(&x, org, &by, begin_s, 1, NOW);
	load(&x, read_s, end_s);
	n = x.in.reported_n;
	close_reports(&x);
	return n == 1;
}

static void
test_which(void)
{
	const struct rep_reporter
	    given = { .trust = REP_KEPT_GIVEN, .domain = { "google.com", 10 } },
	    unsure = { .trust = REP_KEPT_UNSURE, .domain = { "google.com", 10 } },
	    evil = { .trust = REP_KEPT_PROVEN, .domain = { "evil.example", 12 } },
	    club = { .trust = REP_KEPT_PROVEN, .domain = { "mail.club.example", 17 } },
	    mallory = { .trust = REP_KEPT_PROVEN, .domain = { "gmail.com", 9 } },
	    yahoo = { .trust = REP_KEPT_PROVEN, .domain = { "dmarc.yahoo.com", 15 } };
	const int64_t day_s = NOW - 3 * DAY, first_s = NOW - REP_REPORTED_AUTH_DAYS * (int64_t)DAY;

	ok(counts("google.com", google, day_s, 0, 0), "proven: it counts");
	ok(!counts("google.com", given, day_s, 0, 0), "given as a file: it does not");
	ok(!counts("google.com", unsure, day_s, 0, 0), "by mail, and not proven: it does not");
	ok(!counts("google.com", evil, day_s, 0, 0), "of somebody who calls himself Google: no");
	ok(!counts("Yahoo", yahoo, day_s, 0, 0), "of a provider that no mail goes to: no");
	ok(!counts("google.com", mallory, day_s, 0, 0) && !counts("Google", mallory, day_s, 0, 0),
	    "of somebody who has a mailbox at Google: no");
	ok(!counts("The Club", club, day_s, 0, 0) && !counts("club.example", club, day_s, 0, 0),
	    "of a small host that mail goes to: no, anybody may have a mailbox there");
	ok(!counts("google.com", google, 0, 0, 0), "without a period: no");
	ok(counts("google.com", google, first_s - DAY + 1, 0, 0),
	    "the first second that is judged");
	ok(!counts("google.com", google, first_s - DAY, 0, 0), "the second before it");
	ok(counts("google.com", google, NOW, 0, 0), "what began by now");
	ok(!counts("google.com", google, NOW + 1, 0, 0), "what began later");
	ok(counts("google.com", google, day_s, NOW, 0), "what was read by then");
	ok(!counts("google.com", google, day_s, NOW - 1, 0), "what was read later");
	ok(counts("google.com", google, day_s, 0, day_s + DAY - 1), "what ended by then");
	ok(!counts("google.com", google, day_s, 0, day_s + DAY - 2), "what ended later");
}

/* --- the same again ---------------------------------------------------------------------------------- */

static void
test_hash(void)
{
	struct reports_world x;
	uint64_t first, second;

	open_reports(&x, "hash");
	load(&x, 0, 0);
	ok(x.loaded.read_s == 0 && x.in.reported_n == 0, "no report: nothing was read");
	record(&x, OWN, "shop.example", 5, PASS, PASS);
	end_report(&x, "google.com", &google, NOW - 3 * DAY, 1, NOW - 100);
	load(&x, 0, 0);
	first = x.loaded.hash;
	ok(x.loaded.read_s == NOW - 100, "when the newest was read");
	record(&x, OWN, "shop.example", 6, PASS, PASS);
	end_report(&x, "google.com", &google, NOW - 2 * DAY, 1, NOW - 50);
	load(&x, 0, 0);
	second = x.loaded.hash;
	ok(second != first && x.loaded.read_s == NOW - 50 && x.in.reported_n == 2,
	    "another report");
	load(&x, NOW - 100, 0);
	ok(x.loaded.hash == first && x.in.reported_n == 1, "as of a moment: as it was then");
	close_reports(&x);
}

/* --- limits ------------------------------------------------------------------------------------------ */

static void
test_records(void)
{
	struct reports_world x;

	open_reports(&x, "records");
	for (unsigned d = 4; d > 1; d--) {
		record(&x, OWN, "shop.example", d, PASS, PASS);
		end_report(&x, "google.com", &google, NOW - (int64_t)d * DAY,
		    d == 2 ? REP_REPORTED_AUTH_RECORDS_MAX - 1 : 1, NOW);
	}
	load(&x, 0, 0);
	ok(x.in.reported_n == 2 && x.loaded.left_out == 1 && x.in.reported[0].messages == 3,
	    "records: those of the oldest report are left out, and counted");
	close_reports(&x);
}

static void
test_pairs(void)
{
	struct reports_world x;
	char name[40];

	open_reports(&x, "pairs");
	for (unsigned i = 0; i <= REP_OWN_REPORTED_PAIRS_MAX; i++) {
		snprintf(name, sizeof name, "n%u.shop.example", i);
		record(&x, OWN, name, 1, PASS, PASS);
	}
	end_report(&x, "google.com", &google, NOW - 3 * DAY, REP_OWN_REPORTED_PAIRS_MAX + 1, NOW);
	load(&x, 0, 0);
	ok(x.in.reported_n == REP_OWN_REPORTED_PAIRS_MAX && x.loaded.left_out == 1,
	    "pairs: one more than there is room for in a report");
	for (unsigned r = 1; r < REP_OWN_REPORTED_DOMAINS_MAX / REP_OWN_REPORTED_PAIRS_MAX; r++) {
		for (unsigned i = 0; i < REP_OWN_REPORTED_PAIRS_MAX; i++) {
			snprintf(name, sizeof name, "n%u.r%u.example", i, r);
			record(&x, OWN, name, 1, PASS, PASS);
		}
		end_report(&x, "google.com", &google, NOW - 3 * DAY + r, 1, NOW);
	}
	/* The domain of the pair that had no room has its place among them. */
	record(&x, OWN, "one.more.example", 1, PASS, PASS);
	record(&x, OWN, "n1.shop.example", 1, PASS, PASS);
	end_report(&x, "google.com", &google, NOW - DAY, 2, NOW);
	load(&x, 0, 0);
	ok(x.in.reported_n == REP_OWN_REPORTED_DOMAINS_MAX && x.loaded.left_out == 3,
	    "domains: two more than there is room for in all (%zu, %llu)", x.in.reported_n,
	    (unsigned long long)x.loaded.left_out);
	close_reports(&x);
}

/* A report that came in two mails of one provider has two names, and counts once. */
static void
test_twice(void)
{
	const struct rep_reporter signer = { .trust = REP_KEPT_PROVEN,
		.domain = { "dmarc.yahoo.com", 15 } },
				  inside = { .trust = REP_KEPT_PROVEN,
					  .domain = { "yahooinc.com", 12 } };
	struct reports_world x;

	open_reports(&x, "twice");
	x.names[1] = REP_S("yahoo");
	record(&x, OWN, "shop.example", 5, PASS, PASS);
	end_report(&x, "Yahoo", &signer, NOW - 3 * DAY, 1, NOW);
	x.reports--; /* the same id */
	record(&x, OWN, "shop.example", 5, PASS, PASS);
	end_report(&x, "Yahoo", &inside, NOW - 3 * DAY, 1, NOW);
	record(&x, OWN, "shop.example", 5, PASS, PASS);
	end_report(&x, "Yahoo", &inside, NOW - 3 * DAY, 1, NOW);
	load(&x, 0, 0);
	ok(x.k.n.fresh == 3 && x.in.reported_n == 2,
	    "the same report under two names counts once, another of the same period as well");
	close_reports(&x);
}

static void
test_counts(void)
{
	struct reports_world x;

	open_reports(&x, "counts");
	record(&x, OWN, "shop.example", UINT64_MAX / 2, PASS, PASS);
	record(&x, OWN, "shop.example", UINT64_MAX / 2, FAIL, FAIL);
	end_report(&x, "google.com", &google, NOW - 3 * DAY, 2, NOW);
	load(&x, 0, 0);
	ok(x.in.reported_n == 1 && x.in.reported[0].messages == (uint64_t)1 << 40 &&
		x.in.reported[0].passed <= x.in.reported[0].messages,
	    "counts that nobody can believe do not overflow");
	close_reports(&x);
}

static void
test_no_own(void)
{
	struct reports_world x;
	struct rep_config nobody;

	rep_config_init(&nobody, NULL);
	open_reports(&x, "no-own");
	x.session.cfg = &nobody;
	record(&x, OWN, "shop.example", 1, PASS, PASS);
	end_report(&x, "google.com", &google, NOW - 3 * DAY, 1, NOW);
	load(&x, 0, 0);
	ok(x.in.reported_n == 0, "no own address is known: nothing is own mail");
	close_reports(&x);
}

int
main(void)
{
	static const char text[] =
	    "source a { public 203.0.113.24; }\nsource b { public 203.0.113.25; }\n"
	    "source c { public 203.0.113.24; }\n";
	struct rep_config_problems problems = { 0 };

	know = rep_know_new();
	arena = rep_arena_new(ARENA);
	config_arena = rep_arena_new(1 << 20);
	rep_config_init(&cfg, NULL);
	NEED(rep_know_add_builtin(know, &err));
	NEED(rep_config_parse(rep_str_c(text), "test", config_arena, &cfg, &problems, &err));
	test_sums();
	test_unaligned();
	test_which();
	test_hash();
	test_records();
	test_pairs();
	test_twice();
	test_counts();
	test_no_own();
	rep_arena_free(arena);
	rep_arena_free(config_arena);
	rep_know_free(know);
	return done();
}
