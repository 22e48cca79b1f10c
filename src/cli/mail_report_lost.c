/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/grid.h"
#include "cli/mail_report.h"

#include <stdlib.h>

/* Judgement: what is below ten rows was not what hurt. */
enum { ROWS_MOST = 10, STREAMS_TOLD = 3 };

struct loss {
	uint32_t provider;
	uint8_t class;
	uint64_t n;
	uint64_t *streams; /* by number of name; of those that are shown */
};

struct losses {
	const struct rep_mail_report *r;
	struct rep_arena *a;
	struct loss *v;
	size_t n, cap;
};

static bool
counts(const struct losses *l, const struct rep_observation *o)
{
	return o->first_s >= l->r->time.from_s && o->first_s <= l->r->until_s &&
	    rep_trend_of(o) == REP_TREND_REFUSED;
}

static size_t
find(const struct losses *l, const struct rep_observation *o, size_t n)
{
	size_t i = 0;

	while (i < n && (l->v[i].provider != o->provider || l->v[i].class != o->class))
		i++;
	return i;
}

/* There are at most as many as providers and classes. */
static bool
collect(struct losses *l)
{
	const struct rep_judge_in *in = &l->r->s->in;

	for (size_t i = 0; i < in->obs_n; i++) {
		size_t at;

		if (!counts(l, &in->obs[i]))
			continue;
		if ((at = find(l, &in->obs[i], l->n)) == l->n) {
			struct loss *v = rep_arena_more(l->a, l->v, l->n, &l->cap, sizeof *v);

			if (v == NULL)
				return false;
			l->v = v;
			l->v[l->n++] = (struct loss){ .provider = in->obs[i].provider,
				.class = in->obs[i].class };
		}
		l->v[at].n += in->obs[i].count;
	}
	return true;
}

static int
most_first(const void *x, const void *y)
{
	const struct loss *a = x, *b = y;

	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return a->provider != b->provider ? (a->provider < b->provider ? -1 : 1)
					  : (int)a->class - (int)b->class;
}

static bool
count_streams(struct losses *l, size_t n)
{
	const struct rep_judge_in *in = &l->r->s->in;

	for (size_t i = 0; i < n; i++)
		if ((l->v[i].streams = rep_arena_alloc(
			 l->a, (in->names.n + 1) * sizeof *l->v[i].streams)) == NULL)
			return false;
	for (size_t i = 0; i < in->obs_n; i++) {
		size_t at = counts(l, &in->obs[i]) ? find(l, &in->obs[i], n) : n;

		if (at < n && in->obs[i].stream < in->names.n)
			l->v[at].streams[in->obs[i].stream] += in->obs[i].count;
	}
	return true;
}

/* "password-reset 412 (urgent), weekly-offers 2,345": those that lost most, urgent ones first. */
static struct rep_str
streams_of(struct losses *l, const struct loss *x)
{
	const struct rep_judge_in *in = &l->r->s->in;
	struct rep_str name;
	struct rep_buf b;
	char n1[32];

	rep_buf_init(&b, 1 << 14);
	for (int told = 0; told < STREAMS_TOLD; told++) {
		size_t best = 0;
		bool urgent = false;

		for (size_t k = 1; k < in->names.n; k++) {
			bool is = x->streams[k] > 0 && rep_stream_urgent(in, (uint32_t)k);

			if (x->streams[k] > 0 &&
			    (best == 0 || is > urgent ||
				(is == urgent && x->streams[k] > x->streams[best]))) {
				best = k;
				urgent = is;
			}
		}
		if (best == 0)
			break;
		name = rep_name(&in->names, (uint32_t)best);
		rep_buf_printf(&b, "%s%.*s %s%s", told > 0 ? ", " : "", REP_PR(name),
		    rep_out_number(x->streams[best], n1), urgent ? " (urgent)" : "");
		x->streams[best] = 0;
	}
	return rep_arena_take(l->a, &b);
}

static struct rep_str
provider_of(struct losses *l, const struct loss *x)
{
	const struct rep_cell_key k = { .provider = x->provider };
	struct rep_buf b;

	rep_buf_init(&b, 1 << 12);
	rep_out_sentence(&b, rep_provider_text(&l->r->s->in, &k, l->a));
	return rep_arena_take(l->a, &b);
}

bool
rep_mail_report_lost(struct rep_buf *b, const struct rep_mail_report *r)
{
	enum { PROVIDER, LOST, REASON, STREAMS, COLUMNS };
	static const struct rep_grid_column columns[COLUMNS] = {
		[PROVIDER] = { .title = "PROVIDER", .names = true, .least = 12, .most = 40 },
		[LOST] = { .title = "LOST", .right = true },
		[REASON] = { .title = "REFUSED AS" },
		[STREAMS] = { .title = "HIT MOST" },
	};
	struct losses l = { .r = r, .a = r->s->arena };
	uint64_t rest = 0;
	struct rep_grid t;
	char n1[32];
	size_t n;

	if (!collect(&l))
		return false;
	rep_mail_report_part(b, "What was lost");
	if (l.n == 0) {
		rep_out_paragraph(b, REP_S("No provider refused a message for good in this time."));
		return true;
	}
	qsort(l.v, l.n, sizeof *l.v, most_first);
	n = l.n < ROWS_MOST ? l.n : ROWS_MOST;
	if (!count_streams(&l, n))
		return false;
	rep_grid_init(&t, columns, COLUMNS, l.a);
	for (size_t i = 0; i < n; i++) {
		rep_grid_row(&t);
		rep_grid_cell(&t, PROVIDER, provider_of(&l, &l.v[i]));
		rep_grid_number(&t, LOST, l.v[i].n);
		rep_grid_cell(&t, REASON, rep_str_c(rep_class_word((enum rep_class)l.v[i].class)));
		rep_grid_cell(&t, STREAMS, streams_of(&l, &l.v[i]));
	}
	for (size_t i = n; i < l.n; i++)
		rest += l.v[i].n;
	if (!rep_grid_print(&t, b))
		return false;
	if (rest > 0)
		rep_out_paragraph(b,
		    rep_arena_printf(l.a, "and %s more, for %zu other reasons",
			rep_out_number(rest, n1), l.n - n));
	rep_out_paragraph(b,
	    REP_S(
		"\nThese messages came back to their senders. Mail to recipients that do not exist, or whose "
		"mailbox is full, is not among them."));
	return true;
}
