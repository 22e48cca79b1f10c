/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/overlay.h"
#include "dns/wildcard.h"

enum { STRING_MAX = 255 };

void
rep_dns_overlay_init(
    struct rep_dns_overlay *o, struct rep_arena *a, const struct rep_dns_view *below)
{
	o->a = a;
	o->below = *below;
	o->n = 0;
}

/* One record more. NULL: there is no room. */
static struct rep_dns_put *
put(struct rep_dns_overlay *o, const struct rep_name *name, uint16_t type)
{
	if (o->n == REP_OVERLAY_MAX)
		return NULL;
	o->v[o->n] = (struct rep_dns_put){ .name = *name, .type = type };
	return &o->v[o->n++];
}

bool
rep_dns_overlay_txt(struct rep_dns_overlay *o, const struct rep_name *name,
    bool (*replaces)(struct rep_str txt), struct rep_str text)
{
	struct rep_dns_put *p = put(o, name, REP_DNS_TXT);

	if (p == NULL)
		return false;
	p->replaces = replaces;
	p->text = text;
	return true;
}

bool
rep_dns_overlay_address(struct rep_dns_overlay *o, const struct rep_name *name,
    const struct rep_ip *ip, const struct rep_ip *instead)
{
	struct rep_dns_put *p = put(o, name, rep_dns_address_type(ip));

	if (p == NULL)
		return false;
	p->ip = *ip;
	if (instead != NULL)
		p->instead = *instead;
	return true;
}

bool
rep_dns_overlay_ptr(
    struct rep_dns_overlay *o, const struct rep_name *name, const struct rep_name *target)
{
	struct rep_dns_put *p = put(o, name, REP_DNS_PTR);

	if (p == NULL)
		return false;
	p->target = *target;
	return true;
}

/* Whether a record that is there goes when this one comes. */
static bool
goes(const struct rep_dns_put *p, const struct rep_dns_rr *rr)
{
	switch (p->type) {
	case REP_DNS_TXT: return p->replaces != NULL && p->replaces(rr->data);
	case REP_DNS_PTR: return true;
	default: return rep_ip_eq(&rr->ip, &p->instead) || rep_ip_eq(&rr->ip, &p->ip);
	}
}

/* The answer below, with the record in its place. NULL: out of memory. */
static struct rep_dns_answer *
with_record(struct rep_arena *a, const struct rep_dns_put *p, const struct rep_dns_answer *below)
{
	struct rep_dns_answer *out = rep_arena_alloc(a, sizeof *out);
	struct rep_dns_rr *mine = rep_arena_alloc(a, sizeof *mine);
	const struct rep_dns_rr **rr = rep_arena_alloc(a, (below->n + 1) * sizeof *rr);

	if (out == NULL || mine == NULL || rr == NULL)
		return NULL;
	*out = *below;
	out->rr = rr;
	out->n = 0;
	for (size_t k = 0; k < below->n; k++)
		if (!goes(p, below->rr[k]))
			rr[out->n++] = below->rr[k];
	*mine = (struct rep_dns_rr){ .name = &p->name,
		.type = p->type,
		.ip = p->ip,
		.target = p->type == REP_DNS_PTR ? &p->target : NULL,
		.data = p->text,
		.strings = (unsigned)((p->text.n + STRING_MAX - 1) / STRING_MAX) };
	if (p->type != REP_DNS_TXT || p->text.n > 0)
		rr[out->n++] = mine;
	out->state = out->n > 0		  ? REP_DNS_YES
	    : below->state == REP_DNS_YES ? REP_DNS_NODATA
					  : below->state;
	out->rcode = 0;
	return out;
}

/* The first address record that is put at a name. NULL: none. */
static struct rep_dns_put *
address_at(struct rep_dns_overlay *o, const struct rep_name *name)
{
	for (size_t i = 0; i < o->n; i++)
		if ((o->v[i].type == REP_DNS_A || o->v[i].type == REP_DNS_AAAA) &&
		    rep_name_eq(&o->v[i].name, name))
			return &o->v[i];
	return NULL;
}

/* A name with an address of its own has none of a wildcard, nor is it an alias by one. NULL: not known yet. */
static const struct rep_dns_answer *
without_wildcard(struct rep_dns_overlay *o, const struct rep_name *name, uint16_t type,
    const struct rep_dns_answer *below)
{
	struct rep_dns_put *p;
	struct rep_dns_answer *out;
	bool known = true, wild;

	if ((type != REP_DNS_A && type != REP_DNS_AAAA) || below->n + below->cnames == 0 ||
	    (p = address_at(o, name)) == NULL)
		return below;
	if (p->found == REP_DNS_PUT_ASK) {
		wild = rep_dns_by_wildcard(&o->below, name, &known);
		if (!known)
			return NULL;
		p->found = wild ? REP_DNS_PUT_WILD : REP_DNS_PUT_OWN;
	}
	if (p->found == REP_DNS_PUT_OWN)
		return below;
	out = p->left[type == REP_DNS_AAAA];
	if (out == NULL && (out = rep_arena_alloc(o->a, sizeof *out)) != NULL) {
		*out = *below;
		out->n = 0;
		out->cnames = 0;
		out->canonical = *name;
		out->state = REP_DNS_NODATA;
		out->rcode = 0;
		p->left[type == REP_DNS_AAAA] = out;
	}
	return out;
}

static const struct rep_dns_answer *
get(void *ctx, const struct rep_dns_at *at, const struct rep_name *name, uint16_t type)
{
	struct rep_dns_overlay *o = ctx;
	const struct rep_dns_answer *below = o->below.get(o->below.ctx, at, name, type);

	if (below == NULL || (at != NULL && at->ip.version != 0) || rep_dns_failed(below->state))
		return below;
	below = without_wildcard(o, name, type, below);
	for (size_t i = 0; i < o->n && below != NULL; i++) {
		struct rep_dns_put *p = &o->v[i];

		if (p->type != type || !rep_name_eq(&p->name, name))
			continue;
		if (p->answer == NULL)
			p->answer = with_record(o->a, p, below);
		below = p->answer;
	}
	return below;
}

struct rep_dns_view
rep_dns_overlay_view(struct rep_dns_overlay *o)
{
	return (struct rep_dns_view){ get, o };
}
