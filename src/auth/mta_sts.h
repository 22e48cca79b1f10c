/*
 * auth/mta_sts.h -- MTA-STS (RFC 8461), TLS-RPT (RFC 8460) and BIMI records, and the MTA-STS policy.
 *
 * Pure parsers of what strangers publish. Results are views into the text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_MTA_STS_H
#define REP_AUTH_MTA_STS_H

#include "base/buf.h"
#include "base/str.h"

enum rep_sts_mode { REP_STS_NONE = 0, REP_STS_TESTING, REP_STS_ENFORCE };

enum { REP_STS_MAX_MX = 64, REP_STS_POLICY_MAX = 65536 };

struct rep_sts_policy {
	bool good;
	char why[120]; /* if it is not valid */
	enum rep_sts_mode mode;
	uint64_t max_age_s;
	struct rep_str mx[REP_STS_MAX_MX];
	size_t mx_n;
};

/* "v=STSv1; id=20260101T000000;" */
bool rep_sts_is_record(struct rep_str txt);
/* What is wrong with it; NULL: nothing. */
const char *rep_sts_record_fault(struct rep_str txt);

/* The file from https://mta-sts.DOMAIN/.well-known/mta-sts.txt */
void rep_sts_policy_parse(struct rep_str text, struct rep_sts_policy *out);
/* Whether an MX host is allowed: an exact name, or "*.example.com", where * is one label (4.1). */
bool rep_sts_allows(const struct rep_sts_policy *p, struct rep_str host);
/* "enforce" */
const char *rep_sts_mode_text(enum rep_sts_mode m);
/* The file of a policy, as rep_sts_policy_parse reads it. */
void rep_sts_policy_write(const struct rep_sts_policy *p, struct rep_buf *out);

enum { REP_TLSRPT_MAX_URIS = 16 };

struct rep_tlsrpt {
	bool good;
	char why[160]; /* if it is not */
	struct {
		struct rep_str uri;
		struct rep_str
		    host;  /* of the address, or of the URL; n == 0: the URI is not valid */
		bool mail; /* mailto: */
	} uri[REP_TLSRPT_MAX_URIS];
	size_t n;
};

/* "v=TLSRPTv1; rua=mailto:..."; rua= may be there more than once (RFC 8460, 3). */
bool rep_tlsrpt_is_record(struct rep_str txt);
void rep_tlsrpt_parse(struct rep_str txt, struct rep_tlsrpt *out);

/* "v=BIMI1; l=https://...; a=..." */
bool rep_bimi_is_record(struct rep_str txt);
/* What is wrong with it; NULL: nothing. */
const char *rep_bimi_record_fault(struct rep_str txt);

#endif
