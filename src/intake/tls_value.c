/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/tls_value.h"
#include "base/time.h"

#include <stdio.h>

/*
 * Judgement, as of aggregate reports: TLS reports were published in 2018, their drafts have times of 2016; one before 2010
 * is a mistake, and is noted, one after 2100 is none at all. A count is believed up to a million million.
 */
static const int64_t first_s = 1262304000, last_s = 4102444800;
static const int64_t count_most = INT64_C(1000000000000);

/* --- where --------------------------------------------------------------------------------------------- */

/* What does not fit into the path is left out of it: it is for people only. */
static void
add(struct rep_tls_values *t, const char *text)
{
	size_t n = strlen(text);

	if (n > sizeof t->path - t->path_n)
		n = sizeof t->path - t->path_n;
	memcpy(t->path + t->path_n, text, n);
	t->path_n += n;
}

void
rep_tls_enter(struct rep_tls_values *t, const char *name, size_t i)
{
	char index[32];

	snprintf(index, sizeof index, "[%zu].", i);
	add(t, name);
	add(t, index);
}

void
rep_tls_leave(struct rep_tls_values *t, size_t from)
{
	t->path_n = from;
}

static void
fault(struct rep_tls_values *t, enum rep_report_fault what, const char *name, struct rep_str value)
{
	size_t from = t->path_n;

	if (name[0] != '\0')
		add(t, name);
	else if (from > 0 && t->path[from - 1] == '.')
		t->path_n--;
	rep_fault_add(t->f, what, (struct rep_str){ t->path, t->path_n }, value, 0);
	t->path_n = from;
}

void
rep_tls_fault(
    struct rep_tls_values *t, enum rep_report_fault what, const char *name, const char *value)
{
	fault(t, what, name, rep_str_c(value));
}

/* --- members --------------------------------------------------------------------------------------------- */

/* The member whose name is another spelling of `name`; NULL: none. */
static const json_t *
spelt_otherwise(const json_t *o, const char *name, const char **as)
{
	const char *const one[] = { NULL, name };
	const struct rep_word_list list = { one, 2 };
	struct rep_said s;

	for (void *i = json_object_iter((json_t *)(uintptr_t)o); i != NULL;
	     i = json_object_iter_next((json_t *)(uintptr_t)o, i)) {
		const char *key = json_object_iter_key(i);

		(void)rep_word_parse(&list, rep_str_c(key), &s);
		if (s.v == 1) {
			*as = key;
			return json_object_iter_value(i);
		}
	}
	return NULL;
}

bool
rep_tls_has(const json_t *o, const char *name)
{
	const char *as;

	return json_object_get(o, name) != NULL || spelt_otherwise(o, name, &as) != NULL;
}

const json_t *
rep_tls_member(struct rep_tls_values *t, const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);
	const char *as = "";

	if (v == NULL && o != NULL && (v = spelt_otherwise(o, name, &as)) != NULL)
		rep_tls_fault(t, REP_FAULT_NAME, name, as);
	return v;
}

const json_t *
rep_tls_inner(struct rep_tls_values *t, const json_t *o, const char *name)
{
	const json_t *v = rep_tls_member(t, o, name);

	if (!json_is_object(v)) {
		rep_tls_fault(
		    t, v == NULL || json_is_null(v) ? REP_FAULT_MISSING : REP_FAULT_TYPE, name, "");
		v = NULL;
	}
	add(t, name);
	add(t, ".");
	return v;
}

/* --- texts ------------------------------------------------------------------------------------------------ */

static struct rep_str
raw(const json_t *v)
{
	return (struct rep_str){ json_string_value(v), json_string_length(v) };
}

static struct rep_str
kept(struct rep_tls_values *t, const char *name, struct rep_str s)
{
	struct rep_str cut = rep_str_cut(s, REP_TLS_VALUE), copy;

	copy = rep_arena_dup(t->a, cut);
	if (cut.n < s.n || copy.p == NULL)
		rep_tls_fault(t, REP_FAULT_LONG, name, "");
	return copy.p != NULL ? copy : (struct rep_str){ "", 0 };
}

/* A number where there should be text, as it would be written. */
static struct rep_str
number_text(const json_t *v, char *buf, size_t room)
{
	if (json_is_integer(v))
		snprintf(buf, room, "%lld", (long long)json_integer_value(v));
	else
		snprintf(buf, room, "%.15g", json_real_value(v));
	return rep_str_c(buf);
}

struct rep_str
rep_tls_text(struct rep_tls_values *t, const json_t *o, const char *name, bool wanted)
{
	const json_t *v = rep_tls_member(t, o, name);
	struct rep_str s = { "", 0 };
	char number[40];

	if (json_is_array(v) && json_array_size(v) > 0) {
		v = json_array_get(v, 0);
		rep_tls_fault(t, REP_FAULT_TYPE, name, "");
	} else if (v != NULL && !json_is_string(v) && !json_is_null(v)) {
		rep_tls_fault(t, REP_FAULT_TYPE, name, "");
	}
	if (json_is_string(v))
		s = rep_str_trim(raw(v));
	else if (json_is_number(v))
		s = number_text(v, number, sizeof number);
	else if (v != NULL && !json_is_null(v))
		return s;
	if (s.n > 0)
		return kept(t, name, s);
	if (wanted && o != NULL)
		rep_tls_fault(t, REP_FAULT_MISSING, name, "");
	return s;
}

struct rep_said
rep_tls_word(
    struct rep_tls_values *t, const json_t *o, const char *name, const struct rep_word_list *list)
{
	struct rep_str s = rep_tls_text(t, o, name, true);
	struct rep_said word;

	if (!rep_word_parse(list, s, &word))
		fault(t, REP_FAULT_WORD, name, s);
	return word;
}

struct rep_ip
rep_tls_ip(struct rep_tls_values *t, const json_t *o, const char *name, bool wanted)
{
	struct rep_str s = rep_tls_text(t, o, name, wanted);
	struct rep_ip ip = { .version = 0 };

	if (s.n > 0 && !rep_ip_parse(s, &ip)) {
		memset(&ip, 0, sizeof ip);
		fault(t, REP_FAULT_ADDRESS, name, s);
	}
	return ip;
}

const struct rep_str *
rep_tls_strings(struct rep_tls_values *t, const json_t *o, const char *name, bool listed, size_t *n)
{
	const json_t *v = rep_tls_member(t, o, name);
	bool alone = json_is_string(v);
	size_t all = alone ? 1 : json_array_size(v);
	struct rep_str *out;

	*n = 0;
	if (v != NULL && !json_is_null(v) && (alone ? listed : !json_is_array(v)))
		rep_tls_fault(t, REP_FAULT_TYPE, name, "");
	if (all > REP_TLS_STRINGS_MAX) {
		rep_tls_fault(t, REP_FAULT_LONG, name, "");
		all = REP_TLS_STRINGS_MAX;
	}
	if (all == 0)
		return NULL;
	if ((out = rep_arena_alloc(t->a, all * sizeof *out)) == NULL) {
		rep_tls_fault(t, REP_FAULT_LONG, name, "");
		return NULL;
	}
	for (size_t i = 0; i < all; i++) {
		const json_t *e = alone ? v : json_array_get(v, i);

		if (!json_is_string(e))
			rep_tls_fault(t, REP_FAULT_TYPE, name, "");
		else if (json_string_length(e) > 0)
			out[(*n)++] = kept(t, name, raw(e));
	}
	return out;
}

/* --- numbers --------------------------------------------------------------------------------------------- */

/* Digits, perhaps with a point and zeros behind them. */
static bool
whole_number(struct rep_str s, int64_t *v)
{
	size_t point = rep_str_chr(s, '.', 0), i;
	uint64_t n;

	if (point != SIZE_MAX) {
		for (i = point + 1; i < s.n && s.p[i] == '0'; i++)
			;
		if (i < s.n)
			return false;
		s = rep_str_sub(s, 0, point);
	}
	if (!rep_str_u64(s, (uint64_t)count_most, &n))
		return false;
	*v = (int64_t)n;
	return true;
}

int64_t
rep_tls_count(struct rep_tls_values *t, const json_t *o, const char *name)
{
	const json_t *v = rep_tls_member(t, o, name);
	struct rep_str s = { "", 0 };
	int64_t n = -1;
	char text[40];

	if (v == NULL || json_is_null(v)) {
		if (o != NULL)
			rep_tls_fault(t, REP_FAULT_MISSING, name, "");
		return -1;
	}
	if (json_is_integer(v))
		n = json_integer_value(v);
	if (n >= 0 && n <= count_most)
		return n;
	if (json_is_string(v))
		s = rep_str_trim(raw(v));
	else if (json_is_number(v))
		s = number_text(v, text, sizeof text);
	if (!whole_number(s, &n)) {
		fault(t, s.n > 0 ? REP_FAULT_NUMBER : REP_FAULT_TYPE, name, s);
		return -1;
	}
	fault(t, REP_FAULT_TYPE, name, s);
	return n;
}

/* Seconds since 1970, or milliseconds; 0: neither. */
static int64_t
from_seconds(double v)
{
	if (v >= (double)last_s)
		v /= 1000;
	return v >= 1 && v < (double)last_s ? (int64_t)v : 0;
}

/* A time of RFC 3339; false: it is written otherwise, and *at_s what it is taken for, or 0. */
static bool
read_time(struct rep_str s, struct rep_arena *a, int64_t *at_s)
{
	struct rep_str zoned;
	int64_t seconds;
	size_t used;

	if (rep_time_parse(s, at_s, &used, NULL) == REP_OK && used == s.n)
		return true;
	*at_s = 0;
	if (whole_number(s, &seconds)) {
		*at_s = from_seconds((double)seconds);
		return false;
	}
	zoned = rep_arena_printf(a, "%.*sZ", REP_PR(s)); /* without a zone: UTC */
	if (zoned.p == NULL || rep_time_parse(zoned, at_s, &used, NULL) != REP_OK ||
	    used != zoned.n)
		if (rep_time_parse(s, at_s, NULL, NULL) != REP_OK) /* a date alone */
			*at_s = 0;
	return false;
}

int64_t
rep_tls_time(struct rep_tls_values *t, const json_t *o, const char *name)
{
	const json_t *v = rep_tls_member(t, o, name);
	struct rep_str s = { "", 0 };
	char text[40];
	int64_t at = 0;
	bool good = false;

	if (v == NULL || json_is_null(v)) {
		if (o != NULL)
			rep_tls_fault(t, REP_FAULT_MISSING, name, "");
		return 0;
	}
	if (json_is_string(v)) {
		s = rep_str_trim(rep_str_cut(raw(v), REP_NOTE_SHOWN));
		good = read_time(s, t->a, &at);
	} else if (json_is_number(v)) {
		s = number_text(v, text, sizeof text);
		at = from_seconds(json_number_value(v));
	}
	if (!good || at < first_s || at >= last_s)
		fault(t, REP_FAULT_TIME, name, s);
	return at < 0 || at >= last_s ? 0 : at;
}
