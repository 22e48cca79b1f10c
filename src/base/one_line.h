/*
 * base/one_line.h -- what a stranger said, as one line that can be shown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_ONE_LINE_H
#define REP_BASE_ONE_LINE_H

#include "base/str.h"

/*
 * Writes s into room bytes, with a NUL: blanks and line ends become one space, what a terminal obeys or cannot
 * show becomes '?', and so do bytes that are not UTF-8. Each of the n secrets of `hide` becomes "[secret]";
 * one of fewer than six bytes would be found in any text, and stays. What does not fit is left out. Returns `out`.
 */
const char *rep_one_line(
    struct rep_str s, const struct rep_str *hide, size_t n, char *out, size_t room);

#endif
