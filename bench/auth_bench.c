/*
 * bench/auth_bench.c -- how fast mail is authenticated, and how fast lists are asked.
 *
 *	auth_bench spf ZONES CALLS [SECONDS]          checks a second of CPU time
 *	auth_bench dkim ZONES MESSAGE [SECONDS]       verifications of the message, likewise
 *	auth_bench raw KEY SIGNATURE HEADER BODY [SECONDS]
 *	auth_bench lists SERVER ZONES ADDRESSES       questions a second of the clock
 *
 * ZONES are as in dns/zone.h; CALLS has a line "ADDRESS HELO SENDER" a check. SECONDS (1) of CPU
 * time are measured, after one round unmeasured; with 0 each result is printed instead of a figure,
 * so that tools/bench-auth can hold it against the peer's. `raw` is what no verifier can do without:
 * OpenSSL's own RSA verification of the HEADER bytes and SHA-256 over the BODY bytes, key (DER)
 * read once.
 *
 * `lists` asks ZONES lists, bl0.example and so on, about ADDRESSES addresses from 192.0.2.0 on, at a
 * real server, through audit/sweep.h and the resolver as `reputed check` does. The limiter is the
 * real one, but its clock is ours and runs ahead a second a step, so that it never holds anything
 * back; no command can do that. Prints questions a second, questions, and how many were listed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "audit/sweep.h"
#include "auth/dkim.h"
#include "auth/spf.h"
#include "serve/resolver.h"
#include "dns/zone.h"
#include "mail/message.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FILE_MAX = 8 << 20, ARENA = 32 << 20, CALLS_MAX = 4096, NOW = 1796083200 };

static double
seconds(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
die(const char *what)
{
	fprintf(stderr, "auth_bench: %s\n", what);
	exit(4);
}

static struct rep_str
slurp(const char *path)
{
	char *p = malloc(FILE_MAX);
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL || p == NULL)
		die(path);
	n = fread(p, 1, FILE_MAX, f);
	if (n == FILE_MAX || fclose(f) != 0)
		die(path);
	return (struct rep_str){ p, n };
}

static struct rep_zone_memory *
zones_of(const char *path)
{
	struct rep_zone_memory *z = rep_zone_memory_new(ARENA);
	struct rep_err err;

	if (z == NULL || rep_zone_memory_add(z, slurp(path), &err) != REP_OK)
		die(path);
	return z;
}

static struct rep_arena *
arena(void)
{
	struct rep_arena *a = rep_arena_new(ARENA);

	if (a == NULL)
		die("out of memory");
	return a;
}

/* A thing to do again and again; with `show` its results are printed. */
struct work {
	void (*once)(void *ctx, bool show);
	void *ctx;
	size_t units; /* in one go */
};

static void
measure(const struct work *w, const char *arg)
{
	double wanted = arg != NULL ? strtod(arg, NULL) : 1, began, took;
	unsigned long units = 0;

	if (wanted <= 0) {
		w->once(w->ctx, true);
		return;
	}
	w->once(w->ctx, false);
	began = seconds(CLOCK_PROCESS_CPUTIME_ID);
	do {
		w->once(w->ctx, false);
		units += w->units;
	} while ((took = seconds(CLOCK_PROCESS_CPUTIME_ID) - began) < wanted);
	printf("%.1f\n", (double)units / took);
}

/* --- SPF ----------------------------------------------------------------------------------------- */

struct spf {
	struct rep_dns_view view;
	struct rep_arena *a;
	struct rep_spf_query q[CALLS_MAX];
	size_t n;
};

static void
spf_once(void *ctx, bool show)
{
	struct spf *s = ctx;
	struct rep_spf_check out;

	for (size_t i = 0; i < s->n; i++) {
		rep_arena_reset(s->a);
		if (!rep_spf_eval(&s->q[i], &s->view, s->a, &out))
			die("zones in memory always know");
		if (show)
			puts(rep_spf_result_text(out.result));
	}
}

static struct rep_str
word(struct rep_str *line)
{
	size_t blank = rep_str_chr(*line, ' ', 0);
	struct rep_str w = rep_str_sub(*line, 0, blank == SIZE_MAX ? line->n : blank);

	*line = rep_str_sub(*line, blank == SIZE_MAX ? line->n : blank + 1, line->n);
	return w;
}

static void
bench_spf(char **argv)
{
	static struct spf s;
	struct rep_str calls = slurp(argv[1]);

	s.view = rep_zone_memory_view(zones_of(argv[0]));
	s.a = arena();
	for (size_t i = 0, end; i < calls.n && s.n < CALLS_MAX; i = end + 1) {
		struct rep_spf_query *q = &s.q[s.n++];
		struct rep_str line;

		end = rep_str_chr(calls, '\n', i);
		if (end == SIZE_MAX)
			end = calls.n;
		line = rep_str_sub(calls, i, end - i);
		if (!rep_ip_parse(word(&line), &q->ip))
			die("a call without an address");
		q->helo = word(&line);
		q->sender = line;
		q->now_s = NOW;
	}
	measure(&(struct work){ spf_once, &s, s.n }, argv[2]);
}

/* --- DKIM ---------------------------------------------------------------------------------------- */

struct dkim {
	struct rep_dns_view view;
	struct rep_arena *a;
	struct rep_dkim_keys *keys;
	struct rep_str raw;
};

static void
dkim_once(void *ctx, bool show)
{
	struct dkim *d = ctx;
	struct rep_message m;
	struct rep_dkim_check out;

	rep_arena_reset(d->a);
	if (rep_message_parse(d->raw, d->a, &m, NULL) != REP_OK ||
	    !rep_dkim_verify(&m, NOW, &d->view, d->keys, d->a, &out) || out.n != 1)
		die("no message with one signature");
	if (show)
		puts(rep_dkim_result_text(out.v[0].result));
}

static void
bench_dkim(char **argv)
{
	struct dkim d = { .view = rep_zone_memory_view(zones_of(argv[0])),
		.a = arena(),
		.keys = rep_dkim_keys_new(),
		.raw = slurp(argv[1]) };

	measure(&(struct work){ dkim_once, &d, 1 }, argv[2]);
	rep_dkim_keys_free(d.keys);
}

struct raw {
	EVP_PKEY *key;
	struct rep_str signature, header, body;
};

static void
raw_once(void *ctx, bool show)
{
	struct raw *r = ctx;
	unsigned char hash[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool good;

	good = EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, r->key) == 1 &&
	    EVP_DigestVerify(md, (const unsigned char *)r->signature.p, r->signature.n,
		(const unsigned char *)r->header.p, r->header.n) == 1;
	EVP_MD_CTX_free(md);
	good = EVP_Digest(r->body.p, r->body.n, hash, NULL, EVP_sha256(), NULL) == 1 && good;
	if (!good)
		die("the raw signature does not hold");
	if (show)
		puts("pass");
}

static void
bench_raw(char **argv)
{
	struct rep_str der = slurp(argv[0]);
	const unsigned char *p = (const unsigned char *)der.p;
	struct raw r = {
		.signature = slurp(argv[1]), .header = slurp(argv[2]), .body = slurp(argv[3])
	};

	if ((r.key = d2i_PUBKEY(NULL, &p, (long)der.n)) == NULL)
		die("no key");
	measure(&(struct work){ raw_once, &r, 1 }, argv[4]);
	EVP_PKEY_free(r.key);
}

/* --- lists --------------------------------------------------------------------------------------- */

static struct rep_str
no_key(void *ctx, struct rep_str name)
{
	(void)ctx;
	(void)name;
	return (struct rep_str){ NULL, 0 };
}

static void
make_lists(struct rep_lists *l, struct rep_arena *a, size_t n)
{
	if (n > REP_LISTS_MAX)
		die("too many lists");
	for (size_t i = 0; i < n; i++)
		l->v[l->n++] = (struct rep_list){ .zone = rep_arena_printf(a, "bl%zu.example", i),
			.name = REP_S("a list"),
			.test = REP_S("127.0.0.2"),
			.v4 = true,
			.own = true,
			.rate = 1000,
			.daily = UINT32_MAX,
			.code = { { 0x7f000002, 0x7f000002, REP_LIST_ABUSE, REP_S("listed") } },
			.codes = 1 };
}

static struct rep_sweep_subject *
make_subjects(struct rep_arena *a, size_t n)
{
	struct rep_sweep_subject *s = rep_arena_alloc(a, n * sizeof *s);

	for (size_t i = 0; s != NULL && i < n; i++)
		s[i].ip = (struct rep_ip){ .version = 4,
			.b = { 192, 0, (unsigned char)(2 + i / 256), (unsigned char)i } };
	return s;
}

static void
bench_lists(char **argv)
{
	static struct rep_lists lists;
	static struct rep_sweep sweep;
	static struct rep_limits limits;
	struct rep_resolver_params o = {
		.server = argv[0], .max_queries = UINT32_MAX, .memory = (size_t)1 << 30
	};
	size_t zones = strtoul(argv[1], NULL, 10), addresses = strtoul(argv[2], NULL, 10);
	unsigned listed = 0, unknown = 0;
	struct rep_sweep_subject *subject;
	struct rep_arena *a = arena();
	struct rep_resolver *r;
	struct rep_dns_view v;
	struct rep_err err;
	int64_t now_ms = 0, until_ms;
	double began, took;

	make_lists(&lists, a, zones);
	limits.a = a;
	if ((subject = make_subjects(a, addresses)) == NULL ||
	    rep_resolver_open(&o, &r, &err) != REP_OK ||
	    rep_sweep_init(&sweep, a, &lists, subject, addresses, no_key, NULL, &limits, &err) !=
		REP_OK)
		die("cannot be set up");
	v = rep_resolver_view(r);
	began = seconds(CLOCK_MONOTONIC);
	while (!rep_sweep_step(&sweep, &v, now_ms += 1000, &until_ms))
		if (rep_resolver_turn(r, &err) != REP_OK)
			die(err.msg);
	took = seconds(CLOCK_MONOTONIC) - began;
	for (size_t i = 0; i < sweep.n; i++)
		for (size_t k = 0; k < addresses; k++) {
			listed += sweep.v[i].hit[k].state == REP_SWEEP_LISTED;
			unknown += sweep.v[i].hit[k].state == REP_SWEEP_UNKNOWN;
		}
	printf("%.1f %u %u %u\n", rep_resolver_counted(r).answered / took,
	    rep_resolver_counted(r).answered, listed, unknown);
	rep_resolver_close(r);
	rep_arena_free(a);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int args;
		void (*run)(char **argv);
	} modes[] = { { "spf", 2, bench_spf }, { "dkim", 2, bench_dkim }, { "raw", 4, bench_raw },
		{ "lists", 3, bench_lists } };

	for (size_t i = 0; argc > 1 && i < REP_COUNT(modes); i++)
		if (strcmp(argv[1], modes[i].name) == 0 && argc - 2 >= modes[i].args) {
			modes[i].run(argv + 2);
			return 0;
		}
	fprintf(stderr, "auth_bench spf|dkim|raw|lists ...: see bench/auth_bench.c\n");
	return 2;
}
