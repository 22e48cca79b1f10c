/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/auth_results.h"
#include "mail/addr.h"

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
result(struct rep_str s, struct rep_str id, struct rep_auth_results *out)
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
			    out->passed_n < REP_AUTH_RESULTS_MAX) {
				out->passed[out->passed_n].id = id;
				out->passed[out->passed_n++].domain = value;
			}
		}
		i += i == was;
	}
}

static void
one_field(struct rep_str value, struct rep_auth_results *out)
{
	size_t i = 0, end;
	struct rep_str id = word(value, &i);

	for (i = behind(value, i); id.n > 0 && i < value.n; i = end) {
		end = behind(value, i);
		result(
		    rep_str_sub(value, i, end - i - (end > i && value.p[end - 1] == ';')), id, out);
	}
}

/* A Received field of a server that handed the message to itself. */
static bool
to_itself(struct rep_str value)
{
	static const char *const loopback[] = { "[127.0.0.1]", "[::1]", "[IPv6:::1]" };
	size_t by = rep_str_find_nocase(value, REP_S(" by "), 0);

	return rep_str_find_nocase(value, REP_S(" with LMTP"), 0) != SIZE_MAX ||
	    rep_str_has_any_nocase(rep_str_sub(value, 0, by), loopback, REP_COUNT(loopback));
}

/* The domain of the one address in From (RFC 5322 3.6.2 allows several: then none can be told). */
static struct rep_str
domain_of_from(const struct rep_headers *h)
{
	struct rep_str from = rep_header(h, "From"), address, other;
	size_t i = 0, at;

	if (!rep_addr_next(from, &i, &address) || rep_addr_next(from, &i, &other))
		return (struct rep_str){ "", 0 };
	at = rep_str_rchr(address, '@');
	return at == SIZE_MAX ? (struct rep_str){ "", 0 } : rep_str_sub(address, at + 1, SIZE_MAX);
}

void
rep_auth_results_of(const struct rep_headers *h, struct rep_auth_results *out)
{
	memset(out, 0, sizeof *out);
	out->from = domain_of_from(h);
	for (size_t i = 0; i < h->n; i++) {
		struct rep_str name = h->v[i].name, value = h->v[i].value;

		if (rep_str_eq_nocase(name, REP_S("Received")) && !to_itself(value))
			return;
		if (rep_str_eq_nocase(name, REP_S("Authentication-Results")))
			one_field(value, out);
	}
	/* No server received it from outside: it is a file that somebody wrote. */
	out->passed_n = 0;
}
