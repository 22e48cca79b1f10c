/*
 * engine/pass.h -- one pass of the daemon: reads what is new into the store, judges, and gives what is news.
 *
 * A pass is a whole ingest (engine/ingest.h), in a process of its own that the daemon starts for it. So
 * nothing grows from one pass to the next, and a pass that is killed costs nothing: the next one continues at
 * its last commit.
 *
 * It judges for the present, also without inputs: what is recent changes with the time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_PASS_H
#define REP_ENGINE_PASS_H

#include "engine/alerts.h"
#include "engine/conditions.h"
#include "engine/documents.h"
#include "engine/inputs.h"
#include "engine/journald_read.h"

enum {
	/*
	 * What is said of incidents is recorded when there is news, and else at most this often (s): there is
	 * room for REP_TOLD_KEEP recordings, which a pass each second would use up in as many seconds.
	 */
	REP_PASS_RECORD_S = 3600
};

struct rep_pass {
	const struct rep_session *session;   /* borrowed, as all here; its now_s is the present */
	const struct rep_inputs *inputs;     /* may have none */
	const struct rep_journald *journals; /* read on after the inputs */
	size_t journals_n;
	const char *const *watched; /* the paths that the inputs are of; journals are not */
	size_t watched_n;
	int64_t looked_s;	   /* when the look began that gave them (rep_pass_looked) */
	const char *const *stated; /* "[LABEL=]IP", already checked */
	size_t stated_n;
	struct rep_documents_faults faults;
	struct rep_journald_faults journald_faults;
	const struct rep_str *channels; /* their names: who gets alerts */
	size_t channels_n;
	int64_t together_s;  /* updates of an alert are so far apart: REP_NEWS_TOGETHER_S */
	struct rep_str host; /* this machine */
	const struct rep_str *digests; /* channels that get the digest of a week */
	size_t digests_n;
	bool silent;		      /* a time of maintenance: nothing is told now */
	bool no_journal;	      /* there are some, and this pass reads none */
	const struct rep_limp *limps; /* parts of the daemon that fail */
	size_t limps_n;
	const struct rep_str
	    *unsure; /* parts that fail if that was told: engine/conditions_tend.h */
	size_t unsure_n;
	/*
	 * Puts news into words, in the set's arena; verdicts have REP_DEPTH_REASONS. What it gives away itself must
	 * be there when it returns: then all of it is stored as told, with the messages of the pieces in the
	 * outbox. When the process is killed in between, the next pass asks for the same again.
	 */
	enum rep_rc (*tell)(void *ctx, const struct rep_verdict_set *set,
	    const struct rep_news *news, const struct rep_alert_piece **pieces, size_t *n,
	    struct rep_err *err);
	/*
	 * Prints what is told of conditions: texts that end with a line end. Only when it is stored as told, so who
	 * does not read what is printed holds nothing up. What is not printed is in the outbox all the same.
	 */
	void (*say)(void *ctx, const struct rep_str *texts, size_t n);
	void *ctx;
};

struct rep_pass_counts {
	uint64_t open;	/* incidents that are open, those that are only suspected not among them */
	int64_t last_s; /* the newest fact; 0: none */
	int64_t due_s;	/* when the first message of the outbox is to be sent; 0: none waits */
	int64_t held_s; /* when news that is held back is to be told; 0: none is */
	bool more;	/* a journal has more than one pass reads */
};

/* When the look of the last pass that ended well began; 0: there was none. */
enum rep_rc rep_pass_looked(
    struct rep_store *store, int64_t *looked_s, struct rep_err *err) REP_NODISCARD;

enum rep_rc rep_pass_run(
    const struct rep_pass *o, struct rep_pass_counts *out, struct rep_err *err) REP_NODISCARD;

#endif
