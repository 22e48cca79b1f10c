/*
 * MTA-STS: what is wrong, and the record and the file that are right. What is printed was
 * read by the parsers of auth/mta_sts.h first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "audit/mail_inside.h"
#include "base/time.h"

#include <stdio.h>

enum { DAY_S = 86400, WEEK_S = 7 * DAY_S };

/* An MX without an address gets no mail, so the policy need not name it. */
static bool
counts(const struct rep_audit_mail *m, size_t i)
{
	return m->v[i].state != REP_MX_DEAD && m->v[i].state != REP_MX_LITERAL;
}

/* Whether a pattern of the old policy still has an MX. */
static bool
in_use(struct rep_str mx, const struct rep_audit_mail *m)
{
	struct rep_sts_policy one = { .mx = { mx }, .mx_n = 1 };
	char host[REP_NAME_TEXT];

	for (size_t i = 0; i < m->n; i++)
		if (rep_sts_allows(&one, rep_str_c(rep_name_text(&m->v[i].host, host))))
			return true;
	return false;
}

static struct rep_str
host_of(struct rep_findings *f, const struct rep_audit_mail *m, size_t i)
{
	char host[REP_NAME_TEXT];

	return rep_arena_dup(f->a, rep_str_c(rep_name_text(&m->v[i].host, host)));
}

/* A good policy allows every MX that counts. */
static bool
proven(struct rep_str text, const struct rep_audit_mail *m)
{
	struct rep_sts_policy p;
	char host[REP_NAME_TEXT];

	rep_sts_policy_parse(text, &p);
	for (size_t i = 0; i < m->n; i++)
		if (counts(m, i) &&
		    !rep_sts_allows(&p, rep_str_c(rep_name_text(&m->v[i].host, host))))
			return false;
	return p.good;
}

/*
 * The policy as it should be: every MX, the mode and the age of the old one where they can be read
 * and used. n == 0: there is none, for example without MX.
 */
static struct rep_str
policy_file(const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f)
{
	struct rep_sts_policy p = { .mode = m->policy.mode, .max_age_s = m->policy.max_age_s };
	struct rep_str out = { "", 0 };
	struct rep_buf b;

	if (m->takes != REP_TAKES_MAIL)
		return out;
	if (p.mode == REP_STS_NONE)
		p.mode = REP_STS_TESTING;
	if (p.max_age_s < DAY_S)
		p.max_age_s = WEEK_S;
	for (size_t i = 0; i < m->policy.mx_n; i++)
		if (in_use(m->policy.mx[i], m))
			p.mx[p.mx_n++] = m->policy.mx[i];
	for (size_t i = 0; i < m->n && p.mx_n < REP_STS_MAX_MX; i++) {
		struct rep_str host = host_of(f, m, i);

		if (counts(m, i) && !rep_sts_allows(&p, host))
			p.mx[p.mx_n++] = host;
	}
	if (m->n == 0)
		p.mx[p.mx_n++] = in->domain_text;
	rep_buf_init(&b, REP_STS_POLICY_MAX);
	rep_sts_policy_write(&p, &b);
	if (!b.full && proven(rep_buf_str(&b), m))
		out = rep_arena_dup(f->a, rep_buf_str(&b));
	rep_buf_fini(&b);
	return out;
}

static bool
has_id(const struct rep_audit_mail *m, struct rep_str id)
{
	for (size_t i = 0; i < m->sts.n && i < REP_AUDIT_MAX_TXT; i++)
		if (rep_str_find(m->sts.v[i], id, 0) != SIZE_MAX)
			return true;
	return false;
}

/* The file (n == 0: it is right already), and the record with a new id, so that senders fetch it. */
static void
publish(const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_str file,
    struct rep_findings *f, struct rep_finding *x)
{
	struct rep_civil c;
	struct rep_str record;
	int64_t at_s = in->now_s - in->now_s % DAY_S; /* two runs of a day propose the same */

	if (file.n > 0) {
		x->file = file;
		x->file_at = rep_finding_text(
		    f, "https://mta-sts.%.*s/.well-known/mta-sts.txt", REP_PR(in->domain_text));
	}
	do {
		rep_time_to_civil(at_s++, &c);
		record = rep_finding_text(f, "v=STSv1; id=%04d%02d%02d%02d%02d%02dZ", c.year,
		    c.month, c.day, c.hour, c.min, c.sec);
	} while (has_id(m, rep_str_sub(record, 9, record.n)));
	x->publish_words = m->sts.n > 1
	    ? REP_S("publish this in DNS, in place of all present records of that name:")
	    : REP_S("publish this in DNS, in place of the present record:");
	if (rep_sts_is_record(record) && rep_sts_record_fault(record) == NULL)
		rep_finding_publish(f, x, "_mta-sts.%.*s. IN TXT \"%.*s\"", REP_PR(in->domain_text),
		    REP_PR(record));
}

/* What is wrong with the record; n == 0: nothing. */
static struct rep_str
record_fault(const struct rep_audit_mail *m, struct rep_findings *f)
{
	const char *fault;

	if (m->sts.n > 1)
		return rep_finding_text(f,
		    "there are %zu records, and senders then use none of them (RFC 8461, 3.1)",
		    m->sts.n);
	fault = rep_sts_record_fault(m->sts.v[0]);
	return rep_str_c(fault != NULL ? fault : "");
}

/* What is wrong with the policy; n == 0: nothing. */
static struct rep_str
policy_fault(
    const struct rep_audit_policy *policy, struct rep_audit_mail *m, struct rep_findings *f)
{
	static const struct rep_str none = { "", 0 };

	if (!policy->fetched)
		return none;
	if (policy->failure.n > 0)
		return policy->failure;
	rep_sts_policy_parse(policy->text, &m->policy);
	return m->policy.good ? none : rep_shown(f->a, rep_str_c(m->policy.why), 200);
}

static void
invalid(const struct rep_audit_in *in, const struct rep_audit_policy *policy,
    const struct rep_audit_mail *m, struct rep_str record, struct rep_str file,
    struct rep_findings *f)
{
	struct rep_str seen = rep_shown(f->a, m->sts.v[0], 120), text = { "", 0 };
	struct rep_finding *x = rep_finding_add(f, REP_FINDING_MTA_STS_INVALID, in->domain_text,
	    rep_finding_text(f, "%.*s: %.*s%s%.*s", REP_PR(seen), REP_PR(record),
		record.n > 0 && file.n > 0 ? "; the policy: " : "", REP_PR(file)));

	if (m->takes == REP_TAKES_NONE) {
		x->fix = rep_finding_text(f,
		    "the domain takes no mail, so remove the TXT record of _mta-sts.%.*s",
		    REP_PR(in->domain_text));
		return;
	}
	if (file.n > 0) {
		text = policy_file(in, m, f);
		x->fix = rep_finding_text(f, "%s%s https://mta-sts.%.*s/.well-known/mta-sts.txt%s",
		    policy->no_address
			? rep_finding_text(f,
			      "first give mta-sts.%.*s the address of the web server that is to give "
			      "the policy (A, AAAA or CNAME). Then ",
			      REP_PR(in->domain_text))
			      .p
			: "",
		    policy->failure.n > 0 ? "let a web server with a valid certificate of that "
					    "name give this policy at"
			: text.n > 0	  ? "put this policy at"
					  : "fix the policy at",
		    REP_PR(in->domain_text), text.n > 0 ? ":" : "");
	} else {
		x->fix = m->sts.n > 1 ? REP_S("replace all TXT records of that name by this one:")
				      : REP_S("replace the record by:");
	}
	if (file.n == 0 || text.n > 0)
		publish(in, m, text, f, x);
}

/* Each MX that the policy does not name, in one finding: one file fixes them all. */
static void
not_named(const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f)
{
	struct rep_buf b;
	struct rep_finding *x;
	struct rep_str file, hosts;
	size_t n = 0;

	rep_buf_init(&b, 8192);
	for (size_t i = 0; i < m->n && m->policy.mode != REP_STS_NONE; i++) {
		struct rep_str host = host_of(f, m, i);

		if (counts(m, i) && !rep_sts_allows(&m->policy, host))
			rep_buf_printf(&b, "%s%.*s", n++ > 0 ? ", " : "", REP_PR(host));
	}
	hosts = rep_buf_str(&b);
	if (n > 0) {
		x = rep_finding_add(f, REP_FINDING_MTA_STS_MX, in->domain_text,
		    rep_finding_text(f, "MX %.*s %s not in the policy (mode %s)", REP_PR(hosts),
			n == 1 ? "is" : "are", rep_sts_mode_text(m->policy.mode)));
		if (m->policy.mode == REP_STS_TESTING) {
			x->severity = REP_WARNING;
			x->effect =
			    "In mode testing senders deliver all the same, and report it by "
			    "TLS-RPT. With mode enforce they would deliver nothing to it.";
		}
		file = policy_file(in, m, f);
		x->fix = rep_finding_text(f, "%s https://mta-sts.%.*s/.well-known/mta-sts.txt%s",
		    file.n > 0 ? "put this policy at"
			       : "add each of them (mx: NAME) to the policy at",
		    REP_PR(in->domain_text), file.n > 0 ? ":" : "");
		if (file.n > 0)
			publish(in, m, file, f, x);
	}
	rep_buf_fini(&b);
}

/* A policy that is gone before the next mail protects nothing. Mode none is how one is removed (8.3). */
static void
short_age(const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f)
{
	struct rep_finding *x;
	struct rep_str file;

	if (m->policy.max_age_s >= DAY_S || m->policy.mode == REP_STS_NONE)
		return;
	x = rep_finding_add(f, REP_FINDING_MTA_STS_MAX_AGE, in->domain_text,
	    rep_finding_text(f, "max_age: %llu (%s), mode %s",
		(unsigned long long)m->policy.max_age_s,
		m->policy.max_age_s < 3600 ? "less than an hour" : "less than a day",
		rep_sts_mode_text(m->policy.mode)));
	if (m->policy.mode == REP_STS_TESTING)
		x->severity = REP_INFO;
	file = policy_file(in, m, f);
	if (file.n == 0)
		return;
	x->fix =
	    rep_finding_text(f, "put this policy at https://mta-sts.%.*s/.well-known/mta-sts.txt:",
		REP_PR(in->domain_text));
	publish(in, m, file, f, x);
}

/* Senders find no record behind it, so it does no harm. */
static void
dead_alias(const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f)
{
	struct rep_finding *x = rep_finding_add(f, REP_FINDING_MTA_STS_INVALID, in->domain_text,
	    rep_dead_alias_text(f, &m->sts, "_mta-sts", in));

	x->severity = REP_INFO;
	x->effect = "Senders find no MTA-STS, and deliver without it.";
	x->fix =
	    REP_S("remove the alias if MTA-STS is not wanted. Otherwise correct it, or ask who "
		  "runs its target to publish the record there");
}

/* Text at the right name that senders do not read as a record: "v=STS1", or the policy itself. */
static struct rep_str
near_miss(const struct rep_audit_txt *t)
{
	for (size_t i = 0; t->n == 0 && t->answer != NULL && i < t->answer->n; i++) {
		struct rep_str s = t->answer->rr[i]->data;

		if (rep_str_starts_nocase(s, REP_S("v=sts")) ||
		    (rep_str_starts_nocase(s, REP_S("version")) &&
			rep_str_find_nocase(s, REP_S("sts"), 0) != SIZE_MAX))
			return s;
	}
	return (struct rep_str){ "", 0 };
}

static void
nearly(const struct rep_audit_in *in, struct rep_str text, struct rep_findings *f)
{
	struct rep_str shown = rep_shown(f->a, text, 200);
	struct rep_finding *x = rep_finding_add(f, REP_FINDING_MTA_STS_INVALID, in->domain_text,
	    rep_finding_text(f, "TXT of _mta-sts.%.*s: \"%.*s\"; a record begins with \"v=STSv1;\"",
		REP_PR(in->domain_text), REP_PR(shown)));

	x->effect = "Senders find no MTA-STS, and deliver without it.";
	x->fix = rep_finding_text(f,
	    "remove that text, which senders do not read as a record. If there is a policy at "
	    "https://mta-sts.%.*s/.well-known/mta-sts.txt, write \"v=STSv1; id=1\" in its place",
	    REP_PR(in->domain_text));
}

void
rep_sts_findings(const struct rep_audit_in *in, struct rep_audit_policy *policy,
    struct rep_audit_mail *m, struct rep_findings *f)
{
	struct rep_str record, file, near = near_miss(&m->sts);

	policy->wanted = m->sts.n > 0;
	if (near.n > 0)
		nearly(in, near, f);
	if (rep_txt_dead_alias(&m->sts))
		dead_alias(in, m, f);
	if (!policy->wanted)
		return;
	record = record_fault(m, f);
	file = policy_fault(policy, m, f);
	if (record.n > 0 || file.n > 0) {
		invalid(in, policy, m, record, file, f);
		return;
	}
	if (!policy->fetched)
		return;
	not_named(in, m, f);
	short_age(in, m, f);
}
