/*
 * unit/test_quarantine.c -- the limits of the quarantine, and what it says when they are reached.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/quarantine.h"
#include "tap.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/test_quarantine.XXXXXX";

static enum rep_rc
put(struct rep_quarantine *q, struct rep_str bytes, struct rep_err *err)
{
	char id[REP_QUARANTINE_ID];

	return rep_quarantine_put(q, bytes, "a file", "no reason", 1000, id, err);
}

static void
limits(const char *folder)
{
	struct rep_err err = { .msg = "" };
	struct rep_quarantine q, again;

	ok(rep_quarantine_open(&q, folder, &err) == REP_OK && q.files == 0 && q.bytes == 0 &&
		q.files_max == REP_QUARANTINE_FILES && q.bytes_max == REP_QUARANTINE_BYTES,
	    "a folder that is not there holds nothing");
	q.files_max = 2;
	q.bytes_max = 100;
	ok(put(&q, REP_S("one"), &err) == REP_OK && put(&q, REP_S("two"), &err) == REP_OK,
	    "as many as there may be");
	ok(put(&q, REP_S("three"), &err) == REP_ELIMIT && strstr(err.msg, "full") != NULL &&
		strstr(err.msg, "2 documents") != NULL,
	    "one more is refused, with the limit: %s", err.msg);
	ok(put(&q, REP_S("one"), &err) == REP_OK && q.files == 2, "one that is there is no more");
	q.files_max = 10;
	q.bytes_max = 8;
	ok(put(&q, REP_S("123"), &err) == REP_ELIMIT && put(&q, REP_S("12"), &err) == REP_OK,
	    "bytes are counted too");
	ok(rep_quarantine_open(&again, folder, &err) == REP_OK && again.files == 3 &&
		again.bytes == 8,
	    "what is there is counted when it is opened");
}

static void
purged(const char *folder)
{
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_quarantined *v;
	struct rep_err err = { .msg = "" };
	size_t n, gone;

	ok(rep_quarantine_list(folder, a, &v, &n, &err) == REP_OK && n == 3 && v[0].at_s == 1000 &&
		rep_str_eq(v[0].reason, REP_S("no reason")) &&
		rep_str_eq(v[0].from, REP_S("a file")),
	    "listed with time, reason and origin");
	ok(rep_quarantine_purge(folder, 1000, &gone, &err) == REP_OK && gone == 0,
	    "nothing is too old");
	ok(rep_quarantine_purge(folder, 1001, &gone, &err) == REP_OK && gone == 3 &&
		rmdir(folder) == 0,
	    "all of it is, and nothing is left behind");
	rep_arena_free(a);
}

/* Only documents that name this very address go. */
static void
forgotten(const char *folder)
{
	static const char *const stay[] = { "to mary.jo@example.com", "to jo@example.com.au",
		"to mary_jo@example.com", "to ajo@example.com" };
	static const char *const go[] = { "to <JO@example.com>",
		"bounces+jo=example.com@shop.example", "u?m=jo%40example.com" };
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_quarantine_forgotten n = { 0 };
	struct rep_err err = { .msg = "" };
	struct rep_quarantine q;
	bool put_all = rep_quarantine_open(&q, folder, &err) == REP_OK;
	size_t gone;

	for (size_t i = 0; i < REP_COUNT(stay); i++)
		put_all = put_all && put(&q, rep_str_c(stay[i]), &err) == REP_OK;
	for (size_t i = 0; i < REP_COUNT(go); i++)
		put_all = put_all && put(&q, rep_str_c(go[i]), &err) == REP_OK;
	ok(put_all &&
		rep_quarantine_forget(folder, REP_S("jo@example.com"), a, &n, &err) == REP_OK &&
		n.removed == REP_COUNT(go),
	    "documents that name the person went: %zu", n.removed);
	ok(rep_quarantine_purge(folder, 1001, &gone, &err) == REP_OK && gone == REP_COUNT(stay) &&
		rmdir(folder) == 0,
	    "those of other people stayed");
	rep_arena_free(a);
}

/* Writes the reason of the only document there anew. */
static void
write_why(const char *folder, const char *id, struct rep_str bytes, int64_t file_s)
{
	struct timespec times[2] = { { .tv_sec = file_s }, { .tv_sec = file_s } };
	char path[200];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s.why", folder, id);
	if ((f = fopen(path, "wb")) != NULL) {
		(void)fwrite(bytes.p, 1, bytes.n, f);
		(void)fclose(f);
	}
	snprintf(path, sizeof path, "%s/%s", folder, id);
	(void)utimensat(AT_FDCWD, path, times, 0);
}

static bool
listed_as(const char *folder, struct rep_arena *a, int64_t *at_s)
{
	struct rep_quarantined *v;
	struct rep_err err;
	size_t n;

	rep_arena_reset(a);
	if (rep_quarantine_list(folder, a, &v, &n, &err) != REP_OK || n != 1 || v[0].bytes != 3)
		return false;
	*at_s = v[0].at_s;
	return true;
}

/* Each byte of a reason changed, and a cut after each: the document stays, and its age is known. */
static void
damaged(const char *folder)
{
	static const char why[] = "2026-11-03T10:00:00Z\na reason\na file\n";
	const struct rep_str future = REP_S("9999-12-31T00:00:00Z\na reason\na file\n");
	const int64_t file_s = 1793700000, day_s = 86400;
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_err err = { .msg = "" };
	char id[REP_QUARANTINE_ID], copy[sizeof why];
	struct rep_quarantine q;
	bool good = true;
	int64_t at_s = 0;
	size_t gone = 0;

	ok(rep_quarantine_open(&q, folder, &err) == REP_OK &&
		rep_quarantine_put(&q, REP_S("doc"), "a file", "a reason", 1000, id, &err) ==
		    REP_OK,
	    "a document");
	for (size_t i = 0; i < sizeof why - 1; i++)
		for (int c = 0; c < 256; c++) {
			memcpy(copy, why, sizeof why);
			copy[i] = (char)c;
			write_why(folder, id, (struct rep_str){ copy, sizeof why - 1 }, file_s);
			good &= listed_as(folder, a, &at_s);
			write_why(folder, id, (struct rep_str){ copy, i }, file_s);
			good &= listed_as(folder, a, &at_s);
		}
	ok(good, "each byte of its reason changed or cut off: it is listed");
	write_why(folder, id, future, file_s);
	ok(rep_quarantine_purge(folder, file_s, &gone, &err) == REP_OK && gone == 0 &&
		rep_quarantine_purge(folder, file_s + day_s, &gone, &err) == REP_OK && gone == 1 &&
		rmdir(folder) == 0,
	    "a reason from the year 9999 does not keep it for ever");
	rep_arena_free(a);
}

int
main(void)
{
	char folder[64];

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(folder, sizeof folder, "%s/quarantine", dir);
	limits(folder);
	purged(folder);
	forgotten(folder);
	damaged(folder);
	(void)rmdir(dir);
	return done();
}
