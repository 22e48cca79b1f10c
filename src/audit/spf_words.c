/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/spf_words.h"

#include <stdio.h>

enum {
	THEIRS_SHOWN = 3, /* findings in records of others, in one sentence */
	MOVED_SHOWN = 16  /* terms; all of them are in the record below */
};

static void
add_more(struct rep_buf *b, size_t more)
{
	if (more > 0)
		rep_buf_printf(b, " and %zu more", more);
}

static void
add_given(struct rep_buf *b, const struct rep_spf_givens *g)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct rep_spf_given *x = &g->v[i];

		rep_buf_printf(b, "%s%.*s", i > 0 ? ", " : "", REP_PR(x->term));
		if (x->why != NULL)
			rep_buf_printf(b, " (%s)", x->why);
		else
			rep_buf_printf(b, " (%u lookup%s)", x->lookups, rep_plural(x->lookups));
	}
	add_more(b, g->more);
}

/* Only the terms, with words before the first. Nothing where there is none. */
static void
add_terms(struct rep_buf *b, const char *before, const struct rep_spf_givens *g)
{
	for (size_t i = 0; i < g->n; i++)
		rep_buf_printf(b, "%s%.*s", i == 0 ? before : ", ", REP_PR(g->v[i].term));
	add_more(b, g->more);
}

/* "include:spf.google.com" has no record: those whose mailboxes are known say what to include. */
static void
add_right_names(struct rep_buf *b, const struct rep_audit_in *in, const struct rep_spf_fix *fix)
{
	size_t all = in->providers == NULL ? 0 : rep_providers_n(in->providers);

	for (size_t i = 0; i < fix->made.gone.n; i++) {
		struct rep_str term = rep_spf_term_plain(fix->made.gone.v[i].term), name;

		if (!rep_str_starts_nocase(term, REP_S("include:")) &&
		    !rep_str_starts_nocase(term, REP_S("redirect=")))
			continue;
		name = rep_registered_domain(
		    rep_str_sub(term, rep_lower(term.p[0]) == 'i' ? 8 : 9, term.n));
		for (size_t k = 0; k < all; k++) {
			const struct rep_provider *p = rep_providers_at(in->providers, k);

			if (p->spf.n > 0 && rep_str_eq_nocase(name, rep_registered_domain(p->spf)))
				rep_buf_printf(b, ". %.*s wants include:%.*s",
				    REP_PR(p->in_sentence), REP_PR(p->spf));
		}
	}
}

/* What works up to an error stands last: what that means, and who can repair it. */
static void
add_halves(struct rep_buf *b, const char *before, const struct rep_spf_fix *fix)
{
	size_t n = fix->made.half.n;

	add_terms(b, before, &fix->made.half);
	if (n > 0)
		rep_buf_printf(b,
		    " with an error (permerror), so %s behind all else: what passes before the error "
		    "still passes, all other mail does not. Only the owner of that record can repair "
		    "it: ask them, or leave the term out if nothing of yours is sent by it",
		    n == 1 ? "it stands" : "they stand");
}

/* What was read wrongly: in the record itself, and in own ones that it includes. */
static void
add_read(struct rep_buf *b, const struct rep_spf_fix *fix)
{
	bool unread = fix->read->unread;
	char name[REP_NAME_TEXT];

	for (size_t i = 0; i < fix->read->notes; i++)
		rep_buf_printf(
		    b, "%s%.*s", i == 0 ? ". What was wrong: " : "; ", REP_PR(fix->read->note[i]));
	if (fix->read->left_out > 0)
		rep_buf_printf(b, "; and %u more", fix->read->left_out);
	for (size_t k = 0; k < fix->mended_n; k++) {
		const struct rep_spf_repair *r = fix->mended_read[k];

		unread = unread || r->unread;
		rep_buf_printf(b,
		    ". Your own record %s is an error%s: what it says now stands in this one",
		    rep_name_text(&fix->mended[k], name),
		    r->notes > 0 ? ", and read as meant" : "");
		if (r->several)
			rep_buf_printf(b, " (there are several)");
		for (size_t i = 0; i < r->notes; i++)
			rep_buf_printf(b, "%s%.*s", i == 0 ? ". What was wrong there: " : "; ",
			    REP_PR(r->note[i]));
		if (r->left_out > 0)
			rep_buf_printf(b, "; and %u more", r->left_out);
	}
	if (unread)
		rep_buf_add(b,
		    REP_S(". What is left out may have been meant for a sender of yours: give its "
			  "address with --ip"));
}

/* What is left out, and what stands elsewhere or as something else. */
static void
add_changed(struct rep_buf *b, const struct rep_audit_in *in, const struct rep_spf_fix *fix)
{
	const struct rep_spf_proposal *made = &fix->made;

	if (made->gone.n > 0) {
		rep_buf_add(b, REP_S(". Left out: "));
		add_given(b, &made->gone);
		rep_buf_add(b,
		    REP_S(
			". If a server of yours sends by one of these, give its address with --ip. If "
			"a service does, ask it what to include now"));
		add_right_names(b, in, fix);
	}
	if (made->idle.n > 0) {
		rep_buf_add(b, REP_S(". Left out, since it does nothing: "));
		add_given(b, &made->idle);
	}
	add_terms(b, ". Written as a: instead: ", &made->host);
	if (made->host.n > 0)
		rep_buf_printf(b, " (%s an address and no SPF record)",
		    made->host.n == 1 ? "that name has" : "these names have");
	add_terms(b, ". Written as include: instead: ", &made->service);
	if (made->service.n > 0)
		rep_buf_printf(b, " (%s no address, but an SPF record)",
		    made->service.n == 1 ? "that name has" : "these names have");
	if (made->mistyped.n > 0)
		rep_buf_printf(b, ". The MX is at %.*s, so include:%.*s stands",
		    REP_PR(fix->begin.hosts->in_sentence), REP_PR(fix->begin.hosts->spf));
	add_terms(b, " in place of ", &made->mistyped);
	if (made->mistyped.n > 0)
		rep_buf_add(b, REP_S(", which has no SPF record"));
	add_terms(b, ". DNS does not answer now, so this stands behind all else: ", &made->silent);
	add_halves(b, ". Receivers stop at ", fix);
	for (size_t i = 0; i < fix->moved.n && i < MOVED_SHOWN; i++)
		rep_buf_printf(b, "%s%.*s",
		    i == 0 ? ". Before all, where it counts, now stands what stood after it: "
			   : ", ",
		    REP_PR(fix->moved.term[i]));
	add_more(b, fix->moved.n > MOVED_SHOWN ? fix->moved.n - MOVED_SHOWN : 0);
	if (fix->moved.n > 0)
		rep_buf_add(b, REP_S(". Leave out what sends nothing for you"));
	if (made->replaced > 0)
		rep_buf_printf(b,
		    ". %u of your own names %s replaced by %s addresses: change the record when "
		    "they change",
		    made->replaced, made->replaced == 1 ? "is" : "are",
		    made->replaced == 1 ? "its" : "their");
	if (made->others)
		rep_buf_add(b,
		    REP_S(
			". Hosts of others are among them, which change without a word to you: run "
			"this again now and then"));
	if (made->softened)
		rep_buf_add(b,
		    REP_S(
			". It ends with ~all, since not all that send may be named: set -all when "
			"the DMARC reports show that all your own mail passes"));
	if (made->was != 0)
		rep_buf_printf(b, ". It ends with ~all in place of %call, %s", made->was,
		    made->was == '+' ? "by which everybody passes"
				     : "which says nothing about other senders");
}

/* What the record supposes, where none was there. */
static void
add_supposed(struct rep_buf *b, const struct rep_audit_in *in, const struct rep_spf_fix *fix)
{
	bool theirs = fix->begin.hosts != NULL && fix->read->record.n == 0;

	if (theirs)
		rep_buf_printf(b,
		    ". The MX is at %.*s, so it includes %.*s for what people write from their "
		    "mailboxes",
		    REP_PR(fix->begin.hosts->in_sentence), REP_PR(fix->begin.hosts->spf));
	if (theirs && in->ip_n == 0)
		rep_buf_add(b,
		    REP_S(". If servers of yours send too, give their addresses with --ip, and run "
			  "this again"));
	if (fix->begin.mx_only)
		rep_buf_add(b,
		    REP_S(
			" if only your MX hosts send. If others send too, give their addresses with "
			"--ip, and run this again"));
	else if (fix->read->record.n == 0 && in->ip_n > 0)
		rep_buf_add(b,
		    REP_S(". Add what your other services (newsletters, tickets, invoices) tell "
			  "you to include"));
}

/* What is found only with the record in place, because others' records are read then. */
static void
add_theirs(struct rep_buf *b, const struct rep_spf_fix *fix, const struct rep_findings *found)
{
	const struct rep_findings *v = fix->theirs;
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++) {
		if (v->v[i].severity == REP_INFO || v->v[i].number == REP_FINDING_SPF_UNKNOWN ||
		    rep_finding_among(found, &v->v[i]) || !rep_finding_among(fix->after, &v->v[i]))
			continue;
		if (n++ < THEIRS_SHOWN)
			rep_buf_printf(b, "%s%s (%.*s)", n == 1 ? ". Then check reports " : ", ",
			    v->v[i].id, REP_PR(v->v[i].evidence));
	}
	add_more(b, n > THEIRS_SHOWN ? n - THEIRS_SHOWN : 0);
	if (n > 0)
		rep_buf_add(b,
		    REP_S(": that is in a record that yours only includes, and its owner's to "
			  "correct"));
}

static void
add_lost(struct rep_buf *b, const struct rep_spf_fix *fix)
{
	size_t n = fix->lost_n, shown = n < REP_SPF_LOST_MAX ? n : REP_SPF_LOST_MAX;
	char ip[REP_IP_TEXT];

	if (n == 0)
		return;
	for (size_t i = 0; i < shown; i++)
		rep_buf_printf(b, "%s%s", i == 0 ? ". " : ", ", rep_ip_text(fix->lost[i], ip));
	add_more(b, n - shown);
	rep_buf_printf(b,
	    ", known from your log, would no longer pass: if %s yours, run this again with",
	    n == 1 ? "it is" : "they are");
	for (size_t i = 0; i < shown; i++)
		rep_buf_printf(b, " --ip %s", rep_ip_text(fix->lost[i], ip));
}

struct rep_str
rep_spf_words(const struct rep_audit_in *in, const struct rep_spf_fix *fix,
    const struct rep_findings *found, struct rep_findings *f)
{
	struct rep_str out;
	struct rep_buf b;

	rep_buf_init(&b, 1 << 14);
	rep_buf_add(&b,
	    fix->read->several ? REP_S("publish this one SPF record in place of all that are there")
		: fix->read->record.n > 0
		? REP_S("publish this one SPF record in place of the present one")
		: REP_S("publish this SPF record"));
	add_read(&b, fix);
	add_changed(&b, in, fix);
	add_lost(&b, fix);
	if (fix->record.n > 0)
		add_theirs(&b, fix, found);
	add_supposed(&b, in, fix);
	rep_buf_addc(&b, ':');
	out = rep_shown(f->a, rep_buf_str(&b), b.n);
	rep_buf_fini(&b);
	return out;
}

/* What each service costs, and what helps own servers that do not pass until one of them is gone. */
static struct rep_str
none_fits(const struct rep_audit_in *in, const struct rep_spf_fix *fix, struct rep_findings *f)
{
	unsigned over = fix->made.lookups - REP_SPF_MAX_LOOKUPS;
	struct rep_str out;
	struct rep_buf b;
	char ip[REP_IP_TEXT];
	size_t n = 0;

	rep_buf_init(&b, 1 << 14);
	rep_buf_printf(&b,
	    "no record fits: all services together need %u lookups, and %u are allowed. Save %u: remove a "
	    "service that you no longer use, or send its mail under a subdomain with an SPF record of "
	    "its own. They cost: ",
	    fix->made.lookups, REP_SPF_MAX_LOOKUPS, over);
	add_given(&b, &fix->made.costs);
	for (size_t i = 0; i < in->ip_n && i < REP_AUDIT_MAX_IPS; i++)
		if (fix->now[i].result != REP_SPF_PASS)
			rep_buf_printf(&b, "%sip%d:%s",
			    n++ == 0 ? ". Until then put this first: " : " ", in->ip[i].version,
			    rep_ip_text(&in->ip[i], ip));
	if (n > 0)
		rep_buf_add(&b, REP_S(" (receivers stop at the first match, before the limit)"));
	out = rep_shown(f->a, rep_buf_str(&b), b.n);
	rep_buf_fini(&b);
	return out;
}

struct rep_str
rep_spf_words_instead(const struct rep_audit_in *in, const struct rep_finding *x,
    const struct rep_spf_fix *fix, struct rep_str last, struct rep_findings *f)
{
	struct rep_str why = fix->why, out;
	struct rep_buf b;

	if (x->number == REP_FINDING_SPF_UNKNOWN && last.n > 0)
		return last;
	if (x->number == REP_FINDING_SPF_UNKNOWN)
		return REP_S("nothing yet: look again when the name server answers");
	if (x->severity == REP_INFO)
		return (struct rep_str){ "", 0 };
	if (x->number == REP_FINDING_SPF_DEAD_INCLUDE && fix->made.half.n > 0 && why.n == 0) {
		rep_buf_init(&b, 1 << 14);
		add_halves(&b, "no record of yours repairs this: receivers stop at ", fix);
		out = rep_shown(f->a, rep_buf_str(&b), b.n);
		rep_buf_fini(&b);
		return out;
	}
	if (x->number == REP_FINDING_SPF_REFUSED_SERVICE)
		return REP_S(
		    "if this service sends for you, write include: without the sign before "
		    "it; if it does not, leave the term out");
	if (x->number == REP_FINDING_SPF_BESIDE)
		return REP_S("if what it names sends for you, move its terms into the record that "
			     "begins with \"v=spf1\" and a space; then remove it: one record is "
			     "allowed");
	if (fix->made.costs.n > 0)
		return none_fits(in, fix, f);
	if (why.n > 0)
		return rep_finding_text(f, "no record is proposed: %.*s", REP_PR(why));
	if (last.n > 0)
		return last;
	return rep_finding_text(f,
	    "this is in a record that %.*s only includes: ask its owner to correct it, or leave the "
	    "include out if you no longer need it",
	    REP_PR(in->domain_text));
}
