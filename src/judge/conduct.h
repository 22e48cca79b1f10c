/*
 * judge/conduct.h -- the limits of own conduct, in one place: what may be said, and what may be moved.
 *
 * reputed helps wanted mail arrive, and must be useless to a spammer (doc/words.md, Conduct). Two gates
 * follow from that. Advice, ways, the request and steering ask here, and decide nothing themselves.
 *
 * `way`: a way around (another address, network, path or relay) is named in what a person reads only if
 *	1. no measured share is at or over its limit: complaints 0.1 % of accepted mail at any provider,
 *	   unknown recipients 5 % of all attempts of any own source, trap hits none. A sender is one:
 *	   a bad list at one address closes the gate for all. What was not measured does not close it:
 *	   most people have no feed of complaints or traps;
 *	2. own reputation and dead recipients are not a probable cause;
 *	3. it is decided: the neighbourhood or the provider itself is the probable cause. Undecided, no
 *	   way around is named.
 * `steer`: mail may be moved by a machine only if `way` holds, and complaints, unknown recipients and
 *	traps of this trouble's provider and source were all measured, complaints by feeds that were
 *	authenticated. Not watched is not under, and anybody can mail a complaint.
 *
 * The limits are compiled in, and so is what "probable" means here (0.65). Shares come from observations
 * and complaints, never from weights. Probabilities do come from weights, which a user can set, so they
 * must hold twice: by the weights in force and by those compiled in. A changed weights file can close a
 * gate and never open one.
 *
 * Evidence names own paths that were compared, since it is what the verdict rests on; it is no advice.
 *
 * Inside src/judge; others read the answer in struct rep_incident.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_CONDUCT_H
#define REP_JUDGE_CONDUCT_H

#include "judge/verdict.h"

#define REP_CONDUCT_COMPLAINTS 0.001
#define REP_CONDUCT_UNKNOWN 0.05
#define REP_CONDUCT_PROBABLE 0.65

/* From fewer messages no share is told: chance alone would be over the limit. */
enum { REP_CONDUCT_MESSAGES = 200, REP_CONDUCT_COMPLAINT_MESSAGES = 500 };

/* Sets i->conduct; its causes are known, and v->conduct is. False: the arena is too small. */
bool rep_conduct_judge(const struct rep_verdicts *v, struct rep_incident *i, struct rep_arena *a);

/*
 * Of all own mail where nothing is wrong: whether a second way out may be named, to have before it is
 * needed. No cause is asked for; a share over its limit closes it. why.p NULL: the arena is too small.
 */
struct rep_conduct_answer rep_conduct_of_all(const struct rep_verdicts *v, struct rep_arena *a);

/* Whether complaints or traps are at their limit; `why` of the answer says so. */
bool rep_conduct_complained(const struct rep_conduct_answer *r);

/* Once all incidents are judged: where the gate is closed for an open one, v->conduct closes too. */
void rep_conduct_close(struct rep_verdicts *v);

#endif
