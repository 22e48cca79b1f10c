/*
 * base/ip.h -- IP addresses and their subnets, as values.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_IP_H
#define REP_BASE_IP_H

#include "base/err.h"

enum { REP_IP_TEXT = 64 }; /* room for "2001:db8::/48" and a NUL */

struct rep_ip {
	unsigned char b[16]; /* network byte order; version 4 uses the first 4 */
	int version;	     /* 4, 6; 0 for none */
};

/*
 * Reads "192.0.2.1", "2001:db8::1", "[192.0.2.1]" and "IPv6:2001:db8::1". "::ffff:192.0.2.1" is
 * read as version 4. False when s is not an address.
 */
bool rep_ip_parse(struct rep_str s, struct rep_ip *ip);
const char *rep_ip_text(const struct rep_ip *ip, char buf[REP_IP_TEXT]);
bool rep_ip_eq(const struct rep_ip *a, const struct rep_ip *b);

bool rep_ip_loopback(const struct rep_ip *ip);
/* True for an address of a host inside the own network: loopback, RFC 1918, 4193 and 6598, link-local. */
bool rep_ip_inside(const struct rep_ip *ip);
/*
 * True for an address that is nobody's on the Internet: those inside, and the classes D and E
 * (multicast, reserved). No host has one of the latter; in a log that somebody shows, it stands for
 * a host outside whose address was replaced, as those for documentation do.
 */
bool rep_ip_private(const struct rep_ip *ip);

/* Whether the first `bits` bits of two addresses are the same. `bits`: at most 128. */
bool rep_ip_same_bits(const unsigned char a[16], const unsigned char b[16], int bits);
/* Sets the bits of the host, those behind the first `bits`, to 0, or all to 1. */
void rep_ip_set_host(struct rep_ip *ip, int bits, bool ones);

/* True in the same subnet (doc/words.md): /24 for version 4, /48 for version 6. */
bool rep_ip_same_subnet(const struct rep_ip *a, const struct rep_ip *b);
/* The subnet of ip as text: "203.0.113.0/24". */
const char *rep_ip_subnet_text(const struct rep_ip *ip, char buf[REP_IP_TEXT]);

#endif
