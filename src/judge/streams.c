/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/streams.h"

#include <stdlib.h>

static int
by_stream(const void *a, const void *b)
{
	const struct rep_observation *x = a, *y = b;

	return x->stream < y->stream ? -1 : x->stream > y->stream;
}

static bool
dropped(const struct rep_verdicts *v, const struct rep_observation *o)
{
	enum rep_trouble kind;

	return o->stream != 0 && !rep_class_theirs((enum rep_class)o->class) &&
	    rep_index_trouble(v, o, &kind) && kind == REP_TROUBLE_DROP;
}

/* Leaves of sorted rows one for each stream with so many messages. Returns how many are left. */
static size_t
one_of_each(struct rep_observation *rows, size_t n, uint64_t least)
{
	size_t kept = 0, end;

	for (size_t at = 0; at < n; at = end) {
		uint64_t sum = rows[at].count;

		for (end = at + 1; end < n && rows[end].stream == rows[at].stream; end++)
			sum += rows[end].count;
		if (sum >= least)
			rows[kept++] = rows[at];
	}
	return kept;
}

/* Counts the rows of each stream, then puts each where it belongs: two passes and no sort. */
size_t
rep_streams_rows(const struct rep_verdicts *v, const struct rep_observation *obs, size_t n,
    uint64_t least, struct rep_observation *room, const struct rep_observation **out)
{
	struct rep_observation *streams = room, *sorted = room + n, *of;
	size_t kept = 0, next = 0;

	*out = sorted;
	for (size_t i = 0; i < n; i++)
		if (dropped(v, &obs[i]))
			streams[kept++] = obs[i];
	if (kept > 1)
		qsort(streams, kept, sizeof *streams, by_stream);
	kept = one_of_each(streams, kept, least);
	if (kept == 0)
		return 0;
	for (size_t k = 0; k < kept; k++)
		streams[k].count = 0; /* of its rows; then where the next of them goes */
	for (size_t i = 0; i < n; i++)
		if ((of = bsearch(&obs[i], streams, kept, sizeof *streams, by_stream)) != NULL)
			of->count++;
	for (size_t k = 0; k < kept; k++) {
		size_t rows = streams[k].count;

		streams[k].count = (uint32_t)next;
		next += rows;
	}
	for (size_t i = 0; i < n; i++)
		if ((of = bsearch(&obs[i], streams, kept, sizeof *streams, by_stream)) != NULL)
			sorted[of->count++] = obs[i];
	return next;
}
