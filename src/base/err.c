/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <stdio.h>

/*
 * Puts "..." at the end of a sentence that did not fit (it needed n bytes), never within a
 * character.
 */
static void
mark_cut(struct rep_err *err, int n)
{
	size_t at = sizeof err->msg - 4;

	if (n < 0 || (size_t)n < sizeof err->msg)
		return;
	at = rep_str_cut((struct rep_str){ err->msg, sizeof err->msg - 1 }, at).n;
	memcpy(err->msg + at, "...", 4);
}

enum rep_rc
rep_fail(struct rep_err *err, enum rep_rc rc, const char *fmt, ...)
{
	va_list ap;

	if (err != NULL) {
		err->rc = rc;
		va_start(ap, fmt);
		mark_cut(err, vsnprintf(err->msg, sizeof err->msg, fmt, ap));
		va_end(ap);
	}
	return rc;
}

enum rep_rc
rep_ctx(struct rep_err *err, const char *fmt, ...)
{
	char old[sizeof err->msg];
	va_list ap;
	int n;

	if (err == NULL)
		return REP_EIO;
	memcpy(old, err->msg, sizeof old);
	va_start(ap, fmt);
	n = vsnprintf(err->msg, sizeof err->msg, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof err->msg)
		n += snprintf(err->msg + n, sizeof err->msg - (size_t)n, ": %s", old);
	mark_cut(err, n);
	return err->rc;
}

bool
rep_sentence(char *text, size_t room, const char *fmt, va_list ap)
{
	static const char cut[] = " [cut]";
	int n = vsnprintf(text, room, fmt, ap);

	if (n >= 0 && (size_t)n >= room && room >= sizeof cut)
		memcpy(text + room - sizeof cut, cut, sizeof cut);
	return n >= 0;
}
