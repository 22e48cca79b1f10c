/*
 * reputed trace: what became of one message, or of all mail to one person; where it is now.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"
#include "base/time.h"
#include "cli/columns.h"
#include "cli/out.h"
#include "cli/queue_words.h"
#include "engine/trace.h"

#include <stdio.h>

enum { SHOWN = 10, ARENA_BYTES = 96 << 20, OUT_MAX = 32 << 20 };

struct trace_view {
	const struct rep_trace *t;
	const struct rep_know *know;
	struct rep_names names;
	int64_t now_s;
	bool all;
	struct rep_buf row;
};

/* --- words ------------------------------------------------------------------------------------------ */

static struct rep_str
name(const struct trace_view *w, uint32_t id)
{
	return rep_name(&w->names, id);
}

static const struct rep_rule *
rule_of(const struct trace_view *w, const struct rep_trail_step *s)
{
	return s->rule != 0 ? rep_know_rule(w->know, name(w, s->rule)) : NULL;
}

/* Who was asked: "Microsoft 365 (host)". */
static void
whom(const struct trace_view *w, const struct rep_trail_step *s, struct rep_buf *b)
{
	const struct rep_provider *p =
	    rep_provider_by_id(rep_know_providers(w->know), name(w, s->provider));
	struct rep_str domain = name(w, s->provider_domain);

	if (p != NULL)
		rep_buf_add(b, p->name);
	else
		rep_columns_plain(b, domain.n > 0 ? domain : REP_S("another mail host"));
	if (s->host.n > 0) {
		rep_buf_add(b, REP_S(", "));
		rep_columns_plain(b, s->host);
	}
}

/* True when recipients of the message ended in different ways. */
static bool
is_mixed(const struct rep_trace *t, size_t message)
{
	enum rep_status first = REP_STATUS_NONE;

	for (size_t i = t->steps_n; i-- > 0;) {
		size_t k = i + 1;

		while (k < t->steps_n && t->of[i] == message &&
		    !(t->of[k] == message && t->steps[k].recipient == t->steps[i].recipient))
			k++;
		if (t->of[i] != message || k < t->steps_n)
			continue; /* this recipient has a later step */
		if (first != REP_STATUS_NONE && t->steps[i].status != first)
			return true;
		first = t->steps[i].status;
	}
	return false;
}

/* What the last steps of a message say: delivered, returned, ... */
static const char *
state_of(const struct trace_view *w, size_t message)
{
	const struct rep_trace *t = w->t;

	for (size_t i = 0; i < t->waiting_n; i++)
		if (t->waiting[i].message == message)
			return "waiting";
	if (is_mixed(t, message))
		return "mixed";
	switch (t->steps[t->messages[message].last].status) {
	case REP_STATUS_SENT: return "delivered";
	case REP_STATUS_BOUNCED: return "returned";
	case REP_STATUS_EXPIRED: return "expired";
	default: return t->queue_read ? "gone" : "deferred";
	}
}

static const char *
sentence_of(const char *state)
{
	static const char *const v[][2] = {
		{ "delivered",
		    "the other side accepted it. Your log cannot show what happened after that "
		    "(inbox, junk or deleted)." },
		{ "returned", "refused permanently, and returned to the sender." },
		{ "expired", "waited too long, and was returned to the sender." },
		{ "mixed",
		    "it has several recipients; the last line of each above says how it ended." },
		{ "gone",
		    "it was deferred, and it is no longer in the queue: it was delivered, "
		    "returned or removed after the log was read. To read the new lines: reputed "
		    "ingest LOG" },
		{ "deferred",
		    "it was deferred. Only the queue shows whether it still waits, and it was not "
		    "read: postqueue -j | reputed trace ... -" },
	};

	for (size_t i = 0; i < REP_COUNT(v); i++)
		if (strcmp(v[i][0], state) == 0)
			return v[i][1];
	return "";
}

/* --- text ------------------------------------------------------------------------------------------- */

static void
one_step(struct trace_view *w, struct rep_buf *b, const struct rep_trail_step *s)
{
	const struct rep_rule *rule = rule_of(w, s);
	char t[REP_TIME_TEXT], label[REP_TIME_TEXT];

	snprintf(label, sizeof label, "%.8s", rep_time_text(s->at_s, t) + 11);
	rep_buf_printf(
	    &w->row, "%s: ", s->status == REP_STATUS_NONE ? "said" : rep_status_word(s->status));
	whom(w, s, &w->row);
	if (s->route != 0) {
		rep_buf_add(&w->row, REP_S(", through "));
		rep_columns_plain(&w->row, name(w, s->route));
	}
	rep_columns_flush(b, label, &w->row);
	if (s->text.n > 0 && s->status != REP_STATUS_SENT)
		rep_buf_printf(&w->row, "said (or similar): %.*s", REP_PR(s->text));
	rep_columns_flush(b, "", &w->row);
	if (rule != NULL && s->status != REP_STATUS_SENT)
		rep_queue_means(&w->row, s->class, rule);
	else if (s->status != REP_STATUS_SENT && s->class != REP_CLASS_UNKNOWN)
		rep_buf_printf(&w->row, "means: %s", rep_class_word(s->class));
	rep_columns_flush(b, "", &w->row);
}

/* True when the last step of the message has said what the queue says. */
static bool
is_told(const struct trace_view *w, const struct rep_trace_waiting *q)
{
	const struct rep_trace *t = w->t;

	return q->message != SIZE_MAX && q->rule != NULL &&
	    rule_of(w, &t->steps[t->messages[q->message].last]) == q->rule;
}

static void
one_waiting(struct trace_view *w, struct rep_buf *b, const struct rep_trace_waiting *q)
{
	char span[REP_TIME_TEXT], t[48];
	const char *queue = rep_queue_word(q->queue);

	rep_buf_printf(&w->row, "in the queue%s%s%s (", queue != NULL ? " \"" : "",
	    queue != NULL ? queue : "", queue != NULL ? "\"" : "");
	rep_columns_plain(&w->row, q->queue_id);
	rep_buf_printf(&w->row, ") since %s. ", rep_when(q->arrival_s, t));
	if (q->wait == REP_WAIT_HELD)
		rep_buf_add(
		    &w->row, REP_S("You hold it: it waits until postsuper -H releases it."));
	else if (q->wait == REP_WAIT_TRANSPORT)
		rep_buf_add(&w->row,
		    REP_S("You hold it: its transport is in defer_transports, so no delivery was "
			  "tried."));
	else
		rep_buf_printf(&w->row, "Next try within %s (the queue does not say when exactly).",
		    rep_time_span(q->next_within_s, span));
	if (q->expires_s != 0)
		rep_buf_printf(
		    &w->row, " Returned to the sender after %s.", rep_when(q->expires_s, t));
	rep_columns_flush(b, "now", &w->row);
	if (q->wait == REP_WAIT_REFUSED && is_told(w, q)) {
		rep_buf_add(&w->row, REP_S("last said: the same as above"));
		rep_columns_flush(b, "", &w->row);
	} else if (q->wait == REP_WAIT_REFUSED) {
		rep_buf_printf(&w->row, "last said: %.*s", REP_PR(q->reason));
		rep_columns_flush(b, "", &w->row);
		if (q->rule != NULL)
			rep_queue_means(&w->row, q->class, q->rule);
		rep_columns_flush(b, "", &w->row);
	}
}

static void
one_message(struct trace_view *w, struct rep_buf *b, size_t k)
{
	const struct rep_trace *t = w->t;
	const struct rep_trace_message *m = &t->messages[k];
	struct rep_str id = { "", 0 }, stream = name(w, t->steps[m->last].stream);
	const char *state = state_of(w, k);
	char date[REP_TIME_TEXT];

	rep_buf_printf(b, "\n%s", rep_paint(REP_BOLD));
	rep_columns_plain(b, t->steps[m->last].queue_id);
	rep_buf_printf(b, "%s %.10s", rep_unpaint(), rep_time_text(t->steps[m->last].at_s, date));
	if (stream.n > 0) {
		rep_buf_add(b, REP_S(", from "));
		rep_columns_plain(b, rep_str_sub(stream, 0, 40));
	}
	rep_buf_addc(b, '\n');
	if (m->accepted_s != 0) {
		rep_buf_add(&w->row, REP_S("accepted by your mail server"));
		rep_time_text(m->accepted_s, date);
		date[19] = '\0';
		rep_columns_flush(b, date + 11, &w->row);
	}
	for (size_t i = 0; i < t->steps_n; i++) {
		if (t->of[i] != k)
			continue;
		if (id.n > 0 && !rep_str_eq(id, t->steps[i].queue_id)) {
			rep_buf_add(&w->row, REP_S("queued again as "));
			rep_columns_plain(&w->row, t->steps[i].queue_id);
			rep_columns_flush(b, "", &w->row);
		}
		id = t->steps[i].queue_id;
		one_step(w, b, &t->steps[i]);
	}
	rep_columns_row(b, "now", rep_str_c(sentence_of(state)));
	for (size_t i = 0; i < t->waiting_n; i++)
		if (t->waiting[i].message == k)
			one_waiting(w, b, &t->waiting[i]);
}

/* What the store does not have, and why. */
static void
not_kept(struct trace_view *w, struct rep_buf *b)
{
	const struct rep_trace *t = w->t;
	char n[32], from[REP_TIME_TEXT];

	if (t->totals.counted > 0 && t->totals.facts == 0)
		rep_buf_add(&w->row,
		    REP_S(
			"The database has counts only (it was filled with --rollups-only, or all is "
			"older than 90 days): single deliveries are not in it. "));
	else if (t->steps_n == 0 && t->waiting_n == 0)
		rep_buf_printf(&w->row,
		    "No delivery of it is known. Single deliveries are kept for 90 days, and the "
		    "database begins at %.10s; a Message-ID is known only if the log has the "
		    "lines of Postfix's cleanup. Was the log read? reputed ingest "
		    "/var/log/mail.log ",
		    t->totals.first_s != 0 ? rep_time_text(t->totals.first_s, from)
					   : "no time at all");
	if (t->left_out > 0)
		rep_buf_printf(
		    &w->row, "%s older steps are not shown. ", rep_out_number(t->left_out, n));
	if (t->waiting_left_out > 0)
		rep_buf_printf(&w->row, "%s more wait in the queue than are shown. ",
		    rep_out_number(t->waiting_left_out, n));
	if (!t->queue_read)
		rep_buf_add(&w->row,
		    REP_S(
			"The queue was not read: there is no postqueue on this machine, or it did "
			"not answer. "));
	else if (!t->times.asked && t->waiting_n > 0)
		rep_buf_add(&w->row,
		    REP_S("Times of the queue are Postfix defaults (returned after 5 days). "));
	if (w->row.n == 0)
		return;
	rep_buf_addc(b, '\n');
	rep_out_wrap(b, rep_buf_str(&w->row), 0, 0);
	rep_buf_addc(b, '\n');
	rep_buf_clear(&w->row);
}

static void
as_text(struct trace_view *w, struct rep_buf *b)
{
	const struct rep_trace *t = w->t;
	size_t from = w->all || t->messages_n <= SHOWN ? 0 : t->messages_n - SHOWN;
	char n[32];

	if (t->messages_n > 0)
		rep_buf_printf(b, "%s message%s%s.%s\n", rep_out_number(t->messages_n, n),
		    rep_plural(t->messages_n), t->messages_n == 1 ? "" : ", oldest first",
		    from > 0 ? " The newest 10 (all of them: --all):" : "");
	for (size_t k = from; k < t->messages_n; k++)
		one_message(w, b, k);
	for (size_t i = 0; i < t->waiting_n; i++)
		if (t->waiting[i].message == SIZE_MAX) {
			rep_buf_addc(b, '\n');
			rep_columns_plain(b, t->waiting[i].queue_id);
			rep_buf_add(b, REP_S(": no attempt to deliver it was read from a log\n"));
			one_waiting(w, b, &t->waiting[i]);
		}
	not_kept(w, b);
}

/* --- JSON ------------------------------------------------------------------------------------------- */

static void
json_step(const struct trace_view *w, struct rep_json *j, const struct rep_trail_step *s)
{
	const struct rep_rule *rule = rule_of(w, s);
	struct rep_str none = { NULL, 0 };
	char enh[24];

	rep_json_obj(j, NULL);
	rep_json_time(j, "time", s->at_s);
	rep_json_str_or_null(j, "queue_id", s->queue_id);
	rep_json_str_or_null(j, "source_label", name(w, s->label));
	rep_json_str_or_null(j, "route", name(w, s->route));
	rep_json_str_or_null(j, "provider", name(w, s->provider));
	rep_json_str_or_null(j, "provider_domain", name(w, s->provider_domain));
	rep_json_str_or_null(j, "host", s->host);
	rep_json_cstr(j, "status", rep_status_word(s->status));
	rep_json_cstr(j, "class", rep_class_word(s->class));
	rep_json_str_or_null(j, "rule", name(w, s->rule));
	rep_json_str(j, "meaning", rule != NULL ? rule->meaning : none);
	rep_json_bool(j, "certain", s->certain);
	if (s->code != 0)
		rep_json_int(j, "code", s->code);
	else
		rep_json_null(j, "code");
	snprintf(enh, sizeof enh, "%d.%d.%d", s->enhanced / 1000000, s->enhanced / 1000 % 1000,
	    s->enhanced % 1000);
	rep_json_cstr(j, "enhanced", s->enhanced != 0 ? enh : NULL);
	rep_json_str_or_null(j, "text", s->text);
	if (s->delay_ms >= 0)
		rep_json_real(j, "delay_s", (double)s->delay_ms / 1000, 2);
	else
		rep_json_null(j, "delay_s");
	rep_json_end_obj(j);
}

static void
json_waiting(const struct trace_view *w, struct rep_json *j, size_t message)
{
	rep_json_arr(j, "waiting");
	for (size_t i = 0; i < w->t->waiting_n; i++) {
		const struct rep_trace_waiting *q = &w->t->waiting[i];

		if (q->message != message)
			continue;
		rep_json_obj(j, NULL);
		rep_json_str(j, "queue_id", q->queue_id);
		rep_json_cstr(j, "queue", rep_queue_word(q->queue));
		rep_queue_why_json(j, q->wait, q->class, q->rule, q->reason);
		rep_json_time(j, "arrived", q->arrival_s);
		rep_json_time_or_null(j, "expires", q->expires_s);
		rep_queue_next_json(j, q->next_within_s);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

static void
as_json(const struct trace_view *w, struct rep_buf *b)
{
	const struct rep_trace *t = w->t;
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_time(&j, "now", w->now_s);
	rep_json_bool(&j, "queue_read", t->queue_read);
	rep_json_bool(&j, "times_are_defaults", !t->times.asked);
	rep_json_bool(&j, "counts_only", t->totals.counted > 0 && t->totals.facts == 0);
	rep_json_int(&j, "left_out", (int64_t)(t->left_out + t->waiting_left_out));
	rep_json_arr(&j, "messages");
	for (size_t k = 0; k < t->messages_n; k++) {
		rep_json_obj(&j, NULL);
		rep_json_time_or_null(&j, "accepted", t->messages[k].accepted_s);
		rep_json_str_or_null(&j, "stream", name(w, t->steps[t->messages[k].last].stream));
		rep_json_cstr(&j, "state", state_of(w, k));
		rep_json_arr(&j, "steps");
		for (size_t i = 0; i < t->steps_n; i++)
			if (t->of[i] == k)
				json_step(w, &j, &t->steps[i]);
		rep_json_end_arr(&j);
		json_waiting(w, &j, k);
		rep_json_end_obj(&j);
	}
	rep_json_end_arr(&j);
	json_waiting(w, &j, SIZE_MAX);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

/* --- the command -------------------------------------------------------------------------------------- */

/* Opens the store for reading, with its key: the question must be hashed. */
static struct rep_store *
open_store(struct rep_cli *c)
{
	struct rep_store *store = NULL, *there = rep_cli_reading(c);
	struct rep_key key;
	struct rep_err err;

	if (there == NULL)
		return NULL;
	rep_store_close(there);
	if (rep_session_key(&c->session, false, &key, &err) == REP_OK &&
	    rep_store_open(rep_session_db(&c->session), REP_STORE_READ_ONLY, &key, &store, &err) ==
		REP_OK)
		return store;
	rep_cli_say(
	    "%s; recipients are in the database as keyed hashes, so the key is needed", err.msg);
	rep_cli_note(c, REP_EXIT_FAILED);
	return NULL;
}

int
rep_cmd_trace(struct rep_cli *c)
{
	struct rep_trace t = { .steps = NULL };
	struct trace_view w = { .t = &t, .all = c->session.all };
	struct rep_store *store;
	struct rep_know *know = NULL;
	struct rep_err err = { .msg = "out of memory" };
	struct rep_arena *a;
	struct rep_buf b;

	if (c->args_n < 1 || c->args_n > 2 || rep_str_trim(rep_str_c(c->args[0])).n == 0) {
		rep_cli_say(
		    "whose mail, or which message? Give an address (reputed trace "
		    "jo@example.com), a queue id or a Message-ID, and after it a saved queue if "
		    "you have one");
		return REP_EXIT_USAGE;
	}
	if ((store = open_store(c)) == NULL)
		return c->worst;
	w.now_s = rep_session_present(&c->session);
	a = rep_arena_new(ARENA_BYTES);
	rep_buf_init(&b, OUT_MAX);
	rep_buf_init(&w.row, 1 << 16);
	if (a == NULL || rep_session_know(&c->session, &know, &err) != REP_OK ||
	    rep_trace_make(&c->session, know, store, rep_str_trim(rep_str_c(c->args[0])),
		c->args_n > 1 ? c->args[1] : NULL, w.now_s, a, &t, &err) != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	} else {
		w.know = know;
		w.names = rep_store_names(store);
		if (c->json)
			as_json(&w, &b);
		else
			as_text(&w, &b);
		if (!rep_out_flush(&b))
			rep_cli_note(c, REP_EXIT_FAILED);
	}
	rep_buf_fini(&w.row);
	rep_buf_fini(&b);
	rep_arena_free(a);
	rep_know_free(know);
	rep_store_close(store);
	return c->worst;
}
