/*
 * api/param.h -- the parameters of a question: names and values, as the front took them from a URL.
 *
 * Each resource has a table of the parameters that it knows. What is not in it, comes twice, or is not of its kind is an
 * error that says what was expected: a question that is half understood would get an answer to another one.
 *
 * Pure. Values are bytes of a stranger, already without their percent signs; they are views, and so is what is read of
 * them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_PARAM_H
#define REP_API_PARAM_H

#include "base/err.h"

enum {
	/* Bytes of a value. Judgement: a list of addresses and a question in words are shorter. */
	REP_PARAM_BYTES_MAX = 1000,
	/* Items of a list. Judgement: a picture with more lines cannot be read. */
	REP_PARAM_LIST_MAX = 32
};

struct rep_param {
	struct rep_str name, value;
};

/* "a,b": each item without blanks around it. n == 0: not asked. */
struct rep_param_list {
	struct rep_str v[REP_PARAM_LIST_MAX];
	size_t n;
};

enum rep_param_kind {
	REP_PARAM_TEXT, /* struct rep_str; UTF-8 without what a terminal obeys; trimmed; n == 0: not asked */
	REP_PARAM_LIST,	 /* struct rep_param_list of such texts */
	REP_PARAM_WORD,	 /* int: the place of the value among `words`; not asked: stays */
	REP_PARAM_WORDS, /* uint64_t: a bit for each place; 0: not asked */
	REP_PARAM_TIME,	 /* int64_t: seconds; not asked: stays */
	REP_PARAM_NUMBER /* uint64_t from 1 up to `most`; not asked: stays */
};

struct rep_param_row {
	const char *name;
	enum rep_param_kind kind;
	size_t at; /* offset in the struct that is asked for */
	const char *const *words;
	size_t words_n; /* of WORDS at most 64 */
	uint64_t most;
};

/*
 * Reads n parameters into `ask`, which has its defaults. REP_EUSAGE with a sentence: `ask` may then be half filled. An empty
 * value is one that was not asked for.
 */
enum rep_rc rep_params_read(const struct rep_param *v, size_t n, const struct rep_param_row *rows,
    size_t rows_n, void *ask, struct rep_err *err) REP_NODISCARD;

#endif
