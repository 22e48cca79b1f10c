/*
 * judge/mute.h -- a provider that refuses everything, in words about single recipients.
 *
 * Words such as "no longer accepts mail", a full mailbox or a greylist are about one recipient, and
 * count as attempts only: every sender hears them every day. Where they become almost everything that
 * a provider says, for hours, were not before, and hardly anything is accepted any more, they are not
 * about recipients. From then on they count as a drop.
 *
 * Each bucket adds the logarithm of how much likelier its replies are at the share of such a trouble than
 * at the share before (Page's CUSUM, as judge/usual.h). The share before needs 50 attempts: a new list that
 * is dead from its first message on does not count. There are two forms (the table in mute.c):
 *
 *	everything: 95 % for six hours, and hardly anything is accepted of what is usual in these hours of such
 *	a day. A dead list beside mail that is accepted as usual does not count either. A message that
 *	waits is refused many times and counts an eighth;
 *	put off: 80 % for two hours in words of a greylist, whatever else is accepted. A greylist
 *	accepts the second or third attempt, so a message that waits counts a third.
 *
 * The numbers are judgement; bench/worlds.md shows what they find (silent), bench/judge.md that ordinary
 * months stay quiet.
 *
 * Pure. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_MUTE_H
#define REP_JUDGE_MUTE_H

#include "judge/index.h"

/*
 * Looks at the observations of one cell, by time, and notes such times in v->index. Call it for the cells
 * in their order. v->index->small: the arena was used up.
 */
void rep_mute_look(const struct rep_verdicts *v, const struct rep_cell_key *key,
    const struct rep_observation *obs, size_t n);

#endif
