/*
 * Evidence from the reply itself: the stage at which it came, and its words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"

/*
 * SPF can be checked at MAIL FROM. It was, if these words say so, or if others name it at that time for the
 * same source or mail (evidence_named.c); but a list of addresses does not look at SPF.
 */
static bool
spf_was_checked(const struct rep_hearing *h)
{
	const struct rep_incident *i = h->i;
	int named = h->rule != NULL ? h->rule->cause : -1;

	return i->stage == REP_STAGE_MAIL &&
	    (i->class == REP_CLASS_AUTHENTICATION || named == REP_CAUSE_AUTHENTICATION ||
		(named != REP_CAUSE_RANGE &&
		    (rep_incident_evidence(i, REP_EVIDENCE_ELSEWHERE_NAMES_AUTHENTICATION) !=
			    NULL ||
			rep_incident_evidence(i, REP_EVIDENCE_ALSO_NAMES_AUTHENTICATION) != NULL)));
}

/*
 * What the provider had seen when it refused. Nothing that comes later can be the reason. Heard after
 * what others name.
 */
void
rep_evidence_stage(struct rep_hearing *h)
{
	static const struct {
		const char *at, *seen;
		bool
		    authentication; /* cannot be: no header, signature or SPF domain was seen yet */
		bool content;
	} stages[REP_STAGE_N] = {
		[REP_STAGE_CONNECT] = { "at the greeting",
		    "they had seen only your address; no sender, message, header or signature",
		    true, true },
		[REP_STAGE_EHLO] = { "at EHLO",
		    "they had seen only your address and HELO name; no sender, message, header or "
		    "signature",
		    true, true },
		[REP_STAGE_MAIL] = { "at MAIL FROM",
		    "they had seen the sender's domain, but no message, header or signature", true,
		    true },
		[REP_STAGE_RCPT] = { "at RCPT TO",
		    "they had seen sender and recipient, but no message, header or signature",
		    false, true },
		[REP_STAGE_DATA] = { "at DATA",
		    "they had seen sender and recipients, but no message, header or signature",
		    false, true },
	};
	struct rep_incident *i = h->i;

	if (i->stage == REP_STAGE_NONE) {
		rep_hear_unknown(h, REP_UNKNOWN_STAGE,
		    "nothing that was read says at which SMTP command it was refused, so content "
		    "and DKIM stay possible. Postfix logs the command (\"in reply to ...\") when "
		    "the provider replied to one",
		    REP_CAUSE_CONTENT, REP_CAUSE_AUTHENTICATION);
		return;
	}
	if (stages[i->stage].at == NULL)
		return; /* after the message: everything was seen */
	i->cannot_be[REP_CAUSE_CONTENT] = stages[i->stage].content;
	i->cannot_be[REP_CAUSE_AUTHENTICATION] =
	    stages[i->stage].authentication && !spf_was_checked(h);
	rep_hear(h, REP_EVIDENCE_STAGE_BEFORE_MESSAGE,
	    rep_arena_printf(h->a, "refused %s: %s", stages[i->stage].at, stages[i->stage].seen),
	    rep_arena_printf(h->a, "{\"stage\":\"%s\"}", rep_stage_word(i->stage)));
}

/* Whether the prior was chosen by these very words: then it includes them already. */
static bool
in_the_prior(const struct rep_hearing *h)
{
	switch (h->rule->cause) {
	case REP_CAUSE_AUTHENTICATION: return h->i->class == REP_CLASS_AUTHENTICATION;
	case REP_CAUSE_IDENTITY: return h->i->class == REP_CLASS_IDENTITY;
	case REP_CAUSE_CONTENT:
		/* A filter says "spam" for many reasons; a code of the provider's own stands for one. */
		return h->i->class == REP_CLASS_CONTENT && h->rule->tokens_n == 0;
	case REP_CAUSE_RANGE:
		return h->i->scope == REP_SCOPE_SUBNET || h->i->scope == REP_SCOPE_RANGE ||
		    h->i->scope == REP_SCOPE_SOURCE_OR_SUBNET;
	default: return false;
	}
}

void
rep_evidence_wording(struct rep_hearing *h)
{
	static const enum rep_evidence_id ids[REP_CAUSE_N] = { REP_EVIDENCE_WORDING_RANGE,
		REP_EVIDENCE_WORDING_OWN_REPUTATION, REP_EVIDENCE_WORDING_HYGIENE,
		REP_EVIDENCE_WORDING_AUTHENTICATION, REP_EVIDENCE_WORDING_IDENTITY,
		REP_EVIDENCE_WORDING_VOLUME, REP_EVIDENCE_WORDING_CONTENT,
		REP_EVIDENCE_WORDING_PROVIDER };
	const struct rep_rule *r = h->rule;

	/* Words about one recipient do not explain that everything is refused. */
	if (rep_class_of_recipient(h->i->class))
		return;
	if (r == NULL) {
		rep_hear_unknown(h, REP_UNKNOWN_WORDS,
		    "no rule knows this reply; look it up at the provider, and write your own "
		    "rule for it: man reputed-rules, reputed rules check",
		    REP_CAUSE_OWN_REPUTATION, REP_CAUSE_RANGE);
		return;
	}
	if (r->cause < 0)
		return;
	(in_the_prior(h) ? rep_hear_counted : rep_hear)(h, ids[r->cause],
	    rep_arena_printf(h->a, "their own words say so (rule %.*s)", REP_PR(r->id)),
	    rep_arena_printf(h->a, "{\"rule\":\"%.*s\",\"in_the_prior\":%s}", REP_PR(r->id),
		in_the_prior(h) ? "true" : "false"));
}
