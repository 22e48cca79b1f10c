/*
 * judge/hearing.h -- what the pieces of evidence share while they look at one incident.
 *
 * A piece is a function that looks at the facts and calls rep_hear (a sentence for people, and the
 * numbers behind it) or rep_hear_unknown (what is missing, and how to get it). It never weighs. The
 * weight of each name is in know/judge.weights, and causes.c adds them up.
 *
 * Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_HEARING_H
#define REP_JUDGE_HEARING_H

#include "judge/index.h"

enum { REP_HOUR = 3600 };

/*
 * The least that is compared. EXPECTED: the refusals that another path would have met with this
 * trouble; that it met none is then one chance in twenty (e^-3). ALIKE, ELSEWHERE: messages of a
 * week, and of a source at another provider; judgement.
 */
enum { REP_EXPECTED_LEAST = 3, REP_ALIKE_LEAST = 20, REP_ELSEWHERE_LEAST = 20 };

/* Pieces of one id that are kept: a fourth sentence of the same kind tells a reader nothing new. */
enum { REP_EVIDENCE_OF_ONE = 3 };

/*
 * Room for everything that one incident can have, so that no piece is ever lost: each id as often
 * as it is kept, each unknown once, and the feeds of the provider.
 */
enum {
	REP_EVIDENCE_MAX = REP_EVIDENCE_N * REP_EVIDENCE_OF_ONE,
	REP_UNKNOWN_MAX = REP_UNKNOWN_N + REP_FEEDS_MAX
};

/* If at least this many of the 256 places of a network are your own, most of it is. */
enum { REP_PLACES_MOST = 128 };

struct rep_hearing {
	const struct rep_verdicts *v;
	const struct rep_judge_in *in;
	struct rep_incident *i;
	const struct rep_cell *cell;
	const struct rep_episode *e;   /* the last one */
	const struct rep_label *label; /* NULL: the label is not known */
	const struct rep_rule *rule;   /* NULL: none */
	int64_t until_s;	       /* end of the episode, or now */
	struct rep_sums here;	       /* what was tried there since, all streams */
	struct rep_arena *a;
	struct rep_str provider;			/* as in a sentence */
	bool small;					/* the arena is used up */
	struct rep_evidence evidence[REP_EVIDENCE_MAX]; /* i->evidence while it is heard */
	struct rep_unknown unknown[REP_UNKNOWN_MAX];	/* i->unknown, as above */
};

/*
 * Adds a piece. At most three pieces of one id are kept. More are counted with the last one. An id
 * weighs once, however many pieces it has: they are one story.
 */
void rep_hear(
    struct rep_hearing *h, enum rep_evidence_id id, struct rep_str sentence, struct rep_str facts);
/*
 * The same for a piece that measures (judge/evidence_id.h): its weight is a curve over that. Where the
 * built-in curve has ratio 1 for every cause it tells nothing, and the piece is not kept. What an own file
 * weighs is kept in any case, so that no own weight hides what was measured.
 */
void rep_hear_measured(struct rep_hearing *h, enum rep_evidence_id id, double measure,
    struct rep_str sentence, struct rep_str facts);
/* The same for words that chose the prior already: reported, but not weighed. */
void rep_hear_counted(
    struct rep_hearing *h, enum rep_evidence_id id, struct rep_str sentence, struct rep_str facts);
void rep_hear_measured_counted(struct rep_hearing *h, enum rep_evidence_id id, double measure,
    struct rep_str sentence, struct rep_str facts);
/* What is not known, how to get it, and the cause (a == b) or two that it helps to judge. */
void rep_hear_unknown(struct rep_hearing *h, enum rep_unknown_id id, const char *how,
    enum rep_cause a, enum rep_cause b);
/* The same for a feed of the provider, under the name that know gives it. */
void rep_hear_unknown_feed(struct rep_hearing *h, const struct rep_feed *feed);

/* Sender domains of a trouble that are looked at: those of the streams that lost most, which come first. */
enum { REP_HEARING_DOMAINS = 8 };
struct rep_hearing_domains {
	struct rep_str v[REP_HEARING_DOMAINS]; /* views; only letters of host names */
	size_t n;
};
/* Sets too_many of the incident where there are more. */
void rep_hearing_domains(struct rep_hearing *h, struct rep_hearing_domains *out);
bool rep_hearing_has_domain(const struct rep_hearing_domains *d, struct rep_str domain);

double rep_hearing_limit(const struct rep_hearing *h, enum rep_limit_id id);
/* Whether there are enough messages to speak of a share of them. */
bool rep_hearing_enough(const struct rep_hearing *h, uint64_t messages);
/*
 * Share of unknown recipients of a label in the week before. < 0: too little mail to tell. With little mail
 * only a share that is high beyond chance is one.
 */
double rep_hearing_unknown_share(const struct rep_hearing *h, uint32_t label);
/*
 * How many of the 256 places around the source (addresses of its /24, /56 of its /48) are known to
 * be your own. 0: its address is not known.
 */
unsigned rep_hearing_own_places(const struct rep_hearing *h);
/* Whether most of the subnet of the source is your own. */
bool rep_hearing_mostly_own(const struct rep_hearing *h);
/* Whether complaints of this provider reach us: one came within 60 days. */
bool rep_hearing_complaints(const struct rep_hearing *h);
/* Whether a label is the source of this trouble: the same, or another of the same address. */
bool rep_hearing_same_source(const struct rep_hearing *h, uint32_t label);
/* The name of a label for people. In the arena. */
struct rep_str rep_hearing_source(const struct rep_hearing *h, uint32_t label);
/* The incident of the same kind that a cell has at the same time, or NULL. */
const struct rep_incident *rep_hearing_trouble(
    const struct rep_hearing *h, const struct rep_cell *c);

/* How long the last stay of another trouble began before or after this one, in minutes. */
double rep_hearing_minutes_apart(const struct rep_hearing *h, const struct rep_incident *x);

const char *rep_percent_text(double v, char buf[16]); /* "2.1 %" */

/* The pieces, under the names by which they can be left out (struct rep_judge_in). */
void rep_evidence_siblings(struct rep_hearing *h);
void rep_evidence_stage(struct rep_hearing *h);
void rep_evidence_wording(struct rep_hearing *h);
void rep_evidence_elsewhere(struct rep_hearing *h);
void rep_evidence_hygiene(struct rep_hearing *h);
void rep_evidence_volume(struct rep_hearing *h);
void rep_evidence_history(struct rep_hearing *h);
void rep_evidence_audit(struct rep_hearing *h);
void rep_evidence_reports(struct rep_hearing *h);
void rep_evidence_named(struct rep_hearing *h);
void rep_evidence_share(struct rep_hearing *h);
void rep_evidence_shape(struct rep_hearing *h);
void rep_evidence_complaints(struct rep_hearing *h);
void rep_evidence_not_watched(struct rep_hearing *h);

#endif
