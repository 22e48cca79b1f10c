/*
 * Evidence from DNS: what audits of the source and of the sender domains found (fact/found.h).
 *
 * A finding counts if it was seen no earlier than a week before the trouble began, and did not
 * first appear after it. If the words of the refusal name the same check, the finding is reported
 * but not weighed: both tell one story.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "fact/finding_id.h"
#include "judge/hearing.h"

enum { LISTS_ENOUGH = 3 };

struct audit_hearing {
	struct rep_hearing *h;
	struct rep_str ip; /* of the source; n == 0: not known, a pool, or a relay */
	struct rep_hearing_domains domains;
	bool ptr_held;
};

/* A finding is about the address, about a sender domain, or about the address for that domain. */
enum about { OF_ADDRESS, OF_DOMAIN, OF_BOTH };

/* Which finding is which piece. `after`: only if the provider had seen the message, or may have. */
static const struct {
	enum rep_finding_id id;
	enum rep_evidence_id piece;
	const char *says;
	enum about about;
	enum rep_cause cause;
	bool after;
} rows[] = {
	{ REP_FINDING_PTR_MISSING, REP_EVIDENCE_AUDIT_PTR_MISSING, "the address has no PTR name",
	    OF_ADDRESS, REP_CAUSE_IDENTITY, false },
	{ REP_FINDING_PTR_UNCONFIRMED, REP_EVIDENCE_AUDIT_PTR_UNCONFIRMED,
	    "its PTR name does not resolve to the address", OF_ADDRESS, REP_CAUSE_IDENTITY, false },
	{ REP_FINDING_PTR_GENERIC, REP_EVIDENCE_AUDIT_PTR_GENERIC,
	    "its PTR name is the generic one of its cloud", OF_ADDRESS, REP_CAUSE_IDENTITY, false },
	{ REP_FINDING_PTR_FOREIGN, REP_EVIDENCE_AUDIT_PTR_FOREIGN,
	    "its PTR name belongs to "
	    "somebody else",
	    OF_BOTH, REP_CAUSE_IDENTITY, false },
	{ REP_FINDING_HELO_UNCONFIRMED, REP_EVIDENCE_AUDIT_HELO,
	    "the HELO name does not resolve to it", OF_ADDRESS, REP_CAUSE_IDENTITY, false },
	{ REP_FINDING_HELO_SYNTAX, REP_EVIDENCE_AUDIT_HELO, "the HELO name is not a full host name",
	    OF_ADDRESS, REP_CAUSE_IDENTITY, false },
	{ REP_FINDING_SPF_MISSING, REP_EVIDENCE_AUDIT_SPF_MISSING, "there is no SPF record",
	    OF_DOMAIN, REP_CAUSE_AUTHENTICATION, false },
	{ REP_FINDING_SPF_SEVERAL, REP_EVIDENCE_AUDIT_SPF_BROKEN,
	    "SPF is an error for every receiver", OF_DOMAIN, REP_CAUSE_AUTHENTICATION, false },
	{ REP_FINDING_SPF_SYNTAX, REP_EVIDENCE_AUDIT_SPF_BROKEN,
	    "SPF is an error for every receiver", OF_DOMAIN, REP_CAUSE_AUTHENTICATION, false },
	{ REP_FINDING_SPF_TOO_MANY_LOOKUPS, REP_EVIDENCE_AUDIT_SPF_BROKEN,
	    "SPF fails after ten DNS lookups", OF_DOMAIN, REP_CAUSE_AUTHENTICATION, false },
	{ REP_FINDING_SPF_DEAD_INCLUDE, REP_EVIDENCE_AUDIT_SPF_BROKEN,
	    "SPF includes a record that does not exist", OF_DOMAIN, REP_CAUSE_AUTHENTICATION,
	    false },
	{ REP_FINDING_SPF_DOES_NOT_COVER, REP_EVIDENCE_AUDIT_SPF_UNCOVERED,
	    "SPF does not cover the address", OF_BOTH, REP_CAUSE_AUTHENTICATION, false },
	{ REP_FINDING_DKIM_KEY_MISSING, REP_EVIDENCE_AUDIT_DKIM_BROKEN,
	    "there is no key for the signature", OF_DOMAIN, REP_CAUSE_AUTHENTICATION, true },
	{ REP_FINDING_DKIM_KEY_SYNTAX, REP_EVIDENCE_AUDIT_DKIM_BROKEN,
	    "the DKIM key cannot be read", OF_DOMAIN, REP_CAUSE_AUTHENTICATION, true },
	{ REP_FINDING_DKIM_KEY_SHORT, REP_EVIDENCE_AUDIT_DKIM_BROKEN, "the DKIM key is too short",
	    OF_DOMAIN, REP_CAUSE_AUTHENTICATION, true },
	{ REP_FINDING_DKIM_KEY_SHA1, REP_EVIDENCE_AUDIT_DKIM_BROKEN,
	    "the DKIM key allows SHA-1 only", OF_DOMAIN, REP_CAUSE_AUTHENTICATION, true },
	{ REP_FINDING_DKIM_KEY_NOT_EMAIL, REP_EVIDENCE_AUDIT_DKIM_BROKEN,
	    "the DKIM key is not for mail", OF_DOMAIN, REP_CAUSE_AUTHENTICATION, true },
	{ REP_FINDING_DKIM_KEY_SEVERAL, REP_EVIDENCE_AUDIT_DKIM_BROKEN,
	    "one selector has several DKIM keys", OF_DOMAIN, REP_CAUSE_AUTHENTICATION, true },
	{ REP_FINDING_DKIM_NS_FAILING, REP_EVIDENCE_AUDIT_DKIM_SERVERS,
	    "a name server does not give the DKIM key", OF_DOMAIN, REP_CAUSE_AUTHENTICATION, true },
	{ REP_FINDING_DKIM_NS_SLOW, REP_EVIDENCE_AUDIT_DKIM_SERVERS,
	    "a name server is slow to answer for the DKIM key", OF_DOMAIN, REP_CAUSE_AUTHENTICATION,
	    true },
	{ REP_FINDING_DKIM_NS_NO_TCP, REP_EVIDENCE_AUDIT_DKIM_SERVERS,
	    "a name server does not answer over TCP", OF_DOMAIN, REP_CAUSE_AUTHENTICATION, true },
	{ REP_FINDING_DKIM_ANSWER_LARGE, REP_EVIDENCE_AUDIT_DKIM_SERVERS,
	    "the answer with the DKIM key does not fit into one UDP packet", OF_DOMAIN,
	    REP_CAUSE_AUTHENTICATION, true },
	{ REP_FINDING_DMARC_MISSING, REP_EVIDENCE_AUDIT_DMARC_BROKEN, "there is no DMARC record",
	    OF_DOMAIN, REP_CAUSE_AUTHENTICATION, true },
	{ REP_FINDING_DMARC_SEVERAL, REP_EVIDENCE_AUDIT_DMARC_BROKEN,
	    "there are several DMARC records: none counts", OF_DOMAIN, REP_CAUSE_AUTHENTICATION,
	    true },
	{ REP_FINDING_DMARC_SYNTAX, REP_EVIDENCE_AUDIT_DMARC_BROKEN,
	    "the DMARC record has an error", OF_DOMAIN, REP_CAUSE_AUTHENTICATION, true },
	/*
	 * Lists: only those of abuse. Policy lists describe a cloud as such and weigh nothing
	 * (doc/words.md, Causes).
	 */
	{ REP_FINDING_LISTED_ABUSE, REP_EVIDENCE_AUDIT_LISTED, "it is on an abuse blocklist",
	    OF_ADDRESS, REP_CAUSE_OWN_REPUTATION, false },
	{ REP_FINDING_LISTED_MINOR, REP_EVIDENCE_AUDIT_LISTED_MINOR,
	    "it is on an abuse blocklist that few receivers use", OF_ADDRESS,
	    REP_CAUSE_OWN_REPUTATION, false },
	{ REP_FINDING_LISTED_RANGE, REP_EVIDENCE_AUDIT_LISTED_RANGE,
	    "its network is on an abuse blocklist", OF_ADDRESS, REP_CAUSE_RANGE, false },
	{ REP_FINDING_LISTED_DOMAIN, REP_EVIDENCE_AUDIT_LISTED_DOMAIN,
	    "the domain is on an abuse blocklist", OF_DOMAIN, REP_CAUSE_OWN_REPUTATION, true },
};

static int64_t
begins_s(const struct audit_hearing *l)
{
	double days = rep_hearing_limit(l->h, REP_LIMIT_AUDIT_DAYS);

	return l->h->e->since_s - (int64_t)(days * REP_DAY_S);
}

/* Whether the finding was there during the trouble, as far as is known. */
static bool
held(const struct audit_hearing *l, const struct rep_found *f)
{
	const struct rep_episode *e = l->h->e;

	return !f->record && f->last_s >= begins_s(l) &&
	    (f->clear_s == 0 || f->clear_s < e->since_s) &&
	    (f->gone_s == 0 || f->gone_s > e->since_s) &&
	    (e->until_s == 0 || f->first_s <= e->until_s);
}

static bool
about(const struct audit_hearing *l, enum about a, const struct rep_found *f)
{
	size_t slash = rep_str_chr(f->part, '/', 0);

	if (a == OF_DOMAIN)
		return rep_hearing_has_domain(&l->domains, f->subject);
	return l->ip.n > 0 && rep_str_eq(l->ip, f->subject) &&
	    (a == OF_ADDRESS ||
		(slash != SIZE_MAX &&
		    rep_hearing_has_domain(
			&l->domains, rep_str_sub(f->part, slash + 1, f->part.n))));
}

/* Signatures and headers are part of the message, so they are seen only after it. */
static bool
message_seen(const struct rep_incident *i)
{
	return i->stage == REP_STAGE_NONE || i->stage == REP_STAGE_DOT;
}

static bool
of_a_list(enum rep_finding_id id)
{
	return rep_str_starts(rep_str_c(rep_finding_names[id]), REP_S("listed-"));
}

/* Whether the words of the refusal name this very check: then the prior includes it already. */
static bool
named_by_words(const struct rep_incident *i, enum rep_cause c, enum rep_finding_id id)
{
	return (c == REP_CAUSE_AUTHENTICATION && i->class == REP_CLASS_AUTHENTICATION) ||
	    (c == REP_CAUSE_IDENTITY && i->class == REP_CLASS_IDENTITY) ||
	    (of_a_list(id) && i->class == REP_CLASS_LISTED);
}

static void
tell(struct audit_hearing *l, size_t row, const struct rep_found *f)
{
	struct rep_hearing *h = l->h;
	char first[REP_TIME_TEXT], last[REP_TIME_TEXT];
	size_t n = h->i->evidence_n;

	rep_time_text(f->first_s, first);
	rep_time_text(f->last_s, last);
	(named_by_words(h->i, rows[row].cause, rows[row].id) ? rep_hear_counted : rep_hear)(h,
	    rows[row].piece,
	    rep_arena_printf(h->a, "DNS: %s (%.*s: %.*s; seen from %.10s to %.10s)", rows[row].says,
		REP_PR(f->subject), REP_PR(f->text), first, last),
	    rep_arena_printf(h->a,
		"{\"finding\":\"%s\",\"first_seen\":\"%s\",\"last_seen\":\"%s\"}",
		rep_finding_names[rows[row].id], first, last));
	if (h->i->evidence_n > n) {
		h->i->evidence[n].found = f;
		h->i->evidence[n].cause = rows[row].cause;
	}
}

static void
findings(struct audit_hearing *l)
{
	const struct rep_judge_in *in = l->h->in;

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		struct rep_str id = rep_str_c(rep_finding_names[rows[r].id]);
		bool list = of_a_list(rows[r].id);

		if (l->h->i->cannot_be[rows[r].cause] || (rows[r].after && !message_seen(l->h->i)))
			continue;
		for (size_t i = 0; i < in->found_n; i++) {
			const struct rep_found *f = &in->found[i];

			if (!rep_str_eq(f->id, id) || !about(l, rows[r].about, f) || !held(l, f) ||
			    (list && !rep_str_eq(f->detail, REP_S("abuse"))))
				continue;
			l->ptr_held = l->ptr_held || rep_str_starts(id, REP_S("ptr-"));
			tell(l, r, f);
		}
	}
}

/* --- what is in order ------------------------------------------------------------------------------- */

static const struct rep_looked *
looked_at(const struct audit_hearing *l, struct rep_str subject, struct rep_str part)
{
	const struct rep_judge_in *in = l->h->in;

	for (size_t i = 0; i < in->looked_n; i++)
		if (rep_str_eq_nocase(in->looked[i].subject, subject) &&
		    rep_str_eq(in->looked[i].part, part) && in->looked[i].known_s >= begins_s(l))
			return &in->looked[i];
	return NULL;
}

/* Whether the address has such a finding now, or had it during the trouble. */
static bool
any_of(const struct audit_hearing *l, struct rep_str begins, struct rep_str detail)
{
	const struct rep_judge_in *in = l->h->in;

	for (size_t i = 0; i < in->found_n; i++)
		if (rep_str_eq(in->found[i].subject, l->ip) && !in->found[i].record &&
		    rep_str_starts(in->found[i].id, begins) &&
		    (detail.n == 0 || rep_str_eq(in->found[i].detail, detail)) &&
		    (in->found[i].gone_s == 0 || in->found[i].gone_s > l->h->e->since_s))
			return true;
	return false;
}

static void
name_well(struct audit_hearing *l)
{
	const struct rep_looked *at = looked_at(l, l->ip, REP_S("ptr"));
	char when[REP_TIME_TEXT];

	if (at == NULL || any_of(l, REP_S("ptr-"), REP_S("")))
		return;
	rep_time_text(at->known_s, when);
	rep_hear(l->h, REP_EVIDENCE_AUDIT_PTR_WELL,
	    rep_arena_printf(l->h->a,
		"DNS: the PTR name of the address resolves back to it and is not the generic one "
		"of its cloud (checked %.10s)",
		when),
	    rep_arena_printf(l->h->a, "{\"looked_at\":\"%s\"}", when));
}

static void
lists_clean(struct audit_hearing *l)
{
	const struct rep_judge_in *in = l->h->in;
	size_t clean = 0, unknown = 0;
	int64_t at_s = 0;
	char when[REP_TIME_TEXT];

	for (size_t i = 0; i < in->looked_n; i++) {
		const struct rep_looked *k = &in->looked[i];

		if (!rep_str_eq(k->subject, l->ip) || !rep_str_eq(k->kind, REP_S("abuse")))
			continue;
		if (k->known_s >= begins_s(l)) {
			clean++;
			at_s = k->known_s > at_s ? k->known_s : at_s;
		} else {
			unknown++;
		}
	}
	if (clean < LISTS_ENOUGH || any_of(l, REP_S("listed-"), REP_S("abuse")))
		return;
	rep_time_text(at_s, when);
	rep_hear(l->h, REP_EVIDENCE_AUDIT_LISTS_CLEAN,
	    rep_arena_printf(l->h->a,
		"the address is on none of %zu public abuse blocklists (checked %.10s%s): weak, "
		"because it says little about a provider's own list",
		clean, when, unknown > 0 ? "; others could not be asked" : ""),
	    rep_arena_printf(l->h->a, "{\"lists\":%zu,\"not_asked\":%zu,\"looked_at\":\"%s\"}",
		clean, unknown, when));
}

/* --- what was not looked at ------------------------------------------------------------------------- */

static void
not_looked_at(struct audit_hearing *l)
{
	const struct rep_incident *i = l->h->i;
	bool authentication = !i->cannot_be[REP_CAUSE_AUTHENTICATION];
	bool ip = l->ip.n == 0 || looked_at(l, l->ip, REP_S("ptr")) != NULL, domain = true;
	struct rep_str which = REP_S("DOMAIN");

	if (l->domains.n > 0)
		which = l->domains.v[0];
	for (size_t n = 0; n < l->domains.n && authentication && domain; n++)
		if (looked_at(l, l->domains.v[n], REP_S("spf")) == NULL) {
			which = l->domains.v[n];
			domain = false;
		}
	if (ip && domain)
		return;
	rep_hear_unknown(l->h, REP_UNKNOWN_DNS,
	    rep_arena_printf(l->h->a,
		"%s not checked in the week before it or since: reputed check %.*s%s%.*s",
		!ip && !domain ? "PTR name and blocklists of the address, and SPF, DKIM and "
				 "DMARC, were"
		    : !ip      ? "PTR name and blocklists of the address were"
			       : "SPF, DKIM and DMARC were",
		REP_PR(which), l->ip.n > 0 ? " --ip " : "", REP_PR(l->ip))
		.p,
	    REP_CAUSE_IDENTITY, domain ? REP_CAUSE_IDENTITY : REP_CAUSE_AUTHENTICATION);
}

void
rep_evidence_audit(struct rep_hearing *h)
{
	struct audit_hearing l = { .h = h };
	char ip[REP_IP_TEXT];

	if (h->label != NULL && h->label->public.version != 0 && !h->label->pool &&
	    h->cell->key.route == 0)
		l.ip = rep_arena_dup(h->a, rep_str_c(rep_ip_text(&h->label->public, ip)));
	rep_hearing_domains(h, &l.domains);
	findings(&l);
	if (l.ip.n > 0) {
		if (!l.ptr_held)
			name_well(&l);
		lists_clean(&l);
	}
	if (l.ip.n > 0 || l.domains.n > 0)
		not_looked_at(&l);
}
