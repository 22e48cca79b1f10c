/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/packing.h"

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
	p->whole = 0;
	memset(p->last, 0, sizeof p->last);
}

void
rep_pack_whole(struct rep_pack *p)
{
	if (!p->out.full)
		p->whole = p->out.n;
}

void
rep_pack_drop_begun(struct rep_pack *p)
{
	if (p->out.n > p->whole || p->out.full)
		rep_pack_cut(p, p->whole);
}

void
rep_pack_cut(struct rep_pack *p, size_t n)
{
	rep_buf_cut(&p->out, n);
	p->out.full = false;
	memset(p->last, 0, sizeof p->last);
}

/* Seven bits a byte, the lowest first; the highest bit says that more follow. */
void
rep_pack_n(struct rep_pack *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		rep_buf_addc(&p->out, (char)(v | 0x80));
	rep_buf_addc(&p->out, (char)v);
}

void
rep_pack_str(struct rep_pack *p, struct rep_str s, unsigned slot)
{
	bool slotted = slot < REP_PACK_SLOTS;

	if (s.n == 0) {
		rep_pack_n(p, EMPTY);
		return;
	}
	if (slotted && !p->out.full && s.n == p->last[slot].n &&
	    memcmp(p->out.p + p->last[slot].at, s.p, s.n) == 0) {
		rep_pack_n(p, REPEATED);
		return;
	}
	rep_pack_n(p, s.n + LENGTH);
	if (slotted) {
		p->last[slot].at = p->out.n;
		p->last[slot].n = s.n;
	}
	rep_buf_add(&p->out, s);
}

void
rep_pack_ip(struct rep_pack *p, const struct rep_ip *ip)
{
	rep_pack_n(p, (uint64_t)ip->version);
	if (ip->version != 0)
		rep_buf_add(&p->out, (struct rep_str){ (const char *)ip->b, sizeof ip->b });
}

void
rep_pack_said(struct rep_pack *p, const struct rep_said *s)
{
	rep_buf_addc(&p->out, (char)s->v);
	rep_pack_str(p, s->raw, REP_PACK_WHOLE);
}

void
rep_pack_notes(struct rep_pack *p, const struct rep_report_note *v, size_t n, uint64_t left)
{
	rep_pack_n(p, n);
	for (size_t i = 0; i < n; i++) {
		rep_pack_n(p, (uint64_t)v[i].fault);
		rep_pack_str(p, v[i].element, REP_PACK_WHOLE);
		rep_pack_str(p, v[i].value, REP_PACK_WHOLE);
		rep_pack_n(p, v[i].offset);
		rep_pack_n(p, v[i].times);
	}
	rep_pack_n(p, left);
}

/* --- unpack ------------------------------------------------------------------------------------------ */

void
rep_packed_begin(struct rep_packed *u, struct rep_str bytes, struct rep_arena *arena)
{
	memset(u, 0, sizeof *u);
	u->in = bytes;
	u->arena = arena;
}

uint64_t
rep_packed_byte(struct rep_packed *u)
{
	if (u->at >= u->in.n) {
		u->bad = true;
		return 0;
	}
	return (unsigned char)u->in.p[u->at++];
}

uint64_t
rep_packed_n(struct rep_packed *u)
{
	uint64_t v = 0, c = 0x80;

	for (unsigned shift = 0; (c & 0x80) != 0 && !u->bad; shift += 7) {
		c = rep_packed_byte(u);
		if (shift > 63 || (shift == 63 && (c & 0x7f) > 1))
			u->bad = true;
		else
			v |= (c & 0x7f) << shift;
	}
	return u->bad ? 0 : v;
}

uint64_t
rep_packed_most(struct rep_packed *u, uint64_t most)
{
	uint64_t v = rep_packed_n(u);

	u->bad = u->bad || v > most;
	return u->bad ? 0 : v;
}

struct rep_str
rep_packed_str(struct rep_packed *u, unsigned slot)
{
	uint64_t v = rep_packed_n(u);
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

void
rep_packed_ip(struct rep_packed *u, struct rep_ip *ip)
{
	memset(ip, 0, sizeof *ip);
	ip->version = (int)rep_packed_most(u, 6);
	if (ip->version == 0)
		return;
	for (size_t i = 0; i < sizeof ip->b; i++)
		ip->b[i] = (unsigned char)rep_packed_byte(u);
	u->bad = u->bad || (ip->version != 4 && ip->version != 6);
}

void
rep_packed_word(struct rep_packed *u, const struct rep_word_list *list, struct rep_said *s)
{
	s->v = (uint8_t)rep_packed_byte(u);
	s->raw = rep_packed_str(u, REP_PACK_WHOLE);
	if (s->v != 0 && s->v != REP_SAID_ODD && rep_word(list, s->v) == NULL)
		u->bad = true;
}

void *
rep_packed_list(struct rep_packed *u, size_t most, size_t size, size_t *n)
{
	void *v;

	*n = (size_t)rep_packed_most(u, most);
	if (*n > u->in.n - u->at || u->arena == NULL)
		u->bad = true;
	if (u->bad || *n == 0) {
		*n = 0;
		return NULL;
	}
	if ((v = rep_arena_alloc(u->arena, *n * size)) == NULL) {
		u->bad = u->no_room = true;
		*n = 0;
	}
	return v;
}

void
rep_packed_notes(struct rep_packed *u, struct rep_report_note *v, size_t *n, uint64_t *left)
{
	*n = (size_t)rep_packed_most(u, REP_NOTES_MAX);
	for (size_t i = 0; i < *n && !u->bad; i++) {
		v[i].fault = (enum rep_report_fault)rep_packed_most(u, REP_FAULT_N - 1);
		v[i].element = rep_packed_str(u, REP_PACK_WHOLE);
		v[i].value = rep_packed_str(u, REP_PACK_WHOLE);
		v[i].offset = rep_packed_n(u);
		v[i].times = rep_packed_n(u);
	}
	*left = rep_packed_n(u);
}
