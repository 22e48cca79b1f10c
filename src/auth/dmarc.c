/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/dmarc.h"

#include <libpsl.h>
#include <pthread.h>
#include <stdio.h>

const char *
rep_dmarc_policy_text(enum rep_dmarc_policy p)
{
	static const char *const text[] = { NULL, "none", "quarantine", "reject" };

	return text[p];
}

/* --- the record ---------------------------------------------------------------------------------- */

bool
rep_dmarc_is_record(struct rep_str txt)
{
	struct rep_str rest;

	if (!rep_str_starts_nocase(txt, REP_S("v")))
		return false;
	rest = rep_str_trim(rep_str_sub(txt, 1, txt.n));
	if (rest.n == 0 || rest.p[0] != '=')
		return false;
	rest = rep_str_trim(rep_str_sub(rest, 1, rest.n));
	if (!rep_str_starts(rest, REP_S("DMARC1")))
		return false;
	rest = rep_str_trim(rep_str_sub(rest, 6, rest.n));
	return rest.n == 0 || rest.p[0] == ';';
}

static void
wrong(struct rep_dmarc_record *r, const char *what, struct rep_str value)
{
	if (!r->syntax)
		snprintf(r->why, sizeof r->why, "%s \"%.*s\"", what,
		    (int)(value.n > 60 ? 60 : value.n), value.p);
	r->syntax = true;
}

/* The tag counts as if it were not there (RFC 9989, 4.7). */
static void
odd(struct rep_dmarc_record *r, const char *what, struct rep_str value)
{
	if (!r->odd)
		snprintf(r->odd_why, sizeof r->odd_why, "%s \"%.*s\"", what,
		    (int)(value.n > 60 ? 60 : value.n), value.p);
	r->odd = true;
}

/* The value of a policy tag; of two the weaker one. */
static enum rep_dmarc_policy
policy(struct rep_dmarc_record *r, const char *tag, struct rep_str v, enum rep_dmarc_policy before,
    bool *bad)
{
	char what[60];

	for (int p = REP_DMARC_P_NONE; p <= REP_DMARC_REJECT; p++)
		if (rep_str_eq_nocase(
			v, rep_str_c(rep_dmarc_policy_text((enum rep_dmarc_policy)p))))
			return before != REP_DMARC_UNSAID && (int)before < p
			    ? before
			    : (enum rep_dmarc_policy)p;
	*bad = true;
	snprintf(what, sizeof what, "%s= is neither none, quarantine nor reject:", tag);
	wrong(r, what, v);
	return before;
}

static size_t
blank_in(struct rep_str s, size_t from)
{
	while (from < s.n && !rep_blank(s.p[from]))
		from++;
	return from < s.n ? from : SIZE_MAX;
}

/* What is wrong with an address that has a blank in it. */
static const char *
about_blank(struct rep_str uri, size_t blank)
{
	struct rep_str behind = rep_str_trim(rep_str_sub(uri, blank, uri.n));

	if (rep_str_eq_nocase(rep_str_sub(uri, 0, blank), REP_S("mailto:")))
		return "there is a blank behind mailto:";
	if (rep_str_chr(behind, '=', 0) < rep_str_chr(behind, '@', 0))
		return "a semicolon is missing behind the address";
	return rep_str_chr(behind, '@', 0) != SIZE_MAX ? "a comma belongs between two addresses"
						       : "there is a blank in it";
}

/* The domain that a report address is in, or why nobody can send there. */
static void
host_of(struct rep_dmarc_uri *u)
{
	size_t at = rep_str_rchr(u->uri, '@'), blank = blank_in(u->uri, 0), end;
	bool mail = rep_str_starts_nocase(u->uri, REP_S("mailto:"));
	struct rep_str host;

	if (u->uri.n == 0)
		u->fault = "no address is there, or a comma is too much";
	else if (blank != SIZE_MAX)
		u->fault = about_blank(u->uri, blank);
	else if (!mail && at != SIZE_MAX && rep_str_chr(u->uri, ':', 0) == SIZE_MAX)
		u->fault = "mailto: is missing in front of it";
	else if (!mail)
		u->fault = "it does not begin with mailto:";
	else if (rep_str_starts_nocase(
		     u->uri, REP_S("mailto:/"))) /* RFC 6068, 2: an address follows */
		u->fault = "no slash belongs behind \"mailto:\"";
	else if (at == SIZE_MAX || at <= 7)
		u->fault = "it is no mail address";
	else if (!rep_str_printable(u->uri, false)) /* RFC 3986, 2 */
		u->fault = "it has a character that no URI may have";
	if (u->fault != NULL)
		return;
	end = rep_str_chr(u->uri, '?', at);
	host = rep_str_sub(u->uri, at + 1, end == SIZE_MAX ? u->uri.n : end);
	if (rep_host_name(host))
		u->domain = host;
	else
		u->fault = "what follows the @ is no domain";
}

/* "mailto:dmarc@example.com!10m, mailto:..." */
static void
uris(struct rep_dmarc_record *r, struct rep_str list, bool forensic)
{
	struct rep_str w;
	size_t bang;

	while (rep_tag_word(&list, ',', &w)) {
		struct rep_dmarc_uri *u = &r->uri[r->uris];

		if (r->uris == REP_DMARC_MAX_URIS)
			return;
		bang = rep_str_rchr(w, '!');
		*u = (struct rep_dmarc_uri){ .uri = bang == SIZE_MAX ? w : rep_str_sub(w, 0, bang),
			.forensic = forensic };
		host_of(u);
		r->uris++;
	}
}

static bool
strict(struct rep_dmarc_record *r, const char *what, struct rep_str v)
{
	if (!rep_str_eq_nocase(v, REP_S("s")) && !rep_str_eq_nocase(v, REP_S("r")))
		odd(r, what, v);
	return rep_str_eq_nocase(v, REP_S("s"));
}

static bool
one_of(struct rep_str v, const char *letters)
{
	return v.n == 1 && v.p[0] != '\0' && strchr(letters, rep_lower(v.p[0])) != NULL;
}

/* Tags that were read, with the first value of each. */
struct dmarc_seen {
	struct {
		struct rep_str name, value;
		bool told;
	} v[REP_DMARC_MAX_TAGS];
	size_t n;
};

static void
repeated(struct rep_dmarc_record *r, struct rep_str name, struct rep_str v)
{
	size_t n = strlen(r->twice_why);

	snprintf(r->twice_why + n, sizeof r->twice_why - n, "%s%.*s=%.*s", n > 0 ? ", " : "",
	    (int)(name.n > 20 ? 20 : name.n), name.p, (int)(v.n > 60 ? 60 : v.n), v.p);
	r->twice = true;
}

/* Whether the tag is there for the first time. If not, all its values are told. */
static bool
first_of(struct dmarc_seen *seen, struct rep_dmarc_record *r, struct rep_str name, struct rep_str v)
{
	for (size_t i = 0; i < seen->n; i++) {
		if (!rep_str_eq_nocase(seen->v[i].name, name))
			continue;
		r->differs = r->differs ||
		    (!rep_str_starts_nocase(name, REP_S("ru")) &&
			!rep_str_eq_nocase(seen->v[i].value, v));
		if (!seen->v[i].told)
			repeated(r, name, seen->v[i].value);
		seen->v[i].told = true;
		repeated(r, name, v);
		return false;
	}
	if (seen->n < REP_DMARC_MAX_TAGS) {
		seen->v[seen->n].name = name;
		seen->v[seen->n].told = false;
		seen->v[seen->n++].value = v;
	}
	return true;
}

static void
one_tag(struct rep_dmarc_record *r, struct rep_str name, struct rep_str v, bool first)
{
	uint64_t n;

	if (rep_str_eq_nocase(name, REP_S("p"))) {
		r->p = policy(r, "p", v, r->p, &r->p_bad);
	} else if (rep_str_eq_nocase(name, REP_S("sp"))) {
		r->sp = policy(r, "sp", v, r->sp, &r->sp_bad);
	} else if (rep_str_eq_nocase(name, REP_S("np"))) {
		r->np = policy(r, "np", v, r->np, &r->np_bad);
	} else if (rep_str_eq_nocase(name, REP_S("adkim"))) {
		r->adkim_strict =
		    strict(r, "adkim= is neither r nor s:", v) && (first || r->adkim_strict);
	} else if (rep_str_eq_nocase(name, REP_S("aspf"))) {
		r->aspf_strict =
		    strict(r, "aspf= is neither r nor s:", v) && (first || r->aspf_strict);
	} else if (rep_str_eq_nocase(name, REP_S("t"))) {
		r->test = r->test || rep_str_eq_nocase(v, REP_S("y"));
		if (!one_of(v, "yn"))
			odd(r, "t= is neither y nor n:", v);
	} else if (rep_str_eq_nocase(name, REP_S("psd"))) {
		if (one_of(v, "ynu"))
			r->psd = rep_lower(v.p[0]);
		else
			odd(r, "psd= is neither y, n nor u:", v);
	} else if (rep_str_eq_nocase(name, REP_S("rua"))) {
		uris(r, v, false);
	} else if (rep_str_eq_nocase(name, REP_S("ruf"))) {
		uris(r, v, true);
	} else if (rep_str_eq_nocase(name, REP_S("pct"))) {
		r->old = true;
		if (rep_str_u64(v, 100, &n))
			r->pct = r->pct >= 0 && r->pct < (int)n ? r->pct : (int)n;
		else
			odd(r, "pct= is not a number from 0 to 100:", v);
	} else if (rep_str_eq_nocase(name, REP_S("rf")) || rep_str_eq_nocase(name, REP_S("ri"))) {
		r->old = true;
	}
}

void
rep_dmarc_parse(struct rep_str txt, struct rep_dmarc_record *out)
{
	struct rep_dmarc_record r = { .text = txt, .psd = 'u', .pct = -1 };
	struct rep_str rest = txt, part, name, value;
	struct dmarc_seen seen = { .n = 0 };
	size_t eq;

	while (rep_tag_word(&rest, ';', &part)) {
		if (part.n == 0)
			continue;
		eq = rep_str_chr(part, '=', 0);
		name = rep_str_trim(rep_str_sub(part, 0, eq));
		if (eq == SIZE_MAX || eq == 0) {
			wrong(&r,
			    rep_str_chr(part, '@', 0) == SIZE_MAX
				? "this is no tag, for it has no \"=\":"
				: "a comma, not a semicolon, belongs between two addresses:",
			    part);
			continue;
		}
		value = rep_str_trim(rep_str_sub(part, eq + 1, part.n));
		one_tag(&r, name, value, first_of(&seen, &r, name, value));
	}
	*out = r;
}

static bool
has_rua(const struct rep_dmarc_record *r)
{
	for (size_t i = 0; i < r->uris; i++)
		if (!r->uri[i].forensic && r->uri[i].domain.n > 0)
			return true;
	return false;
}

bool
rep_dmarc_usable(const struct rep_dmarc_record *r)
{
	return (r->p != REP_DMARC_UNSAID && !r->sp_bad && !r->np_bad) || has_rua(r);
}

bool
rep_dmarc_usable_7489(const struct rep_dmarc_record *r)
{
	return (r->p != REP_DMARC_UNSAID && !r->p_bad && !r->sp_bad) || has_rua(r);
}

/* --- the Public Suffix List ------------------------------------------------------------------------ */

static psl_ctx_t *list;
static pthread_once_t list_once = PTHREAD_ONCE_INIT;

/* Uses Debian's file if it is newer than the one built into libpsl. */
static void
open_list(void)
{
	list = psl_latest(NULL);
}

void
rep_dmarc_org_psl(const struct rep_name *domain, struct rep_name *out)
{
	char text[REP_NAME_TEXT];
	const char *org;

	(void)pthread_once(&list_once, open_list);
	*out = *domain;
	org = list == NULL ? NULL : psl_registrable_domain(list, rep_name_text(domain, text));
	if (org != NULL && !rep_name_parse(rep_str_c(org), out))
		*out = *domain;
}

bool
rep_dmarc_same_org(const struct rep_name *x, const struct rep_name *y)
{
	struct rep_name of_x, of_y;

	rep_dmarc_org_psl(x, &of_x);
	rep_dmarc_org_psl(y, &of_y);
	return rep_name_eq(&of_x, &of_y);
}

/* --- the walk ----------------------------------------------------------------------------------------- */

/* Looks at _dmarc.NAME. False: not known yet. */
static bool
look(const struct rep_name *name, const struct rep_dns_view *v, struct rep_dmarc_at *at)
{
	struct rep_name q;

	*at = (struct rep_dmarc_at){ .name = *name };
	if (!rep_name_join(REP_S("_dmarc"), name, &q))
		return true;
	if ((at->answer = rep_dns_get(v, &q, REP_DNS_TXT)) == NULL)
		return false;
	for (size_t i = 0; i < at->answer->n; i++)
		if (rep_dmarc_is_record(at->answer->rr[i]->data) && at->records++ == 0)
			rep_dmarc_parse(at->answer->rr[i]->data, &at->record);
	return true;
}

static bool
speaks(const struct rep_dmarc_at *at)
{
	return at->records == 1 && rep_dmarc_usable(&at->record);
}

static bool
speaks_7489(const struct rep_dmarc_at *at)
{
	return at->records == 1 && rep_dmarc_usable_7489(&at->record);
}

/* RFC 9989, 4.10: at most 8 queries. With more than 8 labels, the second is for the last 7. */
static bool
walk(const struct rep_name *domain, const struct rep_dns_view *v, struct rep_dmarc *out)
{
	struct rep_name name = *domain;
	unsigned labels;

	while (out->steps < REP_DMARC_WALK_MAX) {
		struct rep_dmarc_at *at = &out->step[out->steps];

		if (!look(&name, v, at))
			return false;
		out->steps++;
		if (at->answer != NULL && rep_dns_failed(at->answer->state) && !out->failed) {
			out->failed = true;
			out->why = at->answer->state;
		}
		if (at->records == 1 && (at->record.psd == 'n' || at->record.psd == 'y'))
			return true;
		labels = rep_name_labels(&name);
		if (labels <= 1 || !rep_name_up(&name, labels > 8 ? labels - 7 : 1, &name))
			return true;
	}
	return true;
}

/* The organizational domain by the walk (RFC 9989, 4.10.2). */
static void
organization(const struct rep_name *domain, struct rep_dmarc *out)
{
	const struct rep_dmarc_at *fewest = NULL;
	unsigned below;

	out->org_walk = *domain;
	for (size_t i = 0; i < out->steps; i++) {
		const struct rep_dmarc_at *at = &out->step[i];

		if (at->records != 1)
			continue;
		if (at->record.psd == 'n') {
			out->org_walk = at->name;
			return;
		}
		if (at->record.psd == 'y' && i > 0) {
			below = rep_name_labels(domain) - rep_name_labels(&at->name) - 1;
			(void)rep_name_up(domain, below, &out->org_walk);
			return;
		}
		fewest = at;
	}
	if (fewest != NULL)
		out->org_walk = fewest->name;
}

/*
 * The record of the domain, else of the organization, else of a public suffix (4.10.1). A record of
 * the domain that says nothing usable ends the search: DMARC does not apply.
 */
static const struct rep_dmarc_at *
policy_by_walk(const struct rep_dmarc *d)
{
	const struct rep_dmarc_at *psd = NULL;

	if (d->steps > 0 && d->step[0].records == 1)
		return speaks(&d->step[0]) ? &d->step[0] : NULL;
	for (size_t i = 1; i < d->steps; i++) {
		if (!speaks(&d->step[i]))
			continue;
		if (rep_name_eq(&d->step[i].name, &d->org_walk))
			return &d->step[i];
		if (d->step[i].record.psd == 'y')
			psd = &d->step[i];
	}
	return psd;
}

/* Whether the name exists, for np. False: not known yet. */
static bool
existence(const struct rep_name *domain, const struct rep_dns_view *v, bool *exists)
{
	const struct rep_dns_answer *a = rep_dns_get(v, domain, REP_DNS_A);

	if (a == NULL)
		return false;
	*exists = a->state != REP_DNS_NXDOMAIN;
	return true;
}

bool
rep_dmarc_find(const struct rep_name *domain, const struct rep_dns_view *v, struct rep_dmarc *out)
{
	bool known;

	*out = (struct rep_dmarc){ .steps = 0 };
	rep_dmarc_org_psl(domain, &out->org_psl);
	known = look(&out->org_psl, v, &out->psl);
	known = existence(domain, v, &out->exists) && known;
	known = walk(domain, v, out) && known;
	if (!known)
		return false;
	organization(domain, out);
	out->by_walk = policy_by_walk(out);
	if (out->steps > 0 && out->step[0].records > 0)
		out->by_psl = speaks_7489(&out->step[0]) ? &out->step[0] : NULL;
	else if (speaks_7489(&out->psl))
		out->by_psl = &out->psl;
	return true;
}

enum rep_dmarc_policy
rep_dmarc_applies_7489(const struct rep_dmarc_at *at, const struct rep_name *domain)
{
	const struct rep_dmarc_record *r = &at->record;

	if (r->p == REP_DMARC_UNSAID || r->p_bad || r->sp_bad)
		return REP_DMARC_P_NONE;
	return rep_name_eq(&at->name, domain) || r->sp == REP_DMARC_UNSAID ? r->p : r->sp;
}

enum rep_dmarc_policy
rep_dmarc_applies(
    const struct rep_dmarc *d, const struct rep_dmarc_at *at, const struct rep_name *domain)
{
	const struct rep_dmarc_record *r = &at->record;
	enum rep_dmarc_policy p = r->p == REP_DMARC_UNSAID ? REP_DMARC_P_NONE : r->p;

	if (at != d->by_walk)
		return rep_dmarc_applies_7489(at, domain);
	/* With a wrong policy anywhere, the whole record counts as p=none (4.10.1; RFC 7489, 6.6.3). */
	if (r->p_bad || r->sp_bad || r->np_bad)
		return REP_DMARC_P_NONE;
	if (rep_name_eq(&at->name, domain))
		return p;
	if (!d->exists && r->np != REP_DMARC_UNSAID)
		return r->np;
	return r->sp != REP_DMARC_UNSAID ? r->sp : p;
}

struct rep_dmarc_force
rep_dmarc_in_force(const struct rep_dmarc *d, const struct rep_name *domain)
{
	struct rep_dmarc_force out = { REP_DMARC_UNSAID, REP_DMARC_UNSAID };

	if (d->by_walk != NULL)
		out.walk = rep_dmarc_applies(d, d->by_walk, domain);
	if (d->by_psl != NULL)
		out.psl = rep_dmarc_applies_7489(d->by_psl, domain);
	return out;
}
