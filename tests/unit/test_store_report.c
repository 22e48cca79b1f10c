/*
 * unit/test_store_report.c -- what receivers report is kept once: both back ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store_world.h"

struct kept {
	char text[4096];
	size_t n;
};

static enum rep_rc
on_report(void *ctx, const struct rep_kept_report *r)
{
	struct kept *k = ctx;
	size_t at = strlen(k->text);

	snprintf(k->text + at, sizeof k->text - at, "%.*s %.*s %.*s %lld-%lld t%d x%llu \"%.*s\"\n",
	    REP_PR(r->org), REP_PR(r->domain), REP_PR(r->report_id), (long long)(r->begin_s - T),
	    (long long)(r->end_s - T), (int)r->trust, (unsigned long long)r->count,
	    REP_PR(r->bytes));
	k->n++;
	return REP_OK;
}

static struct kept
all(struct world *w, int64_t from_s, int64_t until_s)
{
	static struct kept k;

	memset(&k, 0, sizeof k);
	NEED(rep_store_reports(w->s, REP_KEPT_AGGREGATE, from_s, until_s, on_report, &k, &err));
	return k;
}

static enum rep_kept_came
put(struct world *w, const char *org, const char *id, int64_t day, enum rep_kept_trust trust,
    const char *bytes)
{
	struct rep_kept_report r = { .kind = REP_KEPT_AGGREGATE,
		.trust = trust,
		.begin_s = T + day * DAY,
		.end_s = T + (day + 1) * DAY - 1,
		.read_s = T,
		.records = 1,
		.count = 5,
		.org = rep_str_c(org),
		.reporter = rep_str_c(org),
		.domain = REP_S("shop.example"),
		.report_id = rep_str_c(id),
		.bytes = rep_str_c(bytes) };
	enum rep_kept_came came = REP_KEPT_NEW;

	NEED(rep_store_report_put(w->s, &r, &came, &err));
	return came;
}

/* How often one was put that was not known. */
static int64_t
times(struct world *w)
{
	uint64_t n = 99;

	NEED(rep_store_reports_put(w->s, &n, &err));
	return (int64_t)n;
}

static void
test_once(const char *name, bool file)
{
	struct rep_kept_report none = { .kind = REP_KEPT_AGGREGATE };
	enum rep_kept_came came;
	struct world w;

	open_world(&w, name, file, 0);
	is_int(rep_store_report_put(w.s, &none, &came, &err), REP_EUSAGE,
	    "%s: in a transaction only", name);
	is_int(times(&w), 0, "%s: none was put", name);
	begin(&w);
	is_int(put(&w, "b.example", "1", 1, REP_KEPT_GIVEN, "one"), REP_KEPT_NEW, "%s: a report",
	    name);
	is_int(put(&w, "B.Example", "1", 1, REP_KEPT_GIVEN, "one"), REP_KEPT_KNOWN,
	    "%s: the same again", name);
	is_int(put(&w, "b.example", "1", 1, REP_KEPT_GIVEN, "two"), REP_KEPT_REPLACED,
	    "%s: a corrected one", name);
	is_int(put(&w, "b.example", "1", 1, REP_KEPT_UNSURE, "three"), REP_KEPT_KNOWN,
	    "%s: one that is believed less takes nobody's place", name);
	is_int(put(&w, "b.example", "1", 2, REP_KEPT_UNSURE, "one"), REP_KEPT_NEW,
	    "%s: another day", name);
	is_int(put(&w, "b.example", "1", 2, REP_KEPT_PROVEN, "one"), REP_KEPT_REPLACED,
	    "%s: the same, and it is proven now", name);
	is_int(put(&w, "a.example", "1", 1, REP_KEPT_GIVEN, "one"), REP_KEPT_NEW,
	    "%s: another organisation", name);
	is_int(put(&w, "", "", 3, REP_KEPT_GIVEN, "one"), REP_KEPT_NEW, "%s: without a name", name);
	is_int(put(&w, "", "", 3, REP_KEPT_GIVEN, "two"), REP_KEPT_NEW,
	    "%s: another one without a name", name);
	is_int(put(&w, "", "", 3, REP_KEPT_GIVEN, "two"), REP_KEPT_KNOWN, "%s: it again", name);
	is_int(
	    times(&w), 7, "%s: each that was not known is counted, in the transaction too", name);
	commit(&w);
	begin(&w);
	(void)put(&w, "c.example", "1", 9, REP_KEPT_GIVEN, "never");
	rep_store_rollback(w.s);
	reopen(&w, REP_STORE_READ_ONLY);
	is_int(times(&w), 7, "%s: and after it, but not what was rolled back", name);
	is_int((int64_t)all(&w, 0, INT64_MAX).n, 5,
	    "%s: all, and what was rolled back is not there", name);
	is_str(rep_str_c(all(&w, T + 2 * DAY, T + 3 * DAY).text),
	    "b.example shop.example 1 172800-259199 t3 x5 \"one\"\n", "%s: those of a day", name);
	is_int((int64_t)all(&w, T + 2 * DAY - 1, T + 2 * DAY).n, 2,
	    "%s: a period that touches it counts", name);
	rep_store_close(w.s);
}

int
main(void)
{
	make_dir();
	test_once("report-memory", false);
	test_once("report-file", true);
	drop_dir();
	return done();
}
