/* SPDX-License-Identifier: Apache-2.0 */
/* mail.c -- the days of a world: messages come in, are tried, are answered, and wait. */
#include "worlds.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Every message that is not yet delivered, and a heap of them by the time of their next attempt. */
struct queue {
	struct message *all;
	uint32_t *heap, *free;
	uint32_t n_all, room, n_heap, n_free, number;
};

static void *
more(void *p, size_t *room, size_t size)
{
	*room = *room == 0 ? 4096 : 2 * *room;
	p = realloc(p, *room * size);
	if (p == NULL) {
		fputs("worlds: out of memory\n", stderr);
		exit(4);
	}
	return p;
}

static bool
sooner(const struct queue *q, uint32_t a, uint32_t b)
{
	return q->all[a].next_ms < q->all[b].next_ms;
}

static void
push(struct queue *q, uint32_t m)
{
	uint32_t i = q->n_heap++;

	for (; i > 0 && sooner(q, m, q->heap[(i - 1) / 2]); i = (i - 1) / 2)
		q->heap[i] = q->heap[(i - 1) / 2];
	q->heap[i] = m;
}

static uint32_t
pop(struct queue *q)
{
	uint32_t top = q->heap[0], last = q->heap[--q->n_heap], i = 0;

	for (uint32_t k = 1; k < q->n_heap; k = 2 * i + 1) {
		if (k + 1 < q->n_heap && sooner(q, q->heap[k + 1], q->heap[k]))
			k++;
		if (!sooner(q, q->heap[k], last))
			break;
		q->heap[i] = q->heap[k];
		i = k;
	}
	q->heap[i] = last;
	return top;
}

static uint32_t
new_message(struct queue *q)
{
	if (q->n_free > 0)
		return q->free[--q->n_free];
	if (q->n_all == q->room) {
		size_t a = q->room, b = a, c = a;

		q->all = more(q->all, &a, sizeof *q->all);
		q->heap = more(q->heap, &b, sizeof *q->heap);
		q->free = more(q->free, &c, sizeof *q->free);
		q->room = (uint32_t)a;
	}
	return q->n_all++;
}

/* The strongest change of this kind that holds for the stream and source; 0 where there is none. */
static double
changed(
    const struct world *w, enum change_what what, unsigned stream, unsigned source, int64_t at_ms)
{
	double v = 0;

	for (unsigned i = 0; i < w->n_changes; i++) {
		const struct change *c = &w->changes[i];

		if (c->what == what && c->streams >> stream & 1 && c->sources >> source & 1 &&
		    at_ms >= c->from_ms && at_ms < c->until_ms && c->value > v)
			v = c->value;
	}
	return v;
}

/* How much of a usual hour's mail the stream has in this one. */
static double
rhythm(const struct world *w, const struct stream *s, int64_t at_ms)
{
	int64_t day = (at_ms - w->begin_ms) / DAY_MS;
	unsigned weekday = (unsigned)(((w->begin_ms / DAY_MS) + 3 + day) % 7); /* Monday is 0 */
	unsigned hour = (unsigned)(at_ms / HOUR_MS % 24);
	double f = weekday >= 5 ? w->weekend : 1;

	if (s->campaign) {
		bool today = weekday == s->campaign_day ||
		    (s->campaign_size < 2.5 && weekday == (s->campaign_day + 2) % 5);
		double sent = today && hour >= s->campaign_hour && hour < s->campaign_hour + 3
		    ? 8 * s->campaign_size
		    : 0;
		return sent + 0.25 * f * (hour < 6 || hour > 21 ? w->night : 1);
	}
	if (hour < 6 || hour > 21)
		return f * w->night * 1.3;
	return f * 1.3 * (hour >= 9 && hour < 12 ? 1.3 : hour >= 17 && hour < 20 ? 1.15 : 0.9);
}

static void
one_in(struct world *w, struct queue *q, unsigned k, unsigned i, int64_t hour_ms)
{
	uint32_t n = new_message(q);
	struct message *m = &q->all[n];
	const struct stream *s = &w->streams[k];
	double dead;

	memset(m, 0, sizeof *m);
	m->in_ms = hour_ms + (int64_t)(unit(w) * (double)HOUR_MS);
	m->next_ms = m->in_ms + 100 + below(w, 1500);
	m->number = q->number++;
	m->who = (uint32_t)(chance(w) & 0x3ffff);
	m->stream = (uint8_t)k;
	m->source = (uint8_t)i;
	m->provider = (uint8_t)weighted(w, w->weight, N_PROVIDERS);
	m->login =
	    (uint8_t)(changed(w, OTHER_LOGIN, k, i, m->in_ms) > 0 ? MAX_STREAMS + k : s->login);
	dead = changed(w, MORE_DEAD, k, i, m->in_ms);
	m->dead = m->provider != RELAY && happens(w, dead > s->dead ? dead : s->dead);
	m->full = m->provider != RELAY && happens(w, w->full);
	m->full_until_ms = m->in_ms + (int64_t)(unit(w) * 4 * (double)DAY_MS);
	m->spam = m->provider != RELAY &&
	    happens(w, s->stray_content + changed(w, MORE_SPAM, k, i, m->in_ms));
	push(q, n);
}

static void
hour_in(struct world *w, struct queue *q, int64_t hour_ms)
{
	for (unsigned k = 0; k < w->n_streams; k++) {
		const struct stream *s = &w->streams[k];
		double all = w->volume / 24 * s->share * rhythm(w, s, hour_ms);

		if (hour_ms + HOUR_MS <= s->born_ms)
			continue;
		for (unsigned i = 0; i < w->n_sources; i++) {
			double step = changed(w, MORE_MAIL, k, i, hour_ms + HOUR_MS / 2), n;

			if (hour_ms + HOUR_MS <= w->sources[i].born_ms)
				continue;
			n = all * s->on[i];
			if (step > 0) /* more than usual, also in a quiet hour */
				n = n * step + w->volume / 48 * s->share * s->on[i] * step;
			for (unsigned j = poisson(w, n); j > 0; j--)
				one_in(w, q, k, i, hour_ms);
		}
	}
}

static uint8_t
word_of(const struct world *w, const char *id)
{
	(void)w;
	for (unsigned i = 0; i < n_words; i++)
		if (strcmp(words[i].id, id) == 0)
			return (uint8_t)i;
	assert(!"no such word");
	return 0;
}

static uint8_t
background(struct world *w, enum group g, unsigned provider)
{
	uint8_t found = 0;

	for (unsigned i = 0; i < n_words; i++)
		if (words[i].how == BACKGROUND && words[i].group == g) {
			if (words[i].provider == (enum provider)provider)
				return (uint8_t)i;
			if (words[i].provider == ANY && (g != STRAY || happens(w, 0.5)))
				found = (uint8_t)i;
		}
	return found != 0 ? found : word_of(w, "b_temp");
}

/* A single message that looks like spam: in the words that the provider has for that. */
static uint8_t
spam_word(struct world *w, unsigned provider)
{
	for (unsigned i = 0; i < n_words; i++)
		if (words[i].provider == (enum provider)provider && words[i].group == CONTENT &&
		    words[i].how == USUAL && happens(w, 0.7))
			return (uint8_t)i;
	return word_of(w, "b_spam");
}

/* What a limit has taken in this hour, for each trouble and source. */
struct taken {
	int64_t hour;
	double n;
};

static uint8_t
refusal(struct world *w, struct taken taken[][MAX_SOURCES], const struct message *m, int64_t at_ms)
{
	for (unsigned i = 0; i < w->n_troubles; i++) {
		const struct trouble *t = &w->troubles[i];
		struct taken *k = &taken[i][m->source];
		uint8_t word;

		if (t->provider != (enum provider)m->provider || !(t->streams >> m->stream & 1) ||
		    at_ms < t->from_ms[m->source] || at_ms >= t->until_ms)
			continue;
		if (t->limit > 0) {
			if (k->hour != at_ms / HOUR_MS)
				*k = (struct taken){ at_ms / HOUR_MS, 0 };
			if (k->n < t->limit) {
				k->n++;
				continue;
			}
		} else if (!happens(w, t->share))
			continue;
		word = t->word[happens(w, t->first) ? 0 : 1];
		if (words[word].stage == DOT && m->dead)
			continue; /* told at RCPT, before */
		return word;
	}
	return ACCEPTED;
}

static uint8_t
answer(struct world *w, struct taken taken[][MAX_SOURCES], const struct message *m, int64_t at_ms)
{
	uint8_t word;

	if (at_ms >= w->down_from_ms && at_ms < w->down_until_ms)
		return word_of(w, "d_time");
	word = refusal(w, taken, m, at_ms);
	if (word != ACCEPTED)
		return word;
	if (m->dead)
		return background(w, DEAD, m->provider);
	if (m->full && at_ms < m->full_until_ms)
		return background(w, FULL, m->provider);
	if (m->spam)
		return spam_word(w, m->provider);
	if (m->provider == OTHER && m->tries == 0 && happens(w, w->grey))
		return background(w, GREY, m->provider);
	if (m->provider != RELAY && happens(w, w->stray))
		return background(w, STRAY, m->provider);
	return ACCEPTED;
}

/* The log of these hours was lost. */
static bool
is_missing(const struct world *w, int64_t at_ms)
{
	return at_ms >= w->missing_from_ms && at_ms < w->missing_until_ms;
}

static void
note(struct world *w, const struct message *m, int64_t at_ms, uint8_t word)
{
	int64_t logged_ms = at_ms + w->sources[m->source].skew_ms;

	if (is_missing(w, at_ms) || logged_ms < w->begin_ms)
		return;
	if (w->n_attempts == w->room)
		w->attempts = more(w->attempts, &w->room, sizeof *w->attempts);
	w->attempts[w->n_attempts++] =
	    (struct attempt){ (int32_t)((logged_ms - w->begin_ms) / 1000), m->source, m->provider,
		    m->stream, word, m->login, m->tries == 0 };
	if (w->log != NULL)
		line_out(w, m, at_ms, word);
}

/* Somebody may complain of what was accepted: only these two tell the sender of it. */
static void
complain(struct world *w, const struct message *m, int64_t at_ms)
{
	double more_of = changed(w, MORE_COMPLAINTS, m->stream, m->source, m->in_ms);
	double usual = w->streams[m->stream].complaint;

	if (!w->feed || (m->provider != MSC && m->provider != YAHOO) ||
	    !happens(w, more_of > usual ? more_of : usual))
		return;
	at_ms += (int64_t)((0.3 + 20 * unit(w)) * (double)HOUR_MS);
	if (at_ms >= w->now_ms)
		return;
	if (w->n_complaints == w->room_complaints)
		w->complaints = more(w->complaints, &w->room_complaints, sizeof *w->complaints);
	w->complaints[w->n_complaints++] =
	    (struct complaint){ (int32_t)((at_ms - w->begin_ms) / 1000), m->source, m->provider };
	if (w->feedback != NULL)
		line_complaint(w, m, at_ms);
}

static void
try(struct world *w, struct queue *q, struct taken taken[][MAX_SOURCES], uint32_t n)
{
	struct message *m = &q->all[n];
	int64_t at_ms = m->next_ms, age_s;
	double wait_s;
	uint8_t word;

	if (m->tries == 0 && w->log != NULL && !is_missing(w, m->in_ms))
		line_in(w, m);
	word = answer(w, taken, m, at_ms);
	note(w, m, at_ms, word);
	if (word == ACCEPTED)
		complain(w, m, at_ms);
	if (word == ACCEPTED || words[word].code >= 500) {
		q->free[q->n_free++] = n;
		return;
	}
	if ((double)(at_ms - m->in_ms) >= w->lifetime_ms) {
		if (w->log != NULL && !is_missing(w, at_ms))
			line_out(w, m, at_ms, EXPIRED);
		q->free[q->n_free++] = n;
		return;
	}
	age_s = (at_ms - m->in_ms) / 1000;
	wait_s = age_s < 300		       ? 300
	    : (double)age_s > w->backoff_max_s ? w->backoff_max_s
					       : (double)age_s;
	m->next_ms = at_ms + (int64_t)(wait_s * 1000) + below(w, 300000);
	if (m->tries < UINT8_MAX)
		m->tries++;
	push(q, n);
}

void
run(struct world *w)
{
	static struct taken taken[MAX_TROUBLES][MAX_SOURCES];
	struct queue q = { 0 };

	memset(taken, 0, sizeof taken);
	for (int64_t hour_ms = w->begin_ms; hour_ms < w->now_ms; hour_ms += HOUR_MS) {
		hour_in(w, &q, hour_ms);
		while (q.n_heap > 0) {
			int64_t at_ms = q.all[q.heap[0]].next_ms;

			if (at_ms >= hour_ms + HOUR_MS || at_ms >= w->now_ms)
				break;
			try(w, &q, taken, pop(&q));
		}
	}
	free(q.all);
	free(q.heap);
	free(q.free);
}

void
world_free(struct world *w)
{
	free(w->attempts);
	free(w->complaints);
}
