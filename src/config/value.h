/*
 * config/value.h -- one value of the configuration: read, checked, written again.
 * Between the files of this room only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CONFIG_VALUE_H
#define REP_CONFIG_VALUE_H

#include "base/buf.h"
#include "config/schema.h"
#include "config/settings.h"

enum { REP_CONF_WHY = 320, REP_CONF_SHOWN = 72 };

/*
 * Checks s and keeps it in `to`, of the type that the item's type says; the element,
 * where the item is a list. False with a sentence in `why`, and `to` is untouched.
 */
bool rep_conf_value(
    const struct rep_conf_item *it, struct rep_str s, void *to, char why[REP_CONF_WHY]);

/* The name of a block: 1..64 bytes of letters, digits, "._-/:@+" and beyond ASCII. */
bool rep_conf_name(struct rep_str s);

/* Whether a name can be a part of the path of a URL as it is: letters, digits, '-' and '_'. */
bool rep_conf_in_path(struct rep_str s);

/* A word as messages show it: at most 64 bytes, '?' for what cannot be printed. */
const char *rep_conf_shown(struct rep_str s, char buf[REP_CONF_SHOWN]);

/* A value as text, without quotes; false when it was not told. From buf or the member. */
bool rep_conf_text(
    const struct rep_conf_item *it, const void *member, char *buf, size_t n, struct rep_str *out);

/* As a file holds it: in quotes where it must be. */
void rep_conf_write(struct rep_buf *out, struct rep_str s);

/* "HOST", "HOST:PORT", ".suffix", "[192.0.2.1]:587"; false when it is none of them. */
bool rep_config_host_parse(struct rep_str s, struct rep_config_host *h);

/*
 * Whether an alert block has what its kind needs in this item, and nothing that its kind cannot use.
 * False with a sentence in `why`.
 */
bool rep_conf_alert_fits(
    const struct rep_config_alert *a, const struct rep_conf_item *it, char why[REP_CONF_WHY]);

#endif
