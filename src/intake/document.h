/*
 * intake/document.h -- reads one hostile document and makes reports. Runs in a worker.
 *
 * The kind is found from the content (rep_document_kind), never from the name. Everything here has
 * a limit: depth, count, expansion, memory (the cap of the arena). `reason` says what was left out.
 * A document that cannot be read at all is REP_ESYNTAX or REP_ELIMIT with the reason in *err. A
 * document that is not about our mail is not an error: reports_n is 0.
 *
 * Pure, except for memory. It opens nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_DOCUMENT_H
#define REP_INTAKE_DOCUMENT_H

#include "base/arena.h"
#include "base/err.h"
#include "fact/auth_results.h"
#include "fact/report.h"
#include "fact/signed.h"

/* The numbers go between processes of one binary only. */
enum rep_doc_kind {
	REP_DOC_NONE = 0, /* unknown */
	REP_DOC_EMPTY,
	REP_DOC_LOG,	 /* lines for intake/mail_log.h */
	REP_DOC_EXIM,	 /* Exim's main log */
	REP_DOC_MAIL,	 /* one message */
	REP_DOC_MBOX,	 /* several messages in the mbox format */
	REP_DOC_EVENTS,	 /* JSON events of Amazon SES or KumoMTA: one object, or one in each line */
	REP_DOC_PMTA,	 /* PowerMTA's accounting CSV */
	REP_DOC_SPAMCSV, /* Signal Spam's CSV */
	REP_DOC_AGGREGATE, /* aggregate reports (intake/aggregate.h) */
	REP_DOC_TLS,	   /* TLS reports (intake/tls_report.h) */
	REP_DOC_ZIP,
	REP_DOC_GZIP,
	REP_DOC_ZSTD,
	REP_DOC_BZIP2,
	REP_DOC_XZ,
	REP_DOC_N
};

enum { REP_DOC_REPORTS_MAX = 100000, REP_DOC_EXPANSION = 64 << 20, REP_DOC_DEPTH = 4 };

struct rep_pack; /* intake/packing.h */

struct rep_document {
	enum rep_doc_kind kind; /* NONE: find out from the content */
	struct rep_str bytes;
	int64_t file_s; /* time of the file; 0: none */
	uint32_t line;	/* number of the first line of a chunk; 0: not a chunk */
	/* Results: */
	struct rep_report *reports; /* in the arena */
	size_t reports_n, reports_cap;
	/* What aggregate, TLS and failure reports say; NULL: they are only counted. */
	struct rep_pack *pack;
	/* Called when something was packed, to take it from there; false ends the reading. NULL: all stays in `pack`. */
	bool (*packed)(void *ctx, struct rep_pack *p);
	void *ctx;
	uint64_t aggregates, tls_reports, auth_failures;
	bool mailed; /* it is a mail, or has one in it */
	/*
	 * Of the mail that it is; nothing where mails are in something else. Nothing, too, where a report of a receiver came
	 * with a mail within it: answers and returned mails quote what a stranger wrote, so who sent them proves nothing.
	 */
	struct rep_auth_results auth;
	struct rep_signatures signed_by; /* of a mail with reports of receivers */
	bool quoted;			 /* such a report came with a mail within it */
	struct rep_str reason;
	unsigned depth; /* how deep this is in archives inside archives */
	uint64_t expanded;
};

/* How many reports of any kind were found so far. */
static inline uint64_t
rep_document_found(const struct rep_document *d)
{
	return d->reports_n + d->aggregates + d->tls_reports + d->auth_failures;
}

/* The same, of receivers: aggregate, TLS and failure reports. */
static inline uint64_t
rep_document_received(const struct rep_document *d)
{
	return d->aggregates + d->tls_reports + d->auth_failures;
}

/* The kind of a document that begins with these bytes. */
enum rep_doc_kind rep_document_kind(struct rep_str head);
/* False: it has lines for a reader of mail logs, or nothing that is known. */
bool rep_document_is(enum rep_doc_kind kind);
const char *rep_document_word(enum rep_doc_kind kind);

/* A reader of one kind (intake/readers.h has them all). */
typedef enum rep_rc (*rep_document_read_fn)(
    struct rep_document *d, struct rep_arena *a, struct rep_err *err);

/*
 * Reads bytes that are within d as a document of their own, of `kind` (NONE: found from its content). What they say is added
 * to d. REP_ELIMIT: it would be deeper than REP_DOC_DEPTH.
 */
enum rep_rc rep_document_within(struct rep_document *d, struct rep_str bytes,
    enum rep_doc_kind kind, rep_document_read_fn read, struct rep_arena *a,
    struct rep_err *err) REP_NODISCARD;

/*
 * For the readers of each kind: a new report (zeroed, count 1, no delay). NULL when there is no
 * room.
 */
struct rep_report *rep_document_report(struct rep_document *d, struct rep_arena *a);

#endif
