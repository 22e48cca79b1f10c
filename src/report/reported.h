/*
 * report/reported.h -- what receivers reported, as plain arrays: one row for each record of a report.
 *
 * Names (receivers, domains, selectors) are numbers of one table, so that rows are small and compare quickly; 0 is the empty
 * name. A domain is in lower case. Nothing here knows a store, a clock or a file.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_REPORT_REPORTED_H
#define REP_REPORT_REPORTED_H

#include "base/arena.h"
#include "base/err.h"
#include "fact/aggregate.h"

enum {
	/* Judgement: some 150 MB; years of reports of a sender with a hundred sources. More are left out: of the
	 * oldest reports (engine/reports.c). */
	REP_REPORTED_ROWS_MAX = 1000000,
	REP_REPORTED_NAMES_MAX = 1048576,
	/* Judgement: bytes of the arena; the answer needs its part of it too. */
	REP_REPORTED_BYTES_MAX = 512 << 20
};

/* Why a receiver did otherwise than the policy says (RFC 9990 type of reason), as bits of 1 << enum rep_override. */
typedef uint16_t rep_overrides;

struct rep_reported_auth {
	uint32_t domain, selector; /* names */
	uint8_t result;		   /* enum rep_auth_reported, or REP_SAID_ODD; 0: not said */
	bool dkim;		   /* else SPF */
};

struct rep_reported_row {
	struct rep_ip ip;
	int64_t begin_s, end_s;
	uint64_t count;
	uint32_t receiver, policy_domain, from; /* names */
	uint32_t auth, auth_n;			/* in `auth` */
	rep_overrides overrides;
	uint8_t disposition, dkim, spf; /* enum rep_disposition, rep_evaluated; 0: not said */
	bool strict_dkim, strict_spf;	/* adkim=s, aspf=s: only the domain in From is aligned */
	bool arc;			/* a comment says that an ARC chain passed */
};

/* The record as a receiver found it. 0: not said; of p then that no record of the report says it. */
struct rep_reported_policy {
	uint8_t p, sp, np;   /* enum rep_published */
	uint8_t adkim, aspf; /* enum rep_published_alignment */
	uint8_t testing;     /* t: enum rep_published_yes_no */
	int8_t pct;	     /* -1: not said */
};

/* One report. */
struct rep_reported_period {
	uint32_t receiver, policy_domain;
	int64_t begin_s, end_s;
	uint64_t count;
	struct rep_reported_policy policy;
	bool known;    /* the policy: a report without records does not tell it */
	bool overlaps; /* another report of this receiver covers a part of the same time */
};

/* What else is known of a name. */
struct rep_reported_known {
	uint32_t
	    shared; /* of a domain: that which its service shares among customers, itself or above it; 0: none */
	uint32_t spelling; /* of a receiver: in `spellings`; 0: none */
	uint16_t
	    service; /* of a domain: a number of whoever asks, which is only compared here; 0: none */
	bool asked; /* the service and `shared` are known, also that there is none */
};

struct rep_reported {
	const struct rep_reported_row *rows;
	const struct rep_reported_auth *auth;
	const struct rep_reported_period *periods; /* by receiver, domain, begin */
	const struct rep_str *names;
	const uint32_t
	    *registered; /* of a name that is a domain: the name of its registered domain */
	const struct rep_reported_known *known; /* of a name */
	const struct rep_str *spellings; /* of receivers, as the newest report of each has it */
	size_t rows_n, auth_n, periods_n, names_n;
	uint64_t left_out;	/* rows for which, or for a name in which, there was no room */
	uint64_t left_out_rows; /* of them: more than REP_REPORTED_ROWS_MAX */
	bool
	    names_full; /* why the others were left out: more than REP_REPORTED_NAMES_MAX; else REP_REPORTED_BYTES_MAX */
};

/* Collects rows. All of it is in the arena. */
struct rep_reported_making;
/* registered: the registered domain of a domain, a view into it (know/provider.h). NULL: out of memory. */
struct rep_reported_making *rep_reported_begin(
    struct rep_arena *a, struct rep_str (*registered)(struct rep_str domain));
/*
 * From here on, fn says of each domain which service it belongs to (0: none). *shared: the domain that the
 * service shares among its customers, itself or above it; a view into `domain`; empty, as it is at first: none.
 */
typedef uint16_t (*rep_reported_service_fn)(
    void *ctx, struct rep_str domain, struct rep_str *shared);
void rep_reported_services(struct rep_reported_making *m, rep_reported_service_fn fn, void *ctx);
/* One record, of the report that was added last. False: there is no more room. */
bool rep_reported_add(struct rep_reported_making *m, const struct rep_aggregate *head,
    const struct rep_aggregate_record *r);
/* A report, whether it has records or not. */
bool rep_reported_period(struct rep_reported_making *m, const struct rep_aggregate *head);
/* So many records are not even read: more than REP_REPORTED_ROWS_MAX (rows), or there is no room for another name. */
void rep_reported_left_out(struct rep_reported_making *m, uint64_t records, bool rows);
enum rep_rc rep_reported_end(
    struct rep_reported_making *m, struct rep_reported *out, struct rep_err *err) REP_NODISCARD;

static inline struct rep_str
rep_reported_name(const struct rep_reported *v, uint32_t name)
{
	return name < v->names_n ? v->names[name] : (struct rep_str){ "", 0 };
}

/* A receiver, as its newest report spells it: names are joined whatever their case. */
static inline struct rep_str
rep_reported_spelling(const struct rep_reported *v, uint32_t name)
{
	return name < v->names_n && v->known[name].spelling != 0
	    ? v->spellings[v->known[name].spelling]
	    : rep_reported_name(v, name);
}

/* The domain by which a source is named. */
static inline uint32_t
rep_reported_stands(const struct rep_reported *v, uint32_t name)
{
	return v->known[name].shared != 0 ? v->known[name].shared : name;
}

/*
 * Whether a domain is aligned with the one in From (RFC 9989 4.10), or with that of the policy if no From is said: relaxed, it
 * has the same registered domain, strict, it is the same.
 */
bool rep_reported_ours(const struct rep_reported *v, const struct rep_reported_row *r,
    const struct rep_reported_auth *p);

/* What a tag (p, sp, np) asks for; in a trial (t=y) one step less (RFC 9989 4.7). One that is not said asks for nothing. */
static inline enum rep_published
rep_reported_asks(const struct rep_reported_policy *p, uint8_t tag)
{
	uint8_t v =
	    tag >= REP_PUBLISHED_NONE && tag <= REP_PUBLISHED_REJECT ? tag : REP_PUBLISHED_NONE;

	return (enum rep_published)(
	    p->testing == REP_PUBLISHED_YES && v > REP_PUBLISHED_NONE ? v - 1 : v);
}

/* DMARC passes when an aligned identifier does (RFC 9989 5.3.4). */
static inline bool
rep_reported_passes(const struct rep_reported_row *r)
{
	return r->dkim == REP_EVALUATED_PASS || r->spf == REP_EVALUATED_PASS;
}

#endif
