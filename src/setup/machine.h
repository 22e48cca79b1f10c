/*
 * setup/machine.h -- this machine, as setup looks at it: its programs, files and addresses.
 *
 * It only reads, but for rep_machine_do. Programs are run by their path in fixed folders, without a shell; what they say and what files hold
 * has a maximum, and is text of strangers to whoever parses it. Texts are in the arena that is passed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SETUP_MACHINE_H
#define REP_SETUP_MACHINE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/ip.h"

enum {
	REP_MACHINE_FILE_MAX =
	    1 << 20, /* configuration files and tables of keys have some kilobytes */
	REP_MACHINE_NAMES_MAX = 4096,	/* in a folder */
	REP_MACHINE_UNREAD_MAX = 16,	/* paths that are named as too large. Judgement */
	REP_MACHINE_ADDRESSES_MAX = 64, /* of its interfaces */
	REP_MACHINE_PROGRAM_MS =
	    30000 /* Judgement: postconf takes some milliseconds, journalctl seconds */
};

/* What was left out: a folder with more than REP_MACHINE_NAMES_MAX, a file with more than REP_MACHINE_FILE_MAX. */
struct rep_machine_unread {
	struct rep_machine_too_much {
		const char *path; /* each once */
		bool folder;
	} v[REP_MACHINE_UNREAD_MAX];
	size_t n;
	bool more; /* there is no room for others */
};

struct rep_machine {
	const char *root;     /* before every path that is given here; "": none. Tests have one */
	const char *metadata; /* rep_metadata_of_test; NULL: the service at 169.254.169.254 */
	struct rep_arena *arena;
	struct rep_machine_unread *unread; /* borrowed; NULL: nobody asks */
};

/* A path below the root. "" when out of memory. */
const char *rep_machine_path(const struct rep_machine *m, const char *path);

bool rep_machine_has(const struct rep_machine *m, const char *path);

/* A whole file. n == 0: it is empty, not there, no file, too large (then `unread` has it), or may not be read. */
struct rep_str rep_machine_file(const struct rep_machine *m, const char *path);

/*
 * The names in a folder, sorted, without those that begin with a dot; 0: none, or no such folder. Of more than
 * REP_MACHINE_NAMES_MAX, that many (then `unread` has it).
 */
size_t rep_machine_names(const struct rep_machine *m, const char *folder, const char ***names);

/*
 * Runs a program by its name, with at most `most` bytes of output. env: "NAME=value", besides PATH and LC_ALL; NULL:
 * none. REP_ENOTFOUND: there is none. REP_EIO, REP_ETIMEOUT: it failed. More output is cut, *cut (may be NULL) is
 * true then.
 */
enum rep_rc rep_machine_run(const struct rep_machine *m, const char *const *argv, const char *env,
    size_t most, struct rep_str *out, bool *cut, struct rep_err *err) REP_NODISCARD;

/*
 * Runs one for what it does. Where it fails, the error has the beginning of what it said. ms: for so long at most.
 */
enum rep_rc rep_machine_do(const struct rep_machine *m, const char *const *argv, int ms,
    struct rep_err *err) REP_NODISCARD;

/* The public addresses of its interfaces, each once. */
size_t rep_machine_addresses(struct rep_ip v[REP_MACHINE_ADDRESSES_MAX]);

#endif
