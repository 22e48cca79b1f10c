/*
 * cli/waiting_json.h -- what waits, and what was lost by waiting: the two parts of `status` that do not grow with sources and
 * providers, for a screen that needs no more of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_WAITING_JSON_H
#define REP_CLI_WAITING_JSON_H

#include "api/param.h"
#include "api/world.h"

/* Takes no parameter. Needs verdicts, of REP_DEPTH_STATE. As all resources (api/world.h). */
enum rep_rc rep_waiting_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_param *v, size_t n, struct rep_err *err) REP_NODISCARD;

#endif
