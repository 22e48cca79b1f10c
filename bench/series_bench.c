/*
 * bench/series_bench.c -- how long a series of the API takes over a large database.
 *
 *	series_bench FILE [SOURCES [PROVIDERS [DAYS]]]
 *
 * Makes FILE, unless it is there, of SOURCES (1,000) own addresses that send to each of PROVIDERS (30) twice a day for
 * DAYS (90), without single facts, and asks it. Prints one line a question: the median of 5, in ms, and what is in it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { DAY = 86400, NOW = 1796083200, ROUNDS = 5 };

static const struct rep_key key = { "0123456789abcde" };
static struct rep_err err;

static void
must(enum rep_rc rc)
{
	if (rc == REP_OK)
		return;
	fprintf(stderr, "series_bench: %s\n", err.msg);
	exit(1);
}

static void
fill(const char *path, int sources, int providers, int days)
{
	struct rep_store *s;

	must(rep_store_open(path, REP_STORE_CREATE | REP_STORE_ROLLUPS_ONLY, &key, &s, &err));
	for (int d = days; d > 0; d--) {
		must(rep_store_begin(s, &err));
		for (int k = 0; k < sources; k++)
			for (int p = 0; p < providers; p++)
				for (int n = 0; n < 2; n++) {
					char label[32], provider[32], id[48];
					struct rep_fact f = { .at_s = NOW - d * (int64_t)DAY +
						    n * 40000 + p,
						.status = REP_STATUS_SENT,
						.class = REP_CLASS_ACCEPTED,
						.stage = REP_STAGE_DOT,
						.evidence = true,
						.certain = true,
						.code = 250,
						.delay_s = -1 };

					snprintf(label, sizeof label, "mx%d", k);
					snprintf(provider, sizeof provider, "provider-%d", p);
					snprintf(id, sizeof id, "%d-%d-%d-%d", d, k, p, n);
					f.log_host = f.label = rep_str_c(label);
					f.provider = rep_str_c(provider);
					f.queue_id = rep_str_c(id);
					f.recipient = REP_S("a@x.example");
					f.recipient_domain = REP_S("x.example");
					f.stream = REP_S("shop.example/news");
					must(rep_store_add(s, &f, NULL, &err));
				}
		must(rep_store_commit(s, &err));
	}
	rep_store_close(s);
}

static int
by_ms(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
ask(const char *path, const char *what, const struct rep_param *p, size_t n)
{
	static struct rep_config cfg;
	double ms[ROUNDS];
	size_t bytes = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct rep_session session = { .cfg = &cfg, .now_s = NOW };
		struct rep_web_world w = { .session = &session, .arena = rep_arena_new(512 << 20) };
		struct rep_series_ask a;
		struct rep_buf b;
		double begun = now_ms();

		rep_buf_init(&b, 64 << 20);
		must(rep_store_open(path, REP_STORE_READ_ONLY, NULL, &w.store, &err));
		must(rep_series_parse(p, n, &a, &err));
		must(rep_series_json(&b, &w, &a, &err));
		bytes = b.n;
		ms[i] = now_ms() - begun;
		rep_store_close(w.store);
		rep_buf_fini(&b);
		rep_arena_free(w.arena);
	}
	qsort(ms, ROUNDS, sizeof *ms, by_ms);
	printf("%-44s %9.1f ms %9zu bytes\n", what, ms[ROUNDS / 2], bytes);
}

static int
number(int argc, char **argv, int at, uint64_t usual)
{
	uint64_t n = usual;

	if (argc > at && !rep_str_u64(rep_str_c(argv[at]), 100000, &n))
		exit(2);
	return (int)n;
}

int
main(int argc, char **argv)
{
	const struct rep_param of_source[] = { { REP_S("source"), REP_S("mx7") },
		{ REP_S("by"), REP_S("day") } };
	const struct rep_param of_source_hours[] = { { REP_S("source"), REP_S("mx7") },
		{ REP_S("by"), REP_S("hour") }, { REP_S("from"), REP_S("2026-09-02") } };
	const struct rep_param both[] = { { REP_S("source"), REP_S("mx7") },
		{ REP_S("provider"), REP_S("provider-3") }, { REP_S("by"), REP_S("hour") },
		{ REP_S("from"), REP_S("2026-09-02") } };
	const struct rep_param of_provider[] = { { REP_S("provider"), REP_S("provider-3") },
		{ REP_S("by"), REP_S("hour") } };
	const struct rep_param of_provider_days[] = { { REP_S("provider"), REP_S("provider-3") },
		{ REP_S("by"), REP_S("day") } };
	const struct rep_param of_provider_hours[] = { { REP_S("provider"), REP_S("provider-3") },
		{ REP_S("by"), REP_S("hour") }, { REP_S("from"), REP_S("2026-09-02") } };
	const struct rep_param all_days[] = { { REP_S("by"), REP_S("day") },
		{ REP_S("group"), REP_S("provider") } };
	const struct rep_param all_hours[] = { { REP_S("by"), REP_S("hour") },
		{ REP_S("from"), REP_S("2026-09-02") } };
	const struct rep_param by_source[] = { { REP_S("by"), REP_S("day") },
		{ REP_S("group"), REP_S("source") } };

	if (argc < 2) {
		fprintf(stderr, "series_bench FILE [SOURCES [PROVIDERS [DAYS]]]\n");
		return 2;
	}
	if (access(argv[1], F_OK) != 0)
		fill(argv[1], number(argc, argv, 2, 1000), number(argc, argv, 3, 30),
		    number(argc, argv, 4, 90));
	ask(argv[1], "one source, 90 days", of_source, 2);
	ask(argv[1], "one source, 90 days of hours", of_source_hours, 3);
	ask(argv[1], "one source and provider, 90 days of hours", both, 4);
	ask(argv[1], "one provider, 24 hours", of_provider, 2);
	ask(argv[1], "one provider, 90 days", of_provider_days, 2);
	ask(argv[1], "one provider, 90 days of hours", of_provider_hours, 3);
	ask(argv[1], "all mail, 24 hours", NULL, 0);
	ask(argv[1], "all mail, 90 days by provider", all_days, 2);
	ask(argv[1], "all mail, 90 days of hours", all_hours, 2);
	ask(argv[1], "all mail, 90 days by source", by_source, 2);
	return 0;
}
