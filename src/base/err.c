/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

enum rep_rc
rep_fail(struct rep_err *err, enum rep_rc rc, const char *fmt, ...)
{
	va_list ap;

	if (err != NULL) {
		err->rc = rc;
		va_start(ap, fmt);
		vsnprintf(err->msg, sizeof err->msg, fmt, ap);
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
	if (n >= 0 && (size_t)n + 3 < sizeof err->msg)
		snprintf(err->msg + n, sizeof err->msg - (size_t)n, ": %.*s",
		    (int)(sizeof err->msg - (size_t)n - 3), old);
	return err->rc;
}
