/*
 * unit/test_web_timeline.c -- the timeline: events of each source, in order, by group, incident, subject and page.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/held.h"
#include "engine/outbox_kept.h"
#include "api/timeline.h"

#include "web_judged.h"

static enum rep_rc
ask(const struct rep_api_world *v, const char *const *pairs, json_t **j)
{
	struct rep_param p[8];
	struct rep_timeline_ask a;
	struct rep_buf b;
	size_t n = 0;
	enum rep_rc rc;

	for (; pairs[2 * n] != NULL; n++)
		p[n] = (struct rep_param){ rep_str_c(pairs[2 * n]), rep_str_c(pairs[2 * n + 1]) };
	*j = NULL;
	if ((rc = rep_timeline_parse(p, n, &a, &err)) != REP_OK)
		return rc;
	rep_buf_init(&b, 64 << 20);
	if ((rc = rep_timeline_json(&b, v, &a, &err)) == REP_OK)
		*j = web_tree(&b);
	rep_buf_fini(&b);
	return rc;
}

#define ASK(v, j, ...) ask((v), (const char *const[]){ __VA_ARGS__, NULL, NULL }, (j))

static void
look(struct world *w, int64_t at_s, const char *spf, bool listed)
{
	struct rep_found f[2] = { { .subject = REP_S("shop.example"),
				      .part = REP_S("spf"),
				      .id = REP_S("spf"),
				      .detail = rep_str_c(spf),
				      .text = rep_str_c(spf),
				      .fix = { "", 0 },
				      .record = true },
		{ .subject = REP_S("192.0.2.10"),
		    .part = REP_S("zen.example"),
		    .id = REP_S("listed-abuse"),
		    .detail = REP_S("abuse"),
		    .text = REP_S("127.0.0.2"),
		    .fix = { "", 0 },
		    .severity = REP_CRITICAL } };
	struct rep_looked asked[2] = { { .subject = REP_S("shop.example"),
					   .part = REP_S("spf"),
					   .kind = { "", 0 },
					   .why = { "", 0 },
					   .known_s = 1 },
		{ .subject = REP_S("192.0.2.10"),
		    .part = REP_S("zen.example"),
		    .kind = REP_S("abuse"),
		    .why = { "", 0 },
		    .known_s = 1 } };
	struct rep_look l = { at_s, f, listed ? 2 : 1, asked, 2 };
	bool kept;

	NEED(rep_store_look_put(w->s, &l, &kept, &err));
}

static void
happenings(struct world *w, struct rep_arena *a)
{
	struct rep_outbox box = { .session = &web_session, .store = w->s };
	struct rep_outbox_to to = { NULL, 0, T - 18 * HOUR };
	struct rep_noted x = { .at_s = T - HOUR,
		.incident = 1,
		.act = REP_NOTED_DONE,
		.who = REP_S("anna"),
		.step = REP_S("Send the request") };
	struct rep_held_all held;
	uint64_t alert = 0;

	begin(w);
	look(w, T - 4 * DAY, "v=spf1 -all", false);
	look(w, T - 3 * DAY, "v=spf1 a -all", true);
	NEED(rep_store_noted_put(w->s, &x, &err));
	x = (struct rep_noted){
		.at_s = T - 1800, .alert = 1, .act = REP_NOTED_ACK, .who = REP_S("bert")
	};
	NEED(rep_store_noted_put(w->s, &x, &err));
	NEED(rep_held_load(w->s, a, &held, &err));
	held.v[held.n++] = (struct rep_held){ .kind = REP_KIND_LOG_SILENT,
		.subject = REP_S("mx1"),
		.of = { "", 0 },
		.first_s = T - 6 * HOUR,
		.seen_s = T - 5 * HOUR,
		.told_s = T - 6 * HOUR,
		.over_s = T - 5 * HOUR };
	NEED(rep_held_save(&held, w->s, &err));
	NEED(rep_outbox_load(&box, a, &err));
	NEED(rep_outbox_add(&box, &alert, REP_ALERT_OPENED, "", REP_S("Microsoft refuses"),
	    REP_S("Microsoft refuses.\n"), &to, &err));
	NEED(rep_outbox_save(&box, &err));
	commit(w);
}

static void
test_all(const struct rep_api_world *v)
{
	static const struct {
		const char *kind, *sentence, *screen, *id;
	} want[] = {
		{ "note-ack", "bert acknowledged alert 1", "alert", "1" },
		{ "note-done", "anna did, incident 1: Send the request", "incident", "1" },
		{ "condition-over", NULL, "feeds", NULL },
		{ "condition-began", NULL, "feeds", NULL },
		{ "alert-opened", "Microsoft refuses", "alert", "1" },
		{ "incident-returned",
		    "Microsoft (Outlook.com, Hotmail) refuses mail from 192.0.2.10 again",
		    "incident", "1" },
		{ "record-changed", "The SPF record of shop.example has changed", "domain",
		    "shop.example" },
		{ "list-began", "192.0.2.10 was put on the list zen.example", "source",
		    "192.0.2.10" },
		{ "incident-lifted",
		    "Microsoft (Outlook.com, Hotmail) no longer refuses mail from 192.0.2.10",
		    "incident", "1" },
		{ "incident-blocked",
		    "Microsoft (Outlook.com, Hotmail) began to refuse mail from 192.0.2.10",
		    "incident", "1" },
	};
	json_t *j;
	char path[64];

	is_int(ASK(v, &j, "from", "2025-10-20"), REP_OK, "all: %s", err.msg);
	web_size(j, "events", REP_COUNT(want));
	web_int(j, "found", REP_COUNT(want));
	web_null(j, "next");
	for (size_t i = 0; i < REP_COUNT(want); i++) {
		bool list = i == 6 || i == 7; /* of one look: by a hash */
		json_t *e = json_array_get(web_at(j, "events"), list ? 13 - i : i);

		if (list && strcmp(json_string_value(web_at(e, "kind")), want[i].kind) != 0)
			e = json_array_get(web_at(j, "events"), i);
		snprintf(path, sizeof path, "event %zu", i);
		web_str(e, "kind", want[i].kind);
		if (want[i].sentence != NULL)
			web_str(e, "sentence", want[i].sentence);
		web_str(e, "link.screen", want[i].screen);
		if (want[i].id != NULL)
			web_str(e, "link.id", want[i].id);
		else
			web_null(e, "link.id");
		/* what it is about, so that nobody has to read the sentence */
		web_size(e, "incidents", strcmp(want[i].screen, "incident") == 0);
		if (strncmp(want[i].kind, "incident-", 9) == 0) {
			web_int(e, "incidents.0", 1);
			web_str(e, "trouble", "block");
			web_str(e, "provider", "microsoft-consumer");
			web_str(e, "source", "192.0.2.10");
		} else {
			web_null(e, "trouble");
			web_null(e, "provider");
			web_null(e, "source");
		}
	}
	json_decref(j);
}

static void
test_chosen(const struct rep_api_world *v)
{
	static const struct {
		const char *name, *value;
		size_t n;
	} asks[] = {
		{ "kinds", "incident", 3 },
		{ "kinds", "dns,list", 2 },
		{ "kinds", "note", 2 },
		{ "incident", "1", 4 },
		{ "incident", "2", 0 },
		{ "subject", "192.0.2.10", 4 },
		{ "subject", "Shop.Example", 1 },
		{ "subject", "microsoft-consumer", 3 },
		{ "subject", "mx1", 2 },
		{ "from", "2025-11-03", 4 },
	};
	json_t *j;

	for (size_t i = 0; i < REP_COUNT(asks); i++) {
		is_int(ASK(v, &j, asks[i].name, asks[i].value), REP_OK, "%s=%s: %s", asks[i].name,
		    asks[i].value, err.msg);
		web_size(j, "events", asks[i].n);
		json_decref(j);
	}
	is_int(ASK(v, &j, "kinds", "weather"), REP_EUSAGE, "no such group");
	is_int(ASK(v, &j, "incident", "0"), REP_EUSAGE, "no such number");
	is_int(ASK(v, &j, "page", "7"), REP_EUSAGE, "no cursor");
	is_int(ASK(v, &j, "from", "2025-11-03", "until", "2025-11-01"), REP_EUSAGE, "no span");
}

/* What is not asked for is not even read: here it could not be. */
static void
test_only_asked(const struct rep_api_world *v)
{
	static const char *const others[] = { "incident", "alert", "dns", "list", "note",
		"condition" };
	const char *db = web_session.db;
	json_t *j;

	web_session.db = "/dev/null/reputed.db";
	is_int(ASK(v, &j, "subject", ""), REP_EIO, "a quarantine that cannot be read");
	is_int(ASK(v, &j, "kinds", "report"), REP_EIO, "asked for alone");
	for (size_t i = 0; i < REP_COUNT(others); i++) {
		is_int(ASK(v, &j, "kinds", others[i]), REP_OK, "only %s is asked for: %s",
		    others[i], err.msg);
		json_decref(j);
	}
	web_session.db = db;
}

static void
test_pages(struct world *w, struct rep_api_world *v)
{
	const char *next;
	char cursor[64];
	json_t *j;

	begin(w);
	for (int i = 0; i < 250; i++) {
		struct rep_noted x = { .at_s = T - i,
			.incident = 1,
			.act = REP_NOTED_TEXT,
			.who = REP_S("anna"),
			.text = REP_S("word") };

		NEED(rep_store_noted_put(w->s, &x, &err));
	}
	commit(w);
	is_int(ASK(v, &j, "kinds", "note"), REP_OK, "the first page: %s", err.msg);
	web_size(j, "events", REP_TIMELINE_PAGE);
	web_int(j, "found", 252);
	next = json_string_value(web_at(j, "next"));
	ok(next != NULL, "there is another page");
	snprintf(cursor, sizeof cursor, "%s", next != NULL ? next : "");
	json_decref(j);
	is_int(ASK(v, &j, "kinds", "note", "page", cursor), REP_OK, "the next: %s", err.msg);
	web_size(j, "events", REP_TIMELINE_PAGE);
	web_str(j, "events.0.at", "2025-11-03T06:40:31Z");
	next = json_string_value(web_at(j, "next"));
	snprintf(cursor, sizeof cursor, "%s", next != NULL ? next : "");
	json_decref(j);
	is_int(ASK(v, &j, "kinds", "note", "page", cursor), REP_OK, "the last: %s", err.msg);
	web_size(j, "events", 52);
	web_null(j, "next");
	json_decref(j);
}

/* Two findings of one look that have all in common but the part: each is on one page, wherever it ends. */
static void
test_same_key(struct world *w, struct rep_api_world *v)
{
	struct rep_found f[2];
	struct rep_looked asked[2];
	struct rep_look l = { T - 6 * DAY, f, 0, asked, 2 };
	char cursor[64] = "";
	size_t all = 0, pair = 0, split = 0;
	int64_t found = 0;
	bool kept;
	json_t *j;

	for (size_t i = 0; i < 2; i++) {
		struct rep_str part = i == 0 ? REP_S("one") : REP_S("two");

		f[i] = (struct rep_found){ .subject = REP_S("pair.example"),
			.part = part,
			.id = REP_S("dkim-weak"),
			.detail = REP_S("same"),
			.text = REP_S("same"),
			.fix = { "", 0 },
			.severity = REP_CRITICAL };
		asked[i] = (struct rep_looked){ .subject = REP_S("pair.example"),
			.part = part,
			.kind = { "", 0 },
			.why = { "", 0 },
			.known_s = 1 };
	}
	begin(w);
	NEED(rep_store_look_put(w->s, &l, &kept, &err));
	l.at_s = T - 5 * DAY;
	l.n = 2;
	NEED(rep_store_look_put(w->s, &l, &kept, &err));
	commit(w);
	is_int(
	    ASK(v, &j, "kinds", "dns", "subject", "pair.example"), REP_OK, "the pair: %s", err.msg);
	web_size(j, "events", 2);
	json_decref(j);
	/* What is newer fills the page up to the middle of the pair. */
	is_int(ASK(v, &j, "from", "2025-10-29T06:42:12Z"), REP_OK, "newer: %s", err.msg);
	found = json_integer_value(web_at(j, "found"));
	json_decref(j);
	begin(w);
	for (; found % REP_TIMELINE_PAGE != REP_TIMELINE_PAGE - 1; found++) {
		struct rep_noted x = { .at_s = T,
			.incident = 1,
			.act = REP_NOTED_TEXT,
			.who = REP_S("anna"),
			.text = REP_S("more") };

		NEED(rep_store_noted_put(w->s, &x, &err));
	}
	commit(w);
	for (int page = 0; page < 10; page++) {
		const char *next;

		is_int(ASK(v, &j, "page", cursor), REP_OK, "page %d: %s", page, err.msg);
		found = json_integer_value(web_at(j, "found"));
		for (size_t i = 0; i < json_array_size(web_at(j, "events")); i++) {
			json_t *e = json_array_get(web_at(j, "events"), i);

			all++;
			if (strcmp(json_string_value(web_at(e, "subject")), "pair.example") == 0) {
				pair++;
				split += i == 0 || i == REP_TIMELINE_PAGE - 1;
			}
		}
		next = json_string_value(web_at(j, "next"));
		snprintf(cursor, sizeof cursor, "%s", next != NULL ? next : "");
		json_decref(j);
		if (cursor[0] == '\0')
			break;
	}
	is_int((int64_t)all, found, "the pages have all that was found");
	is_int((int64_t)pair, 2, "and both of the pair");
	is_int((int64_t)split, 2, "between which a page ends");
}

/* More events than are kept, the oldest gathered first: the newest are shown. */
static void
test_too_many(struct rep_api_world *v, struct rep_verdict_set *set)
{
	enum { MORE = 60000, ALL = REP_TIMELINE_EVENTS_MAX + MORE };
	struct rep_incident *i = &set->verdicts.incidents[0];
	struct rep_episode *e = calloc(ALL, sizeof *e);
	const struct rep_episode *before = i->episodes;
	size_t n = i->episodes_n;
	json_t *j;

	if (e == NULL)
		exit(1);
	for (size_t k = 0; k < ALL; k++)
		e[k].since_s = T - ALL + (int64_t)k;
	i->episodes = e;
	i->episodes_n = ALL;
	is_int(ASK(v, &j, "kinds", "incident"), REP_OK, "too many: %s", err.msg);
	web_int(j, "found", ALL);
	web_int(j, "limits.left_out", MORE);
	web_str(j, "events.0.at", "2025-11-03T06:42:10Z");
	json_decref(j);
	i->episodes = before;
	i->episodes_n = n;
	free(e);
}

int
main(void)
{
	struct rep_verdict_set set = { 0 };
	struct world w;
	struct rep_api_world v = web_open(&w, "timeline");

	web_session.db = "/nonexistent/reputed.db";
	judged_fill(&w);
	happenings(&w, v.arena);
	judged_make(&v, &set, REP_DEPTH_NUMBERS);
	test_all(&v);
	test_chosen(&v);
	test_only_asked(&v);
	test_pages(&w, &v);
	test_same_key(&w, &v);
	test_too_many(&v, &set);
	rep_verdicts_free(&set);
	rep_know_free(judged_know);
	web_close(&w, &v);
	return done();
}
