/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"
#include "dns/zone.h"

#include "tap.h"

#include <stdlib.h>

/* --- limits ---------------------------------------------------------------------------------- */

static const int64_t DAY0 = INT64_C(1762128000000); /* the start of a day */

static void
test_limits(struct rep_arena *a)
{
	struct rep_limits l = { .a = a }, again = { .a = a };
	struct rep_str z = REP_S("bl.example");
	int64_t until = 0;
	struct rep_buf b;
	unsigned n = 0;

	is_int(rep_limit_take(&l, z, 10, 5, DAY0, &until), REP_LIMIT_GO, "the first one goes");
	is_int(
	    rep_limit_take(&l, z, 10, 5, DAY0 + 50, &until), REP_LIMIT_WAIT, "the next one waits");
	ok(until > DAY0 + 100 && until <= DAY0 + 120, "for a tenth of a second and a bit");
	is_int(rep_limit_take(&l, REP_S("other.example"), 10, 5, DAY0 + 50, &until), REP_LIMIT_GO,
	    "another list does not wait");
	for (int64_t t = DAY0 + 1000; t < DAY0 + 10000; t += 7)
		n += rep_limit_take(&l, z, 10, 5, t, &until) == REP_LIMIT_GO;
	is_int(n, 4, "five a day, one of them gone before");
	is_int(rep_limit_take(&l, z, 10, 5, DAY0 + 86399999, &until), REP_LIMIT_DAY,
	    "until the day ends");
	is_int(rep_limit_take(&l, z, 10, 5, DAY0 + 86400000, &until), REP_LIMIT_GO,
	    "then a new one begins");
	rep_buf_init(&b, 4096);
	rep_limits_write(&l, &b);
	rep_limits_read(&again, rep_buf_str(&b));
	is_int((int64_t)again.n, 2, "what was written is read");
	is_int((int64_t)again.v[0].count, 1, "with its count");
	is_int(rep_limit_take(&again, z, 10, 5, DAY0 + 86400050, &until), REP_LIMIT_WAIT,
	    "and the moment of the last one");
	is_int(rep_limit_take(&again, z, 10, 5, DAY0 - 86400000 * 3, &until), REP_LIMIT_DAY,
	    "a clock put back by days: no");
	again = (struct rep_limits){ .a = a };
	rep_limits_read(&again, REP_S("bl.example x y\n# a comment\n\n"));
	rep_buf_clear(&b);
	rep_limits_write(&again, &b);
	again = (struct rep_limits){ .a = a };
	rep_limits_read(&again, rep_buf_str(&b));
	is_int(rep_limit_take(&again, z, 10, 5, DAY0, &until), REP_LIMIT_DAY,
	    "what cannot be read is a day used up, written again or not");
	is_int(rep_limit_take(&again, z, 10, 5, DAY0 + 86400000, &until), REP_LIMIT_GO,
	    "and tomorrow is another");
	rep_buf_fini(&b);
}

/* --- lists ------------------------------------------------------------------------------------- */

static const char lists_text[] =
    "list bl.example {\n about address\n family v4\n tier 1\n code 127.0.0.2 abuse \"spam\"\n"
    " code 127.0.0.10-127.0.0.12 policy \"dynamic\"\n error 127.0.0.255 \"no\"\n test 127.0.0.2\n rate 50\n"
    " daily 999999\n terms own yes neighbours no business unknown\n}\n"
    "list not.example {\n about address\n family v4\n code 127.0.0.2 abuse \"x\"\n test 127.0.0.2\n terms own unknown\n}\n"
    "list KEY.secret.example {\n about address\n family v4\n key k\n code 127.0.0.2 abuse \"x\"\n test 127.0.0.2\n"
    " terms own yes\n}\n"
    "list dead.example {\n dead \"since ever\"\n}\n";

static struct rep_str
no_key(void *ctx, struct rep_str name)
{
	(void)ctx;
	(void)name;
	return (struct rep_str){ "", 0 };
}

struct counted {
	struct rep_dns_view below;
	unsigned asked;
};

static const struct rep_dns_answer *
count_and_get(void *ctx, const struct rep_dns_at *at, const struct rep_name *name, uint16_t type)
{
	struct counted *c = ctx;

	c->asked++;
	return c->below.get(c->below.ctx, at, name, type);
}

static const struct {
	const char *name, *zone;
	enum rep_sweep_state state;
	int word; /* -1: do not check */
	unsigned asked;
} sweeps[] = {
	{ "clean", "2.0.0.127.bl.example A 127.0.0.2", REP_SWEEP_CLEAN, -1, 3 },
	{ "listed", "2.0.0.127.bl.example A 127.0.0.2\n7.2.0.192.bl.example A 127.0.0.2",
	    REP_SWEEP_LISTED, REP_LIST_ABUSE, 4 },
	{ "policy", "2.0.0.127.bl.example A 127.0.0.2\n7.2.0.192.bl.example A 127.0.0.11",
	    REP_SWEEP_LISTED, REP_LIST_POLICY, 4 },
	{ "both: the worse",
	    "2.0.0.127.bl.example A 127.0.0.2\n7.2.0.192.bl.example A 127.0.0.11\n7.2.0.192.bl.example A 127.0.0.2",
	    REP_SWEEP_LISTED, REP_LIST_ABUSE, 4 },
	{ "its error", "2.0.0.127.bl.example A 127.0.0.255", REP_SWEEP_UNKNOWN, -1, 1 },
	{ "anybody's error", "2.0.0.127.bl.example A 127.255.255.1", REP_SWEEP_UNKNOWN, -1, 1 },
	{ "127.0.0.1", "2.0.0.127.bl.example A 127.0.0.1", REP_SWEEP_UNKNOWN, -1, 1 },
	{ "not of 127", "2.0.0.127.bl.example A 203.0.113.1", REP_SWEEP_UNKNOWN, -1, 1 },
	{ "no test entry", "bl.example A 192.0.2.1", REP_SWEEP_UNKNOWN, -1, 1 },
	{ "everything", "2.0.0.127.bl.example A 127.0.0.2\n1.0.0.127.bl.example A 127.0.0.2",
	    REP_SWEEP_UNKNOWN, -1, 2 },
	{ "a code nobody knows",
	    "2.0.0.127.bl.example A 127.0.0.2\n7.2.0.192.bl.example A 127.0.0.99",
	    REP_SWEEP_UNKNOWN, -1, 3 },
	{ "silence", "2.0.0.127.bl.example TIMEOUT", REP_SWEEP_UNKNOWN, -1, 1 },
	{ "silence at the address",
	    "2.0.0.127.bl.example A 127.0.0.2\n7.2.0.192.bl.example TIMEOUT", REP_SWEEP_UNKNOWN, -1,
	    3 },
};

static void
test_sweeps(struct rep_arena *a)
{
	struct rep_lists *lists = rep_arena_alloc(a, sizeof *lists);
	struct rep_sweep_subject subject = { .text = REP_S("192.0.2.7") };
	struct rep_sweep *s = rep_arena_alloc(a, sizeof *s);
	struct rep_err err;
	unsigned bad = 9;

	if (lists == NULL || s == NULL)
		abort();
	lists->a = a;
	ok(rep_lists_parse(lists, "t", rep_str_c(lists_text), NULL, NULL, &bad, &err) == REP_OK &&
		bad == 0,
	    "lists are read");
	is_int(lists->v[0].daily, REP_LIST_DAILY_MAX,
	    "a day is never longer than what is compiled in");
	(void)rep_ip_parse(subject.text, &subject.ip);
	for (size_t i = 0; i < REP_COUNT(sweeps); i++) {
		struct rep_zone_memory *z = rep_zone_memory_new(1 << 20);
		struct rep_limits limits = { .a = a };
		struct counted c = { .asked = 0 };
		struct rep_dns_view v = { count_and_get, &c };
		int64_t now = DAY0, until;

		if (rep_zone_memory_add(z, rep_str_c(sweeps[i].zone), &err) != REP_OK ||
		    rep_sweep_init(s, a, lists, &subject, 1, no_key, NULL, &limits, &err) != REP_OK)
			abort();
		c.below = rep_zone_memory_view(z);
		if (i == 0)
			is_int((int64_t)s->n, 1, "not asked: without a key, not allowed, dead");
		while (!rep_sweep_step(s, &v, now, &until))
			now = until;
		ok(s->v[0].hit[0].state == sweeps[i].state &&
			(sweeps[i].word < 0 || (int)s->v[0].hit[0].word == sweeps[i].word) &&
			(sweeps[i].state != REP_SWEEP_UNKNOWN || s->v[0].hit[0].why.n > 0),
		    "list: %s", sweeps[i].name);
		is_int(c.asked, sweeps[i].asked, "list, questions: %s", sweeps[i].name);
		rep_zone_memory_free(z);
	}
}

/* --- names, texts --------------------------------------------------------------------------------- */

static const struct {
	const char *host, *cloud; /* NULL: none */
	bool numbers;		  /* the name contains those of 192.0.2.7 */
} hosts[] = {
	{ "ec2-192-0-2-7.compute-1.amazonaws.com", "aws-ec2", true },
	{ "ec2-192-0-2-7.eu-west-1.compute.amazonaws.com", "aws-ec2", true },
	{ "a8-70.smtp-out.amazonses.com", "aws-ses", false },
	{ "7.2.0.192.bc.googleusercontent.com", "gcp", true },
	{ "static.7.2.0.192.clients.your-server.de", "hetzner", true },
	{ "vps-12ab34cd.vps.ovh.net", "ovh", false },
	{ "192-0-2-7.ip.linodeusercontent.com", "linode", true },
	{ "192.0.2.7.vultrusercontent.com", "vultr", true },
	{ "mail.example.com", NULL, false },
	{ "mx7.example.com", NULL, false },
	{ "c0000207.example.com", NULL, true },
	{ "192-0-2-8.example.com", NULL, false },
	{ "evil-amazonaws.com.example", NULL, false },
};

static void
keep_problem(void *ctx, const char *sentence)
{
	snprintf(ctx, 200, "%s", sentence);
}

static void
test_patterns(struct rep_arena *a)
{
	struct rep_clouds *c = rep_arena_alloc(a, sizeof *c);
	struct rep_err err = { .msg = "" };
	char told[200] = "";
	unsigned bad = 0;

	if (c == NULL)
		abort();
	*c = (struct rep_clouds){ .a = a };
	ok(rep_clouds_parse(c, "x.clouds",
	       REP_S("cloud x {\n pattern a b c d e f g h i j k l m n o p q\n}\n"), keep_problem,
	       told, &bad, &err) == REP_OK &&
		bad == 1 && c->v[0].patterns == REP_CLOUD_PATTERNS,
	    "the 17th pattern of a cloud is a mistake");
	ok(strncmp(told, "x.clouds:2:2: too many patterns", 31) == 0, "and is told: %s", told);
}

static void
test_names(struct rep_arena *a)
{
	struct rep_clouds *c = rep_arena_alloc(a, sizeof *c);
	struct rep_ip ip;
	struct rep_err err;

	if (c == NULL)
		abort();
	c->a = a;
	(void)rep_ip_parse(REP_S("192.0.2.7"), &ip);
	ok(rep_clouds_builtin(c, &err) == REP_OK && c->n > 8, "clouds are read");
	for (size_t i = 0; i < REP_COUNT(hosts); i++) {
		const struct rep_cloud *found = rep_cloud_of(c, rep_str_c(hosts[i].host));

		is_str(found != NULL ? found->id : REP_S(""),
		    hosts[i].cloud != NULL ? hosts[i].cloud : "", "cloud of %s", hosts[i].host);
		ok(rep_cloud_numbers(rep_str_c(hosts[i].host), &ip) == hosts[i].numbers,
		    "numbers in %s", hosts[i].host);
	}
}

static void
test_texts(struct rep_arena *a)
{
	char longest[600];
	struct rep_str q;

	memset(longest, 'x', sizeof longest);
	is_str(rep_shown(a,
		   REP_S("a\x1b[31m\xff"
			 "b"),
		   100),
	    "a\\x1b[31m\\xffb", "shown: nothing that steers");
	is_str(rep_shown(a, REP_S("abcdef"), 3), "abc... (6 bytes)", "shown: cut, and said so");
	is_str(rep_txt_quoted(a, REP_S("a\"b\\c")), "\"a\\\"b\\\\c\"", "quoted");
	q = rep_txt_quoted(a, (struct rep_str){ longest, 600 });
	ok(q.n == 600 + 2 + 2 * 3 && rep_str_find(q, REP_S("x\" \"x"), 0) == 255,
	    "quoted in strings of 255");
}

static void
test_findings(struct rep_arena *a)
{
	static struct rep_findings f;

	rep_findings_init(&f, a);
	(void)rep_finding_add(&f, REP_FINDING_DMARC_NONE, REP_S("x"), REP_S("e"));
	ok(!rep_findings_trouble(&f), "information is no trouble");
	(void)rep_finding_add(&f, REP_FINDING_SPF_PTR, REP_S("x"), REP_S("e"));
	(void)rep_finding_add(&f, REP_FINDING_SPF_MISSING, REP_S("x"), REP_S("e"));
	(void)rep_finding_add(&f, REP_FINDING_SPF_MISSING, REP_S("x"), REP_S("e"));
	is_int((int64_t)f.n, 3, "the same twice is one");
	rep_findings_sort(&f);
	ok(strcmp(f.v[0].id, "spf-missing") == 0 && strcmp(f.v[2].id, "dmarc-none") == 0 &&
		rep_findings_trouble(&f),
	    "worst first");
}

static void
test_takes_mail(struct rep_arena *a)
{
	static const struct {
		const char *name, *zone;
		enum rep_takes_mail takes;
		const char *why; /* of REP_TAKES_NONE */
	} rows[] = {
		{ "an MX", "x.example MX 10 m.example\nm.example A 192.0.2.1", REP_TAKES_MAIL, "" },
		{ "one of two MX",
		    "x.example MX 10 g.example\nx.example MX 20 m.example\n"
		    "m.example AAAA 2001:db8::1",
		    REP_TAKES_MAIL, "" },
		{ "its own address", "x.example A 192.0.2.1", REP_TAKES_MAIL, "" },
		{ "a null MX", "x.example MX 0 .\nx.example A 192.0.2.1", REP_TAKES_NONE,
		    "it takes no mail (null MX)" },
		{ "a dead MX", "x.example MX 10 g.example\nx.example A 192.0.2.1", REP_TAKES_NONE,
		    "none of its MX has a public address" },
		{ "nothing", "x.example TXT x", REP_TAKES_NONE,
		    "it has no MX and no public address" },
		{ "no domain", "y.example A 192.0.2.1", REP_TAKES_NONE, "there is no such domain" },
		{ "DNS fails", "x.example SERVFAIL", REP_TAKES_UNKNOWN, "" },
		{ "DNS fails for the MX", "x.example MX 10 m.example\nm.example TIMEOUT",
		    REP_TAKES_UNKNOWN, "" },
	};
	/* Just inside and just outside of each special network. */
	static const char *const inside[] = { "0.255.255.255", "10.0.0.0", "172.16.0.0",
		"172.31.255.255", "192.168.0.1", "100.64.0.0", "100.127.255.255", "127.0.0.1",
		"169.254.169.254", "192.0.0.255", "198.18.0.1", "198.19.255.255", "224.0.0.1",
		"239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "100::1", "fc00::1",
		"fdff::1", "fe80::1", "febf::1", "ff02::1" };
	static const char *const outside[] = { "1.0.0.0", "11.0.0.0", "172.15.255.255",
		"172.32.0.0", "192.167.255.255", "192.169.0.0", "100.63.255.255", "100.128.0.0",
		"128.0.0.0", "169.253.255.255", "192.0.1.0", "192.0.2.1", "198.17.255.255",
		"198.20.0.0", "223.255.255.255", "2001:db8::1", "::2", "100:0:0:1::1", "fbff::1",
		"fe7f::1" };
	enum rep_takes_mail takes;
	struct rep_name domain;
	struct rep_err err;
	const char *why;

	if (!rep_name_raw(REP_S("x.example"), &domain))
		abort();
	for (size_t i = 0; i < REP_COUNT(rows) + REP_COUNT(inside) + REP_COUNT(outside); i++) {
		struct rep_zone_memory *m = rep_zone_memory_new(1 << 20);
		size_t k = i - REP_COUNT(rows), j = k - REP_COUNT(inside);
		const char *ip = i < REP_COUNT(rows) ? NULL
		    : k < REP_COUNT(inside)	     ? inside[k]
						     : outside[j];
		struct rep_str zone = ip == NULL ? rep_str_c(rows[i].zone)
						 : rep_arena_printf(a, "x.example %s %s",
						       strchr(ip, ':') != NULL ? "AAAA" : "A", ip);
		struct rep_dns_view v;

		if (m == NULL || rep_zone_memory_add(m, zone, &err) != REP_OK)
			abort();
		v = rep_zone_memory_view(m);
		why = "";
		ok(rep_audit_takes_mail(&domain, &v, &takes, &why) &&
			takes ==
			    (ip == NULL			    ? rows[i].takes
				    : k < REP_COUNT(inside) ? REP_TAKES_NONE
							    : REP_TAKES_MAIL),
		    "takes mail: %s", ip != NULL ? ip : rows[i].name);
		if (ip == NULL && takes == REP_TAKES_NONE)
			is_str(rep_str_c(why), rows[i].why, "and why not");
		rep_zone_memory_free(m);
	}
}

static void
test_name_servers(struct rep_arena *a)
{
	static const struct {
		const char *name, *zone, *found; /* the evidence; "": nothing */
	} rows[] = {
		{ "two",
		    "x.example NS a.example\nx.example NS b.example\na.example A 192.0.2.1\n"
		    "b.example A 198.51.100.1",
		    "" },
		{ "one", "x.example NS a.example\na.example A 192.0.2.1",
		    "x.example has one name server: a.example" },
		{ "one, of two families",
		    "x.example NS a.example\na.example A 192.0.2.1\na.example AAAA 2001:db8::1",
		    "x.example has one name server: a.example" },
		{ "two with one address",
		    "x.example NS a.example\nx.example NS b.example\n"
		    "a.example A 192.0.2.1\nb.example A 192.0.2.1",
		    "x.example has 2 name servers with one address" },
		{ "one, seen from inside", "x.example NS a.example\na.example A 10.0.0.1", "" },
		{ "one that has no address",
		    "x.example NS a.example\nx.example NS b.example\n"
		    "x.example NS c.example\na.example A 192.0.2.1\n"
		    "b.example A 198.51.100.1",
		    "c.example: NXDOMAIN, no such name" },
		{ "of the zone above", "example NS a.example\nx.example A 192.0.2.9", "" },
	};
	static struct rep_findings f;
	struct rep_audit_zone *z = rep_arena_alloc(a, sizeof *z);
	struct rep_audit_dkim *dkim = rep_arena_alloc(a, sizeof *dkim);
	struct rep_audit_in in = { .domain_text = REP_S("x.example") };
	struct rep_err err;

	if (z == NULL || dkim == NULL || !rep_name_raw(in.domain_text, &in.domain))
		abort();
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_zone_memory *m = rep_zone_memory_new(1 << 20);
		struct rep_dns_view v;

		if (m == NULL || rep_zone_memory_add(m, rep_str_c(rows[i].zone), &err) != REP_OK)
			abort();
		v = rep_zone_memory_view(m);
		rep_findings_init(&f, a);
		ok(rep_audit_zone(&in, &v, dkim, z, &f), "name servers: %s", rows[i].name);
		is_str(f.n == 1 ? f.v[0].evidence : REP_S(""), rows[i].found, "what is found");
		rep_zone_memory_free(m);
	}
}

/* --- the order ----------------------------------------------------------------------------------- */

/* Ten blocked senders: what is found, in any order, and what each of them has to fix first. */
static const struct {
	const char *sender;
	enum rep_finding_id found[6], first[6];
	size_t n;
} senders[] = {
	{ "a new VPS: no PTR, on the PBL, no DMARC",
	    { REP_FINDING_DMARC_MISSING, REP_FINDING_LISTED_POLICY, REP_FINDING_PTR_MISSING },
	    { REP_FINDING_LISTED_POLICY, REP_FINDING_PTR_MISSING, REP_FINDING_DMARC_MISSING }, 3 },
	{ "EC2 with the cloud's name, an old include",
	    { REP_FINDING_SPF_DEAD_INCLUDE, REP_FINDING_PTR_GENERIC, REP_FINDING_HELO_UNCONFIRMED },
	    { REP_FINDING_PTR_GENERIC, REP_FINDING_HELO_UNCONFIRMED, REP_FINDING_SPF_DEAD_INCLUDE },
	    3 },
	{ "a hijacked account: on Spamhaus, SPF too long",
	    { REP_FINDING_SPF_TOO_MANY_LOOKUPS, REP_FINDING_LISTED_MINOR,
		REP_FINDING_LISTED_ABUSE },
	    { REP_FINDING_LISTED_ABUSE, REP_FINDING_SPF_TOO_MANY_LOOKUPS,
		REP_FINDING_LISTED_MINOR },
	    3 },
	{ "moved to a new address that SPF does not name",
	    { REP_FINDING_DKIM_KEY_WEAK, REP_FINDING_SPF_DOES_NOT_COVER,
		REP_FINDING_PTR_UNCONFIRMED },
	    { REP_FINDING_PTR_UNCONFIRMED, REP_FINDING_SPF_DOES_NOT_COVER,
		REP_FINDING_DKIM_KEY_WEAK },
	    3 },
	{ "two SPF records, a dead MX, neighbours on UCEPROTECT",
	    { REP_FINDING_MX_DEAD, REP_FINDING_LISTED_RANGE, REP_FINDING_SPF_SEVERAL },
	    { REP_FINDING_SPF_SEVERAL, REP_FINDING_MX_DEAD, REP_FINDING_LISTED_RANGE }, 3 },
	{ "signs with a key that is gone, no MTA-STS report",
	    { REP_FINDING_TLS_RPT_MISSING, REP_FINDING_DKIM_KEY_MISSING, REP_FINDING_DMARC_NONE },
	    { REP_FINDING_DKIM_KEY_MISSING, REP_FINDING_DMARC_NONE, REP_FINDING_TLS_RPT_MISSING },
	    3 },
	{ "the zone is bogus, so nothing else can be seen",
	    { REP_FINDING_LISTS_UNKNOWN, REP_FINDING_DNSSEC_BOGUS, REP_FINDING_PTR_FOREIGN },
	    { REP_FINDING_DNSSEC_BOGUS, REP_FINDING_PTR_FOREIGN, REP_FINDING_LISTS_UNKNOWN }, 3 },
	{ "a name in the wrong place, and so no DMARC",
	    { REP_FINDING_DMARC_MISSING, REP_FINDING_RECORD_AT_WRONG_NAME, REP_FINDING_SPF_PTR },
	    { REP_FINDING_RECORD_AT_WRONG_NAME, REP_FINDING_DMARC_MISSING, REP_FINDING_SPF_PTR },
	    3 },
	{ "the domain is on a list, and anybody may send as it",
	    { REP_FINDING_SPF_PASS_ALL, REP_FINDING_LISTED_DOMAIN, REP_FINDING_DMARC_MISSING },
	    { REP_FINDING_LISTED_DOMAIN, REP_FINDING_SPF_PASS_ALL, REP_FINDING_DMARC_MISSING }, 3 },
	{ "all sound but for what concerns mail that comes in",
	    { REP_FINDING_MTA_STS_MAX_AGE, REP_FINDING_NS_FEW, REP_FINDING_MX_CNAME,
		REP_FINDING_DMARC_NO_RUA },
	    { REP_FINDING_DMARC_NO_RUA, REP_FINDING_MX_CNAME, REP_FINDING_NS_FEW,
		REP_FINDING_MTA_STS_MAX_AGE },
	    4 },
};

static void
test_order(struct rep_arena *a)
{
	struct rep_findings *f = malloc(sizeof *f);

	for (size_t i = 0; f != NULL && i < REP_COUNT(senders); i++) {
		bool right = true;

		rep_findings_init(f, a);
		for (size_t k = 0; k < senders[i].n; k++) {
			struct rep_finding *x = rep_finding_add(
			    f, senders[i].found[k], REP_S("shop.example"), REP_S("seen"));

			if (x->number == REP_FINDING_LISTED_POLICY)
				x->severity = REP_SERIOUS; /* an own address on the PBL */
		}
		rep_findings_sort(f);
		for (size_t k = 0; k < senders[i].n; k++)
			right = right && f->v[k].number == senders[i].first[k];
		ok(right, "order: %s", senders[i].sender);
	}
	free(f);
}

int
main(void)
{
	struct rep_arena *a = rep_arena_new(64 << 20);

	if (a == NULL)
		return 1;
	test_limits(a);
	test_sweeps(a);
	test_patterns(a);
	test_names(a);
	test_texts(a);
	test_findings(a);
	test_order(a);
	test_takes_mail(a);
	test_name_servers(a);
	rep_arena_free(a);
	return done();
}
