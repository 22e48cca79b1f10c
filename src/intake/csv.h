/*
 * intake/csv.h -- records of a CSV file (RFC 4180), with columns found by name.
 *
 * A field in quotes may contain commas, line ends and doubled quotes. When a quote never ends, the
 * record goes to the end of the bytes. At most REP_CSV_COLUMNS columns; more are left out.
 *
 * Pure. Fields without doubled quotes are views into the bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_CSV_H
#define REP_INTAKE_CSV_H

#include "base/arena.h"

enum { REP_CSV_COLUMNS = 128 };

struct rep_csv {
	struct rep_str bytes;
	size_t at;
	char separator;
	uint64_t line; /* line where the last record began, from 1 */
	uint64_t next_line;
	struct rep_str v[REP_CSV_COLUMNS];
	size_t n;
};

/*
 * The separator is ',', ';' or tab: the most frequent one in the first line; when equal, the
 * first.
 */
void rep_csv_init(struct rep_csv *c, struct rep_str bytes);
/* Reads the next record that is not empty. False at the end. */
bool rep_csv_next(struct rep_csv *c, struct rep_arena *a);
/* The column of the last record whose name is one of names (NULL ends them). -1: there is none. */
int rep_csv_column(const struct rep_csv *head, const char *const *names);

#endif
