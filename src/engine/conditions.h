/*
 * engine/conditions.h -- which conditions hold now, by what the store knows and what the daemon saw.
 *
 * Each kind (fact/condition.h) has a function that turns what is known into the conditions of that kind. They are
 * pure: no clock, no disk, no store. Nothing later than in->now_s is used, so a past moment can be asked about.
 * What cannot be told at the moment is no condition that is over: its kind is marked as unknown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_CONDITIONS_H
#define REP_ENGINE_CONDITIONS_H

#include "engine/alarms.h"
#include "engine/certificates.h"
#include "engine/delays.h"
#include "engine/folders.h"
#include "engine/held.h"
#include "engine/own.h"
#include "engine/queue_usual.h"
#include "judge/verdict.h"

/*
 * So many hold at once only where nearly everything is wrong: there are up to 512 sources, and some 1,000 logins.
 * Those that are found last are left out and counted, and nothing is over meanwhile.
 */
enum {
	REP_CONDITIONS_MAX = 1000,
	REP_CONDITION_SHOWN = 300 /* bytes of a name (rep_condition_name) */
};

/* A part of the daemon that fails again and again. */
struct rep_limp {
	struct rep_str what; /* that it could not do: "read the queue of Postfix" */
	int64_t since_s;
	struct rep_str text; /* whole sentences */
};

struct rep_conditions_in {
	const struct rep_judge_in *in;
	const struct rep_verdicts *verdicts; /* incidents of it; NULL: not known */
	const struct rep_own *own;
	const struct rep_held_all *held;     /* what held at the last pass; NULL: not known */
	struct rep_str host;		     /* this machine */
	const struct rep_queue_usual *queue; /* NULL: nothing is known */
	const struct rep_delays *delays;     /* the same */
	uint64_t disk_free, disk_all;	     /* bytes, where the database is; 0, 0: not known */
	struct rep_str disk;		     /* its folder */
	const struct rep_certificates *certificates; /* the same */
	const struct rep_folders *folders;	     /* the same */
	const struct rep_alarms *alarms;	     /* the same */
	const struct rep_limp *limps;
	size_t limps_n;
};

struct rep_conditions {
	struct rep_arena *a; /* borrowed: all text is in it */
	struct rep_condition *v;
	size_t n, left_out;
	bool unknown[REP_KIND_N]; /* what holds of this kind cannot be told now */
	bool small;		  /* memory ran out: nothing of it is whole */
};

/* REP_EMEM: out of memory. */
enum rep_rc rep_conditions_make(const struct rep_conditions_in *in, struct rep_arena *a,
    struct rep_conditions *out, struct rep_err *err) REP_NODISCARD;

/*
 * What a condition is called, as it may be shown and is remembered. One that is too long is cut, and says so, with a hash
 * of all of it: two that begin alike stay two. p == NULL or n == 0: out of memory.
 */
struct rep_str rep_condition_name(struct rep_arena *a, struct rep_str s);

/* For the kinds: adds one that holds; subject and `of` are copied as they may be shown. */
void rep_condition_add(struct rep_conditions *c, enum rep_kind kind, struct rep_str subject,
    struct rep_str of, int64_t since_s, struct rep_str text);

/* The same for a subject whose name may change: a source, whose address is learnt. */
void rep_condition_add_known_as(struct rep_conditions *c, enum rep_kind kind,
    struct rep_str subject, struct rep_str key, int64_t since_s, struct rep_str text);

/*
 * For the kinds: whether one held at an earlier moment, and has not ended: where there is nothing new to judge by, it
 * goes on.
 */
bool rep_condition_held(const struct rep_conditions_in *in, struct rep_conditions *out,
    enum rep_kind kind, struct rep_str subject);

/* What a provider, an id of know, is called in a sentence. */
struct rep_str rep_condition_provider(const struct rep_conditions_in *in, struct rep_str id);

/* The kinds, each group in a file of its own. */
void rep_conditions_found(const struct rep_conditions_in *in, struct rep_conditions *out);
void rep_conditions_account(const struct rep_conditions_in *in, struct rep_conditions *out);
void rep_conditions_rates(const struct rep_conditions_in *in, struct rep_conditions *out);
void rep_conditions_relay(const struct rep_conditions_in *in, struct rep_conditions *out);
void rep_conditions_silent(const struct rep_conditions_in *in, struct rep_conditions *out);
void rep_conditions_folder(const struct rep_conditions_in *in, struct rep_conditions *out);
void rep_conditions_queue(const struct rep_conditions_in *in, struct rep_conditions *out);
void rep_conditions_auth(const struct rep_conditions_in *in, struct rep_conditions *out);
void rep_conditions_reported(const struct rep_conditions_in *in, struct rep_conditions *out);
void rep_conditions_late(const struct rep_conditions_in *in, struct rep_conditions *out);
void rep_conditions_machine(const struct rep_conditions_in *in, struct rep_conditions *out);

#endif
