/*
 * unit/packed_doc.h -- reads a document in this process, as a worker does, and shows the TLS and failure reports in it as
 * lines of text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_PACKED_DOC_H
#define REP_TEST_PACKED_DOC_H

#include "base/time.h"
#include "intake/aggregate_pack.h"
#include "intake/readers.h"
#include "tap.h"

static inline void
show(struct rep_buf *out, const char *name, struct rep_str s)
{
	if (s.n == 0)
		return;
	rep_buf_printf(out, " %s=", name);
	rep_buf_add(out, s);
}

static inline void
show_time(struct rep_buf *out, const char *name, int64_t at_s)
{
	char text[REP_TIME_TEXT];

	if (at_s != 0)
		rep_buf_printf(out, " %s=%s", name, rep_time_text(at_s, text));
}

static inline void
show_ip(struct rep_buf *out, const char *name, const struct rep_ip *ip)
{
	char text[REP_IP_TEXT];

	if (ip->version != 0)
		rep_buf_printf(out, " %s=%s", name, rep_ip_text(ip, text));
}

static inline void
show_number(struct rep_buf *out, const char *name, int64_t n)
{
	if (n >= 0)
		rep_buf_printf(out, " %s=%lld", name, (long long)n);
}

static inline void
show_notes(struct rep_buf *out, const struct rep_report_note *v, size_t n, uint64_t left)
{
	for (size_t i = 0; i < n; i++) {
		rep_buf_printf(out, "N %s", rep_fault_word(v[i].fault));
		show(out, "of", v[i].element);
		show(out, "is", v[i].value);
		show_number(out, "at", v[i].offset > 0 ? (int64_t)v[i].offset : -1);
		show_number(out, "times", v[i].times > 1 ? (int64_t)v[i].times : -1);
		rep_buf_addc(out, '\n');
	}
	if (left > 0)
		rep_buf_printf(out, "N and %llu more\n", (unsigned long long)left);
}

static inline void
show_policy(struct rep_buf *out, const struct rep_tls_policy *p)
{
	rep_buf_add(out, REP_S("P"));
	show(out, "type", rep_word_text(&rep_tls_policy_types, &p->type));
	show(out, "domain", p->domain);
	for (size_t i = 0; i < p->mx_n; i++)
		show(out, "mx", p->mx[i]);
	for (size_t i = 0; i < p->strings_n; i++)
		show(out, "line", p->strings[i]);
	show_number(out, "good", p->successful);
	show_number(out, "failed", p->failed);
	rep_buf_addc(out, '\n');
	for (size_t i = 0; i < p->failures_n; i++) {
		const struct rep_tls_failure *f = &p->failures[i];

		rep_buf_add(out, REP_S("F"));
		show(out, "result", rep_word_text(&rep_tls_results, &f->result));
		show(out, "raw", f->result.raw);
		show_ip(out, "from", &f->sending_ip);
		show(out, "mx", f->mx);
		show(out, "helo", f->mx_helo);
		show_ip(out, "to", &f->receiving_ip);
		show_number(out, "count", f->count);
		show(out, "reason", f->reason);
		show(out, "info", f->info);
		rep_buf_addc(out, '\n');
	}
}

static inline void
show_tls(struct rep_buf *out, const struct rep_tls_report *r)
{
	rep_buf_add(out, REP_S("T"));
	show(out, "org", r->org);
	show(out, "id", r->report_id);
	show(out, "contact", r->contact);
	show_time(out, "begin", r->begin_s);
	show_time(out, "end", r->end_s);
	rep_buf_addc(out, '\n');
	for (size_t i = 0; i < r->policies_n; i++)
		show_policy(out, &r->policies[i]);
	show_notes(out, r->notes, r->notes_n, r->notes_left);
}

static inline void
show_failure(struct rep_buf *out, const struct rep_auth_failure *f)
{
	rep_buf_add(out, REP_S("A"));
	show_time(out, "time", f->at_s);
	show_time(out, "arrival", f->arrival_s);
	show_ip(out, "ip", &f->source_ip);
	show(out, "domain", f->reported_domain);
	show(out, "check", rep_word_text(&rep_failed_checks, &f->check));
	rep_buf_printf(out, "%s%s%s", (f->aligned & REP_ALIGNED_NONE) != 0 ? " none" : "",
	    (f->aligned & REP_ALIGNED_DKIM) != 0 ? " dkim" : "",
	    (f->aligned & REP_ALIGNED_SPF) != 0 ? " spf" : "");
	show(out, "result", rep_word_text(&rep_failed_results, &f->result));
	show(out, "ar", f->auth_results);
	show(out, "d", f->dkim_domain);
	show(out, "i", f->dkim_identity);
	show(out, "s", f->dkim_selector);
	show(out, "spf", f->spf_dns);
	show(out, "sender", f->envelope_from);
	rep_buf_printf(out, "%s", f->envelope_to ? " to" : "");
	show_number(out, "times", f->incidents);
	show(out, "from", f->header_from);
	show(out, "mid", f->message_id);
	show(out, "agent", f->user_agent);
	show(out, "by", f->reporter);
	rep_buf_addc(out, '\n');
	show_notes(out, f->notes, f->notes_n, f->notes_left);
}

/* What a document says, and "! reason" when it is refused; "# reason" when a part is left out; its other reports. */
static inline void
show_document(struct rep_str bytes, struct rep_buf *out)
{
	static struct rep_unpacked item;
	struct rep_arena *a = rep_arena_new(256 << 20), *b = rep_arena_new(64 << 20);
	struct rep_document d = { .bytes = bytes };
	struct rep_err err = { .msg = "" };
	struct rep_packed u;
	struct rep_pack pack;
	enum rep_rc rc;

	rep_buf_clear(out);
	rep_pack_begin(&pack, REP_PACK_MAX);
	d.pack = &pack;
	if (rep_document_read(&d, a, &err) != REP_OK)
		rep_buf_printf(out, "! %s\n", err.msg);
	rep_packed_begin(&u, rep_buf_str(&pack.out), b);
	while ((rc = rep_packed_next(&u, &item, &err)) == REP_OK)
		if (item.tag == REP_PACKED_TLS)
			show_tls(out, &item.tls);
		else if (item.tag == REP_PACKED_FAILURE)
			show_failure(out, &item.failure);
	if (rc != REP_ENOTFOUND)
		rep_buf_printf(out, "?? %s\n", err.msg);
	if (d.reason.n > 0)
		rep_buf_printf(out, "# %.*s\n", REP_PR(d.reason));
	for (size_t i = 0; i < d.reports_n; i++)
		rep_buf_printf(out, "R %s\n", rep_report_word(d.reports[i].kind));
	rep_pack_fini(&pack);
	rep_arena_free(a);
	rep_arena_free(b);
}

#endif
