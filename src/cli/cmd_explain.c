/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "cli/cli.h"
#include "cli/out.h"

#include <stdio.h>

enum { WIDTH = 100, INDENT = 11 };

static void
line(struct rep_buf *b, const char *name, struct rep_str text)
{
	if (text.n == 0)
		return;
	rep_buf_printf(b, "  %-8s ", name);
	rep_out_wrap(b, text, INDENT, INDENT, WIDTH);
	rep_buf_addc(b, '\n');
}

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

static void
tell(struct rep_buf *b, const struct rep_know *k, const struct rep_rule *r)
{
	const char *scope = rep_scope_word(r->scope), *advice = rep_retry_word(r->retry);
	char span[REP_TIME_TEXT] = "", retry[96];

	rep_buf_printf(b, "%s%.*s%s\n", rep_paint(REP_BOLD), REP_PR(r->id), rep_unpaint());
	line(b, "means", r->meaning);
	line(b, "do", r->remedy);
	rep_buf_printf(b, "  %-8s class %s%s%s", "reads as", rep_class_word(r->class),
	    scope != NULL ? ", scope " : "", scope != NULL ? scope : "");
	if (advice != NULL) {
		if (r->retry_after_s > 0)
			rep_time_span(r->retry_after_s, span);
		snprintf(retry, sizeof retry, "; %s%s%s", advice, span[0] != '\0' ? " after " : "",
		    span);
		rep_buf_add(b, rep_str_c(retry));
	}
	rep_buf_addc(b, '\n');
	line(b, "ask at", r->url);
	line(b, "said by", who(k, r));
	rep_buf_add(b, REP_S("  known    "));
	rep_out_wrap(b, r->source, INDENT, INDENT, WIDTH - 16);
	rep_buf_add(b, r->certain ? REP_S("\n") : REP_S(" (uncertain: nobody confirmed it)\n"));
}

static void
tell_json(struct rep_json *j, const struct rep_rule *r)
{
	struct rep_str null = { NULL, 0 };

	rep_json_obj(j, NULL);
	rep_json_str(j, "rule", r->id);
	rep_json_cstr(j, "class", rep_class_word(r->class));
	rep_json_cstr(j, "scope", rep_scope_word(r->scope));
	rep_json_cstr(j, "retry", rep_retry_word(r->retry));
	rep_json_str(j, "meaning", r->meaning);
	rep_json_str(j, "remedy", r->remedy.n > 0 ? r->remedy : null);
	rep_json_str(j, "url", r->url.n > 0 ? r->url : null);
	rep_json_str(j, "source", r->source);
	rep_json_bool(j, "certain", r->certain);
	rep_json_end_obj(j);
}

/* Whether the code is one of the rule's tokens or the last part of its name. */
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

/* "5.7.515": the rules that name this enhanced code alone, not within a wide range. */
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

static void
find(const struct rep_know *k, struct rep_str what, struct found *f, struct rep_reading *read)
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
	if (f->n > 0)
		return;
	rep_know_read(k, (struct rep_str){ "", 0 }, what, read);
	if (read->rule == NULL && read->reply.own) { /* words of a reply without its code */
		struct rep_smtp_reply bare = { .text = what };

		rep_know_read_reply(k, NULL, false, &bare, read);
	}
	if (read->rule != NULL)
		f->v[f->n++] = read->rule;
}

int
rep_cmd_explain(struct rep_cli *c)
{
	struct rep_reading *read = rep_arena_alloc(c->arena, sizeof *read);
	struct rep_str what = { "", 0 };
	struct rep_know *k = NULL;
	struct found f = { .n = 0 };
	struct rep_err err = { .msg = "out of memory" };
	struct rep_buf b;
	struct rep_json j;

	for (size_t i = 0; i < c->args_n; i++)
		what = rep_arena_printf(
		    c->arena, "%.*s%s%s", REP_PR(what), i > 0 ? " " : "", c->args[i]);
	if (what.n == 0) {
		rep_cli_say("explain what? A code or the text of a reply: reputed explain S3140");
		return REP_EXIT_USAGE;
	}
	if (read == NULL || rep_cli_know(c, &k, &err) != REP_OK)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	rep_buf_init(&b, 1 << 20);
	rep_json_init(&j, &b);
	find(k, what, &f, read);
	if (c->json)
		rep_json_arr(&j, NULL);
	for (size_t i = 0; i < f.n; i++) {
		if (c->json) {
			tell_json(&j, f.v[i]);
		} else {
			if (i > 0)
				rep_buf_addc(&b, '\n');
			tell(&b, k, f.v[i]);
		}
	}
	if (c->json) {
		rep_json_end_arr(&j);
		rep_buf_addc(&b, '\n');
	}
	if (f.n == 0) {
		if (!c->json)
			rep_buf_printf(&b,
			    "No rule knows \"%.*s\". Give the whole reply, with its code, or "
			    "look for a word of it: reputed rules list WORD\n",
			    REP_PR(what));
		rep_cli_note(c, REP_EXIT_BAD_INPUT);
	}
	if (!rep_out_flush(&b))
		rep_cli_note(c, REP_EXIT_FAILED);
	rep_buf_fini(&b);
	rep_know_free(k);
	return c->worst;
}
