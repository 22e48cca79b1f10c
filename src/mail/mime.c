/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/mime.h"

enum { BYTES = 8 << 20, HEADER_KEPT = 64 << 10, BOUNDARY_MAX = 200 };

struct mime_walk {
	struct rep_mime *m;
	struct rep_arena *a;
	bool full; /* out of memory */
};

/* Records what was left out. Only the first reason is kept. */
static void
left_out(struct rep_mime *m, struct rep_str why)
{
	if (m->reason.n == 0)
		m->reason = why;
}

static void
check_fields(struct rep_mime *m, const struct rep_headers *h)
{
	if (h->n == REP_HEADERS_MAX)
		left_out(m,
		    REP_S("it has 2000 header fields or more; only the first 2000 were "
			  "read"));
}

/* --- before it is taken apart -------------------------------------------------------------- */

/* The offset of the empty line that ends the header, or s.n. */
static size_t
header_end(struct rep_str s)
{
	size_t i = 0;

	while ((i = rep_str_chr(s, '\n', i)) != SIZE_MAX) {
		i++;
		if (i < s.n &&
		    (s.p[i] == '\n' || (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')))
			return i;
	}
	return s.n;
}

/* Cuts a header of megabytes: its beginning and the body are kept. */
static struct rep_str
short_header(struct mime_walk *w, struct rep_str s)
{
	size_t end = header_end(s), keep;
	char *p;

	if (end <= REP_MIME_HEADER)
		return s;
	left_out(w->m, REP_S("its header is longer than 256 KB; only the beginning was read"));
	keep = rep_str_rchr(rep_str_sub(s, 0, HEADER_KEPT), '\n');
	keep = keep == SIZE_MAX ? 0 : keep + 1;
	if ((p = rep_arena_alloc(w->a, keep + s.n - end + 1)) == NULL) {
		w->full = true;
		return (struct rep_str){ "", 0 };
	}
	memcpy(p, s.p, keep);
	memcpy(p + keep, s.p + end, s.n - end);
	return (struct rep_str){ p, keep + s.n - end };
}

/* Skips an mbox line "From jo@example.org Thu Apr 29 ...", and empty lines before the header. */
static struct rep_str
without_envelope(struct rep_str s)
{
	size_t nl;

	while (s.n > 0 && (s.p[0] == '\n' || s.p[0] == '\r'))
		s = rep_str_sub(s, 1, s.n);
	while (rep_str_starts(s, REP_S("From ")) || rep_str_starts(s, REP_S(">From "))) {
		nl = rep_str_chr(s, '\n', 0);
		s = rep_str_sub(s, nl == SIZE_MAX ? s.n : nl + 1, s.n);
	}
	return s;
}

/*
 * Two repairs of line ends. A lone CR (old Macintosh) is a line end when the text has no LF. CR CR
 * LF, made by software that adds a CR where there was one already, is one line end.
 */
static struct rep_str
line_ends(struct mime_walk *w, struct rep_str s)
{
	struct rep_str head = rep_str_sub(s, 0, 4096);
	bool lf = head.n > 0 && memchr(s.p, '\n', head.n) != NULL;
	size_t n = 0;
	char *p;

	if (head.n == 0 || memchr(s.p, '\r', head.n) == NULL ||
	    (lf && rep_str_find(head, REP_S("\r\r\n"), 0) == SIZE_MAX))
		return s;
	if ((p = rep_arena_alloc(w->a, s.n + 1)) == NULL) {
		w->full = true;
		return s;
	}
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r')
			p[n++] = s.p[i];
		else if (!lf)
			p[n++] = '\n';
	return (struct rep_str){ p, n };
}

/* --- what a part says of itself -------------------------------------------------------------- */

enum coding { PLAIN = 0, BASE64, QUOTED };

struct entity {
	struct rep_str type, boundary, description, report_type, charset;
	enum coding coding;
	struct rep_str body;
};

/* "Text/Plain; ..." -> "text/plain" */
static struct rep_str
type_of(struct mime_walk *w, struct rep_str value)
{
	size_t n = 0, slash;
	char *p;

	while (n < value.n && value.p[n] != ';' && !rep_blank(value.p[n]) && n < 100)
		n++;
	slash = rep_str_chr(rep_str_sub(value, 0, n), '/', 0);
	if (slash == SIZE_MAX || slash == 0 || slash + 1 == n)
		return REP_S("text/plain");
	if ((p = rep_arena_alloc(w->a, n + 1)) == NULL) {
		w->full = true;
		return REP_S("text/plain");
	}
	for (size_t i = 0; i < n; i++)
		p[i] = rep_lower(value.p[i]);
	return (struct rep_str){ p, n };
}

static void
describe(struct mime_walk *w, struct rep_str content_type, struct rep_str coding, struct entity *e)
{
	e->type = content_type.n > 0 ? type_of(w, content_type) : REP_S("text/plain");
	if (rep_str_starts(e->type, REP_S("multipart/"))) {
		e->boundary = rep_header_param(content_type, "boundary", w->a);
		e->report_type = rep_header_param(content_type, "report-type", w->a);
	} else if (rep_str_starts(e->type, REP_S("text/"))) {
		e->charset = rep_header_param(content_type, "charset", w->a);
	}
	if (rep_str_starts_nocase(coding, REP_S("base64")))
		e->coding = BASE64;
	else if (rep_str_starts_nocase(coding, REP_S("quoted-printable")))
		e->coding = QUOTED;
}

/* True for a header field or a continuation of one. */
static bool
is_field(struct rep_str line)
{
	size_t n = 0;

	if (line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t'))
		return true;
	while (n < line.n && line.p[n] > ' ' && line.p[n] < 127 && line.p[n] != ':')
		n++;
	return n > 0 && n < line.n && line.p[n] == ':';
}

/*
 * Splits a part of a multipart into header and body. When the empty line between them is missing,
 * the body begins at the first line that is not a field.
 */
static void
part_header(struct mime_walk *w, struct rep_str s, struct entity *e)
{
	struct rep_headers h;
	size_t i = 0, nl;

	while (i < s.n) {
		struct rep_str line;

		nl = rep_str_chr(s, '\n', i);
		line = rep_str_sub(s, i, nl == SIZE_MAX ? s.n : nl - i);
		if (line.n == 0 || (line.n == 1 && line.p[0] == '\r') || !is_field(line))
			break;
		i = nl == SIZE_MAX ? s.n : nl + 1;
	}
	memset(e, 0, sizeof *e);
	h = rep_headers_parse(rep_str_sub(s, 0, i), w->a, NULL);
	check_fields(w->m, &h);
	describe(w, rep_header(&h, "Content-Type"), rep_header(&h, "Content-Transfer-Encoding"), e);
	e->description = rep_header(&h, "Content-Description");
	/* The empty line belongs to neither. */
	if (i < s.n && s.p[i] == '\r')
		i++;
	if (i < s.n && s.p[i] == '\n')
		i++;
	e->body = rep_str_sub(s, i, s.n);
}

static struct rep_str
decoded(struct mime_walk *w, const struct entity *e, size_t max)
{
	struct rep_str raw = rep_str_sub(e->body, 0, e->coding == PLAIN ? max : 4 * (max / 2));
	size_t n;
	char *p;

	if (e->coding == PLAIN)
		return raw;
	if ((p = rep_arena_alloc(w->a, raw.n + 1)) == NULL) {
		w->full = true;
		return (struct rep_str){ "", 0 };
	}
	n = e->coding == BASE64 ? rep_mime_base64(raw, p) : rep_mime_quoted(raw, false, p);
	return (struct rep_str){ p, n < max ? n : max };
}

/*
 * UTF-16 to UTF-8. Half of a surrogate pair becomes a question mark. out needs 3 bytes for every 2.
 */
static size_t
from_utf16(struct rep_str in, bool big, char *out)
{
	const unsigned char *p = (const unsigned char *)in.p;
	size_t n = 0;

	if (in.n >= 2 && (p[0] ^ p[1]) == (0xfe ^ 0xff) && p[0] >= 0xfe)
		big = p[0] == 0xfe;
	for (size_t i = 0; i + 1 < in.n; i += 2) {
		uint32_t c = (uint32_t)p[i + big] | (uint32_t)p[i + !big] << 8, low;

		if (c == 0xfeff)
			continue;
		if ((c & 0xf800) == 0xd800) {
			low = i + 3 < in.n
			    ? (uint32_t)p[i + 2 + big] | (uint32_t)p[i + 2 + !big] << 8
			    : 0;
			if ((c & 0xfc00) == 0xd800 && (low & 0xfc00) == 0xdc00) {
				c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
				i += 2;
			} else {
				c = '?';
			}
		}
		if (c < 0x80) {
			out[n++] = (char)c;
		} else if (c < 0x800) {
			out[n++] = (char)(0xc0 | c >> 6);
			out[n++] = (char)(0x80 | (c & 0x3f));
		} else {
			if (c < 0x10000) {
				out[n++] = (char)(0xe0 | c >> 12);
			} else {
				out[n++] = (char)(0xf0 | c >> 18);
				out[n++] = (char)(0x80 | (c >> 12 & 0x3f));
			}
			out[n++] = (char)(0x80 | (c >> 6 & 0x3f));
			out[n++] = (char)(0x80 | (c & 0x3f));
		}
	}
	return n;
}

/* UTF-16 is the only charset in which ASCII characters are not single ASCII bytes. */
static struct rep_str
as_ascii(struct mime_walk *w, struct rep_str body, struct rep_str charset)
{
	char *p;

	if (!rep_str_starts_nocase(charset, REP_S("utf-16")))
		return body;
	if ((p = rep_arena_alloc(w->a, body.n / 2 * 3 + 3)) == NULL) {
		w->full = true;
		return body;
	}
	return (struct rep_str){ p,
		from_utf16(body, rep_str_eq_nocase(charset, REP_S("utf-16be")), p) };
}

/* --- parts ----------------------------------------------------------------------------------- */

static struct rep_mime_part *
add_part(struct mime_walk *w, int within)
{
	struct rep_mime_part *p;

	if (w->m->n == REP_MIME_PARTS) {
		left_out(w->m, REP_S("it has too many parts; only the first were read"));
		return NULL;
	}
	p = &w->m->parts[w->m->n++];
	*p = (struct rep_mime_part){ .type = { "", 0 }, .within = within };
	return p;
}

/*
 * True for "--boundary" at i, before a blank, the end of the line or "--". A longer word is another
 * boundary.
 */
static bool
is_delimiter(struct rep_str s, size_t i, struct rep_str boundary, bool *last)
{
	size_t k = i + 2;

	if (s.n - i < boundary.n + 2 || s.p[i] != '-' || s.p[i + 1] != '-' ||
	    memcmp(s.p + k, boundary.p, boundary.n) != 0)
		return false;
	k += boundary.n;
	*last = k + 1 < s.n && s.p[k] == '-' && s.p[k + 1] == '-';
	if (*last)
		k += 2;
	return k == s.n || rep_blank(s.p[k]);
}

/* The next delimiter at or after i that begins a line; s.n when there is none. */
static size_t
next_delimiter(struct rep_str s, size_t i, struct rep_str boundary, bool *last)
{
	*last = false;
	while (i < s.n) {
		if (is_delimiter(s, i, boundary, last))
			return i;
		i = rep_str_chr(s, '\n', i);
		if (i == SIZE_MAX)
			break;
		i++;
	}
	return s.n;
}

static void walk(struct mime_walk *w, const struct entity *e, int within, unsigned depth);

/* Walks the parts of a multipart. False when its boundary does not occur. */
static bool
walk_parts(struct mime_walk *w, const struct entity *e, int within, unsigned depth)
{
	struct rep_str s = e->body;
	bool last = false, any = false;
	size_t at = next_delimiter(s, 0, e->boundary, &last), end, from;

	while (at < s.n && !last && !w->full && w->m->n < REP_MIME_PARTS) {
		struct entity part;

		from = rep_str_chr(s, '\n', at);
		if (from == SIZE_MAX)
			break;
		end = next_delimiter(s, ++from, e->boundary, &last);
		/* The line end before a delimiter belongs to the delimiter. */
		part_header(w, rep_str_sub(s, from, end - from), &part);
		walk(w, &part, within, depth + 1);
		any = true;
		at = end;
	}
	if (at < s.n && !last)
		left_out(w->m, REP_S("it has too many parts; only the first were read"));
	return any;
}

static void
walk_message(struct mime_walk *w, const struct entity *e, int within, unsigned depth)
{
	struct rep_str s = decoded(w, e, BYTES);
	struct rep_mime_part *p = add_part(w, within);
	struct entity inner = { .coding = PLAIN };
	int me = (int)w->m->n - 1;
	size_t used;

	if (p == NULL)
		return;
	p->type = REP_S("message/rfc822");
	p->message = true;
	p->description = e->description;
	s = without_envelope(s);
	p->headers = rep_headers_parse(s, w->a, &used);
	check_fields(w->m, &p->headers);
	describe(w, rep_header(&p->headers, "Content-Type"),
	    rep_header(&p->headers, "Content-Transfer-Encoding"), &inner);
	inner.body = rep_str_sub(s, used, s.n);
	walk(w, &inner, me, depth + 1);
}

/* True for reports that a program reads. They are kept whole, because every byte matters. */
static bool
for_machines(struct rep_str type)
{
	return rep_str_find(type, REP_S("delivery-status"), 0) != SIZE_MAX ||
	    rep_str_eq(type, REP_S("message/feedback-report"));
}

/*
 * What begins a part that is packed, or that is XML or JSON: it is for programs too, whatever its type says. The last two
 * are how gzip and zip begin in base64, for what was encoded twice.
 */
static bool
begins_for_machines(struct rep_str s)
{
	static const struct rep_str begins[] = { { "\x1f\x8b", 2 }, { "PK\003\004", 4 },
		{ "BZh", 3 }, { "\x28\xb5\x2f\xfd", 4 },
		{ "\xfd"
		  "7zXZ",
		    5 },
		{ "<?xml", 5 }, { "<feedback", 9 }, { "\xef\xbb\xbf<", 4 }, { "\xff\xfe<", 3 },
		{ "\xfe\xff", 2 }, { "{", 1 }, { "\xef\xbb\xbf{", 4 }, { "[{", 2 }, { "H4sI", 4 },
		{ "UEsDB", 5 } };

	s = rep_str_trim(s);
	for (size_t i = 0; i < REP_COUNT(begins); i++)
		if (rep_str_starts(s, begins[i]))
			return true;
	return false;
}

static void
walk(struct mime_walk *w, const struct entity *e, int within, unsigned depth)
{
	size_t max;
	struct rep_mime_part *p;

	if (w->full)
		return;
	if (depth > REP_MIME_DEPTH) {
		left_out(w->m, REP_S("it is nested too deeply; the deeper parts were not read"));
		return;
	}
	if (e->boundary.n >= BOUNDARY_MAX)
		left_out(w->m, REP_S("its boundary is longer than RFC 2046 allows; read as text"));
	/* A multipart whose boundary was lost is read as text. */
	if (e->boundary.n > 0 && e->boundary.n < BOUNDARY_MAX && walk_parts(w, e, within, depth))
		return;
	if (rep_str_eq(e->type, REP_S("message/rfc822")) ||
	    rep_str_eq(e->type, REP_S("message/global"))) {
		walk_message(w, e, within, depth);
		return;
	}
	if ((p = add_part(w, within)) == NULL)
		return;
	p->type = rep_str_starts(e->type, REP_S("multipart/")) ? REP_S("text/plain") : e->type;
	p->description = e->description;
	max = for_machines(e->type) || begins_for_machines(decoded(w, e, 32)) ? REP_MIME_STATUS
									      : REP_MIME_BODY;
	p->body = as_ascii(w, decoded(w, e, max), e->charset);
	if (max == REP_MIME_STATUS && p->body.n >= max)
		left_out(
		    w->m, REP_S("its report is longer than 8 MB; only the beginning was read"));
}

enum rep_rc
rep_mime_parse(struct rep_str bytes, struct rep_arena *a, struct rep_mime *m, struct rep_err *err)
{
	struct mime_walk w = { .m = m, .a = a };
	struct entity e = { .coding = PLAIN };
	struct rep_str s;
	size_t used;

	m->n = 0;
	m->report_type = m->reason = (struct rep_str){ "", 0 };
	s = without_envelope(line_ends(&w, bytes));
	s = short_header(&w, s);
	if (s.n > BYTES)
		left_out(m, REP_S("it is larger than 8 MB; only the beginning was read"));
	s = rep_str_sub(s, 0, BYTES);
	m->parts[m->n++] = (struct rep_mime_part){ .message = true };
	m->parts[0].headers = rep_headers_parse(s, a, &used);
	check_fields(m, &m->parts[0].headers);
	describe(&w, rep_header(&m->parts[0].headers, "Content-Type"),
	    rep_header(&m->parts[0].headers, "Content-Transfer-Encoding"), &e);
	m->parts[0].type = e.type;
	m->report_type = e.report_type;
	e.body = rep_str_sub(s, used, s.n);
	if (e.body.n > 0)
		walk(&w, &e, 0, 0);
	return w.full ? rep_fail(err, REP_EMEM, "it needs more memory than a document may take")
		      : REP_OK;
}
