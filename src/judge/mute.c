/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/mute.h"
#include "base/time.h"

#include <math.h>

enum {
	BEFORE = 50, /* attempts before it */
	BURST = 30,  /* replies of one bucket that count: they come from one mailing */
	HISTORY_S = 3 * REP_DAY_S,
	KINDS_OF_DAY = 2, /* weekdays, and Saturday and Sunday */
};

/* How a provider that refuses everything is told from its everyday replies of these classes. */
struct mute_terms {
	unsigned classes, statuses; /* bits: which replies */
	double share;		    /* of all replies, while it lasts */
	double retries; /* a message that waits is refused so often, and is one refusal */
	double least;	/* such refusals in all */
	int64_t lasts_s;
	double expected; /* messages that should have come through meanwhile; 0: does not matter */
};

#define BIT(x) (1U << (x))

static const struct mute_terms all_terms[] = {
	/* Hardly anything gets through any more, whatever the words are. */
	{ BIT(REP_CLASS_RECIPIENT) | BIT(REP_CLASS_MAILBOX) | BIT(REP_CLASS_GREYLISTED),
	    BIT(REP_STATUS_BOUNCED) | BIT(REP_STATUS_DEFERRED), 0.95, 8, 12, 6 * 3600, 15 },
	/* A greylist takes the second attempt or the third; who puts off more than that has a reason. */
	{ BIT(REP_CLASS_GREYLISTED), BIT(REP_STATUS_DEFERRED), 0.8, 3, 20, 2 * 3600, 0 },
};

static const double bar = 12;
static const double kept = 0.05; /* of what is usual in these hours, what may still be accepted */

/* What was accepted, by kind of day and hour (UTC). */
struct usual_day {
	uint64_t n[KINDS_OF_DAY][24];
};

struct mute {
	const struct mute_terms *terms;
	double sum, peak, usual, refused; /* refused: since the sum left 0 */
	int64_t since_s, last_s;
	int64_t first_s;
	/* Up to the last moment when the sum was 0, and since then. */
	double before, before_mute;
	uint64_t pending_accepted;
	double pending, pending_mute;
	struct usual_day accepted, pending_by_hour;
	bool open;
};

struct mute_bucket {
	int64_t from_s, last_s;
	uint64_t attempts, mute, mute_waits, accepted;
};

static void
note(const struct rep_verdicts *v, const struct rep_cell_key *key, const struct mute *m,
    int64_t until_s)
{
	struct rep_index *x = v->index;

	if (x->mutes_n == x->mutes_cap) {
		size_t cap = x->mutes_cap == 0 ? 16 : 2 * x->mutes_cap;
		struct rep_mute *more = rep_arena_alloc(x->a, cap * sizeof *more);

		x->small = x->small || more == NULL;
		if (more == NULL)
			return;
		if (x->mutes_n > 0)
			memcpy(more, x->mutes, x->mutes_n * sizeof *more);
		x->mutes = more;
		x->mutes_cap = cap;
	}
	x->mutes[x->mutes_n++] = (struct rep_mute){ *key, m->terms->classes, m->since_s, until_s };
}

static void
forget(struct mute *m)
{
	m->before += m->pending;
	m->before_mute += m->pending_mute;
	for (int k = 0; k < KINDS_OF_DAY; k++)
		for (int h = 0; h < 24; h++)
			m->accepted.n[k][h] += m->pending_by_hour.n[k][h];
	memset(&m->pending_by_hour, 0, sizeof m->pending_by_hour);
	m->pending_accepted = 0;
	m->pending = m->pending_mute = m->refused = 0;
	m->sum = m->peak = 0;
	m->open = false;
	m->usual = (m->before_mute + 1) / (m->before + 20);
	m->usual = fmin(fmax(m->usual, 0.02), 0.6);
}

/* 1970-01-01 was a Thursday. */
static int
kind_of_day(int64_t at_s)
{
	return at_s / REP_DAY_S % 7 == 2 || at_s / REP_DAY_S % 7 == 3;
}

/* A dead list adds refusals to the usual mail; who refuses everything takes that away. */
static bool
little_accepted(const struct mute *m)
{
	double expected = 0, days[KINDS_OF_DAY] = { 0 }; /* that were seen whole before */

	if (m->terms->expected <= 0)
		return true;
	if (m->since_s - m->first_s < HISTORY_S)
		return false;
	for (int64_t d = m->first_s / REP_DAY_S + 1; (d + 1) * REP_DAY_S <= m->since_s; d++)
		days[kind_of_day(d * REP_DAY_S)]++;
	for (int64_t at_s = m->since_s; at_s < m->last_s; at_s += 3600) {
		int kind = kind_of_day(at_s);

		expected += (double)m->accepted.n[kind][at_s / 3600 % 24] / fmax(days[kind], 1);
	}
	return expected >= m->terms->expected && (double)m->pending_accepted <= kept * expected;
}

static void
take(const struct rep_verdicts *v, const struct rep_cell_key *key, struct mute *m,
    const struct mute_bucket *b)
{
	double waits = (double)b->mute_waits / m->terms->retries;
	double mute = (double)(b->mute - b->mute_waits) + waits;
	double others = (double)(b->attempts - b->mute), all = mute + others;
	double part = all > BURST ? BURST / all : 1;
	double more = part *
	    (mute * log(m->terms->share / m->usual) +
		others * log((1 - m->terms->share) / (1 - m->usual)));

	m->pending += all;
	m->pending_mute += mute;
	m->pending_accepted += b->accepted;
	if (b->from_s >= v->in->hours_from_s)
		m->pending_by_hour.n[kind_of_day(b->from_s)][b->from_s / 3600 % 24] += b->accepted;
	if (m->before < BEFORE || m->sum + more <= 0) {
		if (m->open)
			note(v, key, m, b->from_s);
		forget(m);
		return;
	}
	if (m->sum <= 0)
		m->since_s = b->from_s;
	m->sum += more;
	m->refused += mute;
	m->peak = fmax(m->peak, m->sum);
	if (b->mute > 0)
		m->last_s = b->last_s;
	if (m->open && m->sum < m->peak - bar) {
		note(v, key, m, b->from_s);
		forget(m);
		return;
	}
	m->open = m->open ||
	    (m->sum >= bar && m->refused >= m->terms->least &&
		m->last_s - m->since_s >= m->terms->lasts_s && little_accepted(m));
}

static void
look(const struct rep_verdicts *v, const struct rep_cell_key *key,
    const struct rep_observation *obs, size_t n, const struct mute_terms *terms)
{
	struct mute m = { .terms = terms };
	struct mute_bucket b = { 0 };

	forget(&m);
	m.first_s = obs[0].from_s > v->in->hours_from_s ? obs[0].from_s : v->in->hours_from_s;
	for (size_t i = 0; i < n; i++) {
		const struct rep_observation *o = &obs[i];

		if (!o->evidence || o->first_s > v->in->now_s)
			continue;
		if (b.attempts > 0 && b.from_s != o->from_s) {
			take(v, key, &m, &b);
			b = (struct mute_bucket){ 0 };
		}
		b.from_s = o->from_s;
		b.attempts += o->count;
		b.accepted += o->class == REP_CLASS_ACCEPTED ? o->count : 0;
		if ((terms->classes & BIT(o->class)) != 0 &&
		    (terms->statuses & BIT(o->status)) != 0) {
			b.mute += o->count;
			b.mute_waits += o->status == REP_STATUS_DEFERRED ? o->count : 0;
			b.last_s = o->last_s > b.last_s ? o->last_s : b.last_s;
		}
	}
	if (b.attempts > 0)
		take(v, key, &m, &b);
	if (m.open)
		note(v, key, &m, INT64_MAX);
}

void
rep_mute_look(const struct rep_verdicts *v, const struct rep_cell_key *key,
    const struct rep_observation *obs, size_t n)
{
	if (v->index->other_known && key->provider == v->index->other)
		return;
	for (size_t t = 0; t < REP_COUNT(all_terms); t++) {
		double all = 0;

		for (size_t i = 0; i < n; i++)
			all += (all_terms[t].classes & BIT(obs[i].class)) != 0 ? obs[i].count : 0;
		if (all >= all_terms[t].least)
			look(v, key, obs, n, &all_terms[t]);
	}
}
