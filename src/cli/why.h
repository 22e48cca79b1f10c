/*
 * cli/why.h -- a verdict as text: first what is wrong, then why, then what to do.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_WHY_H
#define REP_CLI_WHY_H

#include "cli/asked.h"
#include "cli/out.h"
#include "engine/verdicts.h"

/*
 * The incidents to tell (borrowed; open ones first). Incidents of one trouble at one provider that
 * began within a day are told together. Then what else was seen (cli/seen_text.h).
 */
void rep_why_text(struct rep_buf *b, const struct rep_verdict_set *s,
    const struct rep_incident **chosen, size_t n, const struct rep_asked *asked, bool trace);
/*
 * Why, of n incidents that are told together, the one that leads first: the cause, what speaks for and against it, what is
 * not known.
 */
void rep_why_reasons(struct rep_buf *b, const struct rep_verdict_set *s,
    const struct rep_incident **group, size_t n);
/* `reputed why --json`: one object, and a line end. How many of the incidents are open. */
size_t rep_why_json(
    struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_asked *asked);

#endif
