/*
 * cli/setup_ask.h -- asks the person at the terminal: yes or no, a line, a secret.
 *
 * What a person types is text of theirs and is checked by whoever uses it. At the end of the input every question has
 * the answer that changes nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_SETUP_ASK_H
#define REP_CLI_SETUP_ASK_H

#include "base/buf.h"

enum { REP_ASK_LINE = 512 }; /* as the configuration takes of a value */

/* Whether there is somebody to ask: input and output are terminals. */
bool rep_ask_can(void);

/* "question [y/N] ". The answer is no unless it is y or yes; with `yes` it is yes unless it is n or no. */
bool rep_ask_yes(const char *question, bool yes);

/* A line without blanks around it; "" when nothing was typed. False: the input has ended. secret: it is not shown. */
bool rep_ask_line(const char *question, bool secret, char line[REP_ASK_LINE]);

#endif
