/*
 * cli/guide_page.h -- a guide as a page of text, and as JSON (doc/json/guide.schema.json).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_GUIDE_PAGE_H
#define REP_CLI_GUIDE_PAGE_H

#include "base/json_out.h"
#include "know/guide.h"
#include "know/provider.h"

/*
 * The whole page, wrapped at the width of the terminal. What a person pastes is not wrapped. Where it
 * names domains of a provider, they are those of `about`; NULL: those of the page, an example.
 */
void rep_guide_page(struct rep_buf *b, const struct rep_guide *g, const struct rep_provider *about);
/* One line: the name and the summary. `column`: where the summary begins. */
void rep_guide_line(struct rep_buf *b, const struct rep_guide *g, size_t column);

/* key is NULL inside an array. When g is NULL it writes null. */
void rep_guide_json(struct rep_json *j, const char *key, const struct rep_guide *g);
/*
 * Name, title, summary, topics (doc/json/topic.schema.json). score < 0: it is not a search result.
 */
void rep_guide_short_json(struct rep_json *j, const struct rep_guide *g, int64_t score);

#endif
