/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/news.h"

#include <stdlib.h>

#define STATE "told"
enum { STATE_MAX = 1 << 20 /* of some 20 bytes an incident */ };

/* What was told of an incident. */
struct told_line {
	uint64_t id, episodes, alert;
	bool open;
};

/* Takes the next number and the blank or line end behind it. False: there is none. */
static bool
number(struct rep_str *s, uint64_t *out)
{
	size_t n = 0;

	while (n < s->n && rep_digit(s->p[n]))
		n++;
	if (!rep_str_u64(rep_str_sub(*s, 0, n), INT64_MAX, out))
		return false;
	*s = rep_str_sub(*s, n + 1, s->n);
	return true;
}

static int
by_id(const void *a, const void *b)
{
	const struct told_line *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* The lines "7 1 2 4": incident 7, open, two episodes, in alert 4; by number. One of another form is left out. */
static enum rep_rc
lines_of(struct rep_str text, struct rep_arena *a, struct told_line **out, size_t *n,
    struct rep_err *err)
{
	size_t room = 1;

	for (size_t i = 0; i < text.n; i++)
		room += text.p[i] == '\n';
	*n = 0;
	if ((*out = rep_arena_alloc(a, room * sizeof **out)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	while (text.n > 0) {
		size_t end = rep_str_chr(text, '\n', 0);
		struct rep_str s = rep_str_sub(text, 0, end);
		struct told_line *l = &(*out)[*n];
		uint64_t open;

		if (number(&s, &l->id) && number(&s, &open) && number(&s, &l->episodes)) {
			l->open = open != 0;
			if (!number(&s, &l->alert))
				l->alert = 0; /* an older program had no alerts */
			++*n;
		}
		text = rep_str_sub(text, end == SIZE_MAX ? text.n : end + 1, text.n);
	}
	qsort(*out, *n, sizeof **out, by_id);
	return REP_OK;
}

/* told: NULL when nothing was told of it yet. */
static enum rep_news_kind
kind_of(const struct rep_incident *i, const struct told_line *told)
{
	bool open = i->life == REP_LIFE_ACTIVE;

	if (i->life == REP_LIFE_SUSPECTED)
		return REP_NEWS_NONE;
	if (told == NULL)
		return !open		? REP_NEWS_NONE
		    : i->episodes_n > 1 ? REP_NEWS_RETURNED
					: REP_NEWS_BEGAN;
	if (!open)
		return told->open ? REP_NEWS_OVER : REP_NEWS_NONE;
	/* It was over in between, whether that was told or not. */
	return !told->open || i->episodes_n > told->episodes ? REP_NEWS_RETURNED : REP_NEWS_NONE;
}

enum rep_rc
rep_news_find(const struct rep_verdict_set *set, struct rep_store *store, struct rep_news *out,
    struct rep_err *err)
{
	const struct rep_verdicts *v = &set->verdicts;
	struct rep_str text;
	struct told_line *told;
	enum rep_rc rc;
	size_t n;

	out->n = 0;
	if ((rc = rep_store_state_get(store, STATE, &text, err)) != REP_OK ||
	    (rc = lines_of(text, set->arena, &told, &n, err)) != REP_OK)
		return rc;
	out->of = rep_arena_alloc(set->arena, (v->incidents_n + 1) * sizeof *out->of);
	out->alert = rep_arena_alloc(set->arena, (v->incidents_n + 1) * sizeof *out->alert);
	if (out->of == NULL || out->alert == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t k = 0; k < v->incidents_n; k++) {
		struct told_line key = { .id = (uint64_t)v->incidents[k].id };

		const struct told_line *before = bsearch(&key, told, n, sizeof key, by_id);

		out->of[k] = kind_of(&v->incidents[k], before);
		out->alert[k] = before == NULL ? 0 : before->alert;
		out->n += out->of[k] != REP_NEWS_NONE;
	}
	return REP_OK;
}

enum rep_rc
rep_news_told(const struct rep_verdict_set *set, const struct rep_news *news,
    struct rep_store *store, struct rep_err *err)
{
	const struct rep_verdicts *v = &set->verdicts;
	const struct told_line *before;
	struct told_line *told, line;
	struct rep_str text;
	struct rep_buf b;
	enum rep_rc rc;
	size_t n;

	if ((rc = rep_store_state_get(store, STATE, &text, err)) != REP_OK ||
	    (rc = lines_of(text, set->arena, &told, &n, err)) != REP_OK)
		return rc;
	rep_buf_init(&b, STATE_MAX);
	for (size_t k = 0; k < v->incidents_n; k++) {
		const struct rep_incident *i = &v->incidents[k];

		line = (struct told_line){ .id = (uint64_t)i->id,
			.episodes = i->episodes_n,
			.alert = news->alert[k],
			.open = i->life == REP_LIFE_ACTIVE };
		before = bsearch(&line, told, n, sizeof line, by_id);
		/* Of one that is only suspected nothing is told, so what was told before stays. */
		if (i->life == REP_LIFE_SUSPECTED && before == NULL)
			continue;
		if (i->life == REP_LIFE_SUSPECTED)
			line = *before;
		rep_buf_printf(&b, "%llu %d %llu %llu\n", (unsigned long long)line.id, line.open,
		    (unsigned long long)line.episodes, (unsigned long long)line.alert);
	}
	rc = b.full ? rep_fail(err, REP_ELIMIT, "more incidents than are remembered as told")
		    : rep_store_state_put(store, STATE, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
}
