/* SPDX-License-Identifier: Apache-2.0 */
#include "api/notes.h"
#include "fact/noted.h"
#include "judge/advised.h"

static const struct rep_param_row rows[] = {
	{ "incident", REP_PARAM_NUMBER, offsetof(struct rep_noted_ask, incident), NULL, 0,
	    INT64_MAX },
	{ "page", REP_PARAM_TEXT, offsetof(struct rep_noted_ask, page), NULL, 0, 0 },
};

enum rep_rc
rep_noted_parse(const struct rep_param *v, size_t n, struct rep_noted_ask *ask, struct rep_err *err)
{
	enum rep_rc rc;

	*ask = (struct rep_noted_ask){ .incident = 0 };
	rc = rep_params_read(v, n, rows, REP_COUNT(rows), ask, err);
	return rc != REP_OK ? rc : rep_cursor_parse(ask->page, &ask->after, &ask->later, err);
}

const struct rep_noted **
rep_api_steps(const struct rep_noted *v, size_t n, struct rep_arena *a, size_t *steps)
{
	const struct rep_noted **of = rep_arena_alloc(a, (n + 1) * sizeof *of);

	*steps = 0;
	for (size_t i = 0; of != NULL && i < n; i++) {
		size_t k = 0;

		if (v[i].act != REP_NOTED_DONE && v[i].act != REP_NOTED_UNDONE)
			continue;
		while (k < *steps && !rep_noted_same_step(of[k]->step, v[i].step))
			k++;
		*steps += k == *steps;
		of[k] = &v[i];
	}
	return of;
}

static void
steps_json(struct rep_json *j, const struct rep_noted *const *v, size_t n)
{
	rep_json_arr(j, "steps");
	for (size_t i = 0; i < n; i++) {
		rep_json_obj(j, NULL);
		rep_json_str(j, "step", v[i]->step);
		rep_json_bool(j, "done", v[i]->act == REP_NOTED_DONE);
		rep_json_str_or_null(j, "who", v[i]->who);
		rep_json_time(j, "at", v[i]->at_s);
		rep_json_int(j, "note", (int64_t)v[i]->n);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

static void
number_or_null(struct rep_json *j, const char *key, uint64_t n)
{
	if (n != 0)
		rep_json_int(j, key, (int64_t)n);
	else
		rep_json_null(j, key);
}

static void
note_json(struct rep_json *j, const struct rep_noted *x)
{
	rep_json_obj(j, NULL);
	rep_json_int(j, "note", (int64_t)x->n);
	rep_json_time(j, "at", x->at_s);
	number_or_null(j, "incident", (uint64_t)x->incident);
	number_or_null(j, "alert", x->alert);
	rep_json_str_or_null(j, "who", x->who);
	rep_json_cstr(j, "act", rep_noted_word(x->act));
	rep_json_str_or_null(j, "step", x->step);
	rep_json_str_or_null(j, "head", rep_advised_head(x->step));
	rep_json_str_or_null(j, "text", x->text);
	rep_json_end_obj(j);
}

/* Newest first. Numbers say what is newer: a clock may be set back. */
static void
page_json(struct rep_json *j, const struct rep_noted *v, size_t n, const struct rep_cursor *after,
    bool later)
{
	char text[REP_CURSOR_TEXT];
	size_t from = n, until;

	while (later && from > 0 && v[from - 1].n >= after->n)
		from--;
	until = from > REP_NOTES_PAGE ? from - REP_NOTES_PAGE : 0;
	rep_json_arr(j, "notes");
	for (size_t i = from; i > until; i--)
		note_json(j, &v[i - 1]);
	rep_json_end_arr(j);
	rep_json_cstr(j, "next",
	    until == 0 ? NULL
		       : rep_cursor_text(&(struct rep_cursor){ v[until].at_s, v[until].n }, text));
}

enum rep_rc
rep_noted_json(struct rep_buf *out, const struct rep_api_world *w, const struct rep_noted_ask *ask,
    struct rep_err *err)
{
	const struct rep_noted **steps = NULL;
	struct rep_noted *v = NULL;
	size_t n = 0, steps_n = 0;
	struct rep_json j;
	enum rep_rc rc = rep_store_noted(w->store, (int64_t)ask->incident, w->arena, &v, &n, err);

	if (rc != REP_OK)
		return rc;
	if (ask->incident != 0 && (steps = rep_api_steps(v, n, w->arena, &steps_n)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for notes");
	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_time(&j, "now", rep_session_present(w->session));
	number_or_null(&j, "incident", ask->incident);
	steps_json(&j, steps, steps_n);
	rep_json_int(&j, "found", (int64_t)n);
	page_json(&j, v, n, &ask->after, ask->later);
	rep_json_obj(&j, "limits");
	rep_json_int(&j, "page", REP_NOTES_PAGE);
	rep_json_int(&j, "text", REP_NOTED_TEXT_MAX);
	rep_json_int(&j, "kept", REP_NOTED_MAX);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	return rep_api_done(out, "notes", err);
}
