/*
 * setup/look.h -- what a log says of who sends: own labels, their public addresses, own domains, selectors of DKIM.
 *
 * A dry run of the ingest over the end of a log (engine/ingest.h): its lines are read by the locked reader, nothing is
 * stored, and nothing that is wrong with single lines is reported.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SETUP_LOOK_H
#define REP_SETUP_LOOK_H

#include "engine/session.h"

enum {
	/* More are not looked at: those that come first have most mail, since a log is in order of time. Judgement. */
	REP_LOOK_LABELS = 256,
	REP_LOOK_DOMAINS = 1024,
	REP_LOOK_SIGNERS = 256
};

struct rep_look_label {
	struct rep_str label; /* "mx1/postfix/out-a", also with "/ipv6" */
	struct rep_str host;  /* "mx1" */
	struct rep_ip public; /* the address that a provider's reply named; version 0: none */
	bool pool;	      /* replies named several */
	uint64_t tries;	      /* at providers, without those through relays */
};

struct rep_look_domain {
	struct rep_str name;
	uint64_t accepted; /* without mail that was only passed on */
};

struct rep_look_signer {
	struct rep_str domain, selector;
};

/* Everything in the arena that was passed. */
struct rep_look_log {
	struct rep_look_label *labels; /* most tries first */
	size_t labels_n;
	struct rep_look_domain *domains; /* most accepted mail first */
	size_t domains_n;
	struct rep_look_signer *signers;
	size_t signers_n;
	bool cut; /* it names more labels, domains or keys than there is room for */
	uint64_t deliveries, relayed; /* at providers; through relays */
	uint64_t accepted;
	int64_t first_s, last_s; /* of deliveries; 0: none */
};

/* fd: a file, which stays open. name: for messages about the file itself. */
enum rep_rc rep_look_at_log(const struct rep_session *s, int fd, const char *name,
    struct rep_arena *a, struct rep_look_log *out, struct rep_err *err) REP_NODISCARD;

#endif
