/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/handover.h"
#include "engine/inputs.h"
#include "io/local.h"
#include "serve/control_msg.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	BUSY_MS = 10000, /* then it is said that this waits: a service begins within moments */
	/* Then what is only stored beside an answer is done here. Judgement: somebody waits for the answer. */
	BESIDE_MS = 5000,
	NUMBER_MAX = 20, /* digits */
	NOT_DONE = -1,	 /* instead of an exit code: to be done here */
	GOES_ON = -2	 /* the service is at work */
};

struct handing {
	struct rep_cli *c;
	const struct rep_handover *o;
	const char *path; /* the socket */
	int fd;
	bool taken, busy_said;
	bool found; /* the inputs were looked for */
	struct rep_inputs inputs;
	struct rep_buf out;
	char in[REP_CONTROL_MAX + 1];
};

/* --- who may ---------------------------------------------------------------------------------------- */

static int
may_not(const struct handing *h)
{
	const struct passwd *p = getpwuid(geteuid());
	const struct group *g;
	struct stat st;

	/* Whose group its folder is says nothing of who may use the socket. */
	if (lstat(h->path, &st) != 0) {
		rep_cli_say("%s: permission denied: you may not look into its folder. Use sudo, or "
			    "name another database with --db",
		    h->path);
		return REP_EXIT_FAILED;
	}
	g = st.st_gid != 0 ? getgrgid(st.st_gid) : NULL;
	/* Nobody can tell who may not connect whether somebody listens. */
	if (st.st_gid == 0)
		rep_cli_say("%s: if a reputed serve runs there, only root may hand work to it; "
			    "use sudo",
		    h->path);
	else if (g == NULL)
		rep_cli_say(
		    "%s: if a reputed serve runs there, only members of the group %ld, which "
		    "has no name, may hand work to it; use sudo",
		    h->path, (long)st.st_gid);
	else
		rep_cli_say(
		    "%s: if a reputed serve runs there, only members of the group %s may "
		    "hand work to it. Root makes you one: adduser %s %s (then log in again). "
		    "Or use sudo",
		    h->path, g->gr_name, p != NULL ? p->pw_name : "YOU", g->gr_name);
	return REP_EXIT_FAILED;
}

/* What listens there gets our descriptors: it must be who has the database anyway. */
static bool
is_trusted(const struct handing *h)
{
	uid_t uid = rep_local_peer(h->fd);
	struct stat st;

	return uid != (uid_t)-1 &&
	    (uid == 0 || uid == geteuid() ||
		(stat(rep_session_db(&h->c->session), &st) == 0 && st.st_uid == uid));
}

/* --- the command line -------------------------------------------------------------------------------- */

struct rep_control_file
rep_handover_file(const char *path)
{
	struct rep_control_file f = { .named = false };
	struct stat st;

	if (stat(path, &st) == 0) {
		f.dev = (uint64_t)st.st_dev;
		f.ino = (uint64_t)st.st_ino;
		f.size = (uint64_t)st.st_size;
		f.mtime_s = (uint64_t)st.st_mtim.tv_sec;
		f.mtime_ns = (uint64_t)st.st_mtim.tv_nsec;
	}
	return f;
}

/* What the service needs to know of one variable; NULL: nothing. Others may have set it to anything, of any length. */
static const char *
needed(enum rep_control_env i, const char *v)
{
	uint64_t n;

	if (v == NULL)
		return NULL;
	if (i == REP_CONTROL_NO_COLOR)
		return "1";
	if (i == REP_CONTROL_COLUMNS)
		return rep_str_u64(rep_str_c(v), UINT32_MAX, &n) && n > 0 && strlen(v) <= NUMBER_MAX
		    ? v
		    : NULL;
	/* As when it is not set, and quicker: so some set it. */
	return strcmp(v, ":/etc/localtime") == 0 ? NULL : v;
}

/* False: TZ is not the name of a zone. zone: the command reads lines. */
static bool
put_environment(struct rep_control_command *m, bool zone)
{
	for (size_t i = 0; i < REP_CONTROL_ENV_N; i++) {
		const char *v = needed((enum rep_control_env)i, getenv(rep_control_env_names[i]));

		m->env[i] = v != NULL ? rep_str_c(v) : (struct rep_str){ NULL, 0 };
	}
	if (!zone)
		m->env[REP_CONTROL_TZ] = (struct rep_str){ NULL, 0 };
	return rep_control_zone(m->env[REP_CONTROL_TZ]);
}

static int
put_command(struct handing *h)
{
	struct rep_control_command *m = rep_arena_alloc(h->c->arena, sizeof *m);

	if (m == NULL) {
		rep_cli_say("out of memory");
		return REP_EXIT_FAILED;
	}
	if (!put_environment(m, h->o->inputs)) {
		rep_cli_say(
		    "TZ=%s is not the name of a time zone; set TZ to one, such as Europe/Paris, or "
		    "unset it",
		    getenv("TZ"));
		return REP_EXIT_USAGE;
	}
	m->worst = (unsigned)h->c->worst;
	m->config = h->c->config_file;
	m->config.named = h->c->config != NULL;
	if (h->c->session.know_dir != NULL)
		m->know = rep_handover_file(h->c->session.know_dir);
	m->know.named = h->c->session.know_dir != NULL;
	m->words_n = h->o->words_n;
	for (size_t i = 0; i < m->words_n && i < REP_CONTROL_WORDS_MAX; i++)
		m->words[i] = rep_str_c(h->o->words[i]);
	if (m->words_n <= REP_CONTROL_WORDS_MAX && rep_control_put_command(&h->out, m))
		return GOES_ON;
	rep_cli_say("the command line is longer than reputed serve takes: %d words, %d bytes; give "
		    "it in parts",
	    REP_CONTROL_WORDS_MAX, REP_CONTROL_MAX);
	return REP_EXIT_USAGE;
}

/* "-" is among the inputs. */
static bool
reads_input(const struct handing *h)
{
	for (size_t i = 0; h->o->inputs && i < h->c->args_n; i++)
		if (strcmp(h->c->args[i], "-") == 0)
			return true;
	return false;
}

/*
 * Of a terminal the service gets a descriptor that it cannot read from: it would see what is typed later, too. A
 * terminal that is another user's, as after su, cannot be opened anew.
 */
static int
to_print(int fd)
{
	char path[32];
	int other = -1;

	if (isatty(fd) != 0) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		other = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	}
	return other >= 0 ? other : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static bool
send_command(struct handing *h)
{
	int fds[REP_CONTROL_DESCRIPTORS] = { reads_input(h)
		    ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
		    : open("/dev/null", O_RDONLY | O_CLOEXEC),
		to_print(STDOUT_FILENO), to_print(STDERR_FILENO) };
	bool sent = fds[0] >= 0 && fds[1] >= 0 && fds[2] >= 0;

	/* When it has gone already, what it said first is still there. */
	if (sent)
		(void)rep_local_send(h->fd, rep_buf_str(&h->out), fds, REP_CONTROL_DESCRIPTORS, 0);
	else
		rep_cli_say("%s: %s", h->path, strerror(errno));
	for (size_t i = 0; i < REP_COUNT(fds); i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
	return sent;
}

/* --- inputs ------------------------------------------------------------------------------------------ */

static bool
is_pipe(const struct rep_input_path *p)
{
	struct stat st;

	return p->given &&
	    (strcmp(p->path, "-") == 0 || (stat(p->path, &st) == 0 && !S_ISREG(st.st_mode)));
}

static int
give_names(struct handing *h, uint64_t nth)
{
	struct rep_err err;
	bool fits = true;
	size_t at;

	if (!h->found &&
	    rep_inputs_expand(&h->c->session, h->c->args, h->c->args_n, &h->inputs, &err) != REP_OK)
		return rep_cli_fail(h->c, REP_EXIT_FAILED, &err);
	h->found = true;
	rep_buf_clear(&h->out);
	at = rep_control_begin_names(&h->out, (unsigned)h->c->worst);
	for (; nth < h->inputs.n && fits; nth += fits) {
		const struct rep_input_path *p = &h->inputs.v[nth];

		fits = rep_control_put_name(&h->out,
		    &(struct rep_control_name){ rep_str_c(p->path), p->given, is_pipe(p) });
	}
	rep_control_end_names(&h->out, at, nth >= h->inputs.n);
	(void)rep_local_send(h->fd, rep_buf_str(&h->out), NULL, 0, 0);
	return GOES_ON;
}

/* Only what was named on the command line, or found there, is opened. */
static int
give_file(struct handing *h, uint64_t nth)
{
	const struct rep_input_path *p = nth < h->inputs.n ? &h->inputs.v[nth] : NULL;
	struct rep_err err = { .msg = "there is no such input" };
	int fd = -1;

	rep_buf_clear(&h->out);
	if (p != NULL && strcmp(p->path, "-") != 0 &&
	    rep_inputs_open(p, p->path, &fd, &err) == REP_OK) {
		rep_control_put_file(&h->out, REP_S(""));
		(void)rep_local_send(h->fd, rep_buf_str(&h->out), &fd, 1, 0);
		(void)close(fd);
		return GOES_ON;
	}
	rep_control_put_file(&h->out, rep_str_c(err.msg));
	(void)rep_local_send(h->fd, rep_buf_str(&h->out), NULL, 0, 0);
	return GOES_ON;
}

/* --- what the service says ------------------------------------------------------------------------------- */

static int
say_no(struct handing *h, const struct rep_msg *m)
{
	const char *db = rep_session_db(&h->c->session);
	struct rep_str why;
	struct rep_err err;

	if (rep_control_get_no(m, &why, &err) != REP_OK)
		return rep_cli_fail(h->c, REP_EXIT_FAILED, &err);
	if (m->type == REP_MSG_REFUSED) {
		rep_cli_say("%.*s", REP_PR(why));
		return REP_EXIT_FAILED;
	}
	if (h->o->beside || access(db, W_OK) == 0) {
		if (m->type == REP_MSG_CHANGED)
			rep_cli_say("%.*s. This command went by the changed one", REP_PR(why));
		return NOT_DONE;
	}
	rep_cli_say("%.*s; and you may not write to %s yourself", REP_PR(why), db);
	return REP_EXIT_FAILED;
}

static int
obey(struct handing *h, const struct rep_msg *m)
{
	enum rep_rc rc = REP_OK;
	struct rep_err err;
	uint64_t nth = 0;
	unsigned code = 0;

	switch (m->type) {
	case REP_MSG_TAKEN: h->taken = true; return GOES_ON;
	case REP_MSG_REFUSED:
	case REP_MSG_ELSEWHERE:
	case REP_MSG_CHANGED: return say_no(h, m);
	case REP_MSG_WANT_NAMES:
	case REP_MSG_WANT_FILE: rc = rep_control_get_want(m, &nth, &err); break;
	default: rc = rep_control_get_done(m, &code, &err); break;
	}
	if (rc != REP_OK)
		return rep_cli_fail(h->c, REP_EXIT_FAILED, &err);
	return m->type == REP_MSG_WANT_NAMES ? give_names(h, nth)
	    : m->type == REP_MSG_WANT_FILE   ? give_file(h, nth)
					     : (int)code;
}

/* Whether something comes through a pipe, which gives it once. */
static bool
reads_pipe(const struct handing *h)
{
	struct stat st;

	for (size_t i = 0; h->o->inputs && i < h->c->args_n; i++) {
		const char *path = h->c->args[i];

		if ((strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(path, &st)) == 0 &&
		    (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
			return true;
	}
	return false;
}

static int
ended(const struct handing *h)
{
	if (h->taken && reads_pipe(h))
		rep_cli_say(
		    "reputed serve ended before this was done, or its process for it did. What came "
		    "through the pipe and was not stored yet is lost: send it again from its "
		    "beginning. What is stored counts once");
	else if (h->taken)
		rep_cli_say(
		    "reputed serve ended before this was done, or its process for it did. What it "
		    "stored counts once: run the same command again");
	else
		rep_cli_say(
		    "reputed serve ended before it began with this: run the same command again");
	return REP_EXIT_FAILED;
}

static int
busy(struct handing *h)
{
	h->busy_said = true;
	rep_cli_say("reputed serve is busy with the commands of others; %s",
	    h->o->beside ? "this is done without it" : "waiting for it");
	return h->o->beside ? NOT_DONE : GOES_ON;
}

/* Connects, however many wait already. -1: errno; EAGAIN: this does not wait longer. */
static int
connected(struct handing *h)
{
	int fd;

	do
		fd = rep_local_connect(h->path, h->o->beside ? BESIDE_MS : BUSY_MS);
	while (fd < 0 && errno == EAGAIN && (h->busy_said || busy(h) == GOES_ON));
	return fd;
}

/* One message. What its end had unread when it closed comes as an error first, then what it had said. */
static int
hear(struct handing *h)
{
	int fds[REP_LOCAL_DESCRIPTORS];
	struct rep_msg m;
	struct rep_err err;
	size_t got = 0, n = 0;
	bool came = false;

	for (int tries = 0; tries < 2 && !came; tries++) {
		int ms = h->taken || h->busy_said ? -1 : h->o->beside ? BESIDE_MS : BUSY_MS;

		came = rep_local_receive(h->fd, ms, h->in, sizeof h->in, &got, fds, &n);
		if (!came && errno == ETIMEDOUT) {
			return busy(h);
		}
		if (!came && errno != ECONNRESET)
			break;
	}
	while (n > 0) /* it has nothing to give */
		(void)close(fds[--n]);
	if (!came || got == 0)
		return ended(h);
	if (rep_control_take((struct rep_str){ h->in, got }, &m, &err) != REP_OK)
		return rep_cli_fail(h->c, REP_EXIT_FAILED, &err);
	return obey(h, &m);
}

static int
hand_over(struct handing *h)
{
	int code;

	if (h->o->alone) {
		rep_cli_say(
		    "reputed serve watches with the database %s. Stop it first, so that nothing of "
		    "what it reads is lost: systemctl stop reputed",
		    rep_session_db(&h->c->session));
		return REP_EXIT_FAILED;
	}
	if (!is_trusted(h)) {
		rep_cli_say("%s: what listens there is not the owner of the database", h->path);
		return REP_EXIT_FAILED;
	}
	if ((code = put_command(h)) != GOES_ON)
		return code;
	code = send_command(h) ? GOES_ON : REP_EXIT_FAILED;
	while (code == GOES_ON)
		code = hear(h);
	return code;
}

bool
rep_handover(struct rep_cli *c, const struct rep_handover *o, int *code)
{
	struct handing *h = rep_arena_alloc(c->arena, sizeof *h);
	const char *db = rep_session_db(&c->session);

	if (h == NULL || db[0] == '\0')
		return false; /* which the command will say */
	h->c = c;
	h->o = o;
	h->path = rep_arena_printf(c->arena, REP_CONTROL_SOCKET, db).p;
	h->fd = h->path != NULL ? connected(h) : -1;
	if (h->fd < 0 && h->path != NULL && errno == EAGAIN)
		return false; /* it is beside */
	if (h->fd < 0 && h->path != NULL && errno == EACCES && !o->beside) {
		*code = may_not(h);
		return true;
	}
	if (h->fd < 0)
		return false; /* there is none, or it is left over, or it is not for this user */
	rep_buf_init(&h->out, REP_CONTROL_MAX);
	*code = hand_over(h);
	rep_buf_fini(&h->out);
	(void)close(h->fd);
	return *code != NOT_DONE;
}
