/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tls.h"

#include <stdlib.h>

/* One policy of one report, or one failure in it: result is then what fails, or 0 where the report gives no reason. */
struct tls_row {
	struct rep_str domain, host, raw, info, reporter;
	struct rep_str spelling; /* of the reporter, in this report */
	uint8_t type, result;
	int64_t successful, failed, begin_s, end_s;
	uint64_t report; /* its number: a report may have several policies of one domain */
};

struct tls_rows {
	struct tls_row *v;
	size_t n, cap;
};

struct rep_tls_asking {
	struct rep_arena *a;
	struct rep_str domain;
	struct tls_rows policies, failures;
	struct rep_tls_answer is;
	bool full;
};

struct rep_tls_asking *
rep_tls_ask(struct rep_str domain, struct rep_arena *a)
{
	struct rep_tls_asking *q = rep_arena_alloc(a, sizeof *q);

	if (q != NULL) {
		q->a = a;
		q->domain = domain;
	}
	return q;
}

/* A copy in lower case, without a dot at its end; names are the same in any case. */
static struct rep_str
low(struct rep_tls_asking *q, struct rep_str s)
{
	struct rep_str copy;
	char *p;

	while (s.n > 0 && s.p[s.n - 1] == '.')
		s.n--;
	copy = s.n > 0 ? rep_arena_dup(q->a, s) : (struct rep_str){ "", 0 };
	q->full = q->full || copy.p == NULL;
	if (copy.p == NULL || s.n == 0)
		return (struct rep_str){ "", 0 };
	p = (char *)(uintptr_t)copy.p; /* ours: it was just made */
	for (size_t i = 0; i < copy.n; i++)
		p[i] = rep_lower(p[i]);
	return copy;
}

static void
add_row(struct rep_tls_asking *q, struct tls_rows *rows, const struct tls_row *row)
{
	struct tls_row *v = rep_arena_more(q->a, rows->v, rows->n, &rows->cap, sizeof *v);

	if (v == NULL) {
		q->full = true;
		return;
	}
	rows->v = v;
	rows->v[rows->n++] = *row;
}

/* A number of sessions that a sum of many of them can take. Judgement: nobody has more in a day. */
static int64_t
sessions(int64_t n)
{
	const int64_t most = INT64_C(1000000000000);

	return n < 0 ? 0 : n < most ? n : most;
}

/* One that is described without a number failed once at least. */
static int64_t
failed_sessions(const struct rep_tls_failure *f)
{
	return f->count < 0 ? 1 : sessions(f->count);
}

static void
add_policy(struct rep_tls_asking *q, const struct rep_tls_report *r, const struct rep_tls_policy *p,
    struct rep_str reporter, struct rep_str spelling)
{
	struct tls_row row = { .domain = low(q, p->domain),
		.reporter = reporter,
		.spelling = spelling,
		.type = p->type.v,
		.successful = sessions(p->successful),
		.failed = sessions(p->failed),
		.report = q->is.reports,
		.begin_s = r->begin_s,
		.end_s = r->end_s };
	int64_t told = 0, failed = row.failed;

	if (q->domain.n > 0 && !rep_str_eq(row.domain, q->domain))
		return;
	for (size_t i = 0; i < p->failures_n; i++)
		told += failed_sessions(&p->failures[i]);
	/* A failure that is described counts, also where the sum leaves it out. */
	row.failed = failed = told > failed ? told : failed;
	add_row(q, &q->policies, &row);
	q->is.successful += row.successful;
	q->is.failed += row.failed;
	row.successful = 0;
	for (size_t i = 0; i < p->failures_n; i++) {
		const struct rep_tls_failure *f = &p->failures[i];

		row.result = f->result.v;
		row.raw = f->result.v == REP_SAID_ODD ? rep_arena_dup(q->a, f->result.raw)
						      : (struct rep_str){ "", 0 };
		row.info = rep_arena_dup(q->a, f->reason.n > 0 ? f->reason : f->info);
		if ((row.failed = failed_sessions(f)) == 0)
			continue;
		row.host = low(q, f->mx);
		q->full = q->full || row.raw.p == NULL || row.info.p == NULL;
		add_row(q, &q->failures, &row);
	}
	if (failed > told) {
		row.host = row.raw = row.info = (struct rep_str){ "", 0 };
		row.result = 0;
		row.failed = failed - told;
		add_row(q, &q->failures, &row);
	}
}

void
rep_tls_add(struct rep_tls_asking *q, const struct rep_tls_report *r, struct rep_str reporter)
{
	struct rep_str name = low(q, reporter), spelling = rep_arena_dup(q->a, reporter);
	size_t before = q->policies.n;

	q->full = q->full || spelling.p == NULL;
	for (size_t i = 0; i < r->policies_n; i++)
		add_policy(q, r, &r->policies[i], name, spelling);
	if (q->policies.n == before && q->domain.n > 0)
		return;
	q->is.reports++;
	if (q->is.from_s == 0 || (r->begin_s > 0 && r->begin_s < q->is.from_s))
		q->is.from_s = r->begin_s;
	if (r->end_s > q->is.until_s)
		q->is.until_s = r->end_s;
}

/* --- the answer -------------------------------------------------------------------------------------------- */

static int
by_domain(const void *a, const void *b)
{
	const struct tls_row *x = a, *y = b;
	int d = rep_str_cmp(x->domain, y->domain);

	return d != 0 ? d : (x->type > y->type) - (x->type < y->type);
}

static int
by_domain_and_report(const void *a, const void *b)
{
	const struct tls_row *x = a, *y = b;
	int d = by_domain(a, b);

	return d != 0 ? d : (x->report > y->report) - (x->report < y->report);
}

static int
by_trouble(const void *a, const void *b)
{
	const struct tls_row *x = a, *y = b;
	int d = rep_str_cmp(x->domain, y->domain);

	if (d != 0 || (d = rep_str_cmp(x->host, y->host)) != 0)
		return d;
	if (x->result != y->result)
		return x->result < y->result ? -1 : 1;
	if ((d = rep_str_cmp(x->raw, y->raw)) != 0)
		return d;
	if ((d = rep_str_cmp(x->reporter, y->reporter)) != 0)
		return d;
	d = (x->end_s > y->end_s) - (x->end_s < y->end_s);
	return d != 0 ? d : rep_str_cmp(x->spelling, y->spelling);
}

static bool
same_trouble(const struct tls_row *x, const struct tls_row *y)
{
	return x->result == y->result && rep_str_eq(x->domain, y->domain) &&
	    rep_str_eq(x->host, y->host) && rep_str_eq(x->raw, y->raw);
}

static int
by_reporter(const void *a, const void *b)
{
	return rep_str_cmp(
	    ((const struct tls_row *)a)->reporter, ((const struct tls_row *)b)->reporter);
}

static int
more_sessions(const void *a, const void *b)
{
	const struct rep_tls_domain *x = a, *y = b;
	int64_t p = x->successful + x->failed, q = y->successful + y->failed;

	return p != q ? (p > q ? -1 : 1) : rep_str_cmp(x->domain, y->domain);
}

static int
more_failures(const void *a, const void *b)
{
	const struct rep_tls_trouble *x = a, *y = b;
	int d;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	d = rep_str_cmp(x->domain, y->domain);
	return d != 0 ? d : rep_str_cmp(x->host, y->host);
}

/* One trouble, v[0 .. n), sorted by reporter, the newest of each last: that spells its name. */
static struct rep_tls_trouble
trouble_of(const struct tls_row *v, size_t n)
{
	struct rep_tls_trouble t = {
		.domain = v->domain, .host = v->host, .result = v->result, .raw = v->raw
	};
	int64_t most = -1, of_one = 0;

	for (size_t i = 0; i < n; i++) {
		bool another = i == 0 || !rep_str_eq(v[i].reporter, v[i - 1].reporter);

		of_one = another ? v[i].failed : of_one + v[i].failed;
		t.reporters += another;
		if (of_one > most) {
			most = of_one;
			t.reporter = v[i].spelling;
		}
		t.count += v[i].failed;
		t.info = t.info.n > 0 ? t.info : v[i].info;
		if (t.first_s == 0 || v[i].begin_s < t.first_s)
			t.first_s = v[i].begin_s;
		if (v[i].end_s > t.last_s)
			t.last_s = v[i].end_s;
	}
	return t;
}

static void
count_reporters(struct rep_tls_asking *q)
{
	struct tls_rows *rows = &q->policies;

	if (rows->n > 0)
		qsort(rows->v, rows->n, sizeof *rows->v, by_reporter);
	for (size_t i = 0; i < rows->n; i++)
		q->is.reporters +=
		    i == 0 || !rep_str_eq(rows->v[i].reporter, rows->v[i - 1].reporter);
}

enum rep_rc
rep_tls_answer(struct rep_tls_asking *q, struct rep_tls_answer *out, struct rep_err *err)
{
	struct rep_tls_domain *domains =
	    rep_arena_alloc(q->a, (q->policies.n + 1) * sizeof *domains);
	struct rep_tls_trouble *troubles =
	    rep_arena_alloc(q->a, (q->failures.n + 1) * sizeof *troubles);
	struct tls_rows *p = &q->policies, *f = &q->failures;

	if (q->full || domains == NULL || troubles == NULL)
		return rep_fail(err, REP_EMEM,
		    "the TLS reports need more memory than they may take; ask for less: --since 7d");
	count_reporters(q);
	if (p->n > 0)
		qsort(p->v, p->n, sizeof *p->v, by_domain_and_report);
	for (size_t i = 0; i < p->n; i++) {
		struct rep_tls_domain *d = &domains[q->is.domains_n];

		if (i == 0 || by_domain(&p->v[i - 1], &p->v[i]) != 0) {
			*d = (struct rep_tls_domain){ .domain = p->v[i].domain,
				.type = p->v[i].type };
			q->is.domains_n++;
		} else {
			d--;
		}
		d->successful += p->v[i].successful;
		d->failed += p->v[i].failed;
		d->reports += d->reports == 0 || p->v[i].report != p->v[i - 1].report;
	}
	if (f->n > 0)
		qsort(f->v, f->n, sizeof *f->v, by_trouble);
	for (size_t i = 0, k; i < f->n; i = k) {
		for (k = i + 1; k < f->n && same_trouble(&f->v[i], &f->v[k]); k++)
			;
		troubles[q->is.troubles_n++] = trouble_of(f->v + i, k - i);
	}
	if (q->is.domains_n > 0)
		qsort(domains, q->is.domains_n, sizeof *domains, more_sessions);
	if (q->is.troubles_n > 0)
		qsort(troubles, q->is.troubles_n, sizeof *troubles, more_failures);
	q->is.domains = domains;
	q->is.troubles = troubles;
	*out = q->is;
	return REP_OK;
}
