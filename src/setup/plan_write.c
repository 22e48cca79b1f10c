/*
 * The statements of a plan, as a configuration has them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "setup/plan.h"
#include "config/schema.h"

#include <stdio.h>

void
rep_plan_how_text(const struct rep_plan *p, enum rep_plan_how how, struct rep_buf *out)
{
	static const char *const words[] = { [REP_PLAN_UNKNOWN] = "",
		[REP_PLAN_CONFIGURED] = "configured",
		[REP_PLAN_STATED] = "as you said",
		[REP_PLAN_LEARNT] = "a provider's reply named the address",
		[REP_PLAN_BOUND] = "Postfix binds to it",
		[REP_PLAN_CLOUD] = "the metadata service of ",
		[REP_PLAN_ONLY] = "the only public address of this machine" };

	rep_buf_add(out, rep_str_c(words[how]));
	if (how == REP_PLAN_CLOUD)
		rep_buf_add(out, rep_str_c(p->cloud));
}

/* A name in a comment: it never ends the line, whatever is in it. */
static void
write_name(const char *before, struct rep_str name, struct rep_buf *out)
{
	rep_buf_add(out, rep_str_c(before));
	for (size_t i = 0; i < name.n; i++)
		rep_buf_addc(out, name.p[i] > ' ' && name.p[i] <= '~' ? name.p[i] : '?');
}

static void
write_source(const struct rep_plan *p, const struct rep_plan_source *s, struct rep_buf *out)
{
	struct rep_config_source block = { .name = s->name,
		.labels = { s->labels, s->labels_n },
		.public = s->public,
		.bind = s->bind,
		.helo = s->helo };

	if (s->how == REP_PLAN_CONFIGURED)
		return;
	if (s->how != REP_PLAN_UNKNOWN) {
		rep_buf_add(out, REP_S("\n# "));
		rep_plan_how_text(p, s->how, out);
		rep_config_dump_block(REP_CONF_SOURCE, &block, out);
	} else if (s->pool) {
		write_name("\n# ", s->labels[0], out);
		rep_buf_add(out,
		    REP_S(
			" sends from several addresses, as replies show, so it has no source block.\n"));
	} else {
		write_name("\n# The address of ", s->labels[0], out);
		rep_buf_add(out,
		    REP_S(" is not known yet. It is learnt from the first reply that names\n"
			  "# it, or say it: source "));
		write_name("", s->name, out);
		write_name(" { label ", s->labels[0], out);
		rep_buf_add(out, REP_S("; public ADDRESS }\n"));
	}
}

static void
write_relay(const struct rep_plan_relay *r, struct rep_buf *out)
{
	struct rep_config_relay block = { .name = r->name, .hosts = { r->hosts, r->hosts_n } };

	if (r->configured || r->known || r->inside)
		return;
	rep_buf_printf(out, "\n# relayhost of Postfix: what it says counts for it, not for you");
	rep_config_dump_block(REP_CONF_RELAYS, &block, out);
}

static void
write_domain(const struct rep_plan_domain *d, struct rep_buf *out)
{
	struct rep_config_domain block = { .name = d->name,
		.selectors = { d->selectors, d->selectors_n } };

	if (d->configured)
		return;
	if (d->why != NULL)
		rep_buf_printf(out, "\n# selectors from %s", d->why);
	else
		rep_buf_add(out, REP_S("\n# no DKIM selector was found here"));
	rep_config_dump_block(REP_CONF_DOMAIN, &block, out);
}

void
rep_plan_write(const struct rep_plan *p, const struct rep_config_alert *alert,
    struct rep_str database, struct rep_buf *out)
{
	struct rep_str watch[REP_PLAN_WATCH];
	struct rep_config top;

	rep_config_init(&top, NULL);
	for (size_t i = 0; i < p->watch_n; i++)
		watch[i] = rep_str_c(p->watch[i]);
	top.watch = (struct rep_config_list){ watch, p->watch_n };
	top.database = database;
	rep_config_dump_block(REP_CONF_TOP, &top, out);
	for (size_t i = 0; i < p->sources_n; i++)
		write_source(p, &p->sources[i], out);
	for (size_t i = 0; i < p->relays_n; i++)
		write_relay(&p->relays[i], out);
	for (size_t i = 0; i < p->domains_n; i++)
		write_domain(&p->domains[i], out);
	if (alert != NULL) {
		rep_buf_add(out, REP_S("\n# who is told; a test message: reputed alert test"));
		rep_config_dump_block(REP_CONF_ALERT, alert, out);
	}
}
