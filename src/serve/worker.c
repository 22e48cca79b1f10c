/*
 * The worker's side of the parse role. Nothing here may assume that a document is well-formed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve/role.h"
#include "intake/packing.h"
#include "intake/readers.h"
#include "serve/start.h"

#include <errno.h>
#include <unistd.h>

enum { ARENA_MAX = 256 << 20, READ = 256 << 10 };

struct parse_worker {
	struct rep_buf in, out;
	struct rep_arena *arena;
	struct rep_pack pack;
};

/* Does one job. Its answer goes into out. */
static bool
answer(struct parse_worker *w, const struct rep_msg *m)
{
	struct rep_document d = { 0 };
	struct rep_result res = { 0 };
	struct rep_job job;
	struct rep_err err = { .msg = "" };

	if (rep_msg_get_job(m, &job, &err) != REP_OK)
		return false;
	rep_arena_reset(w->arena);
	d.kind = (enum rep_doc_kind)job.kind;
	d.bytes = job.bytes;
	d.file_s = job.file_s;
	d.line = job.line;
	d.pack = &w->pack;
	rep_pack_clear(&w->pack);
	if (rep_document_read(&d, w->arena, &err) == REP_OK) {
		res.readable = true;
		res.skipped = rep_document_found(&d) == 0;
		res.reports = d.reports;
		res.n = d.reports_n;
		/* Of several mails in one document nobody could say which of them it is about. */
		if (d.kind == REP_DOC_MAIL) {
			res.auth = d.auth;
			res.signed_by = d.signed_by;
		}
		res.mailed = d.mailed;
		res.reason = d.reason;
		res.packed = rep_buf_str(&w->pack.out);
	} else {
		res.reason = rep_str_c(err.msg);
	}
	rep_buf_clear(&w->out);
	rep_msg_put_result(&w->out, m->id, &res);
	if (w->out.full) {
		rep_buf_clear(&w->out);
		res = (struct rep_result){ .reason = REP_S("it contains more than an answer can "
							   "hold") };
		rep_msg_put_result(&w->out, m->id, &res);
	}
	return rep_worker_write(rep_buf_str(&w->out));
}

/* Handles every complete message in `in`. The rest moves to its start. */
static bool
answer_all(struct parse_worker *w)
{
	struct rep_str left = rep_buf_str(&w->in);
	struct rep_msg m;
	enum rep_rc rc = REP_OK;
	size_t used = 0;

	while (left.n > 0 && (rc = rep_msg_take(left, &m, &used, NULL)) == REP_OK) {
		if (!answer(w, &m))
			return false;
		left = rep_str_sub(left, used, left.n);
	}
	if (rc != REP_OK && rc != REP_ENOTFOUND)
		return false;
	if (left.n > 0)
		memmove(w->in.p, left.p, left.n);
	w->in.n = left.n;
	return true;
}

static int
serve(struct parse_worker *w)
{
	static char chunk[READ];

	for (;;) {
		ssize_t n = read(0, chunk, sizeof chunk);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 ? 0 : 1;
		rep_buf_add(&w->in, (struct rep_str){ chunk, (size_t)n });
		if (w->in.full || !answer_all(w))
			return 1;
	}
}

int
rep_worker_main(void)
{
	static struct parse_worker w;
	static const struct rep_sandbox_params o = { .memory = REP_WORKER_MEMORY };

	rep_buf_init(&w.in, REP_MSG_MAX + REP_MSG_HEADER + READ);
	rep_buf_init(&w.out, REP_MSG_MAX);
	rep_pack_begin(&w.pack, REP_PACK_MAX);
	w.arena = rep_arena_new(ARENA_MAX);
	rep_document_prepare();
	if (w.arena == NULL || !rep_worker_begin(&o))
		return 1;
	return serve(&w);
}
