/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_out.h"
#include "web/front_inside.h"
#include "web/hashed.h"
#include "web/page_files.h"

#include <stdio.h>
#include <sys/random.h>

enum {
	/* Tokens that nobody knows: each costs a process. A second for each five. Judgement. */
	TOKEN_EVERY_MS = 200,
	TOKEN_BURST = 20,
	TOKEN_KEPT_MS = 60000, /* how long one goes on after it was revoked, at most */
	SNS_RETRY_S = 20       /* what SNS waits by default */
};

static const char *const log_in = "Log in, or send a token as Authorization: Bearer.";

void
front_busy(struct exchange *x)
{
	x->retry_s = 2;
	front_refuse(x, 503, "Too much is asked for at once", "Try again in a moment.",
	    "%d questions are on their way", REP_WEB_ASKS_MAX);
}

/* --- who it is ------------------------------------------------------------------------------------------- */

static struct rep_str
bearer(const struct exchange *x)
{
	struct rep_str h = x->q.v[REP_DOOR_AUTHORIZATION];

	return rep_str_starts_nocase(h, REP_S("Bearer ")) ? rep_str_trim(rep_str_sub(h, 7, h.n))
							  : (struct rep_str){ NULL, 0 };
}

/* One that was good before, perhaps not any more. */
static struct front_token *
known_token(struct front *f, const unsigned char hash[REP_HASHED_BYTES])
{
	for (size_t i = 0; i < REP_COUNT(f->tokens); i++)
		if (f->tokens[i].until_ms > 0 &&
		    memcmp(f->tokens[i].hash, hash, REP_HASHED_BYTES) == 0)
			return &f->tokens[i];
	return NULL;
}

static void
keep_token(struct front *f, struct rep_str token, const struct front_who *who)
{
	unsigned char hash[REP_HASHED_BYTES];
	struct front_token *oldest;

	if (!rep_hashed(REP_S(""), token, hash))
		return;
	if ((oldest = known_token(f, hash)) == NULL) {
		oldest = &f->tokens[0];
		for (size_t i = 0; i < REP_COUNT(f->tokens); i++)
			if (f->tokens[i].until_ms < oldest->until_ms)
				oldest = &f->tokens[i];
	}
	memcpy(oldest->hash, hash, sizeof hash);
	oldest->who = *who;
	oldest->until_ms = f->now_ms + TOKEN_KEPT_MS;
}

static void
by_cookie(struct exchange *x)
{
	struct rep_str cookie = rep_door_cookie(x->q.v[REP_DOOR_COOKIE], REP_S(REP_FRONT_COOKIE));
	const struct rep_signed_in *s =
	    rep_sessions_find(&x->f->sessions, cookie, x->f->o->clock_s());

	if (s == NULL)
		return;
	x->who = (struct front_who){ .known = true, .by_cookie = true, .scopes = s->scopes };
	snprintf(x->who.name, sizeof x->who.name, "%s", s->name);
}

/* True: the answer is there, or comes. */
static bool
by_token(struct exchange *x)
{
	static const struct rep_budget_limit limit = { TOKEN_BURST, TOKEN_EVERY_MS };
	struct front *f = x->f;
	struct rep_web_ask a = { .kind = REP_WEB_TOKEN, .body = bearer(x) };
	unsigned char hash[REP_HASHED_BYTES];
	const struct front_token *known;

	if (a.body.n == 0 || a.body.n > REP_QUERY_MAX || !rep_hashed(REP_S(""), a.body, hash))
		return false;
	known = known_token(f, hash);
	if (known != NULL && known->until_ms > f->now_ms) {
		x->who = known->who;
		return false;
	}
	/* Who was here before does not wait behind those who try some. */
	if (known == NULL && rep_budget_wait(&f->tried, &limit, f->now_ms) > 0) {
		x->retry_s = 1;
		front_refuse(x, 429, "Too many tokens are tried", NULL,
		    "those that are not known are looked up, a few a second");
		return true;
	}
	if (known == NULL)
		rep_budget_take(&f->tried, &limit, f->now_ms);
	if ((x->asked = front_ask(f, &a)) == 0) {
		front_busy(x);
		return true;
	}
	x->token = true;
	x->stage = FRONT_WAITS;
	return true;
}

/* --- answers of the front itself -------------------------------------------------------------------------- */

static void
give_json(struct exchange *x, unsigned status)
{
	x->status = status;
	x->type = "application/json";
	x->stage = FRONT_READY;
}

static void
give_session(struct exchange *x, struct rep_str cookie)
{
	char csrf[REP_CSRF_TEXT];
	struct rep_json j;

	rep_json_init(&j, &x->answer);
	rep_json_obj(&j, NULL);
	rep_json_cstr(&j, "user", x->who.name);
	rep_json_arr(&j, "scopes");
	for (unsigned s = 1; s <= REP_MAY_ALL; s <<= 1)
		if ((x->who.scopes & s) != 0) {
			char word[REP_MAY_TEXT];

			rep_json_cstr(&j, NULL, rep_may_text(s, word));
		}
	rep_json_end_arr(&j);
	rep_json_cstr(&j, "csrf", cookie.n > 0 ? rep_sessions_csrf(cookie, csrf) : NULL);
	rep_json_end_obj(&j);
	rep_buf_addc(&x->answer, '\n');
	give_json(x, 200);
}

static void
give_file(struct exchange *x)
{
	const struct rep_page_file *file = NULL;
	bool packed = rep_door_gzip(x->q.v[REP_DOOR_ACCEPT_ENCODING]);

	for (size_t i = 0; i < rep_page_files_n && file == NULL; i++)
		if (rep_str_eq(rep_str_c(rep_page_files[i].path), x->door.file))
			file = &rep_page_files[i];
	if (file == NULL) {
		front_refuse(x, 404, "There is nothing here", NULL,
		    "this reputed was built without %.*s", REP_PR(x->door.file));
		return;
	}
	packed = packed && file->gzip_n > 0;
	x->status = 200;
	x->type = file->mime;
	snprintf(x->etag, sizeof x->etag, "W/%s", file->etag);
	if (rep_door_matches(x->q.v[REP_DOOR_NONE_MATCH],
		rep_str_sub(rep_str_c(file->etag), 1, strlen(file->etag) - 2)))
		x->status = 304;
	else
		x->file = packed ? (struct rep_str){ file->gzip, file->gzip_n }
				 : (struct rep_str){ file->bytes, file->n };
	x->packed = packed && x->status == 200;
	x->stage = FRONT_READY;
}

/* --- login ------------------------------------------------------------------------------------------------ */

/* Behind a proxy of this machine the last address that it added is the client's; else it is who is connected. */
static struct rep_ip
client(const struct exchange *x)
{
	const union MHD_ConnectionInfo *i =
	    x->f->mhd.connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct rep_ip ip = { .version = 0 }, peer = { .version = 0 };
	struct rep_str list = x->q.v[REP_DOOR_FORWARDED_FOR];
	size_t comma;

	if (!x->local && i != NULL && i->client_addr != NULL)
		(void)front_address(i->client_addr, &peer);
	if (x->local || (x->f->host.n > 0 && rep_ip_loopback(&peer))) {
		while ((comma = rep_str_chr(list, ',', 0)) != SIZE_MAX)
			list = rep_str_sub(list, comma + 1, list.n);
		if (rep_ip_parse(rep_str_trim(list), &ip))
			return ip;
	}
	return peer;
}

static void
cookie_text(struct exchange *x, const char *value, const char *more)
{
	snprintf(x->cookie, sizeof x->cookie, "%s=%s; Path=%.*s/; HttpOnly; SameSite=Strict%s%s",
	    REP_FRONT_COOKIE, value, REP_PR(x->f->base), x->f->secure ? "; Secure" : "", more);
}

static void
login(struct exchange *x)
{
	struct front *f = x->f;
	struct rep_str name, password;
	struct rep_web_ask a = { .kind = REP_WEB_LOGIN };
	struct rep_ip from = client(x);

	if (!rep_door_login(rep_buf_str(&x->body), x->a, &x->door, &name, &password)) {
		front_error(x);
		return;
	}
	if (f->asked >= REP_WEB_ASKS_MAX) { /* before it counts as a try */
		front_busy(x);
		return;
	}
	if ((x->retry_s = rep_logins_try(&f->logins, &from, name, f->o->clock_s())) > 0) {
		front_refuse(x, 429, "Too many passwords were tried", "Wait, and try again.",
		    "the next try is possible in %lld s", (long long)x->retry_s);
		return;
	}
	a.who = name;
	a.body = password;
	snprintf(x->who.name, sizeof x->who.name, "%.*s", REP_PR(name));
	if ((x->asked = front_ask(f, &a)) == 0)
		front_busy(x);
	else
		x->stage = FRONT_WAITS;
}

static void
logged_in(struct exchange *x, const struct rep_web_answer *a)
{
	struct front *f = x->f;
	unsigned char random[REP_SESSIONS_ID_BYTES];
	struct rep_str old = rep_door_cookie(x->q.v[REP_DOOR_COOKIE], REP_S(REP_FRONT_COOKIE)),
		       tried = rep_str_c(x->who.name);
	struct rep_ip from = client(x);
	struct rep_web_who who = { .scopes = a->scopes, .mark = a->mark };
	char cookie[REP_COOKIE_TEXT];

	if (a->outcome == REP_WEB_DENIED) {
		front_refuse(x, 401, "Name or password is wrong",
		    "A new password: reputed user password NAME, on the server.",
		    "nobody has both");
		return;
	}
	snprintf(who.name, sizeof who.name, "%.*s", REP_PR(a->name));
	rep_logins_worked(&f->logins, &from, tried, f->o->clock_s());
	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random ||
	    rep_sessions_begin(&f->sessions, &who, old, random, f->o->clock_s(), cookie) == NULL) {
		front_refuse(x, 503, "The login did not work", "Try again.", "out of memory");
		return;
	}
	x->who = (struct front_who){ .known = true, .by_cookie = true, .scopes = a->scopes };
	snprintf(x->who.name, sizeof x->who.name, "%s", who.name);
	cookie_text(x, cookie, "");
	give_session(x, rep_str_c(cookie));
}

static void
logout(struct exchange *x)
{
	rep_sessions_end(
	    &x->f->sessions, rep_door_cookie(x->q.v[REP_DOOR_COOKIE], REP_S(REP_FRONT_COOKIE)));
	cookie_text(x, "", "; Max-Age=0");
	rep_buf_add(&x->answer, REP_S("{}\n"));
	give_json(x, 200);
}

/* --- what the desk is asked for ------------------------------------------------------------------------- */

static void
ask(struct exchange *x)
{
	struct front *f = x->f;
	struct rep_web_ask a = { .kind = REP_WEB_RESOURCE,
		.resource = x->door.resource,
		.who = rep_str_c(x->who.name) };
	struct rep_cached *e;

	if (x->door.body_max > 0 && !rep_door_body(rep_buf_str(&x->body), x->a, &x->door)) {
		front_error(x);
		return;
	}
	if (rep_resources[x->door.resource].private) {
		memcpy(a.params, x->door.params.v, sizeof x->door.params.v);
		if ((x->asked = front_ask(f, &a)) == 0)
			front_busy(x);
		else
			x->stage = FRONT_WAITS;
		return;
	}
	e = rep_cache_want(&f->cache, x->door.resource, &x->door.params, f->now_ms);
	if (e == NULL) {
		front_busy(x);
	} else if (rep_cache_fresh(e, f->generation, f->now_ms)) {
		front_give(x, e);
	} else if (rep_cache_shown(e, f->now_ms) &&
	    (e->made_ms > f->acted_ms || rep_resources[e->resource].judged)) {
		front_give(x, e); /* front_round makes it anew */
	} else if (front_ask_entry(f, e)) {
		x->entry = e;
		x->stage = FRONT_WAITS;
	} else {
		front_busy(x);
	}
}

static void
ask_sns(struct exchange *x)
{
	if ((x->asked = front_ask_sns(x->f, x)) == 0) {
		front_busy(x);
		return;
	}
	x->stage = FRONT_WAITS;
	x->f->posted -= x->posted;
	x->posted = 0;
	rep_buf_fini(&x->body);
}

/* What came of a message of SNS: Amazon goes by the status, and its owner sees the words in its log. */
static void
sns_answered(struct exchange *x, const struct rep_web_answer *a)
{
	if (a->status < 300) {
		rep_buf_add(&x->answer, REP_S("{}\n"));
		give_json(x, a->status);
		return;
	}
	x->retry_s = a->status == 503 ? SNS_RETRY_S : 0;
	front_refuse(x, a->status, "This message is not taken", NULL, "%.*s", REP_PR(a->why));
}

/* What the desk says in words. */
static void
outcome(struct exchange *x, const struct rep_web_answer *a)
{
	switch (a->outcome) {
	case REP_WEB_FINE: break;
	case REP_WEB_USAGE:
		front_refuse(x, 400, "This cannot be answered", NULL, "%.*s", REP_PR(a->why));
		break;
	case REP_WEB_NONE:
		front_refuse(x, 404, "There is no such thing", NULL, "%.*s", REP_PR(a->why));
		break;
	case REP_WEB_DENIED:
		front_refuse(x, 403, "This is not allowed", NULL, "%.*s", REP_PR(a->why));
		break;
	case REP_WEB_FAILED:
	case REP_WEB_OUTCOMES:
		front_refuse(x, 503, "reputed could not work",
		    "What it says in its own log helps: journalctl -u reputed", "%.*s",
		    REP_PR(a->why));
		break;
	}
}

static void go_on(struct exchange *x);

void
front_answered(struct exchange *x, const struct rep_web_answer *a, struct rep_str body)
{
	if (x->token) {
		x->token = false;
		if (a->outcome == REP_WEB_FINE) {
			x->who = (struct front_who){ .known = true, .scopes = a->scopes };
			snprintf(x->who.name, sizeof x->who.name, "%.*s", REP_PR(a->name));
			keep_token(x->f, bearer(x), &x->who);
		}
		go_on(x);
	} else if (x->door.what == REP_DOOR_LOGIN &&
	    (a->outcome == REP_WEB_FINE || a->outcome == REP_WEB_DENIED)) {
		logged_in(x, a);
	} else if (a->status != 0) {
		sns_answered(x, a);
	} else if (a->outcome != REP_WEB_FINE) {
		outcome(x, a);
	} else {
		/* Who wrote something sees it in what is asked for next, unless everything has to be judged for that. */
		if (x->door.acts)
			x->f->acted_ms = x->f->now_ms;
		/* Acts print for people, or nothing. */
		bool shown = body.n > 0 && (body.p[0] == '{' || body.p[0] == '[') &&
		    (x->door.what != REP_DOOR_ASK ||
			rep_resource_shows(x->door.resource, x->who.scopes));

		rep_buf_add(&x->answer, shown ? body : REP_S("{}\n"));
		give_json(x, 200);
	}
}

void
front_entry_there(struct exchange *x, const struct rep_cached *e, const struct rep_web_answer *a)
{
	if (e != NULL)
		front_give(x, e);
	else
		outcome(x, a);
}

/* --- a request ---------------------------------------------------------------------------------------- */

static bool
may(struct exchange *x)
{
	const struct rep_door *d = &x->door;
	struct rep_str cookie = rep_door_cookie(x->q.v[REP_DOOR_COOKIE], REP_S(REP_FRONT_COOKIE));

	if ((d->scope != 0 || d->what == REP_DOOR_SESSION || d->what == REP_DOOR_LOGOUT) &&
	    !x->who.known)
		front_refuse(x, 401, "Nobody is logged in", log_in,
		    "this is shown only to who has an account here");
	else if (d->scope != 0 && (x->who.scopes & d->scope) == 0)
		front_refuse(x, 403, "This is not allowed",
		    "What an account or a token may do is said when it is made: reputed user add --help",
		    "%s may not do it", x->who.name);
	else if (d->writes && x->who.by_cookie &&
	    !rep_sessions_csrf_fits(cookie, x->q.v[REP_DOOR_CSRF]))
		front_refuse(x, 403, "The request does not come from this page",
		    "Load the page again.", "X-CSRF-Token is missing or wrong");
	else
		return true;
	return false;
}

/* Who it is is known now. */
static void
go_on(struct exchange *x)
{
	struct rep_str cookie = { NULL, 0 };

	if (!may(x))
		return;
	if (x->who.by_cookie)
		cookie = rep_door_cookie(x->q.v[REP_DOOR_COOKIE], REP_S(REP_FRONT_COOKIE));
	switch (x->door.what) {
	case REP_DOOR_FILE:
	case REP_DOOR_OPENAPI: give_file(x); break;
	case REP_DOOR_HEALTH:
		rep_buf_add(&x->answer, REP_S("{\"ok\":true}\n"));
		give_json(x, 200);
		break;
	case REP_DOOR_SESSION: give_session(x, cookie); break;
	case REP_DOOR_LOGIN: login(x); break;
	case REP_DOOR_LOGOUT: logout(x); break;
	case REP_DOOR_EVENTS:
		if (x->f->viewers >= REP_FRONT_VIEWERS_MAX) {
			x->retry_s = 30;
			front_refuse(x, 503, "Too many look on", "Load the page again later.",
			    "%d do already", REP_FRONT_VIEWERS_MAX);
		} else {
			x->stage = FRONT_READY;
		}
		break;
	case REP_DOOR_METRICS:
		x->door.resource = REP_RESOURCE_METRICS;
		ask(x);
		break;
	case REP_DOOR_ASK: ask(x); break;
	case REP_DOOR_SNS: ask_sns(x); break;
	case REP_DOOR_REFUSE: front_error(x); break;
	}
}

bool
front_headers(struct exchange *x)
{
	struct rep_door_house house = { .base = x->f->base, .host = x->f->host, .local = x->local };

	rep_door_open(&x->q, &house, x->a, &x->door);
	if (x->door.what == REP_DOOR_REFUSE) {
		front_error(x);
		return false;
	}
	by_cookie(x);
	/* A body is taken only from who may send one. */
	if (x->door.body_max > 0 && x->door.scope != 0 && bearer(x).n == 0 && !may(x))
		return false;
	x->stage = FRONT_BODY;
	return true;
}

void
front_request(struct exchange *x)
{
	if (!x->who.known && (x->door.scope != 0 || x->door.what == REP_DOOR_SESSION) &&
	    by_token(x))
		return;
	go_on(x);
}
