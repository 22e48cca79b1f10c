/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/spf_audit.h"

#include <stdio.h>

enum {
	MAX_LEAVES = 2000,
	MAX_DEPTH = 12,
	MAX_NETS = 400,
	BROAD_V4 = 14, /* a prefix shorter than this is more than 262,144 addresses */
	BROAD_V6 = 28,
	RECORD_MAX = 1800
};

/* The records above the present one, to notice a loop. */
struct above {
	const struct above *up;
	const struct rep_name *name;
};

struct spf_walk {
	const struct rep_dns_view *view;
	struct rep_arena *a;
	struct rep_spf_audit *out;
	bool pending;
};

static bool
has_macro(struct rep_str s)
{
	return rep_str_chr(s, '%', 0) != SIZE_MAX;
}

static bool
name_of(struct rep_str spec, const struct rep_name *domain, struct rep_name *out)
{
	if (spec.n == 0) {
		*out = *domain;
		return true;
	}
	return rep_name_raw(spec, out);
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

/* For a, mx, exists and ptr: whether their name exists. */
static void
look_up_name(struct spf_walk *w, struct rep_spf_leaf *l, const struct rep_name *domain)
{
	const struct rep_dns_answer *four, *six;
	struct rep_name name;

	if (l->term->mech == REP_SPF_PTR || has_macro(l->term->spec))
		return;
	if (!name_of(l->term->spec, domain, &name)) {
		l->dead = true;
		l->note = "its target is not a domain name";
		return;
	}
	four = ask(w, &name, l->term->mech == REP_SPF_MX ? REP_DNS_MX : REP_DNS_A);
	six = l->term->mech == REP_SPF_A ? ask(w, &name, REP_DNS_AAAA) : four;
	if (four == NULL || six == NULL)
		return;
	if (rep_dns_failed(four->state)) {
		l->dead = true;
		l->note = rep_dns_state_text(four->state);
	} else if (four->n == 0 && six->n == 0) {
		l->voids++;
		l->dead = true;
		l->note = l->term->mech == REP_SPF_MX ? "it has no MX" : "it has no address";
	} else if (l->term->mech == REP_SPF_MX && four->n > REP_SPF_MAX_MX) {
		l->dead = true;
		l->note = "more than 10 MX hosts: permerror";
	}
}

static enum rep_spf_state walk_domain(struct spf_walk *w, const struct rep_name *name,
    struct rep_str text, unsigned depth, const struct above *up, unsigned *lookups,
    unsigned *voids);

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
	struct rep_name name;

	if (has_macro(l->term->spec)) {
		l->note = "depends on the message; not followed";
		return;
	}
	if (!name_of(l->term->spec, domain, &name)) {
		l->dead = true;
		l->note = "its target is not a domain name";
		return;
	}
	l->state = walk_domain(w, &name, l->term->spec, depth + 1, up, &l->lookups, &l->voids);
	l->note = state_note(l->state);
	l->dead = l->state != REP_SPF_STATE_OK && l->state != REP_SPF_STATE_DEEP;
	if (l->state == REP_SPF_STATE_NONE)
		l->voids++;
}

static void
walk_terms(struct spf_walk *w, const struct rep_spf_record *rec, const struct rep_name *domain,
    struct rep_str text, unsigned depth, const struct above *up, unsigned *lookups, unsigned *voids)
{
	bool all = false;
	struct rep_spf_leaf *l;

	for (size_t i = 0; i < rec->n; i++) {
		const struct rep_spf_term *t = &rec->terms[i];
		size_t at = w->out->n;

		if ((l = leaf_new(w)) == NULL)
			return;
		*l = (struct rep_spf_leaf){ .depth = depth, .domain = text, .term = t };
		l->after_all = all && t->mech <= REP_SPF_REDIRECT;
		l->lookups = rep_spf_term_costs(t) && !l->after_all;
		l->broad = too_broad(t);
		for (size_t k = 0; k < i && !l->duplicate; k++)
			l->duplicate = rep_str_eq_nocase(rec->terms[k].text, t->text);
		all = all || t->mech == REP_SPF_ALL;
		if (l->after_all)
			continue;
		if (t->mech == REP_SPF_INCLUDE || t->mech == REP_SPF_REDIRECT)
			follow(w, at, domain, depth, up);
		else if (l->lookups > 0)
			look_up_name(w, l, domain);
		w->out->ptr = w->out->ptr || t->mech == REP_SPF_PTR;
		*lookups += w->out->leaf[at].lookups;
		*voids += w->out->leaf[at].voids;
	}
}

static enum rep_spf_state
walk_domain(struct spf_walk *w, const struct rep_name *name, struct rep_str text, unsigned depth,
    const struct above *up, unsigned *lookups, unsigned *voids)
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
	if (depth > MAX_DEPTH || *lookups + w->out->n > MAX_LEAVES)
		return REP_SPF_STATE_DEEP;
	if ((ans = ask(w, name, REP_DNS_TXT)) == NULL)
		return REP_SPF_STATE_OK; /* an answer is missing; this is only for now */
	n = rep_spf_find_record(ans, &record);
	if (depth == 0) {
		w->out->records = (unsigned)n;
		w->out->record = record;
		w->out->bytes = (unsigned)ans->size;
		w->out->ttl_s = ans->ttl_s;
		for (size_t i = 0; i < ans->n; i++)
			if (rep_spf_is_record(ans->rr[i]->data))
				w->out->strings = ans->rr[i]->strings;
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
	walk_terms(w, &rec, name, text, depth, &here, lookups, voids);
	return REP_SPF_STATE_OK;
}

/* --- the proposal -------------------------------------------------------------------------------- */

struct nets {
	struct rep_buf text;
	unsigned n;
	bool exact; /* all terms could be written as addresses */
};

/* Whether a word like " ip4:192.0.2.1" is in s as a whole. */
static bool
has_word(struct rep_str s, struct rep_str word)
{
	for (size_t i = rep_str_find(s, word, 0); i != SIZE_MAX; i = rep_str_find(s, word, i + 1))
		if (i + word.n == s.n || s.p[i + word.n] == ' ')
			return true;
	return false;
}

static void
add_net(struct nets *nets, const struct rep_ip *ip, int bits)
{
	char text[REP_IP_TEXT], word[REP_IP_TEXT + 16];
	int full = ip->version == 6 ? 128 : 32;

	if (bits == full)
		snprintf(word, sizeof word, " ip%d:%s", ip->version, rep_ip_text(ip, text));
	else
		snprintf(
		    word, sizeof word, " ip%d:%s/%d", ip->version, rep_ip_text(ip, text), bits);
	if (has_word(rep_buf_str(&nets->text), rep_str_c(word)))
		return;
	rep_buf_add(&nets->text, rep_str_c(word));
	if (++nets->n > MAX_NETS || nets->text.full)
		nets->exact = false;
}

static void
addresses_of(struct spf_walk *w, struct nets *nets, const struct rep_name *name,
    const struct rep_spf_term *t)
{
	static const uint16_t type[] = { REP_DNS_A, REP_DNS_AAAA };

	for (size_t k = 0; k < 2; k++) {
		const struct rep_dns_answer *ans = ask(w, name, type[k]);

		for (size_t i = 0; ans != NULL && i < ans->n; i++)
			add_net(nets, &ans->rr[i]->ip, k == 0 ? t->cidr4 : t->cidr6);
	}
}

static void
term_nets(struct spf_walk *w, struct nets *nets, const struct rep_spf_term *t,
    const struct rep_name *domain)
{
	const struct rep_dns_answer *mx;
	struct rep_ip ip = { .version = t->mech == REP_SPF_IP6 ? 6 : 4 };
	struct rep_name name;

	if (t->qualifier != '+' || has_macro(t->spec) || !name_of(t->spec, domain, &name)) {
		nets->exact = nets->exact && t->mech == REP_SPF_ALL;
		return;
	}
	switch (t->mech) {
	case REP_SPF_IP4:
	case REP_SPF_IP6:
		memcpy(ip.b, t->net, sizeof ip.b);
		add_net(nets, &ip, ip.version == 6 ? t->cidr6 : t->cidr4);
		return;
	case REP_SPF_A: addresses_of(w, nets, &name, t); return;
	case REP_SPF_MX:
		mx = ask(w, &name, REP_DNS_MX);
		for (size_t i = 0; mx != NULL && i < mx->n && i < REP_SPF_MAX_MX; i++)
			addresses_of(w, nets, mx->rr[i]->target, t);
		return;
	case REP_SPF_INCLUDE:
	case REP_SPF_REDIRECT: return; /* what they lead to follows as leaves of its own */
	default: nets->exact = false;
	}
}

/* Adds the addresses of leaf i and of all leaves below it. */
static void
subtree_nets(struct spf_walk *w, size_t i, const struct rep_name *top, struct nets *nets)
{
	const struct rep_spf_leaf *first = &w->out->leaf[i];
	struct rep_name domain;

	nets->exact = true;
	for (size_t k = i; k < w->out->n && (k == i || w->out->leaf[k].depth > first->depth); k++) {
		const struct rep_spf_leaf *l = &w->out->leaf[k];

		if (l->after_all || l->dead || l->term->mech > REP_SPF_REDIRECT)
			continue;
		if (l->term->mech == REP_SPF_ALL) {
			nets->exact = nets->exact && l->term->qualifier != '+';
			continue;
		}
		if (l->depth == 0)
			domain = *top;
		else if (!rep_name_raw(l->domain, &domain))
			continue;
		term_nets(w, nets, l->term, &domain);
	}
}

/* Whether a term of the top record stays in the proposal. */
static bool
stays(const struct rep_spf_leaf *l)
{
	return l->depth == 0 && !l->dead && !l->duplicate && !l->after_all &&
	    l->term->mech != REP_SPF_PTR && l->term->mech != REP_SPF_ALL &&
	    l->term->mech != REP_SPF_REDIRECT && l->term->mech != REP_SPF_EXP && !l->broad;
}

/* The term whose addresses cost the fewest bytes for each look-up that they save. */
static size_t
cheapest(struct spf_walk *w, const struct rep_name *top, bool *flat, struct rep_str *best_text)
{
	size_t best = SIZE_MAX, best_cost = SIZE_MAX, cost;
	struct nets nets = { .n = 0 };

	rep_buf_init(&nets.text, 16384);
	for (size_t i = 0; i < w->out->n; i++) {
		const struct rep_spf_leaf *l = &w->out->leaf[i];

		if (!stays(l) || flat[i] || l->lookups == 0)
			continue;
		rep_buf_clear(&nets.text);
		nets.n = 0;
		subtree_nets(w, i, top, &nets);
		if (!nets.exact || nets.n == 0)
			continue;
		cost = nets.text.n / l->lookups;
		if (cost < best_cost) {
			best = i;
			best_cost = cost;
			*best_text = rep_arena_dup(w->a, rep_buf_str(&nets.text));
		}
	}
	rep_buf_fini(&nets.text);
	return best;
}

static void
write_proposal(struct spf_walk *w, const struct rep_spf_audit_in *in, const bool *flat,
    const struct rep_str *nets, unsigned lookups)
{
	struct rep_spf_audit *o = w->out;
	struct rep_buf b;
	char ip[REP_IP_TEXT];

	rep_buf_init(&b, 16384);
	rep_buf_add(&b, REP_S("v=spf1"));
	for (size_t i = 0; i < in->own_n; i++)
		if (!in->covered[i])
			rep_buf_printf(
			    &b, " ip%d:%s", in->own[i].version, rep_ip_text(&in->own[i], ip));
	for (size_t i = 0; i < o->n; i++) {
		if (!stays(&o->leaf[i]))
			continue;
		if (flat[i]) {
			rep_buf_add(&b, nets[i]);
		} else {
			rep_buf_addc(&b, ' ');
			rep_buf_add(&b, o->leaf[i].term->text);
		}
	}
	for (size_t i = 0; i < o->n; i++)
		if (o->leaf[i].depth == 0 && o->leaf[i].term->mech == REP_SPF_REDIRECT &&
		    o->all == 'r' && !o->leaf[i].dead) {
			rep_buf_addc(&b, ' ');
			rep_buf_add(&b, o->leaf[i].term->text);
		}
	if (o->all != 'r')
		rep_buf_printf(&b, " %call", o->all == '~' || o->all == '-' ? o->all : '-');
	o->proposed_lookups = lookups;
	o->proposed_fits = lookups <= REP_SPF_MAX_LOOKUPS && b.n <= RECORD_MAX;
	if (!rep_str_eq(rep_buf_str(&b), o->record))
		o->proposed = rep_arena_dup(w->a, rep_buf_str(&b));
	rep_buf_fini(&b);
}

static void
propose(struct spf_walk *w, const struct rep_spf_audit_in *in)
{
	struct rep_spf_audit *o = w->out;
	bool *flat = rep_arena_alloc(w->a, (o->n + 1) * sizeof *flat);
	struct rep_str *nets = rep_arena_alloc(w->a, (o->n + 1) * sizeof *nets), text = { "", 0 };
	unsigned lookups = 0;
	size_t i;

	if (flat == NULL || nets == NULL)
		return;
	for (i = 0; i < o->n; i++)
		if (stays(&o->leaf[i]) ||
		    (o->leaf[i].depth == 0 && o->leaf[i].term->mech == REP_SPF_REDIRECT))
			lookups += o->leaf[i].lookups;
	while (lookups > REP_SPF_MAX_LOOKUPS &&
	    (i = cheapest(w, &in->domain, flat, &text)) != SIZE_MAX) {
		flat[i] = true;
		nets[i] = text;
		lookups -= o->leaf[i].lookups;
		o->flattened++;
	}
	write_proposal(w, in, flat, nets, lookups);
}

bool
rep_spf_audit(const struct rep_spf_audit_in *in, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_spf_audit *out)
{
	struct spf_walk w = { .view = v, .a = a, .out = out };
	char name[REP_NAME_TEXT];

	*out = (struct rep_spf_audit){ .n = 0 };
	out->leaf = rep_arena_alloc(a, MAX_LEAVES * sizeof *out->leaf);
	if (out->leaf == NULL) {
		out->state = REP_SPF_STATE_FAILED;
		return true;
	}
	out->state = walk_domain(&w, &in->domain,
	    rep_arena_dup(a, rep_str_c(rep_name_text(&in->domain, name))), 0, NULL, &out->lookups,
	    &out->voids);
	if (out->state == REP_SPF_STATE_OK && !w.pending)
		propose(&w, in);
	return !w.pending;
}
