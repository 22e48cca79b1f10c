/*
 * unit/test_web_feeds.c -- health of feeds, notes in pages, and metrics: format, escapes, what never is in a label.
 *
 * With the argument `metrics` it prints metrics only: tests/system/test_metrics.py reads them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/feeds.h"
#include "api/incidents.h"
#include "api/metrics.h"
#include "api/notes.h"
#include "api/words.h"
#include "engine/outbox_kept.h"

#include "web_judged.h"

static void
test_feeds(const struct rep_api_world *v)
{
	struct rep_param p = { REP_S("x"), REP_S("1") };
	struct rep_buf b;
	json_t *j;

	rep_buf_init(&b, 16 << 20);
	is_int(rep_feeds_json(&b, v, &err), REP_OK, "feeds: %s", err.msg);
	j = web_tree(&b);
	rep_buf_fini(&b);
	web_str(j, "state", "attention");
	web_str(j, "sentence",
	    "The mail log is read (its last line is 7 min old). The DNS of your domains and addresses was never checked.");
	web_str(j, "log", "The mail log is read (its last line is 7 min old).");
	web_str(j, "worst", "looks");
	web_size(j, "feeds", REP_FEED_KINDS);
	web_str(j, "feeds.0.feed", "log");
	web_str(j, "feeds.0.state", "ok");
	web_int(j, "feeds.0.age_s", 468);
	web_null(j, "feeds.0.do");
	web_str(j, "feeds.1.state", "never");
	web_null(j, "feeds.1.last");
	ok(json_is_string(web_at(j, "feeds.1.do")), "what to do about it");
	web_str(j, "not_watched.0.what", "snds");
	web_str(j, "not_watched.1.what", "looks");
	web_int(j, "quarantine.documents", 0);
	json_decref(j);
	is_int(rep_feeds_parse(&p, 1, &err), REP_EUSAGE, "no parameter is known");
	is_int(rep_feeds_parse(&p, 0, &err), REP_OK, "none is needed");
}

static void
test_bad(struct rep_api_world *v)
{
	struct rep_feeds f;
	char text[64];
	struct rep_buf b;
	json_t *j;

	web_session.clock_s = T + 3 * DAY;
	is_int(rep_feeds_make(v, &f, &err), REP_OK, "three days later: %s", err.msg);
	is_int(f.of[REP_FEED_LOG].state, REP_FEED_LATE, "the log is late");
	rep_buf_init(&b, 16 << 20);
	is_int(rep_feeds_json(&b, v, &err), REP_OK, "feeds that are late: %s", err.msg);
	j = web_tree(&b);
	rep_buf_fini(&b);
	web_str(j, "feeds.0.sentence", "Nothing new was read from the mail log for a day");
	snprintf(text, sizeof text, "No DMARC report was read in %d days", REP_FEEDS_DAYS);
	web_str(j, "feeds.3.sentence", text);
	json_decref(j);
	web_session.clock_s = T + 60;
}

/* A message to a channel that is tried so often, an hour apart, and taken at last or not. */
static void
send_alert(struct rep_api_world *v, struct rep_str channel, int tries, bool taken, int64_t at_s)
{
	const struct rep_outbox_to to = { .channels = &channel, .n = 1, .now_s = at_s };
	struct rep_outbox box = { .session = &web_session, .store = v->store };
	uint64_t alert = 0;

	NEED(rep_outbox_begin(&box, v->arena, &err));
	NEED(rep_outbox_add(&box, &alert, REP_ALERT_OPENED, "", REP_S("t"), REP_S("x"), &to, &err));
	for (int i = 0; i < tries; i++) {
		uint64_t n = box.messages[box.messages_n - 1].n;

		rep_outbox_try(&box, n, channel, at_s + i * HOUR);
		(void)rep_outbox_tried(&box, n, channel, at_s + i * HOUR, taken && i == tries - 1,
		    false, REP_S("no answer"));
	}
	NEED(rep_outbox_commit(&box, &err));
}

/* A channel that gave up is no channel that alerts reach, until it takes one again or is gone. */
static void
test_alerts(void)
{
	/* An hour apart, for longer than REP_OUTBOX_TRY_S. */
	enum { MANY = REP_OUTBOX_TRY_S / HOUR + 1, LATER = T + REP_OUTBOX_TRY_S + DAY };
	struct rep_config_alert channel = { .name = REP_S("ops"), .to = REP_S("x") };
	struct rep_outbox box = { .session = &web_session };
	struct rep_feeds f;
	struct world w;
	struct rep_api_world v = web_open(&w, "alerts");

	web_session.clock_s = LATER + DAY;
	web_cfg.alerts = &channel;
	web_cfg.n_alerts = 1;
	is_int(rep_feeds_make(&v, &f, &err), REP_OK, "a channel: %s", err.msg);
	is_int(f.of[REP_FEED_ALERTS].state, REP_FEED_OK, "it has nothing to take");
	send_alert(&v, REP_S("ops"), 1, true, T);
	is_int(rep_feeds_make(&v, &f, &err), REP_OK, "it took one: %s", err.msg);
	is_int(f.of[REP_FEED_ALERTS].state, REP_FEED_OK, "it takes alerts");
	is_int(f.of[REP_FEED_ALERTS].last_s, T, "the last one");
	send_alert(&v, REP_S("ops"), MANY, false, T + 1);
	box.store = v.store;
	NEED(rep_outbox_load(&box, v.arena, &err));
	is_int(box.messages[1].ways[0].state, REP_OUTBOX_GIVEN_UP, "one is given up");
	is_int(rep_feeds_make(&v, &f, &err), REP_OK, "it gave up: %s", err.msg);
	is_int(f.of[REP_FEED_ALERTS].state, REP_FEED_FAILING, "it does not take alerts");
	is_int(f.of[REP_FEED_ALERTS].backlog, 0, "nothing waits any more");
	channel.name = REP_S("others");
	is_int(rep_feeds_make(&v, &f, &err), REP_OK, "another channel: %s", err.msg);
	is_int(f.of[REP_FEED_ALERTS].state, REP_FEED_OK, "one that is gone is not in the way");
	channel.name = REP_S("ops");
	send_alert(&v, REP_S("ops"), 1, true, LATER);
	is_int(rep_feeds_make(&v, &f, &err), REP_OK, "it took one again: %s", err.msg);
	is_int(f.of[REP_FEED_ALERTS].state, REP_FEED_OK, "it takes alerts again");
	send_alert(&v, REP_S("ops"), 1, false, LATER + 1);
	is_int(rep_feeds_make(&v, &f, &err), REP_OK, "a try failed: %s", err.msg);
	is_int(f.of[REP_FEED_ALERTS].state, REP_FEED_FAILING, "it does not take this one");
	is_int(f.of[REP_FEED_ALERTS].backlog, 1, "which waits");
	web_cfg.n_alerts = 0;
	web_session.clock_s = T + 60;
	web_close(&w, &v);
}

static void
metrics(const struct rep_api_world *v, struct rep_buf *b)
{
	rep_buf_init(b, 16 << 20);
	is_int(rep_metrics_text(b, v, &err), REP_OK, "metrics: %s", err.msg);
}

static bool
has(const struct rep_buf *b, const char *text)
{
	return ok(
	    rep_str_find(rep_buf_str(b), rep_str_c(text), 0) != SIZE_MAX, "metrics have: %s", text);
}

static bool
lacks(const struct rep_buf *b, const char *text)
{
	return ok(rep_str_find(rep_buf_str(b), rep_str_c(text), 0) == SIZE_MAX,
	    "metrics do not have: %s", text);
}

static size_t
count(const struct rep_buf *b, const char *text)
{
	size_t n = 0, at = 0;

	while ((at = rep_str_find(rep_buf_str(b), rep_str_c(text), at)) != SIZE_MAX) {
		n++;
		at++;
	}
	return n;
}

static void
test_metrics(const struct rep_api_world *v)
{
	struct rep_buf b;

	metrics(v, &b);
	has(&b, "# TYPE reputed_attempts counter\n# HELP reputed_attempts ");
	has(&b,
	    "\nreputed_attempts_total{provider=\"google\",class=\"accepted\",status=\"sent\"} 5760\n");
	has(&b,
	    "\nreputed_attempts_total{provider=\"microsoft-consumer\",class=\"blocked\",status=\"bounced\"} 528\n");
	has(&b,
	    "\nreputed_state{source=\"192.0.2.10\",provider=\"microsoft-consumer\",state=\"blocked\"} 1\n");
	has(&b,
	    "\nreputed_state{source=\"192.0.2.10\",provider=\"microsoft-consumer\",state=\"well\"} 0\n");
	has(&b, "\nreputed_incidents_open{trouble=\"block\"} 1\n");
	has(&b, "\nreputed_feed_age_seconds{feed=\"log\"} 468\n");
	has(&b, "\n# UNIT reputed_feed_age_seconds seconds\n");
	ok(rep_str_ends(rep_buf_str(&b), REP_S("\n# EOF\n")), "it ends with # EOF");
	lacks(&b, "gmail.example");
	lacks(&b, "outlook.example");
	lacks(&b, "shop.example");
	rep_buf_fini(&b);
}

/* No attempt is lost when there are more providers than are told apart. */
static void
test_providers(void)
{
	enum { MORE = 7 };
	struct rep_verdict_set set = { 0 };
	struct world w;
	struct rep_api_world v = web_open(&w, "providers");
	struct rep_buf b;

	begin(&w);
	for (int i = 0; i < REP_METRICS_PROVIDERS - 1 + MORE; i++) {
		struct rep_fact f = accepted(T + i, "a@gmail.example");
		char id[16];

		snprintf(id, sizeof id, "p%d", i);
		f.provider = rep_str_c(id);
		add(&w, &f);
		if (i % 100 != 0)
			continue;
		f = accepted(T + i, "a@small.example");
		f.provider = REP_S("other");
		f.provider_domain = REP_S("small.example");
		add(&w, &f);
	}
	commit(&w);
	judged_make(&v, &set, REP_DEPTH_STATE);
	metrics(&v, &b);
	/* 6 of small hosts */
	has(&b,
	    "\nreputed_attempts_total{provider=\"other\",class=\"accepted\",status=\"sent\"} 13\n");
	ok(count(&b, "\nreputed_attempts_total{") == REP_METRICS_PROVIDERS,
	    "all others have a row");
	rep_buf_fini(&b);
	rep_verdicts_free(&set);
	web_close(&w, &v);
}

/* More sources than have rows: how many is said. Labels with one address are one source. */
static void
test_sources(void)
{
	enum { MORE = 5 };
	struct rep_verdict_set set = { 0 };
	struct world w;
	struct rep_api_world v = web_open(&w, "sources");
	struct rep_buf b;
	struct rep_ip ip;

	begin(&w);
	for (int i = 0; i < REP_METRICS_SOURCES + MORE; i++) {
		struct rep_fact f = accepted(T + 2 * i, "a@gmail.example");
		char label[32];

		snprintf(label, sizeof label, "mx1/postfix/out%03d", i);
		f.label = rep_str_c(label);
		add(&w, &f);
		f.at_s++;
		f.provider = REP_S("yahoo");
		add(&w, &f);
	}
	commit(&w);
	judged_make(&v, &set, REP_DEPTH_STATE);
	metrics(&v, &b);
	has(&b, "\nreputed_sources_left_out 5\n");
	has(&b, "\nreputed_rows_left_out 10\n");
	ok(count(&b, ",status=\"sent\"} 1\n") == 2 * REP_METRICS_SOURCES, "the others have rows");
	rep_buf_fini(&b);
	rep_verdicts_free(&set);
	/* All of them have rows once the labels of twelve are those of two. */
	begin(&w);
	for (int i = 0; i < 2 * (MORE + 1); i++) {
		char label[32];

		snprintf(label, sizeof label, "mx1/postfix/out%03d", i);
		if (!rep_ip_parse(i % 2 ? REP_S("192.0.2.1") : REP_S("192.0.2.2"), &ip))
			exit(1);
		NEED(rep_store_source(w.s, rep_str_c(label), &ip, REP_KNOWN_STATED, T, &err));
	}
	commit(&w);
	judged_make(&v, &set, REP_DEPTH_STATE);
	metrics(&v, &b);
	has(&b, "\nreputed_sources_left_out 0\n");
	has(&b, "\nreputed_rows_left_out 0\n");
	has(&b, "{source=\"192.0.2.1\",provider=\"google\",status=\"sent\"} 6\n");
	rep_buf_fini(&b);
	rep_verdicts_free(&set);
	web_close(&w, &v);
}

/* An incident that is only suspected is open, as in `why` and in incidents. */
static void
test_suspected(const struct rep_api_world *v, struct rep_verdict_set *set)
{
	struct rep_incident *i = &set->verdicts.incidents[0];
	enum rep_life life = i->life;
	struct rep_incidents_ask a;
	struct rep_buf b;
	json_t *j;

	is_int((int64_t)set->verdicts.incidents_n, 1, "there is one incident");
	i->life = REP_LIFE_SUSPECTED;
	metrics(v, &b);
	has(&b, "\nreputed_incidents_open{trouble=\"block\"} 1\n");
	has(&b, "\nreputed_incidents_suspected 1\n");
	has(&b, "\nreputed_incidents_over 0\n");
	rep_buf_clear(&b);
	is_int(rep_incidents_parse(NULL, 0, &a, &err), REP_OK, "incidents: asked");
	is_int(rep_incidents_json(&b, v, &a, &err), REP_OK, "incidents: %s", err.msg);
	j = web_tree(&b);
	web_int(j, "open", 1);
	web_str(j, "incidents.0.state", "suspected");
	json_decref(j);
	rep_buf_fini(&b);
	i->life = life;
}

/* What fails for its authentication is refused, as `why` says; it is no failure of the provider. */
static void
test_words(const struct rep_api_world *v, struct rep_verdict_set *set)
{
	static const struct {
		enum rep_trouble trouble;
		enum rep_api_tense tense;
		const char *want;
	} rows[] = {
		{ REP_TROUBLE_BLOCK, REP_API_IS, "refuses mail from 192.0.2.10" },
		{ REP_TROUBLE_THROTTLE, REP_API_WAS, "slowed down mail from 192.0.2.10" },
		{ REP_TROUBLE_FAIL, REP_API_IS,
		    "refuses mail for its authentication or identity from 192.0.2.10" },
		{ REP_TROUBLE_FAIL, REP_API_BEGAN,
		    "began to refuse mail for its authentication or identity from 192.0.2.10" },
		{ REP_TROUBLE_DROP, REP_API_ENDED,
		    "no longer accepts less than usual of the mail from 192.0.2.10" },
	};
	struct rep_incident *i = &set->verdicts.incidents[0];
	enum rep_trouble was = i->trouble;

	for (size_t k = 0; k < REP_COUNT(rows); k++) {
		struct rep_str said;

		i->trouble = rows[k].trouble;
		said = rep_api_incident_words(&set->verdicts, i, rows[k].tense, v->arena);
		ok(rep_str_starts(said, REP_S("Microsoft (Outlook.com, Hotmail) ")) &&
			rep_str_ends(said, rep_str_c(rows[k].want)),
		    "words: %s", rows[k].want);
	}
	i->trouble = was;
}

static void
test_values(void)
{
	static const struct {
		const char *value, *text;
	} values[] = {
		{ "plain", "plain" },
		{ "a\"b", "a\\\"b" },
		{ "a\\b", "a\\\\b" },
		{ "a\nb", "a\\nb" },
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ "a\xff\"", "a\xef\xbf\xbd\\\"" },
	};
	struct rep_buf b;

	for (size_t i = 0; i < REP_COUNT(values); i++) {
		rep_buf_init(&b, 100);
		rep_metrics_value(&b, rep_str_c(values[i].value));
		is_str(rep_buf_str(&b), values[i].text, "a value is escaped: %zu", i);
		rep_buf_fini(&b);
	}
}

static enum rep_rc
notes(const struct rep_api_world *v, const char *name, const char *value, json_t **j)
{
	struct rep_param p = { rep_str_c(name), rep_str_c(value) };
	struct rep_noted_ask a;
	struct rep_buf b;
	enum rep_rc rc = rep_noted_parse(&p, name != NULL, &a, &err);

	*j = NULL;
	if (rc != REP_OK)
		return rc;
	rep_buf_init(&b, 16 << 20);
	if ((rc = rep_noted_json(&b, v, &a, &err)) == REP_OK)
		*j = web_tree(&b);
	rep_buf_fini(&b);
	return rc;
}

static void
note(struct world *w, int64_t incident, enum rep_noted_act act, const char *step)
{
	struct rep_noted x = { .at_s = T,
		.incident = incident,
		.act = act,
		.who = REP_S("anna"),
		.step = rep_str_c(step) };

	NEED(rep_store_noted_put(w->s, &x, &err));
}

static void
test_notes(struct world *w, const struct rep_api_world *v)
{
	json_t *j;

	is_int(notes(v, NULL, NULL, &j), REP_OK, "none yet: %s", err.msg);
	web_size(j, "notes", 0);
	web_null(j, "next");
	json_decref(j);
	begin(w);
	note(w, 1, REP_NOTED_DONE, "Hold 2,310 messages");
	note(w, 1, REP_NOTED_DONE, "Send the request");
	note(w, 1, REP_NOTED_UNDONE, "Hold 12 messages");
	for (int i = 0; i < REP_NOTES_PAGE; i++)
		note(w, 2, REP_NOTED_TEXT, "");
	commit(w);
	is_int(notes(v, "incident", "1", &j), REP_OK, "of one incident: %s", err.msg);
	web_size(j, "notes", 3);
	web_int(j, "notes.0.note", 3);
	web_size(j, "steps", 2);
	web_str(j, "steps.0.step", "Hold 12 messages");
	ok(json_is_false(web_at(j, "steps.0.done")), "the newest act on a step counts");
	ok(json_is_true(web_at(j, "steps.1.done")), "the other is done");
	json_decref(j);
	is_int(notes(v, NULL, NULL, &j), REP_OK, "all: %s", err.msg);
	web_size(j, "notes", REP_NOTES_PAGE);
	web_int(j, "found", REP_NOTES_PAGE + 3);
	web_str(j, "next", "1762152131-4");
	json_decref(j);
	is_int(notes(v, "page", "1762152131-4", &j), REP_OK, "the next page: %s", err.msg);
	web_size(j, "notes", 3);
	web_int(j, "notes.0.note", 3);
	web_null(j, "next");
	json_decref(j);
	is_int(notes(v, "incident", "x", &j), REP_EUSAGE, "no number");
}

int
main(int argc, char **argv)
{
	bool print = argc > 1 && strcmp(argv[1], "metrics") == 0;
	struct rep_verdict_set set = { 0 };
	struct world w;
	struct rep_api_world v = web_open(&w, "feeds");
	struct rep_buf b;

	web_session.db = "/nonexistent/reputed.db";
	judged_fill(&w);
	judged_make(&v, &set, REP_DEPTH_STATE);
	if (print) {
		rep_buf_init(&b, 16 << 20);
		NEED(rep_metrics_text(&b, &v, &err));
		fwrite(b.p, 1, b.n, stdout);
		rep_buf_fini(&b);
	} else {
		test_feeds(&v);
		test_bad(&v);
		test_metrics(&v);
		test_suspected(&v, &set);
		test_words(&v, &set);
		test_values();
		test_notes(&w, &v);
		test_providers();
		test_sources();
		test_alerts();
	}
	rep_verdicts_free(&set);
	rep_know_free(judged_know);
	web_close(&w, &v);
	return print ? 0 : done();
}
