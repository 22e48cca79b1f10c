/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/waiting.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/time.h"
#include "intake/waiting.h"

enum { LISTING_MAX = 1 << 20, NAME_BYTES_MAX = 255 };

/* What a listing can say: times until the year 9999, and counts whose sums still fit. */
static const int64_t MOST_S = 253402300799, MOST = INT64_C(1) << 48;

static const char state_name[] = "listing";
static const char magic[8] = "replist2";

/* --- a listing as bytes: little endian, each string after its length ------------------------------ */

struct listing {
	int64_t at_s, lifetime_s, bounce_lifetime_s;
	bool asked;
	uint64_t left_out; /* recipients of rows beyond REP_WAITING_ROWS */
	struct rep_waiting_mail *v;
	size_t n;
};

static void
put(struct rep_buf *b, int64_t v)
{
	char c[8];

	rep_le64_put(c, (uint64_t)v);
	rep_buf_add(b, (struct rep_str){ c, sizeof c });
}

static int64_t
get(struct rep_str *s)
{
	int64_t v = s->n >= 8 ? (int64_t)rep_le64(s->p) : 0;

	*s = rep_str_sub(*s, 8, s->n);
	return v;
}

static void
pack(const struct listing *l, struct rep_buf *b)
{
	rep_buf_add(b, (struct rep_str){ magic, sizeof magic });
	put(b, l->at_s);
	put(b, l->lifetime_s);
	put(b, l->bounce_lifetime_s);
	put(b, l->asked);
	put(b, (int64_t)l->left_out);
	for (size_t i = 0; i < l->n; i++) {
		const struct rep_waiting_mail *w = &l->v[i];
		struct rep_str name = rep_str_sub(w->provider, 0, NAME_BYTES_MAX);

		rep_buf_addc(b, (char)name.n);
		rep_buf_add(b, name);
		put(b, w->wait);
		put(b, (int64_t)w->messages);
		put(b, (int64_t)w->recipients);
		put(b, w->oldest_s);
		put(b, w->expires_s);
		put(b, (int64_t)w->expiring);
	}
}

/* A number of at most `most`. False: it is not, or the bytes end before it. */
static bool
get_within(struct rep_str *s, int64_t most, int64_t *v)
{
	bool there = s->n >= 8;

	*v = get(s);
	return there && *v >= 0 && *v <= most;
}

static bool
unpack_row(struct rep_str *s, struct rep_waiting_mail *w)
{
	size_t n = (unsigned char)s->p[0];
	int64_t wait, messages, recipients, expiring;

	if (s->n < 1 + n)
		return false;
	*w = (struct rep_waiting_mail){ .host = REP_S(""), .domain = REP_S("") };
	w->provider = rep_str_sub(*s, 1, n);
	*s = rep_str_sub(*s, 1 + n, s->n);
	if (!get_within(s, REP_WAIT_N - 1, &wait) || !get_within(s, MOST, &messages) ||
	    !get_within(s, MOST, &recipients) || !get_within(s, MOST_S, &w->oldest_s) ||
	    !get_within(s, MOST_S, &w->expires_s) || !get_within(s, MOST, &expiring))
		return false;
	w->wait = (enum rep_wait)wait;
	w->messages = (uint64_t)messages;
	w->recipients = (uint64_t)recipients;
	w->expiring = (uint64_t)expiring;
	return true;
}

/* False: it is damaged. The names of its rows are views. */
static bool
unpack_all(struct rep_str s, struct listing *l)
{
	int64_t asked, left_out;

	if (!rep_str_starts(s, (struct rep_str){ magic, sizeof magic }))
		return false;
	s = rep_str_sub(s, sizeof magic, s.n);
	if (!get_within(&s, MOST_S, &l->at_s) || !get_within(&s, MOST_S, &l->lifetime_s) ||
	    !get_within(&s, MOST_S, &l->bounce_lifetime_s) || !get_within(&s, 1, &asked) ||
	    !get_within(&s, MOST, &left_out))
		return false;
	l->asked = asked != 0;
	l->left_out = (uint64_t)left_out;
	while (s.n > 0)
		if (l->n == REP_WAITING_ROWS || !unpack_row(&s, &l->v[l->n++]))
			return false;
	return true;
}

/* False: no memory. A listing that is damaged is as if it were not there. */
static bool
unpack(struct rep_str s, struct rep_arena *a, struct listing *l)
{
	*l = (struct listing){ .v = rep_arena_alloc(a, REP_WAITING_ROWS * sizeof *l->v) };
	if (l->v == NULL)
		return false;
	if (!unpack_all(s, l)) {
		*l = (struct listing){ .v = l->v };
		return true;
	}
	for (size_t i = 0; i < l->n; i++)
		if ((l->v[i].provider = rep_arena_dup(a, l->v[i].provider)).p == NULL)
			return false;
	return true;
}

/* --- writing ------------------------------------------------------------------------------------- */

static void
earlier(int64_t *to, int64_t at_s)
{
	if (at_s != 0 && (*to == 0 || at_s < *to))
		*to = at_s;
}

/* Groups of one provider that wait for one reason, whatever was replied, are a row. */
static void
add_group(struct listing *l, const struct rep_queue_group *g)
{
	struct rep_str provider = g->provider != NULL ? g->provider->id : REP_S("other");
	struct rep_waiting_mail *w;
	size_t i = 0;

	while (i < l->n && (l->v[i].wait != g->wait || !rep_str_eq(l->v[i].provider, provider)))
		i++;
	if (i == REP_WAITING_ROWS) {
		l->left_out += g->recipients;
		return;
	}
	w = &l->v[i];
	if (i == l->n) {
		l->n++;
		*w = (struct rep_waiting_mail){ .provider = provider, .wait = g->wait };
	}
	w->messages += g->messages;
	w->recipients += g->recipients;
	w->expiring += g->expiring;
	earlier(&w->oldest_s, g->oldest_s);
	earlier(&w->expires_s, g->expires_s);
}

enum rep_rc
rep_waits_put(
    struct rep_store *store, const struct rep_queue_groups *q, int64_t at_s, struct rep_err *err)
{
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_str bytes = { "", 0 };
	struct listing l = { 0 };
	struct rep_buf b;
	enum rep_rc rc = REP_OK;

	if (a == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	rep_buf_init(&b, LISTING_MAX);
	if ((rc = rep_store_state_get(store, state_name, &bytes, err)) != REP_OK)
		goto out;
	if (!unpack(bytes, a, &l)) {
		rc = rep_fail(err, REP_EMEM, "out of memory");
		goto out;
	}
	if (l.at_s > at_s)
		goto out;
	l = (struct listing){ .v = l.v,
		.at_s = at_s,
		.lifetime_s = q->times.lifetime_s,
		.bounce_lifetime_s = q->times.bounce_lifetime_s,
		.asked = q->times.asked };
	for (size_t i = 0; i < q->n; i++)
		add_group(&l, &q->v[i]);
	pack(&l, &b);
	rc = b.full ? rep_fail(err, REP_EMEM, "out of memory")
		    : rep_store_state_put(store, state_name, rep_buf_str(&b), err);
out:
	rep_buf_fini(&b);
	rep_arena_free(a);
	return rc;
}

void
rep_waits_note(const struct rep_session *s, const struct rep_queue_groups *q, int64_t at_s)
{
	struct rep_store *store = NULL;

	if (s->only_reads || rep_session_store(s, 0, &store, NULL) != REP_OK)
		return;
	rep_store_wait(store, 1, NULL, NULL);
	if (rep_store_begin(store, NULL) == REP_OK && rep_waits_put(store, q, at_s, NULL) == REP_OK)
		(void)!rep_store_commit(store, NULL);
	rep_store_close(store);
}

/* --- reading ------------------------------------------------------------------------------------- */

static bool
duplicate(struct rep_arena *a, struct rep_str *v)
{
	*v = rep_arena_dup(a, *v);
	return v->p != NULL;
}

/* The rows outlive the queue that they were counted in. */
static bool
keep(struct rep_arena *a, struct rep_waiting_list *l)
{
	bool kept = true;

	for (size_t i = 0; i < l->n && kept; i++)
		kept = duplicate(a, &l->v[i].host) && duplicate(a, &l->v[i].provider) &&
		    duplicate(a, &l->v[i].domain);
	for (size_t i = 0; i < l->unseen_n && kept; i++)
		kept =
		    duplicate(a, &l->unseen[i].host) && duplicate(a, &l->unseen[i].sender_domain);
	return kept;
}

static enum rep_rc
from_log(struct rep_store *store, const struct listing *listing, int64_t now_s, struct rep_arena *a,
    struct rep_waiting_list *out, struct rep_err *err)
{
	struct rep_waiting_times t = { listing->lifetime_s, listing->bounce_lifetime_s };
	struct rep_queue *q = rep_queue_new();
	struct rep_str bytes = { "", 0 };
	enum rep_rc rc;

	*out = (struct rep_waiting_list){ .v = NULL };
	if (q == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	rc = rep_store_state_get(store, "queue", &bytes, err);
	/* A damaged state is told by the next ingest. */
	if (rc == REP_OK && bytes.n > 0 && rep_queue_load(q, bytes, NULL) == REP_OK &&
	    (!rep_waiting_of(q, &t, now_s, a, out) || !keep(a, out)))
		rc = rep_fail(err, REP_ELIMIT, "more open messages than memory is set aside for");
	rep_queue_free(q);
	return rc;
}

static bool
one_host(const struct rep_waiting_list *l)
{
	for (size_t i = 1; i < l->n; i++)
		if (!rep_str_eq(l->v[i].host, l->v[0].host))
			return false;
	return true;
}

/* A listing does not say since when; the log may. */
static void
since_by_log(struct listing *l, const struct rep_waiting_list *log)
{
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < log->n; k++)
			if (log->v[k].wait == l->v[i].wait &&
			    rep_str_eq(log->v[k].provider, l->v[i].provider))
				earlier(&l->v[i].since_s, log->v[k].since_s);
}

enum rep_rc
rep_waits_load(struct rep_store *store, int64_t now_s, struct rep_arena *a, struct rep_waits *out,
    struct rep_err *err)
{
	struct rep_waiting_list log;
	struct rep_postfix_times usual;
	struct rep_str bytes = { "", 0 };
	struct listing l;
	enum rep_rc rc = rep_store_state_get(store, state_name, &bytes, err);

	*out = (struct rep_waits){ .v = NULL };
	if (rc != REP_OK)
		return rc;
	if (!unpack(bytes, a, &l))
		return rep_fail(err, REP_EMEM, "out of memory");
	if (l.lifetime_s == 0) {
		rep_postfix_times(false, &usual);
		l.lifetime_s = usual.lifetime_s;
		l.bounce_lifetime_s = usual.bounce_lifetime_s;
	}
	if ((rc = from_log(store, &l, now_s, a, &log, err)) != REP_OK)
		return rc;
	out->lifetime_s = l.lifetime_s;
	out->asked = l.asked;
	if (now_s != 0 && log.newest_s > now_s)
		return REP_OK;
	out->unseen = log.unseen;
	out->unseen_n = log.unseen_n;
	out->forwarded = log.forwarded;
	if (l.at_s > log.newest_s && (now_s == 0 || l.at_s <= now_s) && one_host(&log)) {
		since_by_log(&l, &log);
		out->v = l.v;
		out->n = l.n;
		out->left_out = l.left_out;
		out->at_s = l.at_s;
		out->listed = true;
		return REP_OK;
	}
	out->v = log.v;
	out->n = log.n;
	out->left_out = log.left_out;
	out->at_s = log.newest_s;
	return REP_OK;
}
