/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/aggregate_pack.h"

#include <stddef.h>

/* Slots: three of a record, one of reasons, three of each of the first results. What has none is packed whole. */
enum {
	SLOT_FROM,
	SLOT_ENVELOPE_FROM,
	SLOT_ENVELOPE_TO,
	SLOT_COMMENT,
	SLOT_AUTH,
	NO_SLOT = REP_PACK_SLOTS
};
enum { IS_RECORD = 1, IS_END = 2 };
enum { EMPTY, REPEATED, LENGTH };

/* --- pack -------------------------------------------------------------------------------------------- */

void
rep_pack_begin(struct rep_pack *p, size_t max)
{
	memset(p, 0, sizeof *p);
	rep_buf_init(&p->out, max);
}

void
rep_pack_fini(struct rep_pack *p)
{
	rep_buf_fini(&p->out);
}

void
rep_pack_clear(struct rep_pack *p)
{
	rep_buf_clear(&p->out);
	memset(p->last, 0, sizeof p->last);
}

void
rep_pack_cut(struct rep_pack *p, size_t n)
{
	rep_buf_cut(&p->out, n);
	p->out.full = false;
	memset(p->last, 0, sizeof p->last);
}

/* Seven bits a byte, the lowest first; the highest bit says that more follow. */
static void
put(struct rep_pack *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		rep_buf_addc(&p->out, (char)(v | 0x80));
	rep_buf_addc(&p->out, (char)v);
}

static void
put_str(struct rep_pack *p, struct rep_str s, unsigned slot)
{
	bool slotted = slot < REP_PACK_SLOTS;

	if (s.n == 0) {
		put(p, EMPTY);
		return;
	}
	if (slotted && !p->out.full && s.n == p->last[slot].n &&
	    memcmp(p->out.p + p->last[slot].at, s.p, s.n) == 0) {
		put(p, REPEATED);
		return;
	}
	put(p, s.n + LENGTH);
	if (slotted) {
		p->last[slot].at = p->out.n;
		p->last[slot].n = s.n;
	}
	rep_buf_add(&p->out, s);
}

static void
put_said(struct rep_pack *p, const struct rep_said *s)
{
	rep_buf_addc(&p->out, (char)s->v);
	put_str(p, s->raw, NO_SLOT);
}

static unsigned
slot_of(size_t auth, unsigned k)
{
	size_t slot = SLOT_AUTH + auth * 3 + k;

	return slot < REP_PACK_SLOTS ? (unsigned)slot : NO_SLOT;
}

void
rep_pack_record(struct rep_pack *p, const struct rep_aggregate_record *r)
{
	put(p, IS_RECORD);
	put(p, (uint64_t)r->source_ip.version);
	if (r->source_ip.version != 0)
		rep_buf_add(&p->out,
		    (struct rep_str){ (const char *)r->source_ip.b, sizeof r->source_ip.b });
	put(p, r->count);
	put(p, r->offset);
	put_said(p, &r->disposition);
	put_said(p, &r->dkim);
	put_said(p, &r->spf);
	put_str(p, r->header_from, SLOT_FROM);
	put_str(p, r->envelope_from, SLOT_ENVELOPE_FROM);
	put_str(p, r->envelope_to, SLOT_ENVELOPE_TO);
	put(p, r->reasons_n);
	for (size_t i = 0; i < r->reasons_n; i++) {
		put_said(p, &r->reasons[i].type);
		put_str(p, r->reasons[i].comment, i == 0 ? SLOT_COMMENT : NO_SLOT);
	}
	put(p, r->auth_n);
	for (size_t i = 0; i < r->auth_n; i++) {
		const struct rep_auth_said *a = &r->auth[i];

		put(p, a->dkim);
		put_said(p, &a->result);
		put_said(p, &a->scope);
		put_str(p, a->domain, slot_of(i, 0));
		put_str(p, a->selector, slot_of(i, 1));
		put_str(p, a->human, slot_of(i, 2));
	}
}

/* The strings and words of a head, in the order they are packed. */
#define AT(field) offsetof(struct rep_aggregate, field)
static const size_t strings[] = { AT(org), AT(email), AT(contact), AT(report_id), AT(error),
	AT(generator), AT(version), AT(domain), AT(fo) };
static const struct {
	size_t at;
	enum rep_said_list list;
} head_words[] = { { AT(p), REP_SAID_POLICY }, { AT(sp), REP_SAID_POLICY },
	{ AT(np), REP_SAID_POLICY }, { AT(adkim), REP_SAID_ALIGNMENT },
	{ AT(aspf), REP_SAID_ALIGNMENT }, { AT(testing), REP_SAID_YES_NO },
	{ AT(psd), REP_SAID_YES_NO }, { AT(discovery), REP_SAID_DISCOVERY } };

void
rep_pack_end(struct rep_pack *p, const struct rep_aggregate *h, const struct rep_report_note *v,
    size_t n, uint64_t left)
{
	put(p, IS_END);
	for (size_t i = 0; i < REP_COUNT(strings); i++) {
		struct rep_str s;

		memcpy(&s, (const char *)h + strings[i], sizeof s);
		put_str(p, s, NO_SLOT);
	}
	for (size_t i = 0; i < REP_COUNT(head_words); i++) {
		struct rep_said s;

		memcpy(&s, (const char *)h + head_words[i].at, sizeof s);
		put_said(p, &s);
	}
	put(p, (uint64_t)h->begin_s);
	put(p, (uint64_t)h->end_s);
	put(p, (uint64_t)h->schema);
	put(p, (uint64_t)(h->pct + 1));
	put(p, h->records);
	put(p, h->count);
	put(p, n);
	for (size_t i = 0; i < n; i++) {
		put(p, (uint64_t)v[i].fault);
		put_str(p, v[i].element, NO_SLOT);
		put_str(p, v[i].value, NO_SLOT);
		put(p, v[i].offset);
		put(p, v[i].times);
	}
	put(p, left);
}

/* --- unpack ------------------------------------------------------------------------------------------ */

void
rep_packed_begin(struct rep_packed *u, struct rep_str bytes)
{
	memset(u, 0, sizeof *u);
	u->in = bytes;
}

static uint64_t
get_byte(struct rep_packed *u)
{
	if (u->at >= u->in.n) {
		u->bad = true;
		return 0;
	}
	return (unsigned char)u->in.p[u->at++];
}

static uint64_t
get(struct rep_packed *u)
{
	uint64_t v = 0, c = 0x80;

	for (unsigned shift = 0; (c & 0x80) != 0 && !u->bad; shift += 7) {
		c = get_byte(u);
		if (shift > 63 || (shift == 63 && (c & 0x7f) > 1))
			u->bad = true;
		else
			v |= (c & 0x7f) << shift;
	}
	return u->bad ? 0 : v;
}

/* A number of at most `most`. */
static uint64_t
get_most(struct rep_packed *u, uint64_t most)
{
	uint64_t v = get(u);

	u->bad = u->bad || v > most;
	return u->bad ? 0 : v;
}

static struct rep_str
get_str(struct rep_packed *u, unsigned slot)
{
	uint64_t v = get(u);
	struct rep_str s = { "", 0 };

	if (u->bad || v == EMPTY)
		return s;
	if (v == REPEATED) {
		u->bad = slot >= REP_PACK_SLOTS || u->last[slot].n == 0;
		return u->bad ? s : u->last[slot];
	}
	if (v - LENGTH > u->in.n - u->at) {
		u->bad = true;
		return s;
	}
	s = rep_str_sub(u->in, u->at, (size_t)(v - LENGTH));
	u->at += s.n;
	u->bad = s.n == 0;
	if (slot < REP_PACK_SLOTS)
		u->last[slot] = s;
	return s;
}

static void
get_said(struct rep_packed *u, enum rep_said_list list, struct rep_said *s)
{
	s->v = (uint8_t)get_byte(u);
	s->raw = get_str(u, NO_SLOT);
	if (s->v != 0 && s->v != REP_SAID_ODD && rep_said_word(list, s->v) == NULL)
		u->bad = true;
}

static void
get_record(struct rep_packed *u, struct rep_unpacked *out)
{
	struct rep_aggregate_record *r = &out->record;

	memset(r, 0, sizeof *r);
	r->source_ip.version = (int)get_most(u, 6);
	if (r->source_ip.version != 0) {
		for (size_t i = 0; i < sizeof r->source_ip.b; i++)
			r->source_ip.b[i] = (unsigned char)get_byte(u);
		u->bad = u->bad || (r->source_ip.version != 4 && r->source_ip.version != 6);
	}
	r->count = get(u);
	r->offset = get(u);
	get_said(u, REP_SAID_DISPOSITION, &r->disposition);
	get_said(u, REP_SAID_EVALUATED, &r->dkim);
	get_said(u, REP_SAID_EVALUATED, &r->spf);
	r->header_from = get_str(u, SLOT_FROM);
	r->envelope_from = get_str(u, SLOT_ENVELOPE_FROM);
	r->envelope_to = get_str(u, SLOT_ENVELOPE_TO);
	r->reasons = out->reasons;
	r->reasons_n = (size_t)get_most(u, REP_AGGREGATE_REASONS_MAX);
	for (size_t i = 0; i < r->reasons_n && !u->bad; i++) {
		get_said(u, REP_SAID_REASON, &out->reasons[i].type);
		out->reasons[i].comment = get_str(u, i == 0 ? SLOT_COMMENT : NO_SLOT);
	}
	r->auth = out->auth;
	r->auth_n = (size_t)get_most(u, REP_AGGREGATE_AUTH_MAX);
	for (size_t i = 0; i < r->auth_n && !u->bad; i++) {
		struct rep_auth_said *a = &out->auth[i];

		a->dkim = get_most(u, 1) != 0;
		get_said(u, a->dkim ? REP_SAID_DKIM : REP_SAID_SPF, &a->result);
		get_said(u, REP_SAID_SCOPE, &a->scope);
		a->domain = get_str(u, slot_of(i, 0));
		a->selector = get_str(u, slot_of(i, 1));
		a->human = get_str(u, slot_of(i, 2));
	}
}

static void
get_end(struct rep_packed *u, struct rep_unpacked *out)
{
	struct rep_aggregate *h = &out->head;

	for (size_t i = 0; i < REP_COUNT(strings); i++) {
		struct rep_str s = get_str(u, NO_SLOT);

		memcpy((char *)h + strings[i], &s, sizeof s);
	}
	for (size_t i = 0; i < REP_COUNT(head_words); i++) {
		struct rep_said s;

		get_said(u, head_words[i].list, &s);
		memcpy((char *)h + head_words[i].at, &s, sizeof s);
	}
	h->begin_s = (int64_t)get_most(u, INT64_MAX);
	h->end_s = (int64_t)get_most(u, INT64_MAX);
	h->schema = (enum rep_aggregate_schema)get_most(u, REP_SCHEMA_N - 1);
	h->pct = (int)get_most(u, 101) - 1;
	h->records = get(u);
	h->count = get(u);
	out->notes_n = (size_t)get_most(u, REP_AGGREGATE_NOTES_MAX);
	for (size_t i = 0; i < out->notes_n && !u->bad; i++) {
		struct rep_report_note *p = &out->notes[i];

		p->fault = (enum rep_report_fault)get_most(u, REP_FAULT_N - 1);
		p->element = get_str(u, NO_SLOT);
		p->value = get_str(u, NO_SLOT);
		p->offset = get(u);
		p->times = get(u);
	}
	out->notes_left = get(u);
}

enum rep_rc
rep_packed_next(struct rep_packed *u, struct rep_unpacked *out, struct rep_err *err)
{
	uint64_t what;

	if (u->at == u->in.n && !u->bad)
		return REP_ENOTFOUND;
	what = get(u);
	if (what == IS_RECORD)
		get_record(u, out);
	else if (what == IS_END)
		get_end(u, out);
	else
		u->bad = true;
	if (u->bad)
		return rep_fail(err, REP_ESYNTAX,
		    "what a worker says of a report makes no sense at byte %zu", u->at);
	out->item = what == IS_RECORD ? REP_AGGREGATE_RECORD : REP_AGGREGATE_END;
	return REP_OK;
}
