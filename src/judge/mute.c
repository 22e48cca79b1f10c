/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/mute.h"
#include "base/time.h"

#include <math.h>

enum {
	LEAST = 20,  /* such replies in all */
	BEFORE = 50, /* attempts before it */
	BURST = 30,  /* replies of one bucket that count: they come from one mailing */
	LASTS_S = 6 * 3600,
	RETRIES = 8, /* a message that waits is refused again and again, and is one refusal */
	HISTORY_S = 3 * REP_DAY_S,
	EXPECTED =
	    60, /* messages that should have been accepted meanwhile: also on a Sunday some */
};

static const double everything = 0.95, bar = 12;
static const double kept = 0.05; /* of what is usual in these hours, what may still be accepted */

struct mute {
	double sum, peak, usual;
	int64_t since_s, last_s;
	int64_t first_s;
	/* Up to the last moment when the sum was 0, and since then. */
	uint64_t before, before_mute;
	uint64_t pending, pending_mute, pending_accepted;
	uint64_t by_hour[24], pending_by_hour[24]; /* accepted, by hour of the day (UTC) */
	bool open;
};

struct mute_bucket {
	int64_t from_s, last_s;
	uint64_t attempts, mute, mute_waits, accepted;
};

static void
note(const struct rep_verdicts *v, const struct rep_cell_key *key, int64_t from_s, int64_t until_s)
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
	x->mutes[x->mutes_n++] = (struct rep_mute){ *key, from_s, until_s };
}

static void
forget(struct mute *m)
{
	m->before += m->pending;
	m->before_mute += m->pending_mute;
	for (size_t h = 0; h < REP_COUNT(m->by_hour); h++) {
		m->by_hour[h] += m->pending_by_hour[h];
		m->pending_by_hour[h] = 0;
	}
	m->pending = m->pending_mute = m->pending_accepted = 0;
	m->sum = m->peak = 0;
	m->open = false;
	m->usual = (double)(m->before_mute + 1) / (double)(m->before + 20);
	m->usual = fmin(fmax(m->usual, 0.02), 0.6);
}

/* A dead list adds refusals to the usual mail; who refuses everything takes that away. */
static bool
little_accepted(const struct mute *m)
{
	double days = (double)(m->since_s - m->first_s) / REP_DAY_S, expected = 0;

	if (m->since_s - m->first_s < HISTORY_S)
		return false;
	for (int64_t at_s = m->since_s; at_s < m->last_s; at_s += 3600)
		expected += (double)m->by_hour[at_s / 3600 % 24] / days;
	return expected >= EXPECTED && (double)m->pending_accepted <= kept * expected;
}

static void
take(const struct rep_verdicts *v, const struct rep_cell_key *key, struct mute *m,
    const struct mute_bucket *b)
{
	double part = b->attempts > BURST ? (double)BURST / (double)b->attempts : 1;
	double mute = (double)(b->mute - b->mute_waits) + (double)b->mute_waits / RETRIES;
	double more = part *
	    (mute * log(everything / m->usual) +
		(double)(b->attempts - b->mute) * log((1 - everything) / (1 - m->usual)));

	m->pending += b->attempts;
	m->pending_mute += b->mute;
	m->pending_accepted += b->accepted;
	m->pending_by_hour[b->from_s / 3600 % 24] += b->accepted;
	if (m->before < BEFORE || m->sum + more <= 0) {
		if (m->open)
			note(v, key, m->since_s, b->from_s);
		forget(m);
		return;
	}
	if (m->sum <= 0)
		m->since_s = b->from_s;
	m->sum += more;
	m->peak = fmax(m->peak, m->sum);
	if (b->mute > 0)
		m->last_s = b->last_s;
	if (m->open && m->sum < m->peak - bar) {
		note(v, key, m->since_s, b->from_s);
		forget(m);
		return;
	}
	m->open =
	    m->open || (m->sum >= bar && m->last_s - m->since_s >= LASTS_S && little_accepted(m));
}

void
rep_mute_look(const struct rep_verdicts *v, const struct rep_cell_key *key,
    const struct rep_observation *obs, size_t n)
{
	struct mute m = { 0 };
	struct mute_bucket b = { 0 };
	uint64_t all = 0;

	if (v->index->other_known && key->provider == v->index->other)
		return;
	for (size_t i = 0; i < n; i++)
		all += rep_class_of_recipient((enum rep_class)obs[i].class) ? obs[i].count : 0;
	if (all < LEAST)
		return;
	forget(&m);
	m.first_s = obs[0].from_s;
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
		if (rep_class_of_recipient((enum rep_class)o->class)) {
			b.mute += o->count;
			b.mute_waits += o->status == REP_STATUS_DEFERRED ? o->count : 0;
			b.last_s = o->last_s > b.last_s ? o->last_s : b.last_s;
		}
	}
	if (b.attempts > 0)
		take(v, key, &m, &b);
	if (m.open)
		note(v, key, m.since_s, INT64_MAX);
}
