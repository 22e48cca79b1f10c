/*
 * report/place.h -- who sent each record.
 *
 * In two steps: by what the record itself proves, then by what its address proves at other times, so that a key that breaks
 * makes no new sender.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_REPORT_PLACE_H
#define REP_REPORT_PLACE_H

#include "report/answer.h"

struct rep_placed {
	uint32_t row;  /* of rep_reported */
	uint32_t name; /* of a SERVICE, FORWARDER ...: its domain; 0: none */
	uint8_t who;   /* enum rep_report_sender */
	bool guessed;  /* a FORWARDER that no receiver calls so */
};

/* In *out one for each row, sorted by address. REP_EMEM. */
enum rep_rc rep_report_place(const struct rep_report_rows *rows, const struct rep_report_own *own,
    struct rep_arena *a, struct rep_placed **out, struct rep_err *err) REP_NODISCARD;

/* The order of addresses. */
int rep_placed_by_ip(const struct rep_ip *x, const struct rep_ip *y);

#endif
