/*
 * unit/test_msg.c -- messages between processes: exactly what was put in is read again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve/report_msg.h"
#include "tap.h"

#include <stdlib.h>

static struct rep_report
full(void)
{
	struct rep_report p = { .kind = REP_REPORT_BOUNCE,
		.action = REP_ACTION_DELAYED,
		.status = REP_STATUS_DEFERRED,
		.stage = REP_STAGE_RCPT,
		.redacted = true,
		.expired = true,
		.code = 451,
		.enh = { 4, 7, 606 },
		.at_s = 1793688131,
		.arrival_s = -5,
		.delay_s = 12.25,
		.count = 7,
		.line = UINT64_C(1) << 40,
		.recipient = REP_S("jo@example.com"),
		.text = REP_S("451 4.7.606 later"),
		.route = REP_S("amazon-ses") };

	(void)rep_ip_parse(REP_S("203.0.113.24"), &p.source_ip);
	(void)rep_ip_parse(REP_S("2001:db8::9"), &p.host_ip);
	return p;
}

static void
round_trip(struct rep_arena *a)
{
	struct rep_report p[2] = { full(), full() };
	struct rep_result in = { .readable = true, .reports = p, .n = 2, .reason = REP_S("why") },
			  out;
	struct rep_msg m;
	struct rep_buf b;
	size_t used;

	p[1].recipient = REP_S("al@example.com");
	rep_buf_init(&b, 1 << 20);
	rep_msg_put_result(&b, 42, &in);
	is_int(rep_msg_take(rep_buf_str(&b), &m, &used, NULL), REP_OK, "a message is taken");
	is_int((int64_t)m.id, 42, "its id");
	is_int((int64_t)used, (int64_t)b.n, "all of it");
	is_int(rep_msg_get_result(&m, a, &out, NULL), REP_OK, "and read");
	is_int((int64_t)out.n, 2, "two reports");
	is_str(out.reason, "why", "the reason");
	is_str(out.reports[1].recipient, "al@example.com", "the second one's recipient");
	ok(out.reports[0].kind == p[0].kind && out.reports[0].action == p[0].action &&
		out.reports[0].status == p[0].status && out.reports[0].stage == p[0].stage,
	    "words");
	ok(out.reports[0].code == 451 && out.reports[0].enh[2] == 606 &&
		out.reports[0].at_s == p[0].at_s && out.reports[0].arrival_s == -5 &&
		out.reports[0].count == 7 && out.reports[0].line == p[0].line,
	    "numbers");
	ok(out.reports[0].delay_s > 12.2 && out.reports[0].delay_s < 12.3, "the delay");
	ok(rep_ip_eq(&out.reports[0].source_ip, &p[0].source_ip) &&
		rep_ip_eq(&out.reports[0].host_ip, &p[0].host_ip),
	    "addresses");
	ok(out.reports[0].redacted && out.reports[0].expired && !out.reports[0].suppressed,
	    "flags");
	for (size_t n = 0; n < b.n; n++) {
		struct rep_str part = rep_str_sub(rep_buf_str(&b), 0, n);

		if (rep_msg_take(part, &m, &used, NULL) != REP_ENOTFOUND) {
			ok(false, "%zu bytes of it are no message", n);
			break;
		}
	}
	rep_buf_fini(&b);
}

/* A message with one changed byte is read or refused, and no read goes past its end. */
static void
changed(struct rep_arena *a)
{
	struct rep_report p = full();
	struct rep_result in = { .readable = true, .reports = &p, .n = 1 }, out;
	unsigned refused = 0;
	struct rep_buf b;
	size_t used;

	rep_buf_init(&b, 1 << 20);
	for (size_t i = 0;; i++) {
		struct rep_msg m;

		rep_buf_clear(&b);
		rep_msg_put_result(&b, 1, &in);
		if (i >= b.n)
			break;
		b.p[i] = (char)(b.p[i] ^ 0xff);
		rep_arena_reset(a);
		if (rep_msg_take(rep_buf_str(&b), &m, &used, NULL) != REP_OK ||
		    rep_msg_get_result(&m, a, &out, NULL) != REP_OK)
			refused++;
		else if (out.n > 1)
			ok(false, "byte %zu changed gives %zu reports", i, out.n);
	}
	ok(refused > 40, "most changes are seen (%u)", refused);
	rep_buf_fini(&b);
}

static void
liars(struct rep_arena *a)
{
	struct rep_buf b;
	struct rep_msg m;
	struct rep_result out;
	struct rep_job job;
	size_t used, at;

	rep_buf_init(&b, 1 << 20);
	rep_buf_add(&b, REP_S("GET / HTTP/1.1\r\n\r\n........"));
	is_int(rep_msg_take(rep_buf_str(&b), &m, &used, NULL), REP_ESYNTAX, "something else");
	rep_buf_clear(&b);
	at = rep_msg_begin(&b, (enum rep_msg_type)99, 1);
	rep_msg_end(&b, at);
	is_int(rep_msg_take(rep_buf_str(&b), &m, &used, NULL), REP_ESYNTAX, "a type that is none");
	rep_buf_clear(&b);
	at = rep_msg_begin(&b, REP_MSG_FACTS, 1);
	rep_msg_end(&b, at);
	memset(b.p + 8, 0xff, 4);
	is_int(rep_msg_take(rep_buf_str(&b), &m, &used, NULL), REP_ELIMIT,
	    "a length beyond the limit");
	rep_buf_clear(&b);
	at = rep_msg_begin(&b, REP_MSG_FACTS, 1);
	rep_msg_put(&b, 1, 1);
	rep_msg_put(&b, 0, 1);
	rep_msg_put_str(&b, REP_S(""));
	rep_msg_put(&b, 4000000000u, 4);
	rep_msg_end(&b, at);
	is_int(rep_msg_take(rep_buf_str(&b), &m, &used, NULL), REP_OK,
	    "four thousand million reports");
	is_int(rep_msg_get_result(&m, a, &out, NULL), REP_ESYNTAX, "are not believed");
	is_int(rep_msg_get_job(&m, &job, NULL), REP_ESYNTAX, "facts are no job");
	rep_buf_fini(&b);
}

int
main(void)
{
	struct rep_arena *a = rep_arena_new(8 << 20);

	round_trip(a);
	changed(a);
	liars(a);
	rep_arena_free(a);
	return done();
}
