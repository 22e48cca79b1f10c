/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/web_msg.h"

enum rep_rc
rep_web_take(struct rep_str packet, struct rep_msg *m, struct rep_err *err)
{
	size_t used;
	enum rep_rc rc = rep_msg_take(packet, m, &used, err);

	if (rc == REP_ENOTFOUND || (rc == REP_OK && used != packet.n))
		return rep_fail(err, REP_ESYNTAX, "a packet of the page is not one message");
	return rc;
}

static enum rep_rc
bad(struct rep_err *err, const char *what)
{
	return rep_fail(err, REP_ESYNTAX, "%s is damaged", what);
}

bool
rep_web_put_ask(struct rep_buf *out, uint64_t id, const struct rep_web_ask *a)
{
	size_t begun = rep_msg_begin(out, REP_MSG_WEB_ASK, id), n = 0;

	for (size_t i = 0; i < REP_WEB_PARAMS_MAX; i++)
		n += a->params[i].p != NULL;
	rep_msg_put(out, a->kind, 1);
	rep_msg_put(out, a->resource, 2);
	rep_msg_put(out, n, 1);
	for (size_t i = 0; i < REP_WEB_PARAMS_MAX; i++)
		if (a->params[i].p != NULL) {
			rep_msg_put(out, i, 1);
			rep_msg_put_str(out, a->params[i]);
		}
	rep_msg_put_str(out, a->who);
	rep_msg_put_str(out, a->body);
	rep_msg_put(out, a->posted, 4);
	rep_msg_end(out, begun);
	return !out->full && out->n - begun <= REP_WEB_MSG_MAX;
}

enum rep_rc
rep_web_get_ask(const struct rep_msg *m, struct rep_web_ask *a, struct rep_err *err)
{
	struct rep_msg_reader r = { .s = m->payload };
	struct rep_web_ask got = { .resource = 0 };
	uint64_t kind = rep_msg_get(&r, 1), resource = rep_msg_get(&r, 2), n = rep_msg_get(&r, 1);

	if (m->type != REP_MSG_WEB_ASK || kind >= REP_WEB_KINDS || n > REP_WEB_PARAMS_MAX)
		return bad(err, "a question of the page");
	got.kind = (enum rep_web_kind)kind;
	got.resource = (unsigned)resource;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t at = rep_msg_get(&r, 1);
		struct rep_str v = rep_msg_get_str(&r);

		if (at >= REP_WEB_PARAMS_MAX || got.params[at].p != NULL ||
		    (v.n > 0 && memchr(v.p, '\0', v.n) != NULL))
			return bad(err, "a parameter of the page");
		got.params[at] = v.n > 0 ? v : REP_S("");
	}
	got.who = rep_msg_get_str(&r);
	got.body = rep_msg_get_str(&r);
	got.posted = (size_t)rep_msg_get(&r, 4);
	if (!rep_msg_done(&r))
		return bad(err, "a question of the page");
	*a = got;
	return REP_OK;
}

void
rep_web_put_answer(struct rep_buf *out, uint64_t id, const struct rep_web_answer *a)
{
	size_t begun = rep_msg_begin(out, REP_MSG_WEB_ANSWER, id);

	rep_msg_put(out, a->outcome, 1);
	rep_msg_put(out, a->took_ms, 8);
	rep_msg_put(out, a->generation, 8);
	rep_msg_put(out, a->scopes, 4);
	rep_msg_put_str(out, a->name);
	rep_msg_put(out, a->mark, 8);
	rep_msg_put(out, a->status, 2);
	rep_msg_put_str(out, rep_str_sub(a->why, 0, REP_WEB_SENTENCE_MAX));
	rep_msg_end(out, begun);
}

enum rep_rc
rep_web_get_answer(const struct rep_msg *m, struct rep_web_answer *a, struct rep_err *err)
{
	struct rep_msg_reader r = { .s = m->payload };
	uint64_t outcome = rep_msg_get(&r, 1);
	struct rep_web_answer got = { .outcome = (enum rep_web_outcome)outcome };

	got.took_ms = rep_msg_get(&r, 8);
	got.generation = rep_msg_get(&r, 8);
	got.scopes = (unsigned)rep_msg_get(&r, 4);
	got.name = rep_msg_get_str(&r);
	got.mark = rep_msg_get(&r, 8);
	got.status = (unsigned)rep_msg_get(&r, 2);
	got.why = rep_msg_get_str(&r);
	if (m->type != REP_MSG_WEB_ANSWER || outcome >= REP_WEB_OUTCOMES || !rep_msg_done(&r) ||
	    (got.status != 0 && (got.status < 200 || got.status > 599)) ||
	    got.why.n > REP_WEB_SENTENCE_MAX)
		return bad(err, "an answer for the page");
	*a = got;
	return REP_OK;
}

void
rep_web_put_changed(struct rep_buf *out, uint64_t generation)
{
	size_t begun = rep_msg_begin(out, REP_MSG_WEB_CHANGED, 0);

	rep_msg_put(out, generation, 8);
	rep_msg_end(out, begun);
}

enum rep_rc
rep_web_get_changed(const struct rep_msg *m, uint64_t *generation, struct rep_err *err)
{
	struct rep_msg_reader r = { .s = m->payload };
	uint64_t got = rep_msg_get(&r, 8);

	if (m->type != REP_MSG_WEB_CHANGED || !rep_msg_done(&r))
		return bad(err, "a message for the page");
	*generation = got;
	return REP_OK;
}

size_t
rep_web_begin_users(struct rep_buf *out)
{
	return rep_msg_begin(out, REP_MSG_WEB_USERS, 0);
}

void
rep_web_put_user(struct rep_buf *out, const struct rep_web_user *u)
{
	rep_msg_put_str(out, u->name);
	rep_msg_put(out, u->scopes, 4);
	rep_msg_put(out, u->mark, 8);
}

void
rep_web_end_users(struct rep_buf *out, size_t begun)
{
	rep_msg_end(out, begun);
}

enum rep_rc
rep_web_get_users(
    const struct rep_msg *m, struct rep_web_user *v, size_t room, size_t *n, struct rep_err *err)
{
	struct rep_msg_reader r = { .s = m->payload };
	size_t got = 0;

	if (m->type != REP_MSG_WEB_USERS)
		return bad(err, "a message for the page");
	for (; !r.bad && r.at < r.s.n; got++) {
		if (got == room)
			return rep_fail(err, REP_ELIMIT, "more than %zu accounts", room);
		v[got].name = rep_msg_get_str(&r);
		v[got].scopes = (unsigned)rep_msg_get(&r, 4);
		v[got].mark = rep_msg_get(&r, 8);
	}
	if (!rep_msg_done(&r))
		return bad(err, "the accounts for the page");
	*n = got;
	return REP_OK;
}

void
rep_web_put_ready(struct rep_buf *out, const struct rep_sandbox *s)
{
	size_t begun = rep_msg_begin(out, REP_MSG_WEB_READY, 0);

	rep_msg_put(out, s->seccomp, 1);
	rep_msg_put(out, (uint64_t)s->landlock, 4);
	rep_msg_put(out, s->tried, 1);
	rep_msg_put(out, s->user, 1);
	rep_msg_end(out, begun);
}

enum rep_rc
rep_web_get_ready(const struct rep_msg *m, struct rep_sandbox *s, struct rep_err *err)
{
	struct rep_msg_reader r = { .s = m->payload };
	struct rep_sandbox got = { .seccomp = rep_msg_get(&r, 1) != 0 };

	got.landlock = (int)rep_msg_get(&r, 4);
	got.tried = rep_msg_get(&r, 1) != 0;
	got.user = rep_msg_get(&r, 1) != 0;
	if (m->type != REP_MSG_WEB_READY || !rep_msg_done(&r))
		return bad(err, "the first message of the page");
	*s = got;
	return REP_OK;
}
