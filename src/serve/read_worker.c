/*
 * The reader's side of serve/reader.h. Nothing here may assume that a file is what it seems.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve/reader.h"
#include "intake/aggregate_read.h"
#include "serve/start.h"

struct read_worker {
	struct rep_lines *open[REP_READER_OPEN]; /* by the number that the engine gave */
	struct rep_buf out;
	struct rep_pack pack;
};

/* Sends what was put together. */
static bool
send_out(struct read_worker *w)
{
	bool fine = !w->out.full && rep_worker_write(rep_buf_str(&w->out));

	rep_buf_clear(&w->out);
	return fine;
}

/* --- commands ----------------------------------------------------------------------------------- */

static void
close_input(struct read_worker *w, const struct rep_msg *m)
{
	rep_lines_close(w->open[m->id]);
	w->open[m->id] = NULL;
}

static bool
open_input(struct read_worker *w, const struct rep_msg *m, int fd)
{
	struct rep_read_opened o = { .rc = REP_OK };
	char name[REP_LINES_NAME + 1];
	struct rep_read_open in;
	struct rep_err why = { .msg = "" };
	struct rep_lines *l;

	if (fd < 0 || rep_read_get_open(m, &in, NULL) != REP_OK || w->open[m->id] != NULL)
		return false;
	memcpy(name, in.name.p, in.name.n);
	name[in.name.n] = '\0';
	o.rc = rep_lines_begin(fd, name, &in.file, &l, &why);
	o.why = rep_str_c(why.msg);
	if (o.rc == REP_OK) {
		w->open[m->id] = l;
		o.head = rep_lines_head(l);
		o.kind = rep_document_kind(o.head);
		o.time_s = rep_lines_time(l);
		o.first_s = rep_log_first_time(o.head, o.time_s, in.now_s);
		o.whole = in.whole_most > 0 && rep_document_is(o.kind) &&
		    rep_lines_all(l, in.whole_most, &o.all);
		if (!o.whole)
			o.all = REP_S("");
	}
	rep_read_put_opened(&w->out, m->id, &o);
	if (o.whole)
		close_input(w, m);
	return send_out(w);
}

static bool
seek_input(struct read_worker *w, const struct rep_msg *m)
{
	char tail[REP_LINES_HEAD];
	uint64_t offset, lines;
	size_t n = 0;
	bool found;

	if (rep_read_get_seek(m, &offset, &lines, NULL) != REP_OK || w->open[m->id] == NULL)
		return false;
	found = rep_lines_seek(w->open[m->id], offset, lines, tail, &n, NULL) == REP_OK;
	rep_read_put_sought(&w->out, m->id, found, (struct rep_str){ tail, n });
	return send_out(w);
}

/* --- bytes -------------------------------------------------------------------------------------- */

static bool
give_bytes(struct read_worker *w, const struct rep_msg *m, const struct rep_read_order *o)
{
	struct rep_err why = { .msg = "" };
	struct rep_str bytes;
	uint64_t given = 0;
	enum rep_rc rc;

	while ((rc = rep_lines_bytes(w->open[m->id], &bytes, &why)) == REP_OK) {
		rep_read_put_bytes(&w->out, m->id, bytes);
		given += bytes.n;
		if (given >= o->most) {
			rc = rep_fail(&why, REP_ELIMIT, "there is more");
			break;
		}
		/* The last of a small file, and its end, go together. */
		if ((w->out.n >= REP_READ_FULL || rep_lines_flows(w->open[m->id])) && !send_out(w))
			return false;
	}
	rep_read_put_end(&w->out, m->id, rc, rep_str_c(why.msg));
	return send_out(w);
}

/* --- reports ------------------------------------------------------------------------------------ */

struct giving_items {
	struct read_worker *w;
	uint64_t id;
	bool failed; /* the engine is gone */
};

/* Sends what is packed. */
static void
send_items(struct giving_items *g)
{
	if (g->w->pack.out.n == 0)
		return;
	rep_read_put_items(&g->w->out, g->id, rep_buf_str(&g->w->pack.out));
	rep_pack_clear(&g->w->pack);
	g->failed |= !send_out(g->w);
}

static bool
on_packed(void *ctx, struct rep_pack *p)
{
	struct giving_items *g = ctx;

	if (p->out.n >= REP_READ_FULL)
		send_items(g);
	return !g->failed;
}

/* Records and ends of aggregate reports, as they are unpacked: no document is in memory as a whole. */
static bool
give_items(struct read_worker *w, const struct rep_msg *m, const struct rep_read_order *o)
{
	struct giving_items g = { .w = w, .id = m->id };
	struct rep_document d = { .pack = &w->pack, .packed = on_packed, .ctx = &g };
	struct rep_lines *l = w->open[m->id];
	struct rep_err why = { .msg = "" }, wrong = { .msg = "" };
	enum rep_rc ended = REP_OK, rc = REP_OK;
	bool first = true;
	struct rep_str bytes;
	uint64_t given = 0;

	while (rc == REP_OK && (ended = rep_lines_bytes(l, &bytes, &why)) == REP_OK) {
		given += bytes.n;
		if (given > o->most) {
			ended = rep_fail(&why, REP_ELIMIT, "there is more");
			break;
		}
		rc = rep_aggregate_piece(&d, bytes, first, false, &wrong);
		first = false;
		if (rep_lines_flows(l))
			send_items(&g);
	}
	/* Of what is cut off, each record that is complete is used. */
	if (rc == REP_OK)
		rc = rep_aggregate_piece(&d, REP_S(""), first, true, &wrong);
	send_items(&g);
	if (rc != REP_OK && (ended == REP_OK || ended == REP_ENOTFOUND))
		ended = rep_fail(&why, rc, "%s", wrong.msg);
	rep_read_put_end(&w->out, m->id, ended, rep_str_c(why.msg));
	return send_out(w) && !g.failed;
}

/* --- lines -------------------------------------------------------------------------------------- */

struct giving {
	struct read_worker *w;
	uint64_t id;
	struct rep_lines *lines;
	struct rep_log_reader *log;
	struct rep_read_batch_put batch;
	struct rep_line last; /* of the batch */
	bool failed;	      /* the engine is gone */
};

/* Sends the batch, and begins the next with line `first`. */
static void
send_batch(struct giving *g, const struct rep_lines_mark *mark, uint64_t first)
{
	rep_read_end_batch(&g->batch, mark);
	g->failed |= !send_out(g->w);
	rep_read_begin_batch(&g->batch, &g->w->out, g->id, first);
}

static enum rep_rc
on_entry(void *ctx, const struct rep_log_entry *e)
{
	struct giving *g = ctx;

	rep_read_put_entry(&g->batch, e);
	/* A line may name a thousand recipients, each with the whole reply. */
	if (rep_read_batch_bytes(&g->batch) > REP_READ_MAX / 4)
		send_batch(g, NULL, e->number);
	return g->failed ? REP_EIO : REP_OK;
}

static void
give_line(struct giving *g, const struct rep_line *line)
{
	struct rep_read_batch *b = &g->batch.b;
	enum rep_line_kind kind = REP_LINE_BAD;
	struct rep_err why; /* not cleared, because this runs for every line */
	int64_t at_s = 0;

	if (line->cut)
		(void)rep_fail(&why, REP_ELIMIT, "longer than %d bytes", REP_LINE_MAX);
	else if (rep_log_reader_line(g->log, line->s, line->number,
		     line->open && rep_lines_growing(g->lines), on_entry, g, &kind, &at_s,
		     &why) != REP_OK)
		return; /* the engine is gone */
	if (kind == REP_LINE_BAD || kind == REP_LINE_UNREAD)
		rep_read_put_bad(
		    &g->batch, line->number, kind == REP_LINE_UNREAD, rep_str_c(why.msg));
	b->lines++;
	if (at_s != 0 && (b->first_s == 0 || at_s < b->first_s))
		b->first_s = at_s;
	if (at_s != 0 && (b->last_s == 0 || at_s > b->last_s))
		b->last_s = at_s;
	g->last = *line;
}

static void
flush(struct giving *g)
{
	struct rep_lines_mark mark;

	if (g->batch.b.lines == 0)
		return;
	rep_lines_mark(g->lines, &g->last, &mark);
	send_batch(g, &mark, g->last.number + 1);
}

/* For input that comes by and by: what was read is sent before waiting for the next line. */
static void
wait_for_line(struct giving *g)
{
	if (rep_lines_whole(g->lines))
		return;
	flush(g);
	while (!rep_lines_whole(g->lines))
		(void)rep_lines_more(g->lines, -1);
}

static bool
give_lines(struct read_worker *w, const struct rep_msg *m, const struct rep_read_order *o)
{
	struct giving g = { .w = w, .id = m->id, .lines = w->open[m->id] };
	struct rep_err why = { .msg = "" };
	bool flows = rep_lines_flows(g.lines), begun = false;
	struct rep_line line;
	enum rep_rc rc = REP_OK;

	if ((g.log = rep_log_reader_new(o->now_s)) == NULL)
		rc = rep_fail(&why, REP_EMEM, "out of memory");
	else
		rep_log_reader_file(g.log, rep_lines_time(g.lines));
	if (rc == REP_OK && o->last_s != 0)
		rep_log_reader_goes_on(g.log, o->last_s);
	while (rc == REP_OK && !g.failed) {
		if (flows && begun)
			wait_for_line(&g);
		if ((rc = rep_lines_next(g.lines, &line, &why)) != REP_OK)
			break;
		if (!begun)
			rep_read_begin_batch(&g.batch, &w->out, g.id, line.number);
		begun = true;
		give_line(&g, &line);
		if (g.batch.b.lines >= o->lines || rep_read_batch_bytes(&g.batch) >= REP_READ_FULL)
			flush(&g);
	}
	if (begun)
		flush(&g);
	rep_log_reader_free(g.log);
	rep_buf_clear(&w->out); /* the batch that was begun and has nothing */
	rep_read_put_end(&w->out, m->id, rc, rep_str_c(why.msg));
	return send_out(w) && !g.failed;
}

/* --- the loop ----------------------------------------------------------------------------------- */

static bool
obey(struct read_worker *w, const struct rep_msg *m, int fd)
{
	struct rep_read_order o;

	if (m->id >= REP_READER_OPEN)
		return false;
	switch (m->type) {
	case REP_MSG_OPEN: return open_input(w, m, fd);
	case REP_MSG_SEEK: return seek_input(w, m);
	case REP_MSG_READ:
		if (rep_read_get_order(m, &o, NULL) != REP_OK || w->open[m->id] == NULL)
			return false;
		return o.as == REP_READ_BYTES ? give_bytes(w, m, &o)
		    : o.as == REP_READ_ITEMS  ? give_items(w, m, &o)
					      : give_lines(w, m, &o);
	case REP_MSG_CLOSE: close_input(w, m); return true;
	default: return false;
	}
}

int
rep_read_worker_main(void)
{
	static struct read_worker w;
	static const struct rep_sandbox_params o = { .memory = (size_t)REP_READER_MEMORY_MB << 20,
		.descriptors = REP_READER_OPEN };
	char bytes[REP_READ_COMMAND_MAX];
	struct rep_msg m;
	size_t n, used;
	int fd;

	rep_buf_init(&w.out, REP_READ_MAX);
	rep_pack_begin(&w.pack, REP_READ_MAX / 2);
	if (!rep_worker_begin(&o))
		return 1;
	while (rep_worker_receive(bytes, sizeof bytes, 0, &n, &fd) && n > 0)
		if (rep_msg_take((struct rep_str){ bytes, n }, &m, &used, NULL) != REP_OK ||
		    used != n || !obey(&w, &m, fd))
			return 1;
	return 0;
}
