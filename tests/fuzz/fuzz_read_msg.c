/*
 * tests/fuzz/fuzz_read_msg.c -- what a reader of logs sends, read by the engine, and its commands.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "base/time.h"
#include "intake/aggregate_pack.h"
#include "serve/read_msg.h"

enum { NOW_S = 1793800000 };

static bool
inside(struct rep_str part, struct rep_str whole)
{
	return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void
one_entry(const struct rep_read_batch *b, const struct rep_read_entry *e)
{
	const struct rep_mta_line *l = &e->said;
	const struct rep_str v[] = { e->why, e->entry.log_host, e->entry.name, l->queue_id, l->to,
		l->orig_to, l->host, l->address, l->dsn, l->text, l->from, l->value, l->login,
		l->client, l->uid, l->orig_id };

	for (size_t i = 0; i < REP_COUNT(v); i++)
		MUST(inside(v[i], b->entries));
	MUST(e->entry.number - b->first <= b->lines);
	MUST(!b->whole || e->entry.number - b->first < b->lines);
	MUST(e->kind == REP_LINE_OTHER || e->kind == REP_LINE_BAD || e->kind == REP_LINE_UNREAD);
	if (e->kind != REP_LINE_OTHER)
		return;
	MUST(e->entry.said == l && e->entry.at_s <= NOW_S + REP_DAY_S);
	MUST(l->kind > REP_MTA_OTHER && l->kind <= REP_MTA_HANDED && l->status < REP_STATUS_N);
	MUST(l->port <= 65535 && l->delay_s >= -1 && l->delay_s < 1e16);
}

/* What was taken apart and is put together again says the same. */
static void
again(const struct rep_read_batch *b)
{
	struct rep_read_entry e, f;
	struct rep_read_batch_put p;
	struct rep_read_batch c;
	struct rep_buf out;
	struct rep_msg m;
	size_t at = 0, used;
	enum rep_rc rc;

	rep_buf_init(&out, 2 * REP_READ_MAX);
	rep_read_begin_batch(&p, &out, 3, b->first);
	while ((rc = rep_read_next_entry(b, &at, NOW_S, &e, NULL)) == REP_OK) {
		one_entry(b, &e);
		if (e.kind == REP_LINE_OTHER)
			rep_read_put_entry(&p, &e.entry);
		else
			rep_read_put_bad(&p, e.entry.number, e.kind == REP_LINE_UNREAD, e.why);
	}
	p.b.lines = b->lines;
	rep_read_end_batch(&p, b->whole ? &b->mark : NULL);
	MUST(rep_msg_take(rep_buf_str(&out), &m, &used, NULL) == REP_OK && used == out.n);
	MUST(rep_read_get_batch(&m, &c, NULL) == REP_OK && c.lines == b->lines &&
	    c.whole == b->whole && c.mark.offset == b->mark.offset);
	MUST(rc != REP_ENOTFOUND || rep_str_eq(c.mark.tail, b->mark.tail));
	MUST(at > b->entries.n || c.entries.n <= b->entries.n);
	for (size_t i = 0, k = 0; rep_read_next_entry(&c, &i, NOW_S, &f, NULL) == REP_OK;) {
		MUST(rep_read_next_entry(b, &k, NOW_S, &e, NULL) == REP_OK);
		MUST(f.kind == e.kind && f.entry.number == e.entry.number &&
		    f.entry.at_s == e.entry.at_s && f.said.port == e.said.port &&
		    rep_str_eq(f.why, e.why) && rep_str_eq(f.said.queue_id, e.said.queue_id) &&
		    rep_str_eq(f.said.text, e.said.text) &&
		    rep_str_eq(f.said.orig_id, e.said.orig_id) &&
		    rep_str_eq(f.entry.log_host, e.entry.log_host));
	}
	rep_buf_fini(&out);
}

/* What the engine does with items of reports. */
static void
items(struct rep_str packed)
{
	static struct rep_unpacked item;
	struct rep_packed u;

	rep_packed_begin(&u, packed, NULL);
	while (rep_packed_next(&u, &item, NULL) == REP_OK) {
		const struct rep_aggregate_record *r = &item.record;

		MUST(u.at <= packed.n);
		if (item.item == REP_AGGREGATE_END) {
			MUST(inside(item.head.org, packed) && inside(item.head.p.raw, packed) &&
			    item.notes_n <= REP_NOTES_MAX && item.head.pct <= 100);
			continue;
		}
		MUST(inside(r->header_from, packed) && inside(r->spf.raw, packed));
		MUST(r->auth_n <= REP_AGGREGATE_AUTH_MAX &&
		    r->reasons_n <= REP_AGGREGATE_REASONS_MAX);
		for (size_t i = 0; i < r->auth_n; i++)
			MUST(inside(r->auth[i].domain, packed) &&
			    inside(r->auth[i].selector, packed));
		for (size_t i = 0; i < r->reasons_n; i++)
			MUST(inside(r->reasons[i].comment, packed));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str s = { (const char *)data, size }, why;
	struct rep_read_opened opened;
	struct rep_read_order order;
	struct rep_read_batch b;
	struct rep_read_open open;
	uint64_t offset, lines;
	enum rep_rc rc;
	struct rep_msg m;
	size_t used;
	bool found;

	for (; rep_msg_take(s, &m, &used, NULL) == REP_OK; s = rep_str_sub(s, used, s.n)) {
		MUST(used > 0 && used == REP_MSG_HEADER + m.payload.n && inside(m.payload, s));
		if (rep_read_get_opened(&m, &opened, NULL) == REP_OK)
			MUST(inside(opened.head, m.payload) && opened.head.n <= REP_LINES_HEAD &&
			    inside(opened.why, m.payload) && opened.kind < REP_DOC_N &&
			    inside(opened.all, m.payload) && opened.all.n <= REP_LINES_ALL &&
			    (opened.whole || opened.all.n == 0));
		if (rep_read_get_sought(&m, &found, &why, NULL) == REP_OK)
			MUST(inside(why, m.payload) && why.n <= REP_LINES_HEAD);
		if (rep_read_get_end(&m, &rc, &why, NULL) == REP_OK)
			MUST(inside(why, m.payload) && rc != REP_OK);
		if (m.type == REP_MSG_ITEMS)
			items(m.payload);
		if (rep_read_get_batch(&m, &b, NULL) == REP_OK)
			again(&b);
		if (rep_read_get_open(&m, &open, NULL) == REP_OK)
			MUST(inside(open.name, m.payload) && open.name.n <= REP_LINES_NAME);
		if (rep_read_get_order(&m, &order, NULL) == REP_OK)
			MUST(order.lines > 0 && order.as <= REP_READ_ITEMS);
		if (rep_read_get_seek(&m, &offset, &lines, NULL) == REP_OK)
			MUST(m.type == REP_MSG_SEEK && m.payload.n == 16);
	}
	return 0;
}
