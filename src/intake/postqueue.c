/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/postqueue.h"
#include "mail/softened.h"

enum { DEPTH = 8 }; /* of values that are skipped */

static const char *const words[] = { NULL, "active", "deferred", "hold", "incoming", "maildrop" };

const char *
rep_queue_word(enum rep_queue_name queue)
{
	return (unsigned)queue < REP_COUNT(words) ? words[queue] : NULL;
}

/* --- JSON, in place ------------------------------------------------------------------------------- */

/*
 * The reader. A string that was read stands in front of what is still to come: its escapes are
 * replaced where it is, and the room that becomes free is filled with blanks behind its quote, so
 * that the line can be walked a second time.
 */
struct json_scan {
	char *p;
	size_t i, n;
};

static void
blanks(struct json_scan *s)
{
	while (s->i < s->n && (s->p[s->i] == ' ' || s->p[s->i] == '\t' || s->p[s->i] == '\r'))
		s->i++;
}

static bool
take(struct json_scan *s, char c)
{
	blanks(s);
	if (s->i >= s->n || s->p[s->i] != c)
		return false;
	s->i++;
	return true;
}

static int
hex(const char *p)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		int digit = rep_hex(p[i]);

		if (digit < 0)
			return -1;
		v = v << 4 | digit;
	}
	return v;
}

/* Writes a code point as UTF-8 at `to`. Half of a pair, and NUL, become '?'. Returns the bytes. */
static size_t
utf8(char *to, int c)
{
	if (c == 0 || (c >= 0xd800 && c < 0xe000))
		c = '?';
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	to[0] = (char)(0xe0 | c >> 12);
	to[1] = (char)(0x80 | (c >> 6 & 0x3f));
	to[2] = (char)(0x80 | (c & 0x3f));
	return 3;
}

/* Replaces an escape at `from` (behind the backslash). Returns the bytes it took; 0: none. */
static size_t
escape(struct json_scan *s, size_t from, size_t *to)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *hit;
	int c;

	if (from >= s->n)
		return 0;
	if (s->p[from] == 'u') {
		if (from + 5 > s->n || (c = hex(s->p + from + 1)) < 0)
			return 0;
		*to += utf8(s->p + *to, c);
		return 5;
	}
	if (s->p[from] == '\0' || (hit = strchr(names, s->p[from])) == NULL)
		return 0;
	s->p[(*to)++] = values[hit - names];
	return 1;
}

/* A string. A quote or backslash within it that came from an escape becomes ' or /, so that it can
 * be read again. */
static bool
string(struct json_scan *s, struct rep_str *out)
{
	size_t from, to, n, begin;

	if (!take(s, '"'))
		return false;
	begin = from = to = s->i;
	while (from < s->n && s->p[from] != '"') {
		if (s->p[from] != '\\') {
			s->p[to++] = s->p[from++];
			continue;
		}
		n = to;
		if ((from += 1) >= s->n || (n = escape(s, from, &to)) == 0)
			return false;
		if (s->p[to - 1] == '"')
			s->p[to - 1] = '\'';
		else if (s->p[to - 1] == '\\')
			s->p[to - 1] = '/';
		from += n;
	}
	if (from >= s->n)
		return false;
	*out = (struct rep_str){ s->p + begin, to - begin };
	if (to < from) {
		s->p[to] = '"';
		memset(s->p + to + 1, ' ', from - to);
	}
	s->i = from + 1;
	return true;
}

static bool
number(struct json_scan *s, int64_t *out)
{
	uint64_t v;
	size_t i;

	blanks(s);
	for (i = s->i; i < s->n && rep_digit(s->p[i]); i++)
		;
	if (!rep_str_u64((struct rep_str){ s->p + s->i, i - s->i }, INT64_MAX / 1024, &v))
		return false;
	s->i = i;
	*out = (int64_t)v;
	return true;
}

static bool
word(struct json_scan *s, struct rep_str w)
{
	blanks(s);
	if (s->n - s->i < w.n || memcmp(s->p + s->i, w.p, w.n) != 0)
		return false;
	s->i += w.n;
	return true;
}

/* A value of a key that is not known here. */
static bool
skip(struct json_scan *s, unsigned depth)
{
	struct rep_str ignored;
	char close;

	blanks(s);
	if (depth > DEPTH || s->i >= s->n)
		return false;
	if (s->p[s->i] == '"')
		return string(s, &ignored);
	if (s->p[s->i] == '{' || s->p[s->i] == '[') {
		close = s->p[s->i++] == '{' ? '}' : ']';
		if (take(s, close))
			return true;
		do {
			if (close == '}' && !(string(s, &ignored) && take(s, ':')))
				return false;
			if (!skip(s, depth + 1))
				return false;
		} while (take(s, ','));
		return take(s, close);
	}
	if (word(s, REP_S("true")) || word(s, REP_S("false")) || word(s, REP_S("null")))
		return true;
	for (close = 0; s->i < s->n &&
	     (rep_alnum(s->p[s->i]) || strchr("+-.", s->p[s->i]) != NULL) && s->p[s->i] != '\0';
	     s->i++)
		close = 1;
	return close != 0;
}

/* --- a message ------------------------------------------------------------------------------------ */

static bool
recipient(struct json_scan *s, struct rep_waiting_recipient *out)
{
	struct rep_str key;
	bool good;

	*out = (struct rep_waiting_recipient){ .reason = { "", 0 }, .address = { "", 0 } };
	if (!take(s, '{'))
		return false;
	if (take(s, '}'))
		return true;
	do {
		if (!string(s, &key) || !take(s, ':'))
			return false;
		if (rep_str_eq(key, REP_S("address")))
			good = string(s, &out->address);
		else if (rep_str_eq(key, REP_S("delay_reason")))
			good = string(s, &out->reason);
		else
			good = skip(s, 0);
		if (!good)
			return false;
	} while (take(s, ','));
	(void)rep_softened_take(&out->reason);
	return take(s, '}');
}

/* Checks all recipients; where they are is kept for rep_postqueue_next. */
static bool
recipients(struct json_scan *s, struct rep_queue_message *out)
{
	struct rep_waiting_recipient r;
	size_t begin;

	if (!take(s, '['))
		return false;
	begin = s->i;
	if (!take(s, ']')) {
		do
			if (!recipient(s, &r))
				return false;
		while (take(s, ','));
		if (!take(s, ']'))
			return false;
	}
	out->recipients = (struct rep_str){ s->p + begin, s->i - 1 - begin };
	return true;
}

static bool
queue_name(struct json_scan *s, enum rep_queue_name *out)
{
	struct rep_str name;

	if (!string(s, &name))
		return false;
	*out = REP_QUEUE_OTHER;
	for (size_t i = 1; i < REP_COUNT(words); i++)
		if (rep_str_eq(name, rep_str_c(words[i])))
			*out = (enum rep_queue_name)i;
	return true;
}

static bool
field(struct json_scan *s, struct rep_str key, struct rep_queue_message *out)
{
	if (rep_str_eq(key, REP_S("queue_name")))
		return queue_name(s, &out->queue);
	if (rep_str_eq(key, REP_S("queue_id")))
		return string(s, &out->queue_id);
	if (rep_str_eq(key, REP_S("arrival_time")))
		return number(s, &out->arrival_s);
	if (rep_str_eq(key, REP_S("message_size")))
		return number(s, &out->size);
	if (rep_str_eq(key, REP_S("sender")))
		return string(s, &out->sender);
	if (rep_str_eq(key, REP_S("recipients")))
		return recipients(s, out);
	if (rep_str_eq(key, REP_S("forced_expire"))) {
		out->forced = word(s, REP_S("true"));
		return out->forced || word(s, REP_S("false"));
	}
	return skip(s, 0);
}

enum rep_rc
rep_postqueue_read(char *line, size_t n, struct rep_queue_message *out, struct rep_err *err)
{
	struct json_scan s = { line, 0, n };
	struct rep_queue_message m = { .sender = { "", 0 }, .recipients = { "", 0 } };
	struct rep_str key;
	bool good = take(&s, '{');

	do
		good = good && string(&s, &key) && take(&s, ':') && field(&s, key, &m);
	while (good && take(&s, ','));
	good = good && take(&s, '}');
	blanks(&s);
	if (!good || s.i != s.n)
		return rep_fail(err, REP_ESYNTAX,
		    "column %zu: expected a message as postqueue -j prints it (one JSON object per line)",
		    s.i + 1);
	if (m.queue_id.n == 0)
		return rep_fail(
		    err, REP_ESYNTAX, "a JSON object without queue_id: not from postqueue -j");
	*out = m;
	return REP_OK;
}

bool
rep_postqueue_next(struct rep_queue_message *m, struct rep_waiting_recipient *out)
{
	/* The line belongs to the caller, who gave it to be changed. */
	struct json_scan s = { (char *)(uintptr_t)m->recipients.p, m->at, m->recipients.n };

	if (m->at >= m->recipients.n || !recipient(&s, out))
		return false;
	(void)take(&s, ',');
	blanks(&s);
	m->at = s.i;
	return true;
}

bool
rep_postqueue_is(struct rep_str head)
{
	struct rep_str line = rep_str_sub(head, 0, rep_str_chr(head, '\n', 0));

	return rep_str_starts(line, REP_S("{")) &&
	    rep_str_find(rep_str_sub(line, 0, 40), REP_S("\"queue_name\""), 0) != SIZE_MAX &&
	    rep_str_find(line, REP_S("\"queue_id\""), 0) != SIZE_MAX;
}
