/*
 * unit/test_web_series.c -- series: what is counted where, groups, limits, and what the log does not cover.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/series.h"

#include "web_world.h"

enum { HOUR_AT = T - T % 3600 };

static enum rep_rc
ask(const struct rep_api_world *v, const char *const *pairs, json_t **j)
{
	struct rep_param p[8];
	struct rep_series_ask a;
	struct rep_buf b;
	size_t n = 0;
	enum rep_rc rc;

	for (; pairs[2 * n] != NULL; n++)
		p[n] = (struct rep_param){ rep_str_c(pairs[2 * n]), rep_str_c(pairs[2 * n + 1]) };
	*j = NULL;
	if ((rc = rep_series_parse(p, n, &a, &err)) != REP_OK)
		return rc;
	rep_buf_init(&b, 64 << 20);
	if ((rc = rep_series_json(&b, v, &a, &err)) == REP_OK)
		*j = web_tree(&b);
	rep_buf_fini(&b);
	return rc;
}

#define ASK(v, j, ...) ask((v), (const char *const[]){ __VA_ARGS__, NULL, NULL }, (j))

static void
fill(struct world *w)
{
	struct rep_ip ip;
	struct rep_complaint c = { .at_s = T, .count = 2, .type = REP_FEEDBACK_ABUSE };
	struct rep_complaint_names names = { .provider = REP_S("microsoft-consumer"),
		.message_id = REP_S("<c@shop.example>"),
		.recipient = REP_S("x@outlook.example") };
	bool fresh;

	begin(w);
	for (int i = 0; i < 10; i++) {
		struct rep_fact f = accepted(T + i, "a@gmail.example");

		f.delay_s = 2;
		add(w, &f);
		f = accepted(T - HOUR + i, "b@gmail.example");
		f.label = REP_S("mx1/postfix/out-b");
		add(w, &f);
	}
	for (int i = 0; i < 3; i++) {
		struct rep_fact f = refused(T + i, "c@outlook.example", "550 5.7.1 (S3140)");

		add(w, &f);
	}
	{
		struct rep_fact f = refused(T + 20, "d@outlook.example", "550 5.1.1 no such user");

		f.class = REP_CLASS_RECIPIENT;
		add(w, &f);
		f = accepted(T + 30, "e@small.example");
		f.provider = REP_S("other");
		f.provider_domain = REP_S("small.example");
		add(w, &f);
		f = refused(T + 31, "e@small.example", "554 blocked");
		f.provider = REP_S("other");
		f.provider_domain = REP_S("small.example");
		add(w, &f);
	}
	if (!rep_ip_parse(REP_S("192.0.2.10"), &ip))
		exit(1);
	NEED(rep_store_source(w->s, REP_S("mx1/postfix/out-a"), &ip, REP_KNOWN_STATED, T, &err));
	c.source_ip = ip;
	NEED(rep_store_complaint(w->s, &c, &names, &fresh, &err));
	commit(w);
}

static void
test_all(const struct rep_api_world *v)
{
	json_t *j;

	is_int(ASK(v, &j, "by", "hour"), REP_OK, "all mail: %s", err.msg);
	web_str(j, "by", "hour");
	web_int(j, "buckets", 24);
	web_int(j, "step_s", 3600);
	web_str(j, "now", "2025-11-03T06:42:42Z");
	web_str(j, "until", "2025-11-03T07:00:00Z");
	web_size(j, "series", 1);
	web_size(j, "series.0.attempts", 24);
	web_null(j, "series.0.name");
	web_int(j, "series.0.attempts.23", 16);
	web_int(j, "series.0.accepted.23", 11);
	web_int(j, "series.0.refused.23", 4);
	web_int(j, "series.0.other.23", 1);
	web_int(j, "series.0.unknown_recipients.23", 1);
	web_int(j, "series.0.complaints.23", 2);
	web_int(j, "series.0.attempts.22", 10);
	web_null(j, "series.0.attempts.21");
	web_int(j, "series.0.sum.attempts", 26);
	web_null(j, "series.0.delay_95_s");
	json_decref(j);
	is_int(ASK(v, &j, "by", "minute", "delays", "yes"), REP_OK, "minutes: %s", err.msg);
	web_int(j, "buckets", 180);
	web_int(j, "series.0.sum.attempts", 26);
	ok(json_real_value(web_at(j, "series.0.delay_half_s.179")) >= 2,
	    "a delay of two seconds is there");
	web_null(j, "series.0.delay_half_s.0");
	json_decref(j);
	is_int(ASK(v, &j, "by", "day", "from", "2025-10-01", "until", "2025-11-10"), REP_OK,
	    "days: %s", err.msg);
	web_int(j, "buckets", 40);
	web_int(j, "series.0.attempts.33", 26);
	web_null(j, "series.0.attempts.34");
	json_decref(j);
}

static void
test_chosen(const struct rep_api_world *v)
{
	json_t *j;

	is_int(ASK(v, &j, "provider", "google"), REP_OK, "a provider: %s", err.msg);
	web_int(j, "series.0.sum.attempts", 20);
	web_int(j, "series.0.sum.complaints", 0);
	web_str(j, "of.provider.0", "google");
	json_decref(j);
	is_int(ASK(v, &j, "provider", "google,microsoft-consumer"), REP_OK, "two providers");
	web_int(j, "series.0.sum.attempts", 24);
	web_int(j, "series.0.sum.complaints", 2);
	json_decref(j);
	is_int(ASK(v, &j, "provider", "other/small.example"), REP_OK, "a small host: %s", err.msg);
	web_int(j, "series.0.sum.refused", 1);
	json_decref(j);
	is_int(ASK(v, &j, "source", "192.0.2.10"), REP_OK, "an address: %s", err.msg);
	web_int(j, "series.0.sum.attempts", 16);
	web_int(j, "series.0.sum.complaints", 2);
	json_decref(j);
	is_int(ASK(v, &j, "source", "mx1/postfix/out-a"), REP_OK, "its label: %s", err.msg);
	web_int(j, "series.0.sum.attempts", 16);
	web_int(j, "series.0.sum.complaints", 2);
	json_decref(j);
	is_int(ASK(v, &j, "source", "192.0.2.10", "by", "day"), REP_OK, "by day: %s", err.msg);
	web_int(j, "series.0.sum.attempts", 16);
	json_decref(j);
	is_int(ASK(v, &j, "source", "mx1/postfix/out-b"), REP_OK, "a label: %s", err.msg);
	web_int(j, "series.0.sum.attempts", 10);
	web_int(j, "series.0.sum.complaints", 0);
	json_decref(j);
	is_int(ASK(v, &j, "class", "blocked"), REP_OK, "a class: %s", err.msg);
	web_int(j, "series.0.sum.attempts", 4);
	web_null(j, "series.0.complaints");
	json_decref(j);
}

static void
test_groups(const struct rep_api_world *v)
{
	json_t *j;

	is_int(ASK(v, &j, "group", "provider"), REP_OK, "by provider: %s", err.msg);
	web_size(j, "series", 3);
	web_str(j, "series.0.name", "google");
	web_str(j, "series.1.name", "microsoft-consumer");
	web_int(j, "series.1.sum.complaints", 2);
	web_int(j, "limits.series_together", 0);
	json_decref(j);
	is_int(ASK(v, &j, "group", "source"), REP_OK, "by source: %s", err.msg);
	web_size(j, "series", 2);
	web_str(j, "series.0.name", "192.0.2.10");
	web_str(j, "series.0.label", "mx1/postfix/out-a");
	web_int(j, "series.0.attempts.23", 16);
	web_str(j, "series.1.name", "mx1/postfix/out-b");
	json_decref(j);
	is_int(ASK(v, &j, "group", "class"), REP_OK, "by class: %s", err.msg);
	web_str(j, "series.0.name", "accepted");
	web_int(j, "series.0.sum.attempts", 21);
	web_str(j, "series.1.name", "blocked");
	json_decref(j);
}

/* An address that only the configuration knows: of a source whose label is the last part of a name, and of one that is all of it. */
static void
test_configured(const struct rep_api_world *v)
{
	struct rep_str labels[] = { REP_S("out-b") }, other[] = { REP_S("out") };
	struct rep_config_source sources[2] = { { .labels = { other, 1 } },
		{ .labels = { labels, 1 } } };
	json_t *j;

	if (!rep_ip_parse(REP_S("198.51.100.7"), &sources[1].public) ||
	    !rep_ip_parse(REP_S("198.51.100.8"), &sources[0].public))
		exit(1);
	web_cfg.sources = sources;
	web_cfg.n_sources = 2;
	is_int(ASK(v, &j, "source", "198.51.100.7"), REP_OK, "a configured address: %s", err.msg);
	web_int(j, "series.0.sum.attempts", 10);
	json_decref(j);
	is_int(ASK(v, &j, "source", "198.51.100.7,192.0.2.10"), REP_OK, "two: %s", err.msg);
	web_int(j, "series.0.sum.attempts", 26);
	json_decref(j);
	is_int(ASK(v, &j, "group", "source"), REP_OK, "by source: %s", err.msg);
	web_str(j, "series.1.name", "198.51.100.7");
	web_int(j, "series.0.sum.complaints", 2);
	web_int(j, "series.1.sum.complaints", 0);
	json_decref(j);
	is_int(ASK(v, &j, "source", "198.51.100.8"), REP_ENOTFOUND, "an address of no mail");
	web_cfg.sources = NULL;
	web_cfg.n_sources = 0;
}

static void
refuses(const struct rep_api_world *v, enum rep_rc want, const char *says, const char *name,
    const char *value)
{
	json_t *j;

	is_int(ASK(v, &j, name, value), want, "%s=%s is refused", name, value);
	ok(strstr(err.msg, says) != NULL, "%s=%s says why: %s", name, value, err.msg);
}

/* The log ends at T; a complaint came two days later, and one before the log began. */
static void
test_late_complaints(void)
{
	struct world w;
	struct rep_api_world v = web_open(&w, "late");
	struct rep_fact f = accepted(T, "a@gmail.example");
	struct rep_complaint_names names = { .provider = REP_S("google"),
		.message_id = REP_S("<late@shop.example>"),
		.recipient = REP_S("x@gmail.example") };
	struct rep_complaint c = { .count = 3, .type = REP_FEEDBACK_ABUSE };
	bool fresh;
	json_t *j;

	begin(&w);
	add(&w, &f);
	c.at_s = T + 2 * DAY;
	NEED(rep_store_complaint(w.s, &c, &names, &fresh, &err));
	c.at_s = T - 5 * DAY;
	names.message_id = REP_S("<early@shop.example>");
	NEED(rep_store_complaint(w.s, &c, &names, &fresh, &err));
	commit(&w);
	web_session.clock_s = T + 3 * DAY;
	is_int(ASK(&v, &j, "by", "day", "from", "2025-10-27", "until", "2025-11-10"), REP_OK,
	    "complaints without a log: %s", err.msg);
	web_int(j, "series.0.sum.complaints", 6);
	web_int(j, "series.0.complaints.2", 3);
	web_int(j, "series.0.complaints.9", 3);
	web_int(j, "series.0.complaints.8", 0);
	web_null(j, "series.0.complaints.13");
	web_null(j, "series.0.attempts.9");
	json_decref(j);
	web_session.clock_s = 0;
	web_close(&w, &v);
}

static void
test_refused(const struct rep_api_world *v)
{
	json_t *j;

	refuses(v, REP_ENOTFOUND, "no mail was read for a provider", "provider", "yahoo");
	refuses(
	    v, REP_ENOTFOUND, "no mail was read for a provider", "provider", "other/none.example");
	refuses(v, REP_ENOTFOUND, "no mail was read of a source", "source", "192.0.2.11");
	refuses(v, REP_EUSAGE, "did you mean \"blocked\"?", "class", "blockd");
	refuses(v, REP_EUSAGE, "at most 2200 are shown", "from", "2025-01-01");
	is_int(ASK(v, &j, "delays", "yes", "group", "class"), REP_EUSAGE, "delays of groups");
	is_int(ASK(v, &j, "delays", "yes", "by", "day"), REP_EUSAGE, "delays of 90 days");
	ok(strstr(err.msg, "at most 7 days") != NULL, "delays: says the limit");
	is_int(ASK(v, &j, "from", "2025-11-03", "until", "2025-11-02"), REP_EUSAGE,
	    "an end before its beginning");
}

static void
test_many(void)
{
	struct world w;
	struct rep_api_world v = web_open(&w, "many");
	json_t *j;

	begin(&w);
	for (int i = 0; i < 40; i++)
		for (int k = 0; k <= i % 4; k++) {
			struct rep_fact f = accepted(T + k, "a@gmail.example");
			char label[32];

			snprintf(label, sizeof label, "mx%d", i);
			f.label = rep_str_c(label);
			f.log_host = f.label;
			add(&w, &f);
		}
	commit(&w);
	is_int(ASK(&v, &j, "group", "source"), REP_OK, "many sources: %s", err.msg);
	web_size(j, "series", REP_SERIES_MAX + 1);
	web_int(j, "limits.series_together", 8);
	web_int(j, "series.0.sum.attempts", 4);
	ok(json_is_true(web_at(j, "series.32.rest")), "the last is the rest");
	web_null(j, "series.32.name");
	web_int(j, "series.32.sum.attempts", 8);
	json_decref(j);
	web_close(&w, &v);
}

static void
test_empty(void)
{
	struct world w;
	struct rep_api_world v = web_open(&w, "empty");
	json_t *j;

	is_int(ASK(&v, &j, "by", "hour"), REP_OK, "nothing was read: %s", err.msg);
	web_null(j, "now");
	web_null(j, "series.0.attempts.0");
	json_decref(j);
	web_close(&w, &v);
}

int
main(void)
{
	struct world w;
	struct rep_api_world v = web_open(&w, "series");

	fill(&w);
	test_all(&v);
	test_chosen(&v);
	test_groups(&v);
	test_configured(&v);
	test_refused(&v);
	test_late_complaints();
	test_many();
	test_empty();
	web_close(&w, &v);
	return done();
}
