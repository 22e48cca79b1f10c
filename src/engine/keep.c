/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/keep.h"
#include "base/time.h"
#include "mail/addr.h"

#include <stdlib.h>

enum {
	WAITING_MAX = 4096,
	WAITING_BYTES = 32 << 20,
	LATE_S = REP_DAY_S /* later than this after the newest fact: its log may not be read yet */
};

/*
 * True when we sent mail of this domain, or of the domain it is registered under: there is a stream
 * of it. So what arrives by mail must never make new streams (rep_keep_report, settle_one). The
 * answer for the last domain is kept, and only names that are new since then are looked at.
 */
static bool
is_our_domain(struct rep_wire *w, struct rep_kept *n, struct rep_str domain)
{
	struct rep_names names =
	    w->o.store != NULL ? rep_store_names(w->o.store) : (struct rep_names){ NULL, 0 };
	struct rep_str registered = rep_registered_domain(domain);
	uint32_t i = 1;

	if (registered.n == 0 || registered.n > sizeof n->asked_domain)
		return false;
	if (rep_str_eq((struct rep_str){ n->asked_domain, n->asked_domain_n }, registered)) {
		if (n->asked_is_ours)
			return true;
		i = n->asked_names_n;
	}
	memcpy(n->asked_domain, registered.p, registered.n);
	n->asked_domain_n = registered.n;
	n->asked_names_n = names.n > 1 ? names.n : 1;
	n->asked_is_ours = false;
	for (; i < names.n; i++) {
		size_t slash = rep_str_chr(names.v[i], '/', 0);
		struct rep_str d = rep_str_sub(names.v[i], 0, slash == SIZE_MAX ? 0 : slash);

		if (d.n >= registered.n && rep_str_ends_nocase(d, registered) &&
		    (d.n == registered.n || d.p[d.n - registered.n - 1] == '.')) {
			n->asked_is_ours = true;
			return true;
		}
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

/* The provider of the mailbox that complained: by its address, else by who reports. */
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

/* --- complaints that wait ------------------------------------------------------------------------ */

/* The texts are copies in the arena. `provider` is one of know's. */
struct waiting_one {
	struct rep_complaint c;
	struct rep_complaint_names names;
	struct rep_str reported_domain;
	int64_t arrival_s; /* when the message arrived there; 0: not said */
};

struct rep_waiting {
	struct waiting_one v[WAITING_MAX];
	struct rep_traced asked[WAITING_MAX];
	size_t n;
	struct rep_arena *a; /* owned */
};

static enum rep_rc
make_waiting(struct rep_kept *n, struct rep_err *err)
{
	struct rep_waiting *q;

	if (n->waiting != NULL)
		return REP_OK;
	if ((q = calloc(1, sizeof *q)) == NULL || (q->a = rep_arena_new(WAITING_BYTES)) == NULL) {
		free(q);
		return rep_fail(err, REP_EMEM, "out of memory for complaints");
	}
	n->waiting = q;
	return REP_OK;
}

/* Copies the views into the document. False: no room. */
static bool
own(struct rep_waiting *q, struct waiting_one *one)
{
	struct rep_str *texts[] = { &one->names.stream, &one->names.route, &one->names.domain,
		&one->names.reporter, &one->names.message_id, &one->names.recipient,
		&one->reported_domain };

	for (size_t i = 0; i < REP_COUNT(texts); i++) {
		*texts[i] = rep_arena_dup(q->a, *texts[i]);
		if (texts[i]->p == NULL)
			return false;
	}
	return true;
}

static enum rep_rc
keep_complaint(struct rep_wire *w, const struct rep_report *p, const struct rep_meaning *m,
    struct rep_kept *n, struct rep_err *err)
{
	struct waiting_one one = { .c = { .at_s = p->at_s,
				       .count = p->count,
				       .type = (uint8_t)rep_feedback_parse(p->feedback_type),
				       .redacted = p->redacted,
				       .source_ip = p->source_ip },
		.names = { .provider = provider_of(w->o.know, p),
		    .stream = m->stream,
		    .route = p->route,
		    .domain = domain_of(p),
		    .reporter = p->reporter,
		    .message_id = p->message_id,
		    .recipient = p->recipient },
		.reported_domain = p->reported_domain,
		.arrival_s = p->arrival_s };
	struct waiting_one owned = one;
	enum rep_rc rc;

	/* The sending service's own suppression list refused this; nobody complained again. */
	if (p->suppressed) {
		n->no_fact++;
		return REP_OK;
	}
	if ((rc = make_waiting(n, err)) != REP_OK)
		return rc;
	if (n->waiting->n == WAITING_MAX || !own(n->waiting, &owned)) {
		owned = one;
		if ((rc = rep_keep_settle(w, n, err)) != REP_OK)
			return rc;
		if (!own(n->waiting, &owned))
			return rep_fail(err, REP_ELIMIT, "a complaint of more than %d bytes",
			    (int)WAITING_BYTES);
	}
	n->waiting->v[n->waiting->n++] = owned;
	return REP_OK;
}

/*
 * That a Message-ID is in no delivery means something only for times that the logs cover. It means
 * nothing when there are no facts, outside that time, or for a service that sets its own
 * Message-IDs.
 */
static bool
is_untraced(const struct waiting_one *one, const struct rep_traced_span *span)
{
	int64_t at_s = one->arrival_s != 0 ? one->arrival_s : one->c.at_s;

	return one->names.message_id.n > 0 && one->names.route.n == 0 && span->first_s != 0 &&
	    at_s >= span->first_s && at_s < span->last_s + LATE_S;
}

static enum rep_rc
settle_one(struct rep_wire *w, struct waiting_one *one, const struct rep_traced *m,
    const struct rep_traced_span *span, struct rep_kept *n, struct rep_err *err)
{
	struct rep_names names = rep_store_names(w->o.store);
	enum rep_rc rc;
	bool fresh, ours;

	ours = m->found || is_our_domain(w, n, one->names.domain) ||
	    is_our_domain(w, n, one->reported_domain);
	one->c.matched = ours || is_our_address(w, &one->c.source_ip, err);
	one->c.untraced = one->c.matched && !m->found && is_untraced(one, span);
	/*
	 * The name of a stranger must not become one of our streams because somebody complained.
	 * The address that a complaint claims is no proof either: anybody knows our addresses.
	 */
	if (!ours)
		one->names.stream = (struct rep_str){ "", 0 };
	if (m->found && m->stream != 0)
		one->names.stream = rep_name(&names, m->stream);
	if (m->found && rep_str_eq(one->names.provider, REP_S("other")))
		one->names.provider = rep_name(&names, m->provider);
	if ((rc = rep_store_complaint(w->o.store, &one->c, &one->names, &fresh, err)) != REP_OK)
		return rc;
	*(fresh ? &n->complaints : &n->known) += 1;
	n->unmatched += fresh && (!one->c.matched || one->c.untraced);
	return REP_OK;
}

enum rep_rc
rep_keep_settle(struct rep_wire *w, struct rep_kept *n, struct rep_err *err)
{
	struct rep_waiting *q = n->waiting;
	struct rep_traced_span span = { 0 };
	enum rep_rc rc;

	if (q == NULL || q->n == 0)
		return REP_OK;
	for (size_t i = 0; i < q->n; i++)
		q->asked[i] = (struct rep_traced){ .id = q->v[i].names.message_id };
	rc = rep_store_message(w->o.store, q->asked, q->n, &span, err);
	for (size_t i = 0; i < q->n && rc == REP_OK; i++)
		rc = settle_one(w, &q->v[i], &q->asked[i], &span, n, err);
	q->n = 0;
	rep_arena_reset(q->a);
	return rc;
}

void
rep_keep_fini(struct rep_kept *n)
{
	if (n->waiting != NULL)
		rep_arena_free(n->waiting->a);
	free(n->waiting);
	n->waiting = NULL;
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
	/* Anybody can mail a bounce in the name of any sender. */
	if (p->kind == REP_REPORT_BOUNCE && !is_our_domain(w, n, f.sender_domain))
		f.stream = (struct rep_str){ "", 0 };
	if ((rc = rep_wire_fact(w, &f, &fresh, err)) != REP_OK)
		return rc;
	if (!fresh)
		n->known++;
	else if (f.status == REP_STATUS_DELAYED)
		n->delays++;
	else if (p->kind == REP_REPORT_BOUNCE)
		n->bounces++;
	else
		n->deliveries++;
	return REP_OK;
}
