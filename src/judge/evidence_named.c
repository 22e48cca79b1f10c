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

#include <math.h>
#include <stdlib.h>

/* Judgement. What began longer ago than a week has a cause of its own. */
enum { APART_MIN = 7 * 24 * 60 };
/* Only the nearest in time are looked at, to each side: where many small hosts refuse, all ask for all. */
enum { LOOKED_AT = 256 };

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

static int
by_time(const void *a, const void *b)
{
	const struct rep_begun *x = a, *y = b;

	return x->since_s != y->since_s	 ? (x->since_s < y->since_s ? -1 : 1)
	    : x->incident != y->incident ? (x->incident < y->incident ? -1 : 1)
					 : 0;
}

/* All troubles by time, and the cause that each names. Gathered once. False: the arena is used up. */
static bool
gathered(const struct rep_verdicts *v)
{
	struct rep_index *x = v->index;
	struct rep_begun *begun;
	int8_t *named;

	if (x->begun != NULL)
		return true;
	begun = rep_arena_alloc(x->a, (v->incidents_n + 1) * sizeof *begun);
	named = rep_arena_alloc(x->a, v->incidents_n + 1);
	if (begun == NULL || named == NULL) {
		x->small = true;
		return false;
	}
	for (size_t n = 0; n < v->incidents_n; n++) {
		const struct rep_incident *i = &v->incidents[n];

		begun[n] = (struct rep_begun){ rep_incident_last(i)->since_s, (uint32_t)n };
		named[n] = i->theirs ? -1 : (int8_t)named_cause(v->in, i);
	}
	if (v->incidents_n > 1)
		qsort(begun, v->incidents_n, sizeof *begun, by_time);
	x->named = named;
	x->begun = begun;
	return true;
}

/* A walk over the troubles outward from the moment at which this one began, the nearest first. */
struct outward {
	const struct rep_begun *at;
	size_t first, before, after, n; /* [first, before) and [after, n) are to come */
	int64_t from_s;
};

static struct outward
outward(const struct rep_hearing *h)
{
	struct outward w = {
		.at = h->v->index->begun, .n = h->v->incidents_n, .from_s = h->e->since_s
	};
	size_t low = 0, high = w.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (w.at[mid].since_s < w.from_s)
			low = mid + 1;
		else
			high = mid;
	}
	w.before = w.after = low;
	w.first = low > LOOKED_AT ? low - LOOKED_AT : 0;
	w.n = w.n - low > LOOKED_AT ? low + LOOKED_AT : w.n;
	return w;
}

/* The next trouble that began within so many minutes. NULL: there is no more. */
static const struct rep_begun *
next_outward(struct outward *w, double within_min)
{
	const struct rep_begun *x;
	bool back = w->before > w->first, on = w->after < w->n;

	if (back && on)
		back =
		    w->from_s - w->at[w->before - 1].since_s <= w->at[w->after].since_s - w->from_s;
	if (!back && !on)
		return NULL;
	x = back ? &w->at[--w->before] : &w->at[w->after++];
	return fabs((double)(x->since_s - w->from_s)) <= within_min * 60 ? x : NULL;
}

static void
note(const struct rep_hearing *h, struct near_named near[REP_CAUSE_N], size_t incident,
    const struct rep_cell *x)
{
	int c = h->v->index->named[incident];
	double apart = rep_hearing_minutes_apart(h, &h->v->incidents[incident]);

	if (c >= 0 && (near[c].cell == NULL || apart < near[c].apart_min))
		near[c] = (struct near_named){ apart, x };
}

/* What other providers name of the same source. */
static void
of_this_source(const struct rep_hearing *h, struct near_named near[REP_CAUSE_N])
{
	const struct rep_label_cells *of = rep_index_label(h->v, h->cell->key.label);

	for (size_t k = 0; of != NULL && k < of->n; k++) {
		const struct rep_cell *x = &h->v->cells[h->v->index->cell_at[of->first + k]];

		if (x->key.route != h->cell->key.route ||
		    rep_index_same_provider(&x->key, &h->cell->key))
			continue;
		for (size_t t = 0; t < REP_TROUBLE_N; t++)
			if (x->of[t] != 0)
				note(h, near, x->of[t] - 1, x);
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

/*
 * Whether what a trouble names counts here too: of another label of this source as its own, of another
 * source only what is about the mail itself, and only for the same mail.
 */
static bool
concerns(const struct rep_hearing *h, const struct rep_incident *x, int named)
{
	const struct rep_cell_key *own = &h->cell->key, *key = &h->v->cells[x->cell].key;

	if (named < 0 || x->everywhere || key->label == own->label)
		return false;
	if (rep_hearing_same_source(h, key->label))
		return key->route == own->route && !rep_index_same_provider(key, own);
	return (named == REP_CAUSE_AUTHENTICATION || named == REP_CAUSE_CONTENT) &&
	    same_mail(h->i, x);
}

static void
of_others(const struct rep_hearing *h, struct near_named near[REP_CAUSE_N])
{
	struct outward w = outward(h);
	const struct rep_begun *at;

	while ((at = next_outward(&w, APART_MIN)) != NULL) {
		const struct rep_incident *x = &h->v->incidents[at->incident];

		if (concerns(h, x, h->v->index->named[at->incident]))
			note(h, near, at->incident, &h->v->cells[x->cell]);
	}
}

static void
tell(struct rep_hearing *h, enum rep_evidence_id id, const char *words,
    const struct near_named *near)
{
	bool other = !rep_hearing_same_source(h, near->cell->key.label);
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

/*
 * Other sources of ours that meet trouble at other providers within a day: then it is not about one
 * network, nor about one provider.
 */
static void
others_refused(struct rep_hearing *h)
{
	enum { MOST = 10 }; /* judgement: more say nothing more */
	struct outward w = outward(h);
	const struct rep_begun *at;
	size_t n = 0;

	while (n < MOST && (at = next_outward(&w, (double)REP_DAY_S / 60)) != NULL) {
		const struct rep_incident *x = &h->v->incidents[at->incident];
		const struct rep_cell_key *key = &h->v->cells[x->cell].key;

		n += !x->theirs && !x->everywhere && !rep_hearing_same_source(h, key->label) &&
		    !rep_index_same_provider(key, &h->cell->key);
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
also_named(struct rep_hearing *h)
{
	const int8_t *named = h->v->index->named;
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

void
rep_evidence_named(struct rep_hearing *h)
{
	struct near_named near[REP_CAUSE_N] = { { 0 } };

	if (h->i->everywhere || !gathered(h->v))
		return;
	of_this_source(h, near);
	of_others(h, near);
	for (int c = 0; c < REP_CAUSE_N; c++)
		if (near[c].cell != NULL && names[c].words != NULL &&
		    near[c].apart_min <= APART_MIN)
			tell(h, names[c].elsewhere, names[c].words, &near[c]);
	also_named(h);
	others_refused(h);
}
