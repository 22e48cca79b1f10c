/*
 * cli/asked.h -- what `why WORD` is about: an incident, a provider, a host, a source or a code.
 *
 * People say "outlook", "gmail", "hotmail.com", "mx1.web.de", "203.0.113.9" or "S3140". The word is
 * looked up among the names that know has, and among what was read. A word that is nowhere is not
 * known, and the nearest one is suggested: it must never read as if all were well.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_ASKED_H
#define REP_CLI_ASKED_H

#include "engine/verdicts.h"

enum { REP_ASKED_PROVIDERS = 8 };

struct rep_asked {
	const struct rep_verdict_set *s;
	struct rep_str word; /* n == 0: everything */
	int64_t incident;    /* 0: not a number */
	const struct rep_provider *providers[REP_ASKED_PROVIDERS];
	size_t providers_n;
	bool other;    /* the hosts that no provider is known for */
	bool code;     /* a code or the name of a rule */
	bool named;    /* an address that bounces name (judge/named.h) */
	char near[64]; /* of a word that is not known: the nearest one; "": none is near */
};

/* False: the word is not known. `word` and `s` are borrowed. */
bool rep_asked_parse(struct rep_asked *a, const struct rep_verdict_set *s, struct rep_str word);
bool rep_asked_incident(const struct rep_asked *a, const struct rep_incident *i);
/* Whether a provider's id, or the domain of a small host, is meant. */
bool rep_asked_provider(const struct rep_asked *a, struct rep_str provider, struct rep_str domain);
/* For struct rep_seen_asked; ctx is the struct rep_asked. */
bool rep_asked_row(const void *ctx, const struct rep_seen_row *r);
/* Attempts in the window at what was asked for, and how many of them were accepted. */
void rep_asked_counts(const struct rep_asked *a, uint64_t *attempts, uint64_t *accepted);

#endif
