/* SPDX-License-Identifier: Apache-2.0 */
#include "know/guide.h"
#include "base/buf.h"
#include "base/json_out.h"

#include <stdarg.h>
#include <stdio.h>

enum {
	MAX_FILE = 64 << 10,
	MAX_TEXT = 8 << 10, /* bytes of one paragraph or field */
	MAX_BLOCKS = 64,    /* in one section */
	MAX_VIEWS = 32,
	MAX_LIST = 48,
	PASTE_INDENT = 4
};

/* The part that is being read. LOST: in an unknown section, which is skipped. */
enum where { IN_HEAD = 0, IN_SECTION, IN_VIEW, LOST };

struct place {
	unsigned line, col;
};

struct guide_reading {
	struct rep_str text;
	size_t at;
	unsigned line;
	const char *file;
	struct rep_arena *a;
	rep_problem_fn problem;
	void *ctx;
	unsigned bad;
	bool small; /* the arena is full */
	enum where where;
	struct rep_guide g;
	struct rep_str topics[MAX_LIST], see[MAX_LIST];
	struct rep_guide_block blocks[REP_GUIDE_SECTIONS][MAX_BLOCKS];
	struct place section_at[REP_GUIDE_SECTIONS]; /* line 0: there is none yet */
	enum rep_guide_section section;
	struct rep_guide_view view, views[MAX_VIEWS];
	struct place view_at;
	unsigned fields; /* bit i: field i of the head or of this view is valid */
	unsigned given;	 /* bit i: field i was given, valid or not */
	unsigned head_fields, head_given;
	int field; /* the field being read; -1: none; -2: one to skip */
	bool open; /* a block is being read */
	enum rep_guide_block_kind kind;
	size_t gap;	      /* empty lines since the last line of a paste */
	struct rep_buf words; /* the text of the field or block so far */
	struct place words_at;
};

static const char *const section_words[] = { "what", "why", "do", "then", "not" };
static const char *const kind_words[] = { "document", "expert", "marketer", "experience" };
static const char *const sure_words[] = { "certain", "likely", "uncertain" };

const char *
rep_guide_section_word(enum rep_guide_section s)
{
	return (size_t)s < REP_COUNT(section_words) ? section_words[s] : NULL;
}

const char *
rep_view_kind_word(enum rep_view_kind k)
{
	return (size_t)k < REP_COUNT(kind_words) ? kind_words[k] : NULL;
}

const char *
rep_view_sure_word(enum rep_view_sure s)
{
	return (size_t)s < REP_COUNT(sure_words) ? sure_words[s] : NULL;
}

struct rep_str
rep_guide_topic(struct rep_str s, char buf[REP_GUIDE_TOPIC])
{
	size_t n = 0;

	s = rep_str_trim(s);
	for (size_t i = 0; i < s.n && n < REP_GUIDE_TOPIC; i++) {
		char c = rep_blank(s.p[i]) || s.p[i] == '_' ? '-' : rep_lower(s.p[i]);

		if (c != '-' || n == 0 || buf[n - 1] != '-')
			buf[n++] = c;
	}
	return (struct rep_str){ buf, n };
}

bool
rep_guide_has_topic(const struct rep_guide *g, struct rep_str s)
{
	char buf[REP_GUIDE_TOPIC];
	struct rep_str t = rep_guide_topic(s, buf);

	for (size_t i = 0; i < g->topics_n; i++)
		if (rep_str_eq(g->topics[i], t))
			return true;
	return false;
}

/* --- reporting ---------------------------------------------------------------------------- */

static void tell(struct guide_reading *r, struct place at, const char *fmt, ...) REP_PRINTF(3, 4);
static void
tell(struct guide_reading *r, struct place at, const char *fmt, ...)
{
	char sentence[300], whole[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof sentence, fmt, ap);
	va_end(ap);
	r->bad++;
	if (r->problem == NULL)
		return;
	snprintf(whole, sizeof whole, "%s:%u:%u: %s", r->file, at.line, at.col, sentence);
	r->problem(r->ctx, whole);
}

/* Reports "no WHAT "word"; did you mean ...?", or lists all words that are allowed. */
static void
tell_word(struct guide_reading *r, struct place at, const char *what, struct rep_str word,
    const char *const *words, size_t n)
{
	const char *near = rep_word_nearest(word, words, n);
	struct rep_str expected;
	struct rep_buf all;

	if (near != NULL) {
		tell(r, at, "no %s \"%.*s\"; did you mean \"%s\"?", what, REP_PR(word), near);
		return;
	}
	rep_buf_init(&all, 200);
	for (size_t i = 0; i < n; i++)
		rep_buf_printf(&all, "%s%s", i == 0 ? "" : i + 1 == n ? " or " : ", ", words[i]);
	expected = rep_buf_str(&all);
	tell(r, at, "no %s \"%.*s\"; expected %.*s", what, REP_PR(word), REP_PR(expected));
	rep_buf_fini(&all);
}

static struct rep_str
keep(struct guide_reading *r, struct rep_str s)
{
	struct rep_str copy = rep_arena_dup(r->a, s);

	if (copy.p == NULL) {
		r->small = true;
		return (struct rep_str){ "", 0 };
	}
	return copy;
}

/* --- the values of fields ------------------------------------------------------------------- */

static bool
pick(struct guide_reading *r, const char *what, const char *const *words, size_t n, unsigned *out)
{
	struct rep_str v = rep_buf_str(&r->words);

	for (size_t i = 0; i < n; i++)
		if (rep_str_eq(v, rep_str_c(words[i]))) {
			*out = (unsigned)i;
			return true;
		}
	tell_word(r, r->words_at, what, v, words, n);
	return false;
}

static bool
whole(struct guide_reading *r, struct rep_str *out)
{
	*out = keep(r, rep_buf_str(&r->words));
	return true;
}

/* A name: the word that people type after `reputed explain`. */
static bool
name(struct guide_reading *r, struct rep_str *out)
{
	struct rep_str v = rep_buf_str(&r->words);
	bool good = v.n < REP_GUIDE_TOPIC;

	for (size_t i = 0; i < v.n; i++)
		good = good &&
		    ((rep_alnum(v.p[i]) && v.p[i] == rep_lower(v.p[i])) || v.p[i] == '-' ||
			v.p[i] == '.');
	if (!good) {
		tell(r, r->words_at,
		    "\"%.*s\" is not a name: expected small letters, digits, '-' and '.'",
		    REP_PR(v));
		return false;
	}
	return whole(r, out);
}

/* "a, b c, d" */
static bool
list(struct guide_reading *r, struct rep_str *out, size_t *n)
{
	struct rep_str v = rep_buf_str(&r->words), one;
	char buf[REP_GUIDE_TOPIC];

	for (size_t i = 0, end; i <= v.n; i = end + 1) {
		end = rep_str_chr(v, ',', i);
		if (end == SIZE_MAX)
			end = v.n;
		one = rep_guide_topic(rep_str_sub(v, i, end - i), buf);
		if (one.n == 0) {
			tell(r, r->words_at, "expected a word between the commas");
			continue;
		}
		if (*n == MAX_LIST) {
			tell(r, r->words_at, "more than %d words in the list", MAX_LIST);
			return true;
		}
		out[(*n)++] = keep(r, one);
	}
	return true;
}

/* The place of each word in the list is not known here, so reports give the place of the value. */
static bool
classes(struct guide_reading *r)
{
	struct rep_str found[MAX_LIST];
	const char *near;
	size_t n = 0;

	list(r, found, &n);
	for (size_t i = 0; i < n; i++) {
		enum rep_class c;

		if (rep_class_parse(found[i], &c, &near))
			r->g.classes |= 1u << c;
		else
			tell(r, r->words_at, "no class \"%.*s\"%s%s%s", REP_PR(found[i]),
			    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
			    near != NULL ? "\"?" : "");
	}
	return r->g.classes != 0;
}

static bool
two_digits(struct rep_str s, size_t at, unsigned least, unsigned most)
{
	uint64_t v;

	return rep_str_u64(rep_str_sub(s, at, 2), most, &v) && v >= least;
}

/* "2026", "2026-06" or "2026-06-08". "read" after it: the day of reading. */
static bool
date(struct guide_reading *r)
{
	struct rep_str v = rep_buf_str(&r->words), d = v;
	size_t blank = rep_str_chr(v, ' ', 0);
	uint64_t year;
	bool good;

	if (blank != SIZE_MAX)
		d = rep_str_sub(v, 0, blank);
	good = (d.n == 4 || d.n == 7 || d.n == 10) &&
	    rep_str_u64(rep_str_sub(d, 0, 4), 2999, &year) && year >= 1980 &&
	    (d.n < 7 || (d.p[4] == '-' && two_digits(d, 5, 1, 12))) &&
	    (d.n < 10 || (d.p[7] == '-' && two_digits(d, 8, 1, 31))) &&
	    (d.n == v.n || rep_str_eq(rep_str_sub(v, d.n, v.n), REP_S(" read")));
	if (!good) {
		tell(r, r->words_at,
		    "\"%.*s\" is not a date: expected 2026, 2026-06 or 2026-06-08, followed by "
		    "\"read\" if it is the day on which it was read",
		    REP_PR(v));
		return false;
	}
	r->view.since = keep(r, d);
	r->view.read_then = d.n < v.n;
	return true;
}

static bool
url(struct guide_reading *r)
{
	struct rep_str v = rep_buf_str(&r->words);

	if (!rep_str_starts(v, REP_S("https://")) && !rep_str_starts(v, REP_S("http://")) &&
	    !rep_str_starts(v, REP_S("mailto:"))) {
		tell(r, r->words_at, "\"%.*s\": expected an https: or mailto: address", REP_PR(v));
		return false;
	}
	return whole(r, &r->view.url);
}

static bool
of_guide(struct guide_reading *r)
{
	r->g.line = r->words_at.line;
	return name(r, &r->g.name);
}

static bool
of_title(struct guide_reading *r)
{
	return whole(r, &r->g.title);
}

static bool
of_summary(struct guide_reading *r)
{
	return whole(r, &r->g.summary);
}

static bool
of_topics(struct guide_reading *r)
{
	return list(r, r->topics, &r->g.topics_n);
}

static bool
of_see(struct guide_reading *r)
{
	return list(r, r->see, &r->g.see_n);
}

static bool
of_who(struct guide_reading *r)
{
	return whole(r, &r->view.who);
}

static bool
of_says(struct guide_reading *r)
{
	return whole(r, &r->view.says);
}

static bool
of_source(struct guide_reading *r)
{
	return whole(r, &r->view.source);
}

static bool
of_kind(struct guide_reading *r)
{
	unsigned v;

	if (!pick(r, "kind", kind_words, REP_COUNT(kind_words), &v))
		return false;
	r->view.kind = (enum rep_view_kind)v;
	return true;
}

static bool
of_sure(struct guide_reading *r)
{
	unsigned v;

	if (!pick(r, "word for how sure", sure_words, REP_COUNT(sure_words), &v))
		return false;
	r->view.sure = (enum rep_view_sure)v;
	return true;
}

struct field {
	const char *name;
	bool (*take)(struct guide_reading *); /* false: reported, and the field counts as missing */
	bool must;
};

static const struct field head_fields[] = {
	{ "guide", of_guide, true },
	{ "title", of_title, true },
	{ "summary", of_summary, true },
	{ "topics", of_topics, false },
	{ "classes", classes, false },
	{ "see", of_see, false },
};

enum { SOURCE = 5 };

static const struct field view_fields[] = {
	{ "who", of_who, true },
	{ "kind", of_kind, true },
	{ "since", date, true },
	{ "sure", of_sure, true },
	{ "says", of_says, true },
	{ "source", of_source, true },
	{ "url", url, false },
};

static const struct field *
fields_of(const struct guide_reading *r, size_t *n)
{
	*n = r->where == IN_HEAD ? REP_COUNT(head_fields) : REP_COUNT(view_fields);
	return r->where == IN_HEAD ? head_fields : view_fields;
}

/* --- closing what is open --------------------------------------------------------------------- */

static void
close_field(struct guide_reading *r)
{
	size_t n;
	const struct field *f = fields_of(r, &n);

	if (r->field >= 0) {
		f += r->field;
		if (r->words.full)
			tell(r, r->words_at, "\"%s\" is longer than %d bytes", f->name, MAX_TEXT);
		else if (r->words.n == 0)
			tell(r, r->words_at, "\"%s\" needs a value", f->name);
		else if (f->take(r))
			r->fields |= 1u << r->field;
	}
	r->field = -1;
}

static void
close_block(struct guide_reading *r)
{
	size_t *n = &r->g.section[r->section].n;

	if (!r->open)
		return;
	r->open = false;
	if (r->words.full) {
		tell(r, r->words_at, "a paragraph of more than %d bytes", MAX_TEXT);
	} else if (r->words.n == 0) {
		tell(r, r->words_at, "expected words after the '*'");
	} else if (*n == MAX_BLOCKS) {
		tell(r, r->words_at, "more than %d paragraphs in a section", MAX_BLOCKS);
	} else {
		r->blocks[r->section][(*n)++] =
		    (struct rep_guide_block){ r->kind, keep(r, rep_buf_str(&r->words)) };
	}
}

/* False if a required field is not valid. Reports those that were not given at all. */
static bool
has_all(struct guide_reading *r, struct place at, const char *what, const struct field *f, size_t n,
    unsigned good, unsigned given)
{
	struct rep_str missing;
	struct rep_buf lacks;
	bool all = true;

	rep_buf_init(&lacks, 200);
	for (size_t i = 0; i < n; i++) {
		if (!f[i].must || (good & 1u << i) != 0)
			continue;
		all = false;
		if ((given & 1u << i) == 0)
			rep_buf_printf(&lacks, "%s%s", lacks.n > 0 ? ", " : "", f[i].name);
	}
	missing = rep_buf_str(&lacks);
	if (missing.n > 0)
		tell(r, at, "%s lacks %.*s, so it is ignored", what, REP_PR(missing));
	rep_buf_fini(&lacks);
	return all;
}

static void
close_view(struct guide_reading *r)
{
	if (r->view.kind == REP_VIEW_EXPERIENCE && (r->fields & 1u << SOURCE) == 0) {
		r->view.source = REP_S("from experience");
		r->fields |= 1u << SOURCE;
	}
	if (!has_all(r, r->view_at, "this view", view_fields, REP_COUNT(view_fields), r->fields,
		r->given))
		return;
	if (r->g.views_n == MAX_VIEWS)
		tell(r, r->view_at, "more than %d views", MAX_VIEWS);
	else
		r->views[r->g.views_n++] = r->view;
}

static void
close_part(struct guide_reading *r)
{
	if (r->where == IN_HEAD || r->where == IN_VIEW)
		close_field(r);
	if (r->where == IN_HEAD) {
		r->head_fields = r->fields;
		r->head_given = r->given;
	}
	if (r->where == IN_VIEW)
		close_view(r);
	if (r->where == IN_SECTION) {
		close_block(r);
		if (r->g.section[r->section].n == 0)
			tell(r, r->section_at[r->section], "[%s] is empty",
			    section_words[r->section]);
	}
}

/* --- lines --------------------------------------------------------------------------------------- */

static size_t
indent_of(struct rep_str line)
{
	size_t i = 0;

	while (i < line.n && line.p[i] == ' ')
		i++;
	return i < line.n && line.p[i] == '\t' ? PASTE_INDENT : i;
}

static void
begin_words(struct guide_reading *r, size_t col)
{
	rep_buf_clear(&r->words);
	r->words_at = (struct place){ r->line, (unsigned)col + 1 };
}

static void
go_on(struct guide_reading *r, struct rep_str s)
{
	if (r->words.n > 0 && s.n > 0)
		rep_buf_addc(&r->words, ' ');
	rep_buf_add(&r->words, s);
}

/* "[what]": a section, or a view. */
static void
begin_part(struct guide_reading *r, struct rep_str line)
{
	static const char *const words[] = { "what", "why", "do", "then", "not", "view" };
	struct place at = { r->line, 1 };
	struct rep_str s = rep_str_trim(rep_str_sub(line, 1, line.n));
	size_t i;

	close_part(r);
	r->where = LOST;
	if (s.n == 0 || s.p[s.n - 1] != ']') {
		tell(r, at, "the '[' that opens here is not closed on its line");
		return;
	}
	s = rep_str_trim(rep_str_sub(s, 0, s.n - 1));
	for (i = 0; i < REP_COUNT(words); i++)
		if (rep_str_eq(s, rep_str_c(words[i])))
			break;
	if (i == REP_COUNT(words)) {
		tell_word(r, (struct place){ r->line, 2 }, "section", s, words, REP_COUNT(words));
	} else if (i == REP_GUIDE_SECTIONS) {
		r->where = IN_VIEW;
		r->view = (struct rep_guide_view){ .sure = REP_SURE_UNCERTAIN };
		r->view_at = at;
		r->fields = r->given = 0;
		r->field = -1;
	} else if (r->section_at[i].line > 0) {
		tell(r, at, "[%s] is already on line %u", words[i], r->section_at[i].line);
	} else {
		r->where = IN_SECTION;
		r->section = (enum rep_guide_section)i;
		r->section_at[i] = at;
		r->open = false;
	}
}

static void
field_line(struct guide_reading *r, struct rep_str line)
{
	const char *names[REP_COUNT(view_fields)];
	struct rep_str word;
	size_t n, end, value;
	const struct field *f = fields_of(r, &n);

	if (rep_blank(line.p[0])) {
		if (r->field >= 0)
			go_on(r, rep_str_trim(line));
		else if (r->field == -1)
			tell(r, (struct place){ r->line, (unsigned)indent_of(line) + 1 },
			    "expected a field at the start of the line");
		return;
	}
	close_field(r);
	for (end = 0; end < line.n && !rep_blank(line.p[end]);)
		end++;
	for (value = end; value < line.n && rep_blank(line.p[value]);)
		value++;
	word = rep_str_sub(line, 0, end);
	begin_words(r, value < line.n ? value : 0);
	r->field = -2;
	for (size_t i = 0; i < n; i++) {
		names[i] = f[i].name;
		if (!rep_str_eq(word, rep_str_c(f[i].name)))
			continue;
		if (r->fields & 1u << i) {
			tell(
			    r, (struct place){ r->line, 1 }, "\"%s\" was given already", f[i].name);
			return;
		}
		r->field = (int)i;
		r->given |= 1u << i;
		go_on(r, rep_str_trim(rep_str_sub(line, value, line.n)));
		return;
	}
	tell_word(r, (struct place){ r->line, 1 }, "field", word, names, n);
}

static void
paste_line(struct guide_reading *r, struct rep_str line)
{
	bool more = r->open && r->kind == REP_BLOCK_PASTE;
	size_t skip = line.p[0] == '\t' ? 1 : PASTE_INDENT;

	if (!more) {
		close_block(r);
		begin_words(r, skip);
		r->open = true;
		r->kind = REP_BLOCK_PASTE;
	}
	for (size_t i = 0; more && i <= r->gap; i++)
		rep_buf_addc(&r->words, '\n');
	r->gap = 0;
	rep_buf_add(&r->words, rep_str_sub(line, skip, line.n));
}

static void
section_line(struct guide_reading *r, struct rep_str line)
{
	bool item = rep_str_starts(line, REP_S("* ")) || rep_str_eq(line, REP_S("*"));

	if (line.p[0] == '\t' || indent_of(line) >= PASTE_INDENT) {
		paste_line(r, line);
		return;
	}
	if (item || !r->open || r->kind == REP_BLOCK_PASTE) {
		close_block(r);
		begin_words(r, item ? 0 : indent_of(line));
		r->open = true;
		r->kind = item		  ? REP_BLOCK_ITEM
		    : indent_of(line) > 0 ? REP_BLOCK_MORE
					  : REP_BLOCK_TEXT;
	}
	go_on(r, rep_str_trim(rep_str_sub(line, item ? 1 : 0, line.n)));
}

static void
empty_line(struct guide_reading *r)
{
	if (r->where == IN_HEAD || r->where == IN_VIEW)
		close_field(r);
	else if (r->open && r->kind == REP_BLOCK_PASTE)
		r->gap++;
	else
		close_block(r);
}

/* Checks that the file is text: UTF-8 without control characters. */
static bool
readable(struct guide_reading *r, struct rep_str line)
{
	for (size_t i = 0, n; i < line.n; i += n) {
		unsigned char c = (unsigned char)line.p[i];

		n = 1;
		if (c >= 0x20 && c < 0x7f)
			continue;
		n = rep_utf8_len(line, i);
		if (n > 0 && (c >= 0x20 || c == '\t') && c != 0x7f &&
		    !(n == 2 && c == 0xc2 && (unsigned char)line.p[i + 1] < 0xa0))
			continue;
		tell(r, (struct place){ r->line, (unsigned)i + 1 },
		    "a byte that is not text; the line is ignored");
		return false;
	}
	return true;
}

static bool
next_line(struct guide_reading *r, struct rep_str *line)
{
	size_t end;

	if (r->at >= r->text.n)
		return false;
	end = rep_str_chr(r->text, '\n', r->at);
	if (end == SIZE_MAX)
		end = r->text.n;
	*line = rep_str_sub(r->text, r->at, end - r->at);
	r->at = end + 1;
	r->line++;
	while (line->n > 0 && rep_blank(line->p[line->n - 1]))
		line->n--;
	return true;
}

static void
one_line(struct guide_reading *r, struct rep_str line)
{
	if (line.n > 0 && (line.p[0] == '#' || !readable(r, line)))
		return;
	if (line.n > 0 && line.p[0] == '[')
		begin_part(r, line);
	else if (r->where == LOST)
		return;
	else if (line.n == 0)
		empty_line(r);
	else if (r->where == IN_SECTION)
		section_line(r, line);
	else
		field_line(r, line);
}

/* --- the whole ------------------------------------------------------------------------------------ */

static bool
complete(struct guide_reading *r)
{
	static const enum rep_guide_section must[] = { REP_GUIDE_WHAT, REP_GUIDE_DO };
	struct place at = { 1, 1 };
	bool good = has_all(
	    r, at, "the guide", head_fields, REP_COUNT(head_fields), r->head_fields, r->head_given);

	for (size_t i = 0; i < REP_COUNT(must); i++)
		if (r->g.section[must[i]].n == 0) {
			tell(r, at, "the guide lacks [%s], so it is ignored",
			    section_words[must[i]]);
			good = false;
		}
	if (r->g.views_n == 0) {
		tell(r, at, "the guide has no view that says who holds it, so it is ignored");
		good = false;
	}
	return good;
}

static const void *
copied(struct guide_reading *r, const void *v, size_t n, size_t size)
{
	void *copy = rep_arena_alloc(r->a, n * size + 1);

	if (copy == NULL)
		r->small = true;
	else if (n > 0)
		memcpy(copy, v, n * size);
	return copy;
}

/* Makes the name the first topic, and removes duplicates. */
static void
settle(struct guide_reading *r)
{
	struct rep_str all[MAX_LIST + 1];
	size_t n = 0, k;

	all[n++] = r->g.name;
	for (size_t i = 0; i < r->g.topics_n; i++) {
		for (k = 0; k < n; k++)
			if (rep_str_eq(all[k], r->topics[i]))
				break;
		if (k == n)
			all[n++] = r->topics[i];
	}
	r->g.topics_n = n;
	r->g.topics = copied(r, all, n, sizeof *all);
	r->g.see = copied(r, r->see, r->g.see_n, sizeof *r->see);
	r->g.views = copied(r, r->views, r->g.views_n, sizeof *r->views);
	for (size_t s = 0; s < REP_GUIDE_SECTIONS; s++)
		r->g.section[s].v =
		    copied(r, r->blocks[s], r->g.section[s].n, sizeof r->blocks[s][0]);
	r->g.file = r->file;
}

enum rep_rc
rep_guide_parse(const char *file, struct rep_str text, struct rep_arena *a, struct rep_guide *out,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err)
{
	struct guide_reading *r = rep_arena_alloc(a, sizeof *r);
	enum rep_rc rc = REP_OK;
	struct rep_str line;

	if (text.n > MAX_FILE)
		return rep_fail(
		    err, REP_ELIMIT, "%s: a guide of more than %d bytes", file, MAX_FILE);
	if (r == NULL)
		return rep_fail(err, REP_ELIMIT, "%s: out of memory for guides", file);
	*r = (struct guide_reading){
		.text = text, .file = file, .a = a, .problem = problem, .ctx = ctx, .field = -1
	};
	rep_buf_init(&r->words, MAX_TEXT);
	while (next_line(r, &line))
		one_line(r, line);
	close_part(r);
	rep_buf_fini(&r->words);
	if (!complete(r))
		rc = rep_fail(err, REP_ENOTFOUND, "%s: contains no guide", file);
	else
		settle(r);
	if (r->small)
		return rep_fail(err, REP_ELIMIT, "%s: out of memory for guides", file);
	*bad = r->bad;
	if (rc == REP_OK)
		*out = r->g;
	return rc;
}
