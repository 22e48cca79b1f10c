/* SPDX-License-Identifier: Apache-2.0 */
#include "io/fetch.h"
#include "io/libcurl.h"

#include <stdio.h>
#include <stdlib.h>

/* A DNS name has at most 1,003 bytes as text (each of 250 escaped), our paths fewer than 64. */
enum { CA_MAX = 16 << 20, POLL_MS = 1000, HOST_MAX = 1003 };

struct rep_fetch {
	CURLM *multi; /* made before the lock: it opens descriptors to wake itself */
	CURL *easy;
	struct rep_buf ca;
	int fd;
	char why[CURL_ERROR_SIZE];
};

static bool
read_authorities(struct rep_fetch *f, const char *ca_file)
{
	FILE *in = ca_file != NULL ? fopen(ca_file, "re") : NULL;
	char chunk[8192];
	size_t n;

	rep_buf_init(&f->ca, CA_MAX);
	while (in != NULL && (n = fread(chunk, 1, sizeof chunk, in)) > 0)
		rep_buf_add(&f->ca, (struct rep_str){ chunk, n });
	if (in != NULL)
		(void)fclose(in);
	return f->ca.n > 0 && !f->ca.full;
}

enum rep_rc
rep_fetch_prepare(const char *ca_file, struct rep_fetch **out, struct rep_err *err)
{
	struct rep_fetch *f = calloc(1, sizeof *f);
	enum rep_rc rc;

	if (f == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = rep_curl_load(err)) != REP_OK)
		return rc;
	if ((f->multi = rep_curl.multi_init()) == NULL || (f->easy = rep_curl.init()) == NULL)
		return rep_fail(err, REP_EMEM, "HTTPS cannot be started");
	if (ca_file == NULL)
		ca_file = rep_curl.version(CURLVERSION_NOW)->cainfo;
	if (!read_authorities(f, ca_file))
		return rep_fail(err, REP_EIO,
		    "HTTPS needs certificate authorities (package ca-certificates): %s cannot be read",
		    ca_file != NULL ? ca_file : "their file");
	*out = f;
	return REP_OK;
}

static size_t
on_data(char *p, size_t size, size_t n, void *ctx)
{
	struct rep_buf *b = ctx;

	rep_buf_add(b, (struct rep_str){ p, size * n });
	return b->full ? 0 : size * n;
}

static curl_socket_t
on_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct rep_fetch *f = ctx;
	int fd = f->fd;

	(void)purpose;
	(void)to;
	f->fd = CURL_SOCKET_BAD; /* there is one */
	return fd;
}

static int
on_connect(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
	(void)ctx;
	(void)fd;
	(void)purpose;
	return CURL_SOCKOPT_ALREADY_CONNECTED;
}

/* What both kinds need: the one socket, nothing of the environment, an end. */
static bool
set_up(struct rep_fetch *f, const char *protocol, const char *url, const char *pin, int timeout_ms)
{
	struct curl_slist *resolve = rep_curl.append(NULL, pin);
	CURL *c = f->easy;

	return resolve != NULL && rep_curl.setopt(c, CURLOPT_URL, url) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_PROTOCOLS_STR, protocol) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_RESOLVE, resolve) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_OPENSOCKETDATA, f) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_SOCKOPTFUNCTION, on_connect) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_TIMEOUT_MS, (long)timeout_ms) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_ERRORBUFFER, f->why) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK;
}

static bool
set_up_https(struct rep_fetch *f, struct rep_buf *out)
{
	struct curl_blob ca = { f->ca.p, f->ca.n, CURL_BLOB_NOCOPY };
	CURL *c = f->easy;

	return rep_curl.setopt(c, CURLOPT_WRITEFUNCTION, on_data) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_WRITEDATA, out) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_CAINFO_BLOB, &ca) == CURLE_OK &&
	    rep_curl.add(f->multi, c) == CURLM_OK;
}

/* Until the transfer is over, which the timeout also ends. */
static CURLcode
transfer(struct rep_fetch *f)
{
	const CURLMsg *m;
	int running = 1, left;

	while (running > 0)
		if (rep_curl.perform(f->multi, &running) != CURLM_OK ||
		    (running > 0 && rep_curl.poll(f->multi, NULL, 0, POLL_MS, NULL) != CURLM_OK))
			return CURLE_FAILED_INIT;
	m = rep_curl.read(f->multi, &left);
	return m != NULL && m->msg == CURLMSG_DONE ? m->data.result : CURLE_FAILED_INIT;
}

enum rep_rc
rep_fetch_get(struct rep_fetch *f, int fd, const char *host, const char *path, int timeout_ms,
    struct rep_buf *out, struct rep_err *err)
{
	char url[1400], pin[HOST_MAX + 32];
	long status = 0;
	CURLcode code;
	int n;

	f->fd = fd;
	n = snprintf(url, sizeof url, "https://%s%s", host, path);
	if (n < 0 || (size_t)n >= sizeof url || strlen(host) > HOST_MAX)
		return rep_fail(err, REP_ELIMIT, "https://%.40s...: the address is longer than %zu",
		    host, sizeof url - 1);
	snprintf(pin, sizeof pin, "%s:443:192.0.2.1", host); /* never used: it is connected */
	if (!set_up(f, "https", url, pin, timeout_ms) || !set_up_https(f, out))
		return rep_fail(err, REP_EMEM, "%s: HTTPS cannot be started", url);
	if ((code = transfer(f)) != CURLE_OK)
		return rep_fail(err, REP_EIO, "%s: %s", url,
		    out->full		    ? "the document is too large"
			: f->why[0] != '\0' ? f->why
					    : rep_curl.error(code));
	if (rep_curl.getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status != 200)
		return rep_fail(err, REP_EIO, "%s: the server answers %ld, not 200", url, status);
	return REP_OK;
}

/* --- STARTTLS ------------------------------------------------------------------------------------- */

/* Each line that the server says. */
static size_t
on_line(char *p, size_t size, size_t n, void *ctx)
{
	struct rep_fetch_shown *out = ctx;
	struct rep_str line = { p, size * n };

	while (line.n > 0 && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == '\n'))
		line.n--;
	/* The greeting has 220, so the first 250 is of EHLO. */
	if (rep_str_starts(line, REP_S("250")) && line.n > 4 &&
	    rep_str_eq_nocase(rep_str_sub(line, 4, line.n), REP_S("STARTTLS")))
		out->offered = true;
	return size * n;
}

static size_t
on_nothing(char *p, size_t size, size_t n, void *ctx)
{
	(void)p;
	(void)ctx;
	return size * n;
}

static bool
set_up_smtp(struct rep_fetch *f, struct rep_fetch_shown *out)
{
	CURL *c = f->easy;

	return rep_curl.setopt(c, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_SSL_VERIFYPEER, 0L) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_SSL_VERIFYHOST, 0L) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_CERTINFO, 1L) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_NOBODY, 1L) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_CUSTOMREQUEST, "NOOP") == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_HEADERFUNCTION, on_line) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_HEADERDATA, out) == CURLE_OK &&
	    rep_curl.setopt(c, CURLOPT_WRITEFUNCTION, on_nothing) == CURLE_OK &&
	    rep_curl.add(f->multi, c) == CURLM_OK;
}

static bool
plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '.' || c == '-' || c == '_';
}

/*
 * smtp://HOST:25/HELO. In HELO, what is not plain is escaped; a HOST with such bytes is no host name, and
 * could be read as another part of an address. False: that, or too long.
 */
static bool
smtp_url(const char *host, const char *helo, char *url, size_t room)
{
	int n = snprintf(url, room, "smtp://%s:25/", host);
	size_t at = n < 0 ? room : (size_t)n;

	for (const char *h = host; *h != '\0'; h++)
		if (!plain(*h))
			return false;
	for (; *helo != '\0' && at + 4 <= room; helo++) {
		n = plain(*helo) ? snprintf(url + at, room - at, "%c", *helo)
				 : snprintf(url + at, room - at, "%%%02X", (unsigned char)*helo);
		at += n > 0 ? (size_t)n : room;
	}
	return at < room && *helo == '\0' && strlen(host) <= HOST_MAX;
}

/* The certificates that libcurl kept. */
static void
take_chain(struct rep_fetch *f, struct rep_buf *pem)
{
	static const struct rep_str field = { "Cert:", 5 };
	struct curl_certinfo *all = NULL;

	if (rep_curl.getinfo(f->easy, CURLINFO_CERTINFO, &all) != CURLE_OK || all == NULL)
		return;
	for (int i = 0; i < all->num_of_certs; i++)
		for (const struct curl_slist *x = all->certinfo[i]; x != NULL; x = x->next) {
			struct rep_str line = rep_str_c(x->data);

			if (rep_str_starts(line, field)) {
				rep_buf_add(pem, rep_str_sub(line, field.n, line.n));
				rep_buf_addc(pem, '\n');
			}
		}
}

enum rep_rc
rep_fetch_starttls(struct rep_fetch *f, int fd, const char *host, const char *helo, int timeout_ms,
    struct rep_fetch_shown *out, struct rep_err *err)
{
	char url[2600], pin[HOST_MAX + 32];
	CURLcode code;

	f->fd = fd;
	if (!smtp_url(host, helo, url, sizeof url))
		return rep_fail(err, REP_ELIMIT,
		    "%.80s: no host name, or it or the name for EHLO is too long", host);
	snprintf(pin, sizeof pin, "%s:25:192.0.2.1", host); /* never used: it is connected */
	if (!set_up(f, "smtp", url, pin, timeout_ms) || !set_up_smtp(f, out))
		return rep_fail(err, REP_EMEM, "%s: SMTP cannot be started", host);
	code = transfer(f);
	out->without = code == CURLE_USE_SSL_FAILED;
	out->late = code == CURLE_OPERATION_TIMEDOUT;
	take_chain(f, &out->pem);
	if (out->pem.full)
		return rep_fail(err, REP_EIO, "%s: its certificates are too large", host);
	if (out->pem.n == 0)
		(void)rep_fail(
		    err, REP_EIO, "%s", f->why[0] != '\0' ? f->why : rep_curl.error(code));
	return REP_OK;
}

void
rep_fetch_free(struct rep_fetch *f)
{
	if (f == NULL)
		return;
	(void)rep_curl.remove(f->multi, f->easy);
	rep_curl.cleanup(f->easy);
	(void)rep_curl.multi_cleanup(f->multi); /* it closes what is open, with QUIT */
	rep_buf_fini(&f->ca);
	free(f);
}

struct rep_str
rep_fetch_authorities(const struct rep_fetch *f)
{
	return rep_buf_str(&f->ca);
}
