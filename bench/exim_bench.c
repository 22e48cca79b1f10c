/*
 * bench/exim_bench.c -- lines of Exim's main log into facts, nothing stored.
 *
 *	exim_bench FILE         prints lines, facts and seconds
 *
 * The file is read by the reader of production (intake/lines.h, intake/mail_log.h); the time is
 * that of all of it, reading from the page cache included.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/lines.h"
#include "intake/mail_log.h"

#include <stdio.h>
#include <time.h>

static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static enum rep_rc
on_fact(void *ctx, const struct rep_fact *f, struct rep_err *err)
{
	(void)f;
	(void)err;
	++*(unsigned long *)ctx;
	return REP_OK;
}

int
main(int argc, char **argv)
{
	static const struct rep_key key = { { 1 } };
	struct rep_know *know = rep_know_new();
	struct rep_streams *streams = rep_streams_new(NULL, 0);
	struct rep_mail_log_params o = {
		.know = know, .key = &key, .streams = streams, .now_s = 4102444800
	};
	unsigned long lines = 0, facts = 0;
	struct rep_lines *l;
	struct rep_mail_log *log;
	struct rep_line line;
	enum rep_line_kind kind;
	struct rep_err err;
	int64_t at_s;
	double began;

	if (argc != 2 || know == NULL || rep_know_add_builtin(know, &err) != REP_OK ||
	    rep_know_ready(know, &err) != REP_OK || (log = rep_mail_log_new(&o)) == NULL ||
	    rep_lines_open(argv[1], &l, &err) != REP_OK)
		return 1;
	began = seconds();
	while (rep_lines_next(l, &line, &err) == REP_OK) {
		if (rep_mail_log_line(log, line.s, line.number, false, on_fact, &facts, &kind,
			&at_s, &err) != REP_OK)
			return 1;
		lines++;
	}
	printf("%lu %lu %.6f\n", lines, facts, seconds() - began);
	rep_lines_close(l);
	rep_mail_log_free(log);
	rep_streams_free(streams);
	rep_know_free(know);
	return 0;
}
