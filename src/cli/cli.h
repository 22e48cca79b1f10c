/*
 * cli/cli.h -- the command line: common options, output, and the commands.
 *
 * Exit codes are public: 0 it worked and found nothing wrong; 1 it found trouble; 2 usage; 3 some
 * input was bad; 4 it could not work. If several apply: 4, 2, 3, 1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_CLI_H
#define REP_CLI_CLI_H

#include "act/channel.h"
#include "base/json_out.h"
#include "cli/out.h"
#include "engine/documents.h"
#include "engine/session.h"
#include "serve/control_msg.h"

enum {
	REP_EXIT_OK = 0,
	REP_EXIT_TROUBLE = 1,
	REP_EXIT_USAGE = 2,
	REP_EXIT_BAD_INPUT = 3,
	REP_EXIT_FAILED = 4
};

/* More is an error: nobody has so many addresses of one server, or selectors of one domain. */
enum { REP_CLI_LIST_MAX = 64 };

/* An option that may be given several times. */
struct rep_cli_list {
	const char *v[REP_CLI_LIST_MAX];
	size_t n;
};

struct rep_control_task; /* cli/control_work.h */

/* One run of a command: what the options said. All strings are borrowed from argv. */
struct rep_cli {
	const char *command;
	const char **args; /* the words that are not options */
	size_t args_n;
	bool json, csv, html, trace, replay, dry_run, rollups_only, starttls, yes, ask_metadata,
	    names, help;
	const char *config, *timezone, *now, *since;
	struct rep_cli_list sources; /* --source [LABEL=]IP */
	const char *from, *helo, *server, *timeout_ms, *budget_ms;
	struct rep_cli_list ips, selectors;
	struct rep_cli_list scopes; /* --scope */
	const char *alert_mail;
	const char *done, *undone, *by;	     /* of a note */
	struct rep_cli_list postfix;	     /* --postfix DIR */
	const char *config_path;	     /* the file that is read: --config, or the usual one */
	struct rep_control_file config_file; /* the same, as it was just before it was read */
	bool makes_config;		     /* the command writes it, so it need not be there */
	struct rep_arena *arena;
	struct rep_config cfg;
	struct rep_session session; /* uses cfg and arena; prints and notes exit codes */
	int worst;		    /* the exit code so far, by the order 4, 2, 3, 1 */
	/*
	 * Runs a command line that another process handed over to this daemon (cli/control_work.h). An error: it does
	 * not run such a thing.
	 */
	enum rep_rc (*handed)(
	    const struct rep_cli *c, struct rep_control_task *h, struct rep_err *err);
	const struct rep_control_task *task; /* this one was handed over; NULL: it was not */
};

/* Notes an exit code. main returns the worst one. */
void rep_cli_note(struct rep_cli *c, int code);

/* Prints the error (rep_cli_say) and notes the exit code, which is returned. */
int rep_cli_fail(struct rep_cli *c, int code, const struct rep_err *err);

/* Sets the callbacks of c->session. read_args and main set the rest. */
void rep_cli_session(struct rep_cli *c);

/* The clock. Every command takes the time from here, so that a test can set it (doc/testing.md, Faults). */
int64_t rep_cli_clock_s(void);

/* A number in the environment, for tests (doc/testing.md, Faults). 0 when it is not a number. */
uint64_t rep_cli_fault(const char *name);
/* The faults for reading documents. */
struct rep_documents_faults rep_cli_faults(void);

/* How alerts are sent: nothing but the time, unless a test says otherwise (doc/testing.md, Faults). */
struct rep_channel_means rep_cli_means(int64_t now_s);

/* Whether each --source is a public address, with a label or without. False: one is not (printed). */
bool rep_cli_sources(struct rep_cli *c);

/*
 * Reads the configuration into c->cfg, which uses c->arena. What is wrong in it is printed and noted. False: it
 * cannot be read at all. A file given with --config must exist, the default file need not.
 */
bool rep_cli_config(struct rep_cli *c);

/*
 * Opens the store for reading. When there is none: prints what to do, notes the exit code, returns
 * NULL.
 */
struct rep_store *rep_cli_reading(struct rep_cli *c);
/* The same for what answers from reports: without a database it says to read those. */
struct rep_store *rep_cli_reading_reports(struct rep_cli *c);

/* The command `check`, showing only the worst of what it finds, after an empty line. */
int rep_cli_check_worst(struct rep_cli *c);

int rep_cmd_classify(struct rep_cli *c);
int rep_cmd_rules(struct rep_cli *c);
int rep_cmd_explain(struct rep_cli *c);
int rep_cmd_ingest(struct rep_cli *c);
int rep_cmd_status(struct rep_cli *c);
int rep_cmd_store(struct rep_cli *c);
int rep_cmd_why(struct rep_cli *c);
int rep_cmd_top(struct rep_cli *c);
int rep_cmd_trend(struct rep_cli *c);
int rep_cmd_options(struct rep_cli *c);
int rep_cmd_config(struct rep_cli *c);
int rep_cmd_queue(struct rep_cli *c);
int rep_cmd_trace(struct rep_cli *c);
int rep_cmd_forget(struct rep_cli *c);
int rep_cmd_complaints(struct rep_cli *c);
int rep_cmd_quarantine(struct rep_cli *c);
int rep_cmd_check(struct rep_cli *c);
int rep_cmd_spf(struct rep_cli *c);
int rep_cmd_dkim(struct rep_cli *c);
int rep_cmd_dmarc(struct rep_cli *c);
int rep_cmd_tls(struct rep_cli *c);
int rep_cmd_dnsbl(struct rep_cli *c);
int rep_cmd_ptr(struct rep_cli *c);
int rep_cmd_serve(struct rep_cli *c);
int rep_cmd_alert(struct rep_cli *c);
int rep_cmd_report(struct rep_cli *c);
int rep_cmd_mcp(struct rep_cli *c);
int rep_cmd_note(struct rep_cli *c);
int rep_cmd_setup(struct rep_cli *c);
int rep_cmd_user(struct rep_cli *c);
int rep_cmd_steer(struct rep_cli *c);

#endif
