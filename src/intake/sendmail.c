/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/sendmail.h"

bool
rep_sendmail_recognise(struct rep_str tag, struct rep_mta_tag *out)
{
	static const char *const tags[] = { "sm-mta", "sendmail", "sm-que", "sm-msp-queue" };

	for (size_t i = 0; i < REP_COUNT(tags); i++)
		if (rep_str_eq(tag, rep_str_c(tags[i]))) {
			out->daemon = 0;
			out->name = tag;
			return true;
		}
	return false;
}

/* "39ILkdR61835642: ": letters and digits, the first is a digit. */
static size_t
queue_id(struct rep_str s)
{
	size_t n = 0;

	while (n < s.n && rep_alnum(s.p[n]))
		n++;
	return n >= 8 && n <= 24 && rep_digit(s.p[0]) && n + 1 < s.n && s.p[n] == ':' &&
		s.p[n + 1] == ' '
	    ? n
	    : 0;
}

/* The values of a line by key; n == 0: not said. */
struct fields {
	struct rep_str from, to, msgid, delay, mailer, relay, dsn, reply, stat, nrcpts, auth,
	    authid;
	bool reject;
};

/*
 * The end of a value: before ", word=", because a value may contain commas. stat= is always the
 * last.
 */
static size_t
value_end(struct rep_str s)
{
	size_t at = 0;

	while ((at = rep_str_find(s, REP_S(", "), at)) != SIZE_MAX) {
		size_t k = at + 2;

		while (k < s.n && (rep_alnum(s.p[k]) || s.p[k] == '_'))
			k++;
		if (k > at + 2 && k < s.n && s.p[k] == '=')
			return at;
		at++;
	}
	return s.n;
}

static void
take_apart(struct rep_str s, struct fields *f)
{
	const struct {
		struct rep_str key;
		struct rep_str *value;
	} keys[] = { { REP_S("from"), &f->from }, { REP_S("to"), &f->to },
		{ REP_S("msgid"), &f->msgid }, { REP_S("delay"), &f->delay },
		{ REP_S("mailer"), &f->mailer }, { REP_S("relay"), &f->relay },
		{ REP_S("dsn"), &f->dsn }, { REP_S("reply"), &f->reply },
		{ REP_S("nrcpts"), &f->nrcpts }, { REP_S("AUTH"), &f->auth },
		{ REP_S("authid"), &f->authid } };

	*f = (struct fields){ .reject = false };
	while (s.n > 0) {
		size_t eq = rep_str_chr(s, '=', 0), end;
		struct rep_str key = rep_str_sub(s, 0, eq == SIZE_MAX ? 0 : eq);

		if (key.n == 0 || rep_str_chr(key, ' ', 0) != SIZE_MAX)
			return;
		s = rep_str_sub(s, eq + 1, s.n);
		f->reject |= rep_str_eq(key, REP_S("reject"));
		if (rep_str_eq(key, REP_S("stat"))) {
			f->stat = s;
			return;
		}
		end = value_end(s);
		for (size_t i = 0; i < REP_COUNT(keys); i++)
			if (rep_str_eq(key, keys[i].key))
				*keys[i].value = rep_str_sub(s, 0, end);
		s = rep_str_sub(s, end + 2, s.n);
	}
}

/* Reads "00:00:09" or "1+02:03:04" (days, hours, minutes, seconds). < 0 when it is not a time. */
static double
span(struct rep_str s)
{
	double total = 0, n = 0;

	if (s.n < 8 || s.n > 16)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (rep_digit(s.p[i])) {
			n = n * 10 + (s.p[i] - '0');
			continue;
		}
		if (s.p[i] != '+' && s.p[i] != ':')
			return -1;
		total = (total + n) * (s.p[i] == '+' ? 24 : 60);
		n = 0;
	}
	return total + n;
}

/* "mx.example.com. [192.0.2.1]", "[IPv6:2001:db8::1]", "mx.example.com." */
static void
relay(struct rep_str s, struct rep_mta_line *out)
{
	size_t open = rep_str_chr(s, '[', 0), close;

	out->host = rep_str_trim(rep_str_sub(s, 0, open == SIZE_MAX ? s.n : open));
	if (out->host.n > 0 && out->host.p[out->host.n - 1] == '.')
		out->host.n--;
	if (open == SIZE_MAX || (close = rep_str_chr(s, ']', open)) == SIZE_MAX)
		return;
	out->address = rep_str_sub(s, open + 1, close - open - 1);
	if (rep_str_starts_nocase(out->address, REP_S("IPv6:")))
		out->address = rep_str_sub(out->address, 5, out->address.n);
	if (out->host.n == 0)
		out->host = out->address;
}

/* True for mailers that speak SMTP. When none is named: for a relay with an address. */
static bool
is_remote(const struct fields *f)
{
	if (f->mailer.n > 0)
		return rep_str_find(f->mailer, REP_S("smtp"), 0) != SIZE_MAX ||
		    rep_str_eq(f->mailer, REP_S("relay"));
	return rep_str_chr(f->relay, '[', 0) != SIZE_MAX;
}

/* "550 5.7.1 ..." */
static bool
has_code(struct rep_str s)
{
	return s.n > 3 && (s.p[0] == '4' || s.p[0] == '5') && rep_digit(s.p[1]) &&
	    rep_digit(s.p[2]) && (s.p[3] == ' ' || s.p[3] == '-');
}

/* The reply in "Service unavailable: 550 5.7.1 ..." when there is one, else the words. */
static struct rep_str
words(struct rep_str s, bool *codeless)
{
	struct rep_str rest = s;
	size_t colon;

	*codeless = false;
	for (;;) {
		if (has_code(rest))
			return rest;
		if ((colon = rep_str_find(rest, REP_S(": "), 0)) == SIZE_MAX)
			break;
		rest = rep_str_sub(rest, colon + 2, rest.n);
	}
	*codeless = true;
	return s;
}

/* NONE: not an attempt ("queued"). */
static enum rep_status
status(struct rep_str stat, struct rep_mta_line *out)
{
	struct rep_str sent = REP_S("Sent"), deferred = REP_S("Deferred");

	if (stat.n == 0 || rep_str_starts_nocase(stat, REP_S("queued")))
		return REP_STATUS_NONE;
	if (rep_str_starts(stat, sent)) {
		stat = rep_str_trim(rep_str_sub(stat, sent.n, stat.n));
		out->whole = stat.n > 1 && stat.p[0] == '(' && stat.p[stat.n - 1] == ')';
		out->text = out->whole ? rep_str_sub(stat, 1, stat.n - 2) : stat;
		return REP_STATUS_SENT;
	}
	if (!rep_str_starts(stat, deferred)) { /* the code tells: 4.x.x is tried again */
		out->text = words(stat, &out->codeless);
		return rep_str_starts(out->dsn, REP_S("4")) ? REP_STATUS_DEFERRED
							    : REP_STATUS_BOUNCED;
	}
	stat = rep_str_sub(stat, deferred.n, stat.n);
	if (rep_str_starts(stat, REP_S(": ")))
		stat = rep_str_sub(stat, 2, stat.n);
	out->text = words(stat, &out->codeless);
	return REP_STATUS_DEFERRED;
}

/* The comma that ends the first recipient: not one in a quoted local part (RFC 5321, 4.1.2). */
static size_t
end_of_recipient(struct rep_str s)
{
	bool quoted = false;
	size_t i = 0;

	for (; i < s.n && (quoted || s.p[i] != ','); i++) {
		if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
	}
	return i;
}

/* Reads "<jo@example.com>" or "jo@example.com" between commas. */
static enum rep_rc
deliveries(const struct fields *f, struct rep_mta_line *line, rep_mta_fn fn, void *ctx)
{
	struct rep_str rest = f->to;
	enum rep_rc rc = REP_OK;

	line->kind = REP_MTA_DELIVERY;
	line->delay_s = span(f->delay);
	line->dsn = f->dsn;
	line->asked = true;
	line->status = status(f->stat, line);
	/* What the server said, in versions since 8.16; stat= then has Sendmail's own words. */
	if (line->codeless && has_code(f->reply)) {
		line->text = f->reply;
		line->codeless = false;
	}
	/* Sendmail's own words when a refusal has none: only the code says something. */
	if (line->codeless && f->dsn.n > 0 && rep_str_eq(line->text, REP_S("Service unavailable")))
		line->text = f->dsn;
	relay(f->relay, line);
	if (line->status == REP_STATUS_NONE)
		return REP_OK;
	while (rc == REP_OK && rest.n > 0) {
		size_t end = end_of_recipient(rest);
		struct rep_str to = rep_str_sub(rest, 0, end);

		rest = rep_str_sub(rest, end + 1, rest.n);
		to = rep_str_trim(to);
		if (to.n > 2 && to.p[0] == '<' && to.p[to.n - 1] == '>')
			to = rep_str_sub(to, 1, to.n - 2);
		if (rep_str_chr(to, '@', 0) == SIZE_MAX)
			continue;
		line->to = to;
		rc = fn(ctx, line);
	}
	return rc;
}

/*
 * "AUTH=server, relay=app.example [192.0.2.1], authid=jo@shop.example, mech=PLAIN, bits=0". It has no
 * queue id: a process of its own serves the connection, and logs the messages that come over it.
 * AUTH=client is ourselves, logging in elsewhere.
 */
static enum rep_rc
logged_in(struct rep_str s, rep_mta_fn fn, void *ctx)
{
	struct rep_mta_line line = { .kind = REP_MTA_HANDED, .delay_s = -1, .by_process = true };
	struct fields f;

	take_apart(s, &f);
	line.login = f.authid;
	return rep_str_eq(f.auth, REP_S("server")) && f.authid.n > 0 ? fn(ctx, &line) : REP_OK;
}

/* Who handed it in: the host it came from. "root@localhost" is this one: sendmail(1), its user. */
static void
came_from(const struct fields *f, struct rep_mta_line *line)
{
	size_t open = rep_str_chr(f->relay, '[', 0), close;

	if (open != SIZE_MAX && (close = rep_str_chr(f->relay, ']', open)) != SIZE_MAX) {
		line->client = rep_str_sub(f->relay, open + 1, close - open - 1);
		if (rep_str_starts_nocase(line->client, REP_S("IPv6:")))
			line->client = rep_str_sub(line->client, 5, line->client.n);
	} else if (rep_str_ends(f->relay, REP_S("@localhost"))) {
		line->uid = rep_str_sub(f->relay, 0, rep_str_chr(f->relay, '@', 0));
	}
}

static enum rep_rc
queued(const struct fields *f, struct rep_mta_line *line, rep_mta_fn fn, void *ctx)
{
	uint64_t recipients;
	enum rep_rc rc;

	line->kind = REP_MTA_QUEUED;
	line->from = f->from;
	if (rep_str_u64(f->nrcpts, UINT32_MAX, &recipients))
		line->recipients = (unsigned)recipients;
	came_from(f, line);
	line->by_process = true;
	if (line->from.n > 1 && line->from.p[0] == '<' && line->from.p[line->from.n - 1] == '>')
		line->from = rep_str_sub(line->from, 1, line->from.n - 2);
	if ((rc = fn(ctx, line)) != REP_OK || f->msgid.n == 0)
		return rc;
	line->kind = REP_MTA_MESSAGE_ID;
	line->value = f->msgid;
	return fn(ctx, line);
}

enum rep_rc
rep_sendmail_read(int daemon, struct rep_str s, rep_mta_fn fn, void *ctx)
{
	struct rep_mta_line line = { .delay_s = -1 };
	size_t n = queue_id(s), inner;
	struct fields f;

	(void)daemon;
	if (n == 0)
		return rep_str_starts(s, REP_S("AUTH=server")) ? logged_in(s, fn, ctx) : REP_OK;
	line.queue_id = rep_str_sub(s, 0, n);
	s = rep_str_sub(s, n + 2, s.n);
	/* "ID: ID of the notice: sender notify: Cannot send message for 5 days" */
	if ((inner = queue_id(s)) > 0) {
		if (rep_str_find(s, REP_S("Cannot send message "), 0) == SIZE_MAX)
			return REP_OK;
		line.kind = REP_MTA_EXPIRED;
		return fn(ctx, &line);
	}
	take_apart(s, &f);
	if (f.reject)
		return REP_OK;
	if (f.to.n > 0)
		return is_remote(&f) ? deliveries(&f, &line, fn, ctx) : REP_OK;
	return f.from.n > 0 && f.nrcpts.n > 0 ? queued(&f, &line, fn, ctx) : REP_OK;
}
