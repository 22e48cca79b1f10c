/*
 * judge/named.h -- the own address that a provider names, where only bounces were read.
 *
 * A log tells which server sent; a bounce that somebody saved does not. But most refusals name the
 * address that they refuse. Anybody can write a bounce, so such an address is only for texts (what
 * a person reads, and what the person asks for). It is not a source, and nothing is judged by it.
 * If a log was read too, its sources are shown, and these functions find nothing.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_NAMED_H
#define REP_JUDGE_NAMED_H

#include "judge/verdict.h"

/* True when no log was read, only bounces. */
bool rep_only_bounces(const struct rep_verdicts *v);
/* The public address in the words of a reply that its rule knows as the refused one. */
bool rep_named_in(const struct rep_verdicts *v, const struct rep_wording *w, struct rep_ip *ip);
/* The same of the latest reply of an incident; earlier ones may have named another. */
bool rep_named_of(const struct rep_verdicts *v, const struct rep_incident *i, struct rep_ip *ip);

#endif
