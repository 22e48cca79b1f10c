/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/outbox_kept.h"

#define STATE "outbox" /* rep_store_state_put */

/*
 * The value, in lines; a text stands behind its line as so many bytes and a line end:
 *
 *	o LAST-MESSAGE LAST-ALERT ORIGIN
 *	a N OPEN ACKED SINCE RESOLVED SNOOZED BYTES		its title
 *	m N ALERT EVENT AT BYTES BYTES				title, text
 *	w STATE TRIES REFUSED FIRST DUE DONE BYTES BYTES	channel, why: of the message before
 */
enum { STATE_MAX = 32 << 20 };
enum { OPEN = 1, OF_CONDITIONS = 2 }; /* bits of OPEN in a line of an alert */

/* No number is larger: times in milliseconds are still numbers. */
#define NUMBER_MAX ((uint64_t)INT64_MAX / 1000)

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
	x.open = (v[1] & OPEN) != 0;
	x.of_conditions = (v[1] & OF_CONDITIONS) != 0;
	x.acked = v[2] != 0;
	x.since_s = (int64_t)v[3];
	x.resolved_s = (int64_t)v[4];
	x.snoozed_s = (int64_t)v[5];
	return x.n <= r->box->alerts_last && keep(r, rep_outbox_add_alert(r->box, &x));
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
	return x.n <= r->box->messages_last && keep(r, rep_outbox_add_message(r->box, &x));
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
rep_outbox_load(struct rep_outbox *box, struct rep_arena *a, struct rep_err *err)
{
	struct outbox_reading r = { .box = box };
	enum rep_rc rc;

	*box = (struct rep_outbox){ .session = box->session, .store = box->store, .arena = a };
	if ((rc = rep_store_state_get(box->store, STATE, &r.s, err)) != REP_OK)
		return rc;
	read_all(&r);
	if (r.memory)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (r.bad)
		rep_session_say(box->session, REP_PROBLEM_INPUT,
		    "the outbox of alerts is damaged; what could be read of it is used");
	return REP_OK;
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
	rep_buf_printf(b, "a %llu %d %d %llu %llu %llu %zu\n", (unsigned long long)x->n,
	    (x->open ? OPEN : 0) | (x->of_conditions ? OF_CONDITIONS : 0), x->acked,
	    number(x->since_s), number(x->resolved_s), number(x->snoozed_s), x->title.n);
	write_text(b, x->title);
}

static void
write_all(struct rep_buf *b, const struct rep_outbox *box)
{
	size_t messages = 0, alerts = 0;

	for (size_t i = 0; i < box->messages_n; i++)
		messages += !rep_outbox_waits(&box->messages[i]);
	for (size_t i = 0; i < box->alerts_n; i++)
		alerts += !box->alerts[i].open;
	rep_buf_printf(b, "o %llu %llu %llu\n", (unsigned long long)box->messages_last,
	    (unsigned long long)box->alerts_last, (unsigned long long)box->origin);
	for (size_t i = 0; i < box->alerts_n; i++)
		if (box->alerts[i].open || alerts-- <= REP_OUTBOX_KEEP)
			write_alert(b, &box->alerts[i]);
	for (size_t i = 0; i < box->messages_n; i++)
		if (rep_outbox_waits(&box->messages[i]) || messages-- <= REP_OUTBOX_KEEP)
			write_message(b, &box->messages[i]);
}

/* Messages that are lost are not lost in silence. */
static void
say_lost(struct rep_outbox *box)
{
	if (box->crowded > 0)
		rep_session_say(box->session, REP_PROBLEM_NOTE,
		    "%zu message%s of alerts will not be sent: more than %d waited", box->crowded,
		    rep_plural(box->crowded), REP_OUTBOX_WAITING_MAX);
	if (box->homeless > 0)
		rep_session_say(box->session, REP_PROBLEM_NOTE,
		    "%zu message%s of alerts waited for a channel that the configuration no longer "
		    "has, and will not be sent there",
		    box->homeless, rep_plural(box->homeless));
	box->crowded = box->homeless = 0;
}

enum rep_rc
rep_outbox_save(struct rep_outbox *box, struct rep_err *err)
{
	struct rep_str before;
	struct rep_buf b;
	enum rep_rc rc;

	rep_buf_init(&b, STATE_MAX);
	write_all(&b, box);
	rc = b.full ? rep_fail(err, REP_ELIMIT, "more alerts wait than can be kept")
		    : rep_store_state_get(box->store, STATE, &before, err);
	if (rc == REP_OK && !rep_str_eq(before, rep_buf_str(&b)))
		rc = rep_store_state_put(box->store, STATE, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	if (rc == REP_OK)
		say_lost(box);
	return rc;
}

/* --- transactions ------------------------------------------------------------------------------------- */

enum rep_rc
rep_outbox_open(struct rep_outbox *box, const struct rep_session *session, struct rep_err *err)
{
	*box = (struct rep_outbox){ .session = session };
	return rep_session_store(session, 0, &box->store, err);
}

void
rep_outbox_close(struct rep_outbox *box)
{
	rep_store_close(box->store);
	box->store = NULL;
}

enum rep_rc
rep_outbox_begin(struct rep_outbox *box, struct rep_arena *a, struct rep_err *err)
{
	enum rep_rc rc = rep_store_begin(box->store, err);

	return rc != REP_OK ? rc : rep_outbox_load(box, a, err);
}

enum rep_rc
rep_outbox_commit(struct rep_outbox *box, struct rep_err *err)
{
	enum rep_rc rc = rep_outbox_save(box, err);

	return rc != REP_OK ? rc : rep_store_commit(box->store, err);
}
