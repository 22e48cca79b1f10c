/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memfd_create */
#include "engine/journald_read.h"
#include "base/time.h"
#include "io/sd_journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	WRITE_BYTES = 1 << 20,
	STATE_BYTES = 640,
	/* Six fields of REP_LINE_MAX, and their line: in the worst case each byte is a number. */
	ENTRY_BYTES = 4 << 20
};

struct reading {
	struct rep_ingest *g;
	const struct rep_session *s;
	const struct rep_journald *o;
	struct rep_sd_journal *j;
	char state[STATE_BYTES];
	char place[REP_SD_CURSOR];  /* of the last entry that is stored; "": none is */
	char behind[REP_SD_CURSOR]; /* of the last entry of the chunk */
	size_t most;		    /* entries of the next chunk */
	bool lost, lost_told; /* the entry of `place` is gone: it is to be told, it was told */
	bool broken;	      /* what failed is the journal: nothing of ours */
	struct rep_buf lines;
	size_t n, bytes; /* of the chunk, so far */
	bool end;	 /* there was nothing behind it */
	struct rep_ingest_told told;
	int fd;
};

/* What a call about the journal returned. What fails otherwise ends the pass, this only its reading. */
static enum rep_rc
of_journal(struct reading *r, enum rep_rc rc)
{
	r->broken |= rc == REP_EIO || rc == REP_ELIMIT || rc == REP_ENOTFOUND;
	return rc;
}

/* --- the place --------------------------------------------------------------------------------------- */

/* Says what is missing between the cursor, whose entry is gone, and the first entry that there is. */
static enum rep_rc
tell_lost(struct reading *r, struct rep_err *err)
{
	struct rep_sd_journal *all;
	char first[REP_SD_CURSOR], day[REP_TIME_TEXT];
	uint64_t n = 0;
	bool there = false, counted;
	enum rep_rc rc;

	if ((rc = rep_sd_journal_open(r->o->folder, NULL, &all, err)) != REP_OK)
		return rc;
	if ((rc = rep_sd_journal_to_begin(all, err)) == REP_OK &&
	    (rc = rep_sd_journal_next(all, &there, err)) == REP_OK && there)
		rc = rep_sd_journal_cursor(all, first, err);
	if (rc == REP_OK && there) {
		struct rep_str before = rep_str_c(r->place), after = rep_str_c(first);

		counted = rep_journald_lost(before, after, &n);
		(void)rep_time_text((int64_t)(rep_sd_journal_time_us(all) / 1000000), day);
		if (counted && n > 0)
			rep_session_say(r->s, REP_PROBLEM_INPUT,
			    "%s: journald has removed %llu entr%s (of mail or of others) before %s read; "
			    "SystemMaxUse= and MaxRetentionSec= in journald.conf say how long it keeps "
			    "them. It is read on from %s",
			    r->o->name, (unsigned long long)n, n == 1 ? "y" : "ies",
			    n == 1 ? "it was" : "they were", day);
		else if (!counted || !rep_journald_later(before, after))
			rep_session_say(r->s, REP_PROBLEM_INPUT,
			    "%s: the entry that was read last is removed, and others may have been before "
			    "they were read. It is read on from %s",
			    r->o->name, day);
	}
	rep_sd_journal_close(all);
	return rc;
}

/* The next entry will be the first that is not stored. */
static enum rep_rc
go_to_place(struct reading *r, struct rep_err *err)
{
	bool there;
	enum rep_rc rc;

	if (r->place[0] == '\0')
		return rep_sd_journal_to_begin(r->j, err);
	if ((rc = rep_sd_journal_to(r->j, r->place, err)) != REP_OK ||
	    (rc = rep_sd_journal_next(r->j, &there, err)) != REP_OK)
		return rc;
	if (there && rep_sd_journal_is(r->j, r->place))
		return REP_OK;
	r->lost = !r->lost_told;
	return rep_sd_journal_to_begin(r->j, err);
}

/* --- a chunk ----------------------------------------------------------------------------------------- */

/* A file without a name. */
static enum rep_rc
keep_lines(struct reading *r, struct rep_err *err)
{
	r->fd = memfd_create("journal", MFD_CLOEXEC);
	return r->fd >= 0 ? REP_OK
			  : rep_fail(err, REP_EIO, "%s: its lines cannot be kept: %s", r->o->name,
				strerror(errno));
}

static enum rep_rc
write_lines(struct reading *r, struct rep_err *err)
{
	struct rep_str s = rep_buf_str(&r->lines);
	ssize_t n;

	if (r->lines.full)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (; s.n > 0; s = rep_str_sub(s, (size_t)n, s.n))
		if ((n = write(r->fd, s.p, s.n)) < 0)
			return rep_fail(err, REP_EIO, "%s: its lines cannot be kept: %s",
			    r->o->name, strerror(errno));
	rep_buf_clear(&r->lines);
	return REP_OK;
}

/* A field is valid only until the next one is asked for. */
static enum rep_rc
keep(struct reading *r, struct rep_arena *a, const char *field, struct rep_str *out,
    struct rep_err *err)
{
	struct rep_str s;
	enum rep_rc rc = rep_sd_journal_field(r->j, field, &s, err);

	/* A line that is longer is counted as bad by the reader, as in a file. */
	if (rc != REP_OK)
		return rc;
	*out = rep_arena_dup(a, rep_str_sub(s, 0, REP_LINE_MAX));
	return out->p != NULL ? REP_OK : rep_fail(err, REP_EMEM, "out of memory");
}

static enum rep_rc
read_entry(
    struct reading *r, struct rep_arena *a, struct rep_journald_entry *e, struct rep_err *err)
{
	const struct {
		const char *name;
		struct rep_str *to;
	} v[] = { { "_SOURCE_REALTIME_TIMESTAMP", &e->source_us }, { "_HOSTNAME", &e->host },
		{ "SYSLOG_IDENTIFIER", &e->tag }, { "SYSLOG_PID", &e->syslog_pid },
		{ "_PID", &e->pid }, { "MESSAGE", &e->message } };
	enum rep_rc rc = REP_OK;

	for (size_t i = 0; i < REP_COUNT(v) && rc == REP_OK; i++)
		rc = keep(r, a, v[i].name, v[i].to, err);
	return rc;
}

static enum rep_rc
add_entry(struct reading *r, struct rep_arena *a, struct rep_err *err)
{
	size_t before = r->lines.n;
	struct rep_journald_entry e = { .at_us = rep_sd_journal_time_us(r->j) };
	struct rep_err why;
	enum rep_rc rc;

	rep_arena_reset(a);
	if ((rc = read_entry(r, a, &e, &why)) == REP_EMEM)
		return rep_fail(err, rc, "%s", why.msg);
	r->n++;
	if (rc != REP_OK) {
		/* As a bad line of a log. */
		rep_session_tell(r->s,
		    &(struct rep_problem){ .kind = REP_PROBLEM_INPUT,
			.text = why.msg,
			.file = r->o->name,
			.nth = ++r->told.bad,
			.line_skipped = true });
		return REP_OK;
	}
	rep_journald_line(&r->lines, &e);
	r->bytes += r->lines.n - before;
	return r->lines.n < WRITE_BYTES ? REP_OK : write_lines(r, err);
}

static enum rep_rc
fill(struct reading *r, struct rep_arena *a, struct rep_err *err)
{
	bool there = true;
	enum rep_rc rc = REP_OK;

	r->n = r->bytes = 0;
	while (r->n < r->most && r->bytes < REP_JOURNALD_CHUNK_BYTES &&
	    (rc = rep_sd_journal_next(r->j, &there, err)) == REP_OK && there)
		if ((rc = add_entry(r, a, err)) != REP_OK)
			return rc;
	r->end = !there;
	if (of_journal(r, rc) != REP_OK || r->n == 0)
		return rc;
	if (r->lost) {
		r->lost = false;
		r->lost_told = true;
		if ((rc = of_journal(r, tell_lost(r, err))) != REP_OK)
			return rc;
	}
	if ((rc = of_journal(r, rep_sd_journal_cursor(r->j, r->behind, err))) != REP_OK)
		return rc;
	return write_lines(r, err);
}

/* Reads the lines in r->fd. When *whole, the place is behind the last entry of the chunk now. */
static enum rep_rc
read_chunk(struct reading *r, bool *whole, uint64_t *lines, struct rep_err *err)
{
	struct rep_ingest_chunk p = { .fd = r->fd,
		.name = r->o->name,
		.state = r->state,
		.place = rep_str_c(r->behind),
		.told = &r->told };

	return rep_ingest_chunk(r->g, &p, whole, lines, err);
}

/* The next chunk. *n: entries in it, which are stored now unless *whole is false. */
static enum rep_rc
one_chunk(struct reading *r, struct rep_arena *a, bool *whole, uint64_t *lines, struct rep_err *err)
{
	enum rep_rc rc;

	*whole = true;
	if ((rc = keep_lines(r, err)) != REP_OK)
		return rc;
	if ((rc = fill(r, a, err)) == REP_OK && r->n > 0)
		rc = read_chunk(r, whole, lines, err);
	(void)close(r->fd);
	return rc;
}

/*
 * An entry that ends its reader must not hold all that come after it. Is it the entry? An empty chunk must be read
 * now. When its reader dies too, or cannot be started, the entry is read again by a later pass.
 */
static enum rep_rc
leave_out(struct reading *r, struct rep_err *err)
{
	uint64_t lines;
	bool whole = false;
	enum rep_rc rc;

	if ((rc = keep_lines(r, err)) != REP_OK)
		return rc;
	rc = read_chunk(r, &whole, &lines, err);
	(void)close(r->fd);
	if (rc == REP_OK && !whole)
		rc = rep_fail(err, REP_EIO, "%s: nothing can be read now", r->o->name);
	if (rc == REP_OK)
		rep_session_say(r->s, REP_PROBLEM_INPUT,
		    "%s: one entry was left out; it is read on", r->o->name);
	return rc;
}

/* Smaller chunks, down to the entry that cannot be read. */
static enum rep_rc
after_failure(struct reading *r, uint64_t lines, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	if (r->n == 1) {
		if ((rc = leave_out(r, err)) != REP_OK)
			return rc;
		memcpy(r->place, r->behind, sizeof r->place);
		return REP_OK;
	}
	r->most = lines > 0 && lines < r->n ? (size_t)lines : r->n / 2;
	return of_journal(r, go_to_place(r, err));
}

static enum rep_rc
read_on(struct reading *r, struct rep_arena *a, bool *more, struct rep_err *err)
{
	uint64_t lines, all = 0;
	bool whole;
	enum rep_rc rc;

	for (;;) {
		if ((rc = one_chunk(r, a, &whole, &lines, err)) != REP_OK || r->n == 0)
			return rc;
		if (!whole) {
			if ((rc = after_failure(r, lines, err)) != REP_OK)
				return rc;
			continue;
		}
		memcpy(r->place, r->behind, sizeof r->place);
		all += r->n;
		r->most = r->most < REP_JOURNALD_CHUNK / 2 ? 2 * r->most : REP_JOURNALD_CHUNK;
		if (all >= REP_JOURNALD_PASS)
			*more = true;
		if (r->end || *more)
			return REP_OK;
	}
}

enum rep_rc
rep_journald_read(struct rep_ingest *g, const struct rep_session *s, const struct rep_journald *o,
    bool *more, struct rep_err *err)
{
	struct reading r = { .g = g, .s = s, .o = o, .most = REP_JOURNALD_CHUNK };
	struct rep_arena *a = rep_arena_new(ENTRY_BYTES);
	enum rep_rc rc;
	int n = snprintf(r.state, sizeof r.state, "cursor %s", o->name);

	rep_buf_init(&r.lines, WRITE_BYTES + ENTRY_BYTES);
	if (a == NULL)
		rc = rep_fail(err, REP_EMEM, "out of memory");
	else if (n < 0 || (size_t)n >= sizeof r.state)
		rc = rep_fail(err, REP_ELIMIT, "%s: too long", o->name);
	else if ((rc = rep_ingest_place(g, r.state, r.place, sizeof r.place, err)) == REP_OK &&
	    (rc = of_journal(&r, rep_sd_journal_open(o->folder, o->match, &r.j, err))) == REP_OK &&
	    (rc = of_journal(&r, go_to_place(&r, err))) == REP_OK)
		rc = read_on(&r, a, more, err);
	rep_sd_journal_close(r.j);
	rep_buf_fini(&r.lines);
	rep_arena_free(a);
	if (!r.broken)
		return rc;
	/* That one is not there, or may not be read, is told once: by engine/journald_watch.h. */
	if (rc != REP_ENOTFOUND)
		rep_session_say(s, REP_PROBLEM_INPUT, "%s: %s; what was read of it is stored",
		    o->name, err->msg);
	return REP_OK;
}
