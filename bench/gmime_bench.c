/*
 * bench/gmime_bench.c -- the floor: files parsed by GMime and nothing else.
 *
 *	gmime_bench FILE...     each file is one message; prints messages and seconds of the parse
 *
 * The files are read into memory first; only construct and unref are timed, in one thread.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <gmime/gmime.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static char *
slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *p = NULL;
	long size;

	if (f == NULL)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0 &&
	    (p = malloc((size_t)size + 1)) != NULL)
		*n = fread(p, 1, (size_t)size, f);
	(void)fclose(f);
	return p;
}

int
main(int argc, char **argv)
{
	char **bytes = calloc((size_t)argc, sizeof *bytes);
	size_t *n = calloc((size_t)argc, sizeof *n);
	unsigned parsed = 0;
	double began;

	if (bytes == NULL || n == NULL)
		return 1;
	g_mime_init();
	for (int i = 1; i < argc; i++)
		bytes[i] = slurp(argv[i], &n[i]);
	began = seconds();
	for (int i = 1; i < argc; i++) {
		GMimeStream *s;
		GMimeParser *p;
		GMimeMessage *m;

		if (bytes[i] == NULL)
			continue;
		s = g_mime_stream_mem_new_with_buffer(bytes[i], n[i]);
		p = g_mime_parser_new_with_stream(s);
		m = g_mime_parser_construct_message(p, NULL);
		parsed += m != NULL;
		if (m != NULL)
			g_object_unref(m);
		g_object_unref(p);
		g_object_unref(s);
	}
	printf("%u %.6f\n", parsed, seconds() - began);
	return 0;
}
