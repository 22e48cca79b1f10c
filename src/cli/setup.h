/*
 * cli/setup.h -- what the files of the command `setup` share: what was found, said and decided.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_SETUP_H
#define REP_CLI_SETUP_H

#include "cli/cli.h"
#include "setup/find_log.h"
#include "setup/plan.h"

#include <stdio.h>

/* What becomes of a log. */
enum rep_setup_use {
	REP_SETUP_UNUSED = 0,
	REP_SETUP_WATCH, /* it is read now, and watched */
	REP_SETUP_OLD	 /* it is read once: nothing is written to it any more */
};

struct rep_setup_log {
	struct rep_find_log at;
	struct rep_look_log seen;
	enum rep_setup_use use;
	struct rep_str trouble; /* why it was not looked at; n == 0: it was */
};

/* What DNS says of an address. */
struct rep_setup_ptr {
	struct rep_str name; /* n == 0: none */
	bool answered;	     /* with a name or without; false: not asked, or DNS did not answer */
};

struct rep_setup {
	struct rep_cli *c;
	struct rep_machine machine;
	struct rep_machine_unread unread;
	struct rep_postfix_all postfix;
	bool no_postfix; /* there is no postconf */
	struct rep_setup_log logs[REP_FIND_LOGS];
	size_t logs_n, logs_dropped;
	struct rep_find_signers signers;
	struct rep_ip own[REP_MACHINE_ADDRESSES_MAX]; /* public ones of the interfaces */
	size_t own_n;
	struct rep_metadata cloud;
	bool cloud_answered;
	struct rep_providers *providers; /* owned; NULL: not known */
	struct rep_plan plan;
	struct rep_setup_ptr ptr[REP_PLAN_SOURCES]; /* of plan.sources */
	struct rep_config_alert alert;		    /* name.n == 0: nobody is told */
	char alert_secret[512];			    /* to be written to its secret-file; "": none */
	bool there;				    /* the configuration was there before */
	bool unsound;				    /* and something in it is wrong */
	bool interactive;
};

/*
 * Those logs that a person named, else those that are found, each with what becomes of it. False: too many are named, or
 * one is none (printed).
 */
bool rep_setup_find_logs(struct rep_setup *s);
/* Asks for one where none is found that could be watched. False: there is nobody to ask, or nothing was said (printed). */
bool rep_setup_ask_log(struct rep_setup *s);

/* Makes the plan of what was found and said; again after each answer. False: there is no room (printed and noted). */
bool rep_setup_plan(struct rep_setup *s);

/* Prints what was found, and what is not clear. */
bool rep_setup_show(const struct rep_setup *s);

/* Asks all that is to be asked before something is written. False: the command ends here (printed). */
bool rep_setup_ask(struct rep_setup *s);

/* Asks who is told. False: the input has ended. */
bool rep_setup_ask_alert(struct rep_setup *s);
/* The same from --alert-mail. False: it is no address (printed). */
bool rep_setup_alert_mail(struct rep_setup *s, const char *address);

/*
 * Asks DNS for the PTR names of the sources, and whether the address that is told by mail is at a provider, which is
 * printed. Nothing when DNS does not answer.
 */
void rep_setup_names(struct rep_setup *s);
void rep_setup_warn_mail(struct rep_setup *s);

/*
 * Shows the configuration, and writes it on a yes. False: the command ends here, because nothing was written, or that
 * failed (printed). --yes is for a first configuration: what a person took out of an old one must not come back by a
 * script.
 */
bool rep_setup_configure(struct rep_setup *s);

/* Who may read a file that is written. */
enum {
	REP_SETUP_SECRET = 0600,  /* the service alone */
	REP_SETUP_PRIVATE = 0640, /* root, and the service */
	REP_SETUP_OPEN = 0644
};

/*
 * Writes a new file, or adds to the end of the old one; a secret file is new always. A file that others could read is
 * closed to them before something with a mode without them is added. REP_EIO with the reason.
 */
enum rep_rc rep_setup_write(
    const char *path, struct rep_str text, unsigned mode, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_setup_append(
    const char *path, struct rep_str text, unsigned mode, struct rep_err *err) REP_NODISCARD;

/* Reads the logs into the database, with a bar on a terminal. False: that failed (printed). */
bool rep_setup_read(struct rep_setup *s);

/*
 * The first status, and the worst of each domain. Trouble that is found is no failure of setup; that DNS does not answer
 * is none either.
 */
void rep_setup_first_look(struct rep_setup *s);
/* What to type next. */
void rep_setup_say_next(const struct rep_setup *s);

#endif
