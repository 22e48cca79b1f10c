/*
 * reputed tls report [DOMAIN]: how much mail came encrypted as the policy asks, and why other sessions failed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/one_line.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/grid.h"
#include "cli/proofs.h"
#include "cli/reported_args.h"
#include "cli/net.h"
#include "engine/tls_reports.h"

#include <stdio.h>

enum {
	SINCE_DAYS = 30,
	ARENA_MAX = 512 << 20,
	OUT_MAX = 64 << 20,
	SENTENCE = 3000,
	STEPS = 10,
	FURTHER_DAYS = 400
};

/* What each result means, and what to do (RFC 8460 4.3, RFC 8461, RFC 7672). In a text, @ is the domain. */
static const struct tls_cure {
	const char *text;
	const char *option; /* of reputed check, which looks at it; NULL: it cannot */
} cures[] = {
	[REP_TLS_NO_STARTTLS] = { "The host did not offer STARTTLS. Look whether it offers it to everybody, also "
				  "behind a firewall or filter that removes it.",
	    " --starttls" },
	[REP_TLS_HOST_MISMATCH] = { "The certificate does not have the name of this MX host. Get one with that name, or "
				    "correct the MX record or the policy.",
	    NULL },
	[REP_TLS_EXPIRED] = { "The certificate had ended. Renew it, and see that the mail server is reloaded when it "
			      "is renewed.",
	    NULL },
	[REP_TLS_NOT_TRUSTED] = { "The sender does not trust the certificate: it is self-signed, or the server does not "
				  "send the certificates between it and the root. Serve the whole chain.",
	    NULL },
	[REP_TLS_VALIDATION] = { "The certificate could not be checked for a reason that has no word of its own; what "
				 "the reporter adds is all that is known.",
	    NULL },
	[REP_TLS_TLSA_INVALID] = { "The TLSA records do not fit the certificate. After a new certificate publish its "
				   "TLSA record first, and switch a TTL later.",
	    NULL },
	[REP_TLS_DNSSEC_INVALID] = { "DNSSEC of the domain or of the MX host does not validate: look at DS records and "
				     "signatures.",
	    NULL },
	[REP_TLS_DANE_REQUIRED] = { "The sender demands DANE, and this host has no usable TLSA record.",
	    NULL },
	[REP_TLS_STS_FETCH] = { "The policy of MTA-STS could not be fetched: https://mta-sts.@/.well-known/mta-sts.txt "
				"must answer with a valid certificate.",
	    "" },
	[REP_TLS_STS_INVALID] = { "The policy of MTA-STS does not parse, or names other hosts than the MX.",
	    "" },
	[REP_TLS_STS_WEBPKI] = { "The web server of the MTA-STS policy has a certificate that is not valid for "
				 "mta-sts.@ itself.",
	    "" },
};

static struct rep_str
shown(struct rep_str s, struct rep_arena *a)
{
	char line[400];

	return rep_arena_printf(a, "%s", rep_one_line(s, NULL, 0, line, sizeof line));
}

static struct rep_str
word_of(const struct rep_tls_trouble *t)
{
	const struct rep_said said = { .v = t->result, .raw = t->raw };

	return t->result == 0 ? REP_S("no reason given") : rep_word_text(&rep_tls_results, &said);
}

/* --- text ---------------------------------------------------------------------------------------------------- */

static void
summary(struct rep_buf *b, const struct rep_tls_reports_answer *r, struct rep_str domain,
    struct rep_arena *a)
{
	const struct rep_tls_answer *is = &r->is;
	struct rep_str whose = rep_str_or(domain, REP_S("all your domains"));
	char n1[32], n2[32], n3[32], from[REP_TIME_TEXT], until[REP_TIME_TEXT];

	rep_out_paragraph(b,
	    rep_arena_printf(a,
		"%.*s: %s session%s of other mail servers from %s to %s, as %s of them report%s; %s",
		REP_PR(whose), rep_out_number((uint64_t)(is->successful + is->failed), n1),
		rep_plural((uint64_t)(is->successful + is->failed)), rep_out_day(is->from_s, from),
		rep_out_day(is->until_s, until), rep_out_number(is->reporters, n2),
		is->reporters == 1 ? "s" : "",
		is->failed == 0
		    ? "all were encrypted as the policy asks."
		    : rep_arena_printf(a, "%s failed: mail may have waited, or come unencrypted.",
			  rep_out_number((uint64_t)is->failed, n3))
			  .p));
}

enum { DOMAIN, POLICY, REPORTS, SUCCESSFUL, FAILED, COLUMNS };
static const struct rep_grid_column columns[COLUMNS] = {
	[DOMAIN] = { .title = "DOMAIN", .least = 14, .most = 60, .cut_head = true },
	[POLICY] = { .title = "POLICY" },
	[REPORTS] = { .title = "REPORTS", .right = true, .may_go = true },
	[SUCCESSFUL] = { .title = "SUCCESSFUL", .right = true },
	[FAILED] = { .title = "FAILED", .right = true },
};

static bool
domains(struct rep_buf *b, const struct rep_tls_answer *is, struct rep_arena *a)
{
	struct rep_grid t;

	rep_grid_init(&t, columns, COLUMNS, a);
	for (size_t i = 0; i < is->domains_n; i++) {
		const struct rep_tls_domain *d = &is->domains[i];
		const char *type = rep_word(&rep_tls_policy_types, d->type);

		rep_grid_row(&t);
		rep_grid_cell(&t, DOMAIN, rep_str_or(shown(d->domain, a), REP_S("(not named)")));
		rep_grid_cell(&t, POLICY, rep_str_c(type != NULL ? type : "?"));
		rep_grid_number(&t, REPORTS, d->reports);
		rep_grid_number(&t, SUCCESSFUL, (uint64_t)d->successful);
		rep_grid_number(&t, FAILED, (uint64_t)d->failed);
		rep_grid_paint(&t, d->failed > 0 ? REP_RED : REP_GREEN);
	}
	return rep_grid_print(&t, b);
}

/* Ends the paragraph with what to do, for the domain, and with the command that looks at it. */
static void
what_to_do(
    struct rep_buf *out, struct rep_buf *b, const struct rep_tls_trouble *t, struct rep_arena *a)
{
	const struct tls_cure none = { "", NULL },
			      *v = t->result < REP_COUNT(cures) && cures[t->result].text != NULL
	    ? &cures[t->result]
	    : &none;
	bool named = rep_out_may_paste(t->domain), command = named && v->option != NULL;
	struct rep_str text = rep_str_c(v->text),
		       domain = named ? t->domain : REP_S("(the domain)");
	size_t at = rep_str_chr(text, '@', 0);

	rep_buf_add(b, rep_str_sub(text, 0, at == SIZE_MAX ? text.n : at));
	if (at != SIZE_MAX) {
		rep_buf_add(b, domain);
		rep_buf_add(b, rep_str_sub(text, at + 1, text.n));
	}
	if (command)
		rep_buf_printf(b, " See what reputed finds:");
	rep_out_wrap(out, rep_str_trim(rep_buf_str(b)), 0, 3);
	rep_buf_addc(out, '\n');
	if (command)
		rep_out_command(out, 5,
		    rep_arena_printf(a, "reputed check %.*s%s", REP_PR(t->domain), v->option));
}

/* A stranger's words: on a line of their own, so that nobody takes them for those of reputed. */
static void
quoted(struct rep_buf *out, struct rep_str info, struct rep_arena *a)
{
	struct rep_buf b;

	info = shown(info, a);
	if (info.n == 0)
		return;
	rep_buf_init(&b, SENTENCE);
	rep_buf_printf(&b, "The reporter adds: \"");
	for (size_t i = 0; i < info.n; i++)
		rep_buf_addc(&b, info.p[i] == '"' ? '\'' : info.p[i]);
	rep_buf_addc(&b, '"');
	rep_buf_printf(out, "   ");
	rep_out_wrap(out, rep_buf_str(&b), 3, 3);
	rep_buf_addc(out, '\n');
	rep_buf_fini(&b);
}

static void
troubles(struct rep_buf *out, const struct rep_tls_answer *is, bool all, struct rep_arena *a)
{
	size_t n = all || is->troubles_n < STEPS ? is->troubles_n : STEPS;
	char n1[32], n2[32], from[REP_TIME_TEXT], until[REP_TIME_TEXT];

	for (size_t i = 0; i < n; i++) {
		const struct rep_tls_trouble *t = &is->troubles[i];
		struct rep_str host = shown(t->host, a), word = shown(word_of(t), a),
			       by = shown(t->reporter, a);
		struct rep_buf b;

		if (i == 0)
			rep_buf_printf(
			    out, "\n%sWhat fails%s\n", rep_paint(REP_BOLD), rep_unpaint());
		if (host.n == 0)
			host = shown(t->domain, a);
		rep_buf_init(&b, SENTENCE);
		rep_buf_printf(&b, "%zu. %.*s: %.*s, %s session%s of ", i + 1, REP_PR(host),
		    REP_PR(word), rep_out_number((uint64_t)t->count, n1),
		    rep_plural((uint64_t)t->count));
		if (t->reporters == 1)
			rep_buf_printf(&b, "%.*s", REP_PR(by));
		else
			rep_buf_printf(&b, "%s mail servers, most of %.*s",
			    rep_out_number(t->reporters, n2), REP_PR(by));
		rep_buf_printf(&b, ", %s to %s. ", rep_out_day(t->first_s, from),
		    rep_out_day(t->last_s, until));
		what_to_do(out, &b, t, a);
		quoted(out, t->info, a);
		rep_buf_fini(&b);
	}
	if (n < is->troubles_n)
		rep_out_more(out, is->troubles_n - n);
}

static bool
as_text(struct rep_buf *b, const struct rep_tls_reports_answer *r, struct rep_str domain, bool all,
    struct rep_arena *a)
{
	bool fine = true;
	char n1[32];

	if (r->any == 0) {
		rep_out_paragraph(b,
		    REP_S(
			"No TLS report was read yet. Read the mailbox that the rua of your TLS-RPT record names, or files:"));
		rep_out_command(b, 2, REP_S("reputed ingest PATH"));
		return true;
	}
	if (r->is.reports == 0) {
		if (r->any > r->unsure)
			rep_out_paragraph(b,
			    rep_arena_printf(a,
				"No TLS report%s%.*s is in this time; %s %s kept of other times or domains.%s",
				domain.n > 0 ? " of " : "", REP_PR(domain),
				rep_out_number(r->any - r->unsure, n1),
				r->any - r->unsure == 1 ? "is" : "are",
				r->until_s - r->from_s < FURTHER_DAYS * (int64_t)REP_DAY_S
				    ? " Look further back: --since 400d"
				    : ""));
	} else {
		summary(b, r, domain, a);
		rep_buf_addc(b, '\n');
		fine = domains(b, &r->is, a);
		troubles(b, &r->is, all, a);
	}
	rep_cli_unproven_text(b, r->unsure, 0, r->waiting, r->named);
	return fine;
}

/* --- JSON ----------------------------------------------------------------------------------------------------- */

static void
as_json(struct rep_buf *b, const struct rep_tls_reports_answer *r, struct rep_str domain)
{
	const struct rep_tls_answer *is = &r->is;
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_str_or_null(&j, "domain", domain);
	rep_json_time_or_null(&j, "from", is->from_s);
	rep_json_time_or_null(&j, "until", is->until_s);
	rep_json_int(&j, "reports", (int64_t)is->reports);
	rep_json_int(&j, "reporters", (int64_t)is->reporters);
	rep_json_int(&j, "successful", is->successful);
	rep_json_int(&j, "failed", is->failed);
	rep_json_arr(&j, "domains");
	for (size_t i = 0; i < is->domains_n; i++) {
		rep_json_obj(&j, NULL);
		rep_json_str_or_null(&j, "domain", is->domains[i].domain);
		rep_json_cstr(&j, "policy", rep_word(&rep_tls_policy_types, is->domains[i].type));
		rep_json_int(&j, "reports", (int64_t)is->domains[i].reports);
		rep_json_int(&j, "successful", is->domains[i].successful);
		rep_json_int(&j, "failed", is->domains[i].failed);
		rep_json_end_obj(&j);
	}
	rep_json_end_arr(&j);
	rep_json_arr(&j, "failures");
	for (size_t i = 0; i < is->troubles_n; i++) {
		const struct rep_tls_trouble *t = &is->troubles[i];

		rep_json_obj(&j, NULL);
		rep_json_str_or_null(&j, "domain", t->domain);
		rep_json_str_or_null(&j, "host", t->host);
		rep_json_str_or_null(
		    &j, "result", t->result != 0 ? word_of(t) : (struct rep_str){ "", 0 });
		rep_json_int(&j, "sessions", t->count);
		rep_json_int(&j, "reporters", (int64_t)t->reporters);
		rep_json_str_or_null(&j, "reporter", t->reporter);
		rep_json_time_or_null(&j, "first", t->first_s);
		rep_json_time_or_null(&j, "last", t->last_s);
		rep_json_str_or_null(&j, "info", t->info);
		rep_json_end_obj(&j);
	}
	rep_json_end_arr(&j);
	rep_json_int(&j, "unproven_reports", (int64_t)r->unsure);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

/* --- the command ----------------------------------------------------------------------------------------------- */

int
rep_cmd_tls(struct rep_cli *c)
{
	int64_t length_s = (int64_t)SINCE_DAYS * REP_DAY_S;
	struct rep_tls_reports_answer r;
	struct rep_err err = { .msg = "out of memory" };
	struct rep_str domain;
	struct rep_store *store;
	struct rep_arena *a;
	struct rep_buf b;

	if (c->args_n == 0 || c->args_n > 2 || strcmp(c->args[0], "report") != 0) {
		rep_cli_usage(c, "tls report [DOMAIN]");
		return REP_EXIT_USAGE;
	}
	if (!rep_cli_since(c, &length_s) || !rep_cli_reported_domain(c, &domain) ||
	    (store = rep_cli_reading_reports(c)) == NULL)
		return c->worst;
	rep_buf_init(&b, OUT_MAX);
	a = rep_arena_new(ARENA_MAX);
	if (a == NULL ||
	    rep_tls_reports_answer(&c->session, store, domain, length_s, NULL, a, &r, &err) !=
		REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	} else {
		if (c->json)
			as_json(&b, &r, domain);
		else if (!as_text(&b, &r, domain, c->session.all, a))
			b.full = true;
		if (!rep_out_flush(&b))
			rep_cli_note(c, REP_EXIT_FAILED);
		if (r.is.failed > 0)
			rep_cli_note(c, REP_EXIT_TROUBLE);
	}
	rep_buf_fini(&b);
	rep_arena_free(a);
	rep_store_close(store);
	return c->worst;
}
