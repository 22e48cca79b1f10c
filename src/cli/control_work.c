/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/control_work.h"
#include "cli/handover.h"
#include "io/local.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	/* A command sends its request at once. Judgement: for a machine that swaps. */
	REQUEST_MS = 5000,
	PACKET = REP_CONTROL_MAX + 1, /* one more byte shows that it is too long */
	LINK_BYTES = 1 << 20
};

/* The connection, and what came last. */
struct control_link {
	int fd, pipe;
	struct rep_control_task handed;
	struct rep_buf out;
	int fds[REP_LOCAL_DESCRIPTORS];
	size_t fds_n;
	char in[PACKET];
};

/* False: the command is gone. Then this process is ended, too. */
static bool
tell(struct control_link *l)
{
	bool told = rep_local_send(l->fd, rep_buf_str(&l->out), NULL, 0, 0);

	rep_buf_clear(&l->out);
	return told;
}

static void
close_all(struct control_link *l)
{
	while (l->fds_n > 0)
		(void)close(l->fds[--l->fds_n]);
}

static enum rep_rc
hear(struct control_link *l, int ms, struct rep_msg *m, struct rep_err *err)
{
	size_t got;

	if (!rep_local_receive(l->fd, ms, l->in, sizeof l->in, &got, l->fds, &l->fds_n))
		return errno == ETIMEDOUT
		    ? rep_fail(err, REP_ETIMEOUT, "no request came within %d s", ms / 1000)
		    : errno == EMSGSIZE
		    ? rep_fail(err, REP_ELIMIT,
			  "the message is longer than %d bytes, or has too many descriptors beside it",
			  REP_CONTROL_MAX)
		    : rep_fail(err, REP_EIO, "the connection: %s", strerror(errno));
	if (got == 0)
		return rep_fail(err, REP_EIO, "the connection ended");
	return rep_control_take((struct rep_str){ l->in, got }, m, err);
}

/* --- inputs, which the other end has ----------------------------------------------------------------- */

/* Adds those of a message behind the n that are in v, which has room for *cap. */
static enum rep_rc
add_names(struct rep_control_names *names, struct rep_arena *a, struct rep_inputs *all, size_t *cap,
    struct rep_err *err)
{
	struct rep_control_name name;

	while (rep_control_next_name(names, &name)) {
		struct rep_str path = rep_arena_dup(a, name.name);

		if (all->n == REP_INPUTS_MAX)
			return rep_fail(err, REP_ELIMIT, "more than %d files", REP_INPUTS_MAX);
		if (all->n == *cap) {
			size_t more = *cap == 0 ? 64 : 2 * *cap;
			struct rep_input_path *v = rep_arena_alloc(a, more * sizeof *v);

			if (v != NULL && all->n > 0)
				memcpy(v, all->v, all->n * sizeof *v);
			all->v = v;
			*cap = v != NULL ? more : 0;
		}
		if (path.p == NULL || all->v == NULL)
			return rep_fail(err, REP_ELIMIT, "too many files: more than %zu", all->n);
		all->v[all->n++] = (struct rep_input_path){
			.path = path.p, .given = name.given, .once = name.once
		};
	}
	return REP_OK;
}

static enum rep_rc
list(void *ctx, struct rep_arena *a, struct rep_inputs *out, struct rep_err *err)
{
	struct rep_control_names names = { .last = false };
	struct rep_inputs all = { NULL, 0 };
	struct control_link *l = ctx;
	enum rep_rc rc = REP_OK;
	struct rep_msg m;
	size_t cap = 0;

	while (rc == REP_OK && !names.last) {
		size_t before = all.n;

		rep_control_put_want(&l->out, REP_MSG_WANT_NAMES, all.n);
		(void)tell(l);
		rc = hear(l, -1, &m, err);
		close_all(l);
		if (rc == REP_OK && (rc = rep_control_get_names(&m, &names, err)) == REP_OK)
			rc = add_names(&names, a, &all, &cap, err);
		if (rc == REP_OK && !names.last && all.n == before)
			rc = rep_fail(err, REP_ESYNTAX, "the list of files does not go on");
	}
	if (rc != REP_OK)
		return rc;
	rep_cli_note(l->handed.work, (int)names.worst);
	*out = all;
	return REP_OK;
}

static enum rep_rc
open_nth(void *ctx, size_t nth, int *fd, struct rep_err *err)
{
	struct control_link *l = ctx;
	struct rep_str why;
	struct rep_msg m;
	enum rep_rc rc;

	rep_control_put_want(&l->out, REP_MSG_WANT_FILE, nth);
	(void)tell(l);
	if ((rc = hear(l, -1, &m, err)) == REP_OK &&
	    (rc = rep_control_get_file(&m, &why, err)) == REP_OK && why.n > 0)
		rc = rep_fail(err, REP_EIO, "%.*s", REP_PR(why));
	if (rc == REP_OK && l->fds_n != 1)
		rc = rep_fail(err, REP_ESYNTAX, "one file was asked for, and %zu came", l->fds_n);
	if (rc == REP_OK)
		*fd = l->fds[--l->fds_n];
	close_all(l);
	return rc;
}

/* --- the request ------------------------------------------------------------------------------------- */

static bool
is_one(const struct rep_control_file *a, const struct rep_control_file *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

/* Whether it is what we have at the path, or had there. An editor may put a new file in the place of the old one. */
static bool
is_ours(const struct rep_control_file *f, const char *path, const struct rep_control_file *had)
{
	struct rep_control_file now = rep_handover_file(path);

	return f->ino != 0 && (is_one(f, &now) || (had != NULL && is_one(f, had)));
}

/* Whether it is still what was read. */
static bool
is_as_read(const struct rep_control_file *f, const struct rep_control_file *read)
{
	return is_one(f, read) && f->size == read->size && f->mtime_s == read->mtime_s &&
	    f->mtime_ns == read->mtime_ns;
}

static long
peer(int conn)
{
	uid_t uid = rep_local_peer(conn);

	return uid != (uid_t)-1 ? (long)uid : -1;
}

static bool
is_owner(const struct rep_cli *c, int conn)
{
	uid_t uid = rep_local_peer(conn);
	struct stat st;

	return uid != (uid_t)-1 &&
	    (uid == 0 || uid == geteuid() ||
		(stat(rep_session_db(&c->session), &st) == 0 && st.st_uid == uid));
}

/* False: this service goes by other files than the command does; the sentence is ready to be sent. */
static bool
same_files(const struct rep_cli *c, struct control_link *l, const struct rep_control_command *m)
{
	const char *know = c->session.know_dir != NULL ? c->session.know_dir : REP_SESSION_KNOW_DIR;
	bool ours = is_ours(&m->config, c->config_path, &c->config_file);
	bool config = !m->config.named || ours;
	char why[REP_CONTROL_SENTENCE_MAX];

	if (ours && !is_as_read(&m->config, &c->config_file)) {
		snprintf(why, sizeof why,
		    "%s was changed since reputed serve read it: systemctl reload reputed",
		    c->config_path);
		rep_control_put_no(&l->out, REP_MSG_CHANGED, rep_str_c(why));
		return false;
	}
	if (config && (!m->know.named || is_ours(&m->know, know, NULL)))
		return true;
	snprintf(why, sizeof why, "reputed serve goes by %s, not by what %s says",
	    config ? know : c->config_path, config ? "--know" : "--config");
	rep_control_put_no(&l->out, REP_MSG_ELSEWHERE, rep_str_c(why));
	return false;
}

static enum rep_rc
request(struct control_link *l, struct rep_control_command *command, struct rep_err *err)
{
	struct rep_msg m;
	enum rep_rc rc;

	if ((rc = hear(l, REQUEST_MS, &m, err)) == REP_OK)
		rc = rep_control_get_command(&m, command, err);
	if (rc == REP_OK && l->fds_n != REP_CONTROL_DESCRIPTORS)
		rc = rep_fail(err, REP_ESYNTAX, "a request has %d descriptors beside it, not %zu",
		    REP_CONTROL_DESCRIPTORS, l->fds_n);
	if (rc != REP_OK)
		close_all(l);
	return rc;
}

/* Standard input, output and error are those of the other end. */
static enum rep_rc
put_on(struct control_link *l, const struct rep_control_command *command, struct rep_arena *a,
    struct rep_err *err)
{
	for (int i = 0; i < REP_CONTROL_DESCRIPTORS; i++)
		if (dup2(l->fds[i], i) != i)
			return rep_fail(err, REP_EIO, "descriptors: %s", strerror(errno));
	close_all(l);
	for (size_t i = 0; i < REP_CONTROL_ENV_N; i++) {
		const char *name = rep_control_env_names[i];
		const char *v =
		    command->env[i].p != NULL ? rep_arena_dup(a, command->env[i]).p : "";

		if (v == NULL ||
		    (command->env[i].p != NULL ? setenv(name, v, 1) : unsetenv(name)) != 0)
			return rep_fail(err, REP_EMEM, "out of memory");
	}
	rep_out_anew();
	return REP_OK;
}

static enum rep_rc
work(const struct rep_cli *c, struct control_link *l, const struct rep_inputs_from *inputs,
    struct rep_arena *a, struct rep_err *err)
{
	/* Its texts are in l->in, which the next message takes. */
	struct rep_control_command *command = rep_arena_alloc(a, sizeof *command);
	enum rep_rc rc;

	if (command == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = request(l, command, err)) != REP_OK)
		return rc;
	if (!same_files(c, l, command)) {
		(void)tell(l);
		return REP_OK;
	}
	if ((rc = put_on(l, command, a, err)) != REP_OK)
		return rc;
	rep_control_put_taken(&l->out);
	/* A command that no longer waits may do the work itself. */
	if (!tell(l) || write(l->pipe, "", 1) != 1)
		return REP_OK;
	l->handed = (struct rep_control_task){ .command = command,
		.inputs = inputs,
		.owner = is_owner(c, l->fd),
		.uid = peer(l->fd) };
	if ((rc = c->handed(c, &l->handed, err)) != REP_OK)
		return rc;
	rep_control_put_done(&l->out, (unsigned)l->handed.code);
	(void)tell(l);
	return REP_OK;
}

_Noreturn void
rep_control_work(const struct rep_cli *c, int conn, int pipe)
{
	struct rep_arena *a = rep_arena_new(LINK_BYTES);
	struct control_link *l = a != NULL ? rep_arena_alloc(a, sizeof *l) : NULL;
	const struct rep_inputs_from inputs = { list, open_nth, l };
	struct rep_err err;

	if (l == NULL)
		_exit(REP_EXIT_FAILED);
	l->fd = conn;
	l->pipe = pipe;
	rep_buf_init(&l->out, REP_CONTROL_MAX);
	if (work(c, l, &inputs, a, &err) != REP_OK) {
		rep_control_put_no(&l->out, REP_MSG_REFUSED, rep_str_c(err.msg));
		(void)tell(l);
	}
	_exit(REP_EXIT_OK);
}
