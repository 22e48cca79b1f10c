/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/lex.h"
#include "config/paths.h"
#include "config/schema.h"
#include "config/value.h"
#include "fact/words.h"

enum { ITEMS = REP_CONF_ITEMS_MAX };

/* A growing run in the arena; what it outgrows stays there unused. */
struct run {
	char *v;
	size_t n, cap;
};

struct conf_parser {
	struct rep_lex lex;
	struct rep_arena *arena;
	struct rep_config_problems *problems;
	bool full; /* the arena is used up */
	struct run blocks[REP_CONF_SECTIONS];
	struct run lines[REP_CONF_SECTIONS]; /* unsigned: where each block stands */
};

/* One block being read. */
struct conf_block {
	const struct rep_conf_section *s;
	char *to; /* its struct */
	struct rep_lex_word at;
	unsigned seen[ITEMS];		  /* line of each item, 0: not yet */
	struct rep_lex_word where[ITEMS]; /* its value, where it is one */
	bool bad[ITEMS];		  /* a value of it was refused */
	struct run lists[ITEMS];
	bool drop;
};

static void *
push(struct conf_parser *p, struct run *r, size_t size)
{
	if (r->n == r->cap) {
		size_t cap = r->cap == 0 ? 4 : r->cap * 2;
		char *v = rep_arena_alloc(p->arena, cap * size);

		if (v == NULL) {
			p->full = true;
			return NULL;
		}
		if (r->n > 0)
			memcpy(v, r->v, r->n * size);
		r->v = v;
		r->cap = cap;
	}
	return r->v + r->n++ * size;
}

/* Keeps a problem; what cannot be printed (a word of the file, its name) becomes '?'. */
static void
store_problem(struct conf_parser *p, struct rep_str text)
{
	struct rep_config_problem *one;
	struct rep_str copy;

	if (p->problems->n++ >= REP_CONFIG_PROBLEMS)
		return;
	one = rep_arena_alloc(p->arena, sizeof *one);
	copy = rep_arena_dup(p->arena, text);
	if (one == NULL || copy.p == NULL) {
		p->full = true;
		return;
	}
	for (char *c = (char *)(uintptr_t)copy.p; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	one->text = copy.p;
	if (p->problems->last != NULL)
		p->problems->last->next = one;
	else
		p->problems->first = one;
	p->problems->last = one;
}

static void report(struct conf_parser *p, const struct rep_lex_word *w, const char *fmt, ...)
    REP_PRINTF(3, 4);

static void
report(struct conf_parser *p, const struct rep_lex_word *w, const char *fmt, ...)
{
	/* Sentences show at most 64 bytes of a word and name keys of the schema: 512 is enough. */
	char sentence[512], whole[REP_PATH_MAX + sizeof sentence + 32];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof sentence, fmt, ap);
	va_end(ap);
	snprintf(whole, sizeof whole, "%s:%u:%u: %s", p->lex.file, w->line, w->col, sentence);
	store_problem(p, rep_str_c(whole));
}

/* The next statement that can be read; false at the end of the text, or of the arena. */
static bool
next(struct conf_parser *p, struct rep_lex_stmt *st, unsigned depth)
{
	struct rep_err err;
	enum rep_rc rc;

	while (!p->full) {
		rc = rep_lex_next(&p->lex, st, &err);
		if (rc == REP_OK)
			return true;
		if (rc == REP_ENOTFOUND)
			return false;
		if (rc != REP_ESYNTAX)
			p->full = true;
		else
			store_problem(p, rep_str_c(err.msg));
		if (p->lex.depth < depth) /* the file ended within the block */
			return false;
	}
	return false;
}

/* Over the rest of a block that was opened at a depth now passed. */
static void
skip_block(struct conf_parser *p)
{
	struct rep_lex_stmt st;
	unsigned depth = p->lex.depth;

	while (next(p, &st, depth))
		if (st.closes && p->lex.depth < depth)
			return;
}

/* "; did you mean "..."?", or where the key belongs, or nothing. */
static const char *
hint(const struct rep_conf_section *s, struct rep_str word, char buf[96])
{
	const char *words[ITEMS + REP_CONF_SECTIONS], *near;
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < REP_CONF_SECTIONS; i++) {
		const struct rep_conf_section *o = &rep_conf_schema[i];

		if (o != s && rep_conf_item(o, word) != NULL) {
			snprintf(buf, 96,
			    i == REP_CONF_TOP ? "; it belongs outside of blocks%s"
					      : "; it belongs in a %s block",
			    o->name);
			return buf;
		}
		if (s->name[0] == '\0' && i != REP_CONF_TOP)
			words[n++] = o->name;
	}
	for (size_t i = 0; i < s->n; i++)
		words[n++] = s->items[i].name;
	if ((near = rep_word_nearest(word, words, n)) != NULL)
		snprintf(buf, 96, "; did you mean \"%s\"?", near);
	return buf;
}

/* The block of the section that holds a value in a unique list; SIZE_MAX: none does. */
static size_t
holder(const struct conf_parser *p, const struct rep_conf_section *s,
    const struct rep_conf_item *it, struct rep_str v)
{
	const struct run *r = &p->blocks[s - rep_conf_schema];

	for (size_t b = 0; b < r->n; b++) {
		const struct rep_config_list *list =
		    (const void *)(r->v + b * s->size + it->offset);

		for (size_t i = 0; i < list->n; i++)
			if (rep_str_eq_nocase(list->v[i], v))
				return b;
	}
	return SIZE_MAX;
}

static bool
taken(struct conf_parser *p, const struct conf_block *b, const struct rep_conf_item *it,
    const struct rep_lex_word *w)
{
	size_t kind = (size_t)(b->s - rep_conf_schema), other;
	const struct run *own = &b->lists[it - b->s->items];
	char shown[REP_CONF_SHOWN];
	struct rep_str v;

	for (size_t i = 0; i < own->n; i++) {
		memcpy(&v, own->v + i * sizeof v, sizeof v);
		if (rep_str_eq_nocase(v, w->s)) {
			report(
			    p, w, "%s \"%s\" is here twice", it->name, rep_conf_shown(w->s, shown));
			return true;
		}
	}
	if ((other = holder(p, b->s, it, w->s)) == SIZE_MAX)
		return false;
	memcpy(&v, p->blocks[kind].v + other * b->s->size, sizeof v);
	report(p, w, "%s \"%s\" already belongs to %s %.*s (line %u)", it->name,
	    rep_conf_shown(w->s, shown), b->s->name, REP_PR(v),
	    ((const unsigned *)(const void *)p->lines[kind].v)[other]);
	return true;
}

/* One value of a list. False when it was refused. */
static bool
add_value(struct conf_parser *p, struct conf_block *b, const struct rep_conf_item *it,
    const struct rep_lex_word *w)
{
	struct run *list = &b->lists[it - b->s->items];
	char why[REP_CONF_WHY];
	struct rep_str v, *slot;

	if (!rep_conf_value(it, w->s, &v, why)) {
		report(p, w, "%s", why);
		return false;
	}
	if (it->unique && taken(p, b, it, w))
		return false;
	if (list->n == it->max) {
		report(p, w, "%s: more than %zu %s", it->name, it->max, it->unit);
		return false;
	}
	if ((slot = push(p, list, sizeof *slot)) != NULL)
		*slot = v;
	return true;
}

/* "keyword value ..": a statement of a section, the top of the file being one. */
static void
item(struct conf_parser *p, struct conf_block *b, const struct rep_lex_stmt *st)
{
	const struct rep_conf_item *it = rep_conf_item(b->s, st->w[0].s);
	char shown[REP_CONF_SHOWN], text[96], why[REP_CONF_WHY];
	size_t i;

	if (it == NULL) {
		report(p, &st->w[0], "%s%sno key \"%s\"%s", b->s->name,
		    b->s->name[0] != '\0' ? " has " : "there is ",
		    rep_conf_shown(st->w[0].s, shown), hint(b->s, st->w[0].s, text));
		return;
	}
	i = (size_t)(it - b->s->items);
	if (st->n < 2) {
		report(p, &st->w[0], "%s needs a value: %s %s", it->name, it->name, it->value);
		b->bad[i] = true;
	} else if (it->list) {
		for (size_t k = 1; k < st->n; k++)
			if (!add_value(p, b, it, &st->w[k]))
				b->bad[i] = true;
	} else if (b->seen[i] != 0) {
		report(p, &st->w[0], "%s was already set in line %u", it->name, b->seen[i]);
		return;
	} else if (st->n > 2) {
		report(p, &st->w[2], "%s takes one value; if it contains spaces, put it in quotes",
		    it->name);
		b->bad[i] = true;
	} else if (!rep_conf_value(it, st->w[1].s, b->to + it->offset, why)) {
		report(p, &st->w[1], "%s", why);
		b->bad[i] = true;
	}
	b->seen[i] = st->w[0].line;
	b->where[i] = st->w[st->n > 1];
}

/* A list into its place. */
static void
place(struct conf_block *b, size_t i)
{
	struct rep_config_list v = { (const void *)b->lists[i].v, b->lists[i].n };

	if (b->s->items[i].list)
		memcpy(b->to + b->s->items[i].offset, &v, sizeof v);
}

/* Lists into their places, defaults, and what is missing. */
static void
complete(struct conf_parser *p, struct conf_block *b)
{
	bool one = b->s->one_of == NULL, refused = false;
	char why[REP_CONF_WHY];

	for (size_t i = 0; i < b->s->n; i++) {
		const struct rep_conf_item *it = &b->s->items[i];
		struct run *list = &b->lists[i];
		bool none = it->list ? list->n == 0 : b->seen[i] == 0 || b->bad[i];

		one = one || (it->list && !none);
		refused = refused || (it->list && b->bad[i]);
		if (none && it->dflt != NULL && rep_str_eq(rep_str_c(it->dflt), REP_S("NAME"))) {
			add_value(p, b, it, &b->at);
			b->drop = b->drop || list->n == 0;
		} else if (none && it->dflt != NULL) {
			bool fine =
			    rep_conf_value(it, rep_str_c(it->dflt), b->to + it->offset, why);

			assert(fine);
		} else if (none && it->required) {
			if (!b->bad[i])
				report(p, &b->at, "%s %.*s has no %s, which it must have",
				    b->s->name, REP_PR(b->at.s), it->name);
			b->drop = true;
		}
		place(b, i);
	}
	if (!one && !refused)
		report(p, &b->at, "%s %.*s needs at least one of %s", b->s->name, REP_PR(b->at.s),
		    b->s->one_of);
	b->drop = b->drop || !one;
}

/* The hosts of a relay once more, read. */
static void
parse_hosts(struct conf_parser *p, struct rep_config_relay *r)
{
	struct rep_config_host *v = rep_arena_alloc(p->arena, (r->hosts.n + 1) * sizeof *v);

	if (v == NULL) {
		p->full = true;
		return;
	}
	for (size_t i = 0; i < r->hosts.n; i++) {
		bool fine = rep_config_host_parse(r->hosts.v[i], &v[i]);

		assert(fine);
	}
	r->parsed = v;
}

/* What the items of an alert are to each other: what its kind needs, and what it cannot use. */
static void
fit_alert(struct conf_parser *p, struct conf_block *b)
{
	const struct rep_config_alert *a = (const void *)b->to;
	char why[REP_CONF_WHY];

	for (size_t i = 0; i < b->s->n; i++) {
		if (b->bad[i]) {
			b->drop = true;
		} else if (!rep_conf_alert_fits(a, &b->s->items[i], why)) {
			report(p, b->seen[i] != 0 ? &b->where[i] : &b->at, "%s", why);
			b->drop = true;
		}
	}
}

static void
name_block(struct conf_parser *p, struct conf_block *b, const struct rep_lex_stmt *st)
{
	size_t kind = (size_t)(b->s - rep_conf_schema);
	const struct run *r = &p->blocks[kind];
	char shown[REP_CONF_SHOWN];
	struct rep_str name;

	b->at = st->w[st->n > 1];
	b->drop = true;
	if (st->n != 2) {
		report(p, &st->w[st->n > 2 ? 2 : 0], "%s takes one name: %s NAME { ... }",
		    b->s->name, b->s->name);
		return;
	}
	if (!rep_conf_name(b->at.s)) {
		report(p, &b->at,
		    "\"%s\" cannot name a %s: use at most 64 letters, digits and . _ - / : @ +",
		    rep_conf_shown(b->at.s, shown), b->s->name);
		return;
	}
	if (kind == REP_CONF_DOMAIN && !rep_conf_is_host(b->at.s)) {
		report(p, &b->at,
		    "a domain block is named by its domain, such as shop.example, not \"%s\"",
		    rep_conf_shown(b->at.s, shown));
		return;
	}
	if (kind == REP_CONF_SNS && !rep_conf_in_path(b->at.s)) {
		report(p, &b->at,
		    "the name of an sns block is a part of a URL: letters, digits, - and _, not \"%s\"",
		    rep_conf_shown(b->at.s, shown));
		return;
	}
	for (size_t i = 0; i < r->n; i++) {
		memcpy(&name, r->v + i * b->s->size, sizeof name);
		if (rep_str_eq_nocase(name, b->at.s)) {
			report(p, &b->at, "there is already a %s %.*s (line %u)", b->s->name,
			    REP_PR(name), ((const unsigned *)(const void *)p->lines[kind].v)[i]);
			return;
		}
	}
	if (r->n == b->s->max) {
		report(p, &b->at, "more than %zu %s", b->s->max, b->s->plural);
		return;
	}
	b->drop = false;
	memcpy(b->to, &b->at.s, sizeof b->at.s);
}

/* A block with its braces. One that is dropped is still read, for what else is wrong in it. */
static void
read_block(
    struct conf_parser *p, const struct rep_conf_section *s, const struct rep_lex_stmt *opening)
{
	size_t kind = (size_t)(s - rep_conf_schema);
	struct conf_block b = { .s = s };
	unsigned depth = p->lex.depth;
	struct rep_lex_stmt st;
	char *slot, *line;

	if ((b.to = rep_arena_alloc(p->arena, s->size)) == NULL) {
		p->full = true;
		return;
	}
	name_block(p, &b, opening);
	while (next(p, &st, depth)) {
		if (st.closes)
			break;
		if (st.opens) {
			report(p, &st.w[0], "a %s cannot contain blocks", s->name);
			skip_block(p);
			continue;
		}
		item(p, &b, &st);
	}
	if (!b.drop)
		complete(p, &b);
	if (!b.drop && kind == REP_CONF_ALERT)
		fit_alert(p, &b);
	if (b.drop || p->full)
		return;
	if (kind == REP_CONF_RELAYS)
		parse_hosts(p, (struct rep_config_relay *)(void *)b.to);
	slot = push(p, &p->blocks[kind], s->size);
	line = push(p, &p->lines[kind], sizeof b.at.line);
	if (slot == NULL || line == NULL)
		return;
	memcpy(slot, b.to, s->size);
	memcpy(line, &b.at.line, sizeof b.at.line);
}

static void
statement(struct conf_parser *p, struct conf_block *top, const struct rep_lex_stmt *st)
{
	const struct rep_conf_section *s = rep_conf_section(st->w[0].s);
	char shown[REP_CONF_SHOWN], text[96];

	if (s != NULL && st->opens) {
		read_block(p, s, st);
	} else if (s != NULL) {
		report(p, &st->w[0], "%s needs a block: %s NAME { ... }", s->name, s->name);
	} else if (st->opens) {
		if (rep_conf_item(top->s, st->w[0].s) != NULL)
			report(p, &st->w[0], "%s takes a value, not a block",
			    rep_conf_shown(st->w[0].s, shown));
		else
			report(p, &st->w[0], "there is no block \"%s\"%s",
			    rep_conf_shown(st->w[0].s, shown), hint(top->s, st->w[0].s, text));
		skip_block(p);
	} else {
		item(p, top, st);
	}
}

void
rep_config_init(struct rep_config *cfg, const struct rep_paths *paths)
{
	*cfg = (struct rep_config){ .database = REP_S("") };
	cfg->key_file = cfg->timezone = cfg->database;
	if (paths != NULL) {
		cfg->database = rep_str_c(paths->database);
		cfg->key_file = rep_str_c(paths->key);
	}
}

enum rep_rc
rep_config_parse(struct rep_str text, const char *file, struct rep_arena *a, struct rep_config *cfg,
    struct rep_config_problems *problems, struct rep_err *err)
{
	struct conf_parser p = { .arena = a, .problems = problems };
	struct rep_config out = *cfg;
	struct conf_block top = { .s = &rep_conf_schema[REP_CONF_TOP], .to = (char *)&out };
	struct rep_lex_stmt st;

	*problems = (struct rep_config_problems){ .n = 0 };
	rep_lex_init(&p.lex, file, text, a);
	while (next(&p, &st, 0))
		statement(&p, &top, &st);
	for (size_t i = 0; i < top.s->n; i++)
		if (top.seen[i] != 0)
			place(&top, i);
	for (size_t i = REP_CONF_TOP + 1; i < REP_CONF_SECTIONS; i++) {
		const struct rep_conf_section *s = &rep_conf_schema[i];

		memcpy((char *)&out + s->at, &p.blocks[i].v, sizeof p.blocks[i].v);
		memcpy((char *)&out + s->at_n, &p.blocks[i].n, sizeof p.blocks[i].n);
	}
	if (p.full)
		return rep_fail(err, REP_ELIMIT, "%s: the configuration is too large", file);
	*cfg = out;
	return REP_OK;
}

enum rep_rc
rep_config_load(const char *path, struct rep_arena *a, struct rep_config *cfg,
    struct rep_config_problems *problems, struct rep_err *err)
{
	FILE *f = fopen(path, "rbe");
	enum rep_rc rc;
	struct rep_buf buf;
	struct rep_str text;
	char piece[8192];
	size_t n;

	if (f == NULL)
		return rep_fail(err, errno == ENOENT || errno == ENOTDIR ? REP_ENOTFOUND : REP_EIO,
		    "configuration %s: %s", path, strerror(errno));
	rep_buf_init(&buf, REP_CONFIG_FILE_MAX);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0 && !buf.full)
		rep_buf_add(&buf, (struct rep_str){ piece, n });
	if (ferror(f)) {
		rc = rep_fail(err, REP_EIO, "configuration %s: %s", path, strerror(errno));
	} else if (buf.full) {
		rc = rep_fail(err, REP_ELIMIT, "configuration %s: more than %d bytes", path,
		    REP_CONFIG_FILE_MAX);
	} else {
		text = rep_arena_dup(a, rep_buf_str(&buf));
		rc = text.p == NULL
		    ? rep_fail(err, REP_ELIMIT, "configuration %s: out of memory", path)
		    : rep_config_parse(text, path, a, cfg, problems, err);
	}
	rep_buf_fini(&buf);
	fclose(f);
	return rc;
}
