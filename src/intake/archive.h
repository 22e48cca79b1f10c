/*
 * intake/archive.h -- zip archives and packed bytes in a worker: each member is a document.
 *
 * The only file that uses libarchive: for zip, and for gzip, bzip2, xz and zstd around one
 * document. Nothing is written anywhere, so the name of a member ("../../etc/passwd") is never
 * used. Limits: REP_DOC_EXPANSION bytes unpacked in all, 1,000 members, REP_DOC_DEPTH archives
 * inside archives.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_ARCHIVE_H
#define REP_INTAKE_ARCHIVE_H

#include "intake/document.h"

/*
 * Loads libarchive, which brings seven more libraries with it: a worker does so before it is locked.
 * False: this machine does not have it.
 */
bool rep_archive_prepare(void);

/* `read` gets each member as a document of its own. REP_EIO: this machine has no libarchive. */
enum rep_rc rep_archive_read(struct rep_document *d, rep_document_read_fn read, struct rep_arena *a,
    struct rep_err *err) REP_NODISCARD;

#endif
