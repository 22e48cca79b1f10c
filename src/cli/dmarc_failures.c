/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/dmarc_failures.h"
#include "base/time.h"
#include "cli/dmarc_words.h"
#include "cli/out.h"

enum { SHOWN = 6, SENTENCE = 2000 };

/* By enum rep_failed_check. */
static const char *const checks[] = {
	[0] = "a check",
	[REP_FAILED_ADSP] = "ADSP",
	[REP_FAILED_BODYHASH] = "the body hash of the signature",
	[REP_FAILED_REVOKED] = "a signature whose key is revoked",
	[REP_FAILED_SIGNATURE] = "the signature",
	[REP_FAILED_SPF] = "SPF",
	[REP_FAILED_DMARC] = "DMARC",
};

static void
one_group(struct rep_buf *b, const struct rep_failed_group *g, struct rep_arena *a)
{
	struct rep_str from = rep_dmarc_line(g->from, a), d = rep_dmarc_line(g->dkim_domain, a),
		       s = rep_dmarc_line(g->dkim_selector, a), by = rep_dmarc_line(g->reporter, a);
	const char *check = g->check < REP_COUNT(checks) ? checks[g->check] : checks[0];
	char ip[REP_IP_TEXT], n[32], first[REP_TIME_TEXT], last[REP_TIME_TEXT];

	rep_buf_printf(b, "%s message%s", rep_out_number(g->messages, n), rep_plural(g->messages));
	if (from.n > 0)
		rep_buf_printf(b, " of %.*s", REP_PR(from));
	if (g->ip.version != 0)
		rep_buf_printf(b, " from %s", rep_ip_text(&g->ip, ip));
	rep_buf_printf(b, " failed %s", check);
	if (d.n > 0)
		rep_buf_printf(b, "; signed by %.*s", REP_PR(d));
	if (s.n > 0)
		rep_buf_printf(b, " with selector %.*s", REP_PR(s));
	rep_out_day(g->first_s, first);
	rep_out_day(g->last_s, last);
	if (strcmp(first, last) == 0)
		rep_buf_printf(b, "; on %s", last);
	else
		rep_buf_printf(b, "; %s to %s", first, last);
	if (by.n > 0)
		rep_buf_printf(b, ", the newest reported by %.*s", REP_PR(by));
	if (g->message_id.n > 0) {
		struct rep_str id = rep_dmarc_line(g->message_id, a);

		rep_buf_printf(b, " (%.*s)", REP_PR(id));
	}
	if (g->stopped > 0)
		rep_buf_printf(b, ". %s %s refused", rep_out_number(g->stopped, n),
		    g->stopped == 1 ? "was" : "were");
	rep_buf_add(b, REP_S("."));
}

void
rep_dmarc_failures_text(
    struct rep_buf *out, const struct rep_failures_answer *f, bool all, struct rep_arena *a)
{
	size_t n = all || f->n <= SHOWN ? f->n : SHOWN;
	char number[32];
	struct rep_buf b;

	if (f->n == 0 && f->unsure == 0)
		return;
	rep_buf_printf(
	    out, "\n%sSingle messages, by failure reports%s\n", rep_paint(REP_BOLD), rep_unpaint());
	rep_buf_init(&b, SENTENCE);
	for (size_t i = 0; i < n; i++) {
		rep_buf_clear(&b);
		one_group(&b, &f->v[i], a);
		rep_out_wrap(out, rep_buf_str(&b), 0, 0);
		rep_buf_addc(out, '\n');
	}
	rep_buf_fini(&b);
	if (n < f->n)
		rep_out_more(out, f->n - n);
	if (f->left_out > 0)
		rep_buf_printf(out, "and %s message%s of other kinds\n",
		    rep_out_number(f->left_out, number), rep_plural(f->left_out));
	if (f->unsure > 0)
		rep_out_paragraph(out,
		    rep_arena_printf(a,
			"%s failure report%s came by mail, and nothing proves who sent %s: not shown.",
			rep_out_number(f->unsure, number), rep_plural(f->unsure),
			f->unsure == 1 ? "it" : "them"));
}

void
rep_dmarc_failures_json(struct rep_json *j, const struct rep_failures_answer *f)
{
	char ip[REP_IP_TEXT];

	rep_json_arr(j, "failures");
	for (size_t i = 0; i < f->n; i++) {
		const struct rep_failed_group *g = &f->v[i];

		rep_json_obj(j, NULL);
		rep_json_cstr(j, "source_ip", g->ip.version != 0 ? rep_ip_text(&g->ip, ip) : NULL);
		rep_json_cstr(j, "check", rep_word(&rep_failed_checks, g->check));
		rep_json_str_or_null(j, "from", g->from);
		rep_json_str_or_null(j, "dkim_domain", g->dkim_domain);
		rep_json_str_or_null(j, "dkim_selector", g->dkim_selector);
		rep_json_int(j, "messages", (int64_t)g->messages);
		rep_json_int(j, "delivered", (int64_t)g->delivered);
		rep_json_int(j, "refused", (int64_t)g->stopped);
		rep_json_time_or_null(j, "first", g->first_s);
		rep_json_time_or_null(j, "last", g->last_s);
		rep_json_str_or_null(j, "reporter", g->reporter);
		rep_json_str_or_null(j, "message_id", g->message_id);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_int(j, "failures_left_out", (int64_t)f->left_out);
	rep_json_int(j, "unproven_failures", (int64_t)f->unsure);
}
