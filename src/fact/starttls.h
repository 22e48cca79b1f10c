/*
 * fact/starttls.h -- what one address of a mail server showed when it was asked for STARTTLS (RFC 3207).
 *
 * Pure data. Views point into memory of who made it. The certificates are bytes that nobody here reads:
 * they are compared with TLSA records, and hashed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_STARTTLS_H
#define REP_FACT_STARTTLS_H

#include "base/str.h"

#include <stdint.h>

enum {
	REP_STARTTLS_CHAIN = 8, /* certificates of one server; usual are two or three */
	REP_STARTTLS_DER_MAX =
	    102400, /* of one certificate: OpenSSL takes no more of a whole chain */
	REP_STARTTLS_NAMES_MAX = 2048, /* of its names */
	REP_STARTTLS_WHY_MAX = 300
};

enum rep_starttls_state {
	REP_STARTTLS_NOT_ASKED = 0, /* our side failed, or there was no time */
	REP_STARTTLS_NO_CONNECTION,
	REP_STARTTLS_NO_SMTP,	  /* connected, but refused, silent, or no SMTP */
	REP_STARTTLS_NOT_OFFERED, /* it answers EHLO without STARTTLS */
	REP_STARTTLS_FAILED,	  /* offered, but TLS could not be set up */
	REP_STARTTLS_ENCRYPTED,
	REP_STARTTLS_N
};

struct rep_starttls {
	enum rep_starttls_state state;
	struct rep_str why; /* of the state, or why the certificate does not fit; n == 0: it fits */
	/* The rest is for ENCRYPTED only. */
	bool
	    trusted; /* its chain leads to an authority that this machine knows, and is valid now */
	bool named;  /* it has the name of the server */
	bool in_time; /* the certificate of the server itself is valid now */
	int64_t until_s;
	struct rep_str names; /* "mx1.shop.example, *.shop.example" */
	/* The certificate of the server, then each that signed the one before (DER). */
	struct {
		struct rep_str certificate, key; /* whole, and its SubjectPublicKeyInfo */
	} chain[REP_STARTTLS_CHAIN];
	size_t chain_n;
};

/* "not-offered" */
const char *rep_starttls_text(enum rep_starttls_state s);

#endif
