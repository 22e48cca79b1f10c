/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/key_seen.h"
#include "auth/dkim_key.h"

#define CUT "[...]" /* what rep_shown ends with */

static bool
cut(struct rep_str s)
{
	return s.n >= sizeof CUT - 1 &&
	    rep_str_eq(rep_str_sub(s, s.n - (sizeof CUT - 1), SIZE_MAX), REP_S(CUT));
}

void
rep_key_seen_json(struct rep_json *j, const char *name, struct rep_str record)
{
	static const char *const types[] = { [REP_DKIM_RSA] = "rsa",
		[REP_DKIM_ED25519] = "ed25519",
		[REP_DKIM_KEY_OTHER] = NULL },
				 *const states[] = { [REP_DKIM_KEY_OK] = "ok",
					 [REP_DKIM_KEY_SYNTAX] = "broken",
					 [REP_DKIM_KEY_REVOKED] = "revoked",
					 [REP_DKIM_KEY_UNKNOWN] = "unknown" };
	bool whole = !cut(record);
	struct rep_dkim_key k;

	rep_dkim_key_parse(record, &k);
	rep_json_obj(j, name);
	rep_json_cstr(j, "type", types[k.type]);
	if (whole && k.state == REP_DKIM_KEY_OK)
		rep_json_int(j, "bits", k.bits);
	else
		rep_json_null(j, "bits");
	rep_json_cstr(j, "state", whole ? states[k.state] : "cut");
	rep_json_end_obj(j);
}
