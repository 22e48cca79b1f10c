/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/spf_tree.h"
#include "audit/spf_fix.h"

static void
term_json(struct rep_json *j, const struct rep_spf_leaf *l)
{
	rep_json_obj(j, NULL);
	rep_json_int(j, "depth", l->depth);
	rep_json_str(j, "domain", l->domain);
	rep_json_str(j, "term", l->term->text);
	rep_json_int(j, "lookups", l->lookups);
	rep_json_int(j, "void_lookups", l->voids);
	rep_json_bool(j, "dead", l->dead);
	rep_json_bool(j, "duplicate", l->duplicate);
	rep_json_bool(j, "too_broad", l->broad);
	rep_json_bool(j, "after_all", l->after_all);
	rep_json_cstr(j, "note", l->note);
	rep_json_end_obj(j);
}

void
rep_spf_tree_json(struct rep_json *j, const struct rep_spf_audit *o, size_t most)
{
	unsigned one = rep_spf_voids(o);

	rep_json_str_or_null(j, "record", o->record);
	rep_json_int(j, "lookups", o->lookups);
	rep_json_int(j, "void_lookups", o->voids);
	rep_json_int(j, "void_lookups_of_one_message", one > o->voids ? one : o->voids);
	rep_json_int(j, "lookups_allowed", REP_SPF_MAX_LOOKUPS);
	rep_json_int(j, "void_lookups_allowed", REP_SPF_MAX_VOID);
	rep_json_arr(j, "terms");
	for (size_t i = 0; i < o->n && i < most; i++)
		term_json(j, &o->leaf[i]);
	rep_json_end_arr(j);
	rep_json_int(j, "terms_left_out", o->n > most ? (int64_t)(o->n - most) : 0);
	rep_json_bool(j, "whole", !o->truncated);
}
