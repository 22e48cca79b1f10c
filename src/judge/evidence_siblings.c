/*
 * Evidence from a comparison of own addresses: in the same subnet, and in other subnets.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"
#include "judge/measure.h"
#include "base/time.h"

#include <math.h>

/* At most this many paths are compared: those in trouble first, then by amount of mail. */
enum { COMPARED_MAX = 32 };

/*
 * How similar the mail of two labels was in the week before: the overlap of their streams, 0 to 1.
 */
static double
overlap(struct rep_hearing *h, uint32_t a, uint32_t b, int64_t from_s, int64_t until_s,
    uint64_t *n_a, uint64_t *n_b)
{
	enum { MOST = 256 }; /* of two labels; more are not told apart from none in common */
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
			if (k == MOST) {
				h->i->too_many[REP_TOO_MANY_STREAMS] = true;
				continue;
			}
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

/*
 * Whether this source or the other one had many unknown recipients in the week before. That
 * explains the refusal as well.
 */
static bool
own_conduct_bad(const struct rep_hearing *h, uint32_t other)
{
	double high = rep_hearing_limit(h, REP_LIMIT_UNKNOWN_HIGH);

	return rep_judge_has(h->in, "hygiene") &&
	    (rep_hearing_unknown_share(h, h->cell->key.label) >= high ||
		rep_hearing_unknown_share(h, other) >= high);
}

/* n messages went there; so many would be compared. */
static void
too_little(
    struct rep_hearing *h, enum rep_unknown_id what, uint32_t other, uint64_t n, uint64_t least)
{
	struct rep_str source = rep_hearing_source(h, other);
	char n1[32], n2[32];

	rep_hear_unknown(h, what,
	    rep_arena_printf(h->a,
		"%s to compare went through %.*s; %s or more would say more. Read its older logs "
		"too, if there are any: reputed ingest /var/log/mail.log*",
		n == 0	     ? "no message"
		    : n == 1 ? "only 1 message"
			     : rep_arena_printf(h->a, "only %s messages", rep_number_text(n, n1)).p,
		REP_PR(source), rep_number_text(least, n2))
		.p,
	    REP_CAUSE_RANGE, REP_CAUSE_OWN_REPUTATION);
}

/* From so many messages on a path is compared, where such a share of them would be refused. */
static uint64_t
least_for(double share)
{
	return (uint64_t)ceil(REP_EXPECTED_LEAST / fmax(share, 0.001));
}

/* Two own addresses of one subnet, refused within a day of each other. */
static void
together(struct rep_hearing *h, const struct rep_cell *c, const struct rep_label *l, double minutes)
{
	static const struct {
		enum rep_evidence_id id;
		const char *words;
	} kinds[] = {
		{ REP_EVIDENCE_SIBLINGS_TOGETHER_OWN,
		    "; most of that network is your own, so this says nothing about neighbours" },
		{ REP_EVIDENCE_SIBLINGS_TOGETHER_CONDUCT,
		    "; but recipients that do not exist would explain that as well" },
		{ REP_EVIDENCE_SIBLINGS_TOGETHER_UNLIKE, ", although they send different mail" },
		{ REP_EVIDENCE_SIBLINGS_TOGETHER_ALIKE,
		    "; they send similar mail, so this is weaker evidence" },
	};
	struct rep_str own = rep_hearing_source(h, h->cell->key.label);
	struct rep_str sibling = rep_hearing_source(h, c->key.label);
	char net[REP_IP_TEXT], span[REP_TIME_TEXT];
	uint64_t n_a, n_b;
	double alike = overlap(h, h->cell->key.label, c->key.label, h->e->since_s - 7 * REP_DAY_S,
	    h->e->since_s, &n_a, &n_b);
	bool unlike = alike < 0.6 || n_a > 3 * n_b || n_b > 3 * n_a;
	size_t k = rep_hearing_mostly_own(h)   ? 0
	    : own_conduct_bad(h, c->key.label) ? 1
	    : unlike			       ? 2
					       : 3;

	if (n_a < REP_ALIKE_LEAST || n_b < REP_ALIKE_LEAST) {
		too_little(
		    h, REP_UNKNOWN_SIBLING, c->key.label, n_b < n_a ? n_b : n_a, REP_ALIKE_LEAST);
		return;
	}
	rep_hear_measured(h, kinds[k].id, minutes,
	    rep_arena_printf(h->a,
		"%.*s and %.*s, both in %s, were refused within %s of each other%s", REP_PR(own),
		REP_PR(sibling), rep_ip_subnet_text(&l->public, net),
		rep_time_span((int64_t)(minutes * 60), span), kinds[k].words),
	    rep_arena_printf(h->a,
		"{\"sibling\":\"%.*s\",\"apart_s\":%lld,\"alike\":%.2f,\"messages\":[%llu,%llu]}",
		REP_PR(sibling), (long long)(minutes * 60), alike, (unsigned long long)n_a,
		(unsigned long long)n_b));
}

static void
same_subnet(struct rep_hearing *h, const struct rep_cell *c, const struct rep_label *l)
{
	const struct rep_incident *x = rep_hearing_trouble(h, c);
	struct rep_str sibling = rep_hearing_source(h, c->key.label);
	char net[REP_IP_TEXT], n1[32];
	struct rep_sums s = { 0 };
	double refused = rep_share(h->here.trouble, h->here.attempts), expected;

	if (x != NULL) {
		double minutes = rep_hearing_minutes_apart(h, x);

		if (minutes * 60 <= rep_hearing_limit(h, REP_LIMIT_TOGETHER_S))
			together(h, c, l, minutes);
		return;
	}
	rep_index_sum(h->v, c, h->e->since_s, h->until_s, REP_ANY_STREAM, h->i->trouble, &s);
	expected = refused * (double)s.accepted;
	if (expected < REP_EXPECTED_LEAST) {
		too_little(h, REP_UNKNOWN_SIBLING, c->key.label, s.accepted, least_for(refused));
		return;
	}
	if (s.trouble * 20 > s.accepted)
		return;
	rep_hear_measured(h, REP_EVIDENCE_SIBLING_WELL, expected,
	    rep_arena_printf(h->a, "%.*s, in the same %s, was accepted all that time (%s messages)",
		REP_PR(sibling), rep_ip_subnet_text(&l->public, net),
		rep_number_text(s.accepted, n1)),
	    rep_arena_printf(h->a, "{\"sibling\":\"%.*s\",\"accepted\":%llu}", REP_PR(sibling),
		(unsigned long long)s.accepted));
}

/*
 * Whether this path has many unknown recipients and the other path has less than half that share.
 */
static bool
cleaner(const struct rep_hearing *h, uint32_t other)
{
	double here = rep_hearing_unknown_share(h, h->cell->key.label);
	double there = rep_hearing_unknown_share(h, other);

	return rep_judge_has(h->in, "hygiene") &&
	    here >= rep_hearing_limit(h, REP_LIMIT_UNKNOWN_HIGH) && there < here / 2;
}

/* What was tried since, at one cell, of the streams that are refused here. */
static struct rep_sums
of_streams(const struct rep_hearing *h, const struct rep_cell *c)
{
	struct rep_sums s = { 0 };

	for (size_t k = 0; k < h->i->streams_n; k++)
		if (h->i->streams[k].stream != 0)
			rep_index_sum(h->v, c, h->e->since_s, h->until_s, h->i->streams[k].stream,
			    h->i->trouble, &s);
	return s;
}

/* The same streams through a source in another subnet; `refused`: the share of them that is refused here. */
static void
other_subnet(struct rep_hearing *h, const struct rep_cell *c, double refused)
{
	const struct rep_incident *x = rep_hearing_trouble(h, c);
	struct rep_str through = rep_hearing_source(h, c->key.label), facts;
	struct rep_sums s = of_streams(h, c);
	char n1[32];

	if (refused * (double)s.attempts < REP_EXPECTED_LEAST) {
		too_little(
		    h, REP_UNKNOWN_SAME_STREAM, c->key.label, s.attempts, least_for(refused));
		return;
	}
	facts = rep_arena_printf(h->a, "{\"through\":\"%.*s\",\"accepted\":%llu,\"refused\":%llu}",
	    REP_PR(through), (unsigned long long)s.accepted, (unsigned long long)s.trouble);
	if (x == NULL && s.trouble * 20 <= s.accepted) {
		bool less = cleaner(h, c->key.label);

		rep_hear_measured(h,
		    less ? REP_EVIDENCE_OTHER_SUBNET_WELL_CLEANER : REP_EVIDENCE_OTHER_SUBNET_WELL,
		    refused * (double)s.accepted,
		    rep_arena_printf(h->a,
			"the same provider accepts the same streams from %.*s, in another network "
			"(%s accepted since)%s",
			REP_PR(through), rep_number_text(s.accepted, n1),
			less ? "; but those recipients exist, so this is weaker evidence" : ""),
		    facts);
	} else if (s.trouble * 2 >= s.attempts) {
		rep_hear_measured(h, REP_EVIDENCE_OTHER_SUBNET_REFUSED,
		    x != NULL ? rep_hearing_minutes_apart(h, x) : REP_DAY_S / 60,
		    rep_arena_printf(h->a,
			"the same streams are refused from %.*s too, in another network (%s "
			"refused)",
			REP_PR(through), rep_number_text(s.trouble, n1)),
		    facts);
	}
}

/* Reports what keeps own addresses from being compared. */
static void
not_compared(struct rep_hearing *h, bool pool, bool nameless, bool others)
{
	if (pool)
		rep_hear_unknown(h, REP_UNKNOWN_POOL,
		    "one label in the log stands for several addresses (a pool), so their mail "
		    "cannot be compared: give each address its own syslog_name in master.cf, and "
		    "a source block in reputed.conf",
		    REP_CAUSE_RANGE, REP_CAUSE_OWN_REPUTATION);
	if (nameless)
		rep_hear_unknown(h, REP_UNKNOWN_ADDRESSES,
		    "the public address of one of your sources is not known, so it cannot be "
		    "compared: state it with reputed ingest --source LABEL=IP LOG or in a source "
		    "block in reputed.conf",
		    REP_CAUSE_RANGE, REP_CAUSE_OWN_REPUTATION);
	else if (rep_index_by_bounces(h->v->index, h->cell->key.label))
		rep_hear_unknown(h, REP_UNKNOWN_ANOTHER_NETWORK,
		    "bounces show only what failed, not what they accept, or from where. The log of the "
		    "server shows it; read it too: reputed ingest /var/log/mail.log* (Exim: "
		    "/var/log/exim4/mainlog*)",
		    REP_CAUSE_RANGE, REP_CAUSE_OWN_REPUTATION);
	else if (!pool && !others && h->i->trouble != REP_TROUBLE_FAIL && h->cell->key.route == 0)
		rep_hear_unknown(h, REP_UNKNOWN_ANOTHER_NETWORK,
		    "all your mail to this provider leaves from one network, so there is nothing "
		    "to compare it with. If some of it leaves from elsewhere, read that log too: "
		    "reputed ingest LOG",
		    REP_CAUSE_RANGE, REP_CAUSE_OWN_REPUTATION);
}

/* The provider is away for all own sources at once, so the trouble is not in one network. */
static void
everywhere(struct rep_hearing *h)
{
	const struct rep_label *first = NULL;
	bool two_networks = false;
	struct rep_sums s = { 0 };
	size_t n, sources = 0;
	const uint32_t *at = rep_index_at_provider(h->v, h->cell, &n);
	char n1[32];

	for (size_t k = 0; k < n; k++) {
		const struct rep_cell *x = &h->v->cells[at[k]];
		const struct rep_label *l = rep_label_of(h->in, x->key.label);

		if (x->key.route != 0 || x->place == SIZE_MAX)
			continue;
		sources++;
		rep_index_sum(
		    h->v, x, h->e->since_s, h->until_s, REP_ANY_STREAM, h->i->trouble, &s);
		if (l == NULL || l->public.version == 0)
			continue;
		if (first == NULL)
			first = l;
		two_networks = two_networks || !rep_ip_same_subnet(&l->public, &first->public);
	}
	if (two_networks && rep_hearing_enough(h, s.attempts))
		rep_hear(h, REP_EVIDENCE_ALL_SOURCES_AT_ONCE,
		    rep_arena_printf(h->a,
			"it hit all %zu of your sources, in more than one network, at the same "
			"time (%s attempts)",
			sources, rep_number_text(s.attempts, n1)),
		    rep_arena_printf(h->a, "{\"sources\":%zu,\"attempts\":%llu}", sources,
			(unsigned long long)s.attempts));
}

/* Every own source that mailed them is refused, in more than one network. */
static void
all_refused(struct rep_hearing *h)
{
	enum { TRIED = 5 };
	const struct rep_label *first = NULL;
	bool two_networks = false;
	size_t n, sources = 0;
	double minutes = 0;
	const uint32_t *at = rep_index_at_provider(h->v, h->cell, &n);
	char span[REP_TIME_TEXT];

	for (size_t k = 0; k < n; k++) {
		const struct rep_cell *x = &h->v->cells[at[k]];
		const struct rep_label *l = rep_label_of(h->in, x->key.label);
		const struct rep_incident *i;
		struct rep_sums s = { 0 };

		if (x->key.route != 0 || x->place == SIZE_MAX || l == NULL ||
		    l->public.version == 0 || l->pool ||
		    rep_index_by_bounces(h->v->index, x->key.label))
			continue;
		rep_index_sum(
		    h->v, x, h->e->since_s, h->until_s, REP_ANY_STREAM, h->i->trouble, &s);
		if (s.attempts < TRIED)
			continue;
		if ((i = rep_hearing_trouble(h, x)) == NULL)
			return;
		sources++;
		minutes = fmax(minutes, rep_hearing_minutes_apart(h, i));
		if (first == NULL)
			first = l;
		two_networks = two_networks || !rep_ip_same_subnet(&l->public, &first->public);
	}
	if (two_networks && minutes * 60 <= rep_hearing_limit(h, REP_LIMIT_TOGETHER_S))
		rep_hear_measured(h, REP_EVIDENCE_ALL_SOURCES_REFUSED, minutes,
		    rep_arena_printf(h->a,
			"all %zu of your sources that mail them are refused, in more than one "
			"network, and it began within %s",
			sources, rep_time_span((int64_t)(minutes * 60), span)),
		    rep_arena_printf(h->a, "{\"sources\":%zu,\"apart_s\":%lld}", sources,
			(long long)(minutes * 60)));
}

/* The label without the mark of its family. */
static struct rep_str
server_of(const struct rep_hearing *h, uint32_t label, bool *ipv6)
{
	struct rep_str s = rep_name(&h->in->names, label), mark = REP_S(REP_LABEL_IPV6);

	*ipv6 = rep_str_ends(s, mark);
	return *ipv6 ? rep_str_sub(s, 0, s.n - mark.n) : s;
}

/* The same server over the other family: two addresses that the provider judges apart. */
static bool
other_family(struct rep_hearing *h, const struct rep_cell *x)
{
	enum { ENOUGH = 5 };
	bool here, there;
	struct rep_str server = server_of(h, h->cell->key.label, &here);
	struct rep_sums s = { 0 };
	char n1[32];

	if (!rep_str_eq(server, server_of(h, x->key.label, &there)) || here == there)
		return false;
	rep_index_sum(h->v, x, h->e->since_s, h->until_s, REP_ANY_STREAM, h->i->trouble, &s);
	if (s.accepted < ENOUGH || s.trouble * 20 > s.accepted)
		return true;
	rep_hear(h, REP_EVIDENCE_OTHER_FAMILY_WELL,
	    rep_arena_printf(h->a,
		"refused over %s only: over %s they accepted %s of %llu from the same server since",
		here ? "IPv6" : "IPv4", there ? "IPv6" : "IPv4", rep_number_text(s.accepted, n1),
		(unsigned long long)s.attempts),
	    rep_arena_printf(h->a, "{\"ipv6\":%s,\"accepted\":%llu}", here ? "true" : "false",
		(unsigned long long)s.accepted));
	return true;
}

void
rep_evidence_siblings(struct rep_hearing *h)
{
	bool nameless = false, pool = h->label != NULL && h->label->pool;
	bool known = h->label != NULL && h->label->public.version != 0;
	size_t n, others = 0;
	const uint32_t *at = rep_index_at_provider(h->v, h->cell, &n);
	struct rep_sums here;
	double refused;

	if (h->i->everywhere) {
		everywhere(h);
		return;
	}
	here = n > 1 ? of_streams(h, h->cell) : (struct rep_sums){ 0 };
	refused = rep_share(here.trouble, here.attempts);
	if (h->cell->key.route == 0)
		all_refused(h);
	for (size_t k = 0; k < n && h->cell->key.route == 0; k++) {
		const struct rep_cell *x = &h->v->cells[at[k]];
		const struct rep_label *l = rep_label_of(h->in, x->key.label);

		if (x == h->cell || x->key.route != 0 || x->place == SIZE_MAX ||
		    rep_index_by_bounces(h->v->index, x->key.label) || other_family(h, x))
			continue;
		pool = pool || (l != NULL && l->pool);
		if (h->label != NULL && h->label->pool)
			break;
		if (l != NULL && l->pool)
			continue;
		if (l == NULL || l->public.version == 0 || !known)
			nameless = true;
		else if (rep_label_one_address(l, h->label))
			continue;
		else if (rep_ip_same_subnet(&l->public, &h->label->public))
			same_subnet(h, x, l);
		else if (others++ < COMPARED_MAX)
			other_subnet(h, x, refused);
	}
	h->i->too_many[REP_TOO_MANY_PATHS] |= others > COMPARED_MAX;
	not_compared(h, pool, nameless, others > 0);
}
