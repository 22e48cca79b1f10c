/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/keep.h"
#include "mail/addr.h"

/* Whether mail of this domain, or of one it is registered under, was sent by us. */
static bool
is_our_domain(struct rep_wire *w, struct rep_str domain)
{
	struct rep_names names = rep_store_names(w->o.store);
	struct rep_str registered = rep_registered_domain(domain);

	if (registered.n == 0)
		return false;
	for (uint32_t i = 1; i < names.n; i++) {
		size_t slash = rep_str_chr(names.v[i], '/', 0);
		struct rep_str d = rep_str_sub(names.v[i], 0, slash == SIZE_MAX ? 0 : slash);

		if (d.n >= registered.n && rep_str_ends_nocase(d, registered) &&
		    (d.n == registered.n || d.p[d.n - registered.n - 1] == '.'))
			return true;
	}
	return false;
}

static bool
is_our_address(struct rep_wire *w, const struct rep_ip *ip, struct rep_err *err)
{
	const struct rep_source *v;
	size_t n;

	if (ip->version == 0)
		return false;
	for (size_t i = 0; i < w->o.cfg->n_sources; i++)
		if (rep_ip_eq(&w->o.cfg->sources[i].public, ip))
			return true;
	if (rep_store_sources(w->o.store, &v, &n, err) != REP_OK)
		return false;
	for (size_t i = 0; i < n; i++)
		if (rep_ip_eq(&v[i].public, ip))
			return true;
	return false;
}

static struct rep_str
domain_of(const struct rep_report *p)
{
	if (p->from_domain.n > 0)
		return p->from_domain;
	if (rep_addr_domain(p->verp).n > 0)
		return rep_addr_domain(p->verp);
	return p->reported_domain;
}

/* Who runs the mailbox that complained: by its address, else by who reports. */
static struct rep_str
provider_of(const struct rep_know *know, const struct rep_report *p)
{
	const struct rep_providers *all = rep_know_providers(know);
	const struct rep_provider *v = rep_provider_by_domain(all, rep_addr_domain(p->recipient));

	if (v == NULL)
		v = rep_provider_by_domain(all, rep_registered_domain(p->reporter));
	if (v == NULL)
		v = rep_provider_by_host(all, p->reporting_mta);
	return v != NULL ? v->id : REP_S("other");
}

static enum rep_rc
keep_complaint(struct rep_wire *w, const struct rep_report *p, const struct rep_meaning *m,
    struct rep_kept *n, struct rep_err *err)
{
	struct rep_complaint c = { .at_s = p->at_s,
		.count = p->count,
		.type = (uint8_t)rep_feedback_parse(p->feedback_type),
		.redacted = p->redacted,
		.source_ip = p->source_ip };
	struct rep_complaint_names names = { .provider = provider_of(w->o.know, p),
		.route = p->route,
		.domain = domain_of(p),
		.reporter = p->reporter,
		.message_id = p->message_id,
		.recipient = p->recipient };
	enum rep_rc rc;
	bool fresh;

	/* The account's own suppression list answers for the mailbox: nobody complained anew. */
	if (p->suppressed) {
		n->no_fact++;
		return REP_OK;
	}
	c.matched = is_our_domain(w, names.domain) || is_our_domain(w, p->reported_domain) ||
	    is_our_address(w, &p->source_ip, err);
	/* A stranger's name must not become one of ours by being complained of. */
	if (c.matched)
		names.stream = m->stream;
	if ((rc = rep_store_complaint(w->o.store, &c, &names, &fresh, err)) != REP_OK)
		return rc;
	*(fresh ? &n->complaints : &n->known) += 1;
	n->unmatched += fresh && !c.matched;
	return REP_OK;
}

enum rep_rc
rep_keep_report(struct rep_wire *w, const struct rep_report *p, const struct rep_meaning *m,
    struct rep_kept *n, struct rep_err *err)
{
	struct rep_fact f;
	enum rep_rc rc;
	bool fresh;

	if (p->kind == REP_REPORT_COMPLAINT)
		return keep_complaint(w, p, m, n, err);
	if (p->kind == REP_REPORT_NOTICE) {
		n->notices++;
		return REP_OK;
	}
	if (!rep_meaning_fact(p, m, &f)) {
		n->no_fact++;
		return REP_OK;
	}
	if ((rc = rep_wire_fact(w, &f, &fresh, err)) != REP_OK)
		return rc;
	if (!fresh)
		n->known++;
	else if (p->kind == REP_REPORT_BOUNCE)
		n->bounces++;
	else
		n->deliveries++;
	return REP_OK;
}
