/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/tls_read.h"
#include "intake/json_repair.h"
#include "intake/report_pack.h"
#include "intake/tls_report.h"

enum { LOAD = JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL };

struct tls_reading {
	struct rep_document *d;
	struct rep_arena *a;
	struct rep_str s; /* the document */
	size_t at;	  /* of the text that is read now */
	struct rep_faults *f;
	unsigned repaired;
	uint64_t bad;
	size_t bad_at;
	bool bad_json;
	json_error_t why; /* of the first bad one */
	bool full;
};

/* --- one text of JSON -------------------------------------------------------------------------------- */

/* Notes a member that is there twice. jansson says which, and where, in its sentence only. */
static void
note_twice(struct tls_reading *r, const json_error_t *e)
{
	struct rep_str said = rep_str_c(e->text), name = { "", 0 };
	size_t from = rep_str_find(said, REP_S("near '\""), 0), to;

	if (from != SIZE_MAX && (to = rep_str_find(said, REP_S("\"'"), from + 7)) != SIZE_MAX)
		name = rep_str_sub(said, from + 7, to - from - 7);
	rep_fault_add(r->f, REP_FAULT_TWICE, name, REP_S(""), r->at + (uint64_t)e->position);
}

/* Parses what begins s; *used gets how many bytes that is. NULL: *e says why not. */
static json_t *
load(struct tls_reading *r, struct rep_str s, size_t *used, json_error_t *e)
{
	json_t *o = json_loadb(s.p, s.n, LOAD | JSON_REJECT_DUPLICATES, e);

	if (o == NULL && json_error_code(e) == json_error_duplicate_key) {
		note_twice(r, e);
		o = json_loadb(s.p, s.n, LOAD, e);
	}
	*used = o != NULL ? (size_t)e->position : 0;
	return o;
}

/* The byte behind the text that begins at r->at and cannot be read to its end: the next line that begins an object. */
static size_t
next_object(const struct tls_reading *r)
{
	size_t nl = rep_str_find(r->s, REP_S("\n{"), r->at + 1);

	return nl != SIZE_MAX ? nl + 1 : r->s.n;
}

/* What comes before the place where a text breaks off. */
static json_t *
salvaged(struct tls_reading *r, struct rep_str s, const json_error_t *e)
{
	/* Without the byte that was wrong. */
	size_t upto = e->position > 0 ? (size_t)e->position - 1 : 0;
	struct rep_str whole = rep_json_salvage(s, upto, r->a);
	bool ended = json_error_code(e) == json_error_premature_end_of_input;
	json_error_t again;
	size_t used;
	json_t *o;

	if (whole.n == 0 || (o = load(r, whole, &used, &again)) == NULL)
		return NULL;
	rep_fault_add(r->f, ended ? REP_FAULT_TRUNCATED : REP_FAULT_SYNTAX, REP_S(""), REP_S(""),
	    r->at + (ended ? (uint64_t)e->position : upto));
	return o;
}

static json_t *
text(struct tls_reading *r, size_t *used, json_error_t *e)
{
	struct rep_str s = rep_str_sub(r->s, r->at, r->s.n);
	json_t *o = load(r, s, used, e);
	size_t whole;
	char *clean;

	if (o != NULL)
		return o;
	*used = next_object(r) - r->at;
	if (r->repaired++ >= REP_TLS_BAD_MAX)
		return NULL;
	if ((clean = rep_arena_alloc(r->a, s.n + 1)) != NULL &&
	    rep_json_clean(s, clean, r->at, r->f)) {
		s.p = clean;
		if ((o = load(r, s, &whole, e)) != NULL) {
			*used = whole;
			return o;
		}
	}
	return salvaged(r, s, e);
}

/* --- reports --------------------------------------------------------------------------------------------- */

static void
forget_faults(struct tls_reading *r)
{
	r->f->n = 0;
	r->f->left = 0;
}

/* Packs what an object, or a list of them, says. False: nothing in it is a report. */
static bool
report(struct tls_reading *r, const json_t *o)
{
	struct rep_tls_report t;
	size_t n = json_is_array(o) ? json_array_size(o) : 1;
	bool any = false;

	for (size_t i = 0; i < n && !r->full; i++) {
		if (!rep_tls_report_of(json_is_array(o) ? json_array_get(o, i) : o, r->a, r->f, &t))
			continue;
		t.notes = r->f->v;
		t.notes_n = r->f->n;
		t.notes_left = r->f->left;
		r->d->tls_reports++;
		any = true;
		if (r->d->pack != NULL) {
			rep_pack_tls(r->d->pack, &t);
			r->full = r->d->pack->out.full;
		}
		forget_faults(r);
	}
	return any;
}

static size_t
skip_blanks(struct rep_str s, size_t i)
{
	while (
	    i < s.n && (rep_blank(s.p[i]) || s.p[i] == ',' || s.p[i] == '\0' || s.p[i] == '\x1e'))
		i++;
	return i;
}

/* Notes what is behind a text, if it is no other one; returns where the next one begins. */
static size_t
behind(struct tls_reading *r, size_t i)
{
	i = skip_blanks(r->s, i);
	if (i >= r->s.n || r->s.p[i] == '{' || r->s.p[i] == '[')
		return i;
	rep_fault_add(r->f, REP_FAULT_BEHIND, REP_S(""), rep_str_sub(r->s, i, REP_NOTE_SHOWN), i);
	r->at = i;
	return next_object(r);
}

static void
read_text(struct tls_reading *r)
{
	size_t used = 0, from = r->at, next;
	json_error_t e = { .text = "" };
	json_t *o = text(r, &used, &e);

	next = behind(r, from + used);
	if (o == NULL || !report(r, o)) {
		forget_faults(r);
		if (r->bad++ == 0) {
			r->bad_at = from;
			r->bad_json = e.text[0] != '\0'; /* also when a part of it could be read */
			r->why = e;
		}
	}
	json_decref(o);
	r->at = next;
}

static unsigned long long
line_of(struct rep_str s, size_t at)
{
	unsigned long long n = 1;

	for (size_t i = rep_str_chr(s, '\n', 0); i < at; i = rep_str_chr(s, '\n', i + 1))
		n++;
	return n;
}

static enum rep_rc
refused(const struct tls_reading *r, struct rep_err *err)
{
	size_t at = r->bad_at + (r->bad_json ? (size_t)r->why.position : 0);

	return rep_fail(err, REP_ESYNTAX, "line %llu, byte %zu: %s%s", line_of(r->s, at), at,
	    r->bad_json ? "not JSON: " : "not a TLS report", r->bad_json ? r->why.text : "");
}

/* Says what of the document was not used. */
static void
say_left_out(struct tls_reading *r)
{
	struct rep_err why = { .msg = "" };

	(void)refused(r, &why);
	r->d->reason = rep_arena_printf(r->a, "%s (%llu such text%s in all)%s; the rest was used",
	    why.msg, (unsigned long long)r->bad, rep_plural(r->bad),
	    r->at < r->s.n ? "; what comes after it was not read" : "");
}

enum rep_rc
rep_tls_read(struct rep_document *d, struct rep_arena *a, struct rep_err *err)
{
	static struct rep_faults faults;
	struct tls_reading r = { .d = d, .a = a, .s = d->bytes, .f = &faults };
	uint64_t before = d->tls_reports;

	if (d->bytes.n > REP_TLS_BYTES_MAX)
		return rep_fail(
		    err, REP_ELIMIT, "a TLS report of more than %d MB", REP_TLS_BYTES_MAX >> 20);
	memset(&faults, 0, sizeof faults);
	faults.arena = a;
	if (rep_str_starts(r.s, REP_S("\xef\xbb\xbf"))) {
		rep_fault_add(&faults, REP_FAULT_ENCODING, REP_S(""), REP_S(""), 0);
		r.at = 3;
	}
	r.at = skip_blanks(r.s, r.at);
	while (r.at < r.s.n && r.bad < REP_TLS_BAD_MAX && !r.full)
		read_text(&r);
	if (r.full)
		return rep_fail(err, REP_ELIMIT, "its reports have more than one answer can hold");
	if (d->tls_reports == before)
		return refused(&r, err);
	if (r.bad > 0)
		say_left_out(&r);
	return REP_OK;
}
