/*
 * Evidence from other providers; and what nobody has told.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"

void
rep_evidence_elsewhere(struct rep_hearing *h)
{
	struct rep_str list = { "", 0 };
	uint64_t accepted = 0;
	size_t named = 0;
	char n1[32];

	for (size_t c = 0; c < h->v->cells_n; c++) {
		const struct rep_cell *x = &h->v->cells[c];
		struct rep_sums s = { 0 };

		if (x->key.label != h->cell->key.label || x->key.route != 0 ||
		    x->key.provider == h->cell->key.provider)
			continue;
		if (rep_hearing_trouble(h, x) != NULL) {
			struct rep_str p = rep_provider_text(h->in, &x->key, h->a);

			rep_hear(h, "elsewhere_refused",
			    rep_arena_printf(h->a,
				"%.*s refuses or slows the same source at the same time",
				REP_PR(p)),
			    rep_arena_printf(h->a, "{\"provider\":\"%.*s\"}",
				REP_PR(rep_name(&h->in->names, x->key.provider))));
			continue;
		}
		rep_index_sum(
		    h->v, x, h->e->since_s, h->until_s, REP_ANY_STREAM, h->i->trouble, &s);
		accepted += s.accepted;
		if (s.accepted >= 50 && x->key.provider_domain == 0 && named < 4) {
			struct rep_str p = rep_name(&h->in->names, x->key.provider);

			list = rep_arena_printf(
			    h->a, "%.*s%s%.*s", REP_PR(list), list.n > 0 ? ", " : "", REP_PR(p));
			named++;
			if (list.p == NULL)
				list = (struct rep_str){ "", 0 };
		}
	}
	if ((double)accepted >= rep_hearing_limit(h, "compared-messages", 200))
		rep_hear(h, "elsewhere_accepted",
		    rep_arena_printf(h->a,
			"other providers take the mail of this source (%s accepted since; %.*s): weak, "
			"for complaints here would explain it as well",
			rep_count_text(accepted, n1), REP_PR(list)),
		    rep_arena_printf(h->a, "{\"accepted\":%llu}", (unsigned long long)accepted));
}

/* What no log can show: the feeds of the provider (know), each with how to get it. */
void
rep_evidence_not_watched(struct rep_hearing *h)
{
	const struct rep_provider *p = rep_provider_by_id(
	    rep_know_providers(h->in->know), rep_name(&h->in->names, h->cell->key.provider));

	if (h->i->trouble == REP_TROUBLE_FAIL)
		return;
	for (size_t n = 0; p != NULL && n < p->feeds_n; n++)
		rep_hear_unknown(h, p->feeds[n].what.p, p->feeds[n].how.p, p->feeds[n].tells[0],
		    p->feeds[n].tells[p->feeds[n].tells_n - 1]);
	if (p == NULL || p->feeds_n == 0)
		rep_hear_unknown(h, "complaints",
		    "no way to read complaints of this provider is known; ask its postmaster "
		    "whether it reports them (a feedback loop)",
		    REP_CAUSE_OWN_REPUTATION, REP_CAUSE_OWN_REPUTATION);
}
