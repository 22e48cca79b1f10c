/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/document.h"
#include "intake/aggregate.h"
#include "intake/tls_report.h"

#include <stdint.h>

static const char *const words[REP_DOC_N] = { "nothing known", "nothing at all", "a mail log",
	"an Exim log", "a mail", "a mailbox", "events", "a PowerMTA accounting file",
	"a Signal Spam file", "an aggregate report", "a TLS report", "a zip archive", "gzip",
	"zstd", "bzip2", "xz" };

const char *
rep_document_word(enum rep_doc_kind kind)
{
	return (unsigned)kind < REP_DOC_N ? words[kind] : "nothing known";
}

/* True when s begins with a header field of a mail: "Return-Path: <>", "X-Original-To: ..". */
static bool
begins_with_field(struct rep_str s)
{
	size_t n = 0;

	while (n < s.n && (rep_alnum(s.p[n]) || s.p[n] == '-' || s.p[n] == '_'))
		n++;
	if (n < 2 || n > 64 || n >= s.n || s.p[n] != ':' || rep_digit(s.p[0]))
		return false;
	/*
	 * A log line does not look so: "Nov 3 06:42:11 host" has a blank before its colon, "mx1:25"
	 * none after it.
	 */
	return n + 1 < s.n && (rep_blank(s.p[n + 1]) || rep_lower(s.p[0]) == 'x' || n > 3);
}

/* "2026-11-03 06:42:11 ..." without the T and the zone of syslog: a line of Exim. */
static bool
exim_line(struct rep_str s)
{
	static const char form[] = "dddd-dd-dd dd:dd:dd";
	size_t i;

	for (i = 0; i < sizeof form - 1; i++)
		if (i >= s.n || (form[i] == 'd' ? !rep_digit(s.p[i]) : s.p[i] != form[i]))
			return false;
	/* options of Exim can add milliseconds and a zone */
	if (i < s.n && s.p[i] == '.')
		for (i++; i < s.n && rep_digit(s.p[i]); i++)
			;
	return i < s.n && s.p[i] == ' ';
}

static struct rep_str
first_line(struct rep_str s)
{
	size_t nl = rep_str_chr(s, '\n', 0);

	return rep_str_trim(rep_str_sub(s, 0, nl == SIZE_MAX ? s.n : nl));
}

static bool
line_has(struct rep_str line, const char *what)
{
	return rep_str_find_nocase(line, rep_str_c(what), 0) != SIZE_MAX;
}

static bool
is_csv(struct rep_str line, const char *a, const char *b)
{
	bool separated = rep_str_chr(line, ',', 0) != SIZE_MAX ||
	    rep_str_chr(line, ';', 0) != SIZE_MAX || rep_str_chr(line, '\t', 0) != SIZE_MAX;

	return separated && line_has(line, a) && line_has(line, b);
}

static enum rep_doc_kind
kind_of_json(struct rep_str s)
{
	/* The objects of journald are a log. Events of mail servers have other names. */
	if (line_has(s, "\"__REALTIME_TIMESTAMP\"") || line_has(s, "\"SYSLOG_IDENTIFIER\"") ||
	    line_has(s, "\"__CURSOR\""))
		return REP_DOC_LOG;
	/* What a container printed, as docker keeps it. */
	if (rep_str_starts(s, REP_S("{\"log\":\"")) && line_has(s, "\"stream\":\"std"))
		return REP_DOC_LOG;
	return rep_tls_begins(s) ? REP_DOC_TLS : REP_DOC_EVENTS;
}

/* The first words of a bounce that was copied from a mail program, without the header of the mail. */
static bool
begins_as_notice(struct rep_str s)
{
	static const char *const first[] = { "This is the mail system at host ",
		"This message was created automatically by mail delivery software",
		"Hi. This is the qmail-send program", "Delivery has failed to these recipients",
		"I'm sorry to have to inform you that your message could not",
		"A message that you sent could not be delivered" };

	for (size_t i = 0; i < REP_COUNT(first); i++)
		if (rep_str_starts_nocase(s, rep_str_c(first[i])))
			return true;
	return false;
}

/* Packed bytes within a packed file, an archive or a mail. */
static const struct {
	struct rep_str magic;
	enum rep_doc_kind kind;
} packed[] = {
	{ { "\x1f\x8b", 2 }, REP_DOC_GZIP },
	{ { "\x28\xb5\x2f\xfd", 4 }, REP_DOC_ZSTD },
	{ { "BZh91AY&SY", 10 }, REP_DOC_BZIP2 },
	{ { "\xfd"
	    "7zXZ\0",
	      6 },
	    REP_DOC_XZ },
};

enum rep_doc_kind
rep_document_kind(struct rep_str head)
{
	struct rep_str s = head, line;

	for (size_t i = 0; i < REP_COUNT(packed); i++)
		if (rep_str_starts(s, packed[i].magic))
			return packed[i].kind;
	if (rep_str_starts(s, REP_S("PK\003\004")) || rep_str_starts(s, REP_S("PK\005\006")))
		return REP_DOC_ZIP;
	if (rep_aggregate_begins(s))
		return REP_DOC_AGGREGATE;
	if (rep_str_starts(s, REP_S("\xef\xbb\xbf")))
		s = rep_str_sub(s, 3, s.n);
	while (s.n > 0 && rep_blank(s.p[0]))
		s = rep_str_sub(s, 1, s.n);
	if (s.n == 0)
		return REP_DOC_EMPTY;
	/* A list; not the name of a pod, or a colour that was copied from a window. */
	if (s.p[0] == '{' ||
	    (s.p[0] == '[' &&
		(s.n == 1 || rep_blank(s.p[1]) || s.p[1] == '{' || s.p[1] == '[' || s.p[1] == ']')))
		return kind_of_json(s);
	/* Without a line feed it is one message with old Macintosh line ends. */
	if (rep_str_starts(s, REP_S("From ")))
		return rep_str_chr(s, '\n', 0) != SIZE_MAX ? REP_DOC_MBOX : REP_DOC_MAIL;
	if (rep_str_starts(s, REP_S(">From ")))
		return REP_DOC_MAIL;
	line = first_line(s);
	if (line.n > 5 &&
	    (rep_str_starts_nocase(line, REP_S("type,")) || is_csv(line, "timeLogged", "rcpt")))
		return REP_DOC_PMTA;
	if (exim_line(s))
		return REP_DOC_EXIM;
	if (begins_with_field(s) || begins_as_notice(s))
		return REP_DOC_MAIL;
	if (is_csv(line, "ip", "plainte") || is_csv(line, "ip", "signalement") ||
	    is_csv(line, "ip", "complaint") || is_csv(line, "ip", "count") ||
	    is_csv(line, "ip", "nb"))
		return REP_DOC_SPAMCSV;
	return REP_DOC_LOG;
}

bool
rep_document_is(enum rep_doc_kind kind)
{
	switch (kind) {
	case REP_DOC_MAIL:
	case REP_DOC_MBOX:
	case REP_DOC_EVENTS:
	case REP_DOC_PMTA:
	case REP_DOC_SPAMCSV:
	case REP_DOC_AGGREGATE:
	case REP_DOC_TLS:
	case REP_DOC_ZIP:
	case REP_DOC_GZIP:
	case REP_DOC_ZSTD:
	case REP_DOC_BZIP2:
	case REP_DOC_XZ: return true;
	default: return false;
	}
}

enum rep_rc
rep_document_within(struct rep_document *d, struct rep_str bytes, enum rep_doc_kind kind,
    rep_document_read_fn read, struct rep_arena *a, struct rep_err *err)
{
	struct rep_document in = *d;
	enum rep_rc rc;

	in.kind = kind;
	in.bytes = bytes;
	in.depth = d->depth + 1;
	if (in.depth > REP_DOC_DEPTH)
		return rep_fail(err, REP_ELIMIT, "archives nested deeper than %d", REP_DOC_DEPTH);
	rc = read(&in, a, err);
	d->reports = in.reports;
	d->reports_n = in.reports_n;
	d->reports_cap = in.reports_cap;
	d->aggregates = in.aggregates;
	d->tls_reports = in.tls_reports;
	d->auth_failures = in.auth_failures;
	d->mailed = d->mailed || in.mailed;
	d->quoted = d->quoted || in.quoted;
	d->expanded = in.expanded;
	if (in.reason.n > 0)
		d->reason = in.reason;
	return rc;
}

struct rep_report *
rep_document_report(struct rep_document *d, struct rep_arena *a)
{
	struct rep_report *v, *p;

	if (d->reports_n == REP_DOC_REPORTS_MAX) {
		d->reason = REP_S("it contains more than 100,000 facts; only the first were used");
		return NULL;
	}
	if (d->reports_n == d->reports_cap) {
		size_t cap = d->reports_cap == 0 ? 4 : d->reports_cap * 2;

		if ((v = rep_arena_alloc(a, cap * sizeof *v)) == NULL) {
			d->reason = REP_S("it needs more memory than a document may take");
			return NULL;
		}
		if (d->reports_n > 0)
			memcpy(v, d->reports, d->reports_n * sizeof *v);
		d->reports = v;
		d->reports_cap = cap;
	}
	p = &d->reports[d->reports_n++];
	memset(p, 0, sizeof *p);
	p->count = 1;
	p->delay_s = -1;
	p->line = d->line;
	return p;
}
