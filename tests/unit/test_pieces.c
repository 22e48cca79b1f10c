/*
 * unit/test_pieces.c -- every reader says the same whatever the sizes of the reads.
 *
 * The test has a read() of its own, which the rooms under test call: it gives at most `piece`
 * bytes. So each input is read whole, in pieces of 1 to 16 bytes, and in sizes around the buffers.
 * Then the interesting place of an input (a "From " line, the end of a gzip member, a checksum) is
 * moved over each edge of each buffer. Last, a pipe pauses in the middle of packed data.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "engine/documents.h"
#include "intake/mbox.h"
#include "intake/readers.h"
#include "packed.h"
#include "serve/role.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zstd.h>

/* What intake/lines.c reads at once, and the size of its buffers. */
enum { READ = 64 << 10, BUFFER = 256 << 10 };

static size_t piece;	  /* at most so many bytes at a time; 0: as many as are wanted */
static size_t first_read; /* the same for the next read only */

/* A pipe that pauses: what comes next is written when the reader found it empty. */
static struct {
	int in, out;
	struct rep_str rest;
	size_t size;
} fed = { -1, -1, { "", 0 }, 0 };

static bool
fed_empty(int fd)
{
	int n = 0;

	return fd == fed.in && fed.out >= 0 && ioctl(fd, FIONREAD, &n) == 0 && n == 0;
}

static void
feed(void)
{
	struct rep_str s = rep_str_sub(fed.rest, 0, fed.size);

	if (s.n == 0 || write(fed.out, s.p, s.n) != (ssize_t)s.n) {
		close(fed.out);
		fed.out = -1;
	}
	fed.rest = rep_str_sub(fed.rest, s.n, fed.rest.n);
}

/* These take the place of the library's, for everything in this program. */
ssize_t
read(int fd, void *p, size_t n)
{
	size_t most = first_read > 0 ? first_read : piece;

	if (fed_empty(fd))
		feed();
	first_read = 0;
	return (ssize_t)syscall(SYS_read, fd, p, most > 0 && most < n ? most : n);
}

int
poll(struct pollfd *p, nfds_t n, int ms)
{
	if (n == 1 && fed_empty(p->fd))
		return 0;
	return (int)syscall(SYS_poll, p, n, ms);
}

static char dir[] = "/tmp/test_pieces.XXXXXX";
static char path[64];

static void
put(struct rep_str s)
{
	write_file(path, s);
}

/* --- packing ------------------------------------------------------------------------------------ */

/* One frame with a checksum, in blocks of 700 bytes of text as a log that is written slowly. */
static void
zstd(struct rep_str s, struct rep_buf *out)
{
	size_t most = ZSTD_compressBound(s.n) + s.n / 8 + 64, block = 700;
	ZSTD_CCtx *c = ZSTD_createCCtx();
	ZSTD_outBuffer to = { malloc(most), most, 0 };

	(void)ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
	for (size_t at = 0; at < s.n; at += block) {
		size_t n = block < s.n - at ? block : s.n - at;
		ZSTD_inBuffer in = { s.p + at, n, 0 };

		(void)ZSTD_compressStream2(c, &to, &in, at + n == s.n ? ZSTD_e_end : ZSTD_e_flush);
	}
	rep_buf_add(out, (struct rep_str){ to.dst, to.pos });
	ZSTD_freeCCtx(c);
	free(to.dst);
}

/* --- what a reader says -------------------------------------------------------------------------- */

static struct rep_lines *
opened(const char *file, struct rep_buf *out)
{
	struct rep_err err = { .msg = "" };
	struct rep_lines *l = NULL;

	rep_buf_clear(out);
	if (rep_lines_open_as(file, "x", &l, &err) != REP_OK)
		rep_buf_printf(out, "not opened: %s", err.msg);
	return l;
}

/* Every line with its number, place and marks; how it ended, and with which words. */
static void
say_lines(const char *file, struct rep_buf *out)
{
	struct rep_lines *l = opened(file, out);
	struct rep_err err = { .msg = "" };
	struct rep_line line;
	enum rep_rc rc;

	if (l == NULL)
		return;
	rep_buf_add(out, rep_lines_head(l));
	while ((rc = rep_lines_next(l, &line, &err)) == REP_OK) {
		rep_buf_printf(out, "%llu %llu %d%d %zu ", (unsigned long long)line.number,
		    (unsigned long long)line.end, line.cut, line.open, line.s.n);
		rep_buf_add(out, line.s);
		rep_buf_addc(out, '\n');
	}
	rep_buf_printf(
	    out, "%d %s %d", (int)rc, rc == REP_ENOTFOUND ? "" : err.msg, rep_lines_growing(l));
	rep_lines_close(l);
}

/* The same file as bytes. */
static void
say_bytes(const char *file, struct rep_buf *out)
{
	struct rep_lines *l = opened(file, out);
	struct rep_err err = { .msg = "" };
	struct rep_str s;
	enum rep_rc rc;

	if (l == NULL)
		return;
	while ((rc = rep_lines_bytes(l, &s, &err)) == REP_OK)
		rep_buf_add(out, s);
	rep_buf_printf(out, "%d %s", (int)rc, rc == REP_ENOTFOUND ? "" : err.msg);
	rep_lines_close(l);
}

static void
on_problem(void *ctx, const struct rep_problem *p)
{
	rep_buf_printf(ctx, "problem: %s\n", p->text);
}

static enum rep_rc
on_report(void *ctx, const struct rep_report *p, const struct rep_place *at, struct rep_err *err)
{
	(void)err;
	rep_buf_printf(ctx, "%s %llu %llu:%llu %.*s %.*s %.*s\n", rep_report_word(p->kind),
	    (unsigned long long)at->message, (unsigned long long)p->line,
	    (unsigned long long)p->count, REP_PR(p->recipient), REP_PR(p->queue_id),
	    REP_PR(p->text));
	return REP_OK;
}

/*
 * Every report of a file, as an ingest gets them: unpacked by a reader (a fork of this program, so
 * that it reads in pieces too), split by the engine, read by workers.
 */
static void
say_all_reports(const char *file, size_t whole_most, struct rep_buf *out)
{
	struct rep_session s = { .problem = on_problem, .ctx = out };
	struct rep_documents_params o = { .session = &s, .report = on_report, .ctx = out };
	static const struct rep_reader_params forked = { .exe = NULL };
	struct rep_documents *d = NULL;
	struct rep_reader *reader = NULL;
	struct rep_reader_input *in = NULL;
	struct rep_err err = { .msg = "" };

	rep_buf_clear(out);
	if (rep_documents_new(&o, &d, &err) == REP_OK &&
	    rep_reader_new(&forked, &reader, &err) == REP_OK &&
	    rep_reader_open(reader, open(file, O_RDONLY | O_CLOEXEC), "x", whole_most, &in, &err) ==
		REP_OK) {
		rep_buf_printf(out, "%s\n", rep_document_word(in->kind));
		if (!rep_document_is(in->kind) ||
		    rep_documents_input(d, "x", reader, in, &err) != REP_OK ||
		    rep_documents_drain(d, &err) != REP_OK)
			rep_buf_printf(out, "failed: %s\n", err.msg);
		rep_reader_close(reader, in);
	}
	rep_reader_free(reader);
	rep_documents_free(d);
}

static void
say_reports(const char *file, struct rep_buf *out)
{
	say_all_reports(file, 0, out);
}

/* A small document comes whole, when it is opened: the same. */
static bool
same_whole(const char *file, struct rep_buf *want, struct rep_buf *got)
{
	say_all_reports(file, 0, want);
	say_all_reports(file, REP_LINES_ALL, got);
	return rep_str_eq(rep_buf_str(want), rep_buf_str(got));
}

typedef void (*say_fn)(const char *file, struct rep_buf *out);

/* --- the inputs ----------------------------------------------------------------------------------- */

enum { PLAIN, GZIP, GZIP_STORED, ZSTD, PACKINGS };
static const char *const packing_word[PACKINGS] = { "plain", "gzip", "gzip stored", "zstd" };

static void
packed(int how, struct rep_str s, struct rep_buf *out)
{
	switch (how) {
	case GZIP: gzip_member(s, 6, 0, out); break;
	case GZIP_STORED: gzip_member(s, 0, 0, out); break; /* so that its places are known */
	case ZSTD: zstd(s, out); break;
	default: rep_buf_add(out, s);
	}
}

/* Words that do not pack, so that packed inputs are longer than one read, too. */
static uint32_t
chance(void)
{
	static uint32_t x = 1;

	return x = x * 1664525 + 1013904223;
}

static void
add_log(struct rep_buf *b, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		rep_buf_printf(b,
		    "2026-11-01T10:%02u:%02u+00:00 mx1 postfix/smtp[1]: A%05X: to=<u%u@gmail.com>, "
		    "relay=none, dsn=2.0.0, status=sent (250 2.0.0 OK %08x%08x%08x%08x)%s\n",
		    i / 60 % 60, i % 60, i, i, chance(), chance(), chance(), chance(),
		    i % 5 == 0 ? "\r" : "");
}

/* A notice that an address does not exist, with the line ends `e`, and n bytes of other text. */
static void
add_bounce(struct rep_buf *b, unsigned i, size_t n, const char *e)
{
	rep_buf_printf(b, "From MAILER-DAEMON Tue Nov  3 10:00:%02u 2026%s", i % 60, e);
	rep_buf_printf(b, "From: MAILER-DAEMON@mx1.shop.example%sTo: news@shop.example%s", e, e);
	rep_buf_printf(b, "Date: Tue, 3 Nov 2026 10:00:%02u +0000%s", i % 60, e);
	rep_buf_printf(
	    b, "Subject: Undelivered Mail Returned to Sender%sMIME-Version: 1.0%s", e, e);
	rep_buf_printf(b,
	    "Content-Type: multipart/report; report-type=delivery-status; "
	    "boundary=b%s%s--b%s%s",
	    e, e, e, e);
	for (size_t k = 0; k < n; k++)
		rep_buf_addc(b, k % 64 == 63 ? '\n' : 'x');
	rep_buf_printf(b, "%s--b%sContent-Type: message/delivery-status%s%s", e, e, e, e);
	rep_buf_printf(b, "Reporting-MTA: dns; mx1.shop.example%sX-Postfix-Queue-ID: 4ABCDE%u%s%s",
	    e, i, e, e);
	rep_buf_printf(b, "Final-Recipient: rfc822; u%u@gmail.com%sAction: failed%s", i, e, e);
	rep_buf_printf(b, "Status: 5.1.1%sDiagnostic-Code: smtp; 550 5.1.1 no user %u%s%s--b--%s%s",
	    e, i, e, e, e, e);
}

static void
add_events(struct rep_buf *b, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		rep_buf_printf(b,
		    "{\"type\":\"Bounce\",\"id\":\"%u\",\"sender\":\"news@shop.example\","
		    "\"recipient\":\"u%u@gmail.com\",\"queue\":\"q\",\"timestamp\":%u,"
		    "\"response\":{\"code\":550,\"content\":\"no such user\"}}\n",
		    i, i, 1793688131 + i);
}

static void
add_pmta(struct rep_buf *b, unsigned n)
{
	rep_buf_add(b, REP_S("type,timeLogged,orig,rcpt,dsnAction,dsnStatus,dsnDiag\n"));
	for (unsigned i = 0; i < n; i++)
		rep_buf_printf(b,
		    "b,2026-11-03 06:42:%02u+0000,news@shop.example,u%u@gmail.com,failed,5.1.1,"
		    "\"smtp;550 5.1.1 no, \"\"user\"\"\"\r\n",
		    i % 60, i);
}

enum { LOG, LONG, MBOX, MBOX_CRLF, MAIL, EVENTS, PMTA, JOURNAL, INPUTS };
static const char *const input_word[INPUTS] = { "log", "long lines", "mailbox", "mailbox with CRLF",
	"mail", "events", "PowerMTA", "journal" };

static void
make_input(int what, struct rep_buf *b)
{
	static const size_t sizes[] = { 0, 1, REP_LINE_MAX - 1, REP_LINE_MAX, REP_LINE_MAX + 1, 3,
		READ * 3 + 1, 0, 0, 7 };

	rep_buf_clear(b);
	switch (what) {
	case LOG: add_log(b, 40); break;
	case LONG:
		for (size_t i = 0; i < REP_COUNT(sizes); i++) {
			for (size_t k = 0; k < sizes[i]; k++)
				rep_buf_addc(b, (char)('a' + (k * 7 + k / 26) % 26));
			rep_buf_addc(b, '\n');
		}
		rep_buf_add(b, (struct rep_str){ "\0\0\n\0end", 7 });
		break;
	case MBOX:
	case MBOX_CRLF:
		for (unsigned i = 0; i < 6; i++)
			add_bounce(b, i, i * 37, what == MBOX ? "\n" : "\r\n");
		break;
	case MAIL:
		add_bounce(b, 1, 100, "\n");
		memmove(b->p, b->p + 45, b->n -= 45); /* without its "From " line */
		break;
	case EVENTS: add_events(b, 20); break;
	case PMTA: add_pmta(b, 20); break;
	case JOURNAL:
		for (unsigned i = 0; i < 20; i++)
			rep_buf_printf(b,
			    "{\"__REALTIME_TIMESTAMP\":\"%u000000\",\"_HOSTNAME\":\"mx1\","
			    "\"SYSLOG_IDENTIFIER\":\"postfix/smtp\",\"MESSAGE\":\"A%05X: "
			    "to=<u@x.example>\"}\n",
			    1793688131 + i, i);
		break;
	default: break;
	}
}

/* --- the same in every size of piece --------------------------------------------------------------- */

static const size_t sizes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 511,
	REP_LINES_HEAD - 1, REP_LINES_HEAD, REP_LINES_HEAD + 1, 4095, 4096, 4097, READ - 1,
	READ + 1 };

static bool
same_in_pieces(
    say_fn say, size_t stride, const char *what, struct rep_buf *want, struct rep_buf *got)
{
	piece = 0;
	say(path, want);
	for (size_t i = 0; i < REP_COUNT(sizes); i += stride) {
		piece = sizes[i];
		say(path, got);
		piece = 0;
		if (rep_str_eq(rep_buf_str(want), rep_buf_str(got)))
			continue;
		printf("# %s: in pieces of %zu:\n#  %.*s\n# whole:\n#  %.*s\n", what, sizes[i],
		    (int)(got->n < 3000 ? got->n : 3000), got->p,
		    (int)(want->n < 3000 ? want->n : 3000), want->p);
		return false;
	}
	return true;
}

/* What may happen to packed data on its way. */
enum { FINE, TWICE, CUT, PADDED, GARBAGE, CHECKSUM, FLIPPED, HARMS };
static const char *const harm_word[HARMS] = { "fine", "two members", "cut", "padded",
	"garbage after it", "a wrong checksum", "a flipped byte" };

static void
harmed(int harm, int how, struct rep_str text, struct rep_buf *out)
{
	rep_buf_clear(out);
	packed(how, text, out);
	if (harm == TWICE || harm == GARBAGE || harm == PADDED) {
		if (harm == GARBAGE)
			rep_buf_add(out, REP_S("neither gzip nor zstd"));
		if (harm == PADDED)
			rep_buf_add(out, (struct rep_str){ "\0\0\0\0\0\0\0\0\0", 9 });
		packed(how, text, out);
	}
	if (harm == CUT)
		out->n -= out->n / 3 + 1;
	if (harm == CHECKSUM)
		out->p[out->n - (how == ZSTD ? 2 : 6)] ^= 0x40;
	if (harm == FLIPPED)
		out->p[out->n * 2 / 3] ^= 0x21;
}

static void
test_lines(void)
{
	struct rep_buf text, file, want, got;
	char what[100];

	rep_buf_init(&text, 8 << 20);
	rep_buf_init(&file, 8 << 20);
	rep_buf_init(&want, 16 << 20);
	rep_buf_init(&got, 16 << 20);
	for (int how = 0; how < PACKINGS; how++) {
		for (int harm = 0; harm < (how == PLAIN ? 1 : HARMS); harm++) {
			bool lines = true, bytes = true;

			for (int i = 0; i < INPUTS; i++) {
				size_t stride = i == LONG ? 5 : 1; /* it is large */

				if (i == LONG && harm > TWICE)
					continue;
				make_input(i, &text);
				harmed(harm, how, rep_buf_str(&text), &file);
				put(rep_buf_str(&file));
				snprintf(what, sizeof what, "%s, %s, %s", input_word[i],
				    packing_word[how], harm_word[harm]);
				lines =
				    same_in_pieces(say_lines, stride, what, &want, &got) && lines;
				bytes =
				    same_in_pieces(say_bytes, stride, what, &want, &got) && bytes;
			}
			ok(lines, "%s, %s: the same lines", packing_word[how], harm_word[harm]);
			ok(bytes, "%s, %s: the same bytes", packing_word[how], harm_word[harm]);
		}
	}
	rep_buf_fini(&text);
	rep_buf_fini(&file);
	rep_buf_fini(&want);
	rep_buf_fini(&got);
}

static void
test_documents(void)
{
	static const int kinds[] = { MBOX, MBOX_CRLF, MAIL, EVENTS, PMTA };
	struct rep_buf text, file, want, got;
	char what[100];

	rep_buf_init(&text, 8 << 20);
	rep_buf_init(&file, 8 << 20);
	rep_buf_init(&want, 16 << 20);
	rep_buf_init(&got, 16 << 20);
	for (size_t i = 0; i < REP_COUNT(kinds); i++) {
		for (int how = 0; how < PACKINGS; how++) {
			if (how == GZIP_STORED)
				continue;
			make_input(kinds[i], &text);
			harmed(FINE, how, rep_buf_str(&text), &file);
			put(rep_buf_str(&file));
			snprintf(
			    what, sizeof what, "%s, %s", input_word[kinds[i]], packing_word[how]);
			ok(same_in_pieces(say_reports, 4, what, &want, &got) &&
				rep_str_find(rep_buf_str(&want), REP_S("gmail.com"), 0) != SIZE_MAX,
			    "%s: the same reports", what);
		}
	}
	rep_buf_fini(&text);
	rep_buf_fini(&file);
	rep_buf_fini(&want);
	rep_buf_fini(&got);
}

/* A document that comes whole is the same as one that comes by and by; so is one that is too long. */
static void
test_whole(void)
{
	static const int kinds[] = { MBOX, MBOX_CRLF, MAIL, EVENTS, PMTA };
	static const size_t lengths[] = { 1, 100, 1024, 8191, REP_LINES_ALL - 1, REP_LINES_ALL,
		REP_LINES_ALL + 1, SIZE_MAX };
	struct rep_buf text, file, want, got;

	rep_buf_init(&text, 8 << 20);
	rep_buf_init(&file, 8 << 20);
	rep_buf_init(&want, 16 << 20);
	rep_buf_init(&got, 16 << 20);
	for (size_t i = 0; i < REP_COUNT(kinds); i++) {
		bool same = true;

		make_input(kinds[i], &text);
		for (size_t k = 0; k < REP_COUNT(lengths); k++)
			for (int how = 0; how < PACKINGS; how++) {
				harmed(FINE, how, rep_str_sub(rep_buf_str(&text), 0, lengths[k]),
				    &file);
				put(rep_buf_str(&file));
				same = same_whole(path, &want, &got) && same;
			}
		ok(same, "%s: the same reports when a small one comes whole", input_word[kinds[i]]);
	}
	rep_buf_fini(&text);
	rep_buf_fini(&file);
	rep_buf_fini(&want);
	rep_buf_fini(&got);
}

/* --- at every offset around an edge ---------------------------------------------------------------- */

/* Where message 2 begins: at each offset around each edge. Every message must be told apart. */
static void
test_edges(void)
{
	static const size_t edges[] = { REP_LINES_HEAD, READ, 2 * READ, BUFFER, BUFFER + READ };
	static const char *const ends[] = { "\n", "\r\n" };
	struct rep_buf text, one;

	rep_buf_init(&text, 8 << 20);
	rep_buf_init(&one, 8 << 20);
	for (size_t e = 0; e < 2 * REP_COUNT(edges); e++) {
		size_t edge = edges[e / 2], lost = 0;

		add_bounce(&one, 1, 0, ends[e % 2]);
		for (size_t at = edge - 48; at < edge + 6; at++) {
			struct rep_mbox m = { .within = false };
			struct rep_str bytes = { "", 0 }, part;
			struct rep_lines *l;
			struct rep_err err;
			unsigned n = 0;
			bool begins, more = true;

			rep_buf_clear(&text);
			add_bounce(&text, 1, at - one.n, ends[e % 2]);
			add_bounce(&text, 2, 0, ends[e % 2]);
			add_bounce(&text, 3, 0, ends[e % 2]);
			put(rep_buf_str(&text));
			if (rep_lines_open(path, &l, &err) != REP_OK)
				break;
			while (more) {
				while (rep_mbox_piece(&m, &bytes, &part, &begins))
					n += begins;
				more = rep_lines_bytes(l, &bytes, &err) == REP_OK;
			}
			n += rep_mbox_rest(&m, &part, &begins) && begins;
			rep_lines_close(l);
			lost += n != 3;
		}
		is_int((int64_t)lost, 0, "a message around the edge at %zu is its own (%s)", edge,
		    e % 2 == 0 ? "LF" : "CRLF");
		rep_buf_clear(&one);
	}
	rep_buf_fini(&text);
	rep_buf_fini(&one);
}

/*
 * The first read ends around the end of a member that is not packed, so its places are known: in
 * its checksum, in what stands after it, in the header of the next.
 */
static void
test_member_edges(void)
{
	struct rep_buf text, file, want, got;

	rep_buf_init(&text, 8 << 20);
	rep_buf_init(&file, 8 << 20);
	rep_buf_init(&want, 16 << 20);
	rep_buf_init(&got, 16 << 20);
	add_log(&text, 30);
	for (int how = GZIP; how < PACKINGS; how++) {
		for (int harm = TWICE; harm < HARMS; harm++) {
			size_t end, differ = 0;

			rep_buf_clear(&file);
			packed(how, rep_buf_str(&text), &file);
			end = file.n;
			harmed(harm, how, rep_buf_str(&text), &file);
			put(rep_buf_str(&file));
			say_lines(path, &want);
			for (size_t at = end > 60 ? end - 60 : 1; at < end + 60; at++) {
				first_read = at;
				say_lines(path, &got);
				differ += !rep_str_eq(rep_buf_str(&want), rep_buf_str(&got));
			}
			is_int((int64_t)differ, 0, "%s, %s: a read that ends around a member's end",
			    packing_word[how], harm_word[harm]);
		}
	}
	rep_buf_fini(&text);
	rep_buf_fini(&file);
	rep_buf_fini(&want);
	rep_buf_fini(&got);
}

/* --- through a pipe ---------------------------------------------------------------------------------- */

/* A child writes the file into a pipe, so many bytes at a time, and this process reads the pipe. */
static void
through_pipe(say_fn say, struct rep_str s, size_t size, struct rep_buf *out)
{
	int fd[2], status;
	char name[64];
	pid_t pid;

	if (pipe(fd) != 0)
		return;
	if ((pid = fork()) == 0) {
		close(fd[0]);
		for (size_t at = 0; at < s.n; at += size)
			if (write(fd[1], s.p + at, size < s.n - at ? size : s.n - at) <= 0)
				_exit(1);
		_exit(0);
	}
	close(fd[1]);
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd[0]);
	say(name, out);
	close(fd[0]);
	(void)waitpid(pid, &status, 0);
}

static void
test_pipes(void)
{
	static const size_t writes[] = { 1, 7, 4096, 65537 };
	struct rep_buf text, want, got;

	rep_buf_init(&text, 8 << 20);
	rep_buf_init(&want, 16 << 20);
	rep_buf_init(&got, 16 << 20);
	for (int i = 0; i < INPUTS; i++) {
		bool same = true;

		make_input(i, &text);
		put(rep_buf_str(&text));
		say_bytes(path, &want);
		for (size_t k = i == LONG ? 2 : 0; k < REP_COUNT(writes); k++) {
			through_pipe(say_bytes, rep_buf_str(&text), writes[k], &got);
			same = same && rep_str_eq(rep_buf_str(&want), rep_buf_str(&got));
		}
		if (i >= MBOX && i <= PMTA) {
			say_reports(path, &want);
			through_pipe(say_reports, rep_buf_str(&text), 4096, &got);
			same = same && rep_str_eq(rep_buf_str(&want), rep_buf_str(&got));
		}
		ok(same, "%s: through a pipe as from a file", input_word[i]);
	}
	rep_buf_fini(&text);
	rep_buf_fini(&want);
	rep_buf_fini(&got);
}

/* --- a packed pipe that pauses ---------------------------------------------------------------------- */

static bool
fed_begin(struct rep_str s, size_t size)
{
	int fd[2];

	if (pipe(fd) != 0)
		return false;
	fed.in = fd[0];
	fed.out = fd[1];
	fed.rest = s;
	fed.size = size;
	return true;
}

static struct rep_lines *
fed_open(void)
{
	struct rep_lines_file file = { .seekable = false };
	struct rep_lines *l = NULL;
	struct rep_err err;

	return rep_lines_begin(fed.in, "x", &file, &l, &err) == REP_OK ? l : NULL;
}

static void
fed_end(struct rep_lines *l)
{
	rep_lines_close(l); /* and the reading end */
	if (fed.out >= 0)
		close(fed.out);
	fed.in = fed.out = -1;
}

/* As the reader of logs does it: never in rep_lines_next, always for what comes next. */
static void
say_paused(struct rep_str s, size_t size, bool lines, struct rep_buf *out)
{
	struct rep_err err = { .msg = "" };
	struct rep_lines *l = NULL;
	struct rep_str bytes;
	struct rep_line line;
	enum rep_rc rc;

	rep_buf_clear(out);
	if (!fed_begin(s, size) || (l = fed_open()) == NULL) {
		rep_buf_printf(out, "not opened");
		fed_end(l);
		return;
	}
	for (;;) {
		while (lines && !rep_lines_whole(l))
			if (!rep_lines_more(l, 0))
				feed();
		rc = lines ? rep_lines_next(l, &line, &err) : rep_lines_bytes(l, &bytes, &err);
		if (rc != REP_OK)
			break;
		rep_buf_add(out, lines ? line.s : bytes);
		if (lines)
			rep_buf_printf(out, " %llu %llu %d%d\n", (unsigned long long)line.number,
			    (unsigned long long)line.end, line.cut, line.open);
	}
	rep_buf_printf(out, "%d %s", (int)rc, rc == REP_ENOTFOUND ? "" : err.msg);
	fed_end(l);
}

/* Wherever the pipe pauses in a member, the lines and the end are the same. */
static void
test_pauses(void)
{
	static const size_t pauses[] = { 1, 2, 3, 7, 13, 61, 509, 4093 };
	struct rep_buf text, file, want, got;

	rep_buf_init(&text, 8 << 20);
	rep_buf_init(&file, 8 << 20);
	rep_buf_init(&want, 16 << 20);
	rep_buf_init(&got, 16 << 20);
	add_log(&text, 40);
	for (int how = GZIP; how < PACKINGS; how++) {
		for (int harm = 0; harm < HARMS; harm++) {
			size_t differ = 0;

			harmed(harm, how, rep_buf_str(&text), &file);
			for (int lines = 0; lines < 2; lines++) {
				say_paused(rep_buf_str(&file), 60000, lines == 1, &want);
				for (size_t i = 0; i < REP_COUNT(pauses); i++) {
					say_paused(rep_buf_str(&file), pauses[i], lines == 1, &got);
					differ +=
					    !rep_str_eq(rep_buf_str(&want), rep_buf_str(&got));
				}
			}
			is_int((int64_t)differ, 0, "%s, %s: wherever the pipe pauses",
			    packing_word[how], harm_word[harm]);
		}
	}
	rep_buf_fini(&text);
	rep_buf_fini(&file);
	rep_buf_fini(&want);
	rep_buf_fini(&got);
}

/*
 * Few packed bytes can be much text, more than the buffer of lines. All of it is given when the pipe
 * pauses behind them: who follows a log sees the last line, and not with the next one.
 */
static void
test_given_before_a_pause(void)
{
	enum { LINES = 20000 };
	struct rep_buf text, file;

	rep_buf_init(&text, 8 << 20);
	rep_buf_init(&file, 8 << 20);
	for (unsigned i = 0; i < LINES; i++)
		rep_buf_printf(&text, "2026-11-01T10:00:00+00:00 mx1 postfix/smtp[1]: line\n");
	for (int how = GZIP; how < PACKINGS; how++) {
		struct rep_lines *l;
		struct rep_line line;
		struct rep_err err;
		unsigned given = 0;

		rep_buf_clear(&file);
		packed(how, rep_buf_str(&text), &file);
		if (how == GZIP_STORED || file.n > 60000)
			continue;
		if (!fed_begin(rep_buf_str(&file), file.n) || (l = fed_open()) == NULL) {
			ok(false, "%s: opened", packing_word[how]);
			continue;
		}
		while (rep_lines_whole(l) || rep_lines_more(l, 0))
			if (rep_lines_whole(l) && !rep_lines_ended(l)) {
				if (rep_lines_next(l, &line, &err) != REP_OK)
					break;
				given++;
			}
		is_int(given, LINES, "%s: given before the pipe goes on", packing_word[how]);
		fed_end(l);
	}
	rep_buf_fini(&text);
	rep_buf_fini(&file);
}

int
main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) /* started again by engine/documents.c */
		return rep_worker_main();
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/input", dir);
	test_lines();
	test_documents();
	test_whole();
	test_edges();
	test_member_edges();
	test_pipes();
	test_pauses();
	test_given_before_a_pause();
	(void)unlink(path);
	(void)rmdir(dir);
	return done();
}
