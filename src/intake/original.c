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
