/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/auth_results.h"

/* Where blanks and comments (RFC 5322: they may be nested) end. */
static size_t
skip(struct rep_str s, size_t i)
{
	size_t deep = 0;

	for (; i < s.n; i++) {
		if (deep > 0 && s.p[i] == '\\')
			i++;
		else if (s.p[i] == '(')
			deep++;
		else if (s.p[i] == ')' && deep > 0)
			deep--;
		else if (deep == 0 && !rep_blank(s.p[i]))
			break;
	}
	return i < s.n ? i : s.n;
}

/* A word, or what stands in quotes. *i is behind it. */
static struct rep_str
word(struct rep_str s, size_t *i)
{
	size_t from, end;

	*i = skip(s, *i);
	from = *i;
	if (from < s.n && s.p[from] == '"') {
		end = rep_str_chr(s, '"', from + 1);
		end = end == SIZE_MAX ? s.n : end;
		*i = end < s.n ? end + 1 : end;
		return rep_str_sub(s, from + 1, end - from - 1);
	}
	while (*i < s.n && !rep_blank(s.p[*i]) && strchr(";=()\"", s.p[*i]) == NULL)
		++*i;
	return rep_str_sub(s, from, *i - from);
}

static bool
takes(struct rep_str s, size_t *i, char c)
{
	size_t at = skip(s, *i);

	if (at >= s.n || s.p[at] != c)
		return false;
	*i = at + 1;
	return true;
}

/* The end of this result: a ';' that is in no comment and no quotes. */
static size_t
behind(struct rep_str s, size_t i)
{
	while ((i = skip(s, i)) < s.n && s.p[i] != ';') {
		size_t was = i;

		(void)word(s, &i);
		i += i == was;
	}
	return i < s.n ? i + 1 : s.n;
}

/* One result: "dkim=pass (comment) reason=x header.d=shop.example". */
static void
result(struct rep_str s, struct rep_auth_results *out)
{
	size_t i = 0;
	struct rep_str method = word(s, &i), value, name;

	/* A method may have a version: dkim/1 */
	method = rep_str_sub(method, 0, rep_str_chr(method, '/', 0));
	if (!rep_str_eq_nocase(method, REP_S("dkim")) || !takes(s, &i, '='))
		return;
	value = word(s, &i);
	if (!rep_str_eq_nocase(value, REP_S("pass")))
		return;
	while (i < s.n) {
		size_t was = i;

		name = word(s, &i);
		if (takes(s, &i, '=')) {
			value = word(s, &i);
			if (rep_str_eq_nocase(name, REP_S("header.d")) && value.n > 0 &&
			    out->passed_n < REP_AUTH_RESULTS_MAX)
				out->passed[out->passed_n++] = value;
		}
		i += i == was;
	}
}

bool
rep_auth_results_read(struct rep_str value, struct rep_auth_results *out)
{
	size_t i = 0, end;

	out->id = word(value, &i);
	if (out->id.n == 0)
		return false;
	for (i = behind(value, i); i < value.n; i = end) {
		end = behind(value, i);
		result(rep_str_sub(value, i, end - i - (end > i && value.p[end - 1] == ';')), out);
	}
	return true;
}

/* What filters put at the top beside it. */
static bool
of_filters(struct rep_str name)
{
	static const char *const starts[] = { "ARC-", "DKIM-Filter", "Received-SPF", "X-",
		"DMARC-Filter", "Delivered-To", "Return-Path" };

	for (size_t k = 0; k < REP_COUNT(starts); k++)
		if (rep_str_starts_nocase(name, rep_str_c(starts[k])))
			return true;
	return false;
}

void
rep_auth_results_of(const struct rep_headers *h, struct rep_auth_results *out)
{
	struct rep_auth_results one;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < h->n; i++) {
		if (!rep_str_eq_nocase(h->v[i].name, REP_S("Authentication-Results"))) {
			if (!of_filters(h->v[i].name))
				return;
			continue;
		}
		memset(&one, 0, sizeof one);
		if (!rep_auth_results_read(h->v[i].value, &one) ||
		    (out->id.n > 0 && !rep_str_eq_nocase(out->id, one.id)))
			return;
		out->id = one.id;
		for (size_t k = 0; k < one.passed_n && out->passed_n < REP_AUTH_RESULTS_MAX; k++)
			out->passed[out->passed_n++] = one.passed[k];
	}
}
