/*
 * engine/inputs.h -- replaces folders among the paths of an ingest by the files in them.
 *
 * Files are sorted by name, and folders in folders are read too. The tmp of a Maildir and every
 * name that begins with a dot are left out. A link to a folder is not followed. The name of a file
 * decides nothing else. A folder that cannot be read, or is too deep, is reported as bad input; the
 * rest is used.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_INPUTS_H
#define REP_ENGINE_INPUTS_H

#include "engine/session.h"

enum {
	REP_INPUTS_DEPTH = 16,	 /* levels: a mailbox has 3, a loop of mounts has no end */
	REP_INPUTS_MAX = 2000000 /* files: their names need 200 MB */
};

struct rep_inputs {
	struct rep_input_path {
		const char *path;
		bool given; /* named by the user, not found in a folder */
	} * v;
	size_t n;
};

/* The files, in the arena of the session. Files beyond REP_INPUTS_MAX are reported and left out. */
enum rep_rc rep_inputs_expand(const struct rep_session *s, const char *const *paths, size_t n,
    struct rep_inputs *out, struct rep_err *err) REP_NODISCARD;

#endif
