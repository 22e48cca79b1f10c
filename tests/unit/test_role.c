/*
 * unit/test_role.c -- the parse role: what a worker cannot do, and what happens to the other
 * documents when a worker dies.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "intake/document.h"
#include "proc_status.h"
#include "serve/reader.h"
#include "serve/role.h"
#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- the sandbox ---------------------------------------------------------------------------- */

static int
open_file(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0;
}

static int
make_file(void)
{
	return open("/tmp/reputed-test-made", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0;
}

static int
open_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 && socket(AF_UNIX, SOCK_STREAM, 0) < 0;
}

static void *
nothing(void *p)
{
	return p;
}

static int
start_thread(void)
{
	pthread_t t;

	return pthread_create(&t, NULL, nothing, NULL) != 0;
}

static int
start_process(void)
{
	return fork() < 0;
}

static int
run_program(void)
{
	char name[] = "false";
	char *argv[] = { name, NULL }, *env[] = { NULL };

	return execve("/bin/false", argv, env) != 0; /* else it ends with 1 */
}

static int
memory_to_run(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		   0) == MAP_FAILED;
}

/* A process of the same user that a worker must not reach. */
static pid_t victim;
static int handed;   /* a connected socket */
static bool talking; /* the worker may talk over it (serve/fetcher.h) */

static int
kill_others(void)
{
	return kill(victim, SIGKILL) != 0;
}

static int
kill_all(void)
{
	return kill(-1, 0) != 0;
}

static int
thread_kill_others(void)
{
	return syscall(SYS_tgkill, victim, victim, SIGKILL) != 0;
}

static int
old_thread_kill(void)
{
	return syscall(SYS_tkill, victim, SIGKILL) != 0;
}

static int
queue_signal(void)
{
	siginfo_t info = { .si_code = SI_QUEUE };

	return syscall(SYS_rt_sigqueueinfo, victim, SIGKILL, &info) != 0;
}

static int
own_abort(void)
{
	(void)signal(SIGABRT, SIG_IGN);
	return raise(SIGABRT) == 0;
}

static int
trace_others(void)
{
	return ptrace(PTRACE_ATTACH, victim, NULL, NULL) != 0;
}

static int
read_others(void)
{
	char b[8];
	struct iovec here = { b, sizeof b }, there = { b, sizeof b };

	return process_vm_readv(victim, &here, 1, &there, 1, 0) < 0;
}

static int
limit_others(void)
{
	struct rlimit none = { 0, 0 };

	return prlimit(victim, RLIMIT_NOFILE, &none, NULL) != 0;
}

static int
ask_about_paths(void)
{
	struct stat st;
	struct statx x;

	return stat("/etc/shadow", &st) != 0 && lstat("/etc/shadow", &st) != 0 &&
	    fstatat(AT_FDCWD, "/etc/passwd", &st, 0) != 0 &&
	    fstatat(AT_FDCWD, "/etc/passwd", &st, AT_EMPTY_PATH) != 0 &&
	    fstatat(0, "/etc/passwd", &st, AT_EMPTY_PATH) != 0 &&
	    statx(AT_FDCWD, "/etc/passwd", 0, STATX_SIZE, &x) != 0 &&
	    access("/etc/passwd", F_OK) != 0;
}

static int
read_links(void)
{
	char b[64];

	return readlink("/proc/self/exe", b, sizeof b) < 0;
}

static int
other_sockets(void)
{
	static const int families[] = { AF_INET6, AF_NETLINK, AF_PACKET, AF_VSOCK };

	for (size_t i = 0; i < REP_COUNT(families); i++)
		if (socket(families[i], SOCK_DGRAM, 0) >= 0)
			return 0;
	return 1;
}

static int
pair_of_sockets(void)
{
	int fd[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, fd) != 0;
}

static int
send_descriptors(void)
{
	struct msghdr h = { .msg_iovlen = 0 };

	return sendmsg(0, &h, 0) < 0;
}

static int
become_root(void)
{
	return syscall(SYS_setuid, 0) != 0;
}

static int
become_root_saved(void)
{
	return syscall(SYS_setresuid, 0, 0, 0) != 0;
}

static int
get_groups_back(void)
{
	gid_t root = 0;

	return syscall(SYS_setgroups, 1, &root) != 0;
}

static int
new_namespace(void)
{
	return unshare(CLONE_NEWUSER) != 0;
}

static int
other_root(void)
{
	return chroot("/tmp") != 0;
}

static int
load_code(void)
{
	return syscall(SYS_memfd_create, "x", 0) < 0;
}

/* A socket that it was handed, connected to one address, is of no use for another. */
static const struct sockaddr_in elsewhere = {
	.sin_family = AF_INET, .sin_port = 25, .sin_addr.s_addr = 0x0200007f
};

static int
connect_elsewhere(void)
{
	struct sockaddr_in now = { .sin_port = 0 };
	socklen_t n = sizeof now;

	if (talking) /* connect says that it went well, and does nothing */
		return connect(handed, (const struct sockaddr *)&elsewhere, sizeof elsewhere) ==
		    0 &&
		    getpeername(handed, (struct sockaddr *)&now, &n) == 0 &&
		    now.sin_port == htons(9);
	return connect(handed, (const struct sockaddr *)&elsewhere, sizeof elsewhere) != 0 &&
	    errno == EPERM && write(handed, "x", 1) == 1;
}

static int
send_elsewhere(void)
{
	return sendto(handed, "x", 1, 0, (const struct sockaddr *)&elsewhere, sizeof elsewhere) < 0;
}

static int
listen_there(void)
{
	return bind(handed, (const struct sockaddr *)&elsewhere, sizeof elsewhere) != 0;
}

static int
change_socket(void)
{
	int on = 1;

	return setsockopt(handed, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0;
}

/* A UDP socket, connected to a port of loopback. */
static int
connected_socket(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0 ? fd : -1;
}

/* What a worker tries. It is refused (and the worker goes on), or SIGSYS ends the worker. */
static const struct {
	const char *name;
	int (*tries)(void);
	bool fatal;
} tries[] = {
	{ "a file cannot be opened", open_file, false },
	{ "a file cannot be made", make_file, false },
	{ "a socket cannot be opened", open_socket, false },
	{ "nor one of any other family", other_sockets, false },
	{ "a thread cannot be started", start_thread, false },
	{ "a process cannot be started", start_process, false },
	{ "no path can be asked about", ask_about_paths, false },
	{ "no link can be read", read_links, false },
	{ "a socket that it was handed cannot be connected elsewhere", connect_elsewhere, false },
	{ "a signal to itself is fine (abort)", own_abort, false },
	{ "a program cannot be run", run_program, true },
	{ "memory that can be run is the end", memory_to_run, true },
	{ "a signal to another process is the end", kill_others, true },
	{ "a signal to all is the end", kill_all, true },
	{ "a signal to a thread of another is the end", thread_kill_others, true },
	{ "the old way to do that is the end", old_thread_kill, true },
	{ "a queued signal is the end", queue_signal, true },
	{ "tracing another process is the end", trace_others, true },
	{ "reading another's memory is the end", read_others, true },
	{ "limiting another process is the end", limit_others, true },
	{ "a pair of sockets is the end", pair_of_sockets, true },
	{ "handing descriptors on is the end", send_descriptors, true },
	{ "becoming root is the end", become_root, true },
	{ "becoming root by the saved id is the end", become_root_saved, true },
	{ "getting groups back is the end", get_groups_back, true },
	{ "a namespace of its own is the end", new_namespace, true },
	{ "another root folder is the end", other_root, true },
	{ "a file in memory is the end", load_code, true },
	{ "sending elsewhere through a socket is the end", send_elsewhere, true },
	{ "binding one is the end", listen_there, true },
	{ "changing one is the end", change_socket, true },
};

enum { NO_SECCOMP = 77, NOBODY = 65534 };

/* As what the worker begins: as this process, or (0 < user) as somebody who is not root. */
static bool
begin_as(uid_t user)
{
	return user == 0 ||
	    (setgroups(0, NULL) == 0 && setresgid(user, user, user) == 0 &&
		setresuid(user, user, user) == 0);
}

static int
try_one(size_t i, uid_t user, int abi, int kind)
{
	const struct rep_sandbox_params o = { .memory = REP_WORKER_MEMORY,
		.landlock_max = abi,
		.descriptors = kind == 1 ? REP_READER_OPEN : 0,
		.talks = kind == 2 };
	struct rep_sandbox box;
	int status = 0;
	pid_t pid;

	if ((pid = fork()) == 0) {
		handed = connected_socket();
		talking = kind == 2;
		if (!begin_as(user) || rep_sandbox_enter(&o, &box, NULL) != REP_OK)
			_exit(2);
		if (!box.seccomp)
			_exit(NO_SECCOMP);
		_exit(box.landlock > abi ? 3 : tries[i].tries() ? 0 : 1);
	}
	(void)waitpid(pid, &status, 0);
	return status;
}

static int
newest_landlock(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);

	return abi < 1 ? 1 : (int)abi;
}

/*
 * Every way out, of a worker for documents, of one that is handed descriptors and of one that talks
 * over a socket, on every version of landlock up to this kernel's, begun as root and as not. What ends
 * the others is refused to the last.
 */
static void
sandbox(void)
{
	static const uid_t users[] = { 0, NOBODY };
	static const char *const kinds[] = { "documents", "logs, DNS", "HTTPS" };
	enum { KINDS = REP_COUNT(kinds) };
	int newest = newest_landlock();

	if ((victim = fork()) == 0)
		for (;;)
			(void)pause();
	for (size_t i = 0; i < REP_COUNT(tries); i++) {
		unsigned held = 0, of = 0, without = 0;

		for (size_t u = 0; u < (geteuid() == 0 ? REP_COUNT(users) : 1); u++) {
			for (int k = 0; k < KINDS * newest; k++) {
				int abi = 1 + k / KINDS;
				int s = try_one(i, users[u], abi, k % KINDS);
				bool fine = tries[i].fatal && k % KINDS != 2
				    ? WIFSIGNALED(s) && WTERMSIG(s) == SIGSYS
				    : WIFEXITED(s) && WEXITSTATUS(s) == 0;

				of++;
				held += fine;
				without += WIFEXITED(s) && WEXITSTATUS(s) == NO_SECCOMP;
				if (!fine)
					printf("# user %u, landlock %d, %s: %s: status %x\n",
					    users[u], abi, kinds[k % KINDS], tries[i].name,
					    (unsigned)s);
			}
		}
		if (without > 0)
			skip("%s: this kernel has no seccomp", tries[i].name);
		else
			is_int(held, of, "%s", tries[i].name);
	}
	ok(waitpid(victim, NULL, WNOHANG) == 0, "the other process lives");
	(void)kill(victim, SIGKILL);
	(void)waitpid(victim, NULL, 0);
}

/* Who a worker is, seen from outside: a user of its own, no group of root, no capability. */
static void
identity(void)
{
	static const struct rep_sandbox_params o = { .memory = REP_WORKER_MEMORY };
	struct rep_sandbox box = { .user = false };
	int to[2], from[2];
	static char status[8192];
	char path[64];
	unsigned long uid = 0;
	pid_t pid;

	if (pipe(to) != 0 || pipe(from) != 0)
		return;
	if ((pid = fork()) == 0) {
		close(to[1]);
		if (rep_sandbox_enter(&o, &box, NULL) != REP_OK ||
		    write(from[1], &box, sizeof box) != sizeof box)
			_exit(1);
		_exit(read(to[0], status, 1) == 0 ? 0 : 1);
	}
	close(to[0]);
	close(from[1]);
	ok(read(from[0], &box, sizeof box) == sizeof box && box.user, "a worker is not root");
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	read_file(path, status, sizeof status);
	uid = strtoul(status_line(status, "\nUid:").p, NULL, 10);
	if (geteuid() == 0)
		ok(uid == 0x70000000u + (unsigned long)pid || uid >= 64000,
		    "it has a user of its own: %lu", uid);
	else
		is_int((int64_t)uid, (int64_t)geteuid(), "it stays who it was");
	if (geteuid() == 0)
		is_str(status_line(status, "\nGroups:"), "", "it is in no group");
	is_str(status_line(status, "\nCapPrm:"), "0000000000000000", "it may have no capability");
	is_str(status_line(status, "\nCapEff:"), "0000000000000000", "and has none");
	is_str(status_line(status, "\nNoNewPrivs:"), "1", "and gets none");
	close(to[1]);
	close(from[0]);
	(void)waitpid(pid, NULL, 0);
}

/* --- the pool --------------------------------------------------------------------------------- */

static const char dsn[] =
    "Return-Path: <>\n"
    "From: MAILER-DAEMON@mx1.shop.example (Mail Delivery System)\n"
    "To: bounce@shop.example\n"
    "Date: Tue, 3 Nov 2026 06:42:11 +0000\n"
    "Subject: Undelivered Mail Returned to Sender\n"
    "MIME-Version: 1.0\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n"
    "--b\nContent-Type: text/plain\n\nIt did not work.\n\n"
    "--b\nContent-Type: message/delivery-status\n\n"
    "Reporting-MTA: dns; mx1.shop.example\n\n"
    "Final-Recipient: rfc822; user%u@example.com\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n--b--\n";

enum { JOBS = 30 };

struct seen {
	uint64_t next;
	unsigned right, died, timeouts, out_of_order, no_reason;
};

static enum rep_rc
on_outcome(void *ctx, uint64_t tag, const struct rep_job *job, enum rep_outcome outcome,
    const char *reason, const struct rep_result *r, struct rep_err *err)
{
	struct seen *s = ctx;
	char want[64];

	(void)job;
	(void)err;
	snprintf(want, sizeof want, "user%u@example.com", (unsigned)tag);
	s->out_of_order += tag != s->next++;
	s->died += outcome == REP_OUTCOME_DIED;
	s->timeouts += outcome == REP_OUTCOME_TIMEOUT;
	s->no_reason += outcome != REP_OUTCOME_READ && reason[0] == '\0';
	s->right += outcome == REP_OUTCOME_READ && r->n == 1 &&
	    rep_str_eq(r->reports[0].recipient, rep_str_c(want)) &&
	    r->reports[0].kind == REP_REPORT_BOUNCE;
	return REP_OK;
}

/* Runs JOBS documents through a pool with these options. */
static struct seen
through(const struct rep_pool_params *o, uint64_t *started, uint64_t *died)
{
	struct seen s = { 0 };
	struct rep_pool *p = NULL;
	struct rep_err err = { .msg = "" };
	char text[2048];

	if (rep_pool_new(o, on_outcome, &s, &p, &err) != REP_OK)
		return s;
	for (unsigned i = 0; i < JOBS; i++) {
		int n = snprintf(text, sizeof text, dsn, i);
		struct rep_job j = { .kind = REP_DOC_MAIL, .bytes = { text, (size_t)n } };

		if (rep_pool_submit(p, &j, i, &err) != REP_OK) {
			printf("# %s\n", err.msg);
			break;
		}
	}
	if (rep_pool_drain(p, &err) != REP_OK)
		printf("# %s\n", err.msg);
	rep_pool_counts(p, started, died);
	ok(rep_pool_sandbox(p)->seccomp ? rep_pool_sandbox(p)->tried : true,
	    "the worker tried to leave its sandbox and could not");
	rep_pool_free(p);
	return s;
}

static void
undisturbed(void)
{
	struct rep_pool_params o = { .workers = 2, .jobs_each = 7 };
	uint64_t started = 0, died = 0;
	struct seen s = through(&o, &started, &died);

	is_int(s.right, JOBS, "every document is read");
	is_int(s.out_of_order, 0, "outcomes come in the order of submission");
	is_int((int64_t)died, 0, "no worker died");
	ok(started >= JOBS / 7, "workers are replaced after their share of documents");
}

static void
killed_at_each(void)
{
	unsigned right = 0, wrong_order = 0, died_in_all = 0;

	for (uint64_t at = 1; at <= JOBS; at++) {
		struct rep_pool_params o = { .workers = 2, .kill_at = at };
		uint64_t started = 0, died = 0;
		struct seen s = through(&o, &started, &died);

		right += s.right == JOBS;
		wrong_order += s.out_of_order;
		died_in_all += died == 1;
	}
	is_int(right, JOBS, "a worker killed at any job changes nothing");
	is_int(wrong_order, 0, "nor the order");
	is_int(died_in_all, JOBS, "and it was killed each time");
}

static void
too_slow(void)
{
	struct rep_pool_params o = { .workers = 1, .timeout_ms = 1500, .stop_at = 5 };
	uint64_t started = 0, died = 0;
	struct seen s = through(&o, &started, &died);

	is_int(s.timeouts, 1, "a document that takes too long is given up");
	is_int(s.right, JOBS - 1, "all others are read");
	is_int(s.no_reason, 0, "with a reason");
}

int
main(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	sandbox();
	identity();
	undisturbed();
	killed_at_each();
	too_slow();
	return done();
}
