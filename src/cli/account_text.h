/*
 * cli/account_text.h -- who submitted an unusual amount of mail: shown first, with how to stop it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_ACCOUNT_TEXT_H
#define REP_CLI_ACCOUNT_TEXT_H

#include "base/json_out.h"
#include "engine/verdicts.h"

/* Each label's with its steps. Returns how many names were shown. */
size_t rep_account_text(struct rep_buf *b, const struct rep_verdict_set *s);
/* "accounts": [..] */
void rep_account_json(struct rep_json *j, const struct rep_verdict_set *s);
/* Whether any is named for this label. */
bool rep_account_of(const struct rep_verdict_set *s, uint32_t label);

#endif
