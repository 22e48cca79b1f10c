/*
 * reputed ingest: its options, and the report on what was read (engine/ingest.h does the reading).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"
#include "base/time.h"
#include "cli/aggregate_out.h"
#include "cli/net.h"
#include "cli/out.h"
#include "cli/proofs.h"
#include "cli/report_out.h"
#include "cli/waits_text.h"
#include "cli/whole_out.h"
#include "engine/ingest.h"

#include <stdio.h>
#include <unistd.h>

enum { FLUSH_AT = 1 << 16, WAITS_BYTES = 8 << 20 };

struct ingest {
	struct rep_cli *c;
	struct rep_ingest *engine;
	struct rep_ingest_counts counts;
	struct rep_buf out, json;
	struct rep_aggregate_out aggregate;
	struct rep_json summary; /* written into json */
	struct rep_buf notices;	 /* the first bounces and delays, a line each */
	uint64_t notices_n;
	uint64_t listings;   /* listings of a queue that were read */
	uint64_t stop_after; /* tests only: REPUTED_STOP_AFTER_COMMIT */
};

/* --- facts of a dry run ---------------------------------------------------------------------- */

static void
print_fact(struct ingest *g, const struct rep_fact *f, const struct rep_sources *known)
{
	const struct rep_ip *public = rep_sources_public(known, f->label);
	char ip[REP_IP_TEXT], enh[24], when[REP_TIME_TEXT];
	struct rep_json j;

	rep_json_init(&j, &g->out);
	rep_json_obj(&j, NULL);
	rep_json_cstr(&j, "kind", f->status == REP_STATUS_NONE ? "sample" : "delivery");
	rep_json_cstr(&j, "time", rep_time_text(f->at_s, when));
	rep_json_str_or_null(
	    &j, "source", public != NULL ? rep_str_c(rep_ip_text(public, ip)) : f->label);
	rep_json_str_or_null(&j, "source_label", f->label);
	rep_json_str_or_null(&j, "route", f->route);
	rep_json_str_or_null(&j, "provider", f->provider);
	rep_json_str_or_null(&j, "provider_domain", f->provider_domain);
	rep_json_str_or_null(&j, "host", f->host);
	rep_json_cstr(&j, "host_ip", f->host_ip.version != 0 ? rep_ip_text(&f->host_ip, ip) : NULL);
	rep_json_str_or_null(&j, "sender_domain", f->sender_domain);
	rep_json_str_or_null(&j, "stream", f->stream);
	rep_json_str_or_null(&j, "recipient", f->recipient);
	rep_json_str_or_null(&j, "recipient_domain", f->recipient_domain);
	rep_json_cstr(&j, "status", rep_status_word(f->status));
	if (f->code != 0)
		rep_json_int(&j, "code", f->code);
	else
		rep_json_null(&j, "code");
	snprintf(enh, sizeof enh, "%d.%d.%d", f->enh[0], f->enh[1], f->enh[2]);
	rep_json_cstr(&j, "enhanced", f->enh[0] != 0 ? enh : NULL);
	rep_json_cstr(&j, "stage", rep_stage_word(f->stage));
	rep_json_cstr(&j, "class", rep_class_word(f->class));
	rep_json_cstr(&j, "scope", rep_scope_word(f->scope));
	rep_json_str_or_null(&j, "rule", f->rule);
	rep_json_bool(&j, "certain", f->certain);
	rep_json_bool(&j, "evidence", f->evidence);
	rep_json_str_or_null(&j, "text", f->text);
	rep_json_str_or_null(&j, "message_id", f->message_id);
	rep_json_str_or_null(&j, "queue_id", f->queue_id);
	if (f->delay_s >= 0)
		rep_json_real(&j, "delay_s", f->delay_s, 2);
	else
		rep_json_null(&j, "delay_s");
	rep_json_obj(&j, "input");
	rep_json_cstr(&j, "file", f->file);
	rep_json_int(&j, "line", (int64_t)f->line);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	rep_buf_addc(&g->out, '\n');
}

static void
print_fact_text(struct ingest *g, const struct rep_fact *f)
{
	struct rep_str rule = rep_str_or(f->rule, REP_S("-")), text = rep_str_sub(f->text, 0, 200);
	char when[REP_TIME_TEXT];

	rep_buf_printf(&g->out, "%s %.*s %.*s %s %s %.*s <%.*s> %.*s\n",
	    rep_time_text(f->at_s, when), REP_PR(f->label), REP_PR(f->provider),
	    f->status == REP_STATUS_NONE ? "sample" : rep_status_word(f->status),
	    rep_class_word(f->class), REP_PR(rule), REP_PR(f->recipient), REP_PR(text));
}

static enum rep_rc
flush(struct ingest *g, struct rep_err *err)
{
	if (g->out.n > FLUSH_AT && !rep_out_flush(&g->out))
		return rep_fail(err, REP_EIO, "some facts could not be printed");
	return REP_OK;
}

static enum rep_rc
on_fact(void *ctx, const struct rep_fact *f, const struct rep_sources *known, struct rep_err *err)
{
	struct ingest *g = ctx;

	if (g->c->json)
		print_fact(g, f, known);
	else
		print_fact_text(g, f);
	return flush(g, err);
}

static enum rep_rc
on_report(void *ctx, const struct rep_report *p, const struct rep_meaning *m,
    const struct rep_sources *known, const struct rep_place *at, struct rep_err *err)
{
	struct ingest *g = ctx;

	if (g->c->json)
		rep_report_json(&g->out, p, m, known, at);
	else
		rep_report_text(&g->out, p, m);
	return flush(g, err);
}

static enum rep_rc
on_aggregate(
    void *ctx, const struct rep_unpacked *item, const struct rep_place *at, struct rep_err *err)
{
	struct ingest *g = ctx;

	if (g->c->json)
		rep_aggregate_json(&g->aggregate, &g->out, item, at);
	else
		rep_aggregate_text(&g->out, item, at);
	return flush(g, err);
}

static void
on_forget(void *ctx, const struct rep_place *at)
{
	struct ingest *g = ctx;

	if (g->c->json)
		rep_aggregate_json_broken(&g->aggregate, &g->out, at);
}

static enum rep_rc
on_whole(
    void *ctx, const struct rep_unpacked *item, const struct rep_place *at, struct rep_err *err)
{
	struct ingest *g = ctx;

	if (g->c->json)
		rep_whole_json(&g->out, item, at);
	else
		rep_whole_text(&g->out, item, at);
	return flush(g, err);
}

/* What the first few bounces and notices say, each in a line. */
static void
on_notice(void *ctx, const struct rep_report *p, const struct rep_meaning *m)
{
	enum { TOLD = 3, WORDS = 100 };
	const struct rep_heard *h = &m->heard;
	struct rep_str rule = h->reading.rule != NULL ? h->reading.rule->id : REP_S("no rule");
	struct rep_str by = h->provider != NULL ? h->provider->in_sentence
						: rep_str_or(h->host, REP_S("the receiver"));
	struct rep_str words = rep_str_sub(h->words, 0, WORDS);
	char span[REP_TIME_TEXT], since[REP_TIME_TEXT + 8] = "";
	struct ingest *g = ctx;
	struct rep_buf line;

	if (g->notices_n++ >= TOLD || g->c->json)
		return;
	if (p->action == REP_ACTION_DELAYED && p->arrival_s > 0 && p->arrival_s < p->at_s)
		snprintf(
		    since, sizeof since, " for %s", rep_time_span(p->at_s - p->arrival_s, span));
	rep_buf_init(&line, 1 << 12);
	rep_buf_printf(&line, "%s%s by %.*s: %s (%.*s): %.*s%s",
	    p->action == REP_ACTION_DELAYED ? "delayed" : "bounced", since, REP_PR(by),
	    rep_class_word(h->class), REP_PR(rule), REP_PR(words),
	    h->words.n > words.n ? " ..." : "");
	rep_buf_add(&g->notices, REP_S("  "));
	rep_out_wrap(&g->notices, rep_buf_str(&line), 2, 4);
	rep_buf_addc(&g->notices, '\n');
	rep_buf_fini(&line);
}

/* --- what was read ------------------------------------------------------------------------------- */

static void
on_committed(void *ctx, uint64_t n)
{
	const struct ingest *g = ctx;

	if (g->stop_after != 0 && n >= g->stop_after)
		_exit(70);
}

static void
on_log(void *ctx, const struct rep_ingest_log *l)
{
	char a[32], b[32], c[32], from[REP_TIME_TEXT], to[REP_TIME_TEXT];
	struct ingest *g = ctx;

	if (l->bad > 0)
		rep_cli_say(
		    "%s: %s of %s lines could not be read and were skipped; the rest was used",
		    l->name, rep_out_number(l->bad, a), rep_out_number(l->lines, b));
	if (g->c->dry_run)
		return;
	if (g->c->json) {
		rep_json_obj(&g->summary, NULL);
		rep_json_cstr(&g->summary, "file", l->name);
		rep_json_int(&g->summary, "lines", (int64_t)l->lines);
		rep_json_int(&g->summary, "skipped", (int64_t)l->bad);
		rep_json_int(&g->summary, "new", (int64_t)l->fresh);
		rep_json_int(&g->summary, "known", (int64_t)l->known);
		rep_json_end_obj(&g->summary);
		return;
	}
	rep_buf_printf(&g->out, "%s: ", l->name);
	rep_out_count(&g->out, l->lines, "new line", "new lines");
	rep_buf_add(&g->out, REP_S(", "));
	rep_out_count(&g->out, l->fresh, "new delivery", "new deliveries");
	if (l->known > 0)
		rep_buf_printf(&g->out, " (%s known already)", rep_out_number(l->known, c));
	if (l->first_s != 0)
		rep_buf_printf(&g->out, ", %s to %s", rep_time_text(l->first_s, from),
		    rep_time_text(l->last_s, to));
	rep_buf_addc(&g->out, '\n');
}

static void
on_listing(void *ctx, const char *name, uint64_t messages)
{
	struct ingest *g = ctx;
	char n[32];

	g->listings++;
	if (!g->c->json && !g->c->dry_run)
		rep_buf_printf(&g->out, "%s: a listing of the queue, %s message%s wait%s in it\n",
		    name, rep_out_number(messages, n), rep_plural(messages),
		    messages == 1 ? "s" : "");
}

/* What waits, and deliveries that are not in what was read. */
static enum rep_rc
say_waits(struct ingest *g, struct rep_err *err)
{
	struct rep_arena *a = rep_arena_new(WAITS_BYTES);
	struct rep_waits w;
	enum rep_rc rc;

	if (a == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = rep_ingest_waits(g->engine, a, &w, err)) == REP_OK) {
		if (g->c->json)
			rep_waits_json(&g->summary, &w);
		else
			rep_waits_unseen_text(&g->out, &w);
	}
	rep_arena_free(a);
	return rc;
}

static void
say_count(struct ingest *g, uint64_t n, const char *one, const char *many)
{
	if (n == 0)
		return;
	rep_buf_add(&g->out, REP_S("; "));
	rep_out_count(&g->out, n, one, many);
}

/* What came of all documents. Prints nothing when there were none. */
static void
say_documents(struct ingest *g)
{
	const struct rep_documents_counts *n = &g->counts.documents;
	const struct rep_reports_kept *r = &g->counts.reports;
	const struct rep_kept *k = &g->counts.kept;
	char a[32], e[32];

	if (n->documents == 0)
		return;
	if (k->unmatched > 0)
		rep_cli_say(
		    "%s complaint%s about mail that was not found in your logs, neither by the "
		    "sender's domain and address nor by the Message-ID; reputed complaints counts "
		    "them",
		    rep_out_number(k->unmatched, a), k->unmatched == 1 ? " is" : "s are");
	if (g->c->json)
		return;
	rep_out_count(&g->out, n->documents, "document: ", "documents: ");
	rep_out_count(&g->out, k->bounces, "new bounce, ", "new bounces, ");
	rep_out_count(&g->out, k->deliveries, "new delivery, ", "new deliveries, ");
	rep_out_count(&g->out, k->complaints, "new complaint", "new complaints");
	if (k->known > 0)
		rep_buf_printf(&g->out, " (%s known already)", rep_out_number(k->known, e));
	if (k->delays > 0)
		rep_buf_printf(&g->out, ", %s new notice%s of delay", rep_out_number(k->delays, e),
		    rep_plural(k->delays));
	if (r->fresh + r->replaced > 0)
		rep_buf_printf(&g->out, ", %s new aggregate report%s", rep_out_number(r->fresh, e),
		    rep_plural(r->fresh));
	if (r->replaced > 0)
		rep_buf_printf(&g->out, " (%s took the place of an earlier one)",
		    rep_out_number(r->replaced, e));
	if (r->known > 0)
		rep_buf_printf(&g->out, ", %s aggregate report%s known already",
		    rep_out_number(r->known, e), rep_plural(r->known));
	if (k->notices + k->no_fact > 0)
		rep_buf_printf(&g->out, "; %s other notice%s",
		    rep_out_number(k->notices + k->no_fact, a),
		    rep_plural(k->notices + k->no_fact));
	say_count(
	    g, g->counts.tls.fresh + g->counts.tls.replaced, "new TLS report", "new TLS reports");
	say_count(g, g->counts.tls.known, "TLS report known already", "TLS reports known already");
	say_count(g, g->counts.failures.fresh, "new failure report", "new failure reports");
	say_count(g, g->counts.failures.known, "failure report known already",
	    "failure reports known already");
	say_count(g, g->counts.failures.old,
	    "failure report of a message older than 90 days not kept",
	    "failure reports of messages older than 90 days not kept");
	if (n->nothing > 0)
		rep_buf_printf(&g->out, "; %s of other kinds", rep_out_number(n->nothing, a));
	rep_buf_addc(&g->out, '\n');
	if (g->notices_n == k->bounces + k->delays && g->notices_n <= 3)
		rep_buf_add(&g->out, rep_buf_str(&g->notices));
}

static void
json_documents(struct ingest *g, struct rep_json *j)
{
	const struct rep_documents_counts *n = &g->counts.documents;
	const struct rep_kept *k = &g->counts.kept;

	rep_json_obj(j, "documents");
	rep_json_int(j, "read", (int64_t)n->documents);
	rep_json_int(j, "unreadable", (int64_t)n->unreadable);
	rep_json_int(j, "nothing", (int64_t)n->nothing);
	rep_json_int(j, "bounces", (int64_t)k->bounces);
	rep_json_int(j, "deliveries", (int64_t)k->deliveries);
	rep_json_int(j, "complaints", (int64_t)k->complaints);
	rep_json_int(j, "unmatched", (int64_t)k->unmatched);
	rep_json_int(j, "delays", (int64_t)k->delays);
	rep_json_int(j, "notices", (int64_t)(k->notices + k->no_fact));
	rep_json_int(j, "known", (int64_t)k->known);
	rep_json_int(j, "aggregate_reports", (int64_t)g->counts.reports.fresh);
	rep_json_int(j, "aggregate_reports_replaced", (int64_t)g->counts.reports.replaced);
	rep_json_int(j, "aggregate_reports_known", (int64_t)g->counts.reports.known);
	rep_json_int(j, "tls_reports", (int64_t)g->counts.tls.fresh);
	rep_json_int(j, "tls_reports_replaced", (int64_t)g->counts.tls.replaced);
	rep_json_int(j, "tls_reports_known", (int64_t)g->counts.tls.known);
	rep_json_int(j, "dmarc_failures", (int64_t)g->counts.failures.fresh);
	rep_json_int(j, "dmarc_failures_known", (int64_t)g->counts.failures.known);
	rep_json_int(j, "dmarc_failures_old", (int64_t)g->counts.failures.old);
	rep_json_end_obj(j);
}

/* --- all inputs ----------------------------------------------------------------------------------- */

static enum rep_rc
dry_run(struct ingest *g, struct rep_order *order, struct rep_err *err)
{
	enum rep_rc rc;

	for (size_t i = 0; i < order->n; i++)
		if ((rc = rep_ingest_learn(g->engine, &order->v[i], err)) != REP_OK)
			return rc;
	if ((rc = rep_ingest_learnt(g->engine, err)) != REP_OK)
		return rc;
	for (size_t i = 0; i < order->n; i++)
		if ((rc = rep_ingest_input(g->engine, &order->v[i], err)) != REP_OK)
			return rc;
	return rep_ingest_settle(g->engine, err);
}

/* Where only reports of receivers were read: what answers from them. */
static void
say_reports(struct ingest *g)
{
	const struct rep_documents_counts *n = &g->counts.documents;

	if (n->aggregates + n->auth_failures > 0)
		rep_buf_add(&g->out, REP_S("Next: reputed dmarc report\n"));
	if (n->tls_reports > 0)
		rep_buf_add(&g->out, REP_S("Next: reputed tls report\n"));
}

static void
say_next(struct ingest *g, uint64_t counted)
{
	const struct rep_kept *k = &g->counts.kept;
	const struct rep_documents_counts *n = &g->counts.documents;
	bool nothing = counted == 0 && g->listings == 0 && g->counts.words == 0 &&
	    k->complaints + k->delays + k->notices + k->no_fact == 0;

	if (g->c->json) {
		rep_json_int(&g->summary, "deliveries", (int64_t)counted);
		rep_json_end_obj(&g->summary);
		rep_buf_addc(&g->json, '\n');
		rep_buf_add(&g->out, rep_buf_str(&g->json));
	} else if (nothing && n->aggregates + n->tls_reports + n->auth_failures > 0) {
		say_reports(g);
	} else if (nothing) {
		rep_buf_printf(&g->out, "No delivery to a provider was found.%s\n",
		    g->c->worst == REP_EXIT_OK ? " Is this the log of the server that sends?" : "");
	} else {
		rep_buf_add(&g->out, REP_S("Next: reputed status, reputed why\n"));
	}
}

/* The service does it for all, from time to time (cli/jobs.h). */
static void
prove(struct ingest *g)
{
	struct rep_proofs p = { .n = 0 };
	struct rep_err dns = { .msg = "" }, why;

	/* What was read is stored: a report that waits is no failure of it. */
	if (g->c->session.inputs == NULL && rep_cli_prove(g->c, &p, &dns, &why) != REP_OK)
		rep_cli_say("the reports that came by mail could not be proven: %s", why.msg);
	if (g->c->json) {
		rep_json_obj(&g->summary, "proofs");
		rep_json_int(&g->summary, "proven", (int64_t)p.proven);
		rep_json_int(&g->summary, "refused", (int64_t)p.refused);
		rep_json_int(&g->summary, "unanswered", (int64_t)p.unanswered);
		rep_json_end_obj(&g->summary);
	} else {
		rep_cli_proofs_text(&g->out, &p, &dns);
	}
}

static enum rep_rc
keep(struct ingest *g, struct rep_order *order, struct rep_err *err)
{
	uint64_t counted = 0;
	enum rep_rc rc;

	rep_json_init(&g->summary, &g->json);
	rep_json_obj(&g->summary, NULL);
	rep_json_arr(&g->summary, "inputs");
	for (size_t i = 0; i < order->n; i++)
		if ((rc = rep_ingest_input(g->engine, &order->v[i], err)) != REP_OK)
			return rc;
	if ((rc = rep_ingest_settle(g->engine, err)) != REP_OK)
		return rc;
	rep_ingest_counts(g->engine, &g->counts);
	rep_json_end_arr(&g->summary);
	json_documents(g, &g->summary);
	say_documents(g);
	if ((rc = say_waits(g, err)) != REP_OK ||
	    (rc = rep_ingest_finish(g->engine, &counted, err)) != REP_OK)
		return rc;
	prove(g);
	say_next(g, counted);
	return REP_OK;
}

static enum rep_rc
ingest(struct ingest *g, struct rep_err *err)
{
	struct rep_cli *c = g->c;
	struct rep_ingest_params o = { .session = &c->session,
		.stated = c->sources.v,
		.stated_n = c->sources.n,
		.dry_run = c->dry_run,
		.rollups_only = c->rollups_only,
		.commit_lines = rep_cli_fault("REPUTED_COMMIT_LINES"),
		.faults = rep_cli_faults(),
		.on = { .fact = on_fact,
		    .report = on_report,
		    .aggregate = on_aggregate,
		    .forget = on_forget,
		    .whole = on_whole,
		    .notice = on_notice,
		    .listing = on_listing,
		    .log = on_log,
		    .committed = on_committed,
		    .ctx = g } };
	struct rep_order order = { 0 };
	struct rep_inputs inputs;
	enum rep_rc rc;

	if ((rc = rep_inputs_expand(&c->session, c->args, c->args_n, &inputs, err)) != REP_OK)
		return rc;
	if ((rc = rep_ingest_open(&o, &g->engine, err)) == REP_OK &&
	    (rc = rep_order_make(&c->session, rep_ingest_reader(g->engine), &inputs, c->dry_run,
		 &order, err)) == REP_OK)
		rc = c->dry_run ? dry_run(g, &order, err) : keep(g, &order, err);
	rep_order_fini(&order);
	rep_ingest_close(g->engine);
	return rc;
}

int
rep_cmd_ingest(struct rep_cli *c)
{
	struct ingest g = { .c = c, .stop_after = rep_cli_fault("REPUTED_STOP_AFTER_COMMIT") };
	struct rep_err err;
	enum rep_rc rc;

	if (c->args_n == 0 && c->session.inputs == NULL) {
		rep_cli_say("which log? reputed ingest /var/log/mail.log, or - for standard input");
		return REP_EXIT_USAGE;
	}
	if (!rep_cli_sources(c) || !rep_cli_dns_options(c))
		return REP_EXIT_USAGE;
	rep_buf_init(&g.out, 64 << 20);
	rep_buf_init(&g.json, 16 << 20);
	rep_buf_init(&g.notices, 1 << 16);
	if ((rc = ingest(&g, &err)) != REP_OK)
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	else if (!rep_out_flush(&g.out))
		rep_cli_note(c, REP_EXIT_FAILED);
	rep_buf_fini(&g.notices);
	rep_buf_fini(&g.json);
	rep_buf_fini(&g.out);
	return c->worst;
}
