/* SPDX-License-Identifier: Apache-2.0 */
#include "web/resource.h"
#include "base/json_out.h"

const char *const rep_query_names[REP_QUERY_N] = {
	[REP_QUERY_SUBJECT] = "subject",
	[REP_QUERY_DOMAIN] = "domain",
	[REP_QUERY_PROVIDER] = "provider",
	[REP_QUERY_SOURCE] = "source",
	[REP_QUERY_CLASS] = "class",
	[REP_QUERY_TOPIC] = "topic",
	[REP_QUERY_OF] = "of",
	[REP_QUERY_BY] = "by",
	[REP_QUERY_FROM] = "from",
	[REP_QUERY_UNTIL] = "until",
	[REP_QUERY_SINCE] = "since",
	[REP_QUERY_STATE] = "state",
	[REP_QUERY_Q] = "q",
	[REP_QUERY_PAGE] = "page",
	[REP_QUERY_ALL] = "all",
	[REP_QUERY_TRACE] = "trace",
	[REP_QUERY_IP] = "ip",
	[REP_QUERY_INCIDENT] = "incident",
	[REP_QUERY_STEP] = "step",
	[REP_QUERY_DONE] = "done",
	[REP_QUERY_TEXT] = "text",
	[REP_QUERY_FOR] = "for",
	[REP_QUERY_ALERT] = "alert",
	[REP_QUERY_GROUP] = "group",
	[REP_QUERY_DELAYS] = "delays",
	[REP_QUERY_SPAN] = "span",
	[REP_QUERY_KINDS] = "kinds",
	[REP_QUERY_DAYS] = "days",
	[REP_QUERY_WHO] = "who",
};

_Static_assert((int)REP_QUERY_N <= 32, "params and needs of a row have a bit for each parameter");
#define P(name) (UINT32_C(1) << REP_QUERY_##name)

static const uint32_t flags = P(ALL) | P(TRACE) | P(DONE), numbers = P(INCIDENT) | P(ALERT);

const struct rep_resource_row rep_resources[REP_RESOURCE_N] = {
	[REP_RESOURCE_STATUS] = { "status", false, REP_MAY_READ, P(ALL), 0, .moves = true,
	    .judged = true },
	[REP_RESOURCE_WHY] = { "why", false, REP_MAY_READ, P(SUBJECT) | P(ALL) | P(TRACE), 0,
	    .moves = true, .judged = true },
	[REP_RESOURCE_OPTIONS] = { "options", false, REP_MAY_READ, P(PROVIDER) | P(ALL), 0,
	    .moves = true, .judged = true },
	[REP_RESOURCE_EXPLAIN] = { "explain", false, REP_MAY_READ, P(TOPIC), 0 },
	[REP_RESOURCE_TREND] = { "trend", false, REP_MAY_READ, P(OF), 0, .moves = true },
	[REP_RESOURCE_COMPLAINTS] = { "complaints", false, REP_MAY_READ, P(ALL), 0, .moves = true },
	[REP_RESOURCE_QUEUE] = { "queue", false, REP_MAY_READ, 0, 0, .moves = true },
	[REP_RESOURCE_ALERTS] = { "alerts", false, REP_MAY_READ, 0, 0 },
	[REP_RESOURCE_DMARC_REPORT] = { "dmarc/report", false, REP_MAY_READ,
	    P(DOMAIN) | P(SINCE) | P(ALL), 0, .moves = true },
	[REP_RESOURCE_DMARC_PATH] = { "dmarc/path", false, REP_MAY_READ, P(DOMAIN), P(DOMAIN),
	    .moves = true },
	[REP_RESOURCE_TLS_REPORT] = { "tls/report", false, REP_MAY_READ,
	    P(DOMAIN) | P(SINCE) | P(ALL), 0, .moves = true },
	[REP_RESOURCE_QUARANTINE] = { "quarantine", false, REP_MAY_READ, 0, 0, .moves = true },
	[REP_RESOURCE_CONFIG] = { "config", false, REP_MAY_READ, 0, 0 },
	[REP_RESOURCE_TRACE] = { "trace", true, REP_MAY_TRACE, P(SUBJECT) | P(ALL), P(SUBJECT),
	    .private = true },
	[REP_RESOURCE_ACK] = { "alerts/*/ack", true, REP_MAY_ACT, P(ALERT), P(ALERT),
	    .private = true },
	[REP_RESOURCE_SNOOZE] = { "alerts/*/snooze", true, REP_MAY_ACT, P(ALERT) | P(FOR),
	    P(ALERT) | P(FOR), .private = true },
	[REP_RESOURCE_METRICS] = { NULL, false, REP_MAY_METRICS | REP_MAY_READ, 0, 0, .moves = true,
	    .judged = true },
	[REP_RESOURCE_SERIES] = { "series", false, REP_MAY_READ,
	    P(SOURCE) | P(PROVIDER) | P(CLASS) | P(BY) | P(GROUP) | P(DELAYS) | P(FROM) | P(UNTIL),
	    0, .moves = true },
	[REP_RESOURCE_STRIPS] = { "strips", false, REP_MAY_READ, P(SPAN) | P(SOURCE) | P(PROVIDER),
	    0, .moves = true, .judged = true },
	[REP_RESOURCE_INCIDENTS] = { "incidents", false, REP_MAY_READ,
	    P(Q) | P(PROVIDER) | P(SOURCE) | P(STATE) | P(FROM) | P(UNTIL) | P(PAGE), 0,
	    .moves = true, .judged = true },
	[REP_RESOURCE_LOOKS] = { "looks", false, REP_MAY_READ, P(SUBJECT), 0 },
	[REP_RESOURCE_NOTES] = { "notes", false, REP_MAY_READ, P(INCIDENT) | P(PAGE), 0 },
	[REP_RESOURCE_NOTE] = { "notes", true, REP_MAY_ACT,
	    P(INCIDENT) | P(STEP) | P(DONE) | P(TEXT), P(INCIDENT), .private = true },
	[REP_RESOURCE_REPLIES] = { "replies", false, REP_MAY_READ, P(INCIDENT), P(INCIDENT),
	    .moves = true, .judged = true },
	[REP_RESOURCE_BOUNCES] = { "bounces", false, REP_MAY_READ, P(DAYS), 0, .moves = true },
	[REP_RESOURCE_WAITING] = { "waiting", false, REP_MAY_READ, 0, 0, .moves = true,
	    .judged = true },
	[REP_RESOURCE_TIMELINE] = { "timeline", false, REP_MAY_READ,
	    P(FROM) | P(UNTIL) | P(KINDS) | P(INCIDENT) | P(SUBJECT) | P(PAGE), 0, .moves = true,
	    .judged = true },
	[REP_RESOURCE_FEEDS] = { "feeds", false, REP_MAY_READ, 0, 0, .moves = true },
	[REP_RESOURCE_CHECK] = { NULL, false, REP_MAY_READ, P(DOMAIN) | P(IP), P(DOMAIN),
	    .private = true },
};

enum { NUMBER_MAX = 20 }; /* digits */

static bool
fits(const char *row, struct rep_str path, struct rep_str *number)
{
	struct rep_str r = rep_str_c(row);
	size_t star = rep_str_chr(r, '*', 0), n = 0;

	*number = (struct rep_str){ NULL, 0 };
	if (star == SIZE_MAX)
		return rep_str_eq(r, path);
	if (!rep_str_starts(path, rep_str_sub(r, 0, star)))
		return false;
	while (star + n < path.n && rep_digit(path.p[star + n]))
		n++;
	*number = rep_str_sub(path, star, n);
	return n > 0 && n <= NUMBER_MAX &&
	    rep_str_eq(rep_str_sub(path, star + n, path.n), rep_str_sub(r, star + 1, r.n));
}

bool
rep_resource_find(struct rep_str path, bool post, enum rep_resource *out, struct rep_str *alert)
{
	for (int i = 0; i < REP_RESOURCE_N; i++)
		if (rep_resources[i].path != NULL && rep_resources[i].post == post &&
		    fits(rep_resources[i].path, path, alert)) {
			*out = (enum rep_resource)i;
			return true;
		}
	return false;
}

bool
rep_resource_other(struct rep_str path, bool post)
{
	enum rep_resource r;
	struct rep_str alert;

	return rep_resource_find(path, !post, &r, &alert);
}

bool
rep_resource_shows(enum rep_resource r, unsigned scopes)
{
	return rep_resources[r].scope != REP_MAY_ACT || (scopes & REP_MAY_READ) != 0;
}

static enum rep_rc
set_flag(struct rep_str name, struct rep_str value, struct rep_str *to, struct rep_err *err)
{
	if (value.n == 0 || rep_str_eq(value, REP_S("1")) || rep_str_eq(value, REP_S("true"))) {
		*to = REP_S("1");
		return REP_OK;
	}
	if (rep_str_eq(value, REP_S("0")) || rep_str_eq(value, REP_S("false")))
		return REP_OK;
	return rep_fail(err, REP_EUSAGE, "%.*s is true or false", REP_PR(name));
}

/* A note has lines; nothing else has. */
static bool
is_clean(struct rep_str s, bool lines)
{
	for (size_t i = 0, n; i < s.n; i += n) {
		uint32_t code;

		if ((n = rep_utf8_len(s, i)) == 0)
			return false;
		if (rep_utf8_hidden(s, i, n, &code) && !(lines && code == '\n'))
			return false;
	}
	return true;
}

enum rep_rc
rep_resource_param(enum rep_resource r, struct rep_str name, struct rep_str value,
    struct rep_params *p, struct rep_err *err)
{
	for (int i = 0; i < REP_QUERY_N; i++) {
		uint32_t bit = UINT32_C(1) << i;
		size_t most =
		    i == REP_QUERY_TEXT || i == REP_QUERY_STEP ? REP_QUERY_TEXT_MAX : REP_QUERY_MAX;

		if ((rep_resources[r].params & bit) == 0 ||
		    !rep_str_eq(name, rep_str_c(rep_query_names[i])))
			continue;
		if (p->v[i].p != NULL)
			return rep_fail(err, REP_EUSAGE, "%s is given twice", rep_query_names[i]);
		if ((flags & bit) != 0)
			return set_flag(name, value, &p->v[i], err);
		if (value.n == 0)
			return REP_OK;
		if (value.n > most)
			return rep_fail(err, REP_ELIMIT, "%s has %zu bytes, and may have %zu",
			    rep_query_names[i], value.n, most);
		if (!is_clean(value, i == REP_QUERY_TEXT) ||
		    (value.p[0] == '-' && i != REP_QUERY_TEXT && i != REP_QUERY_STEP))
			return rep_fail(err, REP_EUSAGE,
			    "%s has a character that no such value has", rep_query_names[i]);
		/* It becomes an argument of a command, where a word may mean something else: `note list`. */
		if ((numbers & bit) != 0 && (!rep_str_digits(value) || value.n > NUMBER_MAX))
			return rep_fail(
			    err, REP_EUSAGE, "%s is a number, of digits only", rep_query_names[i]);
		p->v[i] = value;
		return REP_OK;
	}
	return rep_fail(err, REP_EUSAGE, "there is no such parameter here");
}

enum rep_rc
rep_resource_complete(enum rep_resource r, const struct rep_params *p, struct rep_err *err)
{
	for (int i = 0; i < REP_QUERY_N; i++)
		if ((rep_resources[r].needs & UINT32_C(1) << i) != 0 && p->v[i].p == NULL)
			return rep_fail(err, REP_EUSAGE, "%s is missing", rep_query_names[i]);
	return REP_OK;
}
