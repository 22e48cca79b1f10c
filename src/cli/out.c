/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/out.h"
#include "base/fd.h"
#include "base/json_out.h"
#include "base/time.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

static bool structured, letter;
static size_t line_width; /* 0: not known yet */

static int coloured = -1; /* -1: not known yet */

static bool
colour(void)
{
	if (letter)
		return false;
	if (coloured < 0)
		coloured = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
	return coloured != 0;
}

/*
 * Until the text is written, a marker is put where a colour begins or ends: a control character, a
 * random number of this process, and a digit. Text of a server cannot contain that number, so all
 * escape sequences that reach the terminal are ours.
 */
enum { MARK = 1, NUMBER = 16, MARKER = 1 + NUMBER + 1 };
static const char *const codes[] = { "\033[0m", "\033[1m", "\033[31m", "\033[33m", "\033[32m",
	"\033[2m" };
enum { PAINTS = REP_COUNT(codes), MARKS = PAINTS + REP_MARK_N };

static const char *
marker(size_t code)
{
	static char markers[MARKS][MARKER + 1];

	if (markers[0][0] == '\0') {
		uint64_t number = 0;

		if (getrandom(&number, sizeof number, 0) != sizeof number)
			return ""; /* without a random number there are no colours */
		for (size_t i = 0; i < MARKS; i++)
			snprintf(markers[i], sizeof markers[i], "%c%016llx%c", MARK,
			    (unsigned long long)number, (char)('0' + (int)i));
	}
	return markers[code];
}

/* The colour code that a marker stands for. NULL: it is not a marker. */
static const char *
paint_at(struct rep_str s, size_t i)
{
	size_t code;

	if (s.p[i] != MARK || s.n - i < MARKER || !colour())
		return NULL;
	code = (size_t)(s.p[i + MARKER - 1] - '0');
	return code < REP_COUNT(codes) && memcmp(s.p + i, marker(code), MARKER) == 0 ? codes[code]
										     : NULL;
}

void
rep_out_structure(bool on)
{
	structured = on;
}

bool
rep_out_structured(void)
{
	return structured;
}

const char *
rep_mark(enum rep_mark m)
{
	return structured ? marker(PAINTS + (size_t)m) : "";
}

size_t
rep_out_mark_at(struct rep_str s, size_t i, int *paint, int *mark)
{
	size_t code;

	*paint = *mark = -1;
	if (s.p[i] != MARK || s.n - i < MARKER)
		return 0;
	code = (size_t)(s.p[i + MARKER - 1] - '0');
	if (code >= MARKS || memcmp(s.p + i, marker(code), MARKER) != 0)
		return 0;
	if (code < PAINTS)
		*paint = (int)code;
	else
		*mark = (int)(code - PAINTS);
	return MARKER;
}

/* True when all of it is printable ASCII and line ends. Quick, and nearly always true. */
static bool
plain_ascii(struct rep_str s)
{
	unsigned odd = 0;

	for (size_t i = 0; i < s.n; i++)
		odd |= (unsigned)((unsigned char)(s.p[i] - 0x20) >= 0x5f && s.p[i] != '\n' &&
		    s.p[i] != '\t');
	return odd == 0;
}

/*
 * Text of servers is shown, so it must not move the cursor, hide text or change its direction. Each
 * such character, and each byte that is not UTF-8, becomes "?". Works in place; returns the new
 * length.
 */
static size_t
tame(char *p, size_t n)
{
	struct rep_str s = { p, n };
	size_t out = 0, len;
	uint32_t code;

	if (plain_ascii(s))
		return n;
	for (size_t i = 0; i < n; i += len) {
		const char *paint = paint_at(s, i);

		len = rep_utf8_len(s, i);
		if (paint != NULL) { /* it is never longer than its marker */
			len = MARKER;
			memcpy(p + out, paint, strlen(paint));
			out += strlen(paint);
		} else if (len == 0 ||
		    (p[i] != '\n' && p[i] != '\t' && rep_utf8_hidden(s, i, len, &code))) {
			len = len == 0 ? 1 : len;
			p[out++] = '?';
		} else {
			memmove(p + out, p + i, len);
			out += len;
		}
	}
	return out;
}

bool
rep_out_flush(struct rep_buf *b)
{
	if (b->full) {
		rep_cli_say("the output is larger than %zu MB, or memory ran out: nothing is shown",
		    b->max >> 20);
		return false;
	}
	b->n = tame(b->p, b->n);
	if (!rep_fd_write(STDOUT_FILENO, rep_buf_str(b))) {
		if (errno != EPIPE)
			rep_cli_say("standard output: %s", strerror(errno));
		return false;
	}
	rep_buf_clear(b);
	return true;
}

void
rep_out_plain(char *text)
{
	text[tame(text, strlen(text))] = '\0';
}

const char *
rep_paint(enum rep_paint p)
{
	return (colour() || structured) && p != REP_PLAIN ? marker(p) : "";
}

const char *
rep_unpaint(void)
{
	return colour() || structured ? marker(0) : "";
}

void
rep_out_letter(void)
{
	letter = true;
}

void
rep_out_anew(void)
{
	letter = false;
	coloured = -1;
	line_width = 0;
}

enum { NARROW = 60, LETTER = 76, WIDE = 120, USUAL = 100, ENDLESS = 1 << 28 };

void
rep_out_screen(size_t columns)
{
	line_width = columns < NARROW ? NARROW : columns > WIDE ? WIDE : columns;
}

size_t
rep_out_width(void)
{
	struct winsize w;
	const char *env = getenv("COLUMNS");
	uint64_t n = USUAL;

	if (structured)
		return ENDLESS;
	if (letter)
		return LETTER;
	if (line_width != 0)
		return line_width;
	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0)
		n = w.ws_col;
	else if (env == NULL || !rep_str_u64(rep_str_c(env), UINT32_MAX, &n) || n == 0)
		n = USUAL;
	rep_out_screen((size_t)n);
	return line_width;
}

size_t
rep_out_columns(struct rep_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (paint_at(s, i) != NULL)
			i += MARKER - 1;
		else
			n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

/*
 * A word ends at a blank. Before "%" it does not end, so that the number and its "%" stay together.
 */
static bool
word_ends(struct rep_str text, size_t i)
{
	return text.p[i] == '\n' || (text.p[i] == ' ' && !(i + 1 < text.n && text.p[i + 1] == '%'));
}

static void
wrap(struct rep_buf *b, struct rep_str text, size_t at, size_t indent, bool keep_blanks)
{
	size_t i = 0, end, w, gap, width = rep_out_width();
	bool first = true;

	while (i < text.n) {
		if (text.p[i] == '\n') {
			rep_buf_printf(b, "\n%*s", (int)indent, "");
			at = indent;
			first = true;
			i++;
			continue;
		}
		for (gap = 0; i < text.n && text.p[i] == ' '; gap++)
			i++;
		gap = keep_blanks ? gap : 1;
		for (end = i; end < text.n && !word_ends(text, end);)
			end++;
		if (end == i)
			continue;
		w = rep_out_columns(rep_str_sub(text, i, end - i));
		if (!first && at + gap + w > width) {
			rep_buf_printf(b, "\n%*s", (int)indent, "");
			at = indent;
			first = true;
		}
		if (!first) {
			rep_buf_printf(b, "%*s", (int)gap, "");
			at += gap;
		}
		rep_buf_add(b, rep_str_sub(text, i, end - i));
		at += w;
		first = false;
		i = end;
	}
}

void
rep_out_wrap(struct rep_buf *b, struct rep_str text, size_t at, size_t indent)
{
	wrap(b, text, at, indent, false);
}

void
rep_out_field(struct rep_buf *b, const char *label, size_t width, struct rep_str text)
{
	size_t at = 2 + width + 1;

	if (text.n == 0)
		return;
	rep_buf_printf(b, "  %-*s ", (int)width, label);
	rep_out_wrap(b, text, at, at);
	rep_buf_addc(b, '\n');
}

void
rep_out_fit(struct rep_buf *b, size_t from, size_t indent)
{
	struct rep_str line = rep_str_sub(rep_buf_str(b), from, SIZE_MAX);
	struct rep_buf copy;
	size_t at = 0;

	if (b->full || rep_out_columns(line) <= rep_out_width())
		return;
	rep_buf_init(&copy, b->max);
	rep_buf_add(&copy, line);
	while (at < line.n && line.p[at] == ' ')
		at++;
	b->n = from + at;
	wrap(b, rep_str_sub(rep_buf_str(&copy), at, SIZE_MAX), at, indent, true);
	b->full |= copy.full;
	rep_buf_fini(&copy);
}

void
rep_out_sentence(struct rep_buf *b, struct rep_str text)
{
	if (text.n == 0)
		return;
	rep_buf_addc(
	    b, (char)(text.p[0] >= 'a' && text.p[0] <= 'z' ? text.p[0] - 'a' + 'A' : text.p[0]));
	rep_buf_add(b, rep_str_sub(text, 1, text.n));
}

void
rep_out_verbatim(struct rep_buf *b, struct rep_str text)
{
	rep_buf_add(b, rep_str_c(rep_mark(REP_MARK_PASTE)));
	rep_buf_add(b, text);
	if (text.n > 0 && text.p[text.n - 1] != '\n')
		rep_buf_addc(b, '\n');
	rep_buf_add(b, rep_str_c(rep_mark(REP_MARK_PASTED)));
}

void
rep_out_command(struct rep_buf *b, size_t indent, struct rep_str command)
{
	if (rep_out_structured()) {
		rep_out_verbatim(b, command);
		return;
	}
	rep_buf_printf(b, "%*s%.*s\n", (int)indent, "", REP_PR(command));
}

bool
rep_out_may_paste(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!rep_alnum(s.p[i]) && (i == 0 || strchr("-._", s.p[i]) == NULL))
			return false;
	return s.n > 0;
}

void
rep_out_more(struct rep_buf *b, uint64_t n)
{
	char text[32];

	rep_buf_printf(b, "and %s more: --all shows them\n", rep_out_number(n, text));
}

static int64_t present_s;

void
rep_out_present(int64_t at_s)
{
	present_s = at_s;
}

const char *
rep_when(int64_t at_s, char buf[48])
{
	char t[REP_TIME_TEXT];

	rep_time_text(at_s, t);
	if (at_s / REP_DAY_S == present_s / REP_DAY_S)
		snprintf(buf, 48, "%.5s UTC today", t + 11);
	else
		snprintf(buf, 48, "%.10s %.5s UTC", t, t + 11);
	return buf;
}

const char *
rep_out_number(uint64_t v, char buf[32])
{
	return rep_number_text(v, buf);
}

void
rep_out_count(struct rep_buf *b, uint64_t n, const char *one, const char *many)
{
	char number[32];

	rep_buf_printf(b, "%s %s", rep_out_number(n, number), n == 1 ? one : many);
}

void
rep_out_nothing_read(struct rep_buf *b, uint64_t lines)
{
	struct rep_buf line;

	rep_buf_init(&line, 1 << 10);
	rep_buf_add(&line, REP_S("Nothing to show yet: "));
	rep_out_count(&line, lines, "line was read", "lines were read");
	rep_buf_add(&line,
	    REP_S(", without any delivery to a provider. Read the log of the server that sends: "
		  "reputed ingest /var/log/mail.log\n"));
	rep_out_wrap(b, rep_buf_str(&line), 0, 0);
	rep_buf_fini(&line);
}

/* Room for one message: two paths of the maximum length, and a sentence. */
enum { SAY_MAX = 10240 };

/* Messages quote what was read: a terminal must not obey any of it. */
void
rep_cli_say(const char *fmt, ...)
{
	char text[SAY_MAX];
	va_list ap;
	bool fine;

	va_start(ap, fmt);
	fine = rep_sentence(text, sizeof text, fmt, ap);
	va_end(ap);
	if (!fine)
		return;
	rep_out_plain(text);
	fprintf(stderr, "reputed: %s\n", text);
}

void
rep_out_paragraph(struct rep_buf *b, struct rep_str text)
{
	rep_out_wrap(b, text, 0, 0);
	rep_buf_addc(b, '\n');
}

const char *
rep_out_day(int64_t at_s, char buf[REP_TIME_TEXT])
{
	rep_time_text(at_s, buf);
	buf[sizeof "2026-10-01" - 1] = '\0';
	return buf;
}
