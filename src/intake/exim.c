/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/exim.h"
#include "base/time.h"

/* --- the stamp ------------------------------------------------------------------------------- */

static int
two(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

static bool
digits(struct rep_str s, const char *form)
{
	for (size_t i = 0; form[i] != '\0'; i++)
		if (i >= s.n || (form[i] == 'd' ? !rep_digit(s.p[i]) : s.p[i] != form[i]))
			return false;
	return true;
}

size_t
rep_exim_stamp(struct rep_str s, struct rep_civil *civil, bool *zoned, int64_t *offset_s)
{
	struct rep_civil c;
	size_t i = 19;

	if (!digits(s, "dddd-dd-dd dd:dd:dd"))
		return 0;
	c = (struct rep_civil){ two(s.p) * 100 + two(s.p + 2), two(s.p + 5), two(s.p + 8),
		two(s.p + 11), two(s.p + 14), two(s.p + 17) };
	if (!rep_civil_valid(&c))
		return 0;
	if (i < s.n && s.p[i] == '.')
		for (i++; i < s.n && rep_digit(s.p[i]); i++)
			;
	if (i >= s.n || s.p[i] != ' ')
		return 0;
	i++;
	*zoned = false;
	*offset_s = 0;
	if (digits(rep_str_sub(s, i, 6), "+dddd ") || digits(rep_str_sub(s, i, 6), "-dddd ")) {
		*zoned = true;
		*offset_s = (int64_t)two(s.p + i + 1) * 3600 + (int64_t)two(s.p + i + 3) * 60;
		if (s.p[i] == '-')
			*offset_s = -*offset_s;
		i += 6;
	}
	if (i < s.n && s.p[i] == '[') { /* the process id */
		size_t close = rep_str_chr(rep_str_sub(s, i, 16), ']', 0);

		if (close != SIZE_MAX && i + close + 1 < s.n && s.p[i + close + 1] == ' ')
			i += close + 2;
	}
	*civil = c;
	return i;
}

/* --- fields ----------------------------------------------------------------------------------- */

/* "1abcDE-0001Xy-Zz" or the longer form of Exim 4.97: base 62 in three parts. */
static size_t
queue_id(struct rep_str s)
{
	size_t i = 0, n;

	for (int part = 0; part < 3; part++) {
		for (n = 0; i < s.n && rep_alnum(s.p[i]); i++)
			n++;
		if (part < 2 ? (n != 6 && n != 11) || i >= s.n || s.p[i] != '-'
			     : (n != 2 && n != 4) || i >= s.n || s.p[i] != ' ')
			return 0;
		i++;
	}
	return i - 1;
}

/* The parts of a line after its arrow. */
struct parts {
	struct rep_str first;	 /* the address as the line has it */
	struct rep_str original; /* "<..>" after it */
	struct rep_str router, transport, host, address, confirmation, queued;
	struct rep_str text; /* after ": " */
	unsigned port;
};

/* The next word at *i, up to a blank. A word in quotes keeps its blanks. */
static struct rep_str
word(struct rep_str s, size_t *i)
{
	size_t from;
	bool quoted = false;

	while (*i < s.n && s.p[*i] == ' ')
		++*i;
	from = *i;
	while (*i < s.n && (quoted || s.p[*i] != ' ')) {
		if (s.p[*i] == '\\' && quoted)
			++*i;
		else if (s.p[*i] == '"')
			quoted = !quoted;
		if (*i < s.n)
			++*i;
	}
	return rep_str_sub(s, from, *i - from);
}

/* "[192.0.2.1]:25" or "[192.0.2.1]" with marks after it. */
static void
address(struct rep_str w, struct parts *p)
{
	size_t close = rep_str_chr(w, ']', 0);
	uint64_t port = 0;

	if (close == SIZE_MAX)
		return;
	p->address = rep_str_sub(w, 1, close - 1);
	w = rep_str_sub(w, close + 1, w.n);
	while (w.n > 0 && !rep_digit(w.p[w.n - 1]))
		w.n--;
	if (w.n > 1 && w.p[0] == ':' && rep_str_u64(rep_str_sub(w, 1, w.n), 65535, &port))
		p->port = (unsigned)port;
}

/* Finds the ": " before the words of an error. False when there is none. */
static bool
ends_fields(struct rep_str w)
{
	return w.n > 0 && w.p[w.n - 1] == ':';
}

static void
field(struct rep_str w, struct parts *p)
{
	struct rep_str value;

	if (w.n < 2 || (w.p[1] != '=' && (w.n < 3 || w.p[2] != '=')))
		return;
	value = rep_str_sub(w, w.p[1] == '=' ? 2 : 3, w.n);
	switch (w.p[0]) {
	case 'R': p->router = value; break;
	case 'T': p->transport = value; break;
	case 'H': p->host = value; break;
	case 'C':
		if (w.p[1] == '=')
			p->confirmation = value;
		break;
	case 'Q':
		if (w.p[1] == 'T')
			p->queued = value;
		break;
	default: break;
	}
}

static void
take_apart(struct rep_str s, struct parts *p)
{
	size_t i = 0;
	struct rep_str w;
	bool last;

	memset(p, 0, sizeof *p);
	p->first = word(s, &i);
	last = ends_fields(p->first);
	if (last)
		p->first.n--;
	while (!last && i < s.n) {
		w = word(s, &i);
		if (w.n == 0)
			break;
		last = ends_fields(w);
		if (last)
			w.n--;
		if (w.n > 2 && w.p[0] == '<' && p->original.n == 0 && p->router.n == 0)
			p->original = rep_str_sub(w, 1, w.n - 1 - (w.p[w.n - 1] == '>'));
		else if (w.n > 2 && w.p[0] == '[' && p->host.n > 0 && p->address.n == 0)
			address(w, p);
		else
			field(w, p);
	}
	p->text = rep_str_trim(rep_str_sub(s, i, s.n));
}

/* Reads "1h2m3s", "0.512s" or "4s": seconds. < 0 when it is not a time. */
static double
span(struct rep_str s)
{
	double v = 0, n = 0, scale = 0;

	if (s.n == 0 || s.n > 20)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (rep_digit(c)) {
			n = scale > 0 ? n + (c - '0') * scale : n * 10 + (c - '0');
			scale /= 10;
			continue;
		}
		if (c == '.') {
			scale = 0.1;
			continue;
		}
		v += n *
		    (c == 'w'	       ? 7 * REP_DAY_S
			    : c == 'd' ? REP_DAY_S
			    : c == 'h' ? 3600
			    : c == 'm' ? 60
				       : 1);
		n = scale = 0;
	}
	return v + n;
}

/* True when the delivery was for another host: a host was reached, or the transport speaks SMTP. */
static bool
is_remote(const struct parts *p)
{
	if (p->host.n > 0)
		return true;
	if (p->transport.n > 0)
		return rep_str_find(p->transport, REP_S("smtp"), 0) != SIZE_MAX &&
		    rep_str_find(p->transport, REP_S("lmtp"), 0) == SIZE_MAX;
	return rep_str_find(p->router, REP_S("dns"), 0) != SIZE_MAX ||
	    rep_str_find(p->router, REP_S("smarthost"), 0) != SIZE_MAX ||
	    rep_str_starts(p->text, REP_S("retry timeout exceeded"));
}

static struct rep_str
unquoted(struct rep_str s)
{
	if (s.n > 1 && s.p[0] == '"')
		return rep_str_sub(s, 1, s.n - 1 - (s.p[s.n - 1] == '"'));
	return s;
}

/* --- lines -------------------------------------------------------------------------------------- */

/*
 * "A=plain_login:jo@shop.example", "H=(laptop) [192.0.2.1]:50000", "U=www-data" with P=local. Of a
 * session over SMTP, U= is what ident said, which anybody may say.
 */
static void
who(struct rep_str w, struct rep_mta_line *out)
{
	size_t at;

	if (rep_str_starts(w, REP_S("A=")) && (at = rep_str_chr(w, ':', 0)) != SIZE_MAX) {
		out->login = rep_str_sub(w, at + 1, w.n);
		if ((at = rep_str_chr(out->login, ':', 0)) != SIZE_MAX) /* authenticated sender */
			out->login.n = at;
	} else if (w.n > 2 && w.p[0] == '[' && (at = rep_str_chr(w, ']', 0)) != SIZE_MAX) {
		out->client = rep_str_sub(w, 1, at - 1);
	} else if (rep_str_starts(w, REP_S("U="))) {
		out->uid = rep_str_sub(w, 2, w.n);
	}
}

static unsigned
received(struct rep_str s, struct rep_str id, struct rep_mta_line out[2])
{
	size_t i = 0;
	struct rep_str from = word(s, &i), w;

	out[0] = (struct rep_mta_line){ .kind = REP_MTA_QUEUED, .queue_id = id, .delay_s = -1 };
	out[0].from = rep_str_eq(from, REP_S("<>")) ? (struct rep_str){ "", 0 } : from;
	while (i < s.n && (w = word(s, &i)).n > 0) {
		who(w, &out[0]);
		if (!rep_str_starts(w, REP_S("id=")))
			continue;
		out[1] = (struct rep_mta_line){
			.kind = REP_MTA_MESSAGE_ID, .queue_id = id, .delay_s = -1
		};
		out[1].value = rep_str_sub(w, 3, w.n);
		return 2;
	}
	return 1;
}

static unsigned
attempt(struct rep_str s, struct rep_str id, enum rep_status status, struct rep_mta_line *out)
{
	struct parts p;

	take_apart(s, &p);
	if (!is_remote(&p))
		return 0;
	*out = (struct rep_mta_line){ .kind = REP_MTA_DELIVERY,
		.queue_id = id,
		.status = status,
		.delay_s = span(p.queued),
		.asked = true };
	/* in "=> jo <jo@example.com>" the first is only the local part */
	out->to =
	    rep_str_chr(p.first, '@', 0) == SIZE_MAX && p.original.n > 0 ? p.original : p.first;
	if (p.original.n > 0 && !rep_str_eq_nocase(p.original, out->to))
		out->orig_to = p.original;
	if (out->to.n < 3 || rep_str_chr(out->to, '@', 0) == SIZE_MAX) /* "a@b" at least */
		return 0;
	out->host = p.host;
	out->address = p.address;
	out->port = p.port;
	out->text = status == REP_STATUS_SENT ? unquoted(p.confirmation) : p.text;
	if (status == REP_STATUS_SENT && out->text.n == 0)
		out->text = REP_S("250");
	if (status == REP_STATUS_BOUNCED &&
	    rep_str_find(p.text, REP_S("retry timeout exceeded"), 0) != SIZE_MAX)
		out->status = REP_STATUS_EXPIRED;
	return 1;
}

unsigned
rep_exim_parse(struct rep_str s, struct rep_mta_line out[2])
{
	size_t n = queue_id(s);
	struct rep_str id = rep_str_sub(s, 0, n), arrow, rest;

	if (n == 0)
		return 0;
	arrow = rep_str_sub(s, n + 1, 2);
	rest = rep_str_sub(s, n + 4, s.n);
	if (arrow.n < 2)
		return 0;
	if (arrow.p[0] == 'C' && rep_str_starts(rep_str_sub(s, n + 1, s.n), REP_S("Completed"))) {
		out[0] =
		    (struct rep_mta_line){ .kind = REP_MTA_REMOVED, .queue_id = id, .delay_s = -1 };
		return 1;
	}
	if (n + 3 >= s.n || s.p[n + 3] != ' ')
		return 0;
	if (arrow.p[0] == '<' && arrow.p[1] == '=')
		return received(rest, id, out);
	if ((arrow.p[0] == '=' || arrow.p[0] == '-') && arrow.p[1] == '>')
		return attempt(rest, id, REP_STATUS_SENT, out);
	if (arrow.p[0] == '=' && arrow.p[1] == '=')
		return attempt(rest, id, REP_STATUS_DEFERRED, out);
	if (arrow.p[0] == '*' && arrow.p[1] == '*')
		return attempt(rest, id, REP_STATUS_BOUNCED, out);
	return 0;
}

bool
rep_exim_recognise(struct rep_str tag, struct rep_mta_tag *out)
{
	out->daemon = 0;
	out->name = REP_S("exim");
	return rep_str_starts(tag, REP_S("exim"));
}

/* In syslog, Exim's own stamp may come before the message. */
enum rep_rc
rep_exim_read(int daemon, struct rep_str message, rep_mta_fn fn, void *ctx)
{
	struct rep_mta_line v[2];
	struct rep_civil civil;
	int64_t offset_s;
	bool zoned;
	enum rep_rc rc = REP_OK;
	unsigned n;

	(void)daemon;
	n = rep_exim_parse(
	    rep_str_sub(message, rep_exim_stamp(message, &civil, &zoned, &offset_s), message.n), v);
	for (unsigned i = 0; i < n && rc == REP_OK; i++)
		rc = fn(ctx, &v[i]);
	return rc;
}
