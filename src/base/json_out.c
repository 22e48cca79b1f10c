/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_out.h"

#include <math.h>

#include "base/time.h"

void
rep_json_init(struct rep_json *j, struct rep_buf *out)
{
	*j = (struct rep_json){ .out = out };
}

size_t
rep_utf8_len(struct rep_str s, size_t i)
{
	unsigned char c = (unsigned char)s.p[i], lo = 0x80, hi = 0xbf;
	size_t n;

	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	n = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	/* No overlong forms, no surrogates, nothing past U+10FFFF: RFC 3629 section 4. */
	if (c == 0xe0)
		lo = 0xa0;
	else if (c == 0xed)
		hi = 0x9f;
	else if (c == 0xf0)
		lo = 0x90;
	else if (c == 0xf4)
		hi = 0x8f;
	if (i + n > s.n)
		return 0;
	for (size_t k = 1; k < n; k++) {
		unsigned char d = (unsigned char)s.p[i + k];

		if (d < lo || d > hi)
			return 0;
		lo = 0x80;
		hi = 0xbf;
	}
	return n;
}

uint32_t
rep_utf8_code(struct rep_str s, size_t i, size_t n)
{
	static const unsigned char first[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t c = (unsigned char)s.p[i] & first[n];

	for (size_t k = 1; k < n; k++)
		c = c << 6 | ((unsigned char)s.p[i + k] & 0x3f);
	return c;
}

bool
rep_utf8_hidden(struct rep_str s, size_t i, size_t n, uint32_t *code)
{
	static const struct {
		uint32_t from, to;
	} ranges[] = { { 0, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x34f, 0x34f },
		{ 0x61c, 0x61c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
		{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
		{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff } };
	uint32_t c = rep_utf8_code(s, i, n);

	*code = c;
	for (size_t k = 0; k < REP_COUNT(ranges); k++)
		if (c >= ranges[k].from && c <= ranges[k].to)
			return true;
	return false;
}

/* Beyond 16 bits: a pair of surrogates (RFC 8259 section 7). */
static void
escaped(struct rep_buf *b, uint32_t c)
{
	if (c > 0xffff) {
		rep_buf_printf(b, "\\u%04x", (unsigned)(0xd800 + ((c - 0x10000) >> 10)));
		c = 0xdc00 + ((c - 0x10000) & 0x3ff);
	}
	rep_buf_printf(b, "\\u%04x", (unsigned)c);
}

/* How many bytes from i on stand for themselves: ASCII that is shown, without quotes and backslashes. */
static size_t
plain_run(struct rep_str s, size_t i)
{
	size_t end = i;

	while (
	    end < s.n && s.p[end] >= ' ' && s.p[end] < 0x7f && s.p[end] != '"' && s.p[end] != '\\')
		end++;
	return end - i;
}

static void
quote(struct rep_buf *b, struct rep_str s)
{
	rep_buf_addc(b, '"');
	for (size_t i = 0, n; i < s.n; i += n) {
		unsigned char c = (unsigned char)s.p[i];
		uint32_t code;

		if ((n = plain_run(s, i)) > 0) {
			rep_buf_add(b, rep_str_sub(s, i, n));
			continue;
		}
		n = rep_utf8_len(s, i);
		if (n == 0) {
			rep_buf_add(b, REP_S("\xef\xbf\xbd"));
			n = 1;
		} else if (c == '"' || c == '\\') {
			rep_buf_addc(b, '\\');
			rep_buf_addc(b, (char)c);
		} else if (c == '\n') {
			rep_buf_add(b, REP_S("\\n"));
		} else if (c == '\t') {
			rep_buf_add(b, REP_S("\\t"));
		} else if ((c < 0x20 || c >= 0x7f) && rep_utf8_hidden(s, i, n, &code)) {
			escaped(b, code);
		} else {
			rep_buf_add(b, rep_str_sub(s, i, n));
		}
	}
	rep_buf_addc(b, '"');
}

static void
lead(struct rep_json *j, const char *key)
{
	if (j->comma)
		rep_buf_addc(j->out, ',');
	j->comma = true;
	if (key != NULL) {
		quote(j->out, rep_str_c(key));
		rep_buf_addc(j->out, ':');
	}
}

void
rep_json_obj(struct rep_json *j, const char *key)
{
	lead(j, key);
	rep_buf_addc(j->out, '{');
	j->comma = false;
}

void
rep_json_arr(struct rep_json *j, const char *key)
{
	lead(j, key);
	rep_buf_addc(j->out, '[');
	j->comma = false;
}

void
rep_json_end_obj(struct rep_json *j)
{
	rep_buf_addc(j->out, '}');
	j->comma = true;
}

void
rep_json_end_arr(struct rep_json *j)
{
	rep_buf_addc(j->out, ']');
	j->comma = true;
}

void
rep_json_str(struct rep_json *j, const char *key, struct rep_str v)
{
	lead(j, key);
	if (v.p == NULL)
		rep_buf_add(j->out, REP_S("null"));
	else
		quote(j->out, v);
}

void
rep_json_str_or_null(struct rep_json *j, const char *key, struct rep_str v)
{
	rep_json_str(j, key, v.n > 0 ? v : (struct rep_str){ NULL, 0 });
}

void
rep_json_cstr(struct rep_json *j, const char *key, const char *v)
{
	rep_json_str(j, key, v == NULL ? (struct rep_str){ NULL, 0 } : rep_str_c(v));
}

void
rep_json_int(struct rep_json *j, const char *key, int64_t v)
{
	lead(j, key);
	rep_buf_printf(j->out, "%lld", (long long)v);
}

void
rep_json_int_named(struct rep_json *j, struct rep_str key, int64_t v)
{
	lead(j, NULL);
	quote(j->out, key);
	rep_buf_printf(j->out, ":%lld", (long long)v);
}

void
rep_json_real(struct rep_json *j, const char *key, double v, int decimals)
{
	lead(j, key);
	if (isfinite(v))
		rep_buf_printf(j->out, "%.*f", decimals, v);
	else
		rep_buf_add(j->out, REP_S("null")); /* JSON cannot write this number */
}

void
rep_json_bool(struct rep_json *j, const char *key, bool v)
{
	lead(j, key);
	rep_buf_add(j->out, v ? REP_S("true") : REP_S("false"));
}

void
rep_json_made(struct rep_json *j, const char *key, struct rep_str json)
{
	lead(j, key);
	rep_buf_add(j->out, json.n > 0 ? json : REP_S("null"));
}

void
rep_json_null(struct rep_json *j, const char *key)
{
	lead(j, key);
	rep_buf_add(j->out, REP_S("null"));
}

void
rep_json_time(struct rep_json *j, const char *key, int64_t at_s)
{
	char buf[REP_TIME_TEXT];

	rep_json_cstr(j, key, rep_time_text(at_s, buf));
}

void
rep_json_time_or_null(struct rep_json *j, const char *key, int64_t at_s)
{
	if (at_s != 0)
		rep_json_time(j, key, at_s);
	else
		rep_json_null(j, key);
}
