/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/postfix.h"
#include "mail/softened.h"

/* "postfix@-.service", "postfix@postfix-out.service": of systemd. The instance is the syslog_name. */
static bool
is_unit(struct rep_str tag, struct rep_str *syslog_name)
{
	static const struct rep_str head = { "postfix", 7 }, tail = { ".service", 8 };
	struct rep_str name;

	if (tag.n < head.n + tail.n || !rep_str_starts(tag, head) ||
	    !rep_str_eq(rep_str_sub(tag, tag.n - tail.n, tail.n), tail))
		return false;
	name = rep_str_sub(tag, head.n, tag.n - head.n - tail.n);
	if (name.n > 0 && name.p[0] != '@')
		return false;
	*syslog_name = name.n < 2 || rep_str_eq(name, REP_S("@-")) ? rep_str_sub(tag, 0, head.n)
								   : rep_str_sub(name, 1, name.n);
	return true;
}

/* The journal takes any byte in a tag. A name with a line end or the like is no syslog_name, and makes no label. */
static bool
has_control(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return true;
	return false;
}

enum rep_postfix_daemon
rep_postfix_tag(struct rep_str tag, struct rep_str *syslog_name)
{
	static const struct {
		struct rep_str name;
		enum rep_postfix_daemon daemon;
	} daemons[] = {
		{ { "smtp", 4 }, REP_PF_SMTP },
		{ { "qmgr", 4 }, REP_PF_QMGR },
		{ { "cleanup", 7 }, REP_PF_CLEANUP },
		{ { "smtpd", 5 }, REP_PF_SMTPD },
		{ { "pickup", 6 }, REP_PF_PICKUP },
		{ { "error", 5 }, REP_PF_ERROR },
		{ { "retry", 5 }, REP_PF_ERROR },
		{ { "nqmgr", 5 }, REP_PF_QMGR },
		{ { "oqmgr", 5 }, REP_PF_QMGR },
		{ { "lmtp", 4 }, REP_PF_LOCAL },
		{ { "local", 5 }, REP_PF_LOCAL },
		{ { "virtual", 7 }, REP_PF_LOCAL },
		{ { "pipe", 4 }, REP_PF_LOCAL },
		{ { "discard", 7 }, REP_PF_LOCAL },
	};
	size_t slash = rep_str_rchr(tag, '/');
	struct rep_str last;

	if (has_control(tag))
		return REP_PF_NONE;
	if (slash == SIZE_MAX || slash == 0)
		return is_unit(tag, syslog_name) ? REP_PF_UNIT : REP_PF_NONE;
	last = rep_str_sub(tag, slash + 1, tag.n);
	for (size_t i = 0; i < REP_COUNT(daemons); i++)
		if (rep_str_eq(last, daemons[i].name)) {
			*syslog_name = rep_str_sub(tag, 0, slash);
			return daemons[i].daemon;
		}
	return REP_PF_NONE;
}

/*
 * The queue id before ": ": upper-case hexadecimal (short), or digits and consonants (long, with
 * enable_long_queue_ids). Words such as "warning" and "NOQUEUE" have neither form.
 */
static size_t
queue_id(struct rep_str s)
{
	static const unsigned char kinds[256] = { /* 1: short form, 2: long form, 3: both */
		['0'] = 3,
		['1'] = 3,
		['2'] = 3,
		['3'] = 3,
		['4'] = 3,
		['5'] = 3,
		['6'] = 3,
		['7'] = 3,
		['8'] = 3,
		['9'] = 3,
		['A'] = 1,
		['B'] = 3,
		['C'] = 3,
		['D'] = 3,
		['E'] = 1,
		['F'] = 3,
		['G'] = 2,
		['H'] = 2,
		['J'] = 2,
		['K'] = 2,
		['L'] = 2,
		['M'] = 2,
		['N'] = 2,
		['P'] = 2,
		['Q'] = 2,
		['R'] = 2,
		['S'] = 2,
		['T'] = 2,
		['V'] = 2,
		['W'] = 2,
		['X'] = 2,
		['Y'] = 2,
		['Z'] = 2,
		['b'] = 2,
		['c'] = 2,
		['d'] = 2,
		['f'] = 2,
		['g'] = 2,
		['h'] = 2,
		['j'] = 2,
		['k'] = 2,
		['l'] = 2,
		['m'] = 2,
		['n'] = 2,
		['p'] = 2,
		['q'] = 2,
		['r'] = 2,
		['s'] = 2,
		['t'] = 2,
		['v'] = 2,
		['w'] = 2,
		['x'] = 2,
		['y'] = 2,
		['z'] = 2
	};
	unsigned kind = 3;
	size_t n = 0;

	while (n < s.n && n < 25 && s.p[n] != ':')
		kind &= kinds[(unsigned char)s.p[n++]];
	if (kind == 0 || n < 5 || n > 24 || n + 1 >= s.n || s.p[n] != ':' || s.p[n + 1] != ' ')
		return 0;
	return n;
}

/*
 * The ">" that ends an address. It is outside quotes, because a quoted local part may contain any
 * character.
 */
static size_t
closing(struct rep_str s)
{
	const char *end = memchr(s.p + 1, '>', s.n - 1);
	bool quoted = false;

	if (end != NULL && end + 1 < s.p + s.n && end[1] == ',' &&
	    memchr(s.p, '"', (size_t)(end - s.p)) == NULL)
		return (size_t)(end - s.p); /* nearly always */

	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == '>' && !quoted && (i + 1 == s.n || s.p[i + 1] == ','))
			return i;
	}
	return rep_str_find(s, REP_S(">,"), 1); /* quotes that do not match: take what there is */
}

/* Reads "<a@b>" or "a@b" before ", ". Returns the bytes read, 0 when it has no end. */
static size_t
address(struct rep_str s, struct rep_str *out)
{
	size_t end;

	if (s.n > 0 && s.p[0] == '<') {
		if ((end = closing(s)) == SIZE_MAX)
			return 0;
		*out = rep_str_sub(s, 1, end - 1);
		return end + 1;
	}
	end = rep_str_chr(s, ',', 0);
	if (end == SIZE_MAX)
		end = s.n;
	*out = rep_str_sub(s, 0, end);
	return end;
}

static double
seconds(struct rep_str s)
{
	double v = 0, unit = 1;
	bool fraction = false;

	if (s.n == 0 || s.n > 12)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (!rep_digit(s.p[i]))
			return -1;
		if (fraction)
			unit /= 10;
		v = fraction ? v + (s.p[i] - '0') * unit : v * 10 + (s.p[i] - '0');
	}
	return v;
}

/* "sent (250 2.0.0 Ok)" */
static void
status(struct rep_str s, struct rep_mta_line *out)
{
	static const struct {
		struct rep_str word;
		enum rep_status status;
	} words[] = {
		{ { "sent", 4 }, REP_STATUS_SENT },
		{ { "deferred", 8 }, REP_STATUS_DEFERRED },
		{ { "bounced", 7 }, REP_STATUS_BOUNCED },
		{ { "SOFTBOUNCE", 10 }, REP_STATUS_DEFERRED },
		{ { "expired", 7 }, REP_STATUS_EXPIRED },
	};
	size_t n = 0;

	while (n < s.n && s.p[n] != ' ' && s.p[n] != ',')
		n++;
	for (size_t i = 0; i < REP_COUNT(words); i++)
		if (rep_str_eq(rep_str_sub(s, 0, n), words[i].word))
			out->status = words[i].status;
	s = rep_str_sub(s, n, s.n);
	if (s.n >= 2 && s.p[0] == ' ' && s.p[1] == '(') {
		s = rep_str_sub(s, 2, s.n);
		out->whole = s.n > 0 && s.p[s.n - 1] == ')';
		s.n -= out->whole;
		(void)rep_softened_take(&s);
		out->text = s;
	}
}

static void
delivery(struct rep_str s, struct rep_mta_line *out)
{
	struct rep_str key, value;
	size_t i = address(rep_str_sub(s, 3, s.n), &out->to), eq, end;

	if (i == 0)
		return;
	s = rep_str_sub(s, 3 + i, s.n);
	while (s.n > 2 && s.p[0] == ',' && s.p[1] == ' ') {
		s = rep_str_sub(s, 2, s.n);
		if ((eq = rep_str_chr(s, '=', 0)) == SIZE_MAX)
			return;
		key = rep_str_sub(s, 0, eq);
		s = rep_str_sub(s, eq + 1, s.n);
		if (rep_str_eq(key, REP_S("status"))) {
			status(s, out);
			out->kind =
			    out->status != REP_STATUS_NONE ? REP_MTA_DELIVERY : REP_MTA_OTHER;
			return;
		}
		if (rep_str_eq(key, REP_S("orig_to"))) {
			end = address(s, &out->orig_to);
		} else {
			end = rep_str_chr(s, ',', 0);
			if (end == SIZE_MAX)
				return;
			value = rep_str_sub(s, 0, end);
			if (rep_str_eq(key, REP_S("relay")))
				rep_postfix_relay(value, &out->host, &out->address, &out->port);
			else if (rep_str_eq(key, REP_S("delay")))
				out->delay_s = seconds(value);
			else if (rep_str_eq(key, REP_S("dsn")))
				out->dsn = value;
		}
		s = rep_str_sub(s, end, s.n);
	}
}

/* ", size=4711, nrcpt=2 (queue active)": only that is handed to a delivery agent. */
static unsigned
recipients(struct rep_str s)
{
	size_t at = rep_str_find(s, REP_S(", nrcpt="), 0), end;
	uint64_t n;

	if (at == SIZE_MAX || !rep_str_ends(s, REP_S(" (queue active)")))
		return 0;
	end = rep_str_chr(s, ' ', at + 2);
	return rep_str_u64(rep_str_sub(s, at + 8, end - at - 8), UINT32_MAX, &n) ? (unsigned)n : 0;
}

static void
queue_manager(struct rep_str s, struct rep_mta_line *out)
{
	size_t i;

	if (rep_str_eq(s, REP_S("removed"))) {
		out->kind = REP_MTA_REMOVED;
		return;
	}
	if (!rep_str_starts(s, REP_S("from=")) ||
	    (i = address(rep_str_sub(s, 5, s.n), &out->from)) == 0)
		return;
	s = rep_str_sub(s, 5 + i, s.n);
	if (rep_str_starts(s, REP_S(", size="))) {
		out->kind = REP_MTA_QUEUED;
		out->recipients = recipients(s);
	} else if (rep_str_starts(s, REP_S(", status=expired")) ||
	    rep_str_starts(s, REP_S(", status=force-expired"))) {
		out->kind = REP_MTA_EXPIRED;
	}
}

/* "info: header List-Id: News <news.shop.example> from localhost[127.0.0.1]; from=<..> .." */
static void
header(struct rep_str s, struct rep_mta_line *out)
{
	static const char *const names[] = { "List-Id:", "Feedback-ID:" };
	size_t at = rep_str_find(s, REP_S("header "), 0), end;

	if (at == SIZE_MAX || at > 40)
		return;
	s = rep_str_sub(s, at + 7, s.n);
	for (size_t i = 0; i < REP_COUNT(names); i++) {
		if (!rep_str_starts_nocase(s, rep_str_c(names[i])))
			continue;
		s = rep_str_sub(s, strlen(names[i]), s.n);
		end = rep_str_find(s, REP_S("; from="), 0);
		s.n = end == SIZE_MAX ? s.n : end;
		/* The last " from HOST[ADDRESS]" or " from local" before it ends the value. */
		for (end = rep_str_find(s, REP_S(" from "), 0); end != SIZE_MAX;) {
			size_t next = rep_str_find(s, REP_S(" from "), end + 1);

			if (next == SIZE_MAX)
				s.n = end;
			end = next;
		}
		if (i == 0 && (at = rep_str_rchr(s, '<')) != SIZE_MAX &&
		    (end = rep_str_chr(s, '>', at)) != SIZE_MAX)
			s = rep_str_sub(s, at + 1, end - at - 1);
		out->value = rep_str_trim(s);
		out->feedback = i == 1;
		out->kind = out->value.n > 0 ? REP_MTA_HEADER : REP_MTA_OTHER;
		return;
	}
}

/*
 * "client=mx.example.net[192.0.2.1], sasl_method=PLAIN, sasl_username=jo, sasl_sender=<..>". A
 * filter that gives the message back passes on what it was told: orig_queue_id, orig_client.
 */
static void
session(struct rep_str s, struct rep_mta_line *out)
{
	struct rep_str client = { "", 0 }, name;
	unsigned port;

	while (s.n > 0) {
		size_t end = rep_str_find(s, REP_S(", "), 0);
		struct rep_str part = rep_str_sub(s, 0, end);

		s = end == SIZE_MAX ? REP_S("") : rep_str_sub(s, end + 2, s.n);
		if (rep_str_starts(part, REP_S("client=")) ||
		    rep_str_starts(part, REP_S("orig_client=")))
			client = part;
		else if (rep_str_starts(part, REP_S("sasl_username=")))
			out->login = rep_str_sub(part, 14, part.n);
		else if (rep_str_starts(part, REP_S("orig_queue_id=")))
			out->orig_id = rep_str_sub(part, 14, part.n);
	}
	if (client.n > 0)
		rep_postfix_relay(client, &name, &out->client, &port);
	out->kind = REP_MTA_HANDED;
}

/* "uid=33 from=<www-data>" */
static void
picked_up(struct rep_str s, struct rep_mta_line *out)
{
	out->uid = rep_str_sub(s, 4, rep_str_chr(s, ' ', 0) - 4);
	out->kind = REP_MTA_HANDED;
}

/* The daemon that writes such a message. A relay without an address is no other host. */
static enum rep_postfix_daemon
daemon_of(struct rep_str m)
{
	size_t relay;

	if (rep_str_starts(m, REP_S("to="))) {
		relay = rep_str_find(m, REP_S(", relay="), 0);
		m = relay == SIZE_MAX ? m : rep_str_sub(m, relay + 8, m.n);
		return rep_str_starts(m, REP_S("none,")) ||
			rep_str_chr(rep_str_sub(m, 0, rep_str_chr(m, ',', 0)), '[', 0) != SIZE_MAX
		    ? REP_PF_SMTP
		    : REP_PF_LOCAL;
	}
	if (rep_str_starts(m, REP_S("from=")) || rep_str_eq(m, REP_S("removed")))
		return REP_PF_QMGR;
	if (rep_str_starts(m, REP_S("client=")))
		return REP_PF_SMTPD;
	if (rep_str_starts(m, REP_S("uid=")))
		return REP_PF_PICKUP;
	return rep_str_starts(m, REP_S("host ")) ? REP_PF_SMTP : REP_PF_CLEANUP;
}

/*
 * "connect to mx.example[192.0.2.1]:25: Connection timed out": of each address that was tried, where
 * the line with the recipient has the last one only.
 */
static void
unreached(struct rep_str m, struct rep_mta_line *out)
{
	size_t at;

	if (!rep_str_starts(m, REP_S("connect to ")) || !rep_str_ends(m, REP_S(" timed out")) ||
	    (at = rep_str_find(m, REP_S(": "), 0)) == SIZE_MAX)
		return;
	rep_postfix_relay(rep_str_sub(m, 11, at - 11), &out->host, &out->address, &out->port);
	out->asked = true;
	out->text = m;
	out->kind = REP_MTA_UNREACHED;
}

void
rep_postfix_parse(enum rep_postfix_daemon d, struct rep_str m, struct rep_mta_line *out)
{
	size_t n = queue_id(m);

	*out = (struct rep_mta_line){ .delay_s = -1 };
	if (n == 0 && d == REP_PF_SMTP)
		unreached(m, out);
	if (n == 0)
		return;
	out->queue_id = rep_str_sub(m, 0, n);
	m = rep_str_sub(m, n + 2, m.n);
	if (d == REP_PF_UNIT)
		d = daemon_of(m);
	switch (d) {
	case REP_PF_SMTP:
	case REP_PF_ERROR:
	case REP_PF_LOCAL:
		out->asked = d == REP_PF_SMTP;
		out->local = d == REP_PF_LOCAL;
		if (rep_str_starts(m, REP_S("to="))) {
			delivery(m, out);
		} else if (d == REP_PF_SMTP && rep_str_starts(m, REP_S("host ")) &&
		    (rep_str_find(m, REP_S(" said: "), 0) != SIZE_MAX ||
			rep_str_find(m, REP_S(" refused to talk to me: "), 0) != SIZE_MAX)) {
			out->kind = REP_MTA_SAMPLE;
			out->text = m;
		}
		break;
	case REP_PF_QMGR: queue_manager(m, out); break;
	case REP_PF_SMTPD:
		if (rep_str_starts(m, REP_S("client=")))
			session(m, out);
		break;
	case REP_PF_PICKUP:
		if (rep_str_starts(m, REP_S("uid=")) && rep_str_chr(m, ' ', 0) != SIZE_MAX)
			picked_up(m, out);
		break;
	case REP_PF_CLEANUP:
		if (rep_str_starts(m, REP_S("message-id="))) {
			out->kind = REP_MTA_MESSAGE_ID;
			out->value = rep_str_sub(m, 11, m.n);
		} else if (rep_str_find(m, REP_S("header "), 0) != SIZE_MAX) {
			header(m, out);
		}
		break;
	default: break;
	}
}

void
rep_postfix_relay(
    struct rep_str relay, struct rep_str *name, struct rep_str *address_text, unsigned *port)
{
	size_t open = rep_str_chr(relay, '[', 0), close;
	uint64_t v;

	*address_text = (struct rep_str){ "", 0 };
	*port = 0;
	*name = rep_str_eq(relay, REP_S("none")) ? REP_S("") : relay;
	if (open == SIZE_MAX || (close = rep_str_chr(relay, ']', open)) == SIZE_MAX)
		return;
	*name = rep_str_sub(relay, 0, open);
	*address_text = rep_str_sub(relay, open + 1, close - open - 1);
	if (close + 1 < relay.n && relay.p[close + 1] == ':' &&
	    rep_str_u64(rep_str_sub(relay, close + 2, relay.n), 65535, &v))
		*port = (unsigned)v;
}

bool
rep_postfix_recognise(struct rep_str tag, struct rep_mta_tag *out)
{
	out->daemon = (int)rep_postfix_tag(tag, &out->name);
	return out->daemon != REP_PF_NONE;
}

enum rep_wait
rep_postfix_waits(struct rep_str reason)
{
	if (rep_str_eq(reason, REP_S("deferred transport")) ||
	    rep_str_ends(reason, REP_S("DNS reply filter drops all results")))
		return REP_WAIT_TRANSPORT;
	if (rep_str_eq(reason, REP_S("mail transport unavailable")) ||
	    rep_str_eq(reason, REP_S("unknown mail transport error")))
		return REP_WAIT_BROKEN;
	return reason.n == 0 ? REP_WAIT_NEW : REP_WAIT_REFUSED;
}

enum rep_rc
rep_postfix_read(int daemon, struct rep_str message, rep_mta_fn fn, void *ctx)
{
	struct rep_mta_line line;

	rep_postfix_parse((enum rep_postfix_daemon)daemon, message, &line);
	/* For expired mail the queue manager has a line of its own, about all recipients at once. */
	if (line.kind == REP_MTA_OTHER ||
	    (line.kind == REP_MTA_DELIVERY && line.status == REP_STATUS_EXPIRED))
		return REP_OK;
	if (line.kind == REP_MTA_DELIVERY && line.status == REP_STATUS_DEFERRED)
		line.waits = rep_postfix_waits(line.text);
	return fn(ctx, &line);
}
