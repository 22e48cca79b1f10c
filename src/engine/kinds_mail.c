/*
 * engine/kinds_mail.c -- conditions that what was sent shows: accounts that stand out, and rates near a limit.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/conditions.h"
#include "base/time.h"
#include "judge/complaints.h"

#include <stdlib.h>

/* --- who submits as never before ------------------------------------------------------------------- */

/*
 * The busiest hour of the last day against the busiest hour of the 13 days before. An incident asks less of an
 * account (judge/account.h): there something is known to be wrong. Measured on ordinary months: doc/alerts.md.
 */
enum {
	ACCOUNT_NOW_S = REP_DAY_S,
	ACCOUNT_LEAST = 100,
	ACCOUNT_LEAST_NEW = 300, /* of one that had nothing in the 13 days before */
	ACCOUNT_TIMES = 10,
	ACCOUNT_KNOWN_S = 9 * REP_DAY_S /* each day of the week was seen before the last day */
};

struct account_hours {
	uint64_t peak, before;
	int64_t peak_s;
};

static void
hours_of(const struct rep_handed *h, int64_t now_s, struct account_hours *x)
{
	for (size_t k = 0; k < h->hours_n; k++) {
		const struct rep_handed_hour *hour = &h->hours[k];
		bool recent = hour->from_s > now_s - ACCOUNT_NOW_S;

		if (hour->from_s > now_s)
			break;
		if ((!recent || hour->at_most) && hour->n > x->before)
			x->before = hour->n;
		if (recent && !hour->at_most && hour->n > x->peak) {
			x->peak = hour->n;
			x->peak_s = hour->from_s;
		}
	}
}

/* A row of what was handed in, with what is known of its host. */
struct account_row {
	const struct rep_handed *h;
	int64_t known_s; /* since when it is known who submits mail there; INT64_MAX: it is not */
};

static int
by_host(const void *a, const void *b)
{
	const struct account_row *x = a, *y = b;

	return rep_str_cmp(x->h->host, y->h->host);
}

/* Rows of one name are in the order of the array that they point into. */
static int
by_who(const void *a, const void *b)
{
	const struct account_row *x = a, *y = b;
	int who = rep_str_cmp(x->h->who, y->h->who);

	return who != 0 ? who : x->h < y->h ? -1 : x->h > y->h;
}

static void
since_when(struct account_row *v, size_t n)
{
	qsort(v, n, sizeof *v, by_host);
	for (size_t i = 0, end; i < n; i = end) {
		int64_t known_s = INT64_MAX;

		for (end = i; end < n && by_host(&v[i], &v[end]) == 0; end++)
			if (v[end].h->hours_n > 0 && v[end].h->hours[0].from_s < known_s)
				known_s = v[end].h->hours[0].from_s;
		for (size_t k = i; k < end; k++)
			v[k].known_s = known_s;
	}
}

/* The rows of one name: what it does at other hosts is usual for it, too. */
static struct account_hours
one_account(const struct rep_judge_in *in, const struct account_row *v, size_t n)
{
	struct account_hours x = { 0 };

	for (size_t i = 0; i < n; i++)
		hours_of(v[i].h, in->now_s, &x);
	if (x.peak < (x.before > 0 ? ACCOUNT_LEAST : ACCOUNT_LEAST_NEW) ||
	    x.peak < ACCOUNT_TIMES * x.before)
		x.peak = 0;
	return x;
}

static void
add_account(struct rep_str who, const struct account_hours *x, struct rep_conditions *out)
{
	char when[REP_TIME_TEXT];

	rep_condition_add(out, REP_KIND_ACCOUNT_UNUSUAL, who, REP_S(""), x->peak_s,
	    x->before > 0 ? rep_arena_printf(out->a,
				"%llu recipients of other hosts in the hour from %s on. In the 13 "
				"days before it had at most %llu in an hour.",
				(unsigned long long)x->peak, rep_time_text(x->peak_s, when),
				(unsigned long long)x->before)
			  : rep_arena_printf(out->a,
				"%llu recipients of other hosts in the hour from %s on. In the 13 "
				"days before it had none.",
				(unsigned long long)x->peak, rep_time_text(x->peak_s, when)));
}

/* The first row of these whose host is known for long enough; n: there is none. */
static size_t
first_known(const struct account_row *v, size_t n, int64_t now_s)
{
	size_t i = 0;

	while (i < n && v[i].known_s > now_s - ACCOUNT_KNOWN_S)
		i++;
	return i;
}

void
rep_conditions_account(const struct rep_conditions_in *c, struct rep_conditions *out)
{
	const struct rep_judge_in *in = c->in;
	size_t n = in->handed_n;
	struct account_row *v = rep_arena_alloc(out->a, (n + 1) * sizeof *v);
	struct account_hours *of = rep_arena_alloc(out->a, (n + 1) * sizeof *of);

	if (v == NULL || of == NULL) {
		out->small = true;
		return;
	}
	for (size_t i = 0; i < n; i++)
		v[i] = (struct account_row){ &in->handed[i], INT64_MAX };
	since_when(v, n);
	qsort(v, n, sizeof *v, by_who);
	for (size_t i = 0, end; i < n; i = end) {
		size_t k;

		for (end = i + 1; end < n && rep_str_eq(v[i].h->who, v[end].h->who);)
			end++;
		k = i + first_known(&v[i], end - i, in->now_s);
		if (k < end && v[i].h->who.n > 0)
			of[v[k].h - in->handed] = one_account(in, &v[i], end - i);
	}
	/* In the order of the rows. */
	for (size_t i = 0; i < n; i++)
		if (of[i].peak > 0)
			add_account(in->handed[i].who, &of[i], out);
}

/* --- complaints ---------------------------------------------------------------------------------------- */

enum { RATE_S = 7 * REP_DAY_S };

/*
 * A limit of 0.1 % is reached by one complaint in a thousand messages. Judgement: from five complaints on a rate is
 * one; with fewer, the limit lies within what chance does (95 % of Poisson counts with a mean of 2 are below 5).
 */
enum { COMPLAINTS_LEAST = 5 };

static void
one_rate(const struct rep_judge_in *in, const struct rep_rate *r, struct rep_conditions *out)
{
	uint32_t id = r->route != 0 ? r->route : r->provider;
	const struct rep_provider *p =
	    rep_provider_by_id(rep_know_providers(in->know), rep_name(&in->names, id));
	struct rep_str name = p != NULL ? p->in_sentence : rep_name(&in->names, id);

	if (r->stream != 0 || r->state < REP_RATE_WARN || r->complaints < COMPLAINTS_LEAST ||
	    name.n == 0)
		return;
	rep_condition_add(out, REP_KIND_COMPLAINTS_NEAR, name, REP_S(""), in->now_s,
	    rep_arena_printf(out->a,
		"%llu complaints about %llu messages that were accepted in seven days are %.2f %%. "
		"The limit is %.2f %%, %.*s.",
		(unsigned long long)r->complaints, (unsigned long long)r->accepted, 100 * r->share,
		100 * r->limit->act, REP_PR(r->limit->acts)));
}

static void
complaints(const struct rep_judge_in *in, struct rep_conditions *out)
{
	struct rep_rates rates;
	struct rep_err err;

	if (in->complaints_n == 0)
		return;
	if (rep_complaint_rates(rep_know_providers(in->know), &in->names, in->complaints,
		in->complaints_n, in->obs, in->obs_n, in->now_s - RATE_S, in->now_s, out->a, &rates,
		&err) != REP_OK) {
		out->small = true;
		return;
	}
	for (size_t i = 0; i < rates.n; i++)
		one_rate(in, &rates.v[i], out);
}

/* --- recipients that do not exist ------------------------------------------------------------------- */

/*
 * The compiled-in limit of conduct is 5 % (doc/words.md), which is also where Amazon SES begins a review. Near it is
 * 4 %: judgement. With fewer attempts or bounces than these, chance alone may reach it.
 */
enum { BOUNCES_ATTEMPTS = 500, BOUNCES_LEAST = 20, BOUNCES_NEAR_PART = 25 };

/*
 * A provider that says so of four fifths of an hour's mail refuses the sender, and says nothing of recipients. Judgement:
 * no list that anybody uses is so dead.
 */
enum { BOUNCES_MUTE_OF = 5, BOUNCES_MUTE = 4 };

/* What one source sent to one provider in an hour; or a source to all, in all hours that count. */
struct bounce_sum {
	struct rep_str source;
	uint32_t label; /* one of it, always the same */
	uint32_t provider;
	int64_t from_s; /* the hour */
	uint64_t attempts, unknown;
};

/* A label, and what was sent by it in a week. */
struct bounce_label {
	struct bounce_sum sum;
	size_t observations;
	bool near; /* the source may be near the limit */
};

static int
by_source_hour(const void *a, const void *b)
{
	const struct bounce_sum *x = a, *y = b;
	int source = rep_str_cmp(x->source, y->source);

	if (source != 0)
		return source;
	if (x->provider != y->provider)
		return x->provider < y->provider ? -1 : 1;
	return x->from_s < y->from_s ? -1 : x->from_s > y->from_s;
}

static int
by_label_source(const void *a, const void *b)
{
	const struct bounce_label *x = a, *y = b;

	return rep_str_cmp(x->sum.source, y->sum.source);
}

static void
add_sum(struct bounce_sum *to, const struct bounce_sum *x)
{
	to->label = to->label == 0 || x->label < to->label ? x->label : to->label;
	to->attempts += x->attempts;
	to->unknown += x->unknown;
}

static bool
is_near(const struct bounce_sum *x)
{
	return x->attempts >= BOUNCES_ATTEMPTS && x->unknown >= BOUNCES_LEAST &&
	    x->unknown * BOUNCES_NEAR_PART >= x->attempts;
}

/* An observation of the week whose label has a source: its label's row. NULL: it is none. */
static struct bounce_label *
label_of(
    const struct rep_judge_in *in, const struct rep_observation *o, struct bounce_label *const *of)
{
	return o->evidence && o->from_s >= in->now_s - RATE_S && o->from_s <= in->now_s &&
		o->label < in->names.n
	    ? of[o->label]
	    : NULL;
}

static struct bounce_sum
sum_of(const struct rep_observation *o)
{
	return (struct bounce_sum){ .label = o->label,
		.provider = o->provider,
		.from_s = o->from_s,
		.attempts = o->count,
		.unknown = o->class == REP_CLASS_RECIPIENT ? o->count : 0 };
}

/*
 * Marks the labels of sources that are near the limit if all hours count. No other is when some of them do not: an
 * hour that is left out has a larger share than the limit, so without it the rest has a smaller one. Returns how many
 * observations these labels have; 0 nearly always.
 */
static size_t
mark_near(
    const struct rep_judge_in *in, struct bounce_label *v, size_t n, struct bounce_label *const *of)
{
	size_t observations = 0;

	for (size_t i = 0; i < in->obs_n; i++) {
		struct bounce_label *x = label_of(in, &in->obs[i], of);
		struct bounce_sum sum = sum_of(&in->obs[i]);

		if (x == NULL)
			continue;
		add_sum(&x->sum, &sum);
		x->observations++;
	}
	for (size_t i = 0, end; i < n; i = end) {
		struct bounce_sum all = { .attempts = 0 };

		for (end = i; end < n && rep_str_eq(v[end].sum.source, v[i].sum.source); end++)
			add_sum(&all, &v[end].sum);
		for (size_t k = i; k < end; k++) {
			v[k].near = is_near(&all);
			observations += v[k].near ? v[k].observations : 0;
		}
	}
	return observations;
}

/* The labels with their sources, sorted by them; of[label] is its row. False: out of memory. */
static bool
labels_of(const struct rep_judge_in *in, struct rep_arena *a, struct bounce_label **out,
    struct bounce_label ***of)
{
	struct bounce_label *v = rep_arena_alloc(a, (in->labels_n + 1) * sizeof *v);
	char text[REP_IP_TEXT];

	*out = v;
	*of = rep_arena_alloc(a, (in->names.n + 1) * sizeof **of);
	if (v == NULL || *of == NULL)
		return false;
	for (size_t i = 0; i < in->labels_n; i++) {
		struct rep_str source = rep_source_text(in, in->labels[i].label, text);

		v[i].sum = (struct bounce_sum){ .source = rep_arena_dup(a, source),
			.label = in->labels[i].label };
		if (v[i].sum.source.p == NULL)
			return false;
	}
	qsort(v, in->labels_n, sizeof *v, by_label_source);
	for (size_t i = 0; i < in->labels_n; i++)
		if (v[i].sum.source.n > 0 && v[i].sum.label < in->names.n)
			(*of)[v[i].sum.label] = &v[i];
	return true;
}

static void
one_source(const struct rep_judge_in *in, const struct bounce_sum *x, struct rep_conditions *out)
{
	if (is_near(x))
		rep_condition_add_known_as(out, REP_KIND_BOUNCES_NEAR, x->source,
		    rep_name(&in->names, x->label), in->now_s,
		    rep_arena_printf(out->a,
			"%llu of %llu recipients in seven days do not exist: %.1f %%. The limit is "
			"5 %%.",
			(unsigned long long)x->unknown, (unsigned long long)x->attempts,
			100.0 * (double)x->unknown / (double)x->attempts));
}

static void
bounces(const struct rep_judge_in *in, struct rep_conditions *out)
{
	struct bounce_label *labels, **of;
	struct bounce_sum *v = NULL, all = { .attempts = 0 };
	size_t n, k = 0, end;

	if (!labels_of(in, out->a, &labels, &of)) {
		out->small = true;
		return;
	}
	if ((n = mark_near(in, labels, in->labels_n, of)) == 0)
		return;
	if ((v = rep_arena_alloc(out->a, n * sizeof *v)) == NULL) {
		out->small = true;
		return;
	}
	for (size_t i = 0; i < in->obs_n; i++) {
		const struct bounce_label *x = label_of(in, &in->obs[i], of);

		if (x == NULL || !x->near)
			continue;
		v[k] = sum_of(&in->obs[i]);
		v[k++].source = x->sum.source;
	}
	qsort(v, n, sizeof *v, by_source_hour);
	for (size_t i = 0; i < n; i = end) {
		struct bounce_sum hour = v[i];

		for (end = i + 1; end < n && by_source_hour(&v[i], &v[end]) == 0; end++)
			add_sum(&hour, &v[end]);
		if (!rep_str_eq(all.source, hour.source)) {
			one_source(in, &all, out);
			all = (struct bounce_sum){ .source = hour.source };
		}
		if (hour.unknown * BOUNCES_MUTE_OF < hour.attempts * BOUNCES_MUTE)
			add_sum(&all, &hour);
	}
	one_source(in, &all, out);
}

void
rep_conditions_rates(const struct rep_conditions_in *c, struct rep_conditions *out)
{
	complaints(c->in, out);
	bounces(c->in, out);
}

/* --- a relay whose quota is used up ----------------------------------------------------------------- */

/*
 * A relay that is full, or whose password it refuses, is an incident. One that says that a quota is used up is none: it
 * ends by itself. Judgement: Postfix tries a message about five times in two hours, so 50 replies are ten messages; they
 * are no single message that was too much.
 */
enum { QUOTA_S = 2 * 3600, QUOTA_LEAST = 50 };

/* What one relay said of its quota. */
struct quota_sum {
	uint64_t replies;
	int64_t first_s;
	uint32_t rule; /* of one of the replies; 0: none has one */
};

void
rep_conditions_relay(const struct rep_conditions_in *c, struct rep_conditions *out)
{
	const struct rep_judge_in *in = c->in;
	struct quota_sum *by_route = rep_arena_alloc(out->a, (in->names.n + 1) * sizeof *by_route);
	const struct rep_rule *rule;

	if (by_route == NULL) {
		out->small = true;
		return;
	}
	for (size_t i = 0; i < in->obs_n; i++) {
		const struct rep_observation *o = &in->obs[i];
		struct quota_sum *x;

		if (o->route == 0 || o->route >= in->names.n || o->class != REP_CLASS_CAPACITY ||
		    o->first_s > in->now_s || o->last_s < in->now_s - QUOTA_S)
			continue;
		x = &by_route[o->route];
		x->first_s = x->replies == 0 || o->first_s < x->first_s ? o->first_s : x->first_s;
		x->replies += o->count;
		x->rule = x->rule != 0 ? x->rule : o->rule;
	}
	for (uint32_t i = 0; i < in->names.n; i++) {
		const struct quota_sum *x = &by_route[i];

		if (x->replies < QUOTA_LEAST)
			continue;
		rule = rep_know_rule(in->know, rep_name(&in->names, x->rule));
		rep_condition_add(out, REP_KIND_RELAY_QUOTA, rep_name(&in->names, i), REP_S(""),
		    x->first_s,
		    rule != NULL
			? rep_arena_printf(out->a,
			      "%llu replies of the last two hours said so. %.*s",
			      (unsigned long long)x->replies, REP_PR(rule->meaning))
			: rep_arena_printf(out->a, "%llu replies of the last two hours said so.",
			      (unsigned long long)x->replies));
	}
}
