/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/pass.h"
#include "engine/conditions_tend.h"
#include "engine/ingest.h"
#include "engine/journald_read.h"
#include "engine/outbox_kept.h"

#include <stdio.h>

#define STATE "looked" /* rep_store_state_put: seconds, in decimal */

struct pass {
	const struct rep_pass *o;
	struct rep_pass_counts n;
	struct rep_folder folders[REP_WATCH_PATHS]; /* what was read of them now */
	size_t folders_n;
	struct rep_condition_news said; /* of conditions; not printed yet */
	bool news;
};

/* Whether what was recorded last is old, or nothing is. */
static enum rep_rc
is_due(struct rep_store *store, int64_t now_s, bool *due, struct rep_err *err)
{
	const struct rep_told *told;
	size_t n;
	enum rep_rc rc = rep_store_told(store, &told, &n, err);

	/* One of the future: the clock was set back. */
	*due = rc == REP_OK &&
	    (n == 0 || told[n - 1].now_s < now_s - REP_PASS_RECORD_S || told[n - 1].now_s > now_s);
	return rc;
}

/* Copies the texts to where they outlive the verdicts: they are printed after the commit. */
static enum rep_rc
keep_said(struct rep_condition_news *said, struct rep_arena *a, struct rep_err *err)
{
	struct rep_str *v = rep_arena_alloc(a, (said->n + 1) * sizeof *v);

	for (size_t i = 0; v != NULL && i < said->n; i++)
		if ((v[i] = rep_arena_dup(a, said->v[i])).p == NULL)
			v = NULL;
	if (v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	said->v = v;
	return REP_OK;
}

/* Brings the outbox up to date. Also without news an alert may be over, and a channel may be no more. */
static enum rep_rc
tend(struct pass *p, const struct rep_verdict_set *set, struct rep_news *news,
    const struct rep_alert_piece *pieces, size_t n, struct rep_outbox *box, struct rep_err *err)
{
	const struct rep_pass *o = p->o;
	const struct rep_outbox_to to = { o->channels, o->channels_n, set->in.now_s };
	const struct rep_conditions_tend conditions = { .session = o->session,
		.host = o->host,
		.disk = true,
		.silent = o->silent,
		.behind = p->n.more || o->no_journal,
		.folders = p->folders,
		.folders_n = p->folders_n,
		.digests = o->digests,
		.digests_n = o->digests_n,
		.limps = o->limps,
		.limps_n = o->limps_n,
		.unsure = o->unsure,
		.unsure_n = o->unsure_n };
	struct rep_held_all held;
	enum rep_rc rc;

	rep_outbox_channels(box, &to);
	if ((rc = rep_conditions_numbers(box, &held, err)) == REP_OK &&
	    (rc = rep_alerts_put(set, news, pieces, n, &to, box, err)) == REP_OK &&
	    (rc = rep_conditions_tend(&conditions, set, &to, &held, box, &p->said, err)) == REP_OK)
		rc = keep_said(&p->said, o->session->arena, err);
	p->n.due_s = rc == REP_OK ? rep_outbox_due(box, &to) : 0;
	return rc;
}

/* In the transaction of the ingest. */
static enum rep_rc
tend_without_news(struct pass *p, const struct rep_verdict_set *set, struct rep_news *news,
    struct rep_store *store, struct rep_err *err)
{
	struct rep_outbox box = { .session = p->o->session, .store = store };
	enum rep_rc rc;

	if ((rc = rep_outbox_load(&box, set->arena, err)) != REP_OK ||
	    (rc = tend(p, set, news, NULL, 0, &box, err)) != REP_OK ||
	    (rc = rep_outbox_save(&box, err)) != REP_OK || news->gone_n == 0)
		return rc;
	return rep_news_told(set, news, store, err);
}

static enum rep_rc
on_judged(void *ctx, const struct rep_verdict_set *set, struct rep_store *store, bool *record,
    struct rep_err *err)
{
	struct pass *p = ctx;
	struct rep_news news;
	char text[24];
	enum rep_rc rc = rep_news_find(set, store, &news, err);

	if (rc != REP_OK)
		return rc;
	snprintf(text, sizeof text, "%lld", (long long)p->o->looked_s);
	if ((rc = rep_store_state_put(store, STATE, rep_str_c(text), err)) != REP_OK)
		return rc;
	/* With news tell_news sees to the outbox. What is not told in a time of maintenance stays news. */
	p->news = news.n > 0 && !p->o->silent;
	if (!p->news && (rc = tend_without_news(p, set, &news, store, err)) != REP_OK)
		return rc;
	p->n.last_s = set->totals.last_s;
	for (size_t i = 0; i < set->verdicts.incidents_n; i++)
		p->n.open += set->verdicts.incidents[i].life == REP_LIFE_ACTIVE;
	*record = p->news;
	return p->news ? REP_OK : is_due(store, set->in.now_s, record, err);
}

/* Notes that a watched path gave a document. A clock that was ahead left times behind that are still to come. */
static void
on_document(void *ctx, const struct rep_order_input *x)
{
	struct pass *p = ctx;
	struct rep_str path = rep_str_c(x->path);
	int64_t at_s = x->reading->time_s, clock_s = p->o->session->clock_s;

	path = x->given ? path : rep_str_sub(path, 0, x->root);
	for (size_t i = 0; i < p->folders_n; i++)
		if (rep_str_eq(p->folders[i].path, path))
			rep_folder_note(&p->folders[i], at_s < clock_s ? at_s : clock_s);
}

static enum rep_rc
read_all(struct pass *p, struct rep_ingest *g, struct rep_err *err)
{
	struct rep_order order = { 0 };
	uint64_t counted;
	enum rep_rc rc =
	    rep_order_make(p->o->session, rep_ingest_reader(g), p->o->inputs, false, &order, err);

	for (size_t i = 0; i < order.n && rc == REP_OK; i++)
		rc = rep_ingest_input(g, &order.v[i], err);
	rep_order_fini(&order);
	for (size_t i = 0; i < p->o->journals_n && rc == REP_OK; i++)
		rc = rep_journald_read(
		    g, p->o->session, &p->o->journals[i], &p->o->journald_faults, &p->n.more, err);
	if (rc != REP_OK || (rc = rep_ingest_settle(g, err)) != REP_OK)
		return rc;
	return rep_ingest_finish(g, &counted, err);
}

/* In one transaction: what was told, and the messages about it. */
static enum rep_rc
put(struct pass *p, const struct rep_verdict_set *set, struct rep_news *news,
    const struct rep_alert_piece *pieces, size_t n, struct rep_store *store, struct rep_err *err)
{
	struct rep_outbox box = { .session = p->o->session, .store = store };
	enum rep_rc rc;

	if ((rc = rep_outbox_begin(&box, set->arena, err)) != REP_OK ||
	    (rc = tend(p, set, news, pieces, n, &box, err)) != REP_OK ||
	    (rc = rep_news_told(set, news, store, err)) != REP_OK)
		return rc;
	return rep_outbox_commit(&box, err);
}

/* What was told a moment ago is not told again so soon. */
static enum rep_rc
busy(const struct rep_pass *o, const struct rep_verdict_set *set, struct rep_news *news,
    struct rep_store *store, struct rep_err *err)
{
	struct rep_outbox box = { .session = o->session, .store = store };
	enum rep_rc rc = rep_outbox_load(&box, set->arena, err);

	if (rc == REP_OK)
		rep_alerts_busy(set, news, &box, set->in.now_s, o->together_s);
	return rc;
}

/* The same verdicts again, with all that a person is told of them. The database is not held while that is done. */
static enum rep_rc
tell(struct pass *p, const struct rep_know *know, struct rep_store *store, struct rep_err *err)
{
	const struct rep_pass *o = p->o;
	const struct rep_alert_piece *pieces = NULL;
	struct rep_verdict_set set = { 0 };
	struct rep_news news;
	enum rep_rc rc;
	size_t n = 0;

	if ((rc = rep_verdicts_make(o->session, know, store, REP_DEPTH_REASONS, &set, err)) ==
		REP_OK &&
	    (rc = rep_news_find(&set, store, &news, err)) == REP_OK &&
	    (rc = busy(o, &set, &news, store, err)) == REP_OK &&
	    (rc = o->tell(o->ctx, &set, &news, &pieces, &n, err)) == REP_OK)
		rc = put(p, &set, &news, pieces, n, store, err);
	for (size_t k = 0; rc == REP_OK && k < set.verdicts.incidents_n; k++)
		if (news.of[k] != REP_NEWS_NONE && !news.told[k])
			p->n.held_s = news.busy_until_s;
	rep_verdicts_free(&set);
	return rc;
}

static enum rep_rc
tell_news(struct pass *p, struct rep_err *err)
{
	const struct rep_pass *o = p->o;
	struct rep_store *store = NULL;
	struct rep_know *know = NULL;
	enum rep_rc rc;

	if ((rc = rep_session_know(o->session, &know, err)) == REP_OK &&
	    (rc = rep_session_store(o->session, 0, &store, err)) == REP_OK)
		rc = tell(p, know, store, err);
	rep_store_close(store);
	rep_know_free(know);
	return rc;
}

enum rep_rc
rep_pass_looked(struct rep_store *store, int64_t *looked_s, struct rep_err *err)
{
	struct rep_str text;
	uint64_t s = 0;
	enum rep_rc rc = rep_store_state_get(store, STATE, &text, err);

	*looked_s = rc == REP_OK && rep_str_u64(text, INT64_MAX, &s) ? (int64_t)s : 0;
	return rc;
}

enum rep_rc
rep_pass_run(const struct rep_pass *o, struct rep_pass_counts *out, struct rep_err *err)
{
	struct pass p = { .o = o };
	struct rep_ingest_params params = { .session = o->session,
		.stated = o->stated,
		.stated_n = o->stated_n,
		.faults = o->faults,
		.on = { .document = on_document, .judged = on_judged, .ctx = &p } };
	struct rep_ingest *g;
	enum rep_rc rc;

	for (; p.folders_n < o->watched_n && p.folders_n < REP_WATCH_PATHS; p.folders_n++)
		p.folders[p.folders_n].path = rep_str_c(o->watched[p.folders_n]);
	if ((rc = rep_ingest_open(&params, &g, err)) != REP_OK)
		return rc;
	rc = read_all(&p, g, err);
	rep_ingest_close(g);
	if (rc == REP_OK && p.news)
		rc = tell_news(&p, err);
	if (rc == REP_OK && p.said.n > 0)
		o->say(o->ctx, p.said.v, p.said.n);
	*out = p.n;
	return rc;
}
