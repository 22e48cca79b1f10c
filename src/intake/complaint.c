/*
 * Complaints: RFC 5965 reports, Microsoft's old forwards, and people who write "unsubscribe".
 *
 * Since June 2026 Microsoft removes the recipient. The message can then be recognised only by what
 * the sender put in: Message-ID, Feedback-ID, List-Id, the VERP address in Return-Path
 * (doc/sources.md, 1.2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/bounce.h"
#include "mail/addr.h"

struct complaint {
	struct rep_document *d;
	const struct rep_mime *m;
	struct rep_arena *a;
	int root; /* the report: 0, or a forwarded message inside the message */
	const struct rep_headers *outer;
	struct rep_original o;
	struct rep_str verp;
};

/* Our own envelope sender of the message, when it contains information. */
static void
find_verp(struct complaint *c, struct rep_str mail_from)
{
	static const char *const names[] = { "Return-Path", "X-SID-PRA", "X-Envelope-From",
		"Errors-To" };
	char out[400];

	if (rep_addr_verp(mail_from, out, sizeof out) > 0) {
		c->verp = mail_from;
		return;
	}
	for (size_t i = 0; i < REP_COUNT(names) && c->verp.n == 0; i++) {
		struct rep_str s = rep_addr_first(rep_header(&c->o.headers, names[i]));

		if (rep_addr_verp(s, out, sizeof out) > 0)
			c->verp = s;
	}
	if (c->verp.n == 0 && mail_from.n > 0)
		c->verp = mail_from;
	else if (c->verp.n == 0)
		c->verp = c->o.return_path;
}

/* "redacted", "x***@", a keyed hash: these name nobody. */
static bool
is_redacted(struct rep_str addr)
{
	struct rep_str local = rep_addr_local(addr);

	return addr.n == 0 || rep_str_chr(addr, '@', 0) == SIZE_MAX ||
	    rep_str_find_nocase(addr, REP_S("redact"), 0) != SIZE_MAX ||
	    rep_str_chr(local, '*', 0) != SIZE_MAX ||
	    rep_str_find_nocase(local, REP_S("xxxx"), 0) != SIZE_MAX ||
	    rep_str_eq_nocase(local, REP_S("hashed")) ||
	    rep_str_eq_nocase(local, REP_S("unknown")) ||
	    rep_str_eq_nocase(local, REP_S("undisclosed"));
}

static struct rep_report *
add(struct complaint *c, struct rep_str recipient)
{
	struct rep_report *p = rep_document_report(c->d, c->a);

	if (p == NULL)
		return NULL;
	p->kind = REP_REPORT_COMPLAINT;
	p->at_s = rep_header_date(rep_header(c->outer, "Date"));
	if (p->at_s == 0)
		p->at_s = c->d->file_s;
	p->redacted = is_redacted(recipient);
	if (!p->redacted)
		p->recipient = recipient;
	p->message_id = c->o.message_id;
	p->from_domain = rep_addr_domain(c->o.from);
	p->feedback_id = c->o.feedback_id;
	p->list_id = c->o.list_id;
	p->verp = c->verp;
	p->sender = c->verp.n > 0 ? c->verp : c->o.from;
	p->reporter = rep_addr_domain(rep_addr_first(rep_header(c->outer, "From")));
	p->feedback_type = REP_S("abuse");
	return p;
}

/* --- RFC 5965 -------------------------------------------------------------------------------------- */

static void
feedback_fields(struct rep_report *p, const struct rep_headers *h)
{
	static const char *const dates[] = { "Arrival-Date", "Received-Date" };
	struct rep_str s, incidents = rep_header(h, "Incidents");
	uint64_t n;

	if ((s = rep_header(h, "Feedback-Type")).n > 0)
		p->feedback_type = s;
	(void)rep_ip_parse(rep_header(h, "Source-IP"), &p->source_ip);
	p->reported_domain = rep_header(h, "Reported-Domain");
	p->reporting_mta = rep_addr_typed(rep_header(h, "Reporting-MTA"));
	p->text = rep_header(h, "User-Agent");
	for (size_t i = 0; i < REP_COUNT(dates) && p->arrival_s == 0; i++)
		p->arrival_s = rep_header_date(rep_header(h, dates[i]));
	if (rep_str_u64(incidents, 1000000, &n) && n > 0)
		p->count = (uint32_t)n;
	if (p->at_s == 0)
		p->at_s = p->arrival_s;
}

static bool
read_arf(struct complaint *c)
{
	const struct rep_mime_part *part =
	    rep_original_part(c->m, c->root, "message/feedback-report");
	struct rep_str recipient = { "", 0 };
	struct rep_report *p;
	struct rep_headers h;
	unsigned n = 0;

	if (part == NULL)
		return false;
	h = rep_headers_parse(rep_str_trim(part->body), c->a, NULL);
	rep_original_in(c->m, c->root, c->a, &c->o);
	find_verp(c, rep_addr_first(rep_header(&h, "Original-Mail-From")));
	/* One report may name several recipients (RFC 5965 3.2). */
	for (size_t i = 0; i < h.n; i++) {
		if (!rep_str_eq_nocase(h.v[i].name, REP_S("Original-Rcpt-To")) &&
		    !rep_str_eq_nocase(h.v[i].name, REP_S("Removal-Recipient")))
			continue;
		recipient = rep_addr_first(h.v[i].value);
		if (is_redacted(recipient) || (p = add(c, recipient)) == NULL)
			continue;
		feedback_fields(p, &h);
		n++;
	}
	if (n > 0)
		return true;
	recipient = rep_addr_first(rep_header(&c->o.headers, "X-HmXmrOriginalRecipient"));
	if (recipient.n == 0)
		recipient = c->o.to;
	/*
	 * The To field shows only who the message was addressed to, and many reports leave it in.
	 */
	if ((p = add(c, recipient)) != NULL)
		feedback_fields(p, &h);
	return true;
}

/* --- the old form of Microsoft's Junk Mail Reporting ------------------------------------------------- */

static bool
read_jmrp(struct complaint *c)
{
	struct rep_str subject = rep_header(c->outer, "Subject"), recipient;
	size_t at = rep_str_find_nocase(subject, REP_S("complaint about message from "), 0);
	const struct rep_mime_part *part = rep_original_part(c->m, c->root, "message/rfc822");
	struct rep_report *p;

	if (part == NULL)
		return false;
	recipient = rep_header(&part->headers, "X-HmXmrOriginalRecipient");
	if (recipient.n == 0 && at == SIZE_MAX)
		return false;
	rep_original_in(c->m, c->root, c->a, &c->o);
	find_verp(c, (struct rep_str){ "", 0 });
	if (c->verp.n == 0)
		c->verp = rep_addr_first(rep_header(&c->o.headers, "X-SID-PRA"));
	if ((p = add(c, rep_addr_first(recipient))) == NULL)
		return true;
	if (at != SIZE_MAX)
		(void)rep_ip_parse(rep_str_trim(rep_str_sub(subject, at + 29, 45)), &p->source_ip);
	p->arrival_s = rep_header_date(rep_header(&c->o.headers, "Date"));
	return true;
}

/* --- people who want no more, by mail (List-Unsubscribe's mailto) ------------------------------------- */

static bool
read_opt_out(struct complaint *c)
{
	struct rep_str subject = rep_str_trim(rep_header(c->outer, "Subject"));
	struct rep_str to = rep_addr_first(rep_header(c->outer, "To"));
	struct rep_report *p;

	if (!rep_str_eq_nocase(subject, REP_S("unsubscribe")) &&
	    !rep_str_starts_nocase(to, REP_S("unsubscribe")) &&
	    !rep_str_starts_nocase(to, REP_S("opt-out")))
		return false;
	c->verp = to;
	if ((p = add(c, rep_addr_first(rep_header(c->outer, "From")))) != NULL) {
		p->feedback_type = REP_S("opt-out");
		p->from_domain = rep_addr_domain(to);
	}
	return true;
}

bool
rep_complaint_read(struct rep_document *d, const struct rep_mime *m, int root, struct rep_arena *a)
{
	struct complaint c = {
		.d = d, .m = m, .a = a, .root = root, .outer = &m->parts[root].headers
	};

	return read_arf(&c) || read_jmrp(&c) || read_opt_out(&c);
}
