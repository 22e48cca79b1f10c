/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/reports.h"
#include "base/time.h"

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

static enum rep_rc
keep(struct rep_reports_keep *k, struct rep_store *store, const struct rep_unpacked *item,
    enum rep_kept_trust trust, int64_t now_s, struct rep_err *err)
{
	const struct rep_aggregate *h = &item->head;
	struct rep_kept_report r = { .kind = REP_KEPT_AGGREGATE,
		.trust = trust,
		.begin_s = h->begin_s != 0 ? h->begin_s : h->end_s,
		.end_s = h->end_s != 0 ? h->end_s : h->begin_s,
		.read_s = now_s,
		.records = h->records,
		.count = h->count,
		.org = h->org,
		.domain = h->domain,
		.report_id = h->report_id,
		.bytes = rep_buf_str(&k->pack.out) };
	enum rep_kept_came came;
	enum rep_rc rc = rep_store_report_put(store, &r, &came, err);

	if (rc != REP_OK)
		return rc;
	k->n.fresh += came == REP_KEPT_NEW;
	k->n.known += came == REP_KEPT_KNOWN;
	k->n.replaced += came == REP_KEPT_REPLACED;
	k->n.undated += came == REP_KEPT_NEW && r.begin_s == 0;
	return REP_OK;
}

enum rep_rc
rep_reports_item(struct rep_reports_keep *k, struct rep_store *store,
    const struct rep_unpacked *item, enum rep_kept_trust trust, int64_t now_s, struct rep_err *err)
{
	enum rep_rc rc;

	if (item->item == REP_AGGREGATE_RECORD)
		rep_pack_record(&k->pack, &item->record);
	else
		rep_pack_end(&k->pack, &item->head, item->notes, item->notes_n, item->notes_left);
	if (k->pack.out.full)
		return rep_fail(err, REP_EMEM, "out of memory for a report");
	if (item->item == REP_AGGREGATE_RECORD)
		return REP_OK;
	rc = keep(k, store, item, trust, now_s, err);
	rep_pack_clear(&k->pack);
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
	rep_packed_begin(&u, r->bytes);
	while ((rc = rep_packed_next(&u, &end, NULL)) == REP_OK)
		;
	if (rc != REP_ENOTFOUND || end.item != REP_AGGREGATE_END)
		return rep_fail(err, REP_EIO,
		    "the database is damaged (a report of %.*s); give reputed ingest the report again",
		    REP_PR(r->org));
	rep_packed_begin(&u, r->bytes);
	while (
	    (rc = rep_packed_next(&u, &item, NULL)) == REP_OK && item.item == REP_AGGREGATE_RECORD)
		if ((rc = fn(ctx, &end.head, &item.record, err)) != REP_OK)
			return rc;
	return REP_OK;
}
