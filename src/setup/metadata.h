/*
 * setup/metadata.h -- the public addresses of this machine, as the metadata service of its cloud knows them.
 *
 * The service is at 169.254.169.254, an address that never leaves the machine's own network. It is asked only when a
 * person said yes to that (doc/manual.md). Asked are, in this order: EC2 and what speaks as it does (IMDSv2: a token
 * first), Google Cloud, Azure, Hetzner Cloud, DigitalOcean; the first that answers with an address is believed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SETUP_METADATA_H
#define REP_SETUP_METADATA_H

#include "setup/machine.h"

enum {
	REP_METADATA_ADDRESSES =
	    64, /* addresses of one machine; EC2 gives at most 50 to an interface of the largest */
	REP_METADATA_MS =
	    1000 /* Judgement: it answers within milliseconds, and elsewhere nobody does */
};

struct rep_metadata {
	const char *name; /* "Amazon EC2" */
	struct {
		struct rep_ip public;
		struct rep_ip
		    bind; /* the private address that it stands for; version 0: not told */
	} v[REP_METADATA_ADDRESSES];
	size_t n;
	bool cut; /* it names more, in all or in one answer (REP_POST_SAID_MAX) */
};

/* REP_ENOTFOUND: nobody answers there, or nobody with an address; the sentence says which. */
enum rep_rc rep_metadata_ask(
    const struct rep_machine *m, struct rep_metadata *out, struct rep_err *err) REP_NODISCARD;

/* Whether a URL can stand for the service in a test: http, a loopback address, and at most a port behind it. */
bool rep_metadata_of_test(struct rep_str url);

/* Takes the next address of an answer from its front: words between blanks. What is no address is passed over. */
bool rep_metadata_next(struct rep_str *said, struct rep_ip *ip);

#endif
