/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/aggregate_names.h"

#define IN(e) (UINT64_C(1) << REP_ELEMENT_##e)

/* RFC 9990 appendix A and RFC 7489 appendix C. */
static const struct {
	const char *word;
	uint64_t parents;
} elements[REP_ELEMENT_N] = {
	[REP_ELEMENT_NONE] = { "", ~UINT64_C(0) },
	[REP_ELEMENT_FEEDBACK] = { "feedback", IN(NONE) },
	[REP_ELEMENT_METADATA] = { "report_metadata", IN(FEEDBACK) },
	[REP_ELEMENT_DATE_RANGE] = { "date_range", IN(METADATA) },
	[REP_ELEMENT_POLICY] = { "policy_published", IN(FEEDBACK) },
	[REP_ELEMENT_RECORD] = { "record", IN(FEEDBACK) },
	[REP_ELEMENT_ROW] = { "row", IN(RECORD) },
	[REP_ELEMENT_EVALUATED] = { "policy_evaluated", IN(ROW) },
	[REP_ELEMENT_REASON] = { "reason", IN(EVALUATED) },
	[REP_ELEMENT_IDENTIFIERS] = { "identifiers", IN(RECORD) },
	[REP_ELEMENT_AUTH] = { "auth_results", IN(RECORD) },
	[REP_ELEMENT_EXTENSION] = { "extension", ~UINT64_C(0) },
	[REP_ELEMENT_DKIM] = { "dkim", IN(EVALUATED) | IN(AUTH) },
	[REP_ELEMENT_SPF] = { "spf", IN(EVALUATED) | IN(AUTH) },
	[REP_ELEMENT_VERSION] = { "version", IN(FEEDBACK) },
	[REP_ELEMENT_ORG] = { "org_name", IN(METADATA) },
	[REP_ELEMENT_EMAIL] = { "email", IN(METADATA) },
	[REP_ELEMENT_CONTACT] = { "extra_contact_info", IN(METADATA) },
	[REP_ELEMENT_ID] = { "report_id", IN(METADATA) },
	[REP_ELEMENT_BEGIN] = { "begin", IN(DATE_RANGE) },
	[REP_ELEMENT_END] = { "end", IN(DATE_RANGE) },
	[REP_ELEMENT_ERROR] = { "error", IN(METADATA) },
	[REP_ELEMENT_GENERATOR] = { "generator", IN(METADATA) },
	[REP_ELEMENT_P] = { "p", IN(POLICY) },
	[REP_ELEMENT_SP] = { "sp", IN(POLICY) },
	[REP_ELEMENT_NP] = { "np", IN(POLICY) },
	[REP_ELEMENT_ADKIM] = { "adkim", IN(POLICY) },
	[REP_ELEMENT_ASPF] = { "aspf", IN(POLICY) },
	[REP_ELEMENT_PCT] = { "pct", IN(POLICY) },
	[REP_ELEMENT_FO] = { "fo", IN(POLICY) },
	[REP_ELEMENT_TESTING] = { "testing", IN(POLICY) },
	[REP_ELEMENT_PSD] = { "psd", IN(POLICY) },
	[REP_ELEMENT_DISCOVERY] = { "discovery_method", IN(POLICY) },
	[REP_ELEMENT_IGNORED] = { "rf", IN(POLICY) },
	[REP_ELEMENT_SOURCE_IP] = { "source_ip", IN(ROW) },
	[REP_ELEMENT_COUNT] = { "count", IN(ROW) },
	[REP_ELEMENT_DISPOSITION] = { "disposition", IN(EVALUATED) },
	[REP_ELEMENT_HEADER_FROM] = { "header_from", IN(IDENTIFIERS) },
	[REP_ELEMENT_ENVELOPE_FROM] = { "envelope_from", IN(IDENTIFIERS) },
	[REP_ELEMENT_ENVELOPE_TO] = { "envelope_to", IN(IDENTIFIERS) },
	[REP_ELEMENT_DOMAIN] = { "domain", IN(POLICY) | IN(DKIM) | IN(SPF) },
	[REP_ELEMENT_SELECTOR] = { "selector", IN(DKIM) },
	[REP_ELEMENT_SCOPE] = { "scope", IN(SPF) },
	[REP_ELEMENT_RESULT] = { "result", IN(DKIM) | IN(SPF) },
	[REP_ELEMENT_HUMAN] = { "human_result", IN(DKIM) | IN(SPF) },
	[REP_ELEMENT_TYPE] = { "type", IN(REASON) },
	[REP_ELEMENT_COMMENT] = { "comment", IN(REASON) },
};

/* Other names of elements. `t` and `ri` are right in their way; the others are seen in reports. */
static const struct {
	const char *word;
	enum rep_element e;
	bool exact;
} others[] = {
	{ "extensions", REP_ELEMENT_EXTENSION, true },
	{ "ri", REP_ELEMENT_IGNORED, true },
	{ "t", REP_ELEMENT_TESTING, true },
	{ "identities", REP_ELEMENT_IDENTIFIERS, false },
	{ "policy_evaluation", REP_ELEMENT_EVALUATED, false },
	{ "sourceip", REP_ELEMENT_SOURCE_IP, false },
	{ "organization", REP_ELEMENT_ORG, false },
	{ "envelope_mail_from", REP_ELEMENT_ENVELOPE_FROM, false },
};

const char *
rep_element_word(enum rep_element e)
{
	return (unsigned)e < REP_ELEMENT_N ? elements[e].word : "";
}

bool
rep_element_fits(enum rep_element e, enum rep_element parent)
{
	return (elements[e].parents >> parent & 1) != 0;
}

bool
rep_element_holds(enum rep_element e)
{
	return e >= REP_ELEMENT_FEEDBACK && e <= REP_ELEMENT_EXTENSION;
}

/*
 * Two tags of every three are names of some twenty elements, so a name is looked up by its hash. Filled when it is first
 * asked for: one thread reads documents.
 */
enum { SLOTS = 256 };

static uint8_t slots[SLOTS];

static unsigned
slot_of(struct rep_str s)
{
	return (unsigned)((s.n * 31 + (unsigned char)s.p[0] * 7 + (unsigned char)s.p[s.n / 2] * 13 +
			      (unsigned char)s.p[s.n - 1]) %
	    SLOTS);
}

static void
fill(void)
{
	for (unsigned e = 1; e < REP_ELEMENT_N; e++) {
		unsigned i = slot_of(rep_str_c(elements[e].word));

		while (slots[i] != 0)
			i = (i + 1) % SLOTS;
		slots[i] = (uint8_t)e;
	}
}

enum rep_element
rep_element_of(struct rep_str local, bool *exact)
{
	if (slots[slot_of(REP_S("feedback"))] == 0)
		fill();
	*exact = true;
	if (local.n == 0)
		return REP_ELEMENT_NONE;
	for (unsigned i = slot_of(local); slots[i] != 0; i = (i + 1) % SLOTS)
		if (rep_str_eq(local, rep_str_c(elements[slots[i]].word)))
			return (enum rep_element)slots[i];
	for (size_t i = 0; i < REP_COUNT(others); i++)
		if (rep_str_eq_nocase(local, rep_str_c(others[i].word))) {
			*exact = others[i].exact;
			return others[i].e;
		}
	*exact = false;
	for (unsigned e = 1; e < REP_ELEMENT_N; e++)
		if (rep_str_eq_nocase(local, rep_str_c(elements[e].word)))
			return (enum rep_element)e;
	return REP_ELEMENT_NONE;
}

enum rep_element
rep_element_near(struct rep_str local)
{
	enum rep_element best = REP_ELEMENT_NONE;
	unsigned least = 3;

	/* Judgement: one letter in a word of six, two in one of nine. */
	for (unsigned e = 1; e < REP_ELEMENT_N; e++) {
		struct rep_str word = rep_str_c(elements[e].word);
		unsigned most = word.n >= 9 ? 2 : word.n >= 6 ? 1 : 0;
		unsigned d = most == 0 ? 3 : rep_str_distance(local, word, most);

		if (d <= most && d < least) {
			least = d;
			best = (enum rep_element)e;
		}
	}
	return best;
}
