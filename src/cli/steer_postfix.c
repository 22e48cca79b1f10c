/*
 * reputed steer postfix: what steering needs of Postfix: shown, changed, and changed back.
 *
 * The files before the change and after it are kept in the folder `reputed` beside main.cf, so that `disable` gives back
 * every byte, also when a person has changed other lines meanwhile (steer/main_cf.h). They are written before Postfix's
 * own files are touched, main.cf.before last: who has that one has all of them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* O_NOFOLLOW, O_DIRECTORY */
#include "base/fd.h"
#include "cli/setup_ask.h"
#include "cli/steer.h"
#include "engine/files.h"
#include "steer/soften.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	TABLE_MAX = 1 << 20,  /* the built-in rules make some 230 KB (test_steer.c) */
	CONFIG_MAX = 1 << 20, /* main.cf, master.cf: some kilobytes */
	RUN_MS = 60000,	      /* postfix check looks at every file of the queue's folders */
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

static bool
failed_by(const struct rep_steering *s, const struct rep_err *err)
{
	rep_cli_fail(s->c, REP_EXIT_FAILED, err);
	return false;
}

static const char *
config_path(const struct rep_steering *s, const char *name)
{
	struct rep_str p =
	    rep_arena_printf(s->c->arena, "%.*s/%s", REP_PR(s->postfix.folder), name);

	return p.p != NULL ? p.p : "";
}

const char *
rep_steering_path(const struct rep_steering *s, const char *name)
{
	struct rep_str p = rep_arena_printf(s->c->arena, "%.*s/%s", REP_PR(s->own), name);

	return p.p != NULL ? p.p : "";
}

/* A whole file. False: it is not there, or cannot be read whole (printed). */
static bool
read_file(const struct rep_steering *s, const char *path, struct rep_str *out)
{
	struct rep_err err;

	return rep_file_read(s->c->arena, path, CONFIG_MAX, out, &err) == REP_OK ||
	    failed_by(s, &err);
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
	good = rep_fd_write(fd, text) && fchown(fd, st->st_uid, st->st_gid) == 0 &&
	    fchmod(fd, st->st_mode & 07777) == 0 && fsync(fd) == 0;
	good = close(fd) == 0 && good && rename(temp, path) == 0 && rep_fd_sync_folder_of(path);
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

/* --- asking Postfix --------------------------------------------------------------------------------------- */

static bool
ask(struct rep_steering *s, const char *const *argv, struct rep_str *said)
{
	struct rep_err err;
	bool cut = false;

	if (rep_machine_run(&s->machine, argv, NULL, TABLE_MAX, said, &cut, &err) != REP_OK)
		return failed_by(s, &err);
	if (cut) {
		rep_cli_say("%s says more than is read", argv[0]);
		rep_cli_note(s->c, REP_EXIT_FAILED);
	}
	return !cut;
}

/* The instance that --postfix names, else the only one. */
static bool
find_folder(struct rep_steering *s)
{
	const char *which[] = { "postconf", "-h", "config_directory", NULL };
	const char *others[] = { "postconf", "-h", "multi_instance_directories", NULL };
	struct rep_str folder, more;
	char real[PATH_MAX];

	if (s->c->postfix.n > 1) {
		rep_cli_say("--postfix: one at a time");
		rep_cli_note(s->c, REP_EXIT_USAGE);
		return false;
	}
	if (s->c->postfix.n == 1) {
		if (realpath(s->c->postfix.v[0], real) == NULL)
			return failed(s, s->c->postfix.v[0]);
		s->postfix.folder = rep_arena_dup(s->c->arena, rep_str_c(real));
		return s->postfix.folder.p != NULL;
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
	s->postfix.folder = rep_arena_dup(s->c->arena, folder);
	return s->postfix.folder.p != NULL;
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
	argv[n++] = services[2] = options[2] = s->postfix.folder.p;
	for (size_t i = 0; rep_steer_parameters[i] != NULL && n + 1 < REP_COUNT(argv); i++)
		argv[n++] = rep_steer_parameters[i];
	if (!ask(s, argv, &s->postfix.main) || !ask(s, services, &s->postfix.services) ||
	    !ask(s, options, &s->postfix.options))
		return false;
	if (rep_steer_plan_make(&s->postfix, c->arena, &s->plan, &err) != REP_OK)
		return failed_by(s, &err);
	s->enabled = rep_machine_has(&s->machine, rep_steering_path(s, files[0].before));
	return true;
}

bool
rep_steering_run(const struct rep_steering *s, const char *program, const char *const *more)
{
	const char *argv[8] = { program, "-c", s->postfix.folder.p };
	struct rep_err err;

	for (size_t i = 0; more[i] != NULL && i + 4 < REP_COUNT(argv); i++)
		argv[3 + i] = more[i];
	return rep_machine_do(&s->machine, argv, RUN_MS, &err) == REP_OK || failed_by(s, &err);
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
		rep_out_paragraph(
		    b, REP_S("All of it is in place; nothing would change in Postfix."));
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

static int
say_done(const char *sentence, int code)
{
	struct rep_buf b;

	rep_buf_init(&b, TABLE_MAX);
	rep_out_paragraph(&b, rep_str_c(sentence));
	return shown(&b, code);
}

/* Parts of it are in force, and not all. */
static bool
is_broken(const struct rep_steering *s)
{
	return s->plan.refused.n == 0 && (s->enabled ? s->plan.n > 0 : s->plan.parts > 0);
}

static int
as_json(const struct rep_steering *s, const bool *current)
{
	int code = s->plan.refused.n > 0 || is_broken(s) || (current != NULL && !*current)
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

/* What receivers ask of senders: who decides to wait has to know it. */
static const char on_waiting[] =
    "A server that says 5xx asks you not to try again, and Microsoft's page for senders says the same. What waits here "
    "is tried again, ever more rarely, until it is accepted or goes back to its sender. To stop these tries too, hold "
    "the mail of that provider: reputed why prints the commands.";

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
	return shown(&b, s->plan.refused.n > 0 || is_broken(s) ? REP_EXIT_TROUBLE : REP_EXIT_OK);
}

/* --- changing --------------------------------------------------------------------------------------------- */

/* One at a time: the lock goes with the process. */
static bool
lock(const struct rep_steering *s)
{
	int fd = open(s->postfix.folder.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return failed(s, s->postfix.folder.p);
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	rep_cli_say("another reputed steer changes this Postfix; try again when it is done");
	rep_cli_note(s->c, REP_EXIT_FAILED);
	(void)close(fd);
	return false;
}

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
	return chmod(s->own.p, 0755) == 0 || failed(s, s->own.p);
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
		(void)failed_by(s, &err);
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
is_table(const struct rep_steering *s, struct rep_str text)
{
	return rep_str_eq(text, rep_machine_file(&s->machine, rep_steering_path(s, "softened")));
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

/* Postfix reads the change. One that does not run reads it when it starts. */
static void
reload(const struct rep_steering *s)
{
	const char *argv[] = { "postfix", "-c", s->postfix.folder.p, "reload", NULL };
	struct rep_err err;

	if (rep_machine_do(&s->machine, argv, RUN_MS, &err) != REP_OK)
		rep_cli_say(
		    "Postfix was not reloaded (does it run?), and reads the change when it starts: %s",
		    err.msg);
}

static bool
checked(const struct rep_steering *s)
{
	const char *more[] = { "check", NULL };

	return rep_steering_run(s, "postfix", more);
}

/* Both files, as they are. */
static bool
read_both(const struct rep_steering *s, struct rep_str v[FILES])
{
	for (size_t i = 0; i < FILES; i++)
		if (!read_file(s, config_path(s, files[i].name), &v[i]))
			return false;
	return true;
}

/* What both will be. False: out of memory. */
static bool
plan_both(
    const struct rep_steering *s, const struct rep_str before[FILES], struct rep_str after[FILES])
{
	after[0] = before[0];
	after[1] = before[1];
	for (size_t k = 0; k < s->plan.n; k++) {
		const struct rep_steer_change *x = &s->plan.v[k];
		size_t i = x->at.service.n > 0;
		struct rep_buf b;

		rep_buf_init(&b, SIZE_MAX);
		rep_cf_set(after[i], &x->at, x->will, &b);
		if ((after[i] = rep_arena_take(s->c->arena, &b)).p == NULL) {
			rep_cli_say("out of memory");
			rep_cli_note(s->c, REP_EXIT_FAILED);
			return false;
		}
	}
	return true;
}

/* main.cf.before is the last: with it, `disable` has all that it needs. */
static bool
keep_copies(const struct rep_steering *s, const struct rep_str before[FILES],
    const struct rep_str after[FILES])
{
	for (size_t i = FILES; i-- > 0;)
		if (!write_own(s, files[i].after, 0600, after[i]))
			return false;
	for (size_t i = FILES; i-- > 0;)
		if (!write_own(s, files[i].before, 0600, before[i]))
			return false;
	return true;
}

static bool
write_both(
    const struct rep_steering *s, const struct rep_str now[FILES], const struct rep_str want[FILES])
{
	for (size_t i = FILES; i-- > 0;)
		if (!rep_str_eq(now[i], want[i]) &&
		    !write_config(s, config_path(s, files[i].name), want[i]))
			return false;
	return true;
}

/* What could not be removed is said; it does no harm. */
static void
remove_ours(const struct rep_steering *s)
{
	static const char *const names[] = { "main.cf.before", "master.cf.before", "main.cf.after",
		"master.cf.after", "softened", "hold", "hold.db", "hold.lmdb", "hold.cdb" };

	for (size_t i = 0; i < REP_COUNT(names); i++)
		if (unlink(rep_steering_path(s, names[i])) != 0 && errno != ENOENT)
			(void)failed(s, rep_steering_path(s, names[i]));
	if (rmdir(s->own.p) != 0 && errno != ENOENT)
		rep_cli_say("%s stays: %s", s->own.p, strerror(errno));
}

/* Postfix does not take the change: both files are again what they were, if nobody else has written meanwhile. */
static int
give_up(const struct rep_steering *s, const struct rep_str before[FILES],
    const struct rep_str after[FILES])
{
	struct rep_str now[FILES];

	if (read_both(s, now) && (rep_str_eq(now[0], after[0]) || rep_str_eq(now[0], before[0])) &&
	    (rep_str_eq(now[1], after[1]) || rep_str_eq(now[1], before[1])) &&
	    write_both(s, now, before)) {
		remove_ours(s);
		rep_cli_say("Postfix was changed back");
	} else {
		rep_cli_say(
		    "Postfix could not be changed back: %s and %s in %s are as they were before",
		    files[0].before, files[1].before, s->own.p);
	}
	return REP_EXIT_FAILED;
}

static bool
same_plan(const struct rep_steer_plan *a, const struct rep_steer_plan *b)
{
	bool same = a->n == b->n && a->refused.n == b->refused.n;

	for (size_t i = 0; same && i < a->n; i++)
		same = rep_str_eq(a->v[i].was, b->v[i].was) &&
		    rep_str_eq(a->v[i].will, b->v[i].will) &&
		    rep_str_eq(a->v[i].at.name, b->v[i].at.name) &&
		    rep_str_eq(a->v[i].at.service, b->v[i].at.service);
	return same;
}

/* All is in place but, perhaps, the table. */
static int
renew(const struct rep_steering *s, struct rep_str table)
{
	if (is_table(s, table))
		return say_done(
		    "All of it is in place, and the table is that of the rules.", REP_EXIT_OK);
	if (!write_own(s, "softened", 0644, table) || !make_map(s))
		return s->c->worst;
	reload(s);
	return say_done("The table of refusals that wait was made anew.", REP_EXIT_OK);
}

/* Whether a person says yes to what is shown. *code: what to end with if not. */
static bool
agreed(const struct rep_steering *s, int *code)
{
	struct rep_buf b;

	rep_buf_init(&b, TABLE_MAX);
	show_plan(&b, s);
	rep_buf_addc(&b, '\n');
	rep_out_paragraph(&b, rep_str_c(on_waiting));
	if ((*code = shown(&b, REP_EXIT_OK)) != REP_EXIT_OK)
		return false;
	if (s->c->yes)
		return true;
	if (!rep_ask_can()) {
		rep_cli_say(
		    "nothing was changed: there is nobody to ask; --yes does it without asking");
		*code = REP_EXIT_USAGE;
		return false;
	}
	return rep_ask_yes("\nChange Postfix like this? [y/N] ", false);
}

static int
enable(struct rep_steering *s)
{
	struct rep_steering *again = rep_arena_alloc(s->c->arena, sizeof *again);
	struct rep_str before[FILES], after[FILES], now[FILES], table;
	int code;

	if (s->plan.refused.n > 0)
		return plan(s);
	if (is_broken(s)) {
		rep_cli_say(
		    "only a part of it is in Postfix: run reputed steer postfix disable, then enable");
		return REP_EXIT_TROUBLE;
	}
	if (again == NULL || !lock(s) || (table = table_of_rules(s)).p == NULL)
		return s->c->worst != REP_EXIT_OK ? s->c->worst : REP_EXIT_FAILED;
	if (s->plan.n == 0)
		return renew(s, table);
	if (!agreed(s, &code))
		return code;
	/* A person takes their time. */
	if (!rep_steering_find(s->c, again))
		return s->c->worst;
	if (!same_plan(&s->plan, &again->plan)) {
		rep_cli_say("Postfix was changed meanwhile; nothing was done. Run it again");
		return REP_EXIT_FAILED;
	}
	if (!read_both(s, before) || !plan_both(s, before, after) || !make_folder(s) ||
	    !write_own(s, "softened", 0644, table) || !make_map(s) ||
	    !keep_copies(s, before, after))
		return s->c->worst;
	if (!read_both(s, now) || !rep_str_eq(now[0], before[0]) ||
	    !rep_str_eq(now[1], before[1]) || !write_both(s, before, after) || !checked(s) ||
	    !rep_steering_find(s->c, again) || again->plan.n > 0)
		return give_up(s, before, after);
	reload(s);
	return say_done(
	    "Done. A refusal of this server waits from now on; nothing is held. To take it back: "
	    "reputed steer postfix disable.",
	    REP_EXIT_OK);
}

/* What a file is without our changes. False: printed. */
static bool
undone(const struct rep_steering *s, size_t i, struct rep_str now, struct rep_str *out,
    enum rep_cf_undone *how)
{
	struct rep_cf_change all[REP_STEER_CHANGES_MAX], mine[REP_STEER_CHANGES_MAX];
	size_t n = rep_steer_places(&s->postfix, &s->plan, all), mine_n = 0;
	struct rep_cf_texts t = { .before = { "", 0 }, .after = { "", 0 }, .now = now };
	struct rep_buf b;

	for (size_t k = 0; k < n && k < REP_STEER_CHANGES_MAX; k++)
		if ((all[k].service.n > 0) == (i == 1))
			mine[mine_n++] = all[k];
	/* Without copies only our parts can be taken out. */
	if (s->enabled &&
	    (!read_file(s, rep_steering_path(s, files[i].before), &t.before) ||
		!read_file(s, rep_steering_path(s, files[i].after), &t.after)))
		return false;
	rep_buf_init(&b, SIZE_MAX);
	if (rep_cf_undo(&t, mine, mine_n, &b) == REP_CF_PART)
		*how = REP_CF_PART;
	if ((*out = rep_arena_take(s->c->arena, &b)).p == NULL) {
		rep_cli_say("out of memory");
		rep_cli_note(s->c, REP_EXIT_FAILED);
	}
	return out->p != NULL;
}

static int
disable(struct rep_steering *s)
{
	enum rep_cf_undone how = REP_CF_WHOLE;
	struct rep_str now[FILES], want[FILES];

	if (!s->enabled && s->plan.parts == 0)
		return say_done(
		    "Nothing to do: steering has changed nothing in this Postfix.", REP_EXIT_OK);
	if (!lock(s) || !read_both(s, now))
		return s->c->worst;
	for (size_t i = 0; i < FILES; i++)
		if (!undone(s, i, now[i], &want[i], &how))
			return s->c->worst;
	for (size_t i = 0; i < FILES; i++)
		if (rep_str_find(want[i], s->own, 0) != SIZE_MAX) {
			rep_cli_say(
			    "%s has a line of yours that names %s: take it out, and run this again. "
			    "Nothing was changed",
			    config_path(s, files[i].name), s->own.p);
			return REP_EXIT_FAILED;
		}
	if (!write_both(s, now, want))
		return s->c->worst;
	if (!checked(s)) {
		rep_cli_say(
		    "the change is out of Postfix's files; it was not reloaded, because of that");
		return REP_EXIT_FAILED;
	}
	reload(s);
	remove_ours(s);
	return say_done(how == REP_CF_WHOLE
		? "Done. Every line that steering changed is what it was before, to the byte."
		: "Done. You had changed a line that steering changed too: only the part of steering was "
		  "taken out of it, and what you wrote stays.",
	    s->c->worst);
}

static int
status(struct rep_steering *s)
{
	static const char
	    off[] = "Postfix is not steered: a refusal bounces. What would change: reputed steer "
		    "postfix plan.",
	    part[] =
		"Only a part of the change is in Postfix, so mail may bounce. Run reputed steer "
		"postfix disable, then enable.",
	    old[] =
		"Postfix is steered, by a table of other rules than those of this reputed. Make it "
		"anew: reputed steer postfix enable.",
	    on[] = "Postfix is steered: a refusal of this server waits instead of bouncing.";
	bool current = true, whole = s->enabled && s->plan.refused.n == 0 && s->plan.n == 0;
	struct rep_str table;
	struct rep_buf b;

	if (whole) {
		if ((table = table_of_rules(s)).p == NULL)
			return s->c->worst;
		current = is_table(s, table);
	}
	if (s->c->json)
		return as_json(s, whole ? &current : NULL);
	rep_buf_init(&b, TABLE_MAX);
	if (s->plan.refused.n > 0) {
		show_plan(&b, s);
		if (s->enabled)
			rep_out_paragraph(&b,
			    REP_S(
				"It was steered before, and the change is still in force. Take it back: "
				"reputed steer postfix disable."));
		return shown(&b, REP_EXIT_TROUBLE);
	}
	rep_out_paragraph(&b,
	    rep_str_c(is_broken(s) ? part
		    : !s->enabled  ? off
		    : !current	   ? old
				   : on));
	return shown(&b, is_broken(s) || !current ? REP_EXIT_TROUBLE : REP_EXIT_OK);
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
