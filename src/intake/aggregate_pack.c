/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/aggregate_pack.h"

#include <stddef.h>

/* Slots: three of a record, one of reasons, three of each of the first results. What has none is packed whole. */
enum { SLOT_FROM, SLOT_ENVELOPE_FROM, SLOT_ENVELOPE_TO, SLOT_COMMENT, SLOT_AUTH };

/* --- pack -------------------------------------------------------------------------------------------- */

static unsigned
slot_of(size_t auth, unsigned k)
{
	size_t slot = SLOT_AUTH + auth * 3 + k;

	return slot < REP_PACK_SLOTS ? (unsigned)slot : REP_PACK_WHOLE;
}

void
rep_pack_record(struct rep_pack *p, const struct rep_aggregate_record *r)
{
	rep_pack_n(p, REP_PACKED_RECORD);
	rep_pack_ip(p, &r->source_ip);
	rep_pack_n(p, r->count);
	rep_pack_n(p, r->offset);
	rep_pack_said(p, &r->disposition);
	rep_pack_said(p, &r->dkim);
	rep_pack_said(p, &r->spf);
	rep_pack_str(p, r->header_from, SLOT_FROM);
	rep_pack_str(p, r->envelope_from, SLOT_ENVELOPE_FROM);
	rep_pack_str(p, r->envelope_to, SLOT_ENVELOPE_TO);
	rep_pack_n(p, r->reasons_n);
	for (size_t i = 0; i < r->reasons_n; i++) {
		rep_pack_said(p, &r->reasons[i].type);
		rep_pack_str(p, r->reasons[i].comment, i == 0 ? SLOT_COMMENT : REP_PACK_WHOLE);
	}
	rep_pack_n(p, r->auth_n);
	for (size_t i = 0; i < r->auth_n; i++) {
		const struct rep_auth_said *a = &r->auth[i];

		rep_pack_n(p, a->dkim);
		rep_pack_said(p, &a->result);
		rep_pack_said(p, &a->scope);
		rep_pack_str(p, a->domain, slot_of(i, 0));
		rep_pack_str(p, a->selector, slot_of(i, 1));
		rep_pack_str(p, a->human, slot_of(i, 2));
	}
}

/* The strings and words of a head, in the order they are packed. */
#define AT(field) offsetof(struct rep_aggregate, field)
static const size_t strings[] = { AT(org), AT(email), AT(contact), AT(report_id), AT(error),
	AT(generator), AT(version), AT(domain), AT(fo) };
static const struct {
	size_t at;
	enum rep_said_list list;
} head_words[] = { { AT(p), REP_SAID_POLICY }, { AT(sp), REP_SAID_POLICY },
	{ AT(np), REP_SAID_POLICY }, { AT(adkim), REP_SAID_ALIGNMENT },
	{ AT(aspf), REP_SAID_ALIGNMENT }, { AT(testing), REP_SAID_YES_NO },
	{ AT(psd), REP_SAID_YES_NO }, { AT(discovery), REP_SAID_DISCOVERY } };

void
rep_pack_end(struct rep_pack *p, const struct rep_aggregate *h, const struct rep_report_note *v,
    size_t n, uint64_t left)
{
	rep_pack_n(p, REP_PACKED_END);
	for (size_t i = 0; i < REP_COUNT(strings); i++) {
		struct rep_str s;

		memcpy(&s, (const char *)h + strings[i], sizeof s);
		rep_pack_str(p, s, REP_PACK_WHOLE);
	}
	for (size_t i = 0; i < REP_COUNT(head_words); i++) {
		struct rep_said s;

		memcpy(&s, (const char *)h + head_words[i].at, sizeof s);
		rep_pack_said(p, &s);
	}
	rep_pack_n(p, (uint64_t)h->begin_s);
	rep_pack_n(p, (uint64_t)h->end_s);
	rep_pack_n(p, (uint64_t)h->schema);
	rep_pack_n(p, (uint64_t)(h->pct + 1));
	rep_pack_n(p, h->records);
	rep_pack_n(p, h->count);
	rep_pack_notes(p, v, n, left);
}

/* --- unpack ------------------------------------------------------------------------------------------ */

static void
get_said(struct rep_packed *u, enum rep_said_list list, struct rep_said *s)
{
	s->v = (uint8_t)rep_packed_byte(u);
	s->raw = rep_packed_str(u, REP_PACK_WHOLE);
	if (s->v != 0 && s->v != REP_SAID_ODD && rep_said_word(list, s->v) == NULL)
		u->bad = true;
}

static void
get_record(struct rep_packed *u, struct rep_unpacked *out)
{
	struct rep_aggregate_record *r = &out->record;

	memset(r, 0, sizeof *r);
	rep_packed_ip(u, &r->source_ip);
	r->count = rep_packed_n(u);
	r->offset = rep_packed_n(u);
	get_said(u, REP_SAID_DISPOSITION, &r->disposition);
	get_said(u, REP_SAID_EVALUATED, &r->dkim);
	get_said(u, REP_SAID_EVALUATED, &r->spf);
	r->header_from = rep_packed_str(u, SLOT_FROM);
	r->envelope_from = rep_packed_str(u, SLOT_ENVELOPE_FROM);
	r->envelope_to = rep_packed_str(u, SLOT_ENVELOPE_TO);
	r->reasons = out->reasons;
	r->reasons_n = (size_t)rep_packed_most(u, REP_AGGREGATE_REASONS_MAX);
	for (size_t i = 0; i < r->reasons_n && !u->bad; i++) {
		get_said(u, REP_SAID_REASON, &out->reasons[i].type);
		out->reasons[i].comment = rep_packed_str(u, i == 0 ? SLOT_COMMENT : REP_PACK_WHOLE);
	}
	r->auth = out->auth;
	r->auth_n = (size_t)rep_packed_most(u, REP_AGGREGATE_AUTH_MAX);
	for (size_t i = 0; i < r->auth_n && !u->bad; i++) {
		struct rep_auth_said *a = &out->auth[i];

		a->dkim = rep_packed_most(u, 1) != 0;
		get_said(u, a->dkim ? REP_SAID_DKIM : REP_SAID_SPF, &a->result);
		get_said(u, REP_SAID_SCOPE, &a->scope);
		a->domain = rep_packed_str(u, slot_of(i, 0));
		a->selector = rep_packed_str(u, slot_of(i, 1));
		a->human = rep_packed_str(u, slot_of(i, 2));
	}
}

static void
get_end(struct rep_packed *u, struct rep_unpacked *out)
{
	struct rep_aggregate *h = &out->head;

	for (size_t i = 0; i < REP_COUNT(strings); i++) {
		struct rep_str s = rep_packed_str(u, REP_PACK_WHOLE);

		memcpy((char *)h + strings[i], &s, sizeof s);
	}
	for (size_t i = 0; i < REP_COUNT(head_words); i++) {
		struct rep_said s;

		get_said(u, head_words[i].list, &s);
		memcpy((char *)h + head_words[i].at, &s, sizeof s);
	}
	h->begin_s = (int64_t)rep_packed_most(u, INT64_MAX);
	h->end_s = (int64_t)rep_packed_most(u, INT64_MAX);
	h->schema = (enum rep_aggregate_schema)rep_packed_most(u, REP_SCHEMA_N - 1);
	h->pct = (int)rep_packed_most(u, 101) - 1;
	h->records = rep_packed_n(u);
	h->count = rep_packed_n(u);
	rep_packed_notes(u, out->notes, &out->notes_n, &out->notes_left);
}

static void
get_tls(struct rep_packed *u, struct rep_unpacked *out)
{
	rep_packed_tls(u, &out->tls);
}

static void
get_failure(struct rep_packed *u, struct rep_unpacked *out)
{
	rep_packed_failure(u, &out->failure);
}

enum rep_rc
rep_packed_next(struct rep_packed *u, struct rep_unpacked *out, struct rep_err *err)
{
	static void (*const get[])(struct rep_packed *, struct rep_unpacked *) = {
		[REP_PACKED_RECORD] = get_record,
		[REP_PACKED_END] = get_end,
		[REP_PACKED_TLS] = get_tls,
		[REP_PACKED_FAILURE] = get_failure,
	};
	uint64_t what;

	if (u->at == u->in.n && !u->bad)
		return REP_ENOTFOUND;
	if (u->arena != NULL)
		rep_arena_reset(u->arena);
	what = rep_packed_n(u);
	if (what < REP_COUNT(get) && get[what] != NULL)
		get[what](u, out);
	else
		u->bad = true;
	if (u->no_room)
		return rep_fail(err, REP_EMEM, "a report in it has more than can be taken");
	if (u->bad)
		return rep_fail(err, REP_ESYNTAX,
		    "what a worker says of a report makes no sense at byte %zu", u->at);
	out->tag = (enum rep_packed_tag)what;
	out->item = what == REP_PACKED_RECORD ? REP_AGGREGATE_RECORD : REP_AGGREGATE_END;
	return REP_OK;
}
