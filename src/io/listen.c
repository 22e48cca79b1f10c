/* SPDX-License-Identifier: Apache-2.0 */
#include "io/listen.h"
#include "io/steady.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { BACKLOG = 128 };

/*
 * What connect(2) to a path says: 0 and EAGAIN, somebody listens; ECONNREFUSED, a socket is left over; ENOENT, nothing is
 * there. Anything else says nothing of the kind.
 */
static int
try_path(const struct sockaddr_un *a)
{
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int why = s >= 0 && connect(s, (const struct sockaddr *)a, sizeof *a) == 0 ? 0 : errno;

	if (s >= 0)
		(void)close(s);
	return why;
}

/* taken: another program listens there, and may be about to end. */
static int
listen_once(struct rep_str place, bool *taken, struct rep_err *err)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const char *path = a.sun_path;
	struct stat st;
	int s, why;

	*taken = false;
	if (place.n >= sizeof a.sun_path) {
		(void)rep_fail(err, REP_ELIMIT,
		    "%.*s: the path is longer than the %zu bytes that a socket can have",
		    REP_PR(place), sizeof a.sun_path - 1);
		return -1;
	}
	memcpy(a.sun_path, place.p, place.n);
	if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode)) {
		(void)rep_fail(err, REP_EIO, "%s: is not a socket, so it stays", path);
		return -1;
	}
	why = try_path(&a);
	if (why == 0 || why == EAGAIN) {
		*taken = true;
		(void)rep_fail(err, REP_EIO, "%s: another program listens there", path);
		return -1;
	}
	if ((why != ECONNREFUSED && why != ENOENT) ||
	    (why == ECONNREFUSED && unlink(path) != 0 && (why = errno) != ENOENT)) {
		(void)rep_fail(err, REP_EIO, "%s: %s", path, strerror(why));
		return -1;
	}
	s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* Whoever may reach a port of this machine may reach this: who comes in is told by the accounts. */
	if (s >= 0 && bind(s, (struct sockaddr *)&a, sizeof a) == 0 && chmod(path, 0666) == 0 &&
	    listen(s, BACKLOG) == 0)
		return s;
	(void)rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
	if (s >= 0)
		(void)close(s);
	return -1;
}

static void
rest(void)
{
	const struct timespec moment = { .tv_nsec = 10000000 };

	(void)nanosleep(&moment, NULL);
}

static bool
bind_soon(int s, const struct sockaddr *a, socklen_t n, int64_t wait_ms)
{
	int64_t until = rep_steady_ms() + wait_ms;

	while (bind(s, a, n) != 0) {
		if (errno != EADDRINUSE || rep_steady_ms() >= until)
			return false;
		rest();
	}
	return true;
}

int
rep_listen_address(const struct rep_ip *at, unsigned port, int64_t wait_ms, struct rep_err *err)
{
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
	bool is_six = at->version == 6;
	char ip[REP_IP_TEXT];
	int yes = 1, s;

	memcpy(&four.sin_addr, at->b, 4);
	memcpy(&six.sin6_addr, at->b, 16);
	s = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s >= 0 && setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
	    (!is_six || setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes) == 0) &&
	    bind_soon(s, is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four,
		is_six ? sizeof six : sizeof four, wait_ms) &&
	    listen(s, BACKLOG) == 0)
		return s;
	(void)rep_fail(err, REP_EIO, "%s port %u: %s", rep_ip_text(at, ip), port, strerror(errno));
	if (s >= 0)
		(void)close(s);
	return -1;
}

int
rep_listen_path(struct rep_str path, int64_t wait_ms, struct rep_err *err)
{
	int64_t until = rep_steady_ms() + wait_ms;
	bool taken;
	int fd;

	while ((fd = listen_once(path, &taken, err)) < 0 && taken && rep_steady_ms() < until)
		rest();
	return fd;
}
