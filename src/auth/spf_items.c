/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/spf_items.h"

#include <stdlib.h>

void
rep_spf_items_add(struct rep_spf_items *d, const struct rep_spf_item *x)
{
	for (size_t i = 0; i < d->n; i++)
		if (rep_str_eq_nocase(
			rep_spf_term_plain(d->v[i].text), rep_spf_term_plain(x->text)))
			return;
	if (d->n == REP_SPF_ITEMS_MAX)
		d->full = true;
	else
		d->v[d->n++] = *x;
}

void
rep_spf_items_network(struct rep_spf_items *d, const struct rep_ip *ip, int bits)
{
	struct rep_spf_item x = { .leaf = SIZE_MAX };
	char text[REP_IP_TEXT];
	int full = ip->version == 6 ? 128 : 32;

	x.term = (struct rep_spf_term){ .mech = ip->version == 6 ? REP_SPF_IP6 : REP_SPF_IP4,
		.qualifier = '+',
		.cidr4 = ip->version == 6 ? 32 : bits,
		.cidr6 = ip->version == 6 ? bits : 128 };
	memcpy(x.term.net, ip->b, sizeof x.term.net);
	rep_ip_text(ip, text);
	x.text = bits == full ? rep_arena_printf(d->a, "ip%d:%s", ip->version, text)
			      : rep_arena_printf(d->a, "ip%d:%s/%d", ip->version, text, bits);
	rep_spf_items_add(d, &x);
}

static int
by_network(const void *x, const void *y)
{
	const struct rep_spf_item *a = x, *b = y;

	if (a->term.mech != b->term.mech)
		return a->term.mech < b->term.mech ? -1 : 1;
	return memcmp(a->term.net, b->term.net, sizeof a->term.net);
}

void
rep_spf_items_sort(struct rep_spf_items *d, size_t from)
{
	qsort(d->v + from, d->n - from, sizeof d->v[0], by_network);
}

static bool
may_pass(const struct rep_spf_item *x)
{
	return x->term.qualifier == '+';
}

void
rep_spf_items_last(struct rep_spf_items *d)
{
	struct rep_spf_item x;
	size_t first = 0;

	while (first < d->n && !d->v[first].last)
		first++;
	for (size_t i = first; i < d->n; i++)
		if (d->v[i].term.mech < REP_SPF_REDIRECT && !may_pass(&d->v[i]))
			return;
	for (size_t i = first, left = d->n - first; left > 0; left--) {
		if (!d->v[i].last) {
			i++;
			continue;
		}
		x = d->v[i];
		memmove(&d->v[i], &d->v[i + 1], (d->n - 1 - i) * sizeof d->v[0]);
		d->v[d->n - 1] = x;
	}
}

void
rep_spf_items_drop_contained(struct rep_spf_items *d)
{
	bool refuses = false;
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++)
		refuses = refuses || !may_pass(&d->v[i]);
	for (size_t i = 0; i < d->n; i++) {
		bool gone = false;

		for (size_t k = 0; k < n && !gone; k++) /* those before it that stay */
			gone = may_pass(&d->v[i]) &&
			    rep_spf_network_holds(&d->v[k].term, &d->v[i].term);
		for (size_t k = i + 1; k < d->n && !gone && !refuses; k++)
			gone = rep_spf_network_holds(&d->v[k].term, &d->v[i].term) &&
			    !rep_spf_network_holds(&d->v[i].term, &d->v[k].term);
		if (!gone)
			d->v[n++] = d->v[i];
	}
	d->n = n;
}

/* Whether two networks are the halves of a larger one: then *whole is that. */
static bool
halves(const struct rep_spf_term *x, const struct rep_spf_term *y, struct rep_spf_term *whole)
{
	int bits = x->mech == REP_SPF_IP4 ? x->cidr4 : x->cidr6;
	bool network = x->mech == REP_SPF_IP4 || x->mech == REP_SPF_IP6;

	if (!network || bits == 0 || x->mech != y->mech ||
	    bits != (y->mech == REP_SPF_IP4 ? y->cidr4 : y->cidr6) || x->qualifier != '+' ||
	    y->qualifier != '+')
		return false;
	*whole = *x;
	if (x->mech == REP_SPF_IP4)
		whole->cidr4--;
	else
		whole->cidr6--;
	return rep_spf_network_holds(whole, y) && !rep_spf_network_holds(x, y);
}

void
rep_spf_items_merge(struct rep_spf_items *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (!may_pass(&d->v[i]))
			return;
	for (size_t i = 0; i < d->n; i++)
		for (size_t k = i + 1; k < d->n; k++) {
			struct rep_spf_term *t = &d->v[i].term, whole;
			struct rep_ip ip = { .version = t->mech == REP_SPF_IP6 ? 6 : 4 };
			char text[REP_IP_TEXT];
			int bits;

			if (!halves(t, &d->v[k].term, &whole))
				continue;
			*t = whole;
			bits = t->mech == REP_SPF_IP6 ? t->cidr6 : t->cidr4;
			memcpy(ip.b, t->net, sizeof ip.b);
			rep_ip_set_host(&ip, bits, false);
			memcpy(t->net, ip.b, sizeof ip.b);
			d->v[i].text = rep_arena_printf(
			    d->a, "ip%d:%s/%d", ip.version, rep_ip_text(&ip, text), bits);
			memmove(&d->v[k], &d->v[k + 1], (--d->n - k) * sizeof d->v[0]);
			i = k = SIZE_MAX; /* begin again: the whole may be a half of another */
			break;
		}
}

/* Whether all of a network is inside addresses. */
static bool
inside(const struct rep_spf_term *t)
{
	struct rep_ip first = { .version = t->mech == REP_SPF_IP6 ? 6 : 4 }, last;
	int bits = first.version == 6 ? t->cidr6 : t->cidr4;

	memcpy(first.b, t->net, sizeof first.b);
	last = first;
	rep_ip_set_host(&first, bits, false);
	rep_ip_set_host(&last, bits, true);
	return rep_ip_inside(&first) && rep_ip_inside(&last);
}

const char rep_spf_inside_address[] = "an inside address, from which no receiver ever gets mail";

const char *
rep_spf_items_idle(const struct rep_spf_items *d, const struct rep_spf_term *t)
{
	struct rep_spf_term as_pass = *t;

	if (t->mech != REP_SPF_IP4 && t->mech != REP_SPF_IP6)
		return NULL;
	if (inside(t))
		return rep_spf_inside_address;
	as_pass.qualifier = '+';
	for (size_t i = 0; i < d->n && t->qualifier != '+'; i++)
		if (rep_spf_network_holds(&d->v[i].term, &as_pass))
			return "what it names passes by a term before it";
	return NULL;
}
