/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"
#include "audit/spf_fix.h"
#include "auth/dmarc.h"

#include <stdio.h>

enum { RECORD_LARGE = 512 /* RFC 7208, 3.4 */, NEAR_LIMIT = 9 };

/* --- what is wrong ------------------------------------------------------------------------------- */

/* "term" of "domain": names a term and its record. */
static struct rep_str
term_at(struct rep_findings *f, const struct rep_spf_leaf *l)
{
	struct rep_str term = rep_shown(f->a, l->term->text, 200),
		       domain = rep_shown(f->a, l->domain, 200);

	return rep_finding_text(f, "\"%.*s\" in the record of %.*s", REP_PR(term), REP_PR(domain));
}

static void
no_record(const struct rep_audit_in *in, const struct rep_spf_audit *o,
    const struct rep_spf_repair *read, struct rep_findings *f)
{
	struct rep_str record = rep_shown(f->a, o->record, 400), reason, seen;

	switch (o->state) {
	case REP_SPF_STATE_NONE:
		seen = rep_shown(f->a, read->resembles, 400);
		if (read->no_domain) {
			(void)rep_finding_add(f, REP_FINDING_SPF_MISSING, in->domain_text,
			    rep_finding_text(f,
				"%.*s does not exist (NXDOMAIN): is it mistyped, or has it expired?",
				REP_PR(in->domain_text)));
			break;
		}
		(void)rep_finding_add(f, REP_FINDING_SPF_MISSING, in->domain_text,
		    seen.n > 0
			? rep_finding_text(f,
			      "TXT of %.*s: \"%.*s\" resembles an SPF record, but receivers do not "
			      "read it as one: it does not begin with \"v=spf1\" and a space",
			      REP_PR(in->domain_text), REP_PR(seen))
			: rep_finding_text(
			      f, "TXT of %.*s: none begins with v=spf1", REP_PR(in->domain_text)));
		break;
	case REP_SPF_STATE_SEVERAL:
		(void)rep_finding_add(f, REP_FINDING_SPF_SEVERAL, in->domain_text,
		    rep_finding_text(f, "%u TXT records of %.*s begin with v=spf1", o->records,
			REP_PR(in->domain_text)));
		break;
	case REP_SPF_STATE_SYNTAX:
		reason = rep_shown(f->a, o->reason, 300);
		(void)rep_finding_add(f, REP_FINDING_SPF_SYNTAX, in->domain_text,
		    rep_finding_text(f, "%.*s; the record: %.*s", REP_PR(reason), REP_PR(record)));
		break;
	default:
		(void)rep_finding_add(f, REP_FINDING_SPF_UNKNOWN, in->domain_text,
		    rep_finding_text(
			f, "TXT of %.*s: %.*s", REP_PR(in->domain_text), REP_PR(o->reason)));
	}
}

/* What a leaf shows. REP_FINDING_N: nothing that is dead. */
static enum rep_finding_id
dead_id(const struct rep_spf_leaf *l)
{
	bool leads = l->term->mech == REP_SPF_INCLUDE || l->term->mech == REP_SPF_REDIRECT;

	if (l->fatal && l->term->mech == REP_SPF_MX && l->voids == 0)
		return REP_FINDING_SPF_MANY_MX;
	if (!l->dead)
		return REP_FINDING_N;
	if (l->failed)
		return REP_FINDING_SPF_UNKNOWN;
	return leads ? REP_FINDING_SPF_DEAD_INCLUDE : REP_FINDING_SPF_DEAD_NAME;
}

static void
of_leaf(const struct rep_audit_in *in, const struct rep_spf_leaf *l, struct rep_findings *f)
{
	struct rep_str where = term_at(f, l), d = in->domain_text;
	enum rep_finding_id id = dead_id(l);

	if (id != REP_FINDING_N)
		(void)rep_finding_add(f, id, d,
		    rep_finding_text(f, "%.*s: %s", REP_PR(where), l->note != NULL ? l->note : ""));
	if (l->ignored)
		(void)rep_finding_add(f, REP_FINDING_SPF_NO_EFFECT, d,
		    rep_finding_text(f, "%.*s: %s", REP_PR(where), l->note));
	if (l->duplicate)
		(void)rep_finding_add(f, REP_FINDING_SPF_DUPLICATE, d, where);
	if (l->inside != NULL && l->depth == 0)
		(void)rep_finding_add(f, REP_FINDING_SPF_OVERLAP, d,
		    rep_finding_text(
			f, "%.*s is inside of \"%.*s\"", REP_PR(where), REP_PR(l->inside->text)));
	if (l->after_all && l->depth == 0)
		(void)rep_finding_add(f, REP_FINDING_SPF_AFTER_ALL, d, where);
	if (l->term->mech == REP_SPF_INCLUDE && l->term->qualifier != '+' && l->depth == 0 &&
	    !l->after_all && l->state == REP_SPF_STATE_OK)
		(void)rep_finding_add(f, REP_FINDING_SPF_REFUSED_SERVICE, d, where);
	if (l->term->mech == REP_SPF_PTR && !l->after_all)
		(void)rep_finding_add(f, REP_FINDING_SPF_PTR, d, where);
	if (l->broad && !l->after_all && l->term->qualifier == '+')
		(void)rep_finding_add(f,
		    l->everybody ? REP_FINDING_SPF_PASS_ALL : REP_FINDING_SPF_TOO_BROAD, d, where);
}

unsigned
rep_spf_voids(const struct rep_spf_audit *walk)
{
	/* Where nothing can pass over IPv6, nobody loses by an error there. */
	return walk->six && walk->voids6 > walk->voids4 ? walk->voids6 : walk->voids4;
}

static struct rep_str
voids_seen(struct rep_findings *f, const struct rep_spf_audit *o)
{
	if (o->voids > REP_SPF_MAX_VOID)
		return rep_finding_text(f, "%u names do not exist; 2 are allowed", o->voids);
	return rep_finding_text(f,
	    "for mail over %s %u lookups find nothing, because names have no such address; 2 are "
	    "allowed",
	    o->voids4 > REP_SPF_MAX_VOID ? "IPv4" : "IPv6", rep_spf_voids(o));
}

static void
totals(const struct rep_audit_in *in, const struct rep_spf_audit *o, struct rep_findings *f)
{
	struct rep_str d = in->domain_text;

	if (o->lookups > REP_SPF_MAX_LOOKUPS)
		(void)rep_finding_add(f, REP_FINDING_SPF_TOO_MANY_LOOKUPS, d,
		    rep_finding_text(f, "%u lookups; 10 are allowed", o->lookups));
	else if (o->lookups >= NEAR_LIMIT)
		(void)rep_finding_add(f, REP_FINDING_SPF_NEAR_LIMIT, d,
		    rep_finding_text(f, "%u lookups; 10 are allowed", o->lookups));
	if (rep_spf_voids(o) > REP_SPF_MAX_VOID)
		(void)rep_finding_add(f, REP_FINDING_SPF_TOO_MANY_VOID, d, voids_seen(f, o));
	if (o->all == 0 || o->all == '?')
		(void)rep_finding_add(
		    f, REP_FINDING_SPF_NO_ALL, d, rep_shown(f->a, o->record, 400));
	if (o->record.n > RECORD_LARGE)
		(void)rep_finding_add(
		    f, REP_FINDING_SPF_LARGE, d, rep_finding_text(f, "%zu bytes", o->record.n));
}

static void
not_covered(
    const struct rep_audit_in *in, size_t i, const struct rep_spf_check *k, struct rep_findings *f)
{
	struct rep_str term = rep_shown(f->a, k->mechanism, 200),
		       why = rep_shown(f->a, k->reason, 200);
	char ip[REP_IP_TEXT];

	rep_ip_text(&in->ip[i], ip);
	(void)rep_finding_add(f, REP_FINDING_SPF_DOES_NOT_COVER, rep_str_c(ip),
	    rep_finding_text(f, "SPF of %.*s for %s: %s%s%.*s%s%.*s", REP_PR(in->domain_text), ip,
		rep_spf_result_text(k->result), term.n > 0 ? ", by " : "", REP_PR(term),
		why.n > 0 ? ", " : "", REP_PR(why)));
}

void
rep_spf_findings(const struct rep_audit_in *in, const struct rep_spf_audit *walk,
    const struct rep_spf_check *checks, const struct rep_spf_repair *read, struct rep_findings *f)
{
	if (walk->state != REP_SPF_STATE_OK) {
		no_record(in, walk, read, f);
		return;
	}
	for (size_t i = 0; i < walk->n; i++)
		of_leaf(in, &walk->leaf[i], f);
	totals(in, walk, f);
	if (read->beside.n > 0) {
		struct rep_str seen = rep_shown(f->a, read->beside, 400);

		(void)rep_finding_add(f, REP_FINDING_SPF_BESIDE, in->domain_text,
		    rep_finding_text(
			f, "TXT of %.*s: \"%.*s\"", REP_PR(in->domain_text), REP_PR(seen)));
	}
	for (size_t i = 0; i < in->ip_n && i < REP_AUDIT_MAX_IPS; i++)
		if (checks[i].result != REP_SPF_PASS && checks[i].result != REP_SPF_TEMPERROR)
			not_covered(in, i, &checks[i], f);
}

/* --- what to do about it ------------------------------------------------------------------------- */

static void
add_given(struct rep_buf *b, const struct rep_spf_given *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		rep_buf_printf(b, "%s%.*s", i > 0 ? ", " : "", REP_PR(v[i].term));
		if (v[i].why != NULL)
			rep_buf_printf(b, " (%s)", v[i].why);
		else
			rep_buf_printf(b, " (%u lookup%s)", v[i].lookups, rep_plural(v[i].lookups));
	}
}

/* "include:spf.google.com" has no record: those whose mailboxes are known say what to include. */
static void
add_right_names(struct rep_buf *b, const struct rep_audit_in *in, const struct rep_spf_fix *fix)
{
	size_t all = in->providers == NULL ? 0 : rep_providers_n(in->providers);

	for (size_t i = 0; i < fix->made.gone_n; i++) {
		struct rep_str term = rep_spf_term_plain(fix->made.gone[i].term), name;

		if (!rep_str_starts_nocase(term, REP_S("include:")))
			continue;
		name = rep_registered_domain(rep_str_sub(term, 8, term.n));
		for (size_t k = 0; k < all; k++) {
			const struct rep_provider *p = rep_providers_at(in->providers, k);

			if (p->spf.n > 0 && rep_str_eq_nocase(name, rep_registered_domain(p->spf)))
				rep_buf_printf(b, ". %.*s wants include:%.*s",
				    REP_PR(p->in_sentence), REP_PR(p->spf));
		}
	}
}

/* The words above the record: what was read wrongly, what it leaves out, what it supposes. */
static struct rep_str
words_of(const struct rep_audit_in *in, const struct rep_spf_fix *fix, struct rep_findings *f)
{
	struct rep_str out;
	struct rep_buf b;
	char ip[REP_IP_TEXT];

	rep_buf_init(&b, 1 << 14);
	rep_buf_add(&b,
	    fix->read->several ? REP_S("publish this one SPF record in place of all that are there")
		: fix->read->record.n > 0
		? REP_S("publish this one SPF record in place of the present one")
		: REP_S("publish this SPF record"));
	for (size_t i = 0; i < fix->read->notes; i++)
		rep_buf_printf(
		    &b, "%s%.*s", i == 0 ? ". What was wrong: " : "; ", REP_PR(fix->read->note[i]));
	if (fix->read->left_out > 0)
		rep_buf_printf(&b, "; and %u more", fix->read->left_out);
	if (fix->read->unread)
		rep_buf_add(&b,
		    REP_S(". What is left out may have been meant for a sender of yours: give its "
			  "address with --ip"));
	if (fix->made.gone_n > 0) {
		rep_buf_add(&b, REP_S(". Left out: "));
		add_given(&b, fix->made.gone, fix->made.gone_n);
		rep_buf_add(&b,
		    REP_S(
			". If a server of yours sends by one of these, give its address with --ip. If "
			"a service does, ask it what to include now"));
		add_right_names(&b, in, fix);
	}
	if (fix->mended > 0)
		rep_buf_printf(&b,
		    ". What %zu of your own included records say%s, read as meant, now stands in it: "
		    "%s an error",
		    fix->mended, fix->mended == 1 ? "s" : "",
		    fix->mended == 1 ? "that one is" : "they are");
	if (fix->made.replaced > 0)
		rep_buf_printf(&b,
		    ". %u of your own names %s replaced by %s addresses: change the record when "
		    "they change",
		    fix->made.replaced, fix->made.replaced == 1 ? "is" : "are",
		    fix->made.replaced == 1 ? "its" : "their");
	if (fix->made.softened)
		rep_buf_add(&b,
		    REP_S(
			". It ends with ~all, since not all that send may be named: set -all when "
			"the DMARC reports show that all your own mail passes"));
	if (fix->lost != NULL)
		rep_buf_printf(&b,
		    ". %s, known from your log, would no longer pass: if it is yours, run this "
		    "again with --ip %s",
		    rep_ip_text(fix->lost, ip), ip);
	if (fix->hosts != NULL)
		rep_buf_printf(&b,
		    ". The MX is at %.*s, so it includes %.*s for what people write from their "
		    "mailboxes",
		    REP_PR(fix->hosts->in_sentence), REP_PR(fix->hosts->spf));
	if (fix->hosts != NULL && in->ip_n == 0)
		rep_buf_add(&b,
		    REP_S(". If servers of yours send too, give their addresses with --ip, and run "
			  "this again"));
	if (fix->mx_only)
		rep_buf_add(&b,
		    REP_S(
			" if only your MX hosts send. If others send too, give their addresses with "
			"--ip, and run this again"));
	else if (fix->read->record.n == 0 && in->ip_n > 0)
		rep_buf_add(&b,
		    REP_S(". Add what your other services (newsletters, tickets, invoices) tell "
			  "you to include"));
	rep_buf_addc(&b, ':');
	out = rep_shown(f->a, rep_buf_str(&b), b.n);
	rep_buf_fini(&b);
	return out;
}

/* What to do when no record fixes a finding. */
static struct rep_str
instead(const struct rep_audit_in *in, const struct rep_finding *x, const struct rep_spf_fix *fix,
    struct rep_findings *f)
{
	struct rep_str why = fix->why, out;
	struct rep_buf b;
	char ip[REP_IP_TEXT];

	if (x->number == REP_FINDING_SPF_UNKNOWN)
		return REP_S("nothing yet: look again when the name server answers");
	if (x->severity == REP_INFO)
		return (struct rep_str){ "", 0 };
	if (x->number == REP_FINDING_SPF_REFUSED_SERVICE)
		return REP_S(
		    "if this service sends for you, write include: without the sign before "
		    "it; if it does not, leave the term out");
	if (x->number == REP_FINDING_SPF_BESIDE)
		return REP_S("if what it names sends for you, move its terms into the record that "
			     "begins with \"v=spf1\" and a space; then remove it: one record is "
			     "allowed");
	if (fix->made.costs_n > 0) {
		unsigned over = fix->made.lookups - REP_SPF_MAX_LOOKUPS;

		rep_buf_init(&b, 1 << 14);
		rep_buf_printf(&b,
		    "no record fits: all services together need %u lookups, and %u are allowed. Save "
		    "%u: remove a service that you no longer use, or send its mail under a subdomain "
		    "with an SPF record of its own. They cost: ",
		    fix->made.lookups, REP_SPF_MAX_LOOKUPS, over);
		add_given(&b, fix->made.costs, fix->made.costs_n);
		for (size_t i = 0; i < in->ip_n; i++)
			rep_buf_printf(&b, "%sip%d:%s",
			    i == 0 ? ". Until then put this first: " : " ", in->ip[i].version,
			    rep_ip_text(&in->ip[i], ip));
		if (in->ip_n > 0)
			rep_buf_add(
			    &b, REP_S(" (receivers stop at the first match, before the limit)"));
		out = rep_shown(f->a, rep_buf_str(&b), b.n);
		rep_buf_fini(&b);
		return out;
	}
	if (why.n > 0)
		return rep_finding_text(f, "no record is proposed: %.*s", REP_PR(why));
	return rep_finding_text(f,
	    "this is in a record that %.*s only includes: ask its owner to correct it, or leave the "
	    "include out if you no longer need it",
	    REP_PR(in->domain_text));
}

bool
rep_audit_spf(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_spf_audit *out, struct rep_spf_check *checks, struct rep_str *proposed,
    struct rep_findings *f)
{
	struct rep_str sender = rep_arena_printf(a, "postmaster@%.*s", REP_PR(in->domain_text)),
		       words, quoted;
	struct rep_findings *found = rep_arena_alloc(a, sizeof *found);
	struct rep_spf_fix *fix = rep_arena_alloc(a, sizeof *fix);
	struct rep_spf_repair *read = rep_arena_alloc(a, sizeof *read);
	const struct rep_dns_answer *txt = rep_dns_get(v, &in->domain, REP_DNS_TXT);
	bool known = txt != NULL;

	for (size_t i = 0; i < in->ip_n && i < REP_AUDIT_MAX_IPS; i++) {
		struct rep_spf_query q = { .ip = in->ip[i],
			.sender = sender,
			.helo = in->domain_text,
			.now_s = in->now_s };

		known = rep_spf_eval(&q, v, a, &checks[i]) && known;
	}
	known = rep_spf_audit(&in->domain, v, a, out) && known;
	*proposed = (struct rep_str){ "", 0 };
	if (!known || found == NULL || fix == NULL || read == NULL)
		return false;
	rep_findings_init(found, a);
	rep_spf_repair(txt, a, read);
	if (read->no_domain && !rep_audit_gone(in, v, &read->no_domain))
		return false;
	rep_spf_findings(in, out, checks, read, found);
	if (!rep_spf_fix_find(in, v, a, out, read, found, fix))
		return false;
	*proposed = fix->record;
	words = words_of(in, fix, f);
	quoted = rep_txt_quoted(f->a, fix->record);
	for (size_t i = 0; i < found->n; i++) {
		struct rep_finding *x = rep_finding_add(
		    f, found->v[i].number, found->v[i].subject, found->v[i].evidence);

		if (fix->record.n == 0 || rep_finding_among(fix->after, &found->v[i])) {
			x->fix = instead(in, x, fix, f);
			continue;
		}
		x->fix = words;
		rep_finding_publish(
		    f, x, "%.*s. IN TXT %.*s", REP_PR(in->domain_text), REP_PR(quoted));
	}
	return true;
}
