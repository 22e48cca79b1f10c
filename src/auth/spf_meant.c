/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/spf_meant.h"
#include "auth/spf_record.h"
#include "dns/name.h"

/* A host name, no address: labels, and a top one with a letter. */
bool
rep_spf_host(struct rep_str s)
{
	size_t top = rep_str_rchr(s, '.');

	if (s.n > 0 && s.p[0] == '.') /* the rest of a name */
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!rep_alnum(s.p[i]) && strchr("-._", s.p[i]) == NULL)
			return false;
	return top != SIZE_MAX && top + 2 < s.n && !rep_digit(s.p[top + 1]);
}

/* What people write for the name of a term. Longer ones first where one begins with the other. */
static const struct {
	const char *wrong, *right;
} names[] = {
	{ "ipv4:", "ip4:" },
	{ "ipv6:", "ip6:" },
	{ "ipv4=", "ip4:" },
	{ "ipv6=", "ip6:" },
	{ "ip4=", "ip4:" },
	{ "ip6=", "ip6:" },
	{ "ip4::", "ip4:" },
	{ "ip4;", "ip4:" },
	{ "ip6;", "ip6:" },
	{ "ip-4:", "ip4:" },
	{ "ip-6:", "ip6:" },
	{ "ipv:", "ip:" },
	{ "ip=", "ip:" },
	{ "include=", "include:" },
	{ "include;", "include:" },
	{ "include::", "include:" },
	{ "includes:", "include:" },
	{ "incude:", "include:" },
	{ "inlcude:", "include:" },
	{ "inculde:", "include:" },
	{ "incluse:", "include:" },
	{ "includ:", "include:" },
	{ "redirect:", "redirect=" },
	{ "exists=", "exists:" },
	{ "exist:", "exists:" },
	{ "exp:", "exp=" },
	{ "mx=", "mx:" },
	{ "a=", "a:" },
	{ "host:", "a:" },
};

bool
rep_spf_term_parses(struct rep_str term, struct rep_arena *a)
{
	struct rep_str record = rep_arena_printf(a, "v=spf1 %.*s", REP_PR(term));
	struct rep_spf_record rec;
	struct rep_err err;

	return rep_spf_record_parse(record, a, &rec, &err) == REP_OK && rec.n == 1;
}

static const char signs[] = "+?~-"; /* the weakest first */

bool
rep_spf_sign(struct rep_str t)
{
	return t.n == 1 && t.p[0] != '\0' && strchr(signs, t.p[0]) != NULL;
}

struct rep_str
rep_spf_meant_all(struct rep_str t)
{
	static const char *const words[] = { "all", "al", "alll", "aall", "a11" };
	static const char *const as_meant[] = { "+all", "?all", "~all", "-all" };
	static const char ends[] = ".;:,";
	size_t weakest = SIZE_MAX, n;
	const char *at;

	while (t.n > 0 && strchr("+-~?.;:,", t.p[t.n - 1]) != NULL && t.p[t.n - 1] != '\0') {
		at = strchr(signs, t.p[--t.n]);
		if (strchr(ends, t.p[t.n]) == NULL && (size_t)(at - signs) < weakest)
			weakest = (size_t)(at - signs);
	}
	for (n = 0; n < t.n && t.p[n] != '\0' && (at = strchr(signs, t.p[n])) != NULL; n++)
		if ((size_t)(at - signs) < weakest)
			weakest = (size_t)(at - signs);
	t = rep_str_sub(t, n, t.n);
	for (size_t k = 0; k < REP_COUNT(words); k++)
		if (rep_str_eq_nocase(t, rep_str_c(words[k])))
			return rep_str_c(weakest == SIZE_MAX ? "all" : as_meant[weakest]);
	return (struct rep_str){ "", 0 };
}

/* The prefix that a netmask stands for ("255.255.255.0"). -1: it is none. */
static int
prefix_of(struct rep_str mask)
{
	struct rep_ip ip;
	uint32_t m;
	int n = 0;

	if (!rep_ip_parse(mask, &ip) || ip.version != 4)
		return -1;
	m = (uint32_t)ip.b[0] << 24 | (uint32_t)ip.b[1] << 16 | (uint32_t)ip.b[2] << 8 | ip.b[3];
	while (n < 32 && (m & (UINT32_C(1) << (31 - n))) != 0)
		n++;
	return n > 0 && (n == 32 || (m << n) == 0) ? n : -1;
}

/* A network in which bytes are left out: "192.0.2/24", "192.0.2.*". n == 0: it is none. */
static struct rep_str
short_network(struct rep_str v, struct rep_arena *a)
{
	size_t slash = rep_str_chr(v, '/', 0), dots = 0;
	struct rep_str host = rep_str_sub(v, 0, slash), none = { "", 0 };
	struct rep_ip ip;
	uint64_t bits = 24;

	if (slash != SIZE_MAX && !rep_str_u64(rep_str_sub(v, slash + 1, v.n), 32, &bits))
		return none;
	if (rep_str_ends(host, REP_S(".*")) || rep_str_ends_nocase(host, REP_S(".x")))
		host.n -= 2;
	else if (slash == SIZE_MAX)
		return none;
	for (size_t i = 0; i < host.n; i++)
		dots += host.p[i] == '.';
	host = rep_arena_printf(a, "%.*s%s", REP_PR(host), dots == 2 ? ".0" : ".0.0");
	if ((dots != 1 && dots != 2) || bits > 8 * (dots + 1) || bits < 16 ||
	    (slash == SIZE_MAX && dots != 2) || !rep_ip_parse(host, &ip))
		return none;
	return rep_arena_printf(a, "ip4:%.*s/%u", REP_PR(host), (unsigned)bits);
}

/*
 * A range of IPv4 addresses, "192.0.2.10-192.0.2.20" or "192.0.2.10-20", as networks with spaces
 * between. n == 0: it is none, or has more than 256 addresses.
 */
static struct rep_str
range(struct rep_str v, struct rep_arena *a)
{
	size_t dash = rep_str_chr(v, '-', 0), dot;
	struct rep_str from = rep_str_sub(v, 0, dash), to, net, out = { "", 0 };
	struct rep_ip low, high;
	uint32_t x, y;

	if (dash == SIZE_MAX)
		return out;
	to = rep_str_sub(v, dash + 1, v.n);
	dot = rep_str_rchr(from, '.');
	net = rep_str_sub(from, 0, dot);
	if (rep_str_chr(to, '.', 0) == SIZE_MAX && dot != SIZE_MAX)
		to = rep_arena_printf(a, "%.*s.%.*s", REP_PR(net), REP_PR(to));
	if (!rep_ip_parse(from, &low) || !rep_ip_parse(to, &high) || low.version != 4 ||
	    high.version != 4)
		return out;
	x = (uint32_t)low.b[0] << 24 | (uint32_t)low.b[1] << 16 | (uint32_t)low.b[2] << 8 |
	    low.b[3];
	y = (uint32_t)high.b[0] << 24 | (uint32_t)high.b[1] << 16 | (uint32_t)high.b[2] << 8 |
	    high.b[3];
	if (y < x || y - x > 255)
		return out;
	for (uint64_t at = x; at <= y;) {
		unsigned bits = 32;

		while (bits > 24 && at % (UINT64_C(1) << (33 - bits)) == 0 &&
		    at + (UINT64_C(1) << (33 - bits)) - 1 <= y)
			bits--;
		out = rep_arena_printf(a, "%.*s%sip4:%u.%u.%u.%u", REP_PR(out),
		    out.n > 0 ? " " : "", (unsigned)(at >> 24), (unsigned)(at >> 16 & 255),
		    (unsigned)(at >> 8 & 255), (unsigned)(at & 255));
		if (bits < 32)
			out = rep_arena_printf(a, "%.*s/%u", REP_PR(out), bits);
		at += UINT64_C(1) << (32 - bits);
	}
	return out;
}

/* "192.0.2.1:25" without its port. */
static struct rep_str
without_port(struct rep_str host)
{
	size_t colon = rep_str_rchr(host, ':');
	struct rep_str before = rep_str_sub(host, 0, colon), port;
	uint64_t n;

	if (colon == SIZE_MAX || rep_str_chr(before, '.', 0) == SIZE_MAX ||
	    rep_str_chr(before, ':', 0) != SIZE_MAX)
		return host;
	port = rep_str_sub(host, colon + 1, host.n);
	return port.n == 0 || rep_str_u64(port, UINT16_MAX, &n) ? before : host;
}

/* "/024//064" without the zeros in front of a prefix. */
static struct rep_str
without_zeros(struct rep_str t, struct rep_arena *a)
{
	char *p = rep_arena_alloc(a, t.n + 1);
	size_t n = 0;

	if (p == NULL)
		return t;
	for (size_t i = 0; i < t.n; i++)
		if (t.p[i] != '0' || n == 0 || p[n - 1] != '/' || i + 1 == t.n ||
		    !rep_digit(t.p[i + 1]))
			p[n++] = t.p[i];
	return n == t.n ? t : (struct rep_str){ p, n };
}

/*
 * "ip4:" or "ip6:" with the address in its family, a range as several. Without a prefix that cannot be, it is a guess,
 * and none for the address of a network. n == 0: none.
 */
static struct rep_str
network(struct rep_str value, struct rep_arena *a, bool *guess)
{
	size_t slash = rep_str_chr(value, '/', 0);
	struct rep_str host = rep_str_sub(value, 0, slash), bits = { "", 0 }, other;
	struct rep_ip ip;
	uint64_t n = 0;

	if ((other = short_network(value, a)).n > 0 || (other = range(value, a)).n > 0)
		return other;

	host = without_port(host);
	while (host.n > 0 && (host.p[host.n - 1] == '.' || host.p[host.n - 1] == ']'))
		host.n--;
	if (host.n > 0 && host.p[0] == '[')
		host = rep_str_sub(host, 1, host.n);
	if (!rep_ip_parse(host, &ip))
		return (struct rep_str){ "", 0 };
	if (slash != SIZE_MAX)
		bits = rep_str_sub(value, slash + 1, value.n);
	if (prefix_of(bits) > 0)
		bits = rep_arena_printf(a, "%d", prefix_of(bits));
	else if (rep_str_chr(bits, '/', 0) != SIZE_MAX || rep_str_chr(bits, '.', 0) != SIZE_MAX)
		return (struct rep_str){ "", 0 };
	if (bits.n > 0 && (!rep_str_u64(bits, ip.version == 6 ? 128 : 32, &n) || bits.p[0] == '0'))
		bits.n = 0;
	*guess = slash != SIZE_MAX && bits.n == 0;
	if (*guess && ip.b[ip.version == 6 ? 15 : 3] == 0)
		return (struct rep_str){ "", 0 };
	return rep_arena_printf(
	    a, "ip%d:%.*s%s%.*s", ip.version, REP_PR(host), bits.n > 0 ? "/" : "", REP_PR(bits));
}

/* The host of what was pasted as a URL or an address of mail. */
static struct rep_str
host_of(struct rep_str v)
{
	size_t at;

	if (rep_str_starts_nocase(v, REP_S("http://")))
		v = rep_str_sub(v, 7, v.n);
	else if (rep_str_starts_nocase(v, REP_S("https://")))
		v = rep_str_sub(v, 8, v.n);
	if ((at = rep_str_chr(v, '@', 0)) != SIZE_MAX)
		v = rep_str_sub(v, at + 1, v.n);
	while (v.n > 0 && (v.p[v.n - 1] == '/' || v.p[v.n - 1] == '.' || v.p[v.n - 1] == ':'))
		v.n--;
	return v;
}

/* A term whose name has letters that are not ASCII, with them as DNS writes them (IDNA). n == 0: it is none. */
static struct rep_str
international(struct rep_str body, struct rep_arena *a)
{
	size_t at = rep_str_chr(body, ':', 0), from;
	struct rep_str host;
	struct rep_name name;
	char text[REP_NAME_TEXT];

	if (at == SIZE_MAX)
		at = rep_str_chr(body, '=', 0);
	from = at == SIZE_MAX ? 0 : at + 1;
	host = host_of(rep_str_sub(body, from, body.n));
	if (rep_str_starts_nocase(body, REP_S("ip")) || !rep_name_person(host, &name) ||
	    !rep_spf_host(rep_str_c(rep_name_text(&name, text))))
		return (struct rep_str){ "", 0 };
	return rep_arena_printf(a, "%.*s%s", (int)from, body.p, text);
}

struct rep_str
rep_spf_meant(struct rep_str t, struct rep_arena *a, bool *guess)
{
	struct rep_str q = { "", 0 }, body = t, value, fixed = rep_spf_meant_all(t);
	size_t colon;

	*guess = false;
	if (fixed.n > 0)
		return fixed;
	body = without_zeros(body, a);
	if (body.n < t.n && rep_spf_term_parses(body, a))
		return body;
	q.p = body.p;
	q.n = rep_spf_take_sign(&body) != '\0';
	if (!rep_str_printable(body, true) && (body = international(body, a)).n == 0)
		return body;
	for (size_t k = 0; k < REP_COUNT(names); k++)
		if (rep_str_starts_nocase(body, rep_str_c(names[k].wrong))) {
			value = rep_str_sub(body, strlen(names[k].wrong), body.n);
			body = rep_arena_printf(a, "%s%.*s", names[k].right, REP_PR(value));
			break;
		}
	colon = rep_str_chr(body, ':', 0);
	value = colon == SIZE_MAX ? body : rep_str_sub(body, colon + 1, body.n);
	fixed = network(value, a, guess); /* ip:, ip4: with an IPv6 address, /33 */
	if (fixed.n == 0)
		fixed = network(body, a, guess); /* an address alone */
	if (fixed.n == 0 && rep_str_starts_nocase(body, REP_S("ip")) && rep_spf_host(value))
		fixed = rep_arena_printf(a, "a:%.*s", REP_PR(value));
	if (fixed.n == 0 && rep_str_starts_nocase(body, REP_S("ip")))
		return fixed;
	if (fixed.n == 0 && rep_str_starts_nocase(body, REP_S("redirect="))) {
		value = host_of(rep_str_sub(body, 9, body.n));
		fixed = rep_arena_printf(a, "redirect=%.*s", REP_PR(value));
	}
	if (fixed.n == 0 && colon != SIZE_MAX) {
		struct rep_str name = rep_str_sub(body, 0, colon);

		value = host_of(value);
		fixed = rep_arena_printf(
		    a, "%.*s%s%.*s", REP_PR(name), value.n > 0 ? ":" : "", REP_PR(value));
	}
	/* A name alone: of a service whose include: was forgotten, or of an own host (auth/spf_propose.c). */
	if (fixed.n == 0 && rep_spf_host(body))
		fixed = rep_arena_printf(a, "include:%.*s", REP_PR(body));
	if (fixed.n == 0)
		fixed = body;
	return rep_arena_printf(a, "%.*s%.*s", REP_PR(q), REP_PR(fixed));
}

/*
 * Where "a:" or "mx:" begins inside of a term that does not parse: behind the longest address, or
 * before the last colon of a name.
 */
static size_t
short_glued_at(struct rep_str t, struct rep_arena *a)
{
	size_t colon = rep_str_chr(t, ':', 0);
	struct rep_ip ip;

	/* A second colon parses in a name, but no name in DNS has one. */
	if (colon == SIZE_MAX ||
	    (rep_spf_term_parses(t, a) &&
		(rep_str_starts_nocase(t, REP_S("ip")) ||
		    rep_str_chr(t, ':', colon + 1) == SIZE_MAX)))
		return SIZE_MAX;
	for (size_t cut = t.n; cut-- > colon + 2;) {
		struct rep_str value = rep_str_sub(t, colon + 1, cut - colon - 1),
			       rest = rep_str_sub(t, cut, t.n);
		bool network = rep_str_starts_nocase(t, REP_S("ip"));

		if (network
			? rep_ip_parse(rep_str_sub(value, 0, rep_str_chr(value, '/', 0)), &ip) &&
			    rep_spf_term_parses(rest, a)
			: (rep_str_starts_nocase(rest, REP_S("a:")) ||
			      rep_str_starts_nocase(rest, REP_S("mx:"))) &&
			    rep_spf_term_parses(rest, a))
			return cut;
	}
	return SIZE_MAX;
}

size_t
rep_spf_glued_at(struct rep_str t, struct rep_arena *a)
{
	static const char *const begins[] = {
		"include:", "redirect=", "exists:", "ip4:", "ip6:", "v=spf1"
	};
	static const char *const ends[] = { "~all", "-all", "?all", "+all" };
	size_t best = SIZE_MAX, at;

	if (rep_str_chr(t, '%', 0) != SIZE_MAX || rep_spf_meant_all(t).n > 0)
		return SIZE_MAX;
	for (size_t k = 0; k < REP_COUNT(begins); k++) {
		at = rep_str_find_nocase(t, rep_str_c(begins[k]), 2);
		if (at != SIZE_MAX && at > 0 && strchr("+-~?", t.p[at - 1]) != NULL)
			at--;
		best = at < best && at > 1 ? at : best;
	}
	for (size_t k = 0; k < REP_COUNT(ends); k++)
		if (t.n > 4 && rep_str_ends_nocase(t, rep_str_c(ends[k])) && t.n - 4 < best)
			best = t.n - 4;
	return best != SIZE_MAX ? best : short_glued_at(t, a);
}

bool
rep_spf_next_term(struct rep_str s, size_t *at, struct rep_str *term)
{
	size_t end;

	while (*at < s.n && s.p[*at] == ' ')
		++*at;
	end = rep_str_chr(s, ' ', *at);
	end = end == SIZE_MAX ? s.n : end;
	*term = rep_str_sub(s, *at, end - *at);
	*at = end + 1;
	return term->n > 0;
}
