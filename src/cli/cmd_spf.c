/*
 * reputed spf check: SPF of one message with its trace, or a domain's record with its costs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "audit/spf_tree.h"
#include "cli/findings_show.h"
#include "cli/net.h"
#include "cli/out.h"
#include "engine/looks.h"

#include <stdio.h>

enum { OUT_MAX = 64 << 20, ARENA_MAX = 64 << 20 };
enum { LABEL = 8 }; /* columns of the word before a text */

struct spf_work {
	struct rep_cli *c;
	/* for one message */
	struct rep_spf_query query;
	struct rep_spf_check check;
	/* for a domain */
	bool audit;
	struct rep_audit_in in;
	struct rep_ip ip[REP_AUDIT_MAX_IPS];
	struct rep_spf_audit record;
	struct rep_spf_check checks[REP_AUDIT_MAX_IPS];
	struct rep_str proposed;
	struct rep_findings findings;
};

static bool
turn(void *ctx, const struct rep_dns_view *v, struct rep_arena *a)
{
	struct spf_work *w = ctx;

	rep_findings_init(&w->findings, a);
	if (w->audit)
		return rep_audit_spf(
		    &w->in, v, a, &w->record, w->checks, &w->proposed, &w->findings);
	return rep_spf_eval(&w->query, v, a, &w->check);
}

/* --- JSON ------------------------------------------------------------------------------------ */

static void
answer_json(struct rep_json *j, const struct rep_dns_answer *ans)
{
	char type[16], name[REP_NAME_TEXT], ip[REP_IP_TEXT];

	if (ans == NULL) {
		rep_json_null(j, "query");
		return;
	}
	rep_json_obj(j, "query");
	rep_json_cstr(j, "name", rep_name_text(&ans->name, name));
	rep_json_cstr(j, "type", rep_dns_type_text(ans->type, type));
	rep_json_cstr(j, "state", rep_dns_state_text(ans->state));
	if (ans->rcode >= 0)
		rep_json_int(j, "rcode", ans->rcode);
	else
		rep_json_null(j, "rcode");
	rep_json_cstr(j, "server", ans->server != NULL ? ans->server : "");
	rep_json_real(j, "took_ms", (double)ans->took_us / 1000, 1);
	rep_json_arr(j, "answers");
	for (size_t i = 0; i < ans->n; i++)
		if (ans->rr[i]->ip.version != 0)
			rep_json_cstr(j, NULL, rep_ip_text(&ans->rr[i]->ip, ip));
		else if (ans->rr[i]->target != NULL)
			rep_json_cstr(j, NULL, rep_name_text(ans->rr[i]->target, name));
		else
			rep_json_str(j, NULL, ans->rr[i]->data);
	rep_json_end_arr(j);
	rep_json_end_obj(j);
}

static void
step_json(struct rep_json *j, const struct rep_spf_step *s)
{
	rep_json_obj(j, NULL);
	rep_json_int(j, "depth", s->depth);
	rep_json_str(j, "domain", s->domain);
	rep_json_str_or_null(j, "term", s->term);
	rep_json_str_or_null(j, s->term.n == 0 ? "record" : "target", s->target);
	rep_json_bool(j, "matched", s->term.n > 0 && s->matched);
	if (s->decided)
		rep_json_cstr(j, "result", rep_spf_result_text(s->result));
	else
		rep_json_null(j, "result");
	rep_json_int(j, "lookups", s->lookups);
	rep_json_int(j, "void_lookups", s->void_lookups);
	answer_json(j, s->answer);
	rep_json_str_or_null(j, "note", s->note);
	rep_json_end_obj(j);
}

static void
check_json(struct rep_json *j, const struct rep_spf_check *k)
{
	rep_json_cstr(j, "result", rep_spf_result_text(k->result));
	rep_json_str_or_null(j, "explanation", k->explanation);
	rep_json_int(j, "lookups", k->lookups);
	rep_json_int(j, "void_lookups", k->void_lookups);
	rep_json_str(j, "domain", k->domain);
	rep_json_str_or_null(j, "mechanism", k->mechanism);
	rep_json_str_or_null(j, "reason", k->reason);
	rep_json_arr(j, "trace");
	for (size_t i = 0; i < k->n; i++)
		step_json(j, &k->steps[i]);
	rep_json_end_arr(j);
}

static void
audit_json(struct rep_json *j, const struct spf_work *w)
{
	char ip[REP_IP_TEXT];

	rep_json_str(j, "domain", w->in.domain_text);
	rep_spf_tree_json(j, &w->record, SIZE_MAX);
	rep_json_arr(j, "addresses");
	for (size_t i = 0; i < w->in.ip_n; i++) {
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "ip", rep_ip_text(&w->in.ip[i], ip));
		check_json(j, &w->checks[i]);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_str_or_null(j, "proposed", w->proposed);
	rep_findings_json(j, &w->findings);
}

/* --- text ---------------------------------------------------------------------------------------- */

/* Where the next lines of a step or term begin. What is nested deep must still fit beside it. */
static size_t
deeper(unsigned depth, size_t first)
{
	size_t in = first + (size_t)4 * depth + 2, half = rep_out_width() / 2;

	return in < half ? in : half;
}

static void
step_text(struct rep_buf *b, const struct rep_spf_step *s)
{
	size_t from = b->n;

	if (s->term.n == 0) {
		rep_buf_printf(b, "%*s", (int)(2 + 4 * s->depth), "");
		rep_net_add(b, s->domain);
		rep_buf_add(b, REP_S("  "));
		rep_net_add(b, s->target);
	} else {
		rep_buf_printf(b, "%*s", (int)(4 + 4 * s->depth), "");
		rep_net_add(b, s->term);
		rep_buf_add(b,
		    s->matched	     ? REP_S("  matches")
			: s->decided ? REP_S("  error")
				     : REP_S("  no"));
		if (s->matched || s->decided)
			rep_buf_printf(b, ", %s", rep_spf_result_text(s->result));
		rep_buf_printf(b, "  (%u of 10)", s->lookups);
	}
	if (s->note.n > 0) {
		rep_buf_add(b, REP_S("  "));
		rep_net_add(b, s->note);
	}
	if (s->answer != NULL && s->answer->server != NULL)
		rep_buf_printf(b, "  [%s, %lld ms]", s->answer->server,
		    (long long)(s->answer->took_us / 1000));
	rep_out_fit(b, from, deeper(s->depth, 4));
	rep_buf_addc(b, '\n');
}

static void
check_text(struct rep_buf *b, const struct rep_spf_query *q, const struct rep_spf_check *k)
{
	char ip[REP_IP_TEXT];
	size_t from = b->n;

	rep_buf_printf(b, "%s%s%s  SPF of ", rep_paint(REP_BOLD), rep_spf_result_text(k->result),
	    rep_unpaint());
	rep_net_add(b, k->domain);
	rep_buf_printf(b, " for %s", rep_ip_text(&q->ip, ip));
	if (k->mechanism.n > 0) {
		rep_buf_add(b, REP_S(", by \""));
		rep_net_add(b, k->mechanism);
		rep_buf_add(b, REP_S("\" of "));
		rep_net_add(b, k->decided_at);
	}
	rep_out_fit(b, from, 2);
	rep_buf_addc(b, '\n');
	rep_net_field(b, "why", LABEL, k->reason);
	rep_net_field(b, "they say", LABEL, k->explanation);
	rep_buf_printf(b, "  cost     %u of 10 lookups, %u of 2 that found nothing\n\n", k->lookups,
	    k->void_lookups);
	for (size_t i = 0; i < k->n; i++)
		step_text(b, &k->steps[i]);
	if (k->steps_cut)
		rep_buf_add(b, REP_S("  and more steps, not shown; the result is complete\n"));
}

static void
leaf_text(struct rep_buf *b, const struct rep_spf_leaf *l)
{
	size_t from = b->n;

	rep_buf_printf(b, "  %4u  %*s", l->lookups, (int)(4 * l->depth), "");
	rep_net_add(b, l->term->text);
	if (l->note != NULL)
		rep_buf_printf(b, "  %s%s%s", rep_paint(REP_RED), l->note, rep_unpaint());
	if (l->duplicate)
		rep_buf_add(b, REP_S("  twice"));
	if (l->after_all)
		rep_buf_add(b, REP_S("  never evaluated"));
	rep_out_fit(b, from, deeper(l->depth, 8));
	rep_buf_addc(b, '\n');
}

static void
audit_text(struct rep_buf *b, const struct spf_work *w)
{
	const struct rep_spf_audit *o = &w->record;

	if (o->record.n > 0) {
		rep_buf_add(b, REP_S("The SPF record of "));
		rep_net_add(b, w->in.domain_text);
		rep_buf_add(b, REP_S(":\n\n"));
		rep_net_add(b, o->record);
		rep_buf_printf(b, "\n\nLookups, %u of 10 in all:\n", o->lookups);
		for (size_t i = 0; i < o->n; i++)
			leaf_text(b, &o->leaf[i]);
		rep_buf_addc(b, '\n');
	}
	rep_findings_text(b, &w->findings);
	if (w->findings.n == 0)
		rep_buf_add(b, REP_S("No problem found.\n"));
}

/* --- the command --------------------------------------------------------------------------------- */

static void
show(struct spf_work *w, bool dead)
{
	struct rep_buf b;
	struct rep_json j;

	rep_buf_init(&b, OUT_MAX);
	rep_json_init(&j, &b);
	rep_findings_sort(&w->findings);
	if (w->c->json) {
		rep_json_obj(&j, NULL);
		if (w->audit)
			audit_json(&j, w);
		else
			check_json(&j, &w->check);
		rep_json_end_obj(&j);
		rep_buf_addc(&b, '\n');
	} else if (dead) {
		/* it was said, and there is no more */
	} else if (w->audit) {
		audit_text(&b, w);
	} else {
		check_text(&b, &w->query, &w->check);
	}
	if (!rep_out_flush(&b))
		rep_cli_note(w->c, REP_EXIT_FAILED);
	rep_buf_fini(&b);
}

/* Reads what was asked for. False: the reason was printed. */
static bool
read_call(struct spf_work *w)
{
	struct rep_cli *c = w->c;
	size_t n = 0;

	if (c->args_n < 1 || strcmp(c->args[0], "check") != 0 || c->args_n > 2 ||
	    (c->args_n == 2) == (c->from != NULL || c->helo != NULL)) {
		rep_cli_usage(c,
		    "spf check DOMAIN [--ip IP]..., or spf check --ip IP --from ADDRESS --helo NAME");
		return false;
	}
	if (!rep_cli_ips(c, c->args_n == 2, w->ip, REP_AUDIT_MAX_IPS, &n))
		return false;
	if (c->args_n == 2) {
		w->audit = true;
		w->in.known_n = rep_looks_known(&c->session, c->arena, &w->in.known);
		w->in.ip = w->ip;
		w->in.ip_n = n;
		w->in.now_s = c->session.now_s != 0 ? c->session.now_s : c->session.clock_s;
		return rep_cli_domain(c, c->args[1], &w->in.domain, &w->in.domain_text);
	}
	if (n != 1) {
		rep_cli_say("spf check needs one --ip, the address that connects");
		rep_cli_note(c, REP_EXIT_USAGE);
		return false;
	}
	w->query = (struct rep_spf_query){ .ip = w->ip[0],
		.sender = rep_str_c(c->from),
		.helo = rep_str_c(c->helo),
		.now_s = c->session.now_s != 0 ? c->session.now_s : c->session.clock_s };
	if (rep_str_eq(w->query.sender, REP_S("<>")))
		w->query.sender = REP_S("");
	else if (w->query.sender.n > 2 && w->query.sender.p[0] == '<' &&
	    w->query.sender.p[w->query.sender.n - 1] == '>')
		w->query.sender = rep_str_sub(w->query.sender, 1, w->query.sender.n - 2);
	return true;
}

static bool
trouble(const struct spf_work *w)
{
	if (w->audit)
		return rep_findings_trouble(&w->findings);
	return w->check.result != REP_SPF_PASS && w->check.result != REP_SPF_NEUTRAL;
}

int
rep_cmd_spf(struct rep_cli *c)
{
	static struct spf_work w;
	struct rep_providers *providers = NULL;
	struct rep_resolver *r = NULL;
	struct rep_arena *a = NULL;
	bool dead;

	w.c = c;
	if (read_call(&w) && (providers = rep_cli_providers(c)) != NULL && rep_cli_resolver(c, &r))
		a = rep_arena_new(ARENA_MAX);
	w.in.providers = providers;
	if (a != NULL && rep_cli_evaluate(c, r, a, turn, &w)) {
		dead = rep_cli_dns_dead(c, r, &w.findings);
		show(&w, dead);
		if (!dead && trouble(&w))
			rep_cli_note(c, REP_EXIT_TROUBLE);
	}
	rep_arena_free(a);
	rep_cli_resolver_close(c, r);
	rep_providers_free(providers);
	return c->worst;
}
