/*
 * Calls every piece of evidence. The pieces are in evidence_*.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/evidence.h"
#include "judge/hearing.h"
#include "judge/measure.h"

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
		{ "stage", rep_evidence_stage, false },
		{ "wording", rep_evidence_wording, true },
		{ "elsewhere", rep_evidence_elsewhere, true },
		{ "hygiene", rep_evidence_hygiene, false },
		{ "volume", rep_evidence_volume, false },
		{ "history", rep_evidence_history, true },
		{ "share", rep_evidence_share, false },
		{ "complaints", rep_evidence_complaints, false },
		{ "audit", rep_evidence_audit, false },
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
	i->evidence = rep_arena_alloc(a, REP_EVIDENCE_MAX * sizeof *i->evidence);
	i->unknown = rep_arena_alloc(a, REP_UNKNOWN_MAX * sizeof *i->unknown);
	if (i->evidence == NULL || i->unknown == NULL)
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	h.provider = rep_provider_text(v->in, &cell->key, a);
	i->unknown_share =
	    rep_judge_has(v->in, "hygiene") ? rep_hearing_unknown_share(&h, cell->key.label) : -1;
	for (size_t n = 0; n < REP_COUNT(parts); n++)
		if (rep_judge_has(v->in, parts[n].name) && (!i->theirs || parts[n].of_absence))
			parts[n].hear(&h);
	return h.small ? rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for")
		       : REP_OK;
}
