/*
 * unit/test_sender_names.c -- who the sources of reports are: by the services that their domains belong to, by providers of
 * mailboxes; and how receivers are spelt.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/known_sender.h"
#include "reported_world.h"

/* shared.example and what is below are hosts of service 7, below tenant.example are customers of service 8. */
static uint16_t
service_of(void *ctx, struct rep_str domain, struct rep_str *shared)
{
	struct rep_str p = REP_S("shared.example"), t = REP_S("tenant.example");

	(void)ctx;
	if (rep_str_ends(domain, p)) {
		*shared = rep_str_sub(domain, domain.n - p.n, p.n);
		return 7;
	}
	return rep_str_ends(domain, t) ? 8 : 0;
}

/* "service shared.example #7 3, signed crm.example through #7 1": sources as they are sorted, their service, messages. */
static struct rep_str
text_of(struct reports *w)
{
	struct rep_buf b;

	rep_buf_init(&b, 8192);
	for (size_t i = 0; i < w->is.sources_n; i++) {
		const struct rep_report_source *s = &w->is.sources[i];
		struct rep_str name =
		    rep_str_or(rep_reported_name(&w->reported, s->name), REP_S("-"));

		if (s->who == REP_SENDER_OWN)
			continue;
		rep_buf_printf(&b, "%s%s %.*s %s#%u %llu", b.n > 0 ? ", " : "",
		    rep_report_sender_word(s->who), REP_PR(name), s->through ? "through " : "",
		    s->service, (unsigned long long)s->sums.messages);
	}
	return rep_arena_take(w->a, &b);
}

static void
test_services(void)
{
	static const struct {
		const char *name, *passes, *first, *second, *want;
	} rows[] = {
		{ "hosts below a shared domain are one", "",
		    "d:h1.shared.example/k=pass s:h1.shared.example=pass",
		    "d:h2.eu.shared.example/k=pass s:shared.example=pass",
		    "service shared.example #7 3" },
		{ "tenants are not", "", "d:a.tenant.example/k=pass", "d:b.tenant.example/k=pass",
		    "service b.tenant.example #8 2, service a.tenant.example #8 1" },
		{ "who sends comes before through whom", "",
		    "d:shared.example/k=pass d:crm.example/k=pass",
		    "d:crm.example/k=pass d:shared.example/k=pass",
		    "service crm.example through #7 3" },
		{ "the envelope too", "", "d:shared.example/k=pass s:crm.example=pass",
		    "d:shared.example/k=pass s:crm.example=pass",
		    "service crm.example through #7 3" },
		{ "with our signature", "d", "d:shop.example/k9=pass d:shared.example/k=pass",
		    "d:shop.example/k9=pass d:shared.example/k=pass",
		    "signed shared.example #7 3" },
		{ "of most of it, not of some", "",
		    "d:crm.example/k=pass d:a.tenant.example/k=pass", "d:crm.example/k=pass",
		    "service crm.example #0 3" },
		{ "of the one that most is of", "", "d:crm.example/k=pass d:shared.example/k=pass",
		    "d:crm.example/k=pass d:a.tenant.example/k=pass",
		    "service crm.example through #8 3" },
		{ "what fails proves nothing", "", "d:shared.example/k=fail s:x.example=pass",
		    "d:shared.example/k=fail s:x.example=pass", "service x.example #0 3" },
		{ "a name below comes first, the domain itself has its own", "",
		    "d:a.tenant.example/k=pass", "d:tenant.example/k=pass",
		    "service tenant.example #8 2, service a.tenant.example #8 1" },
		{ "a forwarder is who hands it on", "",
		    "d:shop.example/s1=fail d:shared.example/k=pass s:list.example=pass",
		    "d:shop.example/s1=fail d:shared.example/k=pass s:list.example=pass",
		    "forwarder list.example #0 3" },
		{ "and may be a service", "", "d:shop.example/s1=fail s:a.tenant.example=pass",
		    "d:shop.example/s1=fail s:a.tenant.example=pass",
		    "forwarder a.tenant.example #8 3" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct reports w;

		reports_begin(&w);
		rep_reported_services(w.m, service_of, NULL);
		report(&w, "r1.example", 0);
		record(&w, "r1.example", 0, "192.0.2.1", 10, "ds",
		    "d:shop.example/s1=pass s:shop.example=pass");
		record(&w, "r1.example", 0, "198.51.100.7", 1, rows[i].passes, rows[i].first);
		record(&w, "r1.example", 0, "198.51.100.8", 2, rows[i].passes, rows[i].second);
		ok(answer(&w, "192.0.2.1"), "%s: it answers", rows[i].name);
		is_str(text_of(&w), rows[i].want, "%s", rows[i].name);
		reports_fini(&w);
	}
}

/* What the fault of each half is about: of the row with the most messages. */
static void
test_faults(void)
{
	static const struct {
		const char *name, *passes, *few, *most, *want;
	} rows[] = {
		{ "others", "", "d:a.esp.example/k1=pass s:b.esp.example=pass",
		    "d:a.esp.example/k2=pass s:b.esp.example=pass",
		    "2 a.esp.example k2, 2 b.esp.example" },
		{ "ours fails", "", "d:shop.example/s1=fail s:shop.example=fail",
		    "d:shop.example/s2=fail s:x.shop.example=softfail",
		    "3 shop.example s2, 3 x.shop.example" },
		{ "ours ends in errors", "", "d:shop.example/s2=temperror",
		    "d:shop.example/s3=permerror d:o.example/x=fail", "4 shop.example s3, 1  " },
		{ "nothing", "", "", "", "1  , 1  " },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct reports w;
		const struct rep_report_source *s;
		struct rep_str d, k, e;

		reports_begin(&w);
		report(&w, "r1.example", 0);
		record(&w, "r1.example", 0, "198.51.100.7", 1, rows[i].passes, rows[i].few);
		w.from = "news.shop.example";
		record(&w, "r1.example", 0, "198.51.100.7", 5, rows[i].passes, rows[i].most);
		ok(answer(&w, NULL) && w.is.sources_n == 1, "%s: it answers", rows[i].name);
		s = &w.is.sources[0];
		d = rep_reported_name(&w.reported, s->dkim_domain);
		k = rep_reported_name(&w.reported, s->dkim_selector);
		e = rep_reported_name(&w.reported, s->spf_domain);
		is_str(rep_arena_printf(w.a, "%d %.*s %.*s, %d %.*s%s", s->dkim, REP_PR(d),
			   REP_PR(k), s->spf, REP_PR(e), s->spf_domain == 0 ? " " : ""),
		    rows[i].want, "%s", rows[i].name);
		is_str(rep_reported_name(&w.reported, s->from), "news.shop.example", "%s: From",
		    rows[i].name);
		reports_fini(&w);
	}
}

static struct rep_str
spelling(const struct reports *w, const char *name)
{
	for (uint32_t i = 1; i < w->reported.names_n; i++)
		if (rep_str_eq(rep_reported_name(&w->reported, i), rep_str_c(name)))
			return rep_reported_spelling(&w->reported, i);
	return REP_S("no such name");
}

static void
test_spelling(void)
{
	struct reports w;

	reports_begin(&w);
	report(&w, "Yahoo", 0);
	record(&w, "Yahoo", 0, "192.0.2.1", 1, "ds", "d:shop.example/S1=pass");
	report(&w, "yahoo.", 2);
	record(&w, "yahoo", 2, "192.0.2.1", 1, "ds", "");
	report(&w, "YAHOO", 1);
	report(&w, "Enterprise Outlook", 0);
	report(&w, "low.example", 0);
	ok(answer(&w, NULL), "it answers");
	is_int((int64_t)w.is.receivers_n, 3, "names are one whatever their case");
	is_str(spelling(&w, "yahoo"), "yahoo", "the newest spelling");
	is_str(spelling(&w, "enterprise outlook"), "Enterprise Outlook", "the only one");
	is_str(spelling(&w, "low.example"), "low.example", "in lower case");
	is_str(spelling(&w, "s1"), "s1", "of receivers only");
	reports_fini(&w);
	reports_begin(&w);
	report(&w, "low.example", 0);
	report(&w, "Low.Example", 1);
	for (int i = 0; i < 300; i++) {
		char org[32];

		snprintf(org, sizeof org, "R%d.example", i);
		report(&w, org, 2);
	}
	ok(answer(&w, NULL), "it answers");
	is_str(spelling(&w, "low.example"), "Low.Example", "a later one that is spelt otherwise");
	is_str(spelling(&w, "r299.example"), "R299.example", "of many");
	reports_fini(&w);
	reports_begin(&w);
	rep_reported_services(w.m, service_of, NULL);
	report(&w, "SHARED.example", 0);
	record(&w, "SHARED.example", 0, "192.0.2.1", 1, "", "d:h.shared.example/k=pass");
	report(&w, "H.Shared.Example", 1);
	record(&w, "H.Shared.Example", 1, "192.0.2.1", 1, "", "d:h.shared.example/k=pass");
	ok(answer(&w, NULL), "it answers");
	is_str(spelling(&w, "shared.example"), "SHARED.example",
	    "a service's domain that reports, too");
	is_str(spelling(&w, "h.shared.example"), "H.Shared.Example", "and one below it");
	reports_fini(&w);
}

/* Names that have no room cost what comes after them nothing, also where arrays grow. */
static void
test_no_room(void)
{
	enum { MORE = 600 };
	struct rep_aggregate head;
	struct reports w;
	char org[32];
	size_t full = 0, kept = 0;
	int refused = 0;
	struct rep_err err;

	reports_begin(&w);
	for (int i = 0; full == 0; i++) {
		snprintf(org, sizeof org, "r%d.example", i);
		head = head_of(&w, org, 0);
		full = rep_reported_period(w.m, &head) ? 0 : (size_t)i;
	}
	for (int i = 0; i < MORE; i++) {
		report(&w, "r7.example", 1 + i);
		head = head_of(&w, "unknown.example", 0);
		refused += !rep_reported_period(w.m, &head);
	}
	is_int(refused, MORE, "a name that is not known has no room");
	is_int(rep_reported_end(w.m, &w.reported, &err), REP_OK, "it comes to its end");
	for (size_t i = 0; i < w.reported.periods_n; i++)
		kept += rep_str_eq(rep_reported_name(&w.reported, w.reported.periods[i].receiver),
		    REP_S("r7.example"));
	is_int((int64_t)w.reported.periods_n, (int64_t)full + MORE, "all others are there");
	is_int((int64_t)kept, MORE + 1, "and whose they are");
	reports_fini(&w);
}

/* Numbers of services and of providers are apart, and both lead back. */
static void
test_known(void)
{
	struct rep_config cfg = { .n_sources = 0 };
	struct rep_arena *a = rep_arena_new(8 << 20);
	struct rep_session s = { .cfg = &cfg, .arena = a };
	struct rep_known_senders k = { NULL, NULL };
	struct rep_err err = { .msg = "" };
	struct rep_str shared;
	uint16_t n;

	is_int(rep_known_senders_load(&s, &k, &err), REP_OK, "what is built in %s", err.msg);
	n = rep_known_sender_of_domain(&k, REP_S("eu-west-1.amazonses.com"), &shared);
	ok(rep_known_sender(&k, n).service != NULL && rep_known_sender(&k, n).provider == NULL,
	    "a service");
	is_str(rep_known_sender(&k, n).service->id, "amazon-ses", "is this one");
	is_str(shared, "amazonses.com", "its shared domain");
	is_str(rep_known_sender_spf(&k, rep_known_sender(&k, n).service), "amazonses.com",
	    "what SPF includes");
	n = rep_known_sender_of_domain(&k, REP_S("GMAIL.com"), &shared);
	ok(rep_known_sender(&k, n).service == NULL && rep_known_sender(&k, n).provider != NULL &&
		shared.n == 0,
	    "a mailbox is at a provider");
	is_str(rep_known_sender(&k, n).provider->id, "google", "at this one");
	is_int(rep_known_sender_of_domain(&k, REP_S("shop.example"), &shared), 0, "somebody else");
	is_int(rep_known_sender_of_domain(&k, REP_S(""), &shared), 0, "nobody");
	ok(rep_known_sender(&k, 0).service == NULL && rep_known_sender(&k, 0).provider == NULL &&
		rep_known_sender(&k, UINT16_MAX).provider == NULL &&
		rep_known_sender(&k, 200).service == NULL,
	    "numbers that nobody has");
	n = rep_known_sender_of_host(&k, REP_S("mx0a-1.pphosted.com"));
	ok(rep_known_sender(&k, n).provider != NULL, "a host of a provider that is no service");
	n = rep_known_sender_of_host(&k, REP_S("eu-smtp-1.mimecast.com"));
	ok(rep_known_sender(&k, n).service != NULL, "of one that is one too");
	is_str(rep_known_sender(&k, n).service->id, "mimecast", "is it");
	n = rep_known_sender_of_domain(&k, REP_S("x.gappssmtp.com"), &shared);
	is_str(rep_known_sender_spf(&k, rep_known_sender(&k, n).service), "_spf.google.com",
	    "what SPF includes is the provider's");
	n = rep_known_sender_of_host(&k, REP_S("mail-wr1-f41.google.com"));
	is_str(rep_known_sender(&k, n).service->id, "google", "a host has its own entry first");
	rep_known_senders_fini(&k);
	rep_arena_free(a);
}

int
main(void)
{
	test_services();
	test_faults();
	test_spelling();
	test_no_room();
	test_known();
	return done();
}
