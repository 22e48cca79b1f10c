/*
 * know/service.h -- services that send mail for others, and how their mail passes DMARC for a domain of yours: data (files
 * ending in .services, doc/rules.md).
 *
 * A service is known by what it proves of itself: the domain that it signs with or that its bounces go to, or the confirmed
 * name of an address. Who uses it is another question, which nothing here answers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_SERVICE_H
#define REP_KNOW_SERVICE_H

#include "know/provider.h"

enum {
	REP_SERVICES_MAX = 256,	      /* some 30 are built in */
	REP_SERVICE_NAMES_MAX = 2048, /* domains and hosts of all of them */
	REP_SERVICE_TEXT_MAX = 600    /* bytes of one text; nobody reads more at once */
};

struct rep_service {
	struct rep_str id, name; /* "amazon-ses", "Amazon SES" */
	struct rep_str spf;	 /* the domain that an SPF record includes for it; n == 0: none */
	struct rep_str
	    provider; /* id of the provider of mailboxes that it is: its hosts and its `spf` are there; n == 0: none */
	/* What to do there, in sentences in which DOMAIN and INCLUDE stand for what is put in; n == 0: not known. */
	struct rep_str fix_dkim, fix_spf;
	bool spf_never;	     /* the envelope is always its own, so SPF cannot align */
	struct rep_str page; /* of the service, or about it; n == 0: none */
	const char *file;
	unsigned line;
};

/* A name of a service: it, and all names below it. */
struct rep_service_name {
	struct rep_str key; /* in lower case */
	uint16_t service;
	bool host;   /* of an address; else a domain that signs or takes bounces */
	bool shared; /* the names below it are hosts of the service, not customers */
};

struct rep_services {
	struct rep_arena *a; /* borrowed */
	struct rep_service v[REP_SERVICES_MAX];
	struct rep_service_name names[REP_SERVICE_NAMES_MAX]; /* sorted by host, key */
	size_t n, names_n;
};

/* Reads a file. A service replaces the one of the same id, with all its names. Errors as in rep_rules_parse. */
enum rep_rc rep_services_parse(struct rep_services *s, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_services_builtin(struct rep_services *s, struct rep_err *err) REP_NODISCARD;

/*
 * The service that a domain belongs to: by the longest name above it, or itself. NULL: none. *shared: that name, if what is below
 * it are hosts of the service and no customers; a view into the domain; n == 0: it is none. Case and a final dot do not matter.
 */
const struct rep_service *rep_service_of_domain(
    const struct rep_services *s, struct rep_str domain, struct rep_str *shared);
/* The same of the name of an address. It must have been confirmed: anybody can name any host in a PTR record. */
const struct rep_service *rep_service_of_host(const struct rep_services *s, struct rep_str host);
/* The service that is this provider of mailboxes. NULL: none. */
const struct rep_service *rep_service_of_provider(
    const struct rep_services *s, struct rep_str provider);

/* A text of a service with the domain and what is included in the places of DOMAIN and INCLUDE. p == NULL: out of memory. */
struct rep_str rep_service_text(
    struct rep_arena *a, struct rep_str text, struct rep_str domain, struct rep_str include);

#endif
