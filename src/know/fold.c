/* SPDX-License-Identifier: Apache-2.0 */
#include "know/fold.h"
#include "mail/smtp_reply.h"

/*
 * The bytes to skip for a repeated code: "ddd-" or, in a reply of several lines, "ddd ", and the
 * enhanced code after it.
 */
static size_t
repeated_code(struct rep_str s, size_t i, int code, bool *multi)
{
	int enh[3];
	size_t n = 4;

	if (i + 4 > s.n || s.p[i] - '0' != code / 100 || s.p[i + 1] - '0' != code / 10 % 10 ||
	    s.p[i + 2] - '0' != code % 10)
		return 0;
	if (s.p[i + 3] == '-')
		*multi = true;
	else if (!*multi || !rep_blank(s.p[i + 3]))
		return 0;
	n += rep_smtp_enhanced(rep_str_sub(s, i + n, 12), enh);
	return n;
}

/* The ASCII form of a typographic sign of two or three bytes. 0: it is no such sign. */
static char
plain(struct rep_str s, size_t i, size_t *n)
{
	const unsigned char *u = (const unsigned char *)s.p + i;

	if (u[0] == 0xc2 && i + 1 < s.n && u[1] == 0xa0) {
		*n = 2;
		return ' ';
	}
	if (u[0] != 0xe2 || i + 2 >= s.n || u[1] != 0x80)
		return 0;
	*n = 3;
	switch (u[2]) {
	case 0x98:
	case 0x99: return '\'';
	case 0x9c:
	case 0x9d: return '"';
	case 0x90:
	case 0x91:
	case 0x93: return '-';
	case 0xaf: return ' ';
	default: return 0;
	}
}

static void
put(struct rep_folded *out, char c, size_t at)
{
	if (out->n < REP_FOLD_MAX) {
		out->p[out->n] = c;
		out->at[out->n++] = (uint16_t)at;
	}
}

/* Expands "n't": "doesn't" -> "does not", "can't" -> "cannot", "won't" -> "will not". */
static void
open_contraction(struct rep_folded *out, size_t at)
{
	char *end = out->p + out->n;
	const char *more = " not";

	if (out->n >= 3 && memcmp(end - 3, "can", 3) == 0) {
		more = "not";
	} else if (out->n >= 3 && memcmp(end - 3, "won", 3) == 0) {
		memcpy(end - 2, "il", 2);
		more = "l not";
	} else {
		out->n--;
	}
	for (; *more != '\0'; more++)
		put(out, *more, at);
}

/* The folded form of a byte that can be folded alone. 0: it needs a closer look. */
static const char plain_byte[256] = { ['!'] = '!',
	['#'] = '#',
	['$'] = '$',
	['%'] = '%',
	['&'] = '&',
	['('] = '(',
	[')'] = ')',
	['*'] = '*',
	['+'] = '+',
	[','] = ',',
	['-'] = '-',
	['.'] = '.',
	['/'] = '/',
	['0'] = '0',
	['1'] = '1',
	['2'] = '2',
	['3'] = '3',
	['4'] = '4',
	['5'] = '5',
	['6'] = '6',
	['7'] = '7',
	['8'] = '8',
	['9'] = '9',
	[':'] = ':',
	[';'] = ';',
	['<'] = '<',
	['='] = '=',
	['>'] = '>',
	['?'] = '?',
	['@'] = '@',
	['A'] = 'a',
	['B'] = 'b',
	['C'] = 'c',
	['D'] = 'd',
	['E'] = 'e',
	['F'] = 'f',
	['G'] = 'g',
	['H'] = 'h',
	['I'] = 'i',
	['J'] = 'j',
	['K'] = 'k',
	['L'] = 'l',
	['M'] = 'm',
	['N'] = 'n',
	['O'] = 'o',
	['P'] = 'p',
	['Q'] = 'q',
	['R'] = 'r',
	['S'] = 's',
	['T'] = 't',
	['U'] = 'u',
	['V'] = 'v',
	['W'] = 'w',
	['X'] = 'x',
	['Y'] = 'y',
	['Z'] = 'z',
	['['] = '[',
	[']'] = ']',
	['_'] = '_',
	['a'] = 'a',
	['b'] = 'b',
	['c'] = 'c',
	['d'] = 'd',
	['e'] = 'e',
	['f'] = 'f',
	['g'] = 'g',
	['h'] = 'h',
	['i'] = 'i',
	['j'] = 'j',
	['k'] = 'k',
	['l'] = 'l',
	['m'] = 'm',
	['n'] = 'n',
	['o'] = 'o',
	['p'] = 'p',
	['q'] = 'q',
	['r'] = 'r',
	['s'] = 's',
	['t'] = 't',
	['u'] = 'u',
	['v'] = 'v',
	['w'] = 'w',
	['x'] = 'x',
	['y'] = 'y',
	['z'] = 'z' };

enum { BLOCK = 16 };

/*
 * Folds BLOCK bytes at once if they are plain ASCII without an apostrophe, and each space in them is a
 * single one before a word that does not begin with `digit`. Written without branches, for the vector
 * unit.
 */
static bool
plain_block(const unsigned char from[BLOCK + 1], unsigned char digit, char to[BLOCK])
{
	unsigned char odd = 0;

	for (int k = 0; k < BLOCK; k++) {
		unsigned char c = from[k], next = from[k + 1];
		bool upper = (unsigned char)(c - 'A') < 26;

		odd |= (unsigned char)(((unsigned char)(c - ' ') > '~' - ' ') | (c == '\'') |
		    ((c == ' ') & ((next == ' ') | (next == digit))));
		to[k] = (char)(c + (upper ? 'a' - 'A' : 0));
	}
	return odd == 0;
}

/*
 * Folds plain bytes and single spaces between them from i on, and returns how many. Stops before a
 * word that begins with the digit that a repeated code begins with; 0: there is none. `start`: a word
 * begins at i.
 */
static size_t
plain_run(struct rep_str s, size_t i, bool start, char digit, struct rep_folded *out)
{
	size_t room = REP_FOLD_MAX - out->n, n = 0;
	const char *from = s.p + i;
	char *to = out->p + out->n, c;
	uint16_t *at = out->at + out->n;

	if (room > s.n - i)
		room = s.n - i;
	if (start && room > 0 && *from == digit)
		return 0;
	if (*from != ' ')
		while (room - n > BLOCK &&
		    plain_block((const unsigned char *)from + n, (unsigned char)digit, to + n))
			n += BLOCK;
	for (; n < room; n++) {
		c = plain_byte[(unsigned char)from[n]];
		if (c == 0) {
			/* A space that a plain word follows stays as it is. */
			if (from[n] != ' ' || n == 0 || n + 1 >= room || from[n - 1] == ' ' ||
			    from[n + 1] == digit || plain_byte[(unsigned char)from[n + 1]] == 0)
				break;
			c = ' ';
		}
		to[n] = c;
	}
	for (size_t k = 0; k < n; k++)
		at[k] = (uint16_t)(i + k);
	out->n += n;
	return n;
}

void
rep_fold(struct rep_str s, int code, bool multi, struct rep_folded *out)
{
	bool start = true;
	char digit = (char)(code == 0 ? '\0' : '0' + code / 100), c;
	size_t n, skip;

	out->n = 0;
	if (s.n > UINT16_MAX - 16)
		s.n = UINT16_MAX - 16;
	for (size_t i = 0; i < s.n && out->n < REP_FOLD_MAX; i += n) {
		n = plain_run(s, i, start, digit, out);
		if (n > 0) {
			start = false;
			continue;
		}
		n = 1;
		c = s.p[i];
		if (start && code != 0 && c == digit &&
		    (skip = repeated_code(s, i, code, &multi)) > 0) {
			n = skip;
			continue;
		}
		if ((unsigned char)c >= 0x80) {
			char p = plain(s, i, &n);

			if (p == 0)
				n = 1;
			else
				c = p;
		}
		start = rep_blank(c) || c == '\0';
		if (start) {
			if (out->n > 0 && out->p[out->n - 1] != ' ')
				put(out, ' ', i);
			continue;
		}
		if (c == '\'' && out->n > 1 && out->p[out->n - 1] == 'n' &&
		    rep_alnum(out->p[out->n - 2]) && i + n < s.n && rep_lower(s.p[i + n]) == 't' &&
		    (i + n + 1 == s.n || !rep_alnum(s.p[i + n + 1]))) {
			open_contraction(out, i);
			n++;
			continue;
		}
		put(out, rep_lower(c), i);
	}
	if (out->n > 0 && out->p[out->n - 1] == ' ')
		out->n--;
	out->at[out->n] = (uint16_t)s.n;
	if (out->n > 0 && (size_t)out->at[out->n - 1] + 1 < s.n)
		out->at[out->n] = (uint16_t)(out->at[out->n - 1] + 1);
}
