/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"
#include "io/local.h"
#include "io/steady.h"
#include "web/front_inside.h"

#include <errno.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum {
	LINE_BYTES =
	    24 << 10, /* of a connection in libmicrohttpd: its headers, and what is read at once */
	TICK_MS = 1000,
	SPARE = 48, /* descriptors that are no connections: of libmicrohttpd, and of answers */
	DESCRIPTORS = REP_FRONT_LISTEN_MAX * (REP_FRONT_CONNECTIONS_MAX + 8) + 16
};

bool
front_address(const struct sockaddr *from, struct rep_ip *ip)
{
	const struct sockaddr_in *four = (const void *)from;
	const struct sockaddr_in6 *six = (const void *)from;

	*ip = (struct rep_ip){ .version = 0 };
	if (from->sa_family == AF_INET) {
		ip->version = 4;
		memcpy(ip->b, &four->sin_addr, 4);
	} else if (from->sa_family == AF_INET6) {
		ip->version = 6;
		memcpy(ip->b, &six->sin6_addr, 16);
	}
	return ip->version != 0;
}

void
front_sleep(struct exchange *x)
{
	if (!x->suspended)
		x->f->mhd.suspend(x->connection);
	x->suspended = true;
}

void
front_wake(struct exchange *x)
{
	if (x->suspended)
		x->f->mhd.resume(x->connection);
	x->suspended = false;
}

/* --- connections ------------------------------------------------------------------------------------------ */

static void
on_line(void *ctx, struct MHD_Connection *connection, void **line,
    enum MHD_ConnectionNotificationCode what)
{
	struct front *f = ctx;
	struct front_line *l = *line;
	const union MHD_ConnectionInfo *i;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		if ((l = calloc(1, sizeof *l)) == NULL)
			return;
		i = f->mhd.connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		l->fd = i != NULL ? i->connect_fd : -1;
		l->since_ms = f->now_ms;
		l->next = f->lines;
		if (l->next != NULL)
			l->next->before = l;
		f->lines = l;
		*line = l;
	} else if (l != NULL) {
		if (l->next != NULL)
			l->next->before = l->before;
		*(l->before != NULL ? &l->before->next : &f->lines) = l->next;
		free(l);
		*line = NULL;
	}
}

static struct front_line *
line_of(const struct exchange *x)
{
	const union MHD_ConnectionInfo *i =
	    x->f->mhd.connection_info(x->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return i != NULL ? i->socket_context : NULL;
}

/* Ends connections that have no whole request yet and had time for one, or do not take their answer. */
static void
end_slow(struct front *f)
{
	for (struct front_line *l = f->lines; l != NULL; l = l->next)
		if (l->busy == 0 && l->fd >= 0 &&
		    f->now_ms - l->since_ms > (REP_FRONT_REQUEST_S + REP_FRONT_IDLE_S) * 1000LL) {
			(void)shutdown(l->fd, SHUT_RDWR);
			l->fd = -1;
		}
	for (struct exchange *x = f->all; x != NULL; x = x->next) {
		struct front_line *l = x->connection != NULL ? line_of(x) : NULL;

		bool late = (x->stage == FRONT_BODY &&
				f->now_ms - x->begun_ms > REP_FRONT_REQUEST_S * 1000LL) ||
		    (x->stage == FRONT_DONE &&
			f->now_ms - x->begun_ms > REP_FRONT_ANSWER_S * 1000LL);

		if (late && l != NULL && l->fd >= 0) {
			(void)shutdown(l->fd, SHUT_RDWR);
			l->fd = -1;
		}
	}
}

/* --- requests --------------------------------------------------------------------------------------------- */

static void
free_exchange(struct exchange *x)
{
	rep_arena_free(x->a);
	rep_buf_fini(&x->body);
	rep_buf_fini(&x->answer);
	free(x);
}

/* The first line came. What it returns is *ctx of on_request. */
static void *
on_target(void *ctx, const char *target, struct MHD_Connection *connection)
{
	struct front *f = ctx;
	struct exchange *x = calloc(1, sizeof *x);

	if (x == NULL)
		return NULL;
	x->f = f;
	x->connection = connection;
	x->begun_ms = f->now_ms;
	rep_buf_init(&x->body, REP_DOOR_SNS_MAX);
	rep_buf_init(&x->answer, REP_WEB_ANSWER_MAX);
	if ((x->a = rep_arena_new(REP_DOOR_ROOM)) == NULL) {
		free_exchange(x);
		return NULL;
	}
	x->q.target = rep_arena_dup(x->a, rep_str_c(target));
	x->next = f->all;
	if (x->next != NULL)
		x->next->before = x;
	f->all = x;
	return x;
}

static void
on_end(
    void *ctx, struct MHD_Connection *connection, void **own, enum MHD_RequestTerminationCode why)
{
	struct front *f = ctx;
	struct exchange *x = *own;
	struct front_line *l;

	(void)connection;
	(void)why;
	if (x == NULL)
		return;
	if (x->stage == FRONT_EVENTS && f->viewers > 0)
		f->viewers--;
	f->posted -= x->posted;
	if ((l = line_of(x)) != NULL) {
		l->busy = 0;
		l->since_ms = f->now_ms;
	}
	if (x->next != NULL)
		x->next->before = x->before;
	*(x->before != NULL ? &x->before->next : &f->all) = x->next;
	free_exchange(x);
	*own = NULL;
}

static enum MHD_Result
on_header(void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct exchange *x = ctx;

	(void)kind;
	x->q.odd += !rep_door_name(rep_str_c(name));
	for (int i = 0; i < REP_DOOR_HEADERS; i++)
		if (rep_str_eq_nocase(rep_str_c(name), rep_str_c(rep_door_header_names[i]))) {
			x->q.v[i] =
			    value != NULL ? rep_arena_dup(x->a, rep_str_c(value)) : REP_S("");
			x->q.times[i]++;
		}
	return MHD_YES;
}

static bool
is_local(const struct exchange *x)
{
	const union MHD_ConnectionInfo *i =
	    x->f->mhd.connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	return i != NULL && i->client_addr != NULL && i->client_addr->sa_family == AF_UNIX;
}

static enum MHD_Result
answer_now(struct exchange *x)
{
	if (x->stage == FRONT_WAITS) {
		front_sleep(x);
		return MHD_YES;
	}
	return x->door.what == REP_DOOR_EVENTS && x->stage == FRONT_READY && x->status == 0
	    ? front_look_on(x)
	    : front_reply(x);
}

static enum MHD_Result
begin(struct exchange *x, const char *method)
{
	/* Of a HEAD libmicrohttpd leaves out the body of the answer. */
	x->q.method =
	    strcmp(method, "HEAD") == 0 ? REP_S("GET") : rep_arena_dup(x->a, rep_str_c(method));
	x->local = is_local(x);
	(void)x->f->mhd.values(x->connection, MHD_HEADER_KIND, on_header, x);
	if (!front_headers(x))
		return front_reply(x);
	return MHD_YES;
}

/* A part of a body. One that is not kept whole is refused: half of it could mean something else. */
static void
take_body(struct exchange *x, struct rep_str part)
{
	bool sns = x->door.what == REP_DOOR_SNS;

	if (x->body.n + part.n > x->door.body_max) {
		front_refuse(x, 413, "The body is too long", NULL, "it may have %zu bytes here",
		    x->door.body_max);
		return;
	}
	if (!sns || x->f->posted + part.n <= REP_FRONT_POSTED_MAX)
		rep_buf_add(&x->body, part);
	else
		x->body.full = true;
	if (x->body.full) {
		front_busy(x);
	} else if (sns) {
		x->posted += part.n;
		x->f->posted += part.n;
	}
}

static enum MHD_Result
on_request(void *ctx, struct MHD_Connection *connection, const char *path, const char *method,
    const char *version, const char *body, size_t *n, void **own)
{
	struct exchange *x = *own;
	struct front_line *l;

	(void)ctx;
	(void)connection;
	(void)path;
	(void)version;
	if (x == NULL)
		return MHD_NO;
	if (x->stage == FRONT_NEW)
		return begin(x, method);
	if (x->stage == FRONT_BODY && *n > 0) {
		take_body(x, (struct rep_str){ body, *n });
		*n = 0;
		return MHD_YES;
	}
	if (*n > 0) { /* of a body that is refused */
		*n = 0;
		return MHD_YES;
	}
	if (x->stage == FRONT_BODY) {
		if ((l = line_of(x)) != NULL)
			l->busy++;
		front_request(x);
	}
	return answer_now(x);
}

/* --- the beginning ---------------------------------------------------------------------------------------- */

/* For each place; fewer where this process may not have as many descriptors. */
static unsigned
connections(const struct front *f)
{
	struct rlimit r;
	rlim_t each;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_max == RLIM_INFINITY)
		return REP_FRONT_CONNECTIONS_MAX;
	each = r.rlim_max > SPARE ? (r.rlim_max - SPARE) / f->o->places_n : 1;
	return each < REP_FRONT_CONNECTIONS_MAX ? (unsigned)each : REP_FRONT_CONNECTIONS_MAX;
}

static bool
start(struct front *f, size_t k)
{
	const struct rep_front_place *place = &f->o->places[k];

	f->daemons[k] = f->mhd.start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
	    on_request, f, MHD_OPTION_LISTEN_SOCKET, (MHD_socket)place->fd,
	    MHD_OPTION_CONNECTION_LIMIT, connections(f), MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)REP_FRONT_IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)LINE_BYTES,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_target, f,
	    MHD_OPTION_NOTIFY_COMPLETED, on_end, f, MHD_OPTION_NOTIFY_CONNECTION, on_line, f,
	    MHD_OPTION_END);
	return f->daemons[k] != NULL;
}

static void
read_url(struct front *f)
{
	struct rep_config_url u;
	struct rep_str url = f->o->url;

	if (url.n == 0 || !rep_config_url_parse(url, &u))
		return;
	f->secure = rep_str_starts_nocase(url, REP_S("https:"));
	f->host = rep_str_sub(u.site, rep_str_find(u.site, REP_S("://"), 0) + 3, u.site.n);
	f->base = u.path;
	while (f->base.n > 0 && f->base.p[f->base.n - 1] == '/')
		f->base.n--;
}

static enum rep_rc
set_up(struct front *f, struct rep_err *err)
{
	const struct rep_sandbox_params lock = {
		.memory = REP_FRONT_MEMORY, .descriptors = DESCRIPTORS, .serves = true
	};
	struct rep_sandbox locked;
	unsigned char hash[EVP_MAX_MD_SIZE];
	struct rep_key key;
	enum rep_rc rc;

	if ((rc = rep_mhd_load(&f->mhd, err)) != REP_OK)
		return rc;
	/* What they load and look up is there before the lock. */
	if (EVP_Digest("", 0, hash, NULL, EVP_sha256(), NULL) != 1 ||
	    getrandom(key.b, sizeof key.b, 0) != (ssize_t)sizeof key.b)
		return rep_fail(err, REP_EIO, "the page cannot begin: no random bytes");
	rep_logins_init(&f->logins, &key);
	for (size_t k = 0; k < f->o->places_n; k++)
		if (!start(f, k))
			return rep_fail(
			    err, REP_EIO, "libmicrohttpd does not begin: %s", strerror(errno));
	if ((rc = rep_sandbox_enter(&lock, &locked, err)) != REP_OK)
		return rc;
	rep_web_put_ready(&f->out, &locked);
	if (!rep_local_send(f->o->desk, rep_buf_str(&f->out), NULL, 0, 0))
		return rep_fail(err, REP_EIO, "the desk of the page is gone");
	return REP_OK;
}

static int
wait_ms(struct front *f)
{
	int least = TICK_MS;

	for (size_t k = 0; k < f->o->places_n; k++) {
		MHD_UNSIGNED_LONG_LONG ms;

		if (f->mhd.get_timeout(f->daemons[k], &ms) == MHD_YES && ms < (unsigned)least)
			least = (int)ms;
	}
	return least;
}

static void
loop(struct front *f)
{
	struct pollfd v[REP_FRONT_LISTEN_MAX + 1] = { { .fd = f->o->desk, .events = POLLIN } };
	int64_t tick_ms = 0;
	size_t n = f->o->places_n;

	for (size_t k = 0; k < n; k++)
		v[k + 1] = (struct pollfd){
			.fd = f->mhd.get_daemon_info(f->daemons[k], MHD_DAEMON_INFO_EPOLL_FD)
				  ->epoll_fd,
			.events = POLLIN
		};
	while (!f->gone) {
		if (poll(v, (nfds_t)n + 1, wait_ms(f)) < 0 && errno != EINTR)
			return;
		f->now_ms = rep_steady_ms();
		front_hear(f);
		front_round(f);
		if (f->now_ms >= tick_ms) {
			tick_ms = f->now_ms + TICK_MS;
			front_beat(f);
			end_slow(f);
		}
		for (size_t k = 0; k < n; k++)
			(void)f->mhd.run(f->daemons[k]);
	}
}

enum rep_rc
rep_front_run(const struct rep_front_params *o, struct rep_err *err)
{
	struct front *f = calloc(1, sizeof *f);
	enum rep_rc rc;

	if (f == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	f->o = o;
	f->now_ms = rep_steady_ms();
	rep_buf_init(&f->out, REP_WEB_MSG_MAX);
	read_url(f);
	if ((rc = set_up(f, err)) == REP_OK)
		loop(f);
	/* The process ends now, and all that libmicrohttpd has with it. */
	return rc;
}
