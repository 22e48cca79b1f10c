/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_out.h"
#include "web/front_inside.h"

#include <stdarg.h>
#include <stdio.h>

enum {
	BEAT_MS = 20000
}; /* shorter than the 60 s after which nginx takes a silent answer for dead */

/* What every answer says: nothing of it is for another page, and nothing of another page is for it. */
static const char *const always[][2] = {
	{ "Content-Security-Policy",
	    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), geolocation=(), microphone=()" },
	{ "Vary", "Accept-Encoding, Authorization, Cookie" },
};

static bool
add(struct exchange *x, struct MHD_Response *r, const char *name, const char *value)
{
	return x->f->mhd.add_header(r, name, value) == MHD_YES;
}

static bool
add_headers(struct exchange *x, struct MHD_Response *r)
{
	char seconds[24];
	bool fine = true;

	for (size_t i = 0; i < REP_COUNT(always); i++)
		fine = add(x, r, always[i][0], always[i][1]) && fine;
	/* Kept by the browser, and asked about each time: the ETag tells. */
	fine = add(x, r, "Cache-Control",
		   rep_resources[x->door.resource].private || x->etag[0] == '\0'
		       ? "no-store"
		       : "private, no-cache") &&
	    fine;
	if (x->type != NULL)
		fine = add(x, r, "Content-Type", x->type) && fine;
	if (x->etag[0] != '\0')
		fine = add(x, r, "ETag", x->etag) && fine;
	if (x->cookie[0] != '\0')
		fine = add(x, r, "Set-Cookie", x->cookie) && fine;
	if (x->status == 405 && x->door.allow != NULL)
		fine = add(x, r, "Allow", x->door.allow) && fine;
	if (x->door.ends)
		fine = add(x, r, "Connection", "close") && fine;
	if (x->status == 401)
		fine = add(x, r, "WWW-Authenticate", "Bearer") && fine;
	if (x->retry_s > 0) {
		snprintf(seconds, sizeof seconds, "%lld", (long long)x->retry_s);
		fine = add(x, r, "Retry-After", seconds) && fine;
	}
	return fine;
}

void
front_error(struct exchange *x)
{
	x->status = x->door.status;
	x->type = "application/json";
	x->etag[0] = '\0';
	x->file = (struct rep_str){ NULL, 0 };
	rep_buf_clear(&x->answer);
	rep_door_error(&x->answer, &x->door);
	x->stage = FRONT_READY;
}

void
front_refuse(
    struct exchange *x, unsigned status, const char *title, const char *act, const char *why, ...)
{
	char text[sizeof x->door.why.msg];
	va_list ap;

	va_start(ap, why);
	if (!rep_sentence(text, sizeof text, why, ap))
		text[0] = '\0';
	va_end(ap);
	rep_door_refuse(&x->door, status, title, act, "%s", text);
	front_error(x);
}

void
front_give(struct exchange *x, const struct rep_cached *e)
{
	bool packed = e->gzip != NULL && rep_door_gzip(x->q.v[REP_DOOR_ACCEPT_ENCODING]);

	x->status = 200;
	x->type = x->door.what == REP_DOOR_METRICS
	    ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
	    : "application/json";
	if (e->etag[0] != '\0')
		snprintf(x->etag, sizeof x->etag, "W/\"%s\"", e->etag); /* packed or not */
	rep_buf_clear(&x->answer);
	if (e->etag[0] != '\0' && rep_door_matches(x->q.v[REP_DOOR_NONE_MATCH], rep_str_c(e->etag)))
		x->status = 304;
	else
		rep_buf_add(&x->answer,
		    packed ? (struct rep_str){ e->gzip, e->gzip_n }
			   : (struct rep_str){ e->body, e->n });
	x->packed = packed && x->status == 200;
	x->stage = FRONT_READY;
}

enum MHD_Result
front_reply(struct exchange *x)
{
	struct front *f = x->f;
	struct MHD_Response *r;
	enum MHD_Result done = MHD_NO;

	if (x->answer.full)
		return MHD_NO;
	if (x->file.p != NULL) { /* of the program itself */
		r = f->mhd.response_from_buffer(
		    x->file.n, (void *)(uintptr_t)x->file.p, MHD_RESPMEM_PERSISTENT);
	} else if (x->answer.n > 0) {
		r = f->mhd.response_from_buffer(x->answer.n, x->answer.p, MHD_RESPMEM_MUST_FREE);
		if (r != NULL) /* it is the response's now */
			rep_buf_init(&x->answer, REP_WEB_ANSWER_MAX);
	} else {
		r = f->mhd.response_from_buffer(0, (char *)"", MHD_RESPMEM_PERSISTENT);
	}
	if (r == NULL)
		return MHD_NO;
	if (add_headers(x, r) && (!x->packed || add(x, r, "Content-Encoding", "gzip")))
		done = f->mhd.queue_response(x->connection, x->status, r);
	f->mhd.destroy_response(r);
	x->stage = FRONT_DONE;
	return done;
}

/* --- those who look on ------------------------------------------------------------------------------------ */

static const struct front_event *
event(const struct front *f, uint64_t nth)
{
	const struct front_event *e = &f->events[nth % EVENTS_KEPT];

	return e->nth == nth ? e : NULL;
}

static ssize_t
read_events(void *ctx, uint64_t at, char *to, size_t room)
{
	struct exchange *x = ctx;
	struct front *f = x->f;
	const struct front_event *e;
	size_t n;

	(void)at;
	if (!x->who.known || room < sizeof ": \n\n")
		return MHD_CONTENT_READER_END_OF_STREAM; /* the session has ended */
	/* Who was too slow to see all of them is told of the newest: he asks again for what it names. */
	if (x->seen < f->events_n && event(f, x->seen + 1) == NULL) {
		x->seen = f->events_n - 1;
		x->told = 0;
	}
	if (x->seen < f->events_n && (e = event(f, x->seen + 1)) != NULL) {
		n = e->n - x->told < room ? e->n - x->told : room;
		memcpy(to, e->text + x->told, n);
		x->told += n;
		x->quiet_ms = f->now_ms;
		if (x->told == e->n) {
			x->seen++;
			x->told = 0;
		}
		return (ssize_t)n;
	}
	if (f->now_ms - x->quiet_ms >= BEAT_MS) {
		x->quiet_ms = f->now_ms;
		memcpy(to, ":\n\n", 3);
		return 3;
	}
	front_sleep(x);
	return 0;
}

enum MHD_Result
front_look_on(struct exchange *x)
{
	struct front *f = x->f;
	struct MHD_Response *r =
	    f->mhd.response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_events, x, NULL);
	enum MHD_Result done = MHD_NO;

	if (r == NULL)
		return MHD_NO;
	x->status = 200;
	x->type = "text/event-stream";
	x->seen = f->events_n;
	x->quiet_ms =
	    f->now_ms - BEAT_MS; /* a first line at once: the browser knows that it is connected */
	/* nginx keeps an answer until it is whole, unless it is told not to. */
	if (add_headers(x, r) && add(x, r, "X-Accel-Buffering", "no"))
		done = f->mhd.queue_response(x->connection, 200, r);
	f->mhd.destroy_response(r);
	if (done == MHD_YES) {
		x->stage = FRONT_EVENTS;
		f->viewers++;
	}
	return done;
}

void
front_tell(struct front *f, uint64_t changed)
{
	struct front_event *e = &f->events[(f->events_n + 1) % EVENTS_KEPT];
	struct rep_buf b;
	bool any = false;

	rep_buf_init(&b, EVENT_TEXT);
	rep_buf_printf(&b, "id: %llu\nevent: changed\ndata: {\"paths\":[",
	    (unsigned long long)f->events_n + 1);
	for (int i = 0; i < REP_RESOURCE_N; i++)
		if ((changed & UINT64_C(1) << i) != 0 && rep_resources[i].path != NULL) {
			rep_buf_printf(
			    &b, "%s\"/api/v1/%s\"", any ? "," : "", rep_resources[i].path);
			any = true;
		}
	rep_buf_add(&b, REP_S("]}\n\n"));
	if (any && !b.full) {
		e->nth = ++f->events_n;
		e->n = b.n;
		memcpy(e->text, b.p, b.n);
		for (struct exchange *x = f->all; x != NULL; x = x->next)
			if (x->stage == FRONT_EVENTS)
				front_wake(x);
	}
	rep_buf_fini(&b);
}

/* Also ends those whose session has ended. */
void
front_beat(struct front *f)
{
	int64_t now_s = f->o->clock_s();

	for (struct exchange *x = f->all; x != NULL; x = x->next) {
		if (x->stage != FRONT_EVENTS)
			continue;
		if (x->who.by_cookie &&
		    (rep_sessions_may(&f->sessions,
			 rep_door_cookie(x->q.v[REP_DOOR_COOKIE], REP_S(REP_FRONT_COOKIE)), now_s) &
			REP_MAY_READ) == 0)
			x->who.known = false;
		if (!x->who.known || f->now_ms - x->quiet_ms >= BEAT_MS)
			front_wake(x);
	}
}
