/*
 * tests/fuzz/fuzz_services.c -- a file of sending services, and names to look up in it.
 *
 * Names are the words of the file, and the whole file as one. The shared domain of a name is in it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "know/service.h"

static void
on_problem(void *ctx, const char *sentence)
{
	unsigned *n = ctx;

	MUST(strncmp(sentence, "fuzz.services:", 14) == 0);
	++*n;
}

static bool
known(const struct rep_services *s, const struct rep_service *v)
{
	return v == NULL || (v >= s->v && v < s->v + s->n);
}

static void
look_up(const struct rep_services *s, struct rep_str name)
{
	struct rep_str shared;
	const struct rep_service *v = rep_service_of_domain(s, name, &shared);

	MUST(known(s, v) && known(s, rep_service_of_host(s, name)));
	MUST(shared.p >= name.p && shared.p + shared.n <= name.p + name.n);
	MUST(v != NULL || shared.n == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_arena *a = rep_arena_new(16 << 20);
	struct rep_services *s = rep_arena_alloc(a, sizeof *s);
	struct rep_str in = { (const char *)data, size }, text;
	unsigned told = 0, bad = 0;

	MUST(s != NULL);
	s->a = a;
	if (rep_services_parse(s, "fuzz.services", in, on_problem, &told, &bad, NULL) == REP_OK)
		MUST(bad == told);
	for (size_t i = 1; i < s->names_n; i++)
		MUST(s->names[i - 1].host < s->names[i].host ||
		    (s->names[i - 1].host == s->names[i].host &&
			rep_str_cmp(s->names[i - 1].key, s->names[i].key) <= 0));
	for (size_t i = 0; i < s->names_n; i++)
		MUST(s->names[i].service < s->n);
	for (size_t i = 0; i < s->n; i++) {
		text = rep_service_text(
		    a, s->v[i].fix_spf, REP_S("shop.example"), REP_S("include:x.example"));
		MUST(text.p == NULL || s->v[i].fix_spf.n <= REP_SERVICE_TEXT_MAX);
		MUST(rep_str_find(text, REP_S("INCLUDE"), 0) == SIZE_MAX);
	}
	look_up(s, in);
	for (size_t i = 0, n; i < in.n; i += n + 1) {
		for (n = 0; i + n < in.n && !rep_blank(in.p[i + n]);)
			n++;
		look_up(s, rep_str_sub(in, i, n));
	}
	rep_arena_free(a);
	return 0;
}
