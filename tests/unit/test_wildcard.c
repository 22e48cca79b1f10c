/*
 * tests/unit/test_wildcard.c -- names that exist only by a wildcard, and what a proof makes of them.
 *
 * A zone in memory has no wildcards: the name that nobody uses has the records of one here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dns/overlay.h"
#include "dns/wildcard.h"
#include "dns/zone.h"

#include "tap.h"

#include <stdlib.h>

#define ANY "no-such-host-of-reputed."

static const char world[] =
    "n.a.example A 192.0.2.1\n" ANY "a.example A 192.0.2.1\n" ANY "a.example A 192.0.2.2\n"
    "w.a.example A 192.0.2.2\nw.a.example A 192.0.2.1\n"
    "x.a.example A 192.0.2.1\nx.a.example A 192.0.2.2\nx.a.example TXT own\n"
    "b.b.example A 192.0.2.1\n" ANY "c.example MX 10 m.example\nw.c.example MX 10 m.example\n"
    "x.c.example MX 20 m.example\n" ANY "d.example CNAME t.example\nw.d.example CNAME t.example\n"
    "x.d.example CNAME u.example\nt.example A 192.0.2.9\nu.example A 192.0.2.9\n" ANY
    "e.example SERVFAIL\nw.e.example A 192.0.2.1\n" ANY
    "f.example CNAME gone.example\nw.f.example CNAME gone.example\n";

static const struct {
	const char *what, *name;
	bool want;
} names[] = {
	{ "the same addresses, in another order", "w.a.example", true },
	{ "one address fewer", "n.a.example", false },
	{ "a record of its own beside them", "x.a.example", false },
	{ "no wildcard", "b.b.example", false },
	{ "the same MX", "w.c.example", true },
	{ "another MX", "x.c.example", false },
	{ "the same alias", "w.d.example", true },
	{ "another alias to the same address", "x.d.example", false },
	{ "DNS fails", "w.e.example", false },
	{ "an alias that leads nowhere", "w.f.example", true },
	{ "a name of one label", "example", false },
};

static const struct rep_dns_answer *
nothing(void *ctx, const struct rep_dns_at *at, const struct rep_name *name, uint16_t type)
{
	(void)ctx;
	(void)at;
	(void)name;
	(void)type;
	return NULL;
}

static void
test_overlay(const struct rep_dns_view *below)
{
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_dns_overlay *o = malloc(sizeof *o);
	static const char *const wild[] = { "w.a.example", "w.d.example", "n.a.example" };
	static const size_t want[] = { 1, 1, 2 };
	struct rep_dns_view v;
	struct rep_ip ip;

	if (a == NULL || o == NULL || !rep_ip_parse(REP_S("192.0.2.77"), &ip))
		abort();
	rep_dns_overlay_init(o, a, below);
	v = rep_dns_overlay_view(o);
	for (size_t i = 0; i < REP_COUNT(wild); i++) {
		const struct rep_dns_answer *ans;
		struct rep_name name;

		(void)rep_name_parse(rep_str_c(wild[i]), &name);
		(void)rep_dns_overlay_address(o, &name, &ip, NULL);
		ans = rep_dns_get(&v, &name, REP_DNS_A);
		ok(ans->n == want[i] && ans->cnames == 0 && rep_name_eq(&ans->canonical, &name) &&
			rep_ip_eq(&ans->rr[ans->n - 1]->ip, &ip),
		    "with an address of its own: %s has %zu", wild[i], want[i]);
		ok(rep_dns_get(&v, &name, REP_DNS_AAAA)->n == 0, "and no other of a wildcard");
	}
	free(o);
	rep_arena_free(a);
}

int
main(void)
{
	struct rep_zone_memory *z = rep_zone_memory_new(4 << 20);
	struct rep_dns_view v, empty = { .get = nothing };
	struct rep_name name;
	struct rep_err err;
	bool known = true;

	if (z == NULL || rep_zone_memory_add(z, REP_S(world), &err) != REP_OK)
		abort();
	v = rep_zone_memory_view(z);
	for (size_t i = 0; i < REP_COUNT(names); i++) {
		(void)rep_name_parse(rep_str_c(names[i].name), &name);
		ok(rep_dns_by_wildcard(&v, &name, &known) == names[i].want && known,
		    "by a wildcard: %s", names[i].what);
	}
	(void)rep_name_parse(REP_S("w.a.example"), &name);
	ok(!rep_dns_by_wildcard(&empty, &name, &known) && !known, "not known yet");
	test_overlay(&v);
	rep_zone_memory_free(z);
	return done();
}
