/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/spf_fix.h"
#include "auth/dmarc.h"
#include "auth/spf_leaf.h"
#include "dns/overlay.h"

#include <stdio.h>

enum { MAX_STRANGERS = 64 };

/* A record in the place of the one in DNS: what it leads to, and who passes. */
struct trial {
	struct rep_dns_overlay overlay;
	struct rep_dns_view view;
	struct rep_spf_audit walk;
	struct rep_spf_check own[REP_AUDIT_MAX_IPS];
};

struct fixing {
	const struct rep_audit_in *in;
	const struct rep_dns_view *view;
	struct rep_arena *a;
	struct rep_str sender;
	struct rep_spf_fix *out;
	bool unread; /* terms in one of them cannot be read */
	bool keeps;  /* what leads to an error is kept as far as it works, or written as meant */
};

static bool
check(const struct fixing *x, const struct rep_dns_view *v, const struct rep_ip *ip,
    struct rep_spf_check *out)
{
	struct rep_spf_query q = {
		.ip = *ip, .sender = x->sender, .helo = x->in->domain_text, .now_s = x->in->now_s
	};

	return rep_spf_eval(&q, v, x->a, out);
}

/* Puts a record in place. False: the view does not know enough yet, or out of memory. */
static bool
try_record(const struct fixing *x, struct rep_str record, struct trial *t)
{
	bool known;

	rep_dns_overlay_init(&t->overlay, x->a, x->view);
	if (!rep_dns_overlay_txt(&t->overlay, &x->in->domain, rep_spf_is_record, record))
		return false;
	t->view = rep_dns_overlay_view(&t->overlay);
	known = rep_spf_audit(&x->in->domain, &t->view, x->a, &t->walk);
	for (size_t i = 0; i < x->in->ip_n && i < REP_AUDIT_MAX_IPS; i++)
		known = check(x, &t->view, &x->in->ip[i], &t->own[i]) && known;
	return known;
}

/*
 * Own records that this one includes, and that are errors: puts them in place as they were meant, and
 * walks again. What they say can then stand in the record itself. False: not known yet.
 */
static bool
mend_below(struct fixing *x, struct trial *t)
{
	bool found = true, known = true;
	struct rep_name target;

	while (found && x->out->mended_n < REP_SPF_MENDED_MAX) {
		found = false;
		for (size_t i = 0; i < t->walk.n && x->out->mended_n < REP_SPF_MENDED_MAX; i++) {
			const struct rep_spf_leaf *l = &t->walk.leaf[i];
			struct rep_spf_repair *read;
			const struct rep_dns_answer *txt;

			if ((l->state != REP_SPF_STATE_SYNTAX &&
				l->state != REP_SPF_STATE_SEVERAL) ||
			    !rep_spf_target(l, &x->in->domain, &target))
				continue;
			if (!rep_dmarc_same_org(&target, &x->in->domain) ||
			    (read = rep_arena_alloc(x->a, sizeof *read)) == NULL ||
			    (txt = rep_dns_get(&t->view, &target, REP_DNS_TXT)) == NULL)
				continue;
			known = rep_spf_repair(txt, &t->view, x->a, read) && known;
			if (read->record.n == 0 ||
			    !rep_dns_overlay_txt(
				&t->overlay, &target, rep_spf_is_record, read->record))
				continue;
			x->out->mended[x->out->mended_n] = target;
			x->out->mended_read[x->out->mended_n++] = read;
			x->unread = x->unread || read->unread || read->guessed;
			found = true;
			break; /* the walk is another now */
		}
		if (found)
			known = rep_spf_audit(&x->in->domain, &t->view, x->a, &t->walk) && known;
	}
	for (size_t i = 0; i < x->in->ip_n && i < REP_AUDIT_MAX_IPS && x->out->mended_n > 0; i++)
		known = check(x, &t->view, &x->in->ip[i], &t->own[i]) && known;
	return known;
}

/* --- who must not pass --------------------------------------------------------------------------- */

/* Addresses all over the space (they are evaluated, never contacted), and neighbours of the own ones. */
static size_t
strangers(const struct rep_audit_in *in, struct rep_ip *v)
{
	static const char *const far[] = { "5.9.33.7", "23.45.67.89", "62.1.2.3", "93.184.216.34",
		"128.66.0.9", "151.3.4.5", "192.0.2.213", "198.51.100.213", "203.0.113.213",
		"217.5.6.7", "2001:db8:ffff::1", "2600:9000::7", "2a01:4f8::7" };
	size_t n = 0;

	for (size_t i = 0; i < REP_COUNT(far); i++)
		n += rep_ip_parse(rep_str_c(far[i]), &v[n]);
	for (size_t i = 0; i < in->ip_n && n + 2 < MAX_STRANGERS; i++)
		for (size_t k = 0; k < 2; k++) {
			v[n] = in->ip[i];
			v[n].b[in->ip[i].version == 6 ? (k == 0 ? 15 : 5) : (k == 0 ? 3 : 1)] ^= 1;
			n++;
		}
	return n;
}

/* Whether a term of the walk depends on the message: then each stranger would cost questions. */
static bool
has_macros(const struct rep_spf_audit *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->leaf[i].term->mech <= REP_SPF_REDIRECT && rep_spf_of_message(&w->leaf[i]))
			return true;
	return false;
}

/* Whether the term that let somebody pass stands in what was there before. */
static bool
stood_there(const struct rep_spf_audit *before, const struct rep_spf_check *now)
{
	for (size_t i = 0; i < before->n; i++)
		if (rep_str_eq_nocase(rep_spf_term_plain(before->leaf[i].term->text),
			rep_spf_term_plain(now->mechanism)))
			return true;
	return false;
}

static bool
own_ip(const struct rep_audit_in *in, const struct rep_ip *ip)
{
	for (size_t i = 0; i < in->ip_n; i++)
		if (rep_ip_eq(ip, &in->ip[i]))
			return true;
	return false;
}

/*
 * Whether somebody passes `after` who did not pass `before`, and not by a term that stood there. False
 * with *known false: not yet known.
 */
static bool
lets_in(const struct fixing *x, const struct trial *before, const struct trial *after, bool *known)
{
	struct rep_ip v[MAX_STRANGERS];
	size_t n = has_macros(&after->walk) ? 0 : strangers(x->in, v);
	struct rep_spf_check then, now;

	*known = true;
	for (size_t i = 0; i < n; i++) {
		if (own_ip(x->in, &v[i]))
			continue;
		if (!check(x, &after->view, &v[i], &now) || !check(x, &before->view, &v[i], &then))
			*known = false;
		else if (now.result == REP_SPF_PASS && then.result != REP_SPF_PASS &&
		    !stood_there(&before->walk, &now))
			return true;
	}
	return false;
}

/* --- the draft ----------------------------------------------------------------------------------- */

/* Own addresses that must be entered, because the record (NULL: none) does not let them pass. */
static size_t
missing(const struct rep_audit_in *in, const struct trial *t, struct rep_ip *add)
{
	size_t n = 0;

	for (size_t i = 0; i < in->ip_n && i < REP_AUDIT_MAX_IPS; i++)
		if (t == NULL || t->own[i].result != REP_SPF_PASS)
			add[n++] = in->ip[i];
	return n;
}

/*
 * Addresses of the store that passed and would no longer (after NULL: nobody would): those that
 * people stated are entered, as far as there is room; others are remembered.
 */
static bool
keep_known(const struct fixing *x, const struct trial *before, const struct trial *after,
    struct rep_ip *add, size_t *n)
{
	struct rep_spf_check then, now;
	bool known = true;

	for (size_t i = 0; i < x->in->known_n; i++) {
		const struct rep_audit_known *k = &x->in->known[i];

		now.result = REP_SPF_NONE;
		if (!check(x, &before->view, &k->ip, &then) ||
		    (after != NULL && !check(x, &after->view, &k->ip, &now)))
			known = false;
		else if (then.result != REP_SPF_PASS || now.result == REP_SPF_PASS)
			continue;
		else if (k->stated && *n < REP_AUDIT_MAX_IPS)
			add[(*n)++] = k->ip;
		else if (x->out->lost_n++ < REP_SPF_LOST_MAX)
			x->out->lost[x->out->lost_n - 1] = &k->ip;
	}
	return known;
}

/* Whether the record only refuses, or the domain has a null MX, and nobody names an address that sends. */
static bool
nobody_sends(const struct fixing *x, const struct rep_spf_audit *w)
{
	const struct rep_dns_answer *mx = rep_dns_get(x->view, &x->in->domain, REP_DNS_MX);
	bool only_all = w->n > 0;

	for (size_t i = 0; i < w->n; i++)
		only_all = only_all && w->leaf[i].term->mech == REP_SPF_ALL;
	return x->in->ip_n == 0 && x->in->known_n == 0 && only_all &&
	    (w->all == '-' || (mx != NULL && mx->n == 1 && mx->rr[0]->target->n == 1));
}

/*
 * The record, made twice: first without own addresses, to see who passes by it, then with those
 * that do not.
 */
static bool
draft(const struct fixing *x, const struct trial *read, struct rep_str *record)
{
	struct rep_ip add[REP_AUDIT_MAX_IPS];
	struct rep_spf_propose_in p = { .domain = x->in->domain,
		.mended = x->out->mended,
		.mended_n = x->out->mended_n,
		.unread = x->unread || x->out->read->unread || x->out->read->guessed,
		.errors_last = x->keeps,
		.silent_last = x->keeps,
		.as_meant = x->keeps,
		.nobody = nobody_sends(x, &read->walk) };
	struct trial *bare = rep_arena_alloc(x->a, sizeof *bare);

	if (x->out->begin.hosts != NULL)
		p.mailboxes = x->out->begin.hosts->spf;
	*record = (struct rep_str){ "", 0 };
	if (bare == NULL)
		return true;
	if (!rep_spf_propose(&p, &read->walk, &read->view, x->a, &x->out->made))
		return false;
	p.add = add;
	if (x->out->made.record.n == 0)
		bare = NULL;
	else if (!try_record(x, x->out->made.record, bare))
		return false;
	p.add_n = missing(x->in, bare, add);
	if (!keep_known(x, read, bare, add, &p.add_n))
		return false;
	if (p.add_n > 0 && !rep_spf_propose(&p, &read->walk, &read->view, x->a, &x->out->made))
		return false;
	*record = x->out->made.record;
	return true;
}

/* --- the proof ----------------------------------------------------------------------------------- */

/* What stays where a service is kept that works up to an error: only its owner can repair that. */
static bool
of_others(const struct rep_finding *x)
{
	return x->number == REP_FINDING_SPF_DEAD_INCLUDE ||
	    x->number == REP_FINDING_SPF_DEAD_NAME || x->number == REP_FINDING_SPF_TOO_MANY_VOID;
}

/* Which lookups find nothing: by terms of the record itself, or by what it includes. */
static struct rep_str
too_many_voids(const struct fixing *x, const struct rep_spf_audit *w)
{
	unsigned voids = rep_spf_voids(w);
	struct rep_str own;
	struct rep_buf b;

	rep_buf_init(&b, 2048);
	for (size_t i = 0; i < w->n; i++) {
		const struct rep_spf_leaf *l = &w->leaf[i];

		if (l->depth == 0 && !rep_spf_leaf_leads(l) &&
		    (voids == w->voids4 ? l->voids4 : l->voids6) > 0)
			rep_buf_printf(&b, "%s%.*s", b.n > 0 ? ", " : "", REP_PR(l->term->text));
	}
	own = rep_shown(x->a, rep_buf_str(&b), b.n);
	rep_buf_fini(&b);
	if (own.n > 0)
		return rep_arena_printf(x->a,
		    "%u lookups would find nothing, and 2 are allowed. In your own record these do: "
		    "%.*s. Write the addresses of yours that send in their place (ip4:, ip6:)",
		    voids, REP_PR(own));
	return rep_arena_printf(x->a,
	    "what it includes looks up %u names that find nothing, and 2 are allowed; only "
	    "the owner of that record can correct it: ask them, or leave the include out",
	    voids);
}

/* Why the record cannot be proposed. n == 0: it can. */
static struct rep_str
refusal(const struct fixing *x, const struct trial *t, const struct rep_findings *found)
{
	char ip[REP_IP_TEXT];

	if (t->walk.state != REP_SPF_STATE_OK || t->walk.truncated)
		return REP_S("what the record leads to is too large to be checked");
	for (size_t i = 0; i < x->in->ip_n && i < REP_AUDIT_MAX_IPS; i++) {
		const struct rep_spf_check *k = &t->own[i];

		if (k->result == REP_SPF_PASS && k->lookups <= REP_SPF_MAX_LOOKUPS &&
		    k->void_lookups <= REP_SPF_MAX_VOID)
			continue;
		return rep_arena_printf(x->a,
		    "no record that fits lets %s pass: it would get %s%s%.*s",
		    rep_ip_text(&x->in->ip[i], ip), rep_spf_result_text(k->result),
		    k->reason.n > 0 ? ", " : "", REP_PR(k->reason));
	}
	if (rep_spf_voids(&t->walk) > REP_SPF_MAX_VOID && x->out->made.half.n == 0)
		return too_many_voids(x, &t->walk);
	for (size_t i = 0; i < x->out->after->n; i++) {
		const struct rep_finding *left = &x->out->after->v[i];

		if (left->severity != REP_INFO && !rep_finding_among(found, left) &&
		    left->number != REP_FINDING_SPF_UNKNOWN &&
		    !rep_finding_among(x->out->theirs, left) &&
		    !(x->out->made.half.n > 0 && of_others(left)))
			return rep_arena_printf(
			    x->a, "a record without these faults would have another: %s", left->id);
	}
	return (struct rep_str){ "", 0 };
}

static bool
prove(const struct fixing *x, const struct trial *read, struct rep_str record,
    const struct rep_findings *found)
{
	struct trial *t = rep_arena_alloc(x->a, sizeof *t);
	struct rep_spf_repair none = { .notes = 0 };
	bool known = true;

	x->out->after = rep_arena_alloc(x->a, sizeof *x->out->after);
	x->out->theirs = rep_arena_alloc(x->a, sizeof *x->out->theirs);
	if (t == NULL || x->out->after == NULL || x->out->theirs == NULL) {
		x->out->after = NULL;
		return true;
	}
	if (!try_record(x, record, t))
		return false;
	rep_findings_init(x->out->after, x->a);
	rep_spf_findings(x->in, &t->walk, t->own, &none, x->out->after);
	rep_findings_init(x->out->theirs, x->a);
	rep_spf_findings_of_others(x->in, &t->walk, x->out->theirs);
	x->out->why = refusal(x, t, found);
	if (x->out->why.n == 0 && lets_in(x, read, t, &known))
		x->out->why = REP_S("every record that fits would let strangers pass");
	/* Own terms in front of an error are worth a record, though the error is there still. */
	if (x->out->why.n == 0 &&
	    (rep_findings_cure(x->out->after, found) || x->out->made.half.n > 0))
		x->out->record = record;
	return known;
}

/* --- all together ----------------------------------------------------------------------------------- */

/* Whether a record has no end within reach: then nothing can be proven about what it leads to. */
static bool
endless(const struct rep_spf_audit *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->leaf[i].state == REP_SPF_STATE_DEEP)
			return true;
	return w->truncated;
}

/* One way to write the record. x->out->why says why it cannot be proposed. */
static bool
attempt(const struct fixing *x, const struct trial *read, const struct rep_spf_audit *walk,
    const struct rep_findings *found)
{
	struct rep_spf_fix *out = x->out;
	struct rep_str record;

	out->why = (struct rep_str){ "", 0 };
	out->after = NULL;
	out->lost_n = 0;
	if (!draft(x, read, &record))
		return false;
	if (!out->made.fits && out->made.lookups > 0) {
		out->why = REP_S("no record with all of these services fits into 10 lookups");
		return true;
	}
	if (record.n == 0) {
		out->why = out->made.too_long
		    ? REP_S("the record that would stand there is too long to be written")
		    : REP_S("nothing would be left in the record: give your addresses with --ip");
		return true;
	}
	if (walk->state == REP_SPF_STATE_OK && rep_str_eq(record, walk->record))
		return true;
	return prove(x, read, record, found);
}

/* All ways to write what a record means, until one can be proposed. */
static bool
from(struct fixing *x, struct rep_str record, struct trial *read, const struct rep_spf_audit *walk,
    const struct rep_findings *found)
{
	const struct rep_spf_proposal *made;

	x->out->mended_n = 0;
	x->unread = false;
	if (!try_record(x, record, read) || !mend_below(x, read))
		return false;
	if (read->walk.state != REP_SPF_STATE_OK || endless(&read->walk)) {
		x->out->why = REP_S("too little of the record can be read");
		return true;
	}
	x->keeps = true;
	if (!attempt(x, read, walk, found))
		return false;
	made = &x->out->made;
	if (x->out->why.n == 0 ||
	    made->half.n + made->host.n + made->service.n + made->mistyped.n == 0)
		return true;
	x->keeps = false;
	return attempt(x, read, walk, found);
}

bool
rep_spf_fix_find(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_arena *a,
    const struct rep_spf_audit *walk, const struct rep_spf_repair *meant,
    const struct rep_findings *found, struct rep_spf_fix *out)
{
	struct fixing x = { .in = in,
		.view = v,
		.a = a,
		.sender = rep_arena_printf(a, "postmaster@%.*s", REP_PR(in->domain_text)),
		.out = out };
	const struct rep_dns_answer *txt = rep_dns_get(v, &in->domain, REP_DNS_TXT);
	struct trial *read = rep_arena_alloc(a, sizeof *read);
	struct rep_str record, moved;

	*out = (struct rep_spf_fix){ .read = meant };
	if (txt == NULL)
		return false;
	if (read == NULL || rep_dns_failed(txt->state))
		return true;
	if (endless(walk)) {
		out->why = REP_S("what the record includes is nested too deeply to be followed");
		return true;
	}
	if (!rep_spf_begin(in, v, a, meant, &out->begin))
		return false;
	record = out->begin.record;
	out->why = out->begin.why;
	if (record.n == 0 || found->n == 0)
		return true;
	if (!rep_spf_after_all(in, v, a, record, &moved, &out->moved) ||
	    !from(&x, moved, read, walk, found))
		return false;
	if (out->why.n == 0 || out->moved.n == 0)
		return true;
	out->moved.n = 0;
	return from(&x, record, read, walk, found);
}
