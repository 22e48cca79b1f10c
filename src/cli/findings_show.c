/*
 * Findings as text, as JSON, and as parts of a page.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/findings_show.h"
#include "base/time.h"
#include "cli/findings_part.h"
#include "cli/names_show.h"
#include "cli/net.h"
#include "cli/out.h"

#include <stdio.h>

static enum rep_paint
paint_of(enum rep_severity s)
{
	return s == REP_CRITICAL ? REP_RED
	    : s == REP_SERIOUS	 ? REP_YELLOW
	    : s == REP_INFO	 ? REP_DIM
				 : REP_BOLD;
}

/* Since when it has been so. Prints nothing when there was no look before. */
static void
since(struct rep_buf *b, const struct rep_finding *x)
{
	char t[REP_TIME_TEXT];

	if (x->changed == NULL || strcmp(x->changed, "first") == 0)
		return;
	if (strcmp(x->changed, "new") == 0)
		rep_buf_printf(b, "  %-9s new: it was not there on %.10s %.5s UTC\n", "since",
		    rep_time_text(x->clear_s, t), t + 11);
	else
		rep_buf_printf(b, "  %-9s %.10s\n", "since", rep_time_text(x->since_s, t));
}

/* An earlier finding, already printed, that has the same file and the same records. NULL: none. */
static const struct rep_finding *
printed(const struct rep_findings *f, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (f->v[at].elsewhere.n + f->v[i].elsewhere.n == 0 &&
		    rep_str_eq(f->v[i].publish, f->v[at].publish) &&
		    rep_str_eq(f->v[i].file, f->v[at].file))
			return &f->v[i];
	return NULL;
}

/* What to do, when what is to be pasted stands above already, at number `number`. */
static void
as_above(struct rep_buf *b, const char *label, struct rep_str fix, bool same_words, size_t number)
{
	struct rep_buf text;
	char where[48] = "above";

	rep_buf_init(&text, 1 << 16);
	if (rep_out_structured())
		snprintf(where, sizeof where, "under number %zu", number);
	if (rep_out_structured() && same_words)
		rep_buf_printf(&text, "what number %zu says fixes this too", number);
	else if (same_words)
		rep_buf_add(&text, REP_S("the same as above: it fixes this too"));
	else if (fix.n == 0)
		rep_buf_printf(&text, "publish the record shown %s", where);
	else if (rep_str_ends(fix, REP_S(":")))
		rep_buf_printf(&text, "%.*s the same as %s", REP_PR(fix), where);
	else
		rep_buf_printf(&text, "%.*s%s The record is shown %s.", REP_PR(fix),
		    rep_str_ends(fix, REP_S(".")) ? "" : ".", where);
	rep_findings_label(b, label, rep_buf_str(&text));
	rep_buf_fini(&text);
}

/* "NAME IN TYPE" of a line of a zone file. */
static struct rep_str
owner_and_type(struct rep_str line)
{
	size_t at = 0;

	for (int blanks = 0; at < line.n && (line.p[at] != ' ' || ++blanks < 3);)
		at++;
	return rep_str_sub(line, 0, at);
}

static struct rep_str
first_line(struct rep_str lines)
{
	return rep_str_sub(lines, 0, rep_str_chr(lines, '\n', 0));
}

/* Takes the first lines that have the same name and type. */
static struct rep_str
next_set(struct rep_str *lines)
{
	struct rep_str first = owner_and_type(first_line(*lines)), rest = *lines, set;

	while (rest.n > 0 && rep_str_eq(owner_and_type(first_line(rest)), first))
		rest = rep_str_sub(rest, first_line(rest).n + 1, rest.n);
	set = rep_str_sub(*lines, 0, lines->n - rest.n);
	*lines = rest;
	return rep_str_trim(set);
}

/* The number of an earlier finding that has this set of records. 0: none. */
static size_t
shown_at(const struct rep_findings *f, size_t at, struct rep_str set)
{
	for (size_t i = 0; i < at; i++)
		for (struct rep_str lines = f->v[i].publish; lines.n > 0;)
			if (rep_str_eq(next_set(&lines), set))
				return i + 1;
	return 0;
}

/* On a page: a block that is copied whole. */
static void
block(struct rep_buf *b, struct rep_str text)
{
	struct rep_buf safe;

	rep_buf_init(&safe, b->max);
	rep_findings_safe(&safe, text);
	rep_out_verbatim(b, rep_buf_str(&safe));
	b->full |= safe.full;
	rep_buf_fini(&safe);
}

/* On a page: a block for each name and type, as consoles of DNS take them. */
static void
blocks(struct rep_buf *b, const struct rep_findings *f, size_t at)
{
	struct rep_str lines = f->v[at].publish;

	while (lines.n > 0) {
		struct rep_str set = next_set(&lines);
		size_t number = shown_at(f, at, set);

		if (number == 0) {
			block(b, set);
			continue;
		}
		rep_buf_add(b, REP_S("            and "));
		rep_net_add(b, owner_and_type(set));
		rep_buf_printf(b, ", as number %zu says\n", number);
	}
}

/* The number of an earlier finding that has these commands. 0: none. */
static size_t
run_at(const struct rep_findings *f, size_t at, struct rep_str run)
{
	for (size_t i = 0; i < at; i++)
		for (size_t k = 0; k < f->v[i].steps; k++)
			if (rep_str_eq(f->v[i].step[k].run, run))
				return i + 1;
	return 0;
}

/* What comes after the records. */
static void
steps(struct rep_buf *b, const struct rep_findings *f, size_t at)
{
	const struct rep_finding *x = &f->v[at];
	bool first = x->fix.n + x->file.n + x->publish.n + x->elsewhere.n == 0;

	for (size_t i = 0; i < x->steps; i++) {
		const char *label = first && i == 0 ? "do" : "then";
		struct rep_str run = x->step[i].run;
		size_t number = run.n > 0 ? run_at(f, at, run) : 0;

		if (number > 0)
			as_above(b, label, x->step[i].words, false, number);
		else
			rep_findings_label(b, label, x->step[i].words);
		if (run.n > 0 && number == 0 && rep_out_structured())
			block(b, run);
		else if (run.n > 0 && number == 0)
			rep_findings_pasted(b, run);
	}
}

/* The file and the records, or where they stand already. */
static void
records(struct rep_buf *b, const struct rep_findings *f, size_t at)
{
	const struct rep_finding *x = &f->v[at], *above;

	if ((above = printed(f, at)) != NULL) {
		as_above(
		    b, "do", x->fix, rep_str_eq(above->fix, x->fix), (size_t)(above - f->v) + 1);
		return;
	}
	rep_findings_label(b, "do", rep_str_or(x->fix, REP_S("publish this in DNS:")));
	if (x->file.n > 0) {
		if (rep_out_structured())
			block(b, x->file);
		else
			rep_findings_pasted(b, x->file);
		if (x->publish.n > 0)
			rep_findings_label(b, "then", x->publish_words);
	}
	if (x->publish.n > 0 && rep_out_structured())
		blocks(b, f, at);
	else if (x->publish.n > 0)
		rep_findings_pasted(b, x->publish);
	if (x->elsewhere.n > 0 && rep_out_structured())
		block(b, x->elsewhere);
	else if (x->elsewhere.n > 0)
		rep_findings_pasted(b, x->elsewhere);
}

static void
todo(struct rep_buf *b, const struct rep_findings *f, size_t at)
{
	const struct rep_finding *x = &f->v[at];

	if (x->file.n + x->publish.n + x->elsewhere.n == 0)
		rep_findings_label(b, "do", x->fix);
	else
		records(b, f, at);
	steps(b, f, at);
}

void
rep_finding_parts(struct rep_buf *b, const struct rep_findings *f, size_t at)
{
	const struct rep_finding *x = &f->v[at];

	rep_findings_label(b, "seen", x->evidence);
	since(b, x);
	rep_findings_label(b, "effect", rep_str_c(x->effect));
	todo(b, f, at);
	rep_findings_label(b, "see", rep_str_c(x->reference));
}

/* The same of all findings of one kind about names of addresses. */
static void
of_many(struct rep_buf *b, struct rep_names_show *names, size_t at)
{
	const struct rep_finding *x = &names->f->v[at];

	rep_findings_label(b, "seen", rep_names_seen(names, at));
	if (rep_names_same_history(names, at))
		since(b, x);
	else
		rep_findings_label(b, "since", rep_names_new(names, at));
	rep_findings_label(b, "effect", rep_str_c(x->effect));
	rep_names_todo(names, b, at);
	rep_findings_label(b, "see", rep_str_c(x->reference));
}

void
rep_findings_text(struct rep_buf *b, const struct rep_findings *f)
{
	struct rep_names_show names;

	rep_names_init(&names, f);
	for (size_t i = 0; i < f->n; i++) {
		const struct rep_finding *x = &f->v[i];
		const char *severity = rep_severity_text(x->severity);
		bool one = !rep_names_has(&names, x);
		size_t from = b->n;

		if (!one && !rep_names_first(&names, i))
			continue;
		rep_buf_printf(b, "%s%s%s  %s: ", rep_paint(paint_of(x->severity)), severity,
		    rep_unpaint(), x->title);
		rep_net_add(b, one ? x->subject : rep_names_subject(&names, i));
		rep_buf_printf(b, "  [%s]", x->id);
		rep_out_fit(b, from, strlen(severity) + 2);
		rep_buf_addc(b, '\n');
		if (one)
			rep_finding_parts(b, f, i);
		else
			of_many(b, &names, i);
		rep_buf_addc(b, '\n');
	}
	if (f->dropped > 0)
		rep_buf_printf(b, "%zu more findings are not shown.\n", f->dropped);
}

/* The records to publish, here and elsewhere, and the commands of all steps. */
static void
to_paste_json(struct rep_json *j, const struct rep_finding *x)
{
	rep_json_arr(j, "publish");
	rep_findings_lines(j, x->publish);
	rep_json_end_arr(j);
	rep_json_arr(j, "publish_elsewhere");
	rep_findings_lines(j, x->elsewhere);
	rep_json_end_arr(j);
	rep_json_arr(j, "run");
	for (size_t i = 0; i < x->steps; i++)
		rep_findings_lines(j, x->step[i].run);
	rep_json_end_arr(j);
}

static void
file_json(struct rep_json *j, const struct rep_finding *x)
{
	if (x->file.n == 0) {
		rep_json_null(j, "file");
		return;
	}
	rep_json_obj(j, "file");
	rep_json_str(j, "at", x->file_at);
	rep_json_str(j, "text", x->file);
	rep_json_end_obj(j);
}

void
rep_findings_json(struct rep_json *j, const struct rep_findings *f)
{
	rep_json_arr(j, "findings");
	for (size_t i = 0; i < f->n; i++) {
		const struct rep_finding *x = &f->v[i];

		rep_json_obj(j, NULL);
		rep_json_cstr(j, "id", x->id);
		rep_json_cstr(j, "severity", rep_severity_text(x->severity));
		rep_json_str(j, "subject", x->subject);
		rep_json_cstr(j, "title", x->title);
		rep_json_str(j, "evidence", x->evidence);
		rep_json_cstr(j, "effect", x->effect);
		rep_json_str_or_null(j, "fix", rep_finding_todo(f->a, x));
		to_paste_json(j, x);
		file_json(j, x);
		rep_json_cstr(j, "reference", x->reference);
		if (x->changed != NULL)
			rep_json_time(j, "since", x->since_s);
		else
			rep_json_null(j, "since");
		rep_json_cstr(j, "changed", x->changed);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}
