/*
 * engine/inputs.h -- replaces folders among the paths of an ingest by the files in them.
 *
 * Files are sorted by name, and folders in folders are read too. The tmp of a Maildir and every
 * name that begins with a dot are left out. The name of a file decides nothing else.
 *
 * A link that the person named is followed. One in a folder is not, because others may have put it
 * there (engine/files.h): it is reported, unless it names a neighbour ("current -> mail-2026.log"),
 * which is read by its own name. So are pipes, sockets and devices in a folder, a folder that cannot
 * be read, and one that is too deep. All of that is bad input; the rest is used.
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
		bool given;  /* named by the user, not found in a folder */
		size_t root; /* bytes of path that are the folder named by the user */
	} * v;
	size_t n;
};

/* The files, in the arena of the session. Files beyond REP_INPUTS_MAX are reported and left out. */
enum rep_rc rep_inputs_expand(const struct rep_session *s, const char *const *paths, size_t n,
    struct rep_inputs *out, struct rep_err *err) REP_NODISCARD;

#endif
