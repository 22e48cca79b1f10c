/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/report_msg.h"

#include <stddef.h>

#define AT(field) offsetof(struct rep_report, field)

/* The strings of a report, in the order they are sent. */
static const size_t strings[] = { AT(recipient), AT(original_recipient), AT(sender), AT(host),
	AT(reporting_mta), AT(text), AT(notice), AT(message_id), AT(queue_id), AT(subject),
	AT(feedback_type), AT(reported_domain), AT(from_domain), AT(feedback_id), AT(list_id),
	AT(verp), AT(reporter), AT(route) };

void
rep_msg_put_job(struct rep_buf *out, uint64_t id, const struct rep_job *j)
{
	size_t at = rep_msg_begin(out, REP_MSG_JOB, id);

	rep_msg_put(out, j->kind, 4);
	rep_msg_put(out, j->line, 4);
	rep_msg_put(out, (uint64_t)j->file_s, 8);
	rep_msg_put_str(out, j->bytes);
	rep_msg_end(out, at);
}

enum rep_rc
rep_msg_get_job(const struct rep_msg *m, struct rep_job *j, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };
	struct rep_job out = { 0 };

	out.kind = (uint32_t)rep_msg_get(&r, 4);
	out.line = (uint32_t)rep_msg_get(&r, 4);
	out.file_s = (int64_t)rep_msg_get(&r, 8);
	out.bytes = rep_msg_get_str(&r);
	if (m->type != REP_MSG_JOB || !rep_msg_done(&r))
		return rep_fail(err, REP_ESYNTAX, "this is not a job for a worker");
	*j = out;
	return REP_OK;
}

static void
put_ip(struct rep_buf *out, const struct rep_ip *ip)
{
	rep_msg_put(out, (uint64_t)ip->version, 1);
	if (ip->version != 0)
		rep_buf_add(out, (struct rep_str){ (const char *)ip->b, sizeof ip->b });
}

static void
get_ip(struct rep_msg_reader *r, struct rep_ip *ip)
{
	int version = (int)rep_msg_get(r, 1);

	if (version == 0)
		return;
	if (version != 4 && version != 6) {
		r->bad = true;
		return;
	}
	for (size_t i = 0; i < sizeof ip->b; i++)
		ip->b[i] = (unsigned char)rep_msg_get(r, 1);
	ip->version = version;
}

static void
put_report(struct rep_buf *out, const struct rep_report *p)
{
	unsigned flags =
	    (unsigned)p->redacted | (unsigned)p->suppressed << 1 | (unsigned)p->expired << 2;

	rep_msg_put(out, (uint64_t)p->kind, 1);
	rep_msg_put(out, (uint64_t)p->action, 1);
	rep_msg_put(out, (uint64_t)p->status, 1);
	rep_msg_put(out, (uint64_t)p->stage, 1);
	rep_msg_put(out, flags, 1);
	rep_msg_put(out, (uint64_t)p->code, 2);
	for (size_t i = 0; i < 3; i++)
		rep_msg_put(out, (uint64_t)p->enh[i], 2);
	rep_msg_put(out, (uint64_t)p->at_s, 8);
	rep_msg_put(out, (uint64_t)p->arrival_s, 8);
	rep_msg_put(out, p->delay_s < 0 ? UINT32_MAX : (uint64_t)(p->delay_s * 100), 4);
	rep_msg_put(out, p->count, 4);
	rep_msg_put(out, p->line, 8);
	rep_msg_put(out, p->header_faults, 8);
	put_ip(out, &p->source_ip);
	put_ip(out, &p->host_ip);
	for (size_t i = 0; i < REP_COUNT(strings); i++) {
		struct rep_str s;

		memcpy(&s, (const char *)p + strings[i], sizeof s);
		rep_msg_put_str(out, s);
	}
}

static void
get_report(struct rep_msg_reader *r, struct rep_report *p)
{
	uint64_t flags, delay;

	p->kind = (enum rep_report_kind)rep_msg_get(r, 1);
	p->action = (enum rep_action)rep_msg_get(r, 1);
	p->status = (enum rep_status)rep_msg_get(r, 1);
	p->stage = (enum rep_stage)rep_msg_get(r, 1);
	flags = rep_msg_get(r, 1);
	p->redacted = (flags & 1) != 0;
	p->suppressed = (flags & 2) != 0;
	p->expired = (flags & 4) != 0;
	p->code = (int)rep_msg_get(r, 2);
	for (size_t i = 0; i < 3; i++)
		p->enh[i] = (int)rep_msg_get(r, 2);
	p->at_s = (int64_t)rep_msg_get(r, 8);
	p->arrival_s = (int64_t)rep_msg_get(r, 8);
	delay = rep_msg_get(r, 4);
	p->delay_s = delay == UINT32_MAX ? -1 : (double)delay / 100;
	p->count = (uint32_t)rep_msg_get(r, 4);
	p->line = rep_msg_get(r, 8);
	p->header_faults = rep_msg_get(r, 8);
	get_ip(r, &p->source_ip);
	get_ip(r, &p->host_ip);
	for (size_t i = 0; i < REP_COUNT(strings); i++) {
		struct rep_str s = rep_msg_get_str(r);

		memcpy((char *)p + strings[i], &s, sizeof s);
	}
	if (p->kind >= REP_REPORT_N || p->action >= REP_ACTION_N || p->status >= REP_STATUS_N ||
	    p->stage >= REP_STAGE_N || (p->code != 0 && (p->code < 200 || p->code > 599)) ||
	    p->enh[0] > 5 || p->enh[1] > 999 || p->enh[2] > 9999 || p->count == 0 ||
	    (p->header_faults & ~rep_header_faults_all()) != 0)
		r->bad = true;
}

void
rep_msg_put_signatures(struct rep_buf *out, const struct rep_signatures *s)
{
	rep_msg_put_str(out, s->from);
	rep_msg_put(out, s->n, 1);
	for (size_t i = 0; i < s->n; i++) {
		const struct rep_signature_left *p = &s->v[i];

		rep_msg_put_str(out, p->domain);
		rep_msg_put_str(out, p->selector);
		rep_msg_put_str(out, p->identity);
		rep_msg_put_str(out, p->bytes);
		rep_msg_put_str(out, (struct rep_str){ (const char *)p->hash, sizeof p->hash });
		rep_msg_put(out, p->ed25519, 1);
	}
}

void
rep_msg_get_signatures(struct rep_msg_reader *r, struct rep_signatures *s)
{
	s->from = rep_msg_get_str(r);
	s->n = (size_t)rep_msg_get(r, 1);
	r->bad = r->bad || s->n > REP_SIGNED_MAX;
	for (size_t i = 0; i < s->n && !r->bad; i++) {
		struct rep_signature_left *p = &s->v[i];
		struct rep_str hash;

		p->domain = rep_msg_get_str(r);
		p->selector = rep_msg_get_str(r);
		p->identity = rep_msg_get_str(r);
		p->bytes = rep_msg_get_str(r);
		hash = rep_msg_get_str(r);
		p->ed25519 = rep_msg_get(r, 1) != 0;
		if (hash.n != sizeof p->hash || p->bytes.n > REP_SIGNATURE_BYTES)
			r->bad = true;
		else
			memcpy(p->hash, hash.p, hash.n);
	}
	s->n = r->bad ? 0 : s->n;
}

void
rep_msg_put_result(struct rep_buf *out, uint64_t id, const struct rep_result *res)
{
	size_t at = rep_msg_begin(out, REP_MSG_FACTS, id);

	rep_msg_put(out, res->readable, 1);
	rep_msg_put(out, res->skipped, 1);
	rep_msg_put(out, res->mailed, 1);
	rep_msg_put_str(out, res->reason);
	rep_msg_put(out, res->n, 4);
	for (size_t i = 0; i < res->n; i++)
		put_report(out, &res->reports[i]);
	rep_msg_put_str(out, res->auth.from);
	rep_msg_put(out, res->auth.passed_n, 1);
	for (size_t i = 0; i < res->auth.passed_n; i++) {
		rep_msg_put_str(out, res->auth.passed[i].id);
		rep_msg_put_str(out, res->auth.passed[i].domain);
	}
	rep_msg_put_signatures(out, &res->signed_by);
	rep_msg_put_str(out, res->packed);
	rep_msg_end(out, at);
}

enum rep_rc
rep_msg_get_result(
    const struct rep_msg *m, struct rep_arena *a, struct rep_result *res, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };
	struct rep_result out = { 0 };
	struct rep_report *v;
	uint64_t n;

	out.readable = rep_msg_get(&r, 1) != 0;
	out.skipped = rep_msg_get(&r, 1) != 0;
	out.mailed = rep_msg_get(&r, 1) != 0;
	out.reason = rep_msg_get_str(&r);
	n = rep_msg_get(&r, 4);
	/* A report takes over 100 bytes. A count that cannot fit into the payload is wrong. */
	if (m->type != REP_MSG_FACTS || r.bad || n > REP_REPORTS_MAX || n > m->payload.n / 100)
		return rep_fail(err, REP_ESYNTAX, "this is not an answer of a worker");
	if ((v = rep_arena_alloc(a, (size_t)(n + 1) * sizeof *v)) == NULL)
		return rep_fail(
		    err, REP_EMEM, "out of memory for %llu reports", (unsigned long long)n);
	for (size_t i = 0; i < n && !r.bad; i++)
		get_report(&r, &v[i]);
	out.auth.from = rep_msg_get_str(&r);
	out.auth.passed_n = (size_t)rep_msg_get(&r, 1);
	if (out.auth.passed_n > REP_AUTH_RESULTS_MAX)
		return rep_fail(
		    err, REP_ESYNTAX, "an answer of a worker has more signatures than it may");
	for (size_t i = 0; i < out.auth.passed_n; i++) {
		out.auth.passed[i].id = rep_msg_get_str(&r);
		out.auth.passed[i].domain = rep_msg_get_str(&r);
	}
	rep_msg_get_signatures(&r, &out.signed_by);
	out.packed = rep_msg_get_str(&r);
	if (!rep_msg_done(&r))
		return rep_fail(
		    err, REP_ESYNTAX, "an answer of a worker does not contain what it announces");
	out.reports = v;
	out.n = (size_t)n;
	*res = out;
	return REP_OK;
}
