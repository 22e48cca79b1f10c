/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/spf_chars.h"
#include "auth/typographic.h"
#include "base/json_out.h"

#include <stdarg.h>
#include <stdio.h>

enum { READ_MAX = 4096, NOTE_SHOWN = 80 };

void
rep_spf_note(struct rep_spf_repair *out, struct rep_arena *a, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (out->notes == REP_SPF_REPAIR_NOTES) {
		out->left_out++;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	out->note[out->notes++] = rep_arena_dup(a, rep_str_c(text));
}

const char *
rep_spf_shown(struct rep_arena *a, struct rep_str s)
{
	return rep_shown(a, s, NOTE_SHOWN).p;
}

/* What of ASCII has no place in a record, or stands for a space. */
static const struct {
	char byte, instead; /* '\0': it is left out */
	const char *name;
} characters[] = { { '"', '\0', "a quotation mark" }, { '\\', '\0', "a backslash" },
	{ '\t', ' ', "a tab" }, { '\r', ' ', "a line end" }, { '\n', ' ', "a line end" } };

/* What s begins with: its bytes, and what is to stand there. NULL: nothing of the kind. */
static const char *
character(struct rep_str s, size_t *n, char *instead)
{
	enum rep_typographic t = rep_typographic(s, n, instead);

	if (t != REP_TYPOGRAPHIC_NONE)
		return rep_typographic_text(t, *instead);
	for (size_t k = 0; k < REP_COUNT(characters); k++)
		if (s.p[0] == characters[k].byte) {
			*n = 1;
			*instead = characters[k].instead;
			return characters[k].name;
		}
	return NULL;
}

/*
 * The length of a letter at the beginning of s that is not ASCII: it is a part of its word, never a space between two.
 * 0: none. Signs, symbols and pictures are none. A byte that is no UTF-8 is one where ISO 8859-1 has letters.
 */
static size_t
letter_len(struct rep_str s)
{
	static const struct {
		uint32_t from, to;
	} signs[] = { { 0, 0xbf }, { 0xd7, 0xd7 }, { 0xf7, 0xf7 }, { 0x2000, 0x2bff },
		{ 0x2e00, 0x2e7f }, { 0x3000, 0x303f }, { 0xe000, 0xf8ff }, { 0xfe00, 0xfe6f },
		{ 0xfff0, 0xffff }, { 0x1f000, 0x1ffff }, { 0xe0000, 0x10ffff } };
	size_t n = rep_utf8_len(s, 0);
	uint32_t c = n > 0 ? rep_utf8_code(s, 0, n) : (unsigned char)s.p[0];

	for (size_t k = 0; k < REP_COUNT(signs); k++)
		if (c >= signs[k].from && c <= signs[k].to)
			return 0;
	return n > 0 ? n : 1;
}

/* The length of what stands for nothing in ASCII at the beginning of s: all of it is one space. */
static size_t
foreign_len(struct rep_str s)
{
	size_t n = 1, other;
	char c;

	while (n < s.n && (unsigned char)s.p[0] > 0x7e && (unsigned char)s.p[n] > 0x7e &&
	    character(rep_str_sub(s, n, s.n), &other, &c) == NULL &&
	    letter_len(rep_str_sub(s, n, s.n)) == 0)
		n++;
	return n;
}

/* Says what a character was, and what it was read as. */
static void
note_character(struct rep_spf_repair *out, struct rep_arena *a, const char *name, char instead)
{
	if (instead == ' ')
		rep_spf_note(out, a, "the record has %s in it, read as a space", name);
	else if (instead == '\0')
		rep_spf_note(out, a, "the record has %s in it, which is left out", name);
	else
		rep_spf_note(out, a, "the record has %s in it, read as %c", name, instead);
}

struct rep_str
rep_spf_ascii(struct rep_spf_repair *out, struct rep_arena *a, struct rep_str s, bool say)
{
	struct rep_buf b;
	const char *said = NULL;
	char said_instead = '\0';

	if (s.n > 1 && (s.p[0] == '\'' || s.p[s.n - 1] == '\'')) {
		size_t from = s.p[0] == '\'';

		s = rep_str_sub(s, from, s.n - from - (s.p[s.n - 1] == '\''));
		if (say)
			note_character(out, a, "a single quotation mark", '\0');
	}
	rep_buf_init(&b, READ_MAX);
	for (size_t i = 0, n = 1; i < s.n; i += n) {
		unsigned char c = (unsigned char)s.p[i];
		char instead = c > 0x20 && c < 0x7f ? (char)c : ' ';
		const char *name = character(rep_str_sub(s, i, s.n), &n, &instead);

		if (name == NULL && (n = letter_len(rep_str_sub(s, i, s.n))) > 0) {
			rep_buf_add(&b, rep_str_sub(s, i, n));
			continue;
		}
		if (name == NULL) {
			n = foreign_len(rep_str_sub(s, i, s.n));
			rep_buf_addc(&b, instead);
			if ((c < 0x20 || c > 0x7e) && say)
				rep_spf_note(out, a,
				    "the record has %s in it, which is not ASCII: read as a space",
				    rep_spf_shown(a, rep_str_sub(s, i, n)));
			continue;
		}
		if (c == '\\' && i > 0 && i + 1 < s.n && rep_digit(s.p[i - 1]) &&
		    rep_digit(s.p[i + 1]))
			instead = '/'; /* 192.0.2.0\24 */
		if (instead != '\0')
			rep_buf_addc(&b, instead);
		if (say && (said == NULL || strcmp(said, name) != 0 || said_instead != instead))
			note_character(out, a, said = name, said_instead = instead);
	}
	out->too_long = out->too_long || (say && b.full);
	s = rep_str_trim(rep_arena_dup(a, rep_buf_str(&b)));
	rep_buf_fini(&b);
	return s;
}
