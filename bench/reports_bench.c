/*
 * bench/reports_bench.c -- aggregate reports into packed facts, beside expat over the same bytes.
 *
 *	reports_bench ROUNDS FILE...     prints a line a round: CPU seconds of each, and records
 *
 * `bare` is expat without a handler, the floor: it finds out whether a document is well-formed. `handlers` has those of
 * elements and text, and they do nothing. `facts` is what a reader does (serve/read_worker.c), from bytes to messages
 * that could be sent. All get each file whole from memory, in the pieces that a reader gets.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/aggregate_pack.h"
#include "intake/aggregate_read.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PIECE = 256 << 10, SEND = 64 << 10, FILES_MAX = 100000 };

static struct rep_str files[FILES_MAX];
static size_t files_n;

static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct rep_str
slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	long n = f != NULL && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
	char *p = n >= 0 ? malloc((size_t)n + 1) : NULL;

	if (p == NULL || fseek(f, 0, SEEK_SET) != 0 || fread(p, 1, (size_t)n, f) != (size_t)n) {
		fprintf(stderr, "reports_bench: %s cannot be read\n", path);
		exit(4);
	}
	(void)fclose(f);
	return (struct rep_str){ p, (size_t)n };
}

static void
on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
	(void)ctx;
	(void)name;
	(void)attributes;
}

static void
on_end(void *ctx, const XML_Char *name)
{
	(void)ctx;
	(void)name;
}

static void
on_text(void *ctx, const XML_Char *s, int n)
{
	(void)ctx;
	(void)s;
	(void)n;
}

static double
expat(bool handlers)
{
	XML_Parser p = XML_ParserCreate(NULL);
	double began = seconds();

	for (size_t i = 0; i < files_n; i++) {
		(void)XML_ParserReset(p, NULL);
		if (handlers) {
			XML_SetElementHandler(p, on_start, on_end);
			XML_SetCharacterDataHandler(p, on_text);
		}
		for (size_t at = 0; at < files[i].n; at += PIECE) {
			struct rep_str s = rep_str_sub(files[i], at, PIECE);

			if (XML_Parse(p, s.p, (int)s.n, at + s.n == files[i].n) != XML_STATUS_OK)
				break;
		}
	}
	began = seconds() - began;
	XML_ParserFree(p);
	return began;
}

static uint64_t records, sent;

static bool
on_packed(void *ctx, struct rep_pack *p)
{
	(void)ctx;
	records++;
	if (p->out.n >= SEND) {
		sent += p->out.n;
		rep_pack_clear(p);
	}
	return true;
}

static double
facts(void)
{
	struct rep_pack pack;
	struct rep_document d = { .pack = &pack, .packed = on_packed };
	double began = seconds();

	records = sent = 0;
	rep_pack_begin(&pack, 2 << 20);
	for (size_t i = 0; i < files_n; i++) {
		enum rep_rc rc = REP_OK;

		for (size_t at = 0; rc == REP_OK && at < files[i].n; at += PIECE)
			rc = rep_aggregate_piece(
			    &d, rep_str_sub(files[i], at, PIECE), at == 0, false, NULL);
		if (rc == REP_OK)
			rc = rep_aggregate_piece(&d, REP_S(""), files[i].n == 0, true, NULL);
		rep_pack_clear(&pack);
	}
	began = seconds() - began;
	rep_pack_fini(&pack);
	return began;
}

int
main(int argc, char **argv)
{
	uint64_t rounds;

	if (argc < 3 || argc - 2 > FILES_MAX || !rep_str_u64(rep_str_c(argv[1]), 1000, &rounds))
		return 2;
	for (int i = 2; i < argc; i++)
		files[files_n++] = slurp(argv[i]);
	for (uint64_t i = 0; i < rounds; i++) {
		double bare = expat(false), handlers = expat(true), ours = facts();

		printf("%.6f %.6f %.6f %llu\n", bare, handlers, ours,
		    (unsigned long long)(records - files_n));
	}
	return 0;
}
