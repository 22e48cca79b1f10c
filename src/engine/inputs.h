/*
 * engine/inputs.h -- folders among the paths of an ingest become the files in them.
 *
 * By name, folders within folders included; a Maildir's tmp is left out, and so is what begins
 * with a dot. A link to a folder is not followed. Nothing is decided by the name of a file. A
 * folder that cannot be read, or stands too deep, is told as bad input; the rest is used.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_INPUTS_H
#define REP_ENGINE_INPUTS_H

#include "engine/session.h"

enum {
	REP_INPUTS_DEPTH = 16,	 /* of folders: a mailbox has 3, a loop of mounts has no end */
	REP_INPUTS_MAX = 2000000 /* files: their names take 200 MB */
};

struct rep_inputs {
	struct rep_input_path {
		const char *path;
		bool given; /* by its name, not found in a folder */
	} * v;
	size_t n;
};

/* In the arena of the session. What is beyond REP_INPUTS_MAX is told, and not in it. */
enum rep_rc rep_inputs_expand(const struct rep_session *s, const char *const *paths, size_t n,
    struct rep_inputs *out, struct rep_err *err) REP_NODISCARD;

#endif
