/*
 * A domain that sends no mail: what it lacks to say so. Only what is missing or differs is printed, and
 * nothing that would take away what works: mail that comes in, reports, a policy that is used.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "audit/dmarc_fix.h"
#include "audit/mail_inside.h"

/* Whether the record is "v=spf1 -all" and nothing else. */
static bool
says_none(const struct rep_spf_audit *spf)
{
	return spf->state == REP_SPF_STATE_OK && spf->n == 1 && spf->all == '-';
}

/* Whether a term leads to no address: "mx" beside a null MX, or a name without any. */
static bool
nobody(const struct rep_audit_domain *d, const struct rep_spf_leaf *l)
{
	bool own_mx = l->depth == 0 && l->term->mech == REP_SPF_MX && l->term->spec.n == 0;

	return l->dead || (own_mx && d->mail.null_mx);
}

/*
 * Whether what a term leads to cannot be told: DNS does not answer, there is a record but with an error, or it is
 * another one for each message.
 */
static bool
cannot_tell(const struct rep_spf_leaf *l)
{
	bool leads = l->term->mech == REP_SPF_INCLUDE || l->term->mech == REP_SPF_REDIRECT;

	if (l->after_all || l->ignored)
		return false;
	if (!leads)
		return l->failed;
	return rep_spf_of_message(l) || l->failed || l->state == REP_SPF_STATE_SEVERAL ||
	    l->state == REP_SPF_STATE_SYNTAX || l->state == REP_SPF_STATE_DEEP;
}

/* Who the SPF record says that sends. */
static enum rep_sends
spf_sends(const struct rep_spf_audit *spf, const struct rep_audit_domain *d)
{
	enum rep_sends out = REP_SENDS_NOTHING;

	/* Where the record is an error, the proposal is what it was meant to say, if all of it could be read. */
	if ((spf->state != REP_SPF_STATE_OK && spf->state != REP_SPF_STATE_NONE &&
		!rep_str_eq(d->spf_proposed, REP_S("v=spf1 -all"))) ||
	    spf->truncated)
		out = REP_SENDS_UNKNOWN;
	for (size_t i = 0; i < spf->n; i++) {
		if (cannot_tell(&spf->leaf[i]))
			out = REP_SENDS_UNKNOWN;
		if (nobody(d, &spf->leaf[i]))
			continue;
		switch (spf->leaf[i].term->mech) {
		case REP_SPF_A:
		case REP_SPF_MX:
		case REP_SPF_PTR:
		case REP_SPF_IP4:
		case REP_SPF_IP6:
		case REP_SPF_EXISTS: return REP_SENDS_MAIL;
		default: break;
		}
	}
	return out;
}

enum rep_sends
rep_parked_sends(const struct rep_audit_in *in, const struct rep_audit_domain *d)
{
	enum rep_sends spf = spf_sends(&d->spf, d);

	if (in->ip_n > 0 || spf == REP_SENDS_MAIL)
		return REP_SENDS_MAIL;
	if (says_none(&d->spf))
		return REP_SENDS_NOTHING;
	if (rep_dkim_has_key(&d->dkim))
		return REP_SENDS_MAIL;
	return d->dkim.failed > 0 ? REP_SENDS_UNKNOWN : spf;
}

bool
rep_parked_says(const struct rep_audit_domain *d)
{
	return d->sends == REP_SENDS_NOTHING && (says_none(&d->spf) || d->mail.null_mx);
}

/* --- what is missing --------------------------------------------------------------------------------- */

/* A null MX is missing only where no MX is: one that is there was put there for mail that comes in. */
static bool
lacks_null_mx(const struct rep_audit_mail *m)
{
	return m->mx->n == 0 && !rep_dns_failed(m->mx->state);
}

/* "-all" is missing. Where the record has another fault, the finding about that one proposes. */
static bool
lacks_spf(const struct rep_audit_domain *d)
{
	return d->spf.state == REP_SPF_STATE_NONE ||
	    (d->spf.state == REP_SPF_STATE_OK && !says_none(&d->spf) && d->spf_proposed.n == 0);
}

enum parked_dmarc {
	ENOUGH = 0, /* p=reject is in force */
	ABSENT,	    /* there is nothing of DMARC */
	UNUSED,	    /* a weaker policy, of which nobody gets reports */
	IN_USE	    /* a weaker policy that somebody watches, or what other findings are about */
};

static bool
has_reports(const struct rep_dmarc_record *r)
{
	for (size_t i = 0; i < r->uris; i++)
		if (!r->uri[i].forensic)
			return true;
	return false;
}

/* Whether a name has nothing of DMARC, not even what was meant to be it. */
static bool
nothing_at(const struct rep_dmarc_at *at)
{
	return at->answer == NULL ||
	    (at->records == 0 && !rep_dns_failed(at->answer->state) &&
		rep_dmarc_near(at->answer).n == 0);
}

/* Neither the domain nor its organization has any. What is above that does not matter here. */
static bool
nothing(const struct rep_dmarc *d)
{
	return d->by_walk == NULL && d->by_psl == NULL && nothing_at(&d->psl) &&
	    (d->steps == 0 || nothing_at(&d->step[0]));
}

/* The record with p=reject. All else that counts stays; n == 0: it cannot be written. */
static struct rep_str
with_reject(struct rep_arena *a, struct rep_str record)
{
	static const char *const gone[] = { "pct", "rf", "ri", "t" };
	struct rep_str out = rep_dmarc_with(a, record, "reject", gone, REP_COUNT(gone));
	struct rep_dmarc_record r;

	rep_dmarc_parse(out, &r);
	return r.syntax || r.odd || r.p != REP_DMARC_REJECT ? (struct rep_str){ "", 0 } : out;
}

/*
 * p=reject without reports first is right where nothing can be lost: the domain says "-all", and it was
 * asked everywhere for a key with which its mail could still pass.
 */
static enum parked_dmarc
dmarc_of(const struct rep_audit_in *in, const struct rep_audit_domain *d, struct rep_str *record,
    struct rep_arena *a)
{
	const struct rep_dmarc_at *at = d->dmarc.by_walk;

	if (at != NULL && rep_dmarc_applies(&d->dmarc, at, &in->domain) == REP_DMARC_REJECT)
		return ENOUGH;
	if (rep_dkim_has_key(&d->dkim) || d->dkim.failed > 0)
		return IN_USE;
	*record = REP_S("v=DMARC1; p=reject");
	if (nothing(&d->dmarc))
		return ABSENT;
	if (at == NULL || !rep_name_eq(&at->name, &in->domain) || at->answer->cnames > 0 ||
	    at->record.syntax || at->record.odd || at->record.p == REP_DMARC_UNSAID ||
	    at->record.pct >= 0 || has_reports(&at->record) || d->mail.takes != REP_TAKES_NONE)
		return IN_USE;
	*record = with_reject(a, at->record.text);
	return record->n > 0 ? UNUSED : IN_USE;
}

/* --- what to do about it ----------------------------------------------------------------------------- */

/* Adds a record, unless another finding proposes one for the same name. */
static void
publish(struct rep_findings *f, struct rep_finding *x, struct rep_str head, struct rep_str value)
{
	for (size_t i = 0; i < f->n; i++)
		if (rep_str_starts(f->v[i].publish, head) && &f->v[i] != x)
			return;
	rep_finding_publish(f, x, "%.*s%.*s", REP_PR(head), REP_PR(value));
}

static const char *
effect_of(bool spf, bool dmarc)
{
	if (spf && dmarc)
		return "Forgers can use the domain: \"-all\" and p=reject prevent that.";
	if (dmarc)
		return "\"-all\" covers only the envelope sender. Forgers can still show the domain in "
		       "From: p=reject prevents that.";
	if (spf)
		return "Receivers that look at SPF alone let forgeries pass: \"-all\" prevents that.";
	return "Whoever writes to it may learn only after days that nobody takes mail there: a null MX "
	       "says so at once.";
}

/* n == 0: nothing is to be replaced, and nothing is to be thought of. */
static struct rep_str
words_of(struct rep_findings *f, bool spf, bool mx, enum parked_dmarc dmarc,
    const struct rep_audit_domain *d)
{
	bool old_spf = spf && d->spf.state == REP_SPF_STATE_OK, old = dmarc == UNUSED;
	const char *in_place = old_spf && old ? " Those of SPF and of DMARC come in place of the "
						"present ones."
	    : old_spf			      ? " That of SPF comes in place of the present one."
	    : old			      ? " That of DMARC comes in place of the present one."
					      : "";

	if (!old_spf && !old && !mx)
		return (struct rep_str){ "", 0 };
	return rep_finding_text(f, "publish these records, and no second one of their kind.%s%s",
	    in_place, mx ? " The MX \"0 .\" only if nobody reads mail to the domain." : "");
}

/* The policy stays while somebody reads the reports; what they must show is another than for a sender. */
static void
policy_words(struct rep_findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].number == REP_FINDING_DMARC_NONE)
			f->v[i].fix = REP_S(
			    "when the reports show that nothing of your own is sent with this domain, "
			    "set p=reject");
}

static void
incomplete(const struct rep_audit_in *in, const struct rep_audit_domain *d, enum parked_dmarc dmarc,
    struct rep_str record, struct rep_findings *f)
{
	bool spf = lacks_spf(d), mx = lacks_null_mx(&d->mail);
	bool open = dmarc == ABSENT || dmarc == UNUSED;
	struct rep_str quoted = rep_txt_quoted(f->a, record);
	struct rep_finding *x;

	if (!spf && !mx && !open)
		return;
	x = rep_finding_add(f, REP_FINDING_PARKED_INCOMPLETE, in->domain_text,
	    rep_finding_text(f, "SPF \"-all\" alone: %s; %s: %s; DMARC p=reject: %s",
		says_none(&d->spf) ? "yes" : "no", d->mail.n > 0 ? "MX" : "null MX",
		d->mail.n > 0 || d->mail.null_mx ? "yes" : "no", dmarc == ENOUGH ? "yes" : "no"));
	x->effect = effect_of(spf, open);
	x->fix = words_of(f, spf, mx, dmarc, d);
	if (spf)
		publish(f, x, rep_finding_text(f, "%.*s. IN TXT \"v=spf1", REP_PR(in->domain_text)),
		    REP_S(" -all\""));
	if (mx)
		publish(f, x, rep_finding_text(f, "%.*s. IN MX ", REP_PR(in->domain_text)),
		    REP_S("0 ."));
	if (open)
		publish(f, x, rep_finding_text(f, "_dmarc.%.*s. IN TXT ", REP_PR(in->domain_text)),
		    quoted);
}

/* Removes findings that matter only for a domain that sends mail. */
static void
drop_of_senders(enum parked_dmarc dmarc, struct rep_findings *f)
{
	static const enum rep_finding_id ids[] = { REP_FINDING_SPF_MISSING,
		REP_FINDING_DKIM_NONE_FOUND, REP_FINDING_MX_MISSING, REP_FINDING_DMARC_NO_RUA,
		REP_FINDING_DMARC_MISSING, REP_FINDING_DMARC_NONE };
	size_t of_dmarc = 3, n = 0;

	for (size_t i = 0; i < f->n; i++) {
		bool drop = false;

		for (size_t k = 0; k < (dmarc == IN_USE ? of_dmarc : REP_COUNT(ids)); k++)
			drop = drop || f->v[i].number == ids[k];
		if (!drop)
			f->v[n++] = f->v[i];
	}
	f->n = n;
}

/* Nothing shows that the domain sends mail, and nothing says that it does not: it may be a web site only. */
static bool
perhaps(const struct rep_audit_in *in, const struct rep_audit_domain *d)
{
	const struct rep_audit_mail *m = &d->mail;
	bool empty = d->spf.state == REP_SPF_STATE_NONE ||
	    (d->spf.state == REP_SPF_STATE_OK && d->spf.n <= 1 && d->sends == REP_SENDS_NOTHING);

	return empty && in->ip_n == 0 && m->mx->n == 0 && !rep_dns_failed(m->mx->state) &&
	    !rep_dkim_has_key(&d->dkim);
}

/* Names the other choice, in the first finding that asks for a record of a sender. */
static void
name_choice(struct rep_findings *f)
{
	static const char choice[] =
	    "If nothing sends mail with this domain, SPF \"v=spf1 -all\" and DMARC \"v=DMARC1; p=reject\" are "
	    "right instead, and MX \"0 .\" if it takes no mail either";

	for (size_t i = 0; i < f->n; i++) {
		struct rep_finding *x = &f->v[i];
		struct rep_str fix = x->fix;

		if (x->number != REP_FINDING_SPF_MISSING && x->number != REP_FINDING_DMARC_MISSING)
			continue;
		x->fix = x->publish.n > 0
		    ? rep_finding_text(f, "%s. Otherwise %.*s", choice, REP_PR(fix))
		    : rep_finding_text(f, "%.*s. %s", REP_PR(fix), choice);
		return;
	}
}

void
rep_parked_findings(
    const struct rep_audit_in *in, const struct rep_audit_domain *d, struct rep_findings *f)
{
	struct rep_str record = { "", 0 };
	enum parked_dmarc dmarc;

	if (!d->parked && perhaps(in, d))
		name_choice(f);
	if (!d->parked)
		return;
	dmarc = dmarc_of(in, d, &record, f->a);
	drop_of_senders(dmarc, f);
	policy_words(f);
	incomplete(in, d, dmarc, record, f);
}
