/*
 * serve/fetcher.h -- fetches one document over HTTPS, or the certificate of a mail server over
 * SMTP, in a locked process.
 *
 * Certificates and documents of strangers are read by libcurl and its TLS library in a process of its
 * own (io/fetch.h), which loads what it needs from files, locks itself (serve/sandbox.h), and then
 * talks over the one socket that it got, which is connected to the address that was asked for. It
 * gives back a document, or what the mail server showed, or a reason, of limited size. To a mail server it
 * says EHLO, STARTTLS, EHLO, NOOP and QUIT: no mail is sent, and nobody's address is named.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_FETCHER_H
#define REP_SERVE_FETCHER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/ip.h"
#include "fact/starttls.h"

struct rep_fetcher_params {
	/* The program that becomes the process, with its arguments. NULL: a fork of this one. */
	const char *exe;
	char *const *argv;
	int timeout_ms;	     /* for all of it */
	const char *ca_file; /* other certificate authorities; NULL: those of the system */
};

/*
 * Fetches https://HOST/PATH from ip into out, whose maximum is the document's. REP_EIO with the
 * reason: no connection, an invalid certificate, a status other than 200, too large, no libcurl on
 * this machine, or the process died. REP_ELIMIT: host or path are too long.
 */
enum rep_rc rep_fetcher_get(const struct rep_fetcher_params *o, const char *host, const char *path,
    const struct rep_ip *ip, struct rep_buf *out, struct rep_err *err) REP_NODISCARD;

/*
 * Parses all that the process sent: puts a document into out, or gives its reason. REP_ESYNTAX: it
 * ended too early. REP_EIO: it makes no sense, or is too large. Pure. Strangers may have taken over
 * the process, so nothing else of it is used.
 */
enum rep_rc rep_fetcher_understand(
    struct rep_str sent, const char *host, struct rep_buf *out, struct rep_err *err) REP_NODISCARD;

/*
 * Asks the mail server HOST at ip, port 25, for STARTTLS. helo: the name for EHLO; "": the address that
 * the connection leaves from, as a literal (RFC 5321, 4.1.3). Its text and bytes lie in `a`. A server that
 * cannot be reached is an outcome. REP_EIO: the process died or lied, or this machine has no libcurl.
 */
enum rep_rc rep_fetcher_starttls(const struct rep_fetcher_params *o, const char *host,
    const char *helo, const struct rep_ip *ip, int64_t now_s, struct rep_arena *a,
    struct rep_starttls *out, struct rep_err *err) REP_NODISCARD;

/* As rep_fetcher_understand, for that. Views of `out` point into `sent`. */
enum rep_rc rep_fetcher_understand_starttls(struct rep_str sent, const char *host,
    struct rep_starttls *out, struct rep_err *err) REP_NODISCARD;

/* The whole life of the process: as rep_read_worker_main (serve/reader.h). */
int rep_fetch_worker_main(void);

#endif
