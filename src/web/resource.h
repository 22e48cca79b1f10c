/*
 * web/resource.h -- what the API answers: a row for each path below /api/v1/, with the parameters that it takes and what a
 * person must be allowed for it.
 *
 * The table is data. The front (web/front.h) finds the row of a request in it, the desk (cli/desk.h) and `reputed mcp` run
 * the command, or the function, of its number. The numbers are in messages between processes of one program only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_WEB_RESOURCE_H
#define REP_WEB_RESOURCE_H

#include "web/users.h"

enum rep_query_key {
	REP_QUERY_SUBJECT =
	    0, /* an incident, address, provider, domain or code; of a trace also a message */
	REP_QUERY_DOMAIN,
	REP_QUERY_PROVIDER,
	REP_QUERY_SOURCE,
	REP_QUERY_CLASS,
	REP_QUERY_TOPIC,
	REP_QUERY_OF,
	REP_QUERY_BY,
	REP_QUERY_FROM,
	REP_QUERY_UNTIL,
	REP_QUERY_SINCE,
	REP_QUERY_STATE,
	REP_QUERY_Q,
	REP_QUERY_PAGE,
	REP_QUERY_ALL,
	REP_QUERY_TRACE,
	REP_QUERY_IP, /* of check; MCP only */
	REP_QUERY_INCIDENT,
	REP_QUERY_STEP,
	REP_QUERY_DONE,
	REP_QUERY_TEXT,
	REP_QUERY_FOR,
	REP_QUERY_ALERT, /* a part of the path */
	REP_QUERY_GROUP,
	REP_QUERY_DELAYS,
	REP_QUERY_SPAN,
	REP_QUERY_KINDS,
	REP_QUERY_DAYS,
	REP_QUERY_WHO, /* who asks; no resource takes it from a request */
	REP_QUERY_N
};
/* Their names, as in a query and in JSON. */
extern const char *const rep_query_names[REP_QUERY_N];

enum {
	REP_QUERY_MAX = 512, /* bytes of one value; of a note and a step: REP_QUERY_TEXT_MAX */
	REP_QUERY_TEXT_MAX = 2000, /* bytes of a note. Judgement: some paragraphs */
};

struct rep_params {
	struct rep_str v[REP_QUERY_N]; /* p == NULL: not given */
};

enum rep_resource {
	REP_RESOURCE_STATUS = 0,
	REP_RESOURCE_WHY,
	REP_RESOURCE_OPTIONS,
	REP_RESOURCE_EXPLAIN,
	REP_RESOURCE_TREND,
	REP_RESOURCE_COMPLAINTS,
	REP_RESOURCE_QUEUE,
	REP_RESOURCE_ALERTS,
	REP_RESOURCE_DMARC_REPORT,
	REP_RESOURCE_DMARC_PATH,
	REP_RESOURCE_TLS_REPORT,
	REP_RESOURCE_QUARANTINE,
	REP_RESOURCE_CONFIG,
	REP_RESOURCE_TRACE,
	REP_RESOURCE_ACK,
	REP_RESOURCE_SNOOZE,
	REP_RESOURCE_METRICS,
	REP_RESOURCE_SERIES,
	REP_RESOURCE_STRIPS,
	REP_RESOURCE_INCIDENTS,
	REP_RESOURCE_LOOKS,
	REP_RESOURCE_NOTES,
	REP_RESOURCE_NOTE, /* makes one */
	REP_RESOURCE_REPLIES,
	REP_RESOURCE_BOUNCES,
	REP_RESOURCE_WAITING,
	REP_RESOURCE_TIMELINE,
	REP_RESOURCE_FEEDS,
	REP_RESOURCE_CHECK, /* MCP only */
	REP_RESOURCE_N
};

struct rep_resource_row {
	const char *
	    path; /* below /api/v1/; '*' stands for the number in REP_QUERY_ALERT. NULL: not by HTTP */
	bool post;	 /* by POST with a JSON object; else by GET with a query */
	unsigned scope;	 /* of enum rep_may */
	uint32_t params; /* 1 << enum rep_query_key: those it may have */
	uint32_t needs;	 /* those it must have */
	bool moves;	 /* its answer depends on the present, so it is made anew each minute */
	bool private;	 /* nothing of it is kept */
	/* Everything is judged for it: seconds and gigabytes where there are 10,000 sources (bench/start.md). */
	bool judged;
};
extern const struct rep_resource_row rep_resources[REP_RESOURCE_N];

/* The row of a path below /api/v1/. False: there is none. *alert is the number in it, of 20 digits at most; or empty. */
bool rep_resource_find(
    struct rep_str path, bool post, enum rep_resource *out, struct rep_str *alert);
/* Whether the path is one by the other method. */
bool rep_resource_other(struct rep_str path, bool post);

/* Whether who may do this may see what comes back: some acts answer with what others noted, which is for who may read. */
bool rep_resource_shows(enum rep_resource r, unsigned scopes);

/*
 * Sets a parameter of a resource. REP_EUSAGE: it takes no such one, it is given twice, or holds what no such value has
 * (control characters, a '-' at its beginning, which is an option's, invalid UTF-8; of an incident or an alert anything but
 * digits). REP_ELIMIT: it is too long. A flag
 * (all, trace, done) is "", "1", "true", or is "0", "false" for not given.
 */
enum rep_rc rep_resource_param(enum rep_resource r, struct rep_str name, struct rep_str value,
    struct rep_params *p, struct rep_err *err) REP_NODISCARD;
/* Whether everything is there that it needs. REP_EUSAGE. */
enum rep_rc rep_resource_complete(
    enum rep_resource r, const struct rep_params *p, struct rep_err *err) REP_NODISCARD;

#endif
