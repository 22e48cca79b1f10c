/* SPDX-License-Identifier: Apache-2.0 */
/* noise.c -- what else stands in a log: TLS, scanners, statistics. */
#include "genlog.h"

static void
noise_tls(uint64_t t)
{
	static const char *const tail[4] = {
		":25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256",
		":25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature ECDSA (prime256v1) server-digest SHA256",
		":25: TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)",
		":25: TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 (128/128 bits) key-exchange X25519 server-signature RSA-PSS (4096 bits) server-digest SHA256"
	};
	struct procs *p = &pr_smtp[below(sc->nsrc)];
	const struct dom *d = &doms[below(tail0)];

	head(t, p, a_pid(p));
	say("%s TLS connection established to %h", below(3) == 0 ? "Trusted" : "Untrusted", d, 0U);
	say("[%i]", host_ip(d, 0, below(64)));
	puts0(tail[below(4)]);
	eol();
}

/* One stranger at a time; each of his lines is an event. */
static struct {
	uint32_t pid, ip, kind, step;
} scan;

void
noise_scanner(uint64_t t)
{
	/* what he does, by kind; the last word of a kind that is refused at once is left out */
	static const struct {
		const char *first, *second, *done;
	} kinds[3] = {
		{ "warning: unknown[%i]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
		    "lost connection after AUTH from unknown[%i]",
		    "disconnect from unknown[%i] ehlo=1 auth=0/1 commands=1/2" },
		{ "NOQUEUE: reject: RCPT from unknown[%i]: 454 4.7.1 <spameri@tiscali.example>: Relay "
		  "access denied; from=<spameri@tiscali.example> to=<spameri@tiscali.example> "
		  "proto=ESMTP helo=<WIN-CLJ1B0GQ6JP>",
		    NULL,
		    "disconnect from unknown[%i] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4" },
		{ "lost connection after UNKNOWN from unknown[%i]", NULL,
		    "disconnect from unknown[%i] unknown=0/1 commands=0/1" },
	};
	const char *const words[4] = { "connect from unknown[%i]", kinds[scan.kind].first,
		kinds[scan.kind].second, kinds[scan.kind].done };

	line(t, &pr_smtpd, scan.pid, words[scan.step], scan.ip);
	scan.step += scan.step == 1 && kinds[scan.kind].second == NULL ? 2 : 1;
	if (scan.step <= 3)
		push(t + 30000 + below(200000), E_SCANNER, 0);
}

static void
noise_statistics(uint64_t t)
{
	uint32_t pid, n;

	if (below(2) == 0) {
		pid = pr_anvil.pid[0];
		n = 1 + below(6);
		line(t, &pr_anvil, pid,
		    "statistics: max connection rate %u/60s for (smtp:172.31.7.21) at %T", n * 3,
		    t - 200 * SEC);
		line(t, &pr_anvil, pid,
		    "statistics: max connection count %u for (smtp:172.31.7.21) at %T", n,
		    t - 190 * SEC);
		line(t, &pr_anvil, pid, "statistics: max cache size %u at %T", n, t - 190 * SEC);
		return;
	}
	pid = pr_scache.pid[0];
	line(t, &pr_scache, pid, "statistics: start interval %T", t - 210 * SEC);
	n = below(9);
	line(t, &pr_scache, pid, "statistics: domain lookup hits=%u miss=%u success=24%%", n,
	    9 + below(20));
	line(t, &pr_scache, pid, "statistics: address lookup hits=0 miss=%u success=0%%",
	    9 + below(20));
	line(t, &pr_scache, pid, "statistics: max simultaneous domains=1 addresses=2 connection=2");
}

void
noise(uint64_t t)
{
	uint32_t r = below(100);

	if (r < 60)
		noise_tls(t);
	else if (r < 75) {
		scan.pid = new_pid();
		scan.ip = IP(141, 98, 10 + below(4), 1 + below(250));
		scan.kind = below(3);
		scan.step = 0;
		noise_scanner(t);
	} else if (r < 95)
		noise_statistics(t);
	else {
		uint32_t pid = a_pid(&pr_smtpd), n = below(90);

		line(t, &pr_smtpd, pid,
		    "warning: hostname scan-%u.example does not resolve to address %i: Name or service not known",
		    n, IP(141, 98, 11, 1 + below(250)));
	}
}
