/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/received.h"
#include "engine/proof.h"

void
rep_received_begin(struct rep_received *r)
{
	rep_reports_begin(&r->reports);
	r->tls = (struct rep_tls_kept){ 0 };
	r->failures = (struct rep_failures_kept){ 0 };
}

void
rep_received_fini(struct rep_received *r)
{
	rep_reports_fini(&r->reports);
}

bool
rep_received_completes(const struct rep_unpacked *item)
{
	return item->tag != REP_PACKED_RECORD;
}

enum rep_rc
rep_received_item(struct rep_received *r, struct rep_store *store,
    const struct rep_config_list *ids, const struct rep_unpacked *item, const struct rep_place *at,
    int64_t now_s, struct rep_err *err)
{
	/* A failure report names nobody but who sent the mail. */
	struct rep_str email = item->tag == REP_PACKED_END ? item->head.email
	    : item->tag == REP_PACKED_TLS		   ? item->tls.contact
							   : (struct rep_str){ "", 0 };
	struct rep_reporter by;
	struct rep_buf proof;
	enum rep_rc rc = REP_OK;

	/* There are many: whose the report is is asked at its end. */
	if (item->tag == REP_PACKED_RECORD)
		return rep_reports_item(&r->reports, store, item, NULL, now_s, err);
	rep_buf_init(&proof, REP_PROOF_BYTES);
	by = rep_reporter_of(at->mailed, at->auth, at->signed_by, ids, email, &proof);
	switch (item->tag) {
	case REP_PACKED_END:
		rc = rep_reports_item(&r->reports, store, item, &by, now_s, err);
		break;
	case REP_PACKED_TLS:
		rc = rep_tls_reports_keep(store, &item->tls, &by, now_s, &r->tls, err);
		break;
	case REP_PACKED_FAILURE:
		rc = rep_failures_keep(store, &item->failure, &by, now_s, &r->failures, err);
		break;
	default: break;
	}
	rep_buf_fini(&proof);
	return rc;
}
