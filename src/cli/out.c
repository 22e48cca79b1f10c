/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/out.h"
#include "base/json_out.h"
#include "base/time.h"
#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DAY = 86400 };

static bool
colour(void)
{
	static int known = -1;

	if (known < 0)
		known = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
	return known != 0;
}

/* Our own "ESC [ digits m"; anybody else's does no more than paint. */
static bool
is_paint(const char *p, size_t n)
{
	size_t i = 2;

	if (n < 3 || p[1] != '[')
		return false;
	while (i < n && rep_digit(p[i]))
		i++;
	return i < n && p[i] == 'm';
}

/* What servers said is shown, so control characters must not reach a terminal. JSON has none. */
static void
tame(char *p, size_t n)
{
	unsigned any = 0;

	for (size_t i = 0; i < n; i++) /* nearly always none: one quick look */
		any |= (unsigned)((unsigned char)p[i] < 0x20 && p[i] != '\n' && p[i] != '\t') |
		    (unsigned)(p[i] == 0x7f);
	if (any == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if ((c >= 0x20 && c != 0x7f) || c == '\n' || c == '\t' ||
		    (c == 0x1b && colour() && is_paint(p + i, n - i)))
			continue;
		p[i] = '?';
	}
}

bool
rep_out_flush(struct rep_buf *b)
{
	size_t at = 0;
	ssize_t r;

	tame(b->p, b->n);
	while (at < b->n) {
		r = write(STDOUT_FILENO, b->p + at, b->n - at);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0) {
			if (errno != EPIPE)
				rep_cli_say("standard output: %s", strerror(errno));
			return false;
		}
		at += (size_t)r;
	}
	rep_buf_clear(b);
	return true;
}

void
rep_out_plain(char *text)
{
	struct rep_str s = rep_str_c(text);

	for (size_t i = 0, n; i < s.n; i += n) {
		unsigned char c = (unsigned char)text[i];

		n = rep_utf8_len(s, i);
		if (n == 2 && c == 0xc2 && (unsigned char)text[i + 1] < 0xa0)
			text[i + 1] = '?'; /* C1, as CSI */
		if (n == 0 || (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ||
		    (n == 2 && text[i + 1] == '?')) {
			text[i] = '?';
			n = n == 0 ? 1 : n;
		}
	}
}

const char *
rep_paint(enum rep_paint p)
{
	static const char *const codes[] = { "", "\033[1m", "\033[31m", "\033[33m", "\033[32m",
		"\033[2m" };

	return colour() ? codes[p] : "";
}

const char *
rep_unpaint(void)
{
	return colour() ? "\033[0m" : "";
}

/* Columns of a run of UTF-8: bytes that are no continuation. */
static size_t
columns(struct rep_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

/* Where a word ends: at a blank, unless a "%" follows, which stays with its number. */
static bool
word_ends(struct rep_str text, size_t i)
{
	return text.p[i] == '\n' || (text.p[i] == ' ' && !(i + 1 < text.n && text.p[i + 1] == '%'));
}

void
rep_out_wrap(struct rep_buf *b, struct rep_str text, size_t at, size_t indent, size_t width)
{
	size_t i = 0, end, w;
	bool first = true;

	while (i < text.n) {
		if (text.p[i] == '\n') {
			rep_buf_printf(b, "\n%*s", (int)indent, "");
			at = indent;
			first = true;
			i++;
			continue;
		}
		while (i < text.n && text.p[i] == ' ')
			i++;
		for (end = i; end < text.n && !word_ends(text, end);)
			end++;
		if (end == i)
			continue;
		w = columns(rep_str_sub(text, i, end - i));
		if (!first && at + 1 + w > width) {
			rep_buf_printf(b, "\n%*s", (int)indent, "");
			at = indent;
			first = true;
		}
		if (!first) {
			rep_buf_addc(b, ' ');
			at++;
		}
		rep_buf_add(b, rep_str_sub(text, i, end - i));
		at += w;
		first = false;
		i = end;
	}
}

const char *
rep_when(int64_t at_s, int64_t now_s, char buf[48])
{
	char t[REP_TIME_TEXT];

	rep_time_text(at_s, t);
	if (at_s / DAY == now_s / DAY)
		snprintf(buf, 48, "%.5s UTC today", t + 11);
	else
		snprintf(buf, 48, "%.10s %.5s UTC", t, t + 11);
	return buf;
}

const char *
rep_out_number(uint64_t v, char buf[32])
{
	char digits[24];
	int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)v), k = 0;

	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			buf[k++] = ',';
		buf[k++] = digits[i];
	}
	buf[k] = '\0';
	return buf;
}
