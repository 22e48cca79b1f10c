/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/mime.h"

#include <gmime/gmime.h>

enum { BYTES = 8 << 20, DASHES = 4 * REP_MIME_PARTS, HEADER_KEPT = 64 << 10 };

struct walk {
	struct rep_mime *m;
	struct rep_arena *a;
	struct rep_str bytes; /* what GMime reads */
	bool full;	      /* out of memory */
};

void
rep_mime_init(void)
{
	g_mime_init();
}

static void
left_out(struct rep_mime *m, struct rep_str why)
{
	if (m->reason.n == 0)
		m->reason = why;
}

/* --- before GMime sees it ------------------------------------------------------------------ */

/* The offset of the empty line that ends the header, or s.n. */
static size_t
header_end(struct rep_str s)
{
	size_t i = 0;

	while ((i = rep_str_chr(s, '\n', i)) != SIZE_MAX) {
		i++;
		if (i < s.n && (s.p[i] == '\n' || (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')))
			return i;
	}
	return s.n;
}

/* A header of megabytes: its beginning and the body stay. */
static struct rep_str
short_header(struct walk *w, struct rep_str s)
{
	size_t end = header_end(s), keep;
	char *p;

	if (end <= REP_MIME_HEADER)
		return s;
	left_out(w->m, REP_S("its header is longer than 256 KB; the beginning of it was read"));
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

/* Lines that may be boundaries cost most: not more of them than parts are looked at. */
static struct rep_str
few_parts(struct walk *w, struct rep_str s)
{
	size_t i = 0;
	unsigned dashes = 0;

	while ((i = rep_str_find(s, REP_S("\n--"), i)) != SIZE_MAX) {
		i += 3;
		if (++dashes > DASHES) {
			left_out(w->m, REP_S("it has too many parts; the first were read"));
			return rep_str_sub(s, 0, i);
		}
	}
	return s;
}

/* "From jo@example.org Thu Apr 29 ..." of an mbox, and empty lines before the header. */
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

/* Old Macintosh line ends: a lone CR ends a line where no LF does. */
static struct rep_str
line_ends(struct walk *w, struct rep_str s)
{
	struct rep_str head = rep_str_sub(s, 0, 4096);
	char *p;

	if (memchr(s.p, '\r', head.n) == NULL || memchr(s.p, '\n', head.n) != NULL)
		return s;
	if ((p = rep_arena_alloc(w->a, s.n + 1)) == NULL) {
		w->full = true;
		return s;
	}
	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] == '\r' ? '\n' : s.p[i];
	return (struct rep_str){ p, s.n };
}

/* --- parts --------------------------------------------------------------------------------- */

static struct rep_str
lower(struct walk *w, const char *a, const char *b)
{
	struct rep_str s = rep_arena_printf(w->a, "%.64s/%.64s", a != NULL ? a : "text",
	    b != NULL ? b : "plain");
	char *p = (char *)(uintptr_t)s.p;

	for (size_t i = 0; i < s.n; i++)
		p[i] = rep_lower(p[i]);
	if (s.p == NULL) {
		w->full = true;
		return (struct rep_str){ "", 0 };
	}
	return s;
}

static struct rep_headers
copy_headers(struct walk *w, GMimeHeaderList *list)
{
	int n = list != NULL ? g_mime_header_list_get_count(list) : 0;
	struct rep_header *v;
	size_t k = 0;

	if (n > REP_HEADERS_MAX)
		n = REP_HEADERS_MAX;
	if ((v = rep_arena_alloc(w->a, ((size_t)n + 1) * sizeof *v)) == NULL) {
		w->full = true;
		return (struct rep_headers){ NULL, 0 };
	}
	for (int i = 0; i < n; i++) {
		GMimeHeader *h = g_mime_header_list_get_header_at(list, i);
		const char *name = g_mime_header_get_name(h);
		const char *value = g_mime_header_get_raw_value(h);

		v[k].name = rep_arena_dup(w->a, rep_str_c(name));
		v[k++].value = rep_header_unfold(rep_str_c(value), w->a);
	}
	return (struct rep_headers){ v, k };
}

static struct rep_mime_part *
add_part(struct walk *w, int within)
{
	struct rep_mime_part *p;

	if (w->m->n == REP_MIME_PARTS) {
		left_out(w->m, REP_S("it has too many parts; the first were read"));
		return NULL;
	}
	p = &w->m->parts[w->m->n++];
	*p = (struct rep_mime_part){ .type = { "", 0 }, .within = within };
	return p;
}

/* The bytes of a leaf as they stand in the message: a view, as the stream is a window on it. */
static struct rep_str
raw_body(struct walk *w, GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *s = content != NULL ? g_mime_data_wrapper_get_stream(content) : NULL;
	gint64 from, to;

	if (s == NULL)
		return (struct rep_str){ "", 0 };
	from = s->bound_start;
	to = s->bound_end;
	if (to < 0 || to > (gint64)w->bytes.n)
		to = (gint64)w->bytes.n;
	if (from < 0 || from > to)
		return (struct rep_str){ "", 0 };
	return rep_str_sub(w->bytes, (size_t)from, (size_t)(to - from));
}

static struct rep_str
decoded(struct walk *w, GMimePart *part)
{
	struct rep_str raw = rep_str_sub(raw_body(w, part), 0, 2 * REP_MIME_BODY);
	size_t n;
	char *p;

	switch (g_mime_part_get_content_encoding(part)) {
	case GMIME_CONTENT_ENCODING_BASE64:
	case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
		break;
	default:
		return rep_str_sub(raw, 0, REP_MIME_BODY);
	}
	if ((p = rep_arena_alloc(w->a, raw.n + 1)) == NULL) {
		w->full = true;
		return (struct rep_str){ "", 0 };
	}
	n = g_mime_part_get_content_encoding(part) == GMIME_CONTENT_ENCODING_BASE64
	    ? rep_base64(raw, p)
	    : rep_quoted_printable(raw, false, p);
	return (struct rep_str){ p, n < REP_MIME_BODY ? n : REP_MIME_BODY };
}

static void walk(struct walk *w, GMimeObject *o, int within, unsigned depth);

static void
walk_message(struct walk *w, GMimeMessage *message, int within, unsigned depth)
{
	struct rep_mime_part *p;
	int me = (int)w->m->n;

	if (message == NULL || (p = add_part(w, within)) == NULL)
		return;
	p->type = REP_S("message/rfc822");
	p->message = true;
	p->headers = copy_headers(w, g_mime_object_get_header_list(GMIME_OBJECT(message)));
	walk(w, g_mime_message_get_mime_part(message), me, depth + 1);
}

static void
walk(struct walk *w, GMimeObject *o, int within, unsigned depth)
{
	GMimeContentType *type = o != NULL ? g_mime_object_get_content_type(o) : NULL;
	struct rep_mime_part *p;
	const char *about;

	if (o == NULL || w->full)
		return;
	if (depth > REP_MIME_DEPTH) {
		left_out(w->m, REP_S("it is nested too deep; what lies deeper was not read"));
		return;
	}
	if (GMIME_IS_MULTIPART(o)) {
		int n = g_mime_multipart_get_count(GMIME_MULTIPART(o));

		for (int i = 0; i < n && i < 2 * REP_MIME_PARTS && !w->full; i++)
			walk(w, g_mime_multipart_get_part(GMIME_MULTIPART(o), i), within, depth + 1);
	} else if (GMIME_IS_MESSAGE_PART(o)) {
		walk_message(w, g_mime_message_part_get_message(GMIME_MESSAGE_PART(o)), within, depth);
	} else if (GMIME_IS_PART(o) && (p = add_part(w, within)) != NULL) {
		p->type = lower(w, type != NULL ? g_mime_content_type_get_media_type(type) : NULL,
		    type != NULL ? g_mime_content_type_get_media_subtype(type) : NULL);
		about = g_mime_object_get_header(o, "Content-Description");
		p->description = rep_arena_dup(w->a, rep_str_sub(rep_str_c(about), 0, 200));
		p->body = decoded(w, GMIME_PART(o));
	}
}

static void
with_gmime(struct walk *w)
{
	/* GMime only reads from it; the cast takes the const away for its type's sake. */
	GByteArray array = { (guint8 *)(uintptr_t)w->bytes.p, (guint)w->bytes.n };
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(&array);
	GMimeParser *parser;
	GMimeMessage *message;
	GMimeContentType *type;

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	parser = g_mime_parser_new_with_stream(stream);
	message = g_mime_parser_construct_message(parser, NULL);
	if (message != NULL) {
		GMimeObject *o = g_mime_message_get_mime_part(message);

		type = o != NULL ? g_mime_object_get_content_type(o) : NULL;
		if (type != NULL) {
			w->m->parts[0].type = lower(w, g_mime_content_type_get_media_type(type),
			    g_mime_content_type_get_media_subtype(type));
			w->m->report_type = rep_arena_dup(w->a, rep_str_sub(rep_str_c(
			    g_mime_content_type_get_parameter(type, "report-type")), 0, 64));
		}
		walk(w, o, 0, 0);
		g_object_unref(message);
	}
	g_object_unref(parser);
	g_object_unref(stream);
}

/* A multipart without parts (its boundary was lost on the way): all below the header is text. */
static void
without_parts(struct walk *w)
{
	struct rep_mime_part *p;
	size_t used;

	if (w->m->n > 1)
		return;
	(void)rep_headers_parse(w->bytes, w->a, &used);
	if (used < w->bytes.n && (p = add_part(w, 0)) != NULL) {
		p->type = REP_S("text/plain");
		p->body = rep_str_sub(w->bytes, used, REP_MIME_BODY);
	}
}

enum rep_rc
rep_mime_parse(struct rep_str bytes, struct rep_arena *a, struct rep_mime *m, struct rep_err *err)
{
	struct walk w = { .m = m, .a = a };

	m->n = 0;
	m->report_type = m->reason = (struct rep_str){ "", 0 };
	w.bytes = without_envelope(line_ends(&w, bytes));
	w.bytes = few_parts(&w, rep_str_sub(short_header(&w, w.bytes), 0, BYTES));
	m->parts[m->n++] = (struct rep_mime_part){ .type = REP_S("text/plain"), .message = true };
	m->parts[0].headers = rep_headers_parse(w.bytes, a, NULL);
	if (w.bytes.n > 0 && !w.full)
		with_gmime(&w);
	without_parts(&w);
	return w.full ? rep_fail(err, REP_EMEM, "it needs more memory than a document may take")
		      : REP_OK;
}
