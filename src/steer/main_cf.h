/*
 * steer/main_cf.h -- finds a parameter in main.cf, or a service in master.cf, and puts back what stood there before.
 *
 * A logical line begins in the first column; lines that begin with a blank continue it; empty lines and comments between
 * them end nothing (postconf(5), master(5)). Of a parameter that is there twice the last one counts, as for Postfix.
 *
 * Pure. Everything is bytes of a file that a person edits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STEER_MAIN_CF_H
#define REP_STEER_MAIN_CF_H

#include "base/buf.h"

/* What was changed: a parameter of main.cf, or of a service of master.cf one of its options. */
struct rep_cf_change {
	struct rep_str service, type; /* n == 0: it is in main.cf */
	struct rep_str name;
	struct rep_str
	    part; /* what was added to its list: "regexp:/etc/postfix/reputed/softened" */
};

/* Its bytes in a text: whole lines with what continues them. n == 0: it is not there. */
struct rep_str rep_cf_find(struct rep_str text, const struct rep_cf_change *c);

/*
 * Appends to `out` a main.cf in which the parameter has this value: on one line in its place, else behind all others. Of
 * an option of a service (-o NAME=VALUE), the part is put before its value, and `value` is not used; an option that is not
 * there stays so. postconf would do the same, but leaves comments between the lines of a value where they then belong to
 * nothing, and so cannot be undone to the byte.
 */
void rep_cf_set(
    struct rep_str text, const struct rep_cf_change *c, struct rep_str value, struct rep_buf *out);

struct rep_cf_texts {
	struct rep_str before, after; /* the file as it was found, and as it was left */
	struct rep_str now;	      /* as it is */
};

enum rep_cf_undone {
	REP_CF_WHOLE = 0, /* each is, to the byte, what it was before */
	REP_CF_PART /* a person changed or removed one since: only what was added was taken out of it */
};

/*
 * Appends to `out` the file without n changes. Where nothing else was changed since, that is `before` itself.
 */
enum rep_cf_undone rep_cf_undo(
    const struct rep_cf_texts *t, const struct rep_cf_change *v, size_t n, struct rep_buf *out);

#endif
