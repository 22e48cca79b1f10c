/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/figures.h"
#include "base/html.h"
#include "cli/out.h"

enum { NOTE_MAX = 1000, LONG = 10 /* characters: it is written smaller */ };

void
rep_figures_begin(struct rep_buf *b)
{
	rep_buf_printf(b, "%s<dl class=\"big\">\n", rep_mark(REP_MARK_FIGURE));
}

void
rep_figure(struct rep_buf *b, const char *class, const char *name, const char *value,
    const char *note, ...)
{
	struct rep_buf text;
	va_list ap;

	rep_buf_init(&text, NOTE_MAX);
	va_start(ap, note);
	rep_buf_vprintf(&text, note, ap);
	va_end(ap);
	rep_buf_printf(b, "<div class=\"%s\"><dt>%s</dt><dd class=\"figure%s\">%s</dd><dd>", class,
	    name, strlen(value) > LONG ? " long" : "", value);
	rep_html_add(b, rep_buf_str(&text));
	rep_buf_add(b, REP_S("</dd></div>\n"));
	rep_buf_fini(&text);
}

void
rep_figures_end(struct rep_buf *b)
{
	rep_buf_printf(b, "</dl>\n%s\n", rep_mark(REP_MARK_DRAWN));
}
