/*
 * intake/unpack.h -- packed bytes into plain ones: gzip, zstd, bzip2 and xz, as a stream.
 *
 * The packing is found from the first bytes. Several members one after the other are one text
 * (logrotate, parallel packers), and zeros after the last are padding. Memory is bounded, whatever
 * the input says: 32 MB for zstd's window, 96 MB for xz. The length of the text is not bounded
 * here: who reads it takes a piece at a time.
 *
 * Errors: REP_EIO with a sentence that names the input, for data that is damaged, cut off, or
 * needs more memory. What was unpacked before is given first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_UNPACK_H
#define REP_INTAKE_UNPACK_H

#include "base/err.h"

struct rep_packing; /* a row of a table, for ever */
struct rep_unpack;

/* The packing that these first bytes show. NULL: none. */
const struct rep_packing *rep_packing_of(struct rep_str head);

/* Gives more packed bytes: *got 0 at the end. */
typedef enum rep_rc (*rep_unpack_read_fn)(
    void *ctx, void *p, size_t n, size_t *got, struct rep_err *err);

/*
 * `head` is what was read so far (copied, at most 256 KiB); `name` and ctx are borrowed.
 * REP_EMEM.
 */
enum rep_rc rep_unpack_open(const struct rep_packing *packing, struct rep_str head,
    rep_unpack_read_fn read, void *ctx, const char *name, struct rep_unpack **out,
    struct rep_err *err) REP_NODISCARD;
void rep_unpack_close(struct rep_unpack *u); /* NULL is allowed */

/* The next bytes: *got is at least 1, or 0 at the end. */
enum rep_rc rep_unpack_some(
    struct rep_unpack *u, char *p, size_t n, size_t *got, struct rep_err *err) REP_NODISCARD;
/*
 * The same from packed bytes that were read before, for input that comes in pieces over time: it
 * never reads.
 * *got is 0 when they give nothing more.
 */
enum rep_rc rep_unpack_held(
    struct rep_unpack *u, char *p, size_t n, size_t *got, struct rep_err *err) REP_NODISCARD;

#endif
