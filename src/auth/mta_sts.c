/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/mta_sts.h"
#include "auth/tags.h"
#include "dns/name.h"

#include <stdio.h>

static const char *const modes[] = { "none", "testing", "enforce" };

const char *
rep_sts_mode_text(enum rep_sts_mode m)
{
	return modes[m];
}

/* "v=WORD", then the end, a blank or ';' */
static bool
version(struct rep_str txt, struct rep_str word)
{
	return rep_str_starts(txt, word) &&
	    (txt.n == word.n || txt.p[word.n] == ';' || rep_blank(txt.p[word.n]));
}

bool
rep_sts_is_record(struct rep_str txt)
{
	return version(txt, REP_S("v=STSv1"));
}

const char *
rep_sts_record_fault(struct rep_str txt)
{
	const struct rep_str *id;
	struct rep_tags t;

	if (rep_tags_parse(txt, &t, NULL) != REP_OK)
		return "the record is no list of tags with \";\" between them";
	if ((id = rep_tag(&t, "id")) == NULL || id->n == 0)
		return "the record has no id= of letters and digits";
	if (id->n > 32)
		return "id= has more than 32 characters";
	for (size_t i = 0; i < id->n; i++)
		if (!rep_alnum(id->p[i]))
			return "id= has other characters than letters and digits";
	return NULL;
}

static void
bad(struct rep_sts_policy *p, const char *why, struct rep_str v)
{
	if (p->why[0] == '\0')
		snprintf(p->why, sizeof p->why, "%s \"%.*s\"", why, (int)(v.n > 40 ? 40 : v.n),
		    v.n > 0 ? v.p : "");
}

/* "mx.example.com" or "*.example.com" */
static bool
pattern(struct rep_str v)
{
	struct rep_name name;

	if (rep_str_starts(v, REP_S("*.")))
		v = rep_str_sub(v, 2, v.n);
	for (size_t i = 0; i < v.n; i++)
		if (!rep_alnum(v.p[i]) && v.p[i] != '-' && v.p[i] != '.' && v.p[i] != '_')
			return false;
	return rep_name_raw(v, &name) && name.n > 1;
}

static void
mode_of(struct rep_sts_policy *p, struct rep_str v)
{
	for (unsigned m = 0; m < REP_COUNT(modes); m++)
		if (rep_str_eq(v, rep_str_c(modes[m]))) {
			p->mode = (enum rep_sts_mode)m;
			return;
		}
	bad(p, "the mode is not enforce, testing or none:", v);
}

/* Of a key that is there twice the first counts, except mx (RFC 8461, 3.2). */
static bool
first(unsigned *seen, unsigned key)
{
	bool is = (*seen & key) == 0;

	*seen |= key;
	return is;
}

static void
line(struct rep_sts_policy *p, struct rep_str s, unsigned *seen)
{
	size_t colon = rep_str_chr(s, ':', 0);
	struct rep_str key, v;
	enum { VERSION = 1, MODE = 2, AGE = 4 };

	if (s.n == 0)
		return;
	if (colon == SIZE_MAX) {
		bad(p, "no key and value in the line", s);
		return;
	}
	key = rep_str_trim(rep_str_sub(s, 0, colon));
	v = rep_str_trim(rep_str_sub(s, colon + 1, s.n));
	if (rep_str_eq(key, REP_S("version"))) {
		if (first(seen, VERSION) && !rep_str_eq(v, REP_S("STSv1")))
			bad(p, "version is not STSv1 but", v);
	} else if (rep_str_eq(key, REP_S("mode"))) {
		if (first(seen, MODE))
			mode_of(p, v);
	} else if (rep_str_eq(key, REP_S("max_age"))) {
		if (first(seen, AGE) && !rep_str_u64(v, 31557600, &p->max_age_s))
			bad(p, "max_age is not a number up to 31557600:", v);
	} else if (rep_str_eq(key, REP_S("mx"))) {
		if (!pattern(v))
			bad(p, "mx is not a host name, and not \"*.\" and a domain:", v);
		else if (p->mx_n == REP_STS_MAX_MX)
			bad(p, "there are more lines with mx than reputed reads; this is too many:",
			    v);
		else
			p->mx[p->mx_n++] = v;
	}
}

void
rep_sts_policy_parse(struct rep_str text, struct rep_sts_policy *out)
{
	struct rep_sts_policy p = { .good = false };
	unsigned seen = 0;
	size_t end;

	for (size_t i = 0; i < text.n; i = end + 1) {
		end = rep_str_chr(text, '\n', i);
		if (end == SIZE_MAX)
			end = text.n;
		line(&p, rep_str_trim(rep_str_sub(text, i, end - i)), &seen);
	}
	if (seen != 7)
		bad(&p, "version, mode or max_age is missing", REP_S(""));
	if (p.mode != REP_STS_NONE && p.mx_n == 0)
		bad(&p, "no mx is named", REP_S(""));
	p.good = p.why[0] == '\0';
	*out = p;
}

bool
rep_sts_allows(const struct rep_sts_policy *p, struct rep_str host)
{
	size_t dot = rep_str_chr(host, '.', 0);

	for (size_t i = 0; i < p->mx_n; i++) {
		struct rep_str m = p->mx[i];

		if (rep_str_eq_nocase(m, host))
			return true;
		if (rep_str_starts(m, REP_S("*.")) && dot != SIZE_MAX &&
		    rep_str_eq_nocase(rep_str_sub(m, 2, m.n), rep_str_sub(host, dot + 1, host.n)))
			return true;
	}
	return false;
}

void
rep_sts_policy_write(const struct rep_sts_policy *p, struct rep_buf *out)
{
	rep_buf_printf(out, "version: STSv1\nmode: %s\n", rep_sts_mode_text(p->mode));
	for (size_t i = 0; i < p->mx_n; i++)
		rep_buf_printf(out, "mx: %.*s\n", REP_PR(p->mx[i]));
	rep_buf_printf(out, "max_age: %llu\n", (unsigned long long)p->max_age_s);
}

bool
rep_tlsrpt_is_record(struct rep_str txt)
{
	return version(txt, REP_S("v=TLSRPTv1"));
}

/* The host of "mailto:jo@example.com" or "https://example.com:8443/x". n == 0: neither. */
static struct rep_str
host_of(struct rep_str uri, bool *mail)
{
	static const struct rep_str none = { "", 0 };
	size_t end, at;

	*mail = rep_str_starts_nocase(uri, REP_S("mailto:"));
	if (!*mail && !rep_str_starts_nocase(uri, REP_S("https://")))
		return none;
	uri = rep_str_sub(uri, *mail ? 7 : 8, uri.n);
	if (!rep_str_printable(uri, false))
		return none; /* RFC 3986, 2: it is encoded */
	if (uri.n > 0 && uri.p[0] == '/')
		return none; /* RFC 6068, 2: it is encoded; "mailto://" is what people write for a URL */
	for (end = 0; end < uri.n; end++)
		if (uri.p[end] == '?' || (!*mail && (uri.p[end] == '/' || uri.p[end] == '#')))
			break;
	uri = rep_str_sub(uri, 0, end);
	at = rep_str_rchr(uri, '@');
	if (*mail && (at == SIZE_MAX || at == 0))
		return none;
	if (at != SIZE_MAX)
		uri = rep_str_sub(uri, at + 1, uri.n);
	if (!*mail && (at = rep_str_chr(uri, ':', 0)) != SIZE_MAX)
		uri = rep_str_sub(uri, 0, at);
	return pattern(uri) && uri.p[0] != '*' && rep_str_chr(uri, '.', 0) != SIZE_MAX ? uri : none;
}

static void
report_fault(struct rep_tlsrpt *r, const char *what, struct rep_str text)
{
	if (r->why[0] == '\0')
		snprintf(r->why, sizeof r->why, "\"%.*s\" %s", (int)(text.n > 60 ? 60 : text.n),
		    rep_str_p(&text), what);
}

static void
one_uri(struct rep_tlsrpt *r, struct rep_str uri)
{
	struct rep_str host;
	bool mail;

	if (r->n == REP_TLSRPT_MAX_URIS) {
		snprintf(r->why, sizeof r->why, "there are more than %d report addresses",
		    REP_TLSRPT_MAX_URIS);
		return;
	}
	host = host_of(uri, &mail);
	r->uri[r->n].uri = uri;
	r->uri[r->n].host = host;
	r->uri[r->n++].mail = mail;
	if (host.n == 0)
		report_fault(r, "is neither mailto: with an address nor https: with a host", uri);
}

/* One part of the record behind the version. */
static void
report_part(struct rep_tlsrpt *r, struct rep_str part)
{
	size_t eq = rep_str_chr(part, '=', 0);
	struct rep_str v, w;

	if (eq == SIZE_MAX || eq == 0) {
		report_fault(r, "is no tag with a value", part);
		return;
	}
	v = rep_str_trim(rep_str_sub(part, eq + 1, part.n));
	if (!rep_str_eq(rep_str_trim(rep_str_sub(part, 0, eq)), REP_S("rua")))
		return; /* an extension */
	if (v.n == 0)
		return;
	while (rep_tag_word(&v, ',', &w))
		one_uri(r, w);
}

void
rep_tlsrpt_parse(struct rep_str txt, struct rep_tlsrpt *out)
{
	struct rep_tlsrpt r = { .good = false };
	struct rep_str rest = txt, part = { "", 0 };

	(void)rep_tag_word(&rest, ';', &part);
	if (!rep_str_eq(part, REP_S("v=TLSRPTv1")))
		report_fault(&r, "in front is not \"v=TLSRPTv1\"", part);
	while (rep_tag_word(&rest, ';', &part))
		if (part.n > 0)
			report_part(&r, part);
		else if (rep_str_trim(rest).n > 0)
			report_fault(&r, "is all that is between two \";\"", part);
	if (r.n == 0 && r.why[0] == '\0')
		snprintf(r.why, sizeof r.why, "rua= is missing or empty");
	r.good = r.why[0] == '\0';
	*out = r;
}

bool
rep_bimi_is_record(struct rep_str txt)
{
	return version(txt, REP_S("v=BIMI1"));
}

const char *
rep_bimi_record_fault(struct rep_str txt)
{
	const struct rep_str *l, *a;
	struct rep_tags t;

	if (rep_tags_parse(txt, &t, NULL) != REP_OK)
		return "it is no list of tags with \";\" between them";
	if ((l = rep_tag(&t, "l")) == NULL)
		return "l= with the address of the logo is missing";
	/* An empty l= means: no logo. */
	if (l->n > 0 && !rep_str_starts_nocase(*l, REP_S("https://")))
		return "l= is not an address with https://";
	if ((a = rep_tag(&t, "a")) != NULL && a->n > 0 &&
	    !rep_str_starts_nocase(*a, REP_S("https://")))
		return "a= is not an address with https://";
	return NULL;
}
