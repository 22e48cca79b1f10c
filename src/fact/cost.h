/*
 * fact/cost.h -- a price as people and price lists write it: "0.10-0.16 USD per-1000-messages".
 *
 * Know has prices with their source, the configuration has the operator's own; both read
 * them here. Pure; amounts are decimal fractions of a currency, never converted into another.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_COST_H
#define REP_FACT_COST_H

#include "base/str.h"

enum rep_unit {
	REP_UNIT_1000_MESSAGES = 0, /* per-1000-messages */
	REP_UNIT_MONTH,		    /* per-month */
	REP_UNIT_ADDRESS_MONTH,	    /* per-address-month */
	REP_UNIT_ADDRESS_HOUR,	    /* per-address-hour */
	REP_UNIT_ADDRESS_ONCE,	    /* per-address-once */
	REP_UNIT_ONCE,		    /* once */
	REP_UNIT_N
};

/* Hours that a month is billed for where the unit is the hour. */
enum { REP_MONTH_HOURS = 730 };

struct rep_cost {
	double from, to;  /* equal when one amount is told; 0 and more */
	char currency[4]; /* "USD" */
	enum rep_unit unit;
	uint32_t above; /* messages a month that other rows pay for already */
};

enum { REP_COST_WHY = 160 };

const char *rep_unit_word(enum rep_unit u);

/*
 * "AMOUNT[-AMOUNT] CURRENCY UNIT [above N]", blanks between; the whole of s. False with a
 * sentence in `why`, and *c is untouched.
 */
bool rep_cost_parse(struct rep_str s, struct rep_cost *c, char why[REP_COST_WHY]);

/* "0.10-0.16 USD per-1000-messages above 10000": reads back to the same. */
enum { REP_COST_TEXT = 96 };
const char *rep_cost_text(const struct rep_cost *c, char buf[REP_COST_TEXT]);

/* "3" or "3-14": whole days, at most 3650, not falling. */
bool rep_days_parse(struct rep_str s, unsigned *from, unsigned *to);

#endif
