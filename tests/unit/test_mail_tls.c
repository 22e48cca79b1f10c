/*
 * tests/unit/test_mail_tls.c -- auth/: MTA-STS policies, TLS-RPT and BIMI records, TLSA records.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "auth/caa.h"
#include "auth/mta_sts.h"
#include "auth/tlsa.h"

#include "tap.h"

static const struct {
	const char *name, *text, *why; /* why: a part of the reason; NULL: the policy is good */
} policies[] = {
	{ "the least", "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 86400\n", NULL },
	{ "CRLF, and no end of the last line",
	    "version: STSv1\r\nmode: testing\r\nmx: *.a.example\r\nmax_age: 1", NULL },
	{ "none needs no mx", "version: STSv1\nmode: none\nmax_age: 1", NULL },
	{ "unknown keys", "version: STSv1\nx: y\nmode: none\nmax_age: 1", NULL },
	{ "the first mode counts", "version: STSv1\nmode: none\nmode: x\nmax_age: 1", NULL },
	{ "the first mode is bad", "version: STSv1\nmode: x\nmode: none\nmax_age: 1", "the mode" },
	{ "no mx", "version: STSv1\nmode: enforce\nmax_age: 1", "no mx" },
	{ "a mx with a blank", "version: STSv1\nmode: enforce\nmx: a b.example\nmax_age: 1",
	    "not a host name" },
	{ "two hosts in one mx",
	    "version: STSv1\nmode: enforce\nmx: a.example, b.example\nmax_age: 1",
	    "not a host name" },
	{ "a dot for a star", "version: STSv1\nmode: enforce\nmx: .a.example\nmax_age: 1",
	    "not a host name" },
	{ "a URL", "version: STSv1\nmode: enforce\nmx: smtp://a.example\nmax_age: 1",
	    "not a host name" },
	{ "max_age above the maximum", "version: STSv1\nmode: none\nmax_age: 31557601", "max_age" },
	{ "another version", "version: STSv2\nmode: none\nmax_age: 1", "version" },
	{ "HTML", "<html>\n<title>Not found</title>\n", "no key and value" },
};

static void
test_policies(void)
{
	struct rep_sts_policy p, q;
	struct rep_buf b;

	for (size_t i = 0; i < REP_COUNT(policies); i++) {
		rep_sts_policy_parse(rep_str_c(policies[i].text), &p);
		ok(p.good == (policies[i].why == NULL) &&
			(p.good || strstr(p.why, policies[i].why) != NULL),
		    "policy: %s (%s)", policies[i].name, p.why);
		if (!p.good)
			continue;
		rep_buf_init(&b, REP_STS_POLICY_MAX);
		rep_sts_policy_write(&p, &b);
		rep_sts_policy_parse(rep_buf_str(&b), &q);
		ok(q.good && q.mode == p.mode && q.mx_n == p.mx_n && q.max_age_s == p.max_age_s,
		    "written and read again: %s", policies[i].name);
		rep_buf_fini(&b);
	}
	rep_sts_policy_parse(
	    REP_S("version: STSv1\nmode: enforce\nmx: a.example\nmx: *.b.example\nmax_age: 1"), &p);
	ok(rep_sts_allows(&p, REP_S("A.example")) && rep_sts_allows(&p, REP_S("x.b.example")) &&
		!rep_sts_allows(&p, REP_S("b.example")) &&
		!rep_sts_allows(&p, REP_S("x.y.b.example")),
	    "a star is one label");
}

/* is_record and fault of MTA-STS and BIMI records. */
static const struct {
	const char *text;
	bool sts, bimi; /* it is such a record */
	bool good;
} records[] = {
	{ "v=STSv1; id=1", true, false, true },
	{ "v=STSv1; id=20260101T000000;", true, false, true },
	{ "v=STSv1;", true, false, false },
	{ "v=STSv1; id=", true, false, false },
	{ "v=STSv1; id=2026-01-01", true, false, false },
	{ "v=STSv1; id=123456789012345678901234567890123", true, false, false },
	{ "v=STSv1, id=1", false, false, false },
	{ "v=STSv12; id=1", false, false, false },
	{ "v=BIMI1; l=https://a.example/l.svg", false, true, true },
	{ "v=BIMI1; l=; a=", false, true, true },
	{ "v=BIMI1; l=http://a.example/l.svg", false, true, false },
	{ "v=BIMI1; l=https://a.example/l.svg; a=http://a.example/v.pem", false, true, false },
	{ "v=BIMI1; a=https://a.example/v.pem", false, true, false },
	{ "v=BIMI1; l", false, true, false },
};

static void
test_records(void)
{
	for (size_t i = 0; i < REP_COUNT(records); i++) {
		struct rep_str t = rep_str_c(records[i].text);

		ok(rep_sts_is_record(t) == records[i].sts &&
			rep_bimi_is_record(t) == records[i].bimi,
		    "what it is: %s", records[i].text);
		if (records[i].sts)
			ok((rep_sts_record_fault(t) == NULL) == records[i].good, "good or not: %s",
			    records[i].text);
		if (records[i].bimi)
			ok((rep_bimi_record_fault(t) == NULL) == records[i].good, "good or not: %s",
			    records[i].text);
	}
}

static const struct {
	const char *text;
	bool good;
	const char *host; /* of the first URI */
} reports[] = {
	{ "v=TLSRPTv1; rua=mailto:t@a.example", true, "a.example" },
	{ "v=TLSRPTv1;rua=mailto:t@a.example,https://r.b.example/v1", true, "a.example" },
	{ "v=TLSRPTv1; rua=MAILTO:t@a.example?subject=x", true, "a.example" },
	{ "v=TLSRPTv1; rua=https://r.b.example:8443/v1?x=@y", true, "r.b.example" },
	{ "v=TLSRPTv1; rua=https://u@r.b.example", true, "r.b.example" },
	{ "v=TLSRPTv1; rua=mailto:t@a.example; rua=mailto:t@b.example;", true, "a.example" },
	{ "v=TLSRPTv1; x=y; rua=mailto:t@a.example ; ", true, "a.example" },
	{ "v=TLSRPTv1;; rua=mailto:t@a.example", false, "a.example" },
	{ "v=TLSRPTv1 rua=mailto:t@a.example", false, NULL },
	{ "v=tlsrptv1; rua=mailto:t@a.example", false, "a.example" },
	{ "v=TLSRPTv1; rua=mailto: t@a.example", false, "" },
	{ "v=TLSRPTv1; rua=mailto://t@a.example", false, "" },
	{ "v=TLSRPTv1; rua=mailto:t@a.example mailto:u@a.example", false, "" },
	{ "v=TLSRPTv1; rua=t@a.example", false, "" },
	{ "v=TLSRPTv1; rua=mailto:a.example", false, "" },
	{ "v=TLSRPTv1; rua=mailto:@a.example", false, "" },
	{ "v=TLSRPTv1; rua=mailto:t@localhost", false, "" },
	{ "v=TLSRPTv1; rua=http://a.example/", false, "" },
	{ "v=TLSRPTv1; rua=mailto:t@a.example,", false, "a.example" },
	{ "v=TLSRPTv1; rua=", false, NULL },
	{ "v=TLSRPTv1;", false, NULL },
	{ "v=TLSRPTv1; rua", false, NULL },
};

static void
test_reports(void)
{
	struct rep_tlsrpt r;

	for (size_t i = 0; i < REP_COUNT(reports); i++) {
		rep_tlsrpt_parse(rep_str_c(reports[i].text), &r);
		ok(r.good == reports[i].good && (r.n > 0) == (reports[i].host != NULL),
		    "good or not: %s (%s)", reports[i].text, r.why);
		if (r.n > 0 && reports[i].host != NULL)
			is_str(r.uri[0].host, reports[i].host, "its host");
	}
}

static void
test_tlsa(void)
{
	static const struct {
		const char *name, *head; /* usage, selector and matching type as digits */
		const char *begins;	 /* the data, filled with 'x' */
		size_t n;
		const char *why; /* a part of it; NULL: usable */
	} rows[] = {
		{ "3 1 1", "311", "", 32, NULL },
		{ "2 0 1", "201", "", 32, NULL },
		{ "3 1 2", "312", "", 64, NULL },
		{ "usage 0", "011", "", 32, "usage 0" },
		{ "usage 1", "111", "", 32, "usage 1" },
		{ "usage 4", "411", "", 32, "does not exist" },
		{ "selector 2", "321", "", 32, "selector 2" },
		{ "matching type 3", "313", "", 32, "matching type 3" },
		{ "SHA-1", "311", "", 20, "20 bytes; SHA-256 has 32" },
		{ "SHA-256 said to be SHA-512", "312", "", 32, "32 bytes; SHA-512 has 64" },
		{ "hex written as text", "311", "", 64, "64 bytes" },
		{ "a whole key", "310", "\x30\x1e", 32, NULL },
		{ "a whole key, long", "300", "\x30\x82\x01\x04", 264, NULL },
		{ "a key that is cut", "310", "\x30\x82\x01\x04", 32, "no public key" },
		{ "no certificate", "200", "\x31\x1e", 32, "no certificate" },
		{ "no data", "311", "", 0, "too short" },
	};
	struct rep_tlsa t;

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_str begins = rep_str_c(rows[i].begins);
		char raw[300];

		memset(raw, 'x', sizeof raw);
		for (size_t k = 0; k < 3; k++)
			raw[k] = (char)(rows[i].head[k] - '0');
		memcpy(raw + 3, begins.p, begins.n);
		rep_tlsa_parse((struct rep_str){ raw, rows[i].n + 3 }, &t);
		ok(t.usable == (rows[i].why == NULL) &&
			(t.usable || strstr(t.why, rows[i].why) != NULL),
		    "TLSA: %s (%s)", rows[i].name, t.why);
	}
}

/* The hash of "abc" in FIPS 180-4, B.1. */
static void
test_tlsa_fits(void)
{
	static const unsigned char abc[] = { 3, 1, 1, 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf,
		0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96,
		0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad };
	struct rep_str der = REP_S("\x30\x01x"), other = REP_S("\x30\x01y");
	char raw[sizeof abc], hex[REP_TLSA_HEX];
	struct rep_tlsa t;

	memcpy(raw, abc, sizeof raw);
	rep_tlsa_parse((struct rep_str){ raw, sizeof raw }, &t);
	ok(rep_tlsa_fits(&t, other, REP_S("abc")), "3 1 1 is the hash of the key");
	ok(!rep_tlsa_fits(&t, REP_S("abc"), other), "and not of the certificate");
	raw[1] = 0;
	rep_tlsa_parse((struct rep_str){ raw, sizeof raw }, &t);
	ok(rep_tlsa_fits(&t, REP_S("abc"), other) && !rep_tlsa_fits(&t, other, REP_S("abc")),
	    "3 0 1 is that of the certificate");
	raw[0] = 1;
	rep_tlsa_parse((struct rep_str){ raw, sizeof raw }, &t);
	ok(!rep_tlsa_fits(&t, REP_S("abc"), other), "a record that no sender uses fits nothing");
	rep_tlsa_parse(REP_S("\3\1\0\x30\x01x"), &t);
	ok(rep_tlsa_fits(&t, other, der) && !rep_tlsa_fits(&t, der, other),
	    "3 1 0 is the key itself");
	ok(strcmp(rep_tlsa_sha256(REP_S("abc"), hex),
	       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") == 0,
	    "SHA-256 as text");
}

/* --- CAA ---------------------------------------------------------------------------------------- */

static const struct {
	const char *raw, *issuer; /* "\x80" for the flags; the length of the tag is put in */
	enum rep_caa_kind kind;
	bool critical, good;
	const char *meant, *issuers; /* NULL: it cannot be told */
} authorities[] = {
	{ "0issue ca.example", "ca.example", REP_CAA_ISSUE, false, true, NULL, "ca.example" },
	{ "1issue ca.example", "ca.example", REP_CAA_ISSUE, true, true, NULL, "ca.example" },
	{ "0ISSUE  ca.example ; account=1; x = y ", "ca.example", REP_CAA_ISSUE, false, true, NULL,
	    NULL },
	{ "0issue ;", "", REP_CAA_ISSUE, false, true, NULL, NULL },
	{ "0issue ", "", REP_CAA_ISSUE, false, true, NULL, NULL },
	{ "0issue %%%%", "", REP_CAA_ISSUE, false, false, NULL, NULL },
	{ "0issue ca", "", REP_CAA_ISSUE, false, false, NULL, NULL },
	{ "0issue \"ca.example\"", "", REP_CAA_ISSUE, false, false, NULL, "ca.example" },
	{ "0issue ca.example, b.example", "", REP_CAA_ISSUE, false, false, NULL,
	    "ca.example b.example" },
	{ "0issue ca.example; b.example", "", REP_CAA_ISSUE, false, false, NULL,
	    "ca.example b.example" },
	{ "0issue ca.example.", "", REP_CAA_ISSUE, false, false, NULL, "ca.example" },
	{ "0issue https://www.ca.example/x", "", REP_CAA_ISSUE, false, false, NULL, "ca.example" },
	{ "0issue 0 issue \"ca.example\"", "", REP_CAA_ISSUE, false, false, NULL, "ca.example" },
	{ "0issue -ca.example", "", REP_CAA_ISSUE, false, false, NULL, NULL },
	{ "0issue ca-.example", "", REP_CAA_ISSUE, false, false, NULL, NULL },
	{ "0issuewild ca.example", "ca.example", REP_CAA_ISSUEWILD, false, true, NULL,
	    "ca.example" },
	{ "0iodef mailto:a@b", "", REP_CAA_OTHER, false, true, NULL, NULL },
	{ "0issuemail ca.example", "", REP_CAA_OTHER, false, true, NULL, "ca.example" },
	{ "1tbs x", "", REP_CAA_UNKNOWN, true, true, NULL, NULL },
	{ "0isue ca.example", "", REP_CAA_UNKNOWN, false, true, "issue", "ca.example" },
	{ "0issuewld ca.example", "", REP_CAA_UNKNOWN, false, true, "issuewild", "ca.example" },
	{ "0is-ue ca.example", "", REP_CAA_UNKNOWN, false, false, NULL, NULL },
};

/* The data of a record. */
static struct rep_str
caa(const char *text, char out[128])
{
	struct rep_str s = rep_str_c(text);
	size_t tag = rep_str_chr(s, ' ', 0) - 1;

	out[0] = (char)(text[0] == '1' ? 0x80 : 0);
	out[1] = (char)tag;
	memcpy(out + 2, s.p + 1, tag);
	memcpy(out + 2 + tag, s.p + tag + 2, s.n - tag - 2);
	return (struct rep_str){ out, s.n };
}

static void
is_judged(const char *name, const char *const texts[3], enum rep_caa_word host,
    enum rep_caa_word wildcard)
{
	struct rep_caa v[3];
	char raw[3][128];
	size_t n = 0;

	for (; n < 3 && texts[n] != NULL; n++)
		rep_caa_parse(caa(texts[n], raw[n]), &v[n]);
	ok(rep_caa_judge(v, n, false) == host && rep_caa_judge(v, n, true) == wildcard, "CAA: %s",
	    name);
}

static void
test_caa(void)
{
	char raw[128];
	struct rep_caa c;
	struct rep_buf b;

	rep_buf_init(&b, 1024);
	for (size_t i = 0; i < REP_COUNT(authorities); i++) {
		const char *meant;

		rep_caa_parse(caa(authorities[i].raw, raw), &c);
		is_str(c.issuer, authorities[i].issuer, "CAA: %s (%s)", authorities[i].raw, c.why);
		meant = rep_caa_meant(&c);
		ok(c.kind == authorities[i].kind && c.critical == authorities[i].critical &&
			c.good == authorities[i].good &&
			(meant == authorities[i].meant ||
			    (meant != NULL && authorities[i].meant != NULL &&
				strcmp(meant, authorities[i].meant) == 0)),
		    "and what it is");
		if (authorities[i].issuers == NULL)
			continue;
		rep_buf_clear(&b);
		ok(rep_caa_issuers(c.value, &b), "its authorities can be told");
		is_str(rep_buf_str(&b), authorities[i].issuers, "and these are they");
	}
	rep_buf_clear(&b);
	ok(!rep_caa_issuers(REP_S("ca.example; account=1"), &b), "a parameter is no authority");
	rep_buf_fini(&b);
	rep_caa_parse(REP_S("\0\5issu"), &c);
	ok(!c.good && c.kind == REP_CAA_UNKNOWN, "CAA: the tag goes beyond the end");
	rep_caa_parse(REP_S(""), &c);
	ok(!c.good && !c.critical, "CAA: empty");
	is_judged("none", (const char *const[3]){ NULL }, REP_CAA_ANYBODY, REP_CAA_ANYBODY);
	is_judged("iodef alone", (const char *const[3]){ "0iodef mailto:a@b", NULL },
	    REP_CAA_ANYBODY, REP_CAA_ANYBODY);
	is_judged("one", (const char *const[3]){ "0issue ca.example", "0issue ;", NULL },
	    REP_CAA_SOME, REP_CAA_SOME);
	is_judged("no wildcard",
	    (const char *const[3]){ "0issue ca.example", "0issuewild ;", NULL }, REP_CAA_SOME,
	    REP_CAA_NOBODY);
	is_judged("wildcard alone",
	    (const char *const[3]){ "0issue ;", "0issuewild ca.example", NULL }, REP_CAA_NOBODY,
	    REP_CAA_SOME);
	is_judged("a critical one", (const char *const[3]){ "0issue ca.example", "1tbs x", NULL },
	    REP_CAA_NOBODY, REP_CAA_NOBODY);
	is_judged("an unknown one", (const char *const[3]){ "0tbs x", NULL }, REP_CAA_ANYBODY,
	    REP_CAA_ANYBODY);
}

int
main(void)
{
	test_policies();
	test_records();
	test_reports();
	test_caa();
	test_tlsa();
	test_tlsa_fits();
	return done();
}
