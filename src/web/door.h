/*
 * web/door.h -- what is to be done about an HTTP request, by its first line and headers alone.
 *
 * Pure: bytes in, a decision out. It does not know who asks; it says what whoever asks must be allowed. A path is compared
 * as a whole with tables, so there is nothing to traverse. A request that two readers could end in different places (a length
 * given twice, a length beside an encoding, blanks within one or before its colon) is refused, and its connection ends: RFC
 * 9112, 5.1 and 6.1 to 6.3. So is one for a host that is
 * none of ours: a page of a stranger may have given its own name our address.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_WEB_DOOR_H
#define REP_WEB_DOOR_H

#include "base/arena.h"
#include "base/buf.h"
#include "web/resource.h"

enum {
	REP_DOOR_TARGET_MAX = 4096,   /* bytes of a request's target; longer ones get 414 */
	REP_DOOR_QUERY_MAX = 32,      /* parameters of a query; no path takes so many */
	REP_DOOR_BODY_MAX = 16 << 10, /* bytes of a JSON body: a note and its parts */
	REP_DOOR_SNS_MAX =
	    1 << 20, /* bytes of a message of SNS: it has 256 KB, which JSON doubles for SES */
	REP_DOOR_SNS_NAME = 64,
	REP_DOOR_ROOM = 64 << 10 /* for an arena of one request */
};

enum rep_door_header {
	REP_DOOR_HOST = 0,
	REP_DOOR_COOKIE,
	REP_DOOR_AUTHORIZATION,
	REP_DOOR_CSRF,
	REP_DOOR_TYPE,
	REP_DOOR_LENGTH,
	REP_DOOR_ENCODING,
	REP_DOOR_NONE_MATCH,
	REP_DOOR_ACCEPT_ENCODING,
	REP_DOOR_FORWARDED_FOR,
	REP_DOOR_ORIGIN,
	REP_DOOR_HEADERS
};
extern const char *const rep_door_header_names[REP_DOOR_HEADERS];

struct rep_door_request {
	struct rep_str method, target;	    /* as they came */
	struct rep_str v[REP_DOOR_HEADERS]; /* p == NULL: not there */
	unsigned times[REP_DOOR_HEADERS];   /* how often each came */
	unsigned odd; /* headers, of any kind, whose name rep_door_name refuses */
};

struct rep_door_house {
	struct rep_str base; /* "/sub", or empty: where the proxy shows us */
	struct rep_str host; /* of the configured url, perhaps with a port; or empty */
	bool local;	     /* it came over a path of this machine: any host goes */
};

enum rep_door_what {
	REP_DOOR_REFUSE = 0,
	REP_DOOR_FILE,	  /* of the page: `file` names it */
	REP_DOOR_ASK,	  /* a resource */
	REP_DOOR_SESSION, /* who am I */
	REP_DOOR_LOGIN,
	REP_DOOR_LOGOUT,
	REP_DOOR_EVENTS,
	REP_DOOR_OPENAPI,
	REP_DOOR_HEALTH,
	REP_DOOR_METRICS,
	REP_DOOR_SNS
};

struct rep_door {
	enum rep_door_what what;
	enum rep_resource resource;
	struct rep_params params; /* in the arena */
	struct rep_str
	    file; /* REP_DOOR_FILE, REP_DOOR_OPENAPI: of web/page_files.h; REP_DOOR_SNS: the name */
	unsigned scope;	 /* one of these is needed; 0: nobody has to be known */
	bool writes;	 /* by a cookie it needs the CSRF token */
	bool acts;	 /* what others are shown may change by it */
	size_t body_max; /* 0: it has none */
	/* REP_DOOR_REFUSE */
	bool ends; /* the connection, too: where the next request begins is not sure */
	unsigned status;
	const char *allow; /* of a 405 */
	const char *title, *act;
	struct rep_err why;
};

/*
 * Whether it can be the name of a header (a token: RFC 9110, 5.6.2), and none that libmicrohttpd 0.9.75 makes of one: when a line
 * goes on in the next one (RFC 9112, 5.2), it puts that behind the name, so that a length would be none.
 */
bool rep_door_name(struct rep_str name);

/* `a` holds what was decoded, of REP_DOOR_ROOM bytes at most. */
void rep_door_open(const struct rep_door_request *q, const struct rep_door_house *house,
    struct rep_arena *a, struct rep_door *out);

/* The members of a JSON object as parameters. False: d->what is REP_DOOR_REFUSE now. */
bool rep_door_body(struct rep_str body, struct rep_arena *a, struct rep_door *d);

/* {"name": .., "password": ..} of a login, both there. The same. */
bool rep_door_login(struct rep_str body, struct rep_arena *a, struct rep_door *d,
    struct rep_str *name, struct rep_str *password);

/* The value of a cookie; empty: it is not there, or twice. */
struct rep_str rep_door_cookie(struct rep_str header, struct rep_str name);

/* Whether a list of tags of If-None-Match has this one, which is without quotes. */
bool rep_door_matches(struct rep_str header, struct rep_str etag);

/* Whether the client takes gzip (RFC 9110, 12.5.3): q=0 refuses it. */
bool rep_door_gzip(struct rep_str header);

/* Makes it a refusal, with a sentence. */
void rep_door_refuse(struct rep_door *d, unsigned status, const char *title, const char *act,
    const char *why, ...) REP_PRINTF(5, 6);

/* The error as JSON: {"error": {"title", "why", "do"}}. */
void rep_door_error(struct rep_buf *out, const struct rep_door *d);

#endif
