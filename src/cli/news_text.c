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
enum news_as { NOTHING, BEGAN, RETURNED, MORE, OVER };

static const struct {
	const char *headline, *before; /* before the title: a phone shows nothing else */
} words[] = {
	[BEGAN] = { "New trouble", "" },
	[RETURNED] = { "The trouble is back", "Back: " },
	[MORE] = { "The trouble has grown", "More: " },
	[OVER] = { "The trouble is over", "Over: " },
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
		return of[REP_NEWS_NONE] + of[REP_NEWS_OVER] > 0 ? MORE
		    : of[REP_NEWS_RETURNED] > 0			 ? RETURNED
								 : BEGAN;
	return of[REP_NEWS_OVER] > 0 ? OVER : NOTHING;
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

/* Ends the text of a piece. */
static enum rep_rc
end(struct telling *t, struct rep_alert_piece *p, struct rep_buf *b, struct rep_err *err)
{
	if (b->full)
		return rep_fail(err, REP_ELIMIT, "the news is too long to be told");
	rep_buf_addc(b, '\0');
	rep_out_plain(b->p);
	p->text = rep_arena_dup(t->set->arena, rep_str_c(b->p));
	return p->title.p != NULL && p->text.p != NULL ? REP_OK
						       : rep_fail(err, REP_EMEM, "out of memory");
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
	rep_buf_printf(&b, "%s (incident %lld)\n", words[kind].headline, (long long)group[0]->id);
	rep_why_summary(&b, t->set, group, n, false);
	rep_buf_printf(
	    &b, "All of it, with what to paste: reputed why %lld\n", (long long)group[0]->id);
	rc = end(t, p, &b, err);
	rep_buf_fini(&b);
	return rc;
}

/* The pieces of all groups that are open, or of all that are over. */
static enum rep_rc
all_of(struct telling *t, bool open, struct rep_err *err)
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
	n = choose(t, open, v);
	if (!rep_why_groups_init(&g, &t->set->verdicts, v, n, a))
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t k = 0; k < n && rc == REP_OK; k++) {
		together = rep_why_groups_take(&g, k, group + used);
		kind = kind_of(t, group + used, together);
		if (together > 0 && kind != NOTHING)
			rc = one(t, kind, group + used, together, err);
		used += together;
	}
	return rc;
}

/* What is new, of n pieces, is told as one, if it is much. What goes on with a known trouble stays apart. */
static enum rep_rc
at_once(struct telling *t, struct rep_err *err)
{
	struct rep_arena *a = t->set->arena;
	const struct rep_incident **group =
	    rep_arena_alloc(a, (t->set->verdicts.incidents_n + 1) * sizeof *group);
	struct rep_alert_piece p = { .group = group, .before = "" };
	size_t fresh = 0, told = 0, left = 0;
	struct rep_buf b;
	enum rep_rc rc;

	for (size_t k = 0; k < t->n; k++)
		fresh += t->fresh[k];
	if (fresh <= AT_ONCE)
		return REP_OK;
	if (group == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	rep_buf_init(&b, TEXT_MAX);
	rep_buf_printf(&b, "%zu troubles at once\n", fresh);
	for (size_t k = 0; k < t->n; k++) {
		const struct rep_alert_piece x = t->v[k];

		if (!t->fresh[k]) {
			t->v[left++] = x;
			continue;
		}
		for (size_t i = 0; i < x.n; i++)
			group[p.n++] = x.group[i];
		if (told == 0)
			p.title = rep_arena_printf(
			    a, "%zu troubles at once. The first: %.*s", fresh, REP_PR(x.title));
		if (told++ < NAMED)
			rep_buf_printf(&b, "- %.*s\n", REP_PR(x.title));
	}
	if (told > NAMED)
		rep_buf_printf(&b, "and %zu more\n", told - NAMED);
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
	if ((rc = all_of(&t, true, err)) == REP_OK && (rc = at_once(&t, err)) == REP_OK)
		rc = all_of(&t, false, err);
	*pieces = t.v;
	*n = t.n;
	return rc;
}
