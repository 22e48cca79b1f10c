/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/plan.h"
#include "engine/wire.h"
#include "setup/postconf.h"
#include "setup/signers.h"

#include <stdlib.h>

enum {
	NAME_BYTES = 60, /* of a block's name, which may have 64: "-2" to "-999" come behind it */
	NAMES_ALIKE = 999
};

/* --- sources ------------------------------------------------------------------------------------------ */

/* One way out, from the log, from Postfix, or from both. */
struct way_out {
	struct rep_str label;	    /* as the log has it; n == 0: it is not in the log */
	struct rep_str syslog_name; /* with "/ipv6" */
	struct rep_str hostname;
	const struct rep_postfix_out *out; /* NULL: not of this Postfix */
	const struct rep_look_label *seen; /* NULL: not in the log */
	bool six;
};

struct planning {
	const struct rep_plan_in *in;
	struct rep_plan *plan;
	bool full;
};

static struct rep_str
without_end(struct rep_str s, struct rep_str end)
{
	return rep_str_ends(s, end) ? rep_str_sub(s, 0, s.n - end.n) : s;
}

/* The way out of this Postfix whose lines have this syslog_name. */
static const struct rep_postfix_out *
out_of(const struct rep_postfix_all *all, struct rep_str syslog_name, struct rep_str *hostname)
{
	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < all->v[i].outs_n; k++)
			if (rep_str_eq(all->v[i].outs[k].syslog_name, syslog_name)) {
				*hostname = all->v[i].hostname;
				return &all->v[i].outs[k];
			}
	return NULL;
}

static bool
same_first_label(struct rep_str a, struct rep_str b)
{
	return a.n > 0 &&
	    rep_str_eq_nocase(rep_str_sub(a, 0, rep_str_chr(a, '.', 0)),
		rep_str_sub(b, 0, rep_str_chr(b, '.', 0)));
}

/* Whether the host of a line is this machine. Logs of others are on a log host too, and their addresses are not here. */
static bool
is_here(const struct rep_plan_in *in, struct rep_str host)
{
	bool here = same_first_label(in->host, host);

	for (size_t i = 0; i < in->postfix->n && !here; i++)
		here = same_first_label(in->postfix->v[i].hostname, host);
	return here;
}

/* Of a service that binds to one address and of another one that binds to none, the label is the same: it says nothing. */
static struct rep_ip
bind_of(const struct way_out *w)
{
	return w->out == NULL ? (struct rep_ip){ .version = 0 }
	    : w->six	      ? w->out->bind6
			      : w->out->bind;
}

/* The address that --source or an answer gives. Mail over IPv6 leaves from an address of IPv6. */
static bool
stated(const struct rep_plan_in *in, struct rep_str label, bool six, struct rep_ip *ip)
{
	struct rep_str name;

	for (size_t i = 0; i < in->stated_n; i++)
		if (rep_wire_stated(in->stated[i], &name, ip) &&
		    rep_wire_names_label(name, label) &&
		    (six ? ip->version == 6 : ip->version == 4 || name.n > 0))
			return true;
	return false;
}

/* What the metadata service says of an address that is bound to, or of the machine. */
static bool
in_cloud(const struct rep_metadata *cloud, const struct rep_ip *bind, struct rep_ip *ip)
{
	for (size_t i = 0; cloud != NULL && i < cloud->n; i++) {
		if (bind->version != 0 ? !rep_ip_eq(&cloud->v[i].bind, bind)
				       : cloud->v[i].public.version != 4)
			continue;
		*ip = cloud->v[i].public;
		return true;
	}
	return false;
}

/* The only public address of the machine, of that version. */
static bool
only(const struct rep_plan_in *in, int version, struct rep_ip *ip)
{
	size_t n = 0;

	for (size_t i = 0; i < in->own_n; i++)
		if (in->own[i].version == version && n++ == 0)
			*ip = in->own[i];
	return n == 1;
}

static enum rep_plan_how
find_address(const struct rep_plan_in *in, const struct way_out *w, struct rep_ip *ip)
{
	struct rep_str label = rep_str_or(w->label, w->syslog_name);
	const struct rep_config_source *s = rep_config_source_for_label(in->cfg, label);
	struct rep_ip bind = bind_of(w);

	*ip = (struct rep_ip){ .version = 0 };
	if (s != NULL) {
		*ip = s->public;
		return REP_PLAN_CONFIGURED;
	}
	if (stated(in, label, w->six, ip))
		return REP_PLAN_STATED;
	if (w->seen != NULL && w->seen->public.version != 0) {
		*ip = w->seen->public;
		return REP_PLAN_LEARNT;
	}
	if (w->seen != NULL && w->seen->pool)
		return REP_PLAN_UNKNOWN;
	if (bind.version != 0 && !rep_ip_private(&bind)) {
		*ip = bind;
		return REP_PLAN_BOUND;
	}
	if (!w->six && w->out != NULL && in_cloud(in->cloud, &bind, ip))
		return REP_PLAN_CLOUD;
	if (bind.version == 0 && w->out != NULL && only(in, w->six ? 6 : 4, ip))
		return REP_PLAN_ONLY;
	*ip = (struct rep_ip){ .version = 0 };
	return REP_PLAN_UNKNOWN;
}

static bool
name_taken(const struct planning *p, struct rep_str name)
{
	for (size_t i = 0; i < p->in->cfg->n_sources; i++)
		if (rep_str_eq_nocase(p->in->cfg->sources[i].name, name))
			return true;
	for (size_t i = 0; i < p->plan->sources_n; i++)
		if (rep_str_eq_nocase(p->plan->sources[i].name, name))
			return true;
	return false;
}

/* A label is text of a log: what is not plain is not written into a configuration, in a comment neither. */
static bool
plain_byte(char c)
{
	return memchr("._-/:@+", c, 7) != NULL || rep_digit(c) ||
	    (rep_lower(c) >= 'a' && rep_lower(c) <= 'z');
}

static bool
is_plain(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!plain_byte(s.p[i]))
			return false;
	return s.n > 0;
}

/* "out-a" of "postfix/out-a"; of a plain "postfix" the name of the host, which says more. */
static struct rep_str
name_of(struct planning *p, const struct way_out *w)
{
	struct rep_str plain = without_end(w->syslog_name, REP_S(REP_LABEL_IPV6)), name, tried;
	size_t slash = rep_str_rchr(plain, '/');

	name = slash != SIZE_MAX ? rep_str_sub(plain, slash + 1, plain.n)
	    : rep_str_eq(plain, REP_S("postfix")) && w->hostname.n > 0 ? w->hostname
								       : plain;
	name = rep_arena_printf(p->in->arena, "%.*s%s", REP_PR(name), w->six ? "-ipv6" : "");
	for (size_t i = 0; i < name.n; i++)
		if (!plain_byte(name.p[i]))
			((char *)(uintptr_t)name.p)[i] = '-';
	tried = name = rep_str_sub(name, 0, NAME_BYTES);
	for (unsigned i = 2; i <= NAMES_ALIKE && tried.n > 0 && name_taken(p, tried); i++)
		tried = rep_arena_printf(p->in->arena, "%.*s-%u", REP_PR(name), i);
	p->full |= tried.p == NULL;
	return tried;
}

/* A label whose address another source has already belongs to that one. */
static struct rep_plan_source *
same_address(struct rep_plan *plan, const struct rep_plan_source *s)
{
	for (size_t i = 0; i < plan->sources_n && s->public.version != 0; i++) {
		struct rep_plan_source *o = &plan->sources[i];

		if (o->how != REP_PLAN_CONFIGURED && s->how != REP_PLAN_CONFIGURED &&
		    rep_ip_eq(&o->public, &s->public) && o->labels_n < REP_PLAN_LABELS)
			return o;
	}
	return NULL;
}

/* Two logs may name one label, such as a file and the journal: it is one way out. */
static struct rep_plan_source *
same_label(struct rep_plan *plan, struct rep_str label)
{
	for (size_t i = 0; i < plan->sources_n; i++)
		for (size_t k = 0; k < plan->sources[i].labels_n; k++)
			if (rep_str_eq(plan->sources[i].labels[k], label))
				return &plan->sources[i];
	return NULL;
}

/* The label as a block has it: its host only where another host's logs have the same syslog_name. */
static struct rep_str
label_of(const struct planning *p, const struct way_out *w)
{
	const struct rep_plan_in *in = p->in;

	for (size_t i = 0; w->seen != NULL && i < in->looks_n; i++)
		for (size_t k = 0; k < in->looks[i].labels_n; k++) {
			const struct rep_look_label *l = &in->looks[i].labels[k];

			if (!rep_str_eq(l->host, w->seen->host) && l->tries > 0 &&
			    rep_str_eq(
				rep_str_sub(l->label, l->host.n + 1, l->label.n), w->syslog_name))
				return w->label;
		}
	return w->syslog_name;
}

static void
add_way(struct planning *p, const struct way_out *w)
{
	struct rep_plan *plan = p->plan;
	struct rep_plan_source s = { .labels_n = 1, .bind = bind_of(w) }, *at;

	if (!is_plain(w->syslog_name) || (w->label.n > 0 && !is_plain(w->label))) {
		plan->labels_odd++;
		return;
	}
	s.how = find_address(p->in, w, &s.public);
	s.labels[0] = label_of(p, w);
	s.pool = w->seen != NULL && w->seen->pool && s.how == REP_PLAN_UNKNOWN;
	s.tries = w->seen != NULL ? w->seen->tries : 0;
	s.helo = w->out != NULL && rep_signer_domain(w->out->helo) ? w->out->helo : REP_S("");
	if ((at = same_label(plan, s.labels[0])) != NULL) {
		at->tries += s.tries;
		if (at->how == REP_PLAN_UNKNOWN && !at->pool) {
			at->how = s.how;
			at->public = s.public;
			at->pool = s.pool;
		}
		return;
	}
	if ((at = same_address(plan, &s)) != NULL) {
		at->labels[at->labels_n++] = s.labels[0];
		at->tries += s.tries;
		return;
	}
	if (plan->sources_n == REP_PLAN_SOURCES) {
		plan->sources_dropped++;
		return;
	}
	s.name = name_of(p, w);
	plan->sources[plan->sources_n++] = s;
}

/* Whether the log has mail that left by it: then that is how it was added. */
static bool
was_seen(const struct rep_plan_in *in, struct rep_str syslog_name)
{
	for (size_t i = 0; i < in->looks_n; i++)
		for (size_t k = 0; k < in->looks[i].labels_n; k++) {
			const struct rep_look_label *l = &in->looks[i].labels[k];
			struct rep_str rest = rep_str_sub(l->label, l->host.n + 1, l->label.n);

			if (l->tries > 0 && rep_str_eq(rest, syslog_name))
				return true;
		}
	return false;
}

static void
add_seen(struct planning *p, const struct rep_look_label *l)
{
	struct way_out w = { .label = l->label, .seen = l };
	struct rep_str six = REP_S(REP_LABEL_IPV6);

	if (l->tries == 0 || l->label.n <= l->host.n + 1)
		return;
	w.syslog_name = rep_str_sub(l->label, l->host.n + 1, l->label.n);
	w.six = rep_str_ends(l->label, six);
	if (is_here(p->in, l->host))
		w.out = out_of(p->in->postfix, without_end(w.syslog_name, six), &w.hostname);
	add_way(p, &w);
}

/*
 * What Postfix could send by, and the log has not seen. A service of its own address is one; the usual one is, when no
 * mail was seen at all, and not all goes to a relay.
 */
static void
add_unseen(struct planning *p, const struct rep_postfix *x, bool any)
{
	for (size_t i = 0; i < x->outs_n; i++) {
		const struct rep_postfix_out *o = &x->outs[i];
		struct way_out w = {
			.syslog_name = o->syslog_name, .hostname = x->hostname, .out = o
		};
		bool usual = rep_str_eq(o->service, REP_S("smtp")) && x->relay.n == 0 && !any;

		if (!o->filter && (o->own || usual) && o->syslog_name.n > 0 &&
		    !was_seen(p->in, o->syslog_name))
			add_way(p, &w);
	}
}

static void
add_sources(struct planning *p)
{
	const struct rep_plan_in *in = p->in;
	bool any = false;

	for (size_t i = 0; i < in->looks_n; i++)
		for (size_t k = 0; k < in->looks[i].labels_n; k++)
			any |= in->looks[i].labels[k].tries > 0;
	for (size_t i = 0; i < in->looks_n; i++)
		for (size_t k = 0; k < in->looks[i].labels_n; k++)
			add_seen(p, &in->looks[i].labels[k]);
	for (size_t i = 0; i < in->postfix->n; i++)
		add_unseen(p, &in->postfix->v[i], any);
	for (size_t i = 0; i < p->plan->sources_n; i++)
		p->plan->hidden |=
		    p->plan->sources[i].how == REP_PLAN_UNKNOWN && !p->plan->sources[i].pool;
	for (size_t i = 0; i < in->own_n; i++)
		p->plan->hidden &= in->own[i].version != 4;
}

/* --- relays ------------------------------------------------------------------------------------------- */

/* A name for the block: "mailhost" of "smtp.mailhost.example". */
static struct rep_str
relay_name(struct rep_str host)
{
	struct rep_str domain = rep_registered_domain(host);
	size_t dot = rep_str_chr(domain, '.', 0);

	return dot == SIZE_MAX || dot == 0 ? REP_S("relay") : rep_str_sub(domain, 0, dot);
}

static bool
is_inside(struct rep_str host)
{
	struct rep_ip ip;

	return rep_ip_parse(host, &ip)
	    ? rep_ip_private(&ip)
	    : rep_str_chr(host, '.', 0) == SIZE_MAX || rep_str_ends_nocase(host, REP_S(".local")) ||
		rep_str_ends_nocase(host, REP_S(".lan")) ||
		rep_str_ends_nocase(host, REP_S(".internal")) ||
		rep_str_ends_nocase(host, REP_S(".localdomain"));
}

static void
add_relay(struct planning *p, const struct rep_postfix *x)
{
	struct rep_plan *plan = p->plan;
	struct rep_plan_relay r = { .hosts_n = 1, .inside = is_inside(x->relay) };
	const char *open = x->relay_exact ? "[" : "", *close = x->relay_exact ? "]" : "";
	const struct rep_provider *known =
	    p->in->providers != NULL ? rep_provider_by_host(p->in->providers, x->relay) : NULL;
	struct rep_ip ip = { .version = 0 };
	bool address = rep_ip_parse(x->relay, &ip);

	r.hop = rep_arena_printf(p->in->arena, "%s%.*s%s%s%.*s", open, REP_PR(x->relay), close,
	    x->relay_port.n > 0 ? ":" : "", REP_PR(x->relay_port));
	for (size_t i = 0; i < plan->relays_n; i++)
		if (rep_str_eq(plan->relays[i].hop, r.hop))
			return;
	r.name = address ? REP_S("relay") : relay_name(x->relay);
	r.known = known != NULL && known->kind == REP_PROVIDER_ROUTE;
	r.configured =
	    rep_config_relay_for_host(p->in->cfg, address ? REP_S("") : x->relay, &ip, 0) != NULL;
	r.hosts[0] =
	    address ? rep_arena_printf(p->in->arena, "[%.*s]", REP_PR(x->relay)) : x->relay;
	if (!x->relay_exact && !address)
		/* Its MX hosts, which are most often below it. */
		r.hosts[r.hosts_n++] = rep_arena_printf(p->in->arena, ".%.*s", REP_PR(x->relay));
	p->full |= r.hop.p == NULL || r.hosts[0].p == NULL || r.hosts[r.hosts_n - 1].p == NULL;
	if (address || rep_signer_domain(x->relay) || r.inside)
		plan->relays[plan->relays_n++] = r;
}

/* --- domains ------------------------------------------------------------------------------------------ */

static struct rep_plan_domain *
domain_of(struct rep_plan *plan, struct rep_str name)
{
	for (size_t i = 0; i < plan->domains_n; i++)
		if (rep_str_eq_nocase(plan->domains[i].name, name))
			return &plan->domains[i];
	if (plan->domains_n == REP_PLAN_DOMAINS) {
		plan->domains_dropped++;
		return NULL;
	}
	plan->domains[plan->domains_n] = (struct rep_plan_domain){ .name = name };
	return &plan->domains[plan->domains_n++];
}

static bool
has_word(struct rep_str list, struct rep_str name)
{
	struct rep_str word;

	while (rep_postconf_word(&list, &word))
		if (rep_str_eq_nocase(word, name))
			return true;
	return false;
}

static bool
is_destination(const struct rep_plan_in *in, struct rep_str name)
{
	for (size_t i = 0; i < in->postfix->n; i++)
		if (has_word(in->postfix->v[i].destinations, name))
			return true;
	return false;
}

static bool
signs(const struct rep_plan_in *in, struct rep_str name)
{
	for (size_t i = 0; i < in->signers->n; i++)
		if (rep_str_eq_nocase(in->signers->v[i].domain, name))
			return true;
	for (size_t i = 0; i < in->looks_n; i++)
		for (size_t k = 0; k < in->looks[i].signers_n; k++)
			if (rep_str_eq_nocase(in->looks[i].signers[k].domain, name))
				return true;
	return false;
}

/* Nobody owns the domains of mailbox providers: such mail is passed on. */
static void
add_logged(struct planning *p, const struct rep_look_log *look)
{
	for (size_t i = 0; i < look->domains_n; i++) {
		const struct rep_look_domain *d = &look->domains[i];
		struct rep_plan_domain *to;
		bool much = d->accepted * 100 >= look->accepted * REP_PLAN_SHARE;

		if (!signs(p->in, d->name) &&
		    ((!much && !is_destination(p->in, d->name)) ||
			(p->in->providers != NULL &&
			    rep_provider_by_domain(p->in->providers, d->name) != NULL)))
			continue;
		if ((to = domain_of(p->plan, d->name)) != NULL)
			to->accepted += d->accepted;
	}
}

static void
add_signer(struct planning *p, struct rep_str domain, struct rep_str selector, const char *why)
{
	struct rep_plan_domain *d = domain_of(p->plan, domain);

	if (d == NULL || selector.n == 0)
		return;
	for (size_t i = 0; i < d->selectors_n; i++)
		if (rep_str_eq_nocase(d->selectors[i], selector))
			return;
	if (d->selectors_n == REP_PLAN_SELECTORS) {
		d->selectors_cut = true;
		return;
	}
	d->why = d->why != NULL ? d->why : why;
	d->selectors[d->selectors_n++] = selector;
}

/* A machine that has sent nothing yet: the domain that its mail will have. */
static void
add_origin(struct planning *p)
{
	for (size_t i = 0; i < p->in->postfix->n && p->plan->domains_n == 0; i++) {
		struct rep_str list = p->in->postfix->v[i].destinations, word;

		if (rep_postconf_word(&list, &word) && rep_signer_domain(word) && !is_inside(word))
			(void)domain_of(p->plan, word);
	}
}

static int
by_accepted(const void *a, const void *b)
{
	const struct rep_plan_domain *x = a, *y = b;

	return x->accepted != y->accepted ? (x->accepted < y->accepted ? 1 : -1)
					  : rep_str_cmp(x->name, y->name);
}

/* What of it the configuration has. */
static void
compare_domain(const struct rep_plan_in *in, struct rep_plan_domain *d)
{
	const struct rep_config_domain *have = rep_config_domain(in->cfg, d->name);
	size_t k;

	d->configured = have != NULL;
	for (size_t i = 0; have != NULL && i < d->selectors_n; i++) {
		for (k = 0; k < have->selectors.n &&
		     !rep_str_eq_nocase(have->selectors.v[k], d->selectors[i]);
		     k++)
			;
		d->partly |= k == have->selectors.n;
	}
}

static void
add_domains(struct planning *p)
{
	const struct rep_plan_in *in = p->in;

	for (size_t i = 0; i < in->looks_n; i++)
		add_logged(p, &in->looks[i]);
	for (size_t i = 0; i < in->looks_n; i++)
		for (size_t k = 0; k < in->looks[i].signers_n; k++)
			add_signer(p, in->looks[i].signers[k].domain,
			    in->looks[i].signers[k].selector, "OpenDKIM's lines in the log");
	for (size_t i = 0; i < in->signers->n; i++)
		add_signer(
		    p, in->signers->v[i].domain, in->signers->v[i].selector, in->signers->v[i].why);
	if (p->plan->domains_n == 0)
		add_origin(p);
	if (p->plan->domains_n > 0)
		qsort(p->plan->domains, p->plan->domains_n, sizeof *p->plan->domains, by_accepted);
	for (size_t i = 0; i < p->plan->domains_n; i++)
		compare_domain(in, &p->plan->domains[i]);
}

/* --- all of it ---------------------------------------------------------------------------------------- */

static void
add_watch(struct planning *p)
{
	const struct rep_config_list *have = &p->in->cfg->watch;
	size_t k;

	for (size_t i = 0; i < p->in->watch_n && p->plan->watch_n < REP_PLAN_WATCH; i++) {
		for (k = 0; k < have->n && !rep_str_eq(have->v[k], rep_str_c(p->in->watch[i])); k++)
			;
		if (k == have->n)
			p->plan->watch[p->plan->watch_n++] = p->in->watch[i];
	}
}

enum rep_rc
rep_plan_make(const struct rep_plan_in *in, struct rep_plan *out, struct rep_err *err)
{
	struct planning p = { .in = in, .plan = out };

	memset(out, 0, sizeof *out);
	out->cloud = in->cloud != NULL ? in->cloud->name : NULL;
	add_watch(&p);
	add_sources(&p);
	for (size_t i = 0; i < in->postfix->n; i++)
		if (in->postfix->v[i].relay.n > 0)
			add_relay(&p, &in->postfix->v[i]);
	add_domains(&p);
	return p.full ? rep_fail(err, REP_EMEM, "out of memory") : REP_OK;
}
