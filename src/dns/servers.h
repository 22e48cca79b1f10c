/*
 * dns/servers.h -- which DNS servers are asked: those of --server, or those of the system.
 *
 * Nothing is asked here. c-ares reads /etc/resolv.conf, as in every program that uses it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_DNS_SERVERS_H
#define REP_DNS_SERVERS_H

#include "base/err.h"
#include "base/ip.h"

struct rep_dns_server {
	struct rep_ip ip; /* version 0: none */
	uint16_t port;
};

enum { REP_DNS_SERVERS = 4, REP_DNS_SERVER_TEXT = 80 };

struct rep_dns_servers {
	struct rep_dns_server v[REP_DNS_SERVERS];
	unsigned n;
	/* "192.0.2.53, 192.0.2.54", and how many of the system are left out: for messages. */
	char names[REP_DNS_SERVERS * (REP_DNS_SERVER_TEXT + 2) + 64];
};

/*
 * text: "ADDR", "ADDR:PORT", "[ADDR]:PORT"; NULL: those of the system. REP_EUSAGE: `text` is not a
 * server. REP_EIO: the system has no server.
 */
enum rep_rc rep_dns_servers_find(
    const char *text, struct rep_dns_servers *out, struct rep_err *err) REP_NODISCARD;

/* "192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:5353". Returns buf. */
const char *rep_dns_server_text(const struct rep_dns_server *s, char buf[REP_DNS_SERVER_TEXT]);

static inline bool
rep_dns_server_eq(const struct rep_dns_server *a, const struct rep_dns_server *b)
{
	return a->port == b->port && rep_ip_eq(&a->ip, &b->ip);
}

#endif
