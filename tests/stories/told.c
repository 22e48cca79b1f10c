/* SPDX-License-Identifier: Apache-2.0 */
#include "told.h"
#include "cli/news_text.h"
#include "engine/conditions_tend.h"
#include "engine/outbox_kept.h"
#include "engine/replay.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

static const struct rep_str channel = { "story", 5 };

/* Those that came since the last time. */
static enum rep_rc
note(struct story_told *t, const struct rep_outbox *box, struct rep_err *err)
{
	for (size_t k = 0; k < box->messages_n; k++) {
		const struct rep_outbox_message *m = &box->messages[k];
		struct story_message *x;

		if (m->n <= t->numbered)
			continue;
		if ((x = rep_arena_alloc(t->a, sizeof *x)) == NULL)
			return rep_fail(err, REP_EMEM, "out of memory");
		*x = (struct story_message){ .event = m->event,
			.at_s = m->at_s,
			.title = rep_arena_dup(t->a, m->title),
			.text = rep_arena_dup(t->a, m->text) };
		if (t->first == NULL)
			t->first = x;
		else
			t->last->next = x;
		t->last = x;
		t->numbered = m->n;
	}
	return REP_OK;
}

static enum rep_rc
put(struct story_told *t, const struct rep_verdict_set *set, struct rep_news *news,
    const struct rep_alert_piece *pieces, size_t n, struct rep_outbox *box, struct rep_store *store,
    struct rep_err *err)
{
	const struct rep_outbox_to to = { &channel, 1, set->in.now_s };
	const struct rep_conditions_tend conditions = { .session = box->session };
	struct rep_condition_news said;
	struct rep_held_all held;
	enum rep_rc rc;

	if ((rc = rep_conditions_numbers(box, &held, err)) != REP_OK ||
	    (rc = rep_alerts_put(set, news, pieces, n, &to, box, err)) != REP_OK ||
	    (rc = rep_conditions_tend(&conditions, set, &to, &held, box, &said, err)) != REP_OK ||
	    (rc = rep_outbox_save(box, err)) != REP_OK ||
	    (rc = rep_news_told(set, news, store, err)) != REP_OK)
		return rc;
	return note(t, box, err);
}

static enum rep_rc
tell(struct story_told *t, const struct rep_session *session, const struct rep_know *know,
    struct rep_store *store, struct rep_err *err)
{
	struct rep_outbox box = { .session = session, .store = store };
	const struct rep_alert_piece *pieces = NULL;
	struct rep_verdict_set set = { 0 };
	struct rep_news news;
	size_t n = 0;
	enum rep_rc rc;

	if ((rc = rep_verdicts_make(session, know, store, REP_DEPTH_REASONS, &set, err)) ==
		REP_OK &&
	    (rc = rep_news_find(&set, store, &news, err)) == REP_OK &&
	    (rc = rep_outbox_load(&box, set.arena, err)) == REP_OK) {
		rep_alerts_busy(&set, &news, &box, set.in.now_s, REP_NEWS_TOGETHER_S);
		if ((rc = rep_news_pieces(&set, &news, &pieces, &n, err)) == REP_OK)
			rc = put(t, &set, &news, pieces, n, &box, store, err);
	}
	rep_verdicts_free(&set);
	return rc;
}

enum rep_rc
story_told_look(struct story_told *t, const struct rep_session *session,
    const struct rep_know *know, struct rep_store *store, struct rep_err *err)
{
	struct rep_outbox box = { .session = session, .store = store };
	struct rep_verdict_set set = { 0 };
	struct rep_news news;
	enum rep_rc rc;

	if ((rc = rep_verdicts_make(session, know, store, REP_DEPTH_TOLD, &set, err)) == REP_OK &&
	    (rc = rep_news_find(&set, store, &news, err)) == REP_OK &&
	    (rc = rep_outbox_load(&box, set.arena, err)) == REP_OK)
		rc = news.n > 0 ? tell(t, session, know, store, err)
				: put(t, &set, &news, NULL, 0, &box, store, err);
	if (rc == REP_OK)
		rc = rep_replay_record(session, &set, store, err);
	rep_verdicts_free(&set);
	return rc;
}

int64_t
story_told_next(int64_t after_s)
{
	return after_s < HOUR / 2 ? 5 * MINUTE
	    : after_s < 2 * HOUR  ? 15 * MINUTE
	    : after_s < 12 * HOUR ? HOUR
				  : 3 * HOUR;
}

struct story_message *
story_told_left(const struct story_told *t)
{
	return t->expected == NULL ? t->first : t->expected->next;
}

size_t
story_told_day(const struct story_told *t)
{
	size_t most = 0;

	for (const struct story_message *from = t->first; from != NULL; from = from->next) {
		size_t n = 0;

		for (const struct story_message *m = from; m != NULL && m->at_s < from->at_s + DAY;
		     m = m->next)
			n++;
		most = n > most ? n : most;
	}
	return most;
}
