/*
 * unit/test_reader.c -- logs and reports read in a process of their own: the same as in one process, who that
 * process is seen from outside, and what comes of it when it dies or lies.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "engine/workers.h"
#include "intake/aggregate_read.h"
#include "proc_status.h"
#include "serve/start.h"
#include "tap.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

enum { NOW_S = 1793800000, LINES = 6000 };

static char path[] = "/tmp/test_reader.XXXXXX";

/* --- a log ------------------------------------------------------------------------------------- */

/* Each kind of line, bad ones too, and one that says much; the last has no newline. */
static void
make_log(struct rep_buf *b)
{
	rep_buf_init(b, 16 << 20);
	for (unsigned i = 0; i < LINES; i++) {
		unsigned k = i % 7;

		rep_buf_printf(b, "2026-11-03T08:%02u:%02uZ mx%u ", i / 60 % 60, i % 60, i % 3);
		if (k == 0)
			rep_buf_printf(b,
			    "postfix/smtpd[1]: A%05X: client=u[198.51.100.%u], "
			    "sasl_method=PLAIN, sasl_username=login%u\n",
			    i, i % 250, i % 9);
		else if (k == 1)
			rep_buf_printf(
			    b, "postfix/cleanup[1]: A%05X: message-id=<m%u@a.example>\n", i - 1, i);
		else if (k == 2)
			rep_buf_printf(b,
			    "postfix/qmgr[1]: A%05X: from=<news%u@a.example>, "
			    "size=9, nrcpt=1 (queue active)\n",
			    i - 2, i % 5);
		else if (k == 3)
			rep_buf_printf(b,
			    "postfix-x/smtp[1]: A%05X: to=<u%u@gmail.com>, "
			    "orig_to=<o@a.example>, relay=mx.google.com[142.250.1.%u]:25, "
			    "delay=%u.5, dsn=5.7.1, status=bounced (host mx.google.com[142.250.1.1] "
			    "said: 550 5.7.1 no %u (in reply to end of DATA command))\n",
			    i - 3, i, i % 250, i % 90, i);
		else if (k == 4)
			rep_buf_printf(b, "postfix/qmgr[1]: A%05X: removed\n", i - 4);
		else if (k == 5)
			rep_buf_printf(b, "sshd[1]: a line of another program %u\n", i);
		else
			rep_buf_printf(b, "%s\n", i % 2 == 0 ? "exim[1]: x" : "sendmail[2]: y");
		if (i % 500 == 499)
			rep_buf_add(b, REP_S("no line of a log\n"));
	}
	for (unsigned i = 0; i < 70000; i++)
		rep_buf_addc(b, 'x'); /* too long */
	rep_buf_add(
	    b, REP_S("\n2026-11-03T09:00:00Z mx1 postfix/smtp[1]: AB1: to=<z@gmail.com>, half"));
}

static void
put(struct rep_str s)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL || fwrite(s.p, 1, s.n, f) != s.n || fclose(f) != 0)
		ok(false, "the test's own file");
}

static void
pack(struct rep_str s)
{
	gzFile f = gzopen(path, "wb");

	(void)gzwrite(f, s.p, (unsigned)s.n);
	(void)gzclose(f);
}

/* --- what is read ------------------------------------------------------------------------------- */

static void
say_entry(struct rep_buf *out, const struct rep_log_entry *e)
{
	const struct rep_mta_line *l = e->said;
	const struct rep_str v[] = { e->log_host, e->name, l->queue_id, l->to, l->orig_to, l->host,
		l->address, l->dsn, l->text, l->from, l->value, l->login, l->client, l->uid,
		l->orig_id };

	rep_buf_printf(out, "%llu %lld %d %d %u %.3f %d%d%d%d%d", (unsigned long long)e->number,
	    (long long)e->at_s, (int)l->kind, (int)l->status, l->port, l->delay_s, l->asked,
	    l->local, l->codeless, l->whole, l->feedback);
	for (size_t i = 0; i < REP_COUNT(v); i++)
		rep_buf_printf(out, "|%.*s", REP_PR(v[i]));
	rep_buf_addc(out, '\n');
}

static enum rep_rc
on_entry(void *ctx, const struct rep_log_entry *e)
{
	say_entry(ctx, e);
	return REP_OK;
}

static void
say_mark(struct rep_buf *out, const struct rep_lines_mark *m)
{
	rep_buf_printf(out, "mark %llu %d %zu %016llx\n", (unsigned long long)m->offset, m->before,
	    m->tail.n, (unsigned long long)rep_hash(m->tail));
}

/* The log as this process reads it, from a line on. */
static void
in_one(uint64_t from, struct rep_buf *out)
{
	struct rep_log_reader *r = rep_log_reader_new(NOW_S);
	struct rep_lines_mark mark = { .offset = 0 };
	struct rep_err err = { .msg = "" };
	enum rep_line_kind kind;
	struct rep_lines *l;
	struct rep_line line;
	int64_t at_s;

	rep_buf_init(out, 64 << 20);
	if (r == NULL || rep_lines_open(path, &l, &err) != REP_OK) {
		ok(false, "the log: %s", err.msg);
		return;
	}
	rep_log_reader_file(r, rep_lines_time(l));
	while (rep_lines_next(l, &line, &err) == REP_OK) {
		rep_lines_mark(l, &line, &mark);
		if (line.number < from)
			continue;
		kind = REP_LINE_BAD;
		if (line.cut)
			(void)rep_fail(&err, REP_ELIMIT, "longer than %d bytes", REP_LINE_MAX);
		else if (rep_log_reader_line(r, line.s, line.number,
			     line.open && rep_lines_growing(l), on_entry, out, &kind, &at_s,
			     &err) != REP_OK)
			ok(false, "a line");
		if (kind == REP_LINE_BAD || kind == REP_LINE_UNREAD)
			rep_buf_printf(out, "%llu %s\n", (unsigned long long)line.number, err.msg);
	}
	say_mark(out, &mark);
	rep_lines_close(l);
	rep_log_reader_free(r);
}

struct taken {
	uint64_t lines, batches;
	struct rep_lines_mark mark; /* the last; its tail is not valid any more */
	enum rep_rc rc;
	struct rep_err err;
};

/* Takes all that the reader gives. */
static void
take(struct rep_reader *r, const struct rep_reader_input *in, struct rep_buf *out, struct taken *t)
{
	static struct rep_read_entry e;
	struct rep_read_batch b;
	struct rep_buf mark;
	size_t at;

	*t = (struct taken){ .lines = 0 };
	rep_buf_init(&mark, 200);
	t->rc = rep_reader_lines(r, in, 0, &t->err);
	while (t->rc == REP_OK && (t->rc = rep_reader_next_batch(r, &b, &t->err)) == REP_OK) {
		for (at = 0; (t->rc = rep_reader_entry(r, &b, &at, &e, &t->err)) == REP_OK;) {
			if (e.kind == REP_LINE_OTHER)
				say_entry(out, &e.entry);
			else
				rep_buf_printf(out, "%llu %.*s\n",
				    (unsigned long long)e.entry.number, REP_PR(e.why));
		}
		if (t->rc != REP_ENOTFOUND)
			break;
		t->rc = REP_OK;
		t->lines += b.lines;
		t->batches++;
		if (b.whole) {
			t->mark = b.mark;
			rep_buf_clear(&mark);
			say_mark(&mark, &b.mark);
		}
	}
	rep_buf_add(out, rep_buf_str(&mark));
	rep_buf_fini(&mark);
}

static struct rep_reader *
reader(uint64_t lines, uint64_t kill_at, const char *lie)
{
	static char name[] = "test_reader", word[32];
	static char *argv[] = { name, word, NULL };
	struct rep_reader_params o = {
		.now_s = NOW_S, .lines = lines, .kill_at = kill_at, .argv = argv
	};
	struct rep_reader *r = NULL;
	struct rep_err err;

	if (lie != NULL) {
		o.exe = "/proc/self/exe";
		snprintf(word, sizeof word, "%s", lie);
	}
	if (rep_reader_new(&o, &r, &err) != REP_OK)
		ok(false, "a reader");
	return r;
}

static struct rep_reader_input *
begin(struct rep_reader *r, struct rep_err *err)
{
	struct rep_reader_input *in = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd >= 0 && rep_reader_open(r, fd, "x.log", 0, &in, err) == REP_OK ? in : NULL;
}

/* --- the same ----------------------------------------------------------------------------------- */

/* The same entries and the same last mark, whatever the batches. */
static void
same(const char *what, uint64_t lines)
{
	struct rep_reader *r = reader(lines, 0, NULL);
	struct rep_reader_input *in;
	struct rep_err err = { .msg = "" };
	struct rep_buf want, got;
	struct taken t;

	in_one(1, &want);
	rep_buf_init(&got, 64 << 20);
	if ((in = begin(r, &err)) != NULL) {
		take(r, in, &got, &t);
		is_int(t.rc, REP_ENOTFOUND, "%s: it is read to its end %s", what, t.err.msg);
		is_int(
		    (int64_t)t.lines, LINES + LINES / 500 + 2, "%s: every line is counted", what);
		ok(rep_str_eq(rep_buf_str(&want), rep_buf_str(&got)) && want.n > 100000,
		    "%s: as in one process", what);
	} else {
		ok(false, "%s: %s", what, err.msg);
	}
	rep_reader_close(r, in);
	rep_reader_free(r);
	rep_buf_fini(&want);
	rep_buf_fini(&got);
}

/* From a mark on, the rest and nothing else. */
static void
goes_on(const char *what)
{
	struct rep_reader *r = reader(1000, 5, NULL);
	struct rep_reader_input *in;
	char tail[REP_LINES_HEAD];
	struct rep_buf want, got;
	struct rep_err err;
	struct taken t;
	size_t n = 0;

	rep_buf_init(&got, 64 << 20);
	if ((in = begin(r, &err)) == NULL) {
		ok(false, "%s: %s", what, err.msg);
		return;
	}
	take(r, in, &got, &t);
	rep_reader_close(r, in);
	ok(t.rc == REP_EIO && strstr(t.err.msg, "x.log: the process that read it died (signal 9)"),
	    "%s: a reader that is killed is told: %s", what, t.err.msg);
	ok(t.lines > 4000 && t.lines < LINES, "%s: what it had read is used: %llu", what,
	    (unsigned long long)t.lines);
	if ((in = begin(r, &err)) == NULL) {
		ok(false, "%s: another takes over: %s", what, err.msg);
		return;
	}
	is_int(rep_reader_seek(r, in, t.mark.offset, t.lines, tail, &n, &err), REP_OK,
	    "%s: another goes on there", what);
	in_one(t.lines + 1, &want);
	rep_buf_clear(&got);
	take(r, in, &got, &t);
	ok(n == REP_LINES_HEAD && rep_str_eq(rep_buf_str(&want), rep_buf_str(&got)),
	    "%s: and reads the rest", what);
	rep_reader_close(r, in);
	rep_reader_free(r);
	rep_buf_fini(&want);
	rep_buf_fini(&got);
}

/* A line that names many recipients, each with a long reply, has more to say than fits. */
static void
much_of_one_line(void)
{
	struct rep_reader *r = reader(0, 0, NULL);
	struct rep_reader_input *in;
	struct rep_buf text, want, got;
	struct rep_err err = { .msg = "" };
	struct taken t = { .batches = 0 };

	rep_buf_init(&text, 1 << 20);
	rep_buf_init(&got, 256 << 20);
	rep_buf_add(&text, REP_S("Nov  3 08:00:00 mx1 sendmail[1]: 6A3838AB001234: to="));
	for (unsigned i = 0; i < 400; i++)
		rep_buf_printf(&text, "%s<u%u@gmail.com>", i > 0 ? "," : "", i);
	rep_buf_add(&text,
	    REP_S(", delay=00:00:01, mailer=esmtp, relay=mx.google.com. [142.250.1.1], "
		  "dsn=5.7.1, stat=Service unavailable 550 5.7.1 "));
	while (text.n < 60000)
		rep_buf_add(&text, REP_S("no "));
	rep_buf_addc(&text, '\n');
	put(rep_buf_str(&text));
	in_one(1, &want);
	if ((in = begin(r, &err)) != NULL)
		take(r, in, &got, &t);
	ok(rep_str_eq(rep_buf_str(&want), rep_buf_str(&got)) && got.n > 4u << 20,
	    "a line that says %zu bytes is read whole %s", got.n, err.msg);
	ok(t.lines == 1 && t.batches > 3, "in %llu batches, as one line",
	    (unsigned long long)t.batches);
	rep_reader_close(r, in);
	rep_reader_free(r);
	rep_buf_fini(&text);
	rep_buf_fini(&want);
	rep_buf_fini(&got);
}

/* --- aggregate reports ---------------------------------------------------------------------------- */

enum { RECORDS = 4000 };

/* One with many records, one without any, and one that ends in the middle of its fourth record. */
static void
make_reports(struct rep_buf *b)
{
	rep_buf_init(b, 16 << 20);
	rep_buf_add(b,
	    REP_S("<?xml version=\"1.0\"?><feedback><report_metadata><org_name>a.example"
		  "</org_name></report_metadata>"));
	for (unsigned i = 0; i < RECORDS; i++)
		rep_buf_printf(b,
		    "<record><row><source_ip>198.51.100.%u</source_ip><count>%u</count></row>"
		    "<identifiers><header_from>a%u.example</header_from></identifiers></record>\n",
		    i % 250, i, i);
	rep_buf_add(b, REP_S("</feedback><feedback></feedback><feedback>"));
	for (unsigned i = 0; i < 4; i++)
		rep_buf_printf(
		    b, "<record><row><count>%u</count></row>%s", i, i < 3 ? "</record>" : "");
}

static void
say_item(struct rep_buf *out, const struct rep_unpacked *item)
{
	char ip[REP_IP_TEXT];

	if (item->item == REP_AGGREGATE_END)
		rep_buf_printf(out, "end %.*s %llu %llu %zu\n", REP_PR(item->head.org),
		    (unsigned long long)item->head.records, (unsigned long long)item->head.count,
		    item->notes_n);
	else
		rep_buf_printf(out, "%s %llu %.*s\n", rep_ip_text(&item->record.source_ip, ip),
		    (unsigned long long)item->record.count, REP_PR(item->record.header_from));
}

/* As this process reads them. */
static void
reports_in_one(struct rep_str s, struct rep_buf *out)
{
	static struct rep_unpacked item;
	struct rep_packed u;
	struct rep_pack pack;
	struct rep_document d = { .pack = &pack };

	rep_buf_init(out, 16 << 20);
	rep_pack_begin(&pack, REP_PACK_MAX);
	is_int(rep_aggregate_piece(&d, s, true, true, NULL), REP_OK, "reports in one process");
	rep_packed_begin(&u, rep_buf_str(&pack.out), NULL);
	while (rep_packed_next(&u, &item, NULL) == REP_OK)
		say_item(out, &item);
	rep_pack_fini(&pack);
}

/* Takes all that the reader says of reports. */
static void
take_items(struct rep_reader *r, const struct rep_reader_input *in, uint64_t most,
    struct rep_buf *out, struct taken *t)
{
	static struct rep_unpacked item;
	struct rep_packed u;

	*t = (struct taken){ .lines = 0 };
	t->rc = rep_reader_items(r, in, most, &t->err);
	while (t->rc == REP_OK && (t->rc = rep_reader_next_items(r, &u, &t->err)) == REP_OK) {
		t->batches++;
		while ((t->rc = rep_reader_item(r, &u, &item, &t->err)) == REP_OK) {
			say_item(out, &item);
			t->lines++;
		}
		if (t->rc == REP_ENOTFOUND)
			t->rc = REP_OK;
	}
}

/* How the reports that are in the file end. Returns what was said of them; a view of `out`. */
static struct rep_str
reports_of(struct rep_buf *out, uint64_t most, uint64_t kill_at, struct taken *t)
{
	struct rep_reader *r = reader(0, kill_at, NULL);
	struct rep_reader_input *in = begin(r, &t->err);

	rep_buf_clear(out);
	if (in == NULL)
		ok(false, "reports: %s", t->err.msg);
	else
		take_items(r, in, most, out, t);
	rep_reader_close(r, in);
	rep_reader_free(r);
	return rep_buf_str(out);
}

static void
reports(void)
{
	static const char declares[] = "<!DOCTYPE a [<!ENTITY a \"b\">]><feedback></feedback>";
	struct rep_buf text, want, got;
	struct taken t;
	struct rep_str s;

	make_reports(&text);
	reports_in_one(rep_buf_str(&text), &want);
	rep_buf_init(&got, 16 << 20);
	put(rep_buf_str(&text));
	s = reports_of(&got, UINT64_MAX, 0, &t);
	ok(rep_str_eq(s, rep_buf_str(&want)) && t.lines == RECORDS + 6,
	    "reports: as in one process: %llu items", (unsigned long long)t.lines);
	ok(t.rc == REP_ENOTFOUND && t.batches > 1, "reports: in %llu messages",
	    (unsigned long long)t.batches);
	pack(rep_buf_str(&text));
	s = reports_of(&got, UINT64_MAX, 0, &t);
	ok(t.rc == REP_ENOTFOUND && rep_str_eq(s, rep_buf_str(&want)), "reports: gzip");
	s = reports_of(&got, UINT64_MAX, 2, &t);
	ok(t.rc == REP_EIO && t.lines > 100 && t.lines < RECORDS &&
		rep_str_starts(rep_buf_str(&want), s),
	    "reports: of a reader that is killed, what came is whole: %llu items, %s",
	    (unsigned long long)t.lines, t.err.msg);
	/* It gives 256 KiB at once. */
	s = reports_of(&got, 400000, 0, &t);
	ok(t.rc == REP_ELIMIT && t.lines > 100 && t.lines < RECORDS &&
		rep_str_find(s, REP_S("end a.example"), 0) != SIZE_MAX,
	    "reports: more bytes than may be end as if it was cut off there");
	put((struct rep_str){ declares, sizeof declares - 1 });
	(void)reports_of(&got, UINT64_MAX, 0, &t);
	ok(t.rc == REP_ESYNTAX && t.lines == 0, "reports: what is none is said: %s", t.err.msg);
	rep_buf_fini(&text);
	rep_buf_fini(&want);
	rep_buf_fini(&got);
}

/* --- seen from outside --------------------------------------------------------------------------- */

/* While a log comes through a pipe, another process of this user looks at the one that reads it. */
static void
outside(void)
{
	struct rep_reader *r = reader(0, 0, NULL);
	struct rep_reader_input *in = NULL;
	static char text[8192];
	struct rep_read_batch b;
	struct rep_err err = { .msg = "" };
	char name[64];
	int to[2];
	long pid;

	if (pipe2(to, O_CLOEXEC) != 0)
		return;
	dprintf(to[1], "2026-11-03T08:00:00Z mx1 postfix/qmgr[1]: A1: removed\n");
	if (rep_reader_open(r, to[0], "a pipe", 0, &in, &err) != REP_OK ||
	    rep_reader_lines(r, in, 0, &err) != REP_OK ||
	    rep_reader_next_batch(r, &b, &err) != REP_OK) {
		ok(false, "outside: %s", err.msg);
		return;
	}
	ok(in->flows && b.lines == 1, "a line of a pipe comes before the pipe ends");
	ok(!rep_reader_wait(r, 20), "and nothing else");
	snprintf(name, sizeof name, "/proc/self/task/%d/children", (int)getpid());
	read_file(name, text, sizeof text);
	pid = strtol(text, NULL, 10);
	snprintf(name, sizeof name, "/proc/%ld/status", pid);
	read_file(name, text, sizeof text);
	if (geteuid() == 0) {
		ok(strtoul(status_line(text, "\nUid:").p, NULL, 10) >= 64000,
		    "who reads has a user of its own");
		is_str(status_line(text, "\nGroups:"), "", "and no group");
	} else {
		ok(strtoul(status_line(text, "\nUid:").p, NULL, 10) == geteuid(),
		    "who reads is we");
		ok(true, "with our groups");
	}
	is_str(status_line(text, "\nCapPrm:"), "0000000000000000", "it may have no capability");
	is_str(status_line(text, "\nCapEff:"), "0000000000000000", "and has none");
	is_str(status_line(text, "\nNoNewPrivs:"), "1", "and gets none");
	if (rep_reader_sandbox(r)->seccomp) {
		is_str(status_line(text, "\nSeccomp:"), "2", "its calls are filtered");
		ok(rep_reader_sandbox(r)->tried, "it tried to leave, and could not");
	}
	dprintf(to[1], "2026-11-03T08:00:00Z mx1 postfix/qmgr[1]: A2: removed\n");
	(void)close(to[1]);
	ok(rep_reader_next_batch(r, &b, &err) == REP_OK && b.lines == 1, "it goes on");
	ok(rep_reader_next_batch(r, &b, &err) == REP_ENOTFOUND, "to the end");
	rep_reader_close(r, in);
	rep_reader_free(r);
}

/* --- readers that lie ----------------------------------------------------------------------------- */

static const char *const lies[] = { "nothing", "noise", "type", "long", "id", "head", "kind",
	"entries", "lines", "tail", "future", "number", "status", "string", "end", "whole", "all" };
/* The same about reports. */
static const char *const lies_of_items[] = { "nothing", "noise", "end", "lines", "item", "length",
	"none" };

static bool
is(const char *lie, const char *which)
{
	return strcmp(lie, which) == 0;
}

/* A batch with one entry, of which one thing is not as it may be. */
static void
lie_of_batch(struct rep_buf *out, const char *lie)
{
	struct rep_mta_line said = { .kind = REP_MTA_REMOVED,
		.queue_id = REP_S("A1"),
		.status = is(lie, "status") ? REP_STATUS_N : REP_STATUS_NONE };
	struct rep_log_entry e = { .at_s = is(lie, "future") ? NOW_S + 90000 : NOW_S,
		.number = is(lie, "number") ? 9 : 1,
		.said = &said };
	struct rep_lines_mark mark = { .offset = is(lie, "tail") ? 2 : 60, .tail = REP_S("tail") };
	struct rep_read_batch_put p;
	char *head;

	rep_read_begin_batch(&p, out, is(lie, "id") ? 7 : 0, 1);
	rep_read_put_entry(&p, &e);
	p.b.lines = is(lie, "lines") ? REP_READ_LINES_MAX + 1 : 1;
	rep_read_end_batch(&p, &mark);
	head = out->p + p.begun + REP_MSG_HEADER;
	if (is(lie, "entries"))
		head[39] = 0x7f; /* the length of the entries */
	if (is(lie, "string"))
		head[42 + 33] = 0x7f; /* the length of the first string */
}

/* Items that make no sense, or none at all. */
static void
lie_of_items(struct rep_buf *out, const char *lie)
{
	rep_read_put_items(out, 0,
	    is(lie, "item")	    ? REP_S("\x09")
		: is(lie, "length") ? REP_S("\x02\x7f")
				    : REP_S(""));
}

/* Started as a reader: does as one does, but for one thing. */
static int
liar(const char *lie)
{
	struct rep_read_opened o = { .head = REP_S("2026") };
	static char long_head[2 * REP_LINES_HEAD];
	char command[REP_READ_COMMAND_MAX];
	struct rep_buf out;
	size_t at;

	rep_buf_init(&out, 1 << 20);
	at = rep_msg_begin(&out, REP_MSG_READY, 0);
	rep_msg_put(&out, 0, 4);
	rep_msg_end(&out, at);
	if (!rep_worker_write(rep_buf_str(&out)) || recv(0, command, sizeof command, 0) <= 0)
		return 1;
	rep_buf_clear(&out);
	if (is(lie, "head"))
		o.head = (struct rep_str){ long_head, sizeof long_head };
	if (is(lie, "kind"))
		o.kind = REP_DOC_N;
	o.whole = is(lie, "whole"); /* nobody asked for it */
	if (is(lie, "whole") || is(lie, "all"))
		o.all = REP_S("From: x");
	rep_read_put_opened(&out, 0, &o);
	if (!rep_worker_write(rep_buf_str(&out)) || recv(0, command, sizeof command, 0) <= 0)
		return 1;
	rep_buf_clear(&out);
	if (is(lie, "noise"))
		rep_buf_add(&out, REP_S("noise noise noise noise noise"));
	else if (is(lie, "end"))
		rep_read_put_end(&out, 0, REP_OK, REP_S(""));
	else if (is(lie, "item") || is(lie, "length") || is(lie, "none"))
		lie_of_items(&out, lie);
	else if (!is(lie, "nothing"))
		lie_of_batch(&out, lie);
	if (is(lie, "type"))
		out.p[4] = REP_MSG_FACTS;
	if (is(lie, "long"))
		out.p[11] = 2; /* 32 MB */
	(void)rep_worker_write(rep_buf_str(&out));
	rep_buf_fini(&out);
	return is(lie, "nothing") ? 3 : (int)recv(0, command, sizeof command, 0);
}

static void
not_believed(const char *const *v, size_t n, bool items)
{
	for (size_t i = 0; i < n; i++) {
		struct rep_reader *r = reader(0, 0, v[i]);
		struct rep_reader_input *in;
		struct rep_err err = { .rc = REP_OK, .msg = "" };
		struct taken t = { .rc = REP_OK };
		struct rep_buf got;

		rep_buf_init(&got, 1 << 20);
		if ((in = begin(r, &err)) != NULL) {
			if (items)
				take_items(r, in, UINT64_MAX, &got, &t);
			else
				take(r, in, &got, &t);
			err = t.err;
		}
		ok(err.rc == REP_EIO && rep_str_starts(rep_str_c(err.msg), REP_S("x.log: ")) &&
			t.lines == 0,
		    "a reader that lies (%s) is not believed: %s", v[i], err.msg);
		rep_reader_close(r, in);
		rep_reader_free(r);
		rep_buf_fini(&got);
	}
}

int
main(int argc, char **argv)
{
	struct rep_buf text;

	if (argc > 1)
		return liar(argv[1]);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(110);
	if (close(mkstemp(path)) != 0)
		return 1;
	make_log(&text);
	put(rep_buf_str(&text));
	same("plain", 0);
	same("plain, 100 lines at a time", 100);
	same("plain, a line at a time", 1);
	goes_on("plain");
	pack(rep_buf_str(&text));
	same("gzip", 0);
	goes_on("gzip");
	much_of_one_line();
	outside();
	put(rep_buf_str(&text));
	not_believed(lies, REP_COUNT(lies), false);
	not_believed(lies_of_items, REP_COUNT(lies_of_items), true);
	reports();
	rep_buf_fini(&text);
	(void)unlink(path);
	return done();
}
