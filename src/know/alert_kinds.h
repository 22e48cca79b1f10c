/*
 * know/alert_kinds.h -- the catalogue of alerts: in which words a condition is told, and when. As data.
 *
 *	alert ptr-lost {
 *		title    "{subject} has lost its PTR name"
 *		several  "{n} addresses have lost their PTR name"
 *		do       "ask who runs the address to set it again. Its names"
 *		command  "reputed ptr {subject}"
 *		why      "Many receivers refuse mail from an address without one."
 *		weight   now
 *		after    30m
 *		quiet    1h
 *	}
 *
 * `after`: how long it must hold before it is told. `quiet`: how long it must be gone before it is over; one that
 * comes back within a day must hold as long before it is told again. `once yes`: it is told, and that is all.
 * `command`: behind `do`, on a line of its own for each subject. {n} is how many subjects there are; {subject} in `do`
 * and `why` is "each of them" when there are several. `weight`: now, or week: nobody has to be woken for it.
 *
 * The files end in ".alerts". An entry replaces the one of the same name (fact/condition.h). All memory belongs to
 * the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_ALERT_KINDS_H
#define REP_KNOW_ALERT_KINDS_H

#include "fact/condition.h"
#include "know/rule.h"

enum rep_alert_weight { REP_WEIGHT_NOW = 0, REP_WEIGHT_WEEK };

/* Longest `after` and `quiet`: what holds for a month is no news. */
enum { REP_ALERT_WAIT_MAX_S = 31 * 86400 };

struct rep_alert_kind {
	bool known; /* some file has it */
	struct rep_str title, several, todo;
	struct rep_str command, why; /* n == 0: it is not said */
	enum rep_alert_weight weight;
	int64_t after_s, quiet_s;
	bool once;
};

struct rep_alert_kinds {
	struct rep_arena *a; /* borrowed */
	struct rep_alert_kind v[REP_KIND_N];
};

/* Reads a file. As in rep_rules_parse all problems are reported and the rest is used. */
enum rep_rc rep_alert_kinds_parse(struct rep_alert_kinds *k, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err) REP_NODISCARD;

/* `form` with {subject} and {n} replaced; in the arena. p == NULL: out of memory. */
struct rep_str rep_alert_words(
    struct rep_arena *a, struct rep_str form, struct rep_str subject, size_t n);

#endif
