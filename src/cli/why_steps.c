/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/why_steps.h"
#include "judge/advised.h"

#include <string.h>

enum { NUMBER = 3 /* "1  " */ };

static void
to_paste(struct rep_buf *b, const struct rep_next *x, size_t number)
{
	bool commands = x->undo.n > 0 || x->commands;

	rep_buf_printf(b, "\n%s%s for step %zu%s\n\n", rep_paint(REP_BOLD),
	    commands ? "Commands" : "Text", number, rep_unpaint());
	rep_out_verbatim(b, x->text);
	if (x->undo.n == 0)
		return;
	rep_buf_printf(b, "\n%sTo take it back%s ", rep_paint(REP_BOLD), rep_unpaint());
	rep_out_wrap(b,
	    REP_S(
		"(held mail then leaves with its next try, within 72 minutes: see reputed explain "
		"hold first)"),
	    strlen("To take it back "), 0);
	rep_buf_add(b, REP_S("\n\n"));
	rep_out_verbatim(b, x->undo);
}

void
rep_next_steps(struct rep_buf *b, const struct rep_next *v, size_t n, size_t at)
{
	size_t indent = at + NUMBER;
	struct rep_buf line;

	rep_buf_init(&line, 1 << 16);
	for (size_t k = 0; k < n; k++) {
		rep_buf_clear(&line);
		rep_out_sentence(&line, v[k].step);
		rep_buf_printf(b, "%*s%zu  ", (int)at, "", k + 1);
		rep_out_wrap(b, rep_buf_str(&line), indent, indent);
		rep_buf_addc(b, '\n');
		if (v[k].url.n > 0)
			rep_buf_printf(b, "%*s%s%.*s%s\n", (int)indent + 2, "",
			    rep_mark(REP_MARK_LINK), REP_PR(v[k].url), rep_mark(REP_MARK_LINKED));
	}
	rep_buf_fini(&line);
}

void
rep_next_json(struct rep_json *j, const struct rep_next *v, size_t n)
{
	rep_json_arr(j, "next");
	for (size_t k = 0; k < n; k++) {
		const struct rep_next *x = &v[k];

		rep_json_obj(j, NULL);
		rep_json_str(j, "step", x->step);
		rep_json_str(j, "head", rep_advised_head(x->step));
		rep_json_str_or_null(j, "rest", rep_advised_rest(x->step));
		rep_json_str_or_null(j, "text", x->text);
		rep_json_str_or_null(j, "undo", x->undo);
		rep_json_str_or_null(j, "url", x->url);
		rep_json_bool(j, "commands", x->text.n > 0 && (x->undo.n > 0 || x->commands));
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

void
rep_next_paste(struct rep_buf *b, const struct rep_next *v, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (v[k].text.n > 0)
			to_paste(b, &v[k], k + 1);
}

void
rep_why_steps(struct rep_buf *b, const struct rep_incident *i)
{
	if (i->next_n == 0)
		return;
	rep_buf_printf(b, "\n%sDo now%s\n", rep_paint(REP_BOLD), rep_unpaint());
	rep_next_steps(b, i->next, i->next_n, 2);
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
	rep_next_paste(b, i->next, i->next_n);
}
