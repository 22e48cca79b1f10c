/*
 * engine/tls_reports.h -- keeps TLS reports (RFC 8460), and answers from them. As engine/reports.h does for DMARC.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_TLS_REPORTS_H
#define REP_ENGINE_TLS_REPORTS_H

#include "engine/long_heard.h"
#include "engine/reporter.h"
#include "engine/session.h"
#include "report/tls.h"
#include "store/store.h"

struct rep_tls_kept {
	uint64_t fresh, known, replaced;
};

/* Keeps one. Needs an open transaction. */
enum rep_rc rep_tls_reports_keep(struct rep_store *store, const struct rep_tls_report *r,
    const struct rep_reporter *by, int64_t now_s, struct rep_tls_kept *n,
    struct rep_err *err) REP_NODISCARD;

struct rep_tls_reports_answer {
	struct rep_tls_answer is;
	int64_t from_s, until_s;
	uint64_t unsure;  /* reports that came by mail and are not proven: not in `is` */
	uint64_t waiting; /* of them: DNS has not said yet whether a key proves them */
	bool named;	  /* the own mail server is (authserv-id) */
	uint64_t any;	  /* of any time and domain */
};

/*
 * domain: in lower case; empty: all. length_s: back from the end of the newest report, or from s->now_s. heard: only those that
 * count by it; NULL: all that are believed.
 */
enum rep_rc rep_tls_reports_answer(const struct rep_session *s, struct rep_store *store,
    struct rep_str domain, int64_t length_s, const struct rep_long_heard *heard,
    struct rep_arena *a, struct rep_tls_reports_answer *out, struct rep_err *err) REP_NODISCARD;

#endif
