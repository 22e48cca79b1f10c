/* SPDX-License-Identifier: Apache-2.0 */
#include "api/timeline.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/condition_words.h"
#include "engine/found.h"
#include "engine/news.h"
#include "engine/outbox_kept.h"
#include "engine/quarantine.h"
#include "fact/noted.h"
#include "api/changes.h"
#include "api/looks.h"
#include "api/words.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const group_words[REP_TIMELINE_GROUPS] = { "incident", "alert", "dns", "list",
	"report", "note", "condition" };

static const struct rep_param_row rows[] = {
	{ "from", REP_PARAM_TIME, offsetof(struct rep_timeline_ask, from_s), NULL, 0, 0 },
	{ "until", REP_PARAM_TIME, offsetof(struct rep_timeline_ask, until_s), NULL, 0, 0 },
	{ "kinds", REP_PARAM_WORDS, offsetof(struct rep_timeline_ask, kinds), group_words,
	    REP_COUNT(group_words), 0 },
	{ "incident", REP_PARAM_NUMBER, offsetof(struct rep_timeline_ask, incident), NULL, 0,
	    INT64_MAX },
	{ "subject", REP_PARAM_TEXT, offsetof(struct rep_timeline_ask, subject), NULL, 0, 0 },
	{ "page", REP_PARAM_TEXT, offsetof(struct rep_timeline_ask, page), NULL, 0, 0 },
};

enum rep_rc
rep_timeline_parse(
    const struct rep_param *v, size_t n, struct rep_timeline_ask *ask, struct rep_err *err)
{
	enum rep_rc rc;

	*ask = (struct rep_timeline_ask){ .from_s = INT64_MIN, .until_s = INT64_MIN };
	if ((rc = rep_params_read(v, n, rows, REP_COUNT(rows), ask, err)) != REP_OK ||
	    (rc = rep_cursor_parse(ask->page, &ask->after, &ask->later, err)) != REP_OK)
		return rc;
	return ask->from_s != INT64_MIN && ask->until_s != INT64_MIN && ask->from_s >= ask->until_s
	    ? rep_fail(err, REP_EUSAGE, "from: a time before until is expected")
	    : REP_OK;
}

/* --- events ----------------------------------------------------------------------------------------- */

/* The kinds of events; bad: 1, good: 0, neither: -1. */
#define KINDS(X)                                        \
	X(THROTTLED, "incident-throttled", INCIDENT, 1) \
	X(BLOCKED, "incident-blocked", INCIDENT, 1)     \
	X(FAILING, "incident-failing", INCIDENT, 1)     \
	X(DROPPED, "incident-dropped", INCIDENT, 1)     \
	X(RETURNED, "incident-returned", INCIDENT, 1)   \
	X(LIFTED, "incident-lifted", INCIDENT, 0)       \
	X(OPENED, "alert-opened", ALERT, 1)             \
	X(TOLD, "alert-told", ALERT, -1)                \
	X(RESOLVED, "alert-resolved", ALERT, 0)         \
	X(ADDED, "record-added", DNS, -1)               \
	X(CHANGED, "record-changed", DNS, -1)           \
	X(GONE, "record-gone", DNS, -1)                 \
	X(FOUND, "finding-began", DNS, 1)               \
	X(CURED, "finding-gone", DNS, 0)                \
	X(LISTED, "list-began", LIST, 1)                \
	X(UNLISTED, "list-ended", LIST, 0)              \
	X(UNREADABLE, "report-unreadable", REPORT, 1)   \
	X(DONE, "note-done", NOTE, -1)                  \
	X(UNDONE, "note-undone", NOTE, -1)              \
	X(TEXT, "note-text", NOTE, -1)                  \
	X(ACK, "note-ack", NOTE, -1)                    \
	X(SNOOZE, "note-snooze", NOTE, -1)              \
	X(HOLDS, "condition-began", CONDITION, 1)       \
	X(OVER, "condition-over", CONDITION, 0)

#define X(id, word, group, bad) EVENT_##id,
enum event_kind { KINDS(X) EVENT_N };
#undef X

static const struct {
	const char *word;
	enum rep_timeline_group group;
	int bad;
} kinds[EVENT_N] = {
#define X(id, word, group, bad) { word, REP_TIMELINE_##group, bad },
	KINDS(X)
#undef X
};

struct event {
	struct rep_cursor key;
	enum event_kind kind;
	uint32_t nth;	/* in the order of gathering */
	const void *of; /* by the kind */
	struct rep_str subject;
};

struct happenings {
	const struct rep_api_world *w;
	const struct rep_timeline_ask *ask;
	int64_t from_s, until_s;
	struct rep_found_all found;
	struct rep_news_place *places; /* which incidents an alert tells of */
	size_t places_n;
	struct event *v;
	size_t n, cap;
	uint64_t gathered; /* in the span, also those that are not kept */
	bool full;	   /* out of memory */
};

static bool
group_asked(const struct happenings *t, enum rep_timeline_group g)
{
	return t->ask->kinds == 0 || (t->ask->kinds >> g & 1) != 0;
}

/* The low bits of a key's number are for events that have the same one otherwise: there is room for all that are kept. */
enum { NTH_BITS = 16 };
_Static_assert(REP_TIMELINE_EVENTS_MAX <= 1 << NTH_BITS, "each event has a key of its own");

static int
in_order(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	int c = rep_cursor_cmp(&x->key, &y->key);

	if (c == 0 && x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (c == 0)
		c = rep_str_cmp(x->subject, y->subject);
	return c != 0 ? c : x->nth < y->nth ? -1 : x->nth > y->nth;
}

/* The newest, as many as are kept, in order. */
static void
keep(struct happenings *t)
{
	if (t->n > 0)
		qsort(t->v, t->n, sizeof *t->v, in_order);
	if (t->n > REP_TIMELINE_EVENTS_MAX)
		t->n = REP_TIMELINE_EVENTS_MAX;
}

/* Gives events of one key a number each, so that a page may end between them. They stay in order. */
static void
number(struct happenings *t)
{
	uint64_t last = (UINT64_C(1) << NTH_BITS) - 1, nth = last;

	for (size_t i = 0; i < t->n; i++) {
		struct rep_cursor *k = &t->v[i].key;
		bool same =
		    i > 0 && k->at_s == t->v[i - 1].key.at_s && k->n == (t->v[i - 1].key.n & ~last);

		nth = same ? nth - 1 : last;
		k->n |= nth;
	}
}

/* `id`: tells events of a second apart, and is the same each time it is asked for. */
static void
add(struct happenings *t, enum event_kind kind, int64_t at_s, uint64_t id, const void *of,
    struct rep_str subject)
{
	struct event *v;

	if (at_s < t->from_s || at_s >= t->until_s || !group_asked(t, kinds[kind].group))
		return;
	if (t->n == 2 * REP_TIMELINE_EVENTS_MAX)
		keep(t);
	v = rep_arena_more(t->w->arena, t->v, t->n, &t->cap, sizeof *v);
	if (v == NULL) {
		t->full = true;
		return;
	}
	t->v = v;
	v[t->n++] = (struct event){
		{ at_s, rep_hash_mix(id ^ (uint64_t)kind << 56) >> NTH_BITS << NTH_BITS }, kind,
		(uint32_t)t->gathered++, of, subject
	};
}

static uint64_t
text_id(struct rep_str a, struct rep_str b, struct rep_str c)
{
	return rep_hash_mix(rep_hash_mix(rep_hash(a)) ^ rep_hash(b)) ^ rep_hash(c);
}

/* --- incidents -------------------------------------------------------------------------------------- */

static bool
of_subject(const struct happenings *t, const struct rep_incident *i)
{
	const struct rep_judge_in *in = t->w->set->verdicts.in;
	const struct rep_cell_key *key = &t->w->set->verdicts.cells[i->cell].key;
	struct rep_str s = t->ask->subject;
	char ip[REP_IP_TEXT];

	return s.n == 0 || rep_str_eq_nocase(s, rep_name(&in->names, key->provider)) ||
	    rep_str_eq_nocase(s, rep_name(&in->names, key->provider_domain)) ||
	    rep_str_eq_nocase(s, rep_name(&in->names, key->label)) ||
	    rep_str_eq_nocase(s, rep_name(&in->names, key->route)) ||
	    rep_str_eq_nocase(s, rep_source_text(in, key->label, ip));
}

static enum rep_rc
incidents(struct happenings *t, struct rep_err *err)
{
	static const enum event_kind began[REP_TROUBLE_N] = { EVENT_BLOCKED, EVENT_THROTTLED,
		EVENT_FAILING, EVENT_DROPPED };
	const struct rep_verdicts *v = &t->w->set->verdicts;

	(void)err;
	for (size_t k = 0; k < v->incidents_n; k++) {
		const struct rep_incident *i = &v->incidents[k];
		struct rep_str subject = rep_name(&v->in->names, v->cells[i->cell].key.provider);

		if (i->life == REP_LIFE_SUSPECTED ||
		    (t->ask->incident != 0 && i->id != (int64_t)t->ask->incident) ||
		    !of_subject(t, i))
			continue;
		for (size_t e = 0; e < i->episodes_n; e++) {
			uint64_t id = (uint64_t)i->id << 16 | (e & 0xffff);

			add(t, e > 0 ? EVENT_RETURNED : began[i->trouble], i->episodes[e].since_s,
			    id, i, subject);
			if (i->episodes[e].until_s != 0)
				add(t, EVENT_LIFTED, i->episodes[e].until_s, id, i, subject);
		}
	}
	return REP_OK;
}

static struct rep_str
incident_sentence(const struct happenings *t, const struct event *e)
{
	return rep_api_incident_words(&t->w->set->verdicts, e->of,
	    e->kind == EVENT_LIFTED	    ? REP_API_ENDED
		: e->kind == EVENT_RETURNED ? REP_API_RETURNED
					    : REP_API_BEGAN,
	    t->w->arena);
}

/* --- DNS and lists ------------------------------------------------------------------------------------ */

static bool
named(const struct happenings *t, struct rep_str subject)
{
	return t->ask->incident == 0 &&
	    (t->ask->subject.n == 0 || rep_str_eq_nocase(t->ask->subject, subject));
}

static enum rep_rc
records(struct happenings *t, struct rep_err *err)
{
	struct rep_str all = { "", 0 };
	struct rep_api_change *v;
	size_t n;
	enum rep_rc rc = rep_api_changes(t->found.v, t->found.n, all, t->w->arena, &v, &n, err);

	for (size_t i = 0; rc == REP_OK && i < n; i++) {
		const struct rep_found *f = v[i].first;

		if (named(t, f->subject))
			add(t,
			    v[i].was_n == 0	  ? EVENT_ADDED
				: v[i].now_n == 0 ? EVENT_GONE
						  : EVENT_CHANGED,
			    v[i].at_s, text_id(f->subject, f->id, rep_found_selector(f)), &v[i],
			    f->subject);
	}
	return rc;
}

static enum rep_rc
findings(struct happenings *t, struct rep_err *err)
{
	enum rep_rc rc = rep_found_load(t->w->session, t->w->store, t->w->arena, &t->found, err);

	for (size_t i = 0; rc == REP_OK && i < t->found.n; i++) {
		const struct rep_found *f = &t->found.v[i];
		bool list = rep_api_listing(f);
		uint64_t id = text_id(f->subject, list ? f->part : f->id, f->detail);

		if (f->record || !named(t, f->subject) || f->severity >= REP_INFO)
			continue;
		/* What the first look saw may have been there for years: that is no event, but of a list it is worth knowing. */
		if (f->clear_s != 0 || list)
			add(t, list ? EVENT_LISTED : EVENT_FOUND, f->first_s, id, f, f->subject);
		if (f->gone_s != 0)
			add(t, list ? EVENT_UNLISTED : EVENT_CURED, f->gone_s, id, f, f->subject);
	}
	return rc == REP_OK && group_asked(t, REP_TIMELINE_DNS) ? records(t, err) : rc;
}

/* "The SPF record", "The DKIM key mail2026" */
static struct rep_str
record_words(const struct rep_found *f, struct rep_arena *a)
{
	static const struct {
		const char *id, *words;
	} known[] = { { "spf", "SPF record" }, { "dmarc", "DMARC record" }, { "mx", "MX" },
		{ "ptr", "PTR name" }, { "dkim", "DKIM key" } };
	struct rep_str selector = rep_found_selector(f), words = f->id;

	for (size_t i = 0; i < REP_COUNT(known); i++)
		if (rep_str_eq(f->id, rep_str_c(known[i].id)))
			words = rep_str_c(known[i].words);
	return rep_arena_printf(a, "The %.*s%s%.*s of %.*s", REP_PR(words),
	    selector.n > 0 ? " " : "", REP_PR(selector), REP_PR(f->subject));
}

static struct rep_str
dns_sentence(const struct happenings *t, const struct event *e)
{
	const struct rep_api_change *c = e->of;
	const struct rep_found *f = e->of;
	struct rep_arena *a = t->w->arena;
	struct rep_str words;

	switch (e->kind) {
	case EVENT_ADDED:
	case EVENT_GONE:
	case EVENT_CHANGED:
		words = record_words(c->first, a);
		return rep_arena_printf(a, "%.*s %s", REP_PR(words),
		    e->kind == EVENT_ADDED	? "is new"
			: e->kind == EVENT_GONE ? "is gone"
						: "has changed");
	case EVENT_LISTED:
		return rep_arena_printf(a, "%.*s %s %.*s", REP_PR(f->subject),
		    f->clear_s != 0 ? "was put on the list" : "was on the list, at the first look,",
		    REP_PR(f->part));
	case EVENT_UNLISTED:
		return rep_arena_printf(
		    a, "%.*s is no longer on the list %.*s", REP_PR(f->subject), REP_PR(f->part));
	default:
		return rep_arena_printf(a, "%s: %s (%.*s)",
		    e->kind == EVENT_CURED ? "Fixed" : "Found", rep_api_finding_title(f->id),
		    REP_PR(f->subject));
	}
}

/* --- alerts, conditions, notes, documents --------------------------------------------------------------- */

static enum rep_rc
alerts(struct happenings *t, struct rep_err *err)
{
	struct rep_outbox *box = rep_arena_alloc(t->w->arena, sizeof *box);
	enum rep_rc rc;

	if (box == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for the timeline");
	box->session = t->w->session;
	box->store = t->w->store;
	if ((rc = rep_outbox_load(box, t->w->arena, err)) != REP_OK ||
	    (rc = rep_news_places(t->w->store, t->w->arena, &t->places, &t->places_n, err)) !=
		REP_OK)
		return rc;
	for (size_t i = 0; i < box->messages_n; i++) {
		const struct rep_outbox_message *m = &box->messages[i];

		if (m->event <= REP_ALERT_RESOLVED && t->ask->incident == 0 &&
		    t->ask->subject.n == 0)
			add(t,
			    m->event == REP_ALERT_OPENED	? EVENT_OPENED
				: m->event == REP_ALERT_UPDATED ? EVENT_TOLD
								: EVENT_RESOLVED,
			    m->at_s, m->n, m, (struct rep_str){ "", 0 });
	}
	return REP_OK;
}

static enum rep_rc
conditions(struct happenings *t, struct rep_err *err)
{
	struct rep_held_all *held = rep_arena_alloc(t->w->arena, sizeof *held);
	enum rep_rc rc;

	if (held == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for the timeline");
	if ((rc = rep_held_load(t->w->store, t->w->arena, held, err)) != REP_OK)
		return rc;
	for (size_t i = 0; i < held->n; i++) {
		const struct rep_held *h = &held->v[i];
		uint64_t id = text_id(rep_str_c(rep_kind_names[h->kind]), h->subject, h->of);

		if (h->told_s == 0 || !named(t, h->subject))
			continue;
		add(t, EVENT_HOLDS, h->first_s, id, h, h->subject);
		if (h->over_s != 0)
			add(t, EVENT_OVER, h->over_s, id, h, h->subject);
	}
	return REP_OK;
}

static struct rep_str
condition_sentence(const struct happenings *t, const struct event *e)
{
	const struct rep_held *h = e->of;
	struct rep_condition c = { .kind = h->kind, .subject = h->subject, .of = h->of };
	struct rep_condition_shown one = { &c, h->first_s };
	struct rep_str title = rep_condition_title(t->w->know, t->w->arena, &one, 1);

	return e->kind == EVENT_OVER ? rep_arena_printf(t->w->arena, "Over: %.*s", REP_PR(title))
				     : title;
}

static enum rep_rc
notes(struct happenings *t, struct rep_err *err)
{
	static const enum event_kind of[REP_NOTED_N] = { [REP_NOTED_DONE] = EVENT_DONE,
		[REP_NOTED_UNDONE] = EVENT_UNDONE,
		[REP_NOTED_TEXT] = EVENT_TEXT,
		[REP_NOTED_ACK] = EVENT_ACK,
		[REP_NOTED_SNOOZE] = EVENT_SNOOZE };
	struct rep_noted *v;
	size_t n;
	enum rep_rc rc =
	    rep_store_noted(t->w->store, (int64_t)t->ask->incident, t->w->arena, &v, &n, err);

	for (size_t i = n; rc == REP_OK && i > 0 && t->ask->subject.n == 0; i--)
		add(t, of[v[i - 1].act], v[i - 1].at_s, v[i - 1].n, &v[i - 1],
		    (struct rep_str){ "", 0 });
	return rc;
}

static struct rep_str
note_sentence(const struct happenings *t, const struct event *e)
{
	static const char *const did[REP_NOTED_N] = { [REP_NOTED_DONE] = "did",
		[REP_NOTED_UNDONE] = "took back",
		[REP_NOTED_TEXT] = "noted" };
	const struct rep_noted *x = e->of;

	if (x->alert != 0)
		return rep_arena_printf(t->w->arena, "%.*s %s alert %llu%s%.*s", REP_PR(x->who),
		    x->act == REP_NOTED_ACK ? "acknowledged" : "snoozed",
		    (unsigned long long)x->alert, x->text.n > 0 ? " " : "", REP_PR(x->text));
	return rep_arena_printf(t->w->arena, "%.*s %s, incident %lld: %.*s%s%.*s", REP_PR(x->who),
	    did[x->act], (long long)x->incident, REP_PR(x->step),
	    x->step.n > 0 && x->text.n > 0 ? ": " : "", REP_PR(x->text));
}

static enum rep_rc
documents(struct happenings *t, struct rep_err *err)
{
	const char *db = rep_session_db(t->w->session);
	struct rep_quarantined *v;
	size_t n;
	enum rep_rc rc;

	if (t->ask->incident != 0 || t->ask->subject.n > 0 || db[0] == '\0')
		return REP_OK;
	if ((rc = rep_quarantine_list(
		 rep_quarantine_folder(t->w->arena, db), t->w->arena, &v, &n, err)) != REP_OK)
		return rc;
	for (size_t i = n; i > 0; i--)
		add(t, EVENT_UNREADABLE, v[i - 1].at_s, rep_hash(rep_str_c(v[i - 1].id)), &v[i - 1],
		    (struct rep_str){ "", 0 });
	return REP_OK;
}

static struct rep_str
document_sentence(const struct happenings *t, const struct event *e)
{
	const struct rep_quarantined *q = e->of;

	return rep_arena_printf(
	    t->w->arena, "A document could not be read: %.*s", REP_PR(q->reason));
}

/* --- the answer -------------------------------------------------------------------------------------- */

static struct rep_str
sentence(const struct happenings *t, const struct event *e)
{
	switch (kinds[e->kind].group) {
	case REP_TIMELINE_INCIDENT: return incident_sentence(t, e);
	case REP_TIMELINE_ALERT: return ((const struct rep_outbox_message *)e->of)->title;
	case REP_TIMELINE_DNS:
	case REP_TIMELINE_LIST: return dns_sentence(t, e);
	case REP_TIMELINE_CONDITION: return condition_sentence(t, e);
	case REP_TIMELINE_NOTE: return note_sentence(t, e);
	default: return document_sentence(t, e);
	}
}

static void
link_to(struct rep_json *j, const char *screen, struct rep_str id)
{
	rep_json_obj(j, "link");
	rep_json_cstr(j, "screen", screen);
	rep_json_str_or_null(j, "id", id);
	rep_json_end_obj(j);
}

static void
link_number(struct rep_json *j, const char *screen, uint64_t id)
{
	char text[24];

	snprintf(text, sizeof text, "%llu", (unsigned long long)id);
	link_to(j, screen, rep_str_c(text));
}

static void
link_subject(struct rep_json *j, struct rep_str subject)
{
	struct rep_ip ip;

	link_to(j, rep_ip_parse(subject, &ip) ? "source" : "domain", subject);
}

/* Where a condition is looked at. */
static void
link_condition(struct rep_json *j, const struct rep_held *h)
{
	struct rep_str none = { NULL, 0 };

	switch (h->kind) {
	case REP_KIND_DMARC_FAILS:
	case REP_KIND_DMARC_DIFFERS:
	case REP_KIND_DMARC_SENDER:
	case REP_KIND_DMARC_FORGED:
	case REP_KIND_REPORTS_STOPPED:
	case REP_KIND_REPORTER_SILENT: link_to(j, "dmarc", h->subject); return;
	case REP_KIND_COMPLAINTS_NEAR:
	case REP_KIND_BOUNCES_NEAR: link_to(j, "complaints", none); return;
	case REP_KIND_TLS_FAILS: link_to(j, "tls", h->subject); return;
	case REP_KIND_QUEUE_GROWS:
	case REP_KIND_QUEUE_EXPIRES: link_to(j, "queue", none); return;
	case REP_KIND_LOG_SILENT:
	case REP_KIND_FOLDER_SILENT:
	case REP_KIND_WATCH_LIMPS:
	case REP_KIND_DISK_FULL: link_to(j, "feeds", none); return;
	default: break;
	}
	if (rep_kind_of_looks[h->kind])
		link_subject(j, h->subject);
	else
		rep_json_null(j, "link");
}

static void
link_json(struct rep_json *j, const struct event *e)
{
	const struct rep_noted *x = e->of;
	struct rep_str none = { NULL, 0 };

	switch (kinds[e->kind].group) {
	case REP_TIMELINE_INCIDENT:
		link_number(j, "incident", (uint64_t)((const struct rep_incident *)e->of)->id);
		break;
	case REP_TIMELINE_ALERT:
		link_number(j, "alert", ((const struct rep_outbox_message *)e->of)->alert);
		break;
	case REP_TIMELINE_NOTE:
		link_number(j, x->alert != 0 ? "alert" : "incident",
		    x->alert != 0 ? x->alert : (uint64_t)x->incident);
		break;
	case REP_TIMELINE_CONDITION: link_condition(j, e->of); break;
	case REP_TIMELINE_REPORT: link_to(j, "feeds", none); break;
	default: link_subject(j, e->subject); break;
	}
}

static const struct rep_incident *
incident_of(const struct happenings *t, uint64_t id)
{
	const struct rep_verdicts *v = &t->w->set->verdicts;

	for (size_t k = 0; k < v->incidents_n; k++)
		if (v->incidents[k].id == (int64_t)id)
			return &v->incidents[k];
	return NULL;
}

/* "microsoft-consumer"; of a small host "other/DOMAIN". */
static struct rep_str
provider_of(const struct happenings *t, const struct rep_cell_key *key)
{
	const struct rep_names *names = &t->w->set->verdicts.in->names;
	struct rep_str provider = rep_name(names, key->provider),
		       domain = rep_name(names, key->provider_domain);

	return domain.n == 0
	    ? provider
	    : rep_arena_printf(t->w->arena, "%.*s/%.*s", REP_PR(provider), REP_PR(domain));
}

/* The incidents that an event is about, by number, and what the first of them is: its trouble, at whom, from where. */
static void
about_json(struct rep_json *j, const struct happenings *t, const struct event *e)
{
	const struct rep_judge_in *in = t->w->set->verdicts.in;
	const struct rep_incident *first = NULL;
	const struct rep_cell_key *key;
	char ip[REP_IP_TEXT];

	rep_json_arr(j, "incidents");
	if (kinds[e->kind].group == REP_TIMELINE_INCIDENT) {
		first = e->of;
		rep_json_int(j, NULL, first->id);
	} else if (kinds[e->kind].group == REP_TIMELINE_ALERT) {
		for (size_t k = 0; k < t->places_n; k++) {
			if (t->places[k].alert != ((const struct rep_outbox_message *)e->of)->alert)
				continue;
			first = first == NULL ? incident_of(t, t->places[k].incident) : first;
			rep_json_int(j, NULL, (int64_t)t->places[k].incident);
		}
	} else if (kinds[e->kind].group == REP_TIMELINE_NOTE &&
	    ((const struct rep_noted *)e->of)->incident != 0) {
		rep_json_int(j, NULL, ((const struct rep_noted *)e->of)->incident);
	}
	rep_json_end_arr(j);
	rep_json_cstr(j, "trouble", first != NULL ? rep_trouble_word(first->trouble) : NULL);
	key = first != NULL ? &t->w->set->verdicts.cells[first->cell].key : NULL;
	rep_json_str(
	    j, "provider", key != NULL ? provider_of(t, key) : (struct rep_str){ NULL, 0 });
	rep_json_str(j, "source",
	    key != NULL && !first->everywhere ? rep_source_text(in, key->label, ip)
					      : (struct rep_str){ NULL, 0 });
}

static void
event_json(struct rep_json *j, const struct happenings *t, const struct event *e)
{
	rep_json_obj(j, NULL);
	rep_json_time(j, "at", e->key.at_s);
	rep_json_cstr(j, "kind", kinds[e->kind].word);
	rep_json_cstr(j, "group", group_words[kinds[e->kind].group]);
	if (kinds[e->kind].bad < 0)
		rep_json_null(j, "bad");
	else
		rep_json_bool(j, "bad", kinds[e->kind].bad == 1);
	rep_json_str(j, "subject", e->subject);
	rep_json_str(j, "sentence", sentence(t, e));
	about_json(j, t, e);
	link_json(j, e);
	rep_json_end_obj(j);
}

static void
json(struct rep_buf *out, struct happenings *t)
{
	char text[REP_CURSOR_TEXT];
	size_t from = 0, until;
	struct rep_json j;

	while (t->ask->later && from < t->n && rep_cursor_cmp(&t->v[from].key, &t->ask->after) <= 0)
		from++;
	until = t->n - from > REP_TIMELINE_PAGE ? from + REP_TIMELINE_PAGE : t->n;
	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_time_or_null(&j, "now", t->w->set->totals.last_s != 0 ? t->w->set->in.now_s : 0);
	rep_json_time(&j, "from", t->from_s);
	rep_json_time(&j, "until", t->until_s);
	rep_json_int(&j, "found", (int64_t)t->gathered);
	rep_json_arr(&j, "events");
	for (size_t i = from; i < until; i++)
		event_json(&j, t, &t->v[i]);
	rep_json_end_arr(&j);
	rep_json_cstr(
	    &j, "next", until < t->n ? rep_cursor_text(&t->v[until - 1].key, text) : NULL);
	rep_json_obj(&j, "limits");
	rep_json_int(&j, "page", REP_TIMELINE_PAGE);
	rep_json_int(&j, "left_out", (int64_t)(t->gathered - t->n));
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
}

/* Up to the later of the clock and the newest fact: notes and looks have the time of the clock. */
static void
span(struct happenings *t)
{
	int64_t now_s = t->w->session->now_s;

	if (now_s == 0)
		now_s = t->w->set->in.now_s > t->w->session->clock_s ? t->w->set->in.now_s
								     : t->w->session->clock_s;
	t->until_s = t->ask->until_s != INT64_MIN ? t->ask->until_s : now_s + 1;
	t->from_s = t->ask->from_s != INT64_MIN
	    ? t->ask->from_s
	    : t->until_s - REP_TIMELINE_DAYS * (int64_t)REP_DAY_S;
}

/* What may have events of each group. Only what is asked for is looked at. */
static enum rep_rc
gather(struct happenings *t, struct rep_err *err)
{
	static const struct {
		unsigned groups; /* a bit for each */
		enum rep_rc (*fn)(struct happenings *t, struct rep_err *err);
	} parts[] = { { 1u << REP_TIMELINE_INCIDENT, incidents },
		{ 1u << REP_TIMELINE_DNS | 1u << REP_TIMELINE_LIST, findings },
		{ 1u << REP_TIMELINE_NOTE, notes }, { 1u << REP_TIMELINE_ALERT, alerts },
		{ 1u << REP_TIMELINE_CONDITION, conditions },
		{ 1u << REP_TIMELINE_REPORT, documents } };
	enum rep_rc rc = REP_OK;

	for (size_t i = 0; i < REP_COUNT(parts) && rc == REP_OK; i++)
		if (t->ask->kinds == 0 || (t->ask->kinds & parts[i].groups) != 0)
			rc = parts[i].fn(t, err);
	return rc;
}

enum rep_rc
rep_timeline_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_timeline_ask *ask, struct rep_err *err)
{
	struct happenings t = { .w = w, .ask = ask };
	enum rep_rc rc;

	span(&t);
	if ((rc = gather(&t, err)) != REP_OK)
		return rc;
	if (t.full)
		return rep_fail(err, REP_EMEM, "out of memory for the timeline");
	keep(&t);
	number(&t);
	json(out, &t);
	return rep_api_done(out, "timeline", err);
}
