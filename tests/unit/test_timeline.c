/*
 * unit/test_timeline.c -- observations in, what happened and why out.
 *
 * A story is built of hours: hour 0 is 2026-09-01T00:00Z. Everything is judged by the rules
 * and weights built in.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/judge.h"
#include "tap.h"

#include <stdlib.h>

enum { HOUR = 3600, DAY = 86400, START = 1788220800, OBS_MAX = 60000, NAMES_MAX = 400 };
enum { MONTH = 30 * 24 }; /* hours of history before most troubles */

static struct rep_know *know;
static struct rep_weights weights;
static struct rep_arena *arena, *rules_arena;

struct story {
	struct rep_str names[NAMES_MAX];
	uint32_t names_n;
	struct rep_observation *obs; /* owned */
	size_t n;
	struct rep_label labels[8];
	size_t labels_n;
	struct rep_judge_in in;
	struct rep_verdicts v;
};

static void
begin(struct story *s)
{
	*s = (struct story){ .names_n = 1, .obs = calloc(OBS_MAX, sizeof *s->obs) };
	rep_arena_reset(arena);
}

static uint32_t
name(struct story *s, const char *text)
{
	struct rep_str t = rep_str_c(text);

	for (uint32_t i = 0; i < s->names_n; i++)
		if (rep_str_eq(s->names[i], t))
			return i;
	s->names[s->names_n] = rep_arena_dup(arena, t);
	return s->names_n++;
}

static void
source(struct story *s, const char *label, const char *ip)
{
	struct rep_label *l = &s->labels[s->labels_n++];

	*l = (struct rep_label){ .label = name(s, label) };
	if (ip != NULL)
		(void)rep_ip_parse(rep_str_c(ip), &l->public);
}

/* One observation in an hour; it may be changed by the caller. */
static struct rep_observation *
said(struct story *s, unsigned hour, const char *label, const char *provider, const char *stream,
    enum rep_class c, uint32_t count)
{
	struct rep_observation *o = &s->obs[s->n++];

	if (s->n == OBS_MAX)
		abort();
	*o = (struct rep_observation){ .from_s = START + (int64_t)hour * HOUR,
		.label = name(s, label),
		.provider = name(s, provider),
		.stream = name(s, stream),
		.class = (uint8_t)c,
		.evidence = true,
		.count = count };
	o->first_s = o->from_s + 60;
	o->last_s = o->from_s + HOUR - 60;
	o->status = c == REP_CLASS_ACCEPTED ? REP_STATUS_SENT
	    : c == REP_CLASS_THROTTLED	    ? REP_STATUS_DEFERRED
					    : REP_STATUS_BOUNCED;
	o->stage = c == REP_CLASS_ACCEPTED ? REP_STAGE_DOT : REP_STAGE_MAIL;
	return o;
}

static void
well(struct story *s, unsigned from, unsigned until, const char *label, const char *provider,
    const char *stream, uint32_t count)
{
	for (unsigned h = from; h < until; h++)
		(void)said(s, h, label, provider, stream, REP_CLASS_ACCEPTED, count);
}

static void
refused(struct story *s, unsigned from, unsigned until, const char *label, const char *provider,
    const char *stream, const char *rule, uint32_t count)
{
	for (unsigned h = from; h < until; h++) {
		const struct rep_rule *r = rep_know_rule(know, rep_str_c(rule));
		struct rep_observation *o = said(
		    s, h, label, provider, stream, r != NULL ? r->class : REP_CLASS_BLOCKED, count);

		o->rule = name(s, rule);
		o->certain = r != NULL && r->certain;
	}
}

static int
by_time(const void *a, const void *b)
{
	const struct rep_observation *x = a, *y = b;

	return x->from_s < y->from_s ? -1 : x->from_s > y->from_s;
}

/* Judged at the end of an hour. */
static void
judge(struct story *s, unsigned hour)
{
	struct rep_err err = { .msg = "" };

	qsort(s->obs, s->n, sizeof *s->obs, by_time);
	if (rep_history_sort(s->obs, s->n, &err) != REP_OK)
		abort();
	s->in = (struct rep_judge_in){ .now_s = START + (int64_t)hour * HOUR,
		.window_s = DAY,
		.reasons = true,
		.know = know,
		.weights = &weights,
		.names = { s->names, s->names_n },
		.obs = s->obs,
		.obs_n = s->n,
		.recent = s->obs,
		.recent_n = s->n,
		.labels = s->labels,
		.labels_n = s->labels_n };
	if (rep_judge(&s->in, arena, &s->v, &err) != REP_OK)
		ok(false, "judged: %s", err.msg);
}

static void
end(struct story *s)
{
	free(s->obs);
}

static const struct rep_incident *
incident(struct story *s, const char *label, const char *provider, enum rep_trouble t)
{
	for (size_t n = 0; n < s->v.incidents_n; n++) {
		const struct rep_cell_key *k = &s->v.cells[s->v.incidents[n].cell].key;

		if (k->label == name(s, label) && k->provider == name(s, provider) &&
		    s->v.incidents[n].trouble == t)
			return &s->v.incidents[n];
	}
	return NULL;
}

static const struct rep_cell *
cell(struct story *s, const char *label, const char *provider)
{
	for (size_t n = 0; n < s->v.cells_n; n++)
		if (s->v.cells[n].key.label == name(s, label) &&
		    s->v.cells[n].key.provider == name(s, provider) && !s->v.cells[n].folded)
			return &s->v.cells[n];
	return NULL;
}

static bool
has(const struct rep_incident *i, const char *evidence)
{
	for (size_t n = 0; i != NULL && n < i->evidence_n; n++)
		if (strcmp(i->evidence[n].name, evidence) == 0)
			return true;
	return false;
}

static bool
advises(const struct rep_incident *i, const char *words)
{
	for (size_t n = 0; i != NULL && n < i->next_n; n++)
		if (rep_str_find(i->next[n].step, rep_str_c(words), 0) != SIZE_MAX)
			return true;
	return false;
}

static int64_t
at(unsigned hour)
{
	return START + (int64_t)hour * HOUR;
}

#define MS "microsoft-consumer"
#define S3140 "microsoft-consumer.s3140"
#define S775 "microsoft-consumer.s775"

/* --- what happened -------------------------------------------------------------------------------- */

static void
test_episode(void)
{
	const struct rep_incident *i;
	struct story s;

	begin(&s);
	source(&s, "a", "203.0.113.10");
	well(&s, 0, 48, "a", MS, "x/news", 50);
	refused(&s, 48, 51, "a", MS, "x/news", S3140, 40);
	judge(&s, 51);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	if (!ok(i != NULL, "episode: a block is an incident"))
		return;
	ok(i->life == REP_LIFE_ACTIVE && i->episodes_n == 1 && i->episodes[0].until_s == 0,
	    "episode: active");
	is_int(i->episodes[0].since_s, at(48) + 60, "episode: since the first reply");
	is_int(i->episodes[0].last_s, at(51) - 60, "episode: until now the last reply");
	ok(i->episodes[0].replies == 120 && i->episodes[0].bounced == 120 &&
		i->episodes[0].deferred == 0 && i->tried_again == 119,
	    "episode: replies");
	ok(i->certain && i->stage == REP_STAGE_MAIL && i->class == REP_CLASS_BLOCKED &&
		rep_str_eq(rep_name(&s.in.names, i->rule), REP_S(S3140)),
	    "episode: its rule, stage and class");
	ok(i->streams_n == 1 && i->streams[0].bounced == 120, "episode: what was lost");
	ok(cell(&s, "a", MS)->state == REP_STATE_BLOCKED &&
		cell(&s, "a", MS)->since_s == at(48) + 60 && cell(&s, "a", MS)->incident != 0,
	    "episode: the cell is blocked");
	well(&s, 51, 54, "a", MS, "x/news", 50);
	judge(&s, 54);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && i->life == REP_LIFE_OVER && i->episodes[0].until_s == at(51) + 60,
	    "episode: over since the first message that was taken");
	ok(cell(&s, "a", MS)->state == REP_STATE_WELL && cell(&s, "a", MS)->incident == 0,
	    "episode: the cell is well");
	ok(i->next_n == 0, "episode: nothing to do any more");
	end(&s);
}

static void
test_returns(void)
{
	const struct rep_incident *i;
	struct story s;

	begin(&s);
	well(&s, 0, 24, "a", MS, "x/news", 50);
	refused(&s, 24, 26, "a", MS, "x/news", S3140, 40);
	well(&s, 26, 100, "a", MS, "x/news", 50);
	refused(&s, 100, 103, "a", MS, "x/news", S3140, 40);
	well(&s, 103, 150, "a", MS, "x/news", 50);
	refused(&s, 150, 151, "a", MS, "x/news", S3140, 40);
	judge(&s, 151);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && i->episodes_n == 3 && i->life == REP_LIFE_ACTIVE && s.v.incidents_n == 1,
	    "returns: one incident, three episodes");
	if (i != NULL && i->episodes_n == 3)
		ok(i->episodes[0].until_s == at(26) + 60 &&
			i->episodes[1].since_s == at(100) + 60 &&
			i->episodes[1].until_s == at(103) + 60 &&
			i->episodes[2].since_s == at(150) + 60,
		    "returns: each with its times");
	ok(has(i, "returns"), "returns: are evidence");
	end(&s);
	begin(&s);
	refused(&s, 0, 2, "a", MS, "x/news", S3140, 40);
	well(&s, 2, 4, "a", MS, "x/news", 50);
	refused(&s, 91 * 24 + 4, 91 * 24 + 6, "a", MS, "x/news", S3140, 40);
	judge(&s, 91 * 24 + 6);
	ok(s.v.incidents_n == 2 && s.v.incidents[0].life == REP_LIFE_ACTIVE &&
		s.v.incidents[1].life == REP_LIFE_OVER,
	    "returns: after 90 days it is another incident");
	end(&s);
}

/* One unsure reply or two among good mail are nothing; certain ones are. */
static void
test_thresholds(void)
{
	static const struct {
		const char *name, *rule;
		uint32_t count, accepted;
		bool after; /* mail was accepted afterwards */
		enum rep_trouble trouble;
		bool there;
		enum rep_life life;
	} rows[] = {
		{ "two unsure refusals", "any.ip-blocked", 2, 50, true, REP_TROUBLE_BLOCK, false,
		    REP_LIFE_OVER },
		{ "three unsure refusals", "any.ip-blocked", 3, 50, true, REP_TROUBLE_BLOCK, true,
		    REP_LIFE_OVER },
		{ "one certain refusal", S3140, 1, 50, true, REP_TROUBLE_BLOCK, true,
		    REP_LIFE_OVER },
		{ "an unsure refusal just now", "any.ip-blocked", 1, 50, false, REP_TROUBLE_BLOCK,
		    true, REP_LIFE_SUSPECTED },
		{ "a certain refusal just now", S3140, 1, 50, false, REP_TROUBLE_BLOCK, true,
		    REP_LIFE_ACTIVE },
		{ "four slowed", S775, 4, 50, false, REP_TROUBLE_THROTTLE, false, REP_LIFE_OVER },
		{ "eight slowed", S775, 8, 50, false, REP_TROUBLE_THROTTLE, true, REP_LIFE_ACTIVE },
		{ "eight slowed of thousands", S775, 8, 5000, false, REP_TROUBLE_THROTTLE, false,
		    REP_LIFE_OVER },
		{ "two not authenticated", "microsoft-consumer.auth-515", 2, 50, false,
		    REP_TROUBLE_FAIL, false, REP_LIFE_OVER },
		{ "three not authenticated", "microsoft-consumer.auth-515", 3, 50, false,
		    REP_TROUBLE_FAIL, true, REP_LIFE_ACTIVE },
		{ "three of thousands", "microsoft-consumer.auth-515", 3, 5000, false,
		    REP_TROUBLE_FAIL, false, REP_LIFE_OVER },
	};

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		const struct rep_incident *i;
		struct story s;

		begin(&s);
		well(&s, 0, 10, "a", MS, "x/news", 50);
		(void)said(&s, 10, "a", MS, "x/news", REP_CLASS_ACCEPTED, rows[r].accepted);
		refused(&s, 10, 11, "a", MS, "x/news", rows[r].rule, rows[r].count);
		if (rows[r].after)
			well(&s, 11, 30, "a", MS, "x/news", 50);
		judge(&s, rows[r].after ? 30 : 11);
		i = incident(&s, "a", MS, rows[r].trouble);
		if (!ok(rows[r].there == (i != NULL) && (i == NULL || i->life == rows[r].life),
			"counts: %s", rows[r].name))
			printf("#  %s, %s\n", i != NULL ? "there" : "not there",
			    i != NULL ? rep_life_word(i->life) : "-");
		end(&s);
	}
}

/* A block is over when ten were taken and half an hour passed. */
static void
test_over(void)
{
	const struct rep_incident *i;
	struct story s;

	begin(&s);
	refused(&s, 0, 3, "a", MS, "x/news", S3140, 40);
	(void)said(&s, 3, "a", MS, "x/news", REP_CLASS_ACCEPTED, 9);
	judge(&s, 4);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && i->life == REP_LIFE_ACTIVE, "over: nine taken are too few");
	(void)said(&s, 4, "a", MS, "x/news", REP_CLASS_ACCEPTED, 1);
	judge(&s, 5);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && i->life == REP_LIFE_OVER && i->episodes[0].until_s == at(3) + 60,
	    "over: ten are enough");
	end(&s);
	begin(&s);
	refused(&s, 0, 6, "a", MS, "x/news", S3140, 40);
	well(&s, 0, 6, "a", MS, "x/news", 500);
	judge(&s, 6);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && i->life == REP_LIFE_ACTIVE && i->episodes_n == 1,
	    "over: not while both go on");
	end(&s);
	begin(&s);
	refused(&s, 0, 3, "a", MS, "x/news", S775, 40);
	well(&s, 3, 8, "a", MS, "x/news", 50);
	judge(&s, 8);
	i = incident(&s, "a", MS, REP_TROUBLE_THROTTLE);
	ok(i != NULL && i->life == REP_LIFE_ACTIVE, "over: throttling needs six hours");
	well(&s, 8, 10, "a", MS, "x/news", 50);
	judge(&s, 10);
	i = incident(&s, "a", MS, REP_TROUBLE_THROTTLE);
	ok(i != NULL && i->life == REP_LIFE_OVER && i->episodes[0].until_s == at(3) + 60,
	    "over: and then it is");
	end(&s);
}

static void
test_throttle_first(void)
{
	const struct rep_incident *t, *b;
	struct story s;

	begin(&s);
	well(&s, 0, 40, "a", MS, "x/news", 50);
	refused(&s, 40, 48, "a", MS, "x/news", S775, 20);
	refused(&s, 48, 52, "a", MS, "x/news", S3140, 40);
	judge(&s, 52);
	t = incident(&s, "a", MS, REP_TROUBLE_THROTTLE);
	b = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(t != NULL && t->life == REP_LIFE_OVER && t->episodes[0].until_s == at(48) + 60,
	    "throttled first: that ended where the block began");
	ok(b != NULL && b->life == REP_LIFE_ACTIVE && has(b, "throttled_first"),
	    "throttled first: is evidence");
	ok(cell(&s, "a", MS)->state == REP_STATE_BLOCKED, "throttled first: the cell is blocked");
	end(&s);
}

/* Replies about one message, link or recipient, and those of our own server, are no trouble. */
static void
test_not_the_sender(void)
{
	static const char *const rules[] = { "google.recipient-rate", "google.rate-url-domain",
		"google.rate-message-id", "cox.urlbl011", "resolver.public" };
	struct rep_observation *o;
	struct story s;

	begin(&s);
	well(&s, 0, 10, "a", "google", "x/news", 50);
	for (size_t r = 0; r < REP_COUNT(rules); r++) {
		ok(rep_know_rule(know, rep_str_c(rules[r])) != NULL,
		    "no trouble: there is a rule %s", rules[r]);
		refused(&s, 10, 14, "a", "google", "x/news", rules[r], 40);
	}
	o = said(&s, 12, "a", "google", "x/news", REP_CLASS_BLOCKED, 40);
	o->evidence = false;
	o = said(&s, 99, "a", "google", "x/news", REP_CLASS_BLOCKED, 40);
	o->certain = true;
	judge(&s, 14);
	is_int((int64_t)s.v.incidents_n, 0,
	    "no trouble: of links, recipients, suspended mail, the future");
	end(&s);
}

static void
test_states(void)
{
	static const struct {
		const char *provider, *rule;
		enum rep_state state;
	} rows[] = {
		{ "microsoft-consumer", S3140, REP_STATE_BLOCKED },
		{ "cox", "cox.ipbl0001", REP_STATE_LISTED },
		{ "google", "google.dmarc", REP_STATE_FAILING },
		{ "yahoo", "yahoo.tss04", REP_STATE_THROTTLED },
		{ "orange", NULL, REP_STATE_WELL },
		{ "apple", "", REP_STATE_FAILING },
		{ "gmx", "-", REP_STATE_UNKNOWN },
	};
	struct story s;

	begin(&s);
	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		if (rows[r].rule == NULL) {
			well(&s, 0, 10, "a", rows[r].provider, "x/news", 50);
		} else if (rows[r].rule[0] == '-') {
			for (unsigned h = 0; h < 10; h++)
				(void)said(
				    &s, h, "a", rows[r].provider, "x/news", REP_CLASS_NETWORK, 1);
		} else if (rows[r].rule[0] == '\0') {
			for (unsigned h = 0; h < 10; h++)
				(void)said(
				    &s, h, "a", rows[r].provider, "x/news", REP_CLASS_NETWORK, 9);
		} else {
			refused(&s, 0, 10, "a", rows[r].provider, "x/news", rows[r].rule, 40);
		}
	}
	judge(&s, 10);
	for (size_t r = 0; r < REP_COUNT(rows); r++)
		ok(cell(&s, "a", rows[r].provider)->state == rows[r].state, "state: %s is %s",
		    rows[r].provider, rep_state_word(rows[r].state));
	ok(s.v.cells[0].state == REP_STATE_BLOCKED && s.v.cells[1].state == REP_STATE_LISTED,
	    "state: the worst first");
	ok(s.v.totals[REP_STATUS_SENT] == 500, "state: totals of the window");
	end(&s);
}

static void
test_window(void)
{
	struct story s;

	begin(&s);
	well(&s, 0, 100, "a", "google", "x/news", 10);
	judge(&s, 100);
	is_int(
	    (int64_t)cell(&s, "a", "google")->count[REP_STATUS_SENT], 240, "window: a day of it");
	judge(&s, 50);
	is_int((int64_t)cell(&s, "a", "google")->count[REP_STATUS_SENT], 240,
	    "window: and nothing after now");
	end(&s);
}

/* A thousand small hosts are one row; one in trouble keeps its own. */
static void
test_small_hosts(void)
{
	struct rep_observation *o;
	size_t shown = 0, folded = 0, own_row = 0;
	char domain[32];
	struct story s;

	begin(&s);
	for (unsigned d = 0; d < 50; d++) {
		snprintf(domain, sizeof domain, "small%u.example", d);
		o = said(&s, 1, "a", "other", "x/news", REP_CLASS_ACCEPTED, 3);
		o->provider_domain = name(&s, domain);
		if (d == 7) {
			o = said(&s, 2, "a", "other", "x/news", REP_CLASS_BLOCKED, 30);
			o->provider_domain = name(&s, domain);
		}
	}
	judge(&s, 3);
	for (size_t n = 0; n < s.v.cells_n; n++) {
		shown += !s.v.cells[n].folded;
		folded += s.v.cells[n].folded;
		own_row += s.v.cells[n].key.provider_domain == name(&s, "small7.example") &&
		    !s.v.cells[n].folded;
		if (!s.v.cells[n].folded && s.v.cells[n].key.provider_domain == 0)
			is_int((int64_t)s.v.cells[n].count[REP_STATUS_SENT], 147,
			    "small hosts: one row has their sum");
	}
	ok(shown == 2 && folded == 48, "small hosts: two rows");
	ok(own_row == 1 && s.v.cells[0].state == REP_STATE_BLOCKED && s.v.cells[0].incident == 1,
	    "small hosts: the one in trouble keeps its own");
	end(&s);
}

/* --- why -------------------------------------------------------------------------------------------- */

/* A month of two sources in one subnet and one elsewhere; then the first is refused for two days. */
struct plot {
	const char *
	    sibling; /* a rule that refuses the sibling too; "": it is well; NULL: it sends nothing */
	const char *elsewhere; /* the same of the same stream through another subnet */
	unsigned unknown;      /* per cent of unknown recipients in the week before */
	uint32_t day_before;   /* messages an hour; 20 is usual */
	enum rep_stage stage;
};

static const struct rep_incident *
play(struct story *s, const struct plot *p)
{
	begin(s);
	source(s, "a", "203.0.113.10");
	source(s, "b", "203.0.113.11");
	source(s, "c", "198.51.100.20");
	well(s, 0, MONTH - 24, "a", MS, "x/news", 20);
	well(s, MONTH - 24, MONTH, "a", MS, "x/news", p->day_before != 0 ? p->day_before : 20);
	well(s, 0, MONTH, "b", MS, "x/receipts", 15);
	well(s, 0, MONTH, "c", MS, "x/news", 15);
	for (unsigned h = MONTH - 7 * 24; p->unknown > 0 && h < MONTH; h++)
		(void)said(s, h, "a", MS, "x/news", REP_CLASS_RECIPIENT,
		    20 * p->unknown / (100 - p->unknown));
	refused(s, MONTH, MONTH + 48, "a", MS, "x/news", S3140, 20);
	if (p->sibling != NULL && p->sibling[0] != '\0')
		refused(s, MONTH, MONTH + 48, "b", MS, "x/receipts", p->sibling, 15);
	else if (p->sibling != NULL)
		well(s, MONTH, MONTH + 48, "b", MS, "x/receipts", 15);
	if (p->elsewhere != NULL && p->elsewhere[0] != '\0')
		refused(s, MONTH, MONTH + 48, "c", MS, "x/news", p->elsewhere, 15);
	else if (p->elsewhere != NULL)
		well(s, MONTH, MONTH + 48, "c", MS, "x/news", 15);
	for (size_t n = 0; n < s->n; n++)
		if (p->stage != REP_STAGE_NONE && s->obs[n].class == REP_CLASS_BLOCKED)
			s->obs[n].stage = (uint8_t)p->stage;
	judge(s, MONTH + 48);
	return incident(s, "a", MS, REP_TROUBLE_BLOCK);
}

/* The probability of a cause in a plot; checks that its evidence is there. */
static double
cause(const struct plot *p, enum rep_cause c, const char *evidence)
{
	struct story s;
	const struct rep_incident *i = play(&s, p);
	double v = i != NULL ? i->probability[c] : -1;

	if (evidence != NULL)
		ok(has(i, evidence), "why: %s", evidence);
	end(&s);
	return v;
}

static void
test_causes(void)
{
	static const struct plot alone = { 0 }, sibling_well = { .sibling = "" },
				 together = { .sibling = S3140 }, other_well = { .elsewhere = "" },
				 other_refused = { .elsewhere = S3140 }, dirty = { .unknown = 10 },
				 big = { .day_before = 100 };
	double range = cause(&alone, REP_CAUSE_RANGE, "stage_before_message");
	double own = cause(&alone, REP_CAUSE_OWN_REPUTATION, NULL);

	ok(cause(&together, REP_CAUSE_RANGE, "siblings_together_unlike") > range,
	    "why: unlike siblings refused together speak for the range");
	ok(cause(&sibling_well, REP_CAUSE_RANGE, "sibling_well") < range,
	    "why: a sibling in the same /24 that is well speaks against it");
	ok(cause(&other_well, REP_CAUSE_RANGE, "other_subnet_well") > range,
	    "why: the same stream well through another subnet speaks for it");
	ok(cause(&other_refused, REP_CAUSE_RANGE, "other_subnet_refused") < range,
	    "why: and refused there, against it");
	ok(cause(&other_refused, REP_CAUSE_OWN_REPUTATION, NULL) > own,
	    "why: and for the own reputation");
	ok(cause(&dirty, REP_CAUSE_HYGIENE, "hygiene_high") >
		cause(&alone, REP_CAUSE_HYGIENE, "hygiene_low"),
	    "why: dead recipients speak for hygiene");
	ok(cause(&big, REP_CAUSE_VOLUME, "volume_big_step") >
		cause(&alone, REP_CAUSE_VOLUME, "volume_steady"),
	    "why: five times the mail speaks for volume");
	ok(cause(&alone, REP_CAUSE_CONTENT, NULL) <= 0 &&
		cause(&alone, REP_CAUSE_AUTHENTICATION, NULL) <= 0,
	    "why: at MAIL FROM it can be neither content nor authentication");
	ok(cause(&(struct plot){ .stage = REP_STAGE_DOT }, REP_CAUSE_CONTENT, NULL) > 0,
	    "why: after the message it can");
	for (enum rep_cause c = REP_CAUSE_RANGE; c < REP_CAUSE_N; c++) {
		double v = cause(&together, c, NULL);

		ok(v >= 0 && v <= 1, "why: %s is a probability", rep_cause_word(c));
	}
}

/* Fewer than 200 messages on the path compared prove nothing. */
static void
test_too_little(void)
{
	const struct rep_incident *i;
	struct story s;

	begin(&s);
	source(&s, "a", "203.0.113.10");
	source(&s, "b", "203.0.113.11");
	source(&s, "c", NULL);
	well(&s, 0, MONTH, "a", MS, "x/news", 20);
	refused(&s, MONTH, MONTH + 10, "a", MS, "x/news", S3140, 20);
	well(&s, MONTH, MONTH + 10, "b", MS, "x/receipts", 15);
	well(&s, MONTH, MONTH + 10, "c", MS, "x/news", 50);
	judge(&s, MONTH + 10);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && !has(i, "sibling_well") && !has(i, "other_subnet_well"),
	    "too little: 150 messages say nothing");
	ok(i != NULL && i->unknown_n > 0 &&
		strcmp(i->unknown[0].what, "addresses of all own sources") == 0,
	    "too little: a source without an address is not compared, and that is said");
	end(&s);
}

/* The Conduct of design.md: nothing is moved while own conduct is the probable cause. */
static void
test_advice(void)
{
	struct story s;
	const struct rep_incident *i =
	    play(&s, &(struct plot){ .sibling = S3140, .elsewhere = "" });

	ok(advises(i, "move what people wait for") && advises(i, "delisting request") &&
		advises(i, "stop sending there"),
	    "advice: the neighbourhood: one other path, the request, and stop");
	ok(i != NULL && !advises(i, "do not move"), "advice: and moving is not forbidden");
	end(&s);
	i = play(&s, &(struct plot){ .sibling = S3140, .elsewhere = "", .unknown = 10 });
	ok(has(i, "other_subnet_well") && !advises(i, "move what people wait for") &&
		advises(i, "do not move"),
	    "advice: dead recipients: nothing is moved, whatever else is known");
	end(&s);
	i = play(&s, &(struct plot){ .sibling = "", .elsewhere = S3140 });
	ok(!advises(i, "move what people wait for"),
	    "advice: refused elsewhere too: nowhere to move to");
	end(&s);
}

/* The same facts, the same verdict, byte for byte. */
static void
test_same(void)
{
	struct plot p = { .sibling = S3140, .elsewhere = "", .unknown = 3 };
	static char text[2][20000];

	for (int k = 0; k < 2; k++) {
		struct story s;
		const struct rep_incident *i = play(&s, &p);
		size_t n = 0;

		for (size_t e = 0; i != NULL && e < i->evidence_n; e++)
			n += (size_t)snprintf(text[k] + n, sizeof text[k] - n, "%s|%.*s|%.*s\n",
			    i->evidence[e].name, REP_PR(i->evidence[e].sentence),
			    REP_PR(i->evidence[e].facts));
		for (size_t e = 0; i != NULL && e < i->next_n; e++)
			n += (size_t)snprintf(text[k] + n, sizeof text[k] - n, "%.*s|%.*s\n",
			    REP_PR(i->next[e].step), REP_PR(i->next[e].text));
		for (int c = 0; i != NULL && c < REP_CAUSE_N; c++)
			n += (size_t)snprintf(
			    text[k] + n, sizeof text[k] - n, "%.17g\n", i->probability[c]);
		end(&s);
	}
	ok(text[0][0] != '\0' && strcmp(text[0], text[1]) == 0, "the same facts, the same verdict");
}

/* An arena that is too small is told, not overrun. */
static void
test_limits(void)
{
	struct story s;
	struct rep_err err = { .msg = "" };
	bool held = true;

	(void)play(&s, &(struct plot){ .sibling = S3140, .elsewhere = "" });
	for (size_t cap = 4096; cap < 8 << 20; cap *= 2) {
		struct rep_arena *a = rep_arena_new(cap);
		struct rep_verdicts v;
		enum rep_rc rc = rep_judge(&s.in, a, &v, &err);

		held = held && (rc == REP_OK || (rc == REP_ELIMIT && err.msg[0] != '\0'));
		rep_arena_free(a);
	}
	ok(held, "limits: too small an arena is told");
	s.in.obs_n = s.in.recent_n = 0;
	ok(rep_judge(&s.in, arena, &s.v, &err) == REP_OK && s.v.cells_n == 0 &&
		s.v.incidents_n == 0,
	    "limits: nothing gives nothing");
	end(&s);
}

int
main(void)
{
	struct rep_err err = { .msg = "" };

	know = rep_know_new();
	arena = rep_arena_new(256 << 20);
	rules_arena = rep_arena_new(4 << 20);
	if (rep_know_add_builtin(know, &err) != REP_OK || rep_know_ready(know, &err) != REP_OK ||
	    rep_weights_builtin(&weights, rules_arena, &err) != REP_OK) {
		ok(false, "built in: %s", err.msg);
		return done();
	}
	test_episode();
	test_returns();
	test_thresholds();
	test_over();
	test_throttle_first();
	test_not_the_sender();
	test_states();
	test_window();
	test_small_hosts();
	test_causes();
	test_too_little();
	test_advice();
	test_same();
	test_limits();
	rep_know_free(know);
	rep_arena_free(arena);
	rep_arena_free(rules_arena);
	return done();
}
