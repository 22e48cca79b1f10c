/* SPDX-License-Identifier: Apache-2.0 */
#include "steer/main_cf.h"

static const struct rep_str none = { "", 0 };

/* The line that begins at i, with its line end. */
static struct rep_str
line_at(struct rep_str s, size_t i)
{
	size_t nl = rep_str_chr(s, '\n', i);

	return rep_str_sub(s, i, nl == SIZE_MAX ? s.n : nl + 1 - i);
}

static bool
is_empty(struct rep_str line)
{
	line = rep_str_trim(line);
	return line.n == 0 || line.p[0] == '#';
}

/* The end of the logical line that begins at i: behind the last line that continues it. */
static size_t
end_of(struct rep_str s, size_t i)
{
	size_t at = i + line_at(s, i).n, end = at;

	while (at < s.n) {
		struct rep_str line = line_at(s, at);

		at += line.n;
		if (is_empty(line))
			continue;
		if (!rep_blank(line.p[0]))
			break;
		end = at;
	}
	return end;
}

static struct rep_str
word(struct rep_str *s)
{
	size_t from = 0, to;
	struct rep_str w;

	while (from < s->n && rep_blank(s->p[from]))
		from++;
	for (to = from; to < s->n && !rep_blank(s->p[to]) && s->p[to] != '\n';)
		to++;
	w = rep_str_sub(*s, from, to - from);
	*s = rep_str_sub(*s, to, s->n);
	return w;
}

/* Whether the logical line is the parameter or the service. */
static bool
is_it(struct rep_str line, const struct rep_cf_change *c)
{
	size_t eq;

	if (c->service.n > 0)
		return rep_str_eq(word(&line), c->service) && rep_str_eq(word(&line), c->type);
	eq = rep_str_chr(line, '=', 0);
	return eq != SIZE_MAX && rep_str_eq(rep_str_trim(rep_str_sub(line, 0, eq)), c->name);
}

struct rep_str
rep_cf_find(struct rep_str text, const struct rep_cf_change *c)
{
	struct rep_str found = none;

	for (size_t i = 0, end; i < text.n; i = end) {
		struct rep_str line = line_at(text, i);

		end = i + line.n;
		if (is_empty(line) || rep_blank(line.p[0]))
			continue;
		end = end_of(text, i);
		if (is_it(line, c))
			found = rep_str_sub(text, i, end - i);
	}
	return found;
}

static bool
separates(char c)
{
	return rep_blank(c) || c == ',';
}

/* Where the value of an option of a service begins: behind "NAME=", with or without blanks. SIZE_MAX: it has none. */
static size_t
option_at(struct rep_str entry, struct rep_str name)
{
	size_t at = 0;

	while ((at = rep_str_find(entry, name, at)) != SIZE_MAX) {
		size_t i = at + name.n;
		bool begins = at > 0 && (separates(entry.p[at - 1]) || entry.p[at - 1] == '{');

		while (i < entry.n && (entry.p[i] == ' ' || entry.p[i] == '\t'))
			i++;
		if (begins && i < entry.n && entry.p[i] == '=') {
			for (i++; i < entry.n && (entry.p[i] == ' ' || entry.p[i] == '\t');)
				i++;
			return i;
		}
		at++;
	}
	return SIZE_MAX;
}

static void
set_option(struct rep_str text, const struct rep_cf_change *c, struct rep_buf *out)
{
	struct rep_str entry = rep_cf_find(text, c);
	size_t in = option_at(entry, c->name), from;

	if (entry.n == 0 || in == SIZE_MAX) {
		rep_buf_add(out, text);
		return;
	}
	from = (size_t)(entry.p - text.p) + in;
	rep_buf_add(out, rep_str_sub(text, 0, from));
	rep_buf_add(out, c->part);
	/* "-o NAME=" alone is an empty value. */
	if (in < entry.n && !rep_blank(entry.p[in]) && entry.p[in] != '}')
		rep_buf_addc(out, ',');
	rep_buf_add(out, rep_str_sub(text, from, text.n));
}

void
rep_cf_set(
    struct rep_str text, const struct rep_cf_change *c, struct rep_str value, struct rep_buf *out)
{
	struct rep_str line = rep_cf_find(text, c);
	size_t from = line.n > 0 ? (size_t)(line.p - text.p) : text.n;

	if (c->service.n > 0) {
		set_option(text, c, out);
		return;
	}
	rep_buf_add(out, rep_str_sub(text, 0, from));
	if (from > 0 && text.p[from - 1] != '\n')
		rep_buf_addc(out, '\n');
	rep_buf_printf(out, "%.*s = %.*s\n", REP_PR(c->name), REP_PR(value));
	rep_buf_add(out, rep_str_sub(text, from + line.n, text.n));
}

/* --- taking one part out of a line that somebody else has changed ------------------------------------------- */

/* Where the part stands as a word of the list; SIZE_MAX: nowhere. */
static size_t
part_at(struct rep_str s, struct rep_str part)
{
	size_t at = 0;

	while ((at = rep_str_find(s, part, at)) != SIZE_MAX) {
		bool begins = at > 0 && (separates(s.p[at - 1]) || s.p[at - 1] == '=');
		bool ends = at + part.n == s.n || separates(s.p[at + part.n]);

		if (begins && ends)
			return at;
		at++;
	}
	return SIZE_MAX;
}

/* Whether nothing but the name is left: "transport_maps = " */
static bool
is_bare(struct rep_str begin, struct rep_str end)
{
	begin = rep_str_trim(begin);
	return rep_str_trim(end).n == 0 && begin.n > 0 && begin.p[begin.n - 1] == '=';
}

/*
 * The line without the part and the comma behind it, or before it where it is the last. A parameter that is left bare goes,
 * if it was not there before; an option of a service stays, with an empty value.
 */
static void
without(struct rep_str line, const struct rep_cf_change *c, bool was_there, struct rep_buf *out)
{
	size_t at = part_at(line, c->part), from, to;

	if (at == SIZE_MAX) {
		rep_buf_add(out, line);
		return;
	}
	from = at;
	to = at + c->part.n;
	while (to < line.n && (line.p[to] == ',' || line.p[to] == ' ' || line.p[to] == '\t'))
		to++;
	if (to == line.n || line.p[to] == '\n')
		while (from > 0 && (line.p[from - 1] == ',' || rep_blank(line.p[from - 1])))
			from--;
	if (c->service.n == 0 && !was_there &&
	    is_bare(rep_str_sub(line, 0, from), rep_str_sub(line, to, line.n)))
		return;
	rep_buf_add(out, rep_str_sub(line, 0, from));
	/* "name =" had a blank behind it. */
	if (from < at && from > 0 && line.p[from - 1] == '=' && to < line.n)
		rep_buf_addc(out, ' ');
	rep_buf_add(out, rep_str_sub(line, to, line.n));
}

enum rep_cf_undone
rep_cf_undo(
    const struct rep_cf_texts *t, const struct rep_cf_change *v, size_t n, struct rep_buf *out)
{
	enum rep_cf_undone how = REP_CF_WHOLE;
	struct rep_buf text, next;

	if (rep_str_eq(t->now, t->after)) {
		rep_buf_add(out, t->before);
		return REP_CF_WHOLE;
	}
	rep_buf_init(&text, SIZE_MAX);
	rep_buf_add(&text, t->now);
	for (size_t i = 0; i < n; i++) {
		struct rep_str s = rep_buf_str(&text), now = rep_cf_find(s, &v[i]),
			       was = rep_cf_find(t->before, &v[i]),
			       left = rep_cf_find(t->after, &v[i]);

		if (now.n == 0) {
			how = left.n > 0 ? REP_CF_PART : how;
			continue;
		}
		rep_buf_init(&next, SIZE_MAX);
		rep_buf_add(&next, rep_str_sub(s, 0, (size_t)(now.p - s.p)));
		if (rep_str_eq(now, left)) {
			rep_buf_add(&next, was);
			/* It was the last line and had no line end; now there are others behind it. */
			if (was.n > 0 && was.p[was.n - 1] != '\n' && now.p + now.n < s.p + s.n)
				rep_buf_addc(&next, '\n');
		} else if (part_at(now, v[i].part) != SIZE_MAX) {
			without(now, &v[i], was.n > 0, &next);
			how = REP_CF_PART;
		} else {
			rep_buf_add(&next, now);
			how = REP_CF_PART;
		}
		rep_buf_add(&next, rep_str_sub(s, (size_t)(now.p - s.p) + now.n, s.n));
		next.full |= text.full;
		rep_buf_fini(&text);
		text = next;
	}
	rep_buf_add(out, rep_buf_str(&text));
	out->full |= text.full;
	rep_buf_fini(&text);
	return how;
}
