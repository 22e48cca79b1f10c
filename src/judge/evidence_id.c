/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/evidence_id.h"

#define REP_X(id, name, measure) [REP_EVIDENCE_##id] = name,
const char *const rep_evidence_names[REP_EVIDENCE_N] = { REP_EVIDENCE_NAMES(REP_X) };
#undef REP_X

#define REP_X(id, name, measure) [REP_EVIDENCE_##id] = measure,
const char *const rep_evidence_measures[REP_EVIDENCE_N] = { REP_EVIDENCE_NAMES(REP_X) };
#undef REP_X

#define REP_X(id, name, value) [REP_LIMIT_##id] = name,
const char *const rep_limit_names[REP_LIMIT_N] = { REP_LIMIT_NAMES(REP_X) };
#undef REP_X

#define REP_X(id, name, value) [REP_LIMIT_##id] = value,
const double rep_limit_values[REP_LIMIT_N] = { REP_LIMIT_NAMES(REP_X) };
#undef REP_X

static bool
find(const char *const *names, size_t n, struct rep_str name, size_t *out)
{
	for (*out = 0; *out < n; ++*out)
		if (rep_str_eq(name, rep_str_c(names[*out])))
			return true;
	return false;
}

bool
rep_evidence_id_parse(struct rep_str name, enum rep_evidence_id *out)
{
	size_t i;

	if (!find(rep_evidence_names, REP_EVIDENCE_N, name, &i))
		return false;
	*out = (enum rep_evidence_id)i;
	return true;
}

bool
rep_limit_id_parse(struct rep_str name, enum rep_limit_id *out)
{
	size_t i;

	if (!find(rep_limit_names, REP_LIMIT_N, name, &i))
		return false;
	*out = (enum rep_limit_id)i;
	return true;
}
