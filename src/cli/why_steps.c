/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/why_steps.h"

enum { INDENT = 5 };

static void
to_paste(struct rep_buf *b, const struct rep_next *x, size_t number)
{
	bool commands = x->undo.n > 0 || x->commands;

	rep_buf_printf(b, "\n%s%s for step %zu%s\n\n", rep_paint(REP_BOLD),
	    commands ? "Commands" : "Text", number, rep_unpaint());
	rep_out_verbatim(b, x->text);
	if (x->undo.n == 0)
		return;
	rep_buf_printf(b,
	    "\n"
	    "%sTo take it back%s (all held mail then leaves at once: see reputed explain hold "
	    "first)\n"
	    "\n",
	    rep_paint(REP_BOLD), rep_unpaint());
	rep_out_verbatim(b, x->undo);
}

void
rep_why_steps(struct rep_buf *b, const struct rep_incident *i)
{
	if (i->next_n == 0)
		return;
	rep_buf_printf(b, "\n%sDo now%s\n", rep_paint(REP_BOLD), rep_unpaint());
	for (size_t n = 0; n < i->next_n; n++) {
		rep_buf_printf(b, "  %zu  ", n + 1);
		rep_out_wrap(b, i->next[n].step, INDENT, INDENT);
		rep_buf_addc(b, '\n');
		if (i->next[n].url.n > 0)
			rep_buf_printf(b, "       %.*s\n", REP_PR(i->next[n].url));
	}
	if (i->episodes_n > 2)
		rep_out_wrap(b,
		    i->conduct.way
			? REP_S(
			      "It was lifted before and came back each time. If it returns again, "
			      "leaving this network is more likely to help than asking.\n")
			: REP_S(
			      "It was lifted before and came back each time. If it returns again, "
			      "asking is unlikely to help.\n"),
		    0, 0);
	for (size_t n = 0; n < i->next_n; n++)
		if (i->next[n].text.n > 0)
			to_paste(b, &i->next[n], n + 1);
}
