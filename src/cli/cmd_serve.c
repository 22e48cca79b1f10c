/*
 * reputed serve: watches logs and mailboxes, and says what is new.
 *
 * This process only looks at files (engine/watch.h), starts a process for each pass (engine/pass.h), for channels that
 * have alerts to send (cli/senders.h), for what is done from time to time (cli/jobs.h), and for commands that hand their
 * work over (cli/control.h), and obeys signals. It reads
 * nothing of what strangers write and has no database open. A pass that fails, or dies, is made again; what it had
 * committed counts once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"
#include "cli/child.h"
#include "cli/control.h"
#include "cli/desk.h"
#include "cli/distress.h"
#include "cli/jobs.h"
#include "cli/news_text.h"
#include "cli/senders.h"
#include "cli/why.h"
#include "config/window.h"
#include "engine/journald_watch.h"
#include "engine/pass.h"
#include "engine/watch.h"
#include "base/own_file.h"
#include "base/time.h"
#include "io/notify.h"
#include "io/steady.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	WAKE_MS = 200,	 /* lines are collected for this long, then read together */
	LOOK_MS = 1000,	 /* a look without being woken, for file systems that wake nobody */
	LOOK_SHARE = 20, /* looks take at most a twentieth of the time */
	/*
	 * Judged again without anything new: the present moves on, and with it what is recent. Trouble ends by
	 * accepted mail, which is something new. Judgement.
	 */
	JUDGE_MS = 300000,
	/* After a pass that failed; doubled each time. Judgement: a moment's trouble, and one that stays. */
	AGAIN_MS = 1000,
	AGAIN_MAX_MS = 60000,
	ENDED_MOST =
	    2, /* then a pass reads no journal: it may be damaged, which ends who reads it */
	REST_MAX_MS = 10000,	/* after a pass at most; Judgement: how late news may be */
	LOOK_BYTES = 512 << 20, /* names of REP_INPUTS_MAX files */
	KNOW_BYTES = 64 << 20,	/* as a command has for all it reads */
	NEWS_BYTES = 1 << 20,
	WHY_BYTES = sizeof((struct rep_err *)NULL)->msg
};

struct serve {
	struct rep_cli *c;
	struct rep_watch *watch;
	const char *watched[REP_WATCH_PATHS + 1]; /* its paths */
	size_t watched_n;
	struct rep_journald journals[REP_WATCH_PATHS];
	size_t journals_n;
	struct rep_journald_watch *journald;
	bool unread;		 /* a journal has something new */
	struct rep_arena *look;	 /* of one look */
	struct rep_arena *again; /* of the configuration that was read again; NULL: it was not */
	int signals, lock;
	struct rep_senders senders;
	struct rep_jobs jobs;
	struct rep_distress distress;
	struct rep_control control;
	struct rep_desk desk;
	char host[256];
	pid_t pass;	     /* 0: none */
	int pipe;	     /* of it */
	int64_t begun_ms;    /* of the pass */
	int64_t next_ms;     /* the next look */
	int64_t least_ms;    /* no look before then, whatever wakes */
	int64_t judge_ms;    /* judged at the latest then */
	int64_t alive_ms;    /* the manager hears of us at the latest then; INT64_MAX: never */
	unsigned failed;     /* passes in a row */
	char why[WHY_BYTES]; /* the last one did; said. Empty: it did not, or without a word */
	unsigned ended;	     /* passes in a row that a signal ended */
	bool stop, broken;   /* it ends: as it was told to, or because it cannot wait any more */
	bool judge;	     /* also when nothing is new */
	bool judging;	     /* the pass was begun for that */
};

/* --- a pass, in its own process ------------------------------------------------------------------------ */

/* For tests (doc/testing.md, Faults): what `why --json` says of these verdicts, in a folder. */
static void
keep_verdicts(const struct rep_verdict_set *set)
{
	const char *folder = getenv("REPUTED_VERDICTS");
	struct rep_asked all;
	struct rep_buf b, path;
	FILE *f;

	if (folder == NULL || !rep_asked_parse(&all, set, REP_S("")))
		return;
	rep_buf_init(&path, 4096);
	rep_buf_init(&b, 64 << 20);
	/* There may be two in a second. */
	rep_buf_printf(&path, "%s/%lld.%ld", folder, (long long)set->in.now_s, (long)getpid());
	rep_buf_addc(&path, '\0');
	(void)rep_why_json(&b, set, &all);
	if (!path.full && !b.full && (f = fopen(path.p, "we")) != NULL) {
		(void)fwrite(b.p, 1, b.n, f);
		(void)fclose(f);
	}
	rep_buf_fini(&b);
	rep_buf_fini(&path);
}

/* What is printed, and what channels get, are told apart: a pipe that is closed stops no alert. */
static enum rep_rc
print(const struct serve *s, const struct rep_str *texts, size_t n, struct rep_err *err)
{
	struct rep_buf b;
	bool printed = true;

	rep_buf_init(&b, NEWS_BYTES);
	for (size_t k = 0; k < n && printed; k++) {
		rep_buf_add(&b, texts[k]);
		printed = rep_out_flush(&b);
	}
	rep_buf_fini(&b);
	if (!printed && s->c->cfg.n_alerts == 0)
		return rep_fail(err, REP_EIO, "the news could not be printed");
	if (!printed)
		rep_cli_say("the news could not be printed; the channels get it");
	return REP_OK;
}

/* They are stored already: a person finds them there. */
static void
on_conditions(void *ctx, const struct rep_str *texts, size_t n)
{
	struct rep_err err;

	if (print(ctx, texts, n, &err) != REP_OK)
		rep_cli_say("%s; they are in reputed alert list", err.msg);
}

static enum rep_rc
on_news(void *ctx, const struct rep_verdict_set *set, const struct rep_news *news,
    const struct rep_alert_piece **pieces, size_t *n, struct rep_err *err)
{
	enum rep_rc rc = rep_news_pieces(set, news, pieces, n, err);

	keep_verdicts(set);
	for (size_t k = 0; rc == REP_OK && k < *n; k++) {
		const struct rep_str texts[] = { (*pieces)[k].head, REP_S("\n"),
			(*pieces)[k].text };

		rc = print(ctx, texts, REP_COUNT(texts), err);
	}
	return rc;
}

static size_t
digest_channels(const struct rep_config *cfg, struct rep_str v[REP_CONFIG_ALERTS])
{
	size_t n = 0;

	for (size_t i = 0; i < cfg->n_alerts; i++)
		if (cfg->alerts[i].digest)
			v[n++] = cfg->alerts[i].name;
	return n;
}

/* What a pass writes last. */
struct pass_end {
	struct rep_pass_counts n;
	char why[WHY_BYTES]; /* it failed; empty: it did not */
};

static bool
reads_no_journal(const struct serve *s)
{
	return s->ended >= ENDED_MOST && s->journals_n > 0;
}

/* In the process of a pass. */
static _Noreturn void
run_pass(struct serve *s, const struct rep_inputs *inputs, int64_t looked_s)
{
	struct rep_cli *c = s->c;
	struct rep_str digests[REP_CONFIG_ALERTS];
	struct rep_limp limps[REP_JOBS];
	struct rep_str unsure[REP_JOBS];
	struct rep_pass o = { .session = &c->session,
		.inputs = inputs,
		.journals = s->journals,
		.journals_n = reads_no_journal(s) ? 0 : s->journals_n,
		.no_journal = reads_no_journal(s),
		.watched = s->watched,
		.watched_n = s->watched_n,
		.looked_s = looked_s,
		.stated = c->sources.v,
		.stated_n = c->sources.n,
		.faults = rep_cli_faults(),
		.journald_faults = { rep_cli_fault("REPUTED_JOURNALD_CHUNK"),
		    rep_cli_fault("REPUTED_JOURNALD_PASS"),
		    rep_cli_fault("REPUTED_JOURNALD_BAD_AT") },
		.channels = s->senders.names,
		.channels_n = c->cfg.n_alerts,
		.host = rep_str_c(s->host),
		.digests = digests,
		.digests_n = digest_channels(&c->cfg, digests),
		.silent = rep_config_maintenance(&c->cfg, c->session.clock_s),
		.limps = limps,
		.limps_n = rep_jobs_limps(&s->jobs, limps),
		.unsure = unsure,
		.unsure_n = rep_jobs_unsure(&s->jobs, unsure),
		.tell = on_news,
		.say = on_conditions,
		.ctx = s };
	uint64_t together_s = rep_cli_fault("REPUTED_TOGETHER_S");
	struct pass_end end = { 0 };
	struct rep_err err;

	c->session.wait_told = s->why[0] != '\0';
	o.together_s = together_s > 0 ? (int64_t)together_s : REP_NEWS_TOGETHER_S;
	if (rep_pass_run(&o, &end.n, &err) != REP_OK)
		snprintf(end.why, sizeof end.why, "%s", err.msg);
	rep_child_end(c, s->pipe, &end, sizeof end);
}

static void
begin_pass(struct serve *s, const struct rep_inputs *inputs, int64_t looked_s)
{
	if (reads_no_journal(s))
		rep_cli_say("the process that reads was ended twice in a row: this pass reads no "
			    "journal, the next one does again");
	s->begun_ms = rep_steady_ms();
	s->judging = s->judge;
	s->judge = s->unread = false;
	s->pass = rep_child_start(s->c, s->lock, &s->pipe);
	if (s->pass == 0)
		run_pass(s, inputs, looked_s);
	if (s->pass < 0) {
		s->pass = 0;
		s->judge = s->judging;
		s->unread = true;
		s->next_ms = s->least_ms = s->begun_ms + AGAIN_MAX_MS;
	}
}

static void
say_status(const struct rep_pass_counts *n)
{
	char text[200], last[REP_TIME_TEXT];

	snprintf(text, sizeof text, "STATUS=%llu open incident%s; read up to %s",
	    (unsigned long long)n->open, rep_plural(n->open),
	    n->last_s != 0 ? rep_time_text(n->last_s, last) : "nothing yet");
	(void)rep_notify(text);
}

/* Until the next judgement without anything new; sooner when news is held back until then. */
static int64_t
judge_after_ms(const struct rep_pass_counts *n)
{
	int64_t held_ms = (n->held_s - rep_cli_clock_s()) * 1000;

	return n->held_s == 0 || held_ms > JUDGE_MS ? JUDGE_MS
	    : held_ms > WAKE_MS			    ? held_ms
						    : WAKE_MS;
}

/* A disk may be full for a night: that is said when it begins, when it is something else, and when it is over. */
static void
say_why(struct serve *s, const char *why)
{
	if (strcmp(why, s->why) == 0)
		return;
	if (why[0] != '\0')
		rep_cli_say("%s; it is tried again until it works", why);
	else
		rep_cli_say("reading works again");
	snprintf(s->why, sizeof s->why, "%s", why);
}

static void
pass_ended(struct serve *s, int status)
{
	int64_t now = rep_steady_ms(), took = now - s->begun_ms;
	struct pass_end end;
	const struct rep_pass_counts *n = &end.n;
	/* A problem with some input is no failure: the rest was read. */
	bool ended = rep_child_ended(&s->pipe, &end, sizeof end);
	bool good = ended && end.why[0] == '\0';

	s->pass = 0;
	if (s->stop)
		return; /* a manager ends both of us */
	if (ended)
		say_why(s, end.why);
	if (good) {
		say_status(n);
		/* A pass without journals leaves them to the next one. */
		s->unread |= n->more || reads_no_journal(s);
		if (n->due_s != 0)
			rep_senders_due(&s->senders, &s->c->cfg, n->due_s);
	}
	if (WIFSIGNALED(status))
		rep_cli_say(
		    "the process that reads was ended by signal %d; what it had not stored is "
		    "read again",
		    WTERMSIG(status));
	rep_distress_pass(&s->distress, good, now);
	s->failed = good ? 0 : s->failed + 1;
	s->ended = WIFSIGNALED(status) ? s->ended + 1 : 0;
	if (!good) {
		s->judge = s->judge || s->judging;
		s->unread = true;
		s->next_ms = s->least_ms = now + rep_doubled(AGAIN_MS, s->failed, AGAIN_MAX_MS);
		return;
	}
	rep_watch_keep(s->watch, rep_cli_clock_s());
	s->judge_ms = now + judge_after_ms(n);
	/* As long again for others. */
	took = took > WAKE_MS ? took : WAKE_MS;
	s->next_ms = s->least_ms = now + (took < REST_MAX_MS ? took : REST_MAX_MS);
}

/* --- the watch --------------------------------------------------------------------------------------- */

static void
look(struct serve *s)
{
	struct rep_session session = s->c->session;
	struct rep_inputs inputs;
	struct rep_err err;
	int64_t from = rep_steady_ms(), took;

	rep_arena_reset(s->look);
	rep_watch_clear(s->watch);
	session.arena = s->look;
	session.clock_s = rep_cli_clock_s();
	if (rep_watch_look(s->watch, &session, &inputs, &err) != REP_OK) {
		rep_cli_say("%s", err.msg);
		rep_distress_pass(&s->distress, false, from);
		s->next_ms = s->least_ms = from + AGAIN_MAX_MS;
		return;
	}
	took = (rep_steady_ms() - from) * LOOK_SHARE;
	s->least_ms = from + took;
	s->next_ms = from + (took > LOOK_MS ? took : LOOK_MS);
	s->unread |= rep_journald_watch_news(s->journald, from);
	if (inputs.n > 0 || s->unread || s->judge || from >= s->judge_ms)
		begin_pass(s, &inputs, session.clock_s);
	else
		rep_watch_keep(s->watch, session.clock_s);
}

/* --- signals ----------------------------------------------------------------------------------------- */

/*
 * Another database would need another lock, and what was told is in the old one. Another zone would read the same
 * lines again, as other times.
 */
static bool
same_places(const struct rep_config *a, const struct rep_config *b)
{
	bool same = rep_str_eq(a->database, b->database) && rep_str_eq(a->key_file, b->key_file) &&
	    rep_str_eq(a->timezone, b->timezone);

	if (!same)
		rep_cli_say("database, key-file and timezone change only with a restart");
	return same;
}

/* What is wrong in the know folder is reported here, and not by each pass. False: it cannot be read. */
static bool
know(struct rep_cli *c)
{
	struct rep_session session = c->session;
	struct rep_know *k = NULL;
	struct rep_weights w = { 0 };
	struct rep_err err;
	bool fine;

	session.know_told = false;
	session.arena = rep_arena_new(KNOW_BYTES);
	if (session.arena == NULL)
		return false;
	fine = rep_session_know(&session, &k, &err) == REP_OK &&
	    rep_session_weights(&session, &w, session.arena, &err) == REP_OK;
	if (!fine)
		rep_cli_say("%s", err.msg);
	rep_know_free(k);
	rep_arena_free(session.arena);
	c->session.know_told = true;
	return fine;
}

static void
reload(struct serve *s)
{
	struct rep_cli fresh = *s->c;
	struct rep_arena *a = rep_arena_new(REP_CONFIG_ARENA);

	(void)rep_notify("RELOADING=1");
	fresh.arena = a;
	fresh.session.ctx = &fresh;
	fresh.worst = REP_EXIT_OK;
	if (a == NULL || !rep_cli_config(&fresh) || fresh.worst != REP_EXIT_OK ||
	    !same_places(&s->c->cfg, &fresh.cfg)) {
		rep_cli_say("the configuration was not read again: the one before stays in force");
		rep_arena_free(a);
	} else {
		s->c->cfg = fresh.cfg;
		s->c->config_file = fresh.config_file;
		rep_arena_free(s->again);
		s->again = a;
		rep_cli_say(
		    "the configuration was read again; what is watched changes with a restart");
		(void)know(s->c);
		rep_senders_set(&s->senders, &s->c->cfg);
		rep_senders_again(&s->senders);
		rep_jobs_set(&s->jobs);
		rep_desk_set(&s->desk);
		s->judge = true;
	}
	(void)rep_notify("READY=1");
}

static void
children(struct serve *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == s->pass)
			pass_ended(s, status);
		else if (!rep_senders_ended(&s->senders, &s->c->cfg, pid, status) &&
		    !rep_jobs_ended(&s->jobs, pid, status, &s->judge) &&
		    !rep_desk_ended(&s->desk, pid, status, &s->judge))
			(void)rep_control_ended(&s->control, pid, status, &s->judge);
}

static void
obey(struct serve *s)
{
	struct signalfd_siginfo i;

	while (read(s->signals, &i, sizeof i) == (ssize_t)sizeof i)
		switch (i.ssi_signo) {
		case SIGHUP: reload(s); break;
		case SIGCHLD: children(s); break;
		default: s->stop = true; break;
		}
}

static bool
set_signals(struct serve *s)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	s->signals = sigprocmask(SIG_BLOCK, &set, NULL) != 0
	    ? -1
	    : signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return s->signals >= 0;
}

/* --- the loop ---------------------------------------------------------------------------------------- */

/* Until the next thing is due. While a pass runs, only its end and signals matter. */
static int
wait_ms(const struct serve *s, int64_t now)
{
	int64_t until = s->pass != 0 ? now + JUDGE_MS : s->next_ms,
		send = rep_senders_next(&s->senders, &s->c->cfg), job = rep_jobs_next(&s->jobs),
		distress = rep_distress_next(&s->distress, s->pass != 0 ? s->begun_ms : 0),
		control = rep_control_next(&s->control), desk = rep_desk_next(&s->desk);

	until = send < until ? send : until;
	until = job < until ? job : until;
	until = distress < until ? distress : until;
	until = control < until ? control : until;
	until = desk < until ? desk : until;
	if (s->alive_ms < until)
		until = s->alive_ms;
	return until <= now ? 0 : (int)(until - now);
}

static void
loop(struct serve *s)
{
	int64_t watchdog = rep_notify_watchdog_ms(), now;
	bool woken = false; /* the next look is near already */

	/* Before the first pass, which may take minutes: a manager ends what is not ready in time. */
	if (!rep_notify("READY=1\nSTATUS=reading what is there"))
		rep_cli_say(
		    "the service manager cannot be told that it runs: libsystemd.so.0 is missing, or "
		    "NOTIFY_SOCKET leads nowhere");
	s->alive_ms = watchdog > 0 ? rep_steady_ms() : INT64_MAX;
	while (!s->stop) {
		bool deaf = s->pass != 0 || woken || s->failed > 0;
		struct pollfd v[4 + REP_CONTROL_POLLED] = { { .fd = s->signals, .events = POLLIN },
			{ .fd = deaf ? -1 : rep_watch_fd(s->watch), .events = POLLIN },
			{ .fd = deaf ? -1 : rep_journald_watch_fd(s->journald), .events = POLLIN },
			{ .events = POLLIN } };

		now = rep_steady_ms();
		if (now >= s->alive_ms) {
			(void)rep_notify("WATCHDOG=1");
			s->alive_ms = now + watchdog;
		}
		rep_senders_begin(&s->senders, s->c, s->lock, now);
		rep_jobs_begin(&s->jobs, s->c, s->lock, now);
		rep_desk_begin(&s->desk, s->c, s->lock, now);
		rep_distress_look(&s->distress, s->c, s->lock, now, s->pass != 0 ? s->begun_ms : 0);
		if (s->pass == 0 && now >= s->next_ms) {
			woken = false;
			look(s);
			continue;
		}
		v[3].fd = rep_desk_fd(&s->desk); /* it may have begun a moment ago */
		rep_control_poll(&s->control, now, v + 4);
		if (poll(v, REP_COUNT(v), wait_ms(s, now)) < 0 && errno != EINTR) {
			rep_cli_say("nothing can be waited for any more: %s", strerror(errno));
			s->stop = s->broken = true;
			break;
		}
		now = rep_steady_ms();
		if (v[1].revents != 0 || v[2].revents != 0) {
			woken = true;
			if (s->next_ms > now + WAKE_MS)
				s->next_ms =
				    s->least_ms > now + WAKE_MS ? s->least_ms : now + WAKE_MS;
		}
		if (v[3].revents != 0)
			rep_desk_hear(&s->desk, &s->judge);
		obey(s);
		rep_control_obey(&s->control, s->c, s->lock, now, v + 4);
	}
}

/* --- the beginning ----------------------------------------------------------------------------------- */

/* Makes the database and its key where there are none; *since_s is when it was last read, 0: never. */
static enum rep_rc
first_look(struct rep_cli *c, int64_t *since_s, struct rep_err *err)
{
	const struct rep_input *v;
	struct rep_store *store;
	size_t n;
	enum rep_rc rc = rep_session_store(&c->session, REP_STORE_CREATE, &store, err);

	*since_s = 0;
	if (rc != REP_OK)
		return rc;
	/* Before the first daemon something else may have read: what was not written since is known. */
	if ((rc = rep_pass_looked(store, since_s, err)) == REP_OK && *since_s == 0 &&
	    (rc = rep_store_inputs(store, &v, &n, err)) == REP_OK && n > 0)
		for (size_t i = 0; i < n; i++)
			*since_s = i == 0 || v[i].read_s < *since_s ? v[i].read_s : *since_s;
	rep_store_close(store);
	return rc;
}

/*
 * One daemon for a database: two would tell everything twice. The lock is of the file, and ends with us. It is taken
 * before anything is done to the database. Where that has no folder yet nobody can hold it, so the folder is made.
 */
static enum rep_rc
lock(struct serve *s, struct rep_err *err)
{
	const char *path =
	    rep_arena_printf(s->c->arena, "%s-serve", rep_session_db(&s->c->session)).p;
	int64_t since_s;
	enum rep_rc rc;

	if (path == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	s->lock = rep_own_file_open(path, O_RDWR | O_CLOEXEC);
	if (s->lock < 0 && errno == ENOENT) {
		if ((rc = first_look(s->c, &since_s, err)) != REP_OK)
			return rc;
		s->lock = rep_own_file_open(path, O_RDWR | O_CLOEXEC);
	}
	if (s->lock >= 0 && flock(s->lock, LOCK_EX | LOCK_NB) == 0)
		return REP_OK;
	return s->lock >= 0 && errno == EWOULDBLOCK
	    ? rep_fail(err, REP_EIO,
		  "another reputed serve watches with the database %s, or reputed store rebuild is making it anew; only one of them can run",
		  rep_session_db(&s->c->session))
	    : rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
}

/* What is to be watched: the arguments, else the configuration. */
static size_t
paths(struct rep_cli *c, const char **v, size_t max)
{
	size_t n = 0;

	for (; c->args_n > 0 && n < c->args_n && n < max; n++)
		v[n] = c->args[n];
	for (; c->args_n == 0 && n < c->cfg.watch.n && n < max; n++)
		v[n] = rep_arena_printf(c->arena, "%.*s", REP_PR(c->cfg.watch.v[n])).p;
	return n;
}

/* Takes those that are journals from the paths. */
static size_t
journals(struct serve *s, const char **v, size_t n)
{
	size_t files = 0;

	for (size_t i = 0; i < n; i++) {
		struct rep_journald *o = &s->journals[s->journals_n];

		if (!rep_journald_parse(s->c->arena,
			rep_journald_is_folder(v[i])
			    ? rep_arena_printf(s->c->arena, "journal:%s", v[i]).p
			    : v[i],
			o))
			v[files++] = v[i];
		else
			s->journals_n++;
	}
	return files;
}

static enum rep_rc
set_up(struct serve *s, struct rep_err *err)
{
	const char **v = s->watched;
	size_t n = paths(s->c, v, REP_COUNT(s->watched));
	int64_t since_s;
	enum rep_rc rc;

	if (n > REP_WATCH_PATHS)
		return rep_fail(err, REP_ELIMIT,
		    "more than %d paths are to be watched; a folder counts as one, and a journal",
		    REP_WATCH_PATHS);
	n = s->watched_n = journals(s, v, n);
	if ((rc = first_look(s->c, &since_s, err)) != REP_OK ||
	    (rc = rep_watch_new(v, n, since_s, &s->watch, err)) != REP_OK ||
	    (rc = rep_journald_watch_new(
		 s->journals, s->journals_n, &s->c->session, &s->journald, err)) != REP_OK)
		return rc;
	if ((s->look = rep_arena_new(LOOK_BYTES)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (!set_signals(s))
		return rep_fail(err, REP_EIO, "signals: %s", strerror(errno));
	return REP_OK;
}

int
rep_cmd_serve(struct rep_cli *c)
{
	struct serve s = { .c = c, .signals = -1, .lock = -1, .pipe = -1, .control = { .fd = -1 } };
	struct rep_err err;

	(void)gethostname(s.host, sizeof s.host - 1);
	if (c->args_n == 0 && c->cfg.watch.n == 0) {
		rep_cli_say(
		    "what is to be watched? reputed serve /var/log/mail.log, or a line such as "
		    "\"watch /var/log/mail.log\" in the configuration");
		return REP_EXIT_USAGE;
	}
	if (!rep_cli_sources(c))
		return REP_EXIT_USAGE;
	if (lock(&s, &err) != REP_OK || set_up(&s, &err) != REP_OK)
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	else if (!know(c))
		rep_cli_note(c, REP_EXIT_FAILED);
	else {
		rep_senders_set(&s.senders, &c->cfg);
		rep_jobs_set(&s.jobs);
		rep_control_open(&s.control, c);
		rep_desk_set(&s.desk);
		loop(&s);
	}
	if (s.stop)
		(void)rep_notify("STOPPING=1");
	rep_child_kill(s.pass);
	rep_senders_kill(&s.senders);
	rep_jobs_kill(&s.jobs);
	rep_desk_kill(&s.desk);
	rep_control_close(&s.control);
	rep_watch_free(s.watch);
	rep_journald_watch_free(s.journald);
	rep_arena_free(s.look);
	rep_arena_free(s.again);
	if (s.signals >= 0)
		(void)close(s.signals);
	if (s.lock >= 0)
		(void)close(s.lock);
	return s.broken ? REP_EXIT_FAILED : s.stop ? REP_EXIT_OK : c->worst;
}
