/*
 * config/paths.h -- where configuration, database and key are, and the key itself.
 *
 *	           root                            others
 *	config     /etc/reputed/reputed.conf       $XDG_CONFIG_HOME/reputed/reputed.conf if
 *	                                           it is there, else as root
 *	database   /var/lib/reputed/reputed.db     $XDG_DATA_HOME/reputed/reputed.db
 *	key        /etc/reputed/key                $XDG_CONFIG_HOME/reputed/key
 *
 * XDG_CONFIG_HOME is ~/.config and XDG_DATA_HOME ~/.local/share where they are not set
 * (or not absolute, as their specification says).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CONFIG_PATHS_H
#define REP_CONFIG_PATHS_H

#include "base/err.h"
#include "base/hash.h"

enum { REP_PATH_MAX = 1024 };

struct rep_paths {
	char config[REP_PATH_MAX], database[REP_PATH_MAX], key[REP_PATH_MAX];
};

/* What they depend on; NULL where it is not set. */
struct rep_paths_env {
	bool root;
	const char *home, *xdg_config, *xdg_data;
};

/* REP_EUSAGE when a user has no home; REP_ELIMIT when a path is too long. */
enum rep_rc rep_paths_make(
    const struct rep_paths_env *env, struct rep_paths *p, struct rep_err *err) REP_NODISCARD;

/* The same for this process: its effective user and its environment. */
enum rep_rc rep_paths_find(struct rep_paths *p, struct rep_err *err) REP_NODISCARD;

/*
 * The key: a file of 32 hexadecimal digits that only its owner may read.
 * REP_ENOTFOUND when it is missing and `create` is false; else it is made at random,
 * with its folders, whole or not at all (two who make it at once get the same).
 * REP_EIO when others may read it, when it holds no key, when it cannot be read or made.
 */
enum rep_rc rep_key_load(
    const char *path, bool create, struct rep_key *key, struct rep_err *err) REP_NODISCARD;

#endif
