/*
 * Evidence: small pure functions, each with a sentence for people; then one probability
 * per cause. What each weighs stands in know/judge.weights.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "judge/index.h"

#include <math.h>
#include <stdio.h>

enum { HOUR = 3600, DAY = 86400, MAX_EVIDENCE = 24, MAX_UNKNOWN = 8 };

struct hearing {
	const struct rep_verdicts *v;
	const struct rep_judge_in *in;
	struct rep_incident *i;
	const struct rep_cell *cell;
	const struct rep_episode *e; /* the last one */
	const struct rep_label *label;
	int64_t until_s; /* end of the episode, or now */
	struct rep_arena *a;
	struct rep_str provider; /* as in a sentence */
	bool small;		 /* the arena is used up */
};

/* --- measures ------------------------------------------------------------------------------------ */

static double
share(uint64_t part, uint64_t all)
{
	return all == 0 ? 0 : (double)part / (double)all;
}

static double
limit(const struct hearing *h, const char *name, double otherwise)
{
	return rep_weights_limit(h->in->weights, name, otherwise);
}

/* "2.1 %" */
static const char *
percent(double v, char buf[16])
{
	int n = v >= 1 ? 1000 : (int)(v * 1000 + 0.5);

	snprintf(buf, 16, "%d.%d %%", n / 10, n % 10);
	return buf;
}

/* "2,904" */
static const char *
count(uint64_t v, char buf[32])
{
	char digits[24];
	size_t n = 0, k = 0;

	do
		digits[n++] = (char)('0' + v % 10);
	while ((v /= 10) > 0);
	while (n > 0) {
		buf[k++] = digits[--n];
		if (n > 0 && n % 3 == 0)
			buf[k++] = ',';
	}
	buf[k] = '\0';
	return buf;
}

static struct rep_str
source(const struct hearing *h, uint32_t label)
{
	char buf[REP_IP_TEXT];
	struct rep_str s = rep_source_text(h->in, label, buf);

	return rep_arena_dup(h->a, s);
}

/* --- adding a piece ------------------------------------------------------------------------------- */

static struct rep_evidence *
add(struct hearing *h, const char *name, struct rep_str sentence, struct rep_str facts)
{
	struct rep_evidence *e;

	if (h->i->evidence_n == MAX_EVIDENCE || sentence.p == NULL || facts.p == NULL) {
		h->small = h->small || sentence.p == NULL || facts.p == NULL;
		return NULL;
	}
	e = &h->i->evidence[h->i->evidence_n++];
	*e = (struct rep_evidence){ .name = name,
		.family = "stage",
		.sentence = sentence,
		.facts = facts,
		.weight = rep_weight(h->in->weights, name) };
	for (int c = 0; c < REP_CAUSE_N; c++)
		e->ratio[c] = e->weight != NULL ? e->weight->ratio[c] : 1;
	if (e->weight != NULL)
		e->family = e->weight->family.p;
	return e;
}

static void
unknown(struct hearing *h, const char *what, const char *how, enum rep_cause a, enum rep_cause b)
{
	struct rep_unknown *u;

	if (h->i->unknown_n == MAX_UNKNOWN)
		return;
	u = &h->i->unknown[h->i->unknown_n++];
	*u = (struct rep_unknown){
		.what = what, .how = how, .tells = { a, b }, .tells_n = a == b ? 1 : 2
	};
}

/* --- stage and wording ------------------------------------------------------------------------------ */

static void
stage(struct hearing *h)
{
	static const char *const at[REP_STAGE_N] = { NULL, "at the greeting", "at EHLO",
		"at MAIL FROM", "at RCPT TO", "at DATA", "after the message" };
	struct rep_incident *i = h->i;

	if (i->trouble == REP_TROUBLE_FAIL || i->stage == REP_STAGE_NONE)
		return;
	if (i->stage > REP_STAGE_MAIL)
		return;
	i->cannot_be[REP_CAUSE_CONTENT] = true;
	i->cannot_be[REP_CAUSE_AUTHENTICATION] = true;
	(void)add(h, "stage_before_message",
	    rep_arena_printf(h->a, "refused %s: no message, header or signature had been seen yet",
		at[i->stage]),
	    rep_arena_printf(h->a, "{\"stage\":\"%s\"}", rep_stage_word(i->stage)));
}

static void
wording(struct hearing *h)
{
	static const char *const names[REP_CAUSE_N] = { "wording_range", "wording_own_reputation",
		"wording_hygiene", "wording_authentication", "wording_identity", "wording_volume",
		"wording_content", "wording_provider" };
	const struct rep_rule *r = rep_know_rule(h->in->know, rep_name(&h->in->names, h->i->rule));

	if (r == NULL || r->cause < 0)
		return;
	(void)add(h, names[r->cause],
	    rep_arena_printf(
		h->a, "their words name it (%.*s): %.*s", REP_PR(r->id), REP_PR(r->meaning)),
	    rep_arena_printf(h->a, "{\"rule\":\"%.*s\"}", REP_PR(r->id)));
}

/* --- siblings --------------------------------------------------------------------------------------- */

/* How alike two labels were in the week before: the overlap of their streams, 0 to 1. */
static double
overlap(const struct hearing *h, uint32_t a, uint32_t b, int64_t from_s, int64_t until_s,
    uint64_t *n_a, uint64_t *n_b)
{
	enum { MOST = 128 };
	struct {
		uint32_t stream;
		uint64_t n[2];
	} v[MOST];
	uint64_t all[2] = { 0, 0 };
	size_t n = 0, k;
	double sum = 0;

	for (int who = 0; who < 2; who++) {
		size_t rows;
		const struct rep_conduct *y =
		    rep_index_conduct(h->v, who == 0 ? a : b, from_s, until_s, &rows);

		for (size_t r = 0; r < rows; r++) {
			for (k = 0; k < n && v[k].stream != y[r].stream;)
				k++;
			if (k == MOST)
				continue;
			if (k == n) {
				v[n].stream = y[r].stream;
				v[n].n[0] = v[n].n[1] = 0;
				n++;
			}
			v[k].n[who] += y[r].attempts;
			all[who] += y[r].attempts;
		}
	}
	for (k = 0; k < n; k++)
		sum += fmin(share(v[k].n[0], all[0]), share(v[k].n[1], all[1]));
	*n_a = all[0];
	*n_b = all[1];
	return sum;
}

/* The trouble of the same kind that a cell has at the same time, or NULL. */
static const struct rep_incident *
block_of(const struct hearing *h, const struct rep_cell *c)
{
	const struct rep_incident *x;
	const struct rep_episode *e;

	if (c->of[h->i->trouble] == 0)
		return NULL;
	x = &h->v->incidents[c->of[h->i->trouble] - 1];
	e = &x->episodes[x->episodes_n - 1];
	return e->since_s <= h->until_s && (e->until_s == 0 || e->until_s >= h->e->since_s) ? x
											    : NULL;
}

static void
same_subnet(struct hearing *h, const struct rep_cell *c, const struct rep_label *l)
{
	const struct rep_incident *x = block_of(h, c);
	int64_t other = x != NULL ? x->episodes[x->episodes_n - 1].since_s : 0, apart;
	char net[REP_IP_TEXT], span[REP_TIME_TEXT], n1[32];
	uint64_t n_a, n_b;
	struct rep_sums s = { 0 };
	double alike;
	bool unlike;

	if (x != NULL) {
		apart = other > h->e->since_s ? other - h->e->since_s : h->e->since_s - other;
		if ((double)apart > limit(h, "together-s", DAY))
			return;
		alike = overlap(h, h->cell->key.label, c->key.label, h->e->since_s - 7 * DAY,
		    h->e->since_s, &n_a, &n_b);
		if ((double)n_a < limit(h, "compared-messages", 200) ||
		    (double)n_b < limit(h, "compared-messages", 200))
			return;
		unlike = alike < 0.6 || n_a > 3 * n_b || n_b > 3 * n_a;
		(void)add(h,
		    h->label->own_range ? "siblings_together_own"
			: unlike	? "siblings_together_unlike"
					: "siblings_together_alike",
		    rep_arena_printf(h->a,
			"%.*s and %.*s, both in %s, were refused within %s of each other%s",
			REP_PR(source(h, h->cell->key.label)), REP_PR(source(h, c->key.label)),
			rep_ip_subnet_text(&l->public, net), rep_time_span(apart, span),
			h->label->own_range
			    ? "; the range is your own, so this says nothing of neighbours"
			    : unlike ? ", though they send unlike mail"
				     : "; they send alike mail, so this says less"),
		    rep_arena_printf(h->a,
			"{\"sibling\":\"%.*s\",\"apart_s\":%lld,\"alike\":%.2f,\"messages\":[%llu,%llu]}",
			REP_PR(source(h, c->key.label)), (long long)apart, alike,
			(unsigned long long)n_a, (unsigned long long)n_b));
		return;
	}
	rep_index_sum(h->v, c, h->e->since_s, h->until_s, REP_ANY_STREAM, h->i->trouble, &s);
	if ((double)s.accepted < limit(h, "compared-messages", 200) || s.trouble * 20 > s.accepted)
		return;
	(void)add(h, "sibling_well",
	    rep_arena_printf(h->a, "%.*s in the same %s was accepted all the while (%s messages)",
		REP_PR(source(h, c->key.label)), rep_ip_subnet_text(&l->public, net),
		count(s.accepted, n1)),
	    rep_arena_printf(h->a, "{\"sibling\":\"%.*s\",\"accepted\":%llu}",
		REP_PR(source(h, c->key.label)), (unsigned long long)s.accepted));
}

/* The same streams through a source in another subnet. */
static void
other_subnet(struct hearing *h, const struct rep_cell *c)
{
	struct rep_sums s = { 0 };
	char n1[32];
	const struct rep_incident *x = block_of(h, c);

	for (size_t k = 0; k < h->i->streams_n; k++)
		if (h->i->streams[k].stream != 0)
			rep_index_sum(h->v, c, h->e->since_s, h->until_s, h->i->streams[k].stream,
			    h->i->trouble, &s);
	if ((double)s.attempts < limit(h, "compared-messages", 200))
		return;
	if (x == NULL && s.trouble * 20 <= s.accepted)
		(void)add(h, "other_subnet_well",
		    rep_arena_printf(h->a,
			"the same streams leave %.*s, in another network, for the same provider "
			"without trouble (%s accepted since)",
			REP_PR(source(h, c->key.label)), count(s.accepted, n1)),
		    rep_arena_printf(h->a,
			"{\"through\":\"%.*s\",\"accepted\":%llu,\"refused\":%llu}",
			REP_PR(source(h, c->key.label)), (unsigned long long)s.accepted,
			(unsigned long long)s.trouble));
	else if (s.trouble * 2 >= s.attempts)
		(void)add(h, "other_subnet_refused",
		    rep_arena_printf(h->a,
			"the same streams are refused through %.*s as well, which stands in another "
			"network (%s refused)",
			REP_PR(source(h, c->key.label)), count(s.trouble, n1)),
		    rep_arena_printf(h->a,
			"{\"through\":\"%.*s\",\"accepted\":%llu,\"refused\":%llu}",
			REP_PR(source(h, c->key.label)), (unsigned long long)s.accepted,
			(unsigned long long)s.trouble));
}

static void
siblings(struct hearing *h)
{
	bool others = false, nameless = false;
	bool known = h->label != NULL && h->label->public.version != 0;

	for (size_t c = 0; c < h->v->cells_n; c++) {
		const struct rep_cell *x = &h->v->cells[c];
		const struct rep_label *l = rep_label_of(h->in, x->key.label);

		if (x == h->cell || x->key.provider != h->cell->key.provider ||
		    x->key.provider_domain != h->cell->key.provider_domain || x->key.route != 0 ||
		    x->place == SIZE_MAX)
			continue;
		if (l == NULL || l->public.version == 0 || !known) {
			nameless = true;
			continue;
		}
		if (rep_ip_same_subnet(&l->public, &h->label->public)) {
			same_subnet(h, x, l);
		} else {
			others = true;
			other_subnet(h, x);
		}
	}
	if (nameless)
		unknown(h, "addresses of all own sources",
		    "an own source has no known public address, so it cannot be compared: tell it "
		    "with reputed ingest --source LABEL=IP or a source block in the configuration",
		    REP_CAUSE_RANGE, REP_CAUSE_OWN_REPUTATION);
	else if (!others && h->i->trouble != REP_TROUBLE_FAIL)
		unknown(h, "another network",
		    "all own mail to this provider leaves from one network; the same stream "
		    "accepted through an address elsewhere (200 messages) would tell the "
		    "neighbourhood from you",
		    REP_CAUSE_RANGE, REP_CAUSE_OWN_REPUTATION);
	if (h->i->trouble == REP_TROUBLE_BLOCK && (h->label == NULL || !h->label->tenancy_told))
		unknown(h, "own share of the network",
		    "how much of the mail of this network is yours is not known; say tenancy in the "
		    "source block of the configuration",
		    REP_CAUSE_RANGE, REP_CAUSE_RANGE);
}

/* --- own conduct --------------------------------------------------------------------------------------- */

enum { STREAMS = 130 }; /* 64 a sender domain, and room for a second domain */

/* Attempts and unknown recipients of a label, by stream, in one stretch of time; [0] is all. */
struct by_stream {
	struct {
		uint32_t stream;
		uint64_t attempts, recipient;
	} v[STREAMS];
	size_t n;
};

static void
add_to_stream(struct by_stream *t, const struct rep_conduct *y)
{
	size_t k;

	t->v[0].attempts += y->attempts;
	t->v[0].recipient += y->recipient;
	for (k = 1; k < t->n && t->v[k].stream != y->stream;)
		k++;
	if (k == STREAMS)
		return;
	if (k == t->n) {
		t->v[k].stream = y->stream;
		t->v[k].attempts = t->v[k].recipient = 0;
		t->n++;
	}
	t->v[k].attempts += y->attempts;
	t->v[k].recipient += y->recipient;
}

/* Of the source alone, or (everybody) of all own sources: a list is mailed through all of them. */
static void
sum_by_stream(
    const struct hearing *h, bool everybody, int64_t from_s, int64_t until_s, struct by_stream *t)
{
	t->v[0].stream = REP_ANY_STREAM;
	t->v[0].attempts = t->v[0].recipient = 0;
	t->n = 1;
	for (size_t l = 0; l < h->in->labels_n; l++) {
		uint32_t label = h->in->labels[l].label;
		const struct rep_conduct *y;
		size_t rows;

		if (!everybody && label != h->cell->key.label)
			continue;
		y = rep_index_conduct(h->v, label, from_s, until_s, &rows);
		for (size_t r = 0; r < rows; r++)
			add_to_stream(t, &y[r]);
	}
}

/* The usual share of a stream, or of all where the stream has too little history. */
static double
usual_of(const struct by_stream *base, uint32_t stream)
{
	for (size_t k = 0; k < base->n; k++)
		if (base->v[k].stream == stream && base->v[k].attempts >= 200)
			return share(base->v[k].recipient, base->v[k].attempts);
	return base->v[0].attempts >= 200 ? share(base->v[0].recipient, base->v[0].attempts) : 1;
}

static bool
sends(const struct by_stream *own, uint32_t stream)
{
	for (size_t k = 0; k < own->n; k++)
		if (own->v[k].stream == stream)
			return own->v[k].attempts > 0;
	return false;
}

/* The worst day and stream of the week before, when it stands out. */
struct rise {
	double rate, usual;
	int64_t day_s;
	uint32_t stream;
};

/* Of the streams that this source sends too; by so many that chance is no explanation. */
static struct rise
rise(const struct hearing *h, const struct by_stream *own)
{
	int64_t since = h->e->since_s;
	struct rise worst = { 0 };
	struct by_stream base, day;

	sum_by_stream(h, true, since - 35 * DAY, since - 7 * DAY, &base);
	for (int64_t d = since - since % DAY; d > since - 7 * DAY; d -= DAY) {
		sum_by_stream(h, true, d, d + DAY < since ? d + DAY : since, &day);
		for (size_t k = 0; k < day.n; k++) {
			double rate = share(day.v[k].recipient, day.v[k].attempts);
			double usual = usual_of(&base, day.v[k].stream);
			double expected = usual * (double)day.v[k].attempts;

			if (day.v[k].recipient < 10 || rate <= worst.rate ||
			    rate < limit(h, "unknown-notable", 0.015) ||
			    rate < limit(h, "rise", 2) * usual ||
			    (double)day.v[k].recipient < expected + 3 * sqrt(expected + 1) ||
			    !sends(own, day.v[k].stream))
				continue;
			worst = (struct rise){ rate, usual, d, day.v[k].stream };
		}
	}
	return worst;
}

static void
hygiene(struct hearing *h)
{
	int64_t since = h->e->since_s;
	struct by_stream week;
	char p1[16], p2[16], when[REP_TIME_TEXT];
	struct rep_str facts, stream;
	struct rise worst;
	double rate;

	sum_by_stream(h, false, since - 7 * DAY, since, &week);
	rate = share(week.v[0].recipient, week.v[0].attempts);
	if (week.v[0].attempts < 200) {
		unknown(h, "own conduct before it",
		    "too little mail before the trouble is in the log to tell of unknown "
		    "recipients; read older logs: reputed ingest /var/log/mail.log*",
		    REP_CAUSE_HYGIENE, REP_CAUSE_VOLUME);
		return;
	}
	worst = rise(h, &week);
	facts = rep_arena_printf(h->a,
	    "{\"week\":%.4f,\"attempts\":%llu,\"worst_day\":%.4f,\"usual\":%.4f}", rate,
	    (unsigned long long)week.v[0].attempts, worst.rate, worst.usual);
	if (rate >= limit(h, "unknown-high", 0.05)) {
		(void)add(h, "hygiene_high",
		    rep_arena_printf(h->a,
			"unknown recipients were %s of the week before it; over 5 %% looks like a "
			"bought or dead list",
			percent(rate, p1)),
		    facts);
	} else if (worst.rate > 0) {
		stream = worst.stream == REP_ANY_STREAM ? REP_S("all mail")
							: rep_name(&h->in->names, worst.stream);
		(void)add(h, "hygiene_rise",
		    rep_arena_printf(h->a,
			"unknown recipients rose from %s to %s on %.10s (stream: %.*s)",
			percent(worst.usual, p1), percent(worst.rate, p2),
			rep_time_text(worst.day_s, when), REP_PR(stream)),
		    facts);
	} else if (rate < limit(h, "unknown-low", 0.01)) {
		(void)add(h, "hygiene_low",
		    rep_arena_printf(h->a,
			"unknown recipients were %s in the week before it: ordinary",
			percent(rate, p1)),
		    facts);
	}
}

/* Attempts of a label by hour of the day. */
struct by_hour {
	double n[24];
	unsigned days; /* with any mail, in the stretch looked at */
};

static void
sum_by_hour(const struct hearing *h, int64_t from_s, int64_t until_s, struct by_hour *t)
{
	uint64_t seen = 0; /* days, a bit each; 60 at most */

	size_t rows;
	const struct rep_conduct *y =
	    rep_index_conduct(h->v, h->cell->key.label, from_s, until_s, &rows);

	*t = (struct by_hour){ .days = 0 };
	for (size_t r = 0; r < rows; r++) {
		t->n[y[r].from_s / HOUR % 24] += y[r].attempts;
		seen |= UINT64_C(1) << ((y[r].from_s - from_s) / DAY & 63);
	}
	for (; seen != 0; seen &= seen - 1)
		t->days++;
}

/*
 * The day before against the same hours of the 30 days before that; only hours that were busy
 * then (a quarter of the busiest at least), so that neither nights nor logs with gaps mislead.
 */
static double
volume_step(const struct hearing *h, double *now, double *before)
{
	int64_t since = h->e->since_s;
	struct by_hour day, base;
	double most = 0;

	sum_by_hour(h, since - DAY, since, &day);
	sum_by_hour(h, since - 31 * DAY, since - DAY, &base);
	*now = *before = 0;
	if (base.days < 5)
		return 0;
	for (int k = 0; k < 24; k++)
		most = fmax(most, base.n[k]);
	for (int k = 0; k < 24; k++)
		if (base.n[k] * 4 >= most && base.n[k] > 0) {
			*now += day.n[k];
			*before += base.n[k] / base.days;
		}
	return *before > 0 ? *now / *before : 0;
}

static void
volume(struct hearing *h)
{
	int64_t since = h->e->since_s, first = since, first_of_all = since;
	double now, before, step = volume_step(h, &now, &before);
	char span[REP_TIME_TEXT];
	struct rep_str facts;

	for (size_t c = 0; c < h->v->cells_n; c++) {
		const struct rep_cell *x = &h->v->cells[c];
		int64_t t = x->first_s;

		if (t < first_of_all)
			first_of_all = t;
		if (x->key.label == h->cell->key.label && t < first)
			first = t;
	}
	facts = rep_arena_printf(
	    h->a, "{\"day_before\":%.0f,\"usual\":%.0f,\"step\":%.2f}", now, before, step);
	if ((double)(since - first) < limit(h, "new-days", 14) * DAY &&
	    first - first_of_all > 14 * DAY) {
		(void)add(h, "new_source",
		    rep_arena_printf(h->a, "this source had sent for only %s when it was refused",
			rep_time_span(since - first, span)),
		    facts);
		return;
	}
	if (before < 20) {
		unknown(h, "volume before it",
		    "the log begins too shortly before the trouble to tell whether volume grew; "
		    "read older logs: reputed ingest /var/log/mail.log*",
		    REP_CAUSE_VOLUME, REP_CAUSE_VOLUME);
		return;
	}
	if (step >= limit(h, "volume-some", 1.7))
		(void)add(h, step >= limit(h, "volume-big", 3) ? "volume_big_step" : "volume_step",
		    rep_arena_printf(h->a,
			"the day before it carried %.1f times the usual mail (%.0f in the busy "
			"hours, %.0f usually)",
			step, now, before),
		    facts);
	else if (step > 0.5)
		(void)add(h, "volume_steady",
		    rep_arena_printf(h->a,
			"volume was steady (%.0f in the busy hours of the day before, %.0f usually)",
			now, before),
		    facts);
}

/* --- other providers, history --------------------------------------------------------------------------- */

static void
elsewhere(struct hearing *h)
{
	struct rep_str list = { "", 0 };
	uint64_t accepted = 0;
	size_t named = 0;
	char n1[32];

	for (size_t c = 0; c < h->v->cells_n; c++) {
		const struct rep_cell *x = &h->v->cells[c];
		struct rep_sums s = { 0 };

		if (x->key.label != h->cell->key.label || x->key.route != 0 ||
		    x->key.provider == h->cell->key.provider)
			continue;
		if (block_of(h, x) != NULL) {
			struct rep_str p = rep_provider_text(h->in, &x->key, h->a);

			(void)add(h, "elsewhere_refused",
			    rep_arena_printf(h->a,
				"%.*s refuses or slows the same source at the same time",
				REP_PR(p)),
			    rep_arena_printf(h->a, "{\"provider\":\"%.*s\"}",
				REP_PR(rep_name(&h->in->names, x->key.provider))));
			continue;
		}
		rep_index_sum(
		    h->v, x, h->e->since_s, h->until_s, REP_ANY_STREAM, h->i->trouble, &s);
		accepted += s.accepted;
		if (s.accepted >= 50 && x->key.provider_domain == 0 && named < 4) {
			struct rep_str p = rep_name(&h->in->names, x->key.provider);

			list = rep_arena_printf(
			    h->a, "%.*s%s%.*s", REP_PR(list), list.n > 0 ? ", " : "", REP_PR(p));
			named++;
			if (list.p == NULL)
				list = (struct rep_str){ "", 0 };
		}
	}
	if ((double)accepted >= limit(h, "compared-messages", 200))
		(void)add(h, "elsewhere_accepted",
		    rep_arena_printf(h->a,
			"other providers take the mail of this source (%s accepted since; %.*s): weak, "
			"for complaints here would explain it as well",
			count(accepted, n1), REP_PR(list)),
		    rep_arena_printf(h->a, "{\"accepted\":%llu}", (unsigned long long)accepted));
}

static void
history(struct hearing *h)
{
	const struct rep_incident *i = h->i;
	char s1[REP_TIME_TEXT];
	struct rep_str gaps = { "", 0 };

	for (size_t n = 1; n < i->episodes_n; n++) {
		int64_t well = i->episodes[n].since_s - i->episodes[n - 1].until_s;

		gaps = rep_arena_printf(
		    h->a, "%.*s%s%s", REP_PR(gaps), n > 1 ? ", " : "", rep_time_span(well, s1));
		if (gaps.p == NULL)
			return;
	}
	if (i->episodes_n > 1)
		(void)add(h, "returns",
		    rep_arena_printf(h->a,
			"it was lifted %zu time%s before and came back after %.*s",
			i->episodes_n - 1, i->episodes_n == 2 ? "" : "s", REP_PR(gaps)),
		    rep_arena_printf(h->a, "{\"returns\":%zu}", i->episodes_n - 1));
	if (i->trouble != REP_TROUBLE_BLOCK)
		return;
	for (size_t n = 0; n < h->v->incidents_n; n++) {
		const struct rep_incident *x = &h->v->incidents[n];
		const struct rep_episode *e = &x->episodes[x->episodes_n - 1];

		if (x->cell != i->cell || x->trouble != REP_TROUBLE_THROTTLE ||
		    e->since_s > h->e->since_s || e->last_s < h->e->since_s - 3 * DAY)
			continue;
		(void)add(h, "throttled_first",
		    rep_arena_printf(h->a, "it was slowed for %s before it was refused (%s)",
			rep_time_span(h->e->since_s - e->since_s, s1),
			x->rule != 0 ? rep_name(&h->in->names, x->rule).p : "rate limits"),
		    rep_arena_printf(h->a, "{\"replies\":%llu}", (unsigned long long)e->replies));
		return;
	}
}

/* What no log can show. */
static void
not_watched(struct hearing *h)
{
	static const struct {
		const char *provider, *what, *how;
		enum rep_cause a, b;
	} feeds[] = {
		{ "microsoft-consumer", "complaints",
		    "no JMRP report was read; joining takes ten minutes and a verified address: "
		    "https://substrate.office.com/ip-domain-management-snds/snds",
		    REP_CAUSE_OWN_REPUTATION, REP_CAUSE_RANGE },
		{ "microsoft-consumer", "snds",
		    "what SNDS shows of the address (complaint rate, trap hits) is not read; look at it: "
		    "https://substrate.office.com/ip-domain-management-snds/snds",
		    REP_CAUSE_OWN_REPUTATION, REP_CAUSE_RANGE },
		{ "yahoo", "complaints",
		    "no feedback-loop report was read; join with the DKIM domain: "
		    "https://senders.yahooinc.com/",
		    REP_CAUSE_OWN_REPUTATION, REP_CAUSE_OWN_REPUTATION },
		{ "google", "complaints",
		    "Gmail shows its spam rate only in Postmaster Tools: "
		    "https://postmaster.google.com/",
		    REP_CAUSE_OWN_REPUTATION, REP_CAUSE_OWN_REPUTATION },
		{ "orange", "complaints",
		    "Orange reports complaints through Signal Spam only: https://www.signal-spam.fr/",
		    REP_CAUSE_OWN_REPUTATION, REP_CAUSE_OWN_REPUTATION },
	};
	struct rep_str id = rep_name(&h->in->names, h->cell->key.provider);
	bool any = false;

	if (h->i->trouble == REP_TROUBLE_FAIL)
		return;
	for (size_t n = 0; n < REP_COUNT(feeds); n++)
		if (rep_str_eq(id, rep_str_c(feeds[n].provider))) {
			unknown(h, feeds[n].what, feeds[n].how, feeds[n].a, feeds[n].b);
			any = true;
		}
	if (!any)
		unknown(h, "complaints", "complaints at this provider are not read",
		    REP_CAUSE_OWN_REPUTATION, REP_CAUSE_OWN_REPUTATION);
}

/* --- the sum -------------------------------------------------------------------------------------------- */

/* odds x the product of each family, which stays between 1/cap and cap. */
static void
weigh(struct hearing *h)
{
	const struct rep_weights *w = h->in->weights;
	const struct rep_rule *r = rep_know_rule(h->in->know, rep_name(&h->in->names, h->i->rule));
	const double *prior =
	    rep_weights_prior(w, h->i->class, r != NULL ? r->scope : REP_SCOPE_NONE);
	int top = 0;

	for (int c = 0; c < REP_CAUSE_N; c++) {
		double odds = prior[c] / (1 - prior[c]);

		for (size_t f = 0; f < w->families_n; f++) {
			double product = 1, cap = w->families[f].cap;

			for (size_t n = 0; n < h->i->evidence_n; n++)
				if (h->i->evidence[n].weight != NULL &&
				    rep_str_eq(
					h->i->evidence[n].weight->family, w->families[f].name))
					product *= h->i->evidence[n].ratio[c];
			odds *= fmin(fmax(product, 1 / cap), cap);
		}
		h->i->probability[c] = h->i->cannot_be[c] ? 0 : odds / (1 + odds);
		if (h->i->probability[c] > h->i->probability[top])
			top = c;
	}
	for (size_t n = 0; n < h->i->evidence_n; n++) {
		struct rep_evidence *e = &h->i->evidence[n];
		double rival = 1;

		for (int c = 0; c < REP_CAUSE_N; c++)
			if (c != top && e->ratio[c] > rival)
				rival = e->ratio[c];
		e->against = e->ratio[top] < 1 || (e->ratio[top] <= 1 && rival > 1) ||
		    rival > e->ratio[top] * 1.2;
	}
}

enum rep_rc
rep_judge_evidence(
    struct rep_verdicts *v, struct rep_incident *i, struct rep_arena *a, struct rep_err *err)
{
	static const struct {
		const char *name;
		void (*hear)(struct hearing *);
	} parts[] = { { "siblings", siblings }, { "stage", stage }, { "wording", wording },
		{ "elsewhere", elsewhere }, { "hygiene", hygiene }, { "volume", volume },
		{ "history", history }, { "not_watched", not_watched } };
	const struct rep_cell *cell = &v->cells[i->cell];
	struct hearing h = { .v = v,
		.in = v->in,
		.i = i,
		.cell = cell,
		.a = a,
		.e = &i->episodes[i->episodes_n - 1],
		.label = rep_label_of(v->in, cell->key.label) };

	h.until_s = h.e->until_s != 0 ? h.e->until_s : v->in->now_s + 1;
	i->evidence = rep_arena_alloc(a, MAX_EVIDENCE * sizeof *i->evidence);
	i->unknown = rep_arena_alloc(a, MAX_UNKNOWN * sizeof *i->unknown);
	if (i->evidence == NULL || i->unknown == NULL)
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	h.provider = rep_provider_text(v->in, &cell->key, a);
	for (size_t n = 0; n < REP_COUNT(parts); n++)
		if (rep_judge_has(v->in, parts[n].name))
			parts[n].hear(&h);
	weigh(&h);
	return h.small ? rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for")
		       : REP_OK;
}
