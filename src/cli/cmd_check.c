/*
 * reputed check DOMAIN [--ip IP]...: everything that the world can see of a sender, worst first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/check_page.h"
#include "cli/check_run.h"
#include "cli/findings_show.h"
#include "cli/names_show.h"
#include "cli/looks_show.h"
#include "cli/mx_tls.h"
#include "cli/out.h"
#include "cli/page.h"

#include <stdio.h>

enum { OUT_MAX = 64 << 20 };

/* --- showing ------------------------------------------------------------------------------------- */

/* Who may issue certificates for the hosts of the mail that are the domain's own. */
static void
caa_json(struct rep_json *j, const struct rep_audit_mail *m)
{
	static const char *const words[] = { "anybody", "some", "nobody" };
	char host[REP_NAME_TEXT];

	rep_json_arr(j, "caa");
	for (size_t i = 0; i < m->caa_n; i++) {
		const struct rep_audit_caa *c = &m->caa[i];

		rep_json_obj(j, NULL);
		rep_json_cstr(j, "host", rep_name_text(&c->host, host));
		rep_json_cstr(j, "may_issue", c->failed && c->set == NULL ? NULL : words[c->word]);
		rep_json_arr(j, "authorities");
		for (size_t k = 0; k < c->issuers; k++)
			rep_json_str(j, NULL, c->issuer[k]);
		rep_json_end_arr(j);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

static void
parts_json(struct rep_json *j, const struct rep_check_run *w)
{
	const struct rep_audit_domain *d = &w->found;
	const struct rep_dmarc_at *at =
	    d->dmarc.by_walk != NULL ? d->dmarc.by_walk : d->dmarc.by_psl;
	char text[REP_NAME_TEXT], ip[REP_IP_TEXT];

	rep_json_obj(j, "seen");
	rep_json_str_or_null(j, "spf", d->spf.record);
	rep_json_int(j, "spf_lookups", d->spf.lookups);
	rep_json_str(j, "dmarc", at != NULL ? at->record.text : (struct rep_str){ NULL, 0 });
	rep_json_arr(j, "dkim_selectors");
	for (size_t i = 0; i < d->dkim.n; i++)
		rep_json_str(j, NULL, d->dkim.v[i].selector);
	rep_json_end_arr(j);
	rep_json_arr(j, "mx");
	for (size_t i = 0; i < d->mail.n; i++) {
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "host", rep_name_text(&d->mail.v[i].host, text));
		rep_json_int(j, "preference", d->mail.v[i].preference);
		rep_json_bool(j, "dane", d->mail.v[i].tlsa != NULL && d->mail.v[i].tlsa->n > 0);
		rep_json_bool(j, "ipv6", d->mail.v[i].aaaa->n > 0);
		rep_mx_tls_json(j, w->c->arena, &d->tls, &d->mail.v[i].host);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_arr(j, "name_servers");
	for (size_t i = 0; i < d->zone.n; i++) {
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "host", rep_name_text(&d->zone.v[i].host, text));
		rep_json_bool(j, "ipv4", d->zone.v[i].a->n > 0);
		rep_json_bool(j, "ipv6", d->zone.v[i].aaaa->n > 0);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	caa_json(j, &d->mail);
	rep_json_str_or_null(j, "mta_sts", d->mail.sts.v[0]);
	rep_json_cstr(
	    j, "mta_sts_mode", d->mail.policy.good ? rep_sts_mode_text(d->mail.policy.mode) : NULL);
	rep_json_str_or_null(j, "tls_rpt", d->mail.tlsrpt.v[0]);
	rep_json_str_or_null(j, "bimi", d->mail.bimi.v[0]);
	rep_json_cstr(j, "dnssec", w->dead ? NULL : rep_dnssec_text(d->dnssec.state));
	rep_json_bool(j, "sends_no_mail", d->parked);
	rep_json_arr(j, "addresses");
	for (size_t i = 0; i < w->in.ip_n; i++) {
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "ip", rep_ip_text(&w->ip[i], ip));
		rep_json_cstr(j, "spf", rep_spf_result_text(d->checks[i].result));
		rep_json_cstr(j, "name_state", rep_ptr_state_text(d->ptr[i].state));
		rep_json_cstr(j, "name",
		    d->ptr[i].names > 0 ? rep_name_text(&d->ptr[i].name[0].name, text) : NULL);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_end_obj(j);
}

/* How many MX and name servers have an IPv6 address. */
static void
ipv6_text(struct rep_buf *b, const struct rep_audit_domain *d)
{
	size_t mx = 0, ns = 0, from = b->n;

	for (size_t i = 0; i < d->mail.n; i++)
		mx += d->mail.v[i].aaaa->n > 0;
	for (size_t i = 0; i < d->zone.n; i++)
		ns += d->zone.v[i].aaaa->n > 0;
	if (d->mail.n + d->zone.n == 0)
		return;
	rep_buf_printf(b, "IPv6 addresses: %zu of %zu MX, %zu of %zu name server%s.", mx, d->mail.n,
	    ns, d->zone.n, rep_plural(d->zone.n));
	rep_out_fit(b, from, 0);
	rep_buf_addc(b, '\n');
}

/* Whether records let the same authorities issue for both hosts. */
static bool
same_issuers(const struct rep_audit_caa *a, const struct rep_audit_caa *b)
{
	if (a->word != b->word || a->issuers != b->issuers)
		return false;
	for (size_t i = 0; i < a->issuers; i++)
		if (!rep_str_eq_nocase(a->issuer[i], b->issuer[i]))
			return false;
	return true;
}

/* Who may issue certificates for own hosts; nothing where there are no such records. */
static void
caa_text(struct rep_buf *b, const struct rep_audit_mail *m)
{
	char host[REP_NAME_TEXT];

	for (size_t i = 0; i < m->caa_n; i++) {
		const struct rep_audit_caa *c = &m->caa[i];
		bool told = c->word == REP_CAA_ANYBODY;
		size_t from = b->n, n = 0;

		for (size_t k = 0; k < i && !told; k++)
			told = same_issuers(&m->caa[k], c);
		if (told)
			continue;
		rep_buf_add(b, REP_S("Certificates may be issued by"));
		if (c->word == REP_CAA_NOBODY)
			rep_buf_add(b, REP_S(" nobody"));
		for (size_t k = 0; c->word == REP_CAA_SOME && k < c->issuers; k++)
			rep_buf_printf(b, "%s %.*s", k > 0 ? "," : ":", REP_PR(c->issuer[k]));
		for (size_t k = i; k < m->caa_n; k++)
			if (same_issuers(&m->caa[k], c))
				rep_buf_printf(b, "%s%s", n++ == 0 ? " (" : ", ",
				    rep_name_text(&m->caa[k].host, host));
		rep_buf_add(b, REP_S(")."));
		rep_out_fit(b, from, 0);
		rep_buf_addc(b, '\n');
	}
}

struct severity_count {
	unsigned clean, listed, unknown;
};

static struct severity_count
count(const struct rep_sweep *s)
{
	struct severity_count t = { 0, 0, 0 };

	for (size_t i = 0; s != NULL && i < s->n; i++)
		for (size_t k = 0; k < s->subjects; k++) {
			const struct rep_sweep_hit *h = &s->v[i].hit[k];
			bool about = (s->subject[k].ip.version == 0) == h->list->domains;

			if (!about || h->list->kind == REP_LIST_ALLOW)
				continue;
			t.clean += h->state == REP_SWEEP_CLEAN;
			t.listed += h->state == REP_SWEEP_LISTED;
			t.unknown += h->state == REP_SWEEP_UNKNOWN;
		}
	return t;
}

static void
as_json(struct rep_buf *b, const struct rep_check_run *w)
{
	struct severity_count t = count(w->sweep);
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_str(&j, "domain", w->in.domain_text);
	rep_json_time(&j, "now", w->in.now_s);
	rep_findings_json(&j, &w->findings);
	rep_names_json(&j, &w->findings);
	parts_json(&j, w);
	rep_json_obj(&j, "lists");
	rep_json_int(&j, "clean", t.clean);
	rep_json_int(&j, "listed", t.listed);
	rep_json_int(&j, "unknown", t.unknown);
	rep_json_str_or_null(&j, "why", w->blind);
	rep_json_end_obj(&j);
	rep_looks_json(&j, &w->kept);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

static void
sentence(struct rep_buf *b, const char *text)
{
	rep_out_wrap(b, rep_str_c(text), 0, 0);
	rep_buf_addc(b, '\n');
}

/* The first finding, and how many there are. */
static void
worst_text(struct rep_buf *b, struct rep_check_run *w)
{
	struct rep_findings *f = &w->findings;
	size_t n = f->n, from;

	rep_buf_addc(b, '\n');
	from = b->n;
	rep_buf_printf(b, "%.*s: ", REP_PR(w->in.domain_text));
	if (n == 0)
		rep_buf_add(b, REP_S("DNS shows no problem."));
	else if (n == 1)
		rep_buf_add(b, REP_S("one finding."));
	else
		rep_buf_printf(b, "the worst of %zu findings.", n);
	rep_out_fit(b, from, 0);
	rep_buf_add(b, REP_S("\n"));
	f->n = n > 0;
	f->dropped = 0;
	if (n > 0)
		rep_buf_addc(b, '\n');
	rep_findings_text(b, f);
}

static void
as_text(struct rep_buf *b, const struct rep_check_run *w)
{
	unsigned n[4] = { 0 };
	struct severity_count t = count(w->sweep);
	size_t from;

	for (size_t i = 0; i < w->findings.n; i++)
		n[w->findings.v[i].severity]++;
	if (w->blind.n > 0) {
		rep_buf_add(b, REP_S("Blocklists: nothing is known, because "));
		rep_out_wrap(b, w->blind, 38, 0);
		rep_buf_add(b, REP_S(".\n\n"));
	}
	rep_findings_text(b, &w->findings);
	if (w->findings.n == 0)
		rep_buf_add(b, REP_S("DNS shows no problem.\n"));
	from = b->n;
	rep_buf_printf(b, "%.*s: %u critical, %u serious, %u warning%s, %u for your information.",
	    REP_PR(w->in.domain_text), n[0], n[1], n[2], rep_plural(n[2]), n[3]);
	rep_out_fit(b, from, 0);
	rep_buf_addc(b, '\n');
	from = b->n;
	if (w->blind.n == 0) {
		rep_buf_printf(b, "Blocklists: %u clean, %u listed, %u unknown%s", t.clean,
		    t.listed, t.unknown, t.unknown > 0 ? " (why: reputed dnsbl IP)" : "");
		rep_out_fit(b, from, 0);
		rep_buf_addc(b, '\n');
	}
	ipv6_text(b, &w->found);
	caa_text(b, &w->found.mail);
	rep_mx_tls_text(b, &w->found.tls);
	if (w->found.parked)
		sentence(b, "The domain states that it sends no mail, and was checked as such.");
	if (w->in.ip_n == 0 && !w->found.parked)
		sentence(b,
		    "No address was given. With --ip IP its PTR name, blocklists and SPF are "
		    "checked too.");
	rep_looks_text(b, &w->kept);
}

/* --- the command ----------------------------------------------------------------------------------- */

/* Of a domain that the configuration says is ours, the addresses of its `source` blocks are looked at. */
static void
own_addresses(struct rep_check_run *w)
{
	const struct rep_config *cfg = &w->c->cfg;
	size_t k;

	if (w->in.ip_n > 0 || rep_config_domain(cfg, w->in.domain_text) == NULL)
		return;
	for (size_t i = 0; i < cfg->n_sources && w->in.ip_n < REP_AUDIT_MAX_IPS; i++) {
		for (k = 0; k < w->in.ip_n && !rep_ip_eq(&w->ip[k], &cfg->sources[i].public); k++)
			;
		if (k == w->in.ip_n)
			w->ip[w->in.ip_n++] = cfg->sources[i].public;
	}
}

static bool
read_call(struct rep_check_run *w, struct rep_cli *c, const struct rep_providers *providers)
{
	if (c->args_n != 1 || (c->html && c->json)) {
		rep_cli_usage(c,
		    c->args_n != 1 ? "check DOMAIN [--ip IP]... [--starttls]"
				   : "use --json or --html, not both");
		return false;
	}
	if (!rep_check_begin(w, c, providers) ||
	    !rep_cli_domain(c, c->args[0], &w->in.domain, &w->in.domain_text) ||
	    !rep_cli_ips(c, true, w->ip, REP_AUDIT_MAX_IPS, &w->in.ip_n) || !rep_cli_helo(c))
		return false;
	own_addresses(w);
	if (c->helo != NULL && w->in.ip_n == 0 && !c->starttls)
		rep_cli_say(
		    "--helo %s is not looked at without --ip: give the address that says it",
		    c->helo);
	w->more.selectors = c->selectors.v;
	w->more.selectors_n = c->selectors.n;
	w->more.helo = rep_str_c(c->helo);
	return true;
}

/* Shows all of it, or only the worst, in the form that was asked for. When DNS is dead, that was said. */
static void
show(struct rep_check_run *w, bool worst)
{
	const struct rep_check_page page = { &w->in, &w->found, &w->findings, w->sweep, &w->kept,
		w->more.helo, w->blind };
	struct rep_cli *c = w->c;
	struct rep_str title =
	    rep_arena_printf(c->arena, "reputed check %.*s", REP_PR(w->in.domain_text));
	struct rep_buf b;

	if (w->dead && !c->json)
		return;
	rep_findings_sort(&w->findings);
	rep_buf_init(&b, OUT_MAX);
	rep_out_structure(c->html);
	if (c->json)
		as_json(&b, w);
	else if (c->html)
		rep_check_page(&b, &page);
	else if (worst)
		worst_text(&b, w);
	else
		as_text(&b, w);
	if (!rep_page_flush(
		&b, title.n > 0 ? title.p : "reputed check", "From DNS at", w->in.now_s))
		rep_cli_note(c, REP_EXIT_FAILED);
	rep_buf_fini(&b);
}

static int
check(struct rep_cli *c, bool worst)
{
	struct rep_check_run *w = rep_arena_alloc(c->arena, sizeof *w);
	struct rep_providers *providers = NULL;
	struct rep_resolver *r = NULL;
	struct rep_arena *a = NULL;

	if (w == NULL) {
		rep_cli_say("out of memory");
		return REP_EXIT_FAILED;
	}
	if ((providers = rep_cli_providers(c)) != NULL && read_call(w, c, providers) &&
	    rep_cli_resolver(c, &r))
		a = rep_check_arena();
	if (a != NULL && rep_check_run(w, r, a)) {
		show(w, worst);
		if (rep_findings_trouble(&w->findings))
			rep_cli_note(c, REP_EXIT_TROUBLE);
	}
	rep_arena_free(a);
	rep_cli_resolver_close(c, r);
	rep_providers_free(providers);
	return c->worst;
}

int
rep_cmd_check(struct rep_cli *c)
{
	return check(c, false);
}

int
rep_cli_check_worst(struct rep_cli *c)
{
	return check(c, true);
}
