/*
 * io/post.h -- sends one text to an http or https URL by POST, and gives what was answered; or asks there for a few
 * bytes by GET or PUT.
 *
 * It follows no redirect: a text goes where the configuration says, and nowhere else. The name is looked up as
 * for every program of this machine, the certificate must be valid for it.
 *
 * A URL of https goes through a proxy where the environment names one (https_proxy, no_proxy, as libcurl reads
 * them): in some networks nothing leaves otherwise, and the proxy sees no more than the name, since TLS goes
 * through it. A URL of http goes directly: a proxy would read it all.
 *
 * It blocks, at most for the time given, and longer only while the system's resolver waits for its servers. It
 * raises no signal. One thread posts at a time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_POST_H
#define REP_IO_POST_H

#include "base/err.h"

/* What of an answer is kept: enough for the reason that a service gives. */
enum { REP_POST_SAID_MAX = 512 };

enum rep_post_method { REP_POST = 0, REP_POST_GET, REP_POST_PUT /* these two without a body */ };

/* All of it is borrowed, and holds no NUL. */
struct rep_post {
	enum rep_post_method method;
	struct rep_str url;
	const struct rep_str *headers; /* "Name: value", without a line end */
	size_t headers_n;
	struct rep_str body;
	struct rep_str
	    hide[2];	     /* secrets: never in what is told, even where an answer repeats them */
	const char *ca_file; /* NULL: the system's certificate authorities */
	int timeout_ms;
};

struct rep_post_answer {
	int status;			  /* as 200 or 404 */
	char said[REP_POST_SAID_MAX + 1]; /* how its body begins, one line, printable */
};

/*
 * REP_OK: there is an answer, whatever it says. REP_ETIMEOUT, REP_EIO: none, with the reason. REP_EUSAGE: the URL
 * or a header cannot be sent.
 */
enum rep_rc rep_post_send(
    const struct rep_post *p, struct rep_post_answer *out, struct rep_err *err) REP_NODISCARD;

#endif
