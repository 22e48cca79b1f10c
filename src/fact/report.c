/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/report.h"

static const char *const action_words[REP_ACTION_N] = { NULL, "failed", "delayed", "delivered",
	"relayed", "expanded" };
static const char *const report_words[REP_REPORT_N] = { NULL, "bounce", "complaint", "delivery",
	"notice" };

const char *
rep_action_word(enum rep_action v)
{
	return (unsigned)v < REP_ACTION_N ? action_words[v] : NULL;
}

const char *
rep_report_word(enum rep_report_kind v)
{
	return (unsigned)v < REP_REPORT_N ? report_words[v] : NULL;
}

bool
rep_action_parse(struct rep_str s, enum rep_action *v)
{
	for (unsigned i = 1; i < REP_ACTION_N; i++)
		if (rep_str_starts_nocase(s, rep_str_c(action_words[i]))) {
			*v = (enum rep_action)i;
			return true;
		}
	return false;
}
