/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/found.h"

static bool
duplicate(struct rep_arena *a, struct rep_str *v)
{
	*v = rep_arena_dup(a, *v);
	return v->p != NULL;
}

enum rep_rc
rep_found_load(const struct rep_session *session, struct rep_store *store, struct rep_arena *a,
    struct rep_found_all *out, struct rep_err *err)
{
	int64_t now_s = session->now_s != 0 ? session->now_s : INT64_MAX;
	struct rep_found_all all;
	struct rep_looked *looked;
	struct rep_found *v;
	enum rep_rc rc = rep_store_found(store, &all, err);
	bool held = true;

	*out = (struct rep_found_all){ .n = 0 };
	if (rc != REP_OK)
		return rc;
	v = rep_arena_alloc(a, (all.n + 1) * sizeof *v);
	looked = rep_arena_alloc(a, (all.looked_n + 1) * sizeof *looked);
	if (v == NULL || looked == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < all.n && held; i++) {
		struct rep_found f = all.v[i];

		if (f.first_s > now_s)
			continue;
		f.gone_s = f.gone_s > now_s ? 0 : f.gone_s;
		held = duplicate(a, &f.subject) && duplicate(a, &f.part) && duplicate(a, &f.id) &&
		    duplicate(a, &f.detail) && duplicate(a, &f.text) && duplicate(a, &f.fix);
		v[out->n++] = f;
	}
	for (size_t i = 0; i < all.looked_n && held; i++) {
		struct rep_looked l = all.looked[i];

		if (l.known_s > now_s)
			continue;
		held = duplicate(a, &l.subject) && duplicate(a, &l.part) && duplicate(a, &l.kind) &&
		    duplicate(a, &l.why);
		looked[out->looked_n++] = l;
	}
	out->v = v;
	out->looked = looked;
	return held ? REP_OK : rep_fail(err, REP_EMEM, "out of memory");
}
