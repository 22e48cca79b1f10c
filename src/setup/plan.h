/*
 * setup/plan.h -- what setup would write: from what was found and said, without what the configuration has already.
 *
 * Pure. The same input gives the same plan; what a person answers is in the input, and the plan is made again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SETUP_PLAN_H
#define REP_SETUP_PLAN_H

#include "config/config.h"
#include "know/provider.h"
#include "setup/metadata.h"
#include "setup/find_postfix.h"
#include "setup/find_signers.h"
#include "setup/look.h"

enum {
	REP_PLAN_SOURCES = 256,
	REP_PLAN_LABELS = 16, /* of one source, as in the configuration */
	REP_PLAN_DOMAINS =
	    32, /* a host with more is a provider of mail: the others are named in a sentence */
	REP_PLAN_SELECTORS = 32, /* of one domain, as in the configuration */
	REP_PLAN_RELAYS = REP_POSTFIX_INSTANCES,
	REP_PLAN_WATCH = 64,
	/* A domain of the log alone is taken as own with this share of accepted mail (%). Judgement: less may be forwarded. */
	REP_PLAN_SHARE = 5
};

/* How a public address is known; the first one that gives it decides. */
enum rep_plan_how {
	REP_PLAN_UNKNOWN = 0,
	REP_PLAN_CONFIGURED, /* the configuration has a source for the label */
	REP_PLAN_STATED,     /* --source, or an answer */
	REP_PLAN_LEARNT,     /* a provider's own reply named it */
	REP_PLAN_BOUND,	     /* Postfix binds to it, and it is public */
	REP_PLAN_CLOUD,	     /* the metadata service */
	REP_PLAN_ONLY	     /* it is the only public address of this machine */
};

struct rep_plan_source {
	struct rep_str labels[REP_PLAN_LABELS]; /* as the block has them */
	size_t labels_n;
	struct rep_str name, helo;
	struct rep_ip public, bind; /* version 0: not known */
	enum rep_plan_how how;
	bool pool;	/* replies named several addresses: none is written */
	uint64_t tries; /* in the log; 0: none, or no log */
};

struct rep_plan_domain {
	struct rep_str name;
	struct rep_str selectors[REP_PLAN_SELECTORS];
	size_t selectors_n;
	bool selectors_cut; /* there are more */
	const char *why;    /* where the first selector is from; NULL: none is known */
	uint64_t accepted;
	bool configured; /* the configuration has it, with all of these selectors */
	bool partly;	 /* it has it without some of them: a person may have left them out */
};

struct rep_plan_relay {
	struct rep_str name, hosts[2]; /* "[smtp.relay.example]:587" */
	size_t hosts_n;
	struct rep_str hop;	/* as Postfix has it, for people */
	bool configured, known; /* known: know has it as a relay */
	bool inside;		/* it is on a private address: somebody has to look at its log */
};

struct rep_plan_in {
	const struct rep_config *cfg; /* what there is */
	const struct rep_postfix_all *postfix;
	struct rep_str host; /* of this machine, as its log has it; n == 0: not known */
	const struct rep_look_log *looks; /* of the logs that are watched */
	size_t looks_n;
	const char *const *watch; /* the logs themselves */
	size_t watch_n;
	const struct rep_find_signers *signers;
	const struct rep_metadata *cloud; /* NULL: not asked */
	const struct rep_ip *own;	  /* public addresses of the interfaces */
	size_t own_n;
	const char *const *stated; /* "[LABEL=]IP", checked (engine/wire.h) */
	size_t stated_n;
	const struct rep_providers *providers; /* NULL: not known */
	struct rep_arena *arena;
};

struct rep_plan {
	struct rep_plan_source sources[REP_PLAN_SOURCES];
	size_t sources_n;
	size_t sources_dropped;
	size_t labels_odd; /* labels that are not plain, and have no block */
	struct rep_plan_domain domains[REP_PLAN_DOMAINS];
	size_t domains_n, domains_dropped;
	struct rep_plan_relay relays[REP_PLAN_RELAYS];
	size_t relays_n;
	const char *watch[REP_PLAN_WATCH]; /* not in the configuration yet */
	size_t watch_n;
	bool hidden; /* a source is not known, and this machine has no public address of its own */
	const char *cloud; /* whose metadata service was asked: "Amazon EC2"; NULL: none */
};

/* REP_EMEM: the arena is too small. */
enum rep_rc rep_plan_make(
    const struct rep_plan_in *in, struct rep_plan *out, struct rep_err *err) REP_NODISCARD;

/* Adds how an address is known, in words: for people, and for a comment. Nothing when it is not. */
void rep_plan_how_text(const struct rep_plan *p, enum rep_plan_how how, struct rep_buf *out);

/*
 * Adds the statements of the plan, each block with a comment that says where it is from. alert: who is told; NULL: nobody.
 * database: n == 0: the usual one. Nothing where nothing is missing.
 */
void rep_plan_write(const struct rep_plan *p, const struct rep_config_alert *alert,
    struct rep_str database, struct rep_buf *out);

#endif
