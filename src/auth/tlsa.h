/*
 * auth/tlsa.h -- a TLSA record (RFC 6698, 2.1) of a mail server, and whether a sender can use it.
 *
 * Over SMTP only the usages 2 (DANE-TA) and 3 (DANE-EE) count: a sender has no list of authorities
 * that a mail server would have to know, so 0 and 1 are unusable (RFC 7672, 3.1.3). A hash must have
 * the length of its kind, and a whole certificate or key must be one DER sequence: a record that
 * cannot be compared matches nothing.
 *
 * Pure: the view of the data points into the record.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_TLSA_H
#define REP_AUTH_TLSA_H

#include "base/str.h"

struct rep_tlsa {
	unsigned usage, selector, matching;
	struct rep_str data;
	bool usable;
	char why[160]; /* why it is not */
};

/* `raw`: the data of the record as DNS carries it. Too short for its three numbers: all are 0. */
void rep_tlsa_parse(struct rep_str raw, struct rep_tlsa *out);

/*
 * Whether a usable record has this certificate (whole, DER), or this key (SubjectPublicKeyInfo, DER): as
 * its selector says, by its hash or its bytes.
 */
bool rep_tlsa_fits(const struct rep_tlsa *t, struct rep_str certificate, struct rep_str key);

/* SHA-256 in hexadecimal digits; of a key it is the data of "3 1 1". */
enum { REP_TLSA_HEX = 65 };
const char *rep_tlsa_sha256(struct rep_str der, char out[REP_TLSA_HEX]);

#endif
