/*
 * cli/mx_tls.h -- check --starttls: asks the servers of the MX, and shows what they said.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_MX_TLS_H
#define REP_CLI_MX_TLS_H

#include "audit/audit.h"
#include "cli/cli.h"
#include "base/json_out.h"
#include "serve/resolver.h"

/*
 * One connection to each address, at most REP_AUDIT_MAX_SHOWN, one after another, in what is left of the
 * budget of `r`, of which each gets its share. EHLO says the name of --helo, else the address that the
 * connection leaves from.
 */
void rep_mx_tls_ask(const struct rep_cli *c, const struct rep_resolver *r, int64_t now_s,
    struct rep_arena *a, const struct rep_audit_mail *m, struct rep_audit_tls *out);

/* The key "starttls" of one MX: null when it was not asked for. */
void rep_mx_tls_json(struct rep_json *j, struct rep_arena *a, const struct rep_audit_tls *t,
    const struct rep_name *host);

/* One line. Nothing when it was not asked for. */
void rep_mx_tls_text(struct rep_buf *b, const struct rep_audit_tls *t);

#endif
