/*
 * unit/test_web_strips.c -- strips: states and counts of their cells, and the search of incidents.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/incidents.h"
#include "api/strips.h"

#include "web_judged.h"

static enum rep_rc
strips(const struct rep_api_world *v, const char *name, const char *value, json_t **j)
{
	struct rep_param p = { rep_str_c(name), rep_str_c(value) };
	struct rep_strips_ask a;
	struct rep_buf b;
	enum rep_rc rc = rep_strips_parse(&p, name != NULL, &a, &err);

	*j = NULL;
	if (rc != REP_OK)
		return rc;
	rep_buf_init(&b, 64 << 20);
	if ((rc = rep_strips_json(&b, v, &a, &err)) == REP_OK)
		*j = web_tree(&b);
	rep_buf_fini(&b);
	return rc;
}

static enum rep_rc
search(
    const struct rep_api_world *v, const char *q, const char *name, const char *value, json_t **j)
{
	struct rep_param p[2] = { { REP_S("q"), rep_str_c(q) },
		{ rep_str_c(name), rep_str_c(value) } };
	struct rep_incidents_ask a;
	struct rep_buf b;
	enum rep_rc rc = rep_incidents_parse(p, name != NULL ? 2 : 1, &a, &err);

	*j = NULL;
	if (rc != REP_OK)
		return rc;
	rep_buf_init(&b, 64 << 20);
	if ((rc = rep_incidents_json(&b, v, &a, &err)) == REP_OK)
		*j = web_tree(&b);
	rep_buf_fini(&b);
	return rc;
}

static void
test_strips(const struct rep_api_world *v)
{
	json_t *j;

	is_int(strips(v, NULL, NULL, &j), REP_OK, "a day: %s", err.msg);
	web_str(j, "span", "day");
	web_int(j, "cells", 90);
	web_size(j, "rows", 4);
	web_str(j, "rows.0.source", "192.0.2.10");
	web_str(j, "rows.0.provider", "microsoft-consumer");
	web_str(j, "rows.0.provider_name", "Microsoft (Outlook.com, Hotmail)");
	web_str(j, "rows.0.state", "blocked");
	web_size(j, "rows.0.states", 90);
	web_str(j, "rows.0.states.80", "blocked");
	web_str(j, "rows.0.classes.80", "blocked");
	web_str(j, "rows.0.states.5", "well");
	web_null(j, "rows.0.classes.5");
	ok(json_integer_value(web_at(j, "rows.0.refused.80")) > 0, "what was refused is counted");
	web_int(j, "rows.0.accepted.80", 0);
	web_int(j, "rows.0.sum.refused", 20 * 12);
	web_int(j, "limits.rows_left_out", 0);
	json_decref(j);
	is_int(strips(v, "span", "week", &j), REP_OK, "a week: %s", err.msg);
	web_int(j, "step_s", 7200);
	web_str(j, "rows.0.states.89", "blocked");
	web_str(j, "rows.0.states.60", "well");
	json_decref(j);
	is_int(strips(v, "span", "quarter", &j), REP_OK, "a quarter: %s", err.msg);
	web_null(j, "rows.0.states.10");
	web_null(j, "rows.0.attempts.10");
	web_str(j, "rows.0.states.85", "blocked");
	web_str(j, "rows.0.states.87", "well");
	json_decref(j);
	is_int(strips(v, "provider", "google", &j), REP_OK, "a provider: %s", err.msg);
	web_size(j, "rows", 2);
	json_decref(j);
	is_int(strips(v, "source", "mx1/postfix/out-a", &j), REP_OK, "a label: %s", err.msg);
	web_size(j, "rows", 2);
	json_decref(j);
	is_int(strips(v, "source", "nowhere", &j), REP_OK, "a source that there is not");
	web_size(j, "rows", 0);
	json_decref(j);
	is_int(strips(v, "span", "year", &j), REP_EUSAGE, "another span");
	is_str(rep_str_c(err.msg), "span: \"year\" is not one of day, week or quarter",
	    "another span: says what there is");
}

static void
test_search(const struct rep_api_world *v)
{
	static const struct {
		const char *q, *name, *value;
		int found;
	} asks[] = {
		{ "", NULL, NULL, 1 },
		{ "microsoft", NULL, NULL, 1 },
		{ "Hotmail refuses", NULL, NULL, 1 },
		{ "192.0.2.10", NULL, NULL, 1 },
		{ "s3140", NULL, NULL, 1 },
		{ "S3140 blocked out-a", NULL, NULL, 1 },
		{ "1", NULL, NULL, 1 },
		{ "google", NULL, NULL, 0 },
		{ "s3140 google", NULL, NULL, 0 },
		{ "", "state", "open", 1 },
		{ "", "state", "over", 0 },
		{ "", "provider", "microsoft-consumer", 1 },
		{ "", "provider", "Microsoft", 0 },
		{ "", "provider", "microsoft-consumer/other.example", 0 },
		{ "s3140", "provider", "google", 0 },
		{ "", "source", "192.0.2.10", 1 },
		{ "", "source", "192.0.2.1", 0 },
		{ "", "until", "2025-10-29", 0 },
		{ "", "from", "2025-10-29", 1 },
		{ "", "page", "99999999999-1", 1 },
		{ "", "page", "1-1", 0 },
	};
	json_t *j;

	for (size_t i = 0; i < REP_COUNT(asks); i++) {
		is_int(search(v, asks[i].q, asks[i].name, asks[i].value, &j), REP_OK, "\"%s\": %s",
		    asks[i].q, err.msg);
		web_size(j, "incidents", (size_t)asks[i].found);
		json_decref(j);
	}
	is_int(search(v, "", NULL, NULL, &j), REP_OK, "all: %s", err.msg);
	web_str(j, "incidents.0.sentence",
	    "Microsoft (Outlook.com, Hotmail) refuses mail from 192.0.2.10");
	web_str(j, "incidents.0.state", "active");
	web_str(j, "incidents.0.trouble", "block");
	web_str(j, "incidents.0.rule", "microsoft-consumer.s3140");
	web_int(j, "incidents.0.returns", 1);
	web_null(j, "incidents.0.until");
	ok(json_is_string(web_at(j, "incidents.0.cause")), "a cause is named");
	web_null(j, "next");
	json_decref(j);
	is_int(search(v, "", "page", "x", &j), REP_EUSAGE, "no cursor");
	is_int(search(v, "a b c d e f g h i", NULL, NULL, &j), REP_EUSAGE, "nine words");
	is_int(search(v, "a b c d e f g  h", NULL, NULL, &j), REP_OK, "eight words");
	json_decref(j);
}

/* 250 rows, and 30 that have had no mail in the span: those are not left out, there is nothing to show. */
static void
test_left_out(void)
{
	struct rep_verdict_set set = { 0 };
	struct world w;
	struct rep_api_world v = web_open(&w, "left-out");
	json_t *j;

	begin(&w);
	for (int i = 0; i < 280; i++) {
		struct rep_fact f = accepted(T - (i < 250 ? 1 : 120) * DAY + i, "a@gmail.example");
		char label[32], provider[16];

		snprintf(label, sizeof label, "mx%d", i / 14);
		snprintf(provider, sizeof provider, "p%d", i % 14);
		f.label = rep_str_c(label);
		f.provider = rep_str_c(provider);
		add(&w, &f);
	}
	commit(&w);
	judged_make(&v, &set, REP_DEPTH_STATE);
	ok(set.verdicts.cells_n >= 280, "rows without mail are judged: %zu", set.verdicts.cells_n);
	is_int(strips(&v, "span", "quarter", &j), REP_OK, "many rows: %s", err.msg);
	web_size(j, "rows", REP_STRIPS_ROWS_MAX);
	web_int(j, "limits.rows_left_out", 50);
	json_decref(j);
	rep_verdicts_free(&set);
	web_close(&w, &v);
}

static struct rep_fact
small_host(int64_t at_s, const char *domain, bool bad, const char *label)
{
	struct rep_fact f = bad ? refused(at_s, "a@x.example", "550 5.7.1 your address is blocked")
				: accepted(at_s, "a@x.example");

	f.label = f.queue_id = rep_str_c(label);
	f.provider = REP_S("other");
	f.provider_domain = rep_str_c(domain);
	f.rule = REP_S("");
	return f;
}

/* Each attempt at a small host is in one row: its own, where it has one, else that of all. */
static void
test_small_hosts(void)
{
	struct rep_verdict_set set = { 0 };
	struct world w;
	struct rep_api_world v = web_open(&w, "small");
	int64_t attempts = 0;
	size_t own = 0, all = 0, rows;
	json_t *j;

	begin(&w);
	for (int h = 72; h > 0; h--)
		for (int k = 0; k < 4; k++) {
			static const char *const labels[] = { "mx1", "mx2" };
			int64_t at_s = T - h * (int64_t)HOUR + k * 60;

			for (size_t i = 0; i < 2; i++) {
				struct rep_fact f =
				    small_host(at_s, "firm.example", h <= 20, labels[i]);

				add(&w, &f);
				f = small_host(at_s + 5, "quiet.example", h == 40, labels[i]);
				add(&w, &f);
				f = small_host(at_s + 9, "never.example", false, labels[i]);
				add(&w, &f);
			}
		}
	commit(&w);
	judged_make(&v, &set, REP_DEPTH_STATE);
	is_int(strips(&v, "span", "week", &j), REP_OK, "small hosts: %s", err.msg);
	rows = json_array_size(web_at(j, "rows"));
	for (size_t i = 0; i < rows; i++) {
		json_t *row = json_array_get(web_at(j, "rows"), i);
		int64_t n = json_integer_value(web_at(row, "sum.attempts"));
		bool named = json_is_string(web_at(row, "provider_domain"));

		/* A domain has its name from its first refusal on. */
		ok(n == 20 * 4 || n == 40 * 4 || (!named && n == (72 * 3 - 60) * 4),
		    "row %zu of a small host: %d attempts", i, (int)n);
		own += named;
		all += !named;
		attempts += n;
	}
	ok(own == 4 && all == 2, "two small hosts have rows of their own: %zu and %zu", own, all);
	is_int(attempts, INT64_C(72) * 4 * 2 * 3, "and nothing is counted twice, or not at all");
	json_decref(j);
	rep_verdicts_free(&set);
	web_close(&w, &v);
}

/* A cell and its strip have one state: the judge's. */
static void
states(void)
{
	static const struct {
		enum rep_trouble trouble;
		bool theirs;
		uint64_t deferred, bounced;
		enum rep_class class;
		enum rep_state want;
	} rows[] = {
		{ REP_TROUBLE_THROTTLE, false, 1, 9, REP_CLASS_THROTTLED, REP_STATE_THROTTLED },
		{ REP_TROUBLE_DROP, false, 9, 1, REP_CLASS_UNKNOWN, REP_STATE_THROTTLED },
		{ REP_TROUBLE_DROP, true, 9, 1, REP_CLASS_UNKNOWN, REP_STATE_FAILING },
		{ REP_TROUBLE_DROP, false, 1, 9, REP_CLASS_UNKNOWN, REP_STATE_FAILING },
		{ REP_TROUBLE_FAIL, false, 9, 1, REP_CLASS_UNKNOWN, REP_STATE_FAILING },
		{ REP_TROUBLE_BLOCK, false, 1, 9, REP_CLASS_LISTED, REP_STATE_LISTED },
		{ REP_TROUBLE_BLOCK, false, 1, 9, REP_CLASS_BLOCKED, REP_STATE_BLOCKED },
	};

	for (size_t k = 0; k < REP_COUNT(rows); k++) {
		struct rep_incident i = { .trouble = rows[k].trouble,
			.theirs = rows[k].theirs,
			.class = rows[k].class };
		struct rep_episode e = { .deferred = rows[k].deferred, .bounced = rows[k].bounced };

		is_int(rep_incident_state(&i, &e), rows[k].want, "the state of trouble %zu", k);
	}
}

int
main(void)
{
	struct rep_verdict_set set = { 0 };
	struct world w;
	struct rep_api_world v = web_open(&w, "strips");

	judged_fill(&w);
	judged_make(&v, &set, REP_DEPTH_REASONS);
	test_strips(&v);
	test_search(&v);
	test_left_out();
	test_small_hosts();
	rep_verdicts_free(&set);
	rep_know_free(judged_know);
	web_close(&w, &v);
	states();
	return done();
}
