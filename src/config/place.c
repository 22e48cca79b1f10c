/* SPDX-License-Identifier: Apache-2.0 */
#include "config/place.h"

enum { LABEL_BYTES = 63, HOST_BYTES = 253 }; /* RFC 1035, 2.3.4 */

bool
rep_conf_are_labels(struct rep_str s, bool *number)
{
	size_t start = 0;

	if (s.n == 0 || s.n > HOST_BYTES)
		return false;
	*number = true;
	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && s.p[i] != '.') {
			if (!rep_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
				return false;
			*number = *number && rep_digit(s.p[i]);
			continue;
		}
		if (i == start || i - start > LABEL_BYTES)
			return false;
		start = i + 1;
		*number = *number || i < s.n;
	}
	return true;
}

bool
rep_conf_is_host(struct rep_str s)
{
	bool number;

	return rep_conf_are_labels(s, &number) && !number;
}

static bool
port_parse(struct rep_str s, unsigned *out)
{
	uint64_t port;

	if (!rep_str_u64(s, 65535, &port) || port == 0)
		return false;
	*out = (unsigned)port;
	return true;
}

/* One of either scheme, each with its "://". */
static bool
url_parse(struct rep_str s, struct rep_str plain, struct rep_str tls, struct rep_config_url *out)
{
	size_t at = rep_str_starts_nocase(s, tls) ? tls.n : plain.n, end, colon;
	struct rep_config_url u;
	struct rep_str host;
	struct rep_ip ip;
	unsigned port;

	if ((!rep_str_starts_nocase(s, tls) && !rep_str_starts_nocase(s, plain)) ||
	    !rep_str_printable(s, false))
		return false;
	for (end = at; end < s.n && memchr("/?#", s.p[end], 3) == NULL;)
		end++;
	u.site = rep_str_sub(s, 0, end);
	u.path = rep_str_sub(s, end, s.n);
	host = rep_str_sub(s, at, end - at);
	colon = rep_str_rchr(host, ':');
	if (colon != SIZE_MAX && rep_str_chr(host, ']', colon) == SIZE_MAX) {
		if (!port_parse(rep_str_sub(host, colon + 1, host.n), &port))
			return false;
		host = rep_str_sub(host, 0, colon);
	}
	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']') {
		host = rep_str_sub(host, 1, host.n - 2);
		if (!rep_ip_parse(host, &ip) || ip.version != 6)
			return false;
	} else if (!rep_conf_is_host(host) && (!rep_ip_parse(host, &ip) || ip.version != 4)) {
		return false;
	}
	u.host = host;
	*out = u;
	return true;
}

bool
rep_config_url_parse(struct rep_str s, struct rep_config_url *out)
{
	return url_parse(s, REP_S("http://"), REP_S("https://"), out);
}

bool
rep_config_server_parse(struct rep_str s, struct rep_config_url *out)
{
	struct rep_config_url u;

	if (!url_parse(s, REP_S("smtp://"), REP_S("smtps://"), &u) || u.path.n > 0)
		return false;
	*out = u;
	return true;
}

bool
rep_config_place_parse(struct rep_str s, struct rep_config_place *out)
{
	struct rep_config_place p = { .off = rep_str_eq(s, REP_S("off")) };
	size_t colon = rep_str_rchr(s, ':');

	if (s.n > 0 && s.p[0] == '/')
		p.path = s;
	if (p.off || p.path.n > 1) {
		*out = p;
		return true;
	}
	if (colon == SIZE_MAX || !rep_ip_parse(rep_str_sub(s, 0, colon), &p.ip) ||
	    (p.ip.version == 6) != (s.p[0] == '[') ||
	    !port_parse(rep_str_sub(s, colon + 1, s.n), &p.port))
		return false;
	*out = p;
	return true;
}

bool
rep_config_topic_parse(struct rep_str s, struct rep_str *region)
{
	struct rep_str part[6];
	size_t n = 0, at = 0, colon;

	do {
		colon = rep_str_chr(s, ':', at);
		part[n] = rep_str_sub(s, at, colon == SIZE_MAX ? s.n : colon - at);
		if (part[n++].n == 0)
			return false;
		at = colon + 1;
	} while (colon != SIZE_MAX && n < REP_COUNT(part));
	for (size_t i = 0; i < s.n; i++)
		if (!rep_alnum(s.p[i]) && memchr(":-_.", s.p[i], 4) == NULL)
			return false;
	if (n != REP_COUNT(part) || colon != SIZE_MAX || !rep_str_eq(part[0], REP_S("arn")) ||
	    !rep_str_starts(part[1], REP_S("aws")) || !rep_str_eq(part[2], REP_S("sns")))
		return false;
	*region = part[3];
	return true;
}
