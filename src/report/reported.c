/* SPDX-License-Identifier: Apache-2.0 */
#include "report/reported.h"
#include "base/hash.h"

#include <stdlib.h>

enum { NUMBERED_MAX = 256 }; /* bytes of a name; a domain has less */

struct rep_reported_making {
	struct rep_arena *a;
	struct rep_reported_row *rows;
	struct rep_reported_auth *auth;
	struct rep_reported_period *periods;
	struct rep_str *names;
	uint32_t *registered;		  /* of names */
	struct rep_reported_known *known; /* of names */
	struct rep_str *spellings;	  /* the first one is none */
	int64_t *spelt_s;		  /* of spellings: the end of the report that has it */
	struct rep_str (*registered_of)(struct rep_str domain);
	rep_reported_service_fn service_of; /* NULL: none is known */
	void *ctx;
	uint32_t *slots; /* of names, by hash; 0: free */
	size_t rows_n, rows_cap, auth_n, auth_cap, periods_n, periods_cap, names_n, names_cap,
	    registered_cap, known_cap, spellings_n, spellings_cap, spelt_cap, slots_n;
	uint64_t left_out, left_out_rows;
	bool missed; /* there was no room for a part of this row */
	bool names_full;
};

/* Room for one more of `size` bytes behind n. NULL: there is none. */
static void *
room(struct rep_reported_making *m, void *v, size_t n, size_t *cap, size_t size)
{
	void *more;

	if (n < *cap)
		return v;
	if (rep_arena_used(m->a) + (*cap == 0 ? 256 : *cap * 2) * size > REP_REPORTED_BYTES_MAX ||
	    (more = rep_arena_alloc(m->a, (*cap == 0 ? 256 : *cap * 2) * size)) == NULL) {
		m->missed = true;
		return NULL;
	}
	if (n > 0)
		memcpy(more, v, n * size);
	*cap = *cap == 0 ? 256 : *cap * 2;
	return more;
}

static bool
more_slots(struct rep_reported_making *m)
{
	size_t n = m->slots_n * 2;
	uint32_t *v = rep_arena_alloc(m->a, n * sizeof *v);

	if (v == NULL)
		return false;
	for (uint32_t i = 1; i < m->names_n; i++) {
		size_t at = rep_hash(m->names[i]) & (n - 1);

		while (v[at] != 0)
			at = (at + 1) & (n - 1);
		v[at] = i;
	}
	m->slots = v;
	m->slots_n = n;
	return true;
}

/* A name as it is numbered, but for its case. */
static struct rep_str
bare(struct rep_str s)
{
	while (s.n > 0 && s.p[s.n - 1] == '.')
		s.n--;
	return rep_str_cut(s, NUMBERED_MAX);
}

/* The number of a name in lower case, without a dot at its end. 0: it is empty, or there is no room. */
static uint32_t
number(struct rep_reported_making *m, struct rep_str s)
{
	char low[NUMBERED_MAX];
	struct rep_str name, kept;
	struct rep_str *names;
	uint32_t *registered;
	struct rep_reported_known *known;
	size_t at;

	s = bare(s);
	for (size_t i = 0; i < s.n; i++)
		low[i] = rep_lower(s.p[i]);
	name = (struct rep_str){ low, s.n };
	if (s.n == 0)
		return 0;
	if (m->names_n * 2 > m->slots_n && !more_slots(m)) {
		m->missed = true;
		return 0;
	}
	for (at = rep_hash(name) & (m->slots_n - 1); m->slots[at] != 0;
	     at = (at + 1) & (m->slots_n - 1))
		if (rep_str_eq(m->names[m->slots[at]], name))
			return m->slots[at];
	if (m->names_n == REP_REPORTED_NAMES_MAX) {
		m->missed = m->names_full = true;
		return 0;
	}
	/* What grew is used, also where another one could not: else its place would be taken for larger than it is. */
	if ((names = room(m, m->names, m->names_n, &m->names_cap, sizeof *names)) != NULL)
		m->names = names;
	if ((registered = room(
		 m, m->registered, m->names_n, &m->registered_cap, sizeof *registered)) != NULL)
		m->registered = registered;
	if ((known = room(m, m->known, m->names_n, &m->known_cap, sizeof *known)) != NULL)
		m->known = known;
	if (names == NULL || registered == NULL || known == NULL ||
	    (kept = rep_arena_dup(m->a, name)).p == NULL) {
		m->missed = true;
		return 0;
	}
	m->names[m->names_n] = kept;
	m->slots[at] = (uint32_t)m->names_n;
	return (uint32_t)m->names_n++;
}

/* The same of a domain, of which the registered one is wanted. */
static uint32_t
domain_number(struct rep_reported_making *m, struct rep_str s)
{
	struct rep_str shared = { "", 0 };
	uint32_t n = number(m, s), top;

	if (n == 0 || (m->registered[n] != 0 && (m->service_of == NULL || m->known[n].asked)))
		return n;
	top = number(m, m->registered_of(m->names[n]));
	m->registered[n] = top;
	m->registered[top] = top;
	if (m->service_of == NULL)
		return n;
	m->known[n].asked = true;
	m->known[n].service = m->service_of(m->ctx, m->names[n], &shared);
	top = number(m, shared);
	m->known[n].shared = top;
	if (top != 0) {
		m->known[top].service = m->known[n].service;
		m->known[top].shared = top;
		m->known[top].asked = true;
	}
	return n;
}

/* The receiver of a report, as it is spelt there; reports come oldest first. What has no room is shown in lower case. */
static void
spell(struct rep_reported_making *m, uint32_t name, struct rep_str s, int64_t end_s)
{
	struct rep_str *spellings;
	int64_t *spelt_s;
	uint32_t at = name != 0 ? m->known[name].spelling : 0;

	s = bare(s);
	if (name == 0 || (at == 0 && rep_str_eq(s, m->names[name])))
		return;
	if (at == 0) {
		if ((spellings = room(m, m->spellings, m->spellings_n, &m->spellings_cap,
			 sizeof *spellings)) == NULL)
			return;
		m->spellings = spellings;
		if ((spelt_s = room(
			 m, m->spelt_s, m->spellings_n, &m->spelt_cap, sizeof *spelt_s)) == NULL)
			return;
		m->spelt_s = spelt_s;
		if ((spellings[m->spellings_n] = rep_arena_dup(m->a, s)).p == NULL)
			return;
		spelt_s[m->spellings_n] = end_s;
		m->known[name].spelling = (uint32_t)m->spellings_n++;
	} else if (end_s >= m->spelt_s[at]) {
		/* It differs in its case only, so it has the same length. */
		memcpy((char *)(uintptr_t)m->spellings[at].p, s.p, s.n);
		m->spelt_s[at] = end_s;
	}
}

void
rep_reported_services(struct rep_reported_making *m, rep_reported_service_fn fn, void *ctx)
{
	m->service_of = fn;
	m->ctx = ctx;
}

struct rep_reported_making *
rep_reported_begin(struct rep_arena *a, struct rep_str (*registered)(struct rep_str domain))
{
	struct rep_reported_making *m = rep_arena_alloc(a, sizeof *m);

	if (m == NULL)
		return NULL;
	m->a = a;
	m->registered_of = registered;
	m->slots_n = 1024;
	m->slots = rep_arena_alloc(a, m->slots_n * sizeof *m->slots);
	m->names = room(m, NULL, 0, &m->names_cap, sizeof *m->names);
	m->registered = room(m, NULL, 0, &m->registered_cap, sizeof *m->registered);
	m->known = room(m, NULL, 0, &m->known_cap, sizeof *m->known);
	m->spellings = room(m, NULL, 0, &m->spellings_cap, sizeof *m->spellings);
	m->spelt_s = room(m, NULL, 0, &m->spelt_cap, sizeof *m->spelt_s);
	if (m->spellings == NULL || m->spelt_s == NULL || m->slots == NULL || m->names == NULL ||
	    m->registered == NULL || m->known == NULL)
		return NULL;
	m->spellings_n = 1;
	m->names[0] = (struct rep_str){ "", 0 };
	m->names_n = 1;
	return m;
}

static bool
add_auth(struct rep_reported_making *m, const struct rep_aggregate_record *r)
{
	for (size_t i = 0; i < r->auth_n; i++) {
		struct rep_reported_auth *v = room(m, m->auth, m->auth_n, &m->auth_cap, sizeof *v);

		if (v == NULL)
			return false;
		m->auth = v;
		v[m->auth_n++] =
		    (struct rep_reported_auth){ .domain = domain_number(m, r->auth[i].domain),
			    .selector = number(m, r->auth[i].selector),
			    .result = r->auth[i].result.v,
			    .dkim = r->auth[i].dkim };
	}
	return true;
}

static void
know_policy(struct rep_reported_period *p, const struct rep_aggregate *head)
{
	p->known = true;
	p->policy = (struct rep_reported_policy){ .p = head->p.v,
		.sp = head->sp.v,
		.np = head->np.v,
		.adkim = head->adkim.v,
		.aspf = head->aspf.v,
		.testing = head->testing.v,
		.pct = (int8_t)(head->pct > 100 || head->pct < 0 ? -1 : head->pct) };
}

bool
rep_reported_add(struct rep_reported_making *m, const struct rep_aggregate *head,
    const struct rep_aggregate_record *r)
{
	struct rep_reported_row *v;
	struct rep_reported_row row;

	m->missed = false;
	row = (struct rep_reported_row){ .ip = r->source_ip,
		.begin_s = head->begin_s,
		.end_s = head->end_s,
		.count = r->count,
		.receiver = number(m, head->org),
		.policy_domain = domain_number(m, head->domain),
		.from = domain_number(m, r->header_from),
		.strict_dkim = head->adkim.v == REP_PUBLISHED_STRICT,
		.strict_spf = head->aspf.v == REP_PUBLISHED_STRICT,
		.auth = (uint32_t)m->auth_n,
		.auth_n = (uint32_t)r->auth_n,
		.disposition = r->disposition.v,
		.dkim = r->dkim.v,
		.spf = r->spf.v };

	if (m->periods_n > 0 && !m->periods[m->periods_n - 1].known)
		know_policy(&m->periods[m->periods_n - 1], head);
	if (m->rows_n == REP_REPORTED_ROWS_MAX) {
		m->left_out++;
		m->left_out_rows++;
		return false;
	}
	for (size_t i = 0; i < r->reasons_n; i++) {
		if (r->reasons[i].type.v < 16)
			row.overrides = (rep_overrides)(row.overrides | 1u << r->reasons[i].type.v);
		row.arc |=
		    rep_str_find_nocase(r->reasons[i].comment, REP_S("arc=pass"), 0) != SIZE_MAX;
	}
	if (m->missed || !add_auth(m, r) || m->missed ||
	    (v = room(m, m->rows, m->rows_n, &m->rows_cap, sizeof *v)) == NULL) {
		m->auth_n = row.auth;
		m->left_out++;
		return false;
	}
	m->rows = v;
	m->rows[m->rows_n++] = row;
	return true;
}

bool
rep_reported_period(struct rep_reported_making *m, const struct rep_aggregate *head)
{
	struct rep_reported_period *v =
	    room(m, m->periods, m->periods_n, &m->periods_cap, sizeof *v);
	uint32_t receiver, domain;

	if (v == NULL)
		return false;
	m->periods = v; /* also if a name has no room below: it is larger now */
	m->missed = false;
	receiver = number(m, head->org);
	domain = number(m, head->domain);
	if (m->missed)
		return false;
	spell(m, receiver, head->org, head->end_s);
	m->missed = false;
	v[m->periods_n++] = (struct rep_reported_period){ .receiver = receiver,
		.policy_domain = domain,
		.begin_s = head->begin_s,
		.end_s = head->end_s,
		.count = head->count };
	return true;
}

static int
by_receiver(const void *a, const void *b)
{
	const struct rep_reported_period *x = a, *y = b;

	if (x->receiver != y->receiver)
		return x->receiver < y->receiver ? -1 : 1;
	if (x->policy_domain != y->policy_domain)
		return x->policy_domain < y->policy_domain ? -1 : 1;
	return x->begin_s != y->begin_s ? (x->begin_s < y->begin_s ? -1 : 1)
					: (x->end_s > y->end_s) - (x->end_s < y->end_s);
}

/*
 * RFC 9990 3.1.2: periods should not overlap. Many end in the second in which the next one begins, and some an hour later
 * (summer time), so less than a tenth of the period is none.
 */
static void
mark_overlaps(struct rep_reported_period *v, size_t n)
{
	int64_t until_s = INT64_MIN; /* of all that began before */

	for (size_t i = 0; i < n; i++) {
		int64_t length = v[i].end_s - v[i].begin_s;

		if (i == 0 || v[i].receiver != v[i - 1].receiver ||
		    v[i].policy_domain != v[i - 1].policy_domain)
			until_s = INT64_MIN;
		v[i].overlaps = until_s > v[i].begin_s && until_s - v[i].begin_s > length / 10;
		if (v[i].end_s > until_s)
			until_s = v[i].end_s;
	}
}

void
rep_reported_left_out(struct rep_reported_making *m, uint64_t records, bool rows)
{
	m->left_out += records;
	m->left_out_rows += rows ? records : 0;
}

enum rep_rc
rep_reported_end(struct rep_reported_making *m, struct rep_reported *out, struct rep_err *err)
{
	(void)err;
	if (m->periods_n > 0)
		qsort(m->periods, m->periods_n, sizeof *m->periods, by_receiver);
	mark_overlaps(m->periods, m->periods_n);
	*out = (struct rep_reported){ .rows = m->rows,
		.auth = m->auth,
		.periods = m->periods,
		.names = m->names,
		.registered = m->registered,
		.known = m->known,
		.spellings = m->spellings,
		.rows_n = m->rows_n,
		.auth_n = m->auth_n,
		.periods_n = m->periods_n,
		.names_n = m->names_n,
		.left_out = m->left_out,
		.left_out_rows = m->left_out_rows,
		.names_full = m->names_full };
	return REP_OK;
}

bool
rep_reported_ours(const struct rep_reported *v, const struct rep_reported_row *r,
    const struct rep_reported_auth *p)
{
	uint32_t from = r->from != 0 ? r->from : r->policy_domain;

	if (p->domain == 0 || from == 0)
		return false;
	return p->domain == from ||
	    (!(p->dkim ? r->strict_dkim : r->strict_spf) && v->registered[from] != 0 &&
		v->registered[p->domain] == v->registered[from]);
}
