/*
 * auth/spf_record.h -- parses an SPF record (RFC 7208, sections 4.6, 5, 6, 7 and 12).
 *
 * Pure: the views point into the text. One error anywhere makes the whole record an error (4.6).
 * The message says which term is wrong, and why.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_SPF_RECORD_H
#define REP_AUTH_SPF_RECORD_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/ip.h"

enum rep_spf_mech {
	REP_SPF_ALL,
	REP_SPF_INCLUDE,
	REP_SPF_A,
	REP_SPF_MX,
	REP_SPF_PTR,
	REP_SPF_IP4,
	REP_SPF_IP6,
	REP_SPF_EXISTS,
	REP_SPF_REDIRECT, /* from here on: modifiers */
	REP_SPF_EXP,
	REP_SPF_OTHER
};

struct rep_spf_term {
	enum rep_spf_mech mech;
	char qualifier;	       /* '+', '-', '~', '?' */
	struct rep_str text;   /* as written in the record */
	struct rep_str spec;   /* domain-spec or macro-string; n == 0: none */
	int cidr4, cidr6;      /* 32 and 128 if not given */
	unsigned char net[16]; /* ip4, ip6 */
};

struct rep_spf_record {
	struct rep_spf_term *terms; /* in the arena */
	size_t n;
	const struct rep_spf_term *redirect, *exp; /* NULL: none */
};

/* Whether a TXT record is an SPF record: "v=spf1", then a space or the end. */
bool rep_spf_is_record(struct rep_str txt);

/* Parses a record. REP_ESYNTAX: permerror, with the reason. */
enum rep_rc rep_spf_record_parse(struct rep_str text, struct rep_arena *a,
    struct rep_spf_record *out, struct rep_err *err) REP_NODISCARD;

/* Whether a term costs one of the ten lookups (4.6.4). */
bool rep_spf_term_costs(const struct rep_spf_term *t);

/* Whether a term is a modifier with the name of a mechanism ("include="): valid, and read by nobody (6). */
bool rep_spf_term_misnamed(struct rep_str text);

/* The text of a term without the "+" that may stand before it: for comparing. */
struct rep_str rep_spf_term_plain(struct rep_str text);

/* Takes the sign off the beginning of a term: '+', '-', '~' or '?'. '\0': it has none. */
char rep_spf_take_sign(struct rep_str *term);

/* Whether every address of the network t is in the network `in`, with the same qualifier. */
bool rep_spf_network_holds(const struct rep_spf_term *in, const struct rep_spf_term *t);

/* --- macros, section 7 --------------------------------------------------------------------- */

enum { REP_SPF_SPEC_MAX = 4096 };

/* The values of macro letters. `p` is called only if it is used. */
struct rep_spf_macros {
	struct rep_str sender, local, sender_domain, domain, helo, receiver;
	struct rep_ip ip;
	int64_t now_s;
	struct rep_str (*p)(void *ctx); /* the validated name of the client, or "unknown" */
	void *ctx;
};

/* Checks the syntax of a macro-string. `text`: of an explanation, with spaces and c, r, t. */
bool rep_spf_macro_valid(struct rep_str s, bool text);
/* Whether every macro of a valid macro-string is the same for all mail of a domain: d and o. */
bool rep_spf_macro_constant(struct rep_str s);
/* Appends the expanded text. s must be valid. */
void rep_spf_macro_expand(struct rep_str s, const struct rep_spf_macros *m, struct rep_buf *out);

/*
 * The name in a text: without a dot at its end, and without the labels on the left that make it longer than
 * 253 bytes (7.3). A view into it.
 */
struct rep_str rep_spf_name_fitted(struct rep_str text);
/*
 * The name that a domain-spec leads to: expanded and fitted. In the arena, or a view into `spec`. False: it is none,
 * because more than REP_SPF_SPEC_MAX bytes come out, or memory is out.
 */
bool rep_spf_target_text(
    struct rep_str spec, const struct rep_spf_macros *m, struct rep_arena *a, struct rep_str *out);

#endif
