/* SPDX-License-Identifier: Apache-2.0 */
#include "base/one_line.h"
#include "base/json_out.h"

/* The length of the secret that begins at i, or 0. */
static size_t
secret_at(struct rep_str s, size_t i, const struct rep_str *hide, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (hide[k].n >= 6 && rep_str_starts(rep_str_sub(s, i, s.n), hide[k]))
			return hide[k].n;
	return 0;
}

const char *
rep_one_line(struct rep_str s, const struct rep_str *hide, size_t n, char *out, size_t room)
{
	size_t at = 0, len;
	uint32_t code;

	for (size_t i = 0; i < s.n; i += len) {
		struct rep_str one;

		if ((len = secret_at(s, i, hide, n)) > 0) {
			one = REP_S("[secret]");
		} else if (rep_blank(s.p[i])) {
			len = 1;
			one = REP_S(" ");
			if (at == 0 || out[at - 1] == ' ')
				continue;
		} else {
			len = rep_utf8_len(s, i);
			one = len == 0 || rep_utf8_hidden(s, i, len, &code)
			    ? REP_S("?")
			    : rep_str_sub(s, i, len);
			len = len == 0 ? 1 : len;
		}
		if (at + one.n >= room)
			break;
		memcpy(out + at, one.p, one.n);
		at += one.n;
	}
	while (at > 0 && out[at - 1] == ' ')
		at--;
	out[at] = '\0';
	return out;
}
