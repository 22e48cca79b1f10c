/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/net.h"
#include "audit/typed.h"
#include "cli/out.h"
#include "engine/workers.h"

#include <unistd.h>

static enum rep_rc
milliseconds(const char *option, const char *text, int *out, struct rep_err *err)
{
	uint64_t ms;

	if (text == NULL)
		return REP_OK;
	if (!rep_str_u64(rep_str_c(text), 600000, &ms) || ms == 0)
		return rep_fail(
		    err, REP_EUSAGE, "%s \"%s\": expected a number from 1 to 600000", option, text);
	*out = (int)ms;
	return REP_OK;
}

enum rep_rc
rep_cli_resolver_within(
    struct rep_cli *c, int budget_ms, struct rep_resolver **out, struct rep_err *err)
{
	struct rep_resolver_params o = rep_workers_resolve();
	enum rep_rc rc;

	o.budget_ms = budget_ms;
	o.server = c->server;
	if ((rc = milliseconds("--timeout-ms", c->timeout_ms, &o.timeout_ms, err)) != REP_OK ||
	    (rc = milliseconds("--budget-ms", c->budget_ms, &o.budget_ms, err)) != REP_OK ||
	    (rc = rep_resolver_open(&o, out, err)) != REP_OK)
		return rc;
	rep_workers_say(&c->session, rep_resolver_sandbox(*out));
	return REP_OK;
}

bool
rep_cli_dns_options(struct rep_cli *c)
{
	struct rep_err err;
	int ms;

	if (milliseconds("--timeout-ms", c->timeout_ms, &ms, &err) == REP_OK &&
	    milliseconds("--budget-ms", c->budget_ms, &ms, &err) == REP_OK &&
	    (c->server == NULL || rep_resolver_server(c->server, &err) == REP_OK))
		return true;
	rep_cli_fail(c, REP_EXIT_USAGE, &err);
	return false;
}

bool
rep_cli_resolver(struct rep_cli *c, struct rep_resolver **out)
{
	struct rep_err err;
	enum rep_rc rc = rep_cli_resolver_within(c, 0, out, &err);

	if (rc != REP_OK)
		rep_cli_fail(c, rc == REP_EUSAGE ? REP_EXIT_USAGE : REP_EXIT_FAILED, &err);
	return rc == REP_OK;
}

void
rep_cli_resolver_close(struct rep_cli *c, struct rep_resolver *r)
{
	struct rep_resolver_counts n;

	if (r == NULL)
		return;
	n = rep_resolver_counted(r);
	if (n.late > 0 && n.any) { /* else rep_cli_dns_dead has said more */
		rep_cli_say(
		    "DNS took too long: %u of %u questions had no answer when the time for all of "
		    "them ran out; their results are unknown. --budget-ms N gives more time",
		    n.late, n.asked);
		rep_cli_note(c, REP_EXIT_FAILED);
	}
	rep_resolver_close(r);
}

bool
rep_cli_evaluate(struct rep_cli *c, struct rep_resolver *r, struct rep_arena *a,
    rep_evaluate_turn turn, void *ctx)
{
	struct rep_err err;

	if (rep_evaluate(&c->session, r, a, turn, ctx, &err) == REP_OK)
		return true;
	rep_cli_fail(c, REP_EXIT_FAILED, &err);
	return false;
}

bool
rep_cli_sweep(struct rep_cli *c, struct rep_resolver *r, const struct rep_sweep_subject *subject,
    size_t subjects, struct rep_sweep **out)
{
	struct rep_err err;

	if (rep_usage_sweep(&c->session, r, subject, subjects, out, &err) == REP_OK)
		return true;
	rep_cli_fail(c, REP_EXIT_FAILED, &err);
	return false;
}

bool
rep_cli_dns_dead(struct rep_cli *c, const struct rep_resolver *r, struct rep_findings *f)
{
	struct rep_resolver_counts n = rep_resolver_counted(r);

	if (n.asked == 0 || n.answered > 0 || n.tried > 0 || (n.any && n.refused == 0))
		return false;
	if (n.refused > 0)
		rep_cli_say(
		    "DNS does not work: %s refuses every question, so nothing could be looked up: "
		    "it does not serve this machine. Try --server ADDR",
		    rep_resolver_servers(r));
	else
		rep_cli_say(
		    "DNS does not work: %s answered none of %u questions; try --server ADDR",
		    rep_resolver_servers(r), n.asked);
	rep_cli_note(c, REP_EXIT_FAILED);
	if (f != NULL)
		f->n = f->dropped = 0;
	return true;
}

/* Why nobody outside sees an address as a sender's. */
static void
say_inside(const char *option, const char *text, const struct rep_ip *ip)
{
	static const unsigned char zero[16] = { 0 };
	struct rep_ip test;

	if (rep_ip_parse(REP_S("127.0.0.2"), &test) && rep_ip_eq(ip, &test))
		rep_cli_say(
		    "%s%s is the test entry that most lists have, not the address of a server",
		    option, text);
	else if (rep_ip_loopback(ip))
		rep_cli_say(
		    "%s%s is a loopback address: every machine reaches only itself there. Give the "
		    "public address that your mail leaves from",
		    option, text);
	else if (memcmp(ip->b, zero, ip->version == 4 ? 4 : 16) == 0)
		rep_cli_say(
		    "%s%s stands for no address at all (or for any). Give the public address "
		    "that your mail leaves from",
		    option, text);
	else if (!rep_ip_inside(ip))
		rep_cli_say(
		    "%s%s is a multicast or reserved address, which no server has. Give the "
		    "public address that your mail leaves from",
		    option, text);
	else
		rep_cli_say(
		    "%s%s is a private address: the server is behind NAT, and nobody outside "
		    "sees this address. Give the public one: on EC2 the Elastic IP, elsewhere "
		    "what your hoster's console shows, or the address in the first Received "
		    "line of a mail that you sent to another provider",
		    option, text);
}

/* One address. False: it is none, or an own one that nobody outside sees (printed). */
static bool
one_ip(struct rep_cli *c, const char *option, const char *text, bool own, struct rep_ip *out)
{
	struct rep_typed name;

	if (!rep_typed_ip(rep_str_c(text), out) && !rep_typed_network(rep_str_c(text)) &&
	    rep_typed_domain(rep_str_c(text), &name))
		rep_cli_say(
		    "%s\"%s\" is a name, and the IP address of the server that sends is needed "
		    "here; \"reputed check DOMAIN --ip ADDRESS\" looks at both",
		    option, text);
	else if (!rep_typed_ip(rep_str_c(text), out) && rep_typed_network(rep_str_c(text)))
		rep_cli_say("%s\"%s\" is a network: give each address that sends mail by itself",
		    option, text);
	else if (!rep_typed_ip(rep_str_c(text), out))
		rep_cli_say("%s\"%s\": that is no IP address", option, text);
	else if (own && rep_ip_private(out))
		say_inside(option, text, out);
	else
		return true;
	rep_cli_note(c, REP_EXIT_USAGE);
	return false;
}

bool
rep_cli_ip(struct rep_cli *c, const char *text, struct rep_ip *out)
{
	return one_ip(c, "", text, true, out);
}

/* "a,b" in an option that can be given several times is both. False: too many (printed). */
static bool
split(struct rep_cli *c, const char *option, struct rep_cli_list *list)
{
	struct rep_cli_list all = { .n = 0 };

	for (size_t i = 0; i < list->n; i++) {
		struct rep_str rest = rep_str_c(list->v[i]), word;

		if (strchr(list->v[i], ',') == NULL) {
			if (all.n < REP_CLI_LIST_MAX)
				all.v[all.n++] = list->v[i];
			continue;
		}
		while (rest.n > 0) {
			size_t at = rep_str_chr(rest, ',', 0);

			word = rep_str_trim(rep_str_sub(rest, 0, at));
			rest = rep_str_sub(rest, at == SIZE_MAX ? rest.n : at + 1, rest.n);
			if (word.n == 0)
				continue;
			word = rep_arena_printf(c->arena, "%.*s", REP_PR(word));
			if (all.n == REP_CLI_LIST_MAX || word.p == NULL) {
				rep_cli_say("%s \"%s\": too many", option, list->v[i]);
				rep_cli_note(c, REP_EXIT_USAGE);
				return false;
			}
			all.v[all.n++] = word.p;
		}
	}
	*list = all;
	return true;
}

bool
rep_cli_ips(struct rep_cli *c, bool own, struct rep_ip *out, size_t max, size_t *n)
{
	*n = 0;
	if (!split(c, "--ip", &c->ips))
		return false;
	for (size_t i = 0; i < c->ips.n; i++) {
		bool again = false;

		if (*n == max) {
			rep_cli_say("--ip \"%s\": too many addresses", c->ips.v[i]);
			rep_cli_note(c, REP_EXIT_USAGE);
			return false;
		}
		if (!one_ip(c, "--ip ", c->ips.v[i], own, &out[*n]))
			return false;
		for (size_t k = 0; k < *n; k++)
			again = again || rep_ip_eq(&out[k], &out[*n]);
		*n += !again;
	}
	return true;
}

bool
rep_cli_meant(int argc, char **argv)
{
	const char *word = argv[1], *of = "DOMAIN";
	struct rep_typed t;
	struct rep_ip ip;

	for (int i = argc - 1; i > 1; i--)
		if (strchr(argv[i], '/') == NULL && rep_typed_domain(rep_str_c(argv[i]), &t))
			of = argv[i];
	if (strcmp(word, "mx") == 0)
		rep_cli_say("no command \"mx\"; the MX are in: reputed check %s", of);
	else if (rep_typed_ip(rep_str_c(word), &ip))
		rep_cli_say("no command \"%s\"; did you mean: reputed dnsbl %s, or reputed ptr %s?",
		    word, word, word);
	else if (access(word, F_OK) == 0)
		rep_cli_say("no command \"%s\"; did you mean: reputed ingest %s?", word, word);
	else if (strchr(word, '/') == NULL && rep_typed_domain(rep_str_c(word), &t))
		rep_cli_say("no command \"%s\"; did you mean: reputed check %s?", word, word);
	else
		return false;
	return true;
}

void
rep_cli_usage(struct rep_cli *c, const char *usage)
{
	bool check = strcmp(c->command, "check") == 0;
	struct rep_typed t;
	struct rep_ip ip;

	rep_cli_note(c, REP_EXIT_USAGE);
	for (size_t i = 1; check && i < c->args_n; i++)
		if (rep_typed_ip(rep_str_c(c->args[i]), &ip)) {
			rep_cli_say("\"%s\": an address goes to --ip: reputed check %s --ip %s",
			    c->args[i], c->args[0], c->args[i]);
			return;
		}
	if (!check && c->args_n == 1 && rep_typed_domain(rep_str_c(c->args[0]), &t))
		rep_cli_say("did you mean: reputed %s check %s", c->command, c->args[0]);
	else
		rep_cli_say("%s", usage);
}

struct rep_providers *
rep_cli_providers(struct rep_cli *c)
{
	struct rep_providers *p = rep_providers_new(c->arena);
	struct rep_err err;

	if (p == NULL) {
		rep_cli_say("out of memory");
		rep_cli_note(c, REP_EXIT_FAILED);
	} else if (rep_providers_builtin(p, &err) != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
		rep_providers_free(p);
		p = NULL;
	}
	return p;
}

bool
rep_cli_helo(struct rep_cli *c)
{
	struct rep_str name;

	if (c->helo == NULL)
		return true;
	name = rep_arena_dup(c->arena, rep_typed_helo(rep_str_c(c->helo)));
	if (name.n > 0) {
		c->helo = name.p;
		return true;
	}
	rep_cli_say(
	    "--helo \"%s\": one name is needed: the one that your server says in EHLO, in Postfix "
	    "smtp_helo_name; postconf -xh smtp_helo_name prints it",
	    c->helo);
	rep_cli_note(c, REP_EXIT_USAGE);
	return false;
}

/* Adds a selector that came with the domain, unless it is given anyway. */
static void
add_selector(struct rep_cli *c, struct rep_str selector)
{
	for (size_t i = 0; i < c->selectors.n; i++)
		if (rep_str_eq_nocase(rep_str_c(c->selectors.v[i]), selector))
			return;
	selector = rep_arena_printf(c->arena, "%.*s", REP_PR(selector));
	if (c->selectors.n < REP_CLI_LIST_MAX && selector.p != NULL)
		c->selectors.v[c->selectors.n++] = selector.p;
}

bool
rep_cli_domain(struct rep_cli *c, const char *text, struct rep_name *name, struct rep_str *shown)
{
	const struct rep_config_domain *own;
	struct rep_typed t;
	char buf[REP_NAME_TEXT];

	if (!rep_typed_domain(rep_str_c(text), &t)) {
		rep_cli_say("\"%s\" is not a domain name: %s", text, t.problem);
		rep_cli_note(c, REP_EXIT_USAGE);
		return false;
	}
	*name = t.domain;
	*shown = rep_arena_dup(c->arena, rep_str_c(rep_name_text(name, buf)));
	if (t.read)
		rep_cli_say("\"%s\" is read as %s%s%.*s", text, buf,
		    t.selector.n > 0 ? ", selector " : "", REP_PR(t.selector));
	if (!split(c, "--selector", &c->selectors))
		return false;
	for (size_t i = 0; i < c->selectors.n; i++) {
		struct rep_str s = rep_typed_selector(rep_str_c(c->selectors.v[i]), name);

		if (s.n == 0) {
			rep_cli_say(
			    "--selector \"%s\": that is no selector of %s; it is the s= of a "
			    "DKIM-Signature, such as s1",
			    c->selectors.v[i], buf);
			rep_cli_note(c, REP_EXIT_USAGE);
			return false;
		}
		c->selectors.v[i] = rep_arena_printf(c->arena, "%.*s", REP_PR(s)).p;
	}
	if (t.selector.n > 0)
		add_selector(c, t.selector);
	own = rep_config_domain(&c->cfg, *shown);
	for (size_t i = 0; own != NULL && i < own->selectors.n; i++)
		add_selector(c, own->selectors.v[i]);
	return shown->p != NULL;
}

void
rep_net_add(struct rep_buf *b, struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c < 0x7f)
			rep_buf_addc(b, (char)c);
		else
			rep_buf_printf(b, "\\x%02x", c);
	}
}

void
rep_net_field(struct rep_buf *b, const char *label, size_t width, struct rep_str text)
{
	struct rep_buf safe;

	rep_buf_init(&safe, 1 << 20);
	rep_net_add(&safe, text);
	rep_out_field(b, label, width, rep_buf_str(&safe));
	b->full |= safe.full;
	rep_buf_fini(&safe);
}
