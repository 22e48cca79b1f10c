/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/reports.h"
#include "base/time.h"
#include "engine/found.h"
#include "engine/report_twice.h"
#include "engine/reporter.h"
#include "know/provider.h"

void
rep_reports_begin(struct rep_reports_keep *k)
{
	memset(k, 0, sizeof *k);
	rep_pack_begin(&k->pack, REP_PACK_MAX);
}

void
rep_reports_fini(struct rep_reports_keep *k)
{
	rep_pack_fini(&k->pack);
}

void
rep_reports_forget(struct rep_reports_keep *k)
{
	rep_pack_clear(&k->pack);
	k->left_out = k->left_count = 0;
}

/*
 * Judgement: reports are of a day, some of a week (RFC 9990 3.1.1). A period of more than two months is a mistake, and would
 * make all times of the answer one.
 */
enum { PERIOD_MAX_S = 62 * REP_DAY_S };

static enum rep_rc
keep(struct rep_reports_keep *k, struct rep_store *store, const struct rep_aggregate *h,
    const struct rep_reporter *by, int64_t now_s, struct rep_err *err)
{
	struct rep_kept_report r = { .kind = REP_KEPT_AGGREGATE,
		.trust = by->trust,
		.begin_s = h->begin_s != 0 ? h->begin_s : h->end_s,
		.end_s = h->end_s != 0 ? h->end_s : h->begin_s,
		.read_s = now_s,
		.records = h->records,
		.count = h->count,
		.org = h->org,
		.domain = h->domain,
		.report_id = h->report_id,
		.proof = by->proof,
		.bytes = rep_buf_str(&k->pack.out) };
	char name[REP_REPORTER_NAME];
	enum rep_kept_came came;
	enum rep_rc rc;

	if (r.end_s - r.begin_s > PERIOD_MAX_S)
		r.begin_s = r.end_s;
	r.reporter = rep_reporter_name(h->org, by->domain, name);
	if ((rc = rep_store_report_put(store, &r, &came, err)) != REP_OK)
		return rc;
	k->n.fresh += came == REP_KEPT_NEW;
	k->n.known += came == REP_KEPT_KNOWN;
	k->n.replaced += came == REP_KEPT_REPLACED;
	k->n.undated += came == REP_KEPT_NEW && r.begin_s == 0;
	return REP_OK;
}

static void
add_record(struct rep_reports_keep *k, const struct rep_aggregate_record *r)
{
	if (k->pack.out.n <= REP_REPORTS_BYTES_MAX) {
		rep_pack_record(&k->pack, r);
		return;
	}
	k->left_out++;
	k->left_count += r->count;
}

static enum rep_rc
out_of_memory(const struct rep_reports_keep *k, struct rep_err *err)
{
	return k->pack.out.full ? rep_fail(err, REP_EMEM, "out of memory for a report") : REP_OK;
}

enum rep_rc
rep_reports_item(struct rep_reports_keep *k, struct rep_store *store,
    const struct rep_unpacked *item, const struct rep_reporter *by, int64_t now_s,
    struct rep_err *err)
{
	struct rep_aggregate head;
	enum rep_rc rc;

	if (item->item == REP_AGGREGATE_RECORD) {
		add_record(k, &item->record);
		return out_of_memory(k, err);
	}
	head = item->head;
	head.records -= k->left_out < head.records ? k->left_out : head.records;
	head.count -= k->left_count < head.count ? k->left_count : head.count;
	rep_pack_end(&k->pack, &head, item->notes, item->notes_n, item->notes_left);
	if ((rc = out_of_memory(k, err)) != REP_OK)
		return rc;
	rc = keep(k, store, &head, by, now_s, err);
	k->n.left_out += k->left_out;
	rep_reports_forget(k);
	return rc;
}

enum rep_rc
rep_reports_read(
    const struct rep_kept_report *r, rep_reports_record_fn fn, void *ctx, struct rep_err *err)
{
	static struct rep_unpacked end, item; /* 120 KB */
	struct rep_packed u;
	enum rep_rc rc;

	/* The head is the last item: it is wanted first. */
	rep_packed_begin(&u, r->bytes, NULL);
	while ((rc = rep_packed_next(&u, &end, NULL)) == REP_OK)
		;
	if (rc != REP_ENOTFOUND || end.item != REP_AGGREGATE_END)
		return rep_fail(err, REP_EIO,
		    "the database is damaged (a report of %.*s); give reputed ingest the report again",
		    REP_PR(r->org));
	rep_packed_begin(&u, r->bytes, NULL);
	while (
	    (rc = rep_packed_next(&u, &item, NULL)) == REP_OK && item.item == REP_AGGREGATE_RECORD)
		if ((rc = fn(ctx, &end.head, &item.record, err)) != REP_OK)
			return rc;
	return REP_OK;
}

/*
 * Judgement: whoever reported regularly within a quarter of a year is missed when the reports stop; what stopped before is
 * known, or forgotten.
 */
enum { REGULAR_S = 90 * REP_DAY_S };

/* Judgement: if none came for so long, it is an old archive, or nobody is told one by one that all have stopped. */
enum { ENDED_S = 14 * REP_DAY_S };

/* --- what is asked ------------------------------------------------------------------------------------ */

struct report_loading {
	struct rep_reported_making *m;
	struct rep_str domain;		    /* that is asked; empty: all */
	const struct rep_long_heard *heard; /* NULL: all that are believed */
	const struct rep_kept_report *kept; /* the report that is read */
	int64_t latest_s;		    /* what ends after it has a wrong clock */
	struct rep_reports_answer *out;
	struct rep_err *err;
	struct rep_twice twice;
	uint64_t
	    records; /* of the reports that count: of all, then of those that are still to come */
};

static bool
of_domain(const struct report_loading *l, const struct rep_kept_report *r)
{
	struct rep_str d = r->domain;

	while (d.n > 0 && d.p[d.n - 1] == '.')
		d.n--;
	return l->domain.n == 0 || rep_str_eq_nocase(d, l->domain);
}

/* Whether it counts, as far as what is kept of it tells. */
static bool
is_asked(const struct report_loading *l, const struct rep_kept_report *r)
{
	return of_domain(l, r) && r->end_s <= l->latest_s &&
	    (r->trust == REP_KEPT_UNSURE || l->heard == NULL || rep_long_heard_counts(l->heard, r));
}

/* In the order of begin, as below: what there is no room for is of the oldest. */
static enum rep_rc
on_counted(void *ctx, const struct rep_kept_report *r)
{
	struct report_loading *l = ctx;

	if (r->trust != REP_KEPT_UNSURE && is_asked(l, r) && r->end_s >= l->out->from_s)
		l->records += r->records;
	return REP_OK;
}

static enum rep_rc
on_newest(void *ctx, const struct rep_kept_report *r)
{
	struct report_loading *l = ctx;

	l->out->any++;
	if (of_domain(l, r) && r->end_s > l->latest_s) {
		l->out->future++;
		l->out->future_s = r->end_s > l->out->future_s ? r->end_s : l->out->future_s;
	}
	if (r->trust != REP_KEPT_UNSURE && is_asked(l, r) && r->end_s > l->out->newest_s)
		l->out->newest_s = r->end_s;
	return REP_OK;
}

static enum rep_rc
on_record(void *ctx, const struct rep_aggregate *head, const struct rep_aggregate_record *r,
    struct rep_err *err)
{
	struct report_loading *l = ctx;

	struct rep_aggregate called = *head;

	(void)err;
	called.org = l->kept->reporter;
	/* A report may say one of both only. */
	called.begin_s = l->kept->begin_s;
	called.end_s = l->kept->end_s;
	/* What has no room is counted. */
	(void)rep_reported_add(l->m, &called, r);
	return REP_OK;
}

static enum rep_rc
on_kept(void *ctx, const struct rep_kept_report *r)
{
	struct report_loading *l = ctx;
	struct rep_aggregate head = { .org = r->reporter,
		.domain = r->domain,
		.begin_s = r->begin_s,
		.end_s = r->end_s,
		.count = r->count };

	if (!is_asked(l, r))
		return REP_OK;
	if (r->trust == REP_KEPT_UNSURE) {
		rep_twice_unsure(&l->twice, r, r->end_s >= l->out->from_s);
		return REP_OK;
	}
	if (rep_twice_counted(&l->twice, r)) {
		l->records -= r->end_s >= l->out->from_s ? r->records : 0;
		return REP_OK;
	}
	l->kept = r;
	if (!rep_reported_period(l->m, &head)) {
		if (r->end_s >= l->out->from_s) {
			l->records -= r->records;
			rep_reported_left_out(l->m, r->records, false);
		}
		return REP_OK;
	}
	if (r->end_s < l->out->from_s)
		return REP_OK;
	if (l->records > REP_REPORTED_ROWS_MAX) {
		l->records -= r->records;
		rep_reported_left_out(l->m, r->records, true);
		return REP_OK;
	}
	return rep_reports_read(r, on_record, l, l->err);
}

enum rep_rc
rep_reports_own(const struct rep_session *s, struct rep_store *store, struct rep_arena *a,
    struct rep_report_own *own, struct rep_err *err)
{
	const struct rep_source *v;
	struct rep_ip *list;
	size_t n, configured = s->cfg->n_sources;
	enum rep_rc rc = rep_store_sources(store, &v, &n, err);

	if (rc != REP_OK)
		return rc;
	if ((list = rep_arena_alloc(a, (n + configured + 1) * sizeof *list)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		list[i] = v[i].public;
	for (size_t i = 0; i < configured; i++)
		list[n++] = s->cfg->sources[i].public;
	*own = (struct rep_report_own){ list, n };
	return REP_OK;
}

static enum rep_rc
on_waiting(void *ctx, const struct rep_kept_report *r)
{
	struct report_loading *l = ctx;

	l->out->waiting +=
	    r->kind == REP_KEPT_AGGREGATE && is_asked(l, r) && r->end_s >= l->out->from_s;
	return REP_OK;
}

enum rep_rc
rep_reports_load(const struct rep_session *s, struct rep_store *store,
    const struct rep_reports_ask *ask, struct rep_arena *a, struct rep_reports_answer *out,
    struct rep_report_question *q, struct rep_err *err)
{
	struct report_loading l = { .m = rep_reported_begin(a, rep_registered_domain),
		.domain = ask->domain,
		.heard = ask->heard,
		.out = out,
		.err = err,
		.twice = { .a = a },
		.latest_s = s->clock_s != 0 ? s->clock_s + REP_REPORT_CLOCK_OFF_S : INT64_MAX };
	int64_t before_s, until_s;
	enum rep_rc rc;

	memset(out, 0, sizeof *out);
	*q = (struct rep_report_question){ .domain = ask->domain };
	if (l.m == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	out->senders = ask->senders;
	if (ask->senders != NULL)
		rep_reported_services(
		    l.m, rep_known_sender_of_domain, (void *)(uintptr_t)ask->senders);
	if ((rc = rep_store_report_heads(
		 store, REP_KEPT_AGGREGATE, INT64_MIN, INT64_MAX, on_newest, &l, err)) != REP_OK ||
	    (rc = rep_reports_own(s, store, a, &q->own, err)) != REP_OK)
		return rc;
	out->until_s = s->now_s != 0 ? s->now_s
	    : out->newest_s != 0     ? out->newest_s + 1
				     : s->clock_s;
	out->ended = s->now_s == 0 && out->newest_s != 0 && s->clock_s - out->newest_s > ENDED_S;
	q->now_s = s->now_s != 0 ? s->now_s : out->ended ? 0 : s->clock_s;
	/* What is not proven may be newer. */
	until_s = s->now_s != 0 ? s->now_s : INT64_MAX;
	out->from_s = q->from_s = out->until_s - ask->length_s;
	out->named = s->cfg->authserv_ids.n > 0;
	out->has_own = q->own.n > 0;
	before_s = ask->length_s < REGULAR_S ? out->until_s - REGULAR_S : out->from_s;
	if ((rc = rep_store_report_heads(
		 store, REP_KEPT_AGGREGATE, before_s, until_s, on_counted, &l, err)) != REP_OK ||
	    (rc = rep_store_reports(
		 store, REP_KEPT_AGGREGATE, before_s, until_s, on_kept, &l, err)) != REP_OK)
		return rc;
	rep_twice_end(&l.twice);
	out->unsure = l.twice.unsure_reports;
	out->unsure_messages = l.twice.unsure_messages;
	if (out->unsure > 0 && (rc = rep_store_waiting(store, on_waiting, &l, err)) != REP_OK)
		return rc;
	return rep_reported_end(l.m, &out->reported, err);
}

enum rep_rc
rep_reports_answer(const struct rep_session *s, struct rep_store *store,
    const struct rep_reports_ask *ask, struct rep_arena *a, struct rep_reports_answer *out,
    struct rep_err *err)
{
	struct rep_report_question q;
	enum rep_rc rc;

	if ((rc = rep_reports_load(s, store, ask, a, out, &q, err)) != REP_OK ||
	    (rc = rep_found_load(s, store, a, &out->found, err)) != REP_OK ||
	    (rc = rep_failures_load(store, ask->domain, out->from_s,
		 s->now_s != 0 ? s->now_s : INT64_MAX, a, &out->failures, err)) != REP_OK)
		return rc;
	return rep_report_answer(&out->reported, &q, a, &out->is, err);
}
