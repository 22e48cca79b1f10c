/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/looks.h"
#include "audit/spf_tree.h"
#include "base/hash.h"
#include "engine/spf_kept.h"

#include <unistd.h>

enum {
	FOUND_MAX = 4096,
	ASKED_MAX = 8192,
	DETAIL_MAX = 400,
	SAMPLES_MAX = 500,
	SAID_MAX = 1 << 20
};

void
rep_looks_init(struct rep_looks *k, struct rep_arena *a, int64_t at_s)
{
	*k = (struct rep_looks){ .a = a,
		.at_s = at_s,
		.v = rep_arena_alloc(a, FOUND_MAX * sizeof *k->v),
		.asked = rep_arena_alloc(a, ASKED_MAX * sizeof *k->asked) };
	k->small = k->v == NULL || k->asked == NULL;
}

/* --- collecting -------------------------------------------------------------------------------------- */

static void
asked(struct rep_looks *k, struct rep_str subject, struct rep_str part, const char *kind,
    bool known, struct rep_str why)
{
	if (k->small || k->asked_n == ASKED_MAX || subject.p == NULL || part.p == NULL) {
		k->small = true;
		return;
	}
	k->asked[k->asked_n++] = (struct rep_looked){ .subject = subject,
		.part = part,
		.kind = rep_str_c(kind),
		.why = known ? (struct rep_str){ "", 0 } : rep_shown(k->a, why, 200),
		.known_s = known,
		.failed_s = !known };
}

static void
add(struct rep_looks *k, const struct rep_found *f)
{
	if (k->small || k->n == FOUND_MAX || f->subject.p == NULL || f->part.p == NULL ||
	    f->detail.p == NULL || f->text.p == NULL) {
		k->small = true;
		return;
	}
	k->v[k->n++] = *f;
}

/* A value as a key: the value itself, or as much of it as fits and a hash of all of it. */
static struct rep_str
as_detail(struct rep_looks *k, struct rep_str value)
{
	struct rep_str shown = rep_shown(k->a, value, SIZE_MAX);
	struct rep_str begins = rep_str_sub(shown, 0, DETAIL_MAX);

	return begins.n == shown.n ? shown
				   : rep_arena_printf(k->a, "%.*s... %016llx", REP_PR(begins),
					 (unsigned long long)rep_hash(value));
}

static void
record(struct rep_looks *k, struct rep_str subject, struct rep_str part, const char *kind,
    struct rep_str value)
{
	if (value.n == 0)
		return;
	add(k,
	    &(struct rep_found){ .subject = subject,
		.part = part,
		.id = rep_str_c(kind),
		.detail = as_detail(k, value),
		.text = rep_shown(k->a, value, REP_FOUND_TEXT_MAX),
		.fix = { "", 0 },
		.record = true });
}

static struct rep_str
ip_text(struct rep_looks *k, const struct rep_ip *ip)
{
	char text[REP_IP_TEXT];

	return rep_arena_dup(k->a, rep_str_c(rep_ip_text(ip, text)));
}

/*
 * "dkim" for the selectors that every look tries, "dkim/NAME" for a selector that only some looks
 * try.
 */
static struct rep_str
dkim_part(struct rep_looks *k, struct rep_str selector)
{
	struct rep_str shown;

	if (rep_audit_dkim_usual(selector))
		return REP_S("dkim");
	shown = rep_shown(k->a, selector, 80);
	return rep_arena_printf(k->a, "dkim/%.*s", REP_PR(shown));
}

static void
dkim(struct rep_looks *k, struct rep_str domain, const struct rep_audit_dkim *d)
{
	asked(k, domain, REP_S("dkim"), "", d->failed == 0 && !d->wildcard,
	    d->wildcard ? REP_S("every name below _domainkey has the same answer")
			: REP_S("not all usual selectors could be asked"));
	for (size_t i = 0; i < d->n; i++) {
		const struct rep_audit_key *key = &d->v[i];
		struct rep_str part = dkim_part(k, key->selector);

		if (!rep_audit_dkim_usual(key->selector))
			asked(k, domain, part, "", !rep_dns_failed(key->answer->state),
			    rep_str_c(rep_dns_state_text(key->answer->state)));
		if (key->answer->n > 0)
			record(k, domain, part, "dkim",
			    rep_arena_printf(k->a, "%.*s: %.*s", REP_PR(key->selector),
				REP_PR(key->answer->rr[0]->data)));
	}
}

static bool
tlsa_known(const struct rep_audit_mail *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].tlsa != NULL && rep_dns_failed(m->v[i].tlsa->state))
			return false;
	return !rep_dns_failed(m->mx->state);
}

static bool
caa_known(const struct rep_audit_mail *m)
{
	for (size_t i = 0; i < m->caa_n; i++)
		if (m->caa[i].failed)
			return false;
	return !rep_dns_failed(m->mx->state);
}

static bool
tls_known(const struct rep_audit_tls *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].seen.state < REP_STARTTLS_NOT_OFFERED)
			return false;
	return t->more == 0;
}

static void
mail(struct rep_looks *k, struct rep_str domain, const struct rep_audit_mail *m)
{
	static const struct rep_str no = { "no answer", 9 };
	char host[REP_NAME_TEXT];

	asked(k, domain, REP_S("mx"), "", !rep_dns_failed(m->mx->state),
	    rep_str_c(rep_dns_state_text(m->mx->state)));
	asked(k, domain, REP_S("mta-sts"), "", !m->sts.failed, no);
	asked(k, domain, REP_S("tls-rpt"), "", !m->tlsrpt.failed, no);
	asked(k, domain, REP_S("tlsa"), "", tlsa_known(m), no);
	asked(k, domain, REP_S("caa"), "", caa_known(m), no);
	asked(k, domain, REP_S("bimi"), "", !m->bimi.failed, no);
	for (size_t i = 0; i < m->n; i++)
		record(k, domain, REP_S("mx"), "mx",
		    rep_arena_printf(
			k->a, "%u %s", m->v[i].preference, rep_name_text(&m->v[i].host, host)));
}

/* A part of an address as seen from one domain: "PART/DOMAIN". */
static struct rep_str
part_for(struct rep_looks *k, const char *part, struct rep_str domain)
{
	return rep_arena_printf(k->a, "%s/%.*s", part, REP_PR(domain));
}

/* What the record costs. Where that is not known, or does not fit, what is stored stays. */
static void
spf_tree(struct rep_looks *k, struct rep_str domain, const struct rep_spf_audit *o)
{
	struct rep_json j;
	struct rep_buf b;

	if (o->state == REP_SPF_STATE_FAILED)
		return;
	if (o->state != REP_SPF_STATE_OK) {
		k->spf_domain = domain;
		return;
	}
	rep_buf_init(&b, REP_SPF_KEPT_MAX);
	rep_json_init(&j, &b);
	rep_json_obj(&j, NULL);
	rep_json_time(&j, "known", k->at_s);
	rep_spf_tree_json(&j, o, REP_SPF_KEPT_TERMS);
	rep_json_end_obj(&j);
	if (!b.full) { /* the records of others can be long: these do not keep what is ours from the store */
		k->spf_domain = domain;
		k->spf = rep_arena_dup(k->a, rep_buf_str(&b));
		k->small = k->small || k->spf.p == NULL;
	}
	rep_buf_fini(&b);
}

void
rep_looks_domain(
    struct rep_looks *k, const struct rep_audit_in *in, const struct rep_audit_domain *d)
{
	const struct rep_dmarc_at *at =
	    d->dmarc.by_walk != NULL ? d->dmarc.by_walk : d->dmarc.by_psl;
	const struct rep_dns_answer *own =
	    d->dmarc.steps > 0 ? d->dmarc.step[0].answer : d->dmarc.psl.answer;
	bool spf = d->spf.state != REP_SPF_STATE_FAILED,
	     dmarc = at != NULL || own == NULL || !rep_dns_failed(own->state),
	     mx = !rep_dns_failed(d->mail.mx->state);

	asked(k, in->domain_text, REP_S("spf"), "", spf, d->spf.reason);
	asked(k, in->domain_text, REP_S("dmarc"), "", dmarc,
	    dmarc ? REP_S("") : rep_str_c(rep_dns_state_text(own->state)));
	asked(k, in->domain_text, REP_S("ns"), "", !rep_dns_failed(d->zone.ns->state),
	    rep_str_c(rep_dns_state_text(d->zone.ns->state)));
	asked(k, in->domain_text, REP_S("misplaced"), "", !d->misplaced_failed,
	    REP_S("what is below the domain written twice could not be asked"));
	asked(k, in->domain_text, REP_S("parked"), "",
	    spf && dmarc && mx && d->sends != REP_SENDS_UNKNOWN,
	    REP_S("not all of SPF, DKIM, DMARC and MX could be asked or read"));
	asked(k, in->domain_text, REP_S("dnssec"), "", d->dnssec.state != REP_DNSSEC_UNKNOWN,
	    REP_S("the resolver does not validate"));
	record(k, in->domain_text, REP_S("spf"), "spf", d->spf.record);
	spf_tree(k, in->domain_text, &d->spf);
	if (at != NULL)
		record(k, in->domain_text, REP_S("dmarc"), "dmarc", at->record.text);
	dkim(k, in->domain_text, &d->dkim);
	mail(k, in->domain_text, &d->mail);
	if (d->tls.asked)
		asked(k, in->domain_text, REP_S("starttls"), "", tls_known(&d->tls),
		    REP_S("not every server of the MX could be asked"));
	for (size_t i = 0; i < in->ip_n; i++) {
		asked(k, ip_text(k, &in->ip[i]), part_for(k, "spf", in->domain_text), "",
		    spf && d->checks[i].result != REP_SPF_TEMPERROR, d->spf.reason);
		asked(k, ip_text(k, &in->ip[i]), REP_S("dnssec"), "",
		    d->dnssec.ptr[i] || !rep_dns_failed(d->ptr[i].ptr->state),
		    rep_str_c(rep_dns_state_text(d->ptr[i].ptr->state)));
	}
}

void
rep_looks_ptr(struct rep_looks *k, const struct rep_ip *ip, struct rep_str domain,
    struct rep_str helo, const struct rep_audit_ptr *p)
{
	struct rep_str subject = ip_text(k, ip);
	bool known = p->state != REP_PTR_UNKNOWN;
	char text[REP_NAME_TEXT];

	asked(k, subject, REP_S("ptr"), "", known, rep_str_c(rep_dns_state_text(p->ptr->state)));
	if (domain.n > 0)
		asked(k, subject, part_for(k, "ptr", domain), "", known,
		    rep_str_c(rep_dns_state_text(p->ptr->state)));
	if (helo.n > 0)
		asked(k, subject, REP_S("helo"), "",
		    p->helo == NULL || !rep_dns_failed(p->helo->state),
		    p->helo == NULL ? REP_S("") : rep_str_c(rep_dns_state_text(p->helo->state)));
	for (size_t i = 0; i < p->names; i++)
		record(k, subject, REP_S("ptr"), "ptr",
		    rep_str_c(rep_name_text(&p->name[i].name, text)));
}

/* The purpose of a list: the word of its worst code. */
static const char *
list_kind(const struct rep_list *l)
{
	return rep_list_word_text(l->kind == REP_LIST_ALLOW ? REP_LIST_GOOD
		: l->codes > 0				    ? l->code[0].word
							    : REP_LIST_ABUSE);
}

void
rep_looks_lists(struct rep_looks *k, const struct rep_sweep *s)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t n = 0; n < s->subjects; n++) {
			const struct rep_sweep_hit *h = &s->v[i].hit[n];

			if ((s->subject[n].ip.version == 0) == h->list->domains)
				asked(k, s->subject[n].text, s->v[i].shown, list_kind(h->list),
				    h->state != REP_SWEEP_UNKNOWN, h->why);
		}
}

/* --- findings --------------------------------------------------------------------------------------- */

/*
 * By the beginning of a finding's id, the part whose look shows whether it is gone. The first match
 * counts.
 */
static const struct {
	const char *begins, *part;
	bool of_domain; /* it is about an address, as seen from a domain */
	bool terms;	/* several findings have this id: the evidence tells them apart */
} parts[] = {
	{ "spf-does-not-cover", "spf", true, false },
	{ "spf-dead", "spf", false, true },
	{ "spf-duplicate", "spf", false, true },
	{ "spf-after-all", "spf", false, true },
	{ "spf-ptr", "spf", false, true },
	{ "spf-pass-all", "spf", false, true },
	{ "spf-too-broad", "spf", false, true },
	{ "spf-", "spf", false, false },
	{ "dmarc-rua-", "dmarc", false, true },
	{ "dmarc-", "dmarc", false, false },
	{ "mx-dead", "mx", false, true },
	{ "mx-cname", "mx", false, true },
	{ "mx-private", "mx", false, true },
	{ "mx-literal", "mx", false, true },
	{ "mx-address-unknown", "mx", false, true },
	{ "mx-no-tls", "starttls", false, true },
	{ "mx-certificate", "starttls", false, true },
	{ "mx-tls-unknown", "starttls", false, false },
	{ "mx-", "mx", false, false },
	{ "mta-sts-mx", "mta-sts", false, true },
	{ "mta-sts-", "mta-sts", false, false },
	{ "tls-rpt-", "tls-rpt", false, false },
	{ "tlsa-mismatch", "starttls", false, true },
	{ "tlsa-", "tlsa", false, true },
	{ "caa-", "caa", false, true },
	{ "ns-failing", "ns", false, true },
	{ "ns-few", "ns", false, false },
	{ "record-at-wrong-name", "misplaced", false, true },
	{ "bimi-", "bimi", false, false },
	{ "parked-", "parked", false, false },
	{ "dnssec-bogus-elsewhere", "dnssec", false, true },
	{ "dnssec-", "dnssec", false, false },
	{ "ptr-foreign", "ptr", true, false },
	{ "ptr-", "ptr", false, false },
	{ "helo-", "helo", false, false },
};

/* For a listing: the part is the zone, and the word of the answer tells abuse from policy. */
static bool
listing(const struct rep_finding *x, const struct rep_sweep *s, struct rep_found *f)
{
	f->part = x->detail;
	for (size_t i = 0; s != NULL && i < s->n; i++)
		for (size_t n = 0; n < s->subjects && rep_str_eq(s->v[i].shown, x->detail); n++)
			if (rep_str_eq(s->subject[n].text, x->subject))
				f->detail = rep_str_c(rep_list_word_text(s->v[i].hit[n].word));
	return x->detail.n > 0;
}

/* Makes the stored form of a finding. False: it is not stored. */
static bool
as_found(struct rep_looks *k, const struct rep_finding *x, struct rep_str domain,
    const struct rep_sweep *s, struct rep_found *f)
{
	struct rep_str id = rep_str_c(x->id);
	struct rep_ip ip;
	size_t key = rep_str_find_nocase(x->subject, REP_S("._domainkey."), 0);

	*f = (struct rep_found){ .subject = x->subject,
		.part = { "", 0 },
		.id = id,
		.detail = { "", 0 },
		.text = rep_shown(k->a, x->evidence, REP_FOUND_TEXT_MAX),
		.fix = rep_finding_todo(k->a, x),
		.severity = (uint8_t)x->severity };
	if (rep_str_starts(id, REP_S("listed-")))
		return listing(x, s, f);
	/* A zone of others is looked at with the domain, whose look shows whether it is gone. */
	if (rep_str_eq(id, REP_S("dnssec-bogus-elsewhere")) && domain.n > 0 &&
	    !rep_str_eq(x->subject, domain) && !rep_ip_parse(x->subject, &ip)) {
		f->subject = domain;
		f->detail = x->subject;
		f->part = REP_S("dnssec");
		return true;
	}
	if (rep_str_starts(id, REP_S("dkim-"))) {
		f->part = REP_S("dkim");
		if (key != SIZE_MAX) {
			f->subject = domain;
			f->detail = rep_str_sub(x->subject, 0, key);
			f->part = dkim_part(k, f->detail);
		}
		return true;
	}
	for (size_t i = 0; i < REP_COUNT(parts); i++) {
		if (!rep_str_starts(id, rep_str_c(parts[i].begins)))
			continue;
		f->part = parts[i].of_domain ? part_for(k, parts[i].part, domain)
					     : rep_str_c(parts[i].part);
		if (parts[i].terms)
			f->detail = as_detail(k, x->evidence);
		return true;
	}
	return false;
}

void
rep_looks_findings(struct rep_looks *k, const struct rep_findings *f, struct rep_str domain,
    const struct rep_sweep *s)
{
	struct rep_found found;

	for (size_t i = 0; i < f->n; i++)
		if (as_found(k, &f->v[i], domain, s, &found))
			add(k, &found);
}

/* --- the store --------------------------------------------------------------------------------------- */

static bool
of_this_look(const struct rep_looks *k, struct rep_str subject)
{
	for (size_t i = 0; i < k->asked_n; i++)
		if (rep_str_eq(k->asked[i].subject, subject))
			return true;
	return false;
}

static bool
configured(const struct rep_session *s, const struct rep_ip *ip)
{
	for (size_t i = 0; i < s->cfg->n_sources; i++)
		if (rep_ip_eq(&s->cfg->sources[i].public, ip))
			return true;
	return false;
}

static void
add_known(struct rep_audit_known *v, size_t *n, const struct rep_ip *ip, bool stated)
{
	for (size_t i = 0; i < *n; i++)
		if (rep_ip_eq(&v[i].ip, ip))
			return;
	if (*n < REP_LOOKS_KNOWN && ip->version != 0)
		v[(*n)++] = (struct rep_audit_known){ *ip, stated };
}

size_t
rep_looks_known(
    const struct rep_session *s, struct rep_arena *a, const struct rep_audit_known **out)
{
	struct rep_audit_known *v = rep_arena_alloc(a, REP_LOOKS_KNOWN * sizeof *v);
	const struct rep_source *source;
	struct rep_store *store = NULL;
	size_t n = 0, sources = 0;
	struct rep_err err;

	*out = v;
	if (v == NULL)
		return 0;
	for (size_t i = 0; i < s->cfg->n_sources; i++)
		add_known(v, &n, &s->cfg->sources[i].public, true);
	if (access(rep_session_db(s), F_OK) != 0 ||
	    rep_session_store(s, REP_STORE_READ_ONLY, &store, &err) != REP_OK)
		return n;
	if (rep_store_sources(store, &source, &sources, &err) == REP_OK)
		for (unsigned by = REP_KNOWN_CONFIGURED; by >= REP_KNOWN_LEARNT; by--)
			for (size_t i = 0; i < sources; i++)
				if (source[i].known_by == by)
					add_known(v, &n, &source[i].public, by > REP_KNOWN_LEARNT);
	rep_store_close(store);
	return n;
}

struct rep_str
rep_looks_said(const struct rep_session *s, struct rep_arena *a)
{
	struct rep_str any = { "", 0 }, out = { "", 0 };
	const struct rep_sample *v;
	struct rep_store *store = NULL;
	struct rep_err err;
	struct rep_buf b;
	size_t n = 0;

	if (access(rep_session_db(s), F_OK) != 0 ||
	    rep_session_store(s, REP_STORE_READ_ONLY, &store, &err) != REP_OK)
		return out;
	rep_buf_init(&b, SAID_MAX);
	if (rep_store_samples(store, any, any, any, SAMPLES_MAX, &v, &n, &err) == REP_OK)
		for (size_t i = 0; i < n; i++)
			rep_buf_printf(&b, "%.*s\n", REP_PR(v[i].text));
	out = rep_arena_dup(a, rep_buf_str(&b));
	rep_buf_fini(&b);
	rep_store_close(store);
	return out;
}

static enum rep_rc
is_own(const struct rep_session *s, struct rep_looks *k, struct rep_store *store,
    const struct rep_ip *ip, const struct rep_found_all *all, bool *own, struct rep_err *err)
{
	const struct rep_source *v;
	enum rep_rc rc;
	size_t n;

	*own = configured(s, ip);
	for (size_t i = 0; i < all->looked_n && !*own; i++)
		*own = of_this_look(k, all->looked[i].subject);
	if (*own || (rc = rep_store_sources(store, &v, &n, err)) != REP_OK)
		return *own ? REP_OK : rc;
	for (size_t i = 0; i < n && !*own; i++)
		*own = rep_ip_eq(&v[i].public, ip);
	return REP_OK;
}

/*
 * Copies the stays of these subjects into the arena, because the store is closed before they are
 * shown.
 */
static void
copy_history(struct rep_looks *k, const struct rep_found_all *all)
{
	k->history = rep_arena_alloc(k->a, (all->n + 1) * sizeof *k->history);
	for (size_t i = 0; k->history != NULL && i < all->n; i++) {
		struct rep_found f = all->v[i];

		if (!of_this_look(k, f.subject))
			continue;
		f.subject = rep_arena_dup(k->a, f.subject);
		f.part = rep_arena_dup(k->a, f.part);
		f.id = rep_arena_dup(k->a, f.id);
		f.detail = rep_arena_dup(k->a, f.detail);
		f.text = rep_arena_dup(k->a, f.text);
		f.fix = (struct rep_str){ "", 0 };
		if (f.subject.p != NULL && f.part.p != NULL && f.id.p != NULL &&
		    f.detail.p != NULL && f.text.p != NULL)
			k->history[k->history_n++] = f;
	}
}

static enum rep_rc
keep(const struct rep_session *s, struct rep_looks *k, struct rep_store *store,
    const struct rep_ip *ip, struct rep_err *err)
{
	const struct rep_look look = { k->at_s, k->v, k->n, k->asked, k->asked_n };
	struct rep_found_all all;
	bool own = true, kept = false;
	enum rep_rc rc;

	if ((rc = rep_store_found(store, &all, err)) != REP_OK ||
	    (ip != NULL && (rc = is_own(s, k, store, ip, &all, &own, err)) != REP_OK) || !own)
		return rc;
	for (size_t i = 0; i < all.looked_n; i++) {
		int64_t at_s = all.looked[i].known_s > all.looked[i].failed_s
		    ? all.looked[i].known_s
		    : all.looked[i].failed_s;

		if (of_this_look(k, all.looked[i].subject) && at_s > k->before_s)
			k->before_s = at_s;
	}
	if ((rc = rep_store_begin(store, err)) != REP_OK)
		return rc;
	rc = rep_store_look_put(store, &look, &kept, err);
	if (rc == REP_OK && kept && k->spf_domain.n > 0)
		rc = rep_spf_kept_put(store, k->spf_domain, k->at_s, k->spf, err);
	if (rc == REP_OK)
		rc = rep_store_commit(store, err);
	if (rc != REP_OK) {
		rep_store_rollback(store);
		return rc;
	}
	if (kept && (rc = rep_store_found(store, &all, err)) == REP_OK) {
		copy_history(k, &all);
		k->stored = true;
	}
	return rc;
}

void
rep_looks_store(const struct rep_session *s, struct rep_looks *k, const struct rep_ip *own)
{
	bool make = s->db != NULL && (own == NULL || configured(s, own));
	struct rep_store *store = NULL;
	struct rep_err err = { .msg = "more was found than there is room for" };
	enum rep_rc rc = REP_ELIMIT;

	if (s->only_reads)
		return;
	if (!k->small)
		rc = access(rep_session_db(s), F_OK) != 0 && !make
		    ? REP_ENOTFOUND
		    : rep_session_store(s, make ? REP_STORE_CREATE : 0, &store, &err);
	if (rc == REP_OK)
		rc = keep(s, k, store, own, &err);
	rep_store_close(store);
	if (rc != REP_OK && rc != REP_ENOTFOUND)
		rep_session_say(s, REP_PROBLEM_NOTE,
		    "the results are shown, but could not be stored: %s", err.msg);
}

/* --- history ------------------------------------------------------------------------------------------ */

void
rep_looks_mark(const struct rep_looks *k, struct rep_findings *f, struct rep_str domain,
    const struct rep_sweep *s)
{
	struct rep_looks scratch = { .a = k->a };
	struct rep_found x;

	for (size_t i = 0; i < f->n && k->stored; i++) {
		if (!as_found(&scratch, &f->v[i], domain, s, &x))
			continue;
		for (size_t n = 0; n < k->history_n; n++) {
			const struct rep_found *h = &k->history[n];

			if (h->gone_s != 0 || h->record || !rep_str_eq(h->subject, x.subject) ||
			    !rep_str_eq(h->part, x.part) || !rep_str_eq(h->id, x.id) ||
			    !rep_str_eq(h->detail, x.detail))
				continue;
			f->v[i].since_s = h->first_s;
			f->v[i].clear_s = h->clear_s;
			f->v[i].changed = h->first_s < k->at_s ? "same"
			    : h->clear_s != 0		       ? "new"
							       : "first";
		}
	}
}
