/*
 * intake/sheets.h -- CSV files: PowerMTA's accounting, Signal Spam's counts.
 *
 * Readers of rep_document_read: reports are appended to d, what cannot be read in a line is
 * left out and counted in d->reason.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_SHEETS_H
#define REP_INTAKE_SHEETS_H

#include "intake/document.h"

enum rep_rc rep_pmta_read(
    struct rep_document *d, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_spamcsv_read(
    struct rep_document *d, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

#endif
