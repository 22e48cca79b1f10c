/*
 * know/provider.h -- who runs the mailbox, found from the name of the MX host.
 *
 * The table is data (in know, files ending in .providers; doc/rules.md). The host name in a log is
 * the MX name that was looked up, so a host under outlook.com is Microsoft's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_PROVIDER_H
#define REP_KNOW_PROVIDER_H

#include "know/rule.h"

enum rep_provider_kind { REP_PROVIDER_MAILBOX = 0, REP_PROVIDER_GATEWAY, REP_PROVIDER_ROUTE };

enum {
	REP_FEEDS_MAX = 6,
	REP_HOLD_MAX = 4,
	REP_MX_MAX = 32,
	REP_SAYS_MAX = 8,
	REP_REPORT_FROM_MAX = 8
};

/* What a provider reports about your own mail to those who ask, and how to ask. */
struct rep_feed {
	struct rep_str what, how; /* each ends in a NUL */
	bool complaints;	  /* it reports the complaints of people */
	enum rep_cause tells[2];
	size_t tells_n; /* 1 or 2 */
};

/* The shares of complaints at which a provider or sending service objects, and acts. */
struct rep_complaint_limit {
	double warn, act; /* shares; 0: it publishes none */
	struct rep_str who, acts,
	    source; /* "Google"; what it does then; who says so. Each ends in a NUL */
};

/*
 * By which its DMARC reports are known: from where they are mailed, and what the organisation is called. Nobody but the
 * provider itself may have an address there: whoever has one could report in its name.
 */
struct rep_report_from {
	struct rep_str domain; /* of From, or one above it */
	struct rep_str org;    /* n == 0: any; else others report from the same domain */
};

struct rep_provider {
	struct rep_str id, name,
	    in_sentence; /* "microsoft-consumer", "Microsoft (Outlook.com, ...)" */
	enum rep_provider_kind kind;
	struct rep_feed feeds[REP_FEEDS_MAX];
	size_t feeds_n;
	struct rep_str hold[REP_HOLD_MAX]; /* its first `domains`, which get most of its mail */
	size_t hold_n, domains_n;
	/* Names under which its MX hosts are, lower case, "*" for any one label. mx_n may be more. */
	struct rep_str mx[REP_MX_MAX];
	size_t mx_n;
	struct rep_str says[REP_SAYS_MAX]; /* words that only its own replies have */
	size_t says_n;
	struct rep_complaint_limit limit;
	struct rep_str
	    spf; /* a domain with mailboxes there includes its record; n == 0: none known */
	struct rep_report_from reports[REP_REPORT_FROM_MAX];
	size_t reports_n;
	const char *file;
	unsigned line;
};

struct rep_providers; /* all of them, with the tables to find them */

struct rep_providers *rep_providers_new(struct rep_arena *a); /* NULL: out of memory */
void rep_providers_free(struct rep_providers *p);

/* Reads a file. A provider replaces the one of the same id. Errors as in rep_rules_parse. */
enum rep_rc rep_providers_parse(struct rep_providers *p, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err) REP_NODISCARD;

/* Reads those that are built in. */
enum rep_rc rep_providers_builtin(struct rep_providers *p, struct rep_err *err) REP_NODISCARD;

size_t rep_providers_n(const struct rep_providers *p);
const struct rep_provider *rep_providers_at(const struct rep_providers *p, size_t i);
const struct rep_provider *rep_provider_by_id(const struct rep_providers *p, struct rep_str id);
/* Finds it by MX host. NULL: no known provider. Case and a final dot do not matter. */
const struct rep_provider *rep_provider_by_host(const struct rep_providers *p, struct rep_str host);
/* Finds it by a mail domain that is known to be there ("hotmail.com"). */
const struct rep_provider *rep_provider_by_domain(
    const struct rep_providers *p, struct rep_str domain);
/*
 * Finds it by words that only its replies have (`says`): a link, the end that each of them has.
 * That is a guess: anybody can repeat a reply. NULL: none of them is in the text.
 */
const struct rep_provider *rep_provider_by_words(
    const struct rep_providers *p, struct rep_str text);

/*
 * Finds it by its DMARC reports: the domain in From of the mail they come in, whole, and the name of the organisation.
 * NULL: no provider is known to report so. That is so for all domains in which people have mailboxes (`domains`).
 */
const struct rep_provider *rep_provider_by_reporter(
    const struct rep_providers *p, struct rep_str domain, struct rep_str org);

/*
 * The registered domain of a host ("example.co.uk" for "mx1.example.co.uk"), by the Public Suffix
 * List. The host itself if it has none. A view into `host`.
 */
struct rep_str rep_registered_domain(struct rep_str host);

#endif
