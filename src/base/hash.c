/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include "base/bytes.h"

static inline uint64_t
rotl(uint64_t x, int n)
{
	return x << n | x >> (64 - n);
}

struct sip {
	uint64_t a, b, c, d;
};

static inline void
rounds(struct sip *s, int n)
{
	while (n-- > 0) {
		s->a += s->b;
		s->b = rotl(s->b, 13) ^ s->a;
		s->a = rotl(s->a, 32);
		s->c += s->d;
		s->d = rotl(s->d, 16) ^ s->c;
		s->a += s->d;
		s->d = rotl(s->d, 21) ^ s->a;
		s->c += s->b;
		s->b = rotl(s->b, 17) ^ s->c;
		s->c = rotl(s->c, 32);
	}
}

/* The bytes from i on, fewer than 8, as a number. Without a call of memcpy, because keys are short. */
static uint64_t
tail(struct rep_str s, size_t i)
{
	uint64_t m = 0;

	if (i == s.n)
		return 0;
	if (s.n >= 8)
		return rep_le64(s.p + s.n - 8) >> (8 * (8 - (s.n - i)));
	for (size_t k = s.n; k > 0; k--)
		m = m << 8 | (unsigned char)s.p[k - 1];
	return m;
}

uint64_t
rep_siphash(const struct rep_key *k, struct rep_str s)
{
	uint64_t k0 = rep_le64(k->b), k1 = rep_le64(k->b + 8), m;
	struct sip v = { k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
		k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573) };
	size_t i;

	for (i = 0; i + 8 <= s.n; i += 8) {
		m = rep_le64(s.p + i);
		v.d ^= m;
		rounds(&v, 2);
		v.a ^= m;
	}
	m = tail(s, i) | (uint64_t)(s.n & 0xff) << 56;
	v.d ^= m;
	rounds(&v, 2);
	v.a ^= m;
	v.c ^= 0xff;
	rounds(&v, 4);
	return v.a ^ v.b ^ v.c ^ v.d;
}

uint64_t
rep_hash(struct rep_str s)
{
	uint64_t h = UINT64_C(0x9e3779b97f4a7c15) ^ s.n;
	size_t i;

	for (i = 0; i + 8 <= s.n; i += 8) {
		h = (h ^ rep_le64(s.p + i)) * UINT64_C(0x9fb21c651e98df25);
		h ^= h >> 32;
	}
	if (i < s.n) {
		h = (h ^ tail(s, i)) * UINT64_C(0x9fb21c651e98df25);
		h ^= h >> 32;
	}
	return rep_hash_mix(h);
}
