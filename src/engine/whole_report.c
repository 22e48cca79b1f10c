/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/whole_report.h"

enum rep_rc
rep_whole_report_keep(struct rep_store *store, struct rep_kept_report *k, struct rep_pack *pack,
    enum rep_kept_came *came, struct rep_err *err)
{
	enum rep_rc rc;

	k->bytes = rep_buf_str(&pack->out);
	rc = pack->out.full ? rep_fail(err, REP_EMEM, "out of memory for a report")
			    : rep_store_report_put(store, k, came, err);
	rep_pack_fini(pack);
	return rc;
}

enum rep_rc
rep_whole_report_read(const struct rep_kept_report *r, enum rep_packed_tag tag,
    struct rep_arena *lists, struct rep_unpacked *item, struct rep_err *err)
{
	struct rep_packed u;

	rep_arena_reset(lists);
	rep_packed_begin(&u, r->bytes, lists);
	if (rep_packed_next(&u, item, NULL) == REP_OK && item->tag == tag)
		return REP_OK;
	return rep_fail(err, REP_EIO,
	    "the database is damaged (a report of %.*s); give reputed ingest the report again",
	    REP_PR(r->reporter));
}
