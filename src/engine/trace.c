/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/trace.h"
#include "base/buf.h"
#include "base/time.h"
#include "mail/mask.h"

#include <stdlib.h>

enum { REASON_MAX = 1000, NEAR_S = 7 * REP_DAY_S };

/* A step, found by its queue id. */
struct step_id {
	struct rep_str queue_id;
	size_t step;
};

struct tracing {
	const struct rep_know *know;
	struct rep_hosts *hosts;
	struct rep_str address, queue_id;
	int64_t now_s;
	struct rep_arena *a;
	struct rep_trace *out;
	struct step_id *ids; /* by queue id, then by step: a queue is 100,000 messages long */
	struct rep_heard heard;
	struct rep_buf masked;
};

/* --- messages -------------------------------------------------------------------------------------- */

/*
 * Two steps are of one message: by its Message-ID, else by queue id. Short queue ids are used again
 * after some time, so then they must be near each other.
 */
static bool
same_message(const struct rep_trail_step *x, const struct rep_trail_step *y)
{
	if (x->message != 0 && y->message != 0)
		return x->message == y->message;
	return x->queue_id.n > 0 && rep_str_eq(x->queue_id, y->queue_id) &&
	    y->at_s - x->at_s < NEAR_S;
}

static bool
group(struct rep_trace *t, struct rep_arena *a)
{
	t->of = rep_arena_alloc(a, (t->steps_n + 1) * sizeof *t->of);
	t->messages = rep_arena_alloc(a, (t->steps_n + 1) * sizeof *t->messages);
	if (t->of == NULL || t->messages == NULL)
		return false;
	for (size_t i = 0; i < t->steps_n; i++) {
		const struct rep_trail_step *s = &t->steps[i];
		struct rep_trace_message *m;
		size_t k;

		for (k = t->messages_n; k-- > 0;)
			if (same_message(&t->steps[t->messages[k].last], s))
				break;
		if (k == SIZE_MAX) {
			k = t->messages_n++;
			t->messages[k] = (struct rep_trace_message){
				.accepted_s = s->delay_ms >= 0 ? s->at_s - s->delay_ms / 1000 : 0
			};
		}
		m = &t->messages[k];
		m->last = i;
		m->steps_n++;
		t->of[i] = k;
	}
	return true;
}

/* --- the queue ------------------------------------------------------------------------------------- */

static int
by_id(const void *x, const void *y)
{
	const struct step_id *a = x, *b = y;
	int c = rep_str_cmp(a->queue_id, b->queue_id);

	return c != 0 ? c : (a->step > b->step) - (a->step < b->step);
}

static bool
index_ids(struct tracing *g)
{
	const struct rep_trace *t = g->out;

	if ((g->ids = rep_arena_alloc(g->a, (t->steps_n + 1) * sizeof *g->ids)) == NULL)
		return false;
	for (size_t i = 0; i < t->steps_n; i++)
		g->ids[i] = (struct step_id){ t->steps[i].queue_id, i };
	qsort(g->ids, t->steps_n, sizeof *g->ids, by_id);
	return true;
}

/* The message in the store that a queue id is of: that of its last step, for ids are used again. */
static size_t
message_of(const struct tracing *g, struct rep_str queue_id)
{
	size_t from = 0, to = g->out->steps_n;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (rep_str_cmp(g->ids[mid].queue_id, queue_id) <= 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from > 0 && rep_str_eq(g->ids[from - 1].queue_id, queue_id)
	    ? g->out->of[g->ids[from - 1].step]
	    : SIZE_MAX;
}

static enum rep_rc
add(struct tracing *g, const struct rep_queue_message *m, const struct rep_waiting_recipient *r,
    size_t message, struct rep_err *err)
{
	struct rep_trace *t = g->out;
	size_t at = rep_str_rchr(r->address, '@');
	struct rep_heard_in in = { .text = r->reason,
		.recipient_domain =
		    at == SIZE_MAX ? REP_S("") : rep_str_sub(r->address, at + 1, r->address.n),
		.status = REP_STATUS_DEFERRED,
		.asked = true };
	struct rep_trace_waiting w = { .queue = m->queue,
		.wait = rep_wait_of(m, r->reason),
		.arrival_s = m->arrival_s,
		.expires_s = rep_queue_expiry(&t->times, m, g->now_s),
		.message = message };

	if (t->waiting_n == REP_TRACE_WAITING_MAX) {
		t->waiting_left_out++;
		return REP_OK;
	}
	w.next_within_s = rep_queue_next(&t->times, w.wait, g->now_s - m->arrival_s);
	if (w.wait == REP_WAIT_REFUSED) {
		rep_heard_read(g->know, g->hosts, &in, &g->heard);
		w.rule = g->heard.reading.rule;
		w.class = g->heard.class;
	}
	rep_buf_clear(&g->masked);
	rep_mask(&g->masked, rep_str_sub(r->reason, 0, REASON_MAX));
	w.queue_id = rep_arena_dup(g->a, m->queue_id);
	w.reason = rep_arena_dup(g->a, rep_buf_str(&g->masked));
	if (w.queue_id.p == NULL || w.reason.p == NULL)
		return rep_fail(
		    err, REP_ELIMIT, "the queue needs more memory than reputed may use");
	t->waiting[t->waiting_n++] = w;
	return REP_OK;
}

static enum rep_rc
on_message(void *ctx, struct rep_queue_message *m, struct rep_err *err)
{
	struct rep_waiting_recipient r;
	struct tracing *g = ctx;
	enum rep_rc rc = REP_OK;
	size_t message = message_of(g, m->queue_id);
	bool mine = g->address.n == 0 || g->queue_id.n > 0; /* all recipients of the message */

	while (rc == REP_OK && rep_postqueue_next(m, &r)) {
		bool named = g->address.n > 0 && rep_str_eq_nocase(r.address, g->address);

		if (named || rep_str_eq(m->queue_id, g->queue_id) || (mine && message != SIZE_MAX))
			rc = add(g, m, &r, message, err);
	}
	return rc;
}

/* --- all of it ------------------------------------------------------------------------------------- */

/* A queue id was found: the same message under its other ids, by its Message-ID. */
static enum rep_rc
follow(struct rep_store *store, struct rep_trail_ask *ask, struct rep_arena *a, struct rep_trace *t,
    struct rep_err *err)
{
	for (size_t i = 0; i < t->steps_n && ask->messages_n < REP_TRAIL_IDS; i++) {
		size_t k = 0;

		while (k < ask->messages_n && ask->messages[k] != t->steps[i].message)
			k++;
		if (k == ask->messages_n && t->steps[i].message != 0)
			ask->messages[ask->messages_n++] = t->steps[i].message;
	}
	return ask->messages_n == 0
	    ? REP_OK
	    : rep_store_trail(store, ask, a, &t->steps, &t->steps_n, &t->left_out, err);
}

static enum rep_rc
look_up(struct rep_store *store, struct rep_str asked, struct tracing *g, struct rep_err *err)
{
	struct rep_trail_ask ask = { .message_id = asked };
	struct rep_trace *t = g->out;
	enum rep_rc rc;

	if (asked.n > 2 && asked.p[0] == '<' && asked.p[asked.n - 1] == '>')
		asked = rep_str_sub(asked, 1, asked.n - 2);
	if (rep_str_chr(asked, '@', 0) != SIZE_MAX)
		g->address = asked;
	else
		g->queue_id = asked;
	ask.address = g->address;
	ask.queue_id = g->queue_id;
	rc = rep_store_trail(store, &ask, g->a, &t->steps, &t->steps_n, &t->left_out, err);
	if (rc == REP_OK && g->queue_id.n > 0)
		rc = follow(store, &ask, g->a, t, err);
	if (rc == REP_OK && (!group(t, g->a) || !index_ids(g)))
		rc = rep_fail(err, REP_EMEM, "out of memory");
	return rc == REP_OK ? rep_store_totals(store, &t->totals, err) : rc;
}

static enum rep_rc
look_in_queue(
    const struct rep_session *s, const char *queue, struct tracing *g, struct rep_err *err)
{
	struct rep_postfix_read read;
	struct rep_trace *t = g->out;
	struct rep_err why = { .msg = "" };
	enum rep_rc rc;

	rep_postfix_times(queue == NULL, &t->times);
	rc = rep_postfix_queue(s, queue, on_message, g, &read, &why);
	t->queue_read = rc == REP_OK;
	/* The history is worth showing where no Postfix runs. A queue that was named must be read. */
	if (rc != REP_OK && queue != NULL)
		return rep_fail(err, rc, "%s", why.msg);
	if (rc != REP_OK && rc != REP_ENOTFOUND)
		rep_session_say(s, REP_PROBLEM_NOTE, "the queue could not be read: %s", why.msg);
	return REP_OK;
}

enum rep_rc
rep_trace_make(const struct rep_session *s, const struct rep_know *know, struct rep_store *store,
    struct rep_str asked, const char *queue, int64_t now_s, struct rep_arena *a,
    struct rep_trace *out, struct rep_err *err)
{
	struct tracing *g = calloc(1, sizeof *g); /* 20 KB for what is heard */
	enum rep_rc rc;

	*out = (struct rep_trace){ .steps = NULL };
	if (g == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	g->know = know;
	g->now_s = now_s;
	g->a = a;
	g->out = out;
	g->hosts = rep_hosts_new(know);
	rep_buf_init(&g->masked, 4 * REASON_MAX);
	out->waiting = rep_arena_alloc(a, REP_TRACE_WAITING_MAX * sizeof *out->waiting);
	if (g->hosts == NULL || out->waiting == NULL)
		rc = rep_fail(err, REP_EMEM, "out of memory");
	else if ((rc = look_up(store, asked, g, err)) == REP_OK)
		rc = look_in_queue(s, queue, g, err);
	rep_hosts_free(g->hosts);
	rep_buf_fini(&g->masked);
	free(g);
	return rc;
}
