/*
 * intake/archive.h -- zip archives and gzip within a worker: their members are documents.
 *
 * libarchive behind one file, only zip, gzip, raw. Nothing is written anywhere, so a name of a
 * member ("../../etc/passwd") is bytes that nobody looks at. Bounded: REP_DOC_EXPANSION bytes
 * out in all, 1,000 members, REP_DOC_DEPTH archives within archives.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_ARCHIVE_H
#define REP_INTAKE_ARCHIVE_H

#include "intake/document.h"

/* `read` gets each member as a document of its own. */
enum rep_rc rep_archive_read(struct rep_document *d, rep_document_read_fn read, struct rep_arena *a,
    struct rep_err *err) REP_NODISCARD;

#endif
