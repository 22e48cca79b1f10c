/*
 * fact/noted.h -- what a person did about an incident or an alert, and when: one line of a log that only grows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_NOTED_H
#define REP_FACT_NOTED_H

#include "base/str.h"

#include <stdint.h>

/* The numbers are stored: append, never renumber. */
enum rep_noted_act {
	REP_NOTED_DONE = 1, /* a step of the checklist */
	REP_NOTED_UNDONE,
	REP_NOTED_TEXT,
	REP_NOTED_ACK, /* an alert: somebody knows */
	REP_NOTED_SNOOZE,
	REP_NOTED_N
};
const char *rep_noted_word(enum rep_noted_act a); /* "done", "undone", "note", "ack", "snooze" */

enum {
	/* Bytes; longer text is an error, none is cut. Judgement: a page of text, a step of advice, a login. */
	REP_NOTED_TEXT_MAX = 2000,
	REP_NOTED_STEP_MAX = 1500,
	REP_NOTED_WHO_MAX = 100
};

struct rep_noted {
	uint64_t n; /* from 1, in the order in which they came */
	int64_t at_s;
	int64_t incident; /* 0: of none */
	uint64_t alert;	  /* 0: of none */
	enum rep_noted_act act;
	struct rep_str who;  /* the login of a person, as this machine or the page knows it */
	struct rep_str step; /* the sentence of the step; n == 0: of none */
	struct rep_str text; /* n == 0: none */
};

/*
 * Whether two sentences are one step: numbers in it change while an incident goes on ("2,310 messages"), and do not
 * count; nor does ASCII case.
 */
bool rep_noted_same_step(struct rep_str a, struct rep_str b);

#endif
