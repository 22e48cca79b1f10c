/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenarios.c -- what happens when, to whom: the table at the end, and how a message is made of it.
 */
#include "genlog.h"

static bool
prov_is(const struct msg *m, enum prov_id p)
{
	return doms[m->dom].prov == p;
}

/* Greylisting, full mailboxes, dead recipients: the weather everywhere. */
static void
ordinary(struct msg *m, uint64_t t, uint32_t unknown_ppm)
{
	unsigned p = doms[m->dom].prov;
	uint32_t r = below(1000000);

	if (r < unknown_ppm) {
		m->row = pick(p, C_RECIPIENT);
		while (m->row != NULL && (m->row->temp || m->row->stage >= S_CONNECT))
			m->row = pick(p, C_RECIPIENT);
		m->until = UINT64_MAX;
	} else if (r < unknown_ppm + 1300 && (m->row = pick(p, C_MAILBOX)) != NULL)
		m->until = below(5) < 3 ? t + between(20 * MIN, 40 * HOUR) : UINT64_MAX;
	else if (r < unknown_ppm + 1500 && p == P_OTHER) {
		m->row = &replies[R_NXDOMAIN];
		m->until = UINT64_MAX;
	} else if (r < unknown_ppm + 3500 && p == P_OTHER) {
		m->row = &replies[R_TIMEOUT];
		m->until = t + between(MIN, 3 * HOUR);
	} else if (p == P_OTHER && mix64(m->dom) % 5 == 0) {
		/* the first row of the class: each host always words it alike */
		m->row = &replies[by_class[P_OTHER][C_GREYLISTED]
				      .row[mix64(m->dom + 1) % by_class[P_OTHER][C_GREYLISTED].n]];
		m->until = t + 295 * SEC;
	}
}

/* A recipient of the shop; who he is with follows from his number. */
static void
make_recipient(struct msg *m)
{
	const uint8_t(*s)[2] = sc->share;
	uint64_t h;
	uint32_t p100;

	m->rid = below(sc->people / 2) * 2; /* the odd ones are their neighbours */
	h = mix64(m->rid + 0x5eed);
	p100 = (uint32_t)(h % 100);
	while (p100 >= (*s)[1] && s + 1 < sc->share + LEN(sc->share) && s[1][1] > 0)
		p100 -= (*s++)[1];
	if ((*s)[0] == P_OTHER)
		m->dom = tail0 + zipf(h >> 8, 12, ntail / 3 * 2);
	else if ((*s)[0] == P_M365)
		m->dom = tail0 + ntail / 3 * 2 + zipf(h >> 8, 11, ntail - ntail / 3 * 2);
	else
		m->dom = big_domain((*s)[0], (uint32_t)(h >> 32) % 100);
}

static uint8_t
make_stream(const struct civil *c)
{
	uint32_t r = below(100), news = c->h >= 5 && c->h < 11 ? 55 : 30;

	if (r < news)
		return ST_VERP;
	r = below(100);
	return r < 18 ? ST_PASSWORD : r < 58 ? ST_RECEIPTS : r < 88 ? ST_SHIPPING : ST_NEWSLETTER;
}

void
make(struct msg *m, uint64_t t)
{
	const struct dead *d = sc->dead;
	struct civil c;

	civil_of(t, &c);
	if (sc->nsrc > 1)
		m->src = (uint8_t)below(sc->nsrc);
	m->stream = make_stream(&c);
	make_recipient(m);
	if (sc->pairs != 0 && m->stream == ST_RECEIPTS && below(sc->pairs) == 0)
		m->nrcpt = 2;
	while (
	    t < d->from || t >= d->until || (d->streams != 0 && (d->streams >> m->stream & 1) == 0))
		d++;
	ordinary(m, t, d->ppm);
}

const struct reply *
outcome(struct msg *m, uint64_t t)
{
	for (const struct trouble *r = sc->trouble;
	     r < sc->trouble + LEN(sc->trouble) && r->ppm > 0; r++)
		if (prov_is(m, r->prov) && (r->sources >> m->src & 1) != 0 && t >= r->from &&
		    t < r->until && (r->ppm == ALL || chance(r->ppm)))
			return &replies[r->reply];
	return t < m->until ? m->row : NULL;
}

void
bench_make(struct msg *m, uint64_t t)
{
	static const uint8_t eight[] = { P_GOOGLE, 40, P_MSC, 22, P_YAHOO, 12, P_APPLE, 8, P_ORANGE,
		7, P_UI, 5, P_FREE, 3, P_LAPOSTE, 3 };
	/* 611953 has no factor in common with a million: every recipient once, then again */
	uint32_t rid = (uint32_t)((created * 611953 + 7) % 1000000), kind = rid % 5;
	uint64_t h = mix64(rid + 0xbe4c);
	unsigned p = P_GOOGLE;

	m->rid = rid;
	m->src = (uint8_t)(m->seed & 3);
	m->brand = (uint8_t)(1 + zipf(m->seed >> 8, 6, 6));
	m->stream = (uint8_t)((m->seed >> 32) % 10);
	m->stream = m->stream < 5 ? ST_VERP : (uint8_t)(m->stream - 5) % ST_VERP;
	if (kind == 3)
		m->dom = tail0 + rid / 5 % ntail; /* everybody in the tail gets something */
	else if (kind == 4)
		m->dom = tail0 + zipf(h, 17, ntail);
	else {
		uint32_t p100 = (uint32_t)(h % 100);

		for (size_t i = 0; i < sizeof eight; i += 2) {
			p = eight[i];
			if (p100 < eight[i + 1])
				break;
			p100 -= eight[i + 1];
		}
		m->dom = big_domain(p, (uint32_t)(h >> 32) % 100);
	}
	if (!chance(95000))
		return;
	p = doms[m->dom].prov;
	if (by_prov[p].n == 0)
		p = P_OTHER;
	m->row = below(12) == 0 ? pick(P_OTHER, C_NETWORK)
				: &replies[by_prov[p].row[below(by_prov[p].n)]];
	m->until = t + (m->row->temp ? between(MIN, 25 * MIN) : 30 * DAY);
}

/* The table. A new scenario is a row here, and a line of main.c's usage. */

#define ALWAYS 0, UINT64_MAX
#define ALL_DAY EVERY_DAY, 0, 24
/* the first, second and third source */
#define A 1
#define B 2
#define C 4

struct scen scenarios[] = {
	{ .name = "aws-morning",
	    .log_host = "mx1",
	    .fqdn = "mx1.shop.example",
	    .domain = "shop.example",
	    .nsrc = 3,
	    .sys = { "postfix/out-a", "postfix/out-b", "postfix/out-c" },
	    .addr = { "203.0.113.24", "203.0.113.31", "198.51.100.9" },
	    .start = AT(2026, 10, 3, 0, 0, 0),
	    .end = AT(2026, 11, 3, 10, 31, 8),
	    .part = { { AT(2026, 10, 3, 0, 0, 0), "mail.log.2" },
		{ AT(2026, 11, 2, 0, 0, 0), "mail.log.1" },
		{ AT(2026, 11, 3, 0, 0, 0), "mail.log" } },
	    /* Thinned to a tenth by keeping two hours of each day whole: rates stay what they were. */
	    .volume = { { AT(2026, 11, 2, 0, 0, 0), ALL_DAY, 30000 }, { 0, SAT | SUN, 7, 9, 24000 },
		{ 0, THU, 7, 9, 36000 }, { 0, EVERY_DAY, 7, 9, 30000 } },
	    .trouble = { { AT(2026, 10, 9, 7, 15, 22), AT(2026, 10, 11, 8, 10, 0), A, P_MSC, ALL,
			     R_S3140 },
		{ AT(2026, 10, 9, 7, 16, 9), AT(2026, 10, 11, 8, 10, 0), B, P_MSC, ALL, R_S3140 },
		{ AT(2026, 10, 20, 7, 50, 3), AT(2026, 10, 22, 8, 20, 0), A, P_MSC, ALL, R_S3140 },
		{ AT(2026, 10, 20, 7, 51, 11), AT(2026, 10, 22, 8, 20, 0), B, P_MSC, ALL, R_S3140 },
		{ AT(2026, 11, 3, 6, 42, 11), UINT64_MAX, A, P_MSC, ALL, R_S3140 },
		{ AT(2026, 11, 3, 6, 42, 58), UINT64_MAX, B, P_MSC, ALL, R_S3140 },
		{ AT(2026, 11, 2, 18, 10, 0), UINT64_MAX, A | B, P_MSC, 80000, R_S775 },
		{ AT(2026, 11, 3, 9, 10, 0), UINT64_MAX, C, P_ORANGE, 240000, R_OFR104 } },
	    .dead = { { AT(2026, 10, 29, 0, 0, 0), AT(2026, 10, 30, 0, 0, 0),
			  1 << ST_VERP | 1 << ST_NEWSLETTER, 21000 },
		{ ALWAYS, 0, 8000 } },
	    .people = 240000,
	    .share = { { P_MSC, 25 }, { P_GOOGLE, 29 }, { P_YAHOO, 8 }, { P_ORANGE, 9 },
		{ P_M365, 8 }, { P_APPLE, 6 }, { P_UI, 4 }, { P_FREE, 3 }, { P_LAPOSTE, 2 },
		{ P_OTHER, 6 } },
	    .pairs = 60,
	    .forced = { AT(2026, 11, 3, 6, 42, 11) + 168412, AT(2026, 11, 3, 6, 42, 58) + 530077 },
	    .dead_ppm = 250000 },
	{ .name = "month",
	    .log_host = "mx1",
	    .fqdn = "mx1.shop.example",
	    .domain = "shop.example",
	    .nsrc = 3,
	    .sys = { "postfix/out-a", "postfix/out-b", "postfix/out-c" },
	    .addr = { "203.0.113.24", "203.0.113.31", "198.51.100.9" },
	    .start = AT(2026, 10, 3, 10, 31, 8),
	    .end = AT(2026, 11, 3, 10, 31, 8),
	    .volume = { { 0, SAT | SUN, 0, 24, 6000 }, { 0, THU, 0, 24, 12600 },
		{ 0, ALL_DAY, 9600 } },
	    /* Each block is preceded by throttling; the third is open, and Orange slows the other network. */
	    .trouble = { { AT(2026, 10, 9, 7, 15, 22), AT(2026, 10, 11, 8, 10, 0), A, P_MSC, ALL,
			     R_S3140 },
		{ AT(2026, 10, 9, 7, 16, 9), AT(2026, 10, 11, 8, 10, 0), B, P_MSC, ALL, R_S3140 },
		{ AT(2026, 10, 20, 7, 50, 3), AT(2026, 10, 22, 8, 20, 0), A, P_MSC, ALL, R_S3140 },
		{ AT(2026, 10, 20, 7, 51, 11), AT(2026, 10, 22, 8, 20, 0), B, P_MSC, ALL, R_S3140 },
		{ AT(2026, 11, 3, 6, 42, 11), UINT64_MAX, A, P_MSC, ALL, R_S3140 },
		{ AT(2026, 11, 3, 6, 42, 58), UINT64_MAX, B, P_MSC, ALL, R_S3140 },
		{ AT(2026, 10, 8, 5, 0, 0), AT(2026, 10, 9, 7, 15, 0), A | B, P_MSC, 90000,
		    R_S775 },
		{ AT(2026, 10, 18, 9, 0, 0), AT(2026, 10, 20, 7, 50, 0), A | B, P_MSC, 80000,
		    R_S775 },
		{ AT(2026, 10, 31, 8, 0, 0), AT(2026, 11, 2, 6, 0, 0), A | B, P_MSC, 60000,
		    R_S775 },
		{ AT(2026, 11, 2, 6, 0, 0), UINT64_MAX, A | B, P_MSC, 160000, R_S775 },
		{ AT(2026, 11, 3, 9, 10, 0), UINT64_MAX, C, P_ORANGE, 240000, R_OFR104 } },
	    .dead = { { AT(2026, 10, 29, 0, 0, 0), AT(2026, 10, 30, 0, 0, 0),
			  1 << ST_VERP | 1 << ST_NEWSLETTER, 21000 },
		{ ALWAYS, 0, 8000 } },
	    .people = 120000,
	    .share = { { P_MSC, 25 }, { P_GOOGLE, 29 }, { P_YAHOO, 8 }, { P_ORANGE, 9 },
		{ P_M365, 8 }, { P_APPLE, 6 }, { P_UI, 4 }, { P_FREE, 3 }, { P_LAPOSTE, 2 },
		{ P_OTHER, 6 } },
	    .pairs = 60,
	    .forced = { AT(2026, 11, 3, 6, 42, 11) + 168412, AT(2026, 11, 3, 6, 42, 58) + 530077 },
	    .dead_ppm = 250000 },
	{ .name = "single",
	    .log_host = "mx2",
	    .fqdn = "mx2.shop.example",
	    .domain = "shop.example",
	    .nsrc = 1,
	    .sys = { "postfix" },
	    .addr = { "203.0.113.77" },
	    .start = AT(2026, 10, 31, 12, 0, 0),
	    .end = AT(2026, 11, 3, 12, 0, 0),
	    .volume = { { 0, ALL_DAY, 2000 } },
	    .trouble = { { AT(2026, 11, 3, 5, 12, 0), UINT64_MAX, A, P_MSC, ALL, R_S3150 } },
	    .dead = { { ALWAYS, 0, 5000 } },
	    .people = 40000,
	    .share = { { P_MSC, 22 }, { P_GOOGLE, 34 }, { P_YAHOO, 9 }, { P_ORANGE, 8 },
		{ P_M365, 9 }, { P_APPLE, 6 }, { P_UI, 3 }, { P_FREE, 2 }, { P_OTHER, 7 } },
	    .forced = { AT(2026, 11, 3, 5, 12, 9) + 204118 } },
	{ .name = "boring",
	    .log_host = "mx3",
	    .fqdn = "mx3.shop.example",
	    .domain = "shop.example",
	    .nsrc = 1,
	    .sys = { "postfix" },
	    .addr = { "203.0.113.90" },
	    .start = AT(2026, 10, 5, 0, 0, 0),
	    .end = AT(2026, 11, 4, 0, 0, 0),
	    .volume = { { 0, SAT | SUN, 0, 24, 420 }, { 0, ALL_DAY, 1500 } },
	    .trouble = { { AT(2026, 10, 21, 9, 40, 0), AT(2026, 10, 21, 9, 50, 0), A, P_ORANGE, ALL,
		R_TIMEOUT } },
	    .dead = { { ALWAYS, 0, 4000 } },
	    .people = 30000,
	    .share = { { P_MSC, 24 }, { P_GOOGLE, 42 }, { P_ORANGE, 18 }, { P_OTHER, 16 } },
	    .dead_ppm = 600000 },
	{ .name = "bench", /* its start, volume and end are what is asked for */
	    .log_host = "mx1",
	    .fqdn = "mx1.shop.example",
	    .domain = "shop.example",
	    .nsrc = 4,
	    .sys = { "postfix/out-1", "postfix/out-2", "postfix/out-3", "postfix/out-4" },
	    .addr = { "203.0.113.11", "203.0.113.12", "198.51.100.13", "198.51.100.14" },
	    .make = bench_make },
};

const uint32_t scenarios_n = LEN(scenarios);

void
bench_times(struct scen *s)
{
	uint64_t wait = DAY * opt.days / 40, need = opt.open * (DAY * opt.days / opt.deliveries);

	s->start = AT(2026, 11, 3, 0, 0, 0) - opt.days * DAY;
	s->volume[0] = (struct volume){ 0, ALL_DAY, (uint32_t)(opt.deliveries / opt.days) };
	/* 8 in 10 wait 0..x, mean x/2: 0.4 x = need; in units of 4 us to fit 32 bits */
	wait = (need < wait ? need : wait) * 10 / 4;
	wait_max_us = wait / 4 > UINT32_MAX ? UINT32_MAX : (uint32_t)(wait / 4);
}

/* A time of the table; 0 and UINT64_MAX are none. */
static void
moved(uint64_t *t, uint64_t by)
{
	if (*t != 0 && *t != UINT64_MAX)
		*t += by;
}

void
scenario_ends(struct scen *s, uint64_t end)
{
	uint64_t by = end - s->end; /* modulo 2^64: it may go back, too */

	moved(&s->start, by);
	moved(&s->end, by);
	for (size_t i = 0; i < LEN(s->part); i++)
		moved(&s->part[i].from, by);
	for (size_t i = 0; i < LEN(s->volume); i++)
		moved(&s->volume[i].from, by);
	for (size_t i = 0; i < LEN(s->trouble); i++) {
		moved(&s->trouble[i].from, by);
		moved(&s->trouble[i].until, by);
	}
	for (size_t i = 0; i < LEN(s->dead); i++) {
		moved(&s->dead[i].from, by);
		moved(&s->dead[i].until, by);
	}
	for (size_t i = 0; i < LEN(s->forced); i++)
		moved(&s->forced[i], by);
}
