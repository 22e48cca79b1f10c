/*
 * Evidence from what other words name as the reason, at about the same time: of other providers for the
 * same source, of any provider for other sources with the same mail, and of this provider in other replies.
 *
 * One says SPF, another refuses in the same hour in words that say nothing: the second reason is
 * likely the first. What is wrong with a record or with a message is wrong from whichever server it
 * leaves, so there other sources count that send the same streams.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "judge/hearing.h"

#include <stdlib.h>

enum { APART_MIN = 7 * 24 * 60 };

/* For each cause the trouble that began nearest to this one, and in whose words it is named. */
struct near_named {
	double apart_min;
	const struct rep_cell *cell; /* NULL: nobody names it */
};

/* The cause that words of a class name, or their rule. -1: none. */
static int
cause_of(const struct rep_rule *r, enum rep_class class)
{
	switch (class) {
	case REP_CLASS_AUTHENTICATION: return REP_CAUSE_AUTHENTICATION;
	case REP_CLASS_IDENTITY: return REP_CAUSE_IDENTITY;
	default: return r != NULL ? r->cause : -1;
	}
}

/* The cause that the words of a trouble name. -1: none. */
static int
named_cause(const struct rep_judge_in *in, const struct rep_incident *i)
{
	return cause_of(rep_know_rule(in->know, rep_name(&in->names, i->rule)), i->class);
}

/* Of each incident once: where many small hosts refuse, each incident asks for all others. */
static const int8_t *
all_named(const struct rep_verdicts *v)
{
	int8_t *c;

	if (v->index->named != NULL)
		return v->index->named;
	if ((c = rep_arena_alloc(v->index->a, v->incidents_n + 1)) == NULL) {
		v->index->small = true;
		return NULL;
	}
	for (size_t n = 0; n < v->incidents_n; n++)
		c[n] = v->incidents[n].theirs ? -1 : (int8_t)named_cause(v->in, &v->incidents[n]);
	return v->index->named = c;
}

static void
look_at(const struct rep_hearing *h, const int8_t *named, const struct rep_cell *x,
    struct near_named near[REP_CAUSE_N])
{
	for (size_t t = 0; t < REP_TROUBLE_N; t++) {
		int c = x->of[t] != 0 ? named[x->of[t] - 1] : -1;
		double apart;

		if (c < 0)
			continue;
		apart = rep_hearing_minutes_apart(h, &h->v->incidents[x->of[t] - 1]);
		if (near[c].cell == NULL || apart < near[c].apart_min)
			near[c] = (struct near_named){ apart, x };
	}
}

/* Whether both troubles hit a stream in common. Of each the streams that it hits most. */
static bool
same_mail(const struct rep_incident *x, const struct rep_incident *y)
{
	enum { MOST = 16 };

	for (size_t k = 0; k < x->streams_n && k < MOST; k++)
		for (size_t m = 0; m < y->streams_n && m < MOST; m++)
			if (x->streams[k].stream == y->streams[m].stream &&
			    x->streams[k].stream != 0 && x->streams[k].stream != REP_OTHER_STREAMS)
				return true;
	return false;
}

static int
by_time(const void *a, const void *b)
{
	const struct rep_named_at *x = a, *y = b;

	return x->since_s != y->since_s	 ? (x->since_s < y->since_s ? -1 : 1)
	    : x->incident != y->incident ? (x->incident < y->incident ? -1 : 1)
					 : 0;
}

/* The first of n that began at that time or later. */
static size_t
first_from(const struct rep_named_at *at, size_t n, int64_t since_s)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (at[mid].since_s < since_s)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The troubles that name a cause of the mail itself, by time. Gathered once. */
static const struct rep_named_at *
all_of_mail(const struct rep_verdicts *v, const int8_t *named)
{
	struct rep_index *x = v->index;
	struct rep_named_at *at;

	if (x->named_at != NULL)
		return x->named_at;
	if ((at = rep_arena_alloc(x->a, (v->incidents_n + 1) * sizeof *at)) == NULL) {
		x->small = true;
		return NULL;
	}
	for (size_t n = 0; n < v->incidents_n; n++)
		if (named[n] == REP_CAUSE_AUTHENTICATION || named[n] == REP_CAUSE_CONTENT)
			at[x->named_at_n++] =
			    (struct rep_named_at){ rep_incident_last(&v->incidents[n])->since_s,
				    (uint32_t)n };
	if (x->named_at_n > 1)
		qsort(at, x->named_at_n, sizeof *at, by_time);
	return x->named_at = at;
}

/* What is named of other sources with the same mail. Only the nearest in time are looked at. */
static void
of_others(const struct rep_hearing *h, const int8_t *named, struct near_named near[REP_CAUSE_N])
{
	enum { LOOKED_AT = 16 };
	const struct rep_named_at *at = all_of_mail(h->v, named);
	size_t n = at != NULL ? h->v->index->named_at_n : 0;
	size_t low = first_from(at, n, h->e->since_s);

	for (size_t k = low > LOOKED_AT ? low - LOOKED_AT : 0; k < n && k < low + LOOKED_AT; k++) {
		const struct rep_incident *x = &h->v->incidents[at[k].incident];
		const struct rep_cell *cell = &h->v->cells[x->cell];
		int c = named[at[k].incident];
		double apart = rep_hearing_minutes_apart(h, x);

		if (cell->key.label != h->cell->key.label && !x->everywhere &&
		    (near[c].cell == NULL || apart < near[c].apart_min) && same_mail(h->i, x))
			near[c] = (struct near_named){ apart, cell };
	}
}

static void
tell(struct rep_hearing *h, enum rep_evidence_id id, const char *words,
    const struct near_named *near)
{
	bool other = near->cell->key.label != h->cell->key.label;
	struct rep_str source =
	    other ? rep_hearing_source(h, near->cell->key.label) : rep_str_c("");
	struct rep_str p = rep_provider_text(h->in, &near->cell->key, h->a);
	struct rep_str provider = rep_name(&h->in->names, near->cell->key.provider);
	char span[REP_TIME_TEXT];

	rep_hear_measured(h, id, near->apart_min,
	    rep_arena_printf(h->a, "%.*s %s %s%s%.*s; that began within %s of this", REP_PR(p),
		rep_provider_plural(p) ? "name" : "names", words,
		other ? ", for the same mail from " : "", REP_PR(source),
		rep_time_span((int64_t)(near->apart_min * 60), span)),
	    rep_arena_printf(h->a, "{\"provider\":\"%.*s\",\"apart_s\":%.0f}", REP_PR(provider),
		near->apart_min * 60));
}

/* All troubles by time. Gathered once. */
static const struct rep_named_at *
all_by_time(const struct rep_verdicts *v)
{
	struct rep_index *x = v->index;
	struct rep_named_at *at;

	if (x->begun_at != NULL)
		return x->begun_at;
	if ((at = rep_arena_alloc(x->a, (v->incidents_n + 1) * sizeof *at)) == NULL) {
		x->small = true;
		return NULL;
	}
	for (size_t n = 0; n < v->incidents_n; n++)
		at[n] = (struct rep_named_at){ rep_incident_last(&v->incidents[n])->since_s,
			(uint32_t)n };
	if (v->incidents_n > 1)
		qsort(at, v->incidents_n, sizeof *at, by_time);
	return x->begun_at = at;
}

/*
 * Other sources of ours that meet trouble at other providers within a day: then it is not about one
 * network, nor about one provider.
 */
static void
others_refused(struct rep_hearing *h)
{
	enum { MOST = 10, LOOKED_AT = 64 };
	const struct rep_named_at *at = all_by_time(h->v);
	size_t all = at != NULL ? h->v->incidents_n : 0, n = 0;
	size_t low = first_from(at, all, h->e->since_s - REP_DAY_S);

	for (size_t k = low; k < all && k < low + LOOKED_AT && n < MOST &&
	     at[k].since_s <= h->e->since_s + REP_DAY_S;
	     k++) {
		const struct rep_incident *x = &h->v->incidents[at[k].incident];
		const struct rep_cell_key *key = &h->v->cells[x->cell].key;

		n += !x->theirs && !x->everywhere && key->label != h->cell->key.label &&
		    key->provider != h->cell->key.provider;
	}
	if (n > 0)
		rep_hear_measured(h, REP_EVIDENCE_OTHERS_REFUSED, (double)n,
		    rep_arena_printf(h->a,
			"other sources of yours were refused or slowed by other providers within a "
			"day of it (%zu%s)",
			n, n == MOST ? " or more" : ""),
		    rep_arena_printf(h->a, "{\"troubles\":%zu}", n));
}

/* The pieces of each cause, and how its words are told. words NULL: it says nothing of this trouble. */
static const struct {
	enum rep_evidence_id elsewhere, also;
	const char *words;
} names[REP_CAUSE_N] = {
	[REP_CAUSE_RANGE] = { REP_EVIDENCE_ELSEWHERE_NAMES_RANGE, REP_EVIDENCE_ALSO_NAMES_RANGE,
	    "your network" },
	[REP_CAUSE_OWN_REPUTATION] = { REP_EVIDENCE_ELSEWHERE_NAMES_OWN,
	    REP_EVIDENCE_ALSO_NAMES_OWN, "complaints or your reputation" },
	[REP_CAUSE_HYGIENE] = { REP_EVIDENCE_ELSEWHERE_NAMES_HYGIENE,
	    REP_EVIDENCE_ALSO_NAMES_HYGIENE, "recipients that do not exist" },
	[REP_CAUSE_AUTHENTICATION] = { REP_EVIDENCE_ELSEWHERE_NAMES_AUTHENTICATION,
	    REP_EVIDENCE_ALSO_NAMES_AUTHENTICATION, "SPF, DKIM or DMARC" },
	[REP_CAUSE_IDENTITY] = { REP_EVIDENCE_ELSEWHERE_NAMES_IDENTITY,
	    REP_EVIDENCE_ALSO_NAMES_IDENTITY, "PTR or HELO" },
	[REP_CAUSE_VOLUME] = { REP_EVIDENCE_ELSEWHERE_NAMES_VOLUME, REP_EVIDENCE_ALSO_NAMES_VOLUME,
	    "rate or volume" },
	[REP_CAUSE_CONTENT] = { REP_EVIDENCE_ELSEWHERE_NAMES_CONTENT,
	    REP_EVIDENCE_ALSO_NAMES_CONTENT, "what the messages say" },
};

static void
tell_also(struct rep_hearing *h, int c, double apart_min, struct rep_str rule)
{
	char span[REP_TIME_TEXT];

	rep_hear_measured(h, names[c].also, apart_min,
	    apart_min > 0
		? rep_arena_printf(h->a,
		      "other replies of theirs to this source name %s (rule %.*s); that began "
		      "within %s of this",
		      names[c].words, REP_PR(rule), rep_time_span((int64_t)(apart_min * 60), span))
		: rep_arena_printf(h->a, "some of their replies name %s (rule %.*s)",
		      names[c].words, REP_PR(rule)),
	    rep_arena_printf(
		h->a, "{\"rule\":\"%.*s\",\"apart_s\":%.0f}", REP_PR(rule), apart_min * 60));
}

/*
 * Other words of the same provider: in this trouble (a tenth of its replies or more), and in another kind
 * of trouble of the same cell. Providers answer one fault in several words, and some say more than others.
 */
static void
also_named(struct rep_hearing *h, const int8_t *named)
{
	int own = named_cause(h->in, h->i);

	for (size_t k = 0; k < h->i->also_n; k++) {
		struct rep_str id = rep_name(&h->in->names, h->i->also[k].rule);
		const struct rep_rule *r = rep_know_rule(h->in->know, id);
		int c = r != NULL ? cause_of(r, r->class) : -1;

		if (c >= 0 && c != own && names[c].words != NULL)
			tell_also(h, c, 0, id);
	}
	for (size_t t = 0; t < REP_TROUBLE_N; t++) {
		size_t n = h->cell->of[t];
		int c = n != 0 && t != h->i->trouble ? named[n - 1] : -1;
		double apart = c >= 0 ? rep_hearing_minutes_apart(h, &h->v->incidents[n - 1]) : 0;

		if (c >= 0 && c != own && names[c].words != NULL && apart <= APART_MIN)
			tell_also(
			    h, c, apart, rep_name(&h->in->names, h->v->incidents[n - 1].rule));
	}
}

/*
 * SPF can be checked at MAIL FROM (evidence_stage.c): where others name it, it may be the reason there too,
 * unless these words name the network: a list of addresses does not look at SPF.
 */
void
rep_evidence_named(struct rep_hearing *h)
{
	const struct rep_label_cells *of = rep_index_label(h->v, h->cell->key.label);
	struct near_named near[REP_CAUSE_N] = { { 0 } };
	const int8_t *named = all_named(h->v);

	if (named == NULL || h->i->everywhere)
		return;
	for (size_t k = 0; of != NULL && k < of->n; k++) {
		const struct rep_cell *x = &h->v->cells[h->v->index->cell_at[of->first + k]];

		if (x->key.route == h->cell->key.route && x->key.provider != h->cell->key.provider)
			look_at(h, named, x, near);
	}
	of_others(h, named, near);
	for (int c = 0; c < REP_CAUSE_N; c++)
		if (near[c].cell != NULL && names[c].words != NULL &&
		    near[c].apart_min <= APART_MIN)
			tell(h, names[c].elsewhere, names[c].words, &near[c]);
	also_named(h, named);
	others_refused(h);
	if (h->i->stage == REP_STAGE_MAIL &&
	    (h->rule == NULL || h->rule->cause != REP_CAUSE_RANGE) &&
	    (rep_incident_evidence(h->i, REP_EVIDENCE_ELSEWHERE_NAMES_AUTHENTICATION) != NULL ||
		rep_incident_evidence(h->i, REP_EVIDENCE_ALSO_NAMES_AUTHENTICATION) != NULL))
		h->i->cannot_be[REP_CAUSE_AUTHENTICATION] = false;
}
