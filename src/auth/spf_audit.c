/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/spf_audit.h"
#include "dns/bogus.h"

enum {
	MAX_LEAVES = 2000,
	MAX_DEPTH = 12,
	/*
	 * Judgement: a shorter prefix holds more than 262,144 addresses. The largest networks that
	 * mail services name have /14 (IPv4) and /29 (IPv6).
	 */
	BROAD_V4 = 14,
	BROAD_V6 = 28
};

/* The records above the present one, to notice a loop. */
struct above {
	const struct above *up;
	const struct rep_name *name;
};

struct spf_walk {
	struct rep_str sender; /* the domain of the first record: senders have it (%{o}) */
	const struct rep_dns_view *view;
	struct rep_arena *a;
	struct rep_spf_audit *out;
	bool pending;
};

bool
rep_spf_of_message(const struct rep_spf_leaf *l)
{
	return rep_str_chr(l->spec, '%', 0) != SIZE_MAX;
}

/*
 * The domain-spec of a term in the record of `owner`, as every message of the domain sees it. One without
 * macros stays as it is written.
 */
static struct rep_str
spec_of(struct spf_walk *w, const struct rep_spf_term *t, struct rep_str owner)
{
	struct rep_spf_macros m = { .sender_domain = w->sender, .domain = owner };
	struct rep_str out;

	if (t->mech > REP_SPF_REDIRECT || rep_str_chr(t->spec, '%', 0) == SIZE_MAX ||
	    !rep_spf_macro_constant(t->spec))
		return t->spec;
	if (!rep_spf_target_text(t->spec, &m, w->a, &out))
		return REP_S(".."); /* no name */
	/* A "%%" would be read as a macro again, and no name has one. */
	return rep_str_chr(out, '%', 0) != SIZE_MAX ? t->spec : out;
}

static bool
name_of(struct rep_str spec, const struct rep_name *domain, struct rep_name *out)
{
	if (spec.n == 0) {
		*out = *domain;
		return true;
	}
	return rep_name_raw(rep_spf_name_fitted(spec), out);
}

static const struct rep_dns_answer *
ask(struct spf_walk *w, const struct rep_name *name, uint16_t type)
{
	const struct rep_dns_answer *ans = rep_dns_get(w->view, name, type);

	if (ans == NULL)
		w->pending = true;
	return ans;
}

static struct rep_spf_leaf *
leaf_new(struct spf_walk *w)
{
	if (w->out->n == MAX_LEAVES) {
		w->out->truncated = true;
		return NULL;
	}
	return &w->out->leaf[w->out->n++];
}

static bool
too_broad(const struct rep_spf_term *t)
{
	switch (t->mech) {
	case REP_SPF_ALL: return t->qualifier == '+';
	case REP_SPF_IP4: return t->cidr4 < BROAD_V4;
	case REP_SPF_IP6: return t->cidr6 < BROAD_V6;
	case REP_SPF_A:
	case REP_SPF_MX: return t->cidr4 < 20 || t->cidr6 < BROAD_V6;
	default: return false;
	}
}

/* 0.0.0.0/0 and ::/0, as "all", and halves of them: everybody of a family passes. */
static bool
everybody(const struct rep_spf_term *t)
{
	return t->qualifier == '+' &&
	    (t->mech == REP_SPF_ALL || (t->mech == REP_SPF_IP4 && t->cidr4 <= 1) ||
		(t->mech == REP_SPF_IP6 && t->cidr6 <= 3) ||
		((t->mech == REP_SPF_A || t->mech == REP_SPF_MX) &&
		    (t->cidr4 <= 1 || t->cidr6 <= 3)));
}

/* Notes why an answer failed: it may be there, with signatures that do not hold. */
static void
failed(struct spf_walk *w, struct rep_spf_leaf *l, const struct rep_dns_answer *ans)
{
	bool known = true;

	l->dead = l->failed = true;
	l->bogus = rep_dns_bogus(w->view, ans, &known) != NULL;
	w->pending = w->pending || !known;
	l->note = l->bogus
	    ? "the DNSSEC signatures of its zone do not hold, so receivers that check them get no "
	      "answer"
	    : rep_dns_state_text(ans->state);
}

/* Each MX host is looked up too, by the family of the sender. */
static void
host_voids(struct spf_walk *w, struct rep_spf_leaf *l, const struct rep_name *name)
{
	const struct rep_dns_answer *mx = ask(w, name, REP_DNS_MX), *four, *six;

	for (size_t i = 0; mx != NULL && i < mx->n && i < REP_SPF_MAX_MX; i++) {
		four = ask(w, mx->rr[i]->target, REP_DNS_A);
		six = ask(w, mx->rr[i]->target, REP_DNS_AAAA);
		if (four == NULL || six == NULL)
			continue;
		l->voids4 += four->n == 0 && !rep_dns_failed(four->state);
		l->voids6 += six->n == 0 && !rep_dns_failed(six->state);
		w->out->six = w->out->six || six->n > 0;
	}
}

/*
 * Whether an exists that stands there finds an address for senders who have nothing in common: below a wildcard, or of a
 * name without macros, it does for everybody. A name that needs the one of the client (%{p}) is not asked for.
 * Where DNS does not answer that, it does not answer receivers either: the leaf has failed.
 */
static bool
for_all(struct spf_walk *w, struct rep_spf_leaf *l)
{
	/* Judgement: two networks far apart, of which no sender has both. They are looked up, never contacted. */
	static const struct {
		const char *ip, *local, *helo;
	} strangers[] = {
		{ "23.45.67.89", "postmaster", "mail.reputed.invalid" },
		{ "217.5.6.7", "no-such-user-of-reputed", "no-such-host.reputed.invalid" },
	};
	struct rep_spf_macros m = { .sender_domain = w->sender, .domain = l->domain };
	const struct rep_dns_answer *ans;
	struct rep_name name;
	struct rep_str text;
	bool all =
	    l->term->qualifier == '+' && rep_str_find_nocase(l->spec, REP_S("%{p"), 0) == SIZE_MAX;

	for (size_t i = 0; i < REP_COUNT(strangers) && all; i++) {
		m.local = rep_str_c(strangers[i].local);
		m.helo = rep_str_c(strangers[i].helo);
		m.sender = rep_arena_printf(w->a, "%.*s@%.*s", REP_PR(m.local), REP_PR(w->sender));
		all = rep_ip_parse(rep_str_c(strangers[i].ip), &m.ip) &&
		    rep_spf_target_text(l->spec, &m, w->a, &text) && rep_name_raw(text, &name) &&
		    (ans = ask(w, &name, REP_DNS_A)) != NULL;
		if (all && rep_dns_failed(ans->state))
			failed(w, l, ans);
		all = all && ans->n > 0;
	}
	return all;
}

/* For a, mx, exists and ptr: whether their name exists. */
static void
look_up_name(struct spf_walk *w, struct rep_spf_leaf *l, const struct rep_name *domain)
{
	const struct rep_dns_answer *four, *six;
	struct rep_name name;

	l->maybe = l->term->mech == REP_SPF_EXISTS && rep_spf_of_message(l);
	if (l->term->mech == REP_SPF_EXISTS && for_all(w, l)) {
		l->broad = l->everybody = true;
		l->note = "it finds an address for every sender, so everybody passes";
	}
	if (l->term->mech == REP_SPF_PTR || rep_spf_of_message(l))
		return;
	if (!name_of(l->spec, domain, &name)) {
		l->dead = l->fatal = true;
		l->note = "its target is not a domain name";
		return;
	}
	if (l->term->mech == REP_SPF_MX)
		host_voids(w, l, &name);
	four = ask(w, &name, l->term->mech == REP_SPF_MX ? REP_DNS_MX : REP_DNS_A);
	six = l->term->mech == REP_SPF_A ? ask(w, &name, REP_DNS_AAAA) : four;
	if (four == NULL || six == NULL)
		return;
	if (rep_dns_failed(four->state) || rep_dns_failed(six->state)) {
		failed(w, l, rep_dns_failed(four->state) ? four : six);
	} else if (four->n == 0 && six->n == 0) {
		l->voids++;
		l->voids4++;
		l->voids6++;
		l->dead = true;
		l->note = l->term->mech == REP_SPF_MX ? "it has no MX" : "it has no address";
	} else if (l->term->mech == REP_SPF_MX && four->n > REP_SPF_MAX_MX) {
		l->dead = l->fatal = true;
		l->note = "more than 10 MX hosts: permerror";
	} else if (l->term->mech == REP_SPF_A) {
		l->voids4 += four->n == 0;
		l->voids6 += six->n == 0;
		w->out->six = w->out->six || six->n > 0;
	}
}

/* What a record costs, with all below it. */
struct spf_cost {
	unsigned lookups, voids, voids4, voids6, maybe;
};

static enum rep_spf_state walk_domain(struct spf_walk *w, const struct rep_name *name,
    struct rep_str text, unsigned depth, const struct above *up, struct spf_cost *cost);

static const char *
state_note(enum rep_spf_state s)
{
	static const char *const text[] = { NULL, "there is no SPF record: permerror",
		"there are several SPF records: permerror", "its record has an error: permerror",
		"DNS did not answer: temperror", "it includes itself: permerror",
		"too deep to follow" };

	return text[s];
}

static void
follow(struct spf_walk *w, size_t i, const struct rep_name *domain, unsigned depth,
    const struct above *up)
{
	struct rep_spf_leaf *l = &w->out->leaf[i];
	struct spf_cost cost = { 0, 0, 0, 0, 0 };
	const struct rep_dns_answer *txt;
	struct rep_name name;

	if (rep_spf_of_message(l)) {
		l->note = "depends on the message; not followed";
		return;
	}
	if (!name_of(l->spec, domain, &name)) {
		l->dead = l->fatal = true;
		l->note = "its target is not a domain name";
		return;
	}
	l->state = walk_domain(w, &name, rep_spf_name_fitted(l->spec), depth + 1, up, &cost);
	l->lookups += cost.lookups;
	l->voids += cost.voids;
	l->voids4 += cost.voids4;
	l->voids6 += cost.voids6;
	l->maybe += cost.maybe;
	l->note = state_note(l->state);
	l->dead = l->state != REP_SPF_STATE_OK && l->state != REP_SPF_STATE_DEEP;
	l->failed = l->state == REP_SPF_STATE_FAILED;
	l->fatal = l->dead && !l->failed;
	if (l->failed && ((txt = ask(w, &name, REP_DNS_TXT)) != NULL)) {
		const char *text = l->note;

		failed(w, l, txt);
		l->note = l->bogus ? l->note : text;
	}
	if (l->state == REP_SPF_STATE_NONE)
		l->voids++;
}

/* What the record itself says about a term: nothing is asked. */
static struct rep_spf_leaf
leaf_of(
    const struct rep_spf_record *rec, size_t i, unsigned depth, struct rep_str owner, size_t all)
{
	const struct rep_spf_term *t = &rec->terms[i];
	struct rep_spf_leaf l = { .depth = depth, .domain = owner, .term = t };

	l.after_all = i > all && t->mech < REP_SPF_REDIRECT;
	l.ignored =
	    (t->mech == REP_SPF_REDIRECT && all != SIZE_MAX) || rep_spf_term_misnamed(t->text);
	if (l.ignored)
		l.note = t->mech == REP_SPF_REDIRECT
		    ? "ignored, because the record has \"all\" (RFC 7208, 6.1)"
		    : "ignored: = makes it a modifier that nobody knows (RFC 7208, 6)";
	l.lookups = rep_spf_term_costs(t) && !l.after_all && !l.ignored;
	l.broad = too_broad(t);
	l.everybody = everybody(t);
	for (size_t k = 0; k < i && !l.duplicate; k++)
		l.duplicate = rep_str_eq_nocase(
		    rep_spf_term_plain(rec->terms[k].text), rep_spf_term_plain(t->text));
	for (size_t k = 0; k < rec->n && !l.duplicate && l.inside == NULL; k++) {
		const struct rep_spf_term *in = &rec->terms[k];

		if (k == i || !rep_spf_network_holds(in, t))
			continue;
		if (rep_spf_network_holds(t, in)) /* the same network, written in two ways */
			l.duplicate = k < i;
		else
			l.inside = in;
	}
	return l;
}

static void
walk_terms(struct spf_walk *w, const struct rep_spf_record *rec, const struct rep_name *domain,
    struct rep_str text, unsigned depth, const struct above *up, struct spf_cost *cost)
{
	size_t all = SIZE_MAX;

	for (size_t i = rec->n; i-- > 0;)
		if (rec->terms[i].mech == REP_SPF_ALL)
			all = i;
	for (size_t i = 0; i < rec->n; i++) {
		enum rep_spf_mech mech = rec->terms[i].mech;
		size_t at = w->out->n;
		struct rep_spf_leaf *l = leaf_new(w);

		if (l == NULL)
			return;
		*l = leaf_of(rec, i, depth, text, all);
		l->spec = spec_of(w, l->term, text);
		if (l->after_all || l->ignored)
			continue;
		if (mech == REP_SPF_INCLUDE || mech == REP_SPF_REDIRECT)
			follow(w, at, domain, depth, up);
		else if (l->lookups > 0)
			look_up_name(w, l, domain);
		w->out->six = w->out->six || mech == REP_SPF_IP6;
		cost->lookups += w->out->leaf[at].lookups;
		cost->voids += w->out->leaf[at].voids;
		cost->voids4 += w->out->leaf[at].voids4;
		cost->voids6 += w->out->leaf[at].voids6;
		cost->maybe += w->out->leaf[at].maybe;
	}
}

static enum rep_spf_state
walk_domain(struct spf_walk *w, const struct rep_name *name, struct rep_str text, unsigned depth,
    const struct above *up, struct spf_cost *cost)
{
	struct above here = { up, name };
	const struct rep_dns_answer *ans;
	struct rep_str record = { "", 0 };
	struct rep_spf_record rec;
	struct rep_err err;
	size_t n;

	for (const struct above *u = up; u != NULL; u = u->up)
		if (rep_name_eq(u->name, name))
			return REP_SPF_STATE_LOOP;
	if (depth > MAX_DEPTH || cost->lookups + w->out->n > MAX_LEAVES)
		return REP_SPF_STATE_DEEP;
	if ((ans = ask(w, name, REP_DNS_TXT)) == NULL)
		return REP_SPF_STATE_OK; /* an answer is missing; this is only for now */
	n = rep_spf_find_record(ans, &record);
	if (depth == 0) {
		w->out->records = (unsigned)n;
		w->out->record = record;
		if (rep_dns_failed(ans->state))
			w->out->reason = rep_str_c(rep_dns_state_text(ans->state));
	}
	if (rep_dns_failed(ans->state))
		return REP_SPF_STATE_FAILED;
	if (n != 1)
		return n == 0 ? REP_SPF_STATE_NONE : REP_SPF_STATE_SEVERAL;
	if (rep_spf_record_parse(record, w->a, &rec, &err) != REP_OK) {
		if (depth == 0)
			w->out->reason = rep_arena_dup(w->a, rep_str_c(err.msg));
		return REP_SPF_STATE_SYNTAX;
	}
	if (depth == 0) {
		w->out->all = rec.redirect != NULL ? 'r' : 0;
		for (size_t i = 0; i < rec.n; i++)
			if (rec.terms[i].mech == REP_SPF_ALL) {
				w->out->all = rec.terms[i].qualifier;
				break;
			}
	}
	walk_terms(w, &rec, name, text, depth, &here, cost);
	return REP_SPF_STATE_OK;
}

bool
rep_spf_audit(const struct rep_name *domain, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_spf_audit *out)
{
	struct spf_walk w = { .view = v, .a = a, .out = out };
	struct spf_cost cost = { 0, 0, 0, 0, 0 };
	char name[REP_NAME_TEXT];

	w.sender = rep_arena_dup(a, rep_str_c(rep_name_text(domain, name)));
	*out = (struct rep_spf_audit){ .n = 0 };
	out->leaf = rep_arena_alloc(a, MAX_LEAVES * sizeof *out->leaf);
	if (out->leaf == NULL) {
		out->state = REP_SPF_STATE_FAILED;
		return true;
	}
	out->state = walk_domain(&w, domain, w.sender, 0, NULL, &cost);
	out->lookups = cost.lookups;
	out->voids = cost.voids;
	out->voids4 = cost.voids4;
	out->voids6 = cost.voids6;
	return !w.pending;
}

/* The name whose record has the leaf. False: it is none. */
static bool
owner_of(const struct rep_spf_leaf *l, const struct rep_name *domain, struct rep_name *owner)
{
	if (l->depth == 0) {
		*owner = *domain;
		return true;
	}
	return rep_name_raw(l->domain, owner);
}

bool
rep_spf_target(const struct rep_spf_leaf *l, const struct rep_name *domain, struct rep_name *target)
{
	struct rep_name owner;

	return !rep_spf_of_message(l) && owner_of(l, domain, &owner) &&
	    name_of(l->spec, &owner, target);
}
