/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/servers.h"

#include <sys/select.h> /* ares.h needs it */
#include <ares.h>
#include <stdio.h>
#include <sys/socket.h>

const char *
rep_dns_server_text(const struct rep_dns_server *s, char buf[REP_DNS_SERVER_TEXT])
{
	char ip[REP_IP_TEXT];

	rep_ip_text(&s->ip, ip);
	if (s->port == 53)
		snprintf(buf, REP_DNS_SERVER_TEXT, "%s", ip);
	else
		snprintf(buf, REP_DNS_SERVER_TEXT, s->ip.version == 6 ? "[%s]:%u" : "%s:%u", ip,
		    (unsigned)s->port);
	return buf;
}

static bool
read_server(const char *text, struct rep_dns_server *out)
{
	struct rep_str s = rep_str_c(text), host = s;
	size_t colon = rep_str_rchr(s, ':'), close = rep_str_chr(s, ']', 0);
	uint64_t port;

	out->port = 53;
	if (rep_ip_parse(s, &out->ip))
		return true;
	if (colon == SIZE_MAX || (close != SIZE_MAX && colon != close + 1))
		return false;
	host = rep_str_sub(s, 0, colon);
	if (!rep_str_u64(rep_str_sub(s, colon + 1, s.n), 65535, &port) || port == 0)
		return false;
	out->port = (uint16_t)port;
	return rep_ip_parse(host, &out->ip);
}

static void
add(struct rep_dns_servers *out, const struct rep_dns_server *s)
{
	char text[REP_DNS_SERVER_TEXT];
	size_t n = strlen(out->names);

	snprintf(out->names + n, sizeof out->names - n, "%s%s", n > 0 ? ", " : "",
	    rep_dns_server_text(s, text));
	out->v[out->n++] = *s;
}

static enum rep_rc
of_system(struct rep_dns_servers *out, struct rep_err *err)
{
	struct ares_addr_port_node *list = NULL;
	struct ares_options o = { .flags = 0 };
	unsigned left_out = 0;
	ares_channel probe;
	size_t n;

	if (ares_init_options(&probe, &o, 0) != ARES_SUCCESS)
		return rep_fail(err, REP_EIO, "the resolver cannot be set up");
	if (ares_get_servers_ports(probe, &list) != ARES_SUCCESS)
		list = NULL;
	for (const struct ares_addr_port_node *i = list; i != NULL; i = i->next) {
		struct rep_dns_server s = { .ip.version = i->family == AF_INET ? 4 : 6,
			.port = (uint16_t)(i->udp_port > 0 ? i->udp_port : 53) };

		memcpy(s.ip.b, &i->addr, s.ip.version == 4 ? 4 : 16);
		if (out->n == REP_DNS_SERVERS)
			left_out++;
		else
			add(out, &s);
	}
	if (list != NULL)
		ares_free_data(list);
	ares_destroy(probe);
	n = strlen(out->names);
	if (left_out > 0)
		snprintf(out->names + n, sizeof out->names - n,
		    " (%u more in /etc/resolv.conf not used)", left_out);
	return out->n > 0
	    ? REP_OK
	    : rep_fail(err, REP_EIO, "no DNS server is known: /etc/resolv.conf names none");
}

enum rep_rc
rep_dns_servers_find(const char *text, struct rep_dns_servers *out, struct rep_err *err)
{
	struct rep_dns_server s = { .port = 0 };
	enum rep_rc rc;

	memset(out, 0, sizeof *out);
	if (text != NULL && !read_server(text, &s))
		return rep_fail(err, REP_EUSAGE,
		    "\"%s\" is not a DNS server address such as 192.0.2.53, 192.0.2.53:5353 or "
		    "[2001:db8::53]:5353",
		    text);
	if (text != NULL) {
		add(out, &s);
		return REP_OK;
	}
	if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
		return rep_fail(err, REP_EMEM, "the resolver cannot be set up: out of memory");
	rc = of_system(out, err);
	ares_library_cleanup();
	return rc;
}
