/*
 * engine/kinds_silent.c -- a log without deliveries, at a time of the week that always had some.
 *
 * The whole hours since the last delivery of a log host are compared with the same hours of each of the last twelve
 * weeks. They are silent as never before if
 *
 *	- four of these weeks or more are known, and each had ten deliveries or more in these hours, also when they are
 *	  taken an hour earlier or later (people change their clocks, logs do not),
 *	- and no silence in these weeks was as long.
 *
 * So nights and weekends are no alarm, and nor is a holiday of a sender who rests at weekends. All of these numbers are
 * judgement; how often they are wrong in ordinary months is in doc/alerts.md.
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
	HOURS = WEEKS * WEEK,
	/* Log hosts that are looked at; those with the first names. */
	HOSTS_MAX = 64
};

struct silent_host {
	struct rep_str name;
	int64_t first_s, last_s;
	uint32_t *hour; /* [0] is the hour before the present one */
};

static struct rep_str
host_of(struct rep_str label)
{
	return rep_str_sub(label, 0, rep_str_chr(label, '/', 0));
}

/* NULL: there are too many, or memory ran out. */
static struct silent_host *
host(struct silent_host *v, size_t *n, struct rep_str name, struct rep_conditions *out)
{
	for (size_t i = 0; i < *n; i++)
		if (rep_str_eq(v[i].name, name))
			return &v[i];
	if (*n == HOSTS_MAX || name.n == 0 || rep_str_eq(name, REP_OTHER_LABELS))
		return NULL;
	v[*n] = (struct silent_host){ .name = name,
		.hour = rep_arena_alloc(out->a, (HOURS + 1) * sizeof *v->hour) };
	if (v[*n].hour == NULL) {
		out->small = true;
		return NULL;
	}
	return &v[(*n)++];
}

static void
count(const struct rep_judge_in *in, int64_t hour_s, struct silent_host *v, size_t *n,
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
			h = host(v, n, host_of(rep_name(&in->names, label)), out);
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

/* The least that hours [0, n) had in a week; *weeks: how many are known. */
static uint64_t
least(const struct silent_host *h, int n, int known, int *weeks)
{
	uint64_t low = UINT64_MAX;

	*weeks = 0;
	for (int w = WEEK; w + n + 1 <= known; w += WEEK) {
		++*weeks;
		for (int shift = -1; shift <= 1; shift++) {
			uint64_t sum = 0;

			for (int k = 0; k < n; k++)
				sum += h->hour[w + shift + k];
			low = sum < low ? sum : low;
		}
	}
	return low;
}

static void
one_host(const struct rep_judge_in *in, int64_t hour_s, const struct silent_host *h,
    struct rep_conditions *out)
{
	int known, n = 0, weeks;
	uint64_t low;
	int64_t since = (hour_s - h->first_s) / HOUR_S;
	char last[REP_TIME_TEXT], span[REP_TIME_TEXT];

	known = since < 0 ? 0 : since < HOURS ? (int)since : HOURS;
	while (n < known && h->hour[n] == 0)
		n++;
	if (n == 0 || n >= WEEK || h->last_s >= hour_s)
		return;
	low = least(h, n, known, &weeks);
	if (weeks < WEEKS_LEAST || low < LEAST || longest(h, n, known) >= n)
		return;
	rep_condition_add(out, REP_KIND_LOG_SILENT, h->name, REP_S(""), h->last_s,
	    rep_arena_printf(out->a,
		"The last delivery was at %s, %s ago. In these hours of the week there were %llu "
		"or more in each of the last %d weeks.",
		rep_time_text(h->last_s, last), rep_time_span(in->now_s - h->last_s, span),
		(unsigned long long)low, weeks));
}

void
rep_conditions_silent(const struct rep_conditions_in *c, struct rep_conditions *out)
{
	const struct rep_judge_in *in = c->in;
	int64_t hour_s = in->now_s - in->now_s % HOUR_S;
	struct silent_host v[HOSTS_MAX];
	size_t n = 0;

	count(in, hour_s, v, &n, out);
	for (size_t i = 0; i < n; i++)
		one_host(in, hour_s, &v[i], out);
}
