/*
 * intake/mta_tags.h -- what the tags of a log say, kept: a log has a dozen, and every line has one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_MTA_TAGS_H
#define REP_INTAKE_MTA_TAGS_H

#include "intake/mta_formats.h"

enum {
	REP_MTA_TAGS = 128,	/* a power of two: a dozen tags seldom share a slot */
	REP_MTA_TAG_BYTES = 64, /* a longer tag is looked up each time */
};

struct rep_mta_known {
	char p[REP_MTA_TAG_BYTES];
	uint8_t n;
	const struct rep_mta_format
	    *format;		 /* NULL: not the tag of a mail server that can be read */
	const char *unread;	 /* the server, when its lines cannot be read */
	struct rep_mta_tag says; /* its name may be a view into p, or into a tag that is too long */
};

/* All zero: nothing is kept yet. */
struct rep_mta_tags {
	struct rep_mta_known slots[REP_MTA_TAGS]; /* by hash; a slot has the tag that came last */
	struct rep_mta_known other;		  /* a tag that is not kept */
};

/* What a tag says. Valid until the next tag is asked for. Never NULL. */
const struct rep_mta_known *rep_mta_tags_get(struct rep_mta_tags *t, struct rep_str tag);

#endif
