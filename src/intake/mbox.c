/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/mbox.h"

bool
rep_mbox_begins(struct rep_str line)
{
	struct rep_str s = rep_str_trim(line);
	unsigned colons = 0, digits = 0;

	if (!rep_str_starts(line, REP_S("From ")) || s.n > 300)
		return false;
	for (size_t i = 5; i < s.n; i++) {
		colons += s.p[i] == ':';
		digits += rep_digit(s.p[i]);
	}
	return colons >= 1 && digits >= 7;
}

bool
rep_mbox_next(struct rep_str bytes, size_t *i, struct rep_str *message)
{
	size_t from = *i, at = from, nl;
	bool blank = false;

	if (from >= bytes.n)
		return false;
	while (at < bytes.n) {
		struct rep_str line;

		nl = rep_str_chr(bytes, '\n', at);
		line = rep_str_sub(bytes, at, nl == SIZE_MAX ? bytes.n : nl - at);
		if (at > from && blank && rep_mbox_begins(line))
			break;
		blank = rep_str_trim(line).n == 0;
		at = nl == SIZE_MAX ? bytes.n : nl + 1;
	}
	*message = rep_str_sub(bytes, from, at - from);
	*i = at;
	return true;
}

static bool
may_begin(struct rep_str held)
{
	struct rep_str from = REP_S("From ");

	return held.n < from.n ? rep_str_starts(from, held) : rep_str_starts(held, from);
}

/* Gives the bytes that were held. The line is decided now. */
static void
release(struct rep_mbox *m, bool whole, struct rep_str *piece, bool *begins)
{
	*piece = (struct rep_str){ m->held, m->held_n };
	*begins = whole && rep_mbox_begins(*piece);
	m->holding = false;
	m->held_n = 0;
}

/* The line ends here, or the run does. */
static void
note_end(struct rep_mbox *m, struct rep_str part, bool ends)
{
	m->text |= rep_str_trim(part).n > 0;
	m->within = !ends;
	if (ends) {
		m->full = m->text;
		m->text = false;
	}
}

bool
rep_mbox_piece(struct rep_mbox *m, struct rep_str *bytes, struct rep_str *piece, bool *begins)
{
	while (bytes->n > 0) {
		size_t nl = rep_str_chr(*bytes, '\n', 0), room;
		bool ends = nl != SIZE_MAX, first = !m->within;
		struct rep_str part = rep_str_sub(*bytes, 0, ends ? nl + 1 : bytes->n);

		if (first)
			m->holding = !m->full && !ends && may_begin(part);
		if (m->holding) {
			room = REP_MBOX_LINE - m->held_n;
			part = rep_str_sub(part, 0, room);
			ends = ends && part.n == nl + 1;
			memcpy(m->held + m->held_n, part.p, part.n);
			m->held_n += part.n;
			*bytes = rep_str_sub(*bytes, part.n, bytes->n);
			note_end(m, part, ends);
			if (!ends && part.n < room &&
			    may_begin((struct rep_str){ m->held, m->held_n }))
				continue;
			release(m, ends, piece, begins);
			return true;
		}
		*piece = part;
		*begins = first && !m->full && ends && rep_mbox_begins(part);
		*bytes = rep_str_sub(*bytes, part.n, bytes->n);
		note_end(m, part, ends);
		return true;
	}
	return false;
}

bool
rep_mbox_rest(struct rep_mbox *m, struct rep_str *piece, bool *begins)
{
	if (!m->holding || m->held_n == 0)
		return false;
	release(m, true, piece, begins);
	return true;
}
