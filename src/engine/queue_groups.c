/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/queue_groups.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/time.h"
#include "intake/postfix.h"
#include "mail/mask.h"
#include "mail/srs.h"

#include <stdlib.h>

enum { SLOTS = 2 * REP_QUEUE_TALLIES, NAME_MAX_BYTES = 254, SAMPLE_MAX = 400 };

/* One counted name. group: the group's number + 1; 0 for all messages. */
struct queue_tally {
	uint64_t hash; /* 0: free */
	uint32_t group;
	bool domain; /* else a sender */
	struct rep_queue_top top;
	uint64_t last;
};

struct grouping {
	const struct rep_know *know;
	struct rep_hosts *hosts; /* owned */
	struct rep_arena *a;
	struct rep_queue_groups *out;
	struct queue_tally *tallies; /* owned, SLOTS */
	size_t tallies_n;
	uint32_t *found; /* owned, 2 * REP_QUEUE_GROUPS: a group's number + 1, by its hash */
	struct rep_heard heard;
	struct rep_buf masked;
	int64_t now_s;
	uint64_t number; /* of the message */
};

/* --- tallies --------------------------------------------------------------------------------------- */

/* Counts a name once for each message (each time for a domain). */
static void
count(struct grouping *g, uint32_t group, bool domain, struct rep_str name)
{
	struct queue_tally *t;
	uint64_t h;
	size_t i;

	name = rep_str_sub(name, 0, NAME_MAX_BYTES);
	h = rep_hash_mix(rep_hash(name) ^ ((uint64_t)group << 1 | domain)) | 1;
	for (i = h % SLOTS; g->tallies[i].hash != 0; i = (i + 1) % SLOTS) {
		t = &g->tallies[i];
		if (t->hash != h || t->group != group || t->domain != domain ||
		    !rep_str_eq(t->top.name, name))
			continue;
		t->top.n += domain || t->last != g->number;
		t->last = g->number;
		return;
	}
	if (g->tallies_n == REP_QUEUE_TALLIES) {
		g->out->untold++;
		return;
	}
	t = &g->tallies[i];
	if ((name = rep_arena_dup(g->a, name)).p == NULL) {
		g->out->untold++;
		return;
	}
	*t = (struct queue_tally){ h, group, domain, { name, 1 }, g->number };
	g->tallies_n++;
}

/*
 * The name that a sender is counted by. A forwarded sender has a hash and a day in it, so each is
 * another. What they share is the domain that the mail came from.
 */
static struct rep_str
sender_name(struct rep_str sender, char buf[NAME_MAX_BYTES])
{
	static const char head[] = "SRS0=";
	enum { HEAD = sizeof head - 1 };
	size_t at = rep_str_rchr(sender, '@');
	struct rep_str origin = rep_srs_origin(rep_str_sub(sender, 0, at));

	if (at == SIZE_MAX || origin.n == 0)
		return sender;
	origin = rep_str_sub(origin, 0, NAME_MAX_BYTES - HEAD);
	memcpy(buf, head, HEAD);
	for (size_t i = 0; i < origin.n; i++)
		buf[HEAD + i] = rep_lower(origin.p[i]);
	return (struct rep_str){ buf, HEAD + origin.n };
}

/* Puts a tally among the largest of its group, by count, then by name. */
static void
place(struct rep_queue_top *v, size_t *n, const struct rep_queue_top *t)
{
	size_t i = *n < REP_QUEUE_TOP ? (*n)++ : REP_QUEUE_TOP;

	for (; i > 0 &&
	     (v[i - 1].n < t->n || (v[i - 1].n == t->n && rep_str_cmp(v[i - 1].name, t->name) > 0));
	     i--)
		if (i < REP_QUEUE_TOP)
			v[i] = v[i - 1];
	if (i < REP_QUEUE_TOP)
		v[i] = *t;
}

static void
tops(struct grouping *g)
{
	for (size_t i = 0; i < SLOTS; i++) {
		const struct queue_tally *t = &g->tallies[i];
		struct rep_queue_group *to;

		if (t->hash == 0)
			continue;
		if (t->group == 0) {
			place(g->out->senders, &g->out->senders_n, &t->top);
			continue;
		}
		to = &g->out->v[t->group - 1];
		if (t->domain)
			place(to->domains, &to->domains_n, &t->top);
		else
			place(to->senders, &to->senders_n, &t->top);
	}
}

/* --- groups ---------------------------------------------------------------------------------------- */

static struct rep_str
domain_of(struct rep_str address, char low[NAME_MAX_BYTES])
{
	size_t at = rep_str_rchr(address, '@');
	struct rep_str d =
	    at == SIZE_MAX ? REP_S("") : rep_str_sub(address, at + 1, NAME_MAX_BYTES);

	for (size_t i = 0; i < d.n; i++)
		low[i] = rep_lower(d.p[i]);
	return (struct rep_str){ low, d.n };
}

enum rep_wait
rep_wait_of(const struct rep_queue_message *m, struct rep_str reason)
{
	if (m->queue == REP_QUEUE_HOLD)
		return REP_WAIT_HELD;
	return rep_postfix_waits(reason);
}

/* The group of what was heard; a new one when there is none. NULL: too many. */
static struct rep_queue_group *
group_of(struct grouping *g, const struct rep_queue_group *like)
{
	enum { GROUP_SLOTS = 2 * REP_QUEUE_GROUPS };
	uint64_t h = rep_hash_mix((uint64_t)(uintptr_t)like->provider) ^
	    rep_hash_mix((uint64_t)(uintptr_t)like->rule + 7) ^
	    rep_hash_mix((uint64_t)like->wait << 8 | (uint64_t)like->class);
	struct rep_queue_group *e;
	size_t i;

	for (i = h % GROUP_SLOTS; g->found[i] != 0; i = (i + 1) % GROUP_SLOTS) {
		e = &g->out->v[g->found[i] - 1];
		if (e->wait == like->wait && e->provider == like->provider &&
		    e->rule == like->rule && e->class == like->class)
			return e;
	}
	if (g->out->n == REP_QUEUE_GROUPS)
		return NULL;
	e = &g->out->v[g->out->n++];
	*e = *like;
	g->found[i] = (uint32_t)g->out->n;
	return e;
}

/* Keeps the words about the first message that was met, without addresses of people. */
static bool
keep_sample(struct grouping *g, struct rep_queue_group *e, struct rep_str reason)
{
	if (e->sample.n > 0)
		return true;
	rep_buf_clear(&g->masked);
	rep_mask(&g->masked, rep_str_sub(reason, 0, SAMPLE_MAX));
	e->sample = rep_arena_dup(g->a, rep_buf_str(&g->masked));
	return e->sample.p != NULL;
}

int64_t
rep_queue_expiry(
    const struct rep_postfix_times *t, const struct rep_queue_message *m, int64_t now_s)
{
	if (m->queue == REP_QUEUE_HOLD)
		return 0;
	if (m->forced)
		return now_s;
	return m->arrival_s + (m->sender.n == 0 ? t->bounce_lifetime_s : t->lifetime_s);
}

/* The message is counted in this group for the first time. */
static bool
add_message(struct grouping *g, struct rep_queue_group *e, const struct rep_queue_message *m)
{
	int64_t expires_s = rep_queue_expiry(&g->out->times, m, g->now_s);
	char name[NAME_MAX_BYTES];

	e->last = g->number;
	e->messages++;
	e->bounces += m->sender.n == 0;
	if (e->oldest_s == 0 || m->arrival_s < e->oldest_s) {
		e->oldest_s = m->arrival_s;
		/* a new oldest is rare: queues come in no order, and this is a running minimum */
		if ((e->oldest_id = rep_arena_dup(g->a, m->queue_id)).p == NULL)
			return false;
	}
	if (m->arrival_s > e->newest_s)
		e->newest_s = m->arrival_s;
	if (expires_s != 0 && (e->expires_s == 0 || expires_s < e->expires_s))
		e->expires_s = expires_s;
	e->expiring += expires_s != 0 && expires_s <= g->now_s + REP_DAY_S;
	count(g, (uint32_t)(e - g->out->v) + 1, false, sender_name(m->sender, name));
	return true;
}

static enum rep_rc
on_recipient(struct grouping *g, const struct rep_queue_message *m,
    const struct rep_waiting_recipient *r, struct rep_err *err)
{
	struct rep_queue_group like = { .wait = rep_wait_of(m, r->reason) }, *e;
	char low[NAME_MAX_BYTES];
	struct rep_str domain = domain_of(r->address, low);
	struct rep_heard_in in = { .text = r->reason,
		.recipient_domain = domain,
		.status = REP_STATUS_DEFERRED,
		.asked = true };

	g->out->recipients++;
	like.provider = rep_provider_by_domain(rep_know_providers(g->know), domain);
	if (like.wait == REP_WAIT_REFUSED) {
		rep_heard_read(g->know, g->hosts, &in, &g->heard);
		like.provider = g->heard.provider;
		like.rule = g->heard.reading.rule;
		like.class = g->heard.class;
	}
	if ((e = group_of(g, &like)) == NULL) {
		g->out->folded++;
		return REP_OK;
	}
	e->recipients++;
	if ((e->last != g->number && !add_message(g, e, m)) ||
	    (r->reason.n > 0 && !keep_sample(g, e, r->reason)))
		return rep_fail(
		    err, REP_ELIMIT, "the queue needs more memory than reputed may use");
	count(g, (uint32_t)(e - g->out->v) + 1, true, domain);
	return REP_OK;
}

static enum rep_rc
on_message(void *ctx, struct rep_queue_message *m, struct rep_err *err)
{
	struct rep_waiting_recipient r;
	struct grouping *g = ctx;
	enum rep_rc rc = REP_OK;
	char name[NAME_MAX_BYTES];

	g->number++;
	g->out->messages++;
	g->out->bytes += (uint64_t)m->size;
	g->out->forced += m->forced;
	if (g->out->oldest_s == 0 || m->arrival_s < g->out->oldest_s)
		g->out->oldest_s = m->arrival_s;
	g->out->forwarded += rep_srs_is(m->sender);
	count(g, 0, false, sender_name(m->sender, name));
	while (rc == REP_OK && rep_postqueue_next(m, &r))
		rc = on_recipient(g, m, &r, err);
	return rc;
}

/*
 * Postfix tries a deferred message again when it has waited as long as it is old, but at least
 * minimal_backoff_time and at most maximal_backoff_time (qmgr(8)); and it looks once in
 * queue_run_delay. What it really chose is the time of a file that only root can see.
 */
int64_t
rep_queue_next(const struct rep_postfix_times *t, enum rep_wait wait, int64_t age_s)
{
	if (wait == REP_WAIT_HELD || wait == REP_WAIT_TRANSPORT)
		return 0;
	age_s = age_s > t->backoff_max_s ? t->backoff_max_s : age_s;
	return (age_s < t->backoff_min_s ? t->backoff_min_s : age_s) + t->run_s;
}

static int
by_messages(const void *a, const void *b)
{
	const struct rep_queue_group *x = a, *y = b;

	if (x->messages != y->messages)
		return x->messages > y->messages ? -1 : 1;
	if (x->oldest_s != y->oldest_s)
		return x->oldest_s < y->oldest_s ? -1 : 1;
	return rep_str_cmp(x->oldest_id, y->oldest_id);
}

static void
fini(struct grouping *g)
{
	rep_hosts_free(g->hosts);
	free(g->tallies);
	free(g->found);
	rep_buf_fini(&g->masked);
	free(g);
}

enum rep_rc
rep_queue_group_all(const struct rep_session *s, const struct rep_know *know,
    const struct rep_queue_from *from, int64_t now_s, struct rep_arena *a,
    struct rep_queue_groups *out, struct rep_err *err)
{
	struct grouping *g = calloc(1, sizeof *g); /* 20 KB for what is heard */
	enum rep_rc rc = REP_EMEM;

	*out = (struct rep_queue_groups){ .v = NULL };
	if (g == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	g->know = know;
	g->a = a;
	g->out = out;
	g->now_s = now_s;
	g->hosts = rep_hosts_new(know);
	g->tallies = calloc(SLOTS, sizeof *g->tallies);
	g->found = calloc((size_t)2 * REP_QUEUE_GROUPS, sizeof *g->found);
	rep_buf_init(&g->masked, 4 * SAMPLE_MAX);
	out->v = rep_arena_alloc(a, REP_QUEUE_GROUPS * sizeof *out->v);
	rep_postfix_times(from->path == NULL, &out->times);
	if (g->hosts == NULL || g->tallies == NULL || g->found == NULL || out->v == NULL)
		rc = rep_fail(err, REP_EMEM, "out of memory");
	else if (from->in != NULL)
		rc = rep_postfix_queue_input(
		    s, from->path, from->reader, from->in, on_message, g, &out->read, err);
	else
		rc = rep_postfix_queue(s, from->path, on_message, g, &out->read, err);
	if (rc == REP_OK) {
		for (size_t i = 0; i < out->n; i++)
			out->v[i].next_within_s =
			    rep_queue_next(&out->times, out->v[i].wait, now_s - out->v[i].oldest_s);
		tops(g);
		qsort(out->v, out->n, sizeof *out->v, by_messages);
	}
	fini(g);
	return rc;
}
