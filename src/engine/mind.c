/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/mind.h"
#include "engine/replay.h"
#include "judge/advised.h"

#include <stdio.h>
#include <stdlib.h>

/* What speaks for a cause by less than this did not change a mind. Judgement. */
static const double least_reason = 1.2;

/* A number as judge/told.h writes it: "0.7812", "12.00". < 0: not of that form. */
static double
number(struct rep_str s)
{
	char buf[16], *end;
	double v;

	if (s.n == 0 || s.n >= sizeof buf || !rep_digit(s.p[0]))
		return -1;
	memcpy(buf, s.p, s.n);
	buf[s.n] = '\0';
	v = strtod(buf, &end);
	return *end == '\0' ? v : -1;
}

static struct rep_str
value_of(struct rep_str text, const char *kind, const char *name)
{
	char buf[96];
	int n = snprintf(buf, sizeof buf, "%s%s", kind, name);

	return n > 0 && (size_t)n < sizeof buf
	    ? rep_told_value(text, (struct rep_str){ buf, (size_t)n })
	    : (struct rep_str){ "", 0 };
}

/* The likeliest cause of a text. < 0: it has none. */
static double
likeliest_told(struct rep_str text, enum rep_cause *cause)
{
	double most = -1;

	for (int c = 0; c < REP_CAUSE_N; c++) {
		double p = number(value_of(text, "cause.", rep_cause_word((enum rep_cause)c)));

		if (p <= 1 && p > most) {
			most = p;
			*cause = (enum rep_cause)c;
		}
	}
	return most;
}

static bool
same_words(const struct rep_weights *w, double p1, enum rep_cause c1, double p2, enum rep_cause c2)
{
	if (p1 < w->probably && p2 < w->probably)
		return true; /* neither says more than what is likeliest */
	return c1 == c2 && strcmp(rep_probability_words(w, p1), rep_probability_words(w, p2)) == 0;
}

/* The ratio of a piece for a cause in a text: 1 where it is not, or does not speak of it. */
static double
ratio_told(struct rep_str text, const char *name, enum rep_cause cause)
{
	struct rep_str rest = value_of(text, "evidence.", name);
	struct rep_str word = rep_str_c(rep_cause_word(cause));

	while (rest.n > 0) {
		size_t end = rep_str_chr(rest, ' ', 0);
		struct rep_str token = rep_str_sub(rest, 0, end);

		rest = end == SIZE_MAX ? (struct rep_str){ "", 0 }
				       : rep_str_sub(rest, end + 1, rest.n);
		if (rep_str_eq(token, word)) {
			double v = number(rep_str_sub(rest, 0, rep_str_chr(rest, ' ', 0)));

			return v > 0 ? v : 1;
		}
	}
	return 1;
}

static const struct rep_evidence *
reason(const struct rep_incident *i, struct rep_str before, enum rep_cause cause)
{
	const struct rep_evidence *best = NULL;
	double most = least_reason;

	for (size_t n = 0; n < i->evidence_n; n++) {
		const struct rep_evidence *e = &i->evidence[n];
		double more = e->ratio[cause] / ratio_told(before, e->name, cause);

		/* What weighs less against it than before has not been heard anew. */
		if (e->again || e->ratio[cause] <= 1 || more < most)
			continue;
		most = more;
		best = e;
	}
	return best;
}

/* What a recording is based on: the text without an incident. */
static struct rep_str
basis_of(const struct rep_verdict_set *set, int64_t recording)
{
	for (size_t n = 0; n < set->told_n; n++)
		if (set->told[n].recording == recording && set->told[n].incident == 0)
			return set->told[n].text;
	return (struct rep_str){ "", 0 };
}

static bool
differs(struct rep_str a, struct rep_str b, const char *name)
{
	return !rep_str_eq(value_of(a, "", name), value_of(b, "", name));
}

bool
rep_mind_before(
    const struct rep_verdict_set *set, const struct rep_incident *i, struct rep_mind *out)
{
	int likeliest = rep_advised_cause(i);
	enum rep_cause now = (enum rep_cause)likeliest, then = now;
	int64_t since_s = set->in.now_s;
	struct rep_replay_ours ours;
	struct rep_str text;

	for (size_t n = likeliest < 0 ? 0 : set->told_n; n-- > 0;) {
		const struct rep_told *t = &set->told[n];
		double p;

		if (t->incident != i->id || i->id == 0 || t->now_s > set->in.now_s ||
		    t->now_s < rep_incident_last(i)->since_s)
			continue;
		if ((p = likeliest_told(t->text, &then)) < 0)
			continue;
		if (same_words(&set->weights, p, then, i->probability[now], now)) {
			since_s = t->now_s;
			continue;
		}
		text = rep_told_text(&set->verdicts, i, set->arena);
		ours = rep_replay_ours(set, basis_of(set, t->recording));
		*out = (struct rep_mind){ .at_s = t->now_s,
			.cause = then,
			.probability = p,
			.since_s = since_s,
			.because = reason(i, t->text, now),
			.reply = differs(t->text, text, "class") || differs(t->text, text, "rule"),
			.ours = ours.rules || ours.weights || ours.program };
		return true;
	}
	return false;
}
