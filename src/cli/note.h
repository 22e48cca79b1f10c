/*
 * cli/note.h -- writes down what a person did: by the command `note`, and beside what it says to an alert.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_NOTE_H
#define REP_CLI_NOTE_H

#include "cli/cli.h"

/*
 * Who does it: what --by says, else the user of this process, or of the one that handed the work over. In c->arena, or a view.
 */
struct rep_str rep_note_who(const struct rep_cli *c);

/*
 * Stores a note on an incident that there is, with the sentence of the step that x->step names (a number or a sentence). Sets
 * x->n and x->step. REP_EUSAGE: there is no such incident or step, or a text is too long.
 */
enum rep_rc rep_note_put(struct rep_cli *c, struct rep_noted *x, struct rep_err *err) REP_NODISCARD;

#endif
