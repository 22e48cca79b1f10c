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
		bool once;   /* a pipe. Set only where another process has the inputs */
	} * v;
	size_t n;
};

/*
 * Another process has found the inputs, and opens them with its own rights. Here their paths are names in messages, and
 * nothing is opened by them. "-" is the standard input of this process.
 */
struct rep_inputs_from {
	enum rep_rc (*list)(
	    void *ctx, struct rep_arena *a, struct rep_inputs *out, struct rep_err *err);
	/* Opens the nth of that list. *fd is the caller's to close. */
	enum rep_rc (*open)(void *ctx, size_t nth, int *fd, struct rep_err *err);
	void *ctx;
};

/*
 * The files, in the arena of the session; those that another process has, where it has them. Files beyond REP_INPUTS_MAX are reported and
 * left out.
 */
enum rep_rc rep_inputs_expand(const struct rep_session *s, const char *const *paths, size_t n,
    struct rep_inputs *out, struct rep_err *err) REP_NODISCARD;

/*
 * Opens one of them; "-" is standard input, which is not to be closed. What was found in a folder is opened as
 * engine/files.h says. name: in errors.
 */
enum rep_rc rep_inputs_open(
    const struct rep_input_path *p, const char *name, int *fd, struct rep_err *err) REP_NODISCARD;

#endif
