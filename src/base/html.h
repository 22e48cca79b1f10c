/*
 * base/html.h -- the one place where text becomes HTML.
 *
 * Whatever the bytes are, what is appended holds no character of markup and can stand between tags, in a title, and in an
 * attribute between double quotes, of HTML and of XML. It is valid UTF-8. What a terminal would obey instead of showing
 * (base/json_out.h: rep_utf8_hidden), and bytes that are not UTF-8, are "?". Line ends and tabs stay.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_HTML_H
#define REP_BASE_HTML_H

#include "base/buf.h"

void rep_html_add(struct rep_buf *b, struct rep_str text);

#endif
