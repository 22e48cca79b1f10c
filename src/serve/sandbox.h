/*
 * serve/sandbox.h -- locks a process so that it can only read its open files and write its answer.
 *
 * rep_sandbox_enter takes away, for good and for this process: the file system (landlock, and
 * seccomp refuses to open), the network, new processes and threads, code made at run time, and
 * memory beyond a limit. What stays: the descriptors that are open, memory, the clock.
 * A call that a library may try in good faith (open, socket) is answered EPERM; anything else
 * that is not on the list ends the process at once (SIGSYS).
 *
 * A kernel that lacks seccomp or landlock is no error: `out` says what holds, and the caller
 * says it aloud. The lock is also tested: `tried` is false when a file or a socket could still
 * be opened.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_SANDBOX_H
#define REP_SERVE_SANDBOX_H

#include "base/err.h"

struct rep_sandbox {
	bool seccomp;
	int landlock; /* ABI of the kernel that is in force; 0: none */
	bool tried;   /* a file and a socket could not be opened afterwards */
};

/* memory: bytes of address space, 0 for no limit (a sanitizer needs terabytes of it). */
enum rep_rc rep_sandbox_enter(
    size_t memory, struct rep_sandbox *out, struct rep_err *err) REP_NODISCARD;

/* Built with AddressSanitizer: limits of memory and of some calls do not hold. */
bool rep_sandbox_sanitized(void);

#endif
