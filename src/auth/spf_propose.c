/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/spf_propose.h"
#include "auth/dmarc.h"
#include "auth/spf_items.h"
#include "auth/spf_leaf.h"

enum { RECORD_MAX = 8192, RECORD_LONG = 512 /* RFC 7208, 3.4 */ };
enum { MX_MAX = 32 /* of one term, of which the addresses are entered */ };
/*
 * Judgement: letters in which a mistyped name may differ, as ".de" for ".com". With more of them it is
 * as likely the name of another service.
 */
enum { SLIPS = 3 };

struct spf_draft {
	const struct rep_spf_propose_in *in;
	const struct rep_spf_audit *walk;
	const struct rep_dns_view *view;
	struct rep_arena *a;
	struct rep_spf_proposal *out;
	struct rep_spf_among among;
	bool *open;    /* for each leaf: its record, or its addresses, stand in its place */
	bool *others;  /* for each leaf: its addresses do so even if the hosts are of others */
	bool *subject; /* for each leaf: it has a place in the draft */
	struct rep_spf_items items;
	struct rep_str redirect; /* kept; n == 0: none */
	char all;		 /* 0: none */
	bool
	    soft; /* what mail may pass by is taken out, so the rest must not be refused outright */
	bool pending;
};

/* --- the items ----------------------------------------------------------------------------------- */

static void
give(struct rep_spf_givens *g, struct rep_str term, const char *why, unsigned lookups)
{
	for (size_t i = 0; i < g->n; i++)
		if (rep_str_eq_nocase(g->v[i].term, term))
			return;
	if (g->n < REP_SPF_GIVEN_MAX)
		g->v[g->n++] = (struct rep_spf_given){ term, why, lookups };
	else
		g->more++;
}

static const struct rep_dns_answer *
ask(struct spf_draft *d, const struct rep_name *name, uint16_t type)
{
	const struct rep_dns_answer *ans = rep_dns_get(d->view, name, type);

	d->pending = d->pending || ans == NULL;
	return ans;
}

/* Whether the name, and what an alias of it leads to, are the organization's. */
static bool
own_answer(const struct spf_draft *d, const struct rep_dns_answer *ans)
{
	return rep_spf_own_name(&d->among, &ans->name) &&
	    (ans->cnames == 0 || rep_spf_own_name(&d->among, &ans->canonical));
}

/* Enters an address of a host, but none that only hosts inside have. */
static void
add_address(struct spf_draft *d, const struct rep_ip *ip, int bits)
{
	char text[REP_IP_TEXT];

	if (!rep_ip_inside(ip)) {
		rep_spf_items_network(&d->items, ip, bits);
		return;
	}
	rep_ip_text(ip, text);
	give(&d->out->idle, rep_arena_printf(d->a, "ip%d:%s", ip->version, text),
	    rep_spf_inside_address, 0);
}

/*
 * Adds every address of a host, which must be an own one unless `others` says so. False: not all of them are
 * known.
 */
static bool
host_networks(struct spf_draft *d, const struct rep_name *host, const struct rep_spf_term *t,
    bool others, bool add)
{
	const struct rep_dns_answer *four = ask(d, host, REP_DNS_A),
				    *six = ask(d, host, REP_DNS_AAAA);

	if (four == NULL || six == NULL || rep_dns_failed(four->state) ||
	    rep_dns_failed(six->state) ||
	    (!others && (!own_answer(d, four) || !own_answer(d, six))))
		return false;
	for (size_t i = 0; i < four->n && add; i++)
		add_address(d, &four->rr[i]->ip, t->cidr4);
	for (size_t i = 0; i < six->n && add; i++)
		add_address(d, &six->rr[i]->ip, t->cidr6);
	return true;
}

/* An mx that leads to more hosts than receivers look at; its addresses can still be entered. */
static bool
many_mx(const struct rep_spf_leaf *l)
{
	return l->term->mech == REP_SPF_MX && l->fatal && l->voids == 0;
}

/* The addresses behind an own `a` or `mx`. False: they cannot stand for it. `others`: as above. */
static bool
name_networks(struct spf_draft *d, size_t i, bool others, bool add)
{
	const struct rep_spf_leaf *l = &d->walk->leaf[i];
	const struct rep_dns_answer *mx;
	struct rep_name name;
	bool whole = true;

	if ((l->term->mech != REP_SPF_A && l->term->mech != REP_SPF_MX) ||
	    (l->dead && !many_mx(l)) || l->term->qualifier != '+' ||
	    !rep_spf_target(l, &d->in->domain, &name))
		return false;
	if (l->term->mech == REP_SPF_A)
		return host_networks(d, &name, l->term, others, add);
	if ((mx = ask(d, &name, REP_DNS_MX)) == NULL)
		return false;
	if (mx->n > MX_MAX)
		return false;
	for (size_t k = 0; k < mx->n; k++)
		whole = host_networks(d, mx->rr[k]->target, l->term, others, add) && whole;
	return whole;
}

/* Enters them, sorted: servers give them in another order each time. False: they cannot stand for it. */
static bool
enter(struct spf_draft *d, size_t i)
{
	size_t from = d->items.n;

	if (!name_networks(d, i, false, false)) {
		if (!d->others[i] || !name_networks(d, i, true, false))
			return false;
		d->out->others = true;
	}
	(void)name_networks(d, i, true, true);
	rep_spf_items_sort(&d->items, from);
	d->out->replaced++;
	return true;
}

/* Whether macros of a term were filled in: %{d} is another name in another record. */
static bool
filled_in(const struct rep_spf_leaf *l)
{
	return !rep_str_eq(l->spec, l->term->spec);
}

/* A term as it reads in the record of the domain: one from below names its own domain. */
static struct rep_str
text_of(struct spf_draft *d, const struct rep_spf_leaf *l)
{
	const struct rep_spf_term *t = l->term;
	struct rep_str name = t->spec.n > 0 ? l->spec : l->domain, out;
	struct rep_buf b;

	if (l->depth == 0)
		return t->text;
	if (t->mech == REP_SPF_REDIRECT || (t->mech == REP_SPF_INCLUDE && filled_in(l)))
		return rep_arena_printf(d->a, "include:%.*s", REP_PR(name));
	if (t->mech == REP_SPF_EXISTS && filled_in(l))
		return rep_arena_printf(d->a, "exists:%.*s", REP_PR(name));
	if ((t->mech != REP_SPF_A && t->mech != REP_SPF_MX) || (t->spec.n > 0 && !filled_in(l)))
		return t->text;
	rep_buf_init(&b, 1024);
	rep_buf_printf(&b, "%s:%.*s", t->mech == REP_SPF_A ? "a" : "mx", REP_PR(name));
	if (t->cidr4 != 32)
		rep_buf_printf(&b, "/%d", t->cidr4);
	if (t->cidr6 != 128)
		rep_buf_printf(&b, "//%d", t->cidr6);
	out = rep_arena_dup(d->a, rep_buf_str(&b));
	rep_buf_fini(&b);
	return out;
}

/*
 * "include:mail.example.com", an own name with an address and without a record: `a:` was meant. Puts that into the
 * draft. False: it is nothing of the kind.
 */
static bool
as_host(struct spf_draft *d, size_t i, struct rep_spf_item *x)
{
	const struct rep_spf_leaf *l = &d->walk->leaf[i];
	const struct rep_dns_answer *four, *six;
	struct rep_name name;

	if (!d->in->as_meant || l->term->mech != REP_SPF_INCLUDE || l->term->qualifier != '+' ||
	    l->state != REP_SPF_STATE_NONE || !rep_spf_leaf_own(&d->among, i) ||
	    !rep_spf_target(l, &d->in->domain, &name) ||
	    !host_networks(d, &name, l->term, false, false) ||
	    (four = ask(d, &name, REP_DNS_A)) == NULL ||
	    (six = ask(d, &name, REP_DNS_AAAA)) == NULL || four->n + six->n == 0)
		return false;
	x->term.mech = REP_SPF_A;
	x->lookups = 1;
	x->text = rep_arena_printf(d->a, "a:%.*s", REP_PR(l->spec));
	give(&d->out->host, l->term->text, NULL, 1);
	rep_spf_items_add(&d->items, x);
	return true;
}

/* Whether an include without a record was meant to be that of the mailboxes. */
static bool
mistyped(const struct spf_draft *d, const struct rep_spf_leaf *l, const struct rep_name *name,
    struct rep_name *meant)
{
	return rep_spf_leaf_leads(l) && l->state == REP_SPF_STATE_NONE && d->in->mailboxes.n > 0 &&
	    rep_name_parse(d->in->mailboxes, meant) &&
	    (rep_dmarc_same_org(name, meant) ||
		rep_str_distance(l->spec, d->in->mailboxes, SLIPS) <= SLIPS);
}

/*
 * "a:amazonses.com", a name without an address and with a record, or "include:spf.google.com", where the mailboxes
 * are at Google: another record was meant, and is put into the draft. False: it is nothing of the kind.
 */
static bool
as_record(struct spf_draft *d, size_t i, struct rep_spf_item *x)
{
	const struct rep_spf_leaf *l = &d->walk->leaf[i];
	bool host = l->term->mech == REP_SPF_A || l->term->mech == REP_SPF_MX;
	const struct rep_dns_answer *txt;
	struct rep_name name, meant;
	struct rep_spf_audit there;
	struct rep_str record;
	struct rep_str shown = host ? l->spec : d->in->mailboxes;

	if (!d->in->as_meant || !l->dead || l->failed || l->after_all || l->ignored ||
	    l->duplicate || (l->term->mech != REP_SPF_REDIRECT && l->term->qualifier != '+') ||
	    !rep_spf_target(l, &d->in->domain, &name))
		return false;
	if (host && l->term->spec.n > 0 && !many_mx(l))
		meant = name;
	else if (!mistyped(d, l, &name, &meant))
		return false;
	if (rep_name_eq(&meant, &d->in->domain))
		return false; /* its own record: a loop */
	/* Most have no record. Each walk through one takes room for all that it may hold. */
	if ((txt = rep_dns_get(d->view, &meant, REP_DNS_TXT)) == NULL) {
		d->pending = true;
		return false;
	}
	if (rep_spf_find_record(txt, &record) != 1)
		return false;
	if (!rep_spf_audit(&meant, d->view, d->a, &there)) {
		d->pending = true;
		return false;
	}
	if (there.state != REP_SPF_STATE_OK || there.truncated)
		return false;
	x->term.mech = REP_SPF_INCLUDE;
	x->term.qualifier = '+';
	x->lookups = 1 + there.lookups;
	x->text = rep_arena_printf(d->a, "include:%.*s", REP_PR(shown));
	give(host ? &d->out->service : &d->out->mistyped, l->term->text, NULL, x->lookups);
	rep_spf_items_add(&d->items, x);
	return true;
}

/*
 * Whether a leaf stays, behind all else, because it works up to an error. If not, *wrong says what is lost with
 * it; NULL: nothing is wrong.
 */
static bool
comes_last(const struct spf_draft *d, size_t i, const char **wrong)
{
	bool works = *wrong == rep_spf_leads_to_error && rep_spf_leaf_works(&d->among, i);

	if (works)
		*wrong = "its record leads to an error (permerror), but mail that passed by it "
			 "does not any more";
	return d->in->errors_last &&
	    (works ||
		(*wrong == NULL && rep_spf_leaf_voids(d->walk, &d->walk->leaf[i]) &&
		    !rep_spf_leaf_opens(&d->among, i)));
}

/* Puts one leaf into the draft. True: the leaves below it take its place. */
static bool
put(struct spf_draft *d, size_t i)
{
	const struct rep_spf_leaf *l = &d->walk->leaf[i];
	const char *wrong = rep_spf_leaf_mended(&d->among, i) ? "its record has an error"
	    : rep_spf_leaf_leads(l)			      ? rep_spf_leaf_wrong(&d->among, i)
							      : NULL;
	struct rep_spf_item x = { .term = *l->term, .lookups = l->lookups, .leaf = i };

	d->others[i] = d->others[i] || many_mx(l);
	if (many_mx(l) && !l->after_all && rep_spf_leaf_own(&d->among, i) && enter(d, i))
		return false;
	if (as_record(d, i, &x)) {
		d->soft = true; /* that it was meant is only likely */
		return false;
	}
	if (rep_spf_leaf_goes(l) && rep_spf_leaf_why(l) != NULL)
		give(&d->out->gone, l->term->text, rep_spf_leaf_why(l), 0);
	/* An `mx` in a record that is only included was often meant to be that of the domain. */
	d->soft = d->soft || (many_mx(l) && !l->after_all) ||
	    (rep_spf_leaf_goes(l) && !l->after_all &&
		(l->broad || l->term->mech == REP_SPF_PTR ||
		    (l->dead && l->depth > 0 && l->term->mech == REP_SPF_MX)));
	if (rep_spf_leaf_goes(l) || l->term->mech == REP_SPF_ALL ||
	    (l->depth > 0 && l->term->mech >= REP_SPF_EXP))
		return false;
	if (rep_spf_items_idle(&d->items, l->term) != NULL) {
		give(&d->out->idle, l->term->text, rep_spf_items_idle(&d->items, l->term), 0);
		return false;
	}
	if (as_host(d, i, &x)) {
		d->soft = true; /* that it sends is only likely */
		return false;
	}
	if (l->dead && !l->failed) {
		give(&d->out->gone, l->term->text, l->note, 0);
		/* By a name without an address, or by the record itself, nobody could pass. */
		d->soft = d->soft || (rep_spf_leaf_leads(l) && l->state != REP_SPF_STATE_LOOP);
		return false;
	}
	if (rep_spf_leaf_leads(l) && rep_spf_leaf_opens(&d->among, i) &&
	    (d->open[i] || wrong != NULL || rep_spf_leaf_untidy(d->walk, i))) {
		if (l->term->mech == REP_SPF_REDIRECT && l->depth == 0)
			d->all = rep_spf_leaf_all(d->walk, i);
		return true;
	}
	x.last = comes_last(d, i, &wrong);
	if (wrong != NULL && !x.last) {
		give(&d->out->gone, l->term->text, wrong, 0);
		d->soft = true;
		return false;
	}
	if (x.last)
		give(&d->out->half, text_of(d, l), NULL, l->lookups);
	else if (l->failed && d->in->silent_last) {
		x.last = true;
		give(&d->out->silent, text_of(d, l), NULL, l->lookups);
	}
	if (d->open[i] && enter(d, i))
		return false;
	d->subject[i] = true;
	if (l->term->mech == REP_SPF_REDIRECT && l->depth == 0) {
		d->redirect = l->term->text;
		d->out->lookups += l->lookups;
		return false;
	}
	x.text = text_of(d, l);
	rep_spf_items_add(&d->items, &x);
	return false;
}

/* Writes the draft anew, as far as leaves are opened by now. */
static void
build(struct spf_draft *d)
{
	const struct rep_spf_audit *w = d->walk;

	d->items.n = 0;
	d->redirect = (struct rep_str){ "", 0 };
	d->all = w->all == 'r' ? 0 : w->all;
	d->out->replaced = d->out->lookups = 0;
	d->out->gone = d->out->half = d->out->host = d->out->service = d->out->mistyped =
	    d->out->idle = d->out->silent = (struct rep_spf_givens){ .n = 0 };
	d->out->others = false;
	for (size_t i = 0; i < d->in->add_n; i++)
		rep_spf_items_network(
		    &d->items, &d->in->add[i], d->in->add[i].version == 6 ? 128 : 32);
	for (size_t i = 0; i < w->n;) {
		d->subject[i] = false;
		i = put(d, i) ? i + 1 : rep_spf_leaf_end(w, i);
	}
	for (size_t i = 0; i < d->items.n; i++)
		d->out->lookups += d->items.v[i].lookups;
}

/* --- fewer lookups ------------------------------------------------------------------------------- */

/* Opens the next leaf that saves a lookup. False: there is none. */
static bool
open_one(struct spf_draft *d)
{
	for (unsigned pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < d->walk->n; i++) {
			if (!d->subject[i] || d->open[i])
				continue;
			if (pass == 0 ? rep_spf_leaf_opens(&d->among, i)
				      : rep_spf_leaf_own(&d->among, i) &&
				    name_networks(d, i, false, false)) {
				d->open[i] = true;
				return true;
			}
		}
	return false;
}

/* Lookups that find nothing, over all items, for one family: for the sender who matches nothing. */
static unsigned
voids_of(const struct spf_draft *d, bool six)
{
	unsigned n = 0;

	for (size_t i = 0; i < d->items.n; i++) {
		const struct rep_spf_leaf *l =
		    d->items.v[i].leaf == SIZE_MAX ? NULL : &d->walk->leaf[d->items.v[i].leaf];

		/* What comes last is an error by itself. */
		if (l != NULL && !l->dead && !d->items.v[i].last)
			n += l->maybe + (six ? l->voids6 : l->voids4);
	}
	return n;
}

/*
 * An own name without an address of a family is a void lookup for every sender of that family, also
 * for a service that the record includes (4.6.4). Opens the one that costs most. False: there is none.
 */
static bool
open_void(struct spf_draft *d, bool six, bool others)
{
	size_t best = SIZE_MAX;
	unsigned most = 0;

	for (size_t i = 0; i < d->walk->n; i++) {
		const struct rep_spf_leaf *l = &d->walk->leaf[i];
		unsigned n = six ? l->voids6 : l->voids4;

		if (d->subject[i] && !d->open[i] && n > most && rep_spf_leaf_own(&d->among, i) &&
		    name_networks(d, i, others, false)) {
			best = i;
			most = n;
		}
	}
	if (best != SIZE_MAX)
		d->open[best] = d->others[best] = true;
	return best != SIZE_MAX;
}

static void
fewer_voids(struct spf_draft *d, bool six, bool others)
{
	while (voids_of(d, six) > REP_SPF_MAX_VOID && !d->pending && open_void(d, six, others))
		build(d);
}

/* --- writing ------------------------------------------------------------------------------------- */

static size_t
length_of(const struct spf_draft *d)
{
	size_t n = strlen("v=spf1 ~all") + d->redirect.n;

	for (size_t i = 0; i < d->items.n; i++)
		n += d->items.v[i].text.n + 1;
	return n;
}

static void
write_record(struct spf_draft *d)
{
	struct rep_buf b;

	rep_buf_init(&b, RECORD_MAX);
	rep_buf_add(&b, REP_S("v=spf1"));
	for (size_t i = 0; i < d->items.n; i++) {
		rep_buf_addc(&b, ' ');
		rep_buf_add(&b, d->items.v[i].text);
	}
	if (d->redirect.n > 0) {
		rep_buf_addc(&b, ' ');
		rep_buf_add(&b, d->redirect);
	} else {
		/* Where there was none: ~all, because services may send that are not named. */
		bool hard = d->all == '-' && !d->soft && !d->in->unread;

		d->out->softened = d->all == '-' && !hard;
		d->out->was = d->all == '+' || d->all == '?' ? d->all : 0;
		rep_buf_printf(&b, " %call", hard ? '-' : '~');
	}
	d->out->too_long = b.full || d->items.full;
	if (!d->out->too_long)
		d->out->record = rep_arena_dup(d->a, rep_buf_str(&b));
	rep_buf_fini(&b);
}

/* What each term costs, the dearest first: which of them can go, only the sender knows. */
static void
what_it_costs(struct spf_draft *d)
{
	unsigned most = 0, others = d->out->lookups;

	for (size_t i = 0; i < d->items.n; i++) {
		most = d->items.v[i].lookups > most ? d->items.v[i].lookups : most;
		others -= d->items.v[i].lookups;
	}
	for (; most > 0; most--)
		for (size_t i = 0; i < d->items.n; i++)
			if (d->items.v[i].lookups == most)
				give(&d->out->costs, d->items.v[i].text, NULL, most);
	if (d->redirect.n > 0)
		give(&d->out->costs, d->redirect, NULL, others);
}

bool
rep_spf_propose(const struct rep_spf_propose_in *in, const struct rep_spf_audit *walk,
    const struct rep_dns_view *v, struct rep_arena *a, struct rep_spf_proposal *out)
{
	struct spf_draft *d = rep_arena_alloc(a, sizeof *d);

	*out = (struct rep_spf_proposal){ .lookups = 0 };
	if (d == NULL)
		return true;
	*d = (struct spf_draft){ .in = in, .walk = walk, .view = v, .a = a, .out = out };
	d->items.a = a;
	d->open = rep_arena_alloc(a, (walk->n + 1) * sizeof *d->open);
	d->others = rep_arena_alloc(a, (walk->n + 1) * sizeof *d->others);
	d->subject = rep_arena_alloc(a, (walk->n + 1) * sizeof *d->subject);
	if (d->open == NULL || d->others == NULL || d->subject == NULL)
		return true;
	memset(d->open, 0, (walk->n + 1) * sizeof *d->open);
	memset(d->others, 0, (walk->n + 1) * sizeof *d->others);
	memset(d->subject, 0, (walk->n + 1) * sizeof *d->subject);
	d->among = (struct rep_spf_among){
		.walk = walk, .domain = &in->domain, .mended = in->mended, .mended_n = in->mended_n
	};
	build(d);
	for (unsigned six = 0; six < 2; six++)
		fewer_voids(d, six == 1, false);
	while (out->lookups > REP_SPF_MAX_LOOKUPS && !d->pending && open_one(d))
		build(d);
	for (unsigned six = 0; six < 2; six++)
		if (six == 0 || walk->six)
			fewer_voids(d, six == 1, true);
	if (d->pending)
		return false;
	rep_spf_items_last(&d->items);
	rep_spf_items_drop_contained(&d->items);
	if (length_of(d) > RECORD_LONG)
		rep_spf_items_merge(&d->items);
	out->fits = out->lookups <= REP_SPF_MAX_LOOKUPS;
	if (!out->fits)
		what_it_costs(d);
	if (in->nobody && d->items.n == 0 && out->gone.n == 0 && !in->unread)
		d->all = '-';
	else if (d->items.n == 0 && d->redirect.n == 0)
		return true;
	write_record(d);
	return true;
}
