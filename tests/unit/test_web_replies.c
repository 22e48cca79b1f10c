/*
 * unit/test_web_replies.c -- replies: the wordings of an incident and no others; bounces: shares, states and their order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/bounces.h"
#include "api/replies.h"

#include "web_judged.h"

static enum rep_rc
replies(const struct rep_api_world *v, const char *incident, json_t **j)
{
	struct rep_param p = { REP_S("incident"), rep_str_c(incident) };
	struct rep_replies_ask a;
	struct rep_buf b;
	enum rep_rc rc = rep_replies_parse(&p, 1, &a, &err);

	*j = NULL;
	if (rc != REP_OK)
		return rc;
	rep_buf_init(&b, 64 << 20);
	if ((rc = rep_replies_json(&b, v, &a, &err)) == REP_OK)
		*j = web_tree(&b);
	rep_buf_fini(&b);
	return rc;
}

static enum rep_rc
bounces(const struct rep_api_world *v, const char *days, json_t **j)
{
	struct rep_param p = { REP_S("days"), rep_str_c(days) };
	struct rep_bounces_ask a;
	struct rep_buf b;
	enum rep_rc rc = rep_bounces_parse(&p, days[0] != '\0', &a, &err);

	*j = NULL;
	if (rc != REP_OK)
		return rc;
	rep_buf_init(&b, 64 << 20);
	if ((rc = rep_bounces_json(&b, v, &a, &err)) == REP_OK)
		*j = web_tree(&b);
	rep_buf_fini(&b);
	return rc;
}

/* Another provider's words, which are no part of the incident. */
static void
others(struct world *w)
{
	begin(w);
	for (int i = 0; i < 3; i++) {
		struct rep_fact f =
		    refused(T - 100 + i, "o@gmail.example", "550 5.7.26 not authenticated");

		f.provider = REP_S("google");
		f.class = REP_CLASS_AUTHENTICATION;
		add(w, &f);
	}
	commit(w);
}

static void
test_replies(void)
{
	struct rep_verdict_set set;
	struct world w;
	struct rep_api_world v = web_open(&w, "replies");
	char id[24];
	json_t *j;

	judged_fill(&w);
	others(&w);
	judged_make(&v, &set, REP_DEPTH_NUMBERS);
	ok(set.verdicts.incidents_n > 0 && set.verdicts.incidents[0].class == REP_CLASS_BLOCKED,
	    "the refusals are a trouble");
	snprintf(id, sizeof id, "%lld", (long long)set.verdicts.incidents[0].id);
	is_int(replies(&v, id, &j), REP_OK, "its replies: %s", err.msg);
	web_size(j, "replies", 1);
	web_str(j, "replies.0.class", "blocked");
	web_int(j, "replies.0.code", 550);
	web_int(j, "replies.0.count", (24 + 20) * 12);
	ok(strstr(json_string_value(web_at(j, "replies.0.text")), "block list (S3140)") != NULL,
	    "word for word");
	web_int(j, "limits.left_out", 0);
	json_decref(j);
	is_int(replies(&v, "4711", &j), REP_ENOTFOUND, "no such incident");
	is_int(replies(&v, "x", &j), REP_EUSAGE, "no number");
	is_int(replies(&v, "", &j), REP_EUSAGE, "not said which");
	rep_verdicts_free(&set);
	web_close(&w, &v);
}

enum { GOOD, NEAR, OVER, FEW, STREAMS };
static const char *const streams[] = { "good", "near", "over", "few" };

static void
add_stream(struct world *w, int stream, int n, int unknown)
{
	char to[48];

	for (int i = 0; i < n; i++) {
		struct rep_fact f;

		snprintf(to, sizeof to, "s%d-%d@gmail.example", stream, i);
		f = i < unknown ? refused(T - i, to, "550 5.1.1 no such user")
				: accepted(T - i, to);
		if (i < unknown)
			f.class = REP_CLASS_RECIPIENT;
		f.stream = rep_str_c(streams[stream]);
		add(w, &f);
	}
}

static void
test_bounces(void)
{
	struct world w;
	struct rep_api_world v = web_open(&w, "bounces");
	json_t *j;

	begin(&w);
	add_stream(&w, GOOD, 400, 4);
	add_stream(&w, NEAR, 400, 12);
	add_stream(&w, OVER, 400, 20);
	add_stream(&w, FEW, 100, 50);
	commit(&w);
	web_session.clock_s = T + 60;
	is_int(bounces(&v, "", &j), REP_OK, "thirty days: %s", err.msg);
	web_size(j, "rows", STREAMS);
	web_str(j, "rows.0.stream", "over");
	web_str(j, "rows.0.state", "over the limit");
	web_int(j, "rows.0.attempts", 400);
	web_int(j, "rows.0.unknown_recipients", 20);
	web_str(j, "rows.1.state", "near the limit");
	web_str(j, "rows.2.state", "well");
	web_str(j, "rows.3.stream", "few");
	web_str(j, "rows.3.state", "unknown");
	ok(json_real_value(web_at(j, "rows.3.share")) > 0.49, "its share is told all the same");
	json_decref(j);
	is_int(bounces(&v, "1", &j), REP_OK, "today: %s", err.msg);
	web_size(j, "rows", STREAMS);
	json_decref(j);
	is_int(bounces(&v, "366", &j), REP_EUSAGE, "more than a year");
	is_int(bounces(&v, "0", &j), REP_EUSAGE, "no day");
	web_close(&w, &v);
}

int
main(void)
{
	test_replies();
	test_bounces();
	rep_know_free(judged_know);
	return done();
}
