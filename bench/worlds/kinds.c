/* SPDX-License-Identifier: Apache-2.0 */
/* kinds.c -- the kinds of worlds, one function each. */
#include "worlds.h"

#include <assert.h>
#include <string.h>

static void
sender(struct world *w)
{
	make_sender(w, 1, 4, 0);
}

static unsigned
some_source(struct world *w)
{
	return below(w, w->n_sources);
}

/* One cause at a provider; of a sender's own streams and sources it is this stream and its home. */
static void
one_cause_at(struct world *w, enum cause c, enum provider p, unsigned stream)
{
	unsigned source = home_of(w, stream);

	switch (c) {
	case RANGE_: punish_range(w, w->sources[source].net, p, w->onset_ms); break;
	case OWN: punish_own(w, stream, p, w->onset_ms); break;
	case HYGIENE: punish_dead(w, stream, p, w->onset_ms); break;
	case AUTHENTICATION: break_authentication(w, p, w->onset_ms, happens(w, 0.75)); break;
	case IDENTITY: break_identity(w, source, p, w->onset_ms, happens(w, 0.75)); break;
	case VOLUME: punish_volume(w, source, p, w->onset_ms); break;
	case CONTENT_: punish_content(w, p, w->onset_ms); break;
	case PROVIDER: new_policy(w, p, w->onset_ms); break;
	case N_CAUSES: break;
	}
}

static void
one_cause(struct world *w, enum cause c)
{
	one_cause_at(w, c, some_provider(w), worst_stream(w));
}

#define PLAIN(name, cause)                \
	static void name(struct world *w) \
	{                                 \
		sender(w);                \
		innocent(w);              \
		one_cause(w, cause);      \
	}
PLAIN(range, RANGE_)
PLAIN(own_reputation, OWN)
PLAIN(hygiene, HYGIENE)
PLAIN(authentication, AUTHENTICATION)
PLAIN(identity, IDENTITY)
PLAIN(volume, VOLUME)
PLAIN(content, CONTENT_)

/* One of these, as the seed goes round: every cause has its share of each kind. */
static enum cause
in_turn(const struct world *w, const enum cause *list, unsigned n)
{
	return list[w->seed % n];
}

static void
provider_policy(struct world *w)
{
	make_sender(w, 2, 4, 2);
	innocent(w);
	one_cause(w, PROVIDER);
}

static void
provider_outage(struct world *w)
{
	sender(w);
	innocent(w);
	provider_down(w, some_provider(w), w->onset_ms);
	w->now_ms = later(w, w->onset_ms, R_outage_seen, 60000);
}

/* Two causes at once, at the same provider and source: what each of them does to the log is there. */
static void
two(struct world *w)
{
	static const enum cause pairs[][2] = { { HYGIENE, VOLUME }, { OWN, HYGIENE },
		{ RANGE_, HYGIENE }, { OWN, VOLUME }, { AUTHENTICATION, CONTENT_ }, { RANGE_, OWN },
		{ IDENTITY, RANGE_ }, { OWN, CONTENT_ } };
	const enum cause *pair = pairs[w->seed % N_OF(pairs)];
	enum provider p;
	unsigned stream;

	sender(w);
	innocent(w);
	p = some_provider(w);
	stream = worst_stream(w);
	for (unsigned i = 0; i < 2; i++) {
		unsigned first = w->n_troubles;

		one_cause_at(w, pair[i], p, stream);
		for (unsigned k = first; k < w->n_troubles; k++) /* neither hides the other */
			w->troubles[k].share *= 0.7;
	}
}

/* Two in one network, of unequal conduct, and one elsewhere. */
static void
siblings_unequal(struct world *w)
{
	static const enum cause list[] = { RANGE_, OWN, RANGE_, HYGIENE };
	enum provider p;

	make_sender(w, 3, 4, 2);
	for (unsigned k = 0; k < w->n_streams; k++)
		for (unsigned i = 0; i < w->n_sources; i++)
			w->streams[k].on[i] =
			    i == k % w->n_sources ? 0.94 : 0.06 / (w->n_sources - 1);
	p = some_provider(w);
	innocent(w);
	change(w, MORE_DEAD, 1U, all_sources(w), w->onset_ms - 5 * DAY_MS, INT64_MAX,
	    draw(w, R_dead_decoy));
	switch (in_turn(w, list, N_OF(list))) {
	case RANGE_: punish_range(w, 0, p, w->onset_ms); break;
	case OWN: punish_own(w, 0, p, w->onset_ms); break;
	default: punish_dead(w, 0, p, w->onset_ms);
	}
}

static void
owns_range(struct world *w)
{
	static const enum cause list[] = { OWN, HYGIENE };

	make_sender(w, 2, 4, 1 + below(w, 2));
	w->owns_range = true;
	innocent(w);
	one_cause(w, in_turn(w, list, N_OF(list)));
}

static void
silent(struct world *w)
{
	static const enum cause list[] = { RANGE_, OWN, PROVIDER };

	sender(w);
	innocent(w);
	one_cause(w, in_turn(w, list, N_OF(list)));
	respeak(w, w->split == FIT ? MUTE_FIT : MUTE_HELD);
}

static void
new_words(struct world *w)
{
	static const enum cause list[] = { RANGE_, OWN, VOLUME, PROVIDER, HYGIENE };

	sender(w);
	innocent(w);
	one_cause(w, in_turn(w, list, N_OF(list)));
	respeak(w, w->split == FIT ? NEW_FIT : NEW_HELD);
}

/* No provider's doing at all. */
static void
own_outage(struct world *w)
{
	sender(w);
	w->down_from_ms = w->onset_ms;
	w->down_until_ms = later(w, w->onset_ms, R_own_outage, 60000);
}

/* A login, or a form, that sends what it never sent. */
static void
hijack(struct world *w)
{
	int64_t from_ms;
	unsigned k;

	sender(w);
	innocent(w);
	k = happens(w, 0.5) && w->n_streams > 4 ? 4 : below(w, w->n_streams);
	from_ms = w->onset_ms - (int64_t)(draw(w, R_hijack_lead) * (double)HOUR_MS);
	change(w, MORE_MAIL, 1U << k, all_sources(w), from_ms, w->onset_ms + DAY_MS,
	    1 + draw(w, R_hijack) * 0.15 / w->streams[k].share);
	if (happens(w, 0.6))
		change(w, OTHER_LOGIN, 1U << k, all_sources(w), from_ms, INT64_MAX, 1);
	if (happens(w, 0.6))
		change(w, MORE_DEAD, 1U << k, all_sources(w), from_ms, INT64_MAX,
		    draw(w, R_dead_decoy));
	punish_own(w, k, some_provider(w), w->onset_ms);
}

/* One stream is refused, the others of the same sources are not. */
static void
one_stream(struct world *w)
{
	static const enum cause list[] = { CONTENT_, OWN };

	sender(w);
	innocent(w);
	if (in_turn(w, list, N_OF(list)) == CONTENT_) {
		one_cause(w, CONTENT_);
		return;
	}
	unsigned k = worst_stream(w), first = w->n_troubles;
	punish_own(w, k, some_provider(w), w->onset_ms);
	for (unsigned i = first; i < w->n_troubles; i++)
		spare_others(w, &w->troubles[i], 1U << k);
}

/* Several name the fault within the hour, and one refuses in words of another kind. */
static void
several_name(struct world *w)
{
	sender(w);
	innocent(w);
	if (w->seed % 2 == 0)
		break_authentication(w, some_provider(w), w->onset_ms, false);
	else
		break_identity(w, some_source(w), some_provider(w), w->onset_ms, false);
}

static void
ordinary(struct world *w)
{
	w->ordinary = true;
	sender(w);
	innocent(w);
	if (happens(w, 0.3)) { /* a brief hiccup is part of an ordinary month */
		provider_down(w, some_provider(w), w->onset_ms);
		w->troubles[0].lead = true;
		w->troubles[0].until_ms = w->onset_ms + 60000 * (5 + below(w, 10));
		w->troubles[0].share = draw(w, R_share_part);
	}
}

static void
ordinary_small(struct world *w)
{
	w->small = w->ordinary = true;
	sender(w);
	innocent(w);
}

static void
small(struct world *w)
{
	static const enum cause list[] = { RANGE_, OWN, HYGIENE, AUTHENTICATION, IDENTITY };

	w->small = true;
	w->now_ms = later(w, w->onset_ms, R_small_after, DAY_MS);
	make_sender(w, 1, 2, 0);
	innocent(w);
	one_cause(w, in_turn(w, list, N_OF(list)));
}

static void
one_source(struct world *w)
{
	static const enum cause list[] = { RANGE_, OWN, HYGIENE, VOLUME, CONTENT_, PROVIDER };

	make_sender(w, 1, 1, 1);
	innocent(w);
	one_cause(w, in_turn(w, list, N_OF(list)));
}

static void
missing_hours(struct world *w)
{
	static const enum cause list[] = { RANGE_, OWN, HYGIENE, VOLUME };

	sender(w);
	innocent(w);
	one_cause(w, in_turn(w, list, N_OF(list)));
	w->missing_from_ms =
	    w->onset_ms - (int64_t)((0.3 + unit(w)) * draw(w, R_missing) * (double)HOUR_MS);
	w->missing_until_ms = later(w, w->missing_from_ms, R_missing, HOUR_MS);
}

static void
clock_skew(struct world *w)
{
	static const enum cause list[] = { RANGE_, OWN };
	unsigned i;

	make_sender(w, 2, 4, 0);
	for (i = 0; i < w->n_sources; i++) { /* a machine for each */
		snprintf(w->sources[i].host, sizeof w->sources[i].host, "mx%u", i + 1);
		set_label(&w->sources[i]);
	}
	innocent(w);
	one_cause(w, in_turn(w, list, N_OF(list)));
	i = below(w, w->n_sources);
	w->sources[i].skew_ms = (int64_t)(draw(w, R_skew) * 1000) * (happens(w, 0.5) ? 1 : -1);
}

/* Which address a source has is only in the replies that name it. */
static void
no_config(struct world *w)
{
	static const enum cause list[] = { RANGE_, OWN, HYGIENE, PROVIDER };

	make_sender(w, 2, 4, 0);
	w->no_config = true;
	w->looks = 0;
	innocent(w);
	one_cause(w, in_turn(w, list, N_OF(list)));
}

#define KIND(name, f)   \
	{               \
		name, f \
	}
static const struct {
	const char *name;
	void (*make)(struct world *);
} makers[] = { KIND("range", range), KIND("own-reputation", own_reputation),
	KIND("hygiene", hygiene), KIND("authentication", authentication),
	KIND("identity", identity), KIND("volume", volume), KIND("content", content),
	KIND("provider-policy", provider_policy), KIND("provider-outage", provider_outage),
	KIND("two", two), KIND("siblings-unequal", siblings_unequal),
	KIND("owns-range", owns_range), KIND("silent", silent), KIND("new-words", new_words),
	KIND("hijack", hijack), KIND("one-stream", one_stream), KIND("several-name", several_name),
	KIND("small", small), KIND("one-source", one_source), KIND("missing-hours", missing_hours),
	KIND("clock-skew", clock_skew), KIND("no-config", no_config),
	KIND("own-outage", own_outage), KIND("ordinary", ordinary),
	KIND("ordinary-small", ordinary_small) };

const unsigned n_kinds = N_OF(makers);

const char *
kind_name(unsigned i)
{
	return makers[i].name;
}

static uint64_t
mixed(uint64_t h, uint64_t v)
{
	h ^= v + UINT64_C(0x9e3779b97f4a7c15) + (h << 6) + (h >> 2);
	h *= UINT64_C(0xff51afd7ed558ccd);
	return h ^ h >> 33;
}

/* The time of the trouble: some hour of the day in which people send mail. */
static void
set_times(struct world *w, bool is_ordinary)
{
	int64_t monday_ms = INT64_C(1769990400000); /* 2026-02-02T00:00:00Z */

	w->begin_ms = monday_ms + below(w, 150) * DAY_MS;
	if (is_ordinary) {
		w->now_ms = w->begin_ms + (int64_t)draw(w, R_days_ordinary) * DAY_MS;
		w->onset_ms = w->begin_ms + (w->now_ms - w->begin_ms) / 3 * 2 + 9 * HOUR_MS;
		return;
	}
	w->onset_ms = w->begin_ms + (int64_t)draw(w, R_days_before) * DAY_MS +
	    (int64_t)((5 + 17 * unit(w)) * (double)HOUR_MS);
	w->now_ms = later(w, w->onset_ms, R_days_after, DAY_MS);
}

bool
make_world(struct world *w, const char *kind, uint64_t seed, enum split split)
{
	for (unsigned i = 0; i < N_OF(makers); i++) {
		if (strcmp(makers[i].name, kind) != 0)
			continue;
		memset(w, 0, sizeof *w);
		w->kind = makers[i].name;
		w->seed = seed;
		w->split = split;
		w->chance = mixed(mixed(mixed(0x776f726c6473, i), seed), split);
		set_times(w, strncmp(kind, "ordinary", 8) == 0);
		makers[i].make(w);
		return true;
	}
	return false;
}
