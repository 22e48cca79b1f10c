/*
 * auth/spf_meant.h -- what one term of an SPF record was meant to be.
 *
 * "ip:192.0.2.1", "ip4:192.0.2.0/255.255.255.0", "192.0.2.1-192.0.2.9", "_spf.example.com": each has one
 * obvious meaning. What has none is not guessed. Reading a whole record with such terms is
 * auth/spf_repair.h's.
 *
 * Pure: the bytes come from strangers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_SPF_MEANT_H
#define REP_AUTH_SPF_MEANT_H

#include "base/arena.h"

/* Whether a text is one term that parses (RFC 7208, 4.6.1). */
bool rep_spf_term_parses(struct rep_str term, struct rep_arena *a);

/*
 * A term that does not parse, as it was probably meant; a range becomes several, with spaces between.
 * It may still not parse. In the arena. n == 0: nobody can tell. *guess: a network may have been meant,
 * and one address of it is what is left.
 */
struct rep_str rep_spf_meant(struct rep_str term, struct rep_arena *a, bool *guess);

/*
 * The `all` that a text was meant to be: "all-", "-al", "~all."; of several signs the weakest. n == 0: it is nothing of
 * the kind. Points to a constant.
 */
struct rep_str rep_spf_meant_all(struct rep_str term);

/* Whether a sign stands alone, whose term may follow it: "- all". */
bool rep_spf_sign(struct rep_str term);

/* Where a second term begins inside of one, since strings were joined without a space. SIZE_MAX: nowhere. */
size_t rep_spf_glued_at(struct rep_str term, struct rep_arena *a);

/* The next of several terms with spaces between, from *at on. False: the end. */
bool rep_spf_next_term(struct rep_str terms, size_t *at, struct rep_str *term);

/* Whether a text is a host name and no address: labels, and a top one with a letter. */
bool rep_spf_host(struct rep_str s);

#endif
