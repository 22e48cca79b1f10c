/* SPDX-License-Identifier: Apache-2.0 */
#include "act/deliver.h"
#include "engine/outbox_kept.h"

/* Then the process ends, and another one goes on. Judgement: half of what the daemon gives it (cli/senders.c). */
enum { AT_ONCE_S = 300 };

/* What is sent now. */
struct delivering {
	const struct rep_deliver *o;
	struct rep_arena *a;
	struct rep_outbox box; /* as it was read last */
};

static int64_t
now_s(const struct delivering *s)
{
	return s->o->session->clock_ms() / 1000;
}

/* `failed`: a try before did, which was said. Said when it begins to fail, when it works again, and when a message is given up; not each time. */
static void
say(const struct delivering *s, const struct rep_outbox_way *w, bool failed, struct rep_str title)
{
	struct rep_str name = s->o->channel->name;

	if (w->state == REP_OUTBOX_TAKEN && failed)
		rep_session_say(
		    s->o->session, REP_PROBLEM_NOTE, "alert %.*s: works again", REP_PR(name));
	else if (w->state == REP_OUTBOX_GIVEN_UP)
		rep_session_say(s->o->session, REP_PROBLEM_INPUT,
		    "alert %.*s: given up after three days (%.*s): %.*s", REP_PR(name),
		    REP_PR(w->why), REP_PR(title));
	else if (w->state == REP_OUTBOX_WAITS && !failed)
		rep_session_say(s->o->session, REP_PROBLEM_INPUT,
		    "alert %.*s: %.*s; it is tried again%s", REP_PR(name), REP_PR(w->why),
		    w->refused
			? " each hour, but will only work when somebody has changed something"
			: "");
}

/* Sends the message that is next, if it is due. *more: another one may be. */
static enum rep_rc
one(struct delivering *s, int64_t *due_s, bool *more, struct rep_err *err)
{
	struct rep_channel_means means = s->o->means;
	struct rep_str channel = s->o->channel->name;
	const struct rep_outbox_message *m;
	const struct rep_outbox_way *w;
	struct rep_alert_message shown;
	struct rep_err why = { .msg = "" };
	bool taken, again = true, failed = false;
	uint64_t n;
	enum rep_rc rc;

	*more = false;
	if ((rc = rep_outbox_begin(&s->box, s->a, err)) != REP_OK)
		return rc;
	m = rep_outbox_next(&s->box, channel, now_s(s), due_s);
	if (m == NULL || *due_s > now_s(s))
		return rep_outbox_commit(&s->box, err);
	n = m->n;
	for (size_t i = 0; i < m->ways_n; i++)
		if (rep_str_eq(m->ways[i].channel, channel))
			failed = m->ways[i].why.n > 0;
	shown = rep_outbox_shown(&s->box, m, s->o->host);
	rep_outbox_try(&s->box, n, channel, now_s(s));
	if ((rc = rep_outbox_commit(&s->box, err)) != REP_OK)
		return rc;
	means.now_s = now_s(s);
	taken = rep_channel_send(s->o->channel, &shown, &means, &again, &why) == REP_OK;
	if ((rc = rep_outbox_begin(&s->box, s->a, err)) != REP_OK)
		return rc;
	w = rep_outbox_tried(&s->box, n, channel, now_s(s), taken, !again, rep_str_c(why.msg));
	if (w != NULL)
		say(s, w, failed, shown.title);
	*more = true;
	return rep_outbox_commit(&s->box, err);
}

/* What waits is due now. */
static enum rep_rc
bring(struct delivering *s, struct rep_err *err)
{
	enum rep_rc rc = rep_outbox_begin(&s->box, s->a, err);

	if (rc != REP_OK)
		return rc;
	rep_outbox_bring(&s->box, s->o->channel->name, now_s(s));
	return rep_outbox_commit(&s->box, err);
}

enum rep_rc
rep_deliver(const struct rep_deliver *o, int64_t *due_s, struct rep_err *err)
{
	struct delivering s = { .o = o, .a = rep_arena_new(256 << 20) };
	enum rep_rc rc = s.a == NULL ? rep_fail(err, REP_EMEM, "out of memory")
				     : rep_outbox_open(&s.box, o->session, err);
	int64_t until_s = rc == REP_OK ? now_s(&s) + AT_ONCE_S : 0;
	bool more;

	*due_s = 0;
	if (rc == REP_OK && o->now)
		rc = bring(&s, err);
	more = rc == REP_OK;
	while (more) {
		rep_arena_reset(s.a);
		rc = one(&s, due_s, &more, err);
		more = more && rc == REP_OK && now_s(&s) < until_s;
	}
	rep_outbox_close(&s.box);
	rep_arena_free(s.a);
	return rc;
}
