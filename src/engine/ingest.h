/*
 * engine/ingest.h -- reads inputs into the store: facts, complaints, positions, verdicts.
 *
 * Facts, the position in their input and the open queue ids are committed together, so
 * whenever it is stopped, the next one goes on where the last commit stands.
 *
 * In order: rep_ingest_open, rep_ingest_input for each input (engine/order.h says in which
 * order), rep_ingest_settle, rep_ingest_finish, rep_ingest_close. A dry run stores nothing: it calls
 * rep_ingest_learn for each input, then rep_ingest_learnt, then rep_ingest_input and
 * rep_ingest_settle as ever, and gets each fact and report through a callback.
 *
 * A bad line, document or input is told to the session and the rest is used; what these functions
 * return as failed is the disk, the database, memory, or a callback that wants to stop. It
 * prints nothing; what it read it tells through `on`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_INGEST_H
#define REP_ENGINE_INGEST_H

#include "engine/documents.h"
#include "engine/keep.h"
#include "engine/order.h"

/* So many lines a transaction: what is counted in memory until then stays below 100 MB. */
enum { REP_INGEST_COMMIT_LINES = 400000 };

struct rep_ingest; /* opaque */

/* What came of one log. */
struct rep_ingest_log {
	const char *name;
	uint64_t lines, bad; /* read now; bad ones were skipped */
	uint64_t fresh;	     /* deliveries that were not known */
	uint64_t known;
	int64_t first_s, last_s; /* of the whole log; 0: no line had a time */
};

/* Any may be NULL. Those that return an rc end the ingest with it. */
struct rep_ingest_events {
	/* Of a dry run only; the sources say what addresses are known by now. */
	enum rep_rc (*fact)(void *ctx, const struct rep_fact *f, const struct rep_sources *known,
	    struct rep_err *err);
	enum rep_rc (*report)(void *ctx, const struct rep_report *p, const struct rep_meaning *m,
	    const struct rep_sources *known, const struct rep_place *at, struct rep_err *err);
	/* A log was read to its end. */
	void (*log)(void *ctx, const struct rep_ingest_log *l);
	/* The how many-th commit is done (tests stop there). */
	void (*committed)(void *ctx, uint64_t n);
	void *ctx;
};

struct rep_ingest_params {
	const struct rep_session *session; /* borrowed, as all here */
	const char *const *stated;	   /* "[LABEL=]IP", checked before (rep_wire_stated) */
	size_t stated_n;
	bool dry_run;
	bool rollups_only;     /* counts are kept, single facts are not */
	uint64_t commit_lines; /* 0: REP_INGEST_COMMIT_LINES */
	struct rep_documents_faults faults;
	struct rep_ingest_events on;
};

struct rep_ingest_counts {
	struct rep_documents_counts documents;
	struct rep_kept kept; /* of documents; its `waiting` is NULL */
};

/*
 * Opens know, key and store (made when there is none), and clears the quarantine of what is too
 * old. A database that is there is never given a new key: it was filled with another.
 */
enum rep_rc rep_ingest_open(
    const struct rep_ingest_params *o, struct rep_ingest **out, struct rep_err *err) REP_NODISCARD;
void rep_ingest_close(struct rep_ingest *g); /* NULL is fine; what is not committed is lost */

/* Reads one input to its end, and closes it. */
enum rep_rc rep_ingest_input(
    struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err) REP_NODISCARD;
/* Until every document was read and every complaint has its delivery; commits. */
enum rep_rc rep_ingest_settle(struct rep_ingest *g, struct rep_err *err) REP_NODISCARD;
void rep_ingest_counts(const struct rep_ingest *g, struct rep_ingest_counts *n);

/*
 * The house-keeping after the last input: what is too old goes, incidents get their numbers, what
 * is told of them is kept. Nothing can be read afterwards. *counted: deliveries in the store.
 */
enum rep_rc rep_ingest_finish(
    struct rep_ingest *g, uint64_t *counted, struct rep_err *err) REP_NODISCARD;

/* Of a dry run: the addresses of labels are learnt from the whole input before anything is given. */
enum rep_rc rep_ingest_learn(
    struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_ingest_learnt(struct rep_ingest *g, struct rep_err *err) REP_NODISCARD;

#endif
