/*
 * tests/fuzz/fuzz_document.h -- reads bytes with rep_document_read, as a worker does.
 *
 * Checks every report: its strings are in the document or the arena, its numbers are in their
 * enums. Then the answer is sent and read as a message, which must give the same; and what is packed
 * of it, unpacked and packed again, too (fuzz_packed.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FUZZ_DOCUMENT_H
#define REP_FUZZ_DOCUMENT_H

#include "fuzz.h"

#include "fuzz_packed.h"
#include "intake/readers.h"
#include "serve/report_msg.h"

static volatile unsigned touched;

static inline void
touch(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		touched += (unsigned char)s.p[i];
}

static inline void
report_is_sane(const struct rep_report *p)
{
	MUST(p->kind > REP_REPORT_NONE && p->kind < REP_REPORT_N);
	MUST(p->action < REP_ACTION_N && p->status < REP_STATUS_N && p->stage < REP_STAGE_N);
	MUST(p->count > 0 && (p->code == 0 || (p->code >= 200 && p->code <= 599)));
	MUST(p->enh[0] == 0 || p->enh[0] == 2 || p->enh[0] == 4 || p->enh[0] == 5);
	MUST(p->kind != REP_REPORT_BOUNCE || p->action != REP_ACTION_NONE);
	MUST(p->kind != REP_REPORT_DELIVERY || p->status != REP_STATUS_NONE);
	MUST(p->kind != REP_REPORT_COMPLAINT || p->feedback_type.n > 0);
	touch(p->recipient);
	touch(p->original_recipient);
	touch(p->sender);
	touch(p->text);
	touch(p->notice);
	touch(p->message_id);
	touch(p->queue_id);
	touch(p->host);
	touch(p->verp);
}

static inline void
same_as_message(const struct rep_document *d, struct rep_arena *a)
{
	struct rep_result in = { .readable = true,
		.reports = d->reports,
		.n = d->reports_n,
		.reason = d->reason },
			  out;
	struct rep_msg m;
	struct rep_buf b;
	size_t used;

	rep_buf_init(&b, REP_MSG_MAX);
	rep_msg_put_result(&b, 1, &in);
	if (!b.full) {
		MUST(rep_msg_take(rep_buf_str(&b), &m, &used, NULL) == REP_OK && used == b.n);
		MUST(rep_msg_get_result(&m, a, &out, NULL) == REP_OK && out.n == in.n);
		for (size_t i = 0; i < out.n; i++)
			MUST(rep_str_eq(out.reports[i].recipient, in.reports[i].recipient) &&
			    rep_str_eq(out.reports[i].text, in.reports[i].text) &&
			    out.reports[i].kind == in.reports[i].kind);
	}
	rep_buf_fini(&b);
}

static inline int
fuzz_document(enum rep_doc_kind kind, struct rep_str bytes)
{
	struct rep_arena *a = rep_arena_new(64 << 20);
	struct rep_document d = { .kind = kind, .bytes = bytes, .file_s = 1793688131 };
	struct rep_err err = { .msg = "" };
	struct rep_pack pack;

	MUST(a != NULL);
	rep_pack_begin(&pack, REP_PACK_MAX);
	d.pack = &pack;
	if (rep_document_read(&d, a, &err) == REP_OK) {
		for (size_t i = 0; i < d.reports_n; i++)
			report_is_sane(&d.reports[i]);
		same_as_message(&d, a);
		MUST(fuzz_packed_again(rep_buf_str(&pack.out)) ==
		    d.aggregates + d.tls_reports + d.auth_failures);
	} else {
		MUST(err.msg[0] != '\0');
	}
	rep_pack_fini(&pack);
	rep_arena_free(a);
	return 0;
}

/* Puts the bytes between two others, in a buffer of the target instead of the arena. */
static inline int
fuzz_within(enum rep_doc_kind kind, const char *before, struct rep_str s, const char *after)
{
	struct rep_buf b;
	int r;

	rep_buf_init(&b, 8 << 20);
	rep_buf_add(&b, rep_str_c(before));
	rep_buf_add(&b, s);
	rep_buf_add(&b, rep_str_c(after));
	r = fuzz_document(kind, rep_buf_str(&b));
	rep_buf_fini(&b);
	return r;
}

#endif
