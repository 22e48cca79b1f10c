/*
 * auth/dmarc.h -- DMARC: which record applies to a domain, and what it says.
 *
 * RFC 9989 finds the record by walking up the DNS tree, RFC 7489 by the Public Suffix List.
 * Receivers change from one to the other at different times, so both are found, side by side
 * (doc/sources.md, 6). A pure function over a view of the DNS. False: call again when the view
 * knows more.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_DMARC_H
#define REP_AUTH_DMARC_H

#include "auth/tags.h"
#include "dns/answer.h"

enum rep_dmarc_policy {
	REP_DMARC_UNSAID = 0,
	REP_DMARC_P_NONE,
	REP_DMARC_QUARANTINE,
	REP_DMARC_REJECT
};

enum { REP_DMARC_MAX_URIS = 16, REP_DMARC_WALK_MAX = 8, REP_DMARC_MAX_TAGS = 32 };

struct rep_dmarc_uri {
	struct rep_str uri; /* without "!10m" */
	struct rep_str
	    domain;	   /* of a mailto; n == 0: nobody can send there, and `fault` says why */
	const char *fault; /* constant text, or NULL */
	bool forensic;	   /* from ruf= */
};

struct rep_dmarc_record {
	struct rep_str text;
	enum rep_dmarc_policy p, sp, np; /* as written; UNSAID: missing, or not a valid word */
	bool p_bad, sp_bad, np_bad;
	bool adkim_strict, aspf_strict, test;
	char psd;    /* 'y', 'n', 'u' */
	int pct;     /* -1: not given */
	bool old;    /* pct, rf or ri is there */
	bool syntax; /* a part cannot be read; `why` says which */
	char why[160];
	bool
	    odd; /* a tag beside the policy has a value that does not exist; `odd_why` says which */
	char odd_why[160];
	/*
	 * A tag is there more than once. Receivers differ in which value counts, or use nothing of the
	 * record (RFC 9989, 4.7, and RFC 6376, 3.2). Here the weaker one counts, of psd the last one, and
	 * all report addresses. `twice_why`: "p=none, p=reject".
	 */
	bool twice,
	    differs; /* differs: not all values of such a tag are the same, addresses apart */
	char twice_why[240];
	struct rep_dmarc_uri uri[REP_DMARC_MAX_URIS];
	size_t uris;
};

/* Whether a TXT record is a DMARC record: "v=DMARC1" comes first. */
bool rep_dmarc_is_record(struct rep_str txt);
/* Reads all that can be read. Unknown tags are ignored (RFC 9989, 4.7). */
void rep_dmarc_parse(struct rep_str txt, struct rep_dmarc_record *out);
/*
 * Whether receivers use it: it has a valid p= and no wrong sp= or np=, or a rua=, which makes it count as
 * p=none (RFC 9989, 4.10.1). Those that follow RFC 7489 (6.6.3) do not know np=.
 */
bool rep_dmarc_usable(const struct rep_dmarc_record *r);
bool rep_dmarc_usable_7489(const struct rep_dmarc_record *r);

const char *rep_dmarc_policy_text(enum rep_dmarc_policy p); /* NULL for UNSAID */

/* What is published at _dmarc.NAME. */
struct rep_dmarc_at {
	struct rep_name name;
	const struct rep_dns_answer *answer;
	size_t records;			/* how many DMARC records there are */
	struct rep_dmarc_record record; /* if there is exactly one */
};

struct rep_dmarc {
	struct rep_dmarc_at step[REP_DMARC_WALK_MAX]; /* the walk, from the domain upwards */
	size_t steps;
	struct rep_name org_walk, org_psl;
	struct rep_dmarc_at psl; /* at org_psl */
	/* The record that applies to the domain, by each way. NULL: none. */
	const struct rep_dmarc_at *by_walk, *by_psl;
	bool exists; /* the domain's name exists, so sp applies and not np */
	bool failed; /* a query on the way failed */
	enum rep_dns_state why;
};

bool rep_dmarc_find(
    const struct rep_name *domain, const struct rep_dns_view *v, struct rep_dmarc *out);

/* The organizational domain by the Public Suffix List (RFC 7489, 3.2). */
void rep_dmarc_org_psl(const struct rep_name *domain, struct rep_name *out);
/* Whether two names have the same one. */
bool rep_dmarc_same_org(const struct rep_name *x, const struct rep_name *y);

/*
 * What a record that was found asks for mail of the domain: p, or sp or np if the domain is below it. By RFC
 * 9989, or by RFC 7489, which has no np, where only that way finds it. The second: always by RFC 7489.
 */
enum rep_dmarc_policy rep_dmarc_applies(
    const struct rep_dmarc *d, const struct rep_dmarc_at *at, const struct rep_name *domain);
enum rep_dmarc_policy rep_dmarc_applies_7489(
    const struct rep_dmarc_at *at, const struct rep_name *domain);

/*
 * What receivers apply to mail of the domain, those that follow RFC 9989 and those that follow RFC 7489.
 * UNSAID: to them there is no DMARC.
 */
struct rep_dmarc_force {
	enum rep_dmarc_policy walk, psl;
};

struct rep_dmarc_force rep_dmarc_in_force(const struct rep_dmarc *d, const struct rep_name *domain);

#endif
