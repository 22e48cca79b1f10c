/*
 * reputed queue: what waits in Postfix' queue, for whom, why and until when; and the way out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"
#include "base/time.h"
#include "cli/columns.h"
#include "cli/out.h"
#include "cli/queue_words.h"
#include "engine/waiting.h"

#include <stdio.h>
#include <sys/stat.h>

enum {
	SHOWN = 12,
	ARENA_BYTES = 96 << 20,
	OUT_MAX = 16 << 20,
	SUSPECT_LEAST = 100,
	BATCH = 20,
	FORWARDED_PART = 4 /* a quarter of the queue is worth a word: judgement */
};

struct queue_view {
	const struct rep_queue_groups *q;
	int64_t now_s;
	bool all, live;
	struct rep_buf row;
};

/* --- words ------------------------------------------------------------------------------------------ */

static const char *
whom(const struct rep_queue_group *e)
{
	return e->provider != NULL ? e->provider->name.p : "Other mail hosts";
}

static struct rep_str
provider_id(const struct rep_queue_group *e)
{
	return e->provider != NULL ? e->provider->id : REP_S("other");
}

static void
why(struct rep_buf *b, const struct rep_queue_group *e)
{
	switch (e->wait) {
	case REP_WAIT_HELD:
		rep_buf_add(
		    b, REP_S("you hold them: they are in the hold queue until they are released"));
		break;
	case REP_WAIT_TRANSPORT:
		rep_buf_add(b,
		    REP_S("you hold them: their transport is in defer_transports, so the provider "
			  "was not tried"));
		break;
	case REP_WAIT_BROKEN:
		rep_buf_add(b,
		    REP_S("their transport is not there, or does not work; the provider was not "
			  "asked. The names that exist: postconf -M"));
		break;
	case REP_WAIT_NEW:
		rep_buf_add(
		    b, REP_S("nothing is wrong yet: not tried yet, or being delivered now"));
		break;
	default:
		if (e->rule != NULL && e->rule->meaning.n > 0)
			rep_buf_printf(b, "%s: %.*s (%.*s)", rep_class_word(e->class),
			    REP_PR(e->rule->meaning), REP_PR(e->rule->id));
		else
			rep_buf_printf(
			    b, "%s, judged by their words below", rep_class_word(e->class));
		break;
	}
}

/* "news@shop.example 29,000, bounces 12" */
static void
top_list(struct rep_buf *b, const struct rep_queue_top *v, size_t n, const char *empty)
{
	char number[32];

	for (size_t i = 0; i < n; i++) {
		rep_buf_add(b, i > 0 ? REP_S(", ") : REP_S(""));
		if (v[i].name.n > 0)
			rep_columns_plain(b, v[i].name);
		else
			rep_buf_add(b, rep_str_c(empty));
		rep_buf_printf(b, " %s", rep_out_number(v[i].n, number));
	}
}

/* --- text ------------------------------------------------------------------------------------------- */

static void
when_rows(struct queue_view *w, struct rep_buf *b, const struct rep_queue_group *e)
{
	char t[48], span[REP_TIME_TEXT], life[REP_TIME_TEXT], n[32];
	int64_t left = e->expires_s - w->now_s;

	rep_buf_printf(&w->row, "since %s (%s)", rep_when(e->oldest_s, t),
	    rep_time_span(w->now_s > e->oldest_s ? w->now_s - e->oldest_s : 0, span));
	rep_columns_flush(b, "oldest", &w->row);
	if (e->next_within_s > 0)
		rep_buf_printf(&w->row, "each within %s (the queue does not say when exactly)",
		    rep_time_span(e->next_within_s, span));
	else
		rep_buf_printf(
		    &w->row, "none until you release %s", e->messages == 1 ? "it" : "them");
	rep_columns_flush(b, "next try", &w->row);
	if (e->expires_s == 0) {
		rep_buf_add(&w->row, REP_S("not while it is on hold"));
	} else {
		if (left > 0)
			rep_buf_printf(&w->row, "the first in %s", rep_time_span(left, span));
		else
			rep_buf_add(&w->row, REP_S("the first at its next attempt"));
		rep_buf_printf(&w->row, ", %s within a day: Postfix returns mail after %s",
		    e->expiring == 0 ? "none" : rep_out_number(e->expiring, n),
		    rep_time_span(w->q->times.lifetime_s, life));
	}
	rep_columns_flush(b, "expires", &w->row);
}

static void
one_group(struct queue_view *w, struct rep_buf *b, const struct rep_queue_group *e, size_t number)
{
	char n1[32], n2[32];

	rep_buf_printf(b, "\n%s%zu. %s: %s message%s%s", rep_paint(REP_BOLD), number, whom(e),
	    rep_out_number(e->messages, n1), rep_plural(e->messages), rep_unpaint());
	if (e->recipients != e->messages)
		rep_buf_printf(b, ", %s recipients", rep_out_number(e->recipients, n2));
	rep_buf_addc(b, '\n');
	why(&w->row, e);
	rep_columns_flush(b, "why", &w->row);
	rep_columns_row(b, "said", e->wait == REP_WAIT_REFUSED ? e->sample : REP_S(""));
	when_rows(w, b, e);
	top_list(&w->row, e->senders, e->senders_n, "bounces");
	rep_columns_flush(b, "from", &w->row);
	top_list(&w->row, e->domains, e->domains_n, "no domain");
	rep_columns_flush(b, "to", &w->row);
	if (e->wait == REP_WAIT_REFUSED && e->rule != NULL)
		rep_buf_printf(&w->row, "reputed explain %.*s", REP_PR(e->rule->id));
	rep_columns_flush(b, "more", &w->row);
}

/* A word in a basic regular expression: its dots are dots. */
static void
pattern(struct rep_buf *b, struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.')
			rep_buf_addc(b, '\\');
		rep_buf_addc(b, s.p[i]);
	}
}

/* The queue ids of the lines that hold a text, one a line. */
static void
ids_of(struct rep_buf *b, const char *before, struct rep_str s, const char *after)
{
	rep_buf_printf(b, "postqueue -j | sed -n '/%s", before);
	pattern(b, s);
	rep_buf_printf(b, "%s/s/.*\"queue_id\": *\"\\([^\"]*\\)\".*/\\1/p'", after);
}

/* A part of the queue that is mail of others, sent on: its spam counts as one's own. */
static void
sent_on(struct queue_view *w, struct rep_buf *b)
{
	const struct rep_queue_groups *q = w->q;
	char n[32], n2[32];

	if (q->forwarded * FORWARDED_PART < q->messages || q->forwarded == 0)
		return;
	rep_buf_printf(&w->row,
	    "%s of %s message%s %s mail that you forward for others (sender SRS0=, and the domain it "
	    "came from). Its spam counts as yours. If you do not know these senders, find the "
	    "mailbox or alias that forwards them and turn it off. Then put that mail on hold, so "
	    "that none of it leaves:",
	    rep_out_number(q->forwarded, n), rep_out_number(q->messages, n2),
	    rep_plural(q->messages), q->forwarded == 1 ? "is" : "are");
	rep_buf_addc(b, '\n');
	rep_columns_flush(b, "who", &w->row);
	rep_buf_add(b,
	    REP_S("\npostqueue -j | sed -n '/\"sender\": *\"SRS[01][-+=]/Is/.*\"queue_id\": "
		  "*\"\\([^\"]*\\)\".*/\\1/p' | postsuper -h -\n"));
}

/* One sender that fills the queue: a stolen account, a form, a loop; or a mailing that is known. */
static void
who_filled_it(struct queue_view *w, struct rep_buf *b)
{
	const struct rep_queue_groups *q = w->q;
	const struct rep_queue_top *t = &q->senders[0];
	char n[32], n2[32];

	if (q->senders_n == 0 || t->n < SUSPECT_LEAST || t->n * 2 < q->messages ||
	    rep_str_starts(t->name, REP_S("SRS0=")))
		return;
	rep_buf_printf(&w->row, "%s of %s messages are ", rep_out_number(t->n, n),
	    rep_out_number(q->messages, n2));
	if (t->name.n == 0) {
		rep_buf_add(&w->row,
		    REP_S("bounces: either somebody sent you mail with forged senders, or you "
			  "accept mail that you cannot deliver. See reputed explain backscatter"));
	} else {
		rep_buf_add(&w->row, REP_S("of one sender, "));
		rep_columns_plain(&w->row, t->name);
		rep_buf_add(&w->row,
		    REP_S(
			". If that is not a mailing you know of, lock the account or the web form "
			"first. Then put its mail on hold, so that none of it leaves:"));
	}
	rep_buf_addc(b, '\n');
	rep_columns_flush(b, "who", &w->row);
	if (t->name.n == 0 || !rep_columns_pastable(t->name))
		return;
	rep_buf_addc(b, '\n');
	ids_of(b, "\"sender\": *\"", t->name, "\"");
	rep_buf_add(b, REP_S(" | postsuper -h -\n"));
}

/* How a refused group leaves: one message to see, then small batches. */
static void
let_go(struct queue_view *w, struct rep_buf *b, const struct rep_queue_group *e)
{
	bool held = e->wait == REP_WAIT_HELD;

	rep_buf_printf(&w->row,
	    "%s. Release one message first; within a minute the log shows whether it was "
	    "accepted. Then %d at a time, never all at once: a burst into a path that has just "
	    "opened closes it again.",
	    whom(e), (int)BATCH);
	rep_buf_addc(b, '\n');
	rep_columns_flush(b, "release", &w->row);
	rep_buf_addc(b, '\n');
	if (held)
		rep_buf_printf(b, "postsuper -H %.*s\n", REP_PR(e->oldest_id));
	rep_buf_printf(b, "postqueue -i %.*s\n", REP_PR(e->oldest_id));
	if (e->domains_n == 0 || !rep_columns_pastable(e->domains[0].name))
		return;
	ids_of(b, held ? "\"queue_name\": *\"hold\".*@" : "\"queue_name\": *\"deferred\".*@",
	    e->domains[0].name, "\"");
	rep_buf_printf(b, " | head -n %d | %s\n", (int)BATCH,
	    held ? "postsuper -H -" : "xargs -r -n 1 postqueue -i");
}

static void
way_out(struct queue_view *w, struct rep_buf *b)
{
	const struct rep_queue_group *e = NULL;

	sent_on(w, b);
	who_filled_it(w, b);
	for (size_t i = 0; i < w->q->n && e == NULL; i++)
		if (w->q->v[i].wait == REP_WAIT_REFUSED || w->q->v[i].wait == REP_WAIT_HELD)
			e = &w->q->v[i];
	if (e != NULL && rep_columns_pastable(e->oldest_id))
		let_go(w, b, e);
	for (size_t i = 0; i < w->q->n; i++)
		if (w->q->v[i].wait == REP_WAIT_TRANSPORT) {
			rep_buf_addc(b, '\n');
			rep_columns_row(b, "held",
			    REP_S("These show which transports are held, and for which domains. "
				  "When you remove a transport from defer_transports, all its mail "
				  "leaves with its next try, within 72 minutes."));
			rep_buf_add(b,
			    REP_S("\npostconf -h defer_transports\npostconf -h transport_maps\n"));
			break;
		}
}

static void
as_text(struct queue_view *w, struct rep_buf *b)
{
	const struct rep_queue_groups *q = w->q;
	size_t shown = w->all || q->n <= SHOWN ? q->n : SHOWN;
	char n1[32], n2[32], t[48];

	if (q->messages == 0) {
		rep_buf_add(b, REP_S("The queue is empty.\n"));
		return;
	}
	rep_buf_printf(&w->row,
	    "%s message%s for %s recipient%s, the oldest since %s. Most mail first.",
	    rep_out_number(q->messages, n1), rep_plural(q->messages),
	    rep_out_number(q->recipients, n2), rep_plural(q->recipients), rep_when(q->oldest_s, t));
	rep_out_wrap(b, rep_buf_str(&w->row), 0, 0);
	rep_buf_clear(&w->row);
	rep_buf_addc(b, '\n');
	for (size_t i = 0; i < shown; i++)
		one_group(w, b, &q->v[i], i + 1);
	if (shown < q->n)
		rep_buf_printf(b, "\nAnd %zu smaller group%s: reputed queue --all\n", q->n - shown,
		    rep_plural(q->n - shown));
	way_out(w, b);
	if (!q->times.asked)
		rep_buf_add(&w->row,
		    w->live
			? REP_S("postconf did not answer: times are Postfix defaults. ")
			: REP_S("Times are Postfix defaults (5 days, tries 5 to 67 minutes apart): "
				"a saved queue does not contain its settings. "));
	if (q->untold + q->folded > 0)
		rep_buf_printf(&w->row,
		    "Not sorted into groups, because there are too many: "
		    "%llu. ",
		    (unsigned long long)(q->untold + q->folded));
	if (w->row.n == 0)
		return;
	rep_buf_addc(b, '\n');
	rep_out_wrap(b, rep_buf_str(&w->row), 0, 0);
	rep_buf_addc(b, '\n');
}

/* --- JSON ------------------------------------------------------------------------------------------- */

static void
json_tops(struct rep_json *j, const char *key, const struct rep_queue_top *v, size_t n)
{
	rep_json_arr(j, key);
	for (size_t i = 0; i < n; i++) {
		rep_json_obj(j, NULL);
		rep_json_str(j, "name", v[i].name);
		rep_json_int(j, "count", (int64_t)v[i].n);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

static void
json_group(struct rep_json *j, const struct rep_queue_group *e)
{
	rep_json_obj(j, NULL);
	rep_json_str(j, "provider", provider_id(e));
	rep_queue_why_json(j, e->wait, e->class, e->rule, e->sample);
	rep_json_int(j, "messages", (int64_t)e->messages);
	rep_json_int(j, "recipients", (int64_t)e->recipients);
	rep_json_int(j, "bounces", (int64_t)e->bounces);
	rep_json_time(j, "oldest", e->oldest_s);
	rep_json_time(j, "newest", e->newest_s);
	rep_json_str_or_null(j, "oldest_id", e->oldest_id);
	rep_json_time_or_null(j, "first_expires", e->expires_s);
	rep_json_int(j, "expire_within_day", (int64_t)e->expiring);
	rep_queue_next_json(j, e->next_within_s);
	json_tops(j, "senders", e->senders, e->senders_n);
	json_tops(j, "domains", e->domains, e->domains_n);
	rep_json_end_obj(j);
}

static void
as_json(const struct queue_view *w, struct rep_buf *b)
{
	const struct rep_queue_groups *q = w->q;
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_time(&j, "now", w->now_s);
	rep_json_int(&j, "messages", (int64_t)q->messages);
	rep_json_int(&j, "recipients", (int64_t)q->recipients);
	rep_json_int(&j, "bytes", (int64_t)q->bytes);
	rep_json_int(&j, "forwarded", (int64_t)q->forwarded);
	rep_json_int(&j, "skipped", (int64_t)q->read.bad);
	rep_json_int(&j, "not_told_apart", (int64_t)(q->untold + q->folded));
	rep_json_int(&j, "lifetime_s", q->times.lifetime_s);
	rep_json_int(&j, "bounce_lifetime_s", q->times.bounce_lifetime_s);
	rep_json_bool(&j, "times_are_defaults", !q->times.asked);
	json_tops(&j, "senders", q->senders, q->senders_n);
	rep_json_arr(&j, "groups");
	for (size_t i = 0; i < q->n; i++)
		json_group(&j, &q->v[i]);
	rep_json_end_arr(&j);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

/* --- the command -------------------------------------------------------------------------------------- */

/* When the queue was like that: a file was saved at some time. */
static int64_t
listed_at(const char *path, int64_t now_s)
{
	struct stat st;

	if (path == NULL || strcmp(path, "-") == 0 || stat(path, &st) != 0 ||
	    !S_ISREG(st.st_mode) || st.st_mtime > now_s)
		return now_s;
	return st.st_mtime;
}

int
rep_cmd_queue(struct rep_cli *c)
{
	const char *path = c->args_n > 0 ? c->args[0] : NULL;
	struct rep_queue_groups q = { .v = NULL };
	struct rep_queue_from from = { .path = path };
	struct queue_view w = { .q = &q, .all = c->session.all, .live = path == NULL };
	struct rep_arena *a = rep_arena_new(ARENA_BYTES);
	struct rep_know *know = NULL;
	struct rep_err err = { .msg = "out of memory" };
	struct rep_buf b;
	enum rep_rc rc = REP_EMEM;

	if (c->args_n > 1) {
		rep_cli_say("expected one file or none: reputed queue, reputed queue queue.json, "
			    "postqueue -j | reputed queue -");
		rep_arena_free(a);
		return REP_EXIT_USAGE;
	}
	w.now_s = rep_session_present(&c->session);
	rep_buf_init(&b, OUT_MAX);
	rep_buf_init(&w.row, 1 << 16);
	if (a != NULL && (rc = rep_session_know(&c->session, &know, &err)) == REP_OK)
		rc = rep_queue_group_all(&c->session, know, &from, w.now_s, a, &q, &err);
	if (rc == REP_OK && q.read.bad == 0)
		rep_waits_note(&c->session, &q, listed_at(path, w.now_s));
	if (rc == REP_ENOTFOUND && path == NULL)
		rep_cli_say("postqueue is not on this machine. On the machine that runs Postfix: "
			    "postqueue -j > queue.json. Then here: reputed queue queue.json");
	if (rc == REP_ENOTFOUND && path == NULL) {
		rep_cli_note(c, REP_EXIT_FAILED);
	} else if (rc != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	} else {
		if (c->json)
			as_json(&w, &b);
		else
			as_text(&w, &b);
		if (!rep_out_flush(&b))
			rep_cli_note(c, REP_EXIT_FAILED);
	}
	rep_buf_fini(&w.row);
	rep_buf_fini(&b);
	rep_know_free(know);
	rep_arena_free(a);
	return c->worst;
}
