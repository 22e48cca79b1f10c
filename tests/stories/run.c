/*
 * Runs stories: prints TAP, or the table of what each story is about.
 *
 * 	stories [--table] [--show] [--log] [--odd|--even] FILE...
 *
 * A story must hold with everything switched on. It must not hold without each piece that it is
 * about, else it says nothing about that piece. --table prints both as rows of a table
 * (tools/stories-table makes tests/stories/TABLE.md from it). --show prints what `reputed why` says
 * at each expectation, --log the lines that were read. --odd and --even take every other file, so
 * that two cores can share the work. Exit code 0 when all is as it must be, 1 when it is not, 2
 * when a story cannot be read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>

static bool as_table, show, show_log;

static void
comment(struct rep_str what, const char *file, const struct story_result *r)
{
	printf("#  %s:%u: expect %.*s\n#    found: %.*s\n", file, r->line, REP_PR(what),
	    REP_PR(r->why));
}

/* One row, or one line of TAP. */
static void
tell(const struct story *st, const struct story_result *all, const struct story_result *r)
{
	if (as_table) {
		printf("| %.*s | %s | %s | %s | %.*s |\n", REP_PR(st->name), r->piece,
		    all->failed ? "FAILS" : "holds", r->failed ? "fails" : "HOLDS",
		    REP_PR(r->what));
		tap_failed += all->failed || !r->failed;
	} else {
		(void)ok(r->failed, "%.*s: fails without %s", REP_PR(st->name), r->piece);
	}
}

/* With everything and without the judge's pieces in one run; without each other in one of its own. */
static enum rep_rc
run(struct story *st, struct rep_err *err)
{
	struct story_result v[STORY_PIECES + 1] = { { .piece = NULL } };
	size_t n = 1;
	enum rep_rc rc;

	for (size_t i = 0; i < st->pieces_n; i++) {
		if (!story_piece_known(st->pieces[i]))
			return rep_fail(
			    err, REP_ESYNTAX, "%s: no piece \"%s\"", st->file, st->pieces[i]);
		if (story_piece_of_judge(st->pieces[i]))
			v[n++].piece = st->pieces[i];
	}
	st->log = show_log;
	if ((rc = story_run(st, v, n, show, err)) != REP_OK)
		return rc;
	st->log = false;
	if (!as_table) {
		(void)ok(!v[0].failed, "%.*s: %.*s", REP_PR(st->name), REP_PR(st->title));
		if (v[0].failed)
			comment(v[0].what, st->file, &v[0]);
	}
	for (size_t i = 1; i < n; i++)
		tell(st, &v[0], &v[i]);
	for (size_t i = 0; i < st->pieces_n; i++) {
		struct story_result one = { .piece = st->pieces[i] };

		if (story_piece_of_judge(one.piece))
			continue;
		if ((rc = story_run(st, &one, 1, false, err)) != REP_OK)
			return rc;
		tell(st, &v[0], &one);
	}
	return REP_OK;
}

static enum rep_rc
slurp(const char *path, struct rep_arena *a, struct rep_str *out, struct rep_err *err)
{
	FILE *f = fopen(path, "re");
	char *p = rep_arena_alloc(a, STORY_FILE_MAX);

	if (f == NULL || p == NULL)
		return rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
	*out = (struct rep_str){ p, fread(p, 1, STORY_FILE_MAX, f) };
	(void)fclose(f);
	return out->n < STORY_FILE_MAX
	    ? REP_OK
	    : rep_fail(err, REP_ELIMIT, "%s: larger than %d bytes", path, STORY_FILE_MAX);
}

static bool
one_file(const char *path)
{
	struct rep_arena *a = rep_arena_new(STORY_ARENA);
	struct story *st = a != NULL ? rep_arena_alloc(a, sizeof *st) : NULL;
	struct rep_err err = { .msg = "out of memory" };
	struct rep_str text;
	bool read = false;

	if (st != NULL)
		read = slurp(path, a, &text, &err) == REP_OK &&
		    story_parse(path, text, a, st, &err) == REP_OK && run(st, &err) == REP_OK;
	if (!read) {
		fprintf(stderr, "%s\n", err.msg);
		if (!as_table)
			(void)ok(false, "%s: %s", path, err.msg);
	}
	if (st != NULL)
		story_free(st);
	rep_arena_free(a);
	return read;
}

int
main(int argc, char **argv)
{
	unsigned part = 0, parts = 1, file = 0;
	bool read = true;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--table") == 0)
			as_table = true;
		else if (strcmp(argv[i], "--odd") == 0)
			parts = 2;
		else if (strcmp(argv[i], "--even") == 0)
			part = 1, parts = 2;
		else if (strcmp(argv[i], "--show") == 0)
			show = true;
		else if (strcmp(argv[i], "--log") == 0)
			show_log = true;
		else if (file++ % parts == part)
			read = one_file(argv[i]) && read;
	}
	story_end();
	if (!read)
		return 2;
	return as_table ? tap_failed > 0 : done();
}
