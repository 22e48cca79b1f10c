/*
 * store/sample_header.h -- which forms of replies came back with a message whose header is faulty.
 *
 * One note has them all: the number of the form and its faults (fact/header_fault.h), 16 bytes each,
 * little-endian. An older program does not read it, and a database without it has none.
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_SAMPLE_HEADER_H
#define REP_STORE_SAMPLE_HEADER_H

#include "store/backend.h"

enum { REP_SAMPLE_HEADERS_MAX = 4096 }; /* as many as there are forms */

struct rep_sample_header {
	int64_t id; /* of the form */
	rep_header_faults faults;
};

struct rep_sample_headers {
	struct rep_sample_header *v; /* owned */
	size_t n;
};

enum rep_rc rep_sample_headers_load(
    struct rep_backend *b, struct rep_sample_headers *out, struct rep_err *err) REP_NODISCARD;
void rep_sample_headers_fini(struct rep_sample_headers *h);

/* 0: none. */
rep_header_faults rep_sample_header_of(const struct rep_sample_headers *h, int64_t id);

/* Writes them in place of what was there. */
enum rep_rc rep_sample_headers_put(
    const struct rep_sample_headers *h, struct rep_backend *b, struct rep_err *err) REP_NODISCARD;

#endif
