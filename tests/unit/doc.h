/*
 * unit/doc.h -- reads a document in this process, as a worker does, and finds what it means.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_DOC_H
#define REP_TEST_DOC_H

#include "intake/readers.h"
#include "intake/meaning.h"
#include "tap.h"

static struct rep_arena *doc_arena;
static struct rep_know *doc_know;

static inline bool
doc_begin(void)
{
	struct rep_err err = { .msg = "" };

	doc_arena = rep_arena_new(256 << 20);
	doc_know = rep_know_new();
	return doc_arena != NULL && doc_know != NULL &&
	    rep_know_add_builtin(doc_know, &err) == REP_OK &&
	    rep_know_ready(doc_know, &err) == REP_OK;
}

static inline void
doc_end(void)
{
	rep_arena_free(doc_arena);
	rep_know_free(doc_know);
}

/* What was read is valid until the next call. why: NULL, or room for the reason of a failure. */
static inline enum rep_rc
doc_read(struct rep_str bytes, struct rep_document *d, struct rep_err *why)
{
	rep_arena_reset(doc_arena);
	memset(d, 0, sizeof *d);
	d->bytes = bytes;
	d->file_s = 1793688000;
	return rep_document_read(d, doc_arena, why);
}

static inline void
doc_meaning(const struct rep_report *p, struct rep_meaning *m)
{
	rep_meaning_of(doc_know, NULL, NULL, p, m);
}

#endif
