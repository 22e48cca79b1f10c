/*
 * judge/advice_found.h -- what looks at DNS know of the addresses and domains in trouble: what is
 * wrong now, as steps, and the records, for the blanks of a request.
 *
 * Only stays that are not gone count. Nothing here is weighed: a wrong record is worth fixing
 * whatever the cause is, and a request that leaves it out is not believed. Only a listing waits
 * where the records are the cause: a list asked before they are right takes nobody off.
 *
 * Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_ADVICE_FOUND_H
#define REP_JUDGE_ADVICE_FOUND_H

#include "judge/verdict.h"

/* The subject of one trouble. All borrowed. */
struct rep_found_of {
	const struct rep_judge_in *in;
	struct rep_arena *a;
	const struct rep_incident *const *incidents; /* told together */
	const struct rep_cell *cells;
	size_t n;
	struct rep_str named; /* an own address that only the replies name; n == 0: none */
	/* The records are why they refuse. A listing is then looked at last, and nobody is asked. */
	bool records;
};

/* One step. Findings of one kind about one subject are one step. */
struct rep_found_step {
	struct rep_str text, fix; /* fix: what to publish; n == 0: nothing */
	struct rep_str about;	  /* how the names of its findings begin: "ptr-" */
};

/* At most max steps, the worst first. A text with p == NULL: the arena is too small. */
size_t rep_found_steps(const struct rep_found_of *of, struct rep_found_step *v, size_t max);

/*
 * Whether one of the steps already says what the remedy of a rule says (set the PTR, or the HELO
 * name), with the records of this case.
 */
bool rep_found_covers(const struct rep_found_step *v, size_t n, const struct rep_rule *rule);

/* "203.0.113.24 is mx1.shop.example (seen 2026-11-03)", by address; n == 0: nothing is known. */
struct rep_str rep_found_ptr(const struct rep_found_of *of);

/* "shop.example: SPF v=spf1 ...; no DMARC record", by domain; n == 0: nothing is known. */
struct rep_str rep_found_authentication(const struct rep_found_of *of);

/* The sender domains of the trouble ("shop.example, news.example"); n == 0: not known. */
struct rep_str rep_found_domains(const struct rep_found_of *of);

#endif
