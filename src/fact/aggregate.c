/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/aggregate.h"

enum { WORDS = 9 };

static const char *const words[REP_SAID_N][WORDS] = {
	[REP_SAID_POLICY] = { NULL, "none", "quarantine", "reject" },
	[REP_SAID_ALIGNMENT] = { NULL, "r", "s" },
	[REP_SAID_YES_NO] = { NULL, "y", "n", "u" },
	[REP_SAID_DISCOVERY] = { NULL, "psl", "treewalk" },
	[REP_SAID_DISPOSITION] = { NULL, "none", "pass", "quarantine", "reject" },
	[REP_SAID_EVALUATED] = { NULL, "pass", "fail" },
	[REP_SAID_REASON] = { NULL, "forwarded", "sampled_out", "trusted_forwarder", "mailing_list",
	    "local_policy", "policy_test_mode", "other" },
	[REP_SAID_DKIM] = { NULL, "none", "pass", "fail", NULL, "neutral", "policy", "temperror",
	    "permerror" },
	[REP_SAID_SPF] = { NULL, "none", "pass", "fail", "softfail", "neutral", "policy",
	    "temperror", "permerror" },
	[REP_SAID_SCOPE] = { NULL, "helo", "mfrom" },
};

/*
 * What is seen in place of a word, and what it is taken for. RFC 7489 itself names "unknown" as what SPF libraries wrote
 * for temperror, and "error" for permerror; RFC 4408 had the old words the other way round, so they prove little.
 */
static const struct {
	enum rep_said_list list;
	const char *word;
	uint8_t v;
} taken[] = {
	{ REP_SAID_POLICY, "monitor", REP_PUBLISHED_NONE },
	{ REP_SAID_ALIGNMENT, "relaxed", REP_PUBLISHED_RELAXED },
	{ REP_SAID_ALIGNMENT, "strict", REP_PUBLISHED_STRICT },
	{ REP_SAID_YES_NO, "yes", REP_PUBLISHED_YES },
	{ REP_SAID_YES_NO, "no", REP_PUBLISHED_NO },
	{ REP_SAID_YES_NO, "true", REP_PUBLISHED_YES },
	{ REP_SAID_YES_NO, "false", REP_PUBLISHED_NO },
	{ REP_SAID_DISCOVERY, "tree_walk", REP_PUBLISHED_TREEWALK },
	{ REP_SAID_DISCOVERY, "tree-walk", REP_PUBLISHED_TREEWALK },
	{ REP_SAID_DISPOSITION, "quarantined", REP_DISPOSITION_QUARANTINE },
	{ REP_SAID_DISPOSITION, "rejected", REP_DISPOSITION_REJECT },
	{ REP_SAID_DISPOSITION, "delivered", REP_DISPOSITION_NONE },
	{ REP_SAID_EVALUATED, "none", REP_EVALUATED_FAIL },
	{ REP_SAID_EVALUATED, "softfail", REP_EVALUATED_FAIL },
	{ REP_SAID_EVALUATED, "hardfail", REP_EVALUATED_FAIL },
	{ REP_SAID_EVALUATED, "neutral", REP_EVALUATED_FAIL },
	{ REP_SAID_EVALUATED, "temperror", REP_EVALUATED_FAIL },
	{ REP_SAID_EVALUATED, "permerror", REP_EVALUATED_FAIL },
	{ REP_SAID_EVALUATED, "policy", REP_EVALUATED_FAIL },
	{ REP_SAID_EVALUATED, "unknown", REP_EVALUATED_FAIL },
	{ REP_SAID_EVALUATED, "invalid", REP_EVALUATED_FAIL },
	{ REP_SAID_REASON, "mailinglist", REP_OVERRIDE_MAILING_LIST },
	{ REP_SAID_REASON, "mailing list", REP_OVERRIDE_MAILING_LIST },
	{ REP_SAID_REASON, "localpolicy", REP_OVERRIDE_LOCAL_POLICY },
	{ REP_SAID_REASON, "local policy", REP_OVERRIDE_LOCAL_POLICY },
	{ REP_SAID_DKIM, "hardfail", REP_REPORTED_FAIL },
	{ REP_SAID_DKIM, "softfail", REP_REPORTED_FAIL },
	{ REP_SAID_DKIM, "invalid", REP_REPORTED_PERMERROR },
	{ REP_SAID_DKIM, "unknown", REP_REPORTED_TEMPERROR },
	{ REP_SAID_DKIM, "error", REP_REPORTED_PERMERROR },
	{ REP_SAID_SPF, "hardfail", REP_REPORTED_FAIL },
	{ REP_SAID_SPF, "soft_fail", REP_REPORTED_SOFTFAIL },
	{ REP_SAID_SPF, "invalid", REP_REPORTED_PERMERROR },
	{ REP_SAID_SPF, "unknown", REP_REPORTED_TEMPERROR },
	{ REP_SAID_SPF, "error", REP_REPORTED_PERMERROR },
	{ REP_SAID_SCOPE, "mailfrom", REP_SPF_SCOPE_MFROM },
	{ REP_SAID_SCOPE, "mail_from", REP_SPF_SCOPE_MFROM },
	{ REP_SAID_SCOPE, "ehlo", REP_SPF_SCOPE_HELO },
};

bool
rep_said_parse(enum rep_said_list list, struct rep_str word, struct rep_said *out)
{
	out->v = 0;
	out->raw = (struct rep_str){ "", 0 };
	if (word.n == 0)
		return true;
	for (unsigned v = 1; v < WORDS; v++)
		if (words[list][v] != NULL && rep_str_eq(word, rep_str_c(words[list][v]))) {
			out->v = (uint8_t)v;
			return true;
		}
	out->raw = word;
	out->v = REP_SAID_ODD;
	for (unsigned v = 1; v < WORDS; v++)
		if (words[list][v] != NULL && rep_str_eq_nocase(word, rep_str_c(words[list][v])))
			out->v = (uint8_t)v;
	for (size_t i = 0; i < REP_COUNT(taken) && out->v == REP_SAID_ODD; i++)
		if (taken[i].list == list && rep_str_eq_nocase(word, rep_str_c(taken[i].word)))
			out->v = taken[i].v;
	return false;
}

const char *
rep_said_word(enum rep_said_list list, unsigned v)
{
	return (unsigned)list < REP_SAID_N && v < WORDS ? words[list][v] : NULL;
}

struct rep_str
rep_said_text(enum rep_said_list list, const struct rep_said *s)
{
	const char *word = rep_said_word(list, s->v);

	return word != NULL ? rep_str_c(word) : s->raw;
}

const char *
rep_schema_word(enum rep_aggregate_schema v)
{
	static const char *const schemas[REP_SCHEMA_N] = { NULL, "rfc7489", "rfc9990", "mixed" };

	return (unsigned)v < REP_SCHEMA_N ? schemas[v] : NULL;
}

const char *
rep_fault_word(enum rep_report_fault v)
{
	static const char *const faults[REP_FAULT_N] = { NULL, "missing", "twice", "misplaced",
		"name", "word", "number", "time", "address", "unclosed", "stray", "text",
		"encoding", "truncated", "behind", "long", "unknown", "type", "syntax" };

	return (unsigned)v < REP_FAULT_N ? faults[v] : NULL;
}
