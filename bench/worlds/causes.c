/* SPDX-License-Identifier: Apache-2.0 */
/* causes.c -- each true cause: what the sender did, what the provider then does, to whom, when. */
#include "worlds.h"

#include <assert.h>
#include <math.h>

#define NEVER INT64_MAX
#define MINUTE_MS INT64_C(60000)

uint32_t
all_sources(const struct world *w)
{
	return (1U << w->n_sources) - 1;
}

uint32_t
all_streams(const struct world *w)
{
	return (1U << w->n_streams) - 1;
}

/* Not `other`: many small hosts that judge each for itself. */
enum provider
some_provider(struct world *w)
{
	double weight[OTHER];

	for (unsigned p = 0; p < OTHER; p++)
		weight[p] = sqrt(w->weight[p]);
	return (enum provider)weighted(w, weight, OTHER);
}

static enum provider
another_provider(struct world *w, uint32_t taken)
{
	double weight[OTHER], sum = 0;

	for (unsigned p = 0; p < OTHER; p++)
		sum += weight[p] = taken >> p & 1 ? 0 : w->weight[p];
	return sum > 0 ? (enum provider)weighted(w, weight, OTHER) : ANY;
}

/* Nobody can judge at connect what only the message shows. */
static enum stage
earliest(unsigned causes)
{
	return causes == CAUSE(CONTENT_) ? DOT : causes == CAUSE(AUTHENTICATION) ? MAIL : CONNECT;
}

static uint8_t
some_word(struct world *w, unsigned causes, enum provider p, enum how how, enum stage from)
{
	double weight[256], sum = 0;

	assert(n_words <= N_OF(weight));
	for (unsigned i = 0; i < n_words; i++) {
		weight[i] = 0;
		if (words[i].how == how && (words[i].stage >= from || how == DOWN) &&
		    (words[i].provider == p || words[i].provider == ANY))
			for (unsigned c = 0; c < N_CAUSES; c++)
				if (causes & CAUSE(c))
					weight[i] += words[i].weight[c];
		sum += weight[i];
	}
	assert(sum > 0);
	return (uint8_t)weighted(w, weight, n_words);
}

static double
some_share(struct world *w, uint8_t word)
{
	bool whole = happens(w, words[word].code >= 500 ? 0.85 : 0.45);

	return draw(w, whole ? R_share_full : R_share_part);
}

/* A trouble of all streams that spares every source until it is told whom it hits. */
struct trouble *
trouble(struct world *w, unsigned causes, enum provider p, int64_t at_ms)
{
	struct trouble *t = &w->troubles[w->n_troubles++];

	assert(w->n_troubles <= MAX_TROUBLES);
	t->causes = causes;
	t->provider = p;
	t->streams = all_streams(w);
	for (unsigned i = 0; i < MAX_SOURCES; i++)
		t->from_ms[i] = NEVER;
	t->word[0] = some_word(w, causes, p, USUAL, earliest(causes));
	t->word[1] =
	    happens(w, 0.4) ? some_word(w, causes, p, USUAL, earliest(causes)) : t->word[0];
	t->first = 0.6 + 0.4 * unit(w);
	t->share = some_share(w, t->word[0]);
	t->until_ms = happens(w, 0.15) ? later(w, at_ms, R_recover, DAY_MS) : NEVER;
	return t;
}

/* The words of every trouble, drawn again from the others: new words, or words for one recipient. */
void
respeak(struct world *w, enum how how)
{
	for (unsigned i = 0; i < w->n_troubles; i++) {
		struct trouble *t = &w->troubles[i];

		t->word[0] = t->word[1] =
		    some_word(w, t->causes, t->provider, how, earliest(t->causes));
		if (how == MUTE_FIT || how == MUTE_HELD)
			t->share = draw(w, R_share_full);
	}
}

/* Only these streams: the provider must have seen the message to tell them apart. */
void
spare_others(struct world *w, struct trouble *t, uint32_t streams)
{
	t->streams = streams;
	t->word[0] = t->word[1] = some_word(w, t->causes, t->provider, USUAL, DOT);
}

void
change(struct world *w, enum change_what what, uint32_t streams, uint32_t sources, int64_t from_ms,
    int64_t until_ms, double value)
{
	assert(w->n_changes < MAX_CHANGES);
	w->changes[w->n_changes++] =
	    (struct change){ what, streams, sources, from_ms, until_ms, value };
}

/* The stream that is likeliest to offend: a campaign before ordinary mail. */
unsigned
worst_stream(struct world *w)
{
	double weight[MAX_STREAMS];

	for (unsigned k = 0; k < w->n_streams; k++)
		weight[k] = w->streams[k].share * (w->streams[k].campaign ? 3 : 0.6);
	return weighted(w, weight, w->n_streams);
}

unsigned
home_of(const struct world *w, unsigned stream)
{
	unsigned best = 0;

	for (unsigned i = 1; i < w->n_sources; i++)
		if (w->streams[stream].on[i] > w->streams[stream].on[best] + 0.01)
			best = i;
	return best;
}

void
punish_range(struct world *w, unsigned net, enum provider p, int64_t at_ms)
{
	struct trouble *t = trouble(w, CAUSE(RANGE_), p, at_ms);
	bool first = true;

	for (unsigned i = 0; i < w->n_sources; i++)
		if (w->sources[i].net == net) {
			t->from_ms[i] = first ? at_ms : later(w, at_ms, R_range_gap, MINUTE_MS);
			first = false;
			list_source(w, i, 0.12);
		}
	if (words[t->word[0]].code >= 500 || happens(w, 0.6))
		t->share = draw(w, R_share_full);
	if (happens(w, 0.12)) {
		enum provider q = another_provider(w, 1U << p);

		if (q != ANY) {
			struct trouble *u = trouble(w, CAUSE(RANGE_), q, at_ms);
			int64_t then_ms = later(w, at_ms, R_own_gap, HOUR_MS);

			for (unsigned i = 0; i < w->n_sources; i++)
				if (w->sources[i].net == net)
					u->from_ms[i] = later(w, then_ms, R_range_gap, MINUTE_MS);
		}
	}
}

/* A bad stream: its main source first; others that carry it, other providers, hours later or never. */
static void
punish_stream(struct world *w, unsigned causes, unsigned stream, enum provider p, int64_t at_ms,
    double siblings, double providers)
{
	struct trouble *t = trouble(w, causes, p, at_ms);
	unsigned home = home_of(w, stream);
	bool together = happens(w, 0.25); /* it judges the domain, or updates once a day */

	list_source(w, home, 0.3);
	if (w->owns_range && w->sources[home].net == 0) {
		siblings = 1;
		together = true;
	}
	for (unsigned i = 0; i < w->n_sources; i++) {
		bool near = w->sources[i].net == w->sources[home].net || !w->owns_range;

		if (i == home)
			t->from_ms[i] = at_ms;
		else if (near &&
		    happens(w, siblings * (w->streams[stream].on[i] > 0.15 ? 1 : 0.35)))
			t->from_ms[i] = together ? later(w, at_ms, R_policy_gap, MINUTE_MS)
						 : later(w, at_ms, R_own_gap, HOUR_MS);
	}
	if (happens(w, 0.35)) { /* slowed first */
		struct trouble *u = trouble(w, causes, p, at_ms);

		u->lead = true;
		u->from_ms[home] = at_ms - (int64_t)(draw(w, R_lead_throttle) * (double)HOUR_MS);
		u->until_ms = at_ms;
		u->share = draw(w, R_lead_share);
		for (unsigned k = 0; k < 40 && words[u->word[0]].code >= 500; k++)
			u->word[0] = some_word(w, causes, p, USUAL, earliest(causes));
		u->word[1] = u->word[0];
	}
	for (unsigned k = 0, taken = 1U << p; k < 2; k++) {
		enum provider q = another_provider(w, taken);

		if (q == ANY || !happens(w, providers))
			continue;
		taken |= 1U << q;
		trouble(w, causes, q, at_ms)->from_ms[home] = later(w, at_ms, R_own_gap, HOUR_MS);
	}
}

static void
bad_name(struct world *w, unsigned stream, int64_t at_ms)
{
	int64_t from_ms = at_ms - (int64_t)(draw(w, R_own_lead) * (double)DAY_MS);

	change(w, MORE_COMPLAINTS, 1U << stream, all_sources(w), from_ms, NEVER,
	    draw(w, R_complaint_bad));
	if (happens(w, 0.6))
		change(w, MORE_SPAM, 1U << stream, all_sources(w), from_ms, NEVER,
		    draw(w, R_own_content));
}

/* A list with dead addresses: so many that the whole source has that share of them. */
static void
bad_list(struct world *w, unsigned stream, int64_t at_ms)
{
	int64_t from_ms = at_ms - (int64_t)(draw(w, R_dead_lead) * (double)DAY_MS);
	unsigned home = home_of(w, stream);
	double on = 0, bad = draw(w, R_dead_bad);

	for (unsigned k = 0; k < w->n_streams; k++)
		on += w->streams[k].share * w->streams[k].on[home];
	bad *= on / (w->streams[stream].share * w->streams[stream].on[home]);
	change(w, MORE_DEAD, 1U << stream, all_sources(w), from_ms,
	    happens(w, 0.5) ? NEVER : later(w, at_ms, R_dead_lead, DAY_MS), bad < 0.7 ? bad : 0.7);
	if (w->streams[stream].campaign) /* it was sent, or nobody would mind */
		change(w, MORE_MAIL, 1U << stream, all_sources(w), from_ms, from_ms + 5 * HOUR_MS,
		    10 * draw(w, R_campaign)); /* in 5 h: so many usual days of it */
}

void
punish_own(struct world *w, unsigned stream, enum provider p, int64_t at_ms)
{
	bad_name(w, stream, at_ms);
	punish_stream(w, CAUSE(OWN), stream, p, at_ms, 0.6, 0.35);
}

void
punish_dead(struct world *w, unsigned stream, enum provider p, int64_t at_ms)
{
	bad_list(w, stream, at_ms);
	punish_stream(w, CAUSE(HYGIENE), stream, p, at_ms, 0.4, 0.3);
}

/* Far more mail than usual, or an address that nobody knows yet. */
void
punish_volume(struct world *w, unsigned source, enum provider p, int64_t at_ms)
{
	int64_t step_ms = at_ms - (int64_t)(draw(w, R_volume_lag) * (double)HOUR_MS), end_ms;
	bool is_new = w->n_sources > 1 && happens(w, 0.25);
	double usual = w->volume / 24 * w->weight[p] / 100, on = 0;

	for (unsigned k = 0; k < w->n_streams; k++)
		on += w->streams[k].share * w->streams[k].on[source];
	if (is_new) {
		w->sources[source].born_ms =
		    at_ms - (int64_t)(draw(w, R_new_source) * (double)DAY_MS);
		end_ms = NEVER;
	} else {
		end_ms = later(w, step_ms, R_volume_window, HOUR_MS);
		change(w, MORE_MAIL, all_streams(w), 1U << source, step_ms, end_ms,
		    draw(w, R_volume_step));
	}
	for (unsigned k = 0, taken = 0; k < 3; k++) {
		struct trouble *t;
		enum provider q = k == 0 ? p : another_provider(w, taken);

		if (q == ANY || (k > 0 && !happens(w, 0.45)))
			continue;
		taken |= 1U << q;
		t = trouble(w, CAUSE(VOLUME), q, at_ms);
		t->from_ms[source] = k == 0 ? at_ms : later(w, step_ms, R_volume_lag, HOUR_MS);
		if (happens(w, 0.7)) {
			t->limit = usual * on * draw(w, R_volume_limit) + 1;
			t->share = 1;
		}
		if (end_ms != NEVER)
			t->until_ms = later(w, end_ms, R_own_gap, HOUR_MS);
	}
}

void
punish_content(struct world *w, enum provider p, int64_t at_ms)
{
	unsigned k = worst_stream(w);
	int64_t from_ms = at_ms - (int64_t)(draw(w, R_content_lag) * (double)HOUR_MS);

	if (w->n_streams < MAX_STREAMS && happens(w, 0.5)) { /* a campaign that is new */
		double share = 0.1 + 0.3 * unit(w);

		k = w->n_streams++;
		w->streams[k] = w->streams[k - 1];
		w->streams[k].name = "spring";
		w->streams[k].campaign = false;
		w->streams[k].share = share;
		w->streams[k].born_ms = from_ms;
	} else
		change(w, MORE_MAIL, 1U << k, all_sources(w), from_ms, at_ms + 6 * HOUR_MS,
		    1 + draw(w, R_campaign) / 3);
	for (unsigned i = 0, taken = 0; i < 3; i++) {
		struct trouble *t;
		enum provider q = i == 0 ? p : another_provider(w, taken);

		if (q == ANY || (i > 0 && !happens(w, 0.5)))
			continue;
		taken |= 1U << q;
		t = trouble(w, CAUSE(CONTENT_), q, at_ms);
		t->streams = 1U << k;
		for (unsigned s = 0; s < w->n_sources; s++)
			t->from_ms[s] =
			    i == 0 ? at_ms : later(w, at_ms, R_content_spread, MINUTE_MS);
		t->share = draw(w, happens(w, 0.7) ? R_share_full : R_share_part);
	}
}

/* A record that is wrong from one moment: all who check it notice. Not loud: the first in vague words. */
static void
broken_record(struct world *w, unsigned cause, uint32_t sources, uint32_t streams, enum provider p,
    int64_t at_ms, bool loud)
{
	bool many = !loud || happens(w, 0.6);

	for (unsigned i = 0, taken = 0; i < 4; i++) {
		struct trouble *t;
		enum provider q = i == 0 ? p : another_provider(w, taken);
		enum group plain = cause == IDENTITY ? NAME : AUTH;

		if (q == ANY || (i > 0 && (!many || !happens(w, 0.75))))
			continue;
		taken |= 1U << q;
		t = trouble(w, CAUSE(cause), q, at_ms);
		t->streams = streams;
		if (happens(w, 0.8))
			t->share = draw(w, R_share_full);
		for (unsigned k = 0; k < 40; k++) {
			if ((words[t->word[0]].group == plain) == (loud || i > 0))
				break;
			t->word[0] = some_word(w, CAUSE(cause), q, USUAL, earliest(CAUSE(cause)));
		}
		if (!loud && i == 0 && words[t->word[0]].group == plain) /* it has no vague ones */
			t->word[0] = some_word(
			    w, CAUSE(OWN) | CAUSE(RANGE_), q, USUAL, earliest(CAUSE(cause)));
		t->word[1] = t->word[0];
		for (unsigned s = 0; s < w->n_sources; s++)
			if (sources >> s & 1)
				t->from_ms[s] =
				    i == 0 ? at_ms : later(w, at_ms, R_fault_gap, MINUTE_MS);
	}
}

void
break_authentication(struct world *w, enum provider p, int64_t at_ms, bool loud)
{
	uint32_t streams = 0;

	break_records(w);
	for (unsigned k = 0; k < w->n_streams; k++)
		if (w->streams[k].domain[0] == 's')
			streams |= 1U << k;
	broken_record(w, AUTHENTICATION, all_sources(w), happens(w, 0.5) ? streams : all_streams(w),
	    p, at_ms, loud);
}

void
break_identity(struct world *w, unsigned source, enum provider p, int64_t at_ms, bool loud)
{
	unsigned first = w->n_troubles;

	break_name(w, source);
	broken_record(w, IDENTITY, 1U << source, all_streams(w), p, at_ms, loud);
	if (!happens(w, 0.3)) /* its sibling's record too, when it is looked up again */
		return;
	for (unsigned s = 0; s < w->n_sources; s++)
		if (s != source && w->sources[s].net == w->sources[source].net) {
			int64_t then_ms = later(w, at_ms, R_identity_cache, HOUR_MS);

			w->sources[s].ptr = w->sources[source].ptr;
			for (unsigned i = first; i < w->n_troubles; i++)
				w->troubles[i].from_ms[s] =
				    later(w, then_ms, R_fault_gap, MINUTE_MS);
			return;
		}
}

void
new_policy(struct world *w, enum provider p, int64_t at_ms)
{
	struct trouble *t = trouble(w, CAUSE(PROVIDER), p, at_ms);

	t->from_ms[0] = at_ms;
	for (unsigned i = 1; i < w->n_sources; i++)
		t->from_ms[i] = later(w, at_ms, R_policy_gap, MINUTE_MS);
	if (happens(w, 0.75))
		t->share = draw(w, R_share_full);
}

void
provider_down(struct world *w, enum provider p, int64_t at_ms)
{
	struct trouble *t = trouble(w, CAUSE(PROVIDER), p, at_ms);

	for (unsigned i = 0; i < w->n_sources; i++)
		t->from_ms[i] = at_ms;
	t->until_ms = later(w, at_ms, R_outage, MINUTE_MS);
	t->word[0] = some_word(w, CAUSE(PROVIDER), p, DOWN, NET);
	t->word[1] = happens(w, 0.5) ? some_word(w, CAUSE(PROVIDER), p, DOWN, NET) : t->word[0];
	t->share = draw(w, happens(w, 0.6) ? R_share_full : R_share_part);
}

/* What happens in the same days by chance: a list with dead addresses, a busy day, a new login. */
void
innocent(struct world *w)
{
	int64_t from_ms = w->onset_ms - (int64_t)(draw(w, R_dead_lead) * (double)DAY_MS);
	unsigned k = below(w, w->n_streams);

	if (happens(w, 0.35))
		change(w, MORE_DEAD, 1U << k, all_sources(w), from_ms,
		    later(w, from_ms, R_dead_lead, DAY_MS), draw(w, R_dead_decoy));
	if (happens(w, 0.25)) {
		from_ms = w->onset_ms - (int64_t)(unit(w) * 30 * (double)HOUR_MS);
		change(w, MORE_MAIL, all_streams(w), 1U << below(w, w->n_sources), from_ms,
		    later(w, from_ms, R_volume_window, HOUR_MS), draw(w, R_volume_decoy));
	}
	if (happens(w, 0.3))
		change(w, MORE_COMPLAINTS, 1U << below(w, w->n_streams), all_sources(w), from_ms,
		    NEVER, draw(w, R_complaint_decoy));
	if (happens(w, 0.1))
		change(w, OTHER_LOGIN, 1U << below(w, w->n_streams), all_sources(w),
		    w->onset_ms - (int64_t)(unit(w) * 3 * (double)DAY_MS), NEVER, 1);
	if (happens(w, 0.15)) {
		from_ms = w->onset_ms - (int64_t)(unit(w) * 6 * (double)DAY_MS);
		change(w, MORE_SPAM, 1U << below(w, w->n_streams), all_sources(w), from_ms,
		    from_ms + DAY_MS, draw(w, R_own_content) / 2);
	}
}
