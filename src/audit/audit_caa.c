/*
 * Who may issue certificates for the hosts of the mail (CAA, RFC 8659): those of the MX that are the
 * domain's own, and the host of the MTA-STS policy. It matters to mail only where a sender insists on
 * a certificate, so only there anything is wrong.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "audit/mail_inside.h"

enum { CLIMB_MAX = 8, TEXT_MAX = 4096 };

/* The set of records for a name: its own, or that of the next name above that has any (section 3). */
static bool
climb(const struct rep_name *host, const struct rep_name *top, const struct rep_dns_view *v,
    const struct rep_dns_answer **set, bool *failed)
{
	struct rep_name name = *host;
	bool known = true;

	*set = NULL;
	for (unsigned i = 0; rep_name_under(&name, top); i++) {
		const struct rep_dns_answer *ans;

		if (i == CLIMB_MAX) {
			*failed = true;
			return known;
		}
		if ((ans = rep_dns_get(v, &name, REP_DNS_CAA)) == NULL) {
			known = false;
		} else if (rep_dns_failed(ans->state)) {
			*failed = true;
			return known;
		} else if (ans->n > 0) {
			*set = ans;
			return known;
		}
		if (!rep_name_up(&name, 1, &name))
			break;
	}
	return known;
}

static size_t
parse(const struct rep_dns_answer *set, struct rep_caa v[REP_CAA_MAX])
{
	size_t n = 0;

	for (; set != NULL && n < set->n && n < REP_CAA_MAX; n++)
		rep_caa_parse(set->rr[n]->data, &v[n]);
	return n;
}

static bool
add_host(const struct rep_audit_in *in, const struct rep_name *host, bool policy,
    const struct rep_dns_view *v, struct rep_audit_mail *m)
{
	struct rep_audit_caa *c = &m->caa[m->caa_n];
	const struct rep_dns_answer *above = NULL;
	struct rep_caa r[REP_CAA_MAX];
	struct rep_name top, parent;
	bool known, none;
	size_t n;

	if (m->caa_n == REP_AUDIT_MAX_CAA)
		return true;
	rep_dmarc_org_psl(&in->domain, &top);
	*c = (struct rep_audit_caa){ .host = *host, .policy = policy };
	known = climb(host, &top, v, &c->set, &c->failed);
	/* A certificate for "*" and the name above fits, too. */
	none = !rep_name_up(host, 1, &parent) || !rep_name_under(&parent, &top);
	if (!none)
		known = climb(&parent, &top, v, &above, &c->failed) && known;
	n = parse(c->set, r);
	c->word = rep_caa_judge(r, n, false);
	for (size_t i = 0; i < n; i++)
		if (r[i].kind == REP_CAA_ISSUE && r[i].issuer.n > 0 &&
		    c->issuers < REP_AUDIT_MAX_ISSUERS)
			c->issuer[c->issuers++] = r[i].issuer;
	n = parse(above, r);
	c->wildcard = none ? REP_CAA_NOBODY : rep_caa_judge(r, n, true);
	m->caa_n++;
	return known;
}

bool
rep_caa_look(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_audit_mail *m)
{
	struct rep_name host;
	bool known = true;

	if (m->sts.n > 0 && rep_name_join(REP_S("mta-sts"), &in->domain, &host))
		known = add_host(in, &host, true, v, m);
	for (size_t i = 0; i < m->n; i++)
		if (rep_name_under(&m->v[i].host, &in->domain) && m->v[i].state != REP_MX_LITERAL)
			known = add_host(in, &m->v[i].host, false, v, m) && known;
	return known;
}

/* --- findings ------------------------------------------------------------------------------------ */

/* Whether mail or its policy depends on the certificate of this host. */
static bool
needed(const struct rep_audit_mail *m, const struct rep_audit_caa *c)
{
	char host[REP_NAME_TEXT];

	if (c->policy)
		return true;
	return m->policy.good && m->policy.mode == REP_STS_ENFORCE &&
	    rep_sts_allows(&m->policy, rep_str_c(rep_name_text(&c->host, host)));
}

/* "0 issue "ca.example"", as in a zone file. False: it cannot be written so. */
static bool
written(struct rep_buf *b, unsigned flags, struct rep_str tag, struct rep_str value)
{
	if (value.n > REP_CAA_VALUE_MAX || tag.n == 0)
		return false;
	rep_buf_printf(b, "%u %.*s \"", flags, REP_PR(tag));
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] < ' ' || value.p[i] > '~')
			return false;
		if (value.p[i] == '"' || value.p[i] == '\\')
			rep_buf_addc(b, '\\');
		rep_buf_addc(b, value.p[i]);
	}
	rep_buf_addc(b, '"');
	return !b->full;
}

/* One record as text, whatever is in it. */
static struct rep_str
shown(struct rep_findings *f, const struct rep_caa *c)
{
	struct rep_str tag = rep_shown(f->a, c->tag, 40), value = rep_shown(f->a, c->value, 120);

	return rep_finding_text(f, "%u %.*s \"%.*s\"", c->flags, REP_PR(tag), REP_PR(value));
}

/* Records that replace a set. */
struct caa_draft {
	struct rep_findings *f;
	struct rep_str owner, lines; /* lines.n == 0: none yet */
	struct rep_caa v[REP_CAA_MAX];
	size_t n;
	bool possible;
};

/* Adds a record that our own parser takes. */
static void
add_record(struct caa_draft *d, unsigned flags, struct rep_str tag, struct rep_str value)
{
	struct rep_str raw =
	    rep_finding_text(d->f, "%c%c%.*s%.*s", 'f', 'n', REP_PR(tag), REP_PR(value));
	struct rep_str line;
	struct rep_buf b;
	char *p = rep_arena_alloc(d->f->a, raw.n + 1);

	rep_buf_init(&b, TEXT_MAX);
	if (p == NULL || d->n == REP_CAA_MAX || !written(&b, flags, tag, value)) {
		d->possible = false;
		rep_buf_fini(&b);
		return;
	}
	memcpy(p, raw.p, raw.n);
	p[0] = (char)flags;
	p[1] = (char)tag.n;
	rep_caa_parse((struct rep_str){ p, raw.n }, &d->v[d->n]);
	d->possible = d->possible && d->v[d->n++].good;
	line = rep_buf_str(&b);
	line = rep_finding_text(d->f, "%.*s. IN CAA %.*s", REP_PR(d->owner), REP_PR(line));
	if (rep_str_find(d->lines, line, 0) == SIZE_MAX)
		d->lines = d->lines.n == 0
		    ? line
		    : rep_finding_text(d->f, "%.*s\n%.*s", REP_PR(d->lines), REP_PR(line));
	rep_buf_fini(&b);
}

/* A record of the set as it was meant: one for each authority. */
static void
repair(struct caa_draft *d, const struct rep_caa *c)
{
	const char *meant = rep_caa_meant(c);
	struct rep_str tag = meant != NULL ? rep_str_c(meant) : c->tag, rest, word;
	struct rep_buf b;

	if (c->good && meant == NULL) {
		add_record(d, c->flags, tag, c->value);
		return;
	}
	rep_buf_init(&b, TEXT_MAX);
	if (c->tag.n == 0 || !rep_caa_issuers(c->value, &b))
		d->possible = false;
	rest = rep_buf_str(&b);
	while (d->possible && rest.n > 0) {
		size_t end = rep_str_chr(rest, ' ', 0);

		word = rep_str_sub(rest, 0, end);
		rest = end == SIZE_MAX ? (struct rep_str){ "", 0 }
				       : rep_str_sub(rest, end + 1, rest.n);
		add_record(d, c->flags, tag, word);
	}
	rep_buf_fini(&b);
}

/* What is wrong with a record. n == 0: nothing. `told`: that nobody may issue is told already. */
static struct rep_str
fault(struct rep_findings *f, const struct rep_caa *c, bool told)
{
	const char *meant = rep_caa_meant(c);
	bool stops = c->kind == REP_CAA_UNKNOWN && c->critical; /* RFC 8659, 4.1 */
	const char *then =
	    stops ? "because of the flag 128 they must not issue then" : "they ignore it";

	if (!c->good)
		return rep_shown(f->a, rep_str_c(c->why), sizeof c->why);
	if (meant != NULL)
		return rep_finding_text(f,
		    "%s was probably meant; authorities do not know this property, and %s", meant,
		    then);
	return stops && !told
	    ? rep_finding_text(f, "authorities do not know this property, and %s", then)
	    : (struct rep_str){ "", 0 };
}

/* What is wrong with the records of a set. n == 0: nothing. `ignored`: so far it has no effect. */
static struct rep_str
faults(struct rep_findings *f, const struct rep_caa *v, size_t n, bool told, bool *ignored)
{
	struct rep_str out = { "", 0 }, text, why;

	*ignored = true;
	for (size_t i = 0; i < n; i++) {
		if ((why = fault(f, &v[i], told)).n == 0)
			continue;
		text = shown(f, &v[i]);
		*ignored = *ignored && v[i].good && !v[i].critical;
		out = rep_finding_text(f, "%.*s%s%.*s: %.*s", REP_PR(out), out.n > 0 ? "; " : "",
		    REP_PR(text), REP_PR(why));
	}
	return out;
}

/* Hosts for which this set counts: all, or those that need a certificate and cannot get one. */
static struct rep_str
hosts_of(const struct rep_audit_mail *m, const struct rep_audit_caa *c, bool forbidden,
    struct rep_findings *f)
{
	char host[REP_NAME_TEXT];
	struct rep_str out = { "", 0 };

	for (size_t i = 0; i < m->caa_n; i++) {
		const struct rep_audit_caa *o = &m->caa[i];

		if (o->set == NULL || !rep_name_eq(&o->set->canonical, &c->set->canonical) ||
		    (forbidden &&
			(!needed(m, o) || o->word != REP_CAA_NOBODY ||
			    o->wildcard != REP_CAA_NOBODY)))
			continue;
		out = rep_finding_text(f, "%.*s%s%s", REP_PR(out), out.n > 0 ? ", " : "",
		    rep_name_text(&o->host, host));
	}
	return out;
}

static bool
is_needed(const struct rep_audit_mail *m, const struct rep_audit_caa *c)
{
	for (size_t i = 0; i < m->caa_n; i++)
		if (m->caa[i].set != NULL &&
		    rep_name_eq(&m->caa[i].set->canonical, &c->set->canonical) &&
		    needed(m, &m->caa[i]))
			return true;
	return false;
}

/* What is to be done about a set, in words, and the set as it should be if that can be proven. */
static void
advise(const struct rep_audit_in *in, const struct rep_caa *v, size_t n,
    const struct rep_audit_caa *c, bool ignored, struct rep_findings *f, struct rep_finding *x)
{
	char owner[REP_NAME_TEXT];
	struct caa_draft d = { .f = f, .possible = true };
	struct rep_name top;
	bool broken = false, strange = false;

	rep_name_text(&c->set->canonical, owner);
	rep_dmarc_org_psl(&in->domain, &top);
	d.owner = rep_arena_dup(f->a, rep_str_c(owner));
	for (size_t i = 0; i < n; i++) {
		broken = broken || !v[i].good || rep_caa_meant(&v[i]) != NULL;
		strange = strange || (v[i].kind == REP_CAA_UNKNOWN && v[i].critical);
		repair(&d, &v[i]);
	}
	if (!rep_name_under(&c->set->canonical, &top))
		x->fix = rep_finding_text(f,
		    "the records are those of %s, behind an alias (CNAME): ask who runs that to correct "
		    "them",
		    owner);
	else if (broken && d.possible && c->set->n <= REP_CAA_MAX &&
	    rep_caa_judge(d.v, d.n, false) == REP_CAA_SOME) {
		x->fix = rep_finding_text(f, "%sreplace all CAA records of %s by:",
		    ignored
			? "authorities ignore it so far. If all certificates of this name and of those "
			  "below it come from the authority that it names, "
			: "",
		    owner);
		x->publish = d.lines;
	} else if (strange)
		x->fix = rep_finding_text(f,
		    "remove the CAA record of %s that has the flag 128 (critical) and a property that "
		    "authorities do not know: because of it they must not issue",
		    owner);
	else
		x->fix = rep_finding_text(f,
		    "let a CAA record of %s name the authority that issues your certificates (0 issue "
		    "and its domain, which it tells in its documentation), or remove the CAA records: "
		    "then any authority may issue",
		    owner);
}

static void
of_set(const struct rep_audit_in *in, const struct rep_audit_mail *m, const struct rep_audit_caa *c,
    struct rep_findings *f)
{
	struct rep_caa v[REP_CAA_MAX];
	size_t n = parse(c->set, v);
	char owner[REP_NAME_TEXT];
	struct rep_finding *x;
	struct rep_str why, hosts, all = { "", 0 }, one;
	bool ignored;

	rep_name_text(&c->set->canonical, owner);
	hosts = hosts_of(m, c, true, f);
	why = faults(f, v, n, hosts.n > 0, &ignored);
	if (hosts.n > 0) {
		for (size_t i = 0; i < n; i++) {
			one = shown(f, &v[i]);
			all = rep_finding_text(
			    f, "%.*s%s%.*s", REP_PR(all), i > 0 ? ", " : "", REP_PR(one));
		}
		x = rep_finding_add(f, REP_FINDING_CAA_FORBIDS, in->domain_text,
		    rep_finding_text(f,
			"no authority may issue a certificate for %.*s: CAA of %s: %.*s",
			REP_PR(hosts), owner, REP_PR(all)));
		advise(in, v, n, c, false, f, x);
	}
	if (why.n == 0)
		return;
	x = rep_finding_add(f, REP_FINDING_CAA_SYNTAX, in->domain_text,
	    rep_finding_text(f, "CAA of %s: %.*s", owner, REP_PR(why)));
	if (!is_needed(m, c))
		x->severity = REP_INFO;
	advise(in, v, n, c, ignored, f, x);
}

void
rep_caa_findings(
    const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f)
{
	for (size_t i = 0; i < m->caa_n; i++) {
		bool again = m->caa[i].set == NULL;

		for (size_t k = 0; k < i && !again; k++)
			again = m->caa[k].set != NULL &&
			    rep_name_eq(&m->caa[k].set->canonical, &m->caa[i].set->canonical);
		if (!again)
			of_set(in, m, &m->caa[i], f);
	}
}
