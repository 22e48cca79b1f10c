/*
 * unit/test_auth_results.c -- Authentication-Results (RFC 8601), and whether a mailed report is the reporter's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reporter.h"
#include "mail/auth_results.h"
#include "tap.h"

static struct rep_arena *arena;

/* "id: domain domain" of a whole header. */
static struct rep_str
top(const char *header)
{
	struct rep_headers h = rep_headers_parse(rep_str_c(header), arena, NULL);
	struct rep_auth_results r;
	struct rep_buf b;

	rep_auth_results_of(&h, &r);
	rep_buf_init(&b, 4096);
	rep_buf_printf(&b, "%.*s:", REP_PR(r.id));
	for (size_t i = 0; i < r.passed_n; i++)
		rep_buf_printf(&b, " %.*s", REP_PR(r.passed[i]));
	return rep_arena_take(arena, &b);
}

static const struct {
	const char *header, *want;
} fields[] = {
	/* RFC 8601 appendix B */
	{ "Authentication-Results: example.org 1; none\n\n", "example.org:" },
	{ "Authentication-Results: example.com; spf=pass smtp.mailfrom=example.net\n\n",
	    "example.com:" },
	{ "Authentication-Results: example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=fail "
	  "smtp.mailfrom=example.net\n\n",
	    "example.com:" },
	{ "Authentication-Results: example.com;\n      dkim=pass (good signature) header.d=mail-router.example.net;\n"
	  "      dkim=fail (bad signature) header.d=newyork.example.com\n\n",
	    "example.com: mail-router.example.net" },
	{ "Authentication-Results: foo.example.net (foobar) 1 (baz);\n    dkim (Because I like it) / 1 (One yay) = (wait for "
	  "it) fail\n    policy (A dot can go here) . (like that) expired\n    (this surprised me) = (as I wasn't expecting "
	  "it) 1362471462\n\n",
	    "foo.example.net:" },
	/* as servers write it */
	{ "Authentication-Results: mx1.shop.example;\n\tdkim=pass (2048-bit key; unprotected) header.d=google.com "
	  "header.i=@google.com header.a=rsa-sha256 header.s=20230601 header.b=\"a;b=c\";\n\tdkim-atps=neutral\n\n",
	    "mx1.shop.example: google.com" },
	{ "Authentication-Results: \"mx1\"; dkim=pass reason=\"x; dkim=pass header.d=evil.example\" header.d=a.example\n\n",
	    "mx1: a.example" },
	{ "Authentication-Results: mx1; dkim=pass (x; dkim=pass header.d=evil.example) header.d=a.example\n\n",
	    "mx1: a.example" },
	{ "Authentication-Results: mx1; dkim=pass(a\\)b) header.d=a.example; DKIM=PASS Header.D=b.example\n\n",
	    "mx1: a.example b.example" },
	{ "Authentication-Results: mx1; dkim=pass header.i=@a.example\n\n", "mx1:" },
	{ "Authentication-Results: mx1; dkim=policy header.d=a.example\n\n", "mx1:" },
	{ "Authentication-Results:\n\n", ":" },
	{ "Authentication-Results: ;;;===(((\n\n", ":" },
	/* several of one server, and what others wrote below */
	{ "Return-Path: <a@b.example>\nX-Spam: no\nAuthentication-Results: mx1; dmarc=pass header.from=a.example\n"
	  "DKIM-Filter: x\nAuthentication-Results: MX1; dkim=pass header.d=a.example\nReceived: from x by mx1\n"
	  "Authentication-Results: mx1; dkim=pass header.d=evil.example\n\n",
	    "MX1: a.example" },
	{ "Received: from x by mx1\nAuthentication-Results: mx1; dkim=pass header.d=evil.example\n\n",
	    ":" },
	{ "Authentication-Results: mx1; spf=pass\nAuthentication-Results: mx2; dkim=pass header.d=evil.example\n\n",
	    "mx1:" },
	{ "Subject: x\nAuthentication-Results: mx1; dkim=pass header.d=evil.example\n\n", ":" },
};

static const struct {
	const char *org, *email, *id, *signed_by;
	bool proven;
	const char *name;
} reporters[] = {
	{ "google.com", "noreply-dmarc-support@google.com", "mx1", "google.com", true,
	    "google.com" },
	{ "google.com", "noreply-dmarc-support@google.com", "MX1", "mail.google.com", true,
	    "google.com" },
	{ "Enterprise Outlook", "dmarcreport@microsoft.com", "mx1", "microsoft.com", true,
	    "Enterprise Outlook (microsoft.com)" },
	/* somebody else's valid signature, and somebody else's server */
	{ "google.com", "noreply-dmarc-support@google.com", "mx1", "evil.example", false,
	    "google.com" },
	{ "google.com", "noreply-dmarc-support@google.com", "mx9", "google.com", false,
	    "google.com" },
	/* his own address, another's name: the name is shown with what was proven */
	{ "google.com", "a@evil.example", "mx1", "evil.example", false, "google.com" },
	{ "Enterprise Outlook", "a@evil.example", "mx1", "evil.example", true,
	    "Enterprise Outlook (evil.example)" },
	{ "x", "nobody", "mx1", "nobody", false, "x" },
	{ "", "dmarc@r.example", "mx1", "r.example", true, "r.example" },
	{ "evilgoogle.com", "a@evilgoogle.com", "mx1", "google.com", false, "evilgoogle.com" },
	{ "a.co.uk", "d@a.co.uk", "mx1", "b.co.uk", false, "a.co.uk" },
};

int
main(void)
{
	struct rep_str ids[] = { REP_S("mx0"), REP_S("mx1") };
	const struct rep_config_list own = { ids, 2 };
	char room[REP_REPORTER_NAME];

	arena = rep_arena_new(1 << 20);
	for (size_t i = 0; i < REP_COUNT(fields); i++)
		is_str(top(fields[i].header), fields[i].want, "field %zu", i + 1);
	for (size_t i = 0; i < REP_COUNT(reporters); i++) {
		struct rep_aggregate h = { .org = rep_str_c(reporters[i].org),
			.email = rep_str_c(reporters[i].email) };
		struct rep_auth_results r = { .id = rep_str_c(reporters[i].id),
			.passed = { rep_str_c(reporters[i].signed_by) },
			.passed_n = 1 };

		is_int(rep_reporter_proven(&h, &r, &own), reporters[i].proven,
		    "reporter %zu: proven", i + 1);
		is_str(rep_reporter_name(&h, room), reporters[i].name, "reporter %zu: its name",
		    i + 1);
	}
	rep_arena_free(arena);
	return done();
}
