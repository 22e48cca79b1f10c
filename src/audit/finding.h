/*
 * audit/finding.h -- what a mailbox provider will hold against a sender: one finding.
 *
 * A finding has an id that never changes, a subject (a domain, an address), the evidence as it was
 * seen in DNS, what it does at the large providers, what to publish, and where that is written. Its
 * severity, title, effect and reference are one row of a table (finding.c); the code that finds it
 * writes evidence and fix. Text that came from DNS goes through rep_shown first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_FINDING_H
#define REP_AUDIT_FINDING_H

#include "base/arena.h"
#include "fact/finding_id.h"
#include "base/str.h"

#include <stdint.h>

enum rep_severity {
	REP_CRITICAL = 0, /* mail is refused because of it */
	REP_SERIOUS,	  /* mail is junked, or will be refused */
	REP_WARNING,	  /* it will break, or helps others to abuse the domain */
	REP_INFO	  /* worth knowing; nothing is wrong */
};

struct rep_finding {
	enum rep_finding_id number;
	const char *id; /* its name */
	enum rep_severity severity;
	const char *title, *effect, *reference;
	struct rep_str subject, evidence;
	struct rep_str fix;    /* n == 0: nothing to do */
	struct rep_str detail; /* of a listing: the zone; else n == 0 */
	/* Its history, from whoever keeps one (engine/looks.h); else zeros. */
	int64_t since_s;     /* the first look of this stay */
	int64_t clear_s;     /* the last look before, which did not see it; 0: none */
	const char *changed; /* "first", "new", "same"; NULL: there is no history */
};

enum { REP_FINDINGS_MAX = 512 };

struct rep_findings {
	struct rep_arena *a; /* borrowed; everything a finding says lives there */
	struct rep_finding v[REP_FINDINGS_MAX];
	size_t n, dropped;
};

void rep_findings_init(struct rep_findings *f, struct rep_arena *a);

/* Adds one, as rep_shown; The same id of a subject twice: the first stays. */
struct rep_finding *rep_finding_add(struct rep_findings *f, enum rep_finding_id id,
    struct rep_str subject, struct rep_str evidence);
/* printf into the arena. */
struct rep_str rep_finding_text(struct rep_findings *f, const char *fmt, ...) REP_PRINTF(2, 3);

/* Worst first, then by the order of the table, then by subject. */
void rep_findings_sort(struct rep_findings *f);
/* The worst is worse than information. */
bool rep_findings_trouble(const struct rep_findings *f);

/* "critical" */
const char *rep_severity_text(enum rep_severity s);

/*
 * Bytes from the network, safe to show: what is no printable ASCII becomes \xNN, and at most `max`
 * bytes of it are shown.
 */
struct rep_str rep_shown(struct rep_arena *a, struct rep_str s, size_t max);

/* A TXT record as a zone file wants it: quoted, in strings of at most 255 bytes, the rest as \DDD. */
struct rep_str rep_txt_quoted(struct rep_arena *a, struct rep_str text);

#endif
