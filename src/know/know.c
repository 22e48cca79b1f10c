/* SPDX-License-Identifier: Apache-2.0 */
#include "know/know.h"
#include "know/automaton.h"
#include "know/embedded.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_MAX = 32 << 20, BY_CODE = 600 };

/* One literal of the automaton, and what to compare in full when it is hit. */
struct hook {
	const struct rep_rule *rule;
	const struct rep_token *token;	   /* or */
	const struct rep_pattern *pattern; /* one of the rule's texts */
};

/* Rules with neither token nor text, to be found by code. */
struct chain {
	const struct rep_rule **v; /* owned */
	size_t n, cap;
};

struct rep_know {
	struct rep_arena *a;
	struct rep_providers *providers;
	const struct rep_rule **rules; /* owned array */
	size_t n, cap;
	struct hook *hooks; /* owned array */
	uint32_t hooks_n;
	struct rep_automaton *automaton;
	struct chain by_code[BY_CODE]; /* by reply code; [0]: replies without one */
};

struct rep_know *
rep_know_new(void)
{
	struct rep_know *k = calloc(1, sizeof *k);

	if (k == NULL)
		return NULL;
	k->a = rep_arena_new(ARENA_MAX);
	k->providers = k->a == NULL ? NULL : rep_providers_new(k->a);
	if (k->providers == NULL) {
		rep_know_free(k);
		return NULL;
	}
	return k;
}

void
rep_know_free(struct rep_know *k)
{
	if (k == NULL)
		return;
	rep_automaton_free(k->automaton);
	rep_providers_free(k->providers);
	for (size_t i = 0; i < BY_CODE; i++)
		free(k->by_code[i].v);
	free(k->hooks);
	free(k->rules);
	rep_arena_free(k->a);
	free(k);
}

struct adding {
	struct rep_know *k;
	rep_problem_fn problem;
	void *ctx;
	size_t first; /* rules of this file start here */
	unsigned bad;
};

static void
pass_problem(void *ctx, const char *sentence)
{
	struct adding *a = ctx;

	if (a->problem != NULL)
		a->problem(a->ctx, sentence);
}

static enum rep_rc
add_rule(void *ctx, const struct rep_rule *r, struct rep_err *err)
{
	struct adding *add = ctx;
	struct rep_know *k = add->k;
	struct rep_rule *copy;
	char msg[400];
	size_t i;

	for (i = 0; i < k->n; i++)
		if (rep_str_eq(k->rules[i]->id, r->id))
			break;
	if (i < k->n && i >= add->first) {
		snprintf(msg, sizeof msg, "%s:%u:%u: rule %.*s stands on line %u already", r->file,
		    r->line, r->col, REP_PR(r->id), k->rules[i]->line);
		pass_problem(add, msg);
		add->bad++;
		return REP_OK;
	}
	if (k->n == k->cap) {
		size_t cap = k->cap == 0 ? 512 : k->cap * 2;
		const struct rep_rule **v = realloc(k->rules, cap * sizeof *v);

		if (v == NULL)
			return rep_fail(err, REP_EMEM, "out of memory for rules");
		k->rules = v;
		k->cap = cap;
	}
	if ((copy = rep_arena_alloc(k->a, sizeof *copy)) == NULL)
		return rep_fail(err, REP_ELIMIT, "out of memory for rules");
	*copy = *r;
	copy->order = (uint32_t)k->n;
	k->rules[i < k->n ? i : k->n++] = copy;
	return REP_OK;
}

enum rep_rc
rep_know_add(struct rep_know *k, const char *file, struct rep_str text, rep_problem_fn problem,
    void *ctx, unsigned *bad, struct rep_err *err)
{
	struct adding add = { k, problem, ctx, k->n, 0 };
	struct rep_str name = rep_arena_dup(k->a, rep_str_c(file));
	struct rep_str copy = rep_arena_dup(k->a, text);
	unsigned n = 0;
	enum rep_rc rc;

	if (name.p == NULL || copy.p == NULL)
		return rep_fail(err, REP_ELIMIT, "%s: too large", file);
	if (rep_str_ends(name, REP_S(".rules")))
		rc = rep_rules_parse(name.p, copy, k->a, add_rule, pass_problem, &add, &n, err);
	else if (rep_str_ends(name, REP_S(".providers")))
		rc = rep_providers_parse(k->providers, name.p, copy, pass_problem, &add, &n, err);
	else
		return rep_fail(err, REP_EUSAGE,
		    "%s: the name must end in .rules or .providers, to tell what it holds", file);
	if (rc == REP_OK && bad != NULL)
		*bad = n + add.bad;
	return rc;
}

struct first_problem {
	char text[400];
};

static void
keep_first(void *ctx, const char *sentence)
{
	struct first_problem *f = ctx;

	if (f->text[0] == '\0')
		snprintf(f->text, sizeof f->text, "%s", sentence);
}

enum rep_rc
rep_know_add_builtin(struct rep_know *k, struct rep_err *err)
{
	struct first_problem first = { "" };
	enum rep_rc rc;
	unsigned bad;

	for (size_t i = 0; i < rep_embedded_know_n; i++) {
		const struct rep_embedded *e = &rep_embedded_know[i];
		struct rep_str name = rep_str_c(e->name);

		if (!rep_str_ends(name, REP_S(".rules")) &&
		    !rep_str_ends(name, REP_S(".providers")))
			continue;
		rc = rep_know_add(
		    k, e->name, (struct rep_str){ e->text, e->n }, keep_first, &first, &bad, err);
		if (rc != REP_OK)
			return rc;
		if (bad > 0)
			return rep_fail(err, REP_ESYNTAX, "built in: %s", first.text);
	}
	return REP_OK;
}

/* --- rank ------------------------------------------------------------------------- */

enum { KIND_CODE = 1, KIND_ENHANCED, KIND_TEXT, KIND_TOKEN };

static unsigned
conditions(const struct rep_rule *r)
{
	return (unsigned)(r->codes_n > 0) + (r->enhs_n > 0) + (r->stages != 0) + (r->unless_n > 0);
}

/* speaker, then kind, then literal, then conditions: one number, larger wins. */
static uint32_t
rank(const struct rep_rule *r, unsigned kind, size_t weight)
{
	if (weight > 0xffff)
		weight = 0xffff;
	return (uint32_t)r->speaker << 28 | kind << 24 | (uint32_t)weight << 4 | conditions(r);
}

static unsigned
bare_kind(const struct rep_rule *r)
{
	return r->enhs_n > 0 ? KIND_ENHANCED : KIND_CODE;
}

/* A closer range of enhanced codes ranks before a wide one. */
static size_t
bare_weight(const struct rep_rule *r)
{
	size_t best = 0, w;

	for (size_t i = 0; i < r->enhs_n; i++) {
		const struct rep_enh_set *e = &r->enhs[i];

		w = (size_t)(e->class >= 0) + (e->subject >= 0 ? 4 : 0);
		if (e->detail_from >= 0)
			w += e->detail_from == e->detail_to ? 4 : 2;
		if (w > best)
			best = w;
	}
	for (size_t i = 0; i < r->codes_n; i++) {
		w = 0;
		for (int d = 0; d < 3; d++)
			w += r->codes[i].d[d] >= 0;
		if (r->enhs_n == 0 && w > best)
			best = w;
	}
	return best;
}

/* --- building ----------------------------------------------------------------------- */

static bool
chain_add(struct chain *c, const struct rep_rule *r)
{
	if (c->n == c->cap) {
		size_t cap = c->cap == 0 ? 8 : c->cap * 2;
		const struct rep_rule **v = realloc(c->v, cap * sizeof *v);

		if (v == NULL)
			return false;
		c->v = v;
		c->cap = cap;
	}
	c->v[c->n++] = r;
	return true;
}

static bool
index_bare(struct rep_know *k, const struct rep_rule *r)
{
	if (!chain_add(&k->by_code[0], r))
		return false;
	for (int code = 200; code < BY_CODE; code++)
		if ((r->codes_n == 0 || rep_code_in(r->codes, r->codes_n, code)) &&
		    !chain_add(&k->by_code[code], r))
			return false;
	return true;
}

enum rep_rc
rep_know_ready(struct rep_know *k, struct rep_err *err)
{
	struct rep_str *lit;
	uint32_t n = 0;
	enum rep_rc rc;
	size_t all = 0;

	for (size_t i = 0; i < k->n; i++)
		all += k->rules[i]->tokens_n + k->rules[i]->texts_n;
	k->hooks = calloc(all + 1, sizeof *k->hooks);
	lit = calloc(all + 1, sizeof *lit);
	if (k->hooks == NULL || lit == NULL) {
		free(lit);
		return rep_fail(err, REP_EMEM, "out of memory for rules");
	}
	for (size_t i = 0; i < k->n; i++) {
		const struct rep_rule *r = k->rules[i];

		for (size_t t = 0; t < r->tokens_n; t++) {
			lit[n] = r->tokens[t].folded;
			k->hooks[n++] = (struct hook){ r, &r->tokens[t], NULL };
		}
		for (size_t t = 0; t < r->texts_n; t++) {
			lit[n] = rep_pattern_literal(r->texts[t]);
			k->hooks[n++] = (struct hook){ r, NULL, r->texts[t] };
		}
		if (r->tokens_n + r->texts_n == 0 && !index_bare(k, r)) {
			free(lit);
			return rep_fail(err, REP_EMEM, "out of memory for rules");
		}
	}
	k->hooks_n = n;
	rc = rep_automaton_new(lit, n, &k->automaton, err);
	free(lit);
	return rc;
}

const struct rep_providers *
rep_know_providers(const struct rep_know *k)
{
	return k->providers;
}

size_t
rep_know_rules_n(const struct rep_know *k)
{
	return k->n;
}

const struct rep_rule *
rep_know_rule_at(const struct rep_know *k, size_t i)
{
	return k->rules[i];
}

const struct rep_rule *
rep_know_rule(const struct rep_know *k, struct rep_str id)
{
	for (size_t i = 0; i < k->n; i++)
		if (rep_str_eq(k->rules[i]->id, id))
			return k->rules[i];
	return NULL;
}

/* --- ties ------------------------------------------------------------------------------ */

static bool
codes_meet(const struct rep_rule *a, const struct rep_rule *b)
{
	if (a->codes_n == 0 || b->codes_n == 0)
		return true;
	for (int code = 200; code < BY_CODE; code++)
		if (rep_code_in(a->codes, a->codes_n, code) &&
		    rep_code_in(b->codes, b->codes_n, code))
			return true;
	return false;
}

static bool
enhs_meet(const struct rep_rule *a, const struct rep_rule *b)
{
	if (a->enhs_n == 0 || b->enhs_n == 0)
		return true;
	for (size_t i = 0; i < a->enhs_n; i++) {
		const struct rep_enh_set *e = &a->enhs[i];
		int from = e->detail_from < 0 ? 0 : e->detail_from;
		int to = e->detail_from < 0 ? 999 : e->detail_to;

		for (int class = 4; class <= 5; class ++)
			for (int d = from; d <= to; d++) {
				int enh[3] = { class, e->subject < 0 ? 0 : e->subject, d };

				if (rep_enh_in(e, 1, enh) && rep_enh_in(b->enhs, b->enhs_n, enh))
					return true;
			}
	}
	return false;
}

/* Whether the two look for one and the same thing. */
static bool
same_words(const struct rep_rule *a, const struct rep_rule *b)
{
	for (size_t i = 0; i < a->tokens_n; i++)
		for (size_t j = 0; j < b->tokens_n; j++)
			if (rep_str_eq(a->tokens[i].folded, b->tokens[j].folded))
				return true;
	for (size_t i = 0; i < a->texts_n; i++)
		for (size_t j = 0; j < b->texts_n; j++)
			if (rep_pattern_weight(a->texts[i]) == rep_pattern_weight(b->texts[j]) &&
			    rep_str_eq(rep_pattern_literal(a->texts[i]),
				rep_pattern_literal(b->texts[j])) &&
			    rep_pattern_match(a->texts[i], rep_pattern_literal(b->texts[j]), NULL))
				return true;
	return a->tokens_n + a->texts_n + b->tokens_n + b->texts_n == 0 &&
	    bare_kind(a) == bare_kind(b) && bare_weight(a) == bare_weight(b);
}

unsigned
rep_know_ties(const struct rep_know *k, rep_problem_fn problem, void *ctx)
{
	unsigned n = 0;
	char msg[400];

	for (size_t i = 0; i < k->n; i++)
		for (size_t j = i + 1; j < k->n; j++) {
			const struct rep_rule *a = k->rules[i], *b = k->rules[j];

			if (a->speaker != b->speaker || conditions(a) != conditions(b) ||
			    (a->speaker == REP_SPEAKER_PROVIDER &&
				!rep_str_eq(a->speaker_id, b->speaker_id)) ||
			    (a->stages != 0 && b->stages != 0 && (a->stages & b->stages) == 0) ||
			    !same_words(a, b) || !codes_meet(a, b) || !enhs_meet(a, b))
				continue;
			n++;
			snprintf(msg, sizeof msg,
			    "%s:%u:%u: rule %.*s ties with %.*s (%s:%u); the first of them wins",
			    b->file, b->line, b->col, REP_PR(b->id), REP_PR(a->id), a->file,
			    a->line);
			problem(ctx, msg);
		}
	return n;
}

/* --- reading a reply -------------------------------------------------------------------- */

struct search {
	const struct rep_know *k;
	const struct rep_provider *provider;
	bool host_known;
	const struct rep_smtp_reply *reply;
	struct rep_str text; /* folded */
	const struct rep_rule *best;
	const struct hook *by;
	uint32_t rank;
};

/* Without a reply code the class of the enhanced code stands for its first digit. */
static bool
code_fits(const struct rep_rule *r, const struct rep_smtp_reply *y)
{
	if (y->code != 0)
		return rep_code_in(r->codes, r->codes_n, y->code);
	if (y->enh[0] == 0)
		return true;
	for (size_t i = 0; i < r->codes_n; i++)
		if (r->codes[i].d[0] < 0 || r->codes[i].d[0] == y->enh[0])
			return true;
	return false;
}

/* Whether the rule's speaker may be this one, and its conditions hold. */
static bool
applies(const struct search *s, const struct rep_rule *r, bool by_token)
{
	const struct rep_smtp_reply *y = s->reply;

	if (y->own != (r->speaker == REP_SPEAKER_OWN))
		return false;
	if (r->speaker == REP_SPEAKER_PROVIDER) {
		if (s->provider != NULL ? !rep_str_eq(s->provider->id, r->speaker_id)
					: s->host_known || !by_token)
			return false;
	}
	if (r->codes_n > 0 && !code_fits(r, y))
		return false;
	if (r->enhs_n > 0) {
		if (y->enh[0] == 0 ? r->tokens_n + r->texts_n == 0
				   : !rep_enh_in(r->enhs, r->enhs_n, y->enh))
			return false;
	}
	if (r->stages != 0 && y->stage != REP_STAGE_NONE && (r->stages & 1u << y->stage) == 0)
		return false;
	for (size_t i = 0; i < r->unless_n; i++)
		if (rep_pattern_match(r->unless[i], s->text, NULL))
			return false;
	return true;
}

static void
offer(struct search *s, const struct rep_rule *r, uint32_t rk, const struct hook *by)
{
	if (s->best != NULL && rk < s->rank)
		return;
	/* Equal: within a file the earlier, of two files the later (the user's). */
	if (s->best != NULL && rk == s->rank &&
	    (r == s->best || (r->file == s->best->file) == (r->order > s->best->order)))
		return;
	s->best = r;
	s->rank = rk;
	s->by = by;
}

/* The token stands there in full, and not within a longer run of letters and digits. */
static bool
token_at(struct rep_str t, struct rep_str token, size_t at)
{
	if (t.n - at < token.n || memcmp(t.p + at, token.p, token.n) != 0)
		return false;
	if (at > 0 && rep_alnum(token.p[0]) && rep_alnum(t.p[at - 1]))
		return false;
	return at + token.n == t.n || !rep_alnum(token.p[token.n - 1]) ||
	    !rep_alnum(t.p[at + token.n]);
}

static void
on_hit(void *ctx, uint32_t literal, size_t end)
{
	struct search *s = ctx;
	const struct hook *h = &s->k->hooks[literal];
	const struct rep_rule *r = h->rule;
	uint32_t rk;
	size_t n;

	if (h->token != NULL) {
		rk = rank(r, KIND_TOKEN, h->token->folded.n);
		if (s->best != NULL && rk < s->rank)
			return;
		n = h->token->folded.n < REP_AUTOMATON_MAX ? h->token->folded.n : REP_AUTOMATON_MAX;
		if (token_at(s->text, h->token->folded, end - n) && applies(s, r, true))
			offer(s, r, rk, h);
		return;
	}
	rk = rank(r, KIND_TEXT, rep_pattern_weight(h->pattern));
	if (s->best != NULL && (rk < s->rank || (s->best == r && rk == s->rank)))
		return;
	if (applies(s, r, false) && rep_pattern_match(h->pattern, s->text, NULL))
		offer(s, r, rk, h);
}

static void
bare_rules(struct search *s)
{
	int code = s->reply->code;
	const struct chain *c = &s->k->by_code[code >= 200 && code < BY_CODE ? code : 0];

	for (size_t i = 0; i < c->n; i++) {
		const struct rep_rule *r = c->v[i];
		uint32_t rk = rank(r, bare_kind(r), bare_weight(r));

		if ((s->best == NULL || rk > s->rank) && (code != 0 || r->enhs_n > 0) &&
		    applies(s, r, false))
			offer(s, r, rk, NULL);
	}
}

/* Captures of the winner, cut from the text as it was before folding. */
static void
cut_captures(const struct search *s, struct rep_reading *out)
{
	const struct rep_rule *r = s->best;
	struct rep_captures caps = { 0 };
	struct rep_str token;

	if (s->by != NULL && s->by->pattern != NULL)
		(void)rep_pattern_match(s->by->pattern, s->text, &caps);
	for (size_t i = 0; i < r->captures_n; i++)
		(void)rep_pattern_match(r->captures[i], s->text, &caps);
	for (int c = 0; c < REP_CAPTURE_N; c++) {
		size_t from = caps.v[c].from, n = caps.v[c].n;

		if (n == 0)
			continue;
		from = out->folded.at[from];
		n = out->folded.at[caps.v[c].from + n - 1] + 1u - from;
		out->capture[c] = rep_str_sub(out->reply.text, from, n);
	}
	if (out->capture[REP_CAPTURE_CODE].n == 0 && s->by != NULL && s->by->token != NULL) {
		token = s->by->token->as_written;
		if (token.n > 2 && (token.p[0] == '[' || token.p[0] == '('))
			token = rep_str_sub(token, 1, token.n - 2);
		if (rep_str_chr(token, ' ', 0) == SIZE_MAX)
			out->capture[REP_CAPTURE_CODE] = token;
	}
}

void
rep_know_read_reply(const struct rep_know *k, const struct rep_provider *provider, bool host_known,
    const struct rep_smtp_reply *reply, struct rep_reading *out)
{
	struct search s = {
		.k = k, .provider = provider, .host_known = host_known, .reply = reply
	};

	out->reply = *reply;
	out->provider = provider;
	out->rule = NULL;
	out->class = REP_CLASS_UNKNOWN;
	out->scope = REP_SCOPE_NONE;
	out->certain = false;
	memset(out->capture, 0, sizeof out->capture);
	if (reply->code >= 200 && reply->code < 300) {
		out->class = REP_CLASS_ACCEPTED;
		out->certain = true;
		return;
	}
	rep_fold(reply->text, reply->code, reply->multi, &out->folded);
	s.text = (struct rep_str){ out->folded.p, out->folded.n };
	rep_automaton_scan(k->automaton, s.text, on_hit, &s);
	bare_rules(&s);
	if (s.best == NULL)
		return;
	out->rule = s.best;
	out->class = s.best->class;
	out->scope = s.best->scope;
	out->certain = s.best->certain && (host_known || s.best->speaker == REP_SPEAKER_OWN);
	if (provider == NULL && !host_known && s.best->speaker == REP_SPEAKER_PROVIDER)
		out->provider = rep_provider_by_id(k->providers, s.best->speaker_id);
	cut_captures(&s, out);
}

void
rep_know_read(
    const struct rep_know *k, struct rep_str host, struct rep_str text, struct rep_reading *out)
{
	struct rep_smtp_reply reply;

	rep_smtp_reply_find(text, &reply);
	if (host.n == 0)
		host = reply.host;
	reply.host = host;
	rep_know_read_reply(k, host.n == 0 ? NULL : rep_provider_by_host(k->providers, host),
	    host.n > 0, &reply, out);
}
