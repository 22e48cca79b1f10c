/*
 * config/config.h -- /etc/reputed/reputed.conf: the operator's settings.
 *
 * One schema (config/schema.h) makes the parser, the check, both dumps and the
 * manual. Every mistake is reported with its line and column; what is valid is
 * used. Nothing here reads the environment or the clock; two things
 * look at the disk: rep_config_load, and `timezone`, whose zone must be installed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CONFIG_CONFIG_H
#define REP_CONFIG_CONFIG_H

#include "base/arena.h"
#include "base/buf.h"
#include "config/place.h"
#include "config/settings.h"

/* Largest file read, and an arena in which any such file fits. */
enum { REP_CONFIG_FILE_MAX = 1 << 20, REP_CONFIG_ARENA = 64 << 20 };

struct rep_paths;

struct rep_config_problem {
	const struct rep_config_problem *next;
	const char *text; /* "file:line:col: sentence"; printable, in the arena */
};

/* In the order found. At most REP_CONFIG_PROBLEMS are kept, all are counted. */
struct rep_config_problems {
	const struct rep_config_problem *first;
	struct rep_config_problem *last;
	size_t n;
};
enum { REP_CONFIG_PROBLEMS = 200 };

/* Nothing configured. `paths` (borrowed by *cfg; may be NULL): where database and key are. */
void rep_config_init(struct rep_config *cfg, const struct rep_paths *paths);

/*
 * Reads a text over what *cfg has (rep_config_init first). REP_OK also when problems
 * were found: they are in *problems, what is valid is in *cfg. `file` is for messages
 * only. REP_ELIMIT when the arena is used up; *cfg is untouched then.
 */
enum rep_rc rep_config_parse(struct rep_str text, const char *file, struct rep_arena *a,
    struct rep_config *cfg, struct rep_config_problems *problems,
    struct rep_err *err) REP_NODISCARD;

/*
 * The same from a file. REP_ENOTFOUND when there is none (whether that matters is the
 * caller's to know: the default place may be empty), REP_EIO when it cannot be read,
 * REP_ELIMIT when it is over REP_CONFIG_FILE_MAX.
 */
enum rep_rc rep_config_load(const char *path, struct rep_arena *a, struct rep_config *cfg,
    struct rep_config_problems *problems, struct rep_err *err) REP_NODISCARD;

/* The whole effective configuration as a file that reads back to the same. */
void rep_config_dump(const struct rep_config *cfg, struct rep_buf *out);
/*
 * One block of it, as `struct rep_config_...` of its section (REP_CONF_SOURCE ...) holds it, after an empty line; of
 * REP_CONF_TOP, struct rep_config, what is set. Without comments.
 */
void rep_config_dump_block(unsigned section, const void *block, struct rep_buf *out);
/* One JSON object, keys with '_' for '-'; what is not told is null. */
void rep_config_dump_json(const struct rep_config *cfg, struct rep_buf *out);

/*
 * The source that a label ("mx1/postfix/out-a": log host and syslog_name) belongs to,
 * or NULL. A source's `label` names, the nearest first: the whole label, its
 * syslog_name ("postfix/out-a"), the last part of that ("out-a"), the log host
 * ("mx1"). ASCII case does not count.
 */
const struct rep_config_source *rep_config_source_for_label(
    const struct rep_config *cfg, struct rep_str label);

/* The block of a domain, or NULL. ASCII case does not count. */
const struct rep_config_domain *rep_config_domain(
    const struct rep_config *cfg, struct rep_str name);

/*
 * The relay that a host is, or NULL: by exact name, by address, by the longest suffix.
 * `name` may be empty, ip may be NULL, port 0 when it is not known (then it fits any).
 */
const struct rep_config_relay *rep_config_relay_for_host(
    const struct rep_config *cfg, struct rep_str name, const struct rep_ip *ip, unsigned port);

#endif
