/*
 * intake/sheets.h -- reads CSV files: PowerMTA's accounting, Signal Spam's counts.
 *
 * Used by rep_document_read. Reports are appended to d. A line that cannot be read is left out and
 * counted in d->reason.
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
