/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/waiting_json.h"
#include "cli/given_up_text.h"
#include "cli/waits_text.h"

enum rep_rc
rep_waiting_json(struct rep_buf *out, const struct rep_api_world *w, const struct rep_param *v,
    size_t n, struct rep_err *err)
{
	struct rep_json j;
	enum rep_rc rc = rep_params_read(v, n, NULL, 0, NULL, err);

	if (rc != REP_OK)
		return rc;
	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_time_or_null(&j, "now", w->set->totals.last_s != 0 ? w->set->in.now_s : 0);
	rep_given_up_json(&j, w->set, NULL);
	rep_waits_json(&j, &w->set->in.waits);
	rep_json_end_obj(&j);
	return rep_api_done(out, "waiting", err);
}
