/* What is done about an HTTP request. SPDX-License-Identifier: Apache-2.0 */
#include "tap.h"

#include "web/door.h"

static struct rep_arena *a;
static struct rep_door d;
static struct rep_door_request q;

static void
ask(const char *method, const char *target)
{
	const struct rep_door_house house = { .base = REP_S("/sub"),
		.host = REP_S("mail.shop.example") };

	rep_arena_reset(a);
	q.method = rep_str_c(method);
	q.target = rep_str_c(target);
	rep_door_open(&q, &house, a, &d);
}

static void
usual(void)
{
	q = (struct rep_door_request){ .times = { 0 } };
	q.v[REP_DOOR_HOST] = REP_S("127.0.0.1:8025");
	q.times[REP_DOOR_HOST] = 1;
}

static void
length(const char *n)
{
	q.v[REP_DOOR_TYPE] = REP_S("application/json; charset=utf-8");
	q.v[REP_DOOR_LENGTH] = rep_str_c(n);
	q.times[REP_DOOR_LENGTH] = 1;
}

static void
paths(void)
{
	static const struct {
		const char *method, *target;
		int what; /* or -status */
	} rows[] = {
		{ "GET", "/", REP_DOOR_FILE },
		{ "GET", "/?x=1", REP_DOOR_FILE },
		{ "GET", "/app.js", REP_DOOR_FILE },
		{ "GET", "/third-party.txt", REP_DOOR_FILE },
		{ "GET", "/sub/app.css", REP_DOOR_FILE },
		{ "GET", "/sub", REP_DOOR_FILE },
		{ "GET", "/subapp.css", -404 },
		{ "GET", "/healthz", REP_DOOR_HEALTH },
		{ "POST", "/healthz", -405 },
		{ "GET", "/metrics", REP_DOOR_METRICS },
		{ "GET", "/api/v1/status", REP_DOOR_ASK },
		{ "GET", "/sub/api/v1/status", REP_DOOR_ASK },
		{ "GET", "/api/v1/st%61tus", REP_DOOR_ASK },
		{ "GET", "/api/v1/status/", -404 },
		{ "GET", "/api/v1/../v1/status", -404 },
		{ "GET", "/api/v1/%2e%2e/status", -404 },
		{ "GET", "/%2e%2e/%2e%2e/etc/passwd", -404 },
		{ "GET", "/../../etc/passwd", -404 },
		{ "GET", "/api/v1/status%00", -400 },
		{ "GET", "/api/v1/status%", -400 },
		{ "GET", "/api/v1/status%4", -400 },
		{ "GET", "/api/v1/status%zz", -400 },
		{ "GET", "http://127.0.0.1/api/v1/status", -400 },
		{ "GET", "*", -400 },
		{ "GET", "", -400 },
		{ "GET", "/api/v1/trace", -405 },
		{ "GET", "/api/v1/alerts/3/ack", -405 },
		{ "DELETE", "/api/v1/status", -405 },
		{ "BREW", "/", -405 },
		{ "GET", "/api/v1/session", REP_DOOR_SESSION },
		{ "DELETE", "/api/v1/session", REP_DOOR_LOGOUT },
		{ "GET", "/api/v1/events", REP_DOOR_EVENTS },
		{ "GET", "/sns/ses", -405 },
		{ "GET", "/api/v1/status?all", REP_DOOR_ASK },
		{ "GET", "/api/v1/status?all=1&", REP_DOOR_ASK },
		{ "GET", "/api/v1/status?all=2", -400 },
		{ "GET", "/api/v1/status?all=1&all=1", -400 },
		{ "GET", "/api/v1/status?subject=7", -400 },
		{ "GET", "/api/v1/why?subject=--db", -400 },
		{ "GET", "/api/v1/why?subject=a%0ab", -400 },
		{ "GET", "/api/v1/why?subject=%ff", -400 },
		{ "GET", "/api/v1/why?subject=microsoft", REP_DOOR_ASK },
		{ "GET", "/api/v1/dmarc/path", -400 },
		{ "GET", "/api/v1/replies?incident=7", REP_DOOR_ASK },
		{ "GET", "/api/v1/replies?incident=list", -400 },
		{ "GET", "/api/v1/timeline?incident=7%2b", -400 },
		{ "GET", "/api/v1/dmarc/path?domain=shop.example", REP_DOOR_ASK },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		usual();
		ask(rows[i].method, rows[i].target);
		is_int(d.what == REP_DOOR_REFUSE ? -(int)d.status : (int)d.what, rows[i].what,
		    "%s %s", rows[i].method, rows[i].target);
	}
	usual();
	ask("GET", "/api/v1/why?subject=a+b%26c");
	is_str(d.params.v[REP_QUERY_SUBJECT], "a b&c", "a value is decoded");
}

static void
hosts(void)
{
	static const struct {
		const char *host;
		bool good;
	} rows[] = {
		{ "localhost", true },
		{ "LOCALHOST:8025", true },
		{ "127.0.0.1:1", true },
		{ "[::1]:8025", true },
		{ "mail.shop.example", true },
		{ "localhost.evil.example", false },
		{ "localhost:", false },
		{ "localhost:80x", false },
		{ "localhost:8025@evil", false },
		{ "127.0.0.1.evil.example", false },
		{ "evil.example", false },
		{ "mail.shop.example:81", false },
		{ "", false },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		usual();
		q.v[REP_DOOR_HOST] = rep_str_c(rows[i].host);
		ask("GET", "/healthz");
		is_int(d.what == REP_DOOR_HEALTH, rows[i].good, "host \"%s\"", rows[i].host);
	}
	usual();
	q.times[REP_DOOR_HOST] = 2;
	ask("GET", "/healthz");
	is_int(d.status, 400, "two hosts");
}

static void
lengths(void)
{
	usual();
	ask("POST", "/api/v1/session");
	is_int(d.status, 411, "a body without a length");
	length("16384");
	ask("POST", "/api/v1/session");
	is_int(d.what, REP_DOOR_LOGIN, "the longest body");
	length("16385");
	ask("POST", "/api/v1/session");
	is_int(d.status, 413, "one byte more");
	length("999999999999");
	ask("POST", "/sns/ses");
	is_int(d.status, 413, "an event that is too long");
	length("131072");
	ask("POST", "/sns/ses");
	ok(d.what == REP_DOOR_SNS, "the longest event");
	is_str(d.file, "ses", "its name");
	for (int i = 0; i < 5; i++) {
		static const char *const bad[] = { "+5", "5, 5", "0x5", "", "1e3" };

		length(bad[i]);
		ask("POST", "/api/v1/session");
		is_int(d.status, 400, "the length \"%s\"", bad[i]);
	}
	length("5");
	q.times[REP_DOOR_LENGTH] = 2;
	ask("POST", "/api/v1/session");
	is_int(d.status, 400, "two lengths");
	usual();
	length("5");
	q.times[REP_DOOR_ENCODING] = 1;
	ask("POST", "/api/v1/session");
	is_int(d.status, 400, "a length beside an encoding");
	usual();
	length("5");
	ask("GET", "/api/v1/status");
	is_int(d.status, 413, "a body where none belongs");
	q.times[REP_DOOR_COOKIE] = 2;
	ask("GET", "/healthz");
	is_int(d.status, 400, "two cookies");
	ok(d.ends, "after that nothing is read of the connection");
	usual();
	ask("GET", "/healthz");
	ok(d.what == REP_DOOR_HEALTH && !d.ends, "a request that is clear does not end it");
	q.odd = 1;
	ask("GET", "/healthz");
	ok(d.status == 400 && d.ends, "a header whose name is none");
	ask("GET", "/nothing");
	is_int(d.status, 400, "wherever it leads");
	for (int i = 0; i < 9; i++) {
		static const char *const names[] = { "Content-Length", "x", "!#$%&'*+-.^_`|~09azAZ",
			"", "Content-Length ", "X(y)", "a\x80", "content-lengthY",
			"Transfer-Encodingchunked" };

		is_int(rep_door_name(rep_str_c(names[i])), i < 3, "the name \"%s\"", names[i]);
	}
}

static void
writes(void)
{
	usual();
	length("2");
	q.v[REP_DOOR_TYPE] = REP_S("text/plain");
	ask("POST", "/api/v1/alerts/17/ack");
	is_int(d.status, 415, "an act as a form sends it");
	length("2");
	ask("POST", "/api/v1/alerts/17/ack");
	ok(d.what == REP_DOOR_ASK && d.resource == REP_RESOURCE_ACK && d.writes && d.acts &&
		d.scope == REP_MAY_ACT,
	    "an act");
	is_str(d.params.v[REP_QUERY_ALERT], "17", "its alert");
	ask("POST", "/api/v1/trace");
	ok(d.what == REP_DOOR_ASK && d.resource == REP_RESOURCE_TRACE && d.writes && !d.acts,
	    "a trace is asked for by POST, and changes nothing");
	ask("POST", "/api/v1/notes");
	ok(d.what == REP_DOOR_ASK && d.writes && d.acts, "a note changes something");
	ask("POST", "/api/v1/alerts/x/ack");
	is_int(d.status, 404, "an alert that is no number");
	ask("POST", "/api/v1/alerts/111111111111111111111/ack");
	is_int(d.status, 404, "a number of 21 digits");
	q.v[REP_DOOR_ORIGIN] = REP_S("https://evil.example");
	ask("POST", "/api/v1/alerts/17/ack");
	is_int(d.status, 403, "from another site");
	q.v[REP_DOOR_ORIGIN] = REP_S("null");
	ask("POST", "/api/v1/alerts/17/ack");
	is_int(d.status, 403, "from nowhere");
	q.v[REP_DOOR_ORIGIN] = REP_S("http://127.0.0.1:8025");
	ask("POST", "/api/v1/alerts/17/ack");
	is_int(d.what, REP_DOOR_ASK, "from here");
	q.v[REP_DOOR_ORIGIN] = REP_S("https://evil.example");
	ask("POST", "/api/v1/session");
	is_int(d.status, 403, "a login from another site");
}

static void
bodies(void)
{
	struct rep_str name, password;

	usual();
	length("20");
	ask("POST", "/api/v1/alerts/17/snooze");
	ok(rep_door_body(REP_S("{\"for\":\"4h\"}"), a, &d), "a body");
	is_str(d.params.v[REP_QUERY_FOR], "4h", "its parameter");
	for (int i = 0; i < 8; i++) {
		static const char *const bad[] = { "", "[]", "{\"for\":\"4h\",\"for\":\"5h\"}",
			"{\"for\":{}}", "{\"alert\":18,\"for\":\"4h\"}", "{\"x\":1}",
			"{\"for\":\"4h\"", "{\"for\":\"a\\u0000b\"}" };

		ask("POST", "/api/v1/alerts/17/snooze");
		ok(!rep_door_body(rep_str_c(bad[i]), a, &d) && d.what == REP_DOOR_REFUSE &&
			d.status == 400,
		    "no body: %s", bad[i]);
	}
	ask("POST", "/api/v1/notes");
	ok(rep_door_body(REP_S("{\"incident\":7,\"text\":\"list\"}"), a, &d), "a note");
	is_str(d.params.v[REP_QUERY_INCIDENT], "7", "its incident");
	for (int i = 0; i < 6; i++) {
		static const char *const bad[] = { "\"list\"", "\"7x\"", "\" 7\"", "\"+7\"", "7.5",
			"\"111111111111111111111\"" };
		char body[64];

		snprintf(body, sizeof body, "{\"incident\":%s,\"text\":\"x\"}", bad[i]);
		ask("POST", "/api/v1/notes");
		ok(!rep_door_body(rep_str_c(body), a, &d) && d.what == REP_DOOR_REFUSE &&
			d.status == 400,
		    "no incident: %s", bad[i]);
	}
	ask("POST", "/api/v1/session");
	ok(rep_door_login(
	       REP_S("{\"name\":\"anna\",\"password\":\"a b\"}"), a, &d, &name, &password) &&
		rep_str_eq(name, REP_S("anna")) && rep_str_eq(password, REP_S("a b")),
	    "a login");
	ok(!rep_door_login(REP_S("{\"name\":\"anna\"}"), a, &d, &name, &password) &&
		d.status == 400,
	    "without a password");
	ask("POST", "/api/v1/session");
	ok(!rep_door_login(REP_S("{\"name\":7,\"password\":\"x\"}"), a, &d, &name, &password),
	    "a name that is a number");
}

static void
headers(void)
{
	is_str(
	    rep_door_cookie(REP_S("a=1; reputed=x=y; b=2"), REP_S("reputed")), "x=y", "a cookie");
	ok(rep_door_cookie(REP_S("reputed=1; reputed=2"), REP_S("reputed")).p == NULL,
	    "one that is there twice");
	ok(rep_door_cookie(REP_S("xreputed=1"), REP_S("reputed")).p == NULL, "another one");
	ok(rep_door_matches(REP_S("\"a\", W/\"b\""), REP_S("b")) &&
		rep_door_matches(REP_S("*"), REP_S("b")),
	    "tags that match");
	ok(!rep_door_matches(REP_S("b, \"c\", \"\""), REP_S("b")), "tags that do not");
	ok(rep_door_gzip(REP_S("br, gzip")) && rep_door_gzip(REP_S("gzip;q=0.5")) &&
		rep_door_gzip(REP_S("GZIP ; q=1")),
	    "gzip is taken");
	ok(!rep_door_gzip(REP_S("gzip;q=0")) && !rep_door_gzip(REP_S("gzip; q=0.000")) &&
		!rep_door_gzip(REP_S("br")) && !rep_door_gzip(REP_S("")),
	    "gzip is not taken");
}

static void
resources(void)
{
	bool sane = true;

	for (int i = 0; i < REP_RESOURCE_N; i++)
		sane = sane && rep_resources[i].scope != 0 &&
		    (rep_resources[i].needs & ~rep_resources[i].params) == 0;
	ok(sane, "nothing of the API is for everybody, and needs what it cannot have");
	for (int i = 0; i < REP_QUERY_N; i++)
		sane = sane && rep_query_names[i] != NULL;
	ok(sane, "every parameter has a name");
	ok(!rep_resource_shows(REP_RESOURCE_NOTE, REP_MAY_ACT | REP_MAY_TRACE),
	    "who may only act does not see what others noted");
	ok(rep_resource_shows(REP_RESOURCE_NOTE, REP_MAY_ACT | REP_MAY_READ), "who may read does");
	ok(rep_resource_shows(REP_RESOURCE_TRACE, REP_MAY_TRACE) &&
		rep_resource_shows(REP_RESOURCE_STATUS, REP_MAY_READ),
	    "what is asked for is shown");
}

int
main(void)
{
	a = rep_arena_new(REP_DOOR_ROOM);
	paths();
	hosts();
	lengths();
	writes();
	bodies();
	headers();
	resources();
	rep_arena_free(a);
	return done();
}
