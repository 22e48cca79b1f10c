/*
 * cli/findings_part.h -- the parts that findings are printed with, on a terminal and in JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_FINDINGS_PART_H
#define REP_CLI_FINDINGS_PART_H

#include "base/buf.h"
#include "base/json_out.h"

/*
 * Evidence quotes what strangers publish: a terminal must not obey any of it. Only line ends are ours.
 */
void rep_findings_safe(struct rep_buf *b, struct rep_str s);
/* "  do        words", wrapped. Nothing where there are no words. */
void rep_findings_label(struct rep_buf *b, const char *label, struct rep_str text);
/* Lines that a person copies: they begin at the margin, and none is wrapped. */
void rep_findings_pasted(struct rep_buf *b, struct rep_str lines);
/* Takes the next line, without its end, from the front of some. False: there is none. */
bool rep_findings_line(struct rep_str *lines, struct rep_str *line);
/* A string for each line. */
void rep_findings_lines(struct rep_json *j, struct rep_str lines);

#endif
