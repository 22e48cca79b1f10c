/*
 * tests/fuzz/fuzz_providers.c -- a file of providers, and hosts to look up in it.
 *
 * Hosts and domains are the words of the file, and the whole file as one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "know/provider.h"

static void
on_problem(void *ctx, const char *sentence)
{
	unsigned *n = ctx;

	MUST(strncmp(sentence, "fuzz.providers:", 15) == 0);
	++*n;
}

static bool
known(const struct rep_providers *p, const struct rep_provider *v)
{
	return v == NULL || rep_provider_by_id(p, v->id) == v;
}

static void
look_up(const struct rep_providers *p, struct rep_str s)
{
	struct rep_str d = rep_registered_domain(s);

	MUST(known(p, rep_provider_by_host(p, s)));
	MUST(known(p, rep_provider_by_domain(p, s)));
	MUST(known(p, rep_provider_by_reporter(p, s, s)));
	MUST(d.n == 0 || (d.p >= s.p && d.p + d.n <= s.p + s.n));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_arena *a = rep_arena_new(8 << 20);
	struct rep_providers *p = rep_providers_new(a);
	struct rep_str s = { (const char *)data, size };
	unsigned told = 0, bad = 0;
	struct rep_err err;

	MUST(p != NULL);
	if (rep_providers_parse(p, "fuzz.providers", s, on_problem, &told, &bad, &err) == REP_OK)
		MUST(bad == told);
	for (size_t i = 0; i < rep_providers_n(p); i++) {
		const struct rep_provider *v = rep_providers_at(p, i);

		MUST(rep_provider_by_id(p, v->id) != NULL && v->kind <= REP_PROVIDER_ROUTE);
		MUST(v->id.n == 0 || (v->name.n > 0 && v->in_sentence.n > 0));
		MUST(v->feeds_n <= REP_FEEDS_MAX && v->hold_n <= REP_HOLD_MAX &&
		    v->reports_n <= REP_REPORT_FROM_MAX);
		for (size_t f = 0; f < v->feeds_n; f++)
			MUST(v->feeds[f].what.n > 0 && v->feeds[f].how.n > 0 &&
			    v->feeds[f].tells_n >= 1 && v->feeds[f].tells_n <= 2);
	}
	look_up(p, s);
	for (size_t i = 0, n; i < s.n; i += n + 1) {
		for (n = 0; i + n < s.n && !rep_blank(s.p[i + n]);)
			n++;
		look_up(p, rep_str_sub(s, i, n));
	}
	rep_providers_free(p);
	rep_arena_free(a);
	return 0;
}
