/*
 * judge/evidence_id.h -- the names of evidence and of its limits, each written once.
 *
 * Code names a piece by its id, and the weights are kept by id. People read and write the name in
 * this table (JSON, know/judge.weights, doc/judge.md). A name that is not here does not compile in
 * C, and is an error in a weights file.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_EVIDENCE_ID_H
#define REP_JUDGE_EVIDENCE_ID_H

#include "base/str.h"
#include "base/time.h"

/* clang-format off */
/* The last column is what a piece measures, in which unit; NULL: it is there or not. */
#define REP_EVIDENCE_NAMES(X) \
	X(WORDING_RANGE, "wording_range", NULL) \
	X(WORDING_OWN_REPUTATION, "wording_own_reputation", NULL) \
	X(WORDING_HYGIENE, "wording_hygiene", NULL) \
	X(WORDING_AUTHENTICATION, "wording_authentication", NULL) \
	X(WORDING_IDENTITY, "wording_identity", NULL) \
	X(WORDING_VOLUME, "wording_volume", NULL) \
	X(WORDING_CONTENT, "wording_content", NULL) \
	X(WORDING_PROVIDER, "wording_provider", NULL) \
	X(SIBLINGS_TOGETHER_UNLIKE, "siblings_together_unlike", "minutes apart") \
	X(SIBLINGS_TOGETHER_ALIKE, "siblings_together_alike", "minutes apart") \
	X(SIBLINGS_TOGETHER_OWN, "siblings_together_own", "minutes apart") \
	X(SIBLINGS_TOGETHER_CONDUCT, "siblings_together_conduct", "minutes apart") \
	X(SUBNET_MOSTLY_OWN, "subnet_mostly_own", NULL) \
	X(SIBLING_WELL, "sibling_well", "refusals to expect") \
	X(OTHER_SUBNET_WELL, "other_subnet_well", "refusals to expect") \
	X(OTHER_SUBNET_WELL_CLEANER, "other_subnet_well_cleaner", "refusals to expect") \
	X(OTHER_SUBNET_REFUSED, "other_subnet_refused", "minutes apart") \
	X(ALL_SOURCES_AT_ONCE, "all_sources_at_once", NULL) \
	X(ALL_SOURCES_REFUSED, "all_sources_refused", "minutes apart") \
	X(REFUSED_SHARE, "refused_share", "share of attempts") \
	X(REFUSED_LATER, "refused_later", "share of replies") \
	X(ONE_STREAM, "one_stream", "messages accepted") \
	X(ALL_STREAMS, "all_streams", "streams") \
	X(HYGIENE_HIGH, "hygiene_high", "share of the week") \
	X(HYGIENE_DEAD, "hygiene_dead", "share of the worst day") \
	X(HYGIENE_HIGH_SIBLING, "hygiene_high_sibling", "share of the week") \
	X(HYGIENE_RISE, "hygiene_rise", "share of the worst day") \
	X(HYGIENE_TIMES, "hygiene_times", "times the usual") \
	X(HYGIENE_LOW, "hygiene_low", "share of the week") \
	X(COMPLAINTS_HIGH, "complaints_high", "share of accepted mail") \
	X(COMPLAINTS_SOME, "complaints_some", "share of accepted mail") \
	X(COMPLAINTS_LOW, "complaints_low", "share of accepted mail") \
	X(VOLUME_BIG_STEP, "volume_big_step", "times the usual") \
	X(VOLUME_STEP, "volume_step", "times the usual") \
	X(VOLUME_STEADY, "volume_steady", "times the usual") \
	X(VOLUME_BURST, "volume_burst", "times the usual") \
	X(NEW_SOURCE, "new_source", "days") \
	X(NEW_STREAM, "new_stream", "hours") \
	X(CONTENT_BEFORE, "content_before", "share of the week") \
	X(ELSEWHERE_ACCEPTED, "elsewhere_accepted", "messages accepted") \
	X(ELSEWHERE_REFUSED, "elsewhere_refused", "minutes apart") \
	X(OTHERS_REFUSED, "others_refused", "troubles") \
	X(ELSEWHERE_NAMES_RANGE, "elsewhere_names_range", "minutes apart") \
	X(ELSEWHERE_NAMES_OWN, "elsewhere_names_own", "minutes apart") \
	X(ELSEWHERE_NAMES_HYGIENE, "elsewhere_names_hygiene", "minutes apart") \
	X(ELSEWHERE_NAMES_AUTHENTICATION, "elsewhere_names_authentication", "minutes apart") \
	X(ELSEWHERE_NAMES_IDENTITY, "elsewhere_names_identity", "minutes apart") \
	X(ELSEWHERE_NAMES_VOLUME, "elsewhere_names_volume", "minutes apart") \
	X(ELSEWHERE_NAMES_CONTENT, "elsewhere_names_content", "minutes apart") \
	X(ALSO_NAMES_RANGE, "also_names_range", "minutes apart") \
	X(ALSO_NAMES_OWN, "also_names_own", "minutes apart") \
	X(ALSO_NAMES_HYGIENE, "also_names_hygiene", "minutes apart") \
	X(ALSO_NAMES_AUTHENTICATION, "also_names_authentication", "minutes apart") \
	X(ALSO_NAMES_IDENTITY, "also_names_identity", "minutes apart") \
	X(ALSO_NAMES_VOLUME, "also_names_volume", "minutes apart") \
	X(ALSO_NAMES_CONTENT, "also_names_content", "minutes apart") \
	X(ACROSS_OWN_MAIL, "across_own_mail", NULL) \
	X(ACROSS_RANGE, "across_range", NULL) \
	X(ACROSS_IDENTITY, "across_identity", NULL) \
	X(ACCOUNT, "account", "times its busiest hour") \
	X(FORWARDED_RISE, "forwarded_rise", "times the usual") \
	X(NEW_THERE, "new_there", NULL) \
	X(OTHER_FAMILY_WELL, "other_family_well", NULL) \
	X(NOBODY_REACHED, "nobody_reached", NULL) \
	X(OTHERS_REACHED, "others_reached", NULL) \
	X(RETURNS, "returns", "times") \
	X(REFUSED_BEFORE, "refused_before", "share of the days before") \
	X(THROTTLED_FIRST, "throttled_first", "hours") \
	X(AUDIT_PTR_MISSING, "audit_ptr_missing", NULL) \
	X(AUDIT_PTR_UNCONFIRMED, "audit_ptr_unconfirmed", NULL) \
	X(AUDIT_PTR_GENERIC, "audit_ptr_generic", NULL) \
	X(AUDIT_PTR_FOREIGN, "audit_ptr_foreign", NULL) \
	X(AUDIT_PTR_WELL, "audit_ptr_well", NULL) \
	X(AUDIT_HELO, "audit_helo", NULL) \
	X(AUDIT_SPF_MISSING, "audit_spf_missing", NULL) \
	X(AUDIT_SPF_BROKEN, "audit_spf_broken", NULL) \
	X(AUDIT_SPF_UNCOVERED, "audit_spf_uncovered", NULL) \
	X(AUDIT_DKIM_BROKEN, "audit_dkim_broken", NULL) \
	X(AUDIT_DKIM_SERVERS, "audit_dkim_servers", NULL) \
	X(AUDIT_DMARC_BROKEN, "audit_dmarc_broken", NULL) \
	X(AUDIT_LISTED, "audit_listed", NULL) \
	X(AUDIT_LISTED_MINOR, "audit_listed_minor", NULL) \
	X(AUDIT_LISTED_RANGE, "audit_listed_range", NULL) \
	X(AUDIT_LISTED_DOMAIN, "audit_listed_domain", NULL) \
	X(AUDIT_LISTS_CLEAN, "audit_lists_clean", NULL) \
	X(REPORTS_FELL, "reports_fell", "share of what is refused") \
	X(REPORTS_FAILING, "reports_failing", "share of what is refused") \
	X(REPORTS_PASS, "reports_pass", "share of what is refused") \
	X(STAGE_BEFORE_MESSAGE, "stage_before_message", NULL)

/* The last column is the value if no file sets one. */
#define REP_LIMIT_NAMES(X) \
	X(COMPARED_MESSAGES, "compared-messages", 200) \
	X(TOGETHER_S, "together-s", REP_DAY_S) \
	X(UNKNOWN_HIGH, "unknown-high", 0.05) \
	X(UNKNOWN_DEAD, "unknown-dead", 0.10) \
	X(UNKNOWN_LOW, "unknown-low", 0.01) \
	X(RISE, "rise", 2) \
	X(UNKNOWN_NOTABLE, "unknown-notable", 0.015) \
	X(VOLUME_BIG, "volume-big", 3) \
	X(VOLUME_SOME, "volume-some", 1.7) \
	X(NEW_DAYS, "new-days", 14) \
	X(AUDIT_DAYS, "audit-days", 7)
/* clang-format on */

#define REP_X(id, name, measure) REP_EVIDENCE_##id,
enum rep_evidence_id { REP_EVIDENCE_NAMES(REP_X) REP_EVIDENCE_N };
#undef REP_X

#define REP_X(id, name, value) REP_LIMIT_##id,
enum rep_limit_id { REP_LIMIT_NAMES(REP_X) REP_LIMIT_N };
#undef REP_X

/* By id. Each string ends in a NUL. */
extern const char *const rep_evidence_names[REP_EVIDENCE_N];
extern const char *const rep_evidence_measures[REP_EVIDENCE_N]; /* NULL: none */
extern const char *const rep_limit_names[REP_LIMIT_N];
extern const double rep_limit_values[REP_LIMIT_N];

/* False: no such name. */
bool rep_evidence_id_parse(struct rep_str name, enum rep_evidence_id *out);
bool rep_limit_id_parse(struct rep_str name, enum rep_limit_id *out);

#endif
