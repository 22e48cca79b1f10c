/* SPDX-License-Identifier: Apache-2.0 */
#include "api/param.h"
#include "base/json_out.h"
#include "base/time.h"

#include <stdio.h>

enum { SHOWN = 60, NAMES_MAX = 16 };

/* Of a stranger's text, what may stand in a sentence. */
static struct rep_str
shown(struct rep_str s)
{
	s = rep_str_cut(s, SHOWN);
	return rep_str_printable(s, true) ? s : REP_S("(not readable)");
}

/* "minute, hour or day" */
static void
add_words(struct rep_buf *b, const char *const *words, size_t n, const char *last)
{
	for (size_t i = 0; i < n; i++)
		rep_buf_printf(b, "%s%s", i == 0 ? "" : i + 1 == n ? last : ", ", words[i]);
}

static enum rep_rc
expected(
    const struct rep_param_row *row, struct rep_str value, const char *what, struct rep_err *err)
{
	struct rep_str s = shown(value);

	return rep_fail(err, REP_EUSAGE, "%s: \"%.*s\" is not %s", row->name, REP_PR(s), what);
}

static enum rep_rc
expected_word(const struct rep_param_row *row, struct rep_str value, struct rep_err *err)
{
	struct rep_buf b;
	enum rep_rc rc;

	rep_buf_init(&b, 300);
	rep_buf_add(&b, REP_S("one of "));
	add_words(&b, row->words, row->words_n, " or ");
	rc = expected(row, value, b.p != NULL ? b.p : "a word that is known", err);
	rep_buf_fini(&b);
	return rc;
}

/* Text that can be shown and searched for: no control characters, nothing that is not UTF-8. */
static bool
readable(struct rep_str s)
{
	uint32_t code;

	for (size_t i = 0, n; i < s.n; i += n)
		if ((n = rep_utf8_len(s, i)) == 0 || rep_utf8_hidden(s, i, n, &code))
			return false;
	return true;
}

static bool
word_at(const struct rep_param_row *row, struct rep_str value, size_t *at)
{
	for (size_t i = 0; i < row->words_n; i++)
		if (rep_str_eq(value, rep_str_c(row->words[i]))) {
			*at = i;
			return true;
		}
	return false;
}

/* The next item of a list. False: nothing is left. */
static bool
next_item(struct rep_str *rest, struct rep_str *item)
{
	size_t comma = rep_str_chr(*rest, ',', 0);

	if (rest->p == NULL)
		return false;
	*item = rep_str_trim(rep_str_sub(*rest, 0, comma));
	*rest = comma == SIZE_MAX ? (struct rep_str){ NULL, 0 }
				  : rep_str_sub(*rest, comma + 1, rest->n);
	return true;
}

static enum rep_rc
read_list(const struct rep_param_row *row, struct rep_str value, struct rep_param_list *out,
    struct rep_err *err)
{
	struct rep_str rest = value, item;

	while (next_item(&rest, &item)) {
		if (item.n == 0)
			return expected(row, value, "a list: items, with a comma between two", err);
		if (out->n == REP_PARAM_LIST_MAX)
			return rep_fail(err, REP_EUSAGE, "%s: more than %d items", row->name,
			    REP_PARAM_LIST_MAX);
		out->v[out->n++] = item;
	}
	return REP_OK;
}

static enum rep_rc
read_words(
    const struct rep_param_row *row, struct rep_str value, uint64_t *out, struct rep_err *err)
{
	struct rep_str rest = value, item;
	size_t at;

	while (next_item(&rest, &item)) {
		if (!word_at(row, item, &at))
			return expected_word(row, item, err);
		*out |= UINT64_C(1) << at;
	}
	return REP_OK;
}

static enum rep_rc
read_one(const struct rep_param_row *row, struct rep_str value, void *ask, struct rep_err *err)
{
	void *to = (char *)ask + row->at;
	size_t at = 0;

	switch (row->kind) {
	case REP_PARAM_TEXT: *(struct rep_str *)to = value; return REP_OK;
	case REP_PARAM_LIST: return read_list(row, value, to, err);
	case REP_PARAM_WORDS: return read_words(row, value, to, err);
	case REP_PARAM_WORD:
		if (!word_at(row, value, &at))
			return expected_word(row, value, err);
		*(int *)to = (int)at;
		return REP_OK;
	case REP_PARAM_TIME:
		if (rep_time_parse(value, to, NULL, NULL) != REP_OK)
			return expected(
			    row, value, "a time such as 2026-11-03T10:31:07Z or 2026-11-03", err);
		return REP_OK;
	case REP_PARAM_NUMBER:
		if (!rep_str_u64(value, row->most, to) || *(uint64_t *)to == 0) {
			char what[64];

			snprintf(what, sizeof what, "a whole number from 1 to %llu",
			    (unsigned long long)row->most);
			return expected(row, value, what, err);
		}
		return REP_OK;
	}
	return REP_OK;
}

static enum rep_rc
unknown(struct rep_str name, const struct rep_param_row *rows, size_t n, struct rep_err *err)
{
	const char *names[NAMES_MAX];
	struct rep_str s = shown(name);
	struct rep_buf b;
	enum rep_rc rc;

	for (size_t i = 0; i < n && i < NAMES_MAX; i++)
		names[i] = rows[i].name;
	rep_buf_init(&b, 300);
	add_words(&b, names, n < NAMES_MAX ? n : NAMES_MAX, " and ");
	rc = rep_fail(err, REP_EUSAGE, "there is no parameter \"%.*s\" here; %s%s", REP_PR(s),
	    n == 0 ? "there is none at all" : "there are: ", n == 0 || b.p == NULL ? "" : b.p);
	rep_buf_fini(&b);
	return rc;
}

enum rep_rc
rep_params_read(const struct rep_param *v, size_t n, const struct rep_param_row *rows,
    size_t rows_n, void *ask, struct rep_err *err)
{
	uint64_t had = 0;
	enum rep_rc rc;

	for (size_t i = 0; i < n; i++) {
		struct rep_str value = rep_str_trim(v[i].value);
		size_t k = 0;

		while (k < rows_n && !rep_str_eq(v[i].name, rep_str_c(rows[k].name)))
			k++;
		if (k == rows_n)
			return unknown(v[i].name, rows, rows_n, err);
		if ((had >> k & 1) != 0)
			return rep_fail(err, REP_EUSAGE, "%s is there twice; once is expected%s",
			    rows[k].name,
			    rows[k].kind == REP_PARAM_LIST || rows[k].kind == REP_PARAM_WORDS
				? ", with a comma between several values"
				: "");
		had |= UINT64_C(1) << k;
		if (value.n > REP_PARAM_BYTES_MAX)
			return rep_fail(err, REP_EUSAGE, "%s: longer than %d bytes", rows[k].name,
			    REP_PARAM_BYTES_MAX);
		if (!readable(value))
			return rep_fail(err, REP_EUSAGE, "%s: has characters that cannot be shown",
			    rows[k].name);
		if (value.n > 0 && (rc = read_one(&rows[k], value, ask, err)) != REP_OK)
			return rc;
	}
	return REP_OK;
}
