/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sweep.h"
#include "audit/finding.h"
#include "base/bytes.h"

#include <stdio.h>

enum { LOOPBACK = 127, ERRORS_AT = 0x7fffff00 /* 127.255.255.0/24 */ };

/* --- setting up ---------------------------------------------------------------------------------- */

static bool
fits(const struct rep_list *l, const struct rep_sweep_subject *s)
{
	if (s->ip.version == 0)
		return l->domains;
	return !l->domains && (s->ip.version == 4 ? l->v4 : l->v6);
}

/* The zone with its key in place of KEY, and the zone as it is shown. */
static bool
zone_of(struct rep_sweep *s, struct rep_sweep_list *out, const struct rep_list *l,
    rep_sweep_key key, void *ctx)
{
	struct rep_str secret;

	out->zone = out->shown = l->zone;
	if (l->key.n == 0)
		return true;
	secret = key(ctx, l->key);
	if (secret.n == 0 || !rep_str_starts(l->zone, REP_S("KEY.")))
		return false;
	out->shown = rep_str_sub(l->zone, 4, l->zone.n);
	out->zone = rep_arena_printf(s->a, "%.*s.%.*s", REP_PR(secret), REP_PR(out->shown));
	return true;
}

enum rep_rc
rep_sweep_init(struct rep_sweep *s, struct rep_arena *a, const struct rep_lists *lists,
    const struct rep_sweep_subject *subject, size_t subjects, rep_sweep_key key, void *ctx,
    struct rep_limits *limits, struct rep_err *err)
{
	*s = (struct rep_sweep){
		.a = a, .subject = subject, .subjects = subjects, .limits = limits
	};
	for (size_t i = 0; i < lists->n; i++) {
		const struct rep_list *l = &lists->v[i];
		struct rep_sweep_list *v = &s->v[s->n];
		bool any = false;

		for (size_t k = 0; k < subjects; k++)
			any = any || fits(l, &subject[k]);
		if (!any || l->dead.n > 0 || !l->own || (l->codes == 0 && l->goods == 0) ||
		    !zone_of(s, v, l, key, ctx))
			continue;
		v->list = l;
		v->hit = rep_arena_alloc(a, (subjects + 1) * sizeof *v->hit);
		if (v->hit == NULL)
			return rep_fail(err, REP_ELIMIT, "out of memory for %zu lists", lists->n);
		for (size_t k = 0; k < subjects; k++)
			v->hit[k] = (struct rep_sweep_hit){ .list = l,
				.zone = v->shown,
				.subject = k,
				.state = REP_SWEEP_UNKNOWN };
		s->n++;
	}
	/* If there is a key, the public zone of the same list is not asked too. */
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->n && s->v[i].list->key.n > 0; k++)
			if (s->v[k].list->key.n == 0 &&
			    s->v[i].list->scope == s->v[k].list->scope &&
			    rep_str_starts(s->v[i].list->name, s->v[k].list->name))
				s->v[k].phase = REP_SWEEP_DONE;
	return REP_OK;
}

/* --- reading an answer ---------------------------------------------------------------------------- */

static const struct rep_list_code *
code_in(const struct rep_list_code *v, size_t n, uint32_t code)
{
	for (size_t i = 0; i < n; i++)
		if (code >= v[i].from && code <= v[i].to)
			return &v[i];
	return NULL;
}

/* For a list with a bit mask: the row of the worst bit. */
static const struct rep_list_code *
bit_in(const struct rep_list *l, uint32_t code)
{
	const struct rep_list_code *best = NULL;

	for (size_t i = 0; i < l->codes; i++)
		if ((code & l->code[i].from) != 0 && (best == NULL || l->code[i].word < best->word))
			best = &l->code[i];
	return best;
}

/* Gives up on a list: no more questions. Subjects that are still unknown get the reason. */
static void
give_up(struct rep_sweep *s, struct rep_sweep_list *v, struct rep_str why, bool refused)
{
	v->dead = why;
	v->refused = refused;
	v->phase = REP_SWEEP_DONE;
	for (size_t k = v->subject; k < s->subjects; k++)
		if (v->hit[k].state == REP_SWEEP_UNKNOWN && v->hit[k].why.n == 0)
			v->hit[k].why = why;
}

static bool
is_rewritten(uint32_t code)
{
	return code >> 24 != LOOPBACK;
}

/* Why an answer is an error and not a listing. n == 0: it is no error. */
static struct rep_str
error_of(struct rep_sweep *s, const struct rep_list *l, uint32_t code, bool *refused)
{
	const struct rep_list_code *e = code_in(l->error, l->errors, code);
	unsigned b[4] = { code >> 24, code >> 16 & 255, code >> 8 & 255, code & 255 };

	*refused = true;
	if (e != NULL)
		return rep_arena_printf(
		    s->a, "%.*s (%u.%u.%u.%u)", REP_PR(e->text), b[0], b[1], b[2], b[3]);
	if ((code & 0xffffff00u) == ERRORS_AT)
		return rep_arena_printf(
		    s->a, "it answers with an error code (%u.%u.%u.%u)", b[0], b[1], b[2], b[3]);
	*refused = false;
	if (is_rewritten(code))
		return rep_arena_printf(s->a,
		    "the answer %u.%u.%u.%u is not a blocklist's: your resolver rewrites "
		    "NXDOMAIN, or the zone has another owner now",
		    b[0], b[1], b[2], b[3]);
	if (code == 0x7f000001 && code_in(l->code, l->codes, code) == NULL &&
	    code_in(l->good, l->goods, code) == NULL)
		return REP_S("it answers 127.0.0.1, which is never a listing (RFC 5782)");
	return (struct rep_str){ "", 0 };
}

/* Why there is no answer: because of the list, or of the way to it. */
static struct rep_str
failure_of(struct rep_sweep *s, const struct rep_list *l, const struct rep_dns_answer *ans)
{
	if (ans->state == REP_DNS_REFUSED)
		return REP_S("it refuses your resolver (REFUSED)");
	if (ans->state == REP_DNS_TIMEOUT && l->silence.n > 0)
		return rep_arena_printf(
		    s->a, "no answer in time; perhaps %.*s", REP_PR(l->silence));
	return rep_str_c(rep_dns_state_text(ans->state));
}

/* Whether anything in the answer is an error. If so, gives up on the list. */
static bool
broken(struct rep_sweep *s, struct rep_sweep_list *v, const struct rep_dns_answer *ans)
{
	struct rep_str why;
	bool refused;

	if (rep_dns_failed(ans->state)) {
		give_up(s, v, failure_of(s, v->list, ans), ans->state == REP_DNS_REFUSED);
		return true;
	}
	for (size_t i = 0; i < ans->n; i++) {
		why = error_of(s, v->list, rep_be32(ans->rr[i]->ip.b), &refused);
		if (why.n > 0) {
			give_up(s, v, why, refused);
			v->by_code = refused;
			v->rewritten = is_rewritten(rep_be32(ans->rr[i]->ip.b))
			    ? rep_be32(ans->rr[i]->ip.b)
			    : 0;
			return true;
		}
	}
	return false;
}

static void
one_code(struct rep_sweep *s, struct rep_sweep_list *v, struct rep_sweep_hit *h, uint32_t code)
{
	const struct rep_list *l = v->list;
	const struct rep_list_code *row =
	    l->mask ? bit_in(l, code) : code_in(l->code, l->codes, code);

	if (h->codes < REP_SWEEP_CODES)
		h->code[h->codes++] = code;
	if (row != NULL) {
		bool worse = h->state != REP_SWEEP_LISTED || row->word < h->word;

		if (h->state != REP_SWEEP_LISTED)
			h->means = row->text;
		else if (rep_str_find(h->means, row->text, 0) == SIZE_MAX)
			h->means = worse ? rep_arena_printf(s->a, "%.*s; %.*s", REP_PR(row->text),
					       REP_PR(h->means))
					 : rep_arena_printf(s->a, "%.*s; %.*s", REP_PR(h->means),
					       REP_PR(row->text));
		if (worse)
			h->word = row->word;
		h->state = REP_SWEEP_LISTED;
	} else if (code_in(l->good, l->goods, code) != NULL) {
		if (h->state == REP_SWEEP_UNKNOWN && h->why.n == 0) {
			h->state = REP_SWEEP_CLEAN;
			h->why = REP_S("the code means a good reputation");
		}
	} else if (h->state != REP_SWEEP_LISTED) {
		h->state = REP_SWEEP_UNKNOWN;
		h->why = rep_arena_printf(s->a,
		    "reputed does not know the code %u.%u.%u.%u of "
		    "this list",
		    code >> 24, code >> 16 & 255, code >> 8 & 255, code & 255);
	}
}

static void
judge(struct rep_sweep *s, struct rep_sweep_list *v, const struct rep_dns_answer *ans)
{
	struct rep_sweep_hit *h = &v->hit[v->subject];

	h->asked = true;
	if (ans->n == 0) {
		h->state = v->unproven ? REP_SWEEP_UNKNOWN : REP_SWEEP_CLEAN;
		if (v->unproven)
			h->why = REP_S(
			    "it has no test entry, and its zone has no SOA: is it still there?");
		return;
	}
	for (size_t i = 0; i < ans->n; i++)
		one_code(s, v, h, rep_be32(ans->rr[i]->ip.b));
	if (h->state == REP_SWEEP_LISTED)
		h->why = (struct rep_str){ "", 0 };
}

/* --- asking ------------------------------------------------------------------------------------------ */

/* The name to ask for: a test entry ("127.0.0.2", 127.0.0.1, a test domain) or the subject. */
static bool
name_to_ask(const struct rep_sweep *s, const struct rep_sweep_list *v, struct rep_name *out)
{
	const struct rep_list *l = v->list;
	struct rep_ip ip = { .version = 4, .b = { 127, 0, 0, v->phase == REP_SWEEP_MUST ? 2 : 1 } };
	struct rep_name zone;

	if (v->phase == REP_SWEEP_ASK || v->phase == REP_SWEEP_TXT) {
		const struct rep_sweep_subject *sub = &s->subject[v->subject];

		if (sub->ip.version != 0)
			return rep_name_reverse(&sub->ip, v->zone, out);
		return rep_name_raw(v->zone, &zone) && rep_name_join(sub->text, &zone, out);
	}
	if (!rep_name_raw(v->zone, &zone))
		return false;
	if (l->domains)
		return rep_name_join(v->phase == REP_SWEEP_MUST
			? l->test
			: REP_S("no-such-domain-of-reputed.invalid"),
		    &zone, out);
	if (!l->v4) { /* RFC 5782, 5: ::FFFF:7F00:2 and ::FFFF:7F00:1 */
		ip = (struct rep_ip){ .version = 6,
			.b = { [10] = 0xff,
			    [11] = 0xff,
			    [12] = 0x7f,
			    [15] = v->phase == REP_SWEEP_MUST ? 2 : 1 } };
	}
	return rep_name_reverse(&ip, v->zone, out);
}

static bool
untestable(const struct rep_list *l)
{
	return l->test.n == 0 || rep_str_eq(l->test, REP_S("none"));
}

static void
next_subject(struct rep_sweep *s, struct rep_sweep_list *v)
{
	v->phase = REP_SWEEP_ASK;
	do
		v->subject++;
	while (v->subject < s->subjects && !fits(v->list, &s->subject[v->subject]));
	if (v->subject >= s->subjects)
		v->phase = REP_SWEEP_DONE;
}

static void
first_subject(struct rep_sweep *s, struct rep_sweep_list *v)
{
	v->phase = REP_SWEEP_ASK;
	v->subject = 0;
	if (!fits(v->list, &s->subject[0]))
		next_subject(s, v);
}

static void
on_answer(struct rep_sweep *s, struct rep_sweep_list *v, const struct rep_dns_answer *ans)
{
	struct rep_sweep_hit *h = &v->hit[v->subject < s->subjects ? v->subject : 0];

	switch (v->phase) {
	case REP_SWEEP_MUST:
		if (untestable(v->list)) { /* only its SOA was asked */
			if (rep_dns_failed(ans->state))
				give_up(s, v, failure_of(s, v->list, ans),
				    ans->state == REP_DNS_REFUSED);
			v->unproven = ans->n == 0;
			if (v->phase != REP_SWEEP_DONE)
				v->phase = REP_SWEEP_MUST_NOT;
		} else if (!broken(s, v, ans)) {
			if (ans->n == 0)
				give_up(s, v,
				    REP_S("its own test entry is missing: the list is dead, or "
					  "closed to you"),
				    false);
			else
				v->phase = REP_SWEEP_MUST_NOT;
		}
		break;
	case REP_SWEEP_MUST_NOT:
		if (broken(s, v, ans))
			break;
		if (ans->n > 0)
			give_up(s, v,
			    REP_S("it lists an address that no list may list, so it answers yes "
				  "to everything"),
			    false);
		else
			first_subject(s, v);
		break;
	case REP_SWEEP_ASK:
		if (broken(s, v, ans))
			break;
		judge(s, v, ans);
		if (h->state == REP_SWEEP_LISTED)
			v->phase = REP_SWEEP_TXT;
		else
			next_subject(s, v);
		break;
	default:
		if (ans->n > 0)
			h->text = rep_shown(s->a, ans->rr[0]->data, 300);
		next_subject(s, v);
	}
}

/* Puts the next question into v->name and v->type. False: none now; the list moved on. */
static bool
next_question(struct rep_sweep *s, struct rep_sweep_list *v)
{
	bool soa = v->phase == REP_SWEEP_MUST && untestable(v->list);

	v->type = soa ? REP_DNS_SOA : v->phase == REP_SWEEP_TXT ? REP_DNS_TXT : REP_DNS_A;
	if (soa ? rep_name_raw(v->zone, &v->name) : name_to_ask(s, v, &v->name))
		return true;
	if (v->phase == REP_SWEEP_ASK) {
		v->hit[v->subject].why = REP_S("the name to look up is too long");
		next_subject(s, v);
	} else {
		give_up(s, v, REP_S("the name to look up is not a valid name"), false);
	}
	return false;
}

/* Takes one list as far as possible. False: it waits for an answer, or until *until_ms. */
static bool
one_list(struct rep_sweep *s, struct rep_sweep_list *v, const struct rep_dns_view *view,
    int64_t now_ms, int64_t *until_ms)
{
	const struct rep_dns_answer *ans;
	enum rep_limit_word word;
	int64_t until = 0;

	while (v->phase != REP_SWEEP_DONE) {
		if (!v->taken) {
			if (!next_question(s, v))
				continue;
			word = rep_limit_take(
			    s->limits, v->shown, v->list->rate, v->list->daily, now_ms, &until);
			if (word == REP_LIMIT_DAY) {
				give_up(s, v,
				    REP_S("its daily limit of queries is used up; possible again "
					  "tomorrow (UTC)"),
				    false);
				break;
			}
			if (word == REP_LIMIT_WAIT) {
				if (*until_ms == 0 || until < *until_ms)
					*until_ms = until;
				return false;
			}
			v->taken = true;
		}
		if ((ans = view->get(view->ctx, NULL, &v->name, v->type)) == NULL)
			return false;
		v->taken = false;
		on_answer(s, v, ans);
	}
	return true;
}

bool
rep_sweep_step(struct rep_sweep *s, const struct rep_dns_view *v, int64_t now_ms, int64_t *until_ms)
{
	bool all = true;

	*until_ms = 0;
	for (size_t i = 0; i < s->n; i++)
		all = one_list(s, &s->v[i], v, now_ms, until_ms) && all;
	return all;
}

/* --- nothing is known ------------------------------------------------------------------------------ */

/* How many lists gave up for the same reason as this one, or have the same answer that is none. */
static size_t
same_as(const struct rep_sweep *s, const struct rep_sweep_list *v, bool rewritten)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->v[i].list->kind == REP_LIST_ALLOW ? 0
		    : rewritten				  ? s->v[i].rewritten == v->rewritten
							  : rep_str_eq(s->v[i].dead, v->dead);
	return n;
}

bool
rep_sweep_blind(const struct rep_sweep *s, struct rep_str *why, bool *rewrites)
{
	const struct rep_sweep_list *most = NULL;
	size_t lists = 0, n = 0, same;

	*rewrites = false;
	for (size_t i = 0; i < s->n; i++) {
		const struct rep_sweep_list *v = &s->v[i];

		if (v->list->kind == REP_LIST_ALLOW)
			continue;
		for (size_t k = 0; k < s->subjects; k++)
			if (fits(v->list, &s->subject[k]) && v->hit[k].state != REP_SWEEP_UNKNOWN)
				return false;
		lists++;
		if (v->rewritten != 0 && same_as(s, v, true) > 1)
			*rewrites = true;
		if ((same = same_as(s, v, false)) > n) {
			n = same;
			most = v;
		}
	}
	if (most == NULL)
		return false;
	if (*rewrites)
		*why = REP_S("your resolver rewrites NXDOMAIN: it has an address for names that do "
			     "not exist");
	else if (most->dead.n == 0)
		*why = REP_S("no list gave an answer that counts");
	else
		*why =
		    rep_arena_printf(s->a, "no list gave an answer that counts (%zu of %zu: %.*s)",
			n, lists, REP_PR(most->dead));
	return true;
}
