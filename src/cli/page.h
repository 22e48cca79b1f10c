/*
 * cli/page.h -- the text of a command as one HTML page, to send to somebody.
 *
 * The page has the words of the text in the same order and nothing from outside: no script, no
 * font, no picture of another place, and a policy in its head that forbids them. It is well-formed
 * XML as well. Light and dark follow the reader's system.
 *
 * What the text quotes is escaped (base/html.h). A link is made only of an https address behind REP_MARK_LINK, which
 * stands before pages that we name ourselves: an address in the words of strangers (replies, names, records) stays text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_PAGE_H
#define REP_CLI_PAGE_H

#include "cli/out.h"

/*
 * Appends the page of a text with marks. title: "reputed why". from: what the page was made from, as its
 * end says: "From the mail log up to". at_s: the time after these words; 0: nothing was read, and they
 * are left out.
 */
void rep_page(
    struct rep_buf *b, struct rep_str text, const char *title, const char *from, int64_t at_s);

/*
 * Writes what a command said to standard output and clears it: as a page when it was written with
 * rep_out_structure(true), else as text (rep_out_flush, whose errors it has).
 */
bool rep_page_flush(struct rep_buf *text, const char *title, const char *from, int64_t at_s);

#endif
