/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/read_msg.h"
#include "base/bytes.h"
#include "base/time.h"

#include <stddef.h>

/* No time of a line is before the year 0, in any time zone, or after 9999. */
static const int64_t LEAST_S = -62167219200 - 2 * REP_DAY_S, MOST_S = 253402300799;
static const double DELAY_MOST_S = 1e16;

enum { ENTRY_SAID = 1, ENTRY_BAD, ENTRY_UNREAD };
enum {
	FLAG_ASKED = 1,
	FLAG_LOCAL = 2,
	FLAG_CODELESS = 4,
	FLAG_WHOLE = 8,
	FLAG_FEEDBACK = 16,
	FLAG_BEFORE = 32,
	FLAG_AFTER = 64
};

/*
 * A batch, after its header: first u64 | lines u32 | first_s i64 | last_s i64 | whole u8 | before u8
 * | offset u64 | length of the entries u32 | entries | the bytes before the mark.
 */
enum { BATCH_HEAD = 42 };
/*
 * An entry: what u8 | line within the batch u32, and the reason (u16 and bytes), or kind u8 |
 * status u8 | waits u8 | flags u8 | port u16 | recipients u32 | at_s i64 | delay f64 | a bit for each
 * string u16 | of each that is there its length u16 and its bytes.
 */
enum { ENTRY_HEAD = 5, SAID_HEAD = 28, STRING_MAX = 65535 };

#define AT(field) offsetof(struct rep_mta_line, field)

/* The strings of what a line says, in the order of their bits; two of the entry come before. */
static const size_t strings[] = { AT(queue_id), AT(to), AT(orig_to), AT(host), AT(address), AT(dsn),
	AT(text), AT(from), AT(value), AT(login), AT(client), AT(uid), AT(orig_id), AT(session) };
enum {
	LOG_HOST = 1,
	NAME = 2,
	OF_ENTRY = 2,
	QUEUE_ID = 1 << OF_ENTRY,
	TO = QUEUE_ID << 1,
	ORIG_TO = QUEUE_ID << 2,
	HOST = QUEUE_ID << 3,
	ADDRESS = QUEUE_ID << 4,
	DSN = QUEUE_ID << 5,
	TEXT = QUEUE_ID << 6,
	FROM = QUEUE_ID << 7,
	VALUE = QUEUE_ID << 8,
	LOGIN = QUEUE_ID << 9,
	CLIENT = QUEUE_ID << 10,
	UID = QUEUE_ID << 11,
	ORIG_ID = QUEUE_ID << 12,
	SESSION = QUEUE_ID << 13,
	STRINGS = OF_ENTRY + (int)REP_COUNT(strings)
};
_Static_assert((int)STRINGS <= 16, "a bit for each string");

/* What a line of each kind can say. What is not here is not sent, and not taken. */
enum {
	EACH = LOG_HOST | NAME | QUEUE_ID,
	WORDS = EACH | HOST | ADDRESS | DSN | TEXT,
	WHO = EACH | LOGIN | CLIENT | UID | ORIG_ID | SESSION
};
static const uint16_t strings_of[] = {
	[REP_MTA_OTHER] = 0,
	[REP_MTA_DELIVERY] = WORDS | TO | ORIG_TO,
	[REP_MTA_QUEUED] = WHO | FROM,
	[REP_MTA_EXPIRED] = EACH,
	[REP_MTA_REMOVED] = EACH | SESSION,
	[REP_MTA_MESSAGE_ID] = EACH | VALUE,
	[REP_MTA_HEADER] = EACH | VALUE,
	[REP_MTA_SAMPLE] = WORDS,
	[REP_MTA_UNREACHED] = WORDS,
	[REP_MTA_HANDED] = WHO,
};
_Static_assert(REP_COUNT(strings_of) == REP_MTA_HANDED + 1, "each kind has its strings");

static enum rep_rc
no_message(struct rep_err *err)
{
	return rep_fail(err, REP_ESYNTAX, "what its reader sent is not a message of a reader");
}

static bool
is_delay(double s)
{
	return s >= -1 && s < DELAY_MOST_S; /* false for what is no number, too */
}

static bool
in_time(int64_t at_s)
{
	return at_s >= LEAST_S && at_s <= MOST_S;
}

/* --- opening and seeking ------------------------------------------------------------------------ */

void
rep_read_put_open(struct rep_buf *out, uint64_t id, const struct rep_read_open *o)
{
	size_t at = rep_msg_begin(out, REP_MSG_OPEN, id);

	rep_msg_put(out, o->file.seekable, 1);
	rep_msg_put(out, (uint64_t)o->file.time_s, 8);
	rep_msg_put(out, (uint64_t)o->now_s, 8);
	rep_msg_put(out, o->whole_most, 4);
	rep_msg_put_str(out, rep_str_sub(o->name, 0, REP_LINES_NAME));
	rep_msg_end(out, at);
}

enum rep_rc
rep_read_get_open(const struct rep_msg *m, struct rep_read_open *o, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };

	o->file.seekable = rep_msg_get(&r, 1) != 0;
	o->file.time_s = (int64_t)rep_msg_get(&r, 8);
	o->now_s = (int64_t)rep_msg_get(&r, 8);
	o->whole_most = (uint32_t)rep_msg_get(&r, 4);
	o->name = rep_msg_get_str(&r);
	return m->type == REP_MSG_OPEN && rep_msg_done(&r) && o->name.n <= REP_LINES_NAME
	    ? REP_OK
	    : no_message(err);
}

void
rep_read_put_opened(struct rep_buf *out, uint64_t id, const struct rep_read_opened *o)
{
	size_t at = rep_msg_begin(out, REP_MSG_OPENED, id);

	rep_msg_put(out, (uint64_t)o->rc, 1);
	rep_msg_put_str(out, o->why);
	rep_msg_put_str(out, o->head);
	rep_msg_put(out, (uint64_t)o->kind, 1);
	rep_msg_put(out, (uint64_t)o->first_s, 8);
	rep_msg_put(out, (uint64_t)o->time_s, 8);
	rep_msg_put(out, o->whole, 1);
	rep_msg_put_str(out, o->all);
	rep_msg_end(out, at);
}

enum rep_rc
rep_read_get_opened(const struct rep_msg *m, struct rep_read_opened *o, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };
	uint64_t rc = rep_msg_get(&r, 1), kind;

	o->rc = (enum rep_rc)rc;
	o->why = rep_msg_get_str(&r);
	o->head = rep_msg_get_str(&r);
	kind = rep_msg_get(&r, 1);
	o->kind = (enum rep_doc_kind)kind;
	o->first_s = (int64_t)rep_msg_get(&r, 8);
	o->time_s = (int64_t)rep_msg_get(&r, 8);
	o->whole = rep_msg_get(&r, 1) != 0;
	o->all = rep_msg_get_str(&r);
	return m->type == REP_MSG_OPENED && rep_msg_done(&r) && rc <= REP_EUSAGE &&
		kind < REP_DOC_N && o->head.n <= REP_LINES_HEAD && in_time(o->first_s) &&
		in_time(o->time_s) && o->all.n <= (o->whole ? REP_LINES_ALL : 0)
	    ? REP_OK
	    : no_message(err);
}

void
rep_read_put_seek(struct rep_buf *out, uint64_t id, uint64_t offset, uint64_t lines)
{
	size_t at = rep_msg_begin(out, REP_MSG_SEEK, id);

	rep_msg_put(out, offset, 8);
	rep_msg_put(out, lines, 8);
	rep_msg_end(out, at);
}

enum rep_rc
rep_read_get_seek(const struct rep_msg *m, uint64_t *offset, uint64_t *lines, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };

	*offset = rep_msg_get(&r, 8);
	*lines = rep_msg_get(&r, 8);
	return m->type == REP_MSG_SEEK && rep_msg_done(&r) ? REP_OK : no_message(err);
}

void
rep_read_put_sought(struct rep_buf *out, uint64_t id, bool found, struct rep_str tail)
{
	size_t at = rep_msg_begin(out, REP_MSG_SOUGHT, id);

	rep_msg_put(out, found, 1);
	rep_msg_put_str(out, tail);
	rep_msg_end(out, at);
}

enum rep_rc
rep_read_get_sought(const struct rep_msg *m, bool *found, struct rep_str *tail, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };

	*found = rep_msg_get(&r, 1) != 0;
	*tail = rep_msg_get_str(&r);
	return m->type == REP_MSG_SOUGHT && rep_msg_done(&r) && tail->n <= REP_LINES_HEAD
	    ? REP_OK
	    : no_message(err);
}

/* --- reading ------------------------------------------------------------------------------------ */

void
rep_read_put_order(struct rep_buf *out, uint64_t id, const struct rep_read_order *o)
{
	size_t at = rep_msg_begin(out, REP_MSG_READ, id);

	rep_msg_put(out, (uint64_t)o->as, 1);
	rep_msg_put(out, o->lines, 8);
	rep_msg_put(out, o->most, 8);
	rep_msg_put(out, (uint64_t)o->now_s, 8);
	rep_msg_put(out, (uint64_t)o->last_s, 8);
	rep_msg_end(out, at);
}

enum rep_rc
rep_read_get_order(const struct rep_msg *m, struct rep_read_order *o, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };

	uint64_t as = rep_msg_get(&r, 1);

	o->as = (enum rep_read_as)as;
	o->lines = rep_msg_get(&r, 8);
	o->most = rep_msg_get(&r, 8);
	o->now_s = (int64_t)rep_msg_get(&r, 8);
	o->last_s = (int64_t)rep_msg_get(&r, 8);
	return m->type == REP_MSG_READ && rep_msg_done(&r) && as <= REP_READ_ITEMS && o->lines > 0
	    ? REP_OK
	    : no_message(err);
}

static void
put_alone(struct rep_buf *out, enum rep_msg_type type, uint64_t id, struct rep_str bytes)
{
	size_t at = rep_msg_begin(out, type, id);

	rep_buf_add(out, bytes);
	rep_msg_end(out, at);
}

void
rep_read_put_bytes(struct rep_buf *out, uint64_t id, struct rep_str bytes)
{
	put_alone(out, REP_MSG_BYTES, id, bytes);
}

void
rep_read_put_items(struct rep_buf *out, uint64_t id, struct rep_str packed)
{
	put_alone(out, REP_MSG_ITEMS, id, packed);
}

void
rep_read_put_end(struct rep_buf *out, uint64_t id, enum rep_rc rc, struct rep_str why)
{
	size_t at = rep_msg_begin(out, REP_MSG_END, id);

	rep_msg_put(out, (uint64_t)rc, 1);
	rep_msg_put_str(out, why);
	rep_msg_end(out, at);
}

enum rep_rc
rep_read_get_end(const struct rep_msg *m, enum rep_rc *rc, struct rep_str *why, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };
	uint64_t v = rep_msg_get(&r, 1);

	*rc = (enum rep_rc)v;
	*why = rep_msg_get_str(&r);
	return m->type == REP_MSG_END && rep_msg_done(&r) && v != REP_OK && v <= REP_EUSAGE
	    ? REP_OK
	    : no_message(err);
}

/* --- batches ------------------------------------------------------------------------------------ */

void
rep_read_begin_batch(struct rep_read_batch_put *p, struct rep_buf *out, uint64_t id, uint64_t first)
{
	static const char room[BATCH_HEAD];

	*p = (struct rep_read_batch_put){ .out = out, .b = { .first = first } };
	p->begun = rep_msg_begin(out, REP_MSG_BATCH, id);
	rep_buf_add(out, (struct rep_str){ room, sizeof room });
}

size_t
rep_read_batch_bytes(const struct rep_read_batch_put *p)
{
	return p->out->n - p->begun - REP_MSG_HEADER - BATCH_HEAD;
}

void
rep_read_end_batch(struct rep_read_batch_put *p, const struct rep_lines_mark *mark)
{
	size_t entries = rep_read_batch_bytes(p);
	char *h;

	if (p->out->full)
		return;
	h = p->out->p + p->begun + REP_MSG_HEADER;
	rep_le64_put(h, p->b.first);
	rep_le32_put(h + 8, p->b.lines);
	rep_le64_put(h + 12, (uint64_t)p->b.first_s);
	rep_le64_put(h + 20, (uint64_t)p->b.last_s);
	h[28] = mark != NULL;
	h[29] = mark != NULL && mark->before;
	rep_le64_put(h + 30, mark != NULL ? mark->offset : 0);
	rep_le32_put(h + 38, (uint32_t)entries);
	if (mark != NULL)
		rep_buf_add(p->out, mark->tail);
	rep_msg_end(p->out, p->begun);
}

static size_t
entry_head(char *to, const struct rep_read_batch_put *p, char what, uint64_t number)
{
	to[0] = what;
	rep_le32_put(to + 1, (uint32_t)(number - p->b.first));
	return ENTRY_HEAD;
}

void
rep_read_put_bad(struct rep_read_batch_put *p, uint64_t number, bool unread, struct rep_str why)
{
	char head[ENTRY_HEAD + 2];
	size_t n = entry_head(head, p, unread ? ENTRY_UNREAD : ENTRY_BAD, number);

	why = rep_str_sub(why, 0, STRING_MAX);
	rep_le_put(head + n, why.n, 2);
	rep_buf_add(p->out, (struct rep_str){ head, n + 2 });
	rep_buf_add(p->out, why);
}

/* String i of an entry. */
static struct rep_str
string_of(const struct rep_log_entry *e, int i)
{
	struct rep_str s;

	if (i < OF_ENTRY)
		return i == 0 ? e->log_host : e->name;
	memcpy(&s, (const char *)e->said + strings[i - OF_ENTRY], sizeof s);
	return s;
}

void
rep_read_put_entry(struct rep_read_batch_put *p, const struct rep_log_entry *e)
{
	const struct rep_mta_line *l = e->said;
	struct rep_str v[STRINGS];
	size_t n = ENTRY_HEAD + SAID_HEAD, k = 0;
	unsigned bits = 0;
	double delay_s = is_delay(l->delay_s) ? l->delay_s : -1;
	uint64_t delay;
	char *to;

	for (unsigned may = strings_of[l->kind]; may != 0; may &= may - 1) {
		struct rep_str s = string_of(e, __builtin_ctz(may));

		if (s.n == 0)
			continue;
		s.n = s.n <= STRING_MAX ? s.n : STRING_MAX;
		bits |= may & -may;
		n += 2 + s.n;
		v[k++] = s;
	}
	if ((to = rep_buf_extend(p->out, n)) == NULL)
		return; /* who sends it sees that it is full */
	to += entry_head(to, p, ENTRY_SAID, e->number);
	to[0] = (char)l->kind;
	to[1] = (char)l->status;
	to[2] = (char)l->waits;
	to[3] = (char)((l->asked ? FLAG_ASKED : 0) | (l->local ? FLAG_LOCAL : 0) |
	    (l->codeless ? FLAG_CODELESS : 0) | (l->whole ? FLAG_WHOLE : 0) |
	    (l->feedback ? FLAG_FEEDBACK : 0) |
	    (e->near < 0	  ? FLAG_BEFORE
		    : e->near > 0 ? FLAG_AFTER
				  : 0));
	rep_le16_put(to + 4, l->port <= UINT16_MAX ? (uint16_t)l->port : 0);
	rep_le32_put(to + 6, l->recipients);
	rep_le64_put(to + 10, (uint64_t)e->at_s);
	memcpy(&delay, &delay_s, sizeof delay);
	rep_le64_put(to + 18, delay);
	rep_le16_put(to + 26, (uint16_t)bits);
	to += SAID_HEAD;
	for (size_t i = 0; i < k; i++) {
		rep_le16_put(to, (uint16_t)v[i].n);
		memcpy(to + 2, v[i].p, v[i].n);
		to += 2 + v[i].n;
	}
}

enum rep_rc
rep_read_get_batch(const struct rep_msg *m, struct rep_read_batch *b, struct rep_err *err)
{
	const char *h = m->payload.p;
	uint64_t entries;

	if (m->type != REP_MSG_BATCH || m->payload.n < BATCH_HEAD)
		return no_message(err);
	b->first = rep_le64(h);
	b->lines = rep_le32(h + 8);
	b->first_s = (int64_t)rep_le64(h + 12);
	b->last_s = (int64_t)rep_le64(h + 20);
	b->whole = h[28] != 0;
	b->mark.before = h[29] != 0;
	b->mark.offset = rep_le64(h + 30);
	entries = rep_le32(h + 38);
	if (entries > m->payload.n - BATCH_HEAD || b->lines > REP_READ_LINES_MAX ||
	    !in_time(b->first_s) || !in_time(b->last_s))
		return no_message(err);
	b->entries = rep_str_sub(m->payload, BATCH_HEAD, (size_t)entries);
	b->mark.tail = rep_str_sub(m->payload, BATCH_HEAD + (size_t)entries, m->payload.n);
	/* A mark is behind a line, and no more bytes lie before it than it says. */
	if (b->whole ? b->lines == 0 || b->mark.tail.n > REP_LINES_HEAD ||
		    b->mark.tail.n > b->mark.offset
		     : b->mark.tail.n > 0 || b->mark.offset > 0 || b->mark.before)
		return no_message(err);
	return REP_OK;
}

/* The strings of an entry, which was empty. */
static bool
get_strings(const struct rep_read_batch *b, size_t *at, unsigned bits, struct rep_read_entry *e)
{
	const char *p = b->entries.p + *at, *end = b->entries.p + b->entries.n;
	struct rep_str s;

	for (; bits != 0; bits &= bits - 1) {
		int i = __builtin_ctz(bits);

		if (end - p < 2 || (s.n = rep_le16(p)) == 0 || s.n > (size_t)(end - p) - 2)
			return false;
		s.p = p + 2;
		p += 2 + s.n;
		if (i < OF_ENTRY)
			*(i == 0 ? &e->entry.log_host : &e->entry.name) = s;
		else
			memcpy((char *)&e->said + strings[i - OF_ENTRY], &s, sizeof s);
	}
	*at = (size_t)(p - b->entries.p);
	return true;
}

static bool
in_range(const struct rep_mta_line *l)
{
	return l->kind > REP_MTA_OTHER && l->kind <= REP_MTA_HANDED && l->status < REP_STATUS_N &&
	    l->waits < REP_WAIT_N && is_delay(l->delay_s);
}

static bool
get_said(const struct rep_read_batch *b, size_t *at, int64_t now_s, struct rep_read_entry *e)
{
	struct rep_mta_line *l = &e->said;
	const char *h = b->entries.p + *at;
	unsigned flags, bits;
	uint64_t delay;

	if (b->entries.n - *at < SAID_HEAD)
		return false;
	l->kind = (enum rep_mta_kind)(unsigned char)h[0];
	l->status = (enum rep_status)(unsigned char)h[1];
	l->waits = (enum rep_wait)(unsigned char)h[2];
	flags = (unsigned char)h[3];
	l->asked = (flags & FLAG_ASKED) != 0;
	l->local = (flags & FLAG_LOCAL) != 0;
	l->codeless = (flags & FLAG_CODELESS) != 0;
	l->whole = (flags & FLAG_WHOLE) != 0;
	l->feedback = (flags & FLAG_FEEDBACK) != 0;
	e->entry.near = (flags & FLAG_BEFORE) != 0 ? -1 : (flags & FLAG_AFTER) != 0;
	l->port = rep_le16(h + 4);
	l->recipients = rep_le32(h + 6);
	e->entry.at_s = (int64_t)rep_le64(h + 10);
	delay = rep_le64(h + 18);
	memcpy(&l->delay_s, &delay, sizeof l->delay_s);
	bits = rep_le16(h + 26);
	*at += SAID_HEAD;
	return in_range(l) && (bits & ~(unsigned)strings_of[l->kind]) == 0 &&
	    get_strings(b, at, bits, e) && in_time(e->entry.at_s) &&
	    e->entry.at_s <= now_s + REP_DAY_S;
}

static bool
get_why(const struct rep_read_batch *b, size_t *at, struct rep_read_entry *e)
{
	size_t n;

	if (b->entries.n - *at < 2)
		return false;
	n = (size_t)rep_le(b->entries.p + *at, 2);
	*at += 2;
	if (n > b->entries.n - *at)
		return false;
	e->why = rep_str_sub(b->entries, *at, n);
	*at += n;
	return true;
}

enum rep_rc
rep_read_next_entry(const struct rep_read_batch *b, size_t *at, int64_t now_s,
    struct rep_read_entry *e, struct rep_err *err)
{
	const char *h = b->entries.p + *at;
	uint32_t line;

	if (*at >= b->entries.n)
		return REP_ENOTFOUND;
	if (b->entries.n - *at < ENTRY_HEAD)
		return no_message(err);
	line = rep_le32(h + 1);
	/* One line more than was counted: of a batch that is not whole, it has begun. */
	if (line >= b->lines + !b->whole)
		return no_message(err);
	*e = (struct rep_read_entry){ .kind = REP_LINE_OTHER };
	e->entry.number = b->first + line;
	e->entry.said = &e->said;
	*at += ENTRY_HEAD;
	switch (h[0]) {
	case ENTRY_SAID: return get_said(b, at, now_s, e) ? REP_OK : no_message(err);
	case ENTRY_BAD: e->kind = REP_LINE_BAD; break;
	case ENTRY_UNREAD: e->kind = REP_LINE_UNREAD; break;
	default: return no_message(err);
	}
	return get_why(b, at, e) ? REP_OK : no_message(err);
}
