/*
 * unit/log_rows.h -- lines of a mail server's log through the reader of logs, as a table.
 *
 * A fact is one line of words: STATUS RECIPIENT PROVIDER CLASS STREAM-OR-DASH [(WHO)].
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_LOG_ROWS_H
#define REP_TEST_LOG_ROWS_H

#include "doc.h"
#include "intake/mail_log.h"

#include <stdlib.h>
#include <time.h>

struct log_row {
	const char *name, *log, *want;
};

static const struct rep_key key = { "0123456789abcde" };

static enum rep_rc
on_fact(void *ctx, const struct rep_fact *f, struct rep_err *err)
{
	struct rep_str recipient = rep_str_or(f->recipient, REP_S("-"));
	struct rep_str stream = rep_str_or(f->stream, REP_S("-"));

	(void)err;
	rep_buf_printf(ctx, "%s %.*s %.*s %s %.*s%s%.*s%s\n", rep_status_word(f->status),
	    REP_PR(recipient), REP_PR(f->provider), rep_class_word(f->class), REP_PR(stream),
	    f->who.n > 0 ? " (" : "", REP_PR(f->who), f->who.n > 0 ? ")" : "");
	return REP_OK;
}

static void
read_all(const char *log, struct rep_buf *out)
{
	struct rep_streams *streams = rep_streams_new(NULL, 0);
	struct rep_mail_log_params o = {
		.know = doc_know, .key = &key, .streams = streams, .now_s = 1793800000
	};
	struct rep_mail_log *m = rep_mail_log_new(&o);
	struct rep_str s = rep_str_c(log);
	uint64_t number = 0;

	rep_buf_clear(out);
	rep_mail_log_file(m, "test.log", 1793800000);
	while (s.n > 0) {
		size_t nl = rep_str_chr(s, '\n', 0);
		enum rep_line_kind kind;
		struct rep_err err;
		int64_t at_s;

		if (rep_mail_log_line(m, rep_str_sub(s, 0, nl == SIZE_MAX ? s.n : nl), ++number,
			false, on_fact, out, &kind, &at_s, &err) != REP_OK)
			break;
		s = rep_str_sub(s, nl == SIZE_MAX ? s.n : nl + 1, s.n);
	}
	rep_mail_log_free(m);
	rep_streams_free(streams);
}

/* Plays all rows; the exit code of the test. */
static int
play(const struct log_row *rows, size_t n)
{
	struct rep_buf out;

	(void)setenv("TZ", "UTC", 1);
	tzset();
	if (!ok(doc_begin(), "set up"))
		return done();
	rep_buf_init(&out, 1 << 16);
	for (size_t i = 0; i < n; i++) {
		read_all(rows[i].log, &out);
		is_str(rep_buf_str(&out), rows[i].want, "%s", rows[i].name);
	}
	rep_buf_fini(&out);
	doc_end();
	return done();
}

#endif
