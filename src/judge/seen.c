/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/seen.h"
#include "base/time.h"
#include "judge/index.h"
#include "judge/passed.h"
#include "judge/track.h"

#include <stdlib.h>

enum { DOCUMENTS_S = 7 * REP_DAY_S };

const char *
rep_seen_by_word(enum rep_seen_by b)
{
	static const char *const words[REP_SEEN_BY_N] = { "log", "bounce", "delay-notice",
		"words" };

	return words[b];
}

const char *
rep_seen_is_word(enum rep_seen_is v)
{
	static const char *const words[REP_SEEN_IS_N] = { "too-little", "receiver-mistake",
		"next-hop", "one-message" };

	return words[v];
}

static enum rep_seen_by
told_by(const struct rep_index *x, const struct rep_observation *o)
{
	bool document = rep_index_by_bounces(x, o->label);

	if (o->status == REP_STATUS_DELAYED)
		return document ? REP_SEEN_BY_NOTICE : REP_SEEN_BY_WORDS;
	return document ? REP_SEEN_BY_BOUNCE : REP_SEEN_BY_LOG;
}

/* Whether the cell has an attempt: then its words without a recipient belong to one of them. */
static bool
has_attempts(const struct rep_observation *o, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (o[k].status != REP_STATUS_DELAYED && o[k].status != REP_STATUS_NONE)
			return true;
	return false;
}

static bool
recent(const struct rep_judge_in *in, const struct rep_observation *o, enum rep_seen_by by)
{
	bool of_log = by == REP_SEEN_BY_LOG || by == REP_SEEN_BY_WORDS;
	int64_t window_s = of_log ? in->window_s : (int64_t)DOCUMENTS_S;

	if (o->first_s > in->now_s)
		return false;
	return in->window_s == 0 || o->last_s > in->now_s - window_s;
}

static enum rep_seen_is
what_it_is(const struct rep_observation *o, enum rep_scope scope)
{
	if (o->quoted)
		return REP_SEEN_NEXT_HOP;
	if (o->class == REP_CLASS_NETWORK)
		return REP_SEEN_TOO_LITTLE; /* nobody was reached: it may be the own network */
	switch (scope) {
	case REP_SCOPE_PROVIDER: return REP_SEEN_THEIRS;
	case REP_SCOPE_MESSAGE:
	case REP_SCOPE_URL:
	case REP_SCOPE_RECIPIENT: return REP_SEEN_ONE_MESSAGE;
	default: return REP_SEEN_TOO_LITTLE;
	}
}

/* Whether the incident is of this kind of reply, and had it in one of its episodes. */
static bool
tells(const struct rep_verdicts *v, const struct rep_incident *i, const struct rep_observation *o)
{
	enum rep_trouble t;

	if (rep_index_trouble(v, o, &t) && t != i->trouble && t != REP_TROUBLE_DROP)
		return false;
	for (size_t e = 0; e < i->episodes_n; e++)
		if (o->last_s >= i->episodes[e].since_s &&
		    (i->episodes[e].until_s == 0 || o->first_s <= i->episodes[e].until_s))
			return true;
	return false;
}

/* Whether an incident of the cell, or one of all sources, tells of this reply. */
static bool
in_an_incident(
    const struct rep_verdicts *v, const struct rep_cell *c, const struct rep_observation *o)
{
	for (uint32_t n = v->index->first_of_cell[c - v->cells]; n != 0;
	     n = v->index->next_of_cell[n - 1])
		if (tells(v, &v->incidents[n - 1], o))
			return true;
	for (int t = 0; t < REP_TROUBLE_N; t++)
		if (c->of[t] != 0 && v->incidents[c->of[t] - 1].everywhere &&
		    tells(v, &v->incidents[c->of[t] - 1], o))
			return true;
	return false;
}

/* Replies like these that are missing for a verdict. 0: a verdict rests on more than their number. */
static uint32_t
missing(
    const struct rep_verdicts *v, const struct rep_observation *o, enum rep_seen_by by, uint64_t n)
{
	struct rep_observation as_log = *o;
	enum rep_trouble t;
	uint64_t need;

	as_log.evidence = true;
	as_log.status = REP_STATUS_BOUNCED;
	if (by == REP_SEEN_BY_NOTICE || by == REP_SEEN_BY_WORDS ||
	    !rep_index_trouble(v, &as_log, &t))
		return 0;
	need = by == REP_SEEN_BY_BOUNCE ? REP_BOUNCES_MAKE : rep_trouble_terms[t].replies;
	return n < need ? (uint32_t)(need - n) : 0;
}

static void
note_host(struct rep_seen_row *r, uint32_t domain, uint64_t n)
{
	size_t k = 0;

	if (domain == 0)
		return;
	while (k < REP_SEEN_HOSTS && r->hosts[k].n > 0 && r->hosts[k].domain != domain)
		k++;
	if (k == REP_SEEN_HOSTS || r->hosts[k].n == 0)
		r->hosts_n++;
	if (k == REP_SEEN_HOSTS) {
		if (n <= r->hosts[--k].n)
			return;
		r->hosts[k].n = 0;
	}
	r->hosts[k].domain = domain;
	r->hosts[k].n += n;
	for (; k > 0 && r->hosts[k - 1].n < r->hosts[k].n; k--) {
		uint32_t d = r->hosts[k].domain;
		uint64_t m = r->hosts[k].n;

		r->hosts[k] = r->hosts[k - 1];
		r->hosts[k - 1].domain = d;
		r->hosts[k - 1].n = m;
	}
}

/* The row of this kind; made when there is none. NULL: there are too many. */
static struct rep_seen_row *
row_of(struct rep_seen_list *s, const struct rep_seen_row *key)
{
	for (size_t n = 0; n < s->n; n++) {
		const struct rep_seen_row *r = &s->v[n];

		if (r->provider == key->provider && r->rule == key->rule &&
		    r->class == key->class && r->scope == key->scope && r->by == key->by &&
		    r->is == key->is)
			return &s->v[n];
	}
	if (s->n == REP_SEEN_ROWS)
		return NULL;
	s->v[s->n] = *key;
	return &s->v[s->n++];
}

/* Whether the provider took something in the window. Of small hosts: whether anybody did. */
static bool
took(const struct rep_verdicts *v, const struct rep_cell *c)
{
	uint64_t sent = c->key.provider == v->index->other ? v->totals[REP_STATUS_SENT]
							   : c->count[REP_STATUS_SENT];

	return sent > 0;
}

/*
 * Everyday failures of a log that concern nobody but the recipient, and hosts that are away. Where
 * nothing is accepted they are no longer everyday: they are all that there is to tell.
 */
static bool
is_everyday(const struct rep_verdicts *v, struct rep_seen_list *s, const struct rep_cell *c,
    const struct rep_observation *o, enum rep_seen_by by)
{
	/* of each address that did not answer, also where the next one did */
	if (by == REP_SEEN_BY_WORDS && o->class == REP_CLASS_NETWORK)
		return v->totals[REP_STATUS_SENT] > 0;
	if (by != REP_SEEN_BY_LOG)
		return false;
	switch ((enum rep_class)o->class) {
	case REP_CLASS_RECIPIENT:
	case REP_CLASS_MAILBOX:
	case REP_CLASS_GREYLISTED:
		s->recipients += o->count;
		return !o->quoted && v->totals[REP_STATUS_SENT] > 0;
	case REP_CLASS_NETWORK: s->away += o->count; return took(v, c);
	default: return false;
	}
}

static void
add(const struct rep_verdicts *v, struct rep_seen_list *s, const struct rep_cell *c,
    const struct rep_observation *o)
{
	enum rep_seen_by by = told_by(v->index, o);
	struct rep_seen_row key = { .provider = o->provider,
		.rule = o->rule,
		.label = o->label,
		.stream = o->stream,
		.class = (enum rep_class)o->class,
		.by = by,
		.first_s = o->first_s,
		.last_s = o->last_s };
	struct rep_seen_row *r;

	if (o->class == REP_CLASS_ACCEPTED || o->status == REP_STATUS_NONE ||
	    (by == REP_SEEN_BY_LOG && !o->evidence) || !recent(v->in, o, by) ||
	    is_everyday(v, s, c, o, by) || in_an_incident(v, c, o))
		return;
	key.scope = rep_index_scope(v->in, o);
	key.is = what_it_is(o, key.scope);
	if ((r = row_of(s, &key)) == NULL) {
		s->not_told += o->count;
		return;
	}
	r->n += o->count;
	r->taken |= took(v, c);
	r->forwarded += rep_passed_forwarded(v->in, o->stream) ? o->count : 0;
	r->bounced += o->status == REP_STATUS_BOUNCED ? o->count : 0;
	if (o->first_s < r->first_s)
		r->first_s = o->first_s;
	if (o->last_s >= r->last_s) {
		r->last_s = o->last_s;
		r->label = o->label;
		r->stream = o->stream != 0 ? o->stream : r->stream;
	}
	note_host(r, o->provider_domain, o->count);
	r->more = missing(v, o, by, r->n);
}

/* What a person must hear of first: refusals of the sender, by class, then the most. */
static int
worse(const void *a, const void *b)
{
	static const unsigned char ranks[REP_CLASS_N] = { [REP_CLASS_BLOCKED] = 9,
		[REP_CLASS_LISTED] = 8,
		[REP_CLASS_AUTHENTICATION] = 7,
		[REP_CLASS_IDENTITY] = 7,
		[REP_CLASS_THROTTLED] = 6,
		[REP_CLASS_CONTENT] = 5,
		[REP_CLASS_POLICY] = 4,
		[REP_CLASS_UNKNOWN] = 2,
		[REP_CLASS_PROTOCOL] = 3,
		[REP_CLASS_TLS] = 3 };
	const struct rep_seen_row *x = a, *y = b;

	if (x->is != y->is)
		return x->is < y->is ? -1 : 1;
	if (ranks[x->class] != ranks[y->class])
		return ranks[x->class] > ranks[y->class] ? -1 : 1;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	if (x->provider != y->provider)
		return x->provider < y->provider ? -1 : 1;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return x->by < y->by ? -1 : x->by > y->by;
}

enum rep_rc
rep_judge_seen(const struct rep_verdicts *v, struct rep_arena *a, struct rep_seen_list *out,
    struct rep_err *err)
{

	*out = (struct rep_seen_list){ .v = rep_arena_alloc(a, REP_SEEN_ROWS * sizeof *out->v) };
	if (out->v == NULL)
		return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
	for (size_t c = 0; c < v->cells_n; c++) {
		size_t n;
		const struct rep_observation *o = rep_index_obs(v, &v->cells[c], &n);

		bool attempts = has_attempts(o, n);

		for (size_t k = 0; k < n; k++)
			if (!attempts || told_by(v->index, &o[k]) != REP_SEEN_BY_WORDS)
				add(v, out, &v->cells[c], &o[k]);
	}
	qsort(out->v, out->n, sizeof *out->v, worse);
	return REP_OK;
}
