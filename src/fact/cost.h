/*
 * fact/cost.h -- a price as people and price lists write it: "0.10-0.16 USD per-1000-messages".
 *
 * The files in know/ have prices with their source, the configuration has the operator's own
 * prices. Both are read here. Pure. Amounts are decimal fractions of a currency, and are never
 * converted into another currency.
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

/* A month is billed as this many hours where the unit is the hour. */
enum { REP_MONTH_HOURS = 730 };

struct rep_cost {
	double from, to;  /* 0 or more; equal when only one amount is given */
	char currency[4]; /* "USD" */
	enum rep_unit unit;
	uint32_t above; /* messages a month that other rows already pay for */
};

enum { REP_COST_WHY = 160 };

const char *rep_unit_word(enum rep_unit u);

/*
 * Reads all of s as "AMOUNT[-AMOUNT] CURRENCY UNIT [above N]", with blanks between. When it is
 * wrong: false, a sentence in `why`, and *c is not changed.
 */
bool rep_cost_parse(struct rep_str s, struct rep_cost *c, char why[REP_COST_WHY]);

/* Writes "0.10-0.16 USD per-1000-messages above 10000". Reading that gives the same cost. */
enum { REP_COST_TEXT = 96 };
const char *rep_cost_text(const struct rep_cost *c, char buf[REP_COST_TEXT]);

/* Reads "3" or "3-14": whole days, at most 3650, the second not below the first. */
bool rep_days_parse(struct rep_str s, unsigned *from, unsigned *to);

#endif
