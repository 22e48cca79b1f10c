/* SPDX-License-Identifier: Apache-2.0 */
#include "base/html.h"
#include "base/json_out.h"

void
rep_html_add(struct rep_buf *b, struct rep_str text)
{
	uint32_t code;
	size_t len;

	for (size_t i = 0; i < text.n; i += len) {
		len = rep_utf8_len(text, i);
		if (len == 0 ||
		    (text.p[i] != '\n' && text.p[i] != '\t' &&
			rep_utf8_hidden(text, i, len, &code))) {
			len = len == 0 ? 1 : len;
			rep_buf_addc(b, '?');
			continue;
		}
		switch (text.p[i]) {
		case '&': rep_buf_add(b, REP_S("&amp;")); break;
		case '<': rep_buf_add(b, REP_S("&lt;")); break;
		case '>': rep_buf_add(b, REP_S("&gt;")); break;
		case '"': rep_buf_add(b, REP_S("&quot;")); break;
		case '\'': rep_buf_add(b, REP_S("&#39;")); break;
		default: rep_buf_add(b, rep_str_sub(text, i, len));
		}
	}
}
