/* SPDX-License-Identifier: Apache-2.0 */
#include "api/feeds.h"
#include "base/time.h"
#include "engine/found.h"
#include "engine/outbox_kept.h"
#include "engine/quarantine.h"
#include "engine/waiting.h"

#include <stdlib.h>

const char *
rep_feed_word(enum rep_feed_kind k)
{
	static const char *const words[REP_FEED_KINDS] = { "log", "looks", "queue", "dmarc-reports",
		"tls-reports", "complaints", "alerts", "quarantine" };

	return words[k];
}

const char *
rep_feed_state_word(enum rep_feed_state s)
{
	static const char *const words[] = { "ok", "late", "silent", "never", "failing" };

	return words[s];
}

enum rep_rc
rep_feeds_parse(const struct rep_param *v, size_t n, struct rep_err *err)
{
	return rep_params_read(v, n, NULL, 0, NULL, err);
}

/* --- how each is --------------------------------------------------------------------------------------- */

/* A condition of this kind that holds. */
static bool
holds(const struct rep_feeds *f, enum rep_kind kind)
{
	for (size_t i = 0; i < f->held.n; i++)
		if (f->held.v[i].kind == kind && f->held.v[i].over_s == 0)
			return true;
	return false;
}

/* After how long without anything new a feed is late. Complaints never are: who sends well has weeks without one. */
static const int64_t late_s[REP_FEED_KINDS] = { [REP_FEED_LOG] = REP_FEEDS_LOG_LATE_S,
	[REP_FEED_LOOKS] = REP_FEEDS_LOOKS_LATE_S,
	[REP_FEED_QUEUE] = REP_FEEDS_QUEUE_LATE_S,
	[REP_FEED_DMARC] = REP_FEEDS_REPORTS_LATE_S,
	[REP_FEED_TLS] = REP_FEEDS_REPORTS_LATE_S,
	[REP_FEED_COMPLAINTS] = INT64_MAX };

static void
set(struct rep_feeds *f, enum rep_feed_kind k, int64_t last_s)
{
	f->of[k].last_s = last_s;
	f->of[k].state = last_s == 0		? REP_FEED_NEVER
	    : f->present_s - last_s > late_s[k] ? REP_FEED_LATE
						: REP_FEED_OK;
}

static enum rep_rc
of_log(const struct rep_api_world *w, struct rep_feeds *f, struct rep_err *err)
{
	enum rep_rc rc = rep_store_totals(w->store, &f->totals, err);

	if (rc == REP_OK)
		rc = rep_held_load(w->store, w->arena, &f->held, err);
	if (rc != REP_OK)
		return rc;
	set(f, REP_FEED_LOG, f->totals.last_s);
	if (holds(f, REP_KIND_WATCH_LIMPS))
		f->of[REP_FEED_LOG].state = REP_FEED_FAILING;
	else if (holds(f, REP_KIND_LOG_SILENT))
		f->of[REP_FEED_LOG].state = REP_FEED_SILENT;
	return REP_OK;
}

static enum rep_rc
of_looks(const struct rep_api_world *w, struct rep_feeds *f, struct rep_err *err)
{
	struct rep_found_all all;
	int64_t last_s = 0;
	enum rep_rc rc = rep_found_load(w->session, w->store, w->arena, &all, err);

	for (size_t i = 0; rc == REP_OK && i < all.looked_n; i++) {
		last_s = all.looked[i].known_s > last_s ? all.looked[i].known_s : last_s;
		f->looks_failed += all.looked[i].failed_s > all.looked[i].known_s;
	}
	if (rc == REP_OK)
		set(f, REP_FEED_LOOKS, last_s);
	return rc;
}

static enum rep_rc
of_queue(const struct rep_api_world *w, struct rep_feeds *f, struct rep_err *err)
{
	enum rep_rc rc = rep_waits_load(w->store, f->present_s, w->arena, &f->waits, err);
	uint64_t n = 0;

	if (rc != REP_OK)
		return rc;
	for (size_t i = 0; i < f->waits.n; i++)
		n += f->waits.v[i].messages;
	set(f, REP_FEED_QUEUE, f->waits.at_s);
	f->of[REP_FEED_QUEUE].backlog = f->waits.at_s != 0 ? (int64_t)n : -1;
	return REP_OK;
}

static enum rep_rc
on_head(void *ctx, const struct rep_kept_report *r)
{
	int64_t *last_s = ctx;

	*last_s = r->read_s > *last_s ? r->read_s : *last_s;
	return REP_OK;
}

struct waiting_reports {
	int64_t n[REP_KEPT_FAILURE + 1];
};

static enum rep_rc
on_waiting(void *ctx, const struct rep_kept_report *r)
{
	struct waiting_reports *w = ctx;

	if (r->kind <= REP_KEPT_FAILURE)
		w->n[r->kind]++;
	return REP_OK;
}

static enum rep_rc
of_reports(const struct rep_api_world *w, struct rep_feeds *f, struct rep_err *err)
{
	int64_t from_s = f->present_s - REP_FEEDS_DAYS * (int64_t)REP_DAY_S, dmarc_s = 0, tls_s = 0;
	struct waiting_reports waiting = { { 0 } };
	enum rep_rc rc = rep_store_report_heads(
	    w->store, REP_KEPT_AGGREGATE, from_s, INT64_MAX / 2, on_head, &dmarc_s, err);

	if (rc == REP_OK)
		rc = rep_store_report_heads(
		    w->store, REP_KEPT_TLS, from_s, INT64_MAX / 2, on_head, &tls_s, err);
	if (rc == REP_OK)
		rc = rep_store_waiting(w->store, on_waiting, &waiting, err);
	if (rc != REP_OK)
		return rc;
	set(f, REP_FEED_DMARC, dmarc_s);
	set(f, REP_FEED_TLS, tls_s);
	f->of[REP_FEED_DMARC].backlog = waiting.n[REP_KEPT_AGGREGATE];
	f->of[REP_FEED_TLS].backlog = waiting.n[REP_KEPT_TLS];
	if (dmarc_s != 0 && holds(f, REP_KIND_REPORTS_STOPPED))
		f->of[REP_FEED_DMARC].state = REP_FEED_SILENT;
	return REP_OK;
}

static enum rep_rc
of_complaints(const struct rep_api_world *w, struct rep_feeds *f, struct rep_err *err)
{
	struct rep_complaint *v = NULL;
	size_t n = 0;
	enum rep_rc rc = rep_store_complaints(w->store,
	    f->present_s - REP_FEEDS_DAYS * (int64_t)REP_DAY_S, INT64_MAX / 2, &v, &n, err);

	if (rc == REP_OK)
		set(f, REP_FEED_COMPLAINTS, n > 0 ? v[n - 1].at_s : 0);
	if (rc == REP_OK && n > 0 && holds(f, REP_KIND_FOLDER_SILENT))
		f->of[REP_FEED_COMPLAINTS].state = REP_FEED_SILENT;
	free(v);
	return rc;
}

/* Whether the configuration still has a channel of this name. */
static bool
is_channel(const struct rep_config *cfg, struct rep_str name)
{
	for (size_t i = 0; i < cfg->n_alerts; i++)
		if (rep_str_eq(cfg->alerts[i].name, name))
			return true;
	return false;
}

/* When a channel took a message last; 0: never. */
static int64_t
taken_s(const struct rep_outbox *box, struct rep_str channel)
{
	int64_t last_s = 0;

	for (size_t i = 0; i < box->messages_n; i++)
		for (size_t k = 0; k < box->messages[i].ways_n; k++) {
			const struct rep_outbox_way *way = &box->messages[i].ways[k];

			if (way->state == REP_OUTBOX_TAKEN && way->done_s > last_s &&
			    rep_str_eq(way->channel, channel))
				last_s = way->done_s;
		}
	return last_s;
}

/*
 * A message waits because a try failed; or it was tried until it was given up, and the channel took nothing since. What was
 * given up without a try (an update of an alert that is over) says nothing of the channel, and neither does the first try
 * while it runs.
 */
static bool
fails(const struct rep_api_world *w, const struct rep_outbox *box, const struct rep_outbox_way *way)
{
	switch (way->state) {
	case REP_OUTBOX_WAITS: return way->why.n > 0 || way->tries > 1;
	case REP_OUTBOX_TAKEN: return false;
	case REP_OUTBOX_GIVEN_UP: break;
	}
	return way->tries > 0 && is_channel(w->session->cfg, way->channel) &&
	    taken_s(box, way->channel) < way->done_s;
}

static enum rep_rc
of_alerts(const struct rep_api_world *w, struct rep_feeds *f, struct rep_err *err)
{
	struct rep_outbox box = { .session = w->session, .store = w->store };
	int64_t last_s = 0, waits = 0;
	bool failed = false;
	enum rep_rc rc = rep_outbox_load(&box, w->arena, err);

	if (rc != REP_OK)
		return rc;
	for (size_t i = 0; i < box.messages_n; i++)
		for (size_t k = 0; k < box.messages[i].ways_n; k++) {
			const struct rep_outbox_way *way = &box.messages[i].ways[k];

			waits += way->state == REP_OUTBOX_WAITS;
			failed = failed || fails(w, &box, way);
			if (way->state == REP_OUTBOX_TAKEN && way->done_s > last_s)
				last_s = way->done_s;
		}
	f->channels = w->session->cfg->n_alerts > 0;
	f->of[REP_FEED_ALERTS] = (struct rep_feed_health){ !f->channels ? REP_FEED_NEVER
		    : failed						? REP_FEED_FAILING
									: REP_FEED_OK,
		last_s, waits };
	return REP_OK;
}

static enum rep_rc
of_quarantine(const struct rep_api_world *w, struct rep_feeds *f, struct rep_err *err)
{
	struct rep_quarantined *v = NULL;
	const char *db = rep_session_db(w->session);
	size_t n = 0;
	enum rep_rc rc = db[0] == '\0'
	    ? REP_OK
	    : rep_quarantine_list(rep_quarantine_folder(w->arena, db), w->arena, &v, &n, err);

	if (rc != REP_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		f->quarantine_bytes += v[i].bytes;
	f->quarantine_oldest_s = n > 0 ? v[0].at_s : 0;
	f->of[REP_FEED_QUARANTINE] =
	    (struct rep_feed_health){ n > 0 ? REP_FEED_FAILING : REP_FEED_OK,
		    n > 0 ? v[n - 1].at_s : 0, (int64_t)n };
	return REP_OK;
}

enum rep_rc
rep_feeds_make(const struct rep_api_world *w, struct rep_feeds *f, struct rep_err *err)
{
	static enum rep_rc (*const each[])(
	    const struct rep_api_world *, struct rep_feeds *, struct rep_err *) = { of_log,
		of_looks, of_queue, of_reports, of_complaints, of_alerts, of_quarantine };
	enum rep_rc rc = REP_OK;

	*f = (struct rep_feeds){ .present_s = rep_session_present(w->session) };
	for (int k = 0; k < REP_FEED_KINDS; k++)
		f->of[k].backlog = -1;
	for (size_t k = 0; k < REP_COUNT(each) && rc == REP_OK; k++)
		rc = each[k](w, f, err);
	return rc;
}

/* --- in words -------------------------------------------------------------------------------------------- */

/* What is said of each kind: how it is, what nobody sees without it, what to do. Its age stands beside that in the JSON. */
static const struct {
	/* Sentences without a full stop. " for 4 days" is added to `late`, and " in 90 days" to `never` of reports and complaints. */
	const char *ok, *late, *silent, *never, *failing;
	const char
	    *hides; /* what nobody sees without it; NULL: it is not a feed that can be missing */
	const char *to_do, *topic, *screen;
} told[REP_FEED_KINDS] = {
	[REP_FEED_LOG] = { "The mail log is read", "Nothing new was read from the mail log",
	    "The mail log has been silent for longer than ever before", "No mail log was read yet",
	    "The watch cannot do its work",
	    "everything: which provider refuses what, and since when",
	    "look at `reputed serve` (systemctl status reputed), or read the log: reputed ingest "
	    "/var/log/mail.log",
	    NULL, "feeds" },
	[REP_FEED_LOOKS] = { "The DNS of your domains and addresses is checked",
	    "The DNS of your domains and addresses was not checked", "",
	    "The DNS of your domains and addresses was never checked", "",
	    "broken records, lost PTR names, and blocklists that your addresses are on",
	    "name your domains in the configuration (domain) and let `reputed serve` run, or: "
	    "reputed check YOUR-DOMAIN",
	    "blocklists", "domain" },
	[REP_FEED_QUEUE] = { "The queue is known", "The queue was not looked at", "",
	    "The queue was never looked at", "",
	    "mail that waits, and when it returns to its senders",
	    "let `reputed serve` run on the mail server, or: reputed queue", "hold", "queue" },
	[REP_FEED_DMARC] = { "DMARC reports come in", "No DMARC report was read",
	    "Receivers stopped sending DMARC reports", "No DMARC report was read", "",
	    "who else sends as you, and which of your own mail fails DMARC",
	    "let the mailbox of your rua address be watched (watch, in the configuration)", "dmarc",
	    "dmarc" },
	[REP_FEED_TLS] = { "TLS reports come in", "No TLS report was read", "",
	    "No TLS report was read", "", "why other servers could not send to you encrypted",
	    "publish a TLS-RPT record, and let its mailbox be watched", NULL, "tls" },
	[REP_FEED_COMPLAINTS] = { "Complaints come in", "",
	    "A watched mailbox or folder has been silent for longer than ever before",
	    "No complaint was read", "",
	    "that recipients call your mail spam, which costs your reputation before anything is refused",
	    "join the complaint feeds (JMRP of Microsoft, CFL of Yahoo) and let their mailbox be watched",
	    "jmrp", "complaints" },
	[REP_FEED_ALERTS] = { "Alerts reach their channels", "", "",
	    "Nobody is told of new trouble: no channel is configured",
	    "A channel does not take its alerts", NULL,
	    "add a channel to the configuration (alert), or look why one fails (reputed alert list), "
	    "and try it: reputed alert test",
	    NULL, "alerts" },
	[REP_FEED_QUARANTINE] = { "Every document could be read", "", "", "",
	    "Documents could not be read, and are kept aside", NULL,
	    "look at the reasons: reputed quarantine list", NULL, "feeds" },
};

/* "an hour", "4 days": the times that late_s has are whole hours or days. */
static struct rep_str
span(int64_t s, struct rep_arena *a)
{
	bool days = s % REP_DAY_S == 0;
	int64_t n = s / (days ? REP_DAY_S : 3600);

	if (n == 1)
		return days ? REP_S("a day") : REP_S("an hour");
	return rep_arena_printf(a, "%lld %s", (long long)n, days ? "days" : "hours");
}

static struct rep_str
sentence(enum rep_feed_kind k, enum rep_feed_state s, struct rep_arena *a)
{
	struct rep_str late;
	bool looked_back = k == REP_FEED_DMARC || k == REP_FEED_TLS || k == REP_FEED_COMPLAINTS;

	switch (s) {
	case REP_FEED_OK: return rep_str_c(told[k].ok);
	case REP_FEED_LATE:
		late = span(late_s[k], a);
		return rep_arena_printf(a, "%s for %.*s", told[k].late, REP_PR(late));
	case REP_FEED_SILENT: return rep_str_c(told[k].silent);
	case REP_FEED_NEVER:
		return looked_back
		    ? rep_arena_printf(a, "%s in %d days", told[k].never, REP_FEEDS_DAYS)
		    : rep_str_c(told[k].never);
	case REP_FEED_FAILING: return rep_str_c(told[k].failing);
	}
	return REP_S("");
}

/* Without the log nothing is known. Another feed that is missing is no trouble itself, but can hide one. */
static const char *
overall(const struct rep_feeds *f)
{
	enum rep_feed_state log = f->of[REP_FEED_LOG].state;
	bool fine = true;

	if (log != REP_FEED_OK)
		return "bad";
	for (int k = 0; k < REP_FEED_KINDS; k++)
		fine = fine && f->of[k].state == REP_FEED_OK;
	return fine ? "ok" : "attention";
}

static void
feed_json(struct rep_json *j, const struct rep_feeds *f, enum rep_feed_kind k, struct rep_arena *a)
{
	const struct rep_feed_health *x = &f->of[k];

	rep_json_obj(j, NULL);
	rep_json_cstr(j, "feed", rep_feed_word(k));
	rep_json_cstr(j, "state", rep_feed_state_word(x->state));
	rep_json_time_or_null(j, "last", x->last_s);
	if (x->last_s == 0)
		rep_json_null(j, "age_s");
	else
		rep_json_int(j, "age_s", f->present_s > x->last_s ? f->present_s - x->last_s : 0);
	if (x->backlog < 0)
		rep_json_null(j, "backlog");
	else
		rep_json_int(j, "backlog", x->backlog);
	rep_json_str(j, "sentence", sentence(k, x->state, a));
	rep_json_cstr(j, "do", x->state == REP_FEED_OK ? NULL : told[k].to_do);
	rep_json_obj(j, "link");
	rep_json_cstr(j, "screen", told[k].screen);
	rep_json_end_obj(j);
	rep_json_end_obj(j);
}

static enum rep_rc
inputs_json(struct rep_json *j, const struct rep_api_world *w, size_t *left, struct rep_err *err)
{
	const struct rep_input *v;
	size_t n;
	enum rep_rc rc = rep_store_inputs(w->store, &v, &n, err);

	if (rc != REP_OK)
		return rc;
	rep_json_arr(j, "inputs");
	for (size_t i = 0; i < n && i < REP_FEEDS_INPUTS_MAX; i++) {
		rep_json_obj(j, NULL);
		rep_json_str(j, "name", rep_str_c(v[i].name));
		rep_json_time_or_null(j, "read", v[i].read_s);
		rep_json_time_or_null(j, "first", v[i].first_s);
		rep_json_time_or_null(j, "last", v[i].last_s);
		rep_json_int(j, "lines", (int64_t)v[i].lines);
		rep_json_int(j, "bad", (int64_t)v[i].bad);
		rep_json_int(j, "bytes", (int64_t)v[i].offset);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	*left = n > REP_FEEDS_INPUTS_MAX ? n - REP_FEEDS_INPUTS_MAX : 0;
	return REP_OK;
}

static void
not_watched_json(struct rep_json *j, const struct rep_feeds *f)
{
	rep_json_arr(j, "not_watched");
	rep_json_obj(j, NULL);
	rep_json_cstr(j, "what", "snds");
	rep_json_cstr(j, "hides",
	    "what Microsoft itself says of each address: complaints, spam traps, colour");
	rep_json_cstr(j, "do", "look at it there; reputed does not read it yet");
	rep_json_cstr(j, "topic", "snds");
	rep_json_end_obj(j);
	for (int k = 0; k < REP_FEED_KINDS; k++) {
		if (f->of[k].state != REP_FEED_NEVER || told[k].hides == NULL)
			continue;
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "what", rep_feed_word((enum rep_feed_kind)k));
		rep_json_cstr(j, "hides", told[k].hides);
		rep_json_cstr(j, "do", told[k].to_do);
		rep_json_cstr(j, "topic", told[k].topic);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

/* "The mail log is read (its last line is 12 s old). No complaint ...": how the log is, and the first other that is not ok. */
static void
sentence_json(struct rep_json *j, const struct rep_feeds *f, struct rep_arena *a)
{
	const struct rep_feed_health *log = &f->of[REP_FEED_LOG];
	char span_text[REP_TIME_TEXT];
	int worst = -1; /* the feed that the second sentence is about */
	struct rep_str age = REP_S(""), other = REP_S(""),
		       first = sentence(REP_FEED_LOG, log->state, a);

	if (log->last_s != 0)
		age = rep_arena_printf(a, " (its last line is %s old)",
		    rep_time_span(
			f->present_s > log->last_s ? f->present_s - log->last_s : 0, span_text));
	for (int k = REP_FEED_KINDS - 1; k > REP_FEED_LOG; k--)
		if (f->of[k].state != REP_FEED_OK) {
			struct rep_str is = sentence((enum rep_feed_kind)k, f->of[k].state, a);

			other = rep_arena_printf(a, " %.*s.", REP_PR(is));
			worst = k;
		}
	rep_json_str(j, "sentence",
	    rep_arena_printf(a, "%.*s%.*s.%.*s", REP_PR(first), REP_PR(age), REP_PR(other)));
	rep_json_str(j, "log", rep_arena_printf(a, "%.*s%.*s.", REP_PR(first), REP_PR(age)));
	if (worst >= 0)
		rep_json_cstr(j, "worst", rep_feed_word((enum rep_feed_kind)worst));
	else
		rep_json_null(j, "worst");
}

enum rep_rc
rep_feeds_json(struct rep_buf *out, const struct rep_api_world *w, struct rep_err *err)
{
	struct rep_feeds f;
	size_t left = 0;
	struct rep_json j;
	enum rep_rc rc = rep_feeds_make(w, &f, err);

	if (rc != REP_OK)
		return rc;
	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_time(&j, "now", f.present_s);
	rep_json_cstr(&j, "state", overall(&f));
	sentence_json(&j, &f, w->arena);
	rep_json_arr(&j, "feeds");
	for (int k = 0; k < REP_FEED_KINDS; k++)
		feed_json(&j, &f, (enum rep_feed_kind)k, w->arena);
	rep_json_end_arr(&j);
	if ((rc = inputs_json(&j, w, &left, err)) != REP_OK)
		return rc;
	rep_json_obj(&j, "quarantine");
	rep_json_int(&j, "documents",
	    f.of[REP_FEED_QUARANTINE].backlog > 0 ? f.of[REP_FEED_QUARANTINE].backlog : 0);
	rep_json_int(&j, "bytes", (int64_t)f.quarantine_bytes);
	rep_json_time_or_null(&j, "oldest", f.quarantine_oldest_s);
	rep_json_end_obj(&j);
	not_watched_json(&j, &f);
	rep_json_obj(&j, "limits");
	rep_json_int(&j, "inputs", REP_FEEDS_INPUTS_MAX);
	rep_json_int(&j, "inputs_left_out", (int64_t)left);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	return rep_api_done(out, "feeds", err);
}
