/*
 * unit/test_queue.c -- open queue ids: joined, settled, removed at the limit, saved and loaded.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/queue.h"
#include "tap.h"

#include <stdlib.h>

static const struct rep_str HOST = { "mx1", 3 };

static void
test_entries(void)
{
	struct rep_queue *q = rep_queue_new();
	struct rep_queued *e = rep_queue_get(q, HOST, REP_S("4F1A2"));

	ok(e != NULL && rep_str_eq(e->id, REP_S("4F1A2")) && rep_str_eq(e->log_host, HOST) &&
		e->stream.n == 0 && e->pending == NULL,
	    "a new entry is empty");
	ok(rep_queue_find(q, HOST, REP_S("4F1A2")) == e &&
		rep_queue_get(q, HOST, REP_S("4F1A2")) == e && rep_queue_n(q) == 1,
	    "found again");
	ok(rep_queue_find(q, REP_S("mx2"), REP_S("4F1A2")) == NULL &&
		rep_queue_find(q, HOST, REP_S("4f1a2")) == NULL,
	    "of this host and this spelling only");
	ok(rep_queue_get(q, REP_S("mx"), REP_S("14F1A2")) !=
		rep_queue_get(q, REP_S("mx1"), REP_S("4F1A2")),
	    "host and id do not run together");
	rep_queue_remove(q, rep_queue_find(q, HOST, REP_S("4F1A2")));
	ok(rep_queue_find(q, HOST, REP_S("4F1A2")) == NULL && rep_queue_n(q) == 1, "removed");
	e = rep_queue_get(q, REP_S(""), REP_S(""));
	ok(e != NULL && rep_queue_find(q, REP_S(""), REP_S("")) == e, "an id and host of no bytes");
	rep_queue_free(q);
	rep_queue_free(NULL);
}

static void
test_strings(void)
{
	struct rep_queue *q = rep_queue_new();
	struct rep_queued *e = rep_queue_get(q, HOST, REP_S("4F1A2"));
	static char big[2000];
	char text[] = "shop.example/news";

	ok(rep_queued_set(&e->stream, rep_str_c(text)) &&
		rep_str_eq(e->stream, REP_S("shop.example/news")),
	    "set");
	text[0] = 'x';
	ok(rep_str_eq(e->stream, REP_S("shop.example/news")), "the entry has its own copy");
	ok(rep_queued_set(&e->stream, rep_str_sub(e->stream, 0, e->stream.n)) &&
		rep_str_eq(e->stream, REP_S("shop.example/news")),
	    "set to itself");
	ok(rep_queued_set(&e->stream, REP_S("")) && e->stream.n == 0, "set to nothing");
	memset(big, 'y', sizeof big);
	ok(rep_queued_set(&e->message_id, (struct rep_str){ big, sizeof big }) &&
		e->message_id.n == 998,
	    "cut at 998");
	rep_queue_free(q);
}

static struct rep_pending
pending(uint64_t id)
{
	return (struct rep_pending){ .identity_hash = id,
		.recipient_hash = id * 3,
		.class = REP_CLASS_THROTTLED,
		.scope = REP_SCOPE_SUBNET,
		.stage = REP_STAGE_MAIL,
		.certain = id % 2 == 1,
		.domain = REP_S("mailbox.example"),
		.host = REP_S("mx.mailbox.example"),
		.provider = REP_S("other"),
		.provider_domain = REP_S("mailbox.example"),
		.rule = REP_S("any.rate"),
		.label = REP_S("mx1/postfix") };
}

static void
test_pending(void)
{
	struct rep_queue *q = rep_queue_new();
	struct rep_queued *e = rep_queue_get(q, HOST, REP_S("4F1A2"));
	static char big[300];
	struct rep_pending p = pending(1);

	ok(rep_queued_pend(q, e, &p) && e->pending_n == 1 &&
		e->pending->class == REP_CLASS_THROTTLED &&
		rep_str_eq(e->pending->rule, REP_S("any.rate")) && e->pending->route.n == 0,
	    "pending");
	p.class = REP_CLASS_BLOCKED;
	ok(rep_queued_pend(q, e, &p) && e->pending_n == 1 && e->pending->class == REP_CLASS_BLOCKED,
	    "the same recipient again replaces");
	p = pending(2);
	memset(big, 'h', sizeof big);
	p.host = (struct rep_str){ big, sizeof big };
	ok(rep_queued_pend(q, e, &p) && e->pending_n == 2 && e->pending->host.n == 255,
	    "names are cut at 255");
	rep_queued_settle(e, 77);
	is_int(e->pending_n, 2, "settling a stranger does nothing");
	rep_queued_settle(e, 1);
	ok(e->pending_n == 1 && e->pending->identity_hash == 2 && e->pending->next == NULL,
	    "settled");
	for (uint64_t i = 10; i < 500; i++) {
		p = pending(i);
		(void)rep_queued_pend(q, e, &p);
	}
	is_int(e->pending_n, REP_QUEUE_PENDING_MAX, "no more than %d a message",
	    REP_QUEUE_PENDING_MAX);
	is_int((int64_t)rep_queue_limits(q).pending, 491 - REP_QUEUE_PENDING_MAX,
	    "and those beyond are counted");
	rep_queued_settle_all(e);
	ok(e->pending == NULL && e->pending_n == 0, "all expired or settled");
	rep_queue_free(q);
}

/* What the queue manager said of a message whose deliveries are in another log. */
static void
test_unseen(void)
{
	struct rep_queue *q = rep_queue_new(), *again = rep_queue_new();
	struct rep_queued *e = rep_queue_get(q, HOST, REP_S("4F1A2"));
	struct rep_pending p = pending(1);
	struct rep_buf saved;

	rep_queued_round(e, 2, 1000);
	rep_queued_round(e, 2, 1000 + REP_QUEUE_ROUND_S - 1);
	ok(e->rounds == 1 && e->recipients == 2, "sent again at once: no attempt was between");
	rep_queued_round(e, 1, 1000 + REP_QUEUE_ROUND_S);
	ok(e->rounds == 2 && e->recipients == 1, "later: another round");
	rep_queued_removed(q, e, 2000);
	e = rep_queue_find(q, HOST, REP_S("4F1A2"));
	ok(e != NULL && e->removed, "removed without a delivery: it stays");
	p.waits = REP_WAIT_TRANSPORT;
	p.since_s = 500;
	p.arrived_s = 400;
	(void)rep_queued_pend(q, e, &p);
	rep_buf_init(&saved, 1 << 16);
	rep_queue_save(q, &saved);
	ok(rep_queue_load(again, rep_buf_str(&saved), NULL) == REP_OK, "saved and loaded");
	e = rep_queue_find(again, HOST, REP_S("4F1A2"));
	ok(e != NULL && e->removed && e->rounds == 2 && e->recipients == 1 && !e->tried &&
		e->pending->waits == REP_WAIT_TRANSPORT && e->pending->since_s == 500 &&
		e->pending->arrived_s == 400,
	    "with all of it");
	p.since_s = 900;
	p.arrived_s = 0;
	(void)rep_queued_pend(again, e, &p);
	ok(e->pending->since_s == 500 && e->pending->arrived_s == 400,
	    "waiting like before: since then");
	p.waits = REP_WAIT_REFUSED;
	(void)rep_queued_pend(again, e, &p);
	is_int(e->pending->since_s, 900, "waiting for another reason: since now");
	rep_queued_tried(again, e);
	ok(rep_queue_find(again, HOST, REP_S("4F1A2")) == NULL, "its delivery came: it goes");
	e = rep_queue_get(q, HOST, REP_S("4F1A3"));
	rep_queued_round(e, 1, 1000);
	rep_queued_tried(q, e);
	rep_queued_removed(q, e, 2000);
	ok(rep_queue_find(q, HOST, REP_S("4F1A3")) == NULL, "removed after a delivery: it goes");
	for (uint32_t i = 0; i < 2 * REP_QUEUE_UNSEEN_MAX; i++) {
		char id[32];

		e = rep_queue_get(
		    q, HOST, (struct rep_str){ id, (size_t)snprintf(id, 32, "U%u", i) });
		rep_queued_round(e, 1, 1000);
		rep_queued_removed(q, e, 1001);
	}
	ok(rep_queue_n(q) <= REP_QUEUE_UNSEEN_MAX && rep_queue_n(q) > REP_QUEUE_UNSEEN_MAX / 2 - 1,
	    "no more of them than the limit");
	rep_buf_fini(&saved);
	rep_queue_free(q);
	rep_queue_free(again);
}

static struct rep_str
number(uint32_t i, char buf[32])
{
	return (struct rep_str){ buf, (size_t)snprintf(buf, 32, "ID%08X", i) };
}

static void
test_cap(void)
{
	struct rep_queue *q = rep_queue_new();
	uint32_t there = 0;
	struct rep_pending p = pending(1);
	char buf[32];

	for (uint32_t i = 0; i < REP_QUEUE_MAX; i++) {
		struct rep_queued *e = rep_queue_get(q, HOST, number(i, buf));

		if (i % 100 == 0)
			(void)rep_queued_pend(q, e, &p);
	}
	is_int((int64_t)rep_queue_n(q), REP_QUEUE_MAX, "cap: full");
	(void)rep_queue_get(q, HOST, number(0, buf)); /* touched, so no longer the oldest */
	for (uint32_t i = 0; i < 1000; i++)
		(void)rep_queue_get(q, HOST, number(1000000 + i, buf));
	is_int((int64_t)rep_queue_n(q), REP_QUEUE_MAX, "cap: no more than that");
	is_int((int64_t)rep_queue_limits(q).forgotten, 1000, "cap: what was forgotten is counted");
	ok(rep_queue_find(q, HOST, number(0, buf)) != NULL, "cap: what was touched stays");
	ok(rep_queue_find(q, HOST, number(1, buf)) == NULL &&
		rep_queue_find(q, HOST, number(1000, buf)) == NULL &&
		rep_queue_find(q, HOST, number(1001, buf)) != NULL,
	    "cap: what was untouched for longest goes");
	for (uint32_t i = 0; i < REP_QUEUE_MAX; i += 2) {
		struct rep_queued *e = rep_queue_find(q, HOST, number(i, buf));

		if (e != NULL)
			rep_queue_remove(q, e);
	}
	for (uint32_t i = 0; i < REP_QUEUE_MAX; i++)
		there += rep_queue_find(q, HOST, number(i, buf)) != NULL;
	is_int(there, REP_QUEUE_MAX / 2 - 500, "cap: removing leaves the others to be found");
	is_int((int64_t)rep_queue_n(q), there + 1000, "cap: the count is right");
	rep_queue_free(q);
}

static void
test_hosts(void)
{
	struct rep_queue *q = rep_queue_new();
	char host[32];

	for (unsigned i = 0; i < REP_QUEUE_HOSTS_MAX; i++) {
		snprintf(host, sizeof host, "mx%u", i);
		(void)rep_queue_get(q, rep_str_c(host), REP_S("4F1A2"));
	}
	is_int((int64_t)rep_queue_limits(q).hosts, 0, "hosts: as many as there is room for");
	ok(rep_queue_get(q, REP_S("one-more"), REP_S("4F1A2")) == NULL &&
		rep_queue_limits(q).hosts == 1,
	    "hosts: ids of one more are not kept, and it is counted");
	ok(rep_queue_get(q, REP_S("mx0"), REP_S("0123456789ABCDEF012345678")) == NULL &&
		rep_queue_limits(q).long_ids == 1,
	    "an id too long to be kept is counted");
	rep_queue_free(q);
}

/* --- saved and loaded ----------------------------------------------------------------------------- */

static void
fill(struct rep_queue *q, uint32_t n)
{
	char buf[32], text[64];

	for (uint32_t i = 0; i < n; i++) {
		struct rep_queued *e = rep_queue_get(q, HOST, number(i, buf));

		snprintf(text, sizeof text, "shop.example/kind-%u", i % 7);
		(void)rep_queued_set(&e->stream, rep_str_c(text));
		snprintf(text, sizeof text, "<%u@shop.example>", i);
		(void)rep_queued_set(&e->message_id, rep_str_c(text));
		(void)rep_queued_set(&e->label, REP_S("mx1/postfix"));
		for (uint64_t k = 1; k <= i % 4; k++) {
			struct rep_pending p = pending(i * 10 + k);

			(void)rep_queued_pend(q, e, &p);
		}
	}
}

static bool
alike(struct rep_queue *a, struct rep_queue *b, uint32_t n)
{
	char buf[32];

	for (uint32_t i = 0; i < n; i++) {
		const struct rep_queued *x = rep_queue_find(a, HOST, number(i, buf));
		const struct rep_queued *y = rep_queue_find(b, HOST, number(i, buf));

		if (x == NULL || y == NULL || !rep_str_eq(x->stream, y->stream) ||
		    !rep_str_eq(x->message_id, y->message_id) || !rep_str_eq(x->label, y->label) ||
		    x->pending_n != y->pending_n)
			return false;
		for (const struct rep_pending *p = x->pending; p != NULL; p = p->next) {
			const struct rep_pending *o = y->pending;

			while (o != NULL && o->identity_hash != p->identity_hash)
				o = o->next;
			if (o == NULL || o->recipient_hash != p->recipient_hash ||
			    o->class != p->class || o->scope != p->scope || o->stage != p->stage ||
			    o->certain != p->certain || !rep_str_eq(o->host, p->host) ||
			    !rep_str_eq(o->rule, p->rule) || o->route.n != 0)
				return false;
		}
	}
	return rep_queue_n(a) == rep_queue_n(b);
}

static void
test_round_trip(void)
{
	struct rep_queue *a = rep_queue_new(), *b = rep_queue_new(), *c = rep_queue_new();
	struct rep_buf one, two;
	struct rep_err err = { .msg = "" };
	char buf[32];

	rep_buf_init(&one, 1 << 24);
	rep_buf_init(&two, 1 << 24);
	rep_queue_save(c, &one);
	ok(rep_queue_load(c, rep_buf_str(&one), &err) == REP_OK && rep_queue_n(c) == 0,
	    "saved: nothing");
	rep_buf_clear(&one);
	fill(a, 2000);
	(void)rep_queue_get(a, HOST, number(5, buf)); /* the order of touching is kept */
	rep_queue_save(a, &one);
	ok(rep_queue_load(b, rep_buf_str(&one), &err) == REP_OK && alike(a, b, 2000),
	    "saved: all of it %s", err.msg);
	rep_queue_save(b, &two);
	is_int((int64_t)two.n, (int64_t)one.n, "saved: and again");
	for (uint32_t i = 0; i < REP_QUEUE_MAX - 1000; i++)
		(void)rep_queue_get(b, REP_S("mx2"), number(i, buf));
	ok(rep_queue_find(b, HOST, number(5, buf)) != NULL &&
		rep_queue_find(b, HOST, number(6, buf)) == NULL,
	    "saved: the oldest is still the oldest");
	rep_queue_free(a);
	rep_queue_free(b);
	rep_queue_free(c);
	rep_buf_fini(&one);
	rep_buf_fini(&two);
}

/* A log host of any length, and every string at its maximum: what is saved can be loaded. */
static void
test_long_strings(void)
{
	static char long_text[2000];
	struct rep_str text = { long_text, sizeof long_text };

	memset(long_text, 'h', sizeof long_text);
	for (size_t n = 250; n <= 2000; n += 50) {
		struct rep_queue *a = rep_queue_new(), *b = rep_queue_new();
		struct rep_str host = rep_str_sub(text, 0, n);
		struct rep_queued *e = rep_queue_get(a, host, REP_S("4F1A2"));
		struct rep_pending p = { .identity_hash = 1,
			.domain = host,
			.host = host,
			.provider = host,
			.provider_domain = host,
			.route = host,
			.rule = host,
			.label = host };
		struct rep_buf saved;
		struct rep_err err = { .msg = "" };
		bool held = e != NULL && rep_queued_pend(a, e, &p) &&
		    rep_queued_set(&e->message_id, host) && rep_queued_set(&e->label, host) &&
		    rep_queue_find(a, host, REP_S("4F1A2")) == e;

		rep_buf_init(&saved, 1 << 20);
		rep_queue_save(a, &saved);
		held = held && rep_queue_load(b, rep_buf_str(&saved), &err) == REP_OK &&
		    rep_queue_n(b) == 1 && rep_queue_find(b, host, REP_S("4F1A2")) != NULL;
		ok(held, "long: a log host of %zu bytes: %s", n, err.msg);
		rep_buf_fini(&saved);
		rep_queue_free(a);
		rep_queue_free(b);
	}
}

/* Very many log hosts: those beyond the maximum are not stored, and none gets the id of another. */
static void
test_many_hosts(void)
{
	struct rep_queue *q = rep_queue_new();
	unsigned kept = 0, merged = 0;
	char host[32];

	for (unsigned i = 0; i < 5000; i++) {
		struct rep_queued *e;
		int n = snprintf(host, sizeof host, "mx%u", i);
		struct rep_str name = { host, (size_t)n };

		merged += rep_queue_find(q, name, REP_S("4F1A2")) != NULL;
		e = rep_queue_get(q, name, REP_S("4F1A2"));
		kept += e != NULL;
	}
	is_int(kept, REP_QUEUE_HOSTS_MAX, "many hosts: as many as are kept");
	is_int(merged, 0, "many hosts: none has another's id");
	rep_queue_free(q);
}

/* Bytes that were cut or changed are an error, or give a smaller queue, never a larger one. */
static void
test_damage(void)
{
	struct rep_queue *a = rep_queue_new();
	struct rep_buf b;
	struct rep_err err;
	unsigned refused = 0, loaded = 0;

	rep_buf_init(&b, 1 << 20);
	fill(a, 5);
	rep_queue_save(a, &b);
	for (size_t n = 0; n < b.n; n += 7) {
		struct rep_queue *q = rep_queue_new();

		refused += rep_queue_load(q, (struct rep_str){ b.p, n }, &err) == REP_ESYNTAX;
		rep_queue_free(q);
	}
	is_int(refused, (int64_t)(b.n + 6) / 7, "damage: cut anywhere");
	for (size_t n = 0; n < b.n; n += 7) {
		struct rep_queue *q = rep_queue_new();
		enum rep_rc rc;

		b.p[n] ^= (char)0x81;
		rc = rep_queue_load(q, rep_buf_str(&b), &err);
		loaded += rc == REP_OK || rc == REP_ESYNTAX;
		b.p[n] ^= (char)0x81;
		rep_queue_free(q);
	}
	is_int(loaded, (int64_t)(b.n + 6) / 7, "damage: changed anywhere");
	rep_buf_addc(&b, 'x');
	ok(rep_queue_load(a, rep_buf_str(&b), &err) == REP_ESYNTAX, "damage: something after it");
	ok(rep_queue_load(a, REP_S("repqueu0"), &err) == REP_ESYNTAX &&
		strstr(err.msg, "version") != NULL,
	    "damage: another version");
	rep_buf_fini(&b);
	rep_queue_free(a);
}

int
main(void)
{
	test_entries();
	test_strings();
	test_pending();
	test_unseen();
	test_cap();
	test_hosts();
	test_round_trip();
	test_damage();
	test_long_strings();
	test_many_hosts();
	return done();
}
