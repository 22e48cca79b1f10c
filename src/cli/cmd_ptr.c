/* reputed ptr IP. SPDX-License-Identifier: Apache-2.0 */
#include "cli/findings_show.h"
#include "cli/looks_show.h"
#include "cli/net.h"
#include "cli/out.h"

#include <stdio.h>

enum { OUT_MAX = 64 << 20, ARENA_MAX = 16 << 20 };

struct ptr_work {
	struct rep_ip ip;
	struct rep_str helo;
	struct rep_clouds clouds;
	struct rep_audit_ptr ptr;
	struct rep_findings findings;
	struct rep_looks kept;
};

static bool
turn(void *ctx, const struct rep_dns_view *v, struct rep_arena *a)
{
	struct ptr_work *w = ctx;

	const struct rep_audit_in in = { .ip = &w->ip, .ip_n = 1 };

	rep_findings_init(&w->findings, a);
	return rep_audit_ptr(&in, w->helo, &w->clouds, v, &w->ptr, &w->findings);
}

static void
as_json(struct rep_buf *b, const struct ptr_work *w)
{
	char text[REP_NAME_TEXT], ip[REP_IP_TEXT];
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_cstr(&j, "ip", rep_ip_text(&w->ip, ip));
	rep_json_cstr(&j, "state", rep_ptr_state_text(w->ptr.state));
	rep_json_arr(&j, "names");
	for (size_t i = 0; i < w->ptr.names; i++) {
		rep_json_obj(&j, NULL);
		rep_json_cstr(&j, "name", rep_name_text(&w->ptr.name[i].name, text));
		rep_json_bool(&j, "confirmed", w->ptr.name[i].confirmed);
		rep_json_bool(&j, "generic", w->ptr.name[i].generic);
		rep_json_str(&j, "cloud",
		    w->ptr.name[i].cloud != NULL ? w->ptr.name[i].cloud->id
						 : (struct rep_str){ NULL, 0 });
		rep_json_arr(&j, "addresses");
		for (size_t k = 0; k < w->ptr.name[i].forward->n; k++)
			rep_json_cstr(
			    &j, NULL, rep_ip_text(&w->ptr.name[i].forward->rr[k]->ip, ip));
		rep_json_end_arr(&j);
		rep_json_end_obj(&j);
	}
	rep_json_end_arr(&j);
	rep_json_str_or_null(&j, "helo", w->helo);
	if (w->helo.n > 0)
		rep_json_bool(&j, "helo_confirmed", w->ptr.helo_confirmed);
	else
		rep_json_null(&j, "helo_confirmed");
	rep_findings_json(&j, &w->findings);
	rep_looks_json(&j, &w->kept);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

static void
as_text(struct rep_buf *b, const struct ptr_work *w)
{
	char text[REP_NAME_TEXT], ip[REP_IP_TEXT];
	size_t from;

	rep_buf_printf(b, "%s  %s\n", rep_ip_text(&w->ip, ip), rep_ptr_state_text(w->ptr.state));
	for (size_t i = 0; i < w->ptr.names; i++) {
		const struct rep_dns_answer *a = w->ptr.name[i].forward;

		from = b->n;
		rep_buf_printf(b, "  PTR %s", rep_name_text(&w->ptr.name[i].name, text));
		if (w->ptr.name[i].cloud != NULL)
			rep_buf_printf(b, " (%.*s's own)", REP_PR(w->ptr.name[i].cloud->name));
		rep_out_fit(b, from, 6);
		rep_buf_addc(b, '\n');
		from = b->n;
		rep_buf_printf(
		    b, "      resolves to %s", a->n == 0 ? rep_dns_state_text(a->state) : "");
		for (size_t k = 0; k < a->n; k++)
			rep_buf_printf(
			    b, "%s%s", k > 0 ? ", " : "", rep_ip_text(&a->rr[k]->ip, ip));
		rep_buf_printf(
		    b, "%s", w->ptr.name[i].confirmed ? ": confirmed" : ": not confirmed");
		rep_out_fit(b, from, 8);
		rep_buf_addc(b, '\n');
	}
	if (w->ptr.names == 0) {
		from = b->n;
		rep_buf_printf(b, "  PTR of %s: %s", rep_name_text(&w->ptr.arpa, text),
		    rep_dns_state_text(w->ptr.ptr->state));
		rep_out_fit(b, from, 6);
		rep_buf_addc(b, '\n');
	}
	rep_buf_addc(b, '\n');
	rep_findings_text(b, &w->findings);
	rep_looks_text(b, &w->kept);
}

/* Looks at one of our own addresses are stored, with their history. */
static void
keep(struct rep_cli *c, struct ptr_work *w, struct rep_arena *a)
{
	rep_looks_init(&w->kept, a, c->session.clock_s);
	rep_looks_ptr(&w->kept, &w->ip, (struct rep_str){ "", 0 }, w->helo, &w->ptr);
	rep_looks_findings(&w->kept, &w->findings, (struct rep_str){ "", 0 }, NULL);
	rep_looks_store(&c->session, &w->kept, &w->ip);
	rep_looks_mark(&w->kept, &w->findings, (struct rep_str){ "", 0 }, NULL);
}

int
rep_cmd_ptr(struct rep_cli *c)
{
	static struct ptr_work w;
	struct rep_resolver *r = NULL;
	struct rep_err err;
	struct rep_arena *a;
	struct rep_buf b;
	bool dead;

	if (c->args_n == 2 &&
	    strcmp(c->args[0], "check") == 0) { /* as the other commands have it */
		c->args++;
		c->args_n--;
	}
	if (c->args_n != 1) {
		rep_cli_say("ptr IP [--helo NAME]");
		return REP_EXIT_USAGE;
	}
	if (!rep_cli_ip(c, c->args[0], &w.ip) || !rep_cli_helo(c))
		return REP_EXIT_USAGE;
	w.helo = rep_str_c(c->helo);
	w.clouds.a = c->arena;
	if (rep_clouds_builtin(&w.clouds, &err) != REP_OK)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	if (!rep_cli_resolver(c, &r))
		return c->worst;
	a = rep_arena_new(ARENA_MAX);
	if (a != NULL && rep_cli_evaluate(c, r, a, turn, &w)) {
		dead = rep_cli_dns_dead(c, r, &w.findings);
		if (!dead)
			keep(c, &w, a);
		rep_buf_init(&b, OUT_MAX);
		rep_findings_sort(&w.findings);
		if (c->json)
			as_json(&b, &w);
		else if (!dead)
			as_text(&b, &w);
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
