/*
 * unit/test_service.c -- files of sending services, good and wrong, and which service a name belongs to.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "know/service.h"
#include "file_told.h"
#include "tap.h"

#include <stdlib.h>

static struct rep_arena *arena;
static struct rep_services *s;

static unsigned
more(const char *text)
{
	struct rep_err err;
	unsigned bad = 0;

	told_n = 0;
	if (rep_services_parse(s, "t.services", rep_str_c(text), on_problem, NULL, &bad, &err) !=
	    REP_OK)
		abort();
	return bad;
}

static unsigned
parse(const char *text)
{
	*s = (struct rep_services){ .a = arena };
	return more(text);
}

static const char *
domain(const char *name, const char *shared)
{
	struct rep_str is;
	const struct rep_service *v = rep_service_of_domain(s, rep_str_c(name), &is);

	is_str(is, shared, "%s: its shared domain", name);
	return v != NULL ? rep_arena_dup(arena, v->id).p : "none";
}

static const char *
host(const char *name)
{
	const struct rep_service *v = rep_service_of_host(s, rep_str_c(name));

	return v != NULL ? rep_arena_dup(arena, v->id).p : "none";
}

#define IS(call, want) is_str(rep_str_c(call), want, "%s is %s", #call, want)

static void
good(void)
{
	is_int(
	    parse(
		"# a comment\nservice mill {\n name \"The Mill\"; domains Mill.example; shared shared.example\n"
		" hosts out.mill.example; spf _spf.mill.example; provider mailbox; source x\n"
		" fix {\n dkim \"Add DOMAIN\"\n spf \"INCLUDE for DOMAIN\"\n page https://mill.example/\n }\n}\n"
		"service wind { domains a.mill.example; fix { spf never } }\n"),
	    0, "no problem");
	is_int((long)s->n, 2, "two services");
	is_str(s->v[0].name, "The Mill", "name");
	is_str(s->v[0].spf, "_spf.mill.example", "spf");
	is_str(s->v[0].page, "https://mill.example/", "page");
	is_str(s->v[1].name, "wind", "without a name the id is it");
	ok(s->v[1].spf_never && !s->v[0].spf_never, "SPF never aligns at one");
	IS(domain("mill.example", ""), "mill");
	IS(domain("SHOP.mill.EXAMPLE.", ""), "mill");
	IS(domain("x.a.mill.example", ""), "wind");
	IS(domain("h7.eu.shared.example", "shared.example"), "mill");
	IS(domain("shared.example", "shared.example"), "mill");
	IS(domain("windmill.example", ""), "none");
	IS(domain("example", ""), "none");
	IS(domain("", ""), "none");
	IS(domain(".", ""), "none");
	IS(host("h1.out.mill.example"), "mill");
	IS(host("out.mill.example."), "mill");
	IS(host("mill.example"), "none");
	IS(host("h7.shared.example"), "none");
	ok(rep_service_of_provider(s, REP_S("mailbox")) == &s->v[0], "by its provider");
	ok(rep_service_of_provider(s, REP_S("other")) == NULL &&
		rep_service_of_provider(s, REP_S("")) == NULL,
	    "and no other");
}

static void
texts(void)
{
	struct rep_str d = REP_S("shop.example"), i = REP_S("include:x.example");

	is_str(rep_service_text(arena, REP_S("DOMAIN, bounce.DOMAIN: v=spf1 INCLUDE ~all"), d, i),
	    "shop.example, bounce.shop.example: v=spf1 include:x.example ~all",
	    "names in their places");
	is_str(rep_service_text(arena, REP_S("INCLUDE"), d, i), "include:x.example", "alone");
	is_str(rep_service_text(arena, REP_S("nothing"), d, i), "nothing", "none");
	is_str(rep_service_text(arena, REP_S(""), d, i), "", "empty");
	is_str(rep_service_text(arena, REP_S("DOMAIN"), REP_S("DOMAIN"), i), "DOMAIN",
	    "what is put in stays as it is");
}

/* A later block of the same id is all there is of the service. */
static void
replaced(void)
{
	parse("service mill { domains mill.example; hosts mill.example; spf s.example }\n"
	      "service wind { domains wind.example }\n");
	is_int(more("service mill { domains new.example }\n"), 0, "a later file");
	is_int((long)s->n, 2, "replaces it");
	IS(domain("mill.example", ""), "none");
	IS(domain("new.example", ""), "mill");
	IS(domain("wind.example", ""), "wind");
	IS(host("mill.example"), "none");
	is_int((long)s->v[0].spf.n, 0, "with nothing left of the former");
}

static void
wrong(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "servcie a { }", "t.services:1:1: expected service ID {, not \"servcie\"" },
		{ "service { }", "t.services:1:1: expected service ID {, not \"service\"" },
		{ "service a { nmae x }",
		    "t.services:1:13: no field \"nmae\"; did you mean \"name\"?" },
		{ "service a { domains example }",
		    "t.services:1:21: expected a name such as mail.example.com, not \"example\"" },
		{ "service a { domains .a.example }",
		    "t.services:1:21: expected a name such as mail.example.com, not \".a.example\"" },
		{ "service a { hosts a..example }",
		    "t.services:1:19: expected a name such as mail.example.com, not \"a..example\"" },
		{ "service a { shared *.example }",
		    "t.services:1:20: expected a name such as mail.example.com, not \"*.example\"" },
		{ "service a { spf }",
		    "t.services:1:13: expected one name, as in spf _spf.example.com, not \"spf\"" },
		{ "service a { spf a.b c.d }",
		    "t.services:1:17: expected one name, as in spf _spf.example.com, not \"a.b\"" },
		{ "service a { name }",
		    "t.services:1:13: expected one text of at most 600 bytes after \"name\"" },
		{ "service a { fix { dkmi x } }",
		    "t.services:1:19: no field of fix \"dkmi\"; did you mean \"dkim\"?" },
		{ "service a { fix { page http://a.example } }",
		    "t.services:1:24: expected one https: page, not \"http://a.example\"" },
		{ "service a { fix { spf \"put INCLUDE\" } }",
		    "t.services:1:1: INCLUDE stands for nothing: expected spf NAME in the \"service\"" },
		{ "service a { fixes { } }",
		    "t.services:1:13: no block \"fixes\"; did you mean \"fix\"?" },
		{ "service a { domains x.example }\nservice b { domains X.example }",
		    "t.services:2:1: \"x.example\" is a name of a, and of b" },
		{ "service a { name x", "t.services:1:" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		ok(parse(rows[i].text) >= 1, "wrong file %zu", i);
		ok(rep_str_starts(told_first(), rep_str_c(rows[i].want)), "is told as %s",
		    rows[i].want);
	}
	is_int(
	    parse(
		"service a { fix { dkim x; spf \"y\" } domains a.example }\nservice b { domains b.example"),
	    1, "a file that is cut");
	IS(domain("a.example", ""), "a");
}

/* The last file that fits, and the first that does not. */
static void
limits(void)
{
	struct rep_buf b;
	struct rep_err err;
	unsigned bad;

	for (int more_than = 0; more_than < 2; more_than++) {
		rep_buf_init(&b, 1 << 20);
		for (int i = 0; i < REP_SERVICES_MAX + more_than; i++)
			rep_buf_printf(&b, "service s%d { domains d%d.example }\n", i, i);
		*s = (struct rep_services){ .a = arena };
		is_int(rep_services_parse(s, "t.services", rep_buf_str(&b), NULL, NULL, &bad, &err),
		    more_than ? REP_ELIMIT : REP_OK, "%d services", REP_SERVICES_MAX + more_than);
		rep_buf_clear(&b);
		for (int i = 0; i < REP_SERVICE_NAMES_MAX + more_than; i++)
			rep_buf_printf(
			    &b, "%shosts h%d.example\n", i == 0 ? "service a {\n" : "", i);
		rep_buf_printf(&b, "}\n");
		*s = (struct rep_services){ .a = arena };
		is_int(rep_services_parse(s, "t.services", rep_buf_str(&b), NULL, NULL, &bad, &err),
		    more_than ? REP_ELIMIT : REP_OK, "%d names", REP_SERVICE_NAMES_MAX + more_than);
		rep_buf_clear(&b);
		rep_buf_printf(
		    &b, "service a { name \"%0*d\" }\n", REP_SERVICE_TEXT_MAX + more_than, 7);
		is_int(parse(rep_arena_dup(arena, rep_buf_str(&b)).p), more_than,
		    "a text of %d bytes", REP_SERVICE_TEXT_MAX + more_than);
		rep_buf_fini(&b);
	}
}

/* What is built in: as it must be to be of use. */
static void
builtin(void)
{
	struct rep_err err = { .msg = "" };

	*s = (struct rep_services){ .a = arena };
	is_int(rep_services_builtin(s, &err), REP_OK, "what is built in can be read %s", err.msg);
	for (size_t i = 0; i < s->n; i++) {
		const struct rep_service *v = &s->v[i];
		bool found = v->provider.n > 0;

		for (size_t k = 0; k < s->names_n; k++)
			found = found || s->names[k].service == i;
		ok(found, "%.*s can be found", REP_PR(v->id));
		ok(v->fix_dkim.n == 0 || v->page.n > 0, "%.*s: where it says so", REP_PR(v->id));
		ok(v->fix_spf.n == 0 || v->fix_dkim.n > 0, "%.*s: the signature first",
		    REP_PR(v->id));
		ok(!v->spf_never || v->fix_spf.n == 0, "%.*s: no fix for what never is",
		    REP_PR(v->id));
	}
	IS(domain("amazonses.com", "amazonses.com"), "amazon-ses");
	IS(domain("eu-west-1.amazonses.com", "amazonses.com"), "amazon-ses");
	IS(domain("contoso.onmicrosoft.com", ""), "microsoft-365");
	IS(domain("mail116.suw111.mcdlv.net", "mcdlv.net"), "mailchimp");
	IS(domain("shop-example.20230601.gappssmtp.com", ""), "google-workspace");
	IS(domain("a3031119.bnc3.mailjet.com", ""), "mailjet");
	IS(domain("gmail.com", ""), "none");
	IS(host("a24-1.smtp-out.eu-west-1.amazonses.com"), "amazon-ses");
	IS(host("wrqvtvsv.outbound-mail.sendgrid.net"), "sendgrid");
	IS(host("ec2-192-0-2-7.compute-1.amazonaws.com"), "none");
}

int
main(void)
{
	arena = rep_arena_new(16 << 20);
	s = rep_arena_alloc(arena, sizeof *s);
	if (s == NULL)
		abort();
	good();
	texts();
	replaced();
	wrong();
	limits();
	builtin();
	rep_arena_free(arena);
	return done();
}
