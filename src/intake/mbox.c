/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/mbox.h"

bool
rep_mbox_begins(struct rep_str line)
{
	struct rep_str s = rep_str_trim(line);
	unsigned colons = 0, digits = 0;

	if (!rep_str_starts(line, REP_S("From ")) || s.n > 300)
		return false;
	for (size_t i = 5; i < s.n; i++) {
		colons += s.p[i] == ':';
		digits += rep_digit(s.p[i]);
	}
	return colons >= 1 && digits >= 7;
}

bool
rep_mbox_next(struct rep_str bytes, size_t *i, struct rep_str *message)
{
	size_t from = *i, at = from, nl;
	bool blank = false;

	if (from >= bytes.n)
		return false;
	while (at < bytes.n) {
		struct rep_str line;

		nl = rep_str_chr(bytes, '\n', at);
		line = rep_str_sub(bytes, at, nl == SIZE_MAX ? bytes.n : nl - at);
		if (at > from && blank && rep_mbox_begins(line))
			break;
		blank = rep_str_trim(line).n == 0;
		at = nl == SIZE_MAX ? bytes.n : nl + 1;
	}
	*message = rep_str_sub(bytes, from, at - from);
	*i = at;
	return true;
}
