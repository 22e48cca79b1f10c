/*
 * reputed mcp: the Model Context Protocol over standard input and output (web/mcp.h). Each call runs in a process of its own, so
 * that a long one can be given up and a broken one breaks nothing else.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/fd.h"
#include "cli/answering.h"
#include "cli/answers.h"
#include "io/steady.h"
#include "web/mcp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	AT_ONCE = 2, /* answers in the making. Judgement: an assistant asks one after the other */
	ANSWER_MS = 120000, /* then an answer is given up, as on the page (cli/desk_work.c) */
	SAID_MAX = 4096,    /* bytes of what a command says about why it failed */
	CALL_ARENA = 1 << 20,
	LINE_ARENA = 4 << 20
};

/* A call, from when it was heard until it is answered. */
struct mcp_call {
	bool used;
	struct rep_arena *a; /* owned: id and params are in it */
	struct rep_mcp_ask ask;
	uint64_t nth;
	struct rep_answering at; /* the process; pid 0: it waits for its turn */
	bool late;		 /* it took too long, and is killed */
};

struct mcp_server {
	struct rep_cli *c;
	struct rep_mcp session;
	struct rep_buf in, out;
	bool skipping, eof, stop; /* skipping: the rest of a line that was too long */
	struct mcp_call v[REP_MCP_CALLS_MAX];
	uint64_t came;
};

/* --- writing ------------------------------------------------------------------------------------------------- */

static void
flush(struct mcp_server *s)
{
	if (s->out.full) {
		rep_cli_say("an answer was too long to be sent");
		s->stop = true;
	}
	if (!s->stop && !rep_fd_write(STDOUT_FILENO, rep_buf_str(&s->out)))
		s->stop = true; /* nobody listens any more */
	rep_buf_clear(&s->out);
}

/* --- calls ----------------------------------------------------------------------------------------------------- */

static void
free_call(struct mcp_call *x)
{
	rep_answering_end(&x->at);
	rep_arena_free(x->a);
	*x = (struct mcp_call){ .used = false };
}

static void
begin(struct mcp_server *s, struct mcp_call *x)
{
	if (rep_answering_start(&x->at) != 0)
		return;
	(void)signal(SIGPIPE, SIG_DFL);
	_exit(rep_answer(s->c, rep_mcp_tools[x->ask.tool].resource, &x->ask.params));
}

/* All of a file, in the arena. p == NULL: it is longer than `most`, or cannot be read. */
static struct rep_str
whole(int fd, size_t most, struct rep_arena *a)
{
	struct rep_str none = { NULL, 0 };
	struct stat st;
	size_t n = 0;
	char *text;

	if (fstat(fd, &st) != 0 || st.st_size < 0 || (size_t)st.st_size > most ||
	    (text = rep_arena_alloc(a, (size_t)st.st_size + 1)) == NULL)
		return none;
	while (n < (size_t)st.st_size) {
		ssize_t got = pread(fd, text + n, (size_t)st.st_size - n, (off_t)n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return none;
		n += (size_t)got;
	}
	return (struct rep_str){ text, n };
}

static void
answered(struct mcp_server *s, struct mcp_call *x, int status)
{
	struct rep_arena *a = rep_arena_new(4 * (size_t)REP_MCP_ANSWER_MAX);
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : REP_EXIT_FAILED;
	struct rep_str id = x->ask.id, why, json = { NULL, 0 };
	struct rep_buf b;

	if (a == NULL) {
		rep_mcp_failed(&s->out, id, "It could not be answered", REP_S("out of memory"),
		    "Ask again later");
		return;
	}
	rep_buf_init(&b, SAID_MAX);
	rep_answering_said(&x->at, &b);
	why = x->at.say >= 0 ? rep_arena_take(a, &b) : REP_S("no process could be started");
	if (x->late)
		rep_mcp_failed(&s->out, id, "It took too long",
		    REP_S("The answer was not there after two minutes"),
		    "Ask for less: one provider, one domain, a shorter time");
	else if (code == REP_EXIT_USAGE || code == REP_ANSWER_NONE)
		rep_mcp_failed(
		    &s->out, id, "The question has no answer", why, "Ask with other arguments");
	else if (code == REP_EXIT_FAILED)
		rep_mcp_failed(&s->out, id, "It could not be answered",
		    why.n > 0 ? why : REP_S("The process that makes the answer has ended"),
		    "A person finds more with the command of the same name in a shell");
	else if ((json = whole(x->at.out, REP_MCP_ANSWER_MAX, a)).p == NULL ||
	    !rep_mcp_answer(&s->out, id, json, why))
		rep_mcp_failed(&s->out, id, "The answer is too long",
		    REP_S("An answer has at most 8 MiB, in UTF-8"),
		    "Ask for less: one provider, one domain, without all");
	rep_arena_free(a);
}

static void
children(struct mcp_server *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < REP_COUNT(s->v); i++)
			if (s->v[i].used && s->v[i].at.pid == pid) {
				answered(s, &s->v[i], status);
				flush(s);
				free_call(&s->v[i]);
			}
}

/* Begins the oldest ones while there is room, and ends what takes too long. */
static void
turn(struct mcp_server *s)
{
	int64_t now_ms = rep_steady_ms();

	for (;;) {
		struct mcp_call *next = NULL;
		size_t busy = 0;

		for (size_t i = 0; i < REP_COUNT(s->v); i++) {
			struct mcp_call *x = &s->v[i];

			busy += x->used && x->at.pid > 0;
			if (x->used && x->at.pid > 0 && !x->late &&
			    now_ms - x->at.begun_ms > ANSWER_MS) {
				x->late = true;
				(void)kill(x->at.pid, SIGKILL);
			}
			if (x->used && x->at.pid == 0 && (next == NULL || x->nth < next->nth))
				next = x;
		}
		if (next == NULL || busy >= AT_ONCE)
			return;
		begin(s, next);
		if (next->at.pid < 0) {
			answered(s, next, REP_EXIT_FAILED << 8);
			flush(s);
			next->at.pid = 0;
			free_call(next);
		}
	}
}

static struct mcp_call *
call_of(struct mcp_server *s, struct rep_str id)
{
	for (size_t i = 0; i < REP_COUNT(s->v); i++)
		if (s->v[i].used && rep_str_eq(s->v[i].ask.id, id))
			return &s->v[i];
	return NULL;
}

/* Who cancelled it hears no more of it. */
static void
cancel(struct mcp_server *s, struct rep_str id)
{
	struct mcp_call *x = call_of(s, id);

	if (x == NULL)
		return;
	if (x->at.pid > 0) {
		(void)kill(x->at.pid, SIGKILL);
		(void)waitpid(x->at.pid, NULL, 0);
	}
	free_call(x);
}

/* The arena becomes the call's. False: it does not. */
static bool
take(struct mcp_server *s, const struct rep_mcp_ask *ask, struct rep_arena *a)
{
	size_t i = 0;

	if (call_of(s, ask->id) != NULL) {
		rep_mcp_refuse(&s->out, ask->id, REP_MCP_INVALID, "The id is in use",
		    "A call of the same id is not answered yet",
		    "Give each request an id of its own");
		return false;
	}
	while (i < REP_COUNT(s->v) && s->v[i].used)
		i++;
	if (i == REP_COUNT(s->v)) {
		rep_mcp_refuse(&s->out, ask->id, REP_MCP_BUSY, "Too many calls",
		    "16 calls are not answered yet", "Wait for answers, then ask again");
		return false;
	}
	s->v[i] = (struct mcp_call){
		.used = true, .a = a, .ask = *ask, .nth = ++s->came, .at = REP_ANSWERING_NONE
	};
	return true;
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

static void
hear(struct mcp_server *s, struct rep_str line)
{
	struct rep_arena *a = rep_arena_new(LINE_ARENA);
	struct rep_mcp_ask ask;
	bool taken = false;

	if (a == NULL) {
		rep_cli_say("out of memory");
		s->stop = true;
		return;
	}
	rep_mcp_hear(&s->session, line, a, &ask, &s->out);
	if (ask.what == REP_MCP_CALL)
		taken = take(s, &ask, a);
	else if (ask.what == REP_MCP_CANCEL)
		cancel(s, ask.id);
	if (!taken)
		rep_arena_free(a);
	flush(s);
}

/* The lines that are there; what is left is the beginning of the next one. */
static void
lines(struct mcp_server *s)
{
	struct rep_str all = rep_buf_str(&s->in);
	size_t from = 0, nl;

	while (!s->stop && (nl = rep_str_chr(all, '\n', from)) != SIZE_MAX) {
		if (!s->skipping)
			hear(s, rep_str_sub(all, from, nl - from));
		s->skipping = false;
		from = nl + 1;
	}
	if (s->eof && !s->stop && !s->skipping && from < all.n) {
		hear(s, rep_str_sub(all, from, all.n));
		from = all.n;
	}
	if (from > 0) {
		memmove(s->in.p, s->in.p + from, s->in.n - from);
		rep_buf_cut(&s->in, s->in.n - from);
	}
	if (s->in.n > REP_MCP_LINE_MAX || (s->skipping && s->in.n > 0)) {
		if (!s->skipping)
			hear(s, rep_buf_str(&s->in)); /* refuses it */
		s->skipping = true;
		rep_buf_clear(&s->in);
	}
}

static void
read_some(struct mcp_server *s)
{
	char some[1 << 16];
	ssize_t n = read(STDIN_FILENO, some, sizeof some);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0)
		s->eof = true;
	else
		rep_buf_add(&s->in, (struct rep_str){ some, (size_t)n });
	lines(s);
}

static bool
is_busy(const struct mcp_server *s)
{
	for (size_t i = 0; i < REP_COUNT(s->v); i++)
		if (s->v[i].used)
			return true;
	return false;
}

/* Until nobody asks any more; what was asked is answered then, too. */
static void
loop(struct mcp_server *s)
{
	struct pollfd v[1 + REP_MCP_CALLS_MAX];

	while (!s->stop && (!s->eof || is_busy(s))) {
		v[0] = (struct pollfd){ .fd = s->eof ? -1 : STDIN_FILENO, .events = POLLIN };
		for (size_t i = 0; i < REP_COUNT(s->v);
		     i++) /* the end of a pipe: its process has ended */
			v[1 + i] = (struct pollfd){
				.fd = s->v[i].used && s->v[i].at.pid > 0 ? s->v[i].at.pipe : -1,
				.events = POLLIN
			};
		if (poll(v, REP_COUNT(v), is_busy(s) ? 1000 : -1) < 0 && errno != EINTR)
			return;
		children(s);
		if (v[0].revents != 0)
			read_some(s);
		turn(s);
	}
}

int
rep_cmd_mcp(struct rep_cli *c)
{
	static struct mcp_server s;

	if (c->args_n > 0) {
		rep_cli_say(
		    "mcp takes no argument: an assistant starts it, and talks to it over standard input");
		return REP_EXIT_USAGE;
	}
	s.c = c;
	c->session.only_reads = true;
	(void)signal(SIGPIPE, SIG_IGN);
	rep_buf_init(&s.in, (size_t)REP_MCP_LINE_MAX + (1 << 17));
	rep_buf_init(&s.out, REP_MCP_MESSAGE_MAX);
	loop(&s);
	for (size_t i = 0; i < REP_COUNT(s.v); i++)
		if (s.v[i].used)
			cancel(&s, s.v[i].ask.id);
	rep_buf_fini(&s.in);
	rep_buf_fini(&s.out);
	return c->worst;
}
