/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/spf.h"

enum { MAX_STEPS = 4000, MAX_DEPTH = 12, EXPLANATION_MAX = 4096 };

struct eval {
	const struct rep_spf_query *q;
	const struct rep_dns_view *view;
	struct rep_arena *a;
	struct rep_spf_check *out;
	struct rep_str sender, local, sender_domain;
	size_t cap;
	struct rep_spf_step nowhere;	/* what is noted of a step for which there is no room */
	bool pending;			/* an answer is missing */
	struct rep_str p;		/* the value of %{p}, once it was looked up */
	const struct rep_spf_term *exp; /* the exp= of the record that decided */
	struct rep_str exp_domain;
};

/* The result of one term. */
enum outcome { NO = 0, YES, TEMP, PERM, PENDING };

const char *
rep_spf_result_text(enum rep_spf_result r)
{
	static const char *const text[] = { "none", "neutral", "pass", "fail", "softfail",
		"temperror", "permerror" };

	return text[r];
}

size_t
rep_spf_find_record(const struct rep_dns_answer *txt, struct rep_str *record)
{
	size_t n = 0;

	for (size_t i = 0; i < txt->n; i++)
		if (rep_spf_is_record(txt->rr[i]->data) && n++ == 0)
			*record = txt->rr[i]->data;
	return n;
}

/* --- the trace ------------------------------------------------------------------------------- */

/* The index of a new step. SIZE_MAX: there is no room. Then the trace ends, but not the check. */
static size_t
step_new(struct eval *e, unsigned depth, struct rep_str domain, struct rep_str term)
{
	struct rep_spf_step *bigger;
	size_t cap;

	if (e->out->n == e->cap) {
		cap = e->cap == 0 ? 24 : e->cap * 2;
		if (cap > MAX_STEPS ||
		    (bigger = rep_arena_alloc(e->a, cap * sizeof *bigger)) == NULL) {
			e->out->steps_cut = true;
			return SIZE_MAX;
		}
		if (e->cap > 0)
			memcpy(bigger, e->out->steps, e->cap * sizeof *bigger);
		e->out->steps = bigger;
		e->cap = cap;
	}
	e->out->steps[e->out->n] =
	    (struct rep_spf_step){ .depth = depth, .domain = domain, .term = term };
	return e->out->n++;
}

static struct rep_spf_step *
step_at(struct eval *e, size_t i)
{
	return i == SIZE_MAX ? &e->nowhere : &e->out->steps[i];
}

static void
step_end(struct eval *e, size_t i, enum outcome v, enum rep_spf_result r)
{
	struct rep_spf_step *s = step_at(e, i);

	s->matched = v == YES;
	s->decided = v != NO;
	s->result = r;
	s->lookups = e->out->lookups;
	s->void_lookups = e->out->void_lookups;
}

static void
note(struct eval *e, size_t i, const char *text)
{
	step_at(e, i)->note = rep_str_c(text);
}

/* --- asking ------------------------------------------------------------------------------------ */

static enum outcome
perm(struct eval *e, size_t i, const char *why)
{
	note(e, i, why);
	if (e->out->reason.n == 0)
		e->out->reason = rep_str_c(why);
	return PERM;
}

static enum outcome
temp(struct eval *e, size_t i, const struct rep_dns_answer *ans)
{
	char name[REP_NAME_TEXT], type[16];

	step_at(e, i)->note = rep_str_c(rep_dns_state_text(ans->state));
	e->out->reason = rep_arena_printf(e->a, "%s of %s: %s", rep_dns_type_text(ans->type, type),
	    rep_name_text(&ans->name, name), rep_dns_state_text(ans->state));
	return TEMP;
}

/* Sends a query. Counts void look-ups; the third one is an error (4.6.4). */
static enum outcome
ask(struct eval *e, size_t i, const struct rep_name *name, uint16_t type, bool count,
    const struct rep_dns_answer **out)
{
	const struct rep_dns_answer *ans = rep_dns_get(e->view, name, type);
	struct rep_spf_step *s = step_at(e, i);

	if (ans == NULL) {
		e->pending = true;
		return PENDING;
	}
	if (s->answer == NULL)
		s->answer = ans;
	*out = ans;
	if (rep_dns_failed(ans->state))
		return temp(e, i, ans);
	if (count && ans->n == 0 && ++e->out->void_lookups > REP_SPF_MAX_VOID)
		return perm(e, i, "more than 2 lookups found nothing (RFC 7208, 4.6.4)");
	return ans->n > 0 ? YES : NO;
}

static uint16_t
address_type(const struct eval *e)
{
	return rep_dns_address_type(&e->q->ip);
}

static bool
has_address(const struct rep_dns_answer *ans, const struct rep_ip *ip, const struct rep_spf_term *t)
{
	int bits = t == NULL   ? (ip->version == 6 ? 128 : 32)
	    : ip->version == 6 ? t->cidr6
			       : t->cidr4;

	for (size_t i = 0; i < ans->n; i++)
		if (ans->rr[i]->ip.version == ip->version &&
		    rep_ip_same_bits(ans->rr[i]->ip.b, ip->b, bits))
			return true;
	return false;
}

/* --- names --------------------------------------------------------------------------------------- */

/* A name of the client that leads back to it: best the domain, then below it, then any (5.5). */
static enum outcome
validated(struct eval *e, size_t i, const struct rep_name *want, bool exact_only, bool count,
    struct rep_name *found)
{
	const struct rep_dns_answer *ptr, *ans;
	struct rep_name arpa, best = { .n = 0 };
	enum outcome v;

	(void)rep_name_arpa(&e->q->ip, &arpa);
	v = ask(e, i, &arpa, REP_DNS_PTR, count, &ptr);
	if (v == TEMP) {
		e->out->reason.n = 0;
		return NO; /* 5.5: no match in this case */
	}
	if (v != YES)
		return v;
	for (size_t k = 0; k < ptr->n && k < REP_SPF_MAX_PTR; k++) {
		const struct rep_name *name = ptr->rr[k]->target;
		bool below = rep_name_under(name, want);

		if (exact_only && !below)
			continue;
		ans = rep_dns_get(e->view, name, address_type(e));
		if (ans == NULL) {
			e->pending = true;
			return PENDING;
		}
		if (!has_address(ans, &e->q->ip, NULL))
			continue;
		if (rep_name_eq(name, want) || (below && !rep_name_under(&best, want)) ||
		    best.n == 0)
			best = *name;
		if (rep_name_eq(&best, want) || exact_only)
			break;
	}
	*found = best;
	return best.n > 0 ? YES : NO;
}

struct p_ctx {
	struct eval *e;
	struct rep_str domain;
};

static struct rep_str
macro_p(void *ctx)
{
	struct p_ctx *c = ctx;
	struct rep_name want = { .n = 0 }, found;
	char text[REP_NAME_TEXT];

	if (!rep_name_raw(c->domain, &want))
		return REP_S("unknown");
	if (validated(c->e, SIZE_MAX, &want, false, false, &found) != YES)
		return REP_S("unknown");
	return rep_arena_dup(c->e->a, rep_str_c(rep_name_text(&found, text)));
}

/* What the macros of a term in the record of `domain` mean in this check. ctx lives as long as they do. */
static struct rep_spf_macros
macros(struct eval *e, struct rep_str domain, struct p_ctx *ctx)
{
	*ctx = (struct p_ctx){ e, domain };
	return (struct rep_spf_macros){ .sender = e->sender,
		.local = e->local,
		.sender_domain = e->sender_domain,
		.domain = domain,
		.helo = e->q->helo,
		.receiver = e->q->receiver,
		.ip = e->q->ip,
		.now_s = e->q->now_s,
		.p = macro_p,
		.ctx = ctx };
}

/* The target of a term: the domain itself, if it names none. */
static enum outcome
target(struct eval *e, size_t i, const struct rep_spf_term *t, struct rep_str domain,
    struct rep_str *text, struct rep_name *name)
{
	struct p_ctx ctx;
	struct rep_spf_macros m = macros(e, domain, &ctx);
	struct rep_str s = domain;
	bool good = t->spec.n == 0 || rep_spf_target_text(t->spec, &m, e->a, &s);

	if (e->pending)
		return PENDING;
	if (!good)
		return NO;
	*text = s;
	step_at(e, i)->target = s;
	return rep_name_raw(s, name) ? YES : NO;
}

/* --- terms ----------------------------------------------------------------------------------------- */

static enum rep_spf_result check_host(struct eval *e, struct rep_str domain, unsigned depth);

static enum outcome
by_a(struct eval *e, size_t i, const struct rep_spf_term *t, const struct rep_name *name)
{
	const struct rep_dns_answer *ans;
	enum outcome v;

	v = ask(e, i, name, t->mech == REP_SPF_EXISTS ? REP_DNS_A : address_type(e), true, &ans);
	if (v != YES || t->mech == REP_SPF_EXISTS)
		return v;
	return has_address(ans, &e->q->ip, t) ? YES : NO;
}

static enum outcome
by_mx(struct eval *e, size_t i, const struct rep_spf_term *t, const struct rep_name *name)
{
	const struct rep_dns_answer *mx, *ans;
	enum outcome v;

	if ((v = ask(e, i, name, REP_DNS_MX, true, &mx)) != YES)
		return v;
	if (mx->n > REP_SPF_MAX_MX)
		return perm(e, i, "more than 10 MX hosts (RFC 7208, 4.6.4)");
	for (size_t k = 0; k < mx->n; k++) {
		if (mx->rr[k]->target->n <= 1)
			continue; /* "." accepts no mail */
		v = ask(e, i, mx->rr[k]->target, address_type(e), true, &ans);
		if (v == YES && has_address(ans, &e->q->ip, t))
			return YES;
		if (v != YES && v != NO)
			return v;
	}
	return NO;
}

static enum outcome
by_include(struct eval *e, size_t i, struct rep_str domain, unsigned depth)
{
	enum rep_spf_result r = check_host(e, domain, depth + 1);

	if (e->pending)
		return PENDING;
	switch (r) {
	case REP_SPF_PASS: return YES;
	case REP_SPF_TEMPERROR: return TEMP;
	case REP_SPF_NONE:
		return perm(e, i,
		    "the domain it includes has no SPF record (RFC 7208, "
		    "5.2)");
	case REP_SPF_PERMERROR: return PERM;
	default: return NO;
	}
}

static enum outcome
by_term(
    struct eval *e, size_t i, const struct rep_spf_term *t, struct rep_str domain, unsigned depth)
{
	struct rep_name name, found;
	struct rep_str text;
	enum outcome v;

	if (rep_spf_term_costs(t) && ++e->out->lookups > REP_SPF_MAX_LOOKUPS)
		return perm(e, i, "more than 10 terms that need a DNS lookup (RFC 7208, 4.6.4)");
	if (t->mech == REP_SPF_ALL)
		return YES;
	if (t->mech == REP_SPF_IP4 || t->mech == REP_SPF_IP6)
		return e->q->ip.version == (t->mech == REP_SPF_IP4 ? 4 : 6) &&
			rep_ip_same_bits(
			    t->net, e->q->ip.b, t->mech == REP_SPF_IP4 ? t->cidr4 : t->cidr6)
		    ? YES
		    : NO;
	v = target(e, i, t, domain, &text, &name);
	if (v == PENDING)
		return v;
	if (v == NO && t->mech == REP_SPF_INCLUDE)
		return perm(e, i, "the name it includes is not a domain name (RFC 7208, 5.2)");
	if (v == NO) {
		note(e, i, "its target is not a domain name, so it cannot match");
		return NO;
	}
	switch (t->mech) {
	case REP_SPF_INCLUDE: return by_include(e, i, text, depth);
	case REP_SPF_MX: return by_mx(e, i, t, &name);
	case REP_SPF_PTR: return validated(e, i, &name, true, true, &found);
	default: return by_a(e, i, t, &name);
	}
}

/* --- records ----------------------------------------------------------------------------------------- */

/* Whether a domain has the form of section 4.3: labels, at least two. */
static bool
checkable(struct rep_str domain, struct rep_name *name)
{
	return rep_name_raw(domain, name) && rep_name_labels(name) >= 2 && name->n <= 254;
}

static enum rep_spf_result
of_qualifier(char q)
{
	return q == '-' ? REP_SPF_FAIL
	    : q == '~'	? REP_SPF_SOFTFAIL
	    : q == '?'	? REP_SPF_NEUTRAL
			: REP_SPF_PASS;
}

static enum rep_spf_result
by_redirect(struct eval *e, const struct rep_spf_term *t, struct rep_str domain, unsigned depth)
{
	size_t i = step_new(e, depth, domain, t->text);
	enum rep_spf_result r = REP_SPF_PERMERROR;
	struct rep_str text;
	struct rep_name name;
	enum outcome v;

	if (++e->out->lookups > REP_SPF_MAX_LOOKUPS) {
		(void)perm(e, i, "more than 10 terms that need a DNS lookup (RFC 7208, 4.6.4)");
	} else if ((v = target(e, i, t, domain, &text, &name)) == PENDING) {
		return r;
	} else if (v == NO) {
		(void)perm(e, i,
		    "it redirects to something that is not a domain name (RFC 7208, "
		    "6.1)");
	} else {
		r = check_host(e, text, depth + 1);
		if (r == REP_SPF_NONE && !e->pending) {
			(void)perm(
			    e, i, "the domain it redirects to has no SPF record (RFC 7208, 6.1)");
			r = REP_SPF_PERMERROR;
		}
	}
	step_end(e, i, YES, r);
	return r;
}

static enum rep_spf_result
run_record(struct eval *e, const struct rep_spf_record *rec, struct rep_str domain, unsigned depth)
{
	enum rep_spf_result r;
	enum outcome v;
	size_t step;

	for (size_t i = 0; i < rec->n; i++) {
		const struct rep_spf_term *t = &rec->terms[i];

		if (t->mech >= REP_SPF_REDIRECT)
			continue;
		step = step_new(e, depth, domain, t->text);
		v = by_term(e, step, t, domain, depth);
		if (v == PENDING)
			return REP_SPF_TEMPERROR;
		r = v == TEMP	? REP_SPF_TEMPERROR
		    : v == PERM ? REP_SPF_PERMERROR
				: of_qualifier(t->qualifier);
		step_end(e, step, v, r);
		if (v == NO)
			continue;
		if (depth == 0 || e->out->mechanism.n == 0 || v == YES) {
			e->out->mechanism = t->text;
			e->out->decided_at = domain;
		}
		e->exp = rec->exp;
		e->exp_domain = domain;
		return r;
	}
	if (rec->redirect != NULL)
		return by_redirect(e, rec->redirect, domain, depth);
	e->out->mechanism = (struct rep_str){ NULL, 0 };
	e->exp = NULL;
	return REP_SPF_NEUTRAL;
}

static enum rep_spf_result
check_host(struct eval *e, struct rep_str domain, unsigned depth)
{
	struct rep_str term = { "", 0 }, text = { "", 0 };
	const struct rep_dns_answer *ans;
	struct rep_spf_record rec;
	struct rep_err err;
	struct rep_name name;
	enum rep_spf_result r;
	size_t step, n;
	enum outcome v;

	if (!checkable(domain, &name) || depth > MAX_DEPTH) {
		if (e->out->reason.n == 0)
			e->out->reason =
			    REP_S("the domain does not have two or more labels (RFC 7208, 4.3)");
		return REP_SPF_NONE;
	}
	step = step_new(e, depth, domain, term);
	v = ask(e, step, &name, REP_DNS_TXT, depth > 0, &ans);
	if (v == PENDING || v == TEMP || v == PERM) {
		r = v == PERM ? REP_SPF_PERMERROR : REP_SPF_TEMPERROR;
		step_end(e, step, v, r);
		return r;
	}
	n = rep_spf_find_record(ans, &text);
	step_at(e, step)->target = text;
	if (n == 0) {
		if (depth == 0)
			e->out->reason = REP_S("the domain publishes no SPF record");
		note(e, step, ans->state == REP_DNS_NXDOMAIN ? "no such domain" : "no SPF record");
		step_end(e, step, YES, REP_SPF_NONE);
		return REP_SPF_NONE;
	}
	if (n > 1) {
		(void)perm(e, step, "more than one SPF record (RFC 7208, 4.5)");
		step_end(e, step, PERM, REP_SPF_PERMERROR);
		return REP_SPF_PERMERROR;
	}
	if (rep_spf_record_parse(text, e->a, &rec, &err) != REP_OK) {
		step_at(e, step)->note = rep_arena_dup(e->a, rep_str_c(err.msg));
		e->out->reason = step_at(e, step)->note;
		step_end(e, step, PERM, REP_SPF_PERMERROR);
		return REP_SPF_PERMERROR;
	}
	r = run_record(e, &rec, domain, depth);
	if (!e->pending)
		step_end(e, step, YES, r);
	return r;
}

/* Makes the explanation for the rejected sender (6.2). Any error in it means that there is none. */
static void
explain(struct eval *e)
{
	const struct rep_dns_answer *ans;
	struct rep_str text, domain;
	struct rep_name name;
	struct rep_spf_macros m;
	struct p_ctx ctx;
	struct rep_buf b;

	if (e->exp == NULL)
		return;
	if (target(e, SIZE_MAX, e->exp, e->exp_domain, &domain, &name) != YES)
		return;
	if ((ans = rep_dns_get(e->view, &name, REP_DNS_TXT)) == NULL) {
		e->pending = true;
		return;
	}
	if (ans->state != REP_DNS_YES || ans->n != 1)
		return;
	text = ans->rr[0]->data;
	if (!rep_spf_macro_valid(text, true))
		return;
	m = macros(e, e->exp_domain, &ctx);
	rep_buf_init(&b, EXPLANATION_MAX);
	rep_spf_macro_expand(text, &m, &b);
	text = b.full ? REP_S("") : rep_arena_dup(e->a, rep_buf_str(&b));
	rep_buf_fini(&b);
	if (rep_str_printable(text, true))
		e->out->explanation = text;
}

/* The identity to check: MAIL FROM, or postmaster at the HELO name (2.4, 4.3). */
static void
identity(struct eval *e)
{
	const struct rep_spf_query *q = e->q;
	size_t at = rep_str_rchr(q->sender, '@');

	if (q->sender.n == 0) {
		e->sender_domain = q->helo;
		e->local = REP_S("postmaster");
	} else if (at == SIZE_MAX) {
		e->sender_domain = q->sender;
		e->local = REP_S("postmaster");
	} else {
		e->local = at > 0 ? rep_str_sub(q->sender, 0, at) : REP_S("postmaster");
		e->sender_domain = rep_str_sub(q->sender, at + 1, q->sender.n);
	}
	if (at != SIZE_MAX && at > 0)
		e->sender = q->sender;
	else
		e->sender =
		    rep_arena_printf(e->a, "%.*s@%.*s", REP_PR(e->local), REP_PR(e->sender_domain));
}

bool
rep_spf_eval(const struct rep_spf_query *q, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_spf_check *out)
{
	struct eval e = { .q = q, .view = v, .a = a, .out = out };

	*out = (struct rep_spf_check){ .result = REP_SPF_NONE };
	identity(&e);
	out->domain = e.sender_domain;
	if (out->domain.n > 0 && out->domain.p[out->domain.n - 1] == '.')
		out->domain.n--;
	out->result = check_host(&e, out->domain, 0);
	if (!e.pending && out->result == REP_SPF_FAIL)
		explain(&e);
	return !e.pending;
}
