/*
 * intake/zip_cut.h -- the bytes of a zip member whose end is missing, as far as they are there.
 *
 * libarchive gives what it unpacks in blocks of 256 KiB, and of a member that breaks off in its first block nothing. The member's own
 * header (APPNOTE.TXT 4.3.7, "local file header") says all that is needed to unpack it: what gzip gives of a file that was cut, a
 * zip gives too. Only deflate (method 8), not encrypted; what was unpacked before the break cannot be checked against its CRC.
 *
 * Pure but for zlib's memory, some 40 KiB. Nothing of the header's sizes and names is believed or used.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_ZIP_CUT_H
#define REP_INTAKE_ZIP_CUT_H

#include "base/err.h"

struct rep_zip_cut;

/*
 * bytes: from the header of the member to the end of the archive, borrowed. skip: of its unpacked bytes, those that are known
 * already. NULL: it is no such member, or there is no memory.
 */
struct rep_zip_cut *rep_zip_cut_open(struct rep_str bytes, uint64_t skip);
/* The next unpacked bytes, of at most n; 0: there are no more. */
size_t rep_zip_cut_some(struct rep_zip_cut *z, char *p, size_t n);
/*
 * Whether the bytes just end, at most `most` unpacked ones from here: false if they are damaged, complete, or more. *n: how many it
 * unpacked for that. They are gone: to have them takes another one.
 */
bool rep_zip_cut_ends(struct rep_zip_cut *z, uint64_t most, uint64_t *n);
void rep_zip_cut_close(struct rep_zip_cut *z); /* NULL is allowed */

#endif
