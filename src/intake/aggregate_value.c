/*
 * intake/aggregate_value.c -- puts together what the elements of an aggregate report say, and notes what is wrong with it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "intake/aggregate_inside.h"

/*
 * Judgement: DMARC was published in 2012; a time before 2010 or after 2100 is a mistake, and none at all. A count is believed
 * up to a thousand million: one record is of one address at one receiver, mostly of one day.
 */
static const int64_t first_s = 1262304000, last_s = 4102444800;
static const uint64_t count_most = UINT64_C(1000000000);

/* --- notes ------------------------------------------------------------------------------------------- */

static struct rep_str
keep(struct rep_aggregate_reader *r, struct rep_arena *a, struct rep_str s)
{
	enum { APART = 32 }; /* most bytes that the arena takes for itself */
	struct rep_str copy;

	if (a == r->record_a && rep_arena_used(a) + s.n + APART > REP_AGGREGATE_RECORD_BYTES) {
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

void
rep_aggregate_note(struct rep_aggregate_reader *r, enum rep_report_fault fault,
    struct rep_str element, struct rep_str value, uint64_t offset)
{
	rep_fault_add(&r->faults, fault, element, value, offset);
}

void
rep_aggregate_note_element(struct rep_aggregate_reader *r, enum rep_report_fault fault,
    enum rep_element e, uint64_t offset)
{
	rep_aggregate_note(r, fault, rep_str_c(rep_element_word(e)), REP_S(""), offset);
}

/* --- a report begins and ends ------------------------------------------------------------------------ */

void
rep_aggregate_begin_report(struct rep_aggregate_reader *r)
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

void
rep_aggregate_begin_record(struct rep_aggregate_reader *r, uint64_t offset)
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
void
rep_aggregate_end_record(struct rep_aggregate_reader *r)
{
	static const enum rep_element wanted[] = { REP_ELEMENT_SOURCE_IP, REP_ELEMENT_COUNT,
		REP_ELEMENT_DISPOSITION, REP_ELEMENT_HEADER_FROM, REP_ELEMENT_AUTH };

	for (size_t i = 0; i < REP_COUNT(wanted); i++)
		if (!got(r->record_got, wanted[i]))
			rep_aggregate_note_element(
			    r, REP_FAULT_MISSING, wanted[i], r->record.offset);
	if (r->record_cut)
		rep_aggregate_note_element(r, REP_FAULT_LONG, REP_ELEMENT_RECORD, r->record.offset);
	r->head.records++;
	r->head.count += r->record.count;
	r->in_record = false;
}

void
rep_aggregate_end_report(struct rep_aggregate_reader *r)
{
	static const enum rep_element wanted[] = { REP_ELEMENT_ORG, REP_ELEMENT_EMAIL,
		REP_ELEMENT_ID, REP_ELEMENT_BEGIN, REP_ELEMENT_END, REP_ELEMENT_DOMAIN,
		REP_ELEMENT_P, REP_ELEMENT_RECORD };
	struct rep_aggregate *h = &r->head;

	for (size_t i = 0; i < REP_COUNT(wanted); i++)
		if (!got(r->head_got, wanted[i]))
			rep_aggregate_note_element(r, REP_FAULT_MISSING, wanted[i], 0);
	if (h->begin_s > 0 && h->end_s > 0 && h->end_s < h->begin_s) {
		rep_aggregate_note_element(r, REP_FAULT_TIME, REP_ELEMENT_END, 0);
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
		rep_aggregate_note(r, REP_FAULT_TIME, rep_str_c(rep_element_word(e)), s, offset);
	*at_s = t < first_s || t >= last_s ? 0 : t;
}

static void
set_word(struct rep_aggregate_reader *r, struct rep_arena *a, struct rep_said *out,
    enum rep_said_list list, enum rep_element e, struct rep_str s, uint64_t offset)
{
	if (!rep_said_parse(list, s, out)) {
		rep_aggregate_note(r, REP_FAULT_WORD, rep_str_c(rep_element_word(e)), s, offset);
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
		rep_aggregate_note(r, REP_FAULT_ADDRESS, REP_S("source_ip"), s, offset);
	} else if (bare.n != s.n) {
		rep_aggregate_note(r, REP_FAULT_ADDRESS, REP_S("source_ip"), s, offset);
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
		rep_aggregate_note(r, REP_FAULT_NUMBER, REP_S("count"), s, offset);
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
		rep_aggregate_note(r, REP_FAULT_NUMBER, REP_S("pct"), s, offset);
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
void
rep_aggregate_set_head(
    struct rep_aggregate_reader *r, enum rep_element e, struct rep_str s, uint64_t offset)
{
	enum rep_said_list list;
	struct rep_str *text = head_text(&r->head, e);
	struct rep_said *word = head_word(&r->head, e, &list);

	if (got(r->head_got, e)) {
		/* RFC 7489 allows several errors; all others there may be one of. */
		if (e != REP_ELEMENT_ERROR)
			rep_aggregate_note_element(r, REP_FAULT_TWICE, e, offset);
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
void
rep_aggregate_set_record(
    struct rep_aggregate_reader *r, enum rep_element e, struct rep_str s, uint64_t offset)
{
	struct rep_aggregate_record *p = &r->record;

	if (got(r->record_got, e)) {
		rep_aggregate_note_element(r, REP_FAULT_TWICE, e, offset);
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
		rep_aggregate_note_element(r, REP_FAULT_TWICE, e, offset);
	r->said_got |= UINT64_C(1) << e;
	return first;
}

/* An element of a signature or of SPF. */
void
rep_aggregate_set_said(
    struct rep_aggregate_reader *r, enum rep_element e, struct rep_str s, uint64_t offset)
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

void
rep_aggregate_set_reason(
    struct rep_aggregate_reader *r, enum rep_element e, struct rep_str s, uint64_t offset)
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
