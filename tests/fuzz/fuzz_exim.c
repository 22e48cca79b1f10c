/*
 * tests/fuzz/fuzz_exim.c -- lines of Exim's main log, through the reader of logs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "intake/exim.h"
#include "intake/mail_log.h"

static const struct rep_key key = { { 7 } };

static bool
inside(struct rep_str part, struct rep_str whole)
{
	return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static enum rep_rc
on_fact(void *ctx, const struct rep_fact *f, struct rep_err *err)
{
	(void)ctx;
	(void)err;
	MUST(f->class < REP_CLASS_N && f->status < REP_STATUS_N && f->stage < REP_STAGE_N);
	MUST(rep_str_chr(f->recipient, '@', 0) != SIZE_MAX || f->recipient.n == 0);
	MUST(f->provider.n > 0);
	return REP_OK;
}

static void
parts(struct rep_str line)
{
	struct rep_mta_line pf[2];
	struct rep_civil civil;
	int64_t offset_s;
	bool zoned;
	size_t used = rep_exim_stamp(line, &civil, &zoned, &offset_s);
	unsigned n;

	MUST(used <= line.n);
	line = rep_str_sub(line, used, line.n);
	n = rep_exim_parse(line, pf);
	MUST(n <= 2);
	for (unsigned i = 0; i < n; i++) {
		MUST(inside(pf[i].queue_id, line) && inside(pf[i].to, line));
		MUST(pf[i].kind != REP_MTA_DELIVERY || pf[i].to.n > 2);
		MUST(inside(pf[i].host, line) && inside(pf[i].address, line));
		MUST(pf[i].port <= 65535);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rep_know *know;
	static struct rep_streams *streams;
	static struct rep_mail_log *log;
	static unsigned executions;
	struct rep_mail_log_params o = { .key = &key, .now_s = 4102444800 };
	struct rep_str text = { (const char *)data, size };
	uint64_t number = 0;

	if (know == NULL) {
		know = rep_know_new();
		MUST(rep_know_add_builtin(know, NULL) == REP_OK &&
		    rep_know_ready(know, NULL) == REP_OK);
	}
	if (fuzz_anew(&executions)) {
		rep_mail_log_free(log);
		rep_streams_free(streams);
		o.know = know;
		o.streams = streams = rep_streams_new(NULL, 0);
		log = rep_mail_log_new(&o);
	}
	MUST(log != NULL && streams != NULL);
	while (text.n > 0) {
		size_t nl = rep_str_chr(text, '\n', 0);
		struct rep_str line = rep_str_sub(text, 0, nl == SIZE_MAX ? text.n : nl);
		enum rep_line_kind kind;
		struct rep_err err;
		int64_t at_s;

		parts(line);
		MUST(rep_mail_log_line(
			 log, line, ++number, false, on_fact, NULL, &kind, &at_s, &err) == REP_OK);
		text = rep_str_sub(text, nl == SIZE_MAX ? text.n : nl + 1, text.n);
	}
	return 0;
}
