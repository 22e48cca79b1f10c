/*
 * tools/analyze.h -- included before each file that tools/analyze looks at.
 *
 * The analyzer does not see into base/err.c. It has to know that rep_fail returns the code it was
 * given, or it follows every failure as if it had been a success.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/err.h"

#define rep_fail(err, rc, ...) (rep_fail(err, rc, __VA_ARGS__) == (rc) ? (rc) : (rc))
