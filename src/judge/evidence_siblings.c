/*
 * Evidence from own addresses compared: in the same subnet, and in another.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"
#include "base/time.h"

#include <math.h>

/* How alike two labels were in the week before: the overlap of their streams, 0 to 1. */
static double
overlap(const struct rep_hearing *h, uint32_t a, uint32_t b, int64_t from_s, int64_t until_s,
    uint64_t *n_a, uint64_t *n_b)
{
	enum { MOST = 128 };
	struct {
		uint32_t stream;
		uint64_t n[2];
	} v[MOST];
	uint64_t all[2] = { 0, 0 };
	size_t n = 0, k;
	double sum = 0;

	for (int who = 0; who < 2; who++) {
		size_t rows;
		const struct rep_conduct *y =
		    rep_index_conduct(h->v, who == 0 ? a : b, from_s, until_s, &rows);

		for (size_t r = 0; r < rows; r++) {
			for (k = 0; k < n && v[k].stream != y[r].stream;)
				k++;
			if (k == MOST)
				continue;
			if (k == n) {
				v[n].stream = y[r].stream;
				v[n].n[0] = v[n].n[1] = 0;
				n++;
			}
			v[k].n[who] += y[r].attempts;
			all[who] += y[r].attempts;
		}
	}
	for (k = 0; k < n; k++)
		sum += fmin(rep_share(v[k].n[0], all[0]), rep_share(v[k].n[1], all[1]));
	*n_a = all[0];
	*n_b = all[1];
	return sum;
}

static void
same_subnet(struct rep_hearing *h, const struct rep_cell *c, const struct rep_label *l)
{
	const struct rep_incident *x = rep_hearing_trouble(h, c);
	int64_t other = x != NULL ? x->episodes[x->episodes_n - 1].since_s : 0, apart;
	char net[REP_IP_TEXT], span[REP_TIME_TEXT], n1[32];
	uint64_t n_a, n_b;
	struct rep_sums s = { 0 };
	double alike;
	bool unlike;

	if (x != NULL) {
		apart = other > h->e->since_s ? other - h->e->since_s : h->e->since_s - other;
		if ((double)apart > rep_hearing_limit(h, "together-s", REP_DAY))
			return;
		alike = overlap(h, h->cell->key.label, c->key.label, h->e->since_s - 7 * REP_DAY,
		    h->e->since_s, &n_a, &n_b);
		if ((double)n_a < rep_hearing_limit(h, "compared-messages", 200) ||
		    (double)n_b < rep_hearing_limit(h, "compared-messages", 200))
			return;
		unlike = alike < 0.6 || n_a > 3 * n_b || n_b > 3 * n_a;
		rep_hear(h,
		    h->label->own_range ? "siblings_together_own"
			: unlike	? "siblings_together_unlike"
					: "siblings_together_alike",
		    rep_arena_printf(h->a,
			"%.*s and %.*s, both in %s, were refused within %s of each other%s",
			REP_PR(rep_hearing_source(h, h->cell->key.label)),
			REP_PR(rep_hearing_source(h, c->key.label)),
			rep_ip_subnet_text(&l->public, net), rep_time_span(apart, span),
			h->label->own_range
			    ? "; the range is your own, so this says nothing of neighbours"
			    : unlike ? ", though they send unlike mail"
				     : "; they send alike mail, so this says less"),
		    rep_arena_printf(h->a,
			"{\"sibling\":\"%.*s\",\"apart_s\":%lld,\"alike\":%.2f,\"messages\":[%llu,%llu]}",
			REP_PR(rep_hearing_source(h, c->key.label)), (long long)apart, alike,
			(unsigned long long)n_a, (unsigned long long)n_b));
		return;
	}
	rep_index_sum(h->v, c, h->e->since_s, h->until_s, REP_ANY_STREAM, h->i->trouble, &s);
	if ((double)s.accepted < rep_hearing_limit(h, "compared-messages", 200) ||
	    s.trouble * 20 > s.accepted)
		return;
	rep_hear(h, "sibling_well",
	    rep_arena_printf(h->a, "%.*s in the same %s was accepted all the while (%s messages)",
		REP_PR(rep_hearing_source(h, c->key.label)), rep_ip_subnet_text(&l->public, net),
		rep_count_text(s.accepted, n1)),
	    rep_arena_printf(h->a, "{\"sibling\":\"%.*s\",\"accepted\":%llu}",
		REP_PR(rep_hearing_source(h, c->key.label)), (unsigned long long)s.accepted));
}

/* The same streams through a source in another subnet. */
static void
other_subnet(struct rep_hearing *h, const struct rep_cell *c)
{
	struct rep_sums s = { 0 };
	char n1[32];
	const struct rep_incident *x = rep_hearing_trouble(h, c);

	for (size_t k = 0; k < h->i->streams_n; k++)
		if (h->i->streams[k].stream != 0)
			rep_index_sum(h->v, c, h->e->since_s, h->until_s, h->i->streams[k].stream,
			    h->i->trouble, &s);
	if ((double)s.attempts < rep_hearing_limit(h, "compared-messages", 200))
		return;
	if (x == NULL && s.trouble * 20 <= s.accepted)
		rep_hear(h, "other_subnet_well",
		    rep_arena_printf(h->a,
			"the same streams leave %.*s, in another network, for the same provider "
			"without trouble (%s accepted since)",
			REP_PR(rep_hearing_source(h, c->key.label)),
			rep_count_text(s.accepted, n1)),
		    rep_arena_printf(h->a,
			"{\"through\":\"%.*s\",\"accepted\":%llu,\"refused\":%llu}",
			REP_PR(rep_hearing_source(h, c->key.label)), (unsigned long long)s.accepted,
			(unsigned long long)s.trouble));
	else if (s.trouble * 2 >= s.attempts)
		rep_hear(h, "other_subnet_refused",
		    rep_arena_printf(h->a,
			"the same streams are refused through %.*s as well, which stands in another "
			"network (%s refused)",
			REP_PR(rep_hearing_source(h, c->key.label)), rep_count_text(s.trouble, n1)),
		    rep_arena_printf(h->a,
			"{\"through\":\"%.*s\",\"accepted\":%llu,\"refused\":%llu}",
			REP_PR(rep_hearing_source(h, c->key.label)), (unsigned long long)s.accepted,
			(unsigned long long)s.trouble));
}

void
rep_evidence_siblings(struct rep_hearing *h)
{
	bool others = false, nameless = false;
	bool known = h->label != NULL && h->label->public.version != 0;

	for (size_t c = 0; c < h->v->cells_n; c++) {
		const struct rep_cell *x = &h->v->cells[c];
		const struct rep_label *l = rep_label_of(h->in, x->key.label);

		if (x == h->cell || x->key.provider != h->cell->key.provider ||
		    x->key.provider_domain != h->cell->key.provider_domain || x->key.route != 0 ||
		    x->place == SIZE_MAX)
			continue;
		if (l == NULL || l->public.version == 0 || !known) {
			nameless = true;
			continue;
		}
		if (rep_ip_same_subnet(&l->public, &h->label->public)) {
			same_subnet(h, x, l);
		} else {
			others = true;
			other_subnet(h, x);
		}
	}
	if (nameless)
		rep_hear_unknown(h, "addresses of all own sources",
		    "an own source has no known public address, so it cannot be compared: tell it "
		    "with reputed ingest --source LABEL=IP or a source block in the configuration",
		    REP_CAUSE_RANGE, REP_CAUSE_OWN_REPUTATION);
	else if (!others && h->i->trouble != REP_TROUBLE_FAIL)
		rep_hear_unknown(h, "another network",
		    "all own mail to this provider leaves from one network; the same stream "
		    "accepted through an address elsewhere (200 messages) would tell the "
		    "neighbourhood from you",
		    REP_CAUSE_RANGE, REP_CAUSE_OWN_REPUTATION);
	if (h->i->trouble == REP_TROUBLE_BLOCK && (h->label == NULL || !h->label->tenancy_told))
		rep_hear_unknown(h, "own share of the network",
		    "how much of the mail of this network is yours is not known; say tenancy in the "
		    "source block of the configuration",
		    REP_CAUSE_RANGE, REP_CAUSE_RANGE);
}
