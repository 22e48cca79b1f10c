/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/dmarc_fix.h"
#include "auth/mta_sts.h"
#include "auth/typographic.h"
#include "dns/overlay.h"
#include "dns/wildcard.h"

#include <stdarg.h>
#include <stdio.h>

enum { RECORD_MAX = 2048, SHOWN = 80 };

/* A record in the making. */
struct dmarc_draft {
	const struct rep_audit_in *in;
	const struct rep_dns_view *v;
	struct rep_arena *a;
	struct rep_dmarc_fix *out;
	const struct rep_dmarc_record *one; /* the record, if there is exactly one */
	struct rep_buf rua, ruf, rest;	    /* lists of addresses; tags that stay, in their order */
	struct rep_buf *list; /* the last of the lists that was added to; NULL: none */
	enum rep_dmarc_policy p;
	bool testing, known;
	bool lowered;		      /* pct= goes, so each policy becomes the next weaker one */
	const struct rep_name *about; /* whose record it is */
	const struct rep_dmarc_at
	    *above;  /* what is in force there; NULL: a record of its own, or nothing */
	bool choosy; /* only report addresses that have agreed */
};

static void note(struct dmarc_draft *d, const char *fmt, ...) REP_PRINTF(2, 3);

static void
note(struct dmarc_draft *d, const char *fmt, ...)
{
	struct rep_str shown;
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	shown = rep_shown(d->a, rep_str_c(text), sizeof text);
	for (size_t i = 0; i < d->out->notes; i++)
		if (rep_str_eq(d->out->note[i], shown))
			return;
	if (d->out->notes == REP_DMARC_FIX_NOTES)
		d->out->left_out++;
	else
		d->out->note[d->out->notes++] = shown;
}

/* --- near misses --------------------------------------------------------------------------------- */

/* What only a record of DMARC has, whatever its version is called. */
static const char *const words[] = { "dmarc", "p=reject", "p=quarantine", "p=none" };

static bool
is_or_near(struct rep_str txt)
{
	if (rep_spf_is_record(txt)) /* a wildcard's; a service in it may have such a name */
		return false;
	return rep_str_has_any_nocase(txt, words, REP_COUNT(words));
}

struct rep_str
rep_dmarc_with(struct rep_arena *a, struct rep_str record, const char *policy,
    const char *const *gone, size_t n)
{
	struct rep_str rest = record, part, out;
	struct rep_buf b;

	rep_buf_init(&b, RECORD_MAX);
	rep_buf_printf(&b, "v=DMARC1; p=%s", policy);
	while (rep_tag_word(&rest, ';', &part)) {
		struct rep_str name = rep_str_trim(rep_str_sub(part, 0, rep_str_chr(part, '=', 0)));
		bool stays = part.n > 0 && !rep_str_eq_nocase(name, REP_S("v")) &&
		    !rep_str_eq_nocase(name, REP_S("p"));

		for (size_t i = 0; i < n; i++)
			stays = stays && !rep_str_eq_nocase(name, rep_str_c(gone[i]));
		if (stays)
			rep_buf_printf(&b, "; %.*s", REP_PR(part));
	}
	out = b.full ? (struct rep_str){ "", 0 } : rep_arena_dup(a, rep_buf_str(&b));
	rep_buf_fini(&b);
	return out;
}

struct rep_str
rep_dmarc_begin(struct rep_arena *a, struct rep_str record)
{
	static const char *const below[] = { "sp", "np" };
	struct rep_dmarc_record r;

	rep_dmarc_parse(record, &r);
	if (!r.p_bad && !r.sp_bad && !r.np_bad && r.p <= REP_DMARC_P_NONE &&
	    r.sp <= REP_DMARC_P_NONE && r.np <= REP_DMARC_P_NONE)
		return record;
	return rep_dmarc_with(a, record, "none", below, REP_COUNT(below));
}

struct rep_str
rep_dmarc_near(const struct rep_dns_answer *txt)
{
	for (size_t i = 0; txt != NULL && i < txt->n; i++)
		if (!rep_dmarc_is_record(txt->rr[i]->data) && is_or_near(txt->rr[i]->data))
			return txt->rr[i]->data;
	return (struct rep_str){ "", 0 };
}

/* --- addresses for reports ----------------------------------------------------------------------- */

/* Whether reports to a domain arrive. Unknown counts as yes: it is not our record that is wrong. */
static bool
takes(struct dmarc_draft *d, const struct rep_name *domain, const char **why)
{
	enum rep_takes_mail t = REP_TAKES_UNKNOWN;

	*why = "";
	if (!rep_audit_takes_mail(domain, d->v, &t, why))
		d->known = false;
	return t != REP_TAKES_NONE;
}

/* Whether the domain has agreed to get reports, as far as that matters to this draft. */
static bool
wants(struct dmarc_draft *d, const struct rep_name *domain)
{
	const struct rep_dns_answer *said;
	bool agreed = true;
	struct rep_name at;

	if (d->choosy && !rep_dmarc_agreed(d->about, domain, d->v, &agreed, &said, &at))
		d->known = false;
	return agreed;
}

static bool
plain(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("\",;<>()!\\", s.p[i]) != NULL)
			return false;
	return s.n > 0;
}

/* "//d@example.com", as in a URL. */
static struct rep_str
without_slashes(struct dmarc_draft *d, struct rep_str w)
{
	if (w.n > 0 && w.p[0] == '/')
		note(d, "no slash belongs behind \"mailto:\"");
	while (w.n > 0 && w.p[0] == '/')
		w = rep_str_sub(w, 1, w.n);
	return w;
}

/* One address of a list: "mailto:" in front, without size, at a domain that takes mail. */
static void
one_uri(struct dmarc_draft *d, struct rep_buf *list, const char *tag, struct rep_str w)
{
	struct rep_str whole = rep_shown(d->a, w, SHOWN), host;
	struct rep_name domain;
	size_t at, bang = rep_str_rchr(w, '!');
	const char *why;

	if ((at = rep_str_chr(w, '?', 0)) != SIZE_MAX) {
		host = rep_shown(d->a, rep_str_sub(w, at, w.n), 20);
		note(d, "%.*s behind an address is left out", REP_PR(host));
		w = rep_str_sub(w, 0, at);
		bang = rep_str_rchr(w, '!');
	}
	if (bang != SIZE_MAX) {
		host = rep_shown(d->a, rep_str_sub(w, bang, w.n), 12);
		note(d, "the limit %.*s is left out: RFC 9989 has none", REP_PR(host));
		w = rep_str_sub(w, 0, bang);
	}
	while (w.n > 0 && strchr("\"'< ", w.p[0]) != NULL)
		w = rep_str_sub(w, 1, w.n);
	while (w.n > 0 && strchr("\"'> ", w.p[w.n - 1]) != NULL)
		w.n--;
	if (rep_str_starts_nocase(w, REP_S("mailto:")))
		w = without_slashes(d, rep_str_trim(rep_str_sub(w, 7, w.n)));
	else if (plain(w) && rep_str_rchr(w, '@') != SIZE_MAX && rep_str_chr(w, ':', 0) == SIZE_MAX)
		note(d, "%s=%.*s needs mailto: in front", tag, REP_PR(whole));
	at = rep_str_rchr(w, '@');
	host = at == SIZE_MAX ? (struct rep_str){ "", 0 } : rep_str_sub(w, at + 1, w.n);
	if (!plain(w) || at == 0 || at == SIZE_MAX || !rep_name_raw(host, &domain) ||
	    rep_name_labels(&domain) < 2) {
		note(d, "%s=%.*s is no address and is left out", tag, REP_PR(whole));
		return;
	}
	if (!takes(d, &domain, &why)) {
		note(d, "%s=%.*s is left out: %s", tag, REP_PR(whole), why);
		return;
	}
	if (!wants(d, &domain)) {
		note(d, "%s=%.*s is left out: %.*s has not agreed to get reports about this domain",
		    tag, REP_PR(whole), REP_PR(host));
		return;
	}
	if (rep_str_find_nocase(rep_buf_str(list), w, 0) == SIZE_MAX)
		rep_buf_printf(list, "%smailto:%.*s", list->n > 0 ? "," : "", REP_PR(w));
}

/* What stands between two commas: one address, or more with blanks between them. */
static void
words_of(struct dmarc_draft *d, struct rep_buf *list, const char *tag, struct rep_str w)
{
	bool more = false;

	while (w.n > 0) {
		struct rep_str one;
		size_t end = 0;

		if (rep_str_eq_nocase(rep_str_sub(w, 0, 7), REP_S("mailto:")))
			end = 7;
		if (end == 7 && end < w.n && rep_blank(w.p[end])) {
			note(d, "no blank belongs behind mailto:");
			one = rep_str_trim(rep_str_sub(w, end, w.n));
			w = rep_arena_printf(d->a, "mailto:%.*s", REP_PR(one));
		}
		while (end < w.n && !rep_blank(w.p[end]))
			end++;
		one = rep_str_sub(w, 0, end);
		w = rep_str_trim(rep_str_sub(w, end, w.n));
		if (more && rep_str_chr(one, '@', 0) != SIZE_MAX)
			note(d, "a comma belongs between two addresses");
		one_uri(d, list, tag, one);
		more = true;
	}
}

static void
uris(struct dmarc_draft *d, struct rep_buf *list, const char *tag, struct rep_str v)
{
	struct rep_str w;

	d->list = list;
	while (rep_tag_word(&v, ',', &w))
		words_of(d, list, tag, w);
}

/* Whether a mailbox can be asked for there. Without MX, an A record is likely to be that of a web site. */
static bool
may_have_mailbox(struct dmarc_draft *d, const struct rep_name *domain)
{
	const struct rep_dns_answer *mx = rep_dns_get(d->v, domain, REP_DNS_MX);
	const char *why;

	if (mx == NULL)
		d->known = false;
	return mx != NULL && (mx->n > 0 || rep_dns_failed(mx->state)) && takes(d, domain, &why);
}

/* Without an address that works: one in the organization, else in the domain, if they take mail. */
static void
own_address(struct dmarc_draft *d)
{
	struct rep_name org;
	char text[REP_NAME_TEXT];

	if (d->rua.n > 0)
		return;
	rep_dmarc_org_psl(&d->in->domain, &org);
	if (may_have_mailbox(d, &org))
		d->out->mailbox = rep_arena_printf(d->a, "dmarc@%s", rep_name_text(&org, text));
	else if (may_have_mailbox(d, &d->in->domain))
		d->out->mailbox = rep_arena_printf(d->a, "dmarc@%.*s", REP_PR(d->in->domain_text));
	else
		d->out->no_reports = true;
	if (d->out->mailbox.n > 0)
		rep_buf_printf(&d->rua, "mailto:%.*s", REP_PR(d->out->mailbox));
}

/* --- tags ---------------------------------------------------------------------------------------- */

static void
keep(struct dmarc_draft *d, const char *tag, struct rep_str v)
{
	char head[24];

	snprintf(head, sizeof head, "; %s=", tag);
	if (rep_str_find_nocase(rep_buf_str(&d->rest), rep_str_c(head), 0) == SIZE_MAX)
		rep_buf_printf(&d->rest, "%s%.*s", head, REP_PR(v));
}

/* What stood behind a missing semicolon does not come into force when one is put there. */
static void
never(struct dmarc_draft *d, const char *tag, struct rep_str v)
{
	struct rep_str shown = rep_shown(d->a, v, 20);

	note(d, "%s=%.*s is left out: it was never in force", tag, REP_PR(shown));
}

/*
 * The policy for subdomains. If the record has it more than once, the weaker one. What is fresh begins
 * with p=none, and so does all below it.
 */
static void
policy(struct dmarc_draft *d, const char *tag, struct rep_str v, enum rep_dmarc_policy read)
{
	if (d->out->fresh || d->above != NULL)
		return;
	if (d->one != NULL && read == REP_DMARC_UNSAID) {
		never(d, tag, v);
		return;
	}
	if (d->one != NULL && d->lowered && read == REP_DMARC_QUARANTINE &&
	    d->p > REP_DMARC_P_NONE) {
		note(d, "%s=quarantine stays, so that no subdomain is open", tag);
	} else if (d->one != NULL && d->lowered && read > REP_DMARC_P_NONE) {
		note(d, "%s=%s becomes %s=%s, which was in force everywhere at least", tag,
		    rep_dmarc_policy_text(read), tag,
		    rep_dmarc_policy_text((enum rep_dmarc_policy)(read - 1)));
		read = (enum rep_dmarc_policy)(read - 1);
	}
	if (d->one != NULL)
		v = rep_str_c(rep_dmarc_policy_text(read));
	keep(d, tag, v);
}

static bool
is_policy(struct rep_str v)
{
	return rep_str_eq_nocase(v, REP_S("none")) || rep_str_eq_nocase(v, REP_S("quarantine")) ||
	    rep_str_eq_nocase(v, REP_S("reject"));
}

/* A value that does not exist never counted: it must not come into force by being corrected. */
static void
alignment(struct dmarc_draft *d, const char *tag, struct rep_str v, bool strict)
{
	struct rep_str shown = rep_shown(d->a, v, 20);

	if (d->above != NULL) /* never more than is in force there */
		return;
	if (rep_str_eq_nocase(v, REP_S("s")) && (d->one == NULL || strict))
		keep(d, tag, REP_S("s"));
	else if (rep_str_eq_nocase(v, REP_S("s")) && d->one->twice)
		return; /* relaxed alignment is there, too, and is the weaker */
	else if (rep_str_eq_nocase(v, REP_S("s")))
		never(d, tag, v);
	else if (!rep_str_eq_nocase(v, REP_S("r")))
		note(d, "%s=%.*s is left out, because it never counted; strict alignment is %s=s",
		    tag, REP_PR(shown), tag);
}

static bool
of_chars(struct rep_str v, const char *chars)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] == '\0' || strchr(chars, v.p[i]) == NULL)
			return false;
	return v.n > 0;
}

static bool
is_known(struct rep_str tag)
{
	static const char *const known[] = { "sp", "np", "fo", "psd", "t" };

	for (size_t i = 0; i < REP_COUNT(known); i++)
		if (rep_str_eq_nocase(tag, rep_str_c(known[i])))
			return true;
	return false;
}

static void
one_tag(struct dmarc_draft *d, struct rep_str name, struct rep_str v)
{
	static const struct rep_dmarc_record nothing = { .twice = false };
	const struct rep_dmarc_record *r = d->one != NULL ? d->one : &nothing;
	struct rep_str shown = rep_shown(d->a, name, 20), value = rep_shown(d->a, v, 40);

	if (rep_str_eq_nocase(name, REP_S("p")) && !is_policy(v))
		note(d, "p=%.*s is no policy", REP_PR(value));
	if (rep_str_eq_nocase(name, REP_S("v")) || rep_str_eq_nocase(name, REP_S("p")))
		return; /* decided elsewhere */
	if (rep_str_eq_nocase(name, REP_S("rua")))
		uris(d, &d->rua, "rua", v);
	else if (rep_str_eq_nocase(name, REP_S("ruf")))
		uris(d, &d->ruf, "ruf", v);
	else if (rep_str_eq_nocase(name, REP_S("adkim")))
		alignment(d, "adkim", v, r->adkim_strict);
	else if (rep_str_eq_nocase(name, REP_S("aspf")))
		alignment(d, "aspf", v, r->aspf_strict);
	else if (rep_str_eq_nocase(name, REP_S("sp")) && is_policy(v))
		policy(d, "sp", v, r->sp);
	else if (rep_str_eq_nocase(name, REP_S("np")) && is_policy(v))
		policy(d, "np", v, r->np);
	else if (rep_str_eq_nocase(name, REP_S("fo")) && of_chars(v, "01ds:"))
		keep(d, "fo", v);
	else if (rep_str_eq_nocase(name, REP_S("psd")) && of_chars(v, "ynuYNU") && v.n == 1)
		keep(d, "psd", d->one != NULL ? (struct rep_str){ &r->psd, 1 } : v);
	else if (rep_str_eq_nocase(name, REP_S("t")) && of_chars(v, "ynYN") && v.n == 1)
		d->testing = d->testing || rep_lower(v.p[0]) == 'y';
	else if (rep_str_eq_nocase(name, REP_S("pct")) || rep_str_eq_nocase(name, REP_S("rf")) ||
	    rep_str_eq_nocase(name, REP_S("ri")))
		note(d, "%.*s= is left out: RFC 9989 does not have it", REP_PR(shown));
	else if (rep_str_eq_nocase(name, REP_S("np")) && !d->out->fresh && d->p > REP_DMARC_P_NONE)
		note(d,
		    "np=%.*s is left out: there is no such value, and receivers that follow RFC 7489 do "
		    "not know np= (p=%s is in force at those, and with this record at the others too)",
		    REP_PR(value), rep_dmarc_policy_text(d->p));
	else
		note(d,
		    is_known(name) ? "%.*s=%.*s is left out: there is no such value"
				   : "%.*s=%.*s is left out: there is no such tag",
		    REP_PR(shown), REP_PR(value));
}

/* A part without "=". */
static void
no_tag(struct dmarc_draft *d, struct rep_str part)
{
	struct rep_str shown = rep_shown(d->a, part, 40), tag = rep_str_sub(part, 0, 3);
	size_t colon = rep_str_chr(part, ':', 0);
	bool ruf = rep_str_eq_nocase(tag, REP_S("ruf"));

	if (colon == 3 && (ruf || rep_str_eq_nocase(tag, REP_S("rua")))) {
		note(d, "= belongs behind %s, not a colon", ruf ? "ruf" : "rua");
		uris(d, ruf ? &d->ruf : &d->rua, ruf ? "ruf" : "rua",
		    rep_str_sub(part, colon + 1, part.n));
	} else if (d->list != NULL && rep_str_chr(part, '@', 0) != SIZE_MAX) {
		note(d, "a comma, not a semicolon, belongs between two addresses");
		uris(d, d->list, d->list == &d->rua ? "rua" : "ruf", part);
	} else if (rep_str_find_nocase(part, REP_S("dmarc"), 0) == SIZE_MAX) {
		note(d, "%.*s is left out: it is no tag", REP_PR(shown));
	}
}

/* Semicolons are often forgotten: a blank before "name=" separates tags, too. */
static void
tags_of(struct dmarc_draft *d, struct rep_str text)
{
	struct rep_str part;
	size_t eq, blank;

	while (rep_tag_word(&text, ';', &part)) {
		while (part.n > 0) {
			struct rep_str one = part;

			eq = rep_str_chr(part, '=', 0);
			if (eq == SIZE_MAX) {
				no_tag(d, part);
				break;
			}
			blank = rep_str_rchr(rep_str_trim(rep_str_sub(part, 0, eq)), ' ');
			if (blank != SIZE_MAX) {
				no_tag(d, rep_str_sub(part, 0, blank));
				note(d, "a semicolon belongs between two tags");
				part = rep_str_trim(rep_str_sub(part, blank, part.n));
				continue;
			}
			part = (struct rep_str){ "", 0 };
			for (size_t i = eq + 1; i + 1 < one.n; i++)
				if (one.p[i] == '=' &&
				    (blank = rep_str_rchr(rep_str_sub(one, 0, i), ' ')) !=
					SIZE_MAX &&
				    blank > eq &&
				    rep_str_trim(rep_str_sub(one, eq + 1, blank - eq)).n > 0) {
					part = rep_str_trim(rep_str_sub(one, blank, one.n));
					one = rep_str_sub(one, 0, blank);
					note(d, "a semicolon belongs between two tags");
					break;
				}
			one_tag(d, rep_str_trim(rep_str_sub(one, 0, eq)),
			    rep_str_trim(rep_str_sub(one, eq + 1, one.n)));
		}
	}
}

static struct rep_str
written(struct dmarc_draft *d)
{
	struct rep_str rua, ruf, rest, out;
	struct rep_buf b;

	own_address(d);
	rua = rep_buf_str(&d->rua);
	ruf = rep_buf_str(&d->ruf);
	rest = rep_buf_str(&d->rest);
	rep_buf_init(&b, RECORD_MAX);
	rep_buf_printf(&b, "v=DMARC1; p=%s", rep_dmarc_policy_text(d->p));
	rep_buf_add(&b, rest);
	if (d->testing && d->p > REP_DMARC_P_NONE)
		rep_buf_add(&b, REP_S("; t=y"));
	if (rua.n > 0)
		rep_buf_printf(&b, "; rua=%.*s", REP_PR(rua));
	if (ruf.n > 0)
		rep_buf_printf(&b, "; ruf=%.*s", REP_PR(ruf));
	out = b.full ? (struct rep_str){ "", 0 } : rep_arena_dup(d->a, rep_buf_str(&b));
	rep_buf_fini(&b);
	return out;
}

/* --- the draft and its proof --------------------------------------------------------------------- */

/* What receivers do at least with mail of a subdomain that has no record of its own. */
static enum rep_dmarc_policy
from_above(const struct rep_audit_in *in, const struct rep_dmarc *d)
{
	struct rep_dmarc_force f = rep_dmarc_in_force(d, &in->domain);
	enum rep_dmarc_policy least = f.walk < f.psl ? f.walk : f.psl;

	return least == REP_DMARC_UNSAID ? REP_DMARC_P_NONE : least;
}

/* The place whose record is to be corrected, and whether anything there is in force. */
static const struct rep_dmarc_at *
place(const struct rep_audit_in *in, const struct rep_dmarc *d, struct rep_dmarc_fix *out,
    const struct rep_dmarc_at **above)
{
	const struct rep_dmarc_at *at = d->by_walk != NULL ? d->by_walk : d->by_psl;
	const struct rep_dmarc_at *own = d->steps > 0 ? &d->step[0] : &d->psl;

	if (own->records > 1) {
		out->fresh = true;
		out->some = at != NULL;
		return own;
	}
	if (at != NULL && own->records == 0 && rep_dmarc_near(own->answer).n > 0) {
		*above = at;
		out->above = at->name;
		out->begins = from_above(in, d);
		return own;
	}
	out->fresh =
	    at == NULL || at->record.p == REP_DMARC_UNSAID || at->record.p_bad || at->record.sp_bad;
	out->same = at != NULL && at->record.p == REP_DMARC_P_NONE && !at->record.p_bad;
	if (at == NULL) /* where something stands, else at the organization: it covers all below */
		at = d->steps > 0 &&
			(d->step[0].records > 0 || rep_dmarc_near(d->step[0].answer).n > 0)
		    ? &d->step[0]
		    : &d->psl;
	return at;
}

/* A text as ASCII, without quotation marks and backslashes; each thing is noted. */
static struct rep_str
ascii(struct dmarc_draft *w, struct rep_str text)
{
	char *p = rep_arena_alloc(w->a, text.n + 1);
	struct rep_str s = { p, 0 };
	bool quotes = false, slashes = false, typed = false;

	if (p == NULL)
		return (struct rep_str){ "", 0 };
	for (size_t i = 0, n; i < text.n; i += n) {
		char c = text.p[i];
		enum rep_typographic t = rep_typographic(rep_str_sub(text, i, text.n), &n, &c);

		if (t == REP_TYPOGRAPHIC_NONE)
			n = 1;
		quotes = quotes || c == '"' || t == REP_TYPOGRAPHIC_QUOTE;
		slashes = slashes || c == '\\';
		typed = typed || (t != REP_TYPOGRAPHIC_NONE && t != REP_TYPOGRAPHIC_QUOTE);
		if (c != '"' && c != '\\' && c != '\0' && t != REP_TYPOGRAPHIC_QUOTE)
			p[s.n++] = c;
	}
	if (quotes)
		note(w, "no quotation marks belong into it");
	if (slashes)
		note(w, "no backslashes belong into it");
	if (typed)
		note(w, "characters of a word processor are not ASCII");
	return s;
}

/* A near miss without what does not belong into it; each thing is noted. */
static struct rep_str
bare(struct dmarc_draft *w, struct rep_str near)
{
	struct rep_str s = ascii(w, near), first;
	size_t at;

	if (s.n > 0 && rep_blank(s.p[0]))
		note(w, "no blank belongs in front of it");
	s = rep_str_trim(s);
	at = rep_str_find_nocase(s, REP_S("v=dmarc1"), 0);
	if (at == SIZE_MAX)
		note(w, "it must begin with v=DMARC1");
	else if (rep_str_find(s, REP_S("DMARC1"), at) != at + 2)
		note(w, "DMARC1 is written in capitals");
	else if (at + 8 < s.n && strchr("; ", s.p[at + 8]) == NULL)
		note(w, "a semicolon belongs behind v=DMARC1");
	if (at == 0 || at == SIZE_MAX)
		return s;
	first = rep_str_sub(s, 0, at);
	if (rep_str_chr(first, '=', 0) != SIZE_MAX) {
		note(w, "v=DMARC1 comes first");
		return s;
	}
	note(w, "nothing belongs in front of v=DMARC1");
	return rep_str_sub(s, at, s.n);
}

/* What the record of the domain above asks for goes on: alignment, testing, and reports if none are named. */
static void
as_above(struct dmarc_draft *w)
{
	const struct rep_dmarc_record *r = &w->above->record;
	bool none = w->rua.n == 0;

	if (r->adkim_strict)
		keep(w, "adkim", REP_S("s"));
	if (r->aspf_strict)
		keep(w, "aspf", REP_S("s"));
	w->testing = r->test;
	for (size_t i = 0; none && i < r->uris; i++)
		if (!r->uri[i].forensic && r->uri[i].domain.n > 0)
			one_uri(w, &w->rua, "rua", r->uri[i].uri);
}

/* Whether the domain shows a logo (BIMI), which needs p=quarantine or p=reject for all mail. */
static bool
has_logo(struct dmarc_draft *w)
{
	const struct rep_dns_answer *ans;
	struct rep_name name;
	bool logo = false;

	if (!rep_name_join(REP_S("default._bimi"), &w->in->domain, &name))
		return false;
	if ((ans = rep_dns_get(w->v, &name, REP_DNS_TXT)) == NULL) {
		w->known = false;
		return false;
	}
	for (size_t i = 0; i < ans->n; i++)
		logo = logo || rep_bimi_is_record(ans->rr[i]->data);
	return logo;
}

/*
 * pct= let a part of the failing mail through to the next weaker policy (RFC 7489, 6.6.4), and RFC 9989 ignores
 * it. Without it there are two choices. The weaker policy was in force everywhere; a logo needs the
 * stronger one.
 */
static void
without_pct(struct dmarc_draft *w, int pct)
{
	const char *strong = rep_dmarc_policy_text(w->p),
		   *weak = rep_dmarc_policy_text((enum rep_dmarc_policy)(w->p - 1));
	/* With sp=none there is no logo, whatever p= is (bimi-policy). */
	bool logo = has_logo(w) && (w->one == NULL || w->one->sp != REP_DMARC_P_NONE);

	w->out->choice = rep_arena_printf(w->a,
	    "pct=%d is for receivers that follow RFC 7489 (6.6.4): of the mail that fails, %d %% gets p=%s and "
	    "the rest p=%s. Those that follow RFC 9989 ignore pct and apply p=%s to all of it. Without pct "
	    "there are two choices. This record has p=%s, %s p=%s instead, %s",
	    pct, pct, strong, weak, strong, logo ? strong : weak,
	    logo
		? "because the logo (BIMI) needs it; if the reports show own mail that fails, publish"
		: "which was in force everywhere at least; publish",
	    logo ? weak : strong,
	    logo ? "and the logo waits" : "when the reports show that all your own mail passes");
	w->lowered = !logo;
	if (!logo)
		w->p--;
}

static struct rep_str
draft(struct dmarc_draft *w, const struct rep_dmarc_at *at)
{
	const struct rep_dmarc_record *r = w->above != NULL ? &w->above->record : &at->record;
	struct rep_str near = rep_dmarc_near(at->answer), out;

	rep_buf_init(&w->rua, RECORD_MAX);
	rep_buf_init(&w->ruf, RECORD_MAX);
	rep_buf_init(&w->rest, RECORD_MAX);
	w->p = w->out->fresh ? REP_DMARC_P_NONE : w->above != NULL ? w->out->begins : at->record.p;
	w->one = at->records == 1 ? &at->record : NULL;
	if (w->one != NULL && w->one->twice)
		note(w,
		    w->one->differs
			? "each tag is there once, with the weaker of its values, because the "
			  "stronger one was not in force everywhere, and with all report addresses"
			: "each tag is there once");
	if (r->pct >= 0 && r->pct < 100 && w->p > REP_DMARC_P_NONE)
		without_pct(w, r->pct);
	else
		w->lowered = r->pct >= 0 && r->pct < 100;
	for (size_t i = 0; at->answer != NULL && i < at->answer->n; i++)
		if (rep_dmarc_is_record(at->answer->rr[i]->data))
			tags_of(w, ascii(w, at->answer->rr[i]->data));
	if (at->records == 0 && near.n > 0)
		tags_of(w, bare(w, near));
	if (w->above != NULL)
		as_above(w);
	out = written(w);
	rep_buf_fini(&w->rua);
	rep_buf_fini(&w->ruf);
	rep_buf_fini(&w->rest);
	return out;
}

/* Whether the record brings no finding that was not there, but for what p=none is by itself. */
static bool
clean(const struct rep_findings *after, const struct rep_findings *found, bool no_reports)
{
	for (size_t i = 0; i < after->n; i++)
		if (after->v[i].severity != REP_INFO && !rep_finding_among(found, &after->v[i]) &&
		    !(no_reports && after->v[i].number == REP_FINDING_DMARC_NO_RUA))
			return false;
	return true;
}

static bool
prove(struct dmarc_draft *w, const struct rep_dmarc_at *at, struct rep_str record,
    const struct rep_findings *found)
{
	struct rep_findings *after = rep_arena_alloc(w->a, sizeof *after);
	struct rep_dmarc *d = rep_arena_alloc(w->a, sizeof *d);
	struct rep_dns_overlay overlay;
	struct rep_dns_view v;
	struct rep_name name;

	if (after == NULL || d == NULL || record.n == 0 ||
	    !rep_name_join(REP_S("_dmarc"), &at->name, &name))
		return true;
	rep_dns_overlay_init(&overlay, w->a, w->v);
	(void)rep_dns_overlay_txt(&overlay, &name, is_or_near, record);
	v = rep_dns_overlay_view(&overlay);
	rep_findings_init(after, w->a);
	if (!rep_dmarc_findings(w->in, &v, d, after))
		return false;
	w->out->after = after;
	if (clean(after, found, w->out->no_reports) && rep_findings_cure(after, found))
		w->out->record = record;
	return true;
}

/* One draft and its proof. False: not known yet. */
static bool
attempt(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_arena *a,
    const struct rep_dmarc_at *at, const struct rep_dmarc_at *above, bool choosy,
    const struct rep_findings *found, struct rep_dmarc_fix *out)
{
	struct dmarc_draft w = { .in = in,
		.v = v,
		.a = a,
		.out = out,
		.about = &at->name,
		.above = above,
		.choosy = choosy,
		.known = true };
	struct rep_str record;

	out->notes = out->left_out = 0;
	out->choice = out->mailbox = REP_S("");
	out->no_reports = false;
	record = draft(&w, at);
	return w.known && prove(&w, at, record, found);
}

bool
rep_dmarc_fix_find(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_arena *a,
    const struct rep_dmarc *d, const struct rep_findings *found, struct rep_dmarc_fix *out)
{
	const struct rep_dmarc_at *at, *above = NULL;
	struct rep_name own, target;
	bool known = true, alias;

	*out = (struct rep_dmarc_fix){ .notes = 0 };
	out->nothing = true;
	if (found->n == 0)
		return true;
	at = place(in, d, out, &above);
	if (at->answer == NULL || rep_dns_failed(at->answer->state) ||
	    !rep_name_join(REP_S("_dmarc"), &at->name, &out->at))
		return true;
	for (size_t i = 0; i < at->answer->n; i++)
		out->there += is_or_near(at->answer->rr[i]->data);
	out->nothing = at->records == 0 && rep_dmarc_near(at->answer).n == 0;
	if (!attempt(in, v, a, at, above, false, found, out))
		return false;
	/* Several records, or an error, hid an address that has not agreed. It must not cost the record. */
	if (out->record.n == 0 && !attempt(in, v, a, at, above, true, found, out))
		return false;
	alias = at->answer->cnames > 0 && !rep_dns_by_wildcard(v, &out->at, &known);
	if (!known)
		return false;
	if (alias) { /* of a wildcard's alias nothing is to be asked: a record of its own comes before it */
		rep_dmarc_org_psl(&at->name, &own);
		rep_dmarc_org_psl(&at->answer->canonical, &target);
		if (!rep_name_eq(&own, &target))
			out->at = out->alias = at->answer->canonical;
		else if (!rep_name_eq(&at->answer->canonical, &own) &&
		    !rep_name_eq(&at->answer->canonical, &at->name))
			out->at = at->answer->canonical;
	}
	return true;
}
