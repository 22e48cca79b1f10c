/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/event_value.h"
#include "base/time.h"

/* 9999-12-31T23:59:59Z, the last time that can be written. */
static const double latest_s = 253402300799.0;

struct rep_str
rep_event_str(const json_t *o, const char *key, struct rep_arena *a)
{
	const json_t *v = json_object_get(o, key);
	struct rep_str s = { "", 0 };

	if (!json_is_string(v) || json_string_length(v) == 0)
		return s;
	s = rep_arena_dup(a, (struct rep_str){ json_string_value(v), json_string_length(v) });
	return s.p != NULL ? s : (struct rep_str){ "", 0 };
}

int64_t
rep_event_time(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	int64_t at;

	if (json_is_number(v)) {
		double seconds = json_number_value(v);

		return seconds >= 0 && seconds <= latest_s ? (int64_t)seconds : 0;
	}
	if (!json_is_string(v) ||
	    rep_time_parse((struct rep_str){ json_string_value(v), json_string_length(v) }, &at,
		NULL, NULL) != REP_OK)
		return 0;
	return at;
}
