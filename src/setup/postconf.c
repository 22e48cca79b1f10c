/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/postconf.h"

/* Whether the front of *s is `word`, which is taken from it. */
static bool
take(struct rep_str *s, struct rep_str word)
{
	if (!rep_str_starts(*s, word))
		return false;
	*s = rep_str_sub(*s, word.n, s->n);
	return true;
}

/* Behind the name, "= VALUE". */
static bool
take_value(struct rep_str *line)
{
	*line = rep_str_trim(*line);
	if (!take(line, REP_S("=")))
		return false;
	*line = rep_str_trim(*line);
	return true;
}

struct rep_str
rep_postconf_value(struct rep_str out, const char *name)
{
	struct rep_str line;

	while (rep_str_take_line(&out, &line))
		if (take(&line, rep_str_c(name)) && line.n > 0 &&
		    (line.p[0] == ' ' || line.p[0] == '=') && take_value(&line))
			return line;
	return REP_S("");
}

/* Takes the next run of bytes that are no blanks. */
static bool
take_field(struct rep_str *s, struct rep_str *field)
{
	size_t end = 0;

	*s = rep_str_trim(*s);
	while (end < s->n && s->p[end] != ' ' && s->p[end] != '\t')
		end++;
	*field = rep_str_sub(*s, 0, end);
	*s = rep_str_sub(*s, end, s->n);
	return field->n > 0;
}

bool
rep_postconf_service(struct rep_str *out, struct rep_postconf_service *s)
{
	enum { NAME = 0, TYPE, COMMAND = 7, FIELDS };
	struct rep_str line, field[FIELDS];

	while (rep_str_take_line(out, &line)) {
		size_t n = 0;

		/* An option, on a line of its own. */
		if (line.n == 0 || line.p[0] == ' ' || line.p[0] == '\t' || line.p[0] == '#')
			continue;
		while (n < FIELDS && take_field(&line, &field[n]))
			n++;
		if (n < FIELDS)
			continue;
		*s = (struct rep_postconf_service){ field[NAME], field[TYPE], field[COMMAND] };
		return true;
	}
	return false;
}

struct rep_str
rep_postconf_option(struct rep_str out, const struct rep_postconf_service *s, const char *parameter)
{
	struct rep_str line;

	while (rep_str_take_line(&out, &line))
		if (take(&line, s->name) && take(&line, REP_S("/")) && take(&line, s->type) &&
		    take(&line, REP_S("/")) && take(&line, rep_str_c(parameter)) && line.n > 0 &&
		    (line.p[0] == ' ' || line.p[0] == '=') && take_value(&line))
			return line;
	return REP_S("");
}

bool
rep_postconf_word(struct rep_str *list, struct rep_str *word)
{
	size_t from = 0, end;

	while (from < list->n && memchr(" \t\r\n,", list->p[from], 5) != NULL)
		from++;
	for (end = from; end < list->n && memchr(" \t\r\n,", list->p[end], 5) == NULL;)
		end++;
	*word = rep_str_sub(*list, from, end - from);
	*list = rep_str_sub(*list, end, list->n);
	return word->n > 0;
}

void
rep_postconf_route(struct rep_str s, struct rep_str *transport, struct rep_str *hop)
{
	size_t colon = rep_str_chr(s, ':', 0), bracket = rep_str_chr(s, '[', 0);

	if (colon == SIZE_MAX || (bracket != SIZE_MAX && bracket < colon)) {
		*transport = (struct rep_str){ "", 0 };
		*hop = s;
		return;
	}
	*transport = rep_str_sub(s, 0, colon);
	*hop = rep_str_sub(s, colon + 1, s.n);
}

bool
rep_postconf_hop(struct rep_str hop, struct rep_str *host, bool *exact, struct rep_str *port)
{
	size_t end = rep_str_chr(hop, ']', 0);

	*exact = hop.n > 0 && hop.p[0] == '[';
	*port = (struct rep_str){ "", 0 };
	if (*exact && end == SIZE_MAX)
		return false;
	if (!*exact)
		end = rep_str_chr(hop, ':', 0);
	*host = rep_str_sub(hop, *exact, end == SIZE_MAX ? hop.n : end - *exact);
	if (end != SIZE_MAX) {
		end = *exact ? end + 1 : end;
		if (end < hop.n && hop.p[end] == ':')
			*port = rep_str_sub(hop, end + 1, hop.n);
	}
	return host->n > 0;
}
