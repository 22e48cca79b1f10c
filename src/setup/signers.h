/*
 * setup/signers.h -- which domains this machine signs for, and by which selectors: files of OpenDKIM and Rspamd, and
 * what OpenDKIM logs.
 *
 * Pure. The files were written by a person, the log by anybody; a domain and a selector are given only when they have
 * the form of one. Views point into the text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SETUP_SIGNERS_H
#define REP_SETUP_SIGNERS_H

#include "base/arena.h"

/* Called for each pair. domain.n == 0: the selector is for every domain. */
typedef void (*rep_signer_fn)(void *ctx, struct rep_str domain, struct rep_str selector);

/* Whether a name is a domain in DNS, and whether it can be a selector. */
bool rep_signer_domain(struct rep_str s);
bool rep_signer_selector(struct rep_str s);

/* A setting of opendkim.conf: "KeyTable  refile:/etc/opendkim/key.table". n == 0: it is not set. */
struct rep_str rep_opendkim_setting(struct rep_str text, const char *name);
/* The path in a data set of OpenDKIM ("refile:/x", "file:/x", "/x"); n == 0: it is no file. */
struct rep_str rep_opendkim_file(struct rep_str set);
/* A KeyTable: "name  domain:selector:key". A domain "%" is for every domain. */
void rep_opendkim_keys(struct rep_str text, rep_signer_fn fn, void *ctx);

/*
 * dkim_signing.conf of Rspamd. fn gets the selector at the top, without a domain, and that of each `domain` block. `a`
 * is for quoted words.
 */
void rep_rspamd_signing(struct rep_str text, struct rep_arena *a, rep_signer_fn fn, void *ctx);
/* The name of a key file, "DOMAIN.SELECTOR.key". `selector`: that of the configuration, n == 0: not known. */
void rep_rspamd_key(struct rep_str name, struct rep_str selector, rep_signer_fn fn, void *ctx);

/* Lines of a log in which OpenDKIM says that it signed. The text may begin and end within a line. */
void rep_signed_lines(struct rep_str text, rep_signer_fn fn, void *ctx);

#endif
