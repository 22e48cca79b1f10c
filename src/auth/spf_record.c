/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/spf_record.h"

#include <arpa/inet.h>
#include <stdio.h>

static bool
alpha(char c)
{
	char l = rep_lower(c);

	return l >= 'a' && l <= 'z';
}

bool
rep_spf_is_record(struct rep_str txt)
{
	return rep_str_starts_nocase(txt, REP_S("v=spf1")) && (txt.n == 6 || txt.p[6] == ' ');
}

/* --- macros ---------------------------------------------------------------------------------- */

static bool
delimiter(char c)
{
	return c != '\0' && strchr(".-+,/_=", c) != NULL;
}

/* The length of a macro like "%{ir2.}" at i. 0: it is not valid. */
static size_t
macro_len(struct rep_str s, size_t i, bool text)
{
	size_t k = i + 2, digits;
	char letter;

	if (i + 1 >= s.n)
		return 0;
	if (s.p[i + 1] == '%' || s.p[i + 1] == '_' || s.p[i + 1] == '-')
		return 2;
	if (s.p[i + 1] != '{' || k >= s.n)
		return 0;
	letter = rep_lower(s.p[k++]);
	if (strchr(text ? "slodiphvcrt" : "slodiphv", letter) == NULL || letter == '\0')
		return 0;
	digits = k;
	while (k < s.n && rep_digit(s.p[k]))
		k++;
	/* The number of parts must be at least one. */
	if (k > digits) {
		uint64_t v;

		if (!rep_str_u64(rep_str_sub(s, digits, k - digits), UINT32_MAX, &v) || v == 0)
			return 0;
	}
	if (k < s.n && rep_lower(s.p[k]) == 'r')
		k++;
	while (k < s.n && delimiter(s.p[k]))
		k++;
	return k < s.n && s.p[k] == '}' ? k + 1 - i : 0;
}

bool
rep_spf_macro_valid(struct rep_str s, bool text)
{
	for (size_t i = 0, n; i < s.n; i += n) {
		unsigned char c = (unsigned char)s.p[i];

		n = 1;
		if (c == '%') {
			if ((n = macro_len(s, i, text)) == 0)
				return false;
		} else if ((c < 0x21 && !(text && c == ' ')) || c > 0x7e) {
			return false;
		}
	}
	return true;
}

bool
rep_spf_macro_constant(struct rep_str s)
{
	for (size_t i = 0, n; i < s.n; i += n) {
		n = s.p[i] == '%' ? macro_len(s, i, false) : 1;
		if (n == 0 ||
		    (n > 2 && rep_lower(s.p[i + 2]) != 'd' && rep_lower(s.p[i + 2]) != 'o'))
			return false;
	}
	return true;
}

static struct rep_str
macro_value(char letter, const struct rep_spf_macros *m, char buf[REP_IP_TEXT + 16])
{
	static const char hex[] = "0123456789ABCDEF"; /* as shown in RFC 7208, 7.4 */
	size_t n = 0;

	switch (letter) {
	case 's': return m->sender;
	case 'l': return m->local;
	case 'o': return m->sender_domain;
	case 'd': return m->domain;
	case 'h': return m->helo;
	case 'r': return m->receiver.n > 0 ? m->receiver : REP_S("unknown");
	case 'v': return m->ip.version == 6 ? REP_S("ip6") : REP_S("in-addr");
	case 'p': return m->p(m->ctx);
	case 'c': return rep_str_c(rep_ip_text(&m->ip, buf));
	case 't':
		n = (size_t)snprintf(buf, REP_IP_TEXT, "%lld", (long long)m->now_s);
		return (struct rep_str){ buf, n };
	default: /* 'i' */
		if (m->ip.version != 6)
			return rep_str_c(rep_ip_text(&m->ip, buf));
		for (size_t i = 0; i < 16; i++) {
			buf[n++] = hex[m->ip.b[i] >> 4];
			buf[n++] = '.';
			buf[n++] = hex[m->ip.b[i] & 15];
			buf[n++] = '.';
		}
		return (struct rep_str){ buf, n - 1 };
	}
}

static void
add_escaped(struct rep_buf *out, struct rep_str s, bool escape)
{
	if (!escape) {
		rep_buf_add(out, s);
		return;
	}
	for (size_t i = 0; i < s.n; i++)
		if (rep_alnum(s.p[i]) || (s.p[i] != '\0' && strchr("-._~", s.p[i]) != NULL))
			rep_buf_addc(out, s.p[i]);
		else
			rep_buf_printf(out, "%%%02X", (unsigned char)s.p[i]);
}

/* Splits at the delimiters, reverses, keeps the last `keep` parts, joins with dots (7.3). */
static void
transform(struct rep_buf *out, struct rep_str v, struct rep_str delimiters, size_t keep,
    bool reverse, bool escape)
{
	enum { MAX_PARTS = 512 };
	struct rep_str part[MAX_PARTS];
	size_t n = 0, from = 0, k;

	if (delimiters.n == 0)
		delimiters = REP_S(".");
	for (size_t i = 0; i <= v.n && n < MAX_PARTS; i++)
		if (i == v.n || memchr(delimiters.p, v.p[i], delimiters.n) != NULL) {
			part[n++] = rep_str_sub(v, from, i - from);
			from = i + 1;
		}
	if (keep == 0 || keep > n)
		keep = n;
	for (size_t i = n - keep; i < n; i++) {
		k = reverse ? n - 1 - i : i;
		if (i > n - keep)
			rep_buf_addc(out, '.');
		add_escaped(out, part[k], escape);
	}
}

static void
expand_one(struct rep_str m, const struct rep_spf_macros *macros, struct rep_buf *out)
{
	struct rep_str delimiters, v;
	char buf[REP_IP_TEXT + 16];
	uint64_t keep = 0;
	bool reverse = false, escape;
	size_t k = 3, from;

	v = macro_value(rep_lower(m.p[2]), macros, buf);
	escape = m.p[2] >= 'A' && m.p[2] <= 'Z';
	for (from = k; rep_digit(m.p[k]);)
		k++;
	if (k > from && !rep_str_u64(rep_str_sub(m, from, k - from), UINT32_MAX, &keep))
		keep = 0;
	if (rep_lower(m.p[k]) == 'r') {
		reverse = true;
		k++;
	}
	delimiters = rep_str_sub(m, k, m.n - 1 - k);
	if (keep == 0 && !reverse && delimiters.n == 0)
		add_escaped(out, v, escape);
	else
		transform(out, v, delimiters, keep, reverse, escape);
}

void
rep_spf_macro_expand(struct rep_str s, const struct rep_spf_macros *m, struct rep_buf *out)
{
	for (size_t i = 0, n; i < s.n; i += n) {
		n = 1;
		if (s.p[i] != '%') {
			rep_buf_addc(out, s.p[i]);
			continue;
		}
		n = macro_len(s, i, true);
		if (n == 2)
			rep_buf_add(out,
			    s.p[i + 1] == '%'	    ? REP_S("%")
				: s.p[i + 1] == '_' ? REP_S(" ")
						    : REP_S("%20"));
		else if (n > 2)
			expand_one(rep_str_sub(s, i, n), m, out);
		else
			return; /* not valid: drop the rest */
	}
}

struct rep_str
rep_spf_name_fitted(struct rep_str text)
{
	size_t dot;

	if (text.n > 0 && text.p[text.n - 1] == '.')
		text.n--;
	while (text.n > 253 && (dot = rep_str_chr(text, '.', 0)) != SIZE_MAX)
		text = rep_str_sub(text, dot + 1, text.n);
	return text;
}

bool
rep_spf_target_text(
    struct rep_str spec, const struct rep_spf_macros *m, struct rep_arena *a, struct rep_str *out)
{
	struct rep_str text = spec;
	bool full = false;
	struct rep_buf b;

	if (rep_str_chr(spec, '%', 0) != SIZE_MAX) {
		rep_buf_init(&b, REP_SPF_SPEC_MAX);
		rep_spf_macro_expand(spec, m, &b);
		text = rep_arena_dup(a, rep_buf_str(&b));
		full = b.full || text.p == NULL;
		rep_buf_fini(&b);
	}
	if (full)
		return false;
	*out = rep_spf_name_fitted(text);
	return true;
}

/* --- terms ------------------------------------------------------------------------------------- */

static bool
toplabel(struct rep_str s)
{
	bool letter = false;

	for (size_t i = 0; i < s.n; i++) {
		if (!rep_alnum(s.p[i]) && s.p[i] != '-')
			return false;
		letter = letter || !rep_digit(s.p[i]);
	}
	return s.n > 0 && letter && s.p[0] != '-' && s.p[s.n - 1] != '-';
}

/* A macro-string that ends in ".toplabel" or a macro (7.1). */
static bool
domain_spec(struct rep_str s)
{
	bool macro = false;
	size_t dot;

	if (s.n == 0 || !rep_spf_macro_valid(s, false))
		return false;
	for (size_t i = 0, n; i < s.n; i += n) {
		macro = s.p[i] == '%';
		n = macro ? macro_len(s, i, false) : 1;
	}
	if (macro)
		return true;
	if (s.p[s.n - 1] == '.')
		s.n--;
	dot = rep_str_rchr(s, '.');
	return dot != SIZE_MAX && toplabel(rep_str_sub(s, dot + 1, s.n));
}

/* Takes "/24" or "//64" off the end. False: it is there, but wrong. */
static bool
take_cidr(struct rep_str *s, struct rep_str slash, int max, int *out)
{
	size_t i = s->n;
	uint64_t v;

	while (i > 0 && rep_digit(s->p[i - 1]))
		i--;
	if (i == s->n || i < slash.n || !rep_str_eq(rep_str_sub(*s, i - slash.n, slash.n), slash))
		return true; /* there is none */
	if (slash.n == 1 && i > 1 && s->p[i - 2] == '/')
		return true; /* it is the other form */
	if (!rep_str_u64(rep_str_sub(*s, i, s->n), (uint64_t)max, &v) ||
	    (s->n - i > 1 && s->p[i] == '0'))
		return false;
	*out = (int)v;
	s->n = i - slash.n;
	return true;
}

static bool
address(struct rep_spf_term *t, struct rep_str arg)
{
	bool four = t->mech == REP_SPF_IP4;
	char text[INET6_ADDRSTRLEN];
	size_t slash = rep_str_chr(arg, '/', 0);
	int *cidr = four ? &t->cidr4 : &t->cidr6;

	if (slash != SIZE_MAX) {
		size_t before = arg.n;

		if (!take_cidr(&arg, REP_S("/"), four ? 32 : 128, cidr) || arg.n == before)
			return false;
	}
	if (arg.n == 0 || arg.n >= sizeof text || memchr(arg.p, '\0', arg.n) != NULL)
		return false;
	memcpy(text, arg.p, arg.n);
	text[arg.n] = '\0';
	return inet_pton(four ? AF_INET : AF_INET6, text, t->net) == 1;
}

static const struct {
	const char *name;
	enum rep_spf_mech mech;
	enum { BARE, SPEC, SPEC_OR_NOT, HOST, ADDRESS } arg;
} mechanisms[] = {
	{ "all", REP_SPF_ALL, BARE },
	{ "include", REP_SPF_INCLUDE, SPEC },
	{ "a", REP_SPF_A, HOST },
	{ "mx", REP_SPF_MX, HOST },
	{ "ptr", REP_SPF_PTR, SPEC_OR_NOT },
	{ "ip4", REP_SPF_IP4, ADDRESS },
	{ "ip6", REP_SPF_IP6, ADDRESS },
	{ "exists", REP_SPF_EXISTS, SPEC },
};

static const char *
argument(struct rep_spf_term *t, int kind, struct rep_str rest)
{
	bool colon = rest.n > 0 && rest.p[0] == ':';
	struct rep_str arg = colon ? rep_str_sub(rest, 1, rest.n) : rest;

	switch (kind) {
	case BARE: return rest.n == 0 ? NULL : "it takes no argument";
	case ADDRESS:
		return colon && address(t, arg) ? NULL
						: "the address or its prefix length is not "
						  "valid";
	case HOST:
		if (!take_cidr(&arg, REP_S("//"), 128, &t->cidr6) ||
		    !take_cidr(&arg, REP_S("/"), 32, &t->cidr4))
			return "the prefix length is wrong";
		break;
	case SPEC_OR_NOT: break;
	default:
		if (!colon)
			return "a domain is missing";
	}
	if (!colon)
		return arg.n == 0 ? NULL : "the ':' before its argument is missing";
	t->spec = arg;
	return domain_spec(arg) ? NULL : "its domain is not a valid domain, or has a broken macro";
}

char
rep_spf_take_sign(struct rep_str *term)
{
	char sign = term->n > 0 ? term->p[0] : '\0';

	if (sign == '\0' || strchr("+-~?", sign) == NULL)
		return '\0';
	*term = rep_str_sub(*term, 1, term->n);
	return sign;
}

static const char *
mechanism(struct rep_spf_term *t, struct rep_str s)
{
	size_t n = 0;
	char sign = rep_spf_take_sign(&s);

	t->qualifier = sign != '\0' ? sign : '+';
	while (n < s.n && s.p[n] != ':' && s.p[n] != '/')
		n++;
	for (size_t i = 0; i < REP_COUNT(mechanisms); i++)
		if (rep_str_eq_nocase(rep_str_sub(s, 0, n), rep_str_c(mechanisms[i].name))) {
			t->mech = mechanisms[i].mech;
			return argument(t, (int)mechanisms[i].arg, rep_str_sub(s, n, s.n));
		}
	return "SPF has no such mechanism";
}

static const char *
modifier(
    struct rep_spf_term *t, struct rep_str name, struct rep_str value, struct rep_spf_record *r)
{
	bool redirect = rep_str_eq_nocase(name, REP_S("redirect"));

	t->spec = value;
	if (!redirect && !rep_str_eq_nocase(name, REP_S("exp"))) {
		t->mech = REP_SPF_OTHER;
		return rep_spf_macro_valid(value, false) ? NULL : "its macros are broken";
	}
	t->mech = redirect ? REP_SPF_REDIRECT : REP_SPF_EXP;
	if (!domain_spec(value))
		return "its domain is not a valid domain, or has a broken macro";
	if (redirect ? r->redirect != NULL : r->exp != NULL)
		return "it is there twice";
	if (redirect)
		r->redirect = t;
	else
		r->exp = t;
	return NULL;
}

static const char *
term(struct rep_spf_term *t, struct rep_str s, struct rep_spf_record *r)
{
	size_t n = 0;

	t->text = s;
	t->cidr4 = 32;
	t->cidr6 = 128;
	if (alpha(s.p[0]))
		while (n < s.n &&
		    (rep_alnum(s.p[n]) || s.p[n] == '-' || s.p[n] == '_' || s.p[n] == '.'))
			n++;
	if (n > 0 && n < s.n && s.p[n] == '=')
		return modifier(t, rep_str_sub(s, 0, n), rep_str_sub(s, n + 1, s.n), r);
	return mechanism(t, s);
}

enum rep_rc
rep_spf_record_parse(
    struct rep_str text, struct rep_arena *a, struct rep_spf_record *out, struct rep_err *err)
{
	struct rep_spf_record r = { .n = 0 };
	size_t count = 0, end;
	const char *why;

	if (!rep_spf_is_record(text))
		return rep_fail(err, REP_ESYNTAX, "no SPF record");
	for (size_t i = 6; i < text.n; i++)
		count += text.p[i] != ' ' && text.p[i - 1] == ' ';
	r.terms = rep_arena_alloc(a, (count + 1) * sizeof *r.terms);
	if (r.terms == NULL)
		return rep_fail(err, REP_ELIMIT, "an SPF record of %zu terms is too long", count);
	for (size_t i = 6; i < text.n; i = end) {
		if (text.p[i] == ' ') {
			end = i + 1;
			continue;
		}
		end = rep_str_chr(text, ' ', i);
		if (end == SIZE_MAX)
			end = text.n;
		why = term(&r.terms[r.n], rep_str_sub(text, i, end - i), &r);
		if (why != NULL)
			return rep_fail(err, REP_ESYNTAX, "\"%.*s\" is wrong: %s",
			    (int)(end - i > 80 ? 80 : end - i), text.p + i, why);
		r.n++;
	}
	*out = r;
	return REP_OK;
}

bool
rep_spf_term_costs(const struct rep_spf_term *t)
{
	return t->mech == REP_SPF_INCLUDE || t->mech == REP_SPF_A || t->mech == REP_SPF_MX ||
	    t->mech == REP_SPF_PTR || t->mech == REP_SPF_EXISTS || t->mech == REP_SPF_REDIRECT;
}

bool
rep_spf_term_misnamed(struct rep_str text)
{
	static const char *const words[] = { "include=", "ip4=", "ip6=", "ipv4=", "ipv6=", "ip=",
		"exists=", "mx=", "a=", "all=", "ptr=" };

	for (size_t k = 0; k < REP_COUNT(words); k++)
		if (rep_str_starts_nocase(text, rep_str_c(words[k])))
			return true;
	return false;
}

struct rep_str
rep_spf_term_plain(struct rep_str text)
{
	return text.n > 0 && text.p[0] == '+' ? rep_str_sub(text, 1, text.n) : text;
}

bool
rep_spf_network_holds(const struct rep_spf_term *in, const struct rep_spf_term *t)
{
	int bits = t->mech == REP_SPF_IP4 ? t->cidr4 : t->cidr6,
	    in_bits = in->mech == REP_SPF_IP4 ? in->cidr4 : in->cidr6;

	return t->mech == in->mech && (t->mech == REP_SPF_IP4 || t->mech == REP_SPF_IP6) &&
	    t->qualifier == in->qualifier && bits >= in_bits &&
	    rep_ip_same_bits(t->net, in->net, in_bits);
}
