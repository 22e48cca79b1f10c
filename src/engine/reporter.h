/*
 * engine/reporter.h -- whether a report that came by mail is the reporter's.
 *
 * Anybody can mail a report and name any organisation in it. It is proven if one of our own servers says that a signature
 * passed (RFC 8601), and that signature is of the reporter's own domain: of the domain of its address in the report, and of
 * the organisation if that is written as a domain. An organisation with a free name ("Enterprise Outlook") is shown with the
 * domain of its address, which is what was proven.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_REPORTER_H
#define REP_ENGINE_REPORTER_H

#include "config/config.h"
#include "fact/aggregate.h"
#include "fact/auth_results.h"

/* ids: names of own servers, upper and lower case alike. */
bool rep_reporter_proven(const struct rep_aggregate *h, const struct rep_auth_results *auth,
    const struct rep_config_list *ids);

/* What a reporter is called: in room bytes, with a NUL. A name is cut. */
enum { REP_REPORTER_NAME = 512 };
struct rep_str rep_reporter_name(const struct rep_aggregate *h, char room[REP_REPORTER_NAME]);

#endif
