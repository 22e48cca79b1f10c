/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/names_show.h"
#include "audit/audit.h"
#include "cli/findings_part.h"
#include "cli/grid.h"

enum { TEXT_MAX = 1 << 20 };

/* The row of address number `n`. NULL: it has none in the table, or (`all`) at all. */
static const struct rep_name_row *
row_at(const struct rep_findings *f, size_t n, bool all)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].row != NULL && f->v[i].row->at == n && (all || f->v[i].row->plain))
			return f->v[i].row;
	return NULL;
}

void
rep_names_init(struct rep_names_show *s, const struct rep_findings *f)
{
	size_t rows = 0;

	*s = (struct rep_names_show){ .f = f };
	for (size_t n = 0; n < REP_AUDIT_MAX_IPS; n++)
		rows += row_at(f, n, false) != NULL;
	s->table = rows >= REP_NAMES_TABLE;
}

bool
rep_names_has(const struct rep_names_show *s, const struct rep_finding *x)
{
	return s->table && x->row != NULL && x->row->plain;
}

static bool
same_kind(const struct rep_names_show *s, size_t x, size_t y)
{
	return rep_names_has(s, &s->f->v[x]) && rep_names_has(s, &s->f->v[y]) &&
	    s->f->v[x].number == s->f->v[y].number && s->f->v[x].severity == s->f->v[y].severity;
}

bool
rep_names_first(const struct rep_names_show *s, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (same_kind(s, i, at))
			return false;
	return true;
}

static size_t
count(const struct rep_names_show *s, size_t at)
{
	size_t n = 0;

	for (size_t i = 0; i < s->f->n; i++)
		n += same_kind(s, i, at);
	return n;
}

struct rep_str
rep_names_subject(const struct rep_names_show *s, size_t at)
{
	size_t n = count(s, at);

	return n == 1 ? s->f->v[at].subject : rep_arena_printf(s->f->a, "%zu addresses", n);
}

struct rep_str
rep_names_seen(const struct rep_names_show *s, size_t at)
{
	struct rep_str first = s->f->v[at].evidence, out = { "", 0 };

	if (count(s, at) == 1)
		return first;
	for (size_t i = 0; i < s->f->n; i++)
		if (same_kind(s, i, at))
			out = rep_arena_printf(s->f->a, "%.*s%s%.*s", REP_PR(out),
			    out.n > 0 ? ", " : "", REP_PR(s->f->v[i].subject));
	return rep_arena_printf(s->f->a, "%.*s. Of the first: %.*s", REP_PR(out), REP_PR(first));
}

struct rep_str
rep_names_new(const struct rep_names_show *s, size_t at)
{
	struct rep_str out = { "", 0 };

	for (size_t i = 0; i < s->f->n; i++) {
		const struct rep_finding *x = &s->f->v[i];

		if (same_kind(s, i, at) && x->changed != NULL && strcmp(x->changed, "new") == 0)
			out = rep_arena_printf(s->f->a, "%.*s%s%.*s", REP_PR(out),
			    out.n > 0 ? ", " : "new: ", REP_PR(x->subject));
	}
	return out.n == 0
	    ? REP_S("not all of them since the same day; none is new")
	    : rep_arena_printf(s->f->a, "%.*s; the others were there before", REP_PR(out));
}

bool
rep_names_same_history(const struct rep_names_show *s, size_t at)
{
	const struct rep_finding *x = &s->f->v[at];

	for (size_t i = 0; i < s->f->n; i++) {
		const struct rep_finding *y = &s->f->v[i];

		if (same_kind(s, i, at) &&
		    (x->since_s != y->since_s || x->clear_s != y->clear_s ||
			(x->changed == NULL) != (y->changed == NULL) ||
			(x->changed != NULL && strcmp(x->changed, y->changed) != 0)))
			return false;
	}
	return true;
}

static bool
has_line(struct rep_str lines, struct rep_str line)
{
	struct rep_str one;

	while (rep_findings_line(&lines, &one))
		if (rep_str_eq_nocase(one, line))
			return true;
	return false;
}

/* Lines that are gathered for one block: none twice. */
static void
add_lines(struct rep_buf *b, struct rep_str lines)
{
	struct rep_str line;

	while (rep_findings_line(&lines, &line)) {
		if (line.n == 0 || has_line(rep_buf_str(b), line))
			continue;
		rep_buf_add(b, line);
		rep_buf_addc(b, '\n');
	}
}

static bool
of_postfix(struct rep_str line)
{
	return rep_str_starts(line, REP_S("postconf ")) || rep_str_starts(line, REP_S("postfix "));
}

/* The commands of all steps in the table: those for Postfix, or those that set a PTR. */
static void
commands(const struct rep_names_show *s, struct rep_buf *b, bool postfix)
{
	static const struct rep_str reload = { "postfix reload", 14 };
	bool any = false;

	for (size_t i = 0; i < s->f->n; i++)
		for (size_t k = 0; rep_names_has(s, &s->f->v[i]) && k < s->f->v[i].steps; k++) {
			struct rep_str lines = s->f->v[i].step[k].run, line;

			while (rep_findings_line(&lines, &line)) {
				if (rep_str_eq(line, reload))
					any = true;
				else if (of_postfix(line) == postfix)
					add_lines(b, line);
			}
		}
	if (postfix && any)
		rep_buf_printf(b, "%.*s\n", REP_PR(reload));
}

/* A block of what was gathered, with its words before it. */
static void
block(struct rep_buf *b, const char *label, const char *words, struct rep_buf *lines)
{
	if (lines->n > 0) {
		rep_findings_label(b, label, rep_str_c(words));
		rep_findings_pasted(b, rep_buf_str(lines));
	}
	rep_buf_fini(lines);
}

/* The types of the records; with the name where it is not that of the PTR. */
static struct rep_str
to_publish(const struct rep_names_show *s, const struct rep_name_row *r)
{
	struct rep_str lines = r->publish, name = rep_str_or(r->set, r->now), out = { "", 0 }, line;

	while (rep_findings_line(&lines, &line)) {
		struct rep_str host = rep_str_sub(line, 0, rep_str_chr(line, ' ', 0));
		const char *type =
		    rep_str_find_nocase(line, REP_S(" IN AAAA "), 0) != SIZE_MAX ? "AAAA" : "A";

		host.n -= host.n > 0;
		if (rep_str_eq_nocase(host, name))
			out = rep_arena_printf(
			    s->f->a, "%.*s%s%s", REP_PR(out), out.n > 0 ? ", " : "", type);
		else
			out = rep_arena_printf(s->f->a, "%.*s%s%s %.*s", REP_PR(out),
			    out.n > 0 ? ", " : "", type, REP_PR(host));
	}
	return rep_str_or(out, REP_S("-"));
}

static void
table(const struct rep_names_show *s, struct rep_buf *b)
{
	static const struct rep_grid_column columns[] = {
		{ .title = "ADDRESS" },
		{ .title = "PUBLISH", .may_go = true, .least = 7 },
		{ .title = "PTR NOW", .may_go = true, .cut_head = true, .least = 12 },
		{ .title = "PTR TO SET" },
	};
	const struct rep_name_row *r;
	struct rep_grid t;

	rep_grid_init(&t, columns, REP_COUNT(columns), s->f->a);
	for (size_t n = 0; n < REP_AUDIT_MAX_IPS; n++) {
		if ((r = row_at(s->f, n, false)) == NULL)
			continue;
		rep_grid_row(&t);
		rep_grid_cell(&t, 0, r->ip);
		rep_grid_cell(&t, 1, to_publish(s, r));
		rep_grid_cell(&t, 2, rep_str_or(r->now, REP_S("none")));
		rep_grid_cell(&t, 3, rep_str_or(r->set, REP_S("(stays)")));
	}
	rep_buf_addc(b, '\n');
	(void)rep_grid_print(&t, b);
	rep_buf_addc(b, '\n');
}

/* The row of address `n` in the table, if it is in a cloud of which something is to be known. NULL: it is not. */
static const struct rep_name_row *
in_cloud(const struct rep_names_show *s, size_t n)
{
	const struct rep_name_row *r = row_at(s->f, n, false);

	return r != NULL && r->cloud.n > 0 ? r : NULL;
}

/* Whether an address before `n` is in the same cloud. */
static bool
cloud_told(const struct rep_names_show *s, size_t n)
{
	const struct rep_name_row *r;

	for (size_t i = 0; i < n; i++)
		if ((r = in_cloud(s, i)) != NULL &&
		    rep_str_eq(r->of_cloud, in_cloud(s, n)->of_cloud))
			return true;
	return false;
}

/* What each cloud wants to be known before its names are set: as for its first address, and for which others. */
static void
of_clouds(const struct rep_names_show *s, struct rep_buf *b)
{
	for (size_t n = 0; n < REP_AUDIT_MAX_IPS; n++) {
		const struct rep_name_row *first = in_cloud(s, n), *r;
		struct rep_str others = { "", 0 };

		if (first == NULL || cloud_told(s, n))
			continue;
		for (size_t i = n + 1; i < REP_AUDIT_MAX_IPS; i++)
			if ((r = in_cloud(s, i)) != NULL &&
			    rep_str_eq(r->of_cloud, first->of_cloud))
				others = rep_arena_printf(s->f->a, "%.*s%s%.*s", REP_PR(others),
				    others.n > 0 ? ", " : "", REP_PR(r->ip));
		rep_findings_label(b, "note",
		    others.n == 0
			? first->cloud
			: rep_arena_printf(s->f->a, "%.*s%s The same way for %.*s",
			      REP_PR(first->cloud),
			      rep_str_ends(first->cloud, REP_S(".")) ? "" : ".", REP_PR(others)));
	}
}

static bool
sets_ptr(const struct rep_names_show *s)
{
	const struct rep_name_row *r;

	for (size_t n = 0; n < REP_AUDIT_MAX_IPS; n++)
		if ((r = row_at(s->f, n, false)) != NULL && r->set.n > 0)
			return true;
	return false;
}

static void
whole(struct rep_names_show *s, struct rep_buf *b)
{
	struct rep_buf publish, calls, postfix;
	const struct rep_name_row *r;
	const char *label = "do";

	rep_buf_init(&publish, TEXT_MAX);
	rep_buf_init(&calls, TEXT_MAX);
	rep_buf_init(&postfix, TEXT_MAX);
	for (size_t n = 0; n < REP_AUDIT_MAX_IPS; n++)
		if ((r = row_at(s->f, n, false)) != NULL)
			add_lines(&publish, r->publish);
	commands(s, &calls, false);
	commands(s, &postfix, true);
	if (publish.n > 0)
		label = "then";
	block(b, "do", "publish these records; what is there stays:", &publish);
	if (sets_ptr(s)) {
		rep_findings_label(b, label,
		    REP_S(
			"set these PTR names where you rent the addresses. This can be sent there:"));
		table(s, b);
		of_clouds(s, b);
		label = "then";
	}
	block(b, "then", "for these of them there are calls:", &calls);
	block(b, label,
	    "let HELO say the names of the addresses; in Postfix, for the transports in master.cf that "
	    "have these smtp_bind_address (behind NAT put the inner addresses in; a server of its own "
	    "has smtp_helo_name in main.cf):",
	    &postfix);
	s->told = true;
}

void
rep_names_todo(struct rep_names_show *s, struct rep_buf *b, size_t at)
{
	if (s->told)
		rep_findings_label(
		    b, "do", REP_S("what stands above for all addresses fixes this too"));
	else
		whole(s, b);
	for (size_t i = at; i < s->f->n; i++)
		for (size_t k = 0; same_kind(s, i, at) && k < s->f->v[i].steps; k++)
			if (s->f->v[i].step[k].apart)
				rep_findings_label(b, "then", s->f->v[i].step[k].words);
}

void
rep_names_json(struct rep_json *j, const struct rep_findings *f)
{
	const struct rep_name_row *r;

	rep_json_arr(j, "names");
	for (size_t n = 0; n < REP_AUDIT_MAX_IPS; n++) {
		if ((r = row_at(f, n, true)) == NULL)
			continue;
		rep_json_obj(j, NULL);
		rep_json_str(j, "ip", r->ip);
		rep_json_str_or_null(j, "ptr", r->now);
		rep_json_str_or_null(j, "ptr_to_set", r->set);
		rep_json_arr(j, "publish");
		rep_findings_lines(j, r->publish);
		rep_json_end_arr(j);
		rep_json_str_or_null(j, "helo", r->helo);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}
