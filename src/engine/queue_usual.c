/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/queue_usual.h"
#include "base/time.h"
#include "engine/queue_groups.h"
#include "store/store.h"

#define STATE "queue-usual" /* rep_store_state_put */

enum { STATE_MAX = 1 << 14, NAMED = 3 };

/* No count and no time is larger. */
#define NUMBER_MAX ((uint64_t)1 << 48)

/* --- the value: lines of numbers, "n AT MESSAGES EXPIRING OWN EXPIRES" and its sentence, "s GROWN EXPIRES", "d DAY MESSAGES EXPIRING" --- */

/* Takes `n` numbers, each behind a blank. */
static bool
numbers(struct rep_str *s, uint64_t *v, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		size_t end = rep_str_chr(*s, ' ', 1);

		if (s->n == 0 || s->p[0] != ' ')
			return false;
		end = end == SIZE_MAX ? s->n : end;
		if (!rep_str_u64(rep_str_sub(*s, 1, end - 1), NUMBER_MAX, &v[k]))
			return false;
		*s = rep_str_sub(*s, end, s->n);
	}
	return true;
}

static bool
line(struct rep_str s, struct rep_arena *a, struct rep_queue_usual *u)
{
	char letter = s.n > 0 ? s.p[0] : '\0';
	uint64_t v[5];

	s = rep_str_sub(s, 1, s.n);
	if (letter == 'n' && numbers(&s, v, 5)) {
		u->at_s = (int64_t)v[0];
		u->messages = v[1];
		u->expiring = v[2];
		u->own = v[3];
		u->expires_s = (int64_t)v[4];
		u->most_wait = rep_arena_dup(a, rep_str_trim(s));
		return u->most_wait.p != NULL;
	}
	if (letter == 's' && numbers(&s, v, 2)) {
		u->grown_since_s = (int64_t)v[0];
		u->expires_since_s = (int64_t)v[1];
		return true;
	}
	if (letter != 'd' || u->days_n == REP_QUEUE_DAYS || !numbers(&s, v, 3))
		return false;
	u->days[u->days_n++] = (struct rep_queue_day){ (int64_t)v[0], v[1], v[2] };
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
		rep_buf_printf(&b, "d %lld %llu %llu\n", (long long)u->days[i].day,
		    (unsigned long long)u->days[i].messages,
		    (unsigned long long)u->days[i].expiring);
	rc = b.full ? rep_fail(err, REP_EMEM, "out of memory")
		    : rep_store_state_put(store, STATE, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
}

/* --- what is usual ------------------------------------------------------------------------------------ */

static int64_t
day_of(int64_t at_s)
{
	return at_s / REP_DAY_S;
}

bool
rep_queue_usual_most(const struct rep_queue_usual *u, uint64_t *messages, uint64_t *expiring)
{
	size_t known = 0;

	*messages = *expiring = 0;
	for (size_t i = 0; i < u->days_n; i++) {
		const struct rep_queue_day *d = &u->days[i];

		if (d->day >= day_of(u->at_s))
			continue;
		known++;
		*messages = d->messages > *messages ? d->messages : *messages;
		*expiring = d->expiring > *expiring ? d->expiring : *expiring;
	}
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
	struct rep_queue_day today = { .day = day_of(u->at_s) };
	uint64_t messages, expiring;
	size_t kept = 0;

	(void)rep_queue_usual_most(u, &messages, &expiring);
	today.messages =
	    noted(u->messages, messages, rep_queue_usual_grown(u), u->at_s, &u->grown_since_s);
	today.expiring =
	    noted(u->expiring, expiring, much_expires(u), u->at_s, &u->expires_since_s);
	for (size_t i = 0; i < u->days_n; i++) {
		struct rep_queue_day d = u->days[i];

		if (d.day == today.day) {
			today.messages = d.messages > today.messages ? d.messages : today.messages;
			today.expiring = d.expiring > today.expiring ? d.expiring : today.expiring;
		} else if (d.day > today.day - REP_QUEUE_DAYS && d.day < today.day) {
			u->days[kept++] = d;
		}
	}
	u->days[kept++] = today;
	u->days_n = kept;
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
