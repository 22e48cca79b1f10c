/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/limit.h"
#include "base/time.h"

enum { DAY_MS = REP_DAY_S * 1000 };

static struct rep_limit_zone *
zone_of(struct rep_limits *l, struct rep_str zone)
{
	for (size_t k = 0; k < l->n; k++) { /* start behind the last one found */
		size_t i = (l->last + 1 + k) % l->n;

		if (rep_str_eq_nocase(l->v[i].zone, zone)) {
			l->last = i;
			return &l->v[i];
		}
	}
	if (l->n == REP_LIMIT_ZONES)
		return NULL;
	l->v[l->n] =
	    (struct rep_limit_zone){ .zone = rep_arena_dup(l->a, zone), .day = -1, .last_ms = -1 };
	return l->v[l->n].zone.p == NULL ? NULL : &l->v[l->n++];
}

static struct rep_str
word(struct rep_str *rest)
{
	size_t n = rep_str_chr(*rest, ' ', 0);
	struct rep_str w = rep_str_sub(*rest, 0, n == SIZE_MAX ? rest->n : n);

	*rest = n == SIZE_MAX ? (struct rep_str){ "", 0 } : rep_str_sub(*rest, n + 1, rest->n);
	return w;
}

void
rep_limits_read(struct rep_limits *l, struct rep_str text)
{
	uint64_t day, count, last;

	for (size_t i = 0, end; i < text.n; i = end + 1) {
		struct rep_str line, zone;
		struct rep_limit_zone *z;

		end = rep_str_chr(text, '\n', i);
		if (end == SIZE_MAX)
			end = text.n;
		line = rep_str_trim(rep_str_sub(text, i, end - i));
		if (line.n == 0 || line.p[0] == '#')
			continue;
		zone = word(&line);
		if ((z = zone_of(l, zone)) == NULL)
			continue;
		if (rep_str_u64(word(&line), INT64_MAX / DAY_MS, &day) &&
		    rep_str_u64(word(&line), UINT64_MAX, &count) &&
		    rep_str_u64(word(&line), INT64_MAX, &last)) {
			z->day = (int64_t)day;
			z->count = count;
			z->last_ms = (int64_t)last;
		} else {
			z->day = INT64_MAX;
		}
	}
}

void
rep_limits_write(const struct rep_limits *l, struct rep_buf *out)
{
	rep_buf_add(out,
	    REP_S(
		"# Queries to lists: zone, day since 1970, queries on that day, last one (ms).\n"));
	for (size_t i = 0; i < l->n; i++) {
		const struct rep_limit_zone *z = &l->v[i];

		if (z->day < 0 || (z->day != INT64_MAX && z->last_ms < 0))
			continue;
		rep_buf_add(out, z->zone); /* not as text: a damaged file may hold NULs */
		if (z->day == INT64_MAX)   /* it stays unreadable, and so used up */
			rep_buf_add(out, REP_S(" unreadable\n"));
		else
			rep_buf_printf(out, " %lld %llu %lld\n", (long long)z->day,
			    (unsigned long long)z->count, (long long)z->last_ms);
	}
}

enum rep_limit_word
rep_limit_take(struct rep_limits *l, struct rep_str zone, unsigned rate, unsigned daily,
    int64_t now_ms, int64_t *until_ms)
{
	struct rep_limit_zone *z = zone_of(l, zone);
	int64_t gap_ms, day = now_ms / DAY_MS;

	if (z == NULL || rate == 0)
		return REP_LIMIT_DAY;
	if (z->day == INT64_MAX) { /* unreadable: count today as used up */
		z->day = day;
		z->count = daily;
		z->last_ms = now_ms;
	}
	if (z->day < day) {
		z->day = day;
		z->count = 0;
	}
	if (z->count >= daily)
		return REP_LIMIT_DAY;
	/*
	 * A tenth longer than the exact gap, so that no second has more queries than the rate, even
	 * if one query left late and the next in time (a busy machine is late by tens of ms).
	 */
	gap_ms = 1100 / rate + 1;
	if (z->last_ms >= 0 && now_ms < z->last_ms + gap_ms) {
		/* If the clock was set back, do not wait for days. */
		if (z->last_ms - now_ms > DAY_MS)
			return REP_LIMIT_DAY;
		*until_ms = z->last_ms + gap_ms;
		return REP_LIMIT_WAIT;
	}
	z->last_ms = now_ms;
	z->count++;
	l->changed = true;
	return REP_LIMIT_GO;
}
