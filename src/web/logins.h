/*
 * web/logins.h -- how often somebody may try a password.
 *
 * Three limits, all before the password is looked at, because that costs 32 MiB and a good part of a second
 * (web/users.h):
 *
 * - by the address of the client (version 6: its /64, which is one customer's): after each wrong password the next
 *   try must wait twice as long, from 1 s to 15 min;
 * - by the name, whether or not there is such an account: from 1 s to 1 min, so that many clients together gain
 *   little against one password, and can keep its owner out for a minute at most;
 * - in all: 10 tries, then one in 6 s.
 *
 * An account and an address from which it has logged in within 30 days are a known pair. Known pairs have a budget of
 * their own, of the same size, and only what failed of the pair itself makes it wait: from 1 s to 1 min. So whoever
 * floods the page with wrong passwords from elsewhere does not lock out who was there before; sessions do not come here
 * at all. In any minute there are 40 hashes at most, and 20 when it goes on.
 *
 * Tables have a fixed size. A row is forgotten an hour after the last try, a pair after 30 days. When all rows of a
 * table of failures are in use, nobody but a known pair may try until one is forgotten: it fails closed. When all
 * pairs are in use, the one that logged in longest ago is forgotten.
 *
 * A try is counted as wrong when it begins, so that many at once are not one; a right one is taken back.
 *
 * Pure: the time and a key are given. Rows have keyed hashes, so nobody can choose names that fall together. A clock
 * that is set back makes nobody wait longer than the times above.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_WEB_LOGINS_H
#define REP_WEB_LOGINS_H

#include "base/budget.h"
#include "base/hash.h"
#include "base/ip.h"

enum {
	REP_LOGINS_ROWS_MAX =
	    512, /* addresses, and as many names; 10 tries a minute fill 600 in an hour */
	REP_LOGINS_PAIRS_MAX = 512,    /* two browsers for each of REP_USERS_MAX accounts */
	REP_LOGINS_BURST = 10,	       /* tries at once */
	REP_LOGINS_EVERY_S = 6,	       /* then one in so many seconds */
	REP_LOGINS_FIRST_S = 1,	       /* the wait after the first failure */
	REP_LOGINS_ADDRESS_S = 900,    /* the longest wait of an address */
	REP_LOGINS_NAME_S = 60,	       /* and of a name */
	REP_LOGINS_FORGET_S = 3600,    /* failures */
	REP_LOGINS_PAIR_S = 30 * 86400 /* pairs */
};

struct rep_logins_row {
	uint64_t who; /* keyed hash; 0: the row is free */
	uint64_t failed;
	int64_t last_s;	  /* the last try */
	int64_t worked_s; /* of a pair: the last login */
};

struct rep_logins {
	struct rep_key key;
	struct rep_logins_row address[REP_LOGINS_ROWS_MAX], name[REP_LOGINS_ROWS_MAX];
	struct rep_logins_row pair[REP_LOGINS_PAIRS_MAX]; /* failed: of this pair */
	struct rep_budget known, unknown;		  /* in seconds */
};

/* The key: random bytes of this process. */
void rep_logins_init(struct rep_logins *l, const struct rep_key *key);

/*
 * Somebody at `from` (version 0: nobody knows where) wants to try a password for `name`. 0: let it be tried, and call
 * rep_logins_worked when it was right. Else the seconds to wait before the next try, for Retry-After (RFC 9110,
 * 10.2.3); nothing is counted then.
 */
int64_t rep_logins_try(
    struct rep_logins *l, const struct rep_ip *from, struct rep_str name, int64_t now_s);

/* It was right: what failed before is forgotten, and the two are a known pair. */
void rep_logins_worked(
    struct rep_logins *l, const struct rep_ip *from, struct rep_str name, int64_t now_s);

#endif
