/*
 * engine/alarms.h -- what the reports of receivers say that a person is told, as it was found when they were read last.
 *
 * Reports come a few times a day, and a pass is made each minute. So they are read only when others were put into the store since
 * (an hour after the last time at the earliest), and once on each day, because silence is no report. What was found is one
 * value of the store (the state "alarms"), from which engine/kinds_reported.c makes conditions at each pass.
 *
 * Only reports count that are believed (store/store.h), of reporters that were heard for long (engine/long_heard.h), of the last
 * REP_ALARM_DAYS, and of own domains.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_ALARMS_H
#define REP_ENGINE_ALARMS_H

#include "engine/long_heard.h"
#include "engine/own.h"
#include "engine/session.h"
#include "fact/condition.h"

enum {
	/*
	 * Bytes of what is read, and as many for what is asked of one domain: 1,000,000 records need 208 and 120 MiB
	 * (tools/reported --large). Who has more is told that nothing is looked at.
	 */
	REP_ALARMS_BYTES_MAX = 384 << 20,
	/* Judgement: each is a sentence or two. Of more the rest is counted and said, and nothing of reports is over meanwhile. */
	REP_ALARMS_MAX = 256,
	REP_ALARMS_EACH_S = 3600
};

/* As struct rep_condition. */
struct rep_alarm {
	enum rep_kind kind;
	struct rep_str subject, of, text;
	int64_t since_s;
	bool begins; /* else it holds only where it was told */
};

struct rep_alarms {
	struct rep_alarm *v;
	size_t n;
	uint64_t left_out; /* of those that begin */
	uint64_t put;	   /* rep_store_reports_put */
	int64_t made_s;	   /* 0: never */
	bool unknown;	   /* there were too many reports to look at, or one is damaged */
	bool partial;	   /* one that can only go on, or a domain, is left out */
};

/* Whether reports show it. */
bool rep_alarms_kind(enum rep_kind kind);

enum rep_rc rep_alarms_load(struct rep_store *store, struct rep_arena *a, struct rep_alarms *out,
    struct rep_err *err) REP_NODISCARD;

/*
 * Loads them, and finds and stores them anew when it is time. Needs a transaction. own: if it has no domain, each domain
 * of the reports is one. held: a domain of which something was told that is not over is an own one; NULL: not known.
 */
enum rep_rc rep_alarms_tend(const struct rep_session *s, int64_t now_s, const struct rep_own *own,
    const struct rep_held_all *held, struct rep_store *store, struct rep_arena *a,
    struct rep_alarms *out, struct rep_err *err) REP_NODISCARD;

/* For those that find them: a copy in the arena of out->v. */
struct rep_alarms_finding {
	const struct rep_session *session; /* its now_s is the present */
	struct rep_store *store;
	const struct rep_own *own;
	const struct rep_held_all *held;
	const struct rep_long_heard *heard;
	struct rep_arena *a; /* of what is found */
	struct rep_alarms *out;
	size_t domains_left; /* beyond REP_OWN_DOMAINS */
	bool full;	     /* a text cannot be kept: out of memory, or not to be shown */
};
void rep_alarms_add(struct rep_alarms_finding *f, struct rep_alarm x);
/* Whether mail is sent from the domain or from below it; also where no own domain is known, or something was told of it. */
bool rep_alarms_own(const struct rep_alarms_finding *f, struct rep_str domain);

enum rep_rc rep_alarms_dmarc(struct rep_alarms_finding *f, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_alarms_tls(struct rep_alarms_finding *f, struct rep_err *err) REP_NODISCARD;

#endif
