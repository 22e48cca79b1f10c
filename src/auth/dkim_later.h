/*
 * auth/dkim_later.h -- verifies a signature in two steps: first all that needs the mail, later what needs its key.
 *
 * A worker that reads hostile mail has no DNS; and what asks DNS, perhaps hours later, does not have the mail. So the first step
 * leaves a hash of what is signed, the second one checks it against the key that is published then.
 *
 * What was signed stays signed: whether x= is over by now is not looked at. Who reads an archive of last year would get nothing,
 * and who sends a signed mail once more changes nothing in it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_DKIM_LATER_H
#define REP_AUTH_DKIM_LATER_H

#include "auth/dkim.h"
#include "fact/signed.h"

/* Before a process is locked that will take the first step: gets ready what reads files. */
void rep_dkim_later_prepare(void);

/*
 * The signatures of a message that sign its whole body as it is: the first REP_SIGNED_MAX. out->from is left as it is. Views
 * of the message and the arena. REP_EMEM.
 */
enum rep_rc rep_dkim_without_key(const struct rep_message *m, struct rep_arena *a,
    struct rep_signatures *out, struct rep_err *err) REP_NODISCARD;

/*
 * The second step. out has result, cause, reason and key. False: call again when the view knows more. A key that could not be
 * looked up is REP_DKIM_TEMPERROR: it may be tried again.
 */
bool rep_dkim_with_key(const struct rep_signature_left *s, const struct rep_dns_view *v,
    struct rep_dkim_keys *keys, struct rep_arena *a, struct rep_dkim_signature *out);

#endif
