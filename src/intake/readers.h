/*
 * intake/readers.h -- a document of any kind is read by the reader of its kind: a table.
 *
 * A document that cannot be read at all is REP_ESYNTAX or REP_ELIMIT with the reason in *err. What was
 * left out of one that can is said in its `reason`. Reports and their texts live in the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_READERS_H
#define REP_INTAKE_READERS_H

#include "intake/document.h"

/* d->kind NONE: the kind is found by the content. */
enum rep_rc rep_document_read(
    struct rep_document *d, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

#endif
