/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/tls_report.h"
#include "intake/tls_value.h"

/* Names that a report has, and no event of a mail server. */
static const char *const own_names[] = { "\"organization-name\"", "\"policy-type\"",
	"\"policy-domain\"", "\"policy-string\"", "\"start-datetime\"", "\"failure-details\"",
	"\"total-successful-session-count\"", "\"total-failure-session-count\"",
	"\"failed-session-count\"" };

bool
rep_tls_begins(struct rep_str head)
{
	return rep_str_has_any_nocase(head, own_names, REP_COUNT(own_names));
}

/* Room for a list of `n`; NULL and n == 0 when there is none. */
static void *
room(struct rep_tls_values *t, size_t *n, size_t size)
{
	void *v = *n > 0 ? rep_arena_alloc(t->a, *n * size) : NULL;

	if (v == NULL && *n > 0) {
		rep_tls_fault(t, REP_FAULT_LONG, "", "");
		*n = 0;
	}
	return v;
}

/* A list of objects, or one object alone; *n of them at most, what is more is noted. */
static const json_t *
list(struct rep_tls_values *t, const json_t *o, const char *name, bool wanted, size_t most,
    size_t *n)
{
	const json_t *v = rep_tls_member(t, o, name);

	*n = 0;
	if (json_is_array(v)) {
		*n = json_array_size(v);
	} else if (json_is_object(v)) {
		*n = 1;
		rep_tls_fault(t, REP_FAULT_TYPE, name, "");
	} else if (v != NULL && !json_is_null(v)) {
		rep_tls_fault(t, REP_FAULT_TYPE, name, "");
	} else if (wanted) {
		rep_tls_fault(t, REP_FAULT_MISSING, name, "");
	}
	if (*n > most) {
		*n = most;
		rep_tls_fault(t, REP_FAULT_LONG, name, "");
	}
	return v;
}

/* Element i of what list() gave; NULL: it is no object, which is noted. Then the path has it. */
static const json_t *
element(struct rep_tls_values *t, const json_t *v, const char *name, size_t i)
{
	const json_t *o = json_is_array(v) ? json_array_get(v, i) : v;

	rep_tls_enter(t, name, i);
	if (json_is_object(o))
		return o;
	rep_tls_fault(t, REP_FAULT_TYPE, "", "");
	return NULL;
}

/* Problems of fetching a policy are of no session, so no address is missing. */
static bool
of_a_session(const struct rep_tls_failure *f)
{
	return f->result.v != REP_TLS_STS_FETCH && f->result.v != REP_TLS_STS_INVALID &&
	    f->result.v != REP_TLS_STS_WEBPKI;
}

static void
read_failure(struct rep_tls_values *t, const json_t *o, struct rep_tls_failure *f)
{
	f->result = rep_tls_word(t, o, "result-type", &rep_tls_results);
	f->sending_ip = rep_tls_ip(t, o, "sending-mta-ip", of_a_session(f));
	f->receiving_ip = rep_tls_ip(t, o, "receiving-ip", false);
	f->mx = rep_tls_text(t, o, "receiving-mx-hostname", false);
	f->mx_helo = rep_tls_text(t, o, "receiving-mx-helo", false);
	f->count = rep_tls_count(t, o, "failed-session-count");
	f->reason = rep_tls_text(t, o, "failure-reason-code", false);
	f->info = rep_tls_text(t, o, "additional-information", false);
}

static void
read_failures(struct rep_tls_values *t, const json_t *o, struct rep_tls_policy *p, size_t most)
{
	size_t n, kept = 0, from = t->path_n;
	const json_t *v = list(t, o, "failure-details", false, most, &n);
	struct rep_tls_failure *f = room(t, &n, sizeof *f);

	for (size_t i = 0; i < n; i++) {
		const json_t *e = element(t, v, "failure-details", i);

		if (e != NULL)
			read_failure(t, e, &f[kept++]);
		rep_tls_leave(t, from);
	}
	p->failures = f;
	p->failures_n = kept;
}

static void
read_policy(struct rep_tls_values *t, const json_t *o, struct rep_tls_policy *p, size_t most)
{
	size_t from = t->path_n;
	const json_t *v = rep_tls_inner(t, o, "policy");

	p->type = rep_tls_word(t, v, "policy-type", &rep_tls_policy_types);
	p->domain = rep_tls_text(t, v, "policy-domain", true);
	p->strings = rep_tls_strings(t, v, "policy-string", true, &p->strings_n);
	p->mx = rep_tls_strings(t, v, "mx-host", false, &p->mx_n);
	rep_tls_leave(t, from);
	v = rep_tls_inner(t, o, "summary");
	p->successful = rep_tls_count(t, v, "total-successful-session-count");
	p->failed = rep_tls_count(t, v, "total-failure-session-count");
	rep_tls_leave(t, from);
	read_failures(t, o, p, most);
}

static void
read_policies(struct rep_tls_values *t, const json_t *o, struct rep_tls_report *r)
{
	size_t n, kept = 0, left = REP_TLS_FAILURES_MAX;
	const json_t *v = list(t, o, "policies", true, REP_TLS_POLICIES_MAX, &n);
	struct rep_tls_policy *p = room(t, &n, sizeof *p);

	for (size_t i = 0; i < n; i++) {
		const json_t *e = element(t, v, "policies", i);

		if (e != NULL) {
			read_policy(t, e, &p[kept], left);
			left -= p[kept++].failures_n;
		}
		rep_tls_leave(t, 0);
	}
	r->policies = p;
	r->policies_n = kept;
}

/* Whether an object is meant as a report: one name alone may be anybody's. */
static bool
is_report(const json_t *o)
{
	static const char *const names[] = { "organization-name", "date-range", "contact-info",
		"report-id", "policies" };
	unsigned n = 0;

	for (size_t i = 0; i < REP_COUNT(names); i++)
		n += rep_tls_has(o, names[i]);
	return n >= 2;
}

bool
rep_tls_report_of(
    const json_t *o, struct rep_arena *a, struct rep_faults *f, struct rep_tls_report *out)
{
	struct rep_tls_values t = { .a = a, .f = f };
	const json_t *v;

	if (!json_is_object(o) || !is_report(o))
		return false;
	memset(out, 0, sizeof *out);
	out->org = rep_tls_text(&t, o, "organization-name", true);
	out->report_id = rep_tls_text(&t, o, "report-id", true);
	out->contact = rep_tls_text(&t, o, "contact-info", true);
	v = rep_tls_inner(&t, o, "date-range");
	out->begin_s = rep_tls_time(&t, v, "start-datetime");
	out->end_s = rep_tls_time(&t, v, "end-datetime");
	if (out->begin_s != 0 && out->end_s != 0 && out->end_s < out->begin_s)
		rep_tls_fault(&t, REP_FAULT_TIME, "end-datetime", "");
	rep_tls_leave(&t, 0);
	read_policies(&t, o, out);
	return true;
}
