/*
 * cli/check_run.h -- one look at a domain and addresses: asks DNS and the lists, and stores what was found.
 *
 * `reputed check` shows it, and `reputed serve` does it again and again. It prints only what went wrong.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_CHECK_RUN_H
#define REP_CLI_CHECK_RUN_H

#include "cli/net.h"
#include "engine/looks.h"

struct rep_check_run {
	struct rep_cli *c;	/* borrowed */
	struct rep_audit_in in; /* set by the caller, as `more` */
	struct rep_audit_more more;
	struct rep_ip ip[REP_AUDIT_MAX_IPS]; /* what in.ip is */
	struct rep_clouds clouds;
	bool
	    addresses_listed; /* lists were asked about these addresses shortly before: they are not again */
	/* What was found: */
	struct rep_audit_domain found;
	struct rep_sweep *sweep; /* NULL: no list was asked */
	struct rep_findings findings;
	struct rep_looks kept;
	const struct rep_dns_answer *policy_at; /* the address of mta-sts.DOMAIN */
	bool dead;				/* nothing could be asked */
	struct rep_str blind; /* why nothing is known of any list; n == 0: something is */
};

/* Makes it ready, all but `domain` and addresses. False: failed (printed). `providers` is borrowed. */
bool rep_check_begin(
    struct rep_check_run *w, struct rep_cli *c, const struct rep_providers *providers);

/* An arena in which a look fits. NULL: out of memory. */
struct rep_arena *rep_check_arena(void);

/* False: it failed; the reason was printed, the exit code noted. */
bool rep_check_run(struct rep_check_run *w, struct rep_resolver *r, struct rep_arena *a);

#endif
