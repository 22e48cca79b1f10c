/*
 * The world of a story: a mail server, its queue, the providers, and the log that Postfix would
 * write.
 *
 * Events (mail arrives, mail is tried again) wait in a heap, ordered by time. When the clock moves
 * on, each event happens in its turn, and its log lines go to the caller. Chance is a hash of the
 * flow, the message and the answer, so nothing depends on the order of the events.
 *
 * Of Postfix 3.7 it has: the lines of queue manager and cleanup, and the line of the smtp client
 * with the reply and its stage. A 5xx greeting is deferred, a later 5xx is bounced. A destination
 * that could not be reached is suspended for five minutes, and the error(8) service defers its mail
 * without an attempt. Mail is tried again after its age, 300 s to 4000 s. After five days it
 * expires.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"
#include "base/hash.h"
#include "base/time.h"

#include <stdio.h>

enum {
	MAX_FLOWS = 512,
	MAX_ANSWERS = 256,
	MAX_MARKS = 64,
	RETRY_MIN = 300,
	RETRY_MAX = 4000,
	LIFE = 5 * 86400,
	LINE_ROOM = 4096
};

struct flow {
	const struct story_mail *m;
	int64_t from_s, until_s; /* until_s 0: not ended */
	uint64_t n;		 /* the next message's number */
	/* The destination, on this way, is suspended until then, for that. */
	int64_t dead_s;
	const struct story_answer *dead_by;
};

struct answer {
	const struct story_answer *a;
	int64_t from_s, until_s; /* until_s 0: not ended */
	uint32_t number;
};

/* A message in the queue; one recipient each. */
struct message {
	uint32_t flow;
	uint32_t attempts;
	uint64_t n, id; /* number in its flow; of the queue id */
	int64_t born_s;
};

struct event {
	int64_t at_s;
	uint64_t order;
	struct message *msg; /* NULL: the next message of flow comes in */
	uint32_t flow;
};

struct mark {
	struct rep_str name;
	int64_t at_s;
};

struct story_world {
	const struct story *st;
	story_line_fn fn;
	void *ctx;
	int64_t now_s, skew_s;
	struct flow flows[MAX_FLOWS];
	struct answer answers[MAX_ANSWERS];
	struct mark marks[MAX_MARKS];
	size_t flows_n, answers_n, marks_n;
	struct event *heap; /* in the arena, as all else */
	size_t heap_n, heap_cap;
	uint64_t orders, ids;
	bool other_ids;
	struct rep_buf kept; /* every line, for `again` */
	struct rep_err *err; /* of the step being done */
	enum rep_rc rc;
};

struct story_world *
story_world_new(const struct story *st, story_line_fn fn, void *ctx)
{
	struct story_world *w = rep_arena_alloc(st->a, sizeof *w);

	if (w == NULL)
		return NULL;
	w->st = st;
	w->fn = fn;
	w->ctx = ctx;
	rep_buf_init(&w->kept, 64 << 20);
	return w;
}

void
story_world_free(struct story_world *w)
{
	if (w != NULL)
		rep_buf_fini(&w->kept);
}

int64_t
story_world_now(const struct story_world *w)
{
	return w->now_s;
}

void
story_world_other_ids(struct story_world *w)
{
	w->other_ids = true;
}

bool
story_world_mark(const struct story_world *w, struct rep_str name, int64_t *at_s)
{
	for (size_t i = w->marks_n; i > 0; i--)
		if (rep_str_eq(w->marks[i - 1].name, name)) {
			*at_s = w->marks[i - 1].at_s;
			return true;
		}
	return false;
}

/* --- the heap ---------------------------------------------------------------------------------- */

static bool
before(const struct event *x, const struct event *y)
{
	return x->at_s != y->at_s ? x->at_s < y->at_s : x->order < y->order;
}

static void
push(struct story_world *w, struct event e)
{
	size_t i = w->heap_n;

	if (w->heap_n == w->heap_cap) {
		size_t cap = w->heap_cap == 0 ? 1024 : w->heap_cap * 2;
		struct event *more = rep_arena_alloc(w->st->a, cap * sizeof *more);

		if (more == NULL) {
			w->rc = rep_fail(w->err, REP_ELIMIT, "the story is too large");
			return;
		}
		if (w->heap_n > 0)
			memcpy(more, w->heap, w->heap_n * sizeof *more);
		w->heap = more;
		w->heap_cap = cap;
	}
	e.order = w->orders++;
	w->heap_n++;
	for (; i > 0 && before(&e, &w->heap[(i - 1) / 2]); i = (i - 1) / 2)
		w->heap[i] = w->heap[(i - 1) / 2];
	w->heap[i] = e;
}

static struct event
pop(struct story_world *w)
{
	struct event top = w->heap[0], last = w->heap[--w->heap_n];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < w->heap_n) {
		if (child + 1 < w->heap_n && before(&w->heap[child + 1], &w->heap[child]))
			child++;
		if (!before(&w->heap[child], &last))
			break;
		w->heap[i] = w->heap[child];
		i = child;
	}
	w->heap[i] = last;
	return top;
}

/* --- lines --------------------------------------------------------------------------------------- */

static void
give(struct story_world *w, struct rep_str line)
{
	if (w->rc != REP_OK)
		return;
	if (w->st->log)
		printf("%.*s\n", REP_PR(line));
	rep_buf_add(&w->kept, line);
	rep_buf_addc(&w->kept, '\n');
	w->rc = w->kept.full ? rep_fail(w->err, REP_ELIMIT, "the story's log is too large")
			     : w->fn(w->ctx, line, w->err);
}

/* A line of one of Postfix's daemons: "TAG[PID]: message". */
static void say(struct story_world *w, int64_t at_s, struct rep_str via, const char *daemon,
    const char *fmt, ...) REP_PRINTF(5, 6);
static void
say(struct story_world *w, int64_t at_s, struct rep_str via, const char *daemon, const char *fmt,
    ...)
{
	char line[LINE_ROOM], stamp[REP_TIME_TEXT];
	va_list ap;
	int n, m;

	rep_time_text(at_s + w->skew_s, stamp);
	n = snprintf(line, sizeof line, "%.19s.%06u+00:00 %.*s postfix%s%.*s/%s[%u]: ", stamp,
	    (unsigned)(w->orders * 7919 % 1000000), REP_PR(w->st->host), via.n > 0 ? "/" : "",
	    REP_PR(via), daemon, 1000 + (unsigned)(w->st->name.n * 37));
	va_start(ap, fmt);
	m = vsnprintf(line + n, sizeof line - (size_t)n, fmt, ap);
	va_end(ap);
	give(w, (struct rep_str){ line, (size_t)n + (size_t)(m < 0 ? 0 : m) });
}

/* "$ip" the address seen, "$to" the recipient, "$id" and "$n" of the message, "$host". */
static void
fill(const struct story_world *w, const struct message *msg, struct rep_str text, const char *rcpt,
    struct rep_buf *out)
{
	const struct story_mail *m = w->flows[msg->flow].m;

	for (size_t i = 0; i < text.n; i++) {
		struct rep_str s = rep_str_sub(text, i, text.n);

		if (rep_str_starts(s, REP_S("$ip"))) {
			struct rep_str ip = story_address(w->st, m->via);

			rep_buf_add(out, ip.n > 0 ? ip : REP_S("203.0.113.1"));
			i += 2;
		} else if (rep_str_starts(s, REP_S("$to"))) {
			rep_buf_add(out, rep_str_c(rcpt));
			i += 2;
		} else if (rep_str_starts(s, REP_S("$host"))) {
			rep_buf_add(out, m->to->host);
			i += 4;
		} else if (rep_str_starts(s, REP_S("$id"))) {
			rep_buf_printf(
			    out, "%llx@%.*s", (unsigned long long)msg->id, REP_PR(w->st->host));
			i += 2;
		} else if (rep_str_starts(s, REP_S("$n"))) {
			rep_buf_printf(out, "%llu", (unsigned long long)msg->id * 7919);
			i += 1;
		} else {
			rep_buf_addc(out, text.p[i]);
		}
	}
}

/* --- one attempt ------------------------------------------------------------------------------------ */

static uint64_t
chance(const struct message *msg, uint32_t flow, uint64_t what)
{
	return rep_hash_mix(
	    rep_hash_mix(what * 1000003 + flow * UINT64_C(97531)) ^ (msg->n * 2654435761u));
}

/* The newest answer that fits this attempt; NULL: accepted. */
static const struct story_answer *
answer_of(const struct story_world *w, const struct message *msg, int64_t at_s)
{
	const struct story_mail *m = w->flows[msg->flow].m;

	for (size_t i = w->answers_n; i > 0; i--) {
		const struct answer *x = &w->answers[i - 1];
		const struct story_answer *a = x->a;
		bool soft = a->kind != STORY_REPLY || a->text.p[0] == '4';
		uint64_t draw =
		    chance(msg, msg->flow, x->number + (soft ? 1000u + msg->attempts : 0));

		if (at_s < x->from_s || (x->until_s != 0 && at_s >= x->until_s) ||
		    (a->to != NULL && a->to != m->to) ||
		    (a->via.n > 0 && !rep_str_eq(a->via, m->via)) ||
		    (a->from.n > 0 && !rep_str_eq(a->from, m->from)) ||
		    (a->young_s > 0 && at_s - msg->born_s >= a->young_s) ||
		    draw % 1000000 >= a->ppm)
			continue;
		return a->kind == STORY_ACCEPTED ? NULL : a;
	}
	return NULL;
}

/* "5.7.1" of "550 5.7.1 text", else "5.0.0". */
static void
dsn_of(struct rep_str text, char out[16])
{
	struct rep_str s = rep_str_sub(text, 4, 12);
	size_t i = 0, dots = 0;

	while (i < s.n && (rep_digit(s.p[i]) || s.p[i] == '.'))
		dots += s.p[i++] == '.';
	if (dots == 2 && i < 12 && s.p[0] == text.p[0])
		snprintf(out, 16, "%.*s", (int)i, s.p);
	else
		snprintf(out, 16, "%c.0.0", text.p[0]);
}

/* What the smtp client writes between the brackets when no reply came. */
static void
no_reply(const struct story_answer *a, const struct story_target *to, struct rep_buf *out,
    const char **dsn)
{
	static const char *const dsns[] = { [STORY_TIMEOUT] = "4.4.1",
		[STORY_CLOSED] = "4.4.1",
		[STORY_LOST] = "4.4.2",
		[STORY_NO_DNS] = "4.4.3",
		[STORY_NO_ROUTE] = "4.4.1" };

	*dsn = dsns[a->kind];
	if (a->kind == STORY_NO_DNS)
		rep_buf_printf(out,
		    "Host or domain name not found. Name service error for name=%.*s type=MX: "
		    "Host not found, try again",
		    REP_PR(to->domain));
	else if (a->kind == STORY_LOST)
		rep_buf_printf(out,
		    "lost connection with %.*s[%.*s] while receiving the initial server greeting",
		    REP_PR(to->host), REP_PR(to->ip));
	else
		rep_buf_printf(out, "connect to %.*s[%.*s]:25: %s", REP_PR(to->host),
		    REP_PR(to->ip),
		    a->kind == STORY_CLOSED	   ? "Connection refused"
			: a->kind == STORY_TIMEOUT ? "Connection timed out"
						   : "Network is unreachable");
}

static void
reply(struct story_world *w, const struct message *msg, const struct story_answer *a,
    const char *rcpt, struct rep_str host, struct rep_str ip, struct rep_buf *out)
{
	static const char *const commands[REP_STAGE_N] = { [REP_STAGE_EHLO] = "EHLO",
		[REP_STAGE_MAIL] = "MAIL FROM",
		[REP_STAGE_RCPT] = "RCPT TO",
		[REP_STAGE_DATA] = "DATA",
		[REP_STAGE_DOT] = "end of DATA" };

	rep_buf_printf(out, "host %.*s[%.*s] %s: ", REP_PR(host), REP_PR(ip),
	    a->stage <= REP_STAGE_EHLO ? "refused to talk to me" : "said");
	fill(w, msg, a->text, rcpt, out);
	if (a->stage > REP_STAGE_EHLO)
		rep_buf_printf(out, " (in reply to %s command)", commands[a->stage]);
}

static void
recipient(const struct story_world *w, const struct message *msg, char *out, size_t n)
{
	const struct story_mail *m = w->flows[msg->flow].m;

	snprintf(out, n, "u%08llx@%.*s",
	    (unsigned long long)(chance(msg, msg->flow, 7) & 0xffffffff), REP_PR(m->to->domain));
}

/* The queue manager leaves a destination alone after a failure to reach it, whoever sends there. */
static void
suspend(
    struct story_world *w, const struct story_mail *m, const struct story_answer *by, int64_t at_s)
{
	for (size_t i = 0; i < w->flows_n; i++) {
		struct flow *f = &w->flows[i];

		if (f->m->to != m->to || !rep_str_eq(f->m->via, m->via))
			continue;
		f->dead_s = at_s + RETRY_MIN;
		f->dead_by = by;
	}
}

/* What stands between the brackets of a delivery line, with its status and enhanced code. */
static enum rep_status
outcome(struct story_world *w, const struct message *msg, const struct story_answer *a,
    const char *rcpt, struct rep_buf *text, char dsn[16])
{
	const struct story_mail *m = w->flows[msg->flow].m;
	struct rep_str host = m->relay_host.n > 0 ? m->relay_host : m->to->host;
	struct rep_str ip = m->relay_host.n > 0 ? m->relay_ip : m->to->ip;
	const char *why = "2.0.0";

	if (a != NULL && a->kind == STORY_REPLY) {
		reply(w, msg, a, rcpt, host, ip, text);
		dsn_of(a->text, dsn);
		if (a->text.p[0] == '5' && a->stage != REP_STAGE_CONNECT)
			return REP_STATUS_BOUNCED;
		dsn[0] = '4';
		return REP_STATUS_DEFERRED;
	}
	if (a != NULL)
		no_reply(a, m->to, text, &why);
	else
		fill(w, msg, rep_str_c(m->to->ok), rcpt, text);
	snprintf(dsn, 16, "%s", why);
	return a != NULL ? REP_STATUS_DEFERRED : REP_STATUS_SENT;
}

/* "mx1.example[192.0.2.1]:25": where it goes to, by the relay if there is one. */
static void
relay_text(const struct story_mail *m, char *to, size_t n)
{
	bool by_relay = m->relay_host.n > 0;
	struct rep_str host = by_relay ? m->relay_host : m->to->host;
	struct rep_str ip = by_relay ? m->relay_ip : m->to->ip;

	snprintf(to, n, "%.*s[%.*s]:%u", REP_PR(host), REP_PR(ip), by_relay ? m->relay_port : 25u);
}

/* The delivery line, and what became of the message: sent, deferred or bounced. */
static enum rep_status
attempt(struct story_world *w, struct message *msg, int64_t at_s, const char *qid)
{
	static const char *const words[] = { [REP_STATUS_SENT] = "sent",
		[REP_STATUS_DEFERRED] = "deferred",
		[REP_STATUS_BOUNCED] = "bounced" };
	const struct flow *f = &w->flows[msg->flow];
	const struct story_mail *m = f->m;
	bool asleep = at_s < f->dead_s;
	const struct story_answer *a = asleep ? f->dead_by : answer_of(w, msg, at_s);
	bool met = a == NULL || a->kind == STORY_REPLY || a->kind == STORY_LOST;
	char rcpt[300], dsn[16], relay[400] = "none";
	struct rep_str said;
	struct rep_buf text;
	enum rep_status status;

	rep_buf_init(&text, LINE_ROOM / 2);
	recipient(w, msg, rcpt, sizeof rcpt);
	if (asleep)
		rep_buf_add(&text, REP_S("delivery temporarily suspended: "));
	status = outcome(w, msg, a, rcpt, &text, dsn);
	if (status == REP_STATUS_DEFERRED && a->stage <= REP_STAGE_CONNECT && !asleep)
		suspend(w, m, a, at_s);
	if (met && !asleep)
		relay_text(m, relay, sizeof relay);
	said = rep_buf_str(&text);
	say(w, at_s, asleep ? REP_S("") : m->via, asleep ? "error" : "smtp",
	    "%s: to=<%s>, relay=%s, delay=%lld, delays=0.1/0/0.4/0.5, dsn=%s, status=%s (%.*s)",
	    qid, rcpt, relay, (long long)(at_s - msg->born_s + 1), dsn, words[status],
	    REP_PR(said));
	rep_buf_fini(&text);
	return status;
}

/* A message is tried: for the first time, or again. */
static void
try(struct story_world *w, struct message *msg, int64_t at_s)
{
	const struct story_mail *m = w->flows[msg->flow].m;
	char qid[24], from[300];
	struct rep_str at = m->from, hash = { "", 0 };
	size_t i = rep_str_chr(at, '#', 0);
	enum rep_status status;
	int64_t age = at_s - msg->born_s;

	if (i != SIZE_MAX) {
		hash = rep_str_sub(at, i + 1, at.n);
		at = rep_str_sub(at, 0, i);
	}
	/* "-" is the null sender; '#' the number of the message. */
	if (rep_str_eq(at, REP_S("-")))
		from[0] = '\0';
	else if (i != SIZE_MAX)
		snprintf(from, sizeof from, "%.*s%llu%.*s", REP_PR(at), (unsigned long long)msg->id,
		    REP_PR(hash));
	else
		snprintf(from, sizeof from, "%.*s", REP_PR(at));
	snprintf(qid, sizeof qid, "4F%08X", (unsigned)(msg->id * 40503));
	if (msg->attempts == 0)
		say(w, at_s, REP_S(""), "cleanup", "%s: message-id=<%llx@%.*s>", qid,
		    (unsigned long long)msg->id, REP_PR(w->st->host));
	if (age >= LIFE) {
		say(w, at_s, REP_S(""), "qmgr", "%s: from=<%s>, status=expired, returned to sender",
		    qid, from);
		say(w, at_s, REP_S(""), "qmgr", "%s: removed", qid);
		return;
	}
	say(w, at_s, REP_S(""), "qmgr", "%s: from=<%s>, size=4711, nrcpt=1 (queue active)", qid,
	    from);
	status = attempt(w, msg, at_s, qid);
	msg->attempts++;
	if (status == REP_STATUS_DEFERRED) {
		int64_t wait = age < RETRY_MIN ? RETRY_MIN : age > RETRY_MAX ? RETRY_MAX : age;

		push(w, (struct event){ .at_s = at_s + wait, .msg = msg, .flow = msg->flow });
		return;
	}
	if (status == REP_STATUS_BOUNCED)
		say(w, at_s, REP_S(""), "bounce", "%s: sender non-delivery notification: %sF", qid,
		    qid);
	say(w, at_s, REP_S(""), "qmgr", "%s: removed", qid);
}

/* --- flows -------------------------------------------------------------------------------------------- */

/* When message n of a flow comes in: evenly, and a little to and fro. */
static int64_t
arrival(const struct flow *f, uint32_t flow, uint64_t n)
{
	struct message msg = { .n = n };
	double jitter = (double)(chance(&msg, flow, 3) % 900) / 1000;

	return f->from_s + (int64_t)(((double)n + jitter) / f->m->per_s);
}

/* Whether a message is written at that hour at all: nights a fifth, week-ends a third of it. */
static bool
awake(const struct flow *f, const struct message *msg, int64_t at_s)
{
	static const unsigned char hours[24] = { 20, 15, 10, 10, 10, 15, 30, 60, 90, 100, 100, 100,
		90, 95, 100, 100, 95, 90, 80, 70, 60, 50, 40, 30 };
	uint64_t draw = chance(msg, msg->flow, 5) % 10000;
	uint64_t share = 100 * (uint64_t)hours[at_s / 3600 % 24];

	if (f->m->profile == STORY_FLAT)
		return true;
	if (f->m->profile == STORY_WEEK && (at_s / 86400 + 4) % 7 % 6 == 0) /* Sunday, Saturday */
		share /= 3;
	return draw < share;
}

static void
next_of_flow(struct story_world *w, uint32_t flow, int64_t at_s)
{
	struct flow *f = &w->flows[flow];
	struct message *msg, probe = { .flow = flow, .n = f->n };

	if (f->until_s != 0 && at_s >= f->until_s)
		return;
	if (awake(f, &probe, at_s)) {
		if ((msg = rep_arena_alloc(w->st->a, sizeof *msg)) == NULL) {
			w->rc = rep_fail(w->err, REP_ELIMIT, "the story is too large");
			return;
		}
		*msg = (struct message){ flow, 0, f->n, ++w->ids, at_s };
		try(w, msg, at_s);
	}
	f->n++;
	push(w, (struct event){ .at_s = arrival(f, flow, f->n), .flow = flow });
}

static void
begin_flow(struct story_world *w, const struct story_mail *m)
{
	struct flow *f = &w->flows[w->flows_n];

	if (w->flows_n == MAX_FLOWS) {
		w->rc = rep_fail(w->err, REP_ELIMIT, "more than %d flows of mail", MAX_FLOWS);
		return;
	}
	*f = (struct flow){
		.m = m, .from_s = w->now_s, .until_s = m->for_s != 0 ? w->now_s + m->for_s : 0
	};
	push(w,
	    (struct event){
		.at_s = arrival(f, (uint32_t)w->flows_n, 0), .flow = (uint32_t)w->flows_n });
	w->flows_n++;
}

/* --- steps ---------------------------------------------------------------------------------------------- */

/* Lives through everything until then, and stops there. */
static void
go_to(struct story_world *w, int64_t at_s)
{
	while (w->rc == REP_OK && w->heap_n > 0 && w->heap[0].at_s <= at_s) {
		struct event e = pop(w);

		if (e.msg != NULL)
			try(w, e.msg, e.at_s);
		else
			next_of_flow(w, e.flow, e.at_s);
	}
	w->now_s = at_s;
}

static bool
same_words(struct rep_str x, struct rep_str any)
{
	return any.n == 0 || rep_str_eq(x, any);
}

static void
end_answers(struct story_world *w, const struct story_answer *like)
{
	for (size_t i = 0; i < w->answers_n; i++) {
		struct answer *x = &w->answers[i];

		if (x->until_s == 0 && x->a->to == like->to && same_words(x->a->via, like->via) &&
		    same_words(x->a->from, like->from))
			x->until_s = w->now_s;
	}
}

static void
begin_answer(struct story_world *w, const struct story_answer *a)
{
	if (w->answers_n == MAX_ANSWERS) {
		w->rc = rep_fail(w->err, REP_ELIMIT, "more than %d answers", MAX_ANSWERS);
		return;
	}
	w->answers[w->answers_n] = (struct answer){ a, w->now_s,
		a->for_s != 0 ? w->now_s + a->for_s : 0, (uint32_t)w->answers_n + 100 };
	w->answers_n++;
}

static void
stop_mail(struct story_world *w, const struct story_step *s)
{
	for (size_t i = 0; i < w->flows_n; i++) {
		const struct story_mail *m = w->flows[i].m;

		if (w->flows[i].until_s == 0 && same_words(m->from, s->text) &&
		    same_words(m->via, s->answer.via) &&
		    (s->answer.to == NULL || m->to == s->answer.to))
			w->flows[i].until_s = w->now_s;
	}
}

/* "postfix/smtp[7]: 4F1: .." gets the present and the log host. */
static void
log_line(struct story_world *w, struct rep_str text)
{
	char line[LINE_ROOM], stamp[REP_TIME_TEXT];
	int n = snprintf(line, sizeof line, "%.19s+00:00 %.*s %.*s",
	    rep_time_text(w->now_s + w->skew_s, stamp), REP_PR(w->st->host), REP_PR(text));

	give(w, (struct rep_str){ line, (size_t)n });
}

/* Everything so far once more, as after a logrotate that a second file holds. */
static void
again(struct story_world *w)
{
	struct rep_buf all = w->kept;
	struct rep_str text = rep_buf_str(&all);
	char line[LINE_ROOM];

	rep_buf_init(&w->kept, 64 << 20);
	while (text.n > 0 && w->rc == REP_OK) {
		size_t nl = rep_str_chr(text, '\n', 0), id;
		struct rep_str s = rep_str_sub(text, 0, nl);

		text = rep_str_sub(text, nl + 1, text.n);
		id = rep_str_find(s, REP_S("]: 4F"), 0);
		if (w->other_ids && id != SIZE_MAX && s.n < sizeof line) {
			memcpy(line, s.p, s.n);
			line[id + 4] = 'E';
			s.p = line;
		}
		give(w, s);
	}
	rep_buf_fini(&all);
}

enum rep_rc
story_world_do(struct story_world *w, const struct story_step *s, struct rep_err *err)
{
	w->err = err;
	w->rc = REP_OK;
	switch (s->what) {
	case STORY_AT:
		if (s->seconds < w->now_s)
			return rep_fail(err, REP_ESYNTAX,
			    "the clock of a story does not go back; skew is for wrong clocks");
		go_to(w, s->seconds);
		break;
	case STORY_WAIT: go_to(w, w->now_s + s->seconds); break;
	case STORY_MARK:
		if (w->marks_n == MAX_MARKS)
			return rep_fail(err, REP_ELIMIT, "more than %d marks", MAX_MARKS);
		w->marks[w->marks_n++] = (struct mark){ s->text, w->now_s };
		break;
	case STORY_MAIL: begin_flow(w, &s->mail); break;
	case STORY_STOP: stop_mail(w, s); break;
	case STORY_ANSWER: begin_answer(w, &s->answer); break;
	case STORY_END: end_answers(w, &s->answer); break;
	case STORY_LOG: log_line(w, s->text); break;
	case STORY_LINE: give(w, s->text); break;
	case STORY_AGAIN: again(w); break;
	case STORY_SKEW: w->skew_s = s->seconds; break;
	case STORY_COMPLAINTS:
	case STORY_REPORTED: /* the engine's */
	case STORY_EXPECT: break;
	}
	return w->rc;
}
