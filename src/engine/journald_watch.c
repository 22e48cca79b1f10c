/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* dup3, close_range, getgrouplist */
#include "engine/journald_watch.h"
#include "io/fork.h"
#include "io/sd_journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	LOOK_MS = 2000,	  /* a look without being woken, and whether the journal is there */
	AGAIN_MS = 10000, /* the process is started again at most so often */
	PATH_BYTES = 4096,
	GROUPS = 1024, /* of a user; Linux has at most 65536, and people some ten. Judgement */
	ID_BYTES = 33  /* of a machine, with its newline */
};

enum reach { UNKNOWN, THERE, GONE, DENIED };

struct looked_at {
	const struct rep_journald *o;
	struct rep_sd_journal *j; /* owned; NULL: it is not open */
	enum reach reach;
	unsigned places;	  /* in which files can be read */
	bool deaf;		  /* nothing wakes us: it is opened anew for each look */
	char last[REP_SD_CURSOR]; /* of the last entry when it was opened; "": there was none */
};

struct rep_journald_watch {
	struct looked_at *v; /* owned */
	size_t n;
	const struct rep_session *s;
	pid_t pid; /* 0: not running */
	int fd;
	int64_t again_ms; /* not started before */
};

/* --- where it is ------------------------------------------------------------------------------------- */

/* What a look at the folders of a journal found. */
struct look_found {
	unsigned places; /* a bit for each folder with a file that can be read */
	size_t files;
	bool denied; /* a folder, or system.journal, or all files */
	/* The last one that cannot be read. */
	char path[PATH_BYTES];
	struct stat st;
};

static void
note_denied(struct look_found *f, const char *folder, const char *name, const struct stat *st)
{
	snprintf(f->path, sizeof f->path, "%s%s%s", folder, name[0] != '\0' ? "/" : "", name);
	f->st = *st;
}

static void
look_at_file(int folder, const char *path, const char *name, unsigned place, struct look_found *f)
{
	struct stat st;

	if (fstatat(folder, name, &st, 0) != 0 || !S_ISREG(st.st_mode))
		return;
	f->files++;
	if (faccessat(folder, name, R_OK, AT_EACCESS) == 0) {
		f->places |= 1U << place;
		return;
	}
	note_denied(f, path, name, &st);
	/* Those of other users hold no mail, but for what they hand in. */
	f->denied |= strcmp(name, "system.journal") == 0;
}

static void
look_in(const char *path, unsigned place, struct look_found *f)
{
	DIR *d = opendir(path);
	struct dirent *e;
	struct stat st;

	if (d == NULL) {
		f->denied |= errno == EACCES;
		if (errno == EACCES && stat(path, &st) == 0)
			note_denied(f, path, "", &st);
		return;
	}
	while ((e = readdir(d)) != NULL)
		if (rep_journald_is_file(e->d_name))
			look_at_file(dirfd(d), path, e->d_name, place, f);
	(void)closedir(d);
}

/* The id of this machine, by which journald names its folders. "" when there is none. */
static void
machine_id(char id[ID_BYTES])
{
	int fd = open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, id, ID_BYTES - 1) : 0;

	id[n == ID_BYTES - 1 ? n : 0] = '\0';
	if (fd >= 0)
		(void)close(fd);
}

/* Folders in a folder are named by a machine. */
static void
look_below(const char *folder, struct look_found *f)
{
	char path[PATH_BYTES];
	DIR *d;
	struct dirent *e;
	int n;

	look_in(folder, 0, f);
	if ((d = opendir(folder)) == NULL)
		return;
	while ((e = readdir(d)) != NULL) {
		n = snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (rep_journald_is_id(e->d_name) && n > 0 && (size_t)n < sizeof path)
			look_in(path, 1, f);
	}
	(void)closedir(d);
}

static enum reach
look_for(const struct rep_journald *o, struct look_found *f)
{
	static const char *const roots[] = { "/var/log/journal", "/run/log/journal" };
	char id[ID_BYTES], path[PATH_BYTES];

	*f = (struct look_found){ .places = 0 };
	if (o->folder != NULL)
		look_below(o->folder, f);
	machine_id(id);
	for (unsigned i = 0; o->folder == NULL && id[0] != '\0' && i < REP_COUNT(roots); i++) {
		snprintf(path, sizeof path, "%s/%s", roots[i], id);
		look_in(path, i, f);
	}
	if (f->denied || (f->files > 0 && f->places == 0))
		return DENIED;
	return f->files > 0 ? THERE : GONE;
}

/* --- what is told, once ------------------------------------------------------------------------------ */

/* Whether this process has the group. */
static bool
has_group(gid_t group)
{
	gid_t v[GROUPS];
	int n = getgroups(GROUPS, v);
	bool has = getegid() == group;

	for (int i = 0; i < n; i++)
		has |= v[i] == group;
	return has;
}

/* Whether the user has it since this process began, or in a session other than that of the process. */
static bool
would_have_group(const struct passwd *me, gid_t group)
{
	gid_t v[GROUPS];
	int n = GROUPS, got = getgrouplist(me->pw_name, me->pw_gid, v, &n);

	for (int i = 0; i < got; i++)
		if (v[i] == group)
			return true;
	return false;
}

/* What to do so that the user can read it. */
static void
fix_denied(const struct look_found *f, const struct passwd *me, char *text, size_t room)
{
	const mode_t need = S_ISDIR(f->st.st_mode) ? S_IRGRP | S_IXGRP : S_IRGRP;
	const struct group *g = getgrgid(f->st.st_gid);
	char number[24];
	const char *name = g != NULL ? g->gr_name : number;

	snprintf(number, sizeof number, "%u", (unsigned)f->st.st_gid);
	if (f->st.st_gid == 0 || (f->st.st_mode & need) != need)
		snprintf(text, room,
		    "its mode is %04o and its group %s: journald gives its files mode 0640 and the group "
		    "systemd-journal",
		    (unsigned)(f->st.st_mode & 07777), name);
	else if (has_group(f->st.st_gid))
		snprintf(text, room,
		    "its group %s may read it and the user is in that group, so a folder above it, or an "
		    "access control list (getfacl), denies it",
		    name);
	else if (me != NULL && would_have_group(me, f->st.st_gid))
		snprintf(text, room,
		    "the user is in the group %s, which may, but was not when this process began. "
		    "Restart serve, or log in again",
		    name);
	else
		snprintf(text, room,
		    "the user is not in the group %s, which may. Do this, and restart serve: "
		    "usermod -aG %s %s",
		    name, name, me != NULL ? me->pw_name : "USER");
}

static void
tell_denied(const struct rep_session *s, const struct rep_journald *o, const struct look_found *f)
{
	const struct passwd *me = getpwuid(geteuid());
	char fix[512], number[24];

	snprintf(number, sizeof number, "%u", (unsigned)geteuid());
	fix_denied(f, me, fix, sizeof fix);
	rep_session_say(s, REP_PROBLEM_INPUT,
	    "%s: the user %s may not read %s; what can be read is read. The reason: %s", o->name,
	    me != NULL ? me->pw_name : number, f->path, fix);
}

static void
tell(const struct rep_session *s, const struct looked_at *x, enum reach now,
    const struct look_found *f)
{
	if (now == DENIED)
		tell_denied(s, x->o, f);
	else if (now == GONE && x->o->folder != NULL)
		rep_session_say(s, REP_PROBLEM_INPUT,
		    "%s has no files of a journal. It is read as soon as it has", x->o->name);
	else if (now == GONE)
		rep_session_say(s, REP_PROBLEM_INPUT,
		    "%s is not there: no files in /var/log/journal or /run/log/journal for this "
		    "machine (in a container, mount and name the host's folder). It is read as soon "
		    "as it is there",
		    x->o->name);
	else if (x->reach != UNKNOWN)
		rep_session_say(
		    s, REP_PROBLEM_NOTE, "%s is there again, and is read on", x->o->name);
}

/* --- the process ------------------------------------------------------------------------------------- */

static void
shut(struct looked_at *x)
{
	rep_sd_journal_close(x->j);
	x->j = NULL;
}

/* Opens it at its end. What came before is read anyway: the first look is always news. */
static bool
open_at_end(struct looked_at *x)
{
	if (rep_sd_journal_open(x->o->folder, x->o->match, &x->j, NULL) != REP_OK)
		return false;
	if (rep_sd_journal_to_end(x->j, NULL) == REP_OK)
		return true;
	shut(x);
	return false;
}

/* Whether another entry is the last one than when it was opened before. */
static bool
ends_otherwise(struct looked_at *x)
{
	char before[REP_SD_CURSOR];

	memcpy(before, x->last, sizeof before);
	if (rep_sd_journal_cursor(x->j, x->last, NULL) != REP_OK)
		x->last[0] = '\0';
	return strcmp(before, x->last) != 0;
}

/* True when it was opened, so that something may have come meanwhile. */
static bool
look_whether_there(const struct rep_session *s, struct looked_at *x)
{
	struct look_found f;
	enum reach now = look_for(x->o, &f);
	bool same = f.places == x->places && x->deaf, changed;

	if (now != x->reach)
		tell(s, x, now, &f);
	if (x->j != NULL && (x->deaf || f.places != x->places))
		shut(x);
	x->reach = now;
	x->places = f.places;
	if (x->j != NULL || f.places == 0 || !open_at_end(x))
		return false;
	changed = ends_otherwise(x);
	x->deaf = rep_sd_journal_fd(x->j) < 0;
	return changed || !same;
}

/* Goes to the last entry. True when there was one that matches. */
static bool
went_on(struct looked_at *x)
{
	bool there = true, any = false;

	while (x->j != NULL && there) {
		if (rep_sd_journal_next(x->j, &there, NULL) != REP_OK) {
			shut(x); /* opened again by the next look */
			return true;
		}
		any |= there;
	}
	return any;
}

/* Waits until libsystemd is woken, or for the next look. True: what was missed must be read. */
static bool
wait_for_any(struct looked_at *v, size_t n, struct pollfd *p)
{
	bool missed = false;

	for (size_t i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = v[i].j == NULL ? -1 : rep_sd_journal_fd(v[i].j),
			.events = POLLIN };
	(void)poll(p, (nfds_t)n, LOOK_MS);
	for (size_t i = 0; i < n; i++)
		if (v[i].j != NULL && p[i].revents != 0 &&
		    ((p[i].revents & ~POLLIN) != 0 ||
			rep_sd_journal_look(v[i].j, NULL) != REP_OK)) {
			shut(&v[i]); /* opened again by the next look */
			missed = true;
		}
	return missed;
}

static void
watch(const struct rep_journald_watch *w, int to)
{
	struct pollfd *p = calloc(w->n, sizeof *p);
	int64_t looked_ms = INT64_MIN / 2;
	bool news = true;
	ssize_t sent;

	while (p != NULL) {
		int64_t now = w->s->clock_ms();
		/* People may set this clock back. */
		bool due = now < looked_ms || now - looked_ms >= LOOK_MS;

		for (size_t i = 0; due && i < w->n; i++)
			news |= look_whether_there(w->s, &w->v[i]);
		if (due)
			looked_ms = now;
		for (size_t i = 0; i < w->n; i++)
			news |= went_on(&w->v[i]);
		/* When the pipe is full, there is news in it. */
		if (news && (sent = write(to, "", 1)) < 0 && errno != EAGAIN)
			return;
		news = wait_for_any(w->v, w->n, p);
	}
}

/* Never returns. It keeps none of the daemon's locks. */
static _Noreturn void
run(const struct rep_journald_watch *w, int to)
{
	if (to != STDERR_FILENO + 1 && dup3(to, STDERR_FILENO + 1, O_CLOEXEC) < 0)
		_exit(1);
	to = STDERR_FILENO + 1;
	(void)fcntl(to, F_SETFL, O_NONBLOCK);
	(void)close_range((unsigned)to + 1, ~0U, 0);
	watch(w, to);
	_exit(1);
}

/* --- the daemon's side ------------------------------------------------------------------------------- */

static void
start(struct rep_journald_watch *w)
{
	int end;
	pid_t pid = rep_fork(&end);

	if (pid == 0)
		run(w, end);
	if (pid < 0)
		return;
	(void)fcntl(end, F_SETFL, O_NONBLOCK);
	w->pid = pid;
	w->fd = end;
}

int
rep_journald_watch_fd(const struct rep_journald_watch *w)
{
	return w->fd;
}

/* The daemon waits for all its children, so here it is not waited for. */
static void
ended(struct rep_journald_watch *w)
{
	(void)close(w->fd);
	w->fd = -1;
	w->pid = 0;
}

bool
rep_journald_watch_news(struct rep_journald_watch *w, int64_t steady_ms)
{
	char bytes[4096];
	bool news = false;
	ssize_t n;

	if (w->n == 0)
		return false;
	if (w->fd < 0 && steady_ms >= w->again_ms) {
		start(w);
		w->again_ms = steady_ms + AGAIN_MS;
	}
	while (w->fd >= 0 && (n = read(w->fd, bytes, sizeof bytes)) != 0) {
		if (n < 0)
			return news;
		news = true;
	}
	if (w->fd >= 0)
		ended(w);
	return news;
}

enum rep_rc
rep_journald_watch_new(const struct rep_journald *v, size_t n, const struct rep_session *s,
    struct rep_journald_watch **out, struct rep_err *err)
{
	struct rep_journald_watch *w;
	enum rep_rc rc;

	for (size_t i = 0; i < n; i++)
		if (strlen(v[i].name) > REP_JOURNALD_NAME_MAX)
			return rep_fail(err, REP_ELIMIT,
			    "\"%.80s...\": a journal is named with at most %d bytes, and this one has %zu. "
			    "Give a shorter path: a symbolic link to the folder will do",
			    v[i].name, REP_JOURNALD_NAME_MAX, strlen(v[i].name));
	if (n > 0 && (rc = rep_sd_journal_load(err)) != REP_OK)
		return rc;
	if ((w = calloc(1, sizeof *w)) == NULL || (w->v = calloc(n + 1, sizeof *w->v)) == NULL) {
		free(w);
		return rep_fail(err, REP_EMEM, "out of memory");
	}
	for (; w->n < n; w->n++)
		w->v[w->n].o = &v[w->n];
	w->s = s;
	w->fd = -1;
	w->again_ms = INT64_MIN;
	*out = w;
	return REP_OK;
}

void
rep_journald_watch_free(struct rep_journald_watch *w)
{
	if (w == NULL)
		return;
	/* The daemon may have waited for it: then the number may be that of another process. */
	if (w->pid > 0 && waitpid(w->pid, NULL, WNOHANG) == 0) {
		(void)kill(w->pid, SIGKILL);
		(void)waitpid(w->pid, NULL, 0);
	}
	if (w->fd >= 0)
		(void)close(w->fd);
	free(w->v);
	free(w);
}
