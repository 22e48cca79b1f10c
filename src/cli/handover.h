/*
 * cli/handover.h -- a command that writes hands its work to the reputed serve that holds the database.
 *
 * It goes through the socket PATH-control beside the database (io/local.h, serve/control_msg.h): the words of the command
 * line, and the descriptors that it prints to. A process of the service does the work with the service's own
 * configuration, database and key, and this one ends with its exit code. Files that the command line names are found and
 * opened here, with the rights of the person, and only their descriptors are given away.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_HANDOVER_H
#define REP_CLI_HANDOVER_H

#include "cli/cli.h"

/* The file as it is now. Its name is not noted. */
struct rep_control_file rep_handover_file(const char *path);

/* The name of the socket. */
#define REP_CONTROL_SOCKET "%s-control" /* the database */

struct rep_handover {
	/* The command line, without what the service has itself. The command's name first. */
	const char **words;
	size_t words_n;
	bool inputs; /* what c->args names are inputs, which are not among the words */
	bool beside; /* who may not hand it over gets it done here, as well as it goes */
	bool alone;  /* it must not be done at all while a service holds the database */
};

/*
 * True: it was handed over and done, or cannot be done now (printed); *code is the exit code. False: no service holds the
 * database, so it is done here.
 */
bool rep_handover(struct rep_cli *c, const struct rep_handover *o, int *code);

#endif
