/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/events.h"
#include "intake/events_inside.h"

enum { ENVELOPES = 5 };

static bool event(
    struct rep_document *d, const json_t *o, uint64_t line, unsigned depth, struct rep_arena *a);

static bool
array(struct rep_document *d, const json_t *v, uint64_t line, unsigned depth, struct rep_arena *a)
{
	bool any = false;
	const json_t *o;
	size_t i;

	json_array_foreach(v, i, o) any |= event(d, o, line, depth + 1, a);
	return any;
}

/* Reads JSON that an envelope has as a string. */
static bool
quoted(struct rep_document *d, const json_t *v, uint64_t line, unsigned depth, struct rep_arena *a)
{
	json_t *in = json_loadb(json_string_value(v), json_string_length(v), 0, NULL);
	bool any = in != NULL && event(d, in, line, depth + 1, a);

	json_decref(in);
	return any;
}

/* Reads an event, or an envelope around one: SNS, SQS, Lambda, EventBridge, Firehose. */
static bool
event(struct rep_document *d, const json_t *o, uint64_t line, unsigned depth, struct rep_arena *a)
{
	static const char *const envelopes[] = { "Message", "Records", "Sns", "body", "Body",
		"detail", "ses" };

	if (depth > ENVELOPES)
		return false;
	if (json_is_array(o))
		return array(d, o, line, depth, a);
	if (!json_is_object(o))
		return false;
	if (rep_ses_read(d, o, line, a) || rep_kumo_read(d, o, line, a))
		return true;
	for (size_t i = 0; i < REP_COUNT(envelopes); i++) {
		const json_t *v = json_object_get(o, envelopes[i]);

		if (json_is_string(v) ? quoted(d, v, line, depth, a)
				      : v != NULL && event(d, v, line, depth + 1, a))
			return true;
	}
	/*
	 * Messages about SNS itself, and SES's records of incoming mail: known, but nothing in them
	 * counts.
	 */
	return json_object_get(o, "SubscribeURL") != NULL || json_object_get(o, "receipt") != NULL;
}

/* Skips blanks, and commas between objects. Counts lines. */
static size_t
skip_blanks(struct rep_str s, size_t i, uint64_t *line)
{
	while (i < s.n && (rep_blank(s.p[i]) || s.p[i] == ',' || s.p[i] == '\0')) {
		*line += s.p[i] == '\n';
		i++;
	}
	return i;
}

bool
rep_events_in_text(struct rep_document *d, struct rep_str text, struct rep_arena *a)
{
	json_t *o = json_loadb(text.p, text.n, JSON_DISABLE_EOF_CHECK, NULL);
	bool any = o != NULL && event(d, o, d->line, 0, a);

	json_decref(o);
	return any;
}

enum rep_rc
rep_events_read(struct rep_document *d, struct rep_arena *a, struct rep_err *err)
{
	struct rep_str s = d->bytes;
	uint64_t line = d->line > 0 ? d->line : 1, first_bad = 0, bad = 0, read = 0;
	json_error_t why = { .text = "" }, first = { .text = "" };
	size_t i = rep_str_starts(s, REP_S("\xef\xbb\xbf")) ? 3 : 0, used;

	while ((i = skip_blanks(s, i, &line)) < s.n) {
		json_t *o = json_loadb(s.p + i, s.n - i, JSON_DISABLE_EOF_CHECK, &why);
		uint64_t at = line;

		used = o != NULL ? (size_t)why.position : 0;
		if (o != NULL && event(d, o, at, 0, a)) {
			read++;
		} else if (bad++ == 0) {
			first_bad = at;
			first = why;
		}
		json_decref(o);
		/* This line is not JSON. The next one may be. */
		if (used == 0) {
			size_t nl = rep_str_chr(s, '\n', i);

			used = nl == SIZE_MAX ? s.n - i : nl - i;
		}
		for (size_t k = rep_str_chr(s, '\n', i); k < i + used;
		     k = rep_str_chr(s, '\n', k + 1))
			line++;
		i += used;
	}
	if (bad > 0 && read == 0)
		return rep_fail(err, REP_ESYNTAX, "line %llu: %s%s", (unsigned long long)first_bad,
		    first.text[0] != '\0' ? "not JSON: " : "not an event that reputed knows",
		    first.text);
	if (bad > 0)
		d->reason = rep_arena_printf(a,
		    "line %llu is not an event that reputed knows (%llu such lines in all); the "
		    "rest was used",
		    (unsigned long long)first_bad, (unsigned long long)bad);
	return REP_OK;
}
