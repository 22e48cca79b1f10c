/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "engine/files.h"
#include "cli/grid.h"
#include "cli/out.h"

#include <stdarg.h>
#include <stdio.h>

enum { SUMMARY = 8192 }; /* a path and one sentence */

/* Prints the last line. It may name the file, and names of files are no safer than what is in them. */
static void REP_PRINTF(2, 3) conclude(struct rep_cli *c, const char *fmt, ...)
{
	char line[SUMMARY];
	struct rep_buf b;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	rep_buf_init(&b, 2 * SUMMARY);
	rep_buf_printf(&b, "%s\n", line);
	if (!rep_out_flush(&b))
		rep_cli_note(c, REP_EXIT_FAILED);
	rep_buf_fini(&b);
}

static void
complain(void *ctx, const char *sentence)
{
	unsigned *n = ctx;

	++*n;
	rep_cli_say("%s", sentence);
}

/* When a file is named, only what is wrong with its rules is shown. */
struct in_file {
	const char *file;
	unsigned n;
};

static void
complain_in_file(void *ctx, const char *sentence)
{
	struct in_file *t = ctx;

	if (t->file != NULL && rep_str_find(rep_str_c(sentence), rep_str_c(t->file), 0) == SIZE_MAX)
		return;
	t->n++;
	rep_cli_say("%s", sentence);
}

/* Checks a file of weights together with the built-in weights. */
static int
check_weights(struct rep_cli *c, const char *file)
{
	static struct rep_weights w; /* large */
	unsigned told = 0;
	struct rep_str text;
	struct rep_err err;

	memset(&w, 0, sizeof w);
	if (rep_weights_builtin(&w, c->arena, &err) != REP_OK) {
		rep_cli_say("%s", err.msg);
		rep_cli_note(c, REP_EXIT_BAD_INPUT);
	}
	if (rep_file_read(c->arena, file, 4 << 20, &text, &err) != REP_OK)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	if (rep_weights_parse(&w, file, text, c->arena, complain, &told, &err) != REP_OK)
		rep_cli_note(c, REP_EXIT_BAD_INPUT);
	conclude(c, "%s: %zu weights, %zu priors, %zu limits with this file, %u problem%s", file,
	    w.weights_n, w.priors_n, w.limits_n, told, rep_plural(told));
	return c->worst;
}

/* Checks a file of sending services together with the built-in ones. */
static int
check_services(struct rep_cli *c, const char *file)
{
	struct rep_services *s = rep_arena_alloc(c->arena, sizeof *s);
	unsigned told = 0, bad = 0;
	struct rep_str text;
	struct rep_err err = { .msg = "out of memory" };
	size_t before;

	if (s == NULL)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	s->a = c->arena;
	if (rep_services_builtin(s, &err) != REP_OK) {
		rep_cli_say("%s", err.msg);
		rep_cli_note(c, REP_EXIT_BAD_INPUT);
	}
	before = s->n;
	if (rep_file_read(c->arena, file, 4 << 20, &text, &err) != REP_OK ||
	    rep_services_parse(s, file, text, complain, &told, &bad, &err) != REP_OK)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	if (bad > 0)
		rep_cli_note(c, REP_EXIT_BAD_INPUT);
	conclude(c, "%s: %zu services with this file (%zu without it), %u problem%s", file, s->n,
	    before, bad, rep_plural(bad));
	return c->worst;
}

static size_t
alerts_n(const struct rep_know *k)
{
	size_t n = 0;

	for (int i = 0; i < REP_KIND_N; i++)
		n += rep_know_alert(k, (enum rep_kind)i)->known;
	return n;
}

/* Checks FILE over what is built in: a rule of FILE replaces the built-in rule with the same id. */
static int
check(struct rep_cli *c)
{
	struct in_file ties = { c->args_n > 1 ? c->args[1] : NULL, 0 }, dead = ties;
	struct rep_know *k;
	struct rep_str text;
	struct rep_err err = { .msg = "out of memory" };
	unsigned bad = 0, told = 0, guides;
	size_t before, pages;

	if (ties.file != NULL && rep_str_ends(rep_str_c(ties.file), REP_S(".weights")))
		return check_weights(c, ties.file);
	if (ties.file != NULL && rep_str_ends(rep_str_c(ties.file), REP_S(".services")))
		return check_services(c, ties.file);
	k = rep_know_new();
	if (k == NULL || rep_know_add_builtin(k, &err) != REP_OK) {
		/* A broken built-in file must not prevent anybody from checking it. */
		rep_cli_say("%s", err.msg);
		rep_cli_note(c, REP_EXIT_BAD_INPUT);
		if (k == NULL)
			return c->worst;
	}
	before = rep_know_rules_n(k);
	pages = rep_know_guides_n(k);
	if (ties.file != NULL) {
		if (rep_file_read(c->arena, ties.file, 4 << 20, &text, &err) != REP_OK ||
		    rep_know_add(k, ties.file, text, complain, &told, &bad, &err) != REP_OK) {
			rep_know_free(k);
			return rep_cli_fail(
			    c, err.rc == REP_EUSAGE ? REP_EXIT_USAGE : REP_EXIT_FAILED, &err);
		}
	}
	if (rep_know_ready(k, &err) != REP_OK) {
		rep_know_free(k);
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	}
	guides = rep_know_guides_check(k, complain, &told);
	if (ties.file != NULL && rep_str_ends(rep_str_c(ties.file), REP_S(".guide"))) {
		bad += guides;
		conclude(c, "%s: %zu guides with this file (%zu without it), %u problem%s",
		    ties.file, rep_know_guides_n(k), pages, bad, rep_plural(bad));
		if (bad > 0)
			rep_cli_note(c, REP_EXIT_BAD_INPUT);
		rep_know_free(k);
		return c->worst;
	}
	(void)rep_know_ties(k, complain_in_file, &ties);
	(void)rep_know_dead_words(k, complain_in_file, &dead);
	bad += dead.n;
	if (bad + guides + ties.n > 0)
		rep_cli_note(c, REP_EXIT_BAD_INPUT);
	if (ties.file != NULL && rep_str_ends(rep_str_c(ties.file), REP_S(".options")))
		conclude(c, "%s: %zu options with this file, %u problem%s", ties.file,
		    rep_ways_n(rep_know_ways(k)), bad, rep_plural(bad));
	else if (ties.file != NULL && rep_str_ends(rep_str_c(ties.file), REP_S(".alerts")))
		conclude(c, "%s: %zu kinds of alerts with this file, %u problem%s", ties.file,
		    alerts_n(k), bad, rep_plural(bad));
	else if (ties.file != NULL)
		conclude(c, "%s: %zu rules with this file (%zu without it), %u problem%s, %u tie%s",
		    ties.file, rep_know_rules_n(k), before, bad, rep_plural(bad), ties.n,
		    rep_plural(ties.n));
	else
		conclude(c, "%zu rules, %u tie%s, %u problem%s; %zu guides", rep_know_rules_n(k),
		    ties.n, rep_plural(ties.n), bad + guides, rep_plural(bad + guides), pages);
	rep_know_free(k);
	return c->worst;
}

static void
rule_json(struct rep_buf *b, const struct rep_rule *r)
{
	static const char *const speakers[] = { "own", "any", "software", "provider" };
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_str(&j, "rule", r->id);
	rep_json_cstr(&j, "speaker", speakers[r->speaker]);
	rep_json_cstr(&j, "class", rep_class_word(r->class));
	rep_json_cstr(&j, "scope", rep_scope_word(r->scope));
	rep_json_cstr(&j, "retry", rep_retry_word(r->retry));
	rep_json_bool(&j, "certain", r->certain);
	rep_json_str(&j, "meaning", r->meaning);
	rep_json_str_or_null(&j, "remedy", r->remedy);
	rep_json_str_or_null(&j, "url", r->url);
	rep_json_str(&j, "source", r->source);
	rep_json_cstr(&j, "file", r->file);
	rep_json_int(&j, "line", r->line);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

static int
list(struct rep_cli *c)
{
	static const struct rep_grid_column columns[] = {
		{ .title = "RULE" },
		{ .title = "CLASS", .may_go = true },
		{ .title = "SCOPE", .may_go = true },
		{ .title = "KNOWN", .may_go = true },
		{ .title = "FILE" },
	};
	struct rep_know *k = NULL;
	struct rep_grid t;
	struct rep_err err;
	struct rep_buf b;

	if (rep_session_know(&c->session, &k, &err) != REP_OK)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	rep_buf_init(&b, 16 << 20);
	rep_grid_init(&t, columns, REP_COUNT(columns), c->arena);
	for (size_t i = 0; i < rep_know_rules_n(k); i++) {
		const struct rep_rule *r = rep_know_rule_at(k, i);
		const char *scope = rep_scope_word(r->scope);

		if (c->args_n > 1 && rep_str_find(r->id, rep_str_c(c->args[1]), 0) == SIZE_MAX &&
		    rep_str_find(rep_str_c(r->file), rep_str_c(c->args[1]), 0) == SIZE_MAX)
			continue;
		if (c->json) {
			rule_json(&b, r);
			continue;
		}
		rep_grid_row(&t);
		rep_grid_cell(&t, 0, r->id);
		rep_grid_cell(&t, 1, rep_str_c(rep_class_word(r->class)));
		rep_grid_cell(&t, 2, scope != NULL ? rep_str_c(scope) : REP_S("-"));
		rep_grid_cell(&t, 3, r->certain ? REP_S("certain") : REP_S("uncertain"));
		rep_grid_cell(&t, 4, rep_arena_printf(c->arena, "%s:%u", r->file, r->line));
	}
	if (!c->json && !rep_grid_print(&t, &b))
		b.full = true;
	if (!rep_out_flush(&b))
		rep_cli_note(c, REP_EXIT_FAILED);
	rep_buf_fini(&b);
	rep_know_free(k);
	return c->worst;
}

int
rep_cmd_rules(struct rep_cli *c)
{
	if (c->args_n > 0 && strcmp(c->args[0], "check") == 0 && c->args_n <= 2)
		return check(c);
	if (c->args_n > 0 && strcmp(c->args[0], "list") == 0 && c->args_n <= 2)
		return list(c);
	rep_cli_say("expected rules check [FILE] or rules list [FILE|WORD]");
	rep_cli_note(c, REP_EXIT_USAGE);
	return c->worst;
}
