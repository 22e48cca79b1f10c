/* SPDX-License-Identifier: Apache-2.0 */
#include "web/hashed.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const char *
rep_hashed_text(const unsigned char b[REP_HASHED_BYTES], char out[REP_HASHED_TEXT])
{
	size_t n = 0;

	for (size_t bit = 0; bit < 8 * (size_t)REP_HASHED_BYTES; bit += 6) {
		size_t i = bit / 8;
		unsigned next = i + 1 < REP_HASHED_BYTES ? b[i + 1] : 0;
		unsigned two = (unsigned)b[i] << 8 | next;

		out[n++] = digits[two >> (10 - bit % 8) & 63];
	}
	out[n] = '\0';
	return out;
}

bool
rep_hashed_is_text(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!rep_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return s.n == REP_HASHED_CHARS;
}

bool
rep_hashed(struct rep_str before, struct rep_str s, unsigned char hash[REP_HASHED_BYTES])
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool fine = c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1 &&
	    EVP_DigestUpdate(c, before.p, before.n) == 1 && EVP_DigestUpdate(c, s.p, s.n) == 1 &&
	    EVP_DigestFinal_ex(c, hash, NULL) == 1;

	EVP_MD_CTX_free(c);
	return fine;
}

bool
rep_hashed_eq(const unsigned char a[REP_HASHED_BYTES], const unsigned char b[REP_HASHED_BYTES])
{
	return CRYPTO_memcmp(a, b, REP_HASHED_BYTES) == 0;
}
