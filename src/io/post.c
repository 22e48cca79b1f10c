/* SPDX-License-Identifier: Apache-2.0 */
#include "io/post.h"
#include "io/libcurl.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/one_line.h"
#include "base/version.h"

/* What is read of an answer: more than is told, so that a secret in it is seen whole. */
enum { READ_BYTES = 4096, LINE_BYTES = 16384 };

/* One post on its way. */
struct sending {
	CURL *easy;
	struct curl_slist *headers;
	struct rep_buf url, said;
	char why[CURL_ERROR_SIZE];
};

static size_t
on_answer(char *p, size_t size, size_t n, void *ctx)
{
	struct rep_buf *said = ctx;
	size_t room = READ_BYTES - said->n;

	rep_buf_add(said, (struct rep_str){ p, size * n < room ? size * n : room });
	return said->n < READ_BYTES ? size * n : 0; /* the rest is not wanted */
}

/* --- sending ----------------------------------------------------------------------------------------- */

/* A header of the request; false: it would end the header, or memory is out. */
static bool
add_header(struct sending *s, struct rep_str header)
{
	struct curl_slist *longer;
	struct rep_buf line;

	for (size_t i = 0; i < header.n; i++)
		if ((unsigned char)header.p[i] < ' ' || header.p[i] == 0x7f)
			return false;
	rep_buf_init(&line, LINE_BYTES);
	rep_buf_add(&line, header);
	longer = line.full ? NULL : rep_curl.append(s->headers, line.p);
	rep_buf_fini(&line);
	if (longer != NULL)
		s->headers = longer;
	return longer != NULL;
}

/* What is asked for. A PUT sends nothing, so it is a POST of nothing with another name. */
static bool
set_method(CURL *c, const struct rep_post *p)
{
	if (p->method == REP_POST_GET)
		return rep_curl.setopt(c, CURLOPT_HTTPGET, 1L) == CURLE_OK;
	return rep_curl.setopt(c, CURLOPT_POST, 1L) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_POSTFIELDS, p->body.n > 0 ? p->body.p : "") == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)p->body.n) == CURLE_OK &&
	    (p->method != REP_POST_PUT ||
		rep_curl.setopt(c, CURLOPT_CUSTOMREQUEST, "PUT") == CURLE_OK);
}

static bool
set_up(struct sending *s, const struct rep_post *p, bool tls)
{
	CURL *c = s->easy;

	return rep_curl.setopt(c, CURLOPT_URL, s->url.p) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_PROTOCOLS_STR, tls ? "https" : "http") == CURLE_OK &&
	    (tls || rep_curl.setopt(c, CURLOPT_PROXY, "") == CURLE_OK) &&
	    rep_curl.setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_TIMEOUT_MS, (long)p->timeout_ms) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_ERRORBUFFER, s->why) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_USERAGENT, "reputed/" REP_VERSION) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_HTTPHEADER, s->headers) == CURLE_OK && set_method(c, p) &&
	    rep_curl.setopt(c, CURLOPT_WRITEFUNCTION, on_answer) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_WRITEDATA, &s->said) == CURLE_OK &&
	    (p->ca_file == NULL || rep_curl.setopt(c, CURLOPT_CAINFO, p->ca_file) == CURLE_OK);
}

static enum rep_rc
transfer(
    struct sending *s, const struct rep_post *p, struct rep_post_answer *out, struct rep_err *err)
{
	CURLcode code = rep_curl_perform(s->easy);
	char why[CURL_ERROR_SIZE];
	long status = 0;

	/* A status is an answer, also where its text is too long or does not end. */
	if (rep_curl.getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
	    status >= 200) {
		out->status = (int)status;
		(void)rep_one_line(rep_buf_str(&s->said), p->hide, REP_COUNT(p->hide), out->said,
		    sizeof out->said);
		return REP_OK;
	}
	if (code == CURLE_OPERATION_TIMEDOUT)
		return rep_fail(err, REP_ETIMEOUT, "no answer within %d ms", p->timeout_ms);
	return rep_fail(err, code == CURLE_OUT_OF_MEMORY ? REP_EMEM : REP_EIO, "%s",
	    rep_one_line(rep_str_c(s->why[0] != '\0' ? s->why : rep_curl.error(code)), p->hide,
		REP_COUNT(p->hide), why, sizeof why));
}

enum rep_rc
rep_post_send(const struct rep_post *p, struct rep_post_answer *out, struct rep_err *err)
{
	bool tls = rep_str_starts_nocase(p->url, REP_S("https://")), good;
	struct sending s = { .why = "" };
	enum rep_rc rc = rep_curl_load(err);

	if (rc != REP_OK)
		return rc;
	rep_buf_init(&s.url, LINE_BYTES);
	rep_buf_init(&s.said, READ_BYTES);
	rep_buf_add(&s.url, p->url);
	/* libcurl would ask first whether a long text is welcome, which some receivers never answer. */
	good = !s.url.full && add_header(&s, REP_S("Expect:"));
	for (size_t i = 0; i < p->headers_n && good; i++)
		good = add_header(&s, p->headers[i]);
	if (!good)
		rc = rep_fail(err, REP_EUSAGE, "the address or a header cannot be sent");
	else if ((s.easy = rep_curl.init()) == NULL || !set_up(&s, p, tls))
		rc = rep_fail(err, REP_EMEM, "HTTP cannot be started");
	else
		rc = transfer(&s, p, out, err);
	if (s.easy != NULL)
		rep_curl.cleanup(s.easy);
	rep_curl.free_all(s.headers);
	rep_buf_fini(&s.url);
	rep_buf_fini(&s.said);
	return rc;
}
