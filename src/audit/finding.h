/*
 * audit/finding.h -- one finding: something that a mailbox provider may hold against a sender.
 *
 * A finding has an id that never changes, a subject (a domain or an address), the evidence as seen
 * in DNS, the effect at large providers, what to publish, and a reference. Severity, title, effect
 * and reference are one row of a table (finding.c). The code that finds it writes evidence and fix.
 * Text from DNS must go through rep_shown first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_FINDING_H
#define REP_AUDIT_FINDING_H

#include "base/arena.h"
#include "base/str.h"
#include "fact/finding_id.h"
#include "fact/found.h"

#include <stdint.h>

enum { REP_FINDING_STEPS = 3 };

/* What is to be done for the names of one own address: a line of a table, for whoever sets the PTR. */
struct rep_name_row {
	size_t at; /* the number of the address */
	struct rep_str ip;
	struct rep_str now;	/* the PTR names that it has; n == 0: none */
	struct rep_str set;	/* the PTR that it is to have; n == 0: what is there stays */
	struct rep_str publish; /* records as lines of a zone file; n == 0: none */
	struct rep_str
	    cloud; /* how its cloud sets a PTR, as a sentence; n == 0: nothing is known */
	struct rep_str of_cloud; /* the name of that cloud */
	struct rep_str
	    helo;   /* what HELO is to say where mail leaves from it; n == 0: what it says */
	bool plain; /* a record, a PTR, a HELO, and no choice and no harm to be told of */
};

struct rep_finding {
	enum rep_finding_id number;
	const char *id; /* its name */
	enum rep_severity severity;
	const char *title, *effect, *reference;
	struct rep_str subject, evidence;
	struct rep_str
	    fix; /* what to do, in words; n == 0: the records say it, or nothing is to do */
	struct rep_str publish; /* records as lines of a zone file, absolute names; n == 0: none */
	/* The same for the zone of somebody else, whom the person has to ask. */
	struct rep_str elsewhere;
	struct rep_str publish_words; /* of records that come after a file */
	/* A whole file to put at an address, and the address; n == 0: none. */
	struct rep_str file, file_at;
	/* What comes after the records: words, and lines to run as they stand. */
	struct rep_step {
		struct rep_str words, run; /* run: n == 0: the words say it */
		bool apart;		   /* a table of many addresses does not say it */
	} step[REP_FINDING_STEPS];
	size_t steps;
	struct rep_str detail;		/* of a listing: the zone; else n == 0 */
	const struct rep_name_row *row; /* of PTR and HELO, in the arena; NULL: it has none */
	/* Its history, if the caller keeps one (engine/looks.h); else zeros. */
	int64_t since_s;     /* the first look of this stay */
	int64_t clear_s;     /* the last look before it, without the finding; 0: none */
	const char *changed; /* "first", "new", "same"; NULL: no history */
};

/* "The domain has no SPF record": without a full stop. */
const char *rep_finding_title(enum rep_finding_id id);

enum { REP_FINDINGS_MAX = 512 };

struct rep_findings {
	struct rep_arena *a; /* borrowed; holds all text of the findings */
	struct rep_finding v[REP_FINDINGS_MAX];
	size_t n, dropped;
};

void rep_findings_init(struct rep_findings *f, struct rep_arena *a);

/* Adds a finding, with its text as by rep_shown. An identical one is not added twice. */
struct rep_finding *rep_finding_add(struct rep_findings *f, enum rep_finding_id id,
    struct rep_str subject, struct rep_str evidence);
/* printf into the arena. */
struct rep_str rep_finding_text(struct rep_findings *f, const char *fmt, ...) REP_PRINTF(2, 3);

/*
 * Adds a record to publish: one line of a zone file, with an absolute name. Only records that were
 * read by our own parsers and found good belong here.
 */
void rep_finding_publish(struct rep_findings *f, struct rep_finding *x, const char *fmt, ...)
    REP_PRINTF(3, 4);
/* The same for a record that belongs into the zone of somebody else. */
void rep_finding_elsewhere(struct rep_findings *f, struct rep_finding *x, const char *fmt, ...)
    REP_PRINTF(3, 4);
/*
 * Adds a step. `run` are commands, a line each: complete, so that they work as they are; n == 0: the words
 * say it.
 */
struct rep_step *rep_finding_step(struct rep_finding *x, struct rep_str words, struct rep_str run);
/*
 * What to do as one text: the words, then the file, then each record on a line of its own, then the steps.
 * n == 0: nothing.
 */
struct rep_str rep_finding_todo(struct rep_arena *a, const struct rep_finding *x);

/* Sorts: what costs mail now first, in the order in which a blocked sender fixes it, then warnings, then information. */
void rep_findings_sort(struct rep_findings *f);
/* Whether any finding is worse than information. */
bool rep_findings_trouble(const struct rep_findings *f);

/*
 * Whether a finding is among others, as far as a record can bring it back: one about a whole record counts
 * as the same although its evidence has changed with the record.
 */
bool rep_finding_among(const struct rep_findings *f, const struct rep_finding *x);
/* Whether any of `found` is not among `after`: then the record is worth a paste. */
bool rep_findings_cure(const struct rep_findings *after, const struct rep_findings *found);

/* "critical" */
const char *rep_severity_text(enum rep_severity s);

/* A TXT record for a zone file: quoted, in strings of at most 255 bytes, other bytes as \DDD. */
struct rep_str rep_txt_quoted(struct rep_arena *a, struct rep_str text);

#endif
