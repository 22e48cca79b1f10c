/*
 * What a story expects, and whether that holds. One table of verbs. A verb reads its words when the
 * story is parsed, so that a mistake is reported with its line. It compares later.
 *
 * An expectation about a cause, evidence or advice is about the incident that the last `expect
 * incident` found. Without one it is about the most urgent incident.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"
#include "told.h"
#include "base/time.h"
#include "engine/verdicts.h"
#include "cli/why.h"
#include "judge/ledger.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_FIELDS = 12 };

enum relation { EQUAL = 0, AT_LEAST, AT_MOST, LESS, MORE };

/* "key=value" or "key>=number" */
struct field {
	const struct field_kind *kind;
	struct rep_str value;
	enum relation relation;
	uint64_t number;
	struct rep_str mark; /* since=MARK~10m */
	int64_t at_s, within_s;
};

struct story_expect {
	const struct verb *verb;
	bool no;
	uint64_t count; /* of `expect N incidents` */
	struct field fields[MAX_FIELDS];
	size_t fields_n;
	struct rep_str word[4]; /* of the others */
	enum relation relation;
	double number;
	enum rep_cause cause;
	bool lacks;
};

/* What is compared at the time. */
struct holding {
	const struct story_expect *e;
	struct story_scene *scene;
	const struct rep_verdict_set *set;
	const struct rep_verdicts *v;
	struct rep_str *why;
};

static bool
fails(struct holding *h, struct rep_str why)
{
	*h->why = why.p != NULL ? why : REP_S("(no room for the reason)");
	return false;
}

#define FAILS(h, ...) fails((h), rep_arena_printf((h)->scene->a, __VA_ARGS__))

/* --- fields of incidents ------------------------------------------------------------------------- */

static const struct rep_episode *
last(const struct rep_incident *i)
{
	return &i->episodes[i->episodes_n - 1];
}

static bool
is_source(const struct holding *h, uint32_t label, struct rep_str what)
{
	struct rep_str name = rep_name(&h->set->in.names, label);
	size_t slash = rep_str_rchr(name, '/');
	char ip[REP_IP_TEXT];

	return rep_str_eq(what, name) ||
	    rep_str_eq(what, rep_source_text(&h->set->in, label, ip)) ||
	    (slash != SIZE_MAX && rep_str_eq(what, rep_str_sub(name, slash + 1, name.n)));
}

static bool
is_provider(const struct holding *h, const struct rep_cell_key *k, struct rep_str what)
{
	struct rep_str domain = rep_name(&h->set->in.names, k->provider_domain);

	return rep_str_eq(what, domain.n > 0 ? domain : rep_name(&h->set->in.names, k->provider));
}

static const struct rep_cell *
cell(const struct holding *h, const struct rep_incident *i)
{
	return &h->v->cells[i->cell];
}

static bool
is_time(struct holding *h, const struct field *f, int64_t got_s)
{
	int64_t at_s = f->at_s, apart;

	if (f->mark.n > 0 && !story_world_mark(h->scene->world, f->mark, &at_s))
		return false;
	apart = got_s > at_s ? got_s - at_s : at_s - got_s;
	return apart <= f->within_s;
}

static bool
is_number(enum relation r, double want, double got)
{
	switch (r) {
	case EQUAL: return got >= want && got <= want;
	case AT_LEAST: return got >= want;
	case AT_MOST: return got <= want;
	case LESS: return got < want;
	case MORE: return got > want;
	}
	return false;
}

static bool
f_provider(struct holding *h, const struct field *f, const struct rep_incident *i)
{
	return is_provider(h, &cell(h, i)->key, f->value);
}

static bool
f_source(struct holding *h, const struct field *f, const struct rep_incident *i)
{
	return is_source(h, cell(h, i)->key.label, f->value);
}

static bool
f_route(struct holding *h, const struct field *f, const struct rep_incident *i)
{
	struct rep_str route = rep_name(&h->set->in.names, cell(h, i)->key.route);

	return rep_str_eq(f->value, route.n > 0 ? route : REP_S("none"));
}

static bool
f_class(struct holding *h, const struct field *f, const struct rep_incident *i)
{
	const char *word = rep_class_word(i->class);

	(void)h;
	return word != NULL && rep_str_eq(f->value, rep_str_c(word));
}

static bool
f_rule(struct holding *h, const struct field *f, const struct rep_incident *i)
{
	struct rep_str id = rep_name(&h->set->in.names, i->rule);

	return rep_str_eq(f->value, id.n > 0 ? id : REP_S("none"));
}

static bool
f_stage(struct holding *h, const struct field *f, const struct rep_incident *i)
{
	const char *word = rep_stage_word(i->stage);

	(void)h;
	return rep_str_eq(f->value, rep_str_c(word != NULL ? word : "none"));
}

static bool
f_state(struct holding *h, const struct field *f, const struct rep_incident *i)
{
	(void)h;
	return rep_str_eq(f->value, REP_S("open"))
	    ? i->life != REP_LIFE_OVER
	    : rep_str_eq(f->value, rep_str_c(rep_life_word(i->life)));
}

static bool
f_since(struct holding *h, const struct field *f, const struct rep_incident *i)
{
	return is_time(h, f, last(i)->since_s);
}

static bool
f_until(struct holding *h, const struct field *f, const struct rep_incident *i)
{
	return last(i)->until_s != 0 && is_time(h, f, last(i)->until_s);
}

static bool
f_returns(struct holding *h, const struct field *f, const struct rep_incident *i)
{
	(void)h;
	return is_number(f->relation, (double)f->number, (double)(i->episodes_n - 1));
}

static bool
f_replies(struct holding *h, const struct field *f, const struct rep_incident *i)
{
	(void)h;
	return is_number(f->relation, (double)f->number, (double)last(i)->replies);
}

static bool
f_certain(struct holding *h, const struct field *f, const struct rep_incident *i)
{
	(void)h;
	return rep_str_eq(f->value, i->certain ? REP_S("yes") : REP_S("no"));
}

enum value_kind { WORD = 0, CLASS, STAGE, TIME, NUMBER };

static const struct field_kind {
	const char *name;
	enum value_kind value;
	bool (*fits)(struct holding *h, const struct field *f, const struct rep_incident *i);
} field_kinds[] = {
	{ "provider", WORD, f_provider },
	{ "source", WORD, f_source },
	{ "route", WORD, f_route },
	{ "class", CLASS, f_class },
	{ "rule", WORD, f_rule },
	{ "stage", STAGE, f_stage },
	{ "state", WORD, f_state },
	{ "since", TIME, f_since },
	{ "until", TIME, f_until },
	{ "returns", NUMBER, f_returns },
	{ "replies", NUMBER, f_replies },
	{ "certain", WORD, f_certain },
};

static struct rep_str
relation_of(struct rep_str s, enum relation *r)
{
	static const struct {
		struct rep_str sign;
		enum relation relation;
	} signs[] = { { { ">=", 2 }, AT_LEAST }, { { "<=", 2 }, AT_MOST }, { { "<", 1 }, LESS },
		{ { ">", 1 }, MORE }, { { "=", 1 }, EQUAL } };

	for (size_t i = 0; i < REP_COUNT(signs); i++)
		if (rep_str_starts(s, signs[i].sign)) {
			*r = signs[i].relation;
			return rep_str_sub(s, signs[i].sign.n, s.n);
		}
	return s;
}

/* "2026-01-05T10:00:00Z", "MARK", each perhaps with "~10m" */
static bool
read_time(struct field *f)
{
	size_t tilde = rep_str_chr(f->value, '~', 0);
	struct rep_str t = rep_str_sub(f->value, 0, tilde);

	if (tilde != SIZE_MAX &&
	    !story_span(rep_str_sub(f->value, tilde + 1, f->value.n), &f->within_s))
		return false;
	if (t.n > 0 && rep_digit(t.p[0]))
		return rep_time_parse(t, &f->at_s, NULL, NULL) == REP_OK;
	f->mark = t;
	return t.n > 0;
}

static enum rep_rc
read_field(struct rep_str s, struct field *f, struct rep_err *err)
{
	const char *names[REP_COUNT(field_kinds)], *near;
	struct rep_str name;
	size_t n = 0;
	enum rep_class class;
	enum rep_stage stage;
	bool fine = true;

	while (n < s.n && s.p[n] != '=' && s.p[n] != '<' && s.p[n] != '>')
		n++;
	name = rep_str_sub(s, 0, n);
	for (size_t i = 0; i < REP_COUNT(field_kinds); i++) {
		names[i] = field_kinds[i].name;
		if (rep_str_eq(name, rep_str_c(names[i])))
			f->kind = &field_kinds[i];
	}
	if (f->kind == NULL) {
		near = rep_word_nearest(name, names, REP_COUNT(names));
		return rep_fail(err, REP_ESYNTAX, "an incident has no \"%.*s\"%s%s%s", REP_PR(name),
		    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		    near != NULL ? "\"?" : "");
	}
	f->value = relation_of(rep_str_sub(s, n, s.n), &f->relation);
	switch (f->kind->value) {
	case WORD: fine = f->value.n > 0; break;
	case CLASS: fine = rep_class_parse(f->value, &class, NULL); break;
	case STAGE: fine = rep_stage_parse(f->value, &stage, NULL); break;
	case TIME: fine = read_time(f); break;
	case NUMBER: fine = rep_str_u64(f->value, UINT32_MAX, &f->number); break;
	}
	return fine ? REP_OK
		    : rep_fail(err, REP_ESYNTAX, "\"%.*s\" does not fit %s", REP_PR(f->value),
			  f->kind->name);
}

/* --- incidents --------------------------------------------------------------------------------------- */

static enum rep_rc
read_fields(struct story *st, struct story_words *w, struct story_expect *e, struct rep_err *err)
{
	enum rep_rc rc;

	(void)st;
	while (story_more(w)) {
		if (e->fields_n == MAX_FIELDS)
			return rep_fail(err, REP_ESYNTAX, "more than %d fields", MAX_FIELDS);
		if ((rc = read_field(story_next(w), &e->fields[e->fields_n++], err)) != REP_OK)
			return rc;
	}
	return REP_OK;
}

static bool
fits(struct holding *h, const struct rep_incident *i)
{
	for (size_t n = 0; n < h->e->fields_n; n++)
		if (!h->e->fields[n].kind->fits(h, &h->e->fields[n], i))
			return false;
	return true;
}

/* "microsoft-consumer source=out-a class=blocked rule=... state=active since=... returns=0; " */
static struct rep_str
incidents_there(struct holding *h)
{
	struct rep_buf b;

	rep_buf_init(&b, 1 << 20);
	for (size_t n = 0; n < h->v->incidents_n; n++) {
		const struct rep_incident *i = &h->v->incidents[n];
		const struct rep_cell_key *k = &cell(h, i)->key;
		struct rep_str domain = rep_name(&h->set->in.names, k->provider_domain);
		struct rep_str rule = rep_name(&h->set->in.names, i->rule);
		const char *stage = rep_stage_word(i->stage), *class = rep_class_word(i->class);
		char since[REP_TIME_TEXT], until[REP_TIME_TEXT], ip[REP_IP_TEXT];

		rep_buf_add(&b, n > 0 ? REP_S("; provider=") : REP_S("provider="));
		rep_buf_add(&b, domain.n > 0 ? domain : rep_name(&h->set->in.names, k->provider));
		rep_buf_add(&b, REP_S(" source="));
		rep_buf_add(&b, rep_source_text(&h->set->in, k->label, ip));
		rep_buf_add(&b, REP_S(" route="));
		rep_buf_add(&b, rep_name(&h->set->in.names, k->route));
		rep_buf_printf(&b, " class=%s rule=", class != NULL ? class : "none");
		rep_buf_add(&b, rule.n > 0 ? rule : REP_S("none"));
		rep_buf_printf(&b, " stage=%s state=%s since=%s until=%s returns=%zu replies=%llu",
		    stage != NULL ? stage : "none", rep_life_word(i->life),
		    rep_time_text(last(i)->since_s, since),
		    last(i)->until_s != 0 ? rep_time_text(last(i)->until_s, until) : "open",
		    i->episodes_n - 1, (unsigned long long)last(i)->replies);
	}
	if (h->v->incidents_n == 0)
		rep_buf_add(&b, REP_S("no incident"));
	return rep_arena_take(h->scene->a, &b);
}

static size_t
matching(struct holding *h, size_t *first)
{
	size_t found = 0;

	for (size_t n = h->v->incidents_n; n > 0; n--)
		if (fits(h, &h->v->incidents[n - 1])) {
			*first = n - 1;
			found++;
		}
	return found;
}

static bool
incident_holds(struct holding *h)
{
	size_t first = SIZE_MAX, n = matching(h, &first);

	if (n == 0)
		return fails(h, incidents_there(h));
	h->scene->chosen = first;
	return true;
}

static bool
incidents_hold(struct holding *h)
{
	size_t first, n = matching(h, &first);
	struct rep_str there;

	if (n == h->e->count)
		return true;
	there = incidents_there(h);
	return FAILS(h, "%zu of them: %.*s", n, REP_PR(there));
}

/* The incident spoken of, or NULL. */
static const struct rep_incident *
chosen(struct holding *h)
{
	size_t n = h->scene->chosen != SIZE_MAX ? h->scene->chosen : 0;

	if (n >= h->v->incidents_n) {
		*h->why = REP_S("no incident");
		return NULL;
	}
	return &h->v->incidents[n];
}

/* --- one word: evidence, unknown, cannot-be ---------------------------------------------------------------- */

static enum rep_rc
read_word(struct story *st, struct story_words *w, struct story_expect *e, struct rep_err *err)
{
	(void)st;
	e->word[0] = story_next(w);
	return e->word[0].n > 0 ? REP_OK : rep_fail(err, REP_ESYNTAX, "a name was expected");
}

static bool
evidence_holds(struct holding *h)
{
	const struct rep_incident *i = chosen(h);
	bool found = false;
	struct rep_str all;
	struct rep_buf b;

	if (i == NULL)
		return false;
	rep_buf_init(&b, 1 << 20);
	for (size_t n = 0; n < i->evidence_n; n++) {
		found |= rep_str_eq(h->e->word[0], rep_str_c(i->evidence[n].name));
		rep_buf_printf(&b, "%s%s", n > 0 ? " " : "", i->evidence[n].name);
	}
	all = rep_arena_take(h->scene->a, &b);
	return found || FAILS(h, "evidence: %.*s", REP_PR(all));
}

static bool
unknown_holds(struct holding *h)
{
	const struct rep_incident *i = chosen(h);
	bool found = false;
	struct rep_str all;
	struct rep_buf b;

	if (i == NULL)
		return false;
	rep_buf_init(&b, 1 << 20);
	for (size_t n = 0; n < i->unknown_n; n++) {
		found |= rep_str_eq(h->e->word[0], rep_str_c(i->unknown[n].what));
		rep_buf_printf(&b, "%s%s", n > 0 ? ", " : "", i->unknown[n].what);
	}
	all = rep_arena_take(h->scene->a, &b);
	return found || FAILS(h, "unknown: %.*s", REP_PR(all));
}

static enum rep_rc
read_cause(struct story *st, struct story_words *w, struct story_expect *e, struct rep_err *err)
{
	struct rep_str s = story_next(w);
	const char *near = NULL;

	(void)st;
	if (!rep_cause_parse(s, &e->cause, &near))
		return rep_fail(err, REP_ESYNTAX, "no cause \"%.*s\"%s%s%s", REP_PR(s),
		    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		    near != NULL ? "\"?" : "");
	return REP_OK;
}

static bool
cannot_be_holds(struct holding *h)
{
	const struct rep_incident *i = chosen(h);

	return i != NULL &&
	    (i->cannot_be[h->e->cause] || FAILS(h, "%s can be", rep_cause_word(h->e->cause)));
}

/* --- causes --------------------------------------------------------------------------------------------- */

/* cause NAME likeliest | almost-surely | probably | cannot-tell | unlikely | >= 0.65 */
static enum rep_rc
read_verdict(struct story *st, struct story_words *w, struct story_expect *e, struct rep_err *err)
{
	static const char *const words[] = { "likeliest", "almost-surely", "probably",
		"cannot-tell", "unlikely" };
	enum rep_rc rc = read_cause(st, w, e, err);
	struct rep_str s = story_next(w), rest;
	uint64_t whole, parts = 0;
	size_t dot;

	if (rc != REP_OK)
		return rc;
	for (size_t i = 0; i < REP_COUNT(words); i++)
		if (rep_str_eq(s, rep_str_c(words[i]))) {
			e->word[0] = s;
			return REP_OK;
		}
	rest = relation_of(s, &e->relation);
	if (rest.n == 0)
		rest = story_next(w);
	dot = rep_str_chr(rest, '.', 0);
	if (!rep_str_u64(rep_str_sub(rest, 0, dot), 1, &whole) ||
	    (dot != SIZE_MAX &&
		(rest.n - dot != 3 || !rep_str_u64(rep_str_sub(rest, dot + 1, 2), 99, &parts))))
		return rep_fail(err, REP_ESYNTAX,
		    "likeliest, almost-surely, probably, cannot-tell, unlikely or >= 0.65 was "
		    "expected");
	e->number = (double)whole + (double)parts / 100;
	return REP_OK;
}

static struct rep_str
causes_there(struct holding *h, const struct rep_incident *i)
{
	struct rep_buf b;

	rep_buf_init(&b, 1 << 20);
	for (int c = 0; c < REP_CAUSE_N; c++)
		rep_buf_printf(&b, "%s%s %.2f", c > 0 ? ", " : "",
		    rep_cause_word((enum rep_cause)c), i->probability[c]);
	return rep_arena_take(h->scene->a, &b);
}

static bool
cause_holds(struct holding *h)
{
	const struct rep_incident *i = chosen(h);
	const struct rep_weights *w = &h->set->weights;
	struct rep_str word = h->e->word[0];
	bool held = true;
	double p;

	if (i == NULL)
		return false;
	p = i->probability[h->e->cause];
	if (word.n == 0)
		held = is_number(h->e->relation, h->e->number, p);
	else if (rep_str_eq(word, REP_S("almost-surely")))
		held = p >= w->almost_surely;
	else if (rep_str_eq(word, REP_S("probably")))
		held = p >= w->probably;
	else if (rep_str_eq(word, REP_S("unlikely")))
		held = p <= w->unlikely;
	else if (rep_str_eq(word, REP_S("cannot-tell")))
		held = p > w->unlikely && p < w->probably;
	else
		for (int c = 0; c < REP_CAUSE_N; c++)
			held = held && i->probability[c] <= p;
	return held || fails(h, causes_there(h, i));
}

/* --- texts --------------------------------------------------------------------------------------------- */

/* why contains "..", advice [N] lacks ".." */
static enum rep_rc
read_text(struct story *st, struct story_words *w, struct story_expect *e, struct rep_err *err)
{
	struct rep_str s = story_next(w);
	uint64_t nth;

	(void)st;
	if (rep_str_u64(s, 99, &nth)) {
		e->count = nth;
		s = story_next(w);
	}
	e->lacks = rep_str_eq(s, REP_S("lacks"));
	if (!e->lacks && !rep_str_eq(s, REP_S("contains")))
		return rep_fail(err, REP_ESYNTAX, "contains \"..\" or lacks \"..\" was expected");
	e->word[0] = story_next(w);
	return e->word[0].n > 0 ? REP_OK
				: rep_fail(err, REP_ESYNTAX, "the words looked for are missing");
}

/* Lines are wrapped for people: blanks and newlines are one. */
static bool
says(struct rep_buf *b, struct rep_str words)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		bool blank = rep_blank(b->p[i]);

		if (!blank || (n > 0 && b->p[n - 1] != ' '))
			b->p[n++] = blank ? ' ' : b->p[i];
	}
	b->n = n;
	return rep_str_find_nocase(rep_buf_str(b), words, 0) != SIZE_MAX;
}

static bool
text_holds(struct holding *h, struct rep_buf *b)
{
	bool held = says(b, h->e->word[0]) != h->e->lacks;
	struct rep_str said = rep_buf_str(b);

	if (!held)
		(void)FAILS(h, "it says: %.*s", REP_PR(said));
	rep_buf_fini(b);
	return held;
}

static bool
why_holds(struct holding *h)
{
	const struct rep_incident **all =
	    rep_arena_alloc(h->scene->a, (h->v->incidents_n + 1) * sizeof *all);
	struct rep_asked asked;
	struct rep_buf b;

	if (all == NULL)
		return FAILS(h, "the story is too large");
	rep_buf_init(&b, 16 << 20);
	for (size_t i = 0; i < h->v->incidents_n; i++)
		all[i] = &h->v->incidents[i];
	(void)rep_asked_parse(&asked, h->set, (struct rep_str){ "", 0 });
	rep_why_text(&b, h->set, all, h->v->incidents_n, &asked, false);
	return text_holds(h, &b);
}

static bool
advice_holds(struct holding *h)
{
	const struct rep_incident *i = chosen(h);
	struct rep_buf b;

	if (i == NULL)
		return false;
	rep_buf_init(&b, 1 << 20);
	for (size_t n = 0; n < i->next_n; n++)
		if (h->e->count == 0 || h->e->count == n + 1)
			rep_buf_printf(&b, "%zu %.*s %.*s %.*s\n", n + 1, REP_PR(i->next[n].step),
			    REP_PR(i->next[n].url), REP_PR(i->next[n].text));
	return text_holds(h, &b);
}

/* --- status, counts ------------------------------------------------------------------------------------- */

/* state SOURCE PROVIDER well */
static enum rep_rc
read_state(struct story *st, struct story_words *w, struct story_expect *e, struct rep_err *err)
{
	(void)st;
	for (int n = 0; n < 3; n++)
		e->word[n] = story_next(w);
	for (int s = REP_STATE_UNKNOWN; s <= REP_STATE_BLOCKED; s++)
		if (rep_str_eq(e->word[2], rep_str_c(rep_state_word((enum rep_state)s))))
			return REP_OK;
	return rep_fail(err, REP_ESYNTAX,
	    "SOURCE PROVIDER and well, throttled, failing, listed, blocked or unknown was expected");
}

static bool
state_holds(struct holding *h)
{
	for (size_t n = 0; n < h->v->cells_n; n++) {
		const struct rep_cell *c = &h->v->cells[n];

		if (!c->folded && is_provider(h, &c->key, h->e->word[1]) &&
		    (is_source(h, c->key.label, h->e->word[0]) ||
			rep_str_eq(rep_name(&h->set->in.names, c->key.route), h->e->word[0])))
			return rep_str_eq(h->e->word[2], rep_str_c(rep_state_word(c->state))) ||
			    FAILS(h, "it is %s", rep_state_word(c->state));
	}
	return FAILS(h, "there is no such cell");
}

/* deliveries 20; bad 0 */
static enum rep_rc
read_number(struct story *st, struct story_words *w, struct story_expect *e, struct rep_err *err)
{
	struct rep_str s = relation_of(story_next(w), &e->relation);
	uint64_t v;

	(void)st;
	if (s.n == 0)
		s = story_next(w);
	if (!rep_str_u64(s, UINT32_MAX, &v))
		return rep_fail(err, REP_ESYNTAX, "a number was expected, as 20 or >= 20");
	e->number = (double)v;
	return REP_OK;
}

static bool
deliveries_hold(struct holding *h)
{
	return is_number(h->e->relation, h->e->number, (double)h->set->totals.counted) ||
	    FAILS(h, "%llu deliveries", (unsigned long long)h->set->totals.counted);
}

static bool
bad_holds(struct holding *h)
{
	return is_number(h->e->relation, h->e->number, (double)h->scene->bad) ||
	    FAILS(h, "%llu lines could not be read", (unsigned long long)h->scene->bad);
}

/* lost >= 20: what bounced or expired since the incident's last stay began */
static bool
lost_holds(struct holding *h)
{
	const struct rep_incident *i = chosen(h);
	struct rep_ledger l;
	uint64_t lost;

	if (i == NULL)
		return false;
	if (!rep_ledger(&h->scene->set->verdicts, i, h->scene->set->arena, &l))
		return FAILS(h, "there is no ledger");
	lost = l.last.all.bounced + l.last.all.expired;
	return is_number(h->e->relation, h->e->number, (double)lost) ||
	    FAILS(h, "%llu were lost", (unsigned long long)lost);
}

/* --- what the daemon told ------------------------------------------------------------------------------- */

/* told opened "words of its title" */
static enum rep_rc
read_told(struct story *st, struct story_words *w, struct story_expect *e, struct rep_err *err)
{
	(void)st;
	e->word[0] = story_next(w);
	e->word[1] = story_next(w);
	for (int k = 0; k < REP_ALERT_EVENTS; k++)
		if (rep_str_eq(
			e->word[0], rep_str_c(rep_alert_event_word((enum rep_alert_event)k))))
			return e->word[1].n > 0
			    ? REP_OK
			    : rep_fail(err, REP_ESYNTAX, "words of its title were expected");
	return rep_fail(err, REP_ESYNTAX, "opened, updated or resolved was expected");
}

/* The next message, in their order. */
static bool
told_holds(struct holding *h)
{
	struct story_told *t = h->scene->told;
	struct story_message *m = t == NULL ? NULL : story_told_left(t);

	if (t == NULL)
		return true;
	if (m == NULL)
		return FAILS(h, "nothing more was told");
	if (!rep_str_eq(h->e->word[0], rep_str_c(rep_alert_event_word(m->event))) ||
	    rep_str_find_nocase(m->title, h->e->word[1], 0) == SIZE_MAX)
		return FAILS(h, "%s \"%.*s\"", rep_alert_event_word(m->event), REP_PR(m->title));
	t->expected = m;
	return true;
}

/* --- all verbs ------------------------------------------------------------------------------------------ */

static const struct verb {
	const char *word;
	enum rep_rc (*read)(
	    struct story *st, struct story_words *w, struct story_expect *e, struct rep_err *err);
	bool (*holds)(struct holding *h);
} verbs[] = {
	{ "incident", read_fields, incident_holds },
	{ "incidents", read_fields, incidents_hold },
	{ "evidence", read_word, evidence_holds },
	{ "unknown", read_word, unknown_holds },
	{ "cause", read_verdict, cause_holds },
	{ "cannot-be", read_cause, cannot_be_holds },
	{ "why", read_text, why_holds },
	{ "advice", read_text, advice_holds },
	{ "state", read_state, state_holds },
	{ "deliveries", read_number, deliveries_hold },
	{ "bad", read_number, bad_holds },
	{ "lost", read_number, lost_holds },
	{ "told", read_told, told_holds },
};

enum rep_rc
story_expect_parse(
    struct story *st, struct story_words *w, const struct story_expect **out, struct rep_err *err)
{
	struct story_expect *e = rep_arena_alloc(st->a, sizeof *e);
	const char *names[REP_COUNT(verbs)], *near;
	struct rep_str word = story_next(w);
	bool counted = false;

	if (e == NULL)
		return rep_fail(err, REP_ELIMIT, "the story is too large");
	if (rep_str_eq(word, REP_S("no"))) {
		e->no = true;
		word = story_next(w);
	} else if (rep_str_u64(word, 1000, &e->count)) {
		counted = true;
		word = story_next(w);
		if (rep_str_eq(word, REP_S("incident"))) /* expect 1 incident */
			word = REP_S("incidents");
	}
	for (size_t i = 0; i < REP_COUNT(verbs); i++) {
		names[i] = verbs[i].word;
		if (rep_str_eq(word, rep_str_c(names[i])))
			e->verb = &verbs[i];
	}
	if (e->verb == NULL || counted != (e->verb->holds == incidents_hold)) {
		near = rep_word_nearest(word, names, REP_COUNT(verbs));
		return rep_fail(err, REP_ESYNTAX, "\"%.*s\" cannot be expected here%s%s%s",
		    REP_PR(word), near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		    near != NULL ? "\"?" : "");
	}
	*out = e;
	return e->verb->read(st, w, e, err);
}

bool
story_expect_holds(const struct story_expect *e, struct story_scene *scene, struct rep_str *why)
{
	struct holding h = { e, scene, scene->set, &scene->set->verdicts, why };
	struct rep_str there;

	*why = REP_S("it holds");
	if (!e->no)
		return e->verb->holds(&h) &&
		    ((e->verb->holds != why_holds && e->verb->holds != advice_holds) ||
			story_agrees(scene, why));
	/* "no" of the incident spoken of needs that incident. */
	if (e->verb->holds != incident_holds && e->verb->holds != why_holds && chosen(&h) == NULL)
		return false;
	if (!e->verb->holds(&h))
		return true;
	there = incidents_there(&h);
	*why = rep_arena_printf(scene->a, "there is: %.*s", REP_PR(there));
	return false;
}
