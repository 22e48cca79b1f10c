/*
 * base/bytes.h -- numbers as bytes, in an order that does not depend on the machine.
 *
 * le: the least significant byte comes first, as in the files and messages of this program and in
 * most formats. be: it comes last, as on the network, so that keys sort as their numbers do.
 *
 * Pure. Nothing needs to be aligned. Whoever calls has seen to it that the bytes are there.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_BYTES_H
#define REP_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t
rep_le64(const void *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

static inline uint32_t
rep_le32(const void *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap32(v);
#endif
	return v;
}

static inline uint16_t
rep_le16(const void *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap16(v);
#endif
	return v;
}

static inline void
rep_le64_put(void *p, uint64_t v)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	memcpy(p, &v, sizeof v);
}

static inline void
rep_le32_put(void *p, uint32_t v)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap32(v);
#endif
	memcpy(p, &v, sizeof v);
}

static inline void
rep_le16_put(void *p, uint16_t v)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap16(v);
#endif
	memcpy(p, &v, sizeof v);
}

/* Of n bytes, 8 at most. */
static inline uint64_t
rep_le(const void *p, size_t n)
{
	const unsigned char *b = p;
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)b[i] << (8 * i);
	return v;
}

/* The lowest n bytes of v, 8 at most. */
static inline void
rep_le_put(void *p, uint64_t v, size_t n)
{
	unsigned char *b = p;

	for (size_t i = 0; i < n; i++)
		b[i] = (unsigned char)(v >> (8 * i));
}

static inline uint64_t
rep_be64(const void *p)
{
	return __builtin_bswap64(rep_le64(p));
}

static inline uint32_t
rep_be32(const void *p)
{
	return __builtin_bswap32(rep_le32(p));
}

static inline void
rep_be64_put(void *p, uint64_t v)
{
	rep_le64_put(p, __builtin_bswap64(v));
}

#endif
