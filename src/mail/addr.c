/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/addr.h"

enum { LOCAL_MAX = 200, DOMAIN_MAX = 253 };

static bool
local_char(char c)
{
	return rep_alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~.", c) != NULL) ||
	    (unsigned char)c >= 128;
}

static bool
domain_char(char c)
{
	return rep_alnum(c) || c == '-' || c == '.' || c == '_';
}

/* Where the local part begins that ends at `at`. A quoted local part is taken with its quotes. */
static size_t
local_start(struct rep_str s, size_t at)
{
	size_t i = at;

	if (at > 1 && s.p[at - 1] == '"') {
		for (i = at - 1; i > 0 && at - i < LOCAL_MAX; i--)
			if (s.p[i - 1] == '"')
				return i - 1;
		return at;
	}
	while (i > 0 && at - i < LOCAL_MAX && local_char(s.p[i - 1]))
		i--;
	/*
	 * "'jo@example.com'", "to=jo@example.com": characters in front of the address are not part
	 * of it.
	 */
	while (i < at && (s.p[i] == '\'' || s.p[i] == '.' || s.p[i] == '=' || s.p[i] == '`'))
		i++;
	return i;
}

static size_t
domain_end(struct rep_str s, size_t at)
{
	size_t i = at;

	if (i < s.n && s.p[i] == '[') {
		i = rep_str_chr(s, ']', i);
		return i == SIZE_MAX || i - at > 64 ? at : i + 1;
	}
	while (i < s.n && i - at < DOMAIN_MAX && domain_char(s.p[i]))
		i++;
	while (i > at && (s.p[i - 1] == '.' || s.p[i - 1] == '-' || s.p[i - 1] == '_'))
		i--;
	return i;
}

bool
rep_addr_next(struct rep_str text, size_t *i, struct rep_str *addr)
{
	size_t at = *i;

	while ((at = rep_str_chr(text, '@', at)) != SIZE_MAX) {
		size_t from = local_start(text, at), to = domain_end(text, at + 1);
		struct rep_str domain;
		bool bracket;

		/* "dda:SMTP=jo@example.com" (X.400) */
		if (rep_str_starts_nocase(rep_str_sub(text, from, at - from), REP_S("smtp=")))
			from += 5;
		domain = rep_str_sub(text, at + 1, to - at - 1);
		bracket = from > 0 && text.p[from - 1] == '<' && to < text.n && text.p[to] == '>';

		if (from < at && to > at + 1 &&
		    (bracket || rep_str_chr(domain, '.', 0) != SIZE_MAX)) {
			*addr = rep_str_sub(text, from, to - from);
			*i = to;
			return true;
		}
		at++;
	}
	*i = text.n;
	return false;
}

struct rep_str
rep_addr_first(struct rep_str text)
{
	struct rep_str a = { "", 0 };
	size_t i = 0;

	return rep_addr_next(text, &i, &a) ? a : (struct rep_str){ "", 0 };
}

struct rep_str
rep_addr_local(struct rep_str addr)
{
	size_t at = rep_str_rchr(addr, '@');

	return at == SIZE_MAX ? addr : rep_str_sub(addr, 0, at);
}

struct rep_str
rep_addr_domain(struct rep_str addr)
{
	size_t at = rep_str_rchr(addr, '@');

	return at == SIZE_MAX ? (struct rep_str){ "", 0 } : rep_str_sub(addr, at + 1, addr.n);
}

bool
rep_addr_is_role(struct rep_str addr)
{
	static const char *const roles[] = { "mailer-daemon", "postmaster", "mail-daemon",
		"mailerdaemon", "abuse", "noreply", "no-reply", "donotreply", "do-not-reply",
		"mailmaster", "root", "mail-noreply", "support", "helpdesk", "hostmaster",
		"delist" };
	struct rep_str local = rep_addr_local(addr);

	for (size_t i = 0; i < REP_COUNT(roles); i++)
		if (rep_str_eq_nocase(local, rep_str_c(roles[i])))
			return true;
	return rep_str_starts_nocase(local, REP_S("mailer-daemon"));
}

size_t
rep_addr_verp(struct rep_str addr, char *out, size_t max)
{
	struct rep_str local = rep_addr_local(addr), user, domain;
	size_t eq = rep_str_rchr(local, '='), from = 0;

	if (eq == SIZE_MAX || eq == 0)
		return 0;
	domain = rep_str_sub(local, eq + 1, local.n);
	for (size_t i = 0; i < eq; i++)
		if (local.p[i] == '+' || local.p[i] == '-' || local.p[i] == '=')
			from = i + 1;
	/* Other text may follow the domain: "jo=example.com-4711". */
	for (size_t i = domain.n; i > 0; i--)
		if (domain.p[i - 1] == '+' ||
		    (domain.p[i - 1] == '-' &&
			rep_str_chr(rep_str_sub(domain, i, domain.n), '.', 0) == SIZE_MAX))
			domain.n = i - 1;
	user = rep_str_sub(local, from, eq - from);
	if (user.n == 0 || rep_str_chr(domain, '.', 0) == SIZE_MAX || user.n + domain.n + 2 > max)
		return 0;
	for (size_t i = 0; i < domain.n; i++)
		if (!domain_char(domain.p[i]))
			return 0;
	memcpy(out, user.p, user.n);
	out[user.n] = '@';
	memcpy(out + user.n + 1, domain.p, domain.n);
	return user.n + 1 + domain.n;
}

struct rep_str
rep_addr_typed(struct rep_str value)
{
	size_t semi = rep_str_chr(value, ';', 0);
	struct rep_str s =
	    semi != SIZE_MAX && semi < 20 ? rep_str_sub(value, semi + 1, value.n) : value;

	s = rep_str_trim(s);
	/* Punctuation at both ends. A quoted local part keeps its quotes. */
	while (s.n > 1 &&
	    ((s.p[0] == '<' && s.p[s.n - 1] == '>') ||
		((s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0])))
		s = rep_str_sub(s, 1, s.n - 2);
	while (s.n > 0 && s.p[0] == '<')
		s = rep_str_sub(s, 1, s.n);
	while (s.n > 0 && s.p[s.n - 1] == '>')
		s.n--;
	return rep_str_trim(s);
}
