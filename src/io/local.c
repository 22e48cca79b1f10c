/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* struct ucred, O_PATH, AT_EMPTY_PATH */
#include "io/local.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* False: the path does not fit. */
static bool
address(const char *path, struct sockaddr_un *a)
{
	size_t n = strlen(path);

	memset(a, 0, sizeof *a);
	a->sun_family = AF_UNIX;
	if (n == 0 || n >= sizeof a->sun_path) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(a->sun_path, path, n + 1);
	return true;
}

/* The folder that path, which is an address, is in. */
static bool
folder_of(const char *path, struct stat *st)
{
	char folder[sizeof((struct sockaddr_un *)0)->sun_path] = ".";
	const char *slash = strrchr(path, '/');

	if (slash != NULL) {
		memcpy(folder, path, (size_t)(slash - path) + 1);
		folder[slash - path + 1] = '\0';
	}
	return stat(folder, st) == 0;
}

/* The group that a socket gets which is made at path. */
static gid_t
group_at(const char *path)
{
	struct stat st;

	return folder_of(path, &st) &&
		((geteuid() == 0 && st.st_uid != 0) || (st.st_mode & S_ISGID) != 0)
	    ? st.st_gid
	    : getegid();
}

/*
 * What root makes in a folder of another user is given to that user, who can put something else there meanwhile: only
 * a socket of ours with no other name is given away.
 */
static void
give(const char *path)
{
	struct stat st, folder;
	int fd;

	if (geteuid() != 0 || !folder_of(path, &folder) || folder.st_uid == 0)
		return;
	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) && st.st_uid == 0 && st.st_nlink == 1)
		(void)!fchownat(fd, "", folder.st_uid, folder.st_gid, AT_EMPTY_PATH);
	(void)close(fd);
}

/* Removes what is left over of a socket. */
static enum rep_rc
make_room(const char *path, struct rep_err *err)
{
	struct stat st;

	if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode))
		return rep_fail(err, REP_EIO, "%s: is not a socket, so it stays", path);
	if (unlink(path) != 0 && errno != ENOENT)
		return rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
	return REP_OK;
}

enum rep_rc
rep_local_listen(const char *path, int backlog, int *fd, gid_t *group, struct rep_err *err)
{
	struct sockaddr_un a;
	struct stat st;
	enum rep_rc rc;
	mode_t mask;
	int s, made;

	if (!address(path, &a))
		return rep_fail(err, REP_ELIMIT,
		    "%s: the path is longer than the %zu bytes that a socket can have", path,
		    sizeof a.sun_path - 1);
	if ((rc = make_room(path, err)) != REP_OK)
		return rc;
	if ((s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) < 0)
		return rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
	/* So that it never has another mode, not even for a moment. */
	mask =
	    umask(group_at(path) == 0 ? S_IXUSR | S_IRWXG | S_IRWXO : S_IXUSR | S_IXGRP | S_IRWXO);
	made = bind(s, (struct sockaddr *)&a, sizeof a);
	(void)umask(mask);
	if (made == 0)
		give(path);
	if (made != 0 || lstat(path, &st) != 0 || listen(s, backlog) != 0) {
		(void)rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
		(void)close(s);
		return REP_EIO;
	}
	*group = st.st_gid != 0 ? st.st_gid : REP_LOCAL_NO_GROUP;
	*fd = s;
	return REP_OK;
}

int
rep_local_connect(const char *path, int ms)
{
	/* A connect waits as long as a packet that is sent would. */
	const struct timeval most = { ms / 1000, ms % 1000 * 1000L }, ever = { 0, 0 };
	struct sockaddr_un a;
	int s, why, r;

	if (!address(path, &a) || (s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) < 0)
		return -1;
	(void)setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
	do
		r = connect(s, (struct sockaddr *)&a, sizeof a);
	while (r != 0 && errno == EINTR);
	why = errno;
	(void)setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &ever, sizeof ever);
	if (r == 0)
		return s;
	(void)close(s);
	errno = why;
	return -1;
}

uid_t
rep_local_peer(int fd)
{
	struct ucred who = { .pid = 0 };
	socklen_t n = sizeof who;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 ? who.uid : (uid_t)-1;
}

static bool
has_group(int fd, gid_t group)
{
	gid_t *v = NULL;
	socklen_t n = 0;
	bool has = false;

	/* The length is wrong at first, so that the kernel says the right one. */
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &n) != 0 && errno == ERANGE && n > 0 &&
	    (v = malloc(n)) != NULL && getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, v, &n) == 0)
		for (size_t i = 0; i < n / sizeof *v && !has; i++)
			has = v[i] == group;
	free(v);
	return has;
}

bool
rep_local_may(int fd, const char *path, gid_t group)
{
	struct ucred who = { .pid = 0 };
	socklen_t n = sizeof who;
	struct stat st;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) != 0 || who.uid == (uid_t)-1)
		return false;
	return who.uid == 0 || who.uid == geteuid() ||
	    (group != REP_LOCAL_NO_GROUP && (who.gid == group || has_group(fd, group))) ||
	    (lstat(path, &st) == 0 && st.st_uid == who.uid);
}

/* Room for descriptors beside a packet. */
union local_beside {
	struct cmsghdr head;
	char room[CMSG_SPACE(REP_LOCAL_DESCRIPTORS * sizeof(int))];
};

bool
rep_local_send(int to, struct rep_str packet, const int *fds, size_t n, int flags)
{
	union local_beside beside = { .room = { 0 } };
	struct iovec v = { (void *)(uintptr_t)packet.p, packet.n };
	struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1 };
	ssize_t sent;

	assert(n <= REP_LOCAL_DESCRIPTORS);
	if (n > 0) {
		h.msg_control = beside.room;
		h.msg_controllen = CMSG_SPACE(n * sizeof *fds);
		beside.head.cmsg_level = SOL_SOCKET;
		beside.head.cmsg_type = SCM_RIGHTS;
		beside.head.cmsg_len = CMSG_LEN(n * sizeof *fds);
		memcpy(CMSG_DATA(&beside.head), fds, n * sizeof *fds);
	}
	do
		sent = sendmsg(to, &h, MSG_NOSIGNAL | flags);
	while (sent < 0 && errno == EINTR);
	return sent >= 0;
}

static bool
comes(int from, int ms)
{
	struct pollfd p = { .fd = from, .events = POLLIN };
	int n;

	if (ms < 0)
		return true;
	do
		n = poll(&p, 1, ms);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		errno = ETIMEDOUT;
	return n > 0;
}

/* Takes the descriptors. Whatever else came there is none. */
static void
take(struct msghdr *h, int fds[REP_LOCAL_DESCRIPTORS], size_t *n)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
		size_t k = (c->cmsg_len - CMSG_LEN(0)) / sizeof *fds;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < k && *n < REP_LOCAL_DESCRIPTORS; i++)
			memcpy(&fds[(*n)++], CMSG_DATA(c) + i * sizeof *fds, sizeof *fds);
	}
}

bool
rep_local_receive(
    int from, int ms, char *p, size_t room, size_t *got, int fds[REP_LOCAL_DESCRIPTORS], size_t *n)
{
	union local_beside beside = { .room = { 0 } };
	struct iovec v = { p, room };
	struct msghdr h = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = beside.room,
		.msg_controllen = sizeof beside.room };
	ssize_t r;

	*n = 0;
	if (!comes(from, ms))
		return false;
	do
		r = recvmsg(from, &h, MSG_CMSG_CLOEXEC);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return false;
	take(&h, fds, n);
	if ((h.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
		while (*n > 0)
			(void)close(fds[--*n]);
		errno = EMSGSIZE;
		return false;
	}
	*got = (size_t)r;
	return true;
}
