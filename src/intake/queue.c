/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/queue.h"
#include "base/bytes.h"
#include "base/memory.h"
#include "base/hash.h"

#include <stdlib.h>

enum { SLOTS = 1 << 17, CACHE_LINE = 64 };

/* A slot: the index of its entry + 1, and above it a part of the hash, so that few others are looked at. */
enum { INDEX_BITS = 16, INDEX_MASK = (1 << INDEX_BITS) - 1 };

#define NIL UINT32_MAX

_Static_assert((int)REP_QUEUE_MAX <= (int)INDEX_MASK, "an index fits into a slot");
_Static_assert(offsetof(struct rep_queued, stream) == CACHE_LINE, "a lookup reads one line");
_Static_assert(sizeof(struct rep_queued) % CACHE_LINE == 0, "each entry begins a line");

/* Save and load cut at the same lengths as comparing does: what is kept is what is loaded again. */
enum {
	STRING_MAX = 998, /* a Message-ID fits into one line of mail (RFC 5322 2.1.1) */
	HOST_MAX = 255,	  /* a host name (RFC 1035 2.3.4) */
	HOST_PLACES = 2 * REP_QUEUE_HOSTS_MAX,
	PENDING_STRING_MAX = 255 /* names of hosts, domains, rules, labels */
};

struct kept_host {
	struct rep_str name; /* owned */
	uint64_t hash;
	uint16_t number;
};

struct rep_queue {
	struct kept_host *hosts[REP_QUEUE_HOSTS_MAX]; /* owned */
	size_t hosts_n;
	uint16_t host_at[HOST_PLACES]; /* host + 1, by hash; 0: free */
	struct kept_host *last;	       /* found last; usually the next one too */
	struct rep_queued *v;	       /* owned, REP_QUEUE_MAX */
	uint32_t slots[SLOTS];	       /* 0: free, linear probing */
	uint32_t free_list;	       /* through `newer` */
	uint32_t oldest, newest;
	size_t n, made;
	size_t unseen; /* entries that left without a delivery line; too high rather than too low */
	struct rep_queue_limits limits;
};

struct rep_queue *
rep_queue_new(void)
{
	struct rep_queue *q = calloc(1, sizeof *q);

	if (q == NULL)
		return NULL;
	q->v = aligned_alloc(CACHE_LINE, REP_QUEUE_MAX * sizeof *q->v);
	q->free_list = q->oldest = q->newest = NIL;
	if (q->v == NULL) {
		rep_queue_free(q);
		return NULL;
	}
	return q;
}

static void
free_string(struct rep_str *s)
{
	if (s->n > 0)
		free((char *)(uintptr_t)s->p);
	*s = (struct rep_str){ "", 0 };
}

bool
rep_queued_set(struct rep_str *field, struct rep_str value)
{
	char *p;

	if (value.n > STRING_MAX)
		value.n = STRING_MAX;
	if (rep_str_eq(*field, value))
		return true;
	free_string(field);
	if (value.n == 0)
		return true;
	if ((p = malloc(value.n)) == NULL) {
		rep_memory_note(); /* most callers go on without */
		return false;
	}
	memcpy(p, value.p, value.n);
	*field = (struct rep_str){ p, value.n };
	return true;
}

void
rep_queued_settle_all(struct rep_queued *e)
{
	for (struct rep_pending *p = e->pending, *next; p != NULL; p = next) {
		next = p->next;
		free(p);
	}
	e->pending = NULL;
	e->pending_n = 0;
}

static void
empty(struct rep_queued *e)
{
	free_string(&e->stream);
	free_string(&e->sender_domain);
	free_string(&e->message_id);
	free_string(&e->list_id);
	free_string(&e->feedback_id);
	free_string(&e->label);
	free_string(&e->who);
	free_string(&e->said);
	rep_queued_settle_all(e);
}

static void
free_hosts(struct rep_queue *q)
{
	for (size_t i = 0; i < q->hosts_n; i++) {
		free_string(&q->hosts[i]->name);
		free(q->hosts[i]);
	}
	if (q->hosts_n > 0)
		memset(q->host_at, 0, sizeof q->host_at);
	q->hosts_n = 0;
	q->last = NULL;
}

void
rep_queue_free(struct rep_queue *q)
{
	if (q == NULL)
		return;
	for (uint32_t i = q->oldest; q->v != NULL && i != NIL; i = q->v[i].newer)
		empty(&q->v[i]);
	free(q->v);
	free_hosts(q);
	free(q);
}

size_t
rep_queue_n(const struct rep_queue *q)
{
	return q->n;
}

struct rep_queue_limits
rep_queue_limits(const struct rep_queue *q)
{
	return q->limits;
}

void
rep_queue_take_limits(struct rep_queue *q, const struct rep_queue *old)
{
	q->limits = old->limits;
}

/* The log host as the queue keeps it. NULL: out of memory, or one too many. */
static struct kept_host *
host_of(struct rep_queue *q, struct rep_str name)
{
	struct kept_host *h;
	uint64_t hash;
	size_t at;

	name = rep_str_sub(name, 0, HOST_MAX);
	if (q->last != NULL && rep_str_eq(q->last->name, name))
		return q->last;
	hash = rep_hash_mix(rep_hash(name));
	for (at = hash % HOST_PLACES; q->host_at[at] != 0; at = (at + 1) % HOST_PLACES) {
		h = q->hosts[q->host_at[at] - 1];
		if (h->hash == hash && rep_str_eq(h->name, name))
			return q->last = h;
	}
	if (q->hosts_n == REP_QUEUE_HOSTS_MAX)
		return NULL;
	if ((h = calloc(1, sizeof *h)) == NULL || !rep_queued_set(&h->name, name)) {
		rep_memory_note();
		free(h);
		return NULL;
	}
	h->hash = hash;
	h->number = (uint16_t)q->hosts_n;
	q->hosts[q->hosts_n++] = h;
	q->host_at[at] = (uint16_t)q->hosts_n;
	return q->last = h;
}

static uint32_t
home_of(uint64_t hash)
{
	return (uint32_t)hash % SLOTS;
}

static uint32_t
slot_of(uint64_t hash, uint32_t index)
{
	return (uint32_t)(hash >> 48) << INDEX_BITS | (index + 1);
}

static uint32_t
lookup(const struct rep_queue *q, const struct kept_host *host, struct rep_str id, uint64_t h)
{
	uint32_t part = slot_of(h, 0) & ~(uint32_t)INDEX_MASK;

	for (uint32_t s = home_of(h);; s = (s + 1) % SLOTS) {
		const struct rep_queued *e;

		if (q->slots[s] == 0)
			return NIL;
		if ((q->slots[s] & ~(uint32_t)INDEX_MASK) != part)
			continue;
		e = &q->v[(q->slots[s] & INDEX_MASK) - 1];
		if (e->hash == h && e->host == host->number &&
		    rep_str_eq((struct rep_str){ e->id_bytes, e->id_n }, id))
			return (q->slots[s] & INDEX_MASK) - 1;
	}
}

static void
unlink_entry(struct rep_queue *q, struct rep_queued *e)
{
	if (e->older != NIL)
		q->v[e->older].newer = e->newer;
	else
		q->oldest = e->newer;
	if (e->newer != NIL)
		q->v[e->newer].older = e->older;
	else
		q->newest = e->older;
}

static void
link_newest(struct rep_queue *q, struct rep_queued *e)
{
	uint32_t i = (uint32_t)(e - q->v);

	e->older = q->newest;
	e->newer = NIL;
	if (q->newest != NIL)
		q->v[q->newest].newer = i;
	else
		q->oldest = i;
	q->newest = i;
}

struct rep_queued *
rep_queue_find(struct rep_queue *q, struct rep_str log_host, struct rep_str id)
{
	struct kept_host *host = host_of(q, log_host);
	uint32_t i = host == NULL ? NIL : lookup(q, host, id, host->hash ^ rep_hash(id));

	return i == NIL ? NULL : &q->v[i];
}

/* Closes a hole (linear probing): entries after it that belong before it move up. */
static void
close_hole(struct rep_queue *q, uint32_t hole)
{
	for (uint32_t s = (hole + 1) % SLOTS; q->slots[s] != 0; s = (s + 1) % SLOTS) {
		uint32_t home = home_of(q->v[(q->slots[s] & INDEX_MASK) - 1].hash);

		if ((s - home) % SLOTS < (s - hole) % SLOTS)
			continue;
		q->slots[hole] = q->slots[s];
		q->slots[s] = 0;
		hole = s;
	}
}

void
rep_queue_remove(struct rep_queue *q, struct rep_queued *e)
{
	uint32_t i = (uint32_t)(e - q->v), s = home_of(e->hash);

	while (q->slots[s] != slot_of(e->hash, i))
		s = (s + 1) % SLOTS;
	q->slots[s] = 0;
	close_hole(q, s);
	unlink_entry(q, e);
	empty(e);
	e->newer = q->free_list;
	q->free_list = i;
	q->n--;
}

const struct rep_queued *
rep_queue_each(const struct rep_queue *q, const struct rep_queued *e)
{
	uint32_t i = e == NULL ? q->oldest : e->newer;

	return i == NIL ? NULL : &q->v[i];
}

void
rep_queue_clear(struct rep_queue *q)
{
	while (q->n > 0)
		rep_queue_remove(q, &q->v[q->oldest]);
	free_hosts(q);
	q->limits = (struct rep_queue_limits){ 0 };
}

/*
 * "Second chance": a touch only sets a mark, because moving the entry each time would cost three
 * more look-ups in memory. When the turn of a marked entry comes, it goes to the new end instead of
 * being removed.
 */
static void
make_room(struct rep_queue *q)
{
	struct rep_queued *e = &q->v[q->oldest];

	while (e->touched) {
		e->touched = false;
		unlink_entry(q, e);
		link_newest(q, e);
		e = &q->v[q->oldest];
	}
	rep_queue_remove(q, e);
	q->limits.forgotten++;
}

struct rep_queued *
rep_queue_get(struct rep_queue *q, struct rep_str log_host, struct rep_str id)
{
	struct kept_host *host = host_of(q, log_host);
	struct rep_queued *e;
	uint32_t i, s;
	uint64_t h;

	q->limits.hosts += host == NULL;
	q->limits.long_ids += id.n > REP_QUEUE_ID_MAX;
	if (host == NULL || id.n > REP_QUEUE_ID_MAX)
		return NULL;
	h = host->hash ^ rep_hash(id);
	i = lookup(q, host, id, h);
	if (i != NIL) {
		e = &q->v[i];
		e->touched = true;
		return e;
	}
	if (q->free_list == NIL && q->made == REP_QUEUE_MAX)
		make_room(q);
	if (q->free_list != NIL) {
		i = q->free_list;
		q->free_list = q->v[i].newer;
	} else {
		i = (uint32_t)q->made++;
	}
	e = &q->v[i];
	*e = (struct rep_queued){
		.hash = h, .host = host->number, .id_n = (uint8_t)id.n, .log_host = host->name
	};
	memcpy(e->id_bytes, id.p, id.n);
	e->id = (struct rep_str){ e->id_bytes, id.n };
	for (s = home_of(h); q->slots[s] != 0;)
		s = (s + 1) % SLOTS;
	q->slots[s] = slot_of(h, i);
	link_newest(q, e);
	q->n++;
	return e;
}

/* The strings of a pending recipient, in the order in which they are stored and saved. */
#define STRINGS(p)                                                                            \
	{                                                                                     \
		&(p)->domain, &(p)->host, &(p)->provider, &(p)->provider_domain, &(p)->route, \
		    &(p)->rule, &(p)->label                                                   \
	}
enum { STRINGS_N = 7 };

bool
rep_queued_pend(struct rep_queue *q, struct rep_queued *e, const struct rep_pending *p)
{
	struct rep_pending in = *p, *copy;
	const struct rep_pending *old;
	struct rep_str *from[STRINGS_N] = STRINGS(&in);
	size_t n = 0;
	char *at;

	for (int i = 0; i < STRINGS_N; i++) {
		if (from[i]->n > PENDING_STRING_MAX)
			from[i]->n = PENDING_STRING_MAX;
		n += from[i]->n;
	}
	if ((old = rep_queued_pending(e, p->identity_hash)) != NULL) {
		if (old->waits == in.waits && old->since_s != 0 && old->since_s < in.since_s)
			in.since_s = old->since_s;
		if (in.arrived_s == 0)
			in.arrived_s = old->arrived_s;
	}
	if (old == NULL && e->pending_n >= REP_QUEUE_PENDING_MAX) {
		q->limits.pending++;
		return false;
	}
	if ((copy = malloc(sizeof *copy + n)) == NULL) {
		rep_memory_note();
		return false;
	}
	*copy = in;
	struct rep_str *to[STRINGS_N] = STRINGS(copy);

	at = (char *)(copy + 1);
	for (int i = 0; i < STRINGS_N; i++) {
		if (to[i]->n > 0)
			memcpy(at, to[i]->p, to[i]->n);
		to[i]->p = at;
		at += to[i]->n;
	}
	rep_queued_settle(e, in.identity_hash); /* p may point into what it replaces */
	copy->next = e->pending;
	e->pending = copy;
	e->pending_n++;
	return true;
}

const struct rep_pending *
rep_queued_pending(const struct rep_queued *e, uint64_t identity_hash)
{
	const struct rep_pending *p = e->pending;

	while (p != NULL && p->identity_hash != identity_hash)
		p = p->next;
	return p;
}

void
rep_queued_settle(struct rep_queued *e, uint64_t identity_hash)
{
	for (struct rep_pending **at = &e->pending; *at != NULL; at = &(*at)->next) {
		struct rep_pending *p = *at;

		if (p->identity_hash != identity_hash)
			continue;
		*at = p->next;
		e->pending_n--;
		free(p);
		return;
	}
}

/* --- saving: little endian, each string after its length ---------------------------------- */

/*
 * The first version had no `who`, which is the last string of an entry. The second had nothing of
 * the queue manager, and no times of recipients.
 */
static const char magic[8] = "repqueu3", second[8] = "repqueu2", first[8] = "repqueu1";

enum {
	SEEN_SHIFT = 16
}; /* in the number of pending recipients: where the time of the last line is */

static void
put_u64(struct rep_buf *b, uint64_t v)
{
	char c[8];

	rep_le64_put(c, v);
	rep_buf_add(b, (struct rep_str){ c, 8 });
}

static void
put_str(struct rep_buf *b, struct rep_str s)
{
	char c[2];

	rep_le_put(c, s.n, 2);
	rep_buf_add(b, (struct rep_str){ c, 2 });
	rep_buf_add(b, s);
}

void
rep_queued_anew(struct rep_queued *e)
{
	struct rep_str *fields[] = { &e->stream, &e->sender_domain, &e->message_id, &e->list_id,
		&e->feedback_id, &e->label, &e->who };

	for (size_t k = 0; k < REP_COUNT(fields); k++)
		(void)rep_queued_set(fields[k], REP_S(""));
	e->recipients = 0;
	e->rounds = 0;
	e->round_s = 0;
	e->tried = e->removed = e->bounce = false;
	rep_queued_settle_all(e);
}

/* What the queue manager said, in a number. */
enum { ROUNDS_SHIFT = 32, TRIED = 40, REMOVED = 41, BOUNCE = 42 };

static uint64_t
rounds_of(const struct rep_queued *e)
{
	return e->recipients | (uint64_t)e->rounds << ROUNDS_SHIFT | (uint64_t)e->tried << TRIED |
	    (uint64_t)e->removed << REMOVED | (uint64_t)e->bounce << BOUNCE;
}

static void
set_rounds(struct rep_queued *e, uint64_t v)
{
	e->recipients = (uint32_t)v;
	e->rounds = (uint8_t)(v >> ROUNDS_SHIFT);
	e->tried = (v >> TRIED & 1) != 0;
	e->removed = (v >> REMOVED & 1) != 0;
	e->bounce = (v >> BOUNCE & 1) != 0;
}

void
rep_queued_seen(struct rep_queued *e, int64_t at_s)
{
	if (e->seen_s != 0 && at_s > e->seen_s && at_s - e->seen_s > REP_QUEUE_STALE_S)
		rep_queued_anew(e);
	if (at_s > e->seen_s)
		e->seen_s = at_s;
}

/*
 * A message is sent again after REP_QUEUE_ROUND_S at the earliest (minimal_backoff_time), or at
 * once when the queue manager starts anew: then there was no attempt between.
 */
void
rep_queued_round(struct rep_queued *e, uint32_t recipients, int64_t at_s)
{
	e->recipients = recipients;
	if (e->rounds > 0 && at_s - e->round_s < REP_QUEUE_ROUND_S)
		return;
	if (e->rounds < UINT8_MAX)
		e->rounds++;
	e->round_s = at_s;
}

void
rep_queued_tried(struct rep_queue *q, struct rep_queued *e)
{
	e->tried = true;
	if (!e->removed)
		return;
	q->unseen -= q->unseen > 0;
	rep_queue_remove(q, e);
}

/* Removes the older half of the messages that left without a delivery line, and counts the others. */
static void
thin_unseen(struct rep_queue *q)
{
	size_t drop = REP_QUEUE_UNSEEN_MAX / 2;

	q->unseen = 0;
	for (uint32_t i = q->oldest, next; i != NIL; i = next) {
		next = q->v[i].newer;
		if (!q->v[i].removed)
			continue;
		if (drop > 0) {
			drop--;
			rep_queue_remove(q, &q->v[i]);
		} else {
			q->unseen++;
		}
	}
}

void
rep_queued_removed(struct rep_queue *q, struct rep_queued *e, int64_t at_s)
{
	rep_queued_seen(e, at_s);
	if (e->tried || e->recipients == 0) {
		rep_queue_remove(q, e);
		return;
	}
	if (e->removed)
		return;
	if (q->unseen >= REP_QUEUE_UNSEEN_MAX)
		thin_unseen(q);
	e->removed = true;
	q->unseen++;
}

static void
save_entry(const struct rep_queued *e, struct rep_buf *b)
{
	const struct rep_str strings[] = { e->id, e->log_host, e->stream, e->sender_domain,
		e->message_id, e->list_id, e->feedback_id, e->label, e->who };

	for (size_t k = 0; k < REP_COUNT(strings); k++)
		put_str(b, strings[k]);
	/* The time stands above the number, where older versions wrote zeros. */
	put_u64(b, (uint64_t)e->pending_n | (uint64_t)e->seen_s << SEEN_SHIFT);
	put_u64(b, rounds_of(e));
	put_u64(b, (uint64_t)e->round_s);
	for (struct rep_pending *p = e->pending; p != NULL; p = p->next) {
		struct rep_str *s[STRINGS_N] = STRINGS(p);

		put_u64(b, p->recipient_hash);
		put_u64(b, p->identity_hash);
		put_u64(b,
		    (uint64_t)p->class | (uint64_t)p->scope << 8 | (uint64_t)p->stage << 16 |
			(uint64_t)p->certain << 24 | (uint64_t)p->waits << 32);
		put_u64(b, (uint64_t)p->since_s);
		put_u64(b, (uint64_t)p->arrived_s);
		for (int k = 0; k < STRINGS_N; k++)
			put_str(b, *s[k]);
	}
}

void
rep_queue_save(const struct rep_queue *q, struct rep_buf *b)
{
	rep_buf_add(b, (struct rep_str){ magic, sizeof magic });
	put_u64(b, q->n);
	/* The touched entries are newer. */
	for (int touched = 0; touched < 2; touched++)
		for (uint32_t i = q->oldest; i != NIL; i = q->v[i].newer)
			if (q->v[i].touched == (touched == 1))
				save_entry(&q->v[i], b);
}

struct saved_state {
	struct rep_str s;
	bool bad;
};

static uint64_t
get_u64(struct saved_state *r)
{
	uint64_t v;

	if (r->s.n < 8) {
		r->bad = true;
		return 0;
	}
	v = rep_le64(r->s.p);
	r->s = rep_str_sub(r->s, 8, r->s.n);
	return v;
}

static struct rep_str
get_str(struct saved_state *r, size_t max)
{
	struct rep_str out = { "", 0 };
	size_t n;

	if (r->s.n < 2) {
		r->bad = true;
		return out;
	}
	n = (size_t)rep_le(r->s.p, 2);
	if (n > max || n > r->s.n - 2) {
		r->bad = true;
		return out;
	}
	out = rep_str_sub(r->s, 2, n);
	r->s = rep_str_sub(r->s, 2 + n, r->s.n);
	return out;
}

static bool
load_pending(struct saved_state *r, struct rep_queue *q, struct rep_queued *e, bool timed)
{
	struct rep_pending p = { 0 };
	struct rep_str *s[STRINGS_N] = STRINGS(&p);
	uint64_t bits;

	p.recipient_hash = get_u64(r);
	p.identity_hash = get_u64(r);
	bits = get_u64(r);
	p.class = (enum rep_class)(bits & 0xff);
	p.scope = (enum rep_scope)(bits >> 8 & 0xff);
	p.stage = (enum rep_stage)(bits >> 16 & 0xff);
	p.certain = (bits >> 24 & 1) != 0;
	p.waits = (enum rep_wait)(bits >> 32 & 0xff);
	if (timed) {
		p.since_s = (int64_t)get_u64(r);
		p.arrived_s = (int64_t)get_u64(r);
	}
	for (int k = 0; k < STRINGS_N; k++)
		*s[k] = get_str(r, PENDING_STRING_MAX);
	if (p.class >= REP_CLASS_N || p.scope >= REP_SCOPE_N || p.stage >= REP_STAGE_N ||
	    p.waits >= REP_WAIT_N)
		r->bad = true;
	return !r->bad && rep_queued_pend(q, e, &p);
}

enum rep_rc
rep_queue_load(struct rep_queue *q, struct rep_str bytes, struct rep_err *err)
{
	struct saved_state r = { bytes, false };
	bool timed = rep_str_starts(bytes, (struct rep_str){ magic, sizeof magic });
	bool old = rep_str_starts(bytes, (struct rep_str){ first, sizeof first });
	uint64_t n, pending;

	if (!timed && !old && !rep_str_starts(bytes, (struct rep_str){ second, sizeof second }))
		return rep_fail(err, REP_ESYNTAX, "saved queue state of another version");
	r.s = rep_str_sub(bytes, sizeof magic, bytes.n);
	n = get_u64(&r);
	for (uint64_t i = 0; i < n && !r.bad; i++) {
		struct rep_str id = get_str(&r, REP_QUEUE_ID_MAX), host = get_str(&r, HOST_MAX);
		struct rep_queued *e;

		if (r.bad || (e = rep_queue_get(q, host, id)) == NULL)
			break;
		struct rep_str *fields[] = { &e->stream, &e->sender_domain, &e->message_id,
			&e->list_id, &e->feedback_id, &e->label, &e->who };

		for (size_t k = 0; k < REP_COUNT(fields) - old; k++)
			(void)rep_queued_set(fields[k], get_str(&r, STRING_MAX));
		pending = get_u64(&r);
		e->seen_s = (int64_t)(pending >> SEEN_SHIFT);
		pending &= (1 << SEEN_SHIFT) - 1;
		if (timed) {
			set_rounds(e, get_u64(&r));
			q->unseen += e->removed;
			e->round_s = (int64_t)get_u64(&r);
		}
		if (pending > REP_QUEUE_PENDING_MAX)
			r.bad = true;
		for (uint64_t k = 0; k < pending && !r.bad; k++)
			(void)load_pending(&r, q, e, timed);
	}
	if (r.bad || r.s.n > 0)
		return rep_fail(err, REP_ESYNTAX, "saved queue state is damaged");
	return REP_OK;
}
