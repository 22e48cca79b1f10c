/*
 * unit/test_reports_kept.c -- aggregate reports that are kept when they have ended: one that never does, and one too large.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reports.h"
#include "store_world.h"

static const struct rep_reporter given = { .trust = REP_KEPT_GIVEN };

static struct rep_unpacked item;

static void
record(struct rep_reports_keep *k, struct world *w, uint64_t count, struct rep_str from)
{
	memset(&item, 0, sizeof item);
	item.item = REP_AGGREGATE_RECORD;
	item.record.count = count;
	item.record.header_from = from;
	NEED(rep_reports_item(k, w->s, &item, &given, T, &err));
}

static void
end(struct rep_reports_keep *k, struct world *w, const char *id, uint64_t records, uint64_t count)
{
	memset(&item, 0, sizeof item);
	item.item = REP_AGGREGATE_END;
	item.head.pct = -1;
	item.head.report_id = rep_str_c(id);
	item.head.org = REP_S("receiver.example");
	item.head.begin_s = item.head.end_s = T;
	item.head.records = records;
	item.head.count = count;
	NEED(rep_reports_item(k, w->s, &item, &given, T, &err));
}

struct read_back {
	uint64_t reports, records, count, said, said_count;
};

static enum rep_rc
on_record(void *ctx, const struct rep_aggregate *head, const struct rep_aggregate_record *r,
    struct rep_err *e)
{
	struct read_back *b = ctx;

	(void)head;
	(void)e;
	b->records++;
	b->count += r->count;
	return REP_OK;
}

static enum rep_rc
on_report(void *ctx, const struct rep_kept_report *r)
{
	struct read_back *b = ctx;

	b->reports++;
	b->said += r->records;
	b->said_count += r->count;
	return rep_reports_read(r, on_record, b, &err);
}

static struct read_back
all(struct world *w)
{
	struct read_back b = { 0 };

	NEED(
	    rep_store_reports(w->s, REP_KEPT_AGGREGATE, INT64_MIN, INT64_MAX, on_report, &b, &err));
	return b;
}

static void
test_forgotten(void)
{
	struct rep_reports_keep k;
	struct read_back b;
	struct world w;

	open_world(&w, "forgotten", false, 0);
	begin(&w);
	rep_reports_begin(&k);
	record(&k, &w, 7, REP_S("a.example"));
	rep_reports_forget(&k);
	record(&k, &w, 2, REP_S("b.example"));
	end(&k, &w, "1", 1, 2);
	b = all(&w);
	ok(b.reports == 1 && b.records == 1 && b.count == 2,
	    "records of a report that never ended are not those of the next");
	rep_reports_fini(&k);
	commit(&w);
	rep_store_close(w.s);
}

static void
test_large(void)
{
	enum { VALUE = 4096, FIT = REP_REPORTS_BYTES_MAX / VALUE };
	static char value[VALUE];
	struct rep_reports_keep k;
	struct read_back b;
	struct world w;

	open_world(&w, "large", false, 0);
	begin(&w);
	rep_reports_begin(&k);
	for (unsigned i = 0; i < FIT + 100; i++) {
		memset(value, 'a' + (int)(i % 26), sizeof value);
		record(&k, &w, i, (struct rep_str){ value, sizeof value });
	}
	end(&k, &w, "large", FIT + 100, (uint64_t)(FIT + 100) * (FIT + 99) / 2);
	b = all(&w);
	ok(k.n.left_out > 0 && b.records + k.n.left_out == FIT + 100 && b.records > FIT - 100,
	    "of one that is too large, the last records are left out, and counted: %llu",
	    (unsigned long long)k.n.left_out);
	ok(b.said == b.records && b.said_count == b.count &&
		b.count == b.records * (b.records - 1) / 2,
	    "what is kept of it says what is there");
	record(&k, &w, 1, REP_S("c.example"));
	end(&k, &w, "next", 1, 1);
	b = all(&w);
	ok(b.reports == 2 && b.said == b.records && b.said_count == b.count,
	    "the next one is whole again");
	rep_reports_fini(&k);
	commit(&w);
	rep_store_close(w.s);
}

int
main(void)
{
	test_forgotten();
	test_large();
	return done();
}
