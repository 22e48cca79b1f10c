/*
 * cli/names_show.h -- the names of many own addresses as one table, for a terminal.
 *
 * From four addresses on, what is said of PTR and HELO would fill pages with the same words. Then the
 * findings of one kind are one, the PTR names are a table that can be sent to whoever rents out the
 * addresses, and records and commands are one block each. A finding with more to tell than a name (a record
 * in place of another, an MX, a cloud that sets no names) stands alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_NAMES_SHOW_H
#define REP_CLI_NAMES_SHOW_H

#include "audit/finding.h"
#include "base/json_out.h"

enum { REP_NAMES_TABLE = 4 };

struct rep_names_show {
	const struct rep_findings *f;
	bool table; /* there are enough addresses for one */
	bool told;  /* it was printed */
};

void rep_names_init(struct rep_names_show *s, const struct rep_findings *f);
/* Whether the finding is part of the table. */
bool rep_names_has(const struct rep_names_show *s, const struct rep_finding *x);
/* Whether finding `at` is the first of its kind, which speaks for all. */
bool rep_names_first(const struct rep_names_show *s, size_t at);
/* What all findings of the kind of `at` are about: "11 addresses", or the address. */
struct rep_str rep_names_subject(const struct rep_names_show *s, size_t at);
/* The addresses, and what was seen of the first. */
struct rep_str rep_names_seen(const struct rep_names_show *s, size_t at);
/* Whether all of them have been there since the same look. */
bool rep_names_same_history(const struct rep_names_show *s, size_t at);
/* Else: which of them are new. */
struct rep_str rep_names_new(const struct rep_names_show *s, size_t at);
/* What to do about them: once with the table. */
void rep_names_todo(struct rep_names_show *s, struct rep_buf *b, size_t at);

/* "names": a row for each address that lacks something, however many there are. */
void rep_names_json(struct rep_json *j, const struct rep_findings *f);

#endif
