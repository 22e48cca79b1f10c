/*
 * cli/cli.h -- the command line: options in common, output, and the commands.
 *
 * Exit codes are public (design.md): 0 worked and nothing wrong found; 1 found trouble;
 * 2 usage; 3 some input was bad; 4 could not work. Where several hold: 4, 2, 3, 1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_CLI_H
#define REP_CLI_CLI_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json_out.h"
#include "config/config.h"
#include "judge/weights.h"
#include "know/know.h"
#include "store/store.h"

#define REP_VERSION "0.1.0"

enum {
	REP_EXIT_OK = 0,
	REP_EXIT_TROUBLE = 1,
	REP_EXIT_USAGE = 2,
	REP_EXIT_BAD_INPUT = 3,
	REP_EXIT_FAILED = 4
};

enum { REP_CLI_MAX_SOURCES = 64 };

/* An option that may stand several times. */
struct rep_cli_list {
	const char *v[REP_CLI_MAX_SOURCES];
	size_t n;
};

/* One command's call: what the options said. Everything borrowed from argv. */
struct rep_cli {
	const char *command;
	const char **args; /* what is no option */
	size_t args_n;
	bool json, trace, replay, all, dry_run, rollups_only, help;
	const char *db, *config, *know_dir, *timezone, *now;
	const char *sources[REP_CLI_MAX_SOURCES]; /* --source [LABEL=]IP */
	size_t sources_n;
	/* Pieces of the judge left out (judge/judge.h): no option, tests say it. */
	const char *const *without;
	size_t without_n;
	const char *from, *helo, *server, *timeout_ms;
	struct rep_cli_list ips, selectors;
	int64_t now_s;	 /* of --now; 0: not given */
	int64_t clock_s; /* the clock when the command began */
	struct rep_arena *arena;
	struct rep_config cfg;
	int worst; /* the exit code so far, by the order 4, 2, 3, 1 */
};

/* Notes an exit code; the worst one is returned by main. */
void rep_cli_note(struct rep_cli *c, int code);

/* "reputed: sentence" on standard error. */
void rep_cli_say(const char *fmt, ...) REP_PRINTF(1, 2);
/* The same, and notes the code. */
int rep_cli_fail(struct rep_cli *c, int code, const struct rep_err *err);

/* know with the built-in files and those of --know or /etc/reputed/know.d; problems are said and noted as bad input. */
enum rep_rc rep_cli_know(struct rep_cli *c, struct rep_know **out, struct rep_err *err);

/* The weights built in with those of the same folder over them; problems as with rep_cli_know. */
enum rep_rc rep_cli_weights(
    struct rep_cli *c, struct rep_weights *w, struct rep_arena *a, struct rep_err *err);

/* The key and the store of --db, the configuration or the default place. flags as rep_store_open. */
enum rep_rc rep_cli_store(
    struct rep_cli *c, unsigned flags, struct rep_store **out, struct rep_err *err);
enum rep_rc rep_cli_key(struct rep_cli *c, bool create, struct rep_key *key, struct rep_err *err);
const char *rep_cli_db_path(struct rep_cli *c);

/* A whole file, at most `max` bytes, into the arena. */
enum rep_rc rep_cli_slurp(
    struct rep_arena *a, const char *path, size_t max, struct rep_str *out, struct rep_err *err);

int rep_cmd_classify(struct rep_cli *c);
int rep_cmd_rules(struct rep_cli *c);
int rep_cmd_explain(struct rep_cli *c);
int rep_cmd_ingest(struct rep_cli *c);
int rep_cmd_status(struct rep_cli *c);
int rep_cmd_why(struct rep_cli *c);
int rep_cmd_options(struct rep_cli *c);
int rep_cmd_config(struct rep_cli *c);
int rep_cmd_forget(struct rep_cli *c);
int rep_cmd_complaints(struct rep_cli *c);
int rep_cmd_quarantine(struct rep_cli *c);
int rep_cmd_check(struct rep_cli *c);
int rep_cmd_spf(struct rep_cli *c);
int rep_cmd_dkim(struct rep_cli *c);
int rep_cmd_dmarc(struct rep_cli *c);
int rep_cmd_dnsbl(struct rep_cli *c);
int rep_cmd_ptr(struct rep_cli *c);

#endif
