/*
 * engine/ingest_inside.h -- what the files of an ingest share. Inside src/engine/ingest* only.
 *
 * Each file uses only those before it: ingest_write; ingest_log and ingest_documents; ingest_chunk; ingest.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_INGEST_INSIDE_H
#define REP_ENGINE_INGEST_INSIDE_H

#include "engine/ingest.h"
#include "engine/quarantine.h"

struct rep_ingest {
	struct rep_ingest_params o;
	const struct rep_session *s;
	struct rep_know *know;
	struct rep_store *store; /* NULL in a dry run */
	struct rep_key key;
	struct rep_wire wire;
	struct rep_documents *documents;
	struct rep_reader *reader;
	bool sandbox_said;
	struct rep_quarantine quarantine;
	struct rep_kept kept; /* for documents */
	struct rep_received received;
	struct rep_buf state;
	bool give; /* in a dry run: facts are given (false: only learnt from) */
	uint64_t commit_lines, commits;
	bool holds;		       /* a transaction is open: nobody else can write */
	int64_t held_ms, committed_ms; /* when that began; the last commit */
	struct rep_err stopped;	       /* why a commit in a pause failed */
	/* For the input that is being read: */
	struct rep_input in;		      /* with the position behind what was read */
	bool placed;			      /* `in` has such a position */
	bool whole;			      /* all of the chunk was read */
	const struct rep_ingest_chunk *chunk; /* NULL: the input keeps no place of its own */
	const char *name;
	uint64_t lines, bad, bad_before, fresh, known, since_commit;
	uint64_t begun_lines; /* lines that it had when it was opened */
	uint64_t words;	      /* lines with a reply and no recipient, of all inputs */
	int64_t newest_s;     /* the newest fact of before */
};

/* --- ingest_write.c: what goes into the database, which is held only while there is something to write ------ */

/* Milliseconds of the session's clock; 0: it has none. */
int64_t rep_ingest_ms(const struct rep_ingest *g);
/*
 * Begins a transaction. When another process wrote since the last one, the open queue ids are those
 * that it left, which began with ours.
 */
enum rep_rc rep_ingest_hold(struct rep_ingest *g, struct rep_err *err) REP_NODISCARD;
/* Commits everything that was read, together with the position in the log that is being read. */
enum rep_rc rep_ingest_commit(struct rep_ingest *g, struct rep_err *err) REP_NODISCARD;
/* Takes a fact of a log (intake/mail_log.h). */
enum rep_rc rep_ingest_fact(void *ctx, const struct rep_fact *f, struct rep_err *err);

/* --- ingest_log.c: one log, which is open and begun --------------------------------------------------------- */

/* From behind what was read of it before. */
enum rep_rc rep_ingest_log_file(
    struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err) REP_NODISCARD;
/* From where g->in says. */
enum rep_rc rep_ingest_log_on(
    struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err) REP_NODISCARD;

/* --- ingest_documents.c ------------------------------------------------------------------------------------------ */

/* Opens what reads documents, and the quarantine. */
enum rep_rc rep_ingest_documents(struct rep_ingest *g, struct rep_err *err) REP_NODISCARD;

/* --- ingest.c ------------------------------------------------------------------------------------------------------ */

/* It is open: the one before is forgotten. */
void rep_ingest_begin_input(struct rep_ingest *g, const struct rep_order_input *o);

#endif
