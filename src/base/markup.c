/* SPDX-License-Identifier: Apache-2.0 */
#include "base/markup.h"
#include "base/json_out.h"

enum { SCOPE = 4 * REP_MARKUP_FEED };

void
rep_markup_begin(struct rep_markup *m)
{
	memset(m, 0, sizeof *m);
	rep_buf_init(&m->in, SCOPE);
}

void
rep_markup_end(struct rep_markup *m)
{
	rep_buf_fini(&m->in);
}

/* --- bytes in ---------------------------------------------------------------------------------------- */

/* The number of a character as UTF-8. */
static void
put_code(struct rep_buf *out, uint32_t c)
{
	if (c < 0x80) {
		rep_buf_addc(out, (char)c);
	} else if (c < 0x800) {
		rep_buf_addc(out, (char)(0xc0 | c >> 6));
		rep_buf_addc(out, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		rep_buf_addc(out, (char)(0xe0 | c >> 12));
		rep_buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		rep_buf_addc(out, (char)(0x80 | (c & 0x3f)));
	} else {
		rep_buf_addc(out, (char)(0xf0 | c >> 18));
		rep_buf_addc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		rep_buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		rep_buf_addc(out, (char)(0x80 | (c & 0x3f)));
	}
}

/* One unit of UTF-16. A surrogate without its other half is U+FFFD. */
static void
put_unit(struct rep_markup *m, uint32_t c)
{
	if (c >= 0xdc00 && c < 0xe000) {
		put_code(&m->in,
		    m->high != 0 ? 0x10000 + ((m->high & 0x3ff) << 10) + (c & 0x3ff) : 0xfffd);
		m->high = 0;
		return;
	}
	if (m->high != 0)
		put_code(&m->in, 0xfffd);
	m->high = c >= 0xd800 && c < 0xdc00 ? c : 0;
	if (m->high == 0)
		put_code(&m->in, c);
}

static void
put_wide(struct rep_markup *m, struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned c = (unsigned char)s.p[i];

		if (m->left == 0) {
			m->left = c + 1;
			continue;
		}
		put_unit(m, m->wide == 2 ? (m->left - 1) << 8 | c : c << 8 | (m->left - 1));
		m->left = 0;
	}
}

/* What its first two bytes say about how it is written. */
static int
width_of(struct rep_str s)
{
	if (s.n < 2)
		return 1;
	if (rep_str_starts(s, REP_S("\xfe\xff")) || (s.p[0] == '\0' && s.p[1] == '<'))
		return 2;
	if (rep_str_starts(s, REP_S("\xff\xfe")) || (s.p[0] == '<' && s.p[1] == '\0'))
		return 3;
	return 1;
}

size_t
rep_markup_feed(struct rep_markup *m, struct rep_str bytes, bool last)
{
	size_t n = bytes.n < REP_MARKUP_FEED ? bytes.n : REP_MARKUP_FEED;

	if (m->at > 0) {
		memmove(m->in.p, m->in.p + m->at, m->in.n - m->at);
		m->base += m->at;
		m->in.n -= m->at;
		m->at = 0;
	}
	/* Two bytes show how it is written: a first piece of one byte waits for the second. */
	if (m->wide == 0 && m->in.n + n < 2 && !last) {
		rep_buf_add(&m->in, rep_str_sub(bytes, 0, n));
		return n;
	}
	if (m->wide == 0) {
		char two[2] = { 0 };
		size_t had = m->in.n;

		for (size_t i = 0; i < 2; i++)
			two[i] = i < had ? m->in.p[i] : i - had < n ? bytes.p[i - had] : ' ';
		m->wide = width_of((struct rep_str){ two, had + n < 2 ? had + n : 2 });
		if (m->wide > 1 && had > 0) {
			m->left = (unsigned char)two[0] + 1u;
			rep_buf_cut(&m->in, 0);
		}
	}
	if (m->wide == 1)
		rep_buf_add(&m->in, rep_str_sub(bytes, 0, n));
	else
		put_wide(m, rep_str_sub(bytes, 0, n));
	m->last = last && n == bytes.n;
	m->failed = m->failed || m->in.full;
	return n;
}

/* --- tokens out -------------------------------------------------------------------------------------- */

static bool
name_begins(char c)
{
	return (rep_lower(c) >= 'a' && rep_lower(c) <= 'z') || c == '_' || c == ':' ||
	    (unsigned char)c >= 0x80;
}

static bool
name_goes_on(char c)
{
	return name_begins(c) || rep_digit(c) || c == '-' || c == '.';
}

enum markup_found { FOUND, NOT_YET, NONE };

/*
 * A tag at the start of s, a start tag or an end tag. NONE: the '<' is no tag. NOT_YET: it may be one, with more bytes.
 */
static enum markup_found
tag_at(struct rep_str s, struct rep_markup_token *t, size_t *used)
{
	bool end = s.n > 1 && s.p[1] == '/';
	size_t name = end ? 2 : 1, i = name;
	char quote = '\0';

	if (i < s.n && !name_begins(s.p[i]))
		return NONE;
	while (i < s.n && name_goes_on(s.p[i]))
		i++;
	t->name = rep_str_sub(s, name, i - name);
	if (i < s.n && !rep_blank(s.p[i]) && s.p[i] != '>' && s.p[i] != '/')
		return NONE;
	for (; i < s.n && i < REP_MARKUP_TAG; i++) {
		if (quote != '\0') {
			quote = s.p[i] == quote ? '\0' : quote;
			continue;
		}
		if (s.p[i] == '>')
			break;
		if (s.p[i] == '<')
			return NONE;
		if ((s.p[i] == '"' || s.p[i] == '\'') && i > 0 && s.p[i - 1] == '=')
			quote = s.p[i];
	}
	if (i >= REP_MARKUP_TAG)
		return NONE;
	if (i >= s.n)
		return NOT_YET;
	*used = i + 1;
	t->text = rep_str_trim(rep_str_sub(s, name + t->name.n, i - name - t->name.n));
	t->kind = end				? REP_MARKUP_END
	    : rep_str_ends(t->text, REP_S("/")) ? REP_MARKUP_EMPTY
						: REP_MARKUP_START;
	return FOUND;
}

/* <?xml ...?> What was searched for an end before is not searched again: a document may be full of such beginnings. */
static enum markup_found
order_at(struct rep_markup *m, struct rep_str s, struct rep_markup_token *t, size_t *used)
{
	struct rep_str near = rep_str_sub(s, 0, REP_MARKUP_DEEP);
	uint64_t at = m->base + m->at;
	size_t from = m->no_end > at + 2 ? (size_t)(m->no_end - at) : 2;
	size_t end = rep_str_find(near, REP_S("?>"), from);

	if (end == SIZE_MAX) {
		m->no_end = at + near.n - 1;
		return s.n < REP_MARKUP_DEEP ? NOT_YET : NONE;
	}
	t->kind = REP_MARKUP_ORDER;
	t->text = rep_str_sub(s, 2, end - 2);
	*used = end + 2;
	return FOUND;
}

/* <!DOCTYPE ...> up to its end, or to the bracket that begins what it declares. */
static enum markup_found
type_at(struct rep_markup *m, struct rep_str s, struct rep_markup_token *t, size_t *used)
{
	size_t i = 2;

	while (i < s.n && i < REP_MARKUP_DEEP && s.p[i] != '>' && s.p[i] != '[')
		i++;
	if (i == s.n && i < REP_MARKUP_DEEP)
		return NOT_YET;
	t->kind = REP_MARKUP_TYPE;
	t->text = rep_str_sub(s, 2, i - 2);
	t->odd = s.p[i] != '>';
	m->in_what = t->odd ? REP_MARKUP_IN_TYPE : REP_MARKUP_OUT;
	*used = i + 1;
	return FOUND;
}

/* Whether s begins with `what`; NOT_YET when it is too short to tell. */
static enum markup_found
begins(struct rep_str s, struct rep_str what)
{
	if (rep_str_starts_nocase(s, what))
		return FOUND;
	return s.n < what.n && rep_str_starts_nocase(what, s) ? NOT_YET : NONE;
}

/* What begins with "<!". */
static enum markup_found
special_at(struct rep_markup *m, struct rep_str s, struct rep_markup_token *t, size_t *used)
{
	enum markup_found data = begins(s, REP_S("<![CDATA[")), comment = begins(s, REP_S("<!--")),
			  type = begins(s, REP_S("<!DOCTYPE"));

	if (type == FOUND)
		return type_at(m, s, t, used);
	if (data == FOUND || comment == FOUND) {
		m->in_what = data == FOUND ? REP_MARKUP_IN_DATA : REP_MARKUP_IN_COMMENT;
		*used = data == FOUND ? 9 : 4;
		return FOUND;
	}
	return data == NOT_YET || comment == NOT_YET || type == NOT_YET ? NOT_YET : NONE;
}

/* A piece of what is not looked into, up to `end`. False: more bytes are wanted. *piece may be empty. */
static bool
piece_to(struct rep_markup *m, struct rep_str end, struct rep_str *piece)
{
	struct rep_str s = rep_str_sub(rep_buf_str(&m->in), m->at, SIZE_MAX);
	size_t i = rep_str_find(s, end, 0);

	if (i != SIZE_MAX) {
		*piece = rep_str_sub(s, 0, i);
		m->at += i + end.n;
		m->in_what = REP_MARKUP_OUT;
		return true;
	}
	/* The end may have begun. */
	i = m->last ? s.n : s.n < end.n - 1 ? 0 : s.n - (end.n - 1);
	m->cut |= m->last;
	*piece = rep_str_sub(s, 0, i);
	m->at += i;
	return i > 0;
}

/* Inside something. True: t is a token. False, with more bytes to look at: it is behind; else more are wanted. */
static bool
inside(struct rep_markup *m, struct rep_markup_token *t)
{
	bool data = m->in_what == REP_MARKUP_IN_DATA;
	struct rep_str end = data		  ? REP_S("]]>")
	    : m->in_what == REP_MARKUP_IN_COMMENT ? REP_S("-->")
						  : REP_S("]>");

	while (m->in_what != REP_MARKUP_OUT && m->at < m->in.n) {
		t->offset = m->base + m->at;
		if (!piece_to(m, end, &t->text))
			return false;
		if (data && t->text.n > 0) {
			t->kind = REP_MARKUP_DATA;
			return true;
		}
	}
	return false;
}

static enum markup_found
markup_at(struct rep_markup *m, struct rep_str s, struct rep_markup_token *t, size_t *used)
{
	if (s.n < 2)
		return NOT_YET;
	return s.p[1] == '!' ? special_at(m, s, t, used)
	    : s.p[1] == '?'  ? order_at(m, s, t, used)
			     : tag_at(s, t, used);
}

/* Text up to the next '<'; an odd one begins with such. */
static bool
text_at(struct rep_markup *m, struct rep_str s, bool odd, struct rep_markup_token *t)
{
	size_t end = rep_str_chr(s, '<', odd ? 1 : 0);

	end = end == SIZE_MAX ? s.n : end;
	t->kind = REP_MARKUP_TEXT;
	t->text = rep_str_sub(s, 0, end);
	t->odd = odd;
	m->at += end;
	return true;
}

/* The bytes at the start that are no part of the document. */
static bool
skip_mark(struct rep_markup *m)
{
	static const struct rep_str mark = { "\xef\xbb\xbf", 3 };
	struct rep_str s = rep_buf_str(&m->in);

	if (s.n < mark.n && !m->last)
		return false;
	m->begun = true;
	m->marked = rep_str_starts(s, mark);
	m->at += m->marked ? mark.n : 0;
	return true;
}

enum rep_rc
rep_markup_next(struct rep_markup *m, struct rep_markup_token *t)
{
	struct rep_str s;
	size_t used = 0;

	memset(t, 0, sizeof *t);
	if (m->failed)
		return REP_EMEM;
	if (!m->begun && !skip_mark(m))
		return REP_ENOTFOUND;
	for (;;) {
		enum markup_found found;

		if (m->in_what != REP_MARKUP_OUT) {
			if (inside(m, t))
				return REP_OK;
			if (m->in_what != REP_MARKUP_OUT)
				return REP_ENOTFOUND;
		}
		s = rep_str_sub(rep_buf_str(&m->in), m->at, SIZE_MAX);
		if (s.n == 0)
			return REP_ENOTFOUND;
		t->offset = m->base + m->at;
		if (s.p[0] != '<')
			return text_at(m, s, false, t) ? REP_OK : REP_ENOTFOUND;
		found = markup_at(m, s, t, &used);
		if (found == NOT_YET && !m->last)
			return REP_ENOTFOUND;
		if (found != FOUND) {
			m->cut |= found == NOT_YET;
			memset(&t->name, 0, sizeof t->name);
			return text_at(m, s, true, t) ? REP_OK : REP_ENOTFOUND;
		}
		m->at += used;
		if (m->in_what == REP_MARKUP_OUT || t->kind == REP_MARKUP_TYPE)
			return REP_OK;
	}
}

/* --- text -------------------------------------------------------------------------------------------- */

struct rep_str
rep_markup_local(struct rep_str name)
{
	size_t colon = rep_str_rchr(name, ':');

	return colon == SIZE_MAX ? name : rep_str_sub(name, colon + 1, SIZE_MAX);
}

/* The characters of windows-1252 that are not those of Latin-1 (0x80 to 0x9f). 0: none. */
static const uint16_t cp1252[32] = { 0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d,
	0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178 };

static void
put_byte(struct rep_buf *out, unsigned char c)
{
	uint32_t code = c >= 0x80 && c < 0xa0 ? cp1252[c - 0x80] : c;

	put_code(out, code != 0 ? code : 0xfffd);
}

/* The character that an entity names, its bytes in *used; 0: none that is known. */
static uint32_t
entity(struct rep_str s, size_t *used)
{
	static const struct {
		struct rep_str name;
		uint32_t code;
	} names[] = { { { "amp", 3 }, '&' }, { { "lt", 2 }, '<' }, { { "gt", 2 }, '>' },
		{ { "quot", 4 }, '"' }, { { "apos", 4 }, '\'' } };
	size_t end = rep_str_chr(rep_str_sub(s, 0, 12), ';', 1);
	struct rep_str name;
	uint32_t v = 0;
	bool hex;

	if (end == SIZE_MAX)
		return 0;
	*used = end + 1;
	name = rep_str_sub(s, 1, end - 1);
	for (size_t i = 0; i < REP_COUNT(names); i++)
		if (rep_str_eq(name, names[i].name))
			return names[i].code;
	if (name.n < 2 || name.p[0] != '#')
		return 0;
	hex = rep_lower(name.p[1]) == 'x';
	for (size_t i = hex ? 2 : 1; i < name.n; i++) {
		int d = rep_hex(name.p[i]);

		if (d < 0 || (!hex && d > 9) || v > 0x10ffff)
			return 0;
		v = v * (hex ? 16u : 10u) + (uint32_t)d;
	}
	return v > 0x10ffff || (v >= 0xd800 && v < 0xe000) ? 0 : v;
}

bool
rep_markup_text(struct rep_buf *out, struct rep_str text, bool data, bool *wrong)
{
	bool known = true;

	for (size_t i = 0; i < text.n;) {
		size_t from = i, n;

		while (i < text.n && (unsigned char)text.p[i] < 0x80 && (data || text.p[i] != '&'))
			i++;
		rep_buf_add(out, rep_str_sub(text, from, i - from));
		if (i == text.n)
			break;
		if (text.p[i] == '&') {
			uint32_t c = entity(rep_str_sub(text, i, SIZE_MAX), &n);

			if (c != 0) {
				put_code(out, c);
				i += n;
				continue;
			}
			known = false;
			rep_buf_addc(out, text.p[i++]);
			continue;
		}
		if ((n = rep_utf8_len(text, i)) > 0) {
			rep_buf_add(out, rep_str_sub(text, i, n));
			i += n;
			continue;
		}
		*wrong = true;
		put_byte(out, (unsigned char)text.p[i++]);
	}
	return known;
}
