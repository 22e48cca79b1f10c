/* SPDX-License-Identifier: Apache-2.0 */
#include "api/incidents.h"
#include "api/words.h"
#include "judge/advised.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_MAX = 8 << 10 };

static const char *const state_words[] = { "all", "open", "over" };

static const struct rep_param_row rows[] = {
	{ "q", REP_PARAM_TEXT, offsetof(struct rep_incidents_ask, q), NULL, 0, 0 },
	{ "provider", REP_PARAM_TEXT, offsetof(struct rep_incidents_ask, provider), NULL, 0, 0 },
	{ "source", REP_PARAM_TEXT, offsetof(struct rep_incidents_ask, source), NULL, 0, 0 },
	{ "state", REP_PARAM_WORD, offsetof(struct rep_incidents_ask, state), state_words,
	    REP_COUNT(state_words), 0 },
	{ "from", REP_PARAM_TIME, offsetof(struct rep_incidents_ask, from_s), NULL, 0, 0 },
	{ "until", REP_PARAM_TIME, offsetof(struct rep_incidents_ask, until_s), NULL, 0, 0 },
	{ "page", REP_PARAM_TEXT, offsetof(struct rep_incidents_ask, page), NULL, 0, 0 },
};

enum rep_rc
rep_incidents_parse(
    const struct rep_param *v, size_t n, struct rep_incidents_ask *ask, struct rep_err *err)
{
	struct rep_str rest;
	enum rep_rc rc;

	*ask = (struct rep_incidents_ask){ .from_s = INT64_MIN, .until_s = INT64_MIN };
	if ((rc = rep_params_read(v, n, rows, REP_COUNT(rows), ask, err)) != REP_OK ||
	    (rc = rep_cursor_parse(ask->page, &ask->after, &ask->later, err)) != REP_OK)
		return rc;
	if (ask->from_s != INT64_MIN && ask->until_s != INT64_MIN && ask->from_s >= ask->until_s)
		return rep_fail(err, REP_EUSAGE, "from: a time before until is expected");
	for (rest = ask->q; rest.n > 0;) {
		size_t blank = rep_str_chr(rest, ' ', 0);

		if (ask->words_n == REP_INCIDENTS_WORDS)
			return rep_fail(
			    err, REP_EUSAGE, "q: more than %d words", REP_INCIDENTS_WORDS);
		ask->words[ask->words_n++] = rep_str_sub(rest, 0, blank);
		rest = rep_str_trim(rep_str_sub(rest, blank, SIZE_MAX));
	}
	return REP_OK;
}

/* --- searching ------------------------------------------------------------------------------------- */

struct searching {
	const struct rep_api_world *w;
	const struct rep_incidents_ask *ask;
	const struct rep_verdicts *v;
	struct rep_buf text; /* all that words may be found in */
};

static void
add(struct rep_buf *b, struct rep_str s)
{
	rep_buf_add(b, s);
	rep_buf_addc(b, '\n');
}

static void
add_text(struct searching *s, const struct rep_incident *i)
{
	const struct rep_judge_in *in = s->v->in;
	const struct rep_cell_key *key = &s->v->cells[i->cell].key;
	int cause = rep_advised_cause(i);
	char ip[REP_IP_TEXT];

	rep_buf_clear(&s->text);
	add(&s->text, rep_name(&in->names, key->provider));
	add(&s->text, rep_provider_text(in, key, s->w->arena));
	add(&s->text, rep_name(&in->names, key->provider_domain));
	add(&s->text, rep_name(&in->names, key->route));
	if (!i->everywhere) {
		add(&s->text, rep_source_text(in, key->label, ip));
		add(&s->text, rep_name(&in->names, key->label));
	}
	add(&s->text, rep_name(&in->names, i->rule));
	for (size_t n = 0; n < i->also_n; n++)
		add(&s->text, rep_name(&in->names, i->also[n].rule));
	add(&s->text, rep_str_c(rep_class_word(i->class)));
	add(&s->text, rep_str_c(rep_trouble_word(i->trouble)));
	add(&s->text, rep_api_incident_words(s->v, i, REP_API_IS, s->w->arena));
	if (cause >= 0)
		add(&s->text, rep_str_c(rep_cause_word((enum rep_cause)cause)));
}

/* A number alone is that of an incident, else each word stands somewhere in the text. */
static bool
found(struct searching *s, const struct rep_incident *i)
{
	uint64_t n;

	if (s->ask->words_n == 0)
		return true;
	if (s->ask->words_n == 1 && rep_str_u64(s->ask->words[0], INT64_MAX, &n) &&
	    i->id == (int64_t)n)
		return true;
	add_text(s, i);
	for (size_t k = 0; k < s->ask->words_n; k++)
		if (rep_str_find_nocase(rep_buf_str(&s->text), s->ask->words[k], 0) == SIZE_MAX)
			return false;
	return true;
}

static bool
in_time(const struct rep_incidents_ask *ask, const struct rep_incident *i)
{
	for (size_t e = 0; e < i->episodes_n; e++)
		if ((ask->until_s == INT64_MIN || i->episodes[e].since_s < ask->until_s) &&
		    (ask->from_s == INT64_MIN || i->episodes[e].until_s == 0 ||
			i->episodes[e].until_s >= ask->from_s))
			return true;
	return false;
}

/* "microsoft-consumer"; of a small host "other/DOMAIN". One that is not known has no incident. */
static bool
at_provider(const struct searching *s, const struct rep_incident *i)
{
	const struct rep_names *names = &s->v->in->names;
	const struct rep_cell_key *key = &s->v->cells[i->cell].key;
	struct rep_str asked = s->ask->provider;
	size_t slash = rep_str_chr(asked, '/', 0);

	return asked.n == 0 ||
	    (rep_str_eq_nocase(rep_str_sub(asked, 0, slash), rep_name(names, key->provider)) &&
		(slash == SIZE_MAX ||
		    rep_str_eq_nocase(rep_str_sub(asked, slash + 1, SIZE_MAX),
			rep_name(names, key->provider_domain))));
}

/* An address, or a label. What all own addresses have is of each of them. */
static bool
from_source(const struct searching *s, const struct rep_incident *i)
{
	const struct rep_cell_key *key = &s->v->cells[i->cell].key;
	char ip[REP_IP_TEXT];

	return s->ask->source.n == 0 || i->everywhere ||
	    rep_str_eq_nocase(s->ask->source, rep_source_text(s->v->in, key->label, ip)) ||
	    rep_str_eq_nocase(s->ask->source, rep_name(&s->v->in->names, key->label));
}

static bool
chosen(struct searching *s, const struct rep_incident *i)
{
	bool open = rep_incident_open(i);

	return (s->ask->state == REP_INCIDENTS_ALL ||
		   open == (s->ask->state == REP_INCIDENTS_OPEN)) &&
	    in_time(s->ask, i) && at_provider(s, i) && from_source(s, i) && found(s, i);
}

/* Open ones first: their time in the key is beyond that of all that are over (2^36 s are 2,177 years). */

static struct rep_cursor
key_of(const struct rep_incident *i)
{
	int64_t since_s = rep_incident_last(i)->since_s;

	return (struct rep_cursor){ since_s + (rep_incident_open(i) ? INT64_C(1) << 36 : 0),
		(uint64_t)i->id };
}

struct incident_found {
	struct rep_cursor key;
	const struct rep_incident *i;
};

static int
in_order(const void *a, const void *b)
{
	const struct incident_found *x = a, *y = b;

	return rep_cursor_cmp(&x->key, &y->key);
}

/* --- the answer ------------------------------------------------------------------------------------ */

static void
cause_json(struct rep_json *j, const struct rep_verdicts *v, const struct rep_incident *i)
{
	int cause = rep_advised_cause(i);

	if (cause < 0) {
		rep_json_null(j, "cause");
		rep_json_null(j, "probability");
		rep_json_null(j, "words");
		return;
	}
	rep_json_cstr(j, "cause", rep_cause_word((enum rep_cause)cause));
	rep_json_real(j, "probability", i->probability[cause], 4);
	rep_json_cstr(j, "words", rep_probability_words(v->in->weights, i->probability[cause]));
}

static void
row_json(struct rep_json *j, const struct rep_api_world *w, const struct rep_incident *i)
{
	const struct rep_verdicts *v = &w->set->verdicts;
	const struct rep_judge_in *in = v->in;
	const struct rep_cell_key *key = &v->cells[i->cell].key;
	const struct rep_episode *e = rep_incident_last(i);
	struct rep_str none = { NULL, 0 };
	char ip[REP_IP_TEXT];

	rep_json_obj(j, NULL);
	rep_json_int(j, "id", i->id);
	rep_json_cstr(j, "state", rep_life_word(i->life));
	rep_json_str(j, "sentence",
	    rep_api_incident_words(
		v, i, rep_incident_open(i) ? REP_API_IS : REP_API_WAS, w->arena));
	rep_json_str(j, "provider", rep_name(&in->names, key->provider));
	rep_json_str(j, "provider_name", rep_api_provider_name(in, key, w->arena));
	rep_json_str_or_null(j, "provider_domain", rep_name(&in->names, key->provider_domain));
	rep_json_str(j, "source", i->everywhere ? none : rep_source_text(in, key->label, ip));
	rep_json_str(j, "source_label", i->everywhere ? none : rep_name(&in->names, key->label));
	rep_json_str_or_null(j, "route", rep_name(&in->names, key->route));
	rep_json_cstr(j, "trouble", rep_trouble_word(i->trouble));
	rep_json_cstr(j, "class", rep_class_word(i->class));
	rep_json_str_or_null(j, "rule", rep_name(&in->names, i->rule));
	rep_json_time(j, "began", i->episodes[0].since_s);
	rep_json_time(j, "since", e->since_s);
	rep_json_time_or_null(j, "until", e->until_s);
	rep_json_int(j, "returns", (int64_t)i->episodes_n - 1);
	rep_json_int(j, "replies", (int64_t)e->replies);
	rep_json_int(j, "bounced", (int64_t)e->bounced);
	rep_json_int(j, "deferred", (int64_t)e->deferred);
	cause_json(j, v, i);
	rep_json_end_obj(j);
}

static void
asked_json(struct rep_json *j, const struct rep_api_world *w, const struct rep_incidents_ask *ask)
{
	rep_json_time_or_null(j, "now", w->set->totals.last_s != 0 ? w->set->in.now_s : 0);
	rep_json_str_or_null(j, "q", ask->q);
	rep_json_str_or_null(j, "provider", ask->provider);
	rep_json_str_or_null(j, "source", ask->source);
	rep_json_cstr(j, "state", state_words[ask->state]);
	rep_json_time_or_null(j, "from", ask->from_s != INT64_MIN ? ask->from_s : 0);
	rep_json_time_or_null(j, "until", ask->until_s != INT64_MIN ? ask->until_s : 0);
}

static void
page_json(struct rep_json *j, const struct rep_api_world *w, const struct incident_found *v,
    size_t n, const struct rep_cursor *after, bool later)
{
	char text[REP_CURSOR_TEXT];
	size_t from = 0, until;

	while (later && from < n && rep_cursor_cmp(&v[from].key, after) <= 0)
		from++;
	until = n - from > REP_INCIDENTS_PAGE ? from + REP_INCIDENTS_PAGE : n;
	rep_json_arr(j, "incidents");
	for (size_t k = from; k < until; k++)
		row_json(j, w, v[k].i);
	rep_json_end_arr(j);
	rep_json_cstr(j, "next", until < n ? rep_cursor_text(&v[until - 1].key, text) : NULL);
}

enum rep_rc
rep_incidents_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_incidents_ask *ask, struct rep_err *err)
{
	const struct rep_verdicts *v = &w->set->verdicts;
	struct searching s = { .w = w, .ask = ask, .v = v };
	struct incident_found *f = rep_arena_alloc(w->arena, (v->incidents_n + 1) * sizeof *f);
	size_t n = 0, open = 0;
	struct rep_json j;

	if (f == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for incidents");
	rep_buf_init(&s.text, TEXT_MAX);
	for (size_t k = 0; k < v->incidents_n; k++)
		if (chosen(&s, &v->incidents[k])) {
			open += rep_incident_open(&v->incidents[k]);
			f[n++] =
			    (struct incident_found){ key_of(&v->incidents[k]), &v->incidents[k] };
		}
	rep_buf_fini(&s.text);
	qsort(f, n, sizeof *f, in_order);
	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	asked_json(&j, w, ask);
	rep_json_int(&j, "found", (int64_t)n);
	rep_json_int(&j, "open", (int64_t)open);
	page_json(&j, w, f, n, &ask->after, ask->later);
	rep_json_obj(&j, "limits");
	rep_json_int(&j, "page", REP_INCIDENTS_PAGE);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	return rep_api_done(out, "incidents", err);
}
