/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rate_text.h"
#include "cli/grid.h"

struct rep_str
rep_rate_provider(
    const struct rep_know *know, const struct rep_names *names, const struct rep_rate *r)
{
	const struct rep_provider *p;

	if (r->route != 0)
		return rep_name(names, r->route);
	p = rep_provider_by_id(rep_know_providers(know), rep_name(names, r->provider));
	return p != NULL ? p->id : REP_S("other");
}

enum { STREAM, PROVIDER, COMPLAINTS, ACCEPTED, RATE, STATE, COLUMNS };
static const struct rep_grid_column columns[COLUMNS] = {
	[STREAM] = { .title = "STREAM", .least = 12, .most = 40, .cut_head = true },
	[PROVIDER] = { .title = "PROVIDER", .least = 10, .most = 20 },
	[COMPLAINTS] = { .title = "COMPL.", .right = true },
	[ACCEPTED] = { .title = "ACCEPTED", .right = true, .may_go = true },
	[RATE] = { .title = "RATE", .right = true },
	[STATE] = { .title = "STATE" },
};

static void
one_rate(struct rep_grid *t, const struct rep_know *know, const struct rep_names *names,
    const struct rep_rate *r)
{
	static const enum rep_paint paints[] = { REP_DIM, REP_GREEN, REP_YELLOW, REP_RED };
	const char *word = r->state == REP_RATE_WELL ? "ok" : rep_rate_word(r->state);
	struct rep_str state = rep_str_c(word);

	rep_grid_row(t);
	rep_grid_cell(t, STREAM,
	    r->route != 0	 ? REP_S("(sent through it)")
		: r->stream == 0 ? REP_S("(all)")
				 : rep_name(names, r->stream));
	rep_grid_cell(t, PROVIDER, rep_rate_provider(know, names, r));
	rep_grid_number(t, COMPLAINTS, r->complaints);
	rep_grid_number(t, ACCEPTED, r->accepted);
	rep_grid_cell(t, RATE,
	    r->share >= 0 ? rep_arena_printf(t->arena, "%.2f %%", 100 * r->share) : REP_S("-"));
	if (r->state >= REP_RATE_WARN)
		state = rep_arena_printf(t->arena, "%s: %.*s act%s at %.1f %% (%.*s)", word,
		    REP_PR(r->limit->who), rep_str_eq(r->limit->who, REP_S("others")) ? "" : "s",
		    100 * r->limit->act, REP_PR(r->limit->acts));
	rep_grid_cell(t, STATE, state);
	rep_grid_paint(t, paints[r->state]);
}

bool
rep_rates_table(struct rep_buf *b, const struct rep_know *know, const struct rep_names *names,
    const struct rep_rate *v, size_t n, struct rep_arena *a)
{
	struct rep_grid t;

	rep_grid_init(&t, columns, COLUMNS, a);
	for (size_t i = 0; i < n; i++)
		one_rate(&t, know, names, &v[i]);
	return rep_grid_print(&t, b);
}

bool
rep_rates_near(struct rep_buf *b, const struct rep_know *know, const struct rep_names *names,
    const struct rep_rates *rates, struct rep_arena *a)
{
	size_t n = 0, shown;
	char number[32];

	while (n < rates->n && rates->v[n].state >= REP_RATE_WARN)
		n++;
	if (n == 0) {
		rep_out_paragraph(b,
		    REP_S(
			"No stream is near the limit of a provider, where its complaints are read."));
		return true;
	}
	rep_out_paragraph(b,
	    REP_S(
		"The share of accepted mail that people called spam, where it is near a provider's limit or over it."));
	rep_buf_addc(b, '\n');
	shown = n < REP_RATES_NEAR_MOST ? n : REP_RATES_NEAR_MOST;
	if (!rep_rates_table(b, know, names, rates->v, shown, a))
		return false;
	if (n > shown)
		rep_out_paragraph(b,
		    rep_arena_printf(
			a, "and %s more: reputed complaints", rep_out_number(n - shown, number)));
	return true;
}
