/*
 * engine/ingest_documents.c -- what documents say: bounces, complaints, and the reports of receivers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/ingest_inside.h"
#include "base/time.h"

static enum rep_rc
on_report(void *ctx, const struct rep_report *p, const struct rep_place *at, struct rep_err *err)
{
	static struct rep_meaning m; /* 20 KB */
	struct rep_ingest *g = ctx;
	uint64_t before = g->kept.bounces + g->kept.delays;
	enum rep_rc rc;

	rep_meaning_of(g->know, g->wire.hosts, g->wire.streams, p, &m);
	if (g->store == NULL)
		return g->o.on.report != NULL
		    ? g->o.on.report(g->o.on.ctx, p, &m, g->wire.sources, at, err)
		    : REP_OK;
	if ((rc = rep_ingest_hold(g, err)) != REP_OK ||
	    (rc = rep_keep_report(&g->wire, p, &m, &g->kept, err)) != REP_OK)
		return rc;
	if (g->o.on.notice != NULL && g->kept.bounces + g->kept.delays > before)
		g->o.on.notice(g->o.on.ctx, p, &m);
	return ++g->since_commit >= g->commit_lines ? rep_ingest_commit(g, err) : REP_OK;
}

static void
on_forget(void *ctx, const struct rep_place *at)
{
	struct rep_ingest *g = ctx;

	if (g->store != NULL)
		rep_reports_forget(&g->received.reports);
	else if (g->o.on.forget != NULL)
		g->o.on.forget(g->o.on.ctx, at);
}

/* Of what is kept of a report: never silently less than came. */
static void
say_left_out(const struct rep_ingest *g, uint64_t left, const struct rep_place *at)
{
	if (left > 0)
		rep_session_say(g->s, REP_PROBLEM_INPUT,
		    "%s: a report in it is too large to be kept whole: its last %llu records are left out",
		    at->file, (unsigned long long)left);
}

/* An item of a report of a receiver, to be kept. */
static enum rep_rc
keep_received(struct rep_ingest *g, const struct rep_unpacked *item, const struct rep_place *at,
    struct rep_err *err)
{
	uint64_t left = g->received.reports.n.left_out;
	bool completes = rep_received_completes(item);
	enum rep_rc rc;

	/* A report is kept when it has ended: its records alone are nothing that could be committed. */
	if ((completes && (rc = rep_ingest_hold(g, err)) != REP_OK) ||
	    (rc = rep_received_item(&g->received, g->store, &g->s->cfg->authserv_ids, item, at,
		 rep_session_present(g->s), err)) != REP_OK ||
	    !completes)
		return rc;
	say_left_out(g, g->received.reports.n.left_out - left, at);
	return ++g->since_commit >= g->commit_lines ? rep_ingest_commit(g, err) : REP_OK;
}

static enum rep_rc
on_aggregate(
    void *ctx, const struct rep_unpacked *item, const struct rep_place *at, struct rep_err *err)
{
	struct rep_ingest *g = ctx;

	if (g->store != NULL)
		return keep_received(g, item, at, err);
	return g->o.on.aggregate != NULL ? g->o.on.aggregate(g->o.on.ctx, item, at, err) : REP_OK;
}

static enum rep_rc
on_whole(
    void *ctx, const struct rep_unpacked *item, const struct rep_place *at, struct rep_err *err)
{
	struct rep_ingest *g = ctx;

	if (g->store != NULL)
		return keep_received(g, item, at, err);
	return g->o.on.whole != NULL ? g->o.on.whole(g->o.on.ctx, item, at, err) : REP_OK;
}

/* A pipe with documents pauses: what came so far is read and committed. */
static void
on_pause(void *ctx)
{
	struct rep_ingest *g = ctx;

	if (g->stopped.rc == REP_OK && rep_documents_drain(g->documents, &g->stopped) == REP_OK &&
	    g->since_commit > 0)
		(void)!rep_ingest_commit(g, &g->stopped);
}

enum rep_rc
rep_ingest_documents(struct rep_ingest *g, struct rep_err *err)
{
	struct rep_documents_params docs = { .session = g->s,
		.faults = g->o.faults,
		.report = on_report,
		.aggregate = on_aggregate,
		.forget = on_forget,
		.whole = on_whole,
		.pause = on_pause,
		.ctx = g };
	enum rep_rc rc;
	size_t gone;

	if (!g->o.dry_run) {
		const char *folder = rep_quarantine_folder(g->s->arena, rep_session_db(g->s));

		if ((rc = rep_quarantine_purge(folder,
			 g->s->clock_s - (int64_t)REP_QUARANTINE_DAYS * REP_DAY_S, &gone, err)) !=
			REP_OK ||
		    (rc = rep_quarantine_open(&g->quarantine, folder, err)) != REP_OK)
			return rc;
		if (gone > 0)
			rep_session_say(g->s, REP_PROBLEM_NOTE,
			    "%zu of the documents in the quarantine were older than %d days, and are "
			    "removed",
			    gone, REP_QUARANTINE_DAYS);
		docs.quarantine = &g->quarantine;
	}
	return rep_documents_new(&docs, &g->documents, err);
}
