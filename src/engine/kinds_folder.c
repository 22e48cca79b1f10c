/*
 * engine/kinds_folder.c -- a watched mailbox or folder that gives no documents any more.
 *
 * What is unusual, and the numbers of it, are in engine/folders.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/conditions.h"
#include "base/time.h"

static void
one(const struct rep_conditions_in *c, const struct rep_folder *f, struct rep_conditions *out)
{
	char when[REP_TIME_TEXT], span[REP_TIME_TEXT];
	int known, days, pause;

	if (!rep_folder_silent(f, c->in->now_s, &known, &days, &pause))
		return;
	rep_condition_add(out, REP_KIND_FOLDER_SILENT, f->path, REP_S(""), f->last_s,
	    rep_arena_printf(out->a,
		"Its newest document is of %s, %s ago. In the %d days up to then it had documents on "
		"%d, never more than %d day%s apart.",
		rep_time_text(f->last_s, when), rep_time_span(c->in->now_s - f->last_s, span),
		known, days, pause, rep_plural((uint64_t)pause)));
}

void
rep_conditions_folder(const struct rep_conditions_in *c, struct rep_conditions *out)
{
	if (c->folders == NULL) {
		out->unknown[REP_KIND_FOLDER_SILENT] = true;
		return;
	}
	for (size_t i = 0; i < c->folders->n; i++)
		one(c, &c->folders->v[i], out);
}
