/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/notes_out.h"
#include "cli/out.h"

void
rep_notes_json(struct rep_json *j, const struct rep_report_note *v, size_t n, uint64_t left)
{
	rep_json_arr(j, "notes");
	for (size_t i = 0; i < n; i++) {
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "fault", rep_fault_word(v[i].fault));
		rep_json_str_or_null(j, "element", v[i].element);
		rep_json_str_or_null(j, "value", v[i].value);
		rep_json_int(j, "offset", (int64_t)v[i].offset);
		rep_json_int(j, "times", (int64_t)v[i].times);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_int(j, "notes_left_out", (int64_t)left);
}

void
rep_place_json(struct rep_json *j, const struct rep_place *at)
{
	rep_json_obj(j, "input");
	rep_json_cstr(j, "file", at->file);
	if (at->message > 0)
		rep_json_int(j, "message", (int64_t)at->message);
	else
		rep_json_null(j, "message");
	rep_json_end_obj(j);
}

static const char *const said[REP_FAULT_N] = {
	[REP_FAULT_MISSING] = "is missing",
	[REP_FAULT_TWICE] = "is there more than once; one of them counts",
	[REP_FAULT_MISPLACED] = "is not where it belongs",
	[REP_FAULT_NAME] = "is written otherwise",
	[REP_FAULT_WORD] = "has a word that the standards do not have",
	[REP_FAULT_NUMBER] = "has a number that cannot be right",
	[REP_FAULT_TIME] = "has a time that is not written as it should be, or cannot be right",
	[REP_FAULT_ADDRESS] = "is not an address as it should be written",
	[REP_FAULT_UNCLOSED] = "has no end",
	[REP_FAULT_STRAY] = "has no beginning, or is text where there should be none",
	[REP_FAULT_TEXT] = "has a '<' or '&' that begins nothing",
	[REP_FAULT_ENCODING] = "has bytes that are not UTF-8",
	[REP_FAULT_TRUNCATED] = "is where the report ends too early",
	[REP_FAULT_BEHIND] = "stands behind the report",
	[REP_FAULT_LONG] = "is longer, deeper or more than is read",
	[REP_FAULT_UNKNOWN] = "is an element that no standard has",
	[REP_FAULT_TYPE] = "has a value of another type than it should",
	[REP_FAULT_SYNTAX] = "is not JSON",
};

/* The same where no element has it. */
static const char *const said_alone[REP_FAULT_N] = {
	[REP_FAULT_ENCODING] = "there are bytes that are not UTF-8, or a byte order mark",
	[REP_FAULT_TRUNCATED] = "the report ends too early",
	[REP_FAULT_BEHIND] = "something stands behind the report",
	[REP_FAULT_NUMBER] = "there is a number that nothing can hold",
	[REP_FAULT_SYNTAX] = "this is not JSON",
};

static void
say(struct rep_buf *out, const struct rep_report_note *p)
{
	struct rep_str element = rep_str_or(p->element, REP_S("something"));

	if (p->element.n == 0 && said_alone[p->fault] != NULL)
		rep_buf_printf(out, "%s", said_alone[p->fault]);
	else
		rep_buf_printf(out, "%.*s %s", REP_PR(element), said[p->fault]);
}

void
rep_notes_text(struct rep_buf *out, const struct rep_place *at, const struct rep_report_note *v,
    size_t n, uint64_t left)
{
	char a[32];

	for (size_t i = 0; i < n; i++) {
		const struct rep_report_note *p = &v[i];

		rep_buf_printf(out, "  %s", at->file);
		if (p->offset > 0)
			rep_buf_printf(out, ", byte %llu", (unsigned long long)p->offset);
		rep_buf_add(out, REP_S(": "));
		say(out, p);
		if (p->value.n > 0)
			rep_buf_printf(out, ": \"%.*s\"", REP_PR(p->value));
		if (p->times > 1)
			rep_buf_printf(out, " (%s times)", rep_out_number(p->times, a));
		rep_buf_addc(out, '\n');
	}
	if (left > 0)
		rep_buf_printf(out, "  and %s more\n", rep_out_number(left, a));
}
