/*
 * engine/kinds_auth.c -- own mail that receivers refuse for its authentication, more of it than before.
 *
 * The attempts of a day are counted for each own domain at each provider, and those that the provider refused for
 * authentication (SPF, DKIM, DMARC). An incident is about all mail of a source at a provider, so one domain among many,
 * whose key was lost, hardly moves its share. It is unusual if
 *
 *	- a twentieth or more of 20 attempts or more was refused: five messages that bounced, or 50 replies,
 *	- and that is three times the worst of any of the last 28 days, of which 7 or more had 20 attempts.
 *
 * Hours in which an incident tells the same are left out of all of it. What holds is not compared with itself, for a week;
 * and where nothing new was sent, it goes on. All of these numbers are judgement; how often they are wrong in ordinary
 * months is in doc/alerts.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/conditions.h"
#include "base/time.h"

#include <stdlib.h>

enum {
	HOUR_S = 3600,
	DAYS = 28,
	DAYS_LEAST = 7,
	ATTEMPTS = 20, /* of a day: with fewer, one reply is a large share */
	PART = 20,     /* one of so many is refused */
	BOUNCED = 5,
	/* Postfix tries a message that is put off some 25 times in a day: these are two of them. */
	REPLIES = 50,
	TIMES = 3,
	USUAL_S = 7 * REP_DAY_S /* what holds for so long is usual */
};

/* Attempts of a day. */
struct auth_sum {
	uint64_t attempts, refused, bounced;
	int64_t first_s; /* of those refused */
	uint32_t rule;	 /* of one of them; 0: none has one */
};

/* A domain at a provider. */
struct auth_pair {
	struct auth_sum day; /* the last one */
	bool sent;	     /* something, in all the days */
};

/* A time in which an incident tells of authentication. */
struct auth_told {
	uint32_t provider;
	int64_t from_s, until_s;
};

struct auth_count {
	const struct rep_conditions_in *c;
	const struct rep_judge_in *in;
	uint8_t *domain;	/* by stream: its place among the own ones, plus 1; 0: none */
	uint32_t *provider;	/* by name: its row, plus 1; 0: none */
	struct auth_told *told; /* by provider, then by time */
	size_t told_n;
	struct auth_pair *pairs; /* by row and domain */
	size_t rows;
};

/* --- what incidents tell ----------------------------------------------------------------------------- */

static int
by_provider(const void *a, const void *b)
{
	const struct auth_told *x = a, *y = b;

	if (x->provider != y->provider)
		return x->provider < y->provider ? -1 : 1;
	return x->from_s < y->from_s ? -1 : x->from_s > y->from_s;
}

/* Joins those that touch. */
static size_t
join(struct auth_told *v, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct auth_told *last = kept > 0 ? &v[kept - 1] : NULL;

		if (last == NULL || last->provider != v[i].provider || v[i].from_s > last->until_s)
			v[kept++] = v[i];
		else if (v[i].until_s > last->until_s)
			last->until_s = v[i].until_s;
	}
	return kept;
}

/* What is only suspected is not told. */
static bool
tells(const struct rep_incident *i)
{
	return i->trouble == REP_TROUBLE_FAIL && i->life != REP_LIFE_SUSPECTED;
}

/* False: out of memory. */
static bool
find_told(struct auth_count *x, struct rep_arena *a)
{
	const struct rep_verdicts *v = x->c->verdicts;
	size_t n = 0;

	for (size_t i = 0; v != NULL && i < v->incidents_n; i++)
		n += tells(&v->incidents[i]) ? v->incidents[i].episodes_n : 0;
	if ((x->told = rep_arena_alloc(a, (n + 1) * sizeof *x->told)) == NULL)
		return false;
	for (size_t i = 0; n > 0 && i < v->incidents_n; i++) {
		const struct rep_incident *p = &v->incidents[i];

		for (size_t k = 0; tells(p) && k < p->episodes_n; k++)
			x->told[x->told_n++] = (struct auth_told){ v->cells[p->cell].key.provider,
				p->episodes[k].since_s,
				p->episodes[k].until_s == 0 ? INT64_MAX : p->episodes[k].until_s };
	}
	if (x->told_n > 0)
		qsort(x->told, x->told_n, sizeof *x->told, by_provider);
	x->told_n = join(x->told, x->told_n);
	return true;
}

/* Whether an incident tells of something in this hour. */
static bool
is_told(const struct auth_count *x, uint32_t provider, int64_t from_s)
{
	const struct auth_told hour = { provider, from_s, 0 };
	size_t lo = 0, hi = x->told_n;

	/* The first that begins later; the one before it may last until now. */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (by_provider(&x->told[mid], &hour) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < x->told_n && x->told[lo].provider == provider &&
	    x->told[lo].from_s < from_s + HOUR_S)
		return true;
	return lo > 0 && x->told[lo - 1].provider == provider && x->told[lo - 1].until_s >= from_s;
}

/* --- counting ------------------------------------------------------------------------------------------ */

/* False: out of memory. */
static bool
find_rows(struct auth_count *x, struct rep_arena *a)
{
	const struct rep_judge_in *in = x->in;
	const struct rep_own *own = x->c->own;
	size_t n = in->names.n + 1;

	x->domain = rep_arena_alloc(a, n * sizeof *x->domain);
	x->provider = rep_arena_alloc(a, n * sizeof *x->provider);
	if (x->domain == NULL || x->provider == NULL)
		return false;
	for (uint32_t i = 1; i < in->names.n; i++) {
		struct rep_str domain = rep_own_sender(rep_name(&in->names, i));

		for (size_t d = 0; domain.n > 0 && d < own->domains_n; d++)
			if (rep_str_eq_nocase(domain, own->domains[d]))
				x->domain[i] = (uint8_t)(d + 1);
	}
	for (size_t i = 0; i < in->obs_n; i++)
		if (in->obs[i].provider < in->names.n && x->provider[in->obs[i].provider] == 0)
			x->provider[in->obs[i].provider] = (uint32_t)++x->rows;
	x->pairs = rep_arena_alloc(a, (x->rows * own->domains_n + 1) * sizeof *x->pairs);
	return x->pairs != NULL;
}

/* The pair of an observation of the last days. NULL: it does not count. */
static struct auth_pair *
pair_of(const struct auth_count *x, const struct rep_observation *o)
{
	int64_t now_s = x->in->now_s;

	if (!o->evidence || o->route != 0 || o->from_s > now_s ||
	    o->from_s <= now_s - (DAYS + 1) * (int64_t)REP_DAY_S || o->stream >= x->in->names.n ||
	    x->domain[o->stream] == 0 || o->provider >= x->in->names.n)
		return NULL;
	return &x->pairs[(x->provider[o->provider] - 1) * x->c->own->domains_n +
	    x->domain[o->stream] - 1];
}

static void
add(struct auth_sum *s, const struct rep_observation *o)
{
	s->attempts += o->count;
	if (o->class != REP_CLASS_AUTHENTICATION)
		return;
	s->first_s = s->refused == 0 || o->first_s < s->first_s ? o->first_s : s->first_s;
	s->refused += o->count;
	s->bounced += o->status == REP_STATUS_BOUNCED ? o->count : 0;
	s->rule = s->rule != 0 ? s->rule : o->rule;
}

static void
count(const struct auth_count *x)
{
	for (size_t i = 0; i < x->in->obs_n; i++) {
		const struct rep_observation *o = &x->in->obs[i];
		struct auth_pair *p = pair_of(x, o);

		if (p == NULL)
			continue;
		p->sent = true;
		if (o->from_s > x->in->now_s - REP_DAY_S && !is_told(x, o->provider, o->from_s))
			add(&p->day, o);
	}
}

static double
share(const struct auth_sum *s)
{
	return s->attempts == 0 ? 0 : (double)s->refused / (double)s->attempts;
}

/*
 * The largest share of the days before. held_s: it holds since then, and what it is compared with ends a day before
 * that. Returns how many days are known.
 */
static int
usual(const struct auth_count *x, const struct auth_pair *p, int64_t held_s, double *most)
{
	struct auth_sum days[DAYS + 1] = { { .attempts = 0 } };
	int64_t now_s = x->in->now_s;
	int known = 0;

	*most = 0;
	for (size_t i = 0; i < x->in->obs_n; i++) {
		const struct rep_observation *o = &x->in->obs[i];

		if (pair_of(x, o) == p && !is_told(x, o->provider, o->from_s) &&
		    o->from_s < held_s - REP_DAY_S)
			add(&days[(now_s - o->from_s) / REP_DAY_S], o);
	}
	for (int d = 1; d <= DAYS; d++) {
		if (days[d].attempts < ATTEMPTS)
			continue;
		known++;
		*most = share(&days[d]) > *most ? share(&days[d]) : *most;
	}
	return known;
}

/* --- what holds ------------------------------------------------------------------------------------------ */

/* Since when it is known to hold; 0: it does not. */
static int64_t
held_since(const struct rep_conditions_in *c, struct rep_conditions *out, struct rep_str domain,
    struct rep_str provider)
{
	const struct rep_condition k = { .kind = REP_KIND_AUTH_REFUSED,
		.subject = rep_condition_name(out->a, domain),
		.of = rep_condition_name(out->a, provider) };
	const struct rep_held *h = c->held == NULL ? NULL : rep_held_find(c->held, &k);

	return h != NULL && h->over_s == 0 ? h->first_s : 0;
}

static void
one(const struct auth_count *x, const struct auth_pair *p, struct rep_str domain,
    struct rep_str provider, struct rep_conditions *out)
{
	const struct auth_sum *s = &p->day;
	const struct rep_rule *rule = rep_know_rule(x->in->know, rep_name(&x->in->names, s->rule));
	struct rep_str name = rep_condition_provider(x->c, provider), text,
		       meaning = rule != NULL ? rule->meaning : (struct rep_str){ "", 0 };
	int64_t now_s = x->in->now_s, held_s = held_since(x->c, out, domain, provider);
	bool new = s->attempts >= ATTEMPTS;
	double most;
	int known;

	if (!new &&held_s != 0 && p->sent) {
		rep_condition_add(out, REP_KIND_AUTH_REFUSED, domain, provider, held_s,
		    rep_arena_printf(out->a,
			"%.*s refused it for authentication, and too little was sent there in the "
			"last 24 hours to tell whether it still does.",
			REP_PR(name)));
		return;
	}
	if (!new || s->refused * PART < s->attempts ||
	    (s->bounced < BOUNCED && s->refused < REPLIES))
		return;
	known = usual(
	    x, p, held_s == 0 || now_s - held_s >= USUAL_S ? now_s + REP_DAY_S : held_s, &most);
	/* What holds has had its usual. */
	if ((held_s == 0 && known < DAYS_LEAST) || share(s) < TIMES * most)
		return;
	text = rep_arena_printf(out->a,
	    "%.*s refused %llu of %llu attempts of 24 hours for authentication: %.1f %%. On the "
	    "worst of %d days before it was %.1f %%.%s%.*s",
	    REP_PR(name), (unsigned long long)s->refused, (unsigned long long)s->attempts,
	    100 * share(s), known, 100 * most, meaning.n > 0 ? " " : "", REP_PR(meaning));
	rep_condition_add(out, REP_KIND_AUTH_REFUSED, domain, provider, s->first_s, text);
}

void
rep_conditions_auth(const struct rep_conditions_in *c, struct rep_conditions *out)
{
	struct auth_count x = { .c = c, .in = c->in };

	if (!find_told(&x, out->a) || !find_rows(&x, out->a)) {
		out->small = true;
		return;
	}
	count(&x);
	for (uint32_t i = 1; i < c->in->names.n; i++)
		for (size_t d = 0; x.provider[i] != 0 && d < c->own->domains_n; d++)
			one(&x, &x.pairs[(x.provider[i] - 1) * c->own->domains_n + d],
			    c->own->domains[d], rep_name(&c->in->names, i), out);
}
