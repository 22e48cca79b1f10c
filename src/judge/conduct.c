/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/conduct.h"
#include "judge/advised.h"
#include "judge/measure.h"
#include "judge/passed.h"

/* Keeps the worse of *share and the measured one. < 0: not measured. */
static void
take_worse(double *share, struct rep_measure m, uint64_t least)
{
	double here = m.all >= least ? rep_share(m.part, m.all) : -1;

	if (here > *share)
		*share = here;
}

/* Unknown recipients of the source and its siblings in the network: they are refused together. */
static void
measure_unknown(const struct rep_verdicts *v, const struct rep_cell *c, int64_t before_s,
    struct rep_conduct_answer *r)
{
	const struct rep_label *own = rep_label_of(v->in, c->key.label);

	take_worse(&r->unknown, rep_measure_unknown_recipients(v, &c->key, c->key.label, before_s),
	    REP_CONDUCT_MESSAGES);
	if (c->key.route != 0)
		return;
	for (size_t n = 0; n < v->in->labels_n; n++) {
		const struct rep_label *l = &v->in->labels[n];

		if (rep_label_neighbours(l, own))
			take_worse(&r->unknown,
			    rep_measure_unknown_recipients(v, &c->key, l->label, before_s),
			    REP_CONDUCT_MESSAGES);
	}
}

/* A feed that never sent anything counts as not measured. So does a share of few messages. */
static void
measure_complaints(const struct rep_verdicts *v, const struct rep_cell *c, int64_t before_s,
    struct rep_conduct_answer *r)
{
	if (rep_measure_complaints_watched(v, c->key.provider, before_s, v->in->now_s + 1))
		take_worse(&r->complaints, rep_measure_complaints(v, c, before_s),
		    REP_CONDUCT_COMPLAINT_MESSAGES);
}

/*
 * Measures only the mail of the trouble itself, in the week before it and the week before now. The
 * caller adds the conduct of all own mail: all own sources are one sender, whichever address or
 * provider shows what it does.
 */
static void
measure(const struct rep_verdicts *v, const struct rep_incident *i, struct rep_conduct_answer *r)
{
	const struct rep_cell *c = &v->cells[i->cell];
	const int64_t before_s[] = { rep_incident_last(i)->since_s, v->in->now_s + 1 };

	r->unknown = r->complaints = -1;
	for (size_t n = 0; n < REP_COUNT(before_s); n++) {
		uint64_t hits;

		if (rep_judge_has(v->in, "hygiene"))
			measure_unknown(v, c, before_s[n], r);
		if (rep_judge_has(v->in, "complaints"))
			measure_complaints(v, c, before_s[n], r);
		if (rep_measure_traps(v, c->key.provider, c->key.label, before_s[n], &hits)) {
			r->traps_watched = true;
			r->traps = hits > r->traps ? hits : r->traps;
		}
	}
}

/* --- by causes ------------------------------------------------------------------------------------- */

/*
 * Whether own conduct is a cause of at least `limit`. True if either set of weights says so. It uses the lower of
 * the two bars, so that own weights can only close the gate.
 */
static bool
own_conduct(const struct rep_verdicts *v, const struct rep_incident *i, double limit)
{
	static const enum rep_cause own[] = { REP_CAUSE_OWN_REPUTATION, REP_CAUSE_HYGIENE };
	double bar = v->in->weights->probably < limit ? v->in->weights->probably : limit;

	for (size_t n = 0; n < REP_COUNT(own); n++)
		if (i->cautious[own[n]] >= bar || i->compiled[own[n]] >= limit)
			return true;
	return false;
}

/*
 * The likeliest cause of the sender's own doing that is more than unlikely, by either set of weights: also a
 * record or a name that is wrong, what the mail says, how much of it there is. < 0: there is none.
 */
static int
own_possible(const struct rep_verdicts *v, const struct rep_incident *i)
{
	double bar = v->in->weights->unlikely < REP_CONDUCT_UNLIKELY ? v->in->weights->unlikely
								     : REP_CONDUCT_UNLIKELY;
	int found = -1;

	for (int c = 0; c < REP_CAUSE_N; c++)
		if (c != REP_CAUSE_RANGE && c != REP_CAUSE_PROVIDER && !i->cannot_be[c] &&
		    (i->cautious[c] > bar || i->compiled[c] > REP_CONDUCT_UNLIKELY) &&
		    (found < 0 || i->cautious[c] > i->cautious[found]))
			found = c;
	return found;
}

/*
 * Why much more mail than usual left when it began, or somebody handed in many times the usual. Until a
 * person knows what it was, another path would carry the same. n == 0: there was no rise.
 */
static struct rep_str
own_rise(const struct rep_incident *i)
{
	const struct rep_evidence *e = rep_incident_evidence(i, REP_EVIDENCE_VOLUME_BURST);

	if (i->account)
		return REP_S(
		    "an account submitted much more mail than usual when it began; find out "
		    "first who did that, because a stolen login would use any path");
	return e != NULL && e->measure >= REP_CONDUCT_RISE
	    ? REP_S("much more mail than usual left when it began; find out first what it was, "
		    "because unwanted mail would be refused on any path")
	    : (struct rep_str){ "", 0 };
}

/* True only if both sets of weights say so. It uses the higher of the two bars. */
static bool
decided(const struct rep_verdicts *v, const struct rep_incident *i, enum rep_cause c)
{
	double bar = v->in->weights->probably > REP_CONDUCT_PROBABLE ? v->in->weights->probably
								     : REP_CONDUCT_PROBABLE;

	return !i->cannot_be[c] && i->cautious[c] >= bar && i->compiled[c] >= REP_CONDUCT_PROBABLE;
}

/* --- the answer ------------------------------------------------------------------------------------ */

bool
rep_conduct_complained(const struct rep_conduct_answer *r)
{
	return r->traps > 0 || r->complaints >= REP_CONDUCT_COMPLAINTS;
}

/* Says which limit is reached. n == 0: none. */
static struct rep_str
over_a_limit(const struct rep_conduct_answer *r, struct rep_arena *a)
{
	if (r->traps > 0)
		return rep_arena_printf(a,
		    "%llu spam trap hit%s reported in 30 days, and none is allowed",
		    (unsigned long long)r->traps, r->traps == 1 ? " was" : "s were");
	if (r->complaints >= REP_CONDUCT_COMPLAINTS)
		return rep_arena_printf(a,
		    "complaints were %.2f %% of the accepted mail in a week, and the limit is 0.1 %%",
		    r->complaints * 100);
	if (r->unknown >= REP_CONDUCT_UNKNOWN)
		return rep_arena_printf(a,
		    "unknown recipients were %.1f %% in a week, and the limit is 5 %%",
		    r->unknown * 100);
	return (struct rep_str){ "", 0 };
}

/* `here`: what was measured for the mail of the trouble itself. */
static void
answer_steering(const struct rep_judge_in *in, const struct rep_conduct_answer *here,
    struct rep_conduct_answer *r)
{
	if (!r->way)
		r->why_steer = r->why;
	else if (here->unknown < 0)
		r->why_steer = REP_S("too little mail was sent to measure unknown recipients");
	else if (here->complaints < 0)
		r->why_steer = REP_S(
		    "complaints at this provider are not watched, and unwatched does not count as "
		    "under the limit");
	else if (!in->complaints_proven)
		r->why_steer = REP_S("complaints came by mail that anybody could have sent, so "
				     "this does not prove that they are watched");
	else if (!r->traps_watched)
		r->why_steer =
		    REP_S("spam trap hits are not watched, and unwatched does not count as under "
			  "the limit");
	else
		r->why_steer =
		    REP_S("complaints, unknown recipients and spam trap hits were measured and "
			  "are under their limits");
	r->steer = r->way && here->unknown >= 0 && here->complaints >= 0 && in->complaints_proven &&
	    r->traps_watched;
}

static void
take_worst(struct rep_conduct_answer *r, const struct rep_conduct_answer *all)
{
	if (all->unknown > r->unknown)
		r->unknown = all->unknown;
	if (all->complaints > r->complaints)
		r->complaints = all->complaints;
	if (all->traps > r->traps)
		r->traps = all->traps;
}

bool
rep_conduct_judge(const struct rep_verdicts *v, struct rep_incident *i, struct rep_arena *a)
{
	static const char *const never_moved[] = {
		[REP_PASSED_FORWARDED] = "most of it is mail that you forward, and the spam "
					 "in it would be refused on any path",
		[REP_PASSED_BOUNCES] = "most of it is bounces and automatic replies, and they "
				       "would be refused on any path",
		[REP_PASSED_TO_MANY] = "most of it has an empty sender and many recipients, "
				       "and would be refused on any path",
	};
	struct rep_conduct_answer *r = &i->conduct, here;
	struct rep_str rise = own_rise(i);
	bool nobody_refused = rep_advised_about(v, i) == REP_ABOUT_PORT_CLOSED;

	*r = (struct rep_conduct_answer){ .way = false };
	measure(v, i, r);
	here = *r;
	take_worst(r, &v->conduct);
	r->why = over_a_limit(r, a);
	if (r->why.p == NULL)
		return false;
	r->own_fault = r->why.n > 0;
	if (!r->own_fault && own_conduct(v, i, REP_CONDUCT_PROBABLE)) {
		r->own_fault = true;
		r->why = REP_S("own conduct (complaints, traps or dead recipients) is a probable "
			       "cause");
	} else if (!r->own_fault && rep_passed_kind(v->in, i) != REP_PASSED_NOT) {
		r->why = rep_str_c(never_moved[rep_passed_kind(v->in, i)]);
	} else if (!r->own_fault && rise.n > 0 && !nobody_refused) {
		r->why = rise;
	} else if (!r->own_fault) {
		bool not_you = nobody_refused || decided(v, i, REP_CAUSE_RANGE) ||
		    decided(v, i, REP_CAUSE_PROVIDER);
		int own = own_possible(v, i);

		r->way =
		    not_you && (nobody_refused ? !own_conduct(v, i, REP_CONDUCT_CLOSES) : own < 0);
		r->why = r->way
		    ? REP_S("the cause is probably not your own conduct, and everything that was "
			    "measured is under its limit")
		    : not_you && own >= 0
		    ? rep_arena_printf(a, "%s may be the reason as well, and that comes first",
			  rep_advised_words(v, i, (enum rep_cause)own))
		    : REP_S("the log cannot show yet whether your network or your own mail is the "
			    "reason");
	}
	answer_steering(v->in, &here, r);
	return true;
}

/*
 * Measures the complaints of each provider once: cells of one provider are neighbours in the index.
 */
static void
measure_all_complaints(const struct rep_verdicts *v, struct rep_conduct_answer *r)
{
	const struct rep_index *x = v->index;

	for (size_t k = 0; k < x->at_provider_n; k++) {
		const struct rep_cell *c = &v->cells[x->at_provider[k]];

		if (k == 0 || v->cells[x->at_provider[k - 1]].key.provider != c->key.provider)
			measure_complaints(v, c, v->in->now_s + 1, r);
	}
}

struct rep_conduct_answer
rep_conduct_of_all(const struct rep_verdicts *v, struct rep_arena *a)
{
	struct rep_conduct_answer r = { .unknown = -1, .complaints = -1 };

	for (size_t n = 0; rep_judge_has(v->in, "hygiene") && n < v->in->labels_n; n++) {
		struct rep_cell_key key = { .label = v->in->labels[n].label };

		take_worse(&r.unknown,
		    rep_measure_unknown_recipients(v, &key, key.label, v->in->now_s + 1),
		    REP_CONDUCT_MESSAGES);
	}
	if (rep_judge_has(v->in, "complaints") && v->in->complaints_n > 0)
		measure_all_complaints(v, &r);
	r.traps_watched = rep_measure_all_traps(v, v->in->now_s + 1, &r.traps);
	r.why = over_a_limit(&r, a);
	r.own_fault = r.why.n > 0;
	r.way = !r.own_fault;
	if (r.way)
		r.why =
		    REP_S("everything that was measured of your own conduct is under its limit");
	answer_steering(v->in, &r, &r);
	return r;
}

void
rep_conduct_close(struct rep_verdicts *v)
{
	struct rep_conduct_answer *all = &v->conduct;

	for (size_t n = 0; n < v->incidents_n; n++) {
		const struct rep_incident *i = &v->incidents[n];

		if (!rep_incident_open(i) || i->conduct.way ||
		    (!all->way && (all->own_fault || !i->conduct.own_fault)))
			continue;
		all->way = all->steer = false;
		all->own_fault = i->conduct.own_fault;
		all->why = all->why_steer = i->conduct.why;
	}
}
