/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/opensmtpd.h"
#include "base/time.h"

enum { SESSION = 16 }; /* hexadecimal digits of the id of a connection */
enum { MSGID = 8 };    /* hexadecimal digits; the id of an envelope has eight more */

bool
rep_opensmtpd_recognise(struct rep_str tag, struct rep_mta_tag *out)
{
	out->daemon = 0;
	out->name = tag;
	return rep_str_eq(tag, REP_S("smtpd")) || rep_str_eq(tag, REP_S("opensmtpd"));
}

/* Where " key=" is, but not inside the brackets or quotes of another value. */
static size_t
find_key(struct rep_str s, struct rep_str key)
{
	char close = '\0';

	for (size_t i = 0; i < s.n; i++) {
		if (close != '\0') {
			if (s.p[i] == close)
				close = '\0';
			continue;
		}
		if (rep_str_starts(rep_str_sub(s, i, s.n), key))
			return i;
		if (i > 0 && s.p[i - 1] == '=' && (s.p[i] == '<' || s.p[i] == '"'))
			close = s.p[i] == '<' ? '>' : '"';
	}
	return SIZE_MAX;
}

/* The value of " key=", without its quotes or angle brackets. n == 0: not said. */
static struct rep_str
value(struct rep_str s, struct rep_str key)
{
	size_t at = find_key(s, key), end;
	char close = ' ';

	if (at == SIZE_MAX)
		return (struct rep_str){ "", 0 };
	s = rep_str_sub(s, at + key.n, s.n);
	if (s.n > 0 && (s.p[0] == '"' || s.p[0] == '<')) {
		close = s.p[0] == '"' ? '"' : '>';
		s = rep_str_sub(s, 1, s.n);
	}
	/* stat is last in the line, and a reply may contain quotes */
	end = rep_str_eq(key, REP_S(" stat=")) && close == '"' ? rep_str_rchr(s, '"')
							       : rep_str_chr(s, close, 0);
	return rep_str_sub(s, 0, end == SIZE_MAX ? s.n : end);
}

/* Reads "1s", "1m2s", "3h4m" or "1d2h": seconds. < 0 when it is not a time. */
static double
span(struct rep_str s)
{
	double v = 0, n = 0;

	if (s.n == 0 || s.n > 20)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (rep_digit(s.p[i])) {
			n = n * 10 + (s.p[i] - '0');
			continue;
		}
		v += n *
		    (s.p[i] == 'd'	    ? REP_DAY_S
			    : s.p[i] == 'h' ? 3600
			    : s.p[i] == 'm' ? 60
					    : 1);
		n = 0;
	}
	return v + n;
}

/* "192.0.2.1 (mx.example.com)", "[2001:db8::1] (mx.example.com)", "mx.example.com" */
static void
relay(struct rep_str s, struct rep_mta_line *out)
{
	size_t open = rep_str_chr(s, '(', 0), close = rep_str_rchr(s, ')');

	if (open == SIZE_MAX || close == SIZE_MAX || close < open) {
		out->host = s;
		return;
	}
	out->host = rep_str_sub(s, open + 1, close - open - 1);
	out->address = rep_str_trim(rep_str_sub(s, 0, open));
	if (out->address.n > 2 && out->address.p[0] == '[')
		out->address = rep_str_sub(out->address, 1, out->address.n - 2);
}

static enum rep_status
status(struct rep_str result)
{
	return rep_str_eq(result, REP_S("Ok"))	    ? REP_STATUS_SENT
	    : rep_str_eq(result, REP_S("TempFail")) ? REP_STATUS_DEFERRED
	    : rep_str_eq(result, REP_S("PermFail")) ? REP_STATUS_BOUNCED
	    : rep_str_eq(result, REP_S("Expire"))   ? REP_STATUS_EXPIRED
						    : REP_STATUS_NONE;
}

/* "smtp EVENT ", or "smtp event=EVENT " of older versions. */
static bool
is_event(struct rep_str s, const char *name)
{
	struct rep_str smtp = REP_S(" smtp "), event = REP_S("event=");

	if (!rep_str_starts(s, smtp))
		return false;
	s = rep_str_sub(s, smtp.n, s.n);
	if (rep_str_starts(s, event))
		s = rep_str_sub(s, event.n, s.n);
	return rep_str_starts(s, rep_str_c(name));
}

/* What is said of a connection before it has a message: its client, who logged in, its end. */
static enum rep_rc
of_session(struct rep_str s, struct rep_mta_line *line, rep_mta_fn fn, void *ctx)
{
	struct rep_str event = rep_str_sub(s, SESSION, s.n);

	line->session = rep_str_sub(s, 0, SESSION);
	line->kind = REP_MTA_HANDED;
	if (is_event(event, "connected ")) {
		line->client = value(s, REP_S(" address="));
	} else if (is_event(event, "authentication ")) {
		if (!rep_str_eq(value(s, REP_S(" result=")), REP_S("ok")))
			return REP_OK;
		line->login = value(s, REP_S(" user="));
	} else if (is_event(event, "disconnected ")) {
		line->kind = REP_MTA_REMOVED;
	} else {
		return REP_OK;
	}
	return fn(ctx, line);
}

enum rep_rc
rep_opensmtpd_read(int daemon, struct rep_str s, rep_mta_fn fn, void *ctx)
{
	struct rep_mta_line line = { .delay_s = -1 };
	struct rep_str session = rep_str_sub(s, 16, s.n), id;

	(void)daemon;
	if (rep_str_starts(session, REP_S(" mta delivery ")) ||
	    rep_str_starts(session, REP_S(" mta event=delivery "))) {
		id = value(s, REP_S(" evpid="));
		line.kind = REP_MTA_DELIVERY;
		line.to = value(s, REP_S(" to="));
		line.status = status(value(s, REP_S(" result=")));
		line.delay_s = span(value(s, REP_S(" delay=")));
		line.text = value(s, REP_S(" stat="));
		line.asked = true;
		line.whole = s.p[s.n - 1] == '"';
		relay(value(s, REP_S(" relay=")), &line);
		if (line.status == REP_STATUS_NONE || rep_str_chr(line.to, '@', 0) == SIZE_MAX)
			return REP_OK;
	} else if (rep_str_starts(session, REP_S(" smtp message ")) ||
	    rep_str_starts(session, REP_S(" smtp event=message "))) {
		id = value(s, REP_S(" msgid="));
		line.kind = REP_MTA_QUEUED;
		line.from = value(s, REP_S(" from="));
		line.session = rep_str_sub(s, 0, SESSION);
	} else {
		return of_session(s, &line, fn, ctx);
	}
	if (id.n < MSGID)
		return REP_OK;
	line.queue_id = rep_str_sub(id, 0, MSGID);
	return fn(ctx, &line);
}
