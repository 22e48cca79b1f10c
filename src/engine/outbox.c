/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/outbox.h"
#include "base/time.h"

#include <stdio.h>
#include <sys/random.h>

enum { TITLE_MAX = 400 };

/* --- arrays ------------------------------------------------------------------------------------------- */

struct rep_outbox_alert *
rep_outbox_add_alert(struct rep_outbox *box, const struct rep_outbox_alert *x)
{
	struct rep_outbox_alert *v =
	    rep_arena_more(box->arena, box->alerts, box->alerts_n, &box->alerts_cap, sizeof *v);

	if (v == NULL)
		return NULL;
	box->alerts = v;
	v[box->alerts_n] = *x;
	return &v[box->alerts_n++];
}

struct rep_outbox_message *
rep_outbox_add_message(struct rep_outbox *box, const struct rep_outbox_message *x)
{
	struct rep_outbox_message *v = rep_arena_more(
	    box->arena, box->messages, box->messages_n, &box->messages_cap, sizeof *v);

	if (v == NULL)
		return NULL;
	box->messages = v;
	v[box->messages_n] = *x;
	return &v[box->messages_n++];
}

bool
rep_outbox_waits(const struct rep_outbox_message *m)
{
	for (size_t i = 0; i < m->ways_n; i++)
		if (m->ways[i].state == REP_OUTBOX_WAITS)
			return true;
	return false;
}

static struct rep_outbox_way *
way_of(const struct rep_outbox_message *m, struct rep_str channel)
{
	for (size_t i = 0; i < m->ways_n; i++)
		if (rep_str_eq(m->ways[i].channel, channel))
			return &m->ways[i];
	return NULL;
}

/* Whether an update waits until its alert is no longer quiet. */
static bool
later(const struct rep_outbox_message *m, const struct rep_outbox_way *w)
{
	return w->tries == 0 && w->due_s > m->at_s;
}

/* --- changes ------------------------------------------------------------------------------------------ */

struct rep_outbox_alert *
rep_outbox_alert(const struct rep_outbox *box, uint64_t n)
{
	for (size_t i = 0; i < box->alerts_n; i++)
		if (box->alerts[i].n == n)
			return &box->alerts[i];
	return NULL;
}

void
rep_outbox_close_alert(struct rep_outbox *box, uint64_t n, int64_t now_s)
{
	struct rep_outbox_alert *a = rep_outbox_alert(box, n);

	if (a != NULL) {
		a->open = false;
		a->resolved_s = now_s;
	}
}

void
rep_outbox_of_conditions(struct rep_outbox *box, uint64_t n)
{
	struct rep_outbox_alert *a = rep_outbox_alert(box, n);

	if (a != NULL)
		a->of_conditions = true;
}

static void
give_up(struct rep_outbox_way *w, int64_t now_s, struct rep_str why)
{
	w->state = REP_OUTBOX_GIVEN_UP;
	w->done_s = now_s;
	w->why = why;
}

/* Gives up what waits of an alert, but for its opening. */
static void
give_up_updates(struct rep_outbox *box, uint64_t alert, int64_t now_s, struct rep_str why)
{
	for (size_t i = 0; i < box->messages_n; i++) {
		struct rep_outbox_message *m = &box->messages[i];

		for (size_t k = 0;
		     k < m->ways_n && m->alert == alert && m->event == REP_ALERT_UPDATED; k++)
			if (m->ways[k].state == REP_OUTBOX_WAITS)
				give_up(&m->ways[k], now_s, why);
	}
}

/* Of too many that wait, the oldest are given up. */
static void
give_up_oldest(struct rep_outbox *box, int64_t now_s)
{
	size_t waiting = 0;

	for (size_t i = box->messages_n; i-- > 0;) {
		struct rep_outbox_message *m = &box->messages[i];

		if (!rep_outbox_waits(m) || ++waiting <= REP_OUTBOX_WAITING_MAX)
			continue;
		for (size_t k = 0; k < m->ways_n; k++)
			if (m->ways[k].state == REP_OUTBOX_WAITS)
				give_up(&m->ways[k], now_s, REP_S("too many messages waited"));
		box->crowded++;
	}
}

static struct rep_outbox_alert *
open_alert(struct rep_outbox *box, int64_t now_s)
{
	struct rep_outbox_alert x = { .n = box->alerts_last + 1, .open = true, .since_s = now_s };
	struct rep_outbox_alert *made = rep_outbox_add_alert(box, &x);

	box->alerts_last += made != NULL;
	return made;
}

/* Brings what waits for a channel to now, in its order; `refused`: also what was refused for good. */
static void
bring(struct rep_outbox *box, struct rep_str channel, int64_t now_s, bool refused)
{
	for (size_t i = 0; i < box->messages_n; i++) {
		const struct rep_outbox_message *m = &box->messages[i];
		struct rep_outbox_way *w = way_of(m, channel);

		if (w != NULL && w->state == REP_OUTBOX_WAITS && !later(m, w) &&
		    (refused || !w->refused) && w->due_s > now_s)
			w->due_s = now_s;
	}
}

void
rep_outbox_bring(struct rep_outbox *box, struct rep_str channel, int64_t now_s)
{
	bring(box, channel, now_s, true);
}

/* A text of at most `max` bytes that ends at a line, and says when it was cut. p == NULL: out of memory. */
static struct rep_str
at_most(struct rep_arena *a, struct rep_str s, size_t max)
{
	size_t n = max;

	if (s.n <= max)
		return rep_arena_dup(a, s);
	while (n > 0 && s.p[n - 1] != '\n')
		n--;
	return rep_arena_printf(a, "%.*s(cut here)\n", (int)n, s.p);
}

/* Whether the message is sent, and when. Updates of an alert that a person has answered are not, or later. */
static void
address(struct rep_outbox_message *m, const struct rep_outbox_alert *a, struct rep_arena *arena,
    const struct rep_outbox_to *to)
{
	bool update = m->event == REP_ALERT_UPDATED;

	for (size_t i = 0; i < to->n && !(update && a->acked); i++)
		m->ways[m->ways_n++] = (struct rep_outbox_way){
			.channel = rep_arena_dup(arena, to->channels[i]),
			.due_s = update && a->snoozed_s > to->now_s ? a->snoozed_s : to->now_s,
		};
}

enum rep_rc
rep_outbox_add(struct rep_outbox *box, uint64_t *alert, enum rep_alert_event event,
    const char *before, struct rep_str title, struct rep_str words, const struct rep_outbox_to *to,
    struct rep_err *err)
{
	struct rep_outbox_alert *a =
	    *alert == 0 ? open_alert(box, to->now_s) : rep_outbox_alert(box, *alert);
	struct rep_str own = rep_arena_dup(box->arena, rep_str_cut(title, TITLE_MAX));
	struct rep_outbox_message m = { .n = box->messages_last + 1,
		.event = event,
		.at_s = to->now_s,
		.title = rep_arena_printf(box->arena, "%s%.*s", before, REP_PR(own)),
		.text = at_most(box->arena, words, REP_OUTBOX_TEXT_MAX),
		.ways = rep_arena_alloc(box->arena, (to->n + 1) * sizeof *m.ways) };

	if (a == NULL && *alert != 0)
		return REP_OK; /* it is long over */
	if (a == NULL || own.p == NULL || m.title.p == NULL || m.text.p == NULL || m.ways == NULL ||
	    (box->origin == 0 &&
		getrandom(&box->origin, sizeof box->origin, 0) != (ssize_t)sizeof box->origin))
		return rep_fail(err, REP_EMEM, "out of memory");
	box->origin |= 1; /* never 0 */
	m.alert = *alert = a->n;
	if (event == REP_ALERT_RESOLVED) {
		a->open = false;
		a->resolved_s = to->now_s;
		give_up_updates(box, a->n, to->now_s, REP_S("it was resolved before"));
	} else if (event == REP_ALERT_OPENED || event == REP_ALERT_DIGEST) {
		a->title = own;
		/* It stands behind what failed before, which may be due in an hour. */
		for (size_t i = 0; i < to->n; i++)
			bring(box, to->channels[i], to->now_s, false);
	}
	address(&m, a, box->arena, to);
	if (rep_outbox_add_message(box, &m) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	box->messages_last = m.n;
	give_up_oldest(box, to->now_s);
	return REP_OK;
}

void
rep_outbox_ack(struct rep_outbox *box, struct rep_outbox_alert *a, int64_t now_s)
{
	a->acked = true;
	give_up_updates(box, a->n, now_s, REP_S("it was acknowledged before"));
}

enum rep_rc
rep_outbox_snooze(struct rep_outbox *box, struct rep_outbox_alert *a, int64_t until_s,
    const struct rep_outbox_to *to, struct rep_err *err)
{
	uint64_t n = a->n;

	a->acked = false; /* else nothing would remind of it */
	a->snoozed_s = until_s;
	give_up_updates(box, n, to->now_s, REP_S("it was snoozed before"));
	return rep_outbox_add(box, &n, REP_ALERT_UPDATED, "Still: ", a->title,
	    a->of_conditions ? REP_S("It was snoozed, and it is not over.\n"
				     "What it is about: reputed alert list\n")
			     : REP_S("It was snoozed, and it is not over.\n"
				     "All of it, with what to paste: reputed why\n"),
	    to, err);
}

/* Until the try after the last one. */
static int64_t
again_s(const struct rep_outbox_way *w)
{
	return w->refused ? REP_OUTBOX_AGAIN_MAX_S
			  : rep_doubled(REP_OUTBOX_AGAIN_S, w->tries, REP_OUTBOX_AGAIN_MAX_S);
}

struct rep_outbox_message *
rep_outbox_next(const struct rep_outbox *box, struct rep_str channel, int64_t now_s, int64_t *due_s)
{
	struct rep_outbox_message *first = NULL;

	*due_s = 0;
	for (size_t i = 0; i < box->messages_n; i++) {
		struct rep_outbox_message *m = &box->messages[i];
		const struct rep_outbox_way *w = way_of(m, channel);
		int64_t at;

		if (w == NULL || w->state != REP_OUTBOX_WAITS)
			continue;
		/* Further away than was ever agreed: the clock was set back. */
		at = later(m, w)		     ? w->due_s
		    : w->tries == 0		     ? now_s
		    : w->due_s <= now_s + again_s(w) ? w->due_s
						     : now_s;
		if (first == NULL || at < *due_s) {
			first = m;
			*due_s = at;
		}
		/* What is quiet, or refused for good, holds back nothing; all others keep their order. */
		if (!later(m, w) && !w->refused)
			break;
	}
	return first;
}

/* The way of message n to a channel, if it waits. */
static struct rep_outbox_way *
waiting(const struct rep_outbox *box, uint64_t n, struct rep_str channel)
{
	for (size_t i = 0; i < box->messages_n; i++)
		if (box->messages[i].n == n) {
			struct rep_outbox_way *w = way_of(&box->messages[i], channel);

			return w != NULL && w->state == REP_OUTBOX_WAITS ? w : NULL;
		}
	return NULL;
}

void
rep_outbox_try(struct rep_outbox *box, uint64_t n, struct rep_str channel, int64_t now_s)
{
	struct rep_outbox_way *w = waiting(box, n, channel);

	if (w == NULL)
		return;
	w->tries++;
	w->first_s = w->first_s == 0 || w->first_s > now_s ? now_s : w->first_s;
	w->due_s = now_s + again_s(w);
}

const struct rep_outbox_way *
rep_outbox_tried(struct rep_outbox *box, uint64_t n, struct rep_str channel, int64_t now_s,
    bool taken, bool refused, struct rep_str why)
{
	struct rep_outbox_way *w = waiting(box, n, channel);

	if (w == NULL)
		return NULL;
	w->why = taken ? REP_S("") : rep_arena_dup(box->arena, why);
	w->refused = !taken && refused;
	if (taken || (now_s - w->first_s >= REP_OUTBOX_TRY_S && w->tries >= REP_OUTBOX_TRY_LEAST)) {
		w->state = taken ? REP_OUTBOX_TAKEN : REP_OUTBOX_GIVEN_UP;
		w->done_s = now_s;
	} else {
		w->due_s = now_s + again_s(w);
	}
	return w;
}

int64_t
rep_outbox_due(const struct rep_outbox *box, const struct rep_outbox_to *to)
{
	int64_t due_s = 0, of_one;

	for (size_t i = 0; i < to->n; i++)
		if (rep_outbox_next(box, to->channels[i], to->now_s, &of_one) != NULL &&
		    (due_s == 0 || of_one < due_s))
			due_s = of_one;
	return due_s;
}

void
rep_outbox_channels(struct rep_outbox *box, const struct rep_outbox_to *to)
{
	for (size_t i = 0; i < box->messages_n; i++) {
		bool any = false;

		for (size_t k = 0; k < box->messages[i].ways_n; k++) {
			struct rep_outbox_way *w = &box->messages[i].ways[k];
			size_t c = 0;

			while (c < to->n && !rep_str_eq(w->channel, to->channels[c]))
				c++;
			if (w->state != REP_OUTBOX_WAITS || c < to->n)
				continue;
			give_up(
			    w, to->now_s, REP_S("the configuration has no such channel any more"));
			any = true;
		}
		box->homeless += any;
	}
}

struct rep_alert_message
rep_outbox_shown(
    const struct rep_outbox *box, const struct rep_outbox_message *m, struct rep_str host)
{
	unsigned long long origin = box->origin;

	return (struct rep_alert_message){
		.id =
		    rep_arena_printf(box->arena, "%016llx-%llu", origin, (unsigned long long)m->n),
		.alert = rep_arena_printf(
		    box->arena, "%016llx-alert-%llu", origin, (unsigned long long)m->alert),
		.event = m->event,
		.at_s = m->at_s,
		.title = m->title,
		.text = m->text,
		.host = host,
	};
}
