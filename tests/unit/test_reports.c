/*
 * unit/test_reports.c -- what reports that are kept answer: which of them are loaded, and from how far back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reports.h"
#include "store_world.h"

static const char *of_domain = "shop.example";
static int64_t clock_s;
static bool no_begin;

static void
put_one(struct world *w, int64_t day, uint64_t records, enum rep_kept_trust trust)
{
	struct rep_auth_said auth = { .dkim = false, .domain = REP_S("shop.example") };
	struct rep_aggregate_record r = {
		.count = 5, .header_from = REP_S("shop.example"), .auth = &auth, .auth_n = 1
	};
	struct rep_aggregate h = { .org = REP_S("r1.example"),
		.email = REP_S("d@r1.example"),
		.domain = rep_str_c(of_domain),
		.begin_s = T + day * DAY,
		.end_s = T + (day + 1) * DAY - 1,
		.pct = -1,
		.records = records,
		.count = 5 };
	struct rep_kept_report kept = { .kind = REP_KEPT_AGGREGATE,
		.trust = trust,
		.begin_s = h.begin_s,
		.end_s = h.end_s,
		.read_s = T,
		.records = records,
		.count = 5,
		.org = h.org,
		.domain = h.domain,
		.reporter = h.org };
	enum rep_kept_came came;
	struct rep_pack pack;
	char id[32];

	(void)rep_said_parse(REP_SAID_SPF, REP_S("pass"), &auth.result);
	(void)rep_said_parse(REP_SAID_EVALUATED, REP_S("pass"), &r.spf);
	(void)rep_said_parse(REP_SAID_POLICY, REP_S("none"), &h.p);
	snprintf(id, sizeof id, "%lld", (long long)day);
	h.report_id = kept.report_id = rep_str_c(id);
	if (no_begin)
		h.begin_s = 0;
	rep_pack_begin(&pack, REP_PACK_MAX);
	rep_pack_record(&pack, &r);
	rep_pack_end(&pack, &h, NULL, 0, 0);
	kept.bytes = rep_buf_str(&pack.out);
	NEED(rep_store_report_put(w->s, &kept, &came, &err));
	rep_pack_fini(&pack);
}

static void
ask(struct world *w, struct rep_arena *a, struct rep_reports_answer *out)
{
	static struct rep_config cfg;
	struct rep_session s = { .cfg = &cfg, .clock_s = clock_s };
	struct rep_reports_ask q = { .domain = REP_S("shop.example"), .length_s = 30 * DAY };

	NEED(rep_reports_answer(&s, w->s, &q, a, out, &err));
}

static void
test_loading(const char *name, bool file)
{
	struct rep_arena *a = rep_arena_new((size_t)1 << 28);
	struct rep_reports_answer r;
	struct world w;

	open_world(&w, name, file, 0);
	begin(&w);
	put_one(&w, 0, 1, REP_KEPT_GIVEN);
	put_one(&w, 50, 1, REP_KEPT_GIVEN);
	put_one(&w, 51, 1, REP_KEPT_UNSURE);
	put_one(&w, 52, 1, REP_KEPT_PROVEN);
	commit(&w);
	ask(&w, a, &r);
	ok(r.is.reports == 2 && r.is.sums.messages == 10 && r.is.sums.passed == 10,
	    "%s: those of the last 30 days", name);
	ok(r.unsure == 1 && r.unsure_messages == 5, "%s: what is not proven is apart", name);
	ok(r.reported.periods_n > 0 && r.reported.periods[r.reported.periods_n - 1].known &&
		r.reported.periods[r.reported.periods_n - 1].policy.p == REP_PUBLISHED_NONE,
	    "%s: with the policy that they found", name);
	rep_store_close(w.s);

	/* A report that says it has as many records as there is room for, and a newer one. */
	open_world(&w, file ? "reports-full" : name, file, 0);
	begin(&w);
	put_one(&w, 100, REP_REPORTED_ROWS_MAX, REP_KEPT_GIVEN);
	put_one(&w, 101, 1, REP_KEPT_GIVEN);
	commit(&w);
	ask(&w, a, &r);
	ok(r.is.sums.messages == 5 && r.is.rows_n == 1 &&
		r.reported.rows[0].begin_s == T + (int64_t)101 * DAY,
	    "%s: there is room for the newest", name);
	is_int((int64_t)r.reported.left_out, REP_REPORTED_ROWS_MAX, "%s: the oldest is left out",
	    name);
	rep_store_close(w.s);
	rep_arena_free(a);
}

/* Reports of others, unproven ones and those of a wrong clock move nothing. */
static void
test_present(void)
{
	struct rep_arena *a = rep_arena_new((size_t)1 << 28);
	struct rep_reports_answer r;
	struct world w;

	open_world(&w, "reports-present", false, 0);
	begin(&w);
	put_one(&w, 0, 1, REP_KEPT_GIVEN);
	no_begin = true;
	put_one(&w, 20, 1, REP_KEPT_GIVEN);
	no_begin = false;
	put_one(&w, 61, 1, REP_KEPT_UNSURE);
	put_one(&w, 9000, 1, REP_KEPT_GIVEN);
	of_domain = "other.example";
	put_one(&w, 60, REP_REPORTED_ROWS_MAX, REP_KEPT_GIVEN);
	put_one(&w, 21, 1, REP_KEPT_UNSURE);
	of_domain = "shop.example";
	commit(&w);
	clock_s = T + (int64_t)25 * DAY;
	ask(&w, a, &r);
	is_int((int64_t)r.is.reports, 2, "those of the domain, before the clock");
	is_int((r.newest_s - T) / DAY, 20, "the newest of them");
	is_int((int64_t)(r.unsure + r.reported.left_out), 0, "of others nothing is said");
	ok(!r.ended, "five days ago is not long ago");
	ok(r.reported.rows_n == 2 && r.reported.rows[1].begin_s == T + (int64_t)20 * DAY,
	    "a report that says its end only");
	clock_s = T + (int64_t)36 * DAY;
	ask(&w, a, &r);
	ok(r.ended && r.is.reports == 2, "after two weeks that is said");
	clock_s = 0;
	rep_store_close(w.s);
	rep_arena_free(a);
}

int
main(void)
{
	make_dir();
	test_loading("reports-memory", false);
	test_loading("reports-file", true);
	test_present();
	drop_dir();
	return done();
}
