/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ip.h"

#include <arpa/inet.h>
#include <stdio.h>

/* "192.0.2.1", as inet_pton takes it: no octet begins with a zero that says nothing. */
static bool
dotted(struct rep_str s, unsigned char b[4])
{
	size_t i = 0, from;

	for (int k = 0; k < 4; k++) {
		unsigned v = 0;

		if (k > 0 && (i >= s.n || s.p[i++] != '.'))
			return false;
		for (from = i; i < s.n && i < from + 3 && rep_digit(s.p[i]); i++)
			v = v * 10 + (unsigned)(s.p[i] - '0');
		if (i == from || v > 255 || (i > from + 1 && s.p[from] == '0'))
			return false;
		b[k] = (unsigned char)v;
	}
	return i == s.n;
}

bool
rep_ip_parse(struct rep_str s, struct rep_ip *ip)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct rep_ip out = { .version = 0 };
	char text[INET6_ADDRSTRLEN + 1];

	if (dotted(s, out.b)) { /* nearly always */
		out.version = 4;
		*ip = out;
		return true;
	}
	if (s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = rep_str_sub(s, 1, s.n - 2);
	if (rep_str_starts_nocase(s, REP_S("IPv6:")))
		s = rep_str_sub(s, 5, s.n);
	if (s.n < 2 || s.n > INET6_ADDRSTRLEN)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (memchr(text, '\0', s.n) != NULL)
		return false;
	if (dotted(s, out.b))
		out.version = 4;
	else if (inet_pton(AF_INET6, text, out.b) == 1)
		out.version = 6;
	else
		return false;
	if (out.version == 6 && memcmp(out.b, mapped, sizeof mapped) == 0) {
		/* The same IPv4 address, as an IPv6 socket shows it. */
		memmove(out.b, out.b + sizeof mapped, 4);
		memset(out.b + 4, 0, sizeof out.b - 4);
		out.version = 4;
	}
	*ip = out;
	return true;
}

const char *
rep_ip_text(const struct rep_ip *ip, char buf[REP_IP_TEXT])
{
	if (ip->version == 0 ||
	    inet_ntop(ip->version == 4 ? AF_INET : AF_INET6, ip->b, buf, REP_IP_TEXT) == NULL)
		buf[0] = '\0';
	return buf;
}

bool
rep_ip_eq(const struct rep_ip *a, const struct rep_ip *b)
{
	return a->version == b->version && memcmp(a->b, b->b, a->version == 4 ? 4 : 16) == 0;
}

bool
rep_ip_loopback(const struct rep_ip *ip)
{
	static const unsigned char one[16] = { [15] = 1 };

	if (ip->version == 4)
		return ip->b[0] == 127;
	return ip->version == 6 && memcmp(ip->b, one, 16) == 0;
}

bool
rep_ip_inside(const struct rep_ip *ip)
{
	const unsigned char *b = ip->b;

	if (rep_ip_loopback(ip))
		return true;
	if (ip->version == 4)
		return b[0] == 0 || b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) ||
		    (b[0] == 192 && b[1] == 168) || (b[0] == 169 && b[1] == 254) ||
		    (b[0] == 100 && (b[1] & 0xc0) == 64);
	if (ip->version == 6)
		return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) ||
		    (b[0] == 0 && b[1] == 0 && b[15] == 0);
	return false;
}

bool
rep_ip_private(const struct rep_ip *ip)
{
	if (rep_ip_inside(ip))
		return true;
	return ip->version == 4 ? ip->b[0] >= 224 : ip->version == 6 && ip->b[0] == 0xff;
}

bool
rep_ip_same_bits(const unsigned char a[16], const unsigned char b[16], int bits)
{
	size_t whole = (size_t)bits / 8;
	int rest = bits % 8;

	return memcmp(a, b, whole) == 0 && (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

void
rep_ip_set_host(struct rep_ip *ip, int bits, bool ones)
{
	for (int k = bits; k < (ip->version == 6 ? 128 : 32); k++)
		if (ones)
			ip->b[k / 8] |= (unsigned char)(0x80 >> k % 8);
		else
			ip->b[k / 8] &= (unsigned char)~(0x80 >> k % 8);
}

static size_t
subnet_bytes(const struct rep_ip *ip)
{
	return ip->version == 4 ? 3 : 6;
}

bool
rep_ip_same_subnet(const struct rep_ip *a, const struct rep_ip *b)
{
	return a->version != 0 && a->version == b->version &&
	    memcmp(a->b, b->b, subnet_bytes(a)) == 0;
}

const char *
rep_ip_subnet_text(const struct rep_ip *ip, char buf[REP_IP_TEXT])
{
	struct rep_ip net = { .version = ip->version };
	size_t n;

	if (ip->version == 0) {
		buf[0] = '\0';
		return buf;
	}
	memcpy(net.b, ip->b, subnet_bytes(ip));
	rep_ip_text(&net, buf);
	n = strlen(buf);
	snprintf(buf + n, REP_IP_TEXT - n, "/%d", ip->version == 4 ? 24 : 48);
	return buf;
}
