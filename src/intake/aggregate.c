/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"
#include "intake/aggregate_inside.h"

#include <stdlib.h>

enum {
	HEAD_BYTES = 256 << 10,
	GUESSES = 32, /* names that nobody knows are compared with all; more of them are not */
};

/* --- elements ---------------------------------------------------------------------------------------- */

/* The innermost open one of two; NONE: neither is open. */
static enum rep_element
within(const struct rep_aggregate_reader *r, uint64_t which)
{
	for (size_t i = r->depth; i > 0; i--)
		if ((which >> r->open[i - 1].e & 1) != 0)
			return r->open[i - 1].e;
	return REP_ELEMENT_NONE;
}

#define BIT(e) (UINT64_C(1) << REP_ELEMENT_##e)

/* The text of the element that ends now, without blanks at its ends. */
static struct rep_str
value_of(struct rep_aggregate_reader *r, enum rep_element e, uint64_t offset)
{
	struct rep_str raw = rep_str_trim(rep_buf_str(&r->text)), s;
	bool wrong = false;

	if (r->value_cut)
		rep_aggregate_note_element(r, REP_FAULT_LONG, e, offset);
	rep_buf_clear(&r->value);
	if (!rep_markup_text(&r->value, raw, false, &wrong) || r->value_odd)
		rep_aggregate_note(r, REP_FAULT_TEXT, rep_str_c(rep_element_word(e)), raw, offset);
	if (wrong)
		rep_aggregate_note_element(r, REP_FAULT_ENCODING, e, offset);
	s = rep_str_trim(rep_buf_str(&r->value));
	return s;
}

/* An element with a value has ended. */
static void
leaf(struct rep_aggregate_reader *r, enum rep_element e, uint64_t offset)
{
	enum rep_element in =
	    within(r, BIT(DKIM) | BIT(SPF) | BIT(REASON) | BIT(POLICY) | BIT(RECORD) | BIT(ROW));
	struct rep_str s;

	if (e == REP_ELEMENT_NONE || e == REP_ELEMENT_IGNORED)
		return;
	s = value_of(r, e, offset);
	if (e >= REP_ELEMENT_VERSION && e <= REP_ELEMENT_DISCOVERY)
		rep_aggregate_set_head(r, e, s, offset);
	else if (e == REP_ELEMENT_DOMAIN && in != REP_ELEMENT_DKIM && in != REP_ELEMENT_SPF &&
	    !r->in_record)
		rep_aggregate_set_head(r, e, s, offset);
	else if (!r->in_record)
		rep_aggregate_note_element(r, REP_FAULT_MISPLACED, e, offset);
	else if (e >= REP_ELEMENT_SOURCE_IP && e <= REP_ELEMENT_ENVELOPE_TO)
		rep_aggregate_set_record(r, e, s, offset);
	else if ((e == REP_ELEMENT_TYPE || e == REP_ELEMENT_COMMENT) && in == REP_ELEMENT_REASON)
		rep_aggregate_set_reason(r, e, s, offset);
	else if (e < REP_ELEMENT_TYPE && (in == REP_ELEMENT_DKIM || in == REP_ELEMENT_SPF))
		rep_aggregate_set_said(r, e, s, offset);
	else
		rep_aggregate_note_element(r, REP_FAULT_MISPLACED, e, offset);
}

/* What a signature or SPF gave is complete; or the word of it in policy_evaluated. */
static void
end_said(struct rep_aggregate_reader *r, const struct rep_open_element *o)
{
	bool in_auth = within(r, BIT(AUTH) | BIT(EVALUATED)) == REP_ELEMENT_AUTH;
	struct rep_str s;

	if (!r->in_record)
		return;
	if (r->said_got == 0 && !o->holds) {
		s = value_of(r, o->e, o->offset);
		if (!in_auth) {
			rep_aggregate_set_record(r, o->e, s, o->offset);
			return;
		}
		if (s.n == 0)
			return;
		rep_aggregate_note_element(r, REP_FAULT_MISPLACED, o->e, o->offset);
		rep_aggregate_set_said(r, REP_ELEMENT_RESULT, s, o->offset);
	}
	if (r->said_got == 0)
		return;
	if (r->record.auth_n == REP_AGGREGATE_AUTH_MAX) {
		rep_aggregate_note_element(r, REP_FAULT_LONG, o->e, o->offset);
		return;
	}
	if (!in_auth)
		rep_aggregate_note_element(r, REP_FAULT_MISPLACED, o->e, o->offset);
	r->record_got |= BIT(AUTH);
	r->auth[r->record.auth_n++] = r->said;
}

static void
end_reason(struct rep_aggregate_reader *r, const struct rep_open_element *o)
{
	if (!r->in_record || r->said_got == 0)
		return;
	if (r->record.reasons_n == REP_AGGREGATE_REASONS_MAX)
		rep_aggregate_note_element(r, REP_FAULT_LONG, o->e, o->offset);
	else
		r->reasons[r->record.reasons_n++] = r->reason;
}

static void
clear_text(struct rep_aggregate_reader *r)
{
	rep_buf_clear(&r->text);
	r->value_cut = r->value_odd = r->stray = false;
}

/* Takes the innermost element off. True: a record is complete with it. */
static bool
close_one(struct rep_aggregate_reader *r)
{
	struct rep_open_element o = r->open[--r->depth];

	if (r->outside > 0) {
		r->outside = r->depth < r->outside ? 0 : r->outside;
		return false;
	}
	switch (o.e) {
	case REP_ELEMENT_DKIM:
	case REP_ELEMENT_SPF: end_said(r, &o); break;
	case REP_ELEMENT_REASON: end_reason(r, &o); break;
	case REP_ELEMENT_RECORD:
		clear_text(r);
		if (!r->in_record)
			return false;
		rep_aggregate_end_record(r);
		return true;
	default:
		if (!rep_element_holds(o.e) && !o.holds)
			leaf(r, o.e, o.offset);
	}
	clear_text(r);
	return false;
}

static enum rep_element
parent_of(const struct rep_aggregate_reader *r)
{
	return r->depth > 0 ? r->open[r->depth - 1].e : REP_ELEMENT_NONE;
}

/*
 * Whether an element is of the report. By its name alone, wherever it may stand, whatever its prefix is: some write a prefix at
 * the root only, as RFC 7489's schema has it, or mix two namespaces. Else one with a prefix that is not the root's is
 * somebody's extension (RFC 9990 allows any), or of what is around the report.
 */
static bool
is_foreign(struct rep_aggregate_reader *r, struct rep_str prefix, enum rep_element e)
{
	if (!r->rooted && e != REP_ELEMENT_NONE) {
		r->rooted = true;
		r->prefix.n = prefix.n < sizeof r->prefix_room ? prefix.n : 0;
		r->prefix.p = r->prefix_room;
		if (r->prefix.n > 0)
			memcpy(r->prefix_room, prefix.p, r->prefix.n);
	}
	return prefix.n > 0 && !(r->rooted && rep_str_eq(prefix, r->prefix)) &&
	    (e == REP_ELEMENT_NONE || !rep_element_fits(e, parent_of(r)));
}

/* What the name of an element is, and what is wrong with it. */
static enum rep_element
named(struct rep_aggregate_reader *r, struct rep_str name, uint64_t offset)
{
	struct rep_str local = rep_markup_local(name),
		       prefix = rep_str_sub(name, 0, name.n - local.n);
	bool exact;
	enum rep_element e = rep_element_of(local, &exact);

	if (is_foreign(r, prefix, e))
		return REP_ELEMENT_EXTENSION;
	if (e == REP_ELEMENT_NONE && r->guesses < GUESSES) {
		r->guesses++;
		e = rep_element_near(local);
	}
	if (e == REP_ELEMENT_NONE)
		rep_aggregate_note(r, REP_FAULT_UNKNOWN, local, REP_S(""), offset);
	else if (!exact)
		rep_aggregate_note(
		    r, REP_FAULT_NAME, rep_str_c(rep_element_word(e)), local, offset);
	return e;
}

/*
 * An element of the report within one that is foreign: that holds the report (an envelope), or was never closed (a stray
 * schema, at the root or at its beginning).
 */
static bool
comes_back(const struct rep_aggregate_reader *r, struct rep_str name)
{
	bool exact;
	enum rep_element e = rep_element_of(rep_markup_local(name), &exact),
			 around = r->outside > 1 ? r->open[r->outside - 2].e : REP_ELEMENT_NONE;

	if (r->outside == 0 || r->open[r->outside - 1].extension)
		return false;
	if (!r->something)
		return e == REP_ELEMENT_FEEDBACK;
	return around == REP_ELEMENT_FEEDBACK &&
	    (e == REP_ELEMENT_METADATA || e == REP_ELEMENT_POLICY || e == REP_ELEMENT_RECORD);
}

static void
note_place(struct rep_aggregate_reader *r, enum rep_element e, uint64_t offset)
{
	enum rep_element parent = parent_of(r);

	if (parent == REP_ELEMENT_NONE && r->depth > 0)
		return; /* in one that nobody knows: that was noted */
	if (!rep_element_fits(e, parent))
		rep_aggregate_note_element(r, REP_FAULT_MISPLACED, e, offset);
}

/* Which standard a namespace is of. */
static void
read_namespace(struct rep_aggregate_reader *r, struct rep_str attributes)
{
	r->new9990 |= rep_str_find_nocase(attributes, REP_S("dmarc-2.0"), 0) != SIZE_MAX;
	r->new7489 |= rep_str_find_nocase(attributes, REP_S("dmarc-xml/0.1"), 0) != SIZE_MAX;
}

/*
 * An element that begins where a record has not ended: the next record, or the next row of one. True: the record before
 * is complete with it.
 */
static bool
ends_record(struct rep_aggregate_reader *r, const struct rep_markup_token *t)
{
	bool exact;
	enum rep_element e;

	if (!r->in_record || r->outside > 0)
		return false;
	e = rep_element_of(rep_markup_local(t->name), &exact);
	if (e != REP_ELEMENT_RECORD && (e != REP_ELEMENT_ROW || !r->row_seen))
		return false;
	rep_aggregate_note_element(
	    r, e == REP_ELEMENT_RECORD ? REP_FAULT_UNCLOSED : REP_FAULT_TWICE, e, t->offset);
	while (r->depth > 0 && within(r, BIT(RECORD)) != REP_ELEMENT_NONE &&
	    (e == REP_ELEMENT_RECORD || r->open[r->depth - 1].e != REP_ELEMENT_RECORD))
		if (close_one(r))
			return true;
	rep_aggregate_end_record(r);
	return true;
}

static void
open_one(struct rep_aggregate_reader *r, const struct rep_markup_token *t)
{
	enum rep_element e;
	struct rep_open_element *o;
	bool exact;

	if (r->depth == REP_AGGREGATE_DEPTH) {
		rep_aggregate_note(
		    r, REP_FAULT_LONG, rep_markup_local(t->name), REP_S(""), t->offset);
		r->deep++;
		return;
	}
	if (r->depth > 0)
		r->open[r->depth - 1].holds = true;
	if (comes_back(r, t->name)) {
		rep_aggregate_note(
		    r, REP_FAULT_STRAY, REP_S(""), REP_S(""), r->open[r->outside - 1].offset);
		r->outside = 0;
	}
	e = r->outside > 0 ? REP_ELEMENT_EXTENSION : named(r, t->name, t->offset);
	if (r->outside == 0)
		note_place(r, e, t->offset);
	o = &r->open[r->depth++];
	*o = (struct rep_open_element){ .e = e,
		.name = rep_hash(t->name),
		.offset = t->offset,
		.extension =
		    rep_element_of(rep_markup_local(t->name), &exact) == REP_ELEMENT_EXTENSION };
	clear_text(r);
	if (e == REP_ELEMENT_EXTENSION && r->outside == 0)
		r->outside = r->depth;
	switch (e) {
	case REP_ELEMENT_FEEDBACK:
		r->something = true;
		read_namespace(r, t->text);
		break;
	case REP_ELEMENT_RECORD:
		rep_aggregate_begin_record(r, t->offset);
		r->head_got |= BIT(RECORD);
		break;
	case REP_ELEMENT_ROW:
		if (!r->in_record)
			rep_aggregate_begin_record(r, t->offset);
		r->head_got |= BIT(RECORD);
		r->row_seen = true;
		break;
	case REP_ELEMENT_DKIM:
	case REP_ELEMENT_SPF:
		memset(&r->said, 0, sizeof r->said);
		r->said.dkim = e == REP_ELEMENT_DKIM;
		r->said_got = 0;
		break;
	case REP_ELEMENT_REASON:
		memset(&r->reason, 0, sizeof r->reason);
		r->said_got = 0;
		break;
	default: break;
	}
}

/* The end of an element. True: a record is complete, and there may be more to close. */
static bool
end_tag(struct rep_aggregate_reader *r, const struct rep_markup_token *t)
{
	uint64_t name = rep_hash(t->name);
	size_t at = r->depth;

	if (r->deep > 0) {
		r->deep--;
		return false;
	}
	while (at > 0 && r->open[at - 1].name != name)
		at--;
	if (at == 0) {
		rep_aggregate_note(
		    r, REP_FAULT_STRAY, rep_markup_local(t->name), REP_S(""), t->offset);
		return false;
	}
	if (at < r->depth) {
		rep_aggregate_note_element(
		    r, REP_FAULT_UNCLOSED, r->open[r->depth - 1].e, r->open[r->depth - 1].offset);
		while (r->depth > at)
			if (close_one(r))
				return true;
	}
	r->again = false;
	return close_one(r);
}

/* As much of a text as is read. */
static void
add_value(struct rep_aggregate_reader *r, struct rep_str s)
{
	size_t room = r->text.n < REP_AGGREGATE_VALUE ? REP_AGGREGATE_VALUE - r->text.n : 0;

	r->value_cut |= s.n > room;
	rep_buf_add(&r->text, rep_str_sub(s, 0, room));
}

static void
add_text(struct rep_aggregate_reader *r, const struct rep_markup_token *t)
{
	const struct rep_open_element *o = r->depth > 0 ? &r->open[r->depth - 1] : NULL;
	size_t blanks = 0;

	if (r->outside > 0 || r->deep > 0)
		return;
	if (o == NULL || rep_element_holds(o->e) || o->holds) {
		while (blanks < t->text.n && rep_blank(t->text.p[blanks]))
			blanks++;
		if (!r->stray && blanks < t->text.n) {
			r->stray = true;
			rep_aggregate_note(r,
			    o == NULL && r->something ? REP_FAULT_BEHIND : REP_FAULT_STRAY,
			    REP_S(""), REP_S(""), t->offset + blanks);
		}
		return;
	}
	r->value_odd |= t->odd;
	if (t->kind == REP_MARKUP_TEXT) {
		add_value(r, t->text);
		return;
	}
	for (size_t i = 0; i < t->text.n && !r->value_cut; i++)
		add_value(r, t->text.p[i] == '&' ? REP_S("&amp;") : rep_str_sub(t->text, i, 1));
}

/* --- items ------------------------------------------------------------------------------------------- */

enum aggregate_step { GO_ON, IS_RECORD, IS_END, REFUSED };

/* Whether an element begins another report, behind one that has ended. */
static bool
another(const struct rep_aggregate_reader *r, const struct rep_markup_token *t)
{
	bool exact;

	return r->depth == 0 && r->something &&
	    rep_element_of(rep_markup_local(t->name), &exact) == REP_ELEMENT_FEEDBACK;
}

/* An element begins. */
static enum aggregate_step
start_tag(struct rep_aggregate_reader *r, const struct rep_markup_token *t)
{
	bool empty = t->kind == REP_MARKUP_EMPTY;

	if (another(r, t)) {
		r->again = true;
		if (!r->in_record)
			return IS_END;
		rep_aggregate_end_record(r);
		return IS_RECORD;
	}
	if (r->deep > 0) {
		r->deep += !empty;
		return GO_ON;
	}
	if (ends_record(r, t)) {
		r->again = true;
		return IS_RECORD;
	}
	open_one(r, t);
	if (!empty)
		return GO_ON;
	if (r->deep > 0) {
		r->deep--;
		return GO_ON;
	}
	return close_one(r) ? IS_RECORD : GO_ON;
}

static enum aggregate_step
one_token(struct rep_aggregate_reader *r)
{
	const struct rep_markup_token *t = &r->token;

	switch (t->kind) {
	case REP_MARKUP_TYPE:
		if (!t->odd)
			return GO_ON;
		r->stopped = true;
		return r->head.records > 0 ? IS_END : REFUSED;
	case REP_MARKUP_START:
	case REP_MARKUP_EMPTY: return start_tag(r, t);
	case REP_MARKUP_END:
		r->again = true;
		if (end_tag(r, t))
			return IS_RECORD;
		r->again = false;
		return GO_ON;
	case REP_MARKUP_TEXT:
	case REP_MARKUP_DATA: add_text(r, t); return GO_ON;
	default: return GO_ON;
	}
}

/* Everything was read. What is open is noted; a record that is not complete is left out. */
static enum aggregate_step
at_end(struct rep_aggregate_reader *r)
{
	if (r->markup.cut || r->depth > 0)
		rep_aggregate_note_element(r, REP_FAULT_TRUNCATED,
		    r->depth > 0 ? r->open[r->depth - 1].e : REP_ELEMENT_NONE,
		    r->markup.base + r->markup.at);
	/* A row without a record ends with the report. */
	if (r->in_record && !within(r, BIT(RECORD) | BIT(ROW)) && r->depth == 0) {
		rep_aggregate_end_record(r);
		return IS_RECORD;
	}
	r->depth = 0;
	return r->something ? IS_END : REFUSED;
}

static enum rep_rc
refuse(const struct rep_aggregate_reader *r, struct rep_err *err)
{
	return r->token.kind == REP_MARKUP_TYPE && r->token.odd
	    ? rep_fail(err, REP_ESYNTAX,
		  "it declares entities at byte %llu: no report does, and nothing of it is read",
		  (unsigned long long)r->token.offset)
	    : rep_fail(err, REP_ESYNTAX,
		  "it is XML without an element of an aggregate report (feedback, RFC 9990); %llu bytes were read",
		  (unsigned long long)(r->markup.base + r->markup.at));
}

enum rep_rc
rep_aggregate_next(
    struct rep_aggregate_reader *r, enum rep_aggregate_item *item, struct rep_err *err)
{
	enum aggregate_step step = GO_ON;
	enum rep_rc rc;

	if (r->ended) {
		rep_aggregate_begin_report(r);
		if (r->stopped)
			return REP_ENOTFOUND;
	}
	while (step == GO_ON) {
		if (r->stopped)
			return REP_ENOTFOUND;
		if (!r->again && (rc = rep_markup_next(&r->markup, &r->token)) != REP_OK) {
			if (rc != REP_ENOTFOUND)
				return rep_fail(err, REP_EMEM, "out of memory");
			if (!r->markup.last)
				return REP_ENOTFOUND;
			r->stopped = !r->in_record || r->depth > 0;
			step = at_end(r);
		} else {
			r->again = false;
			step = one_token(r);
		}
	}
	if (r->full)
		return rep_fail(err, REP_EMEM, "a report needs more memory than it may take");
	if (step == REFUSED) {
		r->stopped = true;
		return refuse(r, err);
	}
	if (step == IS_END)
		rep_aggregate_end_report(r);
	*item = step == IS_RECORD ? REP_AGGREGATE_RECORD : REP_AGGREGATE_END;
	return REP_OK;
}

size_t
rep_aggregate_feed(struct rep_aggregate_reader *r, struct rep_str bytes, bool last)
{
	return rep_markup_feed(&r->markup, bytes, last);
}

const struct rep_aggregate *
rep_aggregate_head(const struct rep_aggregate_reader *r)
{
	return &r->head;
}

const struct rep_aggregate_record *
rep_aggregate_record(const struct rep_aggregate_reader *r)
{
	return &r->record;
}

const struct rep_report_note *
rep_aggregate_notes(const struct rep_aggregate_reader *r, size_t *n, uint64_t *left)
{
	*n = r->faults.n;
	*left = r->faults.left;
	return r->faults.v;
}

/* --- life -------------------------------------------------------------------------------------------- */

struct rep_aggregate_reader *
rep_aggregate_new(void)
{
	struct rep_aggregate_reader *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->head_a = rep_arena_new(HEAD_BYTES);
	r->record_a = rep_arena_new(REP_AGGREGATE_RECORD_BYTES);
	rep_buf_init(&r->text, 2 * REP_AGGREGATE_VALUE);
	rep_buf_init(&r->value, 4 * REP_AGGREGATE_VALUE);
	rep_markup_begin(&r->markup);
	if (r->head_a == NULL || r->record_a == NULL) {
		rep_aggregate_free(r);
		return NULL;
	}
	rep_aggregate_begin_report(r);
	return r;
}

void
rep_aggregate_free(struct rep_aggregate_reader *r)
{
	if (r == NULL)
		return;
	rep_markup_end(&r->markup);
	rep_buf_fini(&r->text);
	rep_buf_fini(&r->value);
	rep_arena_free(r->head_a);
	rep_arena_free(r->record_a);
	free(r);
}

void
rep_aggregate_reset(struct rep_aggregate_reader *r)
{
	rep_markup_end(&r->markup);
	rep_markup_begin(&r->markup);
	rep_aggregate_begin_report(r);
	r->stopped = r->again = r->full = false;
}

bool
rep_aggregate_begins(struct rep_str head)
{
	static const char *const words[] = { "<?xml", "feedback", "report_metadata",
		"policy_published" };
	char narrow[1024];
	size_t n = 0;
	struct rep_str s;

	/* Without the zero bytes of UTF-16. */
	for (size_t i = 0; i < head.n && n < sizeof narrow; i++)
		if (head.p[i] != '\0')
			narrow[n++] = head.p[i];
	s = rep_str_trim((struct rep_str){ narrow, n });
	for (size_t i = 0; i < 3 && s.n > 0 && (unsigned char)s.p[0] >= 0x80; i++)
		s = rep_str_sub(s, 1, SIZE_MAX);
	s = rep_str_trim(s);
	return s.n > 0 && s.p[0] == '<' && rep_str_has_any_nocase(s, words, REP_COUNT(words));
}
