/*
 * unit/test_auth_results.c -- Authentication-Results (RFC 8601), and whether a mailed report is the reporter's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reporter.h"
#include "know/provider.h"
#include "mail/auth_results.h"
#include "tap.h"

static struct rep_arena *arena;

/* "id:domain id:domain" of a whole header. */
static struct rep_str
top(const char *header)
{
	struct rep_headers h = rep_headers_parse(rep_str_c(header), arena, NULL);
	struct rep_auth_results r;
	struct rep_buf b;

	rep_auth_results_of(&h, &r);
	rep_buf_init(&b, 4096);
	for (size_t i = 0; i < r.passed_n; i++)
		rep_buf_printf(&b, "%s%.*s:%.*s", i > 0 ? " " : "", REP_PR(r.passed[i].id),
		    REP_PR(r.passed[i].domain));
	return rep_arena_take(arena, &b);
}

static const struct {
	const char *field, *want;
} fields[] = {
	/* RFC 8601 appendix B */
	{ "example.org 1; none", "" },
	{ "example.com; spf=pass smtp.mailfrom=example.net", "" },
	{ "example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=fail smtp.mailfrom=example.net",
	    "" },
	{ "example.com;\n      dkim=pass (good signature) header.d=mail-router.example.net;\n"
	  "      dkim=fail (bad signature) header.d=newyork.example.com",
	    "example.com:mail-router.example.net" },
	{ "foo.example.net (foobar) 1 (baz);\n    dkim (Because I like it) / 1 (One yay) = (wait for it) fail\n    policy (A dot "
	  "can go here) . (like that) expired\n    (this surprised me) = (as I wasn't expecting it) 1362471462",
	    "" },
	/* as servers write it */
	{ "mx1.shop.example;\n\tdkim=pass (2048-bit key; unprotected) header.d=google.com header.i=@google.com "
	  "header.a=rsa-sha256 header.s=20230601 header.b=\"a;b=c\";\n\tdkim-atps=neutral",
	    "mx1.shop.example:google.com" },
	{ "\"mx1\"; dkim=pass reason=\"x; dkim=pass header.d=evil.example\" header.d=a.example",
	    "mx1:a.example" },
	{ "mx1; dkim=pass (x; dkim=pass header.d=evil.example) header.d=a.example",
	    "mx1:a.example" },
	{ "mx1; dkim=pass(a\\)b) header.d=a.example; DKIM=PASS Header.D=b.example",
	    "mx1:a.example mx1:b.example" },
	{ "mx1; dkim=pass header.i=@a.example", "" },
	{ "mx1; dkim=policy header.d=a.example", "" },
	{ "", "" },
	{ ";;;===(((", "" },
};

#define OUTSIDE "Received: from x.example (x.example [192.0.2.1]) by mx1 with ESMTPS id 4F1\n"
#define PASSED(id, domain) "Authentication-Results: " id "; dkim=pass header.d=" domain "\n"

static const struct {
	const char *name, *header, *want;
} tops[] = {
	{ "several of one server, among what filters add",
	    "Return-Path: <a@b.example>\nX-Spam: no\nAuthentication-Results: mx1; dmarc=pass header.from=a.example\n"
	    "DKIM-Filter: x\n" PASSED("MX1", "a.example") OUTSIDE,
	    "MX1:a.example" },
	{ "below our Received anybody can write", OUTSIDE PASSED("mx1", "evil.example"), "" },
	{ "of several servers: whose counts, says who asks",
	    PASSED("OpenDMARC", "a.example") PASSED("mx1", "b.example")
		OUTSIDE PASSED("mx1", "evil.example"),
	    "OpenDMARC:a.example mx1:b.example" },
	{ "handed on over LMTP",
	    "Return-Path: <x>\nDelivered-To: d@shop.example\nReceived: from mx1 by mx1 with LMTP id 1\n" PASSED(
		"mx1", "a.example") OUTSIDE PASSED("mx1", "evil.example"),
	    "mx1:a.example" },
	{ "back from a content filter",
	    "Received: from localhost (localhost [127.0.0.1]) by mx1 with ESMTP id 2\n" PASSED(
		"mx1", "a.example") OUTSIDE
	    "Received: from localhost (localhost [127.0.0.1]) by mx1\n" PASSED(
		"mx1", "evil.example"),
	    "mx1:a.example" },
	{ "never received from outside", PASSED("mx1", "a.example") "Subject: x\n", "" },
};

static const struct {
	const char *org, *email, *from, *id, *signed_by;
	enum rep_kept_trust trust;
	const char *name;
} reporters[] = {
	{ "google.com", "noreply-dmarc-support@google.com", "google.com", "mx1", "google.com",
	    REP_KEPT_PROVEN, "google.com" },
	{ "google.com", "d@google.com", "google.com", "MX1", "mail.google.com", REP_KEPT_PROVEN,
	    "google.com" },
	{ "Enterprise Outlook", "dmarcreport@microsoft.com", "microsoft.com", "mx1",
	    "microsoft.com", REP_KEPT_PROVEN, "Enterprise Outlook (microsoft.com)" },
	{ "Outlook.com", "dmarcreport@microsoft.com", "microsoft.com", "mx1", "microsoft.com",
	    REP_KEPT_PROVEN, "Outlook.com (microsoft.com)" },
	{ "Yahoo", "dmarchelp@yahooinc.com", "dmarc.yahoo.com", "mx1", "dmarc.yahoo.com",
	    REP_KEPT_PROVEN, "Yahoo (dmarc.yahoo.com)" },
	/* somebody else's valid signature, and somebody else's server */
	{ "google.com", "d@google.com", "google.com", "mx1", "evil.example", REP_KEPT_UNSURE,
	    "google.com" },
	{ "google.com", "d@google.com", "google.com", "mx9", "google.com", REP_KEPT_UNSURE,
	    "google.com" },
	/* somebody who names another: the name is shown with what was proven */
	{ "google.com", "d@google.com", "evil.example", "mx1", "evil.example", REP_KEPT_PROVEN,
	    "google.com (evil.example)" },
	/* who has a mailbox there names a domain below it: it is another one */
	{ "dmarc.yahoo.com", "d@dmarc.yahoo.com", "yahoo.com", "mx1", "yahoo.com", REP_KEPT_PROVEN,
	    "dmarc.yahoo.com (yahoo.com)" },
	{ "Mail.Ru", "dmarc_support@corp.mail.ru", "corp.mail.ru", "mx1", "corp.mail.ru",
	    REP_KEPT_PROVEN, "Mail.Ru (corp.mail.ru)" },
	{ "x", "nobody", "", "mx1", "nobody", REP_KEPT_UNSURE, "x" },
	{ "", "dmarc@r.example", "r.example", "mx1", "r.example", REP_KEPT_PROVEN, "r.example" },
	{ "a.co.uk", "d@a.co.uk", "a.co.uk", "mx1", "b.co.uk", REP_KEPT_UNSURE, "a.co.uk" },
};

/* A domain that is cut in the name could look like one above which it is not. */
static void
test_long(void)
{
	static const char whole[] = ".dmarc.yahoo.com";
	char domain[230], room[REP_REPORTER_NAME];
	struct rep_str name;

	memset(domain, 'a', sizeof domain);
	memcpy(domain + 200 - strlen(whole), whole, strlen(whole));
	memcpy(domain + 200, ".evil.example", 14);
	name = rep_reporter_name(REP_S("Yahoo"), rep_str_c(domain), room);
	is_str(rep_reporter_domain(name, REP_S("Yahoo")), "", "a domain that is cut is none");
	name = rep_reporter_name(REP_S("Yahoo"), rep_str_c(domain + 10), room);
	is_str(rep_reporter_domain(name, REP_S("Yahoo")), "", "nor is one that is cut behind it");
	domain[196] = 0;
	name = rep_reporter_name(REP_S("Yahoo"), rep_str_c(domain), room);
	is_str(rep_reporter_domain(name, REP_S("Yahoo")), domain, "the longest that is whole");
}

int
main(void)
{
	struct rep_str ids[] = { REP_S("mx0"), REP_S("mx1") };
	const struct rep_config_list own = { ids, 2 };
	char room[REP_REPORTER_NAME];

	arena = rep_arena_new(1 << 20);
	for (size_t i = 0; i < REP_COUNT(fields); i++)
		is_str(top(rep_arena_printf(
			   arena, "Authentication-Results: %s\n" OUTSIDE "\n", fields[i].field)
			       .p),
		    fields[i].want, "field %zu", i + 1);
	for (size_t i = 0; i < REP_COUNT(tops); i++)
		is_str(top(rep_arena_printf(arena, "%s\n", tops[i].header).p), tops[i].want, "%s",
		    tops[i].name);
	for (size_t i = 0; i < REP_COUNT(reporters); i++) {
		struct rep_auth_results r = { .passed = { { rep_str_c(reporters[i].id),
						  rep_str_c(reporters[i].signed_by) } },
			.passed_n = 1,
			.from = rep_str_c(reporters[i].from) };
		struct rep_reporter by =
		    rep_reporter_of(true, &r, NULL, &own, rep_str_c(reporters[i].email), NULL);

		is_int(by.trust, reporters[i].trust, "reporter %zu: proven", i + 1);
		is_str(rep_reporter_name(rep_str_c(reporters[i].org), by.domain, room),
		    reporters[i].name, "reporter %zu: its name", i + 1);
		is_str(
		    rep_reporter_domain(rep_str_c(reporters[i].name), rep_str_c(reporters[i].org)),
		    rep_arena_dup(arena, by.domain).p, "reporter %zu: and the domain in its name",
		    i + 1);
	}
	is_str(rep_reporter_domain(REP_S("google.com (google.com) (evil.example)"),
		   REP_S("google.com (google.com)")),
	    "evil.example", "an organisation that looks like a name with its domain");
	test_long();
	is_int(rep_reporter_of(false, NULL, NULL, &own, REP_S("d@r.example"), NULL).trust,
	    REP_KEPT_GIVEN, "a file is the user's word");
	is_int(rep_reporter_of(true, NULL, NULL, &own, REP_S("d@r.example"), NULL).trust,
	    REP_KEPT_UNSURE, "a mail without any is unsure");
	rep_arena_free(arena);
	return done();
}
