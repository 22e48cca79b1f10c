/*
 * unit/test_fetcher.c -- the process that fetches a policy, or asks for STARTTLS, dies, hangs or lies.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve/fetcher.h"
#include "serve/start.h"
#include "tap.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 1000, PORT_HTTPS = 443, PORT_SMTP = 25, TIMEOUT_MS = 300 };

static const struct rep_ip here = { .version = 4, .b = { 127, 0, 0, 46 } };

/* What is wrong, and a piece of the reason. NULL: nothing is. */
static const struct {
	const char *lie, *reason;
} lies[] = {
	{ "honest", NULL },
	{ "largest", NULL },
	{ "reason", "https://a.example: no such status" },
	{ "nothing", "died (ended with 3)" },
	{ "silent", "died" },
	{ "half", "died (ended with 0)" },
	{ "no ready", "died" },
	{ "noise", "died" },
	{ "type", "no document and no reason" },
	{ "rc", "no document and no reason" },
	{ "too long", "no document and no reason" },
	{ "length", "no document and no reason" },
	{ "more", "no document and no reason" },
	{ "twice", "no document and no reason" },
	{ "endless", "no document and no reason" },
};

static bool
is(const char *lie, const char *which)
{
	return strcmp(lie, which) == 0;
}

static void
ready(struct rep_buf *b)
{
	size_t at = rep_msg_begin(b, REP_MSG_READY, 0);

	rep_msg_put(b, 0, 4);
	rep_msg_end(b, at);
}

static void
fetched(struct rep_buf *b, const char *lie)
{
	static const char text[MOST + 1];
	size_t n = is(lie, "largest") ? MOST : is(lie, "too long") ? MOST + 1 : 9;
	size_t at = rep_msg_begin(b, is(lie, "type") ? REP_MSG_FACTS : REP_MSG_FETCHED, 0);

	rep_msg_put(b, is(lie, "rc") ? REP_EUSAGE + 1 : is(lie, "reason") ? REP_EIO : REP_OK, 1);
	if (is(lie, "length"))
		rep_msg_put(b, 0x7fffffff, 4);
	else if (is(lie, "reason"))
		rep_msg_put_str(b, REP_S("https://a.example: no such status"));
	else
		rep_msg_put_str(b, (struct rep_str){ text, n });
	if (is(lie, "more"))
		rep_msg_put(b, 1, 1);
	rep_msg_end(b, at);
}

/* Started as the process: does as it does, but for one thing. */
static int
liar(const char *lie, void (*answer)(struct rep_buf *, const char *))
{
	static const char noise[60000];
	char command[9000];
	struct rep_buf b;

	rep_buf_init(&b, 1 << 20);
	if (recv(0, command, sizeof command, 0) <= 0 || is(lie, "nothing"))
		return 3;
	if (is(lie, "silent"))
		return (int)sleep(100);
	if (!is(lie, "no ready"))
		ready(&b);
	if (is(lie, "noise"))
		rep_buf_add(&b, REP_S("noise noise noise noise noise"));
	else
		answer(&b, lie);
	if (is(lie, "twice"))
		answer(&b, lie);
	if (is(lie, "half"))
		b.n -= 3;
	(void)rep_worker_write(rep_buf_str(&b));
	rep_buf_fini(&b);
	while (is(lie, "endless") && rep_worker_write((struct rep_str){ noise, sizeof noise }))
		;
	return 0;
}

/* A port to connect to; nobody speaks there. -1: it is not ours to take. */
static int
listening(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	memcpy(&a.sin_addr, here.b, sizeof a.sin_addr);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, (const struct sockaddr *)&a, sizeof a) == 0 && listen(fd, 100) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static void
not_believed(void)
{
	static char name[] = "test_fetcher", word[32];
	static char *argv[] = { name, word, NULL };
	const struct rep_fetcher_params o = {
		.exe = "/proc/self/exe", .argv = argv, .timeout_ms = TIMEOUT_MS
	};

	for (size_t i = 0; i < REP_COUNT(lies); i++) {
		struct rep_err err = { .rc = REP_OK, .msg = "" };
		struct rep_buf out;
		enum rep_rc rc;

		snprintf(word, sizeof word, "%s", lies[i].lie);
		rep_buf_init(&out, MOST);
		rc = rep_fetcher_get(&o, "a.example", "/x", &here, &out, &err);
		if (lies[i].reason == NULL)
			ok(rc == REP_OK && out.n > 0, "%s: %zu bytes", lies[i].lie, out.n);
		else
			ok(rc == REP_EIO && out.n == 0 && strstr(err.msg, lies[i].reason) != NULL &&
				strstr(err.msg, "https://a.example") != NULL,
			    "%s is not believed: %s", lies[i].lie, err.msg);
		rep_buf_fini(&out);
	}
}

/* --- STARTTLS ------------------------------------------------------------------------------------- */

static const struct {
	const char *lie, *reason;
} tls_lies[] = {
	{ "honest", NULL },
	{ "most", NULL },
	{ "no offer", NULL },
	{ "reason", "no libcurl" },
	{ "nothing", "died (ended with 3)" },
	{ "silent", "died" },
	{ "half", "died (ended with 0)" },
	{ "no ready", "died" },
	{ "noise", "died" },
	{ "type", "no answer of a mail server" },
	{ "rc", "no answer of a mail server" },
	{ "state", "no answer of a mail server" },
	{ "flag", "no answer of a mail server" },
	{ "year", "no answer of a mail server" },
	{ "long ago", "no answer of a mail server" },
	{ "why", "no answer of a mail server" },
	{ "names", "no answer of a mail server" },
	{ "many", "no answer of a mail server" },
	{ "none", "no answer of a mail server" },
	{ "empty", "no answer of a mail server" },
	{ "large", "no answer of a mail server" },
	{ "fits, and why not", "no answer of a mail server" },
	{ "a chain without TLS", "no answer of a mail server" },
	{ "more", "no answer of a mail server" },
	{ "twice", "no answer of a mail server" },
	{ "endless", "no answer of a mail server" },
};

/* The payload by hand: what writes the honest one refuses nothing, but has no way to lie in a count. */
static void
shown(struct rep_buf *b, const char *lie)
{
	static const char zeros[REP_STARTTLS_DER_MAX + 1];
	size_t at = rep_msg_begin(b, is(lie, "type") ? REP_MSG_FETCHED : REP_MSG_SHOWN, 0);
	bool tls = !is(lie, "no offer") && !is(lie, "a chain without TLS");
	uint64_t n = is(lie, "most") ? REP_STARTTLS_CHAIN
	    : is(lie, "many")	     ? REP_STARTTLS_CHAIN + 1
	    : is(lie, "none")	     ? 0
	    : is(lie, "no offer")    ? 0
				     : 2;

	rep_msg_put(b, is(lie, "rc") ? REP_EUSAGE + 1 : is(lie, "reason") ? REP_EIO : REP_OK, 1);
	if (is(lie, "reason")) {
		rep_msg_put_str(b, REP_S("no libcurl"));
		rep_msg_end(b, at);
		return;
	}
	rep_msg_put(b,
	    (uint64_t)(is(lie, "state") ? REP_STARTTLS_N
		    : tls		? REP_STARTTLS_ENCRYPTED
					: REP_STARTTLS_NOT_OFFERED),
	    1);
	rep_msg_put_str(b,
	    (struct rep_str){ zeros,
		is(lie, "why")				   ? REP_STARTTLS_WHY_MAX + 1
		    : is(lie, "fits, and why not") || !tls ? 4
							   : 0 });
	rep_msg_put(b, is(lie, "flag") ? 2 : tls, 1);
	rep_msg_put(b, tls, 1);
	rep_msg_put(b, tls, 1);
	rep_msg_put(b,
	    is(lie, "year")	      ? UINT64_C(253402300800)
		: is(lie, "long ago") ? UINT64_MAX
		: tls		      ? 1
				      : 0,
	    8);
	rep_msg_put_str(
	    b, (struct rep_str){ zeros, is(lie, "names") ? REP_STARTTLS_NAMES_MAX + 1 : 0 });
	rep_msg_put(b, n, 1);
	for (uint64_t i = 0; i < n; i++) {
		rep_msg_put_str(b,
		    (struct rep_str){ zeros,
			is(lie, "large")      ? REP_STARTTLS_DER_MAX + 1
			    : is(lie, "most") ? REP_STARTTLS_DER_MAX
					      : 5 });
		rep_msg_put_str(b, (struct rep_str){ zeros, is(lie, "empty") ? 0 : 3 });
	}
	if (is(lie, "more"))
		rep_msg_put(b, 1, 1);
	rep_msg_end(b, at);
}

static void
not_believed_either(struct rep_arena *a)
{
	static char name[] = "test_fetcher", word[32], kind[] = "starttls";
	static char *argv[] = { name, word, kind, NULL };
	const struct rep_fetcher_params o = {
		.exe = "/proc/self/exe", .argv = argv, .timeout_ms = TIMEOUT_MS
	};

	for (size_t i = 0; i < REP_COUNT(tls_lies); i++) {
		const char *lie = tls_lies[i].lie;
		struct rep_err err = { .rc = REP_OK, .msg = "" };
		struct rep_starttls s = { .chain_n = 0 };
		enum rep_rc rc;

		snprintf(word, sizeof word, "%s", lie);
		rc = rep_fetcher_starttls(&o, "mx.a.example", "", &here, 1, a, &s, &err);
		if (tls_lies[i].reason != NULL) {
			ok(rc == REP_EIO && s.chain_n == 0 && s.state == REP_STARTTLS_NOT_ASKED &&
				strstr(err.msg, tls_lies[i].reason) != NULL,
			    "STARTTLS: %s is not believed: %s", lie, err.msg);
			continue;
		}
		ok(rc == REP_OK &&
			s.chain_n ==
			    (is(lie, "honest")	      ? 2u
				    : is(lie, "most") ? 8u
						      : 0u) &&
			s.state ==
			    (s.chain_n > 0 ? REP_STARTTLS_ENCRYPTED : REP_STARTTLS_NOT_OFFERED),
		    "STARTTLS: %s: %zu certificates: %s", lie, s.chain_n, err.msg);
	}
}

static void
nobody_there(struct rep_arena *a)
{
	static const struct rep_ip nobody = { .version = 4, .b = { 127, 0, 0, 47 } };
	const struct rep_fetcher_params o = { .timeout_ms = TIMEOUT_MS };
	struct rep_starttls s = { .chain_n = 0 };
	struct rep_err err = { .msg = "" };

	ok(rep_fetcher_starttls(&o, "mx.a.example", "", &nobody, 1, a, &s, &err) == REP_OK &&
		s.state == REP_STARTTLS_NO_CONNECTION && s.why.n > 0,
	    "STARTTLS: nobody there is an answer: %.*s", REP_PR(s.why));
}

int
main(int argc, char **argv)
{
	int https, smtp;
	struct rep_arena *a;

	if (argc > 1)
		return liar(argv[1], argc > 2 ? shown : fetched);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(110);
	https = listening(PORT_HTTPS);
	smtp = listening(PORT_SMTP);
	if (https < 0 || smtp < 0) {
		skip("who fetches a policy lies: ports %d and %d of 127.0.0.46 are not ours",
		    PORT_HTTPS, PORT_SMTP);
		return done();
	}
	a = rep_arena_new(16 << 20);
	not_believed();
	not_believed_either(a);
	nobody_there(a);
	rep_arena_free(a);
	(void)close(https);
	(void)close(smtp);
	return done();
}
