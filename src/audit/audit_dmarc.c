/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"
#include "audit/dmarc_fix.h"

static struct rep_str
name_text(struct rep_findings *f, const struct rep_name *n)
{
	char buf[REP_NAME_TEXT];

	return rep_finding_text(f, "%s", rep_name_text(n, buf));
}

static struct rep_str
record_at(struct rep_findings *f, const struct rep_dmarc_at *at)
{
	struct rep_str name = name_text(f, &at->name), text = rep_shown(f->a, at->record.text, 300);

	return rep_finding_text(f, "_dmarc.%.*s TXT \"%.*s\"", REP_PR(name), REP_PR(text));
}

/* The records at a name, each quoted. */
static struct rep_str
quoted(struct rep_findings *f, const struct rep_dmarc_at *at)
{
	struct rep_str out = { "", 0 }, one;

	for (size_t i = 0, n = 0; i < at->answer->n; i++) {
		if (!rep_dmarc_is_record(at->answer->rr[i]->data))
			continue;
		if (n++ == 4)
			return rep_finding_text(f, "%.*s, ...", REP_PR(out));
		one = rep_shown(f->a, at->answer->rr[i]->data, 160);
		out = rep_finding_text(
		    f, "%.*s%s\"%.*s\"", REP_PR(out), n > 1 ? ", " : "", REP_PR(one));
	}
	return out;
}

/* "p=reject of _dmarc.example.com" */
static struct rep_str
in_force(const struct rep_audit_in *in, const struct rep_dmarc *d, const struct rep_dmarc_at *at,
    struct rep_findings *f)
{
	struct rep_str name = name_text(f, &at->name);

	return rep_finding_text(f, "p=%s of _dmarc.%.*s",
	    rep_dmarc_policy_text(rep_dmarc_applies(d, at, &in->domain)), REP_PR(name));
}

static void
several(const struct rep_audit_in *in, const struct rep_dmarc *d, const struct rep_dmarc_at *at,
    struct rep_findings *f)
{
	struct rep_str name = name_text(f, &at->name), texts = quoted(f, at), above = { "", 0 };
	struct rep_finding *x;

	if (d->by_walk != NULL)
		above = in_force(in, d, d->by_walk, f);
	x = rep_finding_add(f, REP_FINDING_DMARC_SEVERAL, in->domain_text,
	    rep_finding_text(
		f, "%zu records at _dmarc.%.*s: %.*s", at->records, REP_PR(name), REP_PR(texts)));
	if (above.n > 0)
		x->effect = rep_finding_text(f,
		    "To receivers that follow RFC 7489 there is no DMARC then; those that follow RFC "
		    "9989 apply %.*s.",
		    REP_PR(above))
				.p;
}

/* What was meant for DMARC, beside or below the record that is in force. */
static void
not_read(const struct rep_audit_in *in, const struct rep_dmarc *d, const struct rep_dmarc_at *own,
    const struct rep_dmarc_at *at, struct rep_findings *f)
{
	struct rep_str near = rep_shown(f->a, rep_dmarc_near(own->answer), 300), name, above;

	if (near.n == 0)
		return;
	name = name_text(f, &own->name);
	above = in_force(in, d, at, f);
	(void)rep_finding_add(f, REP_FINDING_DMARC_NOT_READ, in->domain_text,
	    rep_finding_text(f,
		"TXT of _dmarc.%.*s: \"%.*s\" does not begin with \"v=DMARC1;\"; %.*s is in force",
		REP_PR(name), REP_PR(near), REP_PR(above)));
}

/* What stands there, and is something else. */
static struct rep_str
other_text(struct rep_str txt, struct rep_findings *f)
{
	struct rep_str shown = rep_shown(f->a, txt, 160);

	return rep_finding_text(f, "\"%.*s\" is %s", REP_PR(shown),
	    rep_spf_is_record(txt) ? "an SPF record, which belongs at the domain itself"
				   : "no DMARC record");
}

static void
missing(const struct rep_audit_in *in, const struct rep_dmarc *d, struct rep_findings *f)
{
	const struct rep_dmarc_at *own = d->steps > 0 ? &d->step[0] : &d->psl;
	const struct rep_dns_answer *failed = NULL;
	struct rep_str seen, near;
	struct rep_finding *x;

	/* A failed query above the organization (at a public suffix) does not matter here. */
	if (own->answer != NULL && rep_dns_failed(own->answer->state))
		failed = own->answer;
	else if (d->psl.answer != NULL && rep_dns_failed(d->psl.answer->state))
		failed = d->psl.answer;
	if (own->records == 0 && d->psl.records > 0)
		own = &d->psl;
	near = rep_shown(f->a, rep_dmarc_near(own->answer), 300);
	if (own->records > 1) {
		several(in, d, own, f);
	} else if (own->records == 1) {
		seen = record_at(f, own);
		(void)rep_finding_add(f, REP_FINDING_DMARC_SYNTAX, in->domain_text,
		    rep_finding_text(f, "%.*s: %s", REP_PR(seen),
			own->record.syntax ? own->record.why : "it has neither p= nor rua="));
	} else if (failed != NULL) {
		(void)rep_finding_add(f, REP_FINDING_DMARC_UNKNOWN, in->domain_text,
		    rep_finding_text(f, "TXT of _dmarc.%.*s: %s", REP_PR(in->domain_text),
			rep_dns_state_text(failed->state)));
	} else if (near.n > 0) {
		seen = name_text(f, &own->name);
		(void)rep_finding_add(f, REP_FINDING_DMARC_MISSING, in->domain_text,
		    rep_finding_text(f,
			"TXT of _dmarc.%.*s: \"%.*s\" resembles a DMARC record, but receivers do not "
			"read it as one: it does not begin with \"v=DMARC1;\"",
			REP_PR(seen), REP_PR(near)));
	} else {
		near = own->answer == NULL ? REP_S("no name")
		    : own->answer->n == 0  ? rep_str_c(rep_dns_state_text(own->answer->state))
					   : other_text(own->answer->rr[0]->data, f);
		x = rep_finding_add(f, REP_FINDING_DMARC_MISSING, in->domain_text,
		    rep_finding_text(f, "TXT of _dmarc.%.*s: %.*s; none above it either",
			REP_PR(in->domain_text), REP_PR(near)));
		if (!d->exists && rep_name_eq(&d->org_psl, &in->domain))
			x->fix =
			    REP_S("the domain does not exist: correct the name, or register it");
	}
}

/* What the addresses for reports are worth. */
static bool
of_addresses(const struct rep_audit_in *in, const struct rep_dmarc_at *at,
    const struct rep_dns_view *v, struct rep_findings *f)
{
	const struct rep_dmarc_record *r = &at->record;
	struct rep_str seen = record_at(f, at), uri;
	bool rua = false, known = true;

	for (size_t i = 0; i < r->uris; i++) {
		enum rep_takes_mail takes = REP_TAKES_UNKNOWN;
		struct rep_name there;
		const char *why = "";

		uri = rep_shown(f->a, r->uri[i].uri, 120);
		if (r->uri[i].domain.n == 0 || !rep_name_raw(r->uri[i].domain, &there)) {
			(void)rep_finding_add(f, REP_FINDING_DMARC_RUA_SYNTAX, in->domain_text,
			    rep_finding_text(f, "%s=%.*s: %s", r->uri[i].forensic ? "ruf" : "rua",
				REP_PR(uri),
				r->uri[i].fault != NULL ? r->uri[i].fault : "it is too long"));
			continue;
		}
		rua = rua || !r->uri[i].forensic;
		if (!rep_audit_takes_mail(&there, v, &takes, &why))
			known = false;
		else if (takes == REP_TAKES_NONE)
			(void)rep_finding_add(f, REP_FINDING_DMARC_RUA_NO_MAIL, in->domain_text,
			    rep_finding_text(f, "%.*s: %s", REP_PR(uri), why));
	}
	if (!rua)
		(void)rep_finding_add(f, REP_FINDING_DMARC_NO_RUA, in->domain_text, seen);
	return known;
}

/*
 * A part that is wrong does not end DMARC: receivers drop it (RFC 9989, 4.8), or the record counts as p=none
 * (4.10.1). Only a record without any effect is critical; that is in missing().
 */
static void
wrong_part(const struct rep_audit_in *in, const struct rep_dmarc *d, const struct rep_dmarc_at *at,
    struct rep_findings *f)
{
	struct rep_dmarc_force both = rep_dmarc_in_force(d, &in->domain);
	const char *p = rep_dmarc_policy_text(both.psl);
	const struct rep_dmarc_record *r = &at->record;
	struct rep_str seen = record_at(f, at);
	struct rep_finding *x = rep_finding_add(f, REP_FINDING_DMARC_SYNTAX, in->domain_text,
	    rep_finding_text(f, "%.*s: %s", REP_PR(seen), r->syntax ? r->why : "p= is missing"));

	x->severity = REP_WARNING;
	if (r->p_bad || r->sp_bad || r->p == REP_DMARC_UNSAID) {
		x->effect =
		    "Receivers treat the whole record as p=none: that is enough for the rules of "
		    "Google, Yahoo and Microsoft, but forgeries are delivered.";
	} else if (r->np_bad && p != NULL) {
		x->severity = d->by_walk == NULL ? REP_SERIOUS : REP_WARNING;
		x->effect = rep_finding_text(f,
		    "Receivers that follow RFC 9989 %s because of np=; those that follow RFC 7489 do not know "
		    "np=, and to them p=%s is in force.",
		    d->by_walk == NULL ? "see no DMARC at all" : "treat the whole record as p=none",
		    p)
				.p;
	} else {
		x->effect = "Receivers drop that part; the policy of the record is in force.";
	}
}

static void
subdomains_open(const struct rep_dmarc_record *r, struct rep_finding *x, struct rep_findings *f)
{
	bool sp = r->sp == REP_DMARC_P_NONE, np = r->np == REP_DMARC_P_NONE;

	x->fix = rep_finding_text(f,
	    "when the reports show that no subdomain sends mail that fails, remove %s; give "
	    "subdomains that need it their own record",
	    sp && np ? "sp=none and np=none"
		: sp ? "sp=none"
		     : "np=none");
}

static void
of_record(const struct rep_audit_in *in, const struct rep_dmarc *d, const struct rep_dmarc_at *at,
    struct rep_findings *f)
{
	const struct rep_dmarc_record *r = &at->record;
	struct rep_str seen = record_at(f, at), name = in->domain_text;

	if (r->syntax || r->p == REP_DMARC_UNSAID)
		wrong_part(in, d, at, f);
	if (r->twice)
		(void)rep_finding_add(f, REP_FINDING_DMARC_TWICE, name,
		    rep_finding_text(f, "%.*s: more than once: %s", REP_PR(seen), r->twice_why));
	if (r->odd)
		(void)rep_finding_add(f, REP_FINDING_DMARC_TAG, name,
		    rep_finding_text(f, "%.*s: %s", REP_PR(seen), r->odd_why));
	if (rep_dmarc_applies(d, at, &in->domain) == REP_DMARC_P_NONE && !r->p_bad && !r->sp_bad &&
	    !r->np_bad)
		(void)rep_finding_add(f, REP_FINDING_DMARC_NONE, name, seen);
	if (r->p > REP_DMARC_P_NONE && (r->sp == REP_DMARC_P_NONE || r->np == REP_DMARC_P_NONE))
		subdomains_open(
		    r, rep_finding_add(f, REP_FINDING_DMARC_SUBDOMAINS_OPEN, name, seen), f);
	if (r->pct >= 0 && r->pct < 100)
		(void)rep_finding_add(f, REP_FINDING_DMARC_PCT, name, seen);
	else if (r->old)
		(void)rep_finding_add(f, REP_FINDING_DMARC_OLD_TAGS, name, seen);
	if (r->test)
		(void)rep_finding_add(f, REP_FINDING_DMARC_TESTING, name, seen);
}

bool
rep_dmarc_agreed(const struct rep_name *about, const struct rep_name *to,
    const struct rep_dns_view *v, bool *agreed, const struct rep_dns_answer **said,
    struct rep_name *at)
{
	char own[REP_NAME_TEXT];

	*agreed = true;
	if (rep_dmarc_same_org(about, to) || !rep_name_join(REP_S("_report._dmarc"), to, at) ||
	    !rep_name_join(rep_str_c(rep_name_text(about, own)), at, at))
		return true;
	if ((*said = rep_dns_get(v, at, REP_DNS_TXT)) == NULL)
		return false;
	*agreed = rep_dns_failed((*said)->state);
	for (size_t k = 0; k < (*said)->n; k++)
		*agreed = *agreed || rep_dmarc_is_record((*said)->rr[k]->data);
	return true;
}

/* RFC 9990, 4: who receives reports about another domain must publish that they want them. */
static bool
destinations(const struct rep_audit_in *in, const struct rep_dmarc_at *at,
    const struct rep_dns_view *v, struct rep_findings *f)
{
	struct rep_str dest, uri, name;
	const struct rep_dns_answer *ans;
	bool known = true, agreed;
	enum rep_takes_mail takes;
	struct rep_name there, q;
	struct rep_finding *x;
	const char *why;

	for (size_t i = 0; i < at->record.uris; i++) {
		dest = at->record.uri[i].domain;
		if (dest.n == 0 || !rep_name_raw(dest, &there))
			continue;
		if (!rep_dmarc_agreed(&at->name, &there, v, &agreed, &ans, &q))
			known = false;
		else if (agreed)
			continue;
		/* One that takes no mail is to be left out, whatever it agrees to. */
		if (!rep_audit_takes_mail(&there, v, &takes, &why))
			known = false;
		if (!known || takes == REP_TAKES_NONE)
			continue;
		uri = rep_shown(f->a, at->record.uri[i].uri, 120);
		name = name_text(f, &q);
		x = rep_finding_add(f, REP_FINDING_DMARC_RUA_UNAUTHORIZED, in->domain_text,
		    rep_finding_text(f, "%.*s: TXT of %.*s: %s", REP_PR(uri), REP_PR(name),
			rep_dns_state_text(ans->state)));
		dest = rep_shown(f->a, dest, 255);
		x->fix = rep_finding_text(f,
		    "put an address of yours in %s=, or ask whoever runs %.*s to publish this in their "
		    "zone (in yours it does nothing):",
		    at->record.uri[i].forensic ? "ruf" : "rua", REP_PR(dest));
		rep_finding_elsewhere(f, x, "%.*s. IN TXT \"v=DMARC1\"", REP_PR(name));
	}
	return known;
}

static bool
same_record(const struct rep_dmarc_at *a, const struct rep_dmarc_at *b)
{
	return a == b || (a != NULL && b != NULL && rep_name_eq(&a->name, &b->name));
}

static struct rep_str
both_ways(struct rep_findings *f, struct rep_str walk, struct rep_str psl)
{
	return rep_finding_text(f, "by the tree walk: %.*s; by the Public Suffix List: %.*s",
	    REP_PR(walk), REP_PR(psl));
}

static void
differences(const struct rep_audit_in *in, const struct rep_dmarc *d, struct rep_findings *f)
{
	if (d->by_walk == NULL && d->by_psl != NULL && d->by_psl->record.np_bad)
		return; /* one of them drops it because of np=, which is told already */
	if (!same_record(d->by_walk, d->by_psl))
		(void)rep_finding_add(f, REP_FINDING_DMARC_WALK_DIFFERS, in->domain_text,
		    both_ways(f, d->by_walk != NULL ? record_at(f, d->by_walk) : REP_S("none"),
			d->by_psl != NULL ? record_at(f, d->by_psl) : REP_S("none")));
	else if (d->by_walk != NULL && !rep_name_eq(&d->org_walk, &d->org_psl))
		(void)rep_finding_add(f, REP_FINDING_DMARC_ORG_DIFFERS, in->domain_text,
		    both_ways(f, name_text(f, &d->org_walk), name_text(f, &d->org_psl)));
}

bool
rep_dmarc_findings(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_dmarc *d,
    struct rep_findings *f)
{
	const struct rep_dmarc_at *at, *own;
	bool known = true;

	if (!rep_dmarc_find(&in->domain, v, d))
		return false;
	at = d->by_walk != NULL ? d->by_walk : d->by_psl;
	own = d->steps > 0 ? &d->step[0] : &d->psl;
	if (own->records > 1) {
		several(in, d, own, f);
		return true; /* the ways differ because of it */
	}
	if (at == NULL) {
		missing(in, d, f);
	} else {
		not_read(in, d, own, at, f);
		of_record(in, d, at, f);
		known = of_addresses(in, at, v, f);
		known = destinations(in, at, v, f) && known;
	}
	differences(in, d, f);
	return known;
}

/* --- what to do about it ------------------------------------------------------------------------- */

/* What is not for a record to fix. n == 0: it is. */
static struct rep_str
only_words(enum rep_finding_id id)
{
	switch (id) {
	case REP_FINDING_DMARC_UNKNOWN:
		return REP_S("nothing yet: look again when the name server answers");
	case REP_FINDING_DMARC_NONE:
		return REP_S(
		    "when the reports show that all your own mail passes, set p=quarantine, "
		    "later p=reject (sp= instead, if the record is that of the domain above "
		    "and its p= is stronger)");
	case REP_FINDING_DMARC_TESTING:
		return REP_S("when the reports show that all your own mail passes, remove t=y");
	case REP_FINDING_DMARC_WALK_DIFFERS:
		return REP_S(
		    "publish the record that you want at the domain itself: then both ways "
		    "find it");
	case REP_FINDING_DMARC_ORG_DIFFERS:
		return REP_S(
		    "send with From, DKIM d= and MAIL FROM of the same domain: then it does "
		    "not matter which one is taken for the organization");
	default: return (struct rep_str){ "", 0 };
	}
}

static struct rep_str
words_of(const struct rep_dmarc_fix *fix, struct rep_findings *f)
{
	char name[REP_NAME_TEXT];
	struct rep_str out;
	struct rep_buf b;

	rep_buf_init(&b, 1 << 14);
	rep_buf_add(&b,
	    fix->nothing ? REP_S("publish this DMARC record")
		: fix->there > 1
		? REP_S("publish this one DMARC record in place of all that are there")
		: REP_S("publish this one DMARC record in place of the present one"));
	for (size_t i = 0; i < fix->notes; i++)
		rep_buf_printf(
		    &b, "%s%.*s", i == 0 ? ". Changed in it: " : "; ", REP_PR(fix->note[i]));
	if (fix->left_out > 0)
		rep_buf_printf(&b, "; and %u more", fix->left_out);
	if (fix->fresh && !fix->nothing && !fix->same)
		rep_buf_add(&b,
		    fix->some
			? REP_S(". Some receivers apply no policy now, so it begins with p=none")
			: REP_S(". Nothing was in force so far, so it begins with p=none"));
	if (fix->choice.n > 0)
		rep_buf_printf(&b, ". %.*s", REP_PR(fix->choice));
	if (fix->above.n > 0)
		rep_buf_printf(&b,
		    ". p=%s of _dmarc.%s is in force here now, so it begins with that; set another "
		    "policy in it if that was meant",
		    rep_dmarc_policy_text(fix->begins), rep_name_text(&fix->above, name));
	if (fix->mailbox.n > 0)
		rep_buf_printf(&b,
		    ". The mailbox %.*s must exist: create it, or put an address that you read",
		    REP_PR(fix->mailbox));
	if (fix->no_reports)
		rep_buf_add(&b,
		    REP_S(
			". This domain has no MX that takes mail: add rua=mailto: with an address "
			"that gets it, for without one there are no reports"));
	if (fix->fresh)
		rep_buf_add(&b,
		    REP_S(
			". When the reports show that all your own mail passes, set p=quarantine, "
			"later p=reject"));
	rep_buf_addc(&b, ':');
	out = rep_shown(f->a, rep_buf_str(&b), b.n);
	rep_buf_fini(&b);
	return out;
}

/* The record, where it belongs; at an alias of somebody else it can only be told. */
static void
add_record(struct rep_findings *f, struct rep_finding *x, const struct rep_dmarc_fix *fix)
{
	struct rep_str quoted = rep_txt_quoted(f->a, fix->record);
	char at[REP_NAME_TEXT];

	rep_name_text(&fix->at, at);
	if (fix->alias.n > 0) {
		x->fix = rep_finding_text(f,
		    "the name is an alias (CNAME) of %s: ask who runs that to correct the record "
		    "there, or remove the alias and then publish %.*s",
		    at, REP_PR(quoted));
		return;
	}
	x->fix = words_of(fix, f);
	rep_finding_publish(f, x, "%s. IN TXT %.*s", at, REP_PR(quoted));
}

static struct rep_str
instead(const struct rep_finding *x, const struct rep_dmarc_fix *fix)
{
	if (x->fix.n > 0 || x->severity == REP_INFO)
		return x->fix;
	if (fix->no_reports)
		return REP_S(
		    "name an address for reports that takes mail (rua=mailto:...): neither "
		    "this domain nor its organization takes any");
	return REP_S("ask whoever runs that address, or put another one in rua=");
}

bool
rep_audit_dmarc(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_dmarc *out,
    struct rep_findings *f)
{
	struct rep_findings *found = rep_arena_alloc(f->a, sizeof *found);
	struct rep_dmarc_fix *fix = rep_arena_alloc(f->a, sizeof *fix);

	if (found == NULL || fix == NULL)
		return false;
	rep_findings_init(found, f->a);
	if (!rep_dmarc_findings(in, v, out, found) ||
	    !rep_dmarc_fix_find(in, v, f->a, out, found, fix))
		return false;
	for (size_t i = 0; i < found->n; i++) {
		const struct rep_finding *y = &found->v[i];
		struct rep_finding *x = rep_finding_add(f, y->number, y->subject, y->evidence);

		x->fix = rep_str_or(y->fix, only_words(y->number));
		x->publish = y->publish;
		x->elsewhere = y->elsewhere;
		x->severity = y->severity;
		x->effect = y->effect;
		if (x->fix.n > 0)
			continue;
		if (fix->record.n > 0 && !rep_finding_among(fix->after, y))
			add_record(f, x, fix);
		else
			x->fix = instead(x, fix);
	}
	return true;
}
