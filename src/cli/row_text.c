/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/row_text.h"
#include "base/time.h"

#include <stdio.h>

uint64_t
rep_row_attempts(const struct rep_cell *c)
{
	uint64_t n = 0;

	for (int s = 0; s <= REP_STATUS_EXPIRED; s++)
		n += c->count[s];
	return n;
}

struct rep_str
rep_row_provider(const struct rep_judge_in *in, const struct rep_cell *c)
{
	struct rep_str d = rep_name(&in->names, c->key.provider_domain);

	return d.n > 0 ? d : rep_name(&in->names, c->key.provider);
}

struct rep_str
rep_row_source(const struct rep_judge_in *in, const struct rep_cell *c, char ip[REP_IP_TEXT])
{
	return c->key.route != 0 ? rep_name(&in->names, c->key.route)
				 : rep_source_text(in, c->key.label, ip);
}

bool
rep_row_shown(const struct rep_cell *c)
{
	return !c->folded && (rep_row_attempts(c) > 0 || c->incident != 0);
}

enum { RULE_WIDE = 16 }; /* columns for the name of a rule */

struct rep_str
rep_row_state(const struct rep_verdict_set *s, const struct rep_cell *c)
{
	const struct rep_verdicts *v = &s->verdicts;
	struct rep_str rule = rep_name(&v->in->names, c->rule);
	size_t dot = rep_str_chr(rule, '.', 0);
	const char *code = "";
	char when[REP_TIME_TEXT], since[64] = "";

	if (dot == SIZE_MAX)
		rule = REP_S("no code");
	else
		rule = rep_str_sub(rule, dot + 1, RULE_WIDE);
	if (rule.n > 0 && rep_digit(rule.p[0]))
		code = "code ";
	if (c->since_s != 0) { /* "now is" stands below the table */
		bool same_day = c->since_s / REP_DAY_S == v->in->now_s / REP_DAY_S;

		rep_time_text(c->since_s, when);
		snprintf(since, sizeof since, " since %.*s", same_day ? 5 : 10,
		    same_day ? when + 11 : when);
	}
	if (c->incident == 0)
		return rep_arena_printf(s->arena, "%s%s",
		    c->state == REP_STATE_WELL ? "ok" : rep_state_word(c->state), since);
	return rep_arena_printf(s->arena, "%s%s, %s%.*s, incident %lld", rep_state_word(c->state),
	    since, code, REP_PR(rule), (long long)v->incidents[c->incident - 1].id);
}

enum rep_paint
rep_row_paint(enum rep_state s)
{
	static const enum rep_paint paints[] = { REP_DIM, REP_PLAIN, REP_YELLOW, REP_YELLOW,
		REP_RED, REP_RED };

	return paints[s];
}
