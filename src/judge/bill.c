/*
 * What an option costs for the mail concerned: each row of its price times the quantity from the
 * log.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/weighing.h"

/* The quantity of a unit: in a month, or once. */
static double
quantity(const struct rep_cost *c, double month, double addresses)
{
	double beyond = month - c->above;

	switch (c->unit) {
	case REP_UNIT_1000_MESSAGES: return beyond > 0 ? beyond / 1000 : 0;
	case REP_UNIT_ADDRESS_MONTH:
	case REP_UNIT_ADDRESS_ONCE: return addresses;
	case REP_UNIT_ADDRESS_HOUR: return addresses * REP_MONTH_HOURS;
	case REP_UNIT_MONTH:
	case REP_UNIT_ONCE:
	case REP_UNIT_N: break;
	}
	return 1;
}

static double
at_least(size_t addresses, const struct rep_way *o)
{
	return addresses > o->addresses ? (double)addresses : o->addresses > 0 ? o->addresses : 1;
}

static struct rep_bill
bill(const struct rep_way *o, const struct rep_cost *c, const struct rep_ways_out *out,
    const struct rep_way_group *g)
{
	double all = quantity(c, out->volume.month, at_least(out->addresses, o));
	struct rep_bill b = { .cost = *c,
		.quantity = quantity(c, g->volume.month, at_least(g->addresses, o)),
		.once = c->unit == REP_UNIT_ONCE || c->unit == REP_UNIT_ADDRESS_ONCE,
		.told = c->unit != REP_UNIT_1000_MESSAGES || g->volume.told };

	b.from = b.quantity * c->from;
	b.to = b.quantity * c->to;
	b.all_from = all * c->from;
	b.all_to = all * c->to;
	return b;
}

/* Adds a bill to the sum of its currency. Monthly sums and sums paid once are kept apart. */
static void
add(struct rep_choice *c, const struct rep_bill *b)
{
	size_t i = 0;

	while (i < c->money_n &&
	    (c->money[i].once != b->once || memcmp(c->money[i].currency, b->cost.currency, 4) != 0))
		i++;
	if (i == c->money_n) {
		c->money[c->money_n++] = (struct rep_money){ .once = b->once };
		memcpy(c->money[i].currency, b->cost.currency, 4);
	}
	c->money[i].from += b->from;
	c->money[i].to += b->to;
	c->money[i].all_from += b->all_from;
	c->money[i].all_to += b->all_to;
}

bool
rep_way_bills(struct rep_choice *c, const struct rep_ways_out *out, const struct rep_way_group *g,
    struct rep_arena *a)
{
	bool own = c->own != NULL && c->own->costs_n > 0;
	size_t n = own ? c->own->costs_n : c->option->costs_n;
	bool told = true;

	c->bills = rep_arena_alloc(a, (n + 1) * sizeof *c->bills);
	c->money = rep_arena_alloc(a, (n + 1) * sizeof *c->money);
	if (c->bills == NULL || c->money == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct rep_way_cost *row = own ? NULL : &c->option->costs[i];
		const struct rep_cost *cost = own ? &c->own->costs[i] : &row->cost;

		c->bills[i] = bill(c->option, cost, out, g);
		c->bills[i].own = own;
		c->bills[i].row = row;
		told = told && c->bills[i].told;
	}
	c->bills_n = n;
	/* If one bill is unknown, there is no sum: a sum of the others would be too low. */
	for (size_t i = 0; i < n && told; i++)
		add(c, &c->bills[i]);
	return true;
}

double
rep_way_price(const struct rep_choice *c)
{
	bool nothing = c->own == NULL || c->own->costs_n == 0 ? c->option->free : false;
	double sum = 0;

	if (c->money_n == 0)
		return nothing ? 0 : 1e12;
	for (size_t i = 0; i < c->money_n; i++)
		sum += c->money[i].once ? c->money[i].to / 12 : c->money[i].to;
	return sum;
}
