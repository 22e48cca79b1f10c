/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/out.h"
#include "intake/lines.h"

#include <stdio.h>

static const char *
enhanced(const int enh[3], char buf[24])
{
	if (enh[0] == 0)
		return NULL;
	snprintf(buf, 24, "%d.%d.%d", enh[0], enh[1], enh[2]);
	return buf;
}

static struct rep_str
or_null(struct rep_str s)
{
	return s.n == 0 ? (struct rep_str){ NULL, 0 } : s;
}

/* The provider to show: "other" for a host of no known provider, NULL when there is no host. */
static struct rep_str
provider_id(const struct rep_reading *r)
{
	if (r->provider != NULL)
		return r->provider->id;
	return r->reply.host.n > 0 ? REP_S("other") : (struct rep_str){ NULL, 0 };
}

static void
as_json(struct rep_buf *b, uint64_t line, const struct rep_reading *r)
{
	const struct rep_rule *rule = r->rule;
	struct rep_json j;
	char enh[24];

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_int(&j, "line", (int64_t)line);
	rep_json_str(&j, "provider", provider_id(r));
	if (r->reply.code != 0)
		rep_json_int(&j, "code", r->reply.code);
	else
		rep_json_null(&j, "code");
	rep_json_cstr(&j, "enhanced", enhanced(r->reply.enh, enh));
	rep_json_cstr(&j, "stage", rep_stage_word(r->reply.stage));
	rep_json_cstr(&j, "class", rep_class_word(r->class));
	rep_json_cstr(&j, "scope", rep_scope_word(r->scope));
	rep_json_str(&j, "rule", rule != NULL ? rule->id : (struct rep_str){ NULL, 0 });
	rep_json_bool(&j, "certain", r->certain);
	rep_json_bool(
	    &j, "permanent", r->reply.code >= 500 || (r->reply.code == 0 && r->reply.enh[0] == 5));
	rep_json_obj(&j, "retry");
	rep_json_cstr(&j, "advice", rule != NULL ? rep_retry_word(rule->retry) : NULL);
	if (rule != NULL && rule->retry_after_s >= 0)
		rep_json_int(&j, "after_s", rule->retry_after_s);
	else
		rep_json_null(&j, "after_s");
	rep_json_end_obj(&j);
	rep_json_str(&j, "meaning", rule != NULL ? or_null(rule->meaning) : or_null(REP_S("")));
	rep_json_str(&j, "remedy", rule != NULL ? or_null(rule->remedy) : or_null(REP_S("")));
	rep_json_str(&j, "url", rule != NULL ? or_null(rule->url) : or_null(REP_S("")));
	rep_json_obj(&j, "captures");
	for (int c = 0; c < REP_CAPTURE_N; c++)
		if (r->capture[c].n > 0)
			rep_json_str(&j, rep_capture_word((enum rep_capture)c), r->capture[c]);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

static void
number(struct rep_buf *b, uint64_t v)
{
	char digits[20];
	size_t n = sizeof digits;

	do
		digits[--n] = (char)('0' + v % 10);
	while ((v /= 10) > 0);
	rep_buf_add(b, (struct rep_str){ digits + n, sizeof digits - n });
}

static void
as_text(struct rep_buf *b, uint64_t line, const struct rep_reading *r, struct rep_str text)
{
	struct rep_str provider = provider_id(r), rule = r->rule != NULL ? r->rule->id : REP_S("-");
	const char *scope = rep_scope_word(r->scope);

	const struct rep_str column[] = { rep_str_c(rep_class_word(r->class)),
		rep_str_c(scope != NULL ? scope : "-"), provider.p != NULL ? provider : REP_S("-"),
		rule, r->certain ? REP_S("certain") : REP_S("uncertain"),
		rep_str_c(r->rule != NULL && r->rule->retry != REP_RETRY_NONE
			? rep_retry_word(r->rule->retry)
			: "-"),
		rep_str_sub(text, 0, 160) };

	number(b, line);
	for (size_t i = 0; i < REP_COUNT(column); i++) {
		rep_buf_addc(b, '\t');
		rep_buf_add(b, column[i]);
	}
	rep_buf_addc(b, '\n');
}

static void
one_line(struct rep_cli *c, const struct rep_know *k, const struct rep_line *line,
    struct rep_reading *r, struct rep_buf *b)
{
	struct rep_str s = line->s, host = { "", 0 };
	size_t tab = rep_str_chr(s, '\t', 0);

	if (s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	/* "host TAB reply": a host has no blanks and does not look like a reply code. */
	if (tab != SIZE_MAX && rep_str_chr(rep_str_sub(s, 0, tab), ' ', 0) == SIZE_MAX) {
		host = rep_str_trim(rep_str_sub(s, 0, tab));
		s = rep_str_sub(s, tab + 1, s.n);
	}
	if (rep_str_trim(s).n == 0)
		return;
	rep_know_read(k, host, s, r);
	if (c->json)
		as_json(b, line->number, r);
	else
		as_text(b, line->number, r, s);
}

int
rep_cmd_classify(struct rep_cli *c)
{
	const char *path = c->args_n > 0 ? c->args[0] : "-";
	const char *shown = strcmp(path, "-") == 0 ? "standard input" : path;
	struct rep_reading *r;
	struct rep_lines *lines = NULL;
	struct rep_know *know = NULL;
	struct rep_line line;
	struct rep_err err;
	struct rep_buf b;
	enum rep_rc rc;

	rep_buf_init(&b, 8 << 20);
	r = rep_arena_alloc(c->arena, sizeof *r);
	if (r == NULL || rep_session_know(&c->session, &know, &err) != REP_OK ||
	    rep_lines_open(path, &lines, &err) != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
		goto out;
	}
	while ((rc = rep_lines_next(lines, &line, &err)) == REP_OK) {
		if (line.cut) {
			rep_cli_say("%s:%llu: longer than %d bytes; the first %d were read", shown,
			    (unsigned long long)line.number, REP_LINE_MAX, REP_LINE_MAX);
			rep_cli_note(c, REP_EXIT_BAD_INPUT);
		}
		one_line(c, know, &line, r, &b);
		if (b.n > 1 << 16 && !rep_out_flush(&b)) {
			rep_cli_note(c, REP_EXIT_FAILED);
			goto out;
		}
	}
	if (rc != REP_ENOTFOUND)
		rep_cli_fail(c, REP_EXIT_BAD_INPUT, &err);
	if (!rep_out_flush(&b))
		rep_cli_note(c, REP_EXIT_FAILED);
out:
	rep_buf_fini(&b);
	rep_lines_close(lines);
	rep_know_free(know);
	return c->worst;
}
