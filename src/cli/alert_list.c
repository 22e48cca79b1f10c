/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/alert_list.h"
#include "cli/note.h"
#include "engine/held.h"
#include "engine/news.h"
#include "engine/outbox_kept.h"
#include "base/time.h"

#include <stdio.h>

enum { MESSAGES = 10, SNOOZE_MAX_S = 30 * 86400 };

static const char *const state_word[] = {
	[REP_OUTBOX_WAITS] = "waits",
	[REP_OUTBOX_TAKEN] = "taken",
	[REP_OUTBOX_GIVEN_UP] = "given_up",
};

/* --- showing ------------------------------------------------------------------------------------------ */

/* What an alert is about: numbers of incidents, or conditions that hold. */
struct alert_of {
	struct rep_news_place *places;
	size_t places_n;
	struct rep_held_all held;
};

static void
of_json(struct rep_json *j, const struct rep_outbox_alert *a, const struct alert_of *of)
{
	rep_json_arr(j, "incidents");
	for (size_t k = 0; k < of->places_n; k++)
		if (of->places[k].alert == a->n)
			rep_json_int(j, NULL, (int64_t)of->places[k].incident);
	rep_json_end_arr(j);
	rep_json_arr(j, "conditions");
	for (size_t k = 0; k < of->held.n; k++) {
		const struct rep_held *h = &of->held.v[k];

		if (h->alert != a->n || h->over_s != 0)
			continue;
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "kind", rep_kind_names[h->kind]);
		rep_json_str(j, "subject", h->subject);
		rep_json_time(j, "since", h->so_s != 0 ? h->so_s : h->first_s);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

static void
json(struct rep_buf *b, const struct rep_outbox *box, const struct alert_of *of)
{
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_arr(&j, "alerts");
	for (size_t i = box->alerts_n; i-- > 0;) {
		const struct rep_outbox_alert *a = &box->alerts[i];

		rep_json_obj(&j, NULL);
		rep_json_int(&j, "alert", (int64_t)a->n);
		rep_json_bool(&j, "open", a->open);
		rep_json_bool(&j, "acknowledged", a->acked);
		rep_json_time(&j, "since", a->since_s);
		rep_json_time_or_null(&j, "resolved", a->resolved_s);
		rep_json_time_or_null(&j, "snoozed_until", a->snoozed_s);
		rep_json_str(&j, "title", a->title);
		rep_json_cstr(&j, "kind", a->of_conditions ? "condition" : "incident");
		of_json(&j, a, of);
		rep_json_end_obj(&j);
	}
	rep_json_end_arr(&j);
	rep_json_arr(&j, "messages");
	for (size_t i = box->messages_n; i-- > 0;) {
		const struct rep_outbox_message *m = &box->messages[i];

		rep_json_obj(&j, NULL);
		rep_json_str(&j, "id", rep_outbox_shown(box, m, REP_S("")).id);
		rep_json_int(&j, "alert", (int64_t)m->alert);
		rep_json_cstr(&j, "event", rep_alert_event_word(m->event));
		rep_json_time(&j, "at", m->at_s);
		rep_json_str(&j, "title", m->title);
		rep_json_str(&j, "text", m->text);
		rep_json_arr(&j, "channels");
		for (size_t k = 0; k < m->ways_n; k++) {
			const struct rep_outbox_way *w = &m->ways[k];

			rep_json_obj(&j, NULL);
			rep_json_str(&j, "channel", w->channel);
			rep_json_cstr(&j, "state", state_word[w->state]);
			rep_json_int(&j, "tries", (int64_t)w->tries);
			rep_json_time_or_null(
			    &j, "due", w->state == REP_OUTBOX_WAITS ? w->due_s : 0);
			rep_json_time_or_null(&j, "done", w->done_s);
			rep_json_str_or_null(&j, "why", w->why);
			rep_json_end_obj(&j);
		}
		rep_json_end_arr(&j);
		rep_json_end_obj(&j);
	}
	rep_json_end_arr(&j);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

/* "Alert 3, open since 02:14 UTC today: Microsoft has refused ..." */
static void
show_alert(
    struct rep_buf *b, const struct rep_outbox_alert *a, int64_t now_s, struct rep_arena *arena)
{
	char when[48], until[48];
	struct rep_str state =
	    rep_arena_printf(arena, "%s %s%s%s", a->open ? "open since" : "resolved",
		rep_when(a->open ? a->since_s : a->resolved_s, when),
		a->open && a->acked ? ", acknowledged" : "",
		a->open && a->snoozed_s > now_s
		    ? rep_arena_printf(arena, ", quiet until %s", rep_when(a->snoozed_s, until)).p
		    : "");

	rep_out_wrap(b,
	    rep_arena_printf(arena, "Alert %llu, %.*s: %.*s", (unsigned long long)a->n,
		REP_PR(state), REP_PR(a->title)),
	    0, 2);
	rep_buf_addc(b, '\n');
}

/* What a text says behind the title that was shown, if it begins with it; there it may go over several lines. */
static struct rep_str
behind(struct rep_str title, struct rep_str text)
{
	size_t n = 0;

	while (n < title.n && n < text.n &&
	    (text.p[n] == title.p[n] || (text.p[n] == '\n' && title.p[n] == ' ')))
		n++;
	if (n < title.n)
		return text;
	n += n < text.n && text.p[n] == '.';
	return n < text.n && text.p[n] == '\n' ? rep_str_sub(text, n + 1, text.n) : text;
}

/* Each line of a text, indented. */
static void
show_text(struct rep_buf *b, struct rep_str text)
{
	while (text.n > 0) {
		size_t end = rep_str_chr(text, '\n', 0);
		struct rep_str line = rep_str_sub(text, 0, end == SIZE_MAX ? text.n : end);

		rep_buf_printf(b, line.n > 0 ? "  %.*s\n" : "%.*s\n", REP_PR(line));
		text = rep_str_sub(text, end == SIZE_MAX ? text.n : end + 1, text.n);
	}
}

/* What was told of it, with what to do. Of incidents the last message says it all, of conditions each says its own. */
static void
show_told(struct rep_buf *b, const struct rep_outbox *box, const struct rep_outbox_alert *a)
{
	size_t from = box->messages_n;

	for (size_t i = box->messages_n; i-- > 0 && (a->of_conditions || from == box->messages_n);)
		if (box->messages[i].alert == a->n)
			from = i;
	for (size_t i = from; i < box->messages_n; i++)
		if (box->messages[i].alert == a->n)
			show_text(b, behind(a->title, box->messages[i].text));
}

static struct rep_str
way_text(const struct rep_outbox_way *w, struct rep_arena *arena)
{
	char when[48], times[REP_TIMES_TEXT];

	switch (w->state) {
	case REP_OUTBOX_TAKEN:
		return rep_arena_printf(
		    arena, "%.*s took it %s", REP_PR(w->channel), rep_when(w->done_s, when));
	case REP_OUTBOX_GIVEN_UP:
		return rep_arena_printf(
		    arena, "%.*s never took it (%.*s)", REP_PR(w->channel), REP_PR(w->why));
	case REP_OUTBOX_WAITS: break;
	}
	if (w->tries == 0)
		return rep_arena_printf(
		    arena, "%.*s gets it from %s on", REP_PR(w->channel), rep_when(w->due_s, when));
	return rep_arena_printf(arena, "%.*s failed %s (%.*s), and is tried again %s",
	    REP_PR(w->channel), rep_times(w->tries, times), REP_PR(w->why),
	    rep_when(w->due_s, when));
}

static void
show_message(struct rep_buf *b, const struct rep_outbox_message *m, struct rep_arena *arena)
{
	char when[48];

	rep_buf_printf(b, "%s  alert %llu %s\n", rep_when(m->at_s, when),
	    (unsigned long long)m->alert, rep_alert_event_word(m->event));
	for (size_t k = 0; k < m->ways_n; k++) {
		rep_buf_add(b, REP_S("  "));
		rep_out_wrap(b, way_text(&m->ways[k], arena), 2, 4);
		rep_buf_addc(b, '\n');
	}
	if (m->ways_n == 0)
		rep_buf_add(b,
		    REP_S("  sent to nobody: no channel was configured, or the alert was "
			  "acknowledged\n"));
}

static void
show(struct rep_buf *b, const struct rep_outbox *box, int64_t now_s)
{
	size_t open = 0, shown = 0;

	for (size_t i = 0; i < box->alerts_n; i++)
		open += box->alerts[i].open;
	if (open == 0)
		rep_buf_add(b, REP_S("No alert is open.\n"));
	for (size_t i = box->alerts_n; i-- > 0;)
		if (box->alerts[i].open) {
			show_alert(b, &box->alerts[i], now_s, box->arena);
			show_told(b, box, &box->alerts[i]);
		}
	for (size_t i = box->alerts_n; i-- > 0;)
		if (!box->alerts[i].open && shown++ < MESSAGES)
			show_alert(b, &box->alerts[i], now_s, box->arena);
	if (shown > MESSAGES)
		rep_buf_printf(b, "and %zu more that are resolved: reputed alert list --json\n",
		    shown - MESSAGES);
	if (box->messages_n > 0)
		rep_buf_add(b, REP_S("\nMessages, the last first\n"));
	for (size_t i = box->messages_n; i-- > 0 && i + MESSAGES >= box->messages_n;)
		show_message(b, &box->messages[i], box->arena);
	if (box->messages_n > MESSAGES)
		rep_buf_printf(
		    b, "and %zu more: reputed alert list --json\n", box->messages_n - MESSAGES);
}

int
rep_alert_list(struct rep_cli *c)
{
	struct rep_outbox box = { .session = &c->session };
	struct alert_of of = { NULL };
	struct rep_err err;
	struct rep_buf b;

	if ((box.store = rep_cli_reading(c)) == NULL)
		return c->worst;
	if (rep_outbox_load(&box, c->arena, &err) != REP_OK ||
	    (c->json &&
		(rep_news_places(box.store, c->arena, &of.places, &of.places_n, &err) != REP_OK ||
		    rep_held_load(box.store, c->arena, &of.held, &err) != REP_OK))) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	} else {
		rep_buf_init(&b, 64 << 20);
		if (c->json)
			json(&b, &box, &of);
		else
			show(&b, &box, c->session.clock_s);
		if (!rep_out_flush(&b))
			rep_cli_note(c, REP_EXIT_FAILED);
		rep_buf_fini(&b);
	}
	rep_outbox_close(&box);
	return c->worst;
}

/* --- answering ---------------------------------------------------------------------------------------- */

/* "90m", "4h", "2d". False: it is none. */
static bool
duration(struct rep_str s, int64_t *out)
{
	static const struct {
		char letter;
		int64_t s;
	} units[] = { { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	uint64_t n;

	for (size_t k = 0; k < REP_COUNT(units) && s.n > 1; k++)
		if (s.p[s.n - 1] == units[k].letter &&
		    rep_str_u64(
			rep_str_sub(s, 0, s.n - 1), (uint64_t)(SNOOZE_MAX_S / units[k].s), &n) &&
		    n > 0) {
			*out = (int64_t)n * units[k].s;
			return true;
		}
	return false;
}

/* The open alert that an argument names. NULL: there is none (printed, with those that are open). */
static struct rep_outbox_alert *
named(const struct rep_outbox *box, const char *word, struct rep_arena *arena)
{
	struct rep_str open = REP_S("");
	struct rep_outbox_alert *a;
	uint64_t n;

	if (rep_str_u64(rep_str_c(word), INT64_MAX, &n) && (a = rep_outbox_alert(box, n)) != NULL &&
	    a->open)
		return a;
	for (size_t i = 0; i < box->alerts_n; i++)
		if (box->alerts[i].open)
			open = rep_arena_printf(arena, "%.*s%s%llu", REP_PR(open),
			    open.n > 0 ? ", " : "", (unsigned long long)box->alerts[i].n);
	rep_cli_say(
	    "no alert \"%s\" is open%s%.*s", word, open.n > 0 ? "; open are: " : "", REP_PR(open));
	return NULL;
}

/* What is still sent of an alert that a person has answered: how it opened, to whom that did not take it yet. */
static void
say_opening(const struct rep_outbox *box, uint64_t alert, struct rep_arena *arena)
{
	struct rep_str to = REP_S("");

	for (size_t i = 0; i < box->messages_n; i++) {
		const struct rep_outbox_message *m = &box->messages[i];

		if (m->alert != alert || m->event != REP_ALERT_OPENED)
			continue;
		for (size_t k = 0; k < m->ways_n; k++)
			if (m->ways[k].state == REP_OUTBOX_WAITS)
				to = rep_arena_printf(arena, "%.*s%s%.*s", REP_PR(to),
				    to.n > 0 ? ", " : "", REP_PR(m->ways[k].channel));
	}
	if (to.n > 0)
		printf("The message that it opened still waits and will be sent: %.*s has not "
		       "taken it yet.\n",
		    REP_PR(to));
}

/* What a person says to an alert. */
enum { ACK = 0, SNOOZE };

/* Writes down who answered, in the transaction of the answer. That there is no room for it is said, and keeps nobody from answering. */
static enum rep_rc
note(struct rep_cli *c, const struct rep_outbox *box, uint64_t alert, int what, int64_t until_s,
    struct rep_err *err)
{
	char until[REP_TIME_TEXT];
	struct rep_noted x = { .at_s = c->session.clock_s,
		.alert = alert,
		.act = what == ACK ? REP_NOTED_ACK : REP_NOTED_SNOOZE,
		.who = rep_note_who(c),
		.text = what == ACK
		    ? REP_S("")
		    : rep_arena_printf(c->arena, "until %s", rep_time_text(until_s, until)) };
	enum rep_rc rc = rep_store_noted_put(box->store, &x, err);

	if (rc != REP_ELIMIT)
		return rc;
	rep_cli_say("%s", err->msg);
	return REP_OK;
}

static int
answer(struct rep_cli *c, int what, int64_t for_s)
{
	struct rep_outbox_alert *a = NULL;
	struct rep_outbox box;
	struct rep_str channels[REP_CONFIG_ALERTS];
	const struct rep_outbox_to to = { channels, c->cfg.n_alerts, c->session.clock_s };
	struct rep_err err = { .msg = "" };
	char when[48];
	enum rep_rc rc = rep_outbox_open(&box, &c->session, &err);

	if (rc != REP_OK) {
		rep_cli_say("%s%s", err.msg,
		    rc == REP_ENOTFOUND ? "; nothing was read yet, or name the database with --db"
					: "");
		return REP_EXIT_FAILED;
	}
	for (size_t i = 0; i < c->cfg.n_alerts; i++)
		channels[i] = c->cfg.alerts[i].name;
	if ((rc = rep_outbox_begin(&box, c->arena, &err)) == REP_OK &&
	    (a = named(&box, c->args[0], c->arena)) != NULL) {
		if (what == ACK)
			rep_outbox_ack(&box, a, c->session.clock_s);
		else
			rc = rep_outbox_snooze(&box, a, c->session.clock_s + for_s, &to, &err);
		if (rc == REP_OK)
			rc = note(c, &box, a->n, what, c->session.clock_s + for_s, &err);
		if (rc == REP_OK)
			rc = rep_outbox_commit(&box, &err);
	}
	rep_outbox_close(&box);
	if (rc != REP_OK)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	if (a == NULL)
		return c->worst != REP_EXIT_OK ? c->worst : REP_EXIT_USAGE;
	if (what == ACK)
		printf("Alert %s is acknowledged: no updates are sent, only that it is resolved.\n",
		    c->args[0]);
	else
		printf("Alert %s is quiet until %s, unless it is resolved before.\n", c->args[0],
		    rep_when(c->session.clock_s + for_s, when));
	say_opening(&box, a->n, c->arena);
	return c->worst;
}

int
rep_alert_ack(struct rep_cli *c)
{
	return answer(c, ACK, 0);
}

int
rep_alert_snooze(struct rep_cli *c)
{
	int64_t for_s;

	if (!duration(rep_str_c(c->args[1]), &for_s)) {
		rep_cli_say("for how long, at most 30d? Such as: reputed "
			    "alert snooze 3 4h (also 90m, 2d)");
		return REP_EXIT_USAGE;
	}
	return answer(c, SNOOZE, for_s);
}
