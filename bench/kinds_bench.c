/*
 * bench/kinds_bench.c -- how long the kinds of conditions take that read what was sent, in each pass of the watch.
 *
 *	kinds_bench [LOGINS [SOURCES]]
 *
 * Makes up a sender in memory: each of the SOURCES (64) sends to twenty providers, a week by the hour and 80 days by the
 * day, and 2 % of the recipients of each do not exist; of the last source, 6 %. Each of the LOGINS (20,000) submits on
 * two hosts. Prints the milliseconds of CPU time of one call, the least of seven, and what holds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "engine/conditions.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	NOW = 1788220800,
	HOUR_S = 3600,
	PROVIDERS = 20,
	HOURS = 168,
	DAYS = 80,
	TIMES = 7,
	LOGINS_MAX = 1000000,
	SOURCES_MAX = 512
};

struct made {
	struct rep_arena *a;
	struct rep_know *know;
	struct rep_str *names;
	struct rep_label *labels;
	struct rep_observation *obs;
	struct rep_handed *handed;
	unsigned names_n;
	size_t sources, obs_n, logins;
};

static _Noreturn void
fail(const char *why)
{
	fprintf(stderr, "kinds_bench: %s\n", why);
	exit(4);
}

static void *
room(struct made *m, size_t n, size_t size)
{
	void *p = rep_arena_alloc(m->a, n * size);

	if (p == NULL)
		fail("out of memory");
	return p;
}

/* --- what was sent ------------------------------------------------------------------------------------ */

static void
sent(struct made *m, uint32_t label, uint32_t provider, int64_t from_s, uint32_t n)
{
	uint32_t gone = label == m->sources ? n * 6 / 100 : n * 2 / 100;

	for (int k = 0; k < 2; k++) {
		struct rep_observation *o = &m->obs[m->obs_n++];

		*o = (struct rep_observation){ .from_s = from_s,
			.first_s = from_s,
			.last_s = from_s + HOUR_S - 1,
			.label = label,
			.provider = provider,
			.class = k == 0 ? REP_CLASS_ACCEPTED : REP_CLASS_RECIPIENT,
			.evidence = true,
			.count = k == 0 ? n - gone : gone };
	}
}

static void
make_mail(struct made *m)
{
	m->names_n = 1 + (unsigned)m->sources + PROVIDERS;
	m->names = room(m, m->names_n, sizeof *m->names);
	m->labels = room(m, m->sources, sizeof *m->labels);
	m->obs = room(m, m->sources * PROVIDERS * (HOURS + DAYS) * 2, sizeof *m->obs);
	for (uint32_t i = 1; i < m->names_n; i++)
		m->names[i] = rep_arena_printf(
		    m->a, i <= m->sources ? "mx%u/postfix" : "provider-%u", (unsigned)i);
	for (uint32_t i = 1; i <= m->sources; i++) {
		struct rep_str ip =
		    rep_arena_printf(m->a, "203.0.%u.%u", (unsigned)i / 200, (unsigned)i % 200 + 1);

		m->labels[i - 1] = (struct rep_label){ .label = i };
		(void)rep_ip_parse(ip, &m->labels[i - 1].public);
		for (uint32_t k = 0; k < PROVIDERS; k++) {
			uint32_t provider = (uint32_t)m->sources + 1 + k;

			for (int d = DAYS; d > 0; d--)
				sent(m, i, provider, NOW - 7 * REP_DAY_S - d * REP_DAY_S, 2400);
			for (int h = HOURS; h > 0; h--)
				sent(m, i, provider, NOW - h * (int64_t)HOUR_S, 100);
		}
	}
}

/* --- who submitted it --------------------------------------------------------------------------------- */

static void
make_logins(struct made *m)
{
	static const struct rep_str hosts[] = { { "mx1", 3 }, { "mx2", 3 } };
	struct rep_handed_hour *hours = room(m, 13, sizeof *hours);

	for (int d = 0; d < 13; d++)
		hours[d] =
		    (struct rep_handed_hour){ NOW - (13 - d) * (int64_t)REP_DAY_S, 7, false };
	m->handed = room(m, 2 * m->logins, sizeof *m->handed);
	for (size_t i = 0; i < 2 * m->logins; i++)
		m->handed[i] = (struct rep_handed){ hosts[i / m->logins],
			rep_arena_printf(m->a, "login u%zu", i % m->logins), hours, 13 };
}

/* --- measuring ---------------------------------------------------------------------------------------- */

static int64_t
cpu_ms(void)
{
	return (int64_t)clock() * 1000 / CLOCKS_PER_SEC;
}

static void
measure(const struct made *m, const char *what,
    void (*kind)(const struct rep_conditions_in *, struct rep_conditions *))
{
	const struct rep_judge_in in = { .now_s = NOW,
		.know = m->know,
		.names = { m->names, m->names_n },
		.obs = m->obs,
		.obs_n = m->obs_n,
		.labels = m->labels,
		.labels_n = m->sources,
		.handed = m->handed,
		.handed_n = 2 * m->logins };
	const struct rep_conditions_in c = { .in = &in };
	struct rep_arena *a = rep_arena_new((size_t)512 << 20);
	struct rep_conditions out = { .n = 0 };
	int64_t least_ms = INT64_MAX;

	if (a == NULL)
		fail("out of memory");
	for (int i = 0; i < TIMES; i++) {
		int64_t begun_ms, ms;

		rep_arena_reset(a);
		out = (struct rep_conditions){ .a = a,
			.v = rep_arena_alloc(a, REP_CONDITIONS_MAX * sizeof *out.v) };
		begun_ms = cpu_ms();
		kind(&c, &out);
		ms = cpu_ms() - begun_ms;
		least_ms = ms < least_ms ? ms : least_ms;
		if (out.small)
			fail("out of memory");
	}
	printf("%-10s %6lld ms, %zu hold\n", what, (long long)least_ms, out.n);
	rep_arena_free(a);
}

static size_t
number(const char *text, size_t most)
{
	uint64_t v;

	if (!rep_str_u64(rep_str_c(text), most, &v) || v == 0)
		fail("usage: kinds_bench [LOGINS [SOURCES]]");
	return (size_t)v;
}

int
main(int argc, char **argv)
{
	struct made m = { .a = rep_arena_new((size_t)2 << 30), .know = rep_know_new() };
	struct rep_err err;

	m.logins = argc > 1 ? number(argv[1], LOGINS_MAX) : 20000;
	m.sources = argc > 2 ? number(argv[2], SOURCES_MAX) : 64;
	if (m.a == NULL || m.know == NULL || rep_know_add_builtin(m.know, &err) != REP_OK ||
	    rep_know_ready(m.know, &err) != REP_OK)
		fail("out of memory");
	make_mail(&m);
	make_logins(&m);
	printf("%zu observations of %zu sources, %zu logins\n", m.obs_n, m.sources, m.logins);
	measure(&m, "rates", rep_conditions_rates);
	measure(&m, "silent", rep_conditions_silent);
	measure(&m, "account", rep_conditions_account);
	rep_know_free(m.know);
	rep_arena_free(m.a);
	return 0;
}
