/*
 * Calls every piece of evidence. The pieces are in evidence_*.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/evidence.h"
#include "judge/hearing.h"
#include "judge/measure.h"

/* From the room that was set aside into the arena, which has only what there is. */
static bool
keep(struct rep_hearing *h)
{
	struct rep_incident *i = h->i;

	i->evidence = rep_arena_alloc(h->a, (i->evidence_n + 1) * sizeof *i->evidence);
	i->unknown = rep_arena_alloc(h->a, (i->unknown_n + 1) * sizeof *i->unknown);
	if (i->evidence == NULL || i->unknown == NULL)
		return false;
	memcpy(i->evidence, h->evidence, i->evidence_n * sizeof *i->evidence);
	memcpy(i->unknown, h->unknown, i->unknown_n * sizeof *i->unknown);
	return !h->small;
}

enum rep_rc
rep_judge_evidence(
    struct rep_verdicts *v, struct rep_incident *i, struct rep_arena *a, struct rep_err *err)
{
	static const struct {
		const char *name;
		void (*hear)(struct rep_hearing *);
		bool of_absence; /* also called for an absence of the provider */
	} parts[] = {
		{ "siblings", rep_evidence_siblings, true },
		{ "named", rep_evidence_named, false },
		{ "stage", rep_evidence_stage, false },
		{ "wording", rep_evidence_wording, true },
		{ "elsewhere", rep_evidence_elsewhere, true },
		{ "hygiene", rep_evidence_hygiene, false },
		{ "volume", rep_evidence_volume, false },
		{ "history", rep_evidence_history, true },
		{ "share", rep_evidence_share, false },
		{ "shape", rep_evidence_shape, false },
		{ "complaints", rep_evidence_complaints, false },
		{ "audit", rep_evidence_audit, false },
		{ "reports", rep_evidence_reports, false },
		{ "not_watched", rep_evidence_not_watched, false },
	};
	const struct rep_cell *cell = &v->cells[i->cell];
	struct rep_hearing h = { .v = v,
		.in = v->in,
		.i = i,
		.cell = cell,
		.a = a,
		.e = &i->episodes[i->episodes_n - 1],
		.label = rep_label_of(v->in, cell->key.label),
		.rule = rep_know_rule(v->in->know, rep_name(&v->in->names, i->rule)) };
	h.until_s = h.e->until_s != 0 ? h.e->until_s : v->in->now_s + 1;
	i->evidence = h.evidence;
	i->unknown = h.unknown;
	h.provider = rep_provider_text(v->in, &cell->key, a);
	rep_index_sum(v, cell, h.e->since_s, h.until_s, REP_ANY_STREAM, i->trouble, &h.here);
	i->unknown_share =
	    rep_judge_has(v->in, "hygiene") ? rep_hearing_unknown_share(&h, cell->key.label) : -1;
	for (size_t n = 0; n < REP_COUNT(parts); n++)
		if (rep_judge_has(v->in, parts[n].name) && (!i->theirs || parts[n].of_absence))
			parts[n].hear(&h);
	return keep(&h) ? REP_OK
			: rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
}
