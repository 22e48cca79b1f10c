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
#include <string.h>

/* Judgement. What began longer ago than a week has a cause of its own. */
enum { APART_MIN = 7 * 24 * 60 };
/* Of each trouble the streams that it hits most. */
enum { STREAMS = 16 };

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

	for (size_t k = 0; k < REP_COUNT(x->of); k++)
		if (x->of[k] != y->of[k])
			return x->of[k] < y->of[k] ? -1 : 1;
	return x->since_s != y->since_s	 ? (x->since_s < y->since_s ? -1 : 1)
	    : x->incident != y->incident ? (x->incident < y->incident ? -1 : 1)
					 : 0;
}

static bool
one_run(const struct rep_begun *x, const struct rep_begun *y)
{
	return x->party == y->party && memcmp(x->of, y->of, sizeof x->of) == 0;
}

static void
sort_list(struct rep_begun_list *l)
{
	if (l->n > 1)
		qsort(l->v, l->n, sizeof *l->v, by_time);
	for (size_t n = 0; n < l->n; n++)
		l->v[n].run_first =
		    n > 0 && one_run(&l->v[n - 1], &l->v[n]) ? l->v[n - 1].run_first : (uint32_t)n;
	for (size_t n = l->n; n-- > 0;)
		l->v[n].run_end = n + 1 < l->n && one_run(&l->v[n], &l->v[n + 1])
		    ? l->v[n + 1].run_end
		    : (uint32_t)n + 1;
}

/* What is wrong with a record or a message is wrong from another source as well. */
static bool
of_mail(int cause)
{
	return cause == REP_CAUSE_AUTHENTICATION || cause == REP_CAUSE_CONTENT;
}

static bool
told_apart(uint32_t stream)
{
	return stream != 0 && stream != REP_OTHER_STREAMS;
}

static uint64_t
provider_of(const struct rep_cell_key *key)
{
	return (uint64_t)key->provider << 32 | key->provider_domain;
}

static void
gather_one(const struct rep_verdicts *v, uint32_t incident)
{
	struct rep_index *x = v->index;
	const struct rep_incident *i = &v->incidents[incident];
	const struct rep_cell_key *key = &v->cells[i->cell].key;
	int named = x->named[incident];
	uint32_t source = rep_index_source(v, key->label), cause = (uint32_t)named;
	struct rep_begun b = {
		.party = source, .since_s = rep_incident_last(i)->since_s, .incident = incident
	};

	x->begun.v[x->begun.n++] = b;
	for (size_t k = 0; of_mail(named) && k < i->streams_n && k < STREAMS; k++)
		if (told_apart(i->streams[k].stream)) {
			b.of[0] = cause;
			b.of[1] = i->streams[k].stream;
			x->named_of_mail.v[x->named_of_mail.n++] = b;
		}
	if (named >= 0) {
		b.of[0] = cause;
		b.of[1] = source;
		b.of[2] = key->route;
		b.party = provider_of(key);
		x->named_here.v[x->named_here.n++] = b;
	}
}

/*
 * The cause that each trouble names, and the troubles in the three orders in which they are looked for.
 * Those of the receiver are left out, as they say nothing of a source. Gathered once. False: the arena is
 * used up.
 */
static bool
gathered(const struct rep_verdicts *v)
{
	struct rep_index *x = v->index;
	size_t n_streams = 0;
	int8_t *named;

	if (x->begun.v != NULL)
		return true;
	if ((named = rep_arena_alloc(x->a, v->incidents_n + 1)) == NULL) {
		x->small = true;
		return false;
	}
	for (size_t n = 0; n < v->incidents_n; n++) {
		const struct rep_incident *i = &v->incidents[n];

		named[n] = i->theirs || i->everywhere ? -1 : (int8_t)named_cause(v->in, i);
		if (of_mail(named[n]))
			n_streams += i->streams_n < STREAMS ? i->streams_n : STREAMS;
	}
	x->named = named;
	x->named_of_mail.v = rep_arena_alloc(x->a, (n_streams + 1) * sizeof *x->begun.v);
	x->named_here.v = rep_arena_alloc(x->a, (v->incidents_n + 1) * sizeof *x->begun.v);
	x->begun.v = rep_arena_alloc(x->a, (v->incidents_n + 1) * sizeof *x->begun.v);
	if (x->named_of_mail.v == NULL || x->named_here.v == NULL || x->begun.v == NULL) {
		x->begun.v = NULL;
		x->small = true;
		return false;
	}
	for (size_t n = 0; n < v->incidents_n; n++)
		if (!v->incidents[n].theirs && !v->incidents[n].everywhere)
			gather_one(v, (uint32_t)n);
	sort_list(&x->begun);
	sort_list(&x->named_here);
	sort_list(&x->named_of_mail);
	return true;
}

/*
 * A walk over the troubles outward from the moment at which this one began, the nearest first. It passes
 * over those of one party, many at a time: where many small hosts refuse, all ask for all.
 */
struct outward {
	const struct rep_begun *at;
	size_t first, before, after, n; /* [first, before) and [after, n) are to come */
	int64_t from_s;
	uint64_t but; /* the party */
};

/* The first place in a list that does not come before this. */
static size_t
place(const struct rep_begun_list *l, const struct rep_begun *key)
{
	size_t low = 0, high = l->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (by_time(&l->v[mid], key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Those that are found by the three numbers. */
static struct outward
outward(const struct rep_hearing *h, const struct rep_begun_list *l, uint32_t a, uint32_t b,
    uint32_t c, uint64_t but)
{
	struct rep_begun key = { .of = { a, b, c }, .since_s = INT64_MIN };
	struct outward w = { .at = l->v, .from_s = h->e->since_s, .but = but };

	w.first = place(l, &key);
	key.since_s = w.from_s;
	w.before = w.after = place(l, &key);
	key.since_s = INT64_MAX;
	w.n = place(l, &key);
	return w;
}

/* The next trouble that began within so many minutes. NULL: there is no more. */
static const struct rep_begun *
next_outward(struct outward *w, double within_min)
{
	const struct rep_begun *x;
	bool back, on;

	while (w->before > w->first && w->at[w->before - 1].party == w->but)
		w->before = w->at[w->before - 1].run_first;
	while (w->after < w->n && w->at[w->after].party == w->but)
		w->after = w->at[w->after].run_end;
	back = w->before > w->first;
	on = w->after < w->n;
	if (back && on)
		back =
		    w->from_s - w->at[w->before - 1].since_s <= w->at[w->after].since_s - w->from_s;
	if (!back && !on)
		return NULL;
	x = back ? &w->at[--w->before] : &w->at[w->after++];
	return fabs((double)(x->since_s - w->from_s)) <= within_min * 60 ? x : NULL;
}

/* The nearest one of a walk, if it is nearer than what is known. */
static void
note(const struct rep_hearing *h, struct near_named *near, struct outward w)
{
	const struct rep_begun *b = next_outward(&w, APART_MIN);
	const struct rep_incident *x = b != NULL ? &h->v->incidents[b->incident] : NULL;
	double apart = x != NULL ? rep_hearing_minutes_apart(h, x) : 0;

	if (x != NULL && (near->cell == NULL || apart < near->apart_min))
		*near = (struct near_named){ apart, &h->v->cells[x->cell] };
}

/* What other providers name of the same source, whichever of its labels they saw. */
static void
of_this_source(const struct rep_hearing *h, struct near_named near[REP_CAUSE_N])
{
	const struct rep_cell_key *own = &h->cell->key;
	uint32_t source = rep_index_source(h->v, own->label);

	for (uint32_t c = 0; c < REP_CAUSE_N; c++)
		note(h, &near[c],
		    outward(h, &h->v->index->named_here, c, source, own->route, provider_of(own)));
}

/* What is named of other sources: only what is about the mail itself, and only for the same mail. */
static void
of_others(const struct rep_hearing *h, struct near_named near[REP_CAUSE_N])
{
	uint32_t source = rep_index_source(h->v, h->cell->key.label);

	for (uint32_t c = 0; c < REP_CAUSE_N; c++)
		for (size_t k = 0; of_mail((int)c) && k < h->i->streams_n && k < STREAMS; k++)
			if (told_apart(h->i->streams[k].stream))
				note(h, &near[c],
				    outward(h, &h->v->index->named_of_mail, c,
					h->i->streams[k].stream, 0, source));
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
	struct outward w =
	    outward(h, &h->v->index->begun, 0, 0, 0, rep_index_source(h->v, h->cell->key.label));
	const struct rep_begun *at;
	size_t n = 0;

	while (n < MOST && (at = next_outward(&w, (double)REP_DAY_S / 60)) != NULL) {
		const struct rep_incident *x = &h->v->incidents[at->incident];

		n += !rep_index_same_provider(&h->v->cells[x->cell].key, &h->cell->key);
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
		if (near[c].cell != NULL && names[c].words != NULL)
			tell(h, names[c].elsewhere, names[c].words, &near[c]);
	also_named(h);
	others_refused(h);
}
