/*
 * bench/store_bench.c -- how fast facts go in, and in how much memory.
 *
 *	store_bench [FACTS [COMMIT_EVERY [DIR [rollups|whole]]]]
 *
 * Adds FACTS (1,000,000) synthetic facts of one day to a new database, once with
 * rollups only, once whole, then the same again (all known). 100,000 recipient
 * domains, a million recipients, 8 % refusals. Prints one line a run.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"

enum { START_S = 1762128000, DOMAINS = 100000 };

static double
cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
wall_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What a fact is made of; the views of the fact point here. */
struct made {
	char queue_id[16], message_id[64], recipient[96], domain[64], host[96], stream[64],
	    label[32], registered[64], text[400];
};

#define PUT(field, ...)                                                            \
	(struct rep_str)                                                           \
	{                                                                          \
		m->field, (size_t)snprintf(m->field, sizeof m->field, __VA_ARGS__) \
	}

static void
refuse(struct rep_fact *f, struct made *m, uint64_t r, bool other)
{
	static const enum rep_class classes[] = { REP_CLASS_BLOCKED, REP_CLASS_THROTTLED,
		REP_CLASS_RECIPIENT, REP_CLASS_GREYLISTED };
	static const char *const rules[] = { "microsoft-consumer.s3140", "yahoo.ts04",
		"generic.user-unknown", "generic.greylisted" };
	static const char *const texts[] = {
		"550 5.7.1 Unfortunately, messages from [203.0.113.%d] weren't sent. Please contact "
		"your Internet service provider since part of their network is on our block list "
		"(S3140). You can also refer your provider to "
		"http://mail.live.com/mail/troubleshooting.aspx#errors. "
		"[AM7EUR06FT%d.eop-eur06.prod.protection.outlook.com 2025-11-03T06:42:11.123Z]",
		"421 4.7.0 [TSS04] Messages from 203.0.113.%d temporarily deferred due to "
		"unexpected volume or user complaints - 4.16.55.1; see "
		"https://postmaster.yahooinc.com/error-codes %d",
		"550 5.1.1 <user%d@example.com>: Recipient address rejected: User unknown in "
		"virtual mailbox table (id %x)",
		"450 4.2.0 <user%d@example.com>: Recipient address rejected: Greylisted, see "
		"http://postgrey.schweikert.ch/help/example.html (%d s)"
	};
	unsigned k = (unsigned)(r >> 40) & 3;

	if (other && k < 2)
		k += (unsigned)(r >> 43) % 16 == 0 ? 0 : 2;
	f->status = k == 0 || k == 2 ? REP_STATUS_BOUNCED : REP_STATUS_DEFERRED;
	f->class = classes[k];
	f->rule = rep_str_c(rules[k]);
	f->code = k == 0 || k == 2 ? 550 : 421;
	f->enh[0] = f->code / 100;
	f->enh[1] = 7;
	f->enh[2] = 1;
	f->stage = k == 0 ? REP_STAGE_MAIL : REP_STAGE_RCPT;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	f->text = PUT(text, texts[k], (int)(r & 127), (int)(r >> 20 & 0xffff));
#pragma GCC diagnostic pop
}

static void
make(struct rep_fact *f, struct made *m, uint64_t i, uint64_t n)
{
	static const char *const providers[] = { "microsoft-consumer", "google", "yahoo",
		"microsoft-365", "orange", "apple", "gmx", "free" };
	static const char *const domains[] = { "hotmail.com", "gmail.com", "yahoo.com",
		"contoso.example", "orange.fr", "icloud.com", "gmx.net", "free.fr" };
	uint64_t r = rep_hash_mix(i + 1);
	bool other = r % 100 < 25;
	unsigned p = (unsigned)(r >> 8) & 7;

	*f = (struct rep_fact){ .at_s = START_S + (int64_t)(i * 86400 / n), .delay_s = 1.5 };
	f->log_host = REP_S("mx1");
	f->label = PUT(label, "mx1/postfix/out-%c", (char)('a' + (r >> 16 & 3)));
	f->queue_id = PUT(queue_id, "4d%08llx", (unsigned long long)i);
	f->message_id = PUT(message_id, "<%016llx@shop.example>", (unsigned long long)r);
	f->stream = PUT(stream, "shop.example/stream-%u", (unsigned)(r >> 24) % 24);
	f->sender_domain = REP_S("shop.example");
	if (other) {
		unsigned d = (unsigned)(r >> 32) % DOMAINS;

		f->recipient_domain = PUT(domain, "firma-%u.example", d);
		f->host = PUT(host, "mx%u.firma-%u.example", (unsigned)(r >> 60) & 1, d);
		f->provider = REP_S("other");
		f->provider_domain = PUT(registered, "firma-%u.example", d);
	} else {
		f->recipient_domain = PUT(domain, "%s", domains[p]);
		f->host = PUT(host, "mx%u.%s", (unsigned)(r >> 32) & 15, domains[p]);
		f->provider = rep_str_c(providers[p]);
	}
	f->recipient = PUT(recipient, "jo.smith-%llu@%s", (unsigned long long)i, m->domain);
	f->evidence = f->certain = true;
	f->status = REP_STATUS_SENT;
	f->class = REP_CLASS_ACCEPTED;
	f->code = 250;
	f->enh[0] = 2;
	f->stage = REP_STAGE_DOT;
	f->text = REP_S("250 2.6.0 <x@shop.example> Queued mail for delivery");
	if ((r >> 48) % 100 < 8)
		refuse(f, m, r, other);
}

static long
rss_kib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

static bool
bench(const char *what, const char *path, unsigned flags, uint64_t n, uint64_t every)
{
	static const struct rep_key key = { "0123456789abcde" };
	struct rep_store *s = NULL;
	struct rep_err err = { 0 };
	struct rep_fact f;
	struct made m;
	double cpu = cpu_s(), wall = wall_s(), making;
	uint64_t fresh_n = 0;
	bool fresh, ok = rep_store_open(path, flags, &key, &s, &err) == REP_OK;

	for (uint64_t i = 0; ok && i < n; i++) {
		if (i % every == 0)
			ok = (i == 0 || rep_store_commit(s, &err) == REP_OK) &&
			    rep_store_begin(s, &err) == REP_OK;
		make(&f, &m, i, n);
		ok = ok && rep_store_add(s, &f, &fresh, &err) == REP_OK;
		fresh_n += ok && fresh;
	}
	ok = ok && rep_store_commit(s, &err) == REP_OK;
	cpu = cpu_s() - cpu;
	wall = wall_s() - wall;
	making = cpu_s();
	for (uint64_t i = 0; i < n; i++)
		make(&f, &m, i, n);
	making = cpu_s() - making;
	rep_store_close(s);
	if (!ok) {
		fprintf(stderr, "%s: %s\n", what, err.msg);
		return false;
	}
	printf(
	    "%-13s %8llu new  %5.2f us a fact (CPU; making it, %.2f us, taken off)  %7.0f facts/s  "
	    "%.2f s in all  max RSS %ld KiB\n",
	    what, (unsigned long long)fresh_n, (cpu - making) / (double)n * 1e6,
	    making / (double)n * 1e6, (double)n / (cpu - making), wall, rss_kib());
	return true;
}

int
main(int argc, char **argv)
{
	uint64_t n = 1000000, every = 50000;
	char dir[200] = "/tmp/store_bench.XXXXXX", small[256], whole[256], cmd[300];
	bool ok;

	if ((argc > 1 && !rep_str_u64(rep_str_c(argv[1]), 100000000, &n)) ||
	    (argc > 2 && !rep_str_u64(rep_str_c(argv[2]), 100000000, &every)) || n == 0 ||
	    every == 0) {
		fprintf(
		    stderr, "usage: store_bench [FACTS [COMMIT_EVERY [DIR [rollups|whole]]]]\n");
		return 2;
	}
	if (argc > 3)
		snprintf(dir, sizeof dir, "%s/store_bench.XXXXXX", argv[3]);
	if (mkdtemp(dir) == NULL) {
		perror(dir);
		return 4;
	}
	snprintf(small, sizeof small, "%s/rollups.db", dir);
	snprintf(whole, sizeof whole, "%s/whole.db", dir);
	if (argc > 4) /* only this, for a profiler */
		ok = bench(argv[4], whole,
		    argv[4][0] == 'r' ? REP_STORE_CREATE | REP_STORE_ROLLUPS_ONLY
				      : REP_STORE_CREATE,
		    n, every);
	else
		ok = bench("rollups only", small, REP_STORE_CREATE | REP_STORE_ROLLUPS_ONLY, n,
			 every) &&
		    bench("known already", small, REP_STORE_ROLLUPS_ONLY, n, every) &&
		    bench("whole", whole, REP_STORE_CREATE, n, every);
	snprintf(cmd, sizeof cmd, "ls -l %s; rm -r %s", dir, dir);
	return system(cmd) == 0 && ok ? 0 : 4;
}
