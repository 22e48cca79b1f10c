/*
 * cli/outlook.h -- what a trouble has cost, and what followed such troubles; text and JSON.
 *
 * judge/ledger.h and judge/forecast.h do the counting.
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
/* The same without streams, for open incidents only: `status` uses it. */
void rep_ledger_json_short(
    struct rep_json *j, const struct rep_verdict_set *s, const struct rep_incident *i);
/* "forecast": {..} or null. */
void rep_forecast_json(
    struct rep_json *j, const struct rep_verdict_set *s, const struct rep_incident *i);

/*
 * A sentence on how much stopping would have saved, for incidents that are shown together; n == 0:
 * none.
 */
struct rep_str rep_ledger_text(
    const struct rep_verdict_set *s, const struct rep_incident *const *v, size_t n);
/* A sentence on what to expect; n == 0: none. */
struct rep_str rep_forecast_text(const struct rep_verdict_set *s, const struct rep_incident *i);

#endif
