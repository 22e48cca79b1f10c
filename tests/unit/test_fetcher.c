/*
 * unit/test_fetcher.c -- the process that fetches a policy dies, hangs or lies.
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

enum { MOST = 1000, PORT = 443, TIMEOUT_MS = 300 };

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
liar(const char *lie)
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
		fetched(&b, lie);
	if (is(lie, "twice"))
		fetched(&b, lie);
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
listening(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(PORT) };
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

int
main(int argc, char **argv)
{
	int fd;

	if (argc > 1)
		return liar(argv[1]);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(110);
	if ((fd = listening()) < 0) {
		skip("who fetches a policy lies: port %d of 127.0.0.46 is not ours", PORT);
		return done();
	}
	not_believed();
	(void)close(fd);
	return done();
}
