/*
 * engine/alarms_tls.c -- reads the TLS reports of the last days, and those before them, and compares.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "engine/alarm_words.h"
#include "engine/tls_reports.h"

enum {
	BYTES_MAX = 64 << 20
}; /* Judgement: of the answers; two months of reports are a few hundred */

static bool
is_own(void *ctx, struct rep_str domain)
{
	return rep_alarms_own(ctx, domain);
}

static enum rep_rc
compare(struct rep_alarms_finding *f, struct rep_arena *a, struct rep_err *err)
{
	const int64_t last_s = REP_TLS_ALARM_LAST_DAYS * (int64_t)REP_DAY_S,
		      all_s = REP_TLS_ALARM_DAYS * (int64_t)REP_DAY_S;
	struct rep_session then = *f->session;
	struct rep_tls_reports_answer last, before;
	struct rep_tls_alarm *v;
	size_t n = 0;
	enum rep_rc rc =
	    rep_tls_reports_answer(&then, f->store, REP_S(""), last_s, f->heard, a, &last, err);

	/* Those that end before the last days. */
	then.now_s -= last_s;
	if (rc != REP_OK ||
	    (rc = rep_tls_reports_answer(
		 &then, f->store, REP_S(""), all_s - last_s, f->heard, a, &before, err)) != REP_OK)
		return rc;
	if ((v = rep_tls_alarms(&last.is, &before.is, is_own, f, a, &n)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		rep_alarms_add(f, rep_alarm_tls_words(&v[i], a));
	return REP_OK;
}

enum rep_rc
rep_alarms_tls(struct rep_alarms_finding *f, struct rep_err *err)
{
	struct rep_arena *a = rep_arena_new(BYTES_MAX);
	enum rep_rc rc = a == NULL ? rep_fail(err, REP_EMEM, "out of memory") : compare(f, a, err);

	rep_arena_free(a);
	return rc;
}
