/* SPDX-License-Identifier: Apache-2.0 */
/* postfix.c -- what Postfix does with a message, and the loop. */
#include "genlog.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Suspended destinations: after a dead host the queue manager waits a minute. */
static struct {
	uint64_t until;
	char text[600];
	size_t n;
	char dsn[12];
} dead[MAX_SRC][P_COUNT];

static void
put_delays(const struct msg *m, uint64_t t, uint64_t c, uint64_t d)
{
	uint64_t a = m->active - m->arrived, rest = t - m->active;

	say(", delay=%D, delays=%D/%D/%D/%D", t - m->arrived, a, rest > c + d ? rest - c - d : 0, c,
	    d);
}

/* The words in brackets, and who says them. */
static void
put_reason(const struct reply *r, const struct msg *m, uint64_t t, unsigned k)
{
	const struct dom *d = &doms[m->dom];

	if (r->stage < S_CONNECT)
		say("host %h[%i] %s: ", d, k, host_ip(d, k, (uint32_t)m->seed),
		    r->stage == S_GREET ? "refused to talk to me" : "said");
	put_tpl(&r->tpl, m, t, k);
	if (r->stage > S_GREET && r->stage < S_CONNECT)
		say(" (in reply to %s)", stage_words[r->stage]);
}

static void
put_to(const struct msg *m, uint32_t rcpt)
{
	struct msg x = *m;

	x.rid = m->rid + rcpt; /* a second recipient is the neighbour at the same domain */
	say("%q: to=<%r>", m, &x);
}

/* The line that counts: one recipient, one attempt. */
static void
to_line(struct msg *m, uint64_t t, const struct reply *r, uint32_t pid, uint32_t rcpt)
{
	const struct dom *d = &doms[m->dom];
	unsigned k = m->second ? 1 : 0;
	uint64_t c = m->c_us, dd = m->d_us;

	if (r != NULL && r->stage <= S_MAIL) { /* it went no further than that */
		c += dd - (dd > 40000 ? 40000 : dd);
		dd = r->stage == S_MAIL && dd > 40000 ? 40000 : 0;
	} else if (r != NULL && r->stage >= S_CONNECT) {
		c += dd;
		dd = 0;
	}
	if (r != NULL && r->stage == S_DNS)
		c = 0;
	head(t, &pr_smtp[m->src], pid);
	put_to(m, rcpt);
	if (r != NULL && (r->stage == S_CONNECT || r->stage == S_DNS))
		say(", relay=none");
	else
		say(", relay=%h[%i]:25%s", d, k, host_ip(d, k, (uint32_t)m->seed),
		    (m->seed >> 40) % 24 == 0 && r == NULL ? ", conn_use=2" : "");
	put_delays(m, t, c, dd);
	if (r == NULL) {
		const char *ok = provs[d->prov].ok;

		say(", dsn=");
		put(ok[4] == '2' && ok[5] == '.' ? ok + 4 : "2.0.0", 5);
		say(", status=sent (");
		put_tpl(&ok_tpl[d->prov], m, t, k);
	} else {
		say(", dsn=%s, status=%s (", r->dsn, r->temp ? "deferred" : "bounced");
		put_reason(r, m, t, k);
	}
	putch(')');
	eol();
	truth[m->src][r != NULL && r->stage == S_DNS && m->dom >= tail0 ? P_OTHER : d->prov]
	     [r == NULL	       ? T_SENT
		     : r->temp ? T_DEFERRED
			       : T_BOUNCED]++;
}

/* The next scan of the deferred queue after the message's back-off. */
static uint64_t
retry_at(const struct msg *m, uint64_t t)
{
	uint64_t age = t - m->arrived;
	uint64_t wait = age < 300 * SEC ? 300 * SEC : age > 4000 * SEC ? 4000 * SEC : age;
	uint64_t scan = (t + wait + 300 * SEC - 1) / (300 * SEC) * (300 * SEC) + 17 * SEC;

	return scan + below(900000);
}

static void
deferred(uint32_t id, uint64_t t)
{
	struct msg *m = &msgs[id];

	m->second = false;
	if (t - m->arrived >= 5 * DAY)
		again(t + 300 + below(900), E_EXPIRED, id);
	else
		again(retry_at(m, t), E_ACTIVE, id);
}

/* "delivery temporarily suspended": nobody was asked, error(8) writes the line. */
static void
suspended(uint32_t id, uint64_t t)
{
	struct msg *m = &msgs[id];
	unsigned p = doms[m->dom].prov;

	for (uint32_t i = 0; i < m->nrcpt; i++) {
		head(t, &pr_error, a_pid(&pr_error));
		put_to(m, i);
		say(", relay=none");
		put_delays(m, t, 0, 8000);
		say(", dsn=%s, status=deferred (delivery temporarily suspended: ",
		    dead[m->src][p].dsn);
		put(dead[m->src][p].text, dead[m->src][p].n);
		putch(')');
		eol();
		truth[m->src][p][T_DEFERRED]++;
		truth_mute[m->src][p][T_DEFERRED]++;
	}
	deferred(id, t);
}

static void
mark_dead(const struct msg *m, uint64_t t, const struct reply *r, const char *from)
{
	unsigned p = doms[m->dom].prov;
	const char *s = from;
	size_t n = (size_t)(out.p - from);

	if (p == P_OTHER || !chance(sc->dead_ppm))
		return;
	while (n > 0 && *s != '(') {
		s++;
		n--;
	}
	n = n > 3 ? n - 3 : 0; /* "(" before, ")\n" behind */
	if (n > sizeof dead[0][0].text)
		n = sizeof dead[0][0].text;
	memcpy(dead[m->src][p].text, s + 1, n);
	dead[m->src][p].n = n;
	dead[m->src][p].until = t + 60 * SEC;
	snprintf(dead[m->src][p].dsn, sizeof dead[m->src][p].dsn, "%s", r->dsn);
}

/* An attempt is over. */
static void
finish(uint32_t id, uint64_t t, const struct reply *r)
{
	struct msg *m = &msgs[id];
	uint32_t pid = a_pid(&pr_smtp[m->src]);
	const char *from;

	own_addr = sc->addr[m->src];
	if (r != NULL && r->stage == S_CONNECT) {
		head(t, &pr_smtp[m->src], pid);
		put_reason(r, m, t, m->second ? 1 : 0);
		eol();
	}
	from = out.p;
	for (uint32_t i = 0; i < m->nrcpt; i++)
		to_line(m, t, r, pid, i);
	m->attempts = m->attempts < 250 ? (uint8_t)(m->attempts + 1) : m->attempts;
	if (r == NULL)
		again(t + 600 + below(9000), E_REMOVED, id);
	else if (!r->temp)
		again(t + 700 + below(5000), E_DSN, id);
	else {
		if (m->nrcpt == 1 && (r->stage == S_GREET || r->stage == S_CONNECT) &&
		    sc->dead_ppm > 0)
			mark_dead(m, t, r, from);
		deferred(id, t);
	}
}

/* DSNs go home: to the bounce handler, or by LMTP to a mailbox. */
static void
local_line(uint32_t id, uint64_t t)
{
	struct msg *m = &msgs[id];
	bool verp = m->stream == ST_VERP;
	struct procs *p = verp ? &pr_pipe : &pr_lmtp;

	head(t, p, a_pid(p));
	say(verp ? "%q: to=<%f>, relay=bouncehandler"
		 : "%q: to=<%f>, relay=%s[private/dovecot-lmtp]",
	    m, m, sc->fqdn);
	put_delays(m, t, 4000, m->d_us);
	say(", dsn=2.0.0, status=sent (");
	if (verp)
		say("delivered via bouncehandler service)");
	else {
		say("250 2.0.0 <%f> ", m);
		put_alnum(22, false);
		say(" Saved)");
	}
	eol();
	again(t + 600 + below(3000), E_REMOVED, id);
}

static void
try_delivery(uint32_t id, uint64_t t, bool second)
{
	struct msg *m = &msgs[id];
	const struct dom *d = &doms[m->dom];
	const struct reply *r;

	if (m->dsn) {
		local_line(id, t);
		return;
	}
	if (second) {
		finish(id, t, m->now);
		return;
	}
	if (dead[m->src][d->prov].until > t) {
		suspended(id, t);
		return;
	}
	r = outcome(m, t);
	/* a soft answer of one host sends the client to the next one; no to= for that yet */
	if (r != NULL && r->temp && r->stage <= S_RCPT && two_hosts(d) &&
	    (m->seed >> 20) % 3 != 0) {
		uint64_t more = 120000 + below(700000);

		own_addr = sc->addr[m->src];
		head(t, &pr_smtp[m->src], a_pid(&pr_smtp[m->src]));
		say("%q: ", m);
		put_reason(r, m, t, 0);
		eol();
		m->now = r;
		m->second = true;
		m->c_us += (uint32_t)more;
		again(t + more, E_TRY2, id);
		return;
	}
	finish(id, t, r);
}

/* Sessions: an application hands over a few messages. */

const char *
client(const struct session *s)
{
	static const char *const clients[4] = { "app1.shop.internal[172.31.7.21]",
		"app2.shop.internal[172.31.7.22]", "worker1.shop.internal[172.31.9.40]",
		"unknown[172.31.9.41]" };

	return clients[s->client];
}

static uint64_t
submit(uint32_t sid, uint64_t t)
{
	uint32_t id = msg_new();
	struct session *s = &sess[sid];
	struct msg *m = &msgs[id];

	m->arrived = t;
	m->size = 2200 + below(18000) + (below(8) == 0 ? below(60000) : 0);
	if (s->forced >= 0) {
		m->src = (uint8_t)s->forced;
		m->dom = big_domain(P_MSC, s->forced == 0 ? 0 : 50);
		m->rid = 4242 + 977 * (uint32_t)s->forced;
		m->stream = s->forced == 0 ? ST_PASSWORD : ST_RECEIPTS;
		m->due = sc->forced[s->forced];
	} else
		(sc->make != NULL ? sc->make : make)(m, t);
	created++;
	set_qid(m, t);
	line(t, &pr_smtpd, s->pid, "%q: client=%s", m, client(s));
	push(t + 900 + below(4000), E_MSGID, id);
	s->left--;
	return t + 2500 + below(s->left > 0 ? 40000 : 9000);
}

static void
disconnect(uint32_t sid, uint64_t t)
{
	struct session *s = &sess[sid];
	uint32_t n = s->total;

	line(t, &pr_smtpd, s->pid,
	    "disconnect from %s ehlo=1 mail=%u rcpt=%u data=%u quit=1 commands=%u", client(s), n, n,
	    n, 2 + 3 * n);
	sess_stack[sess_free++] = sid;
}

static void
from_line(uint32_t id, uint64_t t, bool is_expired)
{
	const struct msg *m = &msgs[id];

	head(t, &pr_qmgr, pr_qmgr.pid[0]);
	say(m->dsn ? "%q: from=<>" : "%q: from=<%f>", m, m);
	if (is_expired)
		say(", status=expired, returned to sender");
	else
		say(", size=%u, nrcpt=%u (queue active)", m->size, (unsigned)m->nrcpt);
	eol();
}

uint32_t wait_max_us; /* bench: how long the queue manager keeps messages waiting */

void
active(uint32_t id, uint64_t t)
{
	struct msg *m = &msgs[id];
	uint64_t b = 2000 + below(9000), c = 90000 + below(450000), d = 80000 + below(500000);

	from_line(id, t, false);
	m->active = t;
	if (m->dsn) {
		m->d_us = 3000 + below(30000);
		again(t + 6000 + m->d_us, E_TRY, id);
		return;
	}
	if (m->due != 0) {
		d = 40000;
		c = m->due - t - b - d;
		m->due = 0;
	} else if (m->row != NULL && m->row == &replies[R_TIMEOUT]) {
		c = 30 * SEC + below(30000);
		d = 0;
	} else if (m->attempts == 0 && wait_max_us > 0 && below(10) < 8)
		b += below(wait_max_us) * 4ULL;
	else if (below(40) == 0)
		d += below(4000000);
	m->c_us = (uint32_t)c;
	m->d_us = (uint32_t)d;
	again(t + b + c + d, E_TRY, id);
}

static void
non_delivery(uint32_t id, uint64_t t)
{
	uint32_t kid = msg_new();
	struct msg *m = &msgs[id], *k = &msgs[kid];
	struct civil c;

	k->dsn = true;
	k->arrived = t;
	k->stream = m->stream;
	k->brand = m->brand;
	k->seed = m->seed;
	k->rid = m->rid;
	k->dom = m->dom;
	k->size = (m->size < 50000 ? m->size : 50000) + 2300 + below(700);
	set_qid(k, t);
	m->child = kid;
	civil_of(t, &c);
	head(t, &pr_cleanup, a_pid(&pr_cleanup));
	say("%q: message-id=<", k);
	put_date(&c, false);
	put_clock(&c, false);
	say(".%q@%s>", k, sc->fqdn);
	eol();
	again(t + 500 + below(2500), E_BOUNCE, id);
}

static void
bounce_line(uint32_t id, uint64_t t)
{
	const struct msg *m = &msgs[id];

	line(t, &pr_bounce, a_pid(&pr_bounce), "%q: sender non-delivery notification: %q", m,
	    &msgs[m->child]);
	push(t + 200 + below(1500), E_ACTIVE, m->child);
	again(t + 400 + below(2500), E_REMOVED, id);
}

static void
msgid_line(uint32_t id, uint64_t t)
{
	line(t, &pr_cleanup, a_pid(&pr_cleanup), "%q: message-id=%M", &msgs[id], &msgs[id]);
	again(t + 1500 + below(30000), E_ACTIVE, id);
}

static void
expired(uint32_t id, uint64_t t)
{
	const struct msg *m = &msgs[id];

	from_line(id, t, true);
	truth[m->src][doms[m->dom].prov][T_EXPIRED]++;
	again(t + 700 + below(5000), E_DSN, id);
}

static void
removed(uint32_t id, uint64_t t)
{
	line(t, &pr_qmgr, pr_qmgr.pid[0], "%q: removed", &msgs[id]);
	ino_put(msgs[id].ino);
	msg_stack[msg_free++] = id;
	open_now--;
}

/* The loop */

void
open_part(const char *name)
{
	static char path[4096];

	flush();
	if (opt.dir == NULL)
		return;
	if (out.fd > 1 && close(out.fd) != 0)
		die(4, "closing %s: %s", out.name, strerror(errno));
	if (snprintf(path, sizeof path, "%s/%s", opt.dir, name) >= (int)sizeof path)
		die(2, "%s/%s: the name is too long", opt.dir, name);
	out.name = path;
	out.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (out.fd < 0)
		die(4, "%s: %s", path, strerror(errno));
}

/* per cent of a mean hour, UTC; a shop in Europe */
static const uint16_t hour_weight[24] = { 35, 30, 30, 35, 50, 90, 130, 140, 150, 160, 150, 130, 120,
	120, 120, 120, 120, 130, 140, 130, 110, 90, 60, 40 };

uint32_t
per_day(uint64_t t, const struct civil *c)
{
	for (const struct volume *v = sc->volume; v < sc->volume + LEN(sc->volume); v++)
		if (t >= v->from && (v->days >> c->wday & 1) != 0 && c->h >= v->hour &&
		    c->h < v->until_hour)
			return v->per_day;
	return 0;
}

static uint64_t
gap(uint64_t t, uint32_t msgs_in_session)
{
	struct civil c;
	uint64_t a_day, mean;

	civil_of(t, &c);
	if (per_day(t, &c) == 0) { /* nothing until an hour in which something is sent */
		uint64_t next = (t / HOUR + 1) * HOUR;

		civil_of(next, &c);
		for (int i = 0; i < 48 && per_day(next, &c) == 0; i++) {
			next += HOUR;
			civil_of(next, &c);
		}
		return next - t + below(60) * SEC;
	}
	a_day = (uint64_t)per_day(t, &c) * opt.scale * (sc->end == 0 ? 101 : hour_weight[c.h]);
	mean = DAY * msgs_in_session * 10125 / (a_day > 0 ? a_day : 1);
	return between(0, 2 * mean);
}

static void
arrival(uint64_t t)
{
	uint32_t sid, n = 1 + below(8), total;

	if (sc->end == 0 && planned + n > opt.deliveries)
		n = (uint32_t)(opt.deliveries - planned);
	if (n == 0)
		return;
	planned += n;
	sid = sess_new();
	total = n;
	sess[sid] = (struct session){ t, a_pid(&pr_smtpd), total, n, below(4), -1 };
	push(t, E_CONNECT, sid);
	again(t + 50 + gap(t, n), E_ARRIVAL, 0);
}

static void
handle(const struct node *x)
{
	uint64_t t = x->t;

	switch ((enum ev)x->ev) {
	case E_ARRIVAL: arrival(t); break;
	case E_NOISE:
		noise(t);
		if (sc->end != 0 || created < opt.deliveries)
			again(t + between(SEC, 2 * 13 * MIN), E_NOISE, 0);
		break;
	case E_FORCED: {
		uint32_t sid = sess_new();

		sess[sid] = (struct session){ t, a_pid(&pr_smtpd), 1, 1, x->id, (int)x->id };
		again(t, E_CONNECT, sid);
		break;
	}
	case E_SCANNER: noise_scanner(t); break;
	case E_CONNECT:
		line(t, &pr_smtpd, sess[x->id].pid, "connect from %s", client(&sess[x->id]));
		again(t + 900 + below(3000), E_SUBMIT, x->id);
		break;
	case E_SUBMIT: {
		uint64_t then = submit(x->id, t);

		again(then, sess[x->id].left > 0 ? E_SUBMIT : E_DISCONNECT, x->id);
		break;
	}
	case E_DISCONNECT: disconnect(x->id, t); break;
	case E_MSGID: msgid_line(x->id, t); break;
	case E_ACTIVE: active(x->id, t); break;
	case E_TRY: try_delivery(x->id, t, false); break;
	case E_TRY2: try_delivery(x->id, t, true); break;
	case E_DSN: non_delivery(x->id, t); break;
	case E_BOUNCE: bounce_line(x->id, t); break;
	case E_EXPIRED: expired(x->id, t); break;
	case E_REMOVED: removed(x->id, t); break;
	}
}

void
simulate(void)
{
	unsigned part = 0;

	procs_init(&pr_smtpd, "postfix", "smtpd", 18);
	procs_init(&pr_cleanup, "postfix", "cleanup", 12);
	procs_init(&pr_qmgr, "postfix", "qmgr", 1);
	procs_init(&pr_bounce, "postfix", "bounce", 3);
	procs_init(&pr_lmtp, "postfix", "lmtp", 3);
	procs_init(&pr_pipe, "postfix", "pipe", 3);
	procs_init(&pr_anvil, "postfix", "anvil", 1);
	procs_init(&pr_error, "postfix", "error", 2);
	procs_init(&pr_scache, "postfix", "scache", 1);
	for (unsigned i = 0; i < sc->nsrc; i++)
		procs_init(&pr_smtp[i], sc->sys[i], "smtp", 20);
	push(sc->start + 70000, E_ARRIVAL, 0);
	push(sc->start + 10 * SEC, E_NOISE, 0);
	for (uint32_t i = 0; i < LEN(sc->forced); i++)
		if (sc->forced[i] != 0)
			push(sc->forced[i] - 640000, E_FORCED, i);
	while (heap_n > 0) {
		struct node x = heap[0];

		if (sc->end != 0 && x.t >= sc->end)
			break;
		while (part < LEN(sc->part) && sc->part[part].name != NULL &&
		    x.t >= sc->part[part].from)
			open_part(sc->part[part++].name);
		room();
		next_set = false;
		handle(&x);
		if (next_set)
			replace_top(next_node);
		else {
			struct node last = heap[--heap_n];

			if (heap_n > 0)
				replace_top(last);
		}
	}
	flush();
}
