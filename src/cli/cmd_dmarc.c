/* reputed dmarc check DOMAIN, report [DOMAIN], path DOMAIN. SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "cli/dmarc_names.h"
#include "cli/dmarc_page.h"
#include "cli/dmarc_path.h"
#include "cli/dmarc_report.h"
#include "cli/dmarc_words.h"
#include "cli/findings_show.h"
#include "cli/net.h"
#include "cli/out.h"
#include "cli/page.h"
#include "cli/reported_args.h"

#include <stdio.h>

enum { OUT_MAX = 64 << 20, ARENA_MAX = 32 << 20 };

struct dmarc_work {
	struct rep_audit_in in;
	struct rep_dmarc dmarc;
	struct rep_findings findings;
};

static bool
turn(void *ctx, const struct rep_dns_view *v, struct rep_arena *a)
{
	struct dmarc_work *w = ctx;

	rep_findings_init(&w->findings, a);
	return rep_audit_dmarc(&w->in, v, &w->dmarc, &w->findings);
}

static enum rep_dmarc_policy
first_said(enum rep_dmarc_policy a, enum rep_dmarc_policy b)
{
	return a != REP_DMARC_UNSAID ? a : b;
}

static void
record_json(struct rep_json *j, const struct dmarc_work *w, const struct rep_dmarc_at *at)
{
	const struct rep_dmarc_record *r = at != NULL ? &at->record : NULL;
	enum rep_dmarc_policy p = REP_DMARC_UNSAID, sp = p, np = p;
	char name[REP_NAME_TEXT];

	if (r != NULL) {
		p = first_said(r->p, REP_DMARC_P_NONE);
		sp = first_said(r->sp, p);
		np = first_said(r->np, sp);
	}
	rep_json_str(j, "record", r != NULL ? r->text : (struct rep_str){ NULL, 0 });
	rep_json_cstr(j, "policy", rep_dmarc_policy_text(p));
	rep_json_cstr(j, "subdomain_policy", rep_dmarc_policy_text(sp));
	rep_json_cstr(j, "np", rep_dmarc_policy_text(np));
	rep_json_cstr(j, "applies",
	    r != NULL ? rep_dmarc_policy_text(rep_dmarc_applies(&w->dmarc, at, &w->in.domain))
		      : NULL);
	rep_json_cstr(j, "org_domain_psl", rep_name_text(&w->dmarc.org_psl, name));
	rep_json_cstr(j, "org_domain_walk", rep_name_text(&w->dmarc.org_walk, name));
	rep_json_cstr(j, "record_domain", at != NULL ? rep_name_text(&at->name, name) : NULL);
	rep_json_cstr(j, "record_domain_psl",
	    w->dmarc.by_psl != NULL ? rep_name_text(&w->dmarc.by_psl->name, name) : NULL);
	rep_json_cstr(j, "adkim", r == NULL ? NULL : r->adkim_strict ? "s" : "r");
	rep_json_cstr(j, "aspf", r == NULL ? NULL : r->aspf_strict ? "s" : "r");
	rep_json_arr(j, "reports_to");
	for (size_t i = 0; r != NULL && i < r->uris; i++)
		rep_json_str(j, NULL, r->uri[i].uri);
	rep_json_end_arr(j);
}

static void
as_json(struct rep_buf *b, const struct dmarc_work *w, const struct rep_dmarc_at *at)
{
	char name[REP_NAME_TEXT];
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_str(&j, "domain", w->in.domain_text);
	record_json(&j, w, at);
	rep_json_arr(&j, "trace");
	for (size_t i = 0; i < w->dmarc.steps; i++) {
		const struct rep_dmarc_at *s = &w->dmarc.step[i];

		rep_json_obj(&j, NULL);
		rep_json_cstr(&j, "name", rep_name_text(&s->name, name));
		rep_json_cstr(
		    &j, "state", s->answer != NULL ? rep_dns_state_text(s->answer->state) : NULL);
		rep_json_int(&j, "records", (int64_t)s->records);
		rep_json_str(
		    &j, "record", s->records == 1 ? s->record.text : (struct rep_str){ NULL, 0 });
		rep_json_arr(&j, "published");
		for (size_t k = 0; s->answer != NULL && k < s->answer->n; k++)
			if (rep_dmarc_is_record(s->answer->rr[k]->data))
				rep_json_str(&j, NULL, s->answer->rr[k]->data);
		rep_json_end_arr(&j);
		rep_json_end_obj(&j);
	}
	rep_json_end_arr(&j);
	rep_findings_json(&j, &w->findings);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

static void
as_text(struct rep_buf *b, const struct dmarc_work *w, const struct rep_dmarc_at *at)
{
	char name[REP_NAME_TEXT], other[REP_NAME_TEXT];
	size_t from;

	if (at != NULL) {
		rep_buf_printf(
		    b, "The DMARC record at _dmarc.%s:\n\n", rep_name_text(&at->name, name));
		rep_net_add(b, at->record.text);
		rep_buf_add(b, REP_S("\n\n"));
		from = b->n;
		rep_buf_add(b, REP_S("For mail of "));
		rep_net_add(b, w->in.domain_text);
		rep_buf_printf(b, " it asks: %s.",
		    rep_dmarc_policy_text(rep_dmarc_applies(&w->dmarc, at, &w->in.domain)));
		rep_out_fit(b, from, 0);
		rep_buf_addc(b, '\n');
	}
	from = b->n;
	rep_buf_printf(b,
	    "Organizational domain: %s by the tree walk (RFC 9989), %s by the Public Suffix List "
	    "(RFC 7489).",
	    rep_name_text(&w->dmarc.org_walk, name), rep_name_text(&w->dmarc.org_psl, other));
	rep_out_fit(b, from, 0);
	rep_buf_add(b, REP_S("\n\nThe tree walk:\n"));
	for (size_t i = 0; i < w->dmarc.steps; i++) {
		const struct rep_dmarc_at *s = &w->dmarc.step[i];

		rep_name_text(&s->name, name);
		for (size_t k = 0; s->records > 0 && k < s->answer->n; k++) {
			if (!rep_dmarc_is_record(s->answer->rr[k]->data))
				continue;
			from = b->n;
			rep_buf_printf(b, "  _dmarc.%s  ", name);
			rep_net_add(b, s->answer->rr[k]->data);
			rep_out_fit(b, from, 4);
			rep_buf_addc(b, '\n');
		}
		if (s->records == 0)
			rep_buf_printf(b, "  _dmarc.%s  %s\n", name,
			    s->answer == NULL ? "no name"
				: s->answer->state == REP_DNS_YES
				? "no DMARC record"
				: rep_dns_state_text(s->answer->state));
	}
	rep_buf_addc(b, '\n');
	rep_findings_text(b, &w->findings);
}

/* --- reputed dmarc report, path ------------------------------------------------------------------------------- */

enum { REPORT_ARENA = 1 << 30 };

/* Writes what was asked for. */
static enum rep_rc
report(struct rep_cli *c, struct rep_reports_answer *r, struct rep_str domain, struct rep_buf *b,
    struct rep_arena *a, struct rep_err *err)
{
	struct rep_report_strangers strangers;
	enum rep_rc rc = rep_report_strangers(&r->reported, &r->is, a, &strangers, err);

	if (rc != REP_OK)
		return rc;
	if (rep_dmarc_names_wanted(c))
		rep_dmarc_names(c, r, &strangers, a);
	if (c->json)
		rc = rep_dmarc_report_json(b, r, &strangers, domain, a, err);
	else if (c->csv)
		rc = rep_dmarc_report_csv(b, r, a, err);
	else if (c->html)
		rc = rep_dmarc_page(b, r, &strangers, domain, c->session.all, a, err);
	else if (!rep_dmarc_report_text(b, r, &strangers, domain, c->session.all, a))
		rc = rep_fail(err, REP_EMEM, "out of memory");
	if (rep_dmarc_report_trouble(r))
		rep_cli_note(c, REP_EXIT_TROUBLE);
	return rc;
}

static enum rep_rc
path(struct rep_cli *c, struct rep_reports_answer *r, struct rep_str domain, struct rep_buf *b,
    struct rep_arena *a, struct rep_err *err)
{
	struct rep_report_path p;
	enum rep_rc rc = rep_report_path(&r->reported, &r->is, a, &p, err);

	if (rc != REP_OK)
		return rc;
	if (rep_dmarc_names_wanted(c))
		rep_dmarc_names(c, r, &p.strangers, a);
	if (c->json)
		rep_dmarc_path_json(b, r, &p, domain, a);
	else if (!rep_dmarc_path_text(b, r, &p, domain, c->session.all, a))
		rc = rep_fail(err, REP_EMEM, "out of memory");
	if (!rep_dmarc_path_safe(&p))
		rep_cli_note(c, REP_EXIT_TROUBLE);
	return rc;
}

/* As it is: RFC 4180 ends lines with CR LF, which rep_out_flush would not let through. Every value is tamed already. */
static bool
flush_csv(struct rep_buf *b)
{
	if (!b->full && fwrite(b->p, 1, b->n, stdout) == b->n && fflush(stdout) == 0)
		return true;
	rep_cli_say("the CSV could not be written whole");
	return false;
}

/* As a page, or as it is. */
static bool
flush(struct rep_buf *b, const struct rep_reports_answer *r, struct rep_str domain,
    struct rep_arena *a)
{
	struct rep_str whose = rep_str_or(domain, REP_S("all domains")),
		       title = rep_arena_printf(a, "DMARC report of %.*s", REP_PR(whose));

	return rep_page_flush(b, title.n > 0 ? title.p : "DMARC report",
	    "From reports of receivers up to", r->is.until_s);
}

/* What reports answer: of a domain (for a path), or of all. */
static int
from_reports(struct rep_cli *c, bool is_path)
{
	struct rep_reports_ask ask = { .length_s = (int64_t)REP_DMARC_SINCE_DAYS * REP_DAY_S };
	struct rep_known_senders senders = { NULL, NULL };
	struct rep_reports_answer r;
	struct rep_err err = { .msg = "out of memory" };
	struct rep_store *store;
	struct rep_arena *a;
	struct rep_buf b;

	if (is_path && c->args_n == 1)
		rep_cli_say("dmarc path wants a domain: the policy is that of one domain");
	if (c->args_n > 2 || (is_path && c->args_n != 2)) {
		rep_cli_usage(c, is_path ? "dmarc path DOMAIN" : "dmarc report [DOMAIN]");
		return REP_EXIT_USAGE;
	}
	if (c->csv && (is_path || c->json || c->html)) {
		rep_cli_say("--csv works with dmarc report only, not with --json or --html");
		return REP_EXIT_USAGE;
	}
	if (c->names && c->csv) {
		rep_cli_say("--names does not work with --csv, which has no column for them");
		return REP_EXIT_USAGE;
	}
	if (c->html && (is_path || c->json)) {
		rep_cli_say("--html works with dmarc report only, not with --json or --csv");
		return REP_EXIT_USAGE;
	}
	if (!rep_cli_since(c, &ask.length_s) || !rep_cli_reported_domain(c, &ask.domain) ||
	    (store = rep_cli_reading_reports(c)) == NULL)
		return c->worst;
	rep_out_structure(c->html);
	rep_buf_init(&b, OUT_MAX);
	a = rep_arena_new(REPORT_ARENA);
	ask.senders = &senders;
	if (a == NULL || rep_known_senders_load(&c->session, &senders, &err) != REP_OK ||
	    rep_reports_answer(&c->session, store, &ask, a, &r, &err) != REP_OK ||
	    (is_path ? path : report)(c, &r, ask.domain, &b, a, &err) != REP_OK)
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	else if (!(c->csv ? flush_csv(&b) : flush(&b, &r, ask.domain, a)))
		rep_cli_note(c, REP_EXIT_FAILED);
	rep_buf_fini(&b);
	rep_arena_free(a);
	rep_known_senders_fini(&senders);
	rep_store_close(store);
	return c->worst;
}

int
rep_cmd_dmarc(struct rep_cli *c)
{
	const struct rep_dmarc_at *at;
	static struct dmarc_work w;
	struct rep_resolver *r = NULL;
	struct rep_arena *a;
	struct rep_buf b;
	bool dead;

	if (c->args_n > 0 && strcmp(c->args[0], "report") == 0)
		return from_reports(c, false);
	if (c->args_n > 0 && strcmp(c->args[0], "path") == 0)
		return from_reports(c, true);
	if (c->csv || c->html || c->names || c->args_n != 2 || strcmp(c->args[0], "check") != 0) {
		rep_cli_usage(c, "dmarc check DOMAIN | dmarc report [DOMAIN] | dmarc path DOMAIN");
		return REP_EXIT_USAGE;
	}
	if (!rep_cli_domain(c, c->args[1], &w.in.domain, &w.in.domain_text) ||
	    !rep_cli_resolver(c, &r))
		return c->worst;
	a = rep_arena_new(ARENA_MAX);
	if (a != NULL && rep_cli_evaluate(c, r, a, turn, &w)) {
		dead = rep_cli_dns_dead(c, r, &w.findings);
		at = w.dmarc.by_walk != NULL ? w.dmarc.by_walk : w.dmarc.by_psl;
		rep_buf_init(&b, OUT_MAX);
		rep_findings_sort(&w.findings);
		if (c->json)
			as_json(&b, &w, at);
		else if (!dead)
			as_text(&b, &w, at);
		if (!rep_out_flush(&b))
			rep_cli_note(c, REP_EXIT_FAILED);
		rep_buf_fini(&b);
		if (!dead && rep_findings_trouble(&w.findings))
			rep_cli_note(c, REP_EXIT_TROUBLE);
	}
	rep_arena_free(a);
	rep_cli_resolver_close(c, r);
	return c->worst;
}
