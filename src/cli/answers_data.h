/*
 * cli/answers_data.h -- answers of the API that no command prints: a database, opened for reading, and perhaps judged, is put
 * before a function of api (api/world.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_ANSWERS_DATA_H
#define REP_CLI_ANSWERS_DATA_H

#include "cli/cli.h"
#include "web/resource.h"

/* Beside the exit codes: what it is about is not there. No command ends with it. */
enum { REP_ANSWER_NONE = 5 };

/* Whether a function answers it. */
bool rep_answers_data_has(enum rep_resource r);

/* Prints it. As rep_answer (cli/answers.h). */
int rep_answers_data(struct rep_cli *c, enum rep_resource r, const struct rep_params *p);

#endif
