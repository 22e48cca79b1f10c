/*
 * bench/auth_bench.c -- SPF, DKIM and list queries: how many a second.
 *
 *	auth_bench spf ZONE IP FROM SECONDS          checks over a zone in memory
 *	auth_bench dkim MESSAGE KEYRECORD SECONDS    verifications, from the bytes of the message on
 *	auth_bench raw MESSAGE PUBLIC-KEY-DER SIGNATURE SECONDS
 *	                                             OpenSSL alone: SHA-256 of the same bytes and one RSA verify
 *	auth_bench lists SERVER[:PORT] NAMES         every name once, through the resolver; no limiter
 *
 * Prints one number: done a second. Used by tools/bench-audit.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "auth/dkim.h"
#include "auth/spf.h"
#include "dns/resolver.h"
#include "dns/zone.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
die(const char *why)
{
	fprintf(stderr, "auth_bench: %s\n", why);
	exit(1);
}

static struct rep_str
slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *p = NULL;
	size_t n = 0, cap = 0, got;

	if (f == NULL)
		die(path);
	do {
		if (n == cap && (p = realloc(p, cap = cap == 0 ? 1 << 20 : cap * 2)) == NULL)
			die("out of memory");
		got = fread(p + n, 1, cap - n, f);
		n += got;
	} while (got > 0);
	(void)fclose(f);
	return (struct rep_str){ p, n };
}

static void
spf(char **argv)
{
	struct rep_zone_memory *z = rep_zone_memory_new(64 << 20);
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_spf_query q = { .sender = rep_str_c(argv[2]), .helo = REP_S("mx.example.com") };
	struct rep_dns_view v;
	struct rep_spf_check k;
	struct rep_err err;
	double from, until;
	size_t n = 0;

	if (z == NULL || a == NULL || rep_zone_memory_add(z, slurp(argv[0]), &err) != REP_OK)
		die(err.msg);
	if (!rep_ip_parse(rep_str_c(argv[1]), &q.ip))
		die("no address");
	v = rep_zone_memory_view(z);
	from = now_s();
	until = from + strtod(argv[3], NULL);
	do {
		for (int i = 0; i < 100; i++, n++) {
			rep_arena_reset(a);
			if (!rep_spf_eval(&q, &v, a, &k))
				die("pending");
		}
	} while (now_s() < until);
	fprintf(stderr, "%s, %u look-ups\n", rep_spf_result_text(k.result), k.lookups);
	printf("%.0f\n", (double)n / (now_s() - from));
}

struct one_key {
	struct rep_dns_answer answer;
	struct rep_dns_rr rr;
	const struct rep_dns_rr *list[1];
};

static const struct rep_dns_answer *
get_key(void *ctx, const struct rep_dns_at *at, const struct rep_name *name, uint16_t type)
{
	(void)at;
	(void)name;
	(void)type;
	return &((struct one_key *)ctx)->answer;
}

static void
dkim(char **argv)
{
	struct one_key key = { .answer = { .n = 1 } };
	struct rep_dns_view v = { .get = get_key, .ctx = &key };
	struct rep_dkim_keys *keys = rep_dkim_keys_new();
	struct rep_arena *a = rep_arena_new(16 << 20);
	struct rep_str raw = slurp(argv[0]);
	struct rep_dkim_check k;
	struct rep_message m;
	double from, until;
	size_t n = 0;

	key.rr.data = rep_str_trim(slurp(argv[1]));
	key.list[0] = &key.rr;
	key.answer.rr = key.list;
	from = now_s();
	until = from + strtod(argv[2], NULL);
	do {
		for (int i = 0; i < 20; i++, n++) {
			rep_arena_reset(a);
			if (rep_message_parse(raw, a, &m, NULL) != REP_OK ||
			    !rep_dkim_verify(&m, 1700000000, &v, keys, a, &k) ||
			    k.v[0].result != REP_DKIM_PASS)
				die("the signature does not hold");
		}
	} while (now_s() < until);
	printf("%.0f\n", (double)n / (now_s() - from));
	rep_dkim_keys_free(keys);
}

/* What no verifier can do without: the hash of the message's bytes, and one RSA verify. */
static void
raw(char **argv)
{
	struct rep_str message = slurp(argv[0]), der = slurp(argv[1]), signature = slurp(argv[2]);
	const unsigned char *p = (const unsigned char *)der.p;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)der.n);
	unsigned char hash[32];
	double from = now_s(), until = from + strtod(argv[3], NULL);
	size_t n = 0;

	if (key == NULL)
		die("no key");
	do {
		for (int i = 0; i < 20; i++, n++) {
			EVP_MD_CTX *md = EVP_MD_CTX_new();

			if (EVP_Digest(message.p, message.n, hash, NULL, EVP_sha256(), NULL) != 1 ||
			    EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) != 1 ||
			    EVP_DigestVerify(md, (const unsigned char *)signature.p, signature.n,
				(const unsigned char *)message.p, 600) != 1)
				die("the signature does not hold");
			EVP_MD_CTX_free(md);
		}
	} while (now_s() < until);
	printf("%.0f\n", (double)n / (now_s() - from));
}

static void
lists(char **argv)
{
	struct rep_resolver_options o = { .server = argv[0],
		.timeout_ms = 3000,
		.max_queries = 1000000,
		.memory = (size_t)1 << 30 };
	struct rep_str text = slurp(argv[1]);
	struct rep_resolver *r;
	struct rep_resolver_counts c;
	struct rep_dns_view v;
	struct rep_name name;
	struct rep_err err;
	size_t n = 0, found = 0;
	double from;

	if (getenv("WINDOW") != NULL)
		o.window = (unsigned)strtoul(getenv("WINDOW"), NULL, 10);
	if (rep_resolver_open(&o, &r, &err) != REP_OK)
		die(err.msg);
	v = rep_resolver_view(r);
	from = now_s();
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0, end; i < text.n; i = end + 1) {
			const struct rep_dns_answer *ans;

			end = rep_str_chr(text, '\n', i);
			end = end == SIZE_MAX ? text.n : end;
			if (!rep_name_parse(rep_str_sub(text, i, end - i), &name))
				continue;
			ans = rep_dns_get(&v, &name, REP_DNS_A);
			n += pass == 0;
			found += ans != NULL && ans->n > 0;
		}
		rep_resolver_wait(r);
	}
	from = now_s() - from;
	c = rep_resolver_counted(r);
	fprintf(stderr, "%zu names, %zu found, %u answered, %u failed\n", n, found, c.answered,
	    c.failed);
	printf("%.0f\n", (double)n / from);
	rep_resolver_close(r);
}

int
main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "spf") == 0)
		spf(argv + 2);
	else if (argc == 5 && strcmp(argv[1], "dkim") == 0)
		dkim(argv + 2);
	else if (argc == 6 && strcmp(argv[1], "raw") == 0)
		raw(argv + 2);
	else if (argc == 4 && strcmp(argv[1], "lists") == 0)
		lists(argv + 2);
	else
		die("spf ZONE IP FROM SECONDS | dkim MESSAGE KEY SECONDS | raw MESSAGE DER SIGNATURE SECONDS | "
		    "lists SERVER NAMES");
	return 0;
}
