/*
 * fact/signed.h -- signatures of a mail of which all is checked but the key (RFC 6376 6.1). Types only.
 *
 * Body and header of the mail are what was signed, if the key of `selector` and `domain` says so: for that the mail is not
 * needed any more.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_SIGNED_H
#define REP_FACT_SIGNED_H

#include "base/str.h"

enum {
	REP_SIGNED_MAX =
	    8, /* Judgement: mails of reports have one or two; further ones are not looked at */
	REP_SIGNATURE_BYTES = 1024, /* RSA of 8192 bits */
	REP_SIGNED_HASH = 32	    /* SHA-256 */
};

/* Borrowed views. */
struct rep_signature_left {
	struct rep_str domain, selector;     /* d=, s= */
	struct rep_str identity;	     /* i=; empty: not said */
	struct rep_str bytes;		     /* b=, decoded */
	unsigned char hash[REP_SIGNED_HASH]; /* of the header that is signed */
	bool ed25519;			     /* else RSA */
};

struct rep_signatures {
	struct rep_str from; /* the domain of the mail's From; empty: it has none, or several */
	struct rep_signature_left v[REP_SIGNED_MAX];
	size_t n;
};

#endif
