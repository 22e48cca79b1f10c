/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/csv.h"

void
rep_csv_init(struct rep_csv *c, struct rep_str bytes)
{
	static const char separators[] = { ',', ';', '\t' };
	size_t nl = rep_str_chr(bytes, '\n', 0), most = 0;
	struct rep_str line = rep_str_sub(bytes, 0, nl == SIZE_MAX ? bytes.n : nl);

	memset(c, 0, sizeof *c);
	if (rep_str_starts(bytes, REP_S("\xef\xbb\xbf")))
		c->at = 3;
	c->bytes = bytes;
	c->separator = ',';
	c->next_line = 1;
	for (size_t i = 0; i < sizeof separators; i++) {
		size_t n = 0;

		for (size_t k = 0; k < line.n; k++)
			n += line.p[k] == separators[i];
		if (n > most) {
			most = n;
			c->separator = separators[i];
		}
	}
}

/* Replaces each doubled quote by one quote. */
static struct rep_str
undouble(struct rep_str s, struct rep_arena *a)
{
	char *p;
	size_t n = 0;

	if (rep_str_chr(s, '"', 0) == SIZE_MAX || (p = rep_arena_alloc(a, s.n + 1)) == NULL)
		return s;
	for (size_t i = 0; i < s.n; i++) {
		p[n++] = s.p[i];
		if (s.p[i] == '"' && i + 1 < s.n && s.p[i + 1] == '"')
			i++;
	}
	return (struct rep_str){ p, n };
}

/* Reads one field at c->at. True when the record has more fields. */
static bool
field(struct rep_csv *c, struct rep_arena *a, struct rep_str *out)
{
	struct rep_str s = c->bytes;
	size_t i = c->at, from = i;

	if (i < s.n && s.p[i] == '"') {
		from = ++i;
		while (i < s.n && !(s.p[i] == '"' && (i + 1 >= s.n || s.p[i + 1] != '"'))) {
			c->next_line += s.p[i] == '\n';
			i += s.p[i] == '"' ? 2 : 1;
		}
		if (i > s.n)
			i = s.n;
		*out = undouble(rep_str_sub(s, from, i - from), a);
		while (i < s.n && s.p[i] != c->separator && s.p[i] != '\n')
			i++;
	} else {
		while (i < s.n && s.p[i] != c->separator && s.p[i] != '\n')
			i++;
		*out = rep_str_trim(rep_str_sub(s, from, i - from));
	}
	if (i < s.n && s.p[i] == c->separator) {
		c->at = i + 1;
		return true;
	}
	c->next_line += i < s.n;
	c->at = i < s.n ? i + 1 : i;
	return false;
}

bool
rep_csv_next(struct rep_csv *c, struct rep_arena *a)
{
	struct rep_str f;
	bool more;

	while (c->at < c->bytes.n) {
		c->n = 0;
		c->line = c->next_line;
		do {
			more = field(c, a, &f);
			if (c->n < REP_CSV_COLUMNS)
				c->v[c->n++] = f;
		} while (more);
		if (c->n > 1 || c->v[0].n > 0)
			return true;
	}
	return false;
}

int
rep_csv_column(const struct rep_csv *head, const char *const *names)
{
	for (; *names != NULL; names++)
		for (size_t i = 0; i < head->n; i++)
			if (rep_str_eq_nocase(head->v[i], rep_str_c(*names)))
				return (int)i;
	return -1;
}
