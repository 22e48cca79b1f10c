/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* explicit_bzero */
#include "io/smtp.h"
#include "io/libcurl.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/ip.h"
#include "base/one_line.h"

enum { WORD_BYTES = 1024, REPLY_BYTES = 1024 };

/* One mail on its way. */
struct smtp_sending {
	CURL *easy;
	struct curl_slist *to;
	struct rep_buf url, from, recipient, login, password;
	struct rep_buf text; /* with CRLF */
	size_t sent;
	char reply[REPLY_BYTES]; /* the line that refuses, else the last one */
	size_t reply_n;
	char why[CURL_ERROR_SIZE];
};

bool
rep_smtp_is_here(struct rep_str host)
{
	struct rep_ip ip;

	if (rep_str_eq_nocase(host, REP_S("localhost")))
		return true;
	return rep_ip_parse(host, &ip) && rep_ip_loopback(&ip);
}

/* --- what libcurl asks for ------------------------------------------------------------------------- */

static size_t
on_text(char *p, size_t size, size_t n, void *ctx)
{
	struct smtp_sending *s = ctx;
	struct rep_str rest = rep_str_sub(rep_buf_str(&s->text), s->sent, size * n);

	memcpy(p, rest.p, rest.n);
	s->sent += rest.n;
	return rest.n;
}

/* A line of the server. After one that refuses, only the goodbye comes. */
static size_t
on_reply(char *p, size_t size, size_t n, void *ctx)
{
	struct smtp_sending *s = ctx;

	if (s->reply_n > 0 && (s->reply[0] == '4' || s->reply[0] == '5'))
		return size * n;
	s->reply_n = size * n < sizeof s->reply ? size * n : sizeof s->reply;
	memcpy(s->reply, p, s->reply_n);
	return size * n;
}

/* --- sending ----------------------------------------------------------------------------------------- */

static void
add_crlf(struct rep_buf *out, struct rep_str text)
{
	while (text.n > 0) {
		size_t nl = rep_str_chr(text, '\n', 0);

		rep_buf_add(out, rep_str_sub(text, 0, nl));
		rep_buf_add(out, REP_S("\r\n"));
		text = rep_str_sub(text, nl == SIZE_MAX ? text.n : nl + 1, text.n);
	}
}

static bool
set_words(struct smtp_sending *s, const struct rep_smtp *m)
{
	CURL *c = s->easy;

	return rep_curl.setopt(c, CURLOPT_URL, s->url.p) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_MAIL_FROM, s->from.p) == CURLE_OK &&
	    (s->to = rep_curl.append(NULL, s->recipient.p)) != NULL &&
	    rep_curl.setopt(c, CURLOPT_MAIL_RCPT, s->to) == CURLE_OK &&
	    (m->login.n == 0 ||
		(rep_curl.setopt(c, CURLOPT_USERNAME, s->login.p) == CURLE_OK &&
		    rep_curl.setopt(c, CURLOPT_PASSWORD, s->password.p) == CURLE_OK));
}

static bool
set_up(struct smtp_sending *s, const struct rep_smtp *m)
{
	bool here = rep_smtp_is_here(m->host);
	CURL *c = s->easy;

	return set_words(s, m) &&
	    rep_curl.setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_USE_SSL, (long)(here ? CURLUSESSL_NONE : CURLUSESSL_ALL)) ==
	    CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_TIMEOUT_MS, (long)m->timeout_ms) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_ERRORBUFFER, s->why) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_READFUNCTION, on_text) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_READDATA, s) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_HEADERFUNCTION, on_reply) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_HEADERDATA, s) == CURLE_OK &&
	    (m->ca_file == NULL || rep_curl.setopt(c, CURLOPT_CAINFO, m->ca_file) == CURLE_OK);
}

static enum rep_rc
transfer(struct smtp_sending *s, const struct rep_smtp *m, struct rep_smtp_answer *out,
    struct rep_err *err)
{
	CURLcode code = rep_curl_perform(s->easy);
	char why[CURL_ERROR_SIZE];
	long status = 0;

	if (rep_curl.getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
		out->code = (int)status;
	(void)rep_one_line(
	    (struct rep_str){ s->reply, s->reply_n }, &m->password, 1, out->said, sizeof out->said);
	if (code == CURLE_OK)
		return REP_OK;
	if (code == CURLE_USE_SSL_FAILED)
		return rep_fail(err, REP_EIO,
		    "it offers no TLS (STARTTLS), without which no mail leaves this machine");
	if (code == CURLE_OPERATION_TIMEDOUT)
		return rep_fail(err, REP_ETIMEOUT, "no answer within %d ms", m->timeout_ms);
	return rep_fail(err, code == CURLE_OUT_OF_MEMORY ? REP_EMEM : REP_EIO, "%s",
	    rep_one_line(rep_str_c(s->why[0] != '\0' ? s->why : rep_curl.error(code)), &m->password,
		1, why, sizeof why));
}

/* A word as a C string; false: too long, or memory is out. */
static bool
word(struct rep_buf *to, struct rep_str s)
{
	rep_buf_add(to, s);
	rep_buf_add(to, REP_S("")); /* an empty one too ends in a NUL */
	return !to->full && to->p != NULL;
}

enum rep_rc
rep_smtp_send(const struct rep_smtp *m, struct rep_smtp_answer *out, struct rep_err *err)
{
	struct smtp_sending s = { .why = "" };
	struct rep_buf *const words[] = { &s.url, &s.from, &s.recipient, &s.login, &s.password };
	const struct rep_str values[] = { m->url, m->from, m->to, m->login, m->password };
	enum rep_rc rc = rep_curl_load(err);
	bool good = true;

	*out = (struct rep_smtp_answer){ 0 };
	if (rc != REP_OK)
		return rc;
	rep_buf_init(&s.text, 2 * m->text.n + 2);
	add_crlf(&s.text, m->text);
	for (size_t i = 0; i < REP_COUNT(words); i++) {
		rep_buf_init(words[i], WORD_BYTES);
		good = word(words[i], values[i]) && good;
	}
	if (!good || s.text.full)
		rc = rep_fail(err, REP_EUSAGE, "the server, an address or the text is too long");
	else if ((s.easy = rep_curl.init()) == NULL || !set_up(&s, m))
		rc = rep_fail(err, REP_EMEM, "SMTP cannot be started");
	else
		rc = transfer(&s, m, out, err);
	if (s.easy != NULL)
		rep_curl.cleanup(s.easy);
	rep_curl.free_all(s.to);
	if (s.password.p != NULL)
		explicit_bzero(s.password.p, s.password.n);
	for (size_t i = 0; i < REP_COUNT(words); i++)
		rep_buf_fini(words[i]);
	rep_buf_fini(&s.text);
	return rc;
}
