/*
 * tests/fuzz/fuzz_postconf.c -- anything as the output of postconf.
 *
 * Everything that is taken is a view into it, each piece gets shorter, and a hop has a host.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "setup/postconf.h"

static bool
within(struct rep_str all, struct rep_str s)
{
	return s.n == 0 || (s.p >= all.p && s.p + s.n <= all.p + all.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "relayhost", "content_filter", "mydestination",
		"smtp_bind_address" };
	struct rep_str all = { (const char *)data, size }, rest = all, word, v, transport, hop,
		       host, port;
	struct rep_postconf_service s;
	size_t left;
	bool exact;

	for (size_t i = 0; i < REP_COUNT(names); i++) {
		v = rep_postconf_value(all, names[i]);
		MUST(within(all, v));
		rep_postconf_route(v, &transport, &hop);
		MUST(within(v, transport) && within(v, hop) && transport.n + hop.n <= v.n);
		if (rep_postconf_hop(hop, &host, &exact, &port))
			MUST(host.n > 0 && within(hop, host) && within(hop, port));
		while (left = v.n, rep_postconf_word(&v, &word))
			MUST(v.n < left && word.n > 0 && memchr(word.p, ',', word.n) == NULL);
	}
	while (left = rest.n, rep_postconf_service(&rest, &s)) {
		MUST(rest.n < left && s.name.n > 0 && s.type.n > 0 && s.command.n > 0);
		MUST(within(all, s.name) && within(all, s.command));
		MUST(within(all, rep_postconf_option(all, &s, "syslog_name")));
	}
	return 0;
}
