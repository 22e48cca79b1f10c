/*
 * What the pieces of evidence share: how a piece is added, and small measures that several use.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"
#include "judge/measure.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

enum { PLACES = 256 };

/* --- measures ------------------------------------------------------------------------------------ */

double
rep_hearing_limit(const struct rep_hearing *h, enum rep_limit_id id)
{
	return rep_weights_limit(h->in->weights, id);
}

bool
rep_hearing_enough(const struct rep_hearing *h, uint64_t messages)
{
	return (double)messages >= rep_hearing_limit(h, REP_LIMIT_COMPARED_MESSAGES);
}

double
rep_hearing_unknown_share(const struct rep_hearing *h, uint32_t label)
{
	enum { LEAST = 20 };
	struct rep_measure m =
	    rep_measure_unknown_recipients(h->v, &h->cell->key, label, h->e->since_s);

	if (rep_hearing_enough(h, m.all))
		return rep_share(m.part, m.all);
	/* Few messages cannot show that a share is low, but that it is high they can. */
	return m.all >= LEAST &&
		rep_share_at_least(m) >= rep_hearing_limit(h, REP_LIMIT_UNKNOWN_HIGH)
	    ? rep_share(m.part, m.all)
	    : -1;
}

bool
rep_hearing_complaints(const struct rep_hearing *h)
{
	return rep_measure_complaints_watched(
	    h->v, h->cell->key.provider, h->e->since_s, h->until_s);
}

const char *
rep_percent_text(double v, char buf[16])
{
	int n = v >= 1 ? 1000 : (int)(v * 1000 + 0.5);

	snprintf(buf, 16, "%d.%d %%", n / 10, n % 10);
	return buf;
}

struct rep_str
rep_hearing_source(const struct rep_hearing *h, uint32_t label)
{
	char buf[REP_IP_TEXT];
	struct rep_str s = rep_arena_dup(h->a, rep_source_text(h->in, label, buf));

	/* A label comes from a log and may hold anything. It is printed in JSON too (facts). */
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~' || s.p[i] == '"' || s.p[i] == '\\')
			((char *)(uintptr_t)s.p)[i] = '?';
	return s;
}

bool
rep_hearing_same_source(const struct rep_hearing *h, uint32_t label)
{
	return label == h->cell->key.label ||
	    rep_label_one_address(h->label, rep_label_of(h->in, label));
}

const struct rep_incident *
rep_hearing_trouble(const struct rep_hearing *h, const struct rep_cell *c)
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

double
rep_hearing_minutes_apart(const struct rep_hearing *h, const struct rep_incident *x)
{
	return fabs((double)(x->episodes[x->episodes_n - 1].since_s - h->e->since_s)) / 60;
}

/* --- the domains of senders ----------------------------------------------------------------------- */

bool
rep_hearing_has_domain(const struct rep_hearing_domains *d, struct rep_str domain)
{
	for (size_t i = 0; i < d->n; i++)
		if (rep_str_eq_nocase(d->v[i], domain))
			return true;
	return false;
}

/* The sender domain of a stream whose name begins with one ("shop.example/news"). */
static void
add_domain(struct rep_hearing *h, struct rep_hearing_domains *out, struct rep_str stream)
{
	struct rep_str d = rep_str_sub(stream, 0, rep_str_chr(stream, '/', 0));

	if (d.n == 0 || rep_str_chr(d, '.', 0) == SIZE_MAX || rep_hearing_has_domain(out, d))
		return;
	for (size_t i = 0; i < d.n; i++) /* it is printed in a command that people paste */
		if (!rep_alnum(d.p[i]) && d.p[i] != '-' && d.p[i] != '.' && d.p[i] != '_')
			return;
	if (out->n == REP_HEARING_DOMAINS)
		h->i->too_many[REP_TOO_MANY_DOMAINS] = true;
	else
		out->v[out->n++] = d;
}

void
rep_hearing_domains(struct rep_hearing *h, struct rep_hearing_domains *out)
{
	out->n = 0;
	for (size_t n = 0; n < h->i->streams_n; n++)
		add_domain(h, out, rep_name(&h->in->names, h->i->streams[n].stream));
}

/* --- hearing a piece ------------------------------------------------------------------------------ */

/* Whether a built-in weight says nothing of any cause where so much is measured. */
static bool
tells_nothing(const struct rep_weight *w, double measure)
{
	if (w == NULL || w->file != NULL)
		return false;
	for (int c = 0; c < REP_CAUSE_N; c++)
		if (fabs(rep_weight_ratio(w, (enum rep_cause)c, measure) - 1) > 1e-6)
			return false;
	return true;
}

static struct rep_evidence *
hear(struct rep_hearing *h, enum rep_evidence_id id, double measure, struct rep_str sentence,
    struct rep_str facts)
{
	struct rep_evidence *e, *last = NULL;
	size_t alike = 0;

	if (sentence.p == NULL || facts.p == NULL) {
		h->small = true;
		return NULL;
	}
	for (size_t n = 0; n < h->i->evidence_n; n++)
		if (h->i->evidence[n].id == id) {
			last = &h->i->evidence[n];
			alike++;
		}
	if (alike >= REP_EVIDENCE_OF_ONE) {
		last->more++;
		return NULL;
	}
	assert(h->i->evidence_n < REP_EVIDENCE_MAX);
	e = &h->i->evidence[h->i->evidence_n++];
	*e = (struct rep_evidence){ .id = id,
		.name = rep_evidence_names[id],
		.family = "stage",
		.sentence = sentence,
		.facts = facts,
		.again = alike > 0,
		.measure = measure,
		.weight = rep_weight(h->in->weights, id) };
	for (int c = 0; c < REP_CAUSE_N; c++)
		e->ratio[c] =
		    e->weight != NULL ? rep_weight_ratio(e->weight, (enum rep_cause)c, measure) : 1;
	if (e->weight != NULL)
		e->family = e->weight->family.p;
	return e;
}

void
rep_hear(
    struct rep_hearing *h, enum rep_evidence_id id, struct rep_str sentence, struct rep_str facts)
{
	assert(rep_evidence_measures[id] == NULL);
	(void)hear(h, id, 0, sentence, facts);
}

void
rep_hear_measured(struct rep_hearing *h, enum rep_evidence_id id, double measure,
    struct rep_str sentence, struct rep_str facts)
{
	assert(rep_evidence_measures[id] != NULL);
	if (!tells_nothing(rep_weight(h->in->weights, id), measure))
		(void)hear(h, id, measure, sentence, facts);
}

static void
weighs_nothing(struct rep_evidence *e)
{
	if (e == NULL)
		return;
	e->weight = NULL;
	for (int c = 0; c < REP_CAUSE_N; c++)
		e->ratio[c] = 1;
}

void
rep_hear_counted(
    struct rep_hearing *h, enum rep_evidence_id id, struct rep_str sentence, struct rep_str facts)
{
	weighs_nothing(hear(h, id, 0, sentence, facts));
}

void
rep_hear_measured_counted(struct rep_hearing *h, enum rep_evidence_id id, double measure,
    struct rep_str sentence, struct rep_str facts)
{
	if (!tells_nothing(rep_weight(h->in->weights, id), measure))
		weighs_nothing(hear(h, id, measure, sentence, facts));
}

static void
hear_unknown(struct rep_hearing *h, const struct rep_unknown *u)
{
	if (u->what == NULL || u->how == NULL)
		h->small = true;
	if (u->what == NULL || u->how == NULL)
		return;
	for (size_t n = 0; n < h->i->unknown_n; n++)
		if (h->i->unknown[n].id == u->id && u->id != REP_UNKNOWN_FEED)
			return; /* once is enough */
	assert(h->i->unknown_n < REP_UNKNOWN_MAX);
	h->i->unknown[h->i->unknown_n++] = *u;
}

void
rep_hear_unknown(struct rep_hearing *h, enum rep_unknown_id id, const char *how, enum rep_cause a,
    enum rep_cause b)
{
#define REP_X(id, name) [REP_UNKNOWN_##id] = name,
	static const char *const names[REP_UNKNOWN_N] = { REP_UNKNOWN_NAMES(REP_X) };
#undef REP_X
	struct rep_unknown u = { id, names[id], how, { a, b }, a == b ? 1 : 2 };

	hear_unknown(h, &u);
}

void
rep_hear_unknown_feed(struct rep_hearing *h, const struct rep_feed *f)
{
	struct rep_unknown u = { f->complaints ? REP_UNKNOWN_COMPLAINTS : REP_UNKNOWN_FEED,
		f->what.p, f->how.p, { f->tells[0], f->tells[f->tells_n - 1] }, f->tells_n };

	hear_unknown(h, &u);
}

/* --- the own share of a network ----------------------------------------------------------------- */

/*
 * The last part of an address: which of the 256 addresses of its /24, or of the 256 /56 of its /48.
 */
static unsigned char
place_of(const struct rep_ip *ip)
{
	return ip->version == 4 ? ip->b[3] : ip->b[6];
}

unsigned
rep_hearing_own_places(const struct rep_hearing *h)
{
	bool seen[PLACES] = { false };
	unsigned n = 0;

	if (h->label == NULL || h->label->pool || h->label->public.version == 0)
		return 0;
	for (size_t i = 0; i < h->in->labels_n; i++) {
		const struct rep_label *l = &h->in->labels[i];

		if (l->pool || !rep_ip_same_subnet(&l->public, &h->label->public) ||
		    seen[place_of(&l->public)])
			continue;
		seen[place_of(&l->public)] = true;
		n++;
	}
	return n;
}

bool
rep_hearing_mostly_own(const struct rep_hearing *h)
{
	return rep_judge_has(h->in, "share") &&
	    ((h->label != NULL && h->label->own_range) ||
		rep_hearing_own_places(h) >= REP_PLACES_MOST);
}
