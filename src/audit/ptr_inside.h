/*
 * audit/ptr_inside.h -- between the files that audit PTR and HELO of own addresses. Only they include it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_PTR_INSIDE_H
#define REP_AUDIT_PTR_INSIDE_H

#include "audit/audit.h"
#include "audit/own_name.h"

/* All own addresses together: what one of them needs must take nothing from another. */
struct rep_ptr_run {
	const struct rep_audit_in *in;
	struct rep_str helo; /* as given; n == 0: not */
	const struct rep_clouds *clouds;
	const struct rep_dns_view *v;
	struct rep_audit_ptr *out; /* of each address, as all below */
	struct rep_findings *f;
	struct rep_name_row *row[REP_AUDIT_MAX_IPS]; /* NULL: nothing is to be done that is known */
	struct rep_str common;			     /* what smtp_helo_name in main.cf is to be */
	struct rep_own_name name[REP_AUDIT_MAX_IPS]; /* for the PTR */
	struct rep_own_name said[REP_AUDIT_MAX_IPS]; /* for HELO: common, or a name of its own */
};

bool rep_ptr_leads_back(const struct rep_dns_answer *ans, const struct rep_ip *ip);

/* The PTR names of the address, and the way back. `out` is empty. False: not known yet, as all below. */
bool rep_ptr_look(const struct rep_ptr_run *r, const struct rep_ip *ip,
    const struct rep_dns_view *v, struct rep_audit_ptr *out);
/* Whether HELO leads to the address. */
bool rep_helo_look(const struct rep_ptr_run *r, const struct rep_ip *ip,
    const struct rep_dns_view *v, struct rep_audit_ptr *out);
enum rep_ptr_state rep_ptr_judge(const struct rep_audit_ptr *p, const struct rep_name *domain);

/* A name for each PTR, and one for each HELO. */
bool rep_ptr_choose(struct rep_ptr_run *r);
/*
 * With all records as they are proposed: each name leads to its address, and no address lost what it had. An address
 * of which that cannot be shown loses the names that were chosen for it, and gets only words.
 */
bool rep_ptr_prove(struct rep_ptr_run *r);

/* Whether the advice is to have this name in the PTR. */
bool rep_ptr_is_set(const struct rep_ptr_run *r, size_t i);
/* A name of the own organization whose address record is missing: only that is to be done. */
bool rep_ptr_only_forward(const struct rep_audit_ptr *p, const struct rep_own_name *name);
/* Whether the name of the address is the cloud's, and cannot be set. *why: its words, if any. */
bool rep_ptr_fixed(const struct rep_ptr_run *r, size_t i, struct rep_str *why);
/* Fills r->row[i], when the names are chosen and proven. */
void rep_ptr_row(struct rep_ptr_run *r, size_t i);

/* The address record of a name, unless it is there. */
void rep_ptr_publish(struct rep_findings *f, struct rep_finding *x, const struct rep_ip *ip,
    const struct rep_own_name *name);
/* What is said before such a record; `why` is its beginning, "" or "..., ". */
struct rep_str rep_ptr_record_words(struct rep_findings *f, const char *why,
    const struct rep_ip *ip, const struct rep_own_name *name);
/* Lets HELO say the name: all of Postfix, or what sends from this address alone. */
void rep_ptr_say_name(struct rep_ptr_run *r, struct rep_finding *x, size_t i);
/* How to give the address a name. For a known cloud, the exact call. */
void rep_ptr_how_to(struct rep_ptr_run *r, struct rep_finding *x, size_t i);

/* HELO must be a full name that leads to the address. */
void rep_helo_findings(struct rep_ptr_run *r, size_t i);

#endif
