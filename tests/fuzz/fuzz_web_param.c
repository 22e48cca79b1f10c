/*
 * fuzz/fuzz_web_param.c -- parameters of the API: "name=value&name=value", read as those of each answer.
 *
 * What is read lies in what came in, within the limits; what is refused says why.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/incidents.h"
#include "api/looks.h"
#include "api/notes.h"
#include "api/cursor.h"
#include "api/series.h"
#include "api/strips.h"
#include "api/timeline.h"

#include "fuzz.h"

enum { PARAMS = 12 };

static void
inside(struct rep_str all, struct rep_str s)
{
	MUST(s.n == 0 || (s.p >= all.p && s.p + s.n <= all.p + all.n));
}

static void
list(struct rep_str all, const struct rep_param_list *l)
{
	MUST(l->n <= REP_PARAM_LIST_MAX);
	for (size_t i = 0; i < l->n; i++) {
		MUST(l->v[i].n > 0);
		inside(all, l->v[i]);
	}
}

static void
said(enum rep_rc rc, struct rep_err *err)
{
	MUST(rc == REP_OK || (rc == REP_EUSAGE && err->msg[0] != '\0'));
	err->msg[0] = '\0';
}

static size_t
split(struct rep_str all, struct rep_param v[PARAMS])
{
	size_t n = 0;

	while (all.n > 0 && n < PARAMS) {
		size_t and = rep_str_chr(all, '&', 0), is;
		struct rep_str pair = rep_str_sub(all, 0, and);

		is = rep_str_chr(pair, '=', 0);
		v[n++] = (struct rep_param){ rep_str_sub(pair, 0, is),
			rep_str_sub(pair, is == SIZE_MAX ? pair.n : is + 1, pair.n) };
		all = rep_str_sub(all, and == SIZE_MAX ? all.n : and+1, all.n);
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str all = { (const char *)data, size };
	struct rep_param v[PARAMS];
	size_t n = split(all, v);
	struct rep_series_ask series;
	struct rep_strips_ask strips;
	struct rep_incidents_ask incidents;
	struct rep_timeline_ask timeline;
	struct rep_noted_ask notes;
	struct rep_looks_ask looks;
	struct rep_cursor key;
	struct rep_err err = { .msg = "" };
	enum rep_rc rc;
	bool later;

	said(rc = rep_series_parse(v, n, &series, &err), &err);
	if (rc == REP_OK) {
		list(all, &series.source);
		list(all, &series.provider);
		MUST(series.by >= 0 && series.by < REP_LEVEL_N);
		MUST(series.group >= 0 && series.group < REP_SERIES_GROUPS);
	}
	said(rc = rep_strips_parse(v, n, &strips, &err), &err);
	if (rc == REP_OK)
		list(all, &strips.provider);
	said(rc = rep_incidents_parse(v, n, &incidents, &err), &err);
	if (rc == REP_OK) {
		MUST(incidents.words_n <= REP_INCIDENTS_WORDS);
		for (size_t i = 0; i < incidents.words_n; i++) {
			MUST(incidents.words[i].n > 0);
			inside(all, incidents.words[i]);
		}
	}
	said(rc = rep_timeline_parse(v, n, &timeline, &err), &err);
	if (rc == REP_OK)
		MUST(timeline.kinds >> REP_TIMELINE_GROUPS == 0);
	said(rep_noted_parse(v, n, &notes, &err), &err);
	said(rc = rep_looks_parse(v, n, &looks, &err), &err);
	if (rc == REP_OK)
		inside(all, looks.subject);
	if (rep_cursor_parse(all, &key, &later, &err) == REP_OK && later) {
		struct rep_cursor again;
		char text[REP_CURSOR_TEXT];

		MUST(rep_cursor_parse(
			 rep_str_c(rep_cursor_text(&key, text)), &again, &later, &err) == REP_OK &&
		    rep_cursor_cmp(&key, &again) == 0);
	}
	return 0;
}
