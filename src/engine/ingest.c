/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/ingest_inside.h"
#include "base/time.h"
#include "engine/replay.h"
#include "engine/stated.h"
#include "engine/waiting.h"
#include "engine/workers.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/stat.h>

enum {
	STATE_MAX = 256 << 20, /* for open queue ids; with more, rep_wire_save fails */
	LISTING_BYTES = 96 << 20,
	APART_BYTES = 128 << 10 /* what is larger goes back to the system when it is freed */
};

/* --- one input ---------------------------------------------------------------------------------- */

/*
 * The output of postqueue -j. It has no deliveries: what waits is counted, by provider and reason,
 * and takes the place of the listing before.
 */
static enum rep_rc
one_listing(struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err)
{
	struct rep_arena *a = rep_arena_new(LISTING_BYTES);
	struct rep_queue_from from = { o->name, g->reader, o->reading };
	int64_t at_s = o->reading->time_s, now_s = rep_session_present(g->s);
	struct rep_queue_groups q;
	enum rep_rc rc;

	if (a == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	at_s = at_s == 0 || at_s > now_s ? now_s : at_s;
	rc = rep_queue_group_all(g->s, g->know, &from, at_s, a, &q, err);
	if (rc == REP_OK && g->store != NULL && (rc = rep_ingest_hold(g, err)) == REP_OK &&
	    (rc = rep_waits_put(g->store, &q, at_s, err)) == REP_OK)
		rc = rep_ingest_commit(g, err);
	if (rc == REP_OK && g->o.on.listing != NULL)
		g->o.on.listing(g->o.on.ctx, o->name, q.messages);
	rep_arena_free(a);
	return rc;
}

/* Opens the input when it is not open. False: it cannot be opened, and that was reported. */
static bool
is_open(const struct rep_ingest *g, struct rep_order_input *o)
{
	struct rep_err why;

	if (o->bad)
		return false;
	if (o->reading == NULL && rep_order_open(g->reader, o, REP_LINES_ALL, &why) != REP_OK) {
		rep_session_say(g->s, rep_problem_of(&why), "%s", why.msg);
		o->bad = true;
	}
	return !o->bad;
}

/* It is open: the one before is forgotten. */
void
rep_ingest_begin_input(struct rep_ingest *g, const struct rep_order_input *o)
{
	size_t n = strlen(o->name), cut = n >= sizeof g->in.name ? n - sizeof g->in.name + 1 : 0;

	if (!g->sandbox_said)
		rep_workers_say(g->s, rep_reader_sandbox(g->reader));
	g->sandbox_said = true;
	memset(&g->in, 0, sizeof g->in);
	memcpy(g->in.name, o->name + cut, n - cut);
	g->name = o->name;
	g->lines = g->bad = g->fresh = g->known = 0;
}

static enum rep_rc
one_document(struct rep_ingest *g, const struct rep_order_input *o, struct rep_err *err)
{
	if (g->o.on.document != NULL)
		g->o.on.document(g->o.on.ctx, o);
	return rep_documents_input(g->documents, o->name, g->reader, o->reading, err);
}

enum rep_rc
rep_ingest_input(struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err)
{
	enum rep_rc rc;

	if (!is_open(g, o))
		return REP_OK;
	rep_ingest_begin_input(g, o);
	rc = rep_postqueue_is((struct rep_str){ o->reading->head, o->reading->head_n })
	    ? one_listing(g, o, err)
	    : rep_document_is(o->reading->kind) ? one_document(g, o, err)
						: rep_ingest_log_file(g, o, err);
	rep_order_close(g->reader, o);
	if (rc == REP_OK && g->stopped.rc != REP_OK)
		rc = rep_fail(err, g->stopped.rc, "%s", g->stopped.msg);
	return rc;
}

struct rep_reader *
rep_ingest_reader(const struct rep_ingest *g)
{
	return g->reader;
}

/* --- the end -------------------------------------------------------------------------------------- */

/* What could not be remembered or told apart of the logs: never silently. */
static void
tell_limits(const struct rep_ingest *g)
{
	struct rep_queue_limits q = rep_mail_log_limits(g->wire.log);
	struct rep_streams_limits s = rep_streams_limits(g->wire.streams);

	if (rep_sources_full(g->wire.sources))
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "more than %d of your addresses were given: further labels are shown without "
		    "an address",
		    REP_SOURCES_MAX);
	if (q.forgotten > 0)
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "more than %d messages were in the queue at once: the %llu oldest were "
		    "forgotten, and their later deliveries count without a stream",
		    REP_QUEUE_MAX, (unsigned long long)q.forgotten);
	if (q.hosts > 0)
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "more than %d hosts wrote these logs: deliveries of further hosts count "
		    "without a stream",
		    REP_QUEUE_HOSTS_MAX);
	if (q.long_ids > 0)
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "queue ids longer than %d bytes were not kept: their deliveries count without "
		    "a stream",
		    REP_QUEUE_ID_MAX);
	if (q.pending > 0)
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "%llu recipients of messages with more than %d waiting recipients are not "
		    "tracked: if they expire, that is not counted",
		    (unsigned long long)q.pending, REP_QUEUE_PENDING_MAX);
	if (s.folded > 0)
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "%.*s%s more than %d streams: further ones are counted as the stream "
		    "\"other\"; stream blocks in reputed.conf give them names",
		    REP_PR(s.first), s.folded > 1 ? " and other domains have" : " has",
		    REP_STREAMS_PER_DOMAIN);
	if (s.full)
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "too many sender domains to count one by one: further ones are counted as the "
		    "stream \"other/other\"");
}

enum rep_rc
rep_ingest_settle(struct rep_ingest *g, struct rep_err *err)
{
	enum rep_rc rc = rep_documents_drain(g->documents, err);

	if (rc != REP_OK)
		return rc;
	tell_limits(g);
	if (g->kept.waiting != NULL) {
		if ((rc = rep_ingest_hold(g, err)) != REP_OK ||
		    (rc = rep_keep_settle(&g->wire, &g->kept, err)) != REP_OK)
			return rc;
		rep_keep_fini(&g->kept);
		g->since_commit++;
	}
	return g->since_commit > 0 ? rep_ingest_commit(g, err) : REP_OK;
}

void
rep_ingest_counts(const struct rep_ingest *g, struct rep_ingest_counts *n)
{
	rep_documents_counts(g->documents, &n->documents);
	n->kept = g->kept;
	n->kept.waiting = NULL;
	n->reports = g->received.reports.n;
	n->tls = g->received.tls;
	n->failures = g->received.failures;
	n->words = g->words;
}

enum rep_rc
rep_ingest_waits(
    struct rep_ingest *g, struct rep_arena *a, struct rep_waits *out, struct rep_err *err)
{
	/* All of it is stored, and the list needs the memory. */
	rep_mail_log_free(g->wire.log);
	g->wire.log = NULL;
	return rep_waits_load(g->store, g->s->now_s, a, out, err);
}

static enum rep_rc
open_store(struct rep_ingest *g, struct rep_err *err)
{
	unsigned flags = REP_STORE_CREATE | (g->o.rollups_only ? REP_STORE_ROLLUPS_ONLY : 0u);

	return rep_session_open(g->s, flags, &g->key, &g->store, err);
}

static enum rep_rc
judge(struct rep_ingest *g, struct rep_err *err)
{
	struct rep_verdict_set set;
	bool record = true;
	enum rep_rc rc = rep_verdicts_make(g->s, g->know, g->store, REP_DEPTH_TOLD, &set, err);

	if (rc == REP_OK && g->o.on.judged != NULL)
		rc = g->o.on.judged(g->o.on.ctx, &set, g->store, &record, err);
	if (rc == REP_OK && record)
		rc = rep_replay_record(g->s, &set, g->store, err);
	rep_verdicts_free(&set);
	return rc;
}

/* Said when the newest day is another one than before, so that who reads every second does not repeat it. */
static void
say_ahead(const struct rep_ingest *g, int64_t last_s, int64_t ages_s)
{
	char newest[REP_TIME_TEXT], before[REP_TIME_TEXT];

	if (last_s == ages_s || last_s / REP_DAY_S == g->newest_s / REP_DAY_S)
		return;
	rep_session_say(g->s, REP_PROBLEM_NOTE,
	    "the newest mail is of %s, and the newest before it of %s: was a clock wrong? What is "
	    "old is kept until %d days have mail after that gap",
	    rep_time_text(last_s, newest), rep_time_text(ages_s, before), REP_STORE_GAP_DAYS);
}

enum rep_rc
rep_ingest_finish(struct rep_ingest *g, uint64_t *counted, struct rep_err *err)
{
	struct rep_store_totals totals;
	int64_t ages_s;
	enum rep_rc rc;

	/*
	 * Nothing is read any more, and the judge needs the memory, also that of the store's
	 * caches.
	 */
	rep_wire_close(&g->wire);
	rep_buf_fini(&g->state);
	rep_store_close(g->store);
	g->store = NULL;
	(void)malloc_trim(0);
	if ((rc = open_store(g, err)) != REP_OK ||
	    (rc = rep_store_begin(g->store, err)) != REP_OK ||
	    (rc = rep_store_totals(g->store, &totals, err)) != REP_OK ||
	    (rc = rep_store_ages(g->store, rep_session_present(g->s), &ages_s, err)) != REP_OK ||
	    (rc = rep_store_prune(g->store, ages_s, err)) != REP_OK ||
	    (rc = rep_stated_keep(g->s, g->store, g->o.stated, g->o.stated_n, err)) != REP_OK ||
	    /* judged on its own: when that fails, what is too old is gone all the same */
	    (rc = rep_store_commit(g->store, err)) != REP_OK ||
	    (rc = rep_store_begin(g->store, err)) != REP_OK || (rc = judge(g, err)) != REP_OK ||
	    (rc = rep_store_commit(g->store, err)) != REP_OK)
		return rc;
	*counted = totals.counted;
	say_ahead(g, totals.last_s, ages_s);
	return REP_OK;
}

/* --- life ------------------------------------------------------------------------------------------ */

static bool
filled(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
}

/* Opens know, the key and the store, and the wire with the queue ids that are still open. */
static enum rep_rc
set_up(struct rep_ingest *g, struct rep_err *err)
{
	struct rep_store_totals totals = { 0 };
	struct rep_wire_params o = { .cfg = g->s->cfg,
		.stated = g->o.stated,
		.stated_n = g->o.stated_n,
		.key = &g->key,
		.now_s = rep_session_present(g->s) };
	enum rep_rc rc;
	bool whole;

	if ((rc = rep_session_know(g->s, &g->know, err)) != REP_OK)
		return rc;
	if (!g->o.dry_run &&
	    ((rc = rep_session_key(g->s, !filled(rep_session_db(g->s)), &g->key, err)) != REP_OK ||
		(rc = open_store(g, err)) != REP_OK ||
		(rc = rep_store_totals(g->store, &totals, err)) != REP_OK))
		return rc;
	g->newest_s = totals.last_s;
	o.know = g->know;
	o.store = g->store;
	if ((rc = rep_wire_open(&g->wire, &o, g->s->arena, err)) != REP_OK ||
	    (rc = rep_wire_resume(&g->wire, &whole, err)) != REP_OK)
		return rc;
	if (!whole)
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "%s; deliveries of messages queued before count without a stream", err->msg);
	return REP_OK;
}

static enum rep_rc
set_up_reader(struct rep_ingest *g, struct rep_err *err)
{
	struct rep_reader_params o = rep_workers_read(g->s);

	o.lines = g->commit_lines; /* so that a batch ends where a commit is due */
	o.kill_at = g->o.faults.kill_reader_at;
	o.kill_open_at = g->o.faults.kill_open_at;
	return rep_reader_new(&o, &g->reader, err);
}

enum rep_rc
rep_ingest_open(const struct rep_ingest_params *o, struct rep_ingest **out, struct rep_err *err)
{
	struct rep_ingest *g = calloc(1, sizeof *g);
	enum rep_rc rc;

	if (g == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	g->o = *o;
	g->s = o->session;
	g->commit_lines = o->commit_lines != 0 ? o->commit_lines : REP_INGEST_COMMIT_LINES;
	rep_buf_init(&g->state, STATE_MAX);
	rep_received_begin(&g->received);
	(void)mallopt(M_MMAP_THRESHOLD, APART_BYTES);
	if ((rc = set_up_reader(g, err)) != REP_OK ||
	    (rc = rep_ingest_documents(g, err)) != REP_OK || (rc = set_up(g, err)) != REP_OK) {
		rep_ingest_close(g);
		return rc;
	}
	*out = g;
	return REP_OK;
}

void
rep_ingest_close(struct rep_ingest *g)
{
	if (g == NULL)
		return;
	rep_buf_fini(&g->state);
	rep_documents_free(g->documents);
	rep_reader_free(g->reader);
	rep_keep_fini(&g->kept);
	rep_received_fini(&g->received);
	rep_wire_close(&g->wire);
	rep_store_close(g->store);
	rep_know_free(g->know);
	free(g);
}
