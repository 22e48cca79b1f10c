/*
 * unit/lossy_vfs.h -- a disk that loses power: a VFS for SQLite that keeps files in memory.
 *
 * What a program reads is what it wrote. What survives is what was synced, and of the writes since
 * then a random part: each is there, is missing, or only some of its sectors are. Without a sync
 * their order means nothing. Names are kept at once, as a journaling file system does.
 *
 * One connection at a time, so locks are always free, and the shared memory of the WAL is plain
 * memory. Out of memory ends the test.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_LOSSY_VFS_H
#define REP_TEST_LOSSY_VFS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOSSY_FILES = 16, LOSSY_REGIONS = 8, LOSSY_SECTOR = 512 };

struct lossy_bytes {
	char *p;
	size_t n;
};

/* A write since the last sync, or (bytes.p == NULL) a new length. */
struct lossy_write {
	size_t at;
	struct lossy_bytes bytes;
};

struct lossy_content {
	char name[256]; /* "": free */
	bool temporary;
	struct lossy_bytes now, synced;
	struct lossy_write *writes;
	size_t writes_n;
	void *regions[LOSSY_REGIONS];
};

struct lossy_file {
	sqlite3_file base;
	struct lossy_content *c;
};

static struct {
	struct lossy_content files[LOSSY_FILES];
	uint64_t chance, writes, cut_at; /* 0: never cut */
	bool off, ignore_sync;
} lossy;

/* --- bytes ---------------------------------------------------------------------------------- */

static inline void *
lossy_need(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

/* xorshift: the same numbers everywhere. */
static inline uint64_t
lossy_random(uint64_t below)
{
	lossy.chance ^= lossy.chance << 13;
	lossy.chance ^= lossy.chance >> 7;
	lossy.chance ^= lossy.chance << 17;
	return lossy.chance % below;
}

static inline void
lossy_resize(struct lossy_bytes *b, size_t n)
{
	b->p = lossy_need(realloc(b->p, n + 1));
	if (n > b->n)
		memset(b->p + b->n, 0, n - b->n);
	b->n = n;
}

static inline void
lossy_put(struct lossy_bytes *b, size_t at, const char *p, size_t n)
{
	if (at + n > b->n)
		lossy_resize(b, at + n);
	memcpy(b->p + at, p, n);
}

static inline void
lossy_copy(struct lossy_bytes *to, const struct lossy_bytes *from)
{
	lossy_resize(to, from->n);
	if (from->n > 0)
		memcpy(to->p, from->p, from->n);
}

static inline void
lossy_no_writes(struct lossy_content *c)
{
	for (size_t i = 0; i < c->writes_n; i++)
		free(c->writes[i].bytes.p);
	free(c->writes);
	c->writes = NULL;
	c->writes_n = 0;
}

static inline void
lossy_no_regions(struct lossy_content *c)
{
	for (int i = 0; i < LOSSY_REGIONS; i++) {
		free(c->regions[i]);
		c->regions[i] = NULL;
	}
}

static inline void
lossy_remove(struct lossy_content *c)
{
	lossy_no_writes(c);
	lossy_no_regions(c);
	free(c->now.p);
	free(c->synced.p);
	*c = (struct lossy_content){ .name = "" };
}

static inline struct lossy_content *
lossy_find(const char *name)
{
	for (int i = 0; i < LOSSY_FILES; i++)
		if (strcmp(lossy.files[i].name, name) == 0)
			return &lossy.files[i];
	return NULL;
}

/* Notes a change. False: the power is off. */
static inline bool
lossy_note(struct lossy_content *c, size_t at, const char *p, size_t n)
{
	struct lossy_write w = { .at = at };

	lossy.writes++;
	if (lossy.cut_at != 0 && lossy.writes >= lossy.cut_at)
		lossy.off = true;
	if (p != NULL)
		lossy_put(&w.bytes, 0, p, n);
	c->writes = lossy_need(realloc(c->writes, (c->writes_n + 1) * sizeof *c->writes));
	c->writes[c->writes_n++] = w;
	return !lossy.off;
}

/* --- the power ------------------------------------------------------------------------------ */

/* A new disk without files; its power goes with the write number cut_at (0: never). */
static inline void
lossy_begin(uint64_t seed, uint64_t cut_at, bool ignore_sync)
{
	for (int i = 0; i < LOSSY_FILES; i++)
		lossy_remove(&lossy.files[i]);
	lossy.chance = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	lossy.writes = 0;
	lossy.cut_at = cut_at;
	lossy.off = false;
	lossy.ignore_sync = ignore_sync;
}

static inline void
lossy_survive(struct lossy_content *c, const struct lossy_write *w)
{
	uint64_t fate = lossy_random(3); /* there, missing, torn */

	if (fate == 1)
		return;
	if (w->bytes.p == NULL) {
		lossy_resize(&c->synced, w->at);
		return;
	}
	for (size_t at = 0; at < w->bytes.n; at += LOSSY_SECTOR) {
		size_t left = w->bytes.n - at;

		if (fate == 0 || lossy_random(2) == 0)
			lossy_put(&c->synced, w->at + at, w->bytes.p + at,
			    left < LOSSY_SECTOR ? left : LOSSY_SECTOR);
	}
}

/* The power is back: every file is what survived. No file may be open. */
static inline void
lossy_power_back(void)
{
	lossy.off = false;
	lossy.cut_at = 0;
	for (int i = 0; i < LOSSY_FILES; i++) {
		struct lossy_content *c = &lossy.files[i];

		if (c->name[0] == '\0')
			continue;
		for (size_t k = 0; k < c->writes_n; k++)
			lossy_survive(c, &c->writes[k]);
		lossy_no_writes(c);
		lossy_no_regions(c);
		lossy_copy(&c->now, &c->synced);
	}
}

/* --- what SQLite calls ---------------------------------------------------------------------- */

static inline struct lossy_content *
lossy_of(sqlite3_file *f)
{
	return ((struct lossy_file *)f)->c;
}

static inline int
lossy_close(sqlite3_file *f)
{
	lossy_no_regions(lossy_of(f));
	if (lossy_of(f)->temporary)
		lossy_remove(lossy_of(f));
	return SQLITE_OK;
}

static inline int
lossy_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	const struct lossy_bytes *b = &lossy_of(f)->now;
	size_t from = (size_t)at, size = (size_t)n, got = from >= b->n ? 0 : b->n - from;

	if (got >= size) {
		memcpy(p, b->p + from, size);
		return SQLITE_OK;
	}
	memset(p, 0, size);
	if (got > 0)
		memcpy(p, b->p + from, got);
	return SQLITE_IOERR_SHORT_READ;
}

static inline int
lossy_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct lossy_content *c = lossy_of(f);

	if (lossy.off)
		return SQLITE_IOERR_WRITE;
	if (!c->temporary && !lossy_note(c, (size_t)at, p, (size_t)n))
		return SQLITE_IOERR_WRITE;
	lossy_put(&c->now, (size_t)at, p, (size_t)n);
	return SQLITE_OK;
}

static inline int
lossy_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	struct lossy_content *c = lossy_of(f);

	if (lossy.off || (!c->temporary && !lossy_note(c, (size_t)n, NULL, 0)))
		return SQLITE_IOERR_TRUNCATE;
	lossy_resize(&c->now, (size_t)n);
	return SQLITE_OK;
}

static inline int
lossy_sync(sqlite3_file *f, int flags)
{
	struct lossy_content *c = lossy_of(f);

	(void)flags;
	if (lossy.off)
		return SQLITE_IOERR_FSYNC;
	if (lossy.ignore_sync)
		return SQLITE_OK;
	lossy_copy(&c->synced, &c->now);
	lossy_no_writes(c);
	return SQLITE_OK;
}

static inline int
lossy_size(sqlite3_file *f, sqlite3_int64 *n)
{
	*n = (sqlite3_int64)lossy_of(f)->now.n;
	return SQLITE_OK;
}

static inline int
lossy_lock(sqlite3_file *f, int level)
{
	(void)f, (void)level;
	return SQLITE_OK;
}

static inline int
lossy_reserved(sqlite3_file *f, int *held)
{
	(void)f;
	*held = 0;
	return SQLITE_OK;
}

static inline int
lossy_control(sqlite3_file *f, int op, void *arg)
{
	(void)f, (void)op, (void)arg;
	return SQLITE_NOTFOUND;
}

static inline int
lossy_sector(sqlite3_file *f)
{
	(void)f;
	return LOSSY_SECTOR;
}

static inline int
lossy_device(sqlite3_file *f)
{
	(void)f;
	return 0;
}

static inline int
lossy_shm_map(sqlite3_file *f, int i, int n, int extend, void volatile **p)
{
	struct lossy_content *c = lossy_of(f);

	if (i >= LOSSY_REGIONS)
		return SQLITE_IOERR_SHMMAP;
	if (c->regions[i] == NULL && extend)
		c->regions[i] = lossy_need(calloc(1, (size_t)n));
	*p = c->regions[i];
	return SQLITE_OK;
}

static inline int
lossy_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	(void)f, (void)at, (void)n, (void)flags;
	return SQLITE_OK;
}

static inline void
lossy_shm_barrier(sqlite3_file *f)
{
	(void)f;
}

static inline int
lossy_shm_unmap(sqlite3_file *f, int delete)
{
	(void)delete;
	lossy_no_regions(lossy_of(f));
	return SQLITE_OK;
}

static const sqlite3_io_methods lossy_methods = { 2, lossy_close, lossy_read, lossy_write,
	lossy_truncate, lossy_sync, lossy_size, lossy_lock, lossy_lock, lossy_reserved,
	lossy_control, lossy_sector, lossy_device, lossy_shm_map, lossy_shm_lock, lossy_shm_barrier,
	lossy_shm_unmap, NULL, NULL };

static inline int
lossy_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	static unsigned temporary;
	struct lossy_content *c = name != NULL ? lossy_find(name) : NULL;

	(void)vfs;
	f->pMethods = NULL;
	if (c == NULL) {
		if ((c = lossy_find("")) == NULL || (name != NULL && lossy.off))
			return SQLITE_CANTOPEN;
		c->temporary = name == NULL;
		if (name != NULL)
			snprintf(c->name, sizeof c->name, "%s", name);
		else
			snprintf(c->name, sizeof c->name, "temporary %u", temporary++);
	}
	((struct lossy_file *)f)->c = c;
	f->pMethods = &lossy_methods;
	if (out != NULL)
		*out = flags;
	return SQLITE_OK;
}

static inline int
lossy_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	struct lossy_content *c = lossy_find(name);

	(void)vfs, (void)sync_folder;
	if (lossy.off)
		return SQLITE_IOERR_DELETE;
	if (c == NULL)
		return SQLITE_IOERR_DELETE_NOENT;
	lossy_remove(c);
	return SQLITE_OK;
}

static inline int
lossy_access(sqlite3_vfs *vfs, const char *name, int flags, int *yes)
{
	(void)vfs, (void)flags;
	*yes = lossy_find(name) != NULL;
	return SQLITE_OK;
}

static inline int
lossy_full_name(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
	(void)vfs;
	return snprintf(out, (size_t)n, "%s", name) < n ? SQLITE_OK : SQLITE_CANTOPEN;
}

/* Becomes SQLite's default. Call before the first database is opened. */
static inline bool
lossy_register(void)
{
	static sqlite3_vfs vfs;
	const sqlite3_vfs *system = sqlite3_vfs_find(NULL);

	if (system == NULL)
		return false;
	vfs = *system; /* time, sleep and randomness are the system's */
	vfs.iVersion = 1;
	vfs.pNext = NULL;
	vfs.zName = "lossy";
	vfs.szOsFile = sizeof(struct lossy_file);
	vfs.mxPathname = 255;
	vfs.xOpen = lossy_open;
	vfs.xDelete = lossy_delete;
	vfs.xAccess = lossy_access;
	vfs.xFullPathname = lossy_full_name;
	return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK;
}

#endif
