/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/spf_kept.h"

#include <inttypes.h>
#include <stdio.h>

enum { NAME = 1100 /* a domain as text has at most 1,024 bytes */ };

/* A state by the name of the domain. False: no domain has so long a name. */
static bool
state_name(char name[NAME], struct rep_str domain)
{
	return snprintf(name, NAME, "spf-tree %.*s", REP_PR(domain)) < NAME;
}

/* A line with the time of the look, then the object. */
enum rep_rc
rep_spf_kept_put(struct rep_store *store, struct rep_str domain, int64_t at_s, struct rep_str json,
    struct rep_err *err)
{
	char name[NAME];
	struct rep_buf b;
	enum rep_rc rc;

	if (!state_name(name, domain))
		return rep_fail(err, REP_ELIMIT, "the name of the domain is too long");
	rep_buf_init(&b, REP_SPF_KEPT_MAX + 32);
	if (json.n > 0)
		rep_buf_printf(&b, "%" PRId64 "\n%.*s", at_s, REP_PR(json));
	rc = b.full ? rep_fail(err, REP_EMEM, "out of memory")
		    : rep_store_state_put(store, name, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
}

enum rep_rc
rep_spf_kept_get(struct rep_store *store, struct rep_str domain, int64_t until_s,
    struct rep_arena *a, struct rep_str *json, struct rep_err *err)
{
	struct rep_str text = { "", 0 }, at;
	char name[NAME];
	uint64_t at_s;
	enum rep_rc rc;

	*json = REP_S("");
	if (!state_name(name, domain))
		return REP_OK;
	if ((rc = rep_store_state_get(store, name, &text, err)) != REP_OK || text.n == 0)
		return rc;
	if (!rep_str_take_line(&text, &at) || !rep_str_u64(at, INT64_MAX, &at_s) ||
	    (int64_t)at_s > until_s)
		return REP_OK;
	*json = rep_arena_dup(a, text);
	return json->p != NULL ? REP_OK : rep_fail(err, REP_EMEM, "out of memory");
}
