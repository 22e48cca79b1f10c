/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/dmarc.h"
#include "dns/zone.h"

#include "tap.h"

#include <stdlib.h>

static const struct {
	const char *name, *text;
	bool record, usable;
	const char *p, *sp, *np; /* NULL: not said */
	bool syntax;
} records[] = {
	{ "the least", "v=DMARC1; p=none", true, true, "none", NULL, NULL, false },
	{ "no blank", "v=DMARC1;p=reject", true, true, "reject", NULL, NULL, false },
	{ "blanks", " v = DMARC1 ; p = reject ", false, false, NULL, NULL, NULL, false },
	{ "blanks within", "v = DMARC1 ; p = reject ;", true, true, "reject", NULL, NULL, false },
	{ "all three", "v=DMARC1; p=reject; sp=quarantine; np=none", true, true, "reject",
	    "quarantine", "none", false },
	{ "another order", "v=DMARC1; sp=none; p=quarantine", true, true, "quarantine", "none",
	    NULL, false },
	{ "p in capitals", "v=DMARC1; P=REJECT", true, true, "reject", NULL, NULL, false },
	{ "v is case sensitive", "v=dmarc1; p=none", false, false, NULL, NULL, NULL, false },
	{ "v not first", "p=none; v=DMARC1", false, false, NULL, NULL, NULL, false },
	{ "v that goes on", "v=DMARC12; p=none", false, false, NULL, NULL, NULL, false },
	{ "SPF", "v=spf1 -all", false, false, NULL, NULL, NULL, false },
	{ "only v", "v=DMARC1", true, false, NULL, NULL, NULL, false },
	{ "no p, but rua", "v=DMARC1; rua=mailto:a@b.example", true, true, NULL, NULL, NULL,
	    false },
	{ "p of no word", "v=DMARC1; p=rejct", true, false, NULL, NULL, NULL, true },
	{ "p of no word, but rua", "v=DMARC1; p=x; rua=mailto:a@b.example", true, true, NULL, NULL,
	    NULL, true },
	{ "sp of no word", "v=DMARC1; p=reject; sp=x", true, false, "reject", NULL, NULL, true },
	{ "unknown tags", "v=DMARC1; p=none; x=y; future=1", true, true, "none", NULL, NULL,
	    false },
	{ "a part without =", "v=DMARC1; p=none; hello", true, true, "none", NULL, NULL, true },
	{ "pct", "v=DMARC1; p=none; pct=101", true, true, "none", NULL, NULL, false },
	{ "adkim", "v=DMARC1; p=none; adkim=x", true, true, "none", NULL, NULL, false },
	{ "p twice: the weaker one", "v=DMARC1; p=reject; p=quarantine", true, true, "quarantine",
	    NULL, NULL, false },
	{ "sp three times", "v=DMARC1; p=none; sp=quarantine; SP=none; sp=reject", true, true,
	    "none", "none", NULL, false },
	{ "np of no word", "v=DMARC1; p=reject; np=x", true, false, "reject", NULL, NULL, true },
	{ "two semicolons", "v=DMARC1;; p=none;;", true, true, "none", NULL, NULL, false },
};

static bool
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void
test_records(void)
{
	struct rep_dmarc_record r, twice;

	for (size_t i = 0; i < REP_COUNT(records); i++) {
		struct rep_str t = rep_str_c(records[i].text);

		if (!ok(rep_dmarc_is_record(t) == records[i].record, "record or not: %s",
			records[i].name) ||
		    !records[i].record)
			continue;
		rep_dmarc_parse(t, &r);
		ok(rep_dmarc_usable(&r) == records[i].usable && r.syntax == records[i].syntax &&
			same(rep_dmarc_policy_text(r.p), records[i].p) &&
			same(rep_dmarc_policy_text(r.sp), records[i].sp) &&
			same(rep_dmarc_policy_text(r.np), records[i].np),
		    "read: %s", records[i].name);
	}
	rep_dmarc_parse(
	    REP_S("v=DMARC1; p=none; rua=mailto:a@x.example!10m, mailto:b@y.example,https://z; "
		  "ruf=mailto:c@w.example; pct=50; t=y; psd=n; aspf=s"),
	    &r);
	ok(!r.twice, "nothing is there twice");
	is_int((int64_t)r.uris, 4, "four report addresses");
	is_str(r.uri[0].uri, "mailto:a@x.example", "without its size");
	is_str(r.uri[0].domain, "x.example", "its domain");
	ok(r.uri[2].domain.n == 0, "https is no mailto");
	rep_dmarc_parse(REP_S("v=DMARC1; p=reject; np=x"), &twice);
	ok(rep_dmarc_usable_7489(&twice), "np of no word: RFC 7489 does not know it");
	rep_dmarc_parse(REP_S("v=DMARC1; p=reject; t=maybe; psd=x"), &twice);
	ok(rep_dmarc_usable(&twice) && twice.odd && !twice.test && twice.psd == 'u',
	    "t and psd of no word count as not there");
	rep_dmarc_parse(
	    REP_S("v=DMARC1; p=none; t=y; aspf=s; p=reject; P=none; t=n; aspf=r; pct=9; "
		  "pct=10"),
	    &twice);
	ok(twice.twice && twice.test && !twice.aspf_strict && twice.pct == 9,
	    "of two values the weaker one");
	is_str(rep_str_c(twice.twice_why),
	    "p=none, p=reject, P=none, t=y, t=n, aspf=s, aspf=r, pct=9, pct=10", "all are told");
	ok(r.uri[3].forensic && r.pct == 50 && r.old && r.test && r.psd == 'n' && r.aspf_strict &&
		!r.adkim_strict,
	    "the other tags");
}

static const char world[] =
    "_dmarc.plain.com            TXT v=DMARC1; p=reject; sp=quarantine; np=none\n"
    "plain.com                   A 192.0.2.1\n"
    "there.plain.com             A 192.0.2.1\n"
    "own.plain.com               A 192.0.2.1\n"
    "_dmarc.own.plain.com        TXT v=DMARC1; p=none\n"
    "_dmarc.two.com              TXT v=DMARC1; p=none\n"
    "_dmarc.two.com              TXT v=DMARC1; p=reject\n"
    "_dmarc.cut.com              TXT v=DMARC1; p=reject\n"
    "_dmarc.unit.cut.com         TXT v=DMARC1; p=quarantine; psd=n\n"
    "x.unit.cut.com              A 192.0.2.1\n"
    "_dmarc.bank                 TXT v=DMARC1; p=reject; psd=y\n"
    "my.bank                     A 192.0.2.1\n"
    "a.my.bank                   A 192.0.2.1\n"
    "_dmarc.mid.deep.com         TXT v=DMARC1; p=quarantine\n"
    "x.mid.deep.com              A 192.0.2.1\n"
    "_dmarc.co.uk                TIMEOUT\n"
    "none.org                    A 192.0.2.1\n"
    "a.b.c.d.e.f.g.h.i.plain.com A 192.0.2.1\n";

static const struct {
	const char *domain, *walk_at, *psl_at, *org_walk, *org_psl, *applies;
	unsigned steps;
} finds[] = {
	{ "plain.com", "plain.com", "plain.com", "plain.com", "plain.com", "reject", 2 },
	{ "there.plain.com", "plain.com", "plain.com", "plain.com", "plain.com", "quarantine", 3 },
	{ "gone.plain.com", "plain.com", "plain.com", "plain.com", "plain.com", "none", 3 },
	{ "own.plain.com", "own.plain.com", "own.plain.com", "plain.com", "plain.com", "none", 3 },
	{ "two.com", NULL, NULL, "two.com", "two.com", NULL, 2 },
	{ "x.unit.cut.com", "unit.cut.com", "cut.com", "unit.cut.com", "cut.com", "quarantine", 2 },
	{ "my.bank", "bank", NULL, "my.bank", "my.bank", "reject", 2 },
	{ "a.my.bank", "bank", NULL, "my.bank", "my.bank", "reject", 3 },
	{ "x.mid.deep.com", "mid.deep.com", NULL, "mid.deep.com", "deep.com", "quarantine", 4 },
	{ "none.org", NULL, NULL, "none.org", "none.org", NULL, 2 },
	{ "a.b.c.d.e.f.g.h.i.plain.com", "plain.com", "plain.com", "plain.com", "plain.com",
	    "quarantine", 8 },
	{ "shop.co.uk", NULL, NULL, "shop.co.uk", "shop.co.uk", NULL, 3 },
};

static const char *
at_text(const struct rep_dmarc_at *at, char buf[REP_NAME_TEXT])
{
	return at == NULL ? NULL : rep_name_text(&at->name, buf);
}

static void
test_finding(void)
{
	struct rep_zone_memory *z = rep_zone_memory_new(4 << 20);
	char buf[REP_NAME_TEXT];
	struct rep_dns_view v;
	struct rep_err err;

	if (z == NULL || rep_zone_memory_add(z, rep_str_c(world), &err) != REP_OK)
		abort();
	v = rep_zone_memory_view(z);
	for (size_t i = 0; i < REP_COUNT(finds); i++) {
		struct rep_dmarc d;
		struct rep_name n;

		if (!rep_name_parse(rep_str_c(finds[i].domain), &n) || !rep_dmarc_find(&n, &v, &d))
			abort();
		ok(same(at_text(d.by_walk, buf), finds[i].walk_at), "%s: the walk finds %s",
		    finds[i].domain, finds[i].walk_at != NULL ? finds[i].walk_at : "none");
		ok(same(at_text(d.by_psl, buf), finds[i].psl_at), "%s: the list finds %s",
		    finds[i].domain, finds[i].psl_at != NULL ? finds[i].psl_at : "none");
		is_str(rep_str_c(rep_name_text(&d.org_walk, buf)), finds[i].org_walk,
		    "%s: organization, walk", finds[i].domain);
		is_str(rep_str_c(rep_name_text(&d.org_psl, buf)), finds[i].org_psl,
		    "%s: organization, list", finds[i].domain);
		is_int((int64_t)d.steps, finds[i].steps, "%s: questions", finds[i].domain);
		if (finds[i].applies != NULL)
			is_str(
			    rep_str_c(rep_dmarc_policy_text(rep_dmarc_applies(&d, d.by_walk, &n))),
			    finds[i].applies, "%s: what applies", finds[i].domain);
	}
	rep_zone_memory_free(z);
}

int
main(void)
{
	test_records();
	test_finding();
	return done();
}
