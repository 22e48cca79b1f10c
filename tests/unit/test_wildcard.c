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
    "f.example CNAME gone.example\nw.f.example CNAME gone.example\n" ANY
    "g.example A 192.0.2.1\n" ANY "g.example AAAA 2001:db8::1\n"
    "w.g.example A 192.0.2.1\nw.g.example AAAA 2001:db8::1\n"
    "n.g.example A 192.0.2.1\nn.g.example AAAA 2001:db8::9\n"
    "1.2.0.192.in-addr.arpa PTR old1.a.example\n1.2.0.192.in-addr.arpa PTR old2.a.example\n";

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
	{ "the same addresses of both families", "w.g.example", true },
	{ "another address of one family", "n.g.example", false },
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

/* The addresses of both families and the targets of PTR records, as text with blanks between. */
static struct rep_str
answers(struct rep_arena *a, const struct rep_dns_view *v, const struct rep_name *name, bool ptr)
{
	static const uint16_t types[] = { REP_DNS_A, REP_DNS_AAAA, REP_DNS_PTR };
	struct rep_str out = { "", 0 };

	for (size_t k = ptr ? 2 : 0; k < (ptr ? 3 : 2); k++) {
		const struct rep_dns_answer *ans = rep_dns_get(v, name, types[k]);

		if ((ans->n > 0) != (ans->state == REP_DNS_YES) || ans->cnames > 0 ||
		    !rep_name_eq(&ans->canonical, name))
			return REP_S("an answer that is not whole");
		for (size_t i = 0; i < ans->n; i++) {
			char text[REP_NAME_TEXT];

			out = rep_arena_printf(a, "%.*s%s%s", REP_PR(out), out.n > 0 ? " " : "",
			    ptr ? rep_name_text(ans->rr[i]->target, text)
				: rep_ip_text(&ans->rr[i]->ip, text));
		}
	}
	return out;
}

/* What a name answers with one record more. */
static void
test_overlay(const struct rep_dns_view *below)
{
	static const struct {
		const char *what, *name;
		const char *add, *instead; /* an address, or the target of a PTR record */
		const char *want;	   /* A, then AAAA; or PTR */
	} rows[] = {
		{ "the addresses of a wildcard go", "w.a.example", "192.0.2.77", NULL,
		    "192.0.2.77" },
		{ "the alias of a wildcard goes", "w.d.example", "192.0.2.77", NULL, "192.0.2.77" },
		{ "those of its own stay", "n.a.example", "192.0.2.77", NULL,
		    "192.0.2.1 192.0.2.77" },
		{ "of both families by a wildcard", "w.g.example", "192.0.2.77", NULL,
		    "192.0.2.77" },
		{ "the same, with IPv6", "w.g.example", "2001:db8::77", NULL, "2001:db8::77" },
		{ "of both families of its own", "n.g.example", "192.0.2.77", NULL,
		    "192.0.2.1 192.0.2.77 2001:db8::9" },
		{ "IPv6 beside its own", "n.g.example", "2001:db8::77", NULL,
		    "192.0.2.1 2001:db8::9 2001:db8::77" },
		{ "one that is there already", "n.g.example", "192.0.2.1", NULL,
		    "192.0.2.1 2001:db8::9" },
		{ "instead of one", "b.b.example", "192.0.2.77", "192.0.2.1", "192.0.2.77" },
		{ "instead of one of two", "x.a.example", "192.0.2.77", "192.0.2.1",
		    "192.0.2.2 192.0.2.77" },
		{ "instead of one that is not there", "x.a.example", "192.0.2.77", "192.0.2.9",
		    "192.0.2.1 192.0.2.2 192.0.2.77" },
		{ "instead of one of IPv6", "n.g.example", "2001:db8::77", "2001:db8::9",
		    "192.0.2.1 2001:db8::77" },
		{ "a name that is not there", "new.b.example", "192.0.2.77", NULL, "192.0.2.77" },
		{ "one PTR for two", "1.2.0.192.in-addr.arpa", "new.a.example", NULL,
		    "new.a.example" },
		{ "one PTR for none", "2.2.0.192.in-addr.arpa", "new.a.example", NULL,
		    "new.a.example" },
	};
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_dns_overlay *o = malloc(sizeof *o);

	if (a == NULL || o == NULL)
		abort();
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_dns_view v;
		struct rep_name name, target;
		struct rep_ip ip, instead;
		bool ptr = !rep_ip_parse(rep_str_c(rows[i].add), &ip);

		rep_dns_overlay_init(o, a, below);
		v = rep_dns_overlay_view(o);
		(void)rep_name_parse(rep_str_c(rows[i].name), &name);
		if (ptr && rep_name_parse(rep_str_c(rows[i].add), &target))
			ptr = rep_dns_overlay_ptr(o, &name, &target);
		else if (rows[i].instead == NULL)
			(void)rep_dns_overlay_address(o, &name, &ip, NULL);
		else if (rep_ip_parse(rep_str_c(rows[i].instead), &instead))
			(void)rep_dns_overlay_address(o, &name, &ip, &instead);
		is_str(
		    answers(a, &v, &name, ptr), rows[i].want, "one record more: %s", rows[i].what);
	}
	free(o);
	rep_arena_free(a);
}

/* How often the view below is asked. */
struct counted {
	struct rep_dns_view view;
	unsigned n;
};

static const struct rep_dns_answer *
count(void *ctx, const struct rep_dns_at *at, const struct rep_name *name, uint16_t type)
{
	struct counted *c = ctx;

	c->n++;
	return c->view.get(c->view.ctx, at, name, type);
}

/* Whether a name is there only by a wildcard is found out once. */
static void
test_asked_once(const struct rep_dns_view *below)
{
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_dns_overlay *o = malloc(sizeof *o);
	struct counted c = { *below, 0 };
	struct rep_dns_view counting = { count, &c }, v;
	struct rep_name name;
	struct rep_ip ip;
	unsigned first;

	if (a == NULL || o == NULL || !rep_ip_parse(REP_S("192.0.2.77"), &ip))
		abort();
	(void)rep_name_parse(REP_S("w.g.example"), &name);
	rep_dns_overlay_init(o, a, &counting);
	v = rep_dns_overlay_view(o);
	(void)rep_dns_overlay_address(o, &name, &ip, NULL);
	(void)rep_dns_get(&v, &name, REP_DNS_A);
	first = c.n;
	for (unsigned i = 0; i < 10; i++) {
		(void)rep_dns_get(&v, &name, REP_DNS_A);
		(void)rep_dns_get(&v, &name, REP_DNS_AAAA);
	}
	is_int(c.n - first, 20, "ten times both families: one question each (%u for the first)",
	    first);
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
	test_asked_once(&v);
	rep_zone_memory_free(z);
	return done();
}
