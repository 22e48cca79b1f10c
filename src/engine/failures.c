/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/failures.h"
#include "base/time.h"
#include "engine/whole_report.h"
#include "intake/report_pack.h"

enum { LIST_BYTES = 1 << 20 }; /* of one report, unpacked */

/* Whether a time is one that a writer with a wrong clock, or a forger, has of the future. */
static bool
ahead(int64_t at_s, int64_t now_s)
{
	return at_s > now_s + REP_DAY_S;
}

/* When the message was there: what the writer says of it, of the report, or the time of reading. */
static int64_t
time_of(const struct rep_auth_failure *f, int64_t now_s)
{
	if (f->arrival_s != 0 && !ahead(f->arrival_s, now_s))
		return f->arrival_s;
	return f->at_s != 0 && !ahead(f->at_s, now_s) ? f->at_s : now_s;
}

enum rep_rc
rep_failures_keep(struct rep_store *store, const struct rep_auth_failure *f,
    const struct rep_reporter *by, int64_t now_s, struct rep_failures_kept *n, struct rep_err *err)
{
	int64_t at_s = time_of(f, now_s);
	struct rep_kept_report k = { .kind = REP_KEPT_FAILURE,
		.trust = by->trust,
		.begin_s = at_s,
		.end_s = at_s,
		.read_s = now_s,
		.records = 1,
		.count = f->incidents > 0 ? f->incidents : 1,
		.domain = f->reported_domain,
		.proof = by->proof };
	char name[REP_REPORTER_NAME];
	enum rep_kept_came came;
	struct rep_pack pack;
	enum rep_rc rc;

	if (at_s < now_s - REP_FACT_KEEP_S) {
		n->old++;
		return REP_OK;
	}
	k.reporter = rep_reporter_name((struct rep_str){ "", 0 }, by->domain, name);
	rep_pack_begin(&pack, REP_PACK_MAX);
	rep_pack_failure(&pack, f);
	if ((rc = rep_whole_report_keep(store, &k, &pack, &came, err)) != REP_OK)
		return rc;
	n->fresh += came != REP_KEPT_KNOWN;
	n->known += came == REP_KEPT_KNOWN;
	return REP_OK;
}

struct failures_loading {
	struct rep_failures_asking *q;
	struct rep_failures_answer *out;
	struct rep_str domain;	 /* that is asked; empty: all */
	struct rep_arena *lists; /* of one report */
	struct rep_err *err;
};

static enum rep_rc
on_kept(void *ctx, const struct rep_kept_report *r)
{
	static struct rep_unpacked item; /* 60 KB */
	struct failures_loading *l = ctx;
	enum rep_rc rc;

	if (r->trust == REP_KEPT_UNSURE) {
		l->out->unsure += l->domain.n == 0 || rep_str_within(r->domain, l->domain);
		return REP_OK;
	}
	if ((rc = rep_whole_report_read(r, REP_PACKED_FAILURE, l->lists, &item, l->err)) != REP_OK)
		return rc;
	rep_failures_add(l->q, &item.failure, r->begin_s, r->reporter);
	return REP_OK;
}

enum rep_rc
rep_failures_load(struct rep_store *store, struct rep_str domain, int64_t from_s, int64_t until_s,
    struct rep_arena *a, struct rep_failures_answer *out, struct rep_err *err)
{
	struct failures_loading l = {
		.q = rep_failures_ask(domain, a), .domain = domain, .out = out, .err = err
	};
	enum rep_rc rc;

	memset(out, 0, sizeof *out);
	if (l.q == NULL || (l.lists = rep_arena_new(LIST_BYTES)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	rc = rep_store_reports(store, REP_KEPT_FAILURE, from_s, until_s, on_kept, &l, err);
	rep_arena_free(l.lists);
	return rc != REP_OK ? rc : rep_failures_answer(l.q, out, err);
}
