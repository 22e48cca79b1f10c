/*
 * reputed steer postfix: what steering needs of Postfix: shown, changed, and changed back.
 *
 * The file before the change and after it are kept in the folder `reputed` beside main.cf, so that `disable` gives back
 * every byte, also when a person has changed other lines meanwhile (steer/main_cf.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* O_NOFOLLOW */
#include "cli/setup_ask.h"
#include "cli/steer.h"
#include "steer/soften.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	TABLE_MAX = 1 << 20, /* all rules make some 100 KB */
	FILES = 2
};

/* The files of Postfix that are changed, and our copies of them. */
static const struct {
	const char *name, *before, *after;
} files[FILES] = { { "main.cf", "main.cf.before", "main.cf.after" },
	{ "master.cf", "master.cf.before", "master.cf.after" } };

/* --- files ------------------------------------------------------------------------------------------------ */

static bool
failed(const struct rep_steering *s, const char *path)
{
	rep_cli_say("%s: %s%s", path, strerror(errno),
	    errno == EACCES || errno == EPERM ? "; run it as root" : "");
	rep_cli_note(s->c, REP_EXIT_FAILED);
	return false;
}

static const char *
config_path(const struct rep_steering *s, const char *name)
{
	return rep_arena_printf(s->c->arena, "%.*s/%s", REP_PR(s->postfix.folder), name).p;
}

/* A whole file, which must be there. */
static bool
read_file(const struct rep_steering *s, const char *path, struct rep_str *out)
{
	if (!rep_machine_has(&s->machine, path)) {
		errno = ENOENT;
		return failed(s, path);
	}
	*out = rep_machine_file(&s->machine, path);
	return true;
}

static bool
write_to(int fd, struct rep_str text)
{
	for (ssize_t n; text.n > 0; text = rep_str_sub(text, (size_t)n, text.n))
		if ((n = write(fd, text.p, text.n)) <= 0)
			return false;
	return fsync(fd) == 0;
}

/* Whole or not at all. st: of the file that it replaces, whose mode and owner it gets. */
static bool
replace(const struct rep_steering *s, const char *path, const struct stat *st, struct rep_str text)
{
	char temp[PATH_MAX];
	bool good;
	int fd;

	if ((size_t)snprintf(temp, sizeof temp, "%s.reputed", path) >= sizeof temp) {
		errno = ENAMETOOLONG;
		return failed(s, path);
	}
	(void)unlink(temp);
	if ((fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) < 0)
		return failed(s, temp);
	good = write_to(fd, text) && fchown(fd, st->st_uid, st->st_gid) == 0 &&
	    fchmod(fd, st->st_mode & 07777) == 0;
	good = close(fd) == 0 && good && rename(temp, path) == 0;
	if (!good) {
		(void)failed(s, path);
		(void)unlink(temp);
	}
	return good;
}

/* main.cf or master.cf. One that is a link stays one: the file behind it is written. */
static bool
write_config(const struct rep_steering *s, const char *path, struct rep_str text)
{
	char real[PATH_MAX];
	struct stat st;

	if (realpath(path, real) == NULL || stat(real, &st) != 0)
		return failed(s, path);
	return replace(s, real, &st, text);
}

/* A file of ours, in a folder of root's. */
static bool
write_own(const struct rep_steering *s, const char *name, mode_t mode, struct rep_str text)
{
	struct stat st = { .st_mode = mode, .st_uid = geteuid(), .st_gid = getegid() };

	return replace(s, rep_steering_path(s, name), &st, text);
}

const char *
rep_steering_path(const struct rep_steering *s, const char *name)
{
	struct rep_str p = rep_arena_printf(s->c->arena, "%.*s/%s", REP_PR(s->own), name);

	return p.p != NULL ? p.p : "";
}

/* --- asking Postfix --------------------------------------------------------------------------------------- */

static bool
ask(struct rep_steering *s, const char *const *argv, struct rep_str *said)
{
	struct rep_err err;
	bool cut = false;

	if (rep_machine_run(&s->machine, argv, NULL, TABLE_MAX, said, &cut, &err) != REP_OK) {
		rep_cli_fail(s->c, REP_EXIT_FAILED, &err);
		return false;
	}
	if (cut)
		rep_cli_say("%s says more than is read", argv[0]);
	return !cut;
}

/* The instance that --postfix names, else the only one. */
static bool
find_folder(struct rep_steering *s)
{
	const char *which[] = { "postconf", "-h", "config_directory", NULL };
	const char *others[] = { "postconf", "-h", "multi_instance_directories", NULL };
	struct rep_str folder, more;

	if (s->c->postfix.n > 1) {
		rep_cli_say("--postfix: one at a time");
		rep_cli_note(s->c, REP_EXIT_USAGE);
		return false;
	}
	if (s->c->postfix.n == 1) {
		s->postfix.folder = rep_str_c(s->c->postfix.v[0]);
		return true;
	}
	if (!ask(s, which, &folder) || !ask(s, others, &more))
		return false;
	folder = rep_str_trim(folder);
	more = rep_str_trim(more);
	if (more.n > 0) {
		rep_cli_say(
		    "there are several instances of Postfix; say which one sends your mail, such as: "
		    "reputed steer postfix plan --postfix %.*s (the others: %.*s)",
		    REP_PR(folder), REP_PR(more));
		rep_cli_note(s->c, REP_EXIT_USAGE);
		return false;
	}
	s->postfix.folder = folder;
	return true;
}

bool
rep_steering_find(struct rep_cli *c, struct rep_steering *s)
{
	const char *argv[24] = { "postconf", "-c" };
	const char *services[] = { "postconf", "-c", NULL, "-M", NULL };
	const char *options[] = { "postconf", "-c", NULL, "-P", NULL };
	struct rep_err err;
	size_t n = 2;

	*s = (struct rep_steering){ .c = c, .machine = { .root = "", .arena = c->arena } };
	if (!find_folder(s))
		return false;
	s->own = rep_arena_printf(c->arena, "%.*s/reputed", REP_PR(s->postfix.folder));
	s->postfix.folder = rep_arena_dup(c->arena, s->postfix.folder);
	argv[n++] = services[2] = options[2] = s->postfix.folder.p;
	for (size_t i = 0; rep_steer_parameters[i] != NULL && n + 1 < REP_COUNT(argv); i++)
		argv[n++] = rep_steer_parameters[i];
	if (!ask(s, argv, &s->postfix.main) || !ask(s, services, &s->postfix.services) ||
	    !ask(s, options, &s->postfix.options))
		return false;
	if (rep_steer_plan_make(&s->postfix, c->arena, &s->plan, &err) != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
		return false;
	}
	s->enabled = rep_machine_has(&s->machine, rep_steering_path(s, files[0].before));
	return true;
}

bool
rep_steering_run(const struct rep_steering *s, const char *program, const char *const *more)
{
	const char *argv[8] = { program, "-c", s->postfix.folder.p };
	struct rep_str said;
	struct rep_err err;

	for (size_t i = 0; more[i] != NULL && i + 4 < REP_COUNT(argv); i++)
		argv[3 + i] = more[i];
	if (rep_machine_run(&s->machine, argv, NULL, TABLE_MAX, &said, NULL, &err) == REP_OK)
		return true;
	rep_cli_fail(s->c, REP_EXIT_FAILED, &err);
	return false;
}

/* --- showing ---------------------------------------------------------------------------------------------- */

static void
show_place(struct rep_buf *b, const struct rep_steering *s, const struct rep_cf_change *at)
{
	if (at->service.n > 0)
		rep_buf_printf(b, "%.*s/master.cf, service %.*s: %.*s\n", REP_PR(s->postfix.folder),
		    REP_PR(at->service), REP_PR(at->name));
	else
		rep_buf_printf(
		    b, "%.*s/main.cf: %.*s\n", REP_PR(s->postfix.folder), REP_PR(at->name));
}

static void
show_plan(struct rep_buf *b, const struct rep_steering *s)
{
	const struct rep_steer_plan *p = &s->plan;

	if (p->refused.n > 0) {
		rep_out_paragraph(b, REP_S("Nothing can be steered here."));
		rep_out_paragraph(b, p->refused);
		return;
	}
	if (p->n == 0)
		rep_out_paragraph(b, REP_S("All of it is in place; nothing would change."));
	for (size_t i = 0; i < p->n; i++) {
		rep_buf_add(b, i > 0 ? REP_S("\n") : REP_S(""));
		show_place(b, s, &p->v[i].at);
		rep_buf_printf(b, "  before  %s%.*s\n", p->v[i].was.n > 0 ? "" : "(empty)",
		    REP_PR(p->v[i].was));
		rep_buf_printf(b, "  after   %.*s\n", REP_PR(p->v[i].will));
		rep_buf_add(b, REP_S("  "));
		rep_out_wrap(b, rep_str_c(p->v[i].why), 2, 2);
		rep_buf_addc(b, '\n');
	}
	if (p->remarks_n > 0)
		rep_buf_add(b, REP_S("\nTo know:\n"));
	for (size_t i = 0; i < p->remarks_n; i++) {
		rep_buf_add(b, REP_S("- "));
		rep_out_wrap(b, p->remarks[i], 2, 2);
		rep_buf_addc(b, '\n');
	}
}

/* Prints, and frees. */
static int
shown(struct rep_buf *b, int code)
{
	bool fine = rep_out_flush(b);

	rep_buf_fini(b);
	return fine ? code : REP_EXIT_FAILED;
}

/* What Microsoft asks of senders is no secret of ours: who decides to wait has to know it. */
static const char on_waiting[] =
    "A server that says 5xx asks you not to try again, and Microsoft's page for senders says the same. What waits here "
    "is not tried again into a block: it is held, one message finds out whether the block is over, and "
    "what no longer makes sense goes back to its sender.";

static int
as_json(const struct rep_steering *s, const bool *current)
{
	int code =
	    s->plan.refused.n > 0 || (s->enabled && s->plan.n > 0) || (current != NULL && !*current)
	    ? REP_EXIT_TROUBLE
	    : REP_EXIT_OK;
	struct rep_json j;
	struct rep_buf b;

	rep_buf_init(&b, TABLE_MAX);
	rep_json_init(&j, &b);
	rep_json_obj(&j, NULL);
	rep_json_str(&j, "folder", s->postfix.folder);
	rep_json_bool(&j, "enabled", s->enabled);
	if (current != NULL)
		rep_json_bool(&j, "table_is_current", *current);
	else
		rep_json_null(&j, "table_is_current");
	rep_json_str_or_null(&j, "refused", s->plan.refused);
	rep_json_arr(&j, "changes");
	for (size_t i = 0; i < s->plan.n; i++) {
		const struct rep_steer_change *x = &s->plan.v[i];

		rep_json_obj(&j, NULL);
		rep_json_str_or_null(&j, "service", x->at.service);
		rep_json_str(&j, "parameter", x->at.name);
		rep_json_str_or_null(&j, "was", x->was);
		rep_json_str(&j, "will", x->will);
		rep_json_cstr(&j, "why", x->why);
		rep_json_end_obj(&j);
	}
	rep_json_end_arr(&j);
	rep_json_arr(&j, "remarks");
	for (size_t i = 0; i < s->plan.remarks_n; i++)
		rep_json_str(&j, NULL, s->plan.remarks[i]);
	rep_json_end_arr(&j);
	rep_json_end_obj(&j);
	rep_buf_addc(&b, '\n');
	return shown(&b, code);
}

static int
plan(struct rep_steering *s)
{
	struct rep_buf b;

	if (s->c->json)
		return as_json(s, NULL);
	rep_buf_init(&b, TABLE_MAX);
	show_plan(&b, s);
	if (s->plan.refused.n == 0 && s->plan.n > 0) {
		rep_buf_addc(&b, '\n');
		rep_out_paragraph(&b, rep_str_c(on_waiting));
		rep_buf_addc(&b, '\n');
		rep_out_paragraph(&b,
		    REP_S(
			"To do it, as root: reputed steer postfix enable. It shows this again and "
			"asks. To take it back, to the byte: reputed steer postfix disable."));
	}
	return shown(&b, s->plan.refused.n > 0 ? REP_EXIT_TROUBLE : REP_EXIT_OK);
}

/* --- changing --------------------------------------------------------------------------------------------- */

/*
 * Everything in it is root's: root gives back main.cf from a copy in there, and whoever could write that copy could
 * become root.
 */
static bool
make_folder(const struct rep_steering *s)
{
	struct stat st;

	if (mkdir(s->own.p, 0755) != 0 && errno != EEXIST)
		return failed(s, s->own.p);
	if (lstat(s->own.p, &st) != 0)
		return failed(s, s->own.p);
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 022) != 0) {
		rep_cli_say(
		    "%s is no folder that only you may write: move it away, and run this again",
		    s->own.p);
		rep_cli_note(s->c, REP_EXIT_FAILED);
		return false;
	}
	if (chmod(s->own.p, 0755) != 0)
		return failed(s, s->own.p);
	return true;
}

/* The table of the rules as they are. out->p == NULL: printed and noted. */
static struct rep_str
table_of_rules(const struct rep_steering *s)
{
	struct rep_str text = { NULL, 0 };
	struct rep_know *know;
	struct rep_err err;
	struct rep_buf b;

	if (rep_session_know(&s->c->session, &know, &err) != REP_OK) {
		rep_cli_fail(s->c, REP_EXIT_FAILED, &err);
		return text;
	}
	rep_buf_init(&b, TABLE_MAX);
	(void)rep_soften_table(know, &b);
	rep_know_free(know);
	if ((text = rep_arena_take(s->c->arena, &b)).p == NULL) {
		rep_cli_say("the rules make a table of more than %d bytes", TABLE_MAX);
		rep_cli_note(s->c, REP_EXIT_FAILED);
	}
	return text;
}

static bool
make_table(const struct rep_steering *s)
{
	struct rep_str text = table_of_rules(s);

	return text.p != NULL && write_own(s, "softened", 0644, text);
}

/* An empty map; one that is there stays. */
static bool
make_map(const struct rep_steering *s)
{
	static const char empty[] =
	    "# Made by reputed steer: domains that are held. Do not edit it.\n";
	const char *more[] = { s->plan.map.p, NULL };

	if (!rep_machine_has(&s->machine, rep_steering_path(s, "hold")) &&
	    !write_own(s, "hold", 0644, rep_str_c(empty)))
		return false;
	return rep_steering_run(s, "postmap", more);
}

static bool
keep_copies(const struct rep_steering *s, bool before)
{
	for (size_t i = 0; i < FILES; i++) {
		struct rep_str text;

		if (!read_file(s, config_path(s, files[i].name), &text) ||
		    !write_own(s, before ? files[i].before : files[i].after, 0600, text))
			return false;
	}
	return true;
}

/* Options of services by postconf, parameters by our own hand: rep_cf_set says why. */
static bool
apply(const struct rep_steering *s)
{
	const char *path = config_path(s, files[0].name);
	struct rep_str text;
	struct rep_buf b;
	bool good = read_file(s, path, &text);

	for (size_t i = 0; good && i < s->plan.n; i++) {
		const struct rep_steer_change *x = &s->plan.v[i];
		struct rep_str set = rep_arena_printf(s->c->arena, "%.*s/%.*s/%.*s=%.*s",
		    REP_PR(x->at.service), REP_PR(x->at.type), REP_PR(x->at.name), REP_PR(x->will));
		const char *more[] = { "-P", set.p, NULL };

		if (x->at.service.n > 0) {
			good = set.p != NULL && rep_steering_run(s, "postconf", more);
			continue;
		}
		rep_buf_init(&b, SIZE_MAX);
		rep_cf_set(text, &x->at, x->will, &b);
		text = rep_arena_take(s->c->arena, &b);
		good = text.p != NULL;
	}
	return good && write_config(s, path, text);
}

static bool
undo_file(const struct rep_steering *s, size_t i, const struct rep_cf_change *v, size_t n,
    enum rep_cf_undone *how)
{
	struct rep_cf_texts t;
	struct rep_buf b;
	bool good;

	/* `enable` was stopped before it changed anything. */
	if (!rep_machine_has(&s->machine, rep_steering_path(s, files[i].before)))
		return true;
	if (!read_file(s, rep_steering_path(s, files[i].before), &t.before) ||
	    !read_file(s, config_path(s, files[i].name), &t.now))
		return false;
	t.after = rep_machine_has(&s->machine, rep_steering_path(s, files[i].after))
	    ? rep_machine_file(&s->machine, rep_steering_path(s, files[i].after))
	    : t.before;
	rep_buf_init(&b, SIZE_MAX);
	if (rep_cf_undo(&t, v, n, &b) == REP_CF_PART)
		*how = REP_CF_PART;
	good = rep_str_eq(rep_buf_str(&b), t.now) ||
	    write_config(s, config_path(s, files[i].name), rep_buf_str(&b));
	rep_buf_fini(&b);
	return good;
}

static bool
undo(const struct rep_steering *s, enum rep_cf_undone *how)
{
	struct rep_cf_change v[REP_STEER_CHANGES_MAX], mine[REP_STEER_CHANGES_MAX];
	size_t n = rep_steer_places(&s->postfix, &s->plan, v);

	*how = REP_CF_WHOLE;
	for (size_t i = 0; i < FILES; i++) {
		size_t mine_n = 0;

		for (size_t k = 0; k < n; k++)
			if ((v[k].service.n > 0) == (i == 1))
				mine[mine_n++] = v[k];
		if (!undo_file(s, i, mine, mine_n, how))
			return false;
	}
	return true;
}

static void
remove_ours(const struct rep_steering *s)
{
	static const char *const names[] = { "softened", "hold", "hold.db", "hold.lmdb", "hold.cdb",
		"main.cf.after", "master.cf.after", "master.cf.before", "main.cf.before" };

	for (size_t i = 0; i < REP_COUNT(names); i++)
		(void)unlink(rep_steering_path(s, names[i]));
	(void)rmdir(s->own.p);
}

/* Postfix reads the change. One that does not run reads it when it starts. */
static void
reload(const struct rep_steering *s)
{
	const char *argv[] = { "postfix", "-c", s->postfix.folder.p, "reload", NULL };
	struct rep_str said;
	struct rep_err err;

	if (rep_machine_run(&s->machine, argv, NULL, TABLE_MAX, &said, NULL, &err) != REP_OK)
		rep_cli_say(
		    "Postfix was not reloaded (does it run?); it reads the change when it starts");
}

static bool
checked(const struct rep_steering *s)
{
	const char *more[] = { "check", NULL };

	return rep_steering_run(s, "postfix", more);
}

static int
enable(struct rep_steering *s)
{
	struct rep_cli *c = s->c;
	enum rep_cf_undone how;
	struct rep_buf b;

	if (s->plan.refused.n > 0)
		return plan(s);
	if (s->enabled && s->plan.n > 0) {
		rep_cli_say(
		    "somebody took a part of it out of Postfix: run reputed steer postfix disable, then "
		    "enable");
		return REP_EXIT_TROUBLE;
	}
	rep_buf_init(&b, TABLE_MAX);
	show_plan(&b, s);
	if (shown(&b, REP_EXIT_OK) != REP_EXIT_OK)
		return REP_EXIT_FAILED;
	if (s->plan.n > 0 && !c->yes) {
		if (!rep_ask_can()) {
			rep_cli_say(
			    "nothing was changed: there is nobody to ask; --yes does it without asking");
			return REP_EXIT_USAGE;
		}
		if (!rep_ask_yes("\nChange Postfix like this? [y/N] ", false))
			return REP_EXIT_OK;
	}
	if (!make_folder(s) || !make_table(s) || !make_map(s))
		return c->worst;
	if (s->plan.n == 0)
		return REP_EXIT_OK;
	if (!keep_copies(s, true))
		return c->worst;
	if (!apply(s) || !keep_copies(s, false) || !checked(s)) {
		if (undo(s, &how))
			remove_ours(s);
		rep_cli_say("Postfix was changed back");
		return REP_EXIT_FAILED;
	}
	reload(s);
	rep_buf_init(&b, TABLE_MAX);
	rep_out_paragraph(&b,
	    REP_S("Done. A refusal of this server waits from now on; nothing is held yet. To "
		  "take it back: reputed steer postfix disable."));
	return shown(&b, REP_EXIT_OK);
}

static int
disable(struct rep_steering *s)
{
	enum rep_cf_undone how;
	struct rep_buf b;

	if (!s->enabled) {
		rep_buf_init(&b, TABLE_MAX);
		rep_out_paragraph(
		    &b, REP_S("Nothing to do: steering has changed nothing in this Postfix."));
		return shown(&b, REP_EXIT_OK);
	}
	if (!undo(s, &how) || !checked(s))
		return s->c->worst;
	reload(s);
	remove_ours(s);
	rep_buf_init(&b, TABLE_MAX);
	rep_out_paragraph(&b,
	    how == REP_CF_WHOLE
		? REP_S(
		      "Done. Every line that steering changed is what it was before, to the byte.")
		: REP_S("Done. You had changed a line that steering changed too: only the part of "
			"steering was taken out of it, and what you wrote stays."));
	return shown(&b, REP_EXIT_OK);
}

static int
status(struct rep_steering *s)
{
	static const char
	    off[] = "Postfix is not steered: a refusal bounces. What would change: reputed steer "
		    "postfix plan.",
	    part[] =
		"A part of the change is gone from Postfix, so mail may bounce. Run reputed steer "
		"postfix disable, then enable.",
	    old[] =
		"Postfix is steered, by a table of other rules than those of this reputed. Make it "
		"anew: reputed steer postfix enable.",
	    on[] = "Postfix is steered: a refusal of this server waits instead of bouncing.";
	const char *path = rep_steering_path(s, "softened");
	bool current = true;
	struct rep_str table;
	struct rep_buf b;

	if (s->enabled && s->plan.n == 0) {
		if ((table = table_of_rules(s)).p == NULL)
			return s->c->worst;
		current = rep_str_eq(table, rep_machine_file(&s->machine, path));
	}
	if (s->c->json)
		return as_json(s, s->enabled ? &current : NULL);
	if (s->plan.refused.n > 0)
		return plan(s);
	rep_buf_init(&b, TABLE_MAX);
	rep_out_paragraph(&b,
	    rep_str_c(!s->enabled   ? off
		    : s->plan.n > 0 ? part
		    : !current	    ? old
				    : on));
	return shown(
	    &b, s->enabled && (s->plan.n > 0 || !current) ? REP_EXIT_TROUBLE : REP_EXIT_OK);
}

int
rep_steer_postfix(struct rep_cli *c)
{
	static const struct {
		const char *word;
		int (*run)(struct rep_steering *s);
	} acts[] = { { "plan", plan }, { "enable", enable }, { "disable", disable },
		{ "status", status } };
	struct rep_steering *s = rep_arena_alloc(c->arena, sizeof *s);

	if (s == NULL) {
		rep_cli_say("out of memory");
		return REP_EXIT_FAILED;
	}
	for (size_t i = 0; i < REP_COUNT(acts); i++)
		if (c->args_n == 2 && strcmp(c->args[1], acts[i].word) == 0)
			return rep_steering_find(c, s) ? acts[i].run(s) : c->worst;
	rep_cli_say("reputed steer postfix plan, enable, disable or status");
	return REP_EXIT_USAGE;
}
