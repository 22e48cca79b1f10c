/*
 * reputed alert: who was told of what (cli/alert_list.h), and whether the channels of the configuration work.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/alert_list.h"
#include "act/channel.h"
#include "base/time.h"

#include <stdio.h>
#include <unistd.h>

enum { TEXT_BYTES = 1024 };

/* --- test ------------------------------------------------------------------------------------------- */

/* What one channel made of the message. */
struct alert_try {
	const struct rep_config_alert *c;
	bool taken, again;
	int64_t took_ms;
	struct rep_err err;
	const struct rep_provider *only; /* who could stop the alert about itself; NULL: nobody */
};

struct alert_test {
	struct rep_cli *c;
	struct rep_know *know;
	struct rep_channel_means means;
	struct rep_buf out;
	char host[256];
	size_t width; /* of the longest name */
};

static const struct rep_provider *
mailbox_at(const struct alert_test *t, const struct rep_config_alert *a)
{
	size_t at = rep_str_rchr(a->to, '@');
	const struct rep_provider *p;

	if (a->by != REP_CHANNEL_MAIL || at == SIZE_MAX)
		return NULL;
	p = rep_provider_by_domain(
	    rep_know_providers(t->know), rep_str_sub(a->to, at + 1, a->to.n));
	return p != NULL && p->kind == REP_PROVIDER_MAILBOX ? p : NULL;
}

/* The provider of a mailbox, if there is no channel that goes another way. */
static const struct rep_provider *
only_by(const struct alert_test *t, const struct rep_config_alert *a)
{
	const struct rep_config *cfg = &t->c->cfg;
	const struct rep_provider *p = mailbox_at(t, a);

	for (size_t i = 0; p != NULL && i < cfg->n_alerts; i++)
		if (mailbox_at(t, &cfg->alerts[i]) != p)
			return NULL;
	return p;
}

static void
try_one(struct alert_test *t, const struct rep_config_alert *a, struct alert_try *out)
{
	int64_t now_s = t->c->session.clock_s, begun;
	char text[TEXT_BYTES], title[400], id[64], when[REP_TIME_TEXT];
	struct rep_alert_message m = { .event = REP_ALERT_TEST, .at_s = now_s };

	snprintf(id, sizeof id, "test-%lld-%ld-%zu", (long long)now_s, (long)getpid(),
	    (size_t)(a - t->c->cfg.alerts));
	snprintf(title, sizeof title, "Test message from %s", t->host);
	snprintf(text, sizeof text,
	    "This is a test. Nothing is wrong.\n\n"
	    "Somebody ran `reputed alert test` on %s at %s. If you can read this, alerts reach you "
	    "by the channel %.*s (%s).\n",
	    t->host, rep_time_text(now_s, when), REP_PR(a->name), rep_channel_kind_word(a->by));
	m.id = rep_str_c(id);
	m.alert = m.id;
	m.title = rep_str_c(title);
	m.text = rep_str_c(text);
	m.host = rep_str_c(t->host);
	*out = (struct alert_try){ .c = a, .only = only_by(t, a) };
	begun = t->c->session.clock_ms();
	out->taken = rep_channel_send(a, &m, &t->means, &out->again, &out->err) == REP_OK;
	out->took_ms = t->c->session.clock_ms() - begun;
	out->took_ms = out->took_ms < 0 ? 0 : out->took_ms; /* the clock was set */
	if (!out->taken)
		rep_cli_note(t->c, REP_EXIT_FAILED);
}

/* "post   mail   taken in 0.04 s". What sendmail took is on its way, and no more. */
static void
show(struct alert_test *t, const struct alert_try *r)
{
	struct rep_buf *b = &t->out;
	size_t from = b->n;

	rep_buf_printf(b, "%.*s%*s  %-9s  ", REP_PR(r->c->name),
	    (int)(t->width - rep_out_columns(r->c->name)), "", rep_channel_kind_word(r->c->by));
	rep_buf_printf(b, "%s%s%s %s %lld.%02lld s", rep_paint(r->taken ? REP_GREEN : REP_RED),
	    r->taken ? "taken" : "not taken", rep_unpaint(), r->taken ? "in" : "after",
	    (long long)r->took_ms / 1000, (long long)r->took_ms % 1000 / 10);
	if (r->taken && r->c->by == REP_CHANNEL_MAIL)
		rep_buf_printf(
		    b, " by sendmail; look whether it arrives at %.*s", REP_PR(r->c->to));
	else if (!r->taken)
		rep_buf_printf(b, ": %s", r->err.msg);
	rep_out_fit(b, from, 2);
	rep_buf_addc(b, '\n');
	if (r->only != NULL) {
		from = b->n;
		rep_buf_printf(b,
		    "  %.*s is a mailbox of %.*s. If it refuses your mail, the alert about that does "
		    "not arrive either: add a second channel, such as ntfy.",
		    REP_PR(r->c->to), REP_PR(r->only->in_sentence));
		rep_out_fit(b, from, 2);
		rep_buf_addc(b, '\n');
	}
}

static void
show_json(struct rep_json *j, const struct alert_try *r)
{
	rep_json_obj(j, NULL);
	rep_json_str(j, "name", r->c->name);
	rep_json_cstr(j, "by", rep_channel_kind_word(r->c->by));
	rep_json_bool(j, "taken", r->taken);
	rep_json_int(j, "took_ms", r->took_ms);
	if (r->taken)
		rep_json_null(j, "again");
	else
		rep_json_bool(j, "again", r->again);
	rep_json_cstr(j, "error", r->taken ? NULL : r->err.msg);
	rep_json_str(
	    j, "only_provider", r->only != NULL ? r->only->id : (struct rep_str){ NULL, 0 });
	rep_json_end_obj(j);
}

/* All channels, or the one of that name. In text each is shown as soon as it is known. */
static void
try_all(struct alert_test *t, const struct rep_config_alert *one)
{
	const struct rep_config *cfg = &t->c->cfg;
	struct alert_try r;
	struct rep_json j;

	rep_json_init(&j, &t->out);
	if (t->c->json) {
		rep_json_obj(&j, NULL);
		rep_json_arr(&j, "channels");
	}
	for (size_t i = 0; i < cfg->n_alerts; i++) {
		if (one != NULL && one != &cfg->alerts[i])
			continue;
		try_one(t, &cfg->alerts[i], &r);
		if (t->c->json)
			show_json(&j, &r);
		else
			show(t, &r);
		if (!t->c->json && !rep_out_flush(&t->out))
			rep_cli_note(t->c, REP_EXIT_FAILED);
	}
	if (t->c->json) {
		rep_json_end_arr(&j);
		rep_json_end_obj(&j);
		rep_buf_addc(&t->out, '\n');
	}
}

/* The channel of this name. NULL: there is none (printed). */
static const struct rep_config_alert *
find(const struct rep_config *cfg, struct rep_str name)
{
	const char *names[REP_CONFIG_ALERTS], *near;
	char copies[REP_CONFIG_ALERTS][80];

	for (size_t i = 0; i < cfg->n_alerts; i++) {
		if (rep_str_eq_nocase(cfg->alerts[i].name, name))
			return &cfg->alerts[i];
		snprintf(copies[i], sizeof copies[i], "%.*s", REP_PR(cfg->alerts[i].name));
		names[i] = copies[i];
	}
	near = rep_word_nearest(name, names, cfg->n_alerts);
	rep_cli_say("the configuration has no alert \"%.*s\"%s%s%s", REP_PR(name),
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
	return NULL;
}

static int
test(struct rep_cli *c)
{
	struct alert_test t = { .c = c, .means = rep_cli_means(c->session.clock_s) };
	const struct rep_config_alert *one = NULL;
	struct rep_err err;

	if (c->cfg.n_alerts == 0) {
		rep_cli_say(
		    "nobody is told: the configuration has no channel. Add one such as this, "
		    "and test it again:");
		fputs(
		    "\nalert phone {\n\tby  ntfy\n\tto  https://ntfy.sh/A-NAME-NOBODY-GUESSES\n}\n"
		    "alert post {\n\tby  mail\n\tto  admin@example.com\n}\n",
		    stderr);
		return REP_EXIT_USAGE;
	}
	if (c->args_n == 1 && (one = find(&c->cfg, rep_str_c(c->args[0]))) == NULL)
		return REP_EXIT_USAGE;
	if (rep_session_know(&c->session, &t.know, &err) != REP_OK)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	if (gethostname(t.host, sizeof t.host - 1) != 0 || t.host[0] == '\0')
		snprintf(t.host, sizeof t.host, "localhost");
	for (size_t i = 0; i < c->cfg.n_alerts; i++)
		if (t.width < rep_out_columns(c->cfg.alerts[i].name))
			t.width = rep_out_columns(c->cfg.alerts[i].name);
	rep_buf_init(&t.out, 1 << 20);
	try_all(&t, one);
	if (!rep_out_flush(&t.out))
		rep_cli_note(c, REP_EXIT_FAILED);
	rep_buf_fini(&t.out);
	rep_know_free(t.know);
	return c->worst;
}

/* --- the command ------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*run)(struct rep_cli *); /* with the words after it */
	size_t least, most;	      /* how many */
	const char *use;
} verbs[] = {
	{ "list", rep_alert_list, 0, 0, "reputed alert list" },
	{ "ack", rep_alert_ack, 1, 1, "reputed alert ack NUMBER" },
	{ "snooze", rep_alert_snooze, 2, 2, "reputed alert snooze NUMBER 4h" },
	{ "test", test, 0, 1, "reputed alert test [NAME]" },
};

int
rep_cmd_alert(struct rep_cli *c)
{
	struct rep_str what = c->args_n > 0 ? rep_str_c(c->args[0]) : REP_S("");
	size_t n = c->args_n > 0 ? c->args_n - 1 : 0;

	for (size_t i = 0; i < REP_COUNT(verbs); i++)
		if (rep_str_eq(what, rep_str_c(verbs[i].name)) && n >= verbs[i].least &&
		    n <= verbs[i].most) {
			c->args++;
			c->args_n = n;
			return verbs[i].run(c);
		}
	for (size_t i = 0; i < REP_COUNT(verbs); i++)
		rep_cli_say("%s%s", i == 0 ? "expected: " : "      or: ", verbs[i].use);
	return REP_EXIT_USAGE;
}
