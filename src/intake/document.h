/*
 * intake/document.h -- one hostile document in, reports out. Runs in a worker.
 *
 * The kind is told by content (rep_document_kind), never by name. Everything here is bounded:
 * depth, count, expansion, memory (the arena's cap). What was left out is said in `reason`; a
 * document that cannot be read at all is REP_ESYNTAX or REP_ELIMIT with the reason in *err.
 * Documents that hold nothing of ours are no error: reports_n is 0.
 *
 * Pure but for memory; it opens nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_DOCUMENT_H
#define REP_INTAKE_DOCUMENT_H

#include "base/arena.h"
#include "base/err.h"
#include "fact/report.h"

/* Numbers go between processes of one binary only. */
enum rep_doc_kind {
	REP_DOC_NONE = 0, /* nothing we know */
	REP_DOC_EMPTY,
	REP_DOC_LOG,	 /* lines for intake/mail_log.h */
	REP_DOC_EXIM,	 /* Exim's main log */
	REP_DOC_MAIL,	 /* one message */
	REP_DOC_MBOX,	 /* many, in the mbox format */
	REP_DOC_EVENTS,	 /* JSON: events of Amazon SES or KumoMTA, an object or one a line */
	REP_DOC_PMTA,	 /* PowerMTA's accounting CSV */
	REP_DOC_SPAMCSV, /* Signal Spam's CSV */
	REP_DOC_ZIP,
	REP_DOC_GZIP,
	REP_DOC_ZSTD,
	REP_DOC_N
};

enum { REP_DOC_REPORTS_MAX = 100000, REP_DOC_EXPANSION = 64 << 20, REP_DOC_DEPTH = 4 };

struct rep_document {
	enum rep_doc_kind kind; /* NONE: look at the content */
	struct rep_str bytes;
	int64_t file_s; /* the file's own time; 0: none */
	uint32_t line;	/* of the first line of a chunk; 0: a whole */
	/* out: */
	struct rep_report *reports; /* the arena's */
	size_t reports_n, reports_cap;
	struct rep_str reason;
	unsigned depth; /* of archives within archives */
	uint64_t expanded;
};

/* What bytes that begin like this are. */
enum rep_doc_kind rep_document_kind(struct rep_str head);
const char *rep_document_word(enum rep_doc_kind kind);

/* A reader of one kind (intake/readers.h has them all). */
typedef enum rep_rc (*rep_document_read_fn)(
    struct rep_document *d, struct rep_arena *a, struct rep_err *err);

/* For the readers of kinds: room for one more report (zeroed, count 1, no delay), or NULL. */
struct rep_report *rep_document_report(struct rep_document *d, struct rep_arena *a);

#endif
