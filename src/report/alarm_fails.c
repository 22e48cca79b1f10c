/*
 * report/alarm_fails.c -- mail of ours that fails, and did not before: a signature or SPF domain, or all of a sender.
 *
 * What is broken, or seen differently by some receivers, is found by report/differences.c. It is told if it was fine before. What
 * these do not explain is looked for in the days of each sender that looks like one of ours.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/alarm.h"
#include "base/time.h"
#include "report/fails.h"

#include <stdlib.h>

enum {
	/* Judgement: a week of days on which it was fine, or nobody can say that it is new. */
	DAYS_BEFORE = 7,
	/*
	 * Judgement: an error of a name server is over on the next day, before its report is read; what one receiver alone sees
	 * on one day, too. The resolver of one receiver may have two bad days.
	 */
	DAYS_FEW = 2,
	DAYS_RESOLVER = 3,
	/* Judgement: what so many receivers see has no reason of one of them. */
	SEVERAL = 3,
	SIGNATURES =
	    32, /* Judgement: of each kind; nobody mends more at once, and each record is compared with all */
	SENDERS_MAX = 65536, /* Judgement: 64 MiB of days; nobody has so many senders */
};

/* Messages by day. */
struct alarm_days {
	uint64_t messages[REP_ALARM_SPAN], failed[REP_ALARM_SPAN];
};

/* Whether it was fine before a day. */
static bool
was_fine(const struct alarm_days *v, unsigned since)
{
	uint64_t messages = 0, failed = 0;
	unsigned days = 0;

	for (unsigned d = 0; d < since; d++) {
		messages += v->messages[d];
		failed += v->failed[d];
		days += v->messages[d] > 0;
	}
	return messages >= REP_FAILS_FEW && days >= DAYS_BEFORE &&
	    !rep_report_share(failed, messages, REP_FINE_PART);
}

/* On how many days since then it fails: as much of it as in all of this time, or half of that. */
static unsigned
days_failed(const struct alarm_days *v, unsigned since)
{
	double messages = 0, failed = 0;
	unsigned days = 0, part = REP_FAILS_PART;

	for (unsigned d = since; d < REP_ALARM_SPAN; d++) {
		messages += (double)v->messages[d];
		failed += (double)v->failed[d];
	}
	if (failed * 500 < messages * part)
		part = (unsigned)(failed * 500 / messages);
	for (unsigned d = since; d < REP_ALARM_SPAN; d++)
		days += v->failed[d] > 0 && rep_report_share(v->failed[d], v->messages[d], part);
	return days;
}

/* --- signatures ------------------------------------------------------------------------------------------ */

struct alarm_signature {
	struct rep_report_alarm is;
	unsigned day; /* since then */
	struct alarm_days days;
	bool ours;
	bool joined; /* of several receivers */
};

/* Where it always failed: that is told alone, and does not say whether it was fine before at the others. */
static bool
always_failed(
    const struct rep_report_answer *is, const struct rep_report_alarm *x, uint32_t receiver)
{
	for (size_t i = 0; i < is->differs_n; i++) {
		const struct rep_report_differs *d = &is->differs[i];

		if (d->since_s == 0 && d->receiver == receiver && d->dkim == x->dkim &&
		    d->domain == x->domain && d->selector == x->selector)
			return true;
	}
	return false;
}

static bool
about(const struct rep_report_answer *is, const struct alarm_signature *s,
    const struct rep_reported_row *r, const struct rep_reported_auth *p)
{
	return p->dkim == s->is.dkim && p->domain == s->is.domain &&
	    (!p->dkim || p->selector == s->is.selector) &&
	    (s->is.receiver == 0 || r->receiver == s->is.receiver) &&
	    (!s->joined || !always_failed(is, &s->is, r->receiver));
}

/* A receiver that names no selectors sees the same signature fail. */
static bool
may_be(const struct alarm_signature *s, const struct rep_reported_auth *p)
{
	return s->is.kind == REP_ALARM_BROKEN && p->dkim && s->is.dkim && p->selector == 0 &&
	    p->domain == s->is.domain && p->result != REP_REPORTED_PASS;
}

static bool
by_us(const struct rep_alarm_asking *q, uint32_t row)
{
	enum rep_report_sender who = q->is->sources[q->is->source_of[row]].who;

	return who == REP_SENDER_OWN || who == REP_SENDER_SIGNED || who == REP_SENDER_ALLOWED;
}

/* Adds a record to a signature that it has. True: it fails for that. */
static bool
add_result(const struct rep_alarm_asking *q, struct alarm_signature *s,
    const struct rep_reported_row *r, const struct rep_reported_auth *p)
{
	bool failed = p->result != REP_REPORTED_PASS, ours;
	unsigned day = rep_alarm_day_of(q, r->begin_s, r->end_s);

	if (p->result == 0 || p->result == REP_REPORTED_NONE || p->result == REP_SAID_ODD)
		return false;
	ours = rep_reported_ours(q->all, r, p);
	s->ours = s->ours || ours;
	s->days.messages[day] += r->count;
	s->days.failed[day] += failed ? r->count : 0;
	if (!failed || day < s->day)
		return false;
	s->is.dmarc_failed += rep_reported_passes(r) ? 0 : r->count;
	/* That of another domain is never told: it explains nothing. */
	return ours;
}

static void
count_signatures(struct rep_alarm_asking *q, struct alarm_signature *v, size_t n)
{
	for (size_t i = 0; n > 0 && i < q->is->rows_n; i++) {
		const struct rep_reported_row *r = &q->all->rows[q->is->rows[i]];

		if (!by_us(q, q->is->rows[i]))
			continue;
		for (uint32_t k = 0; k < r->auth_n; k++)
			for (size_t s = 0; s < n; s++) {
				const struct rep_reported_auth *p = &q->all->auth[r->auth + k];

				if ((about(q->is, &v[s], r, p) && add_result(q, &v[s], r, p)) ||
				    (may_be(&v[s], p) &&
					rep_alarm_day_of(q, r->begin_s, r->end_s) >= v[s].day))
					q->explained[i] = true;
			}
	}
}

/* What is broken at most receivers is one alarm, also if one of them sees it otherwise. */
static bool
is_broken(const struct alarm_signature *v, size_t n, const struct rep_report_differs *d)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].is.receiver == 0 && v[i].is.dkim == d->dkim &&
		    v[i].is.domain == d->domain && v[i].is.selector == d->selector)
			return true;
	return false;
}

/* The same, as one alarm: the day is that on which it began at the first of them. */
static void
join_receivers(const struct rep_report_answer *is, size_t nth, struct rep_report_alarm *out)
{
	const struct rep_report_differs *x = &is->differs[nth], *y;

	out->kind = REP_ALARM_BROKEN;
	out->receiver = 0;
	out->messages = out->failed = out->receivers = 0;
	for (size_t i = 0; i < is->differs_n; i++) {
		y = &is->differs[i];
		if (y->since_s == 0 || !rep_report_same_signature(x, y))
			continue;
		out->since_s = y->since_s < out->since_s ? y->since_s : out->since_s;
		out->messages += y->here;
		out->failed += y->here_failed;
		out->receivers++;
	}
}

static size_t
find_signatures(struct rep_alarm_asking *q, struct alarm_signature *v)
{
	const struct rep_report_answer *is = q->is;
	size_t n = 0, most, broken;

	for (size_t i = 0; i < is->broken_n; i++) {
		const struct rep_report_broken *b = &is->broken[i];

		if (n == SIGNATURES)
			q->out->left_out++;
		else
			v[n++].is = (struct rep_report_alarm){ .kind = REP_ALARM_BROKEN,
				.since_s = b->since_s,
				.dkim = b->dkim,
				.domain = b->domain,
				.selector = b->selector,
				.result = b->result,
				.messages = b->messages,
				.failed = b->failed,
				.receivers = b->receivers };
	}
	broken = n;
	most = n + SIGNATURES;
	for (size_t i = 0; i < is->differs_n; i++) {
		const struct rep_report_differs *d = &is->differs[i];
		size_t before = 0;
		/* Where it failed from the start it may be for another reason, and nobody can say since when. */
		bool several =
		    d->since_s > 0 && rep_report_of_signature(is, i, true, &before) >= SEVERAL;

		/* What several see is one alarm. */
		if (is_broken(v, broken, d) || (several && before > 0))
			continue;
		if (n == most) {
			q->out->left_out++;
			continue;
		}
		v[n++].is = (struct rep_report_alarm){ .kind = REP_ALARM_DIFFERS,
			.since_s = d->since_s,
			.dkim = d->dkim,
			.domain = d->domain,
			.selector = d->selector,
			.receiver = d->receiver,
			.result = d->result,
			.messages = d->here,
			.failed = d->here_failed,
			.receivers = d->receivers };
		if (several) {
			join_receivers(is, i, &v[n - 1].is);
			v[n - 1].joined = true;
		}
	}
	q->out->left_out += is->differs_left_out;
	return n;
}

/* On how many days most of it must fail before it is told. */
static unsigned
days_needed(const struct rep_report_alarm *x)
{
	bool error = x->result == REP_REPORTED_TEMPERROR || x->result == REP_REPORTED_PERMERROR;

	if (x->kind == REP_ALARM_DIFFERS)
		return x->result == REP_REPORTED_TEMPERROR ? DAYS_RESOLVER : DAYS_FEW;
	return error ? DAYS_FEW : 1;
}

bool
rep_alarm_signatures(struct rep_alarm_asking *q)
{
	struct alarm_signature *v = rep_arena_alloc(q->a, (size_t)2 * SIGNATURES * sizeof *v);
	size_t n;

	if (v == NULL)
		return false;
	n = find_signatures(q, v);
	for (size_t i = 0; i < n; i++)
		v[i].day = v[i].is.since_s == 0 ? 0 : rep_alarm_day(q, v[i].is.since_s);
	count_signatures(q, v, n);
	for (size_t i = 0; i < n; i++) {
		struct rep_report_alarm *x = &v[i].is;

		if (!v[i].ours)
			continue;
		x->begins = x->since_s != 0 && rep_alarm_recent(q, x->since_s) &&
		    was_fine(&v[i].days, v[i].day) &&
		    days_failed(&v[i].days, v[i].day) >= days_needed(x);
		x->since_s = x->since_s != 0 ? x->since_s : q->is->from_s;
		rep_alarm_add(q, x);
	}
	return true;
}

/* --- senders --------------------------------------------------------------------------------------------- */

/* The day since when it fails. False: it does not, or not any more. */
static bool
fails_since(const struct alarm_days *s, unsigned *since)
{
	struct rep_fails_since is = { 0, 0, 0, 0 };

	for (unsigned d = REP_ALARM_SPAN; d-- > 0;)
		if (rep_fails_day(
			&is, (double)s->messages[d] - (double)s->failed[d], (double)s->failed[d]))
			*since = d;
	return rep_fails_now(&is);
}

/* A record of a sender that fails. */
struct alarm_failing {
	uint32_t sender, receiver; /* a place among those that fail; a name */
	unsigned day;
};

static int
by_sender(const void *a, const void *b)
{
	const struct alarm_failing *x = a, *y = b;

	if (x->sender != y->sender)
		return x->sender < y->sender ? -1 : 1;
	return (x->receiver > y->receiver) - (x->receiver < y->receiver);
}

/* Where mail of one sender fails since a day, v[0 .. n). Returns how many receivers these are; *last: one of them. */
static uint64_t
fails_where(const struct alarm_failing *v, size_t n, unsigned since, uint32_t *last)
{
	uint64_t receivers = 0;

	for (size_t i = 0; i < n; i++) {
		if (v[i].day < since || (receivers > 0 && v[i].receiver == *last))
			continue;
		receivers++;
		*last = v[i].receiver;
	}
	return receivers;
}

/* v[0 .. n): its records that fail. */
static void
one_sender(struct rep_alarm_asking *q, const struct rep_report_source *is,
    const struct alarm_days *s, const struct alarm_failing *v, size_t n)
{
	struct rep_report_alarm x = { .kind = REP_ALARM_FAILS,
		.who = is->who,
		.name = is->name,
		.ip = is->ip,
		.ips = is->ips };
	unsigned since = 0;

	if (!fails_since(s, &since))
		return;
	for (unsigned d = since; d < REP_ALARM_SPAN; d++) {
		x.messages += s->messages[d];
		x.failed += s->failed[d];
	}
	if (x.messages < REP_FAILS_FEW || !rep_report_share(x.failed, x.messages, REP_FAILS_PART))
		return;
	x.since_s = q->base_s + since * (int64_t)REP_DAY_S;
	x.receivers = fails_where(v, n, since, &x.receiver);
	x.begins = rep_alarm_recent(q, x.since_s) && was_fine(s, since);
	if (x.receivers < 2 && is->receivers > 1)
		x.kind = REP_ALARM_DIFFERS;
	else
		x.receiver = 0;
	rep_alarm_add(q, &x);
}

/* Senders of which something fails. */
struct alarm_senders {
	uint32_t *place; /* of a source, from 1; 0: it is none */
	size_t n, left_out;
	struct alarm_days *days;       /* by place */
	struct alarm_failing *failing; /* by sender and receiver */
	size_t failing_n;
};

static bool
find_senders(struct rep_alarm_asking *q, struct alarm_senders *out)
{
	const struct rep_report_answer *is = q->is;

	if ((out->place = rep_arena_alloc(q->a, (is->sources_n + 1) * sizeof *out->place)) == NULL)
		return false;
	for (size_t i = 0; i < is->sources_n; i++) {
		const struct rep_report_source *s = &is->sources[i];

		if (!s->wanted || s->sums.passed >= s->sums.messages)
			continue;
		/* Sources come with what is wrong first, and of that the most messages. */
		if (out->n == SENDERS_MAX)
			out->left_out++;
		else
			out->place[i] = (uint32_t)++out->n;
	}
	out->days = rep_arena_alloc(q->a, (out->n + 1) * sizeof *out->days);
	out->failing = rep_arena_alloc(q->a, (is->rows_n + 1) * sizeof *out->failing);
	return out->days != NULL && out->failing != NULL;
}

static void
count_senders(const struct rep_alarm_asking *q, struct alarm_senders *out)
{
	for (size_t i = 0; i < q->is->rows_n; i++) {
		const struct rep_reported_row *r = &q->all->rows[q->is->rows[i]];
		uint32_t k = out->place[q->is->source_of[q->is->rows[i]]];
		unsigned day = rep_alarm_day_of(q, r->begin_s, r->end_s);

		if (k == 0 || q->explained[i])
			continue;
		out->days[k].messages[day] += r->count;
		if (rep_reported_passes(r) || r->count == 0)
			continue;
		out->days[k].failed[day] += r->count;
		out->failing[out->failing_n++] = (struct alarm_failing){ k, r->receiver, day };
	}
	if (out->failing_n > 0)
		qsort(out->failing, out->failing_n, sizeof *out->failing, by_sender);
}

bool
rep_alarm_senders(struct rep_alarm_asking *q)
{
	struct alarm_senders all = { .n = 0 };
	size_t at = 0;

	if (!find_senders(q, &all))
		return false;
	count_senders(q, &all);
	/* Places are in the order of sources. */
	for (size_t i = 0; i < q->is->sources_n; i++) {
		size_t until = at;

		if (all.place[i] == 0)
			continue;
		while (until < all.failing_n && all.failing[until].sender == all.place[i])
			until++;
		one_sender(
		    q, &q->is->sources[i], &all.days[all.place[i]], all.failing + at, until - at);
		at = until;
	}
	q->out->left_out += all.left_out;
	return true;
}
