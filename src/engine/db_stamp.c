/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/db_stamp.h"
#include "base/buf.h"

#include <sys/stat.h>

static void
look(const char *path, size_t k, struct rep_db_stamp *s)
{
	struct stat st;

	if (stat(path, &st) != 0 || st.st_size == 0)
		return;
	s->changed_ns[k] = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	s->size[k] = (int64_t)st.st_size;
	s->inode[k] = (int64_t)st.st_ino;
}

struct rep_db_stamp
rep_db_stamp_of(const char *db)
{
	struct rep_db_stamp s = { .size = { 0 } };
	struct rep_buf wal;

	look(db, 0, &s);
	rep_buf_init(&wal, 1 << 13);
	rep_buf_printf(&wal, "%s-wal", db);
	if (!wal.full)
		look(wal.p, 1, &s);
	rep_buf_fini(&wal);
	return s;
}

bool
rep_db_stamp_eq(const struct rep_db_stamp *a, const struct rep_db_stamp *b)
{
	for (int k = 0; k < 2; k++)
		if (a->changed_ns[k] != b->changed_ns[k] || a->size[k] != b->size[k] ||
		    a->inode[k] != b->inode[k])
			return false;
	return true;
}
