/*
 * api/looks.h -- what looks at DNS have seen of a domain or an address: findings, records, lists, and what changed.
 *
 * Everything is a stay (fact/found.h): it was there from the first look that saw it to the first that did not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_LOOKS_H
#define REP_API_LOOKS_H

#include "api/param.h"
#include "api/world.h"

enum {
	REP_LOOKS_SUBJECTS_MAX =
	    1000, /* Judgement: own addresses are at most 256, and domains 32 */
	/* Of each list of an answer. Judgement: a record that changes each week fills it in ten years. */
	REP_LOOKS_ROWS_MAX = 500
};

struct rep_looks_ask {
	struct rep_str subject; /* n == 0: which there are */
};

enum rep_rc rep_looks_parse(const struct rep_param *v, size_t n, struct rep_looks_ask *ask,
    struct rep_err *err) REP_NODISCARD;
/* Needs no verdicts. REP_ENOTFOUND: it was never looked at. */
enum rep_rc rep_looks_answer_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_looks_ask *ask, struct rep_err *err) REP_NODISCARD;

/* Whether a stay is that of a listing; its part is then the zone. */
bool rep_api_listing(const struct rep_found *f);
/* What a finding is called, without a full stop: "The domain has no SPF record". */
const char *rep_api_finding_title(struct rep_str id);

#endif
