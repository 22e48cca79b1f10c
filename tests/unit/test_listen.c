/*
 * unit/test_listen.c -- a path to listen at: what is left over goes, and what others use stays.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "io/listen.h"

#include "tap.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { LONG_MS = 2000000000 }; /* 23 days: the runner ends a test long before that */

static char top[] = "/tmp/test-listen-XXXXXX";
static struct rep_err err;

static struct sockaddr_un
at(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	(void)snprintf(a.sun_path, sizeof a.sun_path, "%s/%s", top, name);
	return a;
}

static int
listen_at(const char *name, int64_t wait_ms)
{
	struct sockaddr_un a = at(name);

	return rep_listen_path(rep_str_c(a.sun_path), wait_ms, &err);
}

static bool
is_socket(const char *name)
{
	struct sockaddr_un a = at(name);
	struct stat st;

	return lstat(a.sun_path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static bool
says(const char *what)
{
	return rep_str_find(rep_str_c(err.msg), rep_str_c(what), 0) != SIZE_MAX;
}

static void
test_stream(void)
{
	int first = listen_at("web", 0), next;

	ok(first >= 0 && is_socket("web"), "a path where nothing was: %s",
	    first < 0 ? err.msg : "");
	next = listen_at("web", 20);
	ok(next < 0 && says("another program listens there"),
	    "one where another program listens: %s", err.msg);
	ok(is_socket("web"), "which keeps it");
	(void)close(first);
	next = listen_at("web", 0);
	ok(next >= 0, "what is left over goes: %s", next < 0 ? err.msg : "");
	(void)close(next);
}

/* Each of them would last until the runner ends the test, were it waited for. */
static void
test_no_wait(void)
{
	struct sockaddr_un a = at("log");
	int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ok(s >= 0 && bind(s, (struct sockaddr *)&a, sizeof a) == 0,
	    "a socket of another kind is there");
	ok(listen_at("log", LONG_MS) < 0 && says("/log: "), "it is in use: %s", err.msg);
	ok(is_socket("log"), "so it stays");
	(void)close(s);
	ok(listen_at("none/web", LONG_MS) < 0 && says("No such file"),
	    "there is no such folder: %s", err.msg);
	ok(listen_at(".", LONG_MS) < 0 && says("is not a socket"), "a folder: %s", err.msg);
}

int
main(void)
{
	if (!ok(mkdtemp(top) != NULL, "a folder of the test's own"))
		return done();
	test_stream();
	test_no_wait();
	(void)unlink(at("web").sun_path);
	(void)unlink(at("log").sun_path);
	(void)rmdir(top);
	return done();
}
