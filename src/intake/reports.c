/*
 * Adds the reports of a document one after the other (intake/document.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/document.h"

struct rep_report *
rep_document_report(struct rep_document *d, struct rep_arena *a)
{
	struct rep_report *v, *p;

	if (d->reports_n == REP_DOC_REPORTS_MAX) {
		d->reason = REP_S("it says more than 100,000 things; the first were used");
		return NULL;
	}
	if (d->reports_n == d->reports_cap) {
		size_t cap = d->reports_cap == 0 ? 4 : d->reports_cap * 2;

		if ((v = rep_arena_alloc(a, cap * sizeof *v)) == NULL) {
			d->reason = REP_S("it needs more memory than a document may take");
			return NULL;
		}
		if (d->reports_n > 0)
			memcpy(v, d->reports, d->reports_n * sizeof *v);
		d->reports = v;
		d->reports_cap = cap;
	}
	p = &d->reports[d->reports_n++];
	memset(p, 0, sizeof *p);
	p->count = 1;
	p->delay_s = -1;
	p->line = d->line;
	return p;
}
