/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/findings_part.h"
#include "cli/net.h"
#include "cli/out.h"

void
rep_findings_safe(struct rep_buf *b, struct rep_str s)
{
	for (size_t i = 0, end; i < s.n; i = end + 1) {
		end = rep_str_chr(s, '\n', i);
		end = end == SIZE_MAX ? s.n : end;
		rep_net_add(b, rep_str_sub(s, i, end - i));
		if (end < s.n)
			rep_buf_addc(b, '\n');
	}
}

void
rep_findings_label(struct rep_buf *b, const char *label, struct rep_str text)
{
	struct rep_buf safe;

	if (text.n == 0)
		return;
	rep_buf_init(&safe, 1 << 16);
	rep_findings_safe(&safe, text);
	rep_buf_printf(b, "  %-9s ", label);
	rep_out_wrap(b, rep_buf_str(&safe), 12, 12);
	rep_buf_addc(b, '\n');
	rep_buf_fini(&safe);
}

void
rep_findings_pasted(struct rep_buf *b, struct rep_str lines)
{
	rep_buf_addc(b, '\n');
	rep_findings_safe(b, lines);
	rep_buf_add(b, rep_str_ends(lines, REP_S("\n")) ? REP_S("\n") : REP_S("\n\n"));
}

void
rep_findings_lines(struct rep_json *j, struct rep_str lines)
{
	for (size_t i = 0, end; i < lines.n; i = end + 1) {
		end = rep_str_chr(lines, '\n', i);
		end = end == SIZE_MAX ? lines.n : end;
		rep_json_str(j, NULL, rep_str_sub(lines, i, end - i));
	}
}
