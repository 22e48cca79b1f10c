/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/cost.h"
#include "fact/words.h"

#include <stdio.h>

enum { DAYS_MAX = 3650, ABOVE_MAX = 1000000000 };

static const char *const unit_words[REP_UNIT_N] = { "per-1000-messages", "per-month",
	"per-address-month", "per-address-hour", "per-address-once", "once" };

const char *
rep_unit_word(enum rep_unit u)
{
	return (unsigned)u < REP_UNIT_N ? unit_words[u] : NULL;
}

/* The next word. False when there is none. */
static bool
word(struct rep_str *s, struct rep_str *w)
{
	size_t n = 0;

	*s = rep_str_trim(*s);
	while (n < s->n && !rep_blank(s->p[n]))
		n++;
	*w = rep_str_sub(*s, 0, n);
	*s = rep_str_sub(*s, n, s->n);
	return n > 0;
}

/* Reads "24.95": at most nine digits before the point and six after it. */
static bool
amount(struct rep_str s, double *v)
{
	size_t dot = rep_str_chr(s, '.', 0);
	struct rep_str whole = rep_str_sub(s, 0, dot), part = { "", 0 };
	uint64_t a, b = 0;
	double unit = 1;

	if (dot != SIZE_MAX)
		part = rep_str_sub(s, dot + 1, s.n);
	if (whole.n > 9 || part.n > 6 || (dot != SIZE_MAX && part.n == 0) ||
	    !rep_str_u64(whole, 999999999, &a) || (part.n > 0 && !rep_str_u64(part, 999999, &b)))
		return false;
	for (size_t i = 0; i < part.n; i++)
		unit *= 10;
	*v = (double)a + (double)b / unit;
	return true;
}

static bool
amounts(struct rep_str s, struct rep_cost *c)
{
	size_t dash = rep_str_chr(s, '-', 0);

	if (!amount(rep_str_sub(s, 0, dash), &c->from))
		return false;
	c->to = c->from;
	return dash == SIZE_MAX ||
	    (amount(rep_str_sub(s, dash + 1, s.n), &c->to) && c->to >= c->from);
}

static bool
currency(struct rep_str s, struct rep_cost *c)
{
	if (s.n != 3)
		return false;
	for (size_t i = 0; i < 3; i++)
		if (s.p[i] < 'A' || s.p[i] > 'Z')
			return false;
	memcpy(c->currency, s.p, 3);
	return true;
}

static bool
unit(struct rep_str s, enum rep_unit *u)
{
	for (size_t i = 0; i < REP_UNIT_N; i++)
		if (rep_str_eq(s, rep_str_c(unit_words[i]))) {
			*u = (enum rep_unit)i;
			return true;
		}
	return false;
}

static bool
no(char why[REP_COST_WHY], const char *what, struct rep_str w, const char *near)
{
	snprintf(why, REP_COST_WHY, "expected %s, not \"%.*s\"%s%s%s", what,
	    (int)(w.n < 32 ? w.n : 32), w.n > 0 ? w.p : "", near != NULL ? "; did you mean \"" : "",
	    near != NULL ? near : "", near != NULL ? "\"?" : "");
	return false;
}

bool
rep_cost_parse(struct rep_str s, struct rep_cost *c, char why[REP_COST_WHY])
{
	struct rep_cost out = { .above = 0 };
	struct rep_str w;
	uint64_t n;

	(void)word(&s, &w);
	if (!amounts(w, &out))
		return no(why, "an amount such as 24.95 or 0.10-0.16", w, NULL);
	(void)word(&s, &w);
	if (!currency(w, &out))
		return no(why, "a currency of three letters such as USD", w, NULL);
	(void)word(&s, &w);
	if (!unit(w, &out.unit))
		return no(why, "a unit such as per-1000-messages", w,
		    rep_word_nearest(w, unit_words, REP_UNIT_N));
	if (word(&s, &w)) {
		if (!rep_str_eq(w, REP_S("above")) || out.unit != REP_UNIT_1000_MESSAGES)
			return no(why, "the end, or \"above\" a number of messages", w, NULL);
		(void)word(&s, &w);
		if (!rep_str_u64(w, ABOVE_MAX, &n))
			return no(why, "a number of messages", w, NULL);
		out.above = (uint32_t)n;
		if (word(&s, &w))
			return no(why, "the end", w, NULL);
	}
	*c = out;
	return true;
}

/* At least two digits after the point. Beyond these no zero at the end. */
static size_t
put_amount(double v, char *buf, size_t size)
{
	int n = snprintf(buf, size, "%.6f", v);

	if (n < 0 || (size_t)n >= size)
		return 0;
	for (int cut = 0; cut < 4 && buf[n - 1] == '0'; cut++)
		buf[--n] = '\0';
	return (size_t)n;
}

const char *
rep_cost_text(const struct rep_cost *c, char buf[REP_COST_TEXT])
{
	char from[32] = "", to[32] = "", above[24] = "";

	(void)put_amount(c->from, from, sizeof from);
	(void)put_amount(c->to, to, sizeof to);
	if (c->above > 0)
		snprintf(above, sizeof above, " above %u", c->above);
	snprintf(buf, REP_COST_TEXT, "%s%s%s %s %s%s", from, c->to > c->from ? "-" : "",
	    c->to > c->from ? to : "", c->currency, unit_words[c->unit], above);
	return buf;
}

bool
rep_days_parse(struct rep_str s, unsigned *from, unsigned *to)
{
	size_t dash = rep_str_chr(s, '-', 0);
	uint64_t a, b;

	if (!rep_str_u64(rep_str_sub(s, 0, dash), DAYS_MAX, &a))
		return false;
	b = a;
	if (dash != SIZE_MAX &&
	    (!rep_str_u64(rep_str_sub(s, dash + 1, s.n), DAYS_MAX, &b) || b < a))
		return false;
	*from = (unsigned)a;
	*to = (unsigned)b;
	return true;
}
