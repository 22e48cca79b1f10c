/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"
#include "audit/spf_words.h"
#include "audit/spf_own.h"
#include "dns/wildcard.h"

enum { RECORD_LARGE = 512 /* RFC 7208, 3.4 */, NEAR_LIMIT = 9 };

/* --- what is wrong ------------------------------------------------------------------------------- */

/* "term" of "domain": names a term and its record. */
static struct rep_str
term_at(struct rep_findings *f, const struct rep_spf_leaf *l)
{
	struct rep_str term = rep_shown(f->a, l->term->text, 200),
		       domain = rep_shown(f->a, l->domain, 200);

	if (!rep_str_eq(l->spec, l->term->spec)) {
		struct rep_str spec = rep_shown(f->a, l->spec, 200);

		return rep_finding_text(f, "\"%.*s\" (here %.*s) in the record of %.*s",
		    REP_PR(term), REP_PR(spec), REP_PR(domain));
	}
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

/* Only the owner of a zone can sign it again. */
static struct rep_str
bogus_words(const struct rep_spf_leaf *l, struct rep_findings *f)
{
	struct rep_str name = rep_shown(f->a, l->spec.n > 0 ? l->spec : l->domain, 200);

	return rep_finding_text(f,
	    "ask the owner of %.*s: the DNSSEC signatures of its zone do not hold, so the zone is to be "
	    "signed again, or its DS record corrected. If you no longer need it, leave the term out",
	    REP_PR(name));
}

/* What to do where no record at the domain helps: n == 0: its term is there, or in a stranger's record. */
static struct rep_str
last_words(const struct rep_audit_in *in, const struct rep_spf_leaf *l, struct rep_findings *f)
{
	struct rep_str at = rep_shown(f->a, l->domain, 200);

	if (l->bogus)
		return bogus_words(l, f);
	if (l->depth == 0 || !rep_spf_own_record(in, l))
		return (struct rep_str){ "", 0 };
	return rep_finding_text(f,
	    "this is in your own record at %.*s: correct or leave out the term there", REP_PR(at));
}

static void
of_leaf(const struct rep_audit_in *in, const struct rep_spf_leaf *l, struct rep_findings *f)
{
	struct rep_str where = term_at(f, l), d = in->domain_text;
	enum rep_finding_id id = dead_id(l);
	size_t from = f->n;

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
		    l->everybody ? REP_FINDING_SPF_PASS_ALL : REP_FINDING_SPF_TOO_BROAD, d,
		    l->term->mech == REP_SPF_EXISTS
			? rep_finding_text(f, "%.*s: %s", REP_PR(where), l->note)
			: where);
	for (size_t i = from; i < f->n; i++)
		f->v[i].fix = last_words(in, l, f);
}

/* Whether senders over IPv6 have more of them. Where nothing can pass over IPv6, nobody loses by an error there. */
static bool
voids_of_six(const struct rep_spf_audit *walk)
{
	return walk->six && walk->voids6 > walk->voids4;
}

unsigned
rep_spf_voids(const struct rep_spf_audit *walk)
{
	return voids_of_six(walk) ? walk->voids6 : walk->voids4;
}

static struct rep_str
voids_seen(struct rep_findings *f, const struct rep_spf_audit *o)
{
	if (o->voids > REP_SPF_MAX_VOID)
		return rep_finding_text(f, "%u names lead to nothing; 2 are allowed", o->voids);
	return rep_finding_text(f,
	    "for mail over %s %u lookups find nothing, because names have no such address; 2 are "
	    "allowed",
	    voids_of_six(o) ? "IPv6" : "IPv4", rep_spf_voids(o));
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
rep_spf_findings_of_others(
    const struct rep_audit_in *in, const struct rep_spf_audit *walk, struct rep_findings *f)
{
	for (size_t i = 0; i < walk->n && walk->state == REP_SPF_STATE_OK; i++)
		if (!rep_spf_own_record(in, &walk->leaf[i]))
			of_leaf(in, &walk->leaf[i], f);
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
	bool known = txt != NULL, cures;

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
	known = rep_spf_repair(txt, v, a, read);
	/* A record of its own comes before the alias of a wildcard. */
	read->alias = read->alias && !rep_dns_by_wildcard(v, &in->domain, &known);
	if (!known)
		return false;
	if (read->no_domain && !rep_audit_gone(in, v, &read->no_domain))
		return false;
	rep_spf_findings(in, out, checks, read, found);
	if (!rep_spf_fix_find(in, v, a, out, read, found, fix))
		return false;
	*proposed = fix->record;
	fix->now = checks;
	cures = fix->record.n > 0 && rep_findings_cure(fix->after, found);
	words = rep_spf_words(in, fix, found, f);
	quoted = rep_txt_quoted(f->a, fix->record);
	for (size_t i = 0; i < found->n; i++) {
		struct rep_finding *x = rep_finding_add(
		    f, found->v[i].number, found->v[i].subject, found->v[i].evidence);

		if (fix->record.n == 0 ||
		    (rep_finding_among(fix->after, &found->v[i]) &&
			(cures ||
			    (x->number != REP_FINDING_SPF_DEAD_INCLUDE &&
				x->number != REP_FINDING_SPF_TOO_MANY_VOID)))) {
			x->fix = rep_spf_words_instead(in, x, fix, found->v[i].fix, f);
			continue;
		}
		x->fix = words;
		rep_finding_publish(
		    f, x, "%.*s. IN TXT %.*s", REP_PR(in->domain_text), REP_PR(quoted));
	}
	return true;
}
