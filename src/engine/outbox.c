/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/outbox.h"
#include "base/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define STATE "outbox" /* rep_store_state_put */

/*
 * The value, in lines; a text stands behind its line as so many bytes and a line end:
 *
 *	o LAST-MESSAGE LAST-ALERT ORIGIN
 *	a N OPEN ACKED SINCE RESOLVED SNOOZED BYTES		its title
 *	m N ALERT EVENT AT BYTES BYTES				title, text
 *	w STATE TRIES REFUSED FIRST DUE DONE BYTES BYTES	channel, why: of the message before
 */
enum { STATE_MAX = 32 << 20, TITLE_MAX = 400, WHY_MAX = 600 };

/* No number is larger: times in milliseconds are still numbers. */
#define NUMBER_MAX ((uint64_t)INT64_MAX / 1000)

/* --- arrays ------------------------------------------------------------------------------------------- */

/* Room for one more of `size` bytes behind the n that are there. NULL: out of memory. */
static void *
more(struct rep_arena *a, void *v, size_t n, size_t *cap, size_t size)
{
	size_t twice = *cap == 0 ? 16 : 2 * *cap;
	void *bigger;

	if (n < *cap)
		return v;
	if ((bigger = rep_arena_alloc(a, twice * size)) == NULL)
		return NULL;
	if (n > 0)
		memcpy(bigger, v, n * size);
	*cap = twice;
	return bigger;
}

static struct rep_outbox_alert *
add_alert(struct rep_outbox *box, const struct rep_outbox_alert *x)
{
	struct rep_outbox_alert *v =
	    more(box->arena, box->alerts, box->alerts_n, &box->alerts_cap, sizeof *v);

	if (v == NULL)
		return NULL;
	box->alerts = v;
	v[box->alerts_n] = *x;
	return &v[box->alerts_n++];
}

static struct rep_outbox_message *
add_message(struct rep_outbox *box, const struct rep_outbox_message *x)
{
	struct rep_outbox_message *v =
	    more(box->arena, box->messages, box->messages_n, &box->messages_cap, sizeof *v);

	if (v == NULL)
		return NULL;
	box->messages = v;
	v[box->messages_n] = *x;
	return &v[box->messages_n++];
}

static bool
waits(const struct rep_outbox_message *m)
{
	for (size_t i = 0; i < m->ways_n; i++)
		if (m->ways[i].state == REP_OUTBOX_WAITS)
			return true;
	return false;
}

/* --- reading ------------------------------------------------------------------------------------------ */

/* What is left of the value. */
struct outbox_reading {
	struct rep_str s;
	struct rep_outbox *box;
	bool bad;    /* something could not be read */
	bool memory; /* since there was none left */
};

/* Takes `n` numbers of a line, each at most `most` and behind a blank, and the line end. */
static bool
numbers(struct outbox_reading *r, uint64_t *v, size_t n, uint64_t most)
{
	for (size_t k = 0; k < n; k++) {
		size_t at = 1;

		if (r->s.n == 0 || r->s.p[0] != ' ')
			return false;
		while (at < r->s.n && rep_digit(r->s.p[at]))
			at++;
		if (!rep_str_u64(rep_str_sub(r->s, 1, at - 1), most, &v[k]))
			return false;
		r->s = rep_str_sub(r->s, at, r->s.n);
	}
	if (r->s.n == 0 || r->s.p[0] != '\n')
		return false;
	r->s = rep_str_sub(r->s, 1, r->s.n);
	return true;
}

/* Takes a text of n bytes, and the line end behind it. In the arena. */
static bool
text(struct outbox_reading *r, uint64_t n, struct rep_str *out)
{
	if (n >= r->s.n || r->s.p[n] != '\n')
		return false;
	*out = rep_arena_dup(r->box->arena, rep_str_sub(r->s, 0, n));
	r->s = rep_str_sub(r->s, n + 1, r->s.n);
	r->memory = r->memory || out->p == NULL;
	return out->p != NULL;
}

/* Whether there was memory for it. */
static bool
keep(struct outbox_reading *r, const void *p)
{
	r->memory = r->memory || p == NULL;
	return p != NULL;
}

static bool
read_alert(struct outbox_reading *r)
{
	struct rep_outbox_alert x;
	uint64_t v[7];

	if (!numbers(r, v, 7, NUMBER_MAX) || !text(r, v[6], &x.title))
		return false;
	x.n = v[0];
	x.open = v[1] != 0;
	x.acked = v[2] != 0;
	x.since_s = (int64_t)v[3];
	x.resolved_s = (int64_t)v[4];
	x.snoozed_s = (int64_t)v[5];
	return x.n <= r->box->alerts_last && keep(r, add_alert(r->box, &x));
}

static bool
read_message(struct outbox_reading *r)
{
	struct rep_outbox_message x = { 0 };
	uint64_t v[6];

	if (!numbers(r, v, 6, NUMBER_MAX) || !text(r, v[4], &x.title) || !text(r, v[5], &x.text) ||
	    v[2] >= REP_ALERT_EVENTS)
		return false;
	x.n = v[0];
	x.alert = v[1];
	x.event = (enum rep_alert_event)v[2];
	x.at_s = (int64_t)v[3];
	return x.n <= r->box->messages_last && keep(r, add_message(r->box, &x));
}

static bool
read_way(struct outbox_reading *r)
{
	struct rep_outbox_message *m =
	    r->box->messages_n == 0 ? NULL : &r->box->messages[r->box->messages_n - 1];
	struct rep_outbox_way x, *ways;
	uint64_t v[8];

	if (m == NULL || !numbers(r, v, 8, NUMBER_MAX) || !text(r, v[6], &x.channel) ||
	    !text(r, v[7], &x.why) || v[0] > REP_OUTBOX_GIVEN_UP)
		return false;
	x.state = (enum rep_outbox_state)v[0];
	x.tries = v[1];
	x.refused = v[2] != 0;
	x.first_s = (int64_t)v[3];
	x.due_s = (int64_t)v[4];
	x.done_s = (int64_t)v[5];
	ways = rep_arena_alloc(r->box->arena, (m->ways_n + 1) * sizeof *ways);
	if (!keep(r, ways))
		return false;
	if (m->ways_n > 0)
		memcpy(ways, m->ways, m->ways_n * sizeof *ways);
	ways[m->ways_n++] = x;
	m->ways = ways;
	return true;
}

static bool
read_origin(struct outbox_reading *r)
{
	uint64_t v[3];

	if (!numbers(r, v, 3, UINT64_MAX))
		return false;
	r->box->messages_last = v[0];
	r->box->alerts_last = v[1];
	r->box->origin = v[2];
	return true;
}

static void
read_all(struct outbox_reading *r)
{
	static const struct {
		char letter;
		bool (*read)(struct outbox_reading *r);
	} kinds[] = { { 'o', read_origin }, { 'a', read_alert }, { 'm', read_message },
		{ 'w', read_way } };

	while (r->s.n > 0 && !r->bad) {
		size_t k = 0;

		while (k < REP_COUNT(kinds) && kinds[k].letter != r->s.p[0])
			k++;
		r->s = rep_str_sub(r->s, 1, r->s.n);
		r->bad = k == REP_COUNT(kinds) || !kinds[k].read(r);
	}
}

enum rep_rc
rep_outbox_load(struct rep_store *store, struct rep_arena *a, struct rep_outbox *out, bool *damaged,
    struct rep_err *err)
{
	struct outbox_reading r = { .box = out };
	enum rep_rc rc;

	*out = (struct rep_outbox){ .arena = a };
	*damaged = false;
	if ((rc = rep_store_state_get(store, STATE, &r.s, err)) != REP_OK)
		return rc;
	read_all(&r);
	*damaged = r.bad;
	return r.memory ? rep_fail(err, REP_EMEM, "out of memory") : REP_OK;
}

/* --- writing ------------------------------------------------------------------------------------------ */

static unsigned long long
number(int64_t v)
{
	return v < 0 ? 0 : (unsigned long long)v;
}

static void
write_text(struct rep_buf *b, struct rep_str s)
{
	rep_buf_add(b, s);
	rep_buf_addc(b, '\n');
}

static void
write_message(struct rep_buf *b, const struct rep_outbox_message *m)
{
	rep_buf_printf(b, "m %llu %llu %u %llu %zu %zu\n", (unsigned long long)m->n,
	    (unsigned long long)m->alert, (unsigned)m->event, number(m->at_s), m->title.n,
	    m->text.n);
	write_text(b, m->title);
	write_text(b, m->text);
	for (size_t i = 0; i < m->ways_n; i++) {
		const struct rep_outbox_way *w = &m->ways[i];

		rep_buf_printf(b, "w %u %llu %d %llu %llu %llu %zu %zu\n", (unsigned)w->state,
		    (unsigned long long)w->tries, w->refused, number(w->first_s), number(w->due_s),
		    number(w->done_s), w->channel.n, w->why.n);
		write_text(b, w->channel);
		write_text(b, w->why);
	}
}

static void
write_alert(struct rep_buf *b, const struct rep_outbox_alert *x)
{
	rep_buf_printf(b, "a %llu %d %d %llu %llu %llu %zu\n", (unsigned long long)x->n, x->open,
	    x->acked, number(x->since_s), number(x->resolved_s), number(x->snoozed_s), x->title.n);
	write_text(b, x->title);
}

enum rep_rc
rep_outbox_save(struct rep_outbox *box, struct rep_store *store, struct rep_err *err)
{
	size_t messages = 0, alerts = 0;
	struct rep_buf b;
	enum rep_rc rc;

	for (size_t i = 0; i < box->messages_n; i++)
		messages += !waits(&box->messages[i]);
	for (size_t i = 0; i < box->alerts_n; i++)
		alerts += !box->alerts[i].open;
	rep_buf_init(&b, STATE_MAX);
	rep_buf_printf(&b, "o %llu %llu %llu\n", (unsigned long long)box->messages_last,
	    (unsigned long long)box->alerts_last, (unsigned long long)box->origin);
	for (size_t i = 0; i < box->alerts_n; i++)
		if (box->alerts[i].open || alerts-- <= REP_OUTBOX_KEEP)
			write_alert(&b, &box->alerts[i]);
	for (size_t i = 0; i < box->messages_n; i++)
		if (waits(&box->messages[i]) || messages-- <= REP_OUTBOX_KEEP)
			write_message(&b, &box->messages[i]);
	rc = b.full ? rep_fail(err, REP_ELIMIT, "more alerts wait than can be kept")
		    : rep_store_state_put(store, STATE, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
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

		if (!waits(m) || ++waiting <= REP_OUTBOX_WAITING_MAX)
			continue;
		for (size_t k = 0; k < m->ways_n; k++)
			if (m->ways[k].state == REP_OUTBOX_WAITS)
				give_up(&m->ways[k], now_s, REP_S("too many messages waited"));
	}
}

static struct rep_outbox_alert *
open_alert(struct rep_outbox *box, int64_t now_s)
{
	struct rep_outbox_alert x = { .n = box->alerts_last + 1, .open = true, .since_s = now_s };
	struct rep_outbox_alert *made = add_alert(box, &x);

	box->alerts_last += made != NULL;
	return made;
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

/* The first bytes of a line, up to a whole character. */
static struct rep_str
begin_of(struct rep_str s, size_t max)
{
	if (s.n > max)
		for (s.n = max; s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80;)
			s.n--;
	return s;
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
	struct rep_str own = rep_arena_dup(box->arena, begin_of(title, TITLE_MAX));
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
	} else if (event == REP_ALERT_OPENED) {
		a->title = own;
	}
	address(&m, a, box->arena, to);
	if (add_message(box, &m) == NULL)
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
	    REP_S("It was snoozed, and it is not over.\n"
		  "All of it, with what to paste: reputed why\n"),
	    to, err);
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
		at = later(m, w)				? w->due_s
		    : w->tries == 0				? now_s
		    : w->due_s < now_s + REP_OUTBOX_AGAIN_MAX_S ? w->due_s
								: now_s + REP_OUTBOX_AGAIN_MAX_S;
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
	w->first_s = w->first_s == 0 ? now_s : w->first_s;
	w->due_s = now_s + rep_doubled(REP_OUTBOX_AGAIN_S, w->tries, REP_OUTBOX_AGAIN_MAX_S);
}

const struct rep_outbox_way *
rep_outbox_tried(struct rep_outbox *box, uint64_t n, struct rep_str channel, int64_t now_s,
    bool taken, bool refused, struct rep_str why)
{
	struct rep_outbox_way *w = waiting(box, n, channel);

	if (w == NULL)
		return NULL;
	w->why = taken ? REP_S("") : rep_arena_dup(box->arena, begin_of(why, WHY_MAX));
	w->refused = !taken && refused;
	if (taken || now_s - w->first_s >= REP_OUTBOX_TRY_S) {
		w->state = taken ? REP_OUTBOX_TAKEN : REP_OUTBOX_GIVEN_UP;
		w->done_s = now_s;
	} else {
		w->due_s = now_s +
		    (refused ? REP_OUTBOX_AGAIN_MAX_S
			     : rep_doubled(REP_OUTBOX_AGAIN_S, w->tries, REP_OUTBOX_AGAIN_MAX_S));
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

bool
rep_outbox_channels(struct rep_outbox *box, const struct rep_outbox_to *to)
{
	bool any = false;

	for (size_t i = 0; i < box->messages_n; i++)
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
	return any;
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
