/*
 * dns/name.h -- names of the DNS, as values.
 *
 * A name is kept in the form of a DNS message (length byte and bytes of each label, then a zero),
 * in lower case, so that two names are equal if their bytes are. A label may contain any byte; only
 * the text made here is safe to show: everything that is not printable ASCII is escaped (RFC 4343).
 *
 * Pure, no allocation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_DNS_NAME_H
#define REP_DNS_NAME_H

#include "base/ip.h"

enum { REP_NAME_MAX = 255, REP_NAME_TEXT = 1024 };

struct rep_name {
	uint8_t n; /* bytes used, the final zero counted; 0: no name */
	unsigned char w[REP_NAME_MAX];
};

/* Text with "\." and "\046" escapes, a final dot or none. False: an empty or long label, too long. */
bool rep_name_parse(struct rep_str text, struct rep_name *out);
/* The same without escapes: every byte between two dots is the label's. */
bool rep_name_raw(struct rep_str text, struct rep_name *out);

/* Bytes as they are kept here: labels in lower case, nothing compressed. False: they are not a name. */
bool rep_name_of_bytes(struct rep_str bytes, struct rep_name *out);

/* Escaped, without final dot ("." for the root). Returns buf. */
const char *rep_name_text(const struct rep_name *name, char buf[REP_NAME_TEXT]);

static inline bool
rep_name_eq(const struct rep_name *a, const struct rep_name *b)
{
	return a->n == b->n && memcmp(a->w, b->w, a->n) == 0;
}

unsigned rep_name_labels(const struct rep_name *name);
/* Without its first k labels; false when it has fewer. */
bool rep_name_up(const struct rep_name *name, unsigned k, struct rep_name *out);
/* Equal to `top` or below it. */
bool rep_name_under(const struct rep_name *name, const struct rep_name *top);
/* What stands before `top`: "a.b" of "a.b.example.com". False: the name is not below it. */
bool rep_name_before(const struct rep_name *name, const struct rep_name *top, struct rep_name *out);
/* "prefix.name", prefix as text without escapes; false when too long. */
bool rep_name_join(struct rep_str prefix, const struct rep_name *name, struct rep_name *out);
/* 192.0.2.7 below "zone": 7.2.0.192.zone; nibbles for version 6. */
bool rep_name_reverse(const struct rep_ip *ip, struct rep_str zone, struct rep_name *out);
/* 7.2.0.192.in-addr.arpa, or below ip6.arpa. */
bool rep_name_arpa(const struct rep_ip *ip, struct rep_name *out);

/* Whether a label has what host names have: letters, digits, hyphens inside (RFC 1123, 2.1). */
bool rep_host_label(struct rep_str label);
/* Whether a text is a host name: two such labels or more, a final dot or none. */
bool rep_host_name(struct rep_str name);

/* What a person typed: letters beyond ASCII become A-labels (IDNA 2008). False: no name. */
bool rep_name_person(struct rep_str text, struct rep_name *out);

#endif
