/*
 * base/err.h -- how functions report a failure.
 *
 * A function that can fail returns enum rep_rc and takes a struct rep_err * as its last argument
 * (NULL when the caller does not want the message). The function that finds the problem writes one
 * sentence with the facts. Callers pass it up, or put a file and a line in front of it. A sentence
 * that does not fit ends in "...". On failure the out-parameters are not changed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_ERR_H
#define REP_BASE_ERR_H

#include "base/str.h"

#include <stdarg.h>

enum rep_rc {
	REP_OK = 0,
	REP_EMEM,      /* out of memory */
	REP_ESYNTAX,   /* the input is not what it should be */
	REP_ELIMIT,    /* larger than we accept */
	REP_EIO,       /* disk, database, pipe */
	REP_ETIMEOUT,  /* no answer in time */
	REP_ENOTFOUND, /* it does not exist */
	REP_EUSAGE     /* the caller asked for something that makes no sense */
};

struct rep_err {
	enum rep_rc rc;
	char msg[400];
};

/* Writes the sentence and returns rc, so that `return rep_fail(...)` is one line. */
enum rep_rc rep_fail(struct rep_err *err, enum rep_rc rc, const char *fmt, ...) REP_PRINTF(3, 4);

/* Puts "prefix: " before the sentence that is already there. Returns err->rc. */
enum rep_rc rep_ctx(struct rep_err *err, const char *fmt, ...) REP_PRINTF(2, 3);

/*
 * Writes a sentence for people into room bytes; what does not fit ends in " [cut]". False when it
 * cannot be written at all. Two paths of the maximum length may be in it, so it is no rep_err.
 */
bool rep_sentence(char *text, size_t room, const char *fmt, va_list ap)
    REP_PRINTF(3, 0) REP_NODISCARD;

#endif
