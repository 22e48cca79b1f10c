/*
 * intake/readers.h -- reads a document of any kind: a table with the reader of each kind.
 *
 * A document that cannot be read at all is REP_ESYNTAX or REP_ELIMIT with the reason in *err. When
 * a part was left out, `reason` says so. Reports and their texts are in the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_READERS_H
#define REP_INTAKE_READERS_H

#include "intake/document.h"

/* Gets ready what reads files, before the process is locked. What fails is said by the documents that need it. */
void rep_document_prepare(void);

/* d->kind NONE: the kind is found from the content. */
enum rep_rc rep_document_read(
    struct rep_document *d, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

#endif
