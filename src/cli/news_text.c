/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/news_text.h"
#include "cli/why_groups.h"
#include "cli/why_summary.h"

enum {
	AT_ONCE = 4, /* more that is new at once is one piece: nobody reads five calls. Judgement */
	NAMED = 20,  /* of those so many are named */
	TEXT_MAX = 1 << 20
};

/* What a group is told as. */
enum news_as { NOTHING, BEGAN, RETURNED, MORE, STILL, OVER, WORSE };

static const struct {
	const char *headline, *before; /* before the title: a phone shows nothing else */
} words[] = {
	[BEGAN] = { "New trouble", "" },
	[RETURNED] = { "The trouble is back", "Back: " },
	[MORE] = { "The trouble has grown", "More: " },
	[STILL] = { "The trouble goes on", "Still: " },
	[OVER] = { "The trouble is over", "Over: " },
	/* What slowed mail refuses it now: nobody may take that for relief. */
	[WORSE] = { "The trouble has become another one", "Not over: " },
};

/* The pieces so far. */
struct telling {
	const struct rep_verdict_set *set;
	const struct rep_news *news;
	struct rep_alert_piece *v;
	bool *fresh; /* of each: nothing of it was told before */
	size_t n;
};

/* News of some of a group whose others were told before is more of the same. */
static enum news_as
kind_of(const struct telling *t, const struct rep_incident *const *group, size_t n)
{
	size_t of[REP_NEWS_OVER + 1] = { 0 };

	for (size_t k = 0; k < n; k++)
		of[t->news->of[group[k] - t->set->verdicts.incidents]]++;
	if (of[REP_NEWS_BEGAN] + of[REP_NEWS_RETURNED] > 0)
		return of[REP_NEWS_NONE] + of[REP_NEWS_GROWN] > 0 ? MORE
		    : of[REP_NEWS_RETURNED] > 0			  ? RETURNED
								  : BEGAN;
	if (of[REP_NEWS_GROWN] > 0)
		return STILL;
	return of[REP_NEWS_OVER] > 0 ? OVER : NOTHING;
}

/* Whether it is of an alert of which something was told a moment ago: then it waits. */
static bool
waits(const struct telling *t, const struct rep_incident *const *group, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (t->news->busy[group[k] - t->set->verdicts.incidents])
			return true;
	return false;
}

/* The incidents that are open, then those that are now over: never together. */
static size_t
choose(const struct telling *t, bool open, const struct rep_incident **v)
{
	size_t n = 0;

	for (size_t k = 0; k < t->set->verdicts.incidents_n; k++) {
		const struct rep_incident *i = &t->set->verdicts.incidents[k];

		if (open ? i->life == REP_LIFE_ACTIVE : t->news->of[k] == REP_NEWS_OVER)
			v[n++] = i;
	}
	return n;
}

/* Without what a terminal obeys: a title may quote names of strangers. p == NULL: out of memory. */
static struct rep_str
plain(struct rep_arena *a, struct rep_str s)
{
	struct rep_buf b;

	rep_buf_init(&b, TEXT_MAX);
	rep_buf_add(&b, s);
	rep_buf_addc(&b, '\0');
	s = (struct rep_str){ NULL, 0 };
	if (!b.full) {
		rep_out_plain(b.p);
		s = rep_arena_dup(a, rep_str_c(b.p));
	}
	rep_buf_fini(&b);
	return s;
}

/* Ends the text of a piece. */
static enum rep_rc
end(struct telling *t, struct rep_alert_piece *p, struct rep_buf *b, struct rep_err *err)
{
	if (b->full)
		return rep_fail(err, REP_ELIMIT, "the news is too long to be told");
	if (p->title.p != NULL)
		p->title = plain(t->set->arena, p->title);
	p->text = plain(t->set->arena, rep_buf_str(b));
	return p->title.p != NULL && p->head.p != NULL && p->text.p != NULL
	    ? REP_OK
	    : rep_fail(err, REP_EMEM, "out of memory");
}

/* A line for each trouble, when they are not one. */
static void
bullets(struct rep_buf *b, const struct rep_str *v, size_t n)
{
	for (size_t k = 0; k < n && k < NAMED; k++)
		rep_buf_printf(b, "- %.*s\n", REP_PR(v[k]));
	if (n > NAMED)
		rep_buf_printf(b, "and %zu more\n", n - NAMED);
}

static enum rep_rc
one(struct telling *t, enum news_as kind, const struct rep_incident *const *group, size_t n,
    struct rep_err *err)
{
	struct rep_alert_piece *p = &t->v[t->n];
	struct rep_buf b;
	enum rep_rc rc;

	t->fresh[t->n++] = kind == BEGAN || kind == RETURNED;
	*p = (struct rep_alert_piece){ .group = group,
		.n = n,
		.over = kind == OVER,
		.before = words[kind].before,
		.title = rep_why_headline(t->set, group, n) };
	rep_buf_init(&b, TEXT_MAX);
	p->head = rep_arena_printf(
	    t->set->arena, "%s (incident %lld)", words[kind].headline, (long long)group[0]->id);
	rep_why_summary(&b, t->set, group, n, false);
	rep_buf_printf(
	    &b, "All of it, with what to paste: reputed why %lld\n", (long long)group[0]->id);
	rc = end(t, p, &b, err);
	rep_buf_fini(&b);
	return rc;
}

/* The pieces of what is open. */
static enum rep_rc
open_ones(struct telling *t, struct rep_err *err)
{
	size_t room = t->set->verdicts.incidents_n + 1, n, used = 0, together;
	struct rep_arena *a = t->set->arena;
	const struct rep_incident **v = rep_arena_alloc(a, room * sizeof *v),
				  **group = rep_arena_alloc(a, room * sizeof *group);
	struct rep_why_groups g;
	enum news_as kind;
	enum rep_rc rc = REP_OK;

	if (v == NULL || group == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	n = choose(t, true, v);
	if (!rep_why_groups_init(&g, &t->set->verdicts, v, n, a))
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t k = 0; k < n && rc == REP_OK; k++) {
		together = rep_why_groups_take(&g, k, group + used);
		kind = kind_of(t, group + used, together);
		if (together > 0 && kind != NOTHING && !waits(t, group + used, together))
			rc = one(t, kind, group + used, together, err);
		used += together;
	}
	return rc;
}

/* --- what is over ------------------------------------------------------------------------------------- */

static uint64_t
alert_of(const struct telling *t, const struct rep_incident *i)
{
	return t->news->alert[i - t->set->verdicts.incidents];
}

/* Whether another incident of that alert is not over. */
static bool
goes_on(const struct telling *t, uint64_t alert)
{
	for (size_t k = 0; k < t->set->verdicts.incidents_n; k++)
		if (t->news->alert[k] == alert && rep_incident_open(&t->set->verdicts.incidents[k]))
			return true;
	return false;
}

/*
 * The headlines of n incidents that ended in one alert: each of those that are told together. Of a network that
 * was down, what can be reached again comes first.
 */
static enum rep_rc
ended(const struct telling *t, const struct rep_incident **v, size_t n, struct rep_str *out,
    size_t *out_n, struct rep_err *err)
{
	struct rep_arena *a = t->set->arena;
	const struct rep_incident **group = rep_arena_alloc(a, (n + 1) * sizeof *group);
	struct rep_why_groups g;

	*out_n = 0;
	for (size_t k = 1; k < n; k++)
		if (v[k]->nobody && !v[0]->nobody) {
			const struct rep_incident *x = v[0];

			v[0] = v[k];
			v[k] = x;
		}
	if (group == NULL || !rep_why_groups_init(&g, &t->set->verdicts, v, n, a))
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t k = 0; k < n; k++) {
		size_t together = rep_why_groups_take(&g, k, group);

		if (together > 0)
			out[(*out_n)++] = rep_why_headline(t->set, group, together);
	}
	return REP_OK;
}

/* Another trouble of the same mail that is open. NULL: there is none. */
static const struct rep_incident *
instead(const struct telling *t, const struct rep_incident *i)
{
	for (size_t k = 0; k < t->set->verdicts.incidents_n; k++) {
		const struct rep_incident *x = &t->set->verdicts.incidents[k];

		if (x->cell == i->cell && x->life == REP_LIFE_ACTIVE)
			return x;
	}
	return NULL;
}

/* The piece of a trouble that is over, and has made room for another one. */
static enum rep_rc
worse(struct telling *t, const struct rep_incident **v, size_t n, const struct rep_incident *now,
    struct rep_str was, struct rep_err *err)
{
	struct rep_alert_piece *p = &t->v[t->n];
	struct rep_buf b;
	enum rep_rc rc;

	t->fresh[t->n++] = false;
	*p = (struct rep_alert_piece){ .group = v,
		.n = n,
		.over = true,
		.before = words[WORSE].before,
		.title = rep_why_headline(t->set, &now, 1) };
	rep_buf_init(&b, TEXT_MAX);
	p->head = rep_arena_printf(t->set->arena, "%s (incident %lld instead of %lld)",
	    words[WORSE].headline, (long long)now->id, (long long)v[0]->id);
	rep_buf_printf(&b, "- Now: %.*s\n- Before: %.*s\n", REP_PR(p->title), REP_PR(was));
	rep_buf_printf(&b, "All of it, with what to paste: reputed why %lld\n", (long long)now->id);
	rc = end(t, p, &b, err);
	rep_buf_fini(&b);
	return rc;
}

static enum rep_rc
over(struct telling *t, const struct rep_incident **v, size_t n, struct rep_err *err)
{
	struct rep_alert_piece *p = &t->v[t->n];
	struct rep_arena *a = t->set->arena;
	struct rep_str *lines = rep_arena_alloc(a, (n + 1) * sizeof *lines);
	const struct rep_incident *now;
	struct rep_buf b;
	enum rep_rc rc;
	size_t told;

	if (lines == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = ended(t, v, n, lines, &told, err)) != REP_OK)
		return rc;
	if (told == 1 && (now = instead(t, v[0])) != NULL)
		return worse(t, v, n, now, lines[0], err);
	if (told == 1)
		return one(t, OVER, v, n, err);
	t->fresh[t->n++] = false;
	*p = (struct rep_alert_piece){
		.group = v, .n = n, .over = true, .before = words[OVER].before, .title = lines[0]
	};
	if (!v[0]->nobody)
		p->title =
		    rep_arena_printf(a, "%zu troubles. The first: %.*s", told, REP_PR(lines[0]));
	rep_buf_init(&b, TEXT_MAX);
	p->head =
	    rep_arena_printf(a, "%s (incident %lld)", words[OVER].headline, (long long)v[0]->id);
	bullets(&b, lines, told);
	rep_buf_add(&b, REP_S("All of it: reputed why --all\n"));
	rc = end(t, p, &b, err);
	rep_buf_fini(&b);
	return rc;
}

/* The pieces of what is over: one for each alert. */
static enum rep_rc
over_ones(struct telling *t, struct rep_err *err)
{
	size_t room = t->set->verdicts.incidents_n + 1, n, used = 0;
	struct rep_arena *a = t->set->arena;
	const struct rep_incident **v = rep_arena_alloc(a, room * sizeof *v),
				  **group = rep_arena_alloc(a, room * sizeof *group);
	enum rep_rc rc = REP_OK;

	if (v == NULL || group == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	n = choose(t, false, v);
	for (size_t k = 0; k < n && rc == REP_OK; k++) {
		uint64_t alert;
		size_t from = used;

		if (v[k] == NULL)
			continue;
		alert = alert_of(t, v[k]);
		for (size_t i = k; i < n; i++)
			if (v[i] != NULL && alert_of(t, v[i]) == alert) {
				group[used++] = v[i];
				v[i] = NULL;
			}
		if (!goes_on(t, alert) || !waits(t, group + from, used - from))
			rc = over(t, group + from, used - from, err);
	}
	return rc;
}

/* --- much at once --------------------------------------------------------------------------------------- */

/* What is new, of n pieces, is told as one, if it is much. What goes on with a known trouble stays apart. */
static enum rep_rc
at_once(struct telling *t, struct rep_err *err)
{
	struct rep_arena *a = t->set->arena;
	const struct rep_incident **group =
	    rep_arena_alloc(a, (t->set->verdicts.incidents_n + 1) * sizeof *group);
	struct rep_str *titles = rep_arena_alloc(a, (t->n + 1) * sizeof *titles);
	struct rep_alert_piece p = { .group = group, .before = "" };
	size_t fresh = 0, told = 0, left = 0;
	struct rep_buf b;
	enum rep_rc rc;

	for (size_t k = 0; k < t->n; k++)
		fresh += t->fresh[k];
	if (fresh <= AT_ONCE)
		return REP_OK;
	if (group == NULL || titles == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	rep_buf_init(&b, TEXT_MAX);
	p.head = rep_arena_printf(a, "%zu troubles at once", fresh);
	for (size_t k = 0; k < t->n; k++) {
		const struct rep_alert_piece x = t->v[k];

		if (!t->fresh[k]) {
			t->v[left++] = x;
			continue;
		}
		for (size_t i = 0; i < x.n; i++)
			group[p.n++] = x.group[i];
		titles[told++] = x.title;
	}
	p.title =
	    rep_arena_printf(a, "%zu troubles at once. The first: %.*s", fresh, REP_PR(titles[0]));
	bullets(&b, titles, told);
	rep_buf_add(&b, REP_S("All of it, with what to paste: reputed why\n"));
	rc = end(t, &p, &b, err);
	rep_buf_fini(&b);
	t->v[left++] = p;
	t->n = left;
	return rc;
}

enum rep_rc
rep_news_pieces(const struct rep_verdict_set *set, const struct rep_news *news,
    const struct rep_alert_piece **pieces, size_t *n, struct rep_err *err)
{
	struct telling t = { .set = set, .news = news };
	size_t room = 2 * set->verdicts.incidents_n + 1;
	enum rep_rc rc;

	t.v = rep_arena_alloc(set->arena, room * sizeof *t.v);
	t.fresh = rep_arena_alloc(set->arena, room * sizeof *t.fresh);
	if (t.v == NULL || t.fresh == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = open_ones(&t, err)) == REP_OK && (rc = at_once(&t, err)) == REP_OK)
		rc = over_ones(&t, err);
	*pieces = t.v;
	*n = t.n;
	return rc;
}
