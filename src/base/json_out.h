/*
 * base/json_out.h -- writes JSON step by step: no tree, no allocation of its own.
 *
 * It writes commas and quotes. The caller opens and closes objects in the right order. Bytes that
 * are not UTF-8 are written as U+FFFD, so the output is always valid UTF-8.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_JSON_OUT_H
#define REP_BASE_JSON_OUT_H

#include "base/buf.h"

struct rep_json {
	struct rep_buf *out; /* borrowed */
	bool comma;
};

void rep_json_init(struct rep_json *j, struct rep_buf *out);

/* Inside an array key is NULL. A string view with p == NULL writes null; with _or_null an empty one does. */
void rep_json_obj(struct rep_json *j, const char *key);
void rep_json_arr(struct rep_json *j, const char *key);
void rep_json_end_obj(struct rep_json *j);
void rep_json_end_arr(struct rep_json *j);
void rep_json_str(struct rep_json *j, const char *key, struct rep_str v);
void rep_json_str_or_null(struct rep_json *j, const char *key, struct rep_str v);
void rep_json_cstr(struct rep_json *j, const char *key, const char *v); /* v == NULL writes null */
void rep_json_int(struct rep_json *j, const char *key, int64_t v);
void rep_json_real(struct rep_json *j, const char *key, double v, int decimals);
void rep_json_bool(struct rep_json *j, const char *key, bool v);
void rep_json_null(struct rep_json *j, const char *key);
void rep_json_time(struct rep_json *j, const char *key, int64_t at_s);
/* A value that is JSON already, of this program; n == 0 writes null. */
void rep_json_made(struct rep_json *j, const char *key, struct rep_str json);
/* 0 is null: no time. */
void rep_json_time_or_null(struct rep_json *j, const char *key, int64_t at_s);
/* The same for a key that is data, not a literal. */
void rep_json_int_named(struct rep_json *j, struct rep_str key, int64_t v);

/* Length of the UTF-8 sequence at s.p[i]; 0 when there is no valid one. */
size_t rep_utf8_len(struct rep_str s, size_t i);
/* The number (code point) of the character at s.p[i], of n bytes as rep_utf8_len says. */
uint32_t rep_utf8_code(struct rep_str s, size_t i, size_t n);

/*
 * True when a terminal obeys the character at i instead of showing it, or shows nothing: a control
 * character (C0, C1, DEL), a line or paragraph separator, a character that changes the direction of
 * text or has no width, a tag character, a byte order mark. n is its length (rep_utf8_len), *code
 * gets its number.
 */
bool rep_utf8_hidden(struct rep_str s, size_t i, size_t n, uint32_t *code);

#endif
