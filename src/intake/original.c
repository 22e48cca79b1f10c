/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/original.h"
#include "mail/addr.h"

void
rep_original_of(const struct rep_headers *h, struct rep_arena *a, struct rep_original *o)
{
	o->headers = *h;
	o->faults = rep_header_check(h);
	o->message_id = rep_header(h, "Message-ID");
	o->from = rep_addr_first(rep_header(h, "From"));
	o->to = rep_addr_first(rep_header(h, "To"));
	if (o->to.n == 0)
		o->to = rep_addr_first(rep_header(h, "X-Envelope-To"));
	if (o->to.n == 0)
		o->to = rep_addr_first(rep_header(h, "Delivered-To"));
	o->subject = rep_header_decode(rep_header(h, "Subject"), a);
	o->list_id = rep_header(h, "List-Id");
	o->feedback_id = rep_header(h, "Feedback-ID");
	o->return_path = rep_addr_first(rep_header(h, "Return-Path"));
	if (o->return_path.n == 0)
		o->return_path = rep_addr_first(rep_header(h, "X-Envelope-From"));
}

const struct rep_mime_part *
rep_original_part(const struct rep_mime *m, int root, const char *type)
{
	for (size_t i = (size_t)root + 1; i < m->n; i++)
		if (m->parts[i].within == root && rep_str_eq(m->parts[i].type, rep_str_c(type)))
			return &m->parts[i];
	return NULL;
}

void
rep_original_in(const struct rep_mime *m, int root, struct rep_arena *a, struct rep_original *o)
{
	const struct rep_mime_part *p = rep_original_part(m, root, "message/rfc822");
	struct rep_headers h;

	if (p != NULL && p->message) {
		rep_original_of(&p->headers, a, o);
		return;
	}
	if ((p = rep_original_part(m, root, "text/rfc822-headers")) == NULL &&
	    (p = rep_original_part(m, root, "message/rfc822-headers")) == NULL)
		return;
	h = rep_headers_parse(p->body, a, NULL);
	rep_original_of(&h, a, o);
}
