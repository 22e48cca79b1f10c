/* What several commands need: words to people, know, the key, the store, whole files. SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/out.h"
#include "config/paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { KNOW_FILE_MAX = 4 << 20 };

void
rep_cli_note(struct rep_cli *c, int code)
{
	static const int rank[] = { 0, 1, 3, 2, 4 }; /* of the exit codes 0 to 4 */

	if (rank[code] > rank[c->worst])
		c->worst = code;
}

/* Messages quote what was read: nothing in it may steer a terminal. */
void
rep_cli_say(const char *fmt, ...)
{
	char text[2048];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	rep_out_plain(text);
	fprintf(stderr, "reputed: %s\n", text);
}

int
rep_cli_fail(struct rep_cli *c, int code, const struct rep_err *err)
{
	rep_cli_say("%s", err->msg);
	rep_cli_note(c, code);
	return c->worst;
}

enum rep_rc
rep_cli_slurp(
    struct rep_arena *a, const char *path, size_t max, struct rep_str *out, struct rep_err *err)
{
	FILE *f = fopen(path, "re");
	enum rep_rc rc = REP_OK;
	struct rep_buf b;
	char chunk[16384];
	size_t n;

	if (f == NULL)
		return rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
	rep_buf_init(&b, max);
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		rep_buf_add(&b, (struct rep_str){ chunk, n });
	if (ferror(f))
		rc = rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
	else if (b.full)
		rc = rep_fail(err, REP_ELIMIT, "%s: larger than %zu bytes", path, max);
	(void)fclose(f);
	if (rc == REP_OK) {
		*out = rep_arena_dup(a, rep_buf_str(&b));
		if (out->p == NULL)
			rc = rep_fail(err, REP_EMEM, "%s: out of memory", path);
	}
	rep_buf_fini(&b);
	return rc;
}

static void
say_problem(void *ctx, const char *sentence)
{
	rep_cli_say("%s", sentence);
	rep_cli_note(ctx, REP_EXIT_BAD_INPUT);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The files of a folder of know whose names end in one of the words, by name; each is freed by the caller. */
struct know_files {
	char *path[256];
	size_t n;
};

static enum rep_rc
list_folder(struct rep_cli *c, const char *const *ends, size_t ends_n, struct know_files *files,
    struct rep_err *err)
{
	const char *dir = c->know_dir != NULL ? c->know_dir : "/etc/reputed/know.d";
	struct dirent *e;
	char path[1024];
	DIR *d = opendir(dir);

	files->n = 0;
	if (d == NULL)
		return c->know_dir != NULL ? rep_fail(err, REP_EIO, "%s: %s", dir, strerror(errno))
					   : REP_OK;
	while ((e = readdir(d)) != NULL && files->n < REP_COUNT(files->path)) {
		for (size_t k = 0; k < ends_n; k++) {
			if (!rep_str_ends(rep_str_c(e->d_name), rep_str_c(ends[k])))
				continue;
			snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
			if ((files->path[files->n] = strdup(path)) != NULL)
				files->n++;
			break;
		}
	}
	(void)closedir(d);
	qsort(files->path, files->n, sizeof *files->path, by_name);
	return REP_OK;
}

static enum rep_rc
add_folder(struct rep_cli *c, struct rep_know *k, struct rep_err *err)
{
	static const char *const ends[] = { ".rules", ".providers", ".guide", ".options" };
	struct know_files files;
	enum rep_rc rc = list_folder(c, ends, REP_COUNT(ends), &files, err);
	struct rep_str text;
	unsigned bad;

	for (size_t i = 0; rc == REP_OK && i < files.n; i++) {
		rc = rep_cli_slurp(c->arena, files.path[i], KNOW_FILE_MAX, &text, err);
		if (rc == REP_OK)
			rc = rep_know_add(k, files.path[i], text, say_problem, c, &bad, err);
	}
	for (size_t i = 0; i < files.n; i++)
		free(files.path[i]);
	return rc;
}

enum rep_rc
rep_cli_weights(struct rep_cli *c, struct rep_weights *w, struct rep_arena *a, struct rep_err *err)
{
	static const char *const ends[] = { ".weights" };
	struct rep_str text, name;
	struct know_files files;
	struct rep_err ignored; /* its problems were said, and what has none is in force */
	enum rep_rc rc;

	if ((rc = rep_weights_builtin(w, a, err)) != REP_OK ||
	    (rc = list_folder(c, ends, REP_COUNT(ends), &files, err)) != REP_OK)
		return rc;
	for (size_t i = 0; rc == REP_OK && i < files.n; i++) {
		name = rep_arena_dup(a, rep_str_c(files.path[i]));
		if (name.p == NULL)
			rc = rep_fail(err, REP_EMEM, "out of memory");
		else
			rc = rep_cli_slurp(a, name.p, KNOW_FILE_MAX, &text, err);
		if (rc == REP_OK &&
		    rep_weights_parse(w, name.p, text, a, say_problem, c, &ignored) != REP_OK)
			rep_cli_note(c, REP_EXIT_BAD_INPUT);
	}
	for (size_t i = 0; i < files.n; i++)
		free(files.path[i]);
	return rc;
}

enum rep_rc
rep_cli_know(struct rep_cli *c, struct rep_know **out, struct rep_err *err)
{
	struct rep_know *k = rep_know_new();
	enum rep_rc rc;

	if (k == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = rep_know_add_builtin(k, err)) != REP_OK ||
	    (rc = add_folder(c, k, err)) != REP_OK || (rc = rep_know_ready(k, err)) != REP_OK) {
		rep_know_free(k);
		return rc;
	}
	*out = k;
	return REP_OK;
}

const char *
rep_cli_db_path(struct rep_cli *c)
{
	struct rep_str s;

	if (c->db != NULL)
		return c->db;
	s = rep_arena_dup(c->arena, c->cfg.database);
	return s.p != NULL ? s.p : "";
}

enum rep_rc
rep_cli_key(struct rep_cli *c, bool create, struct rep_key *key, struct rep_err *err)
{
	struct rep_str s = rep_arena_dup(c->arena, c->cfg.key_file);

	return rep_key_load(s.p != NULL ? s.p : "", create, key, err);
}

enum rep_rc
rep_cli_store(struct rep_cli *c, unsigned flags, struct rep_store **out, struct rep_err *err)
{
	struct rep_key key = { { 0 } };
	enum rep_rc rc;

	/* Reading needs no key: nothing is hashed. */
	if ((flags & REP_STORE_READ_ONLY) == 0 &&
	    (rc = rep_cli_key(c, (flags & REP_STORE_CREATE) != 0, &key, err)) != REP_OK)
		return rc;
	return rep_store_open(rep_cli_db_path(c), flags, &key, out, err);
}
