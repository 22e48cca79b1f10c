/*
 * bench/judge_bench.c -- the judge over many sources.
 *
 *	judge_bench [SOURCES [PROVIDERS [DAYS]]]
 *
 * Judges SOURCES (10,000) own addresses at PROVIDERS (30), each cell with one row a day of what
 * was taken and in every fifth cell rows of what was refused, for DAYS (90); one address in 500
 * is refused by one provider since yesterday, one in 100 is slowed by another. Rows are made
 * where the judge asks for them, so that neither a disk nor their storage is measured; what
 * making them costs is measured apart and not taken off. Then one cell, with 90 days of hours
 * and 8 rows in each, gets one fact more and is followed anew.
 *
 * Prints one line a figure: medians of 5, interleaved. Evidence and advice are included.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/hash.h"
#include "judge/judge.h"
#include "judge/index.h"
#include "judge/track.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { DAY = 86400, HOUR = 3600, NOW = 1796083200, ROUNDS = 5, ROWS_MAX = 4096 * 8 };

static double
cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- rows, made when they are asked for ----------------------------------------------------------- */

enum { NAME_STREAM = 1, NAME_S3140, NAME_S775, NAME_FIRST_PROVIDER };

struct made {
	size_t sources, providers;
	int days;
	struct rep_observation rows[ROWS_MAX];
};

static struct rep_observation *
row(struct made *m, size_t n, const struct rep_cell_key *k, int64_t from_s, enum rep_class c,
    uint32_t count)
{
	struct rep_observation *o = &m->rows[n];

	*o = (struct rep_observation){ .from_s = from_s,
		.first_s = from_s + 3 * HOUR,
		.last_s = from_s + 20 * HOUR,
		.label = k->label,
		.provider = k->provider,
		.stream = NAME_STREAM,
		.status = c == REP_CLASS_ACCEPTED ? REP_STATUS_SENT : REP_STATUS_DEFERRED,
		.class = (uint8_t)c,
		.stage = REP_STAGE_MAIL,
		.evidence = true,
		.certain = true,
		.count = count };
	return o;
}

static const struct rep_observation *
make(void *ctx, size_t cell, struct rep_cell_key *key, size_t *n)
{
	struct made *m = ctx;
	size_t source = cell / m->providers, provider = cell % m->providers;
	uint64_t chance = rep_hash_mix(cell + 1);
	uint32_t usual = (uint32_t)(20 + chance % 400);

	*key =
	    (struct rep_cell_key){ .label = (uint32_t)(NAME_FIRST_PROVIDER + m->providers + source),
		    .provider = (uint32_t)(NAME_FIRST_PROVIDER + provider) };
	*n = 0;
	for (int d = 0; d < m->days; d++) {
		int64_t from_s = NOW - (int64_t)(m->days - d) * DAY;
		bool yesterday = d == m->days - 1;

		if (yesterday && provider == 0 && source % 500 == 0) {
			struct rep_observation *o =
			    row(m, (*n)++, key, from_s, REP_CLASS_BLOCKED, usual);

			o->status = REP_STATUS_BOUNCED;
			o->rule = NAME_S3140;
			continue;
		}
		(void)row(m, (*n)++, key, from_s, REP_CLASS_ACCEPTED, usual);
		if (cell % 5 == 0 && (chance >> (d % 60) & 3) == 0)
			(void)row(m, (*n)++, key, from_s,
			    (chance >> (d % 50) & 1) != 0 ? REP_CLASS_RECIPIENT
							  : REP_CLASS_THROTTLED,
			    1 + usual / 200);
		if (yesterday && provider == 1 && source % 100 == 0)
			row(m, (*n)++, key, from_s, REP_CLASS_THROTTLED, usual)->rule = NAME_S775;
	}
	return m->rows;
}

/* --- what is judged ------------------------------------------------------------------------------------ */

struct bench {
	struct made m;
	struct rep_history history;
	struct rep_observation *recent;
	struct rep_label *labels;
	struct rep_str *names;
	char (*texts)[24];
	struct rep_know *know;
	struct rep_weights weights;
	struct rep_judge_in in;
};

static void *
need(void *p)
{
	if (p == NULL) {
		fprintf(stderr, "judge_bench: out of memory\n");
		exit(4);
	}
	return p;
}

static struct rep_str
text(struct bench *b, size_t n, const char *fmt, size_t number)
{
	int len = snprintf(b->texts[n], sizeof b->texts[n], "%s%zu", fmt, number);

	return (struct rep_str){ b->texts[n], (size_t)len };
}

static void
prepare(struct bench *b, struct rep_arena *keep)
{
	static const char *const real[] = { "microsoft-consumer", "google", "yahoo", "orange" };
	size_t cells = b->m.sources * b->m.providers;
	size_t names = NAME_FIRST_PROVIDER + b->m.providers + b->m.sources;
	struct rep_err err;

	b->names = need(calloc(names, sizeof *b->names));
	b->texts = need(calloc(names, sizeof *b->texts));
	b->labels = need(calloc(b->m.sources, sizeof *b->labels));
	b->recent = need(calloc(cells, sizeof *b->recent));
	b->names[NAME_STREAM] = REP_S("shop.example/news");
	b->names[NAME_S3140] = REP_S("microsoft-consumer.s3140");
	b->names[NAME_S775] = REP_S("google.rate-ip");
	for (size_t p = 0; p < b->m.providers; p++)
		b->names[NAME_FIRST_PROVIDER + p] = p < REP_COUNT(real)
		    ? rep_str_c(real[p])
		    : text(b, NAME_FIRST_PROVIDER + p, "provider-", p);
	for (size_t s = 0; s < b->m.sources; s++) {
		size_t n = NAME_FIRST_PROVIDER + b->m.providers + s;
		char ip[32];

		b->names[n] = text(b, n, "mx/out-", s);
		snprintf(ip, sizeof ip, "10.%zu.%zu.%zu", s >> 16, s >> 8 & 255, s & 255);
		b->labels[s].label = (uint32_t)n;
		(void)rep_ip_parse(rep_str_c(ip), &b->labels[s].public);
	}
	for (size_t c = 0; c < cells; c++) {
		struct rep_cell_key k;
		size_t n;
		const struct rep_observation *o = make(&b->m, c, &k, &n);

		b->recent[c] = o[n - 1];
	}
	b->know = need(rep_know_new());
	if (rep_know_add_builtin(b->know, &err) != REP_OK ||
	    rep_know_ready(b->know, &err) != REP_OK ||
	    rep_weights_builtin(&b->weights, keep, &err) != REP_OK) {
		fprintf(stderr, "judge_bench: %s\n", err.msg);
		exit(4);
	}
	b->history = (struct rep_history){ cells, make, &b->m };
	b->in = (struct rep_judge_in){ .now_s = NOW,
		.window_s = DAY,
		.reasons = true,
		.know = b->know,
		.weights = &b->weights,
		.names = { b->names, (uint32_t)names },
		.hours_from_s = NOW,
		.history = &b->history,
		.recent = b->recent,
		.recent_n = cells,
		.labels = b->labels,
		.labels_n = b->m.sources };
}

static size_t
rows_of(struct bench *b)
{
	size_t all = 0, n;
	struct rep_cell_key k;

	for (size_t c = 0; c < b->history.cells_n; c++) {
		(void)make(&b->m, c, &k, &n);
		all += n;
	}
	return all;
}

/* One cell with DAYS of hours and 8 rows an hour; it gets one fact, and is followed anew. */
static double
one_cell(struct bench *b, size_t *rows)
{
	struct rep_judge_in in = b->in;
	struct rep_verdicts v = { .in = &in };
	struct rep_arena *a = need(rep_arena_new(64 << 20));
	struct rep_cell_key k = { .label = NAME_FIRST_PROVIDER + 1,
		.provider = NAME_FIRST_PROVIDER };
	struct rep_stays *out[REP_TROUBLE_N];
	struct rep_track *t;
	struct rep_err err;
	enum { TIMES = 50 };
	size_t n = 0;
	double began;

	in.hours_from_s = 0;
	for (int64_t h = 0; h < 90 * 24; h++)
		for (int r = 0; r < 8; r++) {
			static const enum rep_class classes[8] = { REP_CLASS_ACCEPTED,
				REP_CLASS_ACCEPTED, REP_CLASS_ACCEPTED, REP_CLASS_RECIPIENT,
				REP_CLASS_MAILBOX, REP_CLASS_THROTTLED, REP_CLASS_UNKNOWN,
				REP_CLASS_AUTHENTICATION };

			(void)row(
			    &b->m, n++, &k, NOW - 90 * DAY + h * HOUR, classes[r], r < 3 ? 200 : 1);
		}
	if (rep_index_begin(&v, a, &err) != REP_OK)
		exit(4);
	t = need(rep_track_new(&v));
	began = cpu_s();
	for (int i = 0; i < TIMES; i++) {
		b->m.rows[n - 1].count++;
		if (rep_track_cell(t, b->m.rows, n, out, &err) != REP_OK)
			exit(4);
	}
	began = (cpu_s() - began) / TIMES;
	rep_track_free(t);
	rep_arena_free(a);
	*rows = n;
	return began;
}

static int
by_size(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return a < b ? -1 : a > b;
}

static double
median(double *v)
{
	qsort(v, ROUNDS, sizeof *v, by_size);
	return v[ROUNDS / 2];
}

int
main(int argc, char **argv)
{
	static struct bench b;
	uint64_t size[3] = { 10000, 30, 90 };
	double judged[ROUNDS], made[ROUNDS], one[ROUNDS], began;
	struct rep_arena *keep = need(rep_arena_new(8 << 20));
	size_t incidents = 0, rows = 0, cell_rows = 0;
	struct rep_verdicts v;
	struct rusage u;
	struct rep_err err;

	for (int i = 1; i < argc && i <= 3; i++)
		if (!rep_str_u64(rep_str_c(argv[i]), i == 1 ? 60000 : 200, &size[i - 1]) ||
		    size[i - 1] == 0) {
			fprintf(stderr, "usage: judge_bench [SOURCES [PROVIDERS [DAYS]]]\n");
			return 2;
		}
	b.m.sources = size[0];
	b.m.providers = size[1];
	b.m.days = (int)size[2];
	prepare(&b, keep);
	for (int r = 0; r < ROUNDS; r++) {
		struct rep_arena *a = need(rep_arena_new((size_t)512 << 20));

		began = cpu_s();
		if (rep_judge(&b.in, a, &v, &err) != REP_OK) {
			fprintf(stderr, "judge_bench: %s\n", err.msg);
			return 4;
		}
		judged[r] = cpu_s() - began;
		incidents = v.incidents_n;
		rep_arena_free(a);
		began = cpu_s();
		rows = rows_of(&b);
		made[r] = cpu_s() - began;
		getrusage(RUSAGE_SELF, &u);
		one[r] = one_cell(&b, &cell_rows);
	}
	printf(
	    "%zu sources x %zu providers, %d days: %zu rows, %zu incidents with evidence and advice\n",
	    b.m.sources, b.m.providers, b.m.days, rows, incidents);
	printf("judged in %.2f s of CPU time (making the rows once: %.2f s), %.0f MiB resident\n",
	    median(judged), median(made), (double)u.ru_maxrss / 1024);
	printf("one fact more in a cell of %zu rows: followed anew in %.3f ms\n", cell_rows,
	    median(one) * 1e3);
	return 0;
}
