/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memfd_create */
#include "engine/journald_read.h"
#include "base/fd.h"
#include "base/time.h"
#include "io/sd_journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	WRITE_BYTES = 1 << 20,
	STATE_BYTES = sizeof "cursor " + REP_JOURNALD_NAME_MAX,
	SENTENCE_BYTES = 1536, /* a cursor, two times, and a sentence of rep_err */
	/* Six fields of REP_LINE_MAX, and their line: in the worst case each byte is a number. */
	ENTRY_BYTES = 4 << 20
};

struct reading {
	struct rep_ingest *g;
	const struct rep_session *s;
	const struct rep_journald *o;
	struct rep_journald_faults faults;
	struct rep_sd_journal *j;
	char state[STATE_BYTES];
	char place[REP_SD_CURSOR];  /* of the last entry that is stored; "": none is */
	char behind[REP_SD_CURSOR]; /* of the last entry of the chunk that has one */
	char bad[REP_SD_CURSOR];    /* of the entry that a test made bad; "": of none */
	uint64_t passed;	    /* entries, up to that one */
	uint64_t at_us;		    /* of the last entry that was read; 0: not known */
	uint64_t *lines_us;	    /* owned: of the entry of each line of the chunk */
	size_t chunk, most;	    /* entries of a chunk, and of the next one */
	uint64_t pass;		    /* entries of a pass */
	bool lost, lost_told; /* the entry of `place` is gone: it is to be told, it was told */
	bool broken;	      /* what failed is the journal: nothing of ours */
	struct rep_buf lines;
	/* Of the chunk, so far: its entries, those that are lines, and bytes of these. */
	size_t n, lines_n, bytes;
	uint64_t left_out; /* of the chunk, and told */
	bool end;	   /* there was nothing behind it */
	bool spent;	   /* nothing behind it can be read */
	struct rep_ingest_origin origin;
	int fd;
};

/* What a call about the journal returned. What fails otherwise ends the pass, this only its reading. */
static enum rep_rc
of_journal(struct reading *r, enum rep_rc rc)
{
	r->broken |= rc == REP_EIO || rc == REP_ELIMIT || rc == REP_ENOTFOUND;
	return rc;
}

/* --- entries that cannot be read --------------------------------------------------------------------- */

/* "2026-11-30T14:00:00Z", or that it is not known. */
static const char *
moment(uint64_t us, char text[REP_TIME_TEXT])
{
	return us == 0 ? "an unknown time" : rep_time_text((int64_t)(us / 1000000), text);
}

/* As a bad line of a log: the first ones are told. */
static void
tell_left_out(struct reading *r, const char *sentence)
{
	rep_session_tell(r->s,
	    &(struct rep_problem){ .kind = REP_PROBLEM_INPUT,
		.text = sentence,
		.file = r->o->name,
		.nth = ++r->origin.bad });
}

/* Of the entry that was gone to last. tag: who wrote it, as far as that is known. */
static void
tell_entry(struct reading *r, struct rep_str tag, const char *why)
{
	char text[SENTENCE_BYTES], when[REP_TIME_TEXT];

	tag = rep_str_sub(tag, 0, 64);
	snprintf(text, sizeof text, "the entry of %s%s%.*s (cursor %s) is left out: %s",
	    moment(r->at_us, when), tag.n > 0 ? " by " : "", REP_PR(tag),
	    r->behind[0] != '\0' ? r->behind : "not known", why);
	tell_left_out(r, text);
}

/* A test may make an entry bad; it is so whichever way one comes to it. */
static bool
made_bad(struct reading *r, struct rep_sd_journal *j)
{
	if (r->faults.bad_at == 0)
		return false;
	if (r->bad[0] == '\0' && ++r->passed == r->faults.bad_at &&
	    rep_sd_journal_cursor(j, r->bad, NULL) != REP_OK)
		r->bad[0] = '\0';
	return r->bad[0] != '\0' && rep_sd_journal_is(j, r->bad);
}

static enum rep_rc
step(struct reading *r, struct rep_sd_journal *j, bool back, bool *there, struct rep_err *err)
{
	enum rep_rc rc =
	    back ? rep_sd_journal_previous(j, there, err) : rep_sd_journal_next(j, there, err);

	if (rc == REP_OK && *there && made_bad(r, j))
		return rep_fail(
		    err, REP_EIO, "the journal: an entry cannot be read: made bad by a test");
	return rc;
}

/*
 * Goes behind the entry that was read last as far as needed for an entry that can be read, or to the last one. False:
 * there is none.
 */
static bool
go_far(struct reading *r)
{
	bool there = false;

	for (unsigned k = 0; k < 63; k++)
		if (rep_sd_journal_to_time(r->j, r->at_us + (1ULL << k), NULL) == REP_OK &&
		    step(r, r->j, false, &there, NULL) == REP_OK && there)
			return true;
	return rep_sd_journal_to_end(r->j, NULL) == REP_OK && !made_bad(r, r->j);
}

/*
 * libsystemd cannot step over an entry that it cannot read, but it finds a time, and steps back: so nothing but that
 * entry is left out, or all between the first and the last of several. The next step is to the first entry behind.
 * False: there is none.
 */
static bool
pass_over(struct reading *r, const char *why)
{
	char first[REP_SD_CURSOR] = "", text[SENTENCE_BYTES], from[REP_TIME_TEXT],
	     to[REP_TIME_TEXT];
	uint64_t first_us = 0;
	bool there = go_far(r);

	while (there && !rep_sd_journal_is(r->j, r->behind)) {
		if (rep_sd_journal_cursor(r->j, first, NULL) != REP_OK)
			break;
		first_us = rep_sd_journal_time_us(r->j);
		if (step(r, r->j, true, &there, NULL) != REP_OK)
			break;
	}
	there = first[0] != '\0' && rep_sd_journal_to(r->j, first, NULL) == REP_OK;
	snprintf(text, sizeof text,
	    "what is between the entry of %s (cursor %s) and %s is left out: %s",
	    moment(r->at_us, from), r->behind[0] != '\0' ? r->behind : "not known",
	    there ? moment(first_us, to) : "the end", why);
	tell_left_out(r, text);
	r->left_out++;
	return there;
}

/* Goes to the next entry that can be read. Nothing but memory fails here. */
static enum rep_rc
next_entry(struct reading *r, bool *there, struct rep_err *err)
{
	struct rep_err why;
	enum rep_rc rc = REP_OK;

	*there = !r->spent;
	if (*there && (rc = step(r, r->j, false, there, &why)) != REP_OK && rc != REP_EMEM) {
		rc = REP_OK;
		*there = pass_over(r, why.msg) &&
		    (rc = step(r, r->j, false, there, &why)) == REP_OK && *there;
		r->spent = !*there;
	}
	if (rc == REP_EMEM)
		return rep_fail(err, rc, "%s", why.msg);
	return REP_OK;
}

/* --- the place --------------------------------------------------------------------------------------- */

/* The first entry that there is, of mail or of others. */
static enum rep_rc
find_first(struct reading *r, char cursor[REP_SD_CURSOR], struct rep_err *err)
{
	struct rep_sd_journal *all;
	bool there = false;
	enum rep_rc rc;

	if ((rc = rep_sd_journal_open(r->o->folder, NULL, &all, err)) != REP_OK)
		return rc;
	if ((rc = rep_sd_journal_to_begin(all, err)) == REP_OK &&
	    (rc = step(r, all, false, &there, err)) == REP_OK)
		rc = there ? rep_sd_journal_cursor(all, cursor, err)
			   : rep_fail(err, REP_ENOTFOUND, "the journal is empty");
	rep_sd_journal_close(all);
	return rc;
}

/* Says what is missing between the cursor, whose entry is gone, and the first entry that there is. */
static void
tell_lost(struct reading *r)
{
	char first[REP_SD_CURSOR], day[REP_TIME_TEXT];
	struct rep_str before = rep_str_c(r->place), after;
	uint64_t n = 0, at_us;
	struct rep_err why;
	bool counted;

	if (find_first(r, first, &why) != REP_OK) {
		rep_session_say(r->s, REP_PROBLEM_INPUT,
		    "%s: the entry that was read last is removed, and others may have been before "
		    "they were read: %s. All that is there is read again; what was counted counts "
		    "once",
		    r->o->name, why.msg);
		return;
	}
	after = rep_str_c(first);
	at_us = rep_journald_at_us(after);
	counted = rep_journald_lost(before, after, &n);
	if (counted && n > 0)
		rep_session_say(r->s, REP_PROBLEM_INPUT,
		    "%s: journald has removed %llu entr%s (of mail or of others) before %s read; "
		    "SystemMaxUse= and MaxRetentionSec= in journald.conf say how long it keeps "
		    "them. It is read on from %s",
		    r->o->name, (unsigned long long)n, n == 1 ? "y" : "ies",
		    n == 1 ? "it was" : "they were", moment(at_us, day));
	else if (!counted || at_us <= rep_journald_at_us(before))
		rep_session_say(r->s, REP_PROBLEM_INPUT,
		    "%s: the entry that was read last is removed, and others may have been before "
		    "they were read. It is read on from %s",
		    r->o->name, moment(at_us, day));
}

/* The next entry will be the first that is not stored. */
static enum rep_rc
go_to_place(struct reading *r, struct rep_err *err)
{
	bool there;
	struct rep_err why;
	enum rep_rc rc;

	memcpy(r->behind, r->place, sizeof r->behind);
	r->at_us = rep_journald_at_us(rep_str_c(r->place));
	r->spent = false;
	if (r->place[0] == '\0')
		return rep_sd_journal_to_begin(r->j, err);
	if ((rc = rep_sd_journal_to(r->j, r->place, err)) != REP_OK)
		return rc;
	if ((rc = step(r, r->j, false, &there, &why)) == REP_EMEM)
		return rep_fail(err, rc, "%s", why.msg);
	if (rc != REP_OK) {
		r->spent = !pass_over(r, why.msg);
		return REP_OK;
	}
	if (there && rep_sd_journal_is(r->j, r->place))
		return REP_OK;
	r->lost = !r->lost_told;
	r->at_us = 0;
	r->behind[0] = '\0';
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
	if (r->lines.full)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (!rep_fd_write(r->fd, rep_buf_str(&r->lines)))
		return rep_fail(
		    err, REP_EIO, "%s: its lines cannot be kept: %s", r->o->name, strerror(errno));
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
	if (rc != REP_OK || s.p == NULL)
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
	if (rc == REP_OK && e->message.p == NULL)
		rc = rep_fail(err, REP_ESYNTAX, "it has no MESSAGE, or one that is damaged");
	return rc;
}

/* The entry as a line. One that cannot be one is left out. */
static enum rep_rc
add_entry(struct reading *r, struct rep_arena *a, struct rep_err *err)
{
	struct rep_journald_entry e = { .at_us = rep_sd_journal_time_us(r->j) };
	size_t before = r->lines.n, n;
	struct rep_err why;
	enum rep_rc rc;

	rep_arena_reset(a);
	r->n++;
	r->at_us = e.at_us;
	/* Without one it is read again by the next pass, unless one behind it has one. */
	(void)!rep_sd_journal_cursor(r->j, r->behind, NULL);
	if ((rc = read_entry(r, a, &e, &why)) == REP_EMEM)
		return rep_fail(err, rc, "%s", why.msg);
	if (rc == REP_OK) {
		rep_journald_line(&r->lines, &e);
		n = r->lines.n - before - 1;
		if (n > REP_LINE_MAX)
			rc = rep_fail(&why, REP_ELIMIT,
			    "as a line of JSON it has %zu bytes, and at most %d are read", n,
			    REP_LINE_MAX);
	}
	if (rc != REP_OK) {
		rep_buf_cut(&r->lines, before);
		tell_entry(r, e.tag, why.msg);
		r->left_out++;
		return REP_OK;
	}
	r->lines_us[r->lines_n++] = e.at_us;
	r->bytes += r->lines.n - before;
	return r->lines.n < WRITE_BYTES ? REP_OK : write_lines(r, err);
}

static enum rep_rc
fill(struct reading *r, struct rep_arena *a, struct rep_err *err)
{
	bool there = true;
	enum rep_rc rc;

	r->n = r->lines_n = r->bytes = r->left_out = 0;
	while (r->n < r->most && r->bytes < REP_JOURNALD_CHUNK_BYTES) {
		if ((rc = next_entry(r, &there, err)) != REP_OK)
			return rc;
		if (!there)
			break;
		if ((rc = add_entry(r, a, err)) != REP_OK)
			return rc;
	}
	r->end = !there;
	if (r->lost && r->n > 0) {
		r->lost = false;
		r->lost_told = true;
		tell_lost(r);
	}
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
		.lines_us = r->lines_us,
		.lines_n = r->lines_n,
		.left_out = r->left_out,
		.origin = &r->origin };

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

	r->lines_n = 0;
	r->left_out++;
	if ((rc = keep_lines(r, err)) != REP_OK)
		return rc;
	rc = read_chunk(r, &whole, &lines, err);
	(void)close(r->fd);
	if (rc == REP_OK && !whole)
		rc = rep_fail(err, REP_EIO, "%s: nothing can be read now", r->o->name);
	if (rc == REP_OK)
		tell_entry(r, REP_S(""), "the process that reads it dies of it");
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
		r->most = r->most < r->chunk / 2 ? 2 * r->most : r->chunk;
		if (all >= r->pass)
			*more = true;
		if (r->end || *more)
			return REP_OK;
	}
}

enum rep_rc
rep_journald_read(struct rep_ingest *g, const struct rep_session *s, const struct rep_journald *o,
    const struct rep_journald_faults *faults, bool *more, struct rep_err *err)
{
	struct reading r = { .g = g,
		.s = s,
		.o = o,
		.faults = *faults,
		.chunk = faults->chunk > 0 && faults->chunk < REP_JOURNALD_CHUNK
		    ? faults->chunk
		    : REP_JOURNALD_CHUNK,
		.pass = faults->pass > 0 ? faults->pass : REP_JOURNALD_PASS };
	struct rep_arena *a = rep_arena_new(ENTRY_BYTES);
	enum rep_rc rc;
	int n = snprintf(r.state, sizeof r.state, "cursor %s", o->name);

	r.most = r.chunk;
	r.lines_us = calloc(r.chunk, sizeof *r.lines_us);
	rep_buf_init(&r.lines, WRITE_BYTES + ENTRY_BYTES);
	if (a == NULL || r.lines_us == NULL)
		rc = rep_fail(err, REP_EMEM, "out of memory");
	else if (n < 0 || (size_t)n >= sizeof r.state)
		rc = rep_fail(err, REP_ELIMIT, "%s: too long", o->name);
	else if ((rc = rep_ingest_place(g, r.state, r.place, sizeof r.place, err)) == REP_OK &&
	    (rc = of_journal(&r, rep_sd_journal_open(o->folder, o->match, &r.j, err))) == REP_OK &&
	    (rc = of_journal(&r, go_to_place(&r, err))) == REP_OK)
		rc = read_on(&r, a, more, err);
	rep_sd_journal_close(r.j);
	rep_buf_fini(&r.lines);
	free(r.lines_us);
	rep_arena_free(a);
	if (!r.broken)
		return rc;
	/* That one is not there, or may not be read, is told once: by engine/journald_watch.h. */
	if (rc != REP_ENOTFOUND)
		rep_session_say(s, REP_PROBLEM_INPUT, "%s: %s; what was read of it is stored",
		    o->name, err->msg);
	return REP_OK;
}
