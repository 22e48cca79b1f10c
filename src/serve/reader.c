/*
 * The engine's side of a reader: its process, its pipes, and what came from it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "serve/reader.h"
#include "serve/start.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 512 << 10, LEAST = 64 << 10, START_MS = 20000, DEATH_MS = 200 };

struct rep_reader {
	struct rep_reader_params o;
	pid_t pid; /* 0: not running */
	int to, from;
	uint64_t process; /* counts those that were started */
	bool said;	  /* box is known */
	struct rep_sandbox box;
	bool taken[REP_READER_OPEN];
	const struct rep_reader_input *reading; /* after READ, until END */
	/* Of an input that is here whole: at most so many bytes are wanted; they were given. */
	uint64_t most;
	bool given;
	char name[REP_LINES_NAME + 1]; /* of the input that was asked about last */
	uint64_t pieces, answers;
	/* What came: the unread bytes are buf[from_at .. to_at). Owned. */
	char *buf;
	size_t cap, from_at, to_at;
	bool closed; /* it will send no more */
};

/* --- the process ------------------------------------------------------------------------------- */

/* Ends the process. Returns its status, after waiting for its own end for wait_ms. */
static int
end(struct rep_reader *r, int wait_ms)
{
	int status;

	if (r->pid == 0)
		return 0;
	(void)close(r->to); /* at the end of its commands it ends */
	status = rep_worker_reap(r->pid, wait_ms);
	(void)close(r->from);
	r->pid = 0;
	r->from_at = r->to_at = 0;
	r->reading = NULL;
	r->closed = false;
	memset(r->taken, 0, sizeof r->taken);
	return status;
}

/* It closed its pipe: it is dead or dying. */
static enum rep_rc
died(struct rep_reader *r, struct rep_err *err)
{
	char how[REP_WORKER_STATUS_TEXT];
	int status = end(r, DEATH_MS);

	rep_worker_status_text(status, how);
	return rep_fail(err, REP_EIO,
	    "%s: the process that read it died (%s); what it had read was used", r->name, how);
}

/* It sent what no reader sends. */
static enum rep_rc
distrust(struct rep_reader *r, const struct rep_err *why, struct rep_err *err)
{
	(void)end(r, 0);
	return rep_fail(err, REP_EIO, "%s: %s; its process was ended, what it had read was used",
	    r->name, why->msg);
}

/* Reads more of what it sends, within ms (-1: waits). REP_ETIMEOUT: nothing came. */
static enum rep_rc
fill(struct rep_reader *r, int ms)
{
	struct pollfd p = { .fd = r->from, .events = POLLIN };
	ssize_t n;
	int got;

	if (r->closed || r->pid == 0)
		return REP_OK;
	if (r->cap - r->to_at < LEAST && r->from_at > 0) {
		memmove(r->buf, r->buf + r->from_at, r->to_at - r->from_at);
		r->to_at -= r->from_at;
		r->from_at = 0;
	}
	if (r->cap - r->to_at < LEAST) {
		size_t cap = 2 * r->cap;
		char *grown =
		    cap <= 2 * ((size_t)REP_READ_MAX + ROOM) ? realloc(r->buf, cap) : NULL;

		if (grown == NULL)
			return REP_EMEM;
		r->buf = grown;
		r->cap = cap;
	}
	do
		got = poll(&p, 1, ms);
	while (got < 0 && errno == EINTR);
	if (got == 0)
		return REP_ETIMEOUT;
	do
		n = read(r->from, r->buf + r->to_at, r->cap - r->to_at);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		r->to_at += (size_t)n;
	else
		r->closed = true;
	return REP_OK;
}

static struct rep_str
unread(const struct rep_reader *r)
{
	return (struct rep_str){ r->buf + r->from_at, r->to_at - r->from_at };
}

/* Takes the next message; waits for it, within ms for its first byte. */
static enum rep_rc
next(struct rep_reader *r, int ms, struct rep_msg *m, struct rep_err *err)
{
	struct rep_err why;
	enum rep_rc rc;
	size_t used;

	while ((rc = rep_msg_take(unread(r), m, &used, &why)) == REP_ENOTFOUND) {
		if (used > REP_READ_MAX + REP_MSG_HEADER) {
			(void)rep_fail(
			    &why, REP_ELIMIT, "its reader sent a message of %zu bytes", used);
			return distrust(r, &why, err);
		}
		if (r->closed || r->pid == 0)
			return died(r, err);
		if ((rc = fill(r, ms)) == REP_EMEM)
			return rep_fail(err, rc, "%s: out of memory", r->name);
		if (rc != REP_OK)
			return rep_fail(err, rc, "%s: its reader does not answer", r->name);
	}
	if (rc != REP_OK)
		return distrust(r, &why, err);
	r->from_at += used;
	return REP_OK;
}

/* For tests: it dies now, as if it had not sent more. */
static void
kill_it(struct rep_reader *r)
{
	(void)kill(r->pid, SIGKILL);
	r->from_at = r->to_at;
	r->closed = true;
}

static enum rep_rc
start(struct rep_reader *r, struct rep_err *err)
{
	struct rep_sandbox box;
	struct rep_msg m;
	enum rep_rc rc;

	if (r->pid != 0)
		return REP_OK;
	r->pid = rep_worker_open(r->o.exe, r->o.argv, rep_read_worker_main, &r->to, &r->from);
	if (r->pid < 0) {
		r->pid = 0;
		return rep_fail(
		    err, REP_EIO, "%s: its worker cannot be started: %s", r->name, strerror(errno));
	}
	r->process++;
	if ((rc = next(r, START_MS, &m, err)) != REP_OK || m.type != REP_MSG_READY) {
		(void)end(r, 0);
		return rc != REP_OK ? rc : rep_fail(err, REP_EIO, "%s: no reader starts", r->name);
	}
	rep_worker_ready(&m, &box);
	if (!r->said)
		r->box = box;
	r->said = true;
	return REP_OK;
}

/* Sends a command, with a descriptor when fd is not below 0. */
static enum rep_rc
command(struct rep_reader *r, struct rep_buf *b, int fd, struct rep_err *err)
{
	bool sent;

	if (b->full) {
		rep_buf_fini(b);
		return rep_fail(err, REP_EMEM, "%s: out of memory", r->name);
	}
	sent = rep_worker_send(r->to, rep_buf_str(b), fd, 0);
	rep_buf_fini(b);
	return sent ? REP_OK : died(r, err);
}

static void
about(struct rep_reader *r, const char *name)
{
	size_t n = strlen(name);

	n = n < REP_LINES_NAME ? n : REP_LINES_NAME;
	memcpy(r->name, name, n);
	r->name[n] = '\0';
}

/* --- inputs ------------------------------------------------------------------------------------ */

static enum rep_rc
free_slot(const struct rep_reader *r, unsigned *slot, struct rep_err *err)
{
	for (*slot = 0; *slot < REP_READER_OPEN; ++*slot)
		if (!r->taken[*slot])
			return REP_OK;
	return rep_fail(
	    err, REP_ELIMIT, "%s: more than %d inputs are open at once", r->name, REP_READER_OPEN);
}

static bool
is_here(const struct rep_reader *r, const struct rep_reader_input *in)
{
	return in->all == NULL && r->pid != 0 && in->process == r->process;
}

static enum rep_rc
gone(const struct rep_reader *r, struct rep_err *err)
{
	return rep_fail(
	    err, REP_EIO, "%s: the process that had it open died; it was not read", r->name);
}

static enum rep_rc
ask_to_open(struct rep_reader *r, int fd, const char *name, struct rep_reader_input *in,
    struct rep_err *err)
{
	struct rep_read_open o = { .now_s = r->o.now_s, .whole_most = in->whole_most };
	struct rep_buf b;
	enum rep_rc rc;

	about(r, name);
	if ((rc = rep_lines_look(fd, name, &o.file, err)) != REP_OK ||
	    (rc = start(r, err)) != REP_OK || (rc = free_slot(r, &in->slot, err)) != REP_OK)
		return rc;
	o.name = rep_str_c(r->name);
	in->process = r->process;
	in->flows = !o.file.seekable;
	rep_buf_init(&b, REP_READ_COMMAND_MAX);
	rep_read_put_open(&b, in->slot, &o);
	if ((rc = command(r, &b, fd, err)) == REP_OK)
		r->taken[in->slot] = true;
	return rc;
}

enum rep_rc
rep_reader_ask(struct rep_reader *r, int fd, const char *name, size_t whole_most,
    struct rep_reader_input **out, struct rep_err *err)
{
	struct rep_reader_input *in = calloc(1, sizeof *in);
	enum rep_rc rc = REP_OK;

	if (in == NULL)
		rc = rep_fail(err, REP_EMEM, "%s: out of memory", name);
	else {
		in->whole_most =
		    (uint32_t)(whole_most < REP_LINES_ALL ? whole_most : REP_LINES_ALL);
		rc = ask_to_open(r, fd, name, in, err);
	}
	if (fd > 0)
		(void)close(fd);
	if (rc != REP_OK)
		free(in);
	else
		*out = in;
	return rc;
}

/* What the reader says of the input that was asked about first. */
static enum rep_rc
opened(struct rep_reader *r, struct rep_reader_input *in, struct rep_err *err)
{
	struct rep_err why = { .msg = "its reader answers what was not asked" };
	struct rep_read_opened got;
	struct rep_msg m;
	enum rep_rc rc;

	if (!is_here(r, in))
		return gone(r, err);
	if (++r->answers == r->o.kill_open_at)
		kill_it(r);
	if ((rc = next(r, -1, &m, err)) != REP_OK)
		return rc;
	if (rep_read_get_opened(&m, &got, &why) != REP_OK || m.id != in->slot ||
	    got.all.n > in->whole_most || (got.whole && in->whole_most == 0))
		return distrust(r, &why, err);
	if (got.rc != REP_OK || got.whole)
		r->taken[in->slot] = false;
	if (got.rc != REP_OK)
		return rep_fail(err, got.rc, "%.*s", REP_PR(got.why));
	in->kind = got.kind;
	in->first_s = got.first_s;
	in->time_s = got.time_s;
	in->head_n = got.head.n;
	memcpy(in->head, got.head.p, got.head.n);
	if (!got.whole)
		return REP_OK;
	if ((in->all = malloc(got.all.n + 1)) == NULL)
		return rep_fail(err, REP_EMEM, "%s: out of memory", r->name);
	memcpy(in->all, got.all.p, got.all.n);
	in->all_n = got.all.n;
	return REP_OK;
}

enum rep_rc
rep_reader_answer(
    struct rep_reader *r, const char *name, struct rep_reader_input **asked, struct rep_err *err)
{
	enum rep_rc rc;

	about(r, name);
	if ((rc = opened(r, *asked, err)) != REP_OK) {
		free(*asked);
		*asked = NULL;
	}
	return rc;
}

enum rep_rc
rep_reader_open(struct rep_reader *r, int fd, const char *name, size_t whole_most,
    struct rep_reader_input **out, struct rep_err *err)
{
	enum rep_rc rc = rep_reader_ask(r, fd, name, whole_most, out, err);

	return rc == REP_OK ? rep_reader_answer(r, name, out, err) : rc;
}

void
rep_reader_close(struct rep_reader *r, struct rep_reader_input *in)
{
	struct rep_buf b;

	if (in == NULL)
		return;
	if (r->reading == in && in->all != NULL)
		r->reading = NULL;
	if (r->reading == in) /* it would send the rest, and nobody wants it */
		(void)end(r, 0);
	if (is_here(r, in)) {
		rep_buf_init(&b, REP_READ_COMMAND_MAX);
		rep_msg_end(&b, rep_msg_begin(&b, REP_MSG_CLOSE, in->slot));
		r->taken[in->slot] = false;
		(void)command(r, &b, -1, NULL); /* when it is dead, the next input notices */
	}
	free(in->all);
	free(in);
}

bool
rep_reader_has(const struct rep_reader *r, const struct rep_reader_input *in)
{
	return in->all != NULL || is_here(r, in);
}

enum rep_rc
rep_reader_seek(struct rep_reader *r, const struct rep_reader_input *in, uint64_t offset,
    uint64_t lines, char tail[REP_LINES_HEAD], size_t *tail_n, struct rep_err *err)
{
	struct rep_err why = { .msg = "its reader answers what was not asked" };
	struct rep_str got;
	struct rep_buf b;
	struct rep_msg m;
	enum rep_rc rc;
	bool found;

	if (!is_here(r, in))
		return gone(r, err);
	rep_buf_init(&b, REP_READ_COMMAND_MAX);
	rep_read_put_seek(&b, in->slot, offset, lines);
	if ((rc = command(r, &b, -1, err)) != REP_OK || (rc = next(r, -1, &m, err)) != REP_OK)
		return rc;
	if (rep_read_get_sought(&m, &found, &got, &why) != REP_OK || m.id != in->slot)
		return distrust(r, &why, err);
	if (!found)
		return REP_ENOTFOUND;
	memcpy(tail, got.p, got.n);
	*tail_n = got.n;
	return REP_OK;
}

static enum rep_rc
read_all(struct rep_reader *r, const struct rep_reader_input *in, const struct rep_read_order *o,
    struct rep_err *err)
{
	struct rep_buf b;
	enum rep_rc rc;

	if (!is_here(r, in))
		return gone(r, err);
	rep_buf_init(&b, REP_READ_COMMAND_MAX);
	rep_read_put_order(&b, in->slot, o);
	if ((rc = command(r, &b, -1, err)) == REP_OK)
		r->reading = in;
	return rc;
}

enum rep_rc
rep_reader_lines(
    struct rep_reader *r, const struct rep_reader_input *in, int64_t last_s, struct rep_err *err)
{
	return read_all(r, in,
	    &(struct rep_read_order){ .as = REP_READ_LINES,
		.lines = r->o.lines,
		.most = UINT64_MAX,
		.now_s = r->o.now_s,
		.last_s = last_s },
	    err);
}

enum rep_rc
rep_reader_bytes(
    struct rep_reader *r, const struct rep_reader_input *in, uint64_t most, struct rep_err *err)
{
	if (in->all != NULL) {
		r->reading = in;
		r->most = most;
		r->given = false;
		return REP_OK;
	}
	return read_all(
	    r, in, &(struct rep_read_order){ .as = REP_READ_BYTES, .lines = 1, .most = most }, err);
}

enum rep_rc
rep_reader_items(
    struct rep_reader *r, const struct rep_reader_input *in, uint64_t most, struct rep_err *err)
{
	return read_all(
	    r, in, &(struct rep_read_order){ .as = REP_READ_ITEMS, .lines = 1, .most = most }, err);
}

/* The next message of what is being read: a piece, or the end of it. */
static enum rep_rc
next_piece(struct rep_reader *r, struct rep_msg *m, struct rep_err *err)
{
	struct rep_str words;
	struct rep_err why = { .msg = "its reader answers what was not asked" };
	enum rep_rc rc, ended;

	if (r->reading == NULL)
		return gone(r, err);
	if ((rc = next(r, -1, m, err)) != REP_OK)
		return rc;
	if (r->o.kill_at != 0 && ++r->pieces % r->o.kill_at == 0)
		kill_it(r);
	if (m->id != r->reading->slot)
		return distrust(r, &why, err);
	if (m->type != REP_MSG_END)
		return REP_OK;
	if (rep_read_get_end(m, &ended, &words, &why) != REP_OK)
		return distrust(r, &why, err);
	r->reading = NULL;
	return rep_fail(err, ended, "%.*s", REP_PR(words));
}

enum rep_rc
rep_reader_next_batch(struct rep_reader *r, struct rep_read_batch *b, struct rep_err *err)
{
	struct rep_err why;
	struct rep_msg m;
	enum rep_rc rc;

	if ((rc = next_piece(r, &m, err)) != REP_OK)
		return rc;
	return rep_read_get_batch(&m, b, &why) == REP_OK ? REP_OK : distrust(r, &why, err);
}

/* Of an input that is here whole: all of it, then its end. */
static enum rep_rc
next_of_whole(struct rep_reader *r, struct rep_str *bytes, struct rep_err *err)
{
	const struct rep_reader_input *in = r->reading;

	if (!r->given && in->all_n > 0) {
		r->given = true;
		*bytes = (struct rep_str){ in->all, in->all_n };
		return REP_OK;
	}
	r->reading = NULL;
	return in->all_n >= r->most ? rep_fail(err, REP_ELIMIT, "there is more") : REP_ENOTFOUND;
}

enum rep_rc
rep_reader_next_bytes(struct rep_reader *r, struct rep_str *bytes, struct rep_err *err)
{
	struct rep_err why = { .msg = "its reader sent no bytes" };
	struct rep_msg m;
	enum rep_rc rc;

	if (r->reading != NULL && r->reading->all != NULL)
		return next_of_whole(r, bytes, err);
	if ((rc = next_piece(r, &m, err)) != REP_OK)
		return rc;
	if (m.type != REP_MSG_BYTES || m.payload.n == 0)
		return distrust(r, &why, err);
	*bytes = m.payload;
	return REP_OK;
}

enum rep_rc
rep_reader_entry(struct rep_reader *r, const struct rep_read_batch *b, size_t *at,
    struct rep_read_entry *e, struct rep_err *err)
{
	struct rep_err why;
	enum rep_rc rc = rep_read_next_entry(b, at, r->o.now_s, e, &why);

	return rc == REP_OK || rc == REP_ENOTFOUND ? rc : distrust(r, &why, err);
}

enum rep_rc
rep_reader_next_items(struct rep_reader *r, struct rep_packed *items, struct rep_err *err)
{
	struct rep_err why = { .msg = "its reader sent no items of reports" };
	struct rep_msg m;
	enum rep_rc rc;

	if ((rc = next_piece(r, &m, err)) != REP_OK)
		return rc;
	if (m.type != REP_MSG_ITEMS || m.payload.n == 0)
		return distrust(r, &why, err);
	rep_packed_begin(items, m.payload, NULL);
	return REP_OK;
}

enum rep_rc
rep_reader_item(
    struct rep_reader *r, struct rep_packed *items, struct rep_unpacked *item, struct rep_err *err)
{
	struct rep_err why;
	enum rep_rc rc = rep_packed_next(items, item, &why);

	return rc == REP_OK || rc == REP_ENOTFOUND ? rc : distrust(r, &why, err);
}

/* --- what comes by and by ---------------------------------------------------------------------- */

bool
rep_reader_wait(struct rep_reader *r, int ms)
{
	struct rep_msg m;
	size_t used;

	/* Of anything but a message that is not complete, the next call tells. */
	while (
	    rep_msg_take(unread(r), &m, &used, NULL) == REP_ENOTFOUND && !r->closed && r->pid != 0)
		if (fill(r, ms) != REP_OK)
			return false;
	return true;
}

bool
rep_reader_more(struct rep_reader *r, int ms)
{
	return fill(r, ms) == REP_OK;
}

size_t
rep_reader_unread(const struct rep_reader *r)
{
	return r->to_at - r->from_at;
}

bool
rep_reader_ended(const struct rep_reader *r)
{
	struct rep_str s = unread(r);
	struct rep_msg m;
	size_t used;

	while (rep_msg_take(s, &m, &used, NULL) == REP_OK) {
		if (m.type == REP_MSG_END)
			return true;
		s = rep_str_sub(s, used, s.n);
	}
	return r->closed || r->pid == 0;
}

/* --- life --------------------------------------------------------------------------------------- */

enum rep_rc
rep_reader_new(const struct rep_reader_params *o, struct rep_reader **out, struct rep_err *err)
{
	struct rep_reader *r = calloc(1, sizeof *r);

	if (r == NULL || (r->buf = malloc(ROOM)) == NULL) {
		free(r);
		return rep_fail(err, REP_EMEM, "out of memory");
	}
	r->cap = ROOM;
	r->o = *o;
	if (r->o.lines == 0 || r->o.lines > REP_READ_LINES_MAX)
		r->o.lines = REP_READ_LINES_MAX;
	*out = r;
	return REP_OK;
}

void
rep_reader_free(struct rep_reader *r)
{
	if (r == NULL)
		return;
	(void)end(r, 0);
	free(r->buf);
	free(r);
}

const struct rep_sandbox *
rep_reader_sandbox(const struct rep_reader *r)
{
	return r->said ? &r->box : NULL;
}
