/* SPDX-License-Identifier: Apache-2.0 */
#include "web/resource.h"
#include "base/json_out.h"

const char *const rep_param_names[REP_PARAM_N] = {
	[REP_PARAM_SUBJECT] = "subject",
	[REP_PARAM_DOMAIN] = "domain",
	[REP_PARAM_PROVIDER] = "provider",
	[REP_PARAM_SOURCE] = "source",
	[REP_PARAM_CLASS] = "class",
	[REP_PARAM_TOPIC] = "topic",
	[REP_PARAM_OF] = "of",
	[REP_PARAM_BY] = "by",
	[REP_PARAM_FROM] = "from",
	[REP_PARAM_UNTIL] = "until",
	[REP_PARAM_SINCE] = "since",
	[REP_PARAM_STATE] = "state",
	[REP_PARAM_Q] = "q",
	[REP_PARAM_PAGE] = "page",
	[REP_PARAM_ALL] = "all",
	[REP_PARAM_TRACE] = "trace",
	[REP_PARAM_IP] = "ip",
	[REP_PARAM_INCIDENT] = "incident",
	[REP_PARAM_STEP] = "step",
	[REP_PARAM_DONE] = "done",
	[REP_PARAM_TEXT] = "text",
	[REP_PARAM_FOR] = "for",
	[REP_PARAM_ALERT] = "alert",
};

#define P(name) (UINT32_C(1) << REP_PARAM_##name)

static const uint32_t flags = P(ALL) | P(TRACE) | P(DONE);

const struct rep_resource_row rep_resources[REP_RESOURCE_N] = {
	[REP_RESOURCE_STATUS] = { "status", false, REP_MAY_READ, P(ALL), 0, .moves = true },
	[REP_RESOURCE_WHY] = { "why", false, REP_MAY_READ, P(SUBJECT) | P(ALL) | P(TRACE), 0,
	    .moves = true },
	[REP_RESOURCE_OPTIONS] = { "options", false, REP_MAY_READ, P(PROVIDER) | P(ALL), 0,
	    .moves = true },
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
	[REP_RESOURCE_QUARANTINE] = { "quarantine", false, REP_MAY_READ, 0, 0 },
	[REP_RESOURCE_CONFIG] = { "config", false, REP_MAY_READ, 0, 0 },
	[REP_RESOURCE_TRACE] = { "trace", true, REP_MAY_TRACE, P(SUBJECT) | P(ALL), P(SUBJECT),
	    .private = true },
	[REP_RESOURCE_ACK] = { "alerts/*/ack", true, REP_MAY_ACT, P(ALERT), P(ALERT),
	    .private = true },
	[REP_RESOURCE_SNOOZE] = { "alerts/*/snooze", true, REP_MAY_ACT, P(ALERT) | P(FOR),
	    P(ALERT) | P(FOR), .private = true },
	[REP_RESOURCE_METRICS] = { NULL, false, REP_MAY_METRICS | REP_MAY_READ, 0, 0,
	    .moves = true },
	[REP_RESOURCE_CHECK] = { NULL, false, REP_MAY_READ, P(DOMAIN) | P(IP), P(DOMAIN),
	    .private = true },
};

enum { NUMBER_MAX = 20 };

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
	while (star + n < path.n && path.p[star + n] >= '0' && path.p[star + n] <= '9')
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
	for (int i = 0; i < REP_PARAM_N; i++) {
		uint32_t bit = UINT32_C(1) << i;
		size_t most = i == REP_PARAM_TEXT ? REP_PARAM_TEXT_MAX : REP_PARAM_MAX;

		if ((rep_resources[r].params & bit) == 0 ||
		    !rep_str_eq(name, rep_str_c(rep_param_names[i])))
			continue;
		if (p->v[i].p != NULL)
			return rep_fail(err, REP_EUSAGE, "%s is given twice", rep_param_names[i]);
		if ((flags & bit) != 0)
			return set_flag(name, value, &p->v[i], err);
		if (value.n == 0)
			return REP_OK;
		if (value.n > most)
			return rep_fail(err, REP_ELIMIT, "%s has %zu bytes, and may have %zu",
			    rep_param_names[i], value.n, most);
		if (!is_clean(value, i == REP_PARAM_TEXT) ||
		    (value.p[0] == '-' && i != REP_PARAM_TEXT && i != REP_PARAM_STEP))
			return rep_fail(err, REP_EUSAGE,
			    "%s has a character that no such value has", rep_param_names[i]);
		p->v[i] = value;
		return REP_OK;
	}
	return rep_fail(err, REP_EUSAGE, "there is no such parameter here");
}

enum rep_rc
rep_resource_complete(enum rep_resource r, const struct rep_params *p, struct rep_err *err)
{
	for (int i = 0; i < REP_PARAM_N; i++)
		if ((rep_resources[r].needs & UINT32_C(1) << i) != 0 && p->v[i].p == NULL)
			return rep_fail(err, REP_EUSAGE, "%s is missing", rep_param_names[i]);
	return REP_OK;
}
