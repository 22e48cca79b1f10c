/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/aggregate.h"
#include "base/hash.h"
#include "base/markup.h"
#include "base/time.h"
#include "intake/aggregate_names.h"
#include "intake/faults.h"

#include <stdlib.h>

enum {
	HEAD_BYTES = 256 << 10,
	RECORD_BYTES = 1
	    << 20, /* Judgement: a record with a dozen results has some 3 KB; what is more is left empty */
	GUESSES = 32, /* names that nobody knows are compared with all; more of them are not */
};

/*
 * Judgement: DMARC was published in 2012; a time before 2010 or after 2100 is a mistake, and none at all. A count is believed
 * up to a thousand million: one record is of one address at one receiver, mostly of one day.
 */
static const int64_t first_s = 1262304000, last_s = 4102444800;
static const uint64_t count_most = UINT64_C(1000000000);

struct open_element {
	enum rep_element e;
	uint64_t name; /* hash of its name as written, for its end */
	uint64_t offset;
	bool holds; /* it has elements in it */
};

struct rep_aggregate_reader {
	struct rep_markup markup;
	struct rep_arena *head_a, *record_a;
	struct rep_buf text, value;
	struct open_element open[REP_AGGREGATE_DEPTH];
	size_t depth, deep; /* `deep` more are open that are not looked at */
	size_t outside;	    /* depth of the extension that is open; 0: none */
	struct rep_str prefix;
	char prefix_room[32];
	bool rooted; /* the first element was seen */

	struct rep_aggregate head;
	uint64_t head_got, record_got, said_got; /* bits of elements that were seen */
	struct rep_aggregate_record record;
	struct rep_auth_said auth[REP_AGGREGATE_AUTH_MAX], said;
	struct rep_override_said reasons[REP_AGGREGATE_REASONS_MAX], reason;
	bool in_record, row_seen;
	bool record_cut; /* a value of it had no room */
	/* Of the text since the last tag: longer than is read, with a sign that begins nothing, where none may be. */
	bool value_cut, value_odd, stray;
	bool new7489, new9990; /* it has what only one of them has */
	bool something;	       /* of a report was seen */
	bool stopped;	       /* nothing more is read of this document */
	bool ended;	       /* END was given: the next item begins another report */

	struct rep_faults faults; /* their texts are in head_a */
	unsigned guesses;

	struct rep_markup_token token; /* when `again`: it was taken, and is not done with */
	bool again;
	bool full; /* out of memory */
};

/* --- notes ------------------------------------------------------------------------------------------- */

static struct rep_str
keep(struct rep_aggregate_reader *r, struct rep_arena *a, struct rep_str s)
{
	enum { APART = 32 }; /* most bytes that the arena takes for itself */
	struct rep_str copy;

	if (a == r->record_a && rep_arena_used(a) + s.n + APART > RECORD_BYTES) {
		r->record_cut = true;
		return REP_S("");
	}
	copy = s.n > 0 ? rep_arena_dup(a, s) : REP_S("");
	if (copy.p == NULL) {
		r->full = true;
		copy = (struct rep_str){ "", 0 };
	}
	return copy;
}

static void
note(struct rep_aggregate_reader *r, enum rep_report_fault fault, struct rep_str element,
    struct rep_str value, uint64_t offset)
{
	rep_fault_add(&r->faults, fault, element, value, offset);
}

static void
note_element(struct rep_aggregate_reader *r, enum rep_report_fault fault, enum rep_element e,
    uint64_t offset)
{
	note(r, fault, rep_str_c(rep_element_word(e)), REP_S(""), offset);
}

/* --- a report begins and ends ------------------------------------------------------------------------ */

static void
begin_report(struct rep_aggregate_reader *r)
{
	rep_arena_reset(r->head_a);
	memset(&r->head, 0, sizeof r->head);
	r->head.pct = -1;
	r->head_got = r->record_got = 0;
	r->in_record = r->row_seen = false;
	r->value_cut = r->value_odd = r->stray = false;
	r->new7489 = r->new9990 = r->something = r->ended = false;
	r->depth = r->deep = r->outside = 0;
	r->rooted = false;
	r->faults.n = 0;
	r->faults.left = 0;
	r->faults.arena = r->head_a;
	r->guesses = 0;
}

static void
begin_record(struct rep_aggregate_reader *r, uint64_t offset)
{
	rep_arena_reset(r->record_a);
	memset(&r->record, 0, sizeof r->record);
	r->record.count = 1;
	r->record.offset = offset;
	r->record.auth = r->auth;
	r->record.reasons = r->reasons;
	r->record_got = 0;
	r->in_record = r->something = true;
	r->row_seen = r->record_cut = false;
}

static bool
got(uint64_t bits, enum rep_element e)
{
	return (bits >> e & 1) != 0;
}

/* The record is complete. */
static void
end_record(struct rep_aggregate_reader *r)
{
	static const enum rep_element wanted[] = { REP_ELEMENT_SOURCE_IP, REP_ELEMENT_COUNT,
		REP_ELEMENT_DISPOSITION, REP_ELEMENT_HEADER_FROM, REP_ELEMENT_AUTH };

	for (size_t i = 0; i < REP_COUNT(wanted); i++)
		if (!got(r->record_got, wanted[i]))
			note_element(r, REP_FAULT_MISSING, wanted[i], r->record.offset);
	if (r->record_cut)
		note_element(r, REP_FAULT_LONG, REP_ELEMENT_RECORD, r->record.offset);
	r->head.records++;
	r->head.count += r->record.count;
	r->in_record = false;
}

static void
end_report(struct rep_aggregate_reader *r)
{
	static const enum rep_element wanted[] = { REP_ELEMENT_ORG, REP_ELEMENT_EMAIL,
		REP_ELEMENT_ID, REP_ELEMENT_BEGIN, REP_ELEMENT_END, REP_ELEMENT_DOMAIN,
		REP_ELEMENT_P, REP_ELEMENT_RECORD };
	struct rep_aggregate *h = &r->head;

	for (size_t i = 0; i < REP_COUNT(wanted); i++)
		if (!got(r->head_got, wanted[i]))
			note_element(r, REP_FAULT_MISSING, wanted[i], 0);
	if (h->begin_s > 0 && h->end_s > 0 && h->end_s < h->begin_s) {
		note_element(r, REP_FAULT_TIME, REP_ELEMENT_END, 0);
		h->end_s = h->begin_s;
	}
	h->schema = r->new7489 && r->new9990 ? REP_SCHEMA_MIXED
	    : r->new9990		     ? REP_SCHEMA_RFC9990
					     : REP_SCHEMA_RFC7489;
	r->ended = true;
}

/* --- values ------------------------------------------------------------------------------------------ */

/* Digits, also with a fraction of nothing. False: no number. *odd: written otherwise than as digits. */
static bool
number(struct rep_str s, uint64_t most, uint64_t *v, bool *odd)
{
	size_t dot = rep_str_chr(s, '.', 0), plus = rep_str_starts(s, REP_S("+")) ? 1 : 0;

	*odd = dot != SIZE_MAX || plus > 0;
	for (size_t i = dot; dot != SIZE_MAX && i + 1 < s.n; i++)
		if (!rep_digit(s.p[i + 1]))
			return false;
	return rep_str_u64(rep_str_sub(s, plus, (dot == SIZE_MAX ? s.n : dot) - plus), most, v);
}

static void
set_time(struct rep_aggregate_reader *r, int64_t *at_s, enum rep_element e, struct rep_str s,
    uint64_t offset)
{
	uint64_t v;
	int64_t t;
	bool odd;

	if (number(s, UINT64_MAX, &v, &odd)) {
		/* In milliseconds it has three digits more. */
		if (v >= (uint64_t)last_s && v / 1000 >= (uint64_t)first_s &&
		    v / 1000 < (uint64_t)last_s) {
			v /= 1000;
			odd = true;
		}
		t = v < (uint64_t)last_s ? (int64_t)v : 0;
	} else {
		odd = true;
		if (rep_time_parse(s, &t, NULL, NULL) != REP_OK)
			t = 0;
	}
	if (odd || t < first_s || t >= last_s)
		note(r, REP_FAULT_TIME, rep_str_c(rep_element_word(e)), s, offset);
	*at_s = t < first_s || t >= last_s ? 0 : t;
}

static void
set_word(struct rep_aggregate_reader *r, struct rep_arena *a, struct rep_said *out,
    enum rep_said_list list, enum rep_element e, struct rep_str s, uint64_t offset)
{
	if (!rep_said_parse(list, s, out)) {
		note(r, REP_FAULT_WORD, rep_str_c(rep_element_word(e)), s, offset);
		out->raw = keep(r, a, s);
	}
}

static void
set_ip(struct rep_aggregate_reader *r, struct rep_str s, uint64_t offset)
{
	struct rep_str bare = s;

	if (bare.n > 2 && bare.p[0] == '[' && bare.p[bare.n - 1] == ']')
		bare = rep_str_sub(bare, 1, bare.n - 2);
	if (!rep_ip_parse(bare, &r->record.source_ip)) {
		memset(&r->record.source_ip, 0, sizeof r->record.source_ip);
		note(r, REP_FAULT_ADDRESS, REP_S("source_ip"), s, offset);
	} else if (bare.n != s.n) {
		note(r, REP_FAULT_ADDRESS, REP_S("source_ip"), s, offset);
	}
}

static void
set_count(struct rep_aggregate_reader *r, struct rep_str s, uint64_t offset)
{
	uint64_t v = 1;
	bool odd;

	if (!number(s, count_most, &v, &odd)) {
		v = 1; /* whatever it is, one message there was */
		odd = true;
	}
	if (odd)
		note(r, REP_FAULT_NUMBER, REP_S("count"), s, offset);
	r->record.count = v;
}

static void
set_pct(struct rep_aggregate_reader *r, struct rep_str s, uint64_t offset)
{
	uint64_t v;
	bool odd;

	if (number(s, 100, &v, &odd))
		r->head.pct = (int)v;
	else if (s.n > 0)
		note(r, REP_FAULT_NUMBER, REP_S("pct"), s, offset);
}

/* Where the text of an element of the report goes. */
static struct rep_str *
head_text(struct rep_aggregate *h, enum rep_element e)
{
	switch (e) {
	case REP_ELEMENT_VERSION: return &h->version;
	case REP_ELEMENT_ORG: return &h->org;
	case REP_ELEMENT_EMAIL: return &h->email;
	case REP_ELEMENT_CONTACT: return &h->contact;
	case REP_ELEMENT_ID: return &h->report_id;
	case REP_ELEMENT_ERROR: return &h->error;
	case REP_ELEMENT_GENERATOR: return &h->generator;
	case REP_ELEMENT_DOMAIN: return &h->domain;
	case REP_ELEMENT_FO: return &h->fo;
	default: return NULL;
	}
}

static struct rep_said *
head_word(struct rep_aggregate *h, enum rep_element e, enum rep_said_list *list)
{
	*list = REP_SAID_POLICY;
	switch (e) {
	case REP_ELEMENT_P: return &h->p;
	case REP_ELEMENT_SP: return &h->sp;
	case REP_ELEMENT_NP: return &h->np;
	case REP_ELEMENT_ADKIM: *list = REP_SAID_ALIGNMENT; return &h->adkim;
	case REP_ELEMENT_ASPF: *list = REP_SAID_ALIGNMENT; return &h->aspf;
	case REP_ELEMENT_TESTING: *list = REP_SAID_YES_NO; return &h->testing;
	case REP_ELEMENT_PSD: *list = REP_SAID_YES_NO; return &h->psd;
	case REP_ELEMENT_DISCOVERY: *list = REP_SAID_DISCOVERY; return &h->discovery;
	default: return NULL;
	}
}

/* An element of the report. */
static void
set_head(struct rep_aggregate_reader *r, enum rep_element e, struct rep_str s, uint64_t offset)
{
	enum rep_said_list list;
	struct rep_str *text = head_text(&r->head, e);
	struct rep_said *word = head_word(&r->head, e, &list);

	if (got(r->head_got, e)) {
		/* RFC 7489 allows several errors; all others there may be one of. */
		if (e != REP_ELEMENT_ERROR)
			note_element(r, REP_FAULT_TWICE, e, offset);
		return;
	}
	r->head_got |= UINT64_C(1) << e;
	r->something = true;
	if (text != NULL)
		*text = keep(r, r->head_a, s);
	else if (word != NULL)
		set_word(r, r->head_a, word, list, e, s, offset);
	else if (e == REP_ELEMENT_BEGIN)
		set_time(r, &r->head.begin_s, e, s, offset);
	else if (e == REP_ELEMENT_END)
		set_time(r, &r->head.end_s, e, s, offset);
	else if (e == REP_ELEMENT_PCT)
		set_pct(r, s, offset);
	r->new7489 |= e == REP_ELEMENT_PCT;
	r->new9990 |=
	    e == REP_ELEMENT_TESTING || e == REP_ELEMENT_DISCOVERY || e == REP_ELEMENT_GENERATOR;
}

/* An element of a record. */
static void
set_record(struct rep_aggregate_reader *r, enum rep_element e, struct rep_str s, uint64_t offset)
{
	struct rep_aggregate_record *p = &r->record;

	if (got(r->record_got, e)) {
		note_element(r, REP_FAULT_TWICE, e, offset);
		return;
	}
	r->record_got |= UINT64_C(1) << e;
	switch (e) {
	case REP_ELEMENT_SOURCE_IP: set_ip(r, s, offset); break;
	case REP_ELEMENT_COUNT: set_count(r, s, offset); break;
	case REP_ELEMENT_HEADER_FROM: p->header_from = keep(r, r->record_a, s); break;
	case REP_ELEMENT_ENVELOPE_FROM: p->envelope_from = keep(r, r->record_a, s); break;
	case REP_ELEMENT_ENVELOPE_TO: p->envelope_to = keep(r, r->record_a, s); break;
	case REP_ELEMENT_DISPOSITION:
		set_word(r, r->record_a, &p->disposition, REP_SAID_DISPOSITION, e, s, offset);
		r->new9990 |= p->disposition.v == REP_DISPOSITION_PASS;
		break;
	case REP_ELEMENT_DKIM:
		set_word(r, r->record_a, &p->dkim, REP_SAID_EVALUATED, e, s, offset);
		break;
	case REP_ELEMENT_SPF:
		set_word(r, r->record_a, &p->spf, REP_SAID_EVALUATED, e, s, offset);
		break;
	default: break;
	}
}

/* Of a signature, of SPF or of a reason: whether it is the first one. */
static bool
first_said(struct rep_aggregate_reader *r, enum rep_element e, uint64_t offset)
{
	bool first = !got(r->said_got, e);

	if (!first)
		note_element(r, REP_FAULT_TWICE, e, offset);
	r->said_got |= UINT64_C(1) << e;
	return first;
}

/* An element of a signature or of SPF. */
static void
set_said(struct rep_aggregate_reader *r, enum rep_element e, struct rep_str s, uint64_t offset)
{
	struct rep_auth_said *p = &r->said;

	if (!first_said(r, e, offset))
		return;
	switch (e) {
	case REP_ELEMENT_DOMAIN: p->domain = keep(r, r->record_a, s); break;
	case REP_ELEMENT_SELECTOR: p->selector = keep(r, r->record_a, s); break;
	case REP_ELEMENT_HUMAN: p->human = keep(r, r->record_a, s); break;
	case REP_ELEMENT_RESULT:
		set_word(r, r->record_a, &p->result, p->dkim ? REP_SAID_DKIM : REP_SAID_SPF, e, s,
		    offset);
		break;
	case REP_ELEMENT_SCOPE:
		set_word(r, r->record_a, &p->scope, REP_SAID_SCOPE, e, s, offset);
		r->new7489 |= p->scope.v == REP_SPF_SCOPE_HELO;
		break;
	default: break;
	}
}

static void
set_reason(struct rep_aggregate_reader *r, enum rep_element e, struct rep_str s, uint64_t offset)
{
	struct rep_override_said *p = &r->reason;

	if (!first_said(r, e, offset))
		return;
	if (e == REP_ELEMENT_COMMENT) {
		p->comment = keep(r, r->record_a, s);
		return;
	}
	set_word(r, r->record_a, &p->type, REP_SAID_REASON, e, s, offset);
	r->new7489 |= p->type.v == REP_OVERRIDE_FORWARDED || p->type.v == REP_OVERRIDE_SAMPLED_OUT;
	r->new9990 |= p->type.v == REP_OVERRIDE_TEST_MODE;
}

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
		note_element(r, REP_FAULT_LONG, e, offset);
	rep_buf_clear(&r->value);
	if (!rep_markup_text(&r->value, raw, false, &wrong) || r->value_odd)
		note(r, REP_FAULT_TEXT, rep_str_c(rep_element_word(e)), raw, offset);
	if (wrong)
		note_element(r, REP_FAULT_ENCODING, e, offset);
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
		set_head(r, e, s, offset);
	else if (e == REP_ELEMENT_DOMAIN && in != REP_ELEMENT_DKIM && in != REP_ELEMENT_SPF &&
	    !r->in_record)
		set_head(r, e, s, offset);
	else if (!r->in_record)
		note_element(r, REP_FAULT_MISPLACED, e, offset);
	else if (e >= REP_ELEMENT_SOURCE_IP && e <= REP_ELEMENT_ENVELOPE_TO)
		set_record(r, e, s, offset);
	else if ((e == REP_ELEMENT_TYPE || e == REP_ELEMENT_COMMENT) && in == REP_ELEMENT_REASON)
		set_reason(r, e, s, offset);
	else if (e < REP_ELEMENT_TYPE && (in == REP_ELEMENT_DKIM || in == REP_ELEMENT_SPF))
		set_said(r, e, s, offset);
	else
		note_element(r, REP_FAULT_MISPLACED, e, offset);
}

/* What a signature or SPF gave is complete; or the word of it in policy_evaluated. */
static void
end_said(struct rep_aggregate_reader *r, const struct open_element *o)
{
	bool in_auth = within(r, BIT(AUTH) | BIT(EVALUATED)) == REP_ELEMENT_AUTH;
	struct rep_str s;

	if (!r->in_record)
		return;
	if (r->said_got == 0 && !o->holds) {
		s = value_of(r, o->e, o->offset);
		if (!in_auth) {
			set_record(r, o->e, s, o->offset);
			return;
		}
		if (s.n == 0)
			return;
		note_element(r, REP_FAULT_MISPLACED, o->e, o->offset);
		set_said(r, REP_ELEMENT_RESULT, s, o->offset);
	}
	if (r->said_got == 0)
		return;
	if (r->record.auth_n == REP_AGGREGATE_AUTH_MAX) {
		note_element(r, REP_FAULT_LONG, o->e, o->offset);
		return;
	}
	if (!in_auth)
		note_element(r, REP_FAULT_MISPLACED, o->e, o->offset);
	r->record_got |= BIT(AUTH);
	r->auth[r->record.auth_n++] = r->said;
}

static void
end_reason(struct rep_aggregate_reader *r, const struct open_element *o)
{
	if (!r->in_record || r->said_got == 0)
		return;
	if (r->record.reasons_n == REP_AGGREGATE_REASONS_MAX)
		note_element(r, REP_FAULT_LONG, o->e, o->offset);
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
	struct open_element o = r->open[--r->depth];

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
		end_record(r);
		return true;
	default:
		if (!rep_element_holds(o.e) && !o.holds)
			leaf(r, o.e, o.offset);
	}
	clear_text(r);
	return false;
}

/* What the name of an element is, and what is wrong with it. */
static enum rep_element
named(struct rep_aggregate_reader *r, struct rep_str name, uint64_t offset)
{
	struct rep_str local = rep_markup_local(name),
		       prefix = rep_str_sub(name, 0, name.n - local.n);
	enum rep_element e;
	bool exact;

	if (!r->rooted) {
		r->rooted = true;
		r->prefix.n = prefix.n < sizeof r->prefix_room ? prefix.n : 0;
		r->prefix.p = r->prefix_room;
		if (r->prefix.n > 0)
			memcpy(r->prefix_room, prefix.p, r->prefix.n);
	} else if (!rep_str_eq(prefix, r->prefix)) {
		return REP_ELEMENT_EXTENSION;
	}
	if ((e = rep_element_of(local, &exact)) == REP_ELEMENT_NONE && r->guesses < GUESSES) {
		r->guesses++;
		e = rep_element_near(local);
	}
	if (e == REP_ELEMENT_NONE)
		note(r, REP_FAULT_UNKNOWN, local, REP_S(""), offset);
	else if (!exact)
		note(r, REP_FAULT_NAME, rep_str_c(rep_element_word(e)), local, offset);
	return e;
}

static void
note_place(struct rep_aggregate_reader *r, enum rep_element e, uint64_t offset)
{
	enum rep_element parent = r->depth > 0 ? r->open[r->depth - 1].e : REP_ELEMENT_NONE;

	if (parent == REP_ELEMENT_NONE && r->depth > 0)
		return; /* in one that nobody knows: that was noted */
	if (!rep_element_fits(e, parent))
		note_element(r, REP_FAULT_MISPLACED, e, offset);
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
	note_element(
	    r, e == REP_ELEMENT_RECORD ? REP_FAULT_UNCLOSED : REP_FAULT_TWICE, e, t->offset);
	while (r->depth > 0 && within(r, BIT(RECORD)) != REP_ELEMENT_NONE &&
	    (e == REP_ELEMENT_RECORD || r->open[r->depth - 1].e != REP_ELEMENT_RECORD))
		if (close_one(r))
			return true;
	end_record(r);
	return true;
}

static void
open_one(struct rep_aggregate_reader *r, const struct rep_markup_token *t)
{
	enum rep_element e;
	struct open_element *o;

	if (r->depth == REP_AGGREGATE_DEPTH) {
		note(r, REP_FAULT_LONG, rep_markup_local(t->name), REP_S(""), t->offset);
		r->deep++;
		return;
	}
	if (r->depth > 0)
		r->open[r->depth - 1].holds = true;
	e = r->outside > 0 ? REP_ELEMENT_EXTENSION : named(r, t->name, t->offset);
	if (r->outside == 0)
		note_place(r, e, t->offset);
	o = &r->open[r->depth++];
	*o = (struct open_element){ .e = e, .name = rep_hash(t->name), .offset = t->offset };
	clear_text(r);
	if (e == REP_ELEMENT_EXTENSION && r->outside == 0)
		r->outside = r->depth;
	switch (e) {
	case REP_ELEMENT_FEEDBACK:
		r->something = true;
		read_namespace(r, t->text);
		break;
	case REP_ELEMENT_RECORD:
		begin_record(r, t->offset);
		r->head_got |= BIT(RECORD);
		break;
	case REP_ELEMENT_ROW:
		if (!r->in_record)
			begin_record(r, t->offset);
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
		note(r, REP_FAULT_STRAY, rep_markup_local(t->name), REP_S(""), t->offset);
		return false;
	}
	if (at < r->depth) {
		note_element(
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
	const struct open_element *o = r->depth > 0 ? &r->open[r->depth - 1] : NULL;
	size_t blanks = 0;

	if (r->outside > 0 || r->deep > 0)
		return;
	if (o == NULL || rep_element_holds(o->e) || o->holds) {
		while (blanks < t->text.n && rep_blank(t->text.p[blanks]))
			blanks++;
		if (!r->stray && blanks < t->text.n) {
			r->stray = true;
			note(r, o == NULL && r->something ? REP_FAULT_BEHIND : REP_FAULT_STRAY,
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
		end_record(r);
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
		note_element(r, REP_FAULT_TRUNCATED,
		    r->depth > 0 ? r->open[r->depth - 1].e : REP_ELEMENT_NONE,
		    r->markup.base + r->markup.at);
	/* A row without a record ends with the report. */
	if (r->in_record && !within(r, BIT(RECORD) | BIT(ROW)) && r->depth == 0) {
		end_record(r);
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
		begin_report(r);
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
		end_report(r);
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
	r->record_a = rep_arena_new(RECORD_BYTES);
	rep_buf_init(&r->text, 2 * REP_AGGREGATE_VALUE);
	rep_buf_init(&r->value, 4 * REP_AGGREGATE_VALUE);
	rep_markup_begin(&r->markup);
	if (r->head_a == NULL || r->record_a == NULL) {
		rep_aggregate_free(r);
		return NULL;
	}
	begin_report(r);
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
	begin_report(r);
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
