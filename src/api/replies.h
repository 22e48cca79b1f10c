/*
 * api/replies.h -- what a provider said in a trouble, word for word: the stored wordings of its replies, masked.
 *
 * The database has one wording for each form of a reply of a provider (store/store.h), of all own sources together. Those of an
 * incident are the ones with its rules that were heard since it began; an incident without a rule has those of its class.
 * `count` is of the form, from its first time on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_REPLIES_H
#define REP_API_REPLIES_H

#include "api/param.h"
#include "api/world.h"

/* Judgement: more wordings of one thing nobody compares. */
enum { REP_REPLIES_MAX = 20 };

struct rep_replies_ask {
	uint64_t incident; /* 0: not asked, which is an error */
};

enum rep_rc rep_replies_parse(const struct rep_param *v, size_t n, struct rep_replies_ask *ask,
    struct rep_err *err) REP_NODISCARD;
/* Needs verdicts. REP_ENOTFOUND: there is no such incident. */
enum rep_rc rep_replies_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_replies_ask *ask, struct rep_err *err) REP_NODISCARD;

#endif
