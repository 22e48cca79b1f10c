/* SPDX-License-Identifier: Apache-2.0 */
#include "io/local.h"
#include "web/front_inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	/* The next round of making anew begins this long after the last one, or three times as long as that took. Judgement. */
	ROUND_LEAST_MS = 1000,
	ROUND_REST = 3
};

uint64_t
front_ask(struct front *f, const struct rep_web_ask *a)
{
	uint64_t id = f->last_id + 1;

	if (f->asked >= REP_WEB_ASKS_MAX || f->gone)
		return 0;
	rep_buf_clear(&f->out);
	if (!rep_web_put_ask(&f->out, id, a) ||
	    !rep_local_send(f->o->desk, rep_buf_str(&f->out), NULL, 0, MSG_DONTWAIT))
		return 0;
	f->last_id = id;
	f->asked++;
	return id;
}

_Static_assert(REP_WEB_SLOT >= (int)REP_DOOR_SNS_MAX, "a body fits into a slot");

uint64_t
front_ask_sns(struct front *f, const struct exchange *x)
{
	struct rep_web_ask a = { .kind = REP_WEB_SNS, .who = x->door.file, .posted = x->body.n };
	struct rep_str body = rep_buf_str(&x->body);
	uint64_t id;

	while (a.resource < REP_WEB_SLOTS && f->slots[a.resource] != 0)
		a.resource++;
	if (a.resource == REP_WEB_SLOTS)
		return 0;
	if (body.n > 0)
		memcpy(f->o->slots + (size_t)a.resource * REP_WEB_SLOT, body.p, body.n);
	if ((id = front_ask(f, &a)) != 0)
		f->slots[a.resource] = id;
	return id;
}

bool
front_ask_entry(struct front *f, struct rep_cached *e)
{
	struct rep_web_ask a = { .kind = REP_WEB_RESOURCE, .resource = e->resource };
	struct rep_params p;

	if (e->asked != 0)
		return true;
	rep_cache_params(e, &p);
	memcpy(a.params, p.v, sizeof p.v);
	return (e->asked = front_ask(f, &a)) != 0;
}

/* What is behind a descriptor, as malloc's. NULL: it is too long (*n is SIZE_MAX), or cannot be read. */
static char *
read_all(int fd, size_t *n)
{
	off_t size = lseek(fd, 0, SEEK_END); /* fstat(3) asks for a path, which is refused here */
	char *p;
	size_t at = 0;

	*n = size > REP_WEB_ANSWER_MAX ? SIZE_MAX : 0;
	if (size < 0 || size > REP_WEB_ANSWER_MAX || (p = malloc((size_t)size + 1)) == NULL)
		return NULL;
	while (at < (size_t)size) {
		ssize_t got = pread(fd, p + at, (size_t)size - at, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		at += (size_t)got;
	}
	p[at] = '\0';
	*n = at;
	if (at == (size_t)size)
		return p;
	free(p);
	return NULL;
}

/* Why an answer could not be read. */
static const struct rep_web_answer *
not_read(size_t n)
{
	static const struct rep_web_answer large = { .outcome = REP_WEB_FAILED,
		.why = { "the answer is longer than the 32 MiB that the page takes", 56 } },
					   other = { .outcome = REP_WEB_FAILED,
						   .why = { "the answer could not be read", 28 } };

	return n == SIZE_MAX ? &large : &other;
}

static void
wake_waiting(struct front *f, const struct rep_cached *e, const struct rep_web_answer *a)
{
	for (struct exchange *x = f->all, *next; x != NULL; x = next) {
		next = x->next;
		if (x->entry == e && x->stage == FRONT_WAITS) {
			x->entry = NULL;
			front_entry_there(x, a == NULL ? e : NULL, a);
			front_wake(x);
		}
	}
}

static void
entry_answered(struct front *f, struct rep_cached *e, const struct rep_web_answer *a, int fd)
{
	char *body = NULL;
	size_t n = 0;

	if (a->outcome == REP_WEB_FINE && fd >= 0 && (body = read_all(fd, &n)) != NULL) {
		if (rep_cache_put(&f->cache, e, body, n, a->generation, a->took_ms, f->now_ms))
			f->round_changed |= UINT64_C(1) << e->resource;
		wake_waiting(f, e, NULL);
		return;
	}
	rep_cache_failed(&f->cache, e);
	wake_waiting(f, e, a->outcome == REP_WEB_FINE ? not_read(n) : a);
}

static struct exchange *
who_asked(struct front *f, uint64_t id)
{
	for (struct exchange *x = f->all; x != NULL; x = x->next)
		if (x->asked == id)
			return x;
	return NULL;
}

static void
answered(struct front *f, const struct rep_msg *m, int fd)
{
	struct rep_web_answer a;
	struct rep_cached *e;
	struct exchange *x;
	struct rep_str body = { "", 0 };
	char *p = NULL;
	size_t n = 0;

	if (f->asked > 0)
		f->asked--;
	for (size_t i = 0; i < REP_WEB_SLOTS; i++)
		if (f->slots[i] == m->id)
			f->slots[i] = 0;
	if (rep_web_get_answer(m, &a, NULL) != REP_OK) {
		f->gone = true;
		return;
	}
	if ((e = rep_cache_asked(&f->cache, m->id)) != NULL) {
		entry_answered(f, e, &a, fd);
	} else if ((x = who_asked(f, m->id)) != NULL) {
		if (fd >= 0 && (p = read_all(fd, &n)) != NULL)
			body = (struct rep_str){ p, n };
		x->asked = 0;
		front_answered(x, fd >= 0 && p == NULL ? not_read(n) : &a, body);
		front_wake(x);
		free(p);
	}
}

static void
users(struct front *f, const struct rep_msg *m)
{
	struct rep_web_user *got = malloc(REP_USERS_MAX * sizeof *got);
	struct rep_web_who *v = calloc(REP_USERS_MAX, sizeof *v);
	size_t n = 0;

	if (got == NULL || v == NULL ||
	    rep_web_get_users(m, got, REP_USERS_MAX, &n, NULL) != REP_OK) {
		f->gone = true;
	} else {
		for (size_t i = 0; i < n; i++) {
			snprintf(v[i].name, sizeof v[i].name, "%.*s", REP_PR(got[i].name));
			v[i].scopes = got[i].scopes;
			v[i].mark = got[i].mark;
		}
		(void)rep_sessions_refresh(&f->sessions, v, n);
		/* Those who look on by a token have to come again with it. */
		for (struct exchange *x = f->all; x != NULL; x = x->next)
			if (x->stage == FRONT_EVENTS && !x->who.by_cookie) {
				x->who.known = false;
				front_wake(x);
			}
		/* Each is looked up again when it comes. */
		for (size_t i = 0; i < REP_COUNT(f->tokens); i++)
			f->tokens[i].until_ms = f->tokens[i].until_ms > 0;
	}
	free(got);
	free(v);
}

static void
message(struct front *f, struct rep_str packet, const int *fds, size_t fds_n)
{
	struct rep_msg m;
	struct rep_err err;

	if (rep_web_take(packet, &m, &err) != REP_OK)
		f->gone = true;
	else if (m.type == REP_MSG_WEB_ANSWER)
		answered(f, &m, fds_n > 0 ? fds[0] : -1);
	else if (m.type == REP_MSG_WEB_USERS)
		users(f, &m);
	else if (rep_web_get_changed(&m, &f->generation, &err) != REP_OK)
		f->gone = true;
}

void
front_hear(struct front *f)
{
	static char in[REP_WEB_MSG_MAX];
	int fds[REP_LOCAL_DESCRIPTORS];
	size_t n, fds_n;

	while (!f->gone) {
		if (!rep_local_receive(f->o->desk, -1, in, sizeof in, &n, fds, &fds_n)) {
			f->gone = errno != EAGAIN && errno != EWOULDBLOCK;
			return;
		}
		if (n == 0)
			f->gone = true;
		else
			message(f, (struct rep_str){ in, n }, fds, fds_n);
		while (fds_n > 0)
			(void)close(fds[--fds_n]);
	}
}

static void
end_round(struct front *f)
{
	if (f->round_changed != 0)
		front_tell(f, f->round_changed);
	f->round_changed = 0;
}

void
front_round(struct front *f)
{
	struct rep_cached *e;

	if (f->round_ms == 0) {
		if (f->now_ms < f->next_round_ms)
			return;
		if (rep_cache_stale(&f->cache, f->generation, INT64_MAX, f->now_ms) == NULL) {
			end_round(f); /* somebody asked, and got something new */
			return;
		}
		f->round_ms = f->now_ms;
	}
	/* One at a time: whoever waits for something else is not behind all of it. */
	for (size_t i = 0; i < REP_COUNT(f->cache.v); i++)
		if (f->cache.v[i].used && f->cache.v[i].asked != 0)
			return;
	/* What has changed again since the round began is for the next one. */
	if ((e = rep_cache_stale(&f->cache, f->generation, f->round_ms, f->now_ms)) != NULL &&
	    front_ask_entry(f, e))
		return;
	end_round(f);
	f->next_round_ms = f->now_ms + ROUND_REST * (f->now_ms - f->round_ms);
	if (f->next_round_ms < f->now_ms + ROUND_LEAST_MS)
		f->next_round_ms = f->now_ms + ROUND_LEAST_MS;
	f->round_ms = 0;
}
