/*
 * cli/dmarc_change.c -- the record as reports show it, and what a step changes in it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/dmarc_path.h"
#include "cli/dmarc_words.h"
#include "cli/out.h"

#include <stdio.h>

enum { SENTENCE = 2000 };

const char *
rep_dmarc_policy_word(unsigned v)
{
	const char *word = rep_said_word(REP_SAID_POLICY, v);

	return word != NULL ? word : "none";
}

void
rep_dmarc_record(struct rep_buf *b, const struct rep_reported_policy *p)
{
	rep_buf_printf(b, "v=DMARC1; p=%s", rep_dmarc_policy_word(p->p));
	if (p->sp != 0)
		rep_buf_printf(b, "; sp=%s", rep_dmarc_policy_word(p->sp));
	if (p->np != 0)
		rep_buf_printf(b, "; np=%s", rep_dmarc_policy_word(p->np));
	/* Relaxed is what the record says when it says nothing. */
	if (p->adkim == REP_PUBLISHED_STRICT)
		rep_buf_printf(b, "; adkim=s");
	if (p->aspf == REP_PUBLISHED_STRICT)
		rep_buf_printf(b, "; aspf=s");
	if (p->testing == REP_PUBLISHED_YES)
		rep_buf_printf(b, "; t=y");
}

static void
change(struct rep_dmarc_changes *c, const char *tag, const char *from, const char *to)
{
	struct rep_dmarc_change *v = &c->v[c->n++];

	v->tag = tag;
	snprintf(v->from, sizeof v->from, "%s", from != NULL ? from : "");
	v->to = to;
}

void
rep_dmarc_changes(const struct rep_reported_policy *now, const struct rep_reported_policy *next,
    struct rep_dmarc_changes *c)
{
	char pct[8];

	c->n = 0;
	if (now->p != next->p)
		change(c, "p", rep_dmarc_policy_word(now->p), rep_dmarc_policy_word(next->p));
	if (now->sp != next->sp)
		change(c, "sp", rep_dmarc_policy_word(now->sp), rep_dmarc_policy_word(next->sp));
	if (now->np != next->np)
		change(c, "np", rep_dmarc_policy_word(now->np), rep_dmarc_policy_word(next->np));
	if (now->testing == REP_PUBLISHED_YES && next->testing != REP_PUBLISHED_YES)
		change(c, "t", "y", NULL);
	if (now->pct >= 0 && now->pct < 100) {
		snprintf(pct, sizeof pct, "%d", now->pct);
		change(c, "pct", pct, NULL);
	}
}

void
rep_dmarc_change_text(struct rep_buf *out, const struct rep_report_path *p, struct rep_str domain,
    struct rep_arena *a)
{
	const struct rep_path_step *s = &p->steps[0];
	struct rep_dmarc_changes c;
	struct rep_buf b;

	rep_dmarc_changes(&p->policy, &s->policy, &c);
	rep_buf_printf(out, "\n%s%s%s\n", rep_paint(REP_BOLD),
	    s->verdict == REP_PATH_SAFE	      ? "What to change"
		: s->verdict == REP_PATH_MEND ? "What to change when that is done"
					      : "What to change after that time",
	    rep_unpaint());
	rep_buf_init(&b, SENTENCE);
	rep_buf_printf(&b, "In the TXT record of _dmarc.%.*s change", REP_PR(domain));
	for (size_t i = 0; i < c.n; i++) {
		const struct rep_dmarc_change *v = &c.v[i];

		rep_buf_printf(&b, "%s", i == 0 ? " " : ", ");
		if (v->to != NULL)
			rep_buf_printf(&b, "%s=%s to %s=%s", v->tag, v->from, v->tag, v->to);
		else
			rep_buf_printf(&b, "(remove) %s=%s", v->tag, v->from);
	}
	rep_buf_printf(&b,
	    ". Leave the rest as it is, above all rua=, which brings these reports. They do not show rua, ruf, fo and psd; "
	    "what they show is then:");
	rep_out_paragraph(out, rep_buf_str(&b));
	rep_buf_clear(&b);
	rep_dmarc_record(&b, &s->policy);
	rep_out_command(out, 2, rep_buf_str(&b));
	rep_buf_fini(&b);
	rep_out_paragraph(out, REP_S("The whole record as it is now:"));
	rep_out_command(out, 2, rep_arena_printf(a, "reputed dmarc check %.*s", REP_PR(domain)));
	rep_out_paragraph(out,
	    REP_S(
		"For a trial add t=y: receivers that follow RFC 9989 then apply one step less; those that know only RFC 7489 ignore it and apply the policy."));
}
