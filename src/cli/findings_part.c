/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/findings_part.h"
#include "cli/net.h"
#include "cli/out.h"

void
rep_findings_safe(struct rep_buf *b, struct rep_str s)
{
	struct rep_str line;
	size_t left = s.n;

	while (rep_findings_line(&s, &line)) {
		rep_net_add(b, line);
		if (left > line.n) /* its end was there */
			rep_buf_addc(b, '\n');
		left = s.n;
	}
}

void
rep_findings_label(struct rep_buf *b, const char *label, struct rep_str text)
{
	struct rep_buf safe;

	rep_buf_init(&safe, 1 << 16);
	rep_findings_safe(&safe, text);
	rep_out_field(b, label, 9, rep_buf_str(&safe));
	b->full |= safe.full;
	rep_buf_fini(&safe);
}

void
rep_findings_pasted(struct rep_buf *b, struct rep_str lines)
{
	rep_buf_addc(b, '\n');
	rep_findings_safe(b, lines);
	rep_buf_add(b, rep_str_ends(lines, REP_S("\n")) ? REP_S("\n") : REP_S("\n\n"));
}

bool
rep_findings_line(struct rep_str *lines, struct rep_str *line)
{
	bool any = lines->n > 0;

	*line = rep_str_sub(*lines, 0, rep_str_chr(*lines, '\n', 0));
	*lines = rep_str_sub(*lines, line->n + 1, lines->n);
	return any;
}

void
rep_findings_lines(struct rep_json *j, struct rep_str lines)
{
	struct rep_str line;

	while (rep_findings_line(&lines, &line))
		rep_json_str(j, NULL, line);
}
