/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tls_alarm.h"

/* A domain has a row for each kind of policy. Returns its reports. */
static uint64_t
sum(const struct rep_tls_answer *is, struct rep_str domain, int64_t *successful, int64_t *failed)
{
	uint64_t reports = 0;

	*successful = *failed = 0;
	for (size_t i = 0; i < is->domains_n; i++)
		if (rep_str_eq(is->domains[i].domain, domain)) {
			*successful += is->domains[i].successful;
			*failed += is->domains[i].failed;
			reports += is->domains[i].reports;
		}
	return reports;
}

static bool
named_before(const struct rep_tls_answer *is, size_t k)
{
	for (size_t i = 0; i < k; i++)
		if (rep_str_eq(is->domains[i].domain, is->domains[k].domain))
			return true;
	return false;
}

/* They are sorted by sessions. */
static const struct rep_tls_trouble *
most_of(const struct rep_tls_answer *is, struct rep_str domain)
{
	for (size_t i = 0; i < is->troubles_n; i++)
		if (rep_str_eq(is->troubles[i].domain, domain))
			return &is->troubles[i];
	return NULL;
}

static double
share(int64_t failed, int64_t successful)
{
	double all = (double)failed + (double)successful;

	return all > 0 ? (double)failed / all : 0;
}

struct rep_tls_alarm *
rep_tls_alarms(const struct rep_tls_answer *last, const struct rep_tls_answer *before,
    rep_tls_alarm_own_fn own, void *ctx, struct rep_arena *a, size_t *n)
{
	struct rep_tls_alarm *v = rep_arena_alloc(a, (last->domains_n + 1) * sizeof *v);
	const double least = REP_TLS_ALARM_FAILS / 1000.0;

	*n = 0;
	for (size_t i = 0; v != NULL && i < last->domains_n; i++) {
		struct rep_tls_alarm x = { .domain = last->domains[i].domain };
		uint64_t reports;
		double now, was;

		if (own != NULL && !own(ctx, x.domain))
			continue;
		reports = sum(before, x.domain, &x.before_successful, &x.before_failed);
		(void)sum(last, x.domain, &x.successful, &x.failed);
		now = share(x.failed, x.successful);
		was = share(x.before_failed, x.before_successful);
		if (named_before(last, i) || x.failed == 0 || now < least / 2)
			continue;
		x.begins = x.failed >= REP_TLS_ALARM_FEW && now >= least &&
		    reports >= REP_TLS_ALARM_REPORTS && now >= REP_TLS_ALARM_TIMES * was;
		x.most = most_of(last, x.domain);
		v[(*n)++] = x;
	}
	return v;
}
