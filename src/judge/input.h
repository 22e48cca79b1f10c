/*
 * judge/input.h -- what the judge reads: observations, complaints, looks, reports, and own addresses.
 *
 * Types, and questions that the input alone can answer. Nothing here reads a clock or a disk. The
 * caller fills the struct, and it must live as long as the verdicts made from it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_INPUT_H
#define REP_JUDGE_INPUT_H

#include "base/arena.h"
#include "fact/complaint.h"
#include "fact/fact.h"
#include "fact/found.h"
#include "fact/handed.h"
#include "fact/waiting.h"
#include "judge/history.h"
#include "judge/weights.h"
#include "know/know.h"

/* An own label, and the address that the world sees. */
struct rep_label {
	uint32_t label;	      /* number of its name */
	struct rep_ip public; /* version 0: not known */
	bool pool;	      /* several addresses were learnt for it */
	bool tenancy_told;    /* the operator set who else sends through it */
	bool own_range;	      /* the operator set that the range is your own */
};

/* The latest words of a reply, with people's addresses masked. */
struct rep_wording {
	struct rep_str provider, provider_domain, rule, host, text;
	int64_t last_s; /* when it was said last */
	/* What was wrong with the headers of messages that came back with it. */
	rep_header_faults header_faults;
};

/* Trap hits of an own label in one day, from a feed of a provider. 0 hits is information too. */
struct rep_trap_count {
	uint32_t label, provider;
	int64_t day_s;
	uint64_t hits;
};

/* A domain that own mail went to at a provider, and how often in the last 30 days. */
struct rep_reach {
	uint32_t provider, provider_domain;
	struct rep_str domain;
	uint64_t count;
};

/*
 * What a provider reports of the mail of one own address in the name of one domain, in one period (DMARC aggregate
 * reports). Only of reports that are proven. Sums of messages.
 */
struct rep_own_reported {
	struct rep_str provider; /* its id */
	struct rep_str domain;	 /* in From, lower case, as in DNS: nothing in it needs escaping */
	struct rep_str registered; /* its registered domain */
	struct rep_ip source;
	int64_t begin_s, end_s;
	uint64_t messages, passed; /* DMARC passes when an aligned identifier does */
	uint64_t dkim, spf;	   /* of the messages: aligned, and passed */
	uint64_t spf_any; /* passed SPF, aligned or not: what there is to see before the message */
};

struct rep_judge_in {
	int64_t now_s;
	int64_t window_s; /* over which cells count; 0: everything */
	bool reasons;	  /* true: also evidence, causes and advice; false: only what happened */
	const struct rep_know *know;
	const struct rep_weights *weights;
	struct rep_names names;
	/* Hour buckets, and before hours_from_s day buckets. Sorted with rep_history_sort. */
	const struct rep_observation *obs;
	size_t obs_n;
	int64_t hours_from_s;
	const struct rep_history *history; /* used instead of obs; NULL: obs is used */
	/* Minute buckets that cover the window, or obs again. Sorted with rep_history_sort. */
	const struct rep_observation *recent;
	size_t recent_n;
	const struct rep_label *labels; /* ascending */
	size_t labels_n;
	const struct rep_str *urgent; /* streams that the operator marked as urgent */
	size_t urgent_n;
	const struct rep_complaint *complaints; /* of the same 89 days; may be empty */
	size_t complaints_n;
	bool complaints_proven; /* their feeds are authenticated; only tests set it so far */
	const struct rep_handed *handed; /* who handed mail in; may be empty */
	size_t handed_n;
	struct rep_waits waits; /* what waits in the queue; nothing may be known of it */
	const struct rep_trap_count *traps; /* empty: traps are not watched */
	size_t traps_n;
	const struct rep_wording *wordings; /* for the texts of requests; may be empty */
	size_t wordings_n;
	/* Of providers in trouble: the domains mail went to, the most frequent first; may be empty. */
	const struct rep_reach *reach;
	size_t reach_n;
	/* Findings and looks of DNS audits (may be empty). None of them is later than --now. */
	const struct rep_found *found;
	size_t found_n;
	const struct rep_looked *looked;
	size_t looked_n;
	/* What providers report of own mail, by provider and begin; may be empty. */
	const struct rep_own_reported *reported;
	size_t reported_n;
	/* Pieces to leave out, by name. Tests use it to see the verdict without them. */
	const char *const *without;
	size_t without_n;
};

/* Whether a piece (an evidence function, a detector, "advice" ...) takes part. */
bool rep_judge_has(const struct rep_judge_in *in, const char *piece);

/* What people call a source: the address of a label, or the label if its address is not known. */
struct rep_str rep_source_text(
    const struct rep_judge_in *in, uint32_t label, char buf[REP_IP_TEXT]);
const struct rep_label *rep_label_of(const struct rep_judge_in *in, uint32_t label);
/* Whether both have one known address: then they are one source. NULL and pools have none. */
bool rep_label_one_address(const struct rep_label *x, const struct rep_label *y);
/* Whether they are two addresses of one subnet. False where an address is not known, and for pools. */
bool rep_label_neighbours(const struct rep_label *x, const struct rep_label *y);

/*
 * What a provider said last by a rule (numbers of names); domain 0: it has none. NULL: it was not kept.
 */
const struct rep_wording *rep_wording_of(
    const struct rep_judge_in *in, uint32_t provider, uint32_t domain, uint32_t rule);

/* Whether the operator marked a stream as urgent. */
bool rep_stream_urgent(const struct rep_judge_in *in, uint32_t stream);

/* Mail for a provider that waits, all rows of it together. */
struct rep_waiting_sum {
	uint64_t messages, expiring;
	int64_t since_s, oldest_s, expires_s; /* as in struct rep_waiting_mail */
};

/*
 * Sums what waits for a provider; domain: of a small host, n == 0 for all. own: only what its own
 * server holds back; false: only what was refused. False when there is none.
 */
bool rep_waiting_for(const struct rep_judge_in *in, struct rep_str provider, struct rep_str domain,
    bool own, struct rep_waiting_sum *out);

/* The provider as written in a sentence. For small hosts: "mail hosts of example.net". */
struct rep_str rep_provider_text(
    const struct rep_judge_in *in, const struct rep_cell_key *k, struct rep_arena *a);
/*
 * Whether such a name takes a verb in the plural: "GMX, WEB.DE and IONOS", "other mail hosts". Names
 * in brackets say nothing of that: "Yahoo (with AOL and AT&T)".
 */
bool rep_provider_plural(struct rep_str in_sentence);

#endif
