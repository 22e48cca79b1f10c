/*
 * engine/alarm_words.h -- an alarm of reports in words: its kind, what it is of, and how much.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_ALARM_WORDS_H
#define REP_ENGINE_ALARM_WORDS_H

#include "engine/alarms.h"
#include "report/alarm.h"
#include "report/tls_alarm.h"

/* Pure. In the arena; a part without p: out of memory. */
struct rep_alarm rep_alarm_words(const struct rep_reported *v, const struct rep_report_alarm *x,
    struct rep_str domain, struct rep_arena *a);
struct rep_alarm rep_alarm_tls_words(const struct rep_tls_alarm *x, struct rep_arena *a);

#endif
