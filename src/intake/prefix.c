/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/prefix.h"
#include "intake/stamp.h"

enum { LOOK = 512 };

/*
 * The letters of a form: N a name without blanks, colon or bar; D digits; _ one or more blanks or
 * tabs; # anything up to the next letter of the form; @ a time stamp must begin here (it is not
 * part of the prefix). Any other letter stands for itself. Colours may stand between any two.
 */
static const char *const before[] = {
	"N_|_",			       /* docker compose logs, docker service logs */
	"[pod/N] ",		       /* kubectl logs --prefix */
	"@",			       /* only colours */
	"N:@", "N:D:@", "D:@", "N:_@", /* grep, with and without -n */
	"_D_@", "D_@",		       /* cat -n, nl */
	"_@", ">_@",		       /* indented, quoted */
};

static const char *const after[] = {
	"_|_N_|_",			      /* mailcow's web page: the severity */
	"_|_",				      /* Portainer */
	"_stdout_F_", "_stderr_F_",	      /* the container runtime interface of Kubernetes */
	"_stdout_P_", "_stderr_P_", "_{#}_@", /* logcli of Loki */
	"_@",				      /* docker logs -t, kubectl logs --timestamps */
	"_N_@",				      /* a name of a stream: aws logs tail */
};

/*
 * The length of one sequence that sets a colour, at i: ESC [ 3 6 m. Copied from a window, it has
 * lost its ESC.
 */
static size_t
colour(struct rep_str s, size_t i)
{
	size_t n = i, digits = 0;

	if (n < s.n && s.p[n] == '\x1b')
		n++;
	if (n >= s.n || s.p[n] != '[')
		return 0;
	for (n++; n < s.n && (rep_digit(s.p[n]) || s.p[n] == ';'); n++)
		digits++;
	return digits <= 12 && n < s.n && s.p[n] == 'm' ? n + 1 - i : 0;
}

static size_t
past_colours(struct rep_str s, size_t i)
{
	size_t n;

	while ((n = colour(s, i)) > 0)
		i += n;
	return i;
}

static bool
in_name(char c)
{
	return (unsigned char)c > ' ' && c != ':' && c != '|' && c != ']' && c != 0x7f;
}

/* How many bytes at i a letter of a form takes; SIZE_MAX when it does not fit. */
static size_t
letter(struct rep_str s, size_t i, char c, char next)
{
	size_t n = i;

	switch (c) {
	case 'N':
		while (n < s.n && in_name(s.p[n]) && colour(s, n) == 0)
			n++;
		break;
	case 'D':
		while (n < s.n && rep_digit(s.p[n]))
			n++;
		break;
	case '_':
		while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
			n++;
		break;
	case '#': n = rep_str_chr(s, next, i); return n == SIZE_MAX ? n : n - i;
	case '@': return rep_stamp_shape(rep_str_sub(s, i, s.n)) > 0 ? 0 : SIZE_MAX;
	default: n += i < s.n && s.p[i] == c; break;
	}
	return n > i ? n - i : SIZE_MAX;
}

/* The bytes that a form takes; 0 when it does not fit. */
static size_t
fits(struct rep_str s, const char *form)
{
	size_t i = 0, n;

	for (const char *p = form; *p != '\0'; p++) {
		i = past_colours(s, i);
		if ((n = letter(s, i, *p, p[1])) == SIZE_MAX)
			return 0;
		i += n;
	}
	return past_colours(s, i);
}

static size_t
first_that_fits(struct rep_str s, const char *const *forms, size_t n)
{
	size_t used;

	s = rep_str_sub(s, 0, LOOK);
	for (size_t f = 0; f < n; f++)
		if ((used = fits(s, forms[f])) > 0)
			return used;
	return 0;
}

size_t
rep_prefix_before(struct rep_str line)
{
	return first_that_fits(line, before, REP_COUNT(before));
}

size_t
rep_prefix_after(struct rep_str rest)
{
	return first_that_fits(rest, after, REP_COUNT(after));
}

size_t
rep_prefix_priority(struct rep_str line)
{
	size_t close;

	if (line.n == 0 || line.p[0] != '<' || (close = rep_str_chr(line, '>', 0)) == SIZE_MAX ||
	    close > 4)
		return 0;
	return close + 1 +
	    (rep_str_starts(rep_str_sub(line, close + 1, line.n), REP_S("1 ")) ? 2 : 0);
}

struct rep_str
rep_prefix_trim(struct rep_str line)
{
	size_t i;

	while (line.n > 2 && line.p[line.n - 1] == 'm' &&
	    (i = rep_str_rchr(line, '\x1b')) != SIZE_MAX && i + 16 > line.n &&
	    colour(line, i) == line.n - i)
		line.n = i;
	return line;
}
