/*
 * unit/story.h -- shared by the tests of the judge: observations by the hour, and judging them.
 *
 * Hour 0 is 2026-09-01T00:00Z. The built-in rules and weights are used.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_STORY_H
#define REP_TEST_STORY_H

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
	struct rep_label labels[160];
	size_t labels_n;
	const char *const *without; /* a piece that is left out; NULL: none */
	struct rep_found found[8];
	struct rep_looked looked[8];
	size_t found_n, looked_n;
	struct rep_complaint complaints[8];
	struct rep_trap_count traps[8];
	struct rep_handed handed[4];
	size_t handed_n;
	size_t complaints_n, traps_n;
	struct rep_own_reported reported[128]; /* of one provider */
	size_t reported_n;
	bool complaints_mailed;		   /* by mail that anybody could have sent */
	const struct rep_weights *weights; /* NULL: the built-in weights */
	struct rep_judge_in in;
	struct rep_verdicts v;
};

static inline void
begin(struct story *s)
{
	*s = (struct story){ .names_n = 1, .obs = calloc(OBS_MAX, sizeof *s->obs) };
	rep_arena_reset(arena);
}

static inline uint32_t
name(struct story *s, const char *text)
{
	struct rep_str t = rep_str_c(text);

	for (uint32_t i = 0; i < s->names_n; i++)
		if (rep_str_eq(s->names[i], t))
			return i;
	s->names[s->names_n] = rep_arena_dup(arena, t);
	return s->names_n++;
}

static inline void
source(struct story *s, const char *label, const char *ip)
{
	struct rep_label *l = &s->labels[s->labels_n++];

	*l = (struct rep_label){ .label = name(s, label) };
	if (ip != NULL)
		(void)rep_ip_parse(rep_str_c(ip), &l->public);
}

/* Adds one observation in an hour. The caller may change it. */
static inline struct rep_observation *
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

static inline void
well(struct story *s, unsigned from, unsigned until, const char *label, const char *provider,
    const char *stream, uint32_t count)
{
	for (unsigned h = from; h < until; h++)
		(void)said(s, h, label, provider, stream, REP_CLASS_ACCEPTED, count);
}

static inline void
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

/* What a provider reports of each of these days: of so many messages, those with aligned DKIM, and with SPF. */
static inline void
reported(struct story *s, unsigned from_day, unsigned until_day, const char *provider,
    const char *ip, const char *domain, uint64_t messages, uint64_t dkim, uint64_t spf)
{
	for (unsigned d = from_day; d < until_day; d++) {
		struct rep_own_reported *r = &s->reported[s->reported_n++];

		if (s->reported_n == REP_COUNT(s->reported))
			abort();
		*r = (struct rep_own_reported){ .provider = rep_str_c(provider),
			.domain = rep_str_c(domain),
			.registered = rep_registered_domain(rep_str_c(domain)),
			.begin_s = START + (int64_t)d * DAY,
			.end_s = START + (int64_t)(d + 1) * DAY,
			.messages = messages,
			.passed = dkim > spf ? dkim : spf,
			.dkim = dkim,
			.spf = spf,
			.spf_any = spf };
		(void)rep_ip_parse(rep_str_c(ip), &r->source);
	}
}

static inline int
by_time(const void *a, const void *b)
{
	const struct rep_observation *x = a, *y = b;

	return x->from_s < y->from_s ? -1 : x->from_s > y->from_s;
}

/* Judges at the end of an hour. */
static inline void
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
		.weights = s->weights != NULL ? s->weights : &weights,
		.names = { s->names, s->names_n },
		.obs = s->obs,
		.obs_n = s->n,
		.recent = s->obs,
		.recent_n = s->n,
		.labels = s->labels,
		.labels_n = s->labels_n,
		.found = s->found,
		.found_n = s->found_n,
		.looked = s->looked,
		.looked_n = s->looked_n,
		.complaints = s->complaints,
		.complaints_n = s->complaints_n,
		.complaints_proven = !s->complaints_mailed,
		.reported = s->reported,
		.reported_n = s->reported_n,
		.traps = s->traps,
		.traps_n = s->traps_n,
		.handed = s->handed,
		.handed_n = s->handed_n,
		.without = s->without,
		.without_n = s->without != NULL };
	if (rep_judge(&s->in, arena, &s->v, &err) != REP_OK)
		ok(false, "judged: %s", err.msg);
}

static inline void
end(struct story *s)
{
	free(s->obs);
}

static inline const struct rep_incident *
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

static inline const struct rep_cell *
cell(struct story *s, const char *label, const char *provider)
{
	for (size_t n = 0; n < s->v.cells_n; n++)
		if (s->v.cells[n].key.label == name(s, label) &&
		    s->v.cells[n].key.provider == name(s, provider) && !s->v.cells[n].folded)
			return &s->v.cells[n];
	return NULL;
}

static inline bool
has(const struct rep_incident *i, const char *evidence)
{
	for (size_t n = 0; i != NULL && n < i->evidence_n; n++)
		if (strcmp(i->evidence[n].name, evidence) == 0)
			return true;
	return false;
}

static inline bool
advises(const struct rep_incident *i, const char *words)
{
	for (size_t n = 0; i != NULL && n < i->next_n; n++)
		if (rep_str_find(i->next[n].step, rep_str_c(words), 0) != SIZE_MAX)
			return true;
	return false;
}

static inline int64_t
at(unsigned hour)
{
	return START + (int64_t)hour * HOUR;
}

#define MS "microsoft-consumer"
#define S3140 "microsoft-consumer.s3140"
#define S775 "microsoft-consumer.s775"

static inline bool
story_open(void)
{
	struct rep_err err = { .msg = "" };

	know = rep_know_new();
	arena = rep_arena_new(256 << 20);
	rules_arena = rep_arena_new(4 << 20);
	if (rep_know_add_builtin(know, &err) == REP_OK && rep_know_ready(know, &err) == REP_OK &&
	    rep_weights_builtin(&weights, rules_arena, &err) == REP_OK)
		return true;
	ok(false, "built in: %s", err.msg);
	return false;
}

static inline void
story_close(void)
{
	rep_know_free(know);
	rep_arena_free(arena);
	rep_arena_free(rules_arena);
}

#endif
