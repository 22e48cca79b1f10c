/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/typographic.h"
#include "base/json_out.h"

static const struct {
	uint32_t from, to; /* code points */
	char ascii;	   /* '\0': it is left out; of more than one code point: of the first */
	enum rep_typographic what;
	bool in_order; /* the others have the characters behind it */
} table[] = {
	{ 0x00a0, 0x00a0, ' ', REP_TYPOGRAPHIC_NO_BREAK, false },
	{ 0x00ab, 0x00ab, '\0', REP_TYPOGRAPHIC_QUOTE, false },
	{ 0x00ad, 0x00ad, '\0', REP_TYPOGRAPHIC_INVISIBLE, false }, /* soft hyphen */
	{ 0x00bb, 0x00bb, '\0', REP_TYPOGRAPHIC_QUOTE, false },
	{ 0x02dc, 0x02dc, '~', REP_TYPOGRAPHIC_TILDE, false },
	{ 0x037e, 0x037e, ';', REP_TYPOGRAPHIC_ALIKE, false }, /* Greek question mark */
	{ 0x2000, 0x200a, ' ', REP_TYPOGRAPHIC_SPACE, false },
	{ 0x200b, 0x200f, '\0', REP_TYPOGRAPHIC_INVISIBLE, false },
	{ 0x2010, 0x2015, '-', REP_TYPOGRAPHIC_DASH, false },
	{ 0x2018, 0x201f, '\0', REP_TYPOGRAPHIC_QUOTE, false },
	{ 0x2028, 0x2029, ' ', REP_TYPOGRAPHIC_SPACE, false },
	{ 0x202f, 0x202f, ' ', REP_TYPOGRAPHIC_NO_BREAK, false },
	{ 0x2060, 0x2060, '\0', REP_TYPOGRAPHIC_INVISIBLE, false },
	{ 0x2212, 0x2212, '-', REP_TYPOGRAPHIC_DASH, false },  /* minus */
	{ 0x223c, 0x223c, '~', REP_TYPOGRAPHIC_TILDE, false }, /* tilde operator */
	{ 0x3000, 0x3000, ' ', REP_TYPOGRAPHIC_SPACE, false },
	{ 0xfeff, 0xfeff, '\0', REP_TYPOGRAPHIC_INVISIBLE, false },
	{ 0xff02, 0xff02, '\0', REP_TYPOGRAPHIC_QUOTE, false }, /* full width, as all behind it */
	{ 0xff07, 0xff07, '\0', REP_TYPOGRAPHIC_QUOTE, false },
	{ 0xff01, 0xff5e, '!', REP_TYPOGRAPHIC_ALIKE, true },
};

enum rep_typographic
rep_typographic(struct rep_str s, size_t *n, char *ascii)
{
	size_t len = s.n > 0 ? rep_utf8_len(s, 0) : 0;
	uint32_t c = len > 0 ? rep_utf8_code(s, 0, len) : 0;

	for (size_t i = 0; len > 0 && i < REP_COUNT(table); i++) {
		if (c < table[i].from || c > table[i].to)
			continue;
		*n = len;
		*ascii = table[i].in_order ? (char)(table[i].ascii + (int)(c - table[i].from))
					   : table[i].ascii;
		return table[i].what;
	}
	return REP_TYPOGRAPHIC_NONE;
}

const char *
rep_typographic_text(enum rep_typographic t, char ascii)
{
	static const char *const text[] = { [REP_TYPOGRAPHIC_NO_BREAK] = "a no-break space",
		[REP_TYPOGRAPHIC_SPACE] = "a typographic space",
		[REP_TYPOGRAPHIC_INVISIBLE] = "an invisible character",
		[REP_TYPOGRAPHIC_DASH] = "a typographic dash",
		[REP_TYPOGRAPHIC_TILDE] = "a typographic tilde",
		[REP_TYPOGRAPHIC_QUOTE] = "a quotation mark",
		[REP_TYPOGRAPHIC_ALIKE] = "a sign that only looks like ASCII" };

	if (t == REP_TYPOGRAPHIC_ALIKE && rep_digit(ascii))
		return "a digit that only looks like ASCII";
	if (t == REP_TYPOGRAPHIC_ALIKE && rep_alnum(ascii))
		return "a letter that only looks like ASCII";
	return text[t];
}
