/*
 * unit/test_report.c -- what the reports of receivers answer: who sent, what fails where and since when, who is silent.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/path.h"
#include "reported_world.h"

static const char OURS[] = "d:shop.example/s1=pass s:shop.example=pass";

/* --- who sent ---------------------------------------------------------------------------------------------- */

/* One record beside the own address 192.0.2.1 that signs with s1 and is allowed by SPF. */
static void
test_senders(void)
{
	static const struct {
		const char *name, *passes, *results, *reason, *comment, *want;
	} rows[] = {
		{ "our signature, another envelope, a key of its own", "d",
		    "d:shop.example/k9=pass s:esp.example=pass", NULL, NULL, "signed esp.example" },
		{ "signed twice, the envelope of the one who signs", "d",
		    "d:shop.example/k9=pass d:esp.example/x=pass s:esp.example=pass", NULL, NULL,
		    "signed esp.example" },
		{ "our own key under another envelope", "d",
		    "d:shop.example/s1=pass s:list.example=pass", NULL, NULL,
		    "forwarder list.example" },
		{ "our own key, SPF of us fails", "d", "d:shop.example/s1=pass s:shop.example=fail",
		    NULL, NULL, "forwarder 198.51.100.7" },
		{ "our own key, broken, under another envelope", "",
		    "d:shop.example/s1=fail s:list.example=pass", NULL, NULL,
		    "forwarder list.example" },
		{ "our own key, broken, and nothing else", "",
		    "d:shop.example/s1=fail s:shop.example=fail", NULL, NULL,
		    "unknown 198.51.100.7" },
		{ "the receiver says so", "", "s:list.example=fail", "mailing_list", NULL,
		    "forwarder list.example" },
		{ "the receiver trusts ARC", "", "s:shop.example=fail", "local_policy", "arc=pass",
		    "forwarder 198.51.100.7" },
		{ "local policy alone says nothing of forwarding", "", "s:shop.example=fail",
		    "local_policy", NULL, "unknown 198.51.100.7" },
		{ "test mode says nothing of forwarding", "", "s:shop.example=softfail",
		    "policy_test_mode", NULL, "unknown 198.51.100.7" },
		{ "allowed only", "s", "s:shop.example=pass", NULL, NULL, "allowed 198.51.100.7" },
		{ "allowed, below the domain", "s", "s:bounce.shop.example=pass", NULL, NULL,
		    "allowed 198.51.100.7" },
		{ "somebody else", "", "d:esp.example/x=pass s:esp.example=pass", NULL, NULL,
		    "service esp.example" },
		{ "a name that ends as ours does", "", "s:notshop.example=pass", NULL, NULL,
		    "service notshop.example" },
		{ "softly", "", "s:shop.example=softfail", NULL, NULL, "unknown 198.51.100.7" },
		{ "no result at all", "", "", NULL, NULL, "unknown 198.51.100.7" },
		{ "strict: it passes below, and is not aligned", "",
		    "d:news.shop.example/s1=pass s:news.shop.example=pass", NULL, NULL,
		    "unknown 198.51.100.7" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct reports w;
		struct rep_str is, name;
		char ip[REP_IP_TEXT], text[100] = "";

		reports_begin(&w);
		report(&w, "r1.example", 0);
		record(&w, "r1.example", 0, "192.0.2.1", 10, "ds", OURS);
		w.reason = rows[i].reason;
		w.comment = rows[i].comment;
		record(&w, "r1.example", 0, "198.51.100.7", 3, rows[i].passes, rows[i].results);
		ok(answer(&w, "192.0.2.1"), "%s: it answers", rows[i].name);
		for (size_t k = 0; k < w.is.sources_n; k++) {
			const struct rep_report_source *s = &w.is.sources[k];

			if (s->who == REP_SENDER_OWN)
				continue;
			name = rep_reported_name(&w.reported, s->name);
			is = rep_str_or(name, rep_str_c(rep_ip_text(&s->ip, ip)));
			snprintf(text, sizeof text, "%s %.*s", rep_report_sender_word(s->who),
			    REP_PR(is));
		}
		is_str(rep_str_c(text), rows[i].want, "%s", rows[i].name);
		reports_fini(&w);
	}
}

/* What is aligned, by the registered domain: From is shop.news.example, the policy its own. */
static void
test_aligned(void)
{
	static const struct {
		const char *name, *align, *results, *want;
	} rows[] = {
		{ "above the policy", "r", "s:news.example=pass", "allowed 198.51.100.7" },
		{ "beside it", "r", "s:b.news.example=pass", "allowed 198.51.100.7" },
		{ "somebody else", "r", "s:other.example=pass", "allowed other.example" },
		{ "strict: the same", "s", "s:shop.news.example=pass", "allowed 198.51.100.7" },
		{ "strict: above", "s", "s:news.example=pass", "allowed news.example" },
		{ "strict: below", "s", "s:b.shop.news.example=pass",
		    "allowed b.shop.news.example" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct reports w;
		char want[100];

		reports_begin(&w);
		w.domain = w.from = "shop.news.example";
		w.align = rows[i].align;
		report(&w, "r1.example", 0);
		record(&w, "r1.example", 0, "198.51.100.7", 3, "s", rows[i].results);
		ok(rep_reported_end(w.m, &w.reported, &w.err) == REP_OK &&
			rep_report_answer(&w.reported, &(struct rep_report_question){ .from_s = 0 },
			    w.a, &w.is, &w.err) == REP_OK,
		    "%s: it answers", rows[i].name);
		snprintf(want, sizeof want, "%s 3/3", rows[i].want);
		is_str(sources_text(&w), want, "%s", rows[i].name);
		reports_fini(&w);
	}
}

/* What an address proves once, it is also when it proves less. */
static void
test_join(void)
{
	static const struct {
		const char *name, *passes, *results, *then_passes, *then, *want;
	} rows[] = {
		{ "a key breaks", "d",
		    "d:shop.example/k9=pass d:esp.example/x=pass s:b.esp.example=pass", "",
		    "d:shop.example/k9=fail d:esp.example/x=pass s:b.esp.example=pass",
		    "signed esp.example 5/12, own 192.0.2.1 10/10" },
		{ "one receiver names the second signature, one does not", "d",
		    "d:shop.example/k9=pass d:esp.example/x=pass s:b.esp.example=pass", "d",
		    "d:shop.example/k9=pass s:b.esp.example=pass",
		    "signed b.esp.example 12/12, own 192.0.2.1 10/10" },
		{ "SPF breaks", "s", "s:shop.example=pass", "", "s:shop.example=softfail",
		    "allowed 198.51.100.7 5/12, own 192.0.2.1 10/10" },
		{ "a forwarder breaks what it handed on whole", "d",
		    "d:shop.example/s1=pass s:shop.example=fail", "",
		    "d:shop.example/s1=fail s:shop.example=fail",
		    "forwarder 198.51.100.7 5/12, own 192.0.2.1 10/10" },
		{ "a service that proves nothing", "", "d:esp.example/x=pass", "", "",
		    "service esp.example 0/12, own 192.0.2.1 10/10" },
		{ "a receiver that names no selector, of a service that signs as us", "d",
		    "d:shop.example/k9=pass s:esp.example=pass", "d",
		    "d:shop.example/=pass s:esp.example=pass",
		    "signed esp.example 12/12, own 192.0.2.1 11/11" },
		{ "its signature breaks, and what is left passes for another name", "d",
		    "d:shop.example/k9=pass s:client.example=pass", "",
		    "d:shop.example/k9=fail d:esp.example/x=pass",
		    "signed client.example 5/12, own 192.0.2.1 10/10" },
		{ "the same, of an address that is allowed", "s", "s:shop.example=pass", "",
		    "d:shop.example/k9=fail d:esp.example/x=pass",
		    "allowed 198.51.100.7 5/12, own 192.0.2.1 10/10" },
		{ "another name at one address is somebody else", "d",
		    "d:shop.example/k9=pass d:esp.example/x=pass", "",
		    "d:other.example/x=pass s:other.example=pass",
		    "service other.example 0/7, own 192.0.2.1 10/10, signed esp.example 5/5" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct reports w;

		reports_begin(&w);
		for (int day = 0; day < 2; day++)
			report(&w, "r1.example", day);
		record(&w, "r1.example", 0, "192.0.2.1", 10, "ds", OURS);
		/* What leaves us directly is named by no selector either. */
		if (strstr(rows[i].then, "/=") != NULL)
			record(&w, "r1.example", 1, "192.0.2.1", 1, "ds",
			    "d:shop.example/=pass s:shop.example=pass");
		record(&w, "r1.example", 0, "198.51.100.7", 5, rows[i].passes, rows[i].results);
		record(&w, "r1.example", 1, "198.51.100.7", 7, rows[i].then_passes, rows[i].then);
		ok(answer(&w, "192.0.2.1"), "%s: it answers", rows[i].name);
		is_str(sources_text(&w), rows[i].want, "%s", rows[i].name);
		reports_fini(&w);
	}
	{
		struct reports w;

		reports_begin(&w);
		report(&w, "r1.example", 0);
		record(&w, "r1.example", 0, NULL, 5, "d", "d:shop.example/k9=pass");
		record(&w, "r1.example", 0, NULL, 7, "", "s:shop.example=fail");
		ok(answer(&w, NULL) && w.is.sources_n == 2,
		    "records without an address have nothing in common");
		reports_fini(&w);
	}
}

static void
test_groups(void)
{
	struct reports w;
	char ip[REP_IP_TEXT];

	reports_begin(&w);
	report(&w, "r1.example", 0);
	report(&w, "r2.example", 0);
	for (int i = 0; i < 10; i++) {
		snprintf(ip, sizeof ip, "2001:db8:7::%d", i + 1);
		record(&w, i % 2 != 0 ? "r1.example" : "r2.example", 0, ip, (uint64_t)i + 1, "",
		    "s:shop.example=fail");
		record(&w, "r1.example", 0, ip, 1, "", "s:shop.example=softfail");
	}
	ok(answer(&w, NULL) && w.is.sources_n == 1, "whoever nothing vouches for is one source");
	is_int((int64_t)w.is.sources[0].ips, 10, "its addresses");
	is_int((int64_t)w.is.sources[0].receivers, 2, "its receivers");
	is_int((int64_t)w.is.sources[0].sums.messages, 65, "its messages");
	is_str(rep_str_c(rep_ip_text(&w.is.sources[0].ip, ip)), "2001:db8:7::10",
	    "the address with the most");
	is_int(w.is.sources[0].dkim, REP_HALF_NONE, "there is no signature");
	is_int(w.is.sources[0].spf, REP_HALF_FAILS, "SPF fails");
	reports_fini(&w);
}

static void
test_address(void)
{
	struct reports w;
	char ip[REP_IP_TEXT];

	reports_begin(&w);
	report(&w, "r1.example", 0);
	record(&w, "r1.example", 0, "198.51.100.1", 100, "ds", OURS);
	record(&w, "r1.example", 0, "198.51.100.2", 10, "ds", OURS);
	record(&w, "r1.example", 0, "198.51.100.2", 2, "",
	    "d:shop.example/s1=fail s:shop.example=fail");
	record(&w, "r1.example", 0, "198.51.100.3", 50, "ds", OURS);
	ok(answer(&w, NULL) && w.is.sources_n == 1 && w.is.sources[0].ips == 3, "three of ours");
	is_str(rep_str_c(rep_ip_text(&w.is.sources[0].ip, ip)), "198.51.100.2",
	    "the address that fails is named");
	reports_fini(&w);
}

/* Which services are used by us, so that their mail is to be mended: beside 56 days of our own at 4 receivers. */
static void
test_wanted(void)
{
	static const struct {
		const char *name;
		int from, every, until, receivers;
		bool want, signs; /* from another address, as us */
	} rows[] = {
		{ "every day", 0, 1, 56, 4, true, false },
		{ "every week", 3, 7, 56, 2, true, false },
		{ "at one receiver only", 0, 1, 56, 1, false, false },
		{ "for some days", 30, 1, 40, 4, false, false },
		{ "once", 30, 1, 31, 4, false, false },
		{ "once, and it signs as us elsewhere", 30, 1, 31, 4, true, true },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct reports w;
		char org[32];
		bool wanted = false;

		reports_begin(&w);
		for (int day = 0; day < 56; day++)
			for (int k = 1; k <= 4; k++) {
				bool sends = day >= rows[i].from && day < rows[i].until &&
				    (day - rows[i].from) % rows[i].every == 0 &&
				    k <= rows[i].receivers;

				snprintf(org, sizeof org, "r%d.example", k);
				report(&w, org, day);
				record(&w, org, day, "192.0.2.1", 10, "ds", OURS);
				if (sends)
					record(&w, org, day, "198.51.100.7", 2, "",
					    "s:esp.example=pass");
				if (rows[i].signs)
					record(&w, org, day, "198.51.100.8", 2, "d",
					    "d:shop.example/k9=pass s:esp.example=pass");
			}
		ok(answer(&w, "192.0.2.1"), "%s: it answers", rows[i].name);
		for (size_t k = 0; k < w.is.sources_n; k++)
			if (w.is.sources[k].who == REP_SENDER_SERVICE)
				wanted = w.is.sources[k].wanted;
		is_int(wanted, rows[i].want, "a service, %s", rows[i].name);
		reports_fini(&w);
	}
}

/* --- since when -------------------------------------------------------------------------------------------- */

/* A sender at four receivers; result(day, receiver) of its signature. */
static void
days_of(struct reports *w, int days, int every, const char *(*result)(int day, int receiver))
{
	for (int day = 0; day < days; day += every)
		for (int i = 1; i <= 4; i++) {
			char org[32], results[100];
			const char *said_ = result(day, i);
			bool tenth = strcmp(said_, "tenth") == 0;

			said_ = tenth ? "pass" : said_;
			snprintf(org, sizeof org, "r%d.example", i);
			snprintf(results, sizeof results,
			    "d:shop.example/s1=%s s:shop.example=pass", said_);
			report(w, org, day);
			record(w, org, day, "192.0.2.1", tenth ? 9 : 10,
			    strcmp(said_, "pass") == 0 ? "ds" : "s", results);
			if (tenth)
				record(w, org, day, "192.0.2.1", 1, "s",
				    "d:shop.example/s1=fail s:shop.example=pass");
		}
}

static const char *
breaks_at_14(int day, int receiver)
{
	(void)receiver;
	return day >= 14 ? "fail" : "pass";
}

static const char *
breaks_at_14_but_20(int day, int receiver)
{
	return day >= 14 && (day != 20 || receiver == 1) ? "fail" : "pass";
}

static const char *
slow_at_2(int day, int receiver)
{
	return receiver == 2 && day >= 9 ? "temperror" : "pass";
}

/* Every third message, in effect: a day in three. */
static const char *
slow_at_times(int day, int receiver)
{
	return receiver == 2 && day >= 9 && day % 3 == 0 ? "temperror" : "pass";
}

static const char *
odd_failures(int day, int receiver)
{
	return (day * 4 + receiver) % 13 == 0 ? "fail" : "pass";
}

static const char *
broken_and_repaired(int day, int receiver)
{
	(void)receiver;
	return day >= 3 && day < 20 ? "fail" : "pass";
}

static const char *
always_fails(int day, int receiver)
{
	(void)day;
	(void)receiver;
	return "fail";
}

static const char *
half_of_them(int day, int receiver)
{
	(void)day;
	return receiver <= 2 ? "temperror" : "pass";
}

/* One of ten messages of each day. */
static const char *
tenth_at_2(int day, int receiver)
{
	return receiver == 2 && day >= 20 ? "tenth" : "pass";
}

static const char *
week_at_2(int day, int receiver)
{
	return receiver == 2 && day >= 9 && day < 16 ? "temperror" : "pass";
}

/* Everywhere on two days, and later at one. */
static const char *
everywhere_then_at_2(int day, int receiver)
{
	return day == 9 || day == 10 || (receiver == 2 && day >= 26) ? "fail" : "pass";
}

/* Everywhere on two days, and at one for three days more. */
static const char *
everywhere_longer_at_2(int day, int receiver)
{
	return day == 9 || day == 10 || (receiver == 2 && day >= 9 && day < 14) ? "fail" : "pass";
}

static void
test_since(void)
{
	static const struct {
		const char *name;
		int days, every;
		const char *(*result)(int day, int receiver);
		const char *want;
	} rows[] = {
		{ "a key that breaks", 28, 1, breaks_at_14,
		    "broken d shop.example s1 +14 560/560" },
		{ "of who sends once a week", 42, 7, breaks_at_14,
		    "broken d shop.example s1 +14 160/160" },
		{ "one good day does not hide it", 28, 1, breaks_at_14_but_20,
		    "broken d shop.example s1 +14 530/560" },
		{ "one receiver alone", 28, 1, slow_at_2,
		    "r2.example d shop.example s1 +9 190/190" },
		{ "one receiver alone, a part of it", 28, 1, slow_at_times,
		    "r2.example d shop.example s1 +9 70/190" },
		{ "some fail anywhere", 28, 1, odd_failures, "" },
		{ "what was repaired is no news, and leaves a trace", 28, 1, broken_and_repaired,
		    "healed d shop.example s1 +3 until +19 680/680" },
		{ "from the first day on", 28, 1, always_fails,
		    "broken d shop.example s1 +0 1120/1120" },
		{ "two against two: those two, and no key that is broken", 28, 1, half_of_them,
		    "r1.example d shop.example s1 +0 280/280, r2.example d shop.example s1 +0 280/280" },
		{ "a tenth at one receiver", 40, 1, tenth_at_2,
		    "r2.example d shop.example s1 +20 20/200" },
		{ "for a week, at one receiver", 40, 1, week_at_2,
		    "healed r2.example d shop.example s1 +9 until +15 70/70" },
		{ "what was broken everywhere does not hide what fails at one now", 28, 1,
		    everywhere_then_at_2,
		    "r2.example d shop.example s1 +26 20/20, "
		    "healed d shop.example s1 +9 until +10 80/80" },
		{ "nor is it told again of one that was later", 28, 1, everywhere_longer_at_2,
		    "healed d shop.example s1 +9 until +10 80/80" },
		{ "too few messages to say", 1, 1, slow_at_2, "" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct reports w;

		reports_begin(&w);
		days_of(&w, rows[i].days, rows[i].every, rows[i].result);
		ok(answer(&w, "192.0.2.1"), "%s: it answers", rows[i].name);
		is_str(found_text(&w), rows[i].want, "%s", rows[i].name);
		reports_fini(&w);
	}
}

/* Receivers that begin their days in the evening: the day of a report is that of its middle, whatever asks for it. */
static void
test_evening(void)
{
	const struct rep_report_lost *lost = NULL;
	struct reports w;

	for (int weekly = 0; weekly < 2; weekly++) {
		reports_begin(&w);
		w.length_s = weekly ? 7 * DAY_S : DAY_S;
		for (int day = 0; day < 42; day += weekly ? 7 : 1)
			for (int i = 1; i <= 4; i++) {
				char org[32];

				w.begin_s = BEGIN_S + day * DAY_S - DAY_S / 3;
				snprintf(org, sizeof org, "r%d.example", i);
				report(&w, org, day);
				record(&w, org, day, "192.0.2.1", weekly ? 70 : 10, "",
				    day < 28 ? "d:shop.example/s1=pass s:shop.example=pass"
					     : "d:shop.example/s1=fail s:shop.example=fail");
			}
		ok(answer(&w, "192.0.2.1"), "it answers");
		is_str(found_text(&w),
		    weekly ? "broken d shop.example s1 +31 560/560, "
			     "broken s shop.example  +31 560/560"
			   : "broken d shop.example s1 +28 560/560, "
			     "broken s shop.example  +28 560/560",
		    "%s reports that begin at 16:00", weekly ? "weekly" : "daily");
		for (size_t i = 0; i < w.is.sources_n; i++)
			if (w.is.sources[i].who == REP_SENDER_OWN)
				lost = &w.is.sources[i].spf_lost;
		is_int(lost != NULL && lost->is ? (lost->since_s - BEGIN_S) / DAY_S : -1,
		    weekly ? 31 : 28, "and since when SPF of the address is lost");
		reports_fini(&w);
	}
}

static const char *
passes(int day, int receiver)
{
	(void)day;
	(void)receiver;
	return "pass";
}

/* Who forges the domain, however much, breaks no record; nor do those who hand mail on. */
static void
test_strangers(void)
{
	struct reports w;

	reports_begin(&w);
	days_of(&w, 10, 1, passes);
	for (int i = 1; i <= 4; i++) {
		char org[32];

		snprintf(org, sizeof org, "r%d.example", i);
		record(&w, org, 9, "198.51.100.66", 10000, "",
		    "d:shop.example/s1=fail s:shop.example=softfail");
		record(&w, org, 9, "198.51.100.77", 10000, "",
		    "d:shop.example/s1=fail s:list.example=pass");
		record(&w, org, 9, "198.51.100.99", 10000, "",
		    "d:shop.example/old=fail s:spam.example=pass");
		record(&w, org, 9, "198.51.100.98", 10000, "", "d:shop.example/none=permerror");
		w.reason = "mailing_list";
		record(&w, org, 9, "198.51.100.88", 10000, "", "d:shop.example/s1=fail");
		w.reason = NULL;
	}
	ok(answer(&w, "192.0.2.1"), "it answers");
	is_str(found_text(&w), "", "forged and forwarded mail says nothing of our key and record");
	is_int((int64_t)w.is.sums.spared, 40000, "what a receiver let through for its own reason");
	reports_fini(&w);

	reports_begin(&w);
	w.reason = "policy_test_mode";
	days_of(&w, 10, 1, always_fails);
	ok(answer(&w, "192.0.2.1"), "it answers");
	is_str(found_text(&w), "broken d shop.example s1 +0 400/400",
	    "what fails under t=y is found all the same");
	reports_fini(&w);
}

/* Some receivers name no selectors: what fails there is one of the signatures that the others name. */
static void
nameless(struct reports *w, int day, int receiver, const char *s1, const char *s2, bool names)
{
	char org[32], one[100], two[100];

	snprintf(org, sizeof org, "r%d.example", receiver);
	snprintf(
	    one, sizeof one, "d:shop.example/%s=%s s:shop.example=pass", names ? "s1" : "", s1);
	snprintf(
	    two, sizeof two, "d:shop.example/%s=%s s:shop.example=pass", names ? "s2" : "", s2);
	report(w, org, day);
	record(w, org, day, "192.0.2.1", 10, "s", one);
	record(w, org, day, "192.0.2.1", 10, "s", two);
}

static void
test_nameless(void)
{
	struct reports w;

	reports_begin(&w);
	for (int day = 0; day < 28; day++)
		for (int i = 1; i <= 6; i++)
			nameless(&w, day, i, "pass", day >= 14 ? "fail" : "pass", i <= 4);
	ok(answer(&w, "192.0.2.1"), "it answers");
	is_str(found_text(&w), "broken d shop.example s2 +14 560/560",
	    "a key that is broken everywhere is not told again of those who name no selectors");
	reports_fini(&w);

	reports_begin(&w);
	for (int day = 0; day < 28; day++)
		for (int i = 1; i <= 6; i++)
			nameless(&w, day, i, "pass", day >= 14 && i == 5 ? "fail" : "pass", i <= 4);
	ok(answer(&w, "192.0.2.1"), "it answers");
	is_str(found_text(&w), "r5.example d shop.example  +14 140/280",
	    "one that names no selectors is compared by the domain");
	ok(w.is.differs_n == 1 && w.is.differs[0].by_domain && w.is.differs[0].receivers == 5,
	    "with all others, and that is said");
	reports_fini(&w);

	reports_begin(&w);
	for (int day = 0; day < 28; day++)
		for (int i = 1; i <= 4; i++)
			nameless(&w, day, i, day >= 14 ? "fail" : "pass", "pass", false);
	ok(answer(&w, "192.0.2.1"), "it answers");
	is_str(found_text(&w), "broken d shop.example  +14 560/1120",
	    "where nobody names selectors, the domain is what is broken");
	reports_fini(&w);

	reports_begin(&w);
	for (int day = 0; day < 28; day++)
		for (int i = 1; i <= 6; i++)
			nameless(&w, day, i, "pass",
			    day == 9 || day == 10 || (i == 5 && day >= 25) ? "fail" : "pass",
			    i <= 4);
	ok(answer(&w, "192.0.2.1"), "it answers");
	is_str(found_text(&w),
	    "r5.example d shop.example  +25 30/60, healed d shop.example s2 +9 until +10 80/80",
	    "what was broken everywhere does not hide what fails at one without selectors");
	reports_fini(&w);
}

/* A service that passes as itself since a month: somebody of ours began to use it, whatever time is asked for. */
static void
test_new_service(void)
{
	for (int days = 30; days <= 480; days *= 2)
		for (int began = 25; began >= 2; began -= 23) {
			bool wanted = false;
			struct reports w;

			reports_begin(&w);
			for (int day = 0; day < days; day++)
				for (int i = 1; i <= 3; i++) {
					char org[32];

					snprintf(org, sizeof org, "r%d.example", i);
					report(&w, org, day);
					record(&w, org, day, "192.0.2.1", 5, "ds",
					    "d:shop.example/s1=pass s:shop.example=pass");
					if (day >= days - began)
						record(&w, org, day, "198.51.100.3", 5, "",
						    "d:esp.example/k=pass s:esp.example=pass");
				}
			ok(answer(&w, "192.0.2.1"), "it answers");
			for (size_t i = 0; i < w.is.sources_n; i++)
				wanted |= w.is.sources[i].who == REP_SENDER_SERVICE &&
				    w.is.sources[i].wanted;
			is_int(wanted, began == 25, "a service since %d of %d days", began, days);
			reports_fini(&w);
		}
}

/* An own address for which SPF fails from a day on; its signature passes. */
static void
test_lost(void)
{
	for (int since = -1; since <= 100; since += since < 0 ? 21 : since < 30 ? 80 : 1) {
		const struct rep_report_lost *lost;
		struct reports w;

		reports_begin(&w);
		for (int day = 0; day < 40; day++)
			for (int i = 1; i <= 3; i++) {
				bool fails = day >= since;
				char org[32];

				snprintf(org, sizeof org, "r%d.example", i);
				report(&w, org, day);
				record(&w, org, day, "192.0.2.1", 5, fails ? "d" : "ds",
				    fails ? "d:shop.example/s1=pass s:shop.example=softfail"
					  : "d:shop.example/s1=pass s:shop.example=pass");
				record(&w, org, day, "192.0.2.2", 95, "ds",
				    "d:shop.example/s1=pass s:shop.example=pass");
			}
		ok(answer(&w, "192.0.2.1"), "it answers");
		lost = &w.is.sources[0].spf_lost;
		for (size_t i = 0; i < w.is.sources_n; i++)
			if (w.is.sources[i].who == REP_SENDER_OWN)
				lost = &w.is.sources[i].spf_lost;
		ok(lost->is == (since < 40) &&
			(!lost->is || since < 0 || lost->since_s == BEGIN_S + since * DAY_S) &&
			(since >= 0 || lost->since_s == 0),
		    "SPF of an own address since %d: %lld", since, (long long)lost->since_s);
		is_str(found_text(&w), "", "and it is a small part of the mail");
		reports_fini(&w);
	}
}

/* Who sees it fail: a receiver alone, two of three, or the only one; and an error is none. */
static void
test_lost_where(void)
{
	static const struct {
		const char *name, *result;
		int receivers, fails, every; /* every: days, that a report is of */
		bool want;
	} rows[] = {
		{ "at one of three", "softfail", 3, 1, 1, false },
		{ "at two of three", "softfail", 3, 2, 1, true },
		{ "at the only one", "fail", 1, 1, 1, true },
		{ "an error of a name server", "temperror", 3, 3, 1, false },
		{ "a record that nobody can read", "permerror", 3, 3, 1, true },
		{ "in reports of a week", "softfail", 3, 2, 7, true },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		const struct rep_report_lost *lost = NULL;
		struct reports w;

		reports_begin(&w);
		w.length_s = rows[i].every * DAY_S;
		for (int day = 0; day < 42; day += rows[i].every)
			for (int k = 0; k < rows[i].receivers; k++) {
				/* The first one has most of the mail. */
				bool bad = day >= 35 && k < rows[i].fails;
				const char *org = rep_arena_printf(w.a, "r%d.example", k).p;

				report(&w, org, day);
				record(&w, org, day, "192.0.2.1",
				    (uint64_t)rows[i].every * (k == 0 ? 30 : 5), bad ? "d" : "ds",
				    rep_arena_printf(w.a,
					"d:shop.example/s1=pass s:shop.example=%s",
					bad ? rows[i].result : "pass")
					.p);
			}
		ok(answer(&w, "192.0.2.1"), "%s: it answers", rows[i].name);
		for (size_t k = 0; k < w.is.sources_n; k++)
			if (w.is.sources[k].who == REP_SENDER_OWN)
				lost = &w.is.sources[k].spf_lost;
		is_int(lost != NULL && lost->is, rows[i].want, "SPF is lost: %s", rows[i].name);
		reports_fini(&w);
	}
}

/* --- who reports ------------------------------------------------------------------------------------------- */

static const struct rep_report_receiver *
receiver(const struct reports *w, const char *name)
{
	for (size_t i = 0; i < w->is.receivers_n; i++)
		if (rep_str_eq(
			rep_reported_name(&w->reported, w->is.receivers[i].name), rep_str_c(name)))
			return &w->is.receivers[i];
	return NULL;
}

static void
test_receivers(void)
{
	struct reports w;
	const struct rep_report_receiver *r;

	reports_begin(&w);
	for (int day = 0; day < 60; day++) {
		report(&w, "daily.example", day);
		if (day < 50)
			report(&w, "stops.example", day);
		if (day % 7 == 0)
			report(&w, "weekly.example", day);
		if (day % 7 < 2)
			report(&w, "rare.example", day);
		if (day < 10 || (day >= 30 && day < 50))
			report(&w, "pause.example", day);
		if (day < 3)
			report(&w, "few.example", day);
		for (int half = 0; half < 2; half++) {
			w.begin_s = BEGIN_S + day * DAY_S + half * DAY_S / 2;
			w.length_s = DAY_S / 2;
			if (day < 57)
				report(&w, "twice.example", day);
		}
		w.begin_s = w.length_s = 0;
	}
	record(&w, "daily.example", 59, "192.0.2.1", 1, "ds", OURS);
	ok(answer(&w, "192.0.2.1"), "it answers");
	ok((r = receiver(&w, "stops.example")) != NULL && r->silent && r->usual_s == DAY_S,
	    "a receiver that stopped");
	ok((r = receiver(&w, "daily.example")) != NULL && !r->silent, "one that did not");
	ok((r = receiver(&w, "weekly.example")) != NULL && !r->silent && r->usual_s == 7 * DAY_S,
	    "once a week is no silence");
	ok((r = receiver(&w, "rare.example")) != NULL && !r->silent,
	    "nor is a week without mail where that is usual");
	ok((r = receiver(&w, "pause.example")) != NULL && !r->silent,
	    "nor what took no longer than a time before");
	ok((r = receiver(&w, "few.example")) != NULL && !r->silent && r->usual_s == 0,
	    "of few reports nobody can say what is usual");
	ok((r = receiver(&w, "twice.example")) != NULL && !r->silent && r->usual_s == DAY_S / 2 &&
		r->reports == 114 && r->overlaps == 0,
	    "twice a day: half a day is usual, and nothing overlaps");
	reports_fini(&w);
}

/* Who reports on some days only has long pauses: how often one is called silent that is not, and when one is that is. */
static void
test_rare_reporters(void)
{
	uint64_t chance = 1;
	size_t wrong = 0, late = 0;

	for (int n = 0; n < 40; n++) {
		const struct rep_report_receiver *r;

		/* Sixty days, of which it reports by chance on three of ten; then it goes on, or nothing for forty. */
		for (int stopped = 0; stopped < 2; stopped++) {
			struct reports w;

			reports_begin(&w);
			for (int day = 0; day < (stopped ? 100 : 60); day++) {
				report(&w, "daily.example", day);
				chance = chance * 6364136223846793005u + 1442695040888963407u;
				if (day == 0 || (day < 60 && (chance >> 33) % 10 < 3))
					report(&w, "rare.example", day);
			}
			record(&w, "daily.example", 59, "192.0.2.1", 1, "ds", OURS);
			if (!answer(&w, "192.0.2.1") || (r = receiver(&w, "rare.example")) == NULL)
				abort();
			wrong += !stopped && r->silent;
			late += stopped && !r->silent;
			reports_fini(&w);
		}
	}
	ok(wrong == 0 && late <= 6,
	    "on three of ten days, at 40 receivers: %zu wrong, %zu not after 40 days", wrong, late);
}

/* All stop: that is told if the present is known. */
static void
test_all_stop(void)
{
	for (int days = 0; days < 9; days += 4) {
		struct reports w;
		size_t silent = 0;

		reports_begin(&w);
		for (int day = 0; day < 30; day++) {
			report(&w, "r1.example", day);
			report(&w, "r2.example", day);
			if (day % 2 == 0)
				report(&w, "r3.example", day);
		}
		record(&w, "r2.example", 29, "192.0.2.1", 1, "ds", OURS);
		w.now_s = days == 0 ? 0 : BEGIN_S + (30 + days) * (int64_t)DAY_S;
		ok(answer(&w, "192.0.2.1"), "all stopped, %d days ago: it answers", days);
		for (size_t i = 0; i < w.is.receivers_n; i++)
			silent += w.is.receivers[i].silent;
		is_int((int64_t)silent, days == 8 ? 3 : 0, "all stopped, %d days ago", days);
		reports_fini(&w);
	}
}

static void
test_overlaps(void)
{
	static const struct {
		const char *name;
		int64_t begin[3], length[3];
		int64_t want;
	} rows[] = {
		{ "one behind the other", { 0, 86400, 172800 }, { 86400, 86400, 86400 }, 0 },
		{ "an hour is summer time", { 0, 82800, 169200 }, { 86400, 86400, 86400 }, 0 },
		{ "half of it", { 0, 43200, 172800 }, { 86400, 86400, 86400 }, 1 },
		{ "the same time", { 0, 0, 0 }, { 86400, 86400, 86400 }, 2 },
		{ "both within the first", { 0, 3600, 40000 }, { 86400, 3600, 3600 }, 2 },
		{ "no length at all", { 0, 500, 86400 }, { 86400, 1, 1 }, 1 },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct reports w;

		reports_begin(&w);
		for (int k = 0; k < 3; k++) {
			w.begin_s = BEGIN_S + rows[i].begin[k];
			w.length_s = rows[i].length[k];
			report(&w, "r1.example", 0);
			w.begin_s = BEGIN_S;
			report(&w, k == 0 ? "r2.example" : k == 1 ? "r3.example" : "r4.example", 0);
		}
		ok(answer(&w, NULL), "%s: it answers", rows[i].name);
		is_int((int64_t)w.is.overlaps, rows[i].want, "%s", rows[i].name);
		reports_fini(&w);
	}
}

static void
test_fresh(void)
{
	static const struct {
		const char *name;
		int days, first;
		bool want;
	} rows[] = {
		{ "in the middle", 60, 30, true },
		{ "from the beginning", 60, 0, false },
		{ "once a week, in a month", 30, 6, false },
		{ "in a week nobody is new", 7, 5, false },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct reports w;
		bool fresh = false;

		reports_begin(&w);
		for (int day = 0; day < rows[i].days; day++) {
			report(&w, "r1.example", day);
			record(&w, "r1.example", day, "192.0.2.1", 1, "ds", OURS);
			if (day >= rows[i].first)
				record(&w, "r1.example", day, "198.51.100.7", 1, "",
				    "s:esp.example=pass");
		}
		ok(answer(&w, "192.0.2.1"), "%s: it answers", rows[i].name);
		for (size_t k = 0; k < w.is.sources_n; k++)
			fresh = fresh || w.is.sources[k].fresh;
		is_int(fresh, rows[i].want, "new: %s", rows[i].name);
		reports_fini(&w);
	}
}

static void
test_cross(void)
{
	const struct rep_report_cell *v;
	struct reports w;
	uint64_t messages = 0, passed = 0;
	char org[32];
	size_t n;

	reports_begin(&w);
	ok(answer(&w, NULL) &&
		rep_report_cross(&w.reported, &w.is, w.a, &v, &n, &w.err) == REP_OK && n == 0,
	    "no report has no cell");
	reports_fini(&w);

	reports_begin(&w);
	for (int day = 0; day < 5; day++)
		for (int i = 1; i <= 3; i++) {
			snprintf(org, sizeof org, "r%d.example", i);
			report(&w, org, day);
			record(&w, org, day, "192.0.2.1", (uint64_t)i, "ds", OURS);
			if (i < 3)
				record(&w, org, day, "198.51.100.7", 10, "", "s:esp.example=pass");
		}
	ok(answer(&w, "192.0.2.1") &&
		rep_report_cross(&w.reported, &w.is, w.a, &v, &n, &w.err) == REP_OK,
	    "it answers");
	is_int((int64_t)n, 5, "each source by each receiver that saw it");
	for (size_t i = 0; i < n; i++) {
		messages += v[i].sums.messages;
		passed += v[i].sums.passed;
	}
	ok(messages == w.is.sums.messages && passed == w.is.sums.passed, "nothing counts twice");
	ok(v[0].source == 0 && v[2].source == 1 && v[2].sums.messages == 15 &&
		v[4].sums.messages == 5,
	    "in the order of the sources, the most first");
	reports_fini(&w);
}

/* So many receivers that comparing each with each would never end; and one that alone fails among many. */
static void
test_many_receivers(void)
{
	struct reports w;
	char org[32];

	for (int fails = 0; fails < 2; fails++) {
		reports_begin(&w);
		for (int i = 0; i < 40000; i++) {
			bool bad = fails ? true : i == 20000;

			snprintf(org, sizeof org, "r%d.example", i);
			report(&w, org, 0);
			record(&w, org, 0, "192.0.2.1", 20, bad ? "s" : "ds",
			    bad ? "d:shop.example/s1=fail s:shop.example=pass" : OURS);
		}
		ok(answer(&w, "192.0.2.1"), "40,000 receivers: it answers");
		is_str(found_text(&w),
		    fails ? "broken d shop.example s1 +0 800000/800000"
			  : "r20000.example d shop.example s1 +0 20/20",
		    "40,000 receivers: %s", fails ? "all fail" : "one fails");
		reports_fini(&w);
	}
}

/* A signature fails at 300 of 1500 receivers, or did; the ones with the most mail have the last names. */
static void
test_many_differ(void)
{
	for (int over = 0; over < 2; over++) {
		uint64_t least = UINT64_MAX;
		struct reports w;
		char org[32];

		reports_begin(&w);
		for (int day = 0; day < (over ? 12 : 4); day++)
			for (int i = 0; i < 1500; i++) {
				bool bad = i < 300 && (over ? day >= 4 && day < 6 : day >= 2);

				snprintf(org, sizeof org, "r%d.example", i);
				report(&w, org, day);
				record(&w, org, day, "192.0.2.1", (uint64_t)(30 + i),
				    bad ? "s" : "ds",
				    bad ? "d:shop.example/s1=fail s:shop.example=pass" : OURS);
			}
		ok(answer(&w, "192.0.2.1"), "300 of 1500 receivers: it answers");
		is_int((int64_t)w.is.differs_n, over ? 0 : 256, "what fails is told");
		is_int((int64_t)w.is.differs_left_out, over ? 0 : 44, "and the rest is counted");
		is_int((int64_t)w.is.healed_n, over ? 256 : 0, "what is over is told");
		is_int((int64_t)w.is.healed_left_out, over ? 44 : 0, "and counted for itself");
		for (size_t i = 0; i < w.is.differs_n; i++)
			if (w.is.differs[i].here < least)
				least = w.is.differs[i].here;
		if (!over)
			is_int(
			    (int64_t)least, (int64_t)2 * (30 + 44), "those with the most mail are");
		reports_fini(&w);
	}
}

/* Two signatures at some receivers, and SPF of the same domain. */
static void
test_of_signature(void)
{
	static const struct rep_report_differs v[] = {
		{ .dkim = true, .domain = 1, .selector = 2, .receiver = 5, .since_s = 9 },
		{ .dkim = true, .domain = 1, .selector = 3, .receiver = 5, .since_s = 9 },
		{ .dkim = true, .domain = 1, .selector = 2, .receiver = 6 },
		{ .domain = 1, .receiver = 6, .since_s = 9 },
		{ .dkim = true, .domain = 1, .selector = 2, .receiver = 7, .since_s = 9 },
	};
	struct rep_report_answer is = { .differs = v, .differs_n = REP_COUNT(v) };
	size_t before;

	ok(rep_report_of_signature(&is, 4, false, &before) == 3 && before == 2, "three, the last");
	ok(rep_report_of_signature(&is, 0, false, &before) == 3 && before == 0, "the first");
	ok(rep_report_of_signature(&is, 4, true, &before) == 2 && before == 1, "where it began");
	ok(rep_report_of_signature(&is, 3, false, &before) == 1 && before == 0, "SPF is another");
}

/* --- what nobody should send ------------------------------------------------------------------------------- */

static void
test_hostile(void)
{
	struct reports w;
	char name[64];
	const struct rep_aggregate_record nothing = { .count = 1 };
	const struct rep_aggregate none = { .pct = -1 };

	reports_begin(&w);
	ok(answer(&w, NULL) && w.is.sources_n + w.is.receivers_n + w.is.broken_n == 0 &&
		w.is.from_s == 0,
	    "no report");
	reports_fini(&w);

	reports_begin(&w);
	report(&w, "r1.example", 0);
	ok(answer(&w, NULL) && w.is.reports == 1 && w.is.sources_n == 0,
	    "a report without records");
	reports_fini(&w);

	reports_begin(&w);
	report(&w, "r1.example", 0);
	record(&w, "r1.example", 0, "192.0.2.1", 1, "ds", OURS);
	ok(answer(&w, NULL) && w.is.sources_n == 1 && w.is.sums.passed == 1, "one record");
	reports_fini(&w);

	reports_begin(&w);
	w.domain = w.from = "";
	ok(rep_reported_period(w.m, &none) && rep_reported_add(w.m, &none, &nothing) &&
		record(&w, "", 0, NULL, 3, "", "d:/=fail s:=fail"),
	    "names of no bytes");
	ok(rep_reported_end(w.m, &w.reported, &w.err) == REP_OK, "it ends");
	ok(rep_report_answer(&w.reported, &(struct rep_report_question){ .from_s = INT64_MIN }, w.a,
	       &w.is, &w.err) == REP_OK &&
		w.is.sources_n == 1 && w.is.sources[0].who == REP_SENDER_UNKNOWN &&
		w.is.sums.messages == 4,
	    "nobody sent as nobody");
	ok(!rep_reported_ours(
	       &w.reported, &w.reported.rows[0], &(struct rep_reported_auth){ .domain = 0 }),
	    "no domain is not ours");
	reports_fini(&w);

	/* As many as a receiver may say of one record: their sum has 128 bits in no place. */
	reports_begin(&w);
	for (int i = 1; i <= 4; i++) {
		snprintf(name, sizeof name, "r%d.example", i);
		report(&w, name, 0);
		for (int k = 0; k < 1000; k++)
			record(&w, name, 0, "192.0.2.1", UINT64_C(1000000000000),
			    i == 1 ? "s" : "ds",
			    i == 1 ? "d:shop.example/s1=fail s:shop.example=pass" : OURS);
	}
	ok(answer(&w, "192.0.2.1"), "a million million, and again: it answers");
	is_str(found_text(&w), "r1.example d shop.example s1 +0 1000000000000000/1000000000000000",
	    "and it is right");
	reports_fini(&w);

	/* Every record from somewhere, with names of its own. */
	reports_begin(&w);
	report(&w, "r1.example", 0);
	for (unsigned i = 0; i < 300000; i++) {
		char results[100], ip[32];

		snprintf(ip, sizeof ip, "10.%u.%u.%u", i >> 16 & 255, i >> 8 & 255, i & 255);
		snprintf(
		    results, sizeof results, "d:x%u.example/s%u=pass s:y%u.example=pass", i, i, i);
		if (!record(&w, "r1.example", 0, ip, 1, "", results))
			break;
	}
	ok(answer(&w, NULL) && w.is.sources_n == 300000 && w.reported.names_n > 900000,
	    "a million names");
	reports_fini(&w);
}

/* More names than there are numbers: the answer is of the records that have them. */
static void
test_full_names(void)
{
	struct reports w;
	uint64_t left_out = 0;

	reports_begin(&w);
	report(&w, "r1.example", 0);
	for (int i = 0; i < REP_REPORTED_NAMES_MAX / 2; i++) {
		char results[64];

		snprintf(results, sizeof results, "d:x%d.example/s%d=pass d:y.example/t%d=pass", i,
		    i, i);
		left_out += !record(&w, "r1.example", 0, "198.51.100.7", 1, "", results);
	}
	record(&w, "r1.example", 0, "192.0.2.1", 1, "ds", OURS);
	ok(left_out > 0 && answer(&w, "192.0.2.1") && w.reported.left_out >= left_out &&
		w.is.sums.messages + w.reported.left_out == REP_REPORTED_NAMES_MAX / 2 + 1,
	    "names without a number: those records are left out, and counted");
	ok(w.reported.names_full && w.reported.left_out_rows == 0, "and why");
	reports_fini(&w);
}

static void
test_full(void)
{
	struct reports w;
	uint64_t sum = 0;

	reports_begin(&w);
	report(&w, "r1.example", 0);
	for (int i = 0; i < REP_REPORTED_ROWS_MAX; i++)
		sum += record(&w, "r1.example", 0, "192.0.2.1", 1, "ds", "s:shop.example=pass");
	ok(!record(&w, "r1.example", 0, "192.0.2.1", 1, "ds", OURS), "one more has no room");
	ok(answer(&w, NULL) && w.is.sums.messages == sum && w.reported.left_out == 1,
	    "it is left out, and counted");
	ok(!w.reported.names_full && w.reported.left_out_rows == 1, "and why");
	reports_fini(&w);
}

/* --- the path to reject ------------------------------------------------------------------------------------ */

/* A month of three receivers, in which 1,000 messages a day of our own pass, and what is named here besides. */
struct besides {
	const char *name;
	const char *p, *sp, *testing;
	int days, receivers;
	const char *ip, *passes, *results, *reason;
	uint64_t count; /* a day and receiver */
	const char *from;
	const char *want; /* each step: to, verdict, wanted/forwarded/unknown that fail */
};

static struct rep_str
path_text(const struct reports *w, const struct rep_report_path *p)
{
	static const char *const to[] = { "", "none", "quarantine", "reject" };
	struct rep_buf b;

	rep_buf_init(&b, 4096);
	rep_buf_printf(&b, "%s", to[p->now]);
	for (size_t i = 0; i < p->steps_n; i++) {
		const struct rep_path_step *s = &p->steps[i];

		rep_buf_printf(&b, " > %s %s %llu/%llu/%llu", to[s->to],
		    rep_path_verdict_word(s->verdict), (unsigned long long)s->wanted,
		    (unsigned long long)s->forwarded, (unsigned long long)s->unknown);
		if (s->policy.p != s->to || s->policy.sp != 0)
			rep_buf_printf(&b, " p=%s sp=%s", to[s->policy.p], to[s->policy.sp]);
	}
	return rep_arena_take(w->a, &b);
}

static void
month(struct reports *w, const struct besides *m)
{
	reports_begin(w);
	w->p = m->p;
	w->sp = m->sp;
	w->testing = m->testing;
	for (int day = 0; day < m->days; day++)
		for (int i = 1; i <= m->receivers; i++) {
			char org[32];

			snprintf(org, sizeof org, "r%d.example", i);
			report(w, org, day);
			record(w, org, day, "192.0.2.1", 1000, "ds", OURS);
			if (m->ip == NULL)
				continue;
			w->reason = m->reason;
			w->from = m->from != NULL ? m->from : w->domain;
			record(w, org, day, m->ip, m->count, m->passes, m->results);
			w->reason = NULL;
			w->from = w->domain;
		}
}

static void
test_path(void)
{
#define SERVICE "198.51.100.7", "", "d:esp.example/k=pass s:esp.example=pass", NULL
#define FORGER "198.51.100.8", "", "s:shop.example=fail", NULL
#define BROKE "198.51.100.9", "", "d:shop.example/s1=fail s:list.example=pass", NULL
#define SPARED "198.51.100.9", "", "d:shop.example/s1=fail s:list.example=pass", "mailing_list"
#define FAILS "192.0.2.1", "", "d:shop.example/s1=temperror s:shop.example=temperror", NULL
#define NOBODY NULL, NULL, NULL, NULL
	static const struct besides rows[] = {
		{ "all passes", "none", NULL, NULL, 28, 3, NOBODY, 0, NULL,
		    "none > quarantine safe 0/0/0 > reject safe 0/0/0" },
		{ "a day too few", "none", NULL, NULL, 27, 3, NOBODY, 0, NULL,
		    "none > quarantine wait 0/0/0 > reject wait 0/0/0" },
		{ "a receiver too few", "none", NULL, NULL, 28, 2, NOBODY, 0, NULL,
		    "none > quarantine wait 0/0/0 > reject wait 0/0/0" },
		{ "a service that does not sign as us", "none", NULL, NULL, 28, 3, SERVICE, 1, NULL,
		    "none > quarantine mend 84/0/0 > reject mend 84/0/0" },
		{ "and in too few days: it is known all the same", "none", NULL, NULL, 3, 3,
		    SERVICE, 1, NULL, "none > quarantine mend 9/0/0 > reject mend 9/0/0" },
		{ "five of a thousand of our own", "none", NULL, NULL, 28, 3, FAILS, 5, NULL,
		    "none > quarantine safe 420/0/0 > reject mend 420/0/0" },
		{ "twenty of a thousand", "none", NULL, NULL, 28, 3, FAILS, 20, NULL,
		    "none > quarantine mend 1680/0/0 > reject mend 1680/0/0" },
		{ "a forger stops nothing", "none", NULL, NULL, 28, 3, FORGER, 50000, NULL,
		    "none > quarantine safe 0/0/4200000 > reject safe 0/0/4200000" },
		{ "forwarders that break the signature", "none", NULL, NULL, 28, 3, BROKE, 10, NULL,
		    "none > quarantine safe 0/840/0 > reject forwarded 0/840/0" },
		{ "as few as one of ten thousand", "none", NULL, NULL, 28, 3, BROKE, 0, NULL,
		    "none > quarantine safe 0/0/0 > reject safe 0/0/0" },
		{ "which receivers let through", "none", NULL, NULL, 28, 3, SPARED, 10, NULL,
		    "none > quarantine safe 0/840/0 > reject safe 0/840/0" },
		{ "quarantine is published", "quarantine", NULL, NULL, 28, 3, SERVICE, 1, NULL,
		    "quarantine > reject mend 84/0/0" },
		{ "reject is published", "reject", NULL, NULL, 28, 3, SERVICE, 1, NULL, "reject" },
		{ "as a test it is quarantine", "reject", NULL, "y", 28, 3, NOBODY, 0, NULL,
		    "quarantine > reject safe 0/0/0" },
		{ "a test of quarantine is none", "quarantine", NULL, "y", 28, 3, NOBODY, 0, NULL,
		    "none > quarantine safe 0/0/0 > reject safe 0/0/0" },
		{ "subdomains are left behind", "reject", "none", NULL, 28, 3, NOBODY, 0, NULL,
		    "none > quarantine safe 0/0/0 p=reject sp=quarantine > reject safe 0/0/0 "
		    "p=reject sp=reject" },
		{ "what fails is of a subdomain that is not asked yet", "reject", "none", NULL, 28,
		    3, SERVICE, 1, "news.shop.example",
		    "none > quarantine mend 84/0/0 p=reject sp=quarantine > reject mend 84/0/0 "
		    "p=reject sp=reject" },
		{ "what fails is lost already", "reject", "none", NULL, 28, 3, SERVICE, 1, NULL,
		    "none > quarantine safe 0/0/0 p=reject sp=quarantine > reject safe 0/0/0 "
		    "p=reject sp=reject" },
		{ "no report says the policy", NULL, NULL, NULL, 28, 3, NOBODY, 0, NULL,
		    "none > quarantine safe 0/0/0 > reject safe 0/0/0" },
		{ "no day at all", "none", NULL, NULL, 0, 3, NOBODY, 0, NULL,
		    "none > quarantine wait 0/0/0 > reject wait 0/0/0" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_report_path p;
		struct reports w;

		month(&w, &rows[i]);
		ok(answer(&w, "192.0.2.1") &&
			rep_report_path(&w.reported, &w.is, w.a, &p, &w.err) == REP_OK,
		    "path: %s", rows[i].name);
		is_str(path_text(&w, &p), rows[i].want, "path: %s", rows[i].name);
		reports_fini(&w);
	}
}

/* Which policy is published: by most reports of the last day. */
static void
test_published(void)
{
	struct rep_report_path p;
	struct reports w;
	char org[32];

	reports_begin(&w);
	for (int day = 0; day < 40; day++)
		for (int i = 1; i <= 5; i++) {
			snprintf(org, sizeof org, "r%d.example", i);
			/* r5 has an old answer of the resolver for ever. */
			w.p = day >= 20 && i < 5 ? "quarantine" : "none";
			report(&w, org, day);
			record(&w, org, day, "192.0.2.1", 10, "ds", OURS);
		}
	ok(answer(&w, NULL) && rep_report_path(&w.reported, &w.is, w.a, &p, &w.err) == REP_OK,
	    "it answers");
	ok(p.known && p.now == REP_PUBLISHED_QUARANTINE, "most of the last day");
	is_int((int64_t)p.agree, 4, "so many agree");
	is_int((int64_t)p.asked, 5, "of so many");
	is_int(p.since_s, 0, "and since when nobody can say");
	reports_fini(&w);

	reports_begin(&w);
	for (int day = 0; day < 40; day++) {
		w.p = day >= 20 ? "quarantine" : "none";
		report(&w, "r1.example", day);
		record(&w, "r1.example", day, "192.0.2.1", 10, "ds", OURS);
	}
	ok(answer(&w, NULL) && rep_report_path(&w.reported, &w.is, w.a, &p, &w.err) == REP_OK,
	    "it answers");
	is_int((p.since_s - BEGIN_S) / DAY_S, 20, "since when");
	reports_fini(&w);
}

/* Receivers begin their days at other hours: the mail of one day is of one day. */
static void
test_stranger_days(void)
{
	struct rep_report_strangers got;
	struct reports w;

	reports_begin(&w);
	for (int day = 0; day < 20; day++)
		for (int i = 0; i < 3; i++) {
			w.begin_s = BEGIN_S + day * DAY_S + (i - 1) * 7 * 3600;
			report(&w,
			    i == 0	 ? "early.example"
				: i == 1 ? "utc.example"
					 : "late.example",
			    day);
			if (day >= 9 && day < 12)
				record(&w,
				    i == 0	 ? "early.example"
					: i == 1 ? "utc.example"
						 : "late.example",
				    day, "198.51.100.9", 2, "", "s:shop.example=fail");
		}
	ok(answer(&w, NULL) &&
		rep_report_strangers(&w.reported, &w.is, w.a, &got, &w.err) == REP_OK,
	    "it answers");
	ok(got.n == 1 && got.v[0].days == 3 && got.v[0].receivers == 3 &&
		got.v[0].first_s == BEGIN_S + 9 * DAY_S && got.v[0].last_s == BEGIN_S + 11 * DAY_S,
	    "an address: three days, the first and the last: %d",
	    (int)(got.n > 0 ? got.v[0].days : 0));
	reports_fini(&w);
}

static void
test_path_strangers(void)
{
	struct rep_report_path p;
	struct reports w;
	char ip[REP_IP_TEXT];

	reports_begin(&w);
	for (int day = 0; day < 28; day++) {
		report(&w, "r1.example", day);
		record(&w, "r1.example", day, "192.0.2.1", 10, "ds", OURS);
		record(&w, "r1.example", day, "2001:db8::5", 1, "", "s:shop.example=softfail");
		for (int i = 0; i < 3; i++) {
			snprintf(ip, sizeof ip, "198.51.100.%d", 100 + day * 3 + i);
			record(&w, "r1.example", day, ip, 500, "", "s:shop.example=softfail");
		}
	}
	ok(answer(&w, "192.0.2.1") &&
		rep_report_path(&w.reported, &w.is, w.a, &p, &w.err) == REP_OK,
	    "it answers");
	is_int((int64_t)p.strangers.n, REP_STRANGERS_MAX, "some addresses");
	is_int((int64_t)p.strangers.left_out, 80, "and how many more");
	is_str(rep_str_c(rep_ip_text(&p.strangers.v[0].ip, ip)), "2001:db8::5",
	    "first the one that sends every day");
	ok(p.strangers.v[0].steady && p.strangers.v[0].days == 28 && !p.strangers.v[1].steady &&
		p.strangers.v[1].messages == 500,
	    "and then those with the most");
	reports_fini(&w);
}

int
main(void)
{
	test_path();
	test_published();
	test_path_strangers();
	test_stranger_days();
	test_senders();
	test_aligned();
	test_join();
	test_groups();
	test_address();
	test_wanted();
	test_since();
	test_evening();
	test_nameless();
	test_lost();
	test_lost_where();
	test_new_service();
	test_strangers();
	test_receivers();
	test_rare_reporters();
	test_all_stop();
	test_overlaps();
	test_fresh();
	test_cross();
	test_many_receivers();
	test_many_differ();
	test_of_signature();
	test_hostile();
	test_full();
	test_full_names();
	return done();
}
