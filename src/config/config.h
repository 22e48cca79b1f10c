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
#include "base/ip.h"

/* Largest file read, and an arena in which any such file fits. */
enum { REP_CONFIG_FILE_MAX = 1 << 20, REP_CONFIG_ARENA = 64 << 20 };

struct rep_paths;

struct rep_config_list {
	const struct rep_str *v;
	size_t n;
};

/* Who else sends through a source's address. Order as the words in the schema. */
enum rep_tenancy {
	REP_TENANCY_UNKNOWN = 0, /* not told */
	REP_TENANCY_SHARED,
	REP_TENANCY_DEDICATED,
	REP_TENANCY_OWN, /* own address range */
};

struct rep_config_source {
	struct rep_str name;	       /* first in every block: config.c counts on it */
	struct rep_config_list labels; /* never empty: its name when none is given */
	struct rep_ip public;
	struct rep_ip bind;  /* version 0: not told */
	struct rep_str helo; /* n == 0: not told */
	unsigned tenancy;    /* enum rep_tenancy */
};

/* One `host` of a relay: a name, ".suffix" of names, or an address. */
struct rep_config_host {
	struct rep_str name; /* n == 0: an address; ".example.com": any name below it */
	struct rep_ip ip;    /* version 0: a name */
	unsigned port;	     /* 0: any */
};

struct rep_config_relay {
	struct rep_str name;
	struct rep_config_list hosts;	      /* as written */
	const struct rep_config_host *parsed; /* hosts.n of them */
	struct rep_str note;		      /* n == 0: none */
};

/* Mail is of this stream when any pattern of any of the three lists matches. */
struct rep_config_stream {
	struct rep_str name;
	struct rep_config_list from;	    /* sender addresses; '*' stands for anything */
	struct rep_config_list list_id;	    /* '*' as above, in all three */
	struct rep_config_list feedback_id; /* */
	bool urgent;
};

/* Own figures of an option (know/ways.options): they stand above those of know. */
struct rep_config_option {
	struct rep_str name;
	struct rep_config_list costs; /* each as rep_cost_parse reads it */
	struct rep_str days;	      /* as rep_days_parse reads it; n == 0: not told */
	bool rule_out;
	struct rep_str note; /* n == 0: none */
};

/* All of it lives in the arena it was parsed with (and views the text given). */
struct rep_config {
	struct rep_str database; /* n == 0: no default was set (rep_config_init) */
	struct rep_str key_file;
	struct rep_str timezone; /* of log lines without one; n == 0: this machine's */
	struct rep_config_source *sources;
	size_t n_sources;
	struct rep_config_relay *relays;
	size_t n_relays;
	struct rep_config_stream *streams;
	size_t n_streams;
	struct rep_config_option *options;
	size_t n_options;
};

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

/*
 * The relay that a host is, or NULL: by exact name, by address, by the longest suffix.
 * `name` may be empty, ip may be NULL, port 0 when it is not known (then it fits any).
 */
const struct rep_config_relay *rep_config_relay_for_host(
    const struct rep_config *cfg, struct rep_str name, const struct rep_ip *ip, unsigned port);

/* "HOST", "HOST:PORT", ".suffix", "[192.0.2.1]:587"; false when it is none of them. */
bool rep_config_host_parse(struct rep_str s, struct rep_config_host *h);

#endif
