/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/message.h"

/* How many LF have no CR before them. First without branches, for the vector unit: most have none. */
static size_t
bare_lf(struct rep_str s)
{
	unsigned char any = s.n > 0 && s.p[0] == '\n';
	size_t n = any;

	for (size_t i = 1; i < s.n; i++)
		any |= (unsigned char)((s.p[i] == '\n') & (s.p[i - 1] != '\r'));
	for (size_t i = 1; any != 0 && i < s.n; i++)
		n += s.p[i] == '\n' && s.p[i - 1] != '\r';
	return n;
}

/* The text with a CR before each LF. When no CR is missing, this is the text itself. */
static struct rep_str
with_crlf(struct rep_str raw, struct rep_arena *a, size_t *bare)
{
	size_t n = 0;
	char *out;

	*bare = bare_lf(raw);
	if (*bare == 0)
		return raw;
	if ((out = rep_arena_alloc(a, raw.n + *bare)) == NULL)
		return (struct rep_str){ NULL, 0 };
	for (size_t i = 0; i < raw.n; i++) {
		if (raw.p[i] == '\n' && (i == 0 || raw.p[i - 1] != '\r'))
			out[n++] = '\r';
		out[n++] = raw.p[i];
	}
	return (struct rep_str){ out, n };
}

/* The end of the field that begins at i: the next line that does not begin with a blank. */
static size_t
field_end(struct rep_str s, size_t i)
{
	size_t lf;

	for (;;) {
		lf = rep_str_chr(s, '\n', i);
		if (lf == SIZE_MAX)
			return s.n;
		i = lf + 1;
		if (i >= s.n || (s.p[i] != ' ' && s.p[i] != '\t'))
			return i;
	}
}

/*
 * The largest possible number of fields: lines before the empty line that do not begin with a
 * blank.
 */
static size_t
fields_at_most(struct rep_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n <= REP_MESSAGE_MAX_FIELDS; n++) {
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			break;
		i = field_end(s, i);
	}
	return n;
}

static bool
read_field(struct rep_str whole, struct rep_field *f)
{
	size_t colon = rep_str_chr(whole, ':', 0), n;

	while (whole.n > 0 && (whole.p[whole.n - 1] == '\n' || whole.p[whole.n - 1] == '\r'))
		whole.n--;
	if (colon == SIZE_MAX || colon == 0 || colon >= whole.n)
		return false;
	for (n = colon; n > 0 && (whole.p[n - 1] == ' ' || whole.p[n - 1] == '\t');)
		n--;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)whole.p[i] <= ' ' || (unsigned char)whole.p[i] == 0x7f)
			return false;
	f->name = rep_str_sub(whole, 0, n);
	f->value = rep_str_sub(whole, colon + 1, whole.n);
	f->whole = whole;
	return n > 0;
}

enum rep_rc
rep_message_parse(
    struct rep_str raw, struct rep_arena *a, struct rep_message *out, struct rep_err *err)
{
	struct rep_message m = { .n = 0 };
	struct rep_str s = with_crlf(raw, a, &m.bare_lf);
	size_t i = 0, end;

	if (s.p == NULL && raw.n > 0)
		return rep_fail(err, REP_ELIMIT, "a message of %zu bytes is too large", raw.n);
	m.field = rep_arena_alloc(a, (fields_at_most(s) + 1) * sizeof *m.field);
	if (m.field == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (rep_str_starts(s, REP_S("From ")))
		i = field_end(s, 0);
	while (i < s.n) {
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n') {
			i += 2;
			break;
		}
		end = field_end(s, i);
		if (m.n == REP_MESSAGE_MAX_FIELDS)
			return rep_fail(err, REP_ELIMIT,
			    "a message with more than %d header fields", REP_MESSAGE_MAX_FIELDS);
		if (!read_field(rep_str_sub(s, i, end - i), &m.field[m.n])) {
			if (m.n == 0)
				return rep_fail(
				    err, REP_ESYNTAX, "it does not begin with a header field");
			break; /* the empty line is missing: the body begins here */
		}
		m.n++;
		i = end;
	}
	if (m.n == 0)
		return rep_fail(err, REP_ESYNTAX, "it has no header field");
	m.body = rep_str_sub(s, i, s.n);
	*out = m;
	return REP_OK;
}
