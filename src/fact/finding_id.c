/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/finding_id.h"

#define REP_X(id, name) [REP_FINDING_##id] = name,
const char *const rep_finding_names[REP_FINDING_N] = { REP_FINDING_NAMES(REP_X) };
#undef REP_X

bool
rep_finding_id_parse(struct rep_str name, enum rep_finding_id *out)
{
	for (int i = 0; i < REP_FINDING_N; i++)
		if (rep_str_eq(name, rep_str_c(rep_finding_names[i]))) {
			*out = (enum rep_finding_id)i;
			return true;
		}
	return false;
}
