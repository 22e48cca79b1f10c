/*
 * bench/jansson_bench.c -- the floor: lines of JSON parsed by jansson and nothing else.
 *
 *	jansson_bench FILE      one object a line; prints objects and seconds of the parse
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	FILE *f = argc == 2 ? fopen(argv[1], "rb") : NULL;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	unsigned long objects = 0;
	double began;

	if (f == NULL)
		return 1;
	began = seconds();
	while ((n = getline(&line, &cap, f)) > 0) {
		json_t *o = json_loadb(line, (size_t)n, 0, NULL);

		objects += o != NULL;
		json_decref(o);
	}
	printf("%lu %.6f\n", objects, seconds() - began);
	free(line);
	(void)fclose(f);
	return 0;
}
