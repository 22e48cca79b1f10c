/* SPDX-License-Identifier: Apache-2.0 */
#include "act/deliver.h"
#include "engine/outbox.h"

/* What became of one message is noted in the outbox as it is now: others may have changed it meanwhile. */
static enum rep_rc
note(const struct rep_deliver *o, struct rep_store *store, struct rep_arena *a, uint64_t n,
    bool taken, struct rep_str why, struct rep_err *err)
{
	struct rep_outbox box;
	enum rep_rc rc;
	bool damaged;

	if ((rc = rep_store_begin(store, err)) != REP_OK ||
	    (rc = rep_outbox_load(store, a, &box, &damaged, err)) != REP_OK)
		return rc;
	rep_outbox_tried(&box, n, o->channel->name, o->session->clock_ms() / 1000, taken, why);
	if ((rc = rep_outbox_save(&box, store, err)) != REP_OK)
		return rc;
	return rep_store_commit(store, err);
}

/* Said when it begins to fail and when it works again, not each time. */
static void
say(const struct rep_deliver *o, uint64_t tries, bool taken, bool again, const char *why)
{
	if (taken && tries > 0)
		rep_session_say(o->session, REP_PROBLEM_NOTE, "alert %.*s: works again",
		    REP_PR(o->channel->name));
	if (!taken && tries == 0)
		rep_session_say(o->session, REP_PROBLEM_INPUT, "alert %.*s: %s; %s",
		    REP_PR(o->channel->name), why,
		    again ? "it is tried again"
			  : "it is tried again, but somebody has to change something first");
}

/* Sends the message that is next, if it is due. *more: another one may be. */
static enum rep_rc
one(const struct rep_deliver *o, struct rep_store *store, struct rep_arena *a, int64_t *due_s,
    bool *more, struct rep_err *err)
{
	const struct rep_outbox_message *m;
	struct rep_alert_message shown;
	struct rep_channel_means means = o->means;
	struct rep_err why = { .msg = "" };
	struct rep_outbox box;
	enum rep_rc rc;
	uint64_t tries = 0;
	bool damaged, taken, again = true;

	*more = false;
	if ((rc = rep_outbox_load(store, a, &box, &damaged, err)) != REP_OK)
		return rc;
	m = rep_outbox_next(&box, o->channel->name, due_s);
	if (m == NULL || *due_s > o->session->clock_ms() / 1000)
		return REP_OK;
	for (size_t i = 0; i < m->ways_n; i++)
		if (rep_str_eq(m->ways[i].channel, o->channel->name))
			tries = m->ways[i].tries;
	shown = rep_outbox_shown(&box, m, o->host);
	means.now_s = o->session->clock_ms() / 1000;
	taken = rep_channel_send(o->channel, &shown, &means, &again, &why) == REP_OK;
	say(o, tries, taken, again, why.msg);
	*more = true;
	return note(o, store, a, m->n, taken, rep_str_c(why.msg), err);
}

enum rep_rc
rep_deliver(const struct rep_deliver *o, int64_t *due_s, struct rep_err *err)
{
	struct rep_arena *a = rep_arena_new(256 << 20);
	struct rep_store *store = NULL;
	enum rep_rc rc = a == NULL ? rep_fail(err, REP_EMEM, "out of memory")
				   : rep_session_store(o->session, 0, &store, err);
	bool more = rc == REP_OK;

	*due_s = 0;
	while (more) {
		rep_arena_reset(a);
		rc = one(o, store, a, due_s, &more, err);
		more = more && rc == REP_OK;
	}
	rep_store_close(store);
	rep_arena_free(a);
	return rc;
}
