/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/queue_usual.h"
#include "base/time.h"
#include "engine/queue_groups.h"
#include "store/store.h"

#define STATE "queue-usual" /* rep_store_state_put */

enum { STATE_MAX = 1 << 14, NAMED = 3 };

/* --- the value: lines of numbers, "n AT MESSAGES EXPIRING OWN EXPIRES" and its sentence, "s GROWN EXPIRES", "d DAY MESSAGES EXPIRING" --- */

static bool
line(struct rep_str s, struct rep_arena *a, struct rep_queue_usual *u)
{
	char letter = s.n > 0 ? s.p[0] : '\0';
	int64_t v[5];

	s = rep_str_sub(s, 1, s.n);
	if (letter == 'n' && rep_days_numbers(&s, v, 5)) {
		u->at_s = v[0];
		u->messages = (uint64_t)v[1];
		u->expiring = (uint64_t)v[2];
		u->own = (uint64_t)v[3];
		u->expires_s = v[4];
		u->most_wait = rep_arena_dup(a, rep_str_trim(s));
		return u->most_wait.p != NULL;
	}
	if (letter == 's' && rep_days_numbers(&s, v, 2)) {
		u->grown_since_s = v[0];
		u->expires_since_s = v[1];
		return true;
	}
	if (letter != 'd' || u->days_n == REP_QUEUE_DAYS || !rep_days_numbers(&s, v, 3))
		return false;
	u->days[u->days_n++] = (struct rep_day_most){ v[0], { v[1], v[2] } };
	return true;
}

enum rep_rc
rep_queue_usual_load(
    struct rep_store *store, struct rep_arena *a, struct rep_queue_usual *out, struct rep_err *err)
{
	struct rep_str text, s;
	enum rep_rc rc = rep_store_state_get(store, STATE, &text, err);

	*out = (struct rep_queue_usual){ .at_s = 0 };
	while (rc == REP_OK && rep_str_take_line(&text, &s)) {
		if (!line(s, a, out)) {
			*out = (struct rep_queue_usual){ .at_s = 0 };
			break;
		}
	}
	return rc;
}

static enum rep_rc
save(struct rep_store *store, const struct rep_queue_usual *u, struct rep_err *err)
{
	struct rep_buf b;
	enum rep_rc rc;

	rep_buf_init(&b, STATE_MAX);
	rep_buf_printf(&b, "n %lld %llu %llu %llu %lld %.*s\n", (long long)u->at_s,
	    (unsigned long long)u->messages, (unsigned long long)u->expiring,
	    (unsigned long long)u->own, (long long)u->expires_s, REP_PR(u->most_wait));
	rep_buf_printf(
	    &b, "s %lld %lld\n", (long long)u->grown_since_s, (long long)u->expires_since_s);
	for (size_t i = 0; i < u->days_n; i++)
		rep_buf_printf(&b, "d %lld %lld %lld\n", (long long)u->days[i].day,
		    (long long)u->days[i].most[0], (long long)u->days[i].most[1]);
	rc = b.full ? rep_fail(err, REP_EMEM, "out of memory")
		    : rep_store_state_put(store, STATE, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
}

/* --- what is usual ------------------------------------------------------------------------------------ */

bool
rep_queue_usual_most(const struct rep_queue_usual *u, uint64_t *messages, uint64_t *expiring)
{
	int64_t most[2];
	size_t known = rep_days_most(u->days, u->days_n, rep_day_of(u->at_s), REP_QUEUE_DAYS, most);

	*messages = (uint64_t)most[0];
	*expiring = (uint64_t)most[1];
	return known >= REP_QUEUE_DAYS_LEAST;
}

bool
rep_queue_usual_grown(const struct rep_queue_usual *u)
{
	uint64_t messages, expiring;

	return rep_queue_usual_most(u, &messages, &expiring) && u->messages >= REP_QUEUE_LEAST &&
	    u->messages >= REP_QUEUE_TIMES * messages;
}

static bool
much_expires(const struct rep_queue_usual *u)
{
	uint64_t messages, expiring;

	return rep_queue_usual_most(u, &messages, &expiring) &&
	    u->expiring >= REP_QUEUE_EXPIRING_LEAST && u->expiring >= REP_QUEUE_TIMES * expiring;
}

bool
rep_queue_usual_expires(const struct rep_queue_usual *u)
{
	/* What its own server holds back is lost if nobody acts, whatever is usual. */
	return u->own > 0 || much_expires(u);
}

/* What is noted of a number: not more than the most of the days before, while it is far above them. */
static uint64_t
noted(uint64_t n, uint64_t most, bool far, int64_t at_s, int64_t *since_s)
{
	*since_s = !far ? 0 : *since_s == 0 || *since_s > at_s ? at_s : *since_s;
	return far && at_s - *since_s < REP_QUEUE_LASTS_S ? most : n;
}

/* Notes it for its day. The oldest days go. */
static void
note_day(struct rep_queue_usual *u)
{
	struct rep_day_most today = { .day = rep_day_of(u->at_s) };
	uint64_t messages, expiring;

	(void)rep_queue_usual_most(u, &messages, &expiring);
	today.most[0] = (int64_t)noted(
	    u->messages, messages, rep_queue_usual_grown(u), u->at_s, &u->grown_since_s);
	today.most[1] =
	    (int64_t)noted(u->expiring, expiring, much_expires(u), u->at_s, &u->expires_since_s);
	u->days_n = rep_days_note(u->days, u->days_n, today, REP_QUEUE_DAYS);
}

/* --- a reading ---------------------------------------------------------------------------------------- */

static struct rep_str
most_wait(struct rep_arena *a, const struct rep_queue_groups *q)
{
	struct rep_str out = REP_S("");

	for (size_t i = 0; i < q->n && i < NAMED; i++) {
		const struct rep_queue_group *g = &q->v[i];

		out = rep_arena_printf(a, "%.*s%s%s (%llu, %s)", REP_PR(out), i > 0 ? ", " : "",
		    g->provider != NULL ? g->provider->in_sentence.p : "other mail hosts",
		    (unsigned long long)g->messages,
		    g->wait == REP_WAIT_REFUSED ? rep_class_word(g->class)
						: rep_wait_word(g->wait));
	}
	return out;
}

static void
sum_up(const struct rep_queue_groups *q, struct rep_queue_usual *u)
{
	u->messages = q->messages;
	u->expiring = u->own = 0;
	u->expires_s = 0;
	for (size_t i = 0; i < q->n; i++) {
		const struct rep_queue_group *g = &q->v[i];

		u->expiring += g->expiring;
		u->own += rep_wait_is_own(g->wait) ? g->expiring : 0;
		if (g->expiring > 0 && (u->expires_s == 0 || g->expires_s < u->expires_s))
			u->expires_s = g->expires_s;
	}
}

enum rep_rc
rep_queue_usual_note(
    struct rep_store *store, const struct rep_queue_groups *q, int64_t at_s, struct rep_err *err)
{
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_queue_usual u;
	enum rep_rc rc;

	if (a == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = rep_queue_usual_load(store, a, &u, err)) == REP_OK) {
		u.at_s = at_s;
		sum_up(q, &u);
		u.most_wait = most_wait(a, q);
		note_day(&u);
		rc = u.most_wait.p == NULL ? rep_fail(err, REP_EMEM, "out of memory")
					   : save(store, &u, err);
	}
	rep_arena_free(a);
	return rc;
}
