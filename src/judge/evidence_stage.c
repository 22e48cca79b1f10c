/*
 * Evidence from the reply itself: how far the dialogue had come, and its words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"

void
rep_evidence_stage(struct rep_hearing *h)
{
	static const char *const at[REP_STAGE_N] = { NULL, "at the greeting", "at EHLO",
		"at MAIL FROM", "at RCPT TO", "at DATA", "after the message" };
	struct rep_incident *i = h->i;

	if (i->trouble == REP_TROUBLE_FAIL || i->stage == REP_STAGE_NONE)
		return;
	if (i->stage > REP_STAGE_MAIL)
		return;
	i->cannot_be[REP_CAUSE_CONTENT] = true;
	i->cannot_be[REP_CAUSE_AUTHENTICATION] = true;
	rep_hear(h, "stage_before_message",
	    rep_arena_printf(h->a, "refused %s: no message, header or signature had been seen yet",
		at[i->stage]),
	    rep_arena_printf(h->a, "{\"stage\":\"%s\"}", rep_stage_word(i->stage)));
}

void
rep_evidence_wording(struct rep_hearing *h)
{
	static const char *const names[REP_CAUSE_N] = { "wording_range", "wording_own_reputation",
		"wording_hygiene", "wording_authentication", "wording_identity", "wording_volume",
		"wording_content", "wording_provider" };
	const struct rep_rule *r = rep_know_rule(h->in->know, rep_name(&h->in->names, h->i->rule));

	if (r == NULL || r->cause < 0)
		return;
	rep_hear(h, names[r->cause],
	    rep_arena_printf(
		h->a, "their words name it (%.*s): %.*s", REP_PR(r->id), REP_PR(r->meaning)),
	    rep_arena_printf(h->a, "{\"rule\":\"%.*s\"}", REP_PR(r->id)));
}
