/*
 * audit/mail_inside.h -- between the files that audit how a domain receives mail. Only they include it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_MAIL_INSIDE_H
#define REP_AUDIT_MAIL_INSIDE_H

#include "audit/audit.h"

/* What kind of special network an address is in ("a private address"); NULL: it is public. */
const char *rep_ip_special(const struct rep_ip *ip);

/* Whether the name is an alias that leads nowhere; and what is seen of that ("NAME is an alias ..."). */
bool rep_txt_dead_alias(const struct rep_audit_txt *t);
struct rep_str rep_dead_alias_text(struct rep_findings *f, const struct rep_audit_txt *t,
    const char *label, const struct rep_audit_in *in);

/* Sets the state of each MX, what is usable, and whether the domain takes mail. */
void rep_mx_judge(struct rep_audit_mail *m);
/*
 * When there is no usable MX: looks for a host below the domain that could be one (m->host). False:
 * the view does not know yet.
 */
bool rep_mx_host(
    const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_audit_mail *m);
/* False as above. */
bool rep_mx_findings(const struct rep_audit_in *in, const struct rep_dns_view *v,
    const struct rep_audit_mail *m, struct rep_findings *f);
/* The domain sends mail, but has a null MX. */
void rep_mx_null_sends(
    const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f);

void rep_sts_findings(const struct rep_audit_in *in, struct rep_audit_policy *policy,
    struct rep_audit_mail *m, struct rep_findings *f);
/* False as above: the hosts of report addresses are looked up. */
bool rep_tlsrpt_findings(const struct rep_audit_in *in, const struct rep_dns_view *v,
    const struct rep_audit_mail *m, struct rep_findings *f);
/* False as above: CAA records of own hosts are looked up. */
bool rep_caa_look(
    const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_audit_mail *m);
/* Needs the policy in `m`. */
void rep_caa_findings(
    const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f);
/* False as above: DS records are looked up. */
bool rep_tlsa_look(const struct rep_dns_view *v, struct rep_audit_mail *m);
void rep_tlsa_findings(
    const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f);

/* What the servers of the MX showed. Needs the policy and the TLSA records in `m`. */
void rep_starttls_findings(const struct rep_audit_in *in, const struct rep_audit_mail *m,
    const struct rep_audit_tls *tls, struct rep_findings *f);

void rep_bimi_findings(
    const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f);
/* What BIMI wants of DMARC. */
void rep_bimi_policy(const struct rep_audit_in *in, const struct rep_audit_mail *m,
    const struct rep_dmarc *d, struct rep_findings *f);

/* Whether the domain sends mail: you say so (--ip), or its records do. */
enum rep_sends rep_parked_sends(const struct rep_audit_in *in, const struct rep_audit_domain *d);
/* Whether it declares that it sends none. Needs d->sends. */
bool rep_parked_says(const struct rep_audit_domain *d);
/*
 * Of a domain that is parked, what matters only for senders goes out of `f`, and what it lacks comes in.
 * Needs all other findings.
 */
void rep_parked_findings(
    const struct rep_audit_in *in, const struct rep_audit_domain *d, struct rep_findings *f);

/* Asks the first question of rep_audit_misplaced, so that it does not wait for all others. */
void rep_audit_misplaced_ask(const struct rep_audit_in *in, const struct rep_dns_view *v);

#endif
