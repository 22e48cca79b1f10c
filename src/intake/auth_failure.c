/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/auth_failure.h"
#include "intake/failure_field.h"
#include "intake/original.h"
#include "intake/report_pack.h"
#include "mail/addr.h"

/* --- a feedback report ----------------------------------------------------------------------------------- */

/* Whether the fields are of a failed check. Old reports of DMARC have it as their type. */
static bool
of_a_check(struct rep_failure_fields *r, const struct rep_headers *h)
{
	struct rep_str type = rep_str_trim(rep_header(h, "Feedback-Type"));

	if (rep_str_eq_nocase(type, REP_S("auth-failure")))
		return true;
	if (rep_str_eq_nocase(type, REP_S("dmarc")) ||
	    rep_str_eq_nocase(type, REP_S("auth_failure")))
		rep_fault_add(r->f, REP_FAULT_WORD, REP_S("Feedback-Type"), type, 0);
	else if (type.n == 0 && rep_header(h, "Auth-Failure").n > 0)
		rep_fault_add(r->f, REP_FAULT_MISSING, REP_S("Feedback-Type"), type, 0);
	else
		return false;
	return true;
}

static bool
read_feedback(struct rep_failure_fields *r, const struct rep_mime *m, int root)
{
	const struct rep_mime_part *part = rep_original_part(m, root, "message/feedback-report");
	struct rep_headers h;
	struct rep_str body;

	if (part == NULL)
		return false;
	body = rep_str_trim(part->body);
	h = rep_headers_parse(body, r->a, NULL);
	if (!of_a_check(r, &h))
		return false;
	for (size_t i = 0; i < h.n; i++)
		rep_failure_field(r, h.v[i].name, h.v[i].name, h.v[i].value,
		    (uint64_t)(h.v[i].name.p - part->body.p));
	rep_failure_missing(r);
	return true;
}

/* --- Exim's text ------------------------------------------------------------------------------------------ */

/* Judgement: bytes before its first sentence. In a bounce, and where somebody quotes it, there are more, or dashes. */
enum { EXIM_BEFORE = 256 };

/* Which field of a feedback report a line of Exim's has. */
static const struct {
	const char *line, *field;
} exim_lines[] = { { "Sender Domain", "Reported-Domain" }, { "Sender IP Address", "Source-IP" },
	{ "Received Date", "Arrival-Date" }, { "DMARC Results", "Delivery-Result" } };

static bool
says_yes(struct rep_str s)
{
	return rep_str_eq_nocase(s, REP_S("yes"));
}

static void
exim_line(struct rep_failure_fields *r, struct rep_str line, uint64_t offset)
{
	size_t colon = rep_str_chr(line, ':', 0);
	struct rep_str name = rep_str_trim(rep_str_sub(line, 0, colon)), value;

	if (colon == SIZE_MAX)
		return;
	value = rep_str_trim(rep_str_sub(line, colon + 1, line.n));
	for (size_t i = 0; i < REP_COUNT(exim_lines); i++)
		if (rep_str_eq_nocase(name, rep_str_c(exim_lines[i].line)))
			rep_failure_field(r, rep_str_c(exim_lines[i].field), name, value, offset);
	if (rep_str_eq_nocase(name, REP_S("SPF Alignment")))
		r->out.aligned |= says_yes(value) ? REP_ALIGNED_SPF : 0;
	else if (rep_str_eq_nocase(name, REP_S("DKIM Alignment")))
		r->out.aligned |= says_yes(value) ? REP_ALIGNED_DKIM : 0;
	else
		return;
	r->alignment_said = true;
}

/* What comes behind the paragraph that begins at i. */
static struct rep_str
below_dashes(struct rep_str text, size_t i)
{
	size_t nl;

	while ((nl = rep_str_chr(text, '\n', i)) != SIZE_MAX) {
		bool empty = rep_str_trim(rep_str_sub(text, i, nl - i)).n == 0;

		i = nl + 1;
		if (empty)
			return rep_str_trim(rep_str_sub(text, i, text.n));
	}
	return (struct rep_str){ "", 0 };
}

/* The text up to the line of dashes; behind that are the header fields of the message. */
static bool
read_exim(struct rep_failure_fields *r, const struct rep_mime *m, int root, struct rep_headers *h)
{
	const struct rep_mime_part *part = rep_original_part(m, root, "text/plain");
	struct rep_str text = part != NULL ? part->body : REP_S("");
	size_t from = rep_str_find_nocase(
	    text, REP_S("A message claiming to be from you has failed the published"), 0);
	size_t end, next;

	if (from > EXIM_BEFORE || rep_original_part(m, root, "message/feedback-report") != NULL)
		return false;
	rep_fault_add(r->f, REP_FAULT_MISSING, REP_S("message/feedback-report"), REP_S(""), 0);
	end = rep_str_find(text, REP_S("\n------"), from);
	for (size_t i = from; i < text.n && i < end; i = next) {
		size_t nl = rep_str_chr(text, '\n', i);

		next = nl == SIZE_MAX ? text.n : nl + 1;
		exim_line(r, rep_str_sub(text, i, next - i), i);
	}
	if (r->alignment_said && r->out.aligned == 0)
		r->out.aligned = REP_ALIGNED_NONE;
	r->out.check.v = REP_FAILED_DMARC;
	if (end != SIZE_MAX)
		*h = rep_headers_parse(below_dashes(text, end + 1), r->a, NULL);
	return true;
}

/* --- both --------------------------------------------------------------------------------------------------- */

/* The domain in "header.from=shop.example" of Authentication-Results. */
static struct rep_str
from_in_results(struct rep_str s)
{
	const struct rep_str lead = REP_S("header.from=");
	size_t at = rep_str_find_nocase(s, lead, 0), n = 0;

	if (at == SIZE_MAX)
		return (struct rep_str){ "", 0 };
	s = rep_str_sub(s, at + lead.n, s.n);
	while (n < s.n && (rep_alnum(s.p[n]) || s.p[n] == '-' || s.p[n] == '.'))
		n++;
	return rep_str_sub(s, 0, n);
}

/* What the message itself and the mail around the report say. */
static void
complete(struct rep_failure_fields *r, const struct rep_original *o,
    const struct rep_headers *outer, int64_t file_s)
{
	struct rep_auth_failure *f = &r->out;

	rep_failure_senders(r);
	f->at_s = rep_failure_date(rep_header(outer, "Date"));
	if (f->at_s == 0)
		f->at_s = file_s;
	f->reporter = rep_addr_domain(rep_addr_first(rep_header(outer, "From")));
	f->header_from = rep_addr_domain(o->from);
	if (f->header_from.n == 0)
		f->header_from = from_in_results(f->auth_results);
	if (o->message_id.n > 0)
		rep_failure_message_id(r, o->message_id, o->to);
	f->notes = r->f->v;
	f->notes_n = r->f->n;
	f->notes_left = r->f->left;
}

/* One more report; of one that does not fit into the answer, nothing. */
static void
pack(struct rep_document *d, const struct rep_auth_failure *f)
{
	size_t before = d->pack != NULL ? d->pack->out.n : 0;

	if (d->pack != NULL && !d->pack->out.full)
		rep_pack_failure(d->pack, f);
	if (d->pack != NULL && d->pack->out.full) {
		rep_buf_cut(&d->pack->out, before);
		d->reason =
		    REP_S("its reports have more than one answer can hold; the first were used");
		return;
	}
	d->auth_failures++;
}

bool
rep_auth_failure_read(
    struct rep_document *d, const struct rep_mime *m, int root, struct rep_arena *a)
{
	static struct rep_faults faults;
	struct rep_failure_fields r = { .a = a, .f = &faults, .out = { .incidents = 1 } };
	struct rep_headers below = { NULL, 0 };
	struct rep_original o = { .headers = { NULL, 0 } };

	memset(&faults, 0, sizeof faults);
	faults.arena = a;
	if (!read_feedback(&r, m, root) && !read_exim(&r, m, root, &below))
		return false;
	rep_original_in(m, root, a, &o);
	if (below.n > 0)
		rep_original_of(&below, a, &o);
	complete(&r, &o, &m->parts[root].headers, d->file_s);
	pack(d, &r.out);
	d->quoted = d->quoted || root != 0;
	return true;
}
