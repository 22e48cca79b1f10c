/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/news_text.h"
#include "cli/why_groups.h"
#include "cli/why_summary.h"

/* What a group is told as. */
enum news_as { NOTHING, BEGAN, RETURNED, MORE, OVER };

static const char *const headline[] = {
	[BEGAN] = "New trouble",
	[RETURNED] = "The trouble is back",
	[MORE] = "The trouble has grown",
	[OVER] = "The trouble is over",
};

/* News of some of a group whose others were told before is more of the same. */
static enum news_as
kind_of(const struct rep_verdict_set *set, const struct rep_news *news,
    const struct rep_incident *const *group, size_t n)
{
	size_t of[REP_NEWS_OVER + 1] = { 0 };

	for (size_t k = 0; k < n; k++)
		of[news->of[group[k] - set->verdicts.incidents]]++;
	if (of[REP_NEWS_BEGAN] + of[REP_NEWS_RETURNED] > 0)
		return of[REP_NEWS_NONE] + of[REP_NEWS_OVER] > 0 ? MORE
		    : of[REP_NEWS_RETURNED] > 0			 ? RETURNED
								 : BEGAN;
	return of[REP_NEWS_OVER] > 0 ? OVER : NOTHING;
}

/* The incidents that are open, then those that are now over: never together. */
static size_t
choose(const struct rep_verdict_set *set, const struct rep_news *news, bool open,
    const struct rep_incident **v)
{
	size_t n = 0;

	for (size_t k = 0; k < set->verdicts.incidents_n; k++) {
		const struct rep_incident *i = &set->verdicts.incidents[k];

		if (open ? i->life == REP_LIFE_ACTIVE : news->of[k] == REP_NEWS_OVER)
			v[n++] = i;
	}
	return n;
}

static void
one(struct rep_buf *b, const struct rep_verdict_set *set, enum news_as kind,
    const struct rep_incident *const *group, size_t n)
{
	rep_buf_printf(b, "%s (incident %lld)\n", headline[kind], (long long)group[0]->id);
	rep_why_summary(b, set, group, n, false);
	rep_buf_printf(
	    b, "All of it, with what to paste: reputed why %lld\n", (long long)group[0]->id);
}

enum rep_rc
rep_news_text(struct rep_buf *b, const struct rep_verdict_set *set, const struct rep_news *news,
    struct rep_err *err)
{
	size_t all = set->verdicts.incidents_n + 1, n, together;
	const struct rep_incident **v = rep_arena_alloc(set->arena, all * sizeof *v),
				  **group = rep_arena_alloc(set->arena, all * sizeof *group);
	struct rep_why_groups g;
	enum news_as kind;

	if (v == NULL || group == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (int open = 1; open >= 0; open--) {
		n = choose(set, news, open != 0, v);
		if (!rep_why_groups_init(&g, &set->verdicts, v, n, set->arena))
			return rep_fail(err, REP_EMEM, "out of memory");
		for (size_t k = 0; k < n; k++) {
			together = rep_why_groups_take(&g, k, group);
			kind = kind_of(set, news, group, together);
			if (together > 0 && kind != NOTHING)
				one(b, set, kind, group, together);
		}
	}
	return b->full ? rep_fail(err, REP_ELIMIT, "the news is too long to be told") : REP_OK;
}
