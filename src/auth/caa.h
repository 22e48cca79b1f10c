/*
 * auth/caa.h -- a CAA record (RFC 8659, 4): who may issue certificates for a name.
 *
 * What counts is what an authority does with it. It ignores a property that it does not know, unless
 * its critical flag is set: then it must not issue (4.1). A value of issue or issuewild that is not
 * written as section 4.2 says names nobody, so it forbids what it was meant to allow. A name of one label
 * ("ca") is written as 4.2 says, but no authority has one: it is read as naming nobody too.
 *
 * Pure: views point into the record's data, which is outside data.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_CAA_H
#define REP_AUTH_CAA_H

#include "base/buf.h"

enum rep_caa_kind {
	REP_CAA_UNKNOWN =
	    0, /* a property that nobody has registered, or data that cannot be read */
	REP_CAA_ISSUE,
	REP_CAA_ISSUEWILD,
	REP_CAA_OTHER /* registered, and no matter for a host's certificate */
};

enum { REP_CAA_MAX = 32, REP_CAA_VALUE_MAX = 255 };

struct rep_caa {
	enum rep_caa_kind kind;
	unsigned flags;
	bool critical;
	struct rep_str tag, value;
	struct rep_str issuer; /* of issue and issuewild, two labels or more; n == 0: nobody */
	bool good;
	char why[160]; /* why it is not: the data, or the value of issue and issuewild */
};

/* `raw`: the data of the record as DNS carries it. */
void rep_caa_parse(struct rep_str raw, struct rep_caa *out);

enum rep_caa_word { REP_CAA_ANYBODY = 0, REP_CAA_SOME, REP_CAA_NOBODY };

/* What a set of n records says for a name, or for a wildcard right below it (RFC 8659, 4.3). */
enum rep_caa_word rep_caa_judge(const struct rep_caa *v, size_t n, bool wildcard);

/* The property that a tag of nobody's was meant to be: "isue" is issue. NULL: none, or it is right. */
const char *rep_caa_meant(const struct rep_caa *c);

/*
 * The authorities that a value of issue was meant to name, one word each: "ca.example, other.example"
 * is two of them. Adds their domains to `out` with a blank between. False: it cannot be told.
 */
bool rep_caa_issuers(struct rep_str value, struct rep_buf *out);

#endif
