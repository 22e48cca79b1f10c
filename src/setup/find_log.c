/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memfd_create */
#include "setup/find_log.h"
#include "base/fd.h"
#include "engine/files.h"
#include "engine/journald.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- rotated logs ------------------------------------------------------------------------------------- */

struct rotated {
	const char *path;
	int64_t at_s;
	uint64_t bytes;
};

/* The newest first; of those of one second by name: "mail.log.1" is newer than "mail.log.2". */
static int
by_time(const void *a, const void *b)
{
	const struct rotated *x = a, *y = b;

	return x->at_s != y->at_s ? (x->at_s < y->at_s ? 1 : -1) : strcmp(x->path, y->path);
}

/* A name that a log gets when it is rotated: "mail.log.1", "mail.log.2.gz", "mail.log-20261130.gz". */
static bool
is_rotated(struct rep_str name, struct rep_str log)
{
	return name.n > log.n + 1 && rep_str_starts(name, log) &&
	    (name.p[log.n] == '.' || name.p[log.n] == '-') && rep_digit(name.p[log.n + 1]);
}

/* Files only: a link or a pipe beside a log may be anybody's. */
static void
add_older(const struct rep_machine *m, struct rep_find_log *log)
{
	struct rep_str path = rep_str_c(log->path);
	size_t slash = rep_str_rchr(path, '/');
	struct rep_str folder = rep_str_sub(path, 0, slash + 1);
	struct rep_str name = rep_str_sub(path, slash + 1, path.n);
	const char **names, *in = rep_arena_dup(m->arena, folder).p;
	struct rotated *v = rep_arena_alloc(m->arena, REP_FIND_ROTATED * sizeof *v);
	struct rep_machine whole = { .root = "", .arena = m->arena, .unread = m->unread };
	size_t n = 0, all = in == NULL || v == NULL ? 0 : rep_machine_names(&whole, in, &names);
	struct stat st;

	for (size_t i = 0; i < all; i++) {
		const char *full = rep_arena_printf(m->arena, "%s%s", in, names[i]).p;

		if (!is_rotated(rep_str_c(names[i]), name) || full == NULL ||
		    lstat(full, &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		if (n == REP_FIND_ROTATED) {
			log->older_dropped++;
			continue;
		}
		v[n++] = (struct rotated){ full, st.st_mtim.tv_sec, (uint64_t)st.st_size };
	}
	if (n > 0)
		qsort(v, n, sizeof *v, by_time);
	if ((log->older = rep_arena_alloc(m->arena, (n + 1) * sizeof *log->older)) == NULL)
		return;
	for (size_t i = 0; i < n; i++) {
		log->older[log->older_n++] = v[i].path;
		log->bytes += v[i].bytes;
	}
}

/* --- places ------------------------------------------------------------------------------------------- */

struct places {
	const struct rep_machine *m;
	struct rep_find_log *v;
	struct stat st[REP_FIND_LOGS + 1];
	size_t n, dropped;
};

/* A file that is there, once whatever its names. NULL: it is not there, there already, or one too many. */
static struct rep_find_log *
add_file(struct places *p, const char *path, const char *why)
{
	struct rep_find_log *log = &p->v[p->n];
	struct stat *st = &p->st[p->n];

	if (path == NULL || stat(path, st) != 0 || !S_ISREG(st->st_mode))
		return NULL;
	for (size_t i = 0; i < p->n; i++)
		if (p->st[i].st_ino == st->st_ino && p->st[i].st_dev == st->st_dev)
			return NULL;
	if (p->n == REP_FIND_LOGS) {
		p->dropped++;
		return NULL;
	}
	*log = (struct rep_find_log){ .path = path,
		.why = why,
		.denied = access(path, R_OK) != 0,
		.bytes = (uint64_t)st->st_size };
	add_older(p->m, log);
	p->n++;
	return log;
}

/*
 * A file to which rsyslog writes what is of facility mail: "mail.*  -/var/log/mail.log", or mail.info. Anything less
 * simple is not read: the usual places are looked at anyway.
 */
static void
add_rsyslog(struct places *p, const char *file)
{
	struct rep_str text = rep_machine_file(p->m, file), line;

	while (text.n > 0) {
		size_t nl = rep_str_chr(text, '\n', 0), slash;

		line = rep_str_trim(rep_str_sub(text, 0, nl));
		text = rep_str_sub(text, nl == SIZE_MAX ? text.n : nl + 1, text.n);
		if (!rep_str_starts(line, REP_S("mail.*")) &&
		    !rep_str_starts(line, REP_S("mail.info")))
			continue;
		slash = rep_str_chr(line, '/', 0);
		if (slash != SIZE_MAX && rep_str_printable(rep_str_sub(line, slash, line.n), false))
			(void)add_file(p,
			    rep_machine_path(p->m,
				rep_arena_dup(p->m->arena, rep_str_sub(line, slash, line.n)).p),
			    "rsyslog writes mail there");
	}
}

static void
add_journal(struct places *p)
{
	static const char *const folders[] = { "/var/log/journal", "/run/log/journal" };
	struct rep_find_log *log = &p->v[p->n];

	for (size_t i = 0; i < REP_COUNT(folders); i++) {
		const char *folder = rep_machine_path(p->m, folders[i]);

		if (!rep_journald_is_folder(folder))
			continue;
		if (p->n == REP_FIND_LOGS) {
			p->dropped++;
			return;
		}
		*log = (struct rep_find_log){
			.path = "journal", .why = "the journal of systemd", .journal = true
		};
		if (p->m->root[0] != '\0')
			log->path = rep_arena_printf(p->m->arena, "journal:%s", folder).p;
		p->n += log->path != NULL;
		return;
	}
}

size_t
rep_find_logs(const struct rep_machine *m, const struct rep_postfix_all *postfix,
    struct rep_find_log v[REP_FIND_LOGS], size_t *dropped)
{
	static const char *const usual[] = { "/var/log/mail.log", "/var/log/maillog",
		"/var/log/mail/mail.log", "/var/log/exim4/mainlog", "/var/log/exim/main.log" };
	static const char *const everything[] = { "/var/log/syslog", "/var/log/messages" };
	static const char why[] = "a usual place";
	struct places p = { .m = m, .v = v };
	struct rep_find_log *log;
	const char **names;
	size_t n;

	for (size_t i = 0; i < postfix->n; i++)
		if (postfix->v[i].maillog_file.n > 0 &&
		    (log = add_file(&p, rep_arena_dup(m->arena, postfix->v[i].maillog_file).p,
			 "maillog_file of Postfix")) != NULL)
			log->maillog = true;
	add_rsyslog(&p, "/etc/rsyslog.conf");
	n = rep_machine_names(m, "/etc/rsyslog.d", &names);
	for (size_t i = 0; i < n; i++)
		add_rsyslog(&p, rep_arena_printf(m->arena, "/etc/rsyslog.d/%s", names[i]).p);
	for (size_t i = 0; i < REP_COUNT(usual); i++)
		(void)add_file(&p, rep_machine_path(m, usual[i]), why);
	add_journal(&p);
	for (size_t i = 0; i < REP_COUNT(everything); i++)
		if ((log = add_file(&p, rep_machine_path(m, everything[i]), why)) != NULL)
			log->everything = true;
	*dropped = p.dropped;
	return p.n;
}

void
rep_find_log_named(const struct rep_machine *m, const char *name, struct rep_find_log *out)
{
	struct places p = { .m = m, .v = out };
	struct rep_journald j;

	if (rep_journald_parse(m->arena, name, &j)) {
		*out = (struct rep_find_log){ .path = name, .journal = true };
		return;
	}
	if (add_file(&p, name, "you named it") == NULL)
		*out = (struct rep_find_log){ .path = name, .denied = access(name, R_OK) != 0 };
}

/* --- its end ------------------------------------------------------------------------------------------ */

/* What a file has from `from` on; its first line only when that is its begin, since else it is cut. */
static bool
copy_from(int in, off_t from, int out)
{
	char chunk[1 << 16];
	bool skip = from > 0;
	ssize_t n;

	for (; (n = pread(in, chunk, sizeof chunk, from)) > 0; from += n) {
		struct rep_str s = { chunk, (size_t)n };

		if (skip) {
			size_t nl = rep_str_chr(s, '\n', 0);

			if (nl == SIZE_MAX)
				continue;
			s = rep_str_sub(s, nl + 1, s.n);
			skip = false;
		}
		if (!rep_fd_write(out, s))
			return false;
	}
	return n == 0;
}

static enum rep_rc
tail_of_file(const struct rep_find_log *log, int out, struct rep_err *err)
{
	/*
	 * logrotate's delaycompress leaves the newest older log as it is: a log of this morning has little. What is packed
	 * has no end that can be read by itself.
	 */
	bool two = log->older_n > 0 && !rep_file_name_packed(rep_str_c(log->older[0]));
	const char *paths[2] = { two ? log->older[0] : NULL, log->path };
	struct timespec times[2];
	off_t size[2] = { 0, 0 }, left = REP_FIND_TAIL;
	int fd[2] = { -1, -1 };
	enum rep_rc rc = REP_OK;
	struct stat st;

	for (int i = 0; i < 2; i++) {
		fd[i] = paths[i] != NULL ? open(paths[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
		if (fd[i] >= 0 && fstat(fd[i], &st) == 0 && S_ISREG(st.st_mode)) {
			size[i] = st.st_size;
			times[0] = times[1] = st.st_mtim;
		} else if (i == 1) {
			rc = rep_fail(err, REP_EIO, "%s: %s", log->path,
			    fd[i] < 0 ? strerror(errno) : "this is not a file");
		}
	}
	for (int i = 0; i < 2 && rc == REP_OK; i++) {
		off_t want = i == 0 ? (left > size[1] ? left - size[1] : 0) : left;

		if (fd[i] >= 0 && want > 0 &&
		    !copy_from(fd[i], size[i] > want ? size[i] - want : 0, out))
			rc = rep_fail(err, REP_EIO, "%s: %s", paths[i], strerror(errno));
	}
	/* A year that lines do not have is that of the file. */
	if (rc == REP_OK)
		(void)futimens(out, times);
	for (int i = 0; i < 2; i++)
		if (fd[i] >= 0)
			(void)close(fd[i]);
	return rc;
}

static enum rep_rc
tail_of_journal(
    const struct rep_machine *m, const struct rep_find_log *log, int out, struct rep_err *err)
{
	struct rep_machine whole = *m;
	struct rep_journald j;
	char most[16];
	bool cut = true;
	const char *argv[] = { "journalctl", "-q", "--no-pager", "-o", "json",
		"--output-fields=MESSAGE,SYSLOG_IDENTIFIER,SYSLOG_PID,_PID,_HOSTNAME,"
		"_SOURCE_REALTIME_TIMESTAMP",
		"-n", most, NULL, NULL, NULL, NULL };
	size_t words = 8;
	struct rep_str text = { "", 0 };
	enum rep_rc rc = REP_OK;

	if (!rep_journald_parse(m->arena, log->path, &j))
		return rep_fail(err, REP_EIO, "%s: no journal", log->path);
	if (j.folder != NULL) {
		argv[words++] = "-D";
		argv[words++] = j.folder;
	}
	argv[words] = j.match;
	if ((whole.arena = rep_arena_new(REP_FIND_TAIL + (1 << 20))) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	/* What is cut is the end, which is what setup looks for: with longer entries there are fewer of them. */
	for (int n = REP_FIND_ENTRIES; cut && n > 0; n /= 2) {
		snprintf(most, sizeof most, "%d", n);
		rep_arena_reset(whole.arena);
		if ((rc = rep_machine_run(&whole, argv, NULL, REP_FIND_TAIL, &text, &cut, err)) !=
		    REP_OK)
			break;
	}
	if (rc == REP_OK && !rep_fd_write(out, text))
		rc = rep_fail(err, REP_EIO, "%s: %s", log->path, strerror(errno));
	rep_arena_free(whole.arena);
	return rc;
}

enum rep_rc
rep_find_log_tail(
    const struct rep_machine *m, const struct rep_find_log *log, int *fd, struct rep_err *err)
{
	int out = memfd_create("log", MFD_CLOEXEC);
	enum rep_rc rc;

	if (out < 0)
		return rep_fail(err, REP_EIO, "%s: %s", log->path, strerror(errno));
	rc = log->journal ? tail_of_journal(m, log, out, err) : tail_of_file(log, out, err);
	if (rc == REP_OK)
		*fd = out;
	else
		(void)close(out);
	return rc;
}
