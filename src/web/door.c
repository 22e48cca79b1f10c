/* SPDX-License-Identifier: Apache-2.0 */
#include "web/door.h"
#include "base/json_out.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

const char *const rep_door_header_names[REP_DOOR_HEADERS] = {
	[REP_DOOR_HOST] = "Host",
	[REP_DOOR_COOKIE] = "Cookie",
	[REP_DOOR_AUTHORIZATION] = "Authorization",
	[REP_DOOR_CSRF] = "X-CSRF-Token",
	[REP_DOOR_TYPE] = "Content-Type",
	[REP_DOOR_LENGTH] = "Content-Length",
	[REP_DOOR_ENCODING] = "Transfer-Encoding",
	[REP_DOOR_NONE_MATCH] = "If-None-Match",
	[REP_DOOR_ACCEPT_ENCODING] = "Accept-Encoding",
	[REP_DOOR_FORWARDED_FOR] = "X-Forwarded-For",
	[REP_DOOR_ORIGIN] = "Origin",
};

void
rep_door_refuse(
    struct rep_door *d, unsigned status, const char *title, const char *act, const char *why, ...)
{
	va_list ap;

	d->what = REP_DOOR_REFUSE;
	d->status = status;
	d->title = title;
	d->act = act;
	va_start(ap, why);
	if (!rep_sentence(d->why.msg, sizeof d->why.msg, why, ap))
		d->why.msg[0] = '\0';
	va_end(ap);
}

void
rep_door_error(struct rep_buf *out, const struct rep_door *d)
{
	struct rep_json j;

	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_obj(&j, "error");
	rep_json_cstr(&j, "title", d->title);
	rep_json_cstr(&j, "why", d->why.msg);
	rep_json_cstr(&j, "do", d->act);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	rep_buf_addc(out, '\n');
}

/* --- percent-encoding ----------------------------------------------------------------------------------- */

/* False: a '%' without two hexadecimal digits, or the byte 0. plus: a '+' is a blank, as in a query. */
static bool
decode(struct rep_str s, bool plus, struct rep_arena *a, struct rep_str *out)
{
	char *to = rep_arena_alloc(a, s.n + 1);
	size_t n = 0;

	if (to == NULL)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%') {
			if (s.n - i < 3 || rep_hex(s.p[i + 1]) < 0 || rep_hex(s.p[i + 2]) < 0)
				return false;
			c = (char)(rep_hex(s.p[i + 1]) << 4 | rep_hex(s.p[i + 2]));
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		if (c == '\0')
			return false;
		to[n++] = c;
	}
	*out = (struct rep_str){ to, n };
	return true;
}

/* --- what every request is held against ----------------------------------------------------------------- */

static bool
is_loopback_name(struct rep_str host)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };
	struct rep_str rest;

	for (size_t i = 0; i < REP_COUNT(names); i++) {
		if (!rep_str_starts_nocase(host, rep_str_c(names[i])))
			continue;
		rest = rep_str_sub(host, strlen(names[i]), host.n);
		if (rest.n == 0)
			return true;
		if (rest.p[0] == ':' && rest.n <= 6 && rep_str_digits(rep_str_sub(rest, 1, rest.n)))
			return true;
	}
	return false;
}

static bool
is_host(const struct rep_door_house *house, struct rep_str host)
{
	return house->local || is_loopback_name(host) ||
	    (house->host.n > 0 && rep_str_eq_nocase(host, house->host));
}

/* An origin is "null", or a scheme and a host. A browser says it with what a page of another site made it send. */
static bool
is_our_origin(const struct rep_door_request *q, const struct rep_door_house *house)
{
	struct rep_str o = q->v[REP_DOOR_ORIGIN], host = q->v[REP_DOOR_HOST];
	size_t at = rep_str_find(o, REP_S("://"), 0);

	if (o.p == NULL)
		return true;
	if (at == SIZE_MAX)
		return false;
	o = rep_str_sub(o, at + 3, o.n);
	return rep_str_eq_nocase(o, host) ||
	    (house->host.n > 0 && rep_str_eq_nocase(o, house->host));
}

enum { LENGTH_DIGITS = 12 }; /* of a Content-Length */

bool
rep_door_name(struct rep_str name)
{
	static const enum rep_door_header ends[] = { REP_DOOR_LENGTH, REP_DOOR_ENCODING };

	for (size_t i = 0; i < REP_COUNT(ends); i++) {
		struct rep_str one = rep_str_c(rep_door_header_names[ends[i]]);

		if (name.n > one.n && rep_str_starts_nocase(name, one))
			return false;
	}
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			(c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL)))
			return false;
	}
	return name.n > 0;
}

static bool
is_sound(const struct rep_door_request *q, const struct rep_door_house *house, struct rep_door *d)
{
	d->ends = true;
	if (q->odd > 0)
		rep_door_refuse(d, 400, "A header of the request has no name", NULL,
		    "the name of a header has no blanks, neither within nor before the colon");
	else if (q->target.n > REP_DOOR_TARGET_MAX)
		rep_door_refuse(d, 414, "The address is too long", NULL,
		    "it has %zu bytes, and may have %d", q->target.n, REP_DOOR_TARGET_MAX);
	else if (q->times[REP_DOOR_HOST] != 1)
		rep_door_refuse(d, 400, "The request names no host, or several", NULL,
		    "there are %u Host headers", q->times[REP_DOOR_HOST]);
	else if (!is_host(house, q->v[REP_DOOR_HOST]))
		rep_door_refuse(d, 421, "This is not the host you asked for",
		    "Behind a proxy: web-url in reputed.conf says under which name people see the page.",
		    "reputed answers to localhost, 127.0.0.1, [::1] and the host of web-url");
	else if (q->times[REP_DOOR_ENCODING] > 0)
		rep_door_refuse(d, 400, "The request has a Transfer-Encoding", NULL,
		    "a body is taken with its Content-Length only");
	else if (q->times[REP_DOOR_LENGTH] > 1 ||
	    (q->times[REP_DOOR_LENGTH] == 1 &&
		(!rep_str_digits(q->v[REP_DOOR_LENGTH]) ||
		    q->v[REP_DOOR_LENGTH].n > LENGTH_DIGITS)))
		rep_door_refuse(d, 400, "The length of the request is not clear", NULL,
		    "Content-Length is given twice, or is no number");
	else if (q->times[REP_DOOR_COOKIE] > 1 || q->times[REP_DOOR_AUTHORIZATION] > 1 ||
	    q->times[REP_DOOR_CSRF] > 1)
		rep_door_refuse(d, 400, "The request says twice who you are", NULL,
		    "Cookie, Authorization or X-CSRF-Token came more than once");
	else
		d->ends = false;
	return !d->ends;
}

/* --- paths ------------------------------------------------------------------------------------------------ */

/* What is no resource. */
static const struct {
	const char *path, *method;
	enum rep_door_what what;
	const char *file;
	unsigned scope;
	bool writes;
	size_t body_max;
} places[] = {
	{ "/", "GET", REP_DOOR_FILE, "/", 0, false, 0 },
	{ "/app.js", "GET", REP_DOOR_FILE, "/app.js", 0, false, 0 },
	{ "/app.css", "GET", REP_DOOR_FILE, "/app.css", 0, false, 0 },
	{ "/icon.svg", "GET", REP_DOOR_FILE, "/icon.svg", 0, false, 0 },
	{ "/third-party.txt", "GET", REP_DOOR_FILE, "/third-party.txt", 0, false, 0 },
	{ "/healthz", "GET", REP_DOOR_HEALTH, NULL, 0, false, 0 },
	{ "/metrics", "GET", REP_DOOR_METRICS, NULL, REP_MAY_METRICS | REP_MAY_READ, false, 0 },
	{ "/api/v1/session", "GET", REP_DOOR_SESSION, NULL, 0, false, 0 },
	{ "/api/v1/session", "POST", REP_DOOR_LOGIN, NULL, 0, false, REP_DOOR_BODY_MAX },
	{ "/api/v1/session", "DELETE", REP_DOOR_LOGOUT, NULL, 0, true, 0 },
	{ "/api/v1/events", "GET", REP_DOOR_EVENTS, NULL, REP_MAY_READ, false, 0 },
	{ "/api/v1/openapi.json", "GET", REP_DOOR_OPENAPI, "/openapi.json", REP_MAY_READ, false,
	    0 },
};

static void
set_query(struct rep_str query, struct rep_arena *a, struct rep_door *d)
{
	char shown[64];
	struct rep_err err;

	for (unsigned n = 0; query.n > 0; n++) {
		size_t and = rep_str_chr(query, '&', 0), is;
		struct rep_str pair = rep_str_sub(query, 0, and), name, value;

		query = rep_str_sub(query, and == SIZE_MAX ? query.n : and+1, query.n);
		if (pair.n == 0)
			continue;
		is = rep_str_chr(pair, '=', 0);
		if (n >= REP_DOOR_QUERY_MAX || !decode(rep_str_sub(pair, 0, is), true, a, &name) ||
		    !decode(rep_str_sub(pair, is == SIZE_MAX ? pair.n : is + 1, pair.n), true, a,
			&value)) {
			rep_door_refuse(d, 400, "The address cannot be read", NULL,
			    "a parameter is not percent-encoded as it should be, or there are more than %d",
			    REP_DOOR_QUERY_MAX);
			return;
		}
		if (rep_resource_param(d->resource, name, value, &d->params, &err) != REP_OK) {
			snprintf(shown, sizeof shown, "%.*s", REP_PR(name));
			rep_door_refuse(d, 400, "A parameter is not understood",
			    "What each path takes is in /api/v1/openapi.json.", "%s: %s", err.msg,
			    shown);
			return;
		}
	}
	if (!rep_resources[d->resource].post &&
	    rep_resource_complete(d->resource, &d->params, &err) != REP_OK)
		rep_door_refuse(d, 400, "A parameter is missing",
		    "What each path takes is in /api/v1/openapi.json.", "%s", err.msg);
}

static bool
is_resource(const struct rep_door_request *q, struct rep_str path, struct rep_str query,
    struct rep_arena *a, struct rep_door *d)
{
	bool post = rep_str_eq(q->method, REP_S("POST"));
	struct rep_str rest = rep_str_sub(path, sizeof "/api/v1/" - 1, path.n), alert;

	if (!rep_str_starts(path, REP_S("/api/v1/")))
		return false;
	if ((!post && !rep_str_eq(q->method, REP_S("GET"))) ||
	    !rep_resource_find(rest, post, &d->resource, &alert)) {
		bool by_get = rep_resource_other(rest, true),
		     by_post = rep_resource_other(rest, false);

		if (!by_get && !by_post)
			return false;
		d->allow = by_get && by_post ? "GET, POST" : by_get ? "GET" : "POST";
		rep_door_refuse(d, 405, "This is asked for in another way", NULL,
		    "the path takes %s", d->allow);
		return true;
	}
	d->what = REP_DOOR_ASK;
	d->scope = rep_resources[d->resource].scope;
	d->writes = post;
	d->acts = d->scope == REP_MAY_ACT;
	d->body_max = post ? REP_DOOR_BODY_MAX : 0;
	if (alert.n > 0)
		d->params.v[REP_QUERY_ALERT] = alert;
	set_query(query, a, d);
	return true;
}

static bool
is_sns(const struct rep_door_request *q, struct rep_str path, struct rep_door *d)
{
	struct rep_str name = rep_str_sub(path, sizeof "/sns/" - 1, path.n);

	if (!rep_str_starts(path, REP_S("/sns/")) || name.n == 0 || name.n > REP_DOOR_SNS_NAME)
		return false;
	if (!rep_str_eq(q->method, REP_S("POST"))) {
		rep_door_refuse(
		    d, 405, "This is asked for in another way", NULL, "the path takes POST");
		d->allow = "POST";
		return true;
	}
	d->what = REP_DOOR_SNS;
	d->file = name;
	d->body_max = REP_DOOR_SNS_MAX;
	return true;
}

static bool
is_place(const struct rep_door_request *q, struct rep_str path, struct rep_door *d)
{
	const char *other = NULL;

	for (size_t i = 0; i < REP_COUNT(places); i++) {
		if (!rep_str_eq(path, rep_str_c(places[i].path)))
			continue;
		if (!rep_str_eq(q->method, rep_str_c(places[i].method))) {
			other = places[i].method;
			continue;
		}
		d->what = places[i].what;
		d->file = rep_str_c(places[i].file);
		d->scope = places[i].scope;
		d->writes = places[i].writes;
		d->body_max = places[i].body_max;
		return true;
	}
	if (other == NULL)
		return false;
	rep_door_refuse(
	    d, 405, "This is asked for in another way", NULL, "the path takes %s", other);
	d->allow = other;
	return true;
}

/* What the proxy shows us below: with or without that before it. */
static struct rep_str
below(struct rep_str path, struct rep_str base)
{
	if (base.n == 0 || !rep_str_starts(path, base) ||
	    (path.n > base.n && path.p[base.n] != '/'))
		return path;
	return path.n == base.n ? REP_S("/") : rep_str_sub(path, base.n, path.n);
}

void
rep_door_open(const struct rep_door_request *q, const struct rep_door_house *house,
    struct rep_arena *a, struct rep_door *out)
{
	size_t mark;
	struct rep_str path, query = { NULL, 0 };

	*out = (struct rep_door){ .what = REP_DOOR_REFUSE };
	if (!is_sound(q, house, out))
		return;
	mark = rep_str_chr(q->target, '?', 0);
	if (mark != SIZE_MAX)
		query = rep_str_sub(q->target, mark + 1, q->target.n);
	if (!decode(rep_str_sub(q->target, 0, mark), false, a, &path) || path.n == 0 ||
	    path.p[0] != '/') {
		rep_door_refuse(out, 400, "The address cannot be read", NULL,
		    "it does not begin with /, or is not percent-encoded as it should be");
		return;
	}
	path = below(path, house->base);
	if (!is_place(q, path, out) && !is_sns(q, path, out) &&
	    !is_resource(q, path, query, a, out)) {
		rep_door_refuse(out, 404, "There is nothing here",
		    "The page is at /, what the API has is in /api/v1/openapi.json.",
		    "no such path");
		return;
	}
	if (out->what == REP_DOOR_REFUSE)
		return;
	if (q->v[REP_DOOR_LENGTH].n > 0 && !rep_str_eq(q->v[REP_DOOR_LENGTH], REP_S("0"))) {
		char digits[16];

		snprintf(digits, sizeof digits, "%zu", out->body_max);
		if (q->v[REP_DOOR_LENGTH].n > strlen(digits) ||
		    (q->v[REP_DOOR_LENGTH].n == strlen(digits) &&
			memcmp(q->v[REP_DOOR_LENGTH].p, digits, strlen(digits)) > 0)) {
			rep_door_refuse(out, 413, "The body is too long", NULL,
			    "it may have %s bytes here", digits);
			return;
		}
	} else if (out->body_max > 0 && q->times[REP_DOOR_LENGTH] == 0) {
		rep_door_refuse(out, 411, "The length of the body is missing", NULL,
		    "a body is taken with its Content-Length only");
		return;
	}
	/* A form of another site cannot send this type. */
	if (out->body_max > 0 && out->what != REP_DOOR_SNS &&
	    !rep_str_starts_nocase(q->v[REP_DOOR_TYPE], REP_S("application/json"))) {
		rep_door_refuse(out, 415, "The body is no JSON", NULL,
		    "its Content-Type is not application/json");
		return;
	}
	if ((out->writes || out->what == REP_DOOR_LOGIN) && !is_our_origin(q, house))
		rep_door_refuse(out, 403, "The request comes from another site", NULL,
		    "its Origin is not this page's");
}

/* --- bodies ----------------------------------------------------------------------------------------------- */

static json_t *
object(struct rep_str body, struct rep_door *d)
{
	json_error_t why;
	json_t *root =
	    json_loadb(body.p != NULL ? body.p : "", body.n, JSON_REJECT_DUPLICATES, &why);

	if (json_is_object(root))
		return root;
	rep_door_refuse(d, 400, "The body is no JSON object", NULL, "%s, at byte %d",
	    root == NULL ? why.text : "it is something else", root == NULL ? why.position : 0);
	json_decref(root);
	return NULL;
}

static bool
set_member(const char *name, json_t *v, struct rep_arena *a, struct rep_door *d)
{
	char number[32];
	struct rep_str value;
	struct rep_err err;

	if (json_is_boolean(v)) {
		value = json_is_true(v) ? REP_S("true") : REP_S("false");
	} else if (json_is_integer(v)) {
		snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		value = rep_arena_dup(a, rep_str_c(number));
	} else if (json_is_string(v)) {
		value = rep_arena_dup(
		    a, (struct rep_str){ json_string_value(v), json_string_length(v) });
	} else if (json_is_null(v)) {
		return true;
	} else {
		rep_door_refuse(d, 400, "A parameter is not understood", NULL,
		    "\"%.60s\" is a text, a whole number, true or false", name);
		return false;
	}
	if (rep_resource_param(d->resource, rep_str_c(name), value, &d->params, &err) == REP_OK)
		return true;
	rep_door_refuse(d, 400, "A parameter is not understood",
	    "What each path takes is in /api/v1/openapi.json.", "%s: \"%.60s\"", err.msg, name);
	return false;
}

bool
rep_door_body(struct rep_str body, struct rep_arena *a, struct rep_door *d)
{
	json_t *root = object(body.n > 0 ? body : REP_S("{}"), d), *v;
	const char *name;
	struct rep_err err;
	bool fine = root != NULL;

	if (root == NULL)
		return false;
	json_object_foreach(root, name, v) fine = fine && set_member(name, v, a, d);
	if (fine && rep_resource_complete(d->resource, &d->params, &err) != REP_OK) {
		rep_door_refuse(d, 400, "A parameter is missing",
		    "What each path takes is in /api/v1/openapi.json.", "%s", err.msg);
		fine = false;
	}
	json_decref(root);
	return fine;
}

bool
rep_door_login(struct rep_str body, struct rep_arena *a, struct rep_door *d, struct rep_str *name,
    struct rep_str *password)
{
	json_t *root = object(body, d), *n, *p;

	if (root == NULL)
		return false;
	n = json_object_get(root, "name");
	p = json_object_get(root, "password");
	*name = *password = (struct rep_str){ NULL, 0 };
	if (json_is_string(n) && json_is_string(p) && json_string_length(n) > 0 &&
	    json_string_length(n) <= REP_QUERY_MAX && json_string_length(p) <= REP_QUERY_MAX) {
		*name = rep_arena_dup(
		    a, (struct rep_str){ json_string_value(n), json_string_length(n) });
		*password = rep_arena_dup(
		    a, (struct rep_str){ json_string_value(p), json_string_length(p) });
	}
	json_decref(root);
	if (name->p != NULL && password->p != NULL)
		return true;
	rep_door_refuse(d, 400, "A login has a name and a password", NULL,
	    "both are texts of at most %d bytes", REP_QUERY_MAX);
	return false;
}

/* --- headers ---------------------------------------------------------------------------------------------- */

struct rep_str
rep_door_cookie(struct rep_str header, struct rep_str name)
{
	struct rep_str found = { NULL, 0 };

	while (header.n > 0) {
		size_t end = rep_str_chr(header, ';', 0);
		struct rep_str one = rep_str_trim(rep_str_sub(header, 0, end));
		size_t is = rep_str_chr(one, '=', 0);

		header = rep_str_sub(header, end == SIZE_MAX ? header.n : end + 1, header.n);
		if (is == SIZE_MAX || !rep_str_eq(rep_str_sub(one, 0, is), name))
			continue;
		if (found.p != NULL)
			return (struct rep_str){ NULL, 0 };
		found = rep_str_sub(one, is + 1, one.n);
	}
	return found;
}

bool
rep_door_matches(struct rep_str header, struct rep_str etag)
{
	while (header.n > 0) {
		size_t end = rep_str_chr(header, ',', 0);
		struct rep_str one = rep_str_trim(rep_str_sub(header, 0, end));

		header = rep_str_sub(header, end == SIZE_MAX ? header.n : end + 1, header.n);
		if (rep_str_eq(one, REP_S("*")))
			return true;
		/* A weak comparison (RFC 9110, 13.1.2): a proxy that packs makes tags weak. */
		if (rep_str_starts(one, REP_S("W/")))
			one = rep_str_sub(one, 2, one.n);
		if (one.n == etag.n + 2 && one.p[0] == '"' && one.p[one.n - 1] == '"' &&
		    rep_str_eq(rep_str_sub(one, 1, etag.n), etag))
			return true;
	}
	return false;
}

bool
rep_door_gzip(struct rep_str header)
{
	while (header.n > 0) {
		size_t end = rep_str_chr(header, ',', 0), semi;
		struct rep_str one = rep_str_trim(rep_str_sub(header, 0, end)), q;

		header = rep_str_sub(header, end == SIZE_MAX ? header.n : end + 1, header.n);
		semi = rep_str_chr(one, ';', 0);
		if (!rep_str_eq_nocase(rep_str_trim(rep_str_sub(one, 0, semi)), REP_S("gzip")))
			continue;
		q = semi == SIZE_MAX ? REP_S("q=1")
				     : rep_str_trim(rep_str_sub(one, semi + 1, one.n));
		if (!rep_str_starts_nocase(q, REP_S("q=0")))
			return true;
		for (size_t i = 3; i < q.n; i++)
			if (q.p[i] >= '1' && q.p[i] <= '9')
				return true;
		return false;
	}
	return false;
}
