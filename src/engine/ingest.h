/*
 * engine/ingest.h -- reads inputs into the store: facts, complaints, positions, verdicts.
 *
 * Facts, the position in their input and the open queue ids are committed together. Whenever an
 * ingest is stopped, the next one continues at the last commit. What an input holds is read in a
 * process of its own (serve/reader.h); when that dies, what it had read is kept, the rest is bad
 * input, and the next run continues there.
 *
 * Call in this order: rep_ingest_open, rep_ingest_input for each input (in the order of
 * engine/order.h), rep_ingest_settle, rep_ingest_finish, rep_ingest_close. A dry run stores
 * nothing: it calls rep_ingest_learn for each input, then rep_ingest_learnt, then rep_ingest_input
 * and rep_ingest_settle as usual, and gets each fact and report through a callback.
 *
 * A bad line, document or input is reported to the session, and the rest is used. These functions
 * fail only for the disk, the database, memory, or a callback that stops them. Nothing is printed
 * here: the callbacks in `on` tell what was read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_INGEST_H
#define REP_ENGINE_INGEST_H

#include "engine/documents.h"
#include "engine/keep.h"
#include "engine/order.h"
#include "engine/received.h"
#include "engine/verdicts.h"

/* Lines in one transaction: the counts kept in memory until then stay below 100 MB. */
enum { REP_INGEST_COMMIT_LINES = 400000 };

struct rep_ingest; /* opaque */

/* The result of reading one log. */
struct rep_ingest_log {
	const char *name;
	uint64_t lines, bad; /* lines read now; bad lines were skipped */
	uint64_t fresh;	     /* deliveries that were not known before */
	uint64_t known;
	int64_t first_s, last_s; /* of the whole log; 0: no line had a time */
};

/* Any may be NULL. A callback that returns another rc than REP_OK ends the ingest with it. */
struct rep_ingest_events {
	/* Only in a dry run. `known` has the addresses that are known so far. */
	enum rep_rc (*fact)(void *ctx, const struct rep_fact *f, const struct rep_sources *known,
	    struct rep_err *err);
	enum rep_rc (*report)(void *ctx, const struct rep_report *p, const struct rep_meaning *m,
	    const struct rep_sources *known, const struct rep_place *at, struct rep_err *err);
	/* Only in a dry run: the records of an aggregate report, then its end. */
	rep_aggregate_fn aggregate;
	/* Only in a dry run: the end of the report whose records came last will not come. NULL: nothing to do */
	void (*forget)(void *ctx, const struct rep_place *at);
	rep_aggregate_fn whole; /* only in a dry run: a TLS report, or a failure report */
	/* A bounce or a notice of delay that was not known, when it is kept. */
	void (*notice)(void *ctx, const struct rep_report *p, const struct rep_meaning *m);
	/* A listing of a queue (postqueue -j) was read, with so many messages. */
	void (*listing)(void *ctx, const char *name, uint64_t messages);
	/* So far a log was read: bytes of it, unpacked, from its begin, and lines of it that were new. */
	void (*read)(void *ctx, const char *name, uint64_t bytes, uint64_t lines);
	/* An input with documents is read; it is open. */
	void (*document)(void *ctx, const struct rep_order_input *o);
	/* Called when a log was read to its end. */
	void (*log)(void *ctx, const struct rep_ingest_log *l);
	/*
	 * In rep_ingest_finish, when all was judged (REP_DEPTH_TOLD) and a transaction is open. *record is
	 * true: what is said of incidents is stored (engine/replay.h); false is for who judges every second.
	 */
	enum rep_rc (*judged)(void *ctx, const struct rep_verdict_set *set, struct rep_store *store,
	    bool *record, struct rep_err *err);
	/* Commit number n is done (tests stop there). */
	void (*committed)(void *ctx, uint64_t n);
	void *ctx;
};

struct rep_ingest_params {
	const struct rep_session *session; /* borrowed, like all pointers here */
	const char *const *stated;	   /* "[LABEL=]IP", already checked (rep_wire_stated) */
	size_t stated_n;
	bool dry_run;
	bool rollups_only;     /* counts are stored, single facts are not */
	uint64_t commit_lines; /* 0: REP_INGEST_COMMIT_LINES */
	struct rep_documents_faults faults;
	struct rep_ingest_events on;
};

struct rep_ingest_counts {
	struct rep_documents_counts documents;
	struct rep_kept kept; /* for documents; its `waiting` is NULL */
	struct rep_reports_kept reports;
	struct rep_tls_kept tls;
	struct rep_failures_kept failures;
	uint64_t words; /* log lines that have a reply and no recipient */
};

/*
 * Opens know, key and store (creates the key and the store when there is none), and removes
 * documents that are too old from the quarantine. An existing database never gets a new key,
 * because its hashes were made with another.
 */
enum rep_rc rep_ingest_open(
    const struct rep_ingest_params *o, struct rep_ingest **out, struct rep_err *err) REP_NODISCARD;
void rep_ingest_close(struct rep_ingest *g); /* NULL is allowed; what is not committed is lost */

/* The reader of all inputs, for engine/order.h. It lives as long as g. */
struct rep_reader *rep_ingest_reader(const struct rep_ingest *g);

/* Reads one input to its end and closes it. */
enum rep_rc rep_ingest_input(
    struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err) REP_NODISCARD;
/*
 * What is known of one origin of lines from chunk to chunk: what was reported, as of a file with the same lines it would be
 * reported once, and what was read of it.
 */
struct rep_ingest_origin {
	uint64_t bad; /* lines */
	uint64_t
	    unread[8]; /* hashes of sentences about lines that are not read; further ones repeat */
	size_t unread_n;
	bool found; /* `in` was looked up, for the first chunk */
	struct rep_input in;
};

/*
 * A chunk of lines in an open file, of an origin that keeps its own place in what it has, such as a cursor. All
 * that they say is committed together with the place behind them, which is the state `state` of the store. Not in
 * a dry run. All is borrowed.
 */
struct rep_ingest_chunk {
	int fd; /* stays open */
	const char *name, *state;
	struct rep_str place;
	const uint64_t *lines_us; /* when each line was written: bad ones are named by it */
	size_t lines_n;
	uint64_t left_out; /* entries that are no lines here: they count as bad ones */
	struct rep_ingest_origin *origin; /* begins with zeros; the same for the next chunk */
};
/*
 * Reads a chunk. *whole is false when its reader died of it, twice: then what it had read is stored, *lines of it,
 * but not the place. That was reported. What fails when no reader can be had is the call: nothing of it is stored.
 */
enum rep_rc rep_ingest_chunk(struct rep_ingest *g, const struct rep_ingest_chunk *p, bool *whole,
    uint64_t *lines, struct rep_err *err) REP_NODISCARD;
/* The place that was stored, with a NUL; "" when there is none, or not in `room`. */
enum rep_rc rep_ingest_place(struct rep_ingest *g, const char *state, char *place, size_t room,
    struct rep_err *err) REP_NODISCARD;

/*
 * Waits until every document was read and every complaint was matched with its delivery. Commits.
 */
enum rep_rc rep_ingest_settle(struct rep_ingest *g, struct rep_err *err) REP_NODISCARD;
void rep_ingest_counts(const struct rep_ingest *g, struct rep_ingest_counts *n);

/*
 * What waits now, from what is stored (engine/waiting.h). Nothing can be read after this; before
 * rep_ingest_finish.
 */
enum rep_rc rep_ingest_waits(struct rep_ingest *g, struct rep_arena *a, struct rep_waits *out,
    struct rep_err *err) REP_NODISCARD;

/*
 * The work after the last input: removes what is too old, numbers the incidents, stores what is
 * said of them. Nothing can be read after this. *counted: deliveries in the store.
 */
enum rep_rc rep_ingest_finish(
    struct rep_ingest *g, uint64_t *counted, struct rep_err *err) REP_NODISCARD;

/* In a dry run: learns the addresses of labels from the whole input, before any fact is given. */
enum rep_rc rep_ingest_learn(
    struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_ingest_learnt(struct rep_ingest *g, struct rep_err *err) REP_NODISCARD;

#endif
