/*
 * serve/report_msg.h -- jobs and reports as messages between the engine and its workers.
 *
 * Pure. What is read is checked. A number outside its enum, a length beyond the payload or a count
 * beyond REP_REPORTS_MAX makes the whole message bad: a worker that sends such a value cannot be
 * trusted with the rest either.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_REPORT_MSG_H
#define REP_SERVE_REPORT_MSG_H

#include "base/arena.h"
#include "fact/auth_results.h"
#include "fact/report.h"
#include "fact/signed.h"
#include "serve/msg.h"

enum { REP_REPORTS_MAX = 200000 };

/*
 * What the engine knows of the document: its kind, detected from its content or from a format of
 * lines that began before.
 */
struct rep_job {
	uint32_t kind;	/* enum rep_doc_kind */
	uint32_t line;	/* number of the first line of a chunk of lines; else 0 */
	int64_t file_s; /* time of the file; 0: none */
	struct rep_str bytes;
};

/* The result. reason.n > 0 with reports: only a part could be read, for this reason. */
struct rep_result {
	bool readable;
	bool mailed;  /* it is a mail, or has one in it */
	bool skipped; /* readable, but nothing in it is about our mail */
	struct rep_str reason;
	const struct rep_report *reports;
	size_t n;
	struct rep_auth_results
	    auth; /* of one mail, with what receivers report (intake/document.h) */
	struct rep_signatures signed_by; /* the same */
	struct rep_str packed;		 /* aggregate, TLS and failure reports (intake/packing.h) */
};

void rep_msg_put_job(struct rep_buf *out, uint64_t id, const struct rep_job *j);
enum rep_rc rep_msg_get_job(
    const struct rep_msg *m, struct rep_job *j, struct rep_err *err) REP_NODISCARD;

/* Within a message; also what is kept of a mail until its key is known (engine/proof.h). */
void rep_msg_put_signatures(struct rep_buf *out, const struct rep_signatures *s);
void rep_msg_get_signatures(struct rep_msg_reader *r, struct rep_signatures *s);

void rep_msg_put_result(struct rep_buf *out, uint64_t id, const struct rep_result *r);
/* The views point into the payload. The array is in the arena. */
enum rep_rc rep_msg_get_result(const struct rep_msg *m, struct rep_arena *a, struct rep_result *r,
    struct rep_err *err) REP_NODISCARD;

#endif
