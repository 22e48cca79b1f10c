/*
 * unit/test_resolver.c -- DNS asked through a process of its own: what comes back, who that process is
 * seen from outside, and what comes of it when it dies or lies.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "serve/resolver.h"
#include "proc_status.h"
#include "serve/resolve_msg.h"
#include "serve/start.h"
#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char server[32]; /* "127.0.0.1:PORT" */
static unsigned port;

/* --- a server ------------------------------------------------------------------------------------ */

static struct rep_name
name_of(const char *text)
{
	struct rep_name n = { .n = 0 };

	if (!rep_name_parse(rep_str_c(text), &n))
		ok(false, "the test's own name %s", text);
	return n;
}

static size_t
record(unsigned char *p, uint16_t type, uint32_t ttl, const void *data, size_t n)
{
	const unsigned char head[12] = { 0xc0, 12, (unsigned char)(type >> 8), (unsigned char)type,
		0, 1, (unsigned char)(ttl >> 24), (unsigned char)(ttl >> 16),
		(unsigned char)(ttl >> 8), (unsigned char)ttl, (unsigned char)(n >> 8),
		(unsigned char)n };

	memcpy(p, head, sizeof head);
	memcpy(p + sizeof head, data, n);
	return sizeof head + n;
}

/* Answers a question by its type, names that begin with "none" with NXDOMAIN, and "silent" never. */
static size_t
reply_to(unsigned char *p, size_t n)
{
	static const unsigned char txt[] = "\5v=one\4 two", mx[] = "\0\12\2mx\300\14",
				   v4[] = { 192, 0, 2, 7 }, v6[16] = { 0x20, 1, 0xd, 0xb8 };
	struct rep_name name = { .n = 0 };
	size_t end = 12;
	uint16_t type;

	while (end < n && p[end] != 0)
		end += p[end] + 1u;
	if (end + 5 > n || p[13] == 's')
		return 0;
	memcpy(name.w, p + 12, end + 1 - 12);
	type = (uint16_t)(p[end + 1] << 8 | p[end + 2]);
	n = end + 5;
	p[2] = 0x81; /* a reply, RD */
	p[3] = 0x80; /* RA */
	memset(p + 6, 0, 6);
	p[7] = 1;
	if (p[13] == 'n') {
		p[3] = 0x83;
		p[7] = 0;
	} else if (type == REP_DNS_TXT) {
		n += record(p + n, type, 300, txt, sizeof txt - 1);
	} else if (type == REP_DNS_MX) {
		n += record(p + n, type, 60, mx, sizeof mx - 1);
	} else if (type == REP_DNS_A) {
		p[7] = 2;
		n += record(p + n, type, 60, v4, sizeof v4);
		n += record(p + n, type, 50, v4, sizeof v4);
	} else if (type == REP_DNS_AAAA) {
		n += record(p + n, type, 60, v6, sizeof v6);
	} else {
		p[7] = 0;
	}
	return n;
}

static pid_t
serve(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) },
			   peer;
	socklen_t at_n = sizeof at, peer_n = sizeof peer;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned char p[2048];
	pid_t pid;

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &at_n) != 0)
		return -1;
	port = ntohs(at.sin_port);
	snprintf(server, sizeof server, "127.0.0.1:%u", port);
	if ((pid = fork()) == 0) {
		for (;; peer_n = sizeof peer) {
			ssize_t n =
			    recvfrom(fd, p, sizeof p - 256, 0, (struct sockaddr *)&peer, &peer_n);
			size_t m = n > 16 ? reply_to(p, (size_t)n) : 0;

			if (m > 0)
				(void)sendto(fd, p, m, 0, (struct sockaddr *)&peer, peer_n);
		}
	}
	(void)close(fd);
	return pid;
}

/* --- asking --------------------------------------------------------------------------------------- */

static struct rep_resolver *
resolver(uint64_t kill_at, const char *lie, struct rep_err *err)
{
	static char name[] = "test_resolver", word[32];
	static char *argv[] = { name, word, NULL };
	struct rep_resolver_params o = {
		.server = server, .kill_at = kill_at, .argv = argv, .timeout_ms = 3000
	};
	struct rep_resolver *r = NULL;

	if (lie != NULL) {
		o.exe = "/proc/self/exe";
		snprintf(word, sizeof word, "%s", lie);
	}
	return rep_resolver_open(&o, &r, err) == REP_OK ? r : NULL;
}

static const struct rep_dns_answer *
ask(struct rep_resolver *r, const char *name, uint16_t type)
{
	struct rep_dns_view v = rep_resolver_view(r);
	struct rep_name n = name_of(name);

	return rep_dns_get(&v, &n, type);
}

/* What the answers are: as the server gave them. */
static void
answers(void)
{
	static const struct rep_dns_answer nothing = { .n = 0 };
	struct rep_err err = { .msg = "" };
	struct rep_resolver *r = resolver(0, NULL, &err);
	const struct rep_dns_answer *a;
	char text[REP_NAME_TEXT];
	struct rep_name mx;

	if (r == NULL) {
		ok(false, "a resolver: %s", err.msg);
		return;
	}
	ok(ask(r, "a.example", REP_DNS_TXT) == NULL, "an answer is not there at once");
	(void)ask(r, "a.example", REP_DNS_MX);
	(void)ask(r, "a.example", REP_DNS_A);
	(void)ask(r, "a.example", REP_DNS_AAAA);
	(void)ask(r, "none.example", REP_DNS_A);
	(void)ask(r, "a.example", REP_DNS_PTR);
	is_int(rep_resolver_wait(r, &err), REP_OK, "all are answered %s", err.msg);
	if ((a = ask(r, "A.example", REP_DNS_TXT)) == NULL || a->n != 1)
		a = &nothing;
	ok(a->n == 1 && a->state == REP_DNS_YES, "TXT");
	if (a->n == 1) {
		is_str(a->rr[0]->data, "v=one two", "its strings, joined");
		ok(a->rr[0]->strings == 2 && a->rr[0]->ttl_s == 300 && a->ttl_s == 300 &&
			a->rr[0]->type == REP_DNS_TXT && rep_name_eq(a->rr[0]->name, &a->name),
		    "their number, the TTL, the owner");
		is_str(rep_str_c(a->server), server, "who answered");
		ok(a->size > 40 && a->took_us > 0 && a->rcode == 0 && !a->tcp, "how");
	}
	a = ask(r, "a.example", REP_DNS_MX);
	ok(a != NULL && a->n == 1 && a->rr[0]->number == 10, "MX");
	mx = name_of("mx.a.example");
	ok(a != NULL && a->n == 1 && rep_name_eq(a->rr[0]->target, &mx), "its host: %s",
	    a != NULL && a->n == 1 ? rep_name_text(a->rr[0]->target, text) : "");
	a = ask(r, "a.example", REP_DNS_A);
	ok(a != NULL && a->n == 2 && a->rr[1]->ip.version == 4 && a->rr[1]->ip.b[3] == 7 &&
		a->ttl_s == 50,
	    "A, two");
	a = ask(r, "a.example", REP_DNS_AAAA);
	ok(a != NULL && a->n == 1 && a->rr[0]->ip.version == 6 && a->rr[0]->ip.b[1] == 1, "AAAA");
	a = ask(r, "none.example", REP_DNS_A);
	ok(a != NULL && a->n == 0 && a->state == REP_DNS_NXDOMAIN && a->rcode == 3, "no such name");
	a = ask(r, "a.example", REP_DNS_PTR);
	ok(a != NULL && a->n == 0 && a->state == REP_DNS_NODATA, "no such record");
	ok(rep_resolver_counted(r).asked == 6 && rep_resolver_counted(r).answered == 6 &&
		rep_resolver_counted(r).any && rep_resolver_counted(r).recursed,
	    "they are counted");
	rep_resolver_close(r);
}

/* More than may be under way, and more than fit one packet. */
static void
many(void)
{
	enum { MANY = 3 * REP_ASKER_WINDOW };
	struct rep_err err = { .msg = "" };
	struct rep_resolver *r = resolver(0, NULL, &err);
	unsigned right = 0;
	char name[64];

	for (int i = 0; r != NULL && i < 2 * MANY; i++) {
		const struct rep_dns_answer *a;

		snprintf(name, sizeof name, "m%d.example", i % MANY);
		if (i == MANY && rep_resolver_wait(r, &err) != REP_OK)
			break;
		a = ask(r, name, REP_DNS_TXT);
		right += i < MANY ? a == NULL : a != NULL && a->n == 1;
	}
	is_int(right, 2 * MANY, "%d questions %s", MANY, err.msg);
	rep_resolver_close(r);
}

/* --- seen from outside ---------------------------------------------------------------------------- */

/* The child of this process that is not the server; 0: none. */
static long
other_child(pid_t not )
{
	static char text[8192];
	char name[64], *p;
	long pid;

	snprintf(name, sizeof name, "/proc/self/task/%d/children", (int)getpid());
	read_file(name, text, sizeof text);
	for (p = text; (pid = strtol(p, &p, 10)) > 0;)
		if (pid != not )
			return pid;
	return 0;
}

/* While a server is silent, another process of this user looks at the one that waits for it. */
static void
outside(pid_t serving)
{
	struct rep_err err = { .msg = "" };
	struct rep_resolver *r = resolver(0, NULL, &err);
	static char text[8192];
	char name[64];

	if (r == NULL) {
		ok(false, "outside: %s", err.msg);
		return;
	}
	(void)ask(r, "silent.example", REP_DNS_A);
	(void)ask(r, "a.example", REP_DNS_A);
	for (int i = 0; i < 500 && rep_resolver_counted(r).answered == 0; i++)
		if (rep_resolver_turn(r, &err) != REP_OK)
			break;
	ok(rep_resolver_counted(r).answered == 1, "one answers, one is silent %s", err.msg);
	snprintf(name, sizeof name, "/proc/%ld/status", other_child(serving));
	read_file(name, text, sizeof text);
	if (geteuid() == 0) {
		ok(strtoul(status_line(text, "\nUid:").p, NULL, 10) >= 64000,
		    "who asks has a user of its own");
		is_str(status_line(text, "\nGroups:"), "", "and no group");
	} else {
		ok(strtoul(status_line(text, "\nUid:").p, NULL, 10) == geteuid(), "who asks is we");
		ok(true, "with our groups");
	}
	is_str(status_line(text, "\nCapPrm:"), "0000000000000000", "it may have no capability");
	is_str(status_line(text, "\nCapEff:"), "0000000000000000", "and has none");
	is_str(status_line(text, "\nNoNewPrivs:"), "1", "and gets none");
	if (rep_resolver_sandbox(r)->seccomp) {
		is_str(status_line(text, "\nSeccomp:"), "2", "its calls are filtered");
		ok(rep_resolver_sandbox(r)->tried, "it tried to leave, and could not");
	}
	rep_resolver_close(r);
	is_int(other_child(serving), 0, "and it ends with its owner");
}

/* --- killed --------------------------------------------------------------------------------------- */

/* At its every message; what was answered before stays, what was not never comes. */
static void
killed(void)
{
	enum { NAMES = 8 };
	unsigned deaths = 0, wrong = 0, k;
	char name[64];

	for (k = 1; k < 100; k++) {
		struct rep_err err = { .msg = "" };
		struct rep_resolver *r = resolver(k, NULL, &err);
		enum rep_rc rc;

		if (r == NULL) { /* while it began */
			wrong += strstr(err.msg, "died (signal 9)") == NULL;
			deaths++;
			continue;
		}
		for (int i = 0; i < NAMES; i++) {
			snprintf(name, sizeof name, "k%d.example", i);
			(void)ask(r, name, REP_DNS_TXT);
		}
		rc = rep_resolver_wait(r, &err);
		if (rc == REP_OK) {
			wrong += rep_resolver_counted(r).answered != NAMES;
			rep_resolver_close(r);
			break;
		}
		deaths++;
		if (rc != REP_EIO || strstr(err.msg, "died (signal 9)") == NULL ||
		    rep_resolver_counted(r).answered >= NAMES ||
		    ask(r, "later.example", REP_DNS_A) != NULL ||
		    rep_resolver_turn(r, &err) != REP_EIO) {
			wrong++;
			printf("# at message %u: %s\n", k, err.msg);
		}
		rep_resolver_close(r);
	}
	ok(deaths >= NAMES && k < 100 && wrong == 0, "killed at each of %u messages", deaths);
}

/* --- those that lie -------------------------------------------------------------------------------- */

static const char *const lies[] = { "nothing", "noise", "type", "long", "slot", "twice", "state",
	"late", "none", "records", "count", "name", "upper", "rcode", "flags", "server", "at",
	"cnames", "size", "ttl", "took", "version", "mixed", "target", "string", "strings", "more",
	"reach", "port" };

static bool
is(const char *lie, const char *which)
{
	return strcmp(lie, which) == 0;
}

/* The answer to A, of which one thing is not as it may be. */
static void
lie_of_answer(struct rep_buf *out, const char *lie)
{
	static struct rep_name mx;
	struct rep_dns_rr rr = { .type = REP_DNS_A, .ttl_s = 60, .ip = { .version = 4 } };
	const struct rep_dns_rr *list[] = { &rr };
	struct rep_asker_answer a = { .a = { .state = is(lie, "late") ? REP_DNS_LATE : REP_DNS_YES,
					  .rcode = is(lie, "rcode") ? 4096 : 0,
					  .rr = list,
					  .n = is(lie, "none") ? 0 : 1,
					  .cnames = is(lie, "cnames") ? 256 : 0,
					  .size = is(lie, "size") ? 65536 : 60,
					  .ttl_s = is(lie, "ttl") ? UINT32_MAX : 60,
					  .took_us = is(lie, "took") ? -1 : 60,
					  .canonical = name_of("a.example") },
		.server = is(lie, "server") ? 1
		    : is(lie, "at")	    ? REP_ASKER_AT
					    : 0 };
	char *p;

	mx = name_of("mx.example");
	if (is(lie, "version"))
		rr.ip.version = 5;
	if (is(lie, "mixed"))
		rr.ip.version = 6;
	if (is(lie, "target"))
		rr.target = &mx;
	if (is(lie, "strings"))
		rr.strings = 1;
	if (is(lie, "records"))
		a.a.state = REP_DNS_NXDOMAIN;
	if (is(lie, "upper"))
		a.a.canonical.w[1] = 'A';
	if (is(lie, "name"))
		a.a.canonical.w[0] = 60;
	rep_resolve_put_answer(out, is(lie, "slot") ? 7 : REP_ASKER_WINDOW, &a);
	/* The slot that was asked: the first question has the first slot. */
	if (!is(lie, "slot"))
		memset(out->p + 12, 0, 8);
	p = out->p + REP_MSG_HEADER;
	if (is(lie, "state"))
		p[0] = REP_DNS_STATE_N;
	if (is(lie, "flags"))
		p[3] = (char)0x80;
	if (is(lie, "count"))
		p[23 + 4 + 11 + 1] = 0x7f; /* of the records */
	if (is(lie, "string"))
		out->p[out->n - 1] = 0x7f; /* the length of the data */
	if (is(lie, "more")) {
		rep_buf_addc(out, 'x');
		out->p[8]++;
	}
}

/* Started as the process that asks: does as one does, but for one thing. */
static int
liar(const char *lie)
{
	struct rep_dns_server to = { .ip = { .b = { 127, 0, 0, 1 }, .version = 4 }, .port = 25 };
	struct rep_resolve_begin b;
	char packet[REP_RESOLVE_PACKET];
	struct rep_buf out;
	struct rep_msg m;
	size_t at, n, used;
	int fd;

	rep_buf_init(&out, 1 << 20);
	at = rep_msg_begin(&out, REP_MSG_READY, 0);
	rep_msg_put(&out, 0, 4);
	rep_msg_end(&out, at);
	rep_resolve_put_begun(&out, REP_OK, REP_S(""));
	if (!rep_worker_receive(packet, sizeof packet, 0, &n, &fd) ||
	    rep_msg_take((struct rep_str){ packet, n }, &m, &used, NULL) != REP_OK ||
	    rep_resolve_get_begin(&m, &b, NULL) != REP_OK || !rep_worker_write(rep_buf_str(&out)) ||
	    !rep_worker_receive(packet, sizeof packet, 0, &n, &fd))
		return 1;
	rep_buf_clear(&out);
	if (is(lie, "port")) { /* the server's, but not its address */
		to.port = b.servers[0].port;
		to.ip.b[3] = 2;
	}
	if (is(lie, "noise"))
		rep_buf_add(&out, REP_S("noise noise noise noise noise"));
	else if (is(lie, "reach") || is(lie, "port"))
		rep_resolve_put_connect(&out, &to, true);
	else if (!is(lie, "nothing"))
		lie_of_answer(&out, lie);
	if (is(lie, "twice"))
		rep_buf_add(&out, (struct rep_str){ out.p, out.n });
	if (is(lie, "type"))
		out.p[4] = REP_MSG_FACTS;
	if (is(lie, "long"))
		out.p[11] = 2; /* 32 MB */
	(void)rep_worker_write(rep_buf_str(&out));
	rep_buf_fini(&out);
	if (is(lie, "nothing"))
		return 3;
	(void)rep_worker_receive(packet, sizeof packet, 0, &n, &fd);
	return 0;
}

static void
not_believed(void)
{
	for (size_t i = 0; i < REP_COUNT(lies); i++) {
		struct rep_err err = { .msg = "" };
		struct rep_resolver *r = resolver(0, lies[i], &err);
		const char *words = is(lies[i], "nothing") ? "died (ended with 3)"
		    : is(lies[i], "reach") || is(lies[i], "port")
		    ? "wants a socket to a server that no question names; it was ended"
		    : "it was ended";
		enum rep_rc rc = REP_OK;

		if (r != NULL) {
			(void)ask(r, "a.example", REP_DNS_A);
			if (is(lies[i], "twice")) /* so that it is waited for */
				(void)ask(r, "b.example", REP_DNS_A);
			rc = rep_resolver_wait(r, &err);
		}
		ok(rc == REP_EIO && strstr(err.msg, words) != NULL, "a lie is not believed: %s: %s",
		    lies[i], err.msg);
		rep_resolver_close(r);
	}
}

/* What is true of the same making is. */
static void
believed(void)
{
	struct rep_err err = { .msg = "" };
	struct rep_resolver *r = resolver(0, "true", &err);
	const struct rep_dns_answer *a = NULL;

	if (r != NULL) {
		(void)ask(r, "a.example", REP_DNS_A);
		if (rep_resolver_wait(r, &err) == REP_OK)
			a = ask(r, "a.example", REP_DNS_A);
	}
	ok(a != NULL && a->n == 1, "what is no lie is believed %s", err.msg);
	rep_resolver_close(r);
}

int
main(int argc, char **argv)
{
	pid_t serving;

	if (argc > 1)
		return liar(argv[1]);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(110);
	if ((serving = serve()) < 0)
		return 1;
	answers();
	many();
	outside(serving);
	killed();
	believed();
	not_believed();
	(void)kill(serving, SIGKILL);
	(void)waitpid(serving, NULL, 0);
	return done();
}
