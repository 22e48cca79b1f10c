/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/log_reader.h"
#include "base/time.h"
#include "intake/log_line.h"

#include <stdlib.h>

enum { JSON_BYTES = 4 << 20 }; /* of one entry of journald, whose line has 64 KiB */

struct rep_log_reader {
	struct rep_log_splitter split;
	struct rep_arena *line_mem; /* owned; journald entries */
	const char *unread;	    /* the last such server that was named for this file */
	bool timeless;		    /* it was said of this file that its lines have no time */
	int64_t now_s;
};

struct line_read {
	int64_t at_s;
	uint64_t number;
	const struct rep_mta_known *of; /* what its tag says */
	struct rep_str log_host, pid;
	int near;
	rep_log_entry_fn fn;
	void *ctx;
};

struct rep_log_reader *
rep_log_reader_new(int64_t now_s)
{
	struct rep_log_reader *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->now_s = now_s;
	if ((r->line_mem = r->split.mem = rep_arena_new(JSON_BYTES)) == NULL) {
		free(r);
		return NULL;
	}
	rep_stamper_init(&r->split.stamp, 0, now_s);
	return r;
}

void
rep_log_reader_free(struct rep_log_reader *r)
{
	if (r == NULL)
		return;
	rep_arena_free(r->line_mem);
	free(r);
}

void
rep_log_reader_file(struct rep_log_reader *r, int64_t file_s)
{
	r->unread = NULL;
	rep_stamper_init(&r->split.stamp, file_s, r->now_s);
	r->split.file_s = file_s != 0 && file_s < r->now_s ? file_s : r->now_s;
	r->split.stamped = r->timeless = false;
}

void
rep_log_reader_goes_on(struct rep_log_reader *r, int64_t last_s)
{
	r->split.stamp.last_s = r->split.exim_s = last_s;
}

static enum rep_rc
on_said(void *ctx, const struct rep_mta_line *said)
{
	const struct line_read *l = ctx;
	struct rep_log_entry e = { l->at_s, l->number, l->log_host, l->of->says.name, said,
		l->near };
	struct rep_mta_line of_process;

	if (said->by_process) {
		of_process = *said;
		of_process.session = l->pid;
		e.said = &of_process;
	}
	return l->fn(l->ctx, &e);
}

/* A server that is known and not read: it is named once for each file. */
static enum rep_line_kind
not_read(struct rep_log_reader *r, const char *server, struct rep_err *err)
{
	if (r->unread == server)
		return REP_LINE_OTHER;
	r->unread = server;
	(void)rep_fail(err, REP_ESYNTAX,
	    "these are lines of %s, whose logs reputed cannot read yet; it can read the bounces "
	    "and events",
	    server);
	return REP_LINE_UNREAD;
}

/* A line of no server that is read. Deliveries are never passed over in silence. */
static enum rep_line_kind
of_another(struct rep_log_reader *r, const struct rep_log_parts *parts, struct rep_err *err)
{
	const char *unread = parts->of->unread;

	if (unread == NULL)
		unread = rep_mta_unread(REP_S(""), parts->host);
	if (unread != NULL)
		return not_read(r, unread, err);
	if (!rep_mta_is_delivery(parts->message))
		return REP_LINE_OTHER;
	(void)rep_fail(err, REP_ESYNTAX,
	    "this looks like a delivery of Postfix, but \"%.*s\" is not the name of a Postfix "
	    "daemon",
	    (int)(parts->tag.n < 64 ? parts->tag.n : 64), parts->tag.p);
	return REP_LINE_BAD;
}

/* Once for each file of which no line has a time. */
static enum rep_line_kind
without_time(struct rep_log_reader *r, int64_t at_s, struct rep_err *err)
{
	char when[REP_TIME_TEXT];

	if (r->timeless)
		return REP_LINE_OTHER;
	r->timeless = true;
	(void)rep_fail(err, REP_ESYNTAX,
	    "no line has a time, so all count as of %s, the time of the file. Lines with times: "
	    "docker compose logs -t, kubectl logs --timestamps",
	    rep_time_text(at_s, when));
	return REP_LINE_UNREAD;
}

/* Why a line could not be read, where its form tells more than that it has no time. */
static void
name_fragment(struct rep_str s, struct rep_err *err)
{
	s = rep_str_trim(s);
	if (rep_str_starts(s, REP_S("to=<")) && rep_str_find(s, REP_S(", status="), 0) != SIZE_MAX)
		(void)rep_fail(err, REP_ESYNTAX,
		    "this is only the end of a Postfix line: its first part (time, host, queue id) is "
		    "missing; give the whole line, or the reply in it to reputed classify");
}

static enum rep_rc
on_open_line(void *ctx, const struct rep_mta_line *pf)
{
	bool *whole = ctx;

	*whole = pf->kind == REP_MTA_DELIVERY && pf->whole;
	return REP_OK;
}

/* True when an open line must wait. It can be used only when it is a complete delivery. */
static bool
unfinished(const struct line_read *l, struct rep_str message)
{
	bool whole = false;

	return l->of->format == NULL ||
	    l->of->format->read(l->of->says.daemon, message, on_open_line, &whole) != REP_OK ||
	    !whole;
}

/* Where a carriage return is followed by another line of a log; s.n: nowhere. */
static size_t
line_within(struct rep_str s)
{
	for (size_t at = rep_str_chr(s, '\r', 0); at != SIZE_MAX; at = rep_str_chr(s, '\r', at + 1))
		if (rep_stamp_shape(rep_str_sub(s, at + 1, s.n)) > 0)
			return at;
	return s.n;
}

static enum rep_rc
one_line(struct rep_log_reader *r, struct rep_str s, uint64_t number, bool open,
    rep_log_entry_fn fn, void *ctx, enum rep_line_kind *kind, int64_t *at_s, struct rep_err *err)
{
	struct line_read l = { .number = number, .fn = fn, .ctx = ctx };
	struct rep_log_parts parts = { .tag = { "", 0 }, .message = { "", 0 }, .pid = { "", 0 } };
	const char *unread = NULL;
	char when[REP_TIME_TEXT];

	*kind = REP_LINE_OTHER;
	*at_s = 0;
	if (s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	if (s.n == 0)
		return REP_OK;
	if (rep_log_split(&r->split, s, &parts, err) != REP_OK) {
		unread = rep_mta_unread(REP_S(""), s);
		if (unread == NULL)
			name_fragment(s, err);
		*kind = open	     ? REP_LINE_UNFINISHED
		    : unread != NULL ? not_read(r, unread, err)
				     : REP_LINE_BAD;
		return REP_OK;
	}
	l.at_s = parts.at_s;
	l.near = parts.near;
	l.log_host = parts.host;
	l.pid = parts.pid;
	if (l.at_s > r->now_s + REP_DAY_S) {
		(void)rep_fail(err, REP_ESYNTAX,
		    "time %s is in the future (is a clock or --timezone wrong?)",
		    rep_time_text(l.at_s, when));
		*kind = REP_LINE_BAD;
		return REP_OK;
	}
	*at_s = l.at_s;
	l.of = parts.of;
	if (open && unfinished(&l, parts.message)) {
		*kind = REP_LINE_UNFINISHED;
		return REP_OK;
	}
	if (parts.timeless)
		*kind = without_time(r, l.at_s, err);
	if (l.of->format != NULL)
		return l.of->format->read(l.of->says.daemon, parts.message, on_said, &l);
	*kind = of_another(r, &parts, err);
	return REP_OK;
}

enum rep_rc
rep_log_reader_line(struct rep_log_reader *r, struct rep_str s, uint64_t number, bool open,
    rep_log_entry_fn fn, void *ctx, enum rep_line_kind *kind, int64_t *at_s, struct rep_err *err)
{
	size_t end = line_within(s);
	enum rep_rc rc = one_line(
	    r, rep_str_sub(s, 0, end), number, open && end == s.n, fn, ctx, kind, at_s, err);

	if (rc == REP_OK && end < s.n && *kind != REP_LINE_BAD) {
		(void)rep_fail(err, REP_ESYNTAX,
		    "a carriage return at byte %zu, and more lines behind it, which are not read: "
		    "lines end in a line feed. To read them: tr '\\r' '\\n' < FILE | reputed ingest -",
		    end + 1);
		*kind = REP_LINE_BAD;
	}
	return rc;
}

int64_t
rep_log_first_time(struct rep_str text, int64_t file_s, int64_t now_s)
{
	struct rep_log_splitter *split = calloc(1, sizeof *split);
	struct rep_log_parts parts = { .at_s = 0 };
	size_t end;

	if (split == NULL || (split->mem = rep_arena_new(JSON_BYTES)) == NULL)
		text.n = 0;
	for (int i = 0; i < 8 && text.n > 0 && parts.at_s == 0; i++) {
		end = rep_str_chr(text, '\n', 0);
		struct rep_str s = rep_str_sub(text, 0, end);

		rep_stamper_init(&split->stamp, file_s, now_s);
		if (s.n > 0 && (s.p[0] != '{' || end != SIZE_MAX) &&
		    rep_log_split(split, s, &parts, NULL) != REP_OK)
			parts.at_s = 0;
		text = rep_str_sub(text, end == SIZE_MAX ? text.n : end + 1, text.n);
	}
	if (split != NULL)
		rep_arena_free(split->mem);
	free(split);
	return parts.at_s;
}
