/*
 * `reputed explain`: a reply, a code or a topic. A reply comes first: when a rule matches the
 * words, they are read as a reply of a server. Only words that no rule matches are looked for in
 * the guides.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "cli/cli.h"
#include "cli/guide_page.h"
#include "cli/out.h"

#include <stdio.h>

enum { LABEL = 8, INDENT = 2 + LABEL + 1, COLUMN = 23 };

static struct rep_str
who(const struct rep_know *k, const struct rep_rule *r)
{
	const struct rep_provider *p = rep_provider_by_id(rep_know_providers(k), r->speaker_id);

	if (r->speaker == REP_SPEAKER_PROVIDER)
		return p != NULL ? p->in_sentence : r->speaker_id;
	if (r->speaker == REP_SPEAKER_SOFTWARE)
		return r->speaker_id;
	return r->speaker == REP_SPEAKER_OWN ? REP_S("your own mail server")
					     : REP_S("any mail server");
}

/* What a refusal is about, for people. The word of the rule language follows in brackets. */
static const char *
about(enum rep_scope s)
{
	static const char *const text[REP_SCOPE_N] = {
		[REP_SCOPE_SOURCE] = "the sending address",
		[REP_SCOPE_SOURCE_OR_SUBNET] = "the sending address or the network around it",
		[REP_SCOPE_SUBNET] = "the network around the sending address",
		[REP_SCOPE_RANGE] = "the whole range that the sending address is in",
		[REP_SCOPE_DOMAIN] = "the sender's domain",
		[REP_SCOPE_ROUTE] = "the relay",
		[REP_SCOPE_MESSAGE] = "this message",
		[REP_SCOPE_URL] = "a link in the message",
		[REP_SCOPE_RECIPIENT] = "this recipient",
		[REP_SCOPE_SESSION] = "this connection",
		[REP_SCOPE_PROVIDER] = "the receiver itself",
	};

	return (unsigned)s < REP_SCOPE_N ? text[s] : NULL;
}

/* Whether to try again, for people. */
static const char *
trying_again(enum rep_retry r)
{
	static const char *const text[REP_RETRY_N] = {
		[REP_RETRY_RETRY] = "yes",
		[REP_RETRY_SLOWER] = "yes, but send more slowly",
		[REP_RETRY_NOT_THIS_PATH] = "not from here",
		[REP_RETRY_NEVER] = "no",
		[REP_RETRY_FIX_FIRST] = "only when the cause is fixed",
	};

	return (unsigned)r < REP_RETRY_N ? text[r] : NULL;
}

static void
tell(struct rep_buf *b, const struct rep_know *k, const struct rep_rule *r)
{
	const char *scope = about(r->scope), *advice = trying_again(r->retry);
	char span[REP_TIME_TEXT] = "", again[160], reads[160];

	rep_buf_printf(b, "%s%.*s%s\n", rep_paint(REP_BOLD), REP_PR(r->id), rep_unpaint());
	rep_out_field(b, "means", LABEL, r->meaning);
	rep_out_field(b, "do", LABEL, r->remedy);
	rep_out_field(b, "write", LABEL, r->letter);
	if (scope != NULL)
		snprintf(reads, sizeof reads, "%s; about %s", rep_class_word(r->class), scope);
	else
		snprintf(reads, sizeof reads, "%s", rep_class_word(r->class));
	rep_out_field(b, "class", LABEL, rep_str_c(reads));
	if (advice != NULL) {
		if (r->retry_after_s > 0)
			rep_time_span(r->retry_after_s, span);
		snprintf(
		    again, sizeof again, "%s%s%s", advice, span[0] != '\0' ? ", after " : "", span);
		rep_out_field(b, "retry", LABEL, rep_str_c(again));
	}
	if (r->ends_s > 0) {
		rep_time_span(r->ends_s, span);
		snprintf(
		    again, sizeof again, "by itself, at most %s after its cause has stopped", span);
		rep_out_field(b, "ends", LABEL, rep_str_c(again));
	}
	rep_out_field(b, "ask at", LABEL, r->url);
	rep_out_field(b, "said by", LABEL, who(k, r));
	rep_buf_add(b, REP_S("  known    "));
	rep_out_wrap(b, r->source, INDENT, INDENT);
	rep_buf_add(
	    b, r->certain ? REP_S("\n") : REP_S("\n           (uncertain: nobody confirmed it)\n"));
}

static void
tell_json(struct rep_json *j, const struct rep_rule *r, const struct rep_guide *g)
{
	rep_json_obj(j, NULL);
	rep_json_str(j, "rule", r->id);
	rep_json_cstr(j, "class", rep_class_word(r->class));
	rep_json_cstr(j, "scope", rep_scope_word(r->scope));
	rep_json_cstr(j, "retry", rep_retry_word(r->retry));
	rep_json_str(j, "meaning", r->meaning);
	rep_json_str_or_null(j, "remedy", r->remedy);
	rep_json_str_or_null(j, "url", r->url);
	rep_json_str(j, "source", r->source);
	rep_json_bool(j, "certain", r->certain);
	rep_guide_json(j, "guide", g);
	rep_json_end_obj(j);
}

/* True when the code is one of the rule's tokens, or the last part of its name. */
static bool
of_code(const struct rep_rule *r, struct rep_str code)
{
	size_t dot = rep_str_chr(r->id, '.', 0);

	for (size_t t = 0; t < r->tokens_n; t++) {
		struct rep_str w = r->tokens[t].as_written;

		if (rep_str_eq_nocase(w, code) ||
		    (w.n == code.n + 2 && rep_str_eq_nocase(rep_str_sub(w, 1, code.n), code)))
			return true;
	}
	return rep_str_eq_nocase(r->id, code) ||
	    (dot != SIZE_MAX && rep_str_eq_nocase(rep_str_sub(r->id, dot + 1, r->id.n), code));
}

/* True for rules that name exactly this enhanced code ("5.7.515"), not a wide range around it. */
static bool
of_enhanced(const struct rep_rule *r, const int enh[3])
{
	for (size_t e = 0; e < r->enhs_n; e++)
		if (rep_enh_in(&r->enhs[e], 1, enh) && r->enhs[e].detail_from >= 0 &&
		    r->enhs[e].class >= 0)
			return true;
	return false;
}

struct found {
	const struct rep_rule *v[24];
	size_t n;
};

/*
 * What is in the text of every rule that find_named may find: the end of its name or token, or how
 * its enhanced code begins ("5.7."). "": nothing is, and words of a sentence are not worth a look.
 */
static struct rep_str
word_of_named(struct rep_str what)
{
	size_t dot = rep_str_rchr(what, '.');
	int enh[3];

	if (rep_str_chr(what, ' ', 0) != SIZE_MAX)
		return REP_S("");
	if (rep_smtp_enhanced(what, enh) == what.n)
		return rep_str_sub(what, 0, dot + 1);
	return dot == SIZE_MAX ? what : rep_str_sub(what, dot + 1, what.n);
}

/* Finds the rules for a code or a name. */
static void
find_named(const struct rep_know *k, struct rep_str what, struct found *f)
{
	size_t all = rep_know_rules_n(k);
	int enh[3];

	for (size_t i = 0; i < all && f->n < REP_COUNT(f->v); i++)
		if (of_code(rep_know_rule_at(k, i), what))
			f->v[f->n++] = rep_know_rule_at(k, i);
	if (f->n == 0 && rep_smtp_enhanced(what, enh) == what.n)
		for (size_t i = 0; i < all && f->n < REP_COUNT(f->v); i++)
			if (of_enhanced(rep_know_rule_at(k, i), enh))
				f->v[f->n++] = rep_know_rule_at(k, i);
}

/* Finds the rule for the text of a reply. */
static void
find_said(const struct rep_know *k, struct rep_str what, struct found *f, struct rep_reading *read)
{
	rep_know_read(k, (struct rep_str){ "", 0 }, what, read);
	if (read->rule == NULL && read->reply.own) { /* a reply without its code */
		struct rep_smtp_reply bare = { .text = what };

		rep_know_read_reply(k, NULL, false, &bare, read);
	}
	if (read->rule != NULL)
		f->v[f->n++] = read->rule;
}

/* --- what is shown ------------------------------------------------------------------------- */

struct showing {
	struct rep_cli *c;
	struct rep_know *k; /* ready only when the words are read as a reply */
	struct rep_str what;
	const struct rep_provider *about; /* whose code it is; NULL: nobody's */
	struct rep_buf b;
	struct rep_json j;
};

/* page: the guide that is shown below the rules. NULL: each rule names its own guide. */
static void
show_rules(struct showing *s, const struct found *f, const struct rep_guide *page)
{
	if (s->c->json)
		rep_json_arr(&s->j, NULL);
	for (size_t i = 0; i < f->n; i++) {
		const struct rep_guide *own = rep_know_guide_of_rule(s->k, f->v[i]);

		if (s->c->json) {
			tell_json(&s->j, f->v[i], page != NULL ? page : own);
			continue;
		}
		if (i > 0)
			rep_buf_addc(&s->b, '\n');
		tell(&s->b, s->k, f->v[i]);
		if (own != NULL && page == NULL)
			rep_buf_printf(
			    &s->b, "  %-8s reputed explain %.*s\n", "more", REP_PR(own->name));
	}
	if (s->c->json) {
		rep_json_end_arr(&s->j);
		rep_buf_addc(&s->b, '\n');
	}
}

/* Of several providers that have the code, the one with the most domains. */
static const struct rep_provider *
provider_of(const struct rep_know *k, const struct found *f)
{
	const struct rep_provider *best = NULL;

	for (size_t i = 0; i < f->n; i++) {
		const struct rep_provider *p = f->v[i]->speaker != REP_SPEAKER_PROVIDER
		    ? NULL
		    : rep_provider_by_id(rep_know_providers(k), f->v[i]->speaker_id);

		if (p != NULL && (best == NULL || p->domains_n > best->domains_n))
			best = p;
	}
	return best;
}

static void
show_guide(struct showing *s, const struct rep_guide *g)
{
	if (s->c->json) {
		rep_guide_json(&s->j, NULL, g);
		rep_buf_addc(&s->b, '\n');
	} else {
		rep_guide_page(&s->b, g, s->about);
	}
}

/* Rules have the same name as this guide ("spf"): shows the page, and says where the rules are. */
static void
show_guide_and_names(struct showing *s, const struct rep_guide *g, const struct found *f)
{
	struct rep_buf names;

	show_guide(s, g);
	if (s->c->json)
		return;
	rep_buf_init(&names, 4096);
	for (size_t i = 0; i < f->n; i++)
		rep_buf_printf(&names, "%s%.*s", i > 0 ? ", " : "", REP_PR(f->v[i]->id));
	rep_buf_add(&s->b, REP_S("Rules with that name: reputed explain "));
	rep_out_wrap(&s->b, rep_buf_str(&names), 36, 2);
	rep_buf_addc(&s->b, '\n');
	rep_buf_fini(&names);
}

static void
show_hits(struct showing *s, const struct rep_guide_hit *hits, size_t n)
{
	if (rep_guides_clear(hits, n)) {
		show_guide(s, hits[0].guide);
		return;
	}
	while (n > 2 && hits[n - 1].score * 2 < hits[0].score)
		n--;
	if (s->c->json)
		rep_json_arr(&s->j, NULL);
	else
		rep_buf_printf(&s->b, "Pages on \"%.*s\", the best first (reputed explain NAME):\n",
		    REP_PR(s->what));
	for (size_t i = 0; i < n; i++) {
		if (s->c->json)
			rep_guide_short_json(&s->j, hits[i].guide, hits[i].score);
		else
			rep_guide_line(&s->b, hits[i].guide, COLUMN);
	}
	if (s->c->json) {
		rep_json_end_arr(&s->j);
		rep_buf_addc(&s->b, '\n');
	}
}

/* The topics with the most similar spelling: at most three, each guide once. */
static void
show_nearest(struct showing *s)
{
	const struct rep_guide *near[3] = { NULL };
	size_t n = 0;

	for (unsigned d = 1; d <= 3; d++)
		for (size_t i = 0; i < rep_know_guides_n(s->k) && n < REP_COUNT(near); i++) {
			const struct rep_guide *g = rep_know_guide_at(s->k, i);
			bool is = false;

			for (size_t t = 0; t < g->topics_n; t++)
				is = is ||
				    (d * 2 <= g->topics[t].n &&
					rep_str_distance(s->what, g->topics[t], 3) == d);
			for (size_t o = 0; o < n; o++)
				is = is && near[o] != g;
			if (is)
				near[n++] = g;
		}
	if (n == 0)
		return;
	rep_buf_add(&s->b, REP_S("The nearest topics:\n"));
	for (size_t i = 0; i < n; i++)
		rep_guide_line(&s->b, near[i], COLUMN);
}

static void
show_nothing(struct showing *s)
{
	rep_cli_note(s->c, REP_EXIT_BAD_INPUT);
	if (s->c->json) {
		rep_buf_add(&s->b, REP_S("[]\n"));
		return;
	}
	rep_buf_printf(&s->b,
	    "No rule knows \"%.*s\". Give the whole reply, with its code, or search for one of "
	    "its words: reputed rules list WORD\n",
	    REP_PR(s->what));
	show_nearest(s);
	rep_buf_add(&s->b, REP_S("All topics: reputed explain\n"));
}

static void
show_topics(struct showing *s)
{
	size_t n = rep_know_guides_n(s->k);

	if (s->c->json) {
		rep_json_arr(&s->j, NULL);
		for (size_t i = 0; i < n; i++)
			rep_guide_short_json(&s->j, rep_know_guide_at(s->k, i), -1);
		rep_json_end_arr(&s->j);
		rep_buf_addc(&s->b, '\n');
		return;
	}
	rep_buf_add(&s->b, REP_S("Topics (reputed explain TOPIC):\n"));
	for (size_t i = 0; i < n; i++)
		rep_guide_line(&s->b, rep_know_guide_at(s->k, i), COLUMN);
	rep_buf_add(&s->b,
	    REP_S("\nOr a code, the text of a reply, or words:\n"
		  "  reputed explain S3140\n"
		  "  reputed explain '421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily "
		  "deferred'\n"
		  "  reputed explain my mail goes to junk\n"));
}

static bool
has_digit(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (rep_digit(s.p[i]))
			return true;
	return false;
}

static bool
has_code(const struct rep_reading *read)
{
	return read->reply.code != 0 || read->reply.enh[0] != 0;
}

/*
 * Words without any code that match a rule of no provider. They are read as a question when one
 * page has all of them and one of them is its topic ("reverse dns aws"). Otherwise they are a
 * reply.
 */
static bool
is_question(const struct rep_reading *read, const struct rep_guide_hit *best)
{
	return (read->rule->speaker == REP_SPEAKER_ANY ||
		   read->rule->speaker == REP_SPEAKER_SOFTWARE) &&
	    best->topic && best->matched == best->words;
}

/*
 * For a code that has a page: first what the code means, then the page. For a word: the page first.
 * False: it is neither a code nor a topic.
 */
static bool
explain_name(struct showing *s)
{
	const struct rep_guide *g = rep_know_guide(s->k, s->what);
	struct found f = { .n = 0 };

	find_named(s->k, s->what, &f);
	if (f.n > 0 && (g == NULL || has_digit(s->what))) {
		show_rules(s, &f, g);
		if (g != NULL && !s->c->json) {
			s->about = provider_of(s->k, &f);
			rep_buf_addc(&s->b, '\n');
			show_guide(s, g);
		}
		return true;
	}
	if (g != NULL && f.n > 0)
		show_guide_and_names(s, g, &f);
	else if (g != NULL)
		show_guide(s, g);
	return g != NULL;
}

/* A reply, or words to look for in the pages. */
static enum rep_rc
explain_words(struct showing *s, struct rep_err *err)
{
	struct rep_reading *read = rep_arena_alloc(s->c->arena, sizeof *read);
	struct rep_guide_hit hits[REP_GUIDE_HITS];
	struct found f = { .n = 0 };
	enum rep_rc rc = rep_know_ready(s->k, err);
	size_t n;

	if (rc != REP_OK || read == NULL)
		return rc != REP_OK ? rc : rep_fail(err, REP_EMEM, "out of memory");
	find_said(s->k, s->what, &f, read);
	/* with a code it is a reply, known or not; a page found by its words would mislead */
	n = has_code(read) ? 0 : rep_know_guides_find(s->k, s->what, hits);
	if (f.n > 0 && !(n > 0 && is_question(read, hits))) {
		show_rules(s, &f, NULL);
	} else if (n > 0) {
		show_hits(s, hits, n);
		if (f.n > 0 && !s->c->json)
			rep_buf_printf(&s->b,
			    "\nRead as a reply, these words are %.*s: reputed "
			    "explain %.*s\n",
			    REP_PR(f.v[0]->id), REP_PR(f.v[0]->id));
	} else {
		show_nothing(s);
	}
	return REP_OK;
}

/* First with the rules that a code can name; with all rules when it is no code. */
static enum rep_rc
explain(struct showing *s, struct rep_err *err)
{
	bool whole;
	enum rep_rc rc =
	    rep_session_know_about(&s->c->session, word_of_named(s->what), &s->k, &whole, err);

	if (rc != REP_OK || explain_name(s))
		return rc;
	if (!whole) {
		rep_know_free(s->k);
		s->k = NULL;
		rc = rep_session_know_about(&s->c->session, REP_S(""), &s->k, &whole, err);
		if (rc != REP_OK || explain_name(s))
			return rc;
	}
	return explain_words(s, err);
}

int
rep_cmd_explain(struct rep_cli *c)
{
	struct showing s = { .c = c, .what = { "", 0 } };
	struct rep_err err;
	enum rep_rc rc;
	struct rep_buf what;
	bool whole;

	rep_buf_init(&what, SIZE_MAX - 1);
	for (size_t i = 0; i < c->args_n; i++)
		rep_buf_printf(&what, "%s%s", i > 0 ? " " : "", c->args[i]);
	s.what = rep_arena_take(c->arena, &what);
	rep_buf_init(&s.b, 4 << 20);
	rep_json_init(&s.j, &s.b);
	if (rep_str_trim(s.what).n > 0)
		rc = explain(&s, &err);
	else if ((rc = rep_session_know_about(&c->session, REP_S(""), &s.k, &whole, &err)) ==
	    REP_OK)
		show_topics(&s);
	if (rc != REP_OK)
		(void)rep_cli_fail(c, REP_EXIT_FAILED, &err);
	if (!rep_out_flush(&s.b))
		rep_cli_note(c, REP_EXIT_FAILED);
	rep_buf_fini(&s.b);
	rep_know_free(s.k);
	return c->worst;
}
