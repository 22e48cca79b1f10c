/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/watch.h"
#include "base/hash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLACK_S = 2 /* clocks of file systems are coarse */ };

/* What is known of a file. dev and ino both 0: an empty place in the table. */
struct known {
	dev_t dev;
	ino_t ino;
	off_t size;
	mode_t mode; /* a file that could not be read may be readable with another one */
	struct timespec changed;
};

/* Open addressing; `cap` is a power of two, and never full. */
struct table {
	struct known *v;
	size_t n, cap;
};

enum presence { UNKNOWN, THERE, GONE, DENIED, NO_FILE };

/* A path as the person gave it. */
struct watched {
	char *path;
	enum presence presence;
	struct known file; /* at the last look that was kept; all 0: it was never there */
	struct known now;  /* at this look; all 0: it is not there */
	/* Files beside it that were written since beside_from_s are given, until beside_s. */
	int64_t beside_from_s, beside_s;
	bool beside; /* this look began that: beside_s is set when it is kept */
};

struct rep_watch {
	struct watched v[REP_WATCH_PATHS];
	size_t n;
	struct table kept, seen; /* seen: by the last look */
	struct table told;	 /* hashes of what the last look said about what is in folders */
	int64_t kept_s, seen_s;	 /* when the looks were */
	int64_t since_s;	 /* of rep_watch_new */
	int fd;
};

/* --- the table of files ----------------------------------------------------------------------------- */

static struct known *
place(const struct table *t, dev_t dev, ino_t ino)
{
	size_t at = (size_t)rep_hash_mix((uint64_t)ino ^ (uint64_t)dev << 40) & (t->cap - 1);

	while (t->v[at].ino != 0 && (t->v[at].ino != ino || t->v[at].dev != dev))
		at = (at + 1) & (t->cap - 1);
	return &t->v[at];
}

static bool
grow(struct table *t)
{
	struct table more = { .n = t->n, .cap = t->cap == 0 ? 64 : 2 * t->cap };

	if ((more.v = calloc(more.cap, sizeof *more.v)) == NULL)
		return false;
	for (size_t i = 0; i < t->cap; i++)
		if (t->v[i].ino != 0)
			*place(&more, t->v[i].dev, t->v[i].ino) = t->v[i];
	free(t->v);
	*t = more;
	return true;
}

static bool
put(struct table *t, const struct known *k)
{
	struct known *at;

	if (2 * (t->n + 1) > t->cap && !grow(t))
		return false;
	at = place(t, k->dev, k->ino);
	t->n += at->ino == 0;
	*at = *k;
	return true;
}

static struct known
known_of(const struct stat *st)
{
	return (struct known){ st->st_dev, st->st_ino, st->st_size, st->st_mode, st->st_mtim };
}

static bool
one_file(const struct known *a, const struct known *b)
{
	return a->ino == b->ino && a->dev == b->dev;
}

static bool
changed(const struct table *kept, const struct known *now)
{
	const struct known *before = kept->cap == 0 ? NULL : place(kept, now->dev, now->ino);

	return before == NULL || before->ino == 0 || before->size != now->size ||
	    before->mode != now->mode || before->changed.tv_sec != now->changed.tv_sec ||
	    before->changed.tv_nsec != now->changed.tv_nsec;
}

/* --- what wakes the watch ---------------------------------------------------------------------------- */

/* Of a log its folder, because it is renamed and made anew there; of a mailbox also what is in it. */
static void
listen_to(struct rep_watch *w, const struct watched *x)
{
	static const char *const below[] = { "", "/new", "/cur" };
	enum { WHAT = IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB };
	char path[4096];
	struct stat st;
	bool folder = stat(x->path, &st) == 0 && S_ISDIR(st.st_mode);
	size_t slash = rep_str_rchr(rep_str_c(x->path), '/');
	int n;

	if (w->fd < 0)
		return;
	for (size_t i = 0; folder && i < REP_COUNT(below); i++) {
		n = snprintf(path, sizeof path, "%s%s", x->path, below[i]);
		if (n > 0 && (size_t)n < sizeof path)
			(void)inotify_add_watch(w->fd, path, WHAT | IN_ONLYDIR);
	}
	if (folder)
		return;
	n = snprintf(path, sizeof path, "%.*s", slash == SIZE_MAX ? 1 : (int)slash + 1,
	    slash == SIZE_MAX ? "." : x->path);
	if (n > 0 && (size_t)n < sizeof path)
		(void)inotify_add_watch(w->fd, path, WHAT | IN_ONLYDIR);
}

int
rep_watch_fd(const struct rep_watch *w)
{
	return w->fd;
}

void
rep_watch_clear(struct rep_watch *w)
{
	char events[1 << 14];

	while (w->fd >= 0 && read(w->fd, events, sizeof events) > 0)
		;
}

/* --- a look ------------------------------------------------------------------------------------------ */

/* One look: what it found so far. */
struct watch_look {
	struct rep_watch *w;
	const struct rep_session *s; /* says everything once */
	const struct rep_session *aloud;
	struct rep_input_path *v;
	size_t n, cap;
	struct table told; /* what this look says */
};

static enum rep_rc
add(struct watch_look *k, const struct rep_input_path *p, struct rep_err *err)
{
	if (k->n == k->cap) {
		size_t more = k->cap == 0 ? 16 : 2 * k->cap;
		struct rep_input_path *v = rep_arena_alloc(k->s->arena, more * sizeof *v);

		if (v == NULL)
			return rep_fail(err, REP_EMEM, "out of memory");
		if (k->n > 0)
			memcpy(v, k->v, k->n * sizeof *v);
		k->v = v;
		k->cap = more;
	}
	k->v[k->n++] = *p;
	return REP_OK;
}

/*
 * Notes the file as this look saw it. When it is another one than at the last kept look, it is to be read: once,
 * by however many paths it was found.
 */
static enum rep_rc
seen(struct watch_look *k, const struct rep_input_path *p, const struct stat *st,
    struct rep_err *err)
{
	struct known now = known_of(st);

	if (!S_ISREG(st->st_mode) ||
	    (k->w->seen.cap > 0 && place(&k->w->seen, now.dev, now.ino)->ino != 0))
		return REP_OK;
	if (!put(&k->w->seen, &now))
		return rep_fail(err, REP_EMEM, "out of memory");
	return changed(&k->w->kept, &now) ? add(k, p, err) : REP_OK;
}

/* Whether a name goes on behind `front` with a dot or a dash. */
static bool
goes_on(struct rep_str name, struct rep_str front)
{
	return name.n > front.n + 1 && rep_str_starts(name, front) &&
	    (name.p[front.n] == '.' || name.p[front.n] == '-');
}

/* A name that a log gets when it is rotated: "mail.log.1", "mail.log-20261130.gz", "mail-20261130.log". */
static bool
rotated_name(struct rep_str name, struct rep_str log)
{
	size_t dot = rep_str_rchr(log, '.');
	struct rep_str stem = rep_str_sub(log, 0, dot), end = rep_str_sub(log, dot, log.n);

	return goes_on(name, log) ||
	    (dot != SIZE_MAX && goes_on(name, stem) && rep_digit(name.p[stem.n + 1]) &&
		rep_str_find(name, end, stem.n) != SIZE_MAX);
}

/* The files beside a log that it may have become. */
static enum rep_rc
beside(struct watch_look *k, const struct watched *x, struct rep_err *err)
{
	struct rep_str path = rep_str_c(x->path);
	size_t slash = rep_str_rchr(path, '/'), from = slash == SIZE_MAX ? 0 : slash + 1, n = 0;
	struct rep_str folder = from == 0 ? REP_S("./") : rep_str_sub(path, 0, from);
	const char *at = rep_arena_printf(k->s->arena, "%.*s", REP_PR(folder)).p;
	enum rep_rc rc = REP_OK;
	struct dirent *e;
	DIR *d = at == NULL ? NULL : opendir(at);

	if (d == NULL)
		return at == NULL ? rep_fail(err, REP_EMEM, "out of memory") : REP_OK;
	while (rc == REP_OK && (e = readdir(d)) != NULL) {
		struct rep_input_path p = { .root = folder.n };
		struct stat st;

		if (!rotated_name(rep_str_c(e->d_name), rep_str_sub(path, from, path.n)) ||
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(st.st_mode) || st.st_mtim.tv_sec < x->beside_from_s)
			continue;
		if (n++ == REP_WATCH_BESIDE) {
			rep_session_say(k->s, REP_PROBLEM_INPUT,
			    "%s: more than %d files beside it were written since it was read; the others "
			    "are not read",
			    x->path, REP_WATCH_BESIDE);
			break;
		}
		p.path = rep_arena_printf(k->s->arena, "%.*s%s", REP_PR(folder), e->d_name).p;
		rc = p.path == NULL ? rep_fail(err, REP_EMEM, "out of memory")
				    : seen(k, &p, &st, err);
	}
	(void)closedir(d);
	return rc;
}

/* Says it once when a path is not there any more, cannot be read, or is there again. */
static void
tell(const struct watch_look *k, struct watched *x, enum presence now, int why)
{
	static const char *const words[] = {
		[THERE] = "is there again, and is read on",
		[GONE] = "is not there. It is read as soon as it is",
		[DENIED] = "cannot be read. It is read as soon as it can be",
		[NO_FILE] = "is a pipe, a socket or a device. Only files and folders are watched: "
			    "reputed ingest - reads a pipe",
	};

	if (now != x->presence && !(x->presence == UNKNOWN && now == THERE))
		rep_session_say(k->s, now == THERE ? REP_PROBLEM_NOTE : REP_PROBLEM_INPUT,
		    "%s %s%s%s%s", x->path, words[now], now == DENIED ? " (" : "",
		    now == DENIED ? strerror(why) : "", now == DENIED ? ")" : "");
	if (now == THERE && x->presence != THERE)
		listen_to(k->w, x);
	x->presence = now;
}

/* Looks at the file at a path. *st is all 0 when there is none that can be read. */
static void
look_at(const struct watch_look *k, struct watched *x, struct stat *st)
{
	memset(st, 0, sizeof *st);
	if (stat(x->path, st) != 0) {
		tell(k, x, errno == ENOENT || errno == ENOTDIR ? GONE : DENIED, errno);
		memset(st, 0, sizeof *st);
	} else if (!S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode)) {
		tell(k, x, NO_FILE, 0);
		memset(st, 0, sizeof *st);
	} else if (access(x->path, R_OK | (S_ISDIR(st->st_mode) ? X_OK : 0)) != 0) {
		tell(k, x, DENIED, errno);
		memset(st, 0, sizeof *st);
	} else {
		tell(k, x, THERE, 0);
	}
}

/* Files written since a look are looked for from here on. What lies ahead says nothing: the clock was set back. */
static int64_t
since(int64_t look_s, int64_t clock_s)
{
	return look_s > clock_s || look_s <= SLACK_S ? 1 : look_s - SLACK_S;
}

static enum rep_rc
one_log(struct watch_look *k, struct watched *x, const struct stat *st, struct rep_err *err)
{
	bool met = x->file.ino != 0; /* else what was rotated before is still to be looked for */
	bool rotated;
	enum rep_rc rc = REP_OK;

	x->now = S_ISREG(st->st_mode) ? known_of(st) : (struct known){ 0 };
	if (!met && k->w->since_s > 0)
		x->beside_from_s = since(k->w->since_s, k->s->clock_s);
	rotated = met && (!one_file(&x->now, &x->file) || x->now.size < x->file.size);
	if (rotated)
		x->beside_from_s = since(k->w->kept_s, k->s->clock_s);
	x->beside = rotated || (!met && x->beside_from_s > 0);
	if (x->beside || k->s->clock_s < x->beside_s)
		rc = beside(k, x, err);
	if (rc == REP_OK && x->now.ino != 0)
		rc = seen(k, &(struct rep_input_path){ .path = x->path, .given = true }, st, err);
	return rc;
}

/* What is said is said once, as long as every look finds it so. */
static void
once(void *ctx, const struct rep_problem *p)
{
	struct watch_look *k = ctx;
	struct known hash = { .ino = (ino_t)rep_hash(rep_str_c(p->text)) | 1 };
	bool before = k->w->told.cap > 0 && place(&k->w->told, 0, hash.ino)->ino != 0;

	if (!put(&k->told, &hash) || !before)
		rep_session_tell(k->aloud, p);
}

static enum rep_rc
one_folder(struct watch_look *k, const struct watched *x, struct rep_err *err)
{
	const char *path = x->path;
	struct rep_inputs files = { 0 };
	enum rep_rc rc = rep_inputs_expand(k->s, &path, 1, &files, err);
	struct stat st;

	for (size_t i = 0; i < files.n && rc == REP_OK; i++)
		if (lstat(files.v[i].path, &st) == 0)
			rc = seen(k, &files.v[i], &st, err);
	return rc;
}

enum rep_rc
rep_watch_look(
    struct rep_watch *w, const struct rep_session *s, struct rep_inputs *out, struct rep_err *err)
{
	struct rep_session quiet = *s;
	struct watch_look k = { .w = w, .s = &quiet, .aloud = s };
	enum rep_rc rc = REP_OK;
	struct stat st;

	quiet.problem = once;
	quiet.ctx = &k;
	free(w->seen.v);
	w->seen = (struct table){ 0 };
	w->seen_s = s->clock_s;
	for (size_t i = 0; i < w->n && rc == REP_OK; i++) {
		look_at(&k, &w->v[i], &st);
		rc = S_ISDIR(st.st_mode) ? one_folder(&k, &w->v[i], err)
					 : one_log(&k, &w->v[i], &st, err);
	}
	free(w->told.v);
	w->told = k.told;
	*out = (struct rep_inputs){ k.v, k.n };
	return rc;
}

void
rep_watch_keep(struct rep_watch *w, int64_t clock_s)
{
	free(w->kept.v);
	w->kept = w->seen;
	w->kept_s = w->seen_s;
	w->seen = (struct table){ 0 };
	for (size_t i = 0; i < w->n; i++) {
		struct watched *x = &w->v[i];

		if (x->now.ino != 0)
			x->file = x->now;
		if (x->beside)
			x->beside_s = clock_s + REP_WATCH_BESIDE_S;
		x->beside = false;
	}
}

/* --- life -------------------------------------------------------------------------------------------- */

enum rep_rc
rep_watch_new(const char *const *paths, size_t n, int64_t since_s, struct rep_watch **out,
    struct rep_err *err)
{
	struct rep_watch *w;

	if (n > REP_WATCH_PATHS)
		return rep_fail(err, REP_ELIMIT,
		    "more than %d paths are to be watched; a folder counts as one",
		    REP_WATCH_PATHS);
	if ((w = calloc(1, sizeof *w)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	w->kept_s = since_s;
	w->since_s = since_s;
	for (; w->n < n; w->n++) {
		if ((w->v[w->n].path = strdup(paths[w->n])) == NULL) {
			rep_watch_free(w);
			return rep_fail(err, REP_EMEM, "out of memory");
		}
	}
	*out = w;
	return REP_OK;
}

void
rep_watch_free(struct rep_watch *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->n; i++)
		free(w->v[i].path);
	free(w->kept.v);
	free(w->seen.v);
	free(w->told.v);
	if (w->fd >= 0)
		(void)close(w->fd);
	free(w);
}
