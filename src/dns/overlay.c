/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/overlay.h"
#include "dns/wildcard.h"

/* What one more TXT record adds to a message: a compressed name, type, class, TTL, two lengths. */
enum { RR_FRAME = 12, STRING_MAX = 255 };

void
rep_dns_overlay_init(
    struct rep_dns_overlay *o, struct rep_arena *a, const struct rep_dns_view *below)
{
	o->a = a;
	o->below = *below;
	o->n = 0;
}

bool
rep_dns_overlay_txt(struct rep_dns_overlay *o, const struct rep_name *name,
    bool (*replaces)(struct rep_str txt), struct rep_str text)
{
	if (o->n == REP_OVERLAY_MAX)
		return false;
	o->v[o->n].name = *name;
	o->v[o->n].type = REP_DNS_TXT;
	o->v[o->n].replaces = replaces;
	o->v[o->n].text = text;
	o->v[o->n++].answer = NULL;
	return true;
}

bool
rep_dns_overlay_address(struct rep_dns_overlay *o, const struct rep_name *name,
    const struct rep_ip *ip, const struct rep_ip *instead)
{
	static const struct rep_ip none = { .version = 0 };

	if (o->n == REP_OVERLAY_MAX)
		return false;
	o->v[o->n].name = *name;
	o->v[o->n].type = rep_dns_address_type(ip);
	o->v[o->n].ip = *ip;
	o->v[o->n].instead = instead != NULL ? *instead : none;
	o->v[o->n++].answer = NULL;
	return true;
}

bool
rep_dns_overlay_ptr(
    struct rep_dns_overlay *o, const struct rep_name *name, const struct rep_name *target)
{
	if (o->n == REP_OVERLAY_MAX)
		return false;
	o->v[o->n].name = *name;
	o->v[o->n].type = REP_DNS_PTR;
	o->v[o->n].target = *target;
	o->v[o->n++].answer = NULL;
	return true;
}

static size_t
wire_size(const struct rep_dns_rr *rr)
{
	return rr->data.n + rr->strings + RR_FRAME;
}

/* The answer below, with the record in its place. NULL: out of memory. */
static struct rep_dns_answer *
with_record(struct rep_dns_overlay *o, size_t i, const struct rep_dns_answer *below)
{
	struct rep_dns_answer *out = rep_arena_alloc(o->a, sizeof *out);
	struct rep_dns_rr *mine = rep_arena_alloc(o->a, sizeof *mine);
	const struct rep_dns_rr **rr = rep_arena_alloc(o->a, (below->n + 1) * sizeof *rr);
	struct rep_str text = o->v[i].text;

	if (out == NULL || mine == NULL || rr == NULL)
		return NULL;
	*out = *below;
	out->rr = rr;
	out->n = 0;
	for (size_t k = 0; k < below->n; k++)
		if (o->v[i].replaces == NULL || !o->v[i].replaces(below->rr[k]->data))
			rr[out->n++] = below->rr[k];
		else
			out->size -= out->size > wire_size(below->rr[k]) ? wire_size(below->rr[k])
									 : out->size;
	if (text.n > 0) {
		*mine = (struct rep_dns_rr){ .name = &o->v[i].name,
			.type = REP_DNS_TXT,
			.data = text,
			.strings = (unsigned)((text.n + STRING_MAX - 1) / STRING_MAX) };
		rr[out->n++] = mine;
		out->size += wire_size(mine);
	}
	out->state = out->n > 0		  ? REP_DNS_YES
	    : below->state == REP_DNS_YES ? REP_DNS_NODATA
					  : below->state;
	out->rcode = 0;
	return out;
}

/* The same for an address record. */
static struct rep_dns_answer *
with_address(struct rep_dns_overlay *o, size_t i, const struct rep_dns_answer *below)
{
	struct rep_dns_answer *out = rep_arena_alloc(o->a, sizeof *out);
	struct rep_dns_rr *mine = rep_arena_alloc(o->a, sizeof *mine);
	const struct rep_dns_rr **rr = rep_arena_alloc(o->a, (below->n + 1) * sizeof *rr);

	if (out == NULL || mine == NULL || rr == NULL)
		return NULL;
	*out = *below;
	out->rr = rr;
	out->n = 0;
	for (size_t k = 0; k < below->n; k++)
		if (!rep_ip_eq(&below->rr[k]->ip, &o->v[i].instead) &&
		    !rep_ip_eq(&below->rr[k]->ip, &o->v[i].ip))
			rr[out->n++] = below->rr[k];
	*mine =
	    (struct rep_dns_rr){ .name = &o->v[i].name, .type = o->v[i].type, .ip = o->v[i].ip };
	rr[out->n++] = mine;
	out->state = REP_DNS_YES;
	out->rcode = 0;
	return out;
}

/* The one PTR record that is then there. */
static struct rep_dns_answer *
with_ptr(struct rep_dns_overlay *o, size_t i, const struct rep_dns_answer *below)
{
	struct rep_dns_answer *out = rep_arena_alloc(o->a, sizeof *out);
	struct rep_dns_rr *mine = rep_arena_alloc(o->a, sizeof *mine);
	const struct rep_dns_rr **rr = rep_arena_alloc(o->a, sizeof *rr);

	if (out == NULL || mine == NULL || rr == NULL)
		return NULL;
	*mine = (struct rep_dns_rr){
		.name = &o->v[i].name, .type = REP_DNS_PTR, .target = &o->v[i].target
	};
	rr[0] = mine;
	*out = *below;
	out->rr = rr;
	out->n = 1;
	out->state = REP_DNS_YES;
	out->rcode = 0;
	return out;
}

static bool
has_address(const struct rep_dns_overlay *o, const struct rep_name *name)
{
	for (size_t i = 0; i < o->n; i++)
		if ((o->v[i].type == REP_DNS_A || o->v[i].type == REP_DNS_AAAA) &&
		    rep_name_eq(&o->v[i].name, name))
			return true;
	return false;
}

/* A name with an address of its own has none of a wildcard, nor is it an alias by one. NULL: not known yet. */
static const struct rep_dns_answer *
without_wildcard(struct rep_dns_overlay *o, const struct rep_name *name, uint16_t type,
    const struct rep_dns_answer *below)
{
	bool known = true, wild;
	struct rep_dns_answer *out;

	if ((type != REP_DNS_A && type != REP_DNS_AAAA) || below->n + below->cnames == 0 ||
	    !has_address(o, name))
		return below;
	wild = rep_dns_by_wildcard(&o->below, name, &known);
	if (!wild || !known)
		return known ? below : NULL;
	if ((out = rep_arena_alloc(o->a, sizeof *out)) == NULL)
		return NULL;
	*out = *below;
	out->n = 0;
	out->cnames = 0;
	out->canonical = *name;
	out->state = REP_DNS_NODATA;
	out->rcode = 0;
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
		if (o->v[i].type != type || !rep_name_eq(&o->v[i].name, name))
			continue;
		if (o->v[i].answer == NULL)
			o->v[i].answer = type == REP_DNS_TXT ? with_record(o, i, below)
			    : type == REP_DNS_PTR	     ? with_ptr(o, i, below)
							     : with_address(o, i, below);
		below = o->v[i].answer;
	}
	return below;
}

struct rep_dns_view
rep_dns_overlay_view(struct rep_dns_overlay *o)
{
	return (struct rep_dns_view){ get, o };
}
