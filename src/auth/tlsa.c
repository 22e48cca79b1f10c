/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/tlsa.h"

#include <openssl/evp.h>
#include <stdio.h>

enum { NUMBERS = 3, SEQUENCE = 0x30 };

/* Whether the bytes are one DER sequence, from the first byte to the last. */
static bool
one_sequence(struct rep_str s)
{
	size_t n, k;

	if (s.n < 2 || (unsigned char)s.p[0] != SEQUENCE)
		return false;
	n = (unsigned char)s.p[1];
	if (n < 0x80)
		return s.n == n + 2;
	k = n & 0x7f;
	if (k == 0 || k > 3 || s.n < 2 + k)
		return false;
	n = 0;
	for (size_t i = 0; i < k; i++)
		n = n << 8 | (unsigned char)s.p[2 + i];
	return s.n == n + 2 + k;
}

void
rep_tlsa_parse(struct rep_str raw, struct rep_tlsa *out)
{
	/* Bytes of the data by matching type; 0: a whole certificate or key. */
	static const size_t lengths[] = { 0, 32, 64 };
	struct rep_tlsa t = { .usage = 0 };

	if (raw.n <= NUMBERS) {
		snprintf(
		    t.why, sizeof t.why, "the record has %zu bytes, which is too short", raw.n);
		*out = t;
		return;
	}
	t.usage = (unsigned char)raw.p[0];
	t.selector = (unsigned char)raw.p[1];
	t.matching = (unsigned char)raw.p[2];
	t.data = rep_str_sub(raw, NUMBERS, raw.n);
	if (t.usage < 2)
		snprintf(t.why, sizeof t.why,
		    "usage %u is for authorities that browsers know; senders of mail use only 2 and 3",
		    t.usage);
	else if (t.usage > 3)
		snprintf(t.why, sizeof t.why, "usage %u does not exist; 2 and 3 do", t.usage);
	else if (t.selector > 1)
		snprintf(t.why, sizeof t.why,
		    "selector %u does not exist; 0 (certificate) and 1 (key) do", t.selector);
	else if (t.matching >= REP_COUNT(lengths))
		snprintf(t.why, sizeof t.why,
		    "matching type %u does not exist; 1 (SHA-256) and 2 (SHA-512) do", t.matching);
	else if (t.matching > 0 && t.data.n != lengths[t.matching])
		snprintf(t.why, sizeof t.why, "the hash has %zu bytes; SHA-%s has %zu", t.data.n,
		    t.matching == 1 ? "256" : "512", lengths[t.matching]);
	else if (t.matching == 0 && !one_sequence(t.data))
		snprintf(t.why, sizeof t.why, "its data is no %s (DER)",
		    t.selector == 0 ? "certificate" : "public key");
	t.usable = t.why[0] == '\0';
	*out = t;
}

bool
rep_tlsa_fits(const struct rep_tlsa *t, struct rep_str certificate, struct rep_str key)
{
	struct rep_str der = t->selector == 0 ? certificate : key;
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (!t->usable)
		return false;
	if (t->matching == 0)
		return rep_str_eq(t->data, der);
	return EVP_Digest(der.p, der.n, hash, &n, t->matching == 1 ? EVP_sha256() : EVP_sha512(),
		   NULL) == 1 &&
	    rep_str_eq(t->data, (struct rep_str){ (const char *)hash, n });
}

const char *
rep_tlsa_sha256(struct rep_str der, char out[REP_TLSA_HEX])
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	out[0] = '\0';
	if (EVP_Digest(der.p, der.n, hash, &n, EVP_sha256(), NULL) == 1)
		for (unsigned i = 0; i < n && 2 * i + 2 < REP_TLSA_HEX; i++)
			snprintf(out + 2 * i, 3, "%02x", hash[i]);
	return out;
}
