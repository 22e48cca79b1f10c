/*
 * mail/softened.h -- the mark before a refusal that Postfix has deferred by the table of steer (steer/soften.h).
 *
 * What stands behind it is the log's own text, as if there were no table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_SOFTENED_H
#define REP_MAIL_SOFTENED_H

#include "base/str.h"

#define REP_SOFTENED_MARK "reputed-softened"

/* Takes the mark from the front of a text. False: there is none. */
static inline bool
rep_softened_take(struct rep_str *text)
{
	struct rep_str mark = { REP_SOFTENED_MARK " ", sizeof REP_SOFTENED_MARK };

	if (!rep_str_starts(*text, mark))
		return false;
	*text = rep_str_sub(*text, mark.n, text->n);
	return true;
}

#endif
