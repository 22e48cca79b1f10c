/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/waits_text.h"
#include "cli/out.h"

#include <stdio.h>

enum { SHOWN_MAX = 8, STATUS_MAX = 4 };

static struct rep_str
provider_text(const struct rep_verdict_set *s, const struct rep_waiting_mail *w)
{
	const struct rep_provider *p =
	    rep_provider_by_id(rep_know_providers(s->in.know), w->provider);
	struct rep_str out;

	if (p != NULL)
		return p->in_sentence;
	if (w->domain.n == 0)
		return REP_S("other mail hosts");
	out = rep_arena_printf(s->arena, "the mail hosts of %.*s", REP_PR(w->domain));
	return out.p != NULL ? out : w->domain;
}

static void
paragraph(struct rep_buf *b, struct rep_str text, size_t at)
{
	rep_out_wrap(b, text, at, at);
	rep_buf_addc(b, '\n');
}

/* The first row of its provider and kind: the others are summed with it. */
static bool
leads(const struct rep_waits *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rep_str_eq(w->v[i].provider, w->v[n].provider) &&
		    rep_str_eq(w->v[i].domain, w->v[n].domain) &&
		    (w->v[i].wait == REP_WAIT_BROKEN) == (w->v[n].wait == REP_WAIT_BROKEN) &&
		    rep_wait_is_own(w->v[i].wait))
			return false;
	return rep_wait_is_own(w->v[n].wait);
}

/* "The first of them returns to its sender 06:41 UTC today, 12 within a day." */
static void
until(struct rep_buf *b, const struct rep_verdict_set *s, int64_t expires_s, uint64_t expiring)
{
	char when[48], n1[32];

	if (expires_s == 0)
		return;
	rep_buf_printf(b, " The first of them %s to its sender at %s%s",
	    expires_s <= s->in.now_s ? "was due to return" : "returns", rep_when(expires_s, when),
	    s->in.waits.asked ? "" : " (when Postfix keeps mail for 5 days, its default)");
	if (expiring > 1)
		rep_buf_printf(b, ", %s within a day", rep_out_number(expiring, n1));
	rep_buf_addc(b, '.');
}

static void
held_headline(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_waiting_mail *w,
    const struct rep_waiting_sum *sum)
{
	struct rep_str p = provider_text(s, w);
	char n1[32], when[48];
	struct rep_buf line;

	rep_buf_init(&line, 1 << 14);
	rep_buf_printf(&line, "%s message%s for %.*s %s in your own queue",
	    rep_out_number(sum->messages, n1), rep_plural(sum->messages), REP_PR(p),
	    sum->messages == 1 ? "waits" : "wait");
	if (sum->since_s != 0)
		rep_buf_printf(&line, " since %s", rep_when(sum->since_s, when));
	rep_buf_add(&line,
	    w->wait == REP_WAIT_BROKEN
		? REP_S(": the transport that should take it is not there, or does not work.")
		: REP_S(". This server holds them back. They are not refused."));
	rep_buf_add(b, rep_str_c(rep_paint(REP_BOLD)));
	rep_out_wrap(b, rep_buf_str(&line), 0, 0);
	rep_buf_add(b, rep_str_c(rep_unpaint()));
	rep_buf_addc(b, '\n');
	rep_buf_clear(&line);
	until(&line, s, sum->expires_s, sum->expiring);
	if (line.n > 0)
		paragraph(b, rep_str_sub(rep_buf_str(&line), 1, line.n), 0);
	rep_buf_fini(&line);
}

static void
steps(struct rep_buf *b, enum rep_wait wait)
{
	static const char *const held[] = {
		"If you did not hold it: these show what is deferred, and for whom (postconf -h "
		"defer_transports; postconf -h transport_maps; postqueue -j | grep '\"hold\"').",
		"Try one message, and look into the log after a minute. The commands: reputed "
		"explain hold",
		"If it is accepted, let the rest go in small batches, never all at once; the same "
		"page has the commands. Login codes and password resets are too old by now."
	};
	static const char *const broken[] = {
		"Find its name in the log (grep 'transport' /var/log/mail.log), and see whether "
		"master.cf has it: postconf -M",
		"Add the service, or take its name out of transport_maps and relayhost; then "
		"postfix reload. What waits is then tried again by itself."
	};
	const char *const *v = wait == REP_WAIT_BROKEN ? broken : held;
	size_t n = wait == REP_WAIT_BROKEN ? REP_COUNT(broken) : REP_COUNT(held);

	for (size_t i = 0; i < n; i++) {
		rep_buf_printf(b, "  %zu  ", i + 1);
		paragraph(b, rep_str_c(v[i]), 5);
	}
}

static bool
sum_of(
    const struct rep_verdict_set *s, const struct rep_waiting_mail *w, struct rep_waiting_sum *out)
{
	if (w->wait != REP_WAIT_BROKEN)
		return rep_waiting_for(&s->in, w->provider, w->domain, true, out);
	*out = (struct rep_waiting_sum){ .messages = w->messages,
		.since_s = w->since_s,
		.oldest_s = w->oldest_s,
		.expires_s = w->expires_s,
		.expiring = w->expiring };
	return true;
}

static bool
told_by_incident(const struct rep_verdict_set *s, const struct rep_waiting_mail *w,
    const struct rep_incident *const *told, size_t n)
{
	const struct rep_names *names = &s->in.names;

	if (w->wait == REP_WAIT_BROKEN)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct rep_cell_key *k = &s->verdicts.cells[told[i]->cell].key;

		if (rep_incident_open(told[i]) &&
		    rep_str_eq(rep_name(names, k->provider), w->provider) &&
		    (w->domain.n == 0 ||
			rep_str_eq(rep_name(names, k->provider_domain), w->domain)))
			return true;
	}
	return false;
}

static bool
is_asked(const struct rep_asked *asked, const struct rep_waiting_mail *w)
{
	return asked->word.n == 0 || rep_asked_provider(asked, w->provider, w->domain);
}

size_t
rep_waits_own_text(struct rep_buf *b, const struct rep_verdict_set *s,
    const struct rep_incident *const *told, size_t told_n, const struct rep_asked *asked)
{
	const struct rep_waits *w = &s->in.waits;
	enum rep_wait last = REP_WAIT_N;
	struct rep_waiting_sum sum;
	size_t n = 0, more = 0;

	for (size_t i = 0; i < w->n; i++) {
		if (!leads(w, i) || told_by_incident(s, &w->v[i], told, told_n) ||
		    !is_asked(asked, &w->v[i]) || !sum_of(s, &w->v[i], &sum))
			continue;
		if (n == SHOWN_MAX) {
			more++;
			continue;
		}
		n++;
		held_headline(b, s, &w->v[i], &sum);
		last = w->v[i].wait;
		if (n == 1 || last == REP_WAIT_BROKEN)
			steps(b, last);
		rep_buf_addc(b, '\n');
	}
	if (more > 0)
		rep_buf_printf(b, "And mail for %zu more is held: reputed queue\n\n", more);
	return n;
}

struct rep_str
rep_waits_sentence(const struct rep_verdict_set *s, const struct rep_cell *c)
{
	const struct rep_names *names = &s->in.names;
	struct rep_waiting_sum sum;
	char n1[32], when[48];
	struct rep_buf line;

	if (!rep_waiting_for(&s->in, rep_name(names, c->key.provider),
		rep_name(names, c->key.provider_domain), false, &sum))
		return REP_S("");
	rep_buf_init(&line, 1 << 14);
	rep_buf_printf(&line, "%s message%s still %s there", rep_out_number(sum.messages, n1),
	    rep_plural(sum.messages), sum.messages == 1 ? "waits to be sent" : "wait to be sent");
	if (sum.oldest_s != 0)
		rep_buf_printf(&line, ", the oldest since %s", rep_when(sum.oldest_s, when));
	rep_buf_addc(&line, '.');
	until(&line, s, sum.expires_s, sum.expiring);
	return rep_arena_take(s->arena, &line);
}

/* --- deliveries that are not in the input ------------------------------------------------------------ */

void
rep_waits_unseen_text(struct rep_buf *b, const struct rep_waits *w)
{
	char n1[32], from[48], to[48];
	struct rep_buf line;

	rep_buf_init(&line, 1 << 14);
	for (size_t i = 0; i < w->unseen_n; i++) {
		const struct rep_unseen *u = &w->unseen[i];
		struct rep_str host = rep_str_or(u->host, REP_S("this server"));

		rep_buf_printf(&line, "%s message%s of %.*s", rep_out_number(u->messages, n1),
		    rep_plural(u->messages), REP_PR(host));
		if (u->sender_domain.n > 0)
			rep_buf_printf(&line, " (%s from %.*s)",
			    u->messages > 1 ? "one of them" : "it is", REP_PR(u->sender_domain));
		rep_buf_printf(&line,
		    " %s sent between %s and %s, but no line of what was read says how that ended. "
		    "Either the lines of a transport are in another file (postconf -P "
		    "'*/unix/syslog_name' names those that log under their own name), or some were "
		    "dropped (grep -i -e 'rate.limit' -e suppressed /var/log/syslog). Add that "
		    "file, "
		    "or give the journal as a whole: journalctl -o json SYSLOG_FACILITY=2 | "
		    "reputed "
		    "ingest -",
		    u->messages == 1 ? "was" : "were", rep_when(u->first_s, from),
		    rep_when(u->last_s, to));
		paragraph(b, rep_buf_str(&line), 0);
		rep_buf_clear(&line);
	}
	rep_buf_fini(&line);
}

/* --- status, JSON -------------------------------------------------------------------------------------- */

void
rep_waits_lines(struct rep_buf *b, const struct rep_verdict_set *s)
{
	const struct rep_waits *w = &s->in.waits;
	struct rep_waiting_sum sum;
	size_t n = 0;
	char n1[32], when[48];

	for (size_t i = 0; i < w->n; i++) {
		struct rep_str p = provider_text(s, &w->v[i]);
		struct rep_buf line;

		if (!leads(w, i) || !sum_of(s, &w->v[i], &sum) || ++n > STATUS_MAX)
			continue;
		rep_buf_init(&line, 1 << 14);
		rep_buf_printf(&line, "%s: %s message%s for %.*s",
		    w->v[i].wait == REP_WAIT_BROKEN ? "No transport" : "Held by this server",
		    rep_out_number(sum.messages, n1), rep_plural(sum.messages), REP_PR(p));
		if (sum.since_s != 0)
			rep_buf_printf(&line, ", since %s", rep_when(sum.since_s, when));
		rep_buf_add(&line, REP_S(": reputed why"));
		rep_out_wrap(b, rep_buf_str(&line), 0, 2);
		rep_buf_addc(b, '\n');
		rep_buf_fini(&line);
	}
	if (n > STATUS_MAX)
		rep_buf_printf(b, "Held for %zu more provider%s: reputed why\n", n - STATUS_MAX,
		    rep_plural(n - STATUS_MAX));
	if (w->left_out > 0)
		rep_buf_printf(b, "%s more recipient%s at further providers: reputed queue --all\n",
		    rep_out_number(w->left_out, n1), w->left_out == 1 ? " waits" : "s wait");
	for (size_t i = 0; i < w->unseen_n; i++) {
		struct rep_str host = rep_str_or(w->unseen[i].host, REP_S("this server"));

		rep_out_wrap(b,
		    rep_arena_printf(s->arena,
			"Deliveries of %s message%s of %.*s are not in what was read: reputed why",
			rep_out_number(w->unseen[i].messages, n1),
			rep_plural(w->unseen[i].messages), REP_PR(host)),
		    0, 2);
		rep_buf_addc(b, '\n');
	}
}

void
rep_waits_json(struct rep_json *j, const struct rep_waits *w)
{
	if (w->at_s == 0) {
		rep_json_null(j, "queue");
		return;
	}
	rep_json_obj(j, "queue");
	rep_json_time(j, "at", w->at_s);
	rep_json_cstr(j, "from", w->listed ? "listing" : "log");
	rep_json_int(j, "lifetime_s", w->lifetime_s);
	rep_json_bool(j, "times_are_defaults", !w->asked);
	rep_json_arr(j, "waiting");
	for (size_t i = 0; i < w->n; i++) {
		const struct rep_waiting_mail *m = &w->v[i];

		rep_json_obj(j, NULL);
		rep_json_str_or_null(j, "host", m->host);
		rep_json_str(j, "provider", m->provider);
		rep_json_str_or_null(j, "domain", m->domain);
		rep_json_cstr(j, "waits", rep_wait_word(m->wait));
		rep_json_int(j, "messages", (int64_t)m->messages);
		rep_json_int(j, "recipients", (int64_t)m->recipients);
		rep_json_time_or_null(j, "since", m->since_s);
		rep_json_time_or_null(j, "oldest", m->oldest_s);
		rep_json_time_or_null(j, "first_expires", m->expires_s);
		rep_json_int(j, "expire_within_day", (int64_t)m->expiring);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_arr(j, "unseen");
	for (size_t i = 0; i < w->unseen_n; i++) {
		const struct rep_unseen *u = &w->unseen[i];

		rep_json_obj(j, NULL);
		rep_json_str_or_null(j, "host", u->host);
		rep_json_int(j, "messages", (int64_t)u->messages);
		rep_json_int(j, "recipients", (int64_t)u->recipients);
		rep_json_time(j, "first", u->first_s);
		rep_json_time(j, "last", u->last_s);
		rep_json_str_or_null(j, "sender_domain", u->sender_domain);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_end_obj(j);
}
