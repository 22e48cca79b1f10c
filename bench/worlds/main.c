/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c -- the program `worlds`.
 *
 *     worlds kinds                          the names of the kinds
 *     worlds ranges                         every range, and whose part is whose
 *     worlds words                          the replies: id, provider, host, text
 *     worlds columns                        the names of the columns of `cells`
 *     worlds cells KIND SEED N SPLIT        N worlds from that seed on: what can be counted, no log
 *     worlds make KIND SEED SPLIT DIR       one world: mail.log, complaints.mbox (where they are read),
 *                                           reputed.conf, truth.json, cells.tsv, and where anybody
 *                                           looked at DNS: zone, zone.before
 *
 * SPLIT is `fit` or `held`. Exit codes: 0, 2 usage, 4 could not write.
 */
#include "worlds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static FILE *
in_folder(const char *folder, const char *name)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "w");
	if (f == NULL) {
		fprintf(stderr, "worlds: %s: %s\n", path, strerror(errno));
		exit(4);
	}
	return f;
}

static void
done(FILE *f)
{
	if (f != NULL && fclose(f) != 0) {
		fprintf(stderr, "worlds: writing: %s\n", strerror(errno));
		exit(4);
	}
}

static int
make(const char *kind, uint64_t seed, enum split split, const char *folder)
{
	static struct world w;
	FILE *f;

	if (!make_world(&w, kind, seed, split)) {
		fprintf(stderr, "worlds: no kind \"%s\" (worlds kinds lists them)\n", kind);
		return 2;
	}
	w.log = in_folder(folder, "mail.log");
	setvbuf(w.log, NULL, _IOFBF, 1 << 18);
	w.feedback = w.feed ? in_folder(folder, "complaints.mbox") : NULL;
	run(&w);
	done(w.log);
	done(w.feedback);
	write_config(&w, f = in_folder(folder, "reputed.conf"));
	done(f);
	if (w.looks > 0) {
		write_zone(&w, f = in_folder(folder, "zone"), false);
		done(f);
	}
	if (w.looks > 1) {
		write_zone(&w, f = in_folder(folder, "zone.before"), true);
		done(f);
	}
	write_truth(&w, f = in_folder(folder, "truth.json"));
	done(f);
	print_cells(&w, f = in_folder(folder, "cells.tsv"));
	done(f);
	world_free(&w);
	return 0;
}

static int
cells(const char *kind, uint64_t seed, uint64_t n, enum split split)
{
	static struct world w;

	for (uint64_t i = 0; i < n; i++) {
		if (!make_world(&w, kind, seed + i, split)) {
			fprintf(stderr, "worlds: no kind \"%s\"\n", kind);
			return 2;
		}
		run(&w);
		print_cells(&w, stdout);
		world_free(&w);
	}
	return 0;
}

static bool
split_of(const char *name, enum split *split)
{
	*split = strcmp(name, "held") == 0 ? HELD : FIT;
	return strcmp(name, "fit") == 0 || strcmp(name, "held") == 0;
}

static uint64_t
number(const char *text)
{
	return strtoull(text, NULL, 10);
}

int
main(int argc, char **argv)
{
	enum split split = FIT;

	if (argc == 2 && strcmp(argv[1], "kinds") == 0) {
		for (unsigned i = 0; i < n_kinds; i++)
			puts(kind_name(i));
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "ranges") == 0) {
		print_ranges();
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "columns") == 0) {
		print_columns(stdout);
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "words") == 0) {
		print_words();
		return 0;
	}
	if (argc == 6 && strcmp(argv[1], "cells") == 0 && split_of(argv[5], &split))
		return cells(argv[2], number(argv[3]), number(argv[4]), split);
	if (argc == 6 && strcmp(argv[1], "make") == 0 && split_of(argv[4], &split))
		return make(argv[2], number(argv[3]), split, argv[5]);
	fputs("usage: worlds kinds | ranges | columns | words | cells KIND SEED N SPLIT |\n"
	      "              make KIND SEED SPLIT DIR\n",
	    stderr);
	return 2;
}
