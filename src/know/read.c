/*
 * Reads a reply: one pass over its text, then the best of the rules that may apply.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "know/inside.h"

struct search {
	const struct rep_know *k;
	const struct rep_provider *provider;
	bool host_known;
	const struct rep_smtp_reply *reply;
	struct rep_str text; /* folded */
	const struct rep_rule *best;
	const struct hook *by;
	uint32_t rank;
	unsigned last; /* speakers with a higher number cannot count */
	unsigned who;  /* the provider's number; ANYBODY: none, or without rules */
	bool
	    elsewhere; /* a word was seen that names a provider, and the host is not known as its */
};

/* Without a reply code, the class of the enhanced code is compared with the first digit. */
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

/* Whether the text has these literals. */
static bool
all_met(const struct rep_know *k, uint32_t needs, uint32_t n)
{
	const uint32_t *v = k->needs + needs;

	for (uint32_t i = 0; i < n; i++)
		if (k->scratch->met[v[i]].any != k->scratch->now)
			return false;
	return true;
}

/* Whether the rule's speaker can have sent this reply, and the rule's conditions hold. */
static bool
applies(const struct search *s, const struct rep_rule *r, bool by_name)
{
	const struct rep_smtp_reply *y = s->reply;

	if (y->own != (r->speaker == REP_SPEAKER_OWN))
		return false;
	if (r->speaker == REP_SPEAKER_PROVIDER) {
		if (s->provider != NULL ? !rep_str_eq(s->provider->id, r->speaker_id)
					: s->host_known || !by_name)
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
	for (uint32_t i = 0; i < r->unless_n; i++) {
		const struct hook *h = &s->k->hooks[r->unless_hook + i];

		if (all_met(s->k, h->needs, h->needs_n) &&
		    rep_pattern_match(r->unless[i], s->text, NULL))
			return false;
	}
	return true;
}

/* Equal rank: in one file the earlier rule wins, of two files the later (the user's). */
static bool
before(const struct rep_know *k, struct candidate a, struct candidate b)
{
	const struct rep_rule *x, *y;

	if (a.rank != b.rank)
		return a.rank > b.rank;
	x = k->hooks[a.hook].rule;
	y = k->hooks[b.hook].rule;
	return x->file == y->file ? x->order < y->order : x->order > y->order;
}

/*
 * If the list is full, the text was made to match everything. Then the worst one is dropped, so the
 * best is never lost.
 */
static void
candidate(const struct rep_know *k, struct candidate c)
{
	struct scratch *sc = k->scratch;
	size_t worst = 0;

	if (sc->n < MAX_CANDIDATES) {
		sc->candidates[sc->n++] = c;
		return;
	}
	for (size_t i = 1; i < sc->n; i++)
		if (before(k, sc->candidates[worst], sc->candidates[i]))
			worst = i;
	if (before(k, c, sc->candidates[worst]))
		sc->candidates[worst] = c;
}

/* Notes a literal. A pattern only needs to know that it occurs, a token that it is a whole word. */
static void
on_hit(void *ctx, uint32_t literal, size_t start)
{
	const struct search *s = ctx;
	struct scratch *sc = s->k->scratch;
	struct met *met = &sc->met[literal];
	size_t token_n = s->k->token_n[literal];

	if (met->any != sc->now) {
		met->any = sc->now;
		sc->literals[sc->literals_n++] = literal;
	}
	if (token_n > 0 && met->whole != sc->now && rep_whole_word(s->text, start, start + token_n))
		met->whole = sc->now;
}

/* The hooks that this literal is the anchor of: those that have all they need become candidates. */
static void
anchored(struct search *s, uint32_t literal)
{
	const struct rep_know *k = s->k;
	bool whole = k->scratch->met[literal].whole == k->scratch->now;

	for (uint32_t u = k->uses_of[literal]; u < k->uses_of[literal + 1]; u++) {
		const struct use *use = &k->uses[u];
		bool other = use->who >= FIRST_PROVIDER && use->who != s->who;

		if (use->who > s->last)
			return;
		if (s->reply->own != (use->who == OWN) ||
		    (other && (s->provider != NULL || !use->always)))
			continue;
		if (use->token ? !whole : !all_met(k, use->needs, use->needs_n))
			continue;
		if (other && s->host_known)
			s->elsewhere = true;
		else
			candidate(k, (struct candidate){ use->hook, use->rank });
	}
}

/* Tries the candidates, best rank first, until one matches. */
static void
try_candidates(struct search *s)
{
	struct scratch *sc = s->k->scratch;

	while (sc->n > 0) {
		size_t best = 0;
		const struct hook *h;

		for (size_t i = 1; i < sc->n; i++)
			if (before(s->k, sc->candidates[i], sc->candidates[best]))
				best = i;
		h = &s->k->hooks[sc->candidates[best].hook];
		sc->candidates[best] = sc->candidates[--sc->n];
		if (!applies(s, h->rule, h->token != NULL || rep_pattern_names(h->pattern)))
			continue;
		if (h->pattern != NULL && !rep_pattern_match(h->pattern, s->text, NULL))
			continue;
		s->best = h->rule;
		s->rank = h->rank;
		s->by = h;
		return;
	}
}

/* The bytes of a rank that tell how much of the text was recognised (rep_rule_rank). */
static uint32_t
weight_of(uint32_t rank)
{
	return rank >> 4 & 0xffff;
}

/*
 * Whether words of any host tell of another class too, at half the length at least. The longer ones won,
 * but the reply leaves open which of the two is meant. Words that are part of the longer ones tell
 * nothing more ("invalid sender" in "invalid sender domain").
 */
static bool
contested(const struct search *s)
{
	const struct scratch *sc = s->k->scratch;
	struct rep_str won;

	if (s->best->speaker != REP_SPEAKER_ANY || s->by == NULL || s->by->pattern == NULL)
		return false;
	won = rep_pattern_literal(s->by->pattern);
	for (size_t i = 0; i < sc->n; i++) {
		const struct hook *h = &s->k->hooks[sc->candidates[i].hook];

		if (weight_of(h->rank) * 2 >= weight_of(s->rank) && h->pattern != NULL &&
		    h->rule->class != s->best->class && h->rule->class != REP_CLASS_UNKNOWN &&
		    h->rule->speaker == REP_SPEAKER_ANY && applies(s, h->rule, false) &&
		    rep_pattern_match(h->pattern, s->text, NULL) &&
		    !rep_pattern_match(h->pattern, won, NULL))
			return true;
	}
	return false;
}

static void
bare_chain(struct search *s, const struct chain *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (s->best != NULL && c->v[i].rank <= s->rank)
			return;
		if (c->v[i].who >= FIRST_PROVIDER && c->v[i].who != s->who)
			continue;
		if (!applies(s, c->v[i].rule, false))
			continue;
		s->best = c->v[i].rule;
		s->rank = c->v[i].rank;
		s->by = NULL;
		return;
	}
}

static void
bare_rules(struct search *s)
{
	int code = s->reply->code;

	if (s->reply->enh[0] != 0)
		bare_chain(s, &s->k->by_subject[rep_subject_slot(s->reply->enh[1])]);
	if (code >= 200 && code < BY_CODE)
		bare_chain(s, &s->k->by_code[code]);
}

/* Cuts the captures of the winning rule from the text before folding. */
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
		if (rep_str_chr(token, ' ', 0) == SIZE_MAX &&
		    rep_str_chr(token, '@', 0) == SIZE_MAX &&
		    (rep_str_chr(token, '.', 0) == SIZE_MAX || rep_digit(token.p[0])))
			out->capture[REP_CAPTURE_CODE] = token;
	}
}

/* Marks are numbers of readings. When the counter wraps around, old marks must be deleted. */
static void
next_reading(const struct rep_know *k)
{
	struct scratch *sc = k->scratch;

	if (++sc->now == 0) {
		memset(sc->met, 0, k->literals_n * sizeof *sc->met);
		sc->now = 1;
	}
	sc->literals_n = 0;
	sc->n = 0;
}

/* One pass over the text, and the best rule of those that it showed. */
static void
look(struct search *s)
{
	const struct rep_know *k = s->k;

	s->best = NULL;
	s->by = NULL;
	s->rank = 0;
	s->who = s->provider == NULL ? ANYBODY
				     : k->who_of[s->provider - rep_providers_at(k->providers, 0)];
	s->last = s->reply->own ? OWN : s->provider != NULL ? s->who : UINT16_MAX;
	next_reading(k);
	rep_finder_scan(k->finder, s->text, on_hit, s);
	for (size_t i = 0; i < k->scratch->literals_n; i++)
		anchored(s, k->scratch->literals[i]);
	try_candidates(s);
	bare_rules(s);
}

/*
 * The provider is not known, and the words fit no rule, or only a rule of any host. Without a host,
 * words that the replies of one provider have in common (`says`) name it. A host that nobody knows is
 * no worse than none: when nothing but the status code fits, a word that one provider alone uses
 * counts here too. True when that found a rule.
 */
static bool
look_by_words(struct search *s)
{
	struct search again = *s;

	if (s->reply->own || s->provider != NULL)
		return false;
	if (s->host_known) {
		if (!s->elsewhere || s->by != NULL)
			return false;
		again.host_known = false;
	} else {
		if (s->best != NULL && s->best->speaker == REP_SPEAKER_PROVIDER)
			return false;
		again.provider = rep_provider_by_words(s->k->providers, s->reply->text);
		if (again.provider == NULL)
			return false;
	}
	look(&again);
	if (again.best == NULL || (s->host_known && again.best->speaker != REP_SPEAKER_PROVIDER))
		return false;
	*s = again;
	return true;
}

void
rep_know_read_reply(const struct rep_know *k, const struct rep_provider *provider, bool host_known,
    const struct rep_smtp_reply *reply, struct rep_reading *out)
{
	struct search s = {
		.k = k, .provider = provider, .host_known = host_known, .reply = reply
	};
	bool by_words;

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
	look(&s);
	by_words = look_by_words(&s);
	if (s.best == NULL)
		return;
	out->rule = s.best;
	out->class = s.best->class;
	out->scope = s.best->scope;
	out->certain = s.best->certain && !by_words &&
	    (host_known || s.best->speaker == REP_SPEAKER_OWN) && !contested(&s);
	if (provider == NULL && !host_known)
		out->provider = s.best->speaker == REP_SPEAKER_PROVIDER
		    ? rep_provider_by_id(k->providers, s.best->speaker_id)
		    : s.provider;
	cut_captures(&s, out);
}

void
rep_know_read(
    const struct rep_know *k, struct rep_str host, struct rep_str text, struct rep_reading *out)
{
	const struct rep_provider *provider;
	struct rep_smtp_reply reply;
	bool said;

	rep_smtp_reply_find(text, &reply);
	said = reply.own && host.n > 0 && reply.host.n == 0;
	if (host.n == 0)
		host = reply.host;
	reply.host = host;
	provider = host.n == 0 ? NULL : rep_provider_by_host(k->providers, host);
	rep_know_read_reply(k, provider, host.n > 0, &reply, out);
	/*
	 * No code and no words of our own server: it is somebody else's reply. The host counts only
	 * if the caller gave it.
	 */
	if (reply.own && out->rule == NULL) {
		reply.own = false;
		if (!said)
			reply.host = (struct rep_str){ "", 0 };
		rep_know_read_reply(k, said ? provider : NULL, said, &reply, out);
	}
}
