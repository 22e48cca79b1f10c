/*
 * dns/zone.h -- zones in memory: a view of the DNS for tests and stories, without a network.
 *
 *	; a comment
 *	example.com        TXT   "v=spf1 " "mx -all"     strings are joined
 *	example.com        MX    10 mx.example.com
 *	mx.example.com     A     192.0.2.1
 *	www.example.com    CNAME mx.example.com
 *	slow.example.com   TIMEOUT                       also SERVFAIL, REFUSED: for all types
 *
 * A name that exists without the type that was asked is NODATA, and so is a name above one that
 * exists. Every other name is NXDOMAIN. Answers live as long as the zone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_DNS_ZONE_H
#define REP_DNS_ZONE_H

#include "dns/answer.h"

struct rep_zone_memory; /* "zone" alone is a time zone in base/time.h */

struct rep_zone_memory *rep_zone_memory_new(size_t cap); /* NULL: out of memory */
void rep_zone_memory_free(struct rep_zone_memory *z);

/* Adds records. REP_ESYNTAX with the line; the records before it were added. */
enum rep_rc rep_zone_memory_add(
    struct rep_zone_memory *z, struct rep_str text, struct rep_err *err) REP_NODISCARD;

struct rep_dns_view rep_zone_memory_view(struct rep_zone_memory *z);

#endif
