/*
 * serve/sandbox.h -- locks a process so that it can only read its open files and write its answer.
 *
 * rep_sandbox_enter takes away from this process, for good: the file system (with landlock, and
 * seccomp refuses to open files or to ask about paths), the network, new processes and threads,
 * signals to others, code made at run time, and memory beyond a limit. A process of root also gets
 * a user and a group that nothing else has, and no other groups and no capabilities. The process
 * keeps its open descriptors, memory and the clock. A call that a library may try for a good reason
 * (open, stat, socket) fails with EPERM. Any other call that is not on the list ends the process at
 * once (SIGSYS). Calls are compared by argument where that matters: tgkill reaches this process
 * alone, mmap and mprotect give no memory that can be run.
 *
 * The user of its own: 0x70000000 plus the process id. No system gives that range to anything (UIDs
 * and GIDs of systemd, "HIC SVNT LEONES"), and two workers never share one, so that neither can
 * reach the other. In a container that maps fewer ids: 64000 plus a part of the process id, unless
 * /etc/passwd has it, and then the user `reputed`. `reputed` comes last because the database may be
 * its own.
 *
 * A kernel without seccomp or landlock is not an error: `out` says which limits apply, and the caller
 * tells the user. The lock is also tested: `tried` is false when a file or a socket could still be
 * opened.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_SANDBOX_H
#define REP_SERVE_SANDBOX_H

#include "base/err.h"

struct rep_sandbox {
	bool seccomp;
	int landlock; /* version of the kernel's landlock ABI in force; 0: none */
	bool tried;   /* opening a file and a socket was tried afterwards, and failed */
	bool user;    /* it does not run as root: it never did, or it has a user of its own */
};

struct rep_sandbox_params {
	size_t memory; /* bytes of address space; 0: no limit (a sanitizer needs terabytes) */
	/* Open files that it may be handed later, through its open socket; 0: none at all. */
	unsigned descriptors;
	/*
	 * It talks over a socket that it was handed, through a library of many versions: it may send,
	 * but not to an address, and what is not allowed fails with EPERM instead of ending it.
	 */
	bool talks;
	/*
	 * It takes connections of sockets that listen already, and answers them (web/front.h): as with talks, and it
	 * may wait for many. It connects to nothing.
	 */
	bool serves;
	int landlock_max; /* for tests: as on a kernel with this version of landlock; 0: the newest */
};

/* REP_EIO: the kernel refuses something that every kernel gives. The process must end then. */
enum rep_rc rep_sandbox_enter(
    const struct rep_sandbox_params *o, struct rep_sandbox *out, struct rep_err *err) REP_NODISCARD;

/*
 * True when built with AddressSanitizer: then limits on memory and on some calls are not in force.
 */
bool rep_sandbox_sanitized(void);

#endif
