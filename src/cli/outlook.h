/*
 * cli/outlook.h -- what a trouble has cost, and what came after such troubles before: in words
 * and as JSON. What is counted stands in judge/ledger.h and judge/forecast.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_OUTLOOK_H
#define REP_CLI_OUTLOOK_H

#include "base/json_out.h"
#include "cli/out.h"
#include "engine/verdicts.h"

/* "ledger": {..} or null. */
void rep_ledger_json(
    struct rep_json *j, const struct rep_verdict_set *s, const struct rep_incident *i);
/* The same without streams, of an open incident: for status. */
void rep_ledger_json_short(
    struct rep_json *j, const struct rep_verdict_set *s, const struct rep_incident *i);
/* "forecast": {..} or null. */
void rep_forecast_json(
    struct rep_json *j, const struct rep_verdict_set *s, const struct rep_incident *i);

/* A sentence on what stopping would have saved, of incidents told together; n == 0: none. */
struct rep_str rep_ledger_text(
    const struct rep_verdict_set *s, const struct rep_incident *const *v, size_t n);
/* What to expect; n == 0: nothing is said. */
struct rep_str rep_forecast_text(const struct rep_verdict_set *s, const struct rep_incident *i);

#endif
