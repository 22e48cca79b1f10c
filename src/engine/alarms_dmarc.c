/*
 * engine/alarms_dmarc.c -- reads the aggregate reports of the last weeks, and asks of each own domain what is new.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "engine/alarm_words.h"
#include "engine/reports.h"

#include <stdlib.h>

/* A domain of the reports. */
struct alarm_domain {
	uint32_t name;
	uint64_t messages;
};

static int
most_first(const void *a, const void *b)
{
	const struct alarm_domain *x = a, *y = b;

	if (x->messages != y->messages)
		return x->messages > y->messages ? -1 : 1;
	return (x->name > y->name) - (x->name < y->name);
}

/* Own domains with reports, the most messages first. NULL: out of memory. */
static struct alarm_domain *
find_domains(const struct rep_alarms_finding *f, const struct rep_reported *v, struct rep_arena *a,
    size_t *n)
{
	struct alarm_domain *list = rep_arena_alloc(a, (v->names_n + 1) * sizeof *list);
	size_t kept = 0;

	if (list == NULL)
		return NULL;
	for (size_t i = 0; i < v->periods_n; i++) {
		struct alarm_domain *d = &list[v->periods[i].policy_domain];

		d->name = v->periods[i].policy_domain;
		d->messages += v->periods[i].count + 1;
	}
	for (size_t i = 1; i < v->names_n; i++)
		if (list[i].messages > 0 && rep_alarms_own(f, v->names[i]))
			list[kept++] = list[i];
	if (kept > 0)
		qsort(list, kept, sizeof *list, most_first);
	*n = kept;
	return list;
}

static enum rep_rc
one_domain(struct rep_alarms_finding *f, const struct rep_reported *v,
    struct rep_report_question *q, uint32_t domain, struct rep_arena *a, struct rep_err *err)
{
	struct rep_report_alarms found;
	struct rep_report_answer is;
	enum rep_rc rc;

	q->domain = rep_reported_name(v, domain);
	if ((rc = rep_report_answer(v, q, a, &is, err)) != REP_OK ||
	    (rc = rep_report_alarms(v, &is, f->session->now_s, a, &found, err)) != REP_OK)
		return rc;
	f->out->left_out += found.left_out;
	f->out->partial = f->out->partial || found.partial || found.left_out > 0;
	for (size_t i = 0; i < found.n; i++)
		rep_alarms_add(f, rep_alarm_words(v, &found.v[i], q->domain, a));
	return REP_OK;
}

/*
 * Of more records than are read the oldest are left out (engine/reports.c), and nothing is missed. Where memory ends before,
 * the newest are.
 */
static bool
lacks_newest(const struct rep_reported *v)
{
	return v->left_out > v->left_out_rows;
}

/* each: the arena of what is asked of one domain. */
static enum rep_rc
all_domains(
    struct rep_alarms_finding *f, struct rep_arena *a, struct rep_arena *each, struct rep_err *err)
{
	const struct rep_reports_ask ask = { .domain = REP_S(""),
		.length_s = REP_ALARM_DAYS * (int64_t)REP_DAY_S,
		.heard = f->heard };
	struct rep_reports_answer r;
	struct rep_report_question q;
	struct alarm_domain *domains;
	size_t n = 0;
	enum rep_rc rc = rep_reports_load(f->session, f->store, &ask, a, &r, &q, err);

	if (rc != REP_OK)
		return rc;
	if (lacks_newest(&r.reported) && r.reported.names_full)
		return rep_fail(err, REP_EMEM,
		    "those of the last %d days have more than %d different receivers, domains and "
		    "selectors; reputed dmarc report DOMAIN --since 7d shows the newest",
		    REP_ALARM_DAYS, REP_REPORTED_NAMES_MAX);
	if (lacks_newest(&r.reported))
		return rep_fail(err, REP_EMEM,
		    "those of the last %d days need more than %d MiB; reputed dmarc report "
		    "DOMAIN --since 7d shows the newest",
		    REP_ALARM_DAYS, REP_ALARMS_BYTES_MAX >> 20);
	if ((domains = find_domains(f, &r.reported, a, &n)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < n && i < REP_OWN_DOMAINS && rc == REP_OK; i++) {
		rep_arena_reset(each);
		rc = one_domain(f, &r.reported, &q, domains[i].name, each, err);
	}
	f->domains_left = n > REP_OWN_DOMAINS ? n - REP_OWN_DOMAINS : 0;
	return rc;
}

enum rep_rc
rep_alarms_dmarc(struct rep_alarms_finding *f, struct rep_err *err)
{
	struct rep_arena *a = rep_arena_new(REP_ALARMS_BYTES_MAX),
			 *each = rep_arena_new(REP_ALARMS_BYTES_MAX);
	enum rep_rc rc = a == NULL || each == NULL ? rep_fail(err, REP_EMEM, "out of memory")
						   : all_domains(f, a, each, err);

	rep_arena_free(a);
	rep_arena_free(each);
	return rc;
}
