/*
 * Evidence from what other providers name as the reason, for the same source at about the same time.
 *
 * One says SPF, another refuses in the same hour in words that say nothing: the second reason is
 * likely the first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "judge/hearing.h"

enum { APART_MIN = 7 * 24 * 60 };

/* For each cause the trouble that began nearest to this one, and in whose words it is named. */
struct near_named {
	double apart_min;
	const struct rep_cell *cell; /* NULL: nobody names it */
};

/* The cause that the words of a trouble name. -1: none. */
static int
named_cause(const struct rep_judge_in *in, const struct rep_incident *i)
{
	const struct rep_rule *r = rep_know_rule(in->know, rep_name(&in->names, i->rule));

	switch (i->class) {
	case REP_CLASS_AUTHENTICATION: return REP_CAUSE_AUTHENTICATION;
	case REP_CLASS_IDENTITY: return REP_CAUSE_IDENTITY;
	default: return r != NULL ? r->cause : -1;
	}
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

static void
tell(struct rep_hearing *h, enum rep_evidence_id id, const char *words,
    const struct near_named *near)
{
	struct rep_str p = rep_provider_text(h->in, &near->cell->key, h->a);
	struct rep_str provider = rep_name(&h->in->names, near->cell->key.provider);
	char span[REP_TIME_TEXT];

	rep_hear_measured(h, id, near->apart_min,
	    rep_arena_printf(h->a, "%.*s %s %s; that began within %s of this", REP_PR(p),
		rep_provider_plural(p) ? "name" : "names", words,
		rep_time_span((int64_t)(near->apart_min * 60), span)),
	    rep_arena_printf(h->a, "{\"provider\":\"%.*s\",\"apart_s\":%.0f}", REP_PR(provider),
		near->apart_min * 60));
}

void
rep_evidence_named(struct rep_hearing *h)
{
	static const struct {
		enum rep_evidence_id id;
		const char *words; /* NULL: it says nothing of this trouble */
	} names[REP_CAUSE_N] = {
		[REP_CAUSE_RANGE] = { REP_EVIDENCE_ELSEWHERE_NAMES_RANGE, "your network" },
		[REP_CAUSE_OWN_REPUTATION] = { REP_EVIDENCE_ELSEWHERE_NAMES_OWN,
		    "complaints or your reputation" },
		[REP_CAUSE_HYGIENE] = { REP_EVIDENCE_ELSEWHERE_NAMES_HYGIENE,
		    "recipients that do not exist" },
		[REP_CAUSE_AUTHENTICATION] = { REP_EVIDENCE_ELSEWHERE_NAMES_AUTHENTICATION,
		    "SPF, DKIM or DMARC" },
		[REP_CAUSE_IDENTITY] = { REP_EVIDENCE_ELSEWHERE_NAMES_IDENTITY, "PTR or HELO" },
		[REP_CAUSE_VOLUME] = { REP_EVIDENCE_ELSEWHERE_NAMES_VOLUME, "rate or volume" },
		[REP_CAUSE_CONTENT] = { REP_EVIDENCE_ELSEWHERE_NAMES_CONTENT,
		    "what the messages say" },
	};
	const struct rep_label_cells *of = rep_index_label(h->v, h->cell->key.label);
	struct near_named near[REP_CAUSE_N] = { { 0 } };
	const int8_t *named = all_named(h->v);

	for (size_t k = 0; named != NULL && of != NULL && k < of->n && !h->i->everywhere; k++) {
		const struct rep_cell *x = &h->v->cells[h->v->index->cell_at[of->first + k]];

		if (x->key.route == h->cell->key.route && x->key.provider != h->cell->key.provider)
			look_at(h, named, x, near);
	}
	for (int c = 0; c < REP_CAUSE_N; c++)
		if (near[c].cell != NULL && names[c].words != NULL &&
		    near[c].apart_min <= APART_MIN)
			tell(h, names[c].id, names[c].words, &near[c]);
}
