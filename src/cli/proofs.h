/*
 * cli/proofs.h -- asks for the keys that prove who sent the reports that came by mail (engine/proof.h).
 *
 * After an ingest, and from time to time by the daemon. DNS that does not work is no failure of either: what it did not answer
 * waits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_PROOFS_H
#define REP_CLI_PROOFS_H

#include "cli/cli.h"
#include "engine/proof.h"

/*
 * out counts what came of it; out->v is not to be used. Without anything to ask, DNS is not touched. The caller prints the
 * reason of a failure; of DNS, *dns has it, and the rest is as if nothing had answered.
 */
enum rep_rc rep_cli_prove(struct rep_cli *c, struct rep_proofs *out, struct rep_err *dns,
    struct rep_err *err) REP_NODISCARD;

/*
 * Says of reports that came by mail that they are not counted, and why. messages: in them; 0: nobody knows. named: the own mail
 * server is (authserv-id).
 */
void rep_cli_unproven_text(
    struct rep_buf *out, uint64_t reports, uint64_t messages, uint64_t waiting, bool named);

/* "4 mails with reports are proven ..."; nothing where there were none. */
void rep_cli_proofs_text(
    struct rep_buf *out, const struct rep_proofs *p, const struct rep_err *dns);

#endif
