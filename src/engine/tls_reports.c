/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/tls_reports.h"
#include "engine/whole_report.h"
#include "intake/report_pack.h"

enum { LIST_BYTES = 64 << 20 }; /* of one report, unpacked */

enum rep_rc
rep_tls_reports_keep(struct rep_store *store, const struct rep_tls_report *r,
    const struct rep_reporter *by, int64_t now_s, struct rep_tls_kept *n, struct rep_err *err)
{
	struct rep_kept_report k = { .kind = REP_KEPT_TLS,
		.trust = by->trust,
		.begin_s = r->begin_s != 0 ? r->begin_s : r->end_s,
		.end_s = r->end_s != 0 ? r->end_s : r->begin_s,
		.read_s = now_s,
		.records = r->policies_n,
		.org = r->org,
		.domain = r->policies_n == 1 ? r->policies[0].domain : (struct rep_str){ "", 0 },
		.report_id = r->report_id,
		.proof = by->proof };
	char name[REP_REPORTER_NAME];
	enum rep_kept_came came;
	struct rep_pack pack;
	enum rep_rc rc;

	k.reporter = rep_reporter_name(r->org, by->domain, name);
	rep_pack_begin(&pack, REP_PACK_MAX);
	rep_pack_tls(&pack, r);
	if ((rc = rep_whole_report_keep(store, &k, &pack, &came, err)) != REP_OK)
		return rc;
	n->fresh += came == REP_KEPT_NEW;
	n->known += came == REP_KEPT_KNOWN;
	n->replaced += came == REP_KEPT_REPLACED;
	return REP_OK;
}

/* --- the answer -------------------------------------------------------------------------------------------- */

struct tls_loading {
	struct rep_tls_asking *q;
	struct rep_tls_reports_answer *out;
	const struct rep_long_heard *heard; /* NULL: all that are believed */
	struct rep_str domain;		    /* that is asked; empty: all */
	int64_t latest_s;		    /* what ends after it has a wrong clock */
	int64_t until_s;	 /* of what is not proven: it may be newer than the answer */
	struct rep_arena *lists; /* of one report */
	struct rep_err *err;
};

/* Anybody can mail one that ends in a hundred years. */
static enum rep_rc
on_newest(void *ctx, const struct rep_kept_report *r)
{
	struct tls_loading *l = ctx;

	l->out->any++;
	if (r->trust != REP_KEPT_UNSURE && r->end_s <= l->latest_s && r->end_s > l->out->until_s)
		l->out->until_s = r->end_s;
	return REP_OK;
}

/* Whether it may be about the domain: one of several domains is kept without a name. */
static bool
is_asked(const struct tls_loading *l, const struct rep_kept_report *r)
{
	return l->domain.n == 0 || r->domain.n == 0 || rep_str_eq_nocase(r->domain, l->domain);
}

static enum rep_rc
on_kept(void *ctx, const struct rep_kept_report *r)
{
	static struct rep_unpacked item; /* 60 KB */
	struct tls_loading *l = ctx;
	enum rep_rc rc;

	if (r->trust == REP_KEPT_UNSURE) {
		l->out->unsure += is_asked(l, r);
		return REP_OK;
	}
	if (r->end_s > l->latest_s || r->begin_s >= l->out->until_s)
		return REP_OK;
	if (l->heard != NULL && !rep_long_heard_counts(l->heard, r))
		return REP_OK;
	if ((rc = rep_whole_report_read(r, REP_PACKED_TLS, l->lists, &item, l->err)) != REP_OK)
		return rc;
	rep_tls_add(l->q, &item.tls, r->reporter);
	return REP_OK;
}

static enum rep_rc
on_waiting(void *ctx, const struct rep_kept_report *r)
{
	const struct tls_loading *l = ctx;

	l->out->waiting += r->kind == REP_KEPT_TLS && is_asked(l, r) &&
	    r->end_s >= l->out->from_s && r->begin_s < l->until_s;
	return REP_OK;
}

enum rep_rc
rep_tls_reports_answer(const struct rep_session *s, struct rep_store *store, struct rep_str domain,
    int64_t length_s, const struct rep_long_heard *heard, struct rep_arena *a,
    struct rep_tls_reports_answer *out, struct rep_err *err)
{
	struct tls_loading l = { .q = rep_tls_ask(domain, a),
		.heard = heard,
		.domain = domain,
		.until_s = s->now_s != 0 ? s->now_s : INT64_MAX,
		.latest_s = s->clock_s != 0 ? s->clock_s + REP_REPORT_CLOCK_OFF_S : INT64_MAX,
		.out = out,
		.err = err };
	enum rep_rc rc;

	memset(out, 0, sizeof *out);
	out->named = s->cfg->authserv_ids.n > 0;
	if (l.q == NULL || (l.lists = rep_arena_new(LIST_BYTES)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	rc = rep_store_report_heads(store, REP_KEPT_TLS, INT64_MIN, INT64_MAX, on_newest, &l, err);
	out->until_s = s->now_s != 0 ? s->now_s : out->until_s != 0 ? out->until_s + 1 : s->clock_s;
	out->from_s = out->until_s - length_s;
	if (rc == REP_OK)
		rc = rep_store_reports(
		    store, REP_KEPT_TLS, out->from_s, l.until_s, on_kept, &l, err);
	if (rc == REP_OK && out->unsure > 0)
		rc = rep_store_waiting(store, on_waiting, &l, err);
	rep_arena_free(l.lists);
	return rc != REP_OK ? rc : rep_tls_answer(l.q, &out->is, err);
}
