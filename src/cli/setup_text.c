/*
 * What `setup` found, and what is not clear to it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "cli/net.h"
#include "cli/setup.h"

enum {
	WIDTH = 9, /* of the names of lines */
	LINE_BYTES = 1 << 16,
	SHOWN =
	    16, /* sources, and domains, as a screen has room. The configuration has all. Judgement */
	/* A log whose newest delivery is older may not be that which is written to. Judgement: a quiet weekend is no sign. */
	OLD_S = 2 * 86400
};

/* A line of the list; `first` names it. */
static void
field(struct rep_buf *b, const char *label, struct rep_buf *text)
{
	rep_net_field(b, label, WIDTH, rep_buf_str(text));
	rep_buf_clear(text);
}

static const char *
bytes_text(uint64_t n, char buf[32])
{
	if (n >= 10 << 20)
		snprintf(buf, 32, "%llu MB", (unsigned long long)(n >> 20));
	else
		snprintf(buf, 32, "%llu kB", (unsigned long long)((n + 1023) >> 10));
	return buf;
}

static void
show_postfix(const struct rep_setup *s, struct rep_buf *b, struct rep_buf *t)
{
	for (size_t i = 0; i < s->postfix.n; i++) {
		const struct rep_postfix *p = &s->postfix.v[i];

		rep_buf_printf(t, "%.*s: version %.*s, %.*s", REP_PR(p->folder), REP_PR(p->version),
		    REP_PR(p->hostname));
		if (p->filter.n > 0)
			rep_buf_printf(
			    t, "; content filter %.*s, which is no way out", REP_PR(p->filter));
		field(b, i == 0 ? "Postfix" : "", t);
	}
}

static void
show_logs(const struct rep_setup *s, struct rep_buf *b, struct rep_buf *t)
{
	const char *label = "log";
	char n[32], size[32], when[REP_TIME_TEXT];

	for (size_t i = 0; i < s->logs_n; i++) {
		const struct rep_setup_log *l = &s->logs[i];

		if (l->use == REP_SETUP_UNUSED)
			continue;
		rep_buf_printf(t, "%s", l->at.path);
		if (l->at.why != NULL)
			rep_buf_printf(t, " (%s)", l->at.why);
		if (l->at.older_n > 0)
			rep_buf_printf(
			    t, " and %zu older one%s", l->at.older_n, rep_plural(l->at.older_n));
		if (!l->at.journal)
			rep_buf_printf(t, ", %s", bytes_text(l->at.bytes, size));
		if (l->seen.last_s != 0)
			rep_buf_printf(t, "; at its end %s deliveries, the newest %s",
			    rep_out_number(l->seen.deliveries + l->seen.relayed, n),
			    rep_time_text(l->seen.last_s, when));
		if (l->use == REP_SETUP_OLD)
			rep_buf_add(t, REP_S("; nothing writes to it now, so it is read once"));
		field(b, label, t);
		label = "";
	}
}

static void
show_sources(const struct rep_setup *s, struct rep_buf *b, struct rep_buf *t)
{
	char ip[REP_IP_TEXT];

	for (size_t i = 0; i < s->plan.sources_n && i < SHOWN; i++) {
		const struct rep_plan_source *x = &s->plan.sources[i];

		for (size_t k = 0; k < x->labels_n; k++)
			rep_buf_printf(t, "%s%.*s", k > 0 ? ", " : "", REP_PR(x->labels[k]));
		if (x->how != REP_PLAN_UNKNOWN) {
			rep_buf_printf(t, " from %s (", rep_ip_text(&x->public, ip));
			rep_plan_how_text(&s->plan, x->how, t);
			rep_buf_addc(t, ')');
		} else {
			rep_buf_add(t,
			    x->pool ? REP_S(": several addresses") : REP_S(": address not known"));
		}
		if (s->ptr[i].name.n > 0)
			rep_buf_printf(t, ", PTR %.*s", REP_PR(s->ptr[i].name));
		else if (s->ptr[i].answered)
			rep_buf_add(t, REP_S(", no PTR"));
		field(b, i == 0 ? "sends" : "", t);
	}
	if (s->plan.sources_n > SHOWN)
		rep_buf_printf(b, "  %-*s  and %zu more\n", WIDTH, "", s->plan.sources_n - SHOWN);
	for (size_t i = 0; i < s->plan.relays_n; i++) {
		rep_buf_printf(t, "%.*s (relayhost)", REP_PR(s->plan.relays[i].hop));
		field(b, i == 0 ? "relay" : "", t);
	}
}

static void
show_domains(const struct rep_setup *s, struct rep_buf *b, struct rep_buf *t)
{
	char n[32];

	for (size_t i = 0; i < s->plan.domains_n && i < SHOWN; i++) {
		const struct rep_plan_domain *d = &s->plan.domains[i];

		rep_buf_add(t, d->name);
		if (d->accepted > 0)
			rep_buf_printf(t, ", %s accepted", rep_out_number(d->accepted, n));
		for (size_t k = 0; k < d->selectors_n; k++)
			rep_buf_printf(
			    t, "%s %.*s", k == 0 ? "; DKIM" : ",", REP_PR(d->selectors[k]));
		if (d->why != NULL)
			rep_buf_printf(t, " (%s)", d->why);
		field(b, i == 0 ? "domains" : "", t);
	}
	if (s->plan.domains_n > SHOWN)
		rep_buf_printf(b, "  %-*s  and %zu more\n", WIDTH, "", s->plan.domains_n - SHOWN);
}

/* --- what is not clear --------------------------------------------------------------------------------- */

static void note(struct rep_buf *b, const char *fmt, ...) REP_PRINTF(2, 3);

static void
note(struct rep_buf *b, const char *fmt, ...)
{
	struct rep_buf t, safe;
	va_list ap;

	rep_buf_init(&t, LINE_BYTES);
	rep_buf_init(&safe, 4 * LINE_BYTES);
	va_start(ap, fmt);
	rep_buf_vprintf(&t, fmt, ap);
	va_end(ap);
	rep_net_add(&safe, rep_buf_str(&t));
	rep_buf_add(b, REP_S("- "));
	rep_out_wrap(b, rep_buf_str(&safe), 2, 2);
	rep_buf_addc(b, '\n');
	rep_buf_fini(&safe);
	rep_buf_fini(&t);
}

static void
notes_of_postfix(const struct rep_setup *s, struct rep_buf *b)
{
	if (s->no_postfix)
		note(b,
		    "No Postfix was found: there is no postconf. The ways out are those that the log "
		    "names.");
	if (s->postfix.trouble.n > 0)
		note(b, "Postfix was not asked: %.*s.", REP_PR(s->postfix.trouble));
	if (s->postfix.dropped > 0)
		note(b, "%zu more instance%s of Postfix %s not asked (at most %d).",
		    s->postfix.dropped, rep_plural(s->postfix.dropped),
		    s->postfix.dropped == 1 ? "was" : "were", REP_POSTFIX_INSTANCES);
	for (size_t i = 0; i < s->postfix.n; i++) {
		const struct rep_postfix *p = &s->postfix.v[i];

		if (p->outs_dropped > 0)
			note(b,
			    "%.*s has %zu more services of smtp(8) that were not looked at (at most %d).",
			    REP_PR(p->folder), p->outs_dropped, REP_POSTFIX_OUTS);
		if (p->cut)
			note(b,
			    "The settings in %.*s have more than %d bytes. The rest was not read.",
			    REP_PR(p->folder), REP_POSTFIX_TEXT_MAX);
	}
}

static void
notes_of_logs(const struct rep_setup *s, struct rep_buf *b)
{
	char when[REP_TIME_TEXT];

	if (s->logs_dropped > 0)
		note(b, "%zu more places of a log were not looked at (at most %d).",
		    s->logs_dropped, REP_FIND_LOGS);
	for (size_t i = 0; i < s->logs_n; i++) {
		const struct rep_setup_log *l = &s->logs[i];

		if (l->at.denied)
			note(b, "%s may not be read by this user: use sudo.", l->at.path);
		else if (l->trouble.n > 0)
			note(b, "%s was not looked at: %.*s.", l->at.path, REP_PR(l->trouble));
		if (l->use != REP_SETUP_WATCH || l->at.denied || l->trouble.n > 0)
			continue;
		if (l->seen.last_s == 0)
			note(b,
			    "%s has no delivery yet. If Postfix logs elsewhere: reputed setup PATH",
			    l->at.path);
		else if (l->seen.last_s + OLD_S < s->c->session.clock_s)
			note(b,
			    "The newest delivery in %s is from %s. If Postfix logs elsewhere now: reputed "
			    "setup PATH",
			    l->at.path, rep_time_text(l->seen.last_s, when));
		if (l->at.older_dropped > 0)
			note(b, "%zu older logs beside %s are too many, and are not read.",
			    l->at.older_dropped, l->at.path);
	}
}

static void
notes_of_sources(const struct rep_setup *s, struct rep_buf *b)
{
	if (s->plan.sources_dropped > 0)
		note(b, "%zu more ways out were found, and have no block (at most %d).",
		    s->plan.sources_dropped, REP_PLAN_SOURCES);
	for (size_t i = 0; i < s->plan.sources_n; i++) {
		const struct rep_plan_source *x = &s->plan.sources[i];

		if (x->pool)
			note(b,
			    "Replies named several public addresses for %.*s. It stays without a source "
			    "block, and is compared with nothing. A transport for each address, with a "
			    "syslog_name of its own, makes them visible.",
			    REP_PR(x->labels[0]));
		else if (x->how == REP_PLAN_UNKNOWN)
			note(b,
			    "The public address of %.*s is not known. It is learnt from the first reply "
			    "that names it, or say it: reputed setup --source %.*s=ADDRESS",
			    REP_PR(x->labels[0]), REP_PR(x->labels[0]));
	}
	if (s->plan.labels_odd > 0)
		note(b,
		    "%zu label%s of the log or of Postfix left out, with other characters than letters, digits "
		    "and ._-/:@+. No block is written for such a label.",
		    s->plan.labels_odd, rep_plural(s->plan.labels_odd));
	if (s->plan.sources_n + s->plan.relays_n == 0)
		note(b, "No way out was found: neither in Postfix nor in the log.");
}

static void
notes_of_relays(const struct rep_setup *s, struct rep_buf *b)
{
	for (size_t i = 0; i < s->plan.relays_n; i++) {
		const struct rep_plan_relay *r = &s->plan.relays[i];

		if (r->inside)
			note(b,
			    "All mail goes to %.*s (relayhost), inside your network. Providers answer "
			    "that host, not this one: run reputed setup there, or bring its log here "
			    "and give it: reputed setup PATH",
			    REP_PR(r->hop));
		else
			note(b,
			    "Mail leaves through %.*s (relayhost). What it says counts for it as a "
			    "way out, not for an address of yours.",
			    REP_PR(r->hop));
	}
}

/* Too much of something is not looked at, which may be what a person misses here. */
static void
notes_of_limits(const struct rep_setup *s, struct rep_buf *b)
{
	for (size_t i = 0; i < s->unread.n; i++)
		if (s->unread.v[i].folder)
			note(b, "%s has more than %d names. The others were not looked at.",
			    s->unread.v[i].path, REP_MACHINE_NAMES_MAX);
		else
			note(b, "%s has more than %d bytes, and was not read.", s->unread.v[i].path,
			    REP_MACHINE_FILE_MAX);
	if (s->unread.more)
		note(b, "There are more files and folders that are too large.");
	for (size_t i = 0; i < s->logs_n; i++)
		if (s->logs[i].seen.cut)
			note(b,
			    "%s names more ways out, sender domains or DKIM keys than are looked at here (at "
			    "most %d, %d and %d).",
			    s->logs[i].at.path, REP_LOOK_LABELS, REP_LOOK_DOMAINS,
			    REP_LOOK_SIGNERS);
	for (size_t i = 0; i < s->plan.domains_n; i++)
		if (s->plan.domains[i].selectors_cut)
			note(b,
			    "More than %d DKIM selectors of %.*s were found. The others are not written.",
			    REP_PLAN_SELECTORS, REP_PR(s->plan.domains[i].name));
}

static void
notes(const struct rep_setup *s, struct rep_buf *b)
{
	notes_of_postfix(s, b);
	notes_of_logs(s, b);
	notes_of_sources(s, b);
	notes_of_relays(s, b);
	notes_of_limits(s, b);
	if (s->signers.dropped > 0)
		note(b, "%zu more DKIM keys were found, and are not used (at most %d).",
		    s->signers.dropped, REP_FIND_SIGNERS);
	if (s->plan.domains_dropped > 0)
		note(b, "More than %d own domains were found; of the others no block is written.",
		    REP_PLAN_DOMAINS);
	for (size_t i = 0; i < s->plan.domains_n; i++)
		if (s->plan.domains[i].partly)
			note(b,
			    "The block of %.*s does not have every selector that was found. If that "
			    "is not meant: edit it.",
			    REP_PR(s->plan.domains[i].name));
}

bool
rep_setup_show(const struct rep_setup *s)
{
	struct rep_buf b, t, unclear;
	bool fine;

	rep_buf_init(&b, 4 << 20);
	rep_buf_init(&t, LINE_BYTES);
	rep_buf_init(&unclear, 1 << 20);
	rep_buf_add(&b, REP_S("Found\n"));
	show_postfix(s, &b, &t);
	show_logs(s, &b, &t);
	show_sources(s, &b, &t);
	show_domains(s, &b, &t);
	notes(s, &unclear);
	if (unclear.n > 0) {
		rep_buf_add(&b, REP_S("\nTo know\n"));
		rep_buf_add(&b, rep_buf_str(&unclear));
	}
	rep_buf_addc(&b, '\n');
	fine = rep_out_flush(&b);
	rep_buf_fini(&unclear);
	rep_buf_fini(&t);
	rep_buf_fini(&b);
	return fine;
}
