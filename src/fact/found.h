/*
 * fact/found.h -- what a look at DNS found, as it is kept and judged.
 *
 * A look is one check of DNS. A stay begins with the first look that sees a finding
 * (audit/finding.h) or a record, and ends with the first look that does not see it any more. When
 * the finding comes back, a new stay begins, so the stays of a finding are its history. A look asks
 * about parts of a subject ("spf" of a domain, "ptr" of an address, a blocklist by its zone). When
 * a part could not be asked, no stay of that part begins or ends.
 *
 * All text is safe to show: bytes from the network went through rep_shown before. The detail of a DKIM key begins with its
 * selector and a colon.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_FOUND_H
#define REP_FACT_FOUND_H

#include "base/str.h"

#include <stdint.h>

/*
 * Longer text is cut and ends in "[...]". A longer fix is left out: half a record would be wrong.
 */
enum { REP_FOUND_TEXT_MAX = 1000, REP_FOUND_FIX_MAX = 4000 };

/* How bad a finding is. Stored by number. */
enum rep_severity {
	REP_CRITICAL = 0, /* mail is refused because of it */
	REP_SERIOUS,	  /* mail goes to junk, or will be refused */
	REP_WARNING,	  /* it will break, or it helps others to abuse the domain */
	REP_INFO	  /* worth knowing; nothing is wrong */
};

/*
 * What is fixed before what: all that costs mail now is one turn, in which the order of what receivers
 * look at decides (doc/audit.md, Order), then warnings, then information.
 */
static inline enum rep_severity
rep_severity_turn(enum rep_severity s)
{
	return s == REP_SERIOUS ? REP_CRITICAL : s;
}

/* One stay of a finding, or of a record. */
struct rep_found {
	struct rep_str subject; /* "shop.example", "192.0.2.7" */
	struct rep_str part;	/* the part of the look that shows whether it is gone */
	struct rep_str
	    id; /* "ptr-missing"; of a record its kind: "spf", "dkim", "dmarc", "mx", "ptr" */
	struct rep_str
	    detail; /* tells several with one id apart: zone, selector, term; of a record its value */
	struct rep_str text; /* the evidence: the raw answer */
	struct rep_str fix;  /* what to publish; n == 0: nothing */
	bool record;
	uint8_t severity; /* of a finding: enum rep_severity; stored, so never renumbered */
	int64_t first_s;  /* the first look that saw it */
	int64_t clear_s; /* the last look before first_s, which did not see it; 0: there was none */
	int64_t last_s;	 /* the last look that saw it */
	int64_t
	    gone_s; /* the first look that did not see it any more; 0: not gone, as far as is known */
};

/* A part of a subject that was looked at. */
struct rep_looked {
	struct rep_str subject, part;
	struct rep_str kind; /* the kind of a list ("abuse", "policy"); n == 0: not a list */
	struct rep_str why; /* why it could not be asked the last time; n == 0: it could be asked */
	int64_t known_s;    /* when it last answered; 0: never */
	int64_t failed_s;   /* when it last did not answer; 0: never */
};

/* What tells the records of a subject apart: of a DKIM key its selector; n == 0 of others, where the kind alone does. */
struct rep_str rep_found_selector(const struct rep_found *f);
/* Whether they are two values of one record. */
bool rep_found_same_record(const struct rep_found *a, const struct rep_found *b);

#endif
