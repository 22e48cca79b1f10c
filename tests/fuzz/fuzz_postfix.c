/*
 * tests/fuzz/fuzz_postfix.c -- lines of a mail log, one after the other.
 *
 * Every view of a fact is read to its end, and every number is in its range. The state of many
 * inputs is saved and loaded again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "fact/identity.h"
#include "intake/mail_log.h"

enum { NOW = 1793707200 }; /* 2026-11-03T12:00:00Z */

static const struct rep_key key = { "0123456789abcde" };
static volatile unsigned sink;

static const struct rep_know *
built_in(void)
{
	static struct rep_know *k;
	struct rep_err err;

	if (k == NULL) {
		setenv("TZ", "UTC", 1);
		k = rep_know_new();
		MUST(k != NULL && rep_know_add_builtin(k, &err) == REP_OK);
		MUST(rep_know_ready(k, &err) == REP_OK);
	}
	return k;
}

static struct rep_str
route_of(void *ctx, struct rep_str host, const struct rep_ip *ip, unsigned port)
{
	(void)ctx;
	MUST(port <= 65535 && (ip->version == 0 || ip->version == 4 || ip->version == 6));
	return rep_str_eq_nocase(host, REP_S("relay.shop.example")) ? REP_S("ses-eu") : REP_S("");
}

static enum rep_rc
on_fact(void *ctx, const struct rep_fact *f, struct rep_err *err)
{
	const struct rep_str v[] = { f->log_host, f->label, f->queue_id, f->message_id,
		f->recipient, f->recipient_domain, f->orig_to, f->sender_domain, f->stream,
		f->route, f->provider, f->provider_domain, f->host, f->rule, f->text };
	unsigned *n = ctx;

	(void)err;
	for (size_t i = 0; i < REP_COUNT(v); i++)
		fuzz_touch(v[i]);
	MUST(f->at_s <= NOW + 86400 && f->line > 0 && f->file != NULL);
	MUST(f->label.n > 0 && f->provider.n > 0 && f->queue_id.n >= 5);
	MUST(f->status < REP_STATUS_N && f->class < REP_CLASS_N && f->scope < REP_SCOPE_N &&
	    f->stage < REP_STAGE_N);
	MUST(f->code == 0 || (f->code >= 200 && f->code <= 599));
	MUST(f->named.version == 0 || !rep_ip_private(&f->named));
	MUST(f->delay_s >= -1 && f->delay_s < 1e13);
	if (f->rule.n > 0)
		MUST(rep_know_rule(built_in(), f->rule) != NULL);
	if (f->status == REP_STATUS_SENT)
		MUST(f->class == REP_CLASS_ACCEPTED);
	sink += (unsigned)rep_fact_identity(&key, f);
	++*n;
	return REP_OK;
}

static void
save_and_load(struct rep_mail_log *m, const struct rep_mail_log_params *o)
{
	struct rep_mail_log *again = rep_mail_log_new(o);
	struct rep_buf b, c;
	struct rep_err err;

	MUST(again != NULL);
	rep_buf_init(&b, 64 << 20);
	rep_buf_init(&c, 64 << 20);
	rep_mail_log_save(m, &b);
	MUST(rep_mail_log_load(again, rep_buf_str(&b), &err) == REP_OK);
	rep_mail_log_save(again, &c);
	MUST(b.n == c.n && !b.full);
	rep_buf_fini(&b);
	rep_buf_fini(&c);
	rep_mail_log_free(again);
}

static struct rep_mail_log *
the_log(void)
{
	static struct rep_streams *streams;
	static struct rep_mail_log *m;
	static unsigned executions;
	static struct rep_mail_log_params o = { .key = &key, .now_s = NOW };

	if (!fuzz_anew(&executions))
		return m;
	if (m != NULL)
		save_and_load(m, &o);
	rep_mail_log_free(m);
	rep_streams_free(streams);
	o.know = built_in();
	o.streams = streams = rep_streams_new(NULL, 0);
	o.relay.route_of = route_of;
	m = rep_mail_log_new(&o);
	MUST(streams != NULL && m != NULL);
	rep_mail_log_file(m, "fuzz.log", NOW);
	return m;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_mail_log *m = the_log();
	struct rep_str s = { (const char *)data, size };
	unsigned facts = 0;
	uint64_t number = 0;

	(void)rep_log_first_time(s, NOW, NOW);
	for (size_t i = 0, n; i <= s.n && number < 1000; i = n + 1) {
		enum rep_line_kind kind;
		struct rep_err err; /* not cleared, because this runs for every line */
		int64_t at_s;

		err.msg[0] = '\0';
		n = rep_str_chr(s, '\n', i);
		MUST(rep_mail_log_line(m, rep_str_sub(s, i, (n == SIZE_MAX ? s.n : n) - i),
			 ++number, n == SIZE_MAX, on_fact, &facts, &kind, &at_s, &err) == REP_OK);
		MUST(kind != REP_LINE_BAD || err.msg[0] != '\0');
		MUST(kind != REP_LINE_UNFINISHED || n == SIZE_MAX);
		if (n == SIZE_MAX)
			break;
	}
	return 0;
}
