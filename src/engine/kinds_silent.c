/*
 * engine/kinds_silent.c -- a log without deliveries, at a time of the week that always had some.
 *
 * The whole hours since the last delivery of a log host are compared with the same hours of each of the last twelve
 * weeks. They are silent as never before if
 *
 *	- four of these weeks or more are known, and each had ten deliveries or more in these hours, also when they are
 *	  taken an hour earlier or later (people change their clocks, logs do not),
 *	- and no silence in these weeks was as long; if one of them was of a day or more, this one is 60 hours longer.
 *
 * So nights and weekends are no alarm. A sender who rests at weekends also rests on holidays: two of them beside a
 * weekend (Easter, from Friday to Monday), and half a day before, make a silence up to 60 hours longer. A silence of
 * more than a week is compared by the hours that it began with. One that was told ends with a delivery. All of these
 * numbers are judgement; how often they are wrong in ordinary months is in doc/alerts.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/conditions.h"
#include "base/time.h"

enum {
	HOUR_S = 3600,
	WEEK = 7 * 24,
	WEEKS = 12,
	WEEKS_LEAST = 4,
	LEAST = 10,
	RESTS = 24, /* whoever is silent for so long at times has days off */
	HOLIDAYS = 60,
	HOURS = WEEKS * WEEK
};

struct silent_host {
	struct rep_str name;
	int64_t first_s, last_s; /* 0: nothing is known */
	uint32_t *hour;		 /* [0] is the hour before the present one */
};

/* At most as many as labels that are judged one by one (engine/labels.h). */
struct silent_hosts {
	struct silent_host *v; /* in an arena */
	size_t n, cap;
};

static struct rep_str
host_of(struct rep_str label)
{
	return rep_str_sub(label, 0, rep_str_chr(label, '/', 0));
}

/* NULL: it is no host, or memory ran out. */
static struct silent_host *
host(struct silent_hosts *all, struct rep_str name, struct rep_conditions *out)
{
	struct silent_host x = { .name = name };

	for (size_t i = 0; i < all->n; i++)
		if (rep_str_eq(all->v[i].name, name))
			return &all->v[i];
	if (name.n == 0 || rep_str_eq(name, REP_OTHER_LABELS))
		return NULL;
	x.hour = rep_arena_alloc(out->a, (HOURS + 1) * sizeof *x.hour);
	if (x.hour == NULL || all->n == all->cap) {
		out->small = true;
		return NULL;
	}
	all->v[all->n] = x;
	return &all->v[all->n++];
}

/* There are no more hosts than runs of observations with one label. False: out of memory. */
static bool
room_for(const struct rep_judge_in *in, struct rep_arena *a, struct silent_hosts *all)
{
	all->cap = in->obs_n > 0;
	for (size_t i = 1; i < in->obs_n; i++)
		all->cap += in->obs[i].label != in->obs[i - 1].label;
	all->v = rep_arena_alloc(a, (all->cap + 1) * sizeof *all->v);
	return all->v != NULL;
}

static void
count(const struct rep_judge_in *in, int64_t hour_s, struct silent_hosts *all,
    struct rep_conditions *out)
{
	struct silent_host *h = NULL;
	uint32_t label = UINT32_MAX;

	for (size_t i = 0; i < in->obs_n; i++) {
		const struct rep_observation *o = &in->obs[i];
		int64_t back = (hour_s - o->from_s) / HOUR_S - 1;

		if (o->from_s > in->now_s)
			continue;
		if (o->label != label) {
			label = o->label;
			h = host(all, host_of(rep_name(&in->names, label)), out);
		}
		if (h == NULL)
			continue;
		if (h->first_s == 0 || o->first_s < h->first_s)
			h->first_s = o->first_s;
		if (o->last_s > h->last_s)
			h->last_s = o->last_s;
		if (o->from_s >= in->hours_from_s && o->from_s < hour_s && back < HOURS)
			h->hour[back] += o->count;
	}
}

/* The longest silence in whole hours, without the present one of `now` hours. */
static int
longest(const struct silent_host *h, int now, int known)
{
	int most = 0, run = 0;

	for (int k = now; k < known; k++) {
		run = h->hour[k] == 0 ? run + 1 : 0;
		most = run > most ? run : most;
	}
	return most;
}

/* The least that hours [from, until) had in a week; *weeks: how many are known. */
static uint64_t
least(const struct silent_host *h, int from, int until, int known, int *weeks)
{
	uint64_t low = UINT64_MAX;

	*weeks = 0;
	for (int w = WEEK; w + until + 1 <= known; w += WEEK) {
		++*weeks;
		for (int shift = -1; shift <= 1; shift++) {
			uint64_t sum = 0;

			for (int k = from; k < until; k++)
				sum += h->hour[w + shift + k];
			low = sum < low ? sum : low;
		}
	}
	return low;
}

/* Whether the last n hours are silent as never before. */
static bool
unusual(const struct silent_host *h, int n, int known, uint64_t *low, int *weeks)
{
	int most = longest(h, n, known);

	*low = least(h, n < WEEK ? 0 : n - (WEEK - 1), n, known, weeks);
	return *weeks >= WEEKS_LEAST && *low >= LEAST &&
	    n > (most < RESTS ? most : most + HOLIDAYS);
}

static void
one_host(const struct rep_conditions_in *c, int64_t hour_s, const struct silent_host *h,
    struct rep_conditions *out)
{
	int known, n = 0, weeks = 0;
	uint64_t low = 0;
	int64_t since = (hour_s - h->first_s) / HOUR_S;
	char last[REP_TIME_TEXT], span[REP_TIME_TEXT];
	struct rep_str text;

	known = since < 0 ? 0 : since < HOURS ? (int)since : HOURS;
	while (n < known && h->hour[n] == 0)
		n++;
	if (n == 0 || h->last_s >= hour_s)
		return;
	text = rep_arena_printf(out->a, "The last delivery was at %s, %s ago.",
	    rep_time_text(h->last_s, last), rep_time_span(c->in->now_s - h->last_s, span));
	if (unusual(h, n, known, &low, &weeks))
		text = rep_arena_printf(out->a,
		    "%.*s In these hours of the week there were %llu or more in each of the last "
		    "%d weeks.",
		    REP_PR(text), (unsigned long long)low, weeks);
	else if (!rep_condition_held(c, out, REP_KIND_LOG_SILENT, h->name))
		return;
	rep_condition_add(out, REP_KIND_LOG_SILENT, h->name, REP_S(""), h->last_s, text);
}

void
rep_conditions_silent(const struct rep_conditions_in *c, struct rep_conditions *out)
{
	const struct rep_judge_in *in = c->in;
	int64_t hour_s = in->now_s - in->now_s % HOUR_S;
	struct silent_hosts all = { .n = 0 };

	if (!room_for(in, out->a, &all)) {
		out->small = true;
		return;
	}
	count(in, hour_s, &all, out);
	for (size_t i = 0; i < all.n; i++)
		one_host(c, hour_s, &all.v[i], out);
}
