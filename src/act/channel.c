/* SPDX-License-Identifier: Apache-2.0 */
#include "act/channel.h"
#include "act/payload.h"
#include "io/program.h"
#include "act/secret.h"

#include <stdio.h>

#include "base/time.h"
#include "config/config.h"
#include "io/post.h"
#include "io/smtp.h"

#define SENDMAIL "/usr/sbin/sendmail"
/* PagerDuty, "Send an alert event"; accounts of the EU have another host. */
#define PAGERDUTY "https://events.pagerduty.com/v2/enqueue"

/* SAID_BYTES: of a reason that is given to us; the rest of the sentence must have room too. */
enum { HEADERS = 8, PATH_BYTES = 513, SAID_BYTES = 200 };

/* One message on its way by one channel. */
struct sender {
	const struct rep_config_alert *c;
	const struct rep_alert_message *m;
	const struct rep_channel_means *how;
	struct rep_secret secret; /* n == 0: there is none */
	struct rep_buf body;
	struct rep_buf lines[HEADERS]; /* of a request; each is owned */
	struct rep_str headers[HEADERS];
	size_t n;
	bool *again;
};

/* A value of the configuration as a C string; it was checked to be no longer. */
static const char *
text_of(struct rep_str s, char buf[PATH_BYTES])
{
	snprintf(buf, PATH_BYTES, "%.*s", REP_PR(s));
	return buf;
}

/* --- by HTTP ------------------------------------------------------------------------------------------- */

/* A new header of the request, to be filled; its name is written. */
static struct rep_buf *
header(struct sender *s, const char *name)
{
	struct rep_buf *line = &s->lines[s->n++];

	rep_buf_init(line, 16384);
	rep_buf_printf(line, "%s: ", name);
	return line;
}

/* Whether a receiver that answers so may take the same message later. */
static bool
may_take_later(int status)
{
	return status < 400 || status >= 500 || status == 408 || status == 425 || status == 429;
}

/* What it means to us that a receiver did not take it. */
static enum rep_rc
refused(struct sender *s, const struct rep_config_url *url, const struct rep_post_answer *a,
    struct rep_err *err)
{
	struct rep_str said = rep_str_cut(rep_str_c(a->said), SAID_BYTES);
	const char *more = "";

	*s->again = may_take_later(a->status);
	if (a->status >= 300 && a->status < 400)
		more = "; it sends us to another address, which is not followed: put the right one "
		       "into the configuration";
	else if (!*s->again)
		more = "; it will refuse this message later too, until something is changed";
	return rep_fail(err, REP_EIO, "%.*s answers %d%s%.*s%s%s", REP_PR(url->site), a->status,
	    said.n > 0 ? " (" : "", REP_PR(said), said.n > 0 ? ")" : "", more);
}

/* Sends the body to a URL. What lies below the last '/' of a secret one is a secret too. */
static enum rep_rc
post(struct sender *s, struct rep_str to, struct rep_str secret, const char *type,
    struct rep_err *err)
{
	struct rep_post p = { .url = to,
		.body = rep_buf_str(&s->body),
		.hide = { secret },
		.headers = s->headers,
		.ca_file = s->how->ca_file,
		.timeout_ms = s->how->timeout_ms };
	struct rep_post_answer answer;
	struct rep_config_url url;
	enum rep_rc rc;

	if (!rep_config_url_parse(to, &url)) /* of the configuration it is one */
		return rep_fail(err, REP_EIO,
		    "the first line of secret-file %.*s is no URL of http or https",
		    REP_PR(s->c->secret_file));
	if (s->c->by == REP_CHANNEL_SLACK) {
		p.hide[0] = url.path;
		p.hide[1] = rep_str_sub(url.path, rep_str_rchr(url.path, '/') + 1, url.path.n);
	}
	rep_buf_add(header(s, "Content-Type"), rep_str_c(type));
	rep_buf_add(header(s, "X-Reputed-Id"), s->m->id);
	for (size_t i = 0; i < s->n; i++) {
		if (s->lines[i].full)
			return rep_fail(err, REP_ELIMIT, "the message is too large to send");
		s->headers[i] = rep_buf_str(&s->lines[i]);
	}
	p.headers_n = s->n;
	if (s->body.full)
		return rep_fail(err, REP_ELIMIT, "the message is too large to send");
	if ((rc = rep_post_send(&p, &answer, err)) != REP_OK) {
		(void)rep_ctx(err, "%.*s", REP_PR(url.site));
		return rc;
	}
	return answer.status >= 200 && answer.status < 300 ? REP_OK
							   : refused(s, &url, &answer, err);
}

static enum rep_rc
by_webhook(struct sender *s, struct rep_err *err)
{
	struct rep_str key = rep_secret_str(&s->secret);

	rep_payload_webhook(s->m, &s->body);
	if (key.n > 0 &&
	    !rep_payload_signature(
		key, s->how->now_s, rep_buf_str(&s->body), header(s, "X-Reputed-Signature")))
		return rep_fail(err, REP_EMEM, "the message cannot be signed");
	return post(s, s->c->to, key, "application/json", err);
}

static enum rep_rc
by_slack(struct sender *s, struct rep_err *err)
{
	rep_payload_slack(s->m, &s->body);
	return post(
	    s, rep_secret_str(&s->secret), rep_secret_str(&s->secret), "application/json", err);
}

static enum rep_rc
one_event(struct sender *s, enum rep_pagerduty_action action, struct rep_err *err)
{
	struct rep_str key = rep_secret_str(&s->secret);

	rep_buf_clear(&s->body);
	rep_payload_pagerduty(s->m, key, action, &s->body);
	return post(s, rep_str_or(s->c->to, REP_S(PAGERDUTY)), key, "application/json", err);
}

/* A test leaves nothing open: what it triggers it also resolves. */
static enum rep_rc
by_pagerduty(struct sender *s, struct rep_err *err)
{
	enum rep_rc rc = one_event(s,
	    s->m->event == REP_ALERT_RESOLVED ? REP_PAGERDUTY_RESOLVE : REP_PAGERDUTY_TRIGGER, err);

	if (rc != REP_OK || s->m->event != REP_ALERT_TEST)
		return rc;
	for (; s->n > 0; s->n--)
		rep_buf_fini(&s->lines[s->n - 1]);
	return one_event(s, REP_PAGERDUTY_RESOLVE, err);
}

/*
 * Priorities and tags are ntfy's: 4 rings where 3 shows; a tag with the name of an emoji is shown as that.
 */
static enum rep_rc
by_ntfy(struct sender *s, struct rep_err *err)
{
	static const struct {
		const char *priority, *tag;
	} looks[REP_ALERT_EVENTS] = { [REP_ALERT_OPENED] = { "4", "rotating_light" },
		[REP_ALERT_UPDATED] = { "3", "warning" },
		[REP_ALERT_RESOLVED] = { "3", "white_check_mark" },
		[REP_ALERT_TEST] = { "3", "information_source" },
		[REP_ALERT_DIGEST] = { "3", "bar_chart" } };
	struct rep_str token = rep_secret_str(&s->secret);

	rep_payload_header_value(s->m->title, SIZE_MAX, header(s, "Title"));
	rep_buf_add(header(s, "Priority"), rep_str_c(looks[s->m->event].priority));
	rep_buf_add(header(s, "Tags"), rep_str_c(looks[s->m->event].tag));
	if (token.n > 0)
		rep_buf_printf(header(s, "Authorization"), "Bearer %.*s", REP_PR(token));
	rep_payload_ntfy(s->m, &s->body);
	return post(s, s->c->to, token, "text/plain; charset=utf-8", err);
}

/* --- by a program -------------------------------------------------------------------------------------- */

/* Runs it with the body as its input. Not taken: its exit code, and what it said. */
static enum rep_rc
run(struct sender *s, const char *const *argv, const char *const *env, struct rep_err *err)
{
	struct rep_program p = { .argv = argv,
		.env = env,
		.in = rep_buf_str(&s->body),
		.timeout_ms = s->how->timeout_ms };
	struct rep_program_end end;
	struct rep_str said;
	enum rep_rc rc;

	if (s->body.full)
		return rep_fail(err, REP_ELIMIT, "the message is too large to send");
	if ((rc = rep_program_run(&p, &end, err)) != REP_OK || end.code == 0)
		return rc;
	said = rep_str_cut(rep_str_c(end.said), SAID_BYTES);
	return rep_fail(err, REP_EIO, "%s ended with exit code %d%s%.*s", argv[0], end.code,
	    said.n > 0 ? ": " : "", REP_PR(said));
}

#define CLEAN_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* LOGIN:PASSWORD, where there is a secret. */
static bool
login(const struct sender *s, struct rep_smtp *m)
{
	struct rep_str secret = rep_secret_str(&s->secret);
	size_t colon = rep_str_chr(secret, ':', 0);

	if (secret.n == 0)
		return true;
	if (colon == SIZE_MAX || colon == 0 || colon + 1 == secret.n)
		return false;
	m->login = rep_str_sub(secret, 0, colon);
	m->password = rep_str_sub(secret, colon + 1, secret.n);
	return true;
}

/* What a mail server answers for good (5xx) it answers later too. */
static enum rep_rc
by_server(struct sender *s, struct rep_err *err)
{
	struct rep_smtp m = { .url = s->c->server,
		.from = s->c->from,
		.to = s->c->to,
		.text = rep_buf_str(&s->body),
		.ca_file = s->how->ca_file,
		.timeout_ms = s->how->timeout_ms };
	struct rep_smtp_answer answer;
	struct rep_config_url url;
	struct rep_str said;
	enum rep_rc rc;

	if (s->body.full)
		return rep_fail(err, REP_ELIMIT, "the message is too large to send");
	if (!rep_config_server_parse(m.url, &url))
		return rep_fail(err, REP_EUSAGE, "server is not smtp://HOST or smtps://HOST");
	m.host = url.host;
	if (!login(s, &m))
		return rep_fail(err, REP_EIO,
		    "the first line of secret-file %.*s must be LOGIN:PASSWORD",
		    REP_PR(s->c->secret_file));
	rc = rep_smtp_send(&m, &answer, err);
	if (rc == REP_OK || answer.code < 400) {
		if (rc != REP_OK)
			(void)rep_ctx(err, "%.*s", REP_PR(url.site));
		return rc;
	}
	*s->again = answer.code < 500;
	said = rep_str_cut(rep_str_c(answer.said), SAID_BYTES);
	return rep_fail(err, REP_EIO, "%.*s answers %.*s%s", REP_PR(url.site), REP_PR(said),
	    *s->again ? "" : "; it will refuse this message later too, until something is changed");
}

/* -i: a line with a dot is text. -F: the name beside the address that sendmail takes when none is given. */
static enum rep_rc
by_mail(struct sender *s, struct rep_err *err)
{
	static const char *const env[] = { CLEAN_PATH, "LANG=C.UTF-8", NULL };
	const char *path = s->how->sendmail != NULL ? s->how->sendmail : SENDMAIL;
	char to[PATH_BYTES], from[PATH_BYTES];
	const char *plain[] = { path, "-i", "-F", "reputed", "--", text_of(s->c->to, to), NULL };
	const char *sent_from[] = { path, "-i", "-f", text_of(s->c->from, from), "--", to, NULL };

	rep_payload_mail(s->m, s->c->from, s->c->to, &s->body);
	if (s->c->server.n > 0)
		return by_server(s, err);
	return run(s, s->c->from.n > 0 ? sent_from : plain, env, err);
}

static enum rep_rc
by_exec(struct sender *s, struct rep_err *err)
{
	char path[PATH_BYTES], when[REP_TIME_TEXT];
	const char *argv[] = { text_of(s->c->to, path), NULL };
	const struct rep_alert_message *m = s->m;
	const struct {
		const char *name;
		struct rep_str value;
	} all[] = { { "REPUTED_ALERT_ID", m->id }, { "REPUTED_ALERT_ALERT", m->alert },
		{ "REPUTED_ALERT_EVENT", rep_str_c(rep_alert_event_word(m->event)) },
		{ "REPUTED_ALERT_TITLE", m->title },
		{ "REPUTED_ALERT_TIME", rep_str_c(rep_time_text(m->at_s, when)) },
		{ "REPUTED_ALERT_HOST", m->host }, { "REPUTED_ALERT_CHANNEL", s->c->name } };
	const char *env[REP_COUNT(all) + 3] = { CLEAN_PATH, "LANG=C.UTF-8" };
	struct rep_buf values[REP_COUNT(all)];
	bool whole = true;
	enum rep_rc rc;

	for (size_t i = 0; i < REP_COUNT(all); i++) {
		rep_buf_init(&values[i], 16384);
		rep_buf_printf(&values[i], "%s=%.*s", all[i].name, REP_PR(all[i].value));
		env[i + 2] = values[i].p;
		whole = whole && !values[i].full;
	}
	rep_buf_add(&s->body, m->text);
	rc = whole ? run(s, argv, env, err)
		   : rep_fail(err, REP_ELIMIT, "the message is too large to send");
	for (size_t i = 0; i < REP_COUNT(all); i++)
		rep_buf_fini(&values[i]);
	return rc;
}

/* --- all ------------------------------------------------------------------------------------------------ */

static enum rep_rc
send_by(struct sender *s, struct rep_err *err)
{
	switch ((enum rep_channel_kind)s->c->by) {
	case REP_CHANNEL_MAIL: return by_mail(s, err);
	case REP_CHANNEL_WEBHOOK: return by_webhook(s, err);
	case REP_CHANNEL_SLACK: return by_slack(s, err);
	case REP_CHANNEL_PAGERDUTY: return by_pagerduty(s, err);
	case REP_CHANNEL_NTFY: return by_ntfy(s, err);
	case REP_CHANNEL_EXEC: return by_exec(s, err);
	case REP_CHANNEL_NONE:
	case REP_CHANNEL_KINDS: break;
	}
	return rep_fail(err, REP_EUSAGE, "there is no such kind of channel");
}

enum rep_rc
rep_channel_send(const struct rep_config_alert *c, const struct rep_alert_message *m,
    const struct rep_channel_means *how, bool *again, struct rep_err *err)
{
	struct sender s = { .c = c, .m = m, .how = how, .again = again };
	struct rep_err unseen;
	char path[PATH_BYTES];
	enum rep_rc rc = REP_OK;

	*again = true;
	err = err != NULL ? err : &unseen;
	rep_buf_init(&s.body, REP_PAYLOAD_MAX);
	if (c->secret_file.n > 0)
		rc = rep_secret_read(text_of(c->secret_file, path), &s.secret, err);
	if (rc == REP_OK)
		rc = send_by(&s, err);
	if (rc == REP_ELIMIT || rc == REP_EUSAGE) /* the message itself */
		*again = false;
	rep_secret_clear(&s.secret);
	for (; s.n > 0; s.n--)
		rep_buf_fini(&s.lines[s.n - 1]);
	rep_buf_fini(&s.body);
	return rc;
}
