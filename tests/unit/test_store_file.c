/*
 * The store in a file: opening, damage, full disks, other processes, sudden ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* mkdtemp, setgroups */
#include "store_world.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <sqlite3.h>

static void
path_of(char *path, size_t n, const char *name)
{
	snprintf(path, n, "%s/%s", dir, name);
}

static void
write_file(const char *path, const void *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL || fwrite(bytes, 1, n, f) != n || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

static bool
said(const char *words)
{
	bool has = strstr(err.msg, words) != NULL;

	if (!has)
		printf("#  said \"%s\"\n", err.msg);
	return has;
}

static enum rep_rc
try_open(const char *path, unsigned flags)
{
	struct rep_store *s = NULL;
	enum rep_rc rc;

	err = (struct rep_err){ 0 };
	rc = rep_store_open(path, flags, &key, &s, &err);
	rep_store_close(s);
	return rc;
}

static void
sqlite_do(const char *path, const char *text)
{
	sqlite3 *db = NULL;

	if (sqlite3_open(path, &db) != SQLITE_OK ||
	    sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		printf("#  %s: %s\n", text, sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void
test_opening(void)
{
	char path[200], folder[200];
	struct stat st;

	path_of(path, sizeof path, "none.db");
	is_int(try_open(path, 0), REP_ENOTFOUND, "no file, not to be made");
	is_int(try_open(path, REP_STORE_READ_ONLY | REP_STORE_CREATE), REP_ENOTFOUND,
	    "nor for reading");
	path_of(path, sizeof path, "a/b%20?#/new.db");
	is_int(try_open(path, REP_STORE_CREATE), REP_OK, "made with its folders");
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600, "the file is 0600");
	path_of(folder, sizeof folder, "a/b%20?#");
	ok(stat(folder, &st) == 0 && (st.st_mode & 0777) == 0700, "the folder is 0700");
	is_int(try_open(path, 0), REP_OK, "opened again");
	is_int(try_open(folder, REP_STORE_CREATE), REP_EIO, "a folder is no database");
	is_int(try_open("/dev/null", REP_STORE_CREATE), REP_EIO, "nor is a device");
	path_of(path, sizeof path, "empty.db");
	write_file(path, "", 0);
	is_int(try_open(path, 0), REP_ENOTFOUND, "an empty file is as none");
	is_int(try_open(path, REP_STORE_CREATE), REP_OK, "and can be made one");
}

static void
test_foreign(void)
{
	static char junk[20000];
	char path[200], before[5000], after[5000];
	size_t n;
	FILE *f;

	memset(junk, 'j', sizeof junk);
	path_of(path, sizeof path, "junk.db");
	write_file(path, junk, sizeof junk);
	is_int(try_open(path, REP_STORE_CREATE), REP_EIO, "a file of something else");
	ok(said("not a reputed database (file is not a database)") && said(path), "and says so");
	is_int(try_open(path, REP_STORE_READ_ONLY), REP_EIO, "the same for reading");
	ok(said("not a reputed database"), "and says so");
	path_of(path, sizeof path, "foreign.db");
	sqlite_do(path, "CREATE TABLE mine (a)");
	is_int(try_open(path, REP_STORE_CREATE), REP_EIO, "a database of another program");
	ok(said("belongs to another program"), "and says so");
	n = 0;
	if ((f = fopen(path, "rb")) != NULL) {
		n = fread(before, 1, sizeof before, f);
		fclose(f);
	}
	(void)try_open(path, REP_STORE_CREATE);
	if ((f = fopen(path, "rb")) != NULL) {
		ok(fread(after, 1, sizeof after, f) == n && memcmp(before, after, n) == 0,
		    "which is left as it was");
		fclose(f);
	}
	path_of(path, sizeof path, "newer.db");
	is_int(try_open(path, REP_STORE_CREATE), REP_OK, "a database");
	sqlite_do(path, "PRAGMA user_version=99");
	is_int(try_open(path, 0), REP_EIO, "of a newer reputed");
	ok(said("newer reputed") && said("99"), "and says so");
	is_int(try_open(path, REP_STORE_READ_ONLY), REP_EIO, "also for reading");
}

static void
test_damaged(void)
{
	struct rep_fact f;
	struct world w;
	struct seen got = { .n = 0 };
	char q[16], zeros[4096] = { 0 };
	enum rep_rc rc;
	int fd;

	open_world(&w, "damaged", true, 0);
	begin(&w);
	for (int i = 0; i < 3000; i++) {
		snprintf(q, sizeof q, "Q%d", i);
		f = accepted(T + i * 60, "jo@example.com");
		f.queue_id = rep_str_c(q);
		add(&w, &f);
	}
	commit(&w);
	rep_store_close(w.s);
	w.s = NULL;
	fd = open(w.path, O_WRONLY | O_CLOEXEC);
	memset(zeros, 0x5a, sizeof zeros);
	for (off_t at = 4096; fd >= 0 && at < 40 * 4096; at += 4096)
		if (pwrite(fd, zeros, sizeof zeros, at) < 0)
			perror(w.path);
	close(fd);
	rc = rep_store_open(w.path, REP_STORE_READ_ONLY, &key, &w.s, &err);
	if (rc == REP_OK)
		rc = rep_store_observations(
		    w.s, REP_LEVEL_MINUTE, 0, INT64_MAX, on_observation, &got, &err);
	is_int(rc, REP_EIO, "a damaged database fails");
	ok(said("is damaged") && said("rebuild it from the logs"), "and says what to do");
	rep_store_close(w.s);
}

/* Damaged rows of cells are reported when they are read, and when something is added to them. */
static void
test_damaged_cells(void)
{
	static const struct {
		const char *what, *set;
	} rows[] = { { "empty", "cells = x''" }, { "no cells", "cells = x'01'" },
		{ "of another version", "cells = x'02' || substr(cells, 2)" },
		{ "cut", "cells = substr(cells, 1, length(cells) - 1)" },
		{ "continued", "cells = cells || x'00'" },
		{ "an unknown field", "cells = x'0180010000'" },
		{ "a number without end", "cells = x'0101ffffffffffffffffffff'" },
		{ "a number too large", "cells = x'0101ffffffff7f010000'" },
		{ "a kind too large", "cells = x'014080808004010000'" },
		{ "a count of nothing", "cells = x'010101000000'" },
		{ "past the end of the day", "cells = x'0101010180a30500'" },
		{ "out of order", "cells = x'0101010100000100010000'" },
		{ "text", "cells = 'text'" }, { "not at midnight", "from_s = from_s + 1" },
		{ "before all time", "from_s = -86400" },
		{ "past all time", "from_s = 9223372036854710400" } };
	struct rep_fact f = accepted(T, "jo@example.com");
	char update[200], name[32];
	struct world w;

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct seen got = { .n = 0 };
		bool here = strncmp(rows[i].set, "cells", 5) == 0;

		snprintf(name, sizeof name, "cells%zu", i);
		open_world(&w, name, true, 0);
		begin(&w);
		f.queue_id = REP_S("4F1");
		add(&w, &f);
		commit(&w);
		snprintf(update, sizeof update, "UPDATE day SET %s", rows[i].set);
		sqlite_do(w.path, update);
		err = (struct rep_err){ 0 };
		is_int(rep_store_observations(
			   w.s, REP_LEVEL_DAY, INT64_MIN, INT64_MAX, on_observation, &got, &err),
		    REP_EIO, "a row of cells is damaged: %s", rows[i].what);
		ok(said("is damaged") && said("rebuild it from the logs"), "and says what to do");
		f.queue_id = REP_S("4F2");
		begin(&w);
		add(&w, &f);
		is_int(rep_store_commit(w.s, &err), here ? REP_EIO : REP_OK,
		    here ? "and nothing is added to it" : "which no fact is added to");
		rep_store_rollback(w.s);
		is_int((int64_t)totals(&w).counted, here ? 1 : 2, "and the others are as before");
		rep_store_close(w.s);
	}
}

static void
test_other_key(void)
{
	static const struct rep_key other = { "fedcba987654321" };
	struct rep_fact f = accepted(T, "jo@example.com");
	struct rep_store *s = NULL;
	struct world w;

	open_world(&w, "key", true, 0);
	begin(&w);
	add(&w, &f);
	commit(&w);
	rep_store_close(w.s);
	is_int(rep_store_open(w.path, 0, &other, &s, &err), REP_EUSAGE, "another key is refused");
	ok(said("another key"), "and says why");
	is_int(rep_store_open(w.path, REP_STORE_READ_ONLY, NULL, &s, &err), REP_OK,
	    "for reading no key is needed");
	is_int(rep_store_begin(s, &err), REP_EUSAGE, "and nothing can be written");
	rep_store_close(s);
}

/* Two processes, as two stores: what one commits, the other knows at its next transaction. */
static void
test_two(void)
{
	struct rep_fact f = accepted(T, "jo@example.com"),
			g = refused(T, "al@example.com", "550 5.7.1 blocked");
	const struct rep_sample *v = NULL;
	struct rep_store *other = NULL;
	int64_t a = 0, b = 0;
	struct world w;
	size_t n = 0;
	bool fresh = true;

	open_world(&w, "two", true, 0);
	NEED(rep_store_open(w.path, 0, &key, &other, &err));
	begin(&w);
	add(&w, &f);
	commit(&w);
	NEED(rep_store_incident_id(w.s, REP_S("x"), &a, &err));
	g.label = REP_S("of the other");
	NEED(rep_store_begin(other, &err));
	NEED(rep_store_add(other, &f, &fresh, &err));
	ok(!fresh, "counted by one, known to the other");
	NEED(rep_store_add(other, &g, NULL, &err));
	NEED(rep_store_incident_id(other, REP_S("y"), &b, &err));
	NEED(rep_store_commit(other, &err));
	is_str(name_of(&w, rep_store_name_id(other, REP_S("of the other"))), "of the other",
	    "a name of the other is seen");
	begin(&w);
	ok(!add(&w, &g), "and a fact of it is known");
	f = refused(T + 1, "al@example.com", "550 5.7.1 blocked");
	f.label = REP_S("mine");
	add(&w, &f);
	NEED(rep_store_incident_id(w.s, REP_S("x"), &a, &err));
	commit(&w);
	ok(a != b, "incidents of two processes have numbers of their own");
	NEED(rep_store_samples(other, REP_S(""), REP_S(""), REP_S(""), 9, &v, &n, &err));
	ok(n == 1 && v[0].count == 2, "samples add up");
	is_int((int64_t)totals(&w).counted, 3, "and so do the totals");
	begin(&w);
	is_int(
	    rep_store_begin(other, &err), REP_EIO, "while one writes, the other gives up in time");
	ok(said("another program holds the database"), "and says why");
	commit(&w);
	is_int(rep_store_begin(other, &err), REP_OK, "and can when it is done");
	rep_store_close(other);
	rep_store_close(w.s);
}

/* Runs fn in a process of its own. Returns what fn returned, or minus the signal that ended it. */
static int
in_child(int (*fn)(struct world *), struct world *w)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(fn(w));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 99;
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* Adds facts until it is killed: a commit of 100, then many more. */
static int
die_writing(struct world *w)
{
	struct rep_fact f;
	char q[16];

	if (rep_store_open(w->path, 0, &key, &w->s, NULL) != REP_OK)
		return 1;
	for (int i = 0; i < 30000; i++) {
		if ((i == 0 || i == 100) && rep_store_begin(w->s, NULL) != REP_OK)
			return 2;
		snprintf(q, sizeof q, "K%d", i);
		f = accepted(T + i * 61, "jo@example.com"); /* a cell each: flushed early */
		f.queue_id = rep_str_c(q);
		if (rep_store_add(w->s, &f, NULL, NULL) != REP_OK)
			return 3;
		if (i == 99 && rep_store_commit(w->s, NULL) != REP_OK)
			return 4;
	}
	kill(getpid(), SIGKILL);
	return 5;
}

static void
test_killed(void)
{
	struct rep_fact f;
	struct world w;

	open_world(&w, "killed", true, 0);
	rep_store_close(w.s);
	is_int(in_child(die_writing, &w), -SIGKILL, "a writer is killed in a transaction");
	NEED(rep_store_open(w.path, 0, &key, &w.s, &err));
	is_int((int64_t)totals(&w).counted, 100, "the last commit is there, and no more");
	is_int((int64_t)totals(&w).facts, 100, "rows");
	is_int((int64_t)observations(&w, REP_LEVEL_DAY).count, 100, "observations");
	begin(&w);
	f = accepted(T + 99 * 61, "jo@example.com");
	f.queue_id = REP_S("K99");
	ok(!add(&w, &f), "the last of the commit is known");
	f = accepted(T + 100 * 61, "jo@example.com");
	f.queue_id = REP_S("K100");
	ok(add(&w, &f), "the first after it is fresh");
	commit(&w);
	rep_store_close(w.s);
}

/* The file may not grow past 256 KiB: this looks like a full disk. */
static int
fill_disk(struct world *w)
{
	struct rlimit small = { 256 << 10, 256 << 10 };
	struct rep_fact f;
	enum rep_rc rc;
	char q[16];

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &small) != 0 ||
	    rep_store_open(w->path, 0, &key, &w->s, &err) != REP_OK ||
	    rep_store_begin(w->s, &err) != REP_OK)
		return 1;
	rc = REP_OK;
	for (int i = 0; rc == REP_OK && i < 100000; i++) {
		snprintf(q, sizeof q, "F%d", i);
		f = accepted(T + i, "jo@example.com");
		f.queue_id = rep_str_c(q);
		rc = rep_store_add(w->s, &f, NULL, &err);
	}
	if (rc == REP_OK)
		rc = rep_store_commit(w->s, &err);
	if (rc != REP_EIO || strstr(err.msg, "disk full; nothing since the last commit") == NULL) {
		fprintf(stderr, "# %d %s\n", rc, err.msg);
		return 2;
	}
	if (rep_store_commit(w->s, &err) != REP_EUSAGE)
		return 3;
	rep_store_rollback(w->s);
	rep_store_close(w->s);
	return 0;
}

static void
test_full(void)
{
	struct rep_fact f = accepted(T, "jo@example.com");
	struct world w;

	open_world(&w, "full", true, 0);
	begin(&w);
	add(&w, &f);
	commit(&w);
	rep_store_close(w.s);
	is_int(in_child(fill_disk, &w), 0, "a full disk is said, and the transaction is lost");
	NEED(rep_store_open(w.path, 0, &key, &w.s, &err));
	is_int((int64_t)totals(&w).counted, 1, "what was there before still is");
	rep_store_close(w.s);
}

static int
read_as_nobody(struct world *w)
{
	struct seen got = { .n = 0 };

	if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0))
		return 77;
	err.msg[0] = '\0';
	if (rep_store_open(w->path, REP_STORE_READ_ONLY, NULL, &w->s, &err) != REP_OK)
		return strstr(err.msg, "run this as its owner") != NULL ? 3 : 1;
	if (rep_store_observations(w->s, REP_LEVEL_DAY, 0, INT64_MAX, on_observation, &got, &err) !=
	    REP_OK)
		return 2;
	rep_store_close(w->s);
	return got.count == 1 ? 0 : 4;
}

static int
die_committed(struct world *w)
{
	struct rep_fact f = accepted(T, "jo@example.com");

	if (rep_store_open(w->path, REP_STORE_CREATE, &key, &w->s, NULL) != REP_OK ||
	    rep_store_begin(w->s, NULL) != REP_OK ||
	    rep_store_add(w->s, &f, NULL, NULL) != REP_OK || rep_store_commit(w->s, NULL) != REP_OK)
		return 1;
	kill(getpid(), SIGKILL);
	return 2;
}

static void
test_read_only(void)
{
	struct rep_fact f = accepted(T, "jo@example.com");
	char path[200];
	struct world w;

	path_of(path, sizeof path, "ro");
	if (mkdir(path, 0755) != 0 || chmod(dir, 0755) != 0)
		perror(path);
	open_world(&w, "ro/x", true, 0);
	begin(&w);
	add(&w, &f);
	commit(&w);
	is_int(in_child(read_as_nobody, &w), 1, "a file of 0600 is for its owner");
	chmod(w.path, 0444);
	rep_store_close(w.s);
	chmod(path, 0555);
	is_int(in_child(read_as_nobody, &w), 0, "read without any right to write");
	chmod(path, 0755);
	snprintf(w.path, sizeof w.path, "%s/ro/y.db", dir);
	is_int(in_child(die_committed, &w), -SIGKILL, "a writer dies after its commit");
	snprintf(path, sizeof path, "%s-shm", w.path);
	unlink(path);
	chmod(w.path, 0444);
	path_of(path, sizeof path, "ro");
	chmod(path, 0555);
	if (geteuid() == 0)
		is_int(in_child(read_as_nobody, &w), 3, "what only its owner can read is said");
	else
		skip("needs another user");
	chmod(path, 0755);
}

/* Who reads sees one moment, although others commit meanwhile; also names that are new since. */
static void
test_one_moment(void)
{
	struct world w, reads, writes;
	struct rep_fact f = accepted(T, "jo@example.com");

	open_world(&w, "moment", true, 0);
	begin(&w);
	add(&w, &f);
	commit(&w);
	reads = writes = w;
	NEED(rep_store_open(w.path, REP_STORE_READ_ONLY, &key, &reads.s, &err));
	NEED(rep_store_open(w.path, 0, &key, &writes.s, &err));
	NEED(rep_store_read_begin(writes.s, &err));
	is_int((int64_t)observations(&writes, REP_LEVEL_DAY).count, 1, "one moment: before");
	f.stream = REP_S("shop.example/new");
	f.queue_id = REP_S("4F2");
	begin(&w);
	add(&w, &f);
	commit(&w);
	is_int((int64_t)observations(&reads, REP_LEVEL_DAY).count, 1,
	    "one moment: a store for reading only shows the one of its opening");
	ok(rep_store_name_id(reads.s, f.stream) == 0, "one moment: without the name that is new");
	is_int((int64_t)observations(&writes, REP_LEVEL_DAY).count, 1,
	    "one moment: another one that of read_begin");
	is_int(rep_store_begin(writes.s, &err), REP_EUSAGE, "one moment: and cannot write then");
	rep_store_read_end(writes.s);
	is_int((int64_t)observations(&writes, REP_LEVEL_DAY).count, 2, "one moment: after its end");
	rep_store_close(reads.s);
	rep_store_close(writes.s);
	rep_store_close(w.s);
}

/* Whether the write-ahead log could be emptied: nobody reads what is in it. */
static bool
emptied(const char *path)
{
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;
	bool busy = true;

	if (sqlite3_open(path, &db) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, "PRAGMA wal_checkpoint(TRUNCATE)", -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		busy = sqlite3_column_int(st, 0) != 0;
	sqlite3_finalize(st);
	sqlite3_close(db);
	return !busy;
}

static void
test_let_go(void)
{
	struct rep_fact f = accepted(T, "jo@example.com");
	struct rep_store *reads;
	struct rep_names names;
	struct world w;

	open_world(&w, "let-go", true, 0);
	begin(&w);
	add(&w, &f);
	commit(&w);
	NEED(rep_store_open(w.path, REP_STORE_READ_ONLY, &key, &reads, &err));
	names = rep_store_names(reads);
	f.queue_id = REP_S("4F2");
	begin(&w);
	add(&w, &f);
	commit(&w);
	ok(!emptied(w.path), "let go: one who reads keeps the log as it is");
	rep_store_let_go(reads);
	ok(emptied(w.path), "let go: then no longer");
	ok(names.n > 1 && rep_name(&names, names.n - 1).n > 0,
	    "let go: and the names are still there");
	rep_store_let_go(reads);
	rep_store_close(reads);
	rep_store_close(w.s);
}

int
main(void)
{
	make_dir();
	test_opening();
	test_foreign();
	test_damaged();
	test_damaged_cells();
	test_other_key();
	test_two();
	test_one_moment();
	test_let_go();
	test_killed();
	test_full();
	test_read_only();
	drop_dir();
	return done();
}
