/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite_open.h"

#include "base/buf.h"
#include "base/memory.h"
#include "base/own_file.h"
#include "store/backend.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

enum {
	APPLICATION_ID = 0x72707464, /* "rptd" */
	PATH_BYTES_MAX = 4096
};

static bool
out_of_space(sqlite3 *db, int code)
{
	int no = sqlite3_system_errno(db);

	return code == SQLITE_FULL ||
	    (code == SQLITE_IOERR && (no == ENOSPC || no == EDQUOT || no == EFBIG));
}

enum rep_rc
rep_sqlite_fail(sqlite3 *db, const char *path, struct rep_err *err)
{
	const char *said = sqlite3_errmsg(db);
	int code = sqlite3_errcode(db);

	if (out_of_space(db, code))
		return rep_fail(
		    err, REP_EIO, "%s: disk full; nothing since the last commit was kept", path);
	switch (code) {
	case SQLITE_NOMEM:
		rep_memory_note();
		return rep_fail(err, REP_EMEM, "%s: out of memory", path);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return rep_fail(err, REP_EIO, "%s: another program holds the database", path);
	case SQLITE_NOTADB:
		return rep_fail(err, REP_EIO,
		    "%s: this is not a reputed database (%s); move it away, or give another with "
		    "--db",
		    path, said);
	case SQLITE_CORRUPT:
	case SQLITE_ERROR: /* a table or column is missing */
		return rep_fail(err, REP_EIO,
		    "%s: the database is damaged (%s); rebuild it from the logs: reputed store "
		    "rebuild PATH...",
		    path, said);
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return rep_fail(err, REP_EIO, "%s: no permission to write (%s)", path, said);
	default: return rep_fail(err, REP_EIO, "%s: %s", path, said);
	}
}

/* --- the file ------------------------------------------------------------------------------- */

/* Makes the folders of path, with mode 0700. */
static enum rep_rc
make_folders(const char *path, struct rep_err *err)
{
	char part[PATH_BYTES_MAX];
	size_t n = strlen(path);

	if (n >= sizeof part)
		return rep_fail(err, REP_ELIMIT, "%.80s...: the path is too long", path);
	for (size_t i = 1; i < n; i++) {
		if (path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return rep_fail(
			    err, REP_EIO, "%s: cannot create it: %s", part, strerror(errno));
	}
	return REP_OK;
}

/* Makes the file, without rights for others (base/own_file.h). SQLite gives its -wal and -shm the same mode. */
static enum rep_rc
make_file(const char *path, struct rep_err *err)
{
	enum rep_rc rc = make_folders(path, err);
	int fd;

	if (rc != REP_OK)
		return rc;
	fd = rep_own_file_open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return rep_fail(err, REP_EIO, "%s: cannot create it: %s", path, strerror(errno));
	close(fd);
	return REP_OK;
}

/* Checks that the file is there and can be opened. An empty file is a database without content. */
static enum rep_rc
look(const char *path, unsigned flags, struct rep_err *err)
{
	struct stat st;

	if (stat(path, &st) != 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			return rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
		if (!(flags & REP_STORE_CREATE) || flags & REP_STORE_READ_ONLY)
			return rep_fail(err, REP_ENOTFOUND, "%s: there is no database", path);
		return make_file(path, err);
	}
	if (S_ISDIR(st.st_mode))
		return rep_fail(err, REP_EIO, "%s: this is a folder, not a database", path);
	if (!S_ISREG(st.st_mode))
		return rep_fail(err, REP_EIO, "%s: this is not a file", path);
	if (st.st_size == 0 && (!(flags & REP_STORE_CREATE) || flags & REP_STORE_READ_ONLY))
		return rep_fail(err, REP_ENOTFOUND, "%s: the database is empty", path);
	return REP_OK;
}

/* Writes "file:PATH?mode=..". Characters that are special in a URI are written in hex. */
static void
make_uri(struct rep_buf *uri, const char *path, const char *rest)
{
	rep_buf_clear(uri);
	rep_buf_add(uri, REP_S("file:"));
	for (const char *p = path; *p != '\0'; p++) {
		if (*p == '?' || *p == '#' || *p == '%')
			rep_buf_printf(uri, "%%%02x", (unsigned)*p);
		else
			rep_buf_addc(uri, *p);
	}
	rep_buf_add(uri, rep_str_c(rest));
}

static int
open_as(const char *path, const char *rest, int mode, sqlite3 **db)
{
	struct rep_buf uri;
	int rc;

	rep_buf_init(&uri, 4 * PATH_BYTES_MAX);
	make_uri(&uri, path, rest);
	sqlite3_close(*db);
	*db = NULL;
	rc = uri.full ? SQLITE_CANTOPEN
		      : sqlite3_open_v2(rep_buf_str(&uri).p, db,
			    mode | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
	rep_buf_fini(&uri);
	if (rc == SQLITE_OK) {
		sqlite3_busy_timeout(*db, REP_STORE_WAIT_S * 1000);
		sqlite3_extended_result_codes(*db, 0);
	}
	return rc;
}

static enum rep_rc
pragma(sqlite3 *db, const char *path, const char *text, int64_t *v, struct rep_err *err)
{
	sqlite3_stmt *st = NULL;
	int code = sqlite3_prepare_v2(db, text, -1, &st, NULL);

	if (code == SQLITE_OK) {
		if (sqlite3_step(st) == SQLITE_ROW)
			*v = sqlite3_column_int64(st, 0);
		code = sqlite3_finalize(st);
	}
	return code == SQLITE_OK ? REP_OK : rep_sqlite_fail(db, path, err);
}

static enum rep_rc
run(sqlite3 *db, const char *path, const char *text, struct rep_err *err)
{
	return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK
	    ? REP_OK
	    : rep_sqlite_fail(db, path, err);
}

/* --- reading only --------------------------------------------------------------------------- */

/* True when PATH-wal has commits that the file does not have. */
static bool
has_wal(const char *path)
{
	char wal[PATH_BYTES_MAX + 8];
	struct stat st;
	int n = snprintf(wal, sizeof wal, "%s-wal", path);

	return n < 0 || (size_t)n >= sizeof wal || (stat(wal, &st) == 0 && st.st_size > 0);
}

/*
 * To read in WAL mode, SQLite needs a -shm file beside the database. When it can neither open nor
 * make one, and the -wal has nothing that the file lacks, the file alone is complete. Then it is
 * read as a file that nobody changes.
 */
static enum rep_rc
connect_reader(const char *path, sqlite3 **db, struct rep_err *err)
{
	int64_t n = 0;
	int code;

	code = open_as(path, "?mode=ro", SQLITE_OPEN_READONLY, db);
	if (code == SQLITE_OK) {
		if (pragma(*db, path, "SELECT count(*) FROM sqlite_master", &n, err) == REP_OK)
			return REP_OK;
		code = sqlite3_errcode(*db);
	}
	if (code != SQLITE_CANTOPEN && code != SQLITE_READONLY)
		return rep_sqlite_fail(*db, path, err);
	if (access(path, R_OK) != 0)
		return rep_fail(err, REP_EIO, "%s: cannot read it: %s", path, strerror(errno));
	if (has_wal(path))
		return rep_fail(err, REP_EIO,
		    "%s: to read it, reputed must be able to write beside it, because %s-wal "
		    "holds changes that are not in it yet; run this as its owner",
		    path, path);
	if (open_as(path, "?mode=ro&immutable=1", SQLITE_OPEN_READONLY, db) != SQLITE_OK)
		return rep_sqlite_fail(*db, path, err);
	return pragma(*db, path, "SELECT count(*) FROM sqlite_master", &n, err);
}

/* --- tables --------------------------------------------------------------------------------- */

static enum rep_rc
ask_version(sqlite3 *db, const char *path, int64_t *version, struct rep_err *err)
{
	int64_t app = 0, tables = 0;
	enum rep_rc rc;

	if ((rc = pragma(db, path, "PRAGMA application_id", &app, err)) != REP_OK ||
	    (rc = pragma(db, path, "PRAGMA user_version", version, err)) != REP_OK ||
	    (rc = pragma(db, path, "SELECT count(*) FROM sqlite_master", &tables, err)) != REP_OK)
		return rc;
	if (app != APPLICATION_ID && (app != 0 || tables != 0 || *version != 0))
		return rep_fail(err, REP_EIO,
		    "%s: this is not a reputed database (it belongs to another program); give "
		    "another with --db",
		    path);
	if (*version < 0)
		return rep_fail(err, REP_EIO,
		    "%s: the database is damaged (tables of version %lld); rebuild it from the "
		    "logs: reputed store rebuild PATH...",
		    path, (long long)*version);
	if (*version > rep_schema_version)
		return rep_fail(err, REP_EIO,
		    "%s: a newer reputed wrote this database (tables of version %lld, this one "
		    "knows %d); update reputed",
		    path, (long long)*version, rep_schema_version);
	return REP_OK;
}

/*
 * The version of the tables, 0 when there are none. Fails when the tables are not ours. Read in one
 * transaction, because another process may be making the tables at this moment.
 */
static enum rep_rc
tables_version(sqlite3 *db, const char *path, int64_t *version, struct rep_err *err)
{
	bool alone = sqlite3_get_autocommit(db) != 0;
	enum rep_rc rc;

	if (!alone)
		return ask_version(db, path, version, err);
	if ((rc = run(db, path, "BEGIN", err)) != REP_OK)
		return rc;
	rc = ask_version(db, path, version, err);
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

/* Brings the tables from their version to ours, all steps or none. */
static enum rep_rc
migrate(sqlite3 *db, const char *path, struct rep_err *err)
{
	int64_t version = 0;
	char last[80];
	enum rep_rc rc;

	snprintf(last, sizeof last, "PRAGMA user_version=%d; PRAGMA application_id=%d; COMMIT",
	    rep_schema_version, (int)APPLICATION_ID);
	if ((rc = run(db, path, "BEGIN IMMEDIATE", err)) != REP_OK)
		return rc;
	/* ask again: another process may have done it */
	rc = tables_version(db, path, &version, err);
	for (; rc == REP_OK && version < rep_schema_version; version++)
		rc = run(db, path, rep_schema[version], err);
	if (rc == REP_OK)
		rc = run(db, path, last, err);
	if (!sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

static enum rep_rc
connect_writer(const char *path, sqlite3 **db, struct rep_err *err)
{
	static const char settings[] =
	    "PRAGMA secure_delete=ON; PRAGMA journal_mode=WAL;"
	    "PRAGMA synchronous=NORMAL;"
	    "PRAGMA journal_size_limit=16777216; PRAGMA wal_autocheckpoint=4000";
	int64_t version = 0;
	enum rep_rc rc;

	if (open_as(path, "?mode=rw", SQLITE_OPEN_READWRITE, db) != SQLITE_OK)
		return rep_sqlite_fail(*db, path, err);
	/* look first: a file that belongs to another program must not be changed */
	if ((rc = tables_version(*db, path, &version, err)) != REP_OK)
		return rc;
	if (sqlite3_db_readonly(*db, "main") == 1)
		return rep_fail(err, REP_EIO, "%s: no permission to write", path);
	if ((rc = run(*db, path, settings, err)) != REP_OK)
		return rc;
	return version < rep_schema_version ? migrate(*db, path, err) : REP_OK;
}

/* Tables are only ever added, so a database of an older version can be read. */
static enum rep_rc
check_reader(sqlite3 *db, const char *path, struct rep_err *err)
{
	int64_t version = 0;
	enum rep_rc rc = tables_version(db, path, &version, err);

	if (rc == REP_OK && version == 0)
		return rep_fail(err, REP_ENOTFOUND, "%s: the database is empty", path);
	return rc;
}

enum rep_rc
rep_sqlite_connect(const char *path, unsigned flags, sqlite3 **out, struct rep_err *err)
{
	bool reader = flags & REP_STORE_READ_ONLY;
	enum rep_rc rc;

	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* saves a lock a call; only before first use */
	if ((rc = look(path, flags, err)) != REP_OK)
		return rc;
	rc = reader ? connect_reader(path, out, err) : connect_writer(path, out, err);
	if (rc == REP_OK && reader)
		rc = check_reader(*out, path, err);
	if (rc != REP_OK)
		return rc;
	sqlite3_exec(*out, "PRAGMA cache_size=-2048", NULL, NULL, NULL);
	return REP_OK;
}
