/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/guide_page.h"
#include "cli/out.h"

enum { INDENT = 2, STEP = 5, PASTE = 9 };

#define FOR_DOMAIN "for domain in"

static const char *const heads[REP_GUIDE_SECTIONS] = { "What it is", "Why", "What to do",
	"What to expect", "What not to do" };

static const char *const kinds[REP_VIEW_KINDS] = { "document", "expert", "marketer", "experience" };

static void
head(struct rep_buf *b, const char *text)
{
	rep_buf_printf(b, "\n%s%s%s\n", rep_paint(REP_BOLD), text, rep_unpaint());
}

static void
wrapped(struct rep_buf *b, struct rep_str text, size_t indent)
{
	rep_buf_printf(b, "%*s", (int)indent, "");
	rep_out_wrap(b, text, indent, indent);
	rep_buf_addc(b, '\n');
}

/* A line of what a person pastes: "for domain in" has the domains of the provider. */
static void
paste_line(struct rep_buf *b, struct rep_str line, const struct rep_provider *about)
{
	if (about == NULL || about->hold_n == 0 || !rep_str_starts(line, REP_S(FOR_DOMAIN))) {
		rep_buf_add(b, line);
		return;
	}
	rep_buf_add(b, REP_S(FOR_DOMAIN));
	for (size_t i = 0; i < about->hold_n; i++)
		rep_buf_printf(b, " %.*s", REP_PR(about->hold[i]));
}

static void
paste(struct rep_buf *b, struct rep_str text, const struct rep_provider *about)
{
	for (size_t i = 0, end; i <= text.n; i = end + 1) {
		end = rep_str_chr(text, '\n', i);
		if (end == SIZE_MAX)
			end = text.n;
		if (end > i)
			rep_buf_printf(b, "%*s", PASTE, "");
		paste_line(b, rep_str_sub(text, i, end - i), about);
		rep_buf_addc(b, '\n');
	}
}

/* Steps are numbered, other items have a dash. What belongs to an item is indented below it. */
static void
section(struct rep_buf *b, const struct rep_guide *g, enum rep_guide_section s,
    const struct rep_provider *about)
{
	size_t indent = INDENT;
	unsigned step = 0;

	if (g->section[s].n == 0)
		return;
	head(b, heads[s]);
	for (size_t i = 0; i < g->section[s].n; i++) {
		const struct rep_guide_block *k = &g->section[s].v[i];

		if (k->kind == REP_BLOCK_PASTE) {
			paste(b, k->text, about);
		} else if (k->kind == REP_BLOCK_ITEM) {
			indent = s == REP_GUIDE_DO ? STEP : INDENT + 2;
			if (s == REP_GUIDE_DO)
				rep_buf_printf(b, " %2u  ", ++step);
			else
				rep_buf_add(b, REP_S("  - "));
			rep_out_wrap(b, k->text, indent, indent);
			rep_buf_addc(b, '\n');
		} else if (k->kind == REP_BLOCK_MORE) {
			wrapped(b, k->text, indent);
		} else {
			if (i > 0 && g->section[s].v[i - 1].kind == REP_BLOCK_TEXT)
				rep_buf_addc(b, '\n');
			wrapped(b, k->text, INDENT);
		}
	}
}

static void
view(struct rep_buf *b, const struct rep_guide_view *v)
{
	struct rep_buf line;

	rep_buf_init(&line, 4096);
	rep_buf_printf(&line, "%.*s (%s, %s %.*s, %s):", REP_PR(v->who), kinds[v->kind],
	    v->read_then ? "read" : "since", REP_PR(v->since), rep_view_sure_word(v->sure));
	wrapped(b, rep_buf_str(&line), INDENT);
	wrapped(b, v->says, INDENT + 2);
	if (v->kind != REP_VIEW_EXPERIENCE || v->url.n > 0) {
		rep_buf_clear(&line);
		rep_buf_printf(&line, "[%.*s%s%.*s]", REP_PR(v->source), v->url.n > 0 ? ", " : "",
		    REP_PR(v->url));
		wrapped(b, rep_buf_str(&line), INDENT + 2);
	}
	rep_buf_fini(&line);
}

void
rep_guide_page(struct rep_buf *b, const struct rep_guide *g, const struct rep_provider *about)
{
	struct rep_buf see;

	rep_buf_printf(b, "%s%.*s%s\n", rep_paint(REP_BOLD), REP_PR(g->title), rep_unpaint());
	wrapped(b, g->summary, INDENT);
	for (int s = 0; s < REP_GUIDE_SECTIONS; s++)
		section(b, g, (enum rep_guide_section)s, about);
	head(b, "Who says so");
	for (size_t i = 0; i < g->views_n; i++)
		view(b, &g->views[i]);
	wrapped(b, REP_S("Everything else is from experience."), INDENT);
	if (g->see_n == 0)
		return;
	rep_buf_init(&see, 4096);
	for (size_t i = 0; i < g->see_n; i++)
		rep_buf_printf(&see, "%s%.*s", i > 0 ? ", " : "", REP_PR(g->see[i]));
	rep_buf_printf(b, "\nSee also: reputed explain ");
	rep_out_wrap(b, rep_buf_str(&see), 26, INDENT);
	rep_buf_addc(b, '\n');
	rep_buf_fini(&see);
}

void
rep_guide_line(struct rep_buf *b, const struct rep_guide *g, size_t column)
{
	size_t at = INDENT + g->name.n;

	rep_buf_printf(b, "%*s%.*s", INDENT, "", REP_PR(g->name));
	rep_buf_printf(b, "%*s", (int)(at < column ? column - at : 1), "");
	rep_out_wrap(b, g->summary, at < column ? column : at + 1, column);
	rep_buf_addc(b, '\n');
}

static void
strings(struct rep_json *j, const char *key, const struct rep_str *v, size_t n)
{
	rep_json_arr(j, key);
	for (size_t i = 0; i < n; i++)
		rep_json_str(j, NULL, v[i]);
	rep_json_end_arr(j);
}

static void
sections_json(struct rep_json *j, const struct rep_guide *g)
{
	static const char *const blocks[] = { "text", "item", "more", "paste" };

	rep_json_arr(j, "sections");
	for (int s = 0; s < REP_GUIDE_SECTIONS; s++) {
		if (g->section[s].n == 0)
			continue;
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "section", rep_guide_section_word((enum rep_guide_section)s));
		rep_json_cstr(j, "title", heads[s]);
		rep_json_arr(j, "blocks");
		for (size_t i = 0; i < g->section[s].n; i++) {
			rep_json_obj(j, NULL);
			rep_json_cstr(j, "kind", blocks[g->section[s].v[i].kind]);
			rep_json_str(j, "text", g->section[s].v[i].text);
			rep_json_end_obj(j);
		}
		rep_json_end_arr(j);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

static void
views_json(struct rep_json *j, const struct rep_guide *g)
{
	rep_json_arr(j, "views");
	for (size_t i = 0; i < g->views_n; i++) {
		const struct rep_guide_view *v = &g->views[i];

		rep_json_obj(j, NULL);
		rep_json_str(j, "who", v->who);
		rep_json_cstr(j, "kind", rep_view_kind_word(v->kind));
		rep_json_str(j, "since", v->since);
		rep_json_bool(j, "since_read", v->read_then);
		rep_json_cstr(j, "sure", rep_view_sure_word(v->sure));
		rep_json_str(j, "says", v->says);
		rep_json_str(j, "source", v->source);
		rep_json_str_or_null(j, "url", v->url);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

/* Each source once, in the order in which the page uses them. */
static void
sources_json(struct rep_json *j, const struct rep_guide *g)
{
	rep_json_arr(j, "sources");
	for (size_t i = 0, k; i < g->views_n; i++) {
		for (k = 0; k < i; k++)
			if (rep_str_eq(g->views[k].source, g->views[i].source))
				break;
		if (k == i)
			rep_json_str(j, NULL, g->views[i].source);
	}
	rep_json_end_arr(j);
}

void
rep_guide_json(struct rep_json *j, const char *key, const struct rep_guide *g)
{
	if (g == NULL) {
		rep_json_null(j, key);
		return;
	}
	rep_json_obj(j, key);
	rep_json_str(j, "guide", g->name);
	rep_json_str(j, "title", g->title);
	rep_json_str(j, "summary", g->summary);
	strings(j, "topics", g->topics, g->topics_n);
	sections_json(j, g);
	views_json(j, g);
	sources_json(j, g);
	strings(j, "see", g->see, g->see_n);
	rep_json_cstr(j, "file", g->file);
	rep_json_end_obj(j);
}

void
rep_guide_short_json(struct rep_json *j, const struct rep_guide *g, int64_t score)
{
	rep_json_obj(j, NULL);
	rep_json_str(j, "guide", g->name);
	rep_json_str(j, "title", g->title);
	rep_json_str(j, "summary", g->summary);
	strings(j, "topics", g->topics, g->topics_n);
	if (score < 0)
		rep_json_null(j, "score");
	else
		rep_json_int(j, "score", score);
	rep_json_end_obj(j);
}
