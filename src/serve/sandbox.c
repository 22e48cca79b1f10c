/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "serve/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
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
	SCMP_SYS(fstat),
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
	SCMP_SYS(mincore),
#endif
};

/* What it also may do that is handed descriptors: take them, and wait for them. */
static const int allowed_handed[] = {
	SCMP_SYS(recvmsg),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
};

/* What it also may do that talks over a socket; sendto is compared by argument. */
static const int allowed_talking[] = {
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(recvfrom),
	SCMP_SYS(getsockopt),
	SCMP_SYS(getsockname),
	SCMP_SYS(getpeername),
};

/* What it also may do that serves connections. No socket can be made, so each of them is to who connected. */
static const int allowed_serving[] = {
	SCMP_SYS(accept4),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(getpeername),
	SCMP_SYS(getsockname),
	SCMP_SYS(getsockopt),
	SCMP_SYS(pread64),
	SCMP_SYS(recvfrom),
	SCMP_SYS(sendmsg),
	SCMP_SYS(setsockopt),
	SCMP_SYS(shutdown),
};

/*
 * What a library may try for a good reason (a locale, a module, a name): refused, but not fatal.
 * newfstatat is how some libraries ask about an open descriptor, but its path cannot be seen here:
 * with any flags it can ask about every path.
 */
static const int refused[] = {
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(newfstatat),
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
lock_files(int most)
{
	long abi = syscall(LANDLOCK_CREATE, NULL, 0, LANDLOCK_VERSION);
	struct ruleset set;
	long fd;

	if (abi < 1)
		return 0;
	if (most > 0 && abi > most)
		abi = most;
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

/*
 * Calls that are compared by argument. Memory is allowed, but not memory whose content can be run as
 * code. A signal is allowed (abort() sends one), but only to this process: where landlock does not
 * scope signals (before its version 6), nothing else keeps it from others of the same user.
 */
static int
argument_rules(scmp_filter_ctx f, const struct rep_sandbox_params *o)
{
	scmp_datum_t self = (scmp_datum_t)getpid();
	int bad = 0;

	/*
	 * To no address: to where it is connected. Some versions of libcurl connect what they were told
	 * is connected: connect does nothing, and says that it went well.
	 */
	if (o->talks || o->serves)
		bad |= seccomp_rule_add(
		    f, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 1, SCMP_A4(SCMP_CMP_EQ, 0));
	if (o->talks)
		bad |= seccomp_rule_add(f, SCMP_ACT_ERRNO(0), SCMP_SYS(connect), 0);
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, self));
#if defined(__SANITIZE_ADDRESS__)
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
	    SCMP_A2(SCMP_CMP_EQ, 0));
#endif

	bad |= seccomp_rule_add(
	    f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	bad |= seccomp_rule_add(
	    f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return bad;
}

static int
allow(scmp_filter_ctx f, const int *calls, size_t n)
{
	int bad = 0;

	for (size_t i = 0; i < n; i++)
		bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0);
	return bad;
}

static bool
lock_calls(const struct rep_sandbox_params *o)
{
	/* Where libraries of many versions work, what is not allowed fails. */
	bool fails = o->talks || o->serves;
	scmp_filter_ctx f = seccomp_init(fails ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS);
	int bad;

	if (f == NULL)
		return false;
	bad = allow(f, allowed, REP_COUNT(allowed));
	if (o->descriptors > 0)
		bad |= allow(f, allowed_handed, REP_COUNT(allowed_handed));
	if (o->talks)
		bad |= allow(f, allowed_talking, REP_COUNT(allowed_talking));
	if (o->serves)
		bad |= allow(f, allowed_serving, REP_COUNT(allowed_serving));
	for (size_t i = 0; !fails && i < REP_COUNT(refused); i++)
		bad |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
	bad |= argument_rules(f, o);
	bad = bad != 0 || seccomp_load(f) != 0;
	seccomp_release(f);
	return !bad;
}

/* The user NAME of /etc/passwd, read as a file: asking for names may ask the network. */
static bool
in_passwd(const char *name, uid_t id, uid_t *uid, gid_t *gid)
{
	FILE *f = fopen("/etc/passwd", "re");
	const struct passwd *p;
	bool found = false;

	while (f != NULL && !found && (p = fgetpwent(f)) != NULL) {
		found = name != NULL ? strcmp(p->pw_name, name) == 0 : p->pw_uid == id;
		if (found && uid != NULL) {
			*uid = p->pw_uid;
			*gid = p->pw_gid;
		}
	}
	if (f != NULL)
		(void)fclose(f);
	return found;
}

static bool
become(uid_t uid, gid_t gid)
{
	return setresgid(gid, gid, gid) == 0 && setresuid(uid, uid, uid) == 0;
}

/* From root to a user that nothing else has (serve/sandbox.h). False: it is still root. */
static bool
leave_root(void)
{
	enum { UNUSED = 0x70000000, FEW = 64000, FEW_N = 1000 };
	uid_t own = UNUSED + (uid_t)getpid(), few = FEW + (uid_t)getpid() % FEW_N, uid = 0;
	gid_t gid = 0;

	if (geteuid() != 0 && getuid() != 0)
		return true;
	(void)setgroups(0, NULL); /* refused in some containers, where root has none of a host */
	return become(own, own) || (!in_passwd(NULL, few, NULL, NULL) && become(few, few)) ||
	    (in_passwd("reputed", 0, &uid, &gid) && uid != 0 && become(uid, gid));
}

/*
 * No capability, whoever started it: a service may have been given some. Who has none does not ask: the filter of a
 * service may refuse the call.
 */
static bool
drop_capabilities(void)
{
	static const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct has[_LINUX_CAPABILITY_U32S_3];

	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capget, &h, has) == 0 && memcmp(has, none, sizeof has) == 0)
		return true;
	return syscall(SYS_capset, &h, none) == 0;
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
rep_sandbox_enter(const struct rep_sandbox_params *o, struct rep_sandbox *out, struct rep_err *err)
{
	struct rep_sandbox s = { 0 };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return rep_fail(err, REP_EIO, "no_new_privs is refused by the kernel");
	s.user = leave_root();
	if (!drop_capabilities())
		return rep_fail(err, REP_EIO, "capabilities cannot be given up");
	/* A change of user takes both back: it must end with its parent, and have no core or debugger. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (!limit(RLIMIT_CORE, 0) || !limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_NPROC, 0) ||
	    (o->memory != 0 && !rep_sandbox_sanitized() && !limit(RLIMIT_AS, o->memory)))
		return rep_fail(err, REP_EIO, "limits of a worker are refused by the kernel");
	s.landlock = lock_files(o->landlock_max);
	(void)limit(RLIMIT_NOFILE, 3 + o->descriptors); /* after landlock, which needs one */
	s.seccomp = lock_calls(o);
	s.tried = try_to_leave();
	*out = s;
	return REP_OK;
}
