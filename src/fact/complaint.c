/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/complaint.h"

static const char *const words[REP_FEEDBACK_N] = { "abuse", "auth-failure", "fraud", "not-spam",
	"opt-out", "virus", "other" };

enum rep_feedback
rep_feedback_parse(struct rep_str s)
{
	for (unsigned i = 0; i < REP_FEEDBACK_OTHER; i++)
		if (rep_str_starts_nocase(s, rep_str_c(words[i])))
			return (enum rep_feedback)i;
	return REP_FEEDBACK_OTHER;
}
