/*
 * io/local.h -- a socket with a path, for packets between processes of one machine, with descriptors beside them.
 *
 * Who may connect is the file's: mode 0660, or 0600 where its group would be root's (0), in which are users that are not
 * root. It is made where nobody else listens, so a socket that stands there already is left over, and goes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_LOCAL_H
#define REP_IO_LOCAL_H

#include "base/err.h"

#include <sys/types.h>

/* No group may connect. */
#define REP_LOCAL_NO_GROUP ((gid_t)-1)

/* Descriptors beside one packet. */
enum { REP_LOCAL_DESCRIPTORS = 4 };

/*
 * A socket that listens at path; backlog: who waits there to be accepted. What root makes in a folder of another user
 * is that user's (base/own_file.h). *group: the one that may connect, or REP_LOCAL_NO_GROUP. REP_ELIMIT: the path is
 * too long for a socket. REP_EIO: also when something is there that is no socket.
 */
enum rep_rc rep_local_listen(
    const char *path, int backlog, int *fd, gid_t *group, struct rep_err *err) REP_NODISCARD;

/*
 * Connects, and waits for ms while too many wait there already. -1: errno; EAGAIN: they still do, ENAMETOOLONG for a path
 * that no socket has.
 */
int rep_local_connect(const char *path, int ms);

/* Who made the other end; -1: the kernel does not say. */
uid_t rep_local_peer(int fd);

/*
 * Whether the other end was connected by root, by our own user, by the owner of the socket's file at `path`, or by a
 * member of the group.
 */
bool rep_local_may(int fd, const char *path, gid_t group);

/* Sends one packet, and n descriptors beside it. flags: of sendmsg. False: errno. */
bool rep_local_send(int to, struct rep_str packet, const int *fds, size_t n, int flags);

/*
 * The next packet, within ms (-1: however long it takes). *got is 0 at the end. What came beside it is in fds, and is to be
 * closed; they are closed in programs that are started. False: errno; EMSGSIZE when the packet is longer than `room`, or has
 * more than REP_LOCAL_DESCRIPTORS beside it, ETIMEDOUT.
 */
bool rep_local_receive(int from, int ms, char *p, size_t room, size_t *got,
    int fds[REP_LOCAL_DESCRIPTORS], size_t *n) REP_NODISCARD;

#endif
