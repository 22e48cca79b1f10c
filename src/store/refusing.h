/*
 * store/refusing.h -- which small domains that refuse are counted by name.
 *
 * Anybody can make a thousand domains that refuse mail, and each one counted by name is a cell for
 * every hour, in memory and in the judge. So in a period of 30 days the first REP_REFUSING_STEP
 * domains get their name with their first refusal, the next ones with their 4th, then with their
 * 16th, and so on. What is not counted by name is counted under REP_OTHER_DOMAINS, so the sums
 * hold. A domain that refuses much gets its name however many others there are; a million domains
 * that refuse once get some 1,500 names. A domain with a name keeps it for ever.
 *
 * Other failures (a dead recipient) are nobody's trouble: in a period REP_REFUSING_STEP domains get
 * a name for them, and the others are counted with what small domains accepted.
 *
 * Refusals are counted in a table of fixed size at places given by a keyed hash. Two domains can
 * share places, so a count can be too high, never too low. The result depends only on the order of
 * the facts, not on where an ingest begins or commits: the table is stored with them (state
 * "refusing").
 *
 * Own labels (log host and syslog name) are given their names in the same way, by their deliveries:
 * a log can be filled with invented ones. The first REP_LABELS_STEP get theirs at once. What has no
 * name is counted under REP_OTHER_LABELS.
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_REFUSING_H
#define REP_STORE_REFUSING_H

#include "base/time.h"
#include "store/backend.h"

enum {
	REP_REFUSING_STEP = 512, /* names for one refusal; then for four, 16, 64 .. */
	REP_LABELS_STEP = 1024,	 /* the same of labels: a large sender has a thousand */
	REP_REFUSING_PERIOD_S = 30 * REP_DAY_S /* then it begins again */
};

/* What is counted, and where. */
struct rep_refusing_kind {
	struct rep_str state; /* its name in the back end */
	uint32_t step;
};
extern const struct rep_refusing_kind rep_refusing_domains, rep_refusing_labels;

struct rep_refusing {
	const struct rep_refusing_kind *kind; /* set by load */
	int64_t period;			      /* number of the period */
	uint32_t named;			      /* names given in it for refusals */
	uint32_t failed;		      /* and for other failures */
	uint16_t *count;		      /* owned; NULL: nothing was counted in this period */
	bool loaded, dirty;
};

void rep_refusing_fini(struct rep_refusing *r); /* it can be loaded again */
/* Reads the state, unless it is loaded. A damaged state is an empty one. */
enum rep_rc rep_refusing_load(struct rep_refusing *r, const struct rep_refusing_kind *kind,
    struct rep_backend *b, struct rep_err *err) REP_NODISCARD;
/* Writes the state, if it changed. */
enum rep_rc rep_refusing_flush(
    struct rep_refusing *r, struct rep_backend *b, struct rep_err *err) REP_NODISCARD;

/*
 * Counts a refusal of a domain without a name, or a delivery of a label without one. *named: it gets
 * its name now. `hash` is a keyed hash of it.
 */
enum rep_rc rep_refusing_count(struct rep_refusing *r, uint64_t hash, int64_t at_s, bool *named,
    struct rep_err *err) REP_NODISCARD;
/* The same for another failure. */
bool rep_refusing_failed(struct rep_refusing *r, int64_t at_s);

#endif
