/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

#include <stdio.h>

/* "term" of "domain": names a term and its record. */
static struct rep_str
term_at(struct rep_findings *f, const struct rep_spf_leaf *l)
{
	struct rep_str term = rep_shown(f->a, l->term->text, 200),
		       domain = rep_shown(f->a, l->domain, 200);

	return rep_finding_text(f, "\"%.*s\" in the record of %.*s", REP_PR(term), REP_PR(domain));
}

static void
publish(struct rep_findings *f, struct rep_finding *x, struct rep_str domain, struct rep_str record)
{
	struct rep_str quoted = rep_txt_quoted(f->a, record);

	rep_finding_publish(f, x, "%.*s. IN TXT %.*s", REP_PR(domain), REP_PR(quoted));
}

/* The fix for most findings: the record as it should be. */
static void
proposal(struct rep_findings *f, struct rep_finding *x, const struct rep_audit_in *in,
    const struct rep_spf_audit *o)
{
	if (o->proposed.n > 0)
		publish(f, x, in->domain_text, o->proposed);
}

static void
no_record(const struct rep_audit_in *in, const struct rep_spf_audit *o, struct rep_findings *f)
{
	struct rep_finding *x;
	struct rep_str record;
	struct rep_buf b;
	char ip[REP_IP_TEXT];

	rep_buf_init(&b, 4096);
	rep_buf_add(&b, REP_S("v=spf1"));
	for (size_t i = 0; i < in->ip_n; i++)
		rep_buf_printf(&b, " ip%d:%s", in->ip[i].version, rep_ip_text(&in->ip[i], ip));
	rep_buf_add(&b, in->ip_n > 0 ? REP_S(" -all") : REP_S(" mx -all"));
	record = rep_arena_dup(f->a, rep_buf_str(&b));
	rep_buf_fini(&b);
	switch (o->state) {
	case REP_SPF_STATE_NONE:
		x = rep_finding_add(f, REP_FINDING_SPF_MISSING, in->domain_text,
		    rep_finding_text(
			f, "TXT of %.*s: none begins with v=spf1", REP_PR(in->domain_text)));
		publish(f, x, in->domain_text, record);
		break;
	case REP_SPF_STATE_SEVERAL:
		x = rep_finding_add(f, REP_FINDING_SPF_SEVERAL, in->domain_text,
		    rep_finding_text(f, "%u TXT records of %.*s begin with v=spf1", o->records,
			REP_PR(in->domain_text)));
		x->fix = rep_finding_text(f, "Join them into one record and remove the others.");
		break;
	case REP_SPF_STATE_SYNTAX:
		x = rep_finding_add(f, REP_FINDING_SPF_SYNTAX, in->domain_text,
		    rep_shown(f->a,
			rep_arena_printf(
			    f->a, "%.*s; the record: %.*s", REP_PR(o->reason), REP_PR(o->record)),
			600));
		x->fix = rep_finding_text(f, "Fix or remove that term.");
		break;
	default:
		(void)rep_finding_add(f, REP_FINDING_SPF_UNKNOWN, in->domain_text,
		    rep_finding_text(
			f, "TXT of %.*s: %.*s", REP_PR(in->domain_text), REP_PR(o->reason)));
	}
}

static void
of_leaf(const struct rep_audit_in *in, const struct rep_spf_audit *o, const struct rep_spf_leaf *l,
    struct rep_findings *f)
{
	bool leads = l->term->mech == REP_SPF_INCLUDE || l->term->mech == REP_SPF_REDIRECT;
	struct rep_str where = term_at(f, l);
	enum rep_finding_id id = REP_FINDING_N;
	struct rep_finding *x;

	if (l->dead && leads && l->state != REP_SPF_STATE_FAILED)
		id = REP_FINDING_SPF_DEAD_INCLUDE;
	else if (l->dead)
		id = leads ? REP_FINDING_SPF_UNKNOWN : REP_FINDING_SPF_DEAD_NAME;
	if (id != REP_FINDING_N) {
		x = rep_finding_add(f, id, in->domain_text,
		    rep_finding_text(f, "%.*s: %s", REP_PR(where), l->note != NULL ? l->note : ""));
		proposal(f, x, in, o);
	}
	if (l->duplicate) {
		x = rep_finding_add(f, REP_FINDING_SPF_DUPLICATE, in->domain_text, where);
		proposal(f, x, in, o);
	}
	if (l->after_all && l->depth == 0) {
		x = rep_finding_add(f, REP_FINDING_SPF_AFTER_ALL, in->domain_text, where);
		proposal(f, x, in, o);
	}
	if (l->term->mech == REP_SPF_PTR && !l->after_all) {
		x = rep_finding_add(f, REP_FINDING_SPF_PTR, in->domain_text, where);
		proposal(f, x, in, o);
	}
	if (l->broad && !l->after_all && l->term->qualifier == '+') {
		x = rep_finding_add(f,
		    l->term->mech == REP_SPF_ALL ? REP_FINDING_SPF_PASS_ALL
						 : REP_FINDING_SPF_TOO_BROAD,
		    in->domain_text, where);
		proposal(f, x, in, o);
	}
}

static void
totals(const struct rep_audit_in *in, const struct rep_spf_audit *o, struct rep_findings *f)
{
	struct rep_finding *x;

	if (o->lookups > REP_SPF_MAX_LOOKUPS) {
		x = rep_finding_add(f, REP_FINDING_SPF_TOO_MANY_LOOKUPS, in->domain_text,
		    rep_finding_text(f, "%u lookups; 10 are allowed%s", o->lookups,
			o->proposed.n > 0 && !o->proposed_fits
			    ? "; which of them you use is not known here, so no shorter record "
			      "can be suggested"
			    : ""));
		if (o->proposed_fits) {
			proposal(f, x, in, o);
			if (o->flattened > 0)
				x->fix = rep_finding_text(f,
				    "%u of its terms are replaced by addresses; check again when "
				    "the service changes them. Better: remove what you no longer "
				    "use.",
				    o->flattened);
		} else {
			x->fix = rep_finding_text(f,
			    "Remove the services you no longer use, or send through some of them "
			    "under a subdomain with its own record.");
		}
	} else if (o->lookups >= 9) {
		(void)rep_finding_add(f, REP_FINDING_SPF_NEAR_LIMIT, in->domain_text,
		    rep_finding_text(f, "%u lookups; 10 are allowed", o->lookups));
	}
	if (o->voids > REP_SPF_MAX_VOID) {
		x = rep_finding_add(f, REP_FINDING_SPF_TOO_MANY_VOID, in->domain_text,
		    rep_finding_text(f, "%u names do not exist; 2 are allowed", o->voids));
		proposal(f, x, in, o);
	}
	if (o->all == 0 || o->all == '?') {
		x = rep_finding_add(
		    f, REP_FINDING_SPF_NO_ALL, in->domain_text, rep_shown(f->a, o->record, 400));
		proposal(f, x, in, o);
	}
}

static void
not_covered(const struct rep_audit_in *in, size_t i, const struct rep_spf_check *k,
    const struct rep_spf_audit *o, struct rep_findings *f)
{
	struct rep_str term = rep_shown(f->a, k->mechanism, 200);
	struct rep_finding *x;
	char ip[REP_IP_TEXT];

	rep_ip_text(&in->ip[i], ip);
	x = rep_finding_add(f, REP_FINDING_SPF_DOES_NOT_COVER, rep_str_c(ip),
	    rep_finding_text(f, "SPF of %.*s for %s: %s%s%.*s", REP_PR(in->domain_text), ip,
		rep_spf_result_text(k->result), term.n > 0 ? ", by " : "", REP_PR(term)));
	proposal(f, x, in, o);
}

bool
rep_audit_spf(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_spf_audit *out, struct rep_spf_check *checks, struct rep_findings *f)
{
	struct rep_str sender = rep_arena_printf(a, "postmaster@%.*s", REP_PR(in->domain_text));
	bool covered[REP_AUDIT_MAX_IPS] = { false }, known = true;

	for (size_t i = 0; i < in->ip_n && i < REP_AUDIT_MAX_IPS; i++) {
		struct rep_spf_query q = { .ip = in->ip[i],
			.sender = sender,
			.helo = in->domain_text,
			.now_s = in->now_s };

		known = rep_spf_eval(&q, v, a, &checks[i]) && known;
		covered[i] = checks[i].result == REP_SPF_PASS;
	}
	known = rep_spf_audit(&(struct rep_spf_audit_in){ in->domain, in->ip, covered, in->ip_n },
		    v, a, out) &&
	    known;
	if (!known)
		return false;
	if (out->state != REP_SPF_STATE_OK) {
		no_record(in, out, f);
		return true;
	}
	for (size_t i = 0; i < out->n; i++)
		of_leaf(in, out, &out->leaf[i], f);
	totals(in, out, f);
	for (size_t i = 0; i < in->ip_n && i < REP_AUDIT_MAX_IPS; i++)
		if (!covered[i])
			not_covered(in, i, &checks[i], out, f);
	return true;
}
