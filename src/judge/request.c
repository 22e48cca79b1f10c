/*
 * The request that a person sends: what was measured, the own faults that were found, and blanks
 * for what only a person can state. A request that hides faults is not believed, and should not be.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/request.h"
#include "judge/advised.h"
#include "base/time.h"
#include "judge/conduct.h"
#include "judge/hearing.h"
#include "judge/index.h"
#include "judge/named.h"

#include <stdlib.h>

enum { TEXT_MAX = 1 << 20 };

static const struct rep_str none = { "", 0 };

static struct rep_alike
alike_of(const struct rep_verdicts *v, uint32_t n)
{
	const struct rep_incident *i = &v->incidents[n];
	const struct rep_cell_key *k = &v->cells[i->cell].key;

	return (struct rep_alike){ .key = { i->trouble, i->life, k->provider, k->provider_domain,
				       k->route },
		.incident = n };
}

static int
by_key(const void *a, const void *b)
{
	const struct rep_alike *x = a, *y = b;

	for (size_t k = 0; k < REP_COUNT(x->key); k++)
		if (x->key[k] != y->key[k])
			return x->key[k] < y->key[k] ? -1 : 1;
	return x->incident < y->incident ? -1 : x->incident > y->incident;
}

bool
rep_advice_begin(struct rep_verdicts *v, struct rep_arena *a)
{
	struct rep_alike *all = rep_arena_alloc(a, (v->incidents_n + 1) * sizeof *all);
	uint64_t again = 0;

	if (all == NULL)
		return false;
	for (size_t n = 0; n < v->incidents_n; n++)
		all[n] = alike_of(v, (uint32_t)n);
	qsort(all, v->incidents_n, sizeof *all, by_key);
	for (size_t n = 0; n < v->incidents_n; n++)
		all[n].tried_again = again += v->incidents[all[n].incident].tried_again;
	v->index->alike = all;
	return true;
}

/* Where the incidents of d's key begin whose stay began before `before_s`. */
static size_t
first_alike(const struct rep_advice *d, const struct rep_alike *key, int64_t before_s)
{
	const struct rep_alike *all = d->v->index->alike;
	size_t from = 0, until = d->v->incidents_n;

	while (from < until) {
		size_t mid = from + (until - from) / 2;
		struct rep_alike x = all[mid];
		int order;

		x.incident = key->incident;
		order = by_key(&x, key);
		if (order < 0 ||
		    (order == 0 &&
			rep_incident_last(&d->v->incidents[all[mid].incident])->since_s >=
			    before_s))
			from = mid + 1;
		else
			until = mid;
	}
	return from;
}

size_t
rep_advice_together(
    const struct rep_advice *d, const struct rep_incident **v, size_t max, uint64_t *again)
{
	const struct rep_alike *all = d->v->index->alike;
	struct rep_alike key = alike_of(d->v, (uint32_t)(d->i - d->v->incidents));
	size_t from = first_alike(d, &key, d->e->since_s + REP_DAY_S);
	size_t until = first_alike(d, &key, d->e->since_s - REP_DAY_S + 1);

	for (size_t n = 0; n < max && from + n < until; n++)
		v[n] = &d->v->incidents[all[from + n].incident];
	*again = until == from
	    ? 0
	    : all[until - 1].tried_again - (from > 0 ? all[from - 1].tried_again : 0);
	return until - from;
}

/* Authentication or identity is named for it, "probably" or surer. */
static bool
records_are_why(const struct rep_advice *d)
{
	int c = rep_advised_cause(d->i);

	return (c == REP_CAUSE_AUTHENTICATION || c == REP_CAUSE_IDENTITY) &&
	    d->i->probability[c] >= d->in->weights->probably;
}

struct rep_found_of
rep_advice_found(const struct rep_advice *d, const struct rep_incident *group[REP_TOGETHER_MAX])
{
	uint64_t again;
	size_t n = rep_advice_together(d, group, REP_TOGETHER_MAX, &again);

	return (struct rep_found_of){ .in = d->in,
		.a = d->a,
		.incidents = group,
		.cells = d->v->cells,
		.n = n < REP_TOGETHER_MAX ? n : REP_TOGETHER_MAX,
		.records = records_are_why(d) };
}

/* What was replied, and by which host. */
struct answered {
	struct rep_str host, text;
};

static struct answered
answer_of(const struct rep_advice *d)
{
	const struct rep_cell_key *k = &d->cell->key;
	const struct rep_wording *w =
	    rep_wording_of(d->in, k->provider, k->provider_domain, d->i->rule);

	return w != NULL ? (struct answered){ w->host, w->text }
			 : (struct answered){ REP_S("?"), REP_S("(not kept)") };
}

static struct rep_str
faults(const struct rep_advice *d)
{
	static const enum rep_evidence_id own[] = { REP_EVIDENCE_HYGIENE_HIGH,
		REP_EVIDENCE_HYGIENE_HIGH_SIBLING, REP_EVIDENCE_HYGIENE_RISE,
		REP_EVIDENCE_VOLUME_BIG_STEP, REP_EVIDENCE_NEW_SOURCE };
	struct rep_buf b;

	rep_buf_init(&b, TEXT_MAX);
	if (rep_conduct_complained(&d->i->conduct))
		rep_buf_printf(&b, "  %.*s\n", REP_PR(d->i->conduct.why));
	for (size_t n = 0; n < REP_COUNT(own); n++) {
		const struct rep_evidence *e = rep_incident_evidence(d->i, own[n]);

		if (e != NULL)
			rep_buf_printf(&b, "  %.*s\n", REP_PR(e->sentence));
	}
	for (size_t n = 0; n < d->i->evidence_n; n++) /* what DNS showed is one's own, too */
		if (d->i->evidence[n].found != NULL)
			rep_buf_printf(&b, "  %.*s\n", REP_PR(d->i->evidence[n].sentence));
	/* Whoever reads it would not believe that there is none. */
	if (b.n == 0 &&
	    (d->i->account ||
		(d->i->across != 0 && d->v->across[d->i->across - 1].is == REP_ACROSS_OWN_MAIL)))
		rep_buf_add(&b,
		    REP_S(
			"  [____ which account, form or relay sent unwanted mail, and when it was "
			"stopped]\n"));
	if (b.n == 0)
		rep_buf_add(&b,
		    rep_only_bounces(d->v)
			? REP_S("  [____ not known yet: only bounces were read, and no log]\n")
			: REP_S("  none in the log of our mail server\n"));
	return rep_arena_take(d->a, &b);
}

/* A source as it is named to a stranger: its address, else a blank. A label means nothing to them. */
static struct rep_str
to_stranger(const struct rep_advice *d, const struct rep_incident *i, char ip[REP_IP_TEXT])
{
	uint32_t label = d->v->cells[i->cell].key.label;
	const struct rep_label *l = rep_label_of(d->in, label);
	struct rep_ip named;

	if (l != NULL && l->public.version != 0)
		return rep_source_text(d->in, label, ip);
	return rep_named_of(d->v, i, &named) ? rep_str_c(rep_ip_text(&named, ip))
					     : REP_S("[____ its address]");
}

static bool
is_told(const struct rep_advice *d, const struct rep_incident *const *v, size_t k)
{
	char ip[REP_IP_TEXT], other[REP_IP_TEXT];
	struct rep_str s = to_stranger(d, v[k], ip);

	for (size_t i = 0; i < k; i++)
		if (rep_str_eq(s, to_stranger(d, v[i], other)))
			return true;
	return false;
}

static struct rep_str
addresses(const struct rep_advice *d, struct rep_sums *before, uint64_t *refused, int64_t *since_s)
{
	const struct rep_incident *v[REP_TOGETHER_MAX];
	uint64_t again;
	size_t all = rep_advice_together(d, v, REP_COUNT(v), &again);
	size_t n = all < REP_COUNT(v) ? all : REP_COUNT(v);
	struct rep_str s;
	struct rep_buf b;

	rep_buf_init(&b, TEXT_MAX);
	for (size_t k = 0; k < n; k++) {
		const struct rep_cell *c = &d->v->cells[v[k]->cell];
		const struct rep_episode *e = &v[k]->episodes[v[k]->episodes_n - 1];
		char ip[REP_IP_TEXT];

		if (!is_told(d, v, k)) {
			rep_buf_add(&b, k > 0 ? REP_S(", ") : none);
			rep_buf_add(&b, to_stranger(d, v[k], ip));
		}
		*refused += e->replies;
		if (*since_s == 0 || e->since_s < *since_s)
			*since_s = e->since_s;
		rep_index_sum(d->v, c, e->since_s - 7 * REP_DAY_S, e->since_s, REP_ANY_STREAM,
		    REP_TROUBLE_BLOCK, before);
	}
	if (all > n) /* never silently: a person would send it as all there is */
		rep_buf_printf(&b, ", and %zu more (not counted below)", all - n);
	s = rep_arena_take(d->a, &b);
	return s.p != NULL ? s : REP_S("?");
}

/* What is not known stays a blank that nobody can overlook, with what would tell it. */
static struct rep_str
or_blank(struct rep_arena *a, struct rep_str known, const char *how)
{
	return known.n > 0 ? known : rep_arena_printf(a, "[____ %s]", how);
}

struct rep_str
rep_request_about(const struct rep_found_of *of)
{
	struct rep_str who = or_blank(of->a, rep_found_domains(of), "your domain");
	struct rep_str ptr = or_blank(of->a, rep_found_ptr(of), "reputed ptr IP shows it");
	struct rep_str dns =
	    or_blank(of->a, rep_found_authentication(of), "reputed check DOMAIN shows them");

	return rep_arena_printf(of->a,
	    "About us (fill in each [____], or delete its line):\n"
	    "  sender domains: %.*s\n"
	    "  PTR of the address: %.*s\n"
	    "  HELO name of the address: [____]\n"
	    "  DNS records: %.*s\n"
	    "  SPF, DKIM, DMARC results of one message you accepted: [____]\n"
	    "  what the mail is, and how recipients asked for it: [____]\n"
	    "  how they unsubscribe: [____]\n"
	    "  what was changed since the refusal: [____]\n",
	    REP_PR(who), REP_PR(ptr), REP_PR(dns));
}

struct rep_str
rep_request_please(const struct rep_rule *rule)
{
	if (rule != NULL && rule->request.n > 0)
		return rule->request;
	return REP_S(
	    "Please check whether the address itself or the network around it is listed, and tell "
	    "us\nwhich, so that we can fix our part.");
}

static struct rep_str
to_provider(const struct rep_advice *d)
{
	static const char *const at[REP_STAGE_N] = { "", " at the greeting", " at EHLO",
		" at MAIL FROM", " at RCPT TO", " at DATA", " after the message" };
	struct answered reply = answer_of(d);
	struct rep_str own = faults(d);
	struct rep_sums before = { 0 };
	uint64_t refused = 0;
	int64_t since_s = 0;
	struct rep_str ips = addresses(d, &before, &refused, &since_s);
	const struct rep_incident *group[REP_TOGETHER_MAX];
	struct rep_found_of of = rep_advice_found(d, group);
	struct rep_str about = rep_request_about(&of);
	char n1[32], n2[32];
	struct rep_str week = rep_only_bounces(d->v)
	    ? none /* they do not show what was accepted */
	    : rep_arena_printf(d->a,
		  "  mail to you     %s accepted in the week before, %s unknown recipients\n",
		  rep_number_text(before.accepted, n1), rep_number_text(before.recipient, n2));
	struct rep_str please = rep_request_please(d->rule);
	char when[REP_TIME_TEXT];

	return rep_arena_printf(d->a,
	    "Mail from our address%s %.*s is refused by your servers%s.\n"
	    "\n"
	    "%s:\n"
	    "  first refusal   %s\n"
	    "  refused so far  %s\n"
	    "%.*s"
	    "  returns         %zu (lifted before, and back)\n"
	    "  your reply      host %.*s: %.*s\n"
	    "\n"
	    "Faults of our own that we found:\n"
	    "%.*s\n"
	    "%.*s\n"
	    "%.*s\n",
	    rep_str_chr(ips, ',', 0) == SIZE_MAX ? "" : "es", REP_PR(ips), at[d->i->stage],
	    rep_only_bounces(d->v) ? "Counted in the bounces that we got"
				   : "Measured in our mail log",
	    rep_time_text(since_s, when), rep_number_text(refused, n1), REP_PR(week),
	    d->i->episodes_n - 1, REP_PR(reply.host), REP_PR(reply.text), REP_PR(own),
	    REP_PR(about), REP_PR(please));
}

/* A relay is refused. Only the people who run it can ask for delisting. */
static struct rep_str
to_relay(const struct rep_advice *d)
{
	struct answered reply = answer_of(d);
	struct rep_str own = faults(d);
	char when[REP_TIME_TEXT], n1[32];

	return rep_arena_printf(d->a,
	    "Mail that we send through your service is refused, with a reply that names your\n"
	    "sending address or the network around it.\n"
	    "\n"
	    "Measured in our mail log:\n"
	    "  first refusal   %s\n"
	    "  refused so far  %s\n"
	    "  returns         %zu (lifted before, and back)\n"
	    "  the reply       host %.*s: %.*s\n"
	    "\n"
	    "Faults of our own that we found:\n"
	    "%.*s\n"
	    "Please tell us whether you have asked for its delisting%s.\n",
	    rep_time_text(d->e->since_s, when), rep_number_text(d->e->replies, n1),
	    d->i->episodes_n - 1, REP_PR(reply.host), REP_PR(reply.text), REP_PR(own),
	    d->i->conduct.way ? ", and whether our mail can leave\nfrom other addresses meanwhile"
			      : "");
}

struct rep_str
rep_advice_request(const struct rep_advice *d)
{
	return d->cell->key.route != 0 ? to_relay(d) : to_provider(d);
}
