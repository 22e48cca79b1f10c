/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/reported_auth.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/reporter.h"
#include "engine/reports.h"
#include "know/provider.h"

#include <stdlib.h>

enum {
	DOMAIN_SLOTS = 2 * REP_OWN_REPORTED_DOMAINS_MAX,
	PAIR_SLOTS = 2 * REP_OWN_REPORTED_PAIRS_MAX,
	/* Names are counted with people's mail in mind: what is longer is no domain of the Internet (RFC 1035 2.3.4). */
	DOMAIN_BYTES = 253
};
/* Judgement: nobody gets more messages of one sender in a day; sums of so many rows fit in 64 bits. */
static const uint64_t count_most = (uint64_t)1 << 40;

struct domain_names {
	struct rep_str name, registered; /* name.n == 0: free */
};

/* Of one report: a source and a domain, and its row. */
struct pair_slot {
	uint32_t ip, domain; /* places */
	size_t row;	     /* index + 1; 0: free */
};

struct auth_loading {
	struct rep_judge_in *in;
	struct rep_arena *a;
	struct rep_reported_auth_loaded *out;
	struct rep_reported_auth_until until;
	const struct rep_str *receivers; /* providers of the cells of the verdict, sorted */
	size_t receivers_n;
	struct rep_report_own own; /* sorted */
	uint64_t records;	   /* that count and are still to come */
	size_t reports;		   /* that count */
	uint64_t *
	    seen; /* hashes of those that were read; 0: free. Twice as many as there are, a power of two */
	size_t seen_slots;
	struct rep_own_reported *rows;
	size_t rows_n, rows_cap;
	struct domain_names *domains; /* DOMAIN_SLOTS */
	size_t domains_n;
	struct pair_slot *pairs; /* PAIR_SLOTS, of the report that is read */
	uint32_t *used;		 /* slots of them */
	size_t used_n;
	const struct rep_kept_report *kept; /* the report that is read */
	struct rep_str provider;
	bool small; /* the arena is used up */
	struct rep_err *err;
};

/* --- whose reports ----------------------------------------------------------------------------------- */

static int
by_text(const void *x, const void *y)
{
	return rep_str_cmp(*(const struct rep_str *)x, *(const struct rep_str *)y);
}

static int
by_ip(const void *x, const void *y)
{
	const struct rep_ip *a = x, *b = y;

	return a->version != b->version ? (a->version < b->version ? -1 : 1)
					: memcmp(a->b, b->b, a->version == 4 ? 4 : 16);
}

/* Where mail goes to: the providers. Each name once. */
static bool
find_receivers(struct auth_loading *l)
{
	const struct rep_judge_in *in = l->in;
	bool *seen = rep_arena_alloc(l->a, in->names.n + 1);
	struct rep_str *v;
	size_t n = 0;

	for (size_t i = 0; seen != NULL && i < in->obs_n; i++) {
		uint32_t name = in->obs[i].provider;

		if (name < in->names.n && !seen[name]) {
			seen[name] = true;
			n++;
		}
	}
	if (seen == NULL || (v = rep_arena_alloc(l->a, (n + 1) * sizeof *v)) == NULL)
		return false;
	n = 0;
	for (uint32_t name = 0; name < in->names.n; name++)
		if (seen[name])
			v[n++] = rep_name(&in->names, name);
	if (n > 0)
		qsort(v, n, sizeof *v, by_text);
	l->receivers = v;
	l->receivers_n = n;
	return true;
}

/*
 * The provider of a report, n == 0: it is of none that mail goes to. Of a host that nobody knows, nobody knows either who has
 * a mailbox there, and could report in its name.
 */
static struct rep_str
provider_of(const struct auth_loading *l, const struct rep_kept_report *r)
{
	const struct rep_provider *p = rep_provider_by_reporter(
	    rep_know_providers(l->in->know), rep_reporter_domain(r->reporter, r->org), r->org);
	const struct rep_str *v = p == NULL
	    ? NULL
	    : bsearch(&p->id, l->receivers, l->receivers_n, sizeof *l->receivers, by_text);

	return v != NULL ? *v : (struct rep_str){ "", 0 };
}

/* --- what it says of own mail ------------------------------------------------------------------------ */

/* A domain in lower case, into room. False: it is none. */
static bool
plain_domain(struct rep_str s, char room[DOMAIN_BYTES], struct rep_str *out)
{
	while (s.n > 0 && s.p[s.n - 1] == '.')
		s.n--;
	if (s.n == 0 || s.n > DOMAIN_BYTES)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!rep_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '.' && s.p[i] != '_')
			return false;
		room[i] = rep_lower(s.p[i]);
	}
	*out = (struct rep_str){ room, s.n };
	return true;
}

/* Its place in `domains`. False: there is no room for another one. */
static bool
domain_place(struct auth_loading *l, struct rep_str name, uint32_t *at)
{
	size_t k = rep_hash(name) % DOMAIN_SLOTS;

	while (l->domains[k].name.n > 0 && !rep_str_eq(l->domains[k].name, name))
		k = (k + 1) % DOMAIN_SLOTS;
	*at = (uint32_t)k;
	if (l->domains[k].name.n > 0)
		return true;
	if (l->domains_n == REP_OWN_REPORTED_DOMAINS_MAX)
		return false;
	name = rep_arena_dup(l->a, name);
	l->small = l->small || name.p == NULL;
	if (name.p == NULL)
		return false;
	l->domains[k] = (struct domain_names){ name, rep_registered_domain(name) };
	l->domains_n++;
	return true;
}

/* The row of a source and a domain in the report that is read. NULL: there is no room for another one. */
static struct rep_own_reported *
row_of(struct auth_loading *l, uint32_t ip, uint32_t domain)
{
	size_t k = rep_hash_mix((uint64_t)ip << 32 | domain) % PAIR_SLOTS;
	struct rep_own_reported *v;

	while (l->pairs[k].row != 0 && (l->pairs[k].ip != ip || l->pairs[k].domain != domain))
		k = (k + 1) % PAIR_SLOTS;
	if (l->pairs[k].row != 0)
		return &l->rows[l->pairs[k].row - 1];
	if (l->used_n == REP_OWN_REPORTED_PAIRS_MAX || l->rows_n == REP_OWN_REPORTED_MAX)
		return NULL;
	if ((v = rep_arena_more(l->a, l->rows, l->rows_n, &l->rows_cap, sizeof *v)) == NULL) {
		l->small = true;
		return NULL;
	}
	l->rows = v;
	l->used[l->used_n++] = (uint32_t)k;
	l->pairs[k] = (struct pair_slot){ ip, domain, l->rows_n + 1 };
	l->rows[l->rows_n] = (struct rep_own_reported){ .provider = l->provider,
		.domain = l->domains[domain].name,
		.registered = l->domains[domain].registered,
		.source = l->own.v[ip],
		.begin_s = l->kept->begin_s,
		.end_s = l->kept->end_s };
	return &l->rows[l->rows_n++];
}

static uint64_t
more(uint64_t sum, uint64_t n)
{
	return sum + n < count_most ? sum + n : count_most;
}

/* Whether SPF passed, for whichever domain. */
static bool
spf_passed(const struct rep_aggregate_record *r)
{
	bool passed = r->spf.v == REP_EVALUATED_PASS; /* that is only said of an aligned one */

	for (size_t i = 0; i < r->auth_n && !passed; i++)
		passed = !r->auth[i].dkim && r->auth[i].result.v == REP_REPORTED_PASS;
	return passed;
}

static enum rep_rc
on_record(void *ctx, const struct rep_aggregate *head, const struct rep_aggregate_record *r,
    struct rep_err *err)
{
	struct auth_loading *l = ctx;
	struct rep_own_reported *row = NULL;
	const struct rep_ip *ip;
	char room[DOMAIN_BYTES];
	struct rep_str domain;
	uint64_t n = r->count < count_most ? r->count : count_most;
	bool dkim = r->dkim.v == REP_EVALUATED_PASS, spf = r->spf.v == REP_EVALUATED_PASS;
	uint32_t at;

	(void)err;
	if (r->source_ip.version == 0 || (r->dkim.v == 0 && r->spf.v == 0) ||
	    (ip = bsearch(&r->source_ip, l->own.v, l->own.n, sizeof *l->own.v, by_ip)) == NULL)
		return REP_OK; /* not ours, or it does not say what became of it */
	if (!plain_domain(r->header_from, room, &domain) &&
	    !plain_domain(head->domain, room, &domain))
		return REP_OK;
	if (domain_place(l, domain, &at))
		row = row_of(l, (uint32_t)(ip - l->own.v), at);
	if (row == NULL) {
		l->out->left_out++;
		return REP_OK;
	}
	row->messages = more(row->messages, n);
	row->passed = more(row->passed, dkim || spf ? n : 0);
	row->dkim = more(row->dkim, dkim ? n : 0);
	row->spf = more(row->spf, spf ? n : 0);
	row->spf_any = more(row->spf_any, spf_passed(r) ? n : 0);
	return REP_OK;
}

/* --- the walk ---------------------------------------------------------------------------------------- */

/*
 * Whether it may be used at all, as far as what is kept of it tells. A file proves nothing: many watch a folder into which
 * anybody's attachments are put.
 */
static bool
may_be_used(const struct auth_loading *l, const struct rep_kept_report *r)
{
	return r->trust == REP_KEPT_PROVEN && r->begin_s != 0 &&
	    (l->until.end_s == 0 || r->end_s <= l->until.end_s) &&
	    (l->until.read_s == 0 || r->read_s <= l->until.read_s);
}

static enum rep_rc
on_counted(void *ctx, const struct rep_kept_report *r)
{
	static const struct rep_key open = { { 0 } }; /* no secret: the same hash everywhere */
	struct auth_loading *l = ctx;
	uint64_t *h = &l->out->hash;

	if (!may_be_used(l, r))
		return REP_OK;
	if (r->read_s > l->out->read_s)
		l->out->read_s = r->read_s;
	*h = rep_hash_mix(*h ^ rep_siphash(&open, r->reporter));
	*h = rep_hash_mix(*h ^ rep_siphash(&open, r->domain));
	*h = rep_hash_mix(*h ^ (uint64_t)r->begin_s);
	*h = rep_hash_mix(*h ^ (uint64_t)r->end_s);
	*h = rep_hash_mix(*h ^ r->records);
	*h = rep_hash_mix(*h ^ r->count);
	if (provider_of(l, r).n > 0) {
		l->records += r->records;
		l->reports++;
	}
	return REP_OK;
}

static bool
make_seen(struct auth_loading *l)
{
	l->seen_slots = 2;
	while (l->seen_slots < 2 * l->reports)
		l->seen_slots *= 2;
	l->seen = rep_arena_alloc(l->a, l->seen_slots * sizeof *l->seen);
	return l->seen != NULL;
}

/*
 * Whether the report was read already. A provider may mail it from two domains; then it has two names.
 */
static bool
is_seen(struct auth_loading *l, const struct rep_kept_report *r)
{
	uint64_t h = rep_hash_mix(rep_hash(l->provider) ^ (uint64_t)r->begin_s);
	size_t k;

	if (r->report_id.n == 0)
		return false;
	h = rep_hash_mix(h ^ (uint64_t)r->end_s);
	h = rep_hash_mix(h ^ rep_hash(r->domain));
	h = rep_hash_mix(h ^ rep_hash(r->report_id)) | 1;
	for (k = h % l->seen_slots; l->seen[k] != 0; k = (k + 1) % l->seen_slots)
		if (l->seen[k] == h)
			return true;
	l->seen[k] = h;
	return false;
}

/* Reports come by begin: what there is no room for is of the oldest. One that is damaged is left out, too. */
static enum rep_rc
on_kept(void *ctx, const struct rep_kept_report *r)
{
	struct auth_loading *l = ctx;
	enum rep_rc rc = REP_OK;

	if (!may_be_used(l, r) || (l->provider = provider_of(l, r)).n == 0)
		return REP_OK;
	if (l->records > REP_REPORTED_AUTH_RECORDS_MAX) {
		l->records -= r->records;
		l->out->left_out += r->records;
		return REP_OK;
	}
	if (is_seen(l, r))
		return REP_OK;
	l->kept = r;
	rc = rep_reports_read(r, on_record, l, l->err);
	l->out->damaged += rc == REP_EIO;
	for (size_t i = 0; i < l->used_n; i++)
		l->pairs[l->used[i]].row = 0;
	l->used_n = 0;
	return rc == REP_EIO ? REP_OK : rc;
}

static int
by_provider(const void *x, const void *y)
{
	const struct rep_own_reported *a = x, *b = y;
	int c = rep_str_cmp(a->provider, b->provider);

	if (c == 0 && a->begin_s != b->begin_s)
		c = a->begin_s < b->begin_s ? -1 : 1;
	if (c == 0 && a->end_s != b->end_s)
		c = a->end_s < b->end_s ? -1 : 1;
	if (c == 0)
		c = rep_str_cmp(a->domain, b->domain);
	return c != 0 ? c : by_ip(&a->source, &b->source);
}

/* Own addresses, each once. */
static enum rep_rc
own(const struct rep_session *s, struct rep_store *store, struct auth_loading *l,
    struct rep_err *err)
{
	enum rep_rc rc = rep_reports_own(s, store, l->a, &l->own, err);
	struct rep_ip *v = rep_arena_alloc(l->a, (l->own.n + 1) * sizeof *v);
	size_t n = 0;

	if (rc != REP_OK)
		return rc;
	if (v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (l->own.n > 0) {
		memcpy(v, l->own.v, l->own.n * sizeof *v);
		qsort(v, l->own.n, sizeof *v, by_ip);
	}
	for (size_t i = 0; i < l->own.n; i++)
		if (v[i].version != 0 && (n == 0 || by_ip(&v[n - 1], &v[i]) != 0))
			v[n++] = v[i];
	l->own = (struct rep_report_own){ v, n };
	return REP_OK;
}

static bool
make_tables(struct auth_loading *l)
{
	l->domains = rep_arena_alloc(l->a, DOMAIN_SLOTS * sizeof *l->domains);
	l->pairs = rep_arena_alloc(l->a, PAIR_SLOTS * sizeof *l->pairs);
	l->used = rep_arena_alloc(l->a, REP_OWN_REPORTED_PAIRS_MAX * sizeof *l->used);
	return l->domains != NULL && l->pairs != NULL && l->used != NULL && make_seen(l);
}

/* The first walk counts, so that the second one knows what there is no room for. */
static enum rep_rc
walk(struct auth_loading *l, struct rep_store *store, struct rep_err *err)
{
	int64_t from_s = l->in->now_s - REP_REPORTED_AUTH_DAYS * (int64_t)REP_DAY_S;
	int64_t until_s = l->in->now_s + 1;
	enum rep_rc rc =
	    rep_store_report_heads(store, REP_KEPT_AGGREGATE, from_s, until_s, on_counted, l, err);

	if (rc != REP_OK || l->reports == 0 || l->own.n == 0)
		return rc;
	if (!make_tables(l))
		return rep_fail(err, REP_EMEM, "out of memory for reports of receivers");
	rc = rep_store_reports(store, REP_KEPT_AGGREGATE, from_s, until_s, on_kept, l, err);
	return rc == REP_OK && l->small
	    ? rep_fail(err, REP_EMEM, "out of memory for reports of receivers")
	    : rc;
}

enum rep_rc
rep_reported_auth_load(const struct rep_session *s, struct rep_store *store,
    struct rep_reported_auth_until until, struct rep_judge_in *in, struct rep_arena *a,
    struct rep_reported_auth_loaded *out, struct rep_err *err)
{
	struct auth_loading l = { .in = in, .a = a, .out = out, .err = err, .until = until };
	enum rep_rc rc;

	*out = (struct rep_reported_auth_loaded){ .until = until, .hash = 1 };
	if ((rc = own(s, store, &l, err)) != REP_OK)
		return rc;
	if (!find_receivers(&l))
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = walk(&l, store, err)) != REP_OK)
		return rc;
	if (l.rows_n > 0)
		qsort(l.rows, l.rows_n, sizeof *l.rows, by_provider);
	in->reported = l.rows;
	in->reported_n = l.rows_n;
	return REP_OK;
}
