/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/out.h"
#include "intake/heard.h"
#include "intake/lines.h"

#include <stdio.h>
#include <unistd.h>

static const char *
enhanced(const int enh[3], char buf[24])
{
	if (enh[0] == 0)
		return NULL;
	snprintf(buf, 24, "%d.%d.%d", enh[0], enh[1], enh[2]);
	return buf;
}

/* The provider to show: "other" for a host of no known provider, NULL when there is no host. */
static struct rep_str
provider_id(const struct rep_heard *h)
{
	if (h->provider != NULL)
		return h->provider->id;
	return h->host.n > 0 ? REP_S("other") : (struct rep_str){ NULL, 0 };
}

static void
as_json(struct rep_buf *b, uint64_t line, const struct rep_heard *h)
{
	const struct rep_reading *r = &h->reading;
	const struct rep_rule *rule = r->rule;
	struct rep_json j;
	char enh[24];

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_int(&j, "line", (int64_t)line);
	rep_json_str(&j, "provider", provider_id(h));
	if (r->reply.code != 0)
		rep_json_int(&j, "code", r->reply.code);
	else
		rep_json_null(&j, "code");
	rep_json_cstr(&j, "enhanced", enhanced(r->reply.enh, enh));
	rep_json_cstr(&j, "stage", rep_stage_word(h->stage));
	rep_json_cstr(&j, "class", rep_class_word(h->class));
	rep_json_cstr(&j, "scope", rep_scope_word(h->scope));
	rep_json_str(&j, "rule", rule != NULL ? rule->id : (struct rep_str){ NULL, 0 });
	rep_json_bool(&j, "certain", h->certain);
	rep_json_bool(&j, "quoted", h->quoted);
	rep_json_bool(
	    &j, "permanent", r->reply.code >= 500 || (r->reply.code == 0 && r->reply.enh[0] == 5));
	rep_json_obj(&j, "retry");
	rep_json_cstr(&j, "advice", rule != NULL ? rep_retry_word(rule->retry) : NULL);
	if (rule != NULL && rule->retry_after_s >= 0)
		rep_json_int(&j, "after_s", rule->retry_after_s);
	else
		rep_json_null(&j, "after_s");
	rep_json_end_obj(&j);
	rep_json_str_or_null(&j, "meaning", rule != NULL ? rule->meaning : REP_S(""));
	rep_json_str_or_null(&j, "remedy", rule != NULL ? rule->remedy : REP_S(""));
	rep_json_str_or_null(&j, "url", rule != NULL ? rule->url : REP_S(""));
	rep_json_obj(&j, "captures");
	for (int c = 0; c < REP_CAPTURE_N; c++)
		if (r->capture[c].n > 0)
			rep_json_str(&j, rep_capture_word((enum rep_capture)c), r->capture[c]);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

/* The digits of v, at the end of `digits`. */
static struct rep_str
number(uint64_t v, char digits[20])
{
	size_t n = 20;

	do
		digits[--n] = (char)('0' + v % 10);
	while ((v /= 10) > 0);
	return (struct rep_str){ digits + n, 20 - n };
}

/* Columns with tabs between them, as one line. */
static void
row(struct rep_buf *b, const struct rep_str *column, size_t n)
{
	size_t all = n;
	char *at;

	for (size_t i = 0; i < n; i++)
		all += column[i].n;
	if ((at = rep_buf_extend(b, all)) == NULL)
		return;
	for (size_t i = 0; i < n; i++) {
		memcpy(at, rep_str_p(&column[i]), column[i].n);
		at += column[i].n;
		*at++ = i + 1 < n ? '\t' : '\n';
	}
}

static void
as_text(struct rep_buf *b, uint64_t line, const struct rep_heard *h, struct rep_str text)
{
	const struct rep_rule *r = h->reading.rule;
	struct rep_str provider = provider_id(h), rule = r != NULL ? r->id : REP_S("-");
	const char *scope = rep_scope_word(h->scope);
	char digits[20];

	const struct rep_str column[] = { number(line, digits), rep_str_c(rep_class_word(h->class)),
		rep_str_c(scope != NULL ? scope : "-"), provider.p != NULL ? provider : REP_S("-"),
		rule, h->certain ? REP_S("certain") : REP_S("uncertain"),
		rep_str_c(r != NULL && r->retry != REP_RETRY_NONE ? rep_retry_word(r->retry) : "-"),
		rep_str_sub(text, 0, 160) };

	row(b, column, REP_COUNT(column));
}

/* --- lines that were wrapped ------------------------------------------------------------------ */

enum { JOINED_MAX = 8192 }; /* bytes of one reply; the longest that we saw has 1,500 */

static bool
has_code(struct rep_str s)
{
	return s.n >= 3 && (s.p[0] == '4' || s.p[0] == '5') && rep_digit(s.p[1]) &&
	    rep_digit(s.p[2]) && (s.n == 3 || s.p[3] == ' ' || s.p[3] == '-');
}

/* The words that name who said a reply: "H[A] said: ", "H[A] refused to talk to me: ". */
static bool
names_speaker(struct rep_str s)
{
	return rep_str_find(s, REP_S(" said:"), 0) != SIZE_MAX ||
	    rep_str_find(s, REP_S(" refused to talk to me:"), 0) != SIZE_MAX;
}

/*
 * True when the line goes on with the reply that was begun: a terminal, a mail program or a bounce
 * wrapped it. A line that is whole in itself ("HOST TAB REPLY", "550 ...", "host H said: ...") begins
 * a new one.
 */
static bool
goes_on(struct rep_str begun, struct rep_str line)
{
	struct rep_str s = rep_str_trim(line);
	bool quoted, same;

	if (begun.n == 0 || s.n == 0 || rep_str_chr(line, '\t', 1) != SIZE_MAX ||
	    names_speaker(s) || rep_str_starts(s, REP_S("host ")))
		return false;
	quoted = names_speaker(begun);
	if (quoted && rep_str_find(begun, REP_S("(in reply to "), 0) != SIZE_MAX &&
	    begun.p[begun.n - 1] == ')')
		return false;
	/* RFC 5321 section 4.2.1: "550-" is continued by "550-" or "550 " */
	same = has_code(s) && has_code(begun) && begun.p[3] == '-' && memcmp(begun.p, s.p, 3) == 0;
	if (same) {
		char last[] = { ' ', s.p[0], s.p[1], s.p[2], ' ' };

		return rep_str_find(begun, (struct rep_str){ last, sizeof last }, 0) == SIZE_MAX;
	}
	return quoted || (rep_blank(line.p[0]) && !has_code(s));
}

/* What the words are read with, and where they go. */
struct classifying {
	const struct rep_know *know;
	struct rep_hosts *hosts; /* owned */
	struct rep_heard *heard; /* large */
	struct rep_buf out;
};

/* Reads a reply as ingest reads it in a log or a bounce. */
static void
one_reply(struct rep_cli *c, struct classifying *to, uint64_t line, struct rep_str s)
{
	struct rep_heard_in in = {
		.words_of = REP_WORDS_OF_EITHER, .status = REP_STATUS_BOUNCED, .asked = true
	};
	size_t tab = rep_str_chr(s, '\t', 0);

	if (s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	/* "host TAB reply": a host has no blanks and does not look like a reply code. */
	if (tab != SIZE_MAX && rep_str_chr(rep_str_sub(s, 0, tab), ' ', 0) == SIZE_MAX) {
		in.host = rep_str_trim(rep_str_sub(s, 0, tab));
		s = rep_str_sub(s, tab + 1, s.n);
	}
	if (rep_str_trim(s).n == 0)
		return;
	in.text = s;
	rep_heard_read(to->know, to->hosts, &in, to->heard);
	if (c->json)
		as_json(&to->out, line, to->heard);
	else
		as_text(&to->out, line, to->heard, s);
}

/* Adds a line to the reply that was begun. What is too long is cut: nobody reads so much. */
static void
join(struct rep_buf *begun, struct rep_str line)
{
	struct rep_str s = rep_str_trim(line);

	if (begun->n > 0)
		rep_buf_addc(begun, ' ');
	rep_buf_add(begun, rep_str_sub(s, 0, JOINED_MAX - begun->n));
}

static enum rep_rc
all_lines(struct rep_cli *c, struct classifying *to, struct rep_lines *lines, const char *shown,
    struct rep_err *err)
{
	struct rep_line line;
	struct rep_buf begun;
	uint64_t first = 0;
	enum rep_rc rc;

	rep_buf_init(&begun, JOINED_MAX + REP_LINE_MAX);
	while ((rc = rep_lines_next(lines, &line, err)) == REP_OK) {
		if (line.cut) {
			rep_cli_say("%s:%llu: longer than %d bytes; the first %d were read", shown,
			    (unsigned long long)line.number, REP_LINE_MAX, REP_LINE_MAX);
			rep_cli_note(c, REP_EXIT_BAD_INPUT);
		}
		if (!goes_on(rep_buf_str(&begun), line.s) || begun.n >= JOINED_MAX) {
			one_reply(c, to, first, rep_buf_str(&begun));
			begun.n = 0;
			first = line.number;
			rep_buf_add(&begun, line.s);
		} else {
			join(&begun, line.s);
		}
		if (to->out.n > 1 << 16 && !rep_out_flush(&to->out)) {
			rep_cli_note(c, REP_EXIT_FAILED);
			rep_buf_fini(&begun);
			return REP_OK;
		}
	}
	one_reply(c, to, first, rep_buf_str(&begun));
	rep_buf_fini(&begun);
	return rc == REP_ENOTFOUND ? REP_OK : rc;
}

/* Somebody pasted the reply itself: it has a blank in it, and no file has that name. */
static bool
is_reply(const char *arg)
{
	return strchr(arg, ' ') != NULL && access(arg, F_OK) != 0;
}

int
rep_cmd_classify(struct rep_cli *c)
{
	const char *path = c->args_n > 0 ? c->args[0] : "-";
	const char *shown = strcmp(path, "-") == 0 ? "standard input" : path;
	struct classifying to = { .heard = rep_arena_alloc(c->arena, sizeof *to.heard) };
	struct rep_lines *lines = NULL;
	struct rep_know *know = NULL;
	struct rep_err err = { .msg = "out of memory" };

	rep_buf_init(&to.out, 8 << 20);
	if (to.heard == NULL || rep_session_know(&c->session, &know, &err) != REP_OK ||
	    (!is_reply(path) && rep_lines_open(path, &lines, &err) != REP_OK)) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
		goto out;
	}
	to.know = know;
	to.hosts = rep_hosts_new(know);
	if (lines == NULL)
		one_reply(c, &to, 1, rep_str_c(path));
	else if (all_lines(c, &to, lines, shown, &err) != REP_OK)
		rep_cli_fail(c, REP_EXIT_BAD_INPUT, &err);
	if (!rep_out_flush(&to.out))
		rep_cli_note(c, REP_EXIT_FAILED);
out:
	rep_buf_fini(&to.out);
	rep_hosts_free(to.hosts);
	rep_lines_close(lines);
	rep_know_free(know);
	return c->worst;
}
