/*
 * serve/sandbox.h -- locks a process so that it can only read its open files and write its answer.
 *
 * rep_sandbox_enter takes away from this process, for good: the file system (with landlock, and
 * seccomp refuses to open files), the network, new processes and threads, code made at run time,
 * and memory beyond a limit. The process keeps its open descriptors, memory and the clock. A call
 * that a library may try for a good reason (open, socket) fails with EPERM. Any other call that is
 * not on the list ends the process at once (SIGSYS).
 *
 * A kernel without seccomp or landlock is no error: `out` says what is in force, and the caller
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
};

/* memory: bytes of address space, 0 for no limit (a sanitizer needs terabytes). */
enum rep_rc rep_sandbox_enter(
    size_t memory, struct rep_sandbox *out, struct rep_err *err) REP_NODISCARD;

/*
 * True when built with AddressSanitizer: then limits on memory and on some calls are not in force.
 */
bool rep_sandbox_sanitized(void);

#endif
