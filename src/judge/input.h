/*
 * judge/input.h -- what is judged: observations, complaints, looks, and what is known of own addresses.
 *
 * Types, and questions that the input alone can answer. Nothing here reads a clock or a disk; whoever
 * calls the judge fills the struct, and it must live as long as the verdicts made from it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_INPUT_H
#define REP_JUDGE_INPUT_H

#include "base/arena.h"
#include "fact/complaint.h"
#include "fact/fact.h"
#include "fact/found.h"
#include "judge/history.h"
#include "judge/weights.h"
#include "know/know.h"

/* An own label and what the world sees it as. */
struct rep_label {
	uint32_t label;	      /* number of its name */
	struct rep_ip public; /* version 0: not known */
	bool pool;	      /* several addresses were learnt */
	bool tenancy_told;    /* the operator said who else sends through it */
	bool own_range;	      /* the operator said that the range is the own */
};

/* A reply as it was last worded, people's addresses masked. */
struct rep_wording {
	struct rep_str provider, provider_domain, rule, host, text;
};

/* What a feed of a provider said of trap hits of an own label in one day; 0 hits is an answer, too. */
struct rep_trap_count {
	uint32_t label, provider;
	int64_t day_s;
	uint64_t hits;
};

struct rep_judge_in {
	int64_t now_s;
	int64_t window_s; /* of the cells' counts; 0: everything */
	bool reasons;	  /* evidence, causes and advice too; else only what happened */
	const struct rep_know *know;
	const struct rep_weights *weights;
	struct rep_names names;
	/* Hour buckets, and day buckets of the time before hours_from_s; rep_history_sort. */
	const struct rep_observation *obs;
	size_t obs_n;
	int64_t hours_from_s;
	const struct rep_history *history; /* in place of obs; NULL: obs */
	/* Minute buckets that cover the window, or obs once more; rep_history_sort. */
	const struct rep_observation *recent;
	size_t recent_n;
	const struct rep_label *labels; /* ascending */
	size_t labels_n;
	const struct rep_str *urgent; /* streams that the operator called urgent */
	size_t urgent_n;
	const struct rep_complaint *complaints; /* of the same 89 days; may be none */
	size_t complaints_n;
	bool complaints_proven; /* their feeds are authenticated; nobody tells that yet but tests */
	const struct rep_trap_count *traps; /* none: traps are not watched */
	size_t traps_n;
	const struct rep_wording *wordings; /* for the texts of requests; may be none */
	size_t wordings_n;
	/* What looks at DNS found, and what was looked at (may be none); not of after --now. */
	const struct rep_found *found;
	size_t found_n;
	const struct rep_looked *looked;
	size_t looked_n;
	/* Pieces left out, by name: what would the verdict be without them? Tests ask that. */
	const char *const *without;
	size_t without_n;
};

/* Whether a piece (an evidence function, a detector, "advice" ...) takes part. */
bool rep_judge_has(const struct rep_judge_in *in, const char *piece);

/* The address of a label, else the label: what people call a source. */
struct rep_str rep_source_text(
    const struct rep_judge_in *in, uint32_t label, char buf[REP_IP_TEXT]);
const struct rep_label *rep_label_of(const struct rep_judge_in *in, uint32_t label);

/* Whether the operator called a stream urgent. */
bool rep_stream_urgent(const struct rep_judge_in *in, uint32_t stream);

/* The provider as it stands in a sentence; "mail hosts of example.net" for others. */
struct rep_str rep_provider_text(
    const struct rep_judge_in *in, const struct rep_cell_key *k, struct rep_arena *a);

#endif
