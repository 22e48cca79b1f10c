/*
 * auth/dkim.h -- DKIM and ARC: are the signatures of a message valid, and if not, why?
 *
 * RFC 6376 with 8301 (no SHA-1, no short keys) and 8463 (ed25519); RFC 8617. A pure function over
 * the message and a view of the DNS. False: call again when the view knows more.
 *
 * A failure is explained as far as possible. For RSA, decrypting the signature with the key shows
 * whether it is the right key. To name the header that changed, the check is repeated with headers
 * left out, replaced or unfolded. The body is tried without its last lines, and with runs of blanks
 * made one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_DKIM_H
#define REP_AUTH_DKIM_H

#include "auth/dkim_canon.h"
#include "auth/dkim_key.h"
#include "dns/answer.h"

/* The words of RFC 8601, 2.7.1. */
enum rep_dkim_result {
	REP_DKIM_NONE = 0,
	REP_DKIM_PASS,
	REP_DKIM_FAIL,	 /* body or header changed, or it is another key */
	REP_DKIM_POLICY, /* perhaps valid, but not acceptable: SHA-1, a short key */
	REP_DKIM_NEUTRAL,
	REP_DKIM_TEMPERROR, /* DNS did not answer */
	REP_DKIM_PERMERROR  /* no key, a broken key, a broken signature, expired */
};

enum rep_dkim_cause {
	REP_DKIM_CAUSE_NONE = 0,
	REP_DKIM_CAUSE_BODY,
	REP_DKIM_CAUSE_HEADER,
	REP_DKIM_CAUSE_WRONG_KEY,
	REP_DKIM_CAUSE_HEADER_OR_KEY, /* ed25519 does not show which */
	REP_DKIM_CAUSE_NO_KEY,
	REP_DKIM_CAUSE_KEY,
	REP_DKIM_CAUSE_SYNTAX,
	REP_DKIM_CAUSE_EXPIRED,
	REP_DKIM_CAUSE_DNS,
	REP_DKIM_CAUSE_POLICY
};

const char *rep_dkim_result_text(enum rep_dkim_result r);
/* "body-changed"; NULL for none. */
const char *rep_dkim_cause_text(enum rep_dkim_cause c);

enum { REP_DKIM_MAX_SIGNATURES = 20, REP_ARC_MAX_SETS = 50 };

struct rep_dkim_signature {
	size_t field; /* index in the message */
	enum rep_dkim_result result;
	enum rep_dkim_cause cause;
	struct rep_str reason; /* one sentence; n == 0: a plain pass */
	struct rep_str domain, selector, identity, algorithm, headers;
	struct rep_dkim_key key; /* bits 0: not known */
	bool ed25519, relaxed_header, relaxed_body, understood;
	int64_t signed_s, expires_s;	     /* -1: not given */
	size_t body_limit;		     /* SIZE_MAX: no l= */
	size_t unsigned_body;		     /* bytes after the part that l= covers */
	const struct rep_dns_answer *answer; /* the one with the key */
	bool from_oversigned;
};

struct rep_arc_result {
	enum rep_dkim_result result; /* NONE, PASS, FAIL, TEMPERROR, PERMERROR */
	struct rep_str reason;
	unsigned sets;
	unsigned oldest_pass; /* the oldest message signature that is still valid; 0: all */
};

struct rep_dkim_check {
	struct rep_dkim_signature v[REP_DKIM_MAX_SIGNATURES];
	size_t n, skipped;
	struct rep_arc_result arc;
};

/* A cache of opened keys for the next messages. NULL: works without. For one thread only. */
struct rep_dkim_keys;
struct rep_dkim_keys *rep_dkim_keys_new(void);
void rep_dkim_keys_free(struct rep_dkim_keys *k);

bool rep_dkim_verify(const struct rep_message *m, int64_t now_s, const struct rep_dns_view *v,
    struct rep_dkim_keys *keys, struct rep_arena *a, struct rep_dkim_check *out);

/* Reads the tags of a DKIM-Signature or ARC-Message-Signature. False: out->reason says why. */
bool rep_dkim_signature_parse(
    struct rep_str value, bool arc, struct rep_arena *a, struct rep_dkim_signature *out);

/* Builds "selector._domainkey.domain". False: that is not a valid name. */
bool rep_dkim_key_name(struct rep_str selector, struct rep_str domain, struct rep_name *out);

#endif
