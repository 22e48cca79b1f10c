/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/news.h"

#include <stdlib.h>

#define STATE "told"
enum { STATE_MAX = 1 << 20 /* of some 20 bytes an incident */ };

/* What was told of an incident. */
struct told_line {
	uint64_t id, episodes, alert;
	uint64_t replies; /* UINT64_MAX: an older program did not store it */
	int64_t gone_s;	  /* since when it is gone; 0: it is not */
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

/*
 * The lines "7 1 2 4 90 0": incident 7, open, two episodes, in alert 4, 90 replies, not gone; by number. One of
 * another form is left out. Older programs wrote fewer numbers.
 */
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
		uint64_t open, gone;

		if (number(&s, &l->id) && number(&s, &open) && number(&s, &l->episodes)) {
			l->open = open != 0;
			if (!number(&s, &l->alert))
				l->alert = 0;
			if (!number(&s, &l->replies))
				l->replies = UINT64_MAX;
			l->gone_s = number(&s, &gone) ? (int64_t)gone : 0;
			++*n;
		}
		text = rep_str_sub(text, end == SIZE_MAX ? text.n : end + 1, text.n);
	}
	qsort(*out, *n, sizeof **out, by_id);
	return REP_OK;
}

static uint64_t
replies_of(const struct rep_incident *i)
{
	return i->episodes_n == 0 ? 0 : i->episodes[i->episodes_n - 1].replies;
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
	if (!told->open || i->episodes_n > told->episodes)
		return REP_NEWS_RETURNED;
	return told->replies > 0 && replies_of(i) / REP_NEWS_GROWN_BY >= told->replies
	    ? REP_NEWS_GROWN
	    : REP_NEWS_NONE;
}

/* Whether it still counts as open. A clock that was set back begins the time anew. */
static bool
counts(const struct told_line *l, int64_t now_s)
{
	return l->open && (l->gone_s == 0 || now_s - l->gone_s < REP_NEWS_GONE_S);
}

static int
by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The numbers of the incidents, sorted. NULL: out of memory. */
static uint64_t *
numbers_of(const struct rep_verdict_set *set)
{
	const struct rep_verdicts *v = &set->verdicts;
	uint64_t *ids = rep_arena_alloc(set->arena, (v->incidents_n + 1) * sizeof *ids);

	for (size_t k = 0; ids != NULL && k < v->incidents_n; k++)
		ids[k] = (uint64_t)v->incidents[k].id;
	if (ids != NULL && v->incidents_n > 0)
		qsort(ids, v->incidents_n, sizeof *ids, by_number);
	return ids;
}

/* Leaves the lines of incidents that are gone, and still count as open; says since when. Their number. */
static size_t
only_gone(const struct rep_verdict_set *set, const uint64_t *ids, struct told_line *told, size_t n)
{
	size_t left = 0;

	for (size_t k = 0; k < n; k++) {
		struct told_line l = told[k];

		if (bsearch(&l.id, ids, set->verdicts.incidents_n, sizeof *ids, by_number) !=
			NULL ||
		    !counts(&l, set->in.now_s))
			continue;
		if (l.gone_s == 0 || l.gone_s > set->in.now_s)
			l.gone_s = set->in.now_s;
		told[left++] = l;
	}
	return left;
}

static enum rep_rc
make(const struct rep_verdict_set *set, struct rep_news *out, struct rep_err *err)
{
	size_t n = set->verdicts.incidents_n;

	*out = (struct rep_news){ .of = rep_arena_alloc(set->arena, (n + 1) * sizeof *out->of),
		.alert = rep_arena_alloc(set->arena, (n + 1) * sizeof *out->alert),
		.busy = rep_arena_alloc(set->arena, n + 1),
		.told = rep_arena_alloc(set->arena, n + 1) };
	if (out->of == NULL || out->alert == NULL || out->busy == NULL || out->told == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	memset(out->busy, 0, n);
	memset(out->told, 0, n);
	return REP_OK;
}

/* The lines in *told are used up. */
static enum rep_rc
find_gone(const struct rep_verdict_set *set, struct told_line *told, size_t n, struct rep_news *out,
    struct rep_err *err)
{
	uint64_t *ids = numbers_of(set);

	out->gone = rep_arena_alloc(set->arena, (n + 1) * sizeof *out->gone);
	if (ids == NULL || out->gone == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	out->gone_n = only_gone(set, ids, told, n);
	for (size_t k = 0; k < out->gone_n; k++)
		out->gone[k] = told[k].alert;
	return REP_OK;
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

	if ((rc = rep_store_state_get(store, STATE, &text, err)) != REP_OK ||
	    (rc = lines_of(text, set->arena, &told, &n, err)) != REP_OK ||
	    (rc = make(set, out, err)) != REP_OK)
		return rc;
	for (size_t k = 0; k < v->incidents_n; k++) {
		struct told_line key = { .id = (uint64_t)v->incidents[k].id };

		const struct told_line *before = bsearch(&key, told, n, sizeof key, by_id);

		out->of[k] = kind_of(&v->incidents[k], before);
		out->alert[k] = before == NULL ? 0 : before->alert;
		out->n += out->of[k] != REP_NEWS_NONE;
	}
	return find_gone(set, told, n, out, err);
}

enum rep_rc
rep_news_places(struct rep_store *store, struct rep_arena *a, struct rep_news_place **out,
    size_t *n, struct rep_err *err)
{
	struct rep_str text;
	struct told_line *told;
	enum rep_rc rc;
	size_t lines;

	*n = 0;
	if ((rc = rep_store_state_get(store, STATE, &text, err)) != REP_OK ||
	    (rc = lines_of(text, a, &told, &lines, err)) != REP_OK)
		return rc;
	if ((*out = rep_arena_alloc(a, (lines + 1) * sizeof **out)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t k = 0; k < lines; k++)
		if (told[k].alert != 0)
			(*out)[(*n)++] = (struct rep_news_place){ told[k].id, told[k].alert };
	return REP_OK;
}

static void
write_line(struct rep_buf *b, const struct told_line *l)
{
	rep_buf_printf(b, "%llu %d %llu %llu %llu %lld\n", (unsigned long long)l->id, l->open,
	    (unsigned long long)l->episodes, (unsigned long long)l->alert,
	    (unsigned long long)(l->replies > INT64_MAX ? INT64_MAX : l->replies),
	    (long long)l->gone_s);
}

enum rep_rc
rep_news_told(const struct rep_verdict_set *set, const struct rep_news *news,
    struct rep_store *store, struct rep_err *err)
{
	const struct rep_verdicts *v = &set->verdicts;
	uint64_t *ids = numbers_of(set);
	struct told_line *told, line, *before;
	struct rep_str text;
	struct rep_buf b;
	enum rep_rc rc;
	size_t n;

	if (ids == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = rep_store_state_get(store, STATE, &text, err)) != REP_OK ||
	    (rc = lines_of(text, set->arena, &told, &n, err)) != REP_OK)
		return rc;
	rep_buf_init(&b, STATE_MAX);
	for (size_t k = 0; k < v->incidents_n; k++) {
		const struct rep_incident *i = &v->incidents[k];

		line = (struct told_line){ .id = (uint64_t)i->id,
			.episodes = i->episodes_n,
			.alert = news->alert[k],
			.replies = replies_of(i),
			.open = i->life == REP_LIFE_ACTIVE };
		before = bsearch(&line, told, n, sizeof line, by_id);
		if (!news->told[k]) {
			if (before == NULL)
				continue;
			line = *before;
		}
		line.gone_s = 0;
		write_line(&b, &line);
	}
	n = only_gone(set, ids, told, n);
	for (size_t k = 0; k < n; k++)
		write_line(&b, &told[k]);
	rc = b.full ? rep_fail(err, REP_ELIMIT, "more incidents than are remembered as told")
		    : rep_store_state_put(store, STATE, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
}
