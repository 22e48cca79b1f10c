/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/queue_words.h"

void
rep_queue_why_json(struct rep_json *j, enum rep_wait wait, enum rep_class class,
    const struct rep_rule *rule, struct rep_str text)
{
	struct rep_str none = { NULL, 0 };

	rep_json_cstr(j, "waits", rep_wait_word(wait));
	rep_json_cstr(j, "class", wait == REP_WAIT_REFUSED ? rep_class_word(class) : NULL);
	rep_json_str(j, "rule", rule != NULL ? rule->id : none);
	rep_json_str(j, "meaning", rule != NULL ? rule->meaning : none);
	rep_json_str_or_null(j, "text", text);
}

void
rep_queue_next_json(struct rep_json *j, int64_t next_within_s)
{
	if (next_within_s != 0)
		rep_json_int(j, "next_try_within_s", next_within_s);
	else
		rep_json_null(j, "next_try_within_s");
}

void
rep_queue_means(struct rep_buf *b, enum rep_class class, const struct rep_rule *rule)
{
	rep_buf_printf(b, "means: %s. %.*s (reputed explain %.*s)", rep_class_word(class),
	    REP_PR(rule->meaning), REP_PR(rule->id));
}
