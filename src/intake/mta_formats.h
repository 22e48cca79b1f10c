/*
 * intake/mta_formats.h -- the mail servers whose logs can be read: a table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_MTA_FORMATS_H
#define REP_INTAKE_MTA_FORMATS_H

#include "intake/mta.h"

struct rep_mta_format {
	const char *name;
	/*
	 * True when the tag ("postfix/smtp") belongs to this server and its lines say something
	 * about deliveries.
	 */
	bool (*recognise)(struct rep_str tag, struct rep_mta_tag *out);
	/*
	 * Calls fn for what the message says, in its order. Not at all when it says nothing that
	 * counts.
	 */
	enum rep_rc (*read)(int daemon, struct rep_str message, rep_mta_fn fn, void *ctx);
};

/* The format for a tag, and what the tag says. NULL: no mail server that can be read. */
const struct rep_mta_format *rep_mta_format_of(struct rep_str tag, struct rep_mta_tag *out);

/*
 * The name of a mail server that is known, but whose lines cannot be read: by its tag, or by the
 * first words of the line (after its stamp, if it has one). NULL: none.
 */
const char *rep_mta_unread(struct rep_str tag, struct rep_str first);

/* True when a message is a delivery as Postfix writes it, whatever its tag. */
bool rep_mta_is_delivery(struct rep_str message);

/* Format i of the table. NULL: there are no more. */
const struct rep_mta_format *rep_mta_format_at(size_t i);

#endif
