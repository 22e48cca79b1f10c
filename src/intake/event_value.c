/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/event_value.h"
#include "base/time.h"

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

	if (json_is_integer(v))
		return (int64_t)json_integer_value(v);
	if (json_is_real(v))
		return (int64_t)json_real_value(v);
	if (!json_is_string(v) ||
	    rep_time_parse((struct rep_str){ json_string_value(v), json_string_length(v) }, &at,
		NULL, NULL) != REP_OK)
		return 0;
	return at;
}
