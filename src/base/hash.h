/*
 * base/hash.h -- two hashes: one with a key for identities, one that is fast for tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_HASH_H
#define REP_BASE_HASH_H

#include "base/str.h"

enum { REP_KEY_BYTES = 16 };

/* A secret of 16 bytes. It is kept outside the database (doc/words.md, Conduct). */
struct rep_key {
	unsigned char b[REP_KEY_BYTES];
};

/*
 * SipHash-2-4 (Aumasson, Bernstein 2012). Without the key nobody can find out which address a hash
 * stands for, or make two addresses with the same hash.
 */
uint64_t rep_siphash(const struct rep_key *k, struct rep_str s);

/*
 * For tables, and never for secrets. Its values never change: they are a part of what is stored of long DNS records
 * (engine/looks.c).
 */
uint64_t rep_hash(struct rep_str s);

static inline uint64_t
rep_hash_mix(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

#endif
