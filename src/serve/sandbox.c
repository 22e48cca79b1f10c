/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "serve/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Landlock's structure as the kernel has it. The headers of Debian 12 have only its first version.
 */
struct ruleset {
	uint64_t fs, net, scoped;
};

enum { LANDLOCK_CREATE = 444, LANDLOCK_RESTRICT = 446, LANDLOCK_VERSION = 1 };

/* What each version of landlock added. All of it is denied, because no rule allows any of it. */
static const struct {
	int abi;
	uint64_t fs, net, scoped;
	size_t size;
} rights[] = {
	{ 6, (UINT64_C(1) << 16) - 1, 3, 3, 24 },
	{ 5, (UINT64_C(1) << 16) - 1, 3, 0, 16 },
	{ 4, (UINT64_C(1) << 15) - 1, 3, 0, 16 },
	{ 3, (UINT64_C(1) << 15) - 1, 0, 0, 8 },
	{ 2, (UINT64_C(1) << 14) - 1, 0, 0, 8 },
	{ 1, (UINT64_C(1) << 13) - 1, 0, 0, 8 },
};

/* What a worker may do: read, write, get memory, ask the time, end. */
static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(readv),
	SCMP_SYS(writev),
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(getrandom),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(tgkill),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(lseek),
	SCMP_SYS(close),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(sched_yield),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
#if defined(__SANITIZE_ADDRESS__)
	SCMP_SYS(prctl),
	SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(getrlimit),
	SCMP_SYS(prlimit64),
	SCMP_SYS(mincore),
#endif
};

/* What a library may try for a good reason (a locale, a module, a name): refused, but not fatal. */
static const int refused[] = {
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(statx),
	SCMP_SYS(socket),
	SCMP_SYS(connect),
	SCMP_SYS(clone),
	SCMP_SYS(clone3),
	SCMP_SYS(getcwd),
	SCMP_SYS(ioctl),
	SCMP_SYS(fcntl),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
};

bool
rep_sandbox_sanitized(void)
{
#if defined(__SANITIZE_ADDRESS__)
	return true;
#else
	return false;
#endif
}

static int
lock_files(void)
{
	long abi = syscall(LANDLOCK_CREATE, NULL, 0, LANDLOCK_VERSION);
	struct ruleset set;
	long fd;

	if (abi < 1)
		return 0;
	for (size_t i = 0; i < REP_COUNT(rights); i++) {
		if (rights[i].abi > abi)
			continue;
		set = (struct ruleset){ rights[i].fs, rights[i].net, rights[i].scoped };
		fd = syscall(LANDLOCK_CREATE, &set, rights[i].size, 0);
		if (fd < 0)
			return 0;
		if (syscall(LANDLOCK_RESTRICT, (int)fd, 0) != 0)
			abi = 0;
		(void)close((int)fd);
		return (int)abi;
	}
	return 0;
}

/* Memory is allowed, but not memory whose content can be run as code. */
static int
memory_rules(scmp_filter_ctx f)
{
	int bad = 0;

	bad |= seccomp_rule_add(
	    f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	bad |= seccomp_rule_add(
	    f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return bad;
}

static bool
lock_calls(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int bad = 0;

	if (f == NULL)
		return false;
	for (size_t i = 0; i < REP_COUNT(allowed); i++)
		bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; i < REP_COUNT(refused); i++)
		bad |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
	bad |= memory_rules(f);
	bad = bad != 0 || seccomp_load(f) != 0;
	seccomp_release(f);
	return !bad;
}

static bool
limit(__rlimit_resource_t what, rlim_t n)
{
	struct rlimit r = { n, n };

	return setrlimit(what, &r) == 0;
}

static bool
try_to_leave(void)
{
	int file = open("/", O_RDONLY | O_CLOEXEC), sock = socket(AF_INET, SOCK_STREAM, 0);

	if (file >= 0)
		(void)close(file);
	if (sock >= 0)
		(void)close(sock);
	return file < 0 && sock < 0;
}

enum rep_rc
rep_sandbox_enter(size_t memory, struct rep_sandbox *out, struct rep_err *err)
{
	struct rep_sandbox s = { 0 };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return rep_fail(err, REP_EIO, "no_new_privs is refused by the kernel");
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* no core file, no debugger */
	if (!limit(RLIMIT_CORE, 0) || !limit(RLIMIT_FSIZE, 0) ||
	    (memory != 0 && !rep_sandbox_sanitized() && !limit(RLIMIT_AS, memory)))
		return rep_fail(err, REP_EIO, "limits of a worker are refused by the kernel");
	s.landlock = lock_files();
	(void)limit(RLIMIT_NOFILE, 3); /* after landlock, which needs a descriptor */
	s.seccomp = lock_calls();
	s.tried = try_to_leave();
	*out = s;
	return REP_OK;
}
