/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cells.c -- the cells in trouble, and what a careful reader of the log could count about each.
 *
 * The counts are the oracle's eyes: they are made from the attempts as the log has them (missing
 * hours are missing, a wrong clock is wrong) and from the complaints where they are read, never from
 * the hidden states. The oracle is told which cell is in trouble and begins at the first refusal there.
 */
#include "worlds.h"

#include <math.h>
#include <string.h>

#define MAX_HOURS (MAX_DAYS * 24)
#define NOBODY 1e6
static const int32_t hour_s = 3600, day_s = 86400;

/* A reply that refuses for another reason than the recipient, or one stray message. */
static bool
refuses(uint8_t word)
{
	return word != ACCEPTED && words[word].how != BACKGROUND;
}

static bool
is_dead(uint8_t word)
{
	return word != ACCEPTED && words[word].group == DEAD;
}

static int32_t
logged_s(const struct world *w, unsigned source, int64_t at_ms)
{
	return (int32_t)((at_ms + w->sources[source].skew_ms - w->begin_ms) / 1000);
}

static void
count_cell(const struct world *w, struct cell *c)
{
	unsigned by_word[256] = { 0 };
	int32_t since_s = logged_s(w, c->source, c->since_ms);

	c->heard_s = -1;
	for (size_t i = 0; i < w->n_attempts; i++) {
		const struct attempt *a = &w->attempts[i];

		if (a->source != c->source || a->provider != c->provider || a->at_s < since_s)
			continue;
		if (refuses(a->word)) {
			if (c->heard_s < 0)
				c->heard_s = a->at_s;
			c->refused++;
			if (++by_word[a->word] > by_word[c->word])
				c->word = a->word;
		}
		c->attempts += c->heard_s >= 0;
	}
}

unsigned
find_cells(const struct world *w, struct cell *cells)
{
	unsigned n = 0, kept = 0;

	for (unsigned i = 0; i < w->n_troubles && !w->ordinary; i++) {
		const struct trouble *t = &w->troubles[i];

		for (unsigned s = 0; s < w->n_sources; s++) {
			unsigned k = 0;

			if (t->lead || t->from_ms[s] >= w->now_ms)
				continue;
			while (k < n && (cells[k].source != s || cells[k].provider != t->provider))
				k++;
			if (k == MAX_CELLS)
				continue;
			if (k == n)
				cells[n++] = (struct cell){ .source = s,
					.provider = t->provider,
					.since_ms = t->from_ms[s],
					.until_ms = t->until_ms };
			cells[k].causes |= t->causes;
			if (t->from_ms[s] < cells[k].since_ms)
				cells[k].since_ms = t->from_ms[s];
			if (t->until_ms > cells[k].until_ms)
				cells[k].until_ms = t->until_ms;
		}
	}
	for (unsigned k = 0; k < n; k++) {
		count_cell(w, &cells[k]);
		if (cells[k].refused > 0)
			cells[kept++] = cells[k];
	}
	return kept;
}

void
measure_conduct(const struct world *w, struct conduct *c)
{
	static unsigned tried[MAX_SOURCES][MAX_DAYS], dead[MAX_SOURCES][MAX_DAYS];
	unsigned accepted[N_PROVIDERS] = { 0 }, complaints[N_PROVIDERS] = { 0 };
	int32_t end_s = (int32_t)((w->now_ms - w->begin_ms) / 1000);

	memset(tried, 0, sizeof tried);
	memset(dead, 0, sizeof dead);
	*c = (struct conduct){ 0, 0, w->n_complaints > 0 ? 0 : -1 };
	for (size_t i = 0; i < w->n_attempts; i++) {
		const struct attempt *a = &w->attempts[i];
		int32_t ago = (end_s - a->at_s) / day_s;

		if (a->word == ACCEPTED)
			accepted[a->provider]++;
		if (ago >= 0 && ago < MAX_DAYS) {
			tried[a->source][ago]++;
			dead[a->source][ago] += is_dead(a->word);
		}
	}
	for (size_t i = 0; i < w->n_complaints; i++)
		complaints[w->complaints[i].provider]++;
	for (unsigned s = 0; s < w->n_sources; s++) {
		unsigned n = 0, bad = 0;

		for (unsigned d = 0; d < 7; d++) {
			n += tried[s][d];
			bad += dead[s][d];
			if (tried[s][d] >= 40 && dead[s][d] > c->dead_day * tried[s][d])
				c->dead_day = (double)dead[s][d] / tried[s][d];
		}
		if (n > 0 && bad > c->dead_week * n)
			c->dead_week = (double)bad / n;
	}
	for (unsigned p = 0; p < N_PROVIDERS; p++)
		if (complaints[p] > 0 && accepted[p] > 0 &&
		    (double)complaints[p] / accepted[p] > c->complaints)
			c->complaints = (double)complaints[p] / accepted[p];
}

/* One row, or the names of its columns. */
struct row {
	FILE *out;
	bool names;
};

static void
put(struct row *r, const char *name, double v)
{
	if (r->names)
		fprintf(r->out, "\t%s", name);
	else
		fprintf(r->out, "\t%.5g", v);
}

static double
share(double part, double of)
{
	return of > 0 ? part / of : 0;
}

/* Attempts and refusals of one source at one provider after the cell's beginning, and its own first. */
struct heard {
	double n, refused, first_s, dead_day, tried_day;
	double hour_n, hour_refused;
};

static void
hear(const struct world *w, const struct cell *c, struct heard h[MAX_SOURCES][N_PROVIDERS])
{
	memset(h, 0, sizeof(struct heard) * MAX_SOURCES * N_PROVIDERS);
	for (unsigned s = 0; s < MAX_SOURCES; s++)
		for (unsigned p = 0; p < N_PROVIDERS; p++)
			h[s][p].first_s = NOBODY;
	for (size_t i = 0; i < w->n_attempts; i++) {
		const struct attempt *a = &w->attempts[i];
		struct heard *x = &h[a->source][a->provider];
		bool no = refuses(a->word);

		if (a->at_s >= c->heard_s - 4 * day_s && no && x->first_s >= NOBODY)
			x->first_s = a->at_s - c->heard_s;
		if (a->at_s < c->heard_s) {
			if (a->at_s >= c->heard_s - day_s && a->first) {
				x->tried_day++;
				x->dead_day += is_dead(a->word);
			}
			continue;
		}
		x->n++;
		x->refused += no;
		if (a->at_s < c->heard_s + hour_s) {
			x->hour_n++;
			x->hour_refused += no;
		}
	}
}

/* The words of the cell and what they say together. */
static void
put_words(const struct world *w, const struct cell *c, struct row *r)
{
	double by_word[256] = { 0 }, by_stage[N_STAGES] = { 0 }, by_group[N_GROUPS] = { 0 };
	double refused = 0, later_no = 0, n = 0, temporary = 0, last_s = 0, end_s, six_n = 0,
	       six = 0;
	char name[40];

	end_s = (double)(w->now_ms - w->begin_ms) / 1000;
	for (size_t i = 0; i < w->n_attempts; i++) {
		const struct attempt *a = &w->attempts[i];

		if (a->source != c->source || a->provider != c->provider || a->at_s < c->heard_s)
			continue;
		n++;
		six_n += a->at_s > end_s - 6 * hour_s;
		if (!refuses(a->word))
			continue;
		refused++;
		six += a->at_s > end_s - 6 * hour_s;
		later_no += a->at_s > c->heard_s + 6 * hour_s;
		by_word[a->word]++;
		by_stage[words[a->word].stage]++;
		by_group[words[a->word].group]++;
		temporary += words[a->word].code < 500;
		last_s = a->at_s;
	}
	for (unsigned i = 0; i < n_words; i++)
		if (words[i].how != BACKGROUND) {
			snprintf(name, sizeof name, "word_%s", words[i].id);
			put(r, name, share(by_word[i], refused));
		}
	for (unsigned i = 0; i < N_STAGES; i++) {
		snprintf(name, sizeof name, "stage_%u", i);
		put(r, name, share(by_stage[i], refused));
	}
	for (unsigned i = 0; i < N_GROUPS; i++) {
		snprintf(name, sizeof name, "group_%u", i);
		put(r, name, share(by_group[i], refused));
	}
	put(r, "refused", log1p(refused));
	put(r, "refused_share", share(refused, n));
	put(r, "refused_share_end", share(six, six_n));
	put(r, "refused_later", share(later_no, refused));
	put(r, "temporary", share(temporary, refused));
	put(r, "hours_since", (end_s - c->heard_s) / hour_s);
	put(r, "hours_of_trouble", (last_s - c->heard_s) / hour_s);
	put(r, "hour_of_day", (double)(c->heard_s / hour_s % 24));
	for (unsigned p = 0; p < OTHER; p++) {
		snprintf(name, sizeof name, "at_%s", provider_ids[p]);
		put(r, name, c->provider == (enum provider)p);
	}
}

/* Other sources at this provider, in the same network (near) or another one; all are near if unknown. */
static void
put_siblings(const struct world *w, const struct cell *c, struct row *r,
    struct heard h[MAX_SOURCES][N_PROVIDERS], bool near)
{
	double n = 0, no = 0, seen = 0, gap = NOBODY, before = NOBODY, spared = 0, dead = 0,
	       hit = 0, gap_all = 0;
	double own_dead = 0, spared_n = 0, tried = 0, total = 0;
	char name[40];

	for (unsigned s = 0; s < w->n_sources; s++) {
		const struct heard *x = &h[s][c->provider];
		double tried_day = 0, dead_day = 0;

		for (unsigned p = 0; p < N_PROVIDERS; p++) {
			tried_day += h[s][p].tried_day;
			dead_day += h[s][p].dead_day;
		}
		if (s == c->source) {
			own_dead = share(dead_day, tried_day);
			continue;
		}
		if ((w->no_config || w->sources[s].net == w->sources[c->source].net) != near)
			continue;
		total++;
		n += x->n;
		no += x->refused;
		tried += tried_day;
		if (share(dead_day, tried_day) > dead)
			dead = share(dead_day, tried_day);
		if (x->n < 3)
			continue;
		seen++;
		if (x->refused < 2 || x->refused < 0.02 * x->n) {
			spared++;
			spared_n += x->n;
			continue;
		}
		hit++;
		if (fabs(x->first_s) < fabs(gap))
			gap = x->first_s;
		if (x->first_s < before)
			before = x->first_s;
		if (fabs(x->first_s) > gap_all)
			gap_all = fabs(x->first_s);
	}
#define PUT(what, v)                                                               \
	do {                                                                       \
		snprintf(name, sizeof name, "%s_%s", near ? "near" : "far", what); \
		put(r, name, v);                                                   \
	} while (0)
	PUT("sources", total);
	PUT("seen", seen);
	PUT("hit", hit);
	PUT("spared", spared);
	PUT("hit_share", seen > 0 ? hit / seen : -1);
	PUT("spared_n", log1p(spared_n));
	PUT("n", log1p(n));
	PUT("refused_share", n > 0 ? no / n : -1);
	PUT("gap_minutes", fmin(fabs(gap), 9e5) / 60);
	PUT("gap_all_minutes", gap_all / 60);
	PUT("before_minutes", before >= NOBODY ? 15000 : before / 60);
	PUT("dead", dead);
	PUT("dead_beside_own", dead - own_dead);
	PUT("tried", log1p(tried));
#undef PUT
}

/* Other providers, of the same source and of all. */
static void
put_elsewhere(const struct world *w, const struct cell *c, struct row *r,
    struct heard h[MAX_SOURCES][N_PROVIDERS])
{
	double near[N_GROUPS] = { 0 }, day[N_GROUPS] = { 0 }, first = NOBODY, n = 0, no = 0;
	double together = 0, all = 0, seen = 0, everywhere = 0, content = 0, four = 0, four_of = 0,
	       worst = 0;
	char name[40];

	for (size_t i = 0; i < w->n_attempts; i++) {
		const struct attempt *a = &w->attempts[i];
		int32_t t = a->at_s - c->heard_s;

		if (a->source == c->source && t < 0 && t > -7 * day_s && a->word != ACCEPTED &&
		    (words[a->word].group == CONTENT || words[a->word].group == STRAY))
			content += words[a->word].stage == DOT;
		if (a->source == c->source && a->provider == c->provider && t < 0 &&
		    t > -3 * day_s) {
			four_of++;
			four += refuses(a->word);
		}
		if (a->provider == c->provider || !refuses(a->word))
			continue;
		if (t > -2 * hour_s && t < 2 * hour_s)
			near[words[a->word].group]++;
		if (t > -day_s)
			day[words[a->word].group]++;
	}
	for (unsigned g = 0; g < N_GROUPS; g++) {
		if (g >= DEAD)
			continue;
		snprintf(name, sizeof name, "others_2h_%u", g);
		put(r, name, log1p(near[g]));
		snprintf(name, sizeof name, "others_%u", g);
		put(r, name, log1p(day[g]));
	}
	for (unsigned p = 0; p < N_PROVIDERS; p++) {
		const struct heard *x = &h[c->source][p];

		if (p == (unsigned)c->provider)
			continue;
		n += x->n;
		no += x->refused;
		if (x->n < 3)
			continue;
		seen++;
		worst = fmax(worst, x->refused / x->n);
		if (x->refused < 3 || x->refused < 0.05 * x->n)
			continue;
		all++;
		together += fabs(x->first_s) < hour_s;
		if (fabs(x->first_s) < fabs(first))
			first = x->first_s;
	}
	for (unsigned p = 0; p < N_PROVIDERS; p++) /* every source of ours, everywhere */
		for (unsigned s = 0; s < w->n_sources; s++)
			everywhere += p != (unsigned)c->provider && h[s][p].refused >= 3;
	put(r, "others_seen", seen);
	put(r, "others_hit", all);
	put(r, "others_together", together);
	put(r, "others_gap_minutes", first >= NOBODY ? 15000 : first / 60);
	put(r, "others_refused_share", share(no, n));
	put(r, "others_worst", worst);
	put(r, "others_n", log1p(n));
	put(r, "cells_elsewhere", everywhere);
	put(r, "content_before", log1p(content));
	put(r, "refused_before", share(four, four_of));
}

/* Unknown recipients: of the source, of the cell, by day. */
static void
put_dead(const struct world *w, const struct cell *c, struct row *r)
{
	double tried[MAX_DAYS] = { 0 }, dead[MAX_DAYS] = { 0 }, here = 0, here_of = 0, base = 0,
	       base_of = 0;
	double worst = 0, worst_at = 99, week = 0, week_of = 0, after = 0, after_of = 0, most = 0;
	double stream[MAX_STREAMS] = { 0 }, stream_of[MAX_STREAMS] = { 0 }, top = 0;

	for (size_t i = 0; i < w->n_attempts; i++) {
		const struct attempt *a = &w->attempts[i];
		int32_t t = c->heard_s - a->at_s;

		if (a->source != c->source || !a->first)
			continue;
		if (t <= 0) {
			after_of += a->provider != c->provider;
			after += a->provider != c->provider && is_dead(a->word);
			continue;
		}
		if (t / day_s < MAX_DAYS) {
			tried[t / day_s]++;
			dead[t / day_s] += is_dead(a->word);
		}
		if (t < 7 * day_s) {
			stream_of[a->stream]++;
			stream[a->stream] += is_dead(a->word);
		}
		if (t < 3 * day_s && a->provider == c->provider) {
			here_of++;
			here += is_dead(a->word);
		}
	}
	for (unsigned d = 0; d < MAX_DAYS; d++) {
		if (d >= 7) {
			base += dead[d];
			base_of += tried[d];
			continue;
		}
		week += dead[d];
		week_of += tried[d];
		most = fmax(most, dead[d]);
		if (tried[d] >= 15 && dead[d] > worst * tried[d]) {
			worst = dead[d] / tried[d];
			worst_at = d;
		}
	}
	for (unsigned k = 0; k < w->n_streams; k++)
		if (stream_of[k] >= 15)
			top = fmax(top, stream[k] / stream_of[k]);
	put(r, "dead_day", share(dead[0], tried[0]));
	put(r, "dead_week", share(week, week_of));
	put(r, "dead_worst", worst);
	put(r, "dead_worst_days_ago", worst_at);
	put(r, "dead_most", log1p(most));
	put(r, "dead_base", share(base, base_of));
	put(r, "dead_ratio", log((worst + 0.004) / (share(base, base_of) + 0.004)));
	put(r, "dead_week_ratio",
	    log((share(week, week_of) + 0.004) / (share(base, base_of) + 0.004)));
	put(r, "dead_here", share(here, here_of));
	put(r, "dead_after", share(after, after_of));
	put(r, "dead_stream", top);
}

/* The most in any stretch of this many hours that ends in the day before, against the usual. */
static void
put_volume(const struct world *w, const struct cell *c, struct row *r)
{
	static double all[MAX_HOURS], cell[MAX_HOURS], no[MAX_HOURS], n_cell[MAX_HOURS];
	static const int32_t spans[] = { 1, 3, 6, 24 };
	int32_t at = c->heard_s / hour_s, first = -1, end = 0;
	double busy = 0, busy_no = 0, calm = 0, calm_no = 0, mean = 0, hours = 0;
	char name[40];

	memset(all, 0, sizeof all);
	memset(cell, 0, sizeof cell);
	memset(no, 0, sizeof no);
	memset(n_cell, 0, sizeof n_cell);
	for (size_t i = 0; i < w->n_attempts; i++) {
		const struct attempt *a = &w->attempts[i];
		int32_t h = a->at_s / hour_s;

		if (a->source != c->source || h < 0 || h >= MAX_HOURS)
			continue;
		if (first < 0)
			first = h;
		end = h;
		all[h] += a->first;
		if (a->provider != c->provider)
			continue;
		cell[h] += a->first;
		n_cell[h]++;
		no[h] += refuses(a->word);
	}
	for (unsigned k = 0; k < N_OF(spans); k++) {
		const double *of[] = { all, cell };

		for (unsigned j = 0; j < 2; j++) {
			double recent = 0, past = 0, sum = 0, times = 0, same = 0, now_n = 0;

			for (int32_t e = first + spans[k]; e <= at && e < MAX_HOURS; e++) {
				double x = 0;

				for (int32_t i = e - spans[k] + 1; i <= e; i++)
					x += of[j][i];
				if (e > at - 24)
					recent = fmax(recent, x);
				else {
					past = fmax(past, x);
					sum += x;
					times++;
				}
				if (e == at)
					now_n = x;
				if (e == at - 168 || e == at - 336)
					same = fmax(same, x);
			}
			snprintf(
			    name, sizeof name, "%s_%dh_to_mean", j ? "cell" : "volume", spans[k]);
			put(r, name, log((recent + 2) / (share(sum, times) + 2)));
			snprintf(
			    name, sizeof name, "%s_%dh_to_most", j ? "cell" : "volume", spans[k]);
			put(r, name, log((recent + 2) / (past + 2)));
			snprintf(
			    name, sizeof name, "%s_%dh_to_week", j ? "cell" : "volume", spans[k]);
			put(r, name, log((now_n + 2) / (same + 2)));
		}
	}
	for (int32_t h = at; h <= end && h < MAX_HOURS; h++) {
		mean += cell[h];
		hours++;
	}
	mean = share(mean, hours);
	for (int32_t h = at; h <= end && h < MAX_HOURS; h++) {
		if (cell[h] > mean) {
			busy += n_cell[h];
			busy_no += no[h];
		} else {
			calm += n_cell[h];
			calm_no += no[h];
		}
	}
	put(r, "peaks", share(busy_no, busy) - share(calm_no, calm));
	put(r, "age_days", (double)(at - first) / 24);
	put(r, "first_hour_after", at + 1 < MAX_HOURS ? log1p(cell[at + 1]) : 0);
}

/* Which streams and logins are in it. */
static void
put_streams(const struct world *w, const struct cell *c, struct row *r)
{
	double n[MAX_STREAMS] = { 0 }, no[MAX_STREAMS] = { 0 }, first[MAX_STREAMS], all_no = 0;
	double day[MAX_STREAMS] = { 0 }, before[MAX_STREAMS] = { 0 };
	double login_day[2 * MAX_STREAMS] = { 0 }, login_before[2 * MAX_STREAMS] = { 0 };
	double elsewhere[MAX_STREAMS] = { 0 }, elsewhere_n[MAX_STREAMS] = { 0 }, seen = 0, hit = 0;
	double least = 1, most = 0, jump = -9, growth, new_login = 0, lo = 0,
	       spam[MAX_STREAMS] = { 0 };
	unsigned top = 0;

	for (unsigned k = 0; k < MAX_STREAMS; k++)
		first[k] = NOBODY;
	for (size_t i = 0; i < w->n_attempts; i++) {
		const struct attempt *a = &w->attempts[i];
		int32_t t = a->at_s - c->heard_s;
		unsigned k = a->stream;

		if (first[k] >= NOBODY)
			first[k] = a->at_s;
		if (t < hour_s && a->first) {
			if (t > -day_s) {
				day[k]++;
				login_day[a->login]++;
			} else {
				before[k]++;
				login_before[a->login]++;
			}
		}
		if (t < 0 && t > -7 * day_s && a->word != ACCEPTED && words[a->word].stage == DOT &&
		    !is_dead(a->word))
			spam[k]++;
		if (t < 0)
			continue;
		if (a->provider != c->provider) {
			elsewhere_n[k]++;
			elsewhere[k] += refuses(a->word);
		} else if (a->source == c->source) {
			n[k]++;
			no[k] += refuses(a->word);
			all_no += refuses(a->word);
		}
	}
	for (unsigned k = 0; k < w->n_streams; k++) {
		if (no[k] > no[top])
			top = k;
		if (n[k] < 3)
			continue;
		seen++;
		hit += no[k] > 0;
		least = fmin(least, no[k] / n[k]);
		most = fmax(most, no[k] / n[k]);
	}
	for (unsigned k = 0; k < 2 * MAX_STREAMS; k++) {
		double usual = login_before[k] / fmax(1, (double)c->heard_s / day_s - 1);

		if (login_before[k] == 0)
			new_login += login_day[k];
		if (login_day[k] >= 5)
			jump = fmax(jump, log((login_day[k] + 3) / (usual + 3)));
		lo += login_day[k];
	}
	growth = log((day[top] + 3) / (before[top] / fmax(1, (double)c->heard_s / day_s - 1) + 3));
	put(r, "streams_seen", seen);
	put(r, "streams_hit", hit);
	put(r, "streams_hit_share", share(hit, seen));
	put(r, "streams_least", least);
	put(r, "streams_most", most);
	put(r, "streams_spread", most - least);
	put(r, "stream_top", share(no[top], all_no));
	put(r, "stream_top_age_days", fmin(99, (c->heard_s - first[top]) / day_s));
	put(r, "stream_top_growth", growth);
	put(r, "stream_top_elsewhere", share(elsewhere[top], elsewhere_n[top]));
	put(r, "stream_top_spam", log1p(spam[top]));
	put(r, "login_jump", jump);
	put(r, "login_new", share(new_login, lo));
}

static void
put_complaints(const struct world *w, const struct cell *c, struct row *r)
{
	double here = 0, week = 0, base = 0, source = 0, n = 0, n_week = 0;

	for (size_t i = 0; i < w->n_complaints; i++) {
		int32_t t = c->heard_s - w->complaints[i].at_s;

		here += w->complaints[i].provider == c->provider && t < 7 * day_s;
		week += t < 7 * day_s;
		base += t >= 7 * day_s;
		source += w->complaints[i].source == c->source && t < 7 * day_s;
	}
	for (size_t i = 0; i < w->n_attempts; i++) {
		const struct attempt *a = &w->attempts[i];

		if (a->word == ACCEPTED && (a->provider == MSC || a->provider == YAHOO)) {
			n++;
			n_week += a->at_s > c->heard_s - 7 * day_s;
		}
	}
	put(r, "feed", w->n_complaints > 0);
	put(r, "complaints_here", log1p(here));
	put(r, "complaints_source", log1p(source));
	put(r, "complaints_week", log1p(week));
	put(r, "complaints_week_share", share(week, n_week));
	put(r, "complaints_base_share", share(base, n - n_week));
}

/* What a look at DNS finds, where there is one. */
static void
put_dns(const struct world *w, const struct cell *c, struct row *r)
{
	const struct source *s = &w->sources[c->source];
	double near = 0, far = 0;

	for (unsigned i = 0; i < w->n_sources; i++)
		if (i != c->source && w->sources[i].net == s->net)
			near += w->sources[i].listed != 0;
		else if (i != c->source)
			far += w->sources[i].listed != 0;
	put(r, "dns_looks", w->looks);
	put(r, "dns_name", w->looks > 0 ? (double)s->ptr : -1.0);
	put(r, "dns_name_changed", w->looks > 1 ? s->ptr != s->always : -1);
	put(r, "dns_spf", w->looks > 0 ? w->spf_bad : -1);
	put(r, "dns_dkim", w->looks > 0 ? w->dkim_bad : -1);
	put(r, "dns_dmarc", w->looks > 0 ? w->no_dmarc : -1);
	put(r, "dns_listed", w->looks > 0 ? s->listed != 0 : -1);
	put(r, "dns_listed_near", w->looks > 0 ? near : -1);
	put(r, "dns_listed_far", w->looks > 0 ? far : -1);
}

static void
put_row(const struct world *w, const struct cell *c, struct row *r)
{
	static struct heard h[MAX_SOURCES][N_PROVIDERS];

	hear(w, c, h);
	put_words(w, c, r);
	put_siblings(w, c, r, h, true);
	put_siblings(w, c, r, h, false);
	put_elsewhere(w, c, r, h);
	put_dead(w, c, r);
	put_volume(w, c, r);
	put_streams(w, c, r);
	put_complaints(w, c, r);
	put_dns(w, c, r);
	put(r, "own_range", w->owns_range); /* the sender says so in the configuration */
	put(r, "sources", w->n_sources);
	put(r, "networks", w->no_config ? 0 : w->n_nets);
	put(r, "volume", log(w->volume));
}

/* Before the counts: kind, seed, split, source, provider, causes (bits), word, refused. */
void
print_cells(const struct world *w, FILE *out)
{
	struct cell cells[MAX_CELLS];
	unsigned n = find_cells(w, cells);

	for (unsigned i = 0; i < n; i++) {
		struct row r = { out, false };

		if (cells[i].refused < (w->small ? 3U : 8U))
			continue;
		fprintf(out, "%s\t%llu\t%s\t%s\t%s\t%u\t%s\t%u", w->kind,
		    (unsigned long long)w->seed, w->split == FIT ? "fit" : "held",
		    w->sources[cells[i].source].label, provider_ids[cells[i].provider],
		    cells[i].causes, words[cells[i].word].id, cells[i].refused);
		put_row(w, &cells[i], &r);
		putc('\n', out);
	}
}

void
print_columns(FILE *out)
{
	static const struct world w;
	struct cell c = { 0 };
	struct row r = { out, true };

	fputs("kind\tseed\tsplit\tsource\tprovider\tcauses\tword\trefused", out);
	put_row(&w, &c, &r);
	putc('\n', out);
}
