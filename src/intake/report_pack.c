/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/report_pack.h"

#include <stddef.h>

/* Strings of failures and policies that are often the same as in the one before. */
enum { SLOT_DOMAIN, SLOT_MX, SLOT_HELO, SLOT_REASON, SLOT_INFO };

/* --- TLS reports: pack ----------------------------------------------------------------------------------- */

static void
put_strings(struct rep_pack *p, const struct rep_str *v, size_t n)
{
	rep_pack_n(p, n);
	for (size_t i = 0; i < n; i++)
		rep_pack_str(p, v[i], REP_PACK_WHOLE);
}

static void
put_tls_failure(struct rep_pack *p, const struct rep_tls_failure *f)
{
	rep_pack_said(p, &f->result);
	rep_pack_ip(p, &f->sending_ip);
	rep_pack_ip(p, &f->receiving_ip);
	rep_pack_str(p, f->mx, SLOT_MX);
	rep_pack_str(p, f->mx_helo, SLOT_HELO);
	rep_pack_str(p, f->reason, SLOT_REASON);
	rep_pack_str(p, f->info, SLOT_INFO);
	rep_pack_n(p, (uint64_t)(f->count + 1));
}

void
rep_pack_tls(struct rep_pack *p, const struct rep_tls_report *r)
{
	rep_pack_n(p, REP_PACKED_TLS);
	rep_pack_str(p, r->org, REP_PACK_WHOLE);
	rep_pack_str(p, r->report_id, REP_PACK_WHOLE);
	rep_pack_str(p, r->contact, REP_PACK_WHOLE);
	rep_pack_n(p, (uint64_t)r->begin_s);
	rep_pack_n(p, (uint64_t)r->end_s);
	rep_pack_n(p, r->policies_n);
	for (size_t i = 0; i < r->policies_n; i++) {
		const struct rep_tls_policy *y = &r->policies[i];

		rep_pack_said(p, &y->type);
		rep_pack_str(p, y->domain, SLOT_DOMAIN);
		put_strings(p, y->mx, y->mx_n);
		put_strings(p, y->strings, y->strings_n);
		rep_pack_n(p, (uint64_t)(y->successful + 1));
		rep_pack_n(p, (uint64_t)(y->failed + 1));
		rep_pack_n(p, y->failures_n);
		for (size_t k = 0; k < y->failures_n; k++)
			put_tls_failure(p, &y->failures[k]);
	}
	rep_pack_notes(p, r->notes, r->notes_n, r->notes_left);
}

/* --- TLS reports: unpack --------------------------------------------------------------------------------- */

/* A number that may be -1. */
static int64_t
get_count(struct rep_packed *u)
{
	return (int64_t)rep_packed_most(u, INT64_MAX) - 1;
}

static const struct rep_str *
get_strings(struct rep_packed *u, size_t *n)
{
	struct rep_str *v = rep_packed_list(u, REP_TLS_STRINGS_MAX, sizeof *v, n);

	for (size_t i = 0; i < *n; i++)
		v[i] = rep_packed_str(u, REP_PACK_WHOLE);
	return v;
}

static const struct rep_tls_failure *
get_tls_failures(struct rep_packed *u, size_t most, size_t *n)
{
	struct rep_tls_failure *v = rep_packed_list(u, most, sizeof *v, n);

	for (size_t i = 0; i < *n && !u->bad; i++) {
		rep_packed_word(u, &rep_tls_results, &v[i].result);
		rep_packed_ip(u, &v[i].sending_ip);
		rep_packed_ip(u, &v[i].receiving_ip);
		v[i].mx = rep_packed_str(u, SLOT_MX);
		v[i].mx_helo = rep_packed_str(u, SLOT_HELO);
		v[i].reason = rep_packed_str(u, SLOT_REASON);
		v[i].info = rep_packed_str(u, SLOT_INFO);
		v[i].count = get_count(u);
	}
	return v;
}

static const struct rep_report_note *
get_notes(struct rep_packed *u, size_t *n, uint64_t *left)
{
	struct rep_report_note *v = NULL;

	*n = 0;
	if (!u->bad && u->arena != NULL)
		v = rep_arena_alloc(u->arena, REP_NOTES_MAX * sizeof *v);
	if (v != NULL)
		rep_packed_notes(u, v, n, left);
	else if (!u->bad)
		u->bad = u->no_room = true;
	return v;
}

void
rep_packed_tls(struct rep_packed *u, struct rep_tls_report *out)
{
	size_t left = REP_TLS_FAILURES_MAX;
	struct rep_tls_policy *v;

	memset(out, 0, sizeof *out);
	out->org = rep_packed_str(u, REP_PACK_WHOLE);
	out->report_id = rep_packed_str(u, REP_PACK_WHOLE);
	out->contact = rep_packed_str(u, REP_PACK_WHOLE);
	out->begin_s = (int64_t)rep_packed_most(u, INT64_MAX);
	out->end_s = (int64_t)rep_packed_most(u, INT64_MAX);
	v = rep_packed_list(u, REP_TLS_POLICIES_MAX, sizeof *v, &out->policies_n);
	for (size_t i = 0; i < out->policies_n && !u->bad; i++) {
		rep_packed_word(u, &rep_tls_policy_types, &v[i].type);
		v[i].domain = rep_packed_str(u, SLOT_DOMAIN);
		v[i].mx = get_strings(u, &v[i].mx_n);
		v[i].strings = get_strings(u, &v[i].strings_n);
		v[i].successful = get_count(u);
		v[i].failed = get_count(u);
		v[i].failures = get_tls_failures(u, left, &v[i].failures_n);
		left -= v[i].failures_n;
	}
	out->policies = v;
	out->notes = get_notes(u, &out->notes_n, &out->notes_left);
}

/* --- failure reports ------------------------------------------------------------------------------------- */

/* The strings, in the order they are packed. */
#define AT(field) offsetof(struct rep_auth_failure, field)
static const size_t strings[] = { AT(reported_domain), AT(auth_results), AT(dkim_domain),
	AT(dkim_identity), AT(dkim_selector), AT(spf_dns), AT(envelope_from), AT(header_from),
	AT(message_id), AT(user_agent), AT(reporter) };

void
rep_pack_failure(struct rep_pack *p, const struct rep_auth_failure *f)
{
	rep_pack_n(p, REP_PACKED_FAILURE);
	rep_pack_n(p, (uint64_t)f->at_s);
	rep_pack_n(p, (uint64_t)f->arrival_s);
	rep_pack_ip(p, &f->source_ip);
	rep_pack_said(p, &f->check);
	rep_pack_said(p, &f->result);
	rep_pack_n(p, f->aligned);
	rep_pack_n(p, f->envelope_to);
	rep_pack_n(p, f->incidents);
	for (size_t i = 0; i < REP_COUNT(strings); i++) {
		struct rep_str s;

		memcpy(&s, (const char *)f + strings[i], sizeof s);
		rep_pack_str(p, s, REP_PACK_WHOLE);
	}
	rep_pack_notes(p, f->notes, f->notes_n, f->notes_left);
}

void
rep_packed_failure(struct rep_packed *u, struct rep_auth_failure *out)
{
	memset(out, 0, sizeof *out);
	out->at_s = (int64_t)rep_packed_most(u, INT64_MAX);
	out->arrival_s = (int64_t)rep_packed_most(u, INT64_MAX);
	rep_packed_ip(u, &out->source_ip);
	rep_packed_word(u, &rep_failed_checks, &out->check);
	rep_packed_word(u, &rep_failed_results, &out->result);
	out->aligned = (uint8_t)rep_packed_most(u, REP_ALIGNED_ALL);
	out->envelope_to = rep_packed_most(u, 1) != 0;
	out->incidents = (uint32_t)rep_packed_most(u, UINT32_MAX);
	for (size_t i = 0; i < REP_COUNT(strings); i++) {
		struct rep_str s = rep_packed_str(u, REP_PACK_WHOLE);

		memcpy((char *)out + strings[i], &s, sizeof s);
	}
	out->notes = get_notes(u, &out->notes_n, &out->notes_left);
}
