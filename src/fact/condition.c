/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/condition.h"
#include "fact/words.h"

#define REP_X(id, name, looks) [REP_KIND_##id] = name,
const char *const rep_kind_names[REP_KIND_N] = { REP_KIND_NAMES(REP_X) };
#undef REP_X

#define REP_X(id, name, looks) [REP_KIND_##id] = looks,
const bool rep_kind_of_looks[REP_KIND_N] = { REP_KIND_NAMES(REP_X) };
#undef REP_X

bool
rep_kind_parse(struct rep_str name, enum rep_kind *out, const char **near)
{
	for (int i = 0; i < REP_KIND_N; i++)
		if (rep_str_eq(name, rep_str_c(rep_kind_names[i]))) {
			*out = (enum rep_kind)i;
			return true;
		}
	if (near != NULL)
		*near = rep_word_nearest(name, rep_kind_names, REP_KIND_N);
	return false;
}
