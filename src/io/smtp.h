/*
 * io/smtp.h -- hands one mail to a mail server: SMTP (RFC 5321), with STARTTLS (RFC 3207) or TLS from the first byte
 * (RFC 8314), and with a login where one is given.
 *
 * On this machine (localhost, 127.0.0.0/8, ::1) it speaks in the clear: nobody is between. To any other machine it
 * speaks TLS or not at all, and the certificate must be valid for the name of the server. It takes no proxy.
 *
 * It blocks, at most for the time given, and longer only while the system's resolver waits for its servers. It
 * raises no signal. One thread sends at a time.
 *
 * libcurl cannot say BODY=8BITMIME (RFC 6152): a text with bytes above 127 is sent without it, which servers take.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_SMTP_H
#define REP_IO_SMTP_H

#include "base/err.h"

/* What of an answer is kept: enough for the reason that a server gives. */
enum { REP_SMTP_SAID_MAX = 512 };

/* All of it is borrowed, and holds no NUL. */
struct rep_smtp {
	struct rep_str url; /* smtp://HOST[:PORT] or smtps://HOST[:PORT] */
	struct rep_str host;
	struct rep_str from, to;	/* of the envelope */
	struct rep_str text;		/* header and body, lines ended by LF */
	struct rep_str login, password; /* login.n == 0: none */
	const char *ca_file;		/* NULL: the system's certificate authorities */
	int timeout_ms;
};

struct rep_smtp_answer {
	int code; /* the last of the server, as 250 or 550; 0: none */
	char
	    said[REP_SMTP_SAID_MAX + 1]; /* that reply, one line, printable, without the password */
};

/* Whether it is this machine. */
bool rep_smtp_is_here(struct rep_str host);

/*
 * REP_OK: the server took the mail. Else it did not, as far as is known, and err says why: REP_ETIMEOUT, REP_EIO;
 * REP_EUSAGE: what was given cannot be sent. `out` is filled also then.
 */
enum rep_rc rep_smtp_send(
    const struct rep_smtp *m, struct rep_smtp_answer *out, struct rep_err *err) REP_NODISCARD;

#endif
