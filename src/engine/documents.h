/*
 * engine/documents.h -- the documents of an ingest: mails, mailboxes, events, archives.
 *
 * Splits inputs, whose bytes a reader unpacks (serve/reader.h), into documents, lets the parse role
 * read them, and gives the reports to the store (or to a printer). Aggregate reports that are not small are
 * read by the reader itself, as it unpacks them. A document that could not be read is put into the quarantine, reported and
 * counted as bad input. The other documents are still read. Every fact counts once, so an input is
 * always read from its start.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_DOCUMENTS_H
#define REP_ENGINE_DOCUMENTS_H

#include "engine/quarantine.h"
#include "engine/session.h"
#include "fact/report.h"
#include "intake/aggregate_pack.h"
#include "intake/document.h"
#include "serve/reader.h"

struct rep_documents;

/*
 * Where a document is: its file, and the number of the message in it (from 1; 0: the whole file).
 */
struct rep_place {
	const char *file;
	uint64_t message, line;
	bool mailed; /* it came in a mail: anybody can write one */
	const struct rep_auth_results
	    *auth; /* what that mail says at its top of who checked it; NULL: nothing */
	const struct rep_signatures *signed_by; /* its signatures; NULL: none */
};

/* Called for each report, to print or store it. Any rc but REP_OK ends the ingest. */
typedef enum rep_rc (*rep_report_fn)(
    void *ctx, const struct rep_report *p, const struct rep_place *at, struct rep_err *err);

/* For tests: doc/testing.md, Faults. All zero: no faults. */
struct rep_documents_faults {
	uint64_t kill_at, kill_reader_at, kill_open_at, jobs_each;
	int timeout_ms;
};

/*
 * Called for each record and each end of an aggregate report; the records of one come before its end. Any rc but REP_OK
 * ends the ingest.
 */
typedef enum rep_rc (*rep_aggregate_fn)(
    void *ctx, const struct rep_unpacked *item, const struct rep_place *at, struct rep_err *err);

struct rep_documents_params {
	const struct rep_session *session; /* gets what could not be read */
	rep_report_fn report;
	rep_aggregate_fn aggregate; /* NULL: aggregate reports are only counted */
	/* The records that came last are of a report whose end will not come. NULL: nothing to do */
	void (*forget)(void *ctx, const struct rep_place *at);
	rep_aggregate_fn whole; /* the same of TLS reports and failure reports, each in one item */
	void (*pause)(void *ctx); /* the input (a pipe) has nothing now; NULL: nothing to do */
	void *ctx;
	struct rep_quarantine *quarantine; /* NULL: nothing is kept (a dry run) */
	struct rep_documents_faults faults;
};

struct rep_documents_counts {
	uint64_t documents, reports, aggregates, tls_reports, auth_failures, nothing, unreadable;
};

enum rep_rc rep_documents_new(const struct rep_documents_params *o, struct rep_documents **out,
    struct rep_err *err) REP_NODISCARD;
void rep_documents_free(struct rep_documents *d);

/* Reads one open input from its start. The caller tells of the reader's lock (engine/workers.h). */
enum rep_rc rep_documents_input(struct rep_documents *d, const char *name,
    struct rep_reader *reader, const struct rep_reader_input *in,
    struct rep_err *err) REP_NODISCARD;
/* Reads one document in memory (one that was in the quarantine). */
enum rep_rc rep_documents_one(struct rep_documents *d, const char *name, struct rep_str bytes,
    int64_t file_s, struct rep_err *err) REP_NODISCARD;
/* Waits until all documents were read. */
enum rep_rc rep_documents_drain(struct rep_documents *d, struct rep_err *err) REP_NODISCARD;

void rep_documents_counts(const struct rep_documents *d, struct rep_documents_counts *n);

#endif
