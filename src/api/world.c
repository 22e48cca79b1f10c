/* SPDX-License-Identifier: Apache-2.0 */
#include "api/world.h"

enum rep_rc
rep_api_done(struct rep_buf *out, const char *what, struct rep_err *err)
{
	rep_buf_addc(out, '\n');
	return out->full
	    ? rep_fail(err, REP_ELIMIT, "%s: the answer is larger than %zu MiB; ask for less of it",
		  what, out->max >> 20)
	    : REP_OK;
}

int64_t
rep_api_now(const struct rep_session *session, const struct rep_store_totals *totals)
{
	return session->now_s != 0 ? session->now_s : totals->last_s;
}
