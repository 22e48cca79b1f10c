/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/desk_sns.h"
#include "io/steady.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

enum {
	JOB_MS = 30000,	 /* then a process is ended: twice what SNS waits for an answer */
	AGAIN_MS = 1000, /* after none could be started */
	SAY_MS = 3600000 /* a kind of answer is logged once an hour. Judgement */
};

_Static_assert(REP_WEB_SLOTS <= (int)REP_SNS_AT_ONCE_MAX, "each slot has its place");
_Static_assert(REP_WEB_SLOT >= (int)REP_SNS_BODY_MAX, "a body fits into a slot");

enum rep_rc
rep_desk_sns_open(struct rep_desk_sns *s, struct rep_err *err)
{
	struct rep_key key;

	s->kept = calloc(1, sizeof *s->kept);
	s->done = calloc(1, sizeof *s->done);
	/* Pages that nobody has written take no memory. */
	s->slots = mmap(NULL, (size_t)REP_WEB_SLOTS * REP_WEB_SLOT, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->kept == NULL || s->done == NULL || s->slots == MAP_FAILED)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (getrandom(key.b, sizeof key.b, 0) != (ssize_t)sizeof key.b)
		return rep_fail(err, REP_EIO, "no random bytes: %s", strerror(errno));
	rep_sns_kept_init(s->kept, &key);
	return REP_OK;
}

/* A pipe that is full, or a daemon that is gone: then it judges anyway. */
static void
tell_daemon(const struct rep_desk_sns *s, enum rep_desk_word word)
{
	const char c = (char)word;

	if (write(s->daemon, &c, 1) != 1)
		rep_cli_say("events of SNS: the service cannot be told: %s", strerror(errno));
}

/* --- answers ---------------------------------------------------------------------------------------------- */

/* What only Amazon can say, and seldom does. */
static bool
is_rare(const struct rep_desk_sns *s, enum rep_sns_outcome o, const char *why)
{
	return o == REP_SNS_CONFIRMED || (o == REP_SNS_NOTED && strcmp(why, s->noted) != 0);
}

static void
say(struct rep_desk_sns *s, const struct rep_desk_post *p, enum rep_sns_outcome o, const char *why)
{
	int64_t now = rep_steady_ms();

	if (why[0] == '\0' || o == REP_SNS_STORED || o == REP_SNS_KNOWN)
		return;
	if (!is_rare(s, o, why) && s->kinds[o].said_ms != 0 && now - s->kinds[o].said_ms < SAY_MS) {
		s->kinds[o].unsaid++;
		return;
	}
	if (s->kinds[o].unsaid > 0)
		rep_cli_say("/sns/%.*s: %s (%s; and %llu more since this was said last)",
		    REP_PR(p->name), why, rep_sns_word(o), (unsigned long long)s->kinds[o].unsaid);
	else
		rep_cli_say("/sns/%.*s: %s (%s)", REP_PR(p->name), why, rep_sns_word(o));
	s->kinds[o].said_ms = now;
	s->kinds[o].unsaid = 0;
	if (o == REP_SNS_NOTED)
		snprintf(s->noted, sizeof s->noted, "%s", why);
}

static void
answer(struct rep_desk_sns *s, struct rep_desk_post *p, enum rep_sns_outcome o, const char *why)
{
	int status = rep_sns_status(o);
	struct rep_web_answer a = { .outcome = status < 300 ? REP_WEB_FINE : REP_WEB_DENIED,
		.status = (unsigned)status,
		/* What is wrong with this machine is for its log, and for no stranger. */
		.why = status < 500 ? rep_str_c(why)
				    : REP_S("it could not be taken in now; it may come again") };

	say(s, p, o, why);
	s->answer(s->ctx, p->id, &a);
	free((void *)(uintptr_t)p->name.p);
	*p = (struct rep_desk_post){ 0 };
}

/* --- questions -------------------------------------------------------------------------------------------- */

/* One allocation for name and body. */
static bool
copy(struct rep_desk_sns *s, struct rep_desk_post *p, const struct rep_web_ask *q)
{
	char *slot = s->slots + (size_t)q->resource * REP_WEB_SLOT;
	char *own = malloc(q->who.n + q->posted + 1);

	if (own == NULL)
		return false;
	memcpy(own, q->who.p, q->who.n);
	memcpy(own + q->who.n, slot, q->posted);
	p->name = (struct rep_str){ own, q->who.n };
	p->body = (struct rep_str){ own + q->who.n, q->posted };
	(void)madvise(slot, REP_WEB_SLOT, MADV_REMOVE);
	return true;
}

bool
rep_desk_sns_take(struct rep_desk_sns *s, uint64_t id, const struct rep_web_ask *q)
{
	struct rep_web_answer none = { .outcome = REP_WEB_NONE, .status = 404 };
	struct rep_web_answer memory = { .outcome = REP_WEB_FAILED, .status = 503 };
	struct rep_desk_post *p = NULL;

	if (id == 0 || q->who.n == 0 || q->resource >= REP_WEB_SLOTS || q->posted > REP_WEB_SLOT)
		return false;
	for (size_t i = 0; i < REP_COUNT(s->v) && p == NULL; i++)
		if (s->v[i].id == 0)
			p = &s->v[i];
	if (p == NULL)
		return false;
	/* No process for a path that anybody may make up. */
	if (rep_sns_block(&s->c->cfg, q->who) == NULL) {
		none.why = REP_S("the configuration has no such sns");
		s->answer(s->ctx, id, &none);
	} else if (!copy(s, p, q)) {
		s->answer(s->ctx, id, &memory);
	} else {
		p->id = id;
		p->nth = ++s->came;
	}
	return true;
}

/* --- the process ------------------------------------------------------------------------------------------ */

static bool
is_given(const struct rep_desk_sns *s, size_t i)
{
	for (size_t k = 0; k < s->n; k++)
		if (s->of[k] == i)
			return true;
	return false;
}

/* All that waits, the oldest first. */
static void
gather(struct rep_desk_sns *s, struct rep_sns_posted posted[REP_SNS_AT_ONCE_MAX])
{
	for (s->n = 0;; s->n++) {
		size_t next = SIZE_MAX;

		for (size_t i = 0; i < REP_COUNT(s->v); i++)
			if (s->v[i].id != 0 && !is_given(s, i) &&
			    (next == SIZE_MAX || s->v[i].nth < s->v[next].nth))
				next = i;
		if (next == SIZE_MAX)
			return;
		s->of[s->n] = next;
		posted[s->n] = (struct rep_sns_posted){ s->v[next].name, s->v[next].body };
	}
}

void
rep_desk_sns_turn(struct rep_desk_sns *s, int64_t now_ms)
{
	struct rep_sns_posted posted[REP_SNS_AT_ONCE_MAX];

	if (s->pid > 0 && now_ms - s->begun_ms > JOB_MS)
		(void)kill(s->pid, SIGKILL);
	if (s->pid > 0 || now_ms < s->next_ms)
		return;
	gather(s, posted);
	if (s->n == 0)
		return;
	s->begun_ms = now_ms;
	tell_daemon(s, REP_DESK_TAKES_IN);
	s->pid = rep_sns_start(s->c, -1, s->kept, posted, s->n, &s->pipe);
	if (s->pid > 0)
		return;
	s->pid = 0;
	s->next_ms = now_ms + AGAIN_MS;
	tell_daemon(s, REP_DESK_NOTHING);
	for (size_t i = 0; i < s->n; i++)
		answer(s, &s->v[s->of[i]], REP_SNS_NOT_DONE, "no process could be started");
	s->n = 0;
}

int64_t
rep_desk_sns_next(const struct rep_desk_sns *s)
{
	if (s->pid > 0)
		return s->begun_ms + JOB_MS;
	for (size_t i = 0; i < REP_COUNT(s->v); i++)
		if (s->v[i].id != 0)
			return s->next_ms;
	return INT64_MAX;
}

bool
rep_desk_sns_ended(struct rep_desk_sns *s, pid_t pid)
{
	int64_t now = rep_steady_ms();

	if (s->pid == 0 || pid != s->pid)
		return false;
	s->pid = 0;
	s->next_ms = now + (now - s->begun_ms);
	rep_sns_ended(&s->pipe, s->kept, s->n, rep_cli_clock_s(), s->done);
	/* One that did not end well may have stored something before. */
	tell_daemon(s,
	    s->done->news || s->done->v[0].outcome == REP_SNS_NOT_DONE ? REP_DESK_NEWS
								       : REP_DESK_NOTHING);
	for (size_t i = 0; i < s->n; i++)
		answer(s, &s->v[s->of[i]], s->done->v[i].outcome, s->done->v[i].why);
	s->n = 0;
	return true;
}
