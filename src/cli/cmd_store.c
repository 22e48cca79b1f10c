/*
 * reputed store: looks for damage in the database, and makes it anew from logs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"
#include "base/fd.h"
#include "base/own_file.h"
#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- check ---------------------------------------------------------------------------------- */

struct store_check {
	struct rep_cli *c;
	struct rep_buf out;
	struct rep_json json; /* written into out */
};

static void
on_damage(void *ctx, struct rep_str sentence)
{
	struct store_check *k = ctx;

	if (k->c->json)
		rep_json_str(&k->json, NULL, sentence);
	else
		rep_buf_printf(&k->out, "  %.*s\n", REP_PR(sentence));
}

static int
check(struct rep_cli *c)
{
	struct rep_store *store = rep_cli_reading(c);
	struct store_check k = { .c = c };
	struct rep_err err;
	size_t n = 0;

	if (store == NULL)
		return c->worst;
	rep_buf_init(&k.out, 1 << 20);
	if (c->json) {
		rep_json_init(&k.json, &k.out);
		rep_json_obj(&k.json, NULL);
		rep_json_cstr(&k.json, "database", rep_session_db(&c->session));
		rep_json_arr(&k.json, "damage");
	}
	if (rep_store_check(store, on_damage, &k, &n, &err) != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
		rep_buf_fini(&k.out);
		rep_store_close(store);
		return c->worst;
	}
	if (c->json) {
		rep_json_end_arr(&k.json);
		rep_json_end_obj(&k.json);
		rep_buf_addc(&k.out, '\n');
	} else if (n == 0) {
		rep_buf_printf(&k.out, "%s: no damage found\n", rep_session_db(&c->session));
	} else {
		rep_buf_printf(&k.out,
		    "%s is damaged. Rebuild it from the logs: reputed store rebuild PATH...\n",
		    rep_session_db(&c->session));
	}
	if (n > 0)
		rep_cli_note(c, REP_EXIT_TROUBLE);
	if (!rep_out_flush(&k.out))
		rep_cli_note(c, REP_EXIT_FAILED);
	rep_buf_fini(&k.out);
	rep_store_close(store);
	return c->worst;
}

/* --- rebuild -------------------------------------------------------------------------------- */

/* The files of a database: itself, and what SQLite may leave beside it. */
static const char *const ends[] = { "", "-wal", "-shm" };

static bool
rename_all(struct rep_cli *c, const char *from, const char *to)
{
	for (size_t i = 0; i < REP_COUNT(ends); i++) {
		struct rep_str a = rep_arena_printf(c->arena, "%s%s", from, ends[i]);
		struct rep_str b = rep_arena_printf(c->arena, "%s%s", to, ends[i]);

		if (a.p == NULL || b.p == NULL || (rename(a.p, b.p) != 0 && errno != ENOENT)) {
			rep_cli_say("%s: cannot be renamed to %s: %s", from, to, strerror(errno));
			return false;
		}
	}
	return true;
}

static void
remove_all(struct rep_cli *c, const char *path)
{
	static const char *const more[] = { "", "-wal", "-shm", "-queue" };

	for (size_t i = 0; i < REP_COUNT(more); i++) {
		struct rep_str a = rep_arena_printf(c->arena, "%s%s", path, more[i]);

		if (a.p != NULL)
			(void)unlink(a.p);
	}
}

/* The new database takes the place of the old one, which stays under another name. */
static int
swap(struct rep_cli *c, const char *db, const char *fresh, const char *old)
{
	bool was = access(db, F_OK) == 0;

	if ((was && !rename_all(c, db, old)) || !rename_all(c, fresh, db)) {
		rep_cli_note(c, REP_EXIT_FAILED);
		return c->worst;
	}
	remove_all(c, fresh); /* the empty file of its queue */
	/* Without it, a power failure could undo one of two renames. */
	(void)rep_fd_sync_folder_of(db);
	if (was)
		rep_cli_say("the old database is kept as %s", old);
	rep_cli_say(
	    "the new database lacks what is not in these logs: complaints and bounces "
	    "that you did not give again, earlier results of reputed check, notes, the numbers "
	    "of incidents, and everything from logs that no longer exist");
	return c->worst;
}

/* Whether there is anything in the new database. */
static bool
has_content(const char *path)
{
	struct rep_store_totals t = { 0 };
	struct rep_store *s = NULL;
	bool has = rep_store_open(path, REP_STORE_READ_ONLY, NULL, &s, NULL) == REP_OK &&
	    rep_store_totals(s, &t, NULL) == REP_OK && t.counted > 0;

	rep_store_close(s);
	return has;
}

/*
 * The lock of reputed serve (cmd_serve.c), from before the first line is read until the new database stands: one
 * that began meanwhile would write to the old one. Where the folder is missing, nobody serves. False: said.
 */
static bool
keep_out(const struct rep_cli *c, const char *db, int *lock)
{
	const char *path = rep_arena_printf(c->arena, "%s-serve", db).p;

	*lock = path != NULL ? rep_own_file_open(path, O_RDWR | O_CLOEXEC) : -1;
	if (*lock < 0 && path != NULL && errno == ENOENT)
		return true;
	if (*lock >= 0 && flock(*lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (path == NULL)
		rep_cli_say("out of memory");
	else if (*lock >= 0 && errno == EWOULDBLOCK)
		rep_cli_say(
		    "reputed serve watches with the database %s, or another rebuild makes it anew. "
		    "Stop serve first, so that nothing of what it reads is lost: systemctl stop "
		    "reputed. %s was not changed",
		    db, db);
	else
		rep_cli_say("%s: %s; %s was not changed", path, strerror(errno), db);
	if (*lock >= 0)
		(void)close(*lock);
	return false;
}

/* Reads the inputs into the new database. When that fails, the old one stays as it is. */
static int
make_anew(struct rep_cli *c, const char *db, const char *fresh, const char *old)
{
	remove_all(c, fresh); /* of one that was stopped */
	c->args++;
	c->args_n--;
	c->session.db = fresh;
	(void)rep_cmd_ingest(c);
	c->session.db = db;
	if (c->worst == REP_EXIT_FAILED || c->worst == REP_EXIT_USAGE || !has_content(fresh)) {
		rep_cli_say("these inputs contain nothing to store; %s was not changed", db);
		remove_all(c, fresh);
		return c->worst != REP_EXIT_OK ? c->worst : REP_EXIT_FAILED;
	}
	return swap(c, db, fresh, old);
}

static int
rebuild(struct rep_cli *c)
{
	const char *db = rep_session_db(&c->session);
	struct rep_str fresh = rep_arena_printf(c->arena, "%s.rebuilt", db);
	struct rep_str old =
	    rep_arena_printf(c->arena, "%s.old-%lld", db, (long long)c->session.clock_s);
	int lock, code;

	if (c->args_n < 2) {
		rep_cli_say("which logs? reputed store rebuild /var/log/mail.log*");
		return REP_EXIT_USAGE;
	}
	if (fresh.p == NULL || old.p == NULL) {
		rep_cli_say("out of memory");
		return REP_EXIT_FAILED;
	}
	if (!keep_out(c, db, &lock))
		return REP_EXIT_FAILED;
	code = make_anew(c, db, fresh.p, old.p);
	if (lock >= 0)
		(void)close(lock);
	return code;
}

int
rep_cmd_store(struct rep_cli *c)
{
	struct rep_str what = c->args_n > 0 ? rep_str_c(c->args[0]) : REP_S("");

	if (rep_str_eq(what, REP_S("rebuild")))
		return rebuild(c);
	if (rep_str_eq(what, REP_S("check")) && c->args_n == 1)
		return check(c);
	rep_cli_say("expected check or rebuild PATH...: reputed store check");
	return REP_EXIT_USAGE;
}
