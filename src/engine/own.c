/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/own.h"
#include "base/time.h"

#include <stdlib.h>

/* A domain that mail is from, and how much was accepted. */
struct own_count {
	struct rep_str domain;
	uint64_t n;
};

static void
add_address(struct rep_own *o, const struct rep_ip *ip)
{
	if (ip->version == 0)
		return;
	for (size_t i = 0; i < o->addresses_n; i++)
		if (rep_ip_eq(&o->addresses[i], ip))
			return;
	if (o->addresses_n == REP_OWN_ADDRESSES)
		o->left_out++;
	else
		o->addresses[o->addresses_n++] = *ip;
}

static void
add_domain(struct rep_own *o, struct rep_str domain)
{
	for (size_t i = 0; i < o->domains_n; i++)
		if (rep_str_eq_nocase(o->domains[i], domain))
			return;
	if (o->domains_n == REP_OWN_DOMAINS)
		o->left_out++;
	else
		o->domains[o->domains_n++] = domain;
}

struct rep_str
rep_own_sender(struct rep_str stream)
{
	size_t slash = rep_str_chr(stream, '/', 0);
	struct rep_str domain = rep_str_sub(stream, 0, slash == SIZE_MAX ? 0 : slash);

	return rep_str_chr(domain, '.', 0) != SIZE_MAX ? domain : (struct rep_str){ "", 0 };
}

static int
most_first(const void *a, const void *b)
{
	const struct own_count *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return rep_str_cmp(x->domain, y->domain);
}

static int
by_domain(const void *a, const void *b)
{
	const struct own_count *x = a, *y = b;

	return rep_str_cmp(x->domain, y->domain);
}

/* Joins the streams of one domain. Returns how many domains there are. */
static size_t
join(struct own_count *v, size_t n)
{
	size_t kept = 0;

	if (n > 0)
		qsort(v, n, sizeof *v, by_domain);
	for (size_t i = 0; i < n; i++)
		if (kept > 0 && rep_str_eq(v[kept - 1].domain, v[i].domain))
			v[kept - 1].n += v[i].n;
		else
			v[kept++] = v[i];
	if (kept > 0)
		qsort(v, kept, sizeof *v, most_first);
	return kept;
}

/* By what was sent. */
static enum rep_rc
sent_from(
    const struct rep_judge_in *in, struct rep_arena *a, struct rep_own *o, struct rep_err *err)
{
	int64_t from_s = in->now_s - REP_OWN_DAYS * (int64_t)REP_DAY_S;
	uint64_t *by_stream = rep_arena_alloc(a, (in->names.n + 1) * sizeof *by_stream), all = 0;
	struct own_count *v;
	size_t n = 0;

	if (by_stream == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < in->obs_n; i++) {
		const struct rep_observation *x = &in->obs[i];

		if (x->class != REP_CLASS_ACCEPTED || x->status != REP_STATUS_SENT ||
		    x->from_s < from_s || x->from_s > in->now_s || x->stream >= in->names.n)
			continue;
		n += by_stream[x->stream] == 0;
		by_stream[x->stream] += x->count;
		all += x->count;
	}
	if ((v = rep_arena_alloc(a, (n + 1) * sizeof *v)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	n = 0;
	for (uint32_t i = 0; i < in->names.n; i++)
		if (by_stream[i] > 0 && rep_own_sender(rep_name(&in->names, i)).n > 0)
			v[n++] = (struct own_count){ rep_own_sender(rep_name(&in->names, i)),
				by_stream[i] };
	n = join(v, n);
	for (size_t i = 0; i < n && v[i].n >= REP_OWN_LEAST && v[i].n * REP_OWN_PART >= all; i++)
		if (rep_provider_by_domain(rep_know_providers(in->know), v[i].domain) == NULL)
			add_domain(o, v[i].domain);
	return REP_OK;
}

enum rep_rc
rep_own_find(const struct rep_config *cfg, const struct rep_judge_in *in, struct rep_arena *a,
    struct rep_own *out, struct rep_err *err)
{
	*out = (struct rep_own){ .domains_n = 0 };
	for (size_t i = 0; i < cfg->n_sources; i++)
		add_address(out, &cfg->sources[i].public);
	for (size_t i = 0; i < in->labels_n; i++)
		add_address(out, &in->labels[i].public);
	for (size_t i = 0; i < cfg->n_domains; i++)
		add_domain(out, cfg->domains[i].name);
	return cfg->n_domains > 0 ? REP_OK : sent_from(in, a, out, err);
}

void
rep_own_keep(const struct rep_config *cfg, const struct rep_held_all *held, struct rep_own *own)
{
	struct rep_ip ip;

	for (size_t i = 0; cfg->n_domains == 0 && i < held->n; i++) {
		const struct rep_held *h = &held->v[i];

		if (rep_kind_of_looks[h->kind] && h->told_s != 0 && h->over_s == 0 &&
		    !rep_ip_parse(h->subject, &ip))
			add_domain(own, h->subject);
	}
}

bool
rep_own_has(const struct rep_own *own, struct rep_str subject)
{
	struct rep_ip ip;

	if (rep_ip_parse(subject, &ip)) {
		for (size_t i = 0; i < own->addresses_n; i++)
			if (rep_ip_eq(&own->addresses[i], &ip))
				return true;
		return false;
	}
	for (size_t i = 0; i < own->domains_n; i++)
		if (rep_str_eq_nocase(own->domains[i], subject))
			return true;
	return false;
}
