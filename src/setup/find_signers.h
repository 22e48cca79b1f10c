/*
 * setup/find_signers.h -- the DKIM keys of this machine: the files and key folders of OpenDKIM and Rspamd.
 *
 * Keys themselves are never opened: configuration files and tables are read, and the names of key files. Texts are in
 * the arena of the machine.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SETUP_FIND_SIGNERS_H
#define REP_SETUP_FIND_SIGNERS_H

#include "setup/machine.h"

enum {
	REP_FIND_SIGNERS =
	    512 /* pairs of a domain and a selector. Judgement: a host signs for dozens */
};

struct rep_find_signer {
	struct rep_str domain, selector;
	const char *why; /* "OpenDKIM's KeyTable" */
};

struct rep_find_signers {
	struct rep_find_signer v[REP_FIND_SIGNERS];
	size_t n, dropped;
};

/* Each pair once; a selector for every domain (Rspamd) names no pair by itself. */
void rep_find_signers(const struct rep_machine *m, struct rep_find_signers *out);

#endif
