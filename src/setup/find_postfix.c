/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/find_postfix.h"
#include "setup/postconf.h"

#include <stdio.h>

#define USUAL "/etc/postfix"

/* What postconf said of one instance. */
struct postfix_said {
	struct rep_str main, services, options;
	bool cut; /* an answer was longer than is read */
};

/* --- asking ------------------------------------------------------------------------------------------ */

/* What everything else is read from. Parameters that a Postfix does not know yet are left out of its answer. */
static enum rep_rc
ask(const struct rep_machine *m, const char *folder, struct postfix_said *a, struct rep_err *err)
{
	const char *main[] = { "postconf", "-c", folder, "-x", "mail_version", "myhostname",
		"syslog_name", "maillog_file", "content_filter", "relayhost", "smtp_bind_address",
		"smtp_bind_address6", "smtp_helo_name", "inet_interfaces", "mydestination", NULL };
	const char *more[] = { "postconf", "-c", folder, "-x", "myorigin", "mydomain",
		"virtual_alias_domains", "virtual_mailbox_domains", "relay_domains",
		"default_transport", "multi_instance_enable", "multi_instance_directories", NULL };
	const char *services[] = { "postconf", "-c", folder, "-M", NULL };
	const char *options[] = { "postconf", "-c", folder, "-xP", NULL };
	struct rep_str two;
	const struct {
		const char *const *argv;
		struct rep_str *said;
	} questions[] = { { main, &a->main }, { more, &two }, { services, &a->services },
		{ options, &a->options } };
	enum rep_rc rc;

	for (size_t i = 0; i < REP_COUNT(questions); i++) {
		bool cut = false;

		if ((rc = rep_machine_run(m, questions[i].argv, NULL, REP_POSTFIX_TEXT_MAX,
			 questions[i].said, &cut, err)) != REP_OK)
			return rc;
		a->cut |= cut;
	}
	a->main = rep_arena_printf(m->arena, "%.*s%.*s", REP_PR(a->main), REP_PR(two));
	return a->main.p != NULL ? REP_OK : rep_fail(err, REP_EMEM, "out of memory");
}

/* --- ways out ---------------------------------------------------------------------------------------- */

/* An option of the service, else the parameter of main.cf. */
static struct rep_str
parameter(
    const struct postfix_said *a, const struct rep_postconf_service *s, const char *name, bool *own)
{
	struct rep_str v = rep_postconf_option(a->options, s, name);

	*own |= v.n > 0;
	return v.n > 0 ? v : rep_postconf_value(a->main, name);
}

/* Debian's master.cf has "postfix/$service_name". Some versions of postconf -x leave that as it is. */
static struct rep_str
with_service(const struct rep_machine *m, struct rep_str v, struct rep_str service)
{
	static const char *const names[] = { "${service_name}", "$(service_name)",
		"$service_name" };
	size_t at;

	for (size_t i = 0; i < REP_COUNT(names); i++)
		if ((at = rep_str_find(v, rep_str_c(names[i]), 0)) != SIZE_MAX) {
			struct rep_str begin = rep_str_sub(v, 0, at),
				       end = rep_str_sub(v, at + strlen(names[i]), v.n);

			return rep_arena_printf(
			    m->arena, "%.*s%.*s%.*s", REP_PR(begin), REP_PR(service), REP_PR(end));
		}
	return v;
}

/*
 * The address that mail leaves from: smtp_bind_address, else the only address of inet_interfaces if it is not that of
 * loopback (smtp(8)).
 */
static struct rep_ip
bound(const struct postfix_said *a, const struct rep_postconf_service *s, int version, bool *own)
{
	struct rep_str list = rep_postconf_value(a->main, "inet_interfaces"), word;
	struct rep_str v =
	    parameter(a, s, version == 4 ? "smtp_bind_address" : "smtp_bind_address6", own);
	struct rep_ip ip, only = { .version = 0 };
	size_t n = 0;

	if (v.n > 0)
		return rep_ip_parse(v, &ip) && ip.version == version ? ip : only;
	while (rep_postconf_word(&list, &word))
		if (rep_ip_parse(word, &ip) && ip.version == version && n++ == 0)
			only = ip;
	return n == 1 && !rep_ip_loopback(&only) ? only : (struct rep_ip){ .version = 0 };
}

/* Whether a service is only there to hand mail to a filter: content_filter of main.cf or of a service names it. */
static bool
is_filter(const struct postfix_said *a, struct rep_str service)
{
	struct rep_str v = rep_postconf_value(a->main, "content_filter"), transport, hop;
	struct rep_str all = a->services;
	struct rep_postconf_service s;

	rep_postconf_route(v, &transport, &hop);
	if (rep_str_eq(transport, service))
		return true;
	while (rep_postconf_service(&all, &s)) {
		rep_postconf_route(
		    rep_postconf_option(a->options, &s, "content_filter"), &transport, &hop);
		if (transport.n > 0 && rep_str_eq(transport, service))
			return true;
	}
	return false;
}

static void
add_out(const struct rep_machine *m, const struct postfix_said *a,
    const struct rep_postconf_service *s, struct rep_postfix *p)
{
	struct rep_postfix_out *o = &p->outs[p->outs_n];
	bool helo = false;

	if (p->outs_n == REP_POSTFIX_OUTS) {
		p->outs_dropped++;
		return;
	}
	*o = (struct rep_postfix_out){ .service = s->name };
	o->syslog_name = with_service(m, parameter(a, s, "syslog_name", &o->own), s->name);
	/* That it has a name of its own says little: Debian's relay has, and is not used by most. */
	o->own = false;
	o->bind = bound(a, s, 4, &o->own);
	o->bind6 = bound(a, s, 6, &o->own);
	o->helo = parameter(a, s, "smtp_helo_name", &helo);
	o->own |= helo;
	o->filter = is_filter(a, s->name);
	p->outs_n++;
}

/* --- an instance ------------------------------------------------------------------------------------- */

/* Domains that the instance says are its own; tables ("hash:/..") and variables are none. */
static struct rep_str
destinations(const struct rep_machine *m, const struct postfix_said *a)
{
	static const char *const names[] = { "myorigin", "mydomain", "mydestination",
		"virtual_alias_domains", "virtual_mailbox_domains", "relay_domains" };
	struct rep_buf b;

	rep_buf_init(&b, REP_POSTFIX_TEXT_MAX);
	for (size_t i = 0; i < REP_COUNT(names); i++) {
		rep_buf_add(&b, rep_postconf_value(a->main, names[i]));
		rep_buf_addc(&b, ' ');
	}
	return rep_arena_take(m->arena, &b);
}

static enum rep_rc
read_instance(const struct rep_machine *m, const char *folder, const struct postfix_said *a,
    struct rep_postfix *p, struct rep_err *err)
{
	struct rep_str services = a->services, transport, hop;
	struct rep_postconf_service s;

	*p = (struct rep_postfix){ .folder = rep_str_c(folder),
		.version = rep_postconf_value(a->main, "mail_version"),
		.hostname = rep_postconf_value(a->main, "myhostname"),
		.maillog_file = rep_postconf_value(a->main, "maillog_file"),
		.filter = rep_postconf_value(a->main, "content_filter"),
		.cut = a->cut,
		.destinations = destinations(m, a),
		.outs = rep_arena_alloc(m->arena, REP_POSTFIX_OUTS * sizeof *p->outs) };
	if (p->outs == NULL || p->destinations.p == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (!rep_postconf_hop(rep_postconf_value(a->main, "relayhost"), &p->relay, &p->relay_exact,
		&p->relay_port)) {
		/* "smtp:[relay.example]" as the default is the same thing. */
		rep_postconf_route(
		    rep_postconf_value(a->main, "default_transport"), &transport, &hop);
		if (transport.n == 0 ||
		    !rep_postconf_hop(hop, &p->relay, &p->relay_exact, &p->relay_port))
			p->relay = p->relay_port = REP_S("");
	}
	while (rep_postconf_service(&services, &s))
		if (rep_str_eq(s.type, REP_S("unix")) && rep_str_eq(s.command, REP_S("smtp")))
			add_out(m, a, &s, p);
	return REP_OK;
}

static enum rep_rc
add_instance(const struct rep_machine *m, const char *folder, bool named,
    struct rep_postfix_all *all, struct rep_str *others, struct rep_err *err)
{
	struct postfix_said a = { .main = { "", 0 } };
	struct rep_err why = { .msg = "" };
	enum rep_rc rc;

	for (size_t i = 0; i < all->n; i++)
		if (rep_str_eq(all->v[i].folder, rep_str_c(folder)))
			return REP_OK;
	if (all->n == REP_POSTFIX_INSTANCES) {
		all->dropped++;
		return REP_OK;
	}
	rc = ask(m, folder, &a, &why);
	if (rc == REP_ENOTFOUND || rc == REP_EMEM)
		return rep_fail(err, rc, "%s", why.msg);
	if (rc != REP_OK) {
		all->trouble = rep_arena_printf(m->arena, "%s (%s)", why.msg, folder);
		return REP_OK;
	}
	/* The first one begins whatever it says; others only when they are enabled (postmulti(1)). */
	if (!named && rep_str_eq(rep_postconf_value(a.main, "multi_instance_enable"), REP_S("no")))
		return REP_OK;
	if (others != NULL)
		*others = rep_postconf_value(a.main, "multi_instance_directories");
	if ((rc = read_instance(m, folder, &a, &all->v[all->n], err)) == REP_OK)
		all->n++;
	return rc;
}

enum rep_rc
rep_postfix_find(const struct rep_machine *m, const char *const *folders, size_t n,
    struct rep_postfix_all *out, struct rep_err *err)
{
	struct rep_str others = { "", 0 }, word;
	enum rep_rc rc = REP_OK;

	*out = (struct rep_postfix_all){ .n = 0 };
	for (size_t i = 0; i < n && rc == REP_OK; i++)
		rc = add_instance(m, folders[i], true, out, NULL, err);
	if (n > 0)
		return rc;
	rc = add_instance(m, rep_machine_path(m, USUAL), true, out, &others, err);
	while (rc == REP_OK && rep_postconf_word(&others, &word)) {
		const char *folder = rep_arena_printf(m->arena, "%.*s", REP_PR(word)).p;

		rc = folder == NULL ? rep_fail(err, REP_EMEM, "out of memory")
				    : add_instance(m, folder, false, out, NULL, err);
	}
	return rc;
}
