/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/log_line.h"
#include "intake/exim.h"
#include "intake/journal.h"
#include "intake/mta_formats.h"
#include "intake/prefix.h"

/* A container's line, in a collector's, in a file of syslog, quoted: nobody has more. */
enum { WRAPPERS = 5 };

enum { QUARTER_S = 900, ZONES_S = 14 * 3600, DISORDER_S = 120 };

/* --- after the stamp ----------------------------------------------------------------------------- */

/* True for the word that syslog has for how bad it is. Some templates write it for the host. */
static bool
is_severity(struct rep_str s)
{
	static const char *const words[] = { "INFO", "NOTICE", "WARN", "WARNING", "ERR", "ERROR",
		"DEBUG", "CRIT", "ALERT", "EMERG" };

	if (s.n < 3 || s.p[0] < 'A' || s.p[0] > 'Z')
		return false;
	for (size_t i = 0; i < REP_COUNT(words); i++)
		if (rep_str_eq(s, rep_str_c(words[i])))
			return true;
	return false;
}

/*
 * RFC 5424 has PROCID, MSGID and structured data after the tag, each "-" when there is none. The
 * bytes of them; 0 when it is not that.
 */
static size_t
rfc5424(struct rep_str s)
{
	size_t i = 0, n;

	for (int word = 0; word < 2; word++) {
		n = i;
		while (i < s.n && (rep_alnum(s.p[i]) || s.p[i] == '-' || s.p[i] == '.'))
			i++;
		if (i == n || i >= s.n || s.p[i] != ' ')
			return 0;
		i++;
	}
	if (i < s.n && s.p[i] == '-') {
		i++;
	} else {
		n = i;
		while (
		    i < s.n && s.p[i] == '[' && (n = rep_str_find(s, REP_S("] "), i)) != SIZE_MAX)
			i = n + 1;
		if (i == 0 || s.p[i - 1] != ']')
			return 0;
	}
	if (i >= s.n || s.p[i] != ' ')
		return 0;
	i++;
	return rep_str_starts(rep_str_sub(s, i, s.n), REP_S("\xef\xbb\xbf")) ? i + 3 : i;
}

static struct rep_str
past_blanks(struct rep_str s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] == ' ')
		i++;
	return rep_str_sub(s, i, s.n);
}

/* Splits "TAG[PID]: message". */
static void
tagged(struct rep_str s, struct rep_log_parts *out)
{
	/* Usually it is "TAG[", so this is looked for first, and anything before it only then. */
	size_t n = rep_str_chr(rep_str_sub(s, 0, 64), '[', 0), m;

	if (n == SIZE_MAX || memchr(s.p, ' ', n) != NULL || memchr(s.p, ':', n) != NULL)
		for (n = 0; n < s.n && s.p[n] != '[' && s.p[n] != ':' && s.p[n] != ' ';)
			n++;
	out->tag = rep_str_sub(s, 0, n);
	out->pid = (struct rep_str){ "", 0 };
	if (n < s.n && s.p[n] == '[') {
		m = rep_str_chr(s, ']', n);
		m = m == SIZE_MAX ? s.n : m;
		out->pid = rep_str_sub(s, n + 1, m - n - 1);
		n = m < s.n ? m + 1 : m;
	} else if (n < s.n && s.p[n] == ' ') {
		m = rfc5424(rep_str_sub(s, n + 1, s.n));
		n += m > 0 ? m + 1 : 0;
	}
	if (n < s.n && s.p[n] == ':')
		n++;
	out->message = past_blanks(rep_str_sub(s, n, s.n));
}

/* The length of a word of the form NAME[DIGITS]: at the start. 0: it is none. */
static size_t
tag_word(struct rep_str s)
{
	size_t n = 0, digits;

	while (n < s.n && (rep_alnum(s.p[n]) || s.p[n] == '/' || s.p[n] == '-' || s.p[n] == '_'))
		n++;
	if (n == 0 || n >= s.n || s.p[n] != '[')
		return 0;
	for (digits = ++n; n < s.n && rep_digit(s.p[n]);)
		n++;
	return n > digits && n + 1 < s.n && s.p[n] == ']' && s.p[n + 1] == ':' ? n + 2 : 0;
}

/*
 * Somebody wrote words in place of the host ("[my domain]"). What was taken for the tag is one of them
 * then: moves all up to the tag to the host.
 */
static void
host_of_words(struct rep_str rest, struct rep_log_parts *out)
{
	const char *end = rest.p + rest.n;
	struct rep_str s = { out->tag.p, (size_t)(end - out->tag.p) };

	if (out->host.n == 0 || out->tag.n == 0 || out->tag.n >= s.n || s.p[out->tag.n] != ' ')
		return;
	for (size_t i = out->tag.n + 1; i < s.n && i < 96; i++) {
		if (s.p[i - 1] != ' ' || tag_word(rep_str_sub(s, i, s.n)) == 0)
			continue;
		out->host =
		    rep_str_trim((struct rep_str){ out->host.p, (size_t)(s.p + i - out->host.p) });
		tagged(rep_str_sub(s, i, s.n), out);
		return;
	}
}

/*
 * Splits "HOST TAG[PID]: message" after the stamp; the host may be missing. False when the line
 * does not have that form.
 */
static bool
header(struct rep_str s, struct rep_log_parts *out)
{
	size_t n;

	s = past_blanks(s);
	if ((n = rep_str_chr(s, ' ', 0)) == SIZE_MAX || n == 0)
		return false;
	out->host = rep_str_sub(s, 0, n);
	if (s.p[n - 1] == ':')
		out->host.n = 0; /* it is the tag already */
	else
		s = past_blanks(rep_str_sub(s, n + 1, s.n));
	if (is_severity(out->host))
		out->host.n = 0;
	tagged(s, out);
	return true;
}

/* --- one wrapper after the other ------------------------------------------------------------------ */

/* What is known before the line itself is reached. */
struct peel {
	struct rep_str s;
	int64_t outer_s; /* the stamp of a collector that said its zone; 0: none */
	int64_t seen_s;	 /* the same, with or without a zone */
	bool done;	 /* the parts are complete */
	bool json;	 /* s is in the arena */
};

/*
 * The collector said its zone and year, the line within did not: it is the same moment, within a
 * minute or two, so what differs is the zone. Older lines (a log that was dumped at the start of a
 * container) keep their own time.
 */
static int64_t
as_outer(int64_t at_s, int64_t outer_s)
{
	int64_t off = outer_s - at_s,
		zone =
		    (off >= 0 ? off + QUARTER_S / 2 : off - QUARTER_S / 2) / QUARTER_S * QUARTER_S;

	if (outer_s == 0 || zone > ZONES_S || zone < -ZONES_S || off - zone > DISORDER_S ||
	    zone - off > DISORDER_S)
		return at_s;
	return at_s + zone;
}

/*
 * A line of Exim's own file. It has the local time of its server, unless it names the zone. Lines
 * of syslog may have a stamp of the same form; their tag shows it.
 */
static size_t
exim_stamp(struct rep_log_splitter *l, struct rep_str s, int64_t *at_s)
{
	struct rep_log_parts syslog;
	struct rep_civil civil;
	int64_t offset_s;
	bool zoned;
	size_t used;

	if (s.n < 24 || s.p[10] != ' ' || s.p[4] != '-' ||
	    (used = rep_exim_stamp(s, &civil, &zoned, &offset_s)) == 0 ||
	    rep_prefix_after(rep_str_sub(s, used - 1, s.n)) > 0)
		return 0;
	if (rep_str_chr(rep_str_sub(s, used, 128), '[', 0) != SIZE_MAX &&
	    header(rep_str_sub(s, used, s.n), &syslog) && syslog.message.n > 0 &&
	    syslog.tag.p[syslog.tag.n] == '[' &&
	    rep_mta_tags_get(&l->tags, syslog.tag)->format != NULL)
		return 0;
	if (zoned)
		*at_s = rep_time_from_civil(&civil) - offset_s;
	else
		l->exim_s = *at_s = rep_zone_instant(&l->zone, &civil, l->exim_s);
	return used;
}

/* JSON of journald is the line itself; docker's json-file has the line in it. */
static enum rep_rc
json(struct rep_log_splitter *l, struct peel *p, struct rep_log_parts *out, struct rep_err *err)
{
	struct rep_journal_entry e;
	enum rep_rc rc;

	if (!p->json)
		rep_arena_reset(l->mem);
	p->json = true;
	if ((rc = rep_journal_parse(p->s, l->mem, &e, err)) != REP_OK)
		return rc;
	out->at_s = p->outer_s = e.at_s;
	out->near = e.near;
	out->host = e.host;
	out->tag = e.tag;
	out->message = e.message;
	out->pid = e.pid;
	p->done = !e.wrapped;
	p->s = rep_str_trim(e.message);
	return REP_OK;
}

/* A message as Postfix's client writes it, where a page left out which program it was. */
static bool
of_postfix_client(struct rep_str s)
{
	size_t n = 0;

	while (n < s.n && rep_alnum(s.p[n]))
		n++;
	return rep_mta_is_delivery(s) || rep_str_starts(s, REP_S("connect to ")) ||
	    (n >= 6 && rep_str_starts(rep_str_sub(s, n, s.n), REP_S(": host ")));
}

/*
 * The time of the collector, and then no stamp: the line has no other time. Where no line of the file
 * has a time, that of the file must do.
 */
static bool
without_stamp(struct rep_log_splitter *l, const struct peel *p, struct rep_log_parts *out)
{
	out->at_s = p->outer_s != 0 ? p->outer_s : p->seen_s;
	out->host = REP_S("");
	tagged(p->s, out);
	if (out->at_s != 0 && of_postfix_client(p->s)) {
		out->tag = REP_S("postfix/smtp");
		out->message = p->s;
	}
	if (rep_mta_tags_get(&l->tags, out->tag)->format == NULL)
		return false;
	if (out->at_s != 0)
		return true;
	out->at_s = l->stamped || tag_word(p->s) == 0 ? 0 : l->file_s;
	out->timeless = out->at_s != 0;
	return out->timeless;
}

/* True when it may be the first word of a stamp: few tags begin so. */
static bool
begins_stamp(struct rep_str tag)
{
	return tag.n > 0 && (rep_digit(tag.p[0]) || (tag.p[0] >= 'A' && tag.p[0] <= 'Z'));
}

/* Where a line goes on like this after its stamp, its host needs no second look. */
static void
remember_host(struct rep_log_splitter *l, struct rep_str rest, struct rep_str host)
{
	size_t n = host.n + 2;

	if (host.n == 0 || host.p != rest.p + 1 || n > sizeof l->usual || rep_prefix_likely(rest))
		return;
	memcpy(l->usual, rest.p, n);
	l->usual_n = n;
}

/* A line that begins with a stamp, of its own or of a collector. */
static enum rep_rc
stamped(struct rep_log_splitter *l, struct peel *p, struct rep_log_parts *out, struct rep_err *err)
{
	struct rep_str rest;
	enum rep_rc rc;
	size_t used;
	bool whole;

	if ((rc = rep_stamp_parse(&l->stamp, p->s, &out->at_s, &used, err)) != REP_OK)
		return rc;
	rest = rep_str_sub(p->s, used, p->s.n);
	whole = header(rest, out);
	if ((rep_prefix_likely(rest) || p->outer_s != 0 || (whole && begins_stamp(out->tag))) &&
	    (used = rep_prefix_after(rest)) > 0) {
		p->outer_s = l->stamp.zoned ? out->at_s : 0;
		p->seen_s = out->at_s;
		p->s = rep_str_sub(rest, used, rest.n);
		return REP_OK;
	}
	if (!whole)
		return rep_fail(err, REP_ESYNTAX, "nothing after the time stamp");
	out->near = 0;
	remember_host(l, rest, out->host);
	host_of_words(rest, out);
	if (!l->stamp.zoned)
		out->at_s = as_outer(out->at_s, p->outer_s);
	p->outer_s = l->stamp.zoned ? out->at_s : p->outer_s;
	p->done = true;
	return REP_OK;
}

/* A container that logs to syslog or the journal: its own line is the message. */
static bool
wraps_another(struct rep_log_splitter *l, struct rep_log_parts *out, struct peel *p)
{
	if (out->message.n == 0 || (!rep_alnum(out->message.p[0]) && out->message.p[0] != '<'))
		return false;
	/* the tag first: it is quicker, and most lines are a mail server's */
	out->of = rep_mta_tags_get(&l->tags, out->tag);
	if (out->of->format != NULL ||
	    rep_stamp_shape(
		rep_str_sub(out->message, rep_prefix_priority(out->message), out->message.n)) == 0)
		return false;
	out->of = NULL;
	p->s = out->message;
	p->done = false;
	return true;
}

static enum rep_rc
split(struct rep_log_splitter *l, struct rep_str s, struct rep_log_parts *out, struct rep_err *err)
{
	struct peel p = { .s = rep_prefix_trim(s) };
	enum rep_rc rc = REP_OK;
	size_t used;

	out->timeless = false;
	out->near = 0;
	out->of = NULL;
	for (int i = 0; i < WRAPPERS && p.s.n > 0; i++) {
		if (p.s.p[0] == '{') {
			rc = json(l, &p, out, err);
		} else {
			used = rep_prefix_priority(p.s);
			p.s = rep_str_sub(p.s, used, p.s.n);
			if ((used = exim_stamp(l, p.s, &out->at_s)) > 0) {
				out->host = out->tag = REP_S("exim");
				out->message = rep_str_sub(p.s, used, p.s.n);
				return REP_OK;
			}
			if ((rc = stamped(l, &p, out, err)) != REP_OK) {
				if ((used = rep_prefix_before(p.s)) > 0) {
					p.s = rep_str_sub(p.s, used, p.s.n);
					rc = REP_OK;
					continue;
				}
				return without_stamp(l, &p, out) ? REP_OK : rc;
			}
			l->stamped = true;
		}
		if (rc != REP_OK || (p.done && !wraps_another(l, out, &p)))
			return rc;
	}
	return p.done ? REP_OK
		      : rep_fail(err, REP_ESYNTAX,
			    "without its prefixes this is not a line of a "
			    "mail server");
}

enum rep_rc
rep_log_split_plainly(
    struct rep_log_splitter *l, struct rep_str s, struct rep_log_parts *out, struct rep_err *err)
{
	enum rep_rc rc = split(l, s, out, err);

	if (rc == REP_OK && out->of == NULL)
		out->of = rep_mta_tags_get(&l->tags, out->tag);
	return rc;
}

/* --- the usual line ------------------------------------------------------------------------------- */

/* "TAG[PID]: message" of a server that can be read, and nothing else. */
static bool
usual_tag(struct rep_log_splitter *l, struct rep_str s, struct rep_log_parts *out)
{
	static const bool ends[256] = { ['['] = true, [':'] = true, [' '] = true };
	size_t n = 0, pid, most = s.n < REP_MTA_TAG_BYTES ? s.n : REP_MTA_TAG_BYTES;
	const struct rep_mta_known *of;
	struct rep_str tag;

	while (n < most && !ends[(unsigned char)s.p[n]])
		n++;
	if (n == 0 || n >= s.n || s.p[n] != '[' || begins_stamp(s))
		return false;
	tag = rep_str_sub(s, 0, n);
	for (pid = ++n; n < s.n && rep_digit(s.p[n]);)
		n++;
	if (n + 1 >= s.n || s.p[n] != ']' || s.p[n + 1] != ':' ||
	    (of = rep_mta_tags_get(&l->tags, tag))->format == NULL)
		return false;
	out->tag = tag;
	out->pid = rep_str_sub(s, pid, n - pid);
	out->message = past_blanks(rep_str_sub(s, n + 2, s.n));
	out->of = of;
	return true;
}

/*
 * Nearly every line of a file has the stamp and the host of the line before, and the tag of a server
 * that is known. Then there is no wrapper, and nothing to look for. False: split must look.
 */
static bool
usual(struct rep_log_splitter *l, struct rep_str s, struct rep_log_parts *out)
{
	struct rep_str rest;
	size_t used;

	if (l->usual_n == 0 || !rep_stamp_again(&l->stamp, s, &out->at_s, &used))
		return false;
	rest = rep_str_sub(s, used, s.n);
	/* "m" at the end may be a colour's; a blank within the stamp is Exim's. */
	if (s.p[s.n - 1] == 'm' || s.p[10] == ' ' || rest.n <= l->usual_n ||
	    memcmp(rest.p, l->usual, l->usual_n) != 0 || rest.p[l->usual_n] == ' ')
		return false;
	if (!usual_tag(l, rep_str_sub(rest, l->usual_n, rest.n), out))
		return false;
	out->host = rep_str_sub(rest, 1, l->usual_n - 2);
	out->timeless = false;
	out->near = 0;
	l->stamped = true;
	return true;
}

enum rep_rc
rep_log_split(
    struct rep_log_splitter *l, struct rep_str s, struct rep_log_parts *out, struct rep_err *err)
{
	return usual(l, s, out) ? REP_OK : rep_log_split_plainly(l, s, out, err);
}
