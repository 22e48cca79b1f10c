/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/told.h"
#include "base/buf.h"

enum { TEXT_MAX = 16 << 10, TOLERATED = 50 /* of 10000 */ };

/* --- writing ---------------------------------------------------------------------------------- */

static void
line(struct rep_buf *b, const char *name, struct rep_str value)
{
	rep_buf_printf(b, "%s ", name);
	for (size_t i = 0; i < value.n; i++)
		rep_buf_addc(b, value.p[i] < ' ' && value.p[i] >= 0 ? '?' : value.p[i]);
	rep_buf_addc(b, '\n');
}

static void
evidence(struct rep_buf *b, const struct rep_evidence *e)
{
	bool any = false;

	rep_buf_printf(b, "evidence.%s", e->name);
	for (int c = 0; c < REP_CAUSE_N; c++)
		if (e->ratio[c] > 1 || e->ratio[c] < 1) {
			rep_buf_printf(
			    b, " %s %.2f", rep_cause_word((enum rep_cause)c), e->ratio[c]);
			any = true;
		}
	rep_buf_add(b, any ? REP_S("\n") : REP_S(" -\n"));
}

struct rep_str
rep_told_text(const struct rep_verdicts *v, const struct rep_incident *i, struct rep_arena *a)
{
	const struct rep_episode *e = &i->episodes[i->episodes_n - 1];
	struct rep_str rule = rep_name(&v->in->names, i->rule), out = { "", 0 };
	const char *stage = rep_stage_word(i->stage);
	struct rep_buf b;

	rep_buf_init(&b, TEXT_MAX);
	line(&b, "key", i->key);
	line(&b, "class", rep_str_c(rep_class_word(i->class)));
	line(&b, "rule", rule.n > 0 ? rule : REP_S("-"));
	line(&b, "stage", rep_str_c(stage != NULL ? stage : "-"));
	line(&b, "state", rep_str_c(rep_life_word(i->life)));
	rep_buf_printf(&b, "since %lld\nuntil %lld\nreturns %zu\nreplies %llu\n",
	    (long long)e->since_s, (long long)e->until_s, i->episodes_n - 1,
	    (unsigned long long)e->replies);
	for (int c = 0; c < REP_CAUSE_N; c++)
		if (!i->cannot_be[c])
			rep_buf_printf(&b, "cause.%s %.4f\n", rep_cause_word((enum rep_cause)c),
			    i->probability[c]);
	for (size_t n = 0; n < i->evidence_n; n++)
		if (!i->evidence[n].again)
			evidence(&b, &i->evidence[n]);
	if (!b.full)
		out = rep_arena_dup(a, rep_buf_str(&b));
	rep_buf_fini(&b);
	return out.p != NULL ? out : (struct rep_str){ "", 0 };
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Finds the next valid line. False: the end. */
static bool
next_line(struct rep_str *text, struct rep_str *name, struct rep_str *rest)
{
	while (text->n > 0) {
		size_t nl = rep_str_chr(*text, '\n', 0), blank;
		struct rep_str l = rep_str_sub(*text, 0, nl);

		*text = rep_str_sub(*text, nl == SIZE_MAX ? text->n : nl + 1, text->n);
		blank = rep_str_chr(l, ' ', 0);
		if (blank == SIZE_MAX || blank == 0)
			continue;
		*name = rep_str_sub(l, 0, blank);
		*rest = rep_str_sub(l, blank + 1, l.n);
		return true;
	}
	return false;
}

struct rep_str
rep_told_value(struct rep_str text, struct rep_str name)
{
	struct rep_str n, rest;

	while (next_line(&text, &n, &rest))
		if (rep_str_eq(n, name))
			return rest;
	return (struct rep_str){ "", 0 };
}

/* "0.7812" is 7812. -1: not of that form. */
static int
ten_thousandths(struct rep_str s)
{
	int v = 0;

	if (s.n != 6 || s.p[1] != '.')
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (i == 1)
			continue;
		if (!rep_digit(s.p[i]))
			return -1;
		v = v * 10 + (s.p[i] - '0');
	}
	return v;
}

static bool
same(struct rep_str name, struct rep_str a, struct rep_str b)
{
	int x, y;

	if (rep_str_eq(a, b))
		return true;
	if (!rep_str_starts(name, REP_S("cause.")))
		return false;
	x = ten_thousandths(a);
	y = ten_thousandths(b);
	return x >= 0 && y >= 0 && (x > y ? x - y : y - x) < TOLERATED;
}

size_t
rep_told_compare(struct rep_str before, struct rep_str after, struct rep_told_change *v, size_t max)
{
	struct rep_str text = before, name, rest, other;
	size_t n = 0;

	while (next_line(&text, &name, &rest)) {
		other = rep_told_value(after, name);
		if (rest.n == 0 || same(name, rest, other) ||
		    !rep_str_eq(rest, rep_told_value(before, name)))
			continue;
		if (n < max)
			v[n] = (struct rep_told_change){ name, rest, other };
		n++;
	}
	for (text = after; next_line(&text, &name, &rest);) {
		if (rest.n == 0 || rep_told_value(before, name).n > 0 ||
		    !rep_str_eq(rest, rep_told_value(after, name)))
			continue;
		if (n < max)
			v[n] = (struct rep_told_change){ name, { "", 0 }, rest };
		n++;
	}
	return n;
}
