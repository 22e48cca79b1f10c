/*
 * tests/fuzz/regress.c -- gives the files in the named folders to a fuzz target.
 *
 * TAP, one subtest for each file. A target that dies prints no plan; the comment line before shows
 * at which file. Each input has an allocation of exactly its size, so that AddressSanitizer sees a
 * read past its end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

static unsigned count, failed;

static void
result(int good, const char *path, const char *why)
{
	printf("%sok %u - %s%s%s\n", good ? "" : "not ", ++count, path, why[0] != '\0' ? ": " : "",
	    why);
	fflush(stdout);
	failed += !good;
}

/* The whole file, in an allocation of exactly its size (one byte for an empty file). */
static uint8_t *
slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p = NULL;
	long size;

	if (f == NULL)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0 &&
	    (p = malloc(size > 0 ? (size_t)size : 1)) != NULL) {
		*n = fread(p, 1, (size_t)size, f);
		if (*n != (size_t)size) {
			free(p);
			p = NULL;
		}
	}
	fclose(f);
	return p;
}

static void
feed(const char *path)
{
	size_t n = 0;
	uint8_t *p = slurp(path, &n);

	if (p == NULL) {
		result(0, path, strerror(errno));
		return;
	}
	printf("# feeding %s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(p, n);
	free(p);
	result(1, path, "");
}

static int
not_hidden(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void
feed_folder(const char *folder)
{
	struct dirent **v = NULL;
	char path[4096];
	int n = scandir(folder, &v, not_hidden, alphasort);

	if (n <= 0)
		result(0, folder, n < 0 ? strerror(errno) : "no seed in it");
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, v[i]->d_name);
		feed(path);
		free(v[i]);
	}
	free(v);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		feed_folder(argv[i]);
	printf("1..%u\n", count);
	return failed > 0;
}
