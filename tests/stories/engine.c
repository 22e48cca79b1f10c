/*
 * Runs a story with the real reputed: its parser of configurations, its intake, its store (in
 * memory), its knowledge and its judge. The clock is the story's.
 *
 * A piece can be switched off in two ways. Pieces of the judge are left out when it is asked
 * (judge/judge.h, `without`), so one run is enough for all of them: at each expectation the same
 * facts are judged with and without the piece. The other pieces change what is known or what is
 * read, and each needs a run of its own.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"
#include "told.h"
#include "engine/wire.h"
#include "engine/replay.h"
#include "engine/reports.h"
#include "know/provider.h"
#include "cli/why.h"
#include "know/embedded.h"

#include <stdio.h>

static const char *const of_judge[] = { "siblings", "stage", "wording", "elsewhere", "across",
	"account", "hygiene", "volume", "history", "not_watched", "block", "throttle", "fail",
	"drop", "mute", "streams", "named", "shape", "outage", "returns", "advice", "forecast",
	"ledger", "share", "complaints", "reports" };

/* Those that have the id of a rule behind a colon end in one here. */
static const char *const others[] = { "rule:", "speaker:", "misread:", "relay", "learn", "once",
	"config" };

bool
story_piece_of_judge(const char *piece)
{
	for (size_t i = 0; i < REP_COUNT(of_judge); i++)
		if (strcmp(piece, of_judge[i]) == 0)
			return true;
	return false;
}

bool
story_piece_known(const char *piece)
{
	for (size_t i = 0; i < REP_COUNT(others); i++) {
		size_t n = strlen(others[i]);

		if (strncmp(piece, others[i], n) == 0 &&
		    (others[i][n - 1] == ':' ? piece[n] != '\0' : piece[n] == '\0'))
			return true;
	}
	return story_piece_of_judge(piece);
}

/* --- reputed, set up -------------------------------------------------------------------------- */

struct engine {
	const struct story *st;
	struct story_world *world;
	struct rep_arena *a;
	struct rep_config cfg;
	struct rep_session session; /* of cfg */
	struct rep_know *know;
	struct rep_store *store;
	struct rep_wire wire;
	struct rep_err problem; /* of a file of knowledge */
	uint64_t lines, bad;
	const char *piece; /* switched off for this run; NULL: none but the judge's */
	bool own_know;	   /* know is this run's, not the common one */
	bool watch;	   /* as the daemon does */
	struct story_told told;
};

static bool
off(const struct engine *e, const char *piece)
{
	return e->piece != NULL && strcmp(e->piece, piece) == 0;
}

static void
on_problem(void *ctx, const char *sentence)
{
	struct engine *e = ctx;

	if (e->problem.rc == REP_OK)
		(void)rep_fail(&e->problem, REP_ESYNTAX, "%s", sentence);
}

static enum rep_rc
add_rules(struct engine *e, struct rep_know *k, struct rep_str text, struct rep_err *err)
{
	unsigned bad = 0;
	enum rep_rc rc = rep_know_add(k, "story.rules", text, on_problem, e, &bad, err);

	if (rc == REP_OK && bad > 0) {
		*err = e->problem;
		return REP_ESYNTAX;
	}
	return rc;
}

/* A rule as it stands in a file; of none of its own when `tokens` is NULL. */
static struct rep_str
rule_text(struct rep_arena *a, const char *speaker, struct rep_str name, const struct rep_rule *r,
    bool same_tokens)
{
	struct rep_str tokens = REP_S("\"left-out-of-this-story\"");

	for (size_t i = 0; same_tokens && i < r->tokens_n; i++)
		tokens = rep_arena_printf(a, "%.*s \"%.*s\"", i == 0 ? 0 : (int)tokens.n, tokens.p,
		    REP_PR(r->tokens[i].as_written));
	return rep_arena_printf(a,
	    "speaker %s\nrule %.*s {\ntoken %.*s\nclass %s\n%s%s\nmeaning \"of a story\"\n"
	    "source \"a story\"\ncertain yes\n}\n",
	    speaker, REP_PR(name), REP_PR(tokens), rep_class_word(r->class),
	    r->scope != REP_SCOPE_NONE ? "scope " : "",
	    r->scope != REP_SCOPE_NONE ? rep_scope_word(r->scope) : "");
}

/* The lines of `text` from `line` on, up to the "}" that ends the rule there. */
static bool
rule_lines(struct rep_str text, unsigned line, size_t *from, size_t *until)
{
	size_t at = 0, nl;

	for (unsigned n = 1; n < line; n++) {
		if ((nl = rep_str_chr(text, '\n', at)) == SIZE_MAX)
			return false;
		at = nl + 1;
	}
	*from = at;
	at = rep_str_find(text, REP_S("\n}"), at);
	*until = at == SIZE_MAX ? text.n : at + 1;
	return at != SIZE_MAX;
}

/* The file of a rule once more, in which that rule speaks of a block of the source. */
static enum rep_rc
misread(struct engine *e, struct rep_know *k, const struct rep_rule *r, struct rep_err *err)
{
	struct rep_buf b;
	struct rep_str text = { "", 0 };
	size_t from, until;
	enum rep_rc rc;

	for (size_t i = 0; i < rep_embedded_know_n; i++)
		if (strcmp(rep_embedded_know[i].name, r->file) == 0)
			text =
			    (struct rep_str){ rep_embedded_know[i].text, rep_embedded_know[i].n };
	if (!rule_lines(text, r->line, &from, &until))
		return rep_fail(err, REP_ESYNTAX, "%s: its rule is not where it was", e->piece);
	rep_buf_init(&b, 4 << 20);
	rep_buf_add(&b, rep_str_sub(text, 0, from));
	while (from < until) {
		struct rep_str line =
		    rep_str_sub(text, from, rep_str_chr(text, '\n', from) + 1 - from);
		struct rep_str word = rep_str_trim(line);

		from += line.n;
		if (!rep_str_starts(word, REP_S("class ")) &&
		    !rep_str_starts(word, REP_S("scope ")) &&
		    !rep_str_starts(word, REP_S("certain ")))
			rep_buf_add(&b, line);
	}
	rep_buf_add(&b, REP_S("class blocked\nscope source\ncertain yes\n"));
	rep_buf_add(&b, rep_str_sub(text, until, text.n));
	rc = add_rules(e, k, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
}

/* "rule:ID": in its place one that never matches. "speaker:ID": anybody is believed its words. */
static enum rep_rc
change_rule(struct engine *e, struct rep_know *k, const struct rep_know *from, struct rep_err *err)
{
	static const char *const speakers[] = { "own", "any", "software", "provider" };
	bool anybody = strncmp(e->piece, "speaker:", 8) == 0;
	struct rep_str id = rep_str_c(strchr(e->piece, ':') + 1), name, speaker;
	const struct rep_rule *r = rep_know_rule(from, id);

	if (r == NULL || (anybody && r->tokens_n == 0))
		return rep_fail(err, REP_ESYNTAX, "%s: no such rule%s", e->piece,
		    anybody ? ", or it has no token" : "");
	if (strncmp(e->piece, "misread:", 8) == 0)
		return misread(e, k, r, err);
	name = rep_str_sub(id, rep_str_chr(id, '.', 0) + 1, id.n);
	if (anybody)
		return add_rules(e, k, rule_text(e->a, "any", REP_S("believed"), r, true), err);
	speaker = rep_arena_printf(e->a, "%s%s%.*s", speakers[r->speaker],
	    r->speaker_id.n > 0 ? " " : "", REP_PR(r->speaker_id));
	return add_rules(e, k, rule_text(e->a, speaker.p, name, r, false), err);
}

/* Made once: most stories need no other. */
static struct rep_know *builtin;

void
story_end(void)
{
	rep_know_free(builtin);
	builtin = NULL;
}

/* Built in, with the rules of the story. */
static enum rep_rc
set_up_know(struct engine *e, struct rep_err *err)
{
	bool changed = e->piece != NULL && strchr(e->piece, ':') != NULL;
	struct rep_know *k;
	enum rep_rc rc;

	if (builtin == NULL) {
		if ((builtin = rep_know_new()) == NULL)
			return rep_fail(err, REP_EMEM, "out of memory");
		if ((rc = rep_know_add_builtin(builtin, err)) != REP_OK ||
		    (rc = rep_know_ready(builtin, err)) != REP_OK)
			return rc;
	}
	e->know = builtin;
	if (!changed && e->st->know.n == 0)
		return REP_OK;
	if ((k = rep_know_new()) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	rc = rep_know_add_builtin(k, err);
	if (rc == REP_OK && e->st->know.n > 0)
		rc = add_rules(e, k, rep_buf_str(&e->st->know), err);
	if (rc == REP_OK && changed)
		rc = change_rule(e, k, builtin, err);
	if (rc == REP_OK)
		rc = rep_know_ready(k, err);
	if (rc != REP_OK) {
		rep_know_free(k);
		return rc;
	}
	e->know = k;
	e->own_know = true;
	return REP_OK;
}

static enum rep_rc
set_up_config(struct engine *e, struct rep_err *err)
{
	struct rep_config_problems problems = { 0 };
	enum rep_rc rc;

	rep_config_init(&e->cfg, NULL);
	if (off(e, "config"))
		return REP_OK;
	rc = rep_config_parse(
	    rep_buf_str(&e->st->config), "config of the story", e->a, &e->cfg, &problems, err);
	if (rc == REP_OK && problems.n > 0)
		return rep_fail(err, REP_ESYNTAX, "%s", problems.first->text);
	if (off(e, "relay"))
		e->cfg.n_relays = 0;
	return rc;
}

static enum rep_rc
on_fact(void *ctx, const struct rep_fact *f, struct rep_err *err)
{
	struct engine *e = ctx;

	return rep_wire_fact(&e->wire, f, NULL, err);
}

static enum rep_rc
on_line(void *ctx, struct rep_str line, struct rep_err *err)
{
	struct engine *e = ctx;
	enum rep_line_kind kind = REP_LINE_OTHER;
	struct rep_err why = { .rc = REP_OK };
	enum rep_rc rc;
	int64_t at_s;

	rc =
	    rep_mail_log_line(e->wire.log, line, ++e->lines, false, on_fact, e, &kind, &at_s, &why);
	if (rc != REP_OK)
		*err = why;
	else if (kind == REP_LINE_BAD)
		e->bad++;
	return rc;
}

static enum rep_rc
set_up(struct engine *e, struct rep_err *err)
{
	static const struct rep_key key = { "a story's key.." };
	struct rep_wire_params o = {
		.cfg = &e->cfg, .key = &key, .now_s = INT64_MAX / 2, .learn_not = off(e, "learn")
	};
	enum rep_rc rc;

	if ((rc = set_up_know(e, err)) != REP_OK || (rc = set_up_config(e, err)) != REP_OK ||
	    (rc = rep_store_open_memory(0, &key, &e->store, err)) != REP_OK)
		return rc;
	o.know = e->know;
	o.store = e->store;
	if ((rc = rep_wire_open(&e->wire, &o, e->a, err)) != REP_OK)
		return rc;
	if ((e->world = story_world_new(e->st, on_line, e)) == NULL)
		return rep_fail(err, REP_ELIMIT, "the story is too large");
	if (off(e, "once"))
		story_world_other_ids(e->world);
	return REP_OK;
}

static void
tear_down(struct engine *e)
{
	story_world_free(e->world);
	rep_wire_close(&e->wire);
	rep_store_close(e->store);
	if (e->own_know)
		rep_know_free(e->know);
}

/* --- living through it --------------------------------------------------------------------------- */

/* Reports of a feedback loop that came in now, each of another message of ours. */
static enum rep_rc
complain(struct engine *e, const struct story_step *s, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;
	bool fresh;

	for (uint64_t k = 0; k < s->count && rc == REP_OK; k++) {
		struct rep_complaint c = {
			.at_s = story_world_now(e->world), .count = 1, .matched = true
		};
		struct rep_complaint_names names = { .provider = s->text,
			.message_id = rep_arena_printf(
			    e->a, "<%u.%llu@story.example>", s->line, (unsigned long long)k) };

		rc = rep_store_complaint(e->store, &c, &names, &fresh, err);
	}
	return rc;
}

/* One record of a report: so many messages, and which halves passed. */
static enum rep_rc
report_record(struct engine *e, const struct story_step *s, struct rep_reports_keep *k,
    uint64_t count, bool dkim, bool spf, struct rep_err *err)
{
	static struct rep_unpacked item;
	const struct rep_reporter by = { .trust = REP_KEPT_PROVEN };

	if (count == 0)
		return REP_OK;
	memset(&item, 0, sizeof item);
	item.item = REP_AGGREGATE_RECORD;
	item.record = (struct rep_aggregate_record){ .count = count,
		.dkim = { .v = dkim ? REP_EVALUATED_PASS : REP_EVALUATED_FAIL },
		.spf = { .v = spf ? REP_EVALUATED_PASS : REP_EVALUATED_FAIL },
		.header_from = s->mail.from };
	(void)rep_ip_parse(story_address(e->st, s->mail.via), &item.record.source_ip);
	return rep_reports_item(k, e->store, &item, &by, story_world_now(e->world), err);
}

/* A report of one day, in a mail that is proven. */
static enum rep_rc
report_day(struct engine *e, const struct story_step *s, struct rep_reports_keep *k, int64_t end_s,
    struct rep_err *err)
{
	static struct rep_unpacked item;
	const struct rep_provider *p = rep_provider_by_id(rep_know_providers(e->know), s->text);
	uint64_t both = s->dkim < s->spf ? s->dkim : s->spf;
	struct rep_reporter by = { .trust = REP_KEPT_PROVEN };
	enum rep_rc rc;

	if (p == NULL || p->reports_n == 0)
		return rep_fail(err, REP_ESYNTAX, "nobody knows reports of %.*s", REP_PR(s->text));
	by.domain = p->reports[0].domain;
	if ((rc = report_record(e, s, k, both, true, true, err)) != REP_OK ||
	    (rc = report_record(e, s, k, s->dkim - both, true, false, err)) != REP_OK ||
	    (rc = report_record(e, s, k, s->spf - both, false, true, err)) != REP_OK ||
	    (rc = report_record(e, s, k, s->count - s->dkim - s->spf + both, false, false, err)) !=
		REP_OK)
		return rc;
	memset(&item, 0, sizeof item);
	item.item = REP_AGGREGATE_END;
	item.head = (struct rep_aggregate){ .org = p->reports[0].org.n > 0 ? p->reports[0].org
									   : p->reports[0].domain,
		.domain = s->mail.from,
		.report_id = rep_arena_printf(e->a, "%lld", (long long)end_s),
		.begin_s = end_s - 86400,
		.end_s = end_s,
		.pct = -1,
		.records = 4,
		.count = s->count };
	return rep_reports_item(k, e->store, &item, &by, story_world_now(e->world), err);
}

/* A report of each of the days before now. */
static enum rep_rc
report(struct engine *e, const struct story_step *s, struct rep_err *err)
{
	struct rep_reports_keep k;
	int64_t now_s = story_world_now(e->world);
	enum rep_rc rc = REP_OK;

	rep_reports_begin(&k);
	for (int64_t end_s = now_s - s->seconds + 86400; end_s <= now_s && rc == REP_OK;
	     end_s += 86400)
		rc = report_day(e, s, &k, end_s, err);
	rep_reports_fini(&k);
	return rc;
}

/* Time passes, and the daemon looks again and again. */
static enum rep_rc
watch(struct engine *e, const struct story_step *s, struct rep_err *err)
{
	int64_t from_s = story_world_now(e->world), now_s = from_s;
	int64_t until_s = s->what == STORY_AT ? s->seconds : now_s + s->seconds;
	struct story_step part = { .what = STORY_AT };
	enum rep_rc rc = REP_OK;

	while (rc == REP_OK && now_s < until_s) {
		int64_t next_s = now_s + story_told_next(now_s - from_s);

		now_s = part.seconds = next_s < until_s ? next_s : until_s;
		e->session.now_s = now_s;
		if ((rc = rep_store_begin(e->store, err)) == REP_OK &&
		    (rc = story_world_do(e->world, &part, err)) == REP_OK &&
		    (rc = rep_store_prune(e->store, now_s, err)) == REP_OK &&
		    (rc = story_told_look(&e->told, &e->session, e->know, e->store, err)) == REP_OK)
			rc = rep_store_commit(e->store, err);
	}
	return rc;
}

/* What an ingest does: facts, then house-keeping and the numbers of incidents, all or nothing. */
static enum rep_rc
live(struct engine *e, const struct story_step *s, struct rep_err *err)
{
	struct rep_verdict_set set;
	enum rep_rc rc;

	if (e->watch && (s->what == STORY_AT || s->what == STORY_WAIT) &&
	    story_world_now(e->world) != 0)
		return watch(e, s, err);
	if (!story_writes(s) && s->what != STORY_COMPLAINTS && s->what != STORY_REPORTED)
		return story_world_do(e->world, s, err);
	if ((rc = rep_store_begin(e->store, err)) != REP_OK ||
	    (rc = s->what == STORY_COMPLAINTS	? complain(e, s, err)
		    : s->what == STORY_REPORTED ? report(e, s, err)
						: story_world_do(e->world, s, err)) != REP_OK)
		return rc;
	e->session.now_s = story_world_now(e->world);
	if ((rc = rep_store_prune(e->store, e->session.now_s, err)) != REP_OK ||
	    (rc = rep_verdicts_make(&e->session, e->know, e->store, REP_DEPTH_TOLD, &set, err)) !=
		REP_OK)
		return rc;
	rc = rep_replay_record(&e->session, &set, e->store, err);
	rep_verdicts_free(&set);
	return rc == REP_OK ? rep_store_commit(e->store, err) : rc;
}

static void
print_why(const struct engine *e, const struct story_step *s, const struct rep_verdict_set *set)
{
	const struct rep_incident **all =
	    rep_arena_alloc(e->a, (set->verdicts.incidents_n + 1) * sizeof *all);
	struct rep_asked asked;
	struct rep_buf b;

	rep_buf_init(&b, 16 << 20);
	for (size_t i = 0; all != NULL && i < set->verdicts.incidents_n; i++)
		all[i] = &set->verdicts.incidents[i];
	(void)rep_asked_parse(&asked, set, (struct rep_str){ "", 0 });
	if (all != NULL)
		rep_why_text(&b, set, all, set->verdicts.incidents_n, &asked, true);
	printf("--- %s:%u\n%.*s\n", e->st->file, s->line, (int)b.n, b.p != NULL ? b.p : "");
	rep_buf_fini(&b);
}

/* What was told until here is expected, all of it, and is no more than a person reads. */
static void
all_expected(const struct engine *e, const struct story_step *at, struct story_result *r)
{
	const struct story_message *left = story_told_left(&e->told);
	size_t day = story_told_day(&e->told);

	if (left == NULL && day <= STORY_TOLD_A_DAY)
		return;
	r->failed = true;
	r->line = at->line;
	r->what = rep_arena_printf(e->a,
	    left != NULL ? "all that was told is expected" : "at most %d messages a day",
	    STORY_TOLD_A_DAY);
	r->why = left == NULL ? rep_arena_printf(e->a, "%zu", day)
			      : rep_arena_printf(e->a, "told %s \"%.*s\"",
				    rep_alert_event_word(left->event), REP_PR(left->title));
}

/* All expectations that stand together are held against one judgement for each result. */
static enum rep_rc
judge(struct engine *e, const struct story_step *from, struct story_result *r, bool show,
    struct rep_err *err)
{
	struct rep_verdict_set set;
	struct story_scene scene = { e->st, e->world, &set, SIZE_MAX, e->bad,
		r->piece == NULL ? &e->told : NULL, e->a };
	enum rep_rc rc;

	e->session.now_s = story_world_now(e->world);
	e->session.without = &r->piece;
	e->session.without_n = r->piece != NULL && story_piece_of_judge(r->piece);
	rc = rep_verdicts_make(&e->session, e->know, e->store, REP_DEPTH_REASONS, &set, err);
	if (rc == REP_OK && show)
		print_why(e, from, &set);
	for (const struct story_step *s = from;
	     rc == REP_OK && !r->failed && s != NULL && s->what == STORY_EXPECT; s = s->next) {
		if (story_expect_holds(s->expect, &scene, &r->why))
			continue;
		r->failed = true;
		r->line = s->line;
		r->what = s->text;
	}
	if (rc == REP_OK && scene.told != NULL && !r->failed)
		all_expected(e, from, r);
	rep_verdicts_free(&set);
	e->session.without_n = 0;
	return rc;
}

/* Nothing is left to be found out. */
static bool
all_failed(const struct story_result *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!v[i].failed)
			return false;
	return true;
}

static const char *
folder_of(const struct story *st)
{
	struct rep_str file = rep_str_c(st->file);
	size_t slash = rep_str_rchr(file, '/');
	struct rep_str folder =
	    slash == SIZE_MAX ? REP_S(".") : rep_arena_dup(st->a, rep_str_sub(file, 0, slash));

	return folder.p != NULL ? folder.p : ".";
}

static enum rep_rc
go_through(struct engine *e, struct story_result *v, size_t n, bool show, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	for (const struct story_step *s = e->st->first;
	     s != NULL && rc == REP_OK && !all_failed(v, n);) {
		if (s->what != STORY_EXPECT) {
			rc = live(e, s, err);
			if (rc != REP_OK)
				return rep_ctx(err, "%s:%u", e->st->file, s->line);
			s = s->next;
			continue;
		}
		for (size_t i = 0; i < n && rc == REP_OK; i++)
			if (!v[i].failed)
				rc = judge(e, s, &v[i], show && i == 0, err);
		while (s != NULL && s->what == STORY_EXPECT)
			s = s->next;
	}
	return rc;
}

enum rep_rc
story_run(const struct story *st, struct story_result *v, size_t n, bool show, struct rep_err *err)
{
	struct engine *e = rep_arena_alloc(st->a, sizeof *e);
	enum rep_rc rc;

	if (e == NULL)
		return rep_fail(err, REP_ELIMIT, "the story is too large");
	e->st = st;
	e->a = e->told.a = st->a;
	e->watch = v[0].piece == NULL;
	e->session.cfg = &e->cfg;
	e->session.arena = e->a;
	/* Nothing of this machine's /etc/reputed/know.d: the folder of the story has no weights. */
	e->session.know_dir = folder_of(st);
	if (v[0].piece != NULL && !story_piece_of_judge(v[0].piece))
		e->piece = v[0].piece;
	if ((rc = set_up(e, err)) == REP_OK)
		rc = go_through(e, v, n, show, err);
	tear_down(e);
	return rc;
}
