/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/condition_words.h"
#include "base/time.h"

enum {
	NAMED = 20, /* subjects; the rest is a number. Judgement: a screen */
	TEXT_MAX = 1 << 20
};

static const struct rep_alert_kind *
kind_of(const struct rep_know *know, const struct rep_condition_shown *v)
{
	return rep_know_alert(know, v->c->kind);
}

/* Whether an earlier one has the same subject. */
static bool
named_before(const struct rep_condition_shown *v, size_t k)
{
	for (size_t i = 0; i < k; i++)
		if (rep_str_eq(v[i].c->subject, v[k].c->subject))
			return true;
	return false;
}

static size_t
subjects(const struct rep_condition_shown *v, size_t n)
{
	size_t different = 0;

	for (size_t k = 0; k < n; k++)
		different += !named_before(v, k);
	return different;
}

struct rep_str
rep_condition_title(
    const struct rep_know *know, struct rep_arena *a, const struct rep_condition_shown *v, size_t n)
{
	const struct rep_alert_kind *kind = kind_of(know, v);
	size_t different = subjects(v, n);

	return rep_alert_words(
	    a, different > 1 ? kind->several : kind->title, v->c->subject, different);
}

/* "shop.example, since 2026-11-30T02:14:07Z: The domain has no SPF record." */
static void
one_line(struct rep_buf *b, const struct rep_condition_shown *x, bool named)
{
	char when[REP_TIME_TEXT];

	if (named)
		rep_buf_printf(b, "- %.*s, since %s: %.*s\n", REP_PR(x->c->subject),
		    rep_time_text(x->since_s, when), REP_PR(x->c->text));
	else
		rep_buf_printf(
		    b, "Since %s. %.*s\n", rep_time_text(x->since_s, when), REP_PR(x->c->text));
}

/* A sentence about all of them: {n} is the same number as in the headline. */
static struct rep_str
words(struct rep_arena *a, struct rep_str form, const struct rep_condition_shown *v, size_t n)
{
	size_t different = subjects(v, n);

	return rep_alert_words(
	    a, form, different > 1 ? REP_S("each of them") : v->c->subject, different);
}

/* What to do, and its command for each subject. */
static void
add_todo(struct rep_buf *b, struct rep_arena *a, const struct rep_alert_kind *kind,
    const struct rep_condition_shown *v, size_t n)
{
	bool each = rep_str_find(kind->command, REP_S("{subject}"), 0) != SIZE_MAX;
	struct rep_str todo = words(a, kind->todo, v, n), command;

	b->full = b->full || todo.p == NULL;
	rep_buf_printf(b, "What to do: %.*s%s\n", REP_PR(todo), kind->command.n > 0 ? ":" : ".");
	if (kind->command.n == 0)
		return;
	for (size_t k = 0; k < (each ? n : 1) && k < NAMED; k++) {
		if (named_before(v, k))
			continue;
		command = rep_alert_words(a, kind->command, v[k].c->subject, subjects(v, n));
		b->full = b->full || command.p == NULL;
		rep_buf_printf(b, "  %.*s\n", REP_PR(command));
	}
}

struct rep_str
rep_condition_text(
    const struct rep_know *know, struct rep_arena *a, const struct rep_condition_shown *v, size_t n)
{
	const struct rep_alert_kind *kind = kind_of(know, v);
	struct rep_str title = rep_condition_title(know, a, v, n), why = words(a, kind->why, v, n);
	struct rep_buf b;

	rep_buf_init(&b, TEXT_MAX);
	b.full = title.p == NULL || why.p == NULL;
	rep_buf_printf(&b, "%.*s.\n", REP_PR(title));
	if (n == 1)
		one_line(&b, v, false);
	for (size_t k = 0; k < n && k < NAMED && n > 1; k++)
		one_line(&b, &v[k], true);
	if (n > NAMED)
		rep_buf_printf(&b, "and %zu more\n", n - NAMED);
	add_todo(&b, a, kind, v, n);
	if (why.n > 0)
		rep_buf_printf(&b, "%.*s\n", REP_PR(why));
	if (kind->weight == REP_WEIGHT_WEEK)
		rep_buf_add(&b, REP_S("It is enough to look at it this week.\n"));
	return rep_arena_take(a, &b);
}

struct rep_str
rep_condition_storm_text(
    struct rep_arena *a, const struct rep_str *titles, const struct rep_str *texts, size_t n)
{
	struct rep_buf b;

	rep_buf_init(&b, TEXT_MAX);
	rep_buf_printf(&b, "%zu things at once:\n", n);
	for (size_t k = 0; k < n; k++)
		rep_buf_printf(&b, "- %.*s\n", REP_PR(titles[k]));
	for (size_t k = 0; k < n; k++) {
		b.full = b.full || texts[k].p == NULL;
		rep_buf_addc(&b, '\n');
		rep_buf_add(&b, texts[k]);
	}
	return rep_arena_take(a, &b);
}
