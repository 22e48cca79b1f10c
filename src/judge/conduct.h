/*
 * judge/conduct.h -- the limits of own conduct: what reputed may say, and what it may move.
 *
 * reputed helps wanted mail arrive, and must be useless to spammers (doc/words.md, Conduct). Two
 * gates follow from that. Advice, ways out, the request and steering ask here and decide nothing
 * themselves.
 *
 * `way`: a way around (another address, network, path or relay) is named in what a person reads
 * only if
 *	1. no measured share is at or over its limit: complaints 0.1 % of accepted mail at any
 *	   provider, unknown recipients 5 % of all attempts of any own source, no trap hits. All own
 *	   sources are one sender: a bad list at one address closes the gate for all. What was not
 *	   measured does not close it, because most people have no feed of complaints or traps;
 *	2. own reputation and hygiene are not probable causes;
 *	3. no rise of own mail was measured when it began (three times the usual, or an account that
 *	   submitted many times its usual), because the other path would carry the same mail;
 *	4. it is decided: the neighbourhood or the provider itself is the probable cause, and every
 *	   cause of the sender's own (also authentication, identity, volume and content) is unlikely;
 *	   or nobody was reached and so nobody refused: then the third and fourth are not asked, and
 *	   own reputation and hygiene are below 0.65. While it cannot be told, no way around is named.
 *
 * `steer`: a machine may move mail only if `way` is open, and complaints, unknown recipients and
 *	traps were all measured for the provider and source of this trouble. Complaints must come
 *	from authenticated feeds, because anybody can mail a complaint. Not watched does not count
 *	as under the limit.
 *
 * The limits are compiled in, and so is what "probable" (0.75) and "unlikely" (0.35) mean here: the
 * same as in words for people (know/judge.weights). Shares come from observations and complaints,
 * never from weights. Probabilities come from weights, and a user can set those. So they must pass
 * twice: with the weights in force and with the compiled-in ones. A changed weights file can close a
 * gate, but never open one. 0.65 is judgement: tests/unit/test_conduct.c shows what it does.
 * What receivers report of own mail is treated alike: each must hold with these reports and without
 * them (cautious and compiled in struct rep_incident), so they can close a gate and never open one.
 *
 * Evidence names the own paths that were compared, because the verdict rests on them. That is no
 * advice.
 *
 * Inside src/judge. Other rooms read the answer in struct rep_incident.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_CONDUCT_H
#define REP_JUDGE_CONDUCT_H

#include "judge/verdict.h"

#define REP_CONDUCT_COMPLAINTS 0.001
#define REP_CONDUCT_UNKNOWN 0.05
#define REP_CONDUCT_PROBABLE 0.75
#define REP_CONDUCT_CLOSES 0.65 /* from here own conduct closes the gate where nobody was reached */
#define REP_CONDUCT_UNLIKELY 0.35
#define REP_CONDUCT_RISE 3.0 /* times the usual mail, in the hours before it began */

/* With fewer messages no share is measured: chance alone could put it over the limit. */
enum { REP_CONDUCT_MESSAGES = 200, REP_CONDUCT_COMPLAINT_MESSAGES = 500 };

/* Sets i->conduct. Its causes and v->conduct must be set before. False: the arena is too small. */
bool rep_conduct_judge(const struct rep_verdicts *v, struct rep_incident *i, struct rep_arena *a);

/*
 * The answer for all own mail, where no incident is open: may a second way out be named, so that it
 * is ready when it is needed? Causes play no part. A share over its limit closes it. why.p is NULL
 * when the arena is too small.
 */
struct rep_conduct_answer rep_conduct_of_all(const struct rep_verdicts *v, struct rep_arena *a);

/* Whether complaints or traps are at or over their limit. `why` of the answer says so then. */
bool rep_conduct_complained(const struct rep_conduct_answer *r);

/* Call it after all incidents: if `way` is closed for an open one, closes it in v->conduct too. */
void rep_conduct_close(struct rep_verdicts *v);

#endif
