/*
 * fact/finding_id.h -- the ids of what a look at DNS can find. Each is written once, here.
 *
 * The audit finds them (audit/finding.c has their texts), the store keeps their names, and the
 * judge makes evidence of some. In JSON and in the database an id is its name.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_FINDING_ID_H
#define REP_FACT_FINDING_ID_H

#include "base/str.h"

/* clang-format off */
#define REP_FINDING_NAMES(X) \
	X(SPF_MISSING, "spf-missing") \
	X(SPF_SEVERAL, "spf-several") \
	X(SPF_SYNTAX, "spf-syntax") \
	X(SPF_TOO_MANY_LOOKUPS, "spf-too-many-lookups") \
	X(SPF_DEAD_INCLUDE, "spf-dead-include") \
	X(SPF_DOES_NOT_COVER, "spf-does-not-cover") \
	X(SPF_PASS_ALL, "spf-pass-all") \
	X(SPF_TOO_BROAD, "spf-too-broad") \
	X(SPF_TOO_MANY_VOID, "spf-too-many-void") \
	X(SPF_DEAD_NAME, "spf-dead-name") \
	X(SPF_PTR, "spf-ptr") \
	X(SPF_NO_ALL, "spf-no-all") \
	X(SPF_DUPLICATE, "spf-duplicate") \
	X(SPF_AFTER_ALL, "spf-after-all") \
	X(SPF_NEAR_LIMIT, "spf-near-limit") \
	X(SPF_UNKNOWN, "spf-unknown") \
	X(DKIM_NONE_FOUND, "dkim-none-found") \
	X(DKIM_KEY_MISSING, "dkim-key-missing") \
	X(DKIM_KEY_SYNTAX, "dkim-key-syntax") \
	X(DKIM_KEY_REVOKED, "dkim-key-revoked") \
	X(DKIM_KEY_SHORT, "dkim-key-short") \
	X(DKIM_KEY_WEAK, "dkim-key-weak") \
	X(DKIM_KEY_TESTING, "dkim-key-testing") \
	X(DKIM_KEY_SHA1, "dkim-key-sha1") \
	X(DKIM_KEY_SEVERAL, "dkim-key-several") \
	X(DKIM_KEY_NOT_EMAIL, "dkim-key-not-email") \
	X(DKIM_ANSWER_LARGE, "dkim-answer-large") \
	X(DKIM_CNAME_CHAIN, "dkim-cname-chain") \
	X(DKIM_NS_FAILING, "dkim-ns-failing") \
	X(DKIM_NS_NO_TCP, "dkim-ns-no-tcp") \
	X(DKIM_NS_SLOW, "dkim-ns-slow") \
	X(DMARC_MISSING, "dmarc-missing") \
	X(DMARC_SEVERAL, "dmarc-several") \
	X(DMARC_SYNTAX, "dmarc-syntax") \
	X(DMARC_UNKNOWN, "dmarc-unknown") \
	X(DMARC_NONE, "dmarc-none") \
	X(DMARC_NO_RUA, "dmarc-no-rua") \
	X(DMARC_RUA_UNAUTHORIZED, "dmarc-rua-unauthorized") \
	X(DMARC_RUA_SYNTAX, "dmarc-rua-syntax") \
	X(DMARC_OLD_TAGS, "dmarc-old-tags") \
	X(DMARC_PCT, "dmarc-pct") \
	X(DMARC_WALK_DIFFERS, "dmarc-walk-differs") \
	X(DMARC_ORG_DIFFERS, "dmarc-org-differs") \
	X(DMARC_TESTING, "dmarc-testing") \
	X(DMARC_SUBDOMAINS_OPEN, "dmarc-subdomains-open") \
	X(PARKED_INCOMPLETE, "parked-incomplete") \
	X(MX_MISSING, "mx-missing") \
	X(MX_DEAD, "mx-dead") \
	X(MX_CNAME, "mx-cname") \
	X(MX_UNKNOWN, "mx-unknown") \
	X(MTA_STS_INVALID, "mta-sts-invalid") \
	X(MTA_STS_MX, "mta-sts-mx") \
	X(TLS_RPT_MISSING, "tls-rpt-missing") \
	X(TLS_RPT_SYNTAX, "tls-rpt-syntax") \
	X(BIMI_SYNTAX, "bimi-syntax") \
	X(BIMI_POLICY, "bimi-policy") \
	X(PTR_MISSING, "ptr-missing") \
	X(PTR_UNCONFIRMED, "ptr-unconfirmed") \
	X(PTR_GENERIC, "ptr-generic") \
	X(PTR_FOREIGN, "ptr-foreign") \
	X(PTR_SEVERAL, "ptr-several") \
	X(PTR_UNKNOWN, "ptr-unknown") \
	X(HELO_UNCONFIRMED, "helo-unconfirmed") \
	X(HELO_SYNTAX, "helo-syntax") \
	X(LISTED_ABUSE, "listed-abuse") \
	X(LISTED_MINOR, "listed-minor") \
	X(LISTED_POLICY, "listed-policy") \
	X(LISTED_RANGE, "listed-range") \
	X(LISTED_DOMAIN, "listed-domain") \
	X(LISTS_REFUSE_RESOLVER, "lists-refuse-resolver") \
	X(SPF_NO_EFFECT, "spf-no-effect") \
	X(SPF_OVERLAP, "spf-overlap") \
	X(SPF_LARGE, "spf-large") \
	X(PTR_SYNTAX, "ptr-syntax") \
	X(MX_NULL_SENDS, "mx-null-sends") \
	X(MX_NULL_BESIDE, "mx-null-beside") \
	X(MX_PRIVATE, "mx-private") \
	X(MX_LITERAL, "mx-literal") \
	X(MX_ADDRESS_UNKNOWN, "mx-address-unknown") \
	X(MTA_STS_MAX_AGE, "mta-sts-max-age") \
	X(TLS_RPT_RUA, "tls-rpt-rua") \
	X(TLSA_UNUSABLE, "tlsa-unusable") \
	X(TLSA_NO_DNSSEC, "tlsa-no-dnssec") \
	X(RECORD_AT_WRONG_NAME, "record-at-wrong-name") \
	X(NS_FEW, "ns-few") \
	X(NS_FAILING, "ns-failing") \
	X(LISTS_UNKNOWN, "lists-unknown") \
	X(DNSSEC_BOGUS, "dnssec-bogus") \
	X(DMARC_TAG, "dmarc-tag") \
	X(DMARC_RUA_NO_MAIL, "dmarc-rua-no-mail") \
	X(DKIM_ONLY_ED25519, "dkim-only-ed25519") \
	X(SPF_MANY_MX, "spf-many-mx") \
	X(MX_NO_TLS, "mx-no-tls") \
	X(MX_CERTIFICATE, "mx-certificate") \
	X(MX_TLS_UNKNOWN, "mx-tls-unknown") \
	X(TLSA_MISMATCH, "tlsa-mismatch") \
	X(SPF_REFUSED_SERVICE, "spf-refused-service") \
	X(SPF_BESIDE, "spf-beside") \
	X(DMARC_TWICE, "dmarc-twice") \
	X(CAA_FORBIDS, "caa-forbids") \
	X(CAA_SYNTAX, "caa-syntax") \
	X(DMARC_NOT_READ, "dmarc-not-read") \
	X(DOMAIN_MISSING, "domain-missing") \
	X(DNSSEC_BOGUS_ELSEWHERE, "dnssec-bogus-elsewhere")
/* clang-format on */

#define REP_X(id, name) REP_FINDING_##id,
enum rep_finding_id { REP_FINDING_NAMES(REP_X) REP_FINDING_N };
#undef REP_X

/* The name of each id, with a NUL at its end. */
extern const char *const rep_finding_names[REP_FINDING_N];
/* False when there is no such name, for example one from a database of a later version. */
bool rep_finding_id_parse(struct rep_str name, enum rep_finding_id *out);

#endif
