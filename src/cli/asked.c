/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/asked.h"
#include "judge/index.h"
#include "judge/named.h"

#include <stdio.h>

/* --- providers, as people call them ------------------------------------------------------------- */

static void
add_provider(struct rep_asked *a, const struct rep_provider *p)
{
	for (size_t n = 0; n < a->providers_n; n++)
		if (a->providers[n] == p)
			return;
	if (p != NULL && a->providers_n < REP_ASKED_PROVIDERS)
		a->providers[a->providers_n++] = p;
}

/* Whether the word is one of the words of a name: "outlook" of "Microsoft (Outlook.com, Hotmail)". */
static bool
is_word_of(struct rep_str name, struct rep_str word)
{
	for (size_t i = 0, end; i < name.n; i = end + 1) {
		struct rep_str w;
		size_t dot;

		for (end = i; end < name.n && name.p[end] != ' ' && name.p[end] != ',' &&
		     name.p[end] != '(' && name.p[end] != ')';)
			end++;
		w = rep_str_sub(name, i, end - i);
		dot = rep_str_chr(w, '.', 0);
		if (w.n >= 3 &&
		    (rep_str_eq_nocase(w, word) ||
			(dot != SIZE_MAX && rep_str_eq_nocase(rep_str_sub(w, 0, dot), word))))
			return true;
	}
	return false;
}

/* "gmail" for gmail.com: a domain that the provider's mail goes to, without its last part. */
static bool
is_domain_of(const struct rep_provider *p, struct rep_str word)
{
	for (size_t k = 0; k < p->hold_n; k++) {
		struct rep_str d = p->hold[k];
		size_t dot = rep_str_chr(d, '.', 0);

		if (rep_str_eq_nocase(d, word) ||
		    (dot != SIZE_MAX && rep_str_eq_nocase(rep_str_sub(d, 0, dot), word)))
			return true;
	}
	return false;
}

static bool
is_called(const struct rep_provider *p, struct rep_str word)
{
	return rep_str_eq_nocase(p->id, word) || is_word_of(p->in_sentence, word) ||
	    is_word_of(p->name, word) || is_domain_of(p, word) ||
	    (rep_str_starts_nocase(p->id, word) && p->id.n > word.n && p->id.p[word.n] == '-');
}

static void
find_providers(struct rep_asked *a)
{
	const struct rep_providers *all = rep_know_providers(a->s->in.know);

	add_provider(a, rep_provider_by_id(all, a->word));
	if (a->providers_n > 0)
		return;
	add_provider(a, rep_provider_by_domain(all, a->word));
	if (rep_str_chr(a->word, '.', 0) != SIZE_MAX)
		add_provider(a, rep_provider_by_host(all, a->word));
	if (a->word.n >= 3)
		for (size_t n = 0; n < rep_providers_n(all); n++)
			if (is_called(rep_providers_at(all, n), a->word))
				add_provider(a, rep_providers_at(all, n));
}

/* --- codes --------------------------------------------------------------------------------------- */

static bool
has_code(const struct rep_rule *r, struct rep_str word)
{
	size_t dot = rep_str_chr(r->id, '.', 0);

	if (rep_str_eq_nocase(r->id, word) ||
	    (dot != SIZE_MAX && rep_str_eq_nocase(rep_str_sub(r->id, dot + 1, r->id.n), word)))
		return true;
	for (size_t n = 0; n < r->tokens_n; n++) {
		struct rep_str t = r->tokens[n].as_written;

		if (t.n > 2 && (t.p[0] == '[' || t.p[0] == '('))
			t = rep_str_sub(t, 1, t.n - 2);
		if (rep_str_eq_nocase(t, word))
			return true;
	}
	return false;
}

static bool
is_code(const struct rep_asked *a)
{
	for (size_t n = 0; n < rep_know_rules_n(a->s->in.know); n++)
		if (has_code(rep_know_rule_at(a->s->in.know, n), a->word))
			return true;
	return false;
}

/* --- what was read ---------------------------------------------------------------------------------- */

static bool
is_source(const struct rep_asked *a, uint32_t label)
{
	const struct rep_judge_in *in = &a->s->in;
	struct rep_str name = rep_name(&in->names, label);
	char ip[REP_IP_TEXT];

	return rep_str_eq_nocase(a->word, rep_source_text(in, label, ip)) ||
	    rep_str_eq_nocase(a->word, name) ||
	    (rep_str_ends(name, a->word) && name.n > a->word.n &&
		name.p[name.n - a->word.n - 1] == '/') ||
	    (a->named && rep_index_by_bounces(a->s->verdicts.index, label));
}

/* The address that bounces name, when nothing else was read. */
static bool
is_named(const struct rep_asked *a)
{
	const struct rep_verdicts *v = &a->s->verdicts;
	struct rep_ip asked, ip;

	if (!rep_ip_parse(a->word, &asked))
		return false;
	for (size_t n = 0; n < v->in->wordings_n; n++)
		if (rep_named_in(v, &v->in->wordings[n], &ip) && rep_ip_eq(&ip, &asked))
			return true;
	return false;
}

/* A small host is meant by its domain, or by the name of one of its hosts. */
static bool
is_host_name(const struct rep_asked *a, struct rep_str d)
{
	return d.n > 0 &&
	    (rep_str_eq_nocase(a->word, d) || rep_str_eq_nocase(rep_registered_domain(a->word), d));
}

static bool
is_host(const struct rep_asked *a, uint32_t provider_domain)
{
	return is_host_name(a, rep_name(&a->s->in.names, provider_domain));
}

static bool
is_provider_id(const struct rep_asked *a, struct rep_str id)
{
	for (size_t n = 0; n < a->providers_n; n++)
		if (rep_str_eq(a->providers[n]->id, id))
			return true;
	return a->other && rep_str_eq(id, REP_S("other"));
}

static bool
is_provider(const struct rep_asked *a, uint32_t provider)
{
	return is_provider_id(a, rep_name(&a->s->in.names, provider));
}

bool
rep_asked_provider(const struct rep_asked *a, struct rep_str provider, struct rep_str domain)
{
	return is_provider_id(a, provider) || is_host_name(a, domain);
}

static bool
is_cell(const struct rep_asked *a, const struct rep_cell_key *k)
{
	return is_provider(a, k->provider) || is_source(a, k->label) ||
	    is_host(a, k->provider_domain) ||
	    rep_str_eq_nocase(a->word, rep_name(&a->s->in.names, k->route));
}

/* Whether anything that was read is about the word. */
static bool
was_read(const struct rep_asked *a)
{
	for (size_t n = 0; n < a->s->in.obs_n; n++) {
		struct rep_cell_key k = rep_cell_key_of(&a->s->in.obs[n]);
		struct rep_cell_key before = { 0 };

		if (n > 0)
			before = rep_cell_key_of(&a->s->in.obs[n - 1]);
		if ((n == 0 || rep_cell_key_cmp(&k, &before) != 0) && is_cell(a, &k))
			return true;
	}
	return false;
}

static bool
is_code_of(const struct rep_asked *a, uint32_t rule)
{
	const struct rep_rule *r = rep_know_rule(a->s->in.know, rep_name(&a->s->in.names, rule));

	return a->code && r != NULL && has_code(r, a->word);
}

/* --- the nearest word -------------------------------------------------------------------------------- */

enum { WORDS_MAX = 1024 };

static void
suggest(struct rep_asked *a)
{
	const struct rep_providers *all = rep_know_providers(a->s->in.know);
	const struct rep_names *names = &a->s->in.names;
	const char *v[WORDS_MAX];
	size_t n = 0;
	const char *near;

	if (a->word.n < 4) /* everything is near a short word */
		return;
	for (size_t i = 0; i < rep_providers_n(all) && n + 2 < WORDS_MAX; i++) {
		const struct rep_provider *p = rep_providers_at(all, i);

		v[n++] = rep_arena_dup(a->s->arena, p->id).p;
		for (size_t k = 0; k < p->hold_n && n < WORDS_MAX; k++) {
			size_t dot = rep_str_chr(p->hold[k], '.', 0);

			v[n++] = rep_arena_dup(a->s->arena, rep_str_sub(p->hold[k], 0, dot)).p;
		}
	}
	for (size_t c = 0; c < a->s->verdicts.cells_n && n < WORDS_MAX; c++) {
		struct rep_str d = rep_name(names, a->s->verdicts.cells[c].key.provider_domain);

		if (d.n > 0)
			v[n++] = rep_arena_dup(a->s->arena, d).p;
	}
	near = rep_word_nearest(a->word, v, n);
	if (near != NULL)
		snprintf(a->near, sizeof a->near, "%s", near);
}

/* --- the question ------------------------------------------------------------------------------------ */

bool
rep_asked_parse(struct rep_asked *a, const struct rep_verdict_set *s, struct rep_str word)
{
	uint64_t number;

	*a = (struct rep_asked){ .s = s, .word = word };
	if (word.n == 0)
		return true;
	if (rep_str_u64(word, INT64_MAX, &number)) {
		a->incident = (int64_t)number;
		for (size_t n = 0; n < s->verdicts.incidents_n; n++)
			if (s->verdicts.incidents[n].id == a->incident)
				return true;
		a->code = is_code(a); /* "102" is a code of some */
		return a->code;
	}
	a->other = rep_str_eq_nocase(word, REP_S("other"));
	a->named = is_named(a);
	find_providers(a);
	a->code = is_code(a);
	if (a->other || a->providers_n > 0 || a->code || was_read(a))
		return true;
	suggest(a);
	return false;
}

bool
rep_asked_incident(const struct rep_asked *a, const struct rep_incident *i)
{
	if (a->word.n == 0)
		return true;
	if (a->incident != 0 && !a->code)
		return i->id == a->incident;
	return is_cell(a, &a->s->verdicts.cells[i->cell].key) || is_code_of(a, i->rule);
}

bool
rep_asked_row(const void *ctx, const struct rep_seen_row *r)
{
	const struct rep_asked *a = ctx;

	if (a->word.n == 0 || a->named)
		return true;
	if (a->incident != 0 && !a->code)
		return false;
	if (is_provider(a, r->provider) || is_code_of(a, r->rule))
		return true;
	for (size_t k = 0; k < REP_SEEN_HOSTS && r->hosts[k].n > 0; k++)
		if (is_host(a, r->hosts[k].domain))
			return true;
	return false;
}

void
rep_asked_counts(const struct rep_asked *a, uint64_t *attempts, uint64_t *accepted)
{
	*attempts = *accepted = 0;
	for (size_t n = 0; n < a->s->verdicts.cells_n; n++) {
		const struct rep_cell *c = &a->s->verdicts.cells[n];

		if (a->word.n > 0 && !is_cell(a, &c->key))
			continue;
		for (int t = REP_STATUS_SENT; t <= REP_STATUS_EXPIRED; t++)
			*attempts += c->count[t];
		*accepted += c->classes[REP_CLASS_ACCEPTED];
	}
}
